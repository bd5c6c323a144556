//! How many points a set has: exact, however many there are.

use super::diagram::{Diagrams, EMPTY, Node};
use super::layout::{Points, Space};
use rustc_hash::FxHashMap;
use std::ops::{AddAssign, MulAssign};

/// Counts several sets of one space; what they have in common is counted once.
pub struct Counter<'s> {
    diagrams: &'s Diagrams,
    numbers: Numbers,
}

/// As a rule all points of a space can be counted in a number that the processor knows, which takes a fraction of the time.
enum Numbers {
    Small(Table<u128>),
    Large(Table<Points>),
}

/// What is known of the counts of sets.
struct Table<N> {
    /// How many values each value of a level stands for, and all of a level together.
    weights: Vec<Vec<N>>,
    totals: Vec<N>,
    known: FxHashMap<Node, N>,
}

impl Space {
    pub fn counter(&self) -> Counter<'_> {
        let table = self.table();
        let numbers = table.small().map_or_else(|| Numbers::Large(table), Numbers::Small);
        Counter { diagrams: &self.diagrams, numbers }
    }

    fn table(&self) -> Table<Points> {
        let weights: Vec<Vec<Points>> = self.levels.iter().map(|level| level.weights.clone()).collect();
        let totals = weights.iter().map(|level| level.iter().sum()).collect();
        Table { weights, totals, known: FxHashMap::default() }
    }

    /// How many points a set has.
    pub fn count(&self, set: Node) -> Points {
        self.counter().count(set)
    }
}

impl Counter<'_> {
    /// How many points a set has.
    pub fn count(&mut self, set: Node) -> Points {
        self.count_from(set, 0)
    }

    /// How many points of one category are in a set over the levels after that of categories.
    pub fn count_in_one_category(&mut self, set: Node) -> Points {
        self.count_from(set, 1)
    }

    fn count_from(&mut self, set: Node, first: usize) -> Points {
        match &mut self.numbers {
            Numbers::Small(table) => table.count(self.diagrams, set, first).into(),
            Numbers::Large(table) => table.count(self.diagrams, set, first),
        }
    }
}

impl Table<Points> {
    /// The same in small numbers, where no count can be too large for them.
    fn small(&self) -> Option<Table<u128>> {
        let all = |points: &[Points]| points.iter().map(|one| u128::try_from(one).ok()).collect::<Option<Vec<u128>>>();
        let size: Points = self.totals.iter().product();
        u128::try_from(&size).ok()?;
        let weights = self.weights.iter().map(|level| all(level)).collect::<Option<_>>()?;
        Some(Table { weights, totals: all(&self.totals)?, known: FxHashMap::default() })
    }
}

impl<N: Clone + From<u32> + AddAssign + for<'a> MulAssign<&'a N>> Table<N> {
    /// Over the levels from the first one on.
    fn count(&mut self, diagrams: &Diagrams, set: Node, first: usize) -> N {
        let mut count = self.below(diagrams, set);
        let asked = diagrams.level(set).unwrap_or(self.totals.len());
        self.totals[first..asked].iter().for_each(|total| count *= total);
        count
    }

    /// Of the levels from the node's own on.
    fn below(&mut self, diagrams: &Diagrams, set: Node) -> N {
        let Some(level) = diagrams.level(set) else {
            return N::from(u32::from(set != EMPTY));
        };
        if let Some(known) = self.known.get(&set) {
            return known.clone();
        }
        let mut sum = N::from(0);
        for value in 0..self.weights[level].len() {
            let child = diagrams.child(set, level, value);
            if child != EMPTY {
                let next = diagrams.level(child).unwrap_or(self.totals.len());
                let mut count = self.below(diagrams, child);
                count *= &self.weights[level][value];
                self.totals[level + 1..next].iter().for_each(|total| count *= total);
                sum += count;
            }
        }
        self.known.insert(set, sum.clone());
        sum
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analyze::space::Exact;
    use crate::analyze::structure::tests::random;
    use crate::policy::Policy;
    use crate::policy::facet::{Facet, FacetKind};
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]

        #[test]
        fn small_numbers_count_as_large_ones(policy in random::policy()) {
            let exact = Exact::of(&policy).unwrap();
            let space = &exact.space;
            let mut small = space.counter();
            prop_assert!(matches!(small.numbers, Numbers::Small(_)));
            let mut large = Counter { diagrams: &space.diagrams, numbers: Numbers::Large(space.table()) };
            for ranked in &exact.regions.ranked {
                for set in [ranked.applies, ranked.decides, space.domain] {
                    prop_assert_eq!(small.count(set), large.count(set));
                }
            }
        }
    }

    #[test]
    fn more_points_than_any_small_number_are_counted() {
        let mut policy = Policy::default();
        let facet = |at: usize| Facet {
            id: format!("f{at}").into(),
            kind: FacetKind::Set,
            values: (0..60).map(|value| format!("v{value}").into()).collect(),
            description: "".into(),
        };
        policy.manifest.facets = (0..4).map(facet).collect();
        let space = Space::of(&policy).unwrap();
        let one: Points = (Points::from(1_u32) << 60) + 1_u32;
        assert_eq!(space.size(), one.pow(4));
    }
}
