//! Where a field's value comes from: a column, the same for every row, or a sentence with columns in it.

use crate::document::read::cursor::Cursor;
use crate::policy::codes;
use serde_json::{Map, Value};
use std::borrow::Cow;

/// Stands in columns' names and templates for the name that `each` is at.
pub const EACH: &str = "{each}";

/// One row, and the name that `each` is at.
#[derive(Clone, Copy)]
pub struct Row<'r> {
    pub at: usize,
    pub fields: &'r Map<String, Value>,
    pub each: Option<&'r str>,
    /// Words that stand for an empty cell.
    pub empty: &'r [String],
}

#[derive(Debug, Clone, PartialEq)]
pub enum Pick {
    Column(String),
    Const(Value),
    Template(Vec<Part>),
}

#[derive(Debug, Clone, PartialEq)]
pub enum Part {
    Text(String),
    Column(String),
}

/// The keys of a pick that is written as a mapping.
pub const KEYS: [&str; 3] = ["column", "const", "template"];

impl Pick {
    /// A plain word is a column. `None` where it cannot be read, which is noted, or says of no value at all.
    pub fn read(cursor: &Cursor, what: &str) -> Option<Pick> {
        if cursor.node().text().is_some() {
            return Some(Pick::Column(cursor.expect_text(what)?.to_string()));
        }
        if !cursor.expect_mapping(what) {
            return None;
        }
        let mut given = KEYS.into_iter().filter_map(|key| Some((key, cursor.get(key)?)));
        let Some((key, value)) = given.next() else {
            cursor.note(
                &codes::MISSING_KEY,
                format!("`{what}` does not say where its value comes from"),
                "Add `column:` with a column's name, `const:` with a word, or `template:` with a sentence.",
            );
            return None;
        };
        if let Some((other, _)) = given.next() {
            cursor.note(
                &codes::WRONG_TYPE,
                format!("`{what}` comes from two places, `{key}` and `{other}`"),
                "Keep one of them.",
            );
        }
        let text = value.expect_text(key)?;
        match key {
            "column" => Some(Pick::Column(text.to_string())),
            "const" => Some(Pick::Const(Value::from(&*text))),
            _ => match template(&text) {
                Ok(parts) => Some(Pick::Template(parts)),
                Err(message) => {
                    value.note(
                        &codes::WRONG_TYPE,
                        message,
                        "Write a column between `{` and `}`, a brace as `{{` or `}}`.",
                    );
                    None
                }
            },
        }
    }

    /// `null` where there is no value.
    pub fn get<'r>(&'r self, row: Row<'r>) -> Cow<'r, Value> {
        match self {
            Pick::Const(value) => Cow::Borrowed(value),
            Pick::Column(column) => find(row, column).map_or(Cow::Owned(Value::Null), Cow::Borrowed),
            Pick::Template(parts) => {
                let mut text = String::new();
                let mut filled = !parts.iter().any(|part| matches!(part, Part::Column(_)));
                for part in parts {
                    match part {
                        Part::Text(word) => text.push_str(word),
                        Part::Column(column) if column == "each" && row.each.is_some() => {
                            text.push_str(row.each.unwrap_or_default());
                            filled = true;
                        }
                        Part::Column(column) => {
                            let word = find(row, column).map(shown).unwrap_or_default();
                            filled |= !word.trim().is_empty();
                            text.push_str(&word);
                        }
                    }
                }
                Cow::Owned(if filled { text.into() } else { Value::Null })
            }
        }
    }

    /// For people: the column, or how the value is made.
    pub fn describe(&self) -> String {
        match self {
            Pick::Column(column) => column.clone(),
            Pick::Const(_) => "the map".into(),
            Pick::Template(_) => "a template".into(),
        }
    }

    pub fn columns(&self) -> Vec<&str> {
        match self {
            Pick::Column(column) => vec![column],
            Pick::Const(_) => vec![],
            Pick::Template(parts) => parts.iter().filter_map(Part::column).collect(),
        }
    }
}

impl Part {
    /// The column that it needs; what `each` is at is no column.
    fn column(&self) -> Option<&str> {
        match self {
            Part::Column(column) if column != "each" => Some(column),
            _ => None,
        }
    }
}

/// The value of a column: a key of the row, or a path such as `item.turns[-1].content`.
pub fn find<'r>(row: Row<'r>, column: &str) -> Option<&'r Value> {
    match row.each {
        Some(each) if column.contains(EACH) => at_path(row.fields, &column.replace(EACH, each)),
        _ => at_path(row.fields, column),
    }
}

/// The name as a whole goes first, so that a column may be called `a.b`.
pub fn at_path<'r>(fields: &'r Map<String, Value>, path: &str) -> Option<&'r Value> {
    if let Some(value) = fields.get(path) {
        return Some(value);
    }
    let mut steps = path.split('.').flat_map(|step| step.split('[')).filter(|step| !step.is_empty());
    let first = fields.get(steps.next()?)?;
    steps.try_fold(first, |value, step| match step.strip_suffix(']') {
        Some(index) => {
            let items = value.as_array()?;
            let index: isize = index.trim().parse().ok()?;
            let from_end = items.len().checked_sub(index.unsigned_abs());
            items.get(if index < 0 { from_end? } else { index.unsigned_abs() })
        }
        None => value.get(step),
    })
}

/// A value as text: a word as it is, nothing for null, JSON for what is no word.
pub fn shown(value: &Value) -> Cow<'_, str> {
    match value {
        Value::String(text) => Cow::Borrowed(text),
        Value::Null => Cow::Borrowed(""),
        other => Cow::Owned(other.to_string()),
    }
}

fn template(text: &str) -> Result<Vec<Part>, String> {
    let mut parts = Vec::new();
    let mut literal = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(['{', '}']) {
        let (before, brace) = rest.split_at(at);
        literal.push_str(before);
        if let Some(after) = brace.strip_prefix("{{") {
            literal.push('{');
            rest = after;
        } else if let Some(after) = brace.strip_prefix("}}") {
            literal.push('}');
            rest = after;
        } else if let Some((column, after)) = brace.strip_prefix('{').and_then(|inner| inner.split_once('}')) {
            if !literal.is_empty() {
                parts.push(Part::Text(std::mem::take(&mut literal)));
            }
            parts.push(Part::Column(column.trim().to_owned()));
            rest = after;
        } else {
            return Err(format!("a brace of the template `{text}` has no partner"));
        }
    }
    literal.push_str(rest);
    if !literal.is_empty() {
        parts.push(Part::Text(literal));
    }
    Ok(parts)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(json: &str) -> Map<String, Value> {
        serde_json::from_str(json).unwrap()
    }

    fn check(path: &str, expect: Option<&str>) {
        let fields = row(r#"{"a.b":"whole","a":{"b":"in","c":[{"d":"0"},{"d":"1"}]},"n":7}"#);
        assert_eq!(at_path(&fields, path).map(|v| shown(v).into_owned()), expect.map(str::to_owned), "{path}");
    }

    #[test]
    fn paths_lead_into_objects_and_lists() {
        check("a.b", Some("whole"));
        check("a.c[0].d", Some("0"));
        check("a.c[-1].d", Some("1"));
        check("a.c[2].d", None);
        check("a.c[-3]", None);
        check("a.c.d", None);
        check("n", Some("7"));
        check("", None);
        check("[0]", None);
        check("a.c[99999999999999999999]", None);
    }

    #[test]
    fn a_template_without_a_filled_column_is_no_value() {
        let fields = row(r#"{"q":"why","n":3,"e":" "}"#);
        let filled = |text: &str| {
            let pick = Pick::Template(template(text).unwrap());
            pick.get(Row { at: 1, fields: &fields, each: Some("ana"), empty: &[] }).into_owned()
        };
        assert_eq!(filled("{q}? {n} {{x}}"), Value::from("why? 3 {x}"));
        assert_eq!(filled("by {each}"), Value::from("by ana"));
        assert_eq!(filled("[{e}{none}]"), Value::Null);
        assert_eq!(filled("always"), Value::from("always"));
        assert!(template("a } b").is_err() && template("{a").is_err());
    }
}
