//! What is wrong with the labels and adjudications of one gold set among themselves, whatever the policy says.
//!
//! A lint is a function in a file of its own, one line in [`LINTS`], and what every lint needs
//! ([`codes`](crate::policy::codes), a manual page). They read every record, so whoever asks often keeps the answer.

mod broken_reference;
mod duplicate_record;
mod edited_record;
mod ledger;
mod side_by_side;
mod tell;
mod unnamed_record;
mod wrong_owner;

use crate::decide::GoldSet;
use crate::policy::problem::Problem;
use ledger::Ledger;
use tell::Findings;

type Lint = fn(&Ledger, &mut Findings);

static LINTS: &[Lint] = &[
    edited_record::lint,
    unnamed_record::lint,
    duplicate_record::lint,
    broken_reference::lint,
    side_by_side::lint,
    wrong_owner::lint,
];

/// Everything that the lints find, in the order of the files and lines. Lines that cannot be read are passed over.
pub fn lint(set: &GoldSet) -> Vec<Problem> {
    let ledger = Ledger::read(set);
    let mut problems = Vec::new();
    for lint in LINTS {
        let mut findings = Findings::default();
        lint(&ledger, &mut findings);
        findings.finish(&mut problems);
    }
    problems.sort_by(|a, b| (&a.place.file, a.place.position).cmp(&(&b.place.file, b.place.position)));
    problems
}

#[cfg(test)]
mod tests;
