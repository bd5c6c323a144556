//! CB038: a value or an alternative that a clause names, or a level or subtree that it reaches, and at which it never decides.

pub(super) mod reached;

use super::edit::{Act, Kind, PolicyEdit, same};
use super::fix::{clause_of, moved};
use super::space::{EMPTY, Exact};
use super::{Subject, decide, names, over};
use crate::decide::words;
use crate::policy::clause::{Clause, ClauseIx};
use crate::policy::codes;
use crate::policy::condition::{Condition, Predicate, Test};
use crate::policy::place::Route;
use crate::policy::problem::Problem;
use std::ops::Range;

pub(super) fn lint(subject: &Subject<'_>, problems: &mut Vec<Problem>) {
    let Some(mut exact) = subject.exact() else { return };
    let policy = subject.policy;
    for rank in 0..exact.regions.ranked.len() {
        let dead = dead(&mut exact, rank);
        let Some(first) = dead.first() else { continue };
        let clause = policy.clause(exact.regions.ranked[rank].clause);
        let mut place = clause.place.clone();
        place.route = first.route(&clause.when);
        let parts: Vec<String> =
            dead.iter().map(|part| format!("`{}`", words::condition(policy, &part.alone))).collect();
        let mut shadows: Vec<_> = dead.iter().flat_map(|part| part.shadows.iter().copied()).collect();
        shadows.sort_unstable();
        shadows.dedup();
        problems.push(Problem::new(
            &codes::DEAD_PART,
            place,
            format!(
                "`{}` never decides where {}: there {} {} {}",
                clause.id,
                parts.join(" or "),
                names(policy, &shadows),
                decide(shadows.len()),
                over(policy)
            ),
            format!(
                "It {} that, so it seems to be meant for it: let it come first there, or take it out, which changes \
                 nothing{}.",
                if first.act.is_some() { "reaches" } else { "names" },
                match &dead[..] {
                    [one] => format!(": {}", words::condition(policy, &one.without)),
                    _ => String::new(),
                }
            ),
        ));
    }
}

/// A part of a condition that could be taken out, because others decide wherever it lets the clause apply.
#[derive(Debug)]
pub(super) struct DeadPart {
    /// The part by itself.
    pub alone: Condition,
    /// The tests that it consists of or, a value, stands in: by their positions in the whole condition.
    pub tests: Range<usize>,
    /// Who decides instead.
    pub shadows: Vec<super::space::Decider>,
    /// The whole condition without it.
    pub without: Condition,
    /// The edit that takes it out, where it is reached and not named.
    pub act: Option<Act>,
}

/// What a clause that decides elsewhere names in vain: values in a list, alternatives. Where those that decide instead all do
/// what it would do, nobody is misled.
pub(super) fn dead(exact: &mut Exact<'_>, rank: usize) -> Vec<DeadPart> {
    let ranked = exact.regions.ranked[rank];
    let when = &exact.policy().clause(ranked.clause).when;
    if ranked.decides == EMPTY || ranked.decides == ranked.applies || !when.is_understood() {
        return Vec::new();
    }
    let (mut dead, mut told) = (Vec::new(), EMPTY);
    for part in parts(when, 0) {
        let applies = exact.space.holds(&exact.regions.lens, &part.only);
        if applies == EMPTY || exact.space.and(applies, ranked.decides) != EMPTY {
            continue;
        }
        // Of an alternative that is there in vain as a whole, the parts are too.
        if exact.space.minus(applies, told) == EMPTY {
            continue;
        }
        let shadows = exact.deciders(applies);
        if shadows.iter().any(|decider| exact.regions.behavior(*decider) != ranked.behavior) {
            told = exact.space.or(told, applies);
            dead.push(DeadPart { alone: part.alone, tests: part.tests, shadows, without: part.without, act: None });
        }
    }
    for part in reached::reached(exact, rank) {
        let here = exact.space.holds(&exact.regions.lens, &part.alone);
        let applies = exact.space.and(here, ranked.applies);
        if exact.space.minus(applies, told) != EMPTY {
            dead.push(part);
        }
    }
    dead
}

/// One of several ways in which a condition can be met.
struct Part {
    alone: Condition,
    tests: Range<usize>,
    /// The condition as if this were the only way.
    only: Condition,
    /// The condition as if this were none.
    without: Condition,
}

/// Every value of a list and every alternative, outside of negations; tests are counted from `first` on.
fn parts(condition: &Condition, first: usize) -> Vec<Part> {
    match condition {
        Condition::Test(test) => values(test, first),
        Condition::Not(_) => Vec::new(),
        Condition::All(all) => within(all, first, Condition::All),
        Condition::Any(any) if any.len() > 1 => {
            let mut found: Vec<Part> = placed(any, first)
                .enumerate()
                .map(|(at, (alone, tests))| {
                    let rest = any.iter().enumerate().filter(|(other, _)| *other != at).map(|(_, part)| part.clone());
                    Part { alone: alone.clone(), tests, only: alone.clone(), without: Condition::Any(rest.collect()) }
                })
                .collect();
            for (at, (alternative, tests)) in placed(any, first).enumerate() {
                found.extend(parts(alternative, tests.start).into_iter().map(|part| {
                    let mut without = any.clone();
                    without[at] = part.without;
                    Part { without: Condition::Any(without), ..part }
                }));
            }
            found
        }
        Condition::Any(any) => within(any, first, Condition::Any),
    }
}

/// Conditions that stand side by side, with the positions of the tests of each.
fn placed(all: &[Condition], first: usize) -> impl Iterator<Item = (&Condition, Range<usize>)> {
    all.iter().scan(first, |next, one| {
        let tests = *next..*next + one.tests().len();
        *next = tests.end;
        Some((one, tests))
    })
}

/// The parts of each of several conditions that stand side by side.
fn within(all: &[Condition], first: usize, side_by_side: fn(Vec<Condition>) -> Condition) -> Vec<Part> {
    let mut found = Vec::new();
    for (at, (one, tests)) in placed(all, first).enumerate() {
        let put = |instead: Condition| {
            let mut all = all.to_vec();
            all[at] = instead;
            side_by_side(all)
        };
        found.extend(parts(one, tests.start).into_iter().map(|part| Part {
            only: put(part.only),
            without: put(part.without),
            ..part
        }));
    }
    found
}

fn values(test: &Test, position: usize) -> Vec<Part> {
    let Predicate::AnyOf(operands) = &test.predicate else { return Vec::new() };
    if operands.len() < 2 {
        return Vec::new();
    }
    let of = |operands| Condition::Test(Test { predicate: Predicate::AnyOf(operands), ..test.clone() });
    let part = |at: usize| {
        let rest = operands.iter().enumerate().filter(|(other, _)| *other != at).map(|(_, operand)| *operand);
        let alone = of(vec![operands[at]]);
        Part { only: alone.clone(), alone, tests: position..position + 1, without: of(rest.collect()) }
    };
    (0..operands.len()).map(part).collect()
}

/// To take each part out, or to let the clause come first.
pub(super) fn fixes(exact: &mut Exact<'_>, problem: &Problem) -> Vec<PolicyEdit> {
    let policy = exact.policy();
    let Some(clause) = clause_of(policy, problem) else { return Vec::new() };
    let Some(rank) = exact.regions.ranked.iter().position(|ranked| ranked.clause == clause) else { return Vec::new() };
    let dead = dead(exact, rank);
    let out = dead.iter().filter_map(|part| Some(PolicyEdit { clause, act: part.taken_out(policy.clause(clause))? }));
    let first = dead.iter().flat_map(|part| part.shadows.iter().copied().flatten()).min();
    let ahead = first.and_then(|first| moved(policy, clause, first));
    out.chain(ahead).collect()
}

impl DeadPart {
    /// Where it stands: at its first test.
    fn route(&self, when: &Condition) -> Route {
        when.tests().get(self.tests.start).map_or(Route::root(), |test| test.route.clone())
    }

    /// How one edit takes the part out of its condition: a value of a list, or an alternative.
    fn taken_out(&self, clause: &Clause) -> Option<Act> {
        if let Some(act) = &self.act {
            return Some(act.clone());
        }
        let test = *clause.when.tests().get(self.tests.start)?;
        let value = match (&test.predicate, &self.alone) {
            (Predicate::AnyOf(all), Condition::Test(Test { predicate: Predicate::AnyOf(one), .. })) => {
                one.first().filter(|_| all.len() > 1 && one.len() == 1).map(|value| (all, *value))
            }
            _ => None,
        };
        let act = match value {
            Some((all, value)) => {
                let rest = all.iter().copied().filter(|operand| *operand != value).collect();
                Act::SetTest(self.tests.start, Predicate::AnyOf(rest), Kind::Tighten)
            }
            None => Act::DropAlternative(self.tests.clone()),
        };
        // An alternative that asks nothing at all has no test that could be dropped.
        let edit = PolicyEdit { clause: ClauseIx(0), act };
        same(&edit.clause_after(clause).when, &self.without).then_some(edit.act)
    }
}
