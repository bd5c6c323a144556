//! What one labeler says where another says something else, as a matrix.

use super::figures::{GOLD, left_out, p_words};
use crate::agreement::{Confused, Scale};
use crate::report::figure::{count, thousands};
use crate::tui::measured::Measured;
use crate::tui::text;
use crate::tui::theme::{Role, Theme};
use ratatui::text::{Line, Span};

/// So many confusions of all labelers together are told.
const MOST_MIXED: usize = 12;

/// The matrix of two labelers with its tests, then what all labelers confuse.
pub fn lines(measured: &Measured, pair: Option<usize>, columns: usize, theme: &Theme) -> Vec<Line<'static>> {
    let agreement = &measured.agreement;
    let mut lines = Vec::new();
    if agreement.scale == Scale::Sets {
        lines.push(
            theme.line(Role::Dim, "Labels of several answers at once are compared answer by answer, under measures."),
        );
        return lines;
    }
    match pair.and_then(|at| agreement.confusions.get(at)) {
        Some(confused) => matrix(confused, agreement.field.higher_word(), columns, theme, &mut lines),
        None => lines.push(theme.line(Role::Dim, "Enter on a pair shows what the two confuse.")),
    }
    lines.push(Line::default());
    lines.push(theme.line(Role::Title, "WHAT ALL LABELERS CONFUSE"));
    if agreement.differing == 0 {
        lines.push(theme.line(Role::Dim, "Nothing: wherever two labels meet on a case they say the same."));
    }
    for mixed in agreement.mixed.iter().take(MOST_MIXED) {
        let share = crate::report::figure::percent(mixed.n as f64 / agreement.differing.max(1) as f64);
        let words = format!("{} and {}", text::shown(&mixed.first), text::shown(&mixed.second));
        lines.push(Line::from(vec![
            theme.span(Role::Text, format!("  {words:<34}")),
            theme.span(Role::Text, format!("{:>9}", thousands(mixed.n))),
            theme.span(Role::Dim, format!("  {share} of the pairs of labels that differ")),
        ]));
    }
    lines
}

fn matrix(confused: &Confused, higher_word: &str, columns: usize, theme: &Theme, lines: &mut Vec<Line<'static>>) {
    let choices = &confused.choices;
    let [a, b] = [&confused.a, confused.b.as_deref().unwrap_or(GOLD)].map(|who| text::shown(who).into_owned());
    lines.push(theme.line(Role::Title, format!("{a}  AGAINST  {b}")));
    // All columns are alike, and as wide as there is room for.
    let name = 16;
    let cell = (columns.saturating_sub(name + 2) / choices.len().max(1)).clamp(4, 15);
    let heading: String = choices.iter().map(|choice| format!("{:>cell$}", text::clip(choice, cell - 1))).collect();
    lines.push(theme.line(Role::Dim, format!("  {:<name$}{heading}", text::clip(&format!("{a} ↓ {b} →"), name - 1))));
    for (at, (row, choice)) in confused.counts.rows().zip(choices.iter()).enumerate() {
        let mut spans: Vec<Span<'static>> =
            vec![theme.span(Role::Label, format!("  {:<name$}", text::clip(choice, name - 1)))];
        for (column, &n) in row.iter().enumerate() {
            let role = match (n, column == at) {
                (0, _) => Role::Dim,
                (_, true) => Role::Better,
                _ => Role::Worse,
            };
            let shown = if n == 0 { "·".to_owned() } else { thousands(n) };
            spans.push(theme.span(role, format!("{shown:>cell$}")));
        }
        lines.push(Line::from(spans));
    }
    lines.push(Line::default());
    let total = confused.counts.total();
    let words = format!("the same on {} of {}", thousands(confused.counts.agreed()), count(total, "case", "cases"));
    lines.push(theme.line(Role::Text, words));
    if confused.cases.dropped() > 0 {
        lines.push(theme.line(Role::Dim, left_out(&confused.cases)));
    }
    if confused.counts.agreed() == total {
        lines.push(theme.line(Role::Dim, "nothing was confused, so there is nothing to test"));
        return;
    }
    if let Some((higher_a, higher_b)) = confused.higher {
        let words = match (higher_a, higher_b) {
            (first, second) if first > second => {
                format!("{a} is the {higher_word} one: higher on {first}, lower on {second}")
            }
            (first, second) if second > first => {
                format!("{b} is the {higher_word} one: higher on {second}, lower on {first}")
            }
            (first, _) => format!("neither is {higher_word}: each is higher on {first}"),
        };
        lines.push(theme.line(Role::Text, words));
    }
    let tests = [
        ("whether both give each answer as often (Stuart-Maxwell)", confused.stuart_maxwell),
        ("whether each confusion is as frequent as its reverse (Bowker)", confused.bowker),
    ];
    for (words, test) in tests {
        if let Some(test) = test {
            let line = format!("{words}: χ² {:.2}, {} df, p {}", test.statistic, test.df, p_words(test.p));
            lines.push(theme.line(Role::Dim, line));
        }
    }
}
