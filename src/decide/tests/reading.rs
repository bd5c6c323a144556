//! Text to columns, columns to bytes and back; nothing that is read may break anything.

use super::random;
use crate::decide::{Cancelled, GoldSet, GoldSources, SourceFile, Unwatched};
use proptest::collection::vec;
use proptest::prelude::*;
use std::sync::atomic::AtomicBool;

pub(super) fn sources(cases: &[&[u8]]) -> GoldSources {
    let file = |(at, bytes): (usize, &&[u8])| SourceFile::new(format!("cases/{at}.jsonl"), bytes.to_vec());
    GoldSources { set: "test".into(), cases: cases.iter().enumerate().map(file).collect(), ..GoldSources::default() }
}

pub(super) fn read(sources: GoldSources) -> GoldSet {
    GoldSet::read(sources, &Unwatched).unwrap()
}

/// The ids read and the problems, each as `place code message`.
fn check(text: &[u8], ids: &[&str], problems: &[&str]) {
    let gold = read(sources(&[text]));
    let read: Vec<_> = (0..gold.len()).map(|row| gold.id(row).into_owned()).collect();
    assert_eq!(read, ids);
    let told: Vec<_> = gold.problems().iter().map(|p| format!("{} {} {}", p.place, p.code, p.message)).collect();
    assert_eq!(told, problems);
}

#[test]
fn plain_lines() {
    check(b"", &[], &[]);
    check(b"{\"id\":\"a\",\"text\":\"x\"}\n{\"id\":\"b\",\"messages\":[]}\n", &["a", "b"], &[]);
    check(b"\xef\xbb\xbf{\"id\":\"a\",\"text\":\"x\"}\r\n\r\n \t\n{\"text\":\"x\",\"id\":\"b\"}", &["a", "b"], &[]);
    check(br#"{"id":"a\"\u00e9","text":"x"}"#, &["a\"\u{e9}"], &[]);
}

#[test]
fn a_broken_line_leaves_the_rest() {
    check(
        b"{\"id\":\"a\",\"text\":\"x\"}\n{\"id\":\"b\",\"text\":\"x\"\n{\"id\":\"c\",\"text\":\"x\"}",
        &["a", "c"],
        &["cases/0.jsonl:2:20 CB100 the line is not whole JSON, so its case is left out: EOF while parsing an object"],
    );
    check(
        b"{\"id\":\"\xc3\xa9\",\"text\":\"x\"} x",
        &[],
        &["cases/0.jsonl:1:23 CB100 the line is not whole JSON, so its case is left out: trailing characters"],
    );
    check(
        b"\xef\xbb\xbf{\"id\":\"a\",\"text\":\"\xff\"}\n{\"id\":\"b\",\"text\":\"\xc3\xa9\"}",
        &["b"],
        &["cases/0.jsonl:1:19 CB101 the line is not UTF-8 (byte 0xff), so it is left out"],
    );
    check(
        b"{\"id\":\"a\0\",\"text\":\"x\"}",
        &[],
        &[
            "cases/0.jsonl:1:8 CB100 the line is not whole JSON, so its case is left out: control character (\\u0000-\\u001F) found while parsing a string",
        ],
    );
}

#[test]
fn what_a_case_must_have() {
    check(br#"{"text":"x"}"#, &[], &["cases/0.jsonl:1:1 CB103 a case without an `id` is left out"]);
    check(br#"{"id":"","text":"x"}"#, &[], &["cases/0.jsonl:1:1 CB103 a case without an `id` is left out"]);
    check(
        br#"{"id":"a","text":null}"#,
        &[],
        &["cases/0.jsonl:1:1 CB104 a case with neither `text` nor `messages` is left out"],
    );
}

#[test]
fn wrong_types_have_their_place() {
    let wrong = |line: &str, column: usize, said: &str| {
        let told = format!("cases/0.jsonl:1:{column} CB102 the case on this line is left out: {said}");
        check(line.as_bytes(), &[], &[&told]);
    };
    wrong(r#"{"id":3,"text":"x"}"#, 7, "`id` is not a text");
    wrong(r#"{"id":"a","text":"x","text":"y"}"#, 27, "the key `text` stands twice");
    wrong(r#"{"id":"a","text":"x","gold":{"harms":"bio"}}"#, 42, "invalid type: string \"bio\", expected a list");
    wrong(r#"{"id":"a","text":"x","gold":{"harms":[{}]}}"#, 40, "a harm names no `category`");
    wrong(r#"{"id":"a","text":"x","tags":[1]}"#, 30, "invalid type: integer `1`, expected a word");
    wrong(r#"[]"#, 1, "invalid type: sequence, expected a case: an object with `id` and `text` or `messages`");
}

#[test]
fn an_id_is_taken_once() {
    let (one, two) = (
        "{\"id\":\"a\",\"text\":\"1\"}\n{\"id\":\"b\",\"text\":\"1\"}\n{\"id\":\"\\u0061\",\"text\":\"2\"}",
        "{\"id\":\"c\",\"text\":\"\"}\n{\"id\":\"b\",\"text\":\"3\"}\n{\"id\":\"d\",\"text\":\"\"}",
    );
    let gold = read(sources(&[one.as_bytes(), two.as_bytes()]));
    let told: Vec<_> = gold.problems().iter().map(ToString::to_string).collect();
    assert_eq!(
        told,
        [
            "cases/0.jsonl:3:1: error[CB105]: the id `a` is taken by the case at cases/0.jsonl:1:1, so this one is left out",
            "cases/1.jsonl:2:1: error[CB105]: the id `b` is taken by the case at cases/0.jsonl:2:1, so this one is left out",
        ]
    );
    let rows: Vec<_> = ["a", "b", "c", "d", "e"].map(|id| gold.find(id)).into();
    assert_eq!(rows, [Some(0), Some(1), Some(2), Some(3), None]);
    assert_eq!(
        (gold.case(1).unwrap().text.unwrap(), gold.place(3).to_string()),
        ("1".into(), "cases/1.jsonl:3:1".into())
    );
    check_round_trip(&gold);
}

#[test]
fn keys_that_mean_nothing_are_hinted_at_once() {
    let line = |id: u32| {
        format!("{{\"id\":\"{id}\",\"text\":\"\",\"gold\":{{\"behaviour\":\"x\",\"n\":{id}}},\"zz\":[[{{}}]]}}\n")
    };
    let text: String = (0..3).map(line).collect();
    check(
        text.as_bytes(),
        &["0", "1", "2"],
        &[
            "cases/0.jsonl:1:1 CB107 the key `gold.behaviour` means nothing to casebook (in 3 lines)",
            "cases/0.jsonl:1:1 CB107 the key `gold.n` means nothing to casebook (in 3 lines)",
            "cases/0.jsonl:1:1 CB107 the key `zz` means nothing to casebook (in 3 lines)",
        ],
    );
}

#[test]
fn a_flood_of_problems_is_counted() {
    let gold = read(sources(&["nonsense\n".repeat(4421).as_bytes()]));
    assert_eq!(gold.problems().len(), 100);
    assert!(gold.problems()[99].message.ends_with(", and 4,321 more like it in this file"));
    assert_eq!(gold.problems()[99].place.to_string(), "cases/0.jsonl:100:2");
}

#[test]
fn depth_ends_in_a_problem() {
    let deep = |n: usize| format!("{}{}", "[".repeat(n), "]".repeat(n));
    let text = format!(
        "{{\"id\":\"a\",\"text\":\"\",\"gold\":{{\"facets\":{{\"x\":{}}}}}}}\n{{\"id\":\"b\",\"messages\":{}}}",
        deep(10_000),
        deep(10_000)
    );
    let gold = read(sources(&[text.as_bytes()]));
    assert_eq!((gold.len(), gold.problems().len()), (1, 1));
    assert!(gold.case(0).is_err());
}

#[test]
fn reading_can_be_stopped() {
    let stop = AtomicBool::new(true);
    assert_eq!(GoldSet::read(sources(&[b"{}"]), &stop).unwrap_err(), Cancelled);
}

/// Lines that are mostly cases, and what else a file may hold.
fn lines() -> impl Strategy<Value = Vec<u8>> {
    let line = prop_oneof![
        8 => (random::case(), 0u8..40).prop_map(|(case, id)| case.line(&format!("case {id}")).into_bytes()),
        1 => Just(Vec::new()),
        1 => vec(any::<u8>(), 0..30),
        1 => (0u8..9).prop_map(|id| format!("{{\"id\":\"{id}\",\"text\":\"\",\"k{id}\":0,\"tags\":[\"b\",\"a\"]}}\r").into_bytes()),
        1 => Just("{\"id\":\"ü\",\"messages\":[],\"gold\":null}".as_bytes().to_vec()),
    ];
    vec(line, 0..40).prop_map(|lines| lines.join(&b'\n'))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn chunks_change_nothing(files in vec(lines(), 1..3), chunk in 1usize..600) {
        let sources = sources(&files.iter().map(Vec::as_slice).collect::<Vec<_>>());
        let whole = GoldSet::read_in_chunks(sources.clone(), usize::MAX / 2);
        let cut = GoldSet::read_in_chunks(sources, chunk);
        prop_assert_eq!(describe(&whole), describe(&cut));
        prop_assert_eq!(whole.problems(), cut.problems());
        check_round_trip(&cut);
    }

    #[test]
    fn every_row_is_a_whole_case(files in vec(lines(), 1..3)) {
        let gold = read(sources(&files.iter().map(Vec::as_slice).collect::<Vec<_>>()));
        for row in 0..gold.len() {
            let case = gold.case(row).unwrap();
            prop_assert_eq!(gold.find(&case.id), Some(row));
            prop_assert_eq!(gold.id(row).into_owned(), case.id);
            prop_assert_eq!(gold.gold(row).reading, case.gold);
        }
    }

    #[test]
    fn any_bytes_are_read(bytes in vec(any::<u8>(), 0..400), chunk in 1usize..64) {
        check_round_trip(&GoldSet::read_in_chunks(sources(&[&bytes]), chunk));
    }

    #[test]
    fn any_json_is_read(value in json()) {
        let line = format!("{{\"id\":\"a\",\"text\":\"\",\"gold\":{value}}}");
        let gold = read(sources(&[line.as_bytes()]));
        // What is taken must be readable as a whole case as well.
        prop_assert!((0..gold.len()).all(|row| gold.case(row).is_ok()));
    }

    #[test]
    fn spoiled_columns_never_panic(file in lines(), spoil in vec((any::<prop::sample::Index>(), any::<u8>()), 1..4), cut in any::<prop::sample::Index>()) {
        let sources = sources(&[&file]);
        let good = read(sources.clone()).encode();
        let mut bytes = good.clone();
        for (at, byte) in spoil {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        if let Some(gold) = GoldSet::decode(&bytes, sources.clone()) {
            use_everything(&gold);
        }
        prop_assert!(GoldSet::decode(&good[..cut.index(good.len())], sources).is_none());
    }
}

fn json() -> impl Strategy<Value = serde_json::Value> {
    use serde_json::{Value, json};
    let keys =
        prop::sample::select(vec!["harms", "category", "severity", "target", "facets", "unjudged", "behavior", "x"]);
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i32>().prop_map(Value::from),
        Just(json!("request")),
        Just(json!("é\"\\"))
    ];
    leaf.prop_recursive(4, 24, 5, move |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Value::from),
            vec((keys.clone(), inner), 0..5).prop_map(|pairs| pairs
                .into_iter()
                .map(|(k, v)| (k.to_owned(), v))
                .collect::<serde_json::Map<_, _>>()
                .into()),
        ]
    })
}

#[test]
fn columns_of_other_text_are_refused() {
    let gold = read(sources(&[b"{\"id\":\"a\",\"text\":\"\"}"]));
    assert!(GoldSet::decode(&gold.encode(), sources(&[b"{\"id\":\"a\",\"text\":\"longer\"}"])).is_none());
    assert!(GoldSet::decode(&gold.encode(), sources(&[])).is_none());
    assert!(GoldSet::decode(b"casebook", sources(&[])).is_none());
}

fn check_round_trip(gold: &GoldSet) {
    let bytes = gold.encode();
    let back = GoldSet::decode(&bytes, gold.sources().clone()).expect("one's own bytes");
    assert_eq!(describe(gold), describe(&back));
    assert_eq!(gold.problems(), back.problems());
    assert_eq!(back.encode(), bytes);
}

/// Everything that a gold set says of its rows, in words.
fn describe(gold: &GoldSet) -> Vec<String> {
    let row = |row: usize| {
        let situation = gold.situation(row);
        format!(
            "{} at {} {:?} {:?} {:?} {:?} {:?} {:?}",
            gold.id(row),
            gold.place(row),
            gold.standing(row),
            gold.harms(situation).collect::<Vec<_>>(),
            gold.facets(situation).collect::<Vec<_>>(),
            gold.unjudged(situation),
            gold.outcome_words(gold.outcome(row)),
            gold.tags(gold.tag_set(row)).collect::<Vec<_>>(),
        )
    };
    (0..gold.len()).map(row).collect()
}

fn use_everything(gold: &GoldSet) {
    let policy = super::sample::policy();
    describe(gold);
    gold.check(&policy);
    assert_eq!(crate::decide::decide(&policy, gold).iter().count(), gold.len());
    for row in 0..gold.len() {
        let _ = (gold.case(row), gold.gold(row), gold.find(&gold.id(row)));
    }
}
