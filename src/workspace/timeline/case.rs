//! One case over time: every step that changed its verdict, and the one that gave it the verdict that it has.

use super::Timeline;
use super::bisect::{Ruled, Turn};
use crate::decide::Watch;
use crate::policy::Policy;
use crate::policy::case::Reading;
use crate::workspace::error::WorkspaceError;
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// The verdicts that a case had.
#[derive(Debug)]
pub struct CaseHistory {
    pub now: Ruled,
    /// The steps that changed the verdict, newest first; the one that the history begins with is the last.
    pub turns: Vec<CaseStep>,
    /// How many commits were looked at.
    pub commits: usize,
}

/// A step that changed the verdict.
#[derive(Debug)]
pub struct CaseStep {
    pub turn: Turn,
    /// The edits of the step behind it, in sentences.
    pub edits: Vec<String>,
    /// Whether it is this step that gave the case the verdict that it has now.
    pub gave_it: bool,
}

impl Timeline<'_> {
    /// Follows a case, as it is read now, through all versions up to `open`, a policy that need not be committed.
    pub fn case(&mut self, reading: &Reading, open: &Policy, watch: &dyn Watch) -> Result<CaseHistory, WorkspaceError> {
        let now = Ruled::of(open, reading);
        let commits = self.commits.len();
        watch.expect(commits as u64);
        // The policies stay in memory with the timeline, so that none takes another's place.
        let mut known: FxHashMap<*const Policy, Ruled> = FxHashMap::default();
        let mut ruled = |timeline: &mut Self, at: usize| -> Result<Ruled, WorkspaceError> {
            let policy = timeline.policy(at)?;
            Ok(known.entry(Arc::as_ptr(&policy)).or_insert_with(|| Ruled::of(&policy, reading)).clone())
        };
        let mut turns = Vec::new();
        let mut is_last = true;
        for at in 0..commits {
            if watch.cancelled() {
                return Err(WorkspaceError::Cancelled);
            }
            watch.advance(1);
            if self.is_broken(at)? {
                continue;
            }
            let here = ruled(self, at)?;
            if std::mem::take(&mut is_last) && !here.is_like(&now) {
                turns.push(Turn { commit: None, before: Some(here.clone()), after: now.clone() });
            }
            let parents = self.parents(at)?.into_iter().map(|parent| ruled(self, parent));
            let parents: Vec<Ruled> = parents.collect::<Result<_, _>>()?;
            // What a merge has from one of its sides it did not change.
            if parents.iter().all(|parent| !parent.is_like(&here)) {
                let before = parents.into_iter().next();
                turns.push(Turn { commit: Some(self.commits[at].clone()), before, after: here });
            }
        }
        let (origin, _) = self.origin(reading, &now, true, watch)?;
        let origin = origin.map(|turn| turn.commit.map(|commit| commit.id));
        let mut steps = Vec::with_capacity(turns.len());
        for turn in turns {
            let edits = self.edits_behind(&turn, open, reading)?;
            let gave_it = origin.as_ref() == Some(&turn.commit.as_ref().map(|commit| commit.id.clone()));
            steps.push(CaseStep { turn, edits, gave_it });
        }
        Ok(CaseHistory { now, turns: steps, commits })
    }
}
