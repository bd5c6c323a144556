use crate::cli::arguments::{TEXT_OR_JSON, one_of};
use crate::cli::environment::Context;
use crate::cli::output::{Failure, Output};
use crate::report::Format;
use crate::report::history::{self, StatusReport};
use crate::workspace::check::check;
use crate::workspace::compare::Request;

/// Where the work stands: branch, changed files, problems, measures
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(in crate::cli) struct Status {
    #[arg(long, default_value = "text", value_parser = one_of(TEXT_OR_JSON), help = "How to print it")]
    format: Format,
}

const EXAMPLES: &str = "\
Examples:
  casebook status
  casebook status --format json | jq .measures.agree.rate";

impl Status {
    pub fn run(&self, context: &Context) -> Result<Output, Failure> {
        let repo = context.open()?;
        let comparison = repo.compare(&Request::default(), &[], &context.progress)?;
        let problems = check(&comparison.head.version, &comparison.sets);
        let git = repo.git().map(|git| git.status()).transpose()?;
        let staled = repo.staled(&comparison, &context.progress)?;
        let report = StatusReport {
            policy: &comparison.replay.head.manifest.name,
            folder: &repo.root().dir().display().to_string(),
            git: git.as_ref(),
            git_trouble: repo.git_trouble().map(|trouble| format!("{trouble}. {}", trouble.help())),
            problems: &problems,
            replay: &comparison.replay,
            staled: &staled,
        };
        Ok(Output::fine(match self.format {
            Format::Json => context.json(history::status_json(&report)),
            _ => history::status(&report, context.paint),
        }))
    }
}
