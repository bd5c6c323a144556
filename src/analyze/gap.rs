//! CB034: a gap in which the default decides, category by category.

mod words;

use super::Subject;
use super::edit::{Act, PolicyEdit};
use super::space::{EMPTY, Exact, Hole, Node, Open, Points, What};
use crate::decide::Situation;
use crate::policy::Policy;
use crate::policy::behavior::BehaviorIx;
use crate::policy::clause::{Clause, ClauseIx};
use crate::policy::codes;
use crate::policy::condition::{Condition, Met, Operand, Predicate, Subject as Of, Test};
use crate::policy::facet::ValueIx;
use crate::policy::manifest::HitPolicy;
use crate::policy::place::{Place, Route};
use crate::policy::problem::Problem;
use crate::policy::taxonomy::CategoryIx;
use rustc_hash::FxHashMap;
use std::sync::Arc;

pub(super) fn lint(subject: &Subject<'_>, problems: &mut Vec<Problem>) {
    let policy = subject.policy;
    if policy.clauses.is_empty() {
        return;
    }
    let Some(mut exact) = subject.exact() else { return };
    for Told { root, gaps } in told(&mut exact) {
        let (message, help) = words::told(&mut exact, root, &gaps);
        let details = if gaps.len() > 1 { words::one_by_one(&mut exact, &gaps) } else { Vec::new() };
        problems.push(Problem::new(&codes::GAP, place(policy, root), message, help).with_details(details));
    }
}

/// Where a problem stands that is about one top category or about several.
fn place(policy: &Policy, root: Option<CategoryIx>) -> Place {
    match root {
        Some(root) => policy.taxonomy.get(root).place.clone(),
        None => Place { route: Route::root().then("default"), ..Place::file("casebook.yaml") },
    }
}

/// What one problem tells of.
pub(super) struct Told {
    /// The top category that it is about; `None` where it is about several.
    pub root: Option<CategoryIx>,
    pub gaps: Vec<Gap>,
}

/// The gaps of a policy, put together as they are told: each top category by itself in which something looks like an
/// oversight, the others in one. What only lets the mildest harm pass, and what falls to the strictest default, is told
/// beside other gaps and not for its own sake: such a default is there for it.
pub(super) fn told(exact: &mut Exact<'_>) -> Vec<Told> {
    let manifest = &exact.policy().manifest;
    let is_strictest = manifest.default == manifest.behaviors.most_restrictive();
    let mut told: Vec<Told> = Vec::new();
    let mut rest: Vec<Gap> = Vec::new();
    let all = gaps(exact);
    for of_one in all.chunk_by(|one, other| one.root == other.root) {
        if !is_strictest && of_one.iter().any(|gap| gap.hole.what <= What::Graver) {
            told.push(Told { root: Some(of_one[0].root), gaps: of_one.to_vec() });
        } else {
            rest.extend_from_slice(of_one);
        }
    }
    let counts = |gap: &Gap| if is_strictest { gap.hole.what == What::All } else { gap.hole.what != What::Mildest };
    if rest.iter().any(counts) {
        let root = rest[0].root;
        let root = rest.iter().all(|gap| gap.root == root).then_some(root);
        told.insert(0, Told { root, gaps: rest });
    }
    for Told { gaps, .. } in &mut told {
        gaps.sort_by_key(|gap| gap.hole.what);
    }
    told
}

/// What falls to the default in a category, and alike in others below it.
#[derive(Debug, Clone)]
pub(super) struct Gap {
    /// The top category that all of them are within.
    pub root: CategoryIx,
    /// The topmost first.
    pub categories: Vec<CategoryIx>,
    pub hole: Hole,
    /// How many points are open, and what speaks against how many of them.
    pub points: Points,
    pub against: Points,
    /// The plainest point that something speaks against.
    pub plainest: Situation,
}

impl Gap {
    /// The points that something speaks against.
    fn set(&self, exact: &mut Exact<'_>) -> Node {
        exact.space.of_categories(&self.categories, self.hole.against)
    }
}

/// Everything that falls to the default where there is harm, in the order of the taxonomy; deprecated categories are left out.
pub(super) fn gaps(exact: &mut Exact<'_>) -> Vec<Gap> {
    let policy = exact.policy();
    let taxonomy = &policy.taxonomy;
    let mut open = Open::of(exact);
    let mut found: Vec<Gap> = Vec::new();
    // Which gap a category is in, if any.
    let mut gap_of: FxHashMap<CategoryIx, Option<usize>> = FxHashMap::default();
    for (ix, category) in taxonomy.iter() {
        // A category whose id another one has cannot be named, and decides nothing.
        if category.deprecated.is_some() || taxonomy.find(&category.id) != Some(ix) {
            continue;
        }
        let hole = open.hole(&mut exact.space, policy.manifest.default, ix);
        let above = taxonomy.ancestors(ix).skip(1).find_map(|above| gap_of.get(&above).copied()).flatten();
        let at = match (hole, above) {
            (None, _) => None,
            (Some(hole), Some(above)) if found[above].hole == hole => {
                found[above].categories.push(ix);
                Some(above)
            }
            (Some(hole), _) => {
                let Some(plainest) = exact.space.plainest(hole.against) else { continue };
                let plainest = Situation { category: Met::Category(Some(ix)), ..plainest };
                let root = taxonomy.ancestors(ix).last().unwrap_or(ix);
                found.push(Gap {
                    root,
                    categories: vec![ix],
                    hole,
                    points: Points::ZERO,
                    against: Points::ZERO,
                    plainest,
                });
                Some(found.len() - 1)
            }
        };
        gap_of.insert(ix, at);
    }
    let mut counter = exact.space.counter();
    for gap in &mut found {
        gap.points = counter.count_in_one_category(gap.hole.open) * gap.categories.len();
        gap.against = counter.count_in_one_category(gap.hole.against) * gap.categories.len();
    }
    found
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
    let its = told(exact).into_iter().find(|told| {
        let place = place(policy, told.root);
        (&place.file, &place.route) == (&problem.place.file, &problem.place.route)
    });
    let Some(Told { root, gaps }) = its else { return Vec::new() };
    let Some(first) = gaps.first() else { return Vec::new() };
    // The weightiest gaps are closed first: what else is open is looked at again once they are.
    let alike: Vec<&Gap> = gaps.iter().filter(|gap| of_one_kind(gap.hole.what, first.hole.what)).collect();
    let of = |subject, operands| {
        Condition::Test(Test { subject, predicate: Predicate::AnyOf(operands), route: Route::root() })
    };
    let categories =
        |of_them: &[CategoryIx]| of(Of::Category, of_them.iter().map(|ix| Operand::Category(*ix)).collect());
    let stricter: Vec<BehaviorIx> =
        policy.manifest.behaviors.iter().map(|(ix, _)| ix).filter(|ix| *ix > policy.manifest.default).collect();
    let come_last = policy.manifest.hit_policy == HitPolicy::First;
    let (when, then) = match first.hole.what {
        // Where the default is the strictest, there is nothing stricter: what may be done is for its author to say.
        What::All => {
            let topmost: Vec<CategoryIx> = alike.iter().map(|gap| gap.categories[0]).collect();
            let whole = alike.iter().all(|gap| words::others(policy, gap).is_empty());
            if !whole && !come_last {
                return Vec::new();
            }
            (categories(&topmost), stricter)
        }
        What::Gravest(_) if come_last && root.is_none() => {
            let mut roots: Vec<CategoryIx> = alike.iter().map(|gap| gap.root).collect();
            roots.sort_unstable();
            roots.dedup();
            let last = ValueIx(policy.manifest.severities.len().saturating_sub(1) as u16);
            let gravest = of(Of::Severity, vec![Operand::Value(last)]);
            let strictest = alike.iter().filter_map(|gap| match gap.hole.what {
                What::Gravest(strictest) => Some(strictest),
                _ => None,
            });
            (Condition::All(vec![categories(&roots), gravest]), strictest.max().into_iter().collect())
        }
        What::Graver | What::Gravest(_) | What::Lax | What::Other | What::Mildest => {
            let mut set = EMPTY;
            for gap in &alike {
                let more = gap.set(exact);
                set = exact.space.or(set, more);
            }
            if exact.space.largest(set).is_none() {
                return Vec::new();
            }
            let parts: Vec<Condition> = exact.space.cover(set).into_iter().map(|region| region.when).collect();
            let when = match parts.len() {
                1 => parts.into_iter().next().unwrap_or_else(Condition::always),
                2..=MOST_PARTS => Condition::Any(parts),
                _ => return Vec::new(),
            };
            let mut done: Vec<BehaviorIx> = Vec::new();
            for gap in &alike {
                let subtree = within(exact, gap.root);
                done.extend(exact.deciders(subtree).into_iter().map(|decider| exact.regions.behavior(decider)));
            }
            done.sort_unstable();
            done.dedup();
            (when, done.into_iter().filter(|behavior| stricter.contains(behavior)).collect())
        }
    };
    let id = new_id(policy, &policy.taxonomy.get(first.categories[0]).id);
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

/// Whether the same clause would close both.
fn of_one_kind(one: What, other: What) -> bool {
    std::mem::discriminant(&one) == std::mem::discriminant(&other)
}

/// An id that no clause has, after a category.
fn new_id(policy: &Policy, category: &str) -> Arc<str> {
    let stem: String = category.chars().map(|c| if c.is_alphanumeric() { c } else { '-' }).collect();
    let ids = std::iter::once(format!("{stem}-rest")).chain((2..).map(|at| format!("{stem}-rest-{at}")));
    let mut free = ids.filter(|id| policy.every_clause().all(|clause| *clause.id != **id));
    free.next().unwrap_or_default().into()
}
