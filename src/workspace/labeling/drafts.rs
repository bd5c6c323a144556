//! Half-filled forms, kept where a crash cannot take them, outside the work tree.

use crate::store::{Journal, Recovered};
use crate::workspace::repo::{Environment, PolicyRepo};
use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// One text for each desk. Shared between threads, since keeping waits for the disk.
#[derive(Debug)]
pub struct Drafts {
    environment: Environment,
    inner: Mutex<Inner>,
}

#[derive(Debug)]
struct Inner {
    /// Without a place to write to, drafts last as long as the program.
    journal: Option<Journal>,
    kept: BTreeMap<String, String>,
}

impl Drafts {
    pub fn open(repo: &PolicyRepo, environment: &Environment) -> Drafts {
        let inner = Inner { journal: Journal::open(&repo.drafts_dir()).ok(), kept: BTreeMap::new() };
        Drafts { environment: environment.clone(), inner: Mutex::new(inner) }
    }

    /// What is kept under a key, be it from this program or from one that ended.
    pub fn get(&self, key: &str) -> Option<String> {
        let mut inner = self.lock();
        let Inner { journal, kept } = &mut *inner;
        let journal = journal.as_mut();
        let left: Vec<Recovered> =
            journal.iter().flat_map(|journal| journal.pending()).filter(|left| *left.file == *key).collect();
        if let (Some(journal), Some(newest)) = (journal, left.last()) {
            // Ours before the one that was left goes, so that no crash between can take it.
            if journal.record(key, None, &newest.text, newest.at).is_ok() {
                left.iter().for_each(|left| drop(journal.settle(left)));
            }
            kept.entry(key.to_owned()).or_insert_with(|| newest.text.clone());
        }
        kept.get(key).cloned()
    }

    /// Keeps a text, or forgets it. Waits for the disk: for other threads than the screen's.
    pub fn keep(&self, key: &str, text: Option<&str>) {
        let mut inner = self.lock();
        match text {
            Some(text) => inner.kept.insert(key.to_owned(), text.to_owned()),
            None => inner.kept.remove(key),
        };
        let Some(journal) = &mut inner.journal else { return };
        // A draft that cannot be written is missed only after a crash. Labels do not come this way.
        let _ = match text {
            Some(text) => journal.record(key, None, text, (self.environment.now)()),
            None => journal.clear(key),
        };
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
