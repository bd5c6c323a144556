//! How a file is read, before its columns mean anything: the `read` part of a map.

use super::no_other_keys;
use crate::document::read::cursor::Cursor;
use crate::interop::encoding::Encoding;
use crate::policy::codes;

#[derive(Debug, Clone, PartialEq)]
pub struct ReadOptions {
    pub delimiter: u8,
    /// `None`: quotes mean nothing.
    pub quote: Option<u8>,
    /// Rows that start with it are comments.
    pub comment: Option<String>,
    pub header: Header,
    /// Lines before the table begins.
    pub skip: usize,
    pub encoding: Encoding,
    /// Where in a JSON file the list of rows stands.
    pub rows: Option<String>,
    /// Words that stand for an empty cell.
    pub empty: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Header {
    /// The first row names the columns.
    First,
    /// There is none: the columns are called 1, 2, 3.
    Numbers,
    /// There is none: the columns are called so.
    Names(Vec<String>),
}

impl Default for ReadOptions {
    fn default() -> Self {
        ReadOptions {
            delimiter: b',',
            quote: Some(b'"'),
            comment: None,
            header: Header::First,
            skip: 0,
            encoding: Encoding::Utf8,
            rows: None,
            empty: Vec::new(),
        }
    }
}

const KEYS: [&str; 8] = ["delimiter", "quote", "comment", "header", "skip", "encoding", "rows", "empty"];

pub fn read(cursor: Option<&Cursor>) -> ReadOptions {
    let mut options = ReadOptions::default();
    let Some(cursor) = cursor else { return options };
    cursor.expect_mapping("read");
    no_other_keys(cursor, &KEYS);
    if let Some(delimiter) = cursor.get("delimiter") {
        options.delimiter = match delimiter.node().text() {
            Some("tab") => b'\t',
            _ => byte(&delimiter, "delimiter").unwrap_or(options.delimiter),
        };
    }
    if let Some(quote) = cursor.get("quote") {
        options.quote = if quote.node().as_bool() == Some(false) { None } else { byte(&quote, "quote") };
    }
    if let Some(comment) = cursor.get("comment") {
        options.comment = comment.expect_text("comment").filter(|c| !c.is_empty()).map(|c| c.to_string());
    }
    if let Some(header) = cursor.get("header") {
        options.header = match header.node().as_bool() {
            Some(true) => Header::First,
            Some(false) => Header::Numbers,
            None => Header::Names(
                header
                    .expect_items("header")
                    .iter()
                    .filter_map(|c| Some(c.expect_text("header")?.to_string()))
                    .collect(),
            ),
        };
    }
    if let Some(skip) = cursor.get("skip") {
        match skip.node().as_int().and_then(|n| usize::try_from(n).ok()) {
            Some(lines) => options.skip = lines,
            None => skip.wrong_type::<()>("skip", "a number of lines").unwrap_or_default(),
        }
    }
    if let Some(encoding) = cursor.get("encoding") {
        let word = encoding.expect_text("encoding").unwrap_or_default();
        match Encoding::from_word(&word) {
            Some(encoding) => options.encoding = encoding,
            None => encoding.note(
                &codes::UNKNOWN_VALUE,
                format!("casebook reads no encoding `{word}`"),
                "Use one of `utf-8`, `utf-16`, `windows-1252`, or save the file as UTF-8.",
            ),
        }
    }
    options.rows = cursor.get("rows").and_then(|rows| rows.expect_text("rows")).map(|rows| rows.to_string());
    options.empty = cursor.texts_of("empty").iter().map(|word| word.trim().to_owned()).collect();
    options
}

fn byte(cursor: &Cursor, what: &str) -> Option<u8> {
    match cursor.node().text().map(str::as_bytes) {
        Some(&[byte]) if byte.is_ascii() && byte != b'\n' && byte != b'\r' => Some(byte),
        _ => cursor.wrong_type(what, "one character"),
    }
}
