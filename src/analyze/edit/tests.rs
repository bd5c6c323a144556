use super::*;
use crate::analyze::structure::tests::{random, texts};
use crate::decide::situation::facets;
use crate::decide::{Situation, explain};
use proptest::prelude::*;

fn said(policy: &Policy, clause: &str, menu: Menu<'_>) -> Vec<String> {
    let clause = policy.find_clause(clause).unwrap();
    edits_of(policy, clause, menu).map(|edit| edit.sentence(policy)).collect()
}

#[test]
fn every_slip_of_the_pen() {
    insta::assert_snapshot!(said(&texts().policy(), "bio-uplift", Menu::SLIPS).join("\n"), @"
    without clause `bio-uplift`
    clause `bio-uplift`: no longer only where category is bio
    clause `bio-uplift`: no longer only where severity ≥ medium
    clause `bio-uplift`: no longer only where intent is not benign
    clause `bio-uplift`: category is bio → is weapons or below
    clause `bio-uplift`: severity ≥ medium → ≥ low
    clause `bio-uplift`: severity ≥ medium → ≥ high
    clause `bio-uplift`: intent is not benign → is none of benign, unclear
    clause `bio-uplift`: intent is not benign → is none of benign, malicious
    clause `bio-uplift`: then refuse → comply
    clause `bio-uplift`: then refuse → safe-complete
    clause `bio-uplift` moved behind `medical`
    ");
    insta::assert_snapshot!(said(&texts().policy(), "medical", Menu::SLIPS).join("\n"), @"
    without clause `medical`
    clause `medical`: no longer only where context has medical
    clause `medical`: no longer only where context has none of fiction
    clause `medical`: no longer only where category is self-harm
    clause `medical`: context has medical → has any of medical, fiction
    clause `medical`: context has medical → has any of medical, legal
    clause `medical`: context has none of fiction → has none of fiction, medical
    clause `medical`: context has none of fiction → has none of fiction, legal
    clause `medical`: then safe-complete → comply
    clause `medical`: then safe-complete → refuse
    clause `medical` moved behind `fiction`
    ");
}

#[test]
fn what_a_case_suggests() {
    let policy = texts().policy();
    let reading: crate::policy::case::Reading = serde_json::from_str(
        r#"{"harms":[{"category":"bio","severity":"low"}],"facets":{"minor":true,"context":["legal"]}}"#,
    )
    .unwrap();
    let situation = Situation::of(&policy, reading.harms.first(), facets(&policy, &reading));
    let kinds = [Kind::Loosen, Kind::AddTest, Kind::Insert, Kind::Move];
    let menu = Menu { kinds: &kinds, around: Some(&[situation]), far: true };
    insta::assert_snapshot!(said(&policy, "medical", menu).join("\n"), @"
    clause `medical`: context has medical → has any of medical, legal
    clause `medical`: category is self-harm → is any of self-harm, bio
    clause `medical` moved ahead of `bio-uplift`
    clause `medical` moved behind `fiction`
    clause `medical` moved behind `minors`
    clause `medical`: now only where category is bio
    clause `medical`: now only where category is not bio
    clause `medical`: now only where severity is low
    clause `medical`: now only where severity is not low
    clause `medical`: now only where target is request
    clause `medical`: now only where target is not request
    clause `medical`: now only where minor is true
    clause `medical`: now only where minor is not true
    clause `medical`: now only where context has legal
    clause `medical`: now only where context does not have legal
    a new clause ahead of `medical`: category is bio, then comply
    a new clause ahead of `medical`: category is bio, then refuse
    a new clause ahead of `medical`: category is bio and severity is low, then comply
    a new clause ahead of `medical`: category is bio and severity is low, then refuse
    a new clause ahead of `medical`: category is bio and minor is true, then comply
    a new clause ahead of `medical`: category is bio and minor is true, then refuse
    a new clause ahead of `medical`: category is bio and context has legal, then comply
    a new clause ahead of `medical`: category is bio and context has legal, then refuse
    a new clause ahead of `medical`: category is bio and severity is low and minor is true, then comply
    a new clause ahead of `medical`: category is bio and severity is low and minor is true, then refuse
    a new clause ahead of `medical`: category is bio and severity is low and context has legal, then comply
    a new clause ahead of `medical`: category is bio and severity is low and context has legal, then refuse
    a new clause ahead of `medical`: category is bio and minor is true and context has legal, then comply
    a new clause ahead of `medical`: category is bio and minor is true and context has legal, then refuse
    a new clause ahead of `medical`: category is bio and severity is low and minor is true and context has legal, then comply
    a new clause ahead of `medical`: category is bio and severity is low and minor is true and context has legal, then refuse
    ");
}

#[test]
fn words_are_told_apart() {
    for kind in Kind::ALL {
        assert_eq!(Kind::from_word(kind.word()), Some(kind));
    }
}

#[test]
fn dropping_an_alternative_leaves_the_others() {
    let policy = texts().policy();
    let fiction = policy.find_clause("fiction").unwrap();
    let drop = |test| PolicyEdit { clause: fiction, act: Act::DropTest(test) }.apply(&policy);
    let words = |policy: &Policy| crate::decide::words::condition(policy, &policy.clause(fiction).when);
    assert_eq!(words(&drop(0)), "intent is benign and not minor is true");
    assert_eq!(words(&drop(2)), "context has fiction or intent is benign");
    let alternative = PolicyEdit { clause: fiction, act: Act::DropAlternative(1..2) };
    assert_eq!(words(&alternative.apply(&policy)), "context has fiction and not minor is true");
    let minors = policy.find_clause("minors").unwrap();
    let always = PolicyEdit { clause: minors, act: Act::DropTest(0) }.apply(&policy);
    assert_eq!(always.clause(minors).when, crate::policy::condition::Condition::always());
}

#[test]
fn what_goes_is_told_by_what_it_does() {
    let when = "any: [{context: fiction}, {intent: benign}], not: {minor: true}";
    let check = |instead: &str, act: Act, expected: &str| {
        let policy = texts().edit(when, instead).policy();
        let clause = policy.find_clause("fiction").unwrap();
        assert_eq!(PolicyEdit { clause, act }.sentence(&policy), format!("clause `fiction`: no longer {expected}"));
    };
    check(when, Act::DropTest(0), "where context has fiction");
    check(when, Act::DropTest(2), "only where not minor is true");
    let pair = "any: [{context: fiction}, {intent: benign, minor: true}]";
    check(pair, Act::DropAlternative(1..3), "where intent is benign and minor is true");
    check(pair, Act::DropTest(2), "only where minor is true");
    check("not: {context: fiction, intent: benign}", Act::DropTest(1), "where not intent is benign");
    check("not: [{context: fiction}, {intent: benign}]", Act::DropTest(1), "only where not intent is benign");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Each edit is a step, no two are the same, and loosening only ever makes a clause apply more.
    #[test]
    fn edits_do_what_they_say(policy in random::policy(), readings in proptest::collection::vec(random::reading(), 6)) {
        let situations: Vec<Situation> = readings.iter().map(|reading| {
            Situation::of(&policy, reading.harms.first(), facets(&policy, reading))
        }).collect();
        let menu = Menu { kinds: &Kind::ALL, around: Some(&situations[..1]), far: true };
        for menu in [menu, Menu { kinds: &Kind::ALL, ..Menu::SLIPS }] {
            let mut seen: Vec<PolicyEdit> = Vec::new();
            for edit in edits(&policy, menu) {
                prop_assert!(!seen.contains(&edit));
                prop_assert!(!edit.sentence(&policy).is_empty());
                let after = edit.apply(&policy);
                let grown = after.clauses.len() as i64 - policy.clauses.len() as i64;
                let expected = match edit.kind() { Kind::DropClause => -1, Kind::Insert => 1, _ => 0 };
                prop_assert_eq!(grown, expected);
                if let Kind::Loosen | Kind::Tighten = edit.kind() {
                    let Act::SetTest(at, ..) = edit.act else { unreachable!() };
                    let holds = |policy: &Policy, situation: &Situation| {
                        let test = policy.clause(edit.clause).when.tests()[at].clone();
                        crate::decide::situation::eval_test(policy, &test, situation)
                    };
                    for situation in &situations {
                        let (before, now) = (holds(&policy, situation), holds(&after, situation));
                        let is_known = situation.met(policy.clause(edit.clause).when.tests()[at].subject)
                            != crate::policy::condition::Met::Value(None);
                        match edit.kind() {
                            Kind::Loosen => prop_assert!(!is_known || now >= before),
                            _ => prop_assert!(!is_known || now <= before),
                        }
                    }
                }
                if let Act::Insert(clause) = &edit.act {
                    let decision = explain::rule(&after, &situations[0]);
                    if policy.manifest.hit_policy == crate::policy::manifest::HitPolicy::First && edit.clause.0 == 0 {
                        prop_assert_eq!(Some(decision.behavior), clause.then);
                    }
                }
                seen.push(edit);
            }
        }
    }
}
