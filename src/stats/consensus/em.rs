//! Raters whose errors are learned together with what the units are: Dawid and Skene's model, and the one-coin model.
//!
//! Both go back and forth between the two (expectation maximisation): from how the raters err follows how likely each class is for
//! each unit; from that follows how the raters err. Dawid and Skene 1979, Appl. Stat. 28:20; one-coin: Zhang, Chen, Zhou and Jordan
//! 2016, J. Mach. Learn. Res. 17:102. Begun, bounded and ended as in the package crowd-kit, so that the figures are the same.

use super::{Posteriors, majority};
use crate::stats::agreement::{ByRater, Table};
use rayon::prelude::*;

/// No chance is taken to be lower than this, so that one slip does not make a class impossible.
const LEAST: f64 = 1e-10;
const LEAST_LOG: f64 = -10.0 * std::f64::consts::LN_10;

/// When to stop.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Settings {
    /// At most so many rounds.
    pub iterations: u32,
    /// Stop where a round betters the evidence lower bound by less than this for each label. `None`: never before the last round.
    pub tolerance: Option<f64>,
}

impl Default for Settings {
    fn default() -> Self {
        Settings { iterations: 100, tolerance: Some(1e-5) }
    }
}

/// What the units are, and how the raters err.
#[derive(Debug, Clone, PartialEq)]
pub struct Model {
    pub posteriors: Posteriors,
    /// How often each class is, over the units that have labels.
    pub priors: Vec<f64>,
    /// How often each rater is right, by the posteriors: the mean over their labels of how likely what they said is. `None` for
    /// raters without labels.
    pub quality: Vec<Option<f64>>,
    /// Rater by rater, class said by class said: how likely the rater is to say it, for each class that a unit can be.
    errors: Vec<f64>,
    /// The evidence lower bound for each label, after each round.
    pub bounds: Vec<f64>,
}

impl Model {
    /// How likely a rater is to say one class where the unit is another. 0 for what the rater never said.
    pub fn error(&self, rater: usize, said: usize, is: usize) -> f64 {
        let classes = self.priors.len();
        self.errors[(rater * classes + said) * classes + is]
    }
}

/// Dawid and Skene's model. `known` holds what some units are for certain, one entry a unit; empty where nothing is known.
pub fn dawid_skene(table: &Table, known: &[Option<u16>], settings: Settings) -> Model {
    fit(table, known, settings, normalise)
}

/// The one-coin model: a rater is right with one chance, and otherwise says any of the other classes as often.
pub fn one_coin(table: &Table, settings: Settings) -> Model {
    fit(table, &[], settings, spread)
}

/// From how often a rater said each class on units of each class to how likely that is. A class that the rater never said has no
/// part.
fn normalise(counts: &mut [f64], classes: usize) {
    let seen: Vec<bool> = counts.chunks_exact(classes).map(|row| row.iter().any(|count| *count > 0.0)).collect();
    for is in 0..classes {
        let rows = seen.iter().enumerate().filter(|(_, seen)| **seen).map(|(said, _)| said * classes + is);
        let total: f64 = rows.clone().map(|at| counts[at].max(LEAST)).sum();
        rows.for_each(|at| counts[at] = counts[at].max(LEAST) / total);
    }
}

/// The same where one chance of being right stands for all classes.
fn spread(counts: &mut [f64], classes: usize) {
    let right = rightness(counts, classes).unwrap_or(0.0);
    let wrong = (1.0 - right) / (classes as f64 - 1.0);
    for (at, chance) in counts.iter_mut().enumerate() {
        *chance = if at / classes == at % classes { right } else { wrong }.clamp(LEAST, 1.0 - LEAST);
    }
}

/// The mean over a rater's labels of how likely what was said is.
fn rightness(counts: &[f64], classes: usize) -> Option<f64> {
    let all: f64 = counts.iter().sum();
    let right: f64 = (0..classes).map(|class| counts[class * (classes + 1)]).sum();
    (all > 0.0).then(|| right / all)
}

fn fit(table: &Table, known: &[Option<u16>], settings: Settings, to_errors: fn(&mut [f64], usize)) -> Model {
    if table.labels() == 0 {
        let (priors, quality) = (vec![0.0; table.classes()], vec![None; table.raters()]);
        let errors = vec![0.0; table.raters() * table.classes() * table.classes()];
        return Model { posteriors: majority(table), priors, quality, errors, bounds: Vec::new() };
    }
    let by_rater = ByRater::of(table);
    let mut fit = Fit {
        posteriors: majority(table),
        priors: Vec::new(),
        errors: vec![0.0; table.raters() * table.classes() * table.classes()],
        logs: Vec::new(),
        table,
        by_rater,
        known,
        to_errors,
    };
    fit.hold_what_is_known();
    fit.set_priors();
    let (_, mut quality) = fit.learn_errors();
    let mut bounds: Vec<f64> = Vec::new();
    for _ in 0..settings.iterations {
        let entropy = fit.judge_units();
        fit.set_priors();
        let (expectation, now) = fit.learn_errors();
        quality = now;
        let bound = (expectation + entropy) / table.labels() as f64;
        let gain = bounds.last().map(|before| bound - before);
        bounds.push(bound);
        if settings.tolerance.is_some_and(|tolerance| gain.is_some_and(|gain| gain < tolerance)) {
            break;
        }
    }
    Model { posteriors: fit.posteriors, priors: fit.priors, quality, errors: fit.errors, bounds }
}

/// The state between the two steps.
struct Fit<'a> {
    table: &'a Table,
    by_rater: ByRater,
    known: &'a [Option<u16>],
    to_errors: fn(&mut [f64], usize),
    posteriors: Posteriors,
    priors: Vec<f64>,
    /// Rater by rater, class said by class, class said by class that is.
    errors: Vec<f64>,
    /// Their logarithms.
    logs: Vec<f64>,
}

/// Parts are cut by number of units and raters, never by number of threads, and are summed in order: the figures are the
/// same on any machine.
const UNITS: usize = 4096;

impl Fit<'_> {
    /// From the raters' errors to the units: the posteriors. Gives their entropy.
    fn judge_units(&mut self) -> f64 {
        let classes = self.table.classes();
        let priors: Vec<f64> = self.priors.iter().map(|prior| prior.max(LEAST).ln()).collect();
        let (table, logs) = (self.table, &self.logs);
        let judge = |(part, posteriors): (usize, &mut [f64])| {
            let mut entropy = 0.0;
            let mut sums = priors.clone();
            for (at, own) in posteriors.chunks_exact_mut(classes).enumerate() {
                let labels = table.unit(part * UNITS + at);
                if labels.len() > 0 {
                    sums.copy_from_slice(&priors);
                    for (rater, said) in labels {
                        let start = (rater as usize * classes + usize::from(said)) * classes;
                        sums.iter_mut().zip(&logs[start..start + classes]).for_each(|(sum, log)| *sum += log);
                    }
                    entropy += to_probabilities(&mut sums, own);
                }
            }
            entropy
        };
        let parts = self.posteriors.of.par_chunks_mut(UNITS * classes).enumerate().map(judge);
        let entropy: f64 = parts.collect::<Vec<f64>>().iter().sum();
        self.hold_what_is_known().unwrap_or(entropy)
    }

    /// Sets the units that are known for certain. Gives the entropy of all units where there are such.
    fn hold_what_is_known(&mut self) -> Option<f64> {
        if self.known.is_empty() {
            return None;
        }
        let mut entropy = 0.0;
        for (unit, own) in self.posteriors.rows_mut().enumerate() {
            if own.iter().all(|probability| *probability == 0.0) {
                continue;
            }
            if let Some(class) = self.known.get(unit).copied().flatten() {
                own.fill(0.0);
                own[usize::from(class)] = 1.0;
            }
            entropy -= own.iter().map(|p| p.max(LEAST)).map(|p| p * p.ln()).sum::<f64>();
        }
        Some(entropy)
    }

    fn set_priors(&mut self) {
        let classes = self.table.classes();
        let mut sums = vec![0.0; classes];
        for own in self.posteriors.of.chunks_exact(classes) {
            sums.iter_mut().zip(own).for_each(|(sum, own)| *sum += own);
        }
        let units: f64 = sums.iter().sum();
        self.priors = sums.into_iter().map(|sum| if units > 0.0 { sum / units } else { 0.0 }).collect();
    }

    /// From the units to the raters: the errors. Gives the expected log likelihood of all labels, and how often each rater is right.
    fn learn_errors(&mut self) -> (f64, Vec<Option<f64>>) {
        let classes = self.table.classes();
        let priors: Vec<f64> = self.priors.iter().map(|prior| prior.max(LEAST).ln()).collect();
        self.logs.resize(self.errors.len(), 0.0);
        let (by_rater, posteriors, to_errors) = (&self.by_rater, &self.posteriors.of, self.to_errors);
        let size = classes * classes;
        let learn = |(rater, (errors, logs)): (usize, (&mut [f64], &mut [f64]))| {
            errors.fill(0.0);
            for &(unit, said) in by_rater.labels(rater) {
                let (unit, said) = (unit as usize, usize::from(said));
                let own = &posteriors[unit * classes..(unit + 1) * classes];
                errors[said * classes..(said + 1) * classes].iter_mut().zip(own).for_each(|(sum, own)| *sum += own);
            }
            // Until here they are counts.
            logs.copy_from_slice(errors);
            let right = rightness(errors, classes);
            to_errors(errors, classes);
            let mut expectation = 0.0;
            for (at, (log, error)) in logs.iter_mut().zip(errors.iter()).enumerate() {
                let count = *log;
                *log = if *error > 0.0 { error.ln() } else { 0.0 };
                expectation += count * (*log + priors[at % classes]);
            }
            (expectation, right)
        };
        let each = self.errors.par_chunks_mut(size).zip(self.logs.par_chunks_mut(size)).enumerate().map(learn);
        let each: Vec<(f64, Option<f64>)> = each.collect();
        (each.iter().map(|(expectation, _)| expectation).sum(), each.into_iter().map(|(_, right)| right).collect())
    }
}

/// From logarithms to probabilities that sum to 1. Gives their entropy, in which none counts as lower than the least.
fn to_probabilities(logs: &mut [f64], probabilities: &mut [f64]) -> f64 {
    let highest = logs.iter().copied().fold(f64::MIN, f64::max);
    let mut total = 0.0;
    for (log, probability) in logs.iter_mut().zip(probabilities.iter_mut()) {
        *log -= highest;
        *probability = log.exp();
        total += *probability;
    }
    let of_total = total.ln();
    let mut entropy = 0.0;
    for (log, probability) in logs.iter().zip(probabilities) {
        *probability /= total;
        entropy += if *probability < LEAST { -LEAST * LEAST_LOG } else { *probability * (of_total - log) };
    }
    entropy
}
