//! Reads a `when`: a map of tests, all of which must hold.

use super::cursor::Cursor;
use crate::policy::Policy;
use crate::policy::case::Target;
use crate::policy::codes;
use crate::policy::condition::{Comparison, Condition, Operand, Predicate, Subject, Test};
use crate::policy::facet::{FacetIx, FacetKind, ValueIx};
use crate::policy::taxonomy::{NO_CATEGORY, UNKNOWN};

/// Conditions nested deeper than this are refused; people do not write them, attacks do.
const DEEPEST: usize = 64;

/// Words that a `when` uses itself; no facet may be called so.
pub const RESERVED_FACETS: [&str; 6] = ["category", "severity", "target", "all", "any", "not"];

/// Reads the condition at `cursor`. What the policy does not know becomes [`Operand::Unresolved`], which is never true
/// and whose negation is not either: a mistake can make a clause apply less often than was meant, never more often.
pub fn read(cursor: &Cursor<'_>, policy: &Policy) -> Condition {
    let parts = ConditionReader { policy }.tests(cursor, 0);
    only_or(parts, Condition::All)
}

struct ConditionReader<'p> {
    policy: &'p Policy,
}

impl ConditionReader<'_> {
    /// The tests of one mapping.
    fn tests(&self, cursor: &Cursor<'_>, depth: usize) -> Vec<Condition> {
        if depth > DEEPEST {
            cursor.note(&codes::TOO_MUCH, "this condition is nested too deeply", "Write it with fewer levels.");
            return vec![unresolved(cursor)];
        }
        if !cursor.expect_mapping("a condition") {
            return vec![unresolved(cursor)];
        }
        let entries = cursor.entries();
        entries.iter().map(|(key, value)| self.test(key, value, depth)).collect()
    }

    fn test(&self, key: &str, value: &Cursor<'_>, depth: usize) -> Condition {
        if value.node().is_null() {
            value.note(&codes::WRONG_TYPE, format!("the test on `{key}` is empty"), "Say what it asks, or remove it.");
            return unresolved(value);
        }
        match key {
            "all" => only_or(self.nested(value, depth), Condition::All),
            "any" => only_or(self.nested(value, depth), Condition::Any),
            // Of a list: none of them. Of a mapping: not all of its tests together.
            "not" if value.node().is_sequence() => {
                Condition::Not(Box::new(only_or(self.nested(value, depth), Condition::Any)))
            }
            "not" => Condition::Not(Box::new(only_or(self.nested(value, depth), Condition::All))),
            _ => match self.subject(key) {
                Some(subject) => {
                    let test = |predicate| Condition::Test(Test { subject, predicate, route: value.route().clone() });
                    only_or(self.predicates(value, subject).into_iter().map(test).collect(), Condition::All)
                }
                None => {
                    let facets = self.policy.manifest.facets.iter().map(|f| &*f.id);
                    let known = RESERVED_FACETS.iter().copied().chain(facets);
                    let help = value.choose_from(key, "facet", known);
                    value.note(&codes::UNKNOWN_FACET, format!("`{key}` is no facet of this policy"), help);
                    unresolved(value)
                }
            },
        }
    }

    /// The conditions under `all`, `any` or `not`: one per item of a list, or one per test of a mapping.
    fn nested(&self, cursor: &Cursor<'_>, depth: usize) -> Vec<Condition> {
        if !cursor.node().is_sequence() {
            return self.tests(cursor, depth + 1);
        }
        let items = cursor.items();
        items.iter().map(|item| only_or(self.tests(item, depth + 1), Condition::All)).collect()
    }

    fn subject(&self, key: &str) -> Option<Subject> {
        match key {
            "category" => Some(Subject::Category),
            "severity" => Some(Subject::Severity),
            "target" => Some(Subject::Target),
            _ => self.policy.manifest.find_facet(key).map(Subject::Facet),
        }
    }

    /// Several where one mapping asks several things of a set: `{any: […], none: […]}`. All of them must hold.
    fn predicates(&self, cursor: &Cursor<'_>, subject: Subject) -> Vec<Predicate> {
        let entries = cursor.entries();
        if !cursor.node().is_mapping() || entries.is_empty() {
            return vec![self.predicate(cursor, subject, 0)];
        }
        entries.iter().map(|(form, value)| self.form(form, cursor, value, subject, 0)).collect()
    }

    fn predicate(&self, cursor: &Cursor<'_>, subject: Subject, depth: usize) -> Predicate {
        if cursor.node().is_sequence() {
            return Predicate::AnyOf(cursor.items().iter().map(|item| self.operand(item, subject)).collect());
        }
        if !cursor.node().is_mapping() {
            return Predicate::AnyOf(vec![self.operand(cursor, subject)]);
        }
        let entries = cursor.entries();
        let [(form, value)] = &entries[..] else {
            return self.malformed(cursor, "is empty, or asks several things under one `not`");
        };
        if depth > DEEPEST {
            return self.malformed(cursor, "is nested too deeply");
        }
        self.form(form, cursor, value, subject, depth)
    }

    fn form(&self, form: &str, cursor: &Cursor<'_>, value: &Cursor<'_>, subject: Subject, depth: usize) -> Predicate {
        let operands = || match value.node().is_sequence() {
            true => value.items().iter().map(|item| self.operand(item, subject)).collect(),
            false => vec![self.operand(value, subject)],
        };
        match form {
            "not" => Predicate::Not(Box::new(self.predicate(value, subject, depth + 1))),
            "any" => Predicate::AnyOf(operands()),
            "all" if self.is_set(subject) => Predicate::AllOf(operands()),
            "none" => Predicate::NoneOf(operands()),
            "all" => self.malformed(cursor, "uses `all`, which only a set can meet"),
            other => self.malformed(cursor, &format!("uses `{other}`")),
        }
    }

    fn malformed(&self, cursor: &Cursor<'_>, what: &str) -> Predicate {
        cursor.note(
            &codes::WRONG_TYPE,
            format!("this test {what}"),
            "Write a value, a list of values, `{not: …}`, or for a set one of `{any: […]}`, `{all: […]}`, `{none: […]}`.",
        );
        Predicate::AnyOf(vec![Operand::Unresolved])
    }

    fn operand(&self, cursor: &Cursor<'_>, subject: Subject) -> Operand {
        let Some(word) = cursor.expect_text("a value") else {
            return Operand::Unresolved;
        };
        let word = word.trim();
        let found = match subject {
            Subject::Category => self.category(cursor, word),
            _ if word == UNKNOWN => Some(Operand::Unknown),
            _ => match Comparison::ALL.iter().find_map(|c| Some((*c, word.strip_prefix(c.sign())?.trim()))) {
                Some((comparison, bound)) => self.comparison(cursor, subject, comparison, bound),
                None => self.value(cursor, subject, word).map(Operand::Value),
            },
        };
        found.unwrap_or(Operand::Unresolved)
    }

    fn category(&self, cursor: &Cursor<'_>, word: &str) -> Option<Operand> {
        if word == NO_CATEGORY {
            return Some(Operand::NoCategory);
        }
        let taxonomy = &self.policy.taxonomy;
        let found = taxonomy.find(word);
        if found.is_none() {
            cursor.note(
                &codes::UNKNOWN_CATEGORY,
                format!("`{word}` is no category of this policy"),
                cursor.choose_from(word, "category", taxonomy.iter().map(|(_, c)| &*c.id)),
            );
        }
        found.map(Operand::Category)
    }

    fn comparison(
        &self,
        cursor: &Cursor<'_>,
        subject: Subject,
        comparison: Comparison,
        bound: &str,
    ) -> Option<Operand> {
        let ordered = match subject {
            Subject::Severity => true,
            Subject::Facet(ix) => self.policy.manifest.facet(ix).kind == FacetKind::Ordinal,
            _ => false,
        };
        if !ordered {
            cursor.note(
                &codes::BAD_COMPARISON,
                format!("`{}` compares values that have no order", comparison.sign()),
                "Only severity and ordinal facets can be compared: list the values instead.",
            );
            return None;
        }
        self.value(cursor, subject, bound).map(|value| Operand::Compare(comparison, value))
    }

    fn value(&self, cursor: &Cursor<'_>, subject: Subject, word: &str) -> Option<ValueIx> {
        let manifest = &self.policy.manifest;
        let (what, values): (String, Vec<&str>) = match subject {
            Subject::Severity => ("severity".into(), manifest.severities.iter().map(|s| &**s).collect()),
            Subject::Target => ("target".into(), Target::ALL.map(Target::word).into()),
            Subject::Facet(ix) => {
                let facet = manifest.facet(ix);
                (format!("value of `{}`", facet.id), facet.values.iter().map(|v| &**v).collect())
            }
            Subject::Category => return None,
        };
        let found = values.iter().position(|value| *value == word).map(|i| ValueIx(i as u16));
        if found.is_none() {
            let help = cursor.choose_from(word, &what, values.iter().copied());
            cursor.note(&codes::UNKNOWN_VALUE, format!("`{word}` is no {what} of this policy"), help);
        }
        found
    }

    fn is_set(&self, subject: Subject) -> bool {
        let kind = |ix: FacetIx| self.policy.manifest.facet(ix).kind;
        matches!(subject, Subject::Facet(ix) if kind(ix) == FacetKind::Set)
    }
}

/// A part standing alone is the whole.
fn only_or(mut parts: Vec<Condition>, whole: fn(Vec<Condition>) -> Condition) -> Condition {
    if parts.len() == 1 { parts.remove(0) } else { whole(parts) }
}

/// The condition of a clause of which a part could not be read: it is never true, and neither is its negation.
pub fn unreadable(clause: &Cursor<'_>) -> Condition {
    unresolved(clause)
}

/// A test that could not be read.
fn unresolved(cursor: &Cursor<'_>) -> Condition {
    let predicate = Predicate::AnyOf(vec![Operand::Unresolved]);
    Condition::Test(Test { subject: Subject::Category, predicate, route: cursor.route().clone() })
}
