//! Choosing the two versions that are looked at.

use super::beside::{Watched, finish};
use super::components::message::Severity;
use super::components::picker::{Choice, Picker};
use super::model::{Ask, Base, Finish, Model};
use super::popup::Popup;
use crate::vcs::Revision;
use crate::workspace::compare::Request;
use std::sync::Arc;

/// Looks at another version, by its name; the base stays what it is, where that is another one.
pub fn show_head(model: &mut Model, head: &str) {
    if head == Revision::WORKTREE {
        return show_worktree(model);
    }
    let base = match &model.chosen {
        Some(chosen) => chosen.base.as_ref().map(|base| base.revision.clone()),
        None => model.base.revision().cloned(),
    };
    compare(model, head, base.map(|base| base.name().to_owned()));
}

/// Looks at what one commit changed: against its first parent.
pub fn show_commit(model: &mut Model, id: &str) {
    compare(model, id, None);
}

/// Compares what is looked at with another version, by its name.
pub fn show_base(model: &mut Model, base: String) {
    match model.chosen.as_ref().map(|chosen| chosen.head.revision.name().to_owned()) {
        Some(head) => compare(model, &head, Some(base)),
        None => model.ask(Ask::Base(base)),
    }
}

/// Back to the files as they are worked on.
pub fn show_worktree(model: &mut Model) {
    model.chosen = None;
    // Takes the place of a comparison that is still being loaded.
    model.work("compare", "", |_| Box::new(|_: &mut Model| {}) as Finish);
    if let Some(replay) = model.replay.clone() {
        model.break_down(replay);
    }
}

/// Asks which version to look at.
pub fn choose_head(model: &mut Model) {
    let mut choices =
        vec![Choice::new(Revision::WORKTREE, "the files as you work on them"), Choice::new("HEAD", "the last commit")];
    let status = model.status.as_ref();
    let branch = status.and_then(|status| status.head.branch().map(str::to_owned));
    choices.extend(branch.map(|name| Choice::new(name, "this branch")));
    let upstream = status.and_then(|status| status.upstream.as_ref()).map(|upstream| upstream.name.clone());
    choices.extend(upstream.map(|name| Choice::new(name, "the branch that this one follows")));
    choices.extend(model.log.iter().map(|commit| {
        Choice::new(commit.id.short().to_owned(), format!("{} · {}", commit.subject, commit.author.name))
    }));
    let shown = model.chosen.as_ref().map_or(Revision::WORKTREE.to_owned(), |chosen| name(&chosen.head.revision));
    let current = choices.iter().position(|choice| choice.label == shown);
    let names: Vec<String> = choices.iter().map(|choice| choice.label.clone()).collect();
    let picker = Picker::one("Look at", choices, current);
    model.open(Popup::pick(picker, move |model, chosen| {
        if let Some(name) = chosen.first().and_then(|&at| names.get(at)) {
            show_head(model, name);
        }
    }));
}

/// A version as it is called on the screen: as it was named, long ids shortened.
pub fn name(revision: &Revision) -> String {
    let name = revision.name();
    match revision.commit() {
        Some(id) if name.len() >= 40 && name.bytes().take(40).all(|byte| byte.is_ascii_hexdigit()) => {
            id.short().to_owned()
        }
        _ => name.to_owned(),
    }
}

/// What is compared with, or why there is nothing.
pub fn base_name(model: &Model) -> String {
    match (&model.chosen, &model.base) {
        (Some(chosen), _) => chosen.base.as_ref().map_or_else(|| "nothing".to_owned(), |base| name(&base.revision)),
        (None, Base::Version(side)) => name(&side.revision),
        (None, Base::None(_)) => "nothing".to_owned(),
        (None, Base::Loading) => "…".to_owned(),
    }
}

fn compare(model: &mut Model, head: &str, base: Option<String>) {
    let repo = model.workspace.repo().clone();
    let known = model.sets.as_ref().map(|sets| sets.sets.clone()).unwrap_or_default();
    let head = head.to_owned();
    model.work("compare", "comparing", move |job| {
        // A version against itself says nothing: then its parent is meant.
        let commit = |rev: &str| repo.resolve(rev).ok().and_then(|revision| revision.commit().cloned());
        let base = base.filter(|base| commit(base) != commit(&head));
        let request = Request { head: Some(head), base, ..Request::default() };
        let compared = repo.compare(&request, &known, &Watched::new(job));
        finish(compared, |model, comparison| {
            if comparison.base.is_none() {
                model.say(Severity::Hint, "This is the first version: there is nothing to compare it with.");
            }
            model.break_down(comparison.replay.clone());
            model.chosen = Some(Arc::new(comparison));
        })
    });
}
