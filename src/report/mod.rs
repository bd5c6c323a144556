//! Results as text, JSON, Markdown, HTML, JUnit, SARIF and GitHub annotations. Everything gives a `String`; nothing prints.

pub mod again;
pub mod agreement;
pub mod batch;
pub mod calibration;
pub mod consensus;
pub mod coverage;
pub mod created;
pub mod decisions;
pub mod difference;
pub mod editorial;
pub mod explain;
pub mod figure;
pub mod fixes;
pub mod gold;
pub mod guidance;
pub mod history;
pub mod import;
pub mod labeling;
pub mod matrix;
pub mod mutate;
pub mod paint;
pub mod precedents;
pub mod problems;
pub mod queue;
pub mod record;
pub mod refused;
pub mod renamed;
pub mod replay;
pub mod round;
pub mod said;
pub mod staled;
pub mod suggest;
mod table;
pub mod time;

use crate::policy::visible::is_hostile;
use std::fmt;

/// A form that a result can be given in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    Text,
    Json,
    Markdown,
    Html,
    Junit,
    Sarif,
    Github,
}

impl Format {
    pub const ALL: [Format; 7] =
        [Format::Text, Format::Json, Format::Markdown, Format::Html, Format::Junit, Format::Sarif, Format::Github];

    pub fn word(self) -> &'static str {
        match self {
            Format::Text => "text",
            Format::Json => "json",
            Format::Markdown => "markdown",
            Format::Html => "html",
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

/// A JSON value, indented for people who look at it. What could steer a terminal is written as JSON's own escapes, which
/// mean the same.
pub fn json_text(value: &serde_json::Value) -> String {
    let text = serde_json::to_string_pretty(value).unwrap_or_default();
    let mut out = String::with_capacity(text.len() + 1);
    for c in text.chars() {
        if c == '\n' || !is_hostile(c) {
            out.push(c);
        } else {
            // Such characters stand within strings only: between values there are none but line feeds and spaces.
            c.encode_utf16(&mut [0; 2]).iter().for_each(|unit| out.push_str(&format!("\\u{unit:04x}")));
        }
    }
    out.push('\n');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_keeps_what_it_says_and_steers_no_terminal() {
        let value = serde_json::json!({"a\u{9b}": "\u{1b}[2J\u{202e}\u{7f}\u{e0041}é\n\t"});
        let text = json_text(&value);
        assert!(text.chars().all(|c| c == '\n' || !is_hostile(c)), "{text:?}");
        assert!(text.contains("\\u009b") && text.contains("\\udb40\\udc41") && text.contains('é'), "{text}");
        assert_eq!(serde_json::from_str::<serde_json::Value>(&text).unwrap(), value);
    }
}
