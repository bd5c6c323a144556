//! CB124: a record that supersedes what it cannot.

use super::ledger::{Kind, Ledger};
use super::tell::Findings;
use crate::policy::codes;

pub(super) fn lint(ledger: &Ledger, findings: &mut Findings) {
    let by_id = ledger.by_id();
    for found in ledger.entries() {
        let entry = found.entry;
        let Some(id) = &entry.supersedes else { continue };
        let what = found.kind().word();
        let message = match by_id.get(&**id) {
            None => format!("this {what} supersedes `{id}`, which is no record of this gold set"),
            Some(other) if other.kind() != found.kind() => {
                format!("this {what} supersedes `{id}`, which is a {}", other.kind().word())
            }
            Some(other) if other.entry.case != entry.case => {
                format!("this {what} of `{}` supersedes one of another case, `{}`", entry.case, other.entry.case)
            }
            Some(other) if found.kind() == Kind::Label && other.entry.by != entry.by => {
                format!("this label by `{}` supersedes one by `{}`", entry.by, other.entry.by)
            }
            Some(_) => continue,
        };
        findings.add(
            &codes::BROKEN_REFERENCE,
            &found.place(),
            message,
            "See in git's history whether a record was lost; else withdraw this one.",
        );
    }
}
