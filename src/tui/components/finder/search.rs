//! Searching by what is written, on a thread beside the screen.

use super::Found;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;

/// Finds by what is written instead of by letters: takes what was typed and gives what says it, best first. May take a while, so it
/// is asked on a thread of its own.
pub type Search<T> = dyn Fn(&str) -> Vec<Found<T>> + Send + Sync;

/// What is searched for beside the screen.
pub(super) struct Searching<T> {
    search: Arc<Search<T>>,
    state: Arc<Mutex<SearchState<T>>>,
}

struct SearchState<T> {
    /// What is to be searched for next.
    wanted: Option<String>,
    /// A thread is at it.
    running: bool,
    /// What was searched for last, and what was found.
    found: Option<(String, Vec<Found<T>>)>,
}

impl<T: Send + 'static> Searching<T> {
    pub fn new(search: Arc<Search<T>>) -> Self {
        let state = SearchState { wanted: None, running: false, found: None };
        Searching { search, state: Arc::new(Mutex::new(state)) }
    }

    /// Searches for the latest of what is asked for; what was asked meanwhile is passed over.
    pub fn ask(&self, words: &str, notify: &Arc<dyn Fn() + Send + Sync>) {
        let mut state = lock(&self.state);
        state.wanted = Some(words.to_owned());
        if std::mem::replace(&mut state.running, true) {
            return;
        }
        let (search, shared, notify) = (self.search.clone(), self.state.clone(), notify.clone());
        let started = thread::Builder::new().name("search".into()).spawn(move || {
            loop {
                let wanted = {
                    let mut state = lock(&shared);
                    let wanted = state.wanted.take();
                    state.running = wanted.is_some();
                    wanted
                };
                let Some(words) = wanted else { return };
                let found = search(&words);
                lock(&shared).found = Some((words, found));
                notify();
            }
        });
        if started.is_err() {
            // Letters find it all the same.
            state.running = false;
        }
    }

    /// What was found, once, where it is for these words.
    pub fn found(&self, words: &str) -> Option<Vec<Found<T>>> {
        let found = lock(&self.state).found.take_if(|(asked, _)| *asked == words);
        found.map(|(_, found)| found)
    }
}

pub(super) fn lock<V>(state: &Mutex<V>) -> MutexGuard<'_, V> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}
