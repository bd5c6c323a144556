//! The labeled cases of some gold sets, those together that no clause could tell apart.

use crate::analyze::space::CaseAt;
use crate::decide::situation::of_gold;
use crate::decide::{GoldSet, Situation};
use crate::policy::Policy;
use crate::policy::behavior::BehaviorIx;
use rustc_hash::{FxHashMap, FxHashSet};
use std::sync::Arc;

/// What gold labels call for, by what a policy is asked.
#[derive(Debug)]
pub struct Labeled {
    /// Each point of the decision space at which a case has a harm (or has none) once, in the policy's terms.
    pub points: Vec<Situation>,
    pub groups: Vec<Alike>,
    /// How many cases there are in all groups.
    pub cases: u64,
    /// Where cases are that were read and call for no behavior yet: drafts that wait for a label.
    pub waiting: FxHashSet<Situation>,
}

/// Cases that ask a policy the same, so that it cannot decide them differently.
#[derive(Debug)]
pub struct Alike {
    /// Positions among [`Labeled::points`], ascending: one per harm that is ruled on.
    pub points: Vec<usize>,
    /// What their labels accept, bit `i` for behavior `i`, each with its cases in the order of sets and rows.
    pub labels: Vec<(u32, Vec<CaseAt>)>,
}

impl Labeled {
    /// The cases whose gold label names a behavior that the policy knows.
    pub fn of(policy: &Policy, sets: &[Arc<GoldSet>]) -> Self {
        let mut labeled = Labeled { points: Vec::new(), groups: Vec::new(), cases: 0, waiting: FxHashSet::default() };
        let mut points: FxHashMap<Situation, usize> = FxHashMap::default();
        let mut groups: FxHashMap<Vec<usize>, usize> = FxHashMap::default();
        for (at, gold) in sets.iter().enumerate() {
            let accepted: Vec<u32> = (0..gold.outcomes() as u32).map(|code| accepted(policy, gold, code)).collect();
            let mut group_of: Vec<Option<usize>> = vec![None; gold.situations()];
            for row in 0..gold.len() {
                let accepts = accepted[gold.outcome(row) as usize];
                if accepts == 0 {
                    if gold.standing(row).is_labeled() && gold.outcome_words(gold.outcome(row)).behavior.is_none() {
                        labeled.waiting.extend(of_gold(policy, gold, gold.situation(row)));
                    }
                    continue;
                }
                let code = gold.situation(row);
                let group = *group_of[code as usize].get_or_insert_with(|| {
                    let mut key: Vec<usize> = Vec::new();
                    for point in of_gold(policy, gold, code) {
                        let next = labeled.points.len();
                        let ix = *points.entry(point.clone()).or_insert(next);
                        if ix == next {
                            labeled.points.push(point);
                        }
                        key.push(ix);
                    }
                    key.sort_unstable();
                    key.dedup();
                    *groups.entry(key.clone()).or_insert_with(|| {
                        labeled.groups.push(Alike { points: key, labels: Vec::new() });
                        labeled.groups.len() - 1
                    })
                });
                let labels = &mut labeled.groups[group].labels;
                let case = CaseAt { set: at, row };
                match labels.iter_mut().find(|(known, _)| *known == accepts) {
                    Some((_, cases)) => cases.push(case),
                    None => labels.push((accepts, vec![case])),
                }
                labeled.cases += 1;
            }
        }
        labeled
    }

    /// Cases that cannot all be decided as their labels say, whatever the policy.
    pub fn contradictions(&self) -> impl Iterator<Item = &Alike> {
        self.groups.iter().filter(|alike| alike.labels.iter().fold(u32::MAX, |all, (accepts, _)| all & accepts) == 0)
    }
}

impl Alike {
    /// How many of its labels accept a behavior.
    pub fn accepting(&self, behavior: BehaviorIx) -> u64 {
        let accepting = self.labels.iter().filter(|(accepts, _)| accepts >> behavior.0 & 1 == 1);
        accepting.map(|(_, cases)| cases.len() as u64).sum()
    }

    /// All its cases.
    pub fn cases(&self) -> impl Iterator<Item = &CaseAt> {
        self.labels.iter().flat_map(|(_, cases)| cases)
    }
}

/// What the gold label behind an outcome code accepts; 0 where it names no behavior of the policy.
fn accepted(policy: &Policy, gold: &GoldSet, outcome: u32) -> u32 {
    let words = gold.outcome_words(outcome);
    let bit = |word: &str| policy.manifest.behaviors.find(word).map_or(0, |ix| 1 << ix.0);
    match words.behavior.map(bit) {
        None | Some(0) => 0,
        Some(first) => words.acceptable.iter().fold(first, |bits, word| bits | bit(word)),
    }
}
