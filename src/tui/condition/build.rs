//! Dialogs that build a test step by step: what it looks at, what it asks, with which values.

use super::change::{self, Change};
use super::forms::{self, Asked, Form};
use super::{Group, subject_of, words};
use crate::document::{Document, Edit, Value};
use crate::policy::condition::Subject;
use crate::policy::facet::FacetKind;
use crate::policy::place::{Route, Step};
use crate::tui::components::message::Severity;
use crate::tui::components::picker::{Choice, Picker};
use crate::tui::model::Model;
use crate::tui::popup::Popup;
use crate::tui::screens::spec::clauses::ClauseKey;
use crate::tui::screens::spec::fields::within;
use crate::workspace::FileEdits;

/// Where a new test goes. Routes begin at the clause.
#[derive(Debug, Clone)]
pub enum Into {
    /// Beside the tests of this mapping: they must all hold.
    Mapping(Route),
    /// As another alternative of this group.
    Group(Route),
    /// In place of what this test asks.
    Test(Route),
}

/// Asks for a new test and adds it.
pub fn add(model: &mut Model, clause: &ClauseKey, into: Into) {
    choose_subject(model, clause.clone(), into, Vec::new());
}

/// Asks what becomes of a test: other values, another form, a group around it, nothing.
pub fn edit_test(model: &mut Model, clause: &ClauseKey, at: &Route) {
    let Some((document, route)) = clause.find(&model.workspace) else { return };
    let (Some(node), Some((_, Step::Key(key)))) = (document.node(&within(&route, at)), at.split_last()) else { return };
    let policy = model.workspace.policy().clone();
    let Some(subject) = subject_of(&policy, key) else {
        // A facet that is gone can only be replaced.
        return act_on(model, clause.clone(), at.clone(), format!("`{key}`"), Vec::new(), None, &ON_TEST[1..]);
    };
    let asked = Asked::read(node, words::is_set(&policy, subject));
    let forms = Form::of(&policy, subject);
    let current = asked.as_ref().and_then(|asked| forms.iter().position(|form| *form == asked.form));
    act_on(model, clause.clone(), at.clone(), key.to_string(), forms, current, &ON_TEST);
}

/// Asks what becomes of a group.
pub fn edit_group(model: &mut Model, clause: &ClauseKey, at: &Route) {
    let Some((_, Step::Key(key))) = at.split_last() else { return };
    let Some(group) = Group::of_key(key) else { return };
    let actions: Vec<Act> = ON_GROUP.into_iter().filter(|act| *act != Act::Convert(group)).collect();
    act_on(model, clause.clone(), at.clone(), format!("{key}: {}", group.words()), Vec::new(), None, &actions);
}

/// Removes a test or a group.
pub fn remove(model: &mut Model, clause: &ClauseKey, at: &Route) {
    let name = at.split_last().map_or_else(String::new, |(_, step)| match step {
        Step::Key(key) => format!(" `{key}`"),
        Step::Item(_) => String::new(),
    });
    let words = format!("remove the test{name} of {}", clause.name());
    change(model, clause, words, |document, route| Ok(change::remove(document, route, &within(route, at))));
}

/// Adds a test as it is.
pub fn put_back(model: &mut Model, clause: &ClauseKey, key: &str, value: &Value) {
    let words = format!("put `{key}` back into {}", clause.name());
    change(model, clause, words, |document, route| {
        change::add(document, route, &route.then("when"), key, value.clone())
    });
}

/// What can be done with a test or a group besides asking something else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Act {
    Beside,
    Alternative,
    Wrap(Group),
    Convert(Group),
    Unwrap,
    Remove,
}

const ON_TEST: [Act; 6] =
    [Act::Alternative, Act::Beside, Act::Wrap(Group::Not), Act::Wrap(Group::Any), Act::Wrap(Group::All), Act::Remove];
const ON_GROUP: [Act; 7] = [
    Act::Alternative,
    Act::Convert(Group::Any),
    Act::Convert(Group::All),
    Act::Convert(Group::Not),
    Act::Unwrap,
    Act::Wrap(Group::Not),
    Act::Remove,
];

impl Act {
    fn choice(self, in_group: bool) -> Choice {
        let (label, about) = match self {
            Act::Beside => ("and …", "add a test that must hold as well"),
            Act::Alternative if in_group => ("add a test in here", "another one for this group"),
            Act::Alternative => ("or …", "add a test that is enough in place of this one"),
            Act::Wrap(Group::Not) => ("turn around", "put it under `not`"),
            Act::Wrap(Group::Any) => ("put under `any`", "a group in which one test is enough"),
            Act::Wrap(Group::All) => ("put under `all`", "a group in which every test must hold"),
            Act::Convert(Group::Any) => ("make it `any`", "one of the tests is enough"),
            Act::Convert(Group::All) => ("make it `all`", "every test must hold"),
            Act::Convert(Group::Not) => ("make it `not`", "it holds where these do not"),
            Act::Unwrap => ("take the tests out", "they must all hold then"),
            Act::Remove => ("remove", ""),
        };
        Choice::new(label, about)
    }
}

fn act_on(
    model: &mut Model,
    clause: ClauseKey,
    at: Route,
    title: String,
    forms: Vec<Form>,
    current: Option<usize>,
    acts: &[Act],
) {
    let in_group = forms.is_empty() && acts.contains(&Act::Unwrap);
    let acts = acts.to_vec();
    let choices = forms.iter().map(|form| form.choice()).chain(acts.iter().map(|act| act.choice(in_group))).collect();
    let picker = Picker::one(title, choices, current);
    model.open(Popup::pick(picker, move |model, chosen| {
        let Some(chosen) = chosen.first().copied() else { return };
        match (forms.get(chosen), acts.get(chosen.saturating_sub(forms.len()))) {
            (Some(form), _) => {
                let key = at.split_last().map(|(_, step)| step.clone());
                if let Some(Step::Key(key)) = key {
                    choose_values(model, clause, Into::Test(at), Vec::new(), key.to_string(), *form);
                }
            }
            (None, Some(act)) => carry_out(model, &clause, &at, *act),
            (None, None) => {}
        }
    }));
}

fn carry_out(model: &mut Model, clause: &ClauseKey, at: &Route, act: Act) {
    let is_group = matches!(at.split_last(), Some((_, Step::Key(key))) if Group::of_key(key).is_some());
    let of = clause.name();
    match act {
        Act::Beside => {
            if let Some(map) = change::mapping_of(at) {
                add(model, clause, Into::Mapping(map));
            }
        }
        Act::Alternative if is_group => add(model, clause, Into::Group(at.clone())),
        Act::Alternative => {
            // The test goes under `any`, and the new one beside it there, as one step.
            choose_subject(model, clause.clone(), Into::Test(at.clone()), vec![Group::Any]);
        }
        Act::Wrap(group) => {
            let words = format!("put a test of {of} under `{}`", group.key());
            change(model, clause, words, |document, route| {
                change::wrap(document, &within(route, at), group, Vec::new())
            });
        }
        Act::Convert(group) => {
            let words = format!("make a group of {of} `{}`", group.key());
            change(model, clause, words, |document, route| change::convert(document, &within(route, at), group));
        }
        Act::Unwrap => {
            let words = format!("take the tests of {of} out of their group");
            change(model, clause, words, |document, route| change::unwrap(document, &within(route, at)));
        }
        Act::Remove => remove(model, clause, at),
    }
}

fn choose_subject(model: &mut Model, clause: ClauseKey, into: Into, groups: Vec<Group>) {
    /// More groups within each other than these are written in the raw text.
    const DEEPEST: usize = 8;
    let manifest = &model.workspace.policy().manifest;
    let severities = manifest.severities.join(" < ");
    let half_written = groups.is_empty() && is_half_written(model, &clause, &into);
    let mut names: Vec<String> = ["category", "severity", "target"].map(str::to_owned).to_vec();
    let mut choices = vec![
        Choice::new("category", "what kind of harm it is, or `none`"),
        Choice::new("severity", severities),
        Choice::new("target", "whether the harm is in the request or in the response"),
    ];
    for facet in &manifest.facets {
        // A facet that is called like a word of conditions cannot be asked for.
        if names.iter().any(|name| **name == *facet.id) || Group::of_key(&facet.id).is_some() {
            continue;
        }
        let about = match facet.description.trim() {
            "" => format!("{}: {}", facet.kind.word(), facet.values.join(", ")),
            description => format!("{}: {description}", facet.kind.word()),
        };
        names.push(facet.id.to_string());
        choices.push(Choice::new(&*facet.id, about));
    }
    if groups.len() < DEEPEST {
        for group in Group::ALL {
            choices.push(Choice::new(format!("{} …", group.key()), group.words()));
        }
    }
    if half_written {
        choices.push(Choice::new("no test", "the clause decides every case that comes to it"));
    }
    let title = match groups.last() {
        Some(group) => format!("A test under `{}`", group.key()),
        None => "A new test".to_owned(),
    };
    let picker = Picker::one(title, choices, None);
    model.open(Popup::pick(picker, move |model, chosen| {
        let Some(chosen) = chosen.first().copied() else { return };
        match (names.get(chosen), Group::ALL.get(chosen.wrapping_sub(names.len()))) {
            (Some(name), _) => choose_form(model, clause, into, groups, name.clone()),
            (None, Some(group)) => {
                let groups = groups.into_iter().chain([*group]).collect();
                choose_subject(model, clause, into, groups);
            }
            // A half-written condition stands in no group, so all three were offered before it.
            (None, None) => {
                let words = format!("have {} hold always", clause.name());
                change(model, &clause, words, |document, route| Ok(change::always(document, route)));
            }
        }
    }));
}

/// Whether the test would be the first of a `when` that is there already.
fn is_half_written(model: &Model, clause: &ClauseKey, into: &Into) -> bool {
    let Into::Mapping(map) = into else { return false };
    let found = clause.find(&model.workspace);
    found.is_some_and(|(document, route)| document.node(&within(&route, map)).is_some_and(change::is_empty))
}

fn choose_form(model: &mut Model, clause: ClauseKey, into: Into, groups: Vec<Group>, key: String) {
    let policy = model.workspace.policy().clone();
    let Some(subject) = subject_of(&policy, &key) else { return };
    let forms = Form::of(&policy, subject);
    let picker = Picker::one(key.clone(), forms.iter().map(|form| form.choice()).collect(), None);
    model.open(Popup::pick(picker, move |model, chosen| {
        if let Some(form) = chosen.first().and_then(|at| forms.get(*at)) {
            choose_values(model, clause, into, groups, key, *form);
        }
    }));
}

fn choose_values(model: &mut Model, clause: ClauseKey, into: Into, groups: Vec<Group>, key: String, form: Form) {
    let policy = model.workspace.policy().clone();
    let Some(subject) = subject_of(&policy, &key) else { return };
    let options = forms::choices(&policy, subject, form);
    let now = asked_now(model, &clause, &into, &groups, words::is_set(&policy, subject));
    let is_now = |words: &[String]| match &now {
        None => false,
        Some(now) if form.takes_several() => words.iter().all(|word| now.words.contains(word)),
        Some(now) => now.words == words,
    };
    let marked: Vec<usize> = (0..options.len()).filter(|at| is_now(&options[*at].0)).collect();
    let title = format!("{key} {}", form.choice().label);
    let choices = options.iter().map(|(_, choice)| choice.clone()).collect();
    let picker = match form.takes_several() {
        true => Picker::many(title, choices, marked),
        false => Picker::one(title, choices, marked.first().copied()),
    };
    model.open(Popup::pick(picker, move |model, chosen| {
        let words: Vec<String> =
            chosen.iter().filter_map(|at| options.get(*at)).flat_map(|(words, _)| words.clone()).collect();
        if words.is_empty() {
            return model.say(Severity::Hint, "Nothing was chosen: mark values with Space, then press Enter.");
        }
        let is_bool = matches!(subject, Subject::Facet(ix) if policy.manifest.facet(ix).kind == FacetKind::Bool);
        let value = Asked { form, words }.write(is_bool);
        put(model, &clause, &into, &groups, &key, value);
    }));
}

/// What the test that is to be changed asks now.
fn asked_now(model: &Model, clause: &ClauseKey, into: &Into, groups: &[Group], set: bool) -> Option<Asked> {
    let (Into::Test(at), true) = (into, groups.is_empty()) else { return None };
    let (document, route) = clause.find(&model.workspace)?;
    Asked::read(document.node(&within(&route, at))?, set)
}

/// Writes a test, within new groups where there are any, to where it belongs.
fn put(model: &mut Model, clause: &ClauseKey, into: &Into, groups: &[Group], key: &str, value: Value) {
    let of = clause.name();
    let under = |groups: &[Group]| {
        groups.iter().rev().fold((key.to_owned(), value.clone()), |(key, value), group| {
            let inner = Value::Map(vec![(key, value)]);
            let value = if *group == Group::Not { inner } else { Value::Seq(vec![inner]) };
            (group.key().to_owned(), value)
        })
    };
    match into {
        Into::Test(at) if groups.is_empty() => {
            let words = format!("set `{key}` of {of}");
            change(model, clause, words, |_, route| {
                Ok(vec![Edit::SetValue { at: within(route, at), value: value.clone() }])
            });
        }
        Into::Test(at) => {
            let words = format!("add an alternative to {of}");
            let Some((outer, inner)) = groups.split_first() else { return };
            let (key, value) = under(inner);
            let other = Value::Map(vec![(key, value)]);
            change(model, clause, words, |document, route| {
                change::wrap(document, &within(route, at), *outer, vec![other])
            });
        }
        Into::Mapping(map) => {
            let (key, value) = under(groups);
            let words = format!("add a test to {of}");
            change(model, clause, words, |document, route| {
                change::add(document, route, &within(route, map), &key, value.clone())
            });
        }
        Into::Group(group) => {
            let (key, value) = under(groups);
            let words = format!("add a test to {of}");
            change(model, clause, words, |document, route| {
                change::add_to_group(document, route, &within(route, group), &key, value.clone())
            });
        }
    }
}

fn change(model: &mut Model, clause: &ClauseKey, words: String, make: impl FnOnce(&Document, &Route) -> Change) {
    let Some((document, route)) = clause.find(&model.workspace) else {
        return model.say(Severity::Warning, format!("`{}` is gone meanwhile.", clause.name()));
    };
    match make(&document, &route) {
        Ok(edits) => {
            model.edit(words, &[FileEdits::new(clause.file.clone(), edits)]);
        }
        Err(why) => model.say(Severity::Warning, format!("Not done: {why}.")),
    }
}
