//! Rows of figures under one line of titles, some of them under headings.

use crate::tui::components::Outcome;
use crate::tui::components::list::{List, Row};
use crate::tui::event::Event;
use crate::tui::model::Target;
use crate::tui::text;
use crate::tui::theme::{Role, Theme};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use std::sync::Arc;

/// One row: a cell a column, what is said of it below the rows, and where Enter leads.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct GridRow {
    pub cells: Vec<(Role, String)>,
    pub about: String,
    pub leads: Option<Leads>,
}

/// Where a row leads.
#[derive(Debug, Clone, PartialEq)]
pub enum Leads {
    To(Target),
    /// What two labelers confuse; the position among the confusions.
    Confusion(usize),
    /// The pairs of one labeler.
    Pairs(Arc<str>),
}

/// The first column gives way where there is too little room, then columns go from the right.
#[derive(Default)]
pub struct Grid {
    titles: Vec<String>,
    rows: Vec<GridRow>,
    widths: Vec<usize>,
    list: List,
}

/// Blanks between two columns.
const GAP: usize = 2;
/// Columns beside the rows: they are set in, with room for the bar.
const BESIDE: u16 = 4;
/// The first column keeps as much as this before another one is left out.
const LEAST: usize = 14;

impl Grid {
    /// Other rows, with the first row and the words of each heading. The first column stands on the left, the others on the
    /// right.
    pub fn set(&mut self, titles: Vec<String>, rows: Vec<GridRow>, headings: Vec<(usize, String)>) {
        let widest = |at: usize| {
            let cells = rows.iter().filter_map(|row| row.cells.get(at)).map(|(_, words)| text::width(words));
            cells.max().unwrap_or(0).max(text::width(&titles[at]))
        };
        self.widths = (0..titles.len()).map(widest).collect();
        self.list.set_sections(rows.len(), headings);
        (self.titles, self.rows) = (titles, rows);
    }

    /// How many columns there is no room for.
    pub fn hidden(&self, area: Rect) -> usize {
        self.widths.len() - self.places(usize::from(area.width.saturating_sub(BESIDE))).len()
    }

    pub fn select(&mut self, row: usize) {
        self.list.select(row);
    }

    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    pub fn selected(&self) -> Option<&GridRow> {
        self.rows.get(self.list.selected()?)
    }

    pub fn handle(&mut self, event: &Event) -> Option<Outcome> {
        self.list.handle(event)
    }

    pub fn render(&mut self, area: Rect, buf: &mut Buffer, theme: &Theme, focused: bool) {
        if area.height < 2 || area.width < BESIDE {
            return;
        }
        let inner = Rect { x: area.x + 2, width: area.width - BESIDE, height: 1, ..area };
        let places = self.places(usize::from(inner.width));
        let titles: Vec<(Role, String)> = self.titles.iter().map(|title| (Role::Label, title.clone())).collect();
        text::put_line(buf, (inner.x, inner.y), inner.width, &line(&titles, &places, theme));
        let body = Rect { y: area.y + 1, height: area.height - 1, ..area };
        let rows = &self.rows;
        self.list.render(body, buf, theme, focused, |at, _| {
            rows.get(at).map(|row| Row::new(line(&row.cells, &places, theme))).unwrap_or_default()
        });
    }

    /// How wide each column is; those that do not fit are left out.
    fn places(&self, room: usize) -> Vec<usize> {
        let needed = |shown: usize| self.widths[..shown].iter().map(|w| w + GAP).sum::<usize>().saturating_sub(GAP);
        let Some(&first) = self.widths.first() else { return Vec::new() };
        let mut shown = self.widths.len();
        while shown > 1 && needed(shown) - first + first.min(LEAST) > room {
            shown -= 1;
        }
        let over = needed(shown).saturating_sub(room);
        let mut places = self.widths[..shown].to_vec();
        places[0] = first.saturating_sub(over);
        places
    }
}

fn line(cells: &[(Role, String)], places: &[usize], theme: &Theme) -> Line<'static> {
    let mut spans: Vec<Span<'static>> = Vec::new();
    for (at, ((role, words), &columns)) in cells.iter().zip(places).enumerate() {
        let words = text::clip(words, columns);
        let blanks = " ".repeat(columns.saturating_sub(text::width(&words)));
        let gap = if at == 0 { String::new() } else { " ".repeat(GAP) };
        let padded = if at == 0 { format!("{words}{blanks}") } else { format!("{gap}{blanks}{words}") };
        spans.push(theme.span(*role, padded));
    }
    Line::from(spans)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::testing::{draw, squeeze};

    fn grid() -> Grid {
        let row = |words: [&str; 3]| GridRow {
            cells: words.map(|word| (Role::Text, word.to_owned())).into(),
            ..GridRow::default()
        };
        let mut grid = Grid::default();
        grid.set(
            ["measure", "value", "cases"].map(str::to_owned).into(),
            vec![row(["alpha-ordinal", "0.61", "31"]), row(["percent", "0.9", "1,200"])],
            vec![(0, "everybody".into())],
        );
        grid
    }

    #[test]
    fn columns_stand_below_their_titles_and_go_from_the_right() {
        let mut grid = grid();
        let mut at = |columns| draw(columns, 4, |area, buf, theme| grid.render(area, buf, theme, true));
        insta::assert_snapshot!(at(34));
        insta::assert_snapshot!(at(25));
    }

    #[test]
    fn no_size_is_too_small() {
        squeeze(|area, buf, theme| grid().render(area, buf, theme, true));
    }
}
