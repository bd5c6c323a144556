//! The difference of two texts, line by line, with the words that differ set off. What differs is given as data.

use super::Outcome;
use super::scroll::Window;
use crate::tui::command::Context;
use crate::tui::event::Event;
use crate::tui::text;
use crate::tui::theme::{Role, Theme};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Line;
use std::ops::Range;

/// One row of a difference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DiffRow {
    /// The name of a file, above what changed in it.
    File(String),
    /// Lines left out because nothing changed in them.
    Skipped(usize),
    /// A few words about what stands around it.
    Note(String),
    Line(DiffLine),
}

/// One line of one or both texts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DiffLine {
    pub change: Change,
    /// The line's number, from 1, in the old and in the new text.
    pub old: Option<u32>,
    pub new: Option<u32>,
    /// The line in pieces; true where the words differ from those on the other side.
    pub parts: Vec<(String, bool)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    Same,
    Added,
    Removed,
}

/// Rows to be read and walked through. Lines that are too long go on below.
#[derive(Debug, Clone, Default)]
pub struct Diff {
    rows: Vec<DiffRow>,
    /// What stands in each row of the screen: a row, and the bytes of its line.
    laid: Vec<(usize, Range<usize>)>,
    /// The columns that `laid` was made for.
    columns: Option<u16>,
    window: Window,
}

impl Diff {
    pub fn new(rows: Vec<DiffRow>) -> Self {
        let mut diff = Diff::default();
        diff.set(rows);
        diff
    }

    /// Another difference; the cursor stays where it can.
    pub fn set(&mut self, rows: Vec<DiffRow>) {
        let selected = self.position().unwrap_or(0);
        self.rows = rows;
        self.lay(None);
        self.select(selected);
    }

    pub fn selected(&self) -> Option<&DiffRow> {
        self.rows.get(self.position()?)
    }

    /// The position of the row under the cursor.
    pub fn position(&self) -> Option<usize> {
        self.laid.get(self.window.selected()?).map(|(row, _)| *row)
    }

    /// Puts the cursor on a row, given by its position.
    pub fn select(&mut self, row: usize) {
        self.window.select(self.laid.partition_point(|(laid, _)| *laid < row));
    }

    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    pub fn handle(&mut self, event: &Event) -> Option<Outcome> {
        self.window.handle(event, Context::List)
    }

    /// Breaks the lines for an area of that many columns; `None` where it is not known yet.
    fn lay(&mut self, columns: Option<u16>) {
        self.columns = columns;
        // The last column is the bar's.
        let columns = columns.map(|columns| columns.saturating_sub(1));
        let rows = self.rows.iter().enumerate();
        self.laid = rows.flat_map(|(at, row)| broken(row, columns).into_iter().map(move |range| (at, range))).collect();
        self.window.set_len(self.laid.len());
    }

    pub fn render(&mut self, area: Rect, buf: &mut Buffer, theme: &Theme, focused: bool) {
        if self.columns != Some(area.width) {
            let selected = self.position().unwrap_or(0);
            self.lay(Some(area.width));
            self.select(selected);
        }
        let selected = self.window.selected();
        for (n, at) in (0u16..).zip(self.window.frame(area)) {
            let line = text::row(area, n);
            if selected == Some(at) {
                let role = if focused { Role::Selection } else { Role::SelectionIdle };
                buf.set_style(line.intersection(buf.area), theme.style(role));
            }
            let Some((row, range)) = self.laid.get(at) else { continue };
            if let Some(row) = self.rows.get(*row) {
                text::put_line(buf, (line.x, line.y), line.width, &row_line(row, range, line.width, theme));
            }
        }
        self.window.render_bar(buf, theme);
    }
}

/// The rows as lines of a longer text that is read as a whole, in that many columns.
pub fn lines(rows: &[DiffRow], columns: u16, theme: &Theme) -> Vec<Line<'static>> {
    let of = |row: &DiffRow| {
        let ranges = broken(row, Some(columns)).into_iter();
        ranges.map(|range| row_line(row, &range, columns, theme)).collect::<Vec<_>>()
    };
    rows.iter().flat_map(of).collect()
}

/// The bytes of each line that a row takes in that many columns; of one line where they are not known yet.
fn broken(row: &DiffRow, columns: Option<u16>) -> Vec<Range<usize>> {
    match (row, columns) {
        (DiffRow::Line(line), Some(columns)) => {
            text::wrap(&whole(line), usize::from(columns.saturating_sub(gutter(columns))))
        }
        _ => std::iter::once(0..usize::MAX).collect(),
    }
}

/// One line of a row, of which the bytes `range` stand in it.
fn row_line(row: &DiffRow, range: &Range<usize>, columns: u16, theme: &Theme) -> Line<'static> {
    match row {
        DiffRow::File(name) => super::list::heading_line(name, columns, theme),
        DiffRow::Skipped(lines) => {
            theme.line(Role::Dim, format!("  ⋯ {lines} {}", if *lines == 1 { "line" } else { "lines" }))
        }
        DiffRow::Note(words) => theme.line(Role::Dim, format!("  {words}")),
        DiffRow::Line(diff) => drawn(diff, range, columns, theme),
    }
}

/// Columns before the text: the numbers, where there is room for them, and the sign.
fn gutter(columns: u16) -> u16 {
    if columns >= 40 { 14 } else { 2 }
}

fn whole(line: &DiffLine) -> String {
    line.parts.iter().map(|(part, _)| part.as_str()).collect()
}

/// The bytes `range` of a line, behind its numbers and its sign; what goes on below has neither.
fn drawn(diff: &DiffLine, range: &Range<usize>, columns: u16, theme: &Theme) -> Line<'static> {
    let (sign, role, word) = match diff.change {
        Change::Same => (" ", Role::Dim, Role::Dim),
        Change::Added => ("+", Role::Add, Role::AddWord),
        Change::Removed => ("-", Role::Remove, Role::RemoveWord),
    };
    let mut line = Line::default();
    if columns >= 40 {
        let number = |n: Option<u32>| n.filter(|_| range.start == 0).map_or_else(String::new, |n| n.to_string());
        line.push_span(theme.span(Role::LineNumber, format!("{:>5} {:>5} ", number(diff.old), number(diff.new))));
    }
    line.push_span(theme.span(role, format!("{} ", if range.start == 0 { sign } else { " " })));
    let mut at = 0;
    for (part, differs) in &diff.parts {
        let (from, to) = (range.start.max(at), range.end.min(at + part.len()));
        if let Some(piece) = part.get(from.saturating_sub(at)..to.saturating_sub(at)).filter(|_| from < to) {
            line.push_span(theme.span(if *differs { word } else { role }, piece.to_owned()));
        }
        at += part.len();
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::testing::{draw_styled, keys, squeeze};

    fn rows() -> Vec<DiffRow> {
        let line = |change, old, new, parts: &[(&str, bool)]| {
            let parts = parts.iter().map(|(part, differs)| (part.to_string(), *differs)).collect();
            DiffRow::Line(DiffLine { change, old, new, parts })
        };
        vec![
            DiffRow::File("specs/assistant.yaml".into()),
            DiffRow::Skipped(39),
            line(Change::Same, Some(40), Some(40), &[("when:", false)]),
            line(Change::Removed, Some(41), None, &[("  severity: \">= ", false), ("medium", true), ("\"", false)]),
            line(Change::Added, None, Some(41), &[("  severity: \">= ", false), ("high", true), ("\"", false)]),
        ]
    }

    #[test]
    fn lines_words_and_numbers_are_drawn() {
        let mut diff = Diff::new(rows());
        let seen = draw_styled(44, 5, &[Role::AddWord, Role::RemoveWord], |area, buf, theme| {
            diff.render(area, buf, theme, true);
        });
        insta::assert_snapshot!(seen, @r#"
        ── specs/assistant.yaml ────────────────────
          ⋯ 39 lines
           40    40   when:
           41       -   severity: ">= ⟦remove-word medium⟧"
                 41 +   severity: ">= ⟦add-word high⟧"
        "#);
        diff.handle(&keys("G")[0]);
        assert!(matches!(diff.selected(), Some(DiffRow::Line(line)) if line.new == Some(41)));
    }

    #[test]
    fn long_lines_go_on_below() {
        let mut diff = Diff::new(rows());
        let seen = draw_styled(24, 6, &[Role::AddWord], |area, buf, theme| diff.render(area, buf, theme, true));
        insta::assert_snapshot!(seen, @r#"
        ── specs/assistant.y… ──
          ⋯ 39 lines
          when:
        -   severity: ">=
          medium"
        +   severity: ">= ⟦add-word high⟧"
        "#);
        diff.handle(&keys("G")[0]);
        assert_eq!(diff.position(), Some(4));
        diff.select(3);
        assert!(matches!(diff.selected(), Some(DiffRow::Line(line)) if line.old == Some(41)));
    }

    #[test]
    fn no_size_is_too_small() {
        squeeze(|area, buf, theme| Diff::new(rows()).render(area, buf, theme, true));
    }
}
