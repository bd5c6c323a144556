//! Where one clause decided before and another one decides after, said by the clauses themselves: where both apply, and
//! none of those that would decide before them.
//!
//! Sets that many clauses have bitten into fall into thousands of plain regions; said so they stay one.

use super::diagram::{EMPTY, Node};
use super::layout::Space;
use super::words::Lens;
use crate::policy::Policy;
use crate::policy::case::Target;
use crate::policy::condition::{Condition, Met, Operand, Predicate, Subject, Test, Truth};
use crate::policy::facet::{FacetKind, FacetValue, ValueIx};

/// A clause as its condition and where that holds.
#[derive(Debug, Clone, Copy)]
pub(super) struct Spoken<'c> {
    pub when: &'c Condition,
    pub applies: Node,
}

impl Space {
    /// The condition of the points at which all of `apply` hold and none of `before` does. Conditions are in the terms of the
    /// words. `None` where a word of them could not be read.
    ///
    /// Nothing but where single clauses and tests meet is computed: the set itself may be large.
    pub(super) fn spell(&mut self, apply: &[Spoken<'_>], before: &[Spoken<'_>]) -> Option<Condition> {
        let words = self.words.clone();
        let lens = Lens::new(&words, &words);
        let (mut parts, mut within): (Vec<Condition>, Node) = (Vec::new(), self.domain);
        for one in apply {
            within = self.and(within, one.applies);
            for part in flat(one.when) {
                if !part.is_understood() {
                    return None;
                }
                if !parts.iter().any(|known| alike(known, part)) {
                    parts.push(part.clone());
                }
            }
        }
        // Of two clauses one of which applies here wherever the other does, the wider one says all.
        let mut bites: Vec<(Node, &Condition)> = Vec::new();
        for one in before {
            let bite = self.and(within, one.applies);
            if bite == EMPTY || bites.iter().any(|(wider, _)| self.diagrams.minus(bite, *wider) == EMPTY) {
                continue;
            }
            bites.retain(|(narrower, _)| self.diagrams.minus(*narrower, bite) != EMPTY);
            bites.push((bite, one.when));
        }
        for (_, when) in bites {
            let unless = unless(&lens, when, Truth::True)?;
            parts.push(self.met_within(&lens, unless, within));
        }
        Some(self.tidy_by(&lens, Condition::All(parts)))
    }

    /// Without alternatives that no point of a set meets.
    fn met_within(&mut self, lens: &Lens<'_>, condition: Condition, within: Node) -> Condition {
        let Condition::Any(mut alternatives) = condition else { return condition };
        alternatives.retain(|one| {
            let set = self.holds(lens, one);
            self.and(within, set) != EMPTY
        });
        if alternatives.len() == 1 { alternatives.remove(0) } else { Condition::Any(alternatives) }
    }
}

impl Lens<'_> {
    /// Whether the version reads every word of the space as that word, so that its conditions are conditions over the space.
    pub(super) fn is_plain(&self, words: &Policy) -> bool {
        let (own, all) = (&self.policy.manifest, &words.manifest);
        let facets = || own.facets.iter().map(|facet| (&facet.id, facet.kind, &facet.values));
        let ids =
            |policy: &Policy| policy.taxonomy.iter().map(|(_, one)| (one.id.clone(), one.end)).collect::<Vec<_>>();
        own.severities == all.severities
            && facets().eq(all.facets.iter().map(|facet| (&facet.id, facet.kind, &facet.values)))
            && ids(self.policy) == ids(words)
    }
}

/// The parts that must all hold.
fn flat(when: &Condition) -> Vec<&Condition> {
    match when {
        Condition::All(parts) => parts.iter().flat_map(flat).collect(),
        one => vec![one],
    }
}

/// Whether two parts are one test, wherever they stand.
pub(super) fn alike(a: &Condition, b: &Condition) -> bool {
    match (a, b) {
        (Condition::Test(a), Condition::Test(b)) => (a.subject, &a.predicate) == (b.subject, &b.predicate),
        _ => a == b,
    }
}

/// What holds exactly where a condition does not come out so: where it is not true, or not false. `None` where a word of it
/// could not be read.
fn unless(lens: &Lens<'_>, condition: &Condition, truth: Truth) -> Option<Condition> {
    let each = |parts: &[Condition]| parts.iter().map(|part| unless(lens, part, truth)).collect::<Option<Vec<_>>>();
    match (condition, truth) {
        (Condition::Not(inner), _) => unless(lens, inner, !truth),
        (Condition::All(parts), Truth::True) | (Condition::Any(parts), Truth::False) => {
            let mut all = Vec::new();
            for part in each(parts)? {
                match part {
                    Condition::Any(inner) => all.extend(inner),
                    one => all.push(one),
                }
            }
            Some(Condition::Any(all))
        }
        (Condition::All(parts) | Condition::Any(parts), _) => Some(Condition::All(each(parts)?)),
        (Condition::Test(test), _) => unless_test(lens, test, truth),
    }
}

fn unless_test(lens: &Lens<'_>, test: &Test, truth: Truth) -> Option<Condition> {
    /// A list of more values than these is better said by what it leaves out.
    const MOST: usize = 4;
    if !Condition::Test(test.clone()).is_understood() {
        return None;
    }
    let policy = lens.policy;
    let asked = |predicate| Condition::Test(Test { predicate, ..test.clone() });
    let comes_out = |met| test.predicate.eval(met, &policy.taxonomy) == truth;
    let denied = match truth {
        Truth::True => Predicate::Not(Box::new(test.predicate.clone())),
        _ => test.predicate.clone(),
    };
    let count = match test.subject {
        Subject::Category => return Some(asked(denied)),
        Subject::Severity => policy.manifest.severities.len(),
        Subject::Target => Target::ALL.len(),
        Subject::Facet(ix) if policy.manifest.facet(ix).kind == FacetKind::Set => usize::MAX,
        Subject::Facet(ix) => policy.manifest.facet(ix).values.len(),
    };
    let unknown = !comes_out(Met::Value(None));
    if count <= usize::from(u16::MAX) {
        let others = (0..count as u16).map(ValueIx).filter(|ix| !comes_out(Met::Value(Some(FacetValue::One(*ix)))));
        let others: Vec<Operand> = others.map(Operand::Value).chain(unknown.then_some(Operand::Unknown)).collect();
        if others.len() <= MOST {
            return Some(asked(Predicate::AnyOf(others)));
        }
    }
    // What is known comes out true or false, so that there the contrary of the one is the other.
    let says_unknown = denied.eval(Met::Value(None), &policy.taxonomy) == Truth::True;
    Some(match (unknown, says_unknown) {
        (true, false) => Condition::Any(vec![asked(denied), asked(Predicate::AnyOf(vec![Operand::Unknown]))]),
        (false, true) => {
            let known = Predicate::Not(Box::new(Predicate::AnyOf(vec![Operand::Unknown])));
            Condition::All(vec![asked(denied), asked(known)])
        }
        _ => asked(denied),
    })
}
