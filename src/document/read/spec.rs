//! Reads a spec: an ordered list of clauses.

use super::condition;
use super::cursor::{Cursor, Notes, Source};
use crate::policy::clause::Clause;
use crate::policy::codes;
use crate::policy::condition::Condition;
use crate::policy::{Policy, SpecInfo};
use std::collections::BTreeMap;
use std::sync::Arc;

const KEYS: &[&str] =
    &["id", "title", "level", "text", "rationale", "when", "then", "guidance", "examples", "sources", "refs", "notes"];

/// Reads all specs, in order of authority, into `policy`, whose manifest and taxonomy are read already.
pub fn read(sources: &[Source<'_>], policy: &mut Policy, notes: &Notes) {
    let mut places: BTreeMap<Arc<str>, String> = BTreeMap::new();
    for source in sources {
        let spec = policy.specs.len() as u16;
        let fallback = SpecInfo { id: source.file.clone(), title: "".into(), file: source.file.clone() };
        let Some(root) = Cursor::root(*source, notes).filter(|root| root.expect_mapping("a spec")) else {
            policy.specs.push(fallback);
            continue;
        };
        root.hint_at_unknown_keys(&["spec", "title", "description", "version", "clauses"]);
        let id = root.need("spec", "the spec's name").and_then(|id| id.expect_text("spec"));
        policy.specs.push(SpecInfo {
            id: id.unwrap_or(fallback.id),
            title: root.text_of("title"),
            file: fallback.file,
        });
        let clauses = root.need("clauses", "the list of its clauses").map(|c| c.expect_items("clauses"));
        let clauses = clauses.unwrap_or_default();
        for (i, item) in clauses.iter().enumerate() {
            let Some(mut clause) = read_clause(item, spec, policy) else { continue };
            // What was left out may have been a test: a clause that lost one must not apply more often for it.
            if !item.was_read_whole(clauses.get(i + 1).map_or(usize::MAX, Cursor::start)) {
                clause.when = condition::unreadable(item);
            }
            if let Some(other) = places.get(&clause.id) {
                let message = format!("clause `{}` stands twice; the first is at {other}", clause.id);
                item.note(&codes::DUPLICATE_ID, message, "Give one of them another id, or remove it.");
                policy.repeated.push(clause);
                continue;
            }
            places.insert(clause.id.clone(), clause.place.to_string());
            policy.clauses.push(clause);
        }
    }
}

fn read_clause(item: &Cursor<'_>, spec: u16, policy: &Policy) -> Option<Clause> {
    if !item.expect_mapping("a clause") {
        return None;
    }
    item.hint_at_unknown_keys(KEYS);
    // What else is wrong with a clause is told even where it has no id to be called by.
    let named = item.need("id", "a short word that never changes").and_then(|id| id.expect_text("id"));
    let id = named.clone().unwrap_or_default();
    let then = item.need("then", "the behavior that the clause calls for").and_then(|then| {
        let word = then.expect_text("then")?;
        let behaviors = &policy.manifest.behaviors;
        let found = behaviors.find(&word);
        if found.is_none() {
            let help = then.choose_from(&word, "behavior", behaviors.iter().map(|(_, b)| &*b.id));
            then.note(&codes::UNKNOWN_BEHAVIOR, format!("`{word}` is no behavior of this policy"), help);
        }
        found
    });
    let clause = Clause {
        title: item.get("title").and_then(|t| t.expect_text("title")).unwrap_or_else(|| id.clone()),
        id,
        level: item.text_of("level"),
        text: item.text_of("text"),
        rationale: item.text_of("rationale"),
        guidance: item.text_of("guidance"),
        when: read_when(item, policy),
        then,
        examples: item.texts_of("examples"),
        spec,
        place: item.place(),
    };
    named.map(|_| clause)
}

/// A clause without `when` always holds. One whose `when` is there and empty is half written, and holds for nothing yet.
fn read_when(item: &Cursor<'_>, policy: &Policy) -> Condition {
    match (item.get("when"), item.node().get("when")) {
        (Some(when), _) if !(when.node().is_mapping() && when.entries().is_empty()) => condition::read(&when, policy),
        (None, None) => Condition::always(),
        _ => {
            let help = "Add its tests; or remove `when`, if the clause is to hold always.";
            let found = "the `when` of this clause is empty, so the clause applies to nothing";
            item.get("when").as_ref().unwrap_or(item).note(&codes::WRONG_TYPE, found, help);
            condition::unreadable(item)
        }
    }
}
