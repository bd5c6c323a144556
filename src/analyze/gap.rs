//! CB034: a gap in which the default decides, under one top category.

use super::edit::{Act, PolicyEdit};
use super::space::{EMPTY, Exact, Node, Open, Points};
use super::{Subject, listed, points};
use crate::decide::{Situation, words};
use crate::policy::Policy;
use crate::policy::behavior::BehaviorIx;
use crate::policy::clause::{Clause, ClauseIx};
use crate::policy::codes;
use crate::policy::condition::{Condition, Met, Operand, Predicate, Subject as Of, Test};
use crate::policy::facet::ValueIx;
use crate::policy::manifest::HitPolicy;
use crate::policy::place::{Place, Route, Step};
use crate::policy::problem::Problem;
use crate::policy::taxonomy::CategoryIx;
use std::sync::Arc;

/// A condition longer than this says less than the example does.
const LONGEST: usize = 200;

pub(super) fn lint(subject: &Subject<'_>, problems: &mut Vec<Problem>) {
    let policy = subject.policy;
    // A default that is stricter than all clauses leaves nothing open.
    if policy.clauses.is_empty() || policy.manifest.default == policy.manifest.behaviors.most_restrictive() {
        return;
    }
    let Some(mut exact) = subject.exact() else { return };
    let mut gaps = gaps(&mut exact);
    if let Some(folded) = folded(&mut exact, &mut gaps) {
        problems.push(folded);
    }
    for gap in gaps {
        let (category, default) =
            (policy.taxonomy.get(gap.root), policy.manifest.behaviors.id(policy.manifest.default));
        let size = points(&gap.points);
        let message = match &gap.what {
            What::All => format!(
                "no clause rules on `{}` or anything below it: all of its {size} fall to `{default}`",
                category.id
            ),
            What::Below(roots) => {
                let ids: Vec<String> = roots.iter().map(|ix| format!("`{}`", policy.taxonomy.get(*ix).id)).collect();
                format!("under `{}` no clause rules on {}: {size} fall to `{default}`", category.id, listed(&ids))
            }
            What::Graver => format!(
                "under `{}` graver harm falls to `{default}` where milder harm is ruled on more strictly, at {size}",
                category.id
            ),
            What::Gravest(stricter) => format!(
                "under `{}` harm of the highest severity falls to `{default}` at {size}; elsewhere it is `{}`",
                category.id,
                policy.manifest.behaviors.id(*stricter)
            ),
        };
        let example = exact.space.point_words(&gap.plainest);
        let region = gap.set.and_then(|set| exact.space.largest(set));
        let region = region.map(|(region, _)| words::condition(&exact.space.words, &region.when));
        let region = region.filter(|region| region.chars().count() <= LONGEST);
        let region = region.map_or(String::new(), |region| format!(" Mostly where {region}."));
        problems.push(Problem::new(
            &codes::GAP,
            category.place.clone(),
            message,
            format!("The plainest: {example}.{region} Add a clause or widen one; if the default is meant, say so in a clause."),
        ));
    }
}

/// Where the gravest harm is left open under several top categories, one line says so: it often has one reason.
fn folded(exact: &mut Exact<'_>, gaps: &mut Vec<Gap>) -> Option<Problem> {
    let policy = exact.policy();
    let is_gravest = |gap: &Gap| matches!(gap.what, What::Gravest(_));
    if gaps.iter().filter(|gap| is_gravest(gap)).count() < 2 {
        return None;
    }
    let (gravest, rest) = std::mem::take(gaps).into_iter().partition(is_gravest);
    *gaps = rest;
    let gravest: Vec<Gap> = gravest;
    let roots: Vec<String> = gravest.iter().map(|gap| format!("`{}`", policy.taxonomy.get(gap.root).id)).collect();
    let default = policy.manifest.behaviors.id(policy.manifest.default);
    let size = points(&gravest.iter().map(|gap| &gap.points).sum());
    let example = exact.space.point_words(&gravest[0].plainest);
    Some(Problem::new(
        &codes::GAP,
        Place { route: Route::root().then("default"), ..Place::file("casebook.yaml") },
        format!(
            "harm of the highest severity falls to `{default}` in some circumstances, and is ruled on more strictly in \
             others, under {}: at {size}",
            listed(&roots)
        ),
        format!("The plainest: {example}. Add a clause or widen one; if the default is meant, say so in a clause."),
    ))
}

/// What falls to the default under one top category.
#[derive(Debug)]
pub(super) struct Gap {
    pub root: CategoryIx,
    pub what: What,
    /// How many points are told of.
    pub points: Points,
    pub plainest: Situation,
    /// These points, where there is more to say of them than in which categories they are.
    pub set: Option<Node>,
}

#[derive(Debug, PartialEq)]
pub(super) enum What {
    /// Everything.
    All,
    /// Harm that is ruled on more strictly where it is milder, all else equal.
    Graver,
    /// Everything of some categories, each with all below it.
    Below(Vec<CategoryIx>),
    /// Some of the gravest harm, which is ruled on more strictly elsewhere; most strictly so.
    Gravest(BehaviorIx),
}

/// The gap that is most worth telling of under each top category, where there is any.
pub(super) fn gaps(exact: &mut Exact<'_>) -> Vec<Gap> {
    let policy = exact.policy();
    let open = Open::of(exact);
    let is_lax = policy.manifest.default == BehaviorIx(0);
    let mut gaps = Vec::new();
    for root in policy.taxonomy.roots().filter(|root| policy.taxonomy.get(*root).deprecated.is_none()) {
        let below: Vec<CategoryIx> = (root.0..policy.taxonomy.get(root).end.0).map(CategoryIx).collect();
        // A category whose id another one has cannot be named, and decides nothing.
        let named = |ix: &&CategoryIx| policy.taxonomy.find(&policy.taxonomy.get(**ix).id) == Some(**ix);
        let mut named = below.iter().filter(named).peekable();
        let (what, set) = if named.peek().is_some() && named.all(|ix| open.is_all(&exact.space, *ix)) {
            (What::All, within(exact, root))
        } else if let Some(graver) = Some(open.graver(&mut exact.space, &below)).filter(|set| *set != EMPTY) {
            (What::Graver, graver)
        } else if !is_lax {
            continue;
        } else if let Some(gap) = unruled(exact, root, &open) {
            gaps.push(gap);
            continue;
        } else if let Some((stricter, set)) = open.gravest(&mut exact.space, &below) {
            (What::Gravest(stricter), set)
        } else {
            continue;
        };
        let Some(plainest) = exact.space.plainest(set) else { continue };
        let points = exact.space.count(set);
        gaps.push(Gap { root, points, plainest, set: (what != What::All).then_some(set), what });
    }
    gaps
}

/// The topmost categories below this one on which no clause rules, nor on anything below them.
fn unruled(exact: &mut Exact<'_>, root: CategoryIx, open: &Open) -> Option<Gap> {
    let taxonomy = &exact.policy().taxonomy;
    let (mut found, mut categories) = (Vec::new(), 0_u16);
    let mut next = root.0 + 1;
    while next < taxonomy.get(root).end.0 {
        let category = taxonomy.get(CategoryIx(next));
        let is_open = |ix: u16| open.is_all(&exact.space, CategoryIx(ix));
        if category.deprecated.is_none() && (next..category.end.0).all(is_open) {
            found.push(CategoryIx(next));
            categories += category.end.0 - next;
            next = category.end.0;
        } else {
            next += 1;
        }
    }
    // Every category has as many points as any other; the space may hold this one and others as one.
    let first = Met::Category(Some(*found.first()?));
    let like_it = exact.space.where_is(Of::Category, first);
    let like_it = exact.space.and(like_it, exact.space.domain());
    let plainest = Situation { category: first, ..exact.space.plainest(like_it)? };
    let points = exact.space.count(like_it) / exact.space.alike(Of::Category, first) * categories;
    Some(Gap { root, what: What::Below(found), points, plainest, set: None })
}

/// The points of a category and all below it.
fn within(exact: &mut Exact<'_>, category: CategoryIx) -> Node {
    let predicate = Predicate::AnyOf(vec![Operand::Category(category)]);
    let test = Condition::Test(Test { subject: Of::Category, predicate, route: Route::root() });
    exact.space.holds(&exact.regions.lens, &test)
}

/// To add the clause that is missing. Where the first clause that applies decides, it comes last and may say more than the
/// gap: what others decide they decide before it.
pub(super) fn fixes(exact: &mut Exact<'_>, problem: &Problem) -> Vec<PolicyEdit> {
    /// A condition of more parts than these would be no clause that anybody writes.
    const MOST_PARTS: usize = 4;
    let policy = exact.policy();
    let is_its = |gap: &Gap| match problem.place.route.0.first() {
        Some(Step::Key(key)) if &**key == "default" => matches!(gap.what, What::Gravest(_)),
        _ => {
            let place = &policy.taxonomy.get(gap.root).place;
            (&place.file, &place.route) == (&problem.place.file, &problem.place.route)
        }
    };
    let gaps: Vec<Gap> = gaps(exact).into_iter().filter(is_its).collect();
    let Some(first) = gaps.first() else { return Vec::new() };
    let roots: Vec<CategoryIx> = gaps.iter().map(|gap| gap.root).collect();
    let come_last = policy.manifest.hit_policy == HitPolicy::First;
    let of = |subject, operands| {
        Condition::Test(Test { subject, predicate: Predicate::AnyOf(operands), route: Route::root() })
    };
    let categories =
        |of_them: &[CategoryIx]| of(Of::Category, of_them.iter().map(|ix| Operand::Category(*ix)).collect());
    let stricter: Vec<BehaviorIx> =
        policy.manifest.behaviors.iter().map(|(ix, _)| ix).filter(|ix| *ix > policy.manifest.default).collect();
    let (when, then) = match &first.what {
        What::All => (categories(&roots), stricter),
        What::Below(unruled) => (categories(unruled), stricter),
        What::Gravest(strictest) if come_last => {
            let last = ValueIx(policy.manifest.severities.len().saturating_sub(1) as u16);
            let gravest = of(Of::Severity, vec![Operand::Value(last)]);
            (Condition::All(vec![categories(&roots), gravest]), vec![*strictest])
        }
        What::Graver | What::Gravest(_) => {
            let set = gaps.iter().filter_map(|gap| gap.set).fold(EMPTY, |all, set| exact.space.or(all, set));
            if exact.space.largest(set).is_none() {
                return Vec::new();
            }
            let parts: Vec<Condition> = exact.space.cover(set).into_iter().map(|region| region.when).collect();
            let when = match parts.len() {
                1 => parts.into_iter().next().unwrap_or_else(Condition::always),
                2..=MOST_PARTS => Condition::Any(parts),
                _ => return Vec::new(),
            };
            let subtree = within(exact, first.root);
            let mut done: Vec<BehaviorIx> =
                exact.deciders(subtree).into_iter().map(|decider| exact.regions.behavior(decider)).collect();
            done.sort_unstable();
            done.dedup();
            (when, done.into_iter().filter(|behavior| stricter.contains(behavior)).collect())
        }
    };
    let id = new_id(policy, &policy.taxonomy.get(first.root).id);
    let spec = policy.specs.len().saturating_sub(1) as u16;
    let clause = |then| Clause {
        title: id.clone(),
        id: id.clone(),
        level: "".into(),
        text: "".into(),
        rationale: "".into(),
        guidance: "".into(),
        when: when.clone(),
        then: Some(then),
        examples: Vec::new(),
        spec,
        place: Place::default(),
    };
    let end = ClauseIx(policy.clauses.len() as u32);
    let insert = |then| PolicyEdit { clause: end, act: Act::Insert(Box::new(clause(then))) };
    then.into_iter().map(insert).collect()
}

/// An id that no clause has, after a category.
fn new_id(policy: &Policy, category: &str) -> Arc<str> {
    let stem: String = category.chars().map(|c| if c.is_alphanumeric() { c } else { '-' }).collect();
    let ids = std::iter::once(format!("{stem}-rest")).chain((2..).map(|at| format!("{stem}-rest-{at}")));
    let mut free = ids.filter(|id| policy.every_clause().all(|clause| *clause.id != **id));
    free.next().unwrap_or_default().into()
}
