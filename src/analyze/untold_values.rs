//! CB036: severities, facets or values that no clause tells apart.

use super::Subject;
use super::space::EMPTY;
use crate::policy::codes;
use crate::policy::condition::{Met, Subject as Of};
use crate::policy::facet::{FacetIx, FacetValue, ValueIx};
use crate::policy::place::{Place, Route};
use crate::policy::problem::Problem;
use std::sync::Arc;

pub(super) fn lint(subject: &Subject<'_>, problems: &mut Vec<Problem>) {
    let Some(exact) = subject.exact() else { return };
    let policy = subject.policy;
    // Where nothing is decided by clauses, there is nothing to tell apart.
    if exact.regions.ranked.iter().all(|ranked| ranked.decides == EMPTY) {
        return;
    }
    let facets = policy.manifest.facets.iter().enumerate();
    let facets = facets.map(|(ix, facet)| (Of::Facet(FacetIx(ix as u16)), &facet.values, Some(&facet.id)));
    for (of, values, facet) in std::iter::once((Of::Severity, &policy.manifest.severities, None)).chain(facets) {
        let place = Place { route: route(facet), ..Place::file("casebook.yaml") };
        let name = facet.map_or("severity".to_owned(), |facet| format!("facet `{facet}`"));
        let groups = exact.space.untold(of);
        let message = match &groups[..] {
            [] => continue,
            [all] if all.len() == values.len() => format!("no clause tells the values of the {name} apart"),
            groups => {
                let words = |group: &Vec<ValueIx>| {
                    let words: Vec<String> =
                        group.iter().map(|ix| format!("`{}`", values[usize::from(ix.0)])).collect();
                    words.join(", ")
                };
                let groups: Vec<String> = groups.iter().map(words).collect();
                format!("no clause tells these values of the {name} apart: {}", groups.join("; "))
            }
        };
        let help = "People who label cases need not either; or a clause may be missing.";
        problems.push(Problem::new(&codes::UNTOLD_VALUES, place, message, help));
    }
}

fn route(facet: Option<&Arc<str>>) -> Route {
    match facet {
        None => Route::root().then("severities"),
        Some(facet) => Route::root().then("facets").then(&**facet).then("values"),
    }
}

impl super::space::Space {
    /// The values that no test tells apart, several at a time. Those of a set that no test asks for are one such group.
    fn untold(&self, of: Of) -> Vec<Vec<ValueIx>> {
        let one = |met: &Met| match met {
            Met::Value(Some(FacetValue::One(ix))) => Some(*ix),
            _ => None,
        };
        let groups = self.classes(of).into_iter().map(|class| class.iter().filter_map(one).collect::<Vec<_>>());
        groups.filter(|group| group.len() > 1).collect()
    }
}
