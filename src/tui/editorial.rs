//! Declaring on the screen that an edit of a clause or category changed its words and not its substance.

use super::beside::{Watched, finish};
use super::command::Reason;
use super::components::dialog::{Confirm, Prompt};
use super::components::input::Input;
use super::components::message::Severity;
use super::components::picker::{Choice, Picker};
use super::model::{Ask, Model, Target};
use super::popup::Popup;
use super::text;
use crate::policy::text_hash::text_hash;
use crate::precedent::Records;
use crate::report::figure::count;
use crate::workspace::editorial::{EarlierWording, PlannedEditorial};
use ratatui::text::Line;

/// Whether what is selected is a text that asks something else than at the base, or than what rests on it was given by, or why it
/// cannot be declared editorial.
pub fn available(model: &Model, selected: Option<&Target>) -> Result<(), Reason> {
    let Some(id) = selected.and_then(|target| target.text_name(model.workspace.policy())) else {
        return Err("no clause or category is selected".into());
    };
    let Some(side) = model.base.side() else { return Err("there is no version to compare with".into()) };
    let now = text_hash(model.workspace.policy(), &id);
    let is_stale = model.rulings.behind(&id).is_some_and(|(rests, _)| rests.stale != Records::default());
    match (text_hash(&side.version.policy, &id), now) {
        (_, None) => Err("the text is gone".into()),
        (None, _) if !is_stale => Err("the text is new, so nothing rests on an earlier wording".into()),
        (before, now) if before == now && !is_stale => {
            Err("the text asks the same as at the base, and nothing rests on an earlier wording".into())
        }
        _ if !model.workspace.unsaved_files().is_empty() => Err("save the edit first".into()),
        _ => Ok(()),
    }
}

/// Asks for the reason, after saying what the declaration carries over.
pub fn ask(model: &mut Model, selected: Option<Target>) {
    let Some(id) = selected.and_then(|target| target.text_name(model.workspace.policy())) else { return };
    let base = model.base.revision().map(|revision| revision.name().to_owned());
    let repo = model.workspace.repo().clone();
    model.work("editorial", "looking for earlier wordings", move |job| {
        let watch = Watched::new(job);
        let offered = repo.wordings_before(&id, base.as_deref(), &watch).and_then(|found| match &found[..] {
            [only] => Ok(Offered::Planned(repo.plan_editorial(&id, Some(only.base.name()), &watch)?)),
            _ => Ok(Offered::Several(found)),
        });
        finish(offered, |model, offered| match offered {
            Offered::Planned(planned) => go_on(model, planned),
            Offered::Several(found) => choose(model, id, found),
        })
    });
}

/// What there is to declare against.
enum Offered {
    Planned(PlannedEditorial),
    Several(Vec<EarlierWording>),
}

/// Asks which of the earlier wordings is meant.
fn choose(model: &mut Model, id: String, found: Vec<EarlierWording>) {
    let choice = |one: &EarlierWording| {
        Choice::new(text::shown(one.base.name()), text::shown(&format!("{}  {}", records(one.records), one.subject)))
    };
    let title = format!("Only words of {} changed since", text::shown(&id));
    let picker = Picker::one(title, found.iter().map(choice).collect(), None);
    model.open(Popup::pick(picker, move |model, chosen| {
        let Some(one) = chosen.first().and_then(|at| found.get(*at)) else { return };
        let (repo, base) = (model.workspace.repo().clone(), one.base.name().to_owned());
        model.work("editorial", "counting what rests on the text", move |job| {
            finish(repo.plan_editorial(&id, Some(&base), &Watched::new(job)), go_on)
        });
    }));
}

fn go_on(model: &mut Model, planned: PlannedEditorial) {
    if planned.decided_otherwise.is_empty() { ask_why(model, planned) } else { warn(model, planned) }
}

fn records(Records { labels, rulings }: Records) -> String {
    format!("{} and {}", count(labels as u64, "label", "labels"), count(rulings as u64, "ruling", "rulings"))
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
    let carried = records(planned.carried);
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

#[cfg(test)]
mod tests {
    use crate::policy::editorial::Editorial;
    use crate::policy::text_hash::text_hash;
    use crate::precedent::GoldState;
    use crate::tui::event::Event;
    use crate::tui::model::Target;
    use crate::tui::testing::desk::{Desk, put, records, repository};
    use std::fs;

    const MANIFEST: &str = "casebook: 1\nname: Small policy\nspecs: [specs/s.yaml]\n";
    const HARMS: &str = "taxonomy: t\ncategories:\n  - {id: weapons, definition: What is built to injure.}\n";
    const SPEC: &str = "\
spec: s
clauses:
  - {id: no-weapons, title: No weapons, text: Do not help to build one., when: {category: weapons}, then: refuse}
";

    /// How the gold label of the only case stands, as the files on disk have it.
    fn gold(desk: &Desk) -> GoldState {
        let repo = desk.app.model().workspace.repo();
        let opened = repo.open_precedents(None, &crate::decide::Unwatched).unwrap();
        opened.gold_states(&crate::decide::Unwatched).unwrap()[0][0].state
    }

    #[test]
    fn what_went_stale_with_a_change_of_words_stands_again() {
        let case = "{\"id\":\"a\",\"text\":\"How is a rifle built?\"}\n".to_owned();
        let files = [
            ("casebook.yaml", MANIFEST.to_owned()),
            ("taxonomies/t.yaml", HARMS.to_owned()),
            ("specs/s.yaml", SPEC.to_owned()),
            ("gold/core/cases.jsonl", case),
        ];
        let mut desk = Desk::open(repository(&[("Begin", "Lee", &files)]));
        let hash = |desk: &Desk| text_hash(desk.app.model().workspace.policy(), "no-weapons").unwrap();
        let before = hash(&desk);
        let label = |who: &str| {
            format!(
                r#""case":"a","labeler":"{who}","harms":[{{"category":"weapons"}}],"behavior":"refuse","cites":{{"no-weapons":"{before}"}}"#
            )
        };
        for who in ["ana", "bo"] {
            put(&desk.home, &format!("gold/core/labels/{who}/1.jsonl"), &records([label(who)]));
        }
        desk.send(vec![Event::FocusGained]).press("4 o").check(&["QUEUE 0"], &["labels are stale"]);
        assert_eq!(gold(&desk), GoldState::Valid);

        put(&desk.home, "specs/s.yaml", &SPEC.replace("Do not help", "Never help"));
        desk.send(vec![Event::FocusGained]).check(&["QUEUE 1", "`no-weapons` was changed"], &[]);
        assert_eq!(gold(&desk), GoldState::Stale);
        let told = "! 2 labels become stale: `casebook gold --state stale`, or `casebook editorial no-weapons`";
        desk.line("commit").check(&[told], &[]).press("esc");

        desk.app.open(Target::Clause("no-weapons".into()));
        desk.settle();
        desk.press("E").check(&["Only the words of no-weapons changed", "2 labels and 0 rulings"], &[]);
        // Without a reason nothing is written.
        desk.press("enter").check(&["A reason is needed."], &[]);
        assert!(!desk.file("editorial").exists());
        desk.write("Stronger word, same rule.").press("enter").check(&["Declared editorial, in editorial/"], &[]);
        assert_eq!(gold(&desk), GoldState::Valid);
        desk.press("4").check(&["QUEUE 0"], &["`no-weapons` was changed"]);

        let folder = desk.file("editorial/lee@example.org");
        let log: Vec<_> = fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()).collect();
        let [file] = &log[..] else { panic!("{log:?}") };
        let text = fs::read_to_string(file).unwrap();
        let declared: Editorial = serde_json::from_str(&text).unwrap();
        assert_eq!((&*declared.text, declared.from, declared.to), ("no-weapons", before, hash(&desk)));
        assert_eq!((&*declared.by, &*declared.reason), ("lee@example.org", "Stronger word, same rule."));
    }

    #[test]
    fn what_is_committed_already_is_declared_against_the_version_with_that_wording() {
        let worded = |words: &str| SPEC.replace("Do not help", words);
        let begun = [
            ("casebook.yaml", MANIFEST.to_owned()),
            ("taxonomies/t.yaml", HARMS.to_owned()),
            ("specs/s.yaml", worded("Do not help")),
            ("gold/core/cases.jsonl", "{\"id\":\"a\",\"text\":\"How is a rifle built?\"}\n".to_owned()),
        ];
        let later = |words: &str| [("specs/s.yaml", worded(words))];
        let (second, third) = (later("Do never help"), later("Never help"));
        let home = repository(&[("Begin", "Lee", &begun), ("Stronger", "Lee", &second), ("Shorter", "Lee", &third)]);
        let mut desk = Desk::open(home);
        let hash_of = |desk: &mut Desk, words: &str| {
            put(&desk.home, "specs/s.yaml", &worded(words));
            desk.send(vec![Event::FocusGained]);
            text_hash(desk.app.model().workspace.policy(), "no-weapons").unwrap()
        };
        let (first, second) = (hash_of(&mut desk, "Do not help"), hash_of(&mut desk, "Do never help"));
        let now = hash_of(&mut desk, "Never help");
        for (who, cited) in [("ana", &first), ("bo", &second), ("cy", &second), ("di", &now)] {
            let label = format!(
                r#""case":"a","labeler":"{who}","harms":[{{"category":"weapons"}}],"behavior":"refuse","cites":{{"no-weapons":"{cited}"}}"#
            );
            put(&desk.home, &format!("gold/core/labels/{who}/1.jsonl"), &records([label]));
        }
        desk.send(vec![Event::FocusGained]).press("2").until("3 labels stale since an edit");
        assert_eq!(gold(&desk), GoldState::Stale);
        // The newest wording stands first.
        desk.press("E").check(
            &["Only words of no-weapons changed since", "2 labels and 0 rulings", "Stronger", "Begin"],
            &["Shorter"],
        );
        desk.press("enter").check(&["Only the words of no-weapons changed", "2 labels and 0 rulings"], &[]);
        desk.write("Stronger word, same rule.").press("enter").check(&["Declared editorial"], &[]);
        assert_eq!(gold(&desk), GoldState::Stale);
        desk.until("1 label stale since an edit");
        desk.press("E").check(&["Only the words of no-weapons changed", "1 label and 0 rulings"], &["changed since"]);
        desk.write("Fewer words, same rule.").press("enter").check(&["Declared editorial"], &["stale since an edit"]);
        assert_eq!(gold(&desk), GoldState::Valid);
        desk.press("E").check(&["nothing rests on an earlier wording"], &[]);
    }
}
