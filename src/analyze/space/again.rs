//! Deciding a set of points again by other versions: the head without an edit, for instance.

use super::diagram::{EMPTY, Node};
use super::layout::Space;
use super::regions::in_order;
use super::words::Lens;
use crate::policy::Policy;
use crate::policy::clause::Clause;
use crate::policy::condition::Condition;
use crate::policy::place::Place;
use std::sync::Arc;

/// A version that says these conditions, which are in the words of a space: so that a space over it tells apart what they
/// tell apart.
pub fn saying(words: &Policy, conditions: &[Condition]) -> Policy {
    let clause = |(at, when): (usize, &Condition)| Clause {
        id: at.to_string().into(),
        title: "".into(),
        level: "".into(),
        text: "".into(),
        rationale: "".into(),
        guidance: "".into(),
        when: when.clone(),
        then: Some(words.manifest.default),
        examples: Vec::new(),
        spec: 0,
        place: Place::default(),
    };
    Policy { clauses: conditions.iter().enumerate().map(clause).collect(), ..words.clone() }
}

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
        self.diagrams.first_of(&functions)
    }

    /// The points at which a condition of a version is true. The version is one that the space was made for.
    pub fn applies(&mut self, policy: &Policy, when: &Condition) -> Node {
        let lens = Lens::new(&self.words, policy);
        self.holds(&lens, when)
    }

    /// The points at which a condition in the words of the space holds, which the space tells apart: it is the cover of a set
    /// of it or of a coarser one, or the space was made for a version that [says](saying) it.
    pub fn set_of(&mut self, when: &Condition) -> Node {
        let words = self.words.clone();
        let lens = Lens::new(&words, &words);
        self.holds(&lens, when)
    }
}
