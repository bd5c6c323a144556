//! Everything is held to plain enumeration: each point is read in words by each version and ruled on by the plain path.

use super::*;
use crate::analyze::structure::tests::random;
use crate::decide::explain::rule;
use crate::decide::situation::{self, Situation, eval};
use crate::policy::Policy;
use crate::policy::condition::{Met, Truth};
use crate::policy::facet::{FacetKind, FacetValue, ValueIx};
use crate::policy::taxonomy::CategoryIx;
use proptest::prelude::*;

/// Every point of a space, by going through all combinations.
pub(crate) fn points(words: &Policy) -> Vec<Situation> {
    let one = |count: usize| (0..count as u16).map(|ix| Some(ValueIx(ix))).chain([None]).collect::<Vec<_>>();
    let mut facets: Vec<Vec<Option<FacetValue>>> = vec![vec![]];
    for facet in &words.manifest.facets {
        let values: Vec<Option<FacetValue>> = match facet.kind {
            FacetKind::Set => {
                (0..1_u64 << facet.values.len()).map(|bits| Some(FacetValue::Set(bits))).chain([None]).collect()
            }
            _ => one(facet.values.len()).into_iter().map(|ix| ix.map(FacetValue::One)).collect(),
        };
        facets = facets.iter().flat_map(|start| values.iter().map(move |v| [&start[..], &[*v]].concat())).collect();
    }
    let mut harms = vec![(Met::Category(None), None, None)];
    for category in 0..words.taxonomy.len() as u16 {
        for severity in one(words.manifest.severities.len()) {
            for target in [0, 1] {
                harms.push((Met::Category(Some(CategoryIx(category))), severity, Some(ValueIx(target))));
            }
        }
    }
    let all = harms.iter().flat_map(|&(category, severity, target)| {
        facets.iter().map(move |facets| Situation { category, severity, target, facets: facets.clone() })
    });
    all.collect()
}

/// The point as a version reads it on a case that says it in words.
pub(crate) fn read(space: &Space, policy: &Policy, point: &Situation) -> Situation {
    let reading = space.reading(point);
    Situation::of(policy, reading.harms.first(), situation::facets(policy, &reading))
}

fn check_regions(space: &mut Space, policy: &Policy) -> Result<(), TestCaseError> {
    let regions = Regions::compile(space, policy).unwrap();
    let all = points(&space.words);
    prop_assert_eq!(space.size(), Points::from(all.len()));
    for point in &all {
        let situation = read(space, policy, point);
        prop_assert_eq!(&regions.lens.situation(point), &situation);
        let expected = rule(policy, &situation);
        let decider = Regions::decider(space.at(regions.function, point));
        prop_assert_eq!(decider, Some(expected.clause), "{:?}", point);
        prop_assert_eq!(regions.behavior(expected.clause), expected.behavior);
        for ranked in &regions.ranked {
            let truth = eval(policy, &policy.clause(ranked.clause).when, &situation);
            prop_assert_eq!(space.contains(ranked.applies, point), truth == Truth::True);
        }
    }
    for (answer, set) in space.split(regions.function) {
        let within = all.iter().filter(|point| space.at(regions.function, point) == answer).count();
        if answer != 0 {
            prop_assert_eq!(space.count(set), Points::from(within));
            check_cover(space, &all, set)?;
        }
    }
    Ok(())
}

/// The conditions of a cover are disjoint, and hold together exactly at the points of the set.
pub(crate) fn check_cover(space: &mut Space, all: &[Situation], set: Node) -> Result<(), TestCaseError> {
    let cover = space.cover(set);
    let sum: Points = cover.iter().map(|region| &region.points).sum();
    prop_assert_eq!(sum, space.count(set));
    for point in all {
        let holds = |region: &&Region| eval(&space.words, &region.when, point) == Truth::True;
        let holding = cover.iter().filter(holds).count();
        prop_assert_eq!(holding, usize::from(space.contains(set, point)), "{:?} by {:#?}", point, cover);
    }
    if let Some(plainest) = space.plainest(set) {
        prop_assert!(space.contains(set, &plainest) && all.contains(&plainest));
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn a_policy_is_what_it_is_at_every_point(policy in random::policy(), every in any::<bool>()) {
        let detail = if every { Detail::Every } else { Detail::Tests };
        check_regions(&mut Space::new(None, &policy, detail).unwrap(), &policy)?;
    }

    #[test]
    fn two_versions_share_a_space((base, head) in (random::policy(), random::policy())) {
        let mut space = Space::common(&base, &head).unwrap();
        check_regions(&mut space, &base)?;
        check_regions(&mut space, &head)?;
    }
}
