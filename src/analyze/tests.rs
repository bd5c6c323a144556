use super::{Subject, lint};
use crate::decide::{GoldSet, GoldSources, SourceFile, Unwatched};
use crate::document::Document;
use crate::document::read::{self, cursor::Source};
use std::sync::Arc;

const MANIFEST: &str = "\
casebook: 1
facets:
  intent: {type: enum, values: [benign, malicious]}
  minor: {type: bool}
  context: {type: set, values: [fiction, medical]}
specs: [s.yaml]
";
const HARMS: &str = "\
taxonomy: t
categories:
  - {id: weapons, children: [{id: bio}]}
  - {id: old, deprecated: {replaced_by: [weapons]}}
";

fn check(clauses: &str, labels: &str, expected: &[&str]) {
    let spec = format!("spec: s\nclauses:\n{clauses}");
    let documents = [MANIFEST, HARMS, &spec].map(Document::parse);
    let files: [Arc<str>; 3] = ["casebook.yaml", "t.yaml", "s.yaml"].map(Into::into);
    let source = |i: usize| Source { file: &files[i], document: &documents[i] };
    let (policy, problems) = read::policy(source(0), &[source(1)], &[source(2)]);
    assert_eq!(problems, []);
    let sources = GoldSources {
        set: "core".into(),
        cases: vec![SourceFile::new("gold/core/cases.jsonl", r#"{"id":"a","text":"x"}"#.as_bytes())],
        labels: vec![SourceFile::new("gold/core/labels/ana/1.jsonl", labels.as_bytes().to_vec())],
        ..GoldSources::default()
    };
    let sets = [Arc::new(GoldSet::read(sources, &Unwatched).unwrap())];
    let found = lint(&Subject { policy: &policy, sets: &sets });
    // The clauses of these tests are short; that they lack a text has a test of its own.
    let others = found.iter().filter(|problem| clauses.contains(" text:") || problem.code.id != "CB030");
    let shown: Vec<_> = others.map(|p| format!("{} {}: {}", p.code.id, p.place.route, p.message)).collect();
    assert_eq!(shown, expected);
}

#[test]
fn a_precedent_is_a_case_that_was_ruled_on() {
    let ruling =
        |case: &str, rest: &str| format!(r#"{{"case":"{case}","adjudicator":"lee","disposition":"split"{rest}}}"#);
    let rulings =
        [ruling("a", r#","follows":["b"],"overrules":["a"]"#), ruling("b", r#","distinguishes":["c","zz","a"]"#)];
    let sources = GoldSources {
        set: "core".into(),
        cases: vec![SourceFile::new(
            "c",
            "{\"id\":\"a\",\"text\":\"\"}\n{\"id\":\"b\",\"text\":\"\"}\n{\"id\":\"c\",\"text\":\"\"}",
        )],
        adjudications: vec![SourceFile::new("gold/core/adjudications/lee/1.jsonl", rulings.join("\n").into_bytes())],
        ..GoldSources::default()
    };
    let sets = [Arc::new(GoldSet::read(sources, &Unwatched).unwrap())];
    let found = lint(&Subject { policy: &Default::default(), sets: &sets });
    let shown: Vec<_> = found.iter().filter(|p| p.code.id == "CB125").map(|p| p.message.as_str()).collect();
    assert_eq!(
        shown,
        [
            "the ruling on `a` overrules `a`, which is its own case",
            "the ruling on `b` distinguishes `c`, on which nothing was ruled",
            "the ruling on `b` distinguishes `zz`, which is no case of any gold set",
        ]
    );
}

fn check_when(when: &str, possible: bool) {
    let clause = format!("  - {{id: c, then: refuse, when: {when}}}\n");
    let problem = "CB015 clauses[0].when: the condition of `c` contradicts itself: no case can meet it";
    check(&clause, "", if possible { &[] } else { std::slice::from_ref(&problem) });
}

#[test]
fn conditions_that_no_case_can_meet() {
    check_when("{severity: low, any: [{severity: '>= high'}]}", false);
    check_when("{category: none, severity: high}", false);
    check_when("{category: none, target: request}", false);
    check_when("{category: bio, not: {category: weapons}}", false);
    check_when("{minor: true, not: {minor: [true, unknown]}}", false);
    check_when("{context: {all: [fiction], none: [fiction]}}", false);
    check_when("{intent: [benign], all: [{intent: {not: benign}}]}", false);
    check_when("{any: []}", false);
}

#[test]
fn conditions_that_some_case_can_meet() {
    check_when("{category: none, severity: unknown}", true);
    check_when("{category: weapons, not: {category: bio}}", true);
    check_when("{context: {all: [fiction], none: [medical]}}", true);
    check_when("{any: [{severity: low, all: [{severity: high}]}, {minor: true}]}", true);
    check_when("{category: {not: weapons}}", true);
}

#[test]
fn clauses_without_a_text() {
    let found = "CB030 clauses[1].text: `d` has no text: nobody can read what it asks for";
    check("  - {id: c, then: refuse, text: Do not.}\n  - {id: d, then: refuse, text: ' '}\n", "", &[found]);
}

#[test]
fn a_clause_whose_id_stands_twice_is_looked_at_as_well() {
    let clauses = "clauses:\n  - {id: c, then: comply}\n  - {id: c, then: refuse, when: {category: old}, examples: [b]}\n  \
                   - {then: nothing, when: {nope: 1}}\n";
    let documents = [MANIFEST, HARMS, &format!("spec: s\n{clauses}")].map(Document::parse);
    let files: [Arc<str>; 3] = ["casebook.yaml", "t.yaml", "s.yaml"].map(Into::into);
    let source = |i: usize| Source { file: &files[i], document: &documents[i] };
    let (policy, problems) = read::policy(source(0), &[source(1)], &[source(2)]);
    let found = lint(&Subject { policy: &policy, sets: &[] });
    let shown: Vec<_> = problems.iter().chain(&found).map(|p| format!("{} {}", p.code.id, p.place.route)).collect();
    assert_eq!(policy.clauses.len(), 1);
    insta::assert_snapshot!(shown.join("\n"), @r"
    CB016 clauses[1]
    CB005 clauses[2]
    CB013 clauses[2].then
    CB011 clauses[2].when.nope
    CB030 clauses[0].text
    CB030 clauses[1].text
    CB025 clauses[1].when.category
    CB018 clauses[1].examples[0]
    ");
}

#[test]
fn what_gold_cases_show_of_clauses() {
    let clauses = "  - {id: c, then: comply, when: {category: weapons, minor: true}, examples: [a]}\n  \
                   - {id: d, then: refuse, when: {category: bio}, examples: [a]}\n";
    check(clauses, "", &[]);
    check(
        clauses,
        r#"{"case":"a","labeler":"ana","harms":[{"category":"bio"}],"behavior":"refuse"}"#,
        &["CB040 clauses[0].examples[0]: `c` does not decide its example `a`: `d` does"],
    );
}

#[test]
fn labels_that_cannot_all_be_right() {
    let case = |id: &str, gold: &str| format!("{{\"id\":\"{id}\",\"text\":\"\",\"gold\":{gold}}}\n");
    let text = [
        case("a", r#"{"harms":[{"category":"x"}],"behavior":"comply"}"#),
        case("b", r#"{"harms":[{"category":"x"}],"behavior":"comply"}"#),
        case("c", r#"{"harms":[{"category":"x"}],"behavior":"refuse","acceptable":["escalate"]}"#),
    ];
    let cases = vec![SourceFile::new("gold/core/cases.jsonl", text.concat().into_bytes())];
    let sets =
        [Arc::new(GoldSet::read(GoldSources { set: "core".into(), cases, ..Default::default() }, &Unwatched).unwrap())];
    let found = lint(&Subject { policy: &Default::default(), sets: &sets });
    let shown: Vec<_> = found.iter().filter(|p| p.code.id == "CB041").map(|p| p.to_string()).collect();
    insta::assert_snapshot!(shown.join("\n"), @"gold/core/cases.jsonl:3:1: warning[CB041]: cases that differ in nothing a clause can ask have different gold labels: comply for `core/a`, `core/b`; refuse or escalate for `core/c`");
}

#[test]
fn what_is_deprecated_or_missing() {
    check(
        "  - {id: c, then: refuse, when: {category: [bio, old]}}\n",
        "",
        &["CB025 clauses[0].when.category: `c` tests `old`, which is deprecated"],
    );
    check(
        "  - {id: c, then: refuse, examples: [a, b]}\n",
        "",
        &["CB018 clauses[0].examples[1]: `c` names the example `b`, which is no case of any gold set"],
    );
    check("  []\n", "", &["CB026 : this policy has no clauses, so every verdict is `comply`"]);
    let label = r#"{"case":"a","labeler":"ana","behavior":"comply","cites":{"c":"1","gone":"2","bio":"3"}}"#;
    check(
        "  - {id: c, then: refuse}\n",
        label,
        &["CB024 : this cites `gone`, but the policy has no clause or category of that id"],
    );
}
