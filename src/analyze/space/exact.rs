//! One policy with all that it decides, and what can be asked of it: who would decide without a clause, what a
//! change of one condition would change.

use super::TooLarge;
use super::diagram::{EMPTY, Node};
use super::layout::{Detail, Space};
use super::regions::{Ranked, Regions};
use crate::policy::Policy;
use crate::policy::behavior::BehaviorIx;
use crate::policy::clause::ClauseIx;
use crate::policy::condition::Condition;

/// A policy in its own space.
#[derive(Debug)]
pub struct Exact<'p> {
    pub space: Space,
    pub regions: Regions<'p>,
    /// By rank: which classes of categories the clause applies to at all, a bit each.
    reach: Vec<Vec<u64>>,
}

/// What a clause decides although others behind it apply there as well.
#[derive(Debug)]
pub struct Taken {
    pub by: Ranked,
    pub from: Vec<Decider>,
    pub set: Node,
}

/// Who decides: a clause, or the default.
pub type Decider = Option<ClauseIx>;

impl<'p> Exact<'p> {
    pub fn of(policy: &'p Policy) -> Result<Self, TooLarge> {
        let mut space = Space::new(None, policy, Detail::Gaps)?;
        let regions = Regions::compile(&mut space, policy)?;
        let reach = regions.ranked.iter().map(|ranked| space.reach(ranked.applies)).collect();
        Ok(Exact { space, regions, reach })
    }

    pub fn policy(&self) -> &'p Policy {
        self.regions.policy()
    }

    /// The clauses that can decide, by rank: the first of them that applies decides.
    pub fn ranked(&self) -> Vec<(usize, Ranked)> {
        self.regions.ranked.iter().copied().enumerate().collect()
    }

    /// Who decides at any point of a set, in the order in which they win.
    pub fn deciders(&mut self, set: Node) -> Vec<Decider> {
        let within = self.space.keep(self.regions.function, set);
        let answers = self.space.diagrams.answers(within);
        answers.into_iter().filter(|answer| *answer != 0).map(|answer| self.regions.decider(answer)).collect()
    }

    /// The fewest found of the clauses of earlier ranks that together apply wherever this one does; for a clause that never
    /// decides.
    pub fn shadowing(&mut self, ranked: &Ranked) -> Vec<ClauseIx> {
        let mut shadows: Vec<ClauseIx> = self.deciders(ranked.applies).into_iter().flatten().collect();
        // Of those that decide there some are only first; the later they come the less they are likely to be needed.
        for clause in shadows.clone().into_iter().rev() {
            let others: Vec<ClauseIx> = shadows.iter().copied().filter(|other| *other != clause).collect();
            let mut left = ranked.applies;
            for other in &others {
                let applies = self.applies(*other);
                left = self.space.minus(left, applies);
            }
            if left == EMPTY {
                shadows = others;
            }
        }
        shadows
    }

    /// Where a clause applies; nowhere if it cannot decide.
    pub fn applies(&self, clause: ClauseIx) -> Node {
        self.regions.ranked.iter().find(|ranked| ranked.clause == clause).map_or(EMPTY, |ranked| ranked.applies)
    }

    /// The classes of categories in which the clause of this rank applies at all, a bit each.
    pub fn reach(&self, rank: usize) -> &[u64] {
        &self.reach[rank]
    }

    /// For each clause what it takes from the clauses behind it of which `from` (the second of the two) says so.
    pub fn taken(&mut self, from: impl Fn(&Ranked, &Ranked) -> bool) -> Vec<Taken> {
        let ranked = self.regions.ranked.clone();
        let mut found = Vec::new();
        for (rank, by) in ranked.iter().enumerate().filter(|(_, by)| by.decides != EMPTY) {
            let mut taken = Taken { by: *by, from: Vec::new(), set: EMPTY };
            for (at, behind) in ranked.iter().enumerate().skip(rank + 1) {
                let meet = self.reach[rank].iter().zip(&self.reach[at]).any(|(a, b)| a & b != 0);
                if !meet || !from(by, behind) {
                    continue;
                }
                let both = self.space.and(by.decides, behind.applies);
                if both != EMPTY {
                    taken.from.push(Some(behind.clause));
                    taken.set = self.space.or(taken.set, both);
                }
            }
            if taken.set != EMPTY {
                found.push(taken);
            }
        }
        found
    }

    /// Who would decide the points of a set, which no earlier rank decides, if the clause of this rank did not: where all of
    /// them would do what `behavior` is. `None` where any would not.
    pub fn alike_without(&mut self, rank: usize, set: Node, behavior: BehaviorIx) -> Option<Vec<Decider>> {
        let mut deciders = Vec::new();
        let mut left = set;
        let reach = self.space.reach(set);
        for later in rank + 1..self.regions.ranked.len() {
            if left == EMPTY {
                break;
            }
            if self.reach[later].iter().zip(&reach).all(|(a, b)| a & b == 0) {
                continue;
            }
            let ranked = self.regions.ranked[later];
            let rest = self.space.minus(left, ranked.applies);
            if rest != left {
                if ranked.behavior != behavior {
                    return None;
                }
                deciders.push(Some(ranked.clause));
                left = rest;
            }
        }
        if left != EMPTY {
            if self.regions.behavior(None) != behavior {
                return None;
            }
            deciders.push(None);
        }
        // Where there was no room, nothing is proven.
        self.space.check().is_ok().then_some(deciders)
    }

    /// Whether every decision would be the same if the clause of this rank had another condition.
    pub fn same_with(&mut self, rank: usize, condition: &Condition) -> bool {
        let Ranked { applies, decides, behavior, .. } = self.regions.ranked[rank];
        let instead = self.space.holds(&self.regions.lens, condition);
        let more = self.space.minus(instead, applies);
        // What it would take from later ones, they must decide alike.
        let others: Vec<bool> = std::iter::once(false)
            .chain(self.regions.ranked.iter().enumerate().map(|(at, one)| at > rank && one.behavior != behavior))
            .chain([self.regions.behavior(None) != behavior])
            .collect();
        if self.space.check().is_err() || self.space.diagrams.gives_any(self.regions.function, more, &others) {
            return false;
        }
        let fewer = self.space.minus(decides, instead);
        self.alike_without(rank, fewer, behavior).is_some()
    }
}

impl Space {
    /// The classes of categories in which a set has a point, a bit each.
    pub fn reach(&self, set: Node) -> Vec<u64> {
        let arity = self.diagrams.arity(0);
        let mut bits = vec![0; arity.div_ceil(64)];
        for value in (0..arity).filter(|&value| self.diagrams.child(set, 0, value) != EMPTY) {
            bits[value / 64] |= 1 << (value % 64);
        }
        bits
    }
}
