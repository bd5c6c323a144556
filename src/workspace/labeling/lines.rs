//! The files that a sitting adds lines to.

use crate::store::{RepoRoot, SessionFile, StoreError};
use crate::workspace::error::WorkspaceError;
use crate::workspace::repo::Environment;
use std::io;
use std::sync::Arc;
use ulid::Ulid;

/// Lines that go to a file of this sitting's own in a folder. The file is made with the first line.
#[derive(Debug)]
pub(super) struct Lines {
    root: RepoRoot,
    folder: String,
    file: Option<SessionFile>,
}

impl Lines {
    pub fn new(root: RepoRoot, folder: String) -> Self {
        Lines { root, folder, file: None }
    }

    /// Relative to the root; `None` before the first line.
    pub fn file(&self) -> Option<&Arc<str>> {
        self.file.as_ref().map(SessionFile::path)
    }

    /// Adds lines: all or none. Where somebody changed the file meanwhile it is left alone, and the sitting goes on in a
    /// new one.
    pub fn append(&mut self, lines: &[&str], environment: &Environment) -> Result<(), WorkspaceError> {
        if let Some(file) = &mut self.file {
            match file.append_all(lines) {
                Err(StoreError::ChangedOnDisk { .. }) => self.file = None,
                done => return Ok(done?),
            }
        }
        // A gold set that somebody removed or renamed is not to come back as a folder of labels without cases.
        let set = self.folder.split('/').nth(1).unwrap_or_default();
        if self.folder.starts_with("gold/") && !self.root.gold_sets().0.iter().any(|known| known.is_set(set)) {
            return Err(WorkspaceError::SetGone { name: set.to_owned() });
        }
        let mut file = begin_session(&self.root, environment, &self.folder)?;
        file.append_all(lines)?;
        self.file = Some(file);
        Ok(())
    }
}

/// Makes a new file in a folder of somebody's records, named after the time and by chance.
pub(in crate::workspace) fn begin_session(
    root: &RepoRoot,
    environment: &Environment,
    folder: &str,
) -> Result<SessionFile, WorkspaceError> {
    /// Two sittings that meet in one millisecond with one random number are a fault of the machine.
    const TRIES: usize = 100;
    let mut ulid = new_ulid(environment)?;
    for _ in 0..TRIES {
        match root.begin_session(&format!("{folder}/{ulid}.jsonl")) {
            Err(StoreError::Io { source, .. }) if source.kind() == io::ErrorKind::AlreadyExists => {
                ulid = ulid.increment().unwrap_or_else(|overflow| overflow);
            }
            begun => return Ok(begun?),
        }
    }
    Err(WorkspaceError::Random { source: io::ErrorKind::AlreadyExists.into() })
}

/// A new name in the order of time, from the clock and from chance.
pub(in crate::workspace) fn new_ulid(environment: &Environment) -> Result<Ulid, WorkspaceError> {
    let random = (environment.random)().map_err(|source| WorkspaceError::Random { source })?;
    let seconds = u64::try_from((environment.now)()).unwrap_or_default();
    let chance = random.first_chunk().map_or(0, |chunk| u128::from_le_bytes(*chunk));
    Ok(Ulid::from_parts(seconds.saturating_mul(1000), chance))
}
