//! Random policies whose ids come from a small pool, so that any two have much in common and much apart; and random
//! readings of cases in the same words.

use crate::document::Document;
use crate::document::read::{self, cursor::Source};
use crate::policy::Policy;
use crate::policy::case::{FacetWord, Harm, Reading, Target};
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use std::sync::Arc;

const BEHAVIORS: [&str; 4] = ["b0", "b1", "b2", "b3"];
const SEVERITIES: [&str; 3] = ["s0", "s1", "s2"];
const VALUES: [&str; 3] = ["v0", "v1", "v2"];
const CATEGORIES: [&str; 5] = ["c0", "c1", "c2", "c3", "c4"];
const CLAUSES: [&str; 6] = ["k0", "k1", "k2", "k3", "k4", "k5"];

/// The manifest, the taxonomy and two specs of a policy.
pub(crate) fn documents() -> impl Strategy<Value = [Document; 4]> {
    (manifest(), taxonomy(), clauses()).prop_map(|(manifest, taxonomy, [first, second])| {
        let spec = |id: &str, clauses: &str| format!("spec: {id}\nclauses:{clauses}\n");
        [manifest, taxonomy, spec("first", &first), spec("second", &second)].map(Document::parse)
    })
}

pub(crate) fn policy() -> impl Strategy<Value = Policy> {
    documents().prop_map(|documents| {
        let files: [Arc<str>; 4] = ["casebook.yaml", "t.yaml", "a.yaml", "b.yaml"].map(Into::into);
        let source = |i: usize| Source { file: &files[i], document: &documents[i] };
        read::policy(source(0), &[source(1)], &[source(2), source(3)]).0
    })
}

pub(crate) fn reading() -> impl Strategy<Value = Reading> {
    let severity = proptest::option::of(select(&SEVERITIES[..]));
    let target = select(&Target::ALL[..]);
    let category = prop_oneof![5 => select(&CATEGORIES[..]), 1 => Just("z")];
    let harm = (category, severity, target).prop_map(|(category, severity, target)| Harm {
        category: category.to_owned(),
        severity: severity.map(str::to_owned),
        target,
    });
    let f = proptest::option::of(subsequence(&VALUES[..], 1..=2));
    let g = proptest::option::of(any::<bool>());
    (proptest::collection::vec(harm, 0..3), f, g).prop_map(|(harms, f, g)| {
        let mut reading = Reading { harms, ..Reading::default() };
        if let Some(values) = f {
            let word = match &values[..] {
                [one] => FacetWord::One((*one).to_owned()),
                many => FacetWord::Many(many.iter().map(|&value| value.to_owned()).collect()),
            };
            reading.facets.insert("f".into(), word);
        }
        if let Some(value) = g {
            reading.facets.insert("g".into(), FacetWord::One(value.to_string()));
        }
        reading
    })
}

fn shuffled(pool: &'static [&'static str], least: usize) -> impl Strategy<Value = Vec<&'static str>> {
    subsequence(pool, least..=pool.len()).prop_shuffle()
}

fn manifest() -> impl Strategy<Value = String> {
    let kind = select(&["enum", "ordinal", "set"][..]);
    let hit_policy = select(&["first", "first", "most-restrictive", "unique"][..]);
    let default = select(&BEHAVIORS[..]);
    let lists = (shuffled(&BEHAVIORS, 3), shuffled(&SEVERITIES, 2), shuffled(&VALUES, 2));
    (lists, kind, hit_policy, default, any::<bool>(), any::<bool>()).prop_map(
        |((behaviors, severities, values), kind, hit_policy, default, f, g)| {
            let mut facets = Vec::new();
            if f {
                facets.push(format!("f: {{type: {kind}, values: [{}]}}", values.join(", ")));
            }
            if g {
                facets.push("g: {type: bool}".to_owned());
            }
            format!(
                "casebook: 1\nbehaviors: [{}]\ndefault: {default}\nhit_policy: {hit_policy}\nseverities: [{}]\nfacets: {{{}}}\n",
                behaviors.join(", "),
                severities.join(", "),
                facets.join(", "),
            )
        },
    )
}

fn taxonomy() -> impl Strategy<Value = String> {
    let nodes = subsequence(&CATEGORIES[..], 1..=CATEGORIES.len()).prop_shuffle();
    let parents = proptest::collection::vec(proptest::option::of(select(&CATEGORIES[..])), CATEGORIES.len());
    (nodes, parents, any::<bool>()).prop_map(|(nodes, parents, alias)| {
        let mut text = "taxonomy: t\ncategories:\n".to_owned();
        for (at, (id, parent)) in nodes.iter().zip(parents).enumerate() {
            text.push_str(&format!("  - {{id: {id}"));
            if let Some(parent) = parent {
                text.push_str(&format!(", parent: {parent}"));
            }
            if alias && at == 0 {
                text.push_str(", aliases: [z]");
            }
            text.push_str("}\n");
        }
        text
    })
}

fn test() -> impl Strategy<Value = String> {
    prop_oneof![
        select(&["c0", "c1", "c2", "c3", "[c4, none]", "{not: c1}", "z"][..]).prop_map(|c| format!("category: {c}")),
        select(&["s0", "'>= s1'", "'< s2'", "[s1, unknown]", "{not: s2}"][..]).prop_map(|s| format!("severity: {s}")),
        select(&["v0", "[v1, v2]", "{not: v1}", "'>= v1'", "{all: [v0, v1]}", "{any: [v0], none: [v2]}"][..])
            .prop_map(|v| format!("f: {v}")),
        any::<bool>().prop_map(|g| format!("g: {g}")),
        Just("target: response".to_owned()),
    ]
}

fn when() -> impl Strategy<Value = String> {
    let several = proptest::collection::vec(test(), 1..3).prop_map(|tests| mapping(&tests));
    let one = test().prop_map(|test| mapping(&[test]));
    let nested = (one, several, select(&["any", "any", "all", "not"][..]))
        .prop_map(|(one, several, key)| format!("{key}: [{one}, {several}]"));
    let part = prop_oneof![4 => test(), 1 => nested];
    proptest::collection::vec(part, 0..3).prop_map(|parts| mapping(&parts))
}

/// Each key once: the first that says something of it.
fn mapping(parts: &[String]) -> String {
    let key = |part: &str| part.split(':').next().map(str::to_owned);
    let mut kept: Vec<&str> = Vec::new();
    for part in parts {
        if kept.iter().all(|other| key(other) != key(part)) {
            kept.push(part);
        }
    }
    format!("{{{}}}", kept.join(", "))
}

fn clauses() -> impl Strategy<Value = [String; 2]> {
    let clause = (when(), select(&BEHAVIORS[..]), any::<bool>());
    let ids = subsequence(&CLAUSES[..], 2..=CLAUSES.len()).prop_shuffle();
    (ids, proptest::collection::vec(clause, CLAUSES.len())).prop_map(|(ids, clauses)| {
        let mut specs = [String::new(), String::new()];
        for (id, (when, then, second)) in ids.iter().zip(clauses) {
            let text = format!("\n  - {{id: {id}, when: {when}, then: {then}}}");
            specs[usize::from(second)].push_str(&text);
        }
        specs.map(|text| if text.is_empty() { " []".to_owned() } else { text })
    })
}
