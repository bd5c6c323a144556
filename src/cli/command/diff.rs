use super::replay::report;
use crate::analyze::space::CaseAt;
use crate::analyze::structure::Change;
use crate::cli::arguments::one_of;
use crate::cli::environment::Context;
use crate::cli::output::{Failure, Output};
use crate::decide::Watch;
use crate::replay::cause::Cause;
use crate::report::Format;
use crate::report::decisions::{DecisionsReport, RegionWords};
use crate::report::difference::{self, Decisions, DifferenceReport, FileText};
use crate::report::replay::FlipCause;
use crate::workspace::WorkspaceError;
use crate::workspace::compare::{Comparison, Request};
use crate::workspace::decisions::{Decisions as Decided, decisions};
use crate::workspace::difference::{FileDifference, causes, structure_difference};
use crate::workspace::intent::{idle, meant_flips};

/// Read two versions side by side: as text, as structure, as decisions, as outcomes
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(in crate::cli) struct Diff {
    /// What to compare: BASE with the files on disk, or BASE with HEAD; with three dots where the two parted with HEAD [default:
    /// HEAD with the files on disk]
    #[arg(value_name = "BASE[..HEAD]")]
    versions: Option<String>,
    /// Lines, and the words within them
    #[arg(long)]
    text: bool,
    /// Clauses and categories added, removed, renamed, moved, reordered, edited
    #[arg(long)]
    structure: bool,
    /// Exactly which decisions changed, whatever the case: where, from what to what, by which edit
    #[arg(long)]
    decisions: bool,
    /// The cases that flip, and the measures before and after
    #[arg(long)]
    outcomes: bool,
    /// What is meant to change, beside what the commits declare: see `casebook commit --help`. May be given several times
    #[arg(long, value_name = "INTENT")]
    intent: Vec<String>,
    #[arg(long, default_value = "text", value_parser = one_of(FORMATS), help = "How to print it")]
    format: Format,
}

const FORMATS: &[Format] = &[Format::Text, Format::Json, Format::Markdown];

const EXAMPLES: &str = "\
Examples:
  casebook diff                      what changed since the last commit
  casebook diff HEAD~1..HEAD         what the last commit changed
  casebook diff main... --structure  what this branch changes since it left main, clause by clause
  casebook diff --decisions          what an edit changes, proven; or that it changes nothing
  casebook diff v1..v2 --outcomes    which cases are decided otherwise";

impl Diff {
    pub fn run(&self, context: &Context) -> Result<Output, Failure> {
        let repo = context.open()?;
        let (base, head, since_parted) = self.versions.as_deref().map(versions).unwrap_or_default();
        let request = Request {
            base: base.map(str::to_owned),
            head: head.map(str::to_owned),
            since_parted,
            intents: self.intent.clone(),
            ..Request::default()
        };
        let comparison = repo.compare(&request, &[], &context.progress)?;
        comparison.head.version.warn_of_errors(&comparison.head.revision, &context.progress);
        let all = !(self.text || self.structure || self.decisions || self.outcomes);
        let files = if all || self.text { Some(repo.text_difference(&comparison, &Default::default())?) } else { None };
        let changes = structure_difference(&comparison);
        let outcomes = all || self.outcomes;
        let intents = match &comparison.base {
            Some(base) => repo.intent_lines(base, &comparison.head, &self.intent, &context.progress),
            None => Vec::new(),
        };
        let causes = if outcomes { causes(&comparison, &changes) } else { Vec::new() };
        let structure = (all || self.structure).then_some(changes.as_slice());
        let decided = match &comparison.base {
            // Whether a flip was meant is told by what was decided.
            Some(base) if all || self.decisions || (outcomes && !intents.is_empty()) => {
                let (base, head) = (&base.version.policy, &comparison.head.version.policy);
                Some(decisions(base, head, &comparison.sets.gold(), &changes, &intents, &context.progress))
            }
            _ => None,
        };
        let alone = self.decisions && !(self.text || self.structure || self.outcomes);
        let decided = match decided {
            Some(Err(WorkspaceError::VersionsTooLarge)) if !alone => Some(None),
            Some(decided) => Some(Some(decided?)),
            None => None,
        };
        let mut report = build(&comparison, files.as_deref(), structure, outcomes);
        report.decisions = match &decided {
            _ if !(all || self.decisions) => Decisions::NotAsked,
            None => Decisions::NoBase,
            Some(None) => Decisions::TooLarge,
            Some(Some(decided)) => decisions_report(&comparison, decided, &changes),
        };
        let behind = |cause: &Cause| FlipCause {
            how: cause.how,
            changes: cause.changes.iter().filter_map(|&at| changes.get(at)).collect(),
        };
        if let Some(Some(decided)) = decided.as_ref().filter(|_| !intents.is_empty()) {
            let idle = idle(&decided.difference, &decided.intents, &comparison.replay);
            for line in idle.iter().filter(|line| self.intent.contains(line)) {
                context.progress.warn(format!("nothing changes as this intent says: {line}"));
            }
            report.replay.meant = meant_flips(&decided.difference, &decided.intents, &comparison.replay);
        }
        report.replay.causes = causes.iter().map(behind).collect();
        Ok(Output::fine(match self.format {
            Format::Json => context.json(difference::json(&report)),
            Format::Markdown => difference::markdown(&report),
            _ => difference::text(&report, context.paint),
        }))
    }
}

fn decisions_report<'a>(comparison: &'a Comparison, decided: &'a Decided, changes: &'a [Change]) -> Decisions<'a> {
    let Some(base) = &comparison.base else { return Decisions::NoBase };
    let regions = decided.cases.iter().zip(&decided.edits).enumerate().map(|(at, (cases, behind))| {
        let name = |case: &CaseAt| {
            let set = &comparison.sets.sets[case.set].gold;
            (set.set().to_string(), set.id(case.row).into_owned())
        };
        let points = &decided.difference.regions[at].points;
        let renamed = behind.renamings(points, changes);
        RegionWords {
            how: behind.how,
            renamed: renamed.into_iter().filter_map(|at| changes.get(at)).collect(),
            intent: decided.intent(at).map(|intent| intent.to_string()).unwrap_or_default(),
            edits: behind.edits.iter().filter_map(|edit| Some((changes.get(edit.change)?, &edit.points))).collect(),
            cases: cases.iter().map(name).collect(),
        }
    });
    Decisions::Known(Box::new(DecisionsReport {
        base: &base.version.policy,
        head: &comparison.head.version.policy,
        difference: &decided.difference,
        regions: regions.collect(),
        intents: &decided.intents.lines,
        unread: &decided.intents.unread,
    }))
}

/// Base, head, and whether they are compared since they parted, as git reads it: an end that is left out is HEAD.
fn versions(versions: &str) -> (Option<&str>, Option<&str>, bool) {
    let since_parted = versions.split_once("...");
    match since_parted.or_else(|| versions.split_once("..")) {
        None => (Some(versions), None, false),
        Some((base, head)) => (Some(or_head(base)), Some(or_head(head)), since_parted.is_some()),
    }
}

fn or_head(rev: &str) -> &str {
    if rev.is_empty() { "HEAD" } else { rev }
}

pub(super) fn build<'a>(
    comparison: &'a Comparison,
    files: Option<&'a [FileDifference]>,
    structure: Option<&'a [Change]>,
    outcomes: bool,
) -> DifferenceReport<'a> {
    let file = |file: &'a FileDifference| FileText { path: &file.path, fate: file.fate.word(), difference: &file.text };
    DifferenceReport {
        text: files.map(|files| files.iter().map(file).collect()),
        structure,
        decisions: Decisions::NotAsked,
        outcomes,
        replay: report(comparison),
    }
}
