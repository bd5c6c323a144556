use crate::cli::arguments::{TEXT_OR_JSON, one_of};
use crate::cli::environment::Context;
use crate::cli::output::{Failure, Output};
use crate::cli::reading::ReadingOptions;
use crate::policy::gold::{disposition, distribution, heard, standing};
use crate::policy::label::Label;
use crate::policy::ruling::{Adjudication, Cause, Disposition};
use crate::report::Format;
use crate::report::batch;
use crate::report::record::{self, RecordReport};
use crate::report::refused::{self, Refused};
use crate::vcs::Revision;
use crate::workspace::WorkspaceError;
use crate::workspace::labeling::{FoundCase, Sitting, cites_of_all};
use crate::workspace::repo::{PolicyRepo, Unsaved};
use crate::workspace::settling::{Against, Batch, Ground, Queue, of_rounds, rule};
use clap::builder::{PossibleValuesParser, TypedValueParser};
use serde_json::json;

/// Settle how a case is to be read
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(in crate::cli) struct Rule {
    /// The id of the case
    #[arg(required_unless_present = "unanimous")]
    case: Option<String>,
    /// The gold set of the case [default: the first that has it]
    #[arg(long, value_name = "NAME")]
    set: Option<String>,
    #[command(flatten)]
    reading: ReadingOptions,
    /// How the ruling stands to the labels [default: as the labels say]
    #[arg(long, value_name = "WORD", value_parser = a_disposition())]
    disposition: Option<Disposition>,
    /// Why people read the case differently; may be given again
    #[arg(long, value_name = "WORD")]
    cause: Vec<String>,
    /// The reason in a sentence, reusable as precedent
    #[arg(long, value_name = "TEXT")]
    holding: Option<String>,
    /// A case whose ruling this one rests on; may be given again
    #[arg(long, value_name = "CASE")]
    follows: Vec<String>,
    /// A case that looks alike and whose ruling does not bind here; may be given again
    #[arg(long, value_name = "CASE")]
    distinguishes: Vec<String>,
    /// A case whose ruling no longer binds; may be given again
    #[arg(long, value_name = "CASE")]
    overrules: Vec<String>,
    /// The id of a label whose dissent is kept; may be given again
    #[arg(long, value_name = "ID")]
    dissent: Vec<String>,
    /// Who rules [default: git's user.email]
    #[arg(long = "as", value_name = "WHO")]
    adjudicator: Option<String>,
    /// The round that it belongs to
    #[arg(long, value_name = "ROUND")]
    round: Option<String>,
    /// The ruling that it replaces [default: the one that stands]
    #[arg(long, value_name = "ID")]
    supersedes: Option<String>,
    /// Take a ruling back, and give none; `--holding` says why
    #[arg(long, value_name = "ID", conflicts_with_all = ["behavior", "disposition", "supersedes"])]
    withdraw: Option<String>,
    /// Rule on every case on which labelers and policy agree, after a look at some of them: the seed is the one that
    /// `casebook queue --unanimous` names those with
    #[arg(long, value_name = "SEED", conflicts_with_all = ["case", "set", "behavior", "disposition", "withdraw", "holding"])]
    unanimous: Option<String>,
    /// With `--unanimous`: a case that is left out; may be given again
    #[arg(long, value_name = "CASE", requires = "unanimous")]
    except: Vec<String>,
    #[arg(long, default_value = "text", value_parser = one_of(TEXT_OR_JSON), help = "How to print it")]
    format: Format,
}

const EXAMPLES: &str = "\
Examples:
  casebook rule bio-0007 --behavior refuse --harm bio-weapons:high --cause guideline-gap \\
      --holding \"A working recipe is refused whatever it is said to be for\" --follows bio-0003
  casebook rule sat-0012 --disposition split --holding \"Fair readers differ on satire\"
  casebook rule sat-0013 --disposition deferred
  casebook rule bio-0007 --withdraw 1f0c9a3b7d5e4c2f8a6b0d1e2f3a4b5c --holding \"Ruled too early\"
  casebook rule --unanimous 5c0f9a3b7d5e4c2f --except sat-0014

A ruling is added to a file of yours under gold/SET/adjudications/ and never edited. It replaces what was ruled on the
case before. `split` keeps how many said what, and leaves the case without a gold label.

Where earlier rulings stand against it that it says nothing of, nothing is written, and the exit code is 1. It tells which ones,
and the ways out: `--follows`, `--distinguishes`, `--overrules`, and for the ruling on the same case `--supersedes`.";

fn a_disposition() -> impl TypedValueParser<Value = Disposition> {
    let words = PossibleValuesParser::new(Disposition::ALL.map(Disposition::word));
    words.map(|word| Disposition::from_word(&word).unwrap_or_default())
}

impl Rule {
    pub fn run(&self, context: &Context) -> Result<Output, Failure> {
        let repo = context.open()?;
        let who = repo.labeler(self.adjudicator.as_deref())?;
        if let Some(seed) = &self.unanimous {
            return self.accept_batch(&repo, &who, seed, context);
        }
        let found = self.find(&repo, context)?;
        let (policy, set) = (&found.version.policy, found.set.name());
        let begin =
            || Sitting::<Adjudication>::begin(&repo, &context.environment, policy, &who, set, self.round.as_deref());
        let written = match &self.withdraw {
            Some(id) => begin()?.withdraw(id, self.holding.as_deref().unwrap_or("withdrawn"))?,
            None => {
                let ruling = self.ruling(&found)?;
                // The rulings of all sets are held against it.
                let opened = repo.open_precedents(None, &context.progress)?;
                match rule(&mut begin()?, policy, &opened.precedents.docket, set, ruling) {
                    Err(WorkspaceError::Against { against }) => return Ok(self.refused(&against, context)),
                    written => written?,
                }
            }
        };
        let says = written.record.says();
        let report = RecordReport {
            what: "ruling",
            id: &written.record.id,
            set,
            case: &written.record.case,
            by: &who,
            says: &says,
            file: &written.file,
            replaced: &written.replaced,
            notes: &[],
        };
        Ok(Output::fine(match self.format {
            Format::Json => context.json(record::json(&report)),
            _ => record::text(&report, context.paint),
        }))
    }

    /// One ruling each for what is unanimous.
    fn accept_batch(&self, repo: &PolicyRepo, who: &str, seed: &str, context: &Context) -> Result<Output, Failure> {
        let opened = repo.open_precedents(None, &context.progress)?;
        let (policy, sets) = (&opened.version.policy, opened.sets.gold());
        // As the queue names them.
        let asks: Vec<String> = repo.labeler(None).into_iter().collect();
        let marks = of_rounds(&*repo.files(&opened.revision, &Unsaved::new())?, &asks);
        let ground = Ground { policy, sets: &sets, precedents: &opened.precedents, marks: &marks };
        let batch = Batch::of(&ground, &Queue::rank(&ground, &context.progress)?);
        if batch.cases.is_empty() || batch.seed_words() != *seed {
            return Err(Failure::new(
                format!("what is unanimous now was not drawn from with the seed `{seed}`"),
                "Cases or labels have changed, or the seed is mistyped: run `casebook queue --unanimous` and look at the cases that it names.",
            ));
        }
        let name = |&(set, row): &(u16, u32)| sets[usize::from(set)].id(row as usize).into_owned();
        let known: Vec<String> = batch.cases.iter().map(name).collect();
        if let Some(case) = self.except.iter().find(|case| !known.contains(case)) {
            return Err(Failure::new(
                format!("the case `{case}` is not among those that are unanimous"),
                "`casebook queue --unanimous` says what is.",
            ));
        }
        let out = batch.cases.iter().filter(|case| self.except.contains(&name(case))).copied().collect();
        let (cases, sample) = (batch.cases.len(), batch.sample.len());
        let batch = batch.without(&out);
        let environment = &context.environment;
        let given = match batch.accept(repo, environment, policy, who, &ground, &context.progress) {
            Err(WorkspaceError::Against { against }) => return Ok(self.refused(&against, context)),
            given => given?,
        };
        let report = batch::GivenReport { by: who, cases, sample, written: given.1, files: &given.0 };
        Ok(Output::fine(match self.format {
            Format::Json => context.json(batch::given_json(&report)),
            _ => batch::given_text(&report, context.paint),
        }))
    }

    /// The case; with all sets where precedents are named, since those may lie in any.
    fn find(&self, repo: &crate::workspace::PolicyRepo, context: &Context) -> Result<FoundCase, Failure> {
        let mut found = repo.find_case(self.case(), self.set.as_deref(), &Revision::Worktree, &context.progress)?;
        if self.set.is_some() && self.precedents().next().is_some() {
            let all = repo.find_case(self.case(), None, &Revision::Worktree, &context.progress)?;
            found.sets = all.sets;
        }
        Ok(found)
    }

    /// Earlier rulings stand against what was to be written, so nothing was.
    fn refused(&self, against: &[Against], context: &Context) -> Output {
        let refused: Vec<Refused<'_>> =
            against.iter().map(|Against { set, case, conflicts }| Refused { set, case, conflicts }).collect();
        let text = match self.format {
            Format::Json => context.json(json!({"id": null, "refused": refused::json(&refused)})),
            _ => {
                let mut text = refused::text(&refused, context.paint);
                if self.unanimous.is_some() {
                    text.push_str("`--except CASE` leaves a case out; rule on it by itself, and say how it stands to the earlier ruling.\n");
                }
                text
            }
        };
        Output::with(text, false)
    }

    fn case(&self) -> &str {
        self.case.as_deref().unwrap_or_default()
    }

    fn precedents(&self) -> impl Iterator<Item = &String> {
        self.follows.iter().chain(&self.distinguishes).chain(&self.overrules)
    }

    fn ruling(&self, found: &FoundCase) -> Result<Adjudication, Failure> {
        for case in self.precedents() {
            let rulings = found.rulings_on(case)?;
            if standing(&rulings.iter().collect::<Vec<_>>()).is_empty() {
                return Err(Failure::new(
                    format!("nothing was ruled on the case `{case}`, so it is no precedent"),
                    "Rule on that case first, or leave it out.",
                ));
            }
        }
        let labels = found.labels();
        if let Some(id) = self.dissent.iter().find(|id| !labels.iter().any(|label| label.id == **id)) {
            return Err(Failure::new(
                format!("no label of the case `{}` has the id `{id}`", self.case()),
                "The ids stand in the files under `labels/` of the gold set.",
            ));
        }
        let all: Vec<&Label> = labels.iter().collect();
        let heard = heard(&all);
        let (harms, reading) = self.reading.read(&found.version.policy)?;
        let disposition = match (self.disposition, &reading.behavior) {
            (Some(disposition), _) => disposition,
            (None, Some(_)) => {
                let gold = &found.set.gold;
                let (imported, aliases) = (gold.imported(found.row), &gold.sources().settling.aliases);
                disposition(&reading, harms.as_deref(), &heard, imported.as_ref(), aliases)
            }
            (None, None) => {
                return Err(Failure::new(
                    "the ruling settles nothing",
                    "Give `--behavior`, or `--disposition split` or `deferred`.",
                ));
            }
        };
        if disposition.needs_holding() && self.holding.as_deref().is_none_or(|holding| holding.trim().is_empty()) {
            return Err(Failure::new(
                format!("a ruling that is `{}` needs a holding", disposition.word()),
                "Give the reason in a sentence with `--holding`, so that others can follow it.",
            ));
        }
        let decision = (harms.is_some() || reading != Default::default())
            .then(|| crate::policy::case::Reading { harms: harms.unwrap_or_default(), ..reading });
        // A split rests on the texts of all readings.
        let readings: Vec<_> = heard.iter().filter_map(|label| label.whole_reading()).collect();
        let cites = match disposition {
            Disposition::Split => cites_of_all(&found.version.policy, &readings),
            _ => Default::default(),
        };
        Ok(Adjudication {
            case: self.case().to_owned(),
            cites,
            decision,
            disposition,
            cause: self.cause.iter().cloned().map(Cause::from).collect(),
            holding: self.holding.clone().unwrap_or_default(),
            follows: self.follows.clone(),
            distinguishes: self.distinguishes.clone(),
            overrules: self.overrules.clone(),
            dissent: self.dissent.clone(),
            distribution: if disposition == Disposition::Split { distribution(&heard) } else { Default::default() },
            supersedes: self.supersedes.clone(),
            ..Adjudication::default()
        })
    }
}
