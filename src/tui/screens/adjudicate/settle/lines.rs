//! What stands in the panes of a case that is being settled.

use super::at_hand::AtHand;
use super::readings::harms;
use crate::analyze::text::{Tag, lines as difference};
use crate::decide::explain::explain;
use crate::policy::Policy;
use crate::policy::case::Reading;
use crate::policy::ruling::Disposition;
use crate::policy::taxonomy::CategoryIx;
use crate::report::figure::count;
use crate::tui::conversation::{self, Cover};
use crate::tui::explained::side;
use crate::tui::model::Nearest;
use crate::tui::screens::adjudicate::{guidance, precedents};
use crate::tui::text;
use crate::tui::theme::{Role, Theme};
use crate::workspace::settling::{Choice, Lacks, Relation, Reworded};
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
    let mut lines = reworded(at, theme);
    lines.push(theme.line(Role::Title, "WHAT APPLIES"));
    let mut found: Vec<CategoryIx> = Vec::new();
    let mut clauses = Vec::new();
    // As every reading has it, and as it is decided: what could apply to one of them need not to another.
    for reading in at.findings.voices.iter().map(|voice| &voice.reading).chain(at.draft.decision(&at.findings)) {
        let harms = reading.harms.iter().map(Some).chain(reading.harms.is_empty().then_some(None));
        for harm in harms {
            clauses.extend(guidance::clauses(policy, harm, reading));
            found.extend(harm.and_then(|harm| policy.taxonomy.find(&harm.category)).filter(|ix| !found.contains(ix)));
        }
    }
    if at.findings.voices.is_empty() && at.draft.choice.is_none() {
        clauses.extend(guidance::clauses(policy, None, &Reading::default()));
    }
    for ix in found {
        lines.push(Line::default());
        lines.extend(guidance::category(policy, ix, theme));
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

/// What changed in the texts that the ruling on the case rests on.
fn reworded(at: &AtHand, theme: &Theme) -> Vec<Line<'static>> {
    if at.stale_ruling().is_none() {
        return Vec::new();
    }
    let mut lines = vec![theme.line(Role::Title, "WHAT CHANGED SINCE IT WAS RULED ON")];
    let Some(found) = &at.reworded else {
        lines.extend([theme.line(Role::Dim, "Looking for the earlier wording …"), Line::default()]);
        return lines;
    };
    for Reworded { text, before, now } in found {
        lines.push(theme.line(Role::Accent, shown(text)));
        match (before, now) {
            (_, None) => lines.push(theme.line(Role::Remove, "  It is gone.")),
            (None, Some(_)) => {
                lines.push(theme.line(
                    Role::Dim,
                    "  The wording that was ruled on is not in the history; below it is as it is now.",
                ));
            }
            (Some(before), Some(now)) => {
                let hunks = difference(before, now, 0, None).hunks;
                lines.extend(hunks.iter().flat_map(|hunk| &hunk.lines).map(|line| {
                    let role = match line.tag {
                        Tag::Removed => Role::Remove,
                        Tag::Added => Role::Add,
                        Tag::Same => Role::Text,
                    };
                    theme.line(role, shown(&format!("  {} {}", line.tag.sign(), line.text())))
                }));
            }
        }
    }
    lines.push(Line::default());
    lines
}

/// The rulings nearest to the case, and by what they are; `None` while they are being looked for.
pub fn precedents(at: &AtHand, near: Option<&Nearest>, theme: &Theme) -> Vec<Line<'static>> {
    let mut title = vec![theme.span(Role::Title, "PRECEDENTS")];
    let Some(near) = near else {
        let words = theme.line(Role::Dim, "Looking for rulings on cases like this one …");
        return vec![Line::from(title), words];
    };
    let by = match (&near.decision, at.findings.voices.len()) {
        (Some(_), _) => "  compared with the decision",
        (None, 2..) => "  compared with each reading",
        _ => "",
    };
    title.push(theme.span(Role::Dim, by));
    let mut lines = vec![Line::from(title)];
    if near.rulings.is_empty() {
        lines.push(theme.line(Role::Dim, "No ruling on a case like this one."));
    }
    for (near, voice) in near.rulings.iter().zip(&near.voices) {
        let relation = at.draft.relation(&near.precedent.ruling.case);
        let mut of_one = precedents::lines(near, relation, theme);
        let place = voice.and_then(|voice| at.said.iter().position(|said| said.voice == Some(voice)));
        if let (Some(place), Some(first)) = (place, of_one.first_mut()) {
            first.push_span(theme.span(Role::Dim, format!("  as {} reads it", AtHand::letter(place))));
        }
        lines.extend(of_one);
    }
    lines
}

/// The ruling so far, or as it was given. `looking`: none is made, since the case is of a batch's sample.
pub fn ruling(at: &AtHand, policy: &Policy, looking: bool, theme: &Theme) -> Vec<Line<'static>> {
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
        Some(Lacks::Choice) if at.stale_ruling().is_some() => {
            "`A` gives the same ruling again, on the texts as they are now."
        }
        _ if looking => {
            "A sample of what is unanimous: `R` says that all is right, `d` takes the case out of the batch."
        }
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
