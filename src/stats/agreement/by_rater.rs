//! The labels of a table again, rater by rater.

use super::table::Table;

/// What each rater gave to which units, in the order of the units. Where a rater gave several labels to one unit, all are there.
#[derive(Debug, Clone)]
pub struct ByRater {
    starts: Vec<usize>,
    labels: Vec<(u32, u16)>,
}

impl ByRater {
    pub fn of(table: &Table) -> Self {
        let units = || (0u32..).zip(0..table.units());
        let all = || units().flat_map(|(at, unit)| table.unit(unit).map(move |label| (at, label)));
        let mut starts = vec![0; table.raters() + 1];
        all().for_each(|(_, (rater, _))| starts[rater as usize + 1] += 1);
        for rater in 0..table.raters() {
            starts[rater + 1] += starts[rater];
        }
        let mut next = starts.clone();
        let mut labels = vec![(0, 0); table.labels()];
        for (unit, (rater, class)) in all() {
            labels[next[rater as usize]] = (unit, class);
            next[rater as usize] += 1;
        }
        ByRater { starts, labels }
    }

    pub fn raters(&self) -> usize {
        self.starts.len() - 1
    }

    /// Unit and class of each label of a rater.
    pub fn labels(&self, rater: usize) -> &[(u32, u16)] {
        &self.labels[self.starts[rater]..self.starts[rater + 1]]
    }

    /// What two raters gave to each unit that either of them labeled: of several labels the first.
    pub fn either(&self, a: usize, b: usize) -> impl Iterator<Item = (Option<u16>, Option<u16>)> {
        let mut firsts = self.firsts(a).peekable();
        let mut seconds = self.firsts(b).peekable();
        std::iter::from_fn(move || {
            let unit = match (firsts.peek(), seconds.peek()) {
                (Some(first), Some(second)) => first.0.min(second.0),
                (Some(only), None) | (None, Some(only)) => only.0,
                (None, None) => return None,
            };
            let here = |label: &(u32, u16)| label.0 == unit;
            Some((firsts.next_if(here).map(|label| label.1), seconds.next_if(here).map(|label| label.1)))
        })
    }

    /// What two raters gave to each unit that both of them labeled.
    pub fn both(&self, a: usize, b: usize) -> impl Iterator<Item = (u16, u16)> {
        self.either(a, b).filter_map(|(a, b)| Some((a?, b?)))
    }

    fn firsts(&self, rater: usize) -> impl Iterator<Item = (u32, u16)> {
        let labels = self.labels(rater);
        let is_first = |at: &usize| *at == 0 || labels[at - 1].0 != labels[*at].0;
        (0..labels.len()).filter(is_first).map(|at| labels[at])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_raters_are_laid_side_by_side() {
        let mut table =
            Table::from_rows(3, &[[Some(0), Some(1)], [None, Some(2)], [Some(2), None], [Some(1), Some(1)]]);
        table.push([(0, 2), (0, 1), (1, 0)]);
        let by_rater = ByRater::of(&table);
        assert_eq!(by_rater.labels(0), [(0, 0), (2, 2), (3, 1), (4, 2), (4, 1)]);
        let either: Vec<_> = by_rater.either(0, 1).collect();
        assert_eq!(
            either,
            [(Some(0), Some(1)), (None, Some(2)), (Some(2), None), (Some(1), Some(1)), (Some(2), Some(0))]
        );
        assert_eq!(by_rater.both(0, 1).collect::<Vec<_>>(), [(0, 1), (1, 1), (2, 0)]);
    }
}
