//! The app: which screen is shown, what lies over it, and where each event goes.
//!
//! `update` takes what came in and changes the state; it does no I/O of its own but for saving and committing, which a
//! person asked for and waits for. Everything else that takes time is a job.

mod background;
mod commands;
mod overlay;
#[cfg(test)]
mod tests;
mod view;

use super::command::{self, Command, Context};
use super::components::message::{Messages, Severity};
use super::event::{Event, MouseKind, join_typed};
use super::file;
use super::inbox::{Inbox, Incoming};
use super::jobs::{Jobs, Settled};
use super::layout::Tab;
use super::model::{Ask, Finish, Model, Target};
use super::popup::Popup;
use super::screens::Screen;
use super::theme::{Depth, Theme, Themes};
use crate::policy::gold::Settling;
use crate::policy::place::Place;
use crate::store::Watcher;
use crate::workspace::Workspace;
use overlay::Overlay;
use ratatui::layout::Rect;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// How the screen is to look, handed in by whoever starts it.
#[derive(Debug, Clone)]
pub struct Look {
    pub themes: Themes,
    /// The theme's name; the dark one where it does not exist.
    pub theme: String,
    /// What colours the terminal can show.
    pub depth: Depth,
    /// Minutes of labeling after which a pause is suggested; 0 for never.
    pub pause: u32,
}

/// What only the terminal can do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TerminalAsk {
    Edit(Place),
    Copy(String),
}

pub struct App {
    model: Model,
    screens: Vec<(Tab, Box<dyn Screen>)>,
    current: usize,
    /// The screen that was left for one that stands aside: Esc goes back to it.
    before: usize,
    jobs: Jobs<Finish>,
    wake: Arc<dyn Fn() + Send + Sync>,
    overlay: Option<Overlay>,
    popups: Vec<Popup>,
    messages: Messages,
    look: Look,
    theme: Theme,
    /// Where the last frame can be clicked.
    clicks: Vec<(Rect, Command)>,
    terminal_asks: Vec<TerminalAsk>,
    leaving: bool,
    /// The finder over holdings opens once the rulings are read.
    waits_for_rulings: bool,
    /// Set by the thread that watches the files.
    outside: Arc<AtomicBool>,
    _watcher: Option<Watcher>,
    /// What the labels of the loaded gold sets were read with.
    settling: Settling,
}

impl App {
    pub fn new(workspace: Workspace, look: Look, inbox: &Inbox<Finish>) -> Self {
        let theme = look.themes.get(&look.theme).cloned().unwrap_or_default().at(look.depth);
        let wake: Arc<dyn Fn() + Send + Sync> = Arc::new(inbox.waker());
        let outside = Arc::new(AtomicBool::new(false));
        let watcher = {
            let (outside, wake) = (outside.clone(), wake.clone());
            let changed = move |_| {
                outside.store(true, Ordering::Release);
                wake();
            };
            Watcher::start(
                workspace.repo().root(),
                &["casebook.yaml", "taxonomies", "specs", "gold", "editorial"],
                changed,
            )
            .ok()
        };
        let mut app = App {
            model: Model::new(workspace).with_pause(look.pause),
            screens: super::screens::all(),
            current: 0,
            before: 0,
            jobs: inbox.jobs(3),
            wake,
            overlay: None,
            popups: Vec::new(),
            messages: Messages::default(),
            look,
            theme,
            clicks: Vec::new(),
            terminal_asks: Vec::new(),
            leaving: false,
            waits_for_rulings: false,
            outside,
            _watcher: watcher,
            settling: Settling::default(),
        };
        app.start();
        // Nothing may ever come in that would have it answered: loading begins now, and not with the first key.
        app.answer_asks();
        app
    }

    /// Shows something first.
    pub fn open(&mut self, target: Target) {
        self.model.ask(Ask::GoTo(target));
        self.answer_asks();
        self.screens[self.current].1.tend(&mut self.model);
        self.answer_asks();
    }

    /// Whether the app is to end.
    pub fn is_leaving(&self) -> bool {
        self.leaving
    }

    pub fn model(&self) -> &Model {
        &self.model
    }

    /// Whether something is still being computed whose result the screen waits for.
    #[cfg(test)]
    pub(crate) fn is_busy(&self) -> bool {
        self.jobs.running().iter().any(|job| !job.kind.starts_with("journal"))
    }

    /// What only the terminal can do, since the last time.
    pub fn take_terminal_asks(&mut self) -> Vec<TerminalAsk> {
        std::mem::take(&mut self.terminal_asks)
    }

    /// Takes in what came.
    pub fn update(&mut self, incoming: Incoming<Finish>) {
        match incoming {
            Incoming::Input(events) => {
                let events = join_typed(events, self.takes_text());
                for event in events {
                    self.handle(&event);
                    self.answer_asks();
                }
            }
            Incoming::Job(news) => match self.jobs.settle(news) {
                Some(Settled::Done(finish)) => {
                    finish(&mut self.model);
                    self.refresh();
                    if self.waits_for_rulings && self.model.rulings.known(&self.model).is_some() {
                        self.open_precedents();
                    }
                }
                Some(Settled::Failed(words)) => {
                    self.model.say(Severity::Error, format!("A job broke off: {words}. Please report it."));
                }
                Some(Settled::Progress) | None => {}
            },
            Incoming::Wake => {
                if let Some(overlay) = &mut self.overlay {
                    overlay.tick();
                }
                if self.outside.swap(false, Ordering::AcqRel) {
                    self.look_outside();
                }
            }
            // To be drawn anew, which the loop does after every word.
            Incoming::Resized => {}
            Incoming::Gone => {
                self.screens[self.current].1.flush(&mut self.model);
                self.model.workspace.keep_journal();
                self.leaving = true;
            }
        }
        self.answer_asks();
        self.screens[self.current].1.tend(&mut self.model);
        self.answer_asks();
    }

    /// The editor that was opened on a file has ended.
    pub fn edited_outside(&mut self) {
        self.look_outside();
        self.answer_asks();
    }

    /// Says that something outside the model went wrong.
    pub fn complain(&mut self, words: impl Into<String>) {
        self.messages.say(Severity::Error, words);
    }

    /// Where keys go now, innermost first.
    fn contexts(&self) -> Vec<Context> {
        let mut contexts = self.screens[self.current].1.contexts();
        contexts.push(Context::Global);
        contexts
    }

    fn takes_text(&self) -> bool {
        self.overlay.is_some()
            || !self.popups.is_empty()
            || self.contexts().first().is_some_and(|context| context.takes_text())
    }

    fn handle(&mut self, event: &Event) {
        match event {
            Event::FocusGained => return self.look_outside(),
            Event::FocusLost => return,
            Event::Key(_) => self.messages.read(),
            _ => {}
        }
        if self.messages.handle(event).is_some() {
            return;
        }
        if let Some(popup) = self.popups.pop() {
            // What follows from its answer may open another one: that goes on top of the stack.
            if let Some(still_open) = popup.handle(event, &mut self.model) {
                self.popups.push(still_open);
            }
            return;
        }
        if self.overlay.is_some() {
            return self.handle_overlay(event);
        }
        if let Event::Mouse(mouse) = event
            && mouse.kind == MouseKind::Press
            && let Some((_, command)) = self.clicks.iter().find(|(area, _)| mouse.is_in(*area))
        {
            let command = *command;
            let (model, screen) = (&mut self.model, &mut self.screens[self.current].1);
            // A dialog of the screen's own takes keys, and no commands.
            if let Some(key) = screen.dialog().and_then(|_| command.key(&[Context::Popup])) {
                screen.handle(&Event::Key(key), model);
                return;
            }
            return self.run(command);
        }
        let (model, screen) = (&mut self.model, &mut self.screens[self.current].1);
        if screen.handle(event, model) {
            return;
        }
        if let Event::Paste(_) = event {
            self.messages.say(Severity::Hint, "There is no field here to paste into; nothing was done with it.");
        }
        if let Event::Key(key) = event
            && let Some(command) = command::find(&self.contexts(), *key)
        {
            self.run(command);
        }
    }

    /// Answers everything that was asked, and what is asked in answering.
    fn answer_asks(&mut self) {
        loop {
            let asks = self.model.take_asks();
            if asks.is_empty() {
                return;
            }
            asks.into_iter().for_each(|ask| self.answer(ask));
        }
    }

    fn answer(&mut self, ask: Ask) {
        match ask {
            Ask::Say(severity, words) => self.messages.say(severity, words),
            Ask::Open(popup) => self.popups.push(popup),
            Ask::GoTo(target) => self.go_to(&target),
            Ask::Run(command) => self.run(command),
            Ask::Changed => {
                self.compute_effect();
                self.plan_journal();
                self.refresh();
            }
            Ask::Reload => self.start(),
            Ask::Outside => self.look_outside(),
            Ask::Status => self.load_status(),
            Ask::Base(rev) => self.load_base(Some(rev)),
            Ask::Work { kind, title, work } => self.jobs.run(kind, title, work),
            Ask::Edit(place) => self.terminal_asks.push(TerminalAsk::Edit(place)),
            Ask::Copy(text) => {
                self.messages.say(Severity::Hint, format!("Copied `{text}`."));
                self.terminal_asks.push(TerminalAsk::Copy(text));
            }
            Ask::Leave => self.leaving = true,
        }
    }

    /// Shows something on the screen that it belongs to.
    fn go_to(&mut self, target: &Target) {
        // The screen that is shown comes first, so that nothing changes place without need.
        let order = (0..self.screens.len()).map(|n| (self.current + n) % self.screens.len());
        for at in order.collect::<Vec<_>>() {
            if self.screens[at].1.show(target, &mut self.model) {
                self.turn_to(at);
                return;
            }
        }
        match target {
            Target::Place(place) => file::open(&mut self.model, place.clone()),
            _ => self.model.say(Severity::Warning, "There is nothing to show there any more."),
        }
    }

    fn turn_to(&mut self, screen: usize) {
        if screen != self.current && !self.stands_aside(self.current) {
            self.before = self.current;
        }
        self.current = screen;
    }

    /// Whether a screen stands aside from those that one works on in turn.
    fn stands_aside(&self, screen: usize) -> bool {
        self.screens[screen].0.aside
    }

    fn refresh(&mut self) {
        for (_, screen) in &mut self.screens {
            screen.refresh(&self.model);
        }
    }
}
