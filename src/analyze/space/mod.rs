//! The decision space: everything that a policy can be asked, and exactly what it answers.
//!
//! One ruling looks at one category, one severity, one target and the facets of the case, so a policy is a function
//! over a finite space. [`Space`] holds the dimensions and the functions over them as diagrams; [`Regions`] is a policy
//! compiled into it; [`Space::cover`] says a set of points in few plain conditions. Nothing here samples.

mod again;
mod cell_name;
mod cells;
mod count;
mod cover;
mod diagram;
mod difference;
mod edited;
mod exact;
mod gold;
mod grid;
mod intent;
mod layout;
mod one_sided;
mod open;
mod point;
mod predicate;
mod regions;
mod say;
mod spell;
mod tell;
mod tidy;
mod within;
mod words;

pub use again::saying;
pub use cell_name::{CellName, FacetIs};
pub use cells::{Cells, TierCells, Unvisited};
pub use count::Counter;
pub use cover::Region;
pub use diagram::{EMPTY, FULL, Node};
use diagram::{MOST_LEVELS, MOST_NODES};
pub use difference::{Changed, Difference};
pub use edited::Edited;
pub use exact::{Decider, Exact, Taken};
pub use gold::{CaseAt, situations};
pub use grid::{Across, Column, Grid, Row};
pub use intent::{MeantChange, common_words};
pub use layout::{Detail, Points, Space, points_words, share, thousands};
pub use one_sided::one_sided;
pub use open::{Hole, Open, What};
pub use regions::{Ranked, Regions, in_order};
pub use tell::{Of, Side};
pub use words::Lens;

/// A policy whose space is too large to be known exactly.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the policy has too many facets, values and tests to be analysed exactly")]
pub struct TooLarge;

impl TooLarge {
    /// What a person can do where two versions cannot be compared exactly.
    pub const VERSIONS_HELP: &str = "The less two texts differ, the smaller their common table: compare commit by commit, such as \
         `casebook diff HEAD~1..HEAD --decisions`. Text, structure and outcomes have no such limit.";

    /// How large a space may be, in words.
    pub fn limit() -> String {
        let [levels, nodes] = [MOST_LEVELS, MOST_NODES].map(|most| thousands(&Points::from(most)));
        format!("{levels} levels of questions and a table of {nodes} different entries")
    }

    /// What is said of two versions whose common space is too large.
    pub fn versions() -> String {
        format!("the two versions together are too large to be compared exactly: the limit is {}", Self::limit())
    }
}

#[cfg(test)]
pub(crate) mod tests;
