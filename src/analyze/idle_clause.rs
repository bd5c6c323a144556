//! CB031: a clause whose removal changes no decision.

use super::edit::{Act, PolicyEdit};
use super::fix::clause_of;
use super::space::{Decider, EMPTY, Exact};
use super::{Subject, names};
use crate::policy::clause::ClauseIx;
use crate::policy::codes;
use crate::policy::problem::Problem;

pub(super) fn lint(subject: &Subject<'_>, problems: &mut Vec<Problem>) {
    let Some(mut exact) = subject.exact() else { return };
    let policy = subject.policy;
    let Idle { like_others, like_the_default } = idle(&mut exact);
    for (idle, instead) in like_others {
        let clause = policy.clause(idle);
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
    // Many policies say what the default does where it is worth saying: one line tells of them all.
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

/// Clauses that decide, and without each of which every decision would be the same.
struct Idle {
    /// With who would decide instead.
    like_others: Vec<(ClauseIx, Vec<Decider>)>,
    /// Where the default alone would: none of these decides where another one does, so that they could go together.
    like_the_default: Vec<ClauseIx>,
}

fn idle(exact: &mut Exact<'_>) -> Idle {
    let (mut like_others, mut like_the_default) = (Vec::new(), Vec::new());
    for (rank, ranked) in exact.ranked() {
        if ranked.decides == EMPTY {
            continue;
        }
        match exact.alike_without(rank, ranked.decides, ranked.behavior) {
            Some(instead) if instead == [None] => like_the_default.push(ranked.clause),
            Some(instead) => like_others.push((ranked.clause, instead)),
            None => {}
        }
    }
    like_the_default.sort_unstable();
    Idle { like_others, like_the_default }
}

/// To take it out, or any of those that say what the default does.
pub(super) fn fixes(exact: &mut Exact<'_>, problem: &Problem) -> Vec<PolicyEdit> {
    let Some(clause) = clause_of(exact.policy(), problem) else { return Vec::new() };
    let idle = idle(exact).like_the_default;
    let clauses = if idle.contains(&clause) { idle } else { vec![clause] };
    clauses.into_iter().map(|clause| PolicyEdit { clause, act: Act::DropClause }).collect()
}
