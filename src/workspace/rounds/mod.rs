//! Rounds of a gold set: opened with a plan, labeled by their labelers, closed.
//!
//! A round lies in `gold/<set>/rounds/<round>/`. Everything about it that is left to chance follows from its seed.

mod close;
mod load;
mod open;
mod report;
mod standing;
mod strangers;
mod vault;
mod wanted;

pub use close::ClosedNow;
pub use load::LoadedRound;
pub(in crate::workspace) use load::{load, problems};
pub use open::OpenedRound;
pub(in crate::workspace) use open::find_round;
pub use report::RoundReport;
pub use strangers::Stranger;
pub(in crate::workspace) use vault::{Vault, VaultLine};
pub use wanted::{ASKED, Asked, Wanted, about, asked_of};
