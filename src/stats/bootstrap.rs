//! Intervals by resampling, for what no formula gives one for.

use super::agreement::{Histograms, Sample};
use super::interval::{Alpha, Interval};
use super::random::Random;
use rayon::prelude::*;

/// Units are drawn again and again, as many as there are, with replacement; the figure's spread over the draws is its
/// uncertainty. The same seed gives the same interval, on any number of cores.
///
/// Efron and Tibshirani 1993, An Introduction to the Bootstrap, chapter 13: percentiles.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bootstrap {
    pub seed: u64,
    /// How often the units are drawn.
    pub replicates: u32,
}

impl Default for Bootstrap {
    fn default() -> Self {
        Bootstrap::USUAL
    }
}

impl Bootstrap {
    /// What is resampled with unless asked otherwise.
    pub const USUAL: Bootstrap = Bootstrap { seed: 0, replicates: 1000 };

    /// The interval of a figure over the units of the histograms. `None` as for [`Bootstrap::of_units`].
    pub fn interval<E>(
        &self,
        histograms: &Histograms,
        alpha: Alpha,
        figure: impl Fn(Sample<'_>) -> Result<f64, E> + Sync,
    ) -> Option<Interval> {
        let figure = |times: &[u32]| figure(histograms.resample(times)).ok();
        self.of_units(histograms.kind_of(), histograms.kinds(), alpha, figure)
    }

    /// The interval of a figure over units that are of so many kinds, from how often each kind was drawn.
    ///
    /// `None` where there are fewer than two units, where the figure never varies, or where it is undefined for half of the draws
    /// or more.
    pub fn of_units(
        &self,
        kind_of: &[u32],
        kinds: usize,
        alpha: Alpha,
        figure: impl Fn(&[u32]) -> Option<f64> + Sync,
    ) -> Option<Interval> {
        let units = u32::try_from(kind_of.len()).ok().filter(|units| *units >= 2)?;
        let draw = |times: &mut Vec<u32>, replicate: u32| {
            let mut random = Random::stream(self.seed, u64::from(replicate));
            times.iter_mut().for_each(|times| *times = 0);
            for _ in 0..units {
                times[kind_of[random.below(units) as usize] as usize] += 1;
            }
            figure(times).filter(|figure| figure.is_finite())
        };
        let mut figures: Vec<f64> =
            (0..self.replicates).into_par_iter().map_init(|| vec![0; kinds], draw).flatten_iter().collect();
        if figures.len() * 2 <= self.replicates as usize {
            return None;
        }
        figures.sort_unstable_by(f64::total_cmp);
        let tail = alpha.value() / 2.0;
        let (low, high) = (percentile(&figures, tail), percentile(&figures, 1.0 - tail));
        (high - low > 1e-12).then_some(Interval { low, high })
    }
}

/// Between the two nearest of the sorted figures.
fn percentile(sorted: &[f64], part: f64) -> f64 {
    let at = part * (sorted.len() - 1) as f64;
    let below = sorted[at.floor() as usize];
    below + (sorted[at.ceil() as usize] - below) * at.fract()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::agreement::{percent, percent_of_pairs};

    #[test]
    fn the_same_seed_gives_the_same_interval() {
        let rows: Vec<[u32; 2]> = (0..40).map(|unit| if unit % 5 == 0 { [1, 1] } else { [2 + unit % 3, 0] }).collect();
        let histograms = Histograms::from_counts(2, &rows);
        let draw = |seed| Bootstrap { seed, replicates: 1000 };
        let interval = |seed| draw(seed).interval(&histograms, Alpha::default(), percent_of_pairs);
        let found = interval(7).unwrap();
        assert_eq!(interval(7), Some(found));
        assert_ne!(interval(8), Some(found));
        let one_core = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
        assert_eq!(one_core.install(|| interval(7)), Some(found));
        // 32 of 40 units agree: a standard error of 0.063.
        let plain = draw(7).interval(&histograms, Alpha::default(), percent).unwrap();
        assert!((plain.low - 0.676).abs() < 0.03 && (plain.high - 0.924).abs() < 0.03, "{plain:?}");
    }

    #[test]
    fn what_never_varies_has_no_interval() {
        let check = |rows: &[[u32; 2]]| {
            let histograms = Histograms::from_counts(2, rows);
            assert_eq!(Bootstrap::default().interval(&histograms, Alpha::default(), percent), None);
        };
        check(&[]);
        check(&[[1, 1]]);
        check(&[[2, 0], [0, 2]]);
        check(&[[1, 0], [0, 1]]);
    }
}
