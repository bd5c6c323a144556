//! What became of the cases: measures of both sides, gates, flips, and labels that changed.

use crate::policy::intent::{IntendedFor, Intent};
use crate::replay::flip::FlipKind;
use crate::replay::gates::GateStatus;
use crate::replay::measures::{RATES, Rate};
use crate::replay::run::{Flip, Replay, SetReplay};
use crate::report::figure;
use crate::report::replay::{gate_name, gate_words};
use crate::stats::Proportion;
use crate::tui::command::Reason;
use crate::tui::components::Outcome;
use crate::tui::components::list::{List, Row};
use crate::tui::components::message::Severity;
use crate::tui::decided::Decided;
use crate::tui::effect;
use crate::tui::event::Event;
use crate::tui::model::{Ask, Model, Target};
use crate::tui::readings::Readings;
use crate::tui::text;
use crate::tui::theme::{Role, Theme};
use crate::workspace::compare::LabelChange;
use crate::workspace::intent::meant_flips;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use std::sync::Arc;

#[derive(Default)]
pub struct OutcomesReading {
    replay: Option<Arc<Replay>>,
    readings: Option<Arc<Readings>>,
    /// Regressed first, each with the position of its set.
    flips: Vec<(usize, Flip)>,
    widths: Widths,
    /// Whether each flip was meant; empty where nobody declared what was.
    meant: Vec<bool>,
    /// What `meant` was told from.
    decided: Option<Arc<Decided>>,
    /// The case that is to be selected, by set and id, once its flip is known.
    wanted: Option<(String, String)>,
    list: List,
}

/// Columns of a flip's id, gold label, and from → to: the widest among the first flips.
#[derive(Debug, Clone, Copy, Default)]
struct Widths {
    id: usize,
    label: usize,
    from_to: usize,
}

/// So many flips are measured.
const MEASURED: usize = 200;

impl OutcomesReading {
    /// Takes over another replay or other readings, where they are others.
    pub fn set(&mut self, replay: Option<&Arc<Replay>>, readings: Option<&Arc<Readings>>) {
        if same(self.replay.as_ref(), replay) && same(self.readings.as_ref(), readings) {
            return;
        }
        if !same(self.replay.as_ref(), replay) {
            self.flips = replay.map(|replay| effect::worst_first(replay)).unwrap_or_default();
            self.widths = replay.map(|replay| widths(replay, &self.flips)).unwrap_or_default();
        }
        self.replay = replay.cloned();
        self.readings = readings.cloned();
        self.meant.clear();
        self.decided = None;
        let mut headings = Vec::new();
        for kind in FlipKind::ALL {
            let of_kind = |(_, flip): &(usize, Flip)| flip.kind == kind;
            if let Some(first) = self.flips.iter().position(of_kind) {
                let n = self.flips.iter().filter(|flip| of_kind(flip)).count();
                headings.push((first, format!("{} {} {}", kind.sign(), figure::thousands(n as u64), kind.word())));
            }
        }
        let labels = self.label_changes().len();
        if labels > 0 {
            let words = figure::count(labels as u64, "gold label changed", "gold labels changed");
            headings.push((self.flips.len(), format!("{words} (both sides are measured by the new ones)")));
        }
        self.list.set_sections(self.flips.len() + labels, headings);
        self.select_wanted();
    }

    /// Selects the flip of a case, now or as soon as the versions that are to be seen are replayed; nothing else where it does
    /// not flip between them.
    pub fn want(&mut self, case: Option<(String, String)>) {
        self.wanted = case;
        self.select_wanted();
    }

    fn select_wanted(&mut self) {
        let (Some((set, case)), Some(replay)) = (&self.wanted, &self.replay) else { return };
        let is_it = |(at, flip): &(usize, Flip)| {
            let gold = replay.sets.get(*at).map(|replayed| &replayed.gold);
            gold.is_some_and(|gold| **gold.set() == **set && *gold.id(flip.row as usize) == **case)
        };
        if let Some(at) = self.flips.iter().position(is_it) {
            self.list.select(at);
        }
    }

    /// Tells what was meant from the rest, where somebody declared something.
    pub fn declare(&mut self, decided: &Arc<Decided>) {
        if self.decided.as_ref().is_some_and(|known| Arc::ptr_eq(known, decided)) {
            return;
        }
        self.decided = Some(decided.clone());
        let Some(replay) = &self.replay else { return };
        let Some(decisions) = &decided.decisions else {
            // What is decided around a case cannot be known: only a mark of its own speaks for it.
            let named = |at| self.intent_at(at).is_some_and(|intent| decided.marks.contains(&intent.to_string()));
            let all = if decided.marks.is_empty() { 0 } else { self.flips.len() };
            self.meant = (0..all).map(named).collect();
            return;
        };
        let declared = decisions.intents.are_declared() && replay.base.is_some();
        let told = || meant_flips(&decisions.difference, &decisions.intents, replay);
        self.meant = if declared { told() } else { Vec::new() };
    }

    /// The selected flip as a line of intent.
    fn intent(&self) -> Option<Intent> {
        self.intent_at(self.list.selected()?)
    }

    fn intent_at(&self, at: usize) -> Option<Intent> {
        let (set, flip) = self.flips.get(at)?;
        let replay = self.replay.as_ref()?;
        let gold = &replay.sets.get(*set)?.gold;
        let [base, head] = [replay.base.as_ref()?, &replay.head].map(|policy| &policy.manifest.behaviors);
        let case = gold.id(flip.row as usize).into_owned();
        Some(Intent {
            from: Some(base.id(flip.base.behavior).clone()),
            to: Some(head.id(flip.head.behavior).clone()),
            place: IntendedFor::Case { set: gold.set().to_string(), case },
        })
    }

    /// Whether a flip can be marked as meant here, or why not.
    pub fn can_mark(&self, model: &Model) -> Result<(), Reason> {
        if model.chosen.is_some() {
            return Err("what a commit was meant to change stands in its message".into());
        }
        self.intent().map(|_| ()).ok_or("no flip is selected".into())
    }

    /// Marks the flip as meant; one that is marked, no longer.
    pub fn mark(&self, model: &mut Model) {
        let Some(line) = self.intent().map(|intent| intent.to_string()) else { return };
        let already = self.list.selected().and_then(|at| self.meant.get(at)) == Some(&true);
        match model.intents.iter().position(|known| *known == line) {
            Some(at) => {
                model.mark(|intents| drop(intents.remove(at)));
                model.say(Severity::Hint, "No longer marked as meant.");
            }
            None if already => model.say(Severity::Hint, "It is meant already: its region is, under decisions."),
            None => {
                model.mark(|intents| intents.push(line));
                model.say(Severity::Hint, "Marked as meant: the next commit says so.");
            }
        }
    }

    fn label_changes(&self) -> &[LabelChange] {
        self.readings.as_ref().map_or(&[], |readings| &readings.label_changes)
    }

    pub fn has_flips(&self) -> bool {
        !self.flips.is_empty()
    }

    /// Goes to the next flip, or the one before.
    pub fn step(&mut self, forward: bool) {
        let last = self.flips.len().saturating_sub(1);
        let at = self.list.selected().unwrap_or(0);
        self.list.select(if forward { (at + 1).min(last) } else { at.saturating_sub(1).min(last) });
    }

    pub fn selected(&self) -> Option<Target> {
        let at = self.list.selected()?;
        match self.flips.get(at) {
            Some((set, flip)) => Some(effect::target(self.replay.as_ref()?.sets.get(*set)?, *flip)),
            None => {
                let change = self.label_changes().get(at - self.flips.len())?;
                Some(Target::Case { set: change.set.to_string(), case: change.case.clone() })
            }
        }
    }

    pub fn handle(&mut self, event: &Event, model: &mut Model) -> bool {
        let outcome = self.list.handle(event);
        if outcome.is_some() {
            self.wanted = None;
        }
        if outcome == Some(Outcome::Opened)
            && let Some(target) = self.selected()
        {
            model.ask(Ask::GoTo(target));
        }
        outcome.is_some()
    }

    pub fn render(&mut self, area: Rect, buf: &mut Buffer, model: &Model, theme: &Theme, focused: bool) {
        let Some(replay) = self.replay.clone() else {
            let words = if model.sets.is_none() { "Loading the gold sets …" } else { "Replaying …" };
            text::put(buf, (area.x + 1.min(area.width), area.y), area.width, words, theme.style(Role::Dim));
            return;
        };
        let columns = usize::from(area.width.saturating_sub(2));
        let figures: Vec<Line<'static>> =
            figures(&replay, theme, columns).iter().flat_map(|line| text::wrap_spans(line, columns)).collect();
        let rows = u16::try_from(figures.len()).unwrap_or(u16::MAX);
        let most = if self.list.is_empty() { area.height } else { area.height - area.height / 3 };
        let rows = rows.min(most);
        for (n, line) in (0..rows).zip(&figures) {
            text::put_line(buf, (area.x + 1.min(area.width), area.y + n), area.width.saturating_sub(1), line);
        }
        let gap = u16::from(area.height > rows + 4);
        let rest = Rect { y: area.y + rows + gap, height: area.height.saturating_sub(rows + gap), ..area };
        if self.list.is_empty() {
            let words = if replay.base.is_some() { "No case flips: every case is decided as before." } else { "" };
            if rest.height > 0 {
                text::put(
                    buf,
                    (rest.x + 1.min(rest.width), rest.y),
                    rest.width.saturating_sub(1),
                    words,
                    theme.style(Role::Dim),
                );
            }
            return;
        }
        let (flips, widths, meant) = (&self.flips, self.widths, &self.meant);
        let labels = self.readings.as_ref().map_or(&[][..], |readings| &readings.label_changes);
        self.list.render(rest, buf, theme, focused, |at, columns| match flips.get(at) {
            Some((set, flip)) => {
                let row = flip_row(&replay, *set, *flip, widths, usize::from(columns), theme);
                match meant.get(at) {
                    Some(true) => row.right(theme.line(Role::Better, "meant")),
                    Some(false) => row.right(theme.line(Role::Warning, "collateral")),
                    None => row,
                }
            }
            None => labels.get(at - flips.len()).map(|change| label_row(change, theme)).unwrap_or_default(),
        });
    }
}

fn same<T>(a: Option<&Arc<T>>, b: Option<&Arc<T>>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => Arc::ptr_eq(a, b),
        (None, None) => true,
        _ => false,
    }
}

/// Case, gold label, from → to, and the clauses that decided; what does not fit goes from the right.
fn flip_row(replay: &Replay, set: usize, flip: Flip, widths: Widths, columns: usize, theme: &Theme) -> Row<'static> {
    let Some(set) = replay.sets.get(set) else { return Row::default() };
    let id = set.gold.id(flip.row as usize).into_owned();
    let sign = theme.span(effect::role(flip.kind), format!("{} ", flip.kind.sign()));
    let from_to = effect::from_to(replay, flip);
    if columns < 56 {
        let left = Line::from(vec![sign, theme.span(Role::Text, id)]);
        return Row::new(left).right(theme.line(Role::Dim, from_to));
    }
    let id_columns = widths.id.min(columns / 4);
    let mut spans = vec![
        sign,
        theme.span(Role::Text, padded(&id, id_columns)),
        theme.span(Role::Dim, "gold "),
        theme.span(Role::Dim, padded(label_of(set, flip), widths.label)),
        theme.span(Role::Text, padded(&from_to, widths.from_to)),
    ];
    let clause = |policy: &crate::policy::Policy, verdict: crate::decide::Verdict| {
        verdict.clause.map_or("(default)".to_owned(), |ix| policy.clause(ix).id.to_string())
    };
    let after = clause(&replay.head, flip.head);
    let before = replay.base.as_ref().map(|base| clause(base, flip.base));
    let by = match before {
        Some(before) if before == after => format!("by {after}"),
        Some(before) => format!("{before} → {after}"),
        None => after,
    };
    spans.push(theme.span(Role::Dim, by));
    Row::new(Line::from(spans))
}

/// The behavior that the case's gold label calls for.
fn label_of(set: &SetReplay, flip: Flip) -> &str {
    set.gold.outcome_words(set.gold.outcome(flip.row as usize)).behavior.unwrap_or("none")
}

fn widths(replay: &Replay, flips: &[(usize, Flip)]) -> Widths {
    let mut widths = Widths::default();
    for (set, flip) in flips.iter().take(MEASURED) {
        let Some(set) = replay.sets.get(*set) else { continue };
        widths.id = widths.id.max(text::width(&set.gold.id(flip.row as usize)));
        widths.label = widths.label.max(text::width(label_of(set, *flip)));
        widths.from_to = widths.from_to.max(text::width(&effect::from_to(replay, *flip)));
    }
    widths
}

fn label_row(change: &LabelChange, theme: &Theme) -> Row<'static> {
    let word = |label: &Option<String>| label.clone().unwrap_or_else(|| "no gold label".to_owned());
    let left = Line::from(vec![theme.span(Role::Label, "✎ "), theme.span(Role::Text, change.case.clone())]);
    Row::new(left).right(theme.line(Role::Dim, format!("{} → {}", word(&change.base), word(&change.head))))
}

/// A text in its column, and two columns of room behind it.
fn padded(words: &str, columns: usize) -> String {
    let clipped = text::clip(words, columns);
    let gap = columns.saturating_sub(text::width(&clipped)) + 2;
    format!("{clipped}{}", " ".repeat(gap))
}

/// Measures of both sides, gates, and whether the change is more than chance.
fn figures(replay: &Replay, theme: &Theme, columns: usize) -> Vec<Line<'static>> {
    let (head, base) = (replay.head_measures(), replay.base_measures());
    let mut lines = Vec::new();
    for Rate { name, pick, more_is_better } in RATES {
        lines.push(measure(name, pick(&head), base.as_ref().map(pick), more_is_better, columns, theme));
    }
    let mut about = figure::count(head.cases, "case", "cases");
    for (n, word) in [(head.unlabeled, "without a gold label"), (head.undetermined, "undetermined")] {
        if n > 0 {
            about.push_str(&format!(", {} {word}", figure::thousands(n)));
        }
    }
    lines.push(Line::from(vec![
        theme.span(Role::Label, format!("{:<15}", "measured over")),
        theme.span(Role::Dim, about),
    ]));
    if let Some(change) = replay.discordant() {
        lines.push(Line::from(vec![
            theme.span(Role::Label, format!("{:<15}", "change")),
            theme.span(Role::Text, figure::paired(change)),
        ]));
    }
    for gate in &replay.gates {
        let (role, word) = match gate.status {
            GateStatus::Pass => (Role::Better, "pass"),
            GateStatus::Fail => (Role::Worse, "FAIL"),
            GateStatus::NoData => (Role::Dim, "no data"),
        };
        let (measured, over) = gate_words(gate);
        lines.push(Line::from(vec![
            theme.span(Role::Label, if columns >= 70 { "gate           " } else { "gate " }),
            theme.span(role, format!("{word:<7} ")),
            theme.span(Role::Text, format!("{}  {measured}", gate_name(gate))),
            theme.span(Role::Dim, format!("  {over}")),
        ]));
    }
    lines
}

fn measure(
    words: &str,
    now: Proportion,
    before: Option<Proportion>,
    more_is_better: bool,
    columns: usize,
    theme: &Theme,
) -> Line<'static> {
    let said = |proportion: Proportion, room: usize| match (columns >= room, proportion.rate()) {
        (true, _) | (_, None) => figure::proportion(proportion),
        (false, Some(rate)) => format!("{}/{} {}", proportion.hits, proportion.of, figure::percent(rate)),
    };
    let mut spans: Vec<Span<'static>> =
        vec![theme.span(Role::Label, format!("{words:<15}")), theme.span(Role::Text, said(now, 76))];
    if let Some(before) = before {
        if before == now {
            spans.push(theme.span(Role::Dim, "  as before"));
            return Line::from(spans);
        }
        let (role, sign) = match (before.rate(), now.rate()) {
            (Some(was), Some(is)) if is > was => (if more_is_better { Role::Better } else { Role::Worse }, "  ↑ was "),
            (Some(was), Some(is)) if is < was => (if more_is_better { Role::Worse } else { Role::Better }, "  ↓ was "),
            _ => (Role::Dim, "  was "),
        };
        spans.push(theme.span(role, sign));
        spans.push(theme.span(Role::Dim, said(before, 98)));
    }
    Line::from(spans)
}
