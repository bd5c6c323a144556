//! CB033: under `unique`, clauses with different behaviors that apply at once.

use super::Subject;
use super::apart::narrowed;
use super::edit::{Act, PolicyEdit};
use super::fix::{by_size, clause_at, clause_of};
use super::space::{EMPTY, Edited, Exact, Node, Ranked, points_words};
use crate::decide::words;
use crate::policy::codes;
use crate::policy::manifest::HitPolicy;
use crate::policy::problem::Problem;

/// So many pairs are told.
const MOST: usize = 100;

pub(super) fn lint(subject: &Subject<'_>, problems: &mut Vec<Problem>) {
    let policy = subject.policy;
    if policy.manifest.hit_policy != HitPolicy::Unique {
        return;
    }
    let Some(mut exact) = subject.exact() else { return };
    let found = overlaps(&mut exact);
    for (earlier, later, both) in found.iter().take(MOST) {
        let region = exact.space.largest(*both).map_or(String::new(), |(largest, count)| {
            let elsewhere = if count > 1 { ", and elsewhere" } else { "" };
            format!(": where {}{elsewhere}", words::condition(&exact.space.words, &largest.when))
        });
        let [first, second] = [earlier, later].map(|ranked| {
            let behavior = policy.manifest.behaviors.id(ranked.behavior);
            format!("`{}` (`{behavior}`)", policy.clause(ranked.clause).id)
        });
        let problem = Problem::new(
            &codes::OVERLAP,
            policy.clause(later.clause).place.clone(),
            format!("{first} and {second} apply at once, at {}{region}", points_words(&exact.space.count(*both)),),
            "The stricter one decides there. Narrow one of them, so that only one applies.",
        );
        problems.push(problem.and([policy.clause(earlier.clause).place.clone()]));
    }
    if let Some(last) = problems.last_mut().filter(|_| found.len() > MOST) {
        last.message += &format!("; {} more pairs of clauses overlap so", found.len() - MOST);
    }
}

/// Every two clauses with different behaviors, and where both apply; in the order of the text.
pub(super) fn overlaps(exact: &mut Exact<'_>) -> Vec<(Ranked, Ranked, Node)> {
    let mut clauses = exact.regions.ranked.clone();
    clauses.sort_by_key(|ranked| ranked.clause);
    let mut found = Vec::new();
    for (at, later) in clauses.iter().enumerate() {
        for earlier in clauses[..at].iter().filter(|earlier| earlier.behavior != later.behavior) {
            let both = exact.space.and(earlier.applies, later.applies);
            if both != EMPTY {
                found.push((*earlier, *later, both));
            }
        }
    }
    found
}

/// What keeps the two of a pair apart, the edit that changes the least first: to narrow either of them, to let both do the same,
/// to take one out. Their order says nothing where only one may apply.
pub(super) fn fixes(exact: &mut Exact<'_>, edited: &mut Edited<'_>, problem: &Problem) -> Vec<PolicyEdit> {
    /// So many ways to narrow each.
    const MOST_EACH: usize = 2;
    let policy = exact.policy();
    let earlier = problem.also.first().and_then(|place| clause_at(policy, place));
    let Some((one, other)) = earlier.zip(clause_of(policy, problem)) else { return Vec::new() };
    let mut edits = Vec::new();
    for (clause, beside) in [(one, other), (other, one)] {
        let both = {
            let [a, b] = [clause, beside].map(|ix| edited.holds(&policy.clause(ix).when));
            edited.space.and(a, b)
        };
        edits.extend(narrowed(edited, clause, &[beside], both).into_iter().take(MOST_EACH));
        let then = policy.clause(beside).then.filter(|then| policy.clause(clause).then != Some(*then));
        edits.extend(then.map(|then| PolicyEdit { clause, act: Act::SetBehavior(then) }));
        edits.push(PolicyEdit { clause, act: Act::DropClause });
    }
    by_size(edited, edits)
}
