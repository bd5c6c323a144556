//! What the lints find is held to plain enumeration as well: every point is ruled on by the plain path, and what was found
//! is looked for there.

use super::{points, read};
use crate::analyze::edit::{Act, PolicyEdit};
use crate::analyze::gap::{Gap, gaps, told};
use crate::analyze::outranked::outranked;
use crate::analyze::overlap::overlaps;
use crate::analyze::space::{EMPTY, Exact, Points, Taken, What};
use crate::analyze::structure::tests::random;
use crate::analyze::wide_exception::too_wide;
use crate::analyze::{dead_part, idle_test};
use crate::decide::explain::rule;
use crate::decide::situation::{Situation, eval};
use crate::policy::Policy;
use crate::policy::behavior::BehaviorIx;
use crate::policy::clause::ClauseIx;
use crate::policy::condition::{Condition, Met, Operand, Predicate, Subject, Truth};
use crate::policy::facet::{FacetIx, FacetKind, FacetValue, ValueIx};
use crate::policy::manifest::HitPolicy;
use crate::policy::taxonomy::CategoryIx;
use proptest::prelude::*;
use std::collections::BTreeSet;

/// A policy with all its points in its own terms.
struct Enumerated<'p> {
    policy: &'p Policy,
    points: Vec<Situation>,
}

impl<'p> Enumerated<'p> {
    fn of(exact: &Exact<'p>) -> Self {
        let policy = exact.policy();
        let points = points(&exact.space.words).iter().map(|point| read(&exact.space, policy, point)).collect();
        Enumerated { policy, points }
    }

    fn applies(&self, clause: ClauseIx, point: &Situation) -> bool {
        eval(self.policy, &self.policy.clause(clause).when, point) == Truth::True
    }

    fn count(&self, wanted: impl Fn(&Situation) -> bool) -> Points {
        Points::from(self.points.iter().filter(|point| wanted(point)).count())
    }

    fn decides(&self, clause: ClauseIx, point: &Situation) -> bool {
        rule(self.policy, point).clause == Some(clause)
    }

    fn behavior(&self, clause: ClauseIx) -> BehaviorIx {
        self.policy.clause(clause).then.unwrap()
    }

    /// The categories that a clause applies to in any case.
    fn reach(&self, clause: ClauseIx) -> BTreeSet<Option<u16>> {
        let applying = self.points.iter().filter(|point| self.applies(clause, point));
        let category = |point: &Situation| match point.category {
            Met::Category(category) => category.map(|ix| ix.0),
            Met::Value(_) => None,
        };
        applying.map(category).collect()
    }

    /// Every pair of clauses where the first, which comes earlier, decides at a point at which the second applies too.
    fn taking(&self) -> Vec<(ClauseIx, ClauseIx)> {
        let clauses =
            || (0..self.policy.clauses.len() as u32).map(ClauseIx).filter(|ix| self.policy.clause(*ix).then.is_some());
        let pairs = clauses().flat_map(|by| clauses().filter(move |from| *from > by).map(move |from| (by, from)));
        let meet = |&(by, from): &(ClauseIx, ClauseIx)| {
            self.points.iter().any(|point| self.decides(by, point) && self.applies(from, point))
        };
        pairs.filter(meet).collect()
    }

    fn check_taken(
        &self,
        exact: &Exact<'_>,
        found: &[Taken],
        wanted: impl Fn(ClauseIx, ClauseIx) -> bool,
    ) -> Result<(), TestCaseError> {
        let expected: Vec<_> = self.taking().into_iter().filter(|&(by, from)| wanted(by, from)).collect();
        let named = |taken: &Taken| taken.from.iter().map(|from| (taken.by.clause, from.unwrap())).collect::<Vec<_>>();
        let mut told: Vec<_> = found.iter().flat_map(named).collect();
        told.sort_unstable();
        prop_assert_eq!(&told, &expected);
        for Taken { by, from, set } in found {
            let lost = |point: &Situation| {
                self.decides(by.clause, point) && from.iter().any(|from| self.applies(from.unwrap(), point))
            };
            prop_assert_eq!(exact.space.count(*set), self.count(lost));
        }
        Ok(())
    }
}

/// What falls to the default in one category, by the plain path: whatever tells it from what does in another.
#[derive(Debug, PartialEq)]
struct PlainHole {
    what: What,
    open: Vec<Situation>,
    against: Vec<Situation>,
}

impl PlainHole {
    fn of(all: &Enumerated<'_>, category: CategoryIx) -> Option<PlainHole> {
        let policy = all.policy;
        let default = policy.manifest.default;
        let every: Vec<&Situation> =
            all.points.iter().filter(|point| point.category == Met::Category(Some(category))).collect();
        let is_open = |point: &Situation| rule(policy, point).clause.is_none();
        let is_strict = |point: &Situation| !is_open(point) && rule(policy, point).behavior > default;
        let graver = |point: &Situation| {
            let milder = (0..point.severity.map_or(0, |severity| severity.0)).map(|ix| Some(ValueIx(ix)));
            let mut milder = milder.map(|severity| Situation { severity, ..point.clone() });
            is_open(point) && milder.any(|point| is_strict(&point))
        };
        let last = ValueIx(policy.manifest.severities.len() as u16 - 1);
        let is_gravest = |point: &Situation| point.severity == Some(last);
        let strictest = every.iter().filter(|point| is_gravest(point) && is_strict(point));
        let strictest = strictest.map(|point| rule(policy, point).behavior).max();
        // Without the category: what is open alike in two is the same then.
        let those = |wanted: &dyn Fn(&Situation) -> bool| -> Vec<Situation> {
            let found = every.iter().filter(|point| wanted(point));
            found.map(|point| Situation { category: Met::Category(None), ..(*point).clone() }).collect()
        };
        let open = those(&is_open);
        if open.is_empty() {
            return None;
        }
        let graver = those(&graver);
        let gravest = those(&|point| is_open(point) && is_gravest(point));
        let is_mild = |point: &Situation| point.severity.is_none_or(|severity| severity == ValueIx(0));
        let (what, against) = if open.len() == every.len() {
            (What::All, open.clone())
        } else if !graver.is_empty() {
            (What::Graver, graver)
        } else if let (Some(strictest), false) = (strictest, gravest.is_empty()) {
            (What::Gravest(strictest), gravest)
        } else if every.iter().all(|point| !is_strict(point)) {
            (What::Lax, open.clone())
        } else if default == BehaviorIx(0) && last.0 > 0 && open.iter().all(is_mild) {
            (What::Mildest, open.clone())
        } else {
            (What::Other, open.clone())
        };
        Some(PlainHole { what, open, against })
    }
}

/// Everything that falls to the default where there is harm is in one gap and counted in it; what is open alike in a category
/// and the one above it is in the same.
fn check_gaps(exact: &mut Exact<'_>) -> Result<(), TestCaseError> {
    let all = Enumerated::of(exact);
    let taxonomy = &all.policy.taxonomy;
    let found = gaps(exact);
    let gap_of = |ix: CategoryIx| {
        let mut at = found.iter().enumerate().filter(|(_, gap)| gap.categories.contains(&ix)).map(|(at, _)| at);
        (at.next(), at.next())
    };
    for (ix, category) in taxonomy.iter() {
        let hole = PlainHole::of(&all, ix);
        let (at, another) = gap_of(ix);
        prop_assert_eq!((at.is_some(), another), (hole.is_some(), None));
        let (Some(at), Some(hole)) = (at, hole) else { continue };
        let gap = &found[at];
        prop_assert_eq!(gap.hole.what, hole.what);
        prop_assert_eq!(&gap.points, &Points::from(hole.open.len() * gap.categories.len()));
        prop_assert_eq!(&gap.against, &Points::from(hole.against.len() * gap.categories.len()));
        prop_assert!(taxonomy.is_within(ix, gap.root) && taxonomy.is_within(ix, gap.categories[0]));
        let is_first = gap.categories[0] == ix;
        let alike_above = category.parent.is_some_and(|parent| PlainHole::of(&all, parent).as_ref() == Some(&hole));
        prop_assert_eq!(is_first, !alike_above, "{:?} of {:#?}", ix, found);
        if is_first {
            prop_assert_eq!(gap.plainest.category, Met::Category(Some(ix)));
            let plainest = Situation { category: Met::Category(None), ..gap.plainest.clone() };
            prop_assert!(hole.against.contains(&plainest));
        } else {
            prop_assert_eq!(category.parent.map(|parent| gap_of(parent).0), Some(Some(at)));
        }
    }
    Ok(())
}

/// The problems tell of every gap once, whatever it is put together with, and so of every open point of harm; or of none
/// where there is nothing but what the default is there for.
fn check_told(exact: &mut Exact<'_>) -> Result<(), TestCaseError> {
    let policy = exact.policy();
    let told = told(exact);
    let first = |gap: &Gap| gap.categories[0];
    let every_line = || told.iter().flat_map(|told| told.gaps.iter().chain(&told.mild));
    let mut of_all: Vec<CategoryIx> = every_line().map(first).collect();
    of_all.sort_unstable();
    let strictest = policy.manifest.default == policy.manifest.behaviors.most_restrictive();
    let (mut every, mut meant) = (Vec::new(), Vec::new());
    for gap in gaps(exact) {
        every.push(first(&gap));
        let is_meant = if strictest { gap.hole.what != What::All } else { gap.hole.what == What::Mildest };
        if is_meant {
            meant.push(first(&gap));
        }
    }
    // All of them, each once, if there is any reason to tell of any.
    prop_assert_eq!(told.is_empty(), every == meant);
    every.sort_unstable();
    prop_assert!(told.is_empty() || of_all == every);
    let all = Enumerated::of(exact);
    let is_open = |point: &Situation| match point.category {
        Met::Category(Some(_)) => rule(policy, point).clause.is_none(),
        _ => false,
    };
    prop_assert!(told.is_empty() || every_line().map(|gap| &gap.points).sum::<Points>() == all.count(is_open));
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn gaps_are_what_falls_to_the_default(policy in random::policy()) {
        let mut exact = Exact::of(&policy).unwrap();
        check_gaps(&mut exact)?;
        check_told(&mut exact)?;
    }

    #[test]
    fn exceptions_and_authority(mut policy in random::policy()) {
        policy.manifest.hit_policy = HitPolicy::First;
        policy.manifest.levels = ["law", "house"].map(Into::into).into();
        for (at, clause) in policy.clauses.iter_mut().enumerate() {
            clause.level = ["house", "law", "nobody's"][at % 3].into();
        }
        let mut exact = Exact::of(&policy).unwrap();
        let all = Enumerated::of(&exact);
        let above = |from: ClauseIx, by: ClauseIx| {
            let level = |ix| &*policy.clause(ix).level;
            level(from) == "law" && level(by) == "house"
        };
        let found = outranked(&mut exact);
        all.check_taken(&exact, &found, |by, from| above(from, by) && all.behavior(from) != all.behavior(by))?;
        let is_about_some = |ix| policy.clause(ix).when.tests().iter().any(|test| test.subject == Subject::Category);
        let found = too_wide(&mut exact);
        all.check_taken(&exact, &found, |by, from| {
            let harms = |clause| all.reach(clause).into_iter().flatten().collect::<BTreeSet<u16>>();
            let (wide, narrow) = (harms(by), harms(from));
            let is_exception = all.behavior(from) > all.behavior(by) && is_about_some(from) && !narrow.is_empty();
            is_exception && narrow != wide && narrow.is_subset(&wide)
        })?;
    }

    #[test]
    fn overlaps_where_one_may_apply(mut policy in random::policy()) {
        policy.manifest.hit_policy = HitPolicy::Unique;
        let mut exact = Exact::of(&policy).unwrap();
        let all = Enumerated::of(&exact);
        let found = overlaps(&mut exact);
        let deciding: Vec<ClauseIx> =
            (0..policy.clauses.len() as u32).map(ClauseIx).filter(|ix| policy.clause(*ix).then.is_some()).collect();
        let mut expected = Vec::new();
        for (at, &later) in deciding.iter().enumerate() {
            for &earlier in &deciding[..at] {
                let size = all.count(|point| all.applies(earlier, point) && all.applies(later, point));
                if all.behavior(earlier) != all.behavior(later) && size > Points::ZERO {
                    expected.push((earlier, later, size));
                }
            }
        }
        let told: Vec<_> = found.iter().map(|(a, b, set)| (a.clause, b.clause, exact.space.count(*set))).collect();
        prop_assert_eq!(told, expected);
    }

    /// Parts that are said to be there in vain decide nowhere, and can be taken out.
    #[test]
    fn parts_that_never_decide(policy in random::policy()) {
        let mut exact = Exact::of(&policy).unwrap();
        let all = Enumerated::of(&exact);
        for (rank, ranked) in exact.ranked() {
            let found = dead_part::dead(&mut exact, rank);
            for part in &found {
                let mut without = policy.clone();
                without.clauses[ranked.clause.0 as usize].when = part.without.clone();
                let mut shadows = BTreeSet::new();
                for point in &all.points {
                    let decision = rule(&policy, point);
                    prop_assert_eq!(&rule(&without, point).clause, &decision.clause);
                    let (applied, applies) = (all.applies(ranked.clause, point), {
                        eval(&policy, &part.without, point) == Truth::True
                    });
                    if applied && !applies {
                        shadows.insert(decision.clause);
                    }
                }
                prop_assert!(shadows.iter().all(|decider| part.shadows.contains(decider)));
            }
            // A value of a list that stands by itself is looked at by hand.
            let when = &policy.clause(ranked.clause).when;
            let Condition::All(tests) = when else { continue };
            if ranked.decides == EMPTY || ranked.decides == ranked.applies {
                continue;
            }
            for test in tests {
                let Condition::Test(test) = test else { continue };
                let Predicate::AnyOf(operands) = &test.predicate else { continue };
                for operand in operands.iter().filter(|_| operands.len() > 1) {
                    let alone = Predicate::AnyOf(vec![*operand]);
                    let here = |point: &&Situation| {
                        all.applies(ranked.clause, point)
                            && alone.eval(point.met(test.subject), &policy.taxonomy) == Truth::True
                    };
                    let here: Vec<&Situation> = all.points.iter().filter(here).collect();
                    let in_vain = !here.is_empty() && here.iter().all(|point| !all.decides(ranked.clause, point));
                    let misleads = here.iter().any(|point| rule(&policy, point).behavior != ranked.behavior);
                    let told = found.iter().any(|part| match &part.alone {
                        Condition::Test(one) => one.subject == test.subject && one.predicate == alone,
                        _ => false,
                    });
                    // Where one value says all that another says, one of them is told of.
                    let overlaps = operands.iter().any(|one| matches!(one, Operand::Category(_) | Operand::NoCategory))
                        || matches!(test.subject, Subject::Facet(_));
                    if overlaps {
                        prop_assert!(!told || in_vain && misleads);
                    } else {
                        // Nor is it told of where an alternative that is told of covers it.
                        let is_covered = here.iter().all(|point| {
                            found.iter().any(|part| eval(&policy, &part.alone, point) == Truth::True)
                        });
                        prop_assert!(!told || in_vain && misleads, "{:?} in {:?}", operand, when);
                        prop_assert!(told || is_covered || !(in_vain && misleads), "{:?} in {:?}", operand, when);
                    }
                }
            }
        }
    }

    /// A test is told of exactly where no decision would miss it, of a clause that is missed itself; a category only where the
    /// clause would apply to the same without it.
    #[test]
    fn tests_that_are_told_of(policy in random::policy()) {
        let mut exact = Exact::of(&policy).unwrap();
        let all = Enumerated::of(&exact);
        let same = |other: &Policy| all.points.iter().all(|point| rule(&policy, point).behavior == rule(other, point).behavior);
        for (rank, ranked) in exact.ranked() {
            let clause = policy.clause(ranked.clause);
            let edited = |act| PolicyEdit { clause: ranked.clause, act }.apply(&policy);
            let decides = all.points.iter().any(|point| all.decides(ranked.clause, point));
            let counts = decides && clause.when.is_understood() && !same(&edited(Act::DropClause));
            let is_idle = |at: usize| {
                let without = edited(Act::DropTest(at));
                let when = &without.clause(ranked.clause).when;
                let mut points = all.points.iter();
                let applies_alike = points.all(|p| (eval(&policy, when, p) == Truth::True) == all.applies(ranked.clause, p));
                let is_subject = clause.when.tests()[at].subject == Subject::Category;
                same(&without) && (applies_alike || !is_subject)
            };
            let expected: Vec<usize> = (0..clause.when.tests().len()).filter(|at| counts && is_idle(*at)).collect();
            let told: Vec<usize> = idle_test::idle(&mut exact, rank).into_iter().map(|(at, _)| at).collect();
            prop_assert_eq!(told, expected, "{:?}", clause.when);
        }
    }

    /// What no clause tells apart makes no difference to any decision; what is not said to be so, some test asks for.
    #[test]
    fn values_that_nothing_tells_apart(policy in random::policy()) {
        let exact = Exact::of(&policy).unwrap();
        let all = Enumerated::of(&exact);
        let clauses = || policy.clauses.iter().filter(|clause| clause.then.is_some());
        let tests: Vec<_> = clauses().flat_map(|clause| clause.when.tests()).collect();
        let facets = (0..policy.manifest.facets.len() as u16).map(|ix| Subject::Facet(FacetIx(ix)));
        for of in facets.chain([Subject::Severity]) {
            let (count, is_set) = match of {
                Subject::Facet(ix) => {
                    let facet = policy.manifest.facet(ix);
                    (facet.values.len() as u16, facet.kind == FacetKind::Set)
                }
                _ => (policy.manifest.severities.len() as u16, false),
            };
            let groups = exact.untold(of);
            let unasked: Vec<ValueIx> = groups.iter().flatten().copied().chain(exact.unasked(of)).collect();
            for (a, b) in (0..count).flat_map(|a| (0..count).map(move |b| (ValueIx(a), ValueIx(b)))).filter(|(a, b)| a < b) {
                // Each set with one value in the place of the other, or with and without it.
                let swapped = |point: &Situation, from: ValueIx, to: ValueIx| -> Option<Situation> {
                    let mut other = point.clone();
                    match (of, point.met(of)) {
                        (Subject::Facet(ix), Met::Value(Some(FacetValue::Set(bits)))) => {
                            other.facets[usize::from(ix.0)] = Some(FacetValue::Set(bits ^ (1 << to.0)));
                        }
                        (Subject::Facet(ix), Met::Value(Some(FacetValue::One(one)))) if one == from => {
                            other.facets[usize::from(ix.0)] = Some(FacetValue::One(to));
                        }
                        (Subject::Severity, Met::Value(Some(FacetValue::One(one)))) if one == from => other.severity = Some(to),
                        _ => return None,
                    }
                    Some(other)
                };
                let told = groups.iter().any(|group| group.contains(&a) && group.contains(&b));
                let mut swaps = all.points.iter().filter_map(|point| Some((point, swapped(point, a, b)?)));
                prop_assert!(!told || swaps.all(|(one, other)| rule(&policy, one).clause == rule(&policy, &other).clause));
                if is_set {
                    continue;
                }
                let asks = |test: &&crate::policy::condition::Test| {
                    let [one, other] = [a, b].map(|ix| test.predicate.eval(Met::Value(Some(FacetValue::One(ix))), &policy.taxonomy));
                    test.subject == of && one != other
                };
                prop_assert_eq!(told, !tests.iter().any(asks), "{:?}: {:?} and {:?}", of, a, b);
            }
            if is_set {
                let named = |ix: ValueIx| tests.iter().filter(|test| test.subject == of).any(|test| names(&test.predicate, ix));
                for ix in (0..count).map(ValueIx) {
                    prop_assert_eq!(unasked.contains(&ix), !named(ix));
                }
            }
        }
        // Categories, as whole classes.
        let classes = exact.space.untold(&exact.regions.lens, Subject::Category);
        let of_category = |ix: CategoryIx| {
            let met = Met::Category(Some(ix));
            tests.iter().filter(|test| test.subject == Subject::Category).map(|test| test.predicate.eval(met, &policy.taxonomy)).collect::<Vec<_>>()
        };
        for (a, b) in policy.taxonomy.iter().flat_map(|(a, _)| policy.taxonomy.iter().map(move |(b, _)| (a, b))) {
            let [met, other] = [a, b].map(|ix| Met::Category(Some(ix)));
            let told = classes.iter().any(|class| class.contains(&met) && class.contains(&other));
            prop_assert_eq!(told, of_category(a) == of_category(b));
            let here = all.points.iter().filter(|point| told && point.category == met);
            for point in here {
                let there = Situation { category: other, ..point.clone() };
                prop_assert_eq!(rule(&policy, point).clause, rule(&policy, &there).clause);
            }
        }
    }

    /// A level that a comparison takes in, or a category below one that is named, is told of exactly where it never comes to
    /// the clause and that is not what an exception is for.
    #[test]
    fn parts_that_are_reached_in_vain(mut policy in random::policy()) {
        policy.manifest.hit_policy = HitPolicy::First;
        let mut exact = Exact::of(&policy).unwrap();
        let all = Enumerated::of(&exact);
        for (rank, ranked) in exact.ranked() {
            let clause = policy.clause(ranked.clause);
            if ranked.decides == EMPTY {
                continue;
            }
            let told = dead_part::reached::reached(&mut exact, rank);
            for part in &told {
                let without = PolicyEdit { clause: ranked.clause, act: part.act.clone().unwrap() }.apply(&policy);
                prop_assert_eq!(&without.clause(ranked.clause).when, &part.without);
                for point in &all.points {
                    prop_assert_eq!(rule(&policy, point).clause, rule(&without, point).clause);
                }
            }
            let mut left = vec![&clause.when];
            while let Some(part) = left.pop() {
                if let Condition::All(parts) = part {
                    left.extend(parts);
                }
                let Condition::Test(test) = part else { continue };
                let Predicate::AnyOf(operands) = &test.predicate else { continue };
                // Whether all at which the clause applies there goes to others, and one of them comes as a surprise.
                let is_in_vain = |here: &dyn Fn(&Situation) -> bool, is_subtree: bool| {
                    let here: Vec<&Situation> =
                        all.points.iter().filter(|point| here(point) && all.applies(ranked.clause, point)).collect();
                    let shadows: BTreeSet<ClauseIx> = here.iter().filter_map(|point| rule(&policy, point).clause).collect();
                    let meant: Vec<ClauseIx> = shadows
                        .into_iter()
                        .filter(|other| {
                            let behavior = all.behavior(*other);
                            let (narrow, wide) = (all.reach(*other), all.reach(ranked.clause));
                            let mut points = all.points.iter();
                            behavior == ranked.behavior
                                || is_subtree && narrow != wide && narrow.is_subset(&wide)
                                || !is_subtree
                                    && behavior > ranked.behavior
                                    && points.all(|p| !all.applies(*other, p) || all.applies(ranked.clause, p))
                        })
                        .collect();
                    let surprises = |point: &&Situation| !meant.iter().any(|clause| all.applies(*clause, point));
                    let dead = !here.is_empty() && here.iter().all(|point| !all.decides(ranked.clause, point));
                    (dead, here.iter().any(surprises))
                };
                let is_told = |met: Met| told.iter().any(|told| match &told.alone {
                    Condition::Test(one) => one.route == test.route && one.predicate.eval(met, &policy.taxonomy) == Truth::True,
                    _ => false,
                });
                if test.subject == Subject::Category {
                    let named: Vec<CategoryIx> = operands.iter().filter_map(|one| match one {
                        Operand::Category(ix) => Some(*ix),
                        _ => None,
                    }).collect();
                    for (ix, _) in policy.taxonomy.iter() {
                        let within = |inner, outer| policy.taxonomy.is_within(inner, outer);
                        // What is named in vain as a whole is told of as that.
                        let is_decided = |above| {
                            let here = |point: &&Situation| matches!(point.category, Met::Category(Some(at)) if within(at, above));
                            all.points.iter().filter(here).any(|point| all.decides(ranked.clause, point))
                        };
                        let is_below =
                            |ix| named.iter().any(|above| *above != ix && within(ix, *above) && is_decided(*above));
                        let vain = |ix| {
                            let here = |point: &Situation| matches!(point.category, Met::Category(Some(at)) if within(at, ix));
                            if is_below(ix) { is_in_vain(&here, true) } else { <(bool, bool)>::default() }
                        };
                        let topmost = policy.taxonomy.ancestors(ix).filter(|above| vain(*above).0).last();
                        prop_assert_eq!(is_told(Met::Category(Some(ix))), topmost.is_some_and(|top| vain(top).1), "{:?}", ix);
                    }
                    continue;
                }
                let compared = |ix: ValueIx| operands.iter().any(|one| matches!(one, Operand::Compare(c, bound) if c.holds(ix, *bound)));
                let of = |ix: ValueIx| Met::Value(Some(FacetValue::One(ix)));
                let candidates = (0..4).map(ValueIx).filter(|ix| compared(*ix) && !operands.contains(&Operand::Value(*ix)));
                let dead: Vec<ValueIx> = candidates
                    .filter(|ix| is_in_vain(&|point| point.met(test.subject) == of(*ix), false).0)
                    .collect();
                let surprises = is_in_vain(&|point| dead.iter().any(|ix| point.met(test.subject) == of(*ix)), false).1;
                for ix in (0..4).map(ValueIx) {
                    prop_assert_eq!(is_told(of(ix)), surprises && dead.contains(&ix), "{:?} of {:?}", ix, clause.when);
                }
            }
        }
    }
}

/// Whether a predicate names a value.
fn names(predicate: &Predicate, value: ValueIx) -> bool {
    match predicate {
        Predicate::AnyOf(list) | Predicate::AllOf(list) | Predicate::NoneOf(list) => {
            list.contains(&Operand::Value(value))
        }
        Predicate::Not(inner) => names(inner, value),
    }
}
