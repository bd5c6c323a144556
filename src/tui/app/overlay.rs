//! What lies over every screen: the finder, the keys, the command line.

use super::App;
use crate::decide::Unwatched;
use crate::precedent::{Found as Saying, Precedent, RulingIx, State};
use crate::tui::command::{self, Command, Reason};
use crate::tui::components::Outcome;
use crate::tui::components::finder::{Feed, Finder, Found};
use crate::tui::components::help::Help;
use crate::tui::components::input::Input;
use crate::tui::components::message::Severity;
use crate::tui::event::Event;
use crate::tui::model::{Ask, Target};
use crate::tui::rulings::{self, Known};
use crate::tui::{text, versions};
use std::sync::Arc;
use std::thread;

/// What the finder leads to.
#[derive(Debug, Clone)]
pub(super) enum Goal {
    Show(Target),
    Run(Command),
    Ruling(Arc<Known>, RulingIx),
}

pub(super) enum Overlay {
    Find(Box<Finder<Goal>>),
    Help(Box<Help>),
    CommandLine(Box<Input>),
}

impl Overlay {
    /// A thread has something new to show.
    pub fn tick(&mut self) {
        if let Overlay::Find(finder) = self {
            finder.tick();
        }
    }
}

impl App {
    pub(super) fn open_help(&mut self) {
        let help = Help::new(&self.contexts(), &|command| self.available(command));
        self.overlay = Some(Overlay::Help(Box::new(help)));
    }

    pub(super) fn open_command_line(&mut self) {
        let input = Input::new("").placeholder("a command, such as `theme light` or `base HEAD~1`");
        self.overlay = Some(Overlay::CommandLine(Box::new(input)));
    }

    /// Opens the finder at once and feeds it from another thread: a hundred thousand cases take their time.
    pub(super) fn open_finder(&mut self) {
        let wake = self.wake.clone();
        let finder = Finder::new(2, move || wake());
        let feed = finder.feed();
        let policy = self.model.workspace.policy().clone();
        let sets = self.model.sets.clone();
        for clause in &policy.clauses {
            push(&feed, "clause", &clause.id, &clause.title, Goal::Show(Target::Clause(clause.id.to_string())));
        }
        for (_, category) in policy.taxonomy.iter() {
            let goal = Goal::Show(Target::Category(category.id.to_string()));
            push(&feed, "category", &category.id, &category.title, goal);
        }
        for entry in command::COMMANDS {
            if self.available(entry.command).is_ok() && !entry.about.is_empty() {
                push(&feed, "command", entry.title, entry.about, Goal::Run(entry.command));
            }
        }
        if let Some(sets) = sets {
            // The thread ends by itself: pushing to a finder that was closed is harmless.
            let _ = thread::Builder::new().name("find".into()).spawn(move || {
                for set in &sets.sets {
                    for row in 0..set.gold.len() {
                        let case = set.gold.id(row).into_owned();
                        let target = Target::Case { set: set.name().to_string(), case: case.clone() };
                        push(&feed, "case", &case, set.name(), Goal::Show(target));
                    }
                }
            });
        }
        self.overlay = Some(Overlay::Find(Box::new(finder)));
    }

    /// Opens a finder over the holdings of all rulings, once they are read.
    pub(super) fn open_precedents(&mut self) {
        let Some(known) = self.model.rulings.known(&self.model).cloned() else {
            self.waits_for_rulings = true;
            return rulings::load(&mut self.model);
        };
        self.waits_for_rulings = false;
        let wake = self.wake.clone();
        let search = known.clone();
        let search = move |words: &str| {
            let said = search.precedents.saying(words, SAYING, &Unwatched).unwrap_or_default();
            let found = |(Saying { precedent, .. }, held): (Saying, bool)| {
                let (label, about) = ruling_words(&precedent);
                let kind = if held { "holding" } else { "its case" };
                Found { kind, label, about, value: Goal::Ruling(search.clone(), precedent.ix) }
            };
            said.into_iter().map(found).collect()
        };
        let finder = Finder::new(2, move || wake())
            .about("Precedents", "words of a holding or of a case, or a case's id")
            .searching(Arc::new(search));
        let feed = finder.feed();
        let fed = thread::Builder::new().name("holdings".into()).spawn(move || {
            let docket = &known.precedents.docket;
            for precedent in docket.all().filter_map(|ix| docket.precedent(ix)) {
                if precedent.stand.state != State::Superseded {
                    let (label, about) = ruling_words(&precedent);
                    push(&feed, "ruling", &label, &about, Goal::Ruling(known.clone(), precedent.ix));
                }
            }
        });
        if fed.is_ok() {
            self.overlay = Some(Overlay::Find(Box::new(finder)));
        }
    }

    pub(super) fn handle_overlay(&mut self, event: &Event) {
        let Some(mut overlay) = self.overlay.take() else { return };
        let outcome = match &mut overlay {
            Overlay::Find(finder) => finder.handle(event),
            Overlay::Help(help) => help.handle(event),
            Overlay::CommandLine(input) => input.answer(event),
        };
        match outcome {
            Some(Outcome::Cancelled) => {}
            Some(Outcome::Accepted) => self.accept_overlay(overlay),
            _ => self.overlay = Some(overlay),
        }
    }

    fn accept_overlay(&mut self, overlay: Overlay) {
        match overlay {
            Overlay::Find(finder) => match finder.chosen().map(|found| found.value.clone()) {
                Some(Goal::Show(target)) => self.model.ask(Ask::GoTo(target)),
                Some(Goal::Run(command)) => self.run(command),
                Some(Goal::Ruling(known, ix)) => rulings::open(&mut self.model, &known, ix, &self.theme),
                None => {}
            },
            Overlay::Help(help) => {
                if let Some(command) = help.chosen() {
                    self.run(command);
                }
            }
            Overlay::CommandLine(input) => self.run_line(&input.text()),
        }
    }

    fn run_line(&mut self, line: &str) {
        if line.trim().is_empty() {
            return;
        }
        let Some((command, rest)) = command::parse_line(line) else {
            let words = format!("`{}` is no command. `?` lists those of this place.", line.trim());
            return self.messages.say(Severity::Warning, words);
        };
        match (command, rest) {
            (Command::Theme, name) if !name.is_empty() => self.choose_theme(name),
            (Command::Base, rev) if !rev.is_empty() => versions::show_base(&mut self.model, rev.to_owned()),
            (Command::Head, rev) if !rev.is_empty() => versions::show_head(&mut self.model, rev),
            (command, "") => self.run(command),
            (_, rest) => self.messages.say(Severity::Warning, format!("This command takes no `{rest}`.")),
        }
    }

    /// Whether a command can run now, or why not.
    pub(super) fn available(&self, command: Command) -> Result<(), Reason> {
        self.available_here(command).unwrap_or_else(|| self.screens[self.current].1.available(command, &self.model))
    }
}

/// So many rulings at most that say what is typed stand above those that hold its letters.
const SAYING: usize = 50;

/// What a ruling is found by: its case; what it calls for, and why.
fn ruling_words(precedent: &Precedent) -> (String, String) {
    let about = format!("{}  {}", rulings::calls_for(precedent), rulings::quoted(&precedent.ruling.holding));
    (text::shown(&precedent.ruling.case).into_owned(), text::shown(&about).into_owned())
}

fn push(feed: &Feed<Goal>, kind: &'static str, label: &str, about: &str, value: Goal) {
    feed.push(Found { kind, label: label.to_owned(), about: about.to_owned(), value });
}
