//! Plain agreement: how often raters say the same, chance or not.

use super::Undefined;
use super::histograms::{Kind, Sample};

/// How often two raters of one unit say the same, averaged over the units with two labels or more: each unit counts as much.
pub fn percent(sample: Sample<'_>) -> Result<f64, Undefined> {
    ratio(sample, |kind| (kind.agreeing() / kind.pairs(), 1.0))
}

/// How often two raters of one unit say the same, over all pairs of labels: a unit with many labels counts for more.
pub fn percent_of_pairs(sample: Sample<'_>) -> Result<f64, Undefined> {
    ratio(sample, |kind| (kind.agreeing(), kind.pairs()))
}

/// On how many of the units with two labels or more all raters say the same.
pub fn unanimous(sample: Sample<'_>) -> Result<f64, Undefined> {
    ratio(sample, |kind| (f64::from(u8::from(kind.cells.len() == 1)), 1.0))
}

/// Specific agreement on one class: where one rater gives it, how often another does too. With two raters it is the F1 score of one
/// measured against the other. Undefined where nobody gives it.
///
/// Fleiss, Levin and Paik 2003, Statistical Methods for Rates and Proportions, section 18.1; over pairs of labels where
/// there are more than two raters.
pub fn specific(sample: Sample<'_>, class: u16) -> Result<f64, Undefined> {
    used(sample, class, |given, others| (given * (given - 1.0), given * others))
}

/// As [`specific`], but each label of the class counts as much, however many others its unit has.
pub fn specific_by_label(sample: Sample<'_>, class: u16) -> Result<f64, Undefined> {
    used(sample, class, |given, others| (given * (given - 1.0) / others, given))
}

fn used(sample: Sample<'_>, class: u16, of: impl Fn(f64, f64) -> (f64, f64)) -> Result<f64, Undefined> {
    let found = ratio(sample, |kind| of(f64::from(kind.count(class)), f64::from(kind.labels) - 1.0));
    let paired = sample.pairable().next().is_some();
    found.map_err(|why| if paired { Undefined::Unused } else { why })
}

/// Σ of the first over Σ of the second, over the units that can be paired.
fn ratio(sample: Sample<'_>, of: impl Fn(&Kind<'_>) -> (f64, f64)) -> Result<f64, Undefined> {
    let (mut over, mut under) = (0.0, 0.0);
    for kind in sample.pairable() {
        let (hits, all) = of(&kind);
        over += hits * f64::from(kind.times);
        under += all * f64::from(kind.times);
    }
    if under > 0.0 { Ok(over / under) } else { Err(Undefined::NoPair) }
}
