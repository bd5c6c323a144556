//! Traces that a person can act on.

use super::reference::{Ask, When, Written, WrittenClause};
use crate::decide::{Explanation, explain, explain_unlabeled};
use crate::policy::case::Reading;
use crate::policy::manifest::HitPolicy;

fn policy(clauses: Vec<(When, &'static str)>) -> Written {
    let clauses = clauses.into_iter().map(|(when, then)| WrittenClause { when, then }).collect();
    Written { hit_policy: HitPolicy::First, default: "comply", clauses }
}

fn test(subject: &'static str, words: &[&'static str]) -> When {
    When::Test(subject, Ask::AnyOf(words.to_vec()))
}

fn not(subject: &'static str, words: &[&'static str]) -> When {
    When::Test(subject, Ask::Not(Box::new(Ask::AnyOf(words.to_vec()))))
}

fn bio() -> Written {
    policy(vec![
        (
            When::All(vec![test("category", &["weapons"]), test("severity", &[">= high"]), not("intent", &["benign"])]),
            "refuse",
        ),
        (When::All(vec![test("category", &["self-harm"]), test("minor", &["true"])]), "escalate"),
        (test("category", &["weapons"]), "safe-complete"),
    ])
}

fn explained(policy: &Written, reading: &str) -> Explanation {
    let reading: Reading = serde_json::from_str(reading).unwrap();
    explain(&policy.resolve(), &reading)
}

/// Each miss as `clause: test; met`.
fn check(policy: &Written, reading: &str, clause: Option<u32>, misses: &[&str]) {
    let explanation = explained(policy, reading);
    let ruling = &explanation.rulings[explanation.decisive];
    let told: Vec<String> = ruling.misses.iter().map(|m| format!("{}: {}; {}", m.clause.0, m.test, m.met)).collect();
    assert_eq!(
        (ruling.clause.map(|clause| clause.0), told),
        (clause, misses.iter().map(ToString::to_string).collect())
    );
}

#[test]
fn the_nearest_miss_comes_first() {
    check(
        &bio(),
        r#"{"harms":[{"category":"bio","severity":"high"}],"facets":{"intent":"benign"}}"#,
        Some(2),
        &["0: intent is not benign; benign", "1: category is self-harm; bio"],
    );
    check(
        &bio(),
        r#"{"harms":[{"category":"self-harm"}],"facets":{"intent":"unclear"}}"#,
        None,
        &[
            "1: minor is true; unknown",
            "2: category is weapons or below; self-harm",
            "0: category is weapons or below; self-harm",
        ],
    );
}

#[test]
fn a_case_without_harms_has_one_ruling() {
    check(&policy(vec![(test("category", &["none"]), "refuse")]), "{}", Some(0), &[]);
    let explanation = explained(&policy(vec![]), "{}");
    assert_eq!((explanation.rulings.len(), explanation.rulings[0].harm.clone()), (1, None));
}

#[test]
fn clauses_that_were_overruled_are_named() {
    let explanation =
        explained(&bio(), r#"{"harms":[{"category":"guns","severity":"critical"}],"facets":{"intent":"malicious"}}"#);
    let also: Vec<u32> = explanation.rulings[0].also.iter().map(|clause| clause.0).collect();
    assert_eq!((explanation.verdict.clause.unwrap().0, also), (0, vec![2]));
}

#[test]
fn an_allowance_for_one_harm_excuses_no_other() {
    let explanation = explained(&bio(), r#"{"harms":[{"category":"old"},{"category":"bio"}]}"#);
    assert_eq!((explanation.verdict.behavior.0, explanation.decisive), (1, 1));
}

#[test]
fn a_miss_points_at_its_test() {
    let explanation =
        explained(&bio(), r#"{"harms":[{"category":"bio","severity":"low"}],"facets":{"intent":"unclear"}}"#);
    let miss = &explanation.rulings[0].misses[0];
    assert_eq!(miss.place.route.to_string(), "clauses[0].when.all[1].severity");
    assert_eq!((&*miss.place.file, miss.subject.as_str()), ("specs/test.yaml", "severity"));
}

#[test]
fn what_is_not_judged_is_not_absent() {
    let open = explained(&bio(), r#"{"unjudged":["arms"],"facets":{"intent":"malicious"}}"#).undetermined.unwrap();
    assert_eq!((open.category.0, open.severity.map(|s| s.0), open.behavior.0), (0, Some(2), 2));
    assert_eq!(explained(&bio(), r#"{"unjudged":["old"]}"#).undetermined, None);
    assert_eq!(explained(&bio(), r#"{"unjudged":["mystery"]}"#).undetermined, None);
}

#[test]
fn on_an_unlabeled_case_everything_is_open() {
    let explanation = explain_unlabeled(&bio().resolve());
    assert_eq!(explanation.undetermined.map(|open| open.behavior.0), Some(1));
}

#[test]
fn alternatives_blame_the_nearest() {
    let either = When::Any(vec![
        When::All(vec![test("minor", &["true"]), test("intent", &["malicious"])]),
        test("context", &["fiction"]),
    ]);
    check(
        &policy(vec![(either, "refuse")]),
        r#"{"facets":{"context":["medical"]}}"#,
        None,
        &["0: context has fiction; medical"],
    );
    let both = When::Not(Box::new(When::All(vec![test("minor", &["true"]), test("intent", &["malicious"])])));
    check(
        &policy(vec![(both, "refuse")]),
        r#"{"facets":{"minor":true,"intent":"malicious"}}"#,
        None,
        &["0: minor is true; true"],
    );
    check(
        &policy(vec![(When::Any(vec![]), "refuse")]),
        "{}",
        None,
        &["0: one of no conditions, which never holds; nothing"],
    );
}
