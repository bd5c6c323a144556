//! CB036: categories, severities, facets or values that no clause tells apart.

use super::space::{EMPTY, Exact, FULL};
use super::{Subject, first_of, listed};
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
    let Some(mut exact) = subject.exact() else { return };
    // Where nothing is decided by clauses, there is nothing to tell apart.
    if exact.regions.ranked.iter().all(|ranked| ranked.decides == EMPTY) {
        return;
    }
    categories(&mut exact, problems);
    let manifest = &subject.policy.manifest;
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

/// Categories that every test treats alike.
struct Alike {
    kind: Kind,
    /// The topmost first, as they stand.
    categories: Vec<CategoryIx>,
}

/// How much speaks for telling them apart, the weightiest first.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    /// Somebody saw a difference: in risk tier, or in who answers for them.
    Unlike,
    /// None of them is above all others.
    Beside,
    /// No clause names them: what they are for may be said below them.
    Unnamed,
    /// The taxonomy is finer than its policy, and may be.
    Below,
}

impl Alike {
    /// Those of a class; `None` where it is not about several, or where no clause rules on anything of it: that is a gap,
    /// which is told of elsewhere.
    fn of(exact: &mut Exact<'_>, class: &[Met]) -> Option<Alike> {
        let taxonomy = &exact.policy().taxonomy;
        let living = |met: &Met| match met {
            Met::Category(Some(ix)) if taxonomy.get(*ix).deprecated.is_none() => Some(*ix),
            _ => None,
        };
        let categories: Vec<CategoryIx> = class.iter().filter_map(living).collect();
        let topmost = *categories.first().filter(|_| categories.len() > 1)?;
        let all = exact.space.of_categories(&categories, FULL);
        if exact.deciders(all).iter().all(Option::is_none) {
            return None;
        }
        let tiers: Vec<u32> = categories.iter().filter_map(|ix| taxonomy.get(*ix).tier).collect();
        let mut owners: Vec<&str> = categories.iter().map(|ix| &*taxonomy.get(*ix).owner).collect();
        owners.retain(|owner| !owner.trim().is_empty());
        let differ = tiers.iter().any(|tier| *tier != tiers[0]) || owners.iter().any(|owner| *owner != owners[0]);
        let kind = if !categories.iter().any(|ix| is_named(exact.policy(), *ix)) {
            Kind::Unnamed
        } else if differ {
            Kind::Unlike
        } else if categories.iter().all(|ix| taxonomy.is_within(*ix, topmost)) {
            Kind::Below
        } else {
            Kind::Beside
        };
        Some(Alike { kind, categories })
    }

    /// A category, with what somebody saw in it.
    fn named(&self, policy: &Policy, ix: CategoryIx) -> String {
        let category = policy.taxonomy.get(ix);
        let tier = category.tier.map(|tier| format!("tier {tier}"));
        let owner = Some(category.owner.to_string()).filter(|owner| !owner.trim().is_empty());
        let seen: Vec<String> = tier.into_iter().chain(owner).collect();
        match seen.is_empty() || !matches!(self.kind, Kind::Unlike | Kind::Unnamed) {
            true => format!("`{}`", category.id),
            false => format!("`{}` ({})", category.id, seen.join(", ")),
        }
    }

    /// In few words: one of each tier and owner where these differ, else the topmost.
    fn in_short(&self, policy: &Policy) -> String {
        let taxonomy = &policy.taxonomy;
        let mut chosen: Vec<CategoryIx> = Vec::new();
        for &ix in &self.categories {
            let seen = |ix| (taxonomy.get(ix).tier, &taxonomy.get(ix).owner);
            let is_said = |known: &CategoryIx| match self.kind {
                Kind::Unlike => seen(*known) == seen(ix),
                Kind::Beside | Kind::Below => taxonomy.is_within(ix, *known),
                Kind::Unnamed => false,
            };
            if !chosen.iter().any(is_said) {
                chosen.push(ix);
            }
        }
        first_of(&chosen.into_iter().map(|ix| self.named(policy, ix)).collect::<Vec<_>>())
    }

    fn line(&self, policy: &Policy) -> String {
        let kind = match self.kind {
            Kind::Unlike => "of different tiers or owners, treated as one",
            Kind::Beside => "side by side, treated as one",
            Kind::Unnamed => "named by no clause, treated as one",
            Kind::Below => "a category and those below it, treated as one",
        };
        let all: Vec<String> = self.categories.iter().map(|ix| self.named(policy, *ix)).collect();
        format!("{kind}: {}", listed(&all))
    }
}

/// One problem for each taxonomy, with a line for each class of categories that every test treats alike.
fn categories(exact: &mut Exact<'_>, problems: &mut Vec<Problem>) {
    /// Above the lines, so many are named.
    const MOST: usize = 3;
    let policy = exact.policy();
    let classes = exact.space.untold(&exact.regions.lens, Of::Category);
    let mut found: Vec<Alike> = classes.iter().filter_map(|class| Alike::of(exact, class)).collect();
    let file = |alike: &Alike| &policy.taxonomy.get(alike.categories[0]).place.file;
    found.sort_by(|one, other| (file(one), &one.kind).cmp(&(file(other), &other.kind)));
    for of_one in found.chunk_by(|one, other| file(one) == file(other)) {
        let short = |kinds: &[Kind]| -> Vec<String> {
            let those = of_one.iter().filter(|alike| kinds.contains(&alike.kind));
            those.map(|alike| alike.in_short(policy)).collect()
        };
        let (apart, above) = (short(&[Kind::Unlike, Kind::Beside]), short(&[Kind::Below]));
        let mut says: Vec<String> = Vec::new();
        if !apart.is_empty() {
            let more = if apart.len() > MOST { format!("; {} more", apart.len() - MOST) } else { String::new() };
            let named = &apart[..apart.len().min(MOST)];
            says.push(format!("no clause tells these categories apart: {}{more}", named.join("; ")));
        }
        for names in short(&[Kind::Unnamed]) {
            says.push(match says.is_empty() {
                true => format!("no clause names these categories, nor tells them apart: {names}"),
                false => format!("nor those that no clause names: {names}"),
            });
        }
        if !above.is_empty() {
            let begins = if says.is_empty() { "no clause tells" } else { "nor" };
            let those = if above.len() == 1 { "it" } else { "them" };
            says.push(format!("{begins} {} from what is below {those}", first_of(&above)));
        }
        let message = says.join("; ");
        let place = policy.taxonomy.get(of_one[0].categories[0]).place.clone();
        let lines = of_one.iter().map(|alike| alike.line(policy)).collect();
        problems.push(Problem::new(&codes::UNTOLD_VALUES, place, message, HELP).with_details(lines));
    }
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
