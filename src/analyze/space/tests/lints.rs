//! What the lints find is held to plain enumeration as well: every point is ruled on by the plain path, and what was found
//! is looked for there.

use super::{points, read};
use crate::analyze::edit::{Act, PolicyEdit};
use crate::analyze::gap::{What, gaps};
use crate::analyze::outranked::outranked;
use crate::analyze::overlap::overlaps;
use crate::analyze::space::{EMPTY, Exact, Points, Taken};
use crate::analyze::structure::tests::random;
use crate::analyze::wide_exception::too_wide;
use crate::analyze::{dead_part, idle_test};
use crate::decide::explain::rule;
use crate::decide::situation::{Situation, eval};
use crate::policy::Policy;
use crate::policy::behavior::BehaviorIx;
use crate::policy::clause::ClauseIx;
use crate::policy::condition::{Condition, Met, Operand, Predicate, Subject, Truth};
use crate::policy::facet::ValueIx;
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

fn is_about(point: &Situation, policy: &Policy, root: CategoryIx) -> bool {
    matches!(point.category, Met::Category(Some(ix)) if policy.taxonomy.is_within(ix, root))
}

/// What falls to the default under a top category, by the plain path.
fn check_gaps(exact: &mut Exact<'_>) -> Result<(), TestCaseError> {
    let all = Enumerated::of(exact);
    let policy = all.policy;
    let is_open = |point: &Situation| rule(policy, point).clause.is_none();
    let found = gaps(exact);
    for root in policy.taxonomy.roots() {
        let of_it = |point: &&Situation| is_about(point, policy, root);
        let every: Vec<&Situation> = all.points.iter().filter(of_it).collect();
        let gap = found.iter().find(|gap| gap.root == root);
        let graver = |point: &Situation| {
            let Some(severity) = point.severity else { return false };
            let milder = (0..severity.0).map(|ix| Situation { severity: Some(ValueIx(ix)), ..point.clone() });
            is_open(point)
                && milder.into_iter().any(|point| {
                    let decision = rule(policy, &point);
                    decision.clause.is_some() && decision.behavior > policy.manifest.default
                })
        };
        let number =
            |wanted: &dyn Fn(&Situation) -> bool| Points::from(every.iter().filter(|point| wanted(point)).count());
        let unruled = |ix: u16| {
            let below = |point: &&&Situation| is_about(point, policy, CategoryIx(ix));
            every.iter().filter(below).all(|point| is_open(point))
        };
        let mut below: Vec<u16> = (root.0 + 1..policy.taxonomy.get(root).end.0).filter(|ix| unruled(*ix)).collect();
        let topmost = below.clone();
        below.retain(|ix| {
            !topmost.iter().any(|top| top < ix && policy.taxonomy.is_within(CategoryIx(*ix), CategoryIx(*top)))
        });
        let last = ValueIx(policy.manifest.severities.len() as u16 - 1);
        let gravest = |point: &Situation| point.severity == Some(last) && is_open(point);
        let strictest =
            every.iter().filter(|point| point.severity == Some(last)).map(|point| rule(policy, point).behavior).max();
        let is_lax = policy.manifest.default == BehaviorIx(0);
        let expected = if every.iter().all(|point| is_open(point)) {
            Some((What::All, number(&is_open)))
        } else if number(&graver) > Points::ZERO {
            Some((What::Graver, number(&graver)))
        } else if !is_lax {
            None
        } else if !below.is_empty() {
            let within = |point: &Situation| below.iter().any(|ix| is_about(point, policy, CategoryIx(*ix)));
            let size = number(&within);
            Some((What::Below(below.into_iter().map(CategoryIx).collect()), size))
        } else if number(&gravest) > Points::ZERO && strictest > Some(policy.manifest.default) {
            strictest.map(|strictest| (What::Gravest(strictest), number(&gravest)))
        } else {
            None
        };
        let told = gap.map(|gap| (&gap.what, &gap.points));
        prop_assert_eq!(told, expected.as_ref().map(|(what, size)| (what, size)));
        if let Some(gap) = gap {
            prop_assert!(is_about(&gap.plainest, policy, root) && is_open(&gap.plainest));
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn gaps_are_what_falls_to_the_default(policy in random::policy()) {
        check_gaps(&mut Exact::of(&policy).unwrap())?;
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
            let (wide, narrow) = (all.reach(by), all.reach(from));
            let is_exception = all.behavior(from) > all.behavior(by) && is_about_some(by) && is_about_some(from);
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

    /// Tests that are told of can each go, and no decision changes.
    #[test]
    fn tests_that_are_told_of(policy in random::policy()) {
        let mut exact = Exact::of(&policy).unwrap();
        let all = Enumerated::of(&exact);
        for (rank, ranked) in exact.ranked() {
            for (at, _) in idle_test::idle(&mut exact, rank) {
                let without = PolicyEdit { clause: ranked.clause, act: Act::DropTest(at) }.apply(&policy);
                let same = all.points.iter().all(|point| rule(&policy, point).behavior == rule(&without, point).behavior);
                prop_assert!(same);
            }
        }
    }
}
