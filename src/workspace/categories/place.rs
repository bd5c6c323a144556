//! Moving a category, with all below it.

use super::add::{home, source_of};
use super::uses::{Reach, clauses_of};
use super::{Batch, CategoryError, Operation, Standing, listed, standing};
use crate::document::{Edit, Kind, Node, Value};
use crate::policy::place::Route;
use crate::policy::taxonomy::CategoryIx;
use crate::workspace::version::PolicyVersion;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Categories nested deeper than this are not read.
const DEEPEST: u16 = 64;

/// Moves a category past its neighbour among those of the same parent. Nothing is decided differently by it.
pub fn move_among_siblings(version: &PolicyVersion, id: &str, down: bool) -> Result<Operation, CategoryError> {
    let here = standing(version, id)?;
    let id = here.category.id.clone();
    let unmoved = |why: &str| CategoryError::Unmoved { id: id.to_string(), why: why.to_owned() };
    let taxonomy = &version.policy.taxonomy;
    let siblings: Vec<CategoryIx> = match here.category.parent {
        Some(parent) => taxonomy.children(parent).collect(),
        None => {
            let same_file = |ix: &CategoryIx| taxonomy.get(*ix).place.file == *here.file();
            taxonomy.roots().filter(same_file).collect()
        }
    };
    let at = siblings.iter().position(|ix| *ix == here.ix).unwrap_or(0);
    let other = if down { siblings.get(at + 1) } else { at.checked_sub(1).and_then(|at| siblings.get(at)) };
    let Some(other) = other.map(|ix| taxonomy.get(*ix)) else {
        return Err(unmoved(if down { "is the last one here already" } else { "is the first one here already" }));
    };
    let (seq, from) = home(here.route())?;
    let (other_seq, to) = home(&other.place.route)?;
    if seq != other_seq || *here.file() != other.place.file {
        let why = format!("stands in another list of the file than `{}`, so the two cannot change places", other.id);
        return Err(CategoryError::Unmoved { id: id.to_string(), why });
    }
    let mut batch = Batch::default();
    batch.add(here.file(), Edit::MoveItem { seq, from, to });
    let words = if down { "behind" } else { "before" };
    Ok(batch.done(format!("move {id} {words} {}", other.id), String::new()))
}

/// Moves a category under another one, or to the top of its taxonomy (`None`).
pub fn move_under(version: &PolicyVersion, id: &str, parent: Option<&str>) -> Result<Operation, CategoryError> {
    let here = standing(version, id)?;
    let there = parent.map(|parent| standing(version, parent)).transpose()?;
    let id = here.category.id.clone();
    let taxonomy = &version.policy.taxonomy;
    if let Some(there) = &there
        && taxonomy.is_within(there.ix, here.ix)
    {
        return Err(CategoryError::UnderItself { id: id.to_string() });
    }
    if here.category.parent == there.as_ref().map(|there| there.ix) {
        return Err(CategoryError::Unmoved { id: id.to_string(), why: "stands there already".to_owned() });
    }
    let height = taxonomy.subtree(here.ix).map(|ix| taxonomy.get(CategoryIx(ix)).depth).max().unwrap_or(0);
    let depth = there.as_ref().map_or(0, |there| there.category.depth + 1);
    if depth + (height - here.category.depth.min(height)) > DEEPEST {
        let why = format!("would stand more than {DEEPEST} levels deep");
        return Err(CategoryError::Unmoved { id: id.to_string(), why });
    }
    let mut batch = Batch::default();
    if here.is_placed_by_key() {
        let at = here.route().then("parent");
        let edit = match &there {
            Some(there) => Edit::SetScalar { at, value: Value::from(&*there.category.id) },
            None => Edit::RemoveKey { at },
        };
        batch.add(here.file(), edit);
    } else {
        nest(version, &here, there.as_ref(), &mut batch)?;
    }
    let to = there.as_ref().map_or("the top".to_owned(), |there| format!("`{}`", there.category.id));
    let said = format!("`{id}` stands under {to} now.{}", reached(version, &here, there.as_ref()));
    let label = there.as_ref().map_or("the top".to_owned(), |there| there.category.id.to_string());
    Ok(batch.done(format!("move {id} under {label}"), said))
}

/// Moves a category from the list it is nested in to another one.
fn nest(
    version: &PolicyVersion,
    here: &Standing<'_>,
    there: Option<&Standing<'_>>,
    batch: &mut Batch,
) -> Result<(), CategoryError> {
    let file = here.file();
    if here.get("parent").is_some() {
        batch.add(file, Edit::RemoveKey { at: here.route().then("parent") });
    }
    let (to_file, seq, index) = match there {
        Some(there) => {
            let items = there.get("children").map_or(0, |list| list.items().len());
            (there.file(), there.route().then("children"), items)
        }
        // Behind the topmost category that it stands below now.
        None => {
            let top = here.route().0.iter().take(2).cloned().collect::<Route>();
            let (seq, index) = home(&top)?;
            (file, seq, index + 1)
        }
    };
    if to_file == file {
        batch.add(file, Edit::MoveItemTo { at: here.route().clone(), seq, index });
    } else {
        let source = portable(here, to_file)?;
        let edit = match there.and_then(|there| there.get("children")) {
            Some(_) => Edit::InsertSource { seq, index, source },
            None => {
                let map = seq.split_last().map(|(map, _)| map).unwrap_or_default();
                let position = super::usual_position("children");
                batch.add(
                    to_file,
                    Edit::InsertKey { map, key: "children".into(), value: Value::Seq(Vec::new()), position },
                );
                Edit::InsertSource { seq, index, source }
            }
        };
        batch.add(to_file, edit);
        batch.add(file, Edit::RemoveItem { at: here.route().clone() });
    }
    drop_empty_children(version, file, &here.category.id, here.category.parent, batch)
}

/// Takes the `children` of a category out where nothing is left in it.
pub(super) fn drop_empty_children(
    version: &PolicyVersion,
    file: &Arc<str>,
    moved: &str,
    parent: Option<CategoryIx>,
    batch: &mut Batch,
) -> Result<(), CategoryError> {
    let Some(parent) = parent.map(|ix| version.policy.taxonomy.get(ix)) else { return Ok(()) };
    let after = batch.document(version, file)?;
    let Some(route) = find(&after, &parent.id) else { return Ok(()) };
    let children = route.then("children");
    let empty = |node: &Node| node.is_null() || node.is_sequence() && node.items().len() == 0;
    if after.node(&children).is_some_and(empty) && *parent.id != *moved {
        batch.add(file, Edit::RemoveKey { at: children });
    }
    Ok(())
}

/// The route of the category with this id.
fn find(document: &crate::document::Document, id: &str) -> Option<Route> {
    fn walk(list: &Node, route: &Route, id: &str) -> Option<Route> {
        list.items().enumerate().find_map(|(i, item)| {
            let here = route.then(i);
            if item.get("id").and_then(Node::text) == Some(id) {
                return Some(here);
            }
            walk(item.get("children")?, &here.then("children"), id)
        })
    }
    walk(document.root()?.get("categories")?, &Route::root().then("categories"), id)
}

/// The text of a category, for another file.
fn portable(here: &Standing<'_>, to_file: &str) -> Result<String, CategoryError> {
    let refused = |why| {
        let (id, file) = (here.category.id.to_string(), to_file.to_owned());
        Err(CategoryError::NotLossless { id, file, why })
    };
    if is_tied(here.node) {
        return refused("it uses anchors or aliases (`&…`, `*…`) of its own file");
    }
    match source_of(here.document, here.route()) {
        Some(source) => Ok(source),
        None => refused("its lines are not indented like a block of their own"),
    }
}

/// Whether a value uses anchors or aliases.
fn is_tied(node: &Node) -> bool {
    node.anchor().is_some()
        || matches!(node.kind(), Kind::Alias(_))
        || node.items().any(is_tied)
        || node.entries().iter().any(|entry| is_tied(&entry.key) || is_tied(&entry.value))
}

/// What a move changes for the clauses that reach the category through the tree.
fn reached(version: &PolicyVersion, here: &Standing<'_>, there: Option<&Standing<'_>>) -> String {
    let through = |ix: Option<CategoryIx>| -> BTreeSet<u32> {
        let Some(ix) = ix else { return BTreeSet::new() };
        let uses = clauses_of(version, ix).into_iter();
        uses.filter(|one| !matches!(one.reach, Reach::Below(_))).map(|one| one.clause.0).collect()
    };
    let (before, after) = (through(here.category.parent), through(there.map(|there| there.ix)));
    let names = |of: &BTreeSet<u32>, without: &BTreeSet<u32>| -> Vec<Arc<str>> {
        of.difference(without).filter_map(|at| Some(version.policy.clauses.get(*at as usize)?.id.clone())).collect()
    };
    let (gone, new) = (names(&before, &after), names(&after, &before));
    let mut said = String::new();
    if !gone.is_empty() {
        said.push_str(&format!(" No longer reached through the tree by {}.", listed(&gone)));
    }
    if !new.is_empty() {
        said.push_str(&format!(" Reached through the tree by {} now.", listed(&new)));
    }
    said
}
