//! A sign of life on standard error while long work goes on.

use crate::decide::Watch;
use std::io::{Write, stderr};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

/// Says how long it has been working, from the second second on, where standard error is a terminal.
#[derive(Debug)]
pub(super) struct Progress {
    shown: bool,
    since: Instant,
    /// The second that was last told; 0 before the first.
    told: AtomicU64,
}

impl Progress {
    pub fn new(shown: bool) -> Self {
        Progress { shown, since: Instant::now(), told: AtomicU64::new(0) }
    }

    /// Takes the line away again.
    pub fn clear(&self) {
        if self.told.swap(0, Ordering::Relaxed) > 0 {
            let _ = write!(stderr(), "\r\x1b[K");
        }
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
}
