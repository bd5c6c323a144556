//! The frame of everything that stands over the screen for a while.

use crate::tui::command::{Command, Context};
use crate::tui::text;
use crate::tui::theme::{Role, Theme};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Line;
use ratatui::widgets::{Block, BorderType, Widget};

/// The middle of an area, at most this large, with room left around it where there is some.
pub fn centred(area: Rect, columns: u16, rows: u16) -> Rect {
    let width = columns.min(area.width);
    let height = rows.min(area.height);
    Rect { x: area.x + (area.width - width) / 2, y: area.y + (area.height - height) / 3, width, height }
}

/// Draws an empty box with a title in the middle of an area; gives the room inside.
pub fn open(area: Rect, columns: u16, rows: u16, title: &str, buf: &mut Buffer, theme: &Theme) -> Rect {
    let outer = centred(area, columns, rows).intersection(buf.area);
    let ground = theme.style(Role::Text).patch(theme.style(Role::Popup));
    text::fill(buf, outer, ground);
    if outer.width < 4 || outer.height < 3 {
        return outer;
    }
    Block::bordered().border_type(BorderType::Rounded).border_style(theme.style(Role::Border)).render(outer, buf);
    if !title.is_empty() {
        let columns = outer.width.saturating_sub(6);
        let title = format!(" {} ", text::clip(title, usize::from(columns.saturating_sub(2))));
        text::put(buf, (outer.x + 2, outer.y), columns, &title, theme.style(Role::Title));
    }
    Rect {
        x: outer.x + 2.min(outer.width),
        y: outer.y + 1,
        width: outer.width.saturating_sub(4),
        height: outer.height - 2,
    }
}

/// The keys of a dialog and what they do, for its last row.
pub fn keys(theme: &Theme, commands: &[(Command, &'static str)]) -> Line<'static> {
    let keyed = commands.iter().filter_map(|(command, words)| Some((command.key(&[Context::Popup])?, *words)));
    keyed
        .flat_map(|(key, words)| [theme.span(Role::Key, key.short()), theme.span(Role::Dim, format!(" {words}   "))])
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::testing::{draw, squeeze};

    #[test]
    fn a_popup_covers_what_was_there() {
        let shown = draw(20, 5, |area, buf, theme| {
            text::rule(buf, area, "x", theme.style(Role::Text));
            let inner = open(area, 12, 4, "Title that is long", buf, theme);
            text::put(buf, (inner.x, inner.y), inner.width, "inside it all", theme.style(Role::Text));
        });
        insta::assert_snapshot!(shown, @r"
        xxxx╭─ Tit… ───╮xxxx
        xxxx│ inside … │xxxx
        xxxx│          │xxxx
        xxxx╰──────────╯xxxx
        xxxxxxxxxxxxxxxxxxxx
        ");
    }

    #[test]
    fn no_size_is_too_small() {
        squeeze(|area, buf, theme| {
            assert!(area.contains(open(area, 20, 5, "日本語", buf, theme).as_position()) || area.is_empty())
        });
    }
}
