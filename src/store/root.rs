//! The folder of a policy repo: the only way from a path to a file.

use super::bytes::Bytes;
use super::error::StoreError;
use super::gold::{GoldSet, gold_sets};
use super::path::RepoPath;
use std::fs::{self, File, FileType, Metadata};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The folder that holds `casebook.yaml`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RepoRoot {
    /// Free of links, so that whatever resolves to a place below it lies within it.
    dir: Arc<Path>,
    /// Where what is about to be saved is written first.
    pub(super) rough: Option<Arc<Path>>,
}

/// What a file is read as, which says how large it may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reading {
    /// A file that is edited as one text (YAML): up to [`RepoRoot::LARGEST_DOCUMENT`].
    Document,
    /// A file of lines (JSONL): any size, mapped where large.
    Lines,
}

/// The files under a folder, and what could not be looked at.
#[derive(Debug, Default)]
pub struct Listing {
    /// In the order of their names' bytes, which is the same on every machine.
    pub files: Vec<Arc<str>>,
    pub problems: Vec<StoreError>,
}

impl RepoRoot {
    /// 32 MiB.
    pub const LARGEST_DOCUMENT: u64 = 32 << 20;
    /// How many files and folders one listing takes in.
    pub const MOST_FILES: usize = 200_000;
    /// How many folders deep a listing goes.
    pub const DEEPEST: usize = 12;

    /// Takes an existing folder.
    pub fn open(folder: &Path) -> Result<RepoRoot, StoreError> {
        let refuse = |source| StoreError::NoFolder { folder: folder.to_owned(), source };
        let dir = fs::canonicalize(folder).map_err(refuse)?;
        if !fs::metadata(&dir).map_err(refuse)?.is_dir() {
            return Err(refuse(io::ErrorKind::NotADirectory.into()));
        }
        Ok(RepoRoot { dir: dir.into(), rough: None })
    }

    /// The same folder; what is about to be saved is from now on written in another one first, as far as that is on the
    /// same disk. A save that is killed leaves nothing in between the files then. The other one is made when it is needed.
    pub fn with_rough(self, folder: &Path) -> RepoRoot {
        RepoRoot { rough: Some(folder.into()), ..self }
    }

    /// Takes a folder outside any policy repo, and makes it where it is missing.
    pub fn make(folder: &Path) -> Result<RepoRoot, StoreError> {
        fs::create_dir_all(folder).map_err(|source| StoreError::NoFolder { folder: folder.to_owned(), source })?;
        RepoRoot::open(folder)
    }

    /// Takes a folder below another one, which no part of `below` leads out of: a part that is a link is refused. Where it
    /// is missing it is made, if so asked; else `None`.
    pub fn below(folder: &Path, below: &str, make: bool) -> Result<Option<RepoRoot>, StoreError> {
        if make {
            RepoRoot::make(folder)?;
        }
        let mut place = folder.to_owned();
        for part in RepoPath::parse(below)?.as_str().split('/') {
            place.push(part);
            let shown = || place.display().to_string();
            match fs::symlink_metadata(&place) {
                Ok(found) if found.is_dir() => {}
                Ok(found) if found.is_symlink() => return Err(StoreError::LinkedFolder { path: shown() }),
                Ok(_) => return Err(StoreError::NotAFolder { path: shown() }),
                Err(error) if error.kind() == io::ErrorKind::NotFound && !make => return Ok(None),
                Err(error) if error.kind() == io::ErrorKind::NotFound => match fs::create_dir(&place) {
                    Err(source) if source.kind() != io::ErrorKind::AlreadyExists => {
                        return Err(StoreError::io(&shown(), "made", source));
                    }
                    _ => {}
                },
                Err(source) => return Err(StoreError::io(&shown(), "read", source)),
            }
        }
        RepoRoot::open(&place).map(Some)
    }

    /// The folder, absolute and free of links.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// The content of a file. Refuses paths and links that leave the folder, whatever is not a regular file, and
    /// documents that are too large.
    pub fn read(&self, path: &str, reading: Reading) -> Result<Bytes, StoreError> {
        let path = RepoPath::parse(path)?;
        let (place, found) = self.regular_file(&path)?;
        let limit = match reading {
            Reading::Document => RepoRoot::LARGEST_DOCUMENT,
            Reading::Lines => u64::MAX,
        };
        if found.len() > limit {
            return Err(StoreError::TooLarge { path: path.to_string(), bytes: found.len(), limit });
        }
        let unreadable = |source| StoreError::io(path.as_str(), "read", source);
        let file = File::open(&place).map_err(unreadable)?;
        let len = file.metadata().map_err(unreadable)?.len();
        Bytes::read(file, len).map_err(unreadable)
    }

    /// Whether a file is there that [`RepoRoot::read`] could read.
    pub fn has(&self, path: &str) -> bool {
        RepoPath::parse(path).is_ok_and(|path| self.regular_file(&path).is_ok())
    }

    /// Where a file lies, free of links; for handing it to an editor.
    pub fn locate(&self, path: &str) -> Result<PathBuf, StoreError> {
        Ok(self.regular_file(&RepoPath::parse(path)?)?.0)
    }

    /// All files under a folder, hidden ones left out. A folder that does not exist holds none.
    pub fn list(&self, folder: &str) -> Listing {
        let mut listing = Listing::default();
        let folder = match RepoPath::parse(folder) {
            Ok(folder) => folder,
            Err(problem) => {
                listing.problems.push(problem);
                return listing;
            }
        };
        let place = self.dir.join(folder.as_str());
        match fs::symlink_metadata(&place) {
            Ok(found) if found.is_symlink() => {
                listing.problems.push(StoreError::LinkedFolder { path: folder.to_string() });
            }
            Ok(found) if found.is_dir() => self.walk(folder, &mut listing),
            Ok(found) => listing
                .problems
                .push(StoreError::NotAFile { path: folder.to_string(), what: kind_word(found.file_type()) }),
            Err(missing) if missing.kind() == io::ErrorKind::NotFound => {}
            Err(source) => listing.problems.push(StoreError::io(folder.as_str(), "listed", source)),
        }
        listing.files.sort_unstable();
        listing
    }

    /// The gold sets under `gold/`, in the order of their names, and what could not be looked at.
    pub fn gold_sets(&self) -> (Vec<GoldSet>, Vec<StoreError>) {
        let listing = self.list("gold");
        (gold_sets(&listing.files), listing.problems)
    }

    fn walk(&self, from: RepoPath, listing: &mut Listing) {
        let mut waiting = vec![(from.shared(), 1)];
        let mut seen = 0;
        while let Some((folder, depth)) = waiting.pop() {
            if depth > RepoRoot::DEEPEST {
                listing.problems.push(StoreError::TooDeep { path: folder.to_string(), limit: RepoRoot::DEEPEST });
                continue;
            }
            let entries = match fs::read_dir(self.dir.join(&*folder)) {
                Ok(entries) => entries,
                Err(source) => {
                    listing.problems.push(StoreError::io(&folder, "listed", source));
                    continue;
                }
            };
            for entry in entries {
                seen += 1;
                if seen > RepoRoot::MOST_FILES {
                    let path = from.to_string();
                    listing.problems.push(StoreError::TooMany { path, limit: RepoRoot::MOST_FILES });
                    return;
                }
                match entry.and_then(|entry| Ok((entry.file_name(), entry.file_type()?))) {
                    Ok((name, _)) if name.as_encoded_bytes().starts_with(b".") => {}
                    Ok((name, kind)) => {
                        self.sort_entry(&folder, &name.to_string_lossy(), kind, depth, &mut waiting, listing)
                    }
                    Err(source) => listing.problems.push(StoreError::io(&folder, "listed", source)),
                }
            }
        }
    }

    fn sort_entry(
        &self,
        folder: &str,
        name: &str,
        kind: FileType,
        depth: usize,
        waiting: &mut Vec<(Arc<str>, usize)>,
        listing: &mut Listing,
    ) {
        let path: Arc<str> = match RepoPath::parse(&format!("{folder}/{name}")) {
            Ok(path) => path.shared(),
            Err(problem) => return listing.problems.push(problem),
        };
        if kind.is_dir() {
            waiting.push((path, depth + 1));
        } else if kind.is_symlink() && fs::metadata(self.dir.join(&*path)).is_ok_and(|found| found.is_dir()) {
            listing.problems.push(StoreError::LinkedFolder { path: path.to_string() });
        } else if name.contains(char::REPLACEMENT_CHARACTER) && !self.dir.join(&*path).exists() {
            listing.problems.push(StoreError::BadPath { path: path.to_string(), why: "its name is not UTF-8" });
        } else {
            listing.files.push(path);
        }
    }

    /// Follows links as far as they stay within the folder.
    pub(super) fn resolve(&self, path: &RepoPath) -> Result<PathBuf, StoreError> {
        let place = self.dir.join(path.as_str());
        let resolved = fs::canonicalize(&place).map_err(|source| match source.kind() {
            io::ErrorKind::NotFound if fs::symlink_metadata(&place).is_ok() => {
                StoreError::DanglingLink { path: path.to_string() }
            }
            io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => StoreError::Missing { path: path.to_string() },
            _ => StoreError::io(path.as_str(), "found", source),
        })?;
        match resolved.strip_prefix(&self.dir) {
            Ok(within) if !within.components().any(|part| part.as_os_str().eq_ignore_ascii_case(".git")) => {
                Ok(resolved)
            }
            _ => Err(StoreError::LeavesRoot { path: path.to_string() }),
        }
    }

    /// Looks before it opens, so that a pipe or a device cannot hold us up.
    pub(super) fn regular_file(&self, path: &RepoPath) -> Result<(PathBuf, Metadata), StoreError> {
        let place = self.resolve(path)?;
        let found = fs::metadata(&place).map_err(|source| StoreError::io(path.as_str(), "read", source))?;
        if !found.is_file() {
            return Err(StoreError::NotAFile { path: path.to_string(), what: kind_word(found.file_type()) });
        }
        Ok((place, found))
    }
}

fn kind_word(kind: FileType) -> &'static str {
    if kind.is_dir() {
        "a folder"
    } else if kind.is_file() {
        "a file, where a folder should be"
    } else {
        "a pipe, a socket or a device"
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tempfile::TempDir;

    fn repo(files: &[(&str, &str)]) -> (TempDir, RepoRoot) {
        let dir = tempfile::tempdir().unwrap();
        let home = dir.path().join("policy");
        fs::create_dir(&home).unwrap();
        for (path, text) in files {
            let place = home.join(path);
            fs::create_dir_all(place.parent().unwrap()).unwrap();
            fs::write(place, text).unwrap();
        }
        let root = RepoRoot::open(&home).unwrap();
        (dir, root)
    }

    fn check(root: &RepoRoot, path: &str, expect: Result<&str, &str>) {
        let got = root.read(path, Reading::Document);
        match (&got, expect) {
            (Ok(bytes), Ok(text)) => assert_eq!(bytes.as_str().unwrap(), text),
            (Err(error), Err(words)) => assert!(error.to_string().contains(words), "{error}"),
            _ => panic!("{path}: {got:?}, expected {expect:?}"),
        }
    }

    #[test]
    fn files_are_read_and_folders_are_not() {
        let (_dir, root) = repo(&[("casebook.yaml", "casebook: 1\n"), ("specs/a.yaml/x", "")]);
        check(&root, "casebook.yaml", Ok("casebook: 1\n"));
        check(&root, "specs/a.yaml", Err("is a folder, not a file"));
        check(&root, "specs/b.yaml", Err("there is no file"));
        check(&root, "casebook.yaml/x", Err("there is no file"));
        check(&root, "../policy/casebook.yaml", Err("`..`"));
        assert!(root.has("casebook.yaml") && !root.has("specs") && !root.has("../policy/casebook.yaml"));
    }

    #[cfg(unix)]
    #[test]
    fn links_stay_within() {
        use std::os::unix::fs::symlink;
        let (dir, root) = repo(&[("a.yaml", "a"), (".git/config", "secret")]);
        fs::write(dir.path().join("outside"), "secret").unwrap();
        symlink("a.yaml", root.dir().join("inside.yaml")).unwrap();
        symlink("../outside", root.dir().join("out.yaml")).unwrap();
        symlink(dir.path(), root.dir().join("up")).unwrap();
        symlink("nowhere", root.dir().join("dangling.yaml")).unwrap();
        symlink("loop.yaml", root.dir().join("loop.yaml")).unwrap();
        symlink(".git/config", root.dir().join("git.yaml")).unwrap();
        check(&root, "inside.yaml", Ok("a"));
        check(&root, "out.yaml", Err("leaves the policy folder"));
        check(&root, "up/outside", Err("leaves the policy folder"));
        check(&root, "up/policy/a.yaml", Ok("a"));
        check(&root, "dangling.yaml", Err("does not exist"));
        check(&root, "loop.yaml", Err("could not be found"));
        check(&root, "git.yaml", Err("leaves the policy folder"));
    }

    #[cfg(unix)]
    #[test]
    fn devices_and_sockets_do_not_hang() {
        let (_dir, root) = repo(&[]);
        let _socket = std::os::unix::net::UnixListener::bind(root.dir().join("s.yaml")).unwrap();
        check(&root, "s.yaml", Err("a pipe, a socket or a device"));
        let made = std::process::Command::new("mkfifo").arg(root.dir().join("f.yaml")).status();
        if made.is_ok_and(|status| status.success()) {
            check(&root, "f.yaml", Err("a pipe, a socket or a device"));
        }
    }

    #[test]
    fn documents_have_a_limit_and_lines_have_none() {
        let (_dir, root) = repo(&[("a.yaml", "")]);
        let file = File::options().write(true).open(root.dir().join("a.yaml")).unwrap();
        file.set_len(RepoRoot::LARGEST_DOCUMENT + 1).unwrap();
        check(&root, "a.yaml", Err("32 MiB"));
        let lines = root.read("a.yaml", Reading::Lines).unwrap();
        assert_eq!((lines.len() as u64, lines.is_mapped()), (RepoRoot::LARGEST_DOCUMENT + 1, true));
    }

    #[test]
    fn a_root_must_be_a_folder() {
        let (_dir, root) = repo(&[("a.yaml", "")]);
        assert!(RepoRoot::open(&root.dir().join("a.yaml")).is_err());
        assert!(RepoRoot::open(&root.dir().join("none")).is_err());
    }

    #[test]
    fn listings_are_sorted_and_skip_hidden_files() {
        let (_dir, root) = repo(&[
            ("gold/b/cases.jsonl", ""),
            ("gold/a/cases/2.jsonl", ""),
            ("gold/a/cases/10.jsonl", ""),
            ("gold/.x", ""),
        ]);
        let listing = root.list("gold");
        let files: Vec<&str> = listing.files.iter().map(|file| &**file).collect();
        assert_eq!(files, ["gold/a/cases/10.jsonl", "gold/a/cases/2.jsonl", "gold/b/cases.jsonl"]);
        assert!(listing.problems.is_empty());
        assert!(root.list("nothing").files.is_empty());
    }

    #[cfg(unix)]
    #[test]
    fn listings_tell_what_they_do_not_follow() {
        use std::os::unix::ffi::OsStrExt;
        let (_dir, root) = repo(&[("gold/a/cases.jsonl", "")]);
        std::os::unix::fs::symlink("..", root.dir().join("gold/a/loop")).unwrap();
        fs::write(root.dir().join("gold/a").join(std::ffi::OsStr::from_bytes(b"x\xff.jsonl")), "").unwrap();
        fs::write(root.dir().join("gold/a/esc\u{1b}.jsonl"), "").unwrap();
        fs::create_dir_all(root.dir().join(format!("gold/{}", "d/".repeat(RepoRoot::DEEPEST)))).unwrap();
        let (sets, problems) = root.gold_sets();
        assert_eq!(sets.len(), 1);
        let problems: String = problems.iter().map(|problem| format!("{problem}\n")).collect();
        for words in ["link to a folder", "not UTF-8", "control character", "folders deep"] {
            assert!(problems.contains(words), "{words}: {problems}");
        }
    }
}
