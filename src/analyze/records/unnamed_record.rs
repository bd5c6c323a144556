//! CB122: a record without an id that its content gives it.

use super::ledger::FileEntries;
use super::tell::Findings;
use crate::policy::codes;

pub(super) fn lint(file: &FileEntries, findings: &mut Findings) {
    let mut unnamed = file.entries.iter().filter(|entry| !entry.is_named_by_content());
    let Some(first) = unnamed.next() else { return };
    let many = match unnamed.count() {
        0 => String::new(),
        more => format!(", nor {more} more in this file"),
    };
    let message =
        format!("this {} is not named by its content{many}, so nobody sees whether it was edited", file.kind.word());
    findings.add(
        &codes::UNNAMED_RECORD,
        &file.place(first),
        message,
        "Leave it as it is; what casebook writes and imports is named so.",
    );
}
