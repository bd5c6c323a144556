//! How far a job is, on one row.

use super::bar::{count, meter};
use crate::tui::text;
use crate::tui::theme::{Role, Theme};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Line;

/// The row of a job: its name, how far it is, the figures. `total` is 0 where nobody knows it.
pub fn line(title: &str, done: u64, total: u64, theme: &Theme) -> Line<'static> {
    let mut spans = vec![theme.span(Role::Text, title.to_owned()), theme.span(Role::Text, " ")];
    if total > 0 {
        spans.push(theme.span(Role::Accent, meter(done as f64 / total as f64, 10)));
        spans.push(theme.span(Role::Dim, format!(" {} of {}", count(done.min(total)), count(total))));
    } else {
        spans.push(theme.span(Role::Dim, if done > 0 { format!("{} …", count(done)) } else { "…".into() }));
    }
    Line::from(spans)
}

/// Draws [`line`] on the first row of an area.
pub fn render(title: &str, done: u64, total: u64, area: Rect, buf: &mut Buffer, theme: &Theme) {
    let row = text::row(area, 0);
    text::put_line(buf, (row.x, row.y), row.width, &line(title, done, total, theme));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::testing::{draw, squeeze};

    #[test]
    fn a_job_shows_how_far_it_is() {
        fn check(done: u64, total: u64, expect: &str) {
            let seen = draw(50, 1, |area, buf, theme| render("replay", done, total, area, buf, theme));
            assert_eq!(seen.trim_end(), expect);
        }
        check(500, 1595, "replay ▰▰▰▱▱▱▱▱▱▱ 500 of 1 595");
        check(0, 0, "replay …");
        check(1200, 0, "replay 1 200 …");
        check(9, 5, "replay ▰▰▰▰▰▰▰▰▰▰ 5 of 5");
    }

    #[test]
    fn no_size_is_too_small() {
        squeeze(|area, buf, theme| render("replay", 3, 9, area, buf, theme));
    }
}
