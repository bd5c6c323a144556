//! CB031: a clause whose removal changes no decision.

use super::space::EMPTY;
use super::{Subject, names};
use crate::policy::codes;
use crate::policy::problem::Problem;

pub(super) fn lint(subject: &Subject<'_>, problems: &mut Vec<Problem>) {
    let Some(mut exact) = subject.exact() else { return };
    let policy = subject.policy;
    for (rank, ranked) in exact.ranked() {
        if ranked.decides == EMPTY {
            continue;
        }
        let Some(instead) = exact.alike_without(rank, ranked.decides, ranked.behavior) else { continue };
        let clause = policy.clause(ranked.clause);
        let message = if instead == [None] {
            format!("`{}` says what the default does anyway: without it every decision would be the same", clause.id)
        } else {
            let instead = names(policy, &instead);
            format!(
                "without `{}` every decision would be the same: where it decides, {instead} would do alike",
                clause.id
            )
        };
        problems.push(Problem::new(
            &codes::IDLE_CLAUSE,
            clause.place.clone(),
            message,
            "Keep it if its words matter to readers; otherwise remove it, which changes no decision.",
        ));
    }
}
