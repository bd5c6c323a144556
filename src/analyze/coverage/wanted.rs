//! What cases are still wanted for: the sides of tests and boundaries that none is on, and whether one could be.

use super::exercise::Exercise;
use crate::analyze::space::{EMPTY, Edited, Points, TooLarge};
use crate::decide::{Situation, Watch};
use crate::policy::clause::ClauseIx;
use crate::policy::condition::{Condition, Operand, Predicate, Test};
use crate::policy::facet::ValueIx;
use crate::policy::place::Route;

/// A case that is not there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    pub clause: ClauseIx,
    pub goal: Goal,
    /// Where it could be; `None` where no case could show it, whatever it is.
    pub room: Option<Room>,
}

/// What a case would show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Goal {
    /// That the clause decides and would not but for the test at this position.
    With(usize),
    /// That the clause does not decide and would but for the test.
    Without(usize),
    /// What the clause does at this value of what the test asks for, on one side of a boundary.
    At(usize, ValueIx),
}

/// Points that would do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Room {
    pub points: Points,
    pub plainest: Situation,
}

impl Goal {
    /// The position of the test that it is about.
    pub fn test(self) -> usize {
        match self {
            Goal::With(test) | Goal::Without(test) | Goal::At(test, _) => test,
        }
    }
}

/// Everything that the cases of an exercise do not show of tests and boundaries, clause by clause; what there is up to then
/// where `watch` is stopped.
pub fn wanted(edited: &mut Edited<'_>, exercise: &Exercise, watch: &dyn Watch) -> Result<Vec<Wanted>, TooLarge> {
    let mut all = Vec::new();
    watch.expect(exercise.clauses.len() as u64);
    for clause in &exercise.clauses {
        if watch.cancelled() {
            break;
        }
        watch.advance(1);
        let when = &edited.policy().clause(clause.clause).when;
        let mut goals = Vec::new();
        for (at, shown) in clause.tests.iter().enumerate() {
            goals.extend(shown.with.is_empty().then_some(Goal::With(at)));
            goals.extend(shown.without.is_empty().then_some(Goal::Without(at)));
        }
        for edge in &clause.boundaries {
            let sides = [(edge.below, &edge.at_below), (edge.above, &edge.at_above)];
            let missing = sides.into_iter().filter(|(_, points)| points.is_empty());
            goals.extend(missing.map(|(value, _)| Goal::At(edge.test, value)));
        }
        let tests = when.tests();
        for goal in goals {
            let turned = edited.turned_by(clause.clause, goal.test())?;
            let set = match goal {
                Goal::With(_) => {
                    let holds = edited.holds(when);
                    edited.space.and(turned, holds)
                }
                Goal::Without(_) => {
                    let holds = edited.holds(when);
                    edited.space.minus(turned, holds)
                }
                Goal::At(test, value) => {
                    let predicate = Predicate::AnyOf(vec![Operand::Value(value)]);
                    let here = Condition::Test(Test { subject: tests[test].subject, predicate, route: Route::root() });
                    let here = edited.holds(&here);
                    edited.space.and(turned, here)
                }
            };
            edited.space.check()?;
            let plainest = if set == EMPTY { None } else { edited.space.plainest(set) };
            let room = plainest.map(|plainest| Room { points: edited.space.count(set), plainest });
            all.push(Wanted { clause: clause.clause, goal, room });
        }
    }
    Ok(all)
}
