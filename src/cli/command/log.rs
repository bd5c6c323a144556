use crate::cli::arguments::{TEXT_OR_JSON, at_least_one, one_of};
use crate::cli::environment::Context;
use crate::cli::output::{Failure, Output};
use crate::report::{Format, history};
use crate::vcs::History;

/// List the commits of the policy, with what each did to the gold cases
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(in crate::cli) struct Log {
    /// Only commits that changed this file or folder, seen from the policy folder
    #[arg(value_name = "PATH")]
    path: Option<String>,
    /// Where to start: a branch, a tag, a commit [default: HEAD]
    #[arg(long, value_name = "REV")]
    rev: Option<String>,
    /// How many commits at most
    #[arg(short = 'n', long, value_name = "N", default_value_t = 20, value_parser = at_least_one())]
    limit: usize,
    #[arg(long, default_value = "text", value_parser = one_of(TEXT_OR_JSON), help = "How to print it")]
    format: Format,
}

const EXAMPLES: &str = "\
Examples:
  casebook log                             the last 20 commits
  casebook log specs/assistant.yaml -n 5   the last 5 that changed a spec
  casebook log --format json               for a script";

impl Log {
    pub fn run(&self, context: &Context) -> Result<Output, Failure> {
        let repo = context.open()?;
        let from = match &self.rev {
            Some(rev) => repo.resolve(rev)?.commit().cloned(),
            None => None,
        };
        let asked = History { from: from.as_ref(), path: self.path.as_deref(), limit: self.limit };
        let commits = repo.git_or_why()?.log(asked, &|| true)?;
        Ok(Output::fine(match self.format {
            Format::Json => context.json(history::log_json(&commits)),
            _ => history::log(&commits, context.paint),
        }))
    }
}
