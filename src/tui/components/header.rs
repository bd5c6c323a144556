//! The head of a pane: what it shows at the left, more of it at the right.

use super::list::Row;
use crate::tui::text;
use crate::tui::theme::{Role, Theme};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Line;

/// Draws it into the first row of a pane's area.
pub fn header(area: Rect, buf: &mut Buffer, theme: &Theme, focused: bool, words: &str, right: Line<'_>) {
    let row = text::row(area, 0);
    let inner = Rect { x: row.x + 1.min(row.width), width: row.width.saturating_sub(2), ..row };
    let role = if focused { Role::Accent } else { Role::Title };
    Row::new(theme.line(role, words.to_owned())).right(right).render(inner, buf);
}
