//! The difference of two texts as the rows that are drawn.

use super::components::diff::{Change, DiffLine, DiffRow};
use crate::analyze::text::{Difference, Tag};

/// The lines that differ with those around them, and how many were left out before each.
pub fn hunk_rows(difference: &Difference, rows: &mut Vec<DiffRow>) {
    let mut at = 0;
    for hunk in &difference.hunks {
        let skipped = hunk.head.start.saturating_sub(at);
        if skipped > 0 {
            rows.push(DiffRow::Skipped(skipped));
        }
        at = hunk.head.end;
        rows.extend(hunk.lines.iter().map(|line| {
            let number = |n: Option<usize>| n.and_then(|n| u32::try_from(n).ok());
            DiffRow::Line(DiffLine {
                change: match line.tag {
                    Tag::Same => Change::Same,
                    Tag::Added => Change::Added,
                    Tag::Removed => Change::Removed,
                },
                old: number(line.base),
                new: number(line.head),
                parts: line.segments.iter().map(|part| (part.text.clone(), part.emphasised)).collect(),
            })
        }));
    }
    if difference.left_out > 0 {
        rows.push(DiffRow::Skipped(difference.left_out));
    }
}
