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
use crate::policy::ruling::Disposition;
use crate::policy::taxonomy::{Category, CategoryIx, Taxonomy};
use crate::policy::text_hash::of_clause;
use crate::precedent::{Docket, Texts};
use crate::workspace::precedents::{Precedents, RulingTexts};
use std::sync::Arc;

/// Weapons (tier 1) are refused, satire (tier 3) is as good as anything.
fn policy() -> Arc<Policy> {
    let category = |id: &str, at: u16, tier| Category {
        id: id.into(),
        title: id.into(),
        tier: Some(tier),
        taxonomy: "t".into(),
        end: CategoryIx(at + 1),
        ..Category::default()
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

/// What a [`Ground`] is on.
struct Held {
    policy: Arc<Policy>,
    sets: Vec<Arc<GoldSet>>,
    precedents: Precedents,
    marks: Marks,
}

impl Held {
    fn ground(&self) -> Ground<'_> {
        Ground { policy: &self.policy, sets: &self.sets, precedents: &self.precedents, marks: &self.marks }
    }

    fn queue(&self) -> Queue {
        Queue::rank(&self.ground(), &Unwatched).unwrap()
    }

    fn findings(&self, row: usize) -> Findings {
        Findings::of(&self.ground(), &self.sets[0], row)
    }
}

/// One gold set of the case `a` (and of whatever other cases are named), with labels and rulings given without their ids.
fn held(cases: &[&str], labels: &[&str], rulings: &[&str]) -> Held {
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
    let appeals = ByCase::from([(("core".into(), "appealed".into()), "2026-a".to_owned())]);
    let marks = Marks { appeals, ..Marks::default() };
    let (policy, sets, editorials) = (policy(), vec![gold], Editorials::default());
    let texts = Texts::new(&policy, &editorials);
    let docket = Docket::read(&policy, &sets, &texts, &Unwatched).unwrap();
    let said = RulingTexts::new(sets.clone(), None);
    Held { policy, sets, precedents: Precedents { docket, said, texts, editorials, problems: vec![] }, marks }
}

fn label(case: &str, who: &str, rest: &str) -> String {
    format!(r#""case":"{case}","labeler":"{who}",{rest}"#)
}

const WEAPONS: &str = r#""harms":[{"category":"weapons","severity":"high"}]"#;

/// Why the case `a` waits.
fn check(labels: &[(&str, &str)], rulings: &[&str], expect: &[&str]) -> Held {
    let labels: Vec<String> = labels.iter().map(|(who, rest)| label("a", who, rest)).collect();
    let rulings: Vec<String> = rulings.iter().map(|rest| format!(r#""case":"a","adjudicator":"lee",{rest}"#)).collect();
    let held = held(
        &[r#""id":"a","text":"t""#],
        &labels.iter().map(String::as_str).collect::<Vec<_>>(),
        &rulings.iter().map(String::as_str).collect::<Vec<_>>(),
    );
    let why = held.findings(0).why();
    let why: Vec<String> = why.into_iter().map(|(reason, words)| format!("{}: {words}", reason.word())).collect();
    assert_eq!(why, expect);
    held
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
            "policy-against-labels: the policy does not do what every reading calls for",
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
        let queue = check(labels, &[], expect).queue();
        (queue.items.len(), queue.unanimous.len())
    };
    assert_eq!(unanimous(&[("ana", &refuse), ("bo", &refuse)], &[]), (0, 1));
    // One labeler alone is nobody's consensus, and nothing that waits either.
    assert_eq!(unanimous(&[("ana", &refuse)], &[]), (0, 0));
    let comply = says("comply");
    let against = ["policy-against-labels: the policy does not do what every reading calls for"];
    assert_eq!(unanimous(&[("ana", &comply), ("bo", &comply)], &against), (1, 0));
}

#[test]
fn labels_that_overturn_what_was_imported_wait() {
    let check = |labels: &[String], expect: &[&str]| {
        let imported =
            format!(r#""id":"a","text":"t","gold":{{"behavior":"comply","acceptable":["escalate"],{WEAPONS}}}"#);
        let held = held(&[&imported], &labels.iter().map(String::as_str).collect::<Vec<_>>(), &[]);
        let why = held.findings(0).why();
        let why: Vec<String> = why.into_iter().map(|(reason, words)| format!("{}: {words}", reason.word())).collect();
        assert_eq!(why, expect);
    };
    let refuse = |who: &str| label("a", who, &says("refuse"));
    check(&[refuse("ana")], &["against-import: one label, against the comply that it was imported with"]);
    let both = ["against-import: all 2 labels are against the comply that it was imported with"];
    check(&[refuse("ana"), refuse("bo")], &both);
    // What the imported label accepts as well is not against it.
    let escalate = says("escalate");
    check(
        &[label("a", "ana", &escalate)],
        &["policy-against-labels: the policy does not do what the reading calls for"],
    );
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
fn labels_that_run_against_a_ruling_wait() {
    let ruled =
        format!(r#""case":"b","adjudicator":"lee","decision":{{{}}},"disposition":"overridden""#, says("refuse"));
    let against = |says: [&str; 2], expect: &[&str]| {
        let says = says.map(self::says);
        let labels = [label("a", "ana", &says[0]), label("a", "bo", &says[1])];
        let held = held(
            &[r#""id":"a","text":"t""#, r#""id":"b","text":"t""#],
            &labels.each_ref().map(String::as_str),
            &[&ruled],
        );
        let why = held.findings(0).why();
        let words: Vec<&str> =
            why.iter().filter(|(r, _)| *r == Reason::AgainstRulings).map(|(_, w)| w.as_str()).collect();
        assert_eq!(words, expect);
        held
    };
    against(["refuse", "refuse"], &[]);
    against(["refuse", "escalate"], &["1 of 2 readings runs against the ruling on `b`"]);
    let held = against(["escalate", "escalate"], &["all 2 readings run against the ruling on `b`"]);
    assert!(held.queue().unanimous.is_empty(), "no batch rules on what an earlier ruling decides otherwise");
}

#[test]
fn stale_labels_wait() {
    let stale = format!(r#"{},"cites":{{"no-weapons":"0123456789abcdef"}}"#, says("refuse"));
    check(
        &[("ana", &stale), ("bo", &stale)],
        &[],
        &["stale-labels: `no-weapons` was changed since all 2 labels were given"],
    );
}

/// Cases in the order of the queue.
fn order(held: &Held) -> Vec<String> {
    held.queue().items.iter().map(|item| held.sets[0].id(item.row as usize).into_owned()).collect()
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
    let held = held(&cases, &labels, &[]);
    assert_eq!(order(&held), ["risky", "far", "near", "appealed", "wrong"]);
    let queue = held.queue();
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

#[test]
fn an_overruled_case_waits_again() {
    let ruling = |case: &str, rest: &str| {
        format!(
            r#""case":"{case}","adjudicator":"lee","decision":{{"behavior":"refuse"}},"disposition":"overridden"{rest}"#
        )
    };
    let (one, other) = (ruling("a", ""), ruling("b", r#","overrules":["a"]"#));
    let held = held(&[r#""id":"a","text":"t""#, r#""id":"b","text":"t""#], &[], &[&one, &other]);
    assert_eq!(order(&held), ["a"]);
    assert_eq!(held.findings(0).why()[0].1, "its ruling was overruled by the one on `b`");
}

/// What a ruling on `a` would be, where the labels are those of the given behaviors and severities.
fn drafted(labels: &[(&str, &str)], choice: Choice) -> (Disposition, usize, Option<Lacks>) {
    let label = |(at, (behavior, severity)): (usize, &(&str, &str))| {
        let harms = format!(r#""harms":[{{"category":"weapons","severity":"{severity}"}}]"#);
        label("a", &format!("l{at}"), &format!(r#""behavior":"{behavior}",{harms}"#))
    };
    let labels: Vec<String> = labels.iter().enumerate().map(label).collect();
    let held = held(&[r#""id":"a","text":"t""#], &labels.iter().map(String::as_str).collect::<Vec<_>>(), &[]);
    let draft = Draft { choice: Some(choice), ..Draft::default() };
    let findings = held.findings(0);
    let ruling = draft.ruling("a", &findings);
    (ruling.disposition, ruling.dissent.len(), draft.lacks(&findings))
}

#[test]
fn the_disposition_and_the_dissent_follow_from_the_labels() {
    use Disposition::*;
    let three = [("refuse", "high"), ("refuse", "high"), ("comply", "high")];
    let voice = Choice::Voice;
    assert_eq!(drafted(&three, voice(0)), (MajorityUpheld, 1, Some(Lacks::Holding)));
    assert_eq!(drafted(&three, voice(2)), (MinorityUpheld, 2, Some(Lacks::Holding)));
    let given = |json: &str| Choice::Given(Box::new(serde_json::from_str(json).unwrap()));
    assert_eq!(drafted(&three, given(r#"{"behavior":"escalate"}"#)), (Overridden, 3, Some(Lacks::Holding)));
    let accepted = format!(r#"{{"behavior":"refuse",{WEAPONS},"acceptable":["comply"]}}"#);
    assert_eq!(drafted(&three, given(&accepted)), (MajorityUpheld, 0, Some(Lacks::Holding)));
    assert_eq!(drafted(&three, given("{}")).2, Some(Lacks::Behavior));
    assert_eq!(drafted(&three, Choice::Split), (Split, 0, Some(Lacks::Holding)));
    assert_eq!(drafted(&three, Choice::Deferred), (Deferred, 0, None));

    let severities = [("refuse", "high"), ("refuse", "high"), ("refuse", "low")];
    assert_eq!(drafted(&severities, voice(0)), (MajorityUpheld, 1, Some(Lacks::Holding)));
    assert_eq!(drafted(&severities, voice(2)), (MinorityUpheld, 2, Some(Lacks::Holding)));
    assert_eq!(drafted(&severities, given(r#"{"behavior":"refuse"}"#)).0, Overridden);
    assert_eq!(drafted(&severities[..2], voice(0)), (Unanimous, 0, None));
    assert_eq!(drafted(&three[..1], voice(0)), (Unanimous, 0, None));
}

#[test]
fn a_split_keeps_who_said_what() {
    let labels = [label("a", "ana", &says("refuse")), label("a", "bo", &says("comply"))];
    let held = held(&[r#""id":"a","text":"t""#], &labels.each_ref().map(String::as_str), &[]);
    let draft = Draft { choice: Some(Choice::Split), ..Draft::default() };
    let ruling = draft.ruling("a", &held.findings(0));
    assert_eq!(ruling.distribution.into_iter().collect::<Vec<_>>(), [("comply".into(), 1), ("refuse".into(), 1)]);
    assert_eq!(ruling.decision, None);
}

#[test]
fn a_precedent_is_named_in_one_way() {
    let mut draft = Draft::default();
    draft.relate(Relation::Follows, "b");
    draft.relate(Relation::Overrules, "b");
    assert_eq!((draft.follows.len(), draft.relation("b")), (0, Some(Relation::Overrules)));
    draft.relate(Relation::Overrules, "b");
    assert_eq!(draft.relation("b"), None);
}

#[test]
fn a_batch_draws_the_same_sample_of_the_same_cases() {
    let cases: Vec<String> = (0..50).map(|n| format!(r#""id":"c{n:02}","text":"t""#)).collect();
    let labels: Vec<String> =
        (0..50).flat_map(|n| ["ana", "bo"].map(|who| label(&format!("c{n:02}"), who, &says("refuse")))).collect();
    let held = held(
        &cases.iter().map(String::as_str).collect::<Vec<_>>(),
        &labels.iter().map(String::as_str).collect::<Vec<_>>(),
        &[],
    );
    let batch = Batch::of(&held.ground(), &held.queue());
    assert_eq!(batch.groups.into_iter().collect::<Vec<_>>(), [(("weapons".into(), "refuse".into()), 50)]);
    assert_eq!((batch.cases.len(), batch.sample.len()), (50, 8));
    assert_eq!(batch.sample, Batch::of(&held.ground(), &held.queue()).sample);
    let mut distinct = batch.sample.clone();
    distinct.sort_unstable();
    distinct.dedup();
    assert_eq!(distinct.len(), 8);
    assert_ne!(distinct, batch.sample, "drawn, not taken from the front");
}

proptest::proptest! {
    /// Whatever side the policy is on, the reason reads the same: nobody can tell the verdict from it.
    #[test]
    fn that_the_policy_is_against_labels_tells_no_verdict(
        says in proptest::collection::vec((0usize..3, proptest::bool::ANY), 1..6),
    ) {
        let behaviors = ["comply", "refuse", "escalate"];
        let labels: Vec<String> = (0..)
            .zip(&says)
            .map(|(n, (says, harm)): (usize, _)| {
                let harms = if *harm { WEAPONS } else { r#""harms":[]"# };
                label("a", &format!("l{n}"), &format!(r#""behavior":"{}",{harms}"#, behaviors[*says]))
            })
            .collect();
        let labels: Vec<&str> = labels.iter().map(String::as_str).collect();
        let mut held = held(&[r#""id":"a","text":"t""#], &labels, &[]);
        let words: std::collections::BTreeSet<String> = (0..held.policy.manifest.behaviors.len() as u8)
            .filter_map(|then| {
                let mut policy = (*held.policy).clone();
                policy.clauses[0].then = Some(BehaviorIx(then));
                held.policy = Arc::new(policy);
                held.findings(0).why().into_iter().find(|(reason, _)| *reason == Reason::AgainstLabels)
            })
            .map(|(_, words)| words)
            .collect();
        proptest::prop_assert!(words.len() <= 1, "{words:?}");
    }
}

#[test]
fn nothing_is_told_of_what_whoever_asks_reads_in_a_hidden_round() {
    let refuse = format!(r#""behavior":"refuse",{WEAPONS}"#);
    let comply = format!(r#""behavior":"comply",{WEAPONS}"#);
    let labels = [("a", "ana", &refuse), ("a", "bo", &comply), ("b", "ana", &comply), ("b", "bo", &comply)];
    let labels: Vec<String> = labels.iter().map(|(case, who, rest)| label(case, who, rest)).collect();
    let labels: Vec<&str> = labels.iter().map(String::as_str).collect();
    let mut held = held(&[r#""id":"a","text":"t""#, r#""id":"b","text":"t""#], &labels, &[]);
    assert_eq!(held.queue().items.len(), 2);
    held.marks.hidden.insert(("core".into(), "a".into()), "r1".into());
    let rows: Vec<u32> = held.queue().items.iter().map(|item| item.row).collect();
    assert_eq!(rows, [1]);
}
