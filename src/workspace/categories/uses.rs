//! What names a category: clauses that test it, and other categories that point at it.

use super::words_at;
use crate::policy::clause::ClauseIx;
use crate::policy::condition::{Operand, Predicate, Subject};
use crate::policy::place::{Place, Route};
use crate::policy::taxonomy::CategoryIx;
use crate::workspace::version::PolicyVersion;

/// How a clause's test reaches a category.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Reach {
    /// It names the category.
    Named,
    /// It names this one above it.
    Above(CategoryIx),
    /// It names this one below it.
    Below(CategoryIx),
}

/// A clause that tests a category.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClauseUse {
    pub clause: ClauseIx,
    /// The nearest way, where there are several.
    pub reach: Reach,
}

/// How a category points at another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ReferenceKind {
    /// "We label X as Y."
    Deconflict,
    ReplacedBy,
    /// A `parent` key.
    Parent,
}

/// A category that points at another one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    pub from: CategoryIx,
    pub kind: ReferenceKind,
    /// Of the word itself.
    pub place: Place,
}

/// The clauses that test a category, by its id, an alias or through the tree, in order of authority.
pub fn clauses_of(version: &PolicyVersion, category: CategoryIx) -> Vec<ClauseUse> {
    let taxonomy = &version.policy.taxonomy;
    let reach = |tested: CategoryIx| match tested {
        tested if tested == category => Some(Reach::Named),
        tested if taxonomy.is_within(category, tested) => Some(Reach::Above(tested)),
        tested if taxonomy.is_within(tested, category) => Some(Reach::Below(tested)),
        _ => None,
    };
    let clauses = version.policy.clauses.iter().enumerate();
    clauses
        .filter_map(|(at, clause)| {
            let tests = clause.when.tests();
            let about = tests.iter().filter(|test| test.subject == Subject::Category);
            let tested = about.flat_map(|test| categories(&test.predicate));
            let nearest = tested.filter_map(reach).min_by_key(|reach| match reach {
                Reach::Named => (0, 0),
                // The nearest above has the highest position of those that hold it.
                Reach::Above(ix) => (1, u16::MAX - ix.0),
                Reach::Below(ix) => (2, ix.0),
            });
            Some(ClauseUse { clause: ClauseIx(at as u32), reach: nearest? })
        })
        .collect()
}

/// The categories that point at this one by its id or an alias.
pub fn references_to(version: &PolicyVersion, category: CategoryIx) -> Vec<Reference> {
    let one = version.policy.taxonomy.get(category);
    std::iter::once(&one.id).chain(&one.aliases).flat_map(|name| references_by(version, name)).collect()
}

/// The places in conditions that say this word of a category.
pub(super) fn tests_by(version: &PolicyVersion, name: &str) -> Vec<(ClauseIx, Place)> {
    let mut found: Vec<(ClauseIx, Place)> = Vec::new();
    for (at, clause) in version.policy.clauses.iter().enumerate() {
        let Some(document) = version.documents.get(&clause.place.file) else { continue };
        let mut routes: Vec<Route> = Vec::new();
        for test in clause.when.tests().into_iter().filter(|test| test.subject == Subject::Category) {
            for route in words_at(document, &test.route, name) {
                if !routes.contains(&route) {
                    routes.push(route);
                }
            }
        }
        found.extend(routes.into_iter().map(|route| (ClauseIx(at as u32), document.place(&clause.place.file, &route))));
    }
    found
}

/// The places in other categories that say this word of a category.
pub(super) fn references_by(version: &PolicyVersion, name: &str) -> Vec<Reference> {
    let mut found = Vec::new();
    for (from, category) in version.policy.taxonomy.iter() {
        let Some(document) = version.documents.get(&category.place.file) else { continue };
        let route = &category.place.route;
        let Some(node) = document.node(route) else { continue };
        let mut add = |kind, route: Route| {
            found.push(Reference { from, kind, place: document.place(&category.place.file, &route) });
        };
        if let Some(list) = node.get("deconflict") {
            for (i, item) in list.resolved().items().enumerate() {
                if item.get("category").and_then(|word| word.resolved().text()) == Some(name) {
                    add(ReferenceKind::Deconflict, route.then("deconflict").then(i).then("category"));
                }
            }
        }
        for at in words_at(document, &route.then("deprecated").then("replaced_by"), name) {
            add(ReferenceKind::ReplacedBy, at);
        }
        if node.get("parent").and_then(|word| word.resolved().text()) == Some(name) {
            add(ReferenceKind::Parent, route.then("parent"));
        }
    }
    found
}

fn categories(predicate: &Predicate) -> Vec<CategoryIx> {
    match predicate {
        Predicate::AnyOf(operands) | Predicate::AllOf(operands) | Predicate::NoneOf(operands) => operands
            .iter()
            .filter_map(|operand| match operand {
                Operand::Category(ix) => Some(*ix),
                _ => None,
            })
            .collect(),
        Predicate::Not(inner) => categories(inner),
    }
}
