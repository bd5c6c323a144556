//! Makes hostile text safe to show.
//!
//! Case text comes from people who attack models. Control characters, escape sequences, bidi overrides
//! and zero-width characters become visible symbols; nothing that a terminal would act on passes.

use std::borrow::Cow;

/// `text` with every character that a terminal or a reader's eye could be tricked by replaced by a visible
/// symbol. Line feeds and tabs stay: whoever draws lays them out.
pub fn visible(text: &str) -> Cow<'_, str> {
    replace(text, |c| c == '\n' || c == '\t')
}

/// As [`visible`], for one line: line feeds and tabs become symbols too. For ids, file names, titles.
pub fn visible_line(text: &str) -> Cow<'_, str> {
    replace(text, |_| false)
}

/// Whether a terminal or a reader's eye could be tricked by this character, line feeds and tabs among them.
pub fn is_hostile(c: char) -> bool {
    symbol(c).is_some()
}

fn replace(text: &str, keep: impl Fn(char) -> bool) -> Cow<'_, str> {
    let Some(first) = text.char_indices().find(|&(_, c)| symbol(c).is_some() && !keep(c)).map(|(at, _)| at) else {
        return Cow::Borrowed(text);
    };
    let mut shown = String::with_capacity(text.len() + 8);
    shown.push_str(&text[..first]);
    for c in text[first..].chars() {
        match symbol(c) {
            Some(symbol) if !keep(c) => symbol.push_to(&mut shown, c),
            _ => shown.push(c),
        }
    }
    Cow::Owned(shown)
}

enum Symbol {
    /// One printable character stands in.
    Char(char),
    /// `⟨U+202E⟩`
    CodePoint,
}

impl Symbol {
    fn push_to(&self, out: &mut String, original: char) {
        match self {
            Symbol::Char(c) => out.push(*c),
            Symbol::CodePoint => {
                use std::fmt::Write;
                let _ = write!(out, "⟨U+{:04X}⟩", original as u32);
            }
        }
    }
}

fn symbol(c: char) -> Option<Symbol> {
    let code = c as u32;
    match c {
        ' '..='~' => None,
        // The Unicode control pictures: ␀ to ␟, ␡.
        '\0'..='\x1f' => char::from_u32(0x2400 + code).map(Symbol::Char),
        '\x7f' => Some(Symbol::Char('␡')),
        '\u{80}'..='\u{9f}' => Some(Symbol::CodePoint),
        // Soft hyphen, Arabic letter mark, Hangul fillers, Mongolian vowel separator and selectors.
        '\u{ad}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}' => {
            Some(Symbol::CodePoint)
        }
        // Zero width, line and paragraph separators, bidi marks, embeddings, overrides and isolates.
        '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' => Some(Symbol::CodePoint),
        '\u{3164}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' => Some(Symbol::CodePoint),
        // Variation selectors beyond the emoji ones, musical controls, tags, private planes' noncharacters.
        '\u{fe00}'..='\u{fe0e}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}' => Some(Symbol::CodePoint),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, shown: &str) {
        assert_eq!(visible_line(text), shown);
    }

    #[test]
    fn plain_text_is_borrowed() {
        assert!(matches!(visible("Grüße, 世界 👋\n\tok"), Cow::Borrowed(_)));
    }

    #[test]
    fn controls_become_pictures() {
        check("a\x1b[31mred\x07\0\r\n\t", "a␛[31mred␇␀␍␊␉");
        check("\x7f\u{9b}2J", "␡⟨U+009B⟩2J");
        assert_eq!(visible("a\n\tb\r"), "a\n\tb␍");
    }

    #[test]
    fn what_hides_or_reorders_is_named() {
        check("pay\u{202e}lanigiro\u{202c}", "pay⟨U+202E⟩lanigiro⟨U+202C⟩");
        check("zero\u{200b}width\u{feff}", "zero⟨U+200B⟩width⟨U+FEFF⟩");
        check("tag\u{e0041}s", "tag⟨U+E0041⟩s");
        check("line\u{2028}sep", "line⟨U+2028⟩sep");
    }
}
