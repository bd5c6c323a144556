//! The one way by which words of the user reach the screen: shown safely, measured in columns, clipped, wrapped.
//!
//! Everything is measured on graphemes (what a reader takes for one character), never on bytes or
//! `char`s. Nothing here passes a control character on, whatever it is given.

use crate::policy::visible::visible_line;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use std::borrow::Cow;
use std::ops::Range;
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

/// Columns that a tab takes.
const TAB: &str = "  ";

/// The text as it may be sent to a terminal: control, escape, bidi and zero-width characters made visible, line
/// feeds and tabs among them.
pub fn shown(text: &str) -> Cow<'_, str> {
    visible_line(text)
}

/// Columns that the text takes when [`shown`].
pub fn width(text: &str) -> usize {
    if is_plain(text) {
        return text.len();
    }
    cells(text).map(|cell| cell.width).sum()
}

/// One grapheme of a text, as it is drawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell<'a> {
    /// The bytes of the given text that it stands for.
    pub bytes: Range<usize>,
    /// What is drawn.
    pub shown: Cow<'a, str>,
    /// Columns that `shown` takes; 0 for a combining character that stands alone.
    pub width: usize,
}

/// The graphemes of a text with the columns they take.
pub fn cells(text: &str) -> impl Iterator<Item = Cell<'_>> {
    text.grapheme_indices(true).map(|(at, grapheme)| {
        let shown = if grapheme == "\t" { Cow::Borrowed(TAB) } else { shown(grapheme) };
        let width = shown.width();
        Cell { bytes: at..at + grapheme.len(), shown, width }
    })
}

/// The text, shown, in at most `columns` columns; where something is cut off it ends in `…`.
pub fn clip(text: &str, columns: usize) -> String {
    if text.len() <= columns && is_plain(text) {
        return text.to_owned();
    }
    let mut out = String::new();
    let mut used = 0;
    // What is written up to the last place where `…` would still fit.
    let mut safe = 0;
    for cell in cells(text) {
        if used + cell.width > columns {
            out.truncate(safe);
            if columns > 0 {
                out.push('…');
            }
            return out;
        }
        out.push_str(&cell.shown);
        used += cell.width;
        if used < columns {
            safe = out.len();
        }
    }
    out
}

/// The same, cut out of the middle: of much that begins alike the ends tell it apart.
pub fn clip_middle(text: &str, columns: usize) -> String {
    if width(text) <= columns {
        return shown(text).into_owned();
    }
    let start = clip(text, columns.div_ceil(3));
    let room = columns - width(&start).min(columns);
    let (mut end, mut used) = (Vec::new(), 0);
    for cell in cells(text).collect::<Vec<_>>().into_iter().rev() {
        used += cell.width;
        if used > room {
            break;
        }
        end.push(cell.shown.into_owned());
    }
    end.reverse();
    start + &end.concat()
}

/// The byte ranges of `text` that make its lines at most `columns` columns wide.
///
/// Lines end at line feeds, else after the last space that fits, else inside a word. The space at which a
/// line is broken belongs to it, and so may stand beyond its last column. Every byte is in exactly one line,
/// but for the line feeds (and the carriage return before one), which are in none. An empty text has one
/// empty line. With no columns at all every grapheme is a line.
pub fn wrap(text: &str, columns: usize) -> Vec<Range<usize>> {
    let mut lines = Vec::new();
    let mut from = 0;
    for part in text.split_inclusive('\n') {
        let line = part.strip_suffix('\n').map_or(part, |p| p.strip_suffix('\r').unwrap_or(p));
        wrap_line(line, from, columns, &mut lines);
        from += part.len();
    }
    if text.is_empty() || text.ends_with('\n') {
        lines.push(text.len()..text.len());
    }
    lines
}

fn wrap_line(line: &str, offset: usize, columns: usize, lines: &mut Vec<Range<usize>>) {
    let (mut start, mut used) = (0, 0);
    // Where the line may be broken, and the columns up to there.
    let mut space: Option<(usize, usize)> = None;
    for cell in cells(line) {
        let blank = cell.shown.trim().is_empty();
        if used + cell.width > columns && cell.bytes.start > start && !blank {
            let (end, columns_before) = space.take().unwrap_or((cell.bytes.start, used));
            lines.push(offset + start..offset + end);
            start = end;
            used -= columns_before;
            // What follows the space may be too long by itself.
            if used + cell.width > columns && cell.bytes.start > start {
                lines.push(offset + start..offset + cell.bytes.start);
                start = cell.bytes.start;
                used = 0;
            }
        }
        used += cell.width;
        if blank {
            space = Some((cell.bytes.end, used));
        }
    }
    lines.push(offset + start..offset + line.len());
}

/// A styled line, wrapped like [`wrap`]; spans keep their styles. A space at which it is broken is left out where it
/// would stand beyond the last column.
pub fn wrap_spans(line: &Line<'_>, columns: usize) -> Vec<Line<'static>> {
    let whole: String = line.spans.iter().map(|span| span.content.as_ref()).collect();
    wrap(&whole, columns)
        .into_iter()
        .map(|mut range| {
            if width(&whole[range.clone()]) > columns {
                range.end = range.start + whole[range.clone()].trim_end_matches(' ').len();
            }
            let mut out = Line::default().style(line.style);
            let mut at = 0;
            for span in &line.spans {
                let (from, to) = (range.start.max(at), range.end.min(at + span.content.len()));
                if from < to {
                    out.spans.push(Span::styled(whole[from..to].to_owned(), span.style));
                }
                at += span.content.len();
            }
            out
        })
        .collect()
}

/// As [`wrap_spans`], with what a line is set in repeated on the lines that it goes on in, as far as it leaves room.
pub fn wrap_hanging(line: &Line<'_>, columns: usize) -> Vec<Line<'static>> {
    let mut indent = 0;
    for span in &line.spans {
        let blanks = span.content.bytes().take_while(|byte| *byte == b' ').count();
        indent += blanks;
        if blanks < span.content.len() {
            break;
        }
    }
    if indent == 0 || indent * 2 > columns {
        return wrap_spans(line, columns);
    }
    let mut left = indent;
    let spans = line.spans.iter().map(|span| {
        let cut = left.min(span.content.len());
        left -= cut;
        Span::styled(span.content[cut..].to_owned(), span.style)
    });
    let set_in = || Span::raw(" ".repeat(indent));
    let mut wrapped = wrap_spans(&Line::from(spans.collect::<Vec<_>>()), columns - indent);
    wrapped.iter_mut().for_each(|line| line.spans.insert(0, set_in()));
    wrapped
}

/// Draws a text on one row, clipped to `columns`; returns the columns used. Outside the buffer nothing is drawn.
pub fn put(buf: &mut Buffer, at: impl Into<Position>, columns: u16, text: &str, style: Style) -> u16 {
    let at = at.into();
    let columns = columns.min(room(buf, at));
    if columns == 0 {
        return 0;
    }
    let clipped = clip(text, usize::from(columns));
    let (end, _) = buf.set_stringn(at.x, at.y, clipped, usize::from(columns), style);
    end - at.x
}

/// Draws a styled line on one row, clipped to `columns` with `…`; returns the columns used.
pub fn put_line(buf: &mut Buffer, at: impl Into<Position>, columns: u16, line: &Line<'_>) -> u16 {
    let at = at.into();
    let columns = columns.min(room(buf, at));
    let mut used = 0;
    for (i, span) in line.spans.iter().enumerate() {
        let left = columns - used;
        if left == 0 {
            break;
        }
        let style = line.style.patch(span.style);
        let needed = width(&span.content);
        let more = line.spans[i + 1..].iter().any(|span| !span.content.is_empty());
        // A span that fills the row exactly while more follows gives its last column to the `…`.
        if more && needed == usize::from(left) {
            let clipped = clip(&format!("{}  ", span.content), usize::from(left));
            used += buf.set_stringn(at.x + used, at.y, clipped, usize::from(left), style).0 - at.x - used;
            break;
        }
        used += put(buf, (at.x + used, at.y), left, &span.content, style);
        if needed > usize::from(left) {
            break;
        }
    }
    used
}

/// Draws a line so that it ends at the right edge of a row; returns the columns used.
pub fn put_right(buf: &mut Buffer, row: Rect, line: &Line<'_>) -> u16 {
    let columns = u16::try_from(line_width(line)).unwrap_or(u16::MAX).min(row.width);
    put_line(buf, (row.right() - columns, row.y), columns, line)
}

/// Columns that a styled line takes.
pub fn line_width(line: &Line<'_>) -> usize {
    line.spans.iter().map(|span| width(&span.content)).sum()
}

/// Gives every cell of an area a style and empties it.
pub fn fill(buf: &mut Buffer, area: Rect, style: Style) {
    let area = area.intersection(buf.area);
    for y in area.top()..area.bottom() {
        for x in area.left()..area.right() {
            buf[(x, y)].reset();
            buf[(x, y)].set_style(style);
        }
    }
}

/// Draws one symbol over a whole area: a rule.
pub fn rule(buf: &mut Buffer, area: Rect, symbol: &str, style: Style) {
    let area = area.intersection(buf.area);
    for position in area.positions() {
        buf[position].set_symbol(symbol).set_style(style);
    }
}

/// Row `n` of an area; empty where the area has no such row.
pub fn row(area: Rect, n: u16) -> Rect {
    if n >= area.height {
        return Rect { height: 0, width: 0, ..area };
    }
    Rect { y: area.y + n, height: 1, ..area }
}

/// Printable ASCII only: every byte is one column, and is shown as it is.
fn is_plain(text: &str) -> bool {
    text.bytes().all(|byte| matches!(byte, b' '..=b'~'))
}

fn room(buf: &Buffer, at: Position) -> u16 {
    if buf.area.contains(at) { buf.area.right() - at.x } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn texts_are_clipped_by_columns() {
        fn check(text: &str, columns: usize, expect: &str) {
            assert_eq!(clip(text, columns), expect);
        }
        check("policy", 6, "policy");
        check("policy", 5, "poli…");
        check("policy", 1, "…");
        check("policy", 0, "");
        check("日本語", 5, "日本…");
        check("日本語", 4, "日…");
        check("e\u{301}te\u{301}", 2, "e\u{301}…");
        check("a\x1b[31mb", 9, "a␛[31mb");
        check("a\tb", 4, "a  b");
    }

    #[test]
    fn prose_is_wrapped_at_words() {
        fn check(text: &str, columns: usize, expect: &[&str]) {
            let lines: Vec<&str> = wrap(text, columns).into_iter().map(|r| &text[r]).collect();
            assert_eq!(lines, expect, "{text:?} at {columns}");
        }
        check("", 5, &[""]);
        check("one two three", 7, &["one two ", "three"]);
        check("one two three", 5, &["one ", "two ", "three"]);
        check("abcdefgh", 3, &["abc", "def", "gh"]);
        check("a abcdefgh", 3, &["a ", "abc", "def", "gh"]);
        check("a\n\nb\r\n", 9, &["a", "", "b", ""]);
        check("日本語", 4, &["日本", "語"]);
        check("ab", 0, &["a", "b"]);
    }

    #[test]
    fn styled_lines_keep_their_styles_when_wrapped() {
        let line = Line::from(vec![Span::raw("one t"), Span::styled("wo three", Style::new().bold())]);
        let wrapped = wrap_spans(&line, 8);
        let texts: Vec<String> = wrapped.iter().map(Line::to_string).collect();
        assert_eq!(texts, ["one two ", "three"]);
        assert_eq!(wrapped[0].spans[1].style, Style::new().bold());
        let tight: Vec<String> = wrap_spans(&line, 7).iter().map(Line::to_string).collect();
        assert_eq!(tight, ["one two", "three"], "the space beyond the last column would be drawn as `…`");
    }

    #[test]
    fn a_line_that_does_not_fit_says_so() {
        fn check(spans: &[&str], columns: u16, expect: &str) {
            let mut buf = Buffer::empty(Rect::new(0, 0, 10, 1));
            let line = Line::from(spans.iter().map(|s| Span::raw(s.to_string())).collect::<Vec<_>>());
            put_line(&mut buf, (0, 0), columns, &line);
            let drawn: String = (0..10).map(|x| buf[(x, 0)].symbol()).collect();
            assert_eq!(drawn.trim_end(), expect);
        }
        check(&["abc", "def"], 6, "abcdef");
        check(&["abc", "def"], 5, "abcd…");
        check(&["abc", "def"], 3, "ab…");
        check(&["abc", ""], 3, "abc");
        check(&["abcdefghijkl"], 20, "abcdefghi…");
    }

    #[test]
    fn drawing_outside_the_buffer_does_nothing() {
        let mut buf = Buffer::empty(Rect::new(0, 0, 4, 2));
        assert_eq!(put(&mut buf, (0, 9), 4, "abc", Style::default()), 0);
        assert_eq!(put(&mut buf, (9, 0), 4, "abc", Style::default()), 0);
        fill(&mut buf, Rect::new(2, 1, 50, 50), Style::default());
    }

    proptest! {
        #[test]
        fn wrapping_loses_nothing(text in "[a-c é日\u{301}\n\t]{0,60}", columns in 0usize..12) {
            let joined: String = wrap(&text, columns).into_iter().map(|r| &text[r]).collect();
            prop_assert_eq!(joined, text.replace('\n', ""));
        }

        #[test]
        fn wrapped_lines_fit(text in "[a-cé日 ]{0,60}", columns in 2usize..12) {
            for range in wrap(&text, columns) {
                prop_assert!(width(text[range].trim_end()) <= columns);
            }
            for line in wrap_spans(&Line::from(text.clone()), columns) {
                prop_assert!(line_width(&line) <= columns, "{line:?}");
            }
        }

        #[test]
        fn clipped_texts_fit_and_hold_no_controls(text in any::<String>(), columns in 0usize..20) {
            let clipped = clip(&text, columns);
            prop_assert!(width(&clipped) <= columns);
            prop_assert!(!clipped.chars().any(char::is_control));
        }
    }
}
