//! Coverage and ceiling held to plain counting: every point is ruled on by the plain path, every policy is tried.

use super::tests::gold;
use super::{Ceiling, ClauseExercise, Exercise, Goal, Labeled, wanted};
use crate::analyze::edit::with_outcome;
use crate::analyze::space::tests::{points, read};
use crate::analyze::space::{Cells, Edited, Points, TierCells};
use crate::analyze::structure::tests::random;
use crate::decide::Situation;
use crate::decide::Unwatched;
use crate::decide::explain::rule;
use crate::decide::situation::{self, eval, eval_test};
use crate::policy::Policy;
use crate::policy::case::Reading;
use crate::policy::clause::ClauseIx;
use crate::policy::condition::{Condition, Met, Subject, Truth};
use crate::policy::facet::{FacetKind, FacetValue, ValueIx};
use crate::policy::taxonomy::{Category, Taxonomy};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet, HashSet};

/// Readings with what their label accepts, by the numbers of behaviors.
type Cases = Vec<(Reading, Vec<u8>)>;

/// Some cases, several of which are made of the same harms.
fn cases(most: usize) -> impl Strategy<Value = Cases> {
    let pool = proptest::collection::vec(random::reading(), 1..4);
    let one = (any::<[prop::sample::Index; 2]>(), proptest::collection::vec(0..4_u8, 1..3));
    (pool, proptest::collection::vec(one, 0..=most)).prop_map(|(pool, picked)| {
        let case = |(of, accepts): ([prop::sample::Index; 2], Vec<u8>)| {
            let [a, b] = of.map(|index| index.get(&pool));
            // Harms of two readings under the facets of the first, so that cases share points.
            let harms = a.harms.iter().chain(&b.harms).take(2).cloned().collect();
            (Reading { harms, facets: pool[0].facets.clone(), ..Reading::default() }, accepts)
        };
        picked.into_iter().map(case).collect()
    })
}

/// A policy whose categories have a risk tier each of their own, or none.
fn tiered() -> impl Strategy<Value = Policy> {
    let tiers = proptest::collection::vec(proptest::option::of(1..4_u32), 5);
    (random::policy(), tiers).prop_map(|(mut policy, tiers)| {
        let categories = policy.taxonomy.iter().zip(&tiers);
        let categories = categories.map(|((_, category), tier)| Category { tier: *tier, ..category.clone() });
        policy.taxonomy = Taxonomy::new(categories.collect());
        policy
    })
}

fn labeled(policy: &Policy, cases: &Cases) -> Labeled {
    let line = |(reading, accepts): &(Reading, Vec<u8>)| {
        let mut gold = serde_json::to_value(reading).unwrap();
        gold["behavior"] = format!("b{}", accepts[0]).into();
        gold["acceptable"] = accepts[1..].iter().map(|n| format!("b{n}")).collect();
        gold.to_string()
    };
    let lines: Vec<String> = cases.iter().map(line).collect();
    Labeled::of(policy, &[gold(&lines.iter().map(String::as_str).collect::<Vec<_>>())])
}

/// What a policy is asked by a case, each once.
fn asked(policy: &Policy, reading: &Reading) -> HashSet<Situation> {
    let facets = situation::facets(policy, reading);
    let harms = reading.harms.iter().map(Some).chain(reading.harms.is_empty().then_some(None));
    harms.map(|harm| Situation::of(policy, harm, facets.clone())).collect()
}

/// Whether the label names a behavior that the policy knows.
fn counts(policy: &Policy, accepts: &[u8]) -> bool {
    policy.manifest.behaviors.find(&format!("b{}", accepts[0])).is_some()
}

fn decides(policy: &Policy, clause: ClauseIx, point: &Situation) -> bool {
    rule(policy, point).clause == Some(clause)
}

/// Whether it is up to one test of a clause if the clause decides the point.
fn turns(policy: &Policy, clause: ClauseIx, test: usize, point: &Situation) -> bool {
    let now = decides(policy, clause, point);
    [Condition::always(), Condition::Any(Vec::new())].iter().any(|outcome| {
        let mut other = policy.clone();
        let of_it = &mut other.clauses[clause.0 as usize];
        of_it.when = with_outcome(&of_it.when, test, outcome);
        decides(&other, clause, point) != now
    })
}

/// The values that follow on one another in what a test asks for.
fn ordered(policy: &Policy, subject: Subject) -> u16 {
    match subject {
        Subject::Severity => policy.manifest.severities.len() as u16,
        Subject::Facet(ix) if policy.manifest.facet(ix).kind == FacetKind::Ordinal => {
            policy.manifest.facet(ix).values.len() as u16
        }
        _ => 0,
    }
}

fn with_value(point: &Situation, subject: Subject, value: ValueIx) -> Situation {
    let mut other = point.clone();
    match subject {
        Subject::Facet(ix) => other.facets[usize::from(ix.0)] = Some(FacetValue::One(value)),
        _ => other.severity = Some(value),
    }
    other
}

fn check_clause(
    policy: &Policy,
    labeled: &Labeled,
    cases: &Cases,
    found: &ClauseExercise,
) -> Result<(), TestCaseError> {
    let clause = found.clause;
    let is_decided = |reading: &Reading| asked(policy, reading).iter().any(|point| decides(policy, clause, point));
    let known = cases.iter().filter(|(_, accepts)| counts(policy, accepts));
    prop_assert_eq!(found.decides, known.filter(|(reading, _)| is_decided(reading)).count() as u64);
    let tests = policy.clause(clause).when.tests();
    prop_assert_eq!(tests.len(), found.tests.len());
    let all: BTreeSet<usize> = (0..labeled.points.len()).collect();
    for (at, (test, shown)) in tests.iter().zip(&found.tests).enumerate() {
        let turned = |n: &&usize| turns(policy, clause, at, &labeled.points[**n]);
        let (with, without): (Vec<usize>, Vec<usize>) =
            all.iter().filter(turned).partition(|n| decides(policy, clause, &labeled.points[**n]));
        prop_assert_eq!(&shown.with, &with);
        prop_assert_eq!(&shown.without, &without);
        let probe = Situation::of(policy, None, situation::facets(policy, &Reading::default()));
        let says = |value| eval_test(policy, test, &with_value(&probe, test.subject, ValueIx(value)));
        let of_it = found.boundaries.iter().filter(|edge| edge.test == at);
        let edges: Vec<_> = of_it.map(|edge| (edge.below.0, edge.above.0)).collect();
        let pairs = (1..ordered(policy, test.subject)).map(|above| (above - 1, above));
        prop_assert_eq!(&edges, &pairs.filter(|&(below, above)| says(below) != says(above)).collect::<Vec<_>>());
        for edge in found.boundaries.iter().filter(|edge| edge.test == at) {
            for (value, stand) in [(edge.below, &edge.at_below), (edge.above, &edge.at_above)] {
                let has = |n: &usize| labeled.points[*n].met(test.subject) == Met::Value(Some(FacetValue::One(value)));
                let mut there: Vec<usize> = with.iter().chain(&without).copied().filter(has).collect();
                there.sort_unstable();
                prop_assert_eq!(stand, &there);
            }
        }
    }
    Ok(())
}

/// What tells the categories of a cell from those of others: their tier, and what every test says of them.
fn kind_of(policy: &Policy, point: &Situation) -> (Option<u32>, Vec<Truth>, bool) {
    let tests = policy.clauses.iter().filter(|clause| clause.then.is_some()).flat_map(|clause| clause.when.tests());
    let tests = tests.filter(|test| test.subject == Subject::Category);
    let (tier, is_harm) = match point.category {
        Met::Category(Some(ix)) => (policy.taxonomy.tier(ix), true),
        _ => (None, false),
    };
    (tier, tests.map(|test| eval_test(policy, test, point)).collect(), is_harm)
}

fn check_cells(policy: &Policy, labeled: &Labeled) -> Result<(), TestCaseError> {
    let cells = Cells::of(policy, &labeled.points).unwrap();
    let all: Vec<Situation> =
        points(&cells.space.words).iter().map(|point| read(&cells.space, policy, point)).collect();
    let cell = |point: &Situation| (kind_of(policy, point), rule(policy, point).clause);
    let there: BTreeSet<_> = all.iter().map(cell).collect();
    // A case in a category that the policy does not know is nowhere.
    let known: HashSet<&Situation> = all.iter().collect();
    let visited: BTreeSet<_> = labeled.points.iter().filter(|point| known.contains(point)).map(cell).collect();
    let mut by_tier: BTreeMap<Option<u32>, TierCells> = BTreeMap::new();
    for one in &there {
        let tier = by_tier.entry(one.0.0).or_default();
        tier.cells += 1;
        tier.visited += u64::from(visited.contains(one));
    }
    prop_assert_eq!(&cells.by_tier, &by_tier);
    prop_assert_eq!((cells.cells, cells.visited), (there.len() as u64, visited.len() as u64));
    let seen = all.iter().filter(|point| visited.contains(&cell(point))).count();
    prop_assert_eq!((&cells.points, &cells.visited_points), (&Points::from(all.len()), &Points::from(seen)));
    // Each point without a case near it is in one of the regions that are told, and of its tier and clause.
    let mut held = vec![0_usize; cells.unvisited.len()];
    for (point, words) in all.iter().zip(points(&cells.space.words)) {
        let holds = |when: &Condition| eval(&cells.space.words, when, &words) == Truth::True;
        let of: Vec<usize> = (0..held.len()).filter(|&n| holds(&cells.unvisited[n].when)).collect();
        prop_assert_eq!(of.len(), usize::from(!visited.contains(&cell(point))));
        for n in of {
            held[n] += 1;
            let region = &cells.unvisited[n];
            prop_assert_eq!((region.tier, region.decider), (kind_of(policy, point).0, rule(policy, point).clause));
        }
    }
    for (region, held) in cells.unvisited.iter().zip(held) {
        prop_assert_eq!(&region.points, &Points::from(held));
    }
    let order = cells.unvisited.iter().map(|region| (region.tier.unwrap_or(u32::MAX), &region.points));
    let order: Vec<_> = order.collect();
    prop_assert!(order.is_sorted_by(|a, b| a.0 < b.0 || (a.0 == b.0 && a.1 >= b.1)));
    Ok(())
}

/// The most cases that any answers at all to the points would decide as their labels say.
fn best_of_all(policy: &Policy, labeled: &Labeled) -> u64 {
    let behaviors = policy.manifest.behaviors.len() as u8;
    let mut rulings = vec![0_u8; labeled.points.len()];
    let mut best = 0;
    loop {
        let right = labeled.groups.iter().map(|group| {
            let verdict = group.points.iter().map(|&point| rulings[point]).max().unwrap_or(0);
            let accepting = group.labels.iter().filter(|(accepts, _)| accepts >> verdict & 1 == 1);
            accepting.map(|(_, cases)| cases.len() as u64).sum::<u64>()
        });
        best = best.max(right.sum());
        let Some(at) = rulings.iter().position(|&ruling| ruling + 1 < behaviors) else { return best };
        rulings[at] += 1;
        rulings[..at].fill(0);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn what_cases_exercise(policy in random::policy(), cases in cases(6)) {
        let labeled = labeled(&policy, &cases);
        let known = || cases.iter().filter(|(_, accepts)| counts(&policy, accepts));
        let all: HashSet<Situation> = known().flat_map(|(reading, _)| asked(&policy, reading)).collect();
        prop_assert_eq!(labeled.points.iter().cloned().collect::<HashSet<_>>(), all);
        prop_assert_eq!(labeled.cases, known().count() as u64);
        let exercise = Exercise::of(&policy, &labeled);
        let deciding = policy.clauses.iter().filter(|clause| clause.then.is_some()).count();
        prop_assert_eq!(exercise.clauses.len(), deciding);
        for clause in &exercise.clauses {
            check_clause(&policy, &labeled, &cases, clause)?;
        }
    }

    /// Where a case is wanted, a case would do; where there is no room, none would.
    #[test]
    fn what_is_wanted_can_be_had(policy in random::policy(), cases in cases(3)) {
        let labeled = labeled(&policy, &cases);
        let exercise = Exercise::of(&policy, &labeled);
        let mut edited = Edited::new(&policy).unwrap();
        let found = wanted(&mut edited, &exercise, &Unwatched).unwrap();
        let all: Vec<Situation> =
            points(&edited.space.words).iter().map(|point| read(&edited.space, &policy, point)).collect();
        for wanted in found.iter().step_by(1 + found.len() / 6) {
            let test = wanted.goal.test();
            let does = |point: &&Situation| {
                let now = decides(&policy, wanted.clause, point);
                let on_side = match wanted.goal {
                    Goal::With(_) => now,
                    Goal::Without(_) => !now,
                    Goal::At(at, value) => {
                        let subject = policy.clause(wanted.clause).when.tests()[at].subject;
                        point.met(subject) == Met::Value(Some(FacetValue::One(value)))
                    }
                };
                on_side && turns(&policy, wanted.clause, test, point)
            };
            let room = all.iter().filter(does).count();
            prop_assert_eq!(wanted.room.as_ref().map_or(Points::ZERO, |room| room.points.clone()), Points::from(room));
            if let Some(room) = &wanted.room {
                prop_assert!(does(&&read(&edited.space, &policy, &room.plainest)));
            }
        }
    }

    #[test]
    fn cells_are_what_one_clause_decides_of_one_kind_of_category(policy in tiered(), cases in cases(6)) {
        check_cells(&policy, &labeled(&policy, &cases))?;
    }

    #[test]
    fn no_policy_does_better_than_the_ceiling(policy in random::policy(), cases in cases(7)) {
        let labeled = labeled(&policy, &cases);
        prop_assume!(labeled.points.len() <= 7);
        let ceiling = Ceiling::of(&policy, &labeled);
        let best = best_of_all(&policy, &labeled);
        // So few points are always searched to the end.
        prop_assert!(ceiling.exact);
        prop_assert_eq!(ceiling.of, labeled.cases);
        prop_assert_eq!(ceiling.most, best);
        let lost: usize = ceiling.lost.iter().map(|lost| lost.cases.len()).sum();
        prop_assert_eq!(ceiling.most + lost as u64, ceiling.of);
    }
}
