//! The state on top, the screens below it, the keys at the bottom.

use crate::tui::command::{Command, Context, Hint, find};
use crate::tui::text;
use crate::tui::theme::{Role, Theme};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Line;

/// The parts of the screen. In a low window rules go first, then the tabs, then the rest; the body stays longest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Frame {
    pub status: Rect,
    pub tabs: Rect,
    pub body: Rect,
    pub footer: Rect,
}

/// Shares the window out and draws the rules between the parts.
pub fn frame(area: Rect, buf: &mut Buffer, theme: &Theme) -> Frame {
    text::fill(buf, area, theme.style(Role::Text));
    let height = area.height;
    let (status, footer) = (u16::from(height >= 3), u16::from(height >= 4));
    let tabs = u16::from(height >= 7);
    let rules = u16::from(height >= 12);
    let row = |y: u16, rows: u16| Rect { y: area.y + y.min(height), height: rows, ..area };
    let top = status + tabs + rules;
    let body = height - top - rules - footer;
    for y in [status + tabs, top + body] {
        text::rule(buf, row(y, rules), "─", theme.style(Role::Border));
    }
    Frame {
        status: row(0, status),
        tabs: row(status, tabs),
        body: row(top, body),
        footer: row(top + body + rules, footer),
    }
}

/// A part of the top line; where there is too little room the less important ones go first.
#[derive(Debug, Clone)]
pub struct Segment<'a> {
    pub line: Line<'a>,
    /// The higher, the longer it stays.
    pub importance: u8,
}

impl<'a> Segment<'a> {
    pub fn new(importance: u8, line: impl Into<Line<'a>>) -> Self {
        Segment { line: line.into(), importance }
    }
}

/// Draws the top line: the name of the policy at the left, the segments spread over the rest.
pub fn status(area: Rect, buf: &mut Buffer, theme: &Theme, name: &str, segments: &[Segment<'_>]) {
    const GAP: usize = 3;
    let room = usize::from(area.width).saturating_sub(2);
    let mut shown: Vec<&Segment<'_>> = segments.iter().filter(|segment| text::line_width(&segment.line) > 0).collect();
    let needed =
        |shown: &[&Segment<'_>]| shown.iter().map(|segment| text::line_width(&segment.line) + GAP).sum::<usize>();
    let name_columns = text::width(name);
    while !shown.is_empty() && needed(&shown) + name_columns.min(12) > room {
        let least = shown.iter().enumerate().min_by_key(|(at, segment)| (segment.importance, usize::MAX - at));
        let Some((at, _)) = least else { break };
        shown.remove(at);
    }
    let used = needed(&shown);
    let name_columns = name_columns.min(room.saturating_sub(used));
    let start = area.x + 1.min(area.width);
    let name_room = u16::try_from(name_columns).unwrap_or(0);
    text::put(buf, (start, area.y), if area.height > 0 { name_room } else { 0 }, name, theme.style(Role::Title));
    if area.height == 0 {
        return;
    }
    // The room that is left over lies between the segments.
    let spare = (room - used.min(room)).saturating_sub(name_columns);
    let mut x = usize::from(start) + name_columns;
    for (n, segment) in shown.iter().enumerate() {
        x += GAP + spare * (n + 1) / shown.len() - spare * n / shown.len();
        let Ok(column) = u16::try_from(x) else { return };
        text::put_line(buf, (column, area.y), area.right().saturating_sub(column), &segment.line);
        x += text::line_width(&segment.line);
    }
}

/// One screen in the row of screens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tab {
    pub title: &'static str,
    /// What goes there; its key stands before the title.
    pub command: Command,
    /// It stands aside from those that one works on in turn, and is in the row while it is shown.
    pub aside: bool,
}

impl Tab {
    pub const fn new(title: &'static str, command: Command) -> Self {
        Tab { title, command, aside: false }
    }

    pub const fn aside(title: &'static str, command: Command) -> Self {
        Tab { aside: true, ..Tab::new(title, command) }
    }
}

/// Draws the row of screens; gives where each can be clicked. Where these contexts take the keys for something else, they
/// are not shown.
pub fn tabs(
    area: Rect,
    buf: &mut Buffer,
    theme: &Theme,
    tabs: &[Tab],
    current: Command,
    contexts: &[Context],
) -> Vec<(Rect, Command)> {
    let own = |tab: &Tab| tab.command.key(&[Context::Global]);
    let key = |tab: &Tab| own(tab).map(|key| key.short()).unwrap_or_default();
    // A dialog of the screen's own takes every key.
    let asks = contexts.first() == Some(&Context::Popup);
    let taken = |tab: &Tab| asks || own(tab).and_then(|key| find(contexts, key)).is_some_and(|it| it != tab.command);
    let full: usize = tabs.iter().map(|tab| text::width(&key(tab)) + text::width(tab.title) + 4).sum();
    let is_wide = full <= usize::from(area.width);
    let mut places = Vec::new();
    let mut x = area.x + 1.min(area.width);
    for tab in tabs {
        let here = tab.command == current;
        // In a narrow window only the screen one is on keeps its title, and the others what can be clicked.
        let title = if here || is_wide { format!(" {}", tab.title) } else { String::new() };
        let key = match (taken(tab), here || is_wide) {
            (false, _) => key(tab),
            (true, true) => " ".repeat(text::width(&key(tab))),
            (true, false) => "·".to_owned(),
        };
        let role = if here { Role::Accent } else { Role::Dim };
        let line = Line::from(vec![theme.span(if here { role } else { Role::Key }, key), theme.span(role, title)]);
        let used =
            text::put_line(buf, (x, area.y), if area.height > 0 { area.right().saturating_sub(x) } else { 0 }, &line);
        if used > 0 {
            places.push((Rect { x, width: used, height: 1, ..area }, tab.command));
        }
        x = x.saturating_add(used + 3).min(area.right());
    }
    places
}

/// Draws the keys that work here and now; gives where each can be clicked. Where there is too little room the last
/// two, which lead to all the others, stay.
pub fn footer(area: Rect, buf: &mut Buffer, theme: &Theme, hints: &[Hint]) -> Vec<(Rect, Command)> {
    const GAP: usize = 3;
    if area.height == 0 {
        return Vec::new();
    }
    let columns = |hint: &Hint| text::width(&hint.keys) + 1 + text::width(hint.words) + GAP;
    let room = usize::from(area.width).saturating_sub(1) + GAP;
    let mut shown: Vec<&Hint> = hints.iter().collect();
    while shown.len() > 1 && shown.iter().map(|hint| columns(hint)).sum::<usize>() > room {
        let at = if shown.len() > 2 { shown.len() - 3 } else { 0 };
        shown.remove(at);
    }
    let mut places = Vec::new();
    let mut x = area.x + 1.min(area.width);
    for hint in shown {
        let line = Line::from(vec![
            theme.span(Role::Key, hint.keys.clone()),
            theme.span(Role::Dim, format!(" {}", hint.words)),
        ]);
        let used = text::put_line(buf, (x, area.y), area.right().saturating_sub(x), &line);
        places.push((Rect { x, width: used, height: 1, ..area }, hint.command));
        x = x.saturating_add(used + GAP as u16).min(area.right());
    }
    places
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::command::{Context, hints};
    use crate::tui::testing::{draw, squeeze};

    const TABS: [Tab; 5] = [
        Tab::new("Taxonomy", Command::Taxonomy),
        Tab::new("Spec", Command::Spec),
        Tab::new("Replay", Command::Replay),
        Tab::new("Adjudicate", Command::Adjudicate),
        Tab::new("Review", Command::Review),
    ];

    fn whole(area: Rect, buf: &mut Buffer, theme: &Theme) {
        let parts = frame(area, buf, theme);
        let segments = [
            Segment::new(5, "main ● 2 unsaved · 1 uncommitted"),
            Segment::new(2, "problems 1 ✗ 2 !"),
            Segment::new(4, "gold 146/150  97.3 %  ▼ 2"),
        ];
        status(parts.status, buf, theme, "assistant-safety", &segments);
        tabs(parts.tabs, buf, theme, &TABS, Command::Spec, &[Context::Global]);
        let hints = hints(&[Context::Form, Context::Spec, Context::Global], &|_| Ok(()));
        footer(parts.footer, buf, theme, &hints);
    }

    #[test]
    fn the_frame_at_120_columns() {
        insta::assert_snapshot!(draw(120, 12, whole), @"
         assistant-safety         main ● 2 unsaved · 1 uncommitted          problems 1 ✗ 2 !          gold 146/150  97.3 %  ▼ 2
         1 Taxonomy   2 Spec   3 Replay   4 Adjudicate   5 Review
        ────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────







        ────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
         ↵ edit field   n new   d delete   J/K reorder   F fixes   # grid   Tab pane   r raw   v effect   ^P find   ? keys
        ");
    }

    #[test]
    fn the_frame_at_80_columns() {
        insta::assert_snapshot!(draw(80, 12, whole), @"
         assistant-safe…   main ● 2 unsaved · 1 uncommitted   gold 146/150  97.3 %  ▼ 2
         1 Taxonomy   2 Spec   3 Replay   4 Adjudicate   5 Review
        ────────────────────────────────────────────────────────────────────────────────







        ────────────────────────────────────────────────────────────────────────────────
         ↵ edit field   n new   d delete   J/K reorder   F fixes   ^P find   ? keys
        ");
    }

    #[test]
    fn the_frame_in_a_tiny_window() {
        insta::assert_snapshot!(draw(30, 7, whole), @r"
        assistant-safety
        1   2 Spec   3   4   5




        ^P find   ? keys
        ");
    }

    #[test]
    fn no_size_is_too_small() {
        squeeze(whole);
    }
}
