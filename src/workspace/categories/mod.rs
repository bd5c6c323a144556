//! What a person does to categories, as edits of the taxonomies and of whatever names a category.
//!
//! Nothing here changes a document: each operation gives the edits for [`Workspace::edit`](super::Workspace::edit),
//! with the words for the undo history and a sentence that says what was touched, or refuses with words.

mod add;
mod counts;
mod fields;
mod merge;
mod place;
mod remove;
mod rename;
mod uses;

pub use add::{Beside, add, duplicate, first_taxonomy};
pub use counts::{CaseCounts, Count, Tally};
pub use fields::{Field, deprecate, reinstate, remove_deconflict, set, set_deconflict, written};
pub use merge::merge;
pub use place::{move_among_siblings, move_under};
pub use remove::{Rests, delete, rests_on};
pub use rename::{check_id, rename};
pub use uses::{ClauseUse, Reach, Reference, ReferenceKind, clauses_of, references_to};

use super::FileEdits;
use super::version::PolicyVersion;
use crate::document::{Document, Edit, EditError, KeyPosition, Node, Value};
use crate::policy::place::{Place, Route};
use crate::policy::taxonomy::{CATEGORY_KEYS, Category, CategoryIx};
use std::sync::Arc;

/// Edits that belong together as one step of undo.
#[derive(Debug, Clone, Default)]
pub struct Operation {
    /// What is done, for the undo history: `rename arms to weapons`.
    pub label: String,
    /// Each file at most once. Empty where there is nothing to change.
    pub edits: Vec<FileEdits>,
    /// What was touched, one or two sentences.
    pub said: String,
}

/// Why an operation on a category is refused. Nothing was changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CategoryError {
    #[error("there is no category `{id}`")]
    Missing { id: String },
    #[error("`{id}` is taken: the category `{by}` answers to it")]
    Taken { id: String, by: String },
    #[error("`{id}` cannot be an id: {why}")]
    BadId { id: String, why: &'static str },
    #[error("`{value}` does not fit: {wanted}")]
    BadValue { value: String, wanted: String },
    #[error("`{id}` cannot stand under itself or under what stands below it")]
    UnderItself { id: String },
    #[error("`{id}` {why}")]
    Unmoved { id: String, why: String },
    #[error("`{id}` cannot be taken over into `{file}` as it is written: {why}")]
    NotLossless { id: String, file: String, why: &'static str },
    #[error(transparent)]
    Edit(#[from] EditError),
}

/// Where a new key of a category goes: behind those that usually stand before it.
fn usual_position(key: &str) -> KeyPosition {
    let before = CATEGORY_KEYS.iter().take_while(|other| **other != key);
    KeyPosition::AfterAny(before.map(|key| (*key).to_owned()).collect())
}

/// Edits, gathered by file.
#[derive(Debug, Default)]
struct Batch {
    files: Vec<FileEdits>,
}

impl Batch {
    fn add(&mut self, file: &Arc<str>, edit: Edit) {
        match self.files.iter_mut().find(|edits| edits.file == *file) {
            Some(edits) => edits.edits.push(edit),
            None => self.files.push(FileEdits::new(file.clone(), vec![edit])),
        }
    }

    /// The document as it will be after the edits gathered so far.
    fn document(&self, version: &PolicyVersion, file: &Arc<str>) -> Result<Document, CategoryError> {
        let document = document(version, file)?;
        match self.files.iter().find(|edits| edits.file == *file) {
            Some(edits) => Ok(document.edit_all(&edits.edits)?.0),
            None => Ok(document.clone()),
        }
    }

    fn done(self, label: impl Into<String>, said: impl Into<String>) -> Operation {
        Operation { label: label.into(), edits: self.files, said: said.into() }
    }
}

/// A category with the text it stands in.
struct Standing<'v> {
    ix: CategoryIx,
    category: &'v Category,
    document: &'v Document,
    node: &'v Node,
}

impl Standing<'_> {
    fn file(&self) -> &Arc<str> {
        &self.category.place.file
    }

    fn route(&self) -> &Route {
        &self.category.place.route
    }

    /// The value of one of its keys.
    fn get(&self, key: &str) -> Option<&Node> {
        self.node.get(key)
    }

    /// Whether a `parent` key says where it stands, rather than the list it is nested in.
    fn is_placed_by_key(&self) -> bool {
        self.get("parent").is_some() && self.route().0.len() <= 2
    }
}

/// Finds a category by its id or an alias.
fn standing<'v>(version: &'v PolicyVersion, id: &str) -> Result<Standing<'v>, CategoryError> {
    let missing = || CategoryError::Missing { id: id.to_owned() };
    let ix = version.policy.taxonomy.find(id).ok_or_else(missing)?;
    let category = version.policy.taxonomy.get(ix);
    let document = document(version, &category.place.file)?;
    let node = document.node(&category.place.route).ok_or_else(missing)?;
    Ok(Standing { ix, category, document, node })
}

fn document<'v>(version: &'v PolicyVersion, file: &Arc<str>) -> Result<&'v Document, CategoryError> {
    let gone = || CategoryError::Edit(EditError::NotFound { route: Route::root() });
    version.documents.get(file).ok_or_else(gone)
}

/// The routes at or below a value whose text is `word`: a scalar, the items of a list, what is nested in mappings.
fn words_at(document: &Document, at: &Route, word: &str) -> Vec<Route> {
    fn walk(node: &Node, route: Route, word: &str, found: &mut Vec<Route>) {
        let node = node.resolved();
        if node.text() == Some(word) {
            found.push(route);
            return;
        }
        for (i, item) in node.items().enumerate() {
            walk(item, route.then(i), word, found);
        }
        for entry in node.entries() {
            if let Some(key) = entry.name() {
                walk(&entry.value, route.then(key), word, found);
            }
        }
    }
    let mut found = Vec::new();
    if let Some(node) = document.node(at) {
        walk(node, at.clone(), word, &mut found);
    }
    found
}

/// Puts another word in a place.
fn reword(batch: &mut Batch, place: &Place, to: &str) {
    batch.add(&place.file, Edit::SetScalar { at: place.route.clone(), value: Value::from(to) });
}

/// `1 clause`, `3 clauses`, `no clause`.
fn counted(n: usize, one: &str) -> String {
    match n {
        0 => format!("no {one}"),
        1 => format!("1 {one}"),
        n if one.ends_with('y') => format!("{n} {}ies", &one[..one.len() - 1]),
        n => format!("{n} {one}s"),
    }
}

/// `` `a`, `b` and `c` ``; of many only the first ones.
fn listed<T: AsRef<str>>(names: &[T]) -> String {
    const MOST: usize = 4;
    let quoted: Vec<String> = names.iter().take(MOST).map(|name| format!("`{}`", name.as_ref())).collect();
    match (quoted.split_last(), names.len().saturating_sub(MOST)) {
        (None, _) => String::new(),
        (Some((last, [])), 0) => last.clone(),
        (Some((last, rest)), 0) => format!("{} and {last}", rest.join(", ")),
        (_, more) => format!("{} and {more} more", quoted.join(", ")),
    }
}

#[cfg(test)]
mod tests;
