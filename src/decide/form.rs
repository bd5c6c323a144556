//! Conditions in the form in which a spec writes them: the value of a `when`.

use super::words;
use crate::policy::Policy;
use crate::policy::case::Target;
use crate::policy::condition::{Condition, Operand, Predicate, Subject, Test};
use crate::policy::facet::{FacetKind, ValueIx};
use crate::policy::taxonomy::{NO_CATEGORY, UNKNOWN};
use serde_json::{Map, Value, json};

/// A map of tests, all of which must hold: `{"category": "weapons", "severity": ">= high"}`. Read again in the same words it
/// is the same condition. What could not be read is written as `?`, which no policy knows.
pub fn when(policy: &Policy, condition: &Condition) -> Value {
    Value::Object(map(policy, condition))
}

/// What a test asks, as the value of its key: `">= high"`, `{"not": "benign"}`.
pub fn asked(policy: &Policy, test: &Test) -> Value {
    predicate(policy, test, &test.predicate)
}

fn map(policy: &Policy, condition: &Condition) -> Map<String, Value> {
    let mut map = Map::new();
    match condition {
        Condition::All(parts) => parts.iter().for_each(|part| add(policy, part, &mut map)),
        one => add(policy, one, &mut map),
    }
    map
}

/// Puts one more condition beside those of a map.
fn add(policy: &Policy, part: &Condition, map: &mut Map<String, Value>) {
    let list = |parts: &[Condition]| parts.iter().map(|part| when(policy, part)).collect::<Vec<Value>>();
    let (key, value) = match part {
        // An `all` of nothing always holds, and says nothing here.
        Condition::All(parts) if parts.is_empty() => return,
        Condition::All(parts) => ("all".to_owned(), Value::Array(list(parts))),
        Condition::Any(parts) => ("any".to_owned(), Value::Array(list(parts))),
        // Of a list `not` means none of them, of a map not all of them.
        Condition::Not(inner) => match &**inner {
            Condition::Any(parts) => ("not".to_owned(), Value::Array(list(parts))),
            // An empty map would be half written: what always holds never does where it is denied.
            Condition::All(parts) if parts.is_empty() => ("any".to_owned(), json!([])),
            inner => ("not".to_owned(), when(policy, inner)),
        },
        Condition::Test(test) => (words::subject(policy, test.subject), predicate(policy, test, &test.predicate)),
    };
    match map.get_mut(&key) {
        None => {
            map.insert(key, value);
        }
        Some(there) => {
            if let (Condition::Test(test), Some(both)) = (part, beside(there, &value))
                && is_set(policy, test.subject)
            {
                *there = both;
                return;
            }
            let one = json!({ key: value });
            match map.get_mut("all") {
                Some(Value::Array(all)) => all.push(one),
                _ => {
                    map.insert("all".to_owned(), json!([one]));
                }
            }
        }
    }
}

/// Two tests of one set as one: `{any: […], none: […]}`. `None` where they take the same form.
fn beside(there: &Value, more: &Value) -> Option<Value> {
    let forms = |value: &Value| match value {
        Value::Object(forms) => Some(forms.clone()),
        plain => json!({ "any": plain }).as_object().cloned(),
    };
    let (mut there, more) = (forms(there)?, forms(more)?);
    for (form, value) in more {
        if there.insert(form, value).is_some() {
            return None;
        }
    }
    Some(Value::Object(there))
}

fn predicate(policy: &Policy, test: &Test, asked: &Predicate) -> Value {
    let list = |operands: &[Operand]| -> Vec<Value> {
        operands.iter().map(|&one| operand(policy, test.subject, one)).collect()
    };
    match asked {
        Predicate::AnyOf(operands) if operands.len() == 1 => operand(policy, test.subject, operands[0]),
        Predicate::AnyOf(operands) => Value::Array(list(operands)),
        Predicate::AllOf(operands) => json!({ "all": list(operands) }),
        Predicate::NoneOf(operands) => json!({ "none": list(operands) }),
        Predicate::Not(inner) => json!({ "not": predicate(policy, test, inner) }),
    }
}

fn operand(policy: &Policy, subject: Subject, operand: Operand) -> Value {
    let is_bool = matches!(subject, Subject::Facet(ix) if policy.manifest.facet(ix).kind == FacetKind::Bool);
    match operand {
        Operand::Category(ix) => json!(&*policy.taxonomy.get(ix).id),
        Operand::NoCategory => json!(NO_CATEGORY),
        Operand::Value(ix) if is_bool => json!(ix == ValueIx(1)),
        Operand::Value(ix) => json!(value(policy, subject, ix)),
        Operand::Compare(comparison, bound) => {
            json!(format!("{} {}", comparison.sign(), value(policy, subject, bound)))
        }
        Operand::Unknown => json!(UNKNOWN),
        Operand::Unresolved => json!("?"),
    }
}

fn value(policy: &Policy, subject: Subject, ix: ValueIx) -> String {
    let at = usize::from(ix.0);
    match subject {
        Subject::Category => "?".to_owned(),
        Subject::Severity => policy.manifest.severities[at].to_string(),
        Subject::Target => Target::ALL[at].word().to_owned(),
        Subject::Facet(facet) => policy.manifest.facet(facet).values[at].to_string(),
    }
}

fn is_set(policy: &Policy, subject: Subject) -> bool {
    matches!(subject, Subject::Facet(ix) if policy.manifest.facet(ix).kind == FacetKind::Set)
}
