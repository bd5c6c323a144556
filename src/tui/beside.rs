//! Work beside the screen: how it is followed, and what its result changes.

use super::components::message::Severity;
use super::fixes;
use super::jobs::{Job, Kind};
use super::model::{Finish, Model};
use super::{quality, time};
use crate::decide::Watch;
use crate::workspace::WorkspaceError;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

/// Jobs that somebody asked for and waits for: they are seen running before others, and going back stops them.
pub const AWAITED: &[Kind] = &[fixes::KIND, time::KIND, quality::KIND];

/// A job as the watcher of long work.
pub struct Watched<'a> {
    job: &'a Job,
    done: AtomicU64,
    /// 0 where nobody knows.
    total: AtomicU64,
    /// What there is to know of the result.
    warnings: Mutex<Vec<String>>,
}

impl<'a> Watched<'a> {
    pub fn new(job: &'a Job) -> Self {
        Watched { job, done: AtomicU64::new(0), total: AtomicU64::new(0), warnings: Mutex::default() }
    }

    /// How much there is to do.
    #[must_use]
    pub fn of(self, total: u64) -> Self {
        Watched { total: AtomicU64::new(total), ..self }
    }

    /// Takes what there is to know of the result.
    pub fn take_warnings(&self) -> Vec<String> {
        std::mem::take(&mut *self.warnings.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Watch for Watched<'_> {
    fn expect(&self, steps: u64) {
        self.done.store(0, Ordering::Relaxed);
        self.total.store(steps, Ordering::Relaxed);
    }

    fn advance(&self, amount: u64) {
        let done = self.done.fetch_add(amount, Ordering::Relaxed) + amount;
        self.job.progress(done, self.total.load(Ordering::Relaxed));
    }

    fn cancelled(&self) -> bool {
        self.job.is_cancelled()
    }

    fn warn(&self, words: String) {
        self.warnings.lock().unwrap_or_else(PoisonError::into_inner).push(words);
    }
}

/// The change of the model that a result makes; what was cancelled makes none.
pub fn finish<T: Send + 'static>(
    result: Result<T, WorkspaceError>,
    then: impl FnOnce(&mut Model, T) + Send + 'static,
) -> Finish {
    Box::new(move |model| match result {
        Ok(value) => then(model, value),
        Err(WorkspaceError::Cancelled) => {}
        Err(error) => model.say(Severity::Error, format!("{error}. {}", error.help())),
    })
}
