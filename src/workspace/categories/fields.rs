//! Setting one field of a category.

use super::{Batch, CategoryError, Operation, Standing, check_id, standing, usual_position};
use crate::document::{Edit, Value};
use crate::policy::place::Route;
use crate::policy::taxonomy::Category;
use crate::workspace::version::PolicyVersion;
use std::sync::Arc;

/// A field that is written as a text.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Field {
    Title,
    Definition,
    /// One item a line.
    Includes,
    /// One item a line.
    Excludes,
    /// The guidance for this level.
    Severity(Arc<str>),
    Tier,
    Owner,
    /// The ids in this outside framework, parted by commas.
    Mapping(Arc<str>),
    /// Parted by commas.
    Aliases,
}

/// A field as it is written in [`set`]; empty where the category has none of its own.
pub fn written(category: &Category, field: &Field) -> String {
    let joined = |list: &[Arc<str>], between: &str| list.iter().map(|s| &**s).collect::<Vec<_>>().join(between);
    match field {
        Field::Title if category.title == category.id => String::new(),
        Field::Title => category.title.to_string(),
        Field::Definition => category.definition.trim_end().to_owned(),
        Field::Includes => joined(&category.includes, "\n"),
        Field::Excludes => joined(&category.excludes, "\n"),
        Field::Severity(level) => {
            let guide = category.severity.iter().find(|(name, _)| name == level);
            guide.map(|(_, guide)| guide.trim_end().to_owned()).unwrap_or_default()
        }
        Field::Tier => category.tier.map(|tier| tier.to_string()).unwrap_or_default(),
        Field::Owner => category.owner.to_string(),
        Field::Mapping(framework) => {
            let mapping = category.mappings.iter().find(|(name, _)| name == framework);
            mapping.map(|(_, ids)| joined(ids, ", ")).unwrap_or_default()
        }
        Field::Aliases => joined(&category.aliases, ", "),
    }
}

/// Sets a field from its text, as [`written`] gives it; an empty text removes it.
pub fn set(version: &PolicyVersion, id: &str, field: &Field, text: &str) -> Result<Operation, CategoryError> {
    let here = standing(version, id)?;
    let text = text.trim_end();
    if text == written(here.category, field) {
        return Ok(Operation::default());
    }
    let (path, value): (Vec<&str>, Option<Value>) = match field {
        Field::Title => (vec!["title"], prose(&here, "title", text)),
        Field::Definition => (vec!["definition"], prose(&here, "definition", text)),
        Field::Includes => (vec!["includes"], items(text.lines())),
        Field::Excludes => (vec!["excludes"], items(text.lines())),
        Field::Severity(level) => (vec!["severity", level], (!text.is_empty()).then(|| Value::from(text))),
        Field::Tier => (vec!["tier"], tier(text)?),
        Field::Owner => (vec!["owner"], prose(&here, "owner", text.trim_start())),
        Field::Mapping(framework) => (vec!["mappings", framework], items(text.split(','))),
        Field::Aliases => {
            for alias in text.split(',').map(str::trim).filter(|alias| !alias.is_empty()) {
                check_alias(version, &here, alias)?;
            }
            (vec!["aliases"], items(text.split(',')))
        }
    };
    let mut batch = Batch::default();
    if let Some(edit) = put(&here, &path, value) {
        batch.add(here.file(), edit);
    }
    Ok(batch.done(format!("set {} of {}", path.join(" "), here.category.id), String::new()))
}

/// Adds "we label `say` as `category`", or changes the one at `at`.
pub fn set_deconflict(
    version: &PolicyVersion,
    id: &str,
    at: Option<usize>,
    say: &str,
    category: &str,
) -> Result<Operation, CategoryError> {
    let here = standing(version, id)?;
    let there = standing(version, category)?;
    if there.ix == here.ix {
        let wanted = "it names the category itself, where another one is meant".to_owned();
        return Err(CategoryError::BadValue { value: category.to_owned(), wanted });
    }
    let list = here.route().then("deconflict");
    let value = Value::Map(vec![("say".into(), say.trim().into()), ("category".into(), (&*there.category.id).into())]);
    let mut batch = Batch::default();
    let items = here.get("deconflict").map(|list| list.items().len());
    batch.add(
        here.file(),
        match (at, items) {
            (Some(at), Some(items)) if at < items => Edit::SetValue { at: list.then(at), value },
            (_, Some(items)) => Edit::InsertItem { seq: list, index: items, value },
            (_, None) => Edit::InsertKey {
                map: here.route().clone(),
                key: "deconflict".into(),
                value: Value::Seq(vec![value]),
                position: usual_position("deconflict"),
            },
        },
    );
    Ok(batch.done(format!("set deconflict of {}", here.category.id), String::new()))
}

/// Removes one "we label X as Y".
pub fn remove_deconflict(version: &PolicyVersion, id: &str, at: usize) -> Result<Operation, CategoryError> {
    let here = standing(version, id)?;
    let list = here.route().then("deconflict");
    let alone = here.get("deconflict").is_some_and(|list| list.items().len() == 1);
    let mut batch = Batch::default();
    let edit = if alone { Edit::RemoveKey { at: list } } else { Edit::RemoveItem { at: list.then(at) } };
    batch.add(here.file(), edit);
    Ok(batch.done(format!("remove a deconflict of {}", here.category.id), String::new()))
}

/// Marks a category as no longer to be used, from a day on (`2026-11-21`), with what takes its place.
pub fn deprecate(
    version: &PolicyVersion,
    id: &str,
    replaced_by: &[Arc<str>],
    since: &str,
) -> Result<Operation, CategoryError> {
    let here = standing(version, id)?;
    let since = here.category.deprecated.as_ref().and_then(|known| known.since.as_deref()).unwrap_or(since);
    for other in replaced_by {
        if standing(version, other)?.ix == here.ix {
            let wanted = "a category cannot take its own place".to_owned();
            return Err(CategoryError::BadValue { value: other.to_string(), wanted });
        }
    }
    let mut entries = Vec::new();
    if !replaced_by.is_empty() {
        entries.push(("replaced_by".to_owned(), replaced_by.iter().map(|id| id.to_string()).collect()));
    }
    entries.push(("since".to_owned(), Value::from(since)));
    let mut batch = Batch::default();
    if let Some(edit) = put(&here, &["deprecated"], Some(Value::Map(entries))) {
        batch.add(here.file(), edit);
    }
    let id = &here.category.id;
    let instead = match replaced_by {
        [] => String::new(),
        names => format!(", {} in its place", super::listed(names)),
    };
    let said = format!("`{id}` is deprecated{instead}. Clauses and labels that say it go on working.");
    Ok(batch.done(format!("deprecate {id}"), said))
}

/// Takes the mark of a deprecated category back.
pub fn reinstate(version: &PolicyVersion, id: &str) -> Result<Operation, CategoryError> {
    let here = standing(version, id)?;
    let mut batch = Batch::default();
    if let Some(edit) = put(&here, &["deprecated"], None) {
        batch.add(here.file(), edit);
    }
    let id = &here.category.id;
    Ok(batch.done(format!("reinstate {id}"), format!("`{id}` is in use again.")))
}

/// The edit that puts a value under a key, or under a key of the mapping under a key; that takes it out where it is
/// `None`, and a mapping with its last key. `None` where nothing changes.
fn put(here: &Standing<'_>, path: &[&str], value: Option<Value>) -> Option<Edit> {
    let (&key, inner) = path.split_first()?;
    let at = here.route().then(key);
    let insert = |value| {
        let position = usual_position(key);
        Some(Edit::InsertKey { map: here.route().clone(), key: key.to_owned(), value, position })
    };
    match (here.get(key), inner, value) {
        (None, _, None) => None,
        (None, [], Some(value)) => insert(value),
        (None, [inner, ..], Some(value)) => insert(Value::Map(vec![((*inner).to_owned(), value)])),
        (Some(_), [], None) => Some(Edit::RemoveKey { at }),
        (Some(node), [], Some(value)) => Some(replace(at, node.resolved().as_scalar().is_some(), value)),
        (Some(node), [inner, ..], value) => {
            let within = at.then(*inner);
            match (node.get(inner), value) {
                (None, None) => None,
                (Some(_), None) if node.entries().len() == 1 => Some(Edit::RemoveKey { at }),
                (Some(_), None) => Some(Edit::RemoveKey { at: within }),
                (Some(node), Some(value)) => Some(replace(within, node.resolved().as_scalar().is_some(), value)),
                (None, Some(value)) => {
                    let (key, position) = ((*inner).to_owned(), crate::document::KeyPosition::Last);
                    Some(Edit::InsertKey { map: at, key, value, position })
                }
            }
        }
    }
}

fn replace(at: Route, scalar: bool, value: Value) -> Edit {
    match value {
        Value::String(text) if scalar => Edit::SetText { at, text },
        Value::Int(_) if scalar => Edit::SetScalar { at, value },
        value => Edit::SetValue { at, value },
    }
}

/// Prose keeps the line break at its end where it has one: a block of text then stays what it is.
fn prose(here: &Standing<'_>, key: &str, text: &str) -> Option<Value> {
    if text.is_empty() {
        return None;
    }
    let ends_in_break = here.get(key).and_then(|node| node.text()).is_some_and(|old| old.ends_with('\n'));
    let ends_in_break = ends_in_break || text.contains('\n');
    Some(Value::from(format!("{text}{}", if ends_in_break { "\n" } else { "" })))
}

fn items<'a>(items: impl Iterator<Item = &'a str>) -> Option<Value> {
    let items: Vec<&str> = items.map(str::trim).filter(|item| !item.is_empty()).collect();
    (!items.is_empty()).then(|| items.into_iter().collect())
}

fn tier(text: &str) -> Result<Option<Value>, CategoryError> {
    match text.trim() {
        "" => Ok(None),
        text => match text.parse::<u32>() {
            Ok(tier) => Ok(Some(Value::Int(tier.into()))),
            Err(_) => {
                let wanted = "a tier is a whole number, 1 for the riskiest".to_owned();
                Err(CategoryError::BadValue { value: text.to_owned(), wanted })
            }
        },
    }
}

fn check_alias(version: &PolicyVersion, here: &Standing<'_>, alias: &str) -> Result<(), CategoryError> {
    if *here.category.id == *alias {
        let wanted = "it is the category's own id".to_owned();
        return Err(CategoryError::BadValue { value: alias.to_owned(), wanted });
    }
    // Labels may carry any word, blanks included, so only a clash is refused.
    match check_id(version, alias, Some(here.ix)) {
        Err(error @ CategoryError::Taken { .. }) => Err(error),
        _ if alias == crate::policy::taxonomy::NO_CATEGORY || alias == crate::policy::taxonomy::UNKNOWN => {
            let why = "the word has a meaning of its own in conditions";
            Err(CategoryError::BadId { id: alias.to_owned(), why })
        }
        _ => Ok(()),
    }
}
