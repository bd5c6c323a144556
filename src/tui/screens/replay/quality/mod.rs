//! How good the gold sets are, a part of the Replay screen: what the cases show of the policy, which edits nobody would notice, and
//! which cases to write next.

mod rows;
#[cfg(test)]
mod tests;
mod writing;

use crate::decide::Situation;
use crate::report::suggest::nothing;
use crate::tui::command::{Command, Context, Reason};
use crate::tui::components::Outcome;
use crate::tui::components::list::{List, Row, heading};
use crate::tui::components::message::Severity;
use crate::tui::components::prose::Prose;
use crate::tui::event::{Event, MouseKind};
use crate::tui::model::{Ask, Model, Target};
use crate::tui::quality::{self, AddedCase, Asked, Quality, Step, draft};
use crate::tui::text;
use crate::tui::theme::{Role, Theme};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Line;
use rows::QualityRow;
use std::sync::Arc;
use writing::Brief;

/// What is looked at.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum View {
    #[default]
    Coverage,
    Edits,
    Next,
}

impl View {
    const ALL: [View; 3] = [View::Coverage, View::Edits, View::Next];

    fn word(self) -> &'static str {
        match self {
            View::Coverage => "coverage",
            View::Edits => "edits nobody notices",
            View::Next => "next cases",
        }
    }

    fn step(self) -> Step {
        match self {
            View::Coverage => Step::Coverage,
            View::Edits => Step::Mutation,
            View::Next => Step::Suggestions,
        }
    }

    /// What it is about.
    fn about(self) -> &'static str {
        match self {
            View::Coverage => "What of the policy the labeled cases put to the test, and what they leave out.",
            View::Edits => "Small edits of the policy, and which of them no labeled case would give away.",
            View::Next => "Cases worth writing: each would bring out what no labeled case shows today.",
        }
    }

    /// What is said while it is being looked for.
    fn under_way(self) -> &'static str {
        match self {
            View::Coverage => "Looking at what the cases show … Esc stops it.",
            View::Edits => "Trying every small edit of the policy on all labeled cases … Esc stops it.",
            View::Next => "Looking for the cases that would show the most … Esc stops it.",
        }
    }
}

#[derive(Default)]
pub struct QualityPart {
    view: View,
    seen: Option<Arc<Quality>>,
    /// What was asked for last, so that it is asked once.
    asked: Option<Step>,
    /// Somebody stopped that; it begins again where it is asked for.
    stopped: bool,
    rows: Vec<QualityRow>,
    /// Where cases were added here, and the file and id of each.
    added: Vec<(Situation, String)>,
    list: List,
    /// What is said in full of the selected row.
    detail: Prose,
    /// Which row that is.
    detailed: Option<usize>,
    /// Whether keys scroll what is said in full.
    on_detail: bool,
    /// Where the last frame put the views' names.
    tabs: Vec<(Rect, View)>,
}

impl QualityPart {
    /// On to the next view, or back; `None` where there is none.
    pub fn step(&mut self, forward: bool) -> Option<()> {
        let at = self.view as usize;
        let to = if forward { at + 1 } else { at.checked_sub(1)? };
        self.look_at(*View::ALL.get(to)?);
        Some(())
    }

    pub fn begin(&mut self) {
        self.look_at(View::Coverage);
    }

    fn look_at(&mut self, view: View) {
        self.view = view;
        self.asked = None;
        self.stopped = false;
        self.list = List::default();
        self.on_detail = false;
        self.detailed = None;
        self.fill();
    }

    fn fill(&mut self) {
        let (rows, headings) = self.seen.as_ref().map(|seen| rows::rows(self.view, seen)).unwrap_or_default();
        self.rows = rows;
        for row in &mut self.rows {
            let Some(point) = &row.point else { continue };
            if let Some((_, words)) = self.added.iter().find(|(added, _)| added == point) {
                row.right = "added".to_owned();
                row.about.insert(1.min(row.about.len()), words.clone());
                row.has_case = Some("a case for it was added");
            } else if self.seen.as_ref().is_some_and(|seen| seen.coverage.labeled.waiting.contains(point)) {
                row.right = "waits for a label".to_owned();
                row.about.insert(1.min(row.about.len()), "A case for it is there and waits for its label.".to_owned());
                row.has_case = Some("a case for it waits for its label");
            } else if row.about.first() == Some(&row.case_words) {
                row.about.push("`a` asks for its text and adds it.".to_owned());
            } else {
                row.about.push(format!("`a` adds a case for it: {}.", row.case_words));
            }
        }
        self.list.set_sections(self.rows.len(), headings);
    }

    fn row(&self) -> Option<&QualityRow> {
        self.rows.get(self.list.selected()?)
    }

    fn is_known(&self) -> bool {
        self.seen.as_ref().is_some_and(|seen| seen.has(self.view.step()))
    }

    pub fn contexts(&self) -> Vec<Context> {
        vec![if self.on_detail { Context::Text } else { Context::List }, Context::Quality]
    }

    /// Leaves what is said in full of a row; whether somebody was there.
    pub fn leave_detail(&mut self) -> bool {
        std::mem::take(&mut self.on_detail)
    }

    pub fn refresh(&mut self, model: &Model) {
        let same = match (&self.seen, &model.quality) {
            (Some(seen), Some(now)) => Arc::ptr_eq(seen, now),
            (seen, now) => seen.is_none() && now.is_none(),
        };
        let is_added = model.added.iter().map(|added| &added.point).eq(self.added.iter().map(|(point, _)| point));
        if !same || !is_added {
            self.seen = model.quality.clone();
            let words = |added: &AddedCase| format!("A case for it was added to {}: {}.", added.cases.file, added.id);
            self.added = model.added.iter().map(|added| (added.point.clone(), words(added))).collect();
            self.fill();
        }
    }

    /// Asks for what the view lacks, once.
    pub fn tend(&mut self, model: &mut Model) {
        if model.stopped == Some(quality::KIND) {
            model.stopped = None;
            self.stopped = true;
        }
        let step = self.view.step();
        if self.is_known() || self.asked == Some(step) {
            return;
        }
        if let Some(now) = Asked::now(model) {
            self.asked = Some(step);
            quality::ask(model, now, step);
        }
    }

    pub fn handle(&mut self, event: &Event, model: &mut Model) -> bool {
        if let Event::Mouse(mouse) = event
            && mouse.kind == MouseKind::Press
            && let Some((_, view)) = self.tabs.iter().find(|(place, _)| mouse.is_in(*place))
        {
            self.look_at(*view);
            return true;
        }
        if self.on_detail || matches!(event, Event::Mouse(_)) {
            let scrolled = self.detail.handle(event).is_some();
            if scrolled || self.on_detail && matches!(event, Event::Key(_)) {
                return scrolled;
            }
        }
        match self.list.handle(event) {
            Some(Outcome::Opened) => {
                match self.row().and_then(|row| row.leads.clone()) {
                    Some(target) => model.ask(Ask::GoTo(target)),
                    None => match self.available(Command::AddCase, model) {
                        Ok(()) => self.add_case(model),
                        Err(reason) => model.say(Severity::Hint, format!("Not now: {}.", reason.0)),
                    },
                }
                true
            }
            outcome => outcome.is_some(),
        }
    }

    pub fn run(&mut self, command: Command, model: &mut Model) {
        match command {
            Command::LookAgain => {
                if let Some(now) = Asked::now(model) {
                    self.asked = Some(self.view.step());
                    self.stopped = false;
                    quality::ask(model, now, self.view.step());
                }
            }
            Command::AddCase => self.add_case(model),
            // What is to be taken back is the last thing that was done here; else what was edited elsewhere.
            Command::UndoAdding if model.added.is_empty() => model.ask(Ask::Run(Command::Undo)),
            Command::UndoAdding => quality::take_back(model),
            Command::NextPane | Command::PreviousPane => self.on_detail = !self.on_detail,
            _ => {}
        }
    }

    pub fn available(&self, command: Command, model: &Model) -> Result<(), Reason> {
        match command {
            Command::LookAgain if model.sets.is_none() => Err("the cases are still being loaded".into()),
            Command::LookAgain if self.is_known() && self.is_fresh(model) => {
                Err("policy and cases are as they were looked at".into())
            }
            Command::AddCase if model.sets.as_ref().is_none_or(|sets| sets.sets.is_empty()) => {
                Err("there is no gold set to add a case to".into())
            }
            Command::AddCase if self.row().is_none_or(|row| row.point.is_none()) => {
                Err("no case would mend what is selected".into())
            }
            Command::AddCase => match self.row().and_then(|row| row.has_case) {
                Some(why) => Err(why.into()),
                None => Ok(()),
            },
            Command::UndoAdding if model.added.is_empty() && model.workspace.next_undo().is_none() => {
                Err("there is nothing to undo".into())
            }
            Command::Open if self.row().is_none_or(|row| row.leads.is_none() && row.point.is_none()) => {
                Err("what is selected leads nowhere".into())
            }
            Command::NextQuality
            | Command::PreviousQuality
            | Command::LookAgain
            | Command::UndoAdding
            | Command::NextPane
            | Command::PreviousPane
            | Command::Open
            | Command::Back => Ok(()),
            _ => Err("it does not belong to this part".into()),
        }
    }

    pub fn selected(&self) -> Option<Target> {
        self.row()?.leads.clone()
    }

    /// Whether what is shown is of the policy and the cases as they stand.
    fn is_fresh(&self, model: &Model) -> bool {
        let now = Asked::now(model);
        self.seen.as_ref().zip(now).is_some_and(|(seen, now)| seen.of.is_same(&now))
    }

    /// Has a case written for the selected row, and added where that is wanted.
    fn add_case(&self, model: &mut Model) {
        let (Some(row), Some(seen), Some(sets)) = (self.row(), &self.seen, model.sets.clone()) else { return };
        let Some(point) = row.point.clone() else { return };
        let policy = seen.of.policy.clone();
        let draft = draft(&policy, &point, &sets, row.why());
        let shows = if row.shows.is_empty() { vec![row.why().to_owned()] } else { row.shows.clone() };
        writing::begin(model, &sets, Brief { policy, point, shows, row: draft });
    }

    pub fn render(&mut self, area: Rect, buf: &mut Buffer, model: &Model, theme: &Theme) {
        if area.is_empty() {
            return;
        }
        self.draw_switch(text::row(area, 0), buf, theme);
        let mut body = Rect { y: area.y + 1, height: area.height - 1, ..area };
        let columns = usize::from(body.width.saturating_sub(2));
        let mut top = Vec::new();
        if self.is_known() && body.height > 10 {
            top.push(theme.line(Role::Dim, self.view.about()));
        }
        if !self.is_known() {
            let words = match &model.sets {
                None => "Loading the gold sets …",
                Some(_) if self.stopped => "Stopped. `r` looks again.",
                Some(_) => self.view.under_way(),
            };
            top.push(theme.line(Role::Dim, words));
        } else if !self.is_fresh(model) {
            top.push(
                theme.line(Role::Warning, "Of an earlier text of the policy, or of earlier cases: `r` looks again."),
            );
        }
        if self.is_known() && self.rows.is_empty() {
            // Figures there are always; of the next cases there may be none.
            top.extend(self.seen.iter().map(|seen| theme.line(Role::Dim, nothing(&seen.coverage).trim_end())));
        }
        for line in top.iter().flat_map(|line| text::wrap_spans(line, columns)) {
            if body.height > 0 {
                text::put_line(buf, (body.x + 1.min(body.width), body.y), body.width.saturating_sub(1), &line);
                body = Rect { y: body.y + 1, height: body.height - 1, ..body };
            }
        }
        let below = self.room_below(body, theme);
        let list = Rect { height: body.height - below, ..body };
        let (rows, on_list) = (&self.rows, !self.on_detail);
        self.list.render(list, buf, theme, on_list, |at, _| {
            let Some(row) = rows.get(at) else { return Row::default() };
            let left = theme.line(Role::Text, text::shown(&row.left).into_owned());
            Row::new(left).right(theme.line(Role::Dim, text::shown(&row.right).into_owned()))
        });
        self.draw_detail(Rect { y: list.bottom(), height: below, ..body }, buf, theme);
    }

    /// Makes what is said in full of the selected row; how many rows it gets below the list.
    fn room_below(&mut self, body: Rect, theme: &Theme) -> u16 {
        /// So many rows of a small window are kept for the list.
        const LEAST: u16 = 6;
        let selected = self.list.selected();
        if self.detailed != selected {
            self.detailed = selected;
            self.detail.to_start();
        }
        self.detail.set(self.in_full(theme));
        if body.height < LEAST || selected.is_none() {
            self.on_detail = false;
            return 0;
        }
        let needed =
            u16::try_from(self.detail.rows(body.width.saturating_sub(1))).unwrap_or(u16::MAX).saturating_add(1);
        let listed = u16::try_from(self.list.len() + self.list.headings()).unwrap_or(u16::MAX);
        let most = (body.height / 2).max(body.height.saturating_sub(LEAST).min(2 * LEAST));
        // What the list does not fill is free.
        needed.min(most.max(body.height.saturating_sub(listed.max(LEAST))))
    }

    fn draw_detail(&mut self, area: Rect, buf: &mut Buffer, theme: &Theme) {
        if area.is_empty() {
            return;
        }
        let inner = Rect {
            x: area.x + 1.min(area.width),
            y: area.y + 1,
            width: area.width.saturating_sub(1),
            height: area.height - 1,
        };
        let is_cut = self.detail.rows(inner.width) > usize::from(inner.height);
        let words = match (self.on_detail, is_cut) {
            (true, _) => "in full: j and k scroll, Esc goes back",
            (false, true) => "in full: there is more, Tab goes there",
            (false, false) => "",
        };
        heading(text::row(area, 0), buf, theme, words);
        self.detail.render(inner, buf, theme);
    }

    fn in_full(&self, theme: &Theme) -> Vec<Line<'static>> {
        let Some(row) = self.row() else { return Vec::new() };
        let line = |(n, words): (usize, &String)| {
            let role = if n == 0 && !row.is_figure { Role::Title } else { Role::Text };
            theme.line(role, text::shown(words).into_owned())
        };
        row.about.iter().enumerate().map(line).collect()
    }

    fn draw_switch(&mut self, row: Rect, buf: &mut Buffer, theme: &Theme) {
        self.tabs.clear();
        let title = theme.line(Role::Title, "GOLD SETS");
        let used = text::put_line(buf, (row.x + 1.min(row.width), row.y), row.width.saturating_sub(1), &title);
        let mut x = row.x.saturating_add(used + 3).min(row.right());
        for view in View::ALL {
            let here = view == self.view;
            let (role, open, close) = if here { (Role::Accent, "[ ", " ]") } else { (Role::Dim, "  ", "  ") };
            let line = theme.line(role, format!("{open}{}{close}", view.word()));
            let used = text::put_line(buf, (x, row.y), row.right().saturating_sub(x), &line);
            self.tabs.push((Rect { x, width: used, ..row }, view));
            x = x.saturating_add(used).min(row.right());
        }
    }
}
