use crate::analyze::edit::{Kind, Menu};
use crate::cli::arguments::{one_of, share};
use crate::cli::environment::Context;
use crate::cli::output::{Failure, Output};
use crate::replay::mutate::Mutation;
use crate::report::Format;
use crate::report::mutate::{self, MutationReport};
use crate::report::replay::VersionName;
use clap::builder::{PossibleValuesParser, TypedValueParser};

/// Try every small edit of the policy: which would no gold case notice?
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(in crate::cli) struct Mutate {
    /// Only edits of this clause
    #[arg(long, value_name = "ID")]
    clause: Option<String>,
    /// Only this kind of edit; may be given several times
    #[arg(long = "kind", value_name = "KIND", value_parser = a_kind())]
    kinds: Vec<Kind>,
    /// Only this gold set; may be given several times
    #[arg(long = "set", value_name = "NAME")]
    sets: Vec<String>,
    /// The version to try [default: the files on disk]
    #[arg(long, value_name = "REV")]
    rev: Option<String>,
    /// List at most so many edits that no case noticed (JSON lists all)
    #[arg(long, value_name = "N", default_value_t = 20)]
    limit: usize,
    /// End with exit code 1 where a smaller share of the edits is noticed, from 0 to 1
    #[arg(long, value_name = "SHARE", value_parser = share)]
    fail_under: Option<f64>,
    #[arg(long, default_value = "text", value_parser = one_of(FORMATS), help = "How to print it")]
    format: Format,
}

const FORMATS: &[Format] = &[Format::Text, Format::Json, Format::Markdown];

const EXAMPLES: &str = "\
Examples:
  casebook mutate                           every edit, and those that no gold case noticed
  casebook mutate --clause bio-uplift       of one clause
  casebook mutate --kind shift --kind drop-test
  casebook mutate --fail-under 0.8          for a gate: at least 80 % must be noticed

An edit is noticed where some gold case stands to its label otherwise than before: right, refused too much, refused too
little, wrong in another way, undetermined. One that is not noticed moves neither agreement nor over- and under-refusal,
nor the gates on these and on regressions; a case that was wrong before may still get another verdict that is as wrong.
What is proven to change no decision at all does not count. `casebook suggest` writes the cases that would notice the rest.";

fn a_kind() -> impl TypedValueParser<Value = Kind> {
    let words = PossibleValuesParser::new(Menu::SLIPS.kinds.iter().map(|kind| kind.word()));
    words.map(|word| Kind::from_word(&word).unwrap_or(Kind::DropClause))
}

impl Mutate {
    pub fn run(&self, context: &Context) -> Result<Output, Failure> {
        let opened = context.open()?.open_version(self.rev.as_deref(), &self.sets, &context.progress)?;
        let policy = &opened.version.policy;
        let clause = self.clause.as_deref().map(|id| opened.clause(id)).transpose()?;
        let menu = if self.kinds.is_empty() { Menu::SLIPS } else { Menu { kinds: &self.kinds, ..Menu::SLIPS } };
        let mutation = Mutation::test(policy, &opened.sets.gold(), menu, clause, &context.progress)?;
        let report = MutationReport {
            version: VersionName::of(&opened.revision),
            policy,
            mutation: &mutation,
            limit: self.limit,
        };
        let text = match self.format {
            Format::Json => context.json(mutate::json(&report)),
            Format::Markdown => mutate::markdown(&report),
            _ => mutate::text(&report, context.paint),
        };
        let enough = |least: f64| mutation.score().rate().is_none_or(|rate| rate >= least);
        Ok(Output::with(text, self.fail_under.is_none_or(enough)))
    }
}
