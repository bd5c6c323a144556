//! Since when a case is decided as it is.

use super::Timeline;
use crate::analyze::structure::compare;
use crate::decide::Watch;
use crate::decide::explain::verdict;
use crate::policy::Policy;
use crate::policy::case::Reading;
use crate::replay::cause::Causes;
use crate::vcs::Commit;
use crate::workspace::error::WorkspaceError;
use crate::workspace::repo::PolicyRepo;
use std::sync::Arc;

/// A case, and the step that gave it its verdict.
#[derive(Debug, Clone)]
pub struct Bisected {
    pub set: Arc<str>,
    pub case: String,
    pub now: Ruled,
    /// `None` where there is no history to look at, or what there is does not reach back so far.
    pub turn: Option<Turn>,
    /// The edits of that step behind it, in sentences.
    pub edits: Vec<String>,
    /// At how many commits it was decided.
    pub decided: usize,
}

/// How a policy decides a case, in words that hold across versions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ruled {
    pub behavior: Arc<str>,
    /// `None` where the default decided.
    pub clause: Option<Arc<str>>,
    pub undetermined: bool,
}

/// A step at which a verdict changed.
#[derive(Debug, Clone)]
pub struct Turn {
    /// `None` where the edit is not committed.
    pub commit: Option<Commit>,
    /// `None` where the history begins with it.
    pub before: Option<Ruled>,
    pub after: Ruled,
}

impl Ruled {
    pub fn of(policy: &Policy, reading: &Reading) -> Self {
        let verdict = verdict(policy, reading);
        Ruled {
            behavior: policy.manifest.behaviors.id(verdict.behavior).clone(),
            clause: verdict.clause.map(|ix| policy.clause(ix).id.clone()),
            undetermined: verdict.undetermined,
        }
    }

    /// Whether it is the same verdict, whichever clause gives it.
    pub fn is_like(&self, other: &Ruled) -> bool {
        (&self.behavior, self.undetermined) == (&other.behavior, other.undetermined)
    }
}

impl PolicyRepo {
    /// Finds the step that gave a case the verdict that it has at a version. The case is read everywhere as it is read at
    /// that version, so what is found is a change of the policy and not of a label.
    pub fn bisect(
        &self,
        case: &str,
        set: Option<&str>,
        rev: Option<&str>,
        watch: &dyn Watch,
    ) -> Result<Bisected, WorkspaceError> {
        let revision = self.resolve(rev.unwrap_or(crate::vcs::Revision::WORKTREE))?;
        let found = self.find_case(case, set, &revision, watch)?;
        let reading = found.set.gold.gold(found.row).reading.unwrap_or_default();
        let now = Ruled::of(&found.version.policy, &reading);
        let mut timeline = self.timeline(revision.commit(), None, watch)?;
        let (turn, decided) = timeline.origin(&reading, &now, revision.commit().is_none(), watch)?;
        let edits = match &turn {
            Some(turn) => timeline.edits_behind(turn, &found.version.policy, &reading)?,
            None => Vec::new(),
        };
        Ok(Bisected { set: found.set.name().clone(), case: case.to_owned(), now, turn, edits, decided })
    }
}

impl Timeline<'_> {
    /// What of a step did it, in sentences.
    pub(super) fn edits_behind(
        &mut self,
        turn: &Turn,
        unsaved: &Policy,
        reading: &Reading,
    ) -> Result<Vec<String>, WorkspaceError> {
        let sentences = |base: &Policy, head: &Policy| {
            let changes = compare(base, head);
            let cause = Causes::new(base, head, &changes).of(reading);
            cause.changes.into_iter().map(|at| changes[at].sentence()).collect()
        };
        let Some(commit) = &turn.commit else {
            let at = self.newest_whole()?;
            return Ok(sentences(&*self.policy(at)?, unsaved));
        };
        let at = self.at[&commit.id];
        match self.parents(at)?.first() {
            Some(&parent) => Ok(sentences(&*self.policy(parent)?, &*self.policy(at)?)),
            None => Ok(Vec::new()),
        }
    }

    /// The newest commit whose policy could be read; the newest of all where none could.
    fn newest_whole(&mut self) -> Result<usize, WorkspaceError> {
        for at in 0..self.commits.len() {
            if !self.is_broken(at)? {
                return Ok(at);
            }
        }
        Ok(0)
    }

    /// Follows a verdict back to the commit that brought it: to one that differs in it from all that it follows on. A merge
    /// has it from the side on which it is the same. `unsaved`: `now` may differ from what is committed.
    pub fn origin(
        &mut self,
        reading: &Reading,
        now: &Ruled,
        unsaved: bool,
        watch: &dyn Watch,
    ) -> Result<(Option<Turn>, usize), WorkspaceError> {
        if self.commits.is_empty() {
            return Ok((None, 0));
        }
        let mut decided = 1;
        let mut at = self.newest_whole()?;
        let mut here = Ruled::of(&*self.policy(at)?, reading);
        if unsaved && !here.is_like(now) {
            return Ok((Some(Turn { commit: None, before: Some(here), after: now.clone() }), decided));
        }
        loop {
            if watch.cancelled() {
                return Err(WorkspaceError::Cancelled);
            }
            // Where the history was asked for in part, it may have come from before that.
            if at >= self.commits.len() {
                return Ok((None, decided));
            }
            watch.advance(1);
            let policy = self.policy(at)?;
            let mut before = None;
            let mut same = None;
            for parent in self.parents(at)? {
                let other = self.policy(parent)?;
                let ruled = if Arc::ptr_eq(&other, &policy) { here.clone() } else { Ruled::of(&other, reading) };
                decided += 1;
                if ruled.is_like(&here) {
                    same = Some((parent, ruled));
                    break;
                }
                before = before.or(Some(ruled));
            }
            match same {
                Some((parent, ruled)) => (at, here) = (parent, ruled),
                None => {
                    let commit = Some(self.commits[at].clone());
                    return Ok((Some(Turn { commit, before, after: here }), decided));
                }
            }
        }
    }
}
