//! The smallest changes of what was read that would flip a verdict: what the answer hangs on.

use super::explain::rule;
use super::situation::{Situation, facets};
use crate::policy::Policy;
use crate::policy::behavior::BehaviorIx;
use crate::policy::case::Reading;
use crate::policy::clause::ClauseIx;
use crate::policy::condition::{Met, Subject};
use crate::policy::facet::{FacetIx, FacetKind, FacetValue, ValueIx};

/// Had it been read so, the verdict would be another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WhatIf {
    /// As few as will do: one, or two where no single one does.
    pub changes: Vec<Change>,
    pub behavior: BehaviorIx,
    /// `None` where the default would decide.
    pub clause: Option<ClauseIx>,
}

/// Something read otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Change {
    pub subject: Subject,
    /// Whose severity it is, by its position among the harms; of a facet `None`.
    pub harm: Option<usize>,
    pub from: Met,
    pub to: Met,
}

/// The changes of a facet or a severity that flip the verdict: all single ones, or where there are none all pairs. At most so many.
pub fn what_if(policy: &Policy, reading: &Reading, most: usize) -> Vec<WhatIf> {
    let facets = facets(policy, reading);
    let harms = reading.harms.iter().map(Some).chain(reading.harms.is_empty().then_some(None));
    let points: Vec<Situation> = harms.map(|harm| Situation::of(policy, harm, facets.clone())).collect();
    let now = ruled(policy, &points).0;
    let changes = changes(policy, &points);
    let flip = |changes: &[Change]| {
        let mut points = points.clone();
        changes.iter().for_each(|change| make(&mut points, *change));
        let (behavior, clause) = ruled(policy, &points);
        (behavior != now).then(|| WhatIf { changes: changes.to_vec(), behavior, clause })
    };
    let single: Vec<WhatIf> = changes.iter().filter_map(|change| flip(&[*change])).take(most).collect();
    if !single.is_empty() {
        return single;
    }
    let apart = |a: &Change, b: &Change| (a.subject, a.harm) != (b.subject, b.harm);
    let pairs = changes.iter().enumerate().flat_map(|(at, first)| {
        changes[at + 1..].iter().filter(|second| apart(first, second)).map(|second| [*first, *second])
    });
    pairs.filter_map(|pair| flip(&pair)).take(most).collect()
}

/// The most restrictive ruling of all, and who gives it.
fn ruled(policy: &Policy, points: &[Situation]) -> (BehaviorIx, Option<ClauseIx>) {
    let mut ruled: Option<(BehaviorIx, Option<ClauseIx>)> = None;
    for point in points {
        let decision = rule(policy, point);
        if ruled.is_none_or(|(behavior, _)| decision.behavior > behavior) {
            ruled = Some((decision.behavior, decision.clause));
        }
    }
    ruled.unwrap_or((policy.manifest.default, None))
}

fn make(points: &mut [Situation], change: Change) {
    let one = |met: Met| match met {
        Met::Value(value) => value,
        Met::Category(_) => None,
    };
    match (change.subject, change.harm) {
        (Subject::Facet(ix), _) => {
            points.iter_mut().for_each(|point| point.facets[usize::from(ix.0)] = one(change.to));
        }
        (Subject::Severity, Some(harm)) => {
            points[harm].severity = match one(change.to) {
                Some(FacetValue::One(ix)) => Some(ix),
                _ => None,
            };
        }
        _ => {}
    }
}

/// Every single change: another severity of a harm, another value of a facet, one value more or less of a set.
fn changes(policy: &Policy, points: &[Situation]) -> Vec<Change> {
    let mut changes = Vec::new();
    let values = |count: usize| (0..count as u16).map(|ix| Met::Value(Some(FacetValue::One(ValueIx(ix)))));
    let unknown = Met::Value(None);
    let mut add = |subject, harm, from: Met, to: &mut dyn Iterator<Item = Met>| {
        changes.extend(to.filter(|to| *to != from).map(|to| Change { subject, harm, from, to }));
    };
    for (harm, point) in points.iter().enumerate().filter(|(_, point)| point.target.is_some()) {
        let from = point.met(Subject::Severity);
        let mut to = values(policy.manifest.severities.len()).chain([unknown]);
        add(Subject::Severity, Some(harm), from, &mut to);
    }
    for (facet, at) in policy.manifest.facets.iter().zip(0..) {
        let subject = Subject::Facet(FacetIx(at));
        let from = points[0].met(subject);
        let bits = match from {
            Met::Value(Some(FacetValue::Set(bits))) => bits,
            _ => 0,
        };
        match facet.kind {
            FacetKind::Set => {
                let set = |bits: u64| Met::Value(Some(FacetValue::Set(bits)));
                let one_other = (0..facet.values.len()).map(|bit| set(bits ^ 1 << bit));
                // With one value less it may be empty already.
                let empty = (bits.count_ones() != 1).then(|| set(0));
                add(subject, None, from, &mut one_other.chain(empty).chain([unknown]));
            }
            _ => add(subject, None, from, &mut values(facet.values.len()).chain([unknown])),
        }
    }
    changes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analyze::structure::tests::{random, texts};
    use crate::decide::explain::verdict;
    use crate::decide::words;
    use crate::policy::case::FacetWord;
    use proptest::prelude::*;

    fn check(reading: &str, expected: &[&str]) {
        let policy = texts().policy();
        let reading: Reading = serde_json::from_str(reading).unwrap();
        let said = what_if(&policy, &reading, 9).into_iter().map(|found| {
            let change = |change: &Change| {
                let [from, to] = [change.from, change.to].map(|met| words::met(&policy, change.subject, met));
                format!("{} {from} → {to}", words::subject(&policy, change.subject))
            };
            let changes: Vec<String> = found.changes.iter().map(change).collect();
            format!("{}: {}", changes.join(", "), policy.manifest.behaviors.id(found.behavior))
        });
        assert_eq!(said.collect::<Vec<_>>(), expected);
    }

    #[test]
    fn what_a_verdict_hangs_on() {
        check(
            r#"{"harms":[{"category":"bio","severity":"medium"}],"facets":{"intent":"malicious","minor":false}}"#,
            &[
                "severity medium → low: comply",
                "severity medium → unknown: comply",
                "intent malicious → benign: comply",
                "intent malicious → unknown: comply",
            ],
        );
        check(r#"{"harms":[{"category":"bio","severity":"low"}]}"#, &["minor unknown → true: refuse"]);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        /// What is said to flip is exactly what flips when every change is made to the words of the reading and all is decided
        /// anew: single changes, and where none does, pairs.
        #[test]
        fn it_is_what_plain_enumeration_finds(policy in random::policy(), reading in random::reading()) {
            let now = verdict(&policy, &reading).behavior;
            let flips = |changes: &[Key]| {
                let mut reading = reading.clone();
                changes.iter().for_each(|change| put(&policy, &mut reading, change));
                verdict(&policy, &reading).behavior != now
            };
            let all = every_change(&policy, &reading);
            let mut expected: Vec<Vec<Key>> = all.iter().map(|one| vec![*one]).filter(|one| flips(one)).collect();
            if expected.is_empty() {
                let pairs = all.iter().flat_map(|a| all.iter().map(|b| [*a, *b]));
                let apart = pairs.filter(|[a, b]| (a.0, a.1) < (b.0, b.1)).map(|pair| pair.to_vec());
                expected = apart.filter(|pair| flips(pair)).collect();
            }
            let key = |change: &Change| (change.subject, change.harm, change.to);
            let mut found: Vec<Vec<Key>> = Vec::new();
            for one in what_if(&policy, &reading, usize::MAX) {
                let mut keys: Vec<Key> = one.changes.iter().map(key).collect();
                keys.sort_by_key(|(subject, harm, _)| (*subject, *harm));
                let mut changed = reading.clone();
                keys.iter().for_each(|change| put(&policy, &mut changed, change));
                prop_assert_eq!(one.behavior, verdict(&policy, &changed).behavior);
                prop_assert!(!found.contains(&keys), "{:?} twice", keys);
                found.push(keys);
            }
            prop_assert_eq!(found.len(), expected.len());
            prop_assert!(expected.iter().all(|one| found.contains(one)), "{:?} {:?}", found, expected);
        }
    }

    /// What is read otherwise, and as what.
    type Key = (Subject, Option<usize>, Met);

    fn every_change(policy: &Policy, reading: &Reading) -> Vec<Key> {
        let one = |ix: usize| Met::Value(Some(FacetValue::One(ValueIx(ix as u16))));
        let mut all = Vec::new();
        for (harm, found) in reading.harms.iter().enumerate() {
            let severities = &policy.manifest.severities;
            let now = found.severity.as_deref().and_then(|word| severities.iter().position(|known| **known == *word));
            let others = (0..severities.len()).filter(|ix| Some(*ix) != now).map(one);
            let unknown = now.map(|_| Met::Value(None));
            all.extend(others.chain(unknown).map(|to| (Subject::Severity, Some(harm), to)));
        }
        for (at, now) in facets(policy, reading).into_iter().enumerate() {
            let facet = &policy.manifest.facets[at];
            let now_bits = if let Some(FacetValue::Set(bits)) = now { bits } else { 0 };
            let values: Vec<Option<FacetValue>> = match facet.kind {
                FacetKind::Set => {
                    let near = |bits: &u64| *bits == 0 || (bits ^ now_bits).count_ones() == 1;
                    (0..1 << facet.values.len()).filter(near).map(|bits| Some(FacetValue::Set(bits))).collect()
                }
                _ => (0..facet.values.len()).map(|ix| Some(FacetValue::One(ValueIx(ix as u16)))).collect(),
            };
            let others = values.into_iter().chain([None]).filter(|value| *value != now);
            all.extend(others.map(|to| (Subject::Facet(FacetIx(at as u16)), None, Met::Value(to))));
        }
        all
    }

    /// Writes a change into the words of a reading.
    fn put(policy: &Policy, reading: &mut Reading, (subject, harm, to): &Key) {
        let Met::Value(to) = to else { unreachable!("categories are left as they are") };
        match (subject, harm) {
            (Subject::Severity, Some(harm)) => {
                let word = |value: &FacetValue| match value {
                    FacetValue::One(ix) => policy.manifest.severities[usize::from(ix.0)].to_string(),
                    FacetValue::Set(_) => unreachable!("a severity is one value"),
                };
                reading.harms[*harm].severity = to.as_ref().map(word);
            }
            (Subject::Facet(ix), _) => {
                let facet = policy.manifest.facet(*ix);
                let word = |at: usize| facet.values[at].to_string();
                let bits = |bits: u64| (0..facet.values.len()).filter(move |bit| bits >> bit & 1 == 1);
                let words = match to {
                    None => None,
                    Some(FacetValue::One(value)) => Some(FacetWord::One(word(usize::from(value.0)))),
                    Some(FacetValue::Set(set)) => Some(FacetWord::Many(bits(*set).map(word).collect())),
                };
                reading.facets.remove(&*facet.id);
                reading.facets.extend(words.map(|words| (facet.id.to_string(), words)));
            }
            _ => unreachable!("nothing else changes"),
        }
    }
}
