//! CB031: a clause whose removal changes no decision.

use super::space::EMPTY;
use super::{Subject, names};
use crate::policy::clause::ClauseIx;
use crate::policy::codes;
use crate::policy::problem::Problem;

pub(super) fn lint(subject: &Subject<'_>, problems: &mut Vec<Problem>) {
    let Some(mut exact) = subject.exact() else { return };
    let policy = subject.policy;
    let mut like_the_default: Vec<ClauseIx> = Vec::new();
    for (rank, ranked) in exact.ranked() {
        if ranked.decides == EMPTY {
            continue;
        }
        let Some(instead) = exact.alike_without(rank, ranked.decides, ranked.behavior) else { continue };
        if instead == [None] {
            like_the_default.push(ranked.clause);
            continue;
        }
        let clause = policy.clause(ranked.clause);
        problems.push(Problem::new(
            &codes::IDLE_CLAUSE,
            clause.place.clone(),
            format!(
                "without `{}` every decision would be the same: where it decides, {} would do alike",
                clause.id,
                names(policy, &instead)
            ),
            "Keep it if its words matter to readers; otherwise remove it, which changes no decision.",
        ));
    }
    // Many policies say what the default does where it is worth saying: one line tells of them all. None of them decides
    // where another one does, so that they could go together.
    like_the_default.sort_unstable();
    if let [first, rest @ ..] = &like_the_default[..] {
        let named: Vec<_> = like_the_default.iter().copied().map(Some).collect();
        let (say, them) = if rest.is_empty() { ("says", "it") } else { ("say", "them") };
        problems.push(Problem::new(
            &codes::IDLE_CLAUSE,
            policy.clause(*first).place.clone(),
            format!(
                "{} {say} what the default does anyway: without {them} every decision would be the same",
                names(policy, &named)
            ),
            format!("Keep {them} where the words matter to readers, or where another default must not reach."),
        ));
    }
}
