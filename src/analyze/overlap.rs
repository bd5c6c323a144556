//! CB033: under `unique`, clauses with different behaviors that apply at once.

use super::space::{EMPTY, Exact, Node, Ranked};
use super::{Subject, points};
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
        let regions = exact.space.cover(*both);
        let Some(largest) = regions.first() else { continue };
        let elsewhere = if regions.len() > 1 { ", and elsewhere" } else { "" };
        let [first, second] = [earlier, later].map(|ranked| {
            let behavior = policy.manifest.behaviors.id(ranked.behavior);
            format!("`{}` (`{behavior}`)", policy.clause(ranked.clause).id)
        });
        problems.push(Problem::new(
            &codes::OVERLAP,
            policy.clause(later.clause).place.clone(),
            format!(
                "{first} and {second} apply at once, at {}: where {}{elsewhere}",
                points(&exact.space.count(*both)),
                words::condition(&exact.space.words, &largest.when)
            ),
            "The stricter one decides there. Narrow one of them, so that only one applies.",
        ));
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
