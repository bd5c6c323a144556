use super::replay::version;
use crate::cli::arguments::{TEXT_OR_JSON, one_of};
use crate::cli::environment::Context;
use crate::cli::output::{Failure, Output};
use crate::report::explain::{self, ExplainReport};
use crate::report::{Format, json_text};

/// Say why a case is decided as it is
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(in crate::cli) struct Explain {
    /// The id of the case
    case: String,
    /// The gold set to look in [default: all]
    #[arg(long, value_name = "NAME")]
    set: Option<String>,
    /// The version to decide it at [default: the files on disk]
    #[arg(long, value_name = "REV")]
    rev: Option<String>,
    /// Show the text of a sensitive case
    #[arg(long)]
    uncover: bool,
    #[arg(long, default_value = "text", value_parser = one_of(TEXT_OR_JSON), help = "How to print it")]
    format: Format,
}

const EXAMPLES: &str = "\
Examples:
  casebook explain bio-0007                 the clause that decided, and those that nearly did
  casebook explain bio-0007 --rev HEAD~1    … as it was one commit ago
  casebook explain bio-0007 --format json   the whole trace, for a script";

impl Explain {
    pub fn run(&self, context: &Context) -> Result<Output, Failure> {
        let repo = context.open()?;
        let found = repo.explain(&self.case, self.set.as_deref(), self.rev.as_deref(), &context.progress)?;
        let report = ExplainReport {
            version: version(&found.revision),
            policy: &found.policy,
            set: &found.set,
            case: &found.case,
            place: &found.place,
            gold: &found.gold,
            explanation: &found.explanation,
            standing: found.standing,
            uncover: self.uncover,
        };
        Ok(Output::fine(match self.format {
            Format::Json => json_text(&explain::json(&report)),
            _ => explain::text(&report, context.paint),
        }))
    }
}
