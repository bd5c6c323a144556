//! How far the gold cases show what a policy does, in figures.

use crate::analyze::coverage::{Ceiling, ClauseExercise, Exercise, Goal, Labeled, Wanted, wanted};
use crate::analyze::space::{Cells, Edited, TooLarge};
use crate::decide::{Cancelled, GoldSet, Watch};
use crate::policy::Policy;
use crate::policy::clause::ClauseIx;
use crate::stats::Proportion;
use std::sync::Arc;

/// How far gold cases show what a policy does.
#[derive(Debug)]
pub struct Coverage {
    pub labeled: Labeled,
    pub exercise: Exercise,
    pub ceiling: Ceiling,
    /// What needs the whole decision space; not known where that is too large.
    pub space: Result<InSpace, TooLarge>,
}

#[derive(Debug)]
pub struct InSpace {
    pub cells: Cells,
    /// What no case shows of tests and boundaries.
    pub wanted: Vec<Wanted>,
}

impl Coverage {
    /// `watch` is told of the clauses that are looked at.
    pub fn of(policy: &Policy, sets: &[Arc<GoldSet>], watch: &dyn Watch) -> Result<Self, Cancelled> {
        let stopped = || if watch.cancelled() { Err(Cancelled) } else { Ok(()) };
        let labeled = Labeled::of(policy, sets);
        stopped()?;
        let exercise = Exercise::of(policy, &labeled);
        stopped()?;
        let ceiling = Ceiling::of(policy, &labeled);
        stopped()?;
        let space = InSpace::of(policy, &labeled, &exercise, watch);
        stopped()?;
        Ok(Coverage { labeled, exercise, ceiling, space })
    }

    /// Keeps of what is missing only what one clause is about.
    pub fn keep_only(&mut self, clause: ClauseIx) {
        if let Ok(space) = &mut self.space {
            space.wanted.retain(|wanted| wanted.clause == clause);
            space.cells.unvisited.retain(|region| region.decider == Some(clause));
        }
    }

    /// The clauses that decide a case, among those that can decide.
    pub fn clauses(&self) -> Proportion {
        let mut clauses = Proportion::default();
        self.exercise.clauses.iter().for_each(|clause| clauses.count(clause.decides > 0));
        clauses
    }

    /// The tests that are shown to matter, of one clause or of all; those that no case could show are left out.
    pub fn tests(&self, clause: Option<ClauseIx>) -> Proportion {
        let mut tests = Proportion::default();
        for exercise in self.of_clause(clause) {
            for (at, test) in exercise.tests.iter().enumerate() {
                let goals = [Goal::With(at), Goal::Without(at)];
                if test.is_shown() || !self.is_impossible(exercise.clause, &goals) {
                    tests.count(test.is_shown());
                }
            }
        }
        tests
    }

    /// The boundaries with a case on both sides, of one clause or of all; those where none could be are left out.
    pub fn boundaries(&self, clause: Option<ClauseIx>) -> Proportion {
        let mut boundaries = Proportion::default();
        for exercise in self.of_clause(clause) {
            for edge in &exercise.boundaries {
                let goals = [Goal::At(edge.test, edge.below), Goal::At(edge.test, edge.above)];
                if edge.is_held() || !self.is_impossible(exercise.clause, &goals) {
                    boundaries.count(edge.is_held());
                }
            }
        }
        boundaries
    }

    fn of_clause(&self, clause: Option<ClauseIx>) -> impl Iterator<Item = &ClauseExercise> {
        self.exercise.clauses.iter().filter(move |exercise| clause.is_none_or(|clause| exercise.clause == clause))
    }

    /// Whether one of the goals is beyond any case.
    fn is_impossible(&self, clause: ClauseIx, goals: &[Goal]) -> bool {
        let Ok(space) = &self.space else { return false };
        let impossible = |wanted: &Wanted| wanted.clause == clause && wanted.room.is_none();
        space.wanted.iter().any(|wanted| impossible(wanted) && goals.contains(&wanted.goal))
    }
}

impl InSpace {
    fn of(policy: &Policy, labeled: &Labeled, exercise: &Exercise, watch: &dyn Watch) -> Result<Self, TooLarge> {
        let cells = Cells::of(policy, &labeled.points)?;
        let mut edited = Edited::new(policy)?;
        Ok(InSpace { cells, wanted: wanted(&mut edited, exercise, watch)? })
    }
}
