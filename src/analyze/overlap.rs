//! CB033: under `unique`, clauses with different behaviors that apply at once.

use super::edit::{Act, PolicyEdit};
use super::fix::clause_of;
use super::space::{EMPTY, Exact, Node, Points, Ranked};
use super::{Subject, points};
use crate::decide::words;
use crate::policy::Policy;
use crate::policy::case::Target;
use crate::policy::codes;
use crate::policy::condition::{Condition, Met, Operand, Predicate, Subject as Of, Test, Truth};
use crate::policy::facet::{FacetKind, FacetValue, ValueIx};
use crate::policy::manifest::HitPolicy;
use crate::policy::problem::Problem;

/// So many pairs are told.
const MOST: usize = 100;

pub(super) fn lint(subject: &Subject<'_>, problems: &mut Vec<Problem>) {
    let policy = subject.policy;
    if policy.manifest.hit_policy != HitPolicy::Unique {
        return;
    }
    let Some(mut exact) = subject.exact() else { return };
    let found = overlaps(&mut exact);
    for (earlier, later, both) in found.iter().take(MOST) {
        let region = exact.space.largest(*both).map_or(String::new(), |(largest, count)| {
            let elsewhere = if count > 1 { ", and elsewhere" } else { "" };
            format!(": where {}{elsewhere}", words::condition(&exact.space.words, &largest.when))
        });
        let [first, second] = [earlier, later].map(|ranked| {
            let behavior = policy.manifest.behaviors.id(ranked.behavior);
            format!("`{}` (`{behavior}`)", policy.clause(ranked.clause).id)
        });
        let problem = Problem::new(
            &codes::OVERLAP,
            policy.clause(later.clause).place.clone(),
            format!("{first} and {second} apply at once, at {}{region}", points(&exact.space.count(*both)),),
            "The stricter one decides there. Narrow one of them, so that only one applies.",
        );
        problems.push(problem.and([policy.clause(earlier.clause).place.clone()]));
    }
    if let Some(last) = problems.last_mut().filter(|_| found.len() > MOST) {
        last.message += &format!("; {} more pairs of clauses overlap so", found.len() - MOST);
    }
}

/// Every two clauses with different behaviors, and where both apply; in the order of the text.
pub(super) fn overlaps(exact: &mut Exact<'_>) -> Vec<(Ranked, Ranked, Node)> {
    let mut clauses = exact.regions.ranked.clone();
    clauses.sort_by_key(|ranked| ranked.clause);
    let mut found = Vec::new();
    for (at, later) in clauses.iter().enumerate() {
        for earlier in clauses[..at].iter().filter(|earlier| earlier.behavior != later.behavior) {
            let both = exact.space.and(earlier.applies, later.applies);
            if both != EMPTY {
                found.push((*earlier, *later, both));
            }
        }
    }
    found
}

/// To say of the more permissive one where it gives way: where one test of the stricter does not hold. What the stricter
/// one decides it decides already; the fewer points the other loses beside, the better.
pub(super) fn fixes(exact: &mut Exact<'_>, problem: &Problem) -> Vec<PolicyEdit> {
    let policy = exact.policy();
    let Some(later) = clause_of(policy, problem) else { return Vec::new() };
    let mut found: Vec<(Points, PolicyEdit)> = Vec::new();
    for (a, b, _) in overlaps(exact).into_iter().filter(|(_, other, _)| other.clause == later) {
        let (lax, strict) = if a.behavior < b.behavior { (a, b) } else { (b, a) };
        for test in needed(&policy.clause(strict.clause).when) {
            let Some(predicate) = otherwise(policy, test) else { continue };
            let test = Test { predicate, ..test.clone() };
            let edit = PolicyEdit { clause: lax.clause, act: Act::AddTest(test) };
            let narrowed = edit.clause_after(policy.clause(lax.clause)).when;
            let applies = exact.space.holds(&exact.regions.lens, &narrowed);
            if applies != EMPTY && exact.space.and(applies, strict.applies) == EMPTY {
                let lost = exact.space.minus(lax.decides, applies);
                found.push((exact.space.count(lost), edit));
            }
        }
    }
    found.sort_by(|(one, _), (other, _)| one.cmp(other));
    found.into_iter().map(|(_, edit)| edit).collect()
}

/// The tests of which every one must hold.
fn needed(when: &Condition) -> Vec<&Test> {
    match when {
        Condition::Test(test) => vec![test],
        Condition::All(parts) => parts.iter().flat_map(needed).collect(),
        Condition::Any(_) | Condition::Not(_) => Vec::new(),
    }
}

/// What holds exactly where a test does not; `None` where no single test says so.
fn otherwise(policy: &Policy, test: &Test) -> Option<Predicate> {
    let count = match test.subject {
        Of::Category => return Some(Predicate::Not(Box::new(test.predicate.clone()))),
        Of::Severity => policy.manifest.severities.len(),
        Of::Target => Target::ALL.len(),
        Of::Facet(ix) if policy.manifest.facet(ix).kind == FacetKind::Set => return None,
        Of::Facet(ix) => policy.manifest.facet(ix).values.len(),
    };
    let holds = |value| test.predicate.eval(Met::Value(value), &policy.taxonomy) == Truth::True;
    let values = (0..count as u16).map(ValueIx).filter(|ix| !holds(Some(FacetValue::One(*ix)))).map(Operand::Value);
    // A harm always has a target.
    let unknown = (test.subject != Of::Target && !holds(None)).then_some(Operand::Unknown);
    Some(Predicate::AnyOf(values.chain(unknown).collect()))
}
