//! What the commands of the screen ask and do.

use super::carry_out;
use super::fields::counted;
use crate::policy::case::Case;
use crate::policy::taxonomy::{Category, CategoryIx};
use crate::tui::components::dialog::{Confirm, Prompt};
use crate::tui::components::input::Input;
use crate::tui::components::message::Severity;
use crate::tui::components::picker::{Choice, Picker};
use crate::tui::model::{Ask, Model, Target};
use crate::tui::popup::Popup;
use crate::tui::text;
use crate::workspace::categories::{self, Beside, CaseCounts, CategoryError, Field, Operation, rests_on};
use ratatui::text::Line;
use std::sync::Arc;

/// Where the first taxonomy of a policy goes.
const FIRST_FILE: &str = "taxonomies/harms.yaml";
/// More cases than this are not listed at once.
const MOST_CASES: usize = 2_000;

pub fn add_after(model: &mut Model, sibling: &Arc<str>) {
    let sibling = sibling.clone();
    let about = format!("After `{sibling}`. What people read; the id comes next.");
    ask_for_new(model, about, "", move |model, id, title| {
        categories::add(model.workspace.version(), Beside::After(&sibling), id, title)
    });
}

pub fn add_under(model: &mut Model, parent: &Arc<str>) {
    let parent = parent.clone();
    let about = format!("Under `{parent}`. What people read; the id comes next.");
    ask_for_new(model, about, "", move |model, id, title| {
        categories::add(model.workspace.version(), Beside::Under(&parent), id, title)
    });
}

/// The first category of a taxonomy, or of a policy that has none.
pub fn add_first(model: &mut Model, file: Option<Arc<str>>) {
    let version = model.workspace.version();
    let file = file.or_else(|| version.taxonomies.first().cloned());
    let lists_files = version.policy.manifest.taxonomies.is_some();
    let about = match &file {
        Some(file) => format!("In `{file}`. What people read; the id comes next."),
        None if lists_files => {
            return model.say(
                Severity::Warning,
                "The manifest names its taxonomies, but none of them can be read: correct `taxonomies` in casebook.yaml.",
            );
        }
        None => format!("The first one, in a new file `{FIRST_FILE}`. The id comes next."),
    };
    match file {
        Some(file) => ask_for_new(model, about, "", move |model, id, title| {
            categories::add(model.workspace.version(), Beside::Last(&file), id, title)
        }),
        None => ask_title(model, about, "", |model, title| {
            ask_id(model, &title.clone(), None, move |model, id| {
                match categories::first_taxonomy("harms", &id, &title) {
                    Ok(text) => {
                        let done = model.workspace.create(FIRST_FILE, &text);
                        if model.after(done) {
                            model.ask(Ask::GoTo(Target::Category(id)));
                        }
                    }
                    Err(error) => model.say(Severity::Error, format!("{error}.")),
                }
            });
        }),
    }
}

pub fn duplicate(model: &mut Model, id: &Arc<str>) {
    let of = id.clone();
    ask_id(model, &format!("{id}-copy"), None, move |model, id| {
        let operation = categories::duplicate(model.workspace.version(), &of, &id);
        if carry_out(model, operation) {
            model.ask(Ask::GoTo(Target::Category(id)));
        }
    });
}

pub fn move_among_siblings(model: &mut Model, id: &Arc<str>, down: bool) {
    let operation = categories::move_among_siblings(model.workspace.version(), id, down);
    carry_out(model, operation);
}

/// Asks under which category it is to stand: the top, or any outside its own subtree.
pub fn move_to(model: &mut Model, id: &Arc<str>) {
    let taxonomy = &model.workspace.policy().taxonomy;
    let Some(ix) = taxonomy.find(id) else { return };
    let mut parents: Vec<Option<Arc<str>>> = vec![None];
    let mut choices = vec![Choice::new("the top", "under no other category")];
    for (other, category) in taxonomy.iter().filter(|(other, _)| !taxonomy.is_within(*other, ix)) {
        let about = if Some(other) == taxonomy.get(ix).parent { "stands here now" } else { &category.title };
        choices.push(Choice::new(&*category.id, about).depth(usize::from(category.depth)));
        parents.push(Some(category.id.clone()));
    }
    let now = taxonomy.get(ix).parent.map(|ix| taxonomy.get(ix).id.clone());
    let current = parents.iter().position(|parent| *parent == now);
    let id = id.clone();
    let picker = Picker::one(format!("Move `{id}` under"), choices, current);
    model.open(Popup::pick(picker, move |model, chosen| {
        let Some(parent) = chosen.first().and_then(|at| parents.get(*at)) else { return };
        let operation = categories::move_under(model.workspace.version(), &id, parent.as_deref());
        if carry_out(model, operation) {
            model.ask(Ask::GoTo(Target::Category(id.to_string())));
        }
    }));
}

/// Asks for another id. One that another category has is an offer to merge the two.
pub fn rename(model: &mut Model, id: &Arc<str>) {
    let old = id.clone();
    let about =
        format!("`{id}` stays as an alias, so that labels go on working. The id of another category merges both.");
    let prompt = Prompt::line("New id", Input::new(id)).about(about);
    let checked = old.clone();
    let check = move |model: &Model, to: &str| {
        let version = model.workspace.version();
        let error = match categories::rename(version, &checked, to.trim()) {
            Err(CategoryError::Taken { by, .. }) => categories::merge(version, &checked, &by).err(),
            other => other.err(),
        };
        error.map(|error| error.to_string())
    };
    model.open(Popup::prompt_checked(prompt, check, move |model, to| {
        let to = to.trim().to_owned();
        match categories::rename(model.workspace.version(), &old, &to) {
            Err(CategoryError::Taken { by, .. }) => ask_to_merge(model, &old, by),
            operation => {
                if carry_out(model, operation) {
                    model.ask(Ask::GoTo(Target::Category(to)));
                }
            }
        }
    }));
}

fn ask_to_merge(model: &mut Model, id: &Arc<str>, into: String) {
    let body = vec![
        Line::from(format!("`{into}` is a category already.")),
        Line::default(),
        Line::from(format!(
            "Merged, `{id}` becomes an alias of it: its labels count there, and clauses that test `{id}` test `{into}`. The definition of `{id}` goes."
        )),
    ];
    let confirm = Confirm::new(format!("Merge `{id}` into `{into}`"), body)
        .option('k', "keep both as they are")
        .option('m', "merge them");
    let id = id.clone();
    model.open(Popup::confirm(confirm, move |model, answer| {
        if answer == 'm' {
            let operation = categories::merge(model.workspace.version(), &id, &into);
            if carry_out(model, operation) {
                model.ask(Ask::GoTo(Target::Category(into)));
            }
        }
    }));
}

/// Deletes a category; asks first where something rests on it.
pub fn delete(model: &mut Model, id: &Arc<str>, counts: &CaseCounts) {
    let version = model.workspace.version();
    let Some(ix) = version.policy.taxonomy.find(id) else { return };
    let rests = match rests_on(version, id) {
        Ok(rests) => rests,
        Err(error) => return model.say(Severity::Error, format!("{error}.")),
    };
    let cases = counts.cases(ix) as usize;
    if rests.is_empty() && cases == 0 {
        let operation = categories::delete(version, id);
        carry_out(model, operation);
        return;
    }
    let mut body = Vec::new();
    let mut say = |words: String| body.push(Line::from(words));
    match rests.categories.len() - 1 {
        0 => {}
        1 => say("1 category stands below it and goes with it.".to_owned()),
        n => say(format!("{n} categories stand below it and go with it.")),
    }
    if cases > 0 {
        let verb = if cases == 1 { "carries" } else { "carry" };
        say(format!("{} {verb} it: their labels would name a category that is gone.", counted(cases, "gold case")));
    }
    if !rests.clauses.is_empty() {
        let verb = if rests.clauses.len() == 1 { "tests" } else { "test" };
        say(format!("{} {verb} it: {}.", counted(rests.clauses.len(), "clause"), first_few(&rests.clauses)));
    }
    if !rests.orphaned.is_empty() {
        let verb = if rests.orphaned.len() == 1 { "tests" } else { "test" };
        say(format!("{} {verb} nothing else and would be left with an error.", first_few(&rests.orphaned)));
    }
    if !rests.references.is_empty() {
        let names: Vec<Arc<str>> = rests.references.iter().map(|(id, _)| id.clone()).collect();
        say(format!("Other categories that point at it lose the pointer: {}.", first_few(&names)));
    }
    let confirm = Confirm::new(format!("Delete `{id}`"), body)
        .option('k', "keep it")
        .option('p', "deprecate it instead, and say what takes its place")
        .option('d', "delete it anyway");
    let id = id.clone();
    model.open(Popup::confirm(confirm, move |model, answer| match answer {
        'p' => choose_replacements(model, &id),
        'd' => {
            let operation = categories::delete(model.workspace.version(), &id);
            carry_out(model, operation);
        }
        _ => {}
    }));
}

pub fn change_deprecated(model: &mut Model, id: &Arc<str>) {
    let deprecated = category(model, id).is_some_and(|category| category.deprecated.is_some());
    if !deprecated {
        return choose_replacements(model, id);
    }
    let confirm = Confirm::new(format!("`{id}` is deprecated"), Vec::new())
        .option('k', "leave it so")
        .option('c', "choose what takes its place")
        .option('b', "bring it back into use");
    let id = id.clone();
    model.open(Popup::confirm(confirm, move |model, answer| match answer {
        'c' => choose_replacements(model, &id),
        'b' => {
            let operation = categories::reinstate(model.workspace.version(), &id);
            carry_out(model, operation);
        }
        _ => {}
    }));
}

fn choose_replacements(model: &mut Model, id: &Arc<str>) {
    let taxonomy = &model.workspace.policy().taxonomy;
    let now = category(model, id).and_then(|category| category.deprecated.clone()).unwrap_or_default();
    let (names, choices) = others(model, id);
    let marked = now.replaced_by.iter().filter_map(|name| {
        let id = &taxonomy.get(taxonomy.find(name)?).id;
        names.iter().position(|other| other == id)
    });
    let picker = Picker::many(format!("What takes the place of `{id}`? None is fine."), choices, marked);
    let id = id.clone();
    model.open(Popup::pick(picker, move |model, chosen| {
        let chosen: Vec<Arc<str>> = chosen.iter().filter_map(|at| names.get(*at).cloned()).collect();
        let since = today(model);
        let operation = categories::deprecate(model.workspace.version(), &id, &chosen, &since);
        carry_out(model, operation);
    }));
}

pub fn add_deconflict(model: &mut Model, id: &Arc<str>) {
    ask_deconflict(model, id, None, "");
}

pub fn change_deconflict(model: &mut Model, id: &Arc<str>, at: usize) {
    let Some(one) = category(model, id).and_then(|category| category.deconflict.get(at).cloned()) else { return };
    let body = vec![Line::from(format!("{} → {}", one.say, one.category)), Line::default()];
    let confirm = Confirm::new("What is labeled elsewhere", body)
        .option('w', "change the words")
        .option('c', "choose another category")
        .option('d', "delete it");
    let id = id.clone();
    model.open(Popup::confirm(confirm, move |model, answer| match answer {
        'w' => ask_deconflict(model, &id, Some(at), &one.say),
        'c' => choose_deconflict(model, &id, Some(at), one.say.to_string()),
        _ => remove_deconflict(model, &id, at),
    }));
}

pub fn remove_deconflict(model: &mut Model, id: &Arc<str>, at: usize) {
    let operation = categories::remove_deconflict(model.workspace.version(), id, at);
    carry_out(model, operation);
}

fn ask_deconflict(model: &mut Model, id: &Arc<str>, at: Option<usize>, say: &str) {
    let prompt = Prompt::line("What is labeled elsewhere", Input::new(say))
        .about(format!("What one might take for `{id}`, in a few words. Where it goes comes next."));
    let check = |_: &Model, text: &str| text.trim().is_empty().then(|| "say what is meant".to_owned());
    let id = id.clone();
    model.open(Popup::prompt_checked(prompt, check, move |model, say| choose_deconflict(model, &id, at, say)));
}

fn choose_deconflict(model: &mut Model, id: &Arc<str>, at: Option<usize>, say: String) {
    let (names, choices) = others(model, id);
    let now = at.and_then(|at| category(model, id)?.deconflict.get(at).map(|one| one.category.clone()));
    let current = now.and_then(|now| names.iter().position(|name| *name == now));
    let picker = Picker::one("It is labeled as", choices, current);
    let id = id.clone();
    model.open(Popup::pick(picker, move |model, chosen| {
        let Some(category) = chosen.first().and_then(|at| names.get(*at)) else { return };
        let operation = categories::set_deconflict(model.workspace.version(), &id, at, &say, category);
        carry_out(model, operation);
    }));
}

/// Asks for a framework, those of other categories first, and for the ids in it.
pub fn add_mapping(model: &mut Model, id: &Arc<str>) {
    let taxonomy = &model.workspace.policy().taxonomy;
    let own: Vec<Arc<str>> =
        category(model, id).map(|one| one.mappings.iter().map(|(name, _)| name.clone()).collect()).unwrap_or_default();
    let mut names: Vec<Arc<str>> = Vec::new();
    for (name, _) in taxonomy.iter().flat_map(|(_, category)| &category.mappings) {
        if !names.contains(name) && !own.contains(name) {
            names.push(name.clone());
        }
    }
    let mut choices: Vec<Choice> = names.iter().map(|name| Choice::new(&**name, "")).collect();
    choices.push(Choice::new("another framework", "write its name"));
    let id = id.clone();
    model.open(Popup::pick(Picker::one("Framework", choices, None), move |model, chosen| {
        let Some(at) = chosen.first() else { return };
        match names.get(*at) {
            Some(name) => ask_mapping(model, &id, name.clone()),
            None => {
                let prompt = Prompt::line("Framework", Input::default()).about("Its short name, such as `eu-ai-act`.");
                let check = move |_: &Model, text: &str| match text.trim() {
                    "" => Some("it needs a name".to_owned()),
                    name if own.iter().any(|own| **own == *name) => Some(format!("`{name}` is there already")),
                    _ => None,
                };
                model.open(Popup::prompt_checked(prompt, check, move |model, name| {
                    ask_mapping(model, &id, name.trim().into());
                }));
            }
        }
    }));
}

fn ask_mapping(model: &mut Model, id: &Arc<str>, framework: Arc<str>) {
    let prompt = Prompt::line(format!("Ids in {framework}"), Input::default()).about("Several are parted by commas.");
    let check =
        |_: &Model, text: &str| text.split(',').all(|id| id.trim().is_empty()).then(|| "it needs an id".to_owned());
    let id = id.clone();
    model.open(Popup::prompt_checked(prompt, check, move |model, ids| {
        let field = Field::Mapping(framework);
        let operation = categories::set(model.workspace.version(), &id, &field, &ids);
        carry_out(model, operation);
    }));
}

/// Lists the cases of a set that carry the category or one below it, to open one.
pub fn choose_case(model: &mut Model, ix: CategoryIx, set: &Arc<str>) {
    let Some(sets) = model.sets.clone() else { return };
    let Some(gold) = sets.sets.iter().map(|set| &set.gold).find(|gold| gold.set() == set) else { return };
    let rows = CaseCounts::rows(gold, model.workspace.policy(), ix, MOST_CASES + 1);
    let more = rows.len() > MOST_CASES;
    let shown = &rows[..rows.len().min(MOST_CASES)];
    let ids: Vec<String> = shown.iter().map(|row| gold.id(*row).into_owned()).collect();
    let choices = shown.iter().zip(&ids).map(|(row, id)| {
        let behavior = gold.outcome_words(gold.outcome(*row)).behavior.unwrap_or("no label");
        let words = gold.case(*row).map(|case| excerpt(&case)).unwrap_or_default();
        Choice::new(id.clone(), format!("{behavior} · {words}"))
    });
    let id = &model.workspace.policy().taxonomy.get(ix).id;
    let title = match more {
        true => format!("The first {MOST_CASES} cases of {set} with `{id}`"),
        false => format!("{} of {set} with `{id}`", counted(ids.len(), "case")),
    };
    let picker = Picker::one(title, choices.collect(), None);
    let set = set.to_string();
    model.open(Popup::pick(picker, move |model, chosen| {
        if let Some(case) = chosen.first().and_then(|at| ids.get(*at)).cloned() {
            model.ask(Ask::GoTo(Target::Case { set, case }));
        }
    }));
}

/// The first words of a case; those of a sensitive one stay covered.
fn excerpt(case: &Case) -> String {
    if case.sensitive {
        return "sensitive, covered".to_owned();
    }
    let said = case.messages.iter().find(|message| message.role == "user").or_else(|| case.messages.first());
    let words = case.text.as_deref().or_else(|| said.map(|message| message.content.as_str())).unwrap_or_default();
    // Of a long text only the beginning is looked at.
    let words: Vec<&str> = words.split_whitespace().take(20).collect();
    text::clip(&words.join(" "), 48)
}

type Make = Box<dyn FnOnce(&mut Model, &str, &str) -> Result<Operation, CategoryError>>;

/// Asks for a title and then an id, makes the category and goes there.
fn ask_for_new(
    model: &mut Model,
    about: String,
    title: &str,
    make: impl FnOnce(&mut Model, &str, &str) -> Result<Operation, CategoryError> + 'static,
) {
    let make: Make = Box::new(make);
    ask_title(model, about, title, |model, title| {
        ask_id(model, &title.clone(), None, move |model, id| {
            let operation = make(model, &id, &title);
            if carry_out(model, operation) {
                model.ask(Ask::GoTo(Target::Category(id)));
            }
        });
    });
}

fn ask_title(model: &mut Model, about: String, title: &str, then: impl FnOnce(&mut Model, String) + 'static) {
    let prompt = Prompt::line("Title of the new category", Input::new(title)).about(about);
    let check = |_: &Model, text: &str| text.trim().is_empty().then(|| "it needs a title".to_owned());
    model.open(Popup::prompt_checked(prompt, check, then));
}

/// Asks for an id that is free; what it could be is made of `words`.
fn ask_id(model: &mut Model, words: &str, of: Option<CategoryIx>, then: impl FnOnce(&mut Model, String) + 'static) {
    let prompt = Prompt::line("Its id", Input::new(&slug(words)))
        .about("A short word that never changes: clauses and labels name the category by it.");
    let check = move |model: &Model, text: &str| {
        categories::check_id(model.workspace.version(), text.trim(), of).err().map(|error| error.to_string())
    };
    model.open(Popup::prompt_checked(prompt, check, |model, id| then(model, id.trim().to_owned())));
}

/// `Weapons of war` → `weapons-of-war`
fn slug(words: &str) -> String {
    let mut out = String::new();
    for c in words.trim().chars().flat_map(char::to_lowercase) {
        if c.is_alphanumeric() || "_./".contains(c) {
            out.push(c);
        } else if !out.is_empty() && !out.ends_with('-') {
            out.push('-');
        }
    }
    out.trim_end_matches('-').chars().take(60).collect()
}

/// Every category but this one, to choose from.
fn others(model: &Model, id: &str) -> (Vec<Arc<str>>, Vec<Choice>) {
    let taxonomy = &model.workspace.policy().taxonomy;
    let others = taxonomy.iter().filter(|(_, category)| *category.id != *id);
    let choice = |category: &Category| {
        let title = if category.title == category.id { "" } else { &*category.title };
        Choice::new(&*category.id, title).depth(usize::from(category.depth))
    };
    others.map(|(_, category)| (category.id.clone(), choice(category))).unzip()
}

fn category<'m>(model: &'m Model, id: &str) -> Option<&'m Category> {
    let taxonomy = &model.workspace.policy().taxonomy;
    Some(taxonomy.get(taxonomy.find(id)?))
}

/// `` `a`, `b` and 3 more ``
fn first_few(names: &[Arc<str>]) -> String {
    const MOST: usize = 3;
    let shown: Vec<String> = names.iter().take(MOST).map(|name| format!("`{name}`")).collect();
    match names.len().saturating_sub(MOST) {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

/// The day by the clock that was handed in, in UTC: `2026-11-21`.
fn today(model: &Model) -> String {
    let now = (model.workspace.environment().now)();
    jiff::Timestamp::from_second(now).map(|now| now.to_string().chars().take(10).collect()).unwrap_or_default()
}
