//! Two readings of the same cases: the difference of their rates.

use super::{
    interval::{Alpha, Interval},
    mcnemar::Discordant,
    proportion::Proportion,
    search::furthest,
};

/// The fourfold table of two readings of the same cases, each right or wrong. Differences are first minus second.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Paired {
    pub both: u64,
    pub first_only: u64,
    pub second_only: u64,
    pub neither: u64,
}

impl Paired {
    /// Counts pairs of (first right, second right).
    pub fn tally(pairs: impl IntoIterator<Item = (bool, bool)>) -> Paired {
        let mut table = Paired::default();
        for pair in pairs {
            match pair {
                (true, true) => table.both += 1,
                (true, false) => table.first_only += 1,
                (false, true) => table.second_only += 1,
                (false, false) => table.neither += 1,
            }
        }
        table
    }

    pub fn of(self) -> u64 {
        [self.both, self.first_only, self.second_only, self.neither].into_iter().fold(0, u64::saturating_add)
    }

    pub fn first(self) -> Proportion {
        Proportion::new(self.both.saturating_add(self.first_only), self.of())
    }

    pub fn second(self) -> Proportion {
        Proportion::new(self.both.saturating_add(self.second_only), self.of())
    }

    pub fn discordant(self) -> Discordant {
        Discordant::new(self.first_only, self.second_only)
    }

    /// The first rate minus the second, in [-1, 1]. `None` without cases.
    pub fn difference(self) -> Option<f64> {
        (self.of() > 0).then(|| (self.first_only as f64 - self.second_only as f64) / self.of() as f64)
    }

    /// The difference's interval by squaring and adding Wilson's, with the correlation of the readings. `None` without cases.
    ///
    /// Newcombe 1998, Stat. Med. 17:2635, method 10.
    pub fn newcombe(self, alpha: Alpha) -> Option<Interval> {
        let difference = self.difference()?;
        let (first, second) = (self.first(), self.second());
        let (p, q) = (first.rate()?, second.rate()?);
        let (around_p, around_q) = (first.wilson(alpha)?, second.wilson(alpha)?);
        let correlation = self.correlation();
        let reach = |a: f64, b: f64| (a * a - 2.0 * correlation * a * b + b * b).max(0.0).sqrt();
        let interval = Interval {
            low: difference - reach(p - around_p.low, around_q.high - q),
            high: difference + reach(around_p.high - p, q - around_q.low),
        };
        Some(interval.within(-1.0, 1.0))
    }

    /// The difference's score interval: all differences that the score test does not reject. `None` without cases.
    ///
    /// Tango 1998, Stat. Med. 17:891.
    pub fn tango(self, alpha: Alpha) -> Option<Interval> {
        let difference = self.difference()?;
        let z = alpha.z();
        let accepts = |assumed: f64| self.score(assumed).abs() <= z;
        Some(Interval { low: furthest(difference, -1.0, accepts), high: furthest(difference, 1.0, accepts) })
    }

    /// Tango's score statistic for an assumed difference; infinite where the data rule the difference out.
    fn score(self, assumed: f64) -> f64 {
        if assumed < 0.0 {
            let turned = Paired { first_only: self.second_only, second_only: self.first_only, ..self };
            return -turned.score(-assumed);
        }
        let (of, first, second) = (self.of() as f64, self.first_only as f64, self.second_only as f64);
        let missed = first - second - of * assumed;
        if missed == 0.0 {
            return 0.0;
        }
        // The likeliest share of cases that only the second reading gets right, under the assumed difference: the
        // positive root of a·x² + b·x + c, with c <= 0.
        let a = 2.0 * of;
        let b = (2.0 * of - first + second) * assumed - first - second;
        let c = -second * assumed * (1.0 - assumed);
        let root = (b * b - 4.0 * a * c).max(0.0).sqrt();
        let share = if b > 0.0 { -2.0 * c / (b + root) } else { (root - b) / (2.0 * a) };
        missed / (of * (2.0 * share + assumed * (1.0 - assumed))).max(0.0).sqrt()
    }

    /// The phi coefficient, a positive one with Newcombe's continuity correction; 0 where a reading is always right or
    /// always wrong.
    fn correlation(self) -> f64 {
        let [both, first, second, neither] =
            [self.both, self.first_only, self.second_only, self.neither].map(|count| count as f64);
        let margins = (both + first) * (second + neither) * (both + second) * (first + neither);
        if margins == 0.0 {
            return 0.0;
        }
        let together = both * neither - first * second;
        let corrected = if together > 0.0 { (together - self.of() as f64 / 2.0).max(0.0) } else { together };
        (corrected / margins.sqrt()).clamp(-1.0, 1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn paired(both: u64, first_only: u64, second_only: u64, neither: u64) -> Paired {
        Paired { both, first_only, second_only, neither }
    }

    #[test]
    fn no_cases_give_no_figure() {
        let nothing = Paired::default();
        assert_eq!(nothing.difference(), None);
        assert_eq!(nothing.newcombe(Alpha::FIVE_PERCENT), None);
        assert_eq!(nothing.tango(Alpha::FIVE_PERCENT), None);
    }

    #[test]
    fn counts_pairs() {
        let pairs =
            [(true, true), (true, false), (true, false), (false, true), (false, false), (false, false), (false, false)];
        assert_eq!(Paired::tally(pairs), paired(1, 2, 1, 3));
    }

    /// Where only the first reading is ever right, Tango's lower end is (n − z²)/(n + z²).
    #[test]
    fn the_largest_difference_reaches_the_end() {
        let square = Alpha::FIVE_PERCENT.z().powi(2);
        let tango = paired(0, 20, 0, 0).tango(Alpha::FIVE_PERCENT).expect("cases");
        assert_eq!(tango.high, 1.0);
        assert!((tango.low - (20.0 - square) / (20.0 + square)).abs() < 1e-14, "{tango:?}");
    }

    /// With a difference of 0 and no discordant case Tango's ends are ±z²/(n + z²).
    #[test]
    fn perfect_agreement_has_a_closed_form() {
        let z = Alpha::FIVE_PERCENT.z();
        let tango = paired(70, 0, 0, 3).tango(Alpha::FIVE_PERCENT).expect("cases");
        assert!((tango.high - z * z / (73.0 + z * z)).abs() < 1e-14);
        assert!((tango.low + tango.high).abs() < 1e-15);
    }

    #[test]
    fn hostile_counts_give_numbers() {
        for table in
            [paired(u64::MAX, u64::MAX, 1, 0), paired(0, u64::MAX, 0, u64::MAX), paired(1, 1 << 60, 1 << 59, 0)]
        {
            for found in [table.newcombe(Alpha::FIVE_PERCENT), table.tango(Alpha::FIVE_PERCENT)].into_iter().flatten() {
                assert!(
                    found.low.is_finite() && found.high.is_finite() && found.low <= found.high,
                    "{table:?} {found:?}"
                );
            }
        }
    }

    fn tables() -> impl Strategy<Value = Paired> {
        let counts = || prop_oneof![Just(0u64), 0..12u64, 0..5000u64];
        (counts(), counts(), counts(), counts())
            .prop_map(|(both, first, second, neither)| paired(both, first, second, neither))
            .prop_filter("some cases", |table| table.of() > 0)
    }

    proptest! {
        #[test]
        fn intervals_hold_the_difference(table in tables(), alpha in 1e-6..0.99) {
            let alpha = Alpha::new(alpha).expect("between 0 and 1");
            let difference = table.difference().expect("cases");
            for found in [table.newcombe(alpha).expect("cases"), table.tango(alpha).expect("cases")] {
                prop_assert!(-1.0 <= found.low && found.high <= 1.0 && found.contains(difference), "{found:?}");
            }
        }

        #[test]
        fn turning_the_readings_turns_the_interval(table in tables()) {
            let turned = Paired { first_only: table.second_only, second_only: table.first_only, ..table };
            for method in [Paired::newcombe, Paired::tango] {
                let (found, turned) = (method(table, Alpha::FIVE_PERCENT).expect("cases"), method(turned, Alpha::FIVE_PERCENT).expect("cases"));
                prop_assert!((found.low + turned.high).abs() < 1e-13 && (found.high + turned.low).abs() < 1e-13);
            }
        }

        #[test]
        fn tango_and_mcnemar_agree_on_no_difference(table in tables()) {
            let Some(test) = table.discordant().chi_square() else { return Ok(()) };
            prop_assume!((test.p - 0.05).abs() > 1e-9);
            let found = table.tango(Alpha::FIVE_PERCENT).expect("cases");
            prop_assert_eq!(test.p < 0.05, !found.contains(0.0), "{:?} {:?}", test, found);
        }
    }
}
