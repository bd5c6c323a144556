//! A hundred thousand cases of about 500 bytes, every one ruled on, no two at one point of the decision space: what it takes to
//! open them, and to ask them. The nearest precedents are to be had within 50 ms; beside them stands a plain scan of all texts.
//!
//! The words are spread as in a language (after Zipf), since what a search costs hangs on how often its words stand.

#![allow(clippy::print_stdout)]

mod common;

use casebook::decide::{GoldSet, GoldSources, SourceFile, Unwatched};
use casebook::policy::Policy;
use casebook::policy::case::Case;
use casebook::policy::editorial::Editorials;
use casebook::policy::ruling::{Adjudication, Disposition};
use casebook::precedent::{Asked, Docket, Texts, text_of};
use casebook::store::Cache;
use casebook::workspace::precedents::{Precedents, RulingTexts};
use common::{Dice, Spread};
use divan::{Bencher, black_box};
use serde_json::{Value, json};
use std::collections::HashSet;
use std::path::Path;
use std::sync::{Arc, LazyLock};
use std::time::Instant;
use tempfile::TempDir;

const CASES: usize = 100_000;
const VOCABULARY: usize = 30_000;

static POLICY: LazyLock<Arc<Policy>> = LazyLock::new(|| Arc::new(common::policy(40)));
static GOLD: LazyLock<Arc<GoldSet>> = LazyLock::new(|| Arc::new(read(sources())));
static CACHE: LazyLock<TempDir> = LazyLock::new(|| tempfile::tempdir().expect("a folder"));
static PRECEDENTS: LazyLock<Precedents> = LazyLock::new(|| Precedents {
    docket: docket(),
    said: texts(CACHE.path()),
    texts: Texts::new(&POLICY, &Editorials::default()),
    editorials: Editorials::default(),
    problems: Vec::new(),
});

fn main() {
    LazyLock::force(&GOLD);
    let since = Instant::now();
    near(0);
    let bytes: u64 = walk(CACHE.path());
    println!(
        "{CASES} rulings, read, indexed and asked for the first time in {:.0?}; the index takes {:.1} MB, {} bytes a ruling",
        since.elapsed(),
        bytes as f64 / 1e6,
        bytes as usize / CASES
    );
    let mut times: Vec<f64> = (0..200).map(|at| timed(|| near(at * 499))).collect();
    times.sort_by(f64::total_cmp);
    println!("nearest precedents: median {:.1} ms, of 200 the slowest {:.1} ms", times[100], times[199]);
    divan::main();
}

/// The whole question as a screen asks it: by point and by text, with the holdings of what was found.
#[divan::bench]
fn nearest(bencher: Bencher) {
    let mut at = 0;
    bencher.bench_local(|| {
        at = (at + 499) % CASES;
        near(at)
    });
}

/// By text alone, as for a case that nobody has read.
#[divan::bench]
fn nearest_by_text(bencher: Bencher) {
    let text = text_of(&case(77));
    bencher.bench_local(|| PRECEDENTS.nearest(&Asked::default(), &text, 10, &Unwatched));
}

/// The same without an index: how many of its words stand in each case, read one after the other.
#[divan::bench(sample_count = 3)]
fn nearest_by_text_plain_scan(bencher: Bencher) {
    let text = text_of(&case(77));
    bencher.bench_local(|| {
        let asked: HashSet<&str> = text.split_whitespace().collect();
        let share = |row: usize| {
            let there = text_of(&case(row));
            let there: HashSet<&str> = there.split_whitespace().collect();
            asked.intersection(&there).count()
        };
        let mut found: Vec<(usize, usize)> = (0..CASES).map(|row| (share(row), row)).collect();
        found.sort_unstable_by(|a, b| b.cmp(a));
        found.truncate(10);
        found
    });
}

#[divan::bench]
fn search(bencher: Bencher) {
    let holding = holding(4_711);
    let words = holding.split(' ').take(3).collect::<Vec<_>>().join(" ");
    bencher.bench_local(|| PRECEDENTS.search(&words, false, 10, &Unwatched));
}

#[divan::bench]
fn conflicts(bencher: Bencher) {
    let mut decision = case(77).gold.unwrap_or_default();
    decision.behavior = Some("escalate".into());
    let proposed = Adjudication {
        case: "new".into(),
        decision: Some(decision),
        disposition: Disposition::Overridden,
        ..Adjudication::default()
    };
    assert_eq!(PRECEDENTS.docket.conflicts("bench", &proposed).len(), 1);
    bencher.bench_local(|| PRECEDENTS.docket.conflicts("bench", &proposed));
}

/// Reads every ruling.
#[divan::bench(sample_count = 5)]
fn open_docket(bencher: Bencher) {
    bencher.bench_local(docket);
}

#[divan::bench(sample_count = 3)]
fn index_anew(bencher: Bencher) {
    bencher.with_inputs(|| tempfile::tempdir().expect("a folder")).bench_local_values(|folder| {
        let texts = texts(folder.path());
        black_box(texts.holding("x", &Unwatched).is_ok());
        folder
    });
}

/// The first question to an index that was kept.
#[divan::bench(sample_count = 5)]
fn open_index(bencher: Bencher) {
    near(0);
    bencher.bench_local(|| texts(CACHE.path()).holding("x", &Unwatched));
}

fn near(at: usize) -> usize {
    let case = case(at);
    let text = text_of(&case);
    let asked = Asked { reading: case.gold.as_ref(), case: Some(("bench", &case.id)), ..Asked::default() };
    let near = PRECEDENTS.nearest(&asked, &text, 10, &Unwatched).expect("nobody stops it");
    black_box(near).len()
}

fn texts(folder: &Path) -> RulingTexts {
    RulingTexts::new(vec![GOLD.clone()], Some(&Cache::new(folder, 1 << 30)))
}

/// The bytes of all files in a folder.
fn walk(folder: &Path) -> u64 {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries
        .map(|entry| if entry.path().is_dir() { walk(&entry.path()) } else { entry.metadata().map_or(0, |m| m.len()) })
        .sum()
}

fn timed<T>(work: impl FnOnce() -> T) -> f64 {
    let since = Instant::now();
    black_box(work());
    since.elapsed().as_secs_f64() * 1e3
}

fn docket() -> Docket {
    let texts = Texts::new(&POLICY, &Editorials::default());
    Docket::read(&POLICY, std::slice::from_ref(&*GOLD), &texts, &Unwatched).expect("nobody stops it")
}

fn case(row: usize) -> Case {
    GOLD.case(row).expect("it was read")
}

fn read(sources: GoldSources) -> GoldSet {
    GoldSet::read(sources, &Unwatched).expect("nobody stops it")
}

/// The cases of the other benches with texts of about 500 bytes, and a ruling on each that upholds how it came in.
fn sources() -> GoldSources {
    let plain = common::cases(CASES, Spread::AllDifferent);
    let words: Vec<String> = (0..VOCABULARY).map(word).collect();
    let mut dice = Dice::new(5);
    let (mut cases, mut rulings) = (Vec::new(), Vec::new());
    for (at, line) in plain.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()).enumerate() {
        let mut case: Value = serde_json::from_slice(line).expect("a case");
        let mut text = String::new();
        while text.len() < 500 {
            text.push_str(&words[zipf(&mut dice)]);
            text.push(' ');
        }
        case["text"] = text.into();
        let ruling = json!({"id": format!("{at:032x}"), "case": case["id"], "adjudicator": "lee@example.org",
            "decision": case["gold"], "disposition": "unanimous", "holding": holding(at), "at": "2026-11-21T06:00:00Z"});
        cases.extend_from_slice(format!("{case}\n").as_bytes());
        rulings.extend_from_slice(format!("{ruling}\n").as_bytes());
    }
    let file = |path: &str, bytes| vec![SourceFile::new(path, bytes)];
    GoldSources {
        set: "bench".into(),
        cases: file("gold/bench/cases.jsonl", cases),
        adjudications: file("gold/bench/adjudications/lee/1.jsonl", rulings),
        ..GoldSources::default()
    }
}

fn holding(at: usize) -> String {
    let mut dice = Dice::new(1_000 + at as u64);
    (0..16).map(|_| word(zipf(&mut dice))).collect::<Vec<_>>().join(" ")
}

/// The rank of a word: the first is twice as frequent as the second, three times as the third, and so on.
fn zipf(dice: &mut Dice) -> usize {
    let unit = dice.roll(1 << 24) as f64 / (1 << 24) as f64;
    ((VOCABULARY as f64).powf(unit) as usize - 1).min(VOCABULARY - 1)
}

fn word(rank: usize) -> String {
    const SYLLABLES: [&str; 16] =
        ["ba", "ke", "li", "mo", "nu", "ra", "se", "ti", "vo", "zu", "da", "fe", "gi", "ho", "ju", "pa"];
    let mut word = String::new();
    let mut rest = rank + 16;
    while rest > 0 {
        word.push_str(SYLLABLES[rest % 16]);
        rest /= 16;
    }
    word
}
