//! The difference of the files, line by line.

use crate::report::figure::count;
use crate::tui::components::diff::{Diff, DiffRow};
use crate::tui::hunks::hunk_rows;
use crate::tui::readings::Readings;
use crate::workspace::difference::FileDifference;
use std::sync::Arc;

/// The difference, and where each file begins in it.
#[derive(Default)]
pub struct TextReading {
    pub diff: Diff,
    files: Vec<(usize, Arc<str>)>,
}

impl TextReading {
    pub fn set(&mut self, readings: &Readings) {
        let mut rows = Vec::new();
        self.files.clear();
        for file in &readings.files {
            self.files.push((rows.len(), file.path.clone()));
            file_rows(file, &mut rows);
        }
        self.diff.set(rows);
    }

    pub fn clear(&mut self) {
        *self = TextReading::default();
    }

    /// Puts the cursor on a file's heading. Whether it is there.
    pub fn go_to(&mut self, path: &str) -> bool {
        let found = self.files.iter().find(|(_, file)| **file == *path);
        if let Some((row, _)) = found {
            self.diff.select(*row);
        }
        found.is_some()
    }

    /// The file under the cursor, and the line of the head that it is on, if it is on one.
    pub fn selected(&self) -> Option<(Arc<str>, Option<u32>)> {
        let row = self.diff.position()?;
        let (_, file) = self.files.iter().rev().find(|(first, _)| *first <= row)?;
        let line = match self.diff.selected()? {
            DiffRow::Line(line) => line.new,
            _ => None,
        };
        Some((file.clone(), line))
    }
}

fn file_rows(file: &FileDifference, rows: &mut Vec<DiffRow>) {
    let difference = &file.text;
    let what = if difference.hunks.is_empty() { "record" } else { "line" };
    let counts = [(difference.removed, "removed"), (difference.added, "added")];
    let counts = counts.iter().filter(|(n, _)| *n > 0);
    let counts: Vec<String> =
        counts.map(|(n, verb)| format!("{} {verb}", count(*n as u64, what, &format!("{what}s")))).collect();
    let counts = if counts.is_empty() { "the same records in another order".to_owned() } else { counts.join(", ") };
    rows.push(DiffRow::File(file.path.to_string()));
    rows.push(DiffRow::Note(format!("{} · {counts}", file.fate.word())));
    hunk_rows(difference, rows);
}
