//! Ways out of problems, and edits that right a case: found and proven beside the screen, shown with what each changes and
//! how the text would read, made by one key.

use super::beside::Watched;
use super::command::{Command, Context, Reason};
use super::components::diff::DiffRow;
use super::components::message::Severity;
use super::components::offers::{Chosen, Offer, Offers};
use super::hunks::hunk_rows;
use super::model::{Ask, Finish, Model, Target};
use super::popup::Popup;
use super::versions;
use crate::analyze::fix::is_fixable;
use crate::analyze::text;
use crate::decide::GoldSet;
use crate::policy::place::Place;
use crate::policy::problem::Problem;
use crate::policy::visible::visible_line;
use crate::replay::fixes::Fix as Righting;
use crate::replay::proven::Proven;
use crate::replay::standing::Standing;
use crate::report::explain::{fix_price, fix_words};
use crate::report::figure::count;
use crate::report::fixes::{decisions, gold};
use crate::workspace::FileEdits;
use crate::workspace::fixes::{case_fixes_in_text, fixes_of, standing};
use crate::workspace::sets::Sets;
use crate::workspace::version::PolicyVersion;
use std::sync::Arc;

/// So many are offered; beyond these nobody chooses well.
const MOST: usize = 30;
/// So many lines are shown around what an edit changes in the text.
const AROUND: usize = 2;

/// The problems within a place for which there may be a fix.
pub fn fixable<'m>(model: &'m Model, within: &'m Place) -> impl Iterator<Item = &'m Problem> {
    let is_there =
        |problem: &&Problem| problem.place.file == within.file && problem.place.route.starts_with(&within.route);
    model.problems.iter().filter(is_there).filter(|problem| is_fixable(problem.code))
}

/// An edit that can be made, as it is offered.
struct Way {
    offer: Offer,
    /// Where it stands.
    place: Place,
    edits: FileEdits,
}

impl Way {
    fn out_of(problem: &Problem, proven: &Proven, edits: FileEdits, version: &PolicyVersion) -> Way {
        let offer = Offer {
            under: format!("{}: {}", problem.code, visible_line(&problem.message)),
            says: visible_line(&proven.says).into_owned(),
            price: gold(proven),
            changes: vec![format!("{}; {}.", visible_line(&decisions(proven)), gold(proven))],
            preview: preview(&edits, version),
        };
        Way { offer, place: proven.edit.place(&version.policy), edits }
    }

    fn righting(fix: &Righting, edits: FileEdits, sets: &Sets, version: &PolicyVersion) -> Way {
        let broken = fix.effect.witness.as_ref().filter(|_| fix.effect.regressed > 0).and_then(|(_, case)| {
            let set = sets.sets.get(case.set)?;
            Some(format!("; {}/{} would be wrong", set.name(), set.gold.id(case.row)))
        });
        let offer = Offer {
            under: String::new(),
            says: visible_line(&fix.edit.sentence(&version.policy)).into_owned(),
            price: fix_price(fix),
            changes: vec![visible_line(&format!("{}{}", fix_words(fix), broken.unwrap_or_default())).into_owned()],
            preview: preview(&edits, version),
        };
        Way { offer, place: fix.edit.place(&version.policy), edits }
    }
}

/// How the text of the file would differ.
fn preview(edits: &FileEdits, version: &PolicyVersion) -> Vec<DiffRow> {
    let Some(before) = version.documents.get(&edits.file) else { return Vec::new() };
    let Ok((after, _)) = before.edit_all(&edits.edits) else { return Vec::new() };
    let difference = text::lines(before.text(), after.text(), AROUND, None);
    let mut rows = vec![DiffRow::File(visible_line(&edits.file).into_owned())];
    hunk_rows(&difference, &mut rows);
    rows
}

/// Looks for ways out of some problems, and offers them.
pub fn offer(model: &mut Model, problems: Vec<Problem>) {
    let Some(first) = problems.first().cloned() else { return };
    let version = model.workspace.version().clone();
    let sets = model.sets.clone().unwrap_or_default();
    model.work(KIND, "fixes", move |job| {
        let of_them: Vec<&Problem> = problems.iter().collect();
        let found = fixes_of(&version, &sets, &of_them, &Watched::new(job)).map(|found| {
            let of = |(problem, fixes): (&Problem, Vec<crate::workspace::fixes::Fix>)| {
                let way = |fix: crate::workspace::fixes::Fix| Way::out_of(problem, &fix.proven, fix.edits, &version);
                fixes.into_iter().map(way).collect::<Vec<_>>()
            };
            problems.iter().zip(found).flat_map(of).take(MOST).collect::<Vec<_>>()
        });
        Box::new(move |model: &mut Model| match found {
            Ok(ways) if ways.is_empty() => {
                model.say(Severity::Hint, format!("{}. {}", first.message, first.help));
                model.ask(Ask::GoTo(Target::Place(first.place)));
            }
            Ok(ways) => show(model, "Ways out".to_owned(), version, ways),
            Err(_) => {}
        }) as Finish
    });
}

/// Whether there is a case whose label the policy as it stands does not meet, or why nothing is to be righted.
pub fn can_right(model: &Model, selected: Option<&Target>) -> Result<(), Reason> {
    let Some(Target::Case { set, case }) = selected else { return Err("no case is selected".into()) };
    let Some(sets) = &model.sets else { return Err("the cases are still being loaded".into()) };
    let Some((gold, row)) = find(sets, set, case) else { return Err("the case is not in the working tree".into()) };
    match standing(model.workspace.policy(), gold, row) {
        Standing::Unlabeled => Err("the case has no gold label to be right by".into()),
        Standing::Agrees => Err("the policy as it stands agrees with the gold label".into()),
        _ => Ok(()),
    }
}

/// Tries every single edit of the policy that would right a case, and offers those that do.
pub fn right(model: &mut Model, selected: Option<Target>) {
    let (Some(Target::Case { set, case }), Some(sets)) = (selected, model.sets.clone()) else { return };
    let version = model.workspace.version().clone();
    model.work(KIND, "trying edits", move |job| {
        let watch = Watched::new(job);
        let found = find(&sets, &set, &case).map(|(gold, row)| {
            let (fixes, more) = case_fixes_in_text(&version, &sets, gold, row, MOST, &watch)?;
            let ways = fixes.into_iter().map(|found| Way::righting(&found.fix, found.edits, &sets, &version));
            Ok::<_, crate::decide::Cancelled>((ways.collect::<Vec<_>>(), more))
        });
        Box::new(move |model: &mut Model| {
            let Some(Ok((ways, more))) = found else { return };
            let name = visible_line(&format!("{set}/{case}")).into_owned();
            if ways.is_empty() {
                return model.say(Severity::Hint, format!("No single edit of the policy rights {name}."));
            }
            let edits = count(ways.len() as u64, "single edit", "single edits");
            let more = if more > 0 { format!(" and {more} lesser ones") } else { String::new() };
            show(model, format!("What would right {name}: {edits}{more}"), version, ways);
        }) as Finish
    });
}

/// What the job is called, of which only the latest counts.
pub const KIND: super::jobs::Kind = "fixes";

fn find<'s>(sets: &'s Sets, set: &str, case: &str) -> Option<(&'s GoldSet, usize)> {
    let gold = &sets.sets.iter().find(|loaded| **loaded.name() == *set)?.gold;
    Some((gold, gold.find(case)?))
}

/// Offers edits of a version, and makes the one that is chosen.
fn show(model: &mut Model, title: String, version: Arc<PolicyVersion>, ways: Vec<Way>) {
    let offers = Offers::new(title, ways.iter().map(|way| way.offer.clone()).collect());
    model.open(Popup::offer(offers, move |model, chosen| {
        let Some(way) = ways.into_iter().nth(chosen.at()) else { return };
        if let Chosen::Place(_) = chosen {
            return model.ask(Ask::GoTo(Target::Place(way.place)));
        }
        // What was proven was proven of that version.
        if !Arc::ptr_eq(&version, model.workspace.version()) {
            return model.say(Severity::Warning, "The policy changed meanwhile: look for the fixes again.");
        }
        let file = way.edits.file.clone();
        if model.edit(way.offer.says, &[way.edits]) {
            // What it does is seen on the policy as it stands.
            if model.chosen.is_some() {
                versions::show_worktree(model);
            }
            let undo = Command::Undo.key(&[Context::Global]).map(|key| key.to_string()).unwrap_or_default();
            model.say(
                Severity::Hint,
                format!("Edited `{}`, not saved yet. `{undo}` takes it back.", visible_line(&file)),
            );
        }
    }));
}
