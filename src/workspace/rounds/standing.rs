//! How far a round is, and whether it is enough.

use super::load::LoadedRound;
use crate::agreement::round::{Committed, ExitStanding, OfRound, RoundStanding};
use crate::decide::{GoldSet, Watch};
use crate::policy::Policy;
use crate::policy::round::{Blindness, Commitment};
use crate::policy::who::owner_of;
use crate::workspace::error::WorkspaceError;
use crate::workspace::files::WorkTree;
use crate::workspace::repo::{PolicyRepo, Unsaved};
use crate::workspace::sets;
use crate::workspace::version::PolicyVersion;

impl LoadedRound {
    /// How the round stands by the labels of its gold set; of a sealed one that is open, by the commitments. To its exit
    /// criteria a closed one stands as was kept when it was closed, where that was.
    pub fn standing(&self, gold: &GoldSet, policy: &Policy) -> RoundStanding {
        let sealed = self.is_open() && self.round.blindness == Blindness::Sealed;
        let committed = if self.is_open() { self.committed() } else { Committed::new() };
        let of_round = OfRound::new(gold, policy, &self.round, &self.plan);
        match self.closed.as_ref().and_then(|closed| closed.exit.as_ref()) {
            Some(kept) => RoundStanding {
                labelers: of_round.labelers(&committed),
                exits: kept.iter().map(ExitStanding::kept).collect(),
                at_close: true,
            },
            None => of_round.stand(&committed, sealed),
        }
    }

    /// How many commitments each labeler published on each case.
    fn committed(&self) -> Committed {
        let mut counts = Committed::new();
        for file in &self.commitments {
            let owner = file.path.split('/').rev().nth(1).map(owner_of).unwrap_or_default();
            let bytes: &[u8] = (*file.bytes).as_ref();
            for line in bytes.split(|byte| *byte == b'\n') {
                if let Ok(Commitment { case, .. }) = serde_json::from_slice(line) {
                    *counts.entry((owner.clone(), case)).or_default() += 1;
                }
            }
        }
        counts
    }
}

impl PolicyRepo {
    /// The rounds of a gold set on disk, by name, and how each stands.
    pub fn standings(&self, set: &str, watch: &dyn Watch) -> Result<Vec<(LoadedRound, RoundStanding)>, WorkspaceError> {
        let rounds = self.rounds(set)?;
        if rounds.is_empty() {
            return Ok(Vec::new());
        }
        let (gold, policy) = self.set_on_disk(set, watch)?;
        let stand = |round: LoadedRound| {
            let standing = round.standing(&gold, &policy);
            (round, standing)
        };
        Ok(rounds.into_iter().map(stand).collect())
    }

    /// One round of a gold set on disk, and how it stands.
    pub fn standing(
        &self,
        set: &str,
        name: &str,
        watch: &dyn Watch,
    ) -> Result<(LoadedRound, RoundStanding), WorkspaceError> {
        let round = self.round(set, name)?;
        let (gold, policy) = self.set_on_disk(set, watch)?;
        let standing = round.standing(&gold, &policy);
        Ok((round, standing))
    }

    fn set_on_disk(
        &self,
        set: &str,
        watch: &dyn Watch,
    ) -> Result<(std::sync::Arc<GoldSet>, std::sync::Arc<Policy>), WorkspaceError> {
        let tree = WorkTree { root: self.root().clone(), unsaved: Unsaved::new() };
        let policy = PolicyVersion::load(&tree).policy;
        let loaded = sets::load(&tree, Some(&[set.to_owned()]), &[], &policy.settling(), self.cache(), watch)?;
        let none = || WorkspaceError::NoSet { name: set.to_owned(), known: Vec::new() };
        Ok((loaded.sets.first().ok_or_else(none)?.gold.clone(), policy))
    }
}
