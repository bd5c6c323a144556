//! Settling: which cases need a ruling, what there is to find about each, and the rulings themselves.
//!
//! A [`Queue`] is ranked once, in a job; [`Findings`] say of one case what an adjudicator has to know, a [`Draft`] becomes
//! the ruling, and a [`Bench`] writes it down. A [`Batch`] settles what everybody agrees on.

mod against;
mod appeals;
mod batch;
mod bench;
mod court;
mod draft;
mod findings;
mod ground;
mod queue;
mod reason;
mod words;

pub use against::{Against, rule};
pub use appeals::appeals;
pub use batch::Batch;
pub use bench::Bench;
pub use court::Court;
pub use draft::{Choice, Draft, Lacks, Relation};
pub use findings::{Differ, Findings, Voice};
pub use ground::{ByCase, Ground, Marks};
pub use queue::{Item, Queue};
pub use reason::{Reason, Reasons};

#[cfg(test)]
mod tests;
