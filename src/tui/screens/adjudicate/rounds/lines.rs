//! How rounds look: a row of the list, how one stands, what one found.

use crate::agreement::round::{ExitStanding, LabelerStanding, Matched};
use crate::policy::round::Blindness;
use crate::report::figure::{count, proportion, thousands};
use crate::report::round::{exit_words, mark};
use crate::stats::Enough;
use crate::tui::components::bar::meter;
use crate::tui::components::list::Row;
use crate::tui::rounds::Listed;
use crate::tui::text;
use crate::tui::theme::{Role, Theme};
use ratatui::text::{Line, Span};

/// `2026-11-a  calibration      ▰▰▰▱▱▱ 40/88`
pub fn row(listed: &Listed, columns: usize, theme: &Theme) -> Row<'static> {
    let round = &listed.round;
    let (done, asked) = listed.standing.progress();
    let role = if round.is_open() { Role::Text } else { Role::Dim };
    let mut left = vec![theme.span(role, text::shown(round.name()).into_owned())];
    if columns >= 40 {
        left.push(theme.span(Role::Dim, format!("  {}", round.round.kind.word())));
    }
    let part = if asked > 0 { done as f64 / asked as f64 } else { 0.0 };
    let state = match round.is_open() {
        true if columns < 40 => format!("{}/{}", thousands(done as u64), thousands(asked as u64)),
        true => format!("{} {}/{}", meter(part, 6), thousands(done as u64), thousands(asked as u64)),
        false => "closed".to_owned(),
    };
    let met = listed.standing.exits.iter().filter(|exit| exit.enough == Enough::Met).count();
    if round.damage.is_some() {
        // Whether it is closed, and how far anybody is, nobody can tell.
        return Row::new(Line::from(left)).right(theme.line(Role::Error, "✗ damaged"));
    }
    let mut right = vec![theme.span(Role::Dim, state)];
    if !listed.standing.exits.is_empty() {
        let all = listed.standing.exits.len();
        let role = if met == all { Role::Better } else { Role::Dim };
        right.push(theme.span(role, format!(" {}{met}/{all}", if met == all { "✓" } else { "·" })));
    }
    Row::new(Line::from(left)).right(Line::from(right))
}

/// Everything that is to be known of a round in so many columns.
pub fn standing(listed: &Listed, columns: usize, theme: &Theme) -> Vec<Line<'static>> {
    let round = &listed.round.round;
    let mut lines = vec![
        Line::from(vec![
            theme.span(Role::Title, text::shown(&round.name).into_owned()),
            theme.span(Role::Dim, format!("  of {}", text::shown(&listed.set))),
        ]),
        theme.line(Role::Dim, about(listed)),
    ];
    if let Some(trouble) = listed.round.trouble() {
        let help = listed.round.damage.as_ref().map(|problem| problem.help.clone()).unwrap_or_default();
        let words = format!("✗ {}. {}", text::shown(&trouble), text::shown(&help));
        lines.extend(text::wrap_spans(&theme.line(Role::Error, words), columns));
        return lines;
    }
    if !round.purpose.is_empty() {
        lines.push(Line::from(text::shown(&round.purpose).into_owned()));
    }
    lines.push(theme.line(Role::Dim, sample(listed)));
    lines.push(Line::default());
    lines.push(theme.line(Role::Label, "LABELERS"));
    lines.extend(listed.standing.labelers.iter().flat_map(|labeler| of_labeler(labeler, columns, theme)));
    matches("ON PROBES, AS RULED", listed, |labeler| &labeler.probes, theme, &mut lines);
    matches("ON A SECOND READING, AS ON THE FIRST", listed, |labeler| &labeler.repeats, theme, &mut lines);
    lines.push(Line::default());
    lines.push(theme.line(Role::Label, if listed.standing.at_close { "ENOUGH, WHEN IT WAS CLOSED" } else { "ENOUGH" }));
    if listed.standing.exits.is_empty() {
        lines.push(theme.line(Role::Dim, "The round names no exit criterion."));
    }
    for exit in &listed.standing.exits {
        lines.push(exit_bar(exit, columns.saturating_sub(4).clamp(8, 60), theme));
        lines.push(Line::from(text::shown(&exit_words(exit)).into_owned()));
    }
    if listed.standing.exits.iter().any(|exit| exit.low().is_some()) {
        lines
            .push(theme.line(Role::Dim, "█ the lower end, from 0 to 1   ░ up to the upper end   ┃ what it must reach"));
    }
    lines
}

/// `calibration, sealed, open since 2026-11-21 by lee`
fn about(listed: &Listed) -> String {
    let round = &listed.round.round;
    let day = |at: &str| at.get(..10).unwrap_or(at).to_owned();
    let by = |by: &str| if by.is_empty() { String::new() } else { format!(" by {}", text::shown(by)) };
    let state = match &listed.round.closed {
        None => format!("open since {}{}", text::shown(&day(&round.opened)), by(&round.by)),
        Some(closed) => format!("closed {}{}", text::shown(&day(&closed.at)), by(&closed.by)),
    };
    let sealed = match round.blindness {
        Blindness::Sealed if listed.round.is_open() => "; labels stay sealed until it is closed",
        _ => "",
    };
    format!("{}, {}, {state}{sealed}", round.kind.word(), round.blindness.word())
}

fn sample(listed: &Listed) -> String {
    let (round, plan) = (&listed.round.round, &listed.round.plan);
    let probes = plan.iter().filter(|row| row.probe).count();
    let mut words = count((plan.len() - probes) as u64, "case", "cases");
    if let (Some(_), Some(of)) = (round.sample.size, round.sample.of) {
        words.push_str(&format!(" drawn of {} (seed {})", thousands(of as u64), round.seed));
    }
    if !round.sample.by.is_empty() {
        words.push_str(&format!(" by {}", text::shown(&round.sample.by.join(" and "))));
    }
    if !round.sample.filter.is_empty() {
        words.push_str(&format!(" that meet `{}`", text::shown(&round.sample.filter)));
    }
    if probes > 0 {
        words.push_str(&format!(", {}", count(probes as u64, "probe", "probes")));
    }
    format!("{words}, each read by {}", count(round.overlap as u64, "labeler", "labelers"))
}

fn of_labeler(labeler: &LabelerStanding, columns: usize, theme: &Theme) -> Vec<Line<'static>> {
    let part = if labeler.asked > 0 { labeler.done as f64 / labeler.asked as f64 } else { 0.0 };
    let width = (columns / 3).clamp(8, 28);
    let name = text::clip(&text::shown(&labeler.labeler), width);
    let pad = " ".repeat(width.saturating_sub(text::width(&name)));
    let role = if labeler.done == labeler.asked { Role::Better } else { Role::Accent };
    let mut spans = vec![
        Span::raw(format!("{name}{pad} ")),
        theme.span(role, meter(part, (columns / 5).clamp(6, 20))),
        Span::raw(format!(" {} of {}", thousands(labeler.done as u64), thousands(labeler.asked as u64))),
    ];
    let mut notes = Vec::new();
    if labeler.abstained > 0 {
        notes.push(count(labeler.abstained as u64, "abstention", "abstentions"));
    }
    if let Some(seconds) = labeler.seconds {
        notes.push(format!("{seconds} s a case"));
    }
    if labeler.repeated.1 > 0 {
        notes.push(format!("{} of {} read twice", labeler.repeated.0, labeler.repeated.1));
    }
    if columns < 90 {
        let note = theme.line(Role::Dim, format!("  {}", notes.join(", ")));
        return [Line::from(spans)].into_iter().chain((!notes.is_empty()).then_some(note)).collect();
    }
    spans.push(theme.span(Role::Dim, format!("  {}", notes.join(", "))));
    vec![Line::from(spans)]
}

fn matches(
    title: &str,
    listed: &Listed,
    of: impl Fn(&LabelerStanding) -> &Vec<Matched>,
    theme: &Theme,
    lines: &mut Vec<Line<'static>>,
) {
    let labelers = listed.standing.labelers.iter().filter(|labeler| !of(labeler).is_empty());
    let mut found: Vec<Line<'static>> = Vec::new();
    for labeler in labelers {
        for (n, Matched { field, same }) in of(labeler).iter().enumerate() {
            let name = if n == 0 { text::clip(&text::shown(&labeler.labeler), 20) } else { String::new() };
            let pad = " ".repeat(20usize.saturating_sub(text::width(&name)));
            found.push(Line::from(format!("{name}{pad} {field:<9} {}", proportion(*same))));
        }
    }
    if !found.is_empty() {
        lines.push(Line::default());
        lines.push(theme.line(Role::Label, title.to_owned()));
        lines.append(&mut found);
    }
}

/// The interval of a criterion's figure from 0 to 1, with the mark that its lower end must reach.
fn exit_bar(exit: &ExitStanding, columns: usize, theme: &Theme) -> Line<'static> {
    let place = |value: f64| ((value.clamp(0.0, 1.0) * columns as f64).round() as usize).min(columns);
    let (low, high) = exit.interval().map_or((0, 0), |interval| (place(interval.low), place(interval.high)));
    let needed = place(exit.exit.low).min(columns.saturating_sub(1));
    let role = if exit.enough == Enough::Met { Role::Better } else { Role::Worse };
    let mut spans = vec![theme.span(role, format!("{} ", mark(exit)))];
    spans.extend((0..columns).map(|at| {
        if at == needed {
            theme.span(Role::Title, "┃")
        } else if at < low {
            theme.span(role, "█")
        } else if at < high {
            theme.span(role, "░")
        } else {
            theme.span(Role::Dim, "·")
        }
    }));
    Line::from(spans)
}

/// The report for a terminal, line by line.
pub fn report(text: &str) -> Vec<Line<'static>> {
    text.lines().map(|line| Line::from(line.to_owned())).collect()
}
