use crate::cli::arguments::{TEXT_OR_JSON, one_of};
use crate::cli::environment::Context;
use crate::cli::output::{Failure, Output};
use crate::policy::round::{Blindness, Round, RoundKind, Sample};
use crate::report::figure::count;
use crate::report::paint::own_words;
use crate::report::{Format, json_text};
use clap::builder::{PossibleValuesParser, TypedValueParser};
use serde_json::json;

/// Open, look at and close rounds of labeling
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(in crate::cli) struct RoundCommand {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, clap::Subcommand)]
enum Action {
    /// Open a round: choose its cases and give them to labelers
    New(Box<New>),
    /// How far each labeler is
    Status(Named),
    /// Close a round, and reveal what was sealed on this machine
    Close(Close),
    /// Name the rounds of a gold set
    List(List),
}

#[derive(Debug, clap::Args)]
struct New {
    /// The name of the round
    name: String,
    #[arg(long, value_name = "NAME", help = "The gold set")]
    set: String,
    /// Who labels
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

#[derive(Debug, clap::Args)]
struct Named {
    /// The name of the round
    name: String,
    #[arg(long, value_name = "NAME", help = "The gold set")]
    set: String,
    #[arg(long, default_value = "text", value_parser = one_of(TEXT_OR_JSON), help = "How to print it")]
    format: Format,
}

#[derive(Debug, clap::Args)]
struct Close {
    #[command(flatten)]
    named: Named,
    /// Close although readings are missing
    #[arg(long)]
    unfinished: bool,
    /// Who closes it [default: git's user.email]
    #[arg(long = "as", value_name = "WHO")]
    by_whom: Option<String>,
}

#[derive(Debug, clap::Args)]
struct List {
    #[arg(long, value_name = "NAME", help = "The gold set")]
    set: String,
    #[arg(long, default_value = "text", value_parser = one_of(TEXT_OR_JSON), help = "How to print it")]
    format: Format,
}

const EXAMPLES: &str = "\
Examples:
  casebook round new 2026-11-a --set core --labelers ana,bo --filter unlabeled --size 50 --by category
  casebook round new blind-1 --set core --labelers ana,bo --overlap 2 --blind sealed
  casebook round status 2026-11-a --set core
  casebook round close 2026-11-a --set core
  casebook label bio-0007 --round 2026-11-a --behavior refuse

A sealed round keeps each labeler's labels on their machine until it is closed; commitments stand in their place. When it is
closed, each labeler runs `casebook round close` on their machine to reveal theirs.";

impl RoundCommand {
    pub fn run(&self, context: &Context) -> Result<Output, Failure> {
        match &self.action {
            Action::New(new) => new.run(context),
            Action::Status(named) => named.status(context),
            Action::Close(close) => close.run(context),
            Action::List(list) => list.run(context),
        }
    }
}

impl New {
    fn run(&self, context: &Context) -> Result<Output, Failure> {
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
            sample: Sample { filter: self.filter.as_str().into(), size: self.size, by: words(&self.by), of: None },
            ..Round::default()
        };
        let base = self.base.as_deref();
        let opened = repo.open_round(&context.environment, &self.set, round, &self.cases, base, &context.progress)?;
        let probes = opened.plan.iter().filter(|row| row.probe).count();
        let cases = opened.plan.len() - probes;
        Ok(Output::fine(match self.format {
            Format::Json => json_text(&json!({
                "round": &*opened.round.name, "set": self.set, "folder": opened.folder, "cases": cases, "probes": probes,
                "of": opened.round.sample.of, "seed": opened.round.seed,
            })),
            _ => format!(
                "opened the round {} of {}: {} of {}, {}\n  {}\n",
                context.paint.bold(own_words(&opened.round.name)),
                own_words(&self.set),
                count(cases as u64, "case", "cases"),
                opened.round.sample.of.unwrap_or_default(),
                count(probes as u64, "probe", "probes"),
                own_words(&opened.folder),
            ),
        }))
    }
}

impl Named {
    fn status(&self, context: &Context) -> Result<Output, Failure> {
        let repo = context.open()?;
        let round = repo.round(&self.set, &self.name)?;
        let progress = repo.progress(&self.set, &round);
        if self.format == Format::Json {
            let labelers: Vec<_> = progress
                .iter()
                .map(|p| json!({"labeler": p.labeler, "asked": p.asked, "done": p.done, "abstained": p.abstained}))
                .collect();
            let value = json!({
                "round": &**round.name(), "set": self.set, "kind": round.round.kind.word(), "open": round.is_open(),
                "blindness": round.round.blindness.word(), "cases": round.plan.len(), "labelers": labelers,
            });
            return Ok(Output::fine(json_text(&value)));
        }
        let mut text = format!(
            "{} ({}, {}): {}\n",
            context.paint.bold(own_words(round.name())),
            round.round.kind.word(),
            if round.is_open() { "open" } else { "closed" },
            count(round.plan.len() as u64, "case", "cases"),
        );
        for p in &progress {
            let abstained =
                if p.abstained > 0 { format!(", {} of them abstentions", p.abstained) } else { String::new() };
            text.push_str(&format!("  {}  {} of {}{abstained}\n", own_words(&p.labeler), p.done, p.asked));
        }
        Ok(Output::fine(text))
    }
}

impl Close {
    fn run(&self, context: &Context) -> Result<Output, Failure> {
        let repo = context.open()?;
        let (set, name) = (&self.named.set, &self.named.name);
        let round = repo.round(set, name)?;
        let missing: usize = repo.progress(set, &round).iter().map(|p| p.asked - p.done).sum();
        if round.is_open() && missing > 0 && !self.unfinished {
            let what = count(missing as u64, "reading is", "readings are");
            return Err(Failure::new(format!("{what} missing"), "`--unfinished` closes the round all the same."));
        }
        let who = repo.labeler(self.by_whom.as_deref())?;
        let done = repo.close_round(&context.environment, set, &round, &who)?;
        Ok(Output::fine(match self.named.format {
            Format::Json => {
                json_text(&json!({"round": name, "set": set, "closed": done.closed, "revealed": done.revealed}))
            }
            _ => {
                let closed = if done.closed { "closed" } else { "was closed already" };
                let revealed = count(done.revealed as u64, "sealed label", "sealed labels");
                format!("{} {closed}; {revealed} revealed\n", context.paint.bold(own_words(name)))
            }
        }))
    }
}

impl List {
    fn run(&self, context: &Context) -> Result<Output, Failure> {
        let rounds = context.open()?.rounds(&self.set)?;
        let state = |open: bool| if open { "open" } else { "closed" };
        if self.format == Format::Json {
            let list: Vec<_> = rounds
                .iter()
                .map(|r| json!({"round": &**r.name(), "kind": r.round.kind.word(), "open": r.is_open(), "cases": r.plan.len()}))
                .collect();
            return Ok(Output::fine(json_text(&json!({"set": self.set, "rounds": list}))));
        }
        let line = |r: &crate::workspace::rounds::LoadedRound| {
            let cases = count(r.plan.len() as u64, "case", "cases");
            format!("{}  {}  {}  {cases}\n", own_words(r.name()), r.round.kind.word(), state(r.is_open()))
        };
        Ok(Output::fine(rounds.iter().map(line).collect::<String>()))
    }
}
