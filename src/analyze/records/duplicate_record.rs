//! CB123: two different records with one id.

use super::ledger::Ledger;
use super::tell::Findings;
use crate::policy::codes;

pub(super) fn lint(ledger: &Ledger, findings: &mut Findings) {
    let first = ledger.by_id();
    for entry in &ledger.entries {
        let Some(first) = first.get(&*entry.id).filter(|first| first.content_id != entry.content_id) else { continue };
        let message = format!("the id `{}` is that of another record, at {}", entry.id, first.place);
        findings.add(
            &codes::DUPLICATE_RECORD,
            &entry.place,
            message,
            "Restore whichever was edited from git's history; only one of them counts.",
        );
    }
}
