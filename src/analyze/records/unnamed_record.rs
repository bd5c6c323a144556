//! CB122: a record without an id that its content gives it.

use super::ledger::Ledger;
use super::tell::Findings;
use crate::policy::codes;

pub(super) fn lint(ledger: &Ledger, findings: &mut Findings) {
    for of_file in ledger.entries.chunk_by(|a, b| a.place.file == b.place.file) {
        let unnamed: Vec<_> = of_file.iter().filter(|entry| !entry.is_named_by_content()).collect();
        if let Some(first) = unnamed.first() {
            let many = if unnamed.len() == 1 {
                String::new()
            } else {
                format!(", nor {} more in this file", unnamed.len() - 1)
            };
            let message = format!(
                "this {} is not named by its content{many}, so nobody sees whether it was edited",
                first.kind.word()
            );
            findings.add(
                &codes::UNNAMED_RECORD,
                &first.place,
                message,
                "Leave it as it is; what casebook writes and imports is named so.",
            );
        }
    }
}
