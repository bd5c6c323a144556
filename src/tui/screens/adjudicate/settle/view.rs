//! How the panes of a case share the room.

use super::at_hand::AtHand;
use super::lines;
use super::readings::readings;
use crate::policy::Policy;
use crate::tui::components::prose::Prose;
use crate::tui::event::Event;
use crate::tui::model::Nearest;
use crate::tui::screens::adjudicate::reading::ReadingForm;
use crate::tui::text;
use crate::tui::theme::{Role, Theme};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// A part of what is shown of a case.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Pane {
    #[default]
    Case,
    Readings,
    Applies,
    Precedents,
    Ruling,
}

impl Pane {
    const ALL: [Pane; 5] = [Pane::Case, Pane::Readings, Pane::Applies, Pane::Precedents, Pane::Ruling];

    pub fn step(self, forward: bool) -> Pane {
        let at = Pane::ALL.iter().position(|pane| *pane == self).unwrap_or_default();
        Pane::ALL[(at + if forward { 1 } else { Pane::ALL.len() - 1 }) % Pane::ALL.len()]
    }

    fn word(self) -> &'static str {
        match self {
            Pane::Case => "case",
            Pane::Readings => "readings",
            Pane::Applies => "what applies",
            Pane::Precedents => "precedents",
            Pane::Ruling => "ruling",
        }
    }
}

/// The texts of the panes, as they were drawn last.
#[derive(Default)]
pub struct CaseView {
    pub pane: Pane,
    texts: [Prose; 5],
    /// They are to be made anew.
    pub stale: bool,
    theme: String,
    /// Of the readings.
    columns: u16,
}

/// What a case is drawn from.
#[derive(Clone, Copy)]
pub struct Shown<'a> {
    pub at: &'a AtHand,
    pub policy: &'a Policy,
    pub near: Option<&'a Nearest>,
    /// Place in the queue, and how many there are; in words.
    pub place: &'a str,
    /// The case is of the sample of a batch.
    pub looking: bool,
}

/// From so many columns on, panes stand beside each other.
const WIDE: u16 = 100;
/// How much of the width the case has then, of 100.
const LEFT: u16 = 46;

impl CaseView {
    /// Another case: everything is read from its beginning.
    pub fn go_to_start(&mut self) {
        self.stale = true;
        self.texts.iter_mut().for_each(Prose::to_start);
    }

    pub fn handle(&mut self, event: &Event) -> bool {
        if matches!(event, Event::Mouse(_)) {
            return self.texts.iter_mut().any(|text| text.handle(event).is_some());
        }
        self.text(self.pane).handle(event).is_some()
    }

    fn text(&mut self, pane: Pane) -> &mut Prose {
        &mut self.texts[pane as usize]
    }

    /// Makes the texts anew, where anything changed; the readings for so many columns.
    fn fill(&mut self, shown: Shown<'_>, columns: u16, theme: &Theme) {
        if !self.stale && self.theme == theme.name && self.columns == columns {
            return;
        }
        (self.stale, self.theme, self.columns) = (false, theme.name.clone(), columns);
        let Shown { at, policy, near, looking, .. } = shown;
        self.text(Pane::Case).set(lines::case(at, theme));
        self.text(Pane::Readings).set(readings(at, policy, usize::from(columns), theme));
        self.text(Pane::Applies).set(lines::applies(at, policy, theme));
        self.text(Pane::Precedents).set(lines::precedents(at, near, theme));
        self.text(Pane::Ruling).set(lines::ruling(at, policy, looking, theme));
    }

    /// From 100 columns the case and what applies to it stand on the left, what was said, precedents and the ruling on the
    /// right. Below, what was said stands on top and the pane with the focus under it.
    pub fn render(
        &mut self,
        area: Rect,
        buf: &mut Buffer,
        shown: Shown<'_>,
        form: Option<&mut ReadingForm>,
        theme: &Theme,
    ) {
        let left = if area.width >= WIDE { area.width * LEFT / 100 + 1 } else { 0 };
        // One column is set in, one is the bar's.
        self.fill(shown, area.width.saturating_sub(left + 2), theme);
        let area = self.header(area, buf, shown, theme);
        if area.height < 2 {
            return;
        }
        if area.width >= WIDE {
            self.wide(area, buf, form, theme);
        } else {
            self.narrow(area, buf, shown, form, theme);
        }
    }

    /// The case, its place in the queue and why it waits; gives the room below.
    fn header(&self, area: Rect, buf: &mut Buffer, shown: Shown<'_>, theme: &Theme) -> Rect {
        let at = shown.at;
        let tier = at.findings.tier.map(|tier| format!("tier {tier}"));
        let mut first = theme.line(Role::Title, format!(" {}/{}", text::shown(&at.set), text::shown(&at.id)));
        for words in tier.into_iter().chain([shown.place.to_owned()]).filter(|words| !words.is_empty()) {
            first.push_span(theme.span(Role::Dim, format!("   {words}")));
        }
        text::put_line(buf, (area.x, area.y), area.width, &first);
        let why: Vec<String> = at.findings.why().into_iter().map(|(_, words)| words).collect();
        let why = theme.line(Role::Warning, text::shown(&why.join(" · ")).into_owned());
        let wrapped = text::wrap_spans(&why, usize::from(area.width.saturating_sub(2)));
        let most = if area.height > 30 { 3 } else { 2 };
        let rows = u16::try_from(wrapped.len()).unwrap_or(1).min(most).min(area.height.saturating_sub(1));
        for (n, line) in (0..rows).zip(&wrapped) {
            text::put_line(buf, (area.x + 1, area.y + 1 + n), area.width.saturating_sub(2), line);
        }
        let used = 1 + rows;
        if area.height <= used {
            return Rect { height: 0, ..area };
        }
        text::rule(buf, Rect { y: area.y + used, height: 1, ..area }, "─", theme.style(Role::Border));
        Rect { y: area.y + used + 1, height: area.height - used - 1, ..area }
    }

    fn wide(&mut self, area: Rect, buf: &mut Buffer, form: Option<&mut ReadingForm>, theme: &Theme) {
        let left_columns = area.width * LEFT / 100;
        let left = Rect { width: left_columns, ..area };
        let right = Rect { x: area.x + left_columns + 1, width: area.width.saturating_sub(left_columns + 1), ..area };
        let rule = Rect { x: area.x + left_columns, width: 1, ..area };
        text::rule(buf, rule, "│", theme.style(Role::Border));
        let for_case = self.rows(Pane::Case, left).clamp(5, (left.height * 6 / 10).max(5));
        self.stack(left, &[(Pane::Case, for_case), (Pane::Applies, u16::MAX)], buf, theme);
        let for_ruling = self.rows(Pane::Ruling, right).clamp(4, (right.height / 2).max(4));
        if let Some(form) = form {
            let rows = right.height.saturating_sub(for_ruling + 1);
            form.render(inset(Rect { height: rows, ..right }), buf, theme);
            let rest = Rect { y: right.y + rows, height: right.height - rows, ..right };
            self.stack(rest, &[(Pane::Ruling, u16::MAX)], buf, theme);
            return;
        }
        let room = right.height.saturating_sub(for_ruling + 1);
        let for_readings = self.rows(Pane::Readings, right).min(room.saturating_sub(4).max(room / 2));
        let for_precedents = room.saturating_sub(for_readings + 1);
        let panes = [(Pane::Readings, for_readings), (Pane::Precedents, for_precedents), (Pane::Ruling, u16::MAX)];
        self.stack(right, &panes, buf, theme);
    }

    fn narrow(
        &mut self,
        area: Rect,
        buf: &mut Buffer,
        shown: Shown<'_>,
        form: Option<&mut ReadingForm>,
        theme: &Theme,
    ) {
        let strip = text::row(area, area.height - 1);
        text::put_line(buf, (strip.x + 1, strip.y), strip.width.saturating_sub(1), &lines::strip(shown.at, theme));
        let area = Rect { height: area.height - 1, ..area };
        if let Some(form) = form {
            return form.render(inset(area), buf, theme);
        }
        if self.pane == Pane::Readings {
            self.stack(area, &[(Pane::Readings, u16::MAX)], buf, theme);
            return;
        }
        let for_readings = self.rows(Pane::Readings, area).min(area.height * 45 / 100);
        let top = Rect { height: for_readings, ..area };
        self.stack(top, &[(Pane::Readings, u16::MAX)], buf, theme);
        let tabs = text::row(area, for_readings);
        let mut x = tabs.x + 1;
        text::rule(buf, tabs, "─", theme.style(Role::Border));
        for pane in Pane::ALL {
            let (role, words) = if pane == self.pane {
                (Role::Accent, format!("[{}]", pane.word()))
            } else {
                (Role::Dim, format!(" {} ", pane.word()))
            };
            x += text::put(buf, (x, tabs.y), tabs.right().saturating_sub(x), &words, theme.style(role));
        }
        let used = for_readings + 1;
        let below = Rect { y: area.y + used, height: area.height.saturating_sub(used), ..area };
        self.stack(below, &[(self.pane, u16::MAX)], buf, theme);
    }

    /// Panes below each other, each with so many rows; the last one takes what is left.
    fn stack(&mut self, area: Rect, panes: &[(Pane, u16)], buf: &mut Buffer, theme: &Theme) {
        let mut rest = area;
        for (n, (pane, rows)) in panes.iter().enumerate() {
            if n > 0 && rest.height > 0 {
                let role = if *pane == self.pane { Role::BorderFocus } else { Role::Border };
                text::rule(buf, Rect { height: 1, ..rest }, "─", theme.style(role));
                rest = Rect { y: rest.y + 1, height: rest.height - 1, ..rest };
            }
            let here = Rect { height: (*rows).min(rest.height), ..rest };
            self.text(*pane).render(inset(here), buf, theme);
            rest = Rect { y: rest.y + here.height, height: rest.height - here.height, ..rest };
        }
    }

    fn rows(&mut self, pane: Pane, area: Rect) -> u16 {
        let columns = inset(area).width;
        u16::try_from(self.text(pane).rows(columns)).unwrap_or(u16::MAX)
    }
}

fn inset(area: Rect) -> Rect {
    Rect { x: area.x + 1.min(area.width), width: area.width.saturating_sub(1), ..area }
}
