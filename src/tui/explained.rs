//! A verdict with its trace, and readings in words: what every screen that shows a case says in the same way.

use super::text;
use super::theme::{Role, Theme};
use crate::decide::explain::{Explanation, NearMiss, Ruling};
use crate::policy::Policy;
use crate::policy::case::{FacetWord, Harm, Reading, Target};
use ratatui::text::Line;

/// How many near misses are told of each version.
const MISSES: usize = 3;

/// What one version says of a case and why: the verdict, the rulings on its harms, what nearly applied. `asked` is the clause
/// that is told of first where it did not apply.
pub fn side(
    name: &str,
    policy: &Policy,
    explained: &Explanation,
    asked: Option<&str>,
    theme: &Theme,
    lines: &mut Vec<Line<'static>>,
) {
    let behaviors = &policy.manifest.behaviors;
    let verdict = explained.verdict;
    let clause = verdict.clause.map_or("(default)", |ix| &policy.clause(ix).id);
    let mut spans = vec![
        theme.span(Role::Label, format!("{:<10}", text::clip(&text::shown(name), 9))),
        theme.span(Role::Accent, format!("{:<15}", text::shown(behaviors.id(verdict.behavior)))),
        theme.span(Role::Text, text::shown(clause).into_owned()),
    ];
    if verdict.undetermined {
        spans.push(theme.span(Role::Undetermined, "   ? undetermined"));
    }
    lines.push(Line::from(spans));
    for (at, ruling) in explained.rulings.iter().enumerate() {
        if explained.rulings.len() > 1 {
            let words = ruling.harm.as_ref().map(harm_words).unwrap_or_default();
            let clause = ruling.clause.map_or("(default)", |ix| &policy.clause(ix).id);
            let decisive = if at == explained.decisive { "  ← decides" } else { "" };
            let line = format!("          {words}: {} by {clause}{decisive}", behaviors.id(ruling.behavior));
            lines.push(theme.line(Role::Dim, text::shown(&line).into_owned()));
        }
    }
    if let Some(ruling) = explained.rulings.get(explained.decisive) {
        misses(policy, ruling, asked, theme, lines);
    }
    if let Some(possible) = &explained.undetermined {
        let category = &policy.taxonomy.get(possible.category).id;
        let words =
            format!("          nobody judged `{category}`: it could make this {}", behaviors.id(possible.behavior));
        lines.push(theme.line(Role::Undetermined, text::shown(&words).into_owned()));
    }
}

fn misses(policy: &Policy, ruling: &Ruling, asked: Option<&str>, theme: &Theme, lines: &mut Vec<Line<'static>>) {
    let is_asked = |miss: &&NearMiss| asked == Some(&*policy.clause(miss.clause).id);
    let first = ruling.misses.iter().filter(is_asked);
    let near = ruling.misses.iter().filter(|miss| miss.is_near() && !is_asked(miss));
    for miss in first.chain(near).take(MISSES) {
        let clause = &policy.clause(miss.clause).id;
        let line =
            format!("          {clause} would have applied but for {}: {} is {}", miss.test, miss.subject, miss.met);
        lines.push(theme.line(Role::Dim, text::shown(&line).into_owned()));
    }
}

/// `bio-weapons · high`
pub fn harm_words(harm: &Harm) -> String {
    let severity = harm.severity.as_deref().unwrap_or("severity unknown");
    match harm.target {
        Target::Request => format!("{} · {severity}", harm.category),
        Target::Response => format!("{} · {severity} · in the response", harm.category),
    }
}

/// `intent benign · context fiction + research`
pub fn facet_words(reading: &Reading) -> String {
    let word = |word: &FacetWord| match word {
        FacetWord::One(word) => word.clone(),
        FacetWord::Many(words) if words.is_empty() => "(none)".to_owned(),
        FacetWord::Many(words) => words.join(" + "),
    };
    reading.facets.iter().map(|(name, value)| format!("{name} {}", word(value))).collect::<Vec<_>>().join(" · ")
}
