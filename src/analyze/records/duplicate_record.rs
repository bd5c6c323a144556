//! CB123: two different records with one id.

use super::ledger::Ledger;
use super::tell::Findings;
use crate::policy::codes;

pub(super) fn lint(ledger: &Ledger, findings: &mut Findings) {
    let first = ledger.by_id();
    for found in ledger.entries() {
        let entry = found.entry;
        let Some(first) = first.get(&*entry.id).filter(|first| first.entry.content != entry.content) else { continue };
        let message = format!("the id `{}` is that of another record, at {}", entry.id, first.place());
        findings.add(
            &codes::DUPLICATE_RECORD,
            &found.place(),
            message,
            "Restore whichever was edited from git's history; only one of them counts.",
        );
    }
}
