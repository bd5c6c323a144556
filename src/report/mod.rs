//! Results as text, JSON, Markdown, JUnit, SARIF and GitHub annotations. Everything gives a `String`; nothing prints.

pub mod created;
pub mod difference;
pub mod explain;
pub mod figure;
pub mod history;
pub mod import;
pub mod paint;
pub mod problems;
pub mod replay;
mod table;

use std::fmt;

/// A form that a result can be given in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    Text,
    Json,
    Markdown,
    Junit,
    Sarif,
    Github,
}

impl Format {
    pub const ALL: [Format; 6] =
        [Format::Text, Format::Json, Format::Markdown, Format::Junit, Format::Sarif, Format::Github];

    pub fn word(self) -> &'static str {
        match self {
            Format::Text => "text",
            Format::Json => "json",
            Format::Markdown => "markdown",
            Format::Junit => "junit",
            Format::Sarif => "sarif",
            Format::Github => "github",
        }
    }

    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.word() == word)
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// A JSON value, indented for people who look at it.
pub fn json_text(value: &serde_json::Value) -> String {
    let mut text = serde_json::to_string_pretty(value).unwrap_or_default();
    text.push('\n');
    text
}
