//! A text under a cursor: what keys do to it. Knows nothing of drawing.
//!
//! Moves and deletes by grapheme, costs no more than the line it touches, and gives every byte back as it
//! came, line ends included. It has no undo of its own: that belongs to the document.

use crate::tui::components::Outcome;
use crate::tui::event::{Code, Event, Key};
use crate::tui::text;
use unicode_segmentation::{GraphemeCursor, UnicodeSegmentation};

/// A place in a text: a line, from 0, and a byte of it that starts a grapheme.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct At {
    pub line: usize,
    pub byte: usize,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Line {
    text: String,
    /// Ends in a carriage return and a line feed.
    cr: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Motion {
    Left,
    Right,
    WordLeft,
    WordRight,
    Up(usize),
    Down(usize),
    LineStart,
    LineEnd,
    Start,
    End,
}

/// A text of one or many lines, a cursor, and what is selected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextBuffer {
    /// Never empty.
    lines: Vec<Line>,
    cursor: At,
    /// Where the selection began; it reaches to the cursor.
    anchor: Option<At>,
    /// The column that moves up and down try to keep.
    goal: Option<usize>,
    copied: String,
}

impl Default for TextBuffer {
    fn default() -> Self {
        TextBuffer::new("")
    }
}

impl TextBuffer {
    /// The cursor stands at the start.
    pub fn new(text: &str) -> Self {
        TextBuffer { lines: split(text), cursor: At::default(), anchor: None, goal: None, copied: String::new() }
    }

    /// The whole text, byte for byte.
    pub fn text(&self) -> String {
        let mut out = String::with_capacity(self.lines.iter().map(|line| line.text.len() + 2).sum());
        for (i, line) in self.lines.iter().enumerate() {
            out.push_str(&line.text);
            if line.cr {
                out.push('\r');
            }
            if i + 1 < self.lines.len() {
                out.push('\n');
            }
        }
        out
    }

    /// Takes another text in; the cursor stays on its line and byte where they still are.
    pub fn set_text(&mut self, text: &str) {
        self.lines = split(text);
        self.anchor = None;
        self.goal = None;
        self.cursor = self.clamp(self.cursor);
    }

    pub fn len(&self) -> usize {
        self.lines.len()
    }

    pub fn is_empty(&self) -> bool {
        self.lines.len() == 1 && self.line(0).is_empty()
    }

    /// A line without its end; empty beyond the last.
    pub fn line(&self, at: usize) -> &str {
        self.lines.get(at).map_or("", |line| &line.text)
    }

    pub fn cursor(&self) -> At {
        self.cursor
    }

    /// Puts the cursor at the nearest place that there is, without a selection.
    pub fn set_cursor(&mut self, at: At) {
        self.anchor = None;
        self.goal = None;
        self.cursor = self.clamp(at);
    }

    /// As [`TextBuffer::set_cursor`], selecting from where the cursor was.
    pub fn select_to(&mut self, at: At) {
        self.anchor.get_or_insert(self.cursor);
        self.goal = None;
        self.cursor = self.clamp(at);
    }

    /// From where to where the selection reaches; none where it is empty.
    pub fn selection(&self) -> Option<(At, At)> {
        let anchor = self.anchor.filter(|anchor| *anchor != self.cursor)?;
        Some((anchor.min(self.cursor), anchor.max(self.cursor)))
    }

    pub fn selected_text(&self) -> String {
        let Some((from, to)) = self.selection() else { return String::new() };
        if from.line == to.line {
            return self.line(from.line)[from.byte..to.byte].to_owned();
        }
        let mut out = self.line(from.line)[from.byte..].to_owned();
        for line in from.line + 1..to.line {
            out.push('\n');
            out.push_str(self.line(line));
        }
        out.push('\n');
        out.push_str(&self.line(to.line)[..to.byte]);
        out
    }

    pub fn go(&mut self, motion: Motion, selecting: bool) {
        match (selecting, self.selection()) {
            (true, _) => drop(self.anchor.get_or_insert(self.cursor)),
            (false, selection) => {
                self.anchor = None;
                // A selection is left at its end, as everywhere else.
                if let Some((from, to)) = selection {
                    match motion {
                        Motion::Left => return self.cursor = from,
                        Motion::Right => return self.cursor = to,
                        _ => {}
                    }
                }
            }
        }
        let vertical = matches!(motion, Motion::Up(_) | Motion::Down(_));
        if !vertical {
            self.goal = None;
        }
        self.cursor = match motion {
            Motion::Left => self.before(self.cursor),
            Motion::Right => self.after(self.cursor),
            Motion::WordLeft => self.word_before(self.cursor),
            Motion::WordRight => self.word_after(self.cursor),
            Motion::LineStart => self.line_start(),
            Motion::LineEnd => At { byte: self.line(self.cursor.line).len(), ..self.cursor },
            Motion::Start => At::default(),
            Motion::End => self.end(),
            Motion::Up(by) => self.vertical(self.cursor.line.checked_sub(by)),
            Motion::Down(by) => self.vertical(Some(self.cursor.line.saturating_add(by))),
        };
    }

    /// Writes a text in place of the selection. Line feeds make new lines, with the line ends of the line they stand on.
    pub fn insert(&mut self, text: &str) {
        self.delete_selection();
        self.goal = None;
        let At { line: at, byte } = self.cursor;
        let Some(line) = self.lines.get_mut(at) else { return };
        if !text.contains('\n') {
            line.text.insert_str(byte, text);
            self.cursor.byte += text.len();
            return self.settle();
        }
        let tail = line.text.split_off(byte);
        // On the last line there is no end yet: the one before says what ends are like here.
        let cr = line.cr || (at + 1 == self.lines.len() && at > 0 && self.lines[at - 1].cr);
        let end_cr = self.lines[at].cr;
        let mut pieces: Vec<Line> = text
            .split('\n')
            .map(|piece| Line { text: piece.strip_suffix('\r').unwrap_or(piece).to_owned(), cr })
            .collect();
        let cursor = At { line: at + pieces.len() - 1, byte: pieces.last().map_or(0, |piece| piece.text.len()) };
        if let Some(last) = pieces.last_mut() {
            last.text.push_str(&tail);
            last.cr = end_cr;
        }
        if let Some(first) = pieces.first_mut() {
            first.text.insert_str(0, &self.lines[at].text);
        }
        let byte = if pieces.len() == 1 { byte + cursor.byte } else { cursor.byte };
        self.lines.splice(at..=at, pieces);
        self.cursor = At { byte, ..cursor };
        self.settle();
    }

    /// Deletes what is selected; says whether anything was.
    pub fn delete_selection(&mut self) -> bool {
        let selection = self.selection();
        self.anchor = None;
        selection.is_some_and(|(from, to)| self.delete(from, to))
    }

    /// Deletes from one place to another; the cursor stands there then.
    pub fn delete(&mut self, from: At, to: At) -> bool {
        let (from, to) = (self.clamp(from), self.clamp(to));
        if from >= to {
            return false;
        }
        self.goal = None;
        self.anchor = None;
        self.cursor = from;
        if from.line == to.line {
            self.lines[from.line].text.drain(from.byte..to.byte);
        } else {
            let last = std::mem::take(&mut self.lines[to.line]);
            let first = &mut self.lines[from.line];
            first.text.truncate(from.byte);
            first.text.push_str(&last.text[to.byte..]);
            first.cr = last.cr;
            self.lines.drain(from.line + 1..=to.line);
        }
        self.settle();
        true
    }

    /// Carries out what a key or a paste means in a text. `lines`: whether it may have more than one.
    ///
    /// None for what means nothing here; [`Outcome::Changed`] where the text is another one now.
    pub fn handle(&mut self, event: &Event, lines: bool) -> Option<Outcome> {
        match event {
            Event::Paste(text) => {
                let text = text.replace("\r\n", "\n").replace('\r', "\n");
                self.insert(&if lines { text } else { text.replace('\n', " ") });
                Some(Outcome::Changed)
            }
            Event::Key(key) => self.key(*key, lines),
            _ => None,
        }
    }

    fn key(&mut self, key: Key, lines: bool) -> Option<Outcome> {
        let word = key.ctrl || key.alt;
        let motion = match key.code {
            Code::Left if word => Motion::WordLeft,
            Code::Right if word => Motion::WordRight,
            Code::Left => Motion::Left,
            Code::Right => Motion::Right,
            Code::Up if lines && !word => Motion::Up(1),
            Code::Down if lines && !word => Motion::Down(1),
            Code::Home if key.ctrl => Motion::Start,
            Code::End if key.ctrl => Motion::End,
            Code::Home => Motion::LineStart,
            Code::End => Motion::LineEnd,
            _ => return self.edit(key, lines),
        };
        self.go(motion, key.shift);
        Some(Outcome::Moved)
    }

    fn edit(&mut self, key: Key, lines: bool) -> Option<Outcome> {
        let changed = |yes: bool| Some(if yes { Outcome::Changed } else { Outcome::Taken });
        if let Some(c) = key.typed() {
            self.insert(c.encode_utf8(&mut [0; 4]));
            return Some(Outcome::Changed);
        }
        let word = key.ctrl || key.alt;
        match key.code {
            Code::Enter if lines && !word => self.insert("\n"),
            Code::Backspace | Code::Delete if self.selection().is_some() => drop(self.delete_selection()),
            Code::Backspace if word => return changed(self.delete(self.word_before(self.cursor), self.cursor)),
            Code::Backspace => return changed(self.delete(self.before(self.cursor), self.cursor)),
            Code::Delete if word => return changed(self.delete(self.cursor, self.word_after(self.cursor))),
            Code::Delete => return changed(self.delete(self.cursor, self.after(self.cursor))),
            Code::Char('w') if key.ctrl => return changed(self.delete(self.word_before(self.cursor), self.cursor)),
            Code::Char('k') if key.ctrl => {
                let end = At { byte: self.line(self.cursor.line).len(), ..self.cursor };
                let to = if end == self.cursor { self.after(end) } else { end };
                return changed(self.delete(self.cursor, to));
            }
            Code::Char('u') if key.ctrl => return changed(self.delete(At { byte: 0, ..self.cursor }, self.cursor)),
            Code::Char('a') if key.ctrl => {
                self.anchor = Some(At::default());
                self.cursor = self.end();
                return Some(Outcome::Moved);
            }
            Code::Char('c') if key.ctrl && self.selection().is_some() => {
                self.copied = self.selected_text();
                return Some(Outcome::Taken);
            }
            Code::Char('x') if key.ctrl && self.selection().is_some() => {
                self.copied = self.selected_text();
                self.delete_selection();
            }
            Code::Char('v') if key.ctrl && !self.copied.is_empty() => {
                let copied = std::mem::take(&mut self.copied);
                self.insert(&copied);
                self.copied = copied;
            }
            _ => return None,
        }
        Some(Outcome::Changed)
    }

    fn end(&self) -> At {
        let line = self.lines.len() - 1;
        At { line, byte: self.line(line).len() }
    }

    /// First the indent's end, then the line's start.
    fn line_start(&self) -> At {
        let line = self.line(self.cursor.line);
        let indent = line.len() - line.trim_start().len();
        At { byte: if self.cursor.byte == indent { 0 } else { indent }, ..self.cursor }
    }

    fn before(&self, at: At) -> At {
        match previous_boundary(self.line(at.line), at.byte) {
            Some(byte) => At { byte, ..at },
            None if at.line > 0 => At { line: at.line - 1, byte: self.line(at.line - 1).len() },
            None => at,
        }
    }

    fn after(&self, at: At) -> At {
        match next_boundary(self.line(at.line), at.byte) {
            Some(byte) => At { byte, ..at },
            None if at.line + 1 < self.lines.len() => At { line: at.line + 1, byte: 0 },
            None => at,
        }
    }

    fn word_before(&self, at: At) -> At {
        if at.byte == 0 {
            return self.before(at);
        }
        let words = self.line(at.line)[..at.byte].unicode_word_indices().next_back();
        At { byte: words.map_or(0, |(start, _)| start), ..at }
    }

    fn word_after(&self, at: At) -> At {
        let rest = &self.line(at.line)[at.byte..];
        if rest.is_empty() {
            return self.after(at);
        }
        let word = rest.unicode_word_indices().next();
        At { byte: at.byte + word.map_or(rest.len(), |(start, word)| start + word.len()), ..at }
    }

    fn vertical(&mut self, line: Option<usize>) -> At {
        let here = &self.line(self.cursor.line)[..self.cursor.byte];
        let goal = self.goal.unwrap_or_else(|| text::width(here));
        self.goal = Some(goal);
        match line {
            None => At::default(),
            Some(line) if line >= self.lines.len() => self.end(),
            Some(line) => At { line, byte: byte_at_column(self.line(line), goal) },
        }
    }

    fn clamp(&self, at: At) -> At {
        let line = at.line.min(self.lines.len() - 1);
        let text = self.line(line);
        if at.byte >= text.len() {
            return At { line, byte: text.len() };
        }
        At { line, byte: boundary_at_or_before(text, at.byte) }
    }

    /// What is written may join the grapheme before it: the cursor never stands inside one.
    fn settle(&mut self) {
        let text = self.line(self.cursor.line);
        let inside = text.is_char_boundary(self.cursor.byte)
            && GraphemeCursor::new(self.cursor.byte, text.len(), true).is_boundary(text, 0) == Ok(false);
        if inside && let Some(byte) = next_boundary(text, self.cursor.byte) {
            self.cursor.byte = byte;
        }
    }
}

/// The byte of a text at which this column is drawn, or its end.
pub fn byte_at_column(text: &str, column: usize) -> usize {
    let mut used = 0;
    for cell in text::cells(text) {
        if used + cell.width > column {
            return cell.bytes.start;
        }
        used += cell.width;
    }
    text.len()
}

fn split(text: &str) -> Vec<Line> {
    let count = text.split('\n').count();
    let lines = text.split('\n').enumerate();
    // A carriage return at the very end ends no line: it is a character.
    let line = |(i, line): (usize, &str)| match line.strip_suffix('\r') {
        Some(text) if i + 1 < count => Line { text: text.to_owned(), cr: true },
        _ => Line { text: line.to_owned(), cr: false },
    };
    lines.map(line).collect()
}

fn previous_boundary(text: &str, byte: usize) -> Option<usize> {
    GraphemeCursor::new(byte, text.len(), true).prev_boundary(text, 0).ok().flatten()
}

fn next_boundary(text: &str, byte: usize) -> Option<usize> {
    GraphemeCursor::new(byte, text.len(), true).next_boundary(text, 0).ok().flatten()
}

fn boundary_at_or_before(text: &str, byte: usize) -> usize {
    let char_start = (0..=byte).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    match GraphemeCursor::new(char_start, text.len(), true).is_boundary(text, 0) {
        Ok(false) => previous_boundary(text, char_start).unwrap_or(0),
        _ => char_start,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::testing::{keys, typed};
    use proptest::prelude::*;

    /// The text with `|` at the cursor.
    fn shown(buffer: &TextBuffer) -> String {
        let lines: Vec<String> = (0..buffer.len())
            .map(|i| {
                let mut line = buffer.line(i).to_owned();
                if buffer.cursor().line == i {
                    line.insert(buffer.cursor().byte, '|');
                }
                line
            })
            .collect();
        lines.join("\n")
    }

    fn check(text: &str, pressed: &str, expect: &str) {
        let mut buffer = TextBuffer::new(text);
        for event in keys(pressed) {
            buffer.handle(&event, true);
        }
        assert_eq!(shown(&buffer), expect, "{pressed}");
    }

    #[test]
    fn keys_move_by_what_a_reader_takes_for_characters() {
        check("e\u{301}a", "right", "e\u{301}|a");
        check("👨‍👩‍👧a", "right right left", "👨‍👩‍👧|a");
        check("a\nb", "right right", "a\n|b");
        check("a\nb", "right right left", "a|\nb");
        check("one two", "ctrl-right", "one| two");
        check("one two", "end ctrl-left", "one |two");
        check("日本\nab", "right down", "日本\nab|");
        check("abc\na\nabc", "end down down", "abc\na\nabc|");
        check("  a", "end home", "  |a");
        check("  a", "end home home", "|  a");
        check("a\nb", "up", "|a\nb");
        check("a\nb", "down down", "a\nb|");
    }

    #[test]
    fn keys_edit() {
        check("ab", "right X", "aX|b");
        check("ab", "right enter", "a\n|b");
        check("a\nb", "down backspace", "a|b");
        check("a\nb", "end delete", "a|b");
        check("one two", "end ctrl-w", "one |");
        check("one two", "ctrl-k", "|");
        check("e\u{301}", "end backspace", "|");
        check("abc", "shift-right shift-right X", "X|c");
        check("abc\ndef", "right shift-down backspace", "a|ef");
        check("abc", "ctrl-a ctrl-x ctrl-v ctrl-v", "abcabc|");
        check("abc", "backspace", "|abc");
    }

    #[test]
    fn line_ends_stay_what_they_were() {
        fn check(text: &str, pressed: &str, expect: &str) {
            let mut buffer = TextBuffer::new(text);
            for event in keys(pressed) {
                buffer.handle(&event, true);
            }
            assert_eq!(buffer.text(), expect);
        }
        check("a\r\nb\r\n", "end enter X", "a\r\nX\r\nb\r\n");
        check("a\r\nb", "down end enter X", "a\r\nb\r\nX");
        check("a\nb\r\n", "end delete", "ab\r\n");
        check("a\r\nb\n", "end delete", "ab\n");
    }

    #[test]
    fn one_line_stays_one_line() {
        let mut buffer = TextBuffer::default();
        buffer.handle(&Event::Paste("a\r\nb\nc".into()), false);
        assert_eq!(buffer.text(), "a b c");
        assert_eq!(buffer.handle(&keys("enter")[0], false), None);
    }

    #[test]
    fn a_new_text_keeps_the_cursor_where_it_can() {
        let mut buffer = TextBuffer::new("one\ntwo\nthree");
        buffer.set_cursor(At { line: 2, byte: 4 });
        buffer.set_text("one\ntwo");
        assert_eq!(buffer.cursor(), At { line: 1, byte: 3 });
        buffer.set_text("日");
        buffer.set_cursor(At { line: 0, byte: 1 });
        assert_eq!(buffer.cursor(), At { line: 0, byte: 0 });
    }

    proptest! {
        #[test]
        fn texts_come_back_byte_for_byte(text in "[a-c\r\n é\u{301}\t]{0,40}") {
            prop_assert_eq!(TextBuffer::new(&text).text(), text);
        }

        #[test]
        fn no_sequence_of_keys_breaks_anything(
            text in "[a-b \r\n日é\u{301}\u{200d}👩]{0,30}",
            pressed in proptest::collection::vec(0usize..20, 0..40),
        ) {
            let all = keys("left right up down home end shift-left shift-right shift-down ctrl-left ctrl-right \
                            backspace delete ctrl-w ctrl-k ctrl-u enter ctrl-x ctrl-v ctrl-a");
            let mut buffer = TextBuffer::new(&text);
            for (i, key) in pressed.into_iter().enumerate() {
                buffer.handle(&all[key], true);
                if i % 5 == 0 {
                    buffer.handle(&typed("\u{301}")[0], true);
                }
                let line = buffer.line(buffer.cursor().line);
                prop_assert!(line.is_char_boundary(buffer.cursor().byte));
                buffer.selected_text();
            }
        }
    }
}
