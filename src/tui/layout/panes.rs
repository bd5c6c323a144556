//! How a body is shared between what is chosen from, what is worked on, and what it does.

use crate::tui::text;
use crate::tui::theme::{Role, Theme};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// The part of a body that has the focus.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Pane {
    /// The list or the tree.
    #[default]
    List,
    /// What is worked on.
    Main,
    /// What the edit does, or what else belongs to it.
    Side,
}

impl Pane {
    /// The pane that Tab goes to, or Shift-Tab.
    #[must_use]
    pub fn step(self, forward: bool, hides_side: bool) -> Pane {
        let all: &[Pane] = if hides_side { &[Pane::List, Pane::Main] } else { &[Pane::List, Pane::Main, Pane::Side] };
        let at = all.iter().position(|pane| *pane == self).unwrap_or(0);
        all[(at + if forward { 1 } else { all.len() - 1 }) % all.len()]
    }
}

impl Panes {
    /// Where the side has a pane of its own it is put away or comes back; else it takes the main one's place for a look.
    pub fn toggle_side(&self, focus: &mut Pane, hides_side: &mut bool) {
        let beside_main = !self.side.is_empty() && !self.main.is_empty();
        match focus {
            Pane::Side => *focus = Pane::List,
            _ if beside_main => *hides_side = true,
            _ if *hides_side => *hides_side = false,
            _ => *focus = Pane::Side,
        }
    }
}

/// Which panes a screen has, and which has the focus.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wanted {
    pub side: bool,
    /// A fourth pane for very wide windows, such as the raw text beside the form.
    pub extra: bool,
    pub focus: Pane,
}

/// The room of each pane; empty for those that do not fit now. The one with the focus always does.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Panes {
    pub list: Rect,
    pub main: Rect,
    pub side: Rect,
    pub extra: Rect,
    /// One row at the bottom that sums the side pane up where it does not fit.
    pub strip: Rect,
}

/// Shares a body out and draws the rules between the panes.
///
/// From 110 columns list, main and side stand beside each other, from 180 the fourth as well. Below, the side pane
/// becomes a strip, and takes the main one's place while it has the focus. Below 60 there is only the pane with the focus.
pub fn panes(body: Rect, wanted: Wanted, buf: &mut Buffer, theme: &Theme) -> Panes {
    let mut out = Panes::default();
    let columns = body.width;
    let beside = columns >= 110 && wanted.side;
    let mut rest = body;
    if wanted.side && !beside && wanted.focus != Pane::Side && body.height >= 6 {
        rest.height -= 1;
        out.strip = Rect { y: rest.bottom(), height: 1, ..body };
    }
    if columns < 60 {
        match wanted.focus {
            Pane::List => out.list = rest,
            Pane::Main => out.main = rest,
            Pane::Side => out.side = rest,
        }
        return out;
    }
    out.list = cut(&mut rest, (columns * 3 / 10).clamp(24, 48), false, buf, theme);
    if beside {
        out.side = cut(&mut rest, (columns / 4).clamp(32, 56), true, buf, theme);
    }
    if columns >= 180 && wanted.extra {
        let half = (rest.width - 1) / 2;
        out.extra = cut(&mut rest, half, true, buf, theme);
    }
    if wanted.focus == Pane::Side && !beside {
        out.side = rest;
    } else {
        out.main = rest;
    }
    out
}

/// Takes columns off one side of an area, with a rule between.
fn cut(rest: &mut Rect, columns: u16, from_right: bool, buf: &mut Buffer, theme: &Theme) -> Rect {
    let columns = columns.min(rest.width.saturating_sub(1));
    let left = rest.width - columns - 1;
    let (taken, rule, remaining) = if from_right {
        (rest.x + left + 1, rest.x + left, rest.x)
    } else {
        (rest.x, rest.x + columns, rest.x + columns + 1)
    };
    text::rule(buf, Rect { x: rule, width: 1, ..*rest }, "│", theme.style(Role::Border));
    let taken = Rect { x: taken, width: columns, ..*rest };
    *rest = Rect { x: remaining, width: left, ..*rest };
    taken
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `list main side extra strip`, each as columns × rows.
    fn check(columns: u16, rows: u16, wanted: Wanted, expect: &str) {
        let area = Rect::new(0, 0, columns, rows);
        let panes = panes(area, wanted, &mut Buffer::empty(area), &Theme::default());
        let all = [panes.list, panes.main, panes.side, panes.extra, panes.strip];
        let shown =
            all.map(|rect| if rect.is_empty() { "-".to_owned() } else { format!("{}×{}", rect.width, rect.height) });
        assert_eq!(shown.join(" "), expect, "{columns}×{rows}");
    }

    #[test]
    fn the_room_is_used_as_it_is_there() {
        let wanted = Wanted { side: true, extra: true, focus: Pane::Main };
        check(80, 19, wanted, "24×18 55×18 - - 80×1");
        check(120, 35, wanted, "36×35 50×35 32×35 - -");
        check(200, 55, wanted, "48×55 50×55 50×55 49×55 -");
        check(40, 10, wanted, "- 40×9 - - 40×1");
        check(40, 4, wanted, "- 40×4 - - -");
        check(80, 19, Wanted { side: false, ..wanted }, "24×19 55×19 - - -");
        check(80, 19, Wanted { focus: Pane::Side, ..wanted }, "24×19 - 55×19 - -");
        check(40, 19, Wanted { focus: Pane::List, ..wanted }, "40×18 - - - 40×1");
    }

    #[test]
    fn panes_never_overlap_or_leave_the_body() {
        for columns in 0..250u16 {
            for focus in [Pane::List, Pane::Main, Pane::Side] {
                let body = Rect::new(2, 3, columns, 20);
                let mut buf = Buffer::empty(Rect::new(0, 0, columns + 4, 25));
                let out = panes(body, Wanted { side: true, extra: true, focus }, &mut buf, &Theme::default());
                let all = [out.list, out.main, out.side, out.extra, out.strip];
                for (i, pane) in all.iter().enumerate().filter(|(_, pane)| !pane.is_empty()) {
                    assert_eq!(pane.intersection(body), *pane, "{columns}");
                    for other in &all[i + 1..] {
                        assert!(!pane.intersects(*other) || other.is_empty(), "{columns}: {pane} {other}");
                    }
                }
            }
        }
    }
}
