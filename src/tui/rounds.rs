//! What is known of the rounds, and what is done to them beside the screen.

use super::beside::Watched;
use super::components::message::Severity;
use super::model::{Ask, Finish, Model};
use super::text;
use crate::agreement::round::RoundStanding;
use crate::policy::Policy;
use crate::policy::round::Round;
use crate::report::calibration::{self, CalibrationReport};
use crate::report::figure::count;
use crate::report::paint::Paint;
use crate::report::replay::VersionName;
use crate::vcs::Revision;
use crate::workspace::WorkspaceError;
use crate::workspace::rounds::LoadedRound;
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
    Refused(String),
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

/// Opens a round; what came of it is told in [`Model::round_news`].
pub fn open(model: &mut Model, set: String, round: Round) {
    let (repo, environment) = (model.workspace.repo().clone(), model.workspace.environment().clone());
    model.work("open-round", "drawing cases", move |job| {
        let opened = repo.labeler(None).and_then(|who| {
            let round = Round { by: who.into(), ..round };
            repo.open_round(&environment, &set, round, &[], None, &Watched::new(job))
        });
        Box::new(move |model: &mut Model| {
            model.round_news = Some(match opened {
                Ok(opened) => {
                    model.ask(Ask::Outside);
                    let cases = count(opened.plan.len() as u64, "case", "cases");
                    RoundNews::Opened(format!("Opened {} with {cases}.", text::shown(&opened.round.name)))
                }
                Err(error) => RoundNews::Refused(refused(&error)),
            });
        }) as Finish
    });
}

/// Closes a round, or reveals what this machine keeps of one that is closed.
pub fn close(model: &mut Model, listed: &Listed) {
    let (repo, environment) = (model.workspace.repo().clone(), model.workspace.environment().clone());
    let closed = repo.labeler(None).and_then(|who| repo.close_round(&environment, &listed.set, &listed.round, &who));
    match closed {
        Ok(closed) => {
            let revealed = count(closed.revealed as u64, "sealed label", "sealed labels");
            let what = if closed.closed { "Closed" } else { "Revealed" };
            let name = text::shown(listed.round.name()).into_owned();
            model.say(Severity::Hint, format!("{what}: {name}; {revealed} revealed."));
            model.ask(Ask::Outside);
        }
        Err(error) => model.say(Severity::Error, refused(&error)),
    }
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
    model.work("round-report", "report", move |_| {
        let name = listed.name();
        let found = repo.report_on(listed.round, &set.gold, &policy, &Revision::Worktree);
        let report = CalibrationReport {
            policy: &found.policy.manifest.name,
            set: &found.set,
            round: &found.round.round,
            closed: found.round.closed.as_ref(),
            plan: &found.round.plan,
            standing: &found.standing,
            figures: &found.figures,
            splits: &found.splits,
            told: SPLITS,
            compared: found.compared,
            texts: &found.texts,
            uncover: false,
            version: VersionName { rev: Revision::WORKTREE.to_owned(), commit: None },
            changes: found.changes.as_deref().map_err(String::as_str),
            command: format!("casebook round report {} --set {}", found.round.name(), found.set),
        };
        let text = calibration::text(&report, Paint::PLAIN);
        Box::new(move |model: &mut Model| model.round_report = Some(Arc::new((name, text)))) as Finish
    });
}

/// So many of the worst splits are told with their texts.
const SPLITS: usize = 10;
