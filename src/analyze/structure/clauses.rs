//! Clauses, field by field, their conditions test by test.

use super::change::{Change, ChangeKind, Subject};
use super::fields::{self, Sides};
use super::order;
use super::terms::{Terms, canonical, is_unread};
use super::twins::Twins;
use crate::decide::words;
use crate::policy::Policy;
use crate::policy::clause::Clause;
use crate::policy::condition::{Condition, Subject as Looks, Test};
use crate::policy::place::Step;

pub fn compare(base: &Policy, head: &Policy, twins: &Twins, changes: &mut Vec<Change>) {
    let terms = twins.terms(base, head);
    let stayed = twins.clauses.both().filter_map(|(b, h)| {
        let spec = usize::from(head.clauses[h].spec);
        (twins.specs.head_of(base.clauses[b].spec.into()) == Some(spec)).then_some((spec, b, h))
    });
    let reordered = order::reordered(stayed);
    for twin in twins.clauses.all() {
        let old = twin.base.map(|b| &base.clauses[b]);
        let new = twin.head.map(|h| &head.clauses[h]);
        match (old, new) {
            (Some(old), Some(new)) => {
                let subject = Subject::Clause(new.id.clone());
                let mut sides = Sides { subject, base: &old.place, head: &new.place, changes };
                if old.id != new.id {
                    sides.whole(ChangeKind::Renamed { from: old.id.clone(), to: new.id.clone() }, false);
                }
                if twins.specs.head_of(old.spec.into()) != Some(new.spec.into()) {
                    let (from, to) = (file(base, old), file(head, new));
                    sides.whole(ChangeKind::Moved { from, to }, true);
                } else if twin.head.is_some_and(|h| reordered.contains(&h)) {
                    let (from, to) = (position(base, old), position(head, new));
                    sides.whole(ChangeKind::Reordered { from, to }, true);
                }
                fields(old, new, &terms, &mut sides);
            }
            (Some(old), None) => changes.push(fields::removed(Subject::Clause(old.id.clone()), &old.place, true)),
            (None, Some(new)) => changes.push(fields::added(Subject::Clause(new.id.clone()), &new.place, true)),
            (None, None) => {}
        }
    }
}

fn file(policy: &Policy, clause: &Clause) -> String {
    let spec = policy.specs.get(usize::from(clause.spec));
    spec.map_or_else(|| clause.place.file.to_string(), |spec| spec.file.to_string())
}

fn position(policy: &Policy, clause: &Clause) -> String {
    let beside = policy.clauses.iter().filter(|other| other.spec == clause.spec);
    order::position(&beside.map(|other| &*other.id).collect::<Vec<_>>(), &clause.id)
}

fn fields(old: &Clause, new: &Clause, terms: &Terms<'_>, sides: &mut Sides<'_>) {
    sides.field("title", false, fields::title(&old.title, &old.id), fields::title(&new.title, &new.id));
    sides.field("level", false, &*old.level, &*new.level);
    when(old, new, terms, sides);
    if old.then.and_then(|ix| terms.behavior(ix)) != new.then {
        let word = |policy: &Policy, clause: &Clause| {
            clause.then.map_or(String::new(), |ix| policy.manifest.behaviors.id(ix).to_string())
        };
        sides.edited("then", true, word(terms.from, old), word(terms.to, new));
    }
    sides.field("text", false, &*old.text, &*new.text);
    sides.field("rationale", false, &*old.rationale, &*new.rationale);
    sides.field("guidance", false, &*old.guidance, &*new.guidance);
    sides.field("examples", false, fields::words(&old.examples), fields::words(&new.examples));
}

fn when(old: &Clause, new: &Clause, terms: &Terms<'_>, sides: &mut Sides<'_>) {
    let olds = groups(&old.when, terms.from, Some(terms));
    let news = groups(&new.when, terms.to, None);
    for key in keys(&olds, &news) {
        let (before, after) = (find(&olds, key), find(&news, key));
        if said_alike(before, after, terms) {
            continue;
        }
        let words = |policy, group: &[&Condition]| group_words(policy, key, group);
        sides.edited(&format!("when.{key}"), true, words(terms.from, before), words(terms.to, after));
    }
}

/// The parts of a condition that all must hold, under the keys that they have in a `when`.
pub type Groups<'c> = Vec<(String, Vec<&'c Condition>)>;

/// Groups a condition's parts. With `terms` the keys are those of the other policy, where it has them.
pub fn groups<'c>(condition: &'c Condition, policy: &Policy, terms: Option<&Terms<'_>>) -> Groups<'c> {
    let mut flat = Vec::new();
    flatten(condition, &mut flat);
    let mut groups: Groups<'c> = Vec::new();
    for part in flat {
        let key = key(part, policy, terms);
        match groups.iter_mut().find(|(known, _)| *known == key) {
            Some((_, parts)) => parts.push(part),
            None => groups.push((key, vec![part])),
        }
    }
    groups
}

/// The keys of both, those of `second` first.
pub fn keys<'g>(first: &'g Groups<'_>, second: &'g Groups<'_>) -> Vec<&'g str> {
    let mut keys: Vec<&str> = second.iter().map(|(key, _)| key.as_str()).collect();
    let rest = first.iter().map(|(key, _)| key.as_str()).filter(|key| !second.iter().any(|(known, _)| known == key));
    keys.extend(rest);
    keys
}

/// The parts under a key; none where the condition does not have it.
pub fn find<'g, 'c>(groups: &'g Groups<'c>, key: &str) -> &'g [&'c Condition] {
    groups.iter().find(|(known, _)| known == key).map_or(&[], |(_, parts)| parts)
}

/// Whether the base's parts, in the head's terms, test what the head's do.
pub fn said_alike(base: &[&Condition], head: &[&Condition], terms: &Terms<'_>) -> bool {
    let sorted = |mut parts: Vec<String>| {
        parts.sort();
        parts.dedup();
        parts
    };
    let olds = sorted(base.iter().map(|part| canonical(&terms.condition(part))).collect());
    olds == sorted(head.iter().map(|part| canonical(part)).collect())
}

fn flatten<'c>(condition: &'c Condition, parts: &mut Vec<&'c Condition>) {
    match condition {
        Condition::All(inner) => inner.iter().for_each(|part| flatten(part, parts)),
        other => parts.push(other),
    }
}

fn key(part: &Condition, policy: &Policy, terms: Option<&Terms<'_>>) -> String {
    match part {
        Condition::Any(_) => "any".into(),
        Condition::Not(_) => "not".into(),
        Condition::All(_) => "all".into(),
        Condition::Test(test) => match (test.subject, terms) {
            // So is a test on a facet that is gone read.
            (Looks::Category, _) if is_unread(test) => {
                written_key(test).unwrap_or_else(|| words::subject(policy, test.subject))
            }
            (Looks::Facet(ix), Some(terms)) => match terms.facet(ix) {
                Some(ix) => words::subject(terms.to, Looks::Facet(ix)),
                None => words::subject(policy, test.subject),
            },
            (subject, _) => words::subject(policy, subject),
        },
    }
}

/// The key that a test was written at.
fn written_key(test: &Test) -> Option<String> {
    test.route.0.iter().rev().find_map(|step| match step {
        Step::Key(key) => Some(key.to_string()),
        Step::Item(_) => None,
    })
}

fn group_words(policy: &Policy, key: &str, parts: &[&Condition]) -> String {
    let said = |part: &&Condition| {
        let words = words::condition(policy, part);
        match part {
            Condition::Test(test) => {
                let subject = words::subject(policy, test.subject);
                let rest = words
                    .strip_prefix(&subject)
                    .or_else(|| words.strip_prefix(key))
                    .map(|rest| rest.trim_start().to_owned());
                if subject == key || is_unread(test) || parts.len() == 1 { rest.unwrap_or(words) } else { words }
            }
            _ if parts.len() > 1 => format!("({words})"),
            _ => words,
        }
    };
    parts.iter().map(said).collect::<Vec<_>>().join(" and ")
}
