//! What is done with whole clauses: new ones, copies, other places, other ids.

use super::clauses::{ClauseKey, id_of, list};
use super::edit::edit;
use crate::document::{Document, Edit, KeyPosition, Node, Value};
use crate::policy::place::{Place, Route, Step};
use crate::tui::components::dialog::{Confirm, Prompt};
use crate::tui::components::input::Input;
use crate::tui::components::message::Severity;
use crate::tui::condition::build;
use crate::tui::model::{Ask, Model, Target};
use crate::tui::popup::Popup;
use crate::workspace::FileEdits;
use ratatui::text::Line;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Asks for the id of a new clause and adds it after `after`, or at the end of the first spec file; then for its first
/// test. Until it has one its empty `when` holds for nothing, so that a clause at the top does not catch every case.
pub fn new(model: &mut Model, after: Option<&ClauseKey>) {
    let Some(file) = after.map(|key| key.file.clone()).or_else(|| first_spec(model)) else {
        return model.say(Severity::Warning, "There is no spec file: name one under `specs` in `casebook.yaml`.");
    };
    let after = after.cloned();
    let about = "A short word for it, such as `no-weapons`. Labels and history refer to it, so it stays for life.";
    ask_for_id(model, "New clause", "", about, move |model, id| {
        let Some(document) = model.workspace.document(&file).cloned() else { return };
        let level = after.as_ref().and_then(|key| {
            let (document, route) = key.find(&model.workspace)?;
            document.node(&route.then("level"))?.as_str().map(str::to_owned)
        });
        let manifest = &model.workspace.policy().manifest;
        let mut pairs = vec![("id".to_owned(), Value::from(id.as_str()))];
        pairs.extend(level.map(|level| ("level".to_owned(), Value::from(level))));
        pairs.push(("text".to_owned(), Value::from("")));
        pairs.push(("when".to_owned(), Value::Map(Vec::new())));
        pairs.push(("then".to_owned(), Value::from(&**manifest.behaviors.id(manifest.default))));
        let index = place_after(model, after.as_ref(), &document);
        if insert(model, &file, &document, index, Value::Map(pairs), format!("add {id}")) {
            let key = ClauseKey { file: file.clone(), id: id.as_str().into(), index };
            model.ask(Ask::GoTo(Target::Clause(id)));
            build::add(model, &key, build::Into::Mapping(Route::root().then("when")));
        }
    });
}

/// Where a clause stands now.
pub fn place(model: &Model, key: &ClauseKey) -> Option<Place> {
    let (_, route) = key.find(&model.workspace)?;
    Some(Place { route, ..Place::file(key.file.clone()) })
}

/// Asks for an id and adds a copy of a clause after it.
pub fn duplicate(model: &mut Model, key: &ClauseKey) {
    let key = key.clone();
    let start = if key.id.is_empty() { String::new() } else { format!("{}-2", key.id) };
    let about =
        "The copy stands right after the clause, so with `hit_policy: first` it decides nothing until it differs.";
    ask_for_id(model, &format!("A copy of {}", key.name()), &start, about, move |model, id| {
        let Some((document, route)) = key.find(&model.workspace) else { return };
        let Some(source) = source(&document, &route, false) else { return };
        let index = place_after(model, Some(&key), &document);
        let edits = vec![
            Edit::InsertSource { seq: list(), index, source },
            set_id(&document, &route, &list().then(index), &id),
        ];
        let words = format!("copy {} as {id}", key.name());
        if model.edit(words, &[FileEdits::new(key.file.clone(), edits)]) {
            model.ask(Ask::GoTo(Target::Clause(id)));
        }
    });
}

/// Asks, saying what rests on the clause, and deletes it.
pub fn delete(model: &mut Model, key: &ClauseKey) {
    let Some((document, route)) = key.find(&model.workspace) else { return };
    let mut body = Vec::new();
    let examples = document.node(&route.then("examples")).map_or(0, |node| match node.is_sequence() {
        true => node.items().len(),
        false => usize::from(!node.is_null()),
    });
    if examples > 0 {
        body.push(Line::from(format!("{} it. They stay.", count(examples, "gold case pins", "gold cases pin"))));
    }
    if let Some(decided) = decided(model, &key.id).filter(|n| *n > 0) {
        let cases = count(decided, "gold case is", "gold cases are");
        body.push(Line::from(format!("{cases} decided by it now; the effect shows what becomes of them.")));
    }
    let mentions = mentions(model, &key.id);
    if !mentions.is_empty() {
        let clauses: Vec<String> = mentions.keys().map(|(_, clause)| format!("`{clause}`")).collect();
        body.push(Line::from(format!("The text of {} speaks of it.", clauses.join(", "))));
    }
    body.push(Line::from("Labels that cite it keep its id. Undo brings it back."));
    let confirm = Confirm::new(format!("Delete {}", key.name()), body).option('k', "keep it").option('d', "delete it");
    let key = key.clone();
    model.open(Popup::confirm(confirm, move |model, answer| {
        if answer == 'd' {
            let words = format!("delete {}", key.name());
            edit(model, &key, words, |_, route| vec![Edit::RemoveItem { at: route.clone() }]);
        }
    }));
}

/// Moves a clause one place up or down, with its comments; over the end of its file into the next one, after asking.
pub fn shift(model: &mut Model, key: &ClauseKey, down: bool) {
    let Some((document, route)) = key.find(&model.workspace) else { return };
    let Some(from) = super::clauses::index_of(&route) else { return };
    let len = document.node(&list()).map_or(0, |node| node.items().len());
    let to = if down { from + 1 } else { from.wrapping_sub(1) };
    if to < len {
        let words = format!("move {} {}", key.name(), if down { "down" } else { "up" });
        edit(model, key, words, |_, _| vec![Edit::MoveItem { seq: list(), from, to }]);
        return;
    }
    let specs: Vec<Arc<str>> = model.workspace.policy().specs.iter().map(|spec| spec.file.clone()).collect();
    let here = specs.iter().position(|file| *file == key.file);
    let next = here.and_then(|at| specs.get(if down { at + 1 } else { at.wrapping_sub(1) }));
    let Some(next) = next.cloned() else {
        let end = if down { "last" } else { "first" };
        return model.say(Severity::Hint, format!("`{}` is the {end} clause already.", key.name()));
    };
    let body = vec![
        Line::from(format!("`{}` stands at the end of `{}`.", key.name(), key.file)),
        Line::from(match down {
            true => "A later file has less authority: with it the clause is asked later.",
            false => "An earlier file has more authority: with it the clause is asked sooner.",
        }),
    ];
    let confirm = Confirm::new("Into another spec file", body)
        .option('k', "leave it where it is")
        .option('m', format!("move it to `{next}`"));
    let key = key.clone();
    model.open(Popup::confirm(confirm, move |model, answer| {
        if answer == 'm' {
            move_to(model, &key, &next, down);
        }
    }));
}

/// Asks for another id. The prose of other clauses that speaks of it follows; labels keep the old id.
pub fn rename(model: &mut Model, key: &ClauseKey) {
    let mut about =
        "Clause ids are meant for life: labels that cite this one keep the old id, and history shows a rename."
            .to_owned();
    let mentions = mentions(model, &key.id);
    if !mentions.is_empty() {
        about += &format!(" {} follow.", count(mentions.len(), "mention in other prose", "mentions in other prose"));
    }
    let key = key.clone();
    ask_for_id(model, &format!("Another id for {}", key.name()), &key.id.clone(), &about, move |model, id| {
        let Some((document, route)) = key.find(&model.workspace) else { return };
        let mut edits: BTreeMap<Arc<str>, Vec<Edit>> = BTreeMap::new();
        let set_id = set_id(&document, &route, &route, &id);
        edits.entry(key.file.clone()).or_default().push(set_id);
        for ((file, _), texts) in mentions {
            for (at, text) in texts {
                let text = text.replace(&format!("`{}`", key.id), &format!("`{id}`"));
                edits.entry(file.clone()).or_default().push(Edit::SetText { at, text });
            }
        }
        let edits: Vec<FileEdits> = edits.into_iter().map(|(file, edits)| FileEdits::new(file, edits)).collect();
        if model.edit(format!("rename {} to {id}", key.name()), &edits) {
            model.ask(Ask::GoTo(Target::Clause(id)));
        }
    });
}

/// Why an id cannot be a new clause's.
pub fn problem_of_id(model: &Model, id: &str) -> Option<String> {
    if id.is_empty() {
        return Some("a clause needs an id".to_owned());
    }
    if id.chars().any(|c| c.is_whitespace() || c.is_control()) || crate::policy::visible::visible_line(id) != id {
        return Some("an id has no spaces and nothing that cannot be seen".to_owned());
    }
    let taken = model.workspace.policy().specs.iter().any(|spec| {
        let clauses = model.workspace.document(&spec.file).and_then(|document| document.node(&list()));
        clauses.is_some_and(|clauses| clauses.items().any(|clause| id_of(clause) == id))
    });
    taken.then(|| format!("there is a clause `{id}` already"))
}

fn ask_for_id(
    model: &mut Model,
    title: &str,
    start: &str,
    about: &str,
    then: impl FnOnce(&mut Model, String) + 'static,
) {
    let prompt = Prompt::line(title, Input::new(start)).about(about);
    let check = |model: &Model, text: &str| problem_of_id(model, text.trim());
    model.open(Popup::prompt_checked(prompt, check, move |model, text| then(model, text.trim().to_owned())));
}

fn first_spec(model: &Model) -> Option<Arc<str>> {
    let specs = &model.workspace.policy().specs;
    specs.iter().map(|spec| &spec.file).find(|file| model.workspace.document(file).is_some()).cloned()
}

fn place_after(model: &Model, after: Option<&ClauseKey>, document: &Document) -> usize {
    let len = document.node(&list()).map_or(0, |node| node.items().len());
    let found = after.and_then(|key| super::clauses::index_of(&key.find(&model.workspace)?.1));
    found.map_or(len, |index| (index + 1).min(len))
}

fn insert(model: &mut Model, file: &Arc<str>, document: &Document, index: usize, value: Value, words: String) -> bool {
    let edit = match document.entry(&list()) {
        Some(_) => Edit::InsertItem { seq: list(), index, value },
        None => Edit::InsertKey {
            map: Route::root(),
            key: "clauses".to_owned(),
            value: Value::Seq(vec![value]),
            position: KeyPosition::Last,
        },
    };
    model.edit(words, &[FileEdits::new(file.clone(), vec![edit])])
}

fn move_to(model: &mut Model, key: &ClauseKey, file: &Arc<str>, to_start: bool) {
    let Some((document, route)) = key.find(&model.workspace) else { return };
    let Some(source) = source(&document, &route, true) else { return };
    let there = model.workspace.document(file).and_then(|document| Some(document.node(&list())?.items().len()));
    let Some(len) = there else {
        return model.say(Severity::Warning, format!("`{file}` has no list of clauses to move it into."));
    };
    let insert = Edit::InsertSource { seq: list(), index: if to_start { 0 } else { len }, source };
    let edits = [
        FileEdits::new(file.clone(), vec![insert]),
        FileEdits::new(key.file.clone(), vec![Edit::RemoveItem { at: route }]),
    ];
    if model.edit(format!("move {} to {file}", key.name()), &edits) {
        model.ask(Ask::GoTo(Target::Clause(key.id.to_string())));
    }
}

/// The text of a clause, set in as if it stood alone; with the comments right above it, if `comments`.
fn source(document: &Document, clause: &Route, comments: bool) -> Option<String> {
    let (list, step) = clause.split_last()?;
    let Step::Item(index) = step else { return None };
    let item = document.node(&list)?.as_sequence()?.items.get(*index)?;
    let text = document.text();
    let span = item.value.span().range();
    let line = text.get(..span.start)?.rfind('\n').map_or(0, |at| at + 1);
    let column = span.start - line;
    let mut out = String::new();
    if comments {
        let above = text.get(..text.get(..item.start)?.rfind('\n').map_or(0, |at| at + 1))?;
        let mut remarks: Vec<&str> =
            above.lines().rev().map(str::trim).take_while(|line| line.starts_with('#')).collect();
        remarks.reverse();
        remarks.iter().for_each(|remark| out.extend([remark, "\n"]));
    }
    for (n, line) in text.get(span)?.split_inclusive('\n').enumerate() {
        let blanks = line.len() - line.trim_start_matches(' ').len();
        out.push_str(if n == 0 { line } else { &line[blanks.min(column)..] });
    }
    Some(out)
}

/// The edit that gives the clause at `to` an id, where it is like the one at `like`.
fn set_id(document: &Document, like: &Route, to: &Route, id: &str) -> Edit {
    let value = Value::from(id);
    match document.entry(&like.then("id")) {
        Some(_) => Edit::SetScalar { at: to.then("id"), value },
        None => Edit::InsertKey { map: to.clone(), key: "id".to_owned(), value, position: KeyPosition::First },
    }
}

/// How many gold cases a clause decides, as far as is known.
fn decided(model: &Model, id: &str) -> Option<usize> {
    let replay = model.replay.as_ref()?;
    let clause = replay.head.find_clause(id)?;
    let count = |set: &crate::replay::run::SetReplay| {
        set.head.verdicts.iter().filter(|verdict| verdict.clause == Some(clause)).count()
    };
    Some(replay.sets.iter().map(count).sum())
}

/// Texts with their routes, by file and clause.
type Mentions = BTreeMap<(Arc<str>, String), Vec<(Route, String)>>;

/// The texts in which an id stands in backticks.
fn mentions(model: &Model, id: &str) -> Mentions {
    let mut out = Mentions::new();
    let word = format!("`{id}`");
    for spec in model.workspace.policy().specs.iter().filter(|_| !id.is_empty()) {
        let Some(document) = model.workspace.document(&spec.file) else { continue };
        let Some(clauses) = document.node(&list()) else { continue };
        for (index, clause) in clauses.items().enumerate() {
            for key in ["text", "rationale", "guidance"] {
                let Some(text) = clause.get(key).and_then(Node::as_str).filter(|text| text.contains(&word)) else {
                    continue;
                };
                let found = (list().then(index).then(key), text.to_owned());
                out.entry((spec.file.clone(), id_of(clause).to_owned())).or_default().push(found);
            }
        }
    }
    out
}

fn count(n: usize, one: &str, many: &str) -> String {
    format!("{n} {}", if n == 1 { one } else { many })
}
