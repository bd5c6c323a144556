//! Figures in rows and columns.

use super::Outcome;
use super::list::{ground_row, select_row};
use super::scroll::Window;
use crate::tui::command::Context;
use crate::tui::event::Event;
use crate::tui::text;
use crate::tui::theme::{Role, Theme};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Line;

/// One column: its heading, and on which side its cells stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    pub title: String,
    pub right: bool,
}

impl Column {
    pub fn left(title: impl Into<String>) -> Self {
        Column { title: title.into(), right: false }
    }

    /// For numbers.
    pub fn right(title: impl Into<String>) -> Self {
        Column { title: title.into(), right: true }
    }
}

/// Rows under headings. The first column gives way where there is too little room, then columns go from the right.
#[derive(Debug, Clone, Default)]
pub struct Table {
    columns: Vec<Column>,
    rows: Vec<Vec<Line<'static>>>,
    widths: Vec<usize>,
    window: Window,
}

impl Table {
    /// Each row has a cell for each column; missing ones stay empty.
    pub fn new(columns: Vec<Column>, rows: Vec<Vec<Line<'static>>>) -> Self {
        let mut table = Table { columns, ..Table::default() };
        table.set(rows);
        table
    }

    /// Other rows; the selection stays where it can.
    pub fn set(&mut self, rows: Vec<Vec<Line<'static>>>) {
        self.widths = (0..self.columns.len())
            .map(|at| {
                let cells = rows.iter().filter_map(|row| row.get(at)).map(text::line_width);
                cells.max().unwrap_or(0).max(text::width(&self.columns[at].title))
            })
            .collect();
        self.window.set_len(rows.len());
        self.rows = rows;
    }

    pub fn selected(&self) -> Option<usize> {
        self.window.selected()
    }

    pub fn select(&mut self, row: usize) {
        self.window.select(row);
    }

    pub fn handle(&mut self, event: &Event) -> Option<Outcome> {
        self.window.handle(event, Context::List)
    }

    /// Draws the headings and the rows in sight. `focused`: none where the rows cannot be selected at all.
    pub fn render(&mut self, area: Rect, buf: &mut Buffer, theme: &Theme, focused: Option<bool>) {
        if area.width < 3 || area.height == 0 {
            return;
        }
        let inner = Rect { x: area.x + 2, width: area.width - 3, ..area };
        let places = self.places(inner);
        for (column, cell) in self.columns.iter().zip(&places) {
            let title = theme.line(Role::Label, column.title.clone());
            draw_cell(&title, column.right, Rect { y: area.y, ..*cell }, buf);
        }
        let body = Rect { y: area.y + 1, height: area.height - 1, ..area };
        let selected = self.window.selected().filter(|_| focused.is_some());
        for (n, at) in (0u16..).zip(self.window.frame(body)) {
            let line = text::row(body, n);
            select_row(line, buf, theme, selected == Some(at), focused == Some(true));
            let cells = self.rows.get(at).into_iter().flatten();
            for ((cell, column), place) in cells.zip(&self.columns).zip(&places) {
                draw_cell(cell, column.right, Rect { y: line.y, ..*place }, buf);
            }
            if selected == Some(at) {
                ground_row(line, buf, theme, focused == Some(true));
            }
        }
        self.window.render_bar(buf, theme);
    }

    fn places(&self, area: Rect) -> Vec<Rect> {
        const GAP: usize = 2;
        let room = usize::from(area.width);
        let mut shown = self.widths.len();
        let needed =
            |shown: usize| self.widths.iter().take(shown).map(|width| width + GAP).sum::<usize>().saturating_sub(GAP);
        let first = self.widths.first().copied().unwrap_or(0);
        // The first column may shrink to twelve columns before another is left out.
        while shown > 1 && needed(shown) - first + first.min(12) > room {
            shown -= 1;
        }
        let over = needed(shown).saturating_sub(room);
        let mut x = area.x;
        let mut places = Vec::with_capacity(shown);
        for (at, width) in self.widths.iter().take(shown).enumerate() {
            let width = if at == 0 { width.saturating_sub(over) } else { *width };
            let width = u16::try_from(width).unwrap_or(u16::MAX).min(area.right().saturating_sub(x));
            places.push(Rect { x, width, height: 1, ..area });
            x = x.saturating_add(width + GAP as u16).min(area.right());
        }
        places
    }
}

fn draw_cell(cell: &Line<'_>, right: bool, place: Rect, buf: &mut Buffer) {
    if right {
        text::put_right(buf, place, cell);
    } else {
        text::put_line(buf, (place.x, place.y), place.width, cell);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::testing::{draw, keys, squeeze};

    fn measures() -> Table {
        let row = |cells: [&str; 3]| cells.iter().map(|cell| Line::from(cell.to_string())).collect();
        Table::new(
            vec![Column::left("measure"), Column::right("n"), Column::right("rate")],
            vec![row(["agreement", "146/150", "97.3 %"]), row(["under-refusal of a long name", "2/61", "3.3 %"])],
        )
    }

    #[test]
    fn numbers_stand_at_the_right_and_the_first_column_gives_way() {
        let mut table = measures();
        table.handle(&keys("j")[0]);
        insta::assert_snapshot!(draw(40, 3, |area, buf, theme| table.render(area, buf, theme, Some(true))), @r"
          measure                     n    rate
          agreement             146/150  97.3 %
        ▸ under-refusal of a …     2/61   3.3 %
        ");
        insta::assert_snapshot!(draw(28, 3, |area, buf, theme| table.render(area, buf, theme, None)), @r"
          measure                 n
          agreement         146/150
          under-refusal o…     2/61
        ");
    }

    #[test]
    fn no_size_is_too_small() {
        squeeze(|area, buf, theme| measures().render(area, buf, theme, Some(false)));
        squeeze(|area, buf, theme| Table::new(vec![], vec![]).render(area, buf, theme, None));
    }
}
