//! A policy, or two versions of it, as a grid: categories down, severity and one facet across, what is done in each cell.
//!
//! A cell is told from the diagrams: what can be answered below a node is known once, so that only the way down to the
//! chosen facet is walked. No point is looked at by itself.

use super::TooLarge;
use super::diagram::{EMPTY, Node};
use super::layout::{Asks, Detail, Points, Space};
use super::regions::Regions;
use crate::decide::situation::Situation;
use crate::policy::Policy;
use crate::policy::clause::ClauseIx;
use crate::policy::condition::{Met, Subject};
use crate::policy::facet::{FacetIx, FacetKind, FacetValue, ValueIx};
use crate::policy::taxonomy::CategoryIx;
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// One version, or two that share a space.
#[derive(Debug)]
pub struct Grid {
    space: Space,
    /// The behaviors that are done, by id; cells name them by position.
    pub behaviors: Vec<Arc<str>>,
    /// The base where there is one, and the head.
    sides: Vec<Side>,
    /// Where the two do otherwise; nowhere of one version.
    changed: Node,
}

#[derive(Debug)]
struct Side {
    /// Gives the position of the behavior, from 1.
    done: Node,
    /// Below each of its nodes what may be done, as bits.
    below: FxHashMap<Node, u128>,
    /// Gives the position of the decider, from 1.
    decided: Node,
    deciders: Vec<Option<ClauseIx>>,
}

/// A row: what cells of it have in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Row {
    /// The case without harms.
    NoHarm,
    /// A category and all below it.
    Tree(CategoryIx),
    /// A category alone.
    One(CategoryIx),
}

/// A column, in the order of the policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Column {
    /// `None` where it is unknown.
    pub severity: Option<ValueIx>,
    pub value: Across,
}

/// What the chosen facet is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Across {
    /// No facet is chosen: whatever the facets are.
    Any,
    Unknown(FacetIx),
    /// One of the values; of a set, that it has this one.
    Value(FacetIx, ValueIx),
    /// A set with nothing in it.
    Nothing(FacetIx),
}

impl Grid {
    pub fn of(base: Option<&Policy>, head: &Policy) -> Result<Self, TooLarge> {
        let mut space = Space::new(base, head, Detail::Tests)?;
        let mut behaviors = Vec::new();
        let mut sides = Vec::new();
        for policy in base.into_iter().chain([head]) {
            // All behaviors have a place, in the order of the policy: what is never done, too.
            for (_, behavior) in policy.manifest.behaviors.iter() {
                if !behaviors.contains(&behavior.id) {
                    behaviors.push(behavior.id.clone());
                }
            }
            let regions = Regions::compile(&mut space, policy)?;
            let position = |id| behaviors.iter().position(|known| known == id).unwrap_or_default() as u32 + 1;
            let deciders: Vec<_> =
                (1..=regions.ranked.len() as u32 + 1).map(|answer| regions.decider(answer)).collect();
            let done =
                deciders.iter().map(|decider| position(policy.manifest.behaviors.id(regions.behavior(*decider))));
            let done: Vec<u32> = std::iter::once(0).chain(done).collect();
            let done = space.diagrams.recode(regions.function, &done);
            sides.push(Side { done, below: FxHashMap::default(), decided: regions.function, deciders });
        }
        let changed = match &sides[..] {
            [base, head] => space.differing(base.done, head.done),
            _ => EMPTY,
        };
        space.check()?;
        for side in &mut sides {
            may_be(&space, side.done, &mut side.below);
        }
        Ok(Grid { space, behaviors, sides, changed })
    }

    pub fn space(&self) -> &Space {
        &self.space
    }

    /// The words in which rows and columns are meant.
    pub fn words(&self) -> &Policy {
        &self.space.words
    }

    /// How many versions there are side by side.
    pub fn sides(&self) -> usize {
        self.sides.len()
    }

    /// The columns across, with a facet or without: by severity, and in each by the facet's values.
    pub fn columns(&self, facet: Option<FacetIx>) -> Vec<Column> {
        let manifest = &self.words().manifest;
        let mut values = Vec::new();
        match facet {
            None => values.push(Across::Any),
            Some(ix) => {
                if manifest.facet(ix).kind == FacetKind::Set {
                    values.push(Across::Nothing(ix));
                }
                let count = manifest.facet(ix).values.len() as u16;
                values.extend((0..count).map(|value| Across::Value(ix, ValueIx(value))));
                values.push(Across::Unknown(ix));
            }
        }
        let severities = (0..manifest.severities.len() as u16).map(|ix| Some(ValueIx(ix))).chain([None]);
        severities.flat_map(|severity| values.iter().map(move |&value| Column { severity, value })).collect()
    }

    /// The behaviors that one side has somewhere in a cell, by position; none where the cell has no point.
    pub fn done(&self, side: usize, row: Row, column: Column) -> Vec<usize> {
        let side = &self.sides[side];
        let mut known = FxHashMap::default();
        let mask = self.mask(side.done, 0, row, column, &side.below, &mut known);
        (0..self.behaviors.len()).filter(|at| mask >> (at + 1) & 1 == 1).collect()
    }

    /// At how many points of a cell the two versions do otherwise.
    pub fn changed(&self, row: Row, column: Column) -> Points {
        self.count(self.changed, row, column).remove(&1).unwrap_or_default()
    }

    /// From which behavior to which one a cell's points changed between the two versions, by position, and how many: the most
    /// first. None of one version alone.
    pub fn turned(&mut self, row: Row, column: Column) -> Vec<(usize, usize, Points)> {
        let [base, head] = &self.sides[..] else { return Vec::new() };
        let several = self.behaviors.len() as u32;
        let turns = self.space.diagrams.join(base.done, head.done, &mut |before, after| {
            if before == 0 || after == 0 || before == after { 0 } else { (before - 1) * several + after }
        });
        let turns = self.count(turns, row, column).into_iter().map(|(turn, points)| (turn as usize - 1, points));
        let several = self.behaviors.len();
        most_first(turns.collect()).into_iter().map(|(turn, points)| (turn / several, turn % several, points)).collect()
    }

    /// Whether the two versions do otherwise anywhere in a cell.
    pub fn is_changed(&self, row: Row, column: Column) -> bool {
        let below = FxHashMap::default();
        let mut known = FxHashMap::default();
        self.mask(self.changed, 0, row, column, &below, &mut known) >> 1 & 1 == 1
    }

    /// What one side does in a cell, and at how many points, the most first.
    pub fn shares(&self, side: usize, row: Row, column: Column) -> Vec<(usize, Points)> {
        let counts = self.count(self.sides[side].done, row, column);
        most_first(counts.into_iter().map(|(answer, points)| (answer as usize - 1, points)).collect())
    }

    /// Who decides on one side in a cell, and at how many points, the most first; `None` is the default.
    pub fn deciders(&self, side: usize, row: Row, column: Column) -> Vec<(Option<ClauseIx>, Points)> {
        let side = &self.sides[side];
        let counts = self.count(side.decided, row, column);
        let decider = |answer: u32| side.deciders.get(answer as usize - 1).copied().flatten();
        most_first(counts.into_iter().map(|(answer, points)| (decider(answer), points)).collect())
    }

    /// Whether a point, which is in the terms of the words, lies in a cell.
    pub fn holds(&self, row: Row, column: Column, point: &Situation) -> bool {
        let category = match (row, point.category) {
            (Row::NoHarm, Met::Category(None)) => true,
            (Row::Tree(ix), Met::Category(Some(at))) => self.words().taxonomy.is_within(at, ix),
            (Row::One(ix), Met::Category(Some(at))) => at == ix,
            _ => false,
        };
        let met = |ix: FacetIx| point.facets.get(usize::from(ix.0)).copied().flatten();
        let value = match column.value {
            Across::Any => true,
            Across::Unknown(ix) => met(ix).is_none(),
            Across::Nothing(ix) => met(ix) == Some(FacetValue::Set(0)),
            Across::Value(ix, value) => match met(ix) {
                Some(FacetValue::One(at)) => at == value,
                Some(FacetValue::Set(bits)) => bits >> value.0 & 1 == 1,
                None => false,
            },
        };
        category && value && point.severity == column.severity
    }

    /// How many values of a class of a level lie in a cell.
    fn weight(&self, level: usize, value: usize, row: Row, column: Column) -> Points {
        let level = &self.space.levels[level];
        let free = || level.weights[value].clone();
        let one = |yes: bool| Points::from(u32::from(yes));
        match (&level.asks, level.subject) {
            (Asks::Class(classes), Subject::Category) => {
                let within = |met: &&Met| match (row, met) {
                    (Row::NoHarm, Met::Category(None)) => true,
                    (Row::Tree(ix), Met::Category(Some(at))) => self.words().taxonomy.is_within(*at, ix),
                    (Row::One(ix), Met::Category(Some(at))) => *at == ix,
                    _ => false,
                };
                Points::from(classes[value].iter().filter(within).count())
            }
            (Asks::Class(classes), Subject::Severity) => {
                one(classes[value].contains(&Met::Value(column.severity.map(FacetValue::One))))
            }
            (Asks::Class(classes), Subject::Facet(ix)) => match column.value {
                Across::Value(of, at) if of == ix => {
                    one(classes[value].contains(&Met::Value(Some(FacetValue::One(at)))))
                }
                Across::Unknown(of) if of == ix => one(classes[value].contains(&Met::Value(None))),
                _ => free(),
            },
            (Asks::Known, Subject::Facet(ix)) => match column.value {
                Across::Unknown(of) if of == ix => one(value == 0),
                Across::Nothing(of) if of == ix => one(value == 1),
                // A value that no test names is one of those that are counted here.
                Across::Value(of, at) if of == ix && value == 1 && !self.asks(ix, at) => free() >> 1,
                Across::Value(of, _) if of == ix && value == 0 => Points::ZERO,
                _ => free(),
            },
            (Asks::Has(has), Subject::Facet(ix)) => match column.value {
                Across::Value(of, at) if of == ix && at == *has => one(value == 1),
                Across::Nothing(of) if of == ix => one(value == 0),
                _ => free(),
            },
            _ => free(),
        }
    }

    /// Whether a level of a set asks for a value.
    fn asks(&self, facet: FacetIx, value: ValueIx) -> bool {
        let mut levels = self.space.levels_of(Subject::Facet(facet));
        levels.any(|level| matches!(self.space.levels[level].asks, Asks::Has(has) if has == value))
    }

    /// The last level that a column confines.
    fn last(&self, column: Column) -> usize {
        match column.value {
            Across::Any => self.space.levels_of(Subject::Severity).end,
            Across::Unknown(ix) | Across::Nothing(ix) | Across::Value(ix, _) => {
                self.space.levels_of(Subject::Facet(ix)).end
            }
        }
    }

    /// What a function may answer in a cell, as bits; bit 0 is no point at all.
    fn mask(
        &self,
        node: Node,
        level: usize,
        row: Row,
        column: Column,
        below: &FxHashMap<Node, u128>,
        known: &mut FxHashMap<(Node, usize), u128>,
    ) -> u128 {
        if let Some(answer) = node.as_answer() {
            return 1 << answer.min(127);
        }
        if level >= self.last(column)
            && let Some(mask) = below.get(&node)
        {
            return *mask;
        }
        if let Some(mask) = known.get(&(node, level)) {
            return *mask;
        }
        let here = self.space.diagrams.level(node).unwrap_or(level);
        let mut mask = 0;
        for value in 0..self.space.diagrams.arity(here) {
            if self.weight(here, value, row, column) != Points::ZERO {
                let child = self.space.diagrams.child(node, here, value);
                mask |= self.mask(child, here + 1, row, column, below, known);
            }
        }
        known.insert((node, level), mask);
        mask
    }

    /// How many points of a cell a function gives each answer at, but for 0.
    fn count(&self, function: Node, row: Row, column: Column) -> FxHashMap<u32, Points> {
        let levels = self.space.levels.len();
        let totals: Vec<Points> = (0..levels)
            .map(|level| (0..self.space.diagrams.arity(level)).map(|v| self.weight(level, v, row, column)).sum())
            .collect();
        let mut known: FxHashMap<Node, FxHashMap<u32, Points>> = FxHashMap::default();
        let mut counts = self.count_below(function, row, column, &totals, &mut known);
        let first = self.space.diagrams.level(function).unwrap_or(levels);
        let skipped: Points = totals[..first].iter().product();
        counts.values_mut().for_each(|count| *count *= &skipped);
        counts.retain(|answer, count| *answer != 0 && *count != Points::ZERO);
        counts
    }

    fn count_below(
        &self,
        node: Node,
        row: Row,
        column: Column,
        totals: &[Points],
        known: &mut FxHashMap<Node, FxHashMap<u32, Points>>,
    ) -> FxHashMap<u32, Points> {
        if let Some(answer) = node.as_answer() {
            return FxHashMap::from_iter([(answer, Points::from(1_u32))]);
        }
        if let Some(counts) = known.get(&node) {
            return counts.clone();
        }
        let level = self.space.diagrams.level(node).unwrap_or(0);
        let mut counts: FxHashMap<u32, Points> = FxHashMap::default();
        for value in 0..self.space.diagrams.arity(level) {
            let weight = self.weight(level, value, row, column);
            let child = self.space.diagrams.child(node, level, value);
            if weight == Points::ZERO || child == EMPTY {
                continue;
            }
            let next = self.space.diagrams.level(child).unwrap_or(totals.len());
            let skipped: Points = totals[level + 1..next].iter().product();
            for (answer, points) in self.count_below(child, row, column, totals, known) {
                *counts.entry(answer).or_default() += points * &weight * &skipped;
            }
        }
        known.insert(node, counts.clone());
        counts
    }
}

/// What may be answered below each node of a function, as bits.
fn may_be(space: &Space, node: Node, below: &mut FxHashMap<Node, u128>) -> u128 {
    if let Some(answer) = node.as_answer() {
        return 1 << answer.min(127);
    }
    if let Some(mask) = below.get(&node) {
        return *mask;
    }
    let level = space.diagrams.level(node).unwrap_or(0);
    let mut mask = 0;
    for value in 0..space.diagrams.arity(level) {
        mask |= may_be(space, space.diagrams.child(node, level, value), below);
    }
    below.insert(node, mask);
    mask
}

fn most_first<T>(mut counts: Vec<(T, Points)>) -> Vec<(T, Points)>
where
    T: Ord,
{
    counts.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
    counts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analyze::space::tests::{points, read};
    use crate::analyze::structure::tests::random;
    use crate::decide::explain::rule;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]

        /// Every cell, held to going through all of its points.
        #[test]
        fn cells_say_what_is_done_in_them((base, head) in (random::policy(), random::policy())) {
            let grid = Grid::of(Some(&base), &head).unwrap();
            let all = points(grid.words());
            let categories = (0..grid.words().taxonomy.len() as u16).map(CategoryIx);
            let rows: Vec<Row> =
                std::iter::once(Row::NoHarm).chain(categories.flat_map(|ix| [Row::Tree(ix), Row::One(ix)])).collect();
            let facets = (0..grid.words().manifest.facets.len() as u16).map(|ix| Some(FacetIx(ix)));
            for facet in std::iter::once(None).chain(facets) {
                for column in grid.columns(facet) {
                    for &row in &rows {
                        let within: Vec<_> = all.iter().filter(|point| grid.holds(row, column, point)).collect();
                        let mut expected = [vec![], vec![]];
                        let mut deciders = [vec![], vec![]];
                        let mut changed = 0_usize;
                        for point in &within {
                            let done = [&base, &head].map(|policy| {
                                let decision = rule(policy, &read(&grid.space, policy, point));
                                let id = policy.manifest.behaviors.id(decision.behavior);
                                (grid.behaviors.iter().position(|known| known == id).unwrap(), decision.clause)
                            });
                            changed += usize::from(done[0].0 != done[1].0);
                            for side in [0, 1] {
                                expected[side].push(done[side].0);
                                deciders[side].push(done[side].1);
                            }
                        }
                        prop_assert_eq!(grid.changed(row, column), Points::from(changed));
                        prop_assert_eq!(grid.is_changed(row, column), changed > 0);
                        for side in [0, 1] {
                            let shares = grid.shares(side, row, column);
                            let n = |at: usize| expected[side].iter().filter(|done| **done == at).count();
                            prop_assert!(shares.iter().all(|(at, points)| *points == Points::from(n(*at))));
                            prop_assert_eq!(shares.iter().map(|(_, n)| n).sum::<Points>(), Points::from(within.len()));
                            let mut found = grid.done(side, row, column);
                            let mut wanted = expected[side].clone();
                            wanted.sort_unstable();
                            wanted.dedup();
                            found.sort_unstable();
                            prop_assert_eq!(found, wanted);
                            for (decider, points) in grid.deciders(side, row, column) {
                                let n = deciders[side].iter().filter(|one| **one == decider).count();
                                prop_assert_eq!(points, Points::from(n));
                            }
                        }
                    }
                }
            }
        }
    }
}
