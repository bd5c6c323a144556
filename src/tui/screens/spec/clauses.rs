//! The clauses as their documents hold them: those that cannot be read are there too.

use crate::document::{Document, Node};
use crate::policy::Policy;
use crate::policy::clause::{Clause, ClauseIx};
use crate::policy::place::{Route, Step};
use crate::policy::problem::Level;
use crate::tui::model::Model;
use crate::workspace::Workspace;
use crate::workspace::compare::Side;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// A clause of a spec file, found again by its id where it was moved.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ClauseKey {
    pub file: Arc<str>,
    /// Empty where it has none.
    pub id: Arc<str>,
    /// Its position in the file when it was looked at last.
    pub index: usize,
}

impl ClauseKey {
    /// The document and the clause's route in it; none where the clause is gone.
    pub fn find(&self, workspace: &Workspace) -> Option<(Document, Route)> {
        let document = workspace.document(&self.file)?;
        Some((document.clone(), self.route_in(document)?))
    }

    /// The clause's route in a version of its document.
    pub fn route_in(&self, document: &Document) -> Option<Route> {
        let list = list();
        let clauses = document.node(&list)?;
        let is_it = |node: &Node| id_of(node) == &*self.id;
        let index = match clauses.item(self.index).is_some_and(is_it) {
            true => self.index,
            false if self.id.is_empty() => return None,
            false => clauses.items().position(is_it)?,
        };
        Some(list.then(index))
    }

    /// What it is called on the screen.
    pub fn name(&self) -> String {
        if self.id.is_empty() { format!("clause {}", self.index + 1) } else { self.id.to_string() }
    }
}

/// What the list shows of one clause.
#[derive(Debug, Clone)]
pub struct Entry {
    pub key: ClauseKey,
    /// In the policy; none where it could not be read.
    pub ix: Option<ClauseIx>,
    pub level: Arc<str>,
    /// The behavior's id, or what stands there instead.
    pub then: Arc<str>,
    /// What is looked through by the filter besides the id.
    pub title: Arc<str>,
    /// Differs from the version that is compared with.
    pub changed: bool,
    /// Can never decide anything.
    pub idle: bool,
    /// The worst problem in it.
    pub problem: Option<Level>,
}

/// Every clause of every spec file, in order of authority.
pub fn entries(model: &Model) -> Vec<Entry> {
    let policy = model.workspace.policy();
    let base = model.base.side().map(BaseClauses::of);
    let mut by_place: HashMap<(&str, usize), ClauseIx> = HashMap::new();
    for (n, clause) in policy.clauses.iter().enumerate() {
        if let Some(index) = index_of(&clause.place.route) {
            by_place.insert((&clause.place.file, index), ClauseIx(n as u32));
        }
    }
    let problems = problems(model);
    let mut seen = HashSet::new();
    let mut out = Vec::new();
    for spec in &policy.specs {
        let Some(document) = model.workspace.document(&spec.file).filter(|_| seen.insert(spec.file.clone())) else {
            continue;
        };
        let Some(clauses) = document.node(&list()) else { continue };
        for (index, node) in clauses.items().enumerate() {
            let text = |key: &str| Arc::<str>::from(node.get(key).and_then(Node::text).unwrap_or_default());
            let ix = by_place.get(&(&*spec.file, index)).copied();
            let found = problems.get(&(&*spec.file, index));
            let id: Arc<str> = id_of(node).into();
            let changed = base.as_ref().is_some_and(|base| base.differs(&id, node));
            out.push(Entry {
                level: text("level"),
                then: text("then"),
                title: text("title"),
                idle: ix.is_none_or(|ix| policy.clause(ix).then.is_none()) || found.is_some_and(|found| found.dead),
                problem: found.and_then(|found| found.worst),
                key: ClauseKey { file: spec.file.clone(), id, index },
                ix,
                changed,
            });
        }
    }
    out
}

/// The clause that stands at a route, in force or not.
pub fn clause_at<'p>(policy: &'p Policy, file: &str, route: &Route) -> Option<&'p Clause> {
    policy.every_clause().find(|clause| *clause.place.file == *file && clause.place.route == *route)
}

/// The clause of this id in the version that is compared with, with its document.
pub fn in_base<'m>(model: &'m Model, id: &str) -> Option<(&'m Policy, &'m Clause, &'m Document)> {
    let version = &model.base.side()?.version;
    let clause = version.policy.clause(version.policy.find_clause(id)?);
    Some((&version.policy, clause, version.documents.get(&clause.place.file)?))
}

/// The clauses of a spec file.
pub fn list() -> Route {
    Route::root().then("clauses")
}

/// Which clause of its file a route leads to or into.
pub fn index_of(route: &Route) -> Option<usize> {
    match route.0.get(..2)? {
        [Step::Key(key), Step::Item(index)] if &**key == "clauses" => Some(*index),
        _ => None,
    }
}

pub fn id_of(node: &Node) -> &str {
    node.get("id").and_then(Node::text).unwrap_or_default()
}

struct BaseClauses<'m>(HashMap<&'m str, &'m Node>);

impl<'m> BaseClauses<'m> {
    fn of(side: &'m Arc<Side>) -> Self {
        let version = &side.version;
        let node = |clause: &'m Clause| {
            Some((&*clause.id, version.documents.get(&clause.place.file)?.node(&clause.place.route)?))
        };
        BaseClauses(version.policy.clauses.iter().filter_map(node).collect())
    }

    fn differs(&self, id: &str, node: &Node) -> bool {
        self.0.get(id).is_none_or(|base| !base.says_the_same(node))
    }
}

#[derive(Default)]
struct Found {
    worst: Option<Level>,
    dead: bool,
}

fn problems(model: &Model) -> HashMap<(&str, usize), Found> {
    let mut out: HashMap<(&str, usize), Found> = HashMap::new();
    for problem in model.problems.iter() {
        let Some(index) = index_of(&problem.place.route) else { continue };
        let found = out.entry((&problem.place.file, index)).or_default();
        found.worst = found.worst.max(Some(problem.level()));
        found.dead |= NEVER_DECIDES.contains(&problem.code.name);
    }
    out
}

/// Names of the codes that say a clause never decides.
const NEVER_DECIDES: [&str; 3] = ["dead-clause", "impossible-condition", "duplicate-id"];
