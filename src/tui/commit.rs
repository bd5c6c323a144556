//! Committing from any screen: save, check, replay, show what would be committed, ask for the message, commit.

mod offer;
mod subject;

pub use subject::counted_words;

use super::beside::Watched;
use super::command::{Command, Reason};
use super::components::message::Severity;
use super::model::{Ask, Finish, Model};
use super::popup::Popup;
use crate::policy::visible::visible;
use crate::store::StoreError;
use crate::vcs::{Committed, VcsError};
use crate::workspace::WorkspaceError;
use crate::workspace::commit::{Allow, CommitPlan};
use ratatui::text::Line;
use std::sync::Arc;

/// Whether a commit can be made now, or why not and what to do.
pub fn available(model: &Model) -> Result<(), Reason> {
    let repo = model.workspace.repo().git_or_why().map_err(|why| said(&why))?;
    if let Some(what) = repo.under_way() {
        return Err(said(&VcsError::UnderWay(what).into()));
    }
    let nothing = model.status.as_ref().is_some_and(|status| status.files.is_empty());
    if nothing && model.workspace.unsaved_files().is_empty() {
        return Err("nothing differs from the last commit".into());
    }
    Ok(())
}

fn said(why: &WorkspaceError) -> Reason {
    Reason(format!("{why}. {}", why.help()).trim_end_matches('.').to_owned().into())
}

/// Saves what is unsaved, and has everything looked at that a commit would hold; then the message is asked for.
pub fn ask(model: &mut Model) {
    let saved = match save(model) {
        Ok(saved) => saved,
        Err(WorkspaceError::Store(StoreError::ChangedOnDisk { .. })) => {
            // Asks whose text is to stand.
            return model.ask(Ask::Run(Command::SaveAll));
        }
        Err(error) => return model.say(Severity::Error, format!("Not committed: {error}. {}", error.help())),
    };
    if !saved.is_empty() {
        model.say(Severity::Hint, format!("Saved {}.", saved.join(", ")));
        model.ask(Ask::Status);
    }
    plan(model, saved);
}

fn save(model: &mut Model) -> Result<Vec<Arc<str>>, WorkspaceError> {
    if model.workspace.unsaved_files().is_empty() { Ok(Vec::new()) } else { model.workspace.save(None) }
}

fn plan(model: &mut Model, saved: Vec<Arc<str>>) {
    let repo = model.workspace.repo().clone();
    let known = model.sets.as_ref().map(|sets| sets.sets.clone()).unwrap_or_default();
    let intents = model.intents.clone();
    model.work("commit", "preparing the commit", move |job| {
        let planned = repo.plan_commit(&known, &intents, &Watched::new(job));
        let head = repo.git().and_then(|git| git.head().ok());
        Box::new(move |model: &mut Model| match planned {
            Ok(plan) => offer::offer(model, plan, head, &saved),
            Err(WorkspaceError::Cancelled) => {}
            Err(error) => explain(model, "Nothing was committed", &error),
        }) as Finish
    });
}

/// Commits beside the screen, if everything still is as it was when the person was asked.
fn carry_out(model: &mut Model, plan: CommitPlan, message: String, allow: Allow) {
    model.message = Some(message.clone());
    let repo = model.workspace.repo().clone();
    let environment = model.workspace.environment().clone();
    let known = model.sets.as_ref().map(|sets| sets.sets.clone()).unwrap_or_default();
    let intents = model.intents.clone();
    model.work("commit", "committing", move |job| {
        let again = repo.plan_commit(&known, &intents, &Watched::new(job));
        let head = repo.git().and_then(|git| git.head().ok());
        let done = match again {
            Ok(again) if differs(&again, &plan) => {
                return Box::new(move |model: &mut Model| {
                    model.say(Severity::Warning, "The files changed meanwhile: look at what would be committed again.");
                    offer::offer(model, again, head, &[]);
                }) as Finish;
            }
            Ok(again) => repo.commit(&again, &message, allow, &environment),
            Err(error) => Err(error),
        };
        Box::new(move |model: &mut Model| match done {
            Ok(committed) => tell(model, &committed),
            Err(error) => explain(model, "Nothing was committed", &error),
        })
    });
}

fn differs(now: &CommitPlan, before: &CommitPlan) -> bool {
    let documents = |plan: &CommitPlan| -> Vec<(Arc<str>, Arc<str>)> {
        let documents = &plan.comparison.head.version.documents;
        documents.iter().map(|(file, document)| (file.clone(), document.shared_text())).collect()
    };
    now.files != before.files
        || now.trailers != before.trailers
        || now.new_errors != before.new_errors
        || documents(now) != documents(before)
}

fn tell(model: &mut Model, committed: &Committed) {
    let place = match &committed.branch {
        Some(branch) => format!("on {branch}"),
        None => "on no branch: give it one with `git branch NAME`, or it is easily lost".to_owned(),
    };
    model.say(Severity::Hint, format!("Committed {} {place}.", committed.id.short()));
    if !committed.said.trim().is_empty() {
        model.open(Popup::text(format!("Committed {}: git said", committed.id.short()), lines(&committed.said)));
    }
    model.message = None;
    model.mark(Vec::clear);
    super::versions::show_worktree(model);
    model.ask(Ask::Reload);
}

/// Says in full why something did not work: hooks may have much to say.
fn explain(model: &mut Model, title: &str, error: &WorkspaceError) {
    let mut words = lines(&error.to_string());
    words.push(Line::default());
    words.extend(lines(&error.help()));
    if model.message.is_some() {
        words.push(Line::default());
        words.push(Line::from("Your message is kept for the next try."));
    }
    model.open(Popup::text(title, words));
}

fn lines(text: &str) -> Vec<Line<'static>> {
    let shown = visible(text);
    shown.lines().map(|line| Line::from(line.replace('\t', "    "))).collect()
}
