//! The policy over time, straight from git's store: nothing is checked out, and what is the same in two commits is read once.
//!
//! History need not be a line. A commit follows on its parents; where those changed nothing here, on the nearest before them
//! that did; where the policy of one cannot be read, on those before it: what is broken for a while is no decision of anybody.

mod bisect;
mod blame;
mod case;
mod cell;
mod history;
mod wording;

pub use bisect::{Bisected, Ruled, Turn};
pub use blame::{Blamed, BlamedChange, Change};
pub use case::{CaseHistory, CaseStep};
pub use cell::{CellChange, CellHistory, Turned};
pub use history::{CaseTurn, Step, Steps};
pub use wording::WordedAt;

use super::error::WorkspaceError;
use super::files::{FileProblem, Files};
use super::repo::PolicyRepo;
use super::version::{MANIFEST, PolicyVersion};
use crate::decide::Watch;
use crate::document::Document;
use crate::document::read::{self, cursor::Source};
use crate::policy::Policy;
use crate::store::{Bytes, Reading};
use crate::vcs::{Commit, History, ObjectId, Snapshot, Store};
use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};
use std::sync::{Arc, Mutex, PoisonError};

/// So many policies are read at once, ahead of being asked for.
const MOST_AHEAD: usize = 64;

/// The commits that changed something in the policy's folder, newest first, each with its policy once it is asked for.
///
/// What is beyond the last of them is known by number too, where one of them follows on it: see [`Timeline::parents`].
pub struct Timeline<'r> {
    store: Store<'r>,
    pub commits: Vec<Commit>,
    /// The commits, and from `commits.len()` on those that are not among them although one of them follows on them.
    ids: Vec<ObjectId>,
    at: FxHashMap<ObjectId, usize>,
    /// By the content of the files that the policy is read from.
    policies: FxHashMap<Vec<Option<String>>, Arc<Read>>,
    of_commit: Vec<Option<Arc<Read>>>,
    /// By the content of the manifest, the files that it lists.
    listed: FxHashMap<Option<ObjectId>, Arc<[Arc<str>]>>,
    documents: Mutex<FxHashMap<ObjectId, Document>>,
    /// How many more are read the next time that one is missing.
    ahead: usize,
}

/// A policy as it was read.
struct Read {
    policy: Arc<Policy>,
    /// Some file of it is no YAML, or is not there: what is left of the policy is not what anybody wrote.
    is_broken: bool,
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
        if repo.is_shallow() {
            let words = "this clone is shallow, so the past ends early: `git fetch --unshallow` brings the rest of it";
            watch.warn(words.to_owned());
        }
        let history = History { from, path: None, limit: limit.unwrap_or(usize::MAX) };
        let commits = repo.log(history, &|| !watch.cancelled())?;
        let ids: Vec<ObjectId> = commits.iter().map(|commit| commit.id.clone()).collect();
        Ok(Timeline {
            store: repo.store()?,
            of_commit: vec![None; commits.len()],
            commits,
            at: ids.iter().cloned().zip(0..).collect(),
            ids,
            policies: FxHashMap::default(),
            listed: FxHashMap::default(),
            documents: Mutex::default(),
            ahead: 1,
        })
    }
}

impl Timeline<'_> {
    /// The commits that one of `commits` follows on, by number; none where the history begins with it. One that is beyond the
    /// last of `commits` is among them: it has a policy, and is not followed further.
    pub fn parents(&mut self, at: usize) -> Result<Vec<usize>, WorkspaceError> {
        let mut found = Vec::new();
        // In their order, each followed by what it is passed over for.
        let mut left: Vec<ObjectId> = self.commits[at].parents.iter().rev().cloned().collect();
        let mut seen = FxHashSet::default();
        while let Some(id) = left.pop() {
            let Some(id) = self.store.stands_for(&id, &|id| self.at.contains_key(id))? else { continue };
            if !seen.insert(id.clone()) {
                continue;
            }
            let parent = self.number(id);
            if parent < self.commits.len() && self.is_broken(parent)? {
                left.extend(self.commits[parent].parents.iter().rev().cloned());
            } else {
                found.push(parent);
            }
        }
        Ok(found)
    }

    /// The number of a commit, or of the nearest before it that changed something here; `None` where it is not there. It need not lead to
    /// those of `commits`.
    pub fn find(&mut self, id: &ObjectId) -> Result<Option<usize>, WorkspaceError> {
        let stands = self.store.stands_for(id, &|id| self.at.contains_key(id))?;
        Ok(stands.map(|id| self.number(id)))
    }

    fn number(&mut self, id: ObjectId) -> usize {
        *self.at.entry(id.clone()).or_insert_with(|| {
            self.ids.push(id);
            self.of_commit.push(None);
            self.ids.len() - 1
        })
    }

    /// The policy at a commit. Two commits at which it is the same share it.
    pub fn policy(&mut self, at: usize) -> Result<Arc<Policy>, WorkspaceError> {
        Ok(self.read(at)?.policy.clone())
    }

    /// Whether the policy at a commit could not be read whole: such a commit is passed over.
    pub fn is_broken(&mut self, at: usize) -> Result<bool, WorkspaceError> {
        Ok(self.read(at)?.is_broken)
    }

    /// Reads the policy at a commit, and on the way those of the commits after it: each time more, as whoever goes on asking will
    /// need them.
    fn read(&mut self, at: usize) -> Result<Arc<Read>, WorkspaceError> {
        if let Some(read) = &self.of_commit[at] {
            return Ok(read.clone());
        }
        let missing = (at + 1..self.commits.len()).filter(|at| self.of_commit[*at].is_none()).take(self.ahead - 1);
        let wanted: Vec<usize> = std::iter::once(at).chain(missing).collect();
        self.ahead = (self.ahead * 2).min(MOST_AHEAD);
        let mut keys = Vec::with_capacity(wanted.len());
        let mut new: Vec<(Vec<Option<String>>, Snapshot)> = Vec::new();
        for &at in &wanted {
            let snapshot = self.store.snapshot(&self.ids[at])?;
            let key = key(&Shared { snapshot: &snapshot, documents: &self.documents }, &mut self.listed)?;
            if !self.policies.contains_key(&key) && new.iter().all(|(known, _)| *known != key) {
                new.push((key.clone(), snapshot));
            }
            keys.push(key);
        }
        let documents = &self.documents;
        let read = |(key, snapshot): (Vec<Option<String>>, Snapshot)| {
            let version = PolicyVersion::load(&Shared { snapshot: &snapshot, documents });
            (key, Arc::new(Read::of(&version)))
        };
        let read: Vec<_> = new.into_par_iter().map(read).collect();
        self.policies.extend(read);
        let of_these: Vec<Arc<Read>> = keys.iter().map(|key| self.policies[key].clone()).collect();
        for (at, read) in wanted.into_iter().zip(&of_these) {
            self.of_commit[at] = Some(read.clone());
        }
        Ok(of_these[0].clone())
    }

    /// How many different policies were read.
    pub fn policies(&self) -> usize {
        self.policies.len()
    }
}

impl Read {
    fn of(version: &PolicyVersion) -> Read {
        Read { policy: version.policy.clone(), is_broken: version.policy.unread.is_some() }
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
