//! The versions in which texts had wordings that are known by their hashes alone.

use crate::decide::Watch;
use crate::policy::Policy;
use crate::policy::text_hash::Text;
use crate::vcs::Commit;
use crate::workspace::error::WorkspaceError;
use crate::workspace::repo::PolicyRepo;
use std::sync::Arc;

/// A version in which a text had the wording that was looked for.
#[derive(Debug, Clone)]
pub struct WordedAt {
    /// So many commits that changed the policy's folder are newer.
    pub age: usize,
    pub commit: Commit,
    pub policy: Arc<Policy>,
    pub text: Text,
}

/// So far back the history is searched for a wording.
const MOST_COMMITS: usize = 5_000;

impl PolicyRepo {
    /// For each name of a text and hash of a wording the newest version up to HEAD that has it; `None` where none does, or where
    /// there is no history. For a job.
    pub fn worded_at(
        &self,
        wanted: &[(&str, &str)],
        watch: &dyn Watch,
    ) -> Result<Vec<Option<WordedAt>>, WorkspaceError> {
        let mut found: Vec<Option<WordedAt>> = vec![None; wanted.len()];
        if self.git().is_none() || wanted.is_empty() {
            return Ok(found);
        }
        let mut timeline = self.timeline(None, Some(MOST_COMMITS), watch)?;
        for age in 0..timeline.commits.len() {
            if watch.cancelled() {
                return Err(WorkspaceError::Cancelled);
            }
            if found.iter().all(Option::is_some) {
                break;
            }
            let policy = timeline.policy(age)?;
            for (found, (name, hash)) in found.iter_mut().zip(wanted).filter(|(found, _)| found.is_none()) {
                let text = Text::find(&policy, name).filter(|text| text.hash(&policy) == *hash);
                *found = text.map(|text| {
                    let (commit, policy) = (timeline.commits[age].clone(), policy.clone());
                    WordedAt { age, commit, policy, text }
                });
            }
        }
        Ok(found)
    }
}
