//! The bit tables: for every value that a gold set knows, the terms that it leaves possible.
//!
//! A term stands at one bit, and the bits stand in the order in which terms win. To rule on a harm, the sets of its
//! category, severity and target and those of the case's facets are intersected: the first bit left is the winner.
//! This is the bit-vector method of packet classification (Lakshman and Stiliadis, SIGCOMM 1998).

use super::terms::{Leaf, Term};
use crate::decide::columns::{Codes, EVERYTHING, GoldSet};
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
    rulings: Vec<Packed>,
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
    fronts: Vec<[u64; W]>,
    backs: Vec<[u64; W]>,
    /// What each point stands for.
    point_keys: Vec<Point>,
    /// The points of each harm list; a list without harms is one point too.
    harm_lists: PointLists,
    /// The points that each unjudged list could lead to, one of those that no slot tells apart.
    unjudged: PointLists,
    /// Whether any unjudged list leads anywhere.
    has_unjudged: bool,
}

/// Lists of points, one after the other.
#[derive(Default)]
struct PointLists {
    /// Where each list begins, and after them where the last one ends.
    starts: Vec<u32>,
    points: Vec<u32>,
}

impl PointLists {
    fn push(&mut self, list: impl IntoIterator<Item = u32>) {
        if self.starts.is_empty() {
            self.starts.push(0);
        }
        self.points.extend(list);
        self.starts.push(self.points.len() as u32);
    }

    #[inline]
    fn get(&self, code: u32) -> &[u32] {
        let code = code as usize;
        &self.points[self.starts[code] as usize..self.starts[code + 1] as usize]
    }
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
        let rulings = slots.iter().map(ruling).chain([default]).map(Packed::from).collect();
        let mut tables = Tables::<W>::new(policy, &slots);
        let (fronts, backs) = tables.halves(gold);
        let harm_lists = tables.harm_lists(gold);
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
            fronts,
            backs,
            harm_lists,
            has_unjudged: !unjudged.points.is_empty(),
            unjudged,
            slots,
        }
    }

    /// The verdicts on the situations from `first` on, as many as `verdicts` has room for.
    pub fn decide(&self, first: u32, verdicts: &mut [Packed]) {
        let mut possible = vec![[0; W]; self.blocks];
        let situations = &self.gold.dictionaries().situations[first as usize..];
        for (situation, verdict) in situations.iter().zip(verdicts) {
            *verdict = self.verdict(situation, &mut possible);
        }
    }

    #[inline]
    fn verdict(&self, situation: &Codes, possible: &mut [[u64; W]]) -> Packed {
        let &[harms, front, back, unjudged] = situation;
        // What the facets leave possible.
        for (block, possible) in possible.iter_mut().enumerate() {
            let (front, back) = (&self.fronts[self.at(front, block)], &self.backs[self.at(back, block)]);
            (0..W).for_each(|word| possible[word] = front[word] & back[word]);
        }
        let harms = self.harm_lists.get(harms);
        let mut verdict = self.ruling(harms[0], situation, possible);
        for &harm in &harms[1..] {
            verdict = verdict.or_stricter(self.ruling(harm, situation, possible));
        }
        if self.has_unjudged && verdict.behavior < self.strictest.0 {
            let stricter =
                |&point: &u32| self.rulings[self.first(point, situation, possible, 0)].behavior > verdict.behavior;
            if self.unjudged.get(unjudged).iter().any(stricter) {
                verdict.mark_undetermined();
            }
        }
        verdict
    }

    #[inline]
    fn ruling(&self, point: u32, situation: &Codes, possible: &[[u64; W]]) -> Packed {
        let slot = self.first(point, situation, possible, 0);
        let mut ruling = self.rulings[slot];
        if self.unique
            && slot < self.slots.len()
            && self.first(point, situation, possible, self.same_until[slot]) < self.slots.len()
        {
            ruling.mark_overlap();
        }
        ruling
    }

    /// The first slot from `from` on that applies; the number of slots where none does.
    #[inline]
    fn first(&self, point: u32, situation: &Codes, possible: &[[u64; W]], from: usize) -> usize {
        if !SINGLE || from > 0 || self.has_whole {
            return self.search(point, situation, possible, from);
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

    fn search(&self, point: u32, situation: &Codes, possible: &[[u64; W]], from: usize) -> usize {
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
                    if !self.has_whole || self.applies(slot, point, situation) {
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
    fn applies(&self, slot: usize, point: u32, situation: &Codes) -> bool {
        let When::Whole(condition) = self.slots[slot].when else { return true };
        let (category, severity, target) = self.point_keys[point as usize];
        let mut facets = vec![None; self.policy.manifest.facets.len()];
        for value in self.gold.dictionaries().values_of(situation) {
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

    /// Per front and per back code: what its facets leave possible, and in a front those that are not there.
    fn halves(&mut self, gold: &GoldSet) -> (Vec<[u64; W]>, Vec<[u64; W]>) {
        let (values, shapes) = (self.values(gold), self.shapes(gold));
        let blocks = self.blocks;
        let of = move |code: u32| code as usize * blocks..(code as usize + 1) * blocks;
        let and = |into: &mut [[u64; W]], codes: &[u32]| {
            for &code in codes {
                for (into, set) in into.iter_mut().zip(&values[of(code)]) {
                    (0..W).for_each(|word| into[word] &= set[word]);
                }
            }
        };
        let dictionaries = gold.dictionaries();
        let mut fronts = Vec::with_capacity(dictionaries.fronts.len() * blocks);
        for front in dictionaries.fronts.iter() {
            let start = fronts.len();
            fronts.extend_from_slice(&shapes[of(front[0])]);
            and(&mut fronts[start..], &front[1..]);
        }
        let mut backs = vec![[u64::MAX; W]; dictionaries.backs.len() * blocks];
        for (code, back) in (0..).zip(dictionaries.backs.iter()) {
            and(&mut backs[of(code)], back);
        }
        (fronts, backs)
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

    /// Per harm list code.
    fn harm_lists(&mut self, gold: &GoldSet) -> PointLists {
        let no_harm = self.point((Met::Category(None), None, None));
        let dictionaries = gold.dictionaries();
        let points: Vec<u32> = (0..dictionaries.harms.len() as u32).map(|harm| self.harm_point(gold, harm)).collect();
        let mut lists = PointLists::default();
        for list in dictionaries.harm_lists.iter() {
            lists.push(list.iter().map(|&harm| points[harm as usize]).chain(list.is_empty().then_some(no_harm)));
        }
        lists
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
    fn unjudged(&mut self, gold: &GoldSet, has_whole: bool) -> PointLists {
        let taxonomy = &self.policy.taxonomy;
        let levels = self.policy.manifest.severities.len() as u16;
        let mut lists = PointLists::default();
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
