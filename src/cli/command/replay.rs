use crate::cli::arguments::one_of;
use crate::cli::environment::Context;
use crate::cli::output::{Failure, Output};
use crate::report::Format;
use crate::report::replay::{self, Axis, CaseChange, LabelChange, ReplayReport, VersionName};
use crate::workspace::check::{check, errors};
use crate::workspace::compare::{Comparison, LabelsOf, Request};
use crate::workspace::marks::Marks;
use clap::builder::{PossibleValuesParser, TypedValueParser};

/// Decide every gold case at two versions: measures, flips, gates
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(in crate::cli) struct Replay {
    /// The version to look at: a branch, a tag, a commit [default: the files on disk]
    #[arg(long, value_name = "REV")]
    head: Option<String>,
    /// What to compare it with [default: HEAD; for a commit the one before it]
    #[arg(long, value_name = "REV")]
    base: Option<String>,
    /// Compare with where the base and the head parted, not with the base as it is now
    #[arg(long, requires = "base")]
    merge_base: bool,
    /// Only this gold set; may be given several times
    #[arg(long = "set", value_name = "NAME")]
    sets: Vec<String>,
    /// Tell the verdict on every case as well
    #[arg(long)]
    verdicts: bool,
    /// Whose gold labels both versions are measured by
    #[arg(long, value_name = "SIDE", default_value = "head", value_parser = ["head", "base"])]
    labels: String,
    /// Break the measures down; may be given several times
    #[arg(long, value_parser = axis(), value_name = "PART")]
    by: Vec<Axis>,
    #[arg(long, default_value = "text", value_parser = one_of(FORMATS), help = "How to print it")]
    format: Format,
}

const FORMATS: &[Format] = &[Format::Text, Format::Json, Format::Markdown, Format::Junit, Format::Github];

const EXAMPLES: &str = "\
Examples:
  casebook replay                               what the edits since the last commit do
  casebook replay --base main --merge-base      … since the branch left main
  casebook replay --head HEAD~2                 what the commit before the last two did
  casebook replay --set core --by category      one gold set, by category of harm
  casebook replay --format markdown             a comment for a pull request
  casebook replay --format json --verdicts      everything, for a script

Ends with exit code 1 where a gate of the manifest fails, or the policy has errors.";

fn axis() -> impl TypedValueParser<Value = Axis> {
    let find = |word: String| Axis::ALL.into_iter().find(|axis| axis.word() == word).unwrap_or(Axis::Category);
    PossibleValuesParser::new(Axis::ALL.map(Axis::word)).map(find)
}

impl Replay {
    pub fn run(&self, context: &Context) -> Result<Output, Failure> {
        let repo = context.open()?;
        let request = Request {
            head: self.head.clone(),
            base: self.base.clone(),
            since_parted: self.merge_base,
            sets: (!self.sets.is_empty()).then(|| self.sets.clone()),
            labels: if self.labels == "base" { LabelsOf::Base } else { LabelsOf::Head },
            intents: if self.head.is_none() { Marks::beside(&repo, &[]) } else { Vec::new() },
        };
        let comparison = repo.compare(&request, &[], &context.progress)?;
        let report = ReplayReport { by: self.by.clone(), verdicts: self.verdicts, ..report(&comparison) };
        let text = match self.format {
            Format::Json => context.json(replay::json(&report)),
            Format::Markdown => replay::markdown(&report),
            Format::Junit => replay::junit(&report),
            Format::Github => replay::github(&report),
            _ => replay::text(&report, context.paint),
        };
        Ok(Output::with(text, report.passes()))
    }
}

/// What is said about a comparison, in short.
pub(super) fn report(comparison: &Comparison) -> ReplayReport<'_> {
    let problems = check(&comparison.head.version, &comparison.sets);
    let label_changes = comparison.label_changes.iter().map(|change| LabelChange {
        set: change.set.to_string(),
        case: change.case.clone(),
        base: change.base.clone(),
        head: change.head.clone(),
    });
    let case_changes = comparison.case_changes.iter().map(|change| CaseChange {
        set: change.set.to_string(),
        added: change.added,
        removed: change.removed,
    });
    ReplayReport {
        head: VersionName::of(&comparison.head.revision),
        base: comparison.base.as_ref().map(|base| VersionName::of(&base.revision)),
        parted: comparison.parted.as_ref().map(|id| id.as_str().to_owned()),
        replay: &comparison.replay,
        labels_of_base: comparison.labels == LabelsOf::Base,
        label_changes: label_changes.collect(),
        case_changes: case_changes.collect(),
        errors: errors(&problems),
        by: Vec::new(),
        verdicts: false,
        causes: Vec::new(),
        meant: Vec::new(),
    }
}
