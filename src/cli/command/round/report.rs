//! What a round found.

use crate::cli::arguments::one_of;
use crate::cli::environment::Context;
use crate::cli::output::{Failure, Output};
use crate::report::Format;
use crate::report::calibration::{self, CalibrationReport};
use crate::vcs::Revision;

#[derive(Debug, clap::Args)]
pub(super) struct Report {
    /// The name of the round
    name: String,
    #[arg(long, value_name = "NAME", help = "The gold set")]
    set: String,
    /// How many of the worst splits are told with their texts
    #[arg(long, value_name = "N", default_value_t = CalibrationReport::TOLD)]
    splits: usize,
    /// Show sensitive texts and references to media
    #[arg(long)]
    uncover: bool,
    /// The version to report on: a branch, a tag, a commit [default: the files on disk]
    #[arg(long, value_name = "REV")]
    rev: Option<String>,
    #[arg(long, default_value = "text", value_parser = one_of(FORMATS), help = "How to print it")]
    format: Format,
}

const FORMATS: &[Format] = &[Format::Text, Format::Markdown, Format::Html, Format::Json];

impl Report {
    pub fn run(&self, context: &Context) -> Result<Output, Failure> {
        let repo = context.open()?;
        let revision = repo.resolve(self.rev.as_deref().unwrap_or(Revision::WORKTREE))?;
        let origin = repo.origin(revision.clone())?;
        let found = repo.round_report(&self.set, &self.name, &revision, &context.progress)?;
        let report = CalibrationReport {
            told: self.splits,
            uncover: self.uncover,
            ..CalibrationReport::new(
                &found.found,
                &found.policy,
                &found.changes,
                &found.revision,
                origin.commit.as_deref(),
                origin.changed,
            )
        };
        Ok(Output::fine(match self.format {
            Format::Json => context.json(calibration::json(&report)),
            Format::Markdown => calibration::markdown(&report),
            Format::Html => calibration::html(&report),
            _ => calibration::text(&report, context.paint),
        }))
    }
}
