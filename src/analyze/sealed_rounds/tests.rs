use super::{RoundFiles, lint};
use crate::decide::{GoldSet, GoldSources, SourceFile, Unwatched};
use crate::policy::record::{canonical, content_id};
use crate::policy::round::{Blindness, Closed, Round, Sealed, commitment, to_hex};
use serde_json::{Map, Value, json};

const SALT: [u8; 32] = [7; 32];

/// A label of the round `r1`, as it is on disk.
fn label(who: &str, case: &str, behavior: &str) -> Map<String, Value> {
    let mut fields =
        json!({"case": case, "labeler": who, "round": "r1", "behavior": behavior}).as_object().cloned().unwrap();
    let id = content_id(&fields);
    fields.insert("id".into(), id.into());
    fields
}

fn commit(label: &Map<String, Value>) -> Value {
    json!({"case": label["case"], "commitment": commitment(&SALT, &canonical(label))})
}

fn reveal(label: &Map<String, Value>) -> Value {
    json!({"id": label["id"], "salt": to_hex(SALT)})
}

/// A round of `ana` and `bo`, who committed to a label of `c1` and of `c2` each and revealed them after it was closed.
struct Story {
    closings: Vec<Closed>,
    blindness: Blindness,
    labels: Vec<Value>,
    commitments: Vec<(&'static str, Vec<Value>)>,
    reveals: Vec<Value>,
}

fn source(path: String, lines: &[Value]) -> SourceFile {
    SourceFile::new(path, lines.iter().map(|line| format!("{line}\n")).collect::<String>().into_bytes())
}

impl Story {
    fn told() -> Story {
        let of = |who: &str| [label(who, "c1", "refuse"), label(who, "c2", "comply")];
        let (ana, bo) = (of("ana"), of("bo"));
        let all = || ana.iter().chain(&bo);
        let mut story = Story {
            closings: Vec::new(),
            blindness: Blindness::Sealed,
            labels: all().cloned().map(Value::from).collect(),
            commitments: vec![("ana", ana.iter().map(commit).collect()), ("bo", bo.iter().map(commit).collect())],
            reveals: all().map(reveal).collect(),
        };
        story.close();
        story
    }

    fn close(&mut self) {
        let keep = |(who, _): &(&str, Vec<Value>)| {
            let file = self.commitments().into_iter().find(|file| file.path.contains(&format!("/{who}/"))).unwrap();
            Sealed::of(format!("{who}/1.jsonl").into(), (*file.bytes).as_ref(), usize::MAX)
        };
        let commitments = self.commitments.iter().map(keep).collect();
        self.closings = vec![Closed { file: "closed.yaml".into(), commitments, ..Closed::default() }];
    }

    fn commitments(&self) -> Vec<SourceFile> {
        let path = |who: &str| format!("gold/core/rounds/r1/commitments/{who}/1.jsonl");
        self.commitments.iter().map(|(who, rows)| source(path(who), rows)).collect()
    }

    #[track_caller]
    fn check(&self, expected: &[&str]) {
        let cases = [json!({"id": "c1", "text": "x"}), json!({"id": "c2", "text": "x"})];
        let sources = GoldSources {
            set: "core".into(),
            cases: vec![source("gold/core/cases.jsonl".into(), &cases)],
            labels: vec![source("gold/core/labels/all.jsonl".into(), &self.labels)],
            ..GoldSources::default()
        };
        let round = Round { name: "r1".into(), blindness: self.blindness, ..Round::default() };
        let commitments = self.commitments();
        let reveals = [source("gold/core/rounds/r1/reveals/x/1.jsonl".into(), &self.reveals)];
        let files =
            RoundFiles { round: &round, closings: &self.closings, commitments: &commitments, reveals: &reveals };
        let found = lint(&GoldSet::read(sources, &Unwatched).unwrap(), &[files]);
        let shown: Vec<String> = found.iter().map(|p| format!("{} {}", p.code.id, p.message)).collect();
        assert_eq!(shown, expected);
    }
}

#[test]
fn a_round_in_order_has_nothing_to_tell() {
    Story::told().check(&[]);
    let open = Story { closings: Vec::new(), labels: Vec::new(), reveals: Vec::new(), ..Story::told() };
    open.check(&[]);
}

#[test]
fn labels_that_were_not_committed_to_are_told() {
    let mut story = Story::told();
    let other = label("bo", "c1", "comply");
    story.labels[2] = Value::from(other.clone());
    story.reveals[2] = reveal(&other);
    let unopened =
        "CB132 `bo` committed to 2 labels in the sealed round `r1`, and 1 of them were never revealed: on `c1`";
    story
        .check(&["CB130 the label of `c1` by `bo` is not the one that was committed to in its sealed round", unopened]);
    story.reveals.remove(2);
    story.check(&["CB131 the label of `c1` by `bo` was never committed to in its sealed round", unopened]);
    // The label of somebody else opens nothing of one's own.
    let mut story = Story::told();
    story.commitments.remove(1);
    story.close();
    story.check(&[
        "CB130 the label of `c1` by `bo` is not the one that was committed to in its sealed round",
        "CB130 the label of `c2` by `bo` is not the one that was committed to in its sealed round",
    ]);
}

#[test]
fn labels_of_an_open_round_are_told_whatever_its_file_came_to_say() {
    let mut story = Story::told();
    story.closings.clear();
    story.blindness = Blindness::Open;
    story.labels.truncate(1);
    story.reveals.truncate(1);
    story.check(&["CB131 the label of `c1` by `ana` is here although the round is sealed and open"]);
}

#[test]
fn who_reveals_a_choice_of_what_they_committed_to_is_told() {
    let mut story = Story::told();
    story.commitments[1].1.push(commit(&label("bo", "c1", "comply")));
    story.close();
    story.check(&[
        "CB132 `bo` committed to 3 labels in the sealed round `r1`, and 1 of them were never revealed: on `c1`",
    ]);
}

#[test]
fn commitments_may_not_change_or_come_later() {
    let mut story = Story::told();
    let other = label("bo", "c1", "comply");
    (story.labels[2], story.reveals[2]) = (Value::from(other.clone()), reveal(&other));
    story.commitments[1].1[0] = commit(&other);
    story.check(&[
        "CB133 `commitments/bo/1.jsonl` was changed: it is not what it was when the sealed round `r1` was closed",
    ]);
    let mut late = Story::told();
    late.labels.push(Value::from(other.clone()));
    late.reveals.push(reveal(&other));
    late.commitments[1].1.push(commit(&other));
    late.check(&["CB133 the label of `c1` by `bo` was committed to only after its sealed round was closed"]);
    // Taken back, it counts for nothing.
    late.labels.push(json!({"id": "w", "case": "c1", "labeler": "bo", "round": "r1", "withdrawn": {"reason": "late"}, "supersedes": other["id"]}));
    late.check(&[]);
    let mut gone = Story::told();
    gone.commitments.remove(0);
    gone.labels.drain(..2);
    gone.reveals.drain(..2);
    gone.check(&[
        "CB133 `commitments/ana/1.jsonl` is gone: it is not what it was when the sealed round `r1` was closed",
    ]);
}

#[test]
fn many_of_one_kind_are_counted() {
    let mut story = Story::told();
    story.labels.extend((0..30).map(|n| Value::from(label("cy", &format!("x{n}"), "comply"))));
    let round = Round { name: "r1".into(), blindness: Blindness::Sealed, ..Round::default() };
    let labels = vec![source("gold/core/labels/all.jsonl".into(), &story.labels)];
    let set = GoldSet::read(GoldSources { set: "core".into(), labels, ..GoldSources::default() }, &Unwatched).unwrap();
    let commitments = story.commitments();
    let reveals = [source("r".into(), &story.reveals)];
    let files = RoundFiles { round: &round, closings: &story.closings, commitments: &commitments, reveals: &reveals };
    let found = lint(&set, &[files]);
    assert_eq!(found.len(), super::MOST_TOLD);
    assert!(found.last().unwrap().message.ends_with("(and 10 more like it in this round)"), "{found:?}");
}

#[test]
fn reveals_of_no_label_are_told() {
    let mut story = Story::told();
    story.reveals.push(reveal(&label("bo", "c1", "comply")));
    let id = label("bo", "c1", "comply")["id"].as_str().unwrap().to_owned();
    story.check(&[&format!("CB134 the label `{id}` is revealed here, but is not in the gold set")]);
}
