//! Which two versions are looked at, and in short how they differ.

use crate::analyze::structure::{Change, ChangeKind, Subject};
use crate::report::figure::count;
use crate::tui::commit::counted_words;
use crate::tui::model::Model;
use crate::tui::readings::Readings;
use crate::tui::theme::{Role, Theme};
use crate::tui::versions;
use crate::vcs::Revision;
use ratatui::text::{Line, Span};
use std::collections::HashSet;

/// `main…feature   3 clauses edited · 1 added · 1 category moved   by ana, 2 commits`
pub fn line(model: &Model, readings: Option<&Readings>, theme: &Theme) -> Line<'static> {
    let head = model.chosen.as_ref().map(|chosen| versions::name(&chosen.head.revision));
    let head = head.unwrap_or_else(|| "working tree".to_owned());
    let versions = format!("{}…{head}", versions::base_name(model));
    let mut spans: Vec<Span<'static>> = vec![theme.span(Role::Title, versions)];
    let Some(readings) = readings else {
        spans.push(theme.span(Role::Dim, "   reading …"));
        return Line::from(spans);
    };
    let words = match (&readings.of.base, readings.files.is_empty()) {
        (None, _) => count(readings.files.len() as u64, "file", "files"),
        (Some(_), true) => "no difference".to_owned(),
        (Some(_), false) => summary(&readings.changes).unwrap_or_else(|| {
            format!("{} changed, the policy says the same", count(readings.files.len() as u64, "file", "files"))
        }),
    };
    spans.push(theme.span(Role::Text, format!("   {words}")));
    if let Some(by) = by(readings) {
        spans.push(theme.span(Role::Dim, format!("   {by}")));
    }
    Line::from(spans)
}

/// `by ana and lee, 2 commits`
fn by(readings: &Readings) -> Option<String> {
    let commits = readings.commits.as_ref().filter(|commits| !commits.is_empty())?;
    let mut names: Vec<&str> = Vec::new();
    for commit in commits {
        if !names.contains(&commit.author.name.as_str()) {
            names.push(&commit.author.name);
        }
    }
    let who = match names.as_slice() {
        [one] => (*one).to_owned(),
        [one, other] => format!("{one} and {other}"),
        [one, more @ ..] => format!("{one} and {} others", more.len()),
        [] => return None,
    };
    if let ([commit], false) = (commits.as_slice(), readings.of.head.revision == Revision::Worktree) {
        return Some(format!("by {who}, 1 commit: {}", commit.subject));
    }
    let here = if readings.of.head.revision == Revision::Worktree { ", and what is not committed" } else { "" };
    Some(format!("by {who}, {}{here}", count(commits.len() as u64, "commit", "commits")))
}

/// `3 clauses edited · 1 added · 1 category moved`; `None` where nothing changed. A thing counts once for each verb.
pub fn summary(changes: &[Change]) -> Option<String> {
    const KINDS: [&str; 8] = ["clause", "category", "spec", "behavior", "severity", "facet", "gate", "manifest"];
    const VERBS: [&str; 6] = ["edited", "added", "removed", "renamed", "moved", "reordered"];
    let mut parts = Vec::new();
    for what in KINDS {
        let mut named = false;
        for verb in VERBS {
            let of = changes.iter().filter(|change| change.subject.what() == what && self::verb(&change.kind) == verb);
            let things: HashSet<&Subject> = of.map(|change| &change.subject).collect();
            match things.len() {
                0 => continue,
                n if named => parts.push(format!("{n} {verb}")),
                n => parts.push(format!("{} {verb}", counted_words(what, n))),
            }
            named = true;
        }
    }
    (!parts.is_empty()).then(|| parts.join(" · "))
}

fn verb(kind: &ChangeKind) -> &'static str {
    match kind {
        ChangeKind::Added => "added",
        ChangeKind::Removed => "removed",
        ChangeKind::Renamed { .. } => "renamed",
        ChangeKind::Moved { .. } => "moved",
        ChangeKind::Reordered { .. } => "reordered",
        ChangeKind::Edited { .. } => "edited",
    }
}
