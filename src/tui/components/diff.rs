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

/// Rows to be read and walked through.
#[derive(Debug, Clone, Default)]
pub struct Diff {
    rows: Vec<DiffRow>,
    window: Window,
}

impl Diff {
    pub fn new(rows: Vec<DiffRow>) -> Self {
        let window = Window::new(rows.len());
        Diff { rows, window }
    }

    /// Another difference; the cursor stays where it can.
    pub fn set(&mut self, rows: Vec<DiffRow>) {
        self.window.set_len(rows.len());
        self.rows = rows;
    }

    pub fn selected(&self) -> Option<&DiffRow> {
        self.rows.get(self.window.selected()?)
    }

    /// The position of the row under the cursor.
    pub fn position(&self) -> Option<usize> {
        self.window.selected()
    }

    /// Puts the cursor on a row, given by its position.
    pub fn select(&mut self, row: usize) {
        self.window.select(row);
    }

    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    pub fn handle(&mut self, event: &Event) -> Option<Outcome> {
        self.window.handle(event, Context::List)
    }

    pub fn render(&mut self, area: Rect, buf: &mut Buffer, theme: &Theme, focused: bool) {
        let selected = self.window.selected();
        for (n, at) in (0u16..).zip(self.window.frame(area)) {
            let line = text::row(area, n);
            if selected == Some(at) {
                let role = if focused { Role::Selection } else { Role::SelectionIdle };
                buf.set_style(line.intersection(buf.area), theme.style(role));
            }
            match self.rows.get(at) {
                Some(DiffRow::File(name)) => super::list::heading(line, buf, theme, name),
                Some(DiffRow::Skipped(lines)) => {
                    let words = format!("  ⋯ {lines} {}", if *lines == 1 { "line" } else { "lines" });
                    text::put(buf, (line.x, line.y), line.width, &words, theme.style(Role::Dim));
                }
                Some(DiffRow::Note(words)) => {
                    text::put(buf, (line.x, line.y), line.width, &format!("  {words}"), theme.style(Role::Dim));
                }
                Some(DiffRow::Line(diff)) => {
                    text::put_line(buf, (line.x, line.y), line.width, &drawn(diff, line.width, theme));
                }
                None => {}
            }
        }
        self.window.render_bar(buf, theme);
    }
}

fn drawn(diff: &DiffLine, columns: u16, theme: &Theme) -> Line<'static> {
    let (sign, role, word) = match diff.change {
        Change::Same => (" ", Role::Dim, Role::Dim),
        Change::Added => ("+", Role::Add, Role::AddWord),
        Change::Removed => ("-", Role::Remove, Role::RemoveWord),
    };
    let mut line = Line::default();
    if columns >= 40 {
        let number = |n: Option<u32>| n.map_or_else(String::new, |n| n.to_string());
        line.push_span(theme.span(Role::LineNumber, format!("{:>5} {:>5} ", number(diff.old), number(diff.new))));
    }
    line.push_span(theme.span(role, format!("{sign} ")));
    for (part, differs) in &diff.parts {
        line.push_span(theme.span(if *differs { word } else { role }, part.clone()));
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
    fn no_size_is_too_small() {
        squeeze(|area, buf, theme| Diff::new(rows()).render(area, buf, theme, true));
    }
}
