//! CB036: categories, severities, facets or values that no clause tells apart.

use super::space::{EMPTY, Exact};
use super::{Subject, listed};
use crate::policy::Policy;
use crate::policy::codes;
use crate::policy::condition::{Met, Operand, Predicate, Subject as Of};
use crate::policy::facet::{FacetIx, FacetKind, FacetValue, ValueIx};
use crate::policy::manifest::Manifest;
use crate::policy::place::{Place, Route};
use crate::policy::problem::Problem;
use crate::policy::taxonomy::CategoryIx;
use std::sync::Arc;

const HELP: &str = "People who label cases need not either; or a clause may be missing.";

pub(super) fn lint(subject: &Subject<'_>, problems: &mut Vec<Problem>) {
    let Some(exact) = subject.exact() else { return };
    let policy = subject.policy;
    // Where nothing is decided by clauses, there is nothing to tell apart.
    if exact.regions.ranked.iter().all(|ranked| ranked.decides == EMPTY) {
        return;
    }
    categories(&exact, policy, problems);
    let manifest = &policy.manifest;
    severities(&exact, manifest, problems);
    for (ix, facet) in manifest.facets.iter().enumerate() {
        let of = Of::Facet(FacetIx(ix as u16));
        let route = Route::root().then("facets").then(&*facet.id).then("values");
        let groups = exact.untold(of);
        if let Some(alone) = exact.unasked(of).filter(|_| facet.values.len() > 1) {
            let value = &facet.values[usize::from(alone.0)];
            let message = format!("no clause asks for the value `{value}` of the facet `{}`", facet.id);
            let place = Place { route, ..Place::file("casebook.yaml") };
            problems.push(Problem::new(&codes::UNTOLD_VALUES, place, message, HELP));
            continue;
        }
        let whole = groups.iter().any(|group| group.len() == facet.values.len());
        // Whoever describes a facet that no clause asks for wants it recorded: replays can be read by it.
        if groups.is_empty() || whole && !facet.description.trim().is_empty() {
            continue;
        }
        tell(&format!("facet `{}`", facet.id), route, &facet.values, &groups, problems);
    }
}

/// Those that the manifest does not choose by itself are told of only where some clause asks for any.
fn severities(exact: &Exact<'_>, manifest: &Manifest, problems: &mut Vec<Problem>) {
    let groups = exact.untold(Of::Severity);
    let whole = groups.iter().any(|group| group.len() == manifest.severities.len());
    if groups.is_empty() || whole && manifest.severities == Manifest::default().severities {
        return;
    }
    tell("severity", Route::root().then("severities"), &manifest.severities, &groups, problems);
}

fn tell(what: &str, route: Route, values: &[Arc<str>], groups: &[Vec<ValueIx>], problems: &mut Vec<Problem>) {
    let message = match groups {
        [all] if all.len() == values.len() => format!("no clause tells the values of the {what} apart"),
        groups => {
            let words = |group: &Vec<ValueIx>| {
                let words: Vec<String> = group.iter().map(|ix| format!("`{}`", values[usize::from(ix.0)])).collect();
                words.join(", ")
            };
            let groups: Vec<String> = groups.iter().map(words).collect();
            format!("no clause tells these values of the {what} apart: {}", groups.join("; "))
        }
    };
    let place = Place { route, ..Place::file("casebook.yaml") };
    problems.push(Problem::new(&codes::UNTOLD_VALUES, place, message, HELP));
}

/// Every taxonomy is finer than its policy in many places, and may be. It is worth a word, one for the whole policy, where
/// somebody saw a difference: categories of unlike risk tiers, or whole top categories.
fn categories(exact: &Exact<'_>, policy: &Policy, problems: &mut Vec<Problem>) {
    let taxonomy = &policy.taxonomy;
    let (mut groups, mut finer): (Vec<Vec<CategoryIx>>, Vec<Vec<CategoryIx>>) = (Vec::new(), Vec::new());
    for class in exact.space.untold(&exact.regions.lens, Of::Category) {
        let living = |met: &Met| match met {
            Met::Category(Some(ix)) if taxonomy.get(*ix).deprecated.is_none() => Some(*ix),
            _ => None,
        };
        let class: Vec<CategoryIx> = class.iter().filter_map(living).collect();
        let mut tiers: Vec<(Option<u32>, CategoryIx)> = Vec::new();
        for &ix in &class {
            let tier = taxonomy.get(ix).tier;
            if tiers.iter().all(|(known, _)| *known != tier) {
                tiers.push((tier, ix));
            }
        }
        // What no clause names at all is a gap, which is told of elsewhere.
        let is_named = class.iter().any(|ix| is_named(policy, *ix));
        let tops: Vec<CategoryIx> = class.iter().copied().filter(|ix| taxonomy.get(*ix).parent.is_none()).collect();
        if is_named && tops.len() > 1 {
            groups.push(tops);
        } else if is_named && tiers.iter().filter(|(tier, _)| tier.is_some()).count() > 1 {
            groups.push(tiers.into_iter().map(|(_, ix)| ix).collect());
        }
        if is_named && class.len() > 1 {
            finer.push(class);
        }
    }
    let Some(first) = groups.first().and_then(|group| group.first()) else { return };
    let words = |group: &Vec<CategoryIx>| {
        let named = |ix: &CategoryIx| match taxonomy.get(*ix).tier {
            Some(tier) => format!("`{}` (tier {tier})", taxonomy.get(*ix).id),
            None => format!("`{}`", taxonomy.get(*ix).id),
        };
        listed(&group.iter().map(named).collect::<Vec<_>>())
    };
    let groups: Vec<String> = groups.iter().map(words).collect();
    // Once it is told at all, it is told of every category.
    let all = finer.iter().map(|class| format!("told from others, but not from one another: {}", words(class)));
    let message = format!("no clause tells these categories apart: {}", groups.join("; "));
    let problem = Problem::new(&codes::UNTOLD_VALUES, taxonomy.get(*first).place.clone(), message, HELP);
    problems.push(problem.with_details(all.collect()));
}

/// Whether some clause names the category, or one above it.
fn is_named(policy: &Policy, category: CategoryIx) -> bool {
    fn names(predicate: &Predicate, is_it: &impl Fn(&Operand) -> bool) -> bool {
        match predicate {
            Predicate::AnyOf(list) | Predicate::AllOf(list) | Predicate::NoneOf(list) => list.iter().any(is_it),
            Predicate::Not(inner) => names(inner, is_it),
        }
    }
    let is_it =
        |operand: &Operand| matches!(operand, Operand::Category(ix) if policy.taxonomy.is_within(category, *ix));
    let mut tests = policy.clauses.iter().flat_map(|clause| clause.when.tests());
    tests.any(|test| test.subject == Of::Category && names(&test.predicate, &is_it))
}

impl Exact<'_> {
    /// The value of a set that no test asks for, where it is the only one.
    pub(super) fn unasked(&self, of: Of) -> Option<ValueIx> {
        let Of::Facet(ix) = of else { return None };
        let is_set = self.policy().manifest.facet(ix).kind == FacetKind::Set;
        let unasked =
            is_set.then(|| self.space.untold(&self.regions.lens, of)).and_then(|all| all.into_iter().next())?;
        match unasked[..] {
            [Met::Value(Some(FacetValue::One(alone)))] => Some(alone),
            _ => None,
        }
    }

    /// The values that no test tells apart, several at a time. Those of a set that no test asks for are one such group.
    pub(super) fn untold(&self, of: Of) -> Vec<Vec<ValueIx>> {
        let one = |met: &Met| match met {
            Met::Value(Some(FacetValue::One(ix))) => Some(*ix),
            _ => None,
        };
        let groups = self
            .space
            .untold(&self.regions.lens, of)
            .into_iter()
            .map(|class| class.iter().filter_map(one).collect::<Vec<_>>());
        groups.filter(|group| group.len() > 1).collect()
    }
}
