//! How often each class was given to each unit, whoever gave it. Equal units are kept once.

use super::table::Table;
use rustc_hash::FxHashMap;

/// So many raters gave one class to one unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Cell {
    pub class: u16,
    pub count: u32,
}

/// The counts of classes per unit. Most measures look at nothing else, and units with the same counts are one *kind*: a
/// measure costs as much as there are kinds, however many labels were counted, and so does each resample of the bootstrap.
///
/// Units without a label are counted and otherwise left out; units with one label are kept.
#[derive(Debug, Clone)]
pub struct Histograms {
    classes: usize,
    /// Where each kind's cells begin, and the end.
    starts: Vec<usize>,
    /// Of each kind, sorted by class.
    cells: Vec<Cell>,
    /// Labels of each kind.
    labels: Vec<u32>,
    /// Units of each kind.
    times: Vec<u32>,
    /// The kind of each unit that has a label.
    kind_of: Vec<u32>,
    empty: usize,
}

/// Kinds of units with how often each occurs: in the data, or in a resample of them.
#[derive(Debug, Clone, Copy)]
pub struct Sample<'a> {
    histograms: &'a Histograms,
    times: &'a [u32],
}

/// Units of one kind.
#[derive(Debug, Clone, Copy)]
pub struct Kind<'a> {
    /// The classes that were given, each with a count above 0.
    pub cells: &'a [Cell],
    /// Labels on each of the units.
    pub labels: u32,
    /// How many units there are.
    pub times: u32,
}

impl Histograms {
    pub fn of(table: &Table) -> Self {
        let mut builder = Builder::new(table.classes());
        for unit in 0..table.units() {
            table.classes_of(unit).iter().for_each(|&class| builder.add(class, 1));
            builder.unit();
        }
        builder.histograms
    }

    /// From rows of units with one count a class.
    pub fn from_counts<R: AsRef<[u32]>>(classes: u16, rows: &[R]) -> Self {
        let mut builder = Builder::new(usize::from(classes));
        for row in rows {
            (0..classes).zip(row.as_ref()).for_each(|(class, &count)| builder.add(class, count));
            builder.unit();
        }
        builder.histograms
    }

    /// Of units with two labels each, each pair of classes with how many units have it.
    pub fn of_pairs(classes: u16, pairs: impl IntoIterator<Item = ((u16, u16), u32)>) -> Self {
        let mut builder = Builder::new(usize::from(classes));
        for ((a, b), times) in pairs.into_iter().filter(|(_, times)| *times > 0) {
            builder.add(a, 1);
            builder.add(b, 1);
            if let Some(kind) = builder.kind(times) {
                builder.histograms.kind_of.extend(std::iter::repeat_n(kind, times as usize));
            }
        }
        builder.histograms
    }

    /// One class against all the others together, which become class 0, itself class 1.
    #[must_use]
    pub fn one_against_rest(&self, class: u16) -> Self {
        let mut builder = Builder::new(2);
        let mut kinds = Vec::with_capacity(self.labels.len());
        for kind in 0..self.labels.len() {
            for cell in self.cells_of(kind) {
                builder.add(u16::from(cell.class == class), cell.count);
            }
            kinds.extend(builder.kind(self.times[kind]));
        }
        let kind_of = self.kind_of.iter().map(|&kind| kinds[kind as usize]).collect();
        Histograms { kind_of, empty: self.empty, ..builder.histograms }
    }

    /// The units as they are.
    pub fn sample(&self) -> Sample<'_> {
        Sample { histograms: self, times: &self.times }
    }

    /// The units resampled: each kind so many times.
    pub fn resample<'a>(&'a self, times: &'a [u32]) -> Sample<'a> {
        Sample { histograms: self, times }
    }

    /// How many classes there are to choose from.
    pub fn classes(&self) -> usize {
        self.classes
    }

    /// How many units have a label.
    pub fn units(&self) -> usize {
        self.kind_of.len()
    }

    /// How many units have no label.
    pub fn empty(&self) -> usize {
        self.empty
    }

    /// How many units have two labels or more.
    pub fn pairable(&self) -> usize {
        self.sample().pairable().map(|kind| kind.times as usize).sum()
    }

    /// How many kinds of units there are.
    pub fn kinds(&self) -> usize {
        self.labels.len()
    }

    /// The kind of each unit that has a label.
    pub fn kind_of(&self) -> &[u32] {
        &self.kind_of
    }

    fn cells_of(&self, kind: usize) -> &[Cell] {
        &self.cells[self.starts[kind]..self.starts[kind + 1]]
    }
}

impl<'a> Sample<'a> {
    /// How many classes there are to choose from.
    pub fn classes(self) -> usize {
        self.histograms.classes
    }

    /// Every kind of unit that occurs.
    pub fn kinds(self) -> impl Iterator<Item = Kind<'a>> + Clone {
        let Sample { histograms, times } = self;
        let all = times.iter().enumerate().filter(|(_, times)| **times > 0);
        all.map(|(kind, &times)| Kind { cells: histograms.cells_of(kind), labels: histograms.labels[kind], times })
    }

    /// The kinds with two labels or more.
    pub fn pairable(self) -> impl Iterator<Item = Kind<'a>> + Clone {
        self.kinds().filter(|kind| kind.labels >= 2)
    }

    /// How often each class was given to units with two labels or more.
    pub fn pairable_totals(self) -> Vec<f64> {
        let mut totals = vec![0.0; self.classes()];
        for kind in self.pairable() {
            for cell in kind.cells {
                totals[usize::from(cell.class)] += f64::from(cell.count) * f64::from(kind.times);
            }
        }
        totals
    }
}

impl Kind<'_> {
    /// How often a class was given to each of the units.
    pub fn count(&self, class: u16) -> u32 {
        let at = self.cells.binary_search_by_key(&class, |cell| cell.class);
        at.map_or(0, |at| self.cells[at].count)
    }

    /// Ordered pairs of labels on one unit that say the same.
    pub fn agreeing(&self) -> f64 {
        self.cells.iter().map(|cell| f64::from(cell.count) * (f64::from(cell.count) - 1.0)).sum()
    }

    /// Ordered pairs of labels on one unit.
    pub fn pairs(&self) -> f64 {
        f64::from(self.labels) * (f64::from(self.labels) - 1.0)
    }
}

/// Counts one unit after the other.
struct Builder {
    histograms: Histograms,
    known: FxHashMap<Vec<Cell>, u32>,
    /// Of the unit at hand, by class.
    counts: Vec<u32>,
    /// The classes whose count is not 0.
    used: Vec<u16>,
    unit: Vec<Cell>,
}

impl Builder {
    fn new(classes: usize) -> Self {
        let histograms = Histograms {
            classes,
            starts: vec![0],
            cells: Vec::new(),
            labels: Vec::new(),
            times: Vec::new(),
            kind_of: Vec::new(),
            empty: 0,
        };
        Builder {
            histograms,
            known: FxHashMap::default(),
            counts: vec![0; classes],
            used: Vec::new(),
            unit: Vec::new(),
        }
    }

    #[inline]
    fn add(&mut self, class: u16, count: u32) {
        let total = &mut self.counts[usize::from(class)];
        if *total == 0 && count > 0 {
            self.used.push(class);
        }
        *total += count;
    }

    /// Ends a unit.
    fn unit(&mut self) {
        match self.kind(1) {
            Some(kind) => self.histograms.kind_of.push(kind),
            None => self.histograms.empty += 1,
        }
    }

    /// Ends so many units that are all like this; gives their kind, `None` where they have no label.
    fn kind(&mut self, times: u32) -> Option<u32> {
        let histograms = &mut self.histograms;
        self.used.sort_unstable();
        self.unit.clear();
        for class in self.used.drain(..) {
            self.unit.push(Cell { class, count: std::mem::take(&mut self.counts[usize::from(class)]) });
        }
        if self.unit.is_empty() {
            return None;
        }
        let kind = match self.known.get(&self.unit) {
            Some(&kind) => kind,
            None => {
                let kind = histograms.labels.len() as u32;
                histograms.cells.extend_from_slice(&self.unit);
                histograms.starts.push(histograms.cells.len());
                histograms.labels.push(self.unit.iter().map(|cell| cell.count).sum());
                histograms.times.push(0);
                self.known.insert(self.unit.clone(), kind);
                kind
            }
        };
        histograms.times[kind as usize] += times;
        Some(kind)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_units_are_one_kind() {
        let table = Table::from_rows(
            3,
            &[[Some(0), Some(2), Some(2)], [None, None, None], [Some(2), Some(0), Some(2)], [None, Some(1), None]],
        );
        let histograms = Histograms::of(&table);
        assert_eq!((histograms.units(), histograms.empty(), histograms.pairable()), (3, 1, 2));
        assert_eq!(histograms.kind_of(), [0, 0, 1]);
        let kinds: Vec<_> = histograms.sample().kinds().map(|kind| (kind.labels, kind.times)).collect();
        assert_eq!(kinds, [(3, 2), (1, 1)]);
        let first = histograms.sample().kinds().next().unwrap();
        assert_eq!((first.count(0), first.count(1), first.count(2)), (1, 0, 2));
        assert_eq!((first.agreeing(), first.pairs()), (2.0, 6.0));
        assert_eq!(histograms.sample().pairable_totals(), [2.0, 0.0, 4.0]);
    }

    #[test]
    fn pairs_may_be_counted_or_one_by_one() {
        let counted = Histograms::of_pairs(3, [((0, 2), 2), ((1, 1), 0), ((2, 0), 1)]);
        let each = Histograms::of_pairs(3, [((0, 2), 1), ((0, 2), 1), ((2, 0), 1)]);
        for histograms in [counted, each] {
            assert_eq!((histograms.units(), histograms.kinds(), histograms.pairable()), (3, 1, 3));
        }
    }

    #[test]
    fn one_class_against_the_rest_may_join_kinds() {
        let histograms = Histograms::from_counts(3, &[[2, 1, 0], [2, 0, 1], [0, 0, 0], [0, 0, 3]]);
        let one = histograms.one_against_rest(0);
        assert_eq!((one.kinds(), one.units(), one.empty()), (2, 3, 1));
        assert_eq!(one.kind_of(), [0, 0, 1]);
        assert_eq!(one.sample().kinds().map(|kind| kind.times).collect::<Vec<_>>(), [2, 1]);
    }
}
