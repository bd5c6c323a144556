//! One ruling each for the cases on which everybody agrees, after some of them were looked at.

use super::against::{against, refuse};
use super::ground::Ground;
use super::queue::Queue;
use crate::decide::{GoldSet, Watch};
use crate::policy::Policy;
use crate::policy::case::Reading;
use crate::policy::gold::{Agreed, settle};
use crate::policy::label::Label;
use crate::policy::record::Saw;
use crate::policy::ruling::{Adjudication, Disposition, InBatch};
use crate::stats::Random;
use crate::workspace::error::WorkspaceError;
use crate::workspace::labeling::Sitting;
use crate::workspace::repo::{Environment, PolicyRepo};
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Unanimous cases, what they amount to, and those that are to be looked at before.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Batch {
    /// Set and row of those that are to be ruled on.
    pub cases: Vec<(u16, u32)>,
    /// How many there were when the sample was drawn.
    pub drawn_from: usize,
    /// How many cases call for which behavior, by the category of their first harm; `none` where they have none.
    pub groups: BTreeMap<(String, String), usize>,
    /// What the sample was drawn with: it follows from the cases.
    pub seed: u64,
    /// Cases to look at, in the order drawn.
    pub sample: Vec<(u16, u32)>,
    /// How long cases of the sample were looked at, where that is known.
    pub seconds: BTreeMap<(u16, u32), u64>,
}

impl Batch {
    /// The square root of the cases, but 3 at least and 20 at most.
    fn sample_size(cases: usize) -> usize {
        (cases as f64).sqrt().ceil().clamp(3.0, 20.0) as usize
    }

    /// The unanimous cases of a queue. The same cases give the same sample.
    pub fn of(ground: &Ground<'_>, queue: &Queue) -> Batch {
        let mut hasher = blake3::Hasher::new();
        let mut groups: BTreeMap<(String, String), usize> = BTreeMap::new();
        for &(set, row) in &queue.unanimous {
            let gold = &ground.sets[usize::from(set)];
            hasher.update(gold.set().as_bytes()).update(b"/").update(gold.id(row as usize).as_bytes()).update(b"\n");
        }
        let told = |&(set, row): &(u16, u32)| {
            let decision = decision(&ground.sets[usize::from(set)], row as usize)?;
            let category = decision.harms.into_iter().next().map_or("none".to_owned(), |harm| harm.category);
            Some((category, decision.behavior?))
        };
        for group in queue.unanimous.par_iter().filter_map(told).collect::<Vec<_>>() {
            *groups.entry(group).or_insert(0) += 1;
        }
        let mut first = [0; 8];
        first.copy_from_slice(&hasher.finalize().as_bytes()[..8]);
        let seed = u64::from_le_bytes(first);
        let cases = queue.unanimous.clone();
        let sample = draw(&cases, Self::sample_size(cases.len()), seed);
        Batch { drawn_from: cases.len(), cases, groups, seed, sample, seconds: BTreeMap::new() }
    }

    /// The seed as it is shown and given.
    pub fn seed_words(&self) -> String {
        format!("{:016x}", self.seed)
    }

    /// Leaves out what somebody found wanting.
    pub fn without(mut self, wanting: &BTreeSet<(u16, u32)>) -> Batch {
        self.cases.retain(|case| !wanting.contains(case));
        self
    }

    /// Leaves out what nobody looked at.
    pub fn only_sample(mut self) -> Batch {
        self.cases.retain(|case| self.sample.contains(case));
        self
    }

    /// Writes one ruling a case, all of a set into one file. Gives the files, and how many rulings they hold. Nothing is written
    /// where earlier rulings stand against one of them; what was written before somebody stops it stands.
    pub fn accept(
        &self,
        repo: &PolicyRepo,
        environment: &Environment,
        policy: &Arc<Policy>,
        who: &str,
        ground: &Ground<'_>,
        watch: &dyn Watch,
    ) -> Result<(Vec<Arc<str>>, usize), WorkspaceError> {
        let of_set = |(gold, set): (&Arc<GoldSet>, u16)| {
            let rows = self.cases.iter().filter(|(of, _)| *of == set).map(|(_, row)| *row);
            (gold.set().clone(), rows.filter_map(|row| self.ruling(gold, set, row)).collect::<Vec<_>>())
        };
        let all: Vec<(Arc<str>, Vec<Adjudication>)> = ground.sets.iter().zip(0..=u16::MAX).map(of_set).collect();
        let docket = &ground.precedents.docket;
        refuse(all.iter().flat_map(|(set, rulings)| against(docket, set, rulings)).collect())?;
        let (mut files, mut written) = (Vec::new(), 0);
        for (set, rulings) in all.iter().filter(|(_, rulings)| !rulings.is_empty()) {
            let mut sitting = Sitting::<Adjudication>::begin(repo, environment, policy, who, set, None)?;
            for rulings in rulings.chunks(AT_ONCE) {
                if watch.cancelled() {
                    return Err(WorkspaceError::Cancelled);
                }
                written += sitting.rule_all(rulings.to_vec())?;
                watch.advance(rulings.len() as u64);
            }
            files.extend(sitting.file().cloned());
        }
        Ok((files, written))
    }

    fn ruling(&self, gold: &GoldSet, set: u16, row: u32) -> Option<Adjudication> {
        let looked = self.sample.contains(&(set, row));
        Some(Adjudication {
            case: gold.id(row as usize).into_owned(),
            decision: Some(decision(gold, row as usize)?),
            disposition: Disposition::Unanimous,
            batch: Some(InBatch { seed: self.seed_words(), cases: self.drawn_from, sample: self.sample.len(), looked }),
            saw: Some(Saw { labels: looked, ..Saw::default() }),
            seconds: self.seconds.get(&(set, row)).copied(),
            ..Adjudication::default()
        })
    }
}

/// So many rulings go to the disk together.
const AT_ONCE: usize = 256;

/// What everybody says of a case, whichever consensus counts otherwise; what nobody was asked stays as it was imported.
fn decision(gold: &GoldSet, row: usize) -> Option<Reading> {
    let labels = gold.labels_of(row);
    let labels: Vec<&Label> = labels.iter().collect();
    let aliases = &gold.sources().settling.aliases;
    settle(gold.imported(row).as_ref(), &labels, &[], aliases, Agreed::Majority).reading
}

/// Some of the cases, each as likely (Fisher and Yates's shuffle, broken off).
fn draw(cases: &[(u16, u32)], count: usize, seed: u64) -> Vec<(u16, u32)> {
    let mut cases = cases.to_vec();
    let mut random = Random::new(seed);
    let count = count.min(cases.len());
    for at in 0..count {
        let left = u32::try_from(cases.len() - at).unwrap_or(u32::MAX);
        cases.swap(at, at + random.below(left) as usize);
    }
    cases.truncate(count);
    cases
}
