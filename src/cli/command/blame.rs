use crate::cli::arguments::{TEXT_OR_JSON, at_least_one, one_of};
use crate::cli::environment::Context;
use crate::cli::output::{Failure, Output};
use crate::report::Format;
use crate::report::time::{self, BlameReport, BlameWords};
use crate::workspace::timeline::BlamedChange;

/// List the commits that changed what a clause decides
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(in crate::cli) struct Blame {
    /// The id of the clause
    clause: String,
    /// The version to begin at [default: HEAD]
    #[arg(long, value_name = "REV")]
    rev: Option<String>,
    /// Look at so many commits [default: all]
    #[arg(short = 'n', long, value_name = "N", value_parser = at_least_one())]
    limit: Option<usize>,
    #[arg(long, default_value = "text", value_parser = one_of(TEXT_OR_JSON), help = "How to print it")]
    format: Format,
}

const EXAMPLES: &str = "\
Examples:
  casebook blame bio-uplift            when its reach grew or shrank, and by which edit, of it or of another clause
  casebook blame bio-uplift -n 50

What counts is what the clause decides, in the whole space of decisions, not how it is worded: a clause that another one
overtakes is listed, one whose prose is polished is not.";

impl Blame {
    pub fn run(&self, context: &Context) -> Result<Output, Failure> {
        let repo = context.open()?;
        let revision = repo.resolve(self.rev.as_deref().unwrap_or("HEAD"))?;
        let mut timeline = repo.timeline(revision.commit(), self.limit, &context.progress)?;
        let found = timeline.blame(&self.clause, &context.progress)?;
        if found.changes.is_empty() {
            // A clause that never was is a slip of the pen; one that decides nothing is not.
            context.open()?.open_version(self.rev.as_deref(), &[], &context.progress)?.clause(&self.clause)?;
        }
        fn words(blamed: &BlamedChange) -> BlameWords<'_> {
            let BlamedChange { commit, change } = blamed;
            BlameWords {
                commit,
                gained: &change.gained,
                lost: &change.lost,
                turned: &change.turned,
                regions: &change.regions,
                own: &change.own,
                elsewhere: &change.elsewhere,
            }
        }
        let report = BlameReport {
            clause: &self.clause,
            commits: found.commits,
            changes: found.changes.iter().map(words).collect(),
        };
        Ok(Output::fine(match self.format {
            Format::Json => context.json(time::blame_json(&report)),
            _ => time::blame(&report, context.paint),
        }))
    }
}
