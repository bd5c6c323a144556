//! What a round found: what was asked, who labeled, how far they agree, where they part and over which texts, what was
//! decided, and what became of the policy since.
//!
//! The content is put together once, as blocks; each form has a file that lays them out.

mod block;
mod content;
mod html;
mod markdown;
#[cfg(test)]
mod tests;
mod text;

use super::paint::Paint;
use super::replay::VersionName;
use crate::analyze::structure::Change;
use crate::policy::round::{Closed, Round};
use crate::policy::split::Split;

/// A round with all that is said of it.
#[derive(Debug)]
pub struct CalibrationReport<'a> {
    /// The policy's name.
    pub policy: &'a str,
    pub set: &'a str,
    pub round: &'a Round,
    pub closed: Option<&'a Closed>,
    /// How many cases the round has.
    pub cases: usize,
    pub labelers: Vec<Labeled<'a>>,
    pub figures: Vec<Figure<'a>>,
    pub exits: Vec<ExitState<'a>>,
    /// The cases of the round on which labelers part, the worst first; all of them.
    pub splits: &'a [Split],
    /// So many of them are told with their texts.
    pub told: usize,
    /// How many cases two labelers or more read.
    pub compared: usize,
    /// Whether sensitive texts and references to media are shown.
    pub uncover: bool,
    /// The version that the policy of the round is compared with.
    pub version: VersionName,
    /// What changed since the round was opened; in words why that is not known.
    pub changes: Result<&'a [Change], String>,
    /// Gives the same figures again.
    pub command: String,
}

/// How far one labeler is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Labeled<'a> {
    pub name: &'a str,
    /// How many cases are theirs.
    pub planned: usize,
    /// How many of them they read, or abstained from.
    pub done: usize,
    pub abstained: usize,
    /// Of the cases that they are to read twice: how many they read twice, and how many there are.
    pub repeated: (usize, usize),
    /// How long a case took them in the middle, in seconds.
    pub seconds: Option<u64>,
}

/// One figure of agreement.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Figure<'a> {
    pub field: &'a str,
    pub measure: &'a str,
    pub value: Option<f64>,
    /// The interval at 95 %.
    pub interval: Option<(f64, f64)>,
    pub used: usize,
    pub dropped: usize,
    /// In words; empty where none was dropped.
    pub why_dropped: &'a str,
    /// Why there is no figure.
    pub undefined: Option<&'a str>,
}

/// One exit criterion, and how the round stands to it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ExitState<'a> {
    pub measure: &'a str,
    pub field: &'a str,
    /// What the lower end of the interval must reach.
    pub needed: f64,
    pub low: Option<f64>,
    pub met: bool,
    /// About so many more cases are needed; `None` where it is met, or nobody can tell.
    pub more: Option<usize>,
}

/// For a terminal.
pub fn text(report: &CalibrationReport<'_>, paint: Paint) -> String {
    text::render(&content::title(report), &content::blocks(report), paint)
}

/// For a wiki, an issue, or a review.
pub fn markdown(report: &CalibrationReport<'_>) -> String {
    markdown::render(&content::title(report), &content::blocks(report))
}

/// One file that can be opened in a browser, printed and sent.
pub fn html(report: &CalibrationReport<'_>) -> String {
    html::render(&content::title(report), &content::blocks(report))
}
