//! Scalars and bracketed collections, on one line.

use crate::document::schema::resolve;
use crate::document::tree::ScalarValue;
use crate::document::value::Value;

/// The quotes around a scalar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::document) enum Quotes {
    None,
    Single,
    Double,
}

/// A scalar as briefly as it can be written and still be read for what it is, by readers of YAML 1.1 too.
/// `in_flow` if it stands within brackets.
pub(in crate::document) fn inline_scalar(value: &Value, in_flow: bool) -> String {
    match value {
        Value::Null | Value::Seq(_) | Value::Map(_) => "null".into(),
        Value::Bool(value) => value.to_string(),
        Value::Int(value) => value.to_string(),
        Value::Float(value) => float(*value),
        Value::String(text) => quoted(text, Quotes::None, in_flow)
            .or_else(|| text.contains(['"', '\\']).then(|| quoted(text, Quotes::Single, in_flow)).flatten())
            .unwrap_or_else(|| double(text)),
    }
}

/// Text in the quotes asked for; `None` where they cannot carry it.
pub(in crate::document) fn quoted(text: &str, quotes: Quotes, in_flow: bool) -> Option<String> {
    match quotes {
        Quotes::None => is_plain(text, in_flow).then(|| text.to_owned()),
        Quotes::Single => text.chars().all(is_printable).then(|| format!("'{}'", text.replace('\'', "''"))),
        Quotes::Double => Some(double(text)),
    }
}

/// A value on one line: lists and mappings in brackets.
pub(in crate::document) fn flow(value: &Value) -> String {
    match value {
        Value::Seq(items) => format!("[{}]", items.iter().map(flow).collect::<Vec<_>>().join(", ")),
        Value::Map(entries) => {
            let pair = |(key, value): &(String, Value)| {
                format!("{}: {}", inline_scalar(&Value::from(key.as_str()), true), flow(value))
            };
            format!("{{{}}}", entries.iter().map(pair).collect::<Vec<_>>().join(", "))
        }
        _ => inline_scalar(value, true),
    }
}

/// Characters that any style but double quotes can carry on one line.
pub(super) fn is_printable(c: char) -> bool {
    match c {
        '\t' => true,
        '\u{85}' | '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}' => false,
        _ => !c.is_control(),
    }
}

fn double(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            '\0' => out.push_str("\\0"),
            '\u{1b}' => out.push_str("\\e"),
            c if is_printable(c) => out.push(c),
            c if u32::from(c) <= 0xFF => out.push_str(&format!("\\x{:02X}", u32::from(c))),
            c => out.push_str(&format!("\\u{:04X}", u32::from(c))),
        }
    }
    out.push('"');
    out
}

fn float(value: f64) -> String {
    if value.is_nan() {
        return ".nan".into();
    }
    if value.is_infinite() {
        return if value > 0.0 { ".inf".into() } else { "-.inf".into() };
    }
    let text = format!("{value:?}");
    match text.split_once('e') {
        // Readers of YAML 1.1 want a point and a sign: `1.0e-7`, `1.0e+21`.
        Some((mantissa, exponent)) => {
            let point = if mantissa.contains('.') { "" } else { ".0" };
            let sign = if exponent.starts_with('-') { "" } else { "+" };
            format!("{mantissa}{point}e{sign}{exponent}")
        }
        None => text,
    }
}

/// Whether text can stand without quotes and still be read as this very text.
fn is_plain(text: &str, in_flow: bool) -> bool {
    let Some(first) = text.chars().next() else { return false };
    if text.starts_with(char::is_whitespace) || text.ends_with(char::is_whitespace) {
        return false;
    }
    let starts_well = match first {
        '-' | '?' | ':' => {
            text.chars().nth(1).is_some_and(|c| c.is_alphanumeric()) && !text.starts_with("---") && !in_flow
        }
        ',' | '[' | ']' | '{' | '}' | '#' | '&' | '*' | '!' | '|' | '>' | '\'' | '"' | '%' | '@' | '`' => false,
        _ => !text.starts_with("..."),
    };
    starts_well
        && text.chars().all(|c| c != '\t' && is_printable(c))
        && !text.contains(": ")
        && !text.contains(" #")
        && !text.ends_with(':')
        && (!in_flow || !text.contains([',', '[', ']', '{', '}', ':']))
        && !means_something_else(text)
}

/// Whether a plain scalar is read as something other than text, by a reader of YAML 1.2 or of 1.1.
fn means_something_else(text: &str) -> bool {
    if resolve(text) != ScalarValue::String {
        return true;
    }
    let words = ["y", "n", "yes", "no", "on", "off", "true", "false", "null", "~", "<<", "=", ".nan", ".inf"];
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    if words.iter().any(|word| word.eq_ignore_ascii_case(unsigned)) {
        return true;
    }
    // Numbers with underscores, octals, base 60 (`1:30`), dates: digits and what stands between them.
    let numeric = unsigned.starts_with(|c: char| c.is_ascii_digit() || c == '.')
        && unsigned.bytes().any(|b| b.is_ascii_digit())
        && unsigned.bytes().all(|b| b.is_ascii_digit() || b"_.,:+-eEtTzZ ".contains(&b));
    let radix = ["0x", "0X", "0o", "0O", "0b", "0B"]
        .iter()
        .any(|p| unsigned.strip_prefix(p).is_some_and(|d| d.bytes().all(|b| b.is_ascii_hexdigit() || b == b'_')));
    numeric || radix
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_are_quoted_where_plain_would_be_misread() {
        let check = |text: &str, expect: &str| assert_eq!(inline_scalar(&text.into(), false), expect);
        for plain in ["a", "bio-0007", "a:b", "a#b", "-x", "Über", "3d-print", "say \"x\"", "a, b", "v1.2"] {
            check(plain, plain);
        }
        for text in [
            "",
            "no",
            "On",
            "y",
            "~",
            "null",
            "1_000",
            "017",
            "0x1F",
            "1:30",
            "2026-11-02",
            "1e3",
            "- a",
            ">= high",
            "a: b",
            "a #b",
            "a:",
            " a",
            "a ",
            "@x",
            "*x",
            "[a",
            "---",
            "...",
            "true",
            "<<",
            "+.inf",
            "12:30:45",
            "0b11",
        ] {
            check(text, &format!("\"{text}\""));
        }
        check("a\n\u{1b}\u{2028}\0", "\"a\\n\\e\\u2028\\0\"");
        check(": \"q\" \\", "': \"q\" \\'");
        assert_eq!(inline_scalar(&"a, b".into(), true), "\"a, b\"");
    }

    #[test]
    fn numbers_keep_their_kind() {
        let check = |value: f64, expect: &str| assert_eq!(inline_scalar(&Value::Float(value), false), expect);
        check(1.0, "1.0");
        check(0.02, "0.02");
        check(1e-7, "1.0e-7");
        check(1e21, "1.0e+21");
        check(f64::NEG_INFINITY, "-.inf");
    }
}
