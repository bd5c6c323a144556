//! Whether a round is still open, asked whenever something of it is written.

use crate::store::RepoRoot;
use crate::workspace::error::WorkspaceError;
use crate::workspace::files::WorkTree;
use crate::workspace::repo::{PolicyRepo, Unsaved};
use crate::workspace::rounds::find_round;
use std::sync::Arc;

/// Lets labels of a round pass as long as nobody closed it: here, on another screen, or elsewhere with the news pulled.
#[derive(Debug)]
pub(super) struct Gate {
    root: RepoRoot,
    set: String,
    round: Arc<str>,
}

impl Gate {
    pub fn new(repo: &PolicyRepo, set: &str, round: &Arc<str>) -> Gate {
        Gate { root: repo.root().clone(), set: set.to_owned(), round: round.clone() }
    }

    /// Two looks at the disk while the round is open.
    pub fn pass(&self) -> Result<(), WorkspaceError> {
        let folder = format!("gold/{}/rounds/{}", self.set, self.round);
        let closed = self.root.has(&format!("{folder}/closed.yaml"));
        if !closed && self.root.list(&format!("{folder}/closed")).files.is_empty() {
            return Ok(());
        }
        let tree = WorkTree { root: self.root.clone(), unsaved: Unsaved::new() };
        let round = find_round(&tree, &self.set, &self.round)?;
        let by = round.closed.as_ref().map_or_else(String::new, |closed| format!(" by `{}`", closed.by));
        Err(WorkspaceError::ClosedMeanwhile { round: self.round.to_string(), by })
    }
}
