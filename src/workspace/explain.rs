//! One case at one version: its gold label, its verdict, and why.

use super::error::WorkspaceError;
use super::files::Files;
use super::fixes::case_fixes;
use super::precedents::Precedents;
use super::repo::{PolicyRepo, Unsaved};
use super::sets::Sets;
use super::version::PolicyVersion;
use crate::decide::explain::{Explanation, explain, explain_unlabeled};
use crate::decide::{GoldSet, Watch};
use crate::policy::Policy;
use crate::policy::case::Case;
use crate::policy::gold::{Gold, Said};
use crate::policy::place::Place;
use crate::precedent::{CaseGold, GoldState};
use crate::replay::fixes::Fix;
use crate::replay::run::accepted;
use crate::replay::standing::Standing;
use crate::vcs::Revision;
use std::sync::Arc;

/// A case, decided and explained.
#[derive(Debug)]
pub struct Explained {
    pub revision: Revision,
    pub policy: Arc<Policy>,
    pub set: Arc<str>,
    pub case: Case,
    /// Of the case's line.
    pub place: Place,
    pub gold: Gold,
    pub explanation: Explanation,
    /// How the verdict stands to the gold label.
    pub standing: Standing,
    /// What the labelers said.
    pub said: Said,
    /// How the gold label itself stands.
    pub state: CaseGold,
}

impl PolicyRepo {
    /// Decides one case at a version (the working tree where `None`) and says why. The case is looked for in `set`, or in
    /// every set.
    pub fn explain(
        &self,
        case: &str,
        set: Option<&str>,
        rev: Option<&str>,
        watch: &dyn Watch,
    ) -> Result<Explained, WorkspaceError> {
        let revision = self.resolve(rev.unwrap_or(Revision::WORKTREE))?;
        let found = self.find_case(case, set, &revision, watch)?;
        let files = self.files(&revision, &Unsaved::new())?;
        let state =
            self.gold_state(&*files, &found.version.policy, &found.sets, (found.set.name(), found.row), watch)?;
        explain_row(revision, &found.version, &found.set.gold, found.row, state)
    }

    /// How the gold label of the case in a row of a set stands. For a job where there are many rulings: all are read.
    pub fn gold_state(
        &self,
        files: &dyn Files,
        policy: &Arc<Policy>,
        sets: &Sets,
        (set, row): (&str, usize),
        watch: &dyn Watch,
    ) -> Result<CaseGold, WorkspaceError> {
        let Precedents { docket, texts, .. } = self.precedents(files, policy, sets, watch)?;
        let at = sets.sets.iter().position(|known| **known.name() == *set);
        let state = at.and_then(|at| docket.gold_state_of(at, row, &texts));
        Ok(state.unwrap_or(CaseGold { row, state: GoldState::Unlabeled, why: Vec::new() }))
    }

    /// The single edits of the policy that would right a case, tried on all gold sets of its version.
    pub fn fixes(&self, found: &Explained, watch: &dyn Watch) -> Result<Vec<Fix>, WorkspaceError> {
        let opened = self.open_version(Some(found.revision.name()), &[], watch)?;
        let sets = opened.sets.gold();
        let of = sets.iter().find_map(|set| Some((set, set.find(&found.case.id)?)).filter(|_| *set.set() == found.set));
        let Some((set, row)) = of else { return Ok(Vec::new()) };
        Ok(case_fixes(&opened.version.policy, &sets, set, row, watch)?)
    }
}

/// Decides one case of a gold set that is loaded already, and says why.
fn explain_row(
    revision: Revision,
    version: &PolicyVersion,
    gold: &GoldSet,
    row: usize,
    state: CaseGold,
) -> Result<Explained, WorkspaceError> {
    let policy = version.policy.clone();
    let label = gold.gold(row);
    let mut explanation = match &label.reading {
        Some(reading) => explain(&policy, reading),
        None => explain_unlabeled(&policy),
    };
    for miss in explanation.rulings.iter_mut().flat_map(|ruling| &mut ruling.misses) {
        if let Some(document) = version.documents.get(&miss.place.file) {
            miss.place = document.place(&miss.place.file, &miss.place.route);
        }
    }
    let verdict = explanation.verdict;
    let standing = Standing::of(verdict.behavior, verdict.undetermined, accepted(gold, gold.outcome(row), &policy));
    Ok(Explained {
        revision,
        set: gold.set().clone(),
        case: gold.case(row)?,
        place: gold.place(row),
        gold: label,
        explanation,
        standing,
        said: Said::of(&gold.labels_of(row)),
        state,
        policy,
    })
}
