//! What of a change was meant: the points at which it is what authors said they would change.

use super::TooLarge;
use super::diagram::{EMPTY, Node};
use super::layout::Space;
use super::words;
use crate::policy::Policy;
use crate::policy::condition::Condition;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A change that an author means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MeantChange {
    /// The behaviors before and after, by id; `None` is any.
    pub from: Option<Arc<str>>,
    pub to: Option<Arc<str>>,
    /// Where, in the [`common_words`] of the versions.
    pub when: Condition,
}

/// The words of two versions, as a policy without clauses: what conditions over their common space are said in.
pub fn common_words(base: &Policy, head: &Policy) -> Result<Policy, TooLarge> {
    words::common(Some(base), head).ok_or(TooLarge)
}

impl Space {
    /// The positions of the meant changes that cover no point: neither alone, nor as a step between others.
    pub(super) fn idle(
        &mut self,
        meant: &[MeantChange],
        changed: Node,
        functions: [Node; 2],
        ids: &mut Vec<Arc<str>>,
        all: Node,
    ) -> Vec<usize> {
        let mut idle = Vec::new();
        for at in 0..meant.len() {
            if self.meant(&meant[at..=at], changed, functions, ids) == EMPTY {
                let others: Vec<MeantChange> = [&meant[..at], &meant[at + 1..]].concat();
                if self.meant(&others, changed, functions, ids) == all {
                    idle.push(at);
                }
            }
        }
        idle
    }

    /// The points of `changed` at which the meant changes lead from what is done before to what is done after: one of
    /// them, or several in their order, as commits follow each other. `before` and `after` give the position of the
    /// behavior's id in `ids`, from 1.
    pub(super) fn meant(
        &mut self,
        meant: &[MeantChange],
        changed: Node,
        [before, after]: [Node; 2],
        ids: &mut Vec<Arc<str>>,
    ) -> Node {
        if meant.is_empty() {
            return EMPTY;
        }
        let [before, after] = [before, after].map(|function| self.keep(function, changed));
        // Where each behavior may have been reached by now.
        let mut reached: BTreeMap<u32, Node> = self.split(before).into_iter().filter(|(at, _)| *at != 0).collect();
        for change in meant {
            let mut position = |id: &Arc<str>| {
                let known = ids.iter().position(|known| known == id);
                known.unwrap_or_else(|| {
                    ids.push(id.clone());
                    ids.len() - 1
                }) as u32
                    + 1
            };
            let sources: Vec<Node> = match &change.from {
                Some(id) => reached.get(&position(id)).copied().into_iter().collect(),
                None => reached.values().copied().collect(),
            };
            let to = change.to.as_ref().map(position);
            let mut moved = EMPTY;
            for source in sources {
                moved = self.or(moved, source);
            }
            let when = self.set_of(&change.when);
            moved = self.and(moved, when);
            let targets = to.map_or(1..=ids.len() as u32, |to| to..=to);
            for target in targets {
                let there = reached.get(&target).copied().unwrap_or(EMPTY);
                reached.insert(target, self.or(there, moved));
            }
        }
        let mut all = EMPTY;
        for (at, set) in self.split(after) {
            if let (true, Some(&there)) = (at != 0, reached.get(&at)) {
                let here = self.and(there, set);
                all = self.or(all, here);
            }
        }
        all
    }
}
