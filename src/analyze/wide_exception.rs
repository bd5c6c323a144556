//! CB035: an exception that is wider than what it is an exception from.

use super::space::{EMPTY, Ranked};
use super::{Subject, points};
use crate::policy::codes;
use crate::policy::condition::Subject as Of;
use crate::policy::manifest::HitPolicy;
use crate::policy::problem::Problem;

pub(super) fn lint(subject: &Subject<'_>, problems: &mut Vec<Problem>) {
    let policy = subject.policy;
    if policy.manifest.hit_policy != HitPolicy::First {
        return;
    }
    let Some(mut exact) = subject.exact() else { return };
    let ranked = exact.ranked();
    let names_category =
        |one: &Ranked| policy.clause(one.clause).when.tests().iter().any(|test| test.subject == Of::Category);
    for (rank, exception) in &ranked {
        // An allowance that names no category is meant for all of them.
        if exception.decides == EMPTY || !names_category(exception) {
            continue;
        }
        let reach = exact.space.reach(exception.applies);
        let mut overridden = Vec::new();
        let mut taken = EMPTY;
        for (_, stricter) in ranked[rank + 1..].iter().filter(|(_, one)| one.behavior > exception.behavior) {
            let narrower = exact.space.reach(stricter.applies);
            let is_narrower =
                narrower.iter().zip(&reach).all(|(inner, outer)| inner & !outer == 0) && narrower != reach;
            if !is_narrower || !names_category(stricter) {
                continue;
            }
            let both = exact.space.and(exception.decides, stricter.applies);
            if both != EMPTY {
                overridden.push(Some(stricter.clause));
                taken = exact.space.or(taken, both);
            }
        }
        if overridden.is_empty() {
            continue;
        }
        let clause = policy.clause(exception.clause);
        problems.push(Problem::new(
            &codes::WIDE_EXCEPTION,
            clause.place.clone(),
            format!(
                "`{}` (`{}`) is about more categories than the stricter {}, and decides before it at {}",
                clause.id,
                policy.manifest.behaviors.id(exception.behavior),
                super::names(policy, &overridden),
                points(&exact.space.count(taken))
            ),
            "If it was not meant to reach so far, confine it to a narrower category or move it behind.",
        ));
    }
}
