//! What bytes mean, for tables that are not UTF-8.

use std::borrow::Cow;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    Utf8,
    /// In the byte order that its mark says, else the low byte first.
    Utf16,
    /// What spreadsheets on Windows write in the West; `latin-1` is its subset.
    Windows1252,
}

impl Encoding {
    pub fn from_word(word: &str) -> Option<Self> {
        match word.to_ascii_lowercase().as_str() {
            "utf-8" | "utf8" => Some(Encoding::Utf8),
            "utf-16" | "utf16" => Some(Encoding::Utf16),
            "windows-1252" | "latin-1" | "latin1" | "iso-8859-1" => Some(Encoding::Windows1252),
            _ => None,
        }
    }
}

/// The bytes as UTF-8, without a byte order mark. Bytes that are said to be UTF-8 may still be broken. A mark of
/// UTF-16 is believed whatever was said.
pub(super) fn decode(bytes: &[u8], encoding: Encoding) -> Cow<'_, [u8]> {
    match (bytes, encoding) {
        ([0xff, 0xfe, rest @ ..], _) => utf16(rest, u16::from_le_bytes),
        ([0xfe, 0xff, rest @ ..], _) => utf16(rest, u16::from_be_bytes),
        (_, Encoding::Utf16) => utf16(bytes, u16::from_le_bytes),
        (_, Encoding::Windows1252) => bytes.iter().map(|&b| windows_1252(b)).collect::<String>().into_bytes().into(),
        (_, Encoding::Utf8) => super::lines::without_mark(bytes).into(),
    }
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Cow<'_, [u8]> {
    let pairs = bytes.chunks_exact(2).map(|pair| unit([pair[0], pair[1]]));
    let text: String = char::decode_utf16(pairs).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect();
    text.into_bytes().into()
}

/// By the WHATWG's index of windows-1252.
fn windows_1252(byte: u8) -> char {
    const HIGH: [char; 32] = [
        '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}', '\u{90}', '‘',
        '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
    ];
    match byte {
        0x80..=0x9f => HIGH[usize::from(byte - 0x80)],
        _ => char::from(byte),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(bytes: &[u8], encoding: Encoding, expect: &str) {
        assert_eq!(decode(bytes, encoding).as_ref(), expect.as_bytes());
    }

    #[test]
    fn bytes_become_utf8() {
        check(b"\xef\xbb\xbfa", Encoding::Utf8, "a");
        check(b"\xff\xfea\0\xac\x20", Encoding::Utf8, "a€");
        check(b"\xfe\xff\0a\x20\xac", Encoding::Utf8, "a€");
        check(b"a\0\0\xd8", Encoding::Utf16, "a\u{fffd}");
        check(b"\x80 caf\xe9 \x93x\x94", Encoding::Windows1252, "€ café “x”");
    }
}
