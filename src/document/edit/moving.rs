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
        let places: Vec<Range<usize>> = if sequence.flow {
            children(found.node).iter().map(|child| child.start..child.end).collect()
        } else {
            self.extents(found.node, matches!(found.slot, Slot::Root))
        };
        let mut plans: Vec<Plan> = self.taken_across(&places, from, to).into_iter().collect();
        // Else every item between the two places moves on by one, into the place of its
        // neighbour, and what stands between the places stays.
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
        plans.extend([plan(""), plan(self.manner.eol)]);
        Ok(plans)
    }

    /// Where headings or other comments apart stand on the way: takes the lines of the item out and puts them in where it is
    /// to stand, so that those stay with the items below them. `None` where there are none, or items are not lines of their own.
    fn taken_across(&self, places: &[Range<usize>], from: usize, to: usize) -> Option<Plan> {
        let lines = |place: &Range<usize>| {
            let (start, end) = (scan::line_start(self.text, place.start), scan::line_end(self.text, place.end));
            let alone =
                [start..place.start, place.end..end].iter().all(|rest| self.text[rest.clone()].trim().is_empty());
            alone.then(|| start..scan::next_line(self.text, end))
        };
        let places: Vec<Range<usize>> = places.iter().map(lines).collect::<Option<_>>()?;
        let way = &places[from.min(to)..=from.max(to)];
        if way.windows(2).all(|pair| self.text[pair[0].end..pair[1].start].trim().is_empty()) {
            return None;
        }
        // What stands before the item and behind it goes with it where it is nothing but space; else it stays.
        let gap =
            |before: usize| before.checked_add(1).and_then(|next| Some(places[before].end..places.get(next)?.start));
        let is_space = |gap: &Range<usize>| self.text[gap.clone()].trim().is_empty();
        let before = from.checked_sub(1).and_then(gap).filter(is_space);
        let behind = gap(from).filter(is_space);
        let (first, second) = if to < from { (before, behind) } else { (behind, before) };
        let item = places[from].clone();
        let (out, space) = match first.or(second) {
            Some(space) => (item.start.min(space.start)..item.end.max(space.end), &self.text[space]),
            None => (item.clone(), self.manner.eol),
        };
        let closed = |text: &str| {
            if text.is_empty() || text.ends_with('\n') { text.to_owned() } else { format!("{text}{}", self.manner.eol) }
        };
        let item = closed(&self.text[item]);
        Some(if to < from {
            let at = places[to].start;
            Plan::default().splice(at..at, format!("{item}{space}")).splice(out, String::new())
        } else {
            let at = places[to].end;
            let open = if at == scan::line_start(self.text, at) { "" } else { self.manner.eol };
            Plan::default().splice(out, String::new()).splice(at..at, format!("{open}{space}{item}"))
        })
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
