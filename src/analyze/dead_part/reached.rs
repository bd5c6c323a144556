//! What a clause reaches without naming it, and never decides: severities and values that a comparison takes in, categories
//! below the one that it names.
//!
//! That an exception comes first is what the first that applies is for. So it is told of only where what comes first was not
//! written as an exception: a subtree goes to clauses that are about other categories as well, a level to clauses that reach
//! beyond this one or are more permissive. Where the strictest decides, that is what decides there.

use super::{DeadPart, placed};
use crate::analyze::edit::{Act, Kind, PolicyEdit};
use crate::analyze::space::{Decider, EMPTY, Exact, Node, Ranked};
use crate::policy::condition::{Comparison, Condition, Met, Operand, Predicate, Subject, Test};
use crate::policy::facet::{FacetValue, ValueIx};
use crate::policy::manifest::HitPolicy;
use crate::policy::place::Route;
use crate::policy::taxonomy::CategoryIx;

/// What the tests that must all hold reach in vain; one part for each such test, or category.
pub(in crate::analyze) fn reached(exact: &mut Exact<'_>, rank: usize) -> Vec<DeadPart> {
    let ranked = exact.regions.ranked[rank];
    if exact.policy().manifest.hit_policy != HitPolicy::First || ranked.decides == EMPTY {
        return Vec::new();
    }
    let when = &exact.policy().clause(ranked.clause).when;
    let mut tests = Vec::new();
    needed(when, 0, &mut tests);
    let mut found = Vec::new();
    for (position, test) in tests {
        let Predicate::AnyOf(operands) = &test.predicate else { continue };
        match test.subject {
            Subject::Category => found.extend(categories(exact, &ranked, test, operands, position)),
            Subject::Severity | Subject::Facet(_) => found.extend(levels(exact, &ranked, test, operands, position)),
            Subject::Target => {}
        }
    }
    found
}

/// The tests of which every one must hold, by their position among all.
fn needed<'c>(when: &'c Condition, first: usize, found: &mut Vec<(usize, &'c Test)>) {
    match when {
        Condition::Test(test) => found.push((first, test)),
        Condition::All(parts) => {
            for (part, tests) in placed(parts, first) {
                needed(part, tests.start, found);
            }
        }
        Condition::Any(_) | Condition::Not(_) => {}
    }
}

/// The topmost categories below those that are named.
fn categories(
    exact: &mut Exact<'_>,
    ranked: &Ranked,
    test: &Test,
    operands: &[Operand],
    position: usize,
) -> Vec<DeadPart> {
    let [applies, decides] = [ranked.applies, ranked.decides].map(|set| exact.space.reach(set));
    // Where it decides in every category in which it applies, there is nothing to look for.
    if applies == decides {
        return Vec::new();
    }
    let taxonomy = &exact.policy().taxonomy;
    let mut found: Vec<CategoryIx> = Vec::new();
    for named in operands {
        let Operand::Category(named) = named else { continue };
        let has = |bits: &[u64], class: usize| bits[class / 64] >> (class % 64) & 1 == 1;
        let mut all = taxonomy.subtree(*named).filter_map(|below| exact.space.class_of(CategoryIx(below)));
        // What is named in vain as a whole is told of as that.
        if !all.any(|class| has(&decides, class)) {
            continue;
        }
        let inner = taxonomy.subtree(*named).map(CategoryIx).skip(1);
        for ix in inner {
            if found.iter().any(|above| taxonomy.is_within(ix, *above)) || taxonomy.get(ix).deprecated.is_some() {
                continue;
            }
            let classes = taxonomy.subtree(ix).filter_map(|below| exact.space.class_of(CategoryIx(below)));
            let mut reached = classes.filter(|class| has(&applies, *class)).peekable();
            if reached.peek().is_some() && reached.all(|class| !has(&decides, class)) {
                found.push(ix);
            }
        }
    }
    let clause = exact.policy().clause(ranked.clause);
    let of = |predicate| Test { subject: Subject::Category, predicate, route: Route::root() };
    let part = |ix: CategoryIx| {
        let here = Predicate::AnyOf(vec![Operand::Category(ix)]);
        let alone = Condition::Test(Test { predicate: here.clone(), ..test.clone() });
        let set = exact.space.holds(&exact.regions.lens, &alone);
        let shadows = unexpected(exact, ranked, set, true)?;
        let act = Act::AddTest(of(Predicate::Not(Box::new(here))));
        let without = PolicyEdit { clause: ranked.clause, act: act.clone() }.clause_after(clause).when;
        Some(DeadPart { alone, tests: position..position + 1, shadows, without, act: Some(act) })
    };
    found.into_iter().filter_map(part).collect()
}

/// The values that comparisons take in.
fn levels(
    exact: &mut Exact<'_>,
    ranked: &Ranked,
    test: &Test,
    operands: &[Operand],
    position: usize,
) -> Option<DeadPart> {
    let is_compared = |ix: &ValueIx| {
        let compares = |operand: &Operand| match operand {
            Operand::Compare(comparison, bound) => comparison.holds(*ix, *bound),
            _ => false,
        };
        operands.iter().any(compares) && !operands.contains(&Operand::Value(*ix))
    };
    let manifest = &exact.policy().manifest;
    let count = match test.subject {
        Subject::Facet(ix) => manifest.facet(ix).values.len(),
        _ => manifest.severities.len(),
    };
    let (mut dead, mut set) = (Vec::new(), EMPTY);
    for ix in (0..count as u16).map(ValueIx).filter(is_compared) {
        let here = exact.space.where_is(test.subject, Met::Value(Some(FacetValue::One(ix))));
        if exact.space.meet(ranked.applies, here) && !exact.space.meet(ranked.decides, here) {
            dead.push(ix);
            set = exact.space.or(set, here);
        }
    }
    let shadows = unexpected(exact, ranked, set, false)?;
    let all = |operands| Condition::Test(Test { predicate: Predicate::AnyOf(operands), ..test.clone() });
    let left: Vec<ValueIx> =
        (0..count as u16).map(ValueIx).filter(|ix| is_compared(ix) && !dead.contains(ix)).collect();
    let named = operands.iter().copied().filter(|operand| !matches!(operand, Operand::Compare(..)));
    let predicate = Predicate::AnyOf(said(&left, count).into_iter().chain(named).collect());
    let act = Act::SetTest(position, predicate, Kind::Tighten);
    let clause = exact.policy().clause(ranked.clause);
    let without = PolicyEdit { clause: ranked.clause, act: act.clone() }.clause_after(clause).when;
    let alone = all(dead.into_iter().map(Operand::Value).collect());
    Some(DeadPart { alone, tests: position..position + 1, shadows, without, act: Some(act) })
}

/// Values in few words: a comparison where they reach up or down to an end.
fn said(values: &[ValueIx], count: usize) -> Vec<Operand> {
    match values {
        [first, _, ..] if values.len() == count - usize::from(first.0) => {
            vec![Operand::Compare(Comparison::AtLeast, *first)]
        }
        [.., _, last] if values.len() == usize::from(last.0) + 1 => vec![Operand::Compare(Comparison::AtMost, *last)],
        values => values.iter().map(|ix| Operand::Value(*ix)).collect(),
    }
}

/// Who decides where the clause applies within a set, if that is not what exceptions are for: those that are about fewer
/// categories, and at a level those that apply within the clause and are stricter, leave some of it to others.
fn unexpected(exact: &mut Exact<'_>, ranked: &Ranked, set: Node, is_subtree: bool) -> Option<Vec<Decider>> {
    let applies = exact.space.and(set, ranked.applies);
    let shadows = if applies == EMPTY { Vec::new() } else { exact.deciders(applies) };
    let own = exact.space.reach(ranked.applies);
    let mut rest = applies;
    for clause in shadows.iter().flatten() {
        let other = exact.applies(*clause);
        let behavior = exact.regions.behavior(Some(*clause));
        let is_exception = if is_subtree {
            let reach = exact.space.reach(other);
            reach != own && reach.iter().zip(&own).all(|(inner, outer)| inner & !outer == 0)
        } else {
            behavior > ranked.behavior && exact.space.minus(other, ranked.applies) == EMPTY
        };
        if is_exception || behavior == ranked.behavior {
            rest = exact.space.minus(rest, other);
        }
    }
    (rest != EMPTY).then_some(shadows)
}
