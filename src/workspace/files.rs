//! Where the files of one version come from: the folder with what is unsaved, or a commit.

use crate::document::Document;
use crate::store::{Bytes, Reading, RepoRoot, StoreError};
use crate::vcs::{Snapshot, VcsError};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Why a file could not be had: what, and what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileProblem {
    /// Relative to the policy folder; empty where it is about no one file.
    pub path: Arc<str>,
    pub message: String,
    pub help: String,
}

/// The files of one version of a policy.
pub trait Files: Send + Sync {
    /// The content of a file; `None` where there is no such file.
    fn read(&self, path: &str, reading: Reading) -> Result<Option<Bytes>, FileProblem>;

    /// All files under a folder, in a stable order, and what could not be looked at.
    fn list(&self, folder: &str) -> (Vec<Arc<str>>, Vec<FileProblem>);

    /// A YAML file as a document.
    fn document(&self, path: &str) -> Result<Option<Document>, FileProblem> {
        Ok(self.read(path, Reading::Document)?.map(|bytes| Document::from_bytes(bytes.to_vec())))
    }
}

/// The folder on disk, with unsaved documents laid over it.
#[derive(Clone)]
pub struct WorkTree {
    pub root: RepoRoot,
    /// By path; `None` for a file that was deleted and not yet saved so.
    pub unsaved: BTreeMap<Arc<str>, Option<Document>>,
}

impl Files for WorkTree {
    fn read(&self, path: &str, reading: Reading) -> Result<Option<Bytes>, FileProblem> {
        match self.unsaved.get(path) {
            Some(document) => Ok(document.as_ref().map(|d| d.bytes().to_vec().into())),
            None => match self.root.read(path, reading) {
                Ok(bytes) => Ok(Some(bytes)),
                Err(StoreError::Missing { .. }) => Ok(None),
                Err(error) => Err(of_store(&error)),
            },
        }
    }

    fn list(&self, folder: &str) -> (Vec<Arc<str>>, Vec<FileProblem>) {
        let listing = self.root.list(folder);
        let mut files = listing.files;
        let within = |path: &str| path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'));
        for (path, document) in self.unsaved.iter().filter(|(path, _)| within(path)) {
            match (document, files.binary_search(path)) {
                (Some(_), Err(at)) => files.insert(at, path.clone()),
                (None, Ok(at)) => drop(files.remove(at)),
                _ => {}
            }
        }
        (files, listing.problems.iter().map(of_store).collect())
    }

    fn document(&self, path: &str) -> Result<Option<Document>, FileProblem> {
        match self.unsaved.get(path) {
            Some(document) => Ok(document.clone()),
            None => Ok(self.read(path, Reading::Document)?.map(|bytes| Document::from_bytes(bytes.to_vec()))),
        }
    }
}

/// A commit.
impl Files for Snapshot {
    fn read(&self, path: &str, reading: Reading) -> Result<Option<Bytes>, FileProblem> {
        let limit = match reading {
            Reading::Document => RepoRoot::LARGEST_DOCUMENT,
            Reading::Lines => LARGEST_LINES,
        };
        let content = Snapshot::read(self, path, limit).map_err(|error| of_vcs(path, &error))?;
        Ok(content.map(Into::into))
    }

    fn list(&self, folder: &str) -> (Vec<Arc<str>>, Vec<FileProblem>) {
        match Snapshot::list(self, folder) {
            Ok(entries) => (entries.into_iter().map(|entry| entry.path).collect(), Vec::new()),
            Err(error) => (Vec::new(), vec![of_vcs(folder, &error)]),
        }
    }
}

/// A file of lines at a commit is unpacked into memory, so there is a limit: 4 GiB.
const LARGEST_LINES: u64 = 4 << 30;

fn of_store(error: &StoreError) -> FileProblem {
    let path = error.path().unwrap_or_default().into();
    FileProblem { path, message: error.to_string(), help: error.help().to_owned() }
}

fn of_vcs(path: &str, error: &VcsError) -> FileProblem {
    FileProblem { path: path.into(), message: error.to_string(), help: error.help().to_string() }
}
