//! Gold sets and policies of a given size, the same on every run.

#![allow(dead_code)]

use casebook::decide::{GoldSources, SourceFile};
use casebook::policy::Policy;
use casebook::policy::behavior::BehaviorIx;
use casebook::policy::clause::Clause;
use casebook::policy::condition::{Comparison, Condition, Operand, Predicate, Subject, Test};
use casebook::policy::facet::{Facet, FacetIx, FacetKind, ValueIx};
use casebook::policy::place::{Place, Route};
use casebook::policy::taxonomy::{Category, CategoryIx, Taxonomy};
use std::fmt::Write;

pub const CATEGORIES: u16 = 40;
pub const FACETS: usize = 9;
const VALUES: [usize; FACETS] = [3, 2, 3, 4, 5, 2, 6, 4, 3];
const KINDS: [FacetKind; FACETS] = [
    FacetKind::Enum,
    FacetKind::Bool,
    FacetKind::Ordinal,
    FacetKind::Set,
    FacetKind::Enum,
    FacetKind::Bool,
    FacetKind::Set,
    FacetKind::Enum,
    FacetKind::Ordinal,
];

/// A small generator of pseudo-random numbers (Marsaglia's xorshift64*).
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Dice(seed * 2 + 1)
    }

    pub fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        ((self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) as usize) % sides
    }

    /// Small numbers far more often than large ones.
    fn skewed(&mut self, sides: usize) -> usize {
        let (a, b) = (self.roll(sides), self.roll(sides));
        a.min(b).min(self.roll(sides))
    }
}

/// 40 clauses over 40 categories in two levels and nine facets of all kinds.
pub fn policy(clauses: usize) -> Policy {
    let facets: Vec<(FacetKind, usize)> = KINDS.into_iter().zip(VALUES).collect();
    policy_over(&facets, clauses)
}

/// As [`policy`], over facets of these kinds with so many values.
pub fn policy_over(facets: &[(FacetKind, usize)], clauses: usize) -> Policy {
    let mut policy = Policy::default();
    let facet = |(at, &(kind, count)): (usize, &(FacetKind, usize))| Facet {
        id: format!("facet{at}").into(),
        kind,
        values: words(kind, count).map(Into::into).collect(),
        description: "".into(),
    };
    policy.manifest.facets = facets.iter().enumerate().map(facet).collect();
    policy.taxonomy = Taxonomy::new((0..CATEGORIES).map(category).collect());
    let mut dice = Dice::new(7);
    policy.clauses = (0..clauses).map(|at| clause(at, facets, &mut dice)).collect();
    policy
}

/// How the facets of the cases are spread.
#[derive(Clone, Copy, PartialEq)]
pub enum Spread {
    /// As in practice: a few combinations are frequent, most are rare.
    Skewed,
    /// No two cases have the same combination.
    AllDifferent,
}

/// Lines of about 500 bytes.
pub fn cases(count: usize, spread: Spread) -> Vec<u8> {
    let mut dice = Dice::new(11);
    let mut text = String::with_capacity(count * 510);
    for case in 0..count {
        let _ = write!(text, "{{\"id\":\"case-{case:07}\",\"text\":\"");
        for _ in 0..3 {
            text += "How would somebody go about this, and what \\\"should\\\" the answer be? ";
        }
        text += "\",\"tags\":[\"bench\"],\"gold\":{\"harms\":[";
        let harms = [0, 1, 1, 1, 1, 1, 1, 2][dice.roll(8)];
        for harm in 0..harms {
            let category = dice.skewed(usize::from(CATEGORIES));
            let severity = ["low", "medium", "high", "critical"][dice.skewed(4)];
            let comma = if harm > 0 { "," } else { "" };
            let _ = write!(text, "{comma}{{\"category\":\"category{category}\",\"severity\":\"{severity}\"}}");
        }
        text += "],\"facets\":{";
        for facet in 0..FACETS {
            let comma = if facet > 0 { "," } else { "" };
            let _ = write!(text, "{comma}\"facet{facet}\":");
            facet_value(&mut text, facet, case, spread, &mut dice);
        }
        let behavior = ["comply", "safe-complete", "refuse"][dice.roll(3)];
        let _ = writeln!(text, "}},\"behavior\":\"{behavior}\"}}}}");
    }
    text.into_bytes()
}

pub fn sources(text: Vec<u8>) -> GoldSources {
    let file = SourceFile::new("gold/bench/cases.jsonl", text);
    GoldSources { set: "bench".into(), cases: vec![file], ..GoldSources::default() }
}

fn facet_value(text: &mut String, facet: usize, case: usize, spread: Spread, dice: &mut Dice) {
    let words: Vec<String> = values(facet).collect();
    // Two sets of many values number the cases where all are to differ.
    let bits = match (spread, facet) {
        (Spread::AllDifferent, 3) => Some(case & 0x3ff),
        (Spread::AllDifferent, 6) => Some(case >> 10),
        _ => None,
    };
    match (KINDS[facet], bits) {
        (FacetKind::Set, Some(bits)) => {
            text.push('[');
            let mut comma = "";
            for bit in (0..10).filter(|bit| bits >> bit & 1 == 1) {
                let _ = write!(text, "{comma}\"v{bit}\"");
                comma = ",";
            }
            text.push(']');
        }
        (FacetKind::Set, None) => {
            let _ = write!(text, "[\"{}\"]", words[dice.skewed(words.len())]);
        }
        (FacetKind::Bool, _) => text.push_str(&words[dice.skewed(2)]),
        _ => {
            let _ = write!(text, "\"{}\"", words[dice.skewed(words.len())]);
        }
    }
}

fn values(facet: usize) -> impl Iterator<Item = String> {
    words(KINDS[facet], VALUES[facet])
}

fn words(kind: FacetKind, count: usize) -> impl Iterator<Item = String> {
    let count = if kind == FacetKind::Set { 10 } else { count };
    (0..count).map(move |value| match (kind, value) {
        (FacetKind::Bool, 0) => "false".into(),
        (FacetKind::Bool, _) => "true".into(),
        _ => format!("v{value}"),
    })
}

fn category(at: u16) -> Category {
    let parent = (!at.is_multiple_of(8)).then_some(CategoryIx(at / 8 * 8));
    Category {
        id: format!("category{at}").into(),
        parent,
        depth: u16::from(parent.is_some()),
        taxonomy: "bench".into(),
        end: CategoryIx(if parent.is_some() { at + 1 } else { at + 8 }),
        ..Category::default()
    }
}

fn clause(at: usize, facets: &[(FacetKind, usize)], dice: &mut Dice) -> Clause {
    let test = |subject, predicate| Condition::Test(Test { subject, predicate, route: Route::root() });
    let category = Operand::Category(CategoryIx(dice.roll(usize::from(CATEGORIES)) as u16));
    let mut tests = vec![test(Subject::Category, Predicate::AnyOf(vec![category]))];
    let level = Operand::Compare(Comparison::AtLeast, ValueIx(dice.roll(3) as u16));
    tests.push(test(Subject::Severity, Predicate::AnyOf(vec![level])));
    for _ in 0..3 {
        let facet = dice.roll(facets.len());
        let value = Operand::Value(ValueIx(dice.roll(facets[facet].1) as u16));
        let predicate = match dice.roll(2) {
            0 => Predicate::AnyOf(vec![value]),
            _ => Predicate::Not(Box::new(Predicate::AnyOf(vec![value]))),
        };
        tests.push(test(Subject::Facet(FacetIx(facet as u16)), predicate));
    }
    Clause {
        id: format!("clause{at}").into(),
        title: "".into(),
        level: "".into(),
        text: "".into(),
        rationale: "".into(),
        guidance: "".into(),
        when: Condition::All(tests),
        then: Some(BehaviorIx(1 + dice.roll(3) as u8)),
        examples: vec![],
        spec: 0,
        place: Place::default(),
    }
}
