//! Where the gold cases lie in a space.

use super::layout::Space;
use crate::decide::{GoldSet, Situation, situation};
use std::sync::Arc;

/// A case of a gold set.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CaseAt {
    /// Position of its set.
    pub set: usize,
    /// Its row there.
    pub row: usize,
}

/// What the clauses are asked for the cases in a situation of a gold set: a point for each harm, or the one without. In the
/// terms of the space's words; a harm whose category is none of them is at no point.
pub fn situations(space: &Space, gold: &GoldSet, situation: u32) -> Vec<Situation> {
    situation::of_gold(&space.words, gold, situation)
}

impl Space {
    /// For each of `count` parts of the space the labeled cases that have a point in it, in the order of sets and rows. `part`
    /// says which part a point is in.
    pub fn cases_by(
        &self,
        sets: &[Arc<GoldSet>],
        count: usize,
        part: impl Fn(&Situation) -> Option<usize>,
    ) -> Vec<Vec<CaseAt>> {
        let mut cases = vec![Vec::new(); count];
        for (set, gold) in sets.iter().enumerate() {
            let mut parts_of: Vec<Option<Vec<usize>>> = vec![None; gold.situations()];
            for row in 0..gold.len() {
                // Nobody knows where a case lies that nobody has read.
                if !gold.standing(row).is_labeled() {
                    continue;
                }
                let situation = gold.situation(row);
                let parts = parts_of[situation as usize].get_or_insert_with(|| {
                    let mut parts: Vec<usize> = situations(self, gold, situation).iter().filter_map(&part).collect();
                    parts.sort_unstable();
                    parts.dedup();
                    parts
                });
                parts.iter().for_each(|&part| cases[part].push(CaseAt { set, row }));
            }
        }
        cases
    }
}
