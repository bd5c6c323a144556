//! What one reader says where another says something else.

use super::by_rater::ByRater;
use super::table::Table;
use rayon::prelude::*;

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

    /// Of two raters over what they gave to the same units.
    pub fn of(classes: usize, pairs: impl IntoIterator<Item = (u16, u16)>) -> Self {
        let mut confusion = Confusion::new(classes);
        pairs.into_iter().for_each(|(a, b)| confusion.count(a, b));
        confusion
    }

    /// Of every two raters who labeled a unit in common, the lower number first, in order.
    pub fn all_pairs(table: &Table) -> Vec<((usize, usize), Confusion)> {
        let (by_rater, raters) = (ByRater::of(table), table.raters());
        let of_rater = |a: usize| {
            let with = |b: usize| ((a, b), Confusion::of(table.classes(), by_rater.both(a, b)));
            (a + 1..raters).map(with).filter(|(_, confusion)| confusion.total() > 0).collect::<Vec<_>>()
        };
        (0..raters).into_par_iter().flat_map_iter(of_rater).collect()
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
