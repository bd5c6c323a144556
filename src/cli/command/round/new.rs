//! Opening a round.

use crate::cli::arguments::{TEXT_OR_JSON, one_of};
use crate::cli::environment::Context;
use crate::cli::output::{Failure, Output};
use crate::policy::round::{Blindness, Exit, Round, RoundKind, Sample};
use crate::report::round::{opened_json, opened_text};
use crate::report::{Format, json_text};
use crate::workspace::rounds::Stranger;
use clap::builder::{PossibleValuesParser, TypedValueParser};

#[derive(Debug, clap::Args)]
pub(super) struct New {
    /// The name of the round
    name: String,
    #[arg(long, value_name = "NAME", help = "The gold set")]
    set: String,
    /// Who labels: as git knows them, by their `user.email`
    #[arg(long, value_name = "WHO,…", value_delimiter = ',', required = true)]
    labelers: Vec<String>,
    /// What the round is for
    #[arg(long, value_name = "KIND", default_value = "production", value_parser = PossibleValuesParser::new(RoundKind::WORDS.iter().copied()).map(|word| RoundKind::from_word(&word).unwrap_or_default()))]
    kind: RoundKind,
    /// Why, in a sentence
    #[arg(long, value_name = "TEXT")]
    purpose: Option<String>,
    /// Only cases that meet these words, such as `category:weapons unlabeled`
    #[arg(long, value_name = "WORDS", default_value = "", hide_default_value = true)]
    filter: String,
    /// Only this case; may be given again
    #[arg(long = "case", value_name = "CASE")]
    cases: Vec<String>,
    /// Draw so many of them [default: all]
    #[arg(long, value_name = "N")]
    size: Option<usize>,
    /// Draw from each category, tier, behavior, verdict or facet value its share; may be given again
    #[arg(long, value_name = "WHAT")]
    by: Vec<String>,
    /// How many labelers read each case
    #[arg(long, value_name = "N", default_value_t = 1)]
    overlap: usize,
    /// The share of cases that each labeler reads twice, 0 to 1
    #[arg(long, value_name = "SHARE", default_value_t = 0.0)]
    repeats: f64,
    /// The share of settled cases that are mixed in, 0 to 1
    #[arg(long, value_name = "SHARE", default_value_t = 0.0)]
    probes: f64,
    /// What labelers may see of each other
    #[arg(long, value_name = "HOW", default_value = "hidden", value_parser = PossibleValuesParser::new(Blindness::WORDS.iter().copied()).map(|word| Blindness::from_word(&word).unwrap_or_default()))]
    blind: Blindness,
    /// What is enough, by the lower end of a measure's interval: `alpha-ordinal severity >= 0.67`; may be given again
    #[arg(long, value_name = "WHAT", value_parser = read_exit)]
    exit: Vec<Exit>,
    /// What decides whatever is left to chance
    #[arg(long, value_name = "N", default_value_t = 0)]
    seed: u64,
    /// What flips are told against [default: HEAD]
    #[arg(long, value_name = "REV")]
    base: Option<String>,
    /// Who opens it [default: git's user.email]
    #[arg(long = "as", value_name = "WHO")]
    by_whom: Option<String>,
    #[arg(long, default_value = "text", value_parser = one_of(TEXT_OR_JSON), help = "How to print it")]
    format: Format,
}

impl New {
    pub fn run(&self, context: &Context) -> Result<Output, Failure> {
        for (name, share) in [("--repeats", self.repeats), ("--probes", self.probes)] {
            if !(0.0..=1.0).contains(&share) {
                return Err(Failure::new(format!("`{name} {share}` is no share"), "Give a number from 0 to 1."));
            }
        }
        let repo = context.open()?;
        let words = |words: &[String]| words.iter().map(|word| word.trim().into()).collect();
        let round = Round {
            name: self.name.as_str().into(),
            kind: self.kind,
            purpose: self.purpose.as_deref().unwrap_or_default().into(),
            by: repo.labeler(self.by_whom.as_deref())?.into(),
            labelers: words(&self.labelers),
            overlap: self.overlap.clamp(1, self.labelers.len()),
            repeats: self.repeats,
            probes: self.probes,
            blindness: self.blind,
            seed: self.seed,
            exit: self.exit.clone(),
            sample: Sample { filter: self.filter.as_str().into(), size: self.size, by: words(&self.by), of: None },
            ..Round::default()
        };
        let base = self.base.as_deref();
        let opened = repo.open_round(&context.environment, &self.set, round, &self.cases, base, &context.progress)?;
        let (round, plan, folder) = (&opened.round, &opened.plan, &opened.folder);
        let notes: Vec<String> = opened.strangers.iter().map(Stranger::words).collect();
        Ok(Output::fine(match self.format {
            Format::Json => json_text(&opened_json(&self.set, round, plan, folder, &notes)),
            _ => opened_text(&self.set, round, plan, folder, &notes, context.paint),
        }))
    }
}

fn read_exit(words: &str) -> Result<Exit, String> {
    Exit::parse(words)
        .ok_or_else(|| "write `MEASURE FIELD >= LOW`, such as `alpha-ordinal severity >= 0.67`".to_owned())
}
