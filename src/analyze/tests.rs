use super::{Subject, lint};
use crate::decide::{GoldSet, GoldSources, SourceFile, Unwatched};
use crate::document::Document;
use crate::document::read::{self, cursor::Source};
use crate::policy::Policy;
use crate::policy::problem::Problem;
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

fn read_policy(manifest: &str, harms: &str, clauses: &str) -> Policy {
    let spec = format!("spec: s\nclauses:\n{clauses}");
    let documents = [manifest, harms, &spec].map(Document::parse);
    let files: [Arc<str>; 3] = ["casebook.yaml", "t.yaml", "s.yaml"].map(Into::into);
    let source = |i: usize| Source { file: &files[i], document: &documents[i] };
    let (policy, problems) = read::policy(source(0), &[source(1)], &[source(2)]);
    assert_eq!(problems, []);
    policy
}

/// What is found without any gold set.
fn problems_in(manifest: &str, harms: &str, clauses: &str) -> Vec<Problem> {
    lint(&Subject::new(&read_policy(manifest, harms, clauses), &[]))
}

fn found_in(manifest: &str, harms: &str, clauses: &str, labels: &str) -> Vec<String> {
    let policy = read_policy(manifest, harms, clauses);
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
fn an_example_that_another_clause_decides() {
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
    let found = lint(&Subject::new(&Default::default(), &sets));
    let shown: Vec<_> = found.iter().filter(|p| p.code.id == "CB041").map(|p| p.to_string()).collect();
    insta::assert_snapshot!(shown.join("\n"), @"gold/core/cases.jsonl:3:1: warning[CB041]: cases that differ in nothing a clause can ask have different gold labels: comply for `core/a`, `core/b`; refuse or escalate for `core/c`");
}

#[test]
fn a_draft_that_nobody_wrote_is_not_to_be_labeled() {
    fn check(text: &str, origin: &str, behavior: &str, expect: &str) {
        let case = format!(
            r#"{{"id":"d","text":"{text}","source":{{"origin":"{origin}"}},"gold":{{"harms":[{{"category":"x"}}]{behavior}}}}}"#
        );
        let cases = vec![SourceFile::new("gold/core/cases.jsonl", case.into_bytes())];
        let sources = GoldSources { set: "core".into(), cases, ..Default::default() };
        let sets = [Arc::new(GoldSet::read(sources, &Unwatched).unwrap())];
        let found = lint(&Subject::new(&Default::default(), &sets));
        let found: Vec<_> = found.iter().filter(|p| p.code.id == "CB042").map(|p| p.message.clone()).collect();
        assert_eq!(found.join("; "), expect, "{text} {origin} {behavior}");
    }
    let (draft, labeled) = ("TO WRITE: a request that was read so (x)", r#","behavior":"refuse""#);
    check(draft, "suggested", labeled, "nobody wrote the text of the draft `d`, but it calls for `refuse`");
    check(draft, "suggested", "", "");
    check("How is x made?", "suggested", labeled, "");
    // Somebody may well write such words.
    check(draft, "imported", labeled, "");
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
        &["CB034 categories[0]: no clause rules on `weapons` and below: all of its 900 points fall to `comply`"],
    );
    check_exact(
        "CB034",
        "",
        "  - {id: c, then: refuse, when: {category: weapons, severity: [low, medium]}}\n",
        &[
            "CB034 categories[0]: in `weapons` and below graver harm falls to `comply` where milder harm is ruled on more strictly, at 360 of the 540 points that no clause rules on",
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
        &[
            "CB036 categories[0]: no clause names these categories, nor tells them apart: `weapons` and `bio`",
            "CB036 severities: no clause tells these values of the severity apart: `low`, `medium`; `high`, `critical`",
            "CB036 facets.context.values: no clause asks for the value `medical` of the facet `context`",
        ],
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
            "CB034 categories[0]: in `weapons` itself harm of the highest severity falls to `comply`, at 60 of the 420 points that no clause rules on; elsewhere it is `refuse`",
        ],
    );
    check_exact(
        "CB034",
        "",
        "  - {id: c, then: refuse, when: {category: weapons, not: {category: bio}}}\n",
        &["CB034 categories[0]: no clause rules on `bio`: all of its 450 points fall to `comply`"],
    );
    // Whatever the default is, a category that no clause rules on is told of; where it is the strictest, nothing else.
    let comply = "  - {id: c, then: comply, when: {category: bio}}\n";
    for default in ["refuse", "escalate"] {
        let told = format!(
            "CB034 categories[0]: no clause rules on `weapons` itself: all of its 450 points fall to `{default}`"
        );
        check_exact("CB034", &format!("default: {default}\n"), comply, &[&told]);
    }
    check_exact("CB034", "default: escalate\n", "  - {id: c, then: comply, when: {minor: true}}\n", &[]);
    // That the mildest harm falls to the mildest default is what it is there for.
    check_exact("CB034", "", "  - {id: c, then: refuse, when: {category: weapons, severity: '>= medium'}}\n", &[]);
    check_exact(
        "CB034",
        "",
        "  - {id: c, then: refuse, when: {category: weapons, severity: '>= high'}}\n",
        &["CB034 categories[0]: in `weapons` and below no clause rules on 540 points, which fall to `comply`"],
    );
    check_exact(
        "CB034",
        "",
        "  - {id: c, then: comply, when: {category: weapons, minor: true}}\n",
        &[
            "CB034 categories[0]: in `weapons` and below no clause rules on 600 points, which fall to `comply`; nothing stricter is done there anywhere",
        ],
    );
}

/// Whatever is open is told of, with its size and an example: what looks like an oversight by itself, the rest together.
#[test]
fn every_gap_is_told() {
    let harms = "taxonomy: t\ncategories:\n  - {id: weapons, children: [{id: bio}, {id: guns, children: [{id: parts}]}, {id: bombs}]}\n  \
                 - {id: fraud}\n  - {id: drugs}\n  - {id: spam}\n";
    let clauses = "  - {id: b, then: refuse, when: {category: bio, severity: [low, medium]}}
  - {id: g, then: refuse, when: {category: weapons, not: {category: [bio, guns]}, severity: '>= medium'}}
  - {id: f, then: refuse, when: {category: fraud, minor: true}}
  - {id: d, then: refuse, when: {category: [drugs, spam], severity: critical}}\n";
    let problems = problems_in(MANIFEST, harms, clauses);
    let gaps = problems.iter().filter(|problem| problem.code.id == "CB034");
    let shown: Vec<String> = gaps
        .flat_map(|p| {
            let lines = p.details.iter().map(|line| format!("- {line}"));
            [format!("{}: {}", p.place.route, p.message)].into_iter().chain(lines).chain([p.help.clone()])
        })
        .collect();
    insta::assert_snapshot!(shown.join("\n"), @"
    default: no clause rules on 1,020 points, which fall to `comply`: harm of the highest severity, which elsewhere is ruled on more strictly, under `fraud`; some harm under `drugs` and `spam`
    - `fraud`: 300 points, 60 of them of the highest severity, which elsewhere is `refuse`; the plainest of these: fraud, severity critical
    - `drugs` and `spam`: 360 points each; the plainest: drugs, severity low
    Add a clause or widen one; if the default is meant, say so in a clause.
    categories[0]: under `weapons` no clause rules on 1,530 points, which fall to `comply`: all of `guns` and below; graver harm than what is ruled on more strictly, in `bio`; only harm of the mildest severity or of unknown severity in `weapons` and below but for `bio` and `guns`
    - `guns` and below: no clause rules on any of 900 points; the plainest: guns, severity low
    - `bio`: 270 points, 180 of them graver than what is ruled on more strictly, mostly where category is bio and severity ≥ high; the plainest of these: bio, severity high
    - `weapons` and below but for `bio` and `guns`: 360 points, none graver than the mildest severity; the plainest: weapons, severity low
    Add a clause or widen one; if the default is meant, say so in a clause.
    ");
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

/// What a comparison takes in, or stands below the category that is named, and never comes to the clause.
#[test]
fn parts_that_are_reached_in_vain() {
    let soft = "  - {id: soft, then: safe-complete, when: {category: bio, severity: [medium, high, unknown]}}\n";
    let strict = |when: &str| format!("  - {{id: strict, then: refuse, when: {{category: {when}}}}}\n");
    check_exact(
        "CB038",
        "",
        &format!("{soft}{}", strict("bio, severity: '>= medium'")),
        &[
            "CB038 clauses[1].when.severity: `strict` never decides where `severity is any of medium, high`: there `soft` decides before it",
        ],
    );
    // A subtree, by two clauses together that were not written for it.
    let two = "  - {id: minors, then: comply, when: {category: [bio, fraud], minor: true}}
  - {id: others, then: safe-complete, when: {category: [bio, fraud], minor: [false, unknown]}}\n";
    let harms = "taxonomy: t\ncategories: [{id: weapons, children: [{id: bio}]}, {id: fraud}]\n";
    let found = found_in(MANIFEST, harms, &format!("{two}{}", strict("weapons")), "");
    let told = "CB038 clauses[2].when.category: `strict` never decides where `category is bio`: there `minors` and `others` decide before it";
    assert!(found.contains(&told.to_owned()), "{found:#?}");
    // Exceptions: of a subtree, of a level that is treated more strictly. One that treats it more mildly is told of.
    for (earlier, when) in [
        ("then: comply, when: {category: bio}", "weapons"),
        ("then: escalate, when: {category: bio, severity: critical}", "weapons, severity: '>= high'"),
        ("then: escalate, when: {category: weapons, severity: critical}", "weapons, severity: '>= high'"),
    ] {
        check_exact("CB038", "", &format!("  - {{id: first, {earlier}}}\n{}", strict(when)), &[]);
    }
    check_exact(
        "CB038",
        "",
        &format!(
            "  - {{id: mild, then: comply, when: {{category: weapons, severity: critical}}}}\n{}",
            strict("weapons, severity: '>= high'")
        ),
        &[
            "CB038 clauses[1].when.severity: `strict` never decides where `severity is critical`: there `mild` decides before it",
        ],
    );
}

#[test]
fn an_exception_that_names_no_category_is_the_widest() {
    let minors = "  - {id: minors, then: comply, when: {minor: true}}\n";
    check_exact(
        "CB035",
        "",
        &format!("{minors}  - {{id: bio, then: refuse, when: {{category: bio}}}}\n"),
        &[
            "CB035 clauses[0]: `minors` (`comply`) names no category, so that it reaches into what the stricter `bio` is about, and decides before it at 150 points",
        ],
    );
    // Clauses that are about every harm themselves, about none, or not stricter.
    for when in ["refuse, when: {severity: high}", "refuse, when: {category: none}", "comply, when: {category: bio}"] {
        check_exact("CB035", "", &format!("{minors}  - {{id: c, then: {when}}}\n"), &[]);
    }
    check_exact(
        "CB035",
        "",
        "  - {id: none, then: comply, when: {category: none}}\n  - {id: bio, then: refuse, when: {category: bio}}\n",
        &[],
    );
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
    let harms = "taxonomy: t
categories:
  - id: weapons
    children: [{id: bio}, {id: guns, children: [{id: parts}]}, {id: bombs}]
  - {id: fraud, tier: 2, children: [{id: cards, tier: 1}]}
  - {id: spam, owner: mail, children: [{id: chain, owner: law}]}
  - {id: drugs, children: [{id: pills}]}
  - {id: old, deprecated: {replaced_by: [spam]}}
";
    let shown = |clauses: &str| {
        let problems = problems_in(MANIFEST, harms, clauses);
        let about =
            problems.iter().filter(|problem| problem.code.id == "CB036" && !problem.place.file.starts_with("casebook"));
        let lines = about.map(|problem| {
            let lines: Vec<String> = problem.details.iter().map(|line| format!("\n- {line}")).collect();
            format!("{}: {}{}", problem.place.route, problem.message, lines.concat())
        });
        lines.collect::<Vec<_>>().join("\n")
    };
    insta::assert_snapshot!(shown("  - {id: b, then: refuse, when: {category: bio}}
  - {id: w, then: refuse, when: {category: weapons, minor: true}}
  - {id: f, then: refuse, when: {category: fraud}}
  - {id: s, then: refuse, when: {category: spam}}
  - {id: d, then: refuse, when: {category: drugs}}\n"), @"
    categories[1]: no clause tells these categories apart: `fraud` (tier 2) and `cards` (tier 1); `spam` (mail) and `chain` (law); nor `weapons` and `drugs` from what is below them
    - of different tiers or owners, treated as one: `fraud` (tier 2) and `cards` (tier 1)
    - of different tiers or owners, treated as one: `spam` (mail) and `chain` (law)
    - a category and those below it, treated as one: `weapons`, `guns`, `parts` and `bombs`
    - a category and those below it, treated as one: `drugs` and `pills`
    ");
    // Side by side in a tree, or at its top; what no clause rules on is a gap.
    insta::assert_snapshot!(shown("  - {id: b, then: refuse, when: {category: [guns, bombs]}}\n"), @"
    categories[0].children[1]: no clause tells these categories apart: `guns` and `bombs`
    - side by side, treated as one: `guns`, `parts` and `bombs`
    ");
    insta::assert_snapshot!(shown("  - {id: b, then: refuse, when: {category: drugs}}\n"), @"
    categories[3]: no clause tells `drugs` from what is below it
    - a category and those below it, treated as one: `drugs` and `pills`
    ");
    // What no clause names, and some rules on.
    insta::assert_snapshot!(shown("  - {id: b, then: refuse, when: {minor: true}}
  - {id: d, then: refuse, when: {category: [weapons, fraud, spam]}}\n"), @"
    categories[0]: no clause tells these categories apart: `weapons`, `fraud` (tier 2), `cards` (tier 1), `spam` (mail) and 1 more; nor those that no clause names: `drugs` and `pills`
    - of different tiers or owners, treated as one: `weapons`, `bio`, `guns`, `parts`, `bombs`, `fraud` (tier 2), `cards` (tier 1), `spam` (mail) and `chain` (law)
    - named by no clause, treated as one: `drugs` and `pills`
    ");
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
