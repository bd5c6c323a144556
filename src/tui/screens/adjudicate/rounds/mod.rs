//! Rounds: how far each is, opening one by a form, closing one, and what one found.

mod form;
mod lines;
#[cfg(test)]
mod tests;

use crate::policy::round::Blindness;
use crate::report::figure::count;
use crate::report::round::exit_words;
use crate::stats::Enough;
use crate::tui::command::{Command, Context, Reason};
use crate::tui::components::Outcome;
use crate::tui::components::dialog::Confirm;
use crate::tui::components::list::List;
use crate::tui::components::message::Severity;
use crate::tui::components::prose::Prose;
use crate::tui::event::{Event, MouseKind};
use crate::tui::layout::{Pane, Panes, Wanted, panes};
use crate::tui::model::{Ask, Model, Target};
use crate::tui::popup::Popup;
use crate::tui::rounds::{self as data, Listed, RoundNews, Rounds};
use crate::tui::screens::Screen;
use crate::tui::text;
use crate::tui::theme::{Role, Theme};
use crate::workspace::labeling::Wish;
use form::NewRound;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::text::Line;
use std::sync::Arc;

#[derive(Default)]
pub struct RoundsPart {
    seen: Option<Arc<Rounds>>,
    asked: data::Asked,
    list: List,
    on_main: bool,
    /// A round that is being described.
    form: Option<NewRound>,
    /// What the selected round found is shown in place of how it stands.
    reporting: bool,
    main: Prose,
    /// What the main pane was made for.
    drawn: Option<(usize, bool, u16, String)>,
    panes: Panes,
}

impl RoundsPart {
    fn selected(&self) -> Option<&Listed> {
        self.seen.as_ref()?.list.get(self.list.selected()?)
    }

    fn take_over(&mut self, rounds: &Arc<Rounds>) {
        let selected = self.selected().map(Listed::name);
        let several = rounds.sets.sets.len() > 1;
        let mut headings: Vec<(usize, String)> = Vec::new();
        for (at, listed) in rounds.list.iter().enumerate() {
            if several && (at == 0 || rounds.list[at - 1].set != listed.set) {
                headings.push((at, text::shown(&listed.set).into_owned()));
            }
        }
        self.list.set_sections(rounds.list.len(), headings);
        if let Some(at) = selected.and_then(|name| rounds.list.iter().position(|listed| listed.name() == name)) {
            self.list.select(at);
        }
        self.seen = Some(rounds.clone());
        self.drawn = None;
    }

    /// The report is asked for when it is looked at.
    fn report(&mut self, model: &mut Model) {
        self.reporting = !self.reporting;
        self.on_main = self.reporting;
        self.main.to_start();
        self.drawn = None;
        if self.reporting
            && let Some(listed) = self.selected().cloned()
        {
            data::ask_for_report(model, listed);
        }
    }

    fn ask_to_close(&self, model: &mut Model) {
        let Some(listed) = self.selected().cloned() else { return };
        let round = &listed.round;
        let name = text::shown(round.name()).into_owned();
        let mut body = Vec::new();
        let mut lacking = false;
        if round.is_open() {
            if listed.standing.missing() > 0 {
                let missing = count(listed.standing.missing() as u64, "reading is", "readings are");
                body.push(Line::from(format!("{missing} missing.")));
            }
            let is_sealed = round.round.blindness == Blindness::Sealed;
            let unmet = listed.standing.exits.iter().filter(|exit| !is_sealed && exit.enough != Enough::Met);
            body.extend(unmet.map(|exit| Line::from(text::shown(&exit_words(exit)).into_owned())));
            if is_sealed {
                body.push(Line::from("Close it when everybody's commitments are merged: later ones prove nothing."));
            }
            lacking = !body.is_empty();
            body.push(Line::from("A closed round stays closed."));
        } else {
            body.push(Line::from("The round is closed. What was sealed on this machine is revealed."));
        }
        let (title, words) = match round.is_open() {
            true => (format!("Close the round {name}?"), "close it"),
            false => (format!("Reveal your labels of {name}?"), "reveal them"),
        };
        let mut confirm = Confirm::new(title, body);
        if lacking {
            // What cannot be undone is not what Enter gives.
            confirm = confirm.option('b', "back");
        }
        let confirm = confirm.option('c', words);
        model.open(Popup::confirm(confirm, move |model, answer| {
            if answer == 'c' {
                data::close(model, &listed);
            }
        }));
    }

    fn begin(&mut self, model: &mut Model) {
        let Some(form) = &mut self.form else { return };
        match form.wanted() {
            Ok(wanted) => data::open(model, wanted, false),
            Err(refused) => {
                model.say(Severity::Error, refused.why.clone());
                form.refuse(refused);
            }
        }
    }

    fn fill(&mut self, columns: u16, model: &Model, theme: &Theme) {
        let at = self.list.selected().unwrap_or(0);
        let reported = self.reporting && model.round_report.is_some();
        let wanted = (at, reported, columns, theme.name.clone());
        if self.drawn.as_ref() == Some(&wanted) {
            return;
        }
        let lines = match self.selected() {
            None => Vec::new(),
            Some(listed) if self.reporting => match model.round_report.as_deref() {
                Some((name, report)) if *name == listed.name() => lines::report(report),
                _ => vec![theme.line(Role::Dim, "Putting the report together …")],
            },
            Some(listed) => lines::standing(listed, usize::from(columns), theme),
        };
        self.main.set(lines);
        self.drawn = Some(wanted);
    }
}

impl Screen for RoundsPart {
    fn contexts(&self) -> Vec<Context> {
        let mut contexts = match &self.form {
            Some(form) => form.contexts().to_vec(),
            None if self.on_main => vec![Context::Text],
            None => vec![Context::List],
        };
        contexts.push(Context::Rounds);
        contexts
    }

    fn refresh(&mut self, model: &Model) {
        self.drawn = None;
        if let Some(rounds) = &model.rounds
            && !self.seen.as_ref().is_some_and(|seen| Arc::ptr_eq(seen, rounds))
        {
            self.take_over(rounds);
        }
    }

    fn tend(&mut self, model: &mut Model) {
        self.asked.tend(model);
        match model.round_news.take() {
            Some(RoundNews::Opened(words)) => {
                self.form = None;
                model.say(Severity::Hint, words);
            }
            Some(RoundNews::Strangers(words, wanted)) => {
                let mut body: Vec<Line<'static>> =
                    words.iter().map(|words| Line::from(text::shown(words).into_owned())).collect();
                body.push(Line::from("A round counts what its labelers label under these very names."));
                let confirm = Confirm::new("Nobody is known as some of the labelers", body)
                    .option('b', "back, to name them otherwise")
                    .option('o', "open the round all the same");
                model.open(Popup::confirm(confirm, move |model, answer| {
                    if answer == 'o' {
                        data::open(model, *wanted, true);
                    }
                }));
            }
            Some(RoundNews::Refused(refused)) => {
                model.say(Severity::Error, refused.why.clone());
                if let Some(form) = &mut self.form {
                    form.refuse(refused);
                }
            }
            None => {}
        }
        if let Some(form) = &mut self.form {
            form.tend(model);
        }
    }

    fn handle(&mut self, event: &Event, model: &mut Model) -> bool {
        if let Some(form) = &mut self.form {
            return form.handle(event) || matches!(event, Event::Paste(_));
        }
        if let Event::Mouse(mouse) = event
            && mouse.kind == MouseKind::Press
        {
            self.on_main = mouse.is_in(self.panes.main);
        }
        let is_wheel = matches!(event, Event::Mouse(mouse) if mouse.is_in(self.panes.main));
        if self.on_main || is_wheel {
            return self.main.handle(event).is_some();
        }
        match self.list.handle(event) {
            Some(Outcome::Opened) => self.report(model),
            Some(_) => {
                self.reporting = false;
                self.main.to_start();
                self.drawn = None;
            }
            None => return false,
        }
        true
    }

    fn run(&mut self, command: Command, model: &mut Model) -> bool {
        match command {
            Command::NewRound => {
                let Some(sets) = &model.sets else { return true };
                self.form = Some(NewRound::new(sets, model));
            }
            Command::OpenRound => self.begin(model),
            Command::CloseRound => self.ask_to_close(model),
            Command::RoundReport => self.report(model),
            Command::LabelRound => {
                if let Some(listed) = self.selected() {
                    let (set, round) = (listed.set.to_string(), listed.round.name().to_string());
                    model.ask(Ask::GoTo(Target::Labeling(Wish {
                        set: Some(set),
                        round: Some(round),
                        ..Wish::default()
                    })));
                }
            }
            Command::Back if self.form.is_some() => self.form = None,
            Command::Back if self.reporting => self.report(model),
            Command::Back if self.on_main => self.on_main = false,
            Command::NextPane | Command::PreviousPane => self.on_main = !self.on_main,
            _ => return false,
        }
        self.drawn = None;
        true
    }

    fn available(&self, command: Command, model: &Model) -> Result<(), Reason> {
        let selected = || self.selected().ok_or_else(|| Reason::from("there is no round yet"));
        let no_form = || match &self.form {
            Some(_) => Err(Reason::from("a round is being described; Esc leaves it")),
            None => Ok(()),
        };
        match command {
            Command::NewRound => {
                no_form()?;
                match &model.sets {
                    None => Err("the gold sets are being loaded".into()),
                    Some(sets) if sets.sets.is_empty() => Err("there is no gold set".into()),
                    Some(_) => Ok(()),
                }
            }
            Command::OpenRound if self.form.is_none() => Err("no round is being described; `n` begins one".into()),
            Command::OpenRound => Ok(()),
            Command::RoundReport => no_form().and_then(|()| selected().map(drop)),
            Command::LabelRound => {
                no_form()?;
                match selected()? {
                    listed if listed.round.is_open() => Ok(()),
                    _ => Err("the round is closed".into()),
                }
            }
            Command::CloseRound => {
                no_form()?;
                match selected()? {
                    listed if listed.round.is_open() || listed.round.round.blindness == Blindness::Sealed => Ok(()),
                    _ => Err("the round is closed".into()),
                }
            }
            Command::Filter => Err("there is nothing to filter here".into()),
            Command::NextPane | Command::PreviousPane => no_form().and_then(|()| selected().map(drop)),
            Command::Back if self.form.is_some() || self.reporting || self.on_main => Ok(()),
            Command::Back => Err("there is nothing to go back from".into()),
            _ => Ok(()),
        }
    }

    fn show(&mut self, _: &Target, _: &mut Model) -> bool {
        false
    }

    fn selected(&self, _: &Model) -> Option<Target> {
        None
    }

    fn render(&mut self, area: Rect, buf: &mut Buffer, model: &Model, theme: &Theme) -> Option<Position> {
        if let Some(form) = &mut self.form {
            return form.render(area, buf, theme);
        }
        let Some(rounds) = self.seen.clone() else {
            let words = if model.sets.is_none() { "Loading the gold sets …" } else { "Looking at the rounds …" };
            text::put(buf, (area.x + 1, area.y), area.width.saturating_sub(1), words, theme.style(Role::Dim));
            return None;
        };
        if rounds.list.is_empty() {
            let words = "No round was opened yet. `n` opens one: who labels which cases, how blind, and until when.";
            for (n, line) in
                (0..).zip(text::wrap_spans(&theme.line(Role::Dim, words), usize::from(area.width.max(3)) - 2))
            {
                if n < area.height {
                    text::put_line(buf, (area.x + 1, area.y + n), area.width.saturating_sub(1), &line);
                }
            }
            return None;
        }
        let focus = if self.on_main { Pane::Main } else { Pane::List };
        self.panes = panes(area, Wanted { side: false, extra: false, focus }, buf, theme);
        let Panes { list, main, .. } = self.panes;
        if list.height > 1 {
            let title = format!("ROUNDS {}", rounds.list.len());
            text::put(buf, (list.x + 1, list.y), list.width.saturating_sub(1), &title, theme.style(Role::Title));
            let rest = Rect { y: list.y + 1, height: list.height - 1, ..list };
            self.list.render(rest, buf, theme, !self.on_main, |at, columns| {
                lines::row(&rounds.list[at], usize::from(columns), theme)
            });
        }
        let inner = Rect { x: main.x + 1.min(main.width), width: main.width.saturating_sub(1), ..main };
        self.fill(inner.width, model, theme);
        self.main.render(inner, buf, theme);
        None
    }
}
