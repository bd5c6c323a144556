//! Walks a document's tree, knowing at each step where it stands, and notes what it could not read.

use crate::document::Document;
use crate::document::tree::Node;
use crate::policy::codes;
use crate::policy::place::{Place, Route};
use crate::policy::problem::{Code, Problem};
use crate::policy::suggest::nearest;
use rustc_hash::FxHashMap;
use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::sync::Arc;

/// One file to be read: its path within the policy repo, and its text as a tree.
#[derive(Clone, Copy)]
pub struct Source<'d> {
    pub file: &'d Arc<str>,
    pub document: &'d Document,
}

/// Of one kind in one file, so many problems are told; the rest is counted.
const MOST_TOLD: usize = 500;

/// Collects problems while files are read.
pub struct Notes {
    problems: RefCell<Vec<Problem>>,
    kinds: RefCell<FxHashMap<(&'static str, Arc<str>), Told>>,
    /// How many more times a likely spelling is searched for: a file of nothing but mistakes must not take minutes.
    guesses_left: Cell<u32>,
}

/// The problems of one kind in one file.
#[derive(Default)]
struct Told {
    total: usize,
    /// Where the last one that is told stands among the problems.
    last: usize,
}

impl Notes {
    pub fn push(&self, problem: Problem) {
        let mut kinds = self.kinds.borrow_mut();
        let kind = kinds.entry((problem.code.id, problem.place.file.clone())).or_default();
        kind.total += 1;
        if kind.total <= MOST_TOLD {
            let mut problems = self.problems.borrow_mut();
            kind.last = problems.len();
            problems.push(problem);
        }
    }

    pub fn into_problems(self) -> Vec<Problem> {
        let mut problems = self.problems.into_inner();
        for Told { total, last } in self.kinds.into_inner().into_values().filter(|kind| kind.total > MOST_TOLD) {
            if let Some(problem) = problems.get_mut(last) {
                problem.message += &format!(", and {} more like it in this file", total - MOST_TOLD);
            }
        }
        problems
    }
}

impl Default for Notes {
    fn default() -> Self {
        Notes { problems: RefCell::default(), kinds: RefCell::default(), guesses_left: Cell::new(200) }
    }
}

/// A value of the document and the way to it.
#[derive(Clone)]
pub struct Cursor<'d> {
    source: Source<'d>,
    node: &'d Node,
    route: Route,
    notes: &'d Notes,
}

impl<'d> Cursor<'d> {
    /// At the root of a file. Its syntax problems are noted here; `None` where there is nothing to read.
    pub fn root(source: Source<'d>, notes: &'d Notes) -> Option<Self> {
        for problem in source.document.syntax_problems() {
            let place = Place {
                file: source.file.clone(),
                route: Route::root(),
                position: Some(problem.position),
                bytes: problem.bytes.clone(),
            };
            let syntax = Problem::new(&codes::YAML_SYNTAX, place, problem.message.clone(), problem.help.clone());
            notes.push(syntax);
        }
        let node = source.document.root()?;
        Some(Cursor { source, node, route: Route::root(), notes })
    }

    pub fn node(&self) -> &'d Node {
        self.node
    }

    pub fn route(&self) -> &Route {
        &self.route
    }

    pub fn place(&self) -> Place {
        let bytes = self.node.span().range();
        let position = Some(self.source.document.position(bytes.start));
        Place { file: self.source.file.clone(), route: self.route.clone(), position, bytes }
    }

    /// Whether nothing was left out of the text from the start of this value to `end`.
    pub fn was_read_whole(&self, end: usize) -> bool {
        let start = self.node.outer_start();
        self.source.document.unread().iter().all(|piece| piece.end <= start || piece.start >= end)
    }

    /// Where the value starts, in bytes.
    pub fn start(&self) -> usize {
        self.node.outer_start()
    }

    /// Notes a problem here.
    pub fn note(&self, code: &'static Code, message: impl Into<String>, help: impl Into<String>) {
        self.notes.push(Problem::new(code, self.place(), message, help));
    }

    /// The value under a key; `None` where the key is absent or its value empty.
    pub fn get(&self, key: &str) -> Option<Cursor<'d>> {
        let node = self.node.get(key)?;
        (!node.is_null()).then(|| Cursor { node, route: self.route.then(key), ..self.clone() })
    }

    /// The value under a key that must be there.
    pub fn need(&self, key: &str, what_for: &str) -> Option<Cursor<'d>> {
        let found = self.get(key);
        if found.is_none() {
            self.note(&codes::MISSING_KEY, format!("`{key}` is missing"), format!("Add `{key}:`, {what_for}."));
        }
        found
    }

    /// Every key with its value, keys that are no plain words left out.
    pub fn entries(&self) -> Vec<(&'d str, Cursor<'d>)> {
        let named = self.node.entries().iter().filter_map(|entry| Some((entry.name()?, &entry.value)));
        named.map(|(name, node)| (name, Cursor { node, route: self.route.then(name), ..self.clone() })).collect()
    }

    /// The items of a list.
    pub fn items(&self) -> Vec<Cursor<'d>> {
        let indexed = self.node.items().enumerate();
        indexed.map(|(i, node)| Cursor { node, route: self.route.then(i), ..self.clone() }).collect()
    }

    /// Whether this is a mapping; if not, says so.
    pub fn expect_mapping(&self, what: &str) -> bool {
        self.node.is_mapping() || self.wrong_type::<()>(what, "a mapping of keys to values").is_some()
    }

    /// The items, where this is a list; if not, says so.
    pub fn expect_items(&self, what: &str) -> Vec<Cursor<'d>> {
        if !self.node.is_sequence() {
            self.wrong_type::<()>(what, "a list");
        }
        self.items()
    }

    /// The text of a scalar of any type.
    pub fn expect_text(&self, what: &str) -> Option<Arc<str>> {
        match self.node.text() {
            Some(text) => Some(text.into()),
            None => self.wrong_type(what, "a text"),
        }
    }

    /// As [`Cursor::expect_text`] for a key that may be absent, with empty text then.
    pub fn text_of(&self, key: &str) -> Arc<str> {
        self.get(key).and_then(|value| value.expect_text(key)).unwrap_or_else(|| "".into())
    }

    /// The texts of a list, or of a single scalar in place of one; empty where the key is absent.
    pub fn texts_of(&self, key: &str) -> Vec<Arc<str>> {
        let Some(list) = self.get(key) else { return Vec::new() };
        if list.node.text().is_some() {
            return list.expect_text(key).into_iter().collect();
        }
        list.expect_items(key).iter().filter_map(|item| item.expect_text(key)).collect()
    }

    /// Notes that a value is of the wrong kind. Always `None`.
    pub fn wrong_type<T>(&self, what: &str, wanted: &str) -> Option<T> {
        self.note(
            &codes::WRONG_TYPE,
            format!("`{what}` should be {wanted}, but this is {}", self.node.describe()),
            format!("Write {wanted} here."),
        );
        None
    }

    /// Hints at keys that casebook does not know. They are kept as they are.
    pub fn hint_at_unknown_keys(&self, known: &[&str]) {
        let mut seen = BTreeSet::new();
        for (key, value) in self.entries() {
            if !known.contains(&key) && seen.insert(key) {
                let help = match self.nearest(key, known.iter().copied()) {
                    Some(near) => format!("Did you mean `{near}`? It is kept as it is, but nothing reads it."),
                    None => "It is kept as it is, but nothing reads it. Remove it, or leave it as a note.".to_owned(),
                };
                value.note(&codes::UNKNOWN_KEY, format!("`{key}` is no key that casebook knows here"), help);
            }
        }
    }

    /// "Did you mean `x`?", or what there is to choose from.
    pub fn choose_from<'a>(
        &self,
        word: &str,
        what: &str,
        candidates: impl IntoIterator<Item = &'a str> + Clone,
    ) -> String {
        /// More choices than these are no help in one sentence.
        const MOST_LISTED: usize = 8;
        if let Some(near) = self.nearest(word, candidates.clone()) {
            return format!("Did you mean `{near}`?");
        }
        let all: Vec<String> = candidates.into_iter().take(MOST_LISTED + 1).map(|c| format!("`{c}`")).collect();
        match all.len() {
            0 => format!("There is no {what} yet: add it first."),
            n if n > MOST_LISTED => format!("Use the id of an existing {what}, or add it first."),
            _ => format!("Use one of {}, or add it first.", all.join(", ")),
        }
    }

    fn nearest<'a>(&self, word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
        let left = self.notes.guesses_left.get();
        self.notes.guesses_left.set(left.checked_sub(1)?);
        nearest(word, candidates)
    }
}
