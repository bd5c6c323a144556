//! Who gave what to which unit: built once, read by every measure.

/// The labels of units (cases) by raters (labelers), as codes of classes. Missing labels are simply not there.
///
/// Takes 6 bytes a label. Units and raters count from 0, classes from 0 in their order, lowest first where they have one.
#[derive(Debug, Clone)]
pub struct Table {
    raters: u32,
    classes: u16,
    /// Where each unit's labels begin, and the end.
    starts: Vec<usize>,
    rater: Vec<u32>,
    class: Vec<u16>,
}

impl Table {
    /// An empty table for so many raters and so many classes that there are to choose from, used or not.
    pub fn new(raters: u32, classes: u16) -> Self {
        Table { raters, classes, starts: vec![0], rater: Vec::new(), class: Vec::new() }
    }

    /// Makes room for so many more labels.
    pub fn reserve(&mut self, units: usize, labels: usize) {
        self.starts.reserve(units);
        self.rater.reserve(labels);
        self.class.reserve(labels);
    }

    /// Adds the next unit with its labels, rater and class each. What is no rater or no class of the table is left out. A
    /// rater should give one label a unit: the measures between two raters look at the first, all others at every one.
    pub fn push(&mut self, labels: impl IntoIterator<Item = (u32, u16)>) {
        for (rater, class) in labels {
            if rater < self.raters && class < self.classes {
                self.rater.push(rater);
                self.class.push(class);
            }
        }
        self.starts.push(self.rater.len());
    }

    /// From rows of units, each with one entry a rater, `None` where the label is missing.
    pub fn from_rows<R: AsRef<[Option<u16>]>>(classes: u16, rows: &[R]) -> Self {
        let raters = rows.iter().map(|row| row.as_ref().len()).max().unwrap_or(0);
        let mut table = Table::new(raters as u32, classes);
        for row in rows {
            table.push((0..).zip(row.as_ref()).filter_map(|(rater, class)| Some((rater, (*class)?))));
        }
        table
    }

    pub fn units(&self) -> usize {
        self.starts.len() - 1
    }

    pub fn raters(&self) -> usize {
        self.raters as usize
    }

    /// How many classes there are to choose from, whether used or not.
    pub fn classes(&self) -> usize {
        usize::from(self.classes)
    }

    /// How many labels there are in all.
    pub fn labels(&self) -> usize {
        self.class.len()
    }

    /// A unit's labels: rater and class.
    pub fn unit(&self, unit: usize) -> impl ExactSizeIterator<Item = (u32, u16)> + Clone {
        let range = self.starts[unit]..self.starts[unit + 1];
        self.rater[range.clone()].iter().copied().zip(self.class[range].iter().copied())
    }

    /// The classes that a unit was given.
    pub fn classes_of(&self, unit: usize) -> &[u16] {
        &self.class[self.starts[unit]..self.starts[unit + 1]]
    }

    /// The labels of some raters alone, who keep their numbers.
    pub fn only(&self, keep: impl Fn(u32) -> bool) -> Table {
        let mut table = Table::new(self.raters, self.classes);
        for unit in 0..self.units() {
            table.push(self.unit(unit).filter(|(rater, _)| keep(*rater)));
        }
        table
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_or_unknown_is_not_there() {
        let mut table = Table::from_rows(2, &[[Some(0), None, Some(1)], [None, None, None]]);
        table.push([(1, 1), (1, 0), (2, 2), (3, 0)]);
        assert_eq!((table.units(), table.raters(), table.classes(), table.labels()), (3, 3, 2, 4));
        assert_eq!(table.unit(0).collect::<Vec<_>>(), [(0, 0), (2, 1)]);
        assert!(table.classes_of(1).is_empty());
        assert_eq!(table.only(|rater| rater == 2).unit(0).collect::<Vec<_>>(), [(2, 1)]);
    }
}
