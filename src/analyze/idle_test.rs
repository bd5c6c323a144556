//! CB032: a test inside a condition that changes no decision.

use super::Subject;
use super::edit::{Act, PolicyEdit};
use super::fix::clause_of;
use super::space::{EMPTY, Exact};
use crate::decide::words;
use crate::policy::codes;
use crate::policy::condition::{Subject as Of, Test};
use crate::policy::problem::Problem;

pub(super) fn lint(subject: &Subject<'_>, problems: &mut Vec<Problem>) {
    let Some(mut exact) = subject.exact() else { return };
    let policy = subject.policy;
    for rank in 0..exact.regions.ranked.len() {
        let idle = idle(&mut exact, rank);
        let Some((_, first)) = idle.first() else { continue };
        let clause = policy.clause(exact.regions.ranked[rank].clause);
        let mut place = clause.place.clone();
        place.route = first.route.clone();
        let tests: Vec<String> = idle.iter().map(|(_, test)| format!("`{}`", words::test(policy, test))).collect();
        let (message, help) = match &tests[..] {
            [one] => (
                format!("in `{}` the test {one} changes nothing", clause.id),
                "Without it every decision would be the same: remove it, or correct it if it was meant to matter.",
            ),
            several => (
                format!("in `{}` each of these tests changes nothing: {}", clause.id, several.join("; ")),
                "Without any one of them every decision would be the same: remove one and look again, or correct what was \
                 meant to matter.",
            ),
        };
        problems.push(Problem::new(&codes::IDLE_TEST, place, message, help));
    }
}

/// The tests of a clause, by their position, each of which could go by itself. None of a clause that could go as a whole.
pub(super) fn idle<'p>(exact: &mut Exact<'p>, rank: usize) -> Vec<(usize, &'p Test)> {
    let ranked = exact.regions.ranked[rank];
    let clause = exact.policy().clause(ranked.clause);
    let when = &clause.when;
    if ranked.decides == EMPTY || !when.is_understood() {
        return Vec::new();
    }
    let is_idle = |exact: &mut Exact<'p>, at: usize, test: &Test| {
        let rest = PolicyEdit { clause: ranked.clause, act: Act::DropTest(at) }.clause_after(clause).when;
        // A category says what a clause is about, even where all others have been decided before.
        let is_subject = test.subject == Of::Category;
        (!is_subject || exact.space.holds(&exact.regions.lens, &rest) == ranked.applies) && exact.same_with(rank, &rest)
    };
    let tests = when.tests();
    let idle: Vec<_> = tests.into_iter().enumerate().filter(|(at, test)| is_idle(exact, *at, test)).collect();
    // Of a clause that could go as a whole, the parts need not be told.
    if !idle.is_empty() && exact.alike_without(rank, ranked.decides, ranked.behavior).is_some() {
        return Vec::new();
    }
    idle
}

/// To take any one of them out.
pub(super) fn fixes(exact: &mut Exact<'_>, problem: &Problem) -> Vec<PolicyEdit> {
    let Some(clause) = clause_of(exact.policy(), problem) else { return Vec::new() };
    let Some(rank) = exact.regions.ranked.iter().position(|ranked| ranked.clause == clause) else { return Vec::new() };
    let idle = idle(exact, rank);
    idle.into_iter().map(|(at, _)| PolicyEdit { clause, act: Act::DropTest(at) }).collect()
}
