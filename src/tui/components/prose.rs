//! A styled text to be read: wrapped, scrolled.

use super::Outcome;
use super::scroll::Window;
use crate::tui::command::{Command, Context, find};
use crate::tui::event::{Event, MouseKind};
use crate::tui::text;
use crate::tui::theme::Theme;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Line;

/// Rows that one turn of the mouse wheel moves.
const WHEEL: usize = 3;

/// Lines of any length, wrapped to the width they are drawn in.
#[derive(Debug, Clone, Default)]
pub struct Prose {
    lines: Vec<Line<'static>>,
    /// The lines as wrapped for `columns`.
    wrapped: Vec<Line<'static>>,
    columns: Option<u16>,
    first: usize,
    area: Rect,
}

impl Prose {
    pub fn new(lines: Vec<Line<'static>>) -> Self {
        Prose { lines, ..Prose::default() }
    }

    /// Other lines; the reader stays where they were.
    pub fn set(&mut self, lines: Vec<Line<'static>>) {
        self.lines = lines;
        self.columns = None;
    }

    /// Back to the first line.
    pub fn to_start(&mut self) {
        self.first = 0;
    }

    /// Rows that all of it takes in an area of that many columns.
    pub fn rows(&self, columns: u16) -> usize {
        let columns = usize::from(columns.saturating_sub(1));
        self.lines.iter().map(|line| text::wrap_hanging(line, columns).len()).sum()
    }

    pub fn handle(&mut self, event: &Event) -> Option<Outcome> {
        let page = usize::from(self.area.height).max(2) - 1;
        self.first = match event {
            Event::Key(key) => match find(&[Context::Text], *key)? {
                Command::Down => self.first + 1,
                Command::Up => self.first.saturating_sub(1),
                Command::PageDown => self.first + page,
                Command::PageUp => self.first.saturating_sub(page),
                Command::First => 0,
                Command::Last => usize::MAX,
                _ => return None,
            },
            Event::Mouse(mouse) if mouse.is_in(self.area) => match mouse.kind {
                MouseKind::ScrollDown => self.first + WHEEL,
                MouseKind::ScrollUp => self.first.saturating_sub(WHEEL),
                _ => return None,
            },
            _ => return None,
        }
        .min(self.last_first());
        Some(Outcome::Taken)
    }

    pub fn render(&mut self, area: Rect, buf: &mut Buffer, theme: &Theme) {
        self.area = area;
        // The last column is the bar's, whether it is needed or not: text does not jump when it comes.
        let columns = area.width.saturating_sub(1);
        if self.columns != Some(columns) {
            self.columns = Some(columns);
            self.wrapped = self.lines.iter().flat_map(|line| text::wrap_hanging(line, usize::from(columns))).collect();
        }
        self.first = self.first.min(self.last_first());
        for (n, line) in (0..area.height).zip(self.wrapped.iter().skip(self.first)) {
            text::put_line(buf, (area.x, area.y + n), columns, line);
        }
        let mut window = Window::new(self.wrapped.len());
        window.select(self.first + usize::from(area.height).saturating_sub(1));
        window.frame(area);
        window.render_bar(buf, theme);
    }

    fn last_first(&self) -> usize {
        self.wrapped.len().saturating_sub(usize::from(self.area.height))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::testing::{draw, keys, squeeze};

    fn text() -> Prose {
        Prose::new(vec![
            Line::from("The harm is irreversible and wide."),
            Line::default(),
            Line::from("When in doubt, refuse."),
        ])
    }

    #[test]
    fn prose_is_wrapped_and_scrolled() {
        let mut prose = text();
        insta::assert_snapshot!(draw(18, 3, |area, buf, theme| prose.render(area, buf, theme)), @r"
        The harm is      ▐
        irreversible and
        wide.
        ");
        for event in keys("G k") {
            prose.handle(&event);
        }
        insta::assert_snapshot!(draw(18, 3, |area, buf, theme| prose.render(area, buf, theme)), @r"
        wide.

        When in doubt,   ▐
        ");
    }

    #[test]
    fn no_size_is_too_small() {
        squeeze(|area, buf, theme| text().render(area, buf, theme));
    }
}
