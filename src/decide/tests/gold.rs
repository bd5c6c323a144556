//! Labels and adjudications laid over the cases that they name.

use super::reading::{read, sources};
use crate::decide::columns::Standing;
use crate::decide::{GoldSet, SourceFile, decide};
use crate::policy::gold::GoldSource;
use crate::policy::manifest::Consensus;

const CASES: &str = concat!(
    "{\"id\":\"a\",\"text\":\"\",\"gold\":{\"behavior\":\"comply\"}}\n",
    "{\"id\":\"b\",\"text\":\"\",\"gold\":{\"behavior\":\"comply\"}}\n",
    "{\"id\":\"c\",\"text\":\"\"}\n",
    "{\"id\":\"d\",\"text\":\"\",\"gold\":{\"behavior\":\"comply\"}}\n",
    "{\"id\":\"e\",\"text\":\"\"}\n",
);
const LABELS: &str = concat!(
    "{\"id\":\"1\",\"case\":\"b\",\"labeler\":\"ana\",\"behavior\":\"refuse\",\"harms\":[{\"category\":\"bio\"}],\"seconds\":3}\n",
    "{\"id\":\"2\",\"case\":\"c\",\"labeler\":\"ana\",\"behavior\":\"refuse\",\"cites\":{},\"saw\":{},\"mood\":1}\n",
    "{\"id\":\"3\",\"case\":\"nowhere\",\"labeler\":\"ana\",\"behavior\":\"refuse\"}\n",
    "{\"id\":\"4\",\"case\":3}\n",
);
const RULINGS: &str = concat!(
    "{\"id\":\"5\",\"case\":\"c\",\"adjudicator\":\"lee\",\"disposition\":\"overridden\",\"decision\":{\"behavior\":\"escalate\",\"unjudged\":[\"bio\"]}}\n",
    "{\"id\":\"6\",\"case\":\"d\",\"adjudicator\":\"lee\",\"disposition\":\"split\"}\n",
    "{\"id\":\"7\",\"case\":\"d\"\n",
);

fn gold() -> GoldSet {
    let mut sources = sources(&[CASES.as_bytes()]);
    sources.labels = vec![SourceFile::new("labels/ana/1.jsonl", LABELS)];
    sources.adjudications = vec![SourceFile::new("adjudications/lee/1.jsonl", RULINGS)];
    read(sources)
}

#[test]
fn the_latest_word_stands() {
    let gold = gold();
    let behaviors: Vec<_> = (0..5).map(|row| gold.outcome_words(gold.outcome(row)).behavior).collect();
    assert_eq!(behaviors, [Some("comply"), Some("refuse"), Some("escalate"), None, None]);
    let standings: Vec<_> = (0..5).map(|row| gold.standing(row)).collect();
    use Standing::*;
    assert_eq!(standings, [Imported, Consensus, Adjudicated, Split, Unread]);
    assert_eq!(gold.harms(gold.situation(1)).map(|harm| harm.category).collect::<Vec<_>>(), ["bio"]);
    assert_eq!(gold.unjudged(gold.situation(2)), Some(vec!["bio"]));
    assert_eq!(gold.situation(3), gold.situation(4), "nobody's reading stands on either");
    assert_eq!(gold.unjudged(gold.situation(3)), None);
}

/// Ana and Bo agree on most of twelve cases, Cy says the opposite of them throughout; on the last two cases Ana and Bo differ, and Cy is with Bo.
fn by(consensus: Consensus) -> GoldSet {
    let (mut cases, mut labels) = (String::new(), String::new());
    for case in 0..14 {
        let imported = if case == 13 { r#","gold":{"behavior":"escalate"}"# } else { "" };
        cases.push_str(&format!("{{\"id\":\"c{case}\",\"text\":\"\"{imported}}}\n"));
        let [yes, no] = if case % 2 == 0 { ["refuse", "comply"] } else { ["comply", "refuse"] };
        let said = if case < 12 { [yes, yes, no] } else { [yes, no, no] };
        for (labeler, behavior) in ["ana", "bo", "cy"].into_iter().zip(said) {
            let label =
                format!(r#"{{"id":"{labeler}{case}","case":"c{case}","labeler":"{labeler}","behavior":"{behavior}"}}"#);
            labels.push_str(&format!("{label}\n"));
        }
    }
    // Who abstains says nothing of the case.
    labels.push_str("{\"id\":\"x\",\"case\":\"c13\",\"labeler\":\"di\",\"abstain\":{\"reason\":\"?\"}}\n");
    let mut sources = sources(&[cases.as_bytes()]);
    sources.labels = vec![SourceFile::new("labels/all/1.jsonl", labels)];
    sources.settling.consensus = consensus;
    read(sources)
}

#[test]
fn the_manifest_says_which_consensus_counts() {
    let check = |consensus: Consensus, expected: [Option<&str>; 4]| {
        let gold = by(consensus);
        let behavior = |row: usize| gold.outcome_words(gold.outcome(row)).behavior;
        assert_eq!([0, 1, 12, 13].map(behavior), expected, "{consensus:?}");
        for row in 0..gold.len() {
            let settled = gold.gold(row);
            assert_eq!(settled.reading.as_ref().and_then(|reading| reading.behavior.as_deref()), behavior(row));
            assert_eq!(Standing::of(&settled.source), gold.standing(row));
        }
        let back = GoldSet::decode(&gold.encode(), gold.sources().clone()).unwrap();
        assert!((0..gold.len()).all(|row| back.gold(row) == gold.gold(row)));
        gold
    };
    check(Consensus::Majority, [Some("refuse"), Some("comply"), Some("comply"), Some("refuse")]);
    // Who always says the opposite tells as much as who is always right: with Ana, against Bo.
    for model in [Consensus::DawidSkene, Consensus::OneCoin] {
        check(model, [Some("refuse"), Some("comply"), Some("refuse"), Some("comply")]);
    }
    let none = check(Consensus::None, [None, None, None, Some("escalate")]);
    assert_eq!((none.standing(0), none.standing(13)), (Standing::Unread, Standing::Imported));
}

#[test]
fn what_a_model_is_not_certain_of_is_left_to_adjudicators() {
    let mut sources =
        sources(&[b"{\"id\":\"a\",\"text\":\"\"}\n{\"id\":\"b\",\"text\":\"\",\"gold\":{\"behavior\":\"comply\"}}\n"]);
    let label = |case: &str, labeler: &str, behavior: &str| {
        format!(
            "{{\"id\":\"{case}{labeler}\",\"case\":\"{case}\",\"labeler\":\"{labeler}\",\"behavior\":\"{behavior}\"}}\n"
        )
    };
    let labels = [
        label("a", "ana", "refuse"),
        label("a", "bo", "comply"),
        label("b", "ana", "comply"),
        label("b", "bo", "refuse"),
    ];
    sources.labels = vec![SourceFile::new("labels/all/1.jsonl", labels.concat())];
    sources.settling.consensus = Consensus::OneCoin;
    let gold = read(sources);
    assert_eq!((gold.standing(0), gold.standing(1)), (Standing::Unread, Standing::Imported));
}

#[test]
fn records_are_read_again_on_demand() {
    let gold = gold();
    assert_eq!(gold.records(), (2, 2));
    assert_eq!(gold.labels_of(1)[0].labeler, "ana");
    assert!(gold.labels_of(0).is_empty());
    assert_eq!(gold.adjudications_of(2)[0].adjudicator, "lee");
    assert_eq!(gold.gold(3).source, GoldSource::Split { by: "lee".into() });
    for row in 0..gold.len() {
        let behavior = gold.gold(row).reading.and_then(|reading| reading.behavior);
        assert_eq!(gold.outcome_words(gold.outcome(row)).behavior, behavior.as_deref());
    }
}

#[test]
fn what_is_wrong_with_records_is_told() {
    let told: Vec<_> =
        gold().problems().iter().map(|problem| format!("{} {}", problem.place, problem.message)).collect();
    assert_eq!(
        told,
        [
            "labels/ana/1.jsonl:2:1 the key `mood` means nothing to casebook (in 1 line)",
            "labels/ana/1.jsonl:3:1 this label names the case `nowhere`, which the set does not have",
            "labels/ana/1.jsonl:4:18 the label on this line is left out: invalid type: integer `3`, expected a string",
            "adjudications/lee/1.jsonl:3:20 the line is not whole JSON, so its adjudication is left out: EOF while parsing an object",
        ]
    );
}

#[test]
fn a_line_that_a_crash_cut_short_is_known() {
    let whole = "{\"id\":\"1\",\"case\":\"a\",\"labeler\":\"ana\",\"rationale\":\"é\"}";
    for cut in 1..whole.len() {
        let mut labels = sources(&[CASES.as_bytes()]);
        let bytes = [whole.as_bytes(), b"\n", &whole.as_bytes()[..cut]].concat();
        labels.labels = vec![SourceFile::new("labels/ana/1.jsonl", bytes)];
        let gold = read(labels);
        let told: Vec<_> = gold.problems().iter().map(|problem| problem.code.id).collect();
        assert_eq!((&told[..], gold.records().0), (&["CB120"][..], 1), "{cut}");
    }
    let mut labels = sources(&[CASES.as_bytes()]);
    labels.labels = vec![SourceFile::new("labels/ana/1.jsonl", format!("{}\n{whole}", &whole[..20]))];
    assert_eq!(read(labels).problems()[0].code.id, "CB100", "that is no last line");
}

#[test]
fn columns_keep_the_settled_labels() {
    let gold = gold();
    let back = GoldSet::decode(&gold.encode(), gold.sources().clone()).unwrap();
    assert_eq!((back.standing(2), back.records()), (Standing::Adjudicated, (2, 2)));
    assert_eq!(back.problems(), gold.problems());
    assert_eq!(back.adjudications_of(3), gold.adjudications_of(3));
}

#[test]
fn an_unread_case_is_undetermined_where_anything_is_ruled_on() {
    let mut policy = super::sample::policy();
    assert!(!decide(&policy, &gold()).get(4).undetermined, "without clauses nothing could change");
    policy.manifest.default = policy.manifest.behaviors.find("refuse").unwrap();
    assert!(!decide(&policy, &gold()).get(4).undetermined);
}
