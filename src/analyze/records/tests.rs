use super::Ledger;
use crate::decide::{GoldSet, GoldSources, SourceFile, Unwatched};
use crate::policy::record::content_id;
use serde_json::{Map, Value};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// A line with the id that its content gives it in place of `ID`, where it has one.
fn named(line: &str) -> String {
    match serde_json::from_str::<Map<String, Value>>(line) {
        Ok(mut fields) if fields.get("id") == Some(&"ID".into()) => {
            let id = content_id(&fields);
            fields.insert("id".into(), id.into());
            Value::from(fields).to_string()
        }
        _ => line.to_owned(),
    }
}

fn id(line: &str) -> String {
    content_id(&serde_json::from_str(line).unwrap())
}

/// Files by their path below `gold/core/`, and what is found.
#[track_caller]
fn check(files: &[(&str, &[&str])], expected: &[&str]) {
    let source = |(path, lines): &(&str, &[&str])| {
        let lines: Vec<String> = lines.iter().map(|line| named(line)).collect();
        SourceFile::new(format!("gold/core/{path}"), lines.join("\n").into_bytes())
    };
    let (labels, adjudications) = files.iter().partition::<Vec<_>, _>(|(path, _)| path.starts_with("labels"));
    let sources = GoldSources {
        set: "core".into(),
        cases: vec![SourceFile::new(
            "gold/core/cases.jsonl",
            "{\"id\":\"a\",\"text\":\"x\"}\n{\"id\":\"b\",\"text\":\"x\"}",
        )],
        labels: labels.into_iter().map(source).collect(),
        adjudications: adjudications.into_iter().map(source).collect(),
        ..GoldSources::default()
    };
    let ledger = Ledger::read(&GoldSet::read(sources, &Unwatched).unwrap(), None);
    let shown: Vec<String> = ledger
        .problems()
        .iter()
        .map(|p| format!("{} {}: {}", p.code.id, p.place.to_string().replace("gold/core/", ""), p.message))
        .collect();
    assert_eq!(shown, expected);
}

const A: &str = r#"{"id":"ID","case":"a","labeler":"ana","behavior":"refuse"}"#;

#[test]
fn what_is_in_order_is_not_told() {
    let newer = format!(r#"{{"id":"ID","case":"a","labeler":"ana","behavior":"comply","supersedes":"{}"}}"#, id(A));
    let ruling = r#"{"id":"ID","case":"a","adjudicator":"lee","disposition":"split"}"#;
    check(
        &[
            ("labels/ana/1.jsonl", &[A, &newer, "", "{torn"]),
            ("labels/ana/2.jsonl", &[A]),
            ("labels/x%2Fy/1.jsonl", &[r#"{"id":"ID","case":"b","labeler":"x/y","behavior":"refuse"}"#]),
            ("labels/old.jsonl", &[r#"{"id":"ID","case":"b","labeler":"z","behavior":"refuse"}"#]),
            ("adjudications/lee/1.jsonl", &[ruling]),
        ],
        &[],
    );
}

#[test]
fn an_edit_is_seen() {
    let edited = named(A).replace("refuse", "comply");
    let now = id(&edited);
    let was = id(A);
    check(
        &[("labels/ana/1.jsonl", &[&edited])],
        &[&format!(
            "CB121 labels/ana/1.jsonl:1:1: this label was edited: its id is `{was}`, and what it says now would be `{now}`"
        )],
    );
    check(
        &[("labels/ana/1.jsonl", &[A]), ("labels/ana/2.jsonl", &[&edited])],
        &[
            &format!(
                "CB121 labels/ana/2.jsonl:1:1: this label was edited: its id is `{was}`, and what it says now would be `{now}`"
            ),
            &format!(
                "CB123 labels/ana/2.jsonl:1:1: the id `{was}` is that of another record, at gold/core/labels/ana/1.jsonl:1:1"
            ),
        ],
    );
}

#[test]
fn names_of_others_are_told_once_a_file() {
    let own = |case: &str, id: &str| format!(r#"{{"id":"{id}","case":"{case}","labeler":"ana","behavior":"refuse"}}"#);
    check(
        &[("labels/ana/1.jsonl", &[&own("a", "l1"), &own("b", "")])],
        &[
            "CB122 labels/ana/1.jsonl:1:1: this label is not named by its content, nor 1 more in this file, so nobody sees whether it was edited",
        ],
    );
    check(
        &[("labels/ana/1.jsonl", &[&own("a", "l1"), &own("b", "l1")])],
        &[
            "CB122 labels/ana/1.jsonl:1:1: this label is not named by its content, nor 1 more in this file, so nobody sees whether it was edited",
            "CB123 labels/ana/1.jsonl:2:1: the id `l1` is that of another record, at gold/core/labels/ana/1.jsonl:1:1",
        ],
    );
}

#[test]
fn only_what_is_there_and_alike_can_be_superseded() {
    let superseding = |kind: &str, case: &str, by: &str, id: &str| {
        format!(r#"{{"id":"ID","case":"{case}","{kind}":"{by}","disposition":"deferred","supersedes":"{id}"}}"#)
    };
    let first = id(A);
    check(
        &[
            (
                "labels/ana/1.jsonl",
                &[A, &superseding("labeler", "b", "ana", &first), &superseding("labeler", "a", "ana", "gone")],
            ),
            ("labels/bo/1.jsonl", &[&superseding("labeler", "a", "bo", &first)]),
            ("adjudications/lee/1.jsonl", &[&superseding("adjudicator", "a", "lee", &first)]),
        ],
        &[
            &format!("CB124 adjudications/lee/1.jsonl:1:1: this ruling supersedes `{first}`, which is a label"),
            "CB124 labels/ana/1.jsonl:2:1: this label of `b` supersedes one of another case, `a`",
            "CB124 labels/ana/1.jsonl:3:1: this label supersedes `gone`, which is no record of this gold set",
            "CB124 labels/bo/1.jsonl:1:1: this label by `bo` supersedes one by `ana`",
        ],
    );
}

#[test]
fn what_stands_side_by_side_is_told() {
    let label = |behavior: &str, rest: &str| {
        format!(r#"{{"id":"ID","case":"a","labeler":"ana","behavior":"{behavior}"{rest}}}"#)
    };
    let (one, other) = (
        label("comply", &format!(r#","supersedes":"{}""#, id(A))),
        label("escalate", &format!(r#","supersedes":"{}""#, id(A))),
    );
    let fork = "CB126 labels/ana/2.jsonl:1:1: `ana` labeled `a` twice without either label superseding the other; the other is at gold/core/labels/ana/1.jsonl:2:1";
    check(&[("labels/ana/1.jsonl", &[A, &one]), ("labels/ana/2.jsonl", &[&other])], &[fork]);
    let settled = label("refuse", &format!(r#","supersedes":"{}""#, id(&one)));
    let taken_back = label("", &format!(r#","supersedes":"{}","withdrawn":{{}}"#, id(&other)));
    check(&[("labels/ana/1.jsonl", &[A, &one]), ("labels/ana/2.jsonl", &[&other, &taken_back, &settled])], &[]);
    check(
        &[("labels/ana/1.jsonl", &[A, &label("comply", r#","round":"r2""#), &label("comply", r#","repeat":true"#)])],
        &[],
    );

    let ruling =
        |by: &str, word: &str| format!(r#"{{"id":"ID","case":"a","adjudicator":"{by}","disposition":"{word}"}}"#);
    check(
        &[
            ("adjudications/kim/1.jsonl", &[&ruling("kim", "split")]),
            ("adjudications/lee/1.jsonl", &[&ruling("lee", "split"), &ruling("lee", "deferred")]),
        ],
        &[
            "CB126 adjudications/lee/1.jsonl:1:1: two rulings on `a` stand side by side: this by `lee`, and one by `kim` at gold/core/adjudications/kim/1.jsonl:1:1",
        ],
    );
}

#[test]
fn a_record_among_those_of_others_is_told() {
    check(
        &[("labels/bo/1.jsonl", &[A])],
        &["CB127 labels/bo/1.jsonl:1:1: this label is by `ana` and stands in the files of `bo`"],
    );
}

#[test]
fn many_of_a_kind_are_counted() {
    let lines: Vec<String> = (0..30)
        .map(|n| format!(r#"{{"id":"ID","case":"a","round":"{n}","labeler":"ana","behavior":"refuse"}}"#))
        .collect();
    let lines: Vec<String> = lines.iter().map(|line| named(line)).collect();
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    let text = lines.join("\n");
    let sources = GoldSources {
        set: "core".into(),
        labels: vec![SourceFile::new("gold/core/labels/bo/1.jsonl", text.into_bytes())],
        ..GoldSources::default()
    };
    let ledger = Ledger::read(&GoldSet::read(sources, &Unwatched).unwrap(), None);
    let found = ledger.problems();
    assert_eq!(found.len(), 20);
    assert!(found[19].message.ends_with(" (and 10 more like it in this file)"), "{}", found[19].message);
}

/// A text that counts how often it is looked at.
struct Watched(String, Arc<AtomicUsize>);

impl AsRef<[u8]> for Watched {
    fn as_ref(&self) -> &[u8] {
        self.1.fetch_add(1, Ordering::Relaxed);
        self.0.as_bytes()
    }
}

#[test]
fn only_a_file_that_changed_is_read_again() {
    let looks = Arc::new(AtomicUsize::new(0));
    let twice = [named(A), named(&A.replace("refuse", "comply"))].join("\n");
    let stays = SourceFile::new("gold/core/labels/ana/1.jsonl", Watched(named(A), looks.clone()));
    let set = |other: &str| {
        let sources = GoldSources {
            set: "core".into(),
            labels: vec![stays.clone(), SourceFile::new("gold/core/labels/ana/2.jsonl", other.to_owned())],
            ..GoldSources::default()
        };
        GoldSet::read(sources, &Unwatched).unwrap()
    };
    let told = |ledger: &Ledger| -> Vec<String> { ledger.problems().iter().map(ToString::to_string).collect() };
    let before = Ledger::read(&set(""), None);
    assert_eq!(told(&before), [""; 0]);
    // Reading the columns looks at every file; the ledger looks at what changed.
    let set = set(&twice);
    let read = looks.load(Ordering::Relaxed);
    let after = Ledger::read(&set, Some(&before));
    assert_eq!(looks.load(Ordering::Relaxed), read, "the file that stayed");
    assert_eq!(told(&after), told(&Ledger::read(&set, None)));
    assert!(told(&after)[0].contains("twice without either label superseding the other"), "{:?}", told(&after));
    assert!(looks.load(Ordering::Relaxed) > read, "read from the start, it is looked at");
}
