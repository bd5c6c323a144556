//! Moving items within a list and from one list to another.

use super::children::{Body, wrong};
use super::find::Slot;
use super::layout::children;
use super::{Context, EditError, Plan};
use crate::document::scan;
use crate::document::tree::Kind;
use crate::document::value::Value;
use crate::policy::place::{Route, Step};
use std::ops::Range;

impl Context<'_> {
    pub(super) fn move_item(&self, seq: &Route, from: usize, to: usize) -> Result<Vec<Plan>, EditError> {
        let found = self.find(seq)?;
        let Kind::Sequence(sequence) = found.node.kind() else {
            return Err(wrong(seq, found.node, "a list"));
        };
        let len = sequence.items.len();
        for index in [from, to] {
            if index >= len {
                return Err(EditError::OutOfRange { route: seq.clone(), index, len });
            }
        }
        // Every item between the two places moves on by one, into the place of its neighbour; what stands between the
        // places (blank lines, comments apart) stays.
        let places: Vec<Range<usize>> = if sequence.flow {
            children(found.node).iter().map(|child| child.start..child.end).collect()
        } else {
            self.extents(found.node, matches!(found.slot, Slot::Root))
        };
        let mut order: Vec<usize> = (0..len).collect();
        let moved = order.remove(from);
        order.insert(to, moved);
        let plan = |close: &str| {
            (0..len).filter(|i| order[*i] != *i).fold(Plan::default(), |plan, place| {
                let text = &self.text[places[order[place]].clone()];
                let last = places[place].end == self.text.len();
                plan.splice(places[place].clone(), format!("{text}{}", if last { close } else { "" }))
            })
        };
        Ok(vec![plan(""), plan(self.manner.eol)])
    }

    pub(super) fn move_item_to(&self, at: &Route, seq: &Route, index: usize) -> Result<Vec<Plan>, EditError> {
        let missing = |route: &Route| EditError::NotFound { route: route.clone() };
        if seq.starts_with(at) {
            return Err(EditError::IntoItself { route: at.clone() });
        }
        let (home, step) = at.split_last().ok_or_else(|| missing(at))?;
        let &Step::Item(from) = step else {
            return Err(EditError::WrongKind {
                route: at.clone(),
                found: "a key's value",
                wanted: "an item of a list",
            });
        };
        if home == *seq {
            return self.move_item(seq, from, if index > from { index - 1 } else { index });
        }
        let parent = self.find(&home)?;
        let item = parent.node.as_sequence().and_then(|s| s.items.get(from)).ok_or_else(|| missing(at))?;
        let value = Value::of(&item.value);
        let body = if parent.node.is_flow() {
            let lines = self.manner.item(&value, 0);
            Body::Source { lines, column: 0, value }
        } else {
            let extent = self.extents(parent.node, matches!(parent.slot, Slot::Root))[from].clone();
            let column = scan::column(self.text, item.start);
            Body::Source { lines: self.text[extent].to_owned(), column, value }
        };
        let into = match (self.doc.node(seq), seq.split_last()) {
            (None, Some((map, Step::Key(key)))) => self.new_list(&map, key, &body)?,
            _ => self.insert_into(seq, index, &body)?,
        };
        let out = self.remove_run(parent, from..from + 1).into_iter().map(|mut plan| {
            // The comments that go from here have to come up there.
            plan.may_drop.clear();
            plan
        });
        let out: Vec<Plan> = out.collect();
        Ok(into.iter().flat_map(|a| out.iter().map(move |b| a.clone().and(b.clone()))).collect())
    }

    /// The ways to give a mapping a list of one item under a new key.
    fn new_list(&self, map: &Route, key: &str, body: &Body) -> Result<Vec<Plan>, EditError> {
        let found = self.find(map)?;
        if !matches!(found.node.kind(), Kind::Mapping(_)) {
            return Err(wrong(map, found.node, "a mapping"));
        }
        Ok(self.insert_list(found, key, body))
    }
}
