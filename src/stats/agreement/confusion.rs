//! What one reader says where another says something else.

use super::table::Table;
use rayon::prelude::*;
use rustc_hash::FxHashMap;

/// How often two raters gave each pair of classes to the same unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Confusion {
    classes: usize,
    counts: Vec<u64>,
}

impl Confusion {
    pub fn new(classes: usize) -> Self {
        Confusion { classes, counts: vec![0; classes * classes] }
    }

    /// Of two raters over the units that both labeled.
    pub fn between(table: &Table, a: u32, b: u32) -> Self {
        let mut confusion = Confusion::new(table.classes());
        for unit in 0..table.units() {
            if let (Some(a), Some(b)) = (table.first(unit, a), table.first(unit, b)) {
                confusion.count(a, b);
            }
        }
        confusion
    }

    /// Of every two raters who labeled a unit in common, the lower number first, in order.
    pub fn all_pairs(table: &Table) -> Vec<((u32, u32), Confusion)> {
        let raters = table.raters();
        let of_rater = |a: u32| {
            let mut with: FxHashMap<u32, Confusion> = FxHashMap::default();
            for unit in 0..table.units() {
                let Some(own) = table.first(unit, a) else { continue };
                let mut last = None;
                for (b, class) in table.unit(unit).filter(|(b, _)| *b > a) {
                    // Of several labels of one rater the first counts.
                    if last != Some(b) {
                        with.entry(b).or_insert_with(|| Confusion::new(table.classes())).count(own, class);
                    }
                    last = Some(b);
                }
            }
            let mut pairs: Vec<_> = with.into_iter().map(|(b, confusion)| ((a, b), confusion)).collect();
            pairs.sort_unstable_by_key(|(pair, _)| *pair);
            pairs
        };
        (0..raters as u32).into_par_iter().flat_map_iter(of_rater).collect()
    }

    pub fn count(&mut self, a: u16, b: u16) {
        let at = usize::from(a) * self.classes + usize::from(b);
        if let Some(count) = self.counts.get_mut(at).filter(|_| usize::from(b) < self.classes) {
            *count += 1;
        }
    }

    pub fn classes(&self) -> usize {
        self.classes
    }

    /// What the first rater said, each with how often the second said what.
    pub fn rows(&self) -> impl ExactSizeIterator<Item = &[u64]> {
        self.counts.chunks_exact(self.classes.max(1))
    }

    /// How many units both labeled.
    pub fn total(&self) -> u64 {
        self.counts.iter().sum()
    }

    /// On how many they say the same.
    pub fn agreed(&self) -> u64 {
        self.rows().enumerate().map(|(class, row)| row[class]).sum()
    }

    /// On how many the first rater's class is the higher one, and on how many the second's.
    pub fn higher(&self) -> (u64, u64) {
        let rows = || self.rows().enumerate();
        (
            rows().map(|(class, row)| row[..class].iter().sum::<u64>()).sum(),
            rows().map(|(class, row)| row[class + 1..].iter().sum::<u64>()).sum(),
        )
    }
}
