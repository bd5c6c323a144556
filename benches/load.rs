//! A million cases of about 500 bytes: read, taken from encoded columns, decided by two policies and compared.
//!
//! Each figure is the time of the whole, on as many threads as the machine has.

#![allow(clippy::print_stdout)]

mod common;

use casebook::decide::{GoldSet, GoldSources, Unwatched, decide};
use casebook::policy::Policy;
use common::Spread;
use divan::counter::BytesCount;
use divan::{Bencher, black_box};
use std::sync::LazyLock;

const CASES: usize = 1_000_000;

static SKEWED: LazyLock<GoldSources> = LazyLock::new(|| common::sources(common::cases(CASES, Spread::Skewed)));
static ALL_DIFFERENT: LazyLock<GoldSources> =
    LazyLock::new(|| common::sources(common::cases(CASES, Spread::AllDifferent)));
static HEAD: LazyLock<Policy> = LazyLock::new(|| common::policy(40));
static BASE: LazyLock<Policy> = LazyLock::new(|| {
    let mut base = common::policy(40);
    base.clauses.remove(3);
    base
});

fn main() {
    for (name, sources) in [("skewed", &*SKEWED), ("all different", &*ALL_DIFFERENT)] {
        let gold = read(sources);
        let a_case = |bytes: usize| bytes as f64 / gold.len() as f64;
        println!(
            "{name}: {} cases of {:.0} bytes, {} situations, {} flips; {:.1} bytes of memory a case beside the text, {:.1} encoded",
            gold.len(),
            a_case(text_bytes(sources)),
            gold.situations(),
            flips(&gold),
            a_case(gold.memory()),
            a_case(gold.encode().len()),
        );
    }
    divan::main();
}

#[divan::bench(args = ["skewed", "all different"], sample_count = 5)]
fn read_text(bencher: Bencher, spread: &str) {
    let sources = pick(spread);
    bencher.counter(BytesCount::new(text_bytes(sources))).bench_local(|| read(sources));
}

#[divan::bench(args = ["skewed", "all different"], sample_count = 10)]
fn decode_columns(bencher: Bencher, spread: &str) {
    let sources = pick(spread);
    let bytes = read(sources).encode();
    bencher.bench_local(|| GoldSet::decode(&bytes, sources.clone()).expect("one's own bytes"));
}

#[divan::bench(args = ["skewed", "all different"], sample_count = 5)]
fn encode_columns(bencher: Bencher, spread: &str) {
    let gold = read(pick(spread));
    bencher.bench_local(|| black_box(gold.encode()));
}

/// Reads the text, decides by two policies, counts the flips.
#[divan::bench(args = ["skewed", "all different"], sample_count = 5)]
fn cold_to_flips(bencher: Bencher, spread: &str) {
    let sources = pick(spread);
    bencher.bench_local(|| flips(&read(sources)));
}

/// Takes the encoded columns, decides by two policies, counts the flips.
#[divan::bench(args = ["skewed", "all different"], sample_count = 10)]
fn cached_to_flips(bencher: Bencher, spread: &str) {
    let sources = pick(spread);
    let bytes = read(sources).encode();
    bencher.bench_local(|| flips(&GoldSet::decode(&bytes, sources.clone()).expect("one's own bytes")));
}

fn flips(gold: &GoldSet) -> usize {
    let (base, head) = (decide(&BASE, gold), decide(&HEAD, gold));
    base.iter().zip(head.iter()).filter(|(base, head)| base.behavior != head.behavior).count()
}

fn read(sources: &GoldSources) -> GoldSet {
    GoldSet::read(sources.clone(), &Unwatched).expect("nobody stops it")
}

fn pick(spread: &str) -> &'static GoldSources {
    if spread == "skewed" { &SKEWED } else { &ALL_DIFFERENT }
}

fn text_bytes(sources: &GoldSources) -> usize {
    sources.files().map(|file| (*file.bytes).as_ref().len()).sum()
}
