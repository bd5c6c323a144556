//! The grid of versions as it was computed beside the screen, and the gold cases that lie in it.

use crate::analyze::space::{Column, Grid, Row, situations};
use crate::decide::{GoldSet, Situation};
use crate::policy::Policy;
use crate::tui::beside::finish;
use crate::tui::model::Model;
use std::sync::Arc;

/// Situations in which cases lie, and each case as the position of its set and row.
type Lying = (Vec<Situation>, Vec<(usize, usize)>);

/// The grid of one version, or of two, with the gold cases that lie in it.
pub struct Gridded {
    of: Wanted,
    /// `None` where the space is too large to be known exactly.
    pub grid: Option<Grid>,
    /// By situation: where its cases lie, and each as position of its set and row.
    lying: Vec<Lying>,
}

/// Which versions are to be seen.
#[derive(Clone)]
pub struct Wanted {
    pub base: Option<Arc<Policy>>,
    pub head: Arc<Policy>,
    pub sets: Vec<Arc<GoldSet>>,
}

impl Wanted {
    /// Whether both are of the same versions and sets, as they were read.
    pub fn is(&self, other: &Wanted) -> bool {
        let same_base = match (&self.base, &other.base) {
            (Some(a), Some(b)) => Arc::ptr_eq(a, b),
            (None, None) => true,
            _ => false,
        };
        let same_sets =
            self.sets.len() == other.sets.len() && self.sets.iter().zip(&other.sets).all(|(a, b)| Arc::ptr_eq(a, b));
        same_base && Arc::ptr_eq(&self.head, &other.head) && same_sets
    }
}

impl Gridded {
    pub fn is(&self, wanted: &Wanted) -> bool {
        self.of.is(wanted)
    }

    fn make(wanted: Wanted) -> Gridded {
        // Where the space is too large there is none.
        let grid = Grid::of(wanted.base.as_deref(), &wanted.head).ok();
        let mut lying = Vec::new();
        if let Some(grid) = &grid {
            for (at, gold) in wanted.sets.iter().enumerate() {
                let mut rows: Vec<Vec<(usize, usize)>> = vec![Vec::new(); gold.situations()];
                for row in (0..gold.len()).filter(|&row| gold.standing(row).is_labeled()) {
                    rows[gold.situation(row) as usize].push((at, row));
                }
                let used = rows.into_iter().enumerate().filter(|(_, rows)| !rows.is_empty());
                lying.extend(used.map(|(situation, rows)| (situations(grid.space(), gold, situation as u32), rows)));
            }
        }
        Gridded { of: wanted, grid, lying }
    }

    /// The policy of a side of the grid: 0 is the base, where there is one.
    pub fn policy(&self, side: usize) -> &Policy {
        match (&self.of.base, side) {
            (Some(base), 0) => base,
            _ => &self.of.head,
        }
    }

    /// The labeled cases that lie in a cell, each as set and id, in the order of the sets. Looks at every situation of them.
    pub fn cases(&self, row: Row, column: Column) -> Vec<(String, String)> {
        let Some(grid) = &self.grid else { return Vec::new() };
        let here = self.lying.iter().filter(|(points, _)| points.iter().any(|point| grid.holds(row, column, point)));
        let mut cases: Vec<(usize, usize)> = here.flat_map(|(_, cases)| cases.iter().copied()).collect();
        cases.sort_unstable();
        let named =
            |(set, row): (usize, usize)| (self.of.sets[set].set().to_string(), self.of.sets[set].id(row).into_owned());
        cases.into_iter().map(named).collect()
    }
}

/// Has the grid of these versions made beside the screen, into the model.
pub fn ask(model: &mut Model, wanted: Wanted) {
    model.work("grid", "drawing the grid", move |_| {
        let made = Ok(Arc::new(Gridded::make(wanted)));
        finish(made, |model, grid| model.grid = Some(grid))
    });
}
