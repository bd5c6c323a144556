//! What can still come out so, against trying everything.

use super::random;
use super::reference::{Written, WrittenCase};
use crate::decide::possible::possible_from;
use crate::decide::situation::{Situation, eval};
use crate::policy::Policy;
use crate::policy::condition::{Condition, Truth};
use crate::policy::facet::{FacetKind, FacetValue, ValueIx};
use proptest::prelude::*;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn what_can_still_be_is_what_some_answers_give(policy in random::policy(4), case in random::case(), kept in 0u8..16) {
        check(&policy, &case, kept)?;
    }
}

/// `kept` has a bit for each facet that stays given.
fn check(written: &Written, case: &WrittenCase, kept: u8) -> Result<(), TestCaseError> {
    let policy = written.resolve();
    let reading = serde_json::from_str::<crate::policy::case::Case>(&case.line("a")).unwrap().gold.unwrap_or_default();
    let mut facets = crate::decide::situation::facets(&policy, &reading);
    facets.iter_mut().enumerate().filter(|(at, _)| kept & (1 << at) == 0).for_each(|(_, facet)| *facet = None);
    let so_far = Situation::of(&policy, reading.harms.first(), facets);
    for clause in &policy.clauses {
        let expected = some_answer_makes_it_true(&policy, &clause.when, &so_far);
        if let Some(possible) = possible_from(&clause.when, &policy, &so_far) {
            prop_assert_eq!(possible, expected, "{:?} from {:?}", clause.when, so_far);
        }
    }
    Ok(())
}

fn some_answer_makes_it_true(policy: &Policy, when: &Condition, so_far: &Situation) -> bool {
    let mut all = vec![so_far.clone()];
    if so_far.severity.is_none() && so_far.target.is_some() {
        for i in 0..policy.manifest.severities.len() {
            all.push(Situation { severity: Some(ValueIx(i as u16)), ..so_far.clone() });
        }
    }
    for (at, facet) in policy.manifest.facets.iter().enumerate() {
        if so_far.facets[at].is_some() {
            continue;
        }
        let values: Vec<FacetValue> = match facet.kind {
            FacetKind::Set => (0..1 << facet.values.len()).map(FacetValue::Set).collect(),
            _ => (0..facet.values.len()).map(|i| FacetValue::One(ValueIx(i as u16))).collect(),
        };
        let before = all.clone();
        for value in values {
            all.extend(before.iter().cloned().map(|mut one| {
                one.facets[at] = Some(value);
                one
            }));
        }
    }
    all.iter().any(|one| eval(policy, when, one) == Truth::True)
}
