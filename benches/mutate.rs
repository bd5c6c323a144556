//! Mutation testing: a thousand edits over ten thousand cases, equivalent ones told apart by the decision space.

#![allow(clippy::print_stdout)]

mod common;

use casebook::analyze::edit::{Menu, PolicyEdit, edits};
use casebook::decide::{GoldSet, Unwatched};
use casebook::policy::Policy;
use casebook::replay::mutate::Mutation;
use casebook::replay::run::replay;
use common::Spread;
use divan::{Bencher, black_box};
use std::sync::{Arc, LazyLock};

static POLICY: LazyLock<Arc<Policy>> = LazyLock::new(|| {
    // About a thousand edits.
    let mut clauses = 40;
    while edits(&common::policy(clauses), Menu::SLIPS).count() > 1_010 {
        clauses -= 1;
    }
    Arc::new(common::policy(clauses))
});

static GOLD: LazyLock<Arc<GoldSet>> = LazyLock::new(|| {
    let sources = common::sources(common::cases(10_000, Spread::Skewed));
    Arc::new(GoldSet::read(sources, &Unwatched).expect("nobody stops it"))
});

fn main() {
    let mutants = edits(&POLICY, Menu::SLIPS).count();
    println!(
        "{} clauses, {mutants} edits, {} cases, {} situations",
        POLICY.clauses.len(),
        GOLD.len(),
        GOLD.situations()
    );
    let found = test();
    println!("{:?} noticed, {} equivalent, exact: {}", found.score(), found.equivalent(None), found.exact);
    divan::main();
}

fn test() -> Mutation {
    Mutation::test(&POLICY, std::slice::from_ref(&*GOLD), Menu::SLIPS, None, &Unwatched).expect("nobody stops it")
}

#[divan::bench]
fn a_thousand_edits(bencher: Bencher) {
    bencher.bench(|| black_box(test()));
}

/// What stands beside it: each edit replayed as a version of its own, one after the other; equivalence is not told.
#[divan::bench(sample_count = 3)]
fn a_replay_each(bencher: Bencher) {
    let all: Vec<PolicyEdit> = edits(&POLICY, Menu::SLIPS).collect();
    bencher.bench(|| {
        for edit in &all {
            let head = Arc::new(edit.apply(&POLICY));
            black_box(
                replay(std::slice::from_ref(&*GOLD), &head, Some(&*POLICY), &Unwatched).expect("nobody stops it"),
            );
        }
    });
}
