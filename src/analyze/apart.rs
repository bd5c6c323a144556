//! Single edits that keep a clause out of where others apply.

use super::edit::{Act, Kind, Menu, PolicyEdit, edits_of};
use super::fix::by_size;
use super::space::{EMPTY, Edited, Node};
use crate::policy::Policy;
use crate::policy::case::Target;
use crate::policy::clause::ClauseIx;
use crate::policy::condition::{Condition, Met, Operand, Predicate, Subject as Of, Test, Truth};
use crate::policy::facet::{FacetKind, FacetValue, ValueIx};
use crate::policy::place::Route;

/// The edits of a clause after which it applies nowhere in `taken` any more, and still somewhere: to ask that one test of `others`,
/// which apply there, does not hold, or to ask less of what it asks already. The one that changes the least comes first.
pub(super) fn narrowed(edited: &mut Edited<'_>, clause: ClauseIx, others: &[ClauseIx], taken: Node) -> Vec<PolicyEdit> {
    /// What narrows a clause that is there.
    const NARROWER: &[Kind] = &[Kind::Tighten, Kind::Shift, Kind::Narrow];
    let policy = edited.policy();
    let mut edits: Vec<PolicyEdit> = Vec::new();
    for test in others.iter().flat_map(|other| needed(&policy.clause(*other).when)) {
        let Some(predicate) = otherwise(policy, test) else { continue };
        let edit =
            PolicyEdit { clause, act: Act::AddTest(Test { subject: test.subject, predicate, route: Route::root() }) };
        if !edits.contains(&edit) {
            edits.push(edit);
        }
    }
    edits.extend(edits_of(policy, clause, Menu { kinds: NARROWER, ..Menu::SLIPS }));
    let before = edited.holds(&policy.clause(clause).when);
    edits.retain(|edit| {
        let applies = edited.holds(&edit.clause_after(policy.clause(clause)).when);
        let is_narrower = edited.space.minus(applies, before) == EMPTY && applies != EMPTY;
        is_narrower && edited.space.and(applies, taken) == EMPTY
    });
    by_size(edited, edits)
}

/// The tests of which every one must hold.
fn needed(when: &Condition) -> Vec<&Test> {
    match when {
        Condition::Test(test) => vec![test],
        Condition::All(parts) => parts.iter().flat_map(needed).collect(),
        Condition::Any(_) | Condition::Not(_) => Vec::new(),
    }
}

/// What holds where a test of a set does not, unless nothing is known of the set; `None` where no single test says so.
fn opposite(predicate: &Predicate) -> Option<Predicate> {
    match predicate {
        Predicate::AnyOf(values) => Some(Predicate::NoneOf(values.clone())),
        Predicate::NoneOf(values) => Some(Predicate::AnyOf(values.clone())),
        Predicate::Not(inner) => Some((**inner).clone()),
        Predicate::AllOf(_) => None,
    }
}

/// What holds where a test does not; `None` where no single test says so.
fn otherwise(policy: &Policy, test: &Test) -> Option<Predicate> {
    let count = match test.subject {
        Of::Category => return Some(Predicate::Not(Box::new(test.predicate.clone()))),
        Of::Severity => policy.manifest.severities.len(),
        Of::Target => Target::ALL.len(),
        Of::Facet(ix) if policy.manifest.facet(ix).kind == FacetKind::Set => return opposite(&test.predicate),
        Of::Facet(ix) => policy.manifest.facet(ix).values.len(),
    };
    let holds = |value| test.predicate.eval(Met::Value(value), &policy.taxonomy) == Truth::True;
    let values = (0..count as u16).map(ValueIx).filter(|ix| !holds(Some(FacetValue::One(*ix)))).map(Operand::Value);
    // A harm always has a target.
    let unknown = (test.subject != Of::Target && !holds(None)).then_some(Operand::Unknown);
    Some(Predicate::AnyOf(values.chain(unknown).collect()))
}
