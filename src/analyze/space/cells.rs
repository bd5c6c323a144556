//! A space in cells, each what one clause decides of some categories, and which of them gold cases visit.

use super::TooLarge;
use super::diagram::{EMPTY, Node};
use super::layout::{Asks, Detail, Points, Space};
use super::regions::Regions;
use crate::decide::Situation;
use crate::policy::Policy;
use crate::policy::clause::ClauseIx;
use crate::policy::condition::{Condition, Met};
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;

/// Which cells cases visit. Categories of one risk tier that no test tells apart share their cells.
#[derive(Debug)]
pub struct Cells {
    pub cells: u64,
    pub visited: u64,
    /// By risk tier, `None` for categories without one.
    pub by_tier: BTreeMap<Option<u32>, TierCells>,
    /// How many points there are, and how many lie in cells that are visited.
    pub points: Points,
    pub visited_points: Points,
    /// What no case visits: the riskiest tier first, of a tier the largest.
    pub unvisited: Vec<Unvisited>,
    /// Conditions are in its words.
    pub space: Space,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct TierCells {
    pub cells: u64,
    pub visited: u64,
}

/// A region that one clause (or the default) decides, in which no case lies.
#[derive(Debug)]
pub struct Unvisited {
    pub decider: Option<ClauseIx>,
    pub tier: Option<u32>,
    pub when: Condition,
    pub points: Points,
    /// The plainest point of it.
    pub example: Situation,
}

impl Cells {
    /// `visits` are the points at which labeled cases are, in the policy's own terms.
    pub fn of(policy: &Policy, visits: &[Situation]) -> Result<Cells, TooLarge> {
        let mut space = Space::new(None, policy, Detail::Tiers)?;
        let function = Regions::compile(&mut space, policy)?.function;
        let classes = match &space.levels[0].asks {
            Asks::Class(classes) => classes.clone(),
            _ => Vec::new(),
        };
        let class_of: FxHashMap<Met, usize> =
            classes.iter().enumerate().flat_map(|(at, class)| class.iter().map(move |met| (*met, at))).collect();
        let mut seen: FxHashMap<(usize, u32), u64> = FxHashMap::default();
        for point in visits {
            if let Some(&class) = class_of.get(&point.category) {
                *seen.entry((class, space.at(function, point))).or_default() += 1;
            }
        }
        let mut cells = Cells {
            cells: 0,
            visited: 0,
            by_tier: BTreeMap::new(),
            points: space.size(),
            visited_points: Points::ZERO,
            unvisited: Vec::new(),
            space,
        };
        let mut left_out: BTreeMap<(Option<u32>, u32), Node> = BTreeMap::new();
        for (at, class) in classes.iter().enumerate() {
            let tier = tier(policy, class);
            let here = cells.space.diagrams.values(0, |value| value == at);
            let kept = cells.space.diagrams.keep(function, here);
            for (answer, set) in cells.space.split(kept) {
                let set = cells.space.and(set, cells.space.domain);
                if answer == 0 || set == EMPTY {
                    continue;
                }
                let of_tier = cells.by_tier.entry(tier).or_default();
                cells.cells += 1;
                of_tier.cells += 1;
                if seen.contains_key(&(at, answer)) {
                    cells.visited += 1;
                    of_tier.visited += 1;
                    cells.visited_points += cells.space.count(set);
                    continue;
                }
                let joined = left_out.entry((tier, answer)).or_insert(EMPTY);
                *joined = cells.space.or(*joined, set);
            }
        }
        cells.name(policy, left_out)?;
        Ok(cells)
    }

    /// Says in words what was left out, cells of one tier and one clause together.
    fn name(&mut self, policy: &Policy, left_out: BTreeMap<(Option<u32>, u32), Node>) -> Result<(), TooLarge> {
        let deciders: Vec<ClauseIx> = super::in_order(policy).into_iter().map(|(clause, _)| clause).collect();
        for ((tier, answer), set) in left_out {
            for region in self.space.cover(set) {
                let Some(example) = self.space.plainest(region.set) else { continue };
                let decider = deciders.get(answer as usize - 1).copied();
                self.unvisited.push(Unvisited { decider, tier, when: region.when, points: region.points, example });
            }
        }
        self.space.check()?;
        let risk = |tier: Option<u32>| tier.unwrap_or(u32::MAX);
        self.unvisited.sort_by(|a, b| risk(a.tier).cmp(&risk(b.tier)).then_with(|| b.points.cmp(&a.points)));
        Ok(())
    }
}

/// The tier that all categories of a class have.
fn tier(policy: &Policy, class: &[Met]) -> Option<u32> {
    let tier = |met: &Met| match met {
        Met::Category(Some(ix)) => policy.taxonomy.tier(*ix),
        _ => None,
    };
    class.first().and_then(tier)
}
