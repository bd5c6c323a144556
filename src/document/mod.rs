//! Text as the truth: parse with places, lossless edits, undo history.
//!
//! A [`Document`] owns the text of one YAML file and the tree of what it says, each value with its bytes.
//! Knows nothing of files, decisions, git or screens.

pub mod condition;
mod edit;
mod emit;
mod history;
mod parse;
pub mod read;
mod recover;
mod scan;
mod schema;
mod syntax;
mod tree;
mod value;

pub use edit::{Change, Edit, EditError, KeyPosition, Splice};
pub use history::{History, Touched, Transaction};
pub use parse::{ALIAS_BUDGET, DEPTH_LIMIT};
pub use syntax::SyntaxProblem;
pub use tree::{Alias, Entry, Item, Kind, Mapping, Node, Properties, Scalar, ScalarValue, Sequence, Span, Style};
pub use value::Value;

use crate::policy::place::{Place, Position, Route, Step};
use std::sync::{Arc, OnceLock};

/// Texts longer than this are not read.
pub const SIZE_LIMIT: usize = 16 << 20;

/// The text of one YAML file and what it says. Cloning one is cheap, and it never changes: an edit gives another.
#[derive(Debug, Clone)]
pub struct Document {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    text: Arc<str>,
    root: Option<Node>,
    comments: Vec<Span>,
    problems: Vec<SyntaxProblem>,
    masked: Vec<Span>,
    /// The bytes that the text was made from, where they were not UTF-8.
    broken: Option<Vec<u8>>,
    lines: OnceLock<Vec<usize>>,
}

impl Document {
    /// Reads a text. Never fails: what cannot be read is in [`Document::syntax_problems`], and the rest in the tree.
    pub fn parse(text: impl Into<Arc<str>>) -> Document {
        Document::read(text.into(), None)
    }

    /// Reads the bytes of a file. Where they are not UTF-8 there is a problem at the first bad byte, the bad bytes are
    /// shown as U+FFFD, and edits are refused.
    pub fn from_bytes(bytes: Vec<u8>) -> Document {
        match String::from_utf8(bytes) {
            Ok(text) => Document::read(text.into(), None),
            Err(error) => {
                let bytes = error.into_bytes();
                Document::read(String::from_utf8_lossy(&bytes).into(), Some(bytes))
            }
        }
    }

    /// The text, as it was given.
    pub fn text(&self) -> &str {
        &self.inner.text
    }

    /// The text, shared.
    pub fn shared_text(&self) -> Arc<str> {
        self.inner.text.clone()
    }

    /// The bytes of the file: those of the text, or the broken ones it was made from.
    pub fn bytes(&self) -> &[u8] {
        self.inner.broken.as_deref().unwrap_or(self.inner.text.as_bytes())
    }

    /// The outermost value; `None` where the file holds nothing.
    pub fn root(&self) -> Option<&Node> {
        self.inner.root.as_ref()
    }

    /// What is wrong with the text itself, in the order of the text.
    pub fn syntax_problems(&self) -> &[SyntaxProblem] {
        &self.inner.problems
    }

    /// Comments from `#` to the end of the line, in the order of the text.
    pub fn comments(&self) -> &[Span] {
        &self.inner.comments
    }

    /// The pieces of the text that could not be read and are missing from the tree.
    pub fn unread(&self) -> &[Span] {
        &self.inner.masked
    }

    /// Whether edits are refused because the file is not UTF-8.
    pub fn is_read_only(&self) -> bool {
        self.inner.broken.is_some()
    }

    /// Line and column of a byte of the text.
    pub fn position(&self, byte: usize) -> Position {
        let text = self.text();
        let byte = floor_char_boundary(text, byte);
        let lines = self.lines();
        let line = lines.partition_point(|start| *start <= byte).max(1);
        let column = text[lines[line - 1].min(byte)..byte].chars().count() + 1;
        let small = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        Position { line: small(line), column: small(column) }
    }

    /// The byte at a line and column; the nearest one where the line is shorter or the text ends before.
    pub fn byte_at(&self, position: Position) -> usize {
        let lines = self.lines();
        let line = (position.line.max(1) as usize - 1).min(lines.len() - 1);
        let start = lines[line];
        let text = &self.text()[start..scan::line_end(self.text(), start)];
        let skip = position.column.max(1) as usize - 1;
        start + text.char_indices().nth(skip).map_or(text.len(), |(i, _)| i)
    }

    /// How many lines the text has; a text without any line break has one.
    pub fn line_count(&self) -> usize {
        self.lines().len()
    }

    /// The value that a route leads to, through aliases. Of a key that stands twice the first one counts.
    pub fn node(&self, route: &Route) -> Option<&Node> {
        route.0.iter().try_fold(self.root()?, |node, step| match step {
            Step::Key(key) => node.get(key),
            Step::Item(index) => node.item(*index),
        })
    }

    /// The pair that a route ending in a key leads to.
    pub fn entry(&self, route: &Route) -> Option<&Entry> {
        match route.split_last()? {
            (up, Step::Key(key)) => self.node(&up)?.entry(key),
            _ => None,
        }
    }

    /// The place of the value at `route`; where there is none, the route with the position of the nearest value around it.
    pub fn place(&self, file: &str, route: &Route) -> Place {
        let mut found = self.root();
        for step in &route.0 {
            let next = found.and_then(|node| match step {
                Step::Key(key) => node.get(key),
                Step::Item(index) => node.item(*index),
            });
            match next {
                Some(node) => found = Some(node),
                None => break,
            }
        }
        self.place_of(file, route, found.map_or(Span::default(), Node::span))
    }

    /// The place of the key at `route`; like [`Document::place`] where it is not a key or does not exist.
    pub fn key_place(&self, file: &str, route: &Route) -> Place {
        match self.entry(route) {
            Some(entry) => self.place_of(file, route, entry.key.span()),
            None => self.place(file, route),
        }
    }

    /// The innermost value around a byte, as for a cursor in the raw text. Keys and the blanks before them count to
    /// their value; a line without anything belongs to no value but those it stands within.
    pub fn route_at(&self, byte: usize) -> Route {
        let text = self.text();
        let mut byte = floor_char_boundary(text, byte);
        if scan::is_first_on_line(text, byte) {
            let start = scan::line_start(text, byte);
            byte = byte.max(start + scan::indent_at(text, start));
        }
        let mut route = Route::root();
        let mut node = self.root();
        while let Some(here) = node {
            let holds = |span: Span| span.start <= byte && byte <= scan::line_end(text, span.end);
            // A flow collection has several children on one line: there the one that starts last before the byte counts.
            let (step, next) = match here.kind() {
                Kind::Mapping(mapping) => {
                    let Some(entry) = mapping.entries.iter().rev().find(|e| holds(e.span())) else { break };
                    let Some(name) = entry.name() else { break };
                    // No route leads into the second of two pairs with one key.
                    if here.entry(name).is_some_and(|first| !std::ptr::eq(first, entry)) {
                        break;
                    }
                    (Step::from(name), &entry.value)
                }
                Kind::Sequence(sequence) => {
                    let Some(index) = sequence.items.iter().rposition(|i| holds(i.span())) else { break };
                    (Step::from(index), &sequence.items[index].value)
                }
                Kind::Scalar(_) | Kind::Alias(_) => break,
            };
            if here.is_flow() && byte >= here.span().end {
                break;
            }
            route = route.then(step);
            node = Some(next);
        }
        route
    }

    fn read(text: Arc<str>, broken: Option<Vec<u8>>) -> Document {
        let mut inner = Inner {
            text,
            root: None,
            comments: Vec::new(),
            problems: Vec::new(),
            masked: Vec::new(),
            broken,
            lines: OnceLock::new(),
        };
        if inner.text.len() > SIZE_LIMIT {
            inner.problems.push(SyntaxProblem::too_large(inner.text.len(), SIZE_LIMIT));
        } else {
            let recovered = recover::read(&inner.text);
            inner.root = recovered.pass.root;
            inner.comments = recovered.pass.comments;
            inner.problems = recovered.pass.problems;
            inner.masked = recovered.masked;
        }
        if inner.broken.is_some() {
            let at = inner.text.find(char::REPLACEMENT_CHARACTER).unwrap_or(0);
            inner.problems.push(SyntaxProblem::bad_utf8(Span::new(at, at + char::REPLACEMENT_CHARACTER.len_utf8())));
        }
        let mut problems = std::mem::take(&mut inner.problems);
        let document = Document { inner: Arc::new(inner) };
        if problems.is_empty() {
            return document;
        }
        for problem in &mut problems {
            problem.position = document.position(problem.noticed.unwrap_or(problem.bytes.start));
        }
        problems.sort_by_key(|problem| problem.position);
        match Arc::try_unwrap(document.inner) {
            Ok(inner) => Document { inner: Arc::new(Inner { problems, ..inner }) },
            Err(inner) => Document { inner },
        }
    }

    fn place_of(&self, file: &str, route: &Route, span: Span) -> Place {
        Place {
            file: file.into(),
            route: route.clone(),
            position: Some(self.position(span.start)),
            bytes: span.range(),
        }
    }

    /// Where each line starts.
    fn lines(&self) -> &[usize] {
        self.inner.lines.get_or_init(|| {
            let bytes = self.text().as_bytes();
            let mut lines = vec![0];
            lines.extend(memchr::memchr2_iter(b'\n', b'\r', bytes).filter_map(|i| {
                let inside_crlf = bytes[i] == b'\r' && bytes.get(i + 1) == Some(&b'\n');
                (!inside_crlf).then_some(i + 1)
            }));
            lines
        })
    }
}

fn floor_char_boundary(text: &str, byte: usize) -> usize {
    (0..=byte.min(text.len())).rev().find(|i| text.is_char_boundary(*i)).unwrap_or(0)
}

#[cfg(test)]
mod tests;
