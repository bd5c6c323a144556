//! Draws the grid: its key, the table with as many columns as there is room for, and what is said of the selected cell.

use super::GridView;
use super::legend::Legend;
use super::said::fit;
use crate::analyze::space::{Across, Column, Grid, Row, TooLarge};
use crate::policy::Policy;
use crate::tui::components::list::{ground_row, select_row};
use crate::tui::text;
use crate::tui::theme::{Role, Theme};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

impl GridView {
    pub fn render(&mut self, area: Rect, buf: &mut Buffer, theme: &Theme, focused: bool) {
        if area.is_empty() {
            return;
        }
        let Some(made) = self.shown.clone() else {
            return put(area, 0, buf, &theme.line(Role::Dim, "drawing the grid …"));
        };
        let Some(grid) = &made.grid else {
            let words = format!("Too large to be drawn exactly: the limit is {}.", TooLarge::limit());
            let lines = text::wrap_spans(&theme.line(Role::Dim, words), usize::from(area.width.saturating_sub(2)));
            return (0..).zip(&lines).for_each(|(n, line)| put(area, n, buf, line));
        };
        let words = &grid.words().manifest;
        let legend = Legend {
            facet: self.facet.map(|ix| &*words.facet(ix).id),
            behaviors: &grid.behaviors,
            letters: &self.letters,
            of_two: grid.sides() == 2,
            folds: self.lines.iter().any(|line| line.has_below),
        };
        let legend = legend.rows(theme, usize::from(area.width.saturating_sub(2)));
        let keyed = u16::try_from(legend.len()).unwrap_or(u16::MAX).min(area.height / 3).max(1);
        for (n, line) in (0..keyed).zip(&legend) {
            put(area, n, buf, line);
        }
        // The last row of the key is the first of what follows.
        let area = Rect { y: area.y + keyed - 1, height: area.height - (keyed - 1), ..area };
        // What is said of the cell comes before all but a few rows of the table.
        let rows = u16::try_from(self.open.len()).unwrap_or(u16::MAX);
        let most = area.height.saturating_sub(3 + rows.min(FEWEST_ROWS));
        let columns = usize::from(area.width.saturating_sub(3));
        let said = self.said(&made, grid).map(|said| said.paragraphs(theme, columns)).unwrap_or_default();
        let more = fit(said, usize::from(most), columns);
        let below = u16::try_from(more.len()).unwrap_or(u16::MAX).min(most);
        let names =
            u16::try_from(self.lines.iter().map(|line| text::width(&line.name) + line.depth + 4).max().unwrap_or(8))
                .unwrap_or(u16::MAX)
                .clamp(8, (area.width / 3).max(8));
        // As wide as there is room for all columns; never too narrow for a cell, nor for telling the values apart.
        let widest = self.columns.iter().map(|column| text::width(&value_name(grid.words(), column.value))).max();
        let least = u16::try_from(widest.unwrap_or(0).min(5) + 1).unwrap_or(3);
        let least = least.max(if grid.sides() == 2 { 7 } else { 3 });
        let each = usize::from(area.width.saturating_sub(names + 2)) / self.columns.len().max(1);
        let wide = u16::try_from(each).unwrap_or(least).clamp(least, 12);
        let room = usize::from(area.width.saturating_sub(names + 2) / wide).max(1);
        self.first_column = self.first_column.min(self.column);
        if self.column >= self.first_column + room {
            self.first_column = self.column + 1 - room;
        }
        let shown = self.first_column..(self.first_column + room).min(self.columns.len());
        put_beyond(area, buf, theme, names, (shown.start, self.columns.len() - shown.end));
        let x_of = |at: usize, first: usize| area.x + names + 1 + u16::try_from(at - first).unwrap_or(0) * wide;
        let mut last_severity = None;
        for at in shown.clone() {
            let column = self.columns[at];
            let x = x_of(at, shown.start);
            let until = area.right().saturating_sub(x);
            if last_severity != Some(column.severity) {
                last_severity = Some(column.severity);
                let span =
                    self.columns[at..shown.end].iter().take_while(|other| other.severity == column.severity).count();
                let columns = (u16::try_from(span).unwrap_or(1) * wide).saturating_sub(1);
                let name = text::clip(&severity_name(grid.words(), column), usize::from(columns));
                put_at(buf, (x, area.y + 1), columns.min(until), &theme.line(Role::Label, name), area);
            }
            let value = text::clip(&value_name(grid.words(), column.value), usize::from(wide) - 1);
            put_at(buf, (x, area.y + 2), (wide - 1).min(until), &theme.line(Role::Dim, value), area);
        }
        let body = Rect { y: area.y + 3.min(area.height), height: area.height.saturating_sub(3 + below), ..area };
        let selected = self.window.selected();
        for (n, at) in (0_u16..).zip(self.window.frame(body)) {
            let Some(line) = self.open.get(at).and_then(|&at| self.lines.get(at)) else { continue };
            let place = text::row(body, n);
            let marked = selected == Some(at);
            select_row(place, buf, theme, marked, focused);
            let mark = match (line.has_below, self.folded.contains(&line.name)) {
                (false, _) => " ",
                (true, true) => "+",
                (true, false) => "-",
            };
            let name = format!("{}{mark} {}", " ".repeat(line.depth.min(10)), text::shown(&line.name));
            let name = text::clip(&name, usize::from(names.saturating_sub(2)));
            text::put(
                buf,
                (place.x + 2.min(place.width), place.y),
                names.saturating_sub(2),
                &name,
                theme.style(Role::Text),
            );
            let row = self.row(line);
            if marked {
                ground_row(Rect { width: names.min(place.width), ..place }, buf, theme, focused);
            }
            for at in shown.clone() {
                let here = marked && at == self.column;
                let drawn = self.drawn(grid, row, self.columns[at], theme);
                let x = x_of(at, shown.start);
                let columns = (wide - 1).min(area.right().saturating_sub(x));
                put_at(buf, (x, place.y), columns, &drawn, area);
                if here {
                    ground_row(Rect { x, width: columns, ..place }, buf, theme, focused);
                }
            }
        }
        self.window.render_bar(buf, theme);
        for (n, line) in (0..below).zip(&more) {
            put(area, area.height - below + n, buf, line);
        }
    }

    /// A cell: a letter, `±` where it is not all alike; of two versions that differ both, in brackets.
    fn drawn(&self, grid: &Grid, row: Row, column: Column, theme: &Theme) -> Line<'static> {
        let mut spans: Vec<Span<'static>> = Vec::new();
        let letter = |side: usize| {
            let done = grid.done(side, row, column);
            let Some(&most) = done.iter().max() else { return theme.span(Role::Dim, "· ".to_owned()) };
            let mixed = if done.len() > 1 { '±' } else { ' ' };
            let letter = self.letters.get(most).copied().unwrap_or('?');
            theme.span(role(most, grid.behaviors.len()), format!("{letter}{mixed}"))
        };
        if grid.sides() == 2 && grid.is_changed(row, column) {
            spans.push(theme.span(Role::Changed, "["));
            spans.push(letter(0));
            let mut after = letter(1);
            // The bracket takes the place of a blank.
            after.content = after.content.trim_end().to_owned().into();
            spans.push(after);
            spans.push(theme.span(Role::Changed, "]"));
        } else {
            spans.extend((grid.sides() == 2).then(|| Span::raw(" ")));
            spans.push(letter(grid.sides() - 1));
        }
        Line::from(spans)
    }
}

/// So many rows of the table stay, whatever is said below it.
const FEWEST_ROWS: u16 = 3;

/// How many columns there is no room for, before the headings, and a mark on the side where they are.
fn put_beyond(area: Rect, buf: &mut Buffer, theme: &Theme, names: u16, (left, right): (usize, usize)) {
    let corner = usize::from(names.saturating_sub(1));
    let said = |whole: String, short: String| if text::width(&whole) <= corner { whole } else { short };
    let mut put = |row: u16, words: String| {
        put_at(buf, (area.x + 1, area.y + row), names.saturating_sub(1), &theme.line(Role::Hint, words), area);
    };
    if right > 0 {
        put(1, said(format!("{right} more to the right ›"), format!("{right} more ›")));
    }
    if left > 0 {
        put(2, said(format!("‹ {left} more to the left"), format!("‹ {left} more")));
    }
    if right > 0 && area.height > 1 {
        text::put_right(buf, text::row(area, 1), &theme.line(Role::Hint, "›".to_owned()));
    }
}

/// The colour of a behavior: the most permissive, those between, the most restrictive.
pub(super) fn role(at: usize, all: usize) -> Role {
    match at {
        0 => Role::Better,
        at if at + 1 >= all => Role::Error,
        at if at * 2 < all => Role::Hint,
        _ => Role::Warning,
    }
}

fn severity_name(words: &Policy, column: Column) -> String {
    column.severity.map_or("unknown".to_owned(), |ix| words.manifest.severities[usize::from(ix.0)].to_string())
}

fn value_name(words: &Policy, value: Across) -> String {
    match value {
        Across::Any => "all".to_owned(),
        Across::Unknown(_) => "?".to_owned(),
        Across::Nothing(_) => "nothing".to_owned(),
        Across::Value(ix, value) => words.manifest.facet(ix).value(value).to_string(),
    }
}

fn put(area: Rect, row: u16, buf: &mut Buffer, line: &Line<'_>) {
    if row < area.height {
        let place = text::row(area, row);
        text::put_line(buf, (place.x + 1.min(place.width), place.y), place.width.saturating_sub(2), line);
    }
}

fn put_at(buf: &mut Buffer, at: (u16, u16), columns: u16, line: &Line<'_>, area: Rect) {
    if at.1 < area.bottom() && at.0 < area.right() {
        text::put_line(buf, at, columns, line);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_without_room_are_counted() {
        let check = |names: u16, beyond: (usize, usize)| {
            crate::tui::testing::draw(32, 3, |area, buf, theme| put_beyond(area, buf, theme, names, beyond))
        };
        insta::assert_snapshot!(check(24, (2, 6)), @"

         6 more to the right ›         ›
         ‹ 2 more to the left
        ");
        insta::assert_snapshot!(check(12, (2, 6)), @"

         6 more ›                      ›
         ‹ 2 more
        ");
        insta::assert_snapshot!(check(24, (0, 0)), @"");
    }
}
