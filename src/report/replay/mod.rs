//! What a replay found: measures, flips, gates.

mod github;
mod json;
mod junit;
mod markdown;
mod text;

pub use github::github;
pub use json::json;
pub use junit::junit;
pub use markdown::markdown;
pub use text::{flips, gate_name, gate_words, gates, label_changes, measures, text};

use crate::analyze::structure::Change;
use crate::decide::Verdict;
use crate::policy::Policy;
use crate::replay::breakdown::{self, Group, GroupFigures};
use crate::replay::cause::How;
use crate::replay::flip::FlipKind;
use crate::replay::run::{Flip, Replay, SetReplay};
use crate::vcs::Revision;

/// The option of `casebook replay` that begins where the versions parted.
const MERGE_BASE: &str = "--merge-base";

/// A version, as it was named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VersionName {
    pub rev: String,
    /// `None` for the files on disk.
    pub commit: Option<String>,
}

impl VersionName {
    pub fn of(revision: &Revision) -> Self {
        VersionName { rev: revision.name().to_owned(), commit: revision.commit().map(|id| id.as_str().to_owned()) }
    }
}

/// A case whose gold label differs between base and head.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LabelChange {
    pub set: String,
    pub case: String,
    /// What the label calls for; `None` where there is none.
    pub base: Option<String>,
    pub head: Option<String>,
}

/// How many cases a gold set gained and lost from base to head.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseChange {
    pub set: String,
    pub added: usize,
    pub removed: usize,
}

/// A replay with all that is said about it.
#[derive(Debug)]
pub struct ReplayReport<'a> {
    pub head: VersionName,
    /// `None` where there is nothing to compare with.
    pub base: Option<VersionName>,
    /// The commit at which base and head parted, where neither follows on the other.
    pub parted: Option<String>,
    pub replay: &'a Replay,
    /// Whether the gold labels are those of the base.
    pub labels_of_base: bool,
    pub label_changes: Vec<LabelChange>,
    /// Sets that gained or lost cases.
    pub case_changes: Vec<CaseChange>,
    /// How many problems at error level the head has: what they are about may be missing from the figures.
    pub errors: u64,
    /// Which parts the measures are broken down by.
    pub by: Vec<Axis>,
    /// Whether the verdict on every case is told.
    pub verdicts: bool,
    /// The edits behind the flips, in the order of [`Replay::flips`]; empty or shorter where they were not looked for.
    pub causes: Vec<FlipCause<'a>>,
    /// Whether each flip was meant, in the order of [`Replay::flips`]; empty where nobody declared what was meant.
    pub meant: Vec<bool>,
}

/// The edits behind a flip.
#[derive(Debug, Clone)]
pub struct FlipCause<'a> {
    pub how: How,
    pub changes: Vec<&'a Change>,
}

/// What measures can be broken down by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Axis {
    Category,
    Tier,
    Facet,
    Tag,
}

impl Axis {
    pub const ALL: [Axis; 4] = [Axis::Category, Axis::Tier, Axis::Facet, Axis::Tag];

    pub fn word(self) -> &'static str {
        match self {
            Axis::Category => "category",
            Axis::Tier => "tier",
            Axis::Facet => "facet",
            Axis::Tag => "tag",
        }
    }
}

impl ReplayReport<'_> {
    /// Whether no gate fails and the head could be read without errors.
    pub fn passes(&self) -> bool {
        self.errors == 0 && self.replay.passes()
    }

    fn groups(&self) -> Vec<(Group, GroupFigures)> {
        if self.by.is_empty() {
            return Vec::new();
        }
        let wanted = |group: &Group| self.by.iter().any(|axis| axis.word() == group.axis());
        breakdown::breakdown(self.replay).into_iter().filter(|(group, _)| wanted(group)).collect()
    }

    /// The flips with what is told of them, in the order of [`Replay::flips`].
    fn flips(&self) -> impl Iterator<Item = FlipWords<'_>> {
        let (head, base) = (&self.replay.head, self.replay.base.as_deref());
        let of = move |(at, (set, flip)): (usize, (_, Flip))| {
            let meant = self.meant.get(at).copied();
            Some(FlipWords { cause: self.causes.get(at), meant, ..FlipWords::of(set, flip, head, base?) })
        };
        self.replay.flips().into_iter().enumerate().filter_map(of)
    }
}

/// A flip in words, those of the files.
struct FlipWords<'a> {
    set: &'a str,
    case: String,
    kind: FlipKind,
    gold: Option<&'a str>,
    acceptable: Vec<&'a str>,
    base: Words<'a>,
    head: Words<'a>,
    /// `None` where it was not looked for.
    cause: Option<&'a FlipCause<'a>>,
    /// Whether an author said so before; `None` where nobody said anything.
    meant: Option<bool>,
}

/// A verdict in words.
#[derive(Debug, Clone, Copy)]
struct Words<'a> {
    behavior: &'a str,
    /// `None` where the default decided.
    clause: Option<&'a str>,
    undetermined: bool,
}

impl<'a> FlipWords<'a> {
    fn of(set: &'a SetReplay, flip: Flip, head: &'a Policy, base: &'a Policy) -> Self {
        let row = flip.row as usize;
        let outcome = set.gold.outcome_words(set.gold.outcome(row));
        FlipWords {
            set: set.gold.set(),
            case: set.gold.id(row).into_owned(),
            kind: flip.kind,
            gold: outcome.behavior,
            acceptable: outcome.acceptable,
            base: Words::of(flip.base, base),
            head: Words::of(flip.head, head),
            cause: None,
            meant: None,
        }
    }
}

impl<'a> Words<'a> {
    fn of(verdict: Verdict, policy: &'a Policy) -> Self {
        Words {
            behavior: policy.manifest.behaviors.id(verdict.behavior),
            clause: verdict.clause.map(|clause| &*policy.clause(clause).id),
            undetermined: verdict.undetermined,
        }
    }

    /// `refuse (bio-uplift)`
    fn shown(self) -> String {
        let unsure = if self.undetermined { ", undetermined" } else { "" };
        format!("{} ({}{unsure})", self.behavior, self.clause.unwrap_or("default"))
    }
}

/// `a → b`, or the head alone where there is no base.
fn versions(report: &ReplayReport<'_>) -> String {
    match &report.base {
        Some(base) => format!("{} → {}", named(base), named(&report.head)),
        None => format!("{} (nothing to compare with)", named(&report.head)),
    }
}

/// Where base and head parted: that what the base did since then looks like the head's doing, and how the comparison begins
/// where they parted instead.
pub fn parted(report: &ReplayReport<'_>, way_out: &str) -> Option<String> {
    let (base, at) = report.base.as_ref().zip(report.parted.as_deref())?;
    let (base, head) = (&base.rev, &report.head.rev);
    Some(format!(
        "`{base}` went on since `{head}` parted from it at {}: what it did since then counts here as taken back. With \
         `{way_out}` the comparison begins where they parted.",
        short(at)
    ))
}

/// `HEAD (9cfb37a)`
pub fn named(version: &VersionName) -> String {
    match &version.commit {
        Some(commit) if !commit.starts_with(&version.rev) => format!("{} ({})", version.rev, short(commit)),
        Some(commit) => short(commit).to_owned(),
        None => version.rev.clone(),
    }
}

/// The first digits of a commit's id.
pub fn short(commit: &str) -> &str {
    commit.get(..9).unwrap_or(commit)
}
