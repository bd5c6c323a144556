//! Deciding with the columns in memory, on one core, beside clauses as masks tried one after the other.
//!
//! Each figure is for [`CASES`] cases: divide by it for the time a case takes (divan also prints cases a second).

mod common;

use casebook::decide::situation::{self, Situation};
use casebook::decide::{GoldSet, Program, Unwatched, explain};
use casebook::policy::Policy;
use casebook::policy::case::{Harm, Reading};
use casebook::policy::condition::{Condition, Met, Subject, Truth};
use casebook::policy::facet::{FacetValue, ValueIx};
use common::Spread;
use divan::counter::ItemsCount;
use divan::{Bencher, black_box};
use std::sync::LazyLock;

const CASES: usize = 200_000;
const CLAUSES: usize = 40;

static SKEWED: LazyLock<GoldSet> = LazyLock::new(|| gold(Spread::Skewed));
static ALL_DIFFERENT: LazyLock<GoldSet> = LazyLock::new(|| gold(Spread::AllDifferent));
static POLICY: LazyLock<Policy> = LazyLock::new(|| common::policy(CLAUSES));

fn main() {
    for (name, gold) in [("skewed", &*SKEWED), ("all different", &*ALL_DIFFERENT)] {
        let (cases, situations) = (gold.len(), gold.situations());
        let bytes = gold.memory() as f64 / cases as f64;
        println!("{name}: {cases} cases, {situations} situations, {bytes:.0} bytes a case beside the text");
    }
    divan::main();
}

/// Compiled, with the verdict of every row read.
#[divan::bench(args = ["skewed", "all different"])]
fn compiled(bencher: Bencher, spread: &str) {
    let gold = pick(spread);
    let program = Program::compile(&POLICY, gold);
    one_core(bencher, || {
        let verdicts = program.decide(&Unwatched).expect("nobody stops it");
        verdicts.iter().filter(|verdict| verdict.behavior.0 > 0).count()
    });
}

/// As above, for five times the clauses, which take several words.
#[divan::bench(args = ["skewed", "all different"])]
fn compiled_200_clauses(bencher: Bencher, spread: &str) {
    let gold = pick(spread);
    let policy = common::policy(200);
    let program = Program::compile(&policy, gold);
    one_core(bencher, || {
        let verdicts = program.decide(&Unwatched).expect("nobody stops it");
        verdicts.iter().filter(|verdict| verdict.behavior.0 > 0).count()
    });
}

/// Compiling itself.
#[divan::bench(args = ["skewed", "all different"])]
fn compile(bencher: Bencher, spread: &str) {
    let gold = pick(spread);
    bencher.bench(|| black_box(Program::compile(&POLICY, gold)));
}

/// Row by row, clause by clause, test by test, each a mask of the values that pass.
#[divan::bench(args = ["skewed", "all different"])]
fn masks_row_by_row(bencher: Bencher, spread: &str) {
    let gold = pick(spread);
    let clauses: Vec<MaskClause> = POLICY.clauses.iter().map(MaskClause::new).collect();
    let rows: Vec<MaskRow> = (0..gold.len()).map(|row| MaskRow::new(gold, row)).collect();
    one_core(bencher, || {
        let stricter = rows.iter().filter(|row| {
            let rulings = row.harms.iter().map(|harm| {
                let clause = clauses.iter().find(|clause| clause.applies(harm, &row.facets));
                clause.map_or(0, |clause| clause.behavior)
            });
            rulings.max().unwrap_or(0) > 0
        });
        stricter.count()
    });
}

/// The plain path with its traces, for a thousand cases.
#[divan::bench]
fn explained(bencher: Bencher) {
    let readings: Vec<Reading> =
        (0..1000).map(|row| SKEWED.gold(row).reading.expect("every case has a label")).collect();
    bencher
        .counter(ItemsCount::new(readings.len()))
        .bench(|| readings.iter().filter(|reading| explain(&POLICY, reading).verdict.behavior.0 > 0).count());
}

/// Values from 0 in bits; the last bit stands for unknown, or for no category.
struct MaskRow {
    harms: Vec<[u64; 2]>,
    facets: [u64; common::FACETS],
}

struct MaskClause {
    category: u64,
    severity: u64,
    facets: [u64; common::FACETS],
    sets: [u64; common::FACETS],
    behavior: u8,
}

const NONE: u64 = 1 << 63;

impl MaskRow {
    fn new(gold: &GoldSet, row: usize) -> Self {
        let reading = gold.gold(row).reading.expect("every case has a label");
        let bits = |value: Option<FacetValue>| match value {
            None => NONE,
            Some(FacetValue::One(ix)) => 1 << ix.0,
            Some(FacetValue::Set(bits)) => bits,
        };
        let mut facets = [0; common::FACETS];
        for (at, value) in situation::facets(&POLICY, &reading).into_iter().enumerate() {
            facets[at] = bits(value);
        }
        let of = |harm: Option<&Harm>| {
            let situation = Situation::of(&POLICY, harm, vec![]);
            let category = match situation.category {
                Met::Category(Some(ix)) => 1 << ix.0,
                _ => NONE,
            };
            [category, situation.severity.map_or(NONE, |ix| 1 << ix.0)]
        };
        let mut harms: Vec<[u64; 2]> = reading.harms.iter().map(|harm| of(Some(harm))).collect();
        if harms.is_empty() {
            harms.push(of(None));
        }
        MaskRow { harms, facets }
    }
}

impl MaskClause {
    fn new(clause: &casebook::policy::clause::Clause) -> Self {
        let mut masks = MaskClause {
            category: u64::MAX,
            severity: u64::MAX,
            facets: [u64::MAX; common::FACETS],
            sets: [0; common::FACETS],
            behavior: clause.then.map_or(0, |behavior| behavior.0),
        };
        let Condition::All(tests) = &clause.when else { unreachable!("the generator writes no other") };
        for test in tests {
            let Condition::Test(test) = test else { unreachable!("the generator writes no other") };
            let passes = |met: Met| test.predicate.eval(met, &POLICY.taxonomy) == Truth::True;
            let one = |bit: u16| Met::Value(Some(FacetValue::One(ValueIx(bit))));
            let values = (0..63).filter(|&bit| match test.subject {
                Subject::Category => {
                    bit < common::CATEGORIES && passes(Met::Category(Some(casebook::policy::taxonomy::CategoryIx(bit))))
                }
                _ => passes(one(bit)),
            });
            let mask = values.fold(0, |mask, bit| mask | 1 << bit);
            match test.subject {
                Subject::Category => masks.category &= mask,
                Subject::Severity => masks.severity &= mask,
                Subject::Target => {}
                Subject::Facet(facet) => masks.facets[usize::from(facet.0)] &= mask,
            }
        }
        masks
    }

    fn applies(&self, harm: &[u64; 2], facets: &[u64; common::FACETS]) -> bool {
        harm[0] & self.category != 0
            && harm[1] & self.severity != 0
            && (0..common::FACETS).all(|facet| facets[facet] & self.facets[facet] != self.sets[facet])
    }
}

fn pick(spread: &str) -> &'static GoldSet {
    if spread == "skewed" { &SKEWED } else { &ALL_DIFFERENT }
}

fn gold(spread: Spread) -> GoldSet {
    let gold = GoldSet::read(common::sources(common::cases(CASES, spread)), &Unwatched).expect("nobody stops it");
    assert!(gold.problems().is_empty(), "{:?}", gold.problems().first());
    gold
}

fn one_core(bencher: Bencher, mut work: impl FnMut() -> usize + Send) {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build().expect("a thread");
    bencher.counter(ItemsCount::new(CASES)).bench_local(|| pool.install(&mut work));
}
