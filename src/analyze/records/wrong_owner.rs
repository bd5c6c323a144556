//! CB127: a record in a folder that is not its owner's.

use super::ledger::FileEntries;
use super::tell::Findings;
use crate::policy::codes;
use crate::policy::who::{folder_of, owner_of};

pub(super) fn lint(file: &FileEntries, findings: &mut Findings) {
    let Some(folder) = file.folder() else { return };
    for entry in &file.entries {
        if *entry.by == *folder || folder_of(&entry.by).as_deref() == Some(folder) {
            continue;
        }
        let message =
            format!("this {} is by `{}` and stands in the files of `{}`", file.kind.word(), entry.by, owner_of(folder));
        findings.add(
            &codes::WRONG_OWNER,
            &file.place(entry),
            message,
            "Find out who wrote it (`git log` of the file); each person's records belong in a folder of their own.",
        );
    }
}
