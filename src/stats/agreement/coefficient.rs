//! Agreement beyond chance, by four ideas of what chance would give: Fleiss, Gwet, Brennan and Prediger, Conger.
//!
//! All four compare the observed agreement, averaged over the units that two raters or more labeled, with an expected one:
//! (observed − expected) / (1 − expected). With a distance they give credit for near misses. Labels may be missing, and a unit with
//! a single label still tells how often its class is given. Gwet 2014, Handbook of Inter-Rater Reliability, 4th edition, chapters
//! 2, 3 and 5; the variances are over units, as in the package irrCAC.

use super::Undefined;
use super::distance::Distance;
use super::histograms::{Histograms, Kind};
use super::table::Table;
use crate::stats::interval::{Alpha, Interval};
use crate::stats::special::{student_quantile, student_tails};

/// Agreement beyond chance: 1 is perfect, 0 is what chance gives.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Coefficient {
    pub value: f64,
    /// The agreement that was observed, 0 to 1.
    pub observed: f64,
    /// The agreement that chance would give.
    pub chance: f64,
    /// The standard error; `None` where one unit, or units that are all alike, say nothing of it.
    pub error: Option<f64>,
    /// How many units it rests on.
    pub units: usize,
}

impl Coefficient {
    /// By Student's t over the units, within −1 and 1. `None` where there is no standard error.
    pub fn interval(&self, alpha: Alpha) -> Option<Interval> {
        let reach = self.error? * student_quantile(alpha.value() / 2.0, self.freedom());
        // Of few units it reaches beyond what there is.
        Some(Interval { low: self.value - reach, high: self.value + reach }.within((-1.0_f64).min(self.value), 1.0))
    }

    /// How likely an agreement as far from chance as this, or further, comes about by chance: two-sided, by Student's t.
    pub fn p(&self) -> Option<f64> {
        Some(student_tails(self.value / self.error?, self.freedom()))
    }

    fn freedom(&self) -> f64 {
        (self.units - 1) as f64
    }

    /// From the agreement beyond chance that each kind of unit stands for.
    pub(super) fn new(value: f64, [observed, chance]: [f64; 2], each: impl Iterator<Item = (f64, u32)>) -> Self {
        let (mut units, mut squares) = (0.0, 0.0);
        for (own, times) in each {
            units += f64::from(times);
            squares += f64::from(times) * (own - value).powi(2);
        }
        let error = (squares / (units * (units - 1.0))).sqrt();
        // Rounding makes tiny errors out of none.
        let error = (units > 1.0 && error > 1e-12).then_some(error);
        Coefficient { value, observed, chance, error, units: units as usize }
    }
}

/// Fleiss' kappa: chance gives each class as often as all raters together give it. With two raters it is Scott's pi.
///
/// Fleiss 1971, Psychol. Bull. 76:378, generalised to missing labels. Undefined where all labels are the same.
pub fn fleiss(histograms: &Histograms, distance: &Distance<'_>) -> Result<Coefficient, Undefined> {
    let observed = Observed::of(histograms, distance)?;
    let apart = observed.scaled(distance.to_all(&observed.shares));
    let expected = weighted(&apart, &observed.shares);
    if expected <= 0.0 {
        return Err(Undefined::NoVariation);
    }
    Ok(observed.beyond(expected, |kind| {
        let of_labels = kind.cells.iter().map(|cell| f64::from(cell.count) * apart[usize::from(cell.class)]);
        of_labels.sum::<f64>() / f64::from(kind.labels)
    }))
}

/// Gwet's AC1, and AC2 with a distance other than nominal: chance plays only where a unit is hard to label, which it takes to
/// be rarer the more often one class is given. Stays high where kappa falls because nearly all units are of one class.
///
/// Depends on how many classes there are to choose from, used or not. Gwet 2008, Br. J. Math. Stat. Psychol. 61:29.
pub fn gwet(histograms: &Histograms, distance: &Distance<'_>) -> Result<Coefficient, Undefined> {
    let observed = Observed::of(histograms, distance)?;
    let classes = histograms.classes() as f64;
    let factor = (1.0 - mean_distance(histograms.classes(), distance)) * classes / (classes - 1.0);
    let others: Vec<f64> = observed.shares.iter().map(|share| 1.0 - share).collect();
    Ok(observed.beyond(1.0 - factor * weighted(&others, &observed.shares), |kind| {
        let of_labels = kind.cells.iter().map(|cell| f64::from(cell.count) * others[usize::from(cell.class)]);
        1.0 - factor * of_labels.sum::<f64>() / f64::from(kind.labels)
    }))
}

/// Brennan and Prediger's coefficient: chance gives every class as often. Known as S, Randolph's free-marginal kappa, and with two
/// classes as PABAK. Depends on how many classes there are. Brennan and Prediger 1981, Educ. Psychol. Meas. 41:687.
pub fn brennan_prediger(histograms: &Histograms, distance: &Distance<'_>) -> Result<Coefficient, Undefined> {
    let observed = Observed::of(histograms, distance)?;
    let expected = mean_distance(histograms.classes(), distance);
    Ok(observed.beyond(expected, |_| expected))
}

/// Conger's kappa: Cohen's for more than two raters. Chance gives each rater the classes as often as that rater gives them. With two
/// raters who labeled every unit it is Cohen's kappa.
///
/// Conger 1980, Psychol. Bull. 88:322, generalised to missing labels. Undefined where all raters give one class alone.
pub fn conger(table: &Table, distance: &Distance<'_>) -> Result<Coefficient, Undefined> {
    let histograms = Histograms::of(table);
    let observed = Observed::of(&histograms, distance)?;
    let classes = table.classes();
    let mut given = vec![0.0; table.raters() * classes];
    let mut labels = vec![0.0; table.raters()];
    for (rater, class) in (0..table.units()).flat_map(|unit| table.unit(unit)) {
        given[rater as usize * classes + usize::from(class)] += 1.0;
        labels[rater as usize] += 1.0;
    }
    for (of_rater, labels) in given.chunks_exact_mut(classes).zip(&labels) {
        of_rater.iter_mut().for_each(|given| *given /= f64::max(*labels, 1.0));
    }
    let raters = labels.iter().filter(|labels| **labels > 0.0).count() as f64;
    let pairs = raters * (raters - 1.0);
    if pairs == 0.0 {
        return Err(Undefined::NoPair);
    }
    let together: Vec<f64> = (0..classes).map(|class| given.iter().skip(class).step_by(classes).sum()).collect();

    // How far each class is from what the other raters give, and the mean of that over what a rater gives.
    let (mut apart, mut mean) = (Vec::with_capacity(given.len()), Vec::with_capacity(labels.len()));
    for of_rater in given.chunks_exact(classes) {
        let others: Vec<f64> = together.iter().zip(of_rater).map(|(all, own)| all - own).collect();
        let from_others = observed.scaled(distance.to_all(&others));
        mean.push(weighted(&from_others, of_rater));
        apart.extend(from_others);
    }
    let expected = mean.iter().sum::<f64>() / pairs;
    if expected <= 0.0 {
        return Err(Undefined::NoVariation);
    }
    let value = 1.0 - observed.disagreement / expected;
    let units = histograms.units() as f64;
    let labeled = (0..table.units()).filter(|unit| !table.classes_of(*unit).is_empty());
    let each = labeled.zip(histograms.kind_of()).map(|(unit, &kind)| {
        let surplus = table.unit(unit).map(|(rater, class)| {
            let rater = rater as usize;
            (apart[rater * classes + usize::from(class)] - mean[rater]) * units / labels[rater]
        });
        let chance = expected + surplus.sum::<f64>() / pairs;
        (observed.linearised(kind as usize, expected, chance), 1)
    });
    Ok(Coefficient::new(value, [1.0 - observed.disagreement, 1.0 - expected], each))
}

/// What all these measures begin with. Distances are brought to between 0 and 1, where agreement is 1 less the distance.
struct Observed<'a> {
    histograms: &'a Histograms,
    /// The distance that counts as 1.
    far: f64,
    /// How often each class is given, averaged over the units.
    shares: Vec<f64>,
    /// How far the labels of each kind of unit are apart on average; `None` where it has a single label.
    apart: Vec<Option<f64>>,
    /// The mean over the units with two labels or more.
    disagreement: f64,
    /// Units for each one that has two labels or more.
    weight: f64,
}

impl<'a> Observed<'a> {
    fn of(histograms: &'a Histograms, distance: &Distance<'_>) -> Result<Self, Undefined> {
        let pairable = histograms.pairable() as f64;
        if pairable == 0.0 {
            return Err(Undefined::NoPair);
        }
        if histograms.classes() < 2 {
            return Err(Undefined::OneClass);
        }
        let units = histograms.units() as f64;
        let far = distance.largest(histograms.classes());
        let mut shares = vec![0.0; histograms.classes()];
        let mut apart = Vec::with_capacity(histograms.kinds());
        let mut disagreement = 0.0;
        for kind in histograms.sample().kinds() {
            let part = f64::from(kind.times) / f64::from(kind.labels) / units;
            kind.cells.iter().for_each(|cell| shares[usize::from(cell.class)] += f64::from(cell.count) * part);
            let own = (kind.labels >= 2).then(|| 2.0 * distance.within(kind.cells) / kind.pairs() / far);
            disagreement += own.unwrap_or(0.0) * f64::from(kind.times) / pairable;
            apart.push(own);
        }
        Ok(Observed { histograms, far, shares, apart, disagreement, weight: units / pairable })
    }

    fn scaled(&self, mut distances: Vec<f64>) -> Vec<f64> {
        distances.iter_mut().for_each(|distance| *distance /= self.far);
        distances
    }

    /// The measure, where chance alone would give the disagreement `expected`, and each kind of unit says `chance` of that.
    fn beyond(&self, expected: f64, chance: impl Fn(&Kind<'_>) -> f64) -> Coefficient {
        let kinds = self.histograms.sample().kinds().enumerate();
        let each = kinds.map(|(at, kind)| (self.linearised(at, expected, chance(&kind)), kind.times));
        let value = 1.0 - self.disagreement / expected;
        Coefficient::new(value, [1.0 - self.disagreement, 1.0 - expected], each)
    }

    /// What one unit stands for: the mean over all units is the measure, and their spread gives its variance.
    fn linearised(&self, kind: usize, expected: f64, chance: f64) -> f64 {
        let own = self.apart[kind].map_or(0.0, |apart| self.weight * (1.0 - apart / expected));
        own - 2.0 * (self.disagreement / expected) * (expected - chance) / expected
    }
}

/// Between any two classes, each with itself included, from 0 to 1.
fn mean_distance(classes: usize, distance: &Distance<'_>) -> f64 {
    let even = 1.0 / classes as f64;
    let mass = vec![even; classes];
    weighted(&distance.to_all(&mass), &mass) / distance.largest(classes)
}

fn weighted(values: &[f64], weights: &[f64]) -> f64 {
    values.iter().zip(weights).map(|(value, weight)| value * weight).sum()
}
