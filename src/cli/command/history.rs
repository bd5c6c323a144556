use super::bisect::words;
use crate::analyze::space::CaseAt;
use crate::cli::arguments::{at_least_one, one_of};
use crate::cli::environment::Context;
use crate::cli::output::{Failure, Output};
use crate::report::Format;
use crate::report::matrix::{self, Shown};
use crate::report::time::{self, CaseWords, HistoryReport, StepWords};
use crate::workspace::labeling::no_case;
use crate::workspace::timeline::Step;

/// Say which commit changed which verdicts
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(in crate::cli) struct History {
    /// Only this case
    #[arg(long, value_name = "CASE")]
    case: Option<String>,
    /// Only this gold set; may be given several times
    #[arg(long = "set", value_name = "NAME")]
    sets: Vec<String>,
    /// The version to begin at [default: HEAD]
    #[arg(long, value_name = "REV")]
    rev: Option<String>,
    /// Look at so many commits
    #[arg(short = 'n', long, value_name = "N", default_value_t = 100, value_parser = at_least_one())]
    commits: usize,
    /// Name at most so many cases of a commit (JSON names all)
    #[arg(long, value_name = "N", default_value_t = 10)]
    limit: usize,
    /// As a table: a row for the cases that changed alike, a column for each commit that changed a verdict
    #[arg(long)]
    matrix: bool,
    /// Of the table all rows and columns, however wide
    #[arg(long, requires = "matrix")]
    all: bool,
    #[arg(long, default_value = "text", value_parser = one_of(FORMATS), help = "How to print it")]
    format: Format,
}

const FORMATS: &[Format] = &[Format::Text, Format::Json, Format::Markdown];

const EXAMPLES: &str = "\
Examples:
  casebook history                      every edit of the policy, with what it did to the gold cases
  casebook history --matrix             cases by commits: when did each verdict change
  casebook history --case bio-0007      when the verdict on one case changed
  casebook history -n 1000 --format json

Every version is measured by the cases and labels of the one that it begins at, so that what changes is the policy.";

impl History {
    pub fn run(&self, context: &Context) -> Result<Output, Failure> {
        let repo = context.open()?;
        let opened = repo.open_version(Some(self.rev.as_deref().unwrap_or("HEAD")), &self.sets, &context.progress)?;
        let sets = opened.sets.gold();
        let only = match &self.case {
            Some(case) => {
                let found = sets.iter().enumerate().find_map(|(set, gold)| Some(CaseAt { set, row: gold.find(case)? }));
                Some(found.ok_or_else(|| no_case(case, &opened.sets))?)
            }
            None => None,
        };
        let mut timeline = repo.timeline(opened.revision.commit(), Some(self.commits), &context.progress)?;
        let found = timeline.steps(&sets, only.as_ref(), &context.progress)?;
        let step = |step: &'_ Step| {
            let changed = step.changed.iter().map(|turn| CaseWords {
                set: sets[turn.case.set].set().to_string(),
                case: sets[turn.case.set].id(turn.case.row).into_owned(),
                kind: turn.kind,
                before: words(&turn.before),
                after: words(&turn.after),
            });
            changed.collect::<Vec<_>>()
        };
        let steps = found.steps.iter().map(|one| StepWords {
            commit: &one.commit,
            is_edit: one.is_edit,
            is_first: one.is_first,
            is_broken: one.is_broken,
            agree: one.agree,
            changed: step(one),
        });
        let report = HistoryReport {
            steps: steps.collect(),
            policies: found.policies,
            only: self.case.clone(),
            limit: self.limit,
        };
        Ok(Output::fine(match self.format {
            Format::Json => context.json(time::history_json(&report)),
            Format::Markdown if self.matrix => matrix::markdown(&report),
            Format::Markdown => time::history_markdown(&report),
            _ if self.matrix => {
                matrix::text(&report, if self.all { Shown::ALL } else { Shown::ON_A_SCREEN }, context.paint)
            }
            _ => time::history(&report, context.paint),
        }))
    }
}
