//! CB032: a test inside a condition that changes no decision.

use super::Subject;
use super::space::EMPTY;
use crate::decide::words;
use crate::policy::codes;
use crate::policy::condition::Condition;
use crate::policy::problem::Problem;

pub(super) fn lint(subject: &Subject<'_>, problems: &mut Vec<Problem>) {
    let Some(mut exact) = subject.exact() else { return };
    let policy = subject.policy;
    for (rank, ranked) in exact.ranked() {
        let clause = policy.clause(ranked.clause);
        // Of a clause that could go as a whole, the parts need not be told.
        let goes = ranked.decides == EMPTY || exact.alike_without(rank, ranked.decides, ranked.behavior).is_some();
        if goes || !clause.when.is_understood() {
            continue;
        }
        for (at, test) in clause.when.tests().into_iter().enumerate() {
            if !exact.same_with(rank, &without(&clause.when, at)) {
                continue;
            }
            let mut place = clause.place.clone();
            place.route = test.route.clone();
            problems.push(Problem::new(
                &codes::IDLE_TEST,
                place,
                format!("in `{}` the test `{}` changes nothing", clause.id, words::test(policy, test)),
                "Without it every decision would be the same: remove it, or correct it if it was meant to matter.",
            ));
        }
    }
}

/// The condition without one of its tests, counted in the order of the text.
pub(super) fn without(condition: &Condition, at: usize) -> Condition {
    /// `None` where nothing is left.
    fn rest(condition: &Condition, at: usize, from: &mut usize) -> Option<Condition> {
        let mut parts = |parts: &[Condition]| -> Option<Vec<Condition>> {
            let left: Vec<Condition> = parts.iter().filter_map(|part| rest(part, at, from)).collect();
            (!left.is_empty() || parts.is_empty()).then_some(left)
        };
        match condition {
            Condition::All(all) => parts(all).map(Condition::All),
            Condition::Any(any) => parts(any).map(Condition::Any),
            Condition::Not(inner) => rest(inner, at, from).map(|inner| Condition::Not(Box::new(inner))),
            Condition::Test(test) => {
                *from += 1;
                (*from != at + 1).then(|| Condition::Test(test.clone()))
            }
        }
    }
    rest(condition, at, &mut 0).unwrap_or_else(Condition::always)
}
