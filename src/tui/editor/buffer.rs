//! A text under a cursor: what keys do to it. Knows nothing of drawing.
//!
//! The crate's text area holds the lines and the cursor and edits them. Here is what it leaves open: it counts
//! characters, we stop only between graphemes; it drops the line ends, we keep them. It has no undo, which belongs
//! to the document.

use super::place::{empty, place};
use crate::tui::components::Outcome;
use crate::tui::event::{Code, Event, Key};
use crate::tui::text;
use std::iter;
use tui_textarea::{CursorMove, TextArea};
use unicode_segmentation::GraphemeCursor;

/// A place in a text: a line, from 0, and a byte of it that starts a grapheme.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct At {
    pub line: usize,
    pub byte: usize,
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
#[derive(Debug, Clone)]
pub struct TextBuffer {
    area: TextArea<'static>,
    /// Of each line, whether it ends in a carriage return and a line feed.
    cr: Vec<bool>,
    /// The column that moves up and down try to keep.
    goal: Option<usize>,
}

impl Default for TextBuffer {
    fn default() -> Self {
        TextBuffer::new("")
    }
}

impl TextBuffer {
    /// The cursor stands at the start.
    pub fn new(text: &str) -> Self {
        let mut buffer = TextBuffer { area: empty(), cr: vec![false], goal: None };
        // An empty text is what there is already, and most fields are empty.
        if !text.is_empty() {
            buffer.set_text(text);
        }
        buffer
    }

    /// The whole text, byte for byte.
    pub fn text(&self) -> String {
        let lines = self.area.lines();
        let mut out = String::with_capacity(lines.iter().map(|line| line.len() + 2).sum());
        for (i, (line, cr)) in lines.iter().zip(&self.cr).enumerate() {
            out.push_str(line);
            if *cr {
                out.push('\r');
            }
            if i + 1 < lines.len() {
                out.push('\n');
            }
        }
        out
    }

    /// Takes another text in; the cursor stays on its line and byte where they still are.
    pub fn set_text(&mut self, text: &str) {
        let at = self.cursor();
        let (lines, cr) = split(text);
        let At { line, byte } = clamp(&lines, at);
        let column = lines.get(line).map_or(0, |text| text[..byte].chars().count());
        self.area.set_lines(lines, (line, column));
        self.cr = cr;
        self.goal = None;
    }

    /// How many lines there are; at least one.
    pub fn len(&self) -> usize {
        self.area.lines().len()
    }

    pub fn is_empty(&self) -> bool {
        self.area.is_empty()
    }

    /// A line without its end; empty beyond the last.
    pub fn line(&self, at: usize) -> &str {
        self.area.lines().get(at).map_or("", String::as_str)
    }

    pub fn cursor(&self) -> At {
        self.at(self.area.cursor())
    }

    /// Puts the cursor at the nearest place that there is, without a selection.
    pub fn set_cursor(&mut self, at: At) {
        self.area.cancel_selection();
        self.goal = None;
        self.place(at);
    }

    /// As [`TextBuffer::set_cursor`], selecting from where the cursor was.
    pub fn select_to(&mut self, at: At) {
        self.start_selection();
        self.goal = None;
        self.place(at);
    }

    /// From where to where the selection reaches; none where it is empty.
    pub fn selection(&self) -> Option<(At, At)> {
        let (from, to) = self.area.selection_range().filter(|(from, to)| from != to)?;
        Some((self.at(from), self.at(to)))
    }

    pub fn go(&mut self, motion: Motion, selecting: bool) {
        if selecting {
            self.start_selection();
        } else {
            let selection = self.selection();
            self.area.cancel_selection();
            // A selection is left at its end, as everywhere else.
            match (motion, selection) {
                (Motion::Left, Some((from, _))) => return self.place(from),
                (Motion::Right, Some((_, to))) => return self.place(to),
                _ => {}
            }
        }
        if !matches!(motion, Motion::Up(_) | Motion::Down(_)) {
            self.goal = None;
        }
        let here = self.cursor();
        match motion {
            Motion::Left => self.place(self.before(here)),
            Motion::Right => self.place(self.after(here)),
            Motion::WordLeft => self.word_left(here),
            Motion::WordRight => self.word_right(here),
            Motion::LineStart => self.line_start(here),
            Motion::LineEnd => self.area.move_cursor(CursorMove::End),
            Motion::Start => self.place(At::default()),
            Motion::End => self.go_to_end(),
            Motion::Up(by) => self.go_to_line(here, here.line.checked_sub(by)),
            Motion::Down(by) => self.go_to_line(here, Some(here.line.saturating_add(by))),
        }
    }

    /// Writes a text in place of the selection. Line feeds make new lines, with the line ends of the line they stand on.
    pub fn insert(&mut self, text: &str) {
        self.delete_selection();
        self.goal = None;
        let (line, before) = (self.area.cursor().0, self.len());
        // On the last line there is no end yet: the one before says what ends are like here.
        let like = if line + 1 == before { line.saturating_sub(1) } else { line };
        let cr = self.cr.get(like).copied().unwrap_or(false);
        self.area.insert_str(text);
        self.cr.splice(line..line, iter::repeat_n(cr, self.len() - before));
        self.settle();
    }

    /// Deletes what is selected; says whether anything was.
    pub fn delete_selection(&mut self) -> bool {
        let Some((from, to)) = self.selection() else {
            self.area.cancel_selection();
            return false;
        };
        self.area.delete_char();
        self.deleted(from, to);
        true
    }

    /// Deletes from one place to another; the cursor stands there then.
    pub fn delete(&mut self, from: At, to: At) -> bool {
        let (from, to) = (clamp(self.area.lines(), from), clamp(self.area.lines(), to));
        if from >= to {
            return false;
        }
        let count = self.characters(from, to);
        self.set_cursor(from);
        // The crate keeps what it deletes in place of what was copied.
        let copied = self.area.yank_text();
        self.area.delete_str(count);
        self.area.set_yank_text(copied);
        self.deleted(from, to);
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
        let here = self.cursor();
        let selection = self.selection();
        match key.code {
            Code::Enter if lines && !word => self.insert("\n"),
            Code::Backspace | Code::Delete if selection.is_some() => drop(self.delete_selection()),
            Code::Backspace if word => return changed(self.delete_to(Motion::WordLeft)),
            Code::Backspace => return changed(self.delete(self.before(here), here)),
            Code::Delete if word => return changed(self.delete_to(Motion::WordRight)),
            Code::Delete => return changed(self.delete(here, self.after(here))),
            Code::Char('w') if key.ctrl => return changed(self.delete_to(Motion::WordLeft)),
            Code::Char('k') if key.ctrl => {
                let end = At { byte: self.line(here.line).len(), ..here };
                return changed(self.delete(here, if end == here { self.after(end) } else { end }));
            }
            Code::Char('u') if key.ctrl => return changed(self.delete(At { byte: 0, ..here }, here)),
            Code::Char('a') if key.ctrl => {
                self.go(Motion::Start, false);
                self.go(Motion::End, true);
                return Some(Outcome::Moved);
            }
            Code::Char('c') if key.ctrl && selection.is_some() => {
                let anchor = selection.map_or(here, |(from, to)| if from == here { to } else { from });
                self.area.copy();
                // Copying is no reason to lose sight of what was copied.
                self.place(anchor);
                self.select_to(here);
                return Some(Outcome::Taken);
            }
            Code::Char('x') if key.ctrl && selection.is_some() => {
                self.area.cut();
                selection.into_iter().for_each(|(from, to)| self.deleted(from, to));
            }
            Code::Char('v') if key.ctrl => {
                let copied = self.area.yank_text();
                if copied.is_empty() {
                    return None;
                }
                self.insert(&copied);
            }
            _ => return None,
        }
        Some(Outcome::Changed)
    }

    fn start_selection(&mut self) {
        if !self.area.is_selecting() {
            self.area.start_selection();
        }
    }

    /// Brings line ends and cursor in order after the crate deleted something.
    fn deleted(&mut self, from: At, to: At) {
        self.cr.drain(from.line..to.line);
        self.goal = None;
        self.settle();
    }

    fn delete_to(&mut self, motion: Motion) -> bool {
        let here = self.cursor();
        self.go(motion, false);
        let there = self.cursor();
        self.delete(here.min(there), here.max(there))
    }

    /// How many characters stand from one place to another; a line's end is one.
    fn characters(&self, from: At, to: At) -> usize {
        if from.line == to.line {
            return self.line(from.line)[from.byte..to.byte].chars().count();
        }
        let first = self.line(from.line)[from.byte..].chars().count() + 1;
        let between = self.area.lines().get(from.line + 1..to.line).unwrap_or_default();
        let last = self.line(to.line)[..to.byte].chars().count();
        first + between.iter().map(|line| line.chars().count() + 1).sum::<usize>() + last
    }

    /// The place of a line and a column in characters.
    fn at(&self, (line, column): (usize, usize)) -> At {
        let text = self.line(line);
        let mut rest = text.chars();
        if let Some(skipped) = column.checked_sub(1) {
            rest.nth(skipped);
        }
        At { line, byte: text.len() - rest.as_str().len() }
    }

    fn place(&mut self, at: At) {
        let At { line, byte } = clamp(self.area.lines(), at);
        let column = self.line(line)[..byte].chars().count();
        place(&mut self.area, line, column);
    }

    fn go_to_end(&mut self) {
        self.area.move_cursor(CursorMove::Bottom);
        self.area.move_cursor(CursorMove::End);
    }

    /// First the indent's end, then the line's start.
    fn line_start(&mut self, here: At) {
        let line = self.line(here.line);
        let indent = line.len() - line.trim_start().len();
        self.place(At { byte: if here.byte == indent { 0 } else { indent }, ..here });
    }

    fn word_left(&mut self, here: At) {
        self.area.move_cursor(CursorMove::WordBack);
        let there = self.cursor();
        // The indent comes before the line above.
        let left = there.line < here.line && here.byte > 0;
        self.place(if left { At { byte: 0, ..here } } else { there });
    }

    /// To the end of a word, where the crate goes to the start of the next.
    fn word_right(&mut self, here: At) {
        let len = self.line(here.line).len();
        let mut from = here.byte;
        while from < len {
            self.area.move_cursor(CursorMove::WordForward);
            let there = self.cursor();
            let to = if there.line == here.line { there.byte } else { len };
            let word = self.line(here.line).get(from..to).unwrap_or_default().trim_end().len();
            if word > 0 || to == len {
                let byte = if word > 0 { from + word } else { len };
                return self.place(At { byte: boundary_at_or_after(self.line(here.line), byte), ..here });
            }
            if to <= from {
                return;
            }
            from = to;
        }
        self.place(self.after(here));
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
            None if at.line + 1 < self.len() => At { line: at.line + 1, byte: 0 },
            None => at,
        }
    }

    fn go_to_line(&mut self, here: At, line: Option<usize>) {
        let goal = self.goal.unwrap_or_else(|| text::width(&self.line(here.line)[..here.byte]));
        self.goal = Some(goal);
        match line {
            None => self.place(At::default()),
            Some(line) if line >= self.len() => self.go_to_end(),
            Some(line) => self.place(At { line, byte: byte_at_column(self.line(line), goal) }),
        }
    }

    /// What is written may join the grapheme before it: the cursor never stands inside one.
    fn settle(&mut self) {
        let here = self.cursor();
        let byte = boundary_at_or_after(self.line(here.line), here.byte);
        self.place(At { byte, ..here });
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

/// The lines of a text without their ends, and which of them ended in a carriage return too.
fn split(text: &str) -> (Vec<String>, Vec<bool>) {
    let mut lines: Vec<(String, bool)> = text
        .split('\n')
        .map(|line| match line.strip_suffix('\r') {
            Some(line) => (line.to_owned(), true),
            None => (line.to_owned(), false),
        })
        .collect();
    // A carriage return at the very end ends no line: it is a character.
    if let Some((line, cr)) = lines.last_mut().filter(|(_, cr)| *cr) {
        line.push('\r');
        *cr = false;
    }
    lines.into_iter().unzip()
}

/// The nearest place that there is.
fn clamp(lines: &[String], at: At) -> At {
    let line = at.line.min(lines.len().saturating_sub(1));
    let text = lines.get(line).map_or("", String::as_str);
    let byte = if at.byte >= text.len() { text.len() } else { boundary_at_or_before(text, at.byte) };
    At { line, byte }
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

/// As [`boundary_at_or_before`], for a byte that starts a character.
fn boundary_at_or_after(text: &str, byte: usize) -> usize {
    match GraphemeCursor::new(byte, text.len(), true).is_boundary(text, 0) {
        Ok(false) => next_boundary(text, byte).unwrap_or(text.len()),
        _ => byte,
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
        check("a b, c", "ctrl-right ctrl-right", "a b|, c");
        check("a b, c", "ctrl-right ctrl-right ctrl-right ctrl-right ctrl-right", "a b, c|");
        check("a\n  b", "ctrl-right ctrl-right ctrl-right", "a\n  b|");
        check("a\n  b", "down end ctrl-left ctrl-left ctrl-left", "a|\n  b");
        check("-\u{301}x", "ctrl-right", "-\u{301}|x");
        check("\u{200b}\u{200b}", "right right left", "\u{200b}|\u{200b}");
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
        check("a -\u{301}", "end ctrl-w", "a |");
        check("a\n  b", "down home ctrl-w", "a\n|b");
        check("one two", "ctrl-delete ctrl-delete", "|");
        check("\u{200b}\u{200b}\nb", "right delete", "\u{200b}|\nb");
        check("one two", "ctrl-k", "|");
        check("e\u{301}", "end backspace", "|");
        check("abc", "shift-right shift-right X", "X|c");
        check("abc\ndef", "right shift-down backspace", "a|ef");
        check("abc", "ctrl-a ctrl-x ctrl-v ctrl-v", "abcabc|");
        check("abc", "shift-right ctrl-c end backspace ctrl-v", "aba|");
        check("abc", "shift-right ctrl-c X", "X|bc");
        check("ab\ncd", "right shift-down ctrl-x end ctrl-v", "ad\u{62}\nc|");
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
        check("a\r\nb\r\nc", "shift-down ctrl-x down ctrl-v", "b\r\na\r\nc");
        check("a\nb\r\nc\n", "shift-down shift-down ctrl-c ctrl-v end enter", "a\nb\nc\n\n");
        check("a\r\n\r", "down end X", "a\r\n\rX");
    }

    #[test]
    fn texts_longer_than_the_crate_can_jump_are_edited_anywhere() {
        let text = "ab\r\n".repeat(66_000);
        let mut buffer = TextBuffer::new(&text);
        buffer.set_cursor(At { line: 65_900, byte: 1 });
        for event in keys("X left backspace shift-down ctrl-x ctrl-v") {
            buffer.handle(&event, true);
        }
        assert_eq!(buffer.cursor(), At { line: 65_901, byte: 0 });
        let line = "ab\r\n".len() * 65_900;
        assert_eq!(buffer.text(), format!("{}Xb\r\n{}", &text[..line], &text[line + 4..]));
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
            pressed in proptest::collection::vec(0usize..21, 0..40),
        ) {
            let all = keys("left right up down home end shift-left shift-right shift-down ctrl-left ctrl-right \
                            backspace delete ctrl-w ctrl-k ctrl-u enter ctrl-x ctrl-v ctrl-a ctrl-c ctrl-delete");
            let mut buffer = TextBuffer::new(&text);
            for (i, key) in pressed.into_iter().enumerate() {
                buffer.handle(&all[key], true);
                if i % 5 == 0 {
                    buffer.handle(&typed("\u{301}")[0], true);
                }
                let At { line, byte } = buffer.cursor();
                prop_assert_eq!(boundary_at_or_before(buffer.line(line), byte), byte);
                prop_assert_eq!(buffer.cr.len(), buffer.len());
                prop_assert_eq!(TextBuffer::new(&buffer.text()).text(), buffer.text());
                if let Some((from, to)) = buffer.selection() {
                    prop_assert!(from < to && clamp(buffer.area.lines(), from) == from);
                }
            }
        }
    }
}
