use crate::cli::arguments::{TEXT_OR_JSON, one_of};
use crate::cli::environment::Context;
use crate::cli::output::{Failure, Output};
use crate::decide::GoldSet;
use crate::report::Format;
use crate::report::batch::{self, BatchReport};
use crate::report::queue::{self, QueueReport, QueuedCase};
use crate::workspace::WorkspaceError;
use crate::workspace::precedents::OpenedPrecedents;
use crate::workspace::repo::PolicyRepo;
use crate::workspace::repo::Unsaved;
use crate::workspace::settling::{Batch, ByCase, Findings, Ground, Marks, Queue, Reason, of_rounds};
use clap::builder::{PossibleValuesParser, TypedValueParser};
use std::sync::Arc;

/// List the cases that need a ruling, the one that matters most first
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(in crate::cli) struct Waiting {
    /// The gold set; may be given again [default: all]
    #[arg(long, value_name = "NAME")]
    set: Vec<String>,
    /// List only cases that wait for this reason; may be given again
    #[arg(long, value_name = "REASON", value_parser = a_reason())]
    reason: Vec<Reason>,
    /// Count what the edits since this version touch as a reason, where nobody ruled on it anew
    #[arg(long, value_name = "REV")]
    since: Option<String>,
    /// List what is unanimous instead: how much there is of what, and the cases to look at before `casebook rule --unanimous`
    #[arg(long, conflicts_with_all = ["set", "reason", "limit", "since"])]
    unanimous: bool,
    /// List at most so many cases
    #[arg(long, value_name = "N")]
    limit: Option<usize>,
    #[arg(long, default_value = "text", value_parser = one_of(TEXT_OR_JSON), help = "How to print it")]
    format: Format,
}

const EXAMPLES: &str = "\
Examples:
  casebook queue                          every case that needs a ruling, with the reasons
  casebook queue --reason gap --limit 10  the first ten where a labeler flagged a gap in the guidance
  casebook queue --set core --format json
  casebook queue --since HEAD~1           with the cases that the edits since then touch
  casebook queue --unanimous              what can be settled together, and which of it to look at first

A case's score is what its reasons count, more in risky tiers; docs/adjudication.md says how. Cases whose labels are
unanimous and agree with the policy are not listed: `casebook rule --unanimous` and the Adjudicate screen settle them together.";

fn a_reason() -> impl TypedValueParser<Value = Reason> {
    let words = PossibleValuesParser::new(Reason::ALL.iter().map(|reason| reason.word()));
    words.map(|word| Reason::from_word(&word).unwrap_or(Reason::Disagreement))
}

impl Waiting {
    pub fn run(&self, context: &Context) -> Result<Output, Failure> {
        let repo = context.open()?;
        let opened = repo.open_precedents(None, &context.progress)?;
        let names: Vec<String> = opened.sets.sets.iter().map(|set| set.name().to_string()).collect();
        if let Some(missing) = self.set.iter().find(|name| !names.contains(name)) {
            return Err(WorkspaceError::NoSet { name: missing.clone(), known: names }.into());
        }
        let policy = &opened.version.policy;
        let files = repo.files(&opened.revision, &Unsaved::new())?;
        let who: Vec<String> = repo.labeler(None).into_iter().collect();
        let marks = Marks { edited: self.edited(&repo, &opened, context)?, ..of_rounds(&*files, &who) };
        let sets = opened.sets.gold();
        let ground = Ground { policy, sets: &sets, precedents: &opened.precedents, marks: &marks };
        let mut queue = Queue::rank(&ground, &context.progress)?;
        if self.unanimous {
            let batch = Batch::of(&ground, &queue);
            return Ok(Output::fine(match self.format {
                Format::Json => context.json(batch::json(&told(&batch, &sets))),
                _ => batch::text(&told(&batch, &sets), context.paint),
            }));
        }
        let of_set = |set: u16| self.set.is_empty() || self.set.contains(&names[usize::from(set)]);
        queue.items.retain(|item| of_set(item.set));
        queue.unanimous.retain(|(set, _)| of_set(*set));
        let wanted = |reason: &Reason| self.reason.is_empty() || self.reason.contains(reason);
        let counts = queue.counts().into_iter().map(|(reason, cases)| (reason.word(), reason.title(), cases));
        let listed = queue.items.iter().filter(|item| item.reasons.iter().any(|reason| wanted(&reason)));
        let limit = self.limit.unwrap_or(usize::MAX);
        let cases = listed.take(limit).map(|item| {
            let (gold, row) = (&sets[usize::from(item.set)], item.row as usize);
            let findings = Findings::of(&ground, gold, row);
            QueuedCase {
                set: gold.set(),
                case: gold.id(row).into_owned(),
                score: item.score,
                tier: item.tier,
                uncertainty: item.uncertainty,
                why: findings.why().into_iter().map(|(reason, words)| (reason.word(), words)).collect(),
                labels: findings.labels.len(),
                distribution: findings.distribution,
            }
        });
        let report = QueueReport {
            cases: cases.collect(),
            waiting: queue.items.len(),
            unanimous: queue.unanimous.len(),
            counts: counts.collect(),
            hidden: marks.hidden.len(),
        };
        Ok(Output::fine(match self.format {
            Format::Json => context.json(queue::json(&report)),
            _ => queue::text(&report, context.paint),
        }))
    }

    /// The cases that the edits since a version touch, with the texts that changed.
    fn edited(&self, repo: &PolicyRepo, opened: &OpenedPrecedents, context: &Context) -> Result<ByCase, Failure> {
        let Some(since) = &self.since else { return Ok(ByCase::new()) };
        let before = repo.version(&repo.resolve(since)?)?;
        let (sets, editorials) = (&opened.sets, &opened.precedents.editorials);
        let touched = repo.touched_by(&before.policy, &opened.version.policy, sets, editorials, &context.progress)?;
        let named = touched.into_iter().filter_map(|one| {
            let set = sets.sets.iter().find(|set| **set.name() == *one.set)?;
            let case = set.gold.id(one.row).into_owned();
            let texts: Vec<String> = one.texts.iter().map(|text| format!("`{text}`")).collect();
            let words = match texts.is_empty() {
                true => format!("an edit since {since}"),
                false => format!("the edit of {} since {since}", texts.join(", ")),
            };
            Some(((one.set, case), words))
        });
        Ok(named.collect())
    }
}

/// What is told of a batch.
fn told<'a>(batch: &'a Batch, sets: &'a [Arc<GoldSet>]) -> BatchReport<'a> {
    let name = |&(set, row): &(u16, u32)| {
        let gold = &sets[usize::from(set)];
        (&**gold.set(), gold.id(row as usize).into_owned())
    };
    BatchReport {
        cases: batch.cases.len(),
        groups: &batch.groups,
        seed: batch.seed_words(),
        sample: batch.sample.iter().map(name).collect(),
    }
}
