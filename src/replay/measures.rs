//! Agreement, over- and under-refusal, and who was confused with what.

use super::standing::{Accepted, Standing};
use crate::policy::behavior::{BehaviorIx, Behaviors};
use crate::stats::proportion::Proportion;

/// Figures of one side of a replay over some cases.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Measures {
    /// All cases looked at.
    pub cases: u64,
    /// Of them, those without a gold label.
    pub unlabeled: u64,
    /// Of them, labeled or not, those whose verdict an unjudged category could still change.
    pub undetermined: u64,
    /// Verdicts that the gold label accepts, of those that could be measured.
    pub agree: Proportion,
    /// Of the measured cases where some behavior is more restrictive than every accepted one.
    pub over_refusal: Proportion,
    /// Of the measured cases where some behavior is less restrictive than every accepted one.
    pub under_refusal: Proportion,
}

/// One of the proportions among [`Measures`].
#[derive(Debug, Clone, Copy)]
pub struct Rate {
    pub name: &'static str,
    pub pick: fn(&Measures) -> Proportion,
    /// Whether a higher rate is a better one.
    pub more_is_better: bool,
}

/// The proportions of [`Measures`], in the order in which they are shown.
pub const RATES: [Rate; 3] = [
    Rate { name: "agreement", pick: |m| m.agree, more_is_better: true },
    Rate { name: "over-refusal", pick: |m| m.over_refusal, more_is_better: false },
    Rate { name: "under-refusal", pick: |m| m.under_refusal, more_is_better: false },
];

impl Measures {
    /// Counts one case.
    pub fn add(&mut self, verdict: BehaviorIx, undetermined: bool, accepted: Accepted, behaviors: &Behaviors) {
        let standing = Standing::of(verdict, undetermined, accepted);
        self.cases += 1;
        self.unlabeled += u64::from(standing == Standing::Unlabeled);
        self.undetermined += u64::from(undetermined);
        if !standing.is_measured() {
            return;
        }
        self.agree.count(standing == Standing::Agrees);
        if accepted.over_is_possible(behaviors) {
            self.over_refusal.count(standing == Standing::OverRefusal);
        }
        if accepted.under_is_possible() {
            self.under_refusal.count(standing == Standing::UnderRefusal);
        }
    }

    /// The figures of both together.
    pub fn merge(&mut self, other: &Measures) {
        self.cases += other.cases;
        self.unlabeled += other.unlabeled;
        self.undetermined += other.undetermined;
        for (mine, theirs) in [
            (&mut self.agree, other.agree),
            (&mut self.over_refusal, other.over_refusal),
            (&mut self.under_refusal, other.under_refusal),
        ] {
            mine.hits += theirs.hits;
            mine.of += theirs.of;
        }
    }
}

/// Gold behavior (rows) against verdict (columns), over the cases that could be measured.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Confusion {
    size: usize,
    cells: Vec<u64>,
}

impl Confusion {
    pub fn new(behaviors: &Behaviors) -> Self {
        let size = behaviors.len();
        Confusion { size, cells: vec![0; size * size] }
    }

    /// Counts one case: the gold behavior it calls for first, and its verdict as it is. A verdict that the gold label
    /// accepts beside that behavior agrees, and still stands off the diagonal.
    pub fn add(&mut self, verdict: BehaviorIx, undetermined: bool, accepted: Accepted) {
        let Some(gold) = accepted.behavior.filter(|_| !undetermined) else { return };
        let cell = usize::from(gold.0) * self.size + usize::from(verdict.0);
        if let Some(count) = self.cells.get_mut(cell) {
            *count += 1;
        }
    }

    pub fn merge(&mut self, other: &Confusion) {
        if self.cells.is_empty() {
            *self = other.clone();
            return;
        }
        for (mine, theirs) in self.cells.iter_mut().zip(&other.cells) {
            *mine += theirs;
        }
    }

    /// One row per gold behavior, one column per verdict, both in the policy's order.
    pub fn rows(&self) -> impl Iterator<Item = &[u64]> {
        self.cells.chunks_exact(self.size.max(1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_error_is_measured_where_it_is_possible() {
        let behaviors = Behaviors::default();
        let (mut measures, mut confusion) = (Measures::default(), Confusion::new(&behaviors));
        let b = BehaviorIx;
        for (verdict, undetermined, accepted) in [
            (0, false, Accepted::new(b(0), [])),
            (2, false, Accepted::new(b(0), [])),
            (2, false, Accepted::new(b(2), [])),
            (0, false, Accepted::new(b(2), [])),
            (3, false, Accepted::new(b(2), [b(3)])),
            (0, true, Accepted::new(b(2), [])),
            (0, false, Accepted::default()),
            (0, true, Accepted::default()),
        ] {
            measures.add(b(verdict), undetermined, accepted, &behaviors);
            confusion.add(b(verdict), undetermined, accepted);
        }
        assert_eq!((measures.cases, measures.unlabeled, measures.undetermined), (8, 2, 2));
        assert_eq!(measures.agree, Proportion { hits: 3, of: 5 });
        assert_eq!(measures.over_refusal, Proportion { hits: 1, of: 4 });
        assert_eq!(measures.under_refusal, Proportion { hits: 1, of: 3 });
        let rows: Vec<_> = confusion.rows().map(<[u64]>::to_vec).collect();
        assert_eq!(rows, [[1, 0, 1, 0], [0; 4], [1, 0, 1, 1], [0; 4]]);
    }
}
