//! A window over many rows: what is selected, what is in sight, and how both move.

use super::Outcome;
use crate::tui::command::{self, Command, Context};
use crate::tui::event::{Event, MouseKind};
use crate::tui::text;
use crate::tui::theme::{Role, Theme};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// Rows that one turn of the mouse wheel moves.
const WHEEL: usize = 3;

/// Which of `len` rows is selected and which stand on the screen.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Window {
    len: usize,
    selected: usize,
    first: usize,
    /// Where the rows were drawn last; what the mouse points into.
    area: Rect,
    /// The wheel moves the view away from the selection until a key is pressed.
    loose: bool,
}

impl Window {
    pub fn new(len: usize) -> Self {
        Window { len, ..Window::default() }
    }

    pub fn len(&self) -> usize {
        self.len
    }

    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The number of rows has changed; the selection stays where it can.
    pub fn set_len(&mut self, len: usize) {
        self.len = len;
        self.selected = self.selected.min(len.saturating_sub(1));
    }

    pub fn selected(&self) -> Option<usize> {
        (self.selected < self.len).then_some(self.selected)
    }

    pub fn select(&mut self, row: usize) {
        self.selected = row.min(self.len.saturating_sub(1));
        self.loose = false;
    }

    /// The rows to draw in an area, so that the selected one is in sight.
    pub fn frame(&mut self, area: Rect) -> std::ops::Range<usize> {
        self.area = area;
        let height = usize::from(area.height);
        if !self.loose {
            self.first = self.first.min(self.selected);
            if self.selected >= self.first + height {
                self.first = (self.selected + 1).saturating_sub(height);
            }
        }
        self.first = self.first.min(self.len.saturating_sub(height));
        self.first..(self.first + height).min(self.len)
    }

    /// The first column of the rows.
    pub fn left(&self) -> u16 {
        self.area.x
    }

    /// The row under a point of the screen.
    pub fn row_at(&self, column: u16, row: u16) -> Option<usize> {
        let inside = self.area.contains((column, row).into());
        let at = self.first + usize::from(row.saturating_sub(self.area.y));
        (inside && at < self.len).then_some(at)
    }

    /// Moves by the keys of `context` and by the mouse. A press on the row that is selected already opens it.
    pub fn handle(&mut self, event: &Event, context: Context) -> Option<Outcome> {
        match event {
            Event::Key(key) => self.run(command::find(&[context], *key)?),
            Event::Mouse(mouse) if mouse.is_in(self.area) => {
                let last = self.len.saturating_sub(usize::from(self.area.height));
                match mouse.kind {
                    MouseKind::ScrollDown => self.first = (self.first + WHEEL).min(last),
                    MouseKind::ScrollUp => self.first = self.first.saturating_sub(WHEEL),
                    MouseKind::Press => {
                        let row = self.row_at(mouse.column, mouse.row)?;
                        let again = self.selected == row;
                        self.select(row);
                        return Some(if again { Outcome::Opened } else { Outcome::Moved });
                    }
                    _ => return None,
                }
                self.loose = true;
                Some(Outcome::Taken)
            }
            _ => None,
        }
    }

    /// Carries a command out that moves the selection or opens it.
    pub fn run(&mut self, command: Command) -> Option<Outcome> {
        let page = usize::from(self.area.height).max(2) - 1;
        let to = match command {
            Command::Down => self.selected.saturating_add(1),
            Command::Up => self.selected.saturating_sub(1),
            Command::PageDown => self.selected.saturating_add(page),
            Command::PageUp => self.selected.saturating_sub(page),
            Command::First => 0,
            Command::Last => usize::MAX,
            Command::Open => return self.selected().map(|_| Outcome::Opened),
            _ => return None,
        };
        let before = self.selected;
        self.select(to);
        Some(if self.selected == before { Outcome::Taken } else { Outcome::Moved })
    }

    /// Draws where the window stands, in the last column of its area, when not everything is in sight.
    pub fn render_bar(&self, buf: &mut Buffer, theme: &Theme) {
        let height = usize::from(self.area.height);
        if self.len <= height || self.area.width < 8 || height < 2 {
            return;
        }
        let size = (height * height / self.len).max(1);
        let room = height - size;
        let top = (self.first * room).div_ceil((self.len - height).max(1)).min(room);
        let bar = Rect {
            x: self.area.right() - 1,
            width: 1,
            y: self.area.y + u16::try_from(top).unwrap_or(0),
            height: u16::try_from(size).unwrap_or(1),
        };
        text::rule(buf, bar.intersection(self.area), "▐", theme.style(Role::Border));
    }

    /// Whether [`Window::render_bar`] takes the last column of this area.
    pub fn has_bar(&self, area: Rect) -> bool {
        self.len > usize::from(area.height) && area.width >= 8 && area.height >= 2
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::event::Mouse;
    use crate::tui::testing::keys;

    fn check(len: usize, pressed: &str, selected: usize, first: usize) {
        let mut window = Window::new(len);
        let area = Rect::new(0, 0, 10, 10);
        window.frame(area);
        for event in keys(pressed) {
            window.handle(&event, Context::List);
            window.frame(area);
        }
        assert_eq!((window.selected, window.first), (selected, first), "{pressed}");
    }

    #[test]
    fn keys_move_through_any_number_of_rows() {
        check(100_000, "j j k", 1, 0);
        check(100_000, "G", 99_999, 99_990);
        check(100_000, "G g", 0, 0);
        check(100_000, "pagedown pagedown", 18, 9);
        check(3, "j j j j", 2, 0);
        check(0, "j G k pagedown", 0, 0);
    }

    #[test]
    fn the_wheel_leaves_the_selection_and_keys_come_back_to_it() {
        let mut window = Window::new(100);
        let area = Rect::new(0, 0, 10, 10);
        window.frame(area);
        let mouse = |kind, row| Event::Mouse(Mouse { kind, column: 1, row });
        window.handle(&mouse(MouseKind::ScrollDown, 0), Context::List);
        assert_eq!(window.frame(area), 3..13);
        assert_eq!(window.selected(), Some(0));
        assert_eq!(window.handle(&mouse(MouseKind::Press, 1), Context::List), Some(Outcome::Moved));
        assert_eq!(window.selected(), Some(4));
        assert_eq!(window.handle(&mouse(MouseKind::Press, 1), Context::List), Some(Outcome::Opened));
        window.handle(&mouse(MouseKind::ScrollDown, 0), Context::List);
        window.handle(&mouse(MouseKind::ScrollDown, 0), Context::List);
        window.handle(&keys("k")[0], Context::List);
        assert_eq!(window.frame(area), 3..13);
    }

    #[test]
    fn rows_that_go_take_the_selection_along() {
        let mut window = Window::new(10);
        window.select(9);
        window.set_len(4);
        assert_eq!(window.selected(), Some(3));
        window.set_len(0);
        assert_eq!(window.selected(), None);
    }
}
