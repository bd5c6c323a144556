//! Which clauses gold cases exercise, which of their tests are shown to matter, and which boundaries are held from both sides.
//!
//! A test is shown to matter by two cases: one that its clause decides and would not if this test came out otherwise, and
//! one that it does not decide but would. So each test alone turns the decision (masking MC/DC, after Chilenski and
//! Miller 1994). What a clause that wins over it takes away shows nothing.

use super::labeled::Labeled;
use crate::analyze::space::{CaseAt, in_order};
use crate::decide::Situation;
use crate::decide::situation::eval_test;
use crate::policy::Policy;
use crate::policy::clause::ClauseIx;
use crate::policy::condition::{Condition, Met, Subject, Test, Truth};
use crate::policy::facet::{FacetKind, FacetValue, ValueIx};

/// What the labeled cases exercise of a policy.
#[derive(Debug)]
pub struct Exercise {
    /// The clauses that can decide, in order.
    pub clauses: Vec<ClauseExercise>,
}

#[derive(Debug)]
pub struct ClauseExercise {
    pub clause: ClauseIx,
    /// How many cases have a harm that it decides, and the first of them.
    pub decides: u64,
    pub first: Option<CaseAt>,
    /// In the order of its tests.
    pub tests: Vec<TestExercise>,
    /// Of its tests on what is ordered.
    pub boundaries: Vec<Boundary>,
}

/// What shows that a test matters.
#[derive(Debug)]
pub struct TestExercise {
    /// Positions among [`Labeled::points`] that the clause decides and would not but for the test.
    pub with: Vec<usize>,
    /// And those that it does not decide and would but for the test.
    pub without: Vec<usize>,
}

/// Two neighbouring values between which a test changes its mind.
#[derive(Debug)]
pub struct Boundary {
    /// The test's position in its clause.
    pub test: usize,
    pub below: ValueIx,
    pub above: ValueIx,
    /// Positions among [`Labeled::points`] that have this value, and where the test turns what the clause does.
    pub at_below: Vec<usize>,
    pub at_above: Vec<usize>,
}

impl TestExercise {
    pub fn is_shown(&self) -> bool {
        !self.with.is_empty() && !self.without.is_empty()
    }
}

impl Boundary {
    pub fn is_held(&self) -> bool {
        !self.at_below.is_empty() && !self.at_above.is_empty()
    }
}

impl Exercise {
    pub fn of(policy: &Policy, labeled: &Labeled) -> Self {
        let order: Vec<ClauseIx> = in_order(policy).into_iter().map(|(clause, _)| clause).collect();
        // What each test of each clause says at each point; a clause's verdict follows from its own tests.
        let winner: Vec<usize> = labeled.points.iter().map(|point| winner(policy, &order, point)).collect();
        let mut exercised: Vec<ClauseExercise> = order
            .iter()
            .enumerate()
            .map(|(rank, &clause)| exercise(policy, labeled, clause, |point| winner[point].cmp(&rank)))
            .collect();
        for group in &labeled.groups {
            let mut deciders: Vec<usize> = group.points.iter().map(|&point| winner[point]).collect();
            deciders.sort_unstable();
            deciders.dedup();
            for rank in deciders {
                let Some(clause) = exercised.get_mut(rank) else { continue };
                clause.decides += group.cases().count() as u64;
                clause.first = clause.first.take().into_iter().chain(group.cases().cloned()).min();
            }
        }
        exercised.sort_by_key(|exercise| exercise.clause);
        Exercise { clauses: exercised }
    }

    /// The clauses that no labeled case exercises.
    pub fn idle(&self) -> impl Iterator<Item = &ClauseExercise> {
        self.clauses.iter().filter(|clause| clause.decides == 0)
    }
}

fn exercise(
    policy: &Policy,
    labeled: &Labeled,
    ix: ClauseIx,
    against_winner: impl Fn(usize) -> std::cmp::Ordering,
) -> ClauseExercise {
    let condition = &policy.clause(ix).when;
    let tests = condition.tests();
    let mut shown: Vec<TestExercise> =
        tests.iter().map(|_| TestExercise { with: Vec::new(), without: Vec::new() }).collect();
    let mut boundaries: Vec<Boundary> =
        tests.iter().enumerate().flat_map(|(at, test)| boundaries_of(policy, at, test)).collect();
    for (at, point) in labeled.points.iter().enumerate() {
        // Where another clause wins over it, it decides nothing whatever its tests say.
        let decides = match against_winner(at) {
            std::cmp::Ordering::Less => continue,
            order => order.is_eq(),
        };
        let mut truths: Vec<Truth> = tests.iter().map(|test| eval_test(policy, test, point)).collect();
        for (n, shown) in shown.iter_mut().enumerate() {
            let own = truths[n];
            let turns = [Truth::True, Truth::False].into_iter().filter(|other| *other != own).any(|other| {
                truths[n] = other;
                (outcome(condition, &truths) == Truth::True) != decides
            });
            truths[n] = own;
            if !turns {
                continue;
            }
            if decides { &mut shown.with } else { &mut shown.without }.push(at);
            let met = point.met(tests[n].subject);
            for boundary in boundaries.iter_mut().filter(|boundary| boundary.test == n) {
                if met == one(boundary.below) {
                    boundary.at_below.push(at);
                } else if met == one(boundary.above) {
                    boundary.at_above.push(at);
                }
            }
        }
    }
    ClauseExercise { clause: ix, decides: 0, first: None, tests: shown, boundaries }
}

/// How a condition comes out where its tests do so.
fn outcome(condition: &Condition, truths: &[Truth]) -> Truth {
    fn walk(condition: &Condition, truths: &[Truth], next: &mut usize) -> Truth {
        match condition {
            Condition::All(parts) => parts.iter().fold(Truth::True, |all, part| all.min(walk(part, truths, next))),
            Condition::Any(parts) => parts.iter().fold(Truth::False, |any, part| any.max(walk(part, truths, next))),
            Condition::Not(inner) => !walk(inner, truths, next),
            Condition::Test(_) => {
                *next += 1;
                truths[*next - 1]
            }
        }
    }
    walk(condition, truths, &mut 0)
}

/// Between which neighbours the test changes its mind; nowhere where its subject has no order.
fn boundaries_of(policy: &Policy, at: usize, test: &Test) -> Vec<Boundary> {
    let count = match test.subject {
        Subject::Severity => policy.manifest.severities.len(),
        Subject::Facet(ix) if policy.manifest.facet(ix).kind == FacetKind::Ordinal => {
            policy.manifest.facet(ix).values.len()
        }
        _ => 0,
    };
    let says = |value: ValueIx| test.predicate.eval(one(value), &policy.taxonomy);
    let values = (1..count as u16).map(|above| (ValueIx(above - 1), ValueIx(above)));
    let turning = values.filter(|&(below, above)| says(below) != says(above));
    let boundary = |(below, above)| Boundary { test: at, below, above, at_below: Vec::new(), at_above: Vec::new() };
    turning.map(boundary).collect()
}

fn one(value: ValueIx) -> Met {
    Met::Value(Some(FacetValue::One(value)))
}

/// The rank of the clause that decides a point; the number of clauses where none does.
fn winner(policy: &Policy, order: &[ClauseIx], point: &Situation) -> usize {
    use crate::decide::situation::eval;
    let applies = |ix: &ClauseIx| eval(policy, &policy.clause(*ix).when, point) == Truth::True;
    order.iter().position(applies).unwrap_or(order.len())
}
