//! How far two classes are from each other. Weighted measures, and alpha for what is ordered, count a near miss for less.

use super::histograms::Cell;
use rayon::prelude::*;

/// Between classes by their position. Two equal classes are 0 apart, and no distance depends on the direction.
pub enum Distance<'a> {
    /// Any two different classes are as far apart.
    Nominal,
    /// By the number of steps between them.
    Linear,
    /// By the square of the number of steps between them.
    Quadratic,
    /// By the number of pairs of classes in the range from one to the other. Gwet 2014, Handbook of Inter-Rater Reliability,
    /// 4th edition, "ordinal weights".
    Ordinal,
    /// By the square of the difference of these values, one a class.
    Squared(&'a [f64]),
    /// As it says, between 0 and 1.
    By(&'a (dyn Fn(u16, u16) -> f64 + Sync)),
}

/// From here on, the distances from each class to the others are worth more than one thread.
const MANY_CLASSES: usize = 512;

impl Distance<'_> {
    pub fn between(&self, a: u16, b: u16) -> f64 {
        let steps = || f64::from(a.abs_diff(b));
        match self {
            Distance::Nominal => f64::from(u8::from(a != b)),
            Distance::Linear => steps(),
            Distance::Quadratic => steps() * steps(),
            Distance::Ordinal => steps() * (steps() + 1.0) / 2.0,
            Distance::Squared(values) => (values[usize::from(a)] - values[usize::from(b)]).powi(2),
            Distance::By(distance) => distance(a, b),
        }
    }

    /// The largest there can be between so many classes: agreement is 1 less the distance as a part of it.
    pub fn largest(&self, classes: usize) -> f64 {
        let steps = classes.saturating_sub(1) as f64;
        match self {
            Distance::Nominal | Distance::By(_) => 1.0,
            Distance::Linear => steps,
            Distance::Quadratic => steps * steps,
            Distance::Ordinal => steps * (steps + 1.0) / 2.0,
            Distance::Squared(values) => {
                let (low, high) = values.iter().fold((f64::MAX, f64::MIN), |(l, h), v| (l.min(*v), h.max(*v)));
                (high - low).powi(2)
            }
        }
    }

    /// From each class to a mass spread over all of them: Σ d(class, other) · mass(other).
    pub fn to_all(&self, mass: &[f64]) -> Vec<f64> {
        let total: f64 = mass.iter().sum();
        match self {
            Distance::Nominal => mass.iter().map(|own| total - own).collect(),
            Distance::Linear => steps_to_all(mass, total),
            Distance::Quadratic => {
                let values: Vec<f64> = (0..mass.len()).map(|class| class as f64).collect();
                squares_to_all(&values, mass, total)
            }
            Distance::Ordinal => {
                let squares = Distance::Quadratic.to_all(mass);
                squares.iter().zip(steps_to_all(mass, total)).map(|(square, steps)| (square + steps) / 2.0).collect()
            }
            Distance::Squared(values) => squares_to_all(values, mass, total),
            Distance::By(distance) => {
                let from = |class: u16| (0..).zip(mass).map(|(other, mass)| distance(class, other) * mass).sum();
                (0..mass.len() as u16).map(from).collect()
            }
        }
    }

    /// As [`Distance::to_all`], but only from classes that have a mass themselves: what it gives for others means nothing.
    pub fn among(&self, mass: &[f64]) -> Vec<f64> {
        let Distance::By(distance) = self else { return self.to_all(mass) };
        let used: Vec<(u16, f64)> = (0..).zip(mass.iter().copied()).filter(|(_, mass)| *mass != 0.0).collect();
        let from = |(class, _): &(u16, f64)| used.iter().map(|(other, mass)| distance(*class, *other) * mass).sum();
        let apart: Vec<f64> = if used.len() > MANY_CLASSES {
            used.par_iter().map(from).collect()
        } else {
            used.iter().map(from).collect()
        };
        let mut all = vec![0.0; mass.len()];
        used.iter().zip(apart).for_each(|((class, _), apart)| all[usize::from(*class)] = apart);
        all
    }

    /// Between the labels of one unit, each unordered pair once.
    pub fn within(&self, cells: &[Cell]) -> f64 {
        if cells.len() < 2 {
            return 0.0;
        }
        let count = |cell: &Cell| f64::from(cell.count);
        match self {
            Distance::Nominal => {
                let (sum, squares) =
                    cells.iter().fold((0.0, 0.0), |(sum, squares), c| (sum + count(c), squares + count(c) * count(c)));
                (sum * sum - squares) / 2.0
            }
            Distance::Squared(values) => {
                let value = |cell: &Cell| values[usize::from(cell.class)];
                let labels: f64 = cells.iter().map(count).sum();
                let mean = cells.iter().map(|cell| count(cell) * value(cell)).sum::<f64>() / labels;
                labels * cells.iter().map(|cell| count(cell) * (value(cell) - mean).powi(2)).sum::<f64>()
            }
            _ => {
                let pairs = cells.iter().enumerate().flat_map(|(i, a)| cells[i + 1..].iter().map(move |b| (a, b)));
                pairs.map(|(a, b)| count(a) * count(b) * self.between(a.class, b.class)).sum()
            }
        }
    }
}

fn steps_to_all(mass: &[f64], total: f64) -> Vec<f64> {
    let mut here: f64 = mass.iter().enumerate().map(|(class, mass)| class as f64 * mass).sum();
    let mut below = 0.0;
    let mut steps = Vec::with_capacity(mass.len());
    for own in mass {
        steps.push(here);
        below += own;
        // One step up: nearer to what is above, further from what is not.
        here += 2.0 * below - total;
    }
    steps
}

fn squares_to_all(values: &[f64], mass: &[f64], total: f64) -> Vec<f64> {
    // Around the middle, so that little cancels.
    let middle =
        if total == 0.0 { 0.0 } else { values.iter().zip(mass).map(|(value, mass)| value * mass).sum::<f64>() / total };
    let weighted = |power: i32| values.iter().zip(mass).map(|(v, m)| (v - middle).powi(power) * m).sum::<f64>();
    let (first, second) = (weighted(1), weighted(2));
    values.iter().map(|value| (value - middle) * ((value - middle) * total - 2.0 * first) + second).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn all(check: impl Fn(&Distance<'_>)) {
        let values = [0.5, 2.0, 2.5, 7.0, 7.5, 11.0];
        let by = |a: u16, b: u16| if a == b { 0.0 } else { 1.0 / f64::from(1 + a.abs_diff(b)) };
        for distance in [
            Distance::Nominal,
            Distance::Linear,
            Distance::Quadratic,
            Distance::Ordinal,
            Distance::Squared(&values),
            Distance::By(&by),
        ] {
            check(&distance);
        }
    }

    proptest! {
        #[test]
        fn the_short_ways_give_what_the_long_way_gives(
            mass in prop::array::uniform6(0.0..5.0f64), counts in prop::array::uniform6(0..4u32),
        ) {
            all(|distance| {
                for (class, found) in (0u16..).zip(distance.to_all(&mass)) {
                    let long: f64 = (0u16..).zip(mass).map(|(other, mass)| distance.between(class, other) * mass).sum();
                    assert!((found - long).abs() < 1e-9, "{found} {long}");
                    assert!(distance.between(class, 5) <= distance.largest(6) + 1e-12);
                }
                let cells: Vec<Cell> = (0u16..).zip(counts).filter(|c| c.1 > 0).map(|(class, count)| Cell { class, count }).collect();
                let labels: Vec<u16> = cells.iter().flat_map(|cell| std::iter::repeat_n(cell.class, cell.count as usize)).collect();
                let pairs = labels.iter().enumerate().flat_map(|(i, a)| labels[i + 1..].iter().map(move |b| (*a, *b)));
                let long: f64 = pairs.map(|(a, b)| distance.between(a, b)).sum();
                assert!((distance.within(&cells) - long).abs() < 1e-9);
            });
        }
    }

    #[test]
    fn many_classes_are_measured_as_few_are() {
        let by = |a: u16, b: u16| f64::from(a.abs_diff(b)) / 1000.0;
        for classes in [70, 900] {
            let mass: Vec<f64> = (0..classes).map(|class| f64::from(class % 3)).collect();
            let (all, among) = (Distance::By(&by).to_all(&mass), Distance::By(&by).among(&mass));
            let linear = Distance::Linear.to_all(&mass);
            for class in 0..classes as usize {
                assert!((all[class] - linear[class] / 1000.0).abs() < 1e-9);
                assert!(mass[class] == 0.0 || (among[class] - all[class]).abs() < 1e-9);
            }
        }
    }
}
