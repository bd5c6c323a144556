//! Random policies and cases.

use super::reference::{Ask, BEHAVIORS, FACETS, Given, TARGETS, When, Written, WrittenCase, WrittenClause};
use crate::policy::facet::FacetKind;
use crate::policy::manifest::HitPolicy;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

pub(crate) fn policy(most_clauses: usize) -> impl Strategy<Value = Written> {
    let hit_policy = select(HitPolicy::ALL.to_vec());
    let default = prop_oneof![4 => Just("comply"), 1 => select(BEHAVIORS.to_vec())];
    (hit_policy, default, vec(clause(), 0..most_clauses)).prop_map(|(hit_policy, default, clauses)| Written {
        hit_policy,
        default,
        clauses,
    })
}

pub(crate) fn case() -> impl Strategy<Value = WrittenCase> {
    let category = select(vec!["weapons", "arms", "bio", "guns", "self-harm", "old", "mystery"]);
    let severity = prop::option::of(select(vec!["low", "medium", "high", "critical", "weird"]));
    let harm = (category.clone(), severity, select(TARGETS.to_vec()));
    let facets = facet().prop_flat_map(|facet| given(facet).prop_map(move |given| (facet.0, given)));
    (prop::bool::weighted(0.9), vec(harm, 0..4), vec(facets, 0..6), vec(category, 0..3)).prop_map(
        |(labeled, harms, facets, unjudged)| WrittenCase {
            labeled,
            harms,
            facets: facets.into_iter().collect(),
            unjudged,
        },
    )
}

fn clause() -> impl Strategy<Value = WrittenClause> {
    let then = prop_oneof![9 => select(BEHAVIORS.to_vec()), 1 => Just("ponder")];
    let when = prop_oneof![9 => when().boxed(), 1 => wide().boxed()];
    (when, then).prop_map(|(when, then)| WrittenClause { when, then })
}

fn when() -> impl Strategy<Value = When> {
    test().prop_recursive(3, 12, 4, |inner| {
        prop_oneof![
            3 => vec(inner.clone(), 0..4).prop_map(When::All),
            2 => vec(inner.clone(), 0..4).prop_map(When::Any),
            1 => inner.prop_map(|inner| When::Not(Box::new(inner))),
        ]
    })
}

/// A condition that multiplies out to too many terms.
fn wide() -> impl Strategy<Value = When> {
    vec(vec(test(), 2).prop_map(When::Any), 7..9).prop_map(When::All)
}

fn test() -> impl Strategy<Value = When> {
    let scalar = |words: &'static [&'static str]| subsequence(words.to_vec(), 1..=2).prop_map(Ask::AnyOf);
    let category = scalar(&["weapons", "arms", "bio", "guns", "self-harm", "none", "no-such-category"]);
    let severity =
        scalar(&["low", "high", ">= high", "> low", "<= medium", "< critical", "unknown", "no-such-severity"]);
    let target = scalar(&["request", "response", "unknown"]);
    let facet = facet().prop_flat_map(|facet| ask(facet).prop_map(move |ask| (facet.0, ask)));
    let plain = prop_oneof![
        category.prop_map(|ask| ("category", ask)),
        severity.prop_map(|ask| ("severity", ask)),
        target.prop_map(|ask| ("target", ask)),
        facet,
    ];
    (plain, prop::bool::weighted(0.25))
        .prop_map(|((subject, ask), negated)| When::Test(subject, if negated { Ask::Not(Box::new(ask)) } else { ask }))
}

type Facet = (&'static str, FacetKind, &'static [&'static str]);

fn facet() -> impl Strategy<Value = Facet> + Clone {
    select(FACETS.to_vec())
}

fn ask(facet: Facet) -> BoxedStrategy<Ask> {
    let mut words = facet.2.to_vec();
    words.extend(["unknown", "no-such-value"]);
    match facet.1 {
        FacetKind::Set => {
            let words = subsequence(words, 0..=3);
            let any = words.clone().prop_map(Ask::AnyOf);
            prop_oneof![any, words.clone().prop_map(Ask::AllOf), words.prop_map(Ask::NoneOf)].boxed()
        }
        FacetKind::Ordinal => {
            words.extend([">= tool-use", "> tool-use", "<= chat", "< unattended"]);
            subsequence(words, 1..=2).prop_map(Ask::AnyOf).boxed()
        }
        FacetKind::Enum | FacetKind::Bool => subsequence(words, 1..=2).prop_map(Ask::AnyOf).boxed(),
    }
}

fn given(facet: Facet) -> BoxedStrategy<Given> {
    let mut words = facet.2.to_vec();
    words.extend(["unknown", "gone"]);
    let one = select(words.clone()).prop_map(Given::One);
    let many = if facet.1 == FacetKind::Set {
        subsequence(facet.2.to_vec(), 0..=facet.2.len()).boxed()
    } else {
        subsequence(words, 0..=2).boxed()
    };
    prop_oneof![3 => one, 2 => many.prop_map(Given::Many)].boxed()
}
