use crate::cli::arguments::{TEXT_OR_JSON, one_of};
use crate::cli::environment::Context;
use crate::cli::output::{Failure, Output};
use crate::report::Format;
use crate::report::time::{self, BisectReport, RuledWords, TurnWords};
use crate::workspace::timeline::Ruled;

/// Find the commit that gave a case its verdict
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(in crate::cli) struct Bisect {
    /// The id of the case
    case: String,
    /// The gold set to look in [default: all]
    #[arg(long, value_name = "NAME")]
    set: Option<String>,
    /// The version whose verdict is traced back [default: the files on disk]
    #[arg(long, value_name = "REV")]
    rev: Option<String>,
    #[arg(long, default_value = "text", value_parser = one_of(TEXT_OR_JSON), help = "How to print it")]
    format: Format,
}

const EXAMPLES: &str = "\
Examples:
  casebook bisect bio-0007                 since which commit it is decided as it is, and by which edit
  casebook bisect bio-0007 --rev v1.2      … as it was decided then

Nothing is checked out. The case is read everywhere as it is read at that version, so what is found is a change of the
policy, not of a label. A merge has a verdict from the side on which it is the same.";

impl Bisect {
    pub fn run(&self, context: &Context) -> Result<Output, Failure> {
        let repo = context.open()?;
        let found = repo.bisect(&self.case, self.set.as_deref(), self.rev.as_deref(), &context.progress)?;
        let turn = found.turn.as_ref().map(|turn| TurnWords {
            commit: turn.commit.as_ref(),
            before: turn.before.as_ref().map(words),
            after: words(&turn.after),
            edits: found.edits.clone(),
        });
        let report =
            BisectReport { set: &found.set, case: &found.case, now: words(&found.now), turn, decided: found.decided };
        Ok(Output::fine(match self.format {
            Format::Json => context.json(time::bisect_json(&report)),
            _ => time::bisect(&report, context.paint),
        }))
    }
}

pub(super) fn words(ruled: &Ruled) -> RuledWords {
    RuledWords {
        behavior: ruled.behavior.to_string(),
        clause: ruled.clause.as_ref().map(ToString::to_string),
        undetermined: ruled.undetermined,
    }
}
