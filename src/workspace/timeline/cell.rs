//! Which commits changed what is decided in a cell of the grid.

use super::Timeline;
use crate::analyze::space::{CellName, Grid, Points};
use crate::analyze::structure::compare;
use crate::decide::Watch;
use crate::policy::Policy;
use crate::vcs::Commit;
use crate::workspace::error::WorkspaceError;
use std::sync::Arc;

/// The commits that changed what is decided in a cell, newest first.
#[derive(Debug)]
pub struct CellHistory {
    pub changes: Vec<CellChange>,
    /// How many commits were looked at.
    pub commits: usize,
}

#[derive(Debug)]
pub struct CellChange {
    pub commit: Commit,
    /// At how many points of the cell the behavior changed.
    pub points: Points,
    /// What is done in it before and after, the most restrictive last.
    pub before: Vec<Arc<str>>,
    pub after: Vec<Arc<str>>,
    /// What the step did that decides, in sentences.
    pub edits: Vec<String>,
}

impl Timeline<'_> {
    /// Goes through the history of a cell, which is known by the words that name it.
    pub fn cell(&mut self, cell: &CellName, watch: &dyn Watch) -> Result<CellHistory, WorkspaceError> {
        watch.expect(self.commits.len() as u64);
        let mut changes = Vec::new();
        for at in 0..self.commits.len() {
            if watch.cancelled() {
                return Err(WorkspaceError::Cancelled);
            }
            watch.advance(1);
            if self.is_broken(at)? {
                continue;
            }
            let head = self.policy(at)?;
            let parents = self.parents(at)?.into_iter().map(|parent| self.policy(parent));
            let parents: Vec<Arc<Policy>> = parents.collect::<Result<_, _>>()?;
            if parents.is_empty() || parents.iter().any(|parent| Arc::ptr_eq(parent, &head)) {
                continue;
            }
            let mut found = None;
            for base in &parents {
                // What a merge has from one of its sides it did not change.
                let Some(change) = change(base, &head, cell)? else {
                    found = None;
                    break;
                };
                found = found.or(Some(change));
            }
            let commit = || self.commits[at].clone();
            changes.extend(found.map(|(points, before, after)| CellChange {
                commit: commit(),
                points,
                before,
                after,
                edits: deciding(&parents[0], &head),
            }));
        }
        Ok(CellHistory { changes, commits: self.commits.len() })
    }
}

/// Points that changed, and what is done before and after.
type Changed = (Points, Vec<Arc<str>>, Vec<Arc<str>>);

/// `None` where the cell is decided alike, or neither version has it.
fn change(base: &Policy, head: &Policy, cell: &CellName) -> Result<Option<Changed>, WorkspaceError> {
    let grid = Grid::of(Some(base), head)?;
    let Some((row, column)) = grid.find(cell) else { return Ok(None) };
    if !grid.is_changed(row, column) {
        return Ok(None);
    }
    let [before, after] = [0, 1].map(|side| {
        let done = grid.done(side, row, column).into_iter();
        done.map(|at| grid.behaviors[at].clone()).collect::<Vec<_>>()
    });
    Ok(Some((grid.changed(row, column), before, after)))
}

fn deciding(base: &Policy, head: &Policy) -> Vec<String> {
    compare(base, head).iter().filter(|change| change.decides).map(|change| change.sentence()).collect()
}
