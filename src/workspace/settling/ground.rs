//! What cases are looked at on: a policy, its gold sets, the state of its texts, the appeals that are open.

use crate::decide::GoldSet;
use crate::policy::Policy;
use crate::policy::editorial::Editorials;
use crate::precedent::Texts;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Everything that a queue is made from.
#[derive(Debug)]
pub struct Ground {
    pub policy: Arc<Policy>,
    pub sets: Vec<Arc<GoldSet>>,
    pub texts: Texts,
    appeals: Appeals,
}

/// The rounds in which appeals are open, by set and case.
pub type Appeals = BTreeMap<(Arc<str>, String), String>;

impl Ground {
    pub fn new(policy: &Arc<Policy>, sets: Vec<Arc<GoldSet>>, editorials: &Editorials, appeals: Appeals) -> Ground {
        Ground { policy: policy.clone(), texts: Texts::new(policy, editorials), sets, appeals }
    }

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
