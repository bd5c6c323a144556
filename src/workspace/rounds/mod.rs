//! Rounds of a gold set: opened with a plan, labeled by their labelers, measured, closed.
//!
//! A round lies in `gold/<set>/rounds/<round>/`. Everything about it that is left to chance follows from its seed.

mod load;
mod vault;

pub use load::LoadedRound;
pub(in crate::workspace) use load::load;
pub(in crate::workspace) use vault::{Vault, VaultLine};
