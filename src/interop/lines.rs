//! JSON lines: one row a line.

use super::plan::RowError;
use serde::de::{Deserialize, Deserializer, Error, MapAccess, Visitor};
use serde_json::{Map, Value};
use std::fmt;

/// One line of a file, counted from 1.
pub(super) enum Line<'a> {
    Text { row: usize, text: &'a str },
    Blank { row: usize },
    Broken(RowError),
}

/// Without line ends and without the byte order mark. What follows the last line feed is no line if it is empty.
pub(super) fn lines(bytes: &[u8]) -> impl Iterator<Item = Line<'_>> {
    let bytes = without_mark(bytes);
    let bytes = bytes.strip_suffix(b"\n").unwrap_or(bytes);
    let all = (!bytes.is_empty()).then(|| bytes.split(|&b| b == b'\n'));
    all.into_iter().flatten().enumerate().map(|(i, line)| {
        let row = i + 1;
        match std::str::from_utf8(line) {
            Ok(text) if text.trim().is_empty() => Line::Blank { row },
            Ok(text) => Line::Text { row, text: text.strip_suffix('\r').unwrap_or(text) },
            Err(error) => Line::Broken(broken_utf8(row, error.valid_up_to())),
        }
    })
}

/// `bytes` without the mark that some programs put before UTF-8.
pub(super) fn without_mark(bytes: &[u8]) -> &[u8] {
    bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes)
}

pub(super) fn broken_utf8(row: usize, at: usize) -> RowError {
    RowError {
        row,
        field: String::new(),
        message: format!("the row is no UTF-8 text at its byte {}", at + 1),
        help: "Save the file as UTF-8, or name its encoding under `read` in the map.".into(),
    }
}

/// A row's JSON object, no key of which comes twice.
pub(super) fn object(row: usize, text: &str) -> Result<Map<String, Value>, RowError> {
    let error = |message: String| RowError {
        row,
        field: String::new(),
        message,
        help: "Write one JSON object a line, between `{` and `}`.".into(),
    };
    match serde_json::from_str::<Unique>(text) {
        Ok(Unique(fields)) => Ok(fields),
        Err(e) => Err(error(format!("the row is no JSON object: {}", plain(&e)))),
    }
}

/// serde_json's words, with the column alone as place: its lines are always the first.
fn plain(error: &serde_json::Error) -> String {
    let text = error.to_string();
    match text.split_once(" at line ") {
        Some((words, _)) => format!("{words} at column {}", error.column()),
        None => text,
    }
}

/// A JSON object that refuses a key met twice, where serde_json would keep the later without a word.
pub(super) struct Unique(pub Map<String, Value>);

impl<'de> Deserialize<'de> for Unique {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Fields;
        impl<'de> Visitor<'de> for Fields {
            type Value = Unique;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Unique, A::Error> {
                let mut fields = Map::new();
                while let Some((key, value)) = map.next_entry::<String, Value>()? {
                    if fields.contains_key(&key) {
                        return Err(A::Error::custom(format!("the key `{key}` comes twice")));
                    }
                    fields.insert(key, value);
                }
                Ok(Unique(fields))
            }
        }
        deserializer.deserialize_map(Fields)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(bytes: &[u8], expect: &str) {
        let shown: Vec<String> = lines(bytes)
            .map(|line| match line {
                Line::Text { row, text } => format!("{row}={text}"),
                Line::Blank { row } => format!("{row} blank"),
                Line::Broken(error) => format!("{} broken", error.row),
            })
            .collect();
        assert_eq!(shown.join(" "), expect);
    }

    #[test]
    fn lines_end_as_they_like() {
        check(b"", "");
        check(b"\n", "");
        check(b"\xef\xbb\xbfa\r\nb\n\n c", "1=a 2=b 3 blank 4= c");
        check(b"a\nb\n", "1=a 2=b");
        check(b"a\n\xff\nb", "1=a 2 broken 3=b");
    }

    #[test]
    fn a_broken_row_says_where() {
        let message = |text: &str| object(3, text).unwrap_err().message;
        assert_eq!(message(r#"{"a":1,"a":2}"#), "the row is no JSON object: the key `a` comes twice at column 13");
        assert!(message("[1]").starts_with("the row is no JSON object: invalid type: sequence"), "{}", message("[1]"));
        assert!(message(r#"{"a":"#).contains("at column 5"));
        assert!(message(&format!("{{\"a\":{}1", "[".repeat(10_000))).contains("recursion"));
    }
}
