//! Reads `gold/<set>/set.yaml`: what a gold set is for.

use super::cursor::{Cursor, Notes, Source};
use crate::policy::codes;
use crate::policy::problem::Problem;
use std::sync::Arc;

/// Which cases a policy may be tuned on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Split {
    /// Looked at while clauses are written.
    #[default]
    Tune,
    /// Kept aside, to measure without having been tuned on.
    Holdout,
}

impl Split {
    pub fn word(self) -> &'static str {
        match self {
            Split::Tune => "tune",
            Split::Holdout => "holdout",
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SetInfo {
    pub title: Arc<str>,
    pub description: Arc<str>,
    pub owner: Arc<str>,
    pub split: Split,
}

pub fn set(source: Source<'_>) -> (SetInfo, Vec<Problem>) {
    let notes = Notes::default();
    let info = read(source, &notes);
    (info.unwrap_or_default(), notes.into_problems())
}

fn read(source: Source<'_>, notes: &Notes) -> Option<SetInfo> {
    let root = Cursor::root(source, notes)?;
    if !root.expect_mapping("a gold set") {
        return None;
    }
    root.hint_at_unknown_keys(&[
        "set",
        "title",
        "description",
        "purpose",
        "owner",
        "split",
        "retention",
        "licence",
        "license",
    ]);
    let split = match root.text_of("split").as_ref() {
        "" | "tune" => Split::Tune,
        "holdout" => Split::Holdout,
        other => {
            let message = format!("`{other}` is no split");
            root.note(&codes::UNKNOWN_VALUE, message, "Write `tune` or `holdout`.");
            Split::Tune
        }
    };
    let description = [root.text_of("description"), root.text_of("purpose")].into_iter().find(|d| !d.is_empty());
    Some(SetInfo {
        title: root.text_of("title"),
        description: description.unwrap_or_default(),
        owner: root.text_of("owner"),
        split,
    })
}
