//! Where to label: the rounds that ask for the labeler, and every gold set, each with how much of it is read.

use super::keeping::{Slot, lock};
use crate::policy::round::Blindness;
use crate::report::figure::thousands;
use crate::tui::components::bar::meter;
use crate::tui::components::list::{List, Row};
use crate::tui::model::{Finish, Model};
use crate::tui::text;
use crate::tui::theme::{Role, Theme};
use crate::workspace::WorkspaceError;
use crate::workspace::labeling::{Elsewhere, Waiting, Wish, elsewhere, waiting};
use crate::workspace::sets::Sets;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use std::sync::Arc;

#[derive(Default)]
pub struct Places {
    pub list: List,
    rows: Vec<Waiting>,
    /// Open rounds that ask for others.
    elsewhere: Vec<Elsewhere>,
    who: String,
    /// Why there is nothing to choose from, in words.
    trouble: Option<String>,
    /// What the rows were counted for, or are being.
    of: Option<Arc<Sets>>,
    counted: Slot<Result<Counted, WorkspaceError>>,
}

/// The labeler, where they can sit down, and the rounds where they cannot.
type Counted = (String, Vec<Waiting>, Vec<Elsewhere>);

/// So many rounds that ask for others are told of.
const ELSEWHERE: usize = 3;

impl Places {
    /// Takes over what was counted, and has it counted where the gold sets are others than before.
    pub fn keep(&mut self, who: Option<&str>, model: &mut Model) {
        let counted = lock(&self.counted).take();
        match counted {
            Some(Ok((who, rows, elsewhere))) => {
                self.elsewhere = elsewhere;
                self.take_over(who, rows);
            }
            Some(Err(error)) => self.trouble = Some(format!("{error}. {}", error.help())),
            None => {}
        }
        let Some(sets) = model.sets.clone() else { return };
        if self.of.as_ref().is_some_and(|of| Arc::ptr_eq(of, &sets)) {
            return;
        }
        self.of = Some(sets.clone());
        let (repo, who, slot) = (model.workspace.repo().clone(), who.map(str::to_owned), self.counted.clone());
        model.work("waiting", "", move |_| {
            let counted = repo.labeler(who.as_deref()).and_then(|who| {
                let (rows, others) = (waiting(&repo, &sets, &who)?, elsewhere(&repo, &sets, &who)?);
                Ok((who, rows, others))
            });
            *lock(&slot) = Some(counted);
            Box::new(|_: &mut Model| {}) as Finish
        });
    }

    /// Labels were given meanwhile: everything is counted anew.
    pub fn renew(&mut self) {
        self.of = None;
    }

    /// The cursor stays on its place; at first it is on one where something waits.
    fn take_over(&mut self, who: String, rows: Vec<Waiting>) {
        let place = |row: &Waiting| (row.set.clone(), row.round.as_ref().map(|round| round.name.clone()));
        let before = self.selected().map(place);
        let at = before.and_then(|before| rows.iter().position(|row| place(row) == before));
        let at = at.or_else(|| rows.iter().position(|row| row.left() > 0)).unwrap_or(0);
        self.list.set(rows.len());
        self.list.select(at);
        (self.who, self.rows, self.trouble) = (who, rows, None);
    }

    /// Why some rounds are not among the places.
    fn told(&self, theme: &Theme) -> Vec<Line<'static>> {
        let line = |round: &Elsewhere| {
            let role = if round.me(&self.who).is_some() { Role::Warning } else { Role::Dim };
            theme.line(role, text::shown(&round.words(&self.who)).into_owned())
        };
        let mut lines: Vec<Line<'static>> = self.elsewhere.iter().take(ELSEWHERE).map(line).collect();
        let more = self.elsewhere.len().saturating_sub(ELSEWHERE);
        if more > 0 {
            lines.push(theme.line(Role::Dim, format!("… and {more} more rounds ask for others.")));
        }
        if !lines.is_empty() {
            lines.push(Line::default());
        }
        lines
    }

    fn selected(&self) -> Option<&Waiting> {
        self.rows.get(self.list.selected()?)
    }

    /// The wish to label at what is selected.
    pub fn wish(&self, who: Option<&str>) -> Option<Wish> {
        Some(self.selected()?.wish(who.map(str::to_owned)))
    }

    pub fn draw(&mut self, area: Rect, buf: &mut Buffer, theme: &Theme) {
        let inner = Rect { x: area.x + 1.min(area.width), width: area.width.saturating_sub(2), ..area };
        let title = match (&self.trouble, self.rows.is_empty(), self.of.is_some()) {
            (Some(trouble), ..) => theme.line(Role::Warning, text::shown(trouble).into_owned()),
            (None, true, true) if self.who.is_empty() => theme.line(Role::Dim, "Counting what waits …"),
            (None, true, true) => theme.line(Role::Dim, "There is no case yet. `casebook import` brings some in."),
            (None, true, false) => theme.line(Role::Dim, "Loading the gold sets …"),
            (None, false, _) => theme.line(Role::Title, format!("WHAT TO LABEL, AS {}", text::shown(&self.who))),
        };
        let mut used = put_wrapped(&title, inner, 0, buf) + 1;
        if self.rows.is_empty() || self.trouble.is_some() {
            return;
        }
        let wanted = u16::try_from(self.rows.len()).unwrap_or(u16::MAX);
        let rest = area.height.saturating_sub(used);
        let told: Vec<Line<'static>> = self.told(theme);
        let of_told = told.iter().map(|line| text::wrap_spans(line, usize::from(inner.width)).len()).sum::<usize>();
        let below = u16::try_from(of_told).unwrap_or(u16::MAX).saturating_add(4);
        let rows = wanted.min(rest.saturating_sub(below).max(rest.min(1)));
        let (all, list) = (&self.rows, Rect { y: area.y + used.min(area.height), height: rows, ..area });
        self.list.render(list, buf, theme, true, |at, columns| {
            all.get(at).map(|row| place_row(row, columns, theme)).unwrap_or_default()
        });
        used += rows + 1;
        for line in told.into_iter().chain(about(self.selected(), theme)) {
            used += put_wrapped(&line, inner, used, buf);
        }
    }
}

/// `core   round 2026-11-a   calibration, hidden        ▰▰▱▱   12 of 62`
fn place_row(row: &Waiting, columns: u16, theme: &Theme) -> Row<'static> {
    let role = if row.left() > 0 { Role::Text } else { Role::Dim };
    let mut left = vec![theme.span(role, text::shown(&row.set).into_owned())];
    if let Some(round) = &row.round {
        left.push(theme.span(role, format!("   round {}", text::shown(&round.name))));
        left.push(theme.span(Role::Dim, format!("   {}, {}", round.kind.word(), round.blindness.word())));
    }
    let figure = |n: usize| thousands(n as u64);
    let mut right: Vec<Span<'static>> = Vec::new();
    if columns >= 70 && row.total > 0 {
        right.push(theme.span(Role::Accent, meter(row.done as f64 / row.total as f64, 10)));
    }
    let words = if row.left() == 0 { "   all read".to_owned() } else { String::new() };
    right.push(theme.span(Role::Dim, words));
    right.push(theme.span(role, format!("   {} of {}", figure(row.done), figure(row.total))));
    Row::new(Line::from(left)).right(Line::from(right))
}

/// What is to be known before one sits down.
fn about(row: Option<&Waiting>, theme: &Theme) -> Vec<Line<'static>> {
    let Some(row) = row else { return Vec::new() };
    let mut lines = Vec::new();
    if let Some(round) = &row.round {
        if !round.purpose.is_empty() {
            lines.push(theme.line(Role::Text, text::shown(&round.purpose).into_owned()));
        }
        let blindness = match round.blindness {
            Blindness::Open => "Everybody may look at what others say; that they did is recorded.",
            Blindness::Hidden => "Nobody sees what others say before the round is closed.",
            Blindness::Sealed => "Labels stay on this machine until the round is closed.",
        };
        lines.push(theme.line(Role::Dim, blindness));
    }
    lines.push(theme.line(Role::Dim, "Enter sits down. Each label is on disk, under this name, as it is given."));
    lines
}

/// Draws a line over as many rows as it needs, from a row on; gives how many those were.
fn put_wrapped(line: &Line<'static>, area: Rect, from: u16, buf: &mut Buffer) -> u16 {
    let wrapped = text::wrap_spans(line, usize::from(area.width));
    for (n, line) in (from..area.height).zip(&wrapped) {
        text::put_line(buf, (area.x, area.y + n), area.width, line);
    }
    u16::try_from(wrapped.len()).unwrap_or(u16::MAX)
}
