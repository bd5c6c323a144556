//! CB124: a record that supersedes what it cannot.

use super::ledger::{Kind, Ledger};
use super::tell::Findings;
use crate::policy::codes;

pub(super) fn lint(ledger: &Ledger, findings: &mut Findings) {
    let by_id = ledger.by_id();
    for entry in &ledger.entries {
        let Some(id) = &entry.supersedes else { continue };
        let what = entry.kind.word();
        let message = match by_id.get(&**id) {
            None => format!("this {what} supersedes `{id}`, which is no record of this gold set"),
            Some(other) if other.kind != entry.kind => {
                format!("this {what} supersedes `{id}`, which is a {}", other.kind.word())
            }
            Some(other) if other.case != entry.case => {
                format!("this {what} of `{}` supersedes one of another case, `{}`", entry.case, other.case)
            }
            Some(other) if entry.kind == Kind::Label && other.by != entry.by => {
                format!("this label by `{}` supersedes one by `{}`", entry.by, other.by)
            }
            Some(_) => continue,
        };
        findings.add(
            &codes::BROKEN_REFERENCE,
            &entry.place,
            message,
            "See in git's history whether a record was lost; else withdraw this one.",
        );
    }
}
