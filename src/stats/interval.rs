//! What the methods give back, and how sure they are asked to be.

use super::special::{chi_square_survival, normal_upper_quantile};

/// The chance of being wrong that a method is allowed: 0.05 asks for a 95 % interval.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub struct Alpha(f64);

impl Alpha {
    pub const FIVE_PERCENT: Alpha = Alpha(0.05);

    /// `None` unless `alpha` lies strictly between 0 and 1 (subnormal numbers count as 0).
    pub fn new(alpha: f64) -> Option<Alpha> {
        (alpha > f64::MIN_POSITIVE && alpha < 1.0).then_some(Alpha(alpha))
    }

    pub fn value(self) -> f64 {
        self.0
    }

    /// The two-sided critical value of the standard normal distribution: 1.96 for 0.05.
    pub fn z(self) -> f64 {
        normal_upper_quantile(self.0 / 2.0)
    }
}

/// 0.05.
impl Default for Alpha {
    fn default() -> Self {
        Alpha::FIVE_PERCENT
    }
}

/// A closed interval, `low <= high`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Interval {
    pub low: f64,
    pub high: f64,
}

impl Interval {
    pub fn contains(self, value: f64) -> bool {
        self.low <= value && value <= self.high
    }

    pub fn width(self) -> f64 {
        self.high - self.low
    }

    /// The part of the interval that lies between `least` and `most`.
    pub(super) fn within(self, least: f64, most: f64) -> Interval {
        Interval { low: self.low.clamp(least, most), high: self.high.clamp(least, most) }
    }
}

/// The outcome of a test whose statistic follows a chi-square distribution.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ChiSquare {
    pub statistic: f64,
    /// Degrees of freedom, at least 1.
    pub df: u32,
    /// In (0, 1]: a value too small for a float is given as the smallest one.
    pub p: f64,
}

impl ChiSquare {
    /// `None` if the statistic is no number or `df` is 0.
    pub(super) fn of(statistic: f64, df: u32) -> Option<ChiSquare> {
        (statistic.is_finite() && df > 0).then(|| ChiSquare {
            statistic,
            df,
            p: chi_square_survival(statistic, df).clamp(f64::MIN_POSITIVE, 1.0),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn alpha_lies_between_zero_and_one() {
        for wrong in [0.0, 1.0, -0.1, 1.5, f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 1e-310] {
            assert_eq!(Alpha::new(wrong), None, "{wrong}");
        }
        assert_eq!(Alpha::new(0.05), Some(Alpha::default()));
    }

    #[test]
    fn five_percent_is_one_point_nine_six() {
        assert!((Alpha::FIVE_PERCENT.z() - 1.959963984540054).abs() < 1e-15);
    }

    #[test]
    fn every_alpha_has_a_finite_critical_value() {
        for alpha in [f64::MIN_POSITIVE * 2.0, 1e-300, 1e-9, 0.5, 1.0 - f64::EPSILON] {
            let z = Alpha::new(alpha).map(Alpha::z);
            assert!(z.is_some_and(|z| z.is_finite() && z >= 0.0), "{alpha}: {z:?}");
        }
    }

    #[test]
    fn a_test_without_degrees_of_freedom_says_nothing() {
        assert_eq!(ChiSquare::of(1.0, 0), None);
        assert_eq!(ChiSquare::of(f64::NAN, 1), None);
        assert!(ChiSquare::of(1e9, 1).is_some_and(|test| test.p > 0.0));
    }
}
