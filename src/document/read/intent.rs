//! Reads and writes the condition of an intent: as a spec writes it, in one line and without the outer braces.

use super::condition;
use super::cursor::{Cursor, Notes, Source};
use crate::document::emit::flow;
use crate::document::{Document, Value};
use crate::policy::Policy;
use crate::policy::condition::Condition;

/// The condition, and in words what is wrong with it.
pub fn read(when: &str, words: &Policy) -> (Condition, Vec<String>) {
    let document = Document::parse(format!("{{{when}}}").as_str());
    let (notes, file) = (Notes::default(), "the intent".into());
    let source = Source { file: &file, document: &document };
    let read = Cursor::root(source, &notes).map(|root| condition::read(&root, words));
    let mut problems: Vec<String> = document.syntax_problems().iter().map(|problem| problem.message.clone()).collect();
    problems.extend(notes.into_problems().into_iter().map(|problem| problem.message));
    if read.is_none() && problems.is_empty() {
        problems.push("it says no condition".to_owned());
    }
    (read.unwrap_or(Condition::Any(Vec::new())), problems)
}

/// A condition in the form in which a spec writes it, on one line: `category: bio-weapons, severity: ">= high"`.
pub fn write(when: &serde_json::Value) -> String {
    let whole = flow(&value(when));
    whole.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')).unwrap_or(&whole).to_owned()
}

fn value(json: &serde_json::Value) -> Value {
    match json {
        serde_json::Value::Null => Value::Null,
        serde_json::Value::Bool(value) => Value::Bool(*value),
        serde_json::Value::Number(number) => Value::Float(number.as_f64().unwrap_or_default()),
        serde_json::Value::String(text) => Value::String(text.clone()),
        serde_json::Value::Array(items) => Value::Seq(items.iter().map(value).collect()),
        serde_json::Value::Object(map) => Value::Map(map.iter().map(|(key, one)| (key.clone(), value(one))).collect()),
    }
}
