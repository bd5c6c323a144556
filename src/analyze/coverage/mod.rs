//! What the gold sets say of a policy, and what they leave unsaid.
//!
//! [`Labeled`] is what the labels call for at each point of the decision space; from it come contradictions and the
//! [`Ceiling`], the clauses and tests that cases exercise, and the boundaries that they stand on either side of.

mod ceiling;
mod exercise;
mod labeled;
mod wanted;

pub use ceiling::{Ceiling, Lost};
pub use exercise::{Boundary, ClauseExercise, Exercise, TestExercise};
pub use labeled::{Alike, Labeled};
pub use wanted::{Goal, Room, Wanted, wanted};

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;
