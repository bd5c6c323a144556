//! A ruling near to a case, as every part of the screen shows it.

use crate::precedent::{Near, State};
use crate::tui::text;
use crate::tui::theme::{Role, Theme};
use crate::workspace::settling::Relation;
use ratatui::text::Line;

/// How near, which case, what was ruled and why, and in what the two cases differ. `relation` is what the ruling being
/// given has to this one.
pub fn lines(near: &Near, relation: Option<Relation>, theme: &Theme) -> Vec<Line<'static>> {
    let ruling = &near.precedent.ruling;
    let stand = &near.precedent.stand;
    let behavior = ruling.decision.as_ref().and_then(|decision| decision.behavior.as_deref());
    let mut spans = vec![
        theme.span(Role::Label, format!("{:.2}  ", near.nearness)),
        theme.span(Role::Accent, shown(&ruling.case)),
        theme.span(Role::Text, format!("  {}", shown(behavior.unwrap_or(ruling.disposition.word())))),
    ];
    match relation {
        Some(relation) => spans.push(theme.span(Role::Key, format!("  ← {}", relation.word()))),
        None if stand.is_binding() => {}
        None => spans.push(theme.span(Role::Dim, format!("  {}", why_not_binding(near)))),
    }
    let mut lines = vec![Line::from(spans)];
    if !ruling.holding.is_empty() {
        lines.push(theme.line(Role::Text, format!("      “{}”", shown(&ruling.holding))));
    }
    if let Some(compared) = &near.compared {
        lines.push(theme.line(Role::Dim, format!("      {}", shown(&compared.words()))));
    }
    lines
}

fn why_not_binding(near: &Near) -> String {
    let stand = &near.precedent.stand;
    if let Some(case) = stand.overruled_by.first() {
        return format!("overruled by {}", shown(case));
    }
    match (stand.state, stand.outdated.first()) {
        (State::Settles, Some(outdated)) => format!("stale: {}", shown(&outdated.words())),
        (State::Settles, None) => "does not bind".to_owned(),
        (State::Beside, _) => "another ruling stands beside it".to_owned(),
        (State::Superseded, _) => "replaced".to_owned(),
    }
}

fn shown(words: &str) -> String {
    text::shown(words).into_owned()
}
