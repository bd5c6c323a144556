//! CB034: a gap in which the default decides, although what is milder is decided by a clause; or nothing at all is.

use super::space::{EMPTY, Exact, Node};
use super::{Subject, points};
use crate::policy::codes;
use crate::policy::condition::{Condition, Met, Operand, Predicate, Subject as Of, Test};
use crate::policy::facet::{FacetValue, ValueIx};
use crate::policy::place::Route;
use crate::policy::problem::Problem;
use crate::policy::taxonomy::CategoryIx;

pub(super) fn lint(subject: &Subject<'_>, problems: &mut Vec<Problem>) {
    let policy = subject.policy;
    let default = policy.manifest.default;
    // A default that is stricter than all clauses leaves nothing open.
    if policy.clauses.is_empty() || default == policy.manifest.behaviors.most_restrictive() {
        return;
    }
    let Some(mut exact) = subject.exact() else { return };
    let exact = &mut *exact;
    let open = exact.regions.default(&mut exact.space);
    let graver = graver(exact, open);
    for root in policy.taxonomy.roots() {
        let category = policy.taxonomy.get(root);
        if category.deprecated.is_some() {
            continue;
        }
        let subtree = within(exact, root);
        let default = policy.manifest.behaviors.id(default);
        let open_here = exact.space.and(subtree, open);
        let (gap, message) = if open_here == subtree {
            let size = points(&exact.space.count(subtree));
            (
                subtree,
                format!(
                    "no clause rules on `{}` or anything below it: all of its {size} fall to `{default}`",
                    category.id
                ),
            )
        } else {
            let gap = exact.space.and(subtree, graver);
            let size = points(&exact.space.count(gap));
            (
                gap,
                format!(
                    "under `{}` graver harm falls to `{default}` where milder harm is ruled on more strictly, at {size}",
                    category.id
                ),
            )
        };
        let Some(plainest) = exact.space.plainest(gap) else { continue };
        let example = exact.space.point_words(&plainest);
        problems.push(Problem::new(
            &codes::GAP,
            category.place.clone(),
            message,
            format!("The plainest: {example}. Add a clause, widen one, or leave it if that is meant."),
        ));
    }
}

/// The points where the default decides, and a stricter clause would if only the severity were lower.
fn graver(exact: &mut Exact<'_>, open: Node) -> Node {
    let default = exact.regions.behavior(None);
    let mut strict = EMPTY;
    for (_, ranked) in exact.ranked().into_iter().filter(|(_, ranked)| ranked.behavior > default) {
        strict = exact.space.or(strict, ranked.decides);
    }
    let severities = exact.space.words.manifest.severities.len();
    let one = |ix: usize| Met::Value(Some(FacetValue::One(ValueIx(ix as u16))));
    let (mut milder, mut graver) = (EMPTY, EMPTY);
    for severity in 0..severities {
        let here = exact.space.where_is(Of::Severity, one(severity));
        let open_here = exact.space.and(open, here);
        let gap = exact.space.and(open_here, milder);
        graver = exact.space.or(graver, gap);
        let strict_here = exact.space.at_value(strict, Of::Severity, one(severity));
        milder = exact.space.or(milder, strict_here);
    }
    graver
}

/// The points of a category and all below it.
fn within(exact: &mut Exact<'_>, category: CategoryIx) -> Node {
    let predicate = Predicate::AnyOf(vec![Operand::Category(category)]);
    let test = Condition::Test(Test { subject: Of::Category, predicate, route: Route::root() });
    exact.space.holds(&exact.regions.lens, &test)
}
