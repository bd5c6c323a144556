//! What is loaded and computed beside the screen.

use super::App;
use crate::tui::beside::{Watched, finish};
use crate::tui::components::dialog::Confirm;
use crate::tui::components::message::Severity;
use crate::tui::jobs::Kind;
use crate::tui::model::{Base, Finish, Model};
use crate::tui::popup::Popup;
use crate::vcs::{History, Revision};
use crate::workspace::check::check_while;
use crate::workspace::compare::Side;
use crate::workspace::marks::Marks;
use crate::workspace::sets::{self, Sets};
use crate::workspace::{Journaling, Outside, PolicyRepo, WorkspaceError};
use ratatui::text::Line;
use std::sync::Arc;
use std::time::Duration;

/// How many commits the log shows.
const LOG: usize = 500;
/// Unsaved edits are in the recovery journal this long after they were made; large texts, which take longer to write, a little later.
const JOURNAL_DELAY: Duration = Duration::from_millis(200);
const JOURNAL_DELAY_OF_MUCH: Duration = Duration::from_millis(700);
/// Bytes of unsaved text from which on it is much.
const MUCH: usize = 256 << 10;
const JOURNAL_PLAN: Kind = "journal-delay";

impl App {
    /// Loads everything that is not loaded yet, or anew.
    pub(super) fn start(&mut self) {
        self.offer_left_behind();
        if let Some(trouble) = self.model.workspace.journal_trouble() {
            self.model.say(Severity::Warning, format!("{trouble}. {}", trouble.help()));
        }
        self.load_sets(true);
        self.load_base(None);
        self.load_status();
        self.load_marks();
        self.refresh();
    }

    /// Loads the gold sets of the working tree; what did not change is taken over. Where nothing did at all, that is the end of
    /// it, unless everything is to be computed `anew`.
    pub(super) fn load_sets(&mut self, anew: bool) {
        let files = self.model.workspace.work_tree();
        let cache = self.model.workspace.repo().cache().cloned();
        let known = self.model.sets.as_ref().map(|sets| sets.sets.clone()).unwrap_or_default();
        let settling = self.model.workspace.policy().settling();
        self.settling = settling.clone();
        self.model.work("gold", "loading cases", move |job| {
            let loaded = sets::load(&files, None, &known, &settling, cache.as_ref(), &Watched::new(job));
            let around = Some(sets::around(&files));
            finish(loaded, move |model, sets| {
                let sets = Sets { around, ..sets };
                // What was written here is heard of a moment later, like all else; by then it is known.
                if !anew && model.sets.as_ref().is_some_and(|known| known.is_same(&sets)) {
                    return;
                }
                model.sets = Some(Arc::new(sets));
                model.ask(super::Ask::Changed);
            })
        });
    }

    /// Loads the version to compare with: the one named, or the usual one.
    pub(super) fn load_base(&mut self, rev: Option<String>) {
        let repo = self.model.workspace.repo().clone();
        self.model.work("base", "reading the base", move |_| {
            let base = read_base(&repo, rev.as_deref());
            finish(base, |model, base| {
                model.base = base;
                model.ask(super::Ask::Changed);
            })
        });
    }

    /// Takes up what an earlier casebook left marked as meant, once.
    fn load_marks(&mut self) {
        if self.model.marks.is_some() {
            return;
        }
        let (repo, environment) = (self.model.workspace.repo().clone(), self.model.workspace.environment().clone());
        self.model.work("marks", "", move |_| {
            let (marks, left) = Marks::open(&repo, &environment);
            Box::new(move |model: &mut Model| {
                model.marks = Some(Arc::new(marks));
                // Marks that were made meanwhile are kept as well.
                let new = left.into_iter().filter(|line| !model.intents.contains(line)).collect::<Vec<_>>();
                if !new.is_empty() {
                    model.mark(|intents| intents.splice(0..0, new).for_each(drop));
                }
            }) as Finish
        });
    }

    /// Asks git for the state of the files and the newest commits.
    pub(super) fn load_status(&mut self) {
        let Some(repo) = self.model.workspace.repo().git().cloned() else { return };
        self.model.work("status", "git status", move |job| {
            let status = repo.status();
            let go_on = || !job.is_cancelled();
            let log = repo.log(History { from: None, path: None, limit: LOG }, &go_on);
            Box::new(move |model: &mut Model| {
                match status {
                    Ok(status) => model.status = Some(Arc::new(status)),
                    Err(error) => model.say(Severity::Warning, format!("{error}. {}", error.help())),
                }
                // An unborn branch has no log, which is no trouble.
                model.log = Arc::new(log.unwrap_or_default());
            }) as Finish
        });
    }

    /// Replays the policy as it stands, and looks for problems.
    pub(super) fn compute_effect(&mut self) {
        let version = self.model.workspace.version().clone();
        if version.policy.settling() != self.settling {
            // Labelers are compared by what category words mean.
            self.load_sets(true);
        }
        let Some(sets) = self.model.sets.clone() else {
            // Nothing to replay yet, but what is wrong with the documents can be told already.
            let nothing = Arc::new(Sets::default());
            return self.look_for_problems(version, nothing);
        };
        if !matches!(self.model.base, Base::Loading) {
            let head = Side { revision: Revision::Worktree, version: version.clone() };
            let (repo, gold) = (self.model.workspace.repo().clone(), sets.clone());
            let (base, marks) = (self.model.base.side().cloned(), self.model.intents.clone());
            self.model.work("effect", "replay", move |job| {
                let replayed = repo.replay_unsaved(&gold, &head, base.as_deref(), &marks, &Watched::new(job));
                finish(replayed, |model, replay| model.set_replay(Arc::new(replay)))
            });
        }
        self.look_for_problems(version, sets);
    }

    fn look_for_problems(&mut self, version: Arc<crate::workspace::version::PolicyVersion>, sets: Arc<Sets>) {
        self.model.work("check", "check", move |job| {
            // Of a text that was typed on meanwhile nobody wants to know.
            let found = check_while(&version, &sets, &Watched::new(job)).map_err(WorkspaceError::from);
            finish(found, |model, problems| model.problems = Arc::new(problems))
        });
    }

    /// Writes unsaved edits to the recovery journal a moment from now.
    ///
    /// One plan at a time: what changes meanwhile is part of what it writes, so typing that never rests is kept as well.
    pub(super) fn plan_journal(&mut self) {
        if self.jobs.is_under_way(JOURNAL_PLAN) || !self.model.workspace.is_touched() {
            return;
        }
        let workspace = &self.model.workspace;
        let unsaved = workspace.unsaved_files();
        let texts = unsaved.iter().filter_map(|file| workspace.document(file));
        let bytes: usize = texts.map(|document| document.text().len()).sum();
        let delay = if bytes < MUCH { JOURNAL_DELAY } else { JOURNAL_DELAY_OF_MUCH };
        self.model.work(JOURNAL_PLAN, "", move |_| {
            std::thread::sleep(delay);
            Box::new(|model: &mut Model| {
                let Some(task) = model.workspace.journaling() else { return };
                model.work("journal", "", move |_| {
                    let written = Journaling::write(task);
                    Box::new(move |model: &mut Model| {
                        if let Err(error) = written {
                            model.say(Severity::Warning, format!("{error}. {}", error.help()));
                        }
                    }) as Finish
                });
            }) as Finish
        });
    }

    /// Offers the edits that a killed casebook left.
    fn offer_left_behind(&mut self) {
        let left = self.model.workspace.left_behind();
        if left.is_empty() {
            return;
        }
        let mut body = vec![Line::from("casebook ended before these edits were saved:"), Line::default()];
        body.extend(left.iter().map(|left| {
            let since = if left.overtaken { ", which changed on disk since" } else { "" };
            Line::from(format!("  {}{since}", left.recovered.file))
        }));
        body.push(Line::default());
        body.push(Line::from("Taking them up leaves the files on disk as they are until you save."));
        let confirm =
            Confirm::new("Unsaved edits were found", body).option('t', "take them up").option('d', "discard them");
        self.model.open(Popup::confirm(confirm, |model, answer| {
            if answer != 't' {
                return model.workspace.discard_left_behind();
            }
            let taken = model.workspace.take_up_left_behind();
            match model.workspace.left_behind().first() {
                Some(kept) => model.say(
                    Severity::Warning,
                    format!("The edits of `{}` could not be taken up; they stay to be offered.", kept.recovered.file),
                ),
                None => model.say(Severity::Hint, format!("Took up unsaved edits of {}.", taken.join(", "))),
            }
            model.ask(super::Ask::Changed);
        }));
    }

    /// Takes over what changed on disk; where that would lose edits, asks.
    pub(super) fn look_outside(&mut self) {
        let mut reloaded = false;
        for change in self.model.workspace.look_outside() {
            match change {
                Outside::Reloaded(_) => reloaded = true,
                Outside::Conflict(file) => self.ask_about_conflict(file),
            }
        }
        if reloaded {
            self.model.ask(super::Ask::Changed);
        }
        self.load_sets(false);
        self.load_status();
    }

    fn ask_about_conflict(&mut self, file: Arc<str>) {
        let body = vec![
            Line::from(format!("`{file}` was changed by another program, and has unsaved edits here.")),
            Line::from("Keeping yours changes nothing on disk until you save; saving then asks again."),
        ];
        let confirm = Confirm::new("Changed on disk", body)
            .option('k', "keep my edits")
            .option('l', "load from disk, my edits are lost");
        self.model.open(Popup::confirm(confirm, move |model, answer| {
            if answer == 'l' {
                let done = model.workspace.revert(&file);
                model.after(done);
            }
        }));
    }
}

fn read_base(repo: &PolicyRepo, rev: Option<&str>) -> Result<Base, WorkspaceError> {
    let revision = match rev {
        Some(rev) => Some(repo.resolve(rev)?),
        None => repo.usual_base()?,
    };
    let Some(revision) = revision else {
        let why = match (repo.git(), repo.git_trouble()) {
            (_, Some(trouble)) => trouble.to_string(),
            (Some(_), _) => "nothing is committed yet".to_owned(),
            (None, _) => "there is no git repository".to_owned(),
        };
        return Ok(Base::None(why));
    };
    let version = Arc::new(repo.version(&revision)?);
    Ok(Base::Version(Arc::new(Side { revision, version })))
}
