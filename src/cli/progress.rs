//! A sign of life on standard error while long work goes on, and what it could not read.

use crate::decide::{LeftOut, Watch};
use std::collections::{BTreeMap, BTreeSet};
use std::io::{Write, stderr};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

/// Says how long it has been working, from the second second on, where standard error is a terminal.
#[derive(Debug)]
pub(super) struct Progress {
    shown: bool,
    since: Instant,
    /// The second that was last told; 0 before the first.
    told: AtomicU64,
    /// By part of the policy repo; of what was read twice, the most.
    left_out: Mutex<BTreeMap<String, LeftOut>>,
    warnings: Mutex<BTreeSet<String>>,
}

impl Progress {
    pub fn new(shown: bool) -> Self {
        Progress {
            shown,
            since: Instant::now(),
            told: AtomicU64::new(0),
            left_out: Mutex::default(),
            warnings: Mutex::default(),
        }
    }

    /// Takes the line away again.
    pub fn clear(&self) {
        if self.told.swap(0, Ordering::Relaxed) > 0 {
            let _ = write!(stderr(), "\r\x1b[K");
        }
    }

    /// Takes what there is to know of the result.
    pub fn take_warnings(&self) -> BTreeSet<String> {
        std::mem::take(&mut *self.warnings.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Takes what was left out as told, and gives all of it.
    pub fn take_left_out(&self) -> LeftOut {
        let parts = std::mem::take(&mut *self.left_out.lock().unwrap_or_else(PoisonError::into_inner));
        parts.values().fold(LeftOut::default(), |all, part| LeftOut {
            lines: all.lines + part.lines,
            files: all.files + part.files,
        })
    }
}

impl Watch for Progress {
    fn advance(&self, _amount: u64) {
        if !self.shown {
            return;
        }
        let seconds = self.since.elapsed().as_secs();
        // Whoever gets the second told tells it; the others go on working.
        if seconds > 0 && self.told.fetch_max(seconds, Ordering::Relaxed) < seconds {
            let _ = write!(stderr(), "\rreading and deciding, {seconds} s … (Ctrl-C stops)\x1b[K");
        }
    }

    fn left_out(&self, part: &str, what: LeftOut) {
        if what == LeftOut::default() {
            return;
        }
        let mut parts = self.left_out.lock().unwrap_or_else(PoisonError::into_inner);
        let known = parts.entry(part.to_owned()).or_default();
        *known = LeftOut { lines: known.lines.max(what.lines), files: known.files.max(what.files) };
    }

    fn warn(&self, words: String) {
        self.warnings.lock().unwrap_or_else(PoisonError::into_inner).insert(words);
    }
}
