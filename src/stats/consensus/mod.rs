//! What units are by the labels that raters gave them, and how good each rater is.
//!
//! - [`majority`]: each label a vote; [`weighted_majority`]: a vote as heavy as its rater is good.
//! - [`dawid_skene`]: raters with errors of their own, one chance for each class confused with each other.
//! - [`one_coin`]: raters who are right with one chance, whatever the class.
//! - [`crowdlab`]: raters beside a model that gives probabilities of its own.
//!
//! All give the probability of each class for each unit that has a label; what follows from it is the caller's to say.

pub mod crowdlab;
pub mod em;
pub mod majority;
#[cfg(test)]
mod tests;

pub use crowdlab::{Crowdlab, crowdlab};
pub use em::{Model, Settings, dawid_skene, one_coin};
pub use majority::{accuracy, majority, skill_by_consensus, skill_from_zero, weighted_majority};

/// The probability of each class for each unit.
#[derive(Debug, Clone, PartialEq)]
pub struct Posteriors {
    classes: usize,
    /// Unit by unit; all 0 for a unit without labels.
    of: Vec<f64>,
}

/// The class that a unit most likely is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Best {
    /// The first, where several are as likely.
    pub class: u16,
    pub probability: f64,
    /// Another class is as likely.
    pub tied: bool,
}

/// Probabilities that are nearer than this are as likely: rounding must not break a tie.
const AS_LIKELY: f64 = 1e-9;

impl Posteriors {
    fn zero(units: usize, classes: usize) -> Self {
        Posteriors { classes, of: vec![0.0; units * classes] }
    }

    pub fn units(&self) -> usize {
        self.of.len().checked_div(self.classes).unwrap_or(0)
    }

    pub fn classes(&self) -> usize {
        self.classes
    }

    /// The probability of each class; `None` for a unit without labels.
    pub fn unit(&self, unit: usize) -> Option<&[f64]> {
        let of = self.of.get(unit * self.classes..(unit + 1) * self.classes)?;
        of.iter().any(|probability| *probability > 0.0).then_some(of)
    }

    /// The most likely class; `None` for a unit without labels.
    pub fn best(&self, unit: usize) -> Option<Best> {
        let of = self.unit(unit)?;
        let highest = of.iter().copied().fold(f64::MIN, f64::max);
        let mut likely = (0..).zip(of).filter(|(_, probability)| highest - **probability < AS_LIKELY);
        let (class, _) = likely.next()?;
        Some(Best { class, probability: highest.min(1.0), tied: likely.next().is_some() })
    }

    /// How much is open about a unit: 0 where one class is certain, 1 where all are as likely. The entropy over its greatest value.
    pub fn uncertainty(&self, unit: usize) -> Option<f64> {
        let of = self.unit(unit)?;
        let entropy: f64 = of.iter().filter(|p| **p > 0.0).map(|p| -p * p.ln()).sum();
        Some(if self.classes < 2 { 0.0 } else { (entropy / (self.classes as f64).ln()).clamp(0.0, 1.0) })
    }

    fn rows_mut(&mut self) -> std::slice::ChunksExactMut<'_, f64> {
        self.of.chunks_exact_mut(self.classes.max(1))
    }
}
