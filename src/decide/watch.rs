//! Following long work, and stopping it.

use std::sync::atomic::{AtomicBool, Ordering};

/// What a caller hands to long work. Called from several threads, often: keep it cheap.
pub trait Watch: Sync {
    /// A new part of the work begins, of so many steps.
    fn expect(&self, _steps: u64) {}

    /// So much more is done: bytes when reading, distinct situations when deciding.
    fn advance(&self, _amount: u64) {}

    /// Whether to stop at the next chance.
    fn cancelled(&self) -> bool {
        false
    }

    /// What of one part of the policy repo (`gold/core`, `editorial`) could not be read and is left out. A part may be read, and
    /// told of, more than once.
    fn left_out(&self, _part: &str, _what: LeftOut) {}

    /// What whoever waits has to know of the result, a sentence without its full stop. It may be told more than once.
    fn warn(&self, _words: String) {}
}

/// How much could not be read, and counts for nothing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct LeftOut {
    /// Lines of files that could be read.
    pub lines: u64,
    /// Files and folders.
    pub files: u64,
}

/// Nobody watches, nothing stops the work.
pub struct Unwatched;

impl Watch for Unwatched {}

/// Set to `true`, it stops the work.
impl Watch for AtomicBool {
    fn cancelled(&self) -> bool {
        self.load(Ordering::Relaxed)
    }
}

/// The work was stopped before it was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("stopped before it was done")]
pub struct Cancelled;
