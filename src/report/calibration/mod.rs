//! What a round found: what was asked, who labeled, how far they agree, where they part and over which texts, what was
//! decided, and what became of the policy since.
//!
//! The content is put together once, as blocks; each form has a file that lays them out.

mod block;
mod content;
mod html;
mod json;
mod markdown;
#[cfg(test)]
mod tests;
mod text;

use super::paint::Paint;
use super::replay::VersionName;
use crate::agreement::Measure;
use crate::agreement::blame::Blame;
use crate::agreement::round::RoundStanding;
use crate::analyze::structure::Change;
use crate::policy::round::{Closed, PlanRow, Round};
use crate::policy::split::Split;
use serde_json::Value;

/// A round with all that is said of it.
#[derive(Debug)]
pub struct CalibrationReport<'a> {
    /// The policy's name.
    pub policy: &'a str,
    pub set: &'a str,
    pub round: &'a Round,
    pub closed: Option<&'a Closed>,
    /// Which cases it has, and who reads them.
    pub plan: &'a [PlanRow],
    /// How far the labelers are, how they do, and whether it is enough.
    pub standing: &'a RoundStanding,
    /// Every question that somebody answered, with its measures over all labelers.
    pub figures: &'a [(String, Vec<Measure>)],
    /// The cases of the round on which labelers part, the worst first; all of them.
    pub splits: &'a [Split],
    /// So many of them are told with their texts.
    pub told: usize,
    /// How many cases two labelers or more read.
    pub compared: usize,
    /// Which clauses and categories the cases touch on which labelers call for different behaviors.
    pub texts: &'a Blame,
    /// Whether sensitive texts and references to media are shown.
    pub uncover: bool,
    /// The version that the policy of the round is compared with.
    pub version: VersionName,
    /// What changed since the round was opened; in words why that is not known.
    pub changes: Result<&'a [Change], &'a str>,
    /// Gives the same figures again.
    pub command: String,
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

/// For scripts.
pub fn json(report: &CalibrationReport<'_>) -> Value {
    json::value(report)
}
