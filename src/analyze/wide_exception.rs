//! CB035: an exception that is wider than what it is an exception from.

use super::Subject;
use super::edit::{Act, PolicyEdit};
use super::fix::{clause_of, moved};
use super::space::{Exact, Taken, points_words};
use crate::policy::clause::ClauseIx;
use crate::policy::codes;
use crate::policy::condition::{Condition, Operand, Predicate, Subject as Of, Test};
use crate::policy::manifest::HitPolicy;
use crate::policy::place::Route;
use crate::policy::problem::Problem;
use rustc_hash::FxHashMap;

pub(super) fn lint(subject: &Subject<'_>, problems: &mut Vec<Problem>) {
    let policy = subject.policy;
    if policy.manifest.hit_policy != HitPolicy::First {
        return;
    }
    let Some(mut exact) = subject.exact() else { return };
    for Taken { by, from, set } in too_wide(&mut exact) {
        let clause = policy.clause(by.clause);
        let them = if from.len() == 1 { "it" } else { "them" };
        let reaches = match names_categories(&clause.when) {
            true => format!("is about more categories than the stricter {}", super::names(policy, &from)),
            false => format!(
                "names no category, so that it reaches into what the stricter {} {} about",
                super::names(policy, &from),
                if from.len() == 1 { "is" } else { "are" }
            ),
        };
        problems.push(Problem::new(
            &codes::WIDE_EXCEPTION,
            clause.place.clone(),
            format!(
                "`{}` (`{}`) {reaches}, and decides before {them} at {}",
                clause.id,
                policy.manifest.behaviors.id(by.behavior),
                points_words(&exact.space.count(set))
            ),
            "If it was not meant to reach so far, confine it to a narrower category or move it behind.",
        ));
    }
}

/// Whether a condition asks for categories at all.
fn names_categories(when: &Condition) -> bool {
    when.tests().iter().any(|test| test.subject == Of::Category)
}

/// For each exception what it takes from stricter clauses behind it that name categories and are about some of its own only.
pub(super) fn too_wide(exact: &mut Exact<'_>) -> Vec<Taken> {
    let policy = exact.policy();
    // That there is no harm is a class of its own, the first. No clause is too wide because it is about that as well.
    let harms = |reach: &[u64]| -> Vec<u64> {
        let without = |(at, bits): (usize, &u64)| if at == 0 { bits & !1 } else { *bits };
        reach.iter().enumerate().map(without).collect()
    };
    let about: FxHashMap<ClauseIx, (bool, Vec<u64>)> = exact
        .ranked()
        .into_iter()
        .map(|(rank, one)| (one.clause, (names_categories(&policy.clause(one.clause).when), harms(exact.reach(rank)))))
        .collect();
    exact.taken(|by, from| {
        let (Some((true, narrow)), Some((_, wide))) = (about.get(&from.clause), about.get(&by.clause)) else {
            return false;
        };
        from.behavior > by.behavior
            && narrow != wide
            && narrow.iter().any(|bits| *bits != 0)
            && narrow.iter().zip(wide).all(|(inner, outer)| inner & !outer == 0)
    })
}

/// To let the stricter ones come first, or to leave their categories to them.
pub(super) fn fixes(exact: &mut Exact<'_>, problem: &Problem) -> Vec<PolicyEdit> {
    let policy = exact.policy();
    let Some(clause) = clause_of(policy, problem) else { return Vec::new() };
    let Some(taken) = too_wide(exact).into_iter().find(|taken| taken.by.clause == clause) else { return Vec::new() };
    let stricter: Vec<ClauseIx> = taken.from.iter().copied().flatten().collect();
    let mut categories: Vec<Operand> = Vec::new();
    for test in stricter.iter().flat_map(|ix| policy.clause(*ix).when.tests()) {
        if let (Of::Category, Predicate::AnyOf(named)) = (test.subject, &test.predicate) {
            categories.extend(named.iter().filter(|one| matches!(one, Operand::Category(_))));
        }
    }
    categories.dedup();
    let without = Predicate::Not(Box::new(Predicate::AnyOf(categories.clone())));
    let without = Test { subject: Of::Category, predicate: without, route: Route::root() };
    let without = (!categories.is_empty()).then_some(PolicyEdit { clause, act: Act::AddTest(without) });
    let behind = stricter.iter().max().and_then(|last| moved(policy, clause, *last));
    without.into_iter().chain(behind).collect()
}
