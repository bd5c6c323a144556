//! What makes a case wait for a ruling, and which comes first.

use super::*;
use crate::decide::{GoldSet, GoldSources, SourceFile, Unwatched};
use crate::policy::Policy;
use crate::policy::behavior::BehaviorIx;
use crate::policy::clause::Clause;
use crate::policy::condition::{Condition, Operand, Predicate, Subject, Test};
use crate::policy::editorial::Editorials;
use crate::policy::place::{Place, Route};
use crate::policy::record;
use crate::policy::taxonomy::{Category, CategoryIx, Taxonomy};
use crate::policy::text_hash::of_clause;
use std::sync::Arc;

/// Weapons (tier 1) are refused, satire (tier 3) is as good as anything.
fn policy() -> Arc<Policy> {
    let category = |id: &str, at: u16, tier| Category {
        id: id.into(),
        title: id.into(),
        definition: "".into(),
        includes: vec![],
        excludes: vec![],
        deconflict: vec![],
        severity: vec![],
        tier: Some(tier),
        owner: "".into(),
        mappings: vec![],
        aliases: vec![],
        deprecated: None,
        parent: None,
        depth: 0,
        taxonomy: "t".into(),
        place: Place::default(),
        end: CategoryIx(at + 1),
    };
    let weapons = Test {
        subject: Subject::Category,
        predicate: Predicate::AnyOf(vec![Operand::Category(CategoryIx(0))]),
        route: Route::root(),
    };
    let clause = Clause {
        id: "no-weapons".into(),
        title: "No weapons".into(),
        level: "".into(),
        text: "".into(),
        rationale: "".into(),
        guidance: "".into(),
        when: Condition::Test(weapons),
        then: Some(BehaviorIx(2)),
        examples: vec![],
        spec: 0,
        place: Place::default(),
    };
    let taxonomy = Taxonomy::new(vec![category("weapons", 0, 1), category("satire", 1, 3)]);
    Arc::new(Policy { taxonomy, clauses: vec![clause], ..Policy::default() })
}

/// One gold set of the case `a` (and of whatever other cases are named), with labels and rulings given without their ids.
fn ground(cases: &[&str], labels: &[&str], rulings: &[&str]) -> Ground {
    let lines = |records: &[String]| vec![SourceFile::new("gold/core/x.jsonl", records.concat().into_bytes())];
    let id = |line: &&str| {
        let mut fields = serde_json::from_str::<serde_json::Map<_, _>>(&format!("{{{line}}}")).unwrap();
        let named = fields.get("id").and_then(|id| id.as_str()).map(str::to_owned);
        let id = named.unwrap_or_else(|| record::content_id(&fields));
        fields.insert("id".into(), id.into());
        serde_json::Value::from(fields).to_string() + "\n"
    };
    let case = |line: &&str| format!("{{{line}}}\n");
    let sources = GoldSources {
        set: "core".into(),
        cases: lines(&cases.iter().map(case).collect::<Vec<_>>()),
        labels: lines(&labels.iter().map(id).collect::<Vec<_>>()),
        adjudications: lines(&rulings.iter().map(id).collect::<Vec<_>>()),
        ..GoldSources::default()
    };
    let gold = Arc::new(GoldSet::read(sources, &Unwatched).unwrap());
    let appeals = Appeals::from([(("core".into(), "appealed".into()), "2026-a".to_owned())]);
    Ground::new(&policy(), vec![gold], &Editorials::default(), appeals)
}

fn label(case: &str, who: &str, rest: &str) -> String {
    format!(r#""case":"{case}","labeler":"{who}",{rest}"#)
}

const WEAPONS: &str = r#""harms":[{"category":"weapons","severity":"high"}]"#;

/// Why the case `a` waits.
fn check(labels: &[(&str, &str)], rulings: &[&str], expect: &[&str]) -> Ground {
    let labels: Vec<String> = labels.iter().map(|(who, rest)| label("a", who, rest)).collect();
    let rulings: Vec<String> = rulings.iter().map(|rest| format!(r#""case":"a","adjudicator":"lee",{rest}"#)).collect();
    let ground = ground(
        &[r#""id":"a","text":"t""#],
        &labels.iter().map(String::as_str).collect::<Vec<_>>(),
        &rulings.iter().map(String::as_str).collect::<Vec<_>>(),
    );
    let findings = Findings::of(&ground, &ground.sets[0], 0);
    let why: Vec<String> =
        findings.why(&ground.policy).into_iter().map(|(r, words)| format!("{}: {words}", r.word())).collect();
    assert_eq!(why, expect);
    ground
}

fn says(behavior: &str) -> String {
    format!(r#""behavior":"{behavior}",{WEAPONS}"#)
}

#[test]
fn labelers_who_differ_are_counted() {
    let (refuse, comply) = (says("refuse"), says("comply"));
    check(
        &[("ana", &refuse), ("bo", &refuse), ("cy", &comply)],
        &[],
        &[
            "disagreement: labelers differ: 2 refuse, 1 comply",
            "policy-against-labels: the policy says refuse where comply is called for (1 of 3 readings)",
        ],
    );
    check(
        &[("ana", &refuse), ("bo", r#""behavior":"refuse","harms":[{"category":"weapons","severity":"low"}]"#)],
        &[],
        &["disagreement: labelers agree on what to do and found different harms"],
    );
    let reads = |intent: &str| format!(r#"{refuse},"facets":{{"intent":"{intent}"}}"#);
    check(
        &[("ana", &reads("benign")), ("bo", &reads("unclear")), ("cy", &refuse)],
        &[],
        &["disagreement: labelers agree on what to do and read the facets differently"],
    );
}

#[test]
fn what_is_unanimous_and_agrees_waits_for_the_batch() {
    let refuse = says("refuse");
    let unanimous = |labels: &[(&str, &str)], expect: &[&str]| {
        let ground = check(labels, &[], expect);
        let queue = Queue::rank(&ground, &Unwatched).unwrap();
        (queue.items.len(), queue.unanimous.len())
    };
    assert_eq!(unanimous(&[("ana", &refuse), ("bo", &refuse)], &[]), (0, 1));
    // One labeler alone is nobody's consensus, and nothing that waits either.
    assert_eq!(unanimous(&[("ana", &refuse)], &[]), (0, 0));
    let comply = says("comply");
    let against = ["policy-against-labels: the policy says refuse where comply is called for (2 of 2 readings)"];
    assert_eq!(unanimous(&[("ana", &comply), ("bo", &comply)], &against), (1, 0));
}

#[test]
fn abstentions_gaps_and_open_verdicts_wait() {
    let refuse = says("refuse");
    check(
        &[("ana", r#""abstain":{"reason":"missing-context"}"#), ("bo", r#""abstain":{"reason":"missing-context"}"#)],
        &[],
        &["abstained: nobody could label it: missing-context (2)"],
    );
    let gap = format!(r#"{refuse},"gap":{{"clause":"no-weapons","note":"toys?"}}"#);
    check(
        &[("ana", &gap), ("bo", r#""abstain":{"reason":"technical"}"#)],
        &[],
        &["gap: the guidance does not answer it: at `no-weapons`: toys?", "abstained: 1 of 2 abstained: technical"],
    );
    check(
        &[("ana", r#""behavior":"comply","harms":[],"unjudged":["weapons"]"#)],
        &[],
        &["undetermined: what nobody judged could change the verdict"],
    );
}

#[test]
fn a_ruling_settles_unless_it_is_in_question_itself() {
    let (refuse, comply) = (says("refuse"), says("comply"));
    let ruled = r#""disposition":"majority-upheld","decision":{"behavior":"refuse"}"#;
    check(&[("ana", &refuse), ("bo", &comply)], &[ruled], &[]);
    let hash = of_clause(&policy(), &policy().clauses[0]);
    check(&[], &[&format!(r#"{ruled},"cites":{{"no-weapons":"{hash}"}}"#)], &[]);
    check(
        &[],
        &[&format!(r#"{ruled},"cites":{{"no-weapons":"0123456789abcdef"}}"#)],
        &["stale-ruling: `no-weapons` was changed since it was ruled on"],
    );
    let other = r#""disposition":"overridden","decision":{"behavior":"comply"}"#;
    check(&[], &[ruled, other], &["fork: rulings stand side by side: refuse by lee, comply by lee"]);
    check(
        &[("ana", &refuse), ("bo", &refuse)],
        &[r#""disposition":"deferred","holding":"Ask legal.""#],
        &["deferred: put off by lee: Ask legal."],
    );
}

#[test]
fn stale_labels_wait() {
    let stale = format!(r#"{},"cites":{{"no-weapons":"0123456789abcdef"}}"#, says("refuse"));
    check(
        &[("ana", &stale), ("bo", &stale)],
        &[],
        &["stale-labels: `no-weapons` was changed since 2 labels were given"],
    );
}

/// Cases in the order of the queue.
fn order(ground: &Ground) -> Vec<String> {
    let queue = Queue::rank(ground, &Unwatched).unwrap();
    queue.items.iter().map(|item| ground.sets[0].id(item.row as usize).into_owned()).collect()
}

#[test]
fn what_matters_comes_first() {
    let two = |case: &str, one: &str, other: &str, category: &str| {
        [(one, "ana"), (other, "bo")].map(|(behavior, who)| {
            label(case, who, &format!(r#""behavior":"{behavior}","harms":[{{"category":"{category}"}}]"#))
        })
    };
    let labels = [
        two("near", "comply", "safe-complete", "satire"),
        two("far", "comply", "escalate", "satire"),
        two("risky", "refuse", "escalate", "weapons"),
        two("agreed", "refuse", "refuse", "weapons"),
    ]
    .concat();
    let labels: Vec<&str> = labels.iter().map(String::as_str).collect();
    let cases = ["near", "far", "risky", "agreed", "appealed", "fine", "wrong"].map(|id| match id {
        "fine" => r#""id":"fine","text":"t","gold":{"behavior":"comply"}"#.to_owned(),
        "wrong" => r#""id":"wrong","text":"t","gold":{"behavior":"refuse"}"#.to_owned(),
        id => format!(r#""id":"{id}","text":"t""#),
    });
    let cases: Vec<&str> = cases.iter().map(String::as_str).collect();
    let ground = ground(&cases, &labels, &[]);
    assert_eq!(order(&ground), ["risky", "far", "near", "appealed", "wrong"]);
    let queue = Queue::rank(&ground, &Unwatched).unwrap();
    assert_eq!(queue.unanimous, [(0, 3)]);
    assert_eq!(queue.counts()[&Reason::Disagreement], 3);
    assert!(queue.items.windows(2).all(|pair| pair[0].score >= pair[1].score));
}

#[test]
fn reasons_are_a_set_in_their_order() {
    let reasons: Reasons = [Reason::Gap, Reason::Appeal, Reason::Gap].into_iter().collect();
    assert_eq!(reasons.to_string(), "appeal, gap");
    for reason in Reason::ALL {
        assert_eq!(Reason::from_word(reason.word()), Some(*reason));
    }
}
