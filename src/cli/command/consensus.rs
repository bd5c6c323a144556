use super::agreement::LabelOptions;
use crate::agreement::Method;
use crate::cli::arguments::{TEXT_OR_JSON, one_of};
use crate::cli::environment::Context;
use crate::cli::output::{Failure, Output};
use crate::report::Format;
use crate::report::consensus::{self, ConsensusReport};
use clap::builder::{PossibleValuesParser, TypedValueParser};

/// Weigh the labels of a gold set: what they settle, and how good each labeler is
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(in crate::cli) struct ConsensusCommand {
    #[command(flatten)]
    labels: LabelOptions,
    /// What they are to settle: severity, behavior, observed, or a facet with one value
    #[arg(long, value_name = "FIELD", default_value = "behavior")]
    field: String,
    /// How labels are weighed [default: as the manifest says]
    #[arg(long, value_name = "METHOD", value_parser = method())]
    method: Option<Method>,
    #[arg(long, default_value = "text", value_parser = one_of(TEXT_OR_JSON), help = "How to print it")]
    format: Format,
}

const EXAMPLES: &str = "\
Examples:
  casebook consensus --set core                          what the labelers settle, as the manifest says
  casebook consensus --set core --method dawid-skene     weighed by how each labeler errs
  casebook consensus --set core --field severity --format json

Nothing is written. Which consensus makes gold labels stands in the manifest, under `consensus`.";

fn method() -> impl TypedValueParser<Value = Method> {
    let find = |word: String| Method::from_word(&word).unwrap_or(Method::Majority);
    PossibleValuesParser::new(Method::ALL.map(Method::word)).map(find)
}

impl ConsensusCommand {
    pub fn run(&self, context: &Context) -> Result<Output, Failure> {
        let request = self.labels.request(&self.field);
        let (origin, found, counts) = context.open()?.consensus(&request, self.method, &context.progress)?;
        let options = vec![
            ("--set", request.set.clone()),
            ("--field", request.field.clone()),
            ("--method", found.method.word().to_owned()),
        ];
        let again = self.labels.again("consensus", options, &origin);
        let report = ConsensusReport { consensus: &found, counts, field: &request.field, again };
        Ok(Output::fine(match self.format {
            Format::Json => context.json(consensus::json(&report)),
            _ => consensus::text(&report, context.paint),
        }))
    }
}
