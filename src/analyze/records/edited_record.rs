//! CB121: a record whose id is not that of its content.

use super::ledger::Ledger;
use super::tell::Findings;
use crate::policy::codes;

pub(super) fn lint(ledger: &Ledger, findings: &mut Findings) {
    for entry in &ledger.entries {
        if entry.is_named_by_content() && *entry.id != *entry.content_id {
            let message = format!(
                "this {} was edited: its id is `{}`, and what it says now would be `{}`",
                entry.kind.word(),
                entry.id,
                entry.content_id
            );
            findings.add(
                &codes::EDITED_RECORD,
                &entry.place,
                message,
                "Restore the line from git's history; to say something else, add a record that supersedes it.",
            );
        }
    }
}
