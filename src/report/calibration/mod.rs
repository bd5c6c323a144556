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

use super::again::Again;
use super::paint::Paint;
use super::replay::VersionName;
use crate::agreement::round::{Found, OfRound};
use crate::analyze::structure::Change;
use crate::policy::Policy;
use crate::stats::Bootstrap;
use crate::vcs::Revision;
use serde_json::Value;

/// A round with all that is said of it.
#[derive(Debug)]
pub struct CalibrationReport<'a> {
    /// The policy's name.
    pub policy: &'a str,
    pub found: &'a Found,
    /// So many of the worst splits are told with their texts.
    pub told: usize,
    /// Whether sensitive texts and references to media are shown.
    pub uncover: bool,
    /// The version that the policy of the round is compared with.
    pub version: VersionName,
    /// What changed since the round was opened; in words why that is not known.
    pub changes: Result<&'a [Change], &'a str>,
    /// Gives the same figures again.
    pub again: Again<'a>,
    /// What intervals were resampled with.
    pub bootstrap: Bootstrap,
}

impl<'a> CalibrationReport<'a> {
    /// So many of the worst splits are told with their texts, unless asked otherwise.
    pub const TOLD: usize = 10;

    /// The report on what was found at a version. `commit` is the one that was looked at, or that the files on disk began from;
    /// `changed`, whether they differ from it.
    pub fn new(
        found: &'a Found,
        policy: &'a Policy,
        changes: &'a Result<Vec<Change>, String>,
        revision: &Revision,
        commit: Option<&'a str>,
        changed: bool,
    ) -> Self {
        CalibrationReport {
            policy: &policy.manifest.name,
            found,
            told: Self::TOLD,
            uncover: false,
            version: VersionName::of(revision),
            changes: changes.as_deref().map_err(String::as_str),
            again: Again::of_round(&found.set, &found.round.name, commit, changed),
            bootstrap: OfRound::BOOTSTRAP,
        }
    }
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
