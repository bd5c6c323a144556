//! Deleting a category, and what rests on it.

use super::add::home;
use super::uses::{Reference, ReferenceKind, references_by, tests_by};
use super::{Batch, CategoryError, Operation, counted, listed, standing};
use crate::document::{Document, Edit};
use crate::policy::clause::ClauseIx;
use crate::policy::place::{Place, Route, Step};
use crate::policy::taxonomy::CategoryIx;
use crate::workspace::version::PolicyVersion;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What names a category or one below it from elsewhere. Gold cases are counted apart: see
/// [`CaseCounts`](super::CaseCounts).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rests {
    /// The category and all below it.
    pub categories: Vec<Arc<str>>,
    /// The clauses whose conditions name one of them, in order of authority.
    pub clauses: Vec<Arc<str>>,
    /// Those of them that would have nothing left to test.
    pub orphaned: Vec<Arc<str>>,
    /// Other categories that point at one of them.
    pub references: Vec<(Arc<str>, ReferenceKind)>,
}

impl Rests {
    pub fn is_empty(&self) -> bool {
        self.categories.len() <= 1 && self.clauses.is_empty() && self.references.is_empty()
    }
}

/// What rests on a category and on what stands below it.
pub fn rests_on(version: &PolicyVersion, id: &str) -> Result<Rests, CategoryError> {
    let here = standing(version, id)?;
    let plan = Plan::new(version, here.ix);
    let taxonomy = &version.policy.taxonomy;
    let clause = |ix: &ClauseIx| version.policy.clauses.get(ix.0 as usize).map(|clause| clause.id.clone());
    let mut references: Vec<(Arc<str>, ReferenceKind)> = Vec::new();
    for reference in &plan.references {
        let one = (taxonomy.get(reference.from).id.clone(), reference.kind);
        if !references.contains(&one) {
            references.push(one);
        }
    }
    let clauses: BTreeSet<ClauseIx> = plan.tests.iter().map(|(clause, _)| *clause).collect();
    Ok(Rests {
        categories: plan.categories.iter().map(|ix| taxonomy.get(*ix).id.clone()).collect(),
        clauses: clauses.iter().filter_map(clause).collect(),
        orphaned: plan.orphaned().iter().filter_map(clause).collect(),
        references,
    })
}

/// Deletes a category with all below it, and takes it out of the lists that name it. A test that names nothing else is
/// left as it is, for a person to decide; the sentence says where.
pub fn delete(version: &PolicyVersion, id: &str) -> Result<Operation, CategoryError> {
    let here = standing(version, id)?;
    let rests = rests_on(version, id)?;
    let plan = Plan::new(version, here.ix);
    let mut gone: BTreeMap<Arc<str>, BTreeSet<Route>> = BTreeMap::new();
    let mut take = |file: &Arc<str>, route: Route| {
        gone.entry(file.clone()).or_default().insert(route);
    };
    for (_, place) in &plan.tests {
        if place.route.0.last().is_some_and(|step| matches!(step, Step::Item(_))) {
            take(&place.file, place.route.clone());
        }
    }
    for Reference { kind, place, .. } in &plan.references {
        match kind {
            // The whole "we label X as Y".
            ReferenceKind::Deconflict => {
                if let Some((item, _)) = place.route.split_last() {
                    take(&place.file, item);
                }
            }
            ReferenceKind::ReplacedBy | ReferenceKind::Parent => take(&place.file, place.route.clone()),
        }
    }
    for ix in &plan.categories {
        let place = &version.policy.taxonomy.get(*ix).place;
        take(&place.file, place.route.clone());
    }
    let mut batch = Batch::default();
    for (file, routes) in gone {
        let document = super::document(version, &file)?;
        for edit in removals(document, routes) {
            batch.add(&file, edit);
        }
    }
    let id = &here.category.id;
    let below = match plan.categories.len() - 1 {
        0 => String::new(),
        n => format!(" and {} below it", counted(n, "category")),
    };
    let mut said = format!("`{id}`{below} deleted.");
    if !rests.orphaned.is_empty() {
        let words = match rests.orphaned.len() {
            1 => "tests nothing else: change its condition",
            _ => "test nothing else: change their conditions",
        };
        said.push_str(&format!(" {} {words}.", listed(&rests.orphaned)));
    }
    Ok(batch.done(format!("delete category {id}"), said))
}

/// All that a deletion touches.
struct Plan {
    categories: Vec<CategoryIx>,
    tests: Vec<(ClauseIx, Place)>,
    /// From categories that stay.
    references: Vec<Reference>,
    /// The tests that keep no other word once theirs are gone.
    emptied: Vec<ClauseIx>,
}

impl Plan {
    fn new(version: &PolicyVersion, ix: CategoryIx) -> Plan {
        let taxonomy = &version.policy.taxonomy;
        let subtree = taxonomy.subtree(ix);
        let categories: Vec<CategoryIx> = subtree.clone().map(CategoryIx).collect();
        let names = categories.iter().flat_map(|ix| {
            let category = taxonomy.get(*ix);
            std::iter::once(&category.id).chain(&category.aliases)
        });
        let mut tests: Vec<(ClauseIx, Place)> = Vec::new();
        let mut references = Vec::new();
        for name in names.filter(|name| taxonomy.find(name).is_some_and(|ix| subtree.contains(&ix.0))) {
            tests.extend(tests_by(version, name));
            references.extend(references_by(version, name).into_iter().filter(|one| !subtree.contains(&one.from.0)));
        }
        // A list keeps its last item, and a test that is no list its word: without them it would mean something else.
        let mut lists: BTreeMap<(ClauseIx, Arc<str>, Route), usize> = BTreeMap::new();
        for (clause, place) in &tests {
            if let Some((list, Step::Item(_))) = place.route.split_last() {
                *lists.entry((*clause, place.file.clone(), list)).or_default() += 1;
            }
        }
        let items = |file: &Arc<str>, list: &Route| {
            version.documents.get(file).and_then(|document| document.node(list)).map_or(0, |node| node.items().len())
        };
        let full: Vec<(ClauseIx, Arc<str>, Route)> =
            lists.into_iter().filter(|((_, file, list), n)| *n >= items(file, list)).map(|(list, _)| list).collect();
        let mut emptied = Vec::new();
        tests.retain_mut(|(clause, place)| {
            let in_full = place.route.split_last().is_some_and(|(list, step)| {
                matches!(step, Step::Key(_)) || full.contains(&(*clause, place.file.clone(), list))
            });
            if in_full {
                emptied.push(*clause);
                // Left in place, but still named: the route of a key is never removed.
                while matches!(place.route.0.last(), Some(Step::Item(_))) {
                    place.route.0.pop();
                }
            }
            true
        });
        Plan { categories, tests, references, emptied }
    }

    fn orphaned(&self) -> BTreeSet<ClauseIx> {
        self.emptied.iter().copied().collect()
    }
}

/// The edits that take these values out, a list whose items all go with its key. From the end of the text to its start,
/// so that none changes the route of another.
fn removals(document: &Document, routes: BTreeSet<Route>) -> Vec<Edit> {
    let mut routes = routes;
    loop {
        // What stands within something else that goes, goes with it.
        let inner: Vec<Route> = routes
            .iter()
            .filter(|route| routes.iter().any(|other| other != *route && route.starts_with(other)))
            .cloned()
            .collect();
        inner.iter().for_each(|route| {
            routes.remove(route);
        });
        let mut by_list: BTreeMap<Route, usize> = BTreeMap::new();
        for route in &routes {
            if let Ok((list, _)) = home(route) {
                *by_list.entry(list).or_default() += 1;
            }
        }
        // The list of all categories stays, if empty.
        let emptied = by_list
            .into_iter()
            .find(|(list, n)| list.0.len() > 1 && document.node(list).is_some_and(|node| node.items().len() == *n));
        let Some((list, _)) = emptied else { break };
        routes.insert(list);
    }
    routes
        .into_iter()
        .rev()
        .map(|at| match at.0.last() {
            Some(Step::Item(_)) => Edit::RemoveItem { at },
            _ => Edit::RemoveKey { at },
        })
        .collect()
}
