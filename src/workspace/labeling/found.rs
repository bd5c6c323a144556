//! The case that a record is about.

use crate::decide::Watch;
use crate::policy::label::Label;
use crate::policy::ruling::Adjudication;
use crate::policy::suggest;
use crate::vcs::Revision;
use crate::workspace::error::WorkspaceError;
use crate::workspace::repo::{PolicyRepo, Unsaved};
use crate::workspace::sets::{self, LoadedSet, Sets};
use crate::workspace::version::PolicyVersion;
use std::sync::Arc;

/// A case in its gold set at one version.
#[derive(Debug)]
pub struct FoundCase {
    pub version: PolicyVersion,
    /// The sets that were looked through.
    pub sets: Sets,
    pub set: Arc<LoadedSet>,
    pub row: usize,
}

impl PolicyRepo {
    /// The case with this id, in `set` or in the first set that has it.
    pub fn find_case(
        &self,
        case: &str,
        set: Option<&str>,
        revision: &Revision,
        watch: &dyn Watch,
    ) -> Result<FoundCase, WorkspaceError> {
        let files = self.files(revision, &Unsaved::new())?;
        let version = PolicyVersion::load(&*files);
        version.warn_of_errors(revision, watch);
        let wanted = set.map(|set| vec![set.to_owned()]);
        let settling = version.policy.settling();
        let sets = sets::load(&*files, wanted.as_deref(), &[], &settling, self.cache(), watch)?;
        let (set, row) = sets.find(case).ok_or_else(|| no_case(case, &sets))?;
        Ok(FoundCase { version, set: set.clone(), row, sets })
    }
}

impl FoundCase {
    /// Every label of the case.
    pub fn labels(&self) -> Vec<Label> {
        self.set.gold.labels_of(self.row)
    }

    /// Every ruling on another case that this version has, `set` first; `None` where there is no such case.
    pub fn rulings_on(&self, case: &str) -> Result<Vec<Adjudication>, WorkspaceError> {
        let here = self.set.gold.find(case).map(|row| (&self.set, row));
        let (set, row) = here.or_else(|| self.sets.find(case)).ok_or_else(|| no_case(case, &self.sets))?;
        Ok(set.gold.adjudications_of(row))
    }
}

/// That no set has the case, with the id that was most likely meant.
pub fn no_case(id: &str, sets: &Sets) -> WorkspaceError {
    let ids: Vec<String> =
        sets.sets.iter().flat_map(|set| (0..set.gold.len()).map(|row| set.gold.id(row).into_owned())).collect();
    let near = suggest::nearest(id, ids.iter().map(String::as_str)).map(str::to_owned);
    WorkspaceError::NoCase { id: id.to_owned(), near }
}
