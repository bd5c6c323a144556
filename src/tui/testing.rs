//! Tests of the screen as they should read: something to draw, keys, what is seen; [`desk`]: the whole app.

pub(crate) mod desk;

use super::event::{Event, Key};
use super::theme::{Role, Theme};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

/// Draws at a size of columns and rows; gives what is seen, without blanks at the line ends.
pub(crate) fn draw(columns: u16, rows: u16, render: impl FnOnce(Rect, &mut Buffer, &Theme)) -> String {
    seen(&drawn(columns, rows, render))
}

/// As [`draw`], with the runs of cells that have one of these roles' styles put between `⟦name ` and `⟧`.
pub(crate) fn draw_styled(
    columns: u16,
    rows: u16,
    roles: &[Role],
    render: impl FnOnce(Rect, &mut Buffer, &Theme),
) -> String {
    let theme = Theme::default();
    let buf = drawn(columns, rows, render);
    let role_of = |style: Style| {
        roles.iter().copied().find(|role| {
            let wanted = theme.style(*role);
            let same = |a, b: Option<_>| b.is_none() || a == b;
            same(style.fg, wanted.fg) && same(style.bg, wanted.bg) && style.add_modifier.contains(wanted.add_modifier)
        })
    };
    let mut out = String::new();
    for y in 0..rows {
        let mut open = None;
        for x in 0..columns {
            let cell = &buf[(x, y)];
            let role = role_of(cell.style());
            if role != open {
                if open.is_some() {
                    out.push('⟧');
                }
                if let Some(role) = role {
                    let name = Role::ALL.iter().find(|(other, _)| *other == role).map_or("", |(_, name)| *name);
                    out.push_str(&format!("⟦{name} "));
                }
                open = role;
            }
            out.push_str(cell.symbol());
        }
        if open.is_some() {
            out.push('⟧');
        }
        out.truncate(out.trim_end_matches(' ').len());
        out.push('\n');
    }
    out
}

/// The events of keys in the notation of [`Key`], parted by spaces: `j j ctrl-p enter`.
pub(crate) fn keys(notation: &str) -> Vec<Event> {
    notation.split_whitespace().map(|word| Event::Key(word.parse::<Key>().unwrap())).collect()
}

/// The events of typing a text.
pub(crate) fn typed(text: &str) -> Vec<Event> {
    text.chars().map(|c| Event::Key(Key::plain(super::Code::Char(c)))).collect()
}

/// Draws at every size that a terminal can be squeezed to; what matters is that nothing panics.
pub(crate) fn squeeze(mut render: impl FnMut(Rect, &mut Buffer, &Theme)) {
    let theme = Theme::default();
    for columns in 0..30 {
        for rows in 0..10 {
            let mut buf = Buffer::empty(Rect::new(0, 0, columns, rows));
            let area = buf.area;
            render(area, &mut buf, &theme);
            if columns % 3 > 0 {
                continue;
            }
            // And in a corner of a larger screen.
            let mut buf = Buffer::empty(Rect::new(0, 0, columns + 3, rows + 3));
            render(Rect::new(3, 3, columns, rows), &mut buf, &theme);
        }
    }
}

/// The assistant sample, as it is bundled.
pub(crate) fn assistant() -> std::sync::Arc<crate::policy::Policy> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("sample-policies/assistant");
    let root = crate::store::RepoRoot::open(&folder).unwrap();
    let files = crate::workspace::files::WorkTree { root, unsaved: Default::default() };
    crate::workspace::version::PolicyVersion::load(&files).policy
}

fn drawn(columns: u16, rows: u16, render: impl FnOnce(Rect, &mut Buffer, &Theme)) -> Buffer {
    let theme = Theme::default();
    let mut buf = Buffer::empty(Rect::new(0, 0, columns, rows));
    super::text::fill(&mut buf, Rect::new(0, 0, columns, rows), theme.style(Role::Text));
    render(Rect::new(0, 0, columns, rows), &mut buf, &theme);
    buf
}

fn seen(buf: &Buffer) -> String {
    let mut out = String::new();
    for y in buf.area.top()..buf.area.bottom() {
        let mut skip = 0;
        for x in buf.area.left()..buf.area.right() {
            if skip > 0 {
                skip -= 1;
                continue;
            }
            let symbol = buf[(x, y)].symbol();
            skip = super::text::width(symbol).saturating_sub(1);
            out.push_str(symbol);
        }
        out.truncate(out.trim_end_matches(' ').len());
        out.push('\n');
    }
    out
}
