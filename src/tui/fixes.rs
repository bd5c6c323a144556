//! Ways out of problems: found and proven beside the screen, shown with what each changes, made by one key.

use super::beside::Watched;
use super::components::dialog::Confirm;
use super::components::message::Severity;
use super::model::{Ask, Finish, Model, Target};
use super::popup::Popup;
use crate::analyze::fix::is_fixable;
use crate::policy::place::Place;
use crate::policy::problem::Problem;
use crate::policy::visible::visible_line;
use crate::report::fixes::{decisions, gold};
use crate::workspace::fixes::{Fix, fixes_of};
use crate::workspace::version::PolicyVersion;
use ratatui::text::Line;
use std::collections::VecDeque;
use std::sync::Arc;

/// So many fit into a small window with what they change.
const AT_ONCE: usize = 3;

/// The problems within a place for which there may be a fix.
pub fn fixable<'m>(model: &'m Model, within: &'m Place) -> impl Iterator<Item = &'m Problem> {
    let is_there =
        |problem: &&Problem| problem.place.file == within.file && problem.place.route.starts_with(&within.route);
    model.problems.iter().filter(is_there).filter(|problem| is_fixable(problem.code))
}

/// Looks for ways out of some problems, and offers them.
pub fn offer(model: &mut Model, problems: Vec<Problem>) {
    let Some(first) = problems.first().cloned() else { return };
    let version = model.workspace.version().clone();
    let sets = model.sets.clone().unwrap_or_default();
    model.work("fixes", "fixes", move |job| {
        let of_them: Vec<&Problem> = problems.iter().collect();
        let found = fixes_of(&version, &sets, &of_them, &Watched::new(job));
        Box::new(move |model: &mut Model| {
            let Ok(found) = found else { return };
            let fixes = problems.into_iter().zip(found);
            let fixes = fixes.flat_map(|(problem, fixes)| fixes.into_iter().map(move |fix| (problem.clone(), fix)));
            show(model, &version, &first, fixes.collect());
        }) as Finish
    });
}

/// Shows the first ways out; where there are none, goes to the problem.
fn show(model: &mut Model, version: &Arc<PolicyVersion>, first: &Problem, mut fixes: VecDeque<(Problem, Fix)>) {
    if fixes.is_empty() {
        model.say(Severity::Hint, format!("{}. {}", first.message, first.help));
        return model.ask(Ask::GoTo(Target::Place(first.place.clone())));
    }
    let shown: Vec<(Problem, Fix)> = fixes.drain(..fixes.len().min(AT_ONCE)).collect();
    let mut body = Vec::new();
    let mut told: Option<&Problem> = None;
    for (number, (problem, fix)) in (1..).zip(&shown) {
        if told != Some(problem) {
            body.push(Line::from(format!("{}: {}.", problem.code, visible_line(&problem.message))));
            told = Some(problem);
        }
        body.push(Line::default());
        let (decisions, gold) = (decisions(&fix.proven), gold(&fix.proven));
        body.push(Line::from(format!(
            "{number}  {}: {}; {gold}.",
            visible_line(&fix.proven.says),
            visible_line(&decisions)
        )));
    }
    let mut confirm = Confirm::new("Ways out", body).option('g', "go there, change nothing");
    for (number, (_, fix)) in ('1'..).zip(&shown) {
        confirm = confirm.option(number, visible_line(&fix.proven.says));
    }
    if !fixes.is_empty() {
        confirm = confirm.option('m', "more ways out");
    }
    let (version, first) = (version.clone(), first.clone());
    model.open(Popup::confirm(confirm, move |model, answer| match answer {
        'g' => model.ask(Ask::GoTo(Target::Place(first.place))),
        'm' => show(model, &version, &first, fixes),
        number => {
            let at = number.to_digit(10).and_then(|number| (number as usize).checked_sub(1));
            let Some((_, fix)) = at.and_then(|at| shown.into_iter().nth(at)) else { return };
            // What was proven was proven of that version.
            if !Arc::ptr_eq(&version, model.workspace.version()) {
                return model.say(Severity::Warning, "The policy changed meanwhile: look for the ways out again.");
            }
            model.edit(fix.proven.says, &[fix.edits]);
        }
    }));
}
