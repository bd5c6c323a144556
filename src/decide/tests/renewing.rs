//! A gold set read after another one: what did not change is not read again, and it says the same as one read from the start.

use super::reading::{read, sources};
use crate::decide::{GoldSet, GoldSources, SourceFile, Unwatched};
use crate::policy::manifest::Consensus;
use proptest::collection::vec;
use proptest::prelude::*;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

const CASES: &[u8] = b"{\"id\":\"a\",\"text\":\"\",\"gold\":{\"behavior\":\"comply\"}}\n{\"id\":\"b\",\"text\":\"\"}\n{\"id\":\"c\",\"text\":\"\"}\n";

/// A text that counts how often it is looked at.
struct Watched {
    text: String,
    looks: Arc<AtomicUsize>,
}

impl AsRef<[u8]> for Watched {
    fn as_ref(&self) -> &[u8] {
        self.looks.fetch_add(1, Ordering::Relaxed);
        self.text.as_bytes()
    }
}

fn watched(path: &str, text: &str) -> (SourceFile, Arc<AtomicUsize>) {
    let looks = Arc::new(AtomicUsize::new(0));
    (SourceFile::new(path, Watched { text: text.to_owned(), looks: looks.clone() }), looks)
}

fn label(id: &str, case: &str, by: &str, behavior: &str) -> String {
    format!("{{\"id\":\"{id}\",\"case\":\"{case}\",\"labeler\":\"{by}\",\"behavior\":\"{behavior}\"}}\n")
}

fn behavior(gold: &GoldSet, case: &str) -> Option<String> {
    let row = gold.find(case).unwrap();
    gold.outcome_words(gold.outcome(row)).behavior.map(str::to_owned)
}

#[test]
fn only_what_changed_is_read_again() {
    let (cases, case_looks) = watched("cases.jsonl", std::str::from_utf8(CASES).unwrap());
    let (ana, ana_looks) = watched("labels/ana/1.jsonl", &label("1", "a", "ana", "refuse"));
    let (bo, _) = watched("labels/bo/1.jsonl", &label("2", "b", "bo", "refuse"));
    let (lee, lee_looks) = watched(
        "adjudications/lee/1.jsonl",
        "{\"id\":\"3\",\"case\":\"c\",\"adjudicator\":\"lee\",\"disposition\":\"split\"}\n",
    );
    let with = |labels: Vec<SourceFile>| GoldSources {
        set: "test".into(),
        cases: vec![cases.clone()],
        labels,
        adjudications: vec![lee.clone()],
        ..GoldSources::default()
    };
    let before = read(with(vec![ana.clone(), bo]));
    let (bo, bo_looks) = watched(
        "labels/bo/1.jsonl",
        &(label("2", "b", "bo", "refuse") + &label("4", "b", "cy", "comply") + &label("5", "b", "di", "comply")),
    );
    let counts = || [&ana_looks, &lee_looks, &case_looks].map(|looks| looks.load(Ordering::Relaxed));
    let [ana_before, lee_before, cases_before] = counts();
    let after = GoldSet::read_after(&before, with(vec![ana.clone(), bo]), &Unwatched).unwrap();
    let [ana_after, lee_after, cases_after] = counts();
    assert_eq!((ana_after, lee_after), (ana_before, lee_before), "files that stayed as they are");
    assert!(bo_looks.load(Ordering::Relaxed) > 0, "the file that changed");
    // Of the cases: their number for the size of chunks, the id that each of three labels names, the one line that is settled anew.
    assert!(cases_after - cases_before <= 8, "{}", cases_after - cases_before);
    let behaviors = ["a", "b", "c"].map(|case| behavior(&after, case));
    assert_eq!(behaviors, [Some("refuse".into()), Some("comply".into()), None]);
    assert_eq!(after.records(), (4, 1));

    let (bo, _) = watched("labels/bo/1.jsonl", &label("9", "a", "bo", "comply"));
    let again = GoldSet::read_after(&after, with(vec![bo]), &Unwatched).unwrap();
    assert_eq!(ana_looks.load(Ordering::Relaxed), ana_after, "a file that is gone");
    assert_eq!((behavior(&again, "a"), behavior(&again, "b")), (Some("comply".into()), None));
}

/// Everything that can be asked of a gold set.
fn said(gold: &GoldSet) -> Vec<String> {
    let row = |row: usize| {
        let (situation, outcome) = (gold.situation(row), gold.outcome(row));
        format!(
            "{} {:?} {:?} {:?} {:?} {:?} {:?} {:?} {:?} {:?}",
            gold.id(row),
            gold.standing(row),
            gold.outcome_words(outcome),
            gold.harms(situation).collect::<Vec<_>>(),
            gold.facets(situation).collect::<Vec<_>>(),
            gold.unjudged(situation),
            gold.tags(gold.tag_set(row)).collect::<Vec<_>>(),
            gold.labels_of(row),
            gold.adjudications_of(row),
            gold.gold(row),
        )
    };
    let problems = gold.problems().iter().map(|problem| format!("{problem} {:?}", problem.place));
    let mut said: Vec<String> = (0..gold.len()).map(row).chain(problems).collect();
    said.push(format!("{:?} {:?} {:?}", gold.records(), gold.labeled_rows(), gold.ruled_rows()));
    said
}

/// One line of a file of labels, good or not.
fn line() -> impl Strategy<Value = String> {
    let word = |words: &'static [&'static str]| prop::sample::select(words);
    let reading = word(&[
        "\"behavior\":\"refuse\"",
        "\"behavior\":\"comply\",\"harms\":[{\"category\":\"bio\"}]",
        "\"facets\":{\"intent\":\"benign\"}",
        "\"abstain\":{\"reason\":\"?\"}",
        "\"behavior\":\"comply\",\"mood\":1",
        "\"behavior\":\"refuse\",\"supersedes\":\"1\"",
        "\"behavior\":3",
    ]);
    (0..6_u8, word(&["a", "b", "c", "nowhere"]), word(&["ana", "bo", "cy"]), reading).prop_map(
        |(id, case, by, reading)| format!("{{\"id\":\"{id}\",\"case\":\"{case}\",\"labeler\":\"{by}\",{reading}}}"),
    )
}

fn ruling() -> impl Strategy<Value = String> {
    let word = |words: &'static [&'static str]| prop::sample::select(words);
    let says = word(&[
        "\"disposition\":\"split\"",
        "\"disposition\":\"deferred\"",
        "\"disposition\":\"overridden\",\"decision\":{\"behavior\":\"escalate\"}",
        "\"disposition\":\"unanimous\",\"decision\":{\"behavior\":\"refuse\",\"unjudged\":[\"bio\"]},\"supersedes\":\"1\"",
    ]);
    (0..6_u8, word(&["a", "b", "nowhere"]), says)
        .prop_map(|(id, case, says)| format!("{{\"id\":\"{id}\",\"case\":\"{case}\",\"adjudicator\":\"lee\",{says}}}"))
}

/// Files by number, some missing; each with what it holds before and after.
type Change = Vec<(Option<String>, Option<String>)>;

fn change(line: BoxedStrategy<String>) -> impl Strategy<Value = Change> {
    let text = vec(line, 0..4).prop_map(|lines| lines.join("\n"));
    let text = prop::option::of(text);
    let file = (text.clone(), prop::option::weighted(0.5, text)).prop_map(|(before, after)| {
        // Half of the files stay as they are.
        let after = after.unwrap_or_else(|| before.clone());
        (before, after)
    });
    vec(file, 0..4)
}

fn files(folder: &str, change: &Change, known: &[SourceFile], after: bool) -> Vec<SourceFile> {
    let text = |(at, (before, now)): (usize, &(Option<String>, Option<String>))| {
        let path = format!("{folder}/{at}.jsonl");
        let text = if after { now } else { before }.clone()?;
        let same = known.iter().find(|file| *file.path == *path && file.bytes() == text.as_bytes());
        Some(same.cloned().unwrap_or_else(|| SourceFile::new(path, text)))
    };
    change.iter().enumerate().filter_map(text).collect()
}

proptest! {
    #[test]
    fn it_says_the_same_as_one_read_from_the_start(
        labels in change(line().boxed()),
        rulings in change(ruling().boxed()),
        by in prop::sample::select(&[Consensus::Majority, Consensus::DawidSkene, Consensus::None]),
        by_before in prop::sample::select(&[Consensus::Majority, Consensus::OneCoin]),
        same_consensus: bool,
    ) {
        let mut first = sources(&[CASES, b"{\"id\":\"a\",\"text\":\"twice\"}\n{\"id\":\"d\",\"text\":\"\",\"tags\":[\"t\"]}\nno case"]);
        first.labels = files("labels", &labels, &[], false);
        first.adjudications = files("adjudications", &rulings, &[], false);
        first.settling.consensus = if same_consensus { by } else { by_before };
        let before = read(first.clone());
        let mut second = first.clone();
        second.labels = files("labels", &labels, &first.labels, true);
        second.adjudications = files("adjudications", &rulings, &first.adjudications, true);
        second.settling.consensus = by;
        let after = GoldSet::read_after(&before, second.clone(), &Unwatched).unwrap();
        prop_assert_eq!(said(&after), said(&read(second.clone())));
        let back = GoldSet::decode(&after.encode(), second).unwrap();
        prop_assert_eq!(said(&back), said(&after));
    }
}
