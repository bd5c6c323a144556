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
