//! What a plain scalar means: the core schema of YAML 1.2.

use super::tree::ScalarValue;

/// The meaning of a plain scalar by the core schema of YAML 1.2 (section 10.3.2), save that a number with a
/// leading zero is a string, as it is for the common readers of YAML in Rust and Go.
pub(super) fn resolve(text: &str) -> ScalarValue {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return ScalarValue::Null,
        "true" | "True" | "TRUE" => return ScalarValue::Bool(true),
        "false" | "False" | "FALSE" => return ScalarValue::Bool(false),
        _ => {}
    }
    let bytes = text.as_bytes();
    if !matches!(bytes[0], b'0'..=b'9' | b'+' | b'-' | b'.') {
        return ScalarValue::String;
    }
    let radix = |prefix: &str, radix| {
        text.strip_prefix(prefix)
            .filter(|digits| digits.bytes().all(|b| b.is_ascii_alphanumeric()))
            .and_then(|digits| i64::from_str_radix(digits, radix).ok())
    };
    if let Some(value) = radix("0x", 16).or_else(|| radix("0o", 8)) {
        return ScalarValue::Int(value);
    }
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    match unsigned {
        ".inf" | ".Inf" | ".INF" => {
            return ScalarValue::Float(if bytes[0] == b'-' { f64::NEG_INFINITY } else { f64::INFINITY });
        }
        ".nan" | ".NaN" | ".NAN" if unsigned.len() == text.len() => return ScalarValue::Float(f64::NAN),
        _ => {}
    }
    let digits = unsigned.bytes().take_while(u8::is_ascii_digit).count();
    if digits > 1 && unsigned.starts_with('0') {
        return ScalarValue::String;
    }
    if digits == unsigned.len() && digits > 0 {
        return match text.parse() {
            Ok(value) => ScalarValue::Int(value),
            Err(_) => ScalarValue::Float(text.parse().unwrap_or(f64::INFINITY)),
        };
    }
    if is_float(unsigned) { text.parse().map_or(ScalarValue::String, ScalarValue::Float) } else { ScalarValue::String }
}

/// `(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?`
fn is_float(text: &str) -> bool {
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (text, None),
    };
    let all_digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
    let exponent_holds = exponent.is_none_or(|e| {
        let e = e.strip_prefix(['+', '-']).unwrap_or(e);
        !e.is_empty() && all_digits(e)
    });
    let mantissa_holds = match mantissa.split_once('.') {
        Some((whole, part)) => all_digits(whole) && all_digits(part) && !(whole.is_empty() && part.is_empty()),
        None => !mantissa.is_empty() && all_digits(mantissa),
    };
    exponent_holds && mantissa_holds
}

#[cfg(test)]
mod tests {
    use super::ScalarValue::{self, *};
    use super::resolve;

    fn check(text: &str, expect: ScalarValue) {
        assert_eq!(resolve(text), expect, "{text:?}");
    }

    #[test]
    fn the_core_schema_decides_what_a_plain_scalar_is() {
        for text in ["no", "on", "y", "Yes", "1_000", "017", "0o8", "1:30", "2026-11-02", "+", "-", ".", "e5", "0x"] {
            check(text, String);
        }
        for text in ["", "~", "null", "NULL"] {
            check(text, Null);
        }
        check("true", Bool(true));
        check("False", Bool(false));
        check("-12", Int(-12));
        check("+7", Int(7));
        check("0", Int(0));
        check("0x1f", Int(31));
        check("0o17", Int(15));
        check("1e3", Float(1000.0));
        check("-.5", Float(-0.5));
        check("0.02", Float(0.02));
        check("3.", Float(3.0));
        check("-.inf", Float(f64::NEG_INFINITY));
        check("99999999999999999999", Float(1e20));
    }
}
