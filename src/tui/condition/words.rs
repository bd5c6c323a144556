//! What a test asks, in plain words without its subject: `≥ high`, `not benign`, `weapons (+3 below)`.

use crate::decide::words;
use crate::policy::Policy;
use crate::policy::condition::{Met, Operand, Predicate, Subject, Test};
use crate::policy::facet::{FacetKind, FacetValue};
use crate::policy::taxonomy::{CategoryIx, NO_CATEGORY, UNKNOWN};

/// What several tests on one subject ask together: they stand under one key, as in `{any: […], none: […]}`.
pub fn asked(policy: &Policy, tests: &[&Test]) -> String {
    let each: Vec<String> = tests.iter().map(|test| predicate(policy, test.subject, &test.predicate)).collect();
    each.join(" and ")
}

/// How many categories stand below one.
pub fn below(policy: &Policy, category: CategoryIx) -> usize {
    policy.taxonomy.subtree(category).len().saturating_sub(1)
}

fn predicate(policy: &Policy, subject: Subject, predicate: &Predicate) -> String {
    let mut negated = false;
    let mut inner = predicate;
    while let Predicate::Not(deeper) = inner {
        negated = !negated;
        inner = deeper;
    }
    let set = is_set(policy, subject);
    let list = |operands: &[Operand], last: &str| {
        let words: Vec<String> = operands.iter().map(|one| operand(policy, subject, *one)).collect();
        match words.split_last() {
            Some((end, [])) => end.clone(),
            Some((end, rest)) => format!("{}{last}{end}", rest.join(", ")),
            None => "nothing".to_owned(),
        }
    };
    match (inner, negated) {
        (Predicate::AnyOf(one), false) if set => format!("has {}", list(one, " or ")),
        (Predicate::AnyOf(one), true) if set && one.len() == 1 => format!("does not have {}", list(one, "")),
        (Predicate::AnyOf(many), true) | (Predicate::NoneOf(many), false) if set => {
            format!("has none of {}", list(many, ", "))
        }
        (Predicate::NoneOf(many), true) if set => format!("has {}", list(many, " or ")),
        (Predicate::AllOf(many), false) => format!("has all of {}", list(many, ", ")),
        (Predicate::AllOf(many), true) => format!("does not have all of {}", list(many, ", ")),
        (Predicate::AnyOf(any), false) | (Predicate::NoneOf(any), true) => list(any, " or "),
        (Predicate::AnyOf(one) | Predicate::NoneOf(one), _) if one.len() == 1 => format!("not {}", list(one, "")),
        (Predicate::AnyOf(many) | Predicate::NoneOf(many), _) => format!("none of {}", list(many, ", ")),
        (Predicate::Not(_), _) => String::new(),
    }
}

fn operand(policy: &Policy, subject: Subject, operand: Operand) -> String {
    let value = |ix| words::met(policy, subject, Met::Value(Some(FacetValue::One(ix))));
    match operand {
        Operand::Category(ix) => {
            let id = words::met(policy, subject, Met::Category(Some(ix)));
            match below(policy, ix) {
                0 => id,
                n => format!("{id} (+{n} below)"),
            }
        }
        Operand::NoCategory => NO_CATEGORY.to_owned(),
        Operand::Value(ix) => value(ix),
        Operand::Compare(comparison, ix) => format!("{} {}", comparison.symbol(), value(ix)),
        Operand::Unknown => UNKNOWN.to_owned(),
        Operand::Unresolved => "?".to_owned(),
    }
}

pub(super) fn is_set(policy: &Policy, subject: Subject) -> bool {
    matches!(subject, Subject::Facet(ix) if policy.manifest.facet(ix).kind == FacetKind::Set)
}
