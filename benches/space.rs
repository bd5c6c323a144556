//! The decision space: compiling a policy, comparing two versions.

#![allow(clippy::print_stdout)]

mod common;

use casebook::analyze::space::{Difference, Regions, Space};
use casebook::policy::Policy;
use casebook::policy::condition::{Comparison, Condition, Operand, Predicate, Subject};
use casebook::policy::facet::FacetKind::{Bool, Enum, Ordinal, Set};
use casebook::policy::facet::{FacetKind, ValueIx};
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

/// Two versions, to the regions in which their behavior differs. The large ones together take more nodes than there is
/// room for: to them casebook says that it cannot tell exactly.
#[divan::bench(args = ["small"])]
fn compare(bencher: Bencher, size: &str) {
    let base = pick(size);
    let head = edited(base);
    bencher.bench(|| black_box(Difference::of(base, &head).expect("it fits")));
}

/// The head: every fiftieth clause has another threshold.
fn edited(policy: &Policy) -> Policy {
    let mut edited = policy.clone();
    for clause in edited.clauses.iter_mut().skip(7).step_by(50) {
        let Condition::All(tests) = &mut clause.when else { unreachable!("the generator writes no other") };
        for test in tests {
            if let Condition::Test(test) = test
                && test.subject == Subject::Severity
            {
                test.predicate = Predicate::AnyOf(vec![Operand::Compare(Comparison::AtLeast, ValueIx(3))]);
            }
        }
    }
    edited
}
