//! A policy repo on disk: its folder, its history, its cache. Cheap to clone and to hand to other threads.

use super::error::WorkspaceError;
use super::files::{Files, WorkTree};
use super::version::PolicyVersion;
use crate::document::Document;
use crate::store::{Cache, RepoRoot};
use crate::vcs::{self, Found, Git, Repo, Revision, Tools, VcsError};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What surrounds casebook, handed in so that every test is repeatable.
#[derive(Debug, Clone)]
pub struct Environment {
    /// How git is reached.
    pub tools: Tools,
    /// The user's folder for state; the recovery journals of policies without git lie below it.
    pub state: PathBuf,
    /// Seconds since 1970 in UTC.
    pub now: fn() -> i64,
    /// Bytes that nobody can guess.
    pub random: fn() -> std::io::Result<[u8; 32]>,
}

/// Documents that differ from what is on disk; `None` for one that is to be removed.
pub type Unsaved = BTreeMap<Arc<str>, Option<Document>>;

#[derive(Debug, Clone)]
pub struct PolicyRepo {
    root: RepoRoot,
    git: Arc<Git>,
    cache: Option<Cache>,
    state: PathBuf,
}

impl PolicyRepo {
    /// How much the cache of a repository may hold: 2 GiB.
    const CACHE_LIMIT: u64 = 2 << 30;

    /// Opens the policy in `start` or the nearest folder above it.
    pub fn open(start: &Path, environment: &Environment) -> Result<PolicyRepo, WorkspaceError> {
        let Found { folder, git } = vcs::discover(start, &environment.tools)?;
        let root = RepoRoot::open(&folder)?;
        let cache = git.repo().map(|repo| Cache::new(&repo.cache_dir(), Self::CACHE_LIMIT));
        let state = match git.repo() {
            Some(repo) => repo.state_dir(),
            None => environment.state.join(crate::store::ContentHash::of(folder.as_os_str().as_encoded_bytes()).hex()),
        };
        let root = root.with_rough(&state.join("saving"));
        Ok(PolicyRepo { root, git: Arc::new(git), cache, state })
    }

    pub fn root(&self) -> &RepoRoot {
        &self.root
    }

    /// The git repository; `None` where there is none that can be used.
    pub fn git(&self) -> Option<&Repo> {
        self.git.repo()
    }

    /// Why the git repository that there is cannot be used.
    pub fn git_trouble(&self) -> Option<&VcsError> {
        match &*self.git {
            Git::Unusable(error) => Some(error),
            _ => None,
        }
    }

    /// The git repository, or why there is none to be used.
    pub fn git_or_why(&self) -> Result<&Repo, WorkspaceError> {
        match &*self.git {
            Git::Repo(repo) => Ok(repo),
            Git::None => Err(WorkspaceError::NoGit {
                trouble: "there is no git repository around this policy".to_owned(),
                help: "Run `git init` in the policy folder, then try again.".to_owned(),
            }),
            Git::Unusable(error) => Err(WorkspaceError::NoGit { trouble: error.to_string(), help: error.help() }),
        }
    }

    /// Where results that can be computed anew are kept.
    pub fn cache(&self) -> Option<&Cache> {
        self.cache.as_ref()
    }

    /// Where the recovery journal lies, outside the work tree.
    pub fn journal_dir(&self) -> PathBuf {
        self.state.join("journal")
    }

    /// Where half-filled labels lie, outside the work tree.
    pub fn drafts_dir(&self) -> PathBuf {
        self.state.join("labeling")
    }

    /// Where marks of intent lie that are not committed, outside the work tree.
    pub fn marks_dir(&self) -> PathBuf {
        self.state.join("marks")
    }

    /// Where the labels of sealed rounds are kept until they are closed, outside every work tree: a folder, and the path
    /// below it.
    pub fn sealed_place(&self) -> (PathBuf, String) {
        match (self.git(), self.state.parent(), self.state.file_name()) {
            (Some(repo), ..) => {
                let (folder, below) = repo.shared_state();
                (folder.to_owned(), format!("{below}/sealed"))
            }
            (None, Some(above), Some(name)) => (above.to_owned(), format!("{}/sealed", name.to_string_lossy())),
            _ => (self.state.clone(), "sealed".to_owned()),
        }
    }

    /// The version that a name stands for: a branch, a tag, a commit, or `worktree`.
    pub fn resolve(&self, rev: &str) -> Result<Revision, WorkspaceError> {
        match self.git() {
            Some(repo) => Ok(repo.resolve(rev)?),
            None if rev == Revision::WORKTREE => Ok(Revision::Worktree),
            None => Err(WorkspaceError::NoHistory { rev: rev.to_owned() }),
        }
    }

    /// HEAD, what the working tree is compared with unless said otherwise; `None` where nothing is committed yet, or
    /// where there is no history at all.
    pub fn usual_base(&self) -> Result<Option<Revision>, WorkspaceError> {
        match self.git().map(|repo| repo.resolve("HEAD")) {
            None | Some(Err(VcsError::Unborn)) => Ok(None),
            Some(found) => Ok(Some(found?)),
        }
    }

    /// The files of a version; of the working tree with `unsaved` laid over them.
    pub fn files(&self, revision: &Revision, unsaved: &Unsaved) -> Result<Box<dyn Files>, WorkspaceError> {
        match (revision.commit(), self.git()) {
            (None, _) => Ok(Box::new(WorkTree { root: self.root.clone(), unsaved: unsaved.clone() })),
            (Some(id), Some(repo)) => Ok(Box::new(repo.snapshot(id)?)),
            (Some(_), None) => Err(WorkspaceError::NoHistory { rev: revision.name().to_owned() }),
        }
    }

    /// The policy at a version, as it is saved.
    pub fn version(&self, revision: &Revision) -> Result<PolicyVersion, WorkspaceError> {
        Ok(PolicyVersion::load(&*self.files(revision, &Unsaved::new())?))
    }
}
