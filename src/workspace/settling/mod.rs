//! Settling: which cases need a ruling, what there is to find about each, and the rulings themselves.
//!
//! A [`Queue`] is ranked once, in a job; [`Findings`] say of one case what an adjudicator has to know.

mod findings;
mod ground;
mod queue;
mod reason;
mod words;

pub use findings::{Differ, Findings, Voice};
pub use ground::{Appeals, Ground};
pub use queue::{Item, Queue};
pub use reason::{Reason, Reasons};

#[cfg(test)]
mod tests;
