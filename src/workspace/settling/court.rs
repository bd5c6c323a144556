//! A version's gold sets with their rulings, and the queue made from them.

use super::batch::Batch;
use super::findings::Findings;
use super::ground::{ByCase, Ground, Marks, word_on};
use super::queue::Queue;
use crate::decide::{GoldSet, Watch};
use crate::policy::Policy;
use crate::workspace::error::WorkspaceError;
use crate::workspace::files::Files;
use crate::workspace::precedents::Precedents;
use crate::workspace::repo::PolicyRepo;
use crate::workspace::sets::Sets;
use std::sync::Arc;

/// Everything that settling looks at, made once a version. May be shared between threads.
#[derive(Debug)]
pub struct Court {
    pub policy: Arc<Policy>,
    pub sets: Vec<Arc<GoldSet>>,
    pub precedents: Precedents,
    pub marks: Marks,
    pub queue: Queue,
    /// The cases on which everybody agrees.
    pub batch: Batch,
}

impl Court {
    /// Reads the rulings and ranks the queue: for a job. `policy` and `sets` are those of the version that `files` gives; unsaved
    /// edits may be in them.
    pub fn open(
        repo: &PolicyRepo,
        files: &dyn Files,
        policy: &Arc<Policy>,
        sets: &Sets,
        marks: Marks,
        watch: &dyn Watch,
    ) -> Result<Court, WorkspaceError> {
        let precedents = repo.precedents(files, policy, sets, watch)?;
        let (policy, sets) = (policy.clone(), sets.gold());
        let ground = Ground { policy: &policy, sets: &sets, precedents: &precedents, marks: &marks };
        let queue = Queue::rank(&ground, watch)?;
        let batch = Batch::of(&ground, &queue);
        Ok(Court { policy, sets, precedents, marks, queue, batch })
    }

    /// The court once a ruling on one case was given or taken back: `sets` has it already, `edited` is what edits touch now. The
    /// rulings are as if all were read again, so what is looked for among them counts the new one. Of the queue only the case
    /// itself and those whose rulings it overrules are looked at: a court opened anew has the rest. `None` where the sets hold
    /// other cases than before.
    pub fn after(&self, repo: &PolicyRepo, sets: &Sets, edited: &ByCase, (set, case): (&str, &str)) -> Option<Court> {
        let sets = sets.gold();
        let is_same = |(before, after): (&Arc<GoldSet>, &Arc<GoldSet>)| after.has_cases_of(before.sources());
        if sets.len() != self.sets.len() || !self.sets.iter().zip(&sets).all(is_same) {
            return None;
        }
        let key = self.find(set, case)?;
        let precedents = self.precedents.after(repo, &sets, key);
        let marks = Marks { edited: edited.clone(), ..self.marks.clone() };
        let ground = Ground { policy: &self.policy, sets: &sets, precedents: &precedents, marks: &marks };
        let overruled = [&self.precedents.docket, &precedents.docket];
        let mut cases: Vec<(u16, u32)> = overruled
            .into_iter()
            .flat_map(|docket| docket.overruled_from(key.0, key.1 as usize))
            .chain([key])
            .collect();
        cases.sort_unstable();
        cases.dedup();
        let queue = self.queue.after(&ground, &cases);
        let settled = cases.into_iter().filter(|case| queue.unanimous.binary_search(case).is_err()).collect();
        let batch = self.batch.clone().without(&settled);
        Some(Court { policy: self.policy.clone(), sets, precedents, marks, queue, batch })
    }

    pub fn ground(&self) -> Ground<'_> {
        Ground { policy: &self.policy, sets: &self.sets, precedents: &self.precedents, marks: &self.marks }
    }

    /// What there is to find about a case; `None` where there is no such set or row.
    pub fn findings(&self, set: u16, row: u32) -> Option<Findings> {
        let gold = self.sets.get(usize::from(set)).filter(|gold| (row as usize) < gold.len())?;
        Some(Findings::of(&self.ground(), gold, row as usize))
    }

    /// The open round in which whoever asked reads this case without seeing what others say.
    pub fn hidden_in(&self, set: u16, row: u32) -> Option<&str> {
        let gold = self.sets.get(usize::from(set)).filter(|gold| (row as usize) < gold.len())?;
        word_on(&self.marks.hidden, gold.set(), &gold.id(row as usize))
    }

    /// The case with this id in the set of this name: position of the set, and row.
    pub fn find(&self, set: &str, case: &str) -> Option<(u16, u32)> {
        let at = self.sets.iter().position(|gold| **gold.set() == *set)?;
        let row = self.sets[at].find(case)?;
        Some((u16::try_from(at).ok()?, u32::try_from(row).ok()?))
    }
}
