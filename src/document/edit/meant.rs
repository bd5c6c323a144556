//! The tree that an edit means, worked out on the tree alone, without regard to the text.

use super::find::Slot;
use super::{Context, Edit, EditError, KeyPosition};
use crate::document::Document;
use crate::document::tree::{Entry, Item, Kind, Mapping, Node, Sequence};
use crate::document::value::{Value, entry_node};
use crate::policy::place::{Route, Step};

/// The root that the document has after the edit; `None` if it then holds nothing.
pub(super) fn tree(doc: &Document, edit: &Edit) -> Result<Option<Node>, EditError> {
    let missing = || EditError::NotFound { route: edit.route().clone() };
    let Some(root) = doc.root() else {
        let value = match edit {
            Edit::SetScalar { value, .. } | Edit::SetValue { value, .. } => value.clone(),
            Edit::SetText { text, .. } => Value::String(text.clone()),
            Edit::InsertKey { key, value, .. } => Value::Map(vec![(key.clone(), value.clone())]),
            Edit::InsertItem { value, .. } => Value::Seq(vec![value.clone()]),
            Edit::InsertSource { source, .. } => {
                return Ok(Some(with_items(&Value::Seq(Vec::new()).to_node(), |items| {
                    items.push(item(parsed(source)))
                })));
            }
            _ => return Err(missing()),
        };
        return Ok(Some(value.to_node()));
    };
    let root = match edit {
        Edit::SetScalar { at, value } | Edit::SetValue { at, value } => at_route(root, &at.0, &|n| in_place(n, value)),
        Edit::SetText { at, text } => {
            let value = Value::String(text.clone());
            at_route(root, &at.0, &|node| in_place(node, &value))
        }
        Edit::InsertKey { map, key, value, position } => at_route(root, &map.0, &|node| {
            let index = key_index(node, position);
            with_entries(node, |entries| entries.insert(index.min(entries.len()), entry_node(key, value.to_node())))
        }),
        Edit::RemoveKey { at } | Edit::RemoveItem { at } => removed(root, at),
        Edit::RenameKey { at, to } => at.split_last().and_then(|(up, step)| {
            let Step::Key(from) = step else { return None };
            at_route(root, &up.0, &|node| {
                with_entries(node, |entries| {
                    if let Some(entry) = entries.iter_mut().find(|e| e.name() == Some(from)) {
                        entry.key = in_place(&entry.key, &Value::String(to.clone()));
                    }
                })
            })
        }),
        Edit::InsertItem { seq, index, value } => inserted(root, seq, *index, &value.to_node()),
        Edit::InsertSource { seq, index, source } => inserted(root, seq, *index, &parsed(source)),
        Edit::MoveItem { seq, from, to } => at_route(root, &seq.0, &|node| {
            with_items(node, |items| {
                if *from < items.len() && *to < items.len() {
                    let item = items.remove(*from);
                    items.insert(*to, item);
                }
            })
        }),
        Edit::MoveItemTo { at, seq, index } => moved(doc, root, at, seq, *index),
    };
    root.map(Some).ok_or_else(missing)
}

/// Where among the pairs of a mapping a new one goes.
pub(super) fn key_index(node: &Node, position: &KeyPosition) -> usize {
    let entries = node.entries();
    let find = |key: &str| entries.iter().position(|entry| entry.name() == Some(key));
    match position {
        KeyPosition::First => 0,
        KeyPosition::Last => entries.len(),
        KeyPosition::Before(key) => find(key).unwrap_or(entries.len()),
        KeyPosition::After(key) => find(key).map_or(entries.len(), |i| i + 1),
        KeyPosition::AfterAny(keys) => keys.iter().filter_map(|key| find(key)).max().map_or(0, |i| i + 1),
    }
}

/// A list with its items changed; nothing at all becomes a list.
fn with_items(node: &Node, change: impl FnOnce(&mut Vec<Item>)) -> Node {
    let (mut items, flow) = match node.kind() {
        Kind::Sequence(sequence) => (sequence.items.to_vec(), sequence.flow),
        _ => (Vec::new(), false),
    };
    change(&mut items);
    Node::new(Kind::Sequence(Sequence { items: items.into(), flow }), node.span(), node.properties.clone())
}

fn with_entries(node: &Node, change: impl FnOnce(&mut Vec<Entry>)) -> Node {
    let (mut entries, flow) = match node.kind() {
        Kind::Mapping(mapping) => (mapping.entries.to_vec(), mapping.flow),
        _ => (Vec::new(), false),
    };
    change(&mut entries);
    Node::new(Kind::Mapping(Mapping { entries: entries.into(), flow }), node.span(), node.properties.clone())
}

fn item(value: Node) -> Item {
    Item { start: 0, value }
}

fn parsed(source: &str) -> Node {
    Document::parse(source).root().cloned().unwrap_or_else(|| Value::Null.to_node())
}

/// The value in place of a node, behind the anchor and tag that stand there.
fn in_place(node: &Node, value: &Value) -> Node {
    let mut new = value.to_node();
    new.properties.clone_from(&node.properties);
    new
}

fn at_route(node: &Node, steps: &[Step], change: &dyn Fn(&Node) -> Node) -> Option<Node> {
    let Some((step, rest)) = steps.split_first() else { return Some(change(node)) };
    match step {
        Step::Key(key) => {
            let index = node.entries().iter().position(|entry| entry.name() == Some(key))?;
            let value = at_route(&node.entries()[index].value, rest, change)?;
            Some(with_entries(node, |entries| entries[index].value = value))
        }
        Step::Item(index) => {
            let value = at_route(node.item(*index)?, rest, change)?;
            Some(with_items(node, |items| items[*index].value = value))
        }
    }
}

fn inserted(root: &Node, seq: &Route, index: usize, value: &Node) -> Option<Node> {
    at_route(root, &seq.0, &|node| with_items(node, |items| items.insert(index.min(items.len()), item(value.clone()))))
}

fn removed(root: &Node, at: &Route) -> Option<Node> {
    let (up, last) = at.split_last()?;
    at_route(root, &up.0, &|node| match last {
        Step::Key(key) => with_entries(node, |entries| {
            if let Some(index) = entries.iter().position(|e| e.name() == Some(key)) {
                entries.remove(index);
            }
        }),
        Step::Item(index) => with_items(node, |items| {
            if *index < items.len() {
                items.remove(*index);
            }
        }),
    })
}

fn moved(doc: &Document, root: &Node, at: &Route, seq: &Route, index: usize) -> Option<Node> {
    let value = doc.node(at)?;
    let with = match (doc.node(seq), seq.split_last()) {
        (Some(_), _) => inserted(root, seq, index, value)?,
        (None, Some((map, Step::Key(key)))) => at_route(root, &map.0, &|node| {
            let list = with_items(&Value::Seq(Vec::new()).to_node(), |items| items.push(item(value.clone())));
            with_entries(node, |entries| entries.push(entry_node(key, list)))
        })?,
        _ => return None,
    };
    // The new item may have pushed the old one, or what it stands in, one place down.
    let mut at = at.clone();
    if at.starts_with(seq)
        && let Some(Step::Item(here)) = at.0.get_mut(seq.0.len())
        && index <= *here
    {
        *here += 1;
    }
    removed(&with, &at)
}

impl Context<'_> {
    /// The anchor and tag of a slot's value end here; its `:` or dash does where there are none.
    pub(super) fn slot_end(&self, slot: Slot, node: &Node) -> usize {
        if let Some(properties) = &node.properties {
            return properties.span.end;
        }
        match slot {
            Slot::Root => node.span().start,
            Slot::Pair(entry) => entry.colon.map_or(entry.key.span().end, |colon| colon + 1),
            Slot::Item(item) => item.start + 1,
        }
    }
}
