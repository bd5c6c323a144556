use crate::cli::arguments::one_of;
use crate::cli::environment::Context;
use crate::cli::output::{Failure, Output};
use crate::precedent::{CaseGold, GoldState};
use crate::report::Format;
use crate::report::gold::{self, GoldReport, ListedCase, SetGold};
use crate::report::replay::VersionName;
use crate::workspace::WorkspaceError;
use clap::builder::{PossibleValuesParser, TypedValueParser};

/// List how the gold labels stand: valid, stale, split, disputed, unlabeled
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(in crate::cli) struct Gold {
    /// The gold set; may be given again [default: all]
    #[arg(long, value_name = "NAME")]
    set: Vec<String>,
    /// List the cases in this state; may be given again [default: stale, disputed, split and unlabeled]
    #[arg(long, value_name = "STATE", value_parser = a_state())]
    state: Vec<GoldState>,
    /// The version to look at [default: the files on disk]
    #[arg(long, value_name = "REV")]
    rev: Option<String>,
    #[arg(long, default_value = "text", value_parser = one_of(FORMATS), help = "How to print it")]
    format: Format,
}

const FORMATS: &[Format] = &[Format::Text, Format::Json, Format::Markdown];

const EXAMPLES: &str = "\
Examples:
  casebook gold                       counts by set, and the cases that are not settled
  casebook gold --state stale         only those that rest on a text that has changed
  casebook gold --set core --format json

  valid      every text that the label rests on says what it said, or was only worded anew
  unpinned   the label does not say which texts it rests on (imported, or from before that was kept)
  stale      a text that it rests on has changed in substance, or its ruling was overruled
  disputed   the labelers differ and none has a majority
  split      ruled to be a legitimate disagreement: no gold label
  unlabeled  nobody has read it, or nobody who did has said what it calls for

`casebook editorial CLAUSE` declares that an edit changed words only; what rests on it stands then.";

fn a_state() -> impl TypedValueParser<Value = GoldState> {
    let words = PossibleValuesParser::new(GoldState::ALL.map(GoldState::word));
    words.map(|word| GoldState::from_word(&word).unwrap_or(GoldState::Stale))
}

impl Gold {
    pub fn run(&self, context: &Context) -> Result<Output, Failure> {
        let repo = context.open()?;
        let opened = repo.open_precedents(self.rev.as_deref(), &context.progress)?;
        let names: Vec<String> = opened.sets.sets.iter().map(|set| set.name().to_string()).collect();
        if let Some(missing) = self.set.iter().find(|name| !names.contains(name)) {
            return Err(WorkspaceError::NoSet { name: missing.clone(), known: names }.into());
        }
        let states = opened.gold_states(&context.progress)?;
        let wanted = |name: &str| self.set.is_empty() || self.set.iter().any(|set| set == name);
        let sets = opened.sets.sets.iter().zip(&states).filter(|(set, _)| wanted(set.name()));
        let sets = sets.map(|(set, states)| {
            let counts = GoldState::ALL.map(|state| states.iter().filter(|one| one.state == state).count());
            let mut listed: Vec<&CaseGold> = states.iter().filter(|one| self.lists(one.state)).collect();
            listed.sort_by_key(|one| one.state);
            let case = |one: &&'_ CaseGold| (set.gold.id(one.row).into_owned(), one.state);
            let cases = listed.iter().map(|one| {
                let (case, state) = case(one);
                ListedCase { case, state, why: &one.why }
            });
            SetGold { name: set.name(), counts, cases: cases.collect() }
        });
        let report = GoldReport { version: VersionName::of(&opened.revision), sets: sets.collect() };
        Ok(Output::fine(match self.format {
            Format::Json => context.json(gold::json(&report)),
            Format::Markdown => gold::markdown(&report),
            _ => gold::text(&report, context.paint),
        }))
    }

    fn lists(&self, state: GoldState) -> bool {
        if self.state.is_empty() {
            return !matches!(state, GoldState::Valid | GoldState::Unpinned);
        }
        self.state.contains(&state)
    }
}
