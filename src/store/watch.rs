//! Hearing of changes that others make to the policy files.

use super::error::StoreError;
use super::path::RepoPath;
use super::root::RepoRoot;
use super::save::is_temporary;
use notify::event::{EventKind, ModifyKind};
use notify::{Config, Event, RecommendedWatcher, RecursiveMode, Watcher as _};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::thread;
use std::time::{Duration, Instant};

/// What may have changed on disk. Compare contents: our own saves are heard as well.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Changes {
    /// Files and folders, relative to the policy folder, in the order of their names.
    Files(Vec<Arc<str>>),
    /// More than could be followed: look at everything again.
    Everything,
}

/// Listens for changes for as long as it is kept.
pub struct Watcher {
    _system: RecommendedWatcher,
}

/// A burst ends when nothing came for this long, or when it has lasted that long.
const QUIET: Duration = Duration::from_millis(60);
const LONGEST: Duration = Duration::from_millis(500);
const MOST_FILES: usize = 1000;

impl Watcher {
    /// Listens in the policy folder itself, in the folders of the files among `places`, and in the folders among them
    /// with all that is below. `on_change` is called on a thread of its own, once for each burst of changes.
    ///
    /// Where it fails nothing is heard, and nothing else suffers: saving compares contents in any case.
    pub fn start(
        root: &RepoRoot,
        places: &[&str],
        on_change: impl FnMut(Changes) + Send + 'static,
    ) -> Result<Watcher, StoreError> {
        let (sender, receiver) = sync_channel(4096);
        let dir = root.dir().to_owned();
        let heard = move |event| {
            let _ = sender.send(changes_of(&dir, event));
        };
        let config = Config::default().with_follow_symlinks(false);
        let mut system = RecommendedWatcher::new(heard, config).map_err(refuse)?;
        for (folder, mode) in folders(root, places) {
            system.watch(&folder, mode).map_err(refuse)?;
        }
        let told = thread::Builder::new().name("watch".to_owned()).spawn(move || tell(&receiver, on_change));
        told.map_err(|error| StoreError::Watch { reason: error.to_string() })?;
        Ok(Watcher { _system: system })
    }
}

fn refuse(error: notify::Error) -> StoreError {
    StoreError::Watch { reason: error.to_string() }
}

fn folders(root: &RepoRoot, places: &[&str]) -> BTreeMap<PathBuf, RecursiveMode> {
    let mut folders = BTreeMap::from([(root.dir().to_owned(), RecursiveMode::NonRecursive)]);
    for path in places.iter().filter_map(|place| RepoPath::parse(place).ok()) {
        let place = root.dir().join(path.as_str());
        if root.resolve(&path).is_ok_and(|found| found.is_dir()) {
            folders.insert(place, RecursiveMode::Recursive);
        } else if let Some(folder) = place.ancestors().skip(1).find(|folder| folder.is_dir()) {
            folders.entry(folder.to_owned()).or_insert(RecursiveMode::NonRecursive);
        }
    }
    folders
}

fn changes_of(dir: &Path, event: notify::Result<Event>) -> Changes {
    let event = match event {
        Ok(event) if event.need_rescan() => return Changes::Everything,
        Ok(event) => event,
        Err(_) => return Changes::Everything,
    };
    if matches!(event.kind, EventKind::Access(_) | EventKind::Modify(ModifyKind::Metadata(_))) {
        return Changes::Files(Vec::new());
    }
    Changes::Files(event.paths.iter().filter_map(|path| name_within(dir, path)).collect())
}

fn name_within(dir: &Path, path: &Path) -> Option<Arc<str>> {
    let parts: Option<Vec<&str>> = path.strip_prefix(dir).ok()?.iter().map(|part| part.to_str()).collect();
    let path = RepoPath::parse(&parts?.join("/")).ok()?;
    let temporary = path.as_str().rsplit('/').next().is_some_and(is_temporary);
    (!temporary).then(|| path.shared())
}

/// Gathers bursts and passes them on until the watcher is gone.
fn tell(heard: &Receiver<Changes>, mut on_change: impl FnMut(Changes)) {
    while let Ok(first) = heard.recv() {
        let mut burst = Burst::default();
        burst.add(first);
        let began = Instant::now();
        while began.elapsed() < LONGEST {
            match heard.recv_timeout(QUIET) {
                Ok(more) => burst.add(more),
                Err(RecvTimeoutError::Timeout) => break,
                Err(RecvTimeoutError::Disconnected) => return,
            }
        }
        if let Some(changes) = burst.end() {
            on_change(changes);
        }
    }
}

#[derive(Default)]
struct Burst {
    files: BTreeSet<Arc<str>>,
    everything: bool,
}

impl Burst {
    fn add(&mut self, changes: Changes) {
        match changes {
            Changes::Everything => self.everything = true,
            Changes::Files(files) => self.files.extend(files),
        }
        if self.files.len() > MOST_FILES {
            self.everything = true;
            self.files.clear();
        }
    }

    fn end(self) -> Option<Changes> {
        match self {
            Burst { everything: true, .. } => Some(Changes::Everything),
            Burst { files, .. } if files.is_empty() => None,
            Burst { files, .. } => Some(Changes::Files(files.into_iter().collect())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use std::sync::mpsc::channel;

    #[test]
    fn changes_by_others_are_heard_in_bursts() {
        let dir = tempfile::tempdir().unwrap();
        let root = RepoRoot::open(dir.path()).unwrap();
        for folder in ["specs", "gold/core", "elsewhere", ".git"] {
            fs::create_dir_all(root.dir().join(folder)).unwrap();
        }
        let (sender, receiver) = channel();
        let places = ["specs/a.yaml", "gold", "not/there.yaml", "../x"];
        let watcher = Watcher::start(&root, &places, move |changes| sender.send(changes).unwrap()).unwrap();
        let quiet = ["elsewhere/x", ".git/index", ".casebook-1.tmp"];
        let loud = ["casebook.yaml", "gold/core/cases.jsonl", "specs/a.yaml"];
        for path in quiet.iter().chain(&loud) {
            fs::write(root.dir().join(path), "x").unwrap();
        }
        let mut heard = BTreeSet::new();
        while heard.len() < loud.len() {
            match receiver.recv_timeout(Duration::from_secs(10)).unwrap() {
                Changes::Files(files) => heard.extend(files),
                Changes::Everything => panic!("{heard:?}"),
            }
        }
        assert_eq!(heard.iter().map(|file| &**file).collect::<Vec<_>>(), loud);
        drop(watcher);
        let end = (0..100).find_map(|_| receiver.recv_timeout(Duration::from_secs(10)).err());
        assert_eq!(end, Some(RecvTimeoutError::Disconnected), "the thread ends with the watcher");
    }

    #[test]
    fn a_flood_becomes_one_word() {
        let mut burst = Burst::default();
        assert_eq!(Burst::default().end(), None);
        for n in 0..=MOST_FILES {
            burst.add(Changes::Files(vec![n.to_string().into()]));
        }
        assert_eq!(burst.end(), Some(Changes::Everything));
        let lost = Event::new(EventKind::Other).set_flag(notify::event::Flag::Rescan);
        assert_eq!(changes_of(Path::new("/"), Ok(lost)), Changes::Everything);
    }

    #[test]
    fn what_cannot_be_watched_is_told() {
        let dir = tempfile::tempdir().unwrap();
        let root = RepoRoot::open(dir.path()).unwrap();
        fs::remove_dir(root.dir()).unwrap();
        assert!(matches!(Watcher::start(&root, &[], |_| ()), Err(StoreError::Watch { .. })));
    }
}
