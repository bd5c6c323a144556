//! The effect pane: what the edit under one's hands does to the gold sets.

use super::command::Context;
use super::components::Outcome;
use super::components::list::{List, Row};
use super::event::Event;
use super::model::{Ask, Base, Model, Target};
use super::text;
use super::theme::{Role, Theme};
use crate::policy::problem::Level;
use crate::replay::flip::FlipKind;
use crate::replay::gates::GateStatus;
use crate::replay::measures::{RATES, Rate};
use crate::replay::run::{Flip, Replay, SetReplay};
use crate::report::figure;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use std::sync::Arc;

/// What is selected in the pane; the figures are the model's.
#[derive(Debug, Clone, Default)]
pub struct EffectPane {
    list: List,
    /// The replay's flips, the worst first: position of the set, the flip.
    flips: Vec<(usize, Flip)>,
    /// The replay that `flips` were taken from.
    seen: Option<Arc<Replay>>,
}

impl EffectPane {
    /// Where keys go while the pane has the focus.
    pub const CONTEXTS: [Context; 2] = [Context::List, Context::Effect];

    /// Takes over the flips of a newer replay; the selection stays on its row.
    pub fn refresh(&mut self, model: &Model) {
        let same = match (&self.seen, &model.replay) {
            (Some(seen), Some(now)) => Arc::ptr_eq(seen, now),
            (None, None) => true,
            _ => false,
        };
        if same {
            return;
        }
        self.seen = model.replay.clone();
        self.flips = model.replay.as_deref().map(worst_first).unwrap_or_default();
        self.list.set(self.flips.len());
    }

    /// An event while the pane has the focus; whether it was for it.
    pub fn handle(&mut self, event: &Event, model: &mut Model) -> bool {
        match self.list.handle(event) {
            Some(Outcome::Opened) => {
                if let Some(target) = self.selected() {
                    model.ask(Ask::GoTo(target));
                }
                true
            }
            Some(_) => true,
            None => false,
        }
    }

    /// The case of the selected flip.
    pub fn selected(&self) -> Option<Target> {
        let (set, flip) = self.flips.get(self.list.selected()?)?;
        let set = self.seen.as_ref()?.sets.get(*set)?;
        Some(target(set, *flip))
    }

    pub fn render(&mut self, area: Rect, buf: &mut Buffer, model: &Model, theme: &Theme, focused: bool) {
        if area.is_empty() {
            return;
        }
        let columns = area.width;
        let mut y = area.y;
        let mut put = |y: &mut u16, line: &Line<'_>| {
            if *y < area.bottom() {
                text::put_line(buf, (area.x + 1, *y), columns.saturating_sub(1), line);
                *y += 1;
            }
        };
        let against = match &model.base {
            Base::Version(side) => format!("against {}", side.revision.name()),
            Base::None(_) => "nothing to compare with".to_owned(),
            Base::Loading => "…".to_owned(),
        };
        put(&mut y, &Line::from(vec![theme.span(Role::Title, "EFFECT  "), theme.span(Role::Dim, against)]));
        let Some(replay) = model.replay.clone() else {
            let words = if model.sets.is_none() { "loading the gold sets …" } else { "replaying …" };
            put(&mut y, &theme.line(Role::Dim, words));
            return;
        };
        put(&mut y, &counts(&replay, model, theme, usize::from(columns)));
        if let Base::None(why) = &model.base {
            put(&mut y, &theme.line(Role::Dim, format!("{why}: no flips to show")));
        }
        y += 1;

        // The figures stand at the bottom, so that the flips have what is left.
        let below = figures(&replay, model, theme, usize::from(columns));
        let room = area.bottom().saturating_sub(y);
        let rows = u16::try_from(below.len()).unwrap_or(u16::MAX).min(room.saturating_sub(room / 3));
        let list = Rect { y, height: room - rows, ..area };
        let flips = &self.flips;
        self.list.render(list, buf, theme, focused, |at, columns| {
            let Some((set, flip)) = flips.get(at) else { return Row::default() };
            flip_row(&replay, *set, *flip, usize::from(columns), theme)
        });
        for (y, line) in (list.bottom()..area.bottom()).zip(&below) {
            text::put_line(buf, (area.x + 1, y), columns.saturating_sub(1), line);
        }
    }

    /// The whole effect in one line, for narrow windows.
    pub fn strip(model: &Model, theme: &Theme) -> Line<'static> {
        let Some(replay) = &model.replay else { return theme.line(Role::Dim, "effect: loading …") };
        let mut spans = counts(replay, model, theme, usize::MAX).spans;
        let agree = replay.head_measures().agree;
        spans.push(theme.span(Role::Dim, "   agree "));
        spans.push(theme.span(Role::Text, format!("{}/{}", agree.hits, agree.of)));
        for gate in replay.gates.iter().filter(|gate| gate.status == GateStatus::Fail) {
            let tier = gate.tier.map(|tier| format!(" tier {tier}")).unwrap_or_default();
            spans.push(theme.span(Role::Worse, format!("   gate FAIL {}{tier}", gate.kind.word())));
        }
        Line::from(spans)
    }
}

/// A flip as a row: sign, case, what it was and is.
///
/// Where there is too little room the behaviors are cut, so that what changed can still be told.
pub fn flip_row<'a>(replay: &Replay, set: usize, flip: Flip, columns: usize, theme: &Theme) -> Row<'a> {
    let Some(set) = replay.sets.get(set) else { return Row::default() };
    let id = set.gold.id(flip.row as usize).into_owned();
    let role = role(flip.kind);
    let left = Line::from(vec![theme.span(role, format!(" {} ", flip.kind.sign())), theme.span(Role::Text, id)]);
    // What the id and the arrow leave, shared by the two behaviors.
    let each = columns.saturating_sub(text::line_width(&left) + 5) / 2;
    Row::new(left).right(theme.line(Role::Dim, from_to_in(replay, flip, each.max(4))))
}

/// `refuse → comply`, with `?` behind what is undetermined.
pub fn from_to(replay: &Replay, flip: Flip) -> String {
    from_to_in(replay, flip, usize::MAX)
}

fn from_to_in(replay: &Replay, flip: Flip, columns: usize) -> String {
    let mark = |undetermined: bool| if undetermined { "?" } else { "" };
    let head = text::clip(replay.head.manifest.behaviors.id(flip.head.behavior), columns);
    let base = replay.base.as_ref().map_or("", |base| base.manifest.behaviors.id(flip.base.behavior));
    let base = text::clip(base, columns);
    format!("{base}{} → {head}{}", mark(flip.base.undetermined), mark(flip.head.undetermined))
}

pub fn role(kind: FlipKind) -> Role {
    match kind {
        FlipKind::Regressed => Role::Worse,
        FlipKind::Fixed => Role::Better,
        FlipKind::Changed => Role::Changed,
    }
}

/// The flips of all sets, regressions first, each with the position of its set.
pub fn worst_first(replay: &Replay) -> Vec<(usize, Flip)> {
    let of_set = |(at, set): (usize, &SetReplay)| set.flips.iter().map(move |flip| (at, *flip)).collect::<Vec<_>>();
    let mut flips: Vec<(usize, Flip)> = replay.sets.iter().enumerate().flat_map(of_set).collect();
    flips.sort_by_key(|(_, flip)| flip.kind);
    flips
}

pub fn target(set: &SetReplay, flip: Flip) -> Target {
    Target::Case { set: set.gold.set().to_string(), case: set.gold.id(flip.row as usize).into_owned() }
}

fn counts(replay: &Replay, model: &Model, theme: &Theme, columns: usize) -> Line<'static> {
    let narrow = columns < 44;
    let mut spans: Vec<Span<'static>> = Vec::new();
    for kind in FlipKind::ALL {
        let count = replay.count(kind);
        if kind == FlipKind::Changed && count == 0 {
            continue;
        }
        let gap = if spans.is_empty() {
            ""
        } else if narrow {
            "  "
        } else {
            "   "
        };
        let word = if narrow && kind == FlipKind::Changed { "" } else { kind.word() };
        let space = if word.is_empty() { "" } else { " " };
        let role = if count == 0 { Role::Dim } else { role(kind) };
        spans.push(theme.span(role, format!("{gap}{} {word}{space}{count}", kind.sign())));
    }
    if !model.is_fresh() {
        spans.push(theme.span(Role::Dim, "  …"));
    }
    Line::from(spans)
}

/// Measures, gates and problems, one line each.
fn figures(replay: &Replay, model: &Model, theme: &Theme, columns: usize) -> Vec<Line<'static>> {
    let mut lines = vec![Line::default()];
    let (head, base) = (replay.head_measures(), replay.base_measures());
    for Rate { name, pick, more_is_better } in RATES {
        let (now, before) = (pick(&head), base.as_ref().map(pick));
        let mut spans = vec![
            theme.span(Role::Label, format!("{name:<13}")),
            theme.span(Role::Text, format!("{:>8}", format!("{}/{}", now.hits, now.of))),
        ];
        if let Some(rate) = now.rate() {
            spans.push(theme.span(Role::Dim, format!(" {:>7}", figure::percent(rate))));
        }
        if let (Some(now), Some(before)) = (now.rate(), before.and_then(|before| before.rate()))
            && now != before
        {
            let better = (now > before) == more_is_better;
            let sign = if now > before { "▲" } else { "▼" };
            let word = if better { "better" } else { "worse" };
            // The arrow says which way it went, the word whether that is good: never colour alone.
            let shown = if columns >= 44 { format!("  {sign} {word}") } else { format!(" {sign}") };
            spans.push(theme.span(if better { Role::Better } else { Role::Worse }, shown));
        }
        lines.push(Line::from(spans));
    }
    if head.undetermined > 0 {
        let words = format!("? {} undetermined, in no figure", head.undetermined);
        lines.push(theme.line(Role::Undetermined, words));
    }
    if !replay.gates.is_empty() {
        lines.push(Line::default());
    }
    for gate in &replay.gates {
        let tier = gate.tier.map(|tier| format!(" tier {tier}")).unwrap_or_default();
        let (role, word) = match gate.status {
            GateStatus::Pass => (Role::Better, "pass"),
            GateStatus::Fail => (Role::Worse, "FAIL"),
            GateStatus::NoData => (Role::Dim, "no data"),
        };
        lines.push(Line::from(vec![
            theme.span(Role::Label, format!("gate {:<21}", format!("{}{tier}", gate.kind.word()))),
            theme.span(role, word),
        ]));
    }
    let shown = model.problems.iter().filter(|problem| problem.level() > Level::Hint);
    let mut problems = shown.map(|problem| {
        let (role, sign) = match problem.level() {
            Level::Error => (Role::Error, "✗"),
            _ => (Role::Warning, "!"),
        };
        Line::from(vec![
            theme.span(role, format!("{sign} {} ", problem.code)),
            theme.span(Role::Text, problem.message.clone()),
        ])
    });
    if let Some(first) = problems.next() {
        lines.push(Line::default());
        lines.push(theme.line(Role::Title, "PROBLEMS"));
        for line in std::iter::once(first).chain(problems).take(5) {
            lines.extend(text::wrap_spans(&line, columns.saturating_sub(2)));
        }
    }
    lines
}
