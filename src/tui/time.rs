//! The policy over time, from whatever is selected: since when a case is decided as it is, which commits changed what a clause
//! decides, or what is decided in a cell of the grid. Read beside the screen; each commit opens on Review.

use super::beside::{Watched, finish};
use super::command::Reason;
use super::components::message::Severity;
use super::components::offers::{Offer, Offers};
use super::jobs::Kind;
use super::model::{Ask, Model, Target};
use super::popup::Popup;
use super::text::shown;
use crate::analyze::space::{CellName, points_words};
use crate::decide::Watch;
use crate::policy::case::Reading;
use crate::report::figure::count;
use crate::report::history::day;
use crate::report::time::change_words;
use crate::vcs::{Commit, ObjectId};
use crate::workspace::WorkspaceError;
use crate::workspace::timeline::{BlamedChange, CaseStep, CellChange, Ruled, Timeline, Turned};

/// What the job is called, of which only the latest counts.
pub const KIND: Kind = "time";

/// Whether what is selected has a past to be read, or why not.
pub fn available(model: &Model, selected: Option<&Target>) -> Result<(), Reason> {
    if model.workspace.repo().git().is_none() {
        return Err("there is no git repository to read the past from".into());
    }
    match selected {
        _ if model.log.is_empty() => Err("nothing is committed yet".into()),
        Some(Target::Clause(_) | Target::Cell(_)) => Ok(()),
        Some(Target::Case { .. }) if model.sets.is_none() => Err("the cases are still being loaded".into()),
        Some(Target::Case { set, case }) => match has_reading(model, set, case) {
            true => Ok(()),
            false => Err("the case has no reading in the working tree to be decided by".into()),
        },
        _ => Err("no case, clause or cell is selected".into()),
    }
}

fn has_reading(model: &Model, set: &str, case: &str) -> bool {
    let loaded = model.sets.iter().flat_map(|sets| &sets.sets).find(|loaded| **loaded.name() == *set);
    let row = loaded.and_then(|loaded| Some((loaded, loaded.gold.find(case)?)));
    row.is_some_and(|(loaded, row)| loaded.gold.standing(row).is_labeled())
}

/// Reads the past of what is selected, and shows it.
pub fn ask(model: &mut Model, selected: Option<Target>) {
    match selected {
        Some(Target::Clause(id)) => clause(model, id),
        Some(Target::Cell(name)) => cell(model, name),
        Some(Target::Case { set, case }) => one_case(model, set, case),
        _ => {}
    }
}

/// Goes through the history beside the screen, and shows what was found.
fn through<T: Send + 'static>(
    model: &mut Model,
    read: impl FnOnce(&mut Timeline<'_>, &dyn Watch) -> Result<T, WorkspaceError> + Send + 'static,
    show: impl FnOnce(&mut Model, T) + Send + 'static,
) {
    let repo = model.workspace.repo().clone();
    model.work(KIND, "reading the past", move |job| {
        let watch = Watched::new(job);
        let found = repo.timeline(None, None, &watch).and_then(|mut timeline| read(&mut timeline, &watch));
        let warnings = watch.take_warnings();
        finish(found, move |model, found| {
            show(model, found);
            warnings.into_iter().for_each(|words| model.say(Severity::Warning, format!("Mind that {words}.")));
        })
    });
}

fn one_case(model: &mut Model, set: String, case: String) {
    let sets = model.sets.clone().unwrap_or_default();
    let gold = sets.sets.iter().find(|loaded| **loaded.name() == *set).map(|loaded| loaded.gold.clone());
    let reading = gold.and_then(|gold| gold.gold(gold.find(&case)?).reading);
    let reading: Reading = reading.unwrap_or_default();
    let open = model.workspace.policy().clone();
    let read = move |timeline: &mut Timeline<'_>, watch: &dyn Watch| timeline.case(&reading, &open, watch);
    through(model, read, move |model, found| {
        let title = shown(&format!("{set}/{case} over time: {}", ruled(&found.now))).into_owned();
        let steps = found.turns.iter().map(|step| (of_case(step), step.turn.commit.as_ref()));
        let steps = steps.collect();
        show(model, title, steps, Reads::Outcomes, Some((set, case)));
    });
}

fn of_case(step: &CaseStep) -> Offer {
    let CaseStep { turn, edits, gave_it } = step;
    let from = turn.before.as_ref().map_or("the beginning".to_owned(), |before| before.behavior.to_string());
    let mut about = vec![match &turn.before {
        Some(before) => format!("{} → {}", ruled(before), ruled(&turn.after)),
        None => format!("{}, since the history begins", ruled(&turn.after)),
    }];
    about.extend(edits.iter().cloned());
    let under = match (gave_it, &turn.commit) {
        (_, None) => "not committed",
        (true, _) => "gave it the verdict that it has",
        (false, _) => "other changes of its verdict",
    };
    offer(turn.commit.as_ref(), under, format!("{from} → {}", turn.after.behavior), about)
}

fn clause(model: &mut Model, id: String) {
    let wanted = id.clone();
    let read = move |timeline: &mut Timeline<'_>, watch: &dyn Watch| timeline.blame(&wanted, watch);
    through(model, read, move |model, found| {
        if found.changes.is_empty() {
            let looked = count(found.commits as u64, "commit", "commits");
            let words = format!("No commit of {looked} changed what `{id}` decides.");
            return model.say(Severity::Hint, shown(&words).into_owned());
        }
        let title = shown(&format!("Which commits changed what {id} decides")).into_owned();
        let steps = found.changes.iter().map(|change| (of_clause(change), Some(&change.commit)));
        show(model, title, steps.collect(), Reads::Decisions, None);
    });
}

fn of_clause(blamed: &BlamedChange) -> Offer {
    let change = &blamed.change;
    let words = change_words(&change.gained, &change.lost, &change.turned);
    let mut about = vec![words.clone()];
    about.extend(change.own.iter().cloned());
    about.extend(change.elsewhere.iter().map(|edit| format!("elsewhere: {edit}")));
    about.extend(change.regions.iter().cloned());
    offer(Some(&blamed.commit), "", words, about)
}

fn cell(model: &mut Model, name: CellName) {
    let wanted = name.clone();
    let read = move |timeline: &mut Timeline<'_>, watch: &dyn Watch| timeline.cell(&wanted, watch);
    through(model, read, move |model, found| {
        if found.changes.is_empty() {
            let looked = count(found.commits as u64, "commit", "commits");
            let words = format!("No commit of {looked} changed what is decided there: {name}.");
            return model.say(Severity::Hint, shown(&words).into_owned());
        }
        let title = shown(&format!("Which commits changed {name}")).into_owned();
        let steps = found.changes.iter().map(|change| (of_cell(change), Some(&change.commit)));
        show(model, title, steps.collect(), Reads::Decisions, None);
    });
}

fn of_cell(change: &CellChange) -> Offer {
    let from_to = |(from, to, _): &Turned| format!("{from} → {to}");
    let more = change.turns.len().saturating_sub(1);
    let first = change.turns.first().map(from_to).unwrap_or_default();
    let price = if more == 0 { first } else { format!("{first} and {more} more") };
    let mut about: Vec<String> = change.turns.iter().map(turn_words).collect();
    about.extend(change.edits.iter().cloned());
    offer(Some(&change.commit), "", price, about)
}

/// `label → remove at 432 points of the cell`
fn turn_words((from, to, points): &Turned) -> String {
    format!("{from} → {to} at {} of the cell", points_words(points))
}

/// `refuse by bio-uplift`
fn ruled(ruled: &Ruled) -> String {
    let by = ruled.clause.as_ref().map_or("by default".to_owned(), |clause| format!("by {clause}"));
    let open = if ruled.undetermined { ", undetermined" } else { "" };
    format!("{} {by}{open}", ruled.behavior)
}

fn offer(commit: Option<&Commit>, under: &str, price: String, about: Vec<String>) -> Offer {
    let (says, who) = match commit {
        Some(commit) => {
            let id: String = commit.id.short().chars().take(7).collect();
            let says = format!("{id}  {}  {}", day(commit.when), commit.subject);
            (says, Some(format!("by {}", commit.author.name)))
        }
        None => ("edits that are not committed".to_owned(), None),
    };
    let own = |words: &str| shown(words).into_owned();
    let changes = who.iter().chain(&about).map(|words| own(words)).collect();
    Offer { under: under.to_owned(), says: own(&says), price: own(&price), changes, ..Offer::default() }
}

/// What of a commit is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Reads {
    Decisions,
    Outcomes,
}

/// Lists the steps; the one that is chosen opens on Review, against what it follows on, with the case selected if there is one.
fn show(
    model: &mut Model,
    title: String,
    steps: Vec<(Offer, Option<&Commit>)>,
    reads: Reads,
    case: Option<(String, String)>,
) {
    let commits: Vec<Option<ObjectId>> =
        steps.iter().map(|(_, commit)| commit.map(|commit| commit.id.clone())).collect();
    let offers = Offers::to_open(title, steps.into_iter().map(|(offer, _)| offer).collect());
    model.open(Popup::offer(offers, move |model, chosen| {
        let Some(commit) = commits.into_iter().nth(chosen.at()) else { return };
        model.ask(Ask::GoTo(Target::Version { commit: commit.map(|id| id.as_str().to_owned()), reads, case }));
    }));
}
