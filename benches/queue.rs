//! A hundred thousand cases with three labels each: the queue ranked, and one of its cases opened.

#![allow(clippy::print_stdout)]

mod common;

use casebook::decide::{GoldSet, GoldSources, SourceFile, Unwatched};
use casebook::policy::Policy;
use casebook::policy::editorial::Editorials;
use casebook::precedent::{Docket, Texts};
use casebook::workspace::precedents::{Precedents, RulingTexts};
use casebook::workspace::settling::{Findings, Ground, Marks, Queue};
use common::{Dice, Spread};
use divan::{Bencher, black_box};
use std::fmt::Write;
use std::sync::{Arc, LazyLock};

const CASES: usize = 100_000;

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
}

static HELD: LazyLock<Held> = LazyLock::new(|| {
    let policy = Arc::new(common::policy(40));
    let file = |name: &str, text: Vec<u8>| vec![SourceFile::new(format!("gold/bench/{name}.jsonl"), text)];
    let sources = GoldSources {
        set: "bench".into(),
        cases: file("cases", common::cases(CASES, Spread::Skewed)),
        labels: file("labels/x/1", labels()),
        ..GoldSources::default()
    };
    let sets = vec![Arc::new(GoldSet::read(sources, &Unwatched).expect("nobody stops it"))];
    let editorials = Editorials::default();
    let texts = Texts::new(&policy, &editorials);
    let docket = Docket::read(&policy, &sets, &texts, &Unwatched).expect("nobody stops it");
    let precedents =
        Precedents { docket, said: RulingTexts::new(sets.clone(), None), texts, editorials, problems: Vec::new() };
    Held { policy, sets, precedents, marks: Marks::default() }
});

/// Of each case three labelers' readings, which agree in two cases of three.
fn labels() -> Vec<u8> {
    let mut dice = Dice::new(5);
    let mut text = String::with_capacity(CASES * 3 * 400);
    for case in 0..CASES {
        let (category, severity) = (dice.roll(usize::from(common::CATEGORIES)), ["low", "high"][dice.roll(2)]);
        let behavior = dice.roll(3);
        for labeler in 0..3 {
            let behavior =
                ["comply", "safe-complete", "refuse"][if dice.roll(9) == 0 { dice.roll(3) } else { behavior }];
            let _ = writeln!(
                text,
                "{{\"id\":\"{case:07x}{labeler}\",\"case\":\"case-{case:07}\",\"labeler\":\"labeler{labeler}@example.org\",\
                 \"round\":\"2026-11-a\",\"harms\":[{{\"category\":\"category{category}\",\"severity\":\"{severity}\"}}],\
                 \"facets\":{{\"facet0\":\"v{}\",\"facet2\":\"v1\"}},\"behavior\":\"{behavior}\",\"confidence\":\"high\",\
                 \"cites\":{{\"clause1\":\"0123456789abcdef\"}},\"saw\":{{\"labels\":false,\"verdict\":false}},\
                 \"at\":\"2026-11-21T05:00:00Z\",\"seconds\":41}}",
                case % 3,
            );
        }
    }
    text.into_bytes()
}

fn main() {
    let queue = Queue::rank(&HELD.ground(), &Unwatched).expect("nobody stops it");
    println!("{CASES} cases: {} need a ruling, {} are unanimous", queue.items.len(), queue.unanimous.len());
    divan::main();
}

/// Every case looked at, weighed and put in order.
#[divan::bench(sample_count = 5)]
fn rank(bencher: Bencher) {
    bencher.bench_local(|| black_box(Queue::rank(&HELD.ground(), &Unwatched).expect("nobody stops it")));
}

/// What the next case needs before it can be drawn: its text, and everything that was said of it.
#[divan::bench(sample_count = 100)]
fn open_a_case(bencher: Bencher) {
    let gold = &HELD.sets[0];
    bencher.bench_local(|| black_box((gold.case(77_777).ok(), Findings::of(&HELD.ground(), gold, 77_777))));
}
