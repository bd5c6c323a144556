//! What an edit makes stale, counted before it is committed.

use super::compare::Comparison;
use super::editorial;
use super::error::WorkspaceError;
use super::repo::{PolicyRepo, Unsaved};
use crate::decide::Watch;
use crate::policy::editorial::Editorials;
use crate::precedent::{Staled, Texts, renamed};

impl PolicyRepo {
    /// The labels and rulings of the head that rest on texts as the base has them and that stand no more. Reads every record that
    /// cites something, where a text changed: for a job.
    pub fn staled(&self, comparison: &Comparison, watch: &dyn Watch) -> Result<Staled, WorkspaceError> {
        let Some(base) = &comparison.base else { return Ok(Staled::default()) };
        let (before, after) = (&base.version.policy, &comparison.head.version.policy);
        let files = self.files(&comparison.head.revision, &Unsaved::new())?;
        let (mut records, _) = editorial::read(&*files, watch);
        // A rename is editorial by nature, and declared with the commit.
        records.extend(renamed(before, after));
        let editorials = Editorials::new(&records, &after.taxonomy.aliases());
        let texts = |policy| Texts::new(policy, &editorials);
        Ok(Staled::count(&comparison.sets.gold(), &texts(before), &texts(after), watch)?)
    }
}
