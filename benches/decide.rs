//! Deciding with the columns in memory, on one core, beside clauses as masks tried one after the other.
//!
//! Each figure is for 200,000 cases: divide by it for the time that a case takes; divan also prints cases a second.

#![allow(clippy::print_stdout)]

mod common;

use casebook::decide::situation::{self, Situation};
use casebook::decide::{GoldSet, Program, Unwatched, explain};
use casebook::policy::Policy;
use casebook::policy::case::{Harm, Reading};
use casebook::policy::clause::Clause;
use casebook::policy::condition::{Condition, Met, Subject, Test, Truth};
use casebook::policy::facet::{FacetKind, FacetValue, ValueIx};
use casebook::policy::taxonomy::CategoryIx;
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
    let verdicts = Program::compile(&POLICY, gold).decide(&Unwatched).expect("nobody stops it");
    let agree = verdicts.iter().zip(&rows).all(|(verdict, row)| verdict.behavior.0 == row.behavior(&clauses));
    assert!(agree, "both must give the same verdicts");
    one_core(bencher, || rows.iter().filter(|row| row.behavior(&clauses) > 0).count());
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

/// The values of a row in bits, by column: category, severity, then the facets. The last bit stands for none.
struct MaskRow {
    harms: Vec<[u64; 2]>,
    facets: [u64; common::FACETS],
}

/// A clause applies where of every column that it tests some bit is in the mask, or none is.
struct MaskClause {
    tests: Vec<MaskTest>,
    behavior: u8,
}

struct MaskTest {
    column: usize,
    mask: u64,
    some: bool,
}

const NONE: u64 = 1 << 63;

impl MaskRow {
    fn new(gold: &GoldSet, row: usize) -> Self {
        let reading = gold.gold(row).reading.expect("every case has a label");
        let mut facets = [0; common::FACETS];
        for (at, value) in situation::facets(&POLICY, &reading).into_iter().enumerate() {
            facets[at] = match value {
                None => NONE,
                Some(FacetValue::One(ix)) => 1 << ix.0,
                Some(FacetValue::Set(bits)) => bits,
            };
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

    fn behavior(&self, clauses: &[MaskClause]) -> u8 {
        let rulings = self.harms.iter().map(|harm| {
            let clause = clauses.iter().find(|clause| clause.applies(harm, &self.facets));
            clause.map_or(0, |clause| clause.behavior)
        });
        rulings.max().unwrap_or(0)
    }
}

impl MaskClause {
    fn new(clause: &Clause) -> Self {
        let Condition::All(tests) = &clause.when else { unreachable!("the generator writes no other") };
        let tests = tests.iter().map(|test| {
            let Condition::Test(test) = test else { unreachable!("the generator writes no other") };
            MaskTest::new(test)
        });
        MaskClause { tests: tests.collect(), behavior: clause.then.map_or(0, |behavior| behavior.0) }
    }

    #[inline]
    fn applies(&self, harm: &[u64; 2], facets: &[u64; common::FACETS]) -> bool {
        self.tests.iter().all(|test| {
            let bits = if test.column < 2 { harm[test.column] } else { facets[test.column - 2] };
            (bits & test.mask != 0) == test.some
        })
    }
}

impl MaskTest {
    fn new(test: &Test) -> Self {
        let passes = |met: Met| test.predicate.eval(met, &POLICY.taxonomy) == Truth::True;
        let values = |met: &dyn Fn(u16) -> Met, count: u16| {
            (0..count).filter(|&bit| passes(met(bit))).fold(0, |mask, bit| mask | 1 << bit)
        };
        let one = |bit: u16| Met::Value(Some(FacetValue::One(ValueIx(bit))));
        let (column, mask, some) = match test.subject {
            Subject::Category => (0, values(&|bit| Met::Category(Some(CategoryIx(bit))), common::CATEGORIES), true),
            Subject::Severity | Subject::Target => (1, values(&one, 4), true),
            Subject::Facet(facet) => {
                let column = 2 + usize::from(facet.0);
                if POLICY.manifest.facet(facet).kind == FacetKind::Set {
                    // A set passes by what it has, or by what it has not.
                    let negated = passes(Met::Value(Some(FacetValue::Set(0))));
                    let mask = (0..63).filter(|bit| passes(Met::Value(Some(FacetValue::Set(1 << bit)))) != negated);
                    (column, mask.fold(0, |mask, bit| mask | 1 << bit), !negated)
                } else {
                    (column, values(&one, 63), true)
                }
            }
        };
        MaskTest { column, mask, some }
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
