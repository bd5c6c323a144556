//! The rows that a condition has in a form: one for each test and one for each group, set in as they are nested.

use super::{Group, words};
use crate::document::{Document, Node};
use crate::policy::Policy;
use crate::policy::condition::{Condition, Test};
use crate::policy::place::{Route, Step};
use std::collections::HashMap;

/// A form of more rows than these is no help; the rest is in the raw text.
pub const MOST: usize = 300;

/// One row of a condition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Of the value within its document.
    pub route: Route,
    /// How deep it is nested; 0 for a test right under `when`.
    pub depth: usize,
    /// Begins an alternative of the group it stands in.
    pub begins: bool,
    pub what: What,
    /// What it asks, in words; for what could not be read, its text.
    pub words: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// With the key: `severity`.
    Test(String),
    Group(Group),
    /// Neither a test nor a group.
    Broken,
    /// So many rows are left out.
    More(usize),
}

impl Row {
    /// By which the same row is known in another version: the route from the clause on.
    pub fn key(&self, clause: &Route) -> String {
        Route(self.route.0.iter().skip(clause.0.len()).cloned().collect()).to_string()
    }
}

/// The rows of the condition at `when`, which `condition` was read from; nothing where there is none.
pub fn rows(policy: &Policy, document: &Document, when: &Route, condition: Option<&Condition>) -> Vec<Row> {
    let Some(node) = document.node(when).filter(|node| !node.is_null()) else { return Vec::new() };
    let mut tests: HashMap<&Route, Vec<&Test>> = HashMap::new();
    for test in condition.map(Condition::tests).unwrap_or_default() {
        tests.entry(&test.route).or_default().push(test);
    }
    let mut walk = Walk { policy, document, tests, rows: Vec::new(), left_out: 0 };
    walk.mapping(node, when, 0, false);
    let Walk { mut rows, left_out, .. } = walk;
    if left_out > 0 {
        let words = format!("… and {left_out} more, in the raw text");
        rows.push(Row { route: when.clone(), depth: 0, begins: false, what: What::More(left_out), words });
    }
    rows
}

/// The text of a value on one line.
pub fn source(document: &Document, node: &Node) -> String {
    const LONGEST: usize = 400;
    let text = document.text().get(node.span().range()).unwrap_or_default();
    let mut out = String::new();
    for word in text.split_whitespace() {
        if out.len() > LONGEST {
            return out + " …";
        }
        if !out.is_empty() {
            out.push(' ');
        }
        out.extend(word.chars().take(LONGEST));
    }
    out
}

struct Walk<'a> {
    policy: &'a Policy,
    document: &'a Document,
    tests: HashMap<&'a Route, Vec<&'a Test>>,
    rows: Vec<Row>,
    left_out: usize,
}

impl Walk<'_> {
    fn mapping(&mut self, node: &Node, route: &Route, depth: usize, mut begins: bool) {
        if !node.is_mapping() {
            let words = source(self.document, node);
            self.push(Row { route: route.clone(), depth, begins, what: What::Broken, words });
            return;
        }
        for entry in node.entries() {
            let Some(key) = entry.name() else { continue };
            let route = route.then(Step::from(key));
            match Group::of_key(key) {
                Some(group) => {
                    let words = match (group, entry.value.is_sequence()) {
                        (Group::Not, true) => "none of these holds",
                        (Group::Not, false) if entry.value.entries().len() == 1 => "this does not hold",
                        _ => group.words(),
                    };
                    let what = What::Group(group);
                    self.push(Row { route: route.clone(), depth, begins, what, words: words.to_owned() });
                    self.group(&entry.value, &route, depth + 1, group);
                }
                None => {
                    let words = self.words(&entry.value, &route);
                    self.push(Row { route, depth, begins, what: What::Test(key.to_owned()), words });
                }
            }
            begins = false;
        }
    }

    fn group(&mut self, node: &Node, route: &Route, depth: usize, group: Group) {
        if node.is_sequence() {
            for (n, item) in node.items().enumerate() {
                self.mapping(item, &route.then(n), depth, true);
            }
        } else if group == Group::Any && node.is_mapping() {
            // Of a mapping under `any` each test is an alternative.
            let from = self.rows.len();
            self.mapping(node, route, depth, true);
            self.rows[from..].iter_mut().filter(|row| row.depth == depth).for_each(|row| row.begins = true);
        } else {
            self.mapping(node, route, depth, false);
        }
    }

    fn words(&self, node: &Node, route: &Route) -> String {
        let tests = self.tests.get(route).map(Vec::as_slice).unwrap_or_default();
        let understood = !tests.is_empty() && tests.iter().all(|test| test.predicate.is_understood());
        if understood { words::asked(self.policy, tests) } else { source(self.document, node) }
    }

    fn push(&mut self, row: Row) {
        if self.rows.len() < MOST { self.rows.push(row) } else { self.left_out += 1 }
    }
}
