use super::cursor::Source;
use crate::document::Document;
use crate::policy::Policy;
use crate::policy::condition::{Comparison, Condition, Operand, Predicate};
use crate::policy::facet::ValueIx;
use crate::policy::manifest::Consensus;
use std::sync::Arc;

const MANIFEST: &str = "\
casebook: 1
name: test
facets:
  intent: {type: enum, values: [benign, unclear, malicious]}
  minor: {type: bool}
  autonomy: {type: ordinal, values: [chat, tools]}
  context: {type: set, values: [fiction, medical]}
specs: [s.yaml]
";

const HARMS: &str = "\
taxonomy: harms
categories:
  - id: weapons
    aliases: [arms]
    tier: 1
    children:
      - id: bio
      - id: guns
        tier: 2
  - id: fraud
";

fn read(manifest: &str, taxonomy: &str, spec: &str) -> (Policy, Vec<String>) {
    let documents = [manifest, taxonomy, spec].map(Document::parse);
    let files: [Arc<str>; 3] = ["casebook.yaml", "t.yaml", "s.yaml"].map(Into::into);
    let source = |i: usize| Source { file: &files[i], document: &documents[i] };
    let (policy, problems) = super::policy(source(0), &[source(1)], &[source(2)]);
    (policy, problems.iter().map(|p| format!("{p} {}", p.help)).collect())
}

/// The problems of one clause with this `when`, without the place's file.
fn check_when(when: &str, expected: &[&str]) -> Condition {
    let spec = format!("spec: s\nclauses:\n  - id: c\n    then: refuse\n    when: {when}\n");
    let (policy, problems) = read(MANIFEST, HARMS, &spec);
    let shown: Vec<_> = problems.iter().map(|p| p.trim_start_matches("s.yaml:")).collect();
    assert_eq!(shown, expected, "{when}");
    policy.clauses[0].when.clone()
}

fn check_taxonomy(taxonomy: &str, order: &str, expected: &[&str]) {
    let (policy, problems) = read(MANIFEST, &format!("taxonomy: t\ncategories:\n{taxonomy}"), "spec: s\nclauses: []\n");
    let nodes: Vec<_> =
        policy.taxonomy.iter().map(|(_, c)| format!("{}{}", "-".repeat(c.depth.into()), c.id)).collect();
    assert_eq!(nodes.join(" "), order);
    assert_eq!(problems, expected);
    for (ix, category) in policy.taxonomy.iter() {
        assert!(category.end > ix && usize::from(category.end.0) <= policy.taxonomy.len());
        assert!(category.parent.is_none_or(|p| policy.taxonomy.is_within(ix, p)));
    }
}

#[test]
fn a_whole_policy_is_read() {
    let (policy, problems) = read(MANIFEST, HARMS, "spec: s\ntitle: S\nclauses:\n  - {id: c, then: refuse}\n");
    assert_eq!(problems, [""; 0]);
    let names: Vec<_> = policy.taxonomy.iter().map(|(ix, c)| (&*c.id, c.depth, policy.taxonomy.tier(ix))).collect();
    assert_eq!(names, [("weapons", 0, Some(1)), ("bio", 1, Some(1)), ("guns", 1, Some(2)), ("fraud", 0, None)]);
    assert_eq!(policy.taxonomy.find("arms"), policy.taxonomy.find("weapons"));
    assert_eq!(policy.clauses[0].when, Condition::always());
    assert_eq!(policy.clauses[0].place.to_string(), "s.yaml:4:5");
    assert_eq!(&*policy.specs[0].title, "S");
}

#[test]
fn every_form_of_test_is_read() {
    for when in [
        "{category: bio}",
        "{category: [weapons, none]}",
        "{category: arms, severity: high}",
        "{severity: '>= medium'}",
        "{severity: ['> low', unknown]}",
        "{severity: {not: low}}",
        "{target: response}",
        "{minor: true, autonomy: '<tools'}",
        "{context: fiction}",
        "{context: {any: [fiction], none: [medical]}}",
        "{context: {all: [fiction, medical]}}",
        "{context: {not: {all: [fiction, medical]}}}",
        "{any: [{category: bio}, {intent: {not: [benign, unknown]}}], not: {minor: true}}",
        "{all: {category: bio, minor: false}}",
        "{not: [{category: bio}, {minor: true}]}",
    ] {
        check_when(when, &[]);
    }
}

#[test]
fn a_mapping_under_any_gives_its_tests_as_alternatives() {
    let Condition::Any(parts) = check_when("{any: {minor: true, category: bio}}", &[]) else { panic!() };
    assert_eq!(parts.len(), 2);
    let Condition::Not(inner) = check_when("{not: {minor: true, category: bio}}", &[]) else { panic!() };
    assert!(matches!(*inner, Condition::All(_)));
    let Condition::Not(inner) = check_when("{not: [{minor: true}, {category: bio}]}", &[]) else { panic!() };
    assert!(matches!(*inner, Condition::Any(_)));
}

#[test]
fn tests_know_where_they_stand() {
    let Condition::Test(test) = check_when("{severity: '>= medium'}", &[]) else { panic!() };
    assert_eq!(test.route.to_string(), "clauses[0].when.severity");
    assert_eq!(test.predicate, Predicate::AnyOf(vec![Operand::Compare(Comparison::AtLeast, ValueIx(1))]));
}

#[test]
fn words_that_the_policy_does_not_know() {
    check_when("{category: bo}", &["5:22: error[CB010]: `bo` is no category of this policy Did you mean `bio`?"]);
    check_when("{intnt: benign}", &["5:19: error[CB011]: `intnt` is no facet of this policy Did you mean `intent`?"]);
    check_when(
        "{intent: x}",
        &[
            "5:20: error[CB012]: `x` is no value of `intent` of this policy Use one of `benign`, `unclear`, `malicious`, or add it first.",
        ],
    );
    check_when(
        "{intent: '>= benign'}",
        &[
            "5:20: error[CB020]: `>=` compares values that have no order Only severity and ordinal facets can be compared: list the values instead.",
        ],
    );
    check_when(
        "{category: unknown}",
        &[
            "5:22: error[CB010]: `unknown` is no category of this policy Use one of `weapons`, `bio`, `guns`, `fraud`, or add it first.",
        ],
    );
    let form =
        "Write a value, a list of values, `{not: …}`, or for a set one of `{any: […]}`, `{all: […]}`, `{none: […]}`.";
    check_when(
        "{intent: {all: [benign]}}",
        &[&format!("5:20: error[CB003]: this test uses `all`, which only a set can meet {form}")],
    );
    check_when("{intent: }", &["5:19: error[CB003]: the test on `intent` is empty Say what it asks, or remove it."]);
    check_when(
        "5",
        &[
            "5:11: error[CB003]: `a condition` should be a mapping of keys to values, but this is a number Write a mapping of keys to values here.",
        ],
    );
}

#[test]
fn a_broken_clause_leaves_the_others() {
    let (policy, problems) = read(
        MANIFEST,
        HARMS,
        "spec: s\nclauses:\n  - id: a\n    then: refuse\n  - id: b\n    then: \"refuse\n  - id: c\n    then: comply\n  - id: a\n    then: comply\n  - then: comply\n",
    );
    let ids: Vec<_> = policy.clauses.iter().map(|c| &*c.id).collect();
    assert!(ids.contains(&"a") && ids.contains(&"c"), "{ids:?} {problems:?}");
    assert!(problems.iter().any(|p| p.contains("CB001")), "{problems:?}");
    assert!(problems.iter().any(|p| p.contains("CB016") && p.contains("s.yaml:3:5")), "{problems:?}");
    assert!(problems.iter().any(|p| p.contains("CB005")), "{problems:?}");
}

#[test]
fn a_manifest_with_mistakes_keeps_what_is_right() {
    let (policy, problems) = read(
        "casebook: 2\nbehaviors: [a, a, {id: b, title: B}]\ndefault: c\nhit_policy: frist\nfacets:\n  not: {type: bool}\n  f: {type: enu, values: [x]}\n  g: {type: enum, values: [x, x, unknown]}\ngates: {under_refusal: {max: 2}, speed: {max: 1}, regressions: {max: 3, tier: {1: 0, x: 1}}}\nmood: good\n",
        HARMS,
        "spec: s\nclauses: []\n",
    );
    let mut found: Vec<_> = problems.iter().map(|p| p.split(": ").take(2).collect::<Vec<_>>().join(" ")).collect();
    found.sort();
    let expected = [
        "casebook.yaml:10:7 hint[CB004]",
        "casebook.yaml:1:11 error[CB006]",
        "casebook.yaml:2:16 error[CB016]",
        "casebook.yaml:3:10 error[CB013]",
        "casebook.yaml:4:13 error[CB012]",
        "casebook.yaml:6:8 error[CB019]",
        "casebook.yaml:7:6 error[CB012]",
        "casebook.yaml:8:31 error[CB016]",
        "casebook.yaml:8:34 error[CB019]",
        "casebook.yaml:9:30 error[CB022]",
        "casebook.yaml:9:41 error[CB022]",
        "casebook.yaml:9:89 error[CB022]",
    ];
    assert_eq!(found, expected, "{problems:#?}");
    let manifest = &policy.manifest;
    assert_eq!(manifest.behaviors.iter().map(|(_, b)| &*b.title).collect::<Vec<_>>(), ["a", "B"]);
    assert_eq!(manifest.facets.iter().map(|f| (&*f.id, f.values.len())).collect::<Vec<_>>(), [("g", 1)]);
    let gates: Vec<_> = manifest.gates.iter().map(|g| (g.kind.word(), g.max, g.tiers.len())).collect();
    assert_eq!(gates, [("under_refusal", None, 0), ("regressions", Some(3.0), 1)]);
}

#[test]
fn who_labels_and_how_labels_count_stand_in_the_manifest() {
    let check = |lines: &str| read(&format!("casebook: 1\n{lines}"), HARMS, "spec: s\nclauses: []\n");
    let (policy, problems) = check(
        "consensus: dawid-skene\nlabelers:\n  judge@example.org: {kind: model, name: The judge}\n  ana@example.org: {name: Ana}\n",
    );
    assert_eq!(problems, [""; 0]);
    let manifest = &policy.manifest;
    assert_eq!(manifest.consensus, Consensus::DawidSkene);
    let kinds = ["judge@example.org", "ana@example.org", "bo@example.org"].map(|id| manifest.labeler_kind(id).word());
    assert_eq!(kinds, ["model", "human", "human"]);
    assert_eq!(manifest.labelers["judge@example.org"].name.as_deref(), Some("The judge"));

    let (policy, problems) = check("consensus: majorty\nlabelers:\n  a: {kind: robot, mood: good}\n  b: yes\n");
    assert_eq!((policy.manifest.consensus, policy.manifest.labelers.len()), (Consensus::Majority, 1));
    let expected = [
        "casebook.yaml:2:12: error[CB012]: `majorty` is no way to a consensus Did you mean `majority`?",
        "casebook.yaml:4:26: hint[CB004]: `mood` is no key that casebook knows here It is kept as it is, but nothing reads it. Remove it, or leave it as a note.",
        "casebook.yaml:4:13: error[CB012]: `robot` is no kind of labeler Use one of `human`, `model`, or add it first.",
        "casebook.yaml:5:6: error[CB003]: `b` should be a mapping of keys to values, but this is text Write a mapping of keys to values here.",
    ];
    assert_eq!(problems, expected);
}

#[test]
fn parents_may_be_nested_or_named() {
    check_taxonomy("  - {id: a, children: [{id: b}]}\n  - {id: c, parent: b}\n  - {id: d}\n", "a -b --c d", &[]);
}

#[test]
fn circles_and_strangers_become_roots() {
    check_taxonomy(
        "  - {id: a, parent: b}\n  - {id: b, parent: a}\n  - {id: c, parent: x}\n",
        "a -b c",
        &[
            "t.yaml:5:21: error[CB010]: parent `x` is no category of this policy Use one of `a`, `b`, `c`, or add it first.",
            "t.yaml:3:21: error[CB017]: `a` stands under itself Follow the `parent` keys from here and break the circle.",
        ],
    );
}

#[test]
fn names_that_clash() {
    check_taxonomy(
        "  - {id: a, aliases: [b, x]}\n  - {id: b, aliases: [x]}\n  - {id: a}\n  - {id: none}\n",
        "a b",
        &[
            "t.yaml:6:5: error[CB019]: `none` has a meaning of its own and cannot be a category's id Choose another id.",
            "t.yaml:5:5: error[CB016]: category `a` stands twice; the first is at t.yaml:3:5 Give one of them another id, or remove it.",
            "t.yaml:3:5: error[CB021]: `b` is an alias of `a`, but `b` answers to it already Remove the alias from one of them.",
            "t.yaml:4:5: error[CB021]: `x` is an alias of `b`, but `a` answers to it already Remove the alias from one of them.",
        ],
    );
}

#[test]
fn categories_point_at_what_exists() {
    check_taxonomy(
        "  - {id: a, severity: {dire: x, low: y}, deconflict: [{say: s, category: q}], deprecated: {replaced_by: a}}\n",
        "a",
        &[
            "t.yaml:3:30: error[CB012]: `dire` is no severity of this policy Use one of `low`, `medium`, `high`, `critical`, or add it first.",
            "t.yaml:3:74: error[CB010]: `q` is no category of this policy Use one of `a`, or add it first.",
            "t.yaml:3:105: error[CB017]: `a` is said to be replaced by itself Name the category that takes its place.",
        ],
    );
}

#[test]
fn a_clause_that_lost_a_part_applies_to_nothing() {
    let spec = "spec: s\nclauses:\n  - id: a\n    when: {category: bio}, severity: high\n    then: refuse\n  - id: b\n    then: comply\n";
    let (policy, problems) = read(MANIFEST, HARMS, spec);
    assert!(problems.iter().any(|p| p.contains("CB001")), "{problems:?}");
    let whole: Vec<_> = policy.clauses.iter().map(|c| (&*c.id, c.when.is_understood())).collect();
    assert_eq!(whole, [("a", false), ("b", true)]);
}

#[test]
fn a_thousand_slips_are_told_in_a_few_lines() {
    let keys: String = (0..1200).map(|n| format!("key-{n}: 1\n")).collect();
    let (_, problems) = read(&format!("{MANIFEST}{keys}"), HARMS, "clauses: []\n");
    let unknown: Vec<_> = problems.iter().filter(|problem| problem.contains("CB004")).collect();
    assert_eq!(unknown.len(), 500);
    assert!(unknown[499].contains("and 700 more like it in this file"), "{}", unknown[499]);
    assert!(!unknown[498].contains("more like it"), "{}", unknown[498]);
}

#[test]
fn a_manifest_must_say_something() {
    for nothing in ["", "# not yet\n"] {
        let (_, problems) = read(nothing, HARMS, "clauses: []\n");
        assert!(problems.iter().any(|problem| problem.starts_with("casebook.yaml:1:1: error[CB005]")), "{problems:?}");
    }
}

#[test]
fn an_empty_when_holds_for_nothing() {
    for when in ["when:", "when: {}", "when: ~"] {
        let (policy, problems) =
            read(MANIFEST, HARMS, &format!("spec: s\nclauses:\n  - id: a\n    {when}\n    then: refuse\n"));
        assert!(!policy.clauses[0].when.is_understood(), "{when}");
        assert!(problems.len() == 1 && problems[0].contains("CB003"), "{problems:?}");
    }
}
