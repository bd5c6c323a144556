//! New categories: beside or under another one, as a copy, as the first of a taxonomy.

use super::{Batch, CategoryError, Operation, check_id, standing, usual_position};
use crate::document::{Document, Edit, Node, Value};
use crate::policy::place::{Route, Step};
use crate::workspace::version::PolicyVersion;
use std::sync::Arc;

/// Where a new category goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Beside<'a> {
    /// Right behind this one, under the same category.
    After(&'a str),
    /// Under this one, behind those that are there.
    Under(&'a str),
    /// At the end of a taxonomy file, under no other category.
    Last(&'a Arc<str>),
}

/// Adds a category with an id and, unless empty, a title.
pub fn add(version: &PolicyVersion, beside: Beside<'_>, id: &str, title: &str) -> Result<Operation, CategoryError> {
    check_id(version, id, None)?;
    let mut entries = vec![("id".to_owned(), Value::from(id))];
    if !title.trim().is_empty() {
        entries.push(("title".to_owned(), Value::from(title.trim())));
    }
    let mut batch = Batch::default();
    match beside {
        Beside::After(sibling) => {
            let here = standing(version, sibling)?;
            if here.is_placed_by_key()
                && let Some(parent) = here.get("parent").and_then(|parent| parent.text())
            {
                entries.push(("parent".to_owned(), Value::from(parent)));
            }
            let (seq, index) = home(here.route())?;
            batch.add(here.file(), Edit::InsertItem { seq, index: index + 1, value: Value::Map(entries) });
        }
        Beside::Under(parent) => {
            let here = standing(version, parent)?;
            let edit = append(here.get("children"), here.route(), "children", Value::Map(entries));
            batch.add(here.file(), edit);
        }
        Beside::Last(file) => {
            let root = super::document(version, file)?.root();
            let list = root.and_then(|root| root.get("categories"));
            batch.add(file, append(list, &Route::root(), "categories", Value::Map(entries)));
        }
    }
    Ok(batch.done(format!("add category {id}"), format!("`{id}` is added. No clause tests it by name yet.")))
}

/// Adds a copy under a new id, right behind the category; what stands below it, its aliases and its deprecation are
/// not copied.
pub fn duplicate(version: &PolicyVersion, id: &str, to: &str) -> Result<Operation, CategoryError> {
    let here = standing(version, id)?;
    check_id(version, to, None)?;
    let (seq, index) = home(here.route())?;
    let without = ["children", "aliases", "deprecated"];
    let at = seq.then(index + 1);
    // As it is written, comments and all, where that can be taken over; else what it says.
    let mut edits: Vec<Edit> = Vec::new();
    if let Some(source) = source_of(here.document, here.route()) {
        edits.push(Edit::InsertSource { seq: seq.clone(), index: index + 1, source });
        let gone = without.iter().filter(|key| here.get(key).is_some());
        edits.extend(gone.map(|key| Edit::RemoveKey { at: at.then(*key) }));
        edits.push(Edit::SetScalar { at: at.then("id"), value: Value::from(to) });
    }
    if edits.is_empty() || here.document.edit_all(&edits).is_err() {
        let Value::Map(mut entries) = Value::of(here.node) else {
            return Err(CategoryError::Missing { id: id.to_owned() });
        };
        entries.retain(|(key, _)| !without.contains(&key.as_str()));
        for (_, value) in entries.iter_mut().filter(|(key, _)| key == "id") {
            *value = Value::from(to);
        }
        edits = vec![Edit::InsertItem { seq, index: index + 1, value: Value::Map(entries) }];
    }
    let mut batch = Batch::default();
    edits.into_iter().for_each(|edit| batch.add(here.file(), edit));
    let below = if here.get("children").is_some() { "; what stands below it was not copied" } else { "" };
    let said = format!("`{to}` is a copy of `{}`{below}.", here.category.id);
    Ok(batch.done(format!("duplicate {id} as {to}"), said))
}

/// The text of a file with one taxonomy and its first category.
pub fn first_taxonomy(name: &str, id: &str, title: &str) -> Result<String, CategoryError> {
    check_id(&PolicyVersion::default(), id, None)?;
    let document = Document::parse(format!("taxonomy: {name}\ncategories: []\n"));
    let mut entries = vec![("id".to_owned(), Value::from(id))];
    if !title.trim().is_empty() {
        entries.push(("title".to_owned(), Value::from(title.trim())));
    }
    let categories = Route::root().then("categories");
    let (document, _) =
        document.edit(&Edit::SetValue { at: categories, value: Value::Seq(vec![Value::Map(entries)]) })?;
    Ok(document.text().to_owned())
}

/// The list that an item stands in, and its index there.
pub(super) fn home(route: &Route) -> Result<(Route, usize), CategoryError> {
    match route.split_last() {
        Some((seq, Step::Item(index))) => Ok((seq, *index)),
        _ => Err(crate::document::EditError::NotFound { route: route.clone() }.into()),
    }
}

/// Adds an item behind those of the list under a key, which is added where it is not there.
fn append(list: Option<&Node>, map: &Route, key: &str, value: Value) -> Edit {
    match list {
        Some(list) => Edit::InsertItem { seq: map.then(key), index: list.items().len(), value },
        None => Edit::InsertKey {
            map: map.clone(),
            key: key.to_owned(),
            value: Value::Seq(vec![value]),
            position: usual_position(key),
        },
    }
}

/// An item of a list as it is written, without its dash and set out to the first column. `None` where it cannot stand
/// by itself.
pub(super) fn source_of(document: &Document, route: &Route) -> Option<String> {
    let node = document.node(route)?;
    let text = document.text();
    let (start, end) = (node.outer_start(), node.span().end);
    if node.is_flow() || start >= end {
        return text.get(start..end).map(str::to_owned);
    }
    let line = text[..start].rfind(['\n', '\r']).map_or(0, |at| at + 1);
    let column = text[line..start].chars().count();
    // A comment behind the last value belongs to it.
    let tail = text[end..].find(['\n', '\r']).map_or(text.len(), |at| end + at);
    let end = if text[end..tail].trim_start().starts_with('#') { tail } else { end };
    let mut out = String::new();
    for (n, line) in text.get(start..end)?.split_inclusive('\n').enumerate() {
        let blank = line.trim().is_empty();
        let indent = line.len() - line.trim_start_matches(' ').len();
        let cut = if n == 0 { 0 } else { indent.min(column) };
        // A comment may stand further out; anything else that does is no part of the item.
        if n > 0 && !blank && indent < column && !line.trim_start().starts_with('#') {
            return None;
        }
        out.push_str(&line[cut..]);
    }
    Some(out)
}
