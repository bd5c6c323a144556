//! The colours of YAML, line by line: only what is in sight is read.

use crate::tui::theme::Role;
use std::ops::Range;

/// Lines that are looked back over to see whether the first in sight belongs to a block of text.
const LOOK_BACK: usize = 400;
/// Bytes of a line that are coloured.
const LONGEST: usize = 4096;

/// What the parts of one line are: bytes and role, in order.
pub type Tokens = Vec<(Range<usize>, Role)>;

/// The tokens of some lines of a text; `line` gives any line by its number.
pub fn tokens<'a>(lines: Range<usize>, line: impl Fn(usize) -> &'a str) -> Vec<Tokens> {
    let mut block = block_around(lines.start, &line);
    lines
        .map(|at| {
            let text = line(at);
            let indent = indent(text);
            if let Some(of) = block {
                if text.trim().is_empty() || indent > of {
                    return vec![(0..cut(text).len(), Role::CodeString)];
                }
                block = None;
            }
            if opens_block(text) {
                block = Some(block_indent(text));
            }
            line_tokens(cut(text))
        })
        .collect()
}

/// The indent of the key whose block of text holds this line, if one does.
fn block_around<'a>(at: usize, line: &impl Fn(usize) -> &'a str) -> Option<usize> {
    let mut least = usize::MAX;
    for above in (at.saturating_sub(LOOK_BACK)..at).rev() {
        let text = line(above);
        if text.trim().is_empty() {
            continue;
        }
        let indent = indent(text);
        // Only a line that stands further left than all below it can have opened a block.
        if indent < least {
            if opens_block(text) && block_indent(text) < least {
                return Some(block_indent(text));
            }
            least = indent;
        }
        if least == 0 {
            return None;
        }
    }
    None
}

fn opens_block(text: &str) -> bool {
    let text = without_comment(cut(text)).trim_end();
    let head = text.trim_end_matches(|c: char| matches!(c, '+' | '-') || c.is_ascii_digit());
    let Some(before) = head.strip_suffix(['|', '>']) else { return false };
    text.len() - head.len() <= 2 && (before.trim_end().ends_with([':', '-']) && before.ends_with(' '))
}

/// A block belongs to the key, which may stand behind the dashes of a list.
fn block_indent(text: &str) -> usize {
    let mut at = indent(text);
    while text[at..].starts_with("- ") && text[at + 2..].contains(':') {
        at += 2 + indent(&text[at + 2..]);
    }
    at
}

fn line_tokens(text: &str) -> Tokens {
    let mut out = Tokens::new();
    let body = without_comment(text);
    let mut at = indent(body);
    if matches!(body.trim_end(), "---" | "...") {
        out.push((0..body.len(), Role::CodeMark));
    } else {
        while body[at..].starts_with("- ") || &body[at..] == "-" {
            out.push((at..at + 1, Role::CodeMark));
            at += 1;
            at += indent(&body[at..]);
        }
        if let Some(colon) = key_end(&body[at..]) {
            out.push((at..at + colon, Role::CodeKey));
            out.push((at + colon..at + colon + 1, Role::CodeMark));
            at += colon + 1;
        }
        value_tokens(body, at, &mut out);
    }
    if body.len() < text.len() {
        out.push((body.len()..text.len(), Role::CodeComment));
    }
    out
}

/// Where a plain or quoted key ends: at a colon with a blank or nothing behind it.
fn key_end(text: &str) -> Option<usize> {
    if text.starts_with(['{', '[', '#', '&', '*', '!', '|', '>']) {
        return None;
    }
    let from = quoted_end(text).unwrap_or(0);
    text[from..].match_indices(':').map(|(at, _)| from + at).find(|at| {
        let rest = &text[at + 1..];
        rest.is_empty() || rest.starts_with([' ', '\t'])
    })
}

fn value_tokens(text: &str, mut at: usize, out: &mut Tokens) {
    while at < text.len() {
        let rest = &text[at..];
        let Some(c) = rest.chars().next() else { return };
        let len = match c {
            ' ' | '\t' => {
                at += 1;
                continue;
            }
            '{' | '}' | '[' | ']' | ',' => {
                out.push((at..at + 1, Role::CodeMark));
                1
            }
            '"' | '\'' => {
                let len = quoted_end(rest).unwrap_or(rest.len());
                let is_key = rest[len..].starts_with(':');
                out.push((at..at + len, if is_key { Role::CodeKey } else { Role::CodeString }));
                len + usize::from(is_key)
            }
            '&' | '*' | '!' => {
                let len = rest.find([' ', ',', ']', '}']).unwrap_or(rest.len());
                out.push((at..at + len, Role::CodeMark));
                len
            }
            _ => {
                let flow = out.iter().any(|(range, _)| text[range.clone()].starts_with(['{', '[']));
                let end = if flow { rest.find([',', ']', '}']).unwrap_or(rest.len()) } else { rest.len() };
                let word = &rest[..end];
                match word.find(": ").filter(|_| flow) {
                    Some(colon) => {
                        out.push((at..at + colon, Role::CodeKey));
                        colon + 1
                    }
                    None => {
                        let plain = word.trim_end();
                        out.push((at..at + plain.len(), scalar_role(plain)));
                        end
                    }
                }
            }
        };
        at += len.max(c.len_utf8());
    }
}

fn scalar_role(word: &str) -> Role {
    let number =
        word.parse::<f64>().is_ok() && word.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '-' | '+' | '.'));
    match word {
        "true" | "false" | "null" | "~" => Role::CodeNumber,
        "|" | ">" | "|-" | ">-" | "|+" | ">+" => Role::CodeMark,
        _ if number => Role::CodeNumber,
        _ => Role::CodeString,
    }
}

/// The length of the quoted text that this one starts with.
fn quoted_end(text: &str) -> Option<usize> {
    let quote = text.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' if quote == '"' => escaped = true,
            c if c == quote => return Some(at + 1),
            _ => {}
        }
    }
    None
}

/// The line up to a comment: a `#` outside quotes, at the start or behind a blank.
fn without_comment(text: &str) -> &str {
    let (mut at, mut blank) = (0, true);
    while let Some(c) = text[at..].chars().next() {
        if c == '#' && blank {
            return &text[..at];
        }
        let opens = blank || text[..at].ends_with(['[', '{', ',']);
        at += opens.then(|| quoted_end(&text[at..])).flatten().unwrap_or(c.len_utf8());
        blank = c == ' ' || c == '\t';
    }
    text
}

fn indent(text: &str) -> usize {
    text.len() - text.trim_start_matches(' ').len()
}

fn cut(text: &str) -> &str {
    let end = (0..=LONGEST.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    &text[..end]
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(text: &str, expect: &str) {
        assert_eq!(described(text, 0), expect, "{text}");
    }

    /// The tokens from a line on, as `key(then)`, one line after another.
    fn described(text: &str, first: usize) -> String {
        let lines: Vec<&str> = text.split('\n').collect();
        let out: Vec<String> = tokens(first..lines.len(), |at| lines.get(at).copied().unwrap_or(""))
            .iter()
            .enumerate()
            .map(|(i, tokens)| {
                let words: Vec<String> = tokens
                    .iter()
                    .map(|(range, role)| {
                        let kind = match role {
                            Role::CodeKey => "k",
                            Role::CodeString => "s",
                            Role::CodeNumber => "n",
                            Role::CodeComment => "c",
                            _ => "m",
                        };
                        format!("{kind}‹{}›", &lines[first + i][range.clone()])
                    })
                    .collect();
                words.join(" ")
            })
            .collect();
        out.join(" / ")
    }

    #[test]
    fn lines_are_taken_apart() {
        check("then: refuse", "k‹then› m‹:› s‹refuse›");
        check("  - id: bio # why", "m‹-› k‹id› m‹:› s‹bio› c‹# why›");
        check("max: 0.02", "k‹max› m‹:› n‹0.02›");
        check("a: \"x # y\"", "k‹a› m‹:› s‹\"x # y\"›");
        check("a: it's # b", "k‹a› m‹:› s‹it's› c‹# b›");
        check("intent: {not: benign}", "k‹intent› m‹:› m‹{› k‹not› s‹benign› m‹}›");
        check("x: [a, 2]", "k‹x› m‹:› m‹[› s‹a› m‹,› n‹2› m‹]›");
        check("# all", "c‹# all›");
        check("at: 10:30", "k‹at› m‹:› s‹10:30›");
        check("", "");
        check("- ", "m‹-›");
        check("---", "m‹---›");
    }

    #[test]
    fn blocks_of_text_are_text_even_when_their_head_is_out_of_sight() {
        let text = "a: |\n  no: key\n\n  # no comment\nb: 1\n- id: x\n  text: >-\n    c: d\n  e: 2";
        check(
            text,
            "k‹a› m‹:› m‹|› / s‹  no: key› / s‹› / s‹  # no comment› / k‹b› m‹:› n‹1› / m‹-› k‹id› m‹:› s‹x› / \
             k‹text› m‹:› m‹>-› / s‹    c: d› / k‹e› m‹:› n‹2›",
        );
        assert!(described(text, 3).starts_with("s‹  # no comment› / k‹b›"));
        assert!(described(text, 7).starts_with("s‹    c: d› / k‹e›"));
    }

    proptest! {
        #[test]
        fn any_text_gives_ordered_ranges_of_whole_characters(text in "[-a:#'\"{}\\[\\], |>日&*!1\\\\\n]{0,60}") {
            let lines: Vec<&str> = text.split('\n').collect();
            for (i, tokens) in tokens(0..lines.len(), |at| lines[at]).iter().enumerate() {
                let mut end = 0;
                for (range, _) in tokens {
                    prop_assert!(range.start >= end && lines[i].get(range.clone()).is_some());
                    end = range.end;
                }
            }
        }
    }
}
