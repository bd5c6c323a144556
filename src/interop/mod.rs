//! Importers, one file a format.
//!
//! Everything here is pure over bytes: the caller hands in a file's bytes, the policy and what the gold set already
//! holds, and gets an [`ImportPlan`] back, or the reason why there can be none. Writing what the plan says is the
//! caller's job. Planning the same import again, once its plan has been carried out, plans nothing.
//!
//! A format reads its file into drafts of cases; [`assemble`] gives them their ids and finds what is already there,
//! repeated or contradicted.

mod apply;
mod assemble;
mod csv;
mod draft;
mod encoding;
mod held;
mod json;
mod jsonl;
mod lines;
mod map;
mod openai_moderation;
mod plan;
mod registry;
mod tally;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
mod totals;

pub use held::Held;
pub use plan::{
    Contradiction, Count, Distribution, Duplicate, ImportError, ImportPlan, NewCase, NewLabelFile, Outcome, RowError,
    Skipped,
};
pub use registry::{FORMATS, Format, find, plan};

use crate::policy::Policy;

/// One file to be imported, and all that an importer may know.
#[derive(Clone, Copy)]
pub struct ImportRequest<'a> {
    /// The file's name, for messages.
    pub file: &'a str,
    pub bytes: &'a [u8],
    /// Name of the gold set; derived case ids start with it.
    pub set: &'a str,
    pub policy: &'a Policy,
    /// What the gold set holds already.
    pub held: &'a Held,
    /// How columns become fields, for the formats that need it.
    pub map: Option<MapFile<'a>>,
    /// The gold behavior of a row on which something was found, for formats that judge harms alone.
    pub flagged: Option<&'a str>,
    /// The gold behavior of a row on which everything was judged and nothing found.
    pub unflagged: Option<&'a str>,
}

/// The text of a map, and its name for messages.
#[derive(Clone, Copy)]
pub struct MapFile<'a> {
    pub file: &'a str,
    pub bytes: &'a [u8],
}

/// The request's map, read and matched with its policy.
fn map_of(request: &ImportRequest) -> Result<map::Map, ImportError> {
    let file = request.map.unwrap_or(MapFile { file: "the map", bytes: b"" });
    map::read(file, request.policy)
}
