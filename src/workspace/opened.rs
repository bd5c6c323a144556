//! A version with its gold sets, as commands that ask something of both open it.

use super::error::WorkspaceError;
use super::repo::{PolicyRepo, Unsaved};
use super::sets::{self, Sets};
use super::version::PolicyVersion;
use crate::decide::Watch;
use crate::policy::clause::ClauseIx;
use crate::policy::suggest;
use crate::vcs::Revision;

/// A version and its gold sets, or some of them.
#[derive(Debug)]
pub struct Opened {
    pub revision: Revision,
    pub version: PolicyVersion,
    pub sets: Sets,
}

impl PolicyRepo {
    /// Opens a version (the working tree where `None`) with the gold sets of these names; all of them where there are none.
    pub fn open_version(
        &self,
        rev: Option<&str>,
        wanted: &[String],
        watch: &dyn Watch,
    ) -> Result<Opened, WorkspaceError> {
        let revision = self.resolve(rev.unwrap_or(Revision::WORKTREE))?;
        let files = self.files(&revision, &Unsaved::new())?;
        let version = PolicyVersion::load(&*files);
        version.warn_of_errors(&revision, watch);
        let wanted = (!wanted.is_empty()).then_some(wanted);
        let sets = sets::load(&*files, wanted, &[], &version.policy.settling(), self.cache(), watch)?;
        Ok(Opened { revision, version, sets })
    }
}

impl Opened {
    /// The clause with this id.
    pub fn clause(&self, id: &str) -> Result<ClauseIx, WorkspaceError> {
        let policy = &self.version.policy;
        policy.find_clause(id).ok_or_else(|| {
            let near = suggest::nearest(id, policy.clauses.iter().map(|clause| &*clause.id));
            WorkspaceError::NoText { id: id.to_owned(), near: near.map(str::to_owned) }
        })
    }
}
