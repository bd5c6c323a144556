//! CB035: an exception that is wider than what it is an exception from.

use super::space::{Exact, Ranked, Taken};
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
    for Taken { by, from, set } in too_wide(&mut exact) {
        let clause = policy.clause(by.clause);
        problems.push(Problem::new(
            &codes::WIDE_EXCEPTION,
            clause.place.clone(),
            format!(
                "`{}` (`{}`) is about more categories than the stricter {}, and decides before it at {}",
                clause.id,
                policy.manifest.behaviors.id(by.behavior),
                super::names(policy, &from),
                points(&exact.space.count(set))
            ),
            "If it was not meant to reach so far, confine it to a narrower category or move it behind.",
        ));
    }
}

/// For each exception what it takes from stricter clauses behind it that are about some of its categories only.
pub(super) fn too_wide(exact: &mut Exact<'_>) -> Vec<Taken> {
    let policy = exact.policy();
    // An allowance that names no category is meant for all of them.
    let names_category =
        |one: &Ranked| policy.clause(one.clause).when.tests().iter().any(|test| test.subject == Of::Category);
    exact.taken(|exact, by, from| {
        let is_exception = from.behavior > by.behavior && names_category(by) && names_category(from);
        is_exception && {
            let (narrow, wide) = (exact.space.reach(from.applies), exact.space.reach(by.applies));
            narrow != wide && narrow.iter().zip(&wide).all(|(inner, outer)| inner & !outer == 0)
        }
    })
}
