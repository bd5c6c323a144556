//! The raters of one group against those of another, such as people against models, leaving aside how far each group agrees within
//! itself.

use super::Undefined;
use super::distance::Distance;
use super::table::Table;
use crate::stats::bootstrap::Bootstrap;
use crate::stats::interval::{Alpha, Interval};

/// Agreement across two groups.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Across {
    /// How often a rater of one group and one of the other say the same, averaged over the units. With a distance other than
    /// nominal, near misses count in part.
    pub percent: f64,
    pub percent_interval: Option<Interval>,
    /// Beyond chance. With one rater in each group it is Cohen's kappa.
    pub kappa: Result<f64, Undefined>,
    pub kappa_interval: Option<Interval>,
    /// Units that both groups labeled.
    pub units: usize,
}

/// The raters for whom `first` holds against all others, over the units that both groups labeled.
///
/// Wong, Paritosh and Aroyo 2021, "Cross-replication reliability: an empirical approach to interpreting inter-rater reliability",
/// ACL: κx, where chance gives each group its classes as often as that group gives them.
pub fn across(
    table: &Table,
    first: impl Fn(u32) -> bool,
    distance: &Distance<'_>,
    bootstrap: Bootstrap,
    alpha: Alpha,
) -> Result<Across, Undefined> {
    let far = distance.largest(table.classes());
    let units: Vec<Unit> = (0..table.units()).filter_map(|unit| Unit::of(table, unit, &first, distance, far)).collect();
    if units.is_empty() {
        return Err(Undefined::NoPair);
    }
    let figures = Figures { units: &units, classes: table.classes(), distance, far };
    let once = vec![1; units.len()];
    let each: Vec<u32> = (0..units.len() as u32).collect();
    let interval =
        |figure: &(dyn Fn(&[u32]) -> Option<f64> + Sync)| bootstrap.of_units(&each, each.len(), alpha, figure);
    let kappa = figures.kappa(&once);
    Ok(Across {
        percent: figures.percent(&once),
        percent_interval: interval(&|times| Some(figures.percent(times))),
        kappa_interval: kappa.is_ok().then(|| interval(&|times| figures.kappa(times).ok())).flatten(),
        kappa,
        units: units.len(),
    })
}

/// What both groups gave to one unit.
struct Unit {
    first: Vec<u16>,
    second: Vec<u16>,
    /// How far a label of one is from one of the other, on average.
    apart: f64,
}

impl Unit {
    /// `None` where one of the groups did not label it.
    fn of(
        table: &Table,
        unit: usize,
        is_first: &impl Fn(u32) -> bool,
        distance: &Distance<'_>,
        far: f64,
    ) -> Option<Unit> {
        let group = |wanted: bool| {
            let labels = table.unit(unit).filter(|(rater, _)| is_first(*rater) == wanted);
            labels.map(|(_, class)| class).collect::<Vec<u16>>()
        };
        let (first, second) = (group(true), group(false));
        if first.is_empty() || second.is_empty() {
            return None;
        }
        let pairs = first.iter().flat_map(|a| second.iter().map(|b| distance.between(*a, *b)));
        let apart = pairs.sum::<f64>() / (first.len() * second.len()) as f64 / far;
        Some(Unit { first, second, apart })
    }
}

struct Figures<'a> {
    units: &'a [Unit],
    classes: usize,
    distance: &'a Distance<'a>,
    far: f64,
}

impl Figures<'_> {
    fn percent(&self, times: &[u32]) -> f64 {
        1.0 - self.observed(times)
    }

    fn observed(&self, times: &[u32]) -> f64 {
        let total: u32 = times.iter().sum();
        self.units.iter().zip(times).map(|(unit, times)| unit.apart * f64::from(*times)).sum::<f64>() / f64::from(total)
    }

    fn kappa(&self, times: &[u32]) -> Result<f64, Undefined> {
        let shares = |group: fn(&Unit) -> &[u16]| {
            let (mut shares, mut all) = (vec![0.0; self.classes], 0.0);
            for (unit, times) in self.units.iter().zip(times) {
                for class in group(unit) {
                    shares[usize::from(*class)] += f64::from(*times);
                    all += f64::from(*times);
                }
            }
            shares.iter_mut().for_each(|share| *share /= all);
            shares
        };
        let (first, second) = (shares(|unit| &unit.first), shares(|unit| &unit.second));
        let apart = self.distance.to_all(&second);
        let expected = first.iter().zip(apart).map(|(share, apart)| share * apart).sum::<f64>() / self.far;
        if expected <= 0.0 { Err(Undefined::NoVariation) } else { Ok(1.0 - self.observed(times) / expected) }
    }
}
