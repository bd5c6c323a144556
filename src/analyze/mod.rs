//! What is wrong with a policy: problems, one file each. What differs between two versions: as text, as structure.
//!
//! A lint is a function in a file of its own, one line in [`LINTS`], one line in [`crate::policy::codes`], and its
//! manual page in `docs/problems/`.

mod apart;
mod broken_precedent;
mod clause_without_text;
mod contradicting_labels;
pub mod coverage;
mod dead_clause;
mod dead_part;
mod deprecated_category;
pub mod edit;
mod empty_policy;
pub mod fix;
mod gap;
mod idle_clause;
mod idle_test;
mod impossible_condition;
mod outranked;
mod overlap;
pub mod records;
pub mod round_files;
pub mod sealed_rounds;
pub mod space;
pub mod structure;
pub mod text;
mod too_large;
mod undecided_example;
mod unknown_clause;
mod unknown_example;
mod untold_values;
mod unwritten_case;
mod wide_exception;

use crate::decide::{Cancelled, GoldSet, Unwatched, Watch};
use crate::policy::Policy;
use crate::policy::manifest::HitPolicy;
use crate::policy::problem::Problem;
use space::{Exact, TooLarge};
use std::cell::{RefCell, RefMut};
use std::sync::Arc;

/// What lints look at.
pub struct Subject<'a> {
    pub policy: &'a Policy,
    pub sets: &'a [Arc<GoldSet>],
    /// What the policy decides, exactly.
    exact: Result<RefCell<Exact<'a>>, TooLarge>,
}

impl<'a> Subject<'a> {
    pub fn new(policy: &'a Policy, sets: &'a [Arc<GoldSet>]) -> Self {
        Subject { policy, sets, exact: Exact::of(policy).map(RefCell::new) }
    }

    /// What the policy decides, exactly; `None` where it is too large for that, or became so while it was looked at.
    fn exact(&self) -> Option<RefMut<'_, Exact<'a>>> {
        let exact = self.exact.as_ref().ok().map(RefCell::borrow_mut);
        exact.filter(|exact| exact.space.check().is_ok())
    }
}

/// Finds one kind of problem.
pub type Lint = fn(&Subject<'_>, &mut Vec<Problem>);

pub static LINTS: &[Lint] = &[
    empty_policy::lint,
    clause_without_text::lint,
    impossible_condition::lint,
    deprecated_category::lint,
    unknown_example::lint,
    unknown_clause::lint,
    broken_precedent::lint,
    undecided_example::lint,
    contradicting_labels::lint,
    unwritten_case::lint,
    dead_clause::lint,
    dead_part::lint,
    idle_clause::lint,
    idle_test::lint,
    overlap::lint,
    gap::lint,
    wide_exception::lint,
    outranked::lint,
    untold_values::lint,
    too_large::lint,
];

/// Everything that the lints find.
pub fn lint(subject: &Subject<'_>) -> Vec<Problem> {
    lint_while(subject, &Unwatched).unwrap_or_default()
}

/// As [`lint`], until nobody waits for it any more: asked before each lint.
pub fn lint_while(subject: &Subject<'_>, watch: &dyn Watch) -> Result<Vec<Problem>, Cancelled> {
    let mut problems = Vec::new();
    for lint in LINTS {
        if watch.cancelled() {
            return Err(Cancelled);
        }
        let (before, had_room) = (problems.len(), subject.exact().is_some());
        lint(subject, &mut problems);
        if had_room && subject.exact().is_none() {
            // What was found while the room ran out is not proven.
            problems.truncate(before);
        }
    }
    Ok(problems)
}

/// `` `a`, `b` and the default ``
fn names(policy: &Policy, deciders: &[space::Decider]) -> String {
    let named = |decider: &space::Decider| match decider {
        Some(ix) => format!("`{}`", policy.clause(*ix).id),
        None => "the default".to_owned(),
    };
    let names: Vec<String> = deciders.iter().map(named).collect();
    if names.is_empty() { "nothing".to_owned() } else { first_of(&names) }
}

/// `a, b, c, d and 3 more`
fn first_of(words: &[String]) -> String {
    /// So many are named; the rest is counted.
    const MOST: usize = 4;
    let mut named: Vec<String> = words.iter().take(MOST).cloned().collect();
    if words.len() > MOST {
        named.push(format!("{} more", words.len() - MOST));
    }
    listed(&named)
}

/// `a, b and c`
fn listed(words: &[String]) -> String {
    match words.split_last() {
        None => String::new(),
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
    }
}

/// What one or several do.
fn decide(how_many: usize) -> &'static str {
    if how_many == 1 { "decides" } else { "decide" }
}

/// How one clause comes to decide where another applies as well.
fn over(policy: &Policy) -> &'static str {
    match policy.manifest.hit_policy {
        HitPolicy::First => "before it",
        HitPolicy::MostRestrictive | HitPolicy::Unique => "over it",
    }
}

#[cfg(test)]
mod tests;
