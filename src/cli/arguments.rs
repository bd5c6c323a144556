//! What all commands have in common.

use super::command::Command;
use crate::report::Format;
use clap::builder::{PossibleValuesParser, RangedU64ValueParser, TypedValueParser};
use clap::{Args, Parser, ValueEnum};
use std::path::PathBuf;

/// Write the policies that AI models follow, replay gold cases against every edit, and commit what was settled.
///
/// Without a command, casebook opens the policy in this folder (or the nearest folder above it) on the screen.
#[derive(Debug, Parser)]
#[command(name = "casebook", bin_name = "casebook", version, after_help = EXAMPLES, disable_help_subcommand = true)]
pub(super) struct Arguments {
    #[command(flatten)]
    pub global: Global,
    #[command(subcommand)]
    pub command: Option<Command>,
}

const EXAMPLES: &str = "\
Begin:
  casebook demo                     try it on a sample policy, in a scratch folder
  casebook init my-policy           start a policy of your own

Every day:
  casebook                          open the policy in this folder on the screen
  casebook check                    what is wrong with it
  casebook replay                   what your edits do to the gold cases
  casebook explain bio-0007         why a case is decided as it is
  casebook commit -m \"Why I did it\"  check, replay, commit

Exit codes: 0 all is well, 1 something was found, 2 the command could not be carried out.
`casebook COMMAND --help` shows examples of each command.";

#[derive(Debug, Args)]
pub(super) struct Global {
    /// The policy folder, or a folder below it [default: this folder]
    #[arg(long, global = true, value_name = "DIR")]
    pub repo: Option<PathBuf>,
    /// When to use colour; NO_COLOR is honoured
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto", hide_default_value = true)]
    pub color: Color,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Color {
    Auto,
    Always,
    Never,
}

/// Reads the value of `--format`, one of these.
pub(super) fn one_of(formats: &'static [Format]) -> impl TypedValueParser<Value = Format> {
    let words = PossibleValuesParser::new(formats.iter().map(|format| format.word()));
    words.map(|word| Format::from_word(&word).unwrap_or(Format::Text))
}

pub(super) const TEXT_OR_JSON: &[Format] = &[Format::Text, Format::Json];

/// Reads how many there are to be: of none there would be nothing to say.
pub(super) fn at_least_one() -> RangedU64ValueParser<usize> {
    RangedU64ValueParser::new().range(1..)
}

/// Reads a share, from 0 to 1.
pub(super) fn share(word: &str) -> Result<f64, String> {
    let share = word.parse::<f64>().ok().filter(|share| (0.0..=1.0).contains(share));
    share.ok_or_else(|| "a share from 0 to 1 is meant, such as 0.8".to_owned())
}
