//! Where the lines of an item or pair begin and end, comments counted in.

use super::Context;
use crate::document::scan;
use crate::document::tree::{Kind, Node};
use std::ops::Range;

/// An item of a list or a pair of a mapping, as a piece of text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Child {
    /// Its dash or key; in brackets its value or key.
    pub start: usize,
    /// The end of its value.
    pub end: usize,
}

/// The children of a collection in the order of the text.
pub(super) fn children(node: &Node) -> Vec<Child> {
    match node.kind() {
        Kind::Mapping(mapping) => mapping.entries.iter().map(|e| Child { start: e.start, end: e.span().end }).collect(),
        Kind::Sequence(sequence) => {
            sequence.items.iter().map(|i| Child { start: i.start, end: i.span().end }).collect()
        }
        Kind::Scalar(_) | Kind::Alias(_) => Vec::new(),
    }
}

impl Context<'_> {
    /// Whether the child is the first thing on its line.
    pub(super) fn owns_line(&self, child: Child) -> bool {
        scan::is_first_on_line(self.text, child.start)
    }

    /// Where the lines of a child start: at the comments right above it that stand in its column. Lines before
    /// `floor` belong to something else.
    pub(super) fn lead(&self, child: Child, floor: usize) -> usize {
        let mut lead = scan::line_start(self.text, child.start);
        let column = scan::column(self.text, child.start);
        while lead > floor {
            let above = scan::line_start(self.text, scan::before_line_break(self.text, lead));
            let indent = scan::indent_at(self.text, above);
            let comment = self.text.as_bytes().get(above + indent) == Some(&b'#');
            if above < floor || !comment || indent != column {
                break;
            }
            lead = above;
        }
        lead
    }

    /// The end of the line that a value ends on, with the comment behind it, without the line break. If something
    /// else follows on the line, the end of the value itself.
    pub(super) fn tail(&self, end: usize) -> usize {
        let rest = &self.text[end..];
        let blanks = rest.len() - rest.trim_start_matches([' ', '\t']).len();
        match rest.as_bytes().get(blanks) {
            None | Some(b'\n' | b'\r') => end + blanks,
            Some(b'#') if blanks > 0 => scan::line_end(self.text, end),
            Some(_) => end,
        }
    }

    /// Like [`Context::tail`], with the lines right below that hold only a comment deeper than `column`.
    pub(super) fn long_tail(&self, end: usize, column: usize) -> usize {
        let mut tail = self.tail(end);
        loop {
            let next = scan::next_line(self.text, tail);
            if next == tail || scan::line_break_len(self.text, tail) == 0 || next >= self.text.len() {
                return tail;
            }
            let indent = scan::indent_at(self.text, next);
            if indent <= column || self.text.as_bytes().get(next + indent) != Some(&b'#') {
                return tail;
            }
            tail = scan::line_end(self.text, next);
        }
    }

    /// The lines of each child of a block collection, without the last line break: from the comments above it (a
    /// child that shares its line has none; nor has the first pair of the file, whose comments are about the file) to
    /// the comments behind it. Starts behind the indentation.
    pub(super) fn extents(&self, node: &Node, is_root: bool) -> Vec<Range<usize>> {
        let mut floor = node.outer_start().min(node.span().start);
        floor = scan::line_start(self.text, floor);
        let mut extents = Vec::new();
        for (i, child) in children(node).into_iter().enumerate() {
            let column = scan::column(self.text, child.start);
            let start = if !self.owns_line(child) || is_root && i == 0 {
                child.start
            } else {
                // Comments above the first child stand above the collection's first line.
                let lead = self.lead(child, if i == 0 { 0 } else { floor });
                lead + scan::indent_at(self.text, lead)
            };
            let end = self.long_tail(child.end, column);
            floor = scan::next_line(self.text, end);
            extents.push(start..end);
        }
        extents
    }
}
