//! The Review screen: what changed between two versions, as text, as structure, as decisions, as outcomes; the log; the commit.

mod decisions;
mod header;
mod history;
mod outcomes;
mod structure;
#[cfg(test)]
mod tests;
mod text;

use super::Screen;
use crate::analyze::structure::Subject;
use crate::policy::place::{Place, Position as TextPosition, Route};
use crate::policy::visible::visible;
use crate::replay::flip::FlipKind;
use crate::tui::command::{Command, Context, Reason};
use crate::tui::components::Outcome;
use crate::tui::components::message::Severity;
use crate::tui::decided;
use crate::tui::event::{Event, Mouse, MouseKind};
use crate::tui::grid::{self, GridView};
use crate::tui::layout::{Pane, Panes, Wanted, panes};
use crate::tui::model::{Ask, Base, Model, Target};
use crate::tui::popup::Popup;
use crate::tui::readings::{self, Question, Readings};
use crate::tui::text as words;
use crate::tui::theme::{Role, Theme};
use crate::tui::time::Reads;
use crate::tui::versions;
use crate::vcs::Commit;
use decisions::DecisionsReading;
use history::{HistoryList, Item};
use outcomes::OutcomesReading;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::text::Line;
use std::sync::Arc;
use structure::StructureReading;
use text::TextReading;

/// How the difference is read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Reading {
    Text,
    #[default]
    Structure,
    Decisions,
    Outcomes,
}

impl Reading {
    const ALL: [Reading; 4] = [Reading::Text, Reading::Structure, Reading::Decisions, Reading::Outcomes];

    fn next(self) -> Self {
        match self {
            Reading::Text => Reading::Structure,
            Reading::Structure => Reading::Decisions,
            Reading::Decisions => Reading::Outcomes,
            Reading::Outcomes => Reading::Text,
        }
    }

    fn word(self) -> &'static str {
        match self {
            Reading::Text => "text",
            Reading::Structure => "structure",
            Reading::Decisions => "decisions",
            Reading::Outcomes => "outcomes",
        }
    }
}

#[derive(Default)]
pub struct ReviewScreen {
    history: HistoryList,
    reading: Reading,
    on_main: bool,
    text: TextReading,
    structure: StructureReading,
    decisions: DecisionsReading,
    /// Both versions as a grid, in the place of their regions; where it is open.
    grid: Option<GridView>,
    outcomes: OutcomesReading,
    /// What was asked last, so that it is asked once.
    asked: Option<Question>,
    /// The readings whose decisions were asked for last, and what was declared then.
    asked_decisions: Option<(Arc<Readings>, Vec<String>)>,
    /// The readings that are shown.
    seen: Option<Arc<Readings>>,
    /// A file to go to as soon as its text is there.
    wanted_file: Option<Arc<str>>,
    /// Where the last frame put the readings' names and the panes.
    tabs: Vec<(Rect, Reading)>,
    panes: Panes,
}

impl Screen for ReviewScreen {
    fn contexts(&self) -> Vec<Context> {
        let inner = match self.reading {
            Reading::Decisions if self.on_main && self.grid.is_some() => Context::Grid,
            Reading::Decisions if self.on_main => Context::Tree,
            _ => Context::List,
        };
        vec![inner, Context::Review]
    }

    fn refresh(&mut self, model: &Model) {
        if let Some(grid) = &mut self.grid {
            grid.refresh(model);
        }
        self.history.refresh(model);
        let now = Question::of(model);
        let fitting =
            model.readings.as_ref().filter(|readings| now.as_ref().is_some_and(|now| readings.of.is_same(now)));
        match fitting {
            Some(readings) if self.seen.as_ref().is_some_and(|seen| Arc::ptr_eq(seen, readings)) => {}
            Some(readings) => {
                self.text.set(readings);
                self.structure.set(readings);
                self.seen = Some(readings.clone());
                if let Some(file) = self.wanted_file.take() {
                    self.text.go_to(&file);
                }
            }
            // While the same versions are read again, what is known of them stays.
            None if self.seen.as_ref().is_some_and(|seen| now.as_ref().is_some_and(|now| same_names(seen, now))) => {}
            None => {
                self.text.clear();
                self.structure.clear();
                self.decisions.clear();
                self.seen = None;
            }
        }
        self.outcomes.set(model.shown_replay(), self.seen.as_ref());
        if let Some(decided) = &model.decided
            && let Some(seen) = &self.seen
            && Arc::ptr_eq(&decided.readings, seen)
        {
            self.decisions.set(decided);
            self.outcomes.declare(decided);
        }
    }

    fn tend(&mut self, model: &mut Model) {
        if let (Some(grid), Some(seen)) = (&mut self.grid, &self.seen) {
            let base = seen.of.base.as_ref().map(|base| base.version.policy.clone());
            let head = seen.of.head.version.policy.clone();
            grid.tend(model, grid::Wanted { base, head, sets: seen.of.gold() });
        }
        let Some(question) = Question::of(model) else { return };
        let known = model.readings.as_ref().is_some_and(|readings| readings.of.is_same(&question));
        let asked = self.asked.as_ref().is_some_and(|asked| asked.is_same(&question));
        if !known && !asked {
            self.asked = Some(question.clone());
            readings::ask(model, question);
        }
        if let Some(seen) = &self.seen {
            let declared = decided::declared(model, seen);
            let is_asked =
                |(asked, lines): &(Arc<Readings>, Vec<String>)| Arc::ptr_eq(asked, seen) && *lines == declared;
            if !self.asked_decisions.as_ref().is_some_and(is_asked) {
                self.asked_decisions = Some((seen.clone(), declared.clone()));
                decided::ask(model, seen.clone(), declared);
            }
        }
    }

    fn handle(&mut self, event: &Event, model: &mut Model) -> bool {
        if let Event::Mouse(mouse) = event {
            if let Some(reading) = self.tab_at(mouse) {
                self.reading = reading;
                self.on_main = true;
                return true;
            }
            self.focus_at(mouse);
        }
        if self.on_main {
            return match self.reading {
                Reading::Text => self.handle_text(event, model),
                Reading::Structure => self.structure.handle(event, model),
                Reading::Decisions => match &mut self.grid {
                    Some(grid) => grid.handle(event, model),
                    None => self.decisions.handle(event, model),
                },
                Reading::Outcomes => self.outcomes.handle(event, model),
            };
        }
        let outcome = self.history.handle(event);
        if outcome == Some(Outcome::Opened) {
            self.open_version(model);
        }
        outcome.is_some()
    }

    fn run(&mut self, command: Command, model: &mut Model) -> bool {
        match command {
            Command::Reading => self.reading = self.reading.next(),
            Command::NextPane | Command::PreviousPane => self.on_main = !self.on_main,
            Command::NextFlip | Command::PreviousFlip if self.in_grid() => {
                let grid = self.grid.as_mut();
                if !grid.is_some_and(|grid| grid.to_changed(command == Command::NextFlip)) {
                    model.say(Severity::Hint, "No cell of the grid changed.");
                }
            }
            Command::NextFlip | Command::PreviousFlip => {
                if self.reading == Reading::Outcomes {
                    self.outcomes.step(command == Command::NextFlip);
                }
                self.reading = Reading::Outcomes;
                self.on_main = true;
            }
            Command::Grid => {
                let open = self.grid.is_some() && self.reading == Reading::Decisions;
                self.grid = if open { None } else { Some(GridView::default()) };
                self.reading = Reading::Decisions;
                self.on_main = true;
            }
            Command::Back if self.in_grid() => self.grid = None,
            Command::Meant if self.reading == Reading::Outcomes => self.outcomes.mark(model),
            Command::Meant => self.decisions.mark(model),
            Command::Back if self.on_main => self.on_main = false,
            Command::Back => versions::show_worktree(model),
            Command::ExternalEditor => {
                if let Some(place) = self.place(model) {
                    model.ask(Ask::Edit(place));
                }
            }
            _ => return false,
        }
        true
    }

    fn available(&self, command: Command, model: &Model) -> Result<(), Reason> {
        match command {
            Command::NextFlip | Command::PreviousFlip if self.in_grid() => Ok(()),
            Command::NextFlip | Command::PreviousFlip if !self.outcomes.has_flips() => Err("no case flips".into()),
            Command::Back if !self.on_main && model.chosen.is_none() => Err("nothing is open".into()),
            Command::ExternalEditor if self.place(model).is_none() => {
                Err("no line or change of the working tree is selected".into())
            }
            Command::Meant => match self.reading {
                Reading::Decisions if self.on_main && self.grid.is_some() => {
                    Err("the grid is open: it is for looking".into())
                }
                Reading::Decisions if self.on_main => self.decisions.can_mark(model),
                Reading::Outcomes if self.on_main => self.outcomes.can_mark(model),
                Reading::Decisions | Reading::Outcomes => {
                    let key = Command::NextPane.key(&[Context::Global]);
                    let key = key.map(|key| format!("press {} first: ", key.short())).unwrap_or_default();
                    Err(format!("{key}what is marked is in the other pane").into())
                }
                _ => Err("regions are marked under decisions, cases under outcomes".into()),
            },
            Command::Grid if self.seen.is_none() => Err("both versions are still being read".into()),
            Command::Grid | Command::Open | Command::Reading | Command::NextPane | Command::PreviousPane => Ok(()),
            Command::NextFlip | Command::PreviousFlip | Command::Back | Command::ExternalEditor => Ok(()),
            _ => Err("it does not belong to this screen".into()),
        }
    }

    fn show(&mut self, target: &Target, model: &mut Model) -> bool {
        let Target::Version { commit, reads, case } = target else { return false };
        match commit {
            Some(commit) => versions::show_commit(model, commit),
            None => versions::show_worktree(model),
        }
        self.grid = None;
        self.reading = match reads {
            Reads::Decisions => Reading::Decisions,
            Reads::Outcomes => Reading::Outcomes,
        };
        self.outcomes.want(case.clone());
        self.on_main = true;
        true
    }

    fn selected(&self, _: &Model) -> Option<Target> {
        if !self.on_main {
            return None;
        }
        match self.reading {
            Reading::Text => None,
            Reading::Structure => match &self.structure.selected()?.subject {
                Subject::Clause(id) => Some(Target::Clause(id.to_string())),
                Subject::Category(id) => Some(Target::Category(id.to_string())),
                _ => None,
            },
            Reading::Decisions => match &self.grid {
                Some(grid) => grid.selected().map(Target::Cell),
                None => self.decisions.selected(),
            },
            Reading::Outcomes => self.outcomes.selected(),
        }
    }

    fn render(&mut self, area: Rect, buf: &mut Buffer, model: &Model, theme: &Theme) -> Option<Position> {
        let top = words::row(area, 0);
        let line = header::line(model, self.seen.as_deref(), theme);
        words::put_line(buf, (top.x + 1.min(top.width), top.y), top.width.saturating_sub(2), &line);
        let body = Rect { y: area.y + 1.min(area.height), height: area.height.saturating_sub(1), ..area };
        let focus = if self.on_main { Pane::Main } else { Pane::List };
        self.panes = panes(body, Wanted { side: false, extra: false, focus }, buf, theme);
        self.draw_history(self.panes.list, buf, model, theme);
        self.draw_reading(self.panes.main, buf, model, theme);
        None
    }
}

impl ReviewScreen {
    /// Whether keys go to the grid.
    fn in_grid(&self) -> bool {
        self.on_main && self.reading == Reading::Decisions && self.grid.is_some()
    }

    fn handle_text(&mut self, event: &Event, model: &mut Model) -> bool {
        let outcome = self.text.diff.handle(event);
        if outcome == Some(Outcome::Opened) {
            match self.place(model) {
                Some(place) if place.file.starts_with("gold/") || !is_shown(&place, model) => {
                    model.ask(Ask::Edit(place))
                }
                Some(place) => model.ask(Ask::GoTo(Target::Place(place))),
                None => {}
            }
        }
        outcome.is_some()
    }

    /// Compares what is selected on the left.
    fn open_version(&mut self, model: &mut Model) {
        match self.history.selected().cloned() {
            Some(Item::Working) => {
                versions::show_worktree(model);
                self.on_main = true;
            }
            Some(Item::File { path, .. }) => {
                if model.chosen.is_some() {
                    versions::show_worktree(model);
                }
                self.reading = Reading::Text;
                if !self.text.go_to(&path) {
                    self.wanted_file = Some(path);
                }
                self.on_main = true;
            }
            Some(Item::Commit(at)) => {
                let Some(commit) = self.history.commit(at).cloned() else { return };
                let shown = model.chosen.as_ref().and_then(|chosen| chosen.head.revision.commit());
                if shown == Some(&commit.id) {
                    model.open(message(&commit));
                } else {
                    versions::show_commit(model, commit.id.as_str());
                }
            }
            None => {}
        }
    }

    /// The place in the working tree of what is selected in the reading.
    fn place(&self, model: &Model) -> Option<Place> {
        if !self.on_main || model.chosen.is_some() {
            return None;
        }
        match self.reading {
            Reading::Text => {
                let (file, line) = self.text.selected()?;
                let position = TextPosition { line: line.unwrap_or(1), column: 1 };
                Some(Place { file, route: Route::root(), position: Some(position), ..Place::default() })
            }
            Reading::Structure => self.structure.selected()?.head.clone(),
            Reading::Decisions | Reading::Outcomes => None,
        }
    }

    fn tab_at(&self, mouse: &Mouse) -> Option<Reading> {
        let pressed = mouse.kind == MouseKind::Press;
        let hit = self.tabs.iter().find(|(place, _)| mouse.is_in(*place));
        hit.filter(|_| pressed).map(|(_, reading)| *reading)
    }

    fn focus_at(&mut self, mouse: &Mouse) {
        if mouse.kind == MouseKind::Press {
            self.on_main = match () {
                () if mouse.is_in(self.panes.main) => true,
                () if mouse.is_in(self.panes.list) => false,
                () => self.on_main,
            };
        }
    }

    fn draw_history(&mut self, area: Rect, buf: &mut Buffer, model: &Model, theme: &Theme) {
        if area.is_empty() {
            return;
        }
        let title = words::row(area, 0);
        words::put(buf, (title.x + 1, title.y), title.width.saturating_sub(1), "VERSIONS", theme.style(Role::Title));
        if let Some(upstream) = model.status.as_ref().and_then(|status| status.upstream.as_ref()) {
            let about = format!("↑{} ↓{} {}", upstream.ahead, upstream.behind, upstream.name);
            if words::width(&about) + 12 < usize::from(title.width) {
                words::put_right(buf, Rect { width: title.width - 1, ..title }, &theme.line(Role::Dim, about));
            }
        }
        let rest = Rect { y: area.y + 1, height: area.height - 1, ..area };
        self.history.render(rest, buf, model, theme, !self.on_main);
    }

    fn draw_reading(&mut self, area: Rect, buf: &mut Buffer, model: &Model, theme: &Theme) {
        self.tabs.clear();
        if area.is_empty() {
            return;
        }
        let bar = words::row(area, 0);
        let mut x = bar.x + 1.min(bar.width);
        let mut tabs = Reading::ALL.map(|reading| (reading, self.tab(reading, model, theme)));
        let needed: usize = tabs.iter().map(|(_, tab)| words::line_width(tab) + 2).sum();
        if needed > usize::from(bar.width) {
            // The room that would hold the brackets gives way first.
            for (_, tab) in tabs.iter_mut().filter(|(reading, _)| *reading != self.reading) {
                tab.spans.pop();
                if let Some(name) = tab.spans.first_mut() {
                    name.content = name.content.trim_start().to_owned().into();
                }
            }
        }
        for (reading, line) in tabs {
            let used = words::put_line(buf, (x, bar.y), bar.right().saturating_sub(x), &line);
            self.tabs.push((Rect { x, width: used, ..bar }, reading));
            x = (x + used + 2).min(bar.right());
        }
        let body = Rect { y: area.y + 1, height: area.height - 1, ..area };
        let focused = self.on_main;
        if self.reading == Reading::Outcomes {
            return self.outcomes.render(body, buf, model, theme, focused);
        }
        let Some(seen) = &self.seen else {
            return say(body, buf, theme, "Reading both versions …");
        };
        match self.reading {
            Reading::Text if seen.files.is_empty() => say(body, buf, theme, "No file differs."),
            Reading::Text => self.text.diff.render(body, buf, theme, focused),
            _ if seen.of.base.is_none() => {
                let why = match &model.base {
                    Base::None(why) if model.chosen.is_none() => why.as_str(),
                    _ => "this is the first version",
                };
                say(body, buf, theme, &format!("There is nothing to compare with: {why}."));
            }
            Reading::Decisions if self.grid.is_some() => {
                if let Some(grid) = &mut self.grid {
                    grid.render(body, buf, theme, focused);
                }
            }
            Reading::Decisions if !self.decisions.is_known() => {
                say(body, buf, theme, "Comparing what both versions decide …");
            }
            Reading::Decisions => self.decisions.render(body, buf, theme, focused),
            _ if seen.changes.is_empty() && seen.files.is_empty() => {
                say(body, buf, theme, "Both versions are the same.")
            }
            _ if seen.changes.is_empty() => {
                say(body, buf, theme, "The policy says the same in both versions. What differs stands under text.");
            }
            _ => self.structure.render(body, buf, theme, focused),
        }
    }

    /// `[ structure 4 ]`
    fn tab(&self, reading: Reading, model: &Model, theme: &Theme) -> Line<'static> {
        let here = reading == self.reading;
        let role = if here { Role::Accent } else { Role::Dim };
        let (open, close) = if here { ("[ ", " ]") } else { ("  ", "  ") };
        let mut spans = vec![theme.span(role, format!("{open}{}", reading.word()))];
        match (reading, &self.seen) {
            (Reading::Text, Some(seen)) => spans.push(theme.span(Role::Dim, format!(" {}", seen.files.len()))),
            (Reading::Structure, Some(seen)) => spans.push(theme.span(Role::Dim, format!(" {}", seen.changes.len()))),
            (Reading::Decisions, Some(_)) => {
                let regions = self.decisions.regions();
                spans.extend(regions.map(|regions| theme.span(Role::Dim, format!(" {regions}"))));
            }
            (Reading::Outcomes, _) => {
                let replay = model.shown_replay().filter(|replay| replay.base.is_some());
                for kind in FlipKind::ALL {
                    let n = replay.map_or(0, |replay| replay.count(kind));
                    if n > 0 {
                        spans.push(theme.span(crate::tui::effect::role(kind), format!(" {}{n}", kind.sign())));
                    }
                }
            }
            _ => {}
        }
        spans.push(theme.span(role, close));
        Line::from(spans)
    }
}

/// Whether both are about the same versions, whatever became of their files meanwhile.
fn same_names(seen: &Readings, now: &Question) -> bool {
    let name = |question: &Question| {
        (question.head.revision.clone(), question.base.as_ref().map(|base| base.revision.clone()))
    };
    name(&seen.of) == name(now)
}

/// Whether a screen shows this file.
fn is_shown(place: &Place, model: &Model) -> bool {
    let version = model.workspace.version();
    version.taxonomies.contains(&place.file) || version.policy.specs.iter().any(|spec| spec.file == place.file)
}

fn say(area: Rect, buf: &mut Buffer, theme: &Theme, sentence: &str) {
    let line = theme.line(Role::Dim, sentence.to_owned());
    for (n, line) in (1..area.height).zip(words::wrap_spans(&line, usize::from(area.width.saturating_sub(2)))) {
        words::put_line(buf, (area.x + 1.min(area.width), area.y + n), area.width.saturating_sub(1), &line);
    }
}

/// A commit's whole message.
fn message(commit: &Commit) -> Popup {
    let who = format!("{} <{}>, {}", commit.author.name, commit.author.email, crate::report::history::day(commit.when));
    let mut lines =
        vec![Line::from(commit.id.to_string()), Line::from(words::shown(&who).into_owned()), Line::default()];
    lines.push(Line::from(words::shown(&commit.subject).into_owned()));
    if !commit.body.is_empty() {
        lines.push(Line::default());
        lines.extend(visible(&commit.body).lines().map(|line| Line::from(words::shown(line).into_owned())));
    }
    if !commit.trailers.is_empty() {
        lines.push(Line::default());
    }
    let trailers = commit.trailers.iter();
    lines.extend(
        trailers.map(|trailer| Line::from(words::shown(&format!("{}: {}", trailer.key, trailer.value)).into_owned())),
    );
    Popup::text("Commit", lines)
}
