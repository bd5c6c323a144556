//! What a round found, for a report.

use super::load::LoadedRound;
use crate::agreement::field::Field;
use crate::agreement::round::{Found, OfRound};
use crate::analyze::structure::{self, Change};
use crate::decide::{GoldSet, Watch};
use crate::policy::Policy;
use crate::vcs::Revision;
use crate::workspace::error::WorkspaceError;
use crate::workspace::repo::{PolicyRepo, Unsaved};
use crate::workspace::rounds::find_round;
use crate::workspace::sets;
use crate::workspace::version::PolicyVersion;
use std::sync::Arc;

/// What a round found, as it is at one version.
#[derive(Debug)]
pub struct RoundReport {
    pub policy: Arc<Policy>,
    pub revision: Revision,
    pub found: Found,
    /// What changed in the policy since the round was opened; in words why nobody knows.
    pub changes: Result<Vec<Change>, String>,
}

impl PolicyRepo {
    /// What a round of a gold set found, by the labels and rulings of a version.
    pub fn round_report(
        &self,
        set: &str,
        name: &str,
        revision: &Revision,
        watch: &dyn Watch,
    ) -> Result<RoundReport, WorkspaceError> {
        let files = self.files(revision, &Unsaved::new())?;
        let policy = PolicyVersion::load(&*files).policy;
        let loaded = sets::load(&*files, Some(&[set.to_owned()]), &[], &policy.settling(), self.cache(), watch)?;
        let none = || WorkspaceError::NoSet { name: set.to_owned(), known: Vec::new() };
        let gold = loaded.sets.first().ok_or_else(none)?.gold.clone();
        let round = find_round(&*files, set, name)?;
        Ok(self.report_on(round, &gold, &policy, revision))
    }

    /// As [`PolicyRepo::round_report`], of what is loaded already.
    pub fn report_on(
        &self,
        round: LoadedRound,
        gold: &GoldSet,
        policy: &Arc<Policy>,
        revision: &Revision,
    ) -> RoundReport {
        let of_round = OfRound::new(gold, policy, &round.round, &round.plan);
        let fields = Field::words(policy).into_iter().filter_map(|word| Some((Field::find(&word, policy)?, word)));
        let figures = fields
            .filter(|(field, _)| of_round.is_answered(*field))
            .map(|(field, word)| (word, of_round.measures(field)))
            .collect();
        let (splits, compared) = (of_round.splits(), of_round.compared());
        let texts = of_round.blame(Field::Behavior);
        let (standing, changes) = (round.standing(gold, policy), self.changes_since(&round, policy));
        let LoadedRound { round, plan, closed, .. } = round;
        let set = gold.set().clone();
        let found = Found { set, round, plan, closed, standing, figures, splits, compared, texts };
        RoundReport { policy: policy.clone(), revision: revision.clone(), found, changes }
    }

    fn changes_since(&self, round: &LoadedRound, policy: &Policy) -> Result<Vec<Change>, String> {
        let Some(commit) = &round.round.policy else { return Err("the round names no commit".to_owned()) };
        let then = self.resolve(commit).and_then(|then| self.version(&then)).map_err(|error| error.to_string())?;
        Ok(structure::compare(&then.policy, policy))
    }
}
