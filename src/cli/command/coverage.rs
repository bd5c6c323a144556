use crate::cli::arguments::one_of;
use crate::cli::environment::Context;
use crate::cli::output::{Failure, Output};
use crate::replay::coverage::Coverage as Found;
use crate::report::Format;
use crate::report::coverage::{self, CoverageReport};
use crate::report::replay::VersionName;

/// Say what the gold cases show of the policy, and what they leave unsaid
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(in crate::cli) struct Coverage {
    /// Only this gold set; may be given several times
    #[arg(long = "set", value_name = "NAME")]
    sets: Vec<String>,
    /// The version to look at [default: the files on disk]
    #[arg(long, value_name = "REV")]
    rev: Option<String>,
    /// List at most so many of each kind (JSON lists all)
    #[arg(long, value_name = "N", default_value_t = 10)]
    limit: usize,
    #[arg(long, default_value = "text", value_parser = one_of(FORMATS), help = "How to print it")]
    format: Format,
}

const FORMATS: &[Format] = &[Format::Text, Format::Json, Format::Markdown];

const EXAMPLES: &str = "\
Examples:
  casebook coverage                   clauses, tests, boundaries and regions that cases show, and the best any policy could do
  casebook coverage --set core --limit 50
  casebook coverage --format markdown  a page for a meeting

A test is shown to matter by two cases: one that its clause decides only because of the test, and one that fails only this
test. `casebook suggest cases` drafts the cases that are missing.";

impl Coverage {
    pub fn run(&self, context: &Context) -> Result<Output, Failure> {
        let opened = context.open()?.open_version(self.rev.as_deref(), &self.sets, &context.progress)?;
        let (policy, sets) = (&opened.version.policy, opened.sets.gold());
        let report = CoverageReport {
            version: VersionName::of(&opened.revision),
            policy,
            sets: &sets,
            coverage: &Found::of(policy, &sets, &context.progress)?,
            limit: self.limit,
        };
        Ok(Output::fine(match self.format {
            Format::Json => context.json(coverage::json(&report)),
            Format::Markdown => coverage::markdown(&report),
            _ => coverage::text(&report, context.paint),
        }))
    }
}
