//! What a case is measured against: its latest adjudication; else the labelers' consensus; else what it was
//! imported with.

use super::case::{FacetWord, Harm, Reading, Target};
use super::label::Label;
use super::manifest::Consensus;
use super::record::Record;
use super::ruling::{Adjudication, Disposition};
use super::taxonomy::Aliases;
use std::collections::{BTreeMap, BTreeSet};
use std::hash::Hash;

/// Where a gold label comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GoldSource {
    /// Nobody has read the case.
    None,
    Imported,
    /// That many labelers agree, strictly more than half of those who did not abstain.
    Consensus {
        labelers: usize,
    },
    /// By whom, and why.
    Adjudicated {
        by: String,
        at: Option<String>,
        holding: String,
    },
    /// Adjudicated to be a legitimate disagreement: there is no gold label.
    Split {
        by: String,
    },
}

/// The gold label of one case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gold {
    pub source: GoldSource,
    /// `None` where there is no gold label.
    pub reading: Option<Reading>,
}

/// How the labels of a gold set become gold labels.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Settling {
    /// Which category words mean the same.
    pub aliases: Aliases,
    pub consensus: Consensus,
}

/// What the labelers' consensus on the behavior of a case is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Agreed<'a> {
    /// What strictly more than half of them say.
    Majority,
    /// What a model of the whole set is certain of; `None` where it is not, or where no consensus counts.
    Settled(Option<&'a str>),
}

/// Settles what a case is measured against. `labels` and `adjudications` are those of this case, in the order of
/// their files; of two that nothing supersedes, the later one stands. `aliases` says which category words mean the same.
pub fn settle(
    imported: Option<&Reading>,
    labels: &[&Label],
    adjudications: &[&Adjudication],
    aliases: &Aliases,
    agreed: Agreed<'_>,
) -> Gold {
    if let Some(ruling) = ruling(adjudications) {
        if ruling.disposition == Disposition::Split {
            return Gold { source: GoldSource::Split { by: ruling.adjudicator.clone() }, reading: None };
        }
        if let Some(decision) = &ruling.decision {
            let source = GoldSource::Adjudicated {
                by: ruling.adjudicator.clone(),
                at: ruling.at.clone(),
                holding: ruling.holding.clone(),
            };
            return Gold { source, reading: Some(decision.clone()) };
        }
    }
    if let Some((mut reading, labelers)) = consensus(labels, aliases, agreed) {
        if let Some(imported) = imported {
            keep_what_nobody_was_asked(&mut reading, imported, &heard(labels));
        }
        return Gold { source: GoldSource::Consensus { labelers }, reading: Some(reading) };
    }
    match imported {
        Some(reading) => Gold { source: GoldSource::Imported, reading: Some(reading.clone()) },
        None => Gold { source: GoldSource::None, reading: None },
    }
}

/// The ruling that settles a case: the last one that stands and is not deferred.
pub fn ruling<'a>(adjudications: &[&'a Adjudication]) -> Option<&'a Adjudication> {
    standing(adjudications).into_iter().rfind(|ruling| ruling.disposition != Disposition::Deferred)
}

/// The records that stand, in order: nothing supersedes them, and they are no withdrawals. A record met twice counts
/// once. Where two replace the same one, both stand.
pub fn standing<'a, R: Record>(records: &[&'a R]) -> Vec<&'a R> {
    let replaced: BTreeSet<&str> = records.iter().filter_map(|record| record.supersedes()).collect();
    let mut seen = BTreeSet::new();
    let mut standing = Vec::new();
    for &record in records {
        let id = record.id();
        let stands = id.is_empty() || (!replaced.contains(id) && seen.insert(id));
        if stands && !record.is_withdrawal() {
            standing.push(record);
        }
    }
    standing
}

/// The labels that count, one a labeler: those of [`latest`] without abstentions.
pub fn heard<'a>(labels: &[&'a Label]) -> Vec<&'a Label> {
    latest(labels).into_iter().filter(|label| label.abstain.is_none()).collect()
}

/// Of each labeler the last label that stands, abstentions included, second readings in a round left out. In the order of the
/// labelers' names.
pub fn latest<'a>(labels: &[&'a Label]) -> Vec<&'a Label> {
    let first_readings = standing(labels).into_iter().filter(|label| !label.repeat);
    let by_labeler: BTreeMap<&str, &Label> = first_readings.map(|label| (label.labeler.as_str(), label)).collect();
    by_labeler.into_values().collect()
}

/// How many of the labelers that count called for which behavior; who gave none is not among them.
pub fn distribution(heard: &[&Label]) -> BTreeMap<String, u64> {
    let mut counts = BTreeMap::new();
    for behavior in heard.iter().filter_map(|label| label.reading.behavior.clone()) {
        *counts.entry(behavior).or_insert(0) += 1;
    }
    counts
}

/// What the labelers of a case said, counted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Said {
    /// Those who gave a reading.
    pub heard: usize,
    pub abstained: usize,
    /// How many of those heard call for which behavior.
    pub votes: BTreeMap<String, u64>,
}

impl Said {
    pub fn of(labels: &[Label]) -> Said {
        let labels: Vec<&Label> = labels.iter().collect();
        let heard = heard(&labels);
        Said { heard: heard.len(), abstained: latest(&labels).len() - heard.len(), votes: distribution(&heard) }
    }
}

/// How a ruling for this behavior stands to what the labelers said: upheld is a majority where no other behavior has
/// more labelers behind it.
pub fn disposition(distribution: &BTreeMap<String, u64>, behavior: &str) -> Disposition {
    let for_it = distribution.get(behavior).copied().unwrap_or_default();
    match distribution.values().max() {
        _ if for_it == 0 => Disposition::Overridden,
        _ if distribution.len() == 1 => Disposition::Unanimous,
        Some(most) if for_it < *most => Disposition::MinorityUpheld,
        _ => Disposition::MajorityUpheld,
    }
}

/// What strictly more than half of the labelers say, field by field, and how many labelers were heard; the behavior as it was
/// `agreed`.
///
/// Who counts is what [`heard`] says.
/// Without an agreed behavior there is no consensus: a tie is for an adjudicator. A harm counts where a
/// majority found its category at its target; its severity, and each facet, where a majority gave the same.
/// Two labelers who name one category by its id and by an alias agree; the alias is kept, since versions from before
/// the renaming know it too.
pub fn consensus(labels: &[&Label], aliases: &Aliases, agreed: Agreed<'_>) -> Option<(Reading, usize)> {
    let heard = heard(labels);
    let readings: Vec<&Reading> = heard.iter().map(|label| &label.reading).collect();
    let labelers = readings.len();
    let behavior = match agreed {
        Agreed::Majority => majority(labelers, readings.iter().filter_map(|r| r.behavior.clone()))?,
        Agreed::Settled(behavior) => behavior?.to_owned(),
    };

    // Who was not asked about harms says nothing of them.
    let judged: Vec<&Vec<Harm>> = heard.iter().filter_map(|label| label.harms.as_ref()).collect();
    let found: Vec<BTreeSet<(&str, Target)>> =
        judged.iter().map(|harms| harms.iter().map(|h| (aliases.id_of(&h.category), h.target)).collect()).collect();
    // In the order in which the labelers list them: of two harms that lead to the same behavior the first one decides.
    let mut everything: Vec<(&str, Target)> = Vec::new();
    for harm in judged.iter().copied().flatten() {
        let harm = (aliases.id_of(&harm.category), harm.target);
        if !everything.contains(&harm) {
            everything.push(harm);
        }
    }
    let harms = everything
        .into_iter()
        .filter(|harm| is_majority(found.iter().filter(|f| f.contains(harm)).count(), judged.len()))
        .map(|(category, target)| {
            let same = |h: &&Harm| aliases.id_of(&h.category) == category && h.target == target;
            let matching: Vec<&Harm> = judged.iter().filter_map(|harms| harms.iter().find(same)).collect();
            let severity = majority(judged.len(), matching.iter().filter_map(|h| h.severity.clone()));
            let alias = matching.iter().map(|h| h.category.as_str()).filter(|word| *word != category).min();
            Harm { category: alias.unwrap_or(category).to_owned(), severity, target }
        })
        .collect();

    let names: BTreeSet<&String> = readings.iter().flat_map(|r| r.facets.keys()).collect();
    let facets = names
        .into_iter()
        .filter_map(|name| {
            Some((name.clone(), majority(labelers, readings.iter().filter_map(|r| sorted(r.facets.get(name)?)))?))
        })
        .collect();

    let by_majority = |pick: fn(&Reading) -> &Vec<String>| {
        let words: BTreeSet<&String> = readings.iter().flat_map(|r| pick(r)).collect();
        let often = |word: &&String| is_majority(readings.iter().filter(|r| pick(r).contains(word)).count(), labelers);
        words.into_iter().filter(often).cloned().collect::<Vec<_>>()
    };
    let reading = Reading {
        harms,
        facets,
        acceptable: by_majority(|r| &r.acceptable),
        unjudged: by_majority(|r| &r.unjudged),
        observed: majority(labelers, readings.iter().filter_map(|r| r.observed.clone())),
        behavior: Some(behavior),
    };
    Some((reading, labelers))
}

/// What no labeler was asked, the reading that the case was imported with still answers.
fn keep_what_nobody_was_asked(reading: &mut Reading, imported: &Reading, heard: &[&Label]) {
    if heard.iter().all(|label| label.harms.is_none()) {
        reading.harms.clone_from(&imported.harms);
        if heard.iter().all(|label| label.reading.unjudged.is_empty()) {
            reading.unjudged.clone_from(&imported.unjudged);
        }
    }
    for (facet, value) in &imported.facets {
        if heard.iter().all(|label| !label.reading.facets.contains_key(facet)) {
            reading.facets.insert(facet.clone(), value.clone());
        }
    }
    if heard.iter().all(|label| label.reading.observed.is_none()) {
        reading.observed.clone_from(&imported.observed);
    }
}

fn is_majority(count: usize, of: usize) -> bool {
    count * 2 > of
}

fn majority<T: Eq + Hash + Ord>(of: usize, votes: impl Iterator<Item = T>) -> Option<T> {
    let mut counts = BTreeMap::new();
    for vote in votes {
        *counts.entry(vote).or_insert(0) += 1;
    }
    counts.into_iter().find(|&(_, count)| is_majority(count, of)).map(|(vote, _)| vote)
}

/// A set of values is the same in any order.
fn sorted(word: &FacetWord) -> Option<FacetWord> {
    let mut word = word.clone();
    if let FacetWord::Many(words) = &mut word {
        words.sort();
        words.dedup();
    }
    Some(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn label(labeler: &str, rest: &str) -> Label {
        let comma = if rest.is_empty() { "" } else { "," };
        serde_json::from_str(&format!(r#"{{"case":"c","labeler":"{labeler}"{comma}{rest}}}"#)).unwrap()
    }

    fn ruling(rest: &str) -> Adjudication {
        serde_json::from_str(&format!(r#"{{"case":"c","adjudicator":"lee",{rest}}}"#)).unwrap()
    }

    fn check(imported: Option<&str>, labels: &[Label], rulings: &[Adjudication], behavior: Option<&str>) -> Gold {
        let imported: Option<Reading> = imported.map(|json| serde_json::from_str(json).unwrap());
        let gold = settle(
            imported.as_ref(),
            &labels.iter().collect::<Vec<_>>(),
            &rulings.iter().collect::<Vec<_>>(),
            &Aliases::from_iter([("old", "new")]),
            Agreed::Majority,
        );
        assert_eq!(gold.reading.as_ref().and_then(|r| r.behavior.as_deref()), behavior);
        gold
    }

    const IMPORTED: Option<&str> = Some(r#"{"behavior":"refuse"}"#);

    #[test]
    fn imported_stands_until_people_agree() {
        check(None, &[], &[], None);
        check(IMPORTED, &[], &[], Some("refuse"));
        let (ana, bo) = (label("ana", r#""behavior":"comply""#), label("bo", r#""behavior":"comply""#));
        check(IMPORTED, &[ana.clone(), bo], &[], Some("comply"));
        let no = label("bo", r#""behavior":"refuse""#);
        assert_eq!(check(IMPORTED, &[ana, no], &[], Some("refuse")).source, GoldSource::Imported);
    }

    #[test]
    fn a_behavior_may_be_agreed_otherwise_than_by_majority() {
        let labels = [
            label("a", r#""behavior":"comply","harms":[{"category":"x"}]"#),
            label("b", r#""behavior":"refuse","harms":[{"category":"x"}]"#),
        ];
        let labels: Vec<&Label> = labels.iter().collect();
        let agreed = |agreed| consensus(&labels, &Aliases::default(), agreed);
        assert_eq!(agreed(Agreed::Majority), None);
        assert_eq!(agreed(Agreed::Settled(None)), None);
        let (reading, labelers) = agreed(Agreed::Settled(Some("refuse"))).unwrap();
        assert_eq!((reading.behavior.as_deref(), reading.harms.len(), labelers), (Some("refuse"), 1, 2));
    }

    #[test]
    fn who_abstains_is_not_counted() {
        let labels = [label("ana", r#""behavior":"comply""#), label("bo", r#""abstain":{"reason":"missing-context"}"#)];
        assert_eq!(check(IMPORTED, &labels, &[], Some("comply")).source, GoldSource::Consensus { labelers: 1 });
    }

    #[test]
    fn consensus_is_taken_field_by_field() {
        let labels = [
            label(
                "a",
                r#""behavior":"refuse","harms":[{"category":"x","severity":"high"}],"facets":{"ctx":["p","q"]}"#,
            ),
            label("b", r#""behavior":"refuse","harms":[{"category":"x","severity":"low"}],"facets":{"ctx":["q","p"]}"#),
            label("c", r#""behavior":"comply","harms":[{"category":"y"}],"facets":{"ctx":["p"]}"#),
        ];
        let reading = check(None, &labels, &[], Some("refuse")).reading.unwrap();
        assert_eq!(reading.harms, [Harm { category: "x".into(), severity: None, target: Target::Request }]);
        assert_eq!(reading.facets["ctx"], FacetWord::Many(vec!["p".into(), "q".into()]));
    }

    #[test]
    fn what_no_labeler_was_asked_stays_as_imported() {
        let imported =
            Some(r#"{"behavior":"refuse","harms":[{"category":"x"}],"facets":{"a":"1","b":"1"},"unjudged":["y"]}"#);
        let silent = [label("a", r#""behavior":"comply","facets":{"b":"2"}"#)];
        let reading = check(imported, &silent, &[], Some("comply")).reading.unwrap();
        assert_eq!((reading.harms.len(), reading.unjudged.len()), (1, 1));
        assert_eq!(
            (&reading.facets["a"], &reading.facets["b"]),
            (&FacetWord::One("1".into()), &FacetWord::One("2".into()))
        );
        let asked = [label("a", r#""behavior":"comply","harms":[]"#)];
        assert_eq!(check(imported, &asked, &[], Some("comply")).reading.unwrap().harms, []);
    }

    #[test]
    fn an_alias_and_its_id_are_one_category() {
        let labels = [
            label("a", r#""behavior":"refuse","harms":[{"category":"old","severity":"high"}]"#),
            label("b", r#""behavior":"refuse","harms":[{"category":"new","severity":"high"}]"#),
        ];
        let reading = check(None, &labels, &[], Some("refuse")).reading.unwrap();
        let severity = Some("high".to_owned());
        assert_eq!(reading.harms, [Harm { category: "old".into(), severity, target: Target::Request }]);
    }

    #[test]
    fn the_ruling_that_nothing_supersedes_stands() {
        let first = ruling(r#""id":"1","disposition":"overridden","decision":{"behavior":"comply"}"#);
        let second =
            ruling(r#""id":"2","supersedes":"1","disposition":"overridden","decision":{"behavior":"escalate"}"#);
        check(IMPORTED, &[], &[second, first.clone()], Some("escalate"));
        let deferred = ruling(r#""id":"3","disposition":"deferred""#);
        check(IMPORTED, &[], &[first.clone(), deferred], Some("comply"));
        let split = ruling(r#""id":"4","disposition":"split""#);
        assert_eq!(check(IMPORTED, &[], &[first, split], None).source, GoldSource::Split { by: "lee".into() });
    }

    #[test]
    fn what_is_withdrawn_counts_for_nothing() {
        let label_1 = label("ana", r#""id":"1","behavior":"comply""#);
        let back = label("ana", r#""id":"2","supersedes":"1","withdrawn":{"reason":"wrong case"}"#);
        assert_eq!(check(IMPORTED, &[back, label_1], &[], Some("refuse")).source, GoldSource::Imported);
        let ruled = ruling(r#""id":"1","disposition":"overridden","decision":{"behavior":"comply"}"#);
        let back = ruling(r#""id":"2","supersedes":"1","disposition":"deferred","withdrawn":{"reason":"too early"}"#);
        assert_eq!(check(IMPORTED, &[], &[ruled, back], Some("refuse")).source, GoldSource::Imported);
    }

    #[test]
    fn a_second_reading_in_a_round_is_not_heard() {
        let labels = [
            label("ana", r#""id":"1","behavior":"comply""#),
            label("ana", r#""id":"2","repeat":true,"behavior":"refuse""#),
        ];
        assert_eq!(check(None, &labels, &[], Some("comply")).source, GoldSource::Consensus { labelers: 1 });
        assert_eq!(standing(&labels.iter().collect::<Vec<_>>()).len(), 2);
    }

    #[test]
    fn a_ruling_stands_to_the_labels_in_one_of_four_ways() {
        let labels = ["comply", "comply", "refuse"].iter().enumerate();
        let labels: Vec<Label> =
            labels.map(|(n, behavior)| label(&n.to_string(), &format!(r#""behavior":"{behavior}""#))).collect();
        let check = |count: usize, behavior: &str, expected| {
            let counted = distribution(&heard(&labels.iter().skip(count).collect::<Vec<_>>()));
            assert_eq!(disposition(&counted, behavior), expected, "{counted:?}");
        };
        check(0, "comply", Disposition::MajorityUpheld);
        check(0, "refuse", Disposition::MinorityUpheld);
        check(0, "escalate", Disposition::Overridden);
        check(1, "refuse", Disposition::MajorityUpheld);
        check(2, "refuse", Disposition::Unanimous);
        check(3, "refuse", Disposition::Overridden);
    }

    #[test]
    fn where_two_replace_one_both_stand() {
        let labels = [
            label("ana", r#""id":"1","behavior":"comply""#),
            label("ana", r#""id":"2","supersedes":"1","behavior":"refuse""#),
            label("ana", r#""id":"3","supersedes":"1","behavior":"escalate""#),
            label("ana", r#""id":"3","supersedes":"1","behavior":"escalate""#),
        ];
        let ids: Vec<&str> = standing(&labels.iter().collect::<Vec<_>>()).iter().map(|l| l.id.as_str()).collect();
        assert_eq!(ids, ["2", "3"]);
        check(None, &labels, &[], Some("escalate"));
    }

    #[test]
    fn a_new_label_of_the_same_labeler_replaces_the_old() {
        let old = label("ana", r#""id":"1","behavior":"comply""#);
        let new = label("ana", r#""id":"2","supersedes":"1","behavior":"refuse""#);
        check(None, &[new, old], &[], Some("refuse"));
    }
}
