//! Choosing what stands in a field: a behavior, a level, gold cases.

use super::clauses::ClauseKey;
use super::edit::{edit, set_list, set_text};
use crate::document::Node;
use crate::tui::components::dialog::Prompt;
use crate::tui::components::input::Input;
use crate::tui::components::message::Severity;
use crate::tui::components::picker::{Choice, Picker};
use crate::tui::model::Model;
use crate::tui::popup::Popup;
use std::collections::{HashMap, HashSet};

/// Asks what the clause calls for.
pub fn then(model: &mut Model, key: &ClauseKey) {
    let Some((document, route)) = key.find(&model.workspace) else { return };
    let now = document.node(&route.then("then")).and_then(Node::text).unwrap_or_default().to_owned();
    let behaviors = &model.workspace.policy().manifest.behaviors;
    let ids: Vec<String> = behaviors.iter().map(|(_, behavior)| behavior.id.to_string()).collect();
    let choices = behaviors.iter().map(|(_, behavior)| {
        let about = if behavior.description.is_empty() { &behavior.title } else { &behavior.description };
        Choice::new(&*behavior.id, if **about == *behavior.id { "" } else { about })
    });
    let current = ids.iter().position(|id| *id == now);
    let picker = Picker::one("Then, most permissive first", choices.collect(), current);
    let key = key.clone();
    model.open(Popup::pick(picker, move |model, chosen| {
        if let Some(id) = chosen.first().and_then(|at| ids.get(*at)) {
            edit(model, &key, format!("set then of {} to {id}", key.name()), |document, route| {
                set_text(document, route, "then", id, false).into_iter().collect()
            });
        }
    }));
}

/// Asks whose authority the clause has: one of those there are, or another.
pub fn level(model: &mut Model, key: &ClauseKey) {
    let mut seen = HashSet::new();
    let mut levels: Vec<(String, usize)> = Vec::new();
    for clause in &model.workspace.policy().clauses {
        if !clause.level.is_empty() && seen.insert(clause.level.clone()) {
            levels.push((clause.level.to_string(), 0));
        }
    }
    for (level, count) in &mut levels {
        *count = model.workspace.policy().clauses.iter().filter(|clause| *clause.level == **level).count();
    }
    let Some((document, route)) = key.find(&model.workspace) else { return };
    let now = document.node(&route.then("level")).and_then(Node::text).unwrap_or_default().to_owned();
    let count = |n: usize| if n == 1 { "1 clause".to_owned() } else { format!("{n} clauses") };
    let mut choices: Vec<Choice> = levels.iter().map(|(level, n)| Choice::new(level.as_str(), count(*n))).collect();
    choices.push(Choice::new("another …", "write it"));
    if !now.is_empty() {
        choices.push(Choice::new("none", "without a level"));
    }
    let levels: Vec<String> = levels.into_iter().map(|(level, _)| level).collect();
    let picker = Picker::one("Level", choices, levels.iter().position(|level| *level == now));
    let key = key.clone();
    model.open(Popup::pick(picker, move |model, chosen| {
        let Some(chosen) = chosen.first().copied() else { return };
        match (levels.get(chosen), chosen == levels.len()) {
            (Some(level), _) => set_level(model, &key, level),
            (None, true) => {
                let prompt = Prompt::line("Level", Input::new(&now)).about("Whose authority the clause has.");
                model.open(Popup::prompt(prompt, move |model, level| set_level(model, &key, &level)));
            }
            (None, false) => set_level(model, &key, ""),
        }
    }));
}

fn set_level(model: &mut Model, key: &ClauseKey, level: &str) {
    edit(model, key, format!("set level of {}", key.name()), |document, route| {
        set_text(document, route, "level", level, false).into_iter().collect()
    });
}

/// Asks which gold cases pin the clause. Those it has stand first; an id that no case has can be taken away.
pub fn examples(model: &mut Model, key: &ClauseKey) {
    let Some((document, route)) = key.find(&model.workspace) else { return };
    let node = document.node(&route.then("examples")).filter(|node| !node.is_null());
    let now: Vec<String> = match node {
        None => Vec::new(),
        Some(node) if node.is_sequence() => node.items().filter_map(Node::text).map(str::to_owned).collect(),
        Some(node) => node.text().map(str::to_owned).into_iter().collect(),
    };
    let Some(sets) = model.sets.clone() else {
        return model.say(Severity::Hint, "The gold cases are still being loaded.");
    };
    let mut ids: Vec<String> = now.clone();
    let mut abouts: Vec<String> = now.iter().map(|_| "no case has this id".to_owned()).collect();
    let place: HashMap<&str, usize> = now.iter().enumerate().map(|(at, id)| (id.as_str(), at)).collect();
    for set in &sets.sets {
        for row in 0..set.gold.len() {
            let id = set.gold.id(row);
            let calls_for = set.gold.outcome_words(set.gold.outcome(row)).behavior.unwrap_or("no gold label");
            let about = format!("{calls_for} · {}", set.name());
            match place.get(&*id) {
                Some(at) => abouts[*at] = about,
                None => {
                    ids.push(id.into_owned());
                    abouts.push(about);
                }
            }
        }
    }
    if ids.is_empty() {
        return model.say(Severity::Hint, "There are no gold cases yet: bring some in with `casebook import`.");
    }
    let choices = ids.iter().zip(abouts).map(|(id, about)| Choice::new(id.as_str(), about)).collect();
    let picker = Picker::many(format!("Cases that pin {}", key.name()), choices, 0..now.len());
    let key = key.clone();
    model.open(Popup::pick(picker, move |model, chosen| {
        let chosen: Vec<String> = chosen.into_iter().filter_map(|at| ids.get(at).cloned()).collect();
        if chosen != now {
            edit(model, &key, format!("set examples of {}", key.name()), |document, route| {
                set_list(document, route, "examples", &chosen).into_iter().collect()
            });
        }
    }));
}
