//! Conditions as alternatives of plain tests.
//!
//! Negation is pushed down to the tests after Kleene: *not all* is false where some part is false, which is another
//! thing than where some part is not true. So every leaf asks whether its test is true, or whether it is false.

use crate::policy::condition::{Condition, Predicate, Subject, Truth};

/// A test that must come out as wanted: true or false, where unknown is neither.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Leaf<'a> {
    pub subject: Subject,
    pub predicate: &'a Predicate,
    pub wanted: Truth,
}

/// Tests that must all come out as wanted.
pub(crate) type Term<'a> = Vec<Leaf<'a>>;

/// A clause of more terms than this is decided by its condition itself.
pub(crate) const MOST_TERMS: usize = 64;

/// The alternatives of which one is enough for the condition to be `wanted`. `None` where there would be too many.
pub(crate) fn terms<'a>(condition: &'a Condition, wanted: Truth) -> Option<Vec<Term<'a>>> {
    match condition {
        Condition::Test(test) => Some(vec![vec![Leaf { subject: test.subject, predicate: &test.predicate, wanted }]]),
        Condition::Not(inner) => terms(inner, !wanted),
        Condition::All(parts) if wanted == Truth::True => every(parts, wanted),
        Condition::Any(parts) if wanted == Truth::False => every(parts, wanted),
        Condition::All(parts) | Condition::Any(parts) => some(parts, wanted),
    }
}

fn every<'a>(parts: &'a [Condition], wanted: Truth) -> Option<Vec<Term<'a>>> {
    let mut all: Vec<Term<'a>> = vec![Vec::new()];
    for part in parts {
        let part = terms(part, wanted)?;
        if all.len() * part.len() > MOST_TERMS {
            return None;
        }
        all = all.iter().flat_map(|term| part.iter().map(move |more| joined(term, more))).collect();
    }
    Some(all)
}

fn some<'a>(parts: &'a [Condition], wanted: Truth) -> Option<Vec<Term<'a>>> {
    let mut all = Vec::new();
    for part in parts {
        for term in terms(part, wanted)? {
            if !all.contains(&term) {
                all.push(term);
            }
        }
        if all.len() > MOST_TERMS {
            return None;
        }
    }
    Some(all)
}

fn joined<'a>(term: &[Leaf<'a>], more: &[Leaf<'a>]) -> Term<'a> {
    let mut joined = term.to_vec();
    joined.extend(more.iter().filter(|leaf| !term.contains(leaf)));
    joined
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::condition::{Operand, Test};
    use crate::policy::facet::ValueIx;
    use crate::policy::place::Route;

    fn test(value: u16) -> Condition {
        let predicate = Predicate::AnyOf(vec![Operand::Value(ValueIx(value))]);
        Condition::Test(Test { subject: Subject::Severity, predicate, route: Route::root() })
    }

    fn check(condition: &Condition, sizes: Option<&[usize]>) {
        let found = terms(condition, Truth::True).map(|terms| terms.iter().map(Vec::len).collect::<Vec<_>>());
        assert_eq!(found.as_deref(), sizes);
    }

    #[test]
    fn plain_maps_are_one_term() {
        check(&Condition::always(), Some(&[0]));
        check(&Condition::Any(vec![]), Some(&[]));
        check(&Condition::All(vec![test(0), test(1), test(0)]), Some(&[2]));
    }

    #[test]
    fn alternatives_multiply_out() {
        let either = || Condition::Any(vec![test(0), test(1)]);
        check(&Condition::All(vec![either(), test(2)]), Some(&[2, 2]));
        check(&Condition::Not(Box::new(Condition::All(vec![test(0), either()]))), Some(&[1, 2]));
    }

    #[test]
    fn the_blow_up_is_bounded() {
        let pair = |n: u16| Condition::Any(vec![test(2 * n), test(2 * n + 1)]);
        check(&Condition::All((0..7).map(pair).collect()), None);
        assert_eq!(terms(&Condition::All((0..6).map(pair).collect()), Truth::True).map(|t| t.len()), Some(64));
        check(&Condition::Any((0..65).map(test).collect()), None);
    }
}
