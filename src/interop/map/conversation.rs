//! What a case shows: a text or turns, and the response.

use super::no_other_keys;
use super::pick::{self, Pick, Row, shown};
use crate::document::read::cursor::Cursor;
use crate::interop::draft::{Body, Content, excerpt};
use crate::interop::plan::RowError;
use crate::policy::case::Message;
use crate::policy::codes;
use rustc_hash::FxHashMap;
use serde::Deserialize;
use serde_json::{Map, Value};

#[derive(Debug, Clone)]
pub struct Conversation {
    content: Source,
    response: Option<Pick>,
}

#[derive(Debug, Clone)]
enum Source {
    Text(Pick),
    /// A list of turns in one column; in a cell of text it is written as JSON.
    Column {
        pick: Pick,
        role: String,
        content: String,
        /// The file's roles → casebook's; any role as it is where empty.
        roles: FxHashMap<String, String>,
    },
    /// A column a turn: role and content.
    Turns(Vec<(String, Pick)>),
}

/// `None` where the map names neither `text` nor `messages`.
pub fn read(root: &Cursor) -> Option<Conversation> {
    let content = match (root.get("text"), root.get("messages")) {
        (Some(_), Some(messages)) => {
            messages.note(&codes::WRONG_TYPE, "a case has a `text` or `messages`, not both", "Remove one of the two.");
            return None;
        }
        (Some(text), None) => Source::Text(read_pick(&text, "text")?),
        (None, Some(messages)) if messages.node().is_sequence() => {
            Source::Turns(messages.items().iter().filter_map(read_turn).collect())
        }
        (None, Some(messages)) => read_column(&messages)?,
        (None, None) => return None,
    };
    let response = root.get("response").and_then(|response| read_pick(&response, "response"));
    Some(Conversation { content, response })
}

fn read_pick(cursor: &Cursor, what: &str) -> Option<Pick> {
    if cursor.node().is_mapping() {
        no_other_keys(cursor, &pick::KEYS);
    }
    Pick::read(cursor, what)
}

fn read_turn(cursor: &Cursor) -> Option<(String, Pick)> {
    cursor.expect_mapping("a turn").then_some(())?;
    no_other_keys(cursor, &[&pick::KEYS[..], &["role"]].concat());
    let role = cursor.need("role", "such as `user` or `assistant`")?.expect_text("role")?;
    Some((role.to_string(), Pick::read(cursor, "a turn")?))
}

fn read_column(cursor: &Cursor) -> Option<Source> {
    if cursor.node().is_mapping() {
        no_other_keys(cursor, &[&pick::KEYS[..], &["role", "content", "roles"]].concat());
    }
    let pick = Pick::read(cursor, "messages")?;
    let key = |name: &str| match cursor.get(name).and_then(|key| key.expect_text(name)) {
        Some(key) => key.to_string(),
        None => name.to_owned(),
    };
    let roles = cursor.get("roles").map(|roles| {
        roles.expect_mapping("roles");
        let entries = roles.entries().into_iter();
        entries.filter_map(|(from, to)| Some((from.to_owned(), to.expect_text(from)?.to_string()))).collect()
    });
    Some(Source::Column { pick, role: key("role"), content: key("content"), roles: roles.unwrap_or_default() })
}

impl Conversation {
    /// `None` where there is no text: it may stand in another row of the same case.
    pub fn body(&self, row: Row) -> Result<Option<Body>, RowError> {
        let content = match &self.content {
            Source::Text(pick) => text(row, pick, "text")?.map(Content::Text),
            Source::Turns(turns) => {
                let mut messages = Vec::new();
                for (role, pick) in turns {
                    if let Some(content) = text(row, pick, "messages")? {
                        messages.push(turn(role, content));
                    }
                }
                (!messages.is_empty()).then_some(Content::Messages(messages))
            }
            Source::Column { pick, role, content, roles } => {
                list(row, pick, |item| one_turn(item, role, content, roles))?.map(Content::Messages)
            }
        };
        let response = match &self.response {
            Some(pick) => text(row, pick, "response")?,
            None => None,
        };
        Ok(content.map(|content| Body { content, response }))
    }

    /// Where a row lacks its text.
    pub fn missing(&self, row: Row) -> RowError {
        let (field, name) = match &self.content {
            Source::Text(pick) => (pick.describe(), "text"),
            Source::Column { pick, .. } => (pick.describe(), "messages"),
            Source::Turns(_) => ("messages".into(), "messages"),
        };
        RowError {
            row: row.at,
            field,
            message: format!("the row has no {name}"),
            help: "A case needs something to be read: fill it in, or leave the row out.".into(),
        }
    }

    pub fn picks(&self) -> Vec<&Pick> {
        let content = match &self.content {
            Source::Text(pick) | Source::Column { pick, .. } => vec![pick],
            Source::Turns(turns) => turns.iter().map(|(_, pick)| pick).collect(),
        };
        content.into_iter().chain(&self.response).collect()
    }
}

fn text(row: Row, pick: &Pick, what: &str) -> Result<Option<String>, RowError> {
    let value = pick.get(row);
    if matches!(*value, Value::Array(_) | Value::Object(_)) {
        return Err(RowError {
            row: row.at,
            field: pick.describe(),
            message: format!("the {what} in `{}` is no plain text", pick.describe()),
            help: "Name the part that is meant, as in `a.b` or `a[0].content`; a list of turns is for `messages`."
                .into(),
        });
    }
    let text = shown(&value);
    let is_empty = text.trim().is_empty() || row.empty.iter().any(|empty| empty == text.trim());
    Ok((!is_empty).then(|| text.into_owned()))
}

fn list(
    row: Row,
    pick: &Pick,
    mut one: impl FnMut(&Value) -> Result<Value, String>,
) -> Result<Option<Vec<Value>>, RowError> {
    let error = |message: String| RowError {
        row: row.at,
        field: pick.describe(),
        message,
        help: "Write a list of turns, each with `role` and `content`, in a cell as JSON.".into(),
    };
    let value = pick.get(row);
    let parsed;
    let items = match &*value {
        Value::Null => return Ok(None),
        Value::Array(items) => items,
        Value::String(text) if text.trim().is_empty() => return Ok(None),
        Value::String(text) => {
            parsed = serde_json::from_str::<Vec<Value>>(text)
                .map_err(|e| error(format!("`{}` holds no list of turns: {e}", pick.describe())))?;
            &parsed
        }
        _ => return Err(error(format!("`{}` holds no list of turns", pick.describe()))),
    };
    let mut turns = Vec::with_capacity(items.len());
    for (i, item) in items.iter().enumerate() {
        turns.push(one(item).map_err(|message| error(format!("turn {} {message}", i + 1)))?);
    }
    Ok((!turns.is_empty()).then_some(turns))
}

fn one_turn(item: &Value, role: &str, content: &str, roles: &FxHashMap<String, String>) -> Result<Value, String> {
    let Value::Object(fields) = item else { return Err("is no object".into()) };
    let Some(Value::String(word)) = fields.get(role) else { return Err(format!("has no `{role}`")) };
    let word = match roles.get(word) {
        Some(mapped) => mapped,
        None if roles.is_empty() => word,
        None => return Err(format!("has the role `{}`, which the map does not name under `roles`", excerpt(word))),
    };
    let mut turn = Map::new();
    turn.insert("role".into(), word.as_str().into());
    if let Some(content) = fields.get(content) {
        turn.insert("content".into(), content.clone());
    }
    // Tool calls, their results, and whatever else a turn carries.
    for (key, value) in fields.iter().filter(|(key, _)| *key != role && *key != content) {
        turn.entry(key.as_str()).or_insert_with(|| value.clone());
    }
    let turn = Value::Object(turn);
    match Message::deserialize(&turn) {
        Ok(_) => Ok(turn),
        Err(e) => Err(format!("cannot be read: {e}")),
    }
}

fn turn(role: &str, content: String) -> Value {
    let mut fields = Map::new();
    fields.insert("role".into(), role.into());
    fields.insert("content".into(), content.into());
    fields.into()
}
