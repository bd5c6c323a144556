//! An edit of a policy with what it changes: proven of the decisions, counted on the gold sets.

use super::flip::FlipKind;
use super::run::{Flip, SetReplay, replay};
use crate::analyze::edit::PolicyEdit;
use crate::analyze::space::{Difference, TooLarge};
use crate::decide::{Cancelled, GoldSet, Watch};
use crate::policy::Policy;
use std::sync::Arc;

/// What an edit changes.
#[derive(Debug)]
pub struct Proven {
    pub edit: PolicyEdit,
    /// What it does, on one line.
    pub says: String,
    /// Every decision that it changes, and no other.
    pub decisions: Result<Difference, TooLarge>,
    /// The gold cases that would flip, those that would go wrong first.
    pub flips: Vec<FlippedCase>,
}

/// A gold case that an edit would flip.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FlippedCase {
    pub kind: FlipKind,
    pub set: Arc<str>,
    pub case: Box<str>,
}

impl Proven {
    /// What an edit would change in a policy, without making it.
    pub fn of(
        policy: &Arc<Policy>,
        edit: PolicyEdit,
        sets: &[Arc<GoldSet>],
        watch: &dyn Watch,
    ) -> Result<Self, Cancelled> {
        let after = Arc::new(edit.apply(policy));
        let decisions = Difference::of(policy, &after);
        let replayed = replay(sets, &after, Some(policy), watch)?;
        let flipped = |(set, flip): (&SetReplay, Flip)| FlippedCase {
            kind: flip.kind,
            set: set.gold.set().clone(),
            case: set.gold.id(flip.row as usize).into(),
        };
        let flips = replayed.flips().into_iter().map(flipped).collect();
        Ok(Proven { says: edit.sentence(policy), edit, decisions, flips })
    }

    /// The gold cases that it flips in this way.
    pub fn flips_of(&self, kind: FlipKind) -> impl Iterator<Item = &FlippedCase> {
        self.flips.iter().filter(move |flip| flip.kind == kind)
    }

    /// Whether every decision stays as it is.
    pub fn changes_nothing(&self) -> bool {
        self.decisions.as_ref().is_ok_and(Difference::is_equivalent)
    }
}
