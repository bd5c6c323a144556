//! Any two raters of a table side by side, laid out so that looking at every pair of them costs little.

use super::by_rater::ByRater;
use super::table::Table;
use rayon::prelude::*;
use rustc_hash::FxHashMap;

/// What one rater gave to a unit and what another did, `None` for no label, and on how many units it is so.
pub type Together = ((Option<u16>, Option<u16>), u32);

/// The labels of a table, rater by rater. Where a rater gave several labels to one unit, the first counts.
///
/// Where many of the units have many of the raters, each rater is a column of bytes, and two columns are counted in
/// less than a nanosecond a unit. Else, and with too many classes for a byte, each rater is the list of their labels.
#[derive(Debug, Clone)]
pub struct SideBySide {
    raters: usize,
    layout: Layout,
}

#[derive(Debug, Clone)]
enum Layout {
    /// One column after the other: 0 for no label, else the class and 1. No code is as high as `codes`.
    Columns {
        units: usize,
        codes: usize,
        columns: Vec<u8>,
    },
    Lists(ByRater),
}

/// A table is laid out in columns where at least every so-manieth place has a label: then they take no more room than the table does.
const SPARSE: usize = 6;

impl SideBySide {
    pub fn of(table: &Table) -> Self {
        let (units, raters, codes) = (table.units(), table.raters(), table.classes() + 1);
        if codes > 1 << u8::BITS || units.saturating_mul(raters) > table.labels().saturating_mul(SPARSE) {
            return SideBySide { raters, layout: Layout::Lists(ByRater::of(table)) };
        }
        let mut columns = vec![0; units * raters];
        for unit in 0..units {
            for (rater, class) in table.unit(unit) {
                let cell = &mut columns[rater as usize * units + unit];
                if *cell == 0 {
                    *cell = (class + 1) as u8;
                }
            }
        }
        SideBySide { raters, layout: Layout::Columns { units, codes, columns } }
    }

    /// What two raters gave to the units that either of them labeled, in the order of the classes, no label first.
    pub fn either(&self, a: usize, b: usize) -> Vec<Together> {
        match &self.layout {
            Layout::Columns { units, codes, columns } => {
                let column = |rater: usize| &columns[rater * units..(rater + 1) * units];
                count_columns(column(a), column(b), *codes)
            }
            Layout::Lists(by_rater) => {
                let mut counts = FxHashMap::default();
                by_rater.either(a, b).for_each(|both| *counts.entry(both).or_default() += 1);
                let mut counted: Vec<Together> = counts.into_iter().collect();
                counted.sort_unstable();
                counted
            }
        }
    }

    /// What `of_pair` gives of every two raters, the lower number first, in order; on all cores. Its first error ends the work.
    pub fn every_pair<T: Send, E: Send>(
        &self,
        of_pair: impl Fn(usize, usize) -> Result<Option<T>, E> + Sync,
    ) -> Result<Vec<T>, E> {
        let of_rater = |a: usize| (a + 1..self.raters).filter_map(|b| of_pair(a, b).transpose()).collect();
        let each: Vec<Vec<T>> = (0..self.raters).into_par_iter().map(of_rater).collect::<Result<_, E>>()?;
        Ok(each.into_iter().flatten().collect())
    }
}

/// The units that two raters both labeled, with the class that each gave.
pub fn both(either: &[Together]) -> impl Iterator<Item = ((u16, u16), u32)> {
    either.iter().filter_map(|((a, b), times)| Some((((*a)?, (*b)?), *times)))
}

/// Up to so many codes, two of them fit into one byte.
const SMALL: usize = 16;
/// Bytes that stay in the nearest memory while they are looked at twice.
const CHUNK: usize = 4096;

fn count_columns(a: &[u8], b: &[u8], codes: usize) -> Vec<Together> {
    let (counts, row) = if codes <= SMALL { (count_small(a, b), SMALL) } else { (count_large(a, b, codes), codes) };
    let class = |code: usize| code.checked_sub(1).map(|class| class as u16);
    let all = (0..codes).flat_map(|a| (0..codes).map(move |b| (a, b))).skip(1);
    let counted = all.map(|(a, b)| ((class(a), class(b)), counts[a * row + b]));
    counted.filter(|(_, times)| *times > 0).collect()
}

fn count_small(a: &[u8], b: &[u8]) -> Vec<u32> {
    // Neighbours are often alike. Counting each four in four places lets the machine count them at once.
    let mut counts = [[0u32; SMALL * SMALL]; 4];
    let mut codes = [0u8; CHUNK];
    for (a, b) in a.chunks(CHUNK).zip(b.chunks(CHUNK)) {
        let codes = &mut codes[..a.len()];
        codes.iter_mut().zip(a.iter().zip(b)).for_each(|(code, (a, b))| *code = a << 4 | b);
        let mut fours = codes.chunks_exact(4);
        for four in &mut fours {
            counts.iter_mut().zip(four).for_each(|(counts, code)| counts[usize::from(*code)] += 1);
        }
        fours.remainder().iter().for_each(|code| counts[0][usize::from(*code)] += 1);
    }
    (0..SMALL * SMALL).map(|code| counts.iter().map(|counts| counts[code]).sum()).collect()
}

fn count_large(a: &[u8], b: &[u8], codes: usize) -> Vec<u32> {
    let mut counts = vec![0; codes * codes];
    a.iter().zip(b).for_each(|(a, b)| counts[usize::from(*a) * codes + usize::from(*b)] += 1);
    counts
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Looks every label up, one unit after the other.
    fn plain(table: &Table, a: u32, b: u32) -> Vec<Together> {
        let first = |unit: usize, who: u32| table.unit(unit).find(|(rater, _)| *rater == who).map(|(_, class)| class);
        let mut all: Vec<Together> = Vec::new();
        for unit in 0..table.units() {
            let both = (first(unit, a), first(unit, b));
            match all.iter_mut().find(|(known, _)| *known == both) {
                Some((_, times)) => *times += 1,
                None if both == (None, None) => {}
                None => all.push((both, 1)),
            }
        }
        all.sort_unstable();
        all
    }

    fn check(table: &Table) -> bool {
        let found = SideBySide::of(table);
        let pairs = found.every_pair(|a, b| Ok::<_, ()>(Some((a, b, found.either(a, b))))).unwrap();
        let raters = table.raters();
        assert_eq!(pairs.len(), raters * raters.saturating_sub(1) / 2);
        assert!(pairs.windows(2).all(|two| (two[0].0, two[0].1) < (two[1].0, two[1].1)));
        for (a, b, either) in pairs {
            assert_eq!(either, plain(table, a as u32, b as u32), "{a}, {b}");
        }
        matches!(found.layout, Layout::Columns { .. })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]

        /// Few and many classes, full tables and nearly empty ones, more units than a chunk has, and units labeled twice by one rater.
        #[test]
        fn every_layout_counts_as_looking_up_does(
            classes in prop::sample::select(vec![1u16, 2, 5, 15, 16, 40, 255, 256, 400]),
            units in prop::sample::select(vec![0usize, 1, 3, 7, 50, CHUNK + 5]),
            raters in 1u32..5,
            full in 1u64..9,
            seed in any::<u64>(),
        ) {
            let mut random = crate::stats::random::Random::stream(seed, 0);
            let mut table = Table::new(raters, classes);
            for _ in 0..units {
                let mut labels = Vec::new();
                for _ in 0..=raters {
                    if u64::from(random.below(8)) < full {
                        labels.push((random.below(raters), random.below(u32::from(classes)) as u16));
                    }
                }
                table.push(labels);
            }
            let columns = check(&table);
            prop_assert!(!columns || classes < 256);
        }
    }

    #[test]
    fn full_tables_are_columns_and_sparse_ones_lists() {
        let full = Table::from_rows(5, &[[Some(0), Some(4)], [Some(2), None]]);
        assert!(check(&full));
        let mut sparse = full;
        (0..20).for_each(|_| sparse.push([]));
        assert!(!check(&sparse));
    }

    #[test]
    fn the_first_error_ends_the_work() {
        let table = Table::from_rows(2, &[[Some(0), Some(1), Some(1)]]);
        let found = SideBySide::of(&table);
        assert_eq!(
            found.every_pair(|a, b| if (a, b) == (0, 2) { Err("stopped") } else { Ok(Some(())) }),
            Err("stopped")
        );
        assert_eq!(found.every_pair(|_, b| Ok::<_, ()>((b == 2).then_some(b))), Ok(vec![2, 2]));
    }
}
