//! An edit of a policy with what it changes: proven of the decisions, counted on the gold sets.

use super::flip::FlipKind;
use super::run::replay;
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
    /// Of the gold cases: those that were wrong and would be right, and the contrary.
    pub fixed: usize,
    pub regressed: usize,
    /// Those that would flip otherwise.
    pub changed: usize,
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
        Ok(Proven {
            says: edit.sentence(policy),
            edit,
            decisions,
            fixed: replayed.count(FlipKind::Fixed),
            regressed: replayed.count(FlipKind::Regressed),
            changed: replayed.count(FlipKind::Changed),
        })
    }

    /// Whether every decision stays as it is.
    pub fn changes_nothing(&self) -> bool {
        self.decisions.as_ref().is_ok_and(Difference::is_equivalent)
    }
}
