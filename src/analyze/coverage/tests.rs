use super::*;
use crate::analyze::structure::tests::{Texts, texts};
use crate::decide::{GoldSet, GoldSources, SourceFile, Unwatched, words};
use crate::policy::Policy;
use std::sync::Arc;

pub(super) fn gold(cases: &[&str]) -> Arc<GoldSet> {
    let text: Vec<String> = cases
        .iter()
        .enumerate()
        .map(|(at, gold)| format!("{{\"id\":\"c{at}\",\"text\":\"x\",\"gold\":{gold}}}\n"))
        .collect();
    let file = SourceFile::new("gold/core/cases.jsonl", text.concat().into_bytes());
    let sources = GoldSources { set: "core".into(), cases: vec![file], ..GoldSources::default() };
    Arc::new(GoldSet::read(sources, &Unwatched).unwrap())
}

fn labeled(policy: &Policy, cases: &[&str]) -> Labeled {
    Labeled::of(policy, &[gold(cases)])
}

/// How many of the cases could be decided right, out of all, whether exactly, and which rows stand in the way.
fn check_ceiling(cases: &[&str], expected: (u64, bool, &[usize])) {
    let policy = texts().policy();
    let ceiling = Ceiling::of(&policy, &labeled(&policy, cases));
    let rows: Vec<usize> = ceiling.lost.iter().flat_map(|lost| lost.cases.iter().map(|case| case.row)).collect();
    assert_eq!((ceiling.most, ceiling.exact, &rows[..]), expected);
}

const REFUSED: &str = r#"{"harms":[{"category":"bio"}],"behavior":"refuse"}"#;
const ALLOWED: &str = r#"{"harms":[{"category":"bio"}],"behavior":"comply"}"#;
const EITHER: &str = r#"{"harms":[{"category":"bio"}],"behavior":"comply","acceptable":["refuse"]}"#;

#[test]
fn cases_that_nothing_tells_apart_cannot_all_be_right() {
    check_ceiling(&[REFUSED, REFUSED, ALLOWED], (2, true, &[2]));
    check_ceiling(&[REFUSED, EITHER], (2, true, &[]));
    // An alias is the category that it stands for; a facet that the policy does not have tells nothing apart.
    let alias = r#"{"harms":[{"category":"scams"}],"facets":{"mood":"x"},"behavior":"refuse"}"#;
    check_ceiling(&[alias, r#"{"harms":[{"category":"fraud"}],"behavior":"comply"}"#], (1, true, &[0]));
    // What one of them knows does.
    check_ceiling(
        &[REFUSED, r#"{"harms":[{"category":"bio"}],"facets":{"minor":true},"behavior":"comply"}"#],
        (2, true, &[]),
    );
}

#[test]
fn a_case_gets_the_strictest_of_its_rulings() {
    let both = |behavior: &str| {
        format!(r#"{{"harms":[{{"category":"bio"}},{{"category":"fraud"}}],"behavior":"{behavior}"}}"#)
    };
    let fraud = r#"{"harms":[{"category":"fraud"}],"behavior":"comply"}"#;
    // Two that are allowed cannot be refused together, nor one that is refused allowed with another.
    check_ceiling(&[ALLOWED, fraud, &both("refuse")], (2, true, &[2]));
    check_ceiling(&[REFUSED, REFUSED, fraud, &both("comply"), fraud], (4, true, &[3]));
    check_ceiling(&[REFUSED, fraud, &both("refuse")], (3, true, &[]));
}

#[test]
fn contradictions_are_told_with_their_cases() {
    let policy = texts().policy();
    let labeled = labeled(&policy, &[REFUSED, EITHER, ALLOWED]);
    let found: Vec<_> = labeled.contradictions().flat_map(|alike| alike.cases().map(|case| case.row)).collect();
    assert_eq!(found, [0, 1, 2]);
}

/// Of one clause: cases decided, and for each test and boundary how many points stand on either side.
fn exercised(texts: &Texts, clause: &str, cases: &[&str]) -> String {
    let policy = texts.policy();
    let exercise = Exercise::of(&policy, &labeled(&policy, cases));
    let ix = policy.find_clause(clause).unwrap();
    let found = exercise.clauses.iter().find(|found| found.clause == ix).unwrap();
    let tests = policy.clause(ix).when.tests();
    let shown = tests.iter().zip(&found.tests).map(|(test, shown)| {
        format!("{}: {} with, {} without", words::test(&policy, test), shown.with.len(), shown.without.len())
    });
    let severity = |ix: crate::policy::facet::ValueIx| &policy.manifest.severities[usize::from(ix.0)];
    let boundaries = found.boundaries.iter().map(|edge| {
        let [below, above] = [(edge.below, &edge.at_below), (edge.above, &edge.at_above)]
            .map(|(value, points)| format!("{} {}", severity(value), points.len()));
        format!("{below} | {above}")
    });
    let lines = [format!("decides {}", found.decides)].into_iter().chain(shown).chain(boundaries);
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn a_test_matters_where_it_alone_turns_the_clause() {
    let at = |severity: &str, intent: &str| {
        format!(
            r#"{{"harms":[{{"category":"bio","severity":"{severity}"}}],"facets":{{"intent":"{intent}"}},"behavior":"refuse"}}"#
        )
    };
    let cases = [at("medium", "malicious"), at("low", "malicious"), at("low", "benign"), at("high", "benign")];
    let cases: Vec<&str> = cases.iter().map(String::as_str).collect();
    insta::assert_snapshot!(exercised(&texts(), "bio-uplift", &cases), @"
    decides 1
    category is bio: 1 with, 0 without
    severity ≥ medium: 1 with, 1 without
    intent is not benign: 1 with, 1 without
    low 1 | medium 1
    ");
    insta::assert_snapshot!(exercised(&texts(), "bio-uplift", &cases[1..3]), @"
    decides 0
    category is bio: 0 with, 0 without
    severity ≥ medium: 0 with, 1 without
    intent is not benign: 0 with, 0 without
    low 1 | medium 0
    ");
}

#[test]
fn what_another_clause_takes_shows_nothing() {
    let minor = r#"{"harms":[{"category":"bio","severity":"high"}],"facets":{"intent":"malicious","minor":true},"behavior":"refuse"}"#;
    insta::assert_snapshot!(exercised(&texts(), "minors", &[minor]), @"
    decides 0
    minor is true: 0 with, 0 without
    ");
    // Under another hit policy the strictest wins, and the first of equals.
    let strict = texts().edit("name: test", "name: test\nhit_policy: most-restrictive");
    insta::assert_snapshot!(exercised(&strict, "minors", &[minor]), @"
    decides 0
    minor is true: 0 with, 0 without
    ");
}

#[test]
fn cells_without_a_case_are_named() {
    use crate::analyze::space::Cells;
    let policy = texts().policy();
    let visits = labeled(&policy, &[REFUSED]).points;
    let cells = Cells::of(&policy, &visits).unwrap();
    assert_eq!(cells.visited, 1);
    let of_tier: u64 = cells.by_tier.values().map(|tier| tier.cells).sum();
    assert_eq!(of_tier, cells.cells);
    let unvisited: crate::analyze::space::Points = cells.unvisited.iter().map(|region| &region.points).sum();
    assert_eq!(&cells.visited_points + unvisited, cells.points);
    let line = |region: &crate::analyze::space::Unvisited| {
        let by = region.decider.map_or("default", |ix| &*policy.clause(ix).id);
        let when = words::condition(&cells.space.words, &region.when);
        format!("{:?} {by}, {} points: {when}", region.tier, region.points)
    };
    let lines: Vec<String> = cells.unvisited.iter().take(6).map(line).collect();
    insta::assert_snapshot!(lines.join("\n"), @"
    Some(1) minors, 1728 points: category is weapons or below and not category is bio and minor is true
    Some(1) default, 1728 points: category is weapons or below and not category is bio and minor is unknown
    Some(1) fiction, 768 points: category is weapons or below and not category is bio and minor is false and context has fiction
    Some(1) default, 720 points: category is weapons or below and not category is bio and intent is any of unclear, malicious, unknown and minor is false and (context is unknown or context has none of fiction)
    Some(1) bio-uplift, 648 points: category is bio and severity ≥ medium and intent is not benign
    Some(1) minors, 432 points: category is bio and severity is any of low, unknown and minor is true
    ");
}
