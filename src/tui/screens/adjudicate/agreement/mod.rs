//! Agreement: how far labelers agree, where they do not, and what that hangs on.

mod choice;
mod confusion;
mod figures;
mod grid;
#[cfg(test)]
mod tests;

use crate::report::figure::count;
use crate::tui::command::{Command, Context, Reason};
use crate::tui::components::Outcome;
use crate::tui::components::picker::{Choice as Item, Picker};
use crate::tui::components::prose::Prose;
use crate::tui::event::{Event, MouseKind};
use crate::tui::layout::{Pane, Panes, Wanted, panes};
use crate::tui::measured::{self, Asked, Measured};
use crate::tui::model::{Ask, Model, Target};
use crate::tui::screens::Screen;
use crate::tui::text;
use crate::tui::theme::{Role, Theme};
use choice::{Choice, Choices};
use grid::{Grid, Leads};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::text::Line;
use std::sync::Arc;

/// What is shown of the figures.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum View {
    #[default]
    Measures,
    Grid,
    Pairs,
    Confusion,
    Splits,
    Causes,
    Drift,
}

impl View {
    const ALL: [View; 7] =
        [View::Measures, View::Grid, View::Pairs, View::Confusion, View::Splits, View::Causes, View::Drift];

    fn word(self) -> &'static str {
        match self {
            View::Measures => "measures",
            View::Grid => "grid",
            View::Pairs => "pairs",
            View::Confusion => "confusion",
            View::Splits => "splits",
            View::Causes => "causes",
            View::Drift => "drift",
        }
    }

    fn next(self) -> View {
        View::ALL[(self as usize + 1) % View::ALL.len()]
    }

    fn previous(self) -> View {
        View::ALL[(self as usize + View::ALL.len() - 1) % View::ALL.len()]
    }
}

/// Narrower than this, either the choices or the figures are shown.
const BOTH: u16 = 100;

#[derive(Default)]
pub struct AgreementPart {
    choices: Choices,
    /// What was asked last, so that it is asked once.
    asked: Option<Asked>,
    seen: Option<Arc<Measured>>,
    view: View,
    /// Whether the choices have the focus; the figures otherwise.
    on_choices: bool,
    /// Measuring was stopped; it begins again with the next choice.
    stopped: bool,
    grid: Grid,
    /// The labeler whose pairs are shown; all where `None`.
    only: Option<Arc<str>>,
    /// The two labelers whose confusion is looked at, as a position among the confusions.
    pair: Option<usize>,
    matrix: Prose,
    /// What the matrix was made for: its width and its theme.
    drawn: Option<(u16, String)>,
    picker: Option<Box<Picker>>,
    /// Where the last frame put the views' names and the panes.
    tabs: Vec<(Rect, View)>,
    panes: Panes,
}

impl AgreementPart {
    /// The rows of the view anew.
    fn fill(&mut self) {
        self.drawn = None;
        let Some(seen) = &self.seen else { return self.grid = Grid::default() };
        let titled = |titles: &[&str], rows| (titles.iter().map(|title| (*title).to_owned()).collect(), rows);
        let (titles, (rows, headings)) = match self.view {
            View::Measures => titled(&figures::MEASURES, figures::measures(seen)),
            View::Grid => figures::grid(seen),
            View::Pairs => titled(&figures::pair_titles(seen), figures::pairs(seen, self.only.as_deref())),
            View::Splits => titled(&figures::SPLITS, figures::splits(seen)),
            View::Causes => titled(&figures::CAUSES, figures::causes(seen)),
            View::Drift => titled(&figures::DRIFT, figures::drift(seen)),
            View::Confusion => Default::default(),
        };
        self.grid.set(titles, rows, headings);
    }

    fn look_at(&mut self, view: View) {
        self.view = view;
        self.fill();
        self.grid.select(match (&self.seen, view) {
            // The figure to look at first is the one that is spoken of first.
            (Some(seen), View::Measures) => figures::headline(seen),
            _ => 0,
        });
    }

    /// Chooses on the left, or asks which labelers.
    fn choose(&mut self, model: &mut Model) {
        match self.choices.selected().cloned() {
            Some(Choice::Labelers) => self.pick_labelers(),
            Some(choice) => {
                self.choices.choose(choice);
                self.begin_anew();
                self.tend(model);
            }
            None => {}
        }
    }

    fn pick_labelers(&mut self) {
        let Some(seen) = &self.seen else { return };
        let item = |(who, labels): (&String, &usize)| {
            Item::new(text::shown(who).into_owned(), count(*labels as u64, "label", "labels"))
        };
        let items = seen.everybody.iter().map(item).collect();
        let chosen = self.choices.labelers.clone().unwrap_or_default();
        let marked: Vec<usize> =
            seen.everybody.keys().enumerate().filter(|(_, who)| chosen.contains(who)).map(|(at, _)| at).collect();
        self.picker = Some(Box::new(Picker::many("Labelers (none marked: everybody)", items, marked)));
    }

    fn take_labelers(&mut self, chosen: &[usize]) {
        let Some(seen) = &self.seen else { return };
        let names: Vec<&String> = seen.everybody.keys().collect();
        let chosen: Vec<String> = chosen.iter().filter_map(|at| names.get(*at)).map(|name| (*name).clone()).collect();
        let all = chosen.is_empty() || chosen.len() == names.len();
        self.choices.labelers = (!all).then_some(chosen);
        self.begin_anew();
    }

    /// Something else is asked: nothing that was opened of the old figures stays open.
    fn begin_anew(&mut self) {
        (self.pair, self.only, self.stopped) = (None, None, false);
    }

    fn follow(&mut self, model: &mut Model) {
        match self.grid.selected().and_then(|row| row.leads.clone()) {
            Some(Leads::To(target)) => model.ask(Ask::GoTo(target)),
            Some(Leads::Confusion(at)) => {
                self.pair = Some(at);
                self.look_at(View::Confusion);
                self.matrix.to_start();
            }
            Some(Leads::Pairs(who)) => {
                self.only = Some(who);
                self.look_at(View::Pairs);
            }
            None => {}
        }
    }

    fn is_fresh(&self) -> bool {
        matches!((&self.seen, &self.asked), (Some(seen), Some(asked)) if seen.of.is_same(asked))
    }
}

impl Screen for AgreementPart {
    fn contexts(&self) -> Vec<Context> {
        if self.picker.is_some() {
            return vec![Context::Popup];
        }
        let on_text = !self.on_choices && self.view == View::Confusion;
        vec![if on_text { Context::Text } else { Context::List }, Context::Agreement]
    }

    fn dialog(&self) -> Option<&'static [Command]> {
        self.picker.as_ref().map(|picker| picker.takes())
    }

    fn refresh(&mut self, model: &Model) {
        let same = match (&self.seen, &model.measured) {
            (Some(seen), Some(now)) => Arc::ptr_eq(seen, now),
            (None, None) => true,
            _ => false,
        };
        if !same {
            let first = self.seen.is_none();
            self.seen.clone_from(&model.measured);
            if first { self.look_at(self.view) } else { self.fill() }
        }
        self.choices.fill(model.workspace.policy(), model, self.seen.as_deref());
    }

    fn tend(&mut self, model: &mut Model) {
        let Some(asked) = self.choices.asked(model) else { return };
        if !self.stopped && !self.asked.as_ref().is_some_and(|before| before.is_same(&asked)) {
            self.asked = Some(asked.clone());
            measured::ask(model, asked);
        }
    }

    fn handle(&mut self, event: &Event, model: &mut Model) -> bool {
        if let Some(picker) = &mut self.picker {
            match picker.handle(event) {
                Some(Outcome::Accepted) => {
                    let chosen = picker.chosen();
                    self.picker = None;
                    self.take_labelers(&chosen);
                }
                Some(Outcome::Cancelled) => self.picker = None,
                _ => {}
            }
            return true;
        }
        if let Event::Mouse(mouse) = event
            && mouse.kind == MouseKind::Press
        {
            if let Some((_, view)) = self.tabs.iter().find(|(place, _)| mouse.is_in(*place)) {
                let view = *view;
                self.on_choices = false;
                self.look_at(view);
                return true;
            }
            self.on_choices = match () {
                () if mouse.is_in(self.panes.main) => false,
                () if mouse.is_in(self.panes.list) => true,
                () => self.on_choices,
            };
        }
        if self.on_choices {
            let outcome = self.choices.list.handle(event);
            if outcome == Some(Outcome::Opened) {
                self.choose(model);
            }
            return outcome.is_some();
        }
        if self.view == View::Confusion {
            return self.matrix.handle(event).is_some();
        }
        let outcome = self.grid.handle(event);
        if outcome == Some(Outcome::Opened) {
            self.follow(model);
        }
        outcome.is_some()
    }

    fn run(&mut self, command: Command, model: &mut Model) -> bool {
        match command {
            Command::NextFigures | Command::PreviousFigures => {
                self.on_choices = false;
                let next = command == Command::NextFigures;
                self.look_at(if next { self.view.next() } else { self.view.previous() });
            }
            Command::NextPane | Command::PreviousPane => self.on_choices = !self.on_choices,
            Command::Back if !self.is_fresh() && !self.stopped => {
                measured::stop(model);
                (self.stopped, self.asked) = (true, None);
            }
            Command::Back if self.on_choices => self.on_choices = false,
            Command::Back if self.view == View::Confusion && self.pair.take().is_some() => self.look_at(View::Pairs),
            Command::Back if self.view == View::Pairs && self.only.take().is_some() => self.look_at(View::Grid),
            Command::Back => self.look_at(View::Measures),
            _ => return false,
        }
        true
    }

    fn available(&self, command: Command, model: &Model) -> Result<(), Reason> {
        match command {
            Command::Open if !self.on_choices && self.grid.selected().is_none_or(|row| row.leads.is_none()) => {
                Err("nothing lies behind this row".into())
            }
            Command::Back if self.is_fresh() || self.stopped || self.choices.asked(model).is_none() => {
                match self.view == View::Measures && !self.on_choices {
                    true => Err("nothing is open".into()),
                    false => Ok(()),
                }
            }
            Command::Open
            | Command::NextFigures
            | Command::PreviousFigures
            | Command::NextPane
            | Command::PreviousPane
            | Command::Back => Ok(()),
            _ => Err("it does not belong to this part".into()),
        }
    }

    fn show(&mut self, _: &Target, _: &mut Model) -> bool {
        false
    }

    fn selected(&self, _: &Model) -> Option<Target> {
        match self.grid.selected()?.leads.as_ref()? {
            Leads::To(target) if !self.on_choices => Some(target.clone()),
            _ => None,
        }
    }

    fn render(&mut self, area: Rect, buf: &mut Buffer, model: &Model, theme: &Theme) -> Option<Position> {
        let focus = if self.on_choices { Pane::List } else { Pane::Main };
        self.panes = match (area.width < BOTH, focus) {
            (true, Pane::List) => Panes { list: area, ..Panes::default() },
            (true, _) => Panes { main: area, ..Panes::default() },
            _ => panes(area, Wanted { side: false, extra: false, focus }, buf, theme),
        };
        let set = self.asked.as_ref().map(|asked| asked.set.clone());
        self.choices.render(self.panes.list, buf, self.seen.as_deref(), set.as_ref(), theme, self.on_choices);
        self.draw_main(self.panes.main, buf, model, theme);
        if let Some(picker) = &mut self.picker {
            picker.render(area, buf, theme);
        }
        None
    }
}

impl AgreementPart {
    fn draw_main(&mut self, area: Rect, buf: &mut Buffer, model: &Model, theme: &Theme) {
        self.tabs.clear();
        if area.is_empty() {
            return;
        }
        let bar = text::row(area, 0);
        let mut x = bar.x + 1.min(bar.width);
        for view in View::ALL {
            let here = view == self.view;
            let (role, open, close) = if here { (Role::Accent, "[ ", " ]") } else { (Role::Dim, " ", " ") };
            let line = theme.line(role, format!("{open}{}{close}", view.word()));
            let used = text::put_line(buf, (x, bar.y), bar.right().saturating_sub(x), &line);
            self.tabs.push((Rect { x, width: used, ..bar }, view));
            x = x.saturating_add(used + 1).min(bar.right());
        }
        let body = Rect { y: area.y + 1, height: area.height - 1, ..area };
        let Some(seen) = self.seen.clone() else {
            let words = match &model.sets {
                None => "Loading the gold sets …",
                Some(sets) if sets.sets.is_empty() => {
                    "There are no gold sets yet: bring cases in with `casebook import`."
                }
                Some(_) if self.stopped => STOPPED,
                Some(_) => "Measuring … Esc stops it.",
            };
            return say(body, buf, theme, words);
        };
        // Below stand what the selected row says, what was looked at, and the command, as far as there is room.
        let below = self.below(&seen, area, theme);
        let rows = u16::try_from(below.len()).unwrap_or(u16::MAX).min(body.height.saturating_sub(4));
        let rest = Rect { height: body.height - rows, ..body };
        for (n, line) in (0..rows).zip(&below) {
            text::put_line(buf, (body.x + 1, rest.bottom() + n), body.width.saturating_sub(1), line);
        }
        self.draw_view(rest, buf, &seen, theme);
    }

    fn draw_view(&mut self, area: Rect, buf: &mut Buffer, seen: &Measured, theme: &Theme) {
        if self.view == View::Confusion {
            let inner = Rect { x: area.x + 1.min(area.width), width: area.width.saturating_sub(1), ..area };
            let wanted = (inner.width, theme.name.clone());
            if self.drawn.as_ref() != Some(&wanted) {
                self.matrix.set(confusion::lines(seen, self.pair, usize::from(inner.width), theme));
                self.drawn = Some(wanted);
            }
            return self.matrix.render(inner, buf, theme);
        }
        if !self.grid.is_empty() {
            return self.grid.render(area, buf, theme, !self.on_choices);
        }
        let left_out = seen.agreement.pairs_left_out;
        let words = match self.view {
            View::Pairs if left_out > 0 => {
                format!("There would be {left_out} pairs. Choose fewer labelers, on the left (Tab).")
            }
            View::Pairs => "No two labelers have a case in common.".to_owned(),
            View::Grid => "Nobody labeled a case.".to_owned(),
            View::Splits => "No case is split: wherever labelers meet they say the same.".to_owned(),
            View::Causes if seen.agreement.splits.is_empty() => "No case is split: nothing to explain.".to_owned(),
            View::Causes => "The split cases touch no clause and no category.".to_owned(),
            View::Drift => {
                "There is only one round and one version of the policy: nothing to compare over time.".to_owned()
            }
            View::Measures | View::Confusion => String::new(),
        };
        say(area, buf, theme, &words);
    }

    fn below(&self, seen: &Measured, area: Rect, theme: &Theme) -> Vec<Line<'static>> {
        let columns = usize::from(area.width.saturating_sub(2));
        let mut lines = vec![Line::default()];
        let about = self.grid.selected().filter(|_| self.view != View::Confusion).map(|row| row.about.clone());
        if let Some(about) = about.filter(|about| !about.is_empty()) {
            lines.extend(text::wrap_spans(&theme.line(Role::Text, text::shown(&about).into_owned()), columns));
        }
        lines.extend(text::wrap_spans(
            &theme.line(Role::Dim, text::shown(&figures::looked_at(seen)).into_owned()),
            columns,
        ));
        let again = seen.of.again();
        let unsaved = if seen.of.changed { " (with what is not saved or not committed here)" } else { "" };
        let words = format!("{}{unsaved} · $ {}", again.words(), again.command_line());
        lines.extend(text::wrap_spans(&theme.line(Role::Dim, text::shown(&words).into_owned()), columns));
        let hidden = self.grid.hidden(area) as u64;
        if self.view == View::Grid && hidden > 0 {
            let hidden = count(hidden, "column has", "columns have");
            lines.push(theme.line(Role::Hint, format!("{hidden} no room here: choose fewer labelers (Tab).")));
        }
        if self.stopped {
            lines.push(theme.line(Role::Hint, STOPPED));
        } else if !self.is_fresh() {
            lines.push(theme.line(Role::Hint, "measuring again … Esc stops it"));
        }
        lines
    }
}

/// What is said where measuring was stopped.
const STOPPED: &str = "Measuring was stopped. A choice (Tab, then Enter) begins anew.";

fn say(area: Rect, buf: &mut Buffer, theme: &Theme, sentence: &str) {
    let line = theme.line(Role::Dim, sentence.to_owned());
    for (n, line) in (1..area.height).zip(text::wrap_spans(&line, usize::from(area.width.saturating_sub(2)))) {
        text::put_line(buf, (area.x + 1.min(area.width), area.y + n), area.width.saturating_sub(1), &line);
    }
}
