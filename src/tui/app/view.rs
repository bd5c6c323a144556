//! Draws the app: the state on top, the screens, what lies over them, the keys at the bottom.

use super::App;
use super::overlay::Overlay;
use crate::policy::problem::Level;
use crate::replay::flip::FlipKind;
use crate::tui::command::{Command, Context, hints};
use crate::tui::components::{popup, progress};
use crate::tui::layout::{self, Segment, Tab};
use crate::tui::model::{Base, Model};
use crate::tui::theme::{Role, Theme};
use crate::vcs::Head;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::text::{Line, Span};

impl App {
    /// Draws everything; gives the place of the cursor where something is being typed.
    pub fn render(&mut self, area: Rect, buf: &mut Buffer) -> Option<Position> {
        let theme = self.theme.clone();
        let frame = layout::frame(area, buf, &theme);
        let name = self.model.workspace.policy().manifest.name.clone();
        let name = if name.is_empty() { "casebook" } else { &name };
        layout::status(frame.status, buf, &theme, name, &self.segments());

        let here = self.screens[self.current].0.command;
        // What stands aside is in the row for as long as it is shown.
        let tabs = self.screens.iter().map(|(tab, _)| tab);
        let tabs = tabs.filter(|tab| !tab.aside || tab.command == here);
        let tabs: Vec<Tab> = tabs.cloned().collect();
        self.clicks = layout::tabs(frame.tabs, buf, &theme, &tabs, here, &self.contexts());
        let (model, screen) = (&self.model, &mut self.screens[self.current].1);
        let cursor = screen.render(frame.body, buf, model, &theme);
        // What lies over the screen takes every key, and says itself which ones it knows.
        let covered = self.overlay.is_some() || !self.popups.is_empty();
        let hints = match self.screens[self.current].1.dialog() {
            _ if covered => vec![],
            Some(takes) => hints(&[Context::Popup], &|command| match takes.contains(&command) {
                true => Ok(()),
                false => Err("the dialog does not take it".into()),
            }),
            None => hints(&self.contexts(), &|command| self.available(command)),
        };
        self.clicks.extend(layout::footer(frame.footer, buf, &theme, &hints));
        self.messages.render(frame.body, buf, &theme);

        match &mut self.overlay {
            Some(Overlay::Find(finder)) => finder.render(area, buf, &theme),
            Some(Overlay::Help(help)) => help.render(area, buf, &theme),
            Some(Overlay::CommandLine(input)) => {
                let inner = popup::open(area, area.width.min(80), 3, "Command", buf, &theme);
                input.render(inner, buf, &theme, true);
            }
            None => {}
        }
        for popup in &mut self.popups {
            popup.render(area, buf, &theme);
        }
        // The components draw the cursor themselves, so the terminal's own is only needed by the screen.
        if covered { None } else { cursor }
    }

    fn segments(&self) -> Vec<Segment<'static>> {
        let (model, theme) = (&self.model, &self.theme);
        // What is not saved is said in any window.
        let mut segments = vec![Segment::new(8, branch(model, theme)), Segment::new(u8::MAX, unsaved(model, theme))];
        segments.push(Segment::new(6, uncommitted(model, theme)));
        segments.push(Segment::new(7, problems(model, theme)));
        segments.push(Segment::new(9, agreement(model, theme)));
        if let Some(job) = self.awaited() {
            let stop = Command::Back.key(&[Context::Global]).map(|key| format!(" · {key} stops")).unwrap_or_default();
            let line = progress::line(&format!("{}{stop}", job.title), job.done, job.total, theme);
            segments.push(Segment::new(10, line));
            return segments;
        }
        let running = self.jobs.running();
        if let Some(job) = running.iter().find(|job| !job.title.is_empty()) {
            segments.push(Segment::new(5, progress::line(&job.title, job.done, job.total, theme)));
        }
        segments
    }
}

fn branch(model: &Model, theme: &Theme) -> Line<'static> {
    let Some(status) = &model.status else {
        let words = if model.workspace.repo().git().is_some() { "" } else { "no git repository" };
        return theme.line(Role::Dim, words);
    };
    let words = match &status.head {
        Head::Branch { name, .. } => name.clone(),
        Head::Unborn { name } => format!("{name} (no commit yet)"),
        Head::Detached { commit } => format!("at {}", commit.short()),
    };
    theme.line(Role::Text, words)
}

fn unsaved(model: &Model, theme: &Theme) -> Line<'static> {
    match model.workspace.unsaved_files().len() {
        0 => Line::default(),
        n => theme.line(Role::Accent, format!("● {n} unsaved")),
    }
}

fn uncommitted(model: &Model, theme: &Theme) -> Line<'static> {
    match model.status.as_ref().map_or(0, |status| status.files.len()) {
        0 => Line::default(),
        n => theme.line(Role::Dim, format!("{n} uncommitted")),
    }
}

fn problems(model: &Model, theme: &Theme) -> Line<'static> {
    let count = |level| model.problems.iter().filter(|problem| problem.level() == level).count();
    let (errors, warnings) = (count(Level::Error), count(Level::Warning));
    if errors + warnings == 0 {
        return Line::default();
    }
    let mut spans = vec![theme.span(Role::Dim, "problems")];
    if errors > 0 {
        spans.push(theme.span(Role::Error, format!(" ✗ {errors}")));
    }
    if warnings > 0 {
        spans.push(theme.span(Role::Warning, format!(" ! {warnings}")));
    }
    Line::from(spans)
}

fn agreement(model: &Model, theme: &Theme) -> Line<'static> {
    let Some(replay) = &model.replay else {
        let words = if model.sets.is_none() { "loading cases …" } else { "" };
        return theme.line(Role::Dim, words);
    };
    let head = replay.head_measures();
    let agree = head.agree;
    let Some(rate) = agree.rate() else { return theme.line(Role::Dim, "no case can be measured yet") };
    let mut spans: Vec<Span<'static>> = vec![
        theme.span(Role::Dim, "gold "),
        theme.span(Role::Text, format!("{}/{} {}", agree.hits, agree.of, crate::report::figure::percent(rate))),
    ];
    if matches!(model.base, Base::Version(_)) {
        for (kind, role) in [(FlipKind::Regressed, Role::Worse), (FlipKind::Fixed, Role::Better)] {
            let count = replay.count(kind);
            if count > 0 {
                spans.push(theme.span(role, format!(" {}{count}", kind.sign())));
            }
        }
    }
    Line::from(spans)
}
