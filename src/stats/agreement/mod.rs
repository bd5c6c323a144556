//! How far raters agree on units: labelers on cases.
//!
//! A [`Table`] holds who gave what, and [`ByRater`] the same rater by rater, [`SideBySide`] any two of them; [`Histograms`] how often each class was given, which is all
//! that most measures look at; [`Confusion`] two raters against each other. The measures:
//!
//! - [`percent`], and [`specific`] for one class;
//! - [`cohen`] for two raters and [`conger`] for more, [`fleiss`], [`gwet`], [`brennan_prediger`]: agreement beyond chance;
//! - [`krippendorff`] and [`krippendorff_ordinal`]: alpha, under a [`Distance`] between classes or between [`Sets`];
//! - [`across`]: the raters of one group against those of another.
//!
//! Where a figure cannot be told apart from chance, or there is nothing to compare, there is none but the reason: [`Undefined`].

pub mod across;
pub mod by_rater;
pub mod coefficient;
pub mod cohen;
pub mod confusion;
pub mod distance;
pub mod histograms;
pub mod krippendorff;
pub mod percent;
pub mod sets;
pub mod side_by_side;
pub mod table;
#[cfg(test)]
mod tests;

pub use across::{Across, across};
pub use by_rater::ByRater;
pub use coefficient::{Coefficient, brennan_prediger, conger, fleiss, gwet};
pub use cohen::{Kappa, cohen};
pub use confusion::Confusion;
pub use distance::Distance;
pub use histograms::{Cell, Histograms, Kind, Sample};
pub use krippendorff::{krippendorff, krippendorff_ordinal};
pub use percent::{percent, percent_of_pairs, specific, specific_by_label, unanimous};
pub use sets::Sets;
pub use side_by_side::{SideBySide, Together, both};
pub use table::Table;

/// Why there is no figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum Undefined {
    #[error("no case has two labels to compare")]
    NoPair,
    #[error("every label is the same, so agreement cannot be told from chance")]
    NoVariation,
    #[error("there is only one answer to choose from, so agreement cannot be told from chance")]
    OneClass,
    #[error("nobody gave this answer on a case with two labels")]
    Unused,
}
