//! Two readings of the same cases, where they differ: McNemar's tests.

use super::{
    interval::{Alpha, ChiSquare},
    special::{beta_tails, binomial},
};

/// The cases that exactly one of two readings got right. Cases on which both agree say nothing about which one is better.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Discordant {
    pub first_only: u64,
    pub second_only: u64,
}

impl Discordant {
    pub fn new(first_only: u64, second_only: u64) -> Discordant {
        Discordant { first_only, second_only }
    }

    /// McNemar's exact two-sided p: the chance of a split at least so uneven if both readings were equally good.
    ///
    /// In (0, 1]; 1 without discordant cases; a value too small for a float is given as the smallest one.
    /// McNemar 1947, Psychometrika 12:153, with the binomial distribution in place of its approximation.
    pub fn exact_p(self) -> f64 {
        if self.first_only == self.second_only {
            return 1.0;
        }
        (2.0 * self.chance_of_fewer_or_as_many()).clamp(f64::MIN_POSITIVE, 1.0)
    }

    /// McNemar's mid-p: splits as uneven as this one count half. Less cautious than [`Discordant::exact_p`], and
    /// rarely wrong more often than promised.
    ///
    /// In (0, 1]. Fagerland, Lydersen and Laake 2013, BMC Med. Res. Methodol. 13:91, with their formula kept for even
    /// splits too: it gives 1, where they take 1 less half the chance of the split.
    pub fn mid_p(self) -> f64 {
        if self.first_only == self.second_only {
            return 1.0;
        }
        let (fewer, of) = self.fewer_of();
        (2.0 * self.chance_of_fewer_or_as_many() - binomial(fewer, of, 0.5)).clamp(f64::MIN_POSITIVE, 1.0)
    }

    /// McNemar's chi-square without correction. `None` without discordant cases.
    pub fn chi_square(self) -> Option<ChiSquare> {
        self.chi_square_less(0.0)
    }

    /// McNemar's chi-square with Edwards' continuity correction of 1, an even split included. `None` without discordant cases.
    ///
    /// Edwards 1948, Psychometrika 13:185.
    pub fn chi_square_corrected(self) -> Option<ChiSquare> {
        self.chi_square_less(1.0)
    }

    /// How many cases the larger side must count, with the smaller side as it is, for the exact p to fall below `alpha`.
    ///
    /// Five of five regressed: 6 are needed at 0.05. The split is significant if the larger side has that many already.
    pub fn needed_for_significance(self, alpha: Alpha) -> u64 {
        let smaller = self.first_only.min(self.second_only);
        let enough = |larger: u64| Discordant::new(smaller, larger).exact_p() < alpha.value();
        let (mut too_few, mut step) = (smaller, 1u64);
        let mut larger = smaller.saturating_add(step);
        while larger < u64::MAX && !enough(larger) {
            too_few = larger;
            step = step.saturating_mul(2);
            larger = smaller.saturating_add(step);
        }
        while larger - too_few > 1 {
            let middle = too_few + (larger - too_few) / 2;
            if enough(middle) { larger = middle } else { too_few = middle }
        }
        larger
    }

    fn chance_of_fewer_or_as_many(self) -> f64 {
        let (fewer, of) = self.fewer_of();
        beta_tails(of - fewer, fewer + 1.0, 0.5).0
    }

    /// The smaller side and the sum of both.
    fn fewer_of(self) -> (f64, f64) {
        (self.first_only.min(self.second_only) as f64, self.first_only as f64 + self.second_only as f64)
    }

    fn chi_square_less(self, correction: f64) -> Option<ChiSquare> {
        let (first, second) = (self.first_only as f64, self.second_only as f64);
        ChiSquare::of(((first - second).abs() - correction).powi(2) / (first + second), 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Six digits, as statsmodels and scipy print them.
    fn check(first_only: u64, second_only: u64, exact: f64, mid: f64) {
        for found in [Discordant::new(first_only, second_only), Discordant::new(second_only, first_only)] {
            assert!((found.exact_p() - exact).abs() < 1e-6, "{found:?}: {}", found.exact_p());
            assert!((found.mid_p() - mid).abs() < 1e-6, "{found:?}: {}", found.mid_p());
        }
    }

    #[test]
    fn uneven_splits_agree_with_statsmodels() {
        check(1, 8, 0.0390625, 0.021484);
        check(0, 5, 0.0625, 0.03125);
        check(0, 6, 0.03125, 0.015625);
        check(10, 25, 0.016674, 0.011331);
        check(2, 12, 0.012939, 0.007385);
    }

    /// statsmodels' exact p less the point probability would be a mid-p of 0.6875 for three against three, for that exact p is
    /// cut off at 1 beforehand: an even split would look less even than three against four.
    #[test]
    fn an_even_split_tells_nothing() {
        check(0, 0, 1.0, 1.0);
        check(3, 3, 1.0, 1.0);
        let cut_off = Discordant::new(3, 3).exact_p() - binomial(3.0, 6.0, 0.5);
        assert!((cut_off - 0.6875).abs() < 1e-15);
        assert!(cut_off < Discordant::new(3, 4).mid_p());
    }

    #[test]
    fn large_counts_are_as_good_as_small_ones() {
        let check = |first, second, exact: f64, mid: f64| {
            let found = Discordant::new(first, second);
            assert!((found.exact_p() / exact - 1.0).abs() < 1e-12, "{found:?}: {}", found.exact_p());
            assert!((found.mid_p() / mid - 1.0).abs() < 1e-12, "{found:?}: {}", found.mid_p());
        };
        check(1, 8, 0.0390625, 0.021484375);
        check(0, 30, 1.862645149230957e-9, 9.313225746154785e-10);
        check(480, 520, 0.21744829320414094, 0.20610731083295322);
        check(10000, 10200, 0.161464015414622, 0.15937818629195838);
        check(100, 300, 2.5918869069720766e-24, 1.7237080329681235e-24);
    }

    #[test]
    fn a_hopeless_split_keeps_a_p_above_zero() {
        for found in [Discordant::new(0, 5000), Discordant::new(7, u64::MAX), Discordant::new(1, 1_000_000_000)] {
            assert!(found.exact_p() > 0.0 && found.exact_p() < 1e-300, "{found:?}");
            assert!(found.mid_p() > 0.0 && found.mid_p() < 1e-300, "{found:?}");
        }
    }

    #[test]
    fn says_how_many_are_needed() {
        let check = |first, second, alpha, needed| {
            let alpha = Alpha::new(alpha).expect("between 0 and 1");
            assert_eq!(Discordant::new(first, second).needed_for_significance(alpha), needed);
        };
        check(5, 0, 0.05, 6);
        check(0, 0, 0.05, 6);
        check(9, 0, 0.05, 6);
        check(0, 0, 0.01, 8);
        check(0, 0, 0.5, 3);
        check(0, 0, 0.999, 2);
        check(1, 4, 0.05, 8);
        check(2, 2, 0.05, 10);
    }

    proptest! {
        #[test]
        fn p_lies_above_zero_and_not_above_one(first in 0..3000u64, second in 0..3000u64) {
            let found = Discordant::new(first, second);
            let (exact, mid) = (found.exact_p(), found.mid_p());
            prop_assert!(0.0 < mid && mid <= exact && exact <= 1.0, "{mid} {exact}");
        }

        #[test]
        fn the_readings_are_treated_alike(first in 0..3000u64, second in 0..3000u64) {
            let (found, turned) = (Discordant::new(first, second), Discordant::new(second, first));
            prop_assert_eq!(found.exact_p(), turned.exact_p());
            prop_assert_eq!(found.mid_p(), turned.mid_p());
            prop_assert_eq!(found.chi_square(), turned.chi_square());
        }

        #[test]
        fn a_more_uneven_split_never_has_the_larger_p(fewer in 0..400u64, more in 0..400u64) {
            let (found, further) = (Discordant::new(fewer, fewer + more), Discordant::new(fewer, fewer + more + 1));
            prop_assert!(further.exact_p() <= found.exact_p() && further.mid_p() <= found.mid_p());
        }

        #[test]
        fn what_is_needed_is_just_enough(smaller in 0..300u64, alpha in 0.001..0.9) {
            let alpha = Alpha::new(alpha).expect("between 0 and 1");
            let needed = Discordant::new(smaller, smaller).needed_for_significance(alpha);
            prop_assert!(Discordant::new(smaller, needed).exact_p() < alpha.value());
            prop_assert!(Discordant::new(smaller, needed - 1).exact_p() >= alpha.value());
        }
    }
}
