//! Values that an edit writes into a document.

use super::tree::{Entry, Item, Kind, Mapping, Node, Scalar, ScalarValue, Sequence, Span, Style};

/// A value apart from any text: what an edit puts in, or what a node says.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    Null,
    Bool(bool),
    Int(i64),
    Float(f64),
    String(String),
    Seq(Vec<Value>),
    Map(Vec<(String, Value)>),
}

impl Value {
    /// What a node says, with aliases written out. Keys that are not scalars become empty strings.
    pub fn of(node: &Node) -> Value {
        match node.resolved().kind() {
            Kind::Scalar(scalar) => match scalar.value {
                ScalarValue::Null => Value::Null,
                ScalarValue::Bool(value) => Value::Bool(value),
                ScalarValue::Int(value) => Value::Int(value),
                ScalarValue::Float(value) => Value::Float(value),
                ScalarValue::String => Value::String(scalar.text.to_string()),
            },
            Kind::Mapping(_) => Value::Map(
                node.entries().iter().map(|e| (e.name().unwrap_or_default().to_owned(), Value::of(&e.value))).collect(),
            ),
            Kind::Sequence(_) => Value::Seq(node.items().map(Value::of).collect()),
            Kind::Alias(_) => Value::Null,
        }
    }

    pub fn is_collection(&self) -> bool {
        matches!(self, Value::Seq(_) | Value::Map(_))
    }

    /// The node that a faithful text of this value reads as; it stands nowhere.
    pub(super) fn to_node(&self) -> Node {
        let nowhere = Span::default();
        let scalar = |value, text: &str| Kind::Scalar(Scalar { value, text: text.into(), style: Style::Plain });
        let kind = match self {
            Value::Null => scalar(ScalarValue::Null, ""),
            Value::Bool(value) => scalar(ScalarValue::Bool(*value), if *value { "true" } else { "false" }),
            Value::Int(value) => scalar(ScalarValue::Int(*value), &value.to_string()),
            Value::Float(value) => scalar(ScalarValue::Float(*value), ""),
            Value::String(text) => scalar(ScalarValue::String, text),
            Value::Seq(items) => Kind::Sequence(Sequence {
                items: items.iter().map(|value| Item { start: 0, value: value.to_node() }).collect(),
                flow: false,
            }),
            Value::Map(entries) => Kind::Mapping(Mapping {
                entries: entries.iter().map(|(key, value)| entry_node(key, value.to_node())).collect(),
                flow: false,
            }),
        };
        Node::new(kind, nowhere, None)
    }
}

/// A pair that stands nowhere.
pub(super) fn entry_node(key: &str, value: Node) -> Entry {
    let key = Value::String(key.to_owned()).to_node();
    Entry { key, value, start: 0, colon: None, explicit: false }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Value::String(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Value::String(text)
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Value::Bool(value)
    }
}

impl From<i64> for Value {
    fn from(value: i64) -> Self {
        Value::Int(value)
    }
}

impl From<f64> for Value {
    fn from(value: f64) -> Self {
        Value::Float(value)
    }
}

impl<V: Into<Value>> FromIterator<V> for Value {
    fn from_iter<I: IntoIterator<Item = V>>(items: I) -> Self {
        Value::Seq(items.into_iter().map(Into::into).collect())
    }
}
