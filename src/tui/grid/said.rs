//! What is said of a cell below the grid: what is done there, what changed, who decides, and the gold cases.

use super::made::Gridded;
use super::{NO_SUCH_CASE, is_there};
use crate::analyze::space::{Column, Grid, Points, Row, points_words, share};
use crate::report::figure::percent;
use crate::tui::text;
use crate::tui::theme::{Role, Theme};
use ratatui::text::Line;

/// So many cases of a cell are named.
const NAMED: usize = 6;

/// The words on one cell. Finding them counts points and looks at every case: they are kept for as long as the cell is selected.
#[derive(Debug, PartialEq, Eq)]
pub struct CellSaid {
    pub row: Row,
    pub column: Column,
    /// The name of the cell.
    name: String,
    /// What each line is about, and its words.
    lines: Vec<(&'static str, String)>,
}

impl CellSaid {
    pub fn of(made: &Gridded, grid: &Grid, row: Row, column: Column) -> Self {
        let mut lines = Vec::new();
        let mut line = |name: &'static str, words: String| lines.push((name, words));
        let name = grid.name(row, column).to_string();
        if !is_there(grid, row, column) {
            line("does", NO_SUCH_CASE.to_owned());
            return CellSaid { row, column, name, lines };
        }
        let does = |side: usize| {
            let shares = grid.shares(side, row, column);
            let done: Vec<String> = shares
                .iter()
                .map(|(at, points)| match shares.len() {
                    1 => format!("{}, {}", grid.behaviors[*at], points_words(points)),
                    _ => format!("{} {}", grid.behaviors[*at], share_words(&shares, *at)),
                })
                .collect();
            let who: Vec<String> = grid
                .deciders(side, row, column)
                .iter()
                .map(|(decider, _)| {
                    decider.map_or("default".to_owned(), |ix| made.policy(side).clause(ix).id.to_string())
                })
                .collect();
            match done.is_empty() {
                true => "no such case".to_owned(),
                false => format!("{}  by {}", done.join(", "), who.join(", ")),
            }
        };
        if let Some(words) = changed_words(grid, row, column) {
            line("changed", words);
        }
        let (before, after) = (does(0), does(grid.sides() - 1));
        if before == after {
            line("does", after);
        } else {
            line("before", before);
            line("after", after);
        }
        let cases = made.cases(row, column);
        let named: Vec<String> = cases.iter().take(NAMED).map(|(set, case)| format!("{set}/{case}")).collect();
        let rest = cases.len() - named.len();
        let rest = if rest > 0 { format!(" and {rest} more") } else { String::new() };
        line("cases", if cases.is_empty() { "no gold case lies here".to_owned() } else { named.join(", ") + &rest });
        CellSaid { row, column, name, lines }
    }

    /// As paragraphs of these columns, a blank line first.
    pub fn paragraphs(&self, theme: &Theme, columns: usize) -> Vec<Vec<Line<'static>>> {
        let name = theme.line(Role::Title, text::shown(&self.name).into_owned());
        let mut said = vec![vec![Line::default()], text::wrap_hanging(&name, columns)];
        said.extend(self.lines.iter().map(|(name, words)| {
            let spans = vec![
                theme.span(Role::Label, format!("{name:<8}")),
                theme.span(Role::Text, text::shown(words).into_owned()),
            ];
            text::wrap_hanging(&Line::from(spans), columns)
        }));
        said
    }
}

/// What changed in a cell in which not everything is decided alike: by the letters it may look the same before and after.
fn changed_words(grid: &Grid, row: Row, column: Column) -> Option<String> {
    if grid.sides() < 2 || !grid.is_changed(row, column) {
        return None;
    }
    let (before, after) = (grid.shares(0, row, column), grid.shares(1, row, column));
    if before.len() < 2 && after.len() < 2 {
        return None;
    }
    let moved = (0..grid.behaviors.len()).filter_map(|at| {
        let (was, is) = (share_words(&before, at), share_words(&after, at));
        (was != is).then(|| format!("{} {was} → {is}", grid.behaviors[at]))
    });
    let moved: Vec<String> = moved.collect();
    let points = points_words(&grid.changed(row, column));
    Some(match moved.is_empty() {
        true => format!("{points}; the shares stay as they are"),
        false => format!("{points}: {}", moved.join(", ")),
    })
}

/// The share of one behavior among all that is done in a cell.
fn share_words(shares: &[(usize, Points)], behavior: usize) -> String {
    let all: Points = shares.iter().map(|(_, points)| points).sum();
    let points = shares.iter().find(|(at, _)| *at == behavior).map_or(Points::ZERO, |(_, points)| points.clone());
    percent(share(&points, &all))
}

/// Paragraphs on no more rows than these: the longest are cut first, so that something of each is seen, and the name of
/// the cell as a whole.
pub fn fit(mut paragraphs: Vec<Vec<Line<'static>>>, rows: usize, columns: usize) -> Vec<Line<'static>> {
    let count = |paragraphs: &[Vec<Line<'static>>]| paragraphs.iter().map(Vec::len).sum::<usize>();
    let is_blank = |paragraph: &Vec<Line<'static>>| paragraph.iter().all(|line| line.spans.is_empty());
    if count(&paragraphs) > rows {
        paragraphs.retain(|paragraph| !is_blank(paragraph));
    }
    while count(&paragraphs) > rows {
        let Some(longest) = paragraphs.iter_mut().skip(1).max_by_key(|paragraph| paragraph.len()) else { break };
        if longest.len() < 2 {
            break;
        }
        longest.pop();
        let Some(line) = longest.last_mut() else { break };
        let before: usize = line.spans.iter().rev().skip(1).map(|span| text::width(&span.content)).sum();
        if let Some(last) = line.spans.last_mut().filter(|last| !last.content.ends_with('…')) {
            let words = format!("{} …", last.content.trim_end().trim_end_matches(','));
            last.content = text::clip(&words, columns.saturating_sub(before)).into();
        }
    }
    paragraphs.concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn something_of_every_paragraph_is_seen() {
        let check = |rows: usize, expect: &str| {
            let said = [&[""][..], &["cell"], &["before a,", "b,", "c"], &["after a,", "b"], &["cases"]];
            let line = |words: &&str| if words.is_empty() { Line::default() } else { Line::from((*words).to_owned()) };
            let said = said.iter().map(|lines| lines.iter().map(line).collect()).collect();
            let fitted: Vec<String> = fit(said, rows, 40).iter().map(ToString::to_string).collect();
            assert_eq!(fitted.join("|"), expect);
        };
        check(8, "|cell|before a,|b,|c|after a,|b|cases");
        check(7, "cell|before a,|b,|c|after a,|b|cases");
        check(6, "cell|before a,|b …|after a,|b|cases");
        check(4, "cell|before a …|after a …|cases");
        check(1, "cell|before a …|after a …|cases");
    }
}
