//! A list of any length: only the rows in sight are asked for.

use super::Outcome;
use super::scroll::Window;
use crate::tui::command::{Command, Context, find};
use crate::tui::event::Event;
use crate::tui::text;
use crate::tui::theme::{Role, Theme};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::Line;

/// What is drawn for an item: words at the left, clipped where needed, and short ones at the right.
#[derive(Debug, Clone, Default)]
pub struct Row<'a> {
    pub left: Line<'a>,
    pub right: Line<'a>,
}

impl<'a> Row<'a> {
    pub fn new(left: impl Into<Line<'a>>) -> Self {
        Row { left: left.into(), right: Line::default() }
    }

    #[must_use]
    pub fn right(mut self, right: impl Into<Line<'a>>) -> Self {
        self.right = right.into();
        self
    }

    /// Draws the row over the whole width of `area`, on its first line.
    pub fn render(&self, area: Rect, buf: &mut Buffer) {
        let needed = u16::try_from(text::line_width(&self.right)).unwrap_or(u16::MAX);
        // The right side gives way before the left has less than half of the room.
        let right = if needed > 0 && needed < area.width / 2 + 1 { needed } else { 0 };
        let gap = u16::from(right > 0);
        text::put_line(buf, (area.x, area.y), area.width.saturating_sub(right + gap), &self.left);
        if right > 0 {
            text::put_right(buf, area, &self.right);
        }
    }
}

/// Items in order, some of them under headings. Indexes are those of the items; headings cannot be selected.
#[derive(Debug, Clone, Default)]
pub struct List {
    window: Window,
    items: usize,
    /// The first item under each heading, ascending, with the heading.
    headings: Vec<(usize, String)>,
}

impl List {
    pub fn new(items: usize) -> Self {
        List { window: Window::new(items), items, headings: Vec::new() }
    }

    /// The items have changed; the selection stays on its index where there still is one.
    pub fn set(&mut self, items: usize) {
        self.set_sections(items, Vec::new());
    }

    /// As [`List::set`], with headings: the index of the first item under it, ascending, and its words.
    pub fn set_sections(&mut self, items: usize, headings: Vec<(usize, String)>) {
        let selected = self.selected().unwrap_or(0);
        self.items = items;
        self.headings = headings;
        self.headings.retain(|(first, _)| *first < items);
        self.window.set_len(items + self.headings.len());
        self.select(selected);
    }

    pub fn len(&self) -> usize {
        self.items
    }

    /// How many rows headings take beside the items.
    pub fn headings(&self) -> usize {
        self.headings.len()
    }

    pub fn is_empty(&self) -> bool {
        self.items == 0
    }

    pub fn selected(&self) -> Option<usize> {
        match self.item_at(self.window.selected()?) {
            Place::Item(item) => Some(item),
            Place::Heading(next) => self.headings.get(next).map(|(first, _)| *first),
        }
    }

    pub fn select(&mut self, item: usize) {
        let item = item.min(self.items.saturating_sub(1));
        self.window.select(self.row_of(item));
    }

    pub fn handle(&mut self, event: &Event) -> Option<Outcome> {
        self.handle_in(event, Context::List)
    }

    /// As [`List::handle`], with the keys of another context, for lists within dialogs.
    pub fn handle_in(&mut self, event: &Event, context: Context) -> Option<Outcome> {
        let before = self.window.selected()?;
        let outcome = self.window.handle(event, context)?;
        let Place::Heading(_) = self.item_at(self.window.selected()?) else { return Some(outcome) };
        // No one stays on a heading: on to the next row in the direction of the move.
        let upwards =
            matches!(event, Event::Key(key) if matches!(find(&[context], *key), Some(Command::Up | Command::PageUp)));
        let row = self.window.selected()?;
        self.window.select(if upwards && row > 0 { row - 1 } else { row + 1 });
        Some(if self.window.selected() == Some(before) { Outcome::Taken } else { Outcome::Moved })
    }

    /// Draws the rows in sight; `row` is asked for each with the columns there are. `focused`: whether keys go here.
    pub fn render<'a>(
        &mut self,
        area: Rect,
        buf: &mut Buffer,
        theme: &Theme,
        focused: bool,
        mut row: impl FnMut(usize, u16) -> Row<'a>,
    ) {
        let selected = self.window.selected();
        let rows = self.window.frame(area);
        let bar = u16::from(self.window.has_bar(area));
        for (n, at) in (0u16..).zip(rows) {
            let line = text::row(area, n);
            match self.item_at(at) {
                Place::Heading(which) => {
                    let words = self.headings.get(which).map_or("", |(_, words)| words);
                    heading(line, buf, theme, words);
                }
                Place::Item(item) => {
                    let marked = selected == Some(at);
                    select_row(line, buf, theme, marked, focused);
                    let inner =
                        Rect { x: line.x + 2.min(line.width), width: line.width.saturating_sub(3 + bar), ..line };
                    row(item, inner.width).render(inner, buf);
                    if marked {
                        ground_row(line, buf, theme, focused);
                    }
                }
            }
        }
        self.window.render_bar(buf, theme);
    }

    fn item_at(&self, row: usize) -> Place {
        // The headings above the row: heading number n stands at row `first + n`.
        let above = partition(&self.headings, |n, first| first + n < row);
        match self.headings.get(above) {
            Some((first, _)) if first + above == row => Place::Heading(above),
            _ => Place::Item(row - above),
        }
    }

    fn row_of(&self, item: usize) -> usize {
        item + self.headings.partition_point(|(first, _)| *first <= item)
    }
}

enum Place {
    Item(usize),
    /// With the heading's number.
    Heading(usize),
}

fn partition(headings: &[(usize, String)], before: impl Fn(usize, usize) -> bool) -> usize {
    let (mut low, mut high) = (0, headings.len());
    while low < high {
        let middle = (low + high) / 2;
        if before(middle, headings[middle].0) { low = middle + 1 } else { high = middle }
    }
    low
}

/// Draws a row's ground and its mark, if it is the selected one.
pub fn select_row(line: Rect, buf: &mut Buffer, theme: &Theme, selected: bool, focused: bool) {
    if !selected {
        return;
    }
    let style = theme.style(if focused { Role::Selection } else { Role::SelectionIdle });
    let line = line.intersection(buf.area);
    buf.set_style(line, style);
    text::put(
        buf,
        (line.x, line.y),
        line.width,
        "▸",
        style.patch(theme.style(if focused { Role::Accent } else { Role::Dim })),
    );
}

/// Gives the selected row its ground again, after words of any style were drawn on it.
pub fn ground_row(line: Rect, buf: &mut Buffer, theme: &Theme, focused: bool) {
    let style = theme.style(if focused { Role::Selection } else { Role::SelectionIdle });
    if let Some(ground) = style.bg {
        buf.set_style(line.intersection(buf.area), Style::new().bg(ground));
    }
}

/// A heading with a rule that fills the row: `── platform ─────`.
pub fn heading(line: Rect, buf: &mut Buffer, theme: &Theme, words: &str) {
    text::put_line(buf, (line.x, line.y), line.width, &heading_line(words, line.width, theme));
}

/// The same as a line of that many columns.
pub fn heading_line(words: &str, columns: u16, theme: &Theme) -> Line<'static> {
    let columns = usize::from(columns);
    let rule = |columns: usize| theme.span(Role::Border, "─".repeat(columns));
    let words = text::clip(words, columns.saturating_sub(6));
    if words.is_empty() {
        return Line::from(rule(columns));
    }
    let rest = columns - 4 - text::width(&words);
    let blank = || theme.span(Role::Text, " ");
    Line::from(vec![rule(2), blank(), theme.span(Role::Label, words), blank(), rule(rest)])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::testing::{draw, keys, squeeze};

    fn clauses() -> List {
        let mut list = List::new(0);
        list.set_sections(5, vec![(0, "platform".into()), (3, "developer".into())]);
        list
    }

    fn shown(list: &mut List, columns: u16, rows: u16) -> String {
        let names = ["minors", "bio-uplift", "self-harm-acute", "medical-context", "日本 tools"];
        draw(columns, rows, |area, buf, theme| {
            list.render(area, buf, theme, true, |i, _| {
                Row::new(names[i]).right(if i == 1 { "refuse ●" } else { "refuse" })
            });
        })
    }

    #[test]
    fn sections_rows_and_selection_are_drawn() {
        let mut list = clauses();
        list.select(1);
        insta::assert_snapshot!(shown(&mut list, 28, 7), @r"
        ── platform ────────────────
          minors             refuse
        ▸ bio-uplift       refuse ●
          self-harm-acute    refuse
        ── developer ───────────────
          medical-context    refuse
          日本 tools         refuse
        ");
    }

    #[test]
    fn headings_are_passed_over() {
        fn check(pressed: &str, expect: usize) {
            let mut list = clauses();
            shown(&mut list, 28, 4);
            for event in keys(pressed) {
                list.handle(&event);
                shown(&mut list, 28, 4);
            }
            assert_eq!(list.selected(), Some(expect), "{pressed}");
        }
        check("j", 1);
        check("j j j", 3);
        check("j j j k", 2);
        check("G", 4);
        check("G g", 0);
        check("k k", 0);
        check("pagedown", 3);
        check("G pageup pageup pageup", 0);
    }

    #[test]
    fn only_what_is_in_sight_is_asked_for() {
        let mut list = List::new(100_000);
        list.select(70_000);
        let mut asked = 0;
        draw(40, 20, |area, buf, theme| {
            list.render(area, buf, theme, true, |i, _| {
                asked += 1;
                Row::new(i.to_string())
            });
        });
        assert_eq!(asked, 20);
    }

    #[test]
    fn the_selection_survives_new_items() {
        let mut list = clauses();
        list.select(4);
        list.set(5);
        assert_eq!(list.selected(), Some(4));
        list.set(2);
        assert_eq!(list.selected(), Some(1));
        list.set(0);
        assert_eq!(list.selected(), None);
        assert_eq!(list.handle(&keys("enter")[0]), None);
    }

    #[test]
    fn no_size_is_too_small() {
        squeeze(|area, buf, theme| {
            clauses().render(area, buf, theme, true, |_, _| Row::new("日本語 text").right("12 %"))
        });
    }
}
