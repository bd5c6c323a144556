//! Declaring on the screen that an edit of a clause or category changed its words and not its substance.

use super::beside::{Watched, finish};
use super::command::Reason;
use super::components::dialog::{Confirm, Prompt};
use super::components::input::Input;
use super::components::message::Severity;
use super::model::{Ask, Model, Target};
use super::popup::Popup;
use super::text;
use crate::policy::text_hash::text_hash;
use crate::precedent::Records;
use crate::report::figure::count;
use crate::workspace::editorial::PlannedEditorial;
use ratatui::text::Line;

/// Whether what is selected is a text that asks something else than at the base, or why it cannot be declared editorial.
pub fn available(model: &Model, selected: Option<&Target>) -> Result<(), Reason> {
    let Some(id) = selected.and_then(|target| target.text_name(model.workspace.policy())) else {
        return Err("no clause or category is selected".into());
    };
    let Some(side) = model.base.side() else { return Err("there is no version to compare with".into()) };
    let now = text_hash(model.workspace.policy(), &id);
    match (text_hash(&side.version.policy, &id), now) {
        (None, _) => Err("the text is new, so nothing rests on an earlier wording".into()),
        (_, None) => Err("the text is gone".into()),
        (before, now) if before == now => Err("the text asks the same as in the version it is compared with".into()),
        _ if !model.workspace.unsaved_files().is_empty() => Err("save the edit first".into()),
        _ => Ok(()),
    }
}

/// Asks for the reason, after saying what the declaration carries over.
pub fn ask(model: &mut Model, selected: Option<Target>) {
    let Some(id) = selected.and_then(|target| target.text_name(model.workspace.policy())) else { return };
    let base = model.base.revision().map(|revision| revision.name().to_owned());
    let repo = model.workspace.repo().clone();
    model.work("editorial", "counting what rests on the text", move |job| {
        let planned = repo.plan_editorial(&id, base.as_deref(), &Watched::new(job));
        finish(planned, |model, planned| {
            if planned.decided_otherwise.is_empty() { ask_why(model, planned) } else { warn(model, planned) }
        })
    });
}

/// Where the clause decides cases otherwise, the edit was hardly one of words.
fn warn(model: &mut Model, planned: PlannedEditorial) {
    const SHOWN: usize = 6;
    let cases = planned.decided_otherwise.len();
    let mut body = vec![
        Line::from(format!("`{}` decides {} otherwise now:", text::shown(&planned.text), gold_cases(cases))),
        Line::default(),
    ];
    let shown = planned.decided_otherwise.iter().take(SHOWN);
    body.extend(shown.map(|(set, case)| Line::from(text::shown(&format!("  {set}/{case}")).into_owned())));
    if cases > SHOWN {
        body.push(Line::from(format!("  and {} more", cases - SHOWN)));
    }
    let confirm = Confirm::new("That is hardly a matter of words", body)
        .option('b', "leave it: what rests on the text waits for another look")
        .option('a', "declare it editorial anyway");
    model.open(Popup::confirm(confirm, move |model, answer| {
        if answer == 'a' {
            ask_why(model, planned);
        }
    }));
}

fn ask_why(model: &mut Model, planned: PlannedEditorial) {
    let Records { labels, rulings } = planned.carried;
    let carried =
        format!("{} and {}", count(labels as u64, "label", "labels"), count(rulings as u64, "ruling", "rulings"));
    let about = format!(
        "{carried} that rest on its wording at {} stand as before. The declaration is written down with your name.",
        text::shown(planned.base.name())
    );
    let input = Input::default().placeholder("why it asks the same as before");
    let title = format!("Only the words of {} changed", text::shown(&planned.text));
    let prompt = Prompt::line(title, input).about(about);
    let says_why = |_: &Model, why: &str| why.trim().is_empty().then(|| "A reason is needed.".to_owned());
    model.open(Popup::prompt_checked(prompt, says_why, move |model, why| declare(model, planned, why)));
}

fn declare(model: &mut Model, planned: PlannedEditorial, why: String) {
    let (repo, environment) = (model.workspace.repo().clone(), model.workspace.environment().clone());
    model.work("editorial", "writing the declaration", move |_| {
        let declared = repo.labeler(None);
        let declared = declared.and_then(|by| repo.declare_editorial(&planned, &by, why.trim(), &environment));
        finish(declared, |model, declared| {
            model.say(Severity::Hint, format!("Declared editorial, in {}.", declared.file));
            model.ask(Ask::Outside);
        })
    });
}

fn gold_cases(n: usize) -> String {
    count(n as u64, "gold case", "gold cases")
}
