//! What would be committed, shown before it is.

use super::subject::{first, subject};
use super::{carry_out, explain};
use crate::policy::visible::visible_line;
use crate::replay::flip::FlipKind;
use crate::replay::gates::GateResult;
use crate::report::figure::{count, thousands};
use crate::report::replay::{gate_name, gate_words};
use crate::report::staled;
use crate::tui::components::dialog::{Confirm, Prompt};
use crate::tui::components::message::Severity;
use crate::tui::components::picker::Picker;
use crate::tui::model::{Ask, Model, Target};
use crate::tui::popup::Popup;
use crate::tui::problems;
use crate::vcs::{Change, FileStatus, Head};
use crate::workspace::commit::{Allow, CommitPlan};
use crate::workspace::difference::structure_difference;
use ratatui::text::Line;
use std::sync::Arc;

/// So many files are named; the others are counted.
const NAMED: usize = 6;

/// Lists what stands in the way; asks about gates that fail; else asks for the message.
pub fn offer(model: &mut Model, plan: CommitPlan, head: Option<Head>, saved: &[Arc<str>]) {
    let gates = Allow { failing_gates: true, errors: true };
    if let Some(refusal) = plan.refusal(gates) {
        return explain(model, "Nothing to commit", &refusal);
    }
    if !plan.new_errors.is_empty() {
        return refuse(model, &plan);
    }
    let failing: Vec<Line<'static>> = plan.broken_gates().map(gate_line).collect();
    if failing.is_empty() {
        return ask_message(model, plan, head, saved, Allow::default());
    }
    let n = failing.len() as u64;
    let mut body = failing;
    body.push(Line::default());
    body.push(Line::from(flips(&plan)));
    body.push(Line::from("A commit that passes over a gate says so in its trailers."));
    let confirm = Confirm::new(format!("{} failing", if n == 1 { "A gate is" } else { "Gates are" }), body)
        .option('b', "back to work")
        .option('c', "commit all the same");
    let saved = saved.to_vec();
    model.open(Popup::confirm(confirm, move |model, answer| {
        if answer == 'c' {
            ask_message(model, plan, head, &saved, Allow { failing_gates: true, errors: false });
        }
    }));
}

/// Lists the errors that the edit brings; choosing one goes there.
fn refuse(model: &mut Model, plan: &CommitPlan) {
    let errors = plan.new_errors.clone();
    let n = count(errors.len() as u64, "new error", "new errors");
    model.say(Severity::Warning, format!("Nothing was committed: the edit brings {n}. Set them right first."));
    let choice = |problem: &crate::policy::problem::Problem| {
        problems::choice(format!("{} {}", problem.code, problem.place), problem)
    };
    let choices = errors.iter().map(choice).collect();
    let picker = Picker::one(format!("Not committed: {n}"), choices, None);
    model.open(Popup::pick(picker, move |model, chosen| {
        if let Some(problem) = chosen.first().and_then(|&at| errors.get(at)) {
            model.ask(Ask::GoTo(Target::Place(problem.place.clone())));
        }
    }));
}

fn ask_message(model: &mut Model, plan: CommitPlan, head: Option<Head>, saved: &[Arc<str>], allow: Allow) {
    let title = match &head {
        Some(Head::Branch { name, .. }) => format!("Commit to {name}"),
        Some(Head::Unborn { name }) => format!("First commit, to {name}"),
        Some(Head::Detached { .. }) => "Commit on no branch: easily lost".to_owned(),
        None => "Commit".to_owned(),
    };
    let mut body: Vec<Line<'static>> = Vec::new();
    if !saved.is_empty() {
        body.push(Line::from(format!("Saved first: {}", saved.join(", "))));
    }
    body.extend(plan.files.iter().take(NAMED).map(file_line));
    if let Some(more) = plan.files.len().checked_sub(NAMED).filter(|more| *more > 0) {
        body.push(Line::from(format!("  and {} more", thousands(more as u64))));
    }
    body.push(Line::from(flips(&plan)));
    body.extend(plan.failing_gates().map(gate_line));
    if plan.old_errors > 0 {
        let errors = count(plan.old_errors as u64, "error was", "errors were");
        body.push(Line::from(format!("✗ {errors} there before, and stays in")));
    }
    let idle = |line: &String| Line::from(format!("! nothing changes so, and it is left out: {}", visible_line(line)));
    body.extend(plan.idle.iter().map(idle));
    body.extend(staled::words(&plan.staled).map(|words| Line::from(format!("! {words}"))));
    if !plan.trailers.is_empty() {
        body.push(Line::from("To be added at the end of the message:"));
    }
    let trailers = plan.trailers.iter();
    body.extend(trailers.map(|trailer| Line::from(format!("  {}: {}", trailer.key, visible_line(&trailer.value)))));
    body.push(Line::default());
    let message = model.message.clone().unwrap_or_else(|| {
        let changes = structure_difference(&plan.comparison);
        let manifest = &plan.comparison.head.version.policy.manifest;
        let severities: Vec<&str> = manifest.severities.iter().map(|level| &**level).collect();
        match plan.comparison.base {
            Some(_) => subject(&changes, &plan.files, &severities),
            None => first(&manifest.name),
        }
    });
    let prompt = Prompt::lines(title, &message).body(body);
    let check = |_: &Model, text: &str| {
        text.trim().is_empty().then(|| "Write a sentence that says what changed and why.".to_owned())
    };
    let popup = Popup::prompt_checked(prompt, check, move |model, message| carry_out(model, plan, message, allow));
    model.open(popup.when_left(move |model, written| keep(model, &message, written)));
}

/// Keeps a message that was not committed for the next time; one that nobody changed is proposed anew.
fn keep(model: &mut Model, offered: &str, written: String) {
    if written == offered {
        return;
    }
    model.message = Some(written).filter(|written| !written.trim().is_empty());
    if model.message.is_some() {
        model.say(Severity::Hint, "Nothing was committed. Your message is kept for the next try.");
    }
}

fn file_line(file: &FileStatus) -> Line<'static> {
    let word = match file.change {
        Change::Added | Change::Untracked => "new     ",
        Change::Modified => "changed ",
        Change::Deleted => "removed ",
        Change::Conflicted => "conflict",
    };
    Line::from(format!("  {word} {}", visible_line(&file.path)))
}

fn flips(plan: &CommitPlan) -> String {
    let replay = &plan.comparison.replay;
    let cases = count(plan.comparison.sets.cases() as u64, "case", "cases");
    if plan.comparison.base.is_none() {
        return format!("{cases}, and no earlier version to compare with");
    }
    let counts = FlipKind::ALL.map(|kind| format!("{} {} {}", kind.sign(), replay.count(kind), kind.word()));
    format!("{}   of {cases}", counts.join("   "))
}

fn gate_line(gate: &GateResult) -> Line<'static> {
    let (measured, over) = gate_words(gate);
    Line::from(format!("✗ gate {} fails: {measured}, {over}", gate_name(gate)))
}
