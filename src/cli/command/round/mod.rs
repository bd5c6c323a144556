//! Rounds from the command line.

mod new;
mod report;

use crate::cli::arguments::{TEXT_OR_JSON, one_of};
use crate::cli::environment::Context;
use crate::cli::output::{Failure, Output};
use crate::policy::round::Blindness;
use crate::report::Format;
use crate::report::again::Again;
use crate::report::figure::count;
use crate::report::paint::own_words;
use crate::report::round::{self, RoundReport, exit_words};
use crate::stats::Enough;
use crate::vcs::Revision;
use crate::workspace::agreement::Origin;
use crate::workspace::rounds::LoadedRound;
use serde_json::{Value, json};

/// Open, look at, close and report rounds of labeling
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(in crate::cli) struct RoundCommand {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, clap::Subcommand)]
enum Action {
    /// Open a round: choose its cases and give them to labelers
    New(Box<new::New>),
    /// How far each labeler is, how they do, and whether it is enough
    Status(Named),
    /// Close a round, and reveal what was sealed on this machine
    Close(Close),
    /// Name the rounds of a gold set, and how far each is
    List(List),
    /// Tell what a round found: for calibration meetings, reviews and the record
    Report(report::Report),
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
    /// Close although readings are missing or an exit criterion is not met
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
  casebook round new cal-1 --set core --labelers ana,bo,cy --kind calibration --overlap 3 --exit \"alpha-ordinal severity >= 0.67\"
  casebook round new blind-1 --set core --labelers ana,bo --overlap 2 --blind sealed
  casebook round status 2026-11-a --set core
  casebook round close 2026-11-a --set core
  casebook round report 2026-11-a --set core --format html > report.html
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
            Action::Report(report) => report.run(context),
        }
    }
}

impl Named {
    fn status(&self, context: &Context) -> Result<Output, Failure> {
        let repo = context.open()?;
        let origin = repo.origin(Revision::Worktree)?;
        let (loaded, standing) = repo.standing(&self.set, &self.name, &context.progress)?;
        let report = report_of(&self.set, &loaded, &standing, &origin);
        Ok(Output::fine(match self.format {
            Format::Json => {
                let mut value = round::json(&report);
                value["unrevealed"] = unrevealed_json(&loaded);
                context.json(value)
            }
            _ => round::text(&report, context.paint) + &unrevealed(&loaded, &self.set),
        }))
    }
}

fn report_of<'a>(
    set: &'a str,
    loaded: &'a LoadedRound,
    standing: &'a crate::agreement::round::RoundStanding,
    origin: &'a Origin,
) -> RoundReport<'a> {
    let LoadedRound { round, plan, closed, .. } = loaded;
    let again = Again::of_round(set, &round.name, origin.commit.as_deref(), origin.changed);
    RoundReport { set, round, plan, closed: closed.as_ref(), standing, again }
}

impl Close {
    fn run(&self, context: &Context) -> Result<Output, Failure> {
        let repo = context.open()?;
        let (set, name) = (&self.named.set, &self.named.name);
        let (loaded, standing) = repo.standing(set, name, &context.progress)?;
        let sealed = loaded.round.blindness == Blindness::Sealed;
        if loaded.is_open() && !self.unfinished {
            let anyway = "`--unfinished` closes the round all the same.";
            if standing.missing() > 0 {
                let what = count(standing.missing() as u64, "reading is", "readings are");
                return Err(Failure::new(format!("{what} missing"), anyway));
            }
            let unmet = |exit: &&crate::agreement::round::ExitStanding| !sealed && exit.enough != Enough::Met;
            if let Some(exit) = standing.exits.iter().find(unmet) {
                return Err(Failure::new(exit_words(exit), anyway));
            }
        }
        let who = repo.labeler(self.by_whom.as_deref())?;
        let done = repo.close_round(&context.environment, set, &loaded, &standing, &who)?;
        // What was sealed can be measured now, as far as it is revealed.
        let (loaded, standing) = repo.standing(set, name, &context.progress)?;
        let origin = repo.origin(Revision::Worktree)?;
        let report = report_of(set, &loaded, &standing, &origin);
        Ok(Output::fine(match self.named.format {
            Format::Json => {
                let exit = round::json(&report)["exit"].take();
                context.json(json!({
                    "round": name, "set": set, "closed": done.closed, "revealed": done.revealed,
                    "unrevealed": unrevealed_json(&loaded), "exit": exit
                }))
            }
            _ => {
                let closed = if done.closed { "closed" } else { "was closed already" };
                let revealed = match sealed || done.revealed > 0 {
                    true => format!("; {} revealed", count(done.revealed as u64, "sealed label", "sealed labels")),
                    false => String::new(),
                };
                let mut text = format!("{} {closed}{revealed}\n", context.paint.bold(own_words(name)));
                let hidden = unrevealed(&loaded, set);
                text.push_str(&hidden);
                // What is measured of a part would mislead.
                for exit in standing.exits.iter().filter(|_| hidden.is_empty()) {
                    text.push_str(&format!("  {} {}\n", round::mark(exit), own_words(&exit_words(exit))));
                }
                if hidden.is_empty() && !standing.exits.is_empty() {
                    text.push_str(&round::again(&report, context.paint));
                }
                text
            }
        }))
    }
}

/// Whose committed labels of a closed round are not here yet, a line each.
fn unrevealed(loaded: &LoadedRound, set: &str) -> String {
    let line = |(who, n): (String, usize)| {
        let labels = count(n as u64, "committed label", "committed labels");
        let are = if n == 1 { "is" } else { "are" };
        let (who, name) = (own_words(&who), own_words(loaded.name()));
        format!(
            "  {labels} of {who} {are} not revealed yet: {who} runs `casebook round close {name} --set {}`\n",
            own_words(set)
        )
    };
    loaded.unrevealed().into_iter().map(line).collect()
}

/// The same as data.
fn unrevealed_json(loaded: &LoadedRound) -> Value {
    let one = |(labeler, labels): (String, usize)| json!({"labeler": labeler, "labels": labels});
    loaded.unrevealed().into_iter().map(one).collect()
}

impl List {
    fn run(&self, context: &Context) -> Result<Output, Failure> {
        let repo = context.open()?;
        let origin = repo.origin(Revision::Worktree)?;
        let found = repo.standings(&self.set, &context.progress)?;
        let (whole, damaged): (Vec<_>, Vec<_>) = found.iter().partition(|(loaded, _)| loaded.damage.is_none());
        let reports: Vec<RoundReport<'_>> =
            whole.iter().map(|(loaded, standing)| report_of(&self.set, loaded, standing, &origin)).collect();
        let troubles: String = damaged
            .iter()
            .filter_map(|(loaded, _)| loaded.trouble())
            .map(|trouble| own_words(&trouble).into_owned() + "\n")
            .collect();
        Ok(Output::fine(match self.format {
            Format::Json => {
                let mut value = round::list_json(&self.set, &reports);
                let damage =
                    |(loaded, _): &&(LoadedRound, _)| json!({"round": &**loaded.name(), "trouble": loaded.trouble()});
                value["damaged"] = damaged.iter().map(damage).collect();
                context.json(value)
            }
            _ if found.is_empty() => format!("{} has no rounds\n", own_words(&self.set)),
            _ => round::list_text(&reports, context.paint) + &troubles,
        }))
    }
}
