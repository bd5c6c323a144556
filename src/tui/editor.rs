//! The text area: many lines with numbers, marks of problems, colours, search. Draws only what is in sight.

mod buffer;
mod place;
mod yaml;

pub use buffer::{At, Motion, TextBuffer, byte_at_column};

use super::command::{Command, Context, find};
use super::components::Outcome;
use super::components::message::Severity;
use super::event::{Code, Event, Key, MouseKind};
use super::text;
use super::theme::{Role, Theme};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;
use std::ops::Range;

/// Lines beyond this many bytes are never wrapped: finding their breaks would take too long.
const LONGEST_WRAPPED: usize = 64 * 1024;
const WHEEL: usize = 3;

/// What the lines of the text are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// Coloured, numbered, not wrapped.
    Yaml,
    /// Wrapped at words, without numbers.
    Prose,
}

/// A problem beside a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    /// From 0.
    pub line: usize,
    pub severity: Severity,
    pub message: String,
}

/// A text that can be edited, and the part of it that is in sight.
#[derive(Debug, Clone)]
pub struct Editor {
    buffer: TextBuffer,
    language: Language,
    marks: Vec<Mark>,
    search: String,
    /// The first row in sight: a line, and which of the rows it is wrapped to.
    top: (usize, usize),
    /// The first column in sight, where lines are not wrapped.
    left: usize,
    /// Where the text itself was drawn last, without the gutter.
    area: Rect,
    cursor_at: Option<Position>,
    /// The wheel moves the view away from the cursor until a key is pressed.
    loose: bool,
}

impl Editor {
    pub fn new(text: &str, language: Language) -> Self {
        Editor {
            buffer: TextBuffer::new(text),
            language,
            marks: Vec::new(),
            search: String::new(),
            top: (0, 0),
            left: 0,
            area: Rect::default(),
            cursor_at: None,
            loose: false,
        }
    }

    /// The whole text, byte for byte.
    pub fn text(&self) -> String {
        self.buffer.text()
    }

    /// Takes a text in that was changed elsewhere; cursor and view stay where they can.
    pub fn set_text(&mut self, text: &str) {
        self.buffer.set_text(text);
    }

    /// The cursor's line and column, from 0, the column in characters.
    pub fn cursor(&self) -> (usize, usize) {
        let At { line, byte } = self.buffer.cursor();
        (line, self.buffer.line(line)[..byte].chars().count())
    }

    /// Puts the cursor at a line and a column in characters, both from 0, or the nearest there is.
    pub fn set_cursor(&mut self, line: usize, column: usize) {
        let byte = self.buffer.line(line).char_indices().nth(column).map_or(usize::MAX, |(at, _)| at);
        self.buffer.set_cursor(At { line, byte });
        self.loose = false;
    }

    /// Scrolls so that a line, from 0, stands near the top; the cursor must be in sight there too, or the view follows it.
    pub fn scroll_to(&mut self, line: usize) {
        self.top = (line.saturating_sub(2).min(self.buffer.len() - 1), 0);
    }

    /// The problems to show in the gutter.
    pub fn set_marks(&mut self, mut marks: Vec<Mark>) {
        // On each line the worst first: it is the one that is shown.
        marks.sort_by_key(|mark| (mark.line, std::cmp::Reverse(mark.severity)));
        self.marks = marks;
    }

    /// The problems of the line with the cursor, the worst first.
    pub fn marks_here(&self) -> impl Iterator<Item = &Mark> {
        let line = self.buffer.cursor().line;
        self.marks.iter().filter(move |mark| mark.line == line)
    }

    /// Highlights every place that holds these words; nothing where they are empty. Capitals count only if there are any.
    pub fn set_search(&mut self, words: &str) {
        self.search = words.to_owned();
    }

    /// Goes to the next place that was searched for, or the one before, around the end. Says whether there is one.
    pub fn search_next(&mut self, forward: bool) -> bool {
        let At { line: here, byte } = self.buffer.cursor();
        let lines = self.buffer.len();
        for step in 0..=lines {
            let line = if forward { (here + step) % lines } else { (here + lines - step % lines) % lines };
            let hits = matches(self.buffer.line(line), &self.search);
            let beyond = |hit: &&Range<usize>| match (step, forward) {
                (0, true) => hit.start > byte,
                (0, false) => hit.start < byte,
                _ => true,
            };
            let hit = if forward { hits.iter().find(beyond) } else { hits.iter().rev().find(beyond) };
            if let Some(hit) = hit {
                self.buffer.set_cursor(At { line, byte: hit.start });
                self.loose = false;
                return true;
            }
        }
        false
    }

    /// Where the cursor was drawn last, for the terminal's own.
    pub fn cursor_position(&self) -> Option<Position> {
        self.cursor_at
    }

    pub fn handle(&mut self, event: &Event) -> Option<Outcome> {
        match event {
            Event::Mouse(mouse) => self.mouse(mouse.kind, mouse.column, mouse.row, mouse.is_in(self.area)),
            Event::Key(key) => {
                let outcome = self.key(*key)?;
                self.loose = false;
                Some(outcome)
            }
            other => {
                let outcome = self.buffer.handle(other, true)?;
                self.loose = false;
                Some(outcome)
            }
        }
    }

    /// Draws the text; the cursor only where `focused`.
    pub fn render(&mut self, area: Rect, buf: &mut Buffer, theme: &Theme, focused: bool) {
        let gutter = self.gutter(area);
        self.area = Rect { x: area.x + gutter, width: area.width - gutter, ..area };
        self.cursor_at = None;
        if self.area.is_empty() {
            return;
        }
        self.follow_cursor();
        let rows = self.rows_in_sight();
        let lines = rows.first().map_or(0, |row| row.line)..rows.last().map_or(0, |row| row.line + 1);
        let tokens = match self.language {
            Language::Yaml => yaml::tokens(lines.clone(), |at| self.buffer.line(at)),
            Language::Prose => vec![Vec::new(); lines.len()],
        };
        for (n, row) in (0u16..).zip(&rows) {
            let y = area.y + n;
            if row.first {
                self.draw_gutter(Rect { y, height: 1, width: gutter, ..area }, buf, theme, row.line);
            }
            let tokens = tokens.get(row.line - lines.start).map_or(&[][..], Vec::as_slice);
            self.draw_row(y, row, tokens, buf, theme, focused);
        }
    }

    fn key(&mut self, key: Key) -> Option<Outcome> {
        let page = usize::from(self.area.height).max(2) - 1;
        match find(&[Context::Editor], key) {
            Some(Command::PageDown) => self.buffer.go(Motion::Down(page), key.shift),
            Some(Command::PageUp) => self.buffer.go(Motion::Up(page), key.shift),
            _ => match key.code {
                Code::Tab if !key.shift && !key.ctrl && !key.alt => {
                    // Tabs are no indent in YAML.
                    self.buffer.insert("  ");
                    return Some(Outcome::Changed);
                }
                Code::Up | Code::Down if self.wraps() && !key.ctrl && !key.alt => {
                    self.go_by_row(key.code == Code::Down, key.shift);
                }
                Code::Enter if self.language == Language::Yaml && key == Key::plain(Code::Enter) => {
                    let At { line, byte } = self.buffer.cursor();
                    let before = &self.buffer.line(line)[..byte];
                    let indent = " ".repeat(before.len() - before.trim_start_matches(' ').len());
                    self.buffer.insert(&format!("\n{indent}"));
                    return Some(Outcome::Changed);
                }
                _ => return self.buffer.handle(&Event::Key(key), true),
            },
        }
        Some(Outcome::Moved)
    }

    fn mouse(&mut self, kind: MouseKind, column: u16, row: u16, inside: bool) -> Option<Outcome> {
        match kind {
            MouseKind::ScrollDown | MouseKind::ScrollUp if inside => {
                let down = kind == MouseKind::ScrollDown;
                for _ in 0..WHEEL {
                    self.top =
                        if down { self.row_after(self.top).unwrap_or(self.top) } else { self.row_before(self.top) };
                }
                self.loose = true;
                Some(Outcome::Taken)
            }
            MouseKind::Press if inside => {
                self.buffer.set_cursor(self.place_at(column, row));
                Some(Outcome::Moved)
            }
            MouseKind::Drag if !self.area.is_empty() => {
                let column = column.clamp(self.area.x, self.area.right() - 1);
                let row = row.clamp(self.area.y, self.area.bottom() - 1);
                self.buffer.select_to(self.place_at(column, row));
                Some(Outcome::Moved)
            }
            _ => None,
        }
    }

    fn place_at(&self, column: u16, row: u16) -> At {
        let rows = self.rows_in_sight();
        let Some(row) = rows.get(usize::from(row.saturating_sub(self.area.y))).or(rows.last()) else {
            return At::default();
        };
        let column = usize::from(column.saturating_sub(self.area.x)) + self.left;
        let text = &self.buffer.line(row.line)[row.bytes.clone()];
        At { line: row.line, byte: row.bytes.start + byte_at_column(text, column).min(text.len()) }
    }

    fn go_by_row(&mut self, down: bool, selecting: bool) {
        let At { line, byte } = self.buffer.cursor();
        let here = self.cursor_row();
        let rows = self.wrapped(line);
        let start = rows.get(here.1).map_or(0, |row| row.start);
        let column = text::width(&self.buffer.line(line)[start..byte]);
        let to = if down { self.row_after(here) } else { Some(self.row_before(here)).filter(|row| *row != here) };
        let motion = if down { Motion::End } else { Motion::Start };
        let Some((line, row)) = to else { return self.buffer.go(motion, selecting) };
        let rows = self.wrapped(line);
        let Some(range) = rows.get(row).cloned() else { return };
        let text = &self.buffer.line(line)[range.clone()];
        let mut byte = range.start + byte_at_column(text, column);
        if byte == range.end && row + 1 < rows.len() {
            // The end of a wrapped row is the start of the next: one character before it still stands here.
            byte = text::cells(text).last().map_or(byte, |cell| range.start + cell.bytes.start);
        }
        let at = At { line, byte };
        if selecting { self.buffer.select_to(at) } else { self.buffer.set_cursor(at) }
    }

    fn wraps(&self) -> bool {
        self.language == Language::Prose
    }

    /// The bytes of a line that each of its rows shows.
    fn wrapped(&self, line: usize) -> Vec<Range<usize>> {
        let text = self.buffer.line(line);
        if self.wraps() && text.len() <= LONGEST_WRAPPED {
            // One column is for a cursor behind the last character.
            text::wrap(text, usize::from(self.area.width).saturating_sub(1).max(1))
        } else {
            std::iter::once(0..text.len()).collect()
        }
    }

    /// The row of its line on which the cursor stands.
    fn cursor_row(&self) -> (usize, usize) {
        let At { line, byte } = self.buffer.cursor();
        let rows = self.wrapped(line);
        (line, rows.iter().rposition(|row| row.start <= byte).unwrap_or(0))
    }

    fn row_after(&self, (line, row): (usize, usize)) -> Option<(usize, usize)> {
        if row + 1 < self.wrapped(line).len() {
            return Some((line, row + 1));
        }
        (line + 1 < self.buffer.len()).then_some((line + 1, 0))
    }

    fn row_before(&self, (line, row): (usize, usize)) -> (usize, usize) {
        match (line, row) {
            (0, 0) => (0, 0),
            (line, 0) => (line - 1, self.wrapped(line - 1).len().saturating_sub(1)),
            (line, row) => (line, row - 1),
        }
    }

    fn follow_cursor(&mut self) {
        let last = self.buffer.len() - 1;
        if self.top.0 > last {
            self.top = (last, 0);
        }
        self.top.1 = self.top.1.min(self.wrapped(self.top.0).len().saturating_sub(1));
        if self.loose {
            return;
        }
        let cursor = self.cursor_row();
        if cursor < self.top {
            self.top = cursor;
        } else {
            let mut first = cursor;
            for _ in 1..self.area.height {
                first = self.row_before(first);
            }
            self.top = self.top.max(first);
        }
        let columns = usize::from(self.area.width);
        let At { line, byte } = self.buffer.cursor();
        let column = text::width(&self.buffer.line(line)[..byte]);
        if self.wraps() || column < columns {
            self.left = 0;
        } else if column < self.left || column >= self.left + columns {
            self.left = (column + 1).saturating_sub(columns / 2 + 1);
        }
    }

    fn rows_in_sight(&self) -> Vec<RowInSight> {
        let mut rows = Vec::with_capacity(usize::from(self.area.height));
        let (mut line, mut skip) = self.top;
        while rows.len() < usize::from(self.area.height) && line < self.buffer.len() {
            for (n, bytes) in self.wrapped(line).into_iter().enumerate().skip(skip) {
                rows.push(RowInSight { line, bytes, first: n == 0 });
            }
            skip = 0;
            line += 1;
        }
        rows.truncate(usize::from(self.area.height));
        rows
    }

    /// Columns of the gutter: a mark, and where there is room and reason, line numbers.
    fn gutter(&self, area: Rect) -> u16 {
        let digits = u16::try_from(self.buffer.len().to_string().len()).unwrap_or(1);
        match self.language {
            Language::Yaml if area.width >= 20 + digits => digits + 3,
            _ if self.marks.is_empty() || area.width < 8 => 0,
            _ => 2,
        }
    }

    fn draw_gutter(&self, area: Rect, buf: &mut Buffer, theme: &Theme, line: usize) {
        let first = self.marks.partition_point(|mark| mark.line < line);
        if let Some(mark) = self.marks.get(first).filter(|mark| mark.line == line) {
            text::put(buf, (area.x, area.y), area.width, mark.severity.symbol(), theme.style(mark.severity.role()));
        }
        if area.width > 2 {
            let here = self.buffer.cursor().line == line;
            let role = if here { Role::Accent } else { Role::LineNumber };
            let number = format!("{:>1$}", line + 1, usize::from(area.width) - 3);
            text::put(buf, (area.x + 2, area.y), area.width - 2, &number, theme.style(role));
        }
    }

    fn draw_row(
        &mut self,
        y: u16,
        row: &RowInSight,
        tokens: &[(Range<usize>, Role)],
        buf: &mut Buffer,
        theme: &Theme,
        focused: bool,
    ) {
        let cursor = self.buffer.cursor();
        let last_row = row.bytes.end == self.buffer.line(row.line).len();
        let selected = self.selected_bytes(row.line);
        let line = self.buffer.line(row.line);
        // Only what can be in sight is searched, with room for a place that begins before it.
        let found = if line.len() <= LONGEST_WRAPPED { matches(line, &self.search) } else { Vec::new() };
        let (mut column, mut token) = (0, 0);
        let mut cursor_x = None;
        let columns = usize::from(self.area.width);
        for cell in text::cells(&line[row.bytes.clone()]) {
            let at = row.bytes.start + cell.bytes.start;
            if cursor.line == row.line && cursor.byte == at {
                cursor_x = Some(column);
            }
            if column >= self.left + columns {
                break;
            }
            if column >= self.left && column + cell.width <= self.left + columns {
                while tokens.get(token).is_some_and(|(range, _)| range.end <= at) {
                    token += 1;
                }
                let mut style = theme.style(Role::Text);
                if let Some((_, role)) = tokens.get(token).filter(|(range, _)| range.start <= at) {
                    style = style.patch(theme.style(*role));
                }
                if found.iter().any(|range| range.contains(&at)) {
                    style = style.patch(theme.style(Role::Found));
                }
                if selected.contains(&at) {
                    style = style.patch(theme.style(Role::Selection));
                }
                let x = self.area.x + u16::try_from(column - self.left).unwrap_or(0);
                text::put(buf, (x, y), self.area.right() - x, &cell.shown, style);
            }
            column += cell.width;
        }
        if cursor.line == row.line && cursor.byte == row.bytes.end && last_row {
            cursor_x = Some(column);
        }
        if let Some(column) =
            cursor_x.and_then(|column| column.checked_sub(self.left)).filter(|column| *column < columns)
        {
            let x = self.area.x + u16::try_from(column).unwrap_or(0);
            self.cursor_at = Some((x, y).into());
            if focused {
                draw_cursor(buf, (x, y).into(), theme.style(Role::Cursor));
            }
        }
    }

    fn selected_bytes(&self, line: usize) -> Range<usize> {
        let Some((from, to)) = self.buffer.selection().filter(|(from, to)| (from.line..=to.line).contains(&line))
        else {
            return 0..0;
        };
        let start = if from.line == line { from.byte } else { 0 };
        let end = if to.line == line { to.byte } else { usize::MAX };
        start..end
    }
}

struct RowInSight {
    line: usize,
    bytes: Range<usize>,
    /// The first row of its line.
    first: bool,
}

/// Shows the cursor on a cell.
pub fn draw_cursor(buf: &mut Buffer, at: Position, style: Style) {
    if let Some(cell) = buf.cell_mut(at) {
        cell.set_style(style);
    }
}

/// Where the words stand in a line. Without capitals in them, capitals in the text do not count.
fn matches(line: &str, words: &str) -> Vec<Range<usize>> {
    if words.is_empty() {
        return Vec::new();
    }
    if words.chars().any(char::is_uppercase) {
        return line.match_indices(words).map(|(at, hit)| at..at + hit.len()).collect();
    }
    // Compared character by character, so that the places stay those of the line as it is.
    let mut out: Vec<Range<usize>> = Vec::new();
    for (start, _) in line.char_indices() {
        if out.last().is_some_and(|last| last.end > start) {
            continue;
        }
        let mut rest = line[start..].char_indices();
        let mut end = start;
        let mut same = true;
        for wanted in words.chars() {
            match rest.next() {
                Some((at, c)) if c == wanted || c.to_lowercase().eq(wanted.to_lowercase()) => {
                    end = start + at + c.len_utf8()
                }
                _ => {
                    same = false;
                    break;
                }
            }
        }
        if same {
            out.push(start..end);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::event::Mouse;
    use crate::tui::testing::{draw, draw_styled, keys, squeeze, typed};

    const SPEC: &str = "spec: assistant\nclauses:\n  - id: bio-uplift\n    text: |\n      Do not give\n      日本語 é\n    then: refuse # why\n";

    fn screen(editor: &mut Editor, columns: u16, rows: u16) -> String {
        draw(columns, rows, |area, buf, theme| editor.render(area, buf, theme, true))
    }

    #[test]
    fn lines_have_numbers_marks_and_colours() {
        let mut editor = Editor::new(SPEC, Language::Yaml);
        editor.set_marks(vec![
            Mark { line: 6, severity: Severity::Hint, message: "h".into() },
            Mark { line: 6, severity: Severity::Error, message: "e".into() },
        ]);
        insta::assert_snapshot!(screen(&mut editor, 30, 8), @r"
          1 spec: assistant
          2 clauses:
          3   - id: bio-uplift
          4     text: |
          5       Do not give
          6       日本語 é
        ✗ 7     then: refuse # why
          8
        ");
        let styled = draw_styled(30, 8, &[Role::CodeKey, Role::CodeComment], |area, buf, theme| {
            editor.render(area, buf, theme, false);
        });
        assert!(styled.contains("⟦code-key then⟧: refuse ⟦code-comment # why⟧"), "{styled}");
        editor.set_cursor(6, 0);
        assert_eq!(editor.marks_here().map(|mark| mark.message.as_str()).collect::<Vec<_>>(), ["e", "h"]);
    }

    #[test]
    fn hostile_text_is_shown_not_sent() {
        let mut editor = Editor::new("a\x1b[31mb\0c", Language::Yaml);
        let seen = screen(&mut editor, 30, 1);
        assert!(seen.contains("a␛[31mb␀c"), "{seen}");
    }

    #[test]
    fn the_view_follows_the_cursor() {
        let text: String = (1..=200).map(|i| format!("line {i}\n")).collect();
        let mut editor = Editor::new(&text, Language::Yaml);
        screen(&mut editor, 30, 5);
        for event in keys("pagedown pagedown down") {
            editor.handle(&event);
            screen(&mut editor, 30, 5);
        }
        assert_eq!(editor.cursor(), (9, 0));
        assert!(screen(&mut editor, 30, 5).contains("line 10"));
        editor.set_cursor(150, 2);
        let seen = screen(&mut editor, 30, 5);
        assert!(seen.ends_with("151 line 151\n"), "{seen}");
        let wheel = Event::Mouse(Mouse { kind: MouseKind::ScrollUp, column: 10, row: 1 });
        editor.handle(&wheel);
        assert!(!screen(&mut editor, 30, 5).contains("line 151"));
    }

    #[test]
    fn a_long_line_moves_sideways() {
        let mut editor = Editor::new(&"abcdefghij".repeat(10), Language::Yaml);
        screen(&mut editor, 26, 1);
        editor.handle(&keys("end")[0]);
        insta::assert_snapshot!(screen(&mut editor, 26, 1), @"1 jabcdefghij");
        assert!(editor.cursor_position().is_some());
    }

    #[test]
    fn prose_is_wrapped_and_walked_by_rows() {
        let mut editor = Editor::new("one two three four\nfive", Language::Prose);
        insta::assert_snapshot!(screen(&mut editor, 10, 4), @r"
        one two
        three
        four
        five
        ");
        for event in keys("down down X") {
            editor.handle(&event);
        }
        assert_eq!(editor.text(), "one two three Xfour\nfive");
        for event in keys("up up up") {
            editor.handle(&event);
        }
        assert_eq!(editor.cursor(), (0, 0));
        for event in keys("down down down down down") {
            editor.handle(&event);
        }
        assert_eq!(editor.cursor(), (1, 4));
    }

    #[test]
    fn the_mouse_puts_the_cursor_and_selects() {
        let mut editor = Editor::new("abc def\nghi", Language::Yaml);
        screen(&mut editor, 30, 4);
        let mouse = |kind, column, row| Event::Mouse(Mouse { kind, column, row });
        editor.handle(&mouse(MouseKind::Press, 5, 0));
        assert_eq!(editor.cursor(), (0, 1));
        editor.handle(&mouse(MouseKind::Drag, 6, 1));
        editor.handle(&typed("X")[0]);
        assert_eq!(editor.text(), "aXi");
    }

    #[test]
    fn searching_goes_around() {
        let mut editor = Editor::new("Refuse\ncomply refuse\nrefuse", Language::Yaml);
        let mut places = Vec::new();
        editor.set_search("refuse");
        for _ in 0..3 {
            assert!(editor.search_next(true));
            places.push(editor.cursor());
        }
        assert_eq!(places, [(1, 7), (2, 0), (0, 0)]);
        assert!(editor.search_next(false));
        assert_eq!(editor.cursor(), (2, 0));
        editor.set_search("Refuse");
        assert!(editor.search_next(true));
        assert_eq!(editor.cursor(), (0, 0));
        editor.set_search("nothing");
        assert!(!editor.search_next(true));
    }

    #[test]
    fn enter_keeps_the_indent_and_tab_is_blanks() {
        let mut editor = Editor::new("  - id: x", Language::Yaml);
        for event in keys("end enter tab y") {
            editor.handle(&event);
        }
        assert_eq!(editor.text(), "  - id: x\n    y");
    }

    #[test]
    fn no_size_is_too_small() {
        squeeze(|area, buf, theme| {
            let mut editor = Editor::new(SPEC, Language::Yaml);
            editor.set_cursor(5, 8);
            editor.render(area, buf, theme, true);
            let mut editor = Editor::new(SPEC, Language::Prose);
            editor.set_marks(vec![Mark { line: 0, severity: Severity::Warning, message: String::new() }]);
            editor.set_cursor(5, 8);
            editor.render(area, buf, theme, true);
        });
    }
}
