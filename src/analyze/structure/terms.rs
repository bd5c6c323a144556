//! Says in one policy's terms what was said in another's.

use crate::policy::Policy;
use crate::policy::behavior::BehaviorIx;
use crate::policy::condition::{Condition, Operand, Predicate, Subject, Test};
use crate::policy::facet::{FacetIx, FacetKind, ValueIx};
use crate::policy::taxonomy::CategoryIx;

/// What the positions of one policy are in another. What is not there becomes unresolved, as a reader would leave it.
#[derive(Debug, Clone)]
pub struct Terms<'p> {
    pub from: &'p Policy,
    pub to: &'p Policy,
    pub behaviors: Vec<Option<usize>>,
    pub severities: Vec<Option<usize>>,
    pub facets: Vec<Option<usize>>,
    pub categories: Vec<Option<usize>>,
}

impl Terms<'_> {
    pub fn behavior(&self, ix: BehaviorIx) -> Option<BehaviorIx> {
        lookup(&self.behaviors, ix.0.into()).map(|ix| BehaviorIx(ix as u8))
    }

    pub fn facet(&self, ix: FacetIx) -> Option<FacetIx> {
        lookup(&self.facets, ix.0.into()).map(|ix| FacetIx(ix as u16))
    }

    pub fn condition(&self, condition: &Condition) -> Condition {
        let all = |parts: &[Condition]| parts.iter().map(|part| self.condition(part)).collect();
        match condition {
            Condition::All(parts) => Condition::All(all(parts)),
            Condition::Any(parts) => Condition::Any(all(parts)),
            Condition::Not(inner) => Condition::Not(Box::new(self.condition(inner))),
            Condition::Test(test) => Condition::Test(self.test(test)),
        }
    }

    fn test(&self, test: &Test) -> Test {
        let subject = match test.subject {
            Subject::Facet(ix) => self.facet(ix).map(Subject::Facet),
            other => Some(other),
        };
        let (subject, predicate) = match subject {
            Some(subject) => (subject, self.predicate(&test.predicate, test.subject, subject)),
            None => (Subject::Category, Predicate::AnyOf(vec![Operand::Unresolved])),
        };
        Test { subject, predicate, route: test.route.clone() }
    }

    fn predicate(&self, predicate: &Predicate, old: Subject, new: Subject) -> Predicate {
        let all = |operands: &[Operand]| operands.iter().map(|&one| self.operand(one, old, new)).collect();
        match predicate {
            Predicate::AnyOf(operands) => Predicate::AnyOf(all(operands)),
            Predicate::NoneOf(operands) => Predicate::NoneOf(all(operands)),
            Predicate::AllOf(operands) if self.kind(new) == Some(FacetKind::Set) => Predicate::AllOf(all(operands)),
            Predicate::AllOf(_) => Predicate::AnyOf(vec![Operand::Unresolved]),
            Predicate::Not(inner) => Predicate::Not(Box::new(self.predicate(inner, old, new))),
        }
    }

    fn operand(&self, operand: Operand, old: Subject, new: Subject) -> Operand {
        let found = match operand {
            Operand::Category(ix) => {
                lookup(&self.categories, ix.0.into()).map(|ix| Operand::Category(CategoryIx(ix as u16)))
            }
            Operand::Value(ix) => self.value(ix, old, new).map(Operand::Value),
            Operand::Compare(comparison, ix) if self.is_ordered(new) => {
                self.value(ix, old, new).map(|ix| Operand::Compare(comparison, ix))
            }
            Operand::Compare(..) => None,
            Operand::NoCategory | Operand::Unknown | Operand::Unresolved => Some(operand),
        };
        found.unwrap_or(Operand::Unresolved)
    }

    fn value(&self, ix: ValueIx, old: Subject, new: Subject) -> Option<ValueIx> {
        match (old, new) {
            (Subject::Severity, _) => lookup(&self.severities, ix.0.into()).map(|ix| ValueIx(ix as u16)),
            (Subject::Facet(old), Subject::Facet(new)) => {
                let word = self.from.manifest.facets.get(usize::from(old.0))?.values.get(usize::from(ix.0))?;
                self.to.manifest.facets.get(usize::from(new.0))?.find(word)
            }
            _ => Some(ix),
        }
    }

    fn is_ordered(&self, subject: Subject) -> bool {
        subject == Subject::Severity || self.kind(subject) == Some(FacetKind::Ordinal)
    }

    fn kind(&self, subject: Subject) -> Option<FacetKind> {
        let Subject::Facet(ix) = subject else { return None };
        self.to.manifest.facets.get(usize::from(ix.0)).map(|facet| facet.kind)
    }
}

fn lookup(positions: &[Option<usize>], at: usize) -> Option<usize> {
    positions.get(at).copied().flatten()
}

/// A condition's meaning as a text that two conditions share exactly if they test the same: places and the order of
/// alternatives do not count.
pub fn canonical(condition: &Condition) -> String {
    match condition {
        Condition::All(parts) => format!("all({})", sorted(parts.iter().map(canonical))),
        Condition::Any(parts) => format!("any({})", sorted(parts.iter().map(canonical))),
        Condition::Not(inner) => format!("not({})", canonical(inner)),
        // Never true or false, whatever it was meant to look at.
        Condition::Test(test) if is_unread(test) => "unread".to_owned(),
        Condition::Test(test) => format!("{:?} {}", test.subject, canonical_predicate(&test.predicate)),
    }
}

fn canonical_predicate(predicate: &Predicate) -> String {
    let operands = |operands: &[Operand]| sorted(operands.iter().map(|operand| format!("{operand:?}")));
    match predicate {
        Predicate::AnyOf(any) => format!("any({})", operands(any)),
        Predicate::AllOf(all) => format!("all({})", operands(all)),
        Predicate::NoneOf(none) => format!("none({})", operands(none)),
        Predicate::Not(inner) => format!("not({})", canonical_predicate(inner)),
    }
}

fn sorted(parts: impl Iterator<Item = String>) -> String {
    let mut parts: Vec<String> = parts.collect();
    parts.sort();
    parts.dedup();
    parts.join(",")
}

/// How many of the words in it the policy knows.
pub fn resolved(condition: &Condition) -> usize {
    let within = |test: &Test| operands(&test.predicate).iter().filter(|one| **one != Operand::Unresolved).count();
    condition.tests().into_iter().map(within).sum()
}

/// Whether the policy knows nothing of what the test names.
pub fn is_unread(test: &Test) -> bool {
    let operands = operands(&test.predicate);
    !operands.is_empty() && operands.iter().all(|one| *one == Operand::Unresolved)
}

fn operands(predicate: &Predicate) -> &[Operand] {
    match predicate {
        Predicate::AnyOf(operands) | Predicate::AllOf(operands) | Predicate::NoneOf(operands) => operands,
        Predicate::Not(inner) => self::operands(inner),
    }
}
