//! Every kind of problem that casebook knows. One line a code; its manual page is the file of its name in
//! `docs/problems/`, and its example there is what its test runs on.

use super::problem::{Code, Level};

macro_rules! codes {
    ($($(#[doc = $doc:literal])* $name:ident = $id:literal $slug:literal $level:ident;)*) => {
        $($(#[doc = $doc])* pub static $name: Code = Code {
            id: $id,
            name: $slug,
            level: Level::$level,
            manual: include_str!(concat!("../../docs/problems/", $id, "-", $slug, ".md")),
        };)*

        /// In the order of their ids.
        pub static ALL: &[&Code] = &[$(&$name),*];
    };
}

codes! {}

/// By id (`CB014`) or name (`dead-clause`), in any case.
pub fn find(name: &str) -> Option<&'static Code> {
    ALL.iter().copied().find(|code| code.id.eq_ignore_ascii_case(name) || code.name.eq_ignore_ascii_case(name))
}
