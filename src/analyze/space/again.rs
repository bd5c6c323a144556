//! Deciding a set of points again by other versions: the head without an edit, for instance.

use super::diagram::{EMPTY, Node};
use super::layout::Space;
use super::regions::{first_of, in_order};
use super::words::Lens;
use crate::policy::Policy;
use crate::policy::condition::Condition;
use std::sync::Arc;

impl Space {
    /// What a version does at the points of a set: the position of the behavior's id in `ids`, from 1; 0 elsewhere. Ids that
    /// are missing there are added. The version is one that the space was made for.
    pub fn rulings(&mut self, policy: &Policy, within: Node, ids: &mut Vec<Arc<str>>) -> Node {
        let lens = Lens::new(&self.words, policy);
        let mut answer = |behavior| {
            let id = policy.manifest.behaviors.id(behavior);
            let at = ids.iter().position(|known| known == id).unwrap_or_else(|| {
                ids.push(id.clone());
                ids.len() - 1
            });
            at as u32 + 1
        };
        let mut functions = Vec::new();
        for (clause, behavior) in in_order(policy) {
            let applies = self.holds(&lens, &policy.clause(clause).when);
            let applies = self.diagrams.and(applies, within);
            if applies != EMPTY {
                functions.push(self.diagrams.answering(applies, answer(behavior)));
            }
        }
        functions.push(self.diagrams.answering(within, answer(policy.manifest.default)));
        first_of(self, &functions)
    }

    /// The points at which a condition in the words of the space holds.
    pub fn set_of(&mut self, when: &Condition) -> Node {
        let words = self.words.clone();
        let lens = Lens::new(&words, &words);
        self.holds(&lens, when)
    }
}
