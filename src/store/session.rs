//! Files that are written once: one sitting adds lines at the end of its own file, and nobody ever changes one.

use super::error::StoreError;
use super::path::RepoPath;
use super::root::RepoRoot;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The file of one sitting, open for adding lines.
///
/// Every line is one write that is on disk when [`SessionFile::append`] returns. A crash can leave the beginning of one
/// line at the end; readers know it by its missing line end, and the next sitting begins a file of its own.
#[derive(Debug)]
pub struct SessionFile {
    path: Arc<str>,
    place: PathBuf,
    file: File,
    /// How much of it this sitting wrote, which is all there may be.
    written: u64,
}

impl RepoRoot {
    /// Makes the file of a new sitting, empty, with the folders that it needs. Refused where a file of that name is
    /// there already, and where a part of the path is a link: what lies behind links is not read.
    pub fn begin_session(&self, path: &str) -> Result<SessionFile, StoreError> {
        let path = RepoPath::parse(path)?;
        let unsaved = |source| StoreError::io(path.as_str(), "saved", source);
        let mut place = self.dir().to_owned();
        let mut made = Vec::new();
        let (folder, name) = path.as_str().rsplit_once('/').unwrap_or(("", path.as_str()));
        let mut so_far = String::new();
        for part in folder.split('/').filter(|part| !part.is_empty()) {
            so_far = if so_far.is_empty() { part.to_owned() } else { format!("{so_far}/{part}") };
            place.push(part);
            match fs::symlink_metadata(&place) {
                Ok(found) if found.is_dir() => {}
                Ok(found) if found.is_symlink() => return Err(StoreError::LinkedFolder { path: so_far }),
                Ok(_) => return Err(StoreError::NotAFolder { path: so_far }),
                Err(error) if error.kind() == io::ErrorKind::NotFound => {
                    match fs::create_dir(&place) {
                        // Another sitting may have made it meanwhile.
                        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(unsaved(error)),
                        _ => made.push(place.clone()),
                    }
                }
                Err(error) => return Err(unsaved(error)),
            }
        }
        let place = place.join(name);
        let file = OpenOptions::new().append(true).create_new(true).open(&place).map_err(unsaved)?;
        made.push(place.clone());
        made.iter().filter_map(|path| path.parent()).for_each(sync_folder);
        Ok(SessionFile { path: path.shared(), place, file, written: 0 })
    }
}

impl SessionFile {
    /// Relative to the policy folder.
    pub fn path(&self) -> &Arc<str> {
        &self.path
    }

    /// Adds a line, which holds no line end; when this returns it is on disk. Where it fails nothing was added, unless
    /// even that could not be brought about.
    ///
    /// Refused where the file is not as this sitting left it: somebody changed, replaced or removed it.
    pub fn append(&mut self, line: &str) -> Result<(), StoreError> {
        self.append_all(&[line])
    }

    /// As [`SessionFile::append`], with several lines that are waited for together: all are added or none.
    pub fn append_all(&mut self, lines: &[&str]) -> Result<(), StoreError> {
        if !self.is_as_left() {
            return Err(StoreError::ChangedOnDisk { path: self.path.to_string() });
        }
        let mut bytes = Vec::with_capacity(lines.iter().map(|line| line.len() + 1).sum());
        for line in lines {
            bytes.extend_from_slice(line.as_bytes());
            bytes.push(b'\n');
        }
        let added = self.file.write_all(&bytes).and_then(|()| self.file.sync_data());
        if let Err(source) = added {
            // What was half written was never there for anybody; of a file that nothing was written to, not even its name.
            let _ = self.file.set_len(self.written);
            if self.written == 0 {
                let _ = fs::remove_file(&self.place);
            }
            return Err(StoreError::io(&self.path, "saved", source));
        }
        self.written += bytes.len() as u64;
        Ok(())
    }

    fn is_as_left(&self) -> bool {
        let (Ok(held), Ok(there)) = (self.file.metadata(), fs::symlink_metadata(&self.place)) else { return false };
        there.is_file() && held.len() == self.written && there.len() == self.written && is_same(&held, &there)
    }
}

#[cfg(unix)]
fn is_same(one: &fs::Metadata, other: &fs::Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    (one.dev(), one.ino()) == (other.dev(), other.ino())
}

#[cfg(not(unix))]
fn is_same(one: &fs::Metadata, other: &fs::Metadata) -> bool {
    one.created().ok() == other.created().ok()
}

/// Makes a new name last. What cannot be synced is no failure: the content is.
fn sync_folder(folder: &Path) {
    let _ = File::open(folder).and_then(|folder| folder.sync_all());
}

#[cfg(test)]
mod tests {
    use super::*;
    use tempfile::TempDir;

    const PATH: &str = "gold/core/labels/ana@example.org/01J.jsonl";

    fn root() -> (TempDir, RepoRoot) {
        let dir = tempfile::tempdir().unwrap();
        let root = RepoRoot::open(dir.path()).unwrap();
        (dir, root)
    }

    fn read(root: &RepoRoot) -> String {
        fs::read_to_string(root.dir().join(PATH)).unwrap()
    }

    #[test]
    fn lines_are_added_one_by_one() {
        let (_dir, root) = root();
        let mut session = root.begin_session(PATH).unwrap();
        for line in ["one", "two"] {
            session.append(line).unwrap();
        }
        assert_eq!((read(&root).as_str(), &**session.path()), ("one\ntwo\n", PATH));
    }

    #[test]
    fn no_other_file_is_touched() {
        let (_dir, root) = root();
        root.begin_session(PATH).unwrap().append("one").unwrap();
        assert!(root.begin_session(PATH).is_err());
        assert_eq!(read(&root), "one\n");
    }

    #[test]
    fn what_somebody_changed_is_left_alone() {
        let changes: [fn(&Path); 4] = [
            |place| fs::write(place, "one\nmore\n").unwrap(),
            |place| fs::write(place, "").unwrap(),
            |place| fs::remove_file(place).unwrap(),
            |place| {
                fs::rename(place, place.with_extension("old")).unwrap();
                fs::write(place, "one\n").unwrap();
            },
        ];
        for change in changes {
            let (_dir, root) = root();
            let mut session = root.begin_session(PATH).unwrap();
            session.append("one").unwrap();
            change(&root.dir().join(PATH));
            let before = fs::read(root.dir().join(PATH)).ok();
            let refused = session.append("two");
            assert!(matches!(refused, Err(StoreError::ChangedOnDisk { .. })), "{refused:?}");
            assert_eq!(fs::read(root.dir().join(PATH)).ok(), before);
        }
    }

    #[test]
    fn where_nothing_could_be_written_no_file_is_left() {
        let (_dir, root) = root();
        let place = root.dir().join(PATH);
        // A file that cannot be written to stands for a disk that is full.
        let refusing = |session: SessionFile| SessionFile { file: File::open(&session.place).unwrap(), ..session };
        let mut session = refusing(root.begin_session(PATH).unwrap());
        assert!(matches!(session.append("one"), Err(StoreError::Io { .. })));
        assert!(!place.exists());

        let mut session = root.begin_session(PATH).unwrap();
        session.append("one").unwrap();
        assert!(matches!(refusing(session).append("two"), Err(StoreError::Io { .. })));
        assert_eq!(read(&root), "one\n");
    }

    #[cfg(unix)]
    #[test]
    fn links_are_not_written_through() {
        let (_dir, root) = root();
        fs::create_dir_all(root.dir().join("gold/core/labels/bo")).unwrap();
        std::os::unix::fs::symlink("bo", root.dir().join("gold/core/labels/ana@example.org")).unwrap();
        let refused = root.begin_session(PATH);
        assert!(matches!(refused, Err(StoreError::LinkedFolder { .. })), "{refused:?}");
        std::os::unix::fs::symlink("/nowhere", root.dir().join("gold/core/labels/bo/01J.jsonl")).unwrap();
        assert!(root.begin_session("gold/core/labels/bo/01J.jsonl").is_err());
    }

    #[test]
    fn hostile_paths_are_refused() {
        let (_dir, root) = root();
        for path in ["../x.jsonl", "gold/../../x.jsonl", ".git/x.jsonl", "/tmp/x.jsonl", ""] {
            let refused = root.begin_session(path);
            assert!(matches!(refused, Err(StoreError::BadPath { .. })), "{path}");
        }
    }
}
