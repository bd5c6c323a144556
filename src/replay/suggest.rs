//! The cases to write next: those that would show the most of what no gold case shows.
//!
//! Whatever is missing (an edit that nobody would notice, a test or boundary that is not shown, a region without a case)
//! has a plainest point at which a case would show it. One such point often shows several things at once, so the
//! points are taken greedily, each for what it adds; what is riskier counts for more.

use super::coverage::Coverage;
use super::mutate::{Mutant, Mutation};
use crate::analyze::coverage::Wanted;
use crate::analyze::space::{CaseAt, Unvisited};
use crate::decide::columns::Standing;
use crate::decide::explain::rule;
use crate::decide::{Cancelled, GoldSet, Situation, Watch};
use crate::policy::Policy;
use crate::policy::condition::Met;
use rayon::prelude::*;
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// A case that should be written.
#[derive(Debug, Clone)]
pub struct Suggestion {
    pub point: Situation,
    /// The risk tier of its category.
    pub tier: Option<u32>,
    /// What it would show, as positions among the survivors, the wanted and the unvisited.
    pub shows: Vec<Shows>,
}

/// One thing that a case would show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Shows {
    /// It would notice this one of [`Mutation::survivors`].
    Survivor(usize),
    Wanted(usize),
    Unvisited(usize),
}

/// Beyond so many nothing is compared with everything.
const MOST_POINTS: usize = 400;

/// At most so many suggestions, the most telling first; none where a case waits already for its label. `watch` is told of the points that are looked at.
pub fn suggest(
    policy: &Policy,
    mutation: &Mutation,
    coverage: &Coverage,
    most: usize,
    watch: &dyn Watch,
) -> Result<Vec<Suggestion>, Cancelled> {
    let survivors = mutation.survivors();
    let (wanted, unvisited): (&[Wanted], &[Unvisited]) = match &coverage.space {
        Ok(space) => (&space.wanted, &space.cells.unvisited),
        Err(_) => (&[], &[]),
    };
    let mut at: FxHashMap<Situation, usize> = FxHashMap::default();
    let mut candidates: Vec<Suggestion> = Vec::new();
    let mut add = |point: &Situation, shows: Shows| {
        if coverage.labeled.waiting.contains(point) {
            return;
        }
        let next = candidates.len();
        let known = *at.entry(point.clone()).or_insert(next);
        if known == next {
            candidates.push(Suggestion { point: point.clone(), tier: tier(policy, point), shows: Vec::new() });
        }
        candidates[known].shows.push(shows);
    };
    // Three lists in turn, so that none crowds the others out; each has the riskiest first.
    for n in 0..survivors.len().max(wanted.len()).max(unvisited.len()) {
        if let Some(escape) = survivors.get(n).and_then(|mutant| mutant.escape()) {
            add(&escape.point, Shows::Survivor(n));
        }
        if let Some(region) = unvisited.get(n) {
            add(&region.example, Shows::Unvisited(n));
        }
        if let Some(room) = wanted.get(n).and_then(|wanted| wanted.room.as_ref()) {
            add(&room.plainest, Shows::Wanted(n));
        }
    }
    candidates.truncate(MOST_POINTS.max(most));
    notice(policy, &survivors[..survivors.len().min(MOST_POINTS)], &mut candidates, watch)?;
    Ok(greedy(candidates, most))
}

/// Adds to every point the survivors that it would notice as well.
fn notice(
    policy: &Policy,
    survivors: &[&Mutant],
    candidates: &mut [Suggestion],
    watch: &dyn Watch,
) -> Result<(), Cancelled> {
    watch.expect(candidates.len() as u64);
    let edited: Vec<Policy> = survivors.par_iter().map(|mutant| mutant.edit.apply(policy)).collect();
    candidates.par_iter_mut().try_for_each(|candidate| {
        if watch.cancelled() {
            return Err(Cancelled);
        }
        let now = rule(policy, &candidate.point).behavior;
        for (n, edited) in edited.iter().enumerate() {
            let shows = Shows::Survivor(n);
            if rule(edited, &candidate.point).behavior != now && !candidate.shows.contains(&shows) {
                candidate.shows.push(shows);
            }
        }
        watch.advance(1);
        Ok(())
    })
}

fn greedy(mut candidates: Vec<Suggestion>, most: usize) -> Vec<Suggestion> {
    let mut taken = Vec::new();
    while taken.len() < most {
        let weight = |candidate: &Suggestion| candidate.shows.len() as u64 * risk(candidate.tier);
        // Of equals the first: `max_by_key` would take the last.
        let best = (0..candidates.len()).rev().max_by_key(|&at| weight(&candidates[at]));
        let Some(best) = best.filter(|&best| !candidates[best].shows.is_empty()) else { break };
        let best = candidates.remove(best);
        for candidate in &mut candidates {
            candidate.shows.retain(|shows| !best.shows.contains(shows));
        }
        taken.push(best);
    }
    taken
}

/// How much more a case in a tier counts than one in none.
fn risk(tier: Option<u32>) -> u64 {
    match tier {
        Some(0 | 1) => 4,
        Some(2) => 2,
        _ => 1,
    }
}

fn tier(policy: &Policy, point: &Situation) -> Option<u32> {
    match point.category {
        Met::Category(Some(ix)) => policy.taxonomy.tier(ix),
        _ => None,
    }
}

/// The cases that people labeled and on which neither they nor a ruling settled anything, in the order of sets and rows.
pub fn unsettled(sets: &[Arc<GoldSet>]) -> Vec<CaseAt> {
    let mut cases = Vec::new();
    for (set, gold) in sets.iter().enumerate() {
        let unsettled = |row: &usize| matches!(gold.standing(*row), Standing::Unread | Standing::Imported);
        cases.extend(gold.labeled_rows().into_iter().filter(unsettled).map(|row| CaseAt { set, row }));
    }
    cases
}
