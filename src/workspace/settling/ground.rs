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
    pub marks: &'g Marks,
}

/// A word on a case, by set and case.
pub type ByCase = BTreeMap<(Arc<str>, String), String>;

/// What is said of cases elsewhere than in their labels and rulings.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Marks {
    /// The rounds in which appeals are open.
    pub appeals: ByCase,
    /// The edit that touches the case, in words: ``the edit of `weapons` ``, where that was opened to close a gap in the guidance.
    pub edited: ByCase,
    /// The open rounds in which nobody sees what others say, for the cases that whoever asks is to read in them: nothing is told of
    /// those.
    pub hidden: ByCase,
}

impl Marks {
    /// The cases of a set of which anything is said.
    pub fn cases<'m>(&'m self, set: &'m Arc<str>) -> impl Iterator<Item = &'m str> {
        let cases = self.appeals.keys().chain(self.edited.keys());
        cases.filter(move |(of, _)| of == set).map(|(_, case)| case.as_str())
    }
}

/// What is said of one case.
pub fn word_on<'m>(of: &'m ByCase, set: &Arc<str>, case: &str) -> Option<&'m str> {
    if of.is_empty() {
        return None;
    }
    of.get(&(set.clone(), case.to_owned())).map(String::as_str)
}
