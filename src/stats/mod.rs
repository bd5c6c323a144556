//! Intervals and tests; pure functions over numbers.
//!
//! Everything here takes counts and gives figures, or `None` where there is nothing to compute a figure
//! from: no function gives NaN or an infinity. Formulas name their source.
//!
//! - [`Proportion`]: one proportion and its interval (use [`Proportion::wilson`] unless there is a reason not to).
//! - [`Paired`]: the same cases read twice; the difference of the two proportions. [`Discordant`] holds the cases
//!   on which the two readings differ, and McNemar's tests.
//! - [`Independent`]: two proportions over different cases; their difference.
//! - [`cochran_q`]: the same cases read more than twice.
//! - [`bowker`], [`stuart_maxwell`]: a square table of counts compared with its transpose.
//! - [`agreement`]: how far labelers agree. [`consensus`]: what cases are by their labels, and how good each labeler is.
//! - [`enough`]: whether a figure is certain enough, and about how many more units it takes.
//! - [`Bootstrap`]: intervals by resampling, with [`Random`] numbers that a seed gives again.

pub mod agreement;
pub mod bootstrap;
pub mod cochran;
pub mod consensus;
pub mod enough;
pub mod independent;
pub mod interval;
pub mod mcnemar;
pub mod paired;
pub mod proportion;
pub mod random;
mod search;
mod special;
pub mod symmetry;

pub use bootstrap::Bootstrap;
pub use cochran::cochran_q;
pub use enough::{Enough, enough};
pub use independent::Independent;
pub use interval::{Alpha, ChiSquare, Interval};
pub use mcnemar::Discordant;
pub use paired::Paired;
pub use proportion::Proportion;
pub use random::Random;
pub use symmetry::{bowker, stuart_maxwell};
