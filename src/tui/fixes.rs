//! Ways out of problems, and edits that right a case: found and proven beside the screen, shown with what each changes and
//! how the text would read, made by one key.

use super::beside::Watched;
use super::command::{Command, Context, Reason};
use super::components::diff::DiffRow;
use super::components::message::Severity;
use super::components::offers::{Chosen, Offer, Offers};
use super::file::case_at;
use super::hunks::hunk_rows;
use super::model::{Ask, Finish, Model, Target};
use super::popup::Popup;
use super::versions;
use crate::analyze::edit::{Act, PolicyEdit};
use crate::analyze::fix::is_fixable;
use crate::analyze::text;
use crate::decide::GoldSet;
use crate::policy::Policy;
use crate::policy::clause::ClauseIx;
use crate::policy::codes;
use crate::policy::place::{Place, Route};
use crate::policy::problem::Problem;
use crate::policy::visible::visible_line;
use crate::replay::fixes::Fix as Righting;
use crate::replay::proven::Proven;
use crate::replay::standing::Standing;
use crate::report::explain::{alike_words, fix_price, fix_words};
use crate::report::figure::count;
use crate::report::fixes::{decisions, gold, gold_counts};
use crate::workspace::FileEdits;
use crate::workspace::fixes::{case_fixes_in_text, fixes_of, standing};
use crate::workspace::sets::Sets;
use crate::workspace::version::{MANIFEST, PolicyVersion};
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

/// What can be done, as it is offered.
struct Way {
    offer: Offer,
    does: Does,
}

enum Does {
    Edit {
        /// Where the edit stands.
        place: Place,
        edits: FileEdits,
        /// What is shown once it is made; nothing else than before where `None`.
        then: Option<Target>,
    },
    /// No edit, but a place at which a person goes on.
    Lead(Lead),
}

#[derive(Clone)]
enum Lead {
    To(Target),
    /// To rule on a case again.
    Rule(Target),
    /// To write a clause.
    Write,
}

impl Way {
    fn out_of(problem: &Problem, proven: &Proven, edits: FileEdits, version: &PolicyVersion) -> Way {
        let changes = vec![format!("{}; {}.", visible_line(&decisions(proven)), visible_line(&gold(proven)))];
        let offer = Offer {
            under: heading(problem),
            says: visible_line(&proven.says).into_owned(),
            price: gold_counts(proven),
            changes,
            preview: preview(&edits, version),
            leads: None,
        };
        let then = Some(landing(&proven.edit, &version.policy));
        Way { offer, does: Does::Edit { place: proven.edit.place(&version.policy), edits, then } }
    }

    fn leading(problem: &Problem, says: impl Into<String>, changes: &str, leads: &'static str, lead: Lead) -> Way {
        let offer = Offer {
            under: heading(problem),
            says: visible_line(&says.into()).into_owned(),
            changes: vec![visible_line(changes).into_owned()],
            leads: Some(leads),
            ..Offer::default()
        };
        Way { offer, does: Does::Lead(lead) }
    }

    fn righting(fix: &Righting, edits: FileEdits, sets: &Sets, version: &PolicyVersion) -> Way {
        let broken = fix.effect.witness.as_ref().filter(|_| fix.effect.regressed > 0).and_then(|(_, case)| {
            let set = sets.sets.get(case.set)?;
            let among = if fix.effect.regressed > 1 { "among them " } else { "" };
            Some(format!("; it breaks {among}{}/{}", set.name(), set.gold.id(case.row)))
        });
        let mut changes = vec![visible_line(&format!("{}{}", fix_words(fix), broken.unwrap_or_default())).into_owned()];
        changes.extend(alike_words(fix, &version.policy).map(|words| visible_line(&words).into_owned()));
        let offer = Offer {
            under: String::new(),
            says: visible_line(&fix.edit.sentence(&version.policy)).into_owned(),
            price: fix_price(fix),
            changes,
            preview: preview(&edits, version),
            leads: None,
        };
        // The case stays in sight: it is what was to be righted.
        Way { offer, does: Does::Edit { place: fix.edit.place(&version.policy), edits, then: None } }
    }
}

fn heading(problem: &Problem) -> String {
    format!("{}: {}", problem.code, visible_line(&problem.message))
}

/// What shows an edit once it is made: the clause, where that is, or the one that stands in its place.
fn landing(edit: &PolicyEdit, before: &Policy) -> Target {
    let id = |ix: ClauseIx| before.clauses.get(ix.0 as usize).map(|clause| clause.id.to_string());
    let of_spec = |ix: &ClauseIx| {
        let spec = |ix: ClauseIx| before.clauses.get(ix.0 as usize).map(|clause| clause.spec);
        spec(*ix) == spec(edit.clause)
    };
    let clause = match &edit.act {
        Act::Insert(clause) => Some(clause.id.to_string()),
        Act::Move(_) => id(edit.clause),
        Act::DropClause => {
            let (next, last) = (edit.clause.0 + 1, edit.clause.0.checked_sub(1));
            [Some(next), last].into_iter().flatten().map(ClauseIx).find(of_spec).and_then(id)
        }
        _ => None,
    };
    clause.map_or_else(|| Target::Place(edit.place(before)), Target::Clause)
}

/// Ways out of a problem that no edit of the policy mends, or none that could be found: where a person goes on, and what is to
/// be done there. Never empty.
fn leads(problem: &Problem, sets: &Sets) -> Vec<Way> {
    let mut ways = Vec::new();
    let cases = problem.also.iter().filter_map(|place| case_at(sets, place));
    let names = cases.filter_map(|target| match &target {
        Target::Case { set, case } => Some((format!("`{set}/{case}`"), target)),
        _ => None,
    });
    if problem.code.id == codes::CONTRADICTING_LABELS.id {
        let about = "No edit of the clauses can satisfy these labels together. If one of them is a mistake, rule on its case \
                     again; if both behaviors would do, let the ruling accept the other one as well.";
        for (name, target) in names {
            let says = format!("rule again on {name}");
            ways.push(Way::leading(problem, says, about, "go to Adjudicate", Lead::Rule(target)));
        }
        let facets = Place { route: Route::root().then("facets"), ..Place::file(MANIFEST) };
        let about = "If all labels are right, name what tells the cases apart: add a facet here, say it of each of the cases, \
                     and ask for it in a clause.";
        let says = "add a facet that tells them apart";
        ways.push(Way::leading(problem, says, about, "go to the manifest", Lead::To(Target::Place(facets))));
    } else if problem.code.id == codes::UNTOLD_VALUES.id {
        let about = "If they should be decided differently, a clause is missing: only its author knows which.";
        ways.push(Way::leading(problem, "write a clause that tells them apart", about, "write it", Lead::Write));
        let about = "If nobody needs the difference, make one value of them here. Labels that carry a value that is gone are \
                     then read as unknown, so look at the effect. If it is recorded for other reasons, leave it as it is.";
        let there = Lead::To(Target::Place(problem.place.clone()));
        ways.push(Way::leading(problem, "make one of them, or leave them as they are", about, "go there", there));
    } else {
        for (name, target) in names {
            ways.push(Way::leading(problem, format!("read {name}"), &problem.help, "open it", Lead::To(target)));
        }
        let about = format!("No single edit mends it. {}", problem.help);
        let there = Lead::To(Target::Place(problem.place.clone()));
        ways.push(Way::leading(problem, "go there", &about, "go there", there));
    }
    ways
}

/// Where a problem leads: to ways out of it, or to its place.
pub fn out_of(model: &mut Model, problem: Problem) {
    if is_fixable(problem.code)
        || problem.code.id == codes::CONTRADICTING_LABELS.id
        || problem.code.id == codes::UNTOLD_VALUES.id
    {
        return offer(model, vec![problem]);
    }
    let severity = super::raw::severity(problem.level());
    model.say(
        severity,
        format!("{}: {}. {}", problem.code, visible_line(&problem.message), visible_line(&problem.help)),
    );
    model.ask(Ask::GoTo(Target::Place(problem.place)));
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
    let version = model.workspace.version().clone();
    let sets = model.sets.clone().unwrap_or_default();
    model.work(KIND, "fixes", move |job| {
        let of_them: Vec<&Problem> = problems.iter().collect();
        let found = fixes_of(&version, &sets, &of_them, &Watched::new(job)).map(|found| {
            let of = |(problem, fixes): (&Problem, Vec<crate::workspace::fixes::Fix>)| {
                if fixes.is_empty() {
                    return leads(problem, &sets);
                }
                // What mends two problems is offered once, unless it is all that there is.
                let all_again = fixes.iter().all(|fix| fix.again);
                let fixes = fixes.into_iter().filter(|fix| all_again || !fix.again);
                fixes.map(|fix| Way::out_of(problem, &fix.proven, fix.edits, &version)).collect::<Vec<_>>()
            };
            problems.iter().zip(found).flat_map(of).take(MOST).collect::<Vec<_>>()
        });
        Box::new(move |model: &mut Model| {
            if let Ok(ways) = found {
                show(model, "Ways out".to_owned(), version, ways);
            }
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
        let (place, edits, then) = match way.does {
            Does::Edit { place, edits, then } => (place, edits, then),
            Does::Lead(lead) => return lead.follow(model),
        };
        if let Chosen::Place(_) = chosen {
            return model.ask(Ask::GoTo(Target::Place(place)));
        }
        // What was proven was proven of that version.
        if !Arc::ptr_eq(&version, model.workspace.version()) {
            return model.say(Severity::Warning, "The policy changed meanwhile: look for the fixes again.");
        }
        let (file, says) = (edits.file.clone(), way.offer.says);
        if model.edit(says.clone(), &[edits]) {
            // What it does is seen on the policy as it stands.
            if model.chosen.is_some() {
                versions::show_worktree(model);
            }
            if let Some(then) = then {
                model.ask(Ask::GoTo(then));
            }
            let undo = Command::Undo.key(&[Context::Global]).map(|key| key.to_string()).unwrap_or_default();
            let file = visible_line(&file);
            model.say(Severity::Hint, format!("Edited `{file}`, not saved yet: {says}. `{undo}` takes it back."));
        }
    }));
}

impl Lead {
    fn follow(self, model: &mut Model) {
        match self {
            Lead::To(target) => model.ask(Ask::GoTo(target)),
            Lead::Rule(case) => {
                model.ask(Ask::Run(Command::Adjudicate));
                model.ask(Ask::GoTo(case));
            }
            Lead::Write => {
                model.ask(Ask::Run(Command::Spec));
                model.ask(Ask::Run(Command::New));
            }
        }
    }
}
