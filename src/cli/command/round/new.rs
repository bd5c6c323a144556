//! Opening a round.

use crate::cli::arguments::{TEXT_OR_JSON, one_of};
use crate::cli::environment::Context;
use crate::cli::output::{Failure, Output};
use crate::policy::round::{Blindness, Exit, Round, RoundKind, Sample};
use crate::report::Format;
use crate::report::round::{opened_json, opened_text};
use crate::workspace::rounds::{OpenedRound, Stranger, Wanted, about};
use clap::builder::{PossibleValuesParser, TypedValueParser};

#[derive(Debug, clap::Args)]
pub(super) struct New {
    #[arg(help = about("name"))]
    name: String,
    #[arg(long, value_name = "NAME", help = about("set"))]
    set: String,
    #[arg(long, value_name = "WHO,…", value_delimiter = ',', required = true, help = about("labelers"))]
    labelers: Vec<String>,
    #[arg(long, value_name = "KIND", default_value = "production", value_parser = PossibleValuesParser::new(RoundKind::WORDS.iter().copied()).map(|word| RoundKind::from_word(&word).unwrap_or_default()), help = about("kind"))]
    kind: RoundKind,
    #[arg(long, value_name = "TEXT", help = about("purpose"))]
    purpose: Option<String>,
    #[arg(long, value_name = "WORDS", default_value = "", hide_default_value = true, allow_hyphen_values = true, help = about("filter"))]
    filter: String,
    #[arg(long = "case", value_name = "CASE", help = again("case"))]
    cases: Vec<String>,
    #[arg(long, value_name = "N", help = about("size"))]
    size: Option<usize>,
    #[arg(long, value_name = "WHAT", help = again("by"))]
    by: Vec<String>,
    #[arg(long, value_name = "N", default_value_t = 1, help = about("overlap"))]
    overlap: usize,
    #[arg(long, value_name = "SHARE", default_value_t = 0.0, help = about("repeats"))]
    repeats: f64,
    #[arg(long, value_name = "SHARE", default_value_t = 0.0, help = about("probes"))]
    probes: f64,
    #[arg(long, value_name = "HOW", default_value = "hidden", value_parser = PossibleValuesParser::new(Blindness::WORDS.iter().copied()).map(|word| Blindness::from_word(&word).unwrap_or_default()), help = about("blind"))]
    blind: Blindness,
    #[arg(long, value_name = "WHAT", value_parser = read_exit, help = again("exit"))]
    exit: Vec<Exit>,
    #[arg(long, value_name = "N", default_value_t = 0, help = about("seed"))]
    seed: u64,
    #[arg(long, value_name = "REV", help = about("base"))]
    base: Option<String>,
    #[arg(long = "as", value_name = "WHO", help = about("as"))]
    by_whom: Option<String>,
    #[arg(long, default_value = "text", value_parser = one_of(TEXT_OR_JSON), help = "How to print it")]
    format: Format,
}

impl New {
    pub fn run(&self, context: &Context) -> Result<Output, Failure> {
        let repo = context.open()?;
        let words = |words: &[String]| {
            let words = words.iter().map(|word| word.trim()).filter(|word| !word.is_empty());
            words.map(Into::into).collect()
        };
        let round = Round {
            name: self.name.as_str().into(),
            kind: self.kind,
            purpose: self.purpose.as_deref().unwrap_or_default().into(),
            by: repo.labeler(self.by_whom.as_deref())?.into(),
            labelers: words(&self.labelers),
            overlap: self.overlap,
            repeats: self.repeats,
            probes: self.probes,
            blindness: self.blind,
            seed: self.seed,
            exit: self.exit.clone(),
            sample: Sample { filter: self.filter.as_str().into(), size: self.size, by: words(&self.by), of: None },
            ..Round::default()
        };
        let wanted = Wanted { set: self.set.clone(), round, cases: self.cases.clone(), base: self.base.clone() };
        let OpenedRound { round, plan, folder, strangers } =
            &repo.open_round(&context.environment, &wanted, &context.progress)?;
        let notes: Vec<String> = strangers.iter().map(Stranger::words).collect();
        Ok(Output::fine(match self.format {
            Format::Json => context.json(opened_json(&self.set, round, plan, folder, &notes)),
            _ => opened_text(&self.set, round, plan, folder, &notes, context.paint),
        }))
    }
}

/// Of an option that may be given several times.
fn again(word: &str) -> String {
    format!("{}; may be given again", about(word))
}

fn read_exit(words: &str) -> Result<Exit, String> {
    Exit::parse(words)
        .ok_or_else(|| "write `MEASURE FIELD >= LOW`, such as `alpha-ordinal severity >= 0.67`".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace::rounds::ASKED;
    use clap::Args;
    use std::collections::BTreeSet;

    #[test]
    fn a_filter_may_begin_with_a_word_that_is_turned_round() {
        let command = New::augment_args(clap::Command::new("new"));
        let words = ["new", "r", "--set", "core", "--labelers", "ana", "--filter", "-tag:x stale", "--size", "3"];
        let read = command.try_get_matches_from(words).unwrap();
        assert_eq!(read.get_one::<String>("filter").map(String::as_str), Some("-tag:x stale"));
        assert_eq!(read.get_one::<usize>("size"), Some(&3));
    }

    #[test]
    fn the_form_on_the_screen_asks_for_every_option() {
        let command = New::augment_args(clap::Command::new("new"));
        let options: BTreeSet<&str> = command
            .get_arguments()
            .map(|option| option.get_long().unwrap_or(option.get_id().as_str()))
            .filter(|option| *option != "format")
            .collect();
        assert_eq!(options, ASKED.iter().map(|asked| asked.word).collect());
        assert!(
            command.get_arguments().all(|option| option.get_help().is_some_and(|help| !help.to_string().is_empty()))
        );
    }
}
