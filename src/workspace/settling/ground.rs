//! What cases are looked at on: a policy, its gold sets, the rulings and the state of the texts, the appeals that are open.

use crate::decide::GoldSet;
use crate::policy::Policy;
use crate::workspace::precedents::Precedents;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Everything that a queue is made from.
#[derive(Debug, Clone, Copy)]
pub struct Ground<'g> {
    pub policy: &'g Policy,
    pub sets: &'g [Arc<GoldSet>],
    /// Of the same policy and sets.
    pub precedents: &'g Precedents,
    pub appeals: &'g Appeals,
}

/// The rounds in which appeals are open, by set and case.
pub type Appeals = BTreeMap<(Arc<str>, String), String>;

impl Ground<'_> {
    /// The open round that a case is appealed in.
    pub fn appeal(&self, set: &Arc<str>, case: &str) -> Option<&str> {
        if self.appeals.is_empty() {
            return None;
        }
        self.appeals.get(&(set.clone(), case.to_owned())).map(String::as_str)
    }

    /// The cases of a set that are appealed.
    pub fn appealed<'g>(&'g self, set: &'g Arc<str>) -> impl Iterator<Item = &'g str> {
        self.appeals.keys().filter(move |(of, _)| of == set).map(|(_, case)| case.as_str())
    }
}
