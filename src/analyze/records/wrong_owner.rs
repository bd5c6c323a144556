//! CB127: a record in a folder that is not its owner's.

use super::ledger::Ledger;
use super::tell::Findings;
use crate::policy::codes;
use crate::policy::who::{folder_of, owner_of};

pub(super) fn lint(ledger: &Ledger, findings: &mut Findings) {
    for entry in &ledger.entries {
        let Some(folder) = entry.folder() else { continue };
        if *entry.by == *folder || folder_of(&entry.by).as_deref() == Some(folder) {
            continue;
        }
        let message = format!(
            "this {} is by `{}` and stands in the files of `{}`",
            entry.kind.word(),
            entry.by,
            owner_of(folder)
        );
        findings.add(
            &codes::WRONG_OWNER,
            &entry.place,
            message,
            "Find out who wrote it (`git log` of the file); each person's records belong in a folder of their own.",
        );
    }
}
