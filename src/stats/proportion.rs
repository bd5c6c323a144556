//! One proportion and how well the data pin it down.

use super::{
    interval::{Alpha, Interval},
    special::beta_quantile,
};

/// `hits` out of `of`. Where `of` is 0, or fewer than `hits`, there is no rate and no interval.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Proportion {
    pub hits: u64,
    pub of: u64,
}

impl Proportion {
    pub fn new(hits: u64, of: u64) -> Proportion {
        Proportion { hits, of }
    }

    /// Counts one more case.
    pub fn count(&mut self, hit: bool) {
        self.hits = self.hits.saturating_add(u64::from(hit));
        self.of = self.of.saturating_add(1);
    }

    /// Between 0 and 1.
    pub fn rate(self) -> Option<f64> {
        (self.of > 0 && self.hits <= self.of).then(|| self.hits as f64 / self.of as f64)
    }

    /// The proportion of the rest. `None` where there is no rate.
    pub fn complement(self) -> Option<Proportion> {
        self.rate().map(|_| Proportion { hits: self.of - self.hits, of: self.of })
    }

    /// The score interval: the default, good at small counts and at rates near 0 and 1, and always holds the rate.
    ///
    /// Wilson 1927, J. Am. Stat. Assoc. 22:209; recommended by Brown, Cai and DasGupta 2001, Stat. Sci. 16:101.
    pub fn wilson(self, alpha: Alpha) -> Option<Interval> {
        let z = alpha.z();
        self.mirrored(|hits, of| {
            // The smaller root of (of + z²)p² − (2·hits + z²)p + hits²/of, taken from the product of the roots:
            // the textbook form loses digits when the rate is small.
            let spread = z * (z * z + 4.0 * hits * (of - hits) / of).sqrt();
            2.0 * (hits / of) * hits / (2.0 * hits + z * z + spread)
        })
        .map(|interval| self.holding_the_rate(interval))
    }

    /// The exact interval: covers at least as often as promised, at the price of being wide.
    ///
    /// Clopper and Pearson 1934, Biometrika 26:404, by quantiles of the beta distribution.
    pub fn clopper_pearson(self, alpha: Alpha) -> Option<Interval> {
        self.mirrored(
            |hits, of| {
                if hits == 0.0 { 0.0 } else { beta_quantile(hits, of - hits + 1.0, alpha.value() / 2.0) }
            },
        )
        .map(|interval| self.holding_the_rate(interval))
    }

    /// The textbook interval around Wilson's centre, cut off at 0 and 1. Holds the Wilson interval.
    ///
    /// Agresti and Coull 1998, Am. Stat. 52:119.
    pub fn agresti_coull(self, alpha: Alpha) -> Option<Interval> {
        let z = alpha.z();
        self.mirrored(|hits, of| {
            let trials = of + z * z;
            let centre = (hits + z * z / 2.0) / trials;
            (centre - z * (centre * (1.0 - centre) / trials).sqrt()).max(0.0)
        })
        .map(|interval| self.holding_the_rate(interval))
    }

    /// The equal-tailed Bayesian interval under Jeffreys' prior, Beta(½, ½).
    ///
    /// Not widened at the ends, so that a rate of 0 or 1 itself lies just outside.
    /// Brown, Cai and DasGupta 2001, Stat. Sci. 16:101, section 4.3 without the modification.
    pub fn jeffreys(self, alpha: Alpha) -> Option<Interval> {
        self.mirrored(|hits, of| beta_quantile(hits + 0.5, of - hits + 0.5, alpha.value() / 2.0))
    }

    /// The interval of elementary textbooks, cut off at 0 and 1: only for comparison with figures published elsewhere, for
    /// it is far too narrow at small counts and at rates near 0 and 1.
    pub fn wald(self, alpha: Alpha) -> Option<Interval> {
        let z = alpha.z();
        self.mirrored(|hits, of| {
            let rate = hits / of;
            (rate - z * (rate * (1.0 - rate) / of).sqrt()).max(0.0)
        })
        .map(|interval| self.holding_the_rate(interval))
    }

    /// The interval whose lower end is `low(hits, of)` and whose upper end mirrors the complement's lower end: all methods
    /// here treat hits and misses alike.
    fn mirrored(self, low: impl Fn(f64, f64) -> f64) -> Option<Interval> {
        let rest = self.complement()?;
        let of = self.of as f64;
        let (low_end, high_end) = (low(self.hits as f64, of), 1.0 - low(rest.hits as f64, of));
        let interval = Interval { low: low_end, high: high_end.max(low_end) };
        Some(interval.within(0.0, 1.0))
    }

    /// Undoes a rounding in the last digit that would put the rate outside.
    fn holding_the_rate(self, interval: Interval) -> Interval {
        match self.rate() {
            Some(rate) => Interval { low: interval.low.min(rate), high: interval.high.max(rate) },
            None => interval,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    type Method = fn(Proportion, Alpha) -> Option<Interval>;

    const HOLDING: [(&str, Method); 4] = [
        ("Wilson", Proportion::wilson),
        ("Clopper-Pearson", Proportion::clopper_pearson),
        ("Agresti-Coull", Proportion::agresti_coull),
        ("Wald", Proportion::wald),
    ];

    fn all() -> impl Iterator<Item = (&'static str, Method)> {
        HOLDING.into_iter().chain([("Jeffreys", Proportion::jeffreys as Method)])
    }

    /// Rounded to six digits, as published tables are.
    fn check(method: Method, hits: u64, of: u64, low: f64, high: f64) {
        let interval = method(Proportion::new(hits, of), Alpha::FIVE_PERCENT);
        assert!(
            interval.is_some_and(|found| (found.low - low).abs() < 1e-6 && (found.high - high).abs() < 1e-6),
            "{hits} of {of}: {interval:?}"
        );
    }

    #[test]
    fn wilson_agrees_with_statsmodels() {
        check(Proportion::wilson, 0, 30, 0.0, 0.113513);
        check(Proportion::wilson, 1, 30, 0.005909, 0.166704);
        check(Proportion::wilson, 7, 50, 0.069508, 0.261862);
        check(Proportion::wilson, 45, 50, 0.786398, 0.956524);
        check(Proportion::wilson, 50, 50, 0.928652, 1.0);
        check(Proportion::wilson, 188, 200, 0.898068, 0.965348);
        check(Proportion::wilson, 3, 1000, 0.001021, 0.008783);
    }

    #[test]
    fn clopper_pearson_agrees_with_statsmodels() {
        check(Proportion::clopper_pearson, 0, 30, 0.0, 0.115703);
        check(Proportion::clopper_pearson, 1, 30, 0.000844, 0.172169);
        check(Proportion::clopper_pearson, 7, 50, 0.058192, 0.267396);
        check(Proportion::clopper_pearson, 45, 50, 0.781865, 0.966725);
        check(Proportion::clopper_pearson, 50, 50, 0.928878, 1.0);
        check(Proportion::clopper_pearson, 188, 200, 0.897538, 0.968616);
        check(Proportion::clopper_pearson, 3, 1000, 0.000619, 0.008742);
    }

    #[test]
    fn nothing_measured_gives_no_figure() {
        for nothing in [Proportion::default(), Proportion::new(1, 0), Proportion::new(3, 2)] {
            assert_eq!(nothing.rate(), None);
            assert_eq!(nothing.complement(), None);
            for (name, method) in all() {
                assert_eq!(method(nothing, Alpha::FIVE_PERCENT), None, "{name}");
            }
        }
    }

    #[test]
    fn counts_case_by_case() {
        let mut proportion = Proportion::default();
        [true, false, true, true].into_iter().for_each(|hit| proportion.count(hit));
        assert_eq!(proportion, Proportion::new(3, 4));
        assert_eq!(proportion.rate(), Some(0.75));
    }

    #[test]
    fn the_ends_are_exact() {
        for of in [1, 2, 10, 1595, 1_000_000, u64::MAX] {
            for (name, method) in HOLDING {
                assert_eq!(
                    method(Proportion::new(0, of), Alpha::FIVE_PERCENT).map(|found| found.low),
                    Some(0.0),
                    "{name}"
                );
                assert_eq!(
                    method(Proportion::new(of, of), Alpha::FIVE_PERCENT).map(|found| found.high),
                    Some(1.0),
                    "{name}"
                );
            }
        }
    }

    #[test]
    fn counts_beyond_what_floats_tell_apart_keep_their_order() {
        for hits in [3, u64::MAX / 1000, u64::MAX / 2, u64::MAX - 1] {
            for (name, method) in all() {
                let found = method(Proportion::new(hits, u64::MAX), Alpha::FIVE_PERCENT).expect("a rate");
                assert!(0.0 <= found.low && found.low <= found.high && found.high <= 1.0, "{name}: {found:?}");
            }
        }
    }

    #[test]
    fn large_counts_give_figures_too() {
        for of in [1_000_000, 10_000_000_000] {
            for hits in [1, of / 1000, of / 2, of - 1] {
                let wilson = Proportion::new(hits, of).wilson(Alpha::FIVE_PERCENT).expect("a rate");
                let exact = Proportion::new(hits, of).clopper_pearson(Alpha::FIVE_PERCENT).expect("a rate");
                let tolerance = 4.0 / of as f64;
                assert!((wilson.low - exact.low).abs() < tolerance && (wilson.high - exact.high).abs() < tolerance);
            }
        }
    }

    fn proportions() -> impl Strategy<Value = Proportion> {
        prop_oneof![1..40u64, 1..100_000u64].prop_flat_map(|of| (0..=of).prop_map(move |hits| Proportion { hits, of }))
    }

    fn alphas() -> impl Strategy<Value = Alpha> {
        prop_oneof![1e-9..1e-3, 1e-3..0.999].prop_map(|alpha| Alpha::new(alpha).expect("between 0 and 1"))
    }

    proptest! {
        #[test]
        fn every_interval_is_ordered_and_within_zero_and_one(proportion in proportions(), alpha in alphas()) {
            for (name, method) in all() {
                let found = method(proportion, alpha).expect("a rate");
                prop_assert!(0.0 <= found.low && found.low <= found.high && found.high <= 1.0, "{name}: {found:?}");
            }
        }

        #[test]
        fn the_interval_holds_the_rate(proportion in proportions(), alpha in alphas()) {
            for (name, method) in HOLDING {
                let found = method(proportion, alpha).expect("a rate");
                prop_assert!(found.contains(proportion.rate().expect("a rate")), "{name}: {found:?}");
            }
        }

        #[test]
        fn hits_and_misses_mirror_each_other(proportion in proportions(), alpha in alphas()) {
            let rest = proportion.complement().expect("a rate");
            for (name, method) in all() {
                let (found, mirrored) = (method(proportion, alpha).expect("a rate"), method(rest, alpha).expect("a rate"));
                let apart = (found.low + mirrored.high - 1.0).abs().max((found.high + mirrored.low - 1.0).abs());
                prop_assert!(apart < 1e-15, "{name}: {found:?} {mirrored:?}");
            }
        }

        #[test]
        fn more_hits_move_both_ends_up(proportion in proportions(), alpha in alphas()) {
            prop_assume!(proportion.hits < proportion.of);
            let more = Proportion::new(proportion.hits + 1, proportion.of);
            for (name, method) in all().filter(|(name, _)| *name != "Wald") {
                let (less, more) = (method(proportion, alpha).expect("a rate"), method(more, alpha).expect("a rate"));
                prop_assert!(less.low <= more.low && less.high <= more.high, "{name}: {less:?} {more:?}");
            }
        }

        #[test]
        fn being_surer_takes_a_wider_interval(proportion in proportions(), alpha in alphas(), share in 0.01..0.99) {
            let surer = Alpha::new(alpha.value() * share).expect("between 0 and 1");
            for (name, method) in all() {
                let (narrow, wide) = (method(proportion, alpha).expect("a rate"), method(proportion, surer).expect("a rate"));
                prop_assert!(wide.low <= narrow.low + 1e-14 && narrow.high <= wide.high + 1e-14, "{name}: {narrow:?} {wide:?}");
            }
        }

        #[test]
        fn the_exact_interval_gives_each_tail_half_of_alpha(of in 1..60u64, share in 0.0..=1.0, alpha in alphas()) {
            let proportion = Proportion::new((share * of as f64) as u64, of);
            let found = proportion.clopper_pearson(alpha).expect("a rate");
            let (upper, lower) = (tail(proportion, found.low), tail(proportion.complement().expect("a rate"), 1.0 - found.high));
            let expect = |hits: u64| if hits == 0 { 1.0 } else { alpha.value() / 2.0 };
            prop_assert!((upper - expect(proportion.hits)).abs() < 1e-10);
            prop_assert!((lower - expect(of - proportion.hits)).abs() < 1e-10);
        }
    }

    /// The chance of at least so many hits at the given rate, summed term by term.
    fn tail(proportion: Proportion, rate: f64) -> f64 {
        let (mut term, mut sum) = (1.0, 0.0);
        let of = proportion.of;
        for hits in 0..=of {
            if hits >= proportion.hits {
                sum += term * rate.powi(hits as i32) * (1.0 - rate).powi((of - hits) as i32);
            }
            term *= (of - hits) as f64 / (hits + 1) as f64;
        }
        sum
    }
}
