//! Any two versions side by side: the policies, the gold sets, and the replay of both.

use super::error::WorkspaceError;
use super::files::Files;
use super::intent::measure_collateral;
use super::repo::{PolicyRepo, Unsaved};
use super::sets::{self, LoadedSet, Sets};
use super::version::PolicyVersion;
use crate::decide::{GoldSet, Watch};
use crate::replay::run::{Replay, replay};
use crate::vcs::{ObjectId, Revision, VcsError};
use std::sync::Arc;

/// Whose gold labels both sides are measured by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LabelsOf {
    #[default]
    Head,
    Base,
}

/// What is to be compared.
#[derive(Debug, Clone, Default)]
pub struct Request {
    /// The working tree where `None`.
    pub head: Option<String>,
    /// Where `None`: HEAD for the working tree, the first parent for a commit.
    pub base: Option<String>,
    /// Compare with where the base and the head parted, not with the base itself.
    pub since_parted: bool,
    /// All of them where `None`.
    pub sets: Option<Vec<String>>,
    pub labels: LabelsOf,
    /// What is declared to be meant, beside what the commits between the versions declare.
    pub intents: Vec<String>,
}

/// One version with its name.
#[derive(Debug, Clone)]
pub struct Side {
    pub revision: Revision,
    pub version: Arc<PolicyVersion>,
}

/// Two versions, replayed.
#[derive(Debug)]
pub struct Comparison {
    pub head: Side,
    /// `None` where there is nothing to compare with yet.
    pub base: Option<Side>,
    /// Where base and head parted, if neither follows on the other: then what the base's own commits did looks as if the head
    /// took it back.
    pub parted: Option<ObjectId>,
    pub sets: Sets,
    pub replay: Arc<Replay>,
    pub labels: LabelsOf,
    /// Cases whose gold label differs between the versions: a change that comes from the labels, not from the policy.
    pub label_changes: Vec<LabelChange>,
    /// Sets that gained or lost cases: fewer cases can look like fewer errors.
    pub case_changes: Vec<CaseChange>,
}

/// How many cases a gold set gained and lost from base to head.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseChange {
    pub set: Arc<str>,
    pub added: usize,
    pub removed: usize,
}

/// A case whose gold label differs between base and head.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LabelChange {
    pub set: Arc<str>,
    pub case: String,
    /// What the label calls for; `None` where there is no gold label, or no such case.
    pub base: Option<String>,
    pub head: Option<String>,
}

impl PolicyRepo {
    /// Loads and replays two versions.
    pub fn compare(
        &self,
        request: &Request,
        known: &[Arc<LoadedSet>],
        watch: &dyn Watch,
    ) -> Result<Comparison, WorkspaceError> {
        let head = self.resolve(request.head.as_deref().unwrap_or(Revision::WORKTREE))?;
        let base = match &request.base {
            Some(base) => Some(self.resolve(base)?),
            None => self.base_for(&head)?,
        };
        let common = base.as_ref().map(|base| self.common_commit(base, &head)).transpose()?.flatten();
        let (base, common) = match base {
            Some(base) if request.since_parted => (Some(since(&base, &head, common)?), None),
            base => (base, common),
        };
        let head_files = self.files(&head, &Unsaved::new())?;
        let base_files = base.as_ref().map(|base| self.files(base, &Unsaved::new())).transpose()?;
        let is_behind =
            |at: &ObjectId| [Some(&head), base.as_ref()].into_iter().flatten().any(|side| side.commit() == Some(at));
        let parted = common.filter(|at| !is_behind(at));
        let side =
            |revision: Revision, files: &dyn Files| Side { revision, version: Arc::new(PolicyVersion::load(files)) };
        let head = side(head, &*head_files);
        let base = base.zip(base_files.as_deref()).map(|(base, files)| side(base, files));
        // Those of the head are told with the outcome.
        if let Some(base) = &base {
            base.version.warn_of_errors(&base.revision, watch);
        }
        let settling = head.version.policy.settling();
        let load = |files: &dyn Files, wanted: Option<&[String]>, known: &[Arc<LoadedSet>]| {
            sets::load(files, wanted, known, &settling, self.cache(), watch)
        };
        let (measured_by, other) = match (request.labels, &base_files) {
            (LabelsOf::Base, Some(base)) => (base, Some(&head_files)),
            (_, base) => (&head_files, base.as_ref()),
        };
        let sets = load(&**measured_by, request.sets.as_deref(), known)?;
        let labels_may_differ =
            base.as_ref().map(|base| self.gold_differs(&head.revision, &base.revision)).transpose()?;
        let other = other.filter(|_| labels_may_differ == Some(true));
        let other = other.map(|files| load(&**files, None, &sets.sets)).transpose()?;
        let base_policy = base.as_ref().map(|base| &base.version.policy);
        let mut replay = replay(&sets.gold(), &head.version.policy, base_policy, watch)?;
        if let (true, Some(base)) = (replay.asks_for_intent(), &base) {
            let lines = self.intent_lines(base, &head, &request.intents, watch);
            measure_collateral(&mut replay, &lines);
        }
        let replay = Arc::new(replay);
        let case_changes = other.as_ref().map(|other| case_changes(&sets, other, request)).unwrap_or_default();
        let label_changes = other.map(|other| label_changes(&sets, &other, request.labels)).unwrap_or_default();
        Ok(Comparison { head, base, parted, sets, replay, labels: request.labels, label_changes, case_changes })
    }

    /// Replays gold sets in memory, for an edit that is not saved. What nobody declared is measured where something is declared:
    /// by the commits between, or by `marks`, lines of intent that are not committed.
    pub fn replay_unsaved(
        &self,
        sets: &Sets,
        head: &Side,
        base: Option<&Side>,
        marks: &[String],
        watch: &dyn Watch,
    ) -> Result<Replay, WorkspaceError> {
        let mut replayed = replay(&sets.gold(), &head.version.policy, base.map(|base| &base.version.policy), watch)?;
        if let (true, Some(base)) = (replayed.asks_for_intent(), base) {
            let lines = self.intent_lines(base, head, marks, watch);
            if !lines.is_empty() {
                measure_collateral(&mut replayed, &lines);
            }
        }
        Ok(replayed)
    }

    /// Whether any file under `gold/` differs between two versions: told by git without reading the files.
    fn gold_differs(&self, head: &Revision, base: &Revision) -> Result<bool, WorkspaceError> {
        let Some(repo) = self.git() else { return Ok(false) };
        let listed = |revision: &Revision| match revision.commit() {
            Some(id) => Ok(repo.snapshot(id)?.list("gold")?),
            None => match repo.head()?.commit() {
                Some(id) => Ok(repo.snapshot(id)?.list("gold")?),
                None => Ok::<_, WorkspaceError>(Vec::new()),
            },
        };
        let on_disk = [head, base].into_iter().any(|revision| revision.commit().is_none());
        let changed_on_disk =
            || Ok::<_, WorkspaceError>(repo.status()?.files.iter().any(|file| file.path.starts_with("gold/")));
        Ok(listed(head)? != listed(base)? || (on_disk && changed_on_disk()?))
    }

    /// The cases whose gold label in `sets`, those of the working tree, differs from that at `base`.
    pub fn label_changes(
        &self,
        sets: &Sets,
        base: &Revision,
        watch: &dyn Watch,
    ) -> Result<Vec<LabelChange>, WorkspaceError> {
        if !self.gold_differs(&Revision::Worktree, base)? {
            return Ok(Vec::new());
        }
        let settling = sets.sets.first().map(|set| set.gold.sources().settling.clone()).unwrap_or_default();
        let files = self.files(base, &Unsaved::new())?;
        let other = sets::load(&*files, None, &sets.sets, &settling, self.cache(), watch)?;
        Ok(label_changes(sets, &other, LabelsOf::Head))
    }

    /// The newest commit behind both of two versions, if there is one. The files on disk stand on the last commit.
    fn common_commit(&self, base: &Revision, head: &Revision) -> Result<Option<ObjectId>, WorkspaceError> {
        let Some(git) = self.git() else { return Ok(None) };
        let last = match (base.commit(), head.commit()) {
            (Some(_), Some(_)) => None,
            _ => git.head()?.commit().cloned(),
        };
        match (base.commit().or(last.as_ref()), head.commit().or(last.as_ref())) {
            (Some(one), Some(other)) => Ok(git.merge_base(one, other)?),
            _ => Ok(None),
        }
    }

    /// What a version is compared with unless said otherwise.
    fn base_for(&self, head: &Revision) -> Result<Option<Revision>, WorkspaceError> {
        match head.commit() {
            None => self.usual_base(),
            Some(_) => Ok(self.resolve(&format!("{}^", head.name())).ok()),
        }
    }
}

/// Where the head parted from the base, as a version: `main...draft`.
fn since(base: &Revision, head: &Revision, common: Option<ObjectId>) -> Result<Revision, VcsError> {
    let [one, other] = [base, head].map(|side| side.name().to_owned());
    match common {
        Some(id) => Ok(Revision::Commit { rev: format!("{one}...{other}"), id }),
        None => Err(VcsError::NothingInCommon { one, other }),
    }
}

/// The sets whose cases are not the same in `other`, the version that was not measured by.
fn case_changes(sets: &Sets, other: &Sets, request: &Request) -> Vec<CaseChange> {
    let wanted = |name: &str| request.sets.as_ref().is_none_or(|wanted| wanted.iter().any(|w| w == name));
    let mut names: Vec<&Arc<str>> = sets.sets.iter().chain(&other.sets).map(|set| set.name()).collect();
    names.sort();
    names.dedup();
    let missing_from = |there: Option<&Arc<LoadedSet>>, here: Option<&Arc<LoadedSet>>| {
        let lacks = |id: &str| there.is_none_or(|there| there.gold.find(id).is_none());
        here.map_or(0, |here| (0..here.gold.len()).filter(|&row| lacks(&here.gold.id(row))).count())
    };
    let change = |name: &Arc<str>| {
        let find = |sets: &'_ Sets| sets.sets.iter().find(|set| set.name() == name).cloned();
        let (here, there) = (find(sets), find(other));
        if let (Some(here), Some(there)) = (&here, &there)
            && Arc::ptr_eq(&here.gold, &there.gold)
        {
            return None;
        }
        let (new, gone) = (missing_from(there.as_ref(), here.as_ref()), missing_from(here.as_ref(), there.as_ref()));
        let (added, removed) = if request.labels == LabelsOf::Head { (new, gone) } else { (gone, new) };
        (added + removed > 0).then(|| CaseChange { set: name.clone(), added, removed })
    };
    names.into_iter().filter(|name| wanted(name)).filter_map(change).collect()
}

/// The cases whose gold label in `sets` differs from that in `other`, a version that was not measured by.
fn label_changes(sets: &Sets, other: &Sets, labels: LabelsOf) -> Vec<LabelChange> {
    let mut changes = Vec::new();
    for set in &sets.sets {
        let there = other.sets.iter().find(|there| there.name() == set.name());
        let Some(there) = there else { continue };
        if Arc::ptr_eq(&there.gold, &set.gold) {
            continue;
        }
        for row in 0..set.gold.len() {
            let id = set.gold.id(row);
            let (here, there) =
                (Some(behavior(&set.gold, row)), there.gold.find(&id).map(|row| behavior(&there.gold, row)));
            // A case that is new has no earlier label to differ from.
            if let (Some(here), Some(there)) = (here, there)
                && here != there
            {
                let (base, head) = if labels == LabelsOf::Head { (there, here) } else { (here, there) };
                changes.push(LabelChange { set: set.name().clone(), case: id.into_owned(), base, head });
            }
        }
    }
    changes
}

fn behavior(gold: &GoldSet, row: usize) -> Option<String> {
    gold.outcome_words(gold.outcome(row)).behavior.map(str::to_owned)
}
