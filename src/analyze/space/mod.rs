//! The decision space: everything that a policy can be asked, and exactly what it answers.
//!
//! One ruling looks at one category, one severity, one target and the facets of the case, so a policy is a function
//! over a finite space. [`Space`] holds the dimensions and the functions over them as diagrams; [`Regions`] is a policy
//! compiled into it; [`Space::cover`] says a set of points in few plain conditions. Nothing here samples.

mod again;
mod cells;
mod cover;
mod diagram;
mod difference;
mod edited;
mod exact;
mod gold;
mod grid;
mod intent;
mod layout;
mod open;
mod point;
mod predicate;
mod regions;
mod say;
mod spell;
mod words;

pub use again::saying;
pub use cells::{Cells, TierCells, Unvisited};
pub use cover::Region;
pub use diagram::{EMPTY, FULL, Node};
pub use difference::{Changed, Difference};
pub use edited::Edited;
pub use exact::{Decider, Exact, Taken};
pub use gold::{CaseAt, situations};
pub use grid::{Across, Column, Grid, Row};
pub use intent::{MeantChange, common_words};
pub use layout::{Detail, Points, Space, share, thousands};
pub use open::Open;
pub use regions::{Ranked, Regions, in_order};
pub use words::Lens;

/// A policy whose space is too large to be known exactly.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the policy has too many facets, values and tests to be analysed exactly")]
pub struct TooLarge;

#[cfg(test)]
pub(crate) mod tests;
