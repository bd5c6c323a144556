//! Agreement and consensus on large tables. `benches/python/agreement.py` measures the usual Python packages on the same labels.
//!
//! Alpha over 10,000,000 labels (100,000 units by 100 raters), with and without building the table and with its bootstrap; Dawid
//! and Skene's model over 1,000,000 labels of 5 classes (100,000 units by 10 of 100 raters), 100 iterations.

#![allow(clippy::print_stdout)]

use casebook::stats::agreement::{
    Confusion, Distance, Histograms, SideBySide, Table, both, conger, gwet, krippendorff, krippendorff_ordinal,
};
use casebook::stats::consensus::{Settings, dawid_skene, one_coin};
use casebook::stats::{Alpha, Bootstrap};
use divan::counter::ItemsCount;
use divan::{Bencher, black_box};
use std::sync::LazyLock;

const UNITS: u64 = 100_000;
const RATERS: u64 = 100;
const CLASSES: u16 = 5;

/// Every rater on every unit.
static FULL: LazyLock<Table> = LazyLock::new(|| table(RATERS));
/// Ten of the raters on each unit, which ten changing from unit to unit.
static TENTH: LazyLock<Table> = LazyLock::new(|| table(10));

fn main() {
    let alpha = krippendorff(&Histograms::of(&FULL), &Distance::Nominal).expect("it is defined").value;
    let ordinal = krippendorff_ordinal(Histograms::of(&FULL).sample()).expect("it is defined");
    let model = dawid_skene(&TENTH, &[], Settings { iterations: 100, tolerance: None });
    println!("alpha, nominal {alpha:.9}, ordinal {ordinal:.9}; the model's bound {:.9}", model.bounds[99]);
    divan::main();
}

#[divan::bench]
fn build_the_table(bencher: Bencher) {
    bencher.counter(ItemsCount::new(UNITS * RATERS)).bench(|| black_box(table(RATERS)));
}

#[divan::bench]
fn alpha_nominal_with_its_interval(bencher: Bencher) {
    bencher
        .counter(items(&FULL))
        .bench(|| krippendorff(&Histograms::of(&FULL), &Distance::Nominal).map(|alpha| alpha.error));
}

#[divan::bench]
fn alpha_ordinal(bencher: Bencher) {
    bencher.counter(items(&FULL)).bench(|| krippendorff_ordinal(Histograms::of(&FULL).sample()));
}

#[divan::bench(sample_count = 5)]
fn alpha_ordinal_resampled_1000_times(bencher: Bencher) {
    bencher
        .counter(items(&FULL))
        .bench(|| Bootstrap::default().interval(&Histograms::of(&FULL), Alpha::default(), krippendorff_ordinal));
}

#[divan::bench]
fn ac1(bencher: Bencher) {
    bencher.counter(items(&FULL)).bench(|| gwet(&Histograms::of(&FULL), &Distance::Nominal).map(|ac1| ac1.error));
}

#[divan::bench(sample_count = 5)]
fn conger_over_all_raters(bencher: Bencher) {
    bencher.counter(items(&FULL)).bench(|| conger(&FULL, &Distance::Nominal).map(|kappa| kappa.error));
}

#[divan::bench(sample_count = 5)]
fn confusion_of_all_4950_pairs(bencher: Bencher) {
    bencher.counter(items(&FULL)).bench(|| {
        let side_by_side = SideBySide::of(&FULL);
        let confusion = |a, b| Confusion::of_counted(usize::from(CLASSES), both(&side_by_side.either(a, b)));
        side_by_side.every_pair(|a, b| Ok::<_, ()>(Some(confusion(a, b)))).map(|all| all.len())
    });
}

#[divan::bench(sample_count = 5)]
fn dawid_and_skene_100_iterations(bencher: Bencher) {
    let settings = Settings { iterations: 100, tolerance: None };
    bencher.counter(items(&TENTH)).bench(|| dawid_skene(&TENTH, &[], settings));
}

#[divan::bench(sample_count = 5)]
fn dawid_and_skene_as_far_as_it_gains(bencher: Bencher) {
    bencher.counter(items(&TENTH)).bench(|| dawid_skene(&TENTH, &[], Settings::default()));
}

#[divan::bench(sample_count = 5)]
fn one_coin_100_iterations(bencher: Bencher) {
    let settings = Settings { iterations: 100, tolerance: None };
    bencher.counter(items(&TENTH)).bench(|| one_coin(&TENTH, settings));
}

fn items(table: &Table) -> ItemsCount {
    ItemsCount::new(table.labels())
}

/// `each` raters on every unit. Whoever labels a unit gives its class seven times out of ten, else any.
fn table(each: u64) -> Table {
    let mut table = Table::new(RATERS as u32, CLASSES);
    table.reserve(UNITS as usize, (UNITS * each) as usize);
    for unit in 0..UNITS {
        let class = mix(unit + (1 << 40)) % 5;
        let first = if each == RATERS { 0 } else { unit % 10 * 10 };
        table.push((first..first + each).map(|rater| {
            let drawn = mix(unit * RATERS + rater + 1);
            (rater as u32, if drawn % 10 < 7 { class } else { (drawn >> 32) % 5 } as u16)
        }));
    }
    table
}

/// The finaliser of SplitMix64.
fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}
