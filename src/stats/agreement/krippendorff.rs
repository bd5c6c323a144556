//! Krippendorff's alpha: one measure for any number of raters, missing labels, and any distance between classes.
//!
//! Krippendorff 2011, "Computing Krippendorff's alpha-reliability"; Hayes and Krippendorff 2007, Commun. Methods Meas. 1:77. Units with
//! fewer than two labels count for nothing.

use super::Undefined;
use super::coefficient::Coefficient;
use super::distance::Distance;
use super::histograms::{Histograms, Sample};

/// Alpha under a distance that is given beforehand, with the variance over units of the package irrCAC (Gwet 2014, Handbook of
/// Inter-Rater Reliability, 4th edition, section 5.3).
///
/// Undefined where all labels that can be paired are the same.
pub fn krippendorff(histograms: &Histograms, distance: &Distance<'_>) -> Result<Coefficient, Undefined> {
    let sample = histograms.sample();
    let (mut units, mut observed) = (0.0, 0.0);
    let within: Vec<f64> = sample
        .pairable()
        .map(|kind| {
            let own = 2.0 * distance.within(kind.cells) / (f64::from(kind.labels) - 1.0);
            units += f64::from(kind.times);
            observed += own * f64::from(kind.times);
            own
        })
        .collect();
    let mut shares = sample.pairable_totals();
    let labels: f64 = shares.iter().sum();
    if labels == 0.0 {
        return Err(Undefined::NoPair);
    }
    shares.iter_mut().for_each(|share| *share /= labels);
    let apart = distance.among(&shares);
    let expected: f64 = apart.iter().zip(&shares).map(|(apart, share)| apart * share).sum();
    let used = shares.iter().filter(|share| **share > 0.0).count();
    if used < 2 || expected <= 0.0 {
        return Err(Undefined::NoVariation);
    }

    let observed = observed / labels;
    let value = 1.0 - observed / expected * (labels - 1.0) / labels;
    // The variance is that of alpha without its correction for few labels.
    let plain = 1.0 - observed / expected;
    let corrected = observed * (labels - 1.0) / labels;
    let mean_labels = labels / units;
    let each = sample.pairable().zip(within).map(|(kind, within)| {
        let surplus = (f64::from(kind.labels) - mean_labels) / mean_labels;
        let own = within / mean_labels - corrected * surplus;
        let of_labels = kind.cells.iter().map(|cell| f64::from(cell.count) * apart[usize::from(cell.class)]);
        let chance = of_labels.sum::<f64>() / mean_labels - expected * surplus;
        (1.0 - own / expected - 2.0 * (observed / expected) * (expected - chance) / expected, kind.times)
    });
    let far = distance.largest(histograms.classes());
    let spread = Coefficient::new(plain, [1.0 - corrected / far, 1.0 - expected / far], each);
    Ok(Coefficient { value, ..spread })
}

/// Alpha for classes that have an order but no distance: two are as far apart as there are labels from one to the other. That
/// distance depends on the labels themselves, so its interval comes from resampling them.
pub fn krippendorff_ordinal(sample: Sample<'_>) -> Result<f64, Undefined> {
    let totals = sample.pairable_totals();
    let labels: f64 = totals.iter().sum();
    if labels == 0.0 {
        return Err(Undefined::NoPair);
    }
    if totals.iter().filter(|total| **total > 0.0).count() < 2 {
        return Err(Undefined::NoVariation);
    }
    // The labels between two classes, with half of those at both ends: the difference of the classes' middle ranks.
    let mut below = 0.0;
    let ranks: Vec<f64> = totals
        .iter()
        .map(|total| {
            below += total;
            below - total / 2.0
        })
        .collect();
    let distance = Distance::Squared(&ranks);
    let observed: f64 = sample
        .pairable()
        .map(|kind| f64::from(kind.times) * distance.within(kind.cells) / (f64::from(kind.labels) - 1.0))
        .sum();
    let expected: f64 = distance.to_all(&totals).iter().zip(&totals).map(|(apart, total)| apart * total).sum();
    Ok(1.0 - 2.0 * observed * (labels - 1.0) / expected)
}
