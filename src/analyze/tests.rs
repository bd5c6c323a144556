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

/// What is found with the clauses read by themselves.
fn check(clauses: &str, labels: &str, expected: &[&str]) {
    let found = found(MANIFEST, clauses, labels).into_iter().filter(|problem| !is_exact(problem));
    assert_eq!(found.collect::<Vec<_>>(), expected);
}

/// What is found over the whole decision space, of one kind. The manifest has more in it.
fn check_exact(code: &str, manifest: &str, clauses: &str, expected: &[&str]) {
    let found =
        found(&format!("{MANIFEST}{manifest}"), clauses, "").into_iter().filter(|found| found.starts_with(code));
    assert_eq!(found.collect::<Vec<_>>(), expected);
}

fn is_exact(problem: &str) -> bool {
    problem.starts_with("CB03")
}

fn found(manifest: &str, clauses: &str, labels: &str) -> Vec<String> {
    found_in(manifest, HARMS, clauses, labels)
}

fn found_in(manifest: &str, harms: &str, clauses: &str, labels: &str) -> Vec<String> {
    let spec = format!("spec: s\nclauses:\n{clauses}");
    let documents = [manifest, harms, &spec].map(Document::parse);
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
    let found = lint(&Subject::new(&policy, &sets));
    // The clauses of these tests are short; that they lack a text has a test of its own.
    let others = found.iter().filter(|problem| clauses.contains(" text:") || problem.code.id != "CB027");
    others.map(|p| format!("{} {}: {}", p.code.id, p.place.route, p.message)).collect()
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
    let found = lint(&Subject::new(&Default::default(), &sets));
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
    let found = "CB027 clauses[1].text: `d` has no text: nobody can read what it asks for";
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
    let mut found = lint(&Subject::new(&policy, &[]));
    found.retain(|problem| !is_exact(problem.code.id));
    let shown: Vec<_> = problems.iter().chain(&found).map(|p| format!("{} {}", p.code.id, p.place.route)).collect();
    assert_eq!(policy.clauses.len(), 1);
    insta::assert_snapshot!(shown.join("\n"), @r"
    CB016 clauses[1]
    CB005 clauses[2]
    CB013 clauses[2].then
    CB011 clauses[2].when.nope
    CB027 clauses[0].text
    CB027 clauses[1].text
    CB025 clauses[1].when.category
    CB018 clauses[1].examples[0]
    ");
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

#[test]
fn clauses_that_never_decide() {
    check_exact(
        "CB030",
        "",
        "  - {id: minors, then: refuse, when: {minor: true}}
  - {id: adults, then: comply, when: {minor: [false, unknown]}}
  - {id: bio, then: escalate, when: {category: bio}}\n",
        &[
            "CB030 clauses[2]: `bio` never decides: wherever it applies, `minors` and `adults` decide together before it",
        ],
    );
    // What applies nowhere is another problem.
    check_exact("CB030", "", "  - {id: c, then: refuse, when: {category: none, severity: high}}\n", &[]);
    check_exact(
        "CB030",
        "hit_policy: most-restrictive\n",
        "  - {id: mild, then: safe-complete, when: {category: bio}}
  - {id: strict, then: refuse, when: {category: weapons}}\n",
        &["CB030 clauses[0]: `mild` never decides: wherever it applies, `strict` decides over it"],
    );
}

#[test]
fn clauses_and_tests_that_change_nothing() {
    let bio = "  - {id: bio, then: refuse, when: {category: bio}}
  - {id: weapons, then: refuse, when: {category: weapons, minor: true}}
  - {id: rest, then: refuse, when: {category: weapons}}\n";
    check_exact(
        "CB031",
        "",
        bio,
        &[
            "CB031 clauses[0]: without `bio` every decision would be the same: where it decides, `weapons` and `rest` would do alike",
            "CB031 clauses[1]: without `weapons` every decision would be the same: where it decides, `rest` would do alike",
        ],
    );
    check_exact(
        "CB031",
        "",
        "  - {id: c, then: comply, when: {category: none}}\n",
        &["CB031 clauses[0]: `c` says what the default does anyway: without it every decision would be the same"],
    );
    // Those that say what the default does are told of in one line.
    check_exact(
        "CB031",
        "",
        "  - {id: c, then: comply, when: {category: none}}
  - {id: d, then: refuse, when: {category: bio}}
  - {id: e, then: comply, when: {category: old}}\n",
        &[
            "CB031 clauses[0]: `c` and `e` say what the default does anyway: without them every decision would be the same",
        ],
    );
    // What a clause is about is left alone, unless the clause itself implies it.
    check_exact(
        "CB032",
        "",
        "  - {id: d, then: refuse, when: {category: [bio, old, none]}}
  - {id: e, then: refuse, when: {category: weapons, minor: true}}
  - {id: c, then: escalate, when: {severity: high, category: {not: none}, minor: false}}\n",
        &["CB032 clauses[2].when.category: in `c` the test `category is not none` changes nothing"],
    );
    check_exact(
        "CB032",
        "",
        "  - {id: c, then: refuse, when: {category: bio, severity: low, any: [{severity: low}, {minor: true}]}}\n",
        &["CB032 clauses[0].when.any[1].minor: in `c` the test `minor is true` changes nothing"],
    );
    check_exact(
        "CB032",
        "",
        "  - {id: c, then: refuse, when: {category: bio, not: {category: old}}}\n",
        &["CB032 clauses[0].when.not.category: in `c` the test `category is old` changes nothing"],
    );
}

#[test]
fn overlaps_where_only_one_may_apply() {
    check_exact(
        "CB033",
        "hit_policy: unique\n",
        "  - {id: bio, then: refuse, when: {category: bio}}
  - {id: minors, then: comply, when: {minor: true}}
  - {id: old, then: refuse, when: {category: old}}\n",
        &[
            "CB033 clauses[1]: `bio` (`refuse`) and `minors` (`comply`) apply at once, at 150 points: where category is bio and minor is true",
            "CB033 clauses[2]: `minors` (`comply`) and `old` (`refuse`) apply at once, at 150 points: where category is old and minor is true",
        ],
    );
}

#[test]
fn gaps_and_exceptions_and_values() {
    check_exact(
        "CB034",
        "",
        "  - {id: c, then: refuse, when: {category: none}}\n",
        &[
            "CB034 categories[0]: no clause rules on `weapons` or anything below it: all of its 900 points fall to `comply`",
        ],
    );
    check_exact(
        "CB034",
        "",
        "  - {id: c, then: refuse, when: {category: weapons, severity: [low, medium]}}\n",
        &[
            "CB034 categories[0]: under `weapons` graver harm falls to `comply` where milder harm is ruled on more strictly, at 360 points",
        ],
    );
    check_exact(
        "CB035",
        "",
        "  - {id: allowed, then: comply, when: {category: weapons, intent: benign}}
  - {id: bio, then: refuse, when: {category: bio}}\n",
        &[
            "CB035 clauses[0]: `allowed` (`comply`) is about more categories than the stricter `bio`, and decides before it at 150 points",
        ],
    );
    check_exact(
        "CB036",
        "",
        "  - {id: c, then: refuse, when: {severity: '>= high', intent: benign, minor: true, context: fiction}}\n",
        &["CB036 severities: no clause tells these values of the severity apart: `low`, `medium`; `high`, `critical`"],
    );
}

#[test]
fn gaps_below_and_of_the_gravest() {
    check_exact(
        "CB034",
        "",
        "  - {id: c, then: refuse, when: {category: bio}}
  - {id: d, then: refuse, when: {category: weapons, severity: critical, minor: true}}\n",
        &[
            "CB034 categories[0]: under `weapons` harm of the highest severity falls to `comply` at 60 points; elsewhere it is `refuse`",
        ],
    );
    check_exact(
        "CB034",
        "",
        "  - {id: c, then: refuse, when: {category: weapons, not: {category: bio}}}\n",
        &["CB034 categories[0]: under `weapons` no clause rules on `bio`: 450 points fall to `comply`"],
    );
    // Where the default is not the laxest behavior, it is a ruling too; where it is the strictest, nothing is open.
    check_exact("CB034", "default: refuse\n", "  - {id: c, then: comply, when: {category: bio}}\n", &[]);
    check_exact("CB034", "default: escalate\n", "  - {id: c, then: comply, when: {minor: true}}\n", &[]);
}

#[test]
fn parts_that_are_named_in_vain() {
    let malicious = "  - {id: malicious, then: refuse, when: {intent: malicious}}\n";
    check_exact(
        "CB038",
        "",
        &format!("{malicious}  - {{id: c, then: comply, when: {{context: fiction, intent: [benign, malicious]}}}}\n"),
        &[
            "CB038 clauses[1].when.intent: `c` never decides where `intent is malicious`: there `malicious` decides before it",
        ],
    );
    check_exact(
        "CB038",
        "",
        &format!(
            "{malicious}  - {{id: c, then: comply, when: {{any: [{{minor: true}}, {{intent: malicious, severity: [low, high]}}]}}}}\n"
        ),
        &[
            "CB038 clauses[1].when.any[1].intent: `c` never decides where `intent is malicious and severity is any of low, high`: there `malicious` decides before it",
        ],
    );
    // Those before it do what it would do, or a threshold only reaches farther than it has to.
    for rest in ["then: refuse, when: {intent: [benign, malicious]}", "then: comply, when: {intent: {not: benign}}"] {
        check_exact("CB038", "", &format!("{malicious}  - {{id: c, {rest}}}\n"), &[]);
    }
}

#[test]
fn a_later_clause_of_higher_authority() {
    let clauses = |lower: &str, higher: &str| {
        format!(
            "  - {{id: users, level: {lower}, then: comply, when: {{category: weapons}}}}
  - {{id: no-bio, level: {higher}, then: refuse, when: {{category: bio, minor: true}}}}\n"
        )
    };
    let found = |level: &str| {
        format!(
            "CB039 clauses[0]: `users` ({level}) decides `comply` against `no-bio` of higher authority behind it, at 150 points: \
             where category is bio and minor is true"
        )
    };
    check_exact("CB039", "", &clauses("operator", "platform"), &[&found("operator")]);
    check_exact("CB039", "", &clauses("platform", "operator"), &[]);
    check_exact("CB039", "", &clauses("house", "city"), &[]);
    check_exact("CB039", "levels: [city, house]\n", &clauses("house", "city"), &[&found("house")]);
    check_exact("CB039", "hit_policy: most-restrictive\n", &clauses("operator", "platform"), &[]);
}

#[test]
fn categories_that_nobody_tells_apart() {
    let told = "CB036 categories[0]: no clause tells these categories apart: `weapons` and `fraud`";
    let all = "  - {id: c, then: refuse, when: {category: [weapons, fraud], intent: benign, minor: true, context: [fiction, medical]}}\n";
    let harms = "taxonomy: t\ncategories: [{id: weapons, children: [{id: bio}]}, {id: fraud}]\n";
    let of = |harms: &str| found_in(MANIFEST, harms, all, "");
    assert!(of(harms).contains(&told.to_owned()), "{:?}", of(harms));
    let tiers = harms
        .replace("{id: bio}", "{id: bio, tier: 1}")
        .replace("{id: fraud}", "{id: fraud, deprecated: {replaced_by: [bio]}}");
    assert!(of(&tiers).iter().all(|found| !found.contains("categories apart")), "{:?}", of(&tiers));
    let tiers = tiers.replace("{id: weapons,", "{id: weapons, tier: 2,");
    let told = "CB036 categories[0]: no clause tells these categories apart: `weapons` (tier 2) and `bio` (tier 1)";
    assert!(of(&tiers).contains(&told.to_owned()), "{:?}", of(&tiers));
}

#[test]
fn facets_that_are_described_are_recorded_on_purpose() {
    let one = "  - {id: c, then: refuse, when: {category: bio}}\n";
    let found = |manifest: &str| {
        let found = found_in(manifest, HARMS, one, "");
        found.into_iter().filter(|found| found.contains("`intent`")).count()
    };
    assert_eq!(found(MANIFEST), 1);
    assert_eq!(found(&MANIFEST.replace("malicious]}", "malicious], description: Why}")), 0);
}
