//! What can be asked of given situations: tests to add, and exceptions to make.

use super::predicate::of_met;
use crate::decide::Situation;
use crate::policy::Policy;
use crate::policy::behavior::BehaviorIx;
use crate::policy::clause::{Clause, ClauseIx};
use crate::policy::condition::{Condition, Met, Operand, Predicate, Subject, Test};
use crate::policy::facet::FacetIx;
use crate::policy::place::{Place, Route};
use std::sync::Arc;

/// Tests that one of the situations passes, and their opposites. What the clause asks already is not asked again, and nothing is
/// asked of what a situation says nothing about.
pub fn tests(policy: &Policy, clause: &Clause, situations: &[Situation]) -> impl Iterator<Item = Test> {
    let asked: Vec<Test> = clause.when.tests().into_iter().cloned().collect();
    let mut tests: Vec<Test> = Vec::new();
    for situation in situations {
        for subject in subjects(policy) {
            let met = of_met(subject, situation.met(subject));
            for operand in met.into_iter().filter(|operand| *operand != Operand::Unknown) {
                for predicate in [is(operand), Predicate::Not(Box::new(is(operand)))] {
                    let test = Test { subject, predicate, route: Route::root() };
                    let same = |other: &Test| other.subject == test.subject && other.predicate == test.predicate;
                    if !asked.iter().any(same) && !tests.iter().any(same) {
                        tests.push(test);
                    }
                }
            }
        }
    }
    tests.into_iter()
}

/// Clauses that apply to one of the situations and to what is like it, ahead of the clause at `ahead`, with every behavior
/// that this one does not have: from its category alone to all that is known of it.
pub fn exceptions(policy: &Policy, ahead: ClauseIx, situations: &[Situation]) -> impl Iterator<Item = Clause> {
    let beside = policy.clauses.get(ahead.0 as usize).or(policy.clauses.last());
    let then = policy.clauses.get(ahead.0 as usize).map_or(Some(policy.manifest.default), |clause| clause.then);
    let spec = beside.map_or(0, |clause| clause.spec);
    let place = beside.map_or_else(Place::default, |clause| Place::file(clause.place.file.clone()));
    let behaviors: Vec<BehaviorIx> = policy.manifest.behaviors.iter().map(|(ix, _)| ix).collect();
    let mut clauses: Vec<Clause> = Vec::new();
    for situation in situations {
        let Met::Category(category) = situation.category else { continue };
        let stem = category.map_or("no-harm", |ix| &*policy.taxonomy.get(ix).id);
        let id = fresh_id(policy, stem);
        let first = of_met(Subject::Category, situation.category)
            .into_iter()
            .map(|operand| test(Subject::Category, is(operand)));
        let first: Vec<Test> = first.collect();
        for further in subsets(&known(policy, situation)) {
            let parts: Vec<Condition> = first.iter().chain(&further).cloned().map(Condition::Test).collect();
            let when = match parts.len() {
                1 => parts[0].clone(),
                _ => Condition::All(parts),
            };
            for &behavior in behaviors.iter().filter(|behavior| then != Some(**behavior)) {
                let clause = new_clause(id.clone(), when.clone(), behavior, spec, place.clone());
                if !clauses.contains(&clause) {
                    clauses.push(clause);
                }
            }
        }
    }
    clauses.into_iter()
}

/// What is known of a situation beside its category, each as a test that it passes.
fn known(policy: &Policy, situation: &Situation) -> Vec<Test> {
    let subjects = subjects(policy).into_iter().filter(|subject| *subject != Subject::Category);
    let known = subjects.filter_map(|subject| {
        let operands = of_met(subject, situation.met(subject));
        let is_known = !operands.is_empty() && !operands.contains(&Operand::Unknown);
        let predicate = if operands.len() > 1 { Predicate::AllOf(operands) } else { Predicate::AnyOf(operands) };
        is_known.then(|| test(subject, predicate))
    });
    // That a harm was found in the request says little, and most are.
    known
        .filter(|test| test.subject != Subject::Target || situation.target.is_some_and(|target| target.0 > 0))
        .collect()
}

/// None of them, each, any two, and all.
fn subsets(tests: &[Test]) -> Vec<Vec<Test>> {
    let mut subsets = vec![Vec::new()];
    subsets.extend(tests.iter().map(|one| vec![one.clone()]));
    for (at, first) in tests.iter().enumerate() {
        subsets.extend(tests[at + 1..].iter().map(|second| vec![first.clone(), second.clone()]));
    }
    if tests.len() > 2 {
        subsets.push(tests.to_vec());
    }
    subsets
}

fn subjects(policy: &Policy) -> Vec<Subject> {
    let facets = (0..policy.manifest.facets.len() as u16).map(|ix| Subject::Facet(FacetIx(ix)));
    [Subject::Category, Subject::Severity, Subject::Target].into_iter().chain(facets).collect()
}

fn is(operand: Operand) -> Predicate {
    Predicate::AnyOf(vec![operand])
}

fn test(subject: Subject, predicate: Predicate) -> Test {
    Test { subject, predicate, route: Route::root() }
}

fn new_clause(id: Arc<str>, when: Condition, then: BehaviorIx, spec: u16, place: Place) -> Clause {
    let nothing: Arc<str> = "".into();
    Clause {
        id: id.clone(),
        title: id,
        level: nothing.clone(),
        text: nothing.clone(),
        rationale: nothing.clone(),
        guidance: nothing,
        when,
        then: Some(then),
        examples: Vec::new(),
        spec,
        place,
    }
}

/// `STEM-exception`, with a number where there is one already.
fn fresh_id(policy: &Policy, stem: &str) -> Arc<str> {
    let taken = |id: &str| policy.every_clause().any(|clause| &*clause.id == id);
    let numbered = (2..).map(|number| format!("{stem}-exception-{number}"));
    let mut ids = std::iter::once(format!("{stem}-exception")).chain(numbered);
    ids.find(|id| !taken(id)).unwrap_or_default().into()
}
