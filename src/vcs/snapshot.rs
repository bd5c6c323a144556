//! The files of a policy at a commit, straight from the object store.

use super::error::VcsError;
use super::id::ObjectId;
use super::repo::{Reader, Repo};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

/// The policy folder at one commit. Nothing is checked out; links and submodules are not followed, so that only
/// regular files of this repository can be read.
pub struct Snapshot {
    id: ObjectId,
    files: Files,
}

/// A file of a [`Snapshot`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Relative to the policy folder.
    pub path: Arc<str>,
    /// The id of its content: equal for equal contents.
    pub id: ObjectId,
}

enum Files {
    Library {
        repository: Arc<Mutex<git2::Repository>>,
        /// The tree of the policy folder; `None` where the commit has no such folder.
        tree: Option<git2::Oid>,
    },
    Program {
        repo: Repo,
        contents: BTreeMap<Arc<str>, ObjectId>,
    },
}

/// How deep and how many files a listing takes in: more is an attack, not a policy.
const DEEPEST: usize = 32;
const MOST_FILES: usize = 200_000;

/// One opening of a repository, for snapshots of many commits: what it has unpacked for one it need not unpack for the next.
pub struct Store<'r> {
    repo: &'r Repo,
    /// `None` where the `git` program reads.
    library: Option<Arc<Mutex<git2::Repository>>>,
}

impl Repo {
    /// The policy folder at a commit. A commit from before the folder existed gives a snapshot without files.
    pub fn snapshot(&self, id: &ObjectId) -> Result<Snapshot, VcsError> {
        self.store()?.snapshot(id)
    }

    /// Opens the store of commits.
    pub fn store(&self) -> Result<Store<'_>, VcsError> {
        let library = match self.place().reader {
            Reader::Library => Some(Arc::new(Mutex::new(self.library()?))),
            Reader::Program => None,
        };
        Ok(Store { repo: self, library })
    }

    fn files_by_library(&self, shared: &Arc<Mutex<git2::Repository>>, id: &ObjectId) -> Result<Files, VcsError> {
        let repository = shared.lock().unwrap_or_else(PoisonError::into_inner);
        let unknown = |_| VcsError::UnknownRevision { rev: id.to_string() };
        let top = repository.find_commit(id.to_library().map_err(unknown)?).map_err(unknown)?.tree_id();
        let tree = match self.prefix() {
            "" => Some(top),
            prefix => {
                let found = repository.find_tree(top)?.get_path(Path::new(prefix));
                found.ok().filter(|entry| entry.filemode() == FOLDER).map(|entry| entry.id())
            }
        };
        Ok(Files::Library { repository: shared.clone(), tree })
    }

    fn files_by_program(&self, id: &ObjectId) -> Result<Files, VcsError> {
        let mut args = vec!["ls-tree", "-r", "-z", "--full-tree", id.as_str()];
        if !self.prefix().is_empty() {
            args.extend(["--", self.prefix()]);
        }
        let ran = self.tools().read(self.folder(), args, MOST_FILES * 300)?;
        if !ran.status.success() {
            return Err(VcsError::UnknownRevision { rev: id.to_string() });
        }
        let mut contents = BTreeMap::new();
        for line in ran.out.split(|byte| *byte == 0) {
            let line = String::from_utf8_lossy(line);
            let Some((about, path)) = line.split_once('\t') else { continue };
            let mut about = about.split(' ');
            let (mode, _kind, id) = (about.next(), about.next(), about.next());
            if let (Some("100644" | "100755" | "100664"), Some(id), Some(path)) =
                (mode, id.and_then(ObjectId::parse), self.within(path))
            {
                contents.insert(path.into(), id);
            }
        }
        if ran.cut || contents.len() > MOST_FILES {
            return Err(VcsError::TooMany { path: ".".to_owned(), limit: MOST_FILES });
        }
        Ok(Files::Program { repo: self.clone(), contents })
    }
}

impl Store<'_> {
    /// As [`Repo::snapshot`].
    pub fn snapshot(&self, id: &ObjectId) -> Result<Snapshot, VcsError> {
        let files = match &self.library {
            Some(library) => self.repo.files_by_library(library, id)?,
            None => self.repo.files_by_program(id)?,
        };
        Ok(Snapshot { id: id.clone(), files })
    }

    /// The nearest commit from here on back (this one included) that is `listed`, or that left something in the policy folder
    /// which none of its parents has; of several parents the one whose folder is the same. `None` where the history ends before
    /// that: there was no policy yet, or what came before was not fetched.
    pub fn stands_for(&self, id: &ObjectId, listed: &dyn Fn(&ObjectId) -> bool) -> Result<Option<ObjectId>, VcsError> {
        if listed(id) {
            return Ok(Some(id.clone()));
        }
        let prefix = self.repo.prefix();
        let Some(library) = &self.library else {
            let mut args = vec!["log", "--max-count=1", "--format=%H", id.as_str(), "--"];
            args.extend(Some(prefix).filter(|prefix| !prefix.is_empty()));
            let ran = self.repo.tools().read(self.repo.workdir(), args, 1_000)?;
            return Ok(ObjectId::parse(&ran.line()).filter(|_| ran.status.success()));
        };
        let repository = library.lock().unwrap_or_else(PoisonError::into_inner);
        let folder = |commit: &git2::Commit<'_>| -> Option<git2::Oid> {
            let top = commit.tree().ok()?;
            if prefix.is_empty() {
                Some(top.id())
            } else {
                top.get_path(Path::new(prefix)).ok().map(|entry| entry.id())
            }
        };
        let mut at = id.to_library()?;
        loop {
            // In a shallow clone the parents of the last commit are not there.
            let Ok(commit) = repository.find_commit(at) else { return Ok(None) };
            let here = folder(&commit);
            let id = ObjectId::of_library(at);
            if listed(&id) {
                return Ok(Some(id));
            }
            let same = commit.parents().find(|parent| folder(parent) == here);
            match same {
                Some(parent) if !prefix.is_empty() => at = parent.id(),
                _ => return Ok(here.map(|_| id)),
            }
        }
    }
}

impl Snapshot {
    /// The commit.
    pub fn id(&self) -> &ObjectId {
        &self.id
    }

    /// The content of a file, `None` where the commit has no regular file of that path; refused where it is longer
    /// than `limit` bytes.
    pub fn read(&self, path: &str, limit: u64) -> Result<Option<Vec<u8>>, VcsError> {
        let Some(id) = self.oid(path)? else { return Ok(None) };
        let too_large = |bytes| VcsError::TooLarge { path: path.to_owned(), bytes, limit };
        match &self.files {
            Files::Library { repository, .. } => {
                let repository = repository.lock().unwrap_or_else(PoisonError::into_inner);
                let (oid, odb) = (id.to_library()?, repository.odb()?);
                // The length first: a few bytes in the store can unpack to any number.
                let (length, _) = odb.read_header(oid).map_err(|error| missing(error, path))?;
                if length as u64 > limit {
                    return Err(too_large(length as u64));
                }
                let blob = repository.find_blob(oid).map_err(|error| missing(error, path))?;
                Ok(Some(blob.content().to_owned()))
            }
            Files::Program { repo, .. } => {
                let most = usize::try_from(limit).unwrap_or(usize::MAX);
                let ran = repo.tools().read(repo.folder(), ["cat-file", "blob", id.as_str()], most)?;
                if !ran.status.success() {
                    return Err(VcsError::NotFetched { path: path.to_owned() });
                }
                if ran.cut { Err(too_large(limit.saturating_add(1))) } else { Ok(Some(ran.out)) }
            }
        }
    }

    /// The id of a file's content, `None` where the commit has no regular file of that path.
    pub fn oid(&self, path: &str) -> Result<Option<ObjectId>, VcsError> {
        match &self.files {
            Files::Program { contents, .. } => Ok(contents.get(path).cloned()),
            Files::Library { tree: None, .. } => Ok(None),
            Files::Library { repository, tree: Some(tree) } => {
                if path.is_empty() || path.contains('\0') {
                    return Ok(None);
                }
                let repository = repository.lock().unwrap_or_else(PoisonError::into_inner);
                let found = repository.find_tree(*tree)?.get_path(Path::new(path));
                Ok(found.ok().filter(|entry| is_file(entry)).map(|entry| ObjectId::of_library(entry.id())))
            }
        }
    }

    /// A name for all that is under a folder, the same for the same files with the same contents in two snapshots of one
    /// repository; `None` where there is no such folder.
    pub fn folder_key(&self, folder: &str) -> Result<Option<String>, VcsError> {
        match &self.files {
            Files::Library { tree: None, .. } => Ok(None),
            Files::Library { repository, tree: Some(tree) } => {
                let repository = repository.lock().unwrap_or_else(PoisonError::into_inner);
                let found = repository.find_tree(*tree)?.get_path(Path::new(folder));
                Ok(found.ok().filter(|entry| entry.filemode() == FOLDER).map(|entry| entry.id().to_string()))
            }
            Files::Program { .. } => {
                let mut hasher = blake3::Hasher::new();
                let entries = self.list(folder)?;
                for entry in &entries {
                    hasher.update(format!("{}\0{}\0", entry.path, entry.id).as_bytes());
                }
                Ok((!entries.is_empty()).then(|| hasher.finalize().to_string()))
            }
        }
    }

    /// The regular files under a folder (all of them where it is empty), in the order of their paths' bytes.
    pub fn list(&self, folder: &str) -> Result<Vec<Entry>, VcsError> {
        let folder = folder.trim_end_matches('/');
        match &self.files {
            Files::Program { contents, .. } => Ok(contents
                .iter()
                .filter(|(path, _)| {
                    folder.is_empty() || path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
                })
                .map(|(path, id)| Entry { path: Arc::clone(path), id: id.clone() })
                .collect()),
            Files::Library { tree: None, .. } => Ok(Vec::new()),
            Files::Library { repository, tree: Some(tree) } => {
                let repository = repository.lock().unwrap_or_else(PoisonError::into_inner);
                list_tree(&repository, *tree, folder)
            }
        }
    }
}

fn list_tree(repository: &git2::Repository, top: git2::Oid, folder: &str) -> Result<Vec<Entry>, VcsError> {
    let too_many = || VcsError::TooMany { path: folder.to_owned(), limit: MOST_FILES };
    let start = match folder {
        "" => top,
        _ => match repository.find_tree(top)?.get_path(Path::new(folder)) {
            Ok(entry) if entry.filemode() == FOLDER => entry.id(),
            _ => return Ok(Vec::new()),
        },
    };
    let mut waiting = vec![(folder.to_owned(), start, 1)];
    let mut files = Vec::new();
    let mut seen = 0;
    while let Some((folder, tree, depth)) = waiting.pop() {
        for entry in &repository.find_tree(tree)? {
            seen += 1;
            if seen > MOST_FILES || depth > DEEPEST {
                return Err(too_many());
            }
            let name = String::from_utf8_lossy(entry.name_bytes());
            let path = if folder.is_empty() { name.into_owned() } else { format!("{folder}/{name}") };
            if entry.filemode() == FOLDER {
                waiting.push((path, entry.id(), depth + 1));
            } else if is_file(&entry) {
                files.push(Entry { path: path.into(), id: ObjectId::of_library(entry.id()) });
            }
        }
    }
    files.sort_unstable_by(|a, b| a.path.cmp(&b.path));
    Ok(files)
}

const FOLDER: i32 = 0o040_000;

/// Links and submodules are no files.
fn is_file(entry: &git2::TreeEntry<'_>) -> bool {
    matches!(entry.filemode(), 0o100_644 | 0o100_755 | 0o100_664)
}

fn missing(error: git2::Error, path: &str) -> VcsError {
    match error.code() {
        git2::ErrorCode::NotFound => VcsError::NotFetched { path: path.to_owned() },
        _ => error.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::Scratch;
    use super::*;

    /// Every file with its content.
    fn check(repo: &Repo, rev: &str, folder: &str, expect: &[(&str, &str)]) {
        let id = repo.resolve(rev).unwrap().commit().unwrap().clone();
        let snapshot = repo.snapshot(&id).unwrap();
        let files: Vec<(String, String)> = snapshot
            .list(folder)
            .unwrap()
            .iter()
            .map(|entry| {
                assert_eq!(snapshot.oid(&entry.path).unwrap().as_ref(), Some(&entry.id));
                let content = snapshot.read(&entry.path, 1000).unwrap().unwrap();
                (entry.path.to_string(), String::from_utf8(content).unwrap())
            })
            .collect();
        let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
        assert_eq!(files, expect);
    }

    #[test]
    fn a_snapshot_holds_the_files_of_its_commit() {
        for kind in ["--object-format=sha1", "--object-format=sha256"] {
            for home in ["r", "r/deep/policy"] {
                let scratch = Scratch::new();
                scratch.git("", &["init", "-q", kind, "r"]);
                scratch.write("r/before", "");
                scratch.commit("r", "before");
                scratch.write(&format!("{home}/casebook.yaml"), "one");
                scratch.write(&format!("{home}/specs/a b é.yaml"), "a");
                scratch.write(&format!("{home}/specs.yaml"), "not in specs");
                scratch.commit("r", "one");
                scratch.write(&format!("{home}/casebook.yaml"), "two");
                scratch.commit("r", "two");
                scratch.write(&format!("{home}/casebook.yaml"), "three");
                let repo = scratch.repo(home);
                check(&repo, "HEAD", "specs", &[("specs/a b é.yaml", "a")]);
                let key = |rev: &str, folder: &str| {
                    let id = repo.resolve(rev).unwrap().commit().unwrap().clone();
                    repo.snapshot(&id).unwrap().folder_key(folder).unwrap()
                };
                assert!(key("HEAD", "specs").is_some() && key("HEAD", "specs") == key("HEAD~1", "specs"));
                assert_eq!(
                    (key("HEAD", "none"), key("HEAD~2", "specs"), key("HEAD", "casebook.yaml")),
                    (None, None, None)
                );
                check(&repo, "HEAD", "nothing", &[]);
                check(&repo, "HEAD", "casebook.yaml", &[]);
                if home == "r" {
                    check(&repo, "HEAD~2", "", &[("before", "")]);
                } else {
                    let all = [("casebook.yaml", "one"), ("specs.yaml", "not in specs"), ("specs/a b é.yaml", "a")];
                    check(&repo, "HEAD~1", "", &all);
                    check(&repo, "HEAD~2", "", &[]);
                }
                let id = repo.resolve("HEAD").unwrap().commit().unwrap().clone();
                let snapshot = repo.snapshot(&id).unwrap();
                assert_eq!(snapshot.read("casebook.yaml", 3).unwrap().as_deref(), Some(&b"two"[..]));
                let refused = snapshot.read("casebook.yaml", 2);
                assert!(matches!(refused, Err(VcsError::TooLarge { .. })), "{refused:?}");
                for nothing in ["", "specs", "../before", "/casebook.yaml", "a\0b", "none.yaml", "specs/"] {
                    assert_eq!(snapshot.read(nothing, 10).unwrap(), None, "{nothing:?}");
                }
            }
        }
    }

    #[cfg(unix)]
    #[test]
    fn links_and_submodules_are_not_followed() {
        for kind in ["--object-format=sha1", "--object-format=sha256"] {
            let scratch = Scratch::with_policy_of("r", kind);
            std::os::unix::fs::symlink("casebook.yaml", scratch.path("r/link.yaml")).unwrap();
            let head = scratch.git("r", &["rev-parse", "HEAD"]);
            scratch.git("r", &["update-index", "--add", "--cacheinfo", &format!("160000,{head},module")]);
            scratch.git("r", &["add", "link.yaml"]);
            scratch.git("r", &["commit", "-q", "-m", "links"]);
            let repo = scratch.repo("r");
            check(&repo, "HEAD", "", &[("casebook.yaml", "casebook: 1\n")]);
            let id = repo.resolve("HEAD").unwrap().commit().unwrap().clone();
            assert_eq!(repo.snapshot(&id).unwrap().read("link.yaml", 100).unwrap(), None);
        }
    }

    #[test]
    fn a_tree_that_unfolds_without_end_is_refused() {
        let scratch = Scratch::with_policy("r");
        let repository = git2::Repository::open(scratch.path("r")).unwrap();
        let mut oid = repository.blob(b"x").unwrap();
        let mut mode = 0o100_644;
        for _ in 0..9 {
            let mut tree = repository.treebuilder(None).unwrap();
            for n in 0..10 {
                tree.insert(n.to_string(), oid, mode).unwrap();
            }
            (oid, mode) = (tree.write().unwrap(), 0o040_000);
        }
        let refused = list_tree(&repository, oid, "");
        assert!(matches!(refused, Err(VcsError::TooMany { .. })), "{refused:?}");
    }

    #[test]
    fn a_commit_that_is_not_there() {
        let scratch = Scratch::with_policy("r");
        let gone = ObjectId::parse(&"0".repeat(40)).unwrap();
        assert!(matches!(scratch.repo("r").snapshot(&gone), Err(VcsError::UnknownRevision { .. })));
    }

    #[test]
    fn a_partial_clone_says_what_is_not_here() {
        let scratch = Scratch::with_policy("r");
        scratch.write("r/casebook.yaml", "two");
        scratch.commit("r", "two");
        scratch.git("r", &["config", "uploadpack.allowFilter", "true"]);
        let url = format!("file://{}", scratch.path("r").display());
        scratch.git("", &["clone", "-q", "--filter=blob:none", &url, "partial"]);
        let repo = scratch.repo("partial");
        check(&repo, "HEAD", "", &[("casebook.yaml", "two")]);
        let id = repo.resolve("HEAD~1").unwrap().commit().unwrap().clone();
        let refused = repo.snapshot(&id).unwrap().read("casebook.yaml", 100);
        assert!(matches!(refused, Err(VcsError::NotFetched { .. })), "{refused:?}");
    }
}
