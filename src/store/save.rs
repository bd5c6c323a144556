//! Saving files so that nothing is ever lost.

mod disk;

use super::error::StoreError;
use super::hash::ContentHash;
use super::path::RepoPath;
use super::root::RepoRoot;
use disk::{Before, Made, Step, put_in_place, rough_folder, second_name, sweep, write_temp};
use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File, Metadata};
use std::io;
use std::path::{Path, PathBuf};
use tempfile::TempPath;

pub(super) use disk::is_temporary;

/// One file of a save.
#[derive(Debug, Clone, Copy)]
pub struct Save<'a> {
    /// Relative to the policy folder. Where it is a link within the folder, the file it leads to is saved.
    pub path: &'a str,
    /// What must be on disk for the save to go on.
    pub expect: Expect,
    /// What is to be there; `None` removes the file.
    pub content: Option<&'a [u8]>,
}

/// What a save expects to find on disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expect {
    /// No file.
    Absent,
    /// The content that was read.
    Content(ContentHash),
    /// Whatever there is: the person was asked, and wants it replaced.
    Anything,
}

impl RepoRoot {
    /// Saves, creates or removes files, all or none.
    ///
    /// Every new content is first written and synced to a temporary file ([`RepoRoot::with_rough`]); then each
    /// target is looked at once more, and only where all are as expected are they replaced, one rename each. A step
    /// that fails undoes those before it. Mode and, where possible, owner stay; missing folders are made; a folder
    /// that a removal leaves empty stays.
    pub fn save(&self, saves: &[Save<'_>]) -> Result<(), StoreError> {
        self.save_with(saves, &|_| Ok(()))
    }

    /// `before` is asked before every step on the disk, so that tests can make any of them fail.
    fn save_with(&self, saves: &[Save<'_>], before: Before<'_>) -> Result<(), StoreError> {
        // Dropped last, when the temporary files in them are gone.
        let mut made = Made::default();
        let mut targets = saves.iter().map(|save| self.target(save)).collect::<Result<Vec<_>, _>>()?;
        let mut places = BTreeSet::new();
        if let Some(twice) = targets.iter().find(|target| !places.insert(&target.place)) {
            return Err(StoreError::Twice { path: twice.path.to_string() });
        }
        targets.iter().try_for_each(Target::expect)?;
        for target in &mut targets {
            target.stage(self.rough.as_deref(), &mut made, before)?;
        }
        targets.iter().try_for_each(Target::expect)?;
        let several = targets.len() > 1;
        if several {
            for target in &mut targets {
                target.keep_old(before)?;
            }
        }
        let mut done = Vec::new();
        let mut waiting = targets.into_iter();
        while let Some(target) = waiting.next() {
            let path = target.path.to_string();
            match target.replace(before) {
                Ok(replaced) => done.push(replaced),
                Err(source) => {
                    drop(waiting);
                    return Err(undo(done, path, source));
                }
            }
        }
        made.keep();
        sync_folders(&done);
        Ok(())
    }

    fn target<'a>(&self, save: &Save<'a>) -> Result<Target<'a>, StoreError> {
        let path = RepoPath::parse(save.path)?;
        let (place, old) = match self.regular_file(&path) {
            Ok((place, old)) => (place, Some(old)),
            Err(StoreError::Missing { .. }) => (self.new_place(&path)?, None),
            Err(other) => return Err(other),
        };
        let folder = place.parent().unwrap_or(self.dir()).to_owned();
        Ok(Target {
            path,
            place,
            rough: folder.clone(),
            folder,
            old,
            expect: save.expect,
            content: save.content,
            temp: None,
            kept: None,
        })
    }

    /// Where a new file goes: below the nearest folder that exists, as long as that lies within the root.
    fn new_place(&self, path: &RepoPath) -> Result<PathBuf, StoreError> {
        let Some((folder, name)) = path.as_str().rsplit_once('/') else { return Ok(self.dir().join(path.as_str())) };
        let folder = RepoPath::parse(folder)?;
        let place = match self.resolve(&folder) {
            Ok(place) if place.is_dir() => place,
            Ok(_) => return Err(StoreError::NotAFolder { path: folder.to_string() }),
            Err(StoreError::Missing { .. }) => self.new_place(&folder)?,
            Err(other) => return Err(other),
        };
        Ok(place.join(name))
    }
}

struct Target<'a> {
    path: RepoPath,
    /// Where the file lies or will lie, free of links.
    place: PathBuf,
    folder: PathBuf,
    /// Where its temporary files lie.
    rough: PathBuf,
    old: Option<Metadata>,
    expect: Expect,
    content: Option<&'a [u8]>,
    temp: Option<TempPath>,
    /// A second name of the old file, for undoing.
    kept: Option<TempPath>,
}

impl Target<'_> {
    fn expect(&self) -> Result<(), StoreError> {
        let changed = || StoreError::ChangedOnDisk { path: self.path.to_string() };
        let as_expected = match (self.expect, fs::symlink_metadata(&self.place)) {
            (Expect::Anything, _) => true,
            (Expect::Absent, found) => found.is_err_and(|error| is_missing(&error)),
            (Expect::Content(_), Err(error)) if is_missing(&error) => false,
            (Expect::Content(hash), _) => {
                let now = fs::read(&self.place).map_err(|source| self.io("read", source))?;
                ContentHash::of(&now) == hash
            }
        };
        if as_expected { Ok(()) } else { Err(changed()) }
    }

    fn stage(&mut self, rough: Option<&Path>, made: &mut Made, before: Before<'_>) -> Result<(), StoreError> {
        if self.old.as_ref().is_some_and(|old| old.permissions().readonly()) || is_read_only(&self.folder) {
            return Err(StoreError::ReadOnly { path: self.path.to_string() });
        }
        let Some(content) = self.content else { return Ok(()) };
        let unsaved = |source| StoreError::io(self.path.as_str(), "saved", source);
        made.make_all(&self.folder, before).map_err(unsaved)?;
        self.rough = rough_folder(rough, &self.folder);
        let temp = write_temp(&self.rough, self.old.as_ref(), content, before).map_err(unsaved)?;
        sweep(&self.rough, &temp);
        sweep(&self.folder, &temp);
        self.temp = Some(temp);
        Ok(())
    }

    fn keep_old(&mut self, before: Before<'_>) -> Result<(), StoreError> {
        if self.old.is_some() {
            let kept = second_name(&self.place, &self.rough, before).map_err(|source| self.io("saved", source))?;
            self.kept = Some(kept);
        }
        Ok(())
    }

    fn replace(self, before: Before<'_>) -> io::Result<Replaced> {
        before(Step::Replace)?;
        match self.temp {
            // Nobody can have put a file there between the look and this.
            Some(temp) => put_in_place(temp, &self.place, &self.folder, self.expect != Expect::Absent)?,
            None if self.old.is_some() => fs::remove_file(&self.place)?,
            None => {}
        }
        Ok(Replaced { path: self.path, place: self.place, folder: self.folder, kept: self.kept })
    }

    fn io(&self, action: &'static str, source: io::Error) -> StoreError {
        StoreError::io(self.path.as_str(), action, source)
    }
}

fn is_missing(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}

/// Whether a folder, or the nearest one above it that exists, is marked read-only. Renaming would get round the mark
/// on a file, and the superuser round that on a folder; a mark is a person's wish.
fn is_read_only(folder: &Path) -> bool {
    let nearest = folder.ancestors().find_map(|folder| fs::metadata(folder).ok());
    nearest.is_some_and(|found| found.permissions().readonly())
}

/// A file that has its new content.
struct Replaced {
    path: RepoPath,
    place: PathBuf,
    folder: PathBuf,
    kept: Option<TempPath>,
}

/// Gives the files that were replaced their old content again.
fn undo(done: Vec<Replaced>, path: String, source: io::Error) -> StoreError {
    let mut saved = Vec::new();
    for replaced in done.into_iter().rev() {
        let undone = match replaced.kept {
            Some(kept) => put_in_place(kept, &replaced.place, &replaced.folder, true).is_ok(),
            None => !replaced.place.exists() || fs::remove_file(&replaced.place).is_ok(),
        };
        if !undone {
            saved.push(replaced.path.to_string());
        }
    }
    if source.kind() == io::ErrorKind::AlreadyExists && saved.is_empty() {
        return StoreError::ChangedOnDisk { path };
    }
    if saved.is_empty() { StoreError::io(&path, "saved", source) } else { StoreError::HalfSaved { saved, source } }
}

/// Makes the renames last. The contents are safe already, so what cannot be synced is no failure.
fn sync_folders(done: &[Replaced]) {
    let folders: BTreeMap<&Path, ()> = done.iter().map(|replaced| (replaced.folder.as_path(), ())).collect();
    for folder in folders.into_keys() {
        let _ = File::open(folder).and_then(|folder| folder.sync_all());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::RefCell;
    use std::time::Duration;
    use tempfile::TempDir;

    fn repo(files: &[(&str, &str)]) -> (TempDir, RepoRoot) {
        let dir = tempfile::tempdir().unwrap();
        let root = RepoRoot::open(dir.path()).unwrap();
        for (path, text) in files {
            fs::create_dir_all(root.dir().join(path).parent().unwrap()).unwrap();
            fs::write(root.dir().join(path), text).unwrap();
        }
        (dir, root)
    }

    /// Every file and folder below, with its content.
    fn all(folder: &Path) -> BTreeMap<String, String> {
        let mut found = BTreeMap::new();
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                found.insert(path.display().to_string(), "folder".to_owned());
                found.extend(all(&path));
            } else {
                found.insert(path.display().to_string(), fs::read_to_string(&path).unwrap());
            }
        }
        found
    }

    fn put<'a>(path: &'a str, old: Option<&str>, new: &'a str) -> Save<'a> {
        let expect = old.map_or(Expect::Absent, |old| Expect::Content(ContentHash::of(old.as_bytes())));
        Save { path, expect, content: Some(new.as_bytes()) }
    }

    fn remove<'a>(path: &'a str, old: &str) -> Save<'a> {
        Save { content: None, ..put(path, Some(old), "") }
    }

    fn read(root: &RepoRoot, path: &str) -> String {
        fs::read_to_string(root.dir().join(path)).unwrap()
    }

    /// Refused with these words, and nothing changed.
    fn refused(root: &RepoRoot, saves: &[Save<'_>], words: &str) {
        let before = all(root.dir());
        let error = root.save(saves).unwrap_err();
        assert!(error.to_string().contains(words), "{error}");
        assert_eq!(all(root.dir()), before);
    }

    #[test]
    fn several_files_are_saved_created_and_removed() {
        let (_dir, root) = repo(&[("a.yaml", "old"), ("b.yaml", "old")]);
        let saves = [put("a.yaml", Some("old"), "new"), put("specs/deep/c.yaml", None, "new"), remove("b.yaml", "old")];
        root.save(&saves).unwrap();
        let left: Vec<String> = all(root.dir()).into_values().collect();
        assert_eq!(left, ["new", "folder", "folder", "new"]);
    }

    #[test]
    fn what_changed_meanwhile_is_not_overwritten() {
        let (_dir, root) = repo(&[("a.yaml", "theirs"), ("b.yaml", "old")]);
        let second = put("b.yaml", Some("old"), "new");
        refused(&root, &[second, put("a.yaml", Some("old"), "new")], "changed on disk");
        refused(&root, &[second, put("a.yaml", None, "new")], "changed on disk");
        refused(&root, &[second, remove("a.yaml", "old")], "changed on disk");
        refused(&root, &[second, put("gone.yaml", Some("old"), "new")], "changed on disk");
        refused(&root, &[second, put("./b.yaml", Some("old"), "newer")], "twice");
        root.save(&[Save { expect: Expect::Anything, ..put("a.yaml", None, "ours") }]).unwrap();
        assert_eq!(read(&root, "a.yaml"), "ours");
    }

    #[test]
    fn a_change_between_the_looks_is_seen() {
        let (_dir, root) = repo(&[("a.yaml", "old")]);
        for (save, theirs) in [(put("a.yaml", Some("old"), "new"), "a.yaml"), (put("b.yaml", None, "new"), "b.yaml")] {
            let meanwhile = |step| match step {
                Step::Sync => fs::write(root.dir().join(theirs), "theirs"),
                _ => Ok(()),
            };
            let error = root.save_with(&[save], &meanwhile).unwrap_err();
            assert!(matches!(error, StoreError::ChangedOnDisk { .. }), "{error}");
            assert_eq!(read(&root, theirs), "theirs");
        }
        let at_the_last_moment = |step| match step {
            Step::Replace => fs::write(root.dir().join("c.yaml"), "theirs"),
            _ => Ok(()),
        };
        let error = root.save_with(&[put("c.yaml", None, "new")], &at_the_last_moment).unwrap_err();
        assert!(matches!(error, StoreError::ChangedOnDisk { .. }), "{error}");
        assert_eq!(all(root.dir()).into_values().collect::<Vec<_>>(), ["theirs"; 3]);
    }

    #[test]
    fn wherever_the_disk_fails_nothing_is_lost_and_nothing_is_left() {
        let (_dir, root) = repo(&[("a.yaml", "old"), ("b.yaml", "old"), ("c.yaml", "old")]);
        let before = all(root.dir());
        let saves = [
            put("a.yaml", Some("old"), "new"),
            put("x/y/new.yaml", None, "new"),
            remove("b.yaml", "old"),
            put("c.yaml", Some("old"), "new"),
        ];
        let mut steps = Vec::new();
        for failing in 0.. {
            let taken = RefCell::new(Vec::new());
            let full = |step| {
                taken.borrow_mut().push(step);
                if taken.borrow().len() > failing { Err(io::ErrorKind::StorageFull.into()) } else { Ok(()) }
            };
            let saved = root.save_with(&saves, &full);
            steps = taken.into_inner();
            match saved {
                Ok(()) => break,
                Err(error) => {
                    assert!(error.help().contains("disk is full"), "{error}");
                    assert_eq!(all(root.dir()), before, "{steps:?}");
                }
            }
        }
        assert_eq!(steps.iter().filter(|step| **step == Step::Replace).count(), 4);
        assert_eq!(read(&root, "a.yaml") + &read(&root, "x/y/new.yaml") + &read(&root, "c.yaml"), "newnewnew");
        assert!(!root.dir().join("b.yaml").exists());
    }

    #[test]
    fn what_is_half_saved_lies_out_of_the_way() {
        let (dir, root) = repo(&[("a.yaml", "old")]);
        let beside = tempfile::tempdir_in(dir.path().parent().unwrap()).unwrap();
        fs::write(beside.path().join("file"), "").unwrap();
        let saves = [put("a.yaml", Some("old"), "new"), put("x/b.yaml", None, "new")];
        for (rough, hidden) in [("rough/deep", true), ("file", false)] {
            fs::write(root.dir().join("a.yaml"), "old").unwrap();
            let _ = fs::remove_dir_all(root.dir().join("x"));
            let root = root.clone().with_rough(&beside.path().join(rough));
            let seen = RefCell::new(Vec::new());
            let look = |step| {
                if step == Step::Replace && seen.borrow().is_empty() {
                    seen.borrow_mut().extend(all(root.dir()).into_keys());
                }
                Ok(())
            };
            root.save_with(&saves, &look).unwrap();
            assert_eq!(!seen.borrow().iter().any(|path| path.contains(".casebook-")), hidden, "{seen:?}");
            assert_eq!(read(&root, "a.yaml") + &read(&root, "x/b.yaml"), "newnew");
            assert!(!all(beside.path()).into_keys().any(|path| path.contains(".casebook-")));
        }
    }

    #[cfg(unix)]
    #[test]
    fn modes_stay_and_new_files_are_plain() {
        use std::fs::Permissions;
        use std::os::unix::fs::PermissionsExt;
        let (_dir, root) = repo(&[("a.yaml", "old")]);
        let mode = |path: &str| fs::metadata(root.dir().join(path)).unwrap().permissions().mode() & 0o777;
        fs::set_permissions(root.dir().join("a.yaml"), Permissions::from_mode(0o640)).unwrap();
        fs::write(root.dir().join("usual"), "").unwrap();
        root.save(&[put("a.yaml", Some("old"), "new"), put("b.yaml", None, "new")]).unwrap();
        assert_eq!((mode("a.yaml"), mode("b.yaml")), (0o640, mode("usual")));
    }

    #[cfg(unix)]
    #[test]
    fn links_within_are_kept_and_links_out_are_refused() {
        use std::os::unix::fs::symlink;
        let (_dir, root) = repo(&[("real/a.yaml", "old")]);
        let outside = tempfile::tempdir().unwrap();
        fs::write(outside.path().join("a.yaml"), "old").unwrap();
        symlink("real/a.yaml", root.dir().join("link.yaml")).unwrap();
        symlink("real", root.dir().join("folder")).unwrap();
        symlink(outside.path(), root.dir().join("out")).unwrap();
        symlink("nowhere", root.dir().join("dangling.yaml")).unwrap();
        root.save(&[put("link.yaml", Some("old"), "new"), put("folder/b.yaml", None, "new")]).unwrap();
        assert_eq!(read(&root, "real/a.yaml") + &read(&root, "real/b.yaml"), "newnew");
        assert!(fs::symlink_metadata(root.dir().join("link.yaml")).unwrap().is_symlink());
        for (path, words) in
            [("out/a.yaml", "leaves"), ("out/x/new.yaml", "leaves"), ("dangling.yaml", "does not exist")]
        {
            let error = root.save(&[Save { expect: Expect::Anything, ..put(path, None, "new") }]).unwrap_err();
            assert!(error.to_string().contains(words), "{error}");
        }
        assert_eq!(fs::read_to_string(outside.path().join("a.yaml")).unwrap(), "old");
        assert_eq!(fs::read_dir(outside.path()).unwrap().count(), 1);
    }

    #[test]
    fn read_only_marks_are_respected() {
        let (_dir, root) = repo(&[("a.yaml", "old"), ("locked/b.yaml", "old")]);
        let mark = |path: &str, on: bool| {
            let mut permissions = fs::metadata(root.dir().join(path)).unwrap().permissions();
            permissions.set_readonly(on);
            fs::set_permissions(root.dir().join(path), permissions).unwrap();
        };
        mark("a.yaml", true);
        refused(&root, &[put("a.yaml", Some("old"), "new")], "read-only");
        if cfg!(unix) {
            mark("locked", true);
            refused(&root, &[put("locked/b.yaml", Some("old"), "new")], "read-only");
            refused(&root, &[put("locked/x/new.yaml", None, "new")], "read-only");
            refused(&root, &[remove("locked/b.yaml", "old")], "read-only");
            mark("locked", false);
        }
    }

    #[test]
    fn a_file_where_a_folder_should_be() {
        let (_dir, root) = repo(&[("specs", "a file"), ("gold/x", "")]);
        refused(&root, &[put("specs/a.yaml", None, "new")], "is a file, not a folder");
        refused(&root, &[put("gold", None, "new")], "is a folder, not a file");
        refused(&root, &[put("../x", None, "new")], "`..`");
    }

    #[test]
    fn what_a_killed_save_left_is_swept() {
        let (_dir, root) = repo(&[(".casebook-old.tmp", ""), (".casebook-new.tmp", ""), (".casebook-mine", "")]);
        let old = File::options().write(true).open(root.dir().join(".casebook-old.tmp")).unwrap();
        old.set_modified(old.metadata().unwrap().modified().unwrap() - Duration::from_secs(7200)).unwrap();
        root.save(&[put("a.yaml", None, "new")]).unwrap();
        assert!(!root.dir().join(".casebook-old.tmp").exists());
        assert!(root.dir().join(".casebook-new.tmp").exists() && root.dir().join(".casebook-mine").exists());
    }
}
