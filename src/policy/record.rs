//! Records that are never edited: labels and adjudications. Each is named by what it says.

use serde_json::{Map, Value};

/// The id of a record: the first 32 hexadecimal characters of the BLAKE3 hash of its canonical JSON without the
/// key `id`. Canonical is: keys sorted by their code points at every depth, no white space, characters beyond ASCII
/// unescaped. So a record met twice counts once, in whatever order its keys were written.
pub fn content_id(record: &Map<String, Value>) -> String {
    let mut text = String::with_capacity(256);
    write_object(&mut text, record.iter().filter(|(key, _)| *key != "id"));
    let mut id = blake3::hash(text.as_bytes()).to_hex().to_string();
    id.truncate(32);
    id
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
