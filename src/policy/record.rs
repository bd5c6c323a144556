//! Records that are never edited: labels and adjudications. Each is named by what it says.

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// What labels and adjudications have in common.
pub trait Record: Serialize {
    /// The folder of a gold set that holds them.
    const FOLDER: &'static str;

    fn id(&self) -> &str;
    fn case(&self) -> &str;
    /// Whose it is.
    fn by(&self) -> &str;
    /// Id of the record that this one replaces.
    fn supersedes(&self) -> Option<&str>;
    /// Whether it only takes back what it supersedes.
    fn is_withdrawal(&self) -> bool;
}

/// Why a record is taken back.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Withdrawal {
    #[serde(default)]
    pub reason: String,
}

/// What was before the eyes of whoever read the case.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Saw {
    /// Other people's labels.
    #[serde(default)]
    pub labels: bool,
    /// What the policy says.
    #[serde(default)]
    pub verdict: bool,
    /// Ids of earlier rulings.
    #[serde(default, deserialize_with = "or_default", skip_serializing_if = "Vec::is_empty")]
    pub precedents: Vec<String>,
}

/// A record's id and its fields, the id in front. An id that the record has already does not count.
pub fn named(record: &impl Record) -> (String, Map<String, Value>) {
    // Plain data with texts as keys: there is nothing that could not be written.
    let Ok(Value::Object(mut fields)) = serde_json::to_value(record) else { return Default::default() };
    fields.shift_remove("id");
    let id = content_id(&fields);
    fields.shift_insert(0, "id".to_owned(), Value::from(id.as_str()));
    (id, fields)
}

/// A record's id and its line; no line end.
pub fn line(record: &impl Record) -> (String, String) {
    let (id, fields) = named(record);
    (id, Value::Object(fields).to_string())
}

/// The id of a record: the first 32 hexadecimal characters of the BLAKE3 hash of its canonical JSON. So a record met
/// twice counts once, in whatever order its keys were written.
pub fn content_id(record: &Map<String, Value>) -> String {
    let mut id = blake3::hash(canonical(record).as_bytes()).to_hex().to_string();
    id.truncate(32);
    id
}

/// The canonical JSON of a record without the key `id`: keys sorted by their code points at every depth, no white space,
/// characters beyond ASCII unescaped.
pub fn canonical(record: &Map<String, Value>) -> String {
    let mut text = String::with_capacity(256);
    write_object(&mut text, record.iter().filter(|(key, _)| *key != "id"));
    text
}

fn write_object<'a>(text: &mut String, entries: impl Iterator<Item = (&'a String, &'a Value)>) {
    let mut entries: Vec<_> = entries.collect();
    entries.sort_unstable_by_key(|(key, _)| *key);
    text.push('{');
    for (i, (key, value)) in entries.into_iter().enumerate() {
        if i > 0 {
            text.push(',');
        }
        write_string(text, key);
        text.push(':');
        write_value(text, value);
    }
    text.push('}');
}

fn write_value(text: &mut String, value: &Value) {
    match value {
        Value::Object(entries) => write_object(text, entries.iter()),
        Value::Array(items) => {
            text.push('[');
            for (i, item) in items.iter().enumerate() {
                if i > 0 {
                    text.push(',');
                }
                write_value(text, item);
            }
            text.push(']');
        }
        Value::String(word) => write_string(text, word),
        Value::Number(number) => text.push_str(&number.to_string()),
        Value::Bool(true) => text.push_str("true"),
        Value::Bool(false) => text.push_str("false"),
        Value::Null => text.push_str("null"),
    }
}

fn write_string(text: &mut String, word: &str) {
    text.push_str(&Value::from(word).to_string());
}

/// An enum of words of which others may stand in files: those are kept as they are.
macro_rules! open_words {
    ($(#[doc = $doc:literal])* pub enum $name:ident { $($variant:ident = $word:literal,)* }) => {
        $(#[doc = $doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
        #[serde(from = "String", into = "String")]
        pub enum $name {
            $($variant,)*
            /// A word that casebook does not know.
            Other(String),
        }

        impl $name {
            pub const WORDS: &'static [&'static str] = &[$($word),*];

            pub fn word(&self) -> &str {
                match self {
                    $($name::$variant => $word,)*
                    $name::Other(word) => word,
                }
            }
        }

        impl From<String> for $name {
            fn from(word: String) -> Self {
                match word.as_str() {
                    $($word => $name::$variant,)*
                    _ => $name::Other(word),
                }
            }
        }

        impl From<$name> for String {
            fn from(word: $name) -> String {
                word.word().to_owned()
            }
        }
    };
}
pub(super) use open_words;

/// `null` says as little as a key that is not there.
pub(super) fn or_default<'de, D: Deserializer<'de>, T: Deserialize<'de> + Default>(from: D) -> Result<T, D::Error> {
    Ok(Option::<T>::deserialize(from)?.unwrap_or_default())
}

/// Texts by name; what is no text is passed over.
pub(super) fn texts<'de, D: Deserializer<'de>>(from: D) -> Result<BTreeMap<String, String>, D::Error> {
    let all = Option::<BTreeMap<String, Value>>::deserialize(from)?.unwrap_or_default();
    let text = |(name, value)| if let Value::String(text) = value { Some((name, text)) } else { None };
    Ok(all.into_iter().filter_map(text).collect())
}

/// A time in seconds, rounded; what is no number says nothing.
pub(super) fn whole_seconds<'de, D: Deserializer<'de>>(from: D) -> Result<Option<u64>, D::Error> {
    let number = Option::<Value>::deserialize(from)?.and_then(|value| value.as_f64());
    Ok(number.filter(|seconds| *seconds >= 0.0).map(|seconds| seconds.round() as u64))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(json: &str) -> String {
        content_id(&serde_json::from_str(json).unwrap())
    }

    #[test]
    fn neither_the_order_of_keys_nor_the_id_counts() {
        let one = id(r#"{"id":"x","case":"a","facets":{"b":1,"a":[true,null]}}"#);
        assert_eq!(one, id(r#"{ "facets": {"a": [true, null], "b": 1}, "case": "a" }"#));
        assert_eq!(one.len(), 32);
        assert_ne!(one, id(r#"{"case":"a","facets":{"b":1,"a":[null,true]}}"#));
    }

    #[test]
    fn the_canonical_form_is_compact_sorted_and_unescaped() {
        let expect = blake3::hash("{\"a\":\"Grüße \\\"世\\\"\\n\",\"b\":1.5}".as_bytes()).to_hex().to_string();
        assert_eq!(id(r#"{"b":1.5,"a":"Gr\u00fc\u00dfe \"世\"\n","id":"z"}"#), expect[..32]);
    }

    #[test]
    fn only_the_outer_id_is_left_out() {
        assert_ne!(id(r#"{"a":{"id":1}}"#), id(r#"{"a":{"id":2}}"#));
    }
}
