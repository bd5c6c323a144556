//! Cohen's kappa: two raters, chance from what each of them gives.

use super::Undefined;
use super::confusion::Confusion;
use super::distance::Distance;
use crate::stats::interval::{Alpha, Interval};
use crate::stats::special::{normal_tails, normal_upper_quantile};

/// Agreement of two raters beyond chance: 1 is perfect, 0 is what chance gives, below 0 is less than chance.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Kappa {
    pub value: f64,
    /// Its variance.
    pub variance: f64,
    /// Its variance if the two raters had nothing in common but chance.
    pub null_variance: f64,
    /// Units that both labeled.
    pub units: u64,
}

/// Cohen's kappa; weighted where the distance is not nominal.
///
/// Cohen 1960, Educ. Psychol. Meas. 20:37 and 1968, Psychol. Bull. 70:213; variances from Fleiss, Cohen and Everitt 1969,
/// Psychol. Bull. 72:323. Undefined where both raters gave one and the same class throughout.
pub fn cohen(confusion: &Confusion, distance: &Distance<'_>) -> Result<Kappa, Undefined> {
    let units = confusion.total();
    if units == 0 {
        return Err(Undefined::NoPair);
    }
    if confusion.classes() < 2 {
        return Err(Undefined::OneClass);
    }
    let n = units as f64;
    let far = distance.largest(confusion.classes());
    let mut first = vec![0.0; confusion.classes()];
    let mut second = first.clone();
    for (class, row) in confusion.rows().enumerate() {
        for (other, count) in row.iter().enumerate() {
            first[class] += *count as f64 / n;
            second[other] += *count as f64 / n;
        }
    }
    // How far each class of one rater is from what the other gives.
    let to_second: Vec<f64> = distance.to_all(&second).into_iter().map(|apart| apart / far).collect();
    let to_first: Vec<f64> = distance.to_all(&first).into_iter().map(|apart| apart / far).collect();
    let expected: f64 = first.iter().zip(&to_second).map(|(share, apart)| share * apart).sum();
    if expected <= 0.0 {
        return Err(Undefined::NoVariation);
    }
    let (mut observed, mut squares, mut null_squares) = (0.0, 0.0, 0.0);
    let cells =
        || confusion.rows().enumerate().flat_map(|(a, row)| row.iter().enumerate().map(move |(b, n)| (a, b, n)));
    for (a, b, count) in cells().filter(|(_, _, count)| **count > 0) {
        observed += *count as f64 / n * distance.between(a as u16, b as u16) / far;
    }
    let rest = observed / expected;
    for (a, b, count) in cells() {
        let agreement = 1.0 - distance.between(a as u16, b as u16) / far;
        let marginal = 2.0 - to_second[a] - to_first[b];
        squares += *count as f64 / n * (agreement - marginal * rest).powi(2);
        null_squares += first[a] * second[b] * (agreement - marginal).powi(2);
    }
    let value = 1.0 - rest;
    let chance = 1.0 - expected;
    let scale = expected * expected * n;
    Ok(Kappa {
        value,
        variance: ((squares - (value - chance * rest).powi(2)) / scale).max(0.0),
        null_variance: ((null_squares - chance * chance) / scale).max(0.0),
        units,
    })
}

impl Kappa {
    /// By the normal distribution, within −1 and 1. `None` where the units do not vary enough to tell.
    pub fn interval(&self, alpha: Alpha) -> Option<Interval> {
        let error = Some(self.variance.sqrt()).filter(|error| *error > 1e-12)?;
        let reach = normal_upper_quantile(alpha.value() / 2.0) * error;
        Some(Interval { low: self.value - reach, high: self.value + reach }.within(-1.0, 1.0))
    }

    /// How many standard errors of chance it is away from 0.
    pub fn z(&self) -> Option<f64> {
        (self.null_variance > 0.0).then(|| self.value / self.null_variance.sqrt())
    }

    /// How likely a kappa as far from 0 as this, or further, comes about by chance: two-sided.
    pub fn p(&self) -> Option<f64> {
        self.z().map(normal_tails)
    }
}
