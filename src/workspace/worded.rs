//! Which of the commits that labels name say the same.

use super::error::WorkspaceError;
use super::repo::PolicyRepo;
use crate::agreement::Version;
use crate::decide::{Cancelled, Watch};
use crate::policy::Policy;
use crate::policy::label::Label;
use crate::policy::whole::whole_hash;
use crate::vcs::ObjectId;
use rustc_hash::FxHashMap;
use std::cmp::Reverse;
use std::collections::BTreeSet;
use std::sync::Arc;

/// A commit is named by at least so many of its digits.
const FEWEST_DIGITS: usize = 7;

impl PolicyRepo {
    /// The versions of the policy that labels name the commits of, oldest first: see [`Version`]. Reads the history that leads to `from`
    /// once, for a job. Commits that are not there are in none; nothing is read where labels name fewer than two.
    pub fn versions_of(
        &self,
        labels: &[Vec<Label>],
        from: Option<&str>,
        watch: &dyn Watch,
    ) -> Result<Vec<Version>, WorkspaceError> {
        let named: BTreeSet<&str> = labels.iter().flatten().filter_map(|label| label.policy.as_deref()).collect();
        let Some(from) = from.and_then(ObjectId::parse).filter(|_| self.git().is_some() && named.len() > 1) else {
            return Ok(Vec::new());
        };
        let mut timeline = self.timeline(Some(&from), None, watch)?;
        let go_on = || if watch.cancelled() { Err(Cancelled) } else { Ok(()) };
        // The newest come first, so that what stays is the first commit that says so.
        let mut first: FxHashMap<Arc<str>, usize> = FxHashMap::default();
        let mut last: Option<(Arc<Policy>, Arc<str>)> = None;
        for at in 0..timeline.commits.len() {
            go_on()?;
            let policy = timeline.policy(at)?;
            let hash = match &last {
                // Most commits bring labels and change no text.
                Some((known, hash)) if Arc::ptr_eq(known, &policy) => hash.clone(),
                _ => whole_hash(&policy).into(),
            };
            first.insert(hash.clone(), at);
            last = Some((policy, hash));
        }
        let mut versions: FxHashMap<Arc<str>, Version> = FxHashMap::default();
        for name in named {
            go_on()?;
            let is_commit = name.len() >= FEWEST_DIGITS && name.bytes().all(|byte| byte.is_ascii_hexdigit());
            let id = if is_commit { self.resolve(name).ok().and_then(|found| found.commit().cloned()) } else { None };
            let Some(id) = id else { continue };
            let Some(at) = timeline.find(&id)? else { continue };
            let hash: Arc<str> = whole_hash(&*timeline.policy(at)?).into();
            let version = versions.entry(hash.clone()).or_insert_with(|| Version {
                name: first.get(&hash).map_or(&id, |at| &timeline.commits[*at].id).to_string(),
                commits: Vec::new(),
            });
            version.commits.push(name.to_owned());
        }
        let mut found: Vec<(Option<usize>, Version)> =
            versions.into_iter().map(|(hash, version)| (first.get(&hash).copied(), version)).collect();
        // What is on another branch alone comes last.
        found.sort_by(|a, b| (a.0.is_none(), Reverse(a.0), &a.1.name).cmp(&(b.0.is_none(), Reverse(b.0), &b.1.name)));
        Ok(found.into_iter().map(|(_, version)| version).collect())
    }
}
