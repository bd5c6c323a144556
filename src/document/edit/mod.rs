//! Edits of values that leave every byte outside the changed field as it was.
//!
//! Each edit is planned as splices of the text in one or more ways, the most natural first. Each way is tried: the new
//! text is read again and compared with the tree that was meant, and so are the comments. The first that agrees is
//! taken; where none does, the edit is refused with the reason.

mod change;
mod children;
mod find;
mod layout;
mod meant;
mod moving;
mod replace;
mod scalar;
mod verify;

pub use change::{Change, Splice};

use super::Document;
use super::emit::Manner;
use super::value::Value;
use crate::policy::place::Route;
use std::ops::Range;

/// One edit of a document. Routes are those of the document before the edit.
#[derive(Debug, Clone, PartialEq)]
pub enum Edit {
    /// Puts a scalar in place of a scalar (or of nothing), in the quotes that stand there where they can carry it.
    SetScalar { at: Route, value: Value },
    /// Puts prose in place of a scalar: in the `|` or `>` that stands there, else in a block of its own if it is long.
    SetText { at: Route, text: String },
    /// Puts any value in place of any other. In lists and mappings what stays the same keeps its text and comments.
    SetValue { at: Route, value: Value },
    /// Adds a pair to a mapping (or to nothing, which becomes one).
    InsertKey { map: Route, key: String, value: Value, position: KeyPosition },
    /// Removes a pair, with the comments right above it.
    RemoveKey { at: Route },
    /// Gives the key of a pair another name.
    RenameKey { at: Route, to: String },
    /// Adds an item to a list (or to nothing, which becomes one); `index` is where it will stand.
    InsertItem { seq: Route, index: usize, value: Value },
    /// Adds an item that is given as YAML text, comments and all.
    InsertSource { seq: Route, index: usize, source: String },
    /// Removes an item, with the comments right above it.
    RemoveItem { at: Route },
    /// Moves an item within its list, with the comments right above it; `to` is where it will stand.
    MoveItem { seq: Route, from: usize, to: usize },
    /// Moves an item to another list of the document, with the comments right above it. If `seq` ends in a key that
    /// does not exist it is added. `index` counts in that list as it is before the move.
    MoveItemTo { at: Route, seq: Route, index: usize },
}

/// Where a new pair goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeyPosition {
    First,
    Last,
    Before(String),
    After(String),
    /// Behind the last of these keys that exists, else first: for keys with a usual order.
    AfterAny(Vec<String>),
}

/// Why an edit was refused. Nothing was changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EditError {
    #[error("the file is not UTF-8 and cannot be edited; save it as UTF-8 first")]
    ReadOnly,
    #[error("there is nothing at `{route}`; it may have been removed meanwhile")]
    NotFound { route: Route },
    #[error("`{route}` holds {found}, where {wanted} is needed")]
    WrongKind { route: Route, found: &'static str, wanted: &'static str },
    #[error(
        "`{route}` is reached through the alias `*{alias}`; edit the value at its anchor `&{alias}`, or write it out"
    )]
    ThroughAlias { route: Route, alias: String },
    #[error("`{route}` belongs to `&{anchor}`, which `*{anchor}` repeats elsewhere; the edit would change both places")]
    Shared { route: Route, anchor: String },
    #[error("the key `{key}` exists already at `{route}`")]
    KeyExists { route: Route, key: String },
    #[error("`{route}` has {len} items; there is no place {index} in it")]
    OutOfRange { route: Route, index: usize, len: usize },
    #[error("`{route}` cannot be moved into itself")]
    IntoItself { route: Route },
    #[error("the text to put in is not valid YAML: {message}")]
    BadSource { message: String },
    #[error("the edit of `{route}` cannot be made without changing something else: {why}; edit the raw text instead")]
    Unfaithful { route: Route, why: String },
}

impl Document {
    /// The change of the text that makes an edit. Reads the new text once to be sure of it.
    pub fn plan(&self, edit: &Edit) -> Result<Change, EditError> {
        self.edit(edit).map(|(_, change)| change)
    }

    /// The document after a change of its text, whatever the change does. A change that does not fit leaves it as it is.
    #[must_use]
    pub fn apply(&self, change: &Change) -> Document {
        match change.apply(self.text()) {
            Some(text) if !change.is_empty() && !self.is_read_only() => Document::parse(text),
            _ => self.clone(),
        }
    }

    /// Makes an edit: the document after it, and the change that leads there.
    pub fn edit(&self, edit: &Edit) -> Result<(Document, Change), EditError> {
        if self.is_read_only() {
            return Err(EditError::ReadOnly);
        }
        let context = Context { doc: self, text: self.text(), manner: Manner::of(self.text(), self.root()) };
        let plans = context.plans(edit)?;
        let meant = meant::tree(self, edit)?;
        let mut why = "no way to write it was found".to_owned();
        let mut first = true;
        for plan in plans {
            match verify::verify(self, plan, meant.as_ref()) {
                Ok(done) => return Ok(done),
                Err(reason) if first => {
                    why = reason;
                    first = false;
                }
                Err(_) => {}
            }
        }
        Err(EditError::Unfaithful { route: edit.route().clone(), why })
    }

    /// Makes several edits, each on what the one before left: the document after all, and one change for all of them.
    pub fn edit_all(&self, edits: &[Edit]) -> Result<(Document, Change), EditError> {
        if let [edit] = edits {
            return self.edit(edit);
        }
        let mut document = self.clone();
        for edit in edits {
            document = document.edit(edit)?.0;
        }
        let change = Change::between(self.text(), document.text());
        Ok((document, change))
    }
}

impl Edit {
    /// The route that the edit is about.
    pub fn route(&self) -> &Route {
        match self {
            Edit::SetScalar { at, .. }
            | Edit::SetText { at, .. }
            | Edit::SetValue { at, .. }
            | Edit::RemoveKey { at }
            | Edit::RenameKey { at, .. }
            | Edit::RemoveItem { at }
            | Edit::MoveItemTo { at, .. } => at,
            Edit::InsertKey { map, .. } => map,
            Edit::InsertItem { seq, .. } | Edit::InsertSource { seq, .. } | Edit::MoveItem { seq, .. } => seq,
        }
    }
}

/// One way to make an edit.
#[derive(Debug, Clone, Default)]
struct Plan {
    splices: Vec<Splice>,
    /// Bytes whose comments may go with what is removed.
    may_drop: Vec<Range<usize>>,
}

impl Plan {
    fn splice(mut self, range: Range<usize>, text: impl Into<String>) -> Plan {
        self.splices.push(Splice { range, text: text.into() });
        self
    }

    fn dropping(mut self, range: Range<usize>) -> Plan {
        self.may_drop.push(range);
        self
    }

    fn and(mut self, other: Plan) -> Plan {
        self.splices.extend(other.splices);
        self.may_drop.extend(other.may_drop);
        self
    }
}

/// What planning looks at.
struct Context<'d> {
    doc: &'d Document,
    text: &'d str,
    manner: Manner,
}

impl Context<'_> {
    /// The ways to make an edit, the most natural first.
    fn plans(&self, edit: &Edit) -> Result<Vec<Plan>, EditError> {
        match edit {
            Edit::SetScalar { at, value } => self.set_scalar(at, value),
            Edit::SetText { at, text } => self.set_scalar(at, &Value::String(text.clone())),
            Edit::SetValue { at, value } => self.set_value(at, value),
            Edit::InsertKey { map, key, value, position } => self.insert_key(map, key, value, position),
            Edit::RemoveKey { at } | Edit::RemoveItem { at } => self.remove(at),
            Edit::RenameKey { at, to } => self.rename_key(at, to),
            Edit::InsertItem { seq, index, value } => self.insert_item(seq, *index, value),
            Edit::InsertSource { seq, index, source } => self.insert_source(seq, *index, source),
            Edit::MoveItem { seq, from, to } => self.move_item(seq, *from, *to),
            Edit::MoveItemTo { at, seq, index } => self.move_item_to(at, seq, *index),
        }
    }
}

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;
