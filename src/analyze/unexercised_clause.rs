//! CB041: a clause that no gold case exercises.

use super::Subject;
use super::coverage::{Exercise, Labeled};
use crate::policy::codes;
use crate::policy::problem::Problem;

pub(super) fn lint(subject: &Subject<'_>, problems: &mut Vec<Problem>) {
    let policy = subject.policy;
    let labeled = Labeled::of(policy, subject.sets);
    // A policy whose gold set is yet to be made lacks every case, and its author knows.
    if labeled.cases == 0 {
        return;
    }
    for idle in Exercise::of(policy, &labeled).idle() {
        let clause = policy.clause(idle.clause);
        problems.push(Problem::new(
            &codes::UNEXERCISED_CLAUSE,
            clause.place.clone(),
            format!("no gold case is decided by `{}`, so nothing would tell if it changed", clause.id),
            "Label a case that it decides; `casebook suggest` drafts one.",
        ));
    }
}
