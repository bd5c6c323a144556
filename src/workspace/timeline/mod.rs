//! The policy over time, straight from git's store: nothing is checked out, and what is the same in two commits is read once.

mod bisect;
mod blame;
mod case;
mod cell;
mod history;

pub use bisect::{Bisected, Ruled, Turn};
pub use blame::{Blamed, BlamedChange, Change};
pub use case::{CaseHistory, CaseStep};
pub use cell::{CellChange, CellHistory};
pub use history::{CaseTurn, Step, Steps};

use super::error::WorkspaceError;
use super::files::{FileProblem, Files};
use super::repo::PolicyRepo;
use super::version::{MANIFEST, PolicyVersion};
use crate::decide::Watch;
use crate::document::Document;
use crate::document::read::{self, cursor::Source};
use crate::policy::Policy;
use crate::store::{Bytes, Reading};
use crate::vcs::{Commit, History, ObjectId, Repo, Snapshot};
use rustc_hash::FxHashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// So far back the history is followed.
const MOST_COMMITS: usize = 100_000;

/// The commits that changed something in the policy's folder, newest first, each with its policy once it is asked for.
pub struct Timeline<'r> {
    repo: &'r Repo,
    pub commits: Vec<Commit>,
    at: FxHashMap<ObjectId, usize>,
    /// By the content of the files that the policy is read from.
    policies: FxHashMap<Vec<Option<String>>, Arc<Policy>>,
    of_commit: Vec<Option<Arc<Policy>>>,
    /// By the content of the manifest, the files that it lists.
    listed: FxHashMap<Option<ObjectId>, Arc<[Arc<str>]>>,
    documents: Mutex<FxHashMap<ObjectId, Document>>,
}

impl PolicyRepo {
    /// The history up to a commit (HEAD where `None`), at most so many commits of it.
    pub fn timeline(
        &self,
        from: Option<&ObjectId>,
        limit: Option<usize>,
        watch: &dyn Watch,
    ) -> Result<Timeline<'_>, WorkspaceError> {
        let repo = self.git_or_why()?;
        let history = History { from, path: None, limit: limit.unwrap_or(MOST_COMMITS) };
        let commits = repo.log(history, &|| !watch.cancelled())?;
        let at = commits.iter().enumerate().map(|(at, commit)| (commit.id.clone(), at)).collect();
        Ok(Timeline {
            repo,
            of_commit: vec![None; commits.len()],
            commits,
            at,
            policies: FxHashMap::default(),
            listed: FxHashMap::default(),
            documents: Mutex::default(),
        })
    }
}

impl Timeline<'_> {
    /// The commits that one follows on. Where some in between changed nothing here, the next that did.
    pub fn parents(&self, at: usize) -> Vec<usize> {
        let known = self.commits[at].parents.iter().filter_map(|id| self.at.get(id)).copied();
        let parents: Vec<usize> = known.collect();
        if parents.is_empty() && !self.commits[at].parents.is_empty() {
            return Some(at + 1).filter(|next| *next < self.commits.len()).into_iter().collect();
        }
        parents
    }

    /// The policy at a commit. Two commits at which it is the same share it.
    pub fn policy(&mut self, at: usize) -> Result<Arc<Policy>, WorkspaceError> {
        if let Some(policy) = &self.of_commit[at] {
            return Ok(policy.clone());
        }
        let snapshot = self.repo.snapshot(&self.commits[at].id)?;
        let files = Shared { snapshot: &snapshot, documents: &self.documents };
        let key = key(&files, &mut self.listed)?;
        let policy = match self.policies.get(&key) {
            Some(policy) => policy.clone(),
            None => {
                let policy = PolicyVersion::load(&files).policy;
                self.policies.insert(key, policy.clone());
                policy
            }
        };
        self.of_commit[at] = Some(policy.clone());
        Ok(policy)
    }

    /// How many different policies were read.
    pub fn policies(&self) -> usize {
        self.policies.len()
    }
}

/// What the policy of a commit is read from: equal keys, equal policies.
fn key(
    files: &Shared<'_>,
    known: &mut FxHashMap<Option<ObjectId>, Arc<[Arc<str>]>>,
) -> Result<Vec<Option<String>>, WorkspaceError> {
    let manifest = files.snapshot.oid(MANIFEST)?;
    let listed = match known.get(&manifest) {
        Some(listed) => listed.clone(),
        None => {
            let listed: Arc<[Arc<str>]> = listed(files).into();
            known.insert(manifest.clone(), listed.clone());
            listed
        }
    };
    let text = |id: Option<ObjectId>| id.map(|id| id.as_str().to_owned());
    // Files that are not listed do not decide, but the whole folder is quick to compare.
    let mut key = vec![text(manifest), files.snapshot.folder_key("specs")?, files.snapshot.folder_key("taxonomies")?];
    for file in listed.iter().filter(|file| !file.starts_with("specs/") && !file.starts_with("taxonomies/")) {
        key.push(text(files.snapshot.oid(file)?));
    }
    Ok(key)
}

/// The files that the manifest lists.
fn listed(files: &Shared<'_>) -> Vec<Arc<str>> {
    let Ok(Some(document)) = files.document(MANIFEST) else { return Vec::new() };
    let (manifest, _) = read::manifest(Source { file: &MANIFEST.into(), document: &document });
    manifest.specs.iter().cloned().chain(manifest.taxonomies.into_iter().flatten()).collect()
}

/// The files of a commit, documents of the same content shared with other commits.
struct Shared<'s> {
    snapshot: &'s Snapshot,
    documents: &'s Mutex<FxHashMap<ObjectId, Document>>,
}

impl Files for Shared<'_> {
    fn read(&self, path: &str, reading: Reading) -> Result<Option<Bytes>, FileProblem> {
        Files::read(self.snapshot, path, reading)
    }

    fn list(&self, folder: &str) -> (Vec<Arc<str>>, Vec<FileProblem>) {
        Files::list(self.snapshot, folder)
    }

    fn document(&self, path: &str) -> Result<Option<Document>, FileProblem> {
        let Ok(Some(id)) = self.snapshot.oid(path) else { return self.snapshot.document(path) };
        let known = self.documents.lock().unwrap_or_else(PoisonError::into_inner).get(&id).cloned();
        if known.is_some() {
            return Ok(known);
        }
        let document = self.snapshot.document(path)?;
        if let Some(document) = &document {
            self.documents.lock().unwrap_or_else(PoisonError::into_inner).insert(id, document.clone());
        }
        Ok(document)
    }
}
