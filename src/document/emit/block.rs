//! Block scalars: prose on lines of its own, after `|` or `>`.

use super::inline::is_printable;

/// Prose longer than this many characters goes into a block scalar; folded lines are broken before it.
pub(in crate::document) const LONG: usize = 100;

/// The two parts of a block scalar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::document) struct BlockText {
    /// `|`, `>2-`.
    pub header: String,
    /// The lines of the text, each with the line break before it and none at the end.
    pub body: String,
}

impl BlockText {
    /// Text as a new block scalar: `|` where it has several lines, `>` where it is one long one. `None` where no
    /// block scalar can carry it.
    pub(in crate::document) fn fresh(text: &str, content: usize, parent: usize, eol: &str) -> Option<BlockText> {
        let folded = !text.contains('\n');
        BlockText::new(text, folded, None, false, content, parent, eol, None)
    }

    /// Text as a block scalar whose lines stand in column `content`, below a key or dash in column `parent`.
    /// `chomping` and `indicator` say what the author had chosen, `before` the lines that folded text had.
    #[expect(clippy::too_many_arguments)]
    pub(in crate::document) fn new(
        text: &str,
        folded: bool,
        chomping: Option<u8>,
        indicator: bool,
        content: usize,
        parent: usize,
        eol: &str,
        before: Option<&[&str]>,
    ) -> Option<BlockText> {
        let trimmed = text.trim_end_matches('\n');
        let breaks = text.len() - trimmed.len();
        if !text.chars().all(|c| c == '\n' || is_printable(c)) || trimmed.trim().is_empty() && !text.is_empty() {
            return None;
        }
        let chomp = match (breaks, chomping) {
            (0, _) => "-",
            (_, Some(b'+')) | (2.., _) => "+",
            (1, _) => "",
        };
        let starts_odd = trimmed.lines().take_while(|line| line.trim().is_empty()).any(|line| !line.is_empty())
            || trimmed.lines().find(|line| !line.is_empty()).is_some_and(|line| line.starts_with([' ', '\t']));
        let step = content.checked_sub(parent).filter(|step| (1..=9).contains(step));
        let indicator = match (indicator || starts_odd, step) {
            (true, Some(step)) => step.to_string(),
            (true, None) => return None,
            (false, _) => String::new(),
        };
        let lines = if folded { fold(trimmed, before.unwrap_or_default()) } else { split(trimmed) };
        let mut body = String::new();
        for line in lines.iter().map(String::as_str).chain(std::iter::repeat_n("", breaks.saturating_sub(1))) {
            body.push_str(eol);
            if !line.is_empty() {
                body.extend(std::iter::repeat_n(' ', content));
                body.push_str(line);
            }
        }
        let header = format!("{}{indicator}{chomp}", if folded { '>' } else { '|' });
        Some(BlockText { header, body })
    }
}

fn split(text: &str) -> Vec<String> {
    if text.is_empty() { Vec::new() } else { text.split('\n').map(str::to_owned).collect() }
}

/// The lines that fold back into `text`. Paragraphs that begin as one of `before` (the lines as they were, without
/// indentation) keep the author's line breaks as far as the words agree.
fn fold(text: &str, before: &[&str]) -> Vec<String> {
    let paragraphs: Vec<&[&str]> = before.split(|line| !is_normal(line)).filter(|p| !p.is_empty()).collect();
    let mut lines: Vec<String> = Vec::new();
    let mut last_normal = false;
    let mut empties = 0;
    for line in split(text) {
        if line.is_empty() {
            empties += 1;
            lines.push(String::new());
            continue;
        }
        let normal = is_normal(&line);
        // One break between two lines of prose folds into a space: it takes one more to stay a break.
        if normal && last_normal {
            lines.push(String::new());
        }
        empties = 0;
        if normal {
            lines.extend(wrap(&line, &paragraphs));
        } else {
            lines.push(line);
        }
        last_normal = normal;
    }
    debug_assert_eq!(empties, 0, "trailing breaks are the caller's");
    lines
}

/// A line that takes part in folding.
fn is_normal(line: &str) -> bool {
    !line.is_empty() && !line.starts_with([' ', '\t'])
}

/// Breaks a paragraph into lines at single spaces.
fn wrap(paragraph: &str, before: &[&[&str]]) -> Vec<String> {
    let kept = before.iter().map(|lines| kept_lines(paragraph, lines)).max_by_key(Vec::len).unwrap_or_default();
    let mut lines = kept;
    let used: usize = lines.iter().map(|line| line.len() + 1).sum();
    let Some(mut rest) = paragraph.get(used..).filter(|rest| !rest.is_empty()) else { return lines };
    while let Some(cut) = break_at(rest) {
        lines.push(rest[..cut].to_owned());
        rest = &rest[cut + 1..];
    }
    lines.push(rest.to_owned());
    lines
}

/// The author's lines that a paragraph still begins with.
fn kept_lines(paragraph: &str, lines: &[&str]) -> Vec<String> {
    let mut rest = paragraph;
    let mut kept = Vec::new();
    for line in lines {
        let Some(after) = rest.strip_prefix(line) else { break };
        match after.strip_prefix(' ') {
            Some(next) if is_normal(next) && !line.ends_with(' ') => rest = next,
            _ if after.is_empty() => rest = after,
            _ => break,
        }
        kept.push((*line).to_owned());
    }
    // A last line that grows is broken anew.
    if !rest.is_empty() && kept.len() == lines.len() {
        kept.pop();
    }
    kept
}

/// Where a line that is too long is best broken: the last single space that keeps it short, or the first one.
fn break_at(line: &str) -> Option<usize> {
    let bytes = line.as_bytes();
    if line.chars().count() <= LONG {
        return None;
    }
    let limit = line.char_indices().nth(LONG).map_or(line.len(), |(i, _)| i);
    let single = |i: &usize| {
        bytes[*i] == b' '
            && !matches!(bytes.get(i.wrapping_sub(1)), None | Some(b' ' | b'\t'))
            && !matches!(bytes.get(i + 1), None | Some(b' ' | b'\t'))
    };
    (0..limit).rev().find(single).or_else(|| (limit..bytes.len()).find(single))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, folded: bool, expect: &str) {
        let block = BlockText::new(text, folded, None, false, 2, 0, "\n", None).unwrap();
        let yaml = format!("k: {}{}\n", block.header, block.body);
        assert_eq!(yaml, expect);
        let read: std::collections::BTreeMap<String, String> = serde_yaml::from_str(&yaml).unwrap();
        assert_eq!(read["k"], text);
    }

    #[test]
    fn literal_text_keeps_its_lines() {
        check("a\n\nb\n", false, "k: |\n  a\n\n  b\n");
        check("a\nb", false, "k: |-\n  a\n  b\n");
        check("a\n\n\n", false, "k: |+\n  a\n\n\n");
        check(" a\n", false, "k: |2\n   a\n");
        check("\n\n# a\n", false, "k: |\n\n\n  # a\n");
    }

    #[test]
    fn folded_text_keeps_its_paragraphs() {
        check("a b\nc\n", true, "k: >\n  a b\n\n  c\n");
        check("a\n\nb\n", true, "k: >\n  a\n\n\n  b\n");
        check("a\n  code\nb", true, "k: >-\n  a\n    code\n  b\n");
        check("a\n\n  code\n\nb", true, "k: >-\n  a\n\n    code\n\n  b\n");
    }

    #[test]
    fn long_paragraphs_are_broken_at_single_spaces() {
        let long = format!("{}  end", "word ".repeat(30));
        let lines = fold(&long, &[]);
        assert_eq!(lines.len(), 2);
        assert_eq!(lines.join(" "), long);
        assert!(lines.iter().all(|line| line.len() <= LONG));
        assert_eq!(fold(&"x".repeat(300), &[]).len(), 1);
    }

    #[test]
    fn folded_text_keeps_the_lines_it_had() {
        let before = ["one two", "three four", "", "five"];
        let lines = fold("one two three four\nfive six", &before);
        assert_eq!(lines, ["one two", "three four", "", "five six"]);
        let lines = fold("one two changed", &before);
        assert_eq!(lines, ["one two", "changed"]);
    }

    #[test]
    fn what_no_block_can_carry_is_refused() {
        for text in ["a\r\nb", "\n", "  \n", "a\u{1b}\n", "a\u{2028}"] {
            assert_eq!(BlockText::fresh(text, 2, 0, "\n"), None, "{text:?}");
        }
    }
}
