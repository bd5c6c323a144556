//! Edits of a clause's fields: of what stands there, of what does not yet, of what is to stand there no more.

use super::clauses::ClauseKey;
use super::fields::KEYS;
use crate::document::{Document, Edit, KeyPosition, Node, Value};
use crate::policy::place::Route;
use crate::tui::components::message::Severity;
use crate::tui::model::Model;
use crate::workspace::FileEdits;

/// Prose longer than a line of the usual width stands in a block.
const LINE: usize = 80;

/// The edit that puts a text into a field, if there is anything to do. Empty text removes the key; a field that must be
/// there stays, empty.
pub fn set_text(document: &Document, clause: &Route, key: &str, text: &str, prose: bool) -> Option<Edit> {
    let at = clause.then(key);
    let before = document.node(&at);
    let old = before.and_then(Node::text).unwrap_or_default();
    let text = if prose { ended(old, text) } else { text.trim().to_owned() };
    let stands = document.entry(&at).is_some();
    match (stands, text.trim().is_empty()) {
        (true, true) if is_needed(key) && old.is_empty() => None,
        (true, true) if is_needed(key) => Some(Edit::SetScalar { at, value: Value::from("") }),
        (true, true) => Some(Edit::RemoveKey { at }),
        (false, true) => None,
        (true, false) if old == text && before.is_some_and(|node| node.as_str().is_some()) => None,
        (true, false) if prose => Some(Edit::SetText { at, text }),
        (true, false) => Some(Edit::SetScalar { at, value: Value::from(text) }),
        (false, false) => Some(insert(clause, key, Value::from(text))),
    }
}

/// The edit that puts a list of texts into a field; an empty one removes the key.
pub fn set_list(document: &Document, clause: &Route, key: &str, items: &[String]) -> Option<Edit> {
    let at = clause.then(key);
    let value: Value = items.iter().map(String::as_str).collect();
    match (document.entry(&at).is_some(), items.is_empty()) {
        (true, true) => Some(Edit::RemoveKey { at }),
        (false, true) => None,
        (true, false) => Some(Edit::SetValue { at, value }),
        (false, false) => Some(insert(clause, key, value)),
    }
}

/// Whether a clause cannot do without the key.
pub fn is_needed(key: &str) -> bool {
    matches!(key, "id" | "then")
}

/// Makes the edits of one clause that `make` gives for where it stands now. Whether it was done, or nothing was to do.
pub fn edit(
    model: &mut Model,
    key: &ClauseKey,
    words: impl Into<String>,
    make: impl FnOnce(&Document, &Route) -> Vec<Edit>,
) -> bool {
    let Some((document, route)) = key.find(&model.workspace) else {
        model.say(Severity::Warning, format!("`{}` is gone meanwhile.", key.name()));
        return false;
    };
    let edits = make(&document, &route);
    edits.is_empty() || model.edit(words, &[FileEdits::new(key.file.clone(), edits)])
}

fn insert(clause: &Route, key: &str, value: Value) -> Edit {
    let before = KEYS.iter().take_while(|name| **name != key).map(|name| (*name).to_owned()).collect();
    let position = if KEYS.contains(&key) { KeyPosition::AfterAny(before) } else { KeyPosition::Last };
    Edit::InsertKey { map: clause.clone(), key: key.to_owned(), value, position }
}

/// The line end that the text had stays, or comes with its second line.
fn ended(old: &str, text: &str) -> String {
    let text = text.trim_end();
    let several = text.contains('\n') || text.chars().count() > LINE;
    if old.ends_with('\n') || (several && (old.is_empty() || !old.contains('\n'))) {
        let ends = old.len() - old.trim_end_matches('\n').len();
        return format!("{text}{}", "\n".repeat(ends.max(1)));
    }
    text.to_owned()
}
