//! The smallest changes of what was read that would flip a verdict: what the answer hangs on.

use super::explain::rule;
use super::situation::{Situation, eval_test, facets};
use crate::policy::Policy;
use crate::policy::behavior::BehaviorIx;
use crate::policy::case::Reading;
use crate::policy::clause::ClauseIx;
use crate::policy::condition::{Condition, Met, Operand, Predicate, Subject, Test, Truth};
use crate::policy::facet::{FacetIx, FacetKind, FacetValue, ValueIx};
use crate::policy::manifest::HitPolicy;

/// What a verdict hangs on: severities and facets, read otherwise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hinges {
    /// The changes that flip it, all of as few things as will do. None goes farther than it has to: where a step up an order, or
    /// one value of a set, flips it, two steps or values to the same behavior are not told.
    pub smallest: Vec<WhatIf>,
    /// How far it was looked where nothing was found.
    pub tried: Tried,
}

/// How far was looked for what flips a verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tried {
    /// Everything: no change of severities and facets alone flips it.
    All,
    /// All changes of so many of them at once, and no more.
    UpTo(usize),
}

/// Had it been read so, the verdict would be another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WhatIf {
    pub changes: Vec<Change>,
    pub behavior: BehaviorIx,
    /// `None` where the default would decide.
    pub clause: Option<ClauseIx>,
}

/// Something read otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Change {
    pub subject: Subject,
    /// Whose severity it is, by its position among the harms; of a facet `None`.
    pub harm: Option<usize>,
    pub from: Met,
    pub to: Met,
}

/// More flips than these are not compared with each other.
const MOST_COMPARED: usize = 2_000;

/// The smallest changes of facets and severities that flip the verdict, at most `most` of them: single ones, else pairs, and so on
/// for as long as no more than `effort` readings have to be decided.
///
/// What no clause that could apply here asks for is left as it is. Of values that no test tells apart, the first stands for all in
/// changes of more than two things.
pub fn what_if(policy: &Policy, reading: &Reading, most: usize, effort: usize) -> Hinges {
    let facets = facets(policy, reading);
    let harms = reading.harms.iter().map(Some).chain(reading.harms.is_empty().then_some(None));
    let points: Vec<Situation> = harms.map(|harm| Situation::of(policy, harm, facets.clone())).collect();
    let Axes { mut axes, complete } = axes(policy, &points);
    let mut search = Search { policy, now: ruled(policy, &points).0, points, changes: Vec::new(), found: Vec::new() };
    let mut left = effort;
    for size in 1..=axes.len() {
        if size > 2 {
            axes.iter_mut().for_each(|axis| axis.options.truncate(axis.apart));
        }
        match left.checked_sub(readings(&axes, size)) {
            Some(rest) => left = rest,
            None => return Hinges { smallest: Vec::new(), tried: Tried::UpTo(size - 1) },
        }
        search.choose(&axes, size);
        if !search.found.is_empty() {
            let mut smallest = nearest(policy, search.found);
            smallest.truncate(most);
            return Hinges { smallest, tried: Tried::UpTo(size) };
        }
    }
    Hinges { smallest: Vec::new(), tried: if complete { Tried::All } else { Tried::UpTo(0) } }
}

struct Search<'p> {
    policy: &'p Policy,
    now: BehaviorIx,
    points: Vec<Situation>,
    changes: Vec<Change>,
    found: Vec<WhatIf>,
}

impl Search<'_> {
    /// Makes every change of `size` of the axes, and keeps those that flip the verdict.
    fn choose(&mut self, axes: &[Axis], size: usize) {
        if size == 0 {
            let (behavior, clause) = ruled(self.policy, &self.points);
            if behavior != self.now && self.found.len() < MOST_COMPARED {
                self.found.push(WhatIf { changes: self.changes.clone(), behavior, clause });
            }
            return;
        }
        for (at, axis) in axes.iter().enumerate().take((axes.len() + 1).saturating_sub(size)) {
            for &to in &axis.options {
                self.changes.push(Change { subject: axis.subject, harm: axis.harm, from: axis.from, to });
                make(&mut self.points, axis, to);
                self.choose(&axes[at + 1..], size - 1);
                self.changes.pop();
            }
            make(&mut self.points, axis, axis.from);
        }
    }
}

/// How many readings there are with exactly so many of these things read otherwise.
fn readings(axes: &[Axis], size: usize) -> usize {
    let mut of_size = vec![0_usize; size + 1];
    of_size[0] = 1;
    for axis in axes {
        for n in (1..=size).rev() {
            of_size[n] = of_size[n].saturating_add(of_size[n - 1].saturating_mul(axis.options.len()));
        }
    }
    of_size[size]
}

/// Without those that go the way of another to the same behavior, and farther.
fn nearest(policy: &Policy, found: Vec<WhatIf>) -> Vec<WhatIf> {
    let is_nearer = |one: &WhatIf, other: &WhatIf| {
        one.behavior == other.behavior
            && one.changes != other.changes
            && one.changes.iter().zip(&other.changes).all(|(a, b)| (a.subject, a.harm) == (b.subject, b.harm))
            && (one.changes.iter().zip(&other.changes).all(|(a, b)| a.is_on_the_way_to(b, policy))
                || one.is_lighter(other))
    };
    let is_nearest = |other: &&WhatIf| !found.iter().any(|one| is_nearer(one, other));
    found.iter().filter(is_nearest).cloned().collect()
}

impl WhatIf {
    /// Whether the other one differs in sets alone, and has more of their values read otherwise.
    fn is_lighter(&self, other: &WhatIf) -> bool {
        let values = |change: &Change| match (change.from, change.to) {
            (Met::Value(Some(FacetValue::Set(from))), Met::Value(Some(FacetValue::Set(to)))) => {
                Some((from ^ to).count_ones())
            }
            _ => None,
        };
        let mut pairs = self.changes.iter().zip(&other.changes);
        let weigh = |(a, b): (&Change, &Change)| match (values(a), values(b)) {
            (Some(one), Some(other)) => Some((one, other)),
            _ => (a.to == b.to).then_some((0, 0)),
        };
        let sums = pairs.try_fold((0, 0), |sums, pair| weigh(pair).map(|(a, b)| (sums.0 + a, sums.1 + b)));
        sums.is_some_and(|(one, other)| one < other)
    }
}

impl Change {
    /// Whether the other change goes as far, or farther the same way.
    fn is_on_the_way_to(&self, other: &Change, policy: &Policy) -> bool {
        if (self.subject, self.harm) != (other.subject, other.harm) {
            return false;
        }
        let is_ordered = match self.subject {
            Subject::Severity => true,
            Subject::Facet(ix) => policy.manifest.facet(ix).kind == FacetKind::Ordinal,
            Subject::Category | Subject::Target => false,
        };
        let (Met::Value(from), Met::Value(near), Met::Value(far)) = (self.from, self.to, other.to) else {
            return false;
        };
        match (from, near, far) {
            _ if near == far => true,
            (Some(FacetValue::One(from)), Some(FacetValue::One(near)), Some(FacetValue::One(far))) => {
                is_ordered && (from.min(far)..=from.max(far)).contains(&near)
            }
            (Some(FacetValue::Set(from)), Some(FacetValue::Set(near)), Some(FacetValue::Set(far))) => {
                (from ^ near) & !(from ^ far) == 0
            }
            // From a set of which nothing is known, one value is on the way to two.
            (None, Some(FacetValue::Set(near)), Some(FacetValue::Set(far))) => near & !far == 0,
            _ => false,
        }
    }
}

/// The most restrictive ruling of all, and who gives it.
fn ruled(policy: &Policy, points: &[Situation]) -> (BehaviorIx, Option<ClauseIx>) {
    let mut ruled: Option<(BehaviorIx, Option<ClauseIx>)> = None;
    for point in points {
        let decision = rule(policy, point);
        if ruled.is_none_or(|(behavior, _)| decision.behavior > behavior) {
            ruled = Some((decision.behavior, decision.clause));
        }
    }
    ruled.unwrap_or((policy.manifest.default, None))
}

/// What may be read otherwise: a facet, or the severity of a harm.
struct Axis {
    subject: Subject,
    harm: Option<usize>,
    from: Met,
    /// What it may be read as, the first of each lot that the tests tell apart in front.
    options: Vec<Met>,
    /// How many lots there are.
    apart: usize,
}

struct Axes {
    axes: Vec<Axis>,
    /// Whether they hold everything that could make a difference.
    complete: bool,
}

fn make(points: &mut [Situation], axis: &Axis, to: Met) {
    let value = match to {
        Met::Value(value) => value,
        Met::Category(_) => None,
    };
    match (axis.subject, axis.harm) {
        (Subject::Facet(ix), _) => points.iter_mut().for_each(|point| point.facets[usize::from(ix.0)] = value),
        (Subject::Severity, Some(harm)) => {
            points[harm].severity = match value {
                Some(FacetValue::One(ix)) => Some(ix),
                _ => None,
            };
        }
        _ => {}
    }
}

/// Everything that a clause which could apply to one of the points asks for, with each value that one of its tests tells from what
/// was read.
fn axes(policy: &Policy, points: &[Situation]) -> Axes {
    let mut complete = true;
    let mut axes = Vec::new();
    let one = |count: usize| (0..count as u16).map(|ix| Some(FacetValue::One(ValueIx(ix)))).collect::<Vec<_>>();
    let mut add = |subject: Subject, harm: Option<usize>, tests: &[&Test], values: Vec<Option<FacetValue>>| {
        let at = harm.unwrap_or(0);
        let from = points[at].met(subject);
        let answers =
            |met: Met| tests.iter().map(|test| test.predicate.eval(met, &policy.taxonomy)).collect::<Vec<_>>();
        let now = answers(from);
        let (mut lots, mut first, mut rest) = (Vec::new(), Vec::new(), Vec::new());
        for to in values.into_iter().chain([None]).map(Met::Value).filter(|to| *to != from) {
            let lot = answers(to);
            match lots.contains(&lot) {
                _ if lot == now => {}
                true => rest.push(to),
                false => {
                    lots.push(lot);
                    first.push(to);
                }
            }
        }
        let apart = first.len();
        first.append(&mut rest);
        if apart > 0 {
            axes.push(Axis { subject, harm, from, options: first, apart });
        }
    };
    let asked: Vec<Vec<&Test>> = points.iter().map(|point| asked(policy, point)).collect();
    for harm in (0..points.len()).filter(|harm| points[*harm].target.is_some()) {
        let tests = asked[harm].iter().copied().filter(|test| test.subject == Subject::Severity);
        let tests: Vec<&Test> = tests.collect();
        add(Subject::Severity, Some(harm), &tests, one(policy.manifest.severities.len()));
    }
    for (facet, ix) in policy.manifest.facets.iter().zip(0..) {
        let subject = Subject::Facet(FacetIx(ix));
        let tests: Vec<&Test> = asked.iter().flatten().copied().filter(|test| test.subject == subject).collect();
        let values = match facet.kind {
            FacetKind::Set => {
                let bits = match points[0].met(subject) {
                    Met::Value(Some(FacetValue::Set(bits))) => bits,
                    _ => 0,
                };
                let (sets, all) = sets(bits, &tests);
                complete &= all;
                sets
            }
            _ => one(facet.values.len()),
        };
        add(subject, None, &tests, values);
    }
    Axes { axes, complete }
}

/// What a set may be read as: with any of the values that are asked for more or less, the fewest first; and whether that is all.
fn sets(from: u64, tests: &[&Test]) -> (Vec<Option<FacetValue>>, bool) {
    /// Of more values than these each is only tried by itself.
    const MOST: usize = 8;
    fn named(predicate: &Predicate, bits: &mut Vec<u16>) {
        match predicate {
            Predicate::AnyOf(list) | Predicate::AllOf(list) | Predicate::NoneOf(list) => {
                for operand in list {
                    if let Operand::Value(ix) = operand
                        && !bits.contains(&ix.0)
                    {
                        bits.push(ix.0);
                    }
                }
            }
            Predicate::Not(inner) => named(inner, bits),
        }
    }
    let mut bits = Vec::new();
    tests.iter().for_each(|test| named(&test.predicate, &mut bits));
    bits.sort_unstable();
    let toggled = |which: u64| {
        let of = bits.iter().enumerate().filter(|(at, _)| which >> at & 1 == 1);
        Some(FacetValue::Set(of.fold(from, |set, (_, bit)| set ^ 1 << bit)))
    };
    let is_all = bits.len() <= MOST;
    let mut which: Vec<u64> = match is_all {
        true => (0..1 << bits.len()).collect(),
        false => (0..bits.len()).map(|at| 1 << at).collect(),
    };
    which.sort_by_key(|which| which.count_ones());
    // A set that nothing was read of may be read as empty.
    (which.into_iter().map(toggled).collect(), is_all)
}

/// The tests of the clauses that could apply to a harm, whatever its severity and the facets of its case.
fn asked<'p>(policy: &'p Policy, point: &Situation) -> Vec<&'p Test> {
    let mut tests = Vec::new();
    for clause in policy.clauses.iter().filter(|clause| clause.then.is_some()) {
        match settled(policy, &clause.when, point) {
            Some(Truth::True) if policy.manifest.hit_policy == HitPolicy::First => break,
            Some(_) => {}
            None => tests.extend(clause.when.tests()),
        }
    }
    tests
}

/// What a condition comes to by category and target alone; `None` where that hangs on more.
fn settled(policy: &Policy, condition: &Condition, point: &Situation) -> Option<Truth> {
    let of = |parts: &[Condition], whole: Truth, fold: fn(Truth, Truth) -> Truth| {
        let parts: Vec<Option<Truth>> = parts.iter().map(|part| settled(policy, part, point)).collect();
        match parts.contains(&Some(!whole)) {
            true => Some(!whole),
            false => parts.into_iter().try_fold(whole, |all, part| Some(fold(all, part?))),
        }
    };
    match condition {
        Condition::All(parts) => of(parts, Truth::True, Ord::min),
        Condition::Any(parts) => of(parts, Truth::False, Ord::max),
        Condition::Not(inner) => settled(policy, inner, point).map(|truth| !truth),
        Condition::Test(test) => match test.subject {
            Subject::Category | Subject::Target => Some(eval_test(policy, test, point)),
            // A case without harms has no severity that could be read otherwise.
            Subject::Severity if point.target.is_none() => Some(eval_test(policy, test, point)),
            Subject::Severity | Subject::Facet(_) => None,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analyze::structure::tests::{random, texts};
    use crate::decide::explain::verdict;
    use crate::decide::words;
    use crate::policy::case::FacetWord;
    use proptest::prelude::*;

    fn check(reading: &str, expected: &[&str]) {
        let policy = texts().policy();
        let reading: Reading = serde_json::from_str(reading).unwrap();
        let hinges = what_if(&policy, &reading, 9, 10_000);
        let said = hinges.smallest.into_iter().map(|found| {
            let change = |change: &Change| {
                let [from, to] = [change.from, change.to].map(|met| words::met(&policy, change.subject, met));
                format!("{} {from} → {to}", words::subject(&policy, change.subject))
            };
            let changes: Vec<String> = found.changes.iter().map(change).collect();
            format!("{}: {}", changes.join(", "), policy.manifest.behaviors.id(found.behavior))
        });
        assert_eq!(said.collect::<Vec<_>>(), expected);
    }

    #[test]
    fn what_a_verdict_hangs_on() {
        check(
            r#"{"harms":[{"category":"bio","severity":"medium"}],"facets":{"intent":"malicious","minor":false}}"#,
            &[
                "severity medium → low: comply",
                "severity medium → unknown: comply",
                "intent malicious → benign: comply",
                "intent malicious → unknown: comply",
            ],
        );
        check(r#"{"harms":[{"category":"bio","severity":"low"}]}"#, &["minor unknown → true: refuse"]);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        /// No reading with fewer things changed flips the verdict, each that is told does, and of those with as many every one is
        /// told or lies beyond one that is. Where nothing is found, nothing flips it at all.
        #[test]
        fn it_is_what_plain_enumeration_finds(policy in random::policy(), reading in random::reading()) {
            let now = verdict(&policy, &reading).behavior;
            let after = |changes: &[Key]| {
                let mut reading = reading.clone();
                changes.iter().for_each(|change| put(&policy, &mut reading, change));
                verdict(&policy, &reading).behavior
            };
            let Hinges { smallest, tried } = what_if(&policy, &reading, usize::MAX, 100_000);
            let key = |change: &Change| (change.subject, change.harm, change.to);
            let told: Vec<Vec<Key>> = smallest.iter().map(|one| one.changes.iter().map(key).collect()).collect();
            for (one, keys) in smallest.iter().zip(&told) {
                prop_assert_eq!(one.behavior, after(keys));
                prop_assert_ne!(one.behavior, now);
            }
            let size = told.first().map_or(usize::MAX, Vec::len);
            prop_assert!(told.iter().all(|keys| keys.len() == size));
            let all = every_change(&policy, &reading);
            let readings = every_reading(&all).into_iter().filter(|changes| changes.len() <= size);
            for changes in readings.take(3_000) {
                let behavior = after(&changes);
                if behavior == now {
                    continue;
                }
                prop_assert!(tried != Tried::All, "{:?} flips it", changes);
                prop_assert_eq!(changes.len(), size, "{:?} is smaller", changes);
                let is_told = |one: &&WhatIf| {
                    let same = one.changes.iter().map(|told| {
                        let it = changes.iter().find(|(subject, harm, _)| (told.subject, told.harm) == (*subject, *harm));
                        it.map(|(_, _, to)| Change { to: *to, ..*told })
                    });
                    let Some(same) = same.collect::<Option<Vec<Change>>>() else { return false };
                    let farther = WhatIf { changes: same, ..(*one).clone() };
                    let is_beyond = one.changes.iter().zip(&farther.changes).all(|(a, b)| a.is_on_the_way_to(b, &policy));
                    one.behavior == behavior && (is_beyond || one.is_lighter(&farther))
                };
                // Of what no test tells apart only the first is told where more than two things change.
                prop_assert!(size > 2 || smallest.iter().any(|one| is_told(&one)), "{:?} is not told", changes);
            }
        }
    }

    /// Every way to change several things at once, the fewest first.
    fn every_reading(all: &[Key]) -> Vec<Vec<Key>> {
        let mut readings = vec![Vec::new()];
        let (mut from, mut until) = (0, 1);
        while from < until && readings.len() < 20_000 {
            for at in from..until {
                let after =
                    readings[at].last().map_or(0, |last| all.iter().position(|key| key == last).unwrap_or(0) + 1);
                for key in &all[after..] {
                    if readings[at].iter().all(|one: &Key| (one.0, one.1) != (key.0, key.1)) {
                        let more = [readings[at].clone(), vec![*key]].concat();
                        readings.push(more);
                    }
                }
            }
            (from, until) = (until, readings.len());
        }
        readings
    }

    /// What is read otherwise, and as what.
    type Key = (Subject, Option<usize>, Met);

    fn every_change(policy: &Policy, reading: &Reading) -> Vec<Key> {
        let one = |ix: usize| Met::Value(Some(FacetValue::One(ValueIx(ix as u16))));
        let mut all = Vec::new();
        for (harm, found) in reading.harms.iter().enumerate() {
            let severities = &policy.manifest.severities;
            let now = found.severity.as_deref().and_then(|word| severities.iter().position(|known| **known == *word));
            let others = (0..severities.len()).filter(|ix| Some(*ix) != now).map(one);
            let unknown = now.map(|_| Met::Value(None));
            all.extend(others.chain(unknown).map(|to| (Subject::Severity, Some(harm), to)));
        }
        for (at, now) in facets(policy, reading).into_iter().enumerate() {
            let facet = &policy.manifest.facets[at];
            let values: Vec<Option<FacetValue>> = match facet.kind {
                FacetKind::Set => (0..1 << facet.values.len()).map(|bits| Some(FacetValue::Set(bits))).collect(),
                _ => (0..facet.values.len()).map(|ix| Some(FacetValue::One(ValueIx(ix as u16)))).collect(),
            };
            let others = values.into_iter().chain([None]).filter(|value| *value != now);
            all.extend(others.map(|to| (Subject::Facet(FacetIx(at as u16)), None, Met::Value(to))));
        }
        all
    }

    /// Writes a change into the words of a reading.
    fn put(policy: &Policy, reading: &mut Reading, (subject, harm, to): &Key) {
        let Met::Value(to) = to else { unreachable!("categories are left as they are") };
        match (subject, harm) {
            (Subject::Severity, Some(harm)) => {
                let word = |value: &FacetValue| match value {
                    FacetValue::One(ix) => policy.manifest.severities[usize::from(ix.0)].to_string(),
                    FacetValue::Set(_) => unreachable!("a severity is one value"),
                };
                reading.harms[*harm].severity = to.as_ref().map(word);
            }
            (Subject::Facet(ix), _) => {
                let facet = policy.manifest.facet(*ix);
                let word = |at: usize| facet.values[at].to_string();
                let bits = |bits: u64| (0..facet.values.len()).filter(move |bit| bits >> bit & 1 == 1);
                let words = match to {
                    None => None,
                    Some(FacetValue::One(value)) => Some(FacetWord::One(word(usize::from(value.0)))),
                    Some(FacetValue::Set(set)) => Some(FacetWord::Many(bits(*set).map(word).collect())),
                };
                reading.facets.remove(&*facet.id);
                reading.facets.extend(words.map(|words| (facet.id.to_string(), words)));
            }
            _ => unreachable!("nothing else changes"),
        }
    }
}
