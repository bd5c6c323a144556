//! Everything is held to plain enumeration: each point is read in words by each version and ruled on by the plain path.

mod fixes;
mod lints;
mod versions;

use super::tell::ROOM;
use super::*;
use crate::analyze::edit::{Act, PolicyEdit};
use crate::analyze::structure::tests::random;
use crate::decide::explain::rule;
use crate::decide::form;
use crate::decide::situation::{self, Situation, eval};
use crate::document::Document;
use crate::document::read::condition;
use crate::document::read::cursor::{Cursor, Notes, Source};
use crate::policy::Policy;
use crate::policy::condition::{Condition, Met, Truth};
use crate::policy::facet::{FacetKind, FacetValue, ValueIx};
use crate::policy::taxonomy::CategoryIx;
use proptest::prelude::*;

/// Every point of a space, by going through all combinations.
pub(crate) fn points(words: &Policy) -> Vec<Situation> {
    let one = |count: usize| (0..count as u16).map(|ix| Some(ValueIx(ix))).chain([None]).collect::<Vec<_>>();
    let mut facets: Vec<Vec<Option<FacetValue>>> = vec![vec![]];
    for facet in &words.manifest.facets {
        let values: Vec<Option<FacetValue>> = match facet.kind {
            FacetKind::Set => {
                (0..1_u64 << facet.values.len()).map(|bits| Some(FacetValue::Set(bits))).chain([None]).collect()
            }
            _ => one(facet.values.len()).into_iter().map(|ix| ix.map(FacetValue::One)).collect(),
        };
        facets = facets.iter().flat_map(|start| values.iter().map(move |v| [&start[..], &[*v]].concat())).collect();
    }
    let mut harms = vec![(Met::Category(None), None, None)];
    for category in 0..words.taxonomy.len() as u16 {
        for severity in one(words.manifest.severities.len()) {
            for target in [0, 1] {
                harms.push((Met::Category(Some(CategoryIx(category))), severity, Some(ValueIx(target))));
            }
        }
    }
    let all = harms.iter().flat_map(|&(category, severity, target)| {
        facets.iter().map(move |facets| Situation { category, severity, target, facets: facets.clone() })
    });
    all.collect()
}

/// The point as a version reads it on a case that says it in words.
pub(crate) fn read(space: &Space, policy: &Policy, point: &Situation) -> Situation {
    let reading = space.reading(point);
    Situation::of(policy, reading.harms.first(), situation::facets(policy, &reading))
}

fn check_regions(space: &mut Space, policy: &Policy) -> Result<(), TestCaseError> {
    let regions = Regions::compile(space, policy).unwrap();
    let all = points(&space.words);
    prop_assert_eq!(space.size(), Points::from(all.len()));
    for point in &all {
        let situation = read(space, policy, point);
        prop_assert_eq!(&regions.lens.situation(point), &situation);
        let expected = rule(policy, &situation);
        let answer = space.at(regions.function, point);
        prop_assert!(answer != 0);
        prop_assert_eq!(regions.decider(answer), expected.clause, "{:?}", point);
        prop_assert_eq!(regions.behavior(expected.clause), expected.behavior);
        for ranked in &regions.ranked {
            let truth = eval(policy, &policy.clause(ranked.clause).when, &situation);
            prop_assert_eq!(space.contains(ranked.applies, point), truth == Truth::True);
            prop_assert_eq!(space.contains(ranked.decides, point), Some(ranked.clause) == expected.clause);
        }
    }
    for (answer, set) in space.split(regions.function) {
        let within = all.iter().filter(|point| space.at(regions.function, point) == answer).count();
        if answer != 0 {
            prop_assert_eq!(space.count(set), Points::from(within));
            check_cover(space, &all, set)?;
        }
    }
    Ok(())
}

/// The conditions of a cover are disjoint, and hold together exactly at the points of the set.
pub(crate) fn check_cover(space: &mut Space, all: &[Situation], set: Node) -> Result<(), TestCaseError> {
    let cover = space.cover(set);
    let sum: Points = cover.iter().map(|region| &region.points).sum();
    prop_assert_eq!(sum, space.count(set));
    let conditions: Vec<Condition> = cover.iter().map(|region| read_again(&space.words, &region.when)).collect();
    for point in all {
        let holds = |when: &&Condition| eval(&space.words, when, point) == Truth::True;
        let holding = conditions.iter().filter(holds).count();
        prop_assert_eq!(holding, usize::from(space.contains(set, point)), "{:?} by {:#?}", point, cover);
    }
    if let Some(plainest) = space.plainest(set) {
        prop_assert!(space.contains(set, &plainest) && all.contains(&plainest));
    }
    Ok(())
}

/// A condition written as a spec writes it, and read again.
pub(crate) fn read_again(words: &Policy, condition: &Condition) -> Condition {
    let text = serde_json::to_string(&form::when(words, condition)).unwrap();
    let (document, notes) = (Document::parse(text.as_str()), Notes::default());
    let file = "when".into();
    let source = Source { file: &file, document: &document };
    let read = condition::read(&Cursor::root(source, &notes).unwrap(), words);
    assert_eq!(notes.into_problems(), [], "{text}");
    read
}

/// Whether a condition of another policy is one of this policy as well: its words are there.
fn is_of(when: &Condition, policy: &Policy) -> bool {
    use crate::policy::condition::{Operand, Predicate, Subject, Test};
    fn operands(predicate: &Predicate) -> Vec<Operand> {
        match predicate {
            Predicate::AnyOf(list) | Predicate::AllOf(list) | Predicate::NoneOf(list) => list.clone(),
            Predicate::Not(inner) => operands(inner),
        }
    }
    let fits = |test: &&Test| {
        let (values, kind) = match test.subject {
            Subject::Category => (policy.taxonomy.len(), FacetKind::Enum),
            Subject::Severity => (policy.manifest.severities.len(), FacetKind::Ordinal),
            Subject::Target => (2, FacetKind::Enum),
            Subject::Facet(ix) => match policy.manifest.facets.get(usize::from(ix.0)) {
                Some(facet) => (facet.values.len(), facet.kind),
                None => return false,
            },
        };
        let is_set = matches!(test.predicate, Predicate::AllOf(_) | Predicate::NoneOf(_));
        operands(&test.predicate).iter().all(|operand| match operand {
            Operand::Category(ix) => usize::from(ix.0) < values,
            Operand::Value(ix) => usize::from(ix.0) < values,
            Operand::Compare(_, ix) => usize::from(ix.0) < values && kind == FacetKind::Ordinal,
            Operand::NoCategory | Operand::Unknown => true,
            Operand::Unresolved => false,
        }) && (!is_set || kind == FacetKind::Set)
    };
    when.tests().iter().all(fits)
}

/// The difference says exactly what plain enumeration finds.
fn check_difference(base: &Policy, head: &Policy) -> Result<(), TestCaseError> {
    check_told(base, head, Difference::of(base, head).unwrap())?;
    check_told(base, head, Difference::plainly(base, head, &[]).unwrap())
}

fn check_told(base: &Policy, head: &Policy, mut difference: Difference) -> Result<(), TestCaseError> {
    let all = points(&difference.space.words);
    prop_assert_eq!(&difference.points, &Points::from(all.len()));
    let conditions: Vec<Condition> =
        difference.regions.iter().map(|region| read_again(&difference.space.words, &region.when)).collect();
    let of: Vec<Option<(Side, Condition)>> = difference
        .regions
        .iter()
        .map(|region| region.of.as_ref().map(|of| (of.side, read_again(&difference.space.words, &of.when))))
        .collect();
    let declared: Vec<Option<Condition>> = difference
        .regions
        .iter()
        .map(|region| region.declared.as_ref().map(|when| read_again(&difference.space.words, when)))
        .collect();
    let mut changed = 0_usize;
    for point in &all {
        let said = |policy: &Policy| {
            let decision = rule(policy, &read(&difference.space, policy, point));
            (policy.manifest.behaviors.id(decision.behavior).clone(), decision.clause)
        };
        let (before, after) = (said(base), said(head));
        changed += usize::from(before.0 != after.0);
        // What a region is told by is true of its points, and of no other that this one decides.
        for (at, (region, of)) in difference.regions.iter().zip(&of).enumerate() {
            let Some((side, when)) = of else { continue };
            let decides = match side {
                Side::Before => region.before == before.1,
                Side::After => region.after == after.1,
            };
            let told = decides && eval(&difference.space.words, when, point) == Truth::True;
            prop_assert_eq!(told, difference.region_at(point) == Some(at), "{:?} of {:?}", point, when);
        }
        // What it may be declared by covers nothing else that changed so.
        for (at, (region, when)) in difference.regions.iter().zip(&declared).enumerate() {
            if let (Some(when), true) = (when, (&region.from, &region.to) == (&before.0, &after.0)) {
                let covers = eval(&difference.space.words, when, point) == Truth::True;
                prop_assert_eq!(covers, difference.region_at(point) == Some(at), "{:?} at {:?}", when, point);
            }
        }
        let holding: Vec<usize> = (0..conditions.len())
            .filter(|&at| eval(&difference.space.words, &conditions[at], point) == Truth::True)
            .collect();
        prop_assert_eq!(difference.region_at(point), holding.first().copied());
        if before.0 == after.0 {
            prop_assert!(holding.is_empty(), "{:?}", point);
            continue;
        }
        prop_assert_eq!(holding.len(), 1, "{:?}", point);
        let region = &difference.regions[holding[0]];
        prop_assert_eq!((&region.from, region.before), (&before.0, before.1));
        prop_assert_eq!((&region.to, region.after), (&after.0, after.1));
    }
    prop_assert_eq!(&difference.changed, &Points::from(changed));
    prop_assert_eq!(difference.is_equivalent(), changed == 0);
    let mut union = EMPTY;
    for region in &difference.regions {
        prop_assert_eq!(difference.space.and(union, region.set), EMPTY);
        union = difference.space.or(union, region.set);
        prop_assert_eq!(&difference.space.count(region.set), &region.points);
    }
    Ok(())
}

/// What is meant and what is not, held to following the intents at every point.
fn check_intent(
    base: &Policy,
    head: &Policy,
    said: &[(Option<usize>, Option<usize>, usize)],
) -> Result<(), TestCaseError> {
    let words = common_words(base, head).unwrap();
    // Any behavior may be named, and any condition that either version says, read in the words of both.
    let ids: Vec<_> = [base, head].iter().flat_map(|policy| policy.manifest.behaviors.iter()).collect();
    let id = |at: usize| ids[at % ids.len()].1.id.clone();
    let clauses: Vec<(&Policy, &Condition)> =
        [base, head].into_iter().flat_map(|p| p.clauses.iter().map(move |clause| (p, &clause.when))).collect();
    let meant: Vec<MeantChange> = said
        .iter()
        .map(|&(from, to, at)| {
            let (policy, when) = clauses[at % clauses.len()];
            let text = crate::document::read::intent::write(&form::when(policy, when));
            MeantChange {
                from: from.map(id),
                to: to.map(id),
                when: crate::document::read::intent::read(&text, &words).0,
            }
        })
        .collect();
    let plain = Difference::of(base, head).unwrap();
    let difference = Difference::with_intent(base, head, &meant).unwrap();
    prop_assert_eq!((&difference.points, &difference.changed), (&plain.points, &plain.changed));
    let mut collateral = 0_usize;
    let mut idle: Vec<usize> = (0..meant.len()).collect();
    for point in points(&words) {
        let done = |policy: &Policy| {
            let behavior = rule(policy, &read(&difference.space, policy, &point)).behavior;
            policy.manifest.behaviors.id(behavior).clone()
        };
        let (before, after) = (done(base), done(head));
        let region = difference.region_at(&point);
        prop_assert_eq!(region.is_some(), before != after);
        let Some(region) = region else { continue };
        let holds: Vec<bool> = meant.iter().map(|change| eval(&words, &change.when, &point) == Truth::True).collect();
        // Whether those of the meant changes of which `counts` says so lead from the one to the other.
        let leads = |counts: &dyn Fn(usize) -> bool| {
            let mut reached = std::collections::BTreeSet::from([before.clone()]);
            for (_, change) in meant.iter().enumerate().filter(|(at, _)| holds[*at] && counts(*at)) {
                if change.from.as_ref().is_none_or(|from| reached.contains(from)) {
                    match &change.to {
                        Some(to) => drop(reached.insert(to.clone())),
                        None => reached.extend(ids.iter().map(|(_, behavior)| behavior.id.clone())),
                    }
                }
            }
            reached.contains(&after)
        };
        let all = leads(&|_| true);
        prop_assert_eq!(difference.regions[region].meant, all, "{:?}", point);
        collateral += usize::from(!all);
        idle.retain(|&one| !leads(&|at| at == one) && leads(&|at| at != one) == all);
    }
    prop_assert_eq!(&difference.idle, &idle);
    prop_assert_eq!(difference.collateral(), Points::from(collateral));
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    /// Taking any test out of any clause, and seeing whether it is missed anywhere.
    #[test]
    fn tests_that_are_not_missed(policy in random::policy()) {
        let mut exact = Exact::of(&policy).unwrap();
        let all = points(&exact.space.words);
        for (rank, ranked) in exact.ranked() {
            let when = &policy.clause(ranked.clause).when;
            for at in 0..when.tests().len() {
                let mut without = policy.clone();
                let edit = PolicyEdit { clause: ranked.clause, act: Act::DropTest(at) };
                let condition = edit.clause_after(policy.clause(ranked.clause)).when;
                without.clauses[ranked.clause.0 as usize].when = condition.clone();
                let said = |policy: &Policy, point: &Situation| rule(policy, &read(&exact.space, policy, point)).behavior;
                let missed = all.iter().any(|point| said(&policy, point) != said(&without, point));
                prop_assert_eq!(exact.same_with(rank, &condition), !missed, "{:?} of {:?}", at, when);
            }
        }
    }

    /// Taking any clause out, and seeing whether it is missed anywhere.
    #[test]
    fn clauses_that_are_not_missed(policy in random::policy()) {
        let mut exact = Exact::of(&policy).unwrap();
        let all = points(&exact.space.words);
        for (rank, ranked) in exact.ranked() {
            let mut without = policy.clone();
            without.clauses[ranked.clause.0 as usize].then = None;
            let said = |policy: &Policy, point: &Situation| rule(policy, &read(&exact.space, policy, point)).behavior;
            let missed = all.iter().any(|point| said(&policy, point) != said(&without, point));
            let alike = exact.alike_without(rank, ranked.decides, ranked.behavior);
            prop_assert_eq!(alike.is_none(), missed);
            prop_assert_eq!(exact.same_with(rank, &Condition::Any(vec![])), !missed);
            if ranked.decides == EMPTY && ranked.applies != EMPTY {
                let shadows = exact.shadowing(&ranked);
                let mut left = ranked.applies;
                for shadow in &shadows {
                    let applies = exact.applies(*shadow);
                    left = exact.space.minus(left, applies);
                }
                prop_assert!(!shadows.is_empty() && left == EMPTY);
            }
        }
    }

    /// The same said by the clauses that decide.
    #[test]
    fn a_difference_of_clauses_is_complete((mut base, head) in (random::policy(), random::policy())) {
        base.manifest = head.manifest.clone();
        base.taxonomy = head.taxonomy.clone();
        let known = head.manifest.behaviors.len() as u8;
        base.clauses.retain(|clause| clause.then.is_some_and(|then| then.0 < known));
        base.clauses.retain(|clause| is_of(&clause.when, &head));
        check_told(&base, &head, Difference::told(&base, &head, &[], 0, 0).unwrap())?;
        check_told(&base, &head, Difference::told(&base, &head, &[], 0, ROOM).unwrap())?;
    }

    #[test]
    fn a_difference_is_complete((base, head) in (random::policy(), random::policy())) {
        check_difference(&base, &head)?;
        check_difference(&base, &base)?;
    }

    #[test]
    fn what_was_meant_is_told_from_the_rest(
        (base, head) in (random::policy(), random::policy()),
        said in proptest::collection::vec(
            (proptest::option::of(0..8_usize), proptest::option::of(0..8_usize), 0..12_usize), 0..4),
    ) {
        check_intent(&base, &head, &said)?;
    }

    #[test]
    fn a_policy_is_what_it_is_at_every_point(policy in random::policy(), every in any::<bool>()) {
        let detail = if every { Detail::Every } else { Detail::Tests };
        check_regions(&mut Space::new(None, &policy, detail).unwrap(), &policy)?;
    }

    #[test]
    fn two_versions_share_a_space((base, head) in (random::policy(), random::policy())) {
        let mut space = Space::common(&base, &head).unwrap();
        check_regions(&mut space, &base)?;
        check_regions(&mut space, &head)?;
    }
}
