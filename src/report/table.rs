//! Columns that stand below each other.

use unicode_width::UnicodeWidthStr;

/// One cell: what is shown, and how wide that is without its colours.
#[derive(Debug, Clone, Default)]
pub struct Cell {
    shown: String,
    width: usize,
    right: bool,
}

impl Cell {
    /// A cell whose text is `plain`.
    pub fn new(plain: impl Into<String>) -> Self {
        let shown = plain.into();
        Cell { width: shown.width(), shown, right: false }
    }

    /// The same text, painted.
    #[must_use]
    pub fn painted(self, paint: impl FnOnce(&str) -> String) -> Self {
        Cell { shown: paint(&self.shown), ..self }
    }

    /// Numbers stand on the right.
    #[must_use]
    pub fn right(self) -> Self {
        Cell { right: true, ..self }
    }
}

impl<T: Into<String>> From<T> for Cell {
    fn from(plain: T) -> Self {
        Cell::new(plain)
    }
}

/// The rows as lines, each `indent` blanks in, two blanks between the columns and none at the ends of the lines.
pub fn lines(rows: &[Vec<Cell>], indent: usize) -> String {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width = |column: usize| rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.width).max().unwrap_or(0);
    let widths: Vec<usize> = (0..columns).map(width).collect();
    let mut out = String::new();
    for row in rows {
        out.extend(std::iter::repeat_n(' ', indent));
        let mut owed = 0;
        for (cell, &width) in row.iter().zip(&widths) {
            let padding = width - cell.width;
            let (before, after) = if cell.right { (padding, 0) } else { (0, padding) };
            if cell.width > 0 {
                out.extend(std::iter::repeat_n(' ', owed + before));
                out.push_str(&cell.shown);
                owed = after + 2;
            } else {
                owed += width + 2;
            }
        }
        out.push('\n');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_line_up_whatever_is_painted() {
        let red = |text: &str| format!("\x1b[31m{text}\x1b[0m");
        let rows = vec![
            vec![Cell::new("a"), Cell::new("7").right(), Cell::new("x")],
            vec![Cell::new("名前").painted(red), Cell::new("1,595").right()],
            vec![Cell::new("b"), Cell::new(""), Cell::new("y")],
        ];
        assert_eq!(lines(&rows, 1), " a         7  x\n \x1b[31m名前\x1b[0m  1,595\n b            y\n");
    }
}
