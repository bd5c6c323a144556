//! What stands in the panes of a case that is being settled.

use super::at_hand::AtHand;
use super::readings::harms;
use crate::decide::explain::explain;
use crate::policy::Policy;
use crate::policy::case::{Harm, Reading};
use crate::policy::ruling::Disposition;
use crate::precedent::Near;
use crate::report::figure::count;
use crate::tui::conversation::{self, Cover};
use crate::tui::explained::side;
use crate::tui::screens::adjudicate::{guidance, precedents};
use crate::tui::text;
use crate::tui::theme::{Role, Theme};
use crate::workspace::settling::{Choice, Lacks, Relation};
use ratatui::text::Line;

/// The case itself, covered where it is sensitive.
pub fn case(at: &AtHand, theme: &Theme) -> Vec<Line<'static>> {
    let mut lines = conversation::origin(&at.case, theme);
    if at.is_covered() {
        lines.push(Line::default());
        lines.push(theme.line(Role::Dim, "This case is marked sensitive and stays covered. `X` uncovers it."));
        return lines;
    }
    if let Some(words) = conversation::covered_words(&at.case, at.uncovered, "X") {
        lines.push(theme.line(Role::Dim, words));
    }
    lines.extend(conversation::turns(&at.case, Cover::unless(at.uncovered), theme));
    lines
}

/// The definitions and clauses that apply to any of the readings.
pub fn applies(at: &AtHand, policy: &Policy, theme: &Theme) -> Vec<Line<'static>> {
    let mut lines = vec![theme.line(Role::Title, "WHAT APPLIES")];
    let mut found: Vec<Option<&Harm>> = Vec::new();
    for voice in &at.findings.voices {
        let harms = voice.reading.harms.iter().map(Some).chain(voice.reading.harms.is_empty().then_some(None));
        for harm in harms {
            if !found.iter().any(|other| other.map(|h| &h.category) == harm.map(|h| &h.category)) {
                found.push(harm);
            }
        }
    }
    let so_far = at.reading().cloned().unwrap_or_default();
    let mut clauses = Vec::new();
    for harm in &found {
        clauses.extend(guidance::clauses(policy, *harm, &so_far));
        if let Some(ix) = harm.and_then(|harm| policy.taxonomy.find(&harm.category)) {
            lines.push(Line::default());
            lines.extend(guidance::category(policy, ix, theme));
        }
    }
    clauses.sort_unstable();
    clauses.dedup();
    lines.push(Line::default());
    lines.extend(guidance::clause_lines(policy, &clauses, theme));
    let behaviors = guidance::behaviors(policy, theme);
    if !behaviors.is_empty() {
        lines.push(Line::default());
        lines.extend(behaviors);
    }
    lines
}

/// The rulings nearest to the case; `None` while they are being looked for.
pub fn precedents(at: &AtHand, near: Option<&[Near]>, theme: &Theme) -> Vec<Line<'static>> {
    let mut lines = vec![theme.line(Role::Title, "PRECEDENTS")];
    match near {
        None => lines.push(theme.line(Role::Dim, "Looking for rulings on cases like this one …")),
        Some([]) => lines.push(theme.line(Role::Dim, "No ruling on a case like this one.")),
        Some(near) => near.iter().for_each(|near| {
            let relation = at.draft.relation(&near.precedent.ruling.case);
            lines.extend(precedents::lines(near, relation, theme));
        }),
    }
    lines
}

/// The ruling so far, or as it was given.
pub fn ruling(at: &AtHand, policy: &Policy, theme: &Theme) -> Vec<Line<'static>> {
    let title = if at.is_open() { "RULED" } else { "RULING" };
    let mut lines = vec![theme.line(Role::Title, title)];
    let draft = &at.draft;
    let mut row = |label: &str, role: Role, words: String| {
        if !words.is_empty() {
            let label = theme.span(Role::Label, format!("{label:<14}"));
            lines.push(Line::from(vec![label, theme.span(role, shown(&words))]));
        }
    };
    row("decides", if draft.choice.is_some() { Role::Accent } else { Role::Dim }, decides(at));
    let disposition = draft.disposition(&at.findings);
    row("stands", Role::Text, disposition.map(|d| d.word().to_owned()).unwrap_or_default());
    if disposition == Some(Disposition::Split) {
        let counts = at.findings.distribution.iter().map(|(behavior, n)| format!("{n} {behavior}"));
        row("kept", Role::Text, counts.collect::<Vec<_>>().join(", "));
    }
    let dissent = draft.ruling(&at.id, &at.findings).dissent.len();
    if dissent > 0 {
        row("dissent", Role::Text, format!("{} kept on record", count(dissent as u64, "reading", "readings")));
    }
    row("cause", Role::Text, draft.causes.iter().map(|cause| cause.word().to_owned()).collect::<Vec<_>>().join(", "));
    row("holding", Role::Text, draft.holding.clone());
    for relation in [Relation::Follows, Relation::Distinguishes, Relation::Overrules] {
        let cases = match relation {
            Relation::Follows => &draft.follows,
            Relation::Distinguishes => &draft.distinguishes,
            Relation::Overrules => &draft.overrules,
        };
        row(relation.word(), Role::Text, cases.join(", "));
    }
    if at.is_open() {
        lines.extend(verdict(at, policy, theme));
        lines.push(Line::default());
        lines.push(theme.line(Role::Dim, "It is on disk. `R` goes on to the next case, `u` takes it back."));
        return lines;
    }
    let words = match draft.lacks(&at.findings) {
        Some(Lacks::Choice) => "Take a reading by its number, or give another with `e`.",
        Some(Lacks::Behavior) => "This reading names no behavior: give another with `e`.",
        Some(Lacks::Holding) => "`R` asks for the holding, then gives the ruling.",
        None => "`R` gives the ruling.",
    };
    if draft.saw.verdict {
        lines.extend(verdict(at, policy, theme));
        lines.push(theme.line(Role::Dim, "It is recorded that the verdict was seen before the ruling."));
    }
    lines.push(theme.line(Role::Dim, words));
    lines
}

fn decides(at: &AtHand) -> String {
    let reading = |reading: &Reading| {
        let behavior = reading.behavior.as_deref().unwrap_or("no behavior");
        format!("{behavior} · {}", harms(reading, false))
    };
    match (&at.draft.choice, at.draft.decision(&at.findings)) {
        (None, _) => "nothing yet".to_owned(),
        (Some(Choice::Split), _) => "no gold label: a legitimate split".to_owned(),
        (Some(Choice::Deferred), _) => "put off".to_owned(),
        (Some(_), None) => String::new(),
        (Some(_), Some(decision)) => match at.taken() {
            Some(place) => format!("{}, {}", AtHand::letter(place), reading(decision)),
            None => reading(decision),
        },
    }
}

/// What the policy says of the decision, and why.
fn verdict(at: &AtHand, policy: &Policy, theme: &Theme) -> Vec<Line<'static>> {
    let Some(decision) = at.draft.decision(&at.findings).or_else(|| at.reading()) else { return Vec::new() };
    let mut lines = vec![Line::default(), theme.line(Role::Title, "WHAT THE POLICY SAYS")];
    side("verdict", policy, &explain(policy, decision), None, theme, &mut lines);
    lines
}

/// The ruling in one line, for where its pane is not in sight.
pub fn strip(at: &AtHand, theme: &Theme) -> Line<'static> {
    let disposition = at.draft.disposition(&at.findings).map(|d| format!(" · {}", d.word())).unwrap_or_default();
    let holding = if at.draft.holding.is_empty() { String::new() } else { format!(" · “{}”", at.draft.holding) };
    let (role, word) = if at.is_open() { (Role::Better, "ruled") } else { (Role::Label, "ruling") };
    Line::from(vec![
        theme.span(role, format!("{word}  ")),
        theme.span(Role::Text, shown(&format!("{}{disposition}{holding}", decides(at)))),
    ])
}

fn shown(words: &str) -> String {
    text::shown(words).into_owned()
}
