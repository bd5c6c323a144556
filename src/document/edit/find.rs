//! From a route to the node that an edit is about, or the reason why it must not be edited.

use super::{Context, EditError};
use crate::document::tree::{Entry, Item, Kind, Node};
use crate::policy::place::{Route, Step};
use rustc_hash::FxHashSet;

/// A node with what is around it.
#[derive(Clone, Copy)]
pub(super) struct Found<'d> {
    pub node: &'d Node,
    pub slot: Slot<'d>,
    /// It stands within brackets.
    pub in_flow: bool,
}

/// What a node fills.
#[derive(Clone, Copy)]
pub(super) enum Slot<'d> {
    Root,
    Pair(&'d Entry),
    Item(&'d Item),
}

impl<'d> Context<'d> {
    /// The node at `route`, which may be an alias itself but must not be reached through one, nor be part of a value
    /// that an alias repeats.
    pub(super) fn find(&self, route: &Route) -> Result<Found<'d>, EditError> {
        let missing = || EditError::NotFound { route: route.clone() };
        let root = self.doc.root().ok_or_else(missing)?;
        let shared = self.shared_anchors();
        let mut found = Found { node: root, slot: Slot::Root, in_flow: false };
        let mut steps = route.0.iter();
        loop {
            if let Some(anchor) = found.node.anchor()
                && shared.contains(anchor)
            {
                return Err(EditError::Shared { route: route.clone(), anchor: anchor.to_owned() });
            }
            let Some(step) = steps.next() else { return Ok(found) };
            if let Kind::Alias(alias) = found.node.kind() {
                return Err(EditError::ThroughAlias { route: route.clone(), alias: alias.name.to_string() });
            }
            let in_flow = found.in_flow || found.node.is_flow();
            let (node, slot) = match step {
                Step::Key(key) => {
                    let entry = found.node.entry(key).ok_or_else(missing)?;
                    (&entry.value, Slot::Pair(entry))
                }
                Step::Item(index) => {
                    let sequence = found.node.as_sequence().ok_or_else(missing)?;
                    let item = sequence.items.get(*index).ok_or_else(missing)?;
                    (&item.value, Slot::Item(item))
                }
            };
            found = Found { node, slot, in_flow };
        }
    }

    /// Names of anchors that some alias refers to.
    fn shared_anchors(&self) -> FxHashSet<&'d str> {
        fn collect<'d>(node: &'d Node, names: &mut FxHashSet<&'d str>) {
            match node.kind() {
                Kind::Alias(alias) => {
                    names.insert(&alias.name);
                }
                Kind::Mapping(mapping) => {
                    for entry in mapping.entries.iter() {
                        collect(&entry.key, names);
                        collect(&entry.value, names);
                    }
                }
                Kind::Sequence(sequence) => sequence.items.iter().for_each(|item| collect(&item.value, names)),
                Kind::Scalar(_) => {}
            }
        }
        let mut names = FxHashSet::default();
        // Most documents have no alias: a star that could be one is looked for first.
        if memchr::memchr(b'*', self.text.as_bytes()).is_some()
            && let Some(root) = self.doc.root()
        {
            collect(root, &mut names);
        }
        names
    }
}

impl Slot<'_> {
    /// The column that what stands in the slot is indented against: that of its key or dash.
    pub(super) fn column(&self, text: &str) -> usize {
        match self {
            Slot::Root => 0,
            Slot::Pair(entry) => crate::document::scan::column(text, entry.start),
            Slot::Item(item) => crate::document::scan::column(text, item.start),
        }
    }
}
