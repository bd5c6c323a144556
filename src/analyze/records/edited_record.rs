//! CB121: a record whose id is not that of its content.

use super::ledger::FileEntries;
use super::tell::Findings;
use crate::policy::codes;

pub(super) fn lint(file: &FileEntries, findings: &mut Findings) {
    for entry in &file.entries {
        if entry.is_named_by_content() && !entry.is_named_so {
            let message = format!(
                "this {} was edited: its id is `{}`, and what it says now would be `{}`",
                file.kind.word(),
                entry.id,
                entry.content_id()
            );
            findings.add(
                &codes::EDITED_RECORD,
                &file.place(entry),
                message,
                "Restore the line from git's history; to say something else, add a record that supersedes it.",
            );
        }
    }
}
