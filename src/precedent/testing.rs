//! A small policy, and readings, cases and rulings in a few words, for the tests of this room.

use super::cites::Texts;
use super::docket::{Docket, RulingText, TextScores, documents_of};
use crate::decide::{GoldSet, GoldSources, SourceFile, Unwatched};
use crate::document::Document;
use crate::document::read::{self, cursor::Source};
use crate::policy::Policy;
use crate::policy::case::{FacetWord, Harm, Reading, Target};
use crate::policy::editorial::Editorials;
use crate::policy::ruling::Adjudication;
use serde_json::{Map, Value};
use std::collections::BTreeSet;
use std::sync::Arc;

const MANIFEST: &str = "
casebook: 1
facets:
  intent:   {type: enum, values: [benign, unclear, malicious]}
  autonomy: {type: ordinal, values: [chat, tool-use, unattended]}
  context:  {type: set, values: [fiction, legal]}
specs: [s.yaml]
";
pub const TAXONOMY: &str = "
taxonomy: t
categories:
  - id: weapons
    aliases: [old-arms]
    definition: What hurts.
    children: [{id: bio}, {id: chem}]
  - id: scams
";
pub const SPEC: &str = "
spec: s
clauses:
  - {id: no-arms, text: Never., when: {category: weapons, intent: {not: benign}}, then: refuse}
  - {id: scams, text: Warn., when: {category: scams}, then: safe-complete}
";

pub fn policy() -> Policy {
    policy_with(SPEC)
}

pub fn policy_with(spec: &str) -> Policy {
    policy_of(TAXONOMY, spec)
}

pub fn policy_of(taxonomy: &str, spec: &str) -> Policy {
    let [manifest, taxonomy, spec] = [MANIFEST, taxonomy, spec].map(Document::parse);
    let files: [Arc<str>; 3] = ["casebook.yaml", "t.yaml", "s.yaml"].map(Into::into);
    let source = |at: usize, document| Source { file: &files[at], document };
    let (policy, problems) = read::policy(source(0, &manifest), &[source(1, &taxonomy)], &[source(2, &spec)]);
    assert_eq!(problems, []);
    policy
}

/// `bio high/response; scams intent=benign context=legal,fiction`: harms, then facets.
pub fn reading(words: &str) -> Reading {
    let mut reading = Reading::default();
    for part in words.split(';') {
        let mut harm: Option<Harm> = None;
        for word in part.split_whitespace() {
            if let Some((facet, value)) = word.split_once('=') {
                let value = match facet {
                    "context" => FacetWord::Many(value.split(',').map(str::to_owned).collect()),
                    _ => FacetWord::One(value.to_owned()),
                };
                reading.facets.insert(facet.to_owned(), value);
            } else if let Some(harm) = &mut harm {
                let (severity, target) = word.split_once('/').unwrap_or((word, ""));
                harm.severity = Some(severity.to_owned());
                harm.target = if target == "response" { Target::Response } else { Target::Request };
            } else {
                harm = Some(Harm { category: word.to_owned(), severity: None, target: Target::Request });
            }
        }
        reading.harms.extend(harm);
    }
    reading
}

/// A ruling with the id `id`. `rest` is what its decision says beside harms and facets, and after a `|` what the ruling says.
pub fn ruling(id: &str, case: &str, words: &str, rest: &str) -> Adjudication {
    serde_json::from_str(&ruling_line(id, case, words, rest)).unwrap()
}

fn ruling_line(id: &str, case: &str, words: &str, rest: &str) -> String {
    let Value::Object(mut decision) = serde_json::to_value(reading(words)).unwrap() else { panic!() };
    let object = |text: &str| serde_json::from_str::<Map<String, Value>>(&format!("{{{text}}}")).unwrap();
    let (decided, said) = rest.split_once('|').unwrap_or((rest, ""));
    decision.extend(object(decided));
    let mut ruling = object(&format!(
        r#""id":"{id}","case":"{case}","adjudicator":"lee","disposition":"overridden","holding":"held of {case}""#
    ));
    ruling.insert("decision".into(), decision.into());
    ruling.extend(object(said));
    Value::from(ruling).to_string()
}

/// The docket of one set, `core`: each a case, its reading, and the rest of its ruling as [`ruling`] takes it. The case's text is its
/// id and its reading; the ruling's id is `id-CASE`.
pub fn docket(ruled: &[(&str, &str, &str)]) -> Docket {
    docket_at(&policy(), ruled)
}

pub fn docket_at(policy: &Policy, ruled: &[(&str, &str, &str)]) -> Docket {
    let mut cases = vec![r#"{"id":"n","text":"new"}"#.to_owned()];
    for (at, (case, words, _)) in ruled.iter().enumerate() {
        if !ruled[..at].iter().any(|(other, ..)| other == case) {
            cases.push(format!(r#"{{"id":"{case}","text":"{case} {words}"}}"#));
        }
    }
    let rulings: Vec<String> =
        ruled.iter().map(|(case, words, rest)| ruling_line(&format!("id-{case}"), case, words, rest)).collect();
    let lines = |list: &[String]| list.iter().map(String::as_str).collect::<Vec<_>>().join("\n");
    let gold = gold(&[&lines(&cases)], &[], &[&lines(&rulings)]);
    docket_of(policy, &gold, &Texts::new(policy, &Editorials::default()))
}

pub fn docket_of(policy: &Policy, gold: &Arc<GoldSet>, texts: &Texts) -> Docket {
    Docket::read(&Arc::new(policy.clone()), std::slice::from_ref(gold), texts, &Unwatched).unwrap()
}

/// How near each ruling of a docket is to a text: the share of the text's words that stand in its case or its holding.
pub fn scores(docket: &Docket, text: &str) -> TextScores {
    let words = |text: &str| -> BTreeSet<String> { text.split_whitespace().map(str::to_lowercase).collect() };
    let asked = words(text);
    let of_ruling = |text: RulingText| {
        let there = words(&format!("{} {}", text.case, text.holding));
        (text.key, asked.intersection(&there).count() as f32 / asked.len() as f32)
    };
    let texts = documents_of(&docket.sets[0], &[0], &Unwatched).unwrap();
    texts.into_iter().flatten().map(of_ruling).collect()
}

/// A gold set named `core` of these lines.
pub fn gold(cases: &[&str], labels: &[&str], rulings: &[&str]) -> Arc<GoldSet> {
    let file = |path: &str, lines: &[&str]| vec![SourceFile::new(path, lines.join("\n").into_bytes())];
    let sources = GoldSources {
        set: "core".into(),
        cases: file("gold/core/cases.jsonl", cases),
        labels: file("gold/core/labels/ana/1.jsonl", labels),
        adjudications: file("gold/core/adjudications/lee/1.jsonl", rulings),
        ..GoldSources::default()
    };
    let gold = GoldSet::read(sources, &Unwatched).unwrap();
    assert_eq!(gold.problems(), []);
    Arc::new(gold)
}
