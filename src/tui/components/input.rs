//! One line to write in, with what was written before.

use super::Outcome;
use crate::tui::command::{Command, Context, find};
use crate::tui::editor::{At, Motion, TextBuffer, byte_at_column, draw_cursor};
use crate::tui::event::{Code, Event, Key, MouseKind};
use crate::tui::text;
use crate::tui::theme::{Role, Theme};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

/// A line of text, a cursor, and earlier lines to go back to with ↑.
#[derive(Debug, Clone, Default)]
pub struct Input {
    buffer: TextBuffer,
    placeholder: String,
    history: Vec<String>,
    /// Which line of the history is shown, and what had been written before it.
    recalled: Option<(usize, String)>,
    left: usize,
    area: Rect,
    cursor_at: Option<Position>,
}

impl Input {
    /// The cursor stands behind the text.
    pub fn new(text: &str) -> Self {
        let mut input = Input::default();
        input.set_text(text);
        input
    }

    /// What is shown, dimly, while nothing is written.
    #[must_use]
    pub fn placeholder(mut self, words: impl Into<String>) -> Self {
        self.placeholder = words.into();
        self
    }

    /// Earlier lines, the latest last.
    #[must_use]
    pub fn history(mut self, lines: Vec<String>) -> Self {
        self.history = lines;
        self
    }

    pub fn text(&self) -> String {
        self.buffer.text()
    }

    pub fn is_empty(&self) -> bool {
        self.buffer.is_empty()
    }

    pub fn set_text(&mut self, text: &str) {
        self.buffer.set_text(&text.replace(['\r', '\n'], " "));
        self.buffer.go(Motion::End, false);
    }

    /// Keeps what is written as the latest line of the history, and empties the field.
    pub fn remember(&mut self) -> String {
        let text = self.text();
        self.recalled = None;
        if !text.is_empty() && self.history.last() != Some(&text) {
            self.history.push(text.clone());
        }
        self.set_text("");
        text
    }

    pub fn cursor_position(&self) -> Option<Position> {
        self.cursor_at
    }

    /// Takes what writes, deletes and moves; [`Outcome::Changed`] where the text is another one now. Enter and
    /// Esc are left to whoever holds the field.
    pub fn handle(&mut self, event: &Event) -> Option<Outcome> {
        match event {
            Event::Key(key) if *key == Key::plain(Code::Up) && !self.history.is_empty() => Some(self.recall(true)),
            Event::Key(key) if *key == Key::plain(Code::Down) && self.recalled.is_some() => Some(self.recall(false)),
            Event::Mouse(mouse) if mouse.kind == MouseKind::Press && mouse.is_in(self.area) => {
                let column = usize::from(mouse.column - self.area.x) + self.left;
                self.buffer.set_cursor(At { line: 0, byte: byte_at_column(self.buffer.line(0), column) });
                Some(Outcome::Moved)
            }
            event => self.buffer.handle(event, false),
        }
    }

    /// As [`Input::handle`], where the field stands alone: Enter accepts what is written, Esc leaves it.
    pub fn answer(&mut self, event: &Event) -> Option<Outcome> {
        let command = match event {
            Event::Key(key) => find(&[Context::Input], *key),
            _ => None,
        };
        match command {
            Some(Command::Accept) => Some(Outcome::Accepted),
            Some(Command::Back) => Some(Outcome::Cancelled),
            _ => self.handle(event),
        }
    }

    /// Draws the line on the first row of an area; the cursor only where `focused`.
    pub fn render(&mut self, area: Rect, buf: &mut Buffer, theme: &Theme, focused: bool) {
        let area = text::row(area, 0);
        self.area = area;
        self.cursor_at = None;
        if area.is_empty() {
            return;
        }
        let columns = usize::from(area.width);
        let line = self.buffer.line(0);
        let cursor = text::width(&line[..self.buffer.cursor().byte]);
        if text::width(line) < columns {
            self.left = 0;
        } else if cursor < self.left || cursor >= self.left + columns {
            self.left = (cursor + 1).saturating_sub(columns / 2 + 1);
        }
        if line.is_empty() {
            text::put(buf, (area.x, area.y), area.width, &self.placeholder, theme.style(Role::Dim));
        }
        let selection = self.buffer.selection().map_or(0..0, |(from, to)| from.byte..to.byte);
        let mut column = 0;
        for cell in text::cells(line) {
            if column + cell.width > self.left + columns {
                break;
            }
            if column >= self.left {
                let x = area.x + u16::try_from(column - self.left).unwrap_or(0);
                let selected = selection.contains(&cell.bytes.start);
                let style = if selected { theme.style(Role::Selection) } else { ratatui::style::Style::default() };
                text::put(buf, (x, area.y), area.right() - x, &cell.shown, style);
            }
            column += cell.width;
        }
        if let Some(column) =
            cursor.checked_sub(self.left).and_then(|c| u16::try_from(c).ok()).filter(|c| *c < area.width)
        {
            let at = Position { x: area.x + column, y: area.y };
            self.cursor_at = Some(at);
            if focused {
                draw_cursor(buf, at, theme.style(Role::Cursor));
            }
        }
    }

    fn recall(&mut self, older: bool) -> Outcome {
        let (at, written) = match self.recalled.take() {
            Some((at, written)) => (if older { at.saturating_sub(1) } else { at + 1 }, written),
            None => (self.history.len() - 1, self.text()),
        };
        match self.history.get(at).cloned() {
            Some(line) => {
                self.set_text(&line);
                self.recalled = Some((at, written));
            }
            None => self.set_text(&written),
        }
        Outcome::Changed
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::testing::{draw, draw_styled, keys, squeeze, typed};

    #[test]
    fn the_cursor_stays_in_sight() {
        let mut input = Input::new("bio-weapons and 日本語");
        let shown = |input: &mut Input| {
            draw_styled(12, 1, &[Role::Cursor], |area, buf, theme| input.render(area, buf, theme, true))
        };
        insta::assert_snapshot!(shown(&mut input), @"日 本 語 ⟦cursor  ⟧");
        input.handle(&keys("home")[0]);
        insta::assert_snapshot!(shown(&mut input), @r"⟦cursor b⟧io-weapons");
    }

    #[test]
    fn earlier_lines_come_back() {
        fn check(pressed: &str, expect: &str) {
            let mut input = Input::new("now").history(vec!["one".into(), "two".into()]);
            for event in keys(pressed) {
                input.handle(&event);
            }
            assert_eq!(input.text(), expect, "{pressed}");
        }
        check("up", "two");
        check("up up", "one");
        check("up up up", "one");
        check("up down", "now");
        check("up down down", "now");
    }

    #[test]
    fn what_is_remembered_is_recalled() {
        let mut input = Input::default().placeholder("a command");
        assert_eq!(draw(12, 1, |area, buf, theme| input.render(area, buf, theme, false)), "a command\n");
        for event in typed("theme light") {
            assert_eq!(input.handle(&event), Some(Outcome::Changed));
        }
        assert_eq!(input.remember(), "theme light");
        assert!(input.is_empty());
        input.handle(&keys("up")[0]);
        assert_eq!(input.text(), "theme light");
    }

    #[test]
    fn no_size_is_too_small() {
        squeeze(|area, buf, theme| Input::new("日本語 and more than fits").render(area, buf, theme, true));
    }
}
