//! One case, opened: what was said, how it was read, and why each version decides as it does.

use super::cases::CaseRow;
use crate::analyze::structure;
use crate::decide::explain::{Explanation, explain, explain_unlabeled};
use crate::decide::what_if::what_if;
use crate::policy::Policy;
use crate::policy::case::Case;
use crate::policy::gold::{Gold, GoldSource};
use crate::policy::place::Place;
use crate::replay::cause::{Causes, How};
use crate::replay::flip::FlipKind;
use crate::replay::run::{Flip, Replay};
use crate::report::explain::{hinges_words, what_if_words};
use crate::tui::components::prose::Prose;
use crate::tui::conversation::{self, Cover};
use crate::tui::effect;
use crate::tui::explained::{facet_words, harm_words, side};
use crate::tui::model::{Finish, FlipCause, Model};
use crate::tui::text;
use crate::tui::theme::{Role, Theme};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use std::sync::Arc;

pub struct CaseView {
    row: CaseRow,
    pub place: Place,
    pub sensitive: bool,
    /// It refers to pictures, sound or film.
    has_media: bool,
    pub uncovered: bool,
    pub prose: Prose,
    /// The prose is to be made anew: the policy or the theme changed.
    stale: bool,
    theme: String,
}

impl CaseView {
    /// Opens the case of a row of the list; says so where it cannot be read.
    pub fn open(row: CaseRow, model: &mut Model) -> Option<CaseView> {
        let replay = model.shown_replay()?.clone();
        let gold = replay.sets.get(row.set)?.gold.clone();
        match gold.case(row.row) {
            Ok(case) => {
                let place = gold.place(row.row);
                let (sensitive, has_media) = (case.sensitive, conversation::has_media(&case));
                let prose = Prose::default();
                let theme = String::new();
                Some(CaseView { row, place, sensitive, has_media, uncovered: false, prose, stale: true, theme })
            }
            Err(error) => {
                model.say(crate::tui::components::message::Severity::Error, error.to_string());
                None
            }
        }
    }

    /// Whether something of it stays covered until somebody uncovers it.
    pub fn hides(&self) -> bool {
        self.sensitive || self.has_media
    }

    pub fn row(&self) -> CaseRow {
        self.row
    }

    /// The policy changed, or what is shown of the case.
    pub fn refresh(&mut self) {
        self.stale = true;
    }

    fn fill(&mut self, model: &Model, theme: &Theme) {
        (self.stale, self.theme) = (false, theme.name.clone());
        let Some(replay) = model.shown_replay().cloned() else { return };
        let Some(set) = replay.sets.get(self.row.set) else { return };
        self.row.flip = set.flips.iter().find(|flip| flip.row as usize == self.row.row).copied();
        let Ok(case) = set.gold.case(self.row.row) else { return };
        let gold = set.gold.gold(self.row.row);
        let mut lines = Vec::new();
        heading(&case, self.row.flip, &gold, &replay, theme, &mut lines);
        why(&gold, self.row.flip, &replay, model, theme, &mut lines);
        if let Some(cause) = self.cause(model) {
            edits(cause, theme, &mut lines);
        }
        hangs_on(&gold, &replay.head, theme, &mut lines);
        reading(&gold, theme, &mut lines);
        if self.sensitive && !self.uncovered {
            lines.push(Line::default());
            lines.push(theme.line(Role::Dim, "This case is marked sensitive and stays covered. `x` uncovers it."));
        } else {
            section("case", theme, &mut lines);
            lines.extend(conversation::origin(&case, theme));
            if let Some(words) = conversation::covered_words(&case, self.uncovered, "x") {
                lines.push(theme.line(Role::Dim, words));
            }
            lines.extend(conversation::turns(&case, Cover::unless(self.uncovered), theme));
        }
        self.prose.set(lines);
    }

    /// Has the edits looked for that made the case flip.
    pub fn look_for_cause(&self, model: &mut Model) {
        let CaseRow { set, row, flip } = self.row;
        let Some(replay) = model.shown_replay().cloned().filter(|_| flip.is_some() && !self.knows_cause(model)) else {
            return;
        };
        model.work("cause", "looking for the edit", move |_| {
            let edits = replay.base.as_ref().zip(replay.sets.get(set)).and_then(|(base, here)| {
                let reading = here.gold.gold(row).reading?;
                let changes = structure::compare(base, &replay.head);
                let cause = Causes::new(base, &replay.head, &changes).of(&reading);
                let told = |&at: &usize| changes.get(at).map(|change| (change.sentence(), change.place().cloned()));
                Some((cause.how, cause.changes.iter().filter_map(told).collect()))
            });
            Box::new(move |model: &mut Model| {
                model.cause = edits.map(|(how, edits)| FlipCause { replay, set, row, how, edits });
            }) as Finish
        });
    }

    fn knows_cause(&self, model: &Model) -> bool {
        self.cause(model).is_some()
    }

    fn cause<'m>(&self, model: &'m Model) -> Option<&'m FlipCause> {
        let of_this = |cause: &&FlipCause| {
            (cause.set, cause.row) == (self.row.set, self.row.row)
                && model.shown_replay().is_some_and(|shown| Arc::ptr_eq(shown, &cause.replay))
        };
        model.cause.as_ref().filter(of_this)
    }

    pub fn render(&mut self, area: Rect, buf: &mut Buffer, model: &Model, theme: &Theme) {
        if self.stale || self.theme != theme.name {
            self.fill(model, theme);
        }
        self.prose.render(area, buf, theme);
    }
}

fn heading(
    case: &Case,
    flip: Option<Flip>,
    gold: &Gold,
    replay: &Replay,
    theme: &Theme,
    lines: &mut Vec<Line<'static>>,
) {
    let mut spans: Vec<Span<'static>> = Vec::new();
    if let Some(flip) = flip {
        spans.push(theme.span(effect::role(flip.kind), format!("{} ", flip.kind.sign())));
    }
    spans.push(theme.span(Role::Title, text::shown(&case.id).into_owned()));
    if let Some(flip) = flip {
        spans.push(theme.span(effect::role(flip.kind), format!("   {}", flip.kind.word())));
        spans.push(theme.span(Role::Text, format!("   {}", effect::from_to(replay, flip))));
    }
    lines.push(Line::from(spans));
    let behavior = gold.reading.as_ref().and_then(|reading| reading.behavior.clone());
    let mut words = match (&gold.source, behavior) {
        (GoldSource::None, _) => "nobody has labelled it".to_owned(),
        (GoldSource::Split { by }, _) => format!("no gold label: a legitimate split, ruled by {by}"),
        (_, None) => "its label names no behavior, so it cannot be measured".to_owned(),
        (GoldSource::Imported, Some(behavior)) => format!("gold {behavior} (imported)"),
        (GoldSource::Consensus { labelers }, Some(behavior)) => format!("gold {behavior} ({labelers} labelers agree)"),
        (GoldSource::Adjudicated { by, at, .. }, Some(behavior)) => {
            let at = at.as_deref().map(|at| format!(", {}", at.get(..10).unwrap_or(at))).unwrap_or_default();
            format!("gold {behavior} (adjudicated by {by}{at})")
        }
    };
    let acceptable = gold.reading.as_ref().map(|reading| reading.acceptable.join(", ")).unwrap_or_default();
    if !acceptable.is_empty() {
        words.push_str(&format!(", {acceptable} accepted as well"));
    }
    lines.push(theme.line(Role::Text, text::shown(&words).into_owned()));
    if let GoldSource::Adjudicated { holding, .. } = &gold.source
        && !holding.is_empty()
    {
        lines.push(theme.line(Role::Dim, format!("“{}”", text::shown(holding))));
    }
}

fn why(gold: &Gold, flip: Option<Flip>, replay: &Replay, model: &Model, theme: &Theme, lines: &mut Vec<Line<'static>>) {
    section("why", theme, lines);
    let explained = |policy: &Policy| match &gold.reading {
        Some(reading) => explain(policy, reading),
        None => explain_unlabeled(policy),
    };
    let (name, now_name) = model.shown_versions();
    if let Some(base) = &replay.base {
        let name = name.unwrap_or_else(|| "base".to_owned());
        let (before, now) = (explained(base), explained(&replay.head));
        // Of the clauses that did not apply, the one that decided in the other version is asked about first.
        side(&name, base, &before, deciding(&replay.head, &now), theme, lines);
        side(&now_name, &replay.head, &now, deciding(base, &before), theme, lines);
    } else {
        side(&now_name, &replay.head, &explained(&replay.head), None, theme, lines);
    }
    if flip.is_some_and(|flip| flip.kind == FlipKind::Changed) {
        lines.push(theme.line(Role::Dim, "Neither better nor worse by the gold label."));
    }
}

/// The id of the clause that decided.
fn deciding<'p>(policy: &'p Policy, explained: &Explanation) -> Option<&'p str> {
    explained.verdict.clause.map(|ix| &*policy.clause(ix).id)
}

fn edits(cause: &FlipCause, theme: &Theme, lines: &mut Vec<Line<'static>>) {
    let words = match (cause.how, cause.edits.len()) {
        (_, 0) => return,
        (How::Each, 1) => "the edit that did it",
        (How::Each, _) => "any one of these edits, taken back, brings the old verdict back",
        (How::Together, _) => "these edits did it together",
        (How::Parts, _) => "each of these edits did a part",
        (How::Touching, _) => "these edits touch what decided",
    };
    section(words, theme, lines);
    for (sentence, place) in &cause.edits {
        let mut spans = vec![theme.span(Role::Text, text::shown(sentence).into_owned())];
        if let Some(place) = place {
            spans.push(theme.span(Role::Dim, format!("   {}", text::shown(&place.to_string()))));
        }
        lines.push(Line::from(spans));
    }
}

/// The smallest changes of what was read that would flip the verdict.
fn hangs_on(gold: &Gold, policy: &Policy, theme: &Theme, lines: &mut Vec<Line<'static>>) {
    /// So many are told.
    const MOST: usize = 6;
    /// So many readings are decided at most, while the screen waits.
    const EFFORT: usize = 5_000;
    let Some(reading) = &gold.reading else { return };
    let hinges = what_if(policy, reading, MOST + 1, EFFORT);
    section("what would flip it", theme, lines);
    lines.extend(hinges_words(&hinges).map(|words| theme.line(Role::Dim, words)));
    for flip in hinges.smallest.iter().take(MOST) {
        let (changes, verdict) = what_if_words(flip, policy);
        let verdict = text::shown(&format!("   {verdict}")).into_owned();
        lines.push(Line::from(vec![
            theme.span(Role::Text, text::shown(&changes).into_owned()),
            theme.span(Role::Dim, verdict),
        ]));
    }
    if hinges.smallest.len() > MOST {
        lines.push(theme.line(Role::Dim, "… and more"));
    }
}

fn reading(gold: &Gold, theme: &Theme, lines: &mut Vec<Line<'static>>) {
    let Some(reading) = &gold.reading else { return };
    section("how it was read", theme, lines);
    let mut row = |label: &str, words: String| {
        if !words.is_empty() {
            lines.push(Line::from(vec![
                theme.span(Role::Label, format!("{label:<10}")),
                theme.span(Role::Text, text::shown(&words).into_owned()),
            ]));
        }
    };
    let harms: Vec<String> = reading.harms.iter().map(harm_words).collect();
    row("harms", if harms.is_empty() { "none".to_owned() } else { harms.join("; ") });
    row("facets", facet_words(reading));
    row("unjudged", reading.unjudged.join(", "));
    row("observed", reading.observed.clone().unwrap_or_default());
}

fn section(words: &str, theme: &Theme, lines: &mut Vec<Line<'static>>) {
    lines.push(Line::default());
    lines.push(theme.line(Role::Title, words.to_uppercase()));
}
