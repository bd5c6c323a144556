//! The Replay screen: measures, flips, and any case with the reasons for its verdict; and how good the gold sets are.

mod case;
mod cases;
mod measures;
mod quality;
#[cfg(test)]
mod tests;

use super::Screen;
use crate::replay::run::Replay;
use crate::tui::command::{Command, Context, Reason};
use crate::tui::components::Outcome;
use crate::tui::components::list::List;
use crate::tui::components::prose::Prose;
use crate::tui::event::Event;
use crate::tui::layout::{Pane, Wanted, panes};
use crate::tui::model::{Ask, Model, Target};
use crate::tui::text;
use crate::tui::theme::{Role, Theme};
use case::CaseView;
use cases::{CaseRow, Which};
use quality::QualityPart;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use std::sync::Arc;

#[derive(Default)]
pub struct ReplayScreen {
    which: Which,
    /// What `/` was asked for; rows whose case id holds it are shown.
    filter: String,
    filtering: Option<Box<crate::tui::components::input::Input>>,
    rows: Vec<CaseRow>,
    /// The case that is open, where it stands in the list though it no longer belongs there.
    held: Option<CaseRow>,
    list: List,
    on_main: bool,
    /// The case that was opened; without one the measures are shown.
    case: Option<CaseView>,
    figures: Prose,
    /// The figures are to be made anew: the replay or the theme changed.
    stale: bool,
    theme: String,
    columns: u16,
    /// The replay that rows and figures were made from.
    seen: Option<Arc<Replay>>,
    quality: QualityPart,
    /// Whether that part is shown.
    on_quality: bool,
}

impl ReplayScreen {
    fn fill(&mut self) {
        let Some(replay) = &self.seen else { return };
        self.rows = cases::rows(replay, self.which, &self.filter);
        self.held = None;
        self.list.set(self.rows.len());
    }

    fn position_of(&self, case: &CaseRow) -> Option<usize> {
        self.rows.iter().position(|other| other.is_case_of(case))
    }

    /// Other cases are listed: what is selected is what is open.
    fn list_others(&mut self, model: &mut Model) {
        self.fill();
        let open = self.case.as_ref().map(CaseView::row);
        let Some(open) = open else { return };
        let at = self.position_of(&open);
        self.list.select(at.unwrap_or(0));
        if at.is_none() {
            self.open_selected(model);
        }
    }

    /// Lists what there is now. The case that is open keeps its place, even if it no longer belongs there: it is what was being
    /// looked at, and what undoing an edit comes back to.
    fn list_anew(&mut self) {
        let selected = self.case.as_ref().map(CaseView::row).or_else(|| self.selected_row());
        let was_at = self.list.selected().unwrap_or(0);
        self.fill();
        let Some(selected) = selected else { return };
        if let Some(at) = self.position_of(&selected) {
            self.list.select(at);
        } else if let (Some(replay), true) = (&self.seen, self.case.is_some())
            && let Some(row) = cases::row(replay, selected.set, selected.row)
        {
            let at = was_at.min(self.rows.len());
            self.rows.insert(at, row);
            self.held = Some(row);
            self.list.set(self.rows.len());
            self.list.select(at);
        }
    }

    /// What was kept in the list for being open goes once something else is, or nothing.
    fn let_go(&mut self) {
        let open = self.case.as_ref().map(CaseView::row);
        if self.held.is_some_and(|held| open.is_none_or(|open| !open.is_case_of(&held))) {
            let selected = self.selected_row();
            self.fill();
            if let Some(at) = selected.and_then(|row| self.position_of(&row)) {
                self.list.select(at);
            }
        }
    }

    fn selected_row(&self) -> Option<CaseRow> {
        self.rows.get(self.list.selected()?).copied()
    }

    fn open_selected(&mut self, model: &mut Model) {
        let Some(row) = self.selected_row() else { return };
        self.case = CaseView::open(row, model);
        if let Some(case) = &self.case {
            case.look_for_cause(model);
        }
        self.let_go();
    }

    /// The id of the clause that decides the case that is open; where the default does, of the one that decided it in the base.
    fn decider(&self, model: &Model) -> Option<String> {
        let (row, replay) = (self.case.as_ref()?.row(), model.shown_replay()?);
        let set = replay.sets.get(row.set).filter(|set| row.row < set.gold.len())?;
        let now = set.head.verdicts.get(row.row).clause.map(|ix| &replay.head.clause(ix).id);
        let before = || {
            let clause = set.base.as_ref()?.verdicts.get(row.row).clause?;
            Some(&replay.base.as_ref()?.clause(clause).id)
        };
        now.or_else(before).map(ToString::to_string)
    }

    fn step_flip(&mut self, forward: bool, model: &mut Model) {
        if self.which != Which::Flips {
            self.which = Which::Flips;
            self.fill();
            self.list.select(0);
        } else if let Some(at) = self.list.selected() {
            let last = self.rows.len().saturating_sub(1);
            let opened = self.case.is_some();
            self.list.select(if !opened {
                at
            } else if forward {
                (at + 1).min(last)
            } else {
                at.saturating_sub(1)
            });
        }
        self.open_selected(model);
    }
}

impl Screen for ReplayScreen {
    fn contexts(&self) -> Vec<Context> {
        if self.on_quality {
            return self.quality.contexts();
        }
        if self.filtering.is_some() {
            return vec![Context::Input, Context::Replay];
        }
        vec![if self.on_main { Context::Text } else { Context::List }, Context::Replay]
    }

    fn refresh(&mut self, model: &Model) {
        self.quality.refresh(model);
        let replay = model.shown_replay().cloned();
        self.stale = true;
        let same = match (&self.seen, &replay) {
            (Some(seen), Some(now)) => Arc::ptr_eq(seen, now),
            (None, None) => true,
            _ => false,
        };
        if !same {
            self.seen = replay;
            self.list_anew();
        }
        if let Some(case) = &mut self.case {
            case.refresh();
        }
    }

    fn handle(&mut self, event: &Event, model: &mut Model) -> bool {
        if self.on_quality {
            return self.quality.handle(event, model);
        }
        if let Some(input) = &mut self.filtering {
            match input.answer(event) {
                Some(Outcome::Accepted) => {
                    self.filtering = None;
                    self.list_others(model);
                }
                Some(Outcome::Cancelled) => {
                    self.filtering = None;
                    self.filter.clear();
                    self.list_others(model);
                }
                Some(Outcome::Changed) => {
                    self.filter = input.text();
                    self.fill();
                    self.list.select(0);
                }
                _ => return matches!(event, Event::Key(_) | Event::Paste(_)),
            }
            return true;
        }
        if self.on_main {
            let prose = match &mut self.case {
                Some(case) => &mut case.prose,
                None => &mut self.figures,
            };
            return prose.handle(event).is_some();
        }
        match self.list.handle(event) {
            Some(Outcome::Opened) => {
                self.open_selected(model);
                true
            }
            Some(Outcome::Moved) => {
                if self.case.is_some() {
                    self.open_selected(model);
                }
                true
            }
            Some(_) => true,
            None => false,
        }
    }

    fn run(&mut self, command: Command, model: &mut Model) -> bool {
        match command {
            Command::NextQuality if !self.on_quality => {
                self.on_quality = true;
                self.quality.begin();
            }
            Command::NextQuality | Command::PreviousQuality => {
                let forward = command == Command::NextQuality;
                self.on_quality = self.quality.step(forward).is_some();
            }
            Command::Back if self.on_quality => self.on_quality = self.quality.leave_detail(),
            command if self.on_quality => self.quality.run(command, model),
            Command::Which => {
                self.which = self.which.next();
                self.list.select(0);
                self.list_others(model);
            }
            Command::Uncover => {
                if let Some(case) = &mut self.case {
                    case.uncovered = !case.uncovered;
                    case.refresh();
                }
            }
            Command::Decider => {
                if let Some(id) = self.decider(model) {
                    model.ask(Ask::GoTo(Target::Clause(id)));
                }
            }
            Command::NextPane | Command::PreviousPane => self.on_main = !self.on_main,
            Command::NextFlip => self.step_flip(true, model),
            Command::PreviousFlip => self.step_flip(false, model),
            Command::Filter => {
                self.on_main = false;
                let input = crate::tui::components::input::Input::new(&self.filter).placeholder("part of a case id");
                self.filtering = Some(Box::new(input));
            }
            Command::Back if self.case.is_some() => {
                self.case = None;
                self.on_main = false;
                self.let_go();
            }
            Command::Back => {
                self.filter.clear();
                self.on_main = false;
                self.fill();
            }
            Command::ExternalEditor => {
                if let Some(place) = self.case.as_ref().map(|case| case.place.clone()) {
                    model.ask(Ask::Edit(place));
                }
            }
            _ => return false,
        }
        true
    }

    fn available(&self, command: Command, model: &Model) -> Result<(), Reason> {
        if self.on_quality {
            return self.quality.available(command, model);
        }
        match command {
            Command::NextQuality => Ok(()),
            Command::Uncover if !self.case.as_ref().is_some_and(CaseView::hides) => {
                Err("no case with anything covered is open".into())
            }
            Command::Decider if self.case.is_none() => Err("no case is open".into()),
            Command::Decider => match self.decider(model) {
                Some(id) if model.workspace.policy().find_clause(&id).is_some() => Ok(()),
                Some(_) => Err("the clause that decides it there is not in the policy as it stands".into()),
                None => Err("the default decides it, and no clause".into()),
            },
            Command::NextFlip | Command::PreviousFlip => match &self.seen {
                Some(replay) if replay.sets.iter().any(|set| !set.flips.is_empty()) => Ok(()),
                _ => Err("no case flips".into()),
            },
            Command::Back if self.case.is_none() && self.filter.is_empty() && !self.on_main => {
                Err("nothing is open".into())
            }
            Command::ExternalEditor if self.case.is_none() => Err("no case is open".into()),
            Command::Open | Command::Which | Command::NextPane | Command::PreviousPane | Command::Filter => Ok(()),
            Command::Uncover | Command::Back | Command::ExternalEditor => Ok(()),
            _ => Err("it does not belong to this screen".into()),
        }
    }

    fn show(&mut self, target: &Target, model: &mut Model) -> bool {
        let Target::Case { set, case } = target else { return false };
        let Some(replay) = &self.seen else { return false };
        let found = replay.sets.iter().enumerate().find(|(_, here)| **here.gold.set() == **set);
        let Some((at, row)) = found.and_then(|(at, here)| Some((at, here.gold.find(case)?))) else { return false };
        let Some(wanted) = cases::row(replay, at, row) else { return false };
        self.on_quality = false;
        if !self.rows.iter().any(|other| other.is_case_of(&wanted)) {
            self.which = if wanted.flip.is_some() { Which::Flips } else { Which::All };
            self.filter.clear();
            self.fill();
        }
        if let Some(at) = self.position_of(&wanted) {
            self.list.select(at);
        }
        self.open_selected(model);
        true
    }

    /// The case that is open, which the list may no longer hold, or the one that is selected.
    fn selected(&self, _: &Model) -> Option<Target> {
        if self.on_quality {
            return self.quality.selected();
        }
        let row = self.case.as_ref().map(CaseView::row).or_else(|| self.selected_row())?;
        let set = self.seen.as_ref()?.sets.get(row.set)?;
        Some(Target::Case { set: set.gold.set().to_string(), case: set.gold.id(row.row).into_owned() })
    }

    fn tend(&mut self, model: &mut Model) {
        if self.on_quality {
            self.quality.tend(model);
        }
    }

    fn render(&mut self, area: Rect, buf: &mut Buffer, model: &Model, theme: &Theme) -> Option<Position> {
        if self.on_quality {
            self.quality.render(area, buf, model, theme);
            return None;
        }
        let focus = if self.on_main { Pane::Main } else { Pane::List };
        let places = panes(area, Wanted { side: false, extra: false, focus }, buf, theme);
        self.draw_list(places.list, buf, model, theme);
        let inner = Rect {
            x: places.main.x + 1.min(places.main.width),
            width: places.main.width.saturating_sub(1),
            ..places.main
        };
        match &mut self.case {
            Some(case) => case.render(inner, buf, model, theme),
            None if self.seen.is_some() => {
                if self.stale || self.theme != theme.name || self.columns != inner.width {
                    self.columns = inner.width;
                    (self.stale, self.theme) = (false, theme.name.clone());
                    self.figures.set(
                        self.seen
                            .iter()
                            .flat_map(|seen| measures::lines(seen, model, theme, usize::from(inner.width)))
                            .collect(),
                    );
                }
                self.figures.render(inner, buf, theme);
            }
            None => {
                let words = if model.sets.is_none() { "Loading the gold sets …" } else { "Replaying …" };
                text::put(buf, (inner.x, inner.y), inner.width, words, theme.style(Role::Dim));
            }
        }
        None
    }
}

impl ReplayScreen {
    fn draw_list(&mut self, area: Rect, buf: &mut Buffer, model: &Model, theme: &Theme) {
        if area.is_empty() {
            return;
        }
        let title = text::row(area, 0);
        let those = self.rows.len() - usize::from(self.held.is_some());
        let mut words = format!("{} {}", self.which.title(), crate::report::figure::thousands(those as u64));
        if self.held.is_some() {
            words.push_str(" + the open one");
        }
        if model.chosen.is_some() {
            let (base, head) = model.shown_versions();
            words.push_str(&format!(" · {}…{head}", base.unwrap_or_default()));
        }
        if !self.filter.is_empty() && self.filtering.is_none() {
            words.push_str(&format!(" · /{}", text::shown(&self.filter)));
        }
        text::put(buf, (title.x + 1, title.y), title.width.saturating_sub(1), &words, theme.style(Role::Title));
        let mut rest = Rect { y: area.y + 1, height: area.height - 1, ..area };
        if let Some(input) = &mut self.filtering
            && rest.height > 0
        {
            let row = text::row(rest, 0);
            let used = text::put(buf, (row.x + 1, row.y), row.width.saturating_sub(1), "/", theme.style(Role::Key)) + 1;
            let field = Rect { x: row.x + used, width: row.width.saturating_sub(used), ..row };
            input.render(field, buf, theme, true);
            rest = Rect { y: rest.y + 1, height: rest.height - 1, ..rest };
        }
        let Some(replay) = &self.seen else { return };
        if self.rows.is_empty() {
            let unfiltered = if self.filter.is_empty() { 0 } else { cases::rows(replay, self.which, "").len() };
            let words = match unfiltered {
                0 => self.which.nothing(model),
                cases => self.which.filtered_out(&self.filter, cases),
            };
            let line = theme.line(Role::Dim, words);
            for (n, line) in (0..).zip(text::wrap_spans(&line, usize::from(rest.width.saturating_sub(2)))) {
                if n < rest.height {
                    text::put_line(buf, (rest.x + 1, rest.y + n), rest.width.saturating_sub(1), &line);
                }
            }
            return;
        }
        let rows = &self.rows;
        self.list.render(rest, buf, theme, !self.on_main && self.filtering.is_none(), |at, columns| {
            rows.get(at).map(|row| cases::draw(replay, *row, usize::from(columns), theme)).unwrap_or_default()
        });
    }
}
