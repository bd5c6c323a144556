//! The key of the grid: what every sign in it means, on as many rows as that takes.

use super::draw::role;
use crate::tui::text;
use crate::tui::theme::{Role, Theme};
use ratatui::text::{Line, Span};
use std::sync::Arc;

/// What there is to explain.
pub struct Legend<'a> {
    /// The facet across, if there is one.
    pub facet: Option<&'a str>,
    /// From permissive to restrictive, each with its letter.
    pub behaviors: &'a [Arc<str>],
    pub letters: &'a [char],
    /// Whether two versions stand side by side.
    pub of_two: bool,
    /// Whether some row can be folded.
    pub folds: bool,
}

impl Legend<'_> {
    /// The rows, none wider than so many columns where its parts allow it.
    pub fn rows(&self, theme: &Theme, columns: usize) -> Vec<Line<'static>> {
        let facet = self.facet.map(|facet| format!(" × {facet}")).unwrap_or_default();
        let mut parts =
            vec![vec![theme.span(Role::Title, text::shown(&format!("GRID  severity{facet}")).into_owned())]];
        for (at, behavior) in self.behaviors.iter().enumerate() {
            let letter = self.letters.get(at).copied().unwrap_or('?');
            parts.push(vec![
                theme.span(role(at, self.behaviors.len()), letter.to_string()),
                theme.span(Role::Dim, text::shown(&format!(" {behavior}")).into_owned()),
            ]);
        }
        let signs = [
            ("±", "not all alike: the most restrictive", true),
            ("[before after]", "changed", self.of_two),
            ("·", "no such case", true),
            ("?", "not known", self.facet.is_some()),
            ("+", "with all below, folded", self.folds),
            ("-", "alone, unfolded", self.folds),
        ];
        for (sign, means, _) in signs.iter().filter(|(_, _, shown)| *shown) {
            parts.push(vec![theme.span(Role::Text, (*sign).to_owned()), theme.span(Role::Dim, format!(" {means}"))]);
        }
        flow(parts, columns)
    }
}

/// Puts parts on rows one after the other; none is broken.
fn flow(parts: Vec<Vec<Span<'static>>>, columns: usize) -> Vec<Line<'static>> {
    const GAP: usize = 2;
    let mut rows: Vec<Line<'static>> = Vec::new();
    for part in parts {
        let part = Line::from(part);
        match rows.last_mut() {
            Some(row) if text::line_width(row) + GAP + text::line_width(&part) <= columns => {
                row.push_span(Span::raw(" ".repeat(GAP)));
                row.spans.extend(part.spans);
            }
            _ => rows.push(part),
        }
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(columns: usize, of_two: bool) -> String {
        let behaviors: Vec<Arc<str>> = ["comply", "safe-complete", "refuse", "escalate"].map(Into::into).to_vec();
        let legend = Legend {
            facet: Some("intent"),
            behaviors: &behaviors,
            letters: &['C', 'S', 'R', 'E'],
            of_two,
            folds: true,
        };
        let rows = legend.rows(&Theme::default(), columns);
        assert!(rows.iter().all(|row| text::line_width(row) <= columns), "{rows:?}");
        rows.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn every_sign_is_explained_whatever_the_width() {
        insta::assert_snapshot!(check(77, true), @"
        GRID  severity × intent  C comply  S safe-complete  R refuse  E escalate
        ± not all alike: the most restrictive  [before after] changed  · no such case
        ? not known  + with all below, folded  - alone, unfolded
        ");
        insta::assert_snapshot!(check(48, false), @"
        GRID  severity × intent  C comply
        S safe-complete  R refuse  E escalate
        ± not all alike: the most restrictive
        · no such case  ? not known
        + with all below, folded  - alone, unfolded
        ");
    }
}
