//! Raters beside a model that gives each unit's classes probabilities of its own, such as a judge.
//!
//! Goh, Tkachenko and Mueller 2022, "CROWDLAB: Supervised learning to infer consensus labels and quality scores for data with multiple
//! annotators". The figures are those of the package cleanlab: consensus by best quality, nothing calibrated.

use super::{Posteriors, accuracy};
use crate::stats::agreement::Table;

/// What is made of raters and model together.
#[derive(Debug, Clone, PartialEq)]
pub struct Crowdlab {
    /// The share that raters and model give each class, each weighed by how far it is to be trusted.
    pub posteriors: Posteriors,
    /// Of each unit; `None` without labels.
    pub consensus: Vec<Option<u16>>,
    /// The first opinion: what most raters say, ties broken by the model.
    pub majority: Vec<Option<u16>>,
    /// How much the model's word weighs.
    pub model_weight: f64,
    /// How much each rater's word weighs.
    pub weights: Vec<f64>,
    /// How good each rater's labels are, 0 to 1; `None` without labels.
    pub quality: Vec<Option<f64>>,
    /// Which class each rater is most often wrong to say: of several the one said more often, then the one on surer units.
    pub worst: Vec<Option<u16>>,
}

/// No weight is lower than this.
const LEAST: f64 = 1e-6;

/// `model` holds the model's probabilities, unit by unit, one a class. `None` where it does not fit the table, where there are fewer
/// than two classes, or where no unit has two labels.
pub fn crowdlab(table: &Table, model: &[f64]) -> Option<Crowdlab> {
    let fits = model.len() == table.units() * table.classes() && table.classes() >= 2;
    let judge = fits.then(|| Judge::new(table, model)).flatten()?;
    let majority = judge.majority();
    let first = judge.weigh(&majority);
    let best = |unit: usize| {
        let best = first.posteriors.best(unit)?;
        if best.tied { majority[unit] } else { Some(best.class) }
    };
    let consensus: Vec<Option<u16>> = (0..table.units()).map(best).collect();
    let second = judge.weigh(&consensus);
    Some(Crowdlab {
        quality: judge.quality(&second, &consensus),
        worst: judge.worst(&second, &consensus),
        posteriors: second.posteriors,
        model_weight: second.model,
        weights: second.raters,
        consensus,
        majority,
    })
}

struct Judge<'a> {
    table: &'a Table,
    model: &'a [f64],
    /// Units with two labels or more.
    shared: Vec<usize>,
    /// Labels of a unit, on average over the units that have any.
    mean_labels: f64,
    /// How often each rater says what another says of the same unit.
    agreement: Vec<f64>,
}

/// How far raters and model are to be trusted, given a consensus.
struct Weights {
    model: f64,
    raters: Vec<f64>,
    posteriors: Posteriors,
}

impl<'a> Judge<'a> {
    fn new(table: &'a Table, model: &'a [f64]) -> Option<Self> {
        let shared: Vec<usize> = (0..table.units()).filter(|unit| table.classes_of(*unit).len() >= 2).collect();
        let labeled = (0..table.units()).filter(|unit| !table.classes_of(*unit).is_empty()).count();
        let mean_labels = table.labels() as f64 / labeled as f64;
        let agreement = agreement_with_others(table)?;
        (!shared.is_empty()).then_some(Judge { table, model, shared, mean_labels, agreement })
    }

    fn model_of(&self, unit: usize) -> &[f64] {
        &self.model[unit * self.table.classes()..(unit + 1) * self.table.classes()]
    }

    /// What most raters say. Ties go to what the model holds likelier, then to the class that is rarer among all labels, then to
    /// the raters who are more often with the majority elsewhere, then to the first class.
    fn majority(&self) -> Vec<Option<u16>> {
        let table = self.table;
        let mut frequency = vec![0.0; table.classes()];
        (0..table.units()).flat_map(|unit| table.classes_of(unit)).for_each(|c| frequency[usize::from(*c)] += 1.0);
        let leading: Vec<Vec<u16>> = (0..table.units())
            .map(|unit| {
                let mut counts = vec![0.0; table.classes()];
                table.classes_of(unit).iter().for_each(|class| counts[usize::from(*class)] += 1.0);
                let classes = (0..table.classes() as u16).filter(|class| counts[usize::from(*class)] > 0.0).collect();
                highest(classes, |class| counts[usize::from(class)])
            })
            .collect();
        let clear: Vec<Option<u16>> =
            leading.iter().map(|l| if let [class] = l[..] { Some(class) } else { None }).collect();
        let trusted = accuracy(table, &clear);
        let known: Vec<f64> = trusted.iter().copied().flatten().collect();
        let usual = known.iter().sum::<f64>() / known.len() as f64;
        let settle = |(unit, leading): (usize, Vec<u16>)| {
            let likely = highest(leading, |class| self.model_of(unit)[usize::from(class)]);
            let rare = highest(likely, |class| -frequency[usize::from(class)]);
            let by_raters = highest(rare, |class| {
                let who = table.unit(unit).filter(|(_, said)| *said == class);
                let (mut sum, mut n) = (0.0, 0.0);
                who.for_each(|(rater, _)| {
                    sum += trusted[rater as usize].unwrap_or(usual);
                    n += 1.0;
                });
                sum / n
            });
            by_raters.first().copied()
        };
        leading.into_iter().enumerate().map(settle).collect()
    }

    fn weigh(&self, consensus: &[Option<u16>]) -> Weights {
        let table = self.table;
        let classes = table.classes();
        let share = |unit: usize| {
            let labels = table.classes_of(unit);
            labels.iter().filter(|class| Some(**class) == consensus[unit]).count() as f64 / labels.len() as f64
        };
        let over_shared = |value: &dyn Fn(usize) -> f64| {
            self.shared.iter().map(|unit| value(*unit)).sum::<f64>() / self.shared.len() as f64
        };
        // How likely a label is the consensus, and how likely it is any other class.
        let right = over_shared(&share);
        let wrong = (1.0 - right) / (classes as f64 - 1.0);

        // Errors are measured by those of always saying the class that is consensus most often.
        let mut counts = vec![0usize; classes];
        self.shared.iter().filter_map(|unit| consensus[*unit]).for_each(|class| counts[usize::from(class)] += 1);
        let usual = highest((0..classes as u16).collect(), |class| counts[usize::from(class)] as f64)[0];
        let guess = over_shared(&|unit| f64::from(u8::from(consensus[unit] != Some(usual)))).max(LEAST);
        let raters: Vec<f64> = self.agreement.iter().map(|own| (1.0 - (1.0 - own) / guess).max(LEAST)).collect();
        let miss = over_shared(&|unit| {
            let of_model = self.model_of(unit);
            let best = highest((0..classes as u16).collect(), |class| of_model[usize::from(class)])[0];
            f64::from(u8::from(consensus[unit] != Some(best)))
        });
        let model = (1.0 - miss / guess).max(LEAST) * self.mean_labels.sqrt();

        let mut posteriors = Posteriors::zero(table.units(), classes);
        for (unit, own) in posteriors.rows_mut().enumerate() {
            if table.classes_of(unit).is_empty() {
                continue;
            }
            let mut total = model;
            own.iter_mut().zip(self.model_of(unit)).for_each(|(own, of_model)| *own = of_model * model);
            for (rater, said) in table.unit(unit) {
                let weight = raters[rater as usize];
                total += weight;
                for (class, own) in own.iter_mut().enumerate() {
                    *own += weight * if class == usize::from(said) { right } else { wrong };
                }
            }
            own.iter_mut().for_each(|own| *own /= total);
        }
        Weights { model, raters, posteriors }
    }

    /// How good each rater's labels are: how likely they are by all that is known, and how often they are the consensus on
    /// shared units, the first weighed as the model is against the raters.
    fn quality(&self, weights: &Weights, consensus: &[Option<u16>]) -> Vec<Option<f64>> {
        let table = self.table;
        let (mut likely, mut labels) = (vec![0.0; table.raters()], vec![0.0; table.raters()]);
        for unit in 0..table.units() {
            for (rater, said) in table.unit(unit) {
                likely[rater as usize] += weights.posteriors.unit(unit).map_or(0.0, |own| own[usize::from(said)]);
                labels[rater as usize] += 1.0;
            }
        }
        let mut shared = vec![None; table.units()];
        self.shared.iter().for_each(|unit| shared[*unit] = consensus[*unit]);
        let with_consensus = accuracy(table, &shared);
        let of_raters = weights.raters.iter().sum::<f64>() * self.mean_labels / table.raters() as f64;
        let part = weights.model / (weights.model + of_raters);
        let quality = |rater: usize| Some(part * likely[rater] / labels[rater] + (1.0 - part) * with_consensus[rater]?);
        (0..table.raters()).map(quality).collect()
    }

    fn worst(&self, weights: &Weights, consensus: &[Option<u16>]) -> Vec<Option<u16>> {
        let classes = self.table.classes();
        // For each rater and class said: how often it was said, how often rightly, and how sure the consensus was in all.
        let mut said = vec![[0.0; 3]; self.table.raters() * classes];
        for (unit, &settled) in consensus.iter().enumerate().take(self.table.units()) {
            let sure = settled.zip(weights.posteriors.unit(unit)).map_or(0.0, |(c, own)| own[usize::from(c)]);
            for (rater, class) in self.table.unit(unit) {
                let of_class = &mut said[rater as usize * classes + usize::from(class)];
                of_class[0] += 1.0;
                of_class[1] += f64::from(u8::from(settled == Some(class)));
                of_class[2] += sure;
            }
        }
        let worst = |of_rater: &[[f64; 3]]| {
            let at = |class: u16| of_rater[usize::from(class)];
            let given = (0..classes as u16).filter(|class| at(*class)[0] > 0.0).collect();
            let wrong = highest(given, |class| -at(class)[1] / at(class)[0]);
            let often = highest(wrong, |class| at(class)[0]);
            highest(often, |class| at(class)[2] / at(class)[0]).first().copied()
        };
        said.chunks_exact(classes).map(worst).collect()
    }
}

/// How often each rater says what another says of the same unit, units with more labels counting for more. Raters who share no
/// unit are taken to agree as the others do on average. `None` where nobody shares one.
fn agreement_with_others(table: &Table) -> Option<Vec<f64>> {
    let mut same = vec![0.0; table.raters()];
    let mut others = same.clone();
    for unit in 0..table.units() {
        let classes = table.classes_of(unit);
        for (rater, said) in table.unit(unit) {
            same[rater as usize] += classes.iter().filter(|class| **class == said).count() as f64 - 1.0;
            others[rater as usize] += classes.len() as f64 - 1.0;
        }
    }
    let own: Vec<Option<f64>> = same.iter().zip(&others).map(|(same, all)| (*all > 0.0).then(|| same / all)).collect();
    let known: Vec<f64> = own.iter().copied().flatten().collect();
    let usual = (!known.is_empty()).then(|| known.iter().sum::<f64>() / known.len() as f64)?;
    Some(own.into_iter().map(|own| own.unwrap_or(usual)).collect())
}

/// The classes for which the value is highest.
fn highest(classes: Vec<u16>, value: impl Fn(u16) -> f64) -> Vec<u16> {
    let most = classes.iter().map(|class| value(*class)).fold(f64::MIN, f64::max);
    classes.into_iter().filter(|class| value(*class) == most).collect()
}
