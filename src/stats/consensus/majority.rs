//! Votes, each as heavy as any other, or as its rater is good.

use super::Posteriors;
use crate::stats::agreement::Table;

/// The share of each class among a unit's labels.
pub fn majority(table: &Table) -> Posteriors {
    weighted_majority(table, &vec![1.0; table.raters()])
}

/// As [`majority`], each label as heavy as its rater's weight, 0 or more. A unit whose labels weigh nothing has no posterior.
pub fn weighted_majority(table: &Table, weights: &[f64]) -> Posteriors {
    let mut posteriors = Posteriors::zero(table.units(), table.classes());
    for (unit, shares) in posteriors.rows_mut().enumerate() {
        for (rater, class) in table.unit(unit) {
            shares[usize::from(class)] += weights[rater as usize];
        }
        let total: f64 = shares.iter().sum();
        if total > 0.0 {
            shares.iter_mut().for_each(|share| *share /= total);
        }
    }
    posteriors
}

/// Of each rater's labels on settled units, the share that says what the unit was settled to be. `None` for raters without
/// such labels.
pub fn accuracy(table: &Table, settled: &[Option<u16>]) -> Vec<Option<f64>> {
    let mut right = vec![0.0; table.raters()];
    let mut all = right.clone();
    for (unit, settled) in settled.iter().enumerate() {
        let Some(settled) = settled else { continue };
        for (rater, class) in table.unit(unit) {
            right[rater as usize] += f64::from(u8::from(class == *settled));
            all[rater as usize] += 1.0;
        }
    }
    right.iter().zip(&all).map(|(right, all)| (*all > 0.0).then(|| right / all)).collect()
}

/// Weights for a second vote: how often each rater is with the majority, the first class where there is a tie. Known as Wawa,
/// worker agreement with aggregate.
pub fn skill_by_consensus(table: &Table) -> Vec<f64> {
    skills(table, &majority(table))
}

/// Weights that are improved step by step, from little more than chance: each step towards how often the rater is with the vote that
/// the weights before gave. Known as zero-based skill; `steps` is usually 100.
pub fn skill_from_zero(table: &Table, steps: u32) -> Vec<f64> {
    let mut used = vec![false; table.classes()];
    (0..table.units()).flat_map(|unit| table.classes_of(unit)).for_each(|class| used[usize::from(*class)] = true);
    let classes = used.iter().filter(|used| **used).count().max(1);
    let mut skills = vec![1.0 / classes as f64 + 1e-5; table.raters()];
    let mut rate = 1.0;
    for step in 1..=steps {
        if step % 20 == 0 {
            rate /= 2.0;
        }
        let now = self::skills(table, &weighted_majority(table, &skills));
        skills.iter_mut().zip(now).for_each(|(skill, now)| *skill += rate * (now - *skill));
    }
    skills
}

fn skills(table: &Table, posteriors: &Posteriors) -> Vec<f64> {
    let settled: Vec<Option<u16>> =
        (0..table.units()).map(|unit| posteriors.best(unit).map(|best| best.class)).collect();
    accuracy(table, &settled).into_iter().map(|skill| skill.unwrap_or(0.0)).collect()
}
