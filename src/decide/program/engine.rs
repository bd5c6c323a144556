//! The bit tables: for every value that a gold set knows, the terms that it leaves possible.
//!
//! A term stands at one bit, and the bits stand in the order in which terms win. To rule on a harm, the sets of its
//! category, severity and target and those of the case's facets are intersected: the first bit left is the winner.
//! This is the bit-vector method of packet classification (Lakshman and Stiliadis, SIGCOMM 1998).

use super::terms::{Leaf, Term};
use crate::decide::columns::{EVERYTHING, GoldSet};
use crate::decide::situation::{self, Situation, eval};
use crate::decide::verdict::{Packed, Verdict};
use crate::policy::Policy;
use crate::policy::behavior::BehaviorIx;
use crate::policy::case::Target;
use crate::policy::clause::ClauseIx;
use crate::policy::condition::{Condition, Met, Subject, Truth};
use crate::policy::facet::{FacetIx, FacetValue, ValueIx};
use crate::policy::manifest::HitPolicy;
use rustc_hash::{FxHashMap, FxHashSet};

/// One term of a clause, at the bit of its position.
pub(crate) struct Slot<'a> {
    pub clause: ClauseIx,
    pub behavior: BehaviorIx,
    /// The tests of the term; or the whole condition where it has too many terms.
    pub when: When<'a>,
}

pub(crate) enum When<'a> {
    Term(Term<'a>),
    Whole(&'a Condition),
}

/// Tables whose sets come in blocks of `W` words: one where `SINGLE`, else as many as the terms need.
pub(crate) struct Engine<'a, const W: usize, const SINGLE: bool> {
    policy: &'a Policy,
    gold: &'a GoldSet,
    slots: Vec<Slot<'a>>,
    /// What each slot rules, and after them the default.
    rulings: Vec<Verdict>,
    /// For each slot, the first one after it that gives another behavior; slots are sorted by it under `unique`.
    same_until: Vec<usize>,
    /// Whether some slot must be asked for its whole condition.
    has_whole: bool,
    unique: bool,
    /// The most restrictive behavior that any ruling can give.
    strictest: BehaviorIx,
    blocks: usize,
    /// Here and below: per entry, its `blocks` sets.
    points: Vec<[u64; W]>,
    values: Vec<[u64; W]>,
    shapes: Vec<[u64; W]>,
    /// What each point stands for.
    point_keys: Vec<Point>,
    /// The point of each harm code.
    harm_points: Vec<u32>,
    no_harm: u32,
    /// The points that each unjudged list could lead to, one of those that no slot tells apart.
    unjudged: Vec<Vec<u32>>,
}

/// Category, severity and target of one harm.
type Point = (Met, Option<ValueIx>, Option<ValueIx>);

impl<'a, const W: usize, const SINGLE: bool> Engine<'a, W, SINGLE> {
    pub fn new(policy: &'a Policy, gold: &'a GoldSet, slots: Vec<Slot<'a>>) -> Self {
        let behaviors = slots.iter().map(|slot| slot.behavior);
        let strictest = behaviors.max().unwrap_or(policy.manifest.default).max(policy.manifest.default);
        let mut same_until = vec![slots.len(); slots.len()];
        for at in (0..slots.len().saturating_sub(1)).rev() {
            let next_differs = slots[at].behavior != slots[at + 1].behavior;
            same_until[at] = if next_differs { at + 1 } else { same_until[at + 1] };
        }
        let default = Verdict { behavior: policy.manifest.default, clause: None, undetermined: false, overlap: false };
        let ruling = |slot: &Slot| Verdict { behavior: slot.behavior, clause: Some(slot.clause), ..default };
        let rulings = slots.iter().map(ruling).chain([default]).collect();
        let mut tables = Tables::<W>::new(policy, &slots);
        let (values, shapes) = (tables.values(gold), tables.shapes(gold));
        let no_harm = tables.point((Met::Category(None), None, None));
        let harm_points =
            (0..gold.dictionaries().harms.len() as u32).map(|harm| tables.harm_point(gold, harm)).collect();
        let has_whole = slots.iter().any(|slot| matches!(slot.when, When::Whole(_)));
        let unjudged = tables.unjudged(gold, has_whole);
        Engine {
            policy,
            gold,
            rulings,
            same_until,
            has_whole,
            unique: policy.manifest.hit_policy == HitPolicy::Unique,
            strictest,
            blocks: tables.blocks,
            points: tables.points,
            point_keys: tables.point_keys,
            values,
            shapes,
            harm_points,
            no_harm,
            unjudged,
            slots,
        }
    }

    /// The verdicts on the situations from `first` on, as many as `verdicts` has room for.
    pub fn decide(&self, first: u32, verdicts: &mut [Packed]) {
        let mut profile = vec![[0; W]; self.blocks];
        for (situation, verdict) in (first..).zip(verdicts) {
            *verdict = self.verdict(situation, &mut profile).into();
        }
    }

    #[inline]
    fn verdict(&self, situation: u32, possible: &mut [[u64; W]]) -> Verdict {
        let dictionaries = self.gold.dictionaries();
        let [harms, profile, unjudged] = dictionaries.situations[situation as usize];
        self.fill(profile, possible);
        let mut harms = dictionaries.harm_lists.get(harms).iter().map(|&harm| self.harm_points[harm as usize]);
        let mut verdict = self.ruling(harms.next().unwrap_or(self.no_harm), profile, possible);
        for harm in harms {
            let ruling = self.ruling(harm, profile, possible);
            let overlap = verdict.overlap || ruling.overlap;
            if ruling.behavior > verdict.behavior {
                verdict = ruling;
            }
            verdict.overlap = overlap;
        }
        let unjudged = &self.unjudged[unjudged as usize];
        if !unjudged.is_empty() && verdict.behavior < self.strictest {
            let stricter =
                |&point: &u32| self.rulings[self.first(point, profile, possible, 0)].behavior > verdict.behavior;
            verdict.undetermined = unjudged.iter().any(stricter);
        }
        verdict
    }

    /// The slots that a profile leaves possible.
    #[inline]
    fn fill(&self, profile: u32, possible: &mut [[u64; W]]) {
        let Some((&shape, values)) = self.gold.dictionaries().profiles.get(profile).split_first() else { return };
        for (block, possible) in possible.iter_mut().enumerate() {
            let mut set = self.shapes[self.at(shape, block)];
            for &value in values {
                let other = &self.values[self.at(value, block)];
                (0..W).for_each(|word| set[word] &= other[word]);
            }
            *possible = set;
        }
    }

    #[inline]
    fn ruling(&self, point: u32, profile: u32, possible: &[[u64; W]]) -> Verdict {
        let slot = self.first(point, profile, possible, 0);
        let mut ruling = self.rulings[slot];
        if self.unique && slot < self.slots.len() {
            ruling.overlap = self.first(point, profile, possible, self.same_until[slot]) < self.slots.len();
        }
        ruling
    }

    /// The first slot from `from` on that applies; the number of slots where none does.
    #[inline]
    fn first(&self, point: u32, profile: u32, possible: &[[u64; W]], from: usize) -> usize {
        if !SINGLE || from > 0 || self.has_whole {
            return self.search(point, profile, possible, from);
        }
        // Without branches: whether a clause applies cannot be foreseen.
        let set = &self.points[point as usize];
        let mut slot = self.slots.len();
        for word in (0..W).rev() {
            let left = set[word] & possible[0][word];
            slot = if left != 0 { word * 64 + left.trailing_zeros() as usize } else { slot };
        }
        slot
    }

    fn search(&self, point: u32, profile: u32, possible: &[[u64; W]], from: usize) -> usize {
        for (block, possible) in possible.iter().enumerate() {
            let set = &self.points[self.at(point, block)];
            for word in 0..W {
                let start = (block * W + word) * 64;
                let mut left = set[word] & possible[word];
                if from > start {
                    left &= u64::MAX.checked_shl((from - start) as u32).unwrap_or(0);
                }
                while left != 0 {
                    let slot = start + left.trailing_zeros() as usize;
                    if !self.has_whole || self.applies(slot, point, profile) {
                        return slot;
                    }
                    left &= left - 1;
                }
            }
        }
        self.slots.len()
    }

    /// Where a block of an entry stands in its table.
    #[inline]
    fn at(&self, entry: u32, block: usize) -> usize {
        if SINGLE { entry as usize } else { entry as usize * self.blocks + block }
    }

    /// Whether a slot that the tables leave possible does apply.
    #[cold]
    fn applies(&self, slot: usize, point: u32, profile: u32) -> bool {
        let When::Whole(condition) = self.slots[slot].when else { return true };
        let (category, severity, target) = self.point_keys[point as usize];
        let mut facets = vec![None; self.policy.manifest.facets.len()];
        for &value in self.gold.dictionaries().profiles.get(profile).iter().skip(1) {
            for (facet, value) in resolve(self.policy, self.gold, value) {
                facets[usize::from(facet.0)] = value;
            }
        }
        eval(self.policy, condition, &Situation { category, severity, target, facets }) == Truth::True
    }
}

/// The tables while they are being filled.
struct Tables<'s, const W: usize> {
    policy: &'s Policy,
    blocks: usize,
    /// All slots there are.
    every: Vec<[u64; W]>,
    /// The tests on each subject, with the slots that they belong to.
    leaves: FxHashMap<Subject, Vec<(usize, Leaf<'s>)>>,
    /// The sets of what was met so far.
    known: FxHashMap<(Subject, Met), Vec<[u64; W]>>,
    points: Vec<[u64; W]>,
    point_keys: Vec<Point>,
    point_codes: FxHashMap<Point, u32>,
}

impl<'s, const W: usize> Tables<'s, W> {
    fn new(policy: &'s Policy, slots: &[Slot<'s>]) -> Self {
        let blocks = slots.len().div_ceil(64 * W).max(1);
        let mut every = vec![[0; W]; blocks];
        let mut leaves: FxHashMap<Subject, Vec<(usize, Leaf<'s>)>> = FxHashMap::default();
        for (at, slot) in slots.iter().enumerate() {
            every[at / (64 * W)][at / 64 % W] |= 1 << (at % 64);
            let When::Term(term) = &slot.when else { continue };
            for leaf in term {
                leaves.entry(leaf.subject).or_default().push((at, *leaf));
            }
        }
        Tables {
            policy,
            blocks,
            every,
            leaves,
            known: FxHashMap::default(),
            points: Vec::new(),
            point_keys: Vec::new(),
            point_codes: FxHashMap::default(),
        }
    }

    /// The slots that stay possible where a subject has this value.
    fn sets(&mut self, subject: Subject, met: Met) -> &[[u64; W]] {
        let Tables { policy, every, leaves, known, .. } = self;
        known.entry((subject, met)).or_insert_with(|| {
            let mut sets = every.clone();
            for (slot, leaf) in leaves.get(&subject).into_iter().flatten() {
                if leaf.predicate.eval(met, &policy.taxonomy) != leaf.wanted {
                    sets[slot / (64 * W)][slot / 64 % W] &= !(1 << (slot % 64));
                }
            }
            sets
        })
    }

    fn and(&mut self, into: &mut [[u64; W]], subject: Subject, met: Met) {
        if !self.leaves.contains_key(&subject) {
            return;
        }
        for (into, set) in into.iter_mut().zip(self.sets(subject, met)) {
            (0..W).for_each(|word| into[word] &= set[word]);
        }
    }

    /// Per value code.
    fn values(&mut self, gold: &GoldSet) -> Vec<[u64; W]> {
        let mut sets = Vec::with_capacity(gold.dictionaries().values.len() * self.blocks);
        for value in 0..gold.dictionaries().values.len() as u32 {
            let mut set = vec![[u64::MAX; W]; self.blocks];
            for (facet, value) in resolve(self.policy, gold, value) {
                self.and(&mut set, Subject::Facet(facet), Met::Value(value));
            }
            sets.extend(set);
        }
        sets
    }

    /// Per shape code: what the facets that are not there leave possible.
    fn shapes(&mut self, gold: &GoldSet) -> Vec<[u64; W]> {
        let mut sets = Vec::with_capacity(gold.dictionaries().shapes.len() * self.blocks);
        for shape in gold.dictionaries().shapes.iter() {
            let there: FxHashSet<&str> = shape.iter().map(|&name| gold.word(name)).collect();
            let mut set = vec![[u64::MAX; W]; self.blocks];
            for (facet, ix) in self.policy.manifest.facets.iter().zip(0..) {
                if !there.contains(&*facet.id) {
                    self.and(&mut set, Subject::Facet(FacetIx(ix)), Met::Value(None));
                }
            }
            sets.extend(set);
        }
        sets
    }

    fn harm_point(&mut self, gold: &GoldSet, harm: u32) -> u32 {
        let harm = gold.harm(harm);
        let severity = harm.severity.and_then(|word| self.policy.manifest.find_severity(word));
        let category = situation::category(self.policy, harm.category);
        self.point((category, severity, Some(situation::target(harm.target))))
    }

    fn point(&mut self, point: Point) -> u32 {
        if let Some(&code) = self.point_codes.get(&point) {
            return code;
        }
        let (category, severity, target) = point;
        let mut set = self.every.clone();
        self.and(&mut set, Subject::Category, category);
        self.and(&mut set, Subject::Severity, Met::Value(severity.map(FacetValue::One)));
        self.and(&mut set, Subject::Target, Met::Value(target.map(FacetValue::One)));
        self.points.extend(set);
        self.point_keys.push(point);
        let code = (self.point_keys.len() - 1) as u32;
        self.point_codes.insert(point, code);
        code
    }

    /// Per unjudged code: the points that one of its categories could turn out to be.
    fn unjudged(&mut self, gold: &GoldSet, has_whole: bool) -> Vec<Vec<u32>> {
        let taxonomy = &self.policy.taxonomy;
        let levels = self.policy.manifest.severities.len() as u16;
        let mut lists = Vec::with_capacity(gold.dictionaries().unjudged.len());
        for list in gold.dictionaries().unjudged.iter() {
            let mut categories: Vec<_> = match list {
                [EVERYTHING] => taxonomy.iter().map(|(ix, _)| ix).collect(),
                words => words.iter().filter_map(|&word| taxonomy.find(gold.word(word))).collect(),
            };
            categories.sort_unstable();
            categories.dedup();
            let mut points = Vec::new();
            let mut told_apart: FxHashSet<Vec<[u64; W]>> = FxHashSet::default();
            for category in categories {
                for severity in (0..levels).map(|level| Some(ValueIx(level))).chain([None]) {
                    for target in Target::ALL.map(situation::target) {
                        let point = self.point((Met::Category(Some(category)), severity, Some(target)));
                        let at = point as usize * self.blocks;
                        // A whole condition may tell apart what the tables do not.
                        if has_whole || told_apart.insert(self.points[at..at + self.blocks].to_vec()) {
                            points.push(point);
                        }
                    }
                }
            }
            lists.push(points);
        }
        lists
    }
}

/// What a value code says of the policy's facets.
fn resolve<'p>(
    policy: &'p Policy,
    gold: &'p GoldSet,
    value: u32,
) -> impl Iterator<Item = (FacetIx, Option<FacetValue>)> + 'p {
    let list = gold.dictionaries().values.get(value);
    let name = gold.word(list[0]);
    let facets = policy.manifest.facets.iter().zip(0..).filter(move |(facet, _)| &*facet.id == name);
    facets.map(move |(facet, ix)| {
        let words = list[2..].iter().map(|&word| gold.word(word));
        (FacetIx(ix), situation::facet_value(facet, words))
    })
}
