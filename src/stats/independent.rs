//! Two proportions over different cases: the difference of their rates.

use super::{
    interval::{Alpha, Interval},
    proportion::Proportion,
    search::furthest,
};

/// Two proportions that share no case. Differences are first minus second. Use [`super::Paired`] for the same cases.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Independent {
    pub first: Proportion,
    pub second: Proportion,
}

impl Independent {
    pub fn new(first: Proportion, second: Proportion) -> Independent {
        Independent { first, second }
    }

    /// The first rate minus the second, in [-1, 1]. `None` where either has no rate.
    pub fn difference(self) -> Option<f64> {
        Some(self.first.rate()? - self.second.rate()?)
    }

    /// The difference's hybrid score interval, squaring and adding Wilson's. `None` where either has no rate.
    ///
    /// Newcombe 1998, Stat. Med. 17:873, method 10.
    pub fn newcombe(self, alpha: Alpha) -> Option<Interval> {
        let (p, q) = (self.first.rate()?, self.second.rate()?);
        let (around_p, around_q) = (self.first.wilson(alpha)?, self.second.wilson(alpha)?);
        let interval = Interval {
            low: p - q - (p - around_p.low).hypot(around_q.high - q),
            high: p - q + (around_p.high - p).hypot(q - around_q.low),
        };
        Some(interval.within(-1.0, 1.0))
    }

    /// The difference's score interval: all differences that the score test does not reject. `None` where either has no rate.
    ///
    /// Miettinen and Nurminen 1985, Stat. Med. 4:213, with their factor n/(n − 1).
    pub fn miettinen_nurminen(self, alpha: Alpha) -> Option<Interval> {
        let difference = self.difference()?;
        let z = alpha.z();
        let (first, second) = (self.first.of as f64, self.second.of as f64);
        let inflation = (first + second) / (first + second - 1.0);
        let accepts = |assumed: f64| {
            let q = self.likeliest_second(assumed);
            let p = (q + assumed).clamp(0.0, 1.0);
            let variance = (p * (1.0 - p) / first + q * (1.0 - q) / second) * inflation;
            (difference - assumed).abs() <= z * variance.max(0.0).sqrt()
        };
        Some(Interval { low: furthest(difference, -1.0, accepts), high: furthest(difference, 1.0, accepts) })
    }

    /// The second rate that makes the data likeliest, if the first is higher by `assumed`.
    ///
    /// The zero of the score, which falls throughout, rather than the cubic's closed form, which loses half the digits near its double roots.
    fn likeliest_second(self, assumed: f64) -> f64 {
        let score = |proportion: Proportion, rate: f64| {
            let (hits, misses) = (proportion.hits as f64, (proportion.of - proportion.hits) as f64);
            let pull = |count: f64, rate: f64| if count == 0.0 { 0.0 } else { count / rate.max(0.0) };
            pull(hits, rate) - pull(misses, 1.0 - rate)
        };
        let (least, most) = ((-assumed).max(0.0), (1.0 - assumed).min(1.0));
        furthest(least, most, |q| score(self.first, q + assumed) + score(self.second, q) >= 0.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn pair(hits: u64, of: u64, other_hits: u64, other_of: u64) -> Independent {
        Independent::new(Proportion::new(hits, of), Proportion::new(other_hits, other_of))
    }

    fn check(found: Option<Interval>, low: f64, high: f64) {
        assert!(
            found.is_some_and(|found| (found.low - low).abs() < 0.00005001 && (found.high - high).abs() < 0.00005001),
            "{found:?}, not {low} to {high}"
        );
    }

    /// The four digits of Newcombe 1998, table II, method 6.
    #[test]
    fn miettinen_nurminen_agrees_with_newcombes_table() {
        let score = |pair: Independent| pair.miettinen_nurminen(Alpha::FIVE_PERCENT);
        check(score(pair(56, 70, 48, 80)), 0.0528, 0.3382);
        check(score(pair(9, 10, 3, 10)), 0.1700, 0.8406);
        check(score(pair(10, 10, 0, 20)), 0.7156, 1.0);
        check(score(pair(0, 10, 0, 20)), -0.1658, 0.2844);
    }

    #[test]
    fn no_rate_gives_no_figure() {
        for nothing in [pair(0, 0, 1, 2), pair(1, 2, 0, 0), pair(3, 2, 1, 2)] {
            assert_eq!(nothing.difference(), None);
            assert_eq!(nothing.newcombe(Alpha::FIVE_PERCENT), None);
            assert_eq!(nothing.miettinen_nurminen(Alpha::FIVE_PERCENT), None);
        }
    }

    fn pairs() -> impl Strategy<Value = Independent> {
        let proportion = || {
            prop_oneof![1..15u64, 1..3000u64].prop_flat_map(|of| (0..=of).prop_map(move |hits| Proportion { hits, of }))
        };
        (proportion(), proportion()).prop_map(|(first, second)| Independent { first, second })
    }

    proptest! {
        #[test]
        fn intervals_hold_the_difference(pair in pairs(), alpha in 1e-6..0.99) {
            let alpha = Alpha::new(alpha).expect("between 0 and 1");
            let difference = pair.difference().expect("rates");
            for found in [pair.newcombe(alpha).expect("rates"), pair.miettinen_nurminen(alpha).expect("rates")] {
                prop_assert!(-1.0 <= found.low && found.high <= 1.0 && found.contains(difference), "{found:?}");
            }
        }

        #[test]
        fn turning_the_two_turns_the_interval(pair in pairs()) {
            let turned = Independent { first: pair.second, second: pair.first };
            for method in [Independent::newcombe, Independent::miettinen_nurminen] {
                let (found, turned) = (method(pair, Alpha::FIVE_PERCENT).expect("rates"), method(turned, Alpha::FIVE_PERCENT).expect("rates"));
                prop_assert!((found.low + turned.high).abs() < 1e-12 && (found.high + turned.low).abs() < 1e-12);
            }
        }
    }
}
