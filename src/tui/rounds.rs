//! What is known of the rounds, and what is done to them beside the screen.

use super::beside::{Watched, finish};
use super::components::message::Severity;
use super::model::{Ask, Finish, Model};
use super::text;
use crate::agreement::round::RoundStanding;
use crate::policy::Policy;
use crate::report::calibration::{self, CalibrationReport};
use crate::report::figure;
use crate::report::paint::Paint;
use crate::report::round::drawn_words;
use crate::vcs::Revision;
use crate::workspace::WorkspaceError;
use crate::workspace::rounds::{LoadedRound, Stranger, Wanted, asked_of};
use crate::workspace::sets::Sets;
use std::sync::Arc;

/// The rounds of all gold sets.
#[derive(Debug)]
pub struct Rounds {
    /// The gold sets that they were held against.
    pub sets: Arc<Sets>,
    /// By set, and by name.
    pub list: Vec<Listed>,
}

/// A round and how it stands.
#[derive(Debug, Clone)]
pub struct Listed {
    pub set: Arc<str>,
    pub round: LoadedRound,
    pub standing: RoundStanding,
}

impl Listed {
    /// Set and round.
    pub fn name(&self) -> (Arc<str>, Arc<str>) {
        (self.set.clone(), self.round.name().clone())
    }
}

/// What came of opening a round, in words.
#[derive(Debug)]
pub enum RoundNews {
    Opened(String),
    /// Nobody is known as some of its labelers, in a line each.
    Strangers(Vec<String>, Box<Wanted>),
    Refused(Refused),
}

/// Why a round cannot be opened as it is described.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// Which of the things that are [`ASKED`](crate::workspace::rounds::ASKED) is wrong, where it is one of them.
    pub about: Option<&'static str>,
    pub why: String,
}

impl Refused {
    pub fn field(word: &'static str, why: String) -> Self {
        Refused { about: Some(word), why }
    }

    fn by(error: &WorkspaceError) -> Self {
        Refused { about: asked_of(error), why: refused(error) }
    }
}

/// What the rounds were asked for last with.
#[derive(Default)]
pub struct Asked(Option<(Arc<Sets>, Arc<Policy>)>);

impl Asked {
    /// Asks for the rounds where the gold sets or the policy are others than the last time.
    pub fn tend(&mut self, model: &mut Model) {
        let Some(sets) = model.sets.clone() else { return };
        let policy = model.workspace.policy().clone();
        if self.0.as_ref().is_some_and(|(known, of)| Arc::ptr_eq(known, &sets) && Arc::ptr_eq(of, &policy)) {
            return;
        }
        self.0 = Some((sets.clone(), policy.clone()));
        let repo = model.workspace.repo().clone();
        model.work("rounds", "rounds", move |job| {
            let mut list = Vec::new();
            let mut trouble = None;
            for set in &sets.sets {
                match repo.rounds(set.name()) {
                    Ok(rounds) => list.extend(rounds.into_iter().take_while(|_| !job.is_cancelled()).map(|round| {
                        let standing = round.standing(&set.gold, &policy);
                        Listed { set: set.name().clone(), round, standing }
                    })),
                    Err(error) => trouble = Some(refused(&error)),
                }
            }
            Box::new(move |model: &mut Model| {
                model.rounds = Some(Arc::new(Rounds { sets, list }));
                if let Some(trouble) = trouble {
                    model.say(Severity::Error, trouble);
                }
            }) as Finish
        });
    }
}

fn refused(error: &WorkspaceError) -> String {
    format!("{error}. {}", error.help())
}

/// Counts what would be drawn; told in [`Model::round_drawn`].
pub fn count(model: &mut Model, wanted: Wanted, sets: Arc<Sets>) {
    let repo = model.workspace.repo().clone();
    model.work("round-drawn", "", move |job| {
        let drawn = repo.plan_round(&wanted, &sets.sets, &Watched::new(job));
        Box::new(move |model: &mut Model| match drawn {
            Err(WorkspaceError::Cancelled) => {}
            Err(error) => model.round_drawn = Some(Err(Refused::by(&error))),
            Ok((round, plan)) => model.round_drawn = Some(Ok(drawn_words(&round, &plan))),
        }) as Finish
    });
}

/// Opens a round; what came of it is told in [`Model::round_news`]. Where nobody is known as one of its labelers it is not opened,
/// unless `anyway`.
pub fn open(model: &mut Model, mut wanted: Wanted, anyway: bool) {
    let (repo, environment) = (model.workspace.repo().clone(), model.workspace.environment().clone());
    let policy = model.workspace.policy().clone();
    model.work("open-round", "drawing cases", move |job| {
        let strangers = if anyway { Ok(Vec::new()) } else { repo.strangers(&wanted.round.labelers, &policy) };
        if let Some(strangers) = strangers.ok().filter(|strangers| !strangers.is_empty()) {
            let words = strangers.iter().map(Stranger::words).collect();
            let news = RoundNews::Strangers(words, Box::new(wanted));
            return Box::new(move |model: &mut Model| model.round_news = Some(news)) as Finish;
        }
        let who = Some(&*wanted.round.by).filter(|who| !who.is_empty());
        let opened = repo.labeler(who).and_then(|who| {
            wanted.round.by = who.into();
            repo.open_round(&environment, &wanted, &Watched::new(job))
        });
        Box::new(move |model: &mut Model| {
            model.round_news = Some(match opened {
                Ok(opened) => {
                    model.ask(Ask::Outside);
                    let name = text::shown(&opened.round.name);
                    RoundNews::Opened(format!("Opened {name}: {}.", drawn_words(&opened.round, &opened.plan)))
                }
                Err(error) => RoundNews::Refused(Refused::by(&error)),
            });
        }) as Finish
    });
}

/// Closes a round, or reveals what this machine keeps of one that is closed.
pub fn close(model: &mut Model, listed: &Listed) {
    let (repo, environment) = (model.workspace.repo().clone(), model.workspace.environment().clone());
    let (set, name) = listed.name();
    model.work("close-round", "closing the round", move |job| {
        let closed = repo.labeler(None).and_then(|who| {
            // What is kept is measured on what lies on the disk, as for everybody who looks later.
            let (round, standing) = repo.standing(&set, &name, &Watched::new(job))?;
            repo.close_round(&environment, &set, &round, &standing, &who)
        });
        finish(closed, move |model, closed| {
            let revealed = match closed.revealed {
                0 if closed.closed => String::new(),
                n => format!("; {} revealed", figure::count(n as u64, "sealed label", "sealed labels")),
            };
            let what = if closed.closed { "Closed" } else { "Revealed" };
            model.say(Severity::Hint, format!("{what}: {}{revealed}.", text::shown(&name)));
            model.ask(Ask::Outside);
        })
    });
}

/// Has the report of a round put together.
pub fn ask_for_report(model: &mut Model, listed: Listed) {
    model.round_report = None;
    let Some(set) =
        model.sets.as_ref().and_then(|sets| sets.sets.iter().find(|set| *set.name() == listed.set)).cloned()
    else {
        return;
    };
    let (repo, policy) = (model.workspace.repo().clone(), model.workspace.policy().clone());
    let unsaved = !model.workspace.unsaved_files().is_empty();
    model.work("round-report", "report", move |_| {
        let name = listed.name();
        let origin = repo.origin(Revision::Worktree).ok();
        let commit = origin.as_ref().and_then(|origin| origin.commit.as_deref());
        let changed = unsaved || origin.as_ref().is_some_and(|origin| origin.changed);
        let found = repo.report_on(listed.round, &set.gold, &policy, &Revision::Worktree);
        let report =
            CalibrationReport::new(&found.found, &found.policy, &found.changes, &found.revision, commit, changed);
        let text = calibration::text(&report, Paint::PLAIN);
        Box::new(move |model: &mut Model| model.round_report = Some(Arc::new((name, text)))) as Finish
    });
}
