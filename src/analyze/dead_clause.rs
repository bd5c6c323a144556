//! CB030: a clause that never decides, because others do wherever it applies.

use super::edit::{Act, PolicyEdit};
use super::fix::{clause_of, moved};
use super::space::{EMPTY, Exact};
use super::{Subject, decide, names, over};
use crate::policy::codes;
use crate::policy::problem::Problem;

pub(super) fn lint(subject: &Subject<'_>, problems: &mut Vec<Problem>) {
    let Some(mut exact) = subject.exact() else { return };
    let policy = subject.policy;
    for (_, ranked) in exact.ranked() {
        // What applies nowhere contradicts itself: that is another problem.
        if ranked.decides != EMPTY || ranked.applies == EMPTY {
            continue;
        }
        let clause = policy.clause(ranked.clause);
        let shadows: Vec<_> = exact.shadowing(&ranked).into_iter().map(Some).collect();
        let together = if shadows.len() > 1 { "together " } else { "" };
        let them = if shadows.len() > 1 { "them" } else { "it" };
        let over = over(policy);
        let help = match over {
            "before it" => format!("Move it ahead of {them}, narrow {them}, or remove it: now it decides nothing."),
            _ => format!("Narrow {them}, or remove it: now it decides nothing."),
        };
        problems.push(Problem::new(
            &codes::DEAD_CLAUSE,
            clause.place.clone(),
            format!(
                "`{}` never decides: wherever it applies, {} {} {together}{over}",
                clause.id,
                names(policy, &shadows),
                decide(shadows.len()),
            ),
            help,
        ));
    }
}

/// To take it out, or to let it come first.
pub(super) fn fixes(exact: &mut Exact<'_>, problem: &Problem) -> Vec<PolicyEdit> {
    let policy = exact.policy();
    let Some(clause) = clause_of(policy, problem) else { return Vec::new() };
    let Some((_, ranked)) = exact.ranked().into_iter().find(|(_, ranked)| ranked.clause == clause) else {
        return Vec::new();
    };
    let first = exact.shadowing(&ranked).into_iter().min();
    let ahead = first.and_then(|first| moved(policy, clause, first));
    [PolicyEdit { clause, act: Act::DropClause }].into_iter().chain(ahead).collect()
}
