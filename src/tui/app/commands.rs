//! The commands that work on every screen.

use super::{App, Ask};
use crate::store::StoreError;
use crate::tui::beside::AWAITED;
use crate::tui::command::{Command, Reason};
use crate::tui::components::dialog::Confirm;
use crate::tui::components::message::Severity;
use crate::tui::components::picker::{Choice, Picker};
use crate::tui::jobs::Running;
use crate::tui::model::Target;
use crate::tui::popup::Popup;
use crate::tui::{commit, editorial, fixes, problems, time, versions};
use crate::workspace::WorkspaceError;
use crate::workspace::sets::Sets;
use ratatui::text::Line;
use std::sync::Arc;

impl App {
    /// Runs a command, if it can run now; else says why not.
    pub(super) fn run(&mut self, command: Command) {
        // What was typed last is part of what is saved, committed or taken back.
        self.screens[self.current].1.flush(&mut self.model);
        if let Err(reason) = self.available(command) {
            self.messages.say(Severity::Hint, format!("Not now: {}.", reason.0));
            return;
        }
        if self.run_here(command) {
            return;
        }
        let (model, screen) = (&mut self.model, &mut self.screens[self.current].1);
        if !screen.run(command, model) && command == Command::Back && self.stands_aside(self.current) {
            self.current = self.before;
        }
    }

    /// Whether a command of the app itself can run; `None` for those that belong to the screens.
    pub(super) fn available_here(&self, command: Command) -> Option<Result<(), Reason>> {
        let when = |holds: bool, why: &'static str| Some(if holds { Ok(()) } else { Err(why.into()) });
        let workspace = &self.model.workspace;
        match command {
            Command::Back => self.awaited().map(|_| Ok(())),
            Command::Undo => when(workspace.next_undo().is_some(), "there is nothing to undo"),
            Command::Redo => when(workspace.next_redo().is_some(), "there is nothing to redo"),
            Command::Save | Command::SaveAll => when(!workspace.unsaved_files().is_empty(), "everything is saved"),
            Command::Base => when(workspace.repo().git().is_some(), "there is no git repository to take versions from"),
            Command::Head => when(workspace.repo().git().is_some(), "there is no git repository to take versions from"),
            Command::Commit => Some(commit::available(&self.model)),
            Command::Editorial => {
                let selected = self.screens[self.current].1.selected(&self.model);
                Some(editorial::available(&self.model, selected.as_ref()))
            }
            // The spec has problems to mend, beside the cases that its effect pane lists.
            Command::Fix if self.screens[self.current].0.command != Command::Spec => {
                let selected = self.screens[self.current].1.selected(&self.model);
                Some(fixes::can_right(&self.model, selected.as_ref()))
            }
            Command::Time => {
                let (tab, screen) = &self.screens[self.current];
                // Who labels or rules is not to learn in passing what the policy says.
                let may = match tab.command {
                    Command::Adjudicate => screen.available(command, &self.model),
                    _ => Ok(()),
                };
                Some(may.and_then(|()| time::available(&self.model, screen.selected(&self.model).as_ref())))
            }
            Command::Precedents => {
                let rulings = |sets: &Sets| sets.sets.iter().any(|set| set.gold.records().1 > 0);
                when(self.model.sets.as_ref().is_some_and(|sets| rulings(sets)), "nothing was ruled yet")
            }
            Command::CopyId => {
                when(self.screens[self.current].1.selected(&self.model).is_some(), "nothing is selected")
            }
            Command::Problems => when(!self.model.problems.is_empty(), "no problems were found"),
            command if command.is_screen() => {
                when(self.screens.iter().any(|(tab, _)| tab.command == command), "this screen is not there")
            }
            Command::NextScreen
            | Command::PreviousScreen
            | Command::Quit
            | Command::Help
            | Command::Find
            | Command::CommandLine
            | Command::Theme
            | Command::Refresh => Some(Ok(())),
            // A text area may hold a field, which is taken, or a whole file, which is not: the screen knows.
            Command::AcceptText => None,
            command if command.is_of_components() => Some(Ok(())),
            _ => None,
        }
    }

    /// Runs a command of the app itself; whether it is one.
    fn run_here(&mut self, command: Command) -> bool {
        let screens = self.screens.len();
        match command {
            Command::Back => {
                let Some(job) = self.awaited() else { return false };
                self.jobs.cancel(job.kind);
                self.model.stopped = Some(job.kind);
                self.model.say(Severity::Hint, format!("Stopped: {}.", job.title));
            }
            Command::Undo => self.step_history(true),
            Command::Redo => self.step_history(false),
            Command::Save | Command::SaveAll => {
                self.save();
            }
            Command::Base => self.choose_base(),
            Command::Head => versions::choose_head(&mut self.model),
            Command::Commit => commit::ask(&mut self.model),
            Command::CopyId => {
                let id = self.screens[self.current].1.selected(&self.model).and_then(|target| match target {
                    Target::Clause(id) | Target::Category(id) | Target::Case { case: id, .. } => Some(id),
                    Target::Place(place) => Some(place.to_string()),
                    Target::Cell(name) => Some(name.to_string()),
                    Target::Version { commit, .. } => commit,
                    Target::Labeling(_) => None,
                });
                self.model.asks_copy(id);
            }
            Command::Problems => self.list_problems(),
            Command::Precedents => self.open_precedents(),
            Command::Fix if self.screens[self.current].0.command != Command::Spec => {
                let selected = self.screens[self.current].1.selected(&self.model);
                fixes::right(&mut self.model, selected);
            }
            Command::Time => {
                let selected = self.screens[self.current].1.selected(&self.model);
                time::ask(&mut self.model, selected);
            }
            Command::Editorial => {
                let selected = self.screens[self.current].1.selected(&self.model);
                editorial::ask(&mut self.model, selected);
            }
            command if command.is_screen() => {
                if let Some(at) = self.screens.iter().position(|(tab, _)| tab.command == command) {
                    self.turn_to(at);
                }
            }
            Command::NextScreen | Command::PreviousScreen => {
                let step = if command == Command::NextScreen { 1 } else { screens - 1 };
                let mut turns = (1..screens).map(|n| (self.current + n * step) % screens);
                if let Some(at) = turns.find(|at| !self.stands_aside(*at)) {
                    self.turn_to(at);
                }
            }
            Command::Quit => self.quit(),
            Command::Help => self.open_help(),
            Command::Find => self.open_finder(),
            Command::CommandLine => self.open_command_line(),
            Command::Theme => {
                let next = self.look.themes.after(&self.look.theme).map(|theme| theme.name.clone());
                if let Some(name) = next {
                    self.choose_theme(&name);
                }
            }
            Command::Refresh => {
                self.model.workspace.reload_all();
                self.model.ask(Ask::Reload);
            }
            _ => return false,
        }
        true
    }

    /// The job that somebody waits for, if one is under way.
    pub(super) fn awaited(&self) -> Option<Running> {
        self.jobs.running().into_iter().find(|job| AWAITED.contains(&job.kind))
    }

    pub(super) fn choose_theme(&mut self, name: &str) {
        match self.look.themes.get(name) {
            Some(theme) => {
                self.theme = theme.at(self.look.depth);
                self.look.theme = theme.name.clone();
                self.messages.say(Severity::Hint, format!("Theme: {}.", theme.title));
            }
            None => {
                let names: Vec<&str> = self.look.themes.all().iter().map(|theme| theme.name.as_str()).collect();
                self.messages.say(Severity::Warning, format!("There is no theme `{name}`, but {}.", names.join(", ")));
            }
        }
    }

    fn step_history(&mut self, back: bool) {
        let workspace = &mut self.model.workspace;
        let (done, word) = if back { (workspace.undo(), "Undid") } else { (workspace.redo(), "Did again") };
        match done {
            Some((label, _)) => self.model.say(Severity::Hint, format!("{word}: {label}.")),
            None => self.model.say(Severity::Warning, "That cannot be taken back: the file changed meanwhile."),
        }
        self.model.ask(Ask::Changed);
    }

    /// Saves everything; whether all is saved now.
    pub(super) fn save(&mut self) -> bool {
        match self.model.workspace.save(None) {
            Ok(written) => {
                self.model.say(Severity::Hint, format!("Saved {}.", written.join(", ")));
                self.load_status();
                true
            }
            Err(WorkspaceError::Store(StoreError::ChangedOnDisk { path })) => {
                self.ask_to_overwrite(path.into());
                false
            }
            Err(error) => {
                self.model.say(Severity::Error, format!("{error}. {}", error.help()));
                false
            }
        }
    }

    fn ask_to_overwrite(&mut self, file: Arc<str>) {
        let body = vec![
            Line::from(format!("`{file}` was changed by another program since it was read.")),
            Line::from("Nothing was saved yet."),
        ];
        let confirm = Confirm::new("Changed on disk", body)
            .option('o', "overwrite it with mine")
            .option('l', "load from disk, my edits are lost");
        self.model.open(Popup::confirm(confirm, move |model, answer| {
            let done = match answer {
                'o' => model.workspace.save_over(&file).map(drop),
                _ => model.workspace.revert(&file),
            };
            if model.after(done) && !model.workspace.unsaved_files().is_empty() {
                model.ask(Ask::Run(Command::SaveAll));
            }
        }));
    }

    fn quit(&mut self) {
        let unsaved = self.model.workspace.unsaved_files();
        if unsaved.is_empty() {
            // What was taken back or saved since the last time is not to be offered when casebook is opened again.
            self.model.workspace.keep_journal();
            self.leaving = true;
            return;
        }
        let mut body = vec![Line::from("These files have unsaved edits:"), Line::default()];
        body.extend(unsaved.iter().map(|file| Line::from(format!("  {file}"))));
        let confirm = Confirm::new("Leave casebook", body)
            .option('s', "save and leave")
            .option('d', "discard the edits and leave");
        self.model.open(Popup::confirm(confirm, |model, answer| {
            if answer == 'd' {
                for file in model.workspace.unsaved_files() {
                    // What cannot be given up stays in the recovery journal, which loses nothing.
                    let _ = model.workspace.revert(&file);
                }
                model.ask(Ask::Leave);
            } else {
                model.ask(Ask::Run(Command::SaveAll));
                model.ask(Ask::Run(Command::Quit));
            }
        }));
    }

    fn choose_base(&mut self) {
        let mut choices = vec![Choice::new("HEAD", "the last commit")];
        for commit in self.model.log.iter() {
            choices.push(Choice::new(
                commit.id.short().to_owned(),
                format!("{} · {}", commit.subject, commit.author.name),
            ));
        }
        let shown = versions::base_name(&self.model);
        let current = choices.iter().position(|choice| choice.label == shown);
        let names: Vec<String> = choices.iter().map(|choice| choice.label.clone()).collect();
        let picker = Picker::one("Compare with", choices, current);
        self.model.open(Popup::pick(picker, move |model, chosen| {
            if let Some(name) = chosen.first().and_then(|&at| names.get(at)) {
                versions::show_base(model, name.clone());
            }
        }));
    }

    fn list_problems(&mut self) {
        let found = self.model.problems.clone();
        let choices = found
            .iter()
            .map(|problem| {
                problems::choice(format!("{} {} {}", problem.level().word(), problem.code, problem.place), problem)
            })
            .collect();
        self.model.open(Popup::pick(Picker::one("Problems", choices, None), move |model, chosen| {
            if let Some(problem) = chosen.first().and_then(|&at| found.get(at)) {
                fixes::out_of(model, problem.clone());
            }
        }));
    }
}
