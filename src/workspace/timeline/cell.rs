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
    /// From which behavior to which one, and at how many points of the cell: the most first.
    pub turns: Vec<Turned>,
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
            changes.extend(found.map(|turns| CellChange {
                commit: commit(),
                turns,
                edits: deciding(&parents[0], &head),
            }));
        }
        Ok(CellHistory { changes, commits: self.commits.len() })
    }
}

/// The behavior before and the one after, and at how many points that one became this one.
pub type Turned = (Arc<str>, Arc<str>, Points);

/// `None` where the cell is decided alike, or neither version has it.
fn change(base: &Policy, head: &Policy, cell: &CellName) -> Result<Option<Vec<Turned>>, WorkspaceError> {
    let mut grid = Grid::of(Some(base), head)?;
    let Some((row, column)) = grid.find(cell) else { return Ok(None) };
    if !grid.is_changed(row, column) {
        return Ok(None);
    }
    let turned = grid.turned(row, column).into_iter();
    let named = turned.map(|(from, to, points)| (grid.behaviors[from].clone(), grid.behaviors[to].clone(), points));
    Ok(Some(named.collect()))
}

fn deciding(base: &Policy, head: &Policy) -> Vec<String> {
    compare(base, head).iter().filter(|change| change.decides).map(|change| change.sentence()).collect()
}
