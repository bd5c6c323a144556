use crate::cli::arguments::one_of;
use crate::cli::environment::Context;
use crate::cli::output::{Failure, Output};
use crate::report::Format;
use crate::report::again::Again;
use crate::report::agreement::{self, AgreementReport};
use crate::stats::Bootstrap;
use crate::workspace::agreement::{Origin, Request};

/// Say how far the labelers of a gold set agree, where they do not, and why
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(in crate::cli) struct AgreementCommand {
    #[command(flatten)]
    labels: LabelOptions,
    /// What they are compared on: harms, severity, behavior, observed, or a facet
    #[arg(long, value_name = "FIELD")]
    field: String,
    /// For the intervals that come from resampling: the same seed gives the same
    #[arg(long, value_name = "N", default_value_t = 0)]
    seed: u64,
    #[arg(long, default_value = "text", value_parser = one_of(FORMATS), help = "How to print it")]
    format: Format,
}

/// Which labels a command looks at.
#[derive(Debug, clap::Args)]
pub(super) struct LabelOptions {
    /// The gold set
    #[arg(long, value_name = "NAME")]
    set: String,
    /// Only the labels of this round
    #[arg(long, value_name = "ROUND")]
    round: Option<String>,
    /// Only the labels of these labelers, with commas between them
    #[arg(long, value_name = "A,B", value_delimiter = ',')]
    labelers: Option<Vec<String>>,
    /// The version to look at [default: the files on disk]
    #[arg(long, value_name = "REV")]
    rev: Option<String>,
}

const FORMATS: &[Format] = &[Format::Text, Format::Json, Format::Markdown];

const EXAMPLES: &str = "\
Examples:
  casebook agreement --set core --field behavior                    everybody, each pair, each behavior
  casebook agreement --set core --field severity --round 2026-11-a  one round
  casebook agreement --set core --field harms --labelers ana,bo     two labelers
  casebook agreement --set core --field intent --format json        a facet, for a script

docs/agreement.md says in plain words what each figure means and which to look at.";

impl AgreementCommand {
    pub fn run(&self, context: &Context) -> Result<Output, Failure> {
        let request = self.labels.request(&self.field);
        let bootstrap = Bootstrap { seed: self.seed, ..Bootstrap::default() };
        let (origin, found) = context.open()?.agreement(&request, bootstrap, &context.progress)?;
        let options =
            vec![("--set", request.set.clone()), ("--field", request.field.clone()), ("--seed", self.seed.to_string())];
        let report = AgreementReport {
            agreement: &found,
            field: &request.field,
            again: self.labels.again("agreement", options, &origin),
            seed: bootstrap.seed,
            replicates: bootstrap.replicates,
        };
        Ok(Output::fine(match self.format {
            Format::Json => context.json(agreement::json(&report)),
            Format::Markdown => agreement::markdown(&report),
            _ => agreement::text(&report, context.paint),
        }))
    }
}

impl LabelOptions {
    pub fn request(&self, field: &str) -> Request {
        Request {
            set: self.set.clone(),
            field: field.to_owned(),
            round: self.round.clone(),
            labelers: self.labelers.clone(),
            rev: self.rev.clone(),
        }
    }

    pub fn again<'a>(
        &'a self,
        command: &'static str,
        options: Vec<(&'static str, String)>,
        origin: &'a Origin,
    ) -> Again<'a> {
        Again {
            command,
            about: None,
            options,
            round: self.round.as_deref(),
            labelers: self.labelers.as_deref(),
            commit: origin.commit.as_deref(),
            changed: origin.changed,
        }
    }
}
