//! The decision space: compiling a policy, comparing two versions.

#![allow(clippy::print_stdout)]

mod common;

use casebook::analyze::space::{Difference, Grid, Points, Regions, Space};
use casebook::analyze::structure;
use casebook::analyze::{Subject, lint};
use casebook::decide::explain::rule;
use casebook::decide::{Situation, Unwatched};
use casebook::policy::Policy;
use casebook::policy::condition::{Comparison, Condition, Met, Operand, Predicate, Subject as Of};
use casebook::policy::facet::FacetKind::{Bool, Enum, Ordinal, Set};
use casebook::policy::facet::{FacetKind, FacetValue, ValueIx};
use casebook::policy::taxonomy::CategoryIx;
use casebook::replay::behind::behind;
use divan::{Bencher, black_box};
use std::sync::LazyLock;

/// About a million points.
const FEW: &[(FacetKind, usize)] = &[(Enum, 3), (Bool, 2), (Ordinal, 3), (Enum, 4), (Enum, 9)];
/// Far more than 10^9.
const MANY: &[(FacetKind, usize)] = &[
    (Enum, 3),
    (Bool, 2),
    (Ordinal, 3),
    (Set, 4),
    (Enum, 5),
    (Bool, 2),
    (Set, 6),
    (Enum, 4),
    (Ordinal, 3),
    (Enum, 3),
    (Bool, 2),
    (Ordinal, 4),
];

static SMALL: LazyLock<Policy> = LazyLock::new(|| common::policy_over(FEW, 40));
static LARGE: LazyLock<Policy> = LazyLock::new(|| common::policy_over(MANY, 500));

fn main() {
    for (name, policy) in [("small", &*SMALL), ("large", &*LARGE)] {
        let mut space = Space::of(policy).expect("it fits");
        let _regions = Regions::compile(&mut space, policy).expect("it fits");
        println!("{name}: {} clauses, {} points, {} nodes", policy.clauses.len(), space.size(), space.nodes());
    }
    divan::main();
}

fn pick(size: &str) -> &'static Policy {
    if size == "small" { &SMALL } else { &LARGE }
}

/// From the policy to the clause that decides at every point.
#[divan::bench(args = ["small", "large"])]
fn compile(bencher: Bencher, size: &str) {
    let policy = pick(size);
    bencher.bench(|| {
        let mut space = Space::of(policy).expect("it fits");
        black_box(Regions::compile(&mut space, policy).expect("it fits"));
    });
}

/// All that is found wrong with a policy after a keystroke: everything from the policy on.
#[divan::bench(args = ["small", "large"])]
fn analyse(bencher: Bencher, size: &str) {
    let policy = pick(size);
    bencher.bench(|| black_box(lint(&Subject::new(policy, &[]))));
}

/// What two versions decide otherwise, with the conditions that say it.
#[divan::bench(args = ["small", "large"])]
fn compare(bencher: Bencher, size: &str) {
    let base = pick(size);
    let head = edited(base);
    bencher.bench(|| black_box(Difference::of(base, &head).expect("it fits")));
}

/// Which edits are behind each region of that difference.
#[divan::bench(args = ["small", "large"], sample_count = 10)]
fn edits_behind(bencher: Bencher, size: &str) {
    let base = pick(size);
    let head = edited(base);
    let difference = Difference::of(base, &head).expect("it fits");
    let changes = structure::compare(base, &head);
    bencher.bench_local(|| black_box(behind(&difference, base, &head, &changes, &Unwatched).expect("nobody stops it")));
}

/// Both versions as a table, ready to be walked.
#[divan::bench(args = ["small", "large"], sample_count = 10)]
fn grid(bencher: Bencher, size: &str) {
    let base = pick(size);
    let head = edited(base);
    bencher.bench_local(|| black_box(Grid::of(Some(base), &head).expect("it fits")));
}

/// The small one point by point, which is what all of this is held to.
#[divan::bench(sample_count = 3)]
fn enumerate(bencher: Bencher) {
    let mut space = Space::of(&SMALL).expect("it fits");
    let regions = Regions::compile(&mut space, &SMALL).expect("it fits");
    let facets: usize = FEW.iter().map(|(_, values)| values + 1).product();
    let points: Vec<Situation> = (0..facets * 40 * 5 * 2).map(point).collect();
    let expected = space.count(space.domain()) - Points::from(facets);
    assert_eq!(Points::from(points.len()), expected, "all points but those without harm");
    bencher.bench_local(|| points.iter().filter(|point| rule(regions.policy(), point).clause.is_some()).count());
}

/// The point of a harm with this number.
fn point(mut at: usize) -> Situation {
    let mut digit = |count: usize| {
        let digit = at % count;
        at /= count;
        digit
    };
    let one = |digit: usize| digit.checked_sub(1).map(|ix| ValueIx(ix as u16));
    Situation {
        category: Met::Category(Some(CategoryIx(digit(40) as u16))),
        severity: one(digit(5)),
        target: Some(ValueIx(digit(2) as u16)),
        facets: FEW.iter().map(|(_, values)| one(digit(values + 1)).map(FacetValue::One)).collect(),
    }
}

/// The head: every fiftieth clause has another threshold.
fn edited(policy: &Policy) -> Policy {
    let mut edited = policy.clone();
    for clause in edited.clauses.iter_mut().skip(7).step_by(50) {
        let Condition::All(tests) = &mut clause.when else { unreachable!("the generator writes no other") };
        for test in tests {
            if let Condition::Test(test) = test
                && test.subject == Of::Severity
            {
                test.predicate = Predicate::AnyOf(vec![Operand::Compare(Comparison::AtLeast, ValueIx(3))]);
            }
        }
    }
    edited
}
