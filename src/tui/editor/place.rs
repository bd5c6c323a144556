//! Putting the cursor of the crate's text area anywhere: its own jump ends at line and column 65,535.

use std::mem;
use tui_textarea::{CursorMove, TextArea};

/// How many characters may be stepped over to reach a place.
const MOST_STEPS: usize = 1 << 24;

/// An empty text area without undo, which belongs to the document.
pub fn empty() -> TextArea<'static> {
    let mut area = TextArea::default();
    area.set_max_histories(0);
    area
}

/// Puts the cursor on a line and a column in characters, both from 0, which have to be in the text.
///
/// What is selected goes along. Only in a selection, in a line of very many characters that starts or ends beyond
/// 65,535, is the end of the line taken instead.
pub fn place(area: &mut TextArea<'static>, line: usize, column: usize) {
    if area.cursor() == (line, column) {
        return;
    }
    if let (Ok(line), Ok(column)) = (u16::try_from(line), u16::try_from(column)) {
        return area.move_cursor(CursorMove::Jump(line, column));
    }
    if walk_to_column(area, line, column) {
        return;
    }
    if area.is_selecting() {
        walk_to_line(area, line);
        return area.move_cursor(CursorMove::End);
    }
    // Costs as much as an edit does, but reaches every place.
    let before = mem::replace(area, empty());
    area.set_yank_text(before.yank_text());
    area.set_lines(before.into_lines(), (line, column));
}

/// Goes to the start of a line, unless the cursor is on it.
fn walk_to_line(area: &mut TextArea<'static>, line: usize) {
    let here = area.cursor().0;
    if here == line {
        return;
    }
    let steps = |from: usize| from.abs_diff(line);
    let jump = u16::try_from(line).unwrap_or(u16::MAX);
    let last = area.lines().len() - 1;
    if steps(jump.into()) < steps(here).min(steps(last)) {
        area.move_cursor(CursorMove::Jump(jump, 0));
    } else if steps(last) < steps(here) {
        area.move_cursor(CursorMove::Bottom);
    }
    area.move_cursor(CursorMove::Head);
    let here = area.cursor().0;
    let motion = if here < line { CursorMove::Down } else { CursorMove::Up };
    for _ in 0..steps(here) {
        area.move_cursor(motion);
    }
}

/// Steps to a column from where the cursor is, or from an end of the line; says whether it got there.
fn walk_to_column(area: &mut TextArea<'static>, line: usize, column: usize) -> bool {
    walk_to_line(area, line);
    let here = area.cursor().1;
    let length = area.lines().get(line).map_or(0, |text| text.chars().count());
    let jump = CursorMove::Jump(u16::try_from(line).unwrap_or(u16::MAX), u16::MAX);
    let from_here = if here < column { CursorMove::Forward } else { CursorMove::Back };
    let mut ways = [
        (here.abs_diff(column), None, from_here),
        (column, Some(CursorMove::Head), CursorMove::Forward),
        (column.checked_sub(usize::from(u16::MAX)).unwrap_or(usize::MAX), Some(jump), CursorMove::Forward),
        (length.saturating_sub(column), Some(CursorMove::End), CursorMove::Back),
    ];
    ways.sort_by_key(|(steps, ..)| *steps);
    // A step counts columns of the screen and leaves the line too early among characters without any: one
    // way may lead there where another does not.
    ways.into_iter().any(|(steps, start, motion)| {
        // A step costs as much as the line is long.
        if steps.saturating_mul(length) > MOST_STEPS {
            return false;
        }
        walk_to_line(area, line);
        if let Some(start) = start {
            area.move_cursor(start);
        }
        for _ in 0..steps {
            area.move_cursor(motion);
        }
        area.cursor() == (line, column)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(lines: &[String], places: &[(usize, usize)], selecting: bool) {
        let mut area = empty();
        area.set_lines(lines.to_vec(), (0, 0));
        area.set_yank_text("kept");
        if selecting {
            area.start_selection();
        }
        for &(line, column) in places {
            place(&mut area, line, column);
            assert_eq!(area.cursor(), (line, column));
            assert_eq!(area.is_selecting(), selecting);
        }
        assert_eq!(area.yank_text(), "kept");
    }

    #[test]
    fn lines_beyond_65535_are_reached() {
        let mut lines = vec!["e\u{301}abc".to_owned(); 66_000];
        lines[65_800] = "\u{200b}\u{200b}a\u{200b}\u{200b}".into();
        let places =
            [(65_999, 2), (3, 1), (65_536, 5), (65_800, 1), (65_800, 0), (65_800, 4), (65_800, 2), (65_535, 0)];
        check(&lines, &places, false);
        check(&lines, &places, true);
    }

    #[test]
    fn columns_beyond_65535_are_reached() {
        let lines = ["é".repeat(140_000), "b".into()];
        check(&lines, &[(0, 65_536), (1, 1), (0, 100_000), (0, 99_999), (0, 139_999)], false);
        check(&lines, &[(0, 65_536), (1, 1), (0, 139_999), (0, 139_996)], true);
        let mut area = empty();
        area.set_lines(lines.to_vec(), (0, 0));
        area.start_selection();
        place(&mut area, 0, 100_000);
        assert_eq!(area.cursor(), (0, 140_000), "the end of the line instead");
    }
}
