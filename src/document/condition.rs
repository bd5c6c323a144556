//! Changes of a condition as edits of its document. Each gives the edits, or in words why it cannot be made.

use super::{Document, Edit, KeyPosition, Node, Value};
use crate::policy::place::{Route, Step};

/// The keys that hold nested conditions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Group {
    All,
    Any,
    Not,
}

impl Group {
    pub const ALL: [Group; 3] = [Group::Any, Group::All, Group::Not];

    /// As written in a policy.
    pub fn key(self) -> &'static str {
        match self {
            Group::All => "all",
            Group::Any => "any",
            Group::Not => "not",
        }
    }

    pub fn of_key(key: &str) -> Option<Group> {
        Group::ALL.into_iter().find(|group| group.key() == key)
    }

    /// What it asks of what stands in it, behind its key.
    pub fn words(self) -> &'static str {
        match self {
            Group::All => "all of these hold",
            Group::Any => "one of these is enough",
            Group::Not => "these do not hold together",
        }
    }
}

/// The edits of a change, or why it cannot be made in the form.
pub type Change = Result<Vec<Edit>, String>;

/// The keys that stand before `when` in a clause.
const BEFORE_WHEN: [&str; 5] = ["id", "title", "level", "text", "rationale"];

/// Adds a test, or a group with what is in it, to the mapping at `map`: the clause's `when` or a part of it.
///
/// A key can stand only once in a mapping: a second test on the same subject goes under `all`.
pub fn add(document: &Document, clause: &Route, map: &Route, key: &str, value: Value) -> Change {
    let when = |value: Value| {
        let position = KeyPosition::AfterAny(BEFORE_WHEN.map(str::to_owned).to_vec());
        let value = Value::Map(vec![(key.to_owned(), value)]);
        Edit::InsertKey { map: clause.clone(), key: "when".to_owned(), value, position }
    };
    let Some(node) = document.node(map) else { return Ok(vec![when(value)]) };
    if is_empty(node) && *map == clause.then("when") {
        // Written anew, one test a line: what is put into `{}` stays in braces.
        return Ok(vec![Edit::RemoveKey { at: map.clone() }, when(value)]);
    }
    if is_empty(node) {
        return Ok(vec![Edit::SetValue { at: map.clone(), value: Value::Map(vec![(key.to_owned(), value)]) }]);
    }
    if !node.is_mapping() {
        return Err(format!("this condition is {}, not a map of tests: correct it in the raw text", node.describe()));
    }
    if node.entry(key).is_none() {
        return Ok(vec![insert(node, map, key, value)]);
    }
    let value = Value::Map(vec![(key.to_owned(), value)]);
    match node.get("all") {
        None => Ok(vec![insert(node, map, "all", Value::Seq(vec![value]))]),
        Some(all) if all.is_sequence() => {
            Ok(vec![Edit::InsertItem { seq: map.then("all"), index: all.items().len(), value }])
        }
        Some(all) if all.is_mapping() && all.entry(key).is_none() => {
            let Value::Map(mut pairs) = value else { return Err(String::new()) };
            Ok(pairs.pop().map(|(key, value)| insert(all, &map.then("all"), &key, value)).into_iter().collect())
        }
        Some(_) => Err(format!("`{key}` is asked here already, and under `all` too: write the third in the raw text")),
    }
}

/// Adds an alternative to the group at `at`.
pub fn add_to_group(document: &Document, clause: &Route, at: &Route, key: &str, value: Value) -> Change {
    let node = document.node(at).ok_or("the group is gone")?;
    if node.is_sequence() {
        let value = Value::Map(vec![(key.to_owned(), value)]);
        return Ok(vec![Edit::InsertItem { seq: at.clone(), index: node.items().len(), value }]);
    }
    let is_any = matches!(at.split_last(), Some((_, Step::Key(group))) if **group == *"any");
    if is_any && node.entry(key).is_some() {
        // Under `any` a further test may not slip into an `all`: every alternative becomes an item.
        let mut items: Vec<Value> = pairs(node).into_iter().map(|pair| Value::Map(vec![pair])).collect();
        items.push(Value::Map(vec![(key.to_owned(), value)]));
        return Ok(vec![Edit::SetValue { at: at.clone(), value: Value::Seq(items) }]);
    }
    add(document, clause, at, key, value)
}

/// Whether a condition is half written: there, and without a test. It holds for nothing.
pub fn is_empty(node: &Node) -> bool {
    node.is_null() || node.is_mapping() && node.entries().is_empty()
}

/// Has the clause hold always: takes its `when` away.
pub fn always(document: &Document, clause: &Route) -> Vec<Edit> {
    let at = clause.then("when");
    if document.entry(&at).is_some() { vec![Edit::RemoveKey { at }] } else { Vec::new() }
}

/// Removes the test or group at `at`, and with it every group and item that would be left empty: an empty `any` would
/// never hold. The clause's `when` stays and is empty, so that a clause does not catch every case for a test that it lost.
pub fn remove(document: &Document, clause: &Route, at: &Route) -> Vec<Edit> {
    let mut at = at.clone();
    while let Some((up, _)) = at.split_last() {
        let alone = document.node(&up).is_some_and(|node| node.entries().len().max(node.items().len()) <= 1);
        if !alone || up.0.len() <= clause.0.len() {
            break;
        }
        at = up;
    }
    if at == clause.then("when") {
        return vec![Edit::SetValue { at, value: Value::Map(Vec::new()) }];
    }
    match at.split_last() {
        Some((_, Step::Item(_))) => vec![Edit::RemoveItem { at }],
        _ => vec![Edit::RemoveKey { at }],
    }
}

/// Puts the test or group at `at` into a group, with `others` beside it there.
pub fn wrap(document: &Document, at: &Route, group: Group, others: Vec<Value>) -> Change {
    let (map, key) = keyed(at)?;
    let parent = document.node(&map).ok_or("the test is gone")?;
    let value = document.node(at).map(Value::of).ok_or("the test is gone")?;
    let test = Value::Map(vec![(key.clone(), value)]);
    let content = |test: Value| match group {
        Group::Not if others.is_empty() => test,
        _ => Value::Seq(std::iter::once(test).chain(others).collect()),
    };
    let free = |name: &str| parent.entry(name).is_none();
    let (name, value) = if key == group.key() || free(group.key()) {
        (group.key(), content(test))
    } else if free("all") {
        ("all", Value::Seq(vec![Value::Map(vec![(group.key().to_owned(), content(test))])]))
    } else {
        return Err(format!("there is a `{}` beside it already: put the test in there", group.key()));
    };
    let mut edits = Vec::new();
    if key != name {
        edits.push(Edit::RenameKey { at: at.clone(), to: name.to_owned() });
    }
    edits.push(Edit::SetValue { at: map.then(name), value });
    Ok(edits)
}

/// Takes what is in the group at `at` out of it; all of it must hold then.
pub fn unwrap(document: &Document, at: &Route) -> Change {
    let (map, key) = keyed(at)?;
    let parent = document.node(&map).ok_or("the group is gone")?;
    let node = document.node(at).ok_or("the group is gone")?;
    let inner: Vec<(String, Value)> = match node.is_sequence() {
        true => node.items().flat_map(pairs).collect(),
        false => pairs(node),
    };
    let mut outer = pairs(parent);
    let here = outer.iter().position(|(name, _)| *name == key).ok_or("the group is gone")?;
    outer.remove(here);
    for (n, (name, _)) in inner.iter().enumerate() {
        if outer.iter().chain(&inner[..n]).any(|(other, _)| other == name) {
            return Err(format!("`{name}` would stand twice: a map of tests can ask it once"));
        }
    }
    if let [(name, value)] = &inner[..] {
        let mut edits = Vec::new();
        if *name != key {
            edits.push(Edit::RenameKey { at: at.clone(), to: name.clone() });
        }
        edits.push(Edit::SetValue { at: map.then(name.as_str()), value: value.clone() });
        return Ok(edits);
    }
    outer.splice(here..here, inner);
    Ok(vec![Edit::SetValue { at: map, value: Value::Map(outer) }])
}

/// Makes another group of the group at `at`: `any` instead of `all`.
pub fn convert(document: &Document, at: &Route, to: Group) -> Change {
    let (map, _) = keyed(at)?;
    if document.node(&map).is_some_and(|parent| parent.entry(to.key()).is_some()) {
        return Err(format!("there is a `{}` beside it already", to.key()));
    }
    Ok(vec![Edit::RenameKey { at: at.clone(), to: to.key().to_owned() }])
}

/// The mapping in which the test at `at` stands.
pub fn mapping_of(at: &Route) -> Option<Route> {
    at.split_last().map(|(map, _)| map)
}

fn keyed(at: &Route) -> Result<(Route, String), String> {
    match at.split_last() {
        Some((map, Step::Key(key))) => Ok((map, key.to_string())),
        _ => Err("this stands in no map of tests: change it in the raw text".to_owned()),
    }
}

/// Category first, groups last, as people write them.
fn insert(node: &Node, map: &Route, key: &str, value: Value) -> Edit {
    let after = |keys: &[&str]| KeyPosition::AfterAny(keys.iter().map(|key| (*key).to_owned()).collect());
    let first_group = node.entries().iter().filter_map(|e| e.name()).find(|name| Group::of_key(name).is_some());
    let position = match (key, first_group) {
        ("category", _) => KeyPosition::First,
        ("severity", _) => after(&["category"]),
        ("target", _) => after(&["category", "severity"]),
        (key, Some(group)) if Group::of_key(key).is_none() => KeyPosition::Before(group.to_owned()),
        _ => KeyPosition::Last,
    };
    Edit::InsertKey { map: map.clone(), key: key.to_owned(), value, position }
}

fn pairs(node: &Node) -> Vec<(String, Value)> {
    node.entries().iter().filter_map(|entry| Some((entry.name()?.to_owned(), Value::of(&entry.value)))).collect()
}
