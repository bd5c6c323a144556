//! How good the gold sets are, a part of the Replay screen: what the cases show of the policy, which edits nobody would notice, and
//! which cases to write next.

mod rows;
#[cfg(test)]
mod tests;

use crate::document::read::set::Split;
use crate::report::figure::count;
use crate::report::suggest::nothing;
use crate::tui::command::{Command, Context, Reason};
use crate::tui::components::Outcome;
use crate::tui::components::dialog::Confirm;
use crate::tui::components::list::{List, Row};
use crate::tui::components::picker::{Choice, Picker};
use crate::tui::event::{Event, MouseKind};
use crate::tui::model::{Ask, Model, Target};
use crate::tui::popup::Popup;
use crate::tui::quality::{self, Asked, Quality, Step, draft};
use crate::tui::text;
use crate::tui::theme::{Role, Theme};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Line;
use rows::QualityRow;
use serde_json::Value;
use std::sync::Arc;

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
    list: List,
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
        self.fill();
    }

    fn fill(&mut self) {
        let (rows, headings) = self.seen.as_ref().map(|seen| rows::rows(self.view, seen)).unwrap_or_default();
        self.rows = rows;
        self.list.set_sections(self.rows.len(), headings);
    }

    fn row(&self) -> Option<&QualityRow> {
        self.rows.get(self.list.selected()?)
    }

    fn is_known(&self) -> bool {
        self.seen.as_ref().is_some_and(|seen| seen.has(self.view.step()))
    }

    pub fn contexts() -> Vec<Context> {
        vec![Context::List, Context::Quality]
    }

    pub fn refresh(&mut self, model: &Model) {
        let same = match (&self.seen, &model.quality) {
            (Some(seen), Some(now)) => Arc::ptr_eq(seen, now),
            (seen, now) => seen.is_none() && now.is_none(),
        };
        if !same {
            self.seen = model.quality.clone();
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
        match self.list.handle(event) {
            Some(Outcome::Opened) => {
                match self.row().and_then(|row| row.leads.clone()) {
                    Some(target) => model.ask(Ask::GoTo(target)),
                    None if self.row().is_some_and(|row| row.point.is_some()) => self.add_case(model),
                    None => {}
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
            Command::Open if self.row().is_none_or(|row| row.leads.is_none() && row.point.is_none()) => {
                Err("what is selected leads nowhere".into())
            }
            Command::NextQuality
            | Command::PreviousQuality
            | Command::LookAgain
            | Command::AddCase
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

    /// Asks for the set, shows the draft, and writes it where that is wanted.
    fn add_case(&self, model: &mut Model) {
        let (Some(row), Some(seen), Some(sets)) = (self.row(), &self.seen, model.sets.clone()) else { return };
        let Some(point) = &row.point else { return };
        let draft = draft(&seen.of.policy, point, &sets, row.why());
        let names: Vec<String> = sets.sets.iter().map(|set| set.name().to_string()).collect();
        if let [only] = &names[..] {
            return confirm(model, only.clone(), draft);
        }
        let choices = sets.sets.iter().map(|set| {
            let aside = if set.info.split == Split::Holdout { ", kept aside to measure with" } else { "" };
            let cases = count(set.gold.len() as u64, "case", "cases");
            Choice::new(text::shown(set.name()), format!("{cases}{aside}"))
        });
        let picker = Picker::one("Add the case to", choices.collect(), None);
        model.open(Popup::pick(picker, move |model, chosen| {
            if let Some(set) = chosen.first().and_then(|&at| names.into_iter().nth(at)) {
                confirm(model, set, draft);
            }
        }));
    }

    pub fn render(&mut self, area: Rect, buf: &mut Buffer, model: &Model, theme: &Theme) {
        if area.is_empty() {
            return;
        }
        self.draw_switch(text::row(area, 0), buf, theme);
        let mut body = Rect { y: area.y + 1, height: area.height - 1, ..area };
        let columns = usize::from(body.width.saturating_sub(2));
        let mut top = Vec::new();
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
        let about = self.about(theme, columns);
        let needed = u16::try_from(about.len()).unwrap_or(u16::MAX);
        let below = if body.height < 6 { 0 } else { needed.min(body.height / 2) };
        let list = Rect { height: body.height - below, ..body };
        let rows = &self.rows;
        self.list.render(list, buf, theme, true, |at, _| {
            let Some(row) = rows.get(at) else { return Row::default() };
            let left = theme.line(Role::Text, text::shown(&row.left).into_owned());
            Row::new(left).right(theme.line(Role::Dim, text::shown(&row.right).into_owned()))
        });
        for (n, line) in (0..below).zip(&about) {
            let at = (body.x + 1.min(body.width), list.bottom() + n);
            text::put_line(buf, at, body.width.saturating_sub(1), line);
        }
    }

    /// What is said in full of the selected row, with a draft of the case that would mend it.
    fn about(&self, theme: &Theme, columns: usize) -> Vec<Line<'static>> {
        let (Some(row), Some(seen)) = (self.row(), &self.seen) else { return Vec::new() };
        let mut lines = vec![Line::default()];
        for (n, words) in row.about.iter().enumerate() {
            let role = if n == 0 && !row.is_figure { Role::Title } else { Role::Text };
            lines.extend(text::wrap_hanging(&theme.line(role, text::shown(words).into_owned()), columns));
        }
        if let Some(point) = &row.point {
            let draft = draft(&seen.of.policy, point, &seen.of.sets, row.why());
            let words = format!("draft   {draft}");
            lines.extend(text::wrap_hanging(&theme.line(Role::Dim, text::shown(&words).into_owned()), columns));
        }
        lines
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

/// Shows the draft, and adds it to a set if that is wanted.
fn confirm(model: &mut Model, set: String, draft: Value) {
    let mut body = vec![Line::from("Its text is to be written then, and its label given:"), Line::default()];
    body.push(Line::from(text::shown(&draft.to_string()).into_owned()));
    let title = format!("Add this case to {}?", text::shown(&set));
    let confirm = Confirm::new(title, body).option('n', "add nothing").option('y', "add it to the gold set");
    model.open(Popup::confirm(confirm, move |model, answer| {
        if answer == 'y' {
            quality::add(model, set, draft);
        }
    }));
}
