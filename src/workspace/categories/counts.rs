//! How many gold cases carry a category.
//!
//! The cases of a set are gone through once, for every policy: a [`Tally`] says how many have the same harms. What a
//! policy makes of the words is then counted over those, which are few.

use crate::decide::GoldSet;
use crate::policy::Policy;
use crate::policy::condition::Met;
use crate::policy::taxonomy::CategoryIx;
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// The harms of one set's cases, in the words of their files.
#[derive(Debug)]
pub struct Tally {
    gold: Arc<GoldSet>,
    kinds: Vec<Harms>,
}

/// Cases with the same harms.
#[derive(Debug)]
struct Harms {
    /// Category and severity, as written.
    harms: Vec<(String, Option<String>)>,
    cases: u32,
}

impl Tally {
    pub fn of(gold: &Arc<GoldSet>) -> Tally {
        let mut by_situation = vec![0_u32; gold.situations()];
        for row in 0..gold.len() {
            if let Some(n) = by_situation.get_mut(gold.situation(row) as usize) {
                *n += 1;
            }
        }
        let mut kinds: FxHashMap<Vec<(&str, Option<&str>)>, u32> = FxHashMap::default();
        for (situation, cases) in (0_u32..).zip(by_situation).filter(|(_, cases)| *cases > 0) {
            let mut harms: Vec<_> = gold.harms(situation).map(|harm| (harm.category, harm.severity)).collect();
            harms.sort_unstable();
            *kinds.entry(harms).or_default() += cases;
        }
        let owned = |(harms, cases): (Vec<(&str, Option<&str>)>, u32)| Harms {
            harms: harms.into_iter().map(|(word, level)| (word.to_owned(), level.map(str::to_owned))).collect(),
            cases,
        };
        let kinds = kinds.into_iter().filter(|(harms, _)| !harms.is_empty()).map(owned).collect();
        Tally { gold: gold.clone(), kinds }
    }

    /// Whether it is the tally of this set as it stands.
    pub fn is_of(&self, gold: &Arc<GoldSet>) -> bool {
        Arc::ptr_eq(&self.gold, gold)
    }
}

/// How many cases of each set carry each category, by id, alias or through the tree.
#[derive(Debug, Clone, Default)]
pub struct CaseCounts {
    sets: Vec<SetCounts>,
}

#[derive(Debug, Clone)]
struct SetCounts {
    gold: Arc<GoldSet>,
    /// Per category: it or one below it.
    within: Vec<Count>,
}

/// The cases of one set that carry a category or one below it; each counts once.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Count {
    pub cases: u32,
    /// Those that carry the category itself.
    pub itself: u32,
    /// By the highest severity that the case has there, in the manifest's order.
    pub severities: Vec<u32>,
    /// Without a severity that the policy knows.
    pub no_severity: u32,
}

impl CaseCounts {
    pub fn new(tallies: &[Arc<Tally>], policy: &Policy) -> CaseCounts {
        CaseCounts { sets: tallies.iter().map(|tally| count(tally, policy)).collect() }
    }

    /// Cases in all sets that carry the category or one below it.
    pub fn cases(&self, ix: CategoryIx) -> u32 {
        self.sets.iter().filter_map(|set| set.within.get(usize::from(ix.0))).map(|count| count.cases).sum()
    }

    /// The sets that have such cases.
    pub fn of(&self, ix: CategoryIx) -> impl Iterator<Item = (&Arc<GoldSet>, &Count)> {
        let counts = self.sets.iter().filter_map(move |set| Some((&set.gold, set.within.get(usize::from(ix.0))?)));
        counts.filter(|(_, count)| count.cases > 0)
    }

    /// The rows of a set whose cases carry the category or one below it: at most `most`.
    pub fn rows(gold: &GoldSet, policy: &Policy, ix: CategoryIx, most: usize) -> Vec<usize> {
        let taxonomy = &policy.taxonomy;
        let carries = |word: &str| taxonomy.find(word).is_some_and(|found| taxonomy.is_within(found, ix));
        let fits: Vec<bool> = (0..u32::try_from(gold.situations()).unwrap_or(u32::MAX))
            .map(|situation| gold.harms(situation).any(|harm| carries(harm.category)))
            .collect();
        let fitting = |row: &usize| fits.get(gold.situation(*row) as usize) == Some(&true);
        (0..gold.len()).filter(fitting).take(most).collect()
    }
}

fn count(tally: &Tally, policy: &Policy) -> SetCounts {
    let taxonomy = &policy.taxonomy;
    let levels = policy.manifest.severities.len();
    let empty = Count { severities: vec![0; levels], ..Count::default() };
    let mut within = vec![empty; taxonomy.len()];
    // Per category that a kind of case touches: whether the case carries it itself, and its highest severity there.
    let mut touched: FxHashMap<CategoryIx, (bool, Option<usize>)> = FxHashMap::default();
    for kind in &tally.kinds {
        touched.clear();
        for (word, level) in &kind.harms {
            let Met::Category(Some(found)) = crate::decide::situation::category(policy, word) else { continue };
            let level = level.as_deref().and_then(|level| policy.manifest.find_severity(level));
            let level = level.map(|level| usize::from(level.0));
            for ix in taxonomy.ancestors(found) {
                let (itself, highest) = touched.entry(ix).or_default();
                *itself |= ix == found;
                *highest = level.max(*highest);
            }
        }
        for (ix, (itself, highest)) in &touched {
            let Some(count) = within.get_mut(usize::from(ix.0)) else { continue };
            count.cases += kind.cases;
            count.itself += if *itself { kind.cases } else { 0 };
            match highest.and_then(|level| count.severities.get_mut(level)) {
                Some(level) => *level += kind.cases,
                None => count.no_severity += kind.cases,
            }
        }
    }
    SetCounts { gold: tally.gold.clone(), within }
}
