//! Rows of totals: what spreadsheets put under a table, and what is no case.

/// How such a row begins, in small letters.
const WORDS: &[&str] = &[
    "total",
    "totals",
    "grand total",
    "overall total",
    "subtotal",
    "sub-total",
    "column total",
    "column totals",
    "total cases",
    "total rows",
    "total responses",
    "sum",
    "sums",
    "average",
    "averages",
    "avg",
    "mean",
    "median",
    "min",
    "minimum",
    "max",
    "maximum",
    "sd",
    "std",
    "std dev",
    "standard deviation",
    "count",
    "counts",
    "percent",
    "percentage",
    "share",
    "σ",
    "∑",
];

/// What a row that may be one of totals shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Totals {
    /// Beside the word there is a number.
    pub counts: bool,
}

/// Whether a row begins with a word for totals, in its first filled cell, and holds beside it nothing but numbers and
/// empty cells. A case with such an id has a text, and a case with such a text has judgements: see
/// [`super::apply::Rows::add_totals`], which looks at those.
pub(super) fn read(cells: &[&str]) -> Option<Totals> {
    let mut filled = cells.iter().map(|cell| cell.trim()).filter(|cell| !cell.is_empty());
    let first = filled.next()?;
    let word = first.trim_end_matches(|c| is_of_number(c) || matches!(c, ':' | '='));
    let is_count = first.contains('=') && word.eq_ignore_ascii_case("n");
    if !is_count && !WORDS.iter().any(|known| word.to_lowercase() == *known) {
        return None;
    }
    let mut counts = first.chars().any(|c| c.is_ascii_digit());
    for cell in filled {
        let number = cell.strip_prefix("n=").unwrap_or(cell);
        if !number.chars().all(is_of_number) {
            return None;
        }
        counts |= number.chars().any(|c| c.is_ascii_digit());
    }
    Some(Totals { counts })
}

/// Digits, and what stands between and around them: `1,234.5`, `12/40 (30 %)`, `± 0.2`, a dash for nothing.
fn is_of_number(c: char) -> bool {
    c.is_ascii_digit() || c.is_whitespace() || ".,'%+-–—−±()/".contains(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_numbers_make_totals() {
        fn check(row: &str, expect: Option<bool>) {
            let cells: Vec<&str> = row.split('|').collect();
            assert_eq!(read(&cells).map(|totals| totals.counts), expect, "{row}");
        }
        check("Total||", Some(false));
        check("|TOTAL:|35|1,204", Some(true));
        check("Grand total|12/40 (30 %)|", Some(true));
        check("Average||0.34|–", Some(true));
        check("n = 150||", Some(true));
        check("Σ|7", Some(true));
        check("Total (n=5)|", None);
        check("Total: 350||", Some(true));
        // A text, a word of judgement, a number of a row: then it is a case, or an error that is told.
        check("Total|How do I add up a column?|", None);
        check("Total|refuse", None);
        check("17|Total|", None);
        check("Total recall||", None);
        check("n||", None);
        check("||", None);
        check("12|3", None);
    }
}
