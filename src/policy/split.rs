//! A case on which labelers part: what each said, and how far apart they are.

use super::behavior::Behaviors;
use super::case::{Case, FacetWord, Harm};
use super::gold::{distribution, heard, standing};
use super::label::Label;
use super::ruling::Adjudication;
use super::taxonomy::Aliases;
use std::collections::{BTreeMap, BTreeSet};

/// A case with what the labelers of a round said of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Split {
    pub case: Case,
    /// The labels that count, one a labeler, by their names; who abstained is among them.
    pub labels: Vec<Label>,
    /// How many call for which behavior.
    pub distribution: BTreeMap<String, u64>,
    pub apart: Apart,
    /// What settles the case.
    pub ruling: Option<Adjudication>,
}

/// How far labelers are apart, the gravest difference first: greater is further.
#[derive(Debug, Clone, Copy, Default, PartialEq, PartialOrd)]
pub struct Apart {
    /// The mean distance of two labelers' behaviors on the policy's list of them: 0 for the same, 1 for its two ends.
    pub behavior: f64,
    /// The share of pairs of labelers who found different harms.
    pub harms: f64,
    /// The share of pairs who read some facet differently.
    pub facets: f64,
}

impl Split {
    /// The case with what a round's labelers said of it; `labels` are those of the case and the round, in the order of the
    /// files. The worst first is by [`Split::apart`], downwards.
    pub fn new(
        case: Case,
        labels: &[Label],
        ruling: Option<&Adjudication>,
        behaviors: &Behaviors,
        aliases: &Aliases,
    ) -> Split {
        let all: Vec<&Label> = labels.iter().collect();
        let first_readings = standing(&all).into_iter().filter(|label| !label.repeat);
        let last: BTreeMap<&str, &Label> = first_readings.map(|label| (label.labeler.as_str(), label)).collect();
        let heard = heard(&all);
        Split {
            case,
            distribution: distribution(&heard),
            apart: Apart::of(&heard, behaviors, aliases),
            labels: last.into_values().cloned().collect(),
            ruling: ruling.cloned(),
        }
    }
}

impl Apart {
    /// Of labels that count, one a labeler. Who was not asked about harms, or leaves a facet out, differs from nobody in it.
    pub fn of(heard: &[&Label], behaviors: &Behaviors, aliases: &Aliases) -> Apart {
        let harms = heard.iter().filter_map(|label| label.harms.as_ref());
        let found = harms.map(|harms| harms.iter().map(|harm| of_harm(harm, aliases)).collect::<BTreeSet<_>>());
        let mut facets: BTreeMap<&str, Vec<BTreeSet<&str>>> = BTreeMap::new();
        for (facet, word) in heard.iter().flat_map(|label| &label.reading.facets) {
            let words = match word {
                FacetWord::One(word) => std::slice::from_ref(word),
                FacetWord::Many(words) => words,
            };
            facets.entry(facet).or_default().push(words.iter().map(String::as_str).collect());
        }
        Apart {
            behavior: behavior(&distribution(heard), behaviors),
            harms: share_of_pairs(found),
            facets: facets.into_values().map(share_of_pairs).fold(0.0, f64::max),
        }
    }

    pub fn is_nothing(&self) -> bool {
        *self == Apart::default()
    }
}

/// Two labelers who name one category by its id and by an alias found the same.
fn of_harm<'a>(harm: &'a Harm, aliases: &'a Aliases) -> (&'a str, Option<&'a str>, super::case::Target) {
    (aliases.id_of(&harm.category), harm.severity.as_deref(), harm.target)
}

fn behavior(distribution: &BTreeMap<String, u64>, behaviors: &Behaviors) -> f64 {
    let last = behaviors.len().saturating_sub(1).max(1) as f64;
    let counted: Vec<_> = distribution.iter().map(|(word, count)| (behaviors.find(word), *count as f64)).collect();
    let mut sum = 0.0;
    for (at, (one, count)) in counted.iter().enumerate() {
        for (other, others) in &counted[at + 1..] {
            let apart = match (one, other) {
                (Some(one), Some(other)) => f64::from(one.0.abs_diff(other.0)) / last,
                // The policy does not know how far a word of its own is from any other.
                _ => 1.0,
            };
            sum += apart * count * others;
        }
    }
    let all: f64 = counted.iter().map(|(_, count)| count).sum();
    if all > 1.0 { sum / (all * (all - 1.0) / 2.0) } else { 0.0 }
}

/// How many of the pairs are unequal.
fn share_of_pairs<T: Ord>(items: impl IntoIterator<Item = T>) -> f64 {
    let mut counts: BTreeMap<T, u64> = BTreeMap::new();
    items.into_iter().for_each(|item| *counts.entry(item).or_default() += 1);
    let pairs = |n: u64| (n * n.saturating_sub(1) / 2) as f64;
    let all = pairs(counts.values().sum());
    let equal: f64 = counts.values().map(|n| pairs(*n)).sum();
    if all > 0.0 { 1.0 - equal / all } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(labels: &[&str], expect: [f64; 3]) {
        let label = |(at, rest): (usize, &&str)| -> Label {
            serde_json::from_str(&format!(r#"{{"id":"{at}","case":"c","labeler":"l{at}",{rest}}}"#)).unwrap()
        };
        let labels: Vec<Label> = labels.iter().enumerate().map(label).collect();
        let behaviors = Behaviors::named(["comply", "safe-complete", "refuse"]).unwrap();
        let case = Case { id: "c".into(), ..serde_json::from_str(r#"{"id":"c","text":"t"}"#).unwrap() };
        let split = Split::new(case, &labels, None, &behaviors, &Aliases::from_iter([("old", "new")]));
        let Apart { behavior, harms, facets } = split.apart;
        for (found, expect) in [behavior, harms, facets].into_iter().zip(expect) {
            assert!((found - expect).abs() < 1e-12, "{split:?}");
        }
    }

    #[test]
    fn behaviors_are_as_far_apart_as_the_policy_lists_them() {
        let says = |behavior: &str| format!(r#""behavior":"{behavior}""#);
        let (comply, safe, refuse) = (says("comply"), says("safe-complete"), says("refuse"));
        check(&[], [0.0; 3]);
        check(&[&comply, &comply], [0.0; 3]);
        check(&[&comply, &refuse], [1.0, 0.0, 0.0]);
        check(&[&comply, &safe], [0.5, 0.0, 0.0]);
        check(&[&comply, &comply, &refuse], [2.0 / 3.0, 0.0, 0.0]);
        check(&[&comply, &says("strange")], [1.0, 0.0, 0.0]);
    }

    #[test]
    fn harms_and_facets_count_by_pairs_of_those_who_were_asked() {
        let found = |category: &str| format!(r#""behavior":"refuse","harms":[{{"category":"{category}"}}]"#);
        let not_asked = r#""behavior":"refuse""#;
        check(&[&found("old"), &found("new"), not_asked], [0.0; 3]);
        check(&[&found("new"), &found("other"), not_asked], [0.0, 1.0, 0.0]);
        let reads = |intent: &str| format!(r#""behavior":"refuse","facets":{{"intent":"{intent}"}}"#);
        check(&[&reads("a"), &reads("b"), &reads("b"), not_asked], [0.0, 0.0, 2.0 / 3.0]);
        check(&[&reads("a"), r#""abstain":{"reason":"no context"}"#], [0.0; 3]);
    }
}
