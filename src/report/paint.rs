//! Colour in text reports, where it is wanted. Never alone: each painted word says the same without its colour.

use crate::policy::problem::Level;
use crate::policy::visible::visible_line;
use crate::replay::flip::FlipKind;
use std::fmt;

/// Whether text is painted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Paint {
    pub on: bool,
}

impl Paint {
    pub const PLAIN: Paint = Paint { on: false };

    pub fn bold(self, text: impl fmt::Display) -> String {
        self.with("1", text)
    }

    pub fn dim(self, text: impl fmt::Display) -> String {
        self.with("2", text)
    }

    pub fn better(self, text: impl fmt::Display) -> String {
        self.with("32", text)
    }

    pub fn worse(self, text: impl fmt::Display) -> String {
        self.with("31", text)
    }

    pub fn notable(self, text: impl fmt::Display) -> String {
        self.with("33", text)
    }

    pub fn flip(self, kind: FlipKind, text: impl fmt::Display) -> String {
        match kind {
            FlipKind::Regressed => self.worse(text),
            FlipKind::Fixed => self.better(text),
            FlipKind::Changed => self.notable(text),
        }
    }

    pub fn level(self, level: Level, text: impl fmt::Display) -> String {
        match level {
            Level::Error => self.with("1;31", text),
            Level::Warning => self.with("1;33", text),
            Level::Hint => self.with("1;36", text),
        }
    }

    fn with(self, code: &str, text: impl fmt::Display) -> String {
        if self.on { format!("\x1b[{code}m{text}\x1b[0m") } else { text.to_string() }
    }
}

/// A user's own words within a line of a text report.
pub fn own_words(text: &str) -> std::borrow::Cow<'_, str> {
    visible_line(text)
}

/// A user's own words within a line of Markdown: safe to show, and nothing in it means anything to Markdown.
pub fn markdown_words(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in visible_line(text).chars() {
        if matches!(c, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '|' | '#' | '~' | '&') {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}

/// Text within an XML element or attribute.
pub fn xml_words(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in visible_line(text).chars() {
        match c {
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '&' => escaped.push_str("&amp;"),
            '"' => escaped.push_str("&quot;"),
            c => escaped.push(c),
        }
    }
    escaped
}
