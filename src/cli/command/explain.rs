use crate::cli::arguments::{TEXT_OR_JSON, one_of};
use crate::cli::environment::Context;
use crate::cli::output::{Failure, Output};
use crate::decide::what_if::what_if;
use crate::report::Format;
use crate::report::explain::{self, ExplainReport};
use crate::report::replay::VersionName;

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
    /// Look for the single edits of the policy that would right the case
    #[arg(long)]
    fixes: bool,
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
  casebook explain bio-0007 --fixes         … and which single edits would right it, at what price
  casebook explain bio-0007 --format json   the whole trace, for a script";

/// So many ways in which the verdict would flip are looked for.
const MOST_FLIPS: usize = 40;
/// So many readings are decided at most to find them.
const EFFORT: usize = 1_000_000;

impl Explain {
    pub fn run(&self, context: &Context) -> Result<Output, Failure> {
        let repo = context.open()?;
        let found = repo.explain(&self.case, self.set.as_deref(), self.rev.as_deref(), &context.progress)?;
        let reading = found.gold.reading.clone().unwrap_or_default();
        let fixes = match self.fixes {
            true => Some(repo.fixes(&found, &context.progress)?),
            false => None,
        };
        let report = ExplainReport {
            version: VersionName::of(&found.revision),
            policy: &found.policy,
            set: &found.set,
            case: &found.case,
            place: &found.place,
            gold: &found.gold,
            explanation: &found.explanation,
            standing: found.standing,
            said: &found.said,
            state: &found.state,
            uncover: self.uncover,
            what_if: &what_if(&found.policy, &reading, MOST_FLIPS, EFFORT),
            fixes: fixes.as_deref(),
        };
        Ok(Output::fine(match self.format {
            Format::Json => context.json(explain::json(&report)),
            _ => explain::text(&report, context.paint),
        }))
    }
}
