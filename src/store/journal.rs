//! The recovery journal: edits that are not saved yet, kept where a crash cannot take them.

mod record;

use super::error::StoreError;
use super::hash::ContentHash;
use record::{Kind, Record};
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

/// The journal of one running casebook, and what earlier ones left when they were killed.
///
/// Each running casebook appends to a file of its own and holds a lock on it; the system takes the lock away when the
/// process ends, however it ends. So a journal that nobody holds is one whose owner is gone, and two running
/// casebooks never take each other's journals for crashes. Every record carries its length and its hash: a record
/// that was torn by a kill ends the reading, and those before it stand.
#[derive(Debug)]
pub struct Journal {
    folder: PathBuf,
    file: File,
    path: PathBuf,
    /// Bytes in `file`.
    length: u64,
    live: BTreeMap<Arc<str>, Live>,
    left: Vec<Left>,
}

/// An edit that was not saved before its casebook was killed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recovered {
    /// Relative to the policy folder.
    pub file: Arc<str>,
    /// The whole text as it stood.
    pub text: String,
    /// The content on disk that the edit began from; `None` where there was no file.
    pub base: Option<ContentHash>,
    /// When it was recorded, as the recorder said: seconds since 1970 in UTC.
    pub at: i64,
}

/// What this casebook would lose if it were killed now.
#[derive(Debug)]
struct Live {
    hash: ContentHash,
    record: Vec<u8>,
}

/// The journal of a casebook that is gone; locked by us for as long as it is ours to offer.
#[derive(Debug)]
struct Left {
    file: File,
    path: PathBuf,
    pending: Vec<Recovered>,
}

/// A journal is written anew when it is this long and mostly overtaken.
const ROOMY: u64 = 4 << 20;

impl Journal {
    /// Opens the journal of a policy in a folder outside its work tree, which is made where missing.
    pub fn open(folder: &Path) -> Result<Journal, StoreError> {
        Journal::try_open(folder).map_err(|source| StoreError::Journal { folder: folder.to_owned(), source })
    }

    fn try_open(folder: &Path) -> io::Result<Journal> {
        fs::create_dir_all(folder)?;
        // Held while journals appear and change places, so that a new one is never taken for one that was left.
        let gate = Gate::wait(folder)?;
        let left = if gate.is_some() { left_behind(folder)? } else { Vec::new() };
        let (file, path) = new_journal(folder)?;
        Ok(Journal { folder: folder.to_owned(), file, path, length: 0, live: BTreeMap::new(), left })
    }

    /// Keeps the text of a file that differs from what is on disk. Meant to be called about once a second while
    /// somebody types; a text that is recorded already costs nothing. `at` is in seconds since 1970 in UTC.
    pub fn record(&mut self, file: &str, base: Option<ContentHash>, text: &str, at: i64) -> Result<(), StoreError> {
        let hash = ContentHash::of(text.as_bytes());
        if self.live.get(file).is_some_and(|live| live.hash == hash) {
            return Ok(());
        }
        let record = Record { kind: Kind::Edit, file: file.into(), base, at, text: text.to_owned() }.write();
        self.append(&record)?;
        self.live.insert(file.into(), Live { hash, record });
        self.tidy()
    }

    /// Forgets the edit of a file: it was saved, or given up.
    pub fn clear(&mut self, file: &str) -> Result<(), StoreError> {
        if self.live.remove(file).is_none() {
            return Ok(());
        }
        self.append(&Record::cleared(file).write())?;
        self.tidy()
    }

    /// What all journals of a folder hold, those of running casebooks as well, oldest first. Nothing is taken from them.
    pub fn peek(folder: &Path) -> Vec<Recovered> {
        let texts = journals(folder).unwrap_or_default().into_iter().filter_map(|path| fs::read(path).ok());
        let mut held: Vec<Recovered> = texts.flat_map(|text| pending_in(&text)).collect();
        held.sort_by_key(|recovered| recovered.at);
        held
    }

    /// The edits that killed casebooks left, oldest first; the same file may stand in it more than once.
    pub fn pending(&self) -> Vec<Recovered> {
        let mut pending: Vec<Recovered> = self.left.iter().flat_map(|left| left.pending.iter().cloned()).collect();
        pending.sort_by_key(|recovered| recovered.at);
        pending
    }

    /// Stops offering an edit: it was taken into the editor, or turned down. One that was taken should be
    /// [recorded](Journal::record) first.
    pub fn settle(&mut self, settled: &Recovered) -> Result<(), StoreError> {
        let folder = self.folder.clone();
        let refuse = |source| StoreError::Journal { folder: folder.clone(), source };
        for left in &mut self.left {
            let before = left.pending.len();
            left.pending.retain(|pending| pending != settled);
            if left.pending.len() < before {
                left.file.write_all(&Record::cleared(&settled.file).write()).map_err(refuse)?;
                left.file.sync_data().map_err(refuse)?;
            }
            if left.pending.is_empty() {
                fs::remove_file(&left.path).or_else(unless_missing).map_err(refuse)?;
            }
        }
        self.left.retain(|left| !left.pending.is_empty());
        Ok(())
    }

    fn append(&mut self, record: &[u8]) -> Result<(), StoreError> {
        let mut write = || {
            self.file.write_all(record)?;
            self.file.sync_data()
        };
        match write() {
            Ok(()) => {
                self.length += record.len() as u64;
                Ok(())
            }
            Err(source) => {
                // Half a record would hide all that come after it.
                let _ = self.file.set_len(self.length);
                Err(StoreError::Journal { folder: self.folder.clone(), source })
            }
        }
    }

    /// Keeps the journal within a few times of what it has to hold.
    fn tidy(&mut self) -> Result<(), StoreError> {
        let needed: u64 = self.live.values().map(|live| live.record.len() as u64).sum();
        if self.length < ROOMY.max(needed * 4) {
            return Ok(());
        }
        self.rewrite(needed).map_err(|source| StoreError::Journal { folder: self.folder.clone(), source })
    }

    fn rewrite(&mut self, needed: u64) -> io::Result<()> {
        let Some(_gate) = Gate::wait(&self.folder)? else { return Ok(()) };
        let (mut file, path) = new_journal(&self.folder)?;
        let written =
            self.live.values().try_for_each(|live| file.write_all(&live.record)).and_then(|()| file.sync_data());
        if let Err(error) = written {
            let _ = fs::remove_file(path);
            return Err(error);
        }
        let old = std::mem::replace(&mut self.path, path);
        (self.file, self.length) = (file, needed);
        fs::remove_file(old).or_else(unless_missing)
    }
}

impl Drop for Journal {
    /// A journal with nothing in it is not left behind.
    fn drop(&mut self) {
        if self.live.is_empty() {
            let _ = fs::remove_file(&self.path);
        }
    }
}

const END: &str = ".journal";

/// How many journals of killed casebooks are looked at, and how long one may be.
const MOST_LEFT: usize = 1000;
const LONGEST: u64 = 1 << 30;

fn new_journal(folder: &Path) -> io::Result<(File, PathBuf)> {
    let new = tempfile::Builder::new().prefix("edits-").suffix(END).append(true).tempfile_in(folder)?;
    lock(new.as_file());
    new.keep().map_err(|failed| failed.error)
}

/// The journals of a folder, what was written to last behind the others: records of one second are told apart by that.
fn journals(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut paths: Vec<PathBuf> = fs::read_dir(folder)?
        .flatten()
        .filter(|entry| entry.file_name().to_str().is_some_and(|name| name.ends_with(END)))
        .filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_file()))
        .map(|entry| entry.path())
        .take(MOST_LEFT)
        .collect();
    paths.sort_by_cached_key(|path| (fs::metadata(path).and_then(|found| found.modified()).ok(), path.clone()));
    Ok(paths)
}

fn left_behind(folder: &Path) -> io::Result<Vec<Left>> {
    let mut left = Vec::new();
    for path in journals(folder)? {
        let Ok(file) = File::options().read(true).append(true).open(&path) else { continue };
        if !lock(&file) {
            continue;
        }
        if file.metadata()?.len() > LONGEST {
            continue;
        }
        let pending = pending_in(&fs::read(&path)?);
        if pending.is_empty() {
            let _ = fs::remove_file(path);
        } else {
            left.push(Left { file, path, pending });
        }
    }
    Ok(left)
}

/// The last edit of each file that was not cleared.
fn pending_in(mut journal: &[u8]) -> Vec<Recovered> {
    let mut last = BTreeMap::new();
    while let Some((record, rest)) = Record::read(journal) {
        journal = rest;
        match record.kind {
            Kind::Cleared => last.remove(&record.file),
            Kind::Edit => last.insert(Arc::clone(&record.file), record),
        };
    }
    let recovered = |Record { file, text, base, at, .. }| Recovered { file, text, base, at };
    last.into_values().map(recovered).collect()
}

fn unless_missing(error: io::Error) -> io::Result<()> {
    if error.kind() == io::ErrorKind::NotFound { Ok(()) } else { Err(error) }
}

/// Takes the lock of a file; false where another process has it, and where the file system has no locks: then nothing
/// is taken for left behind.
fn lock(file: &File) -> bool {
    file.try_lock().is_ok()
}

/// The lock on a journal folder, held for a moment.
struct Gate {
    _file: File,
}

impl Gate {
    /// `None` where somebody holds it for too long.
    fn wait(folder: &Path) -> io::Result<Option<Gate>> {
        let file = File::options().create(true).truncate(false).write(true).open(folder.join("lock"))?;
        for _ in 0..50 {
            if lock(&file) {
                return Ok(Some(Gate { _file: file }));
            }
            thread::sleep(Duration::from_millis(10));
        }
        Ok(None)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).unwrap();
        let mut names: Vec<String> = entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .filter(|name| name != "lock")
            .collect();
        names.sort();
        names
    }

    /// As a kill does it: nothing is tidied up, and the system lets go of the locks.
    fn kill(journal: Journal) {
        let Journal { file, left, .. } = &journal;
        file.unlock().unwrap();
        left.iter().for_each(|left| left.file.unlock().unwrap());
        std::mem::forget(journal);
    }

    fn texts(journal: &Journal) -> Vec<(String, String)> {
        journal.pending().into_iter().map(|found| (found.file.to_string(), found.text)).collect()
    }

    fn pair(file: &str, text: &str) -> (String, String) {
        (file.to_owned(), text.to_owned())
    }

    #[test]
    fn unsaved_edits_survive_a_kill_until_they_are_settled() {
        let dir = tempfile::tempdir().unwrap();
        let folder = dir.path().join("casebook/journal");
        let base = ContentHash::of(b"saved");
        let mut journal = Journal::open(&folder).unwrap();
        journal.record("a.yaml", Some(base), "one", 1).unwrap();
        journal.record("a.yaml", Some(base), "two\u{0}é", 2).unwrap();
        journal.record("b.yaml", None, "saved later", 3).unwrap();
        journal.record("c.yaml", None, "new", 1).unwrap();
        journal.clear("b.yaml").unwrap();
        kill(journal);

        let again = Journal::open(&folder).unwrap();
        let expect = Recovered { file: "a.yaml".into(), text: "two\u{0}é".into(), base: Some(base), at: 2 };
        assert_eq!(texts(&again), [pair("c.yaml", "new"), pair("a.yaml", "two\u{0}é")]);
        assert_eq!(again.pending().last(), Some(&expect));
        kill(again);

        let mut third = Journal::open(&folder).unwrap();
        third.settle(&expect).unwrap();
        assert_eq!(texts(&third), [pair("c.yaml", "new")]);
        kill(third);

        let mut last = Journal::open(&folder).unwrap();
        assert_eq!(texts(&last), [pair("c.yaml", "new")]);
        let rest = last.pending();
        rest.iter().for_each(|recovered| last.settle(recovered).unwrap());
        assert_eq!(last.pending(), []);
        drop(last);
        assert_eq!(names(&folder), [""; 0]);
    }

    #[test]
    fn two_running_casebooks_leave_each_other_alone() {
        let dir = tempfile::tempdir().unwrap();
        let mut first = Journal::open(dir.path()).unwrap();
        let second = Journal::open(dir.path()).unwrap();
        first.record("a.yaml", None, "first", 1).unwrap();
        let third = Journal::open(dir.path()).unwrap();
        assert_eq!((texts(&second), texts(&third)), (vec![], vec![]));
        kill(first);
        let (fourth, fifth) = (Journal::open(dir.path()).unwrap(), Journal::open(dir.path()).unwrap());
        assert_eq!(texts(&fourth), [pair("a.yaml", "first")]);
        assert_eq!(texts(&fifth), [], "what one offers the other does not");
    }

    #[test]
    fn recovered_edits_and_new_ones_do_not_mix() {
        let dir = tempfile::tempdir().unwrap();
        let mut journal = Journal::open(dir.path()).unwrap();
        journal.record("a.yaml", None, "lost", 1).unwrap();
        kill(journal);
        let mut journal = Journal::open(dir.path()).unwrap();
        journal.record("a.yaml", None, "typed since", 2).unwrap();
        journal.clear("a.yaml").unwrap();
        assert_eq!(texts(&journal), [pair("a.yaml", "lost")], "saving does not drop what was not looked at");
        journal.record("a.yaml", None, "typed again", 3).unwrap();
        kill(journal);
        let journal = Journal::open(dir.path()).unwrap();
        assert_eq!(texts(&journal), [pair("a.yaml", "lost"), pair("a.yaml", "typed again")]);
    }

    #[test]
    fn wherever_a_record_is_torn_the_one_before_stands() {
        let dir = tempfile::tempdir().unwrap();
        let mut journal = Journal::open(dir.path()).unwrap();
        journal.record("a.yaml", None, "good", 1).unwrap();
        let good = usize::try_from(journal.length).unwrap();
        journal.record("a.yaml", None, "better", 2).unwrap();
        let whole = fs::read(&journal.path).unwrap();
        for cut in good..whole.len() {
            let found = pending_in(&whole[..cut]);
            assert_eq!(found.len(), 1);
            assert_eq!(found[0].text, "good", "cut at {cut}");
        }
        assert_eq!(pending_in(&whole)[0].text, "better");
        for bent in good..whole.len() {
            let mut bad = whole.clone();
            bad[bent] ^= 0x40;
            assert_eq!(pending_in(&bad)[0].text, "good", "bent at {bent}");
        }
    }

    #[test]
    fn the_journal_stays_bounded() {
        let dir = tempfile::tempdir().unwrap();
        let mut journal = Journal::open(dir.path()).unwrap();
        journal.record("small.yaml", None, "kept", 0).unwrap();
        let text = "x".repeat(1 << 20);
        for n in 0..20 {
            journal.record("large.yaml", None, &format!("{n}{text}"), n).unwrap();
            assert!(fs::metadata(&journal.path).unwrap().len() <= ROOMY + (1 << 20) + 200);
        }
        assert_eq!(names(dir.path()).len(), 1);
        kill(journal);
        let again = Journal::open(dir.path()).unwrap();
        let found = texts(&again);
        assert_eq!((found[0].clone(), found[1].1.starts_with("19x")), (pair("small.yaml", "kept"), true));
    }

    #[test]
    fn a_text_that_is_recorded_already_is_not_written_again() {
        let dir = tempfile::tempdir().unwrap();
        let mut journal = Journal::open(dir.path()).unwrap();
        journal.record("a.yaml", None, "same", 1).unwrap();
        let length = journal.length;
        journal.record("a.yaml", None, "same", 2).unwrap();
        assert_eq!(journal.length, length);
    }

    #[test]
    fn hostile_journals_do_no_harm() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("x.journal"), [0xff; 100]).unwrap();
        fs::create_dir(dir.path().join("folder.journal")).unwrap();
        assert_eq!(Journal::open(dir.path()).unwrap().pending(), []);
        let error = Journal::open(&dir.path().join("lock/below")).unwrap_err();
        assert!(error.to_string().contains("recovery journal"), "{error}");
    }
}
