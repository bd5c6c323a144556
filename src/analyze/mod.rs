//! What is wrong with a policy: problems, one file each. What differs between two versions: as text, as structure.
//!
//! A lint is a function in a file of its own, one line in [`LINTS`], one line in [`crate::policy::codes`], and its
//! manual page in `docs/problems/`.

mod broken_precedent;
mod clause_without_text;
mod contradicting_labels;
pub mod coverage;
mod deprecated_category;
pub mod edit;
mod empty_policy;
mod impossible_condition;
pub mod records;
pub mod sealed_rounds;
pub mod space;
pub mod structure;
pub mod text;
mod undecided_example;
mod unknown_clause;
mod unknown_example;

use crate::decide::GoldSet;
use crate::policy::Policy;
use crate::policy::problem::Problem;
use std::sync::Arc;

/// What lints look at.
pub struct Subject<'a> {
    pub policy: &'a Policy,
    pub sets: &'a [Arc<GoldSet>],
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
];

/// Everything that the lints find.
pub fn lint(subject: &Subject<'_>) -> Vec<Problem> {
    let mut problems = Vec::new();
    LINTS.iter().for_each(|lint| lint(subject, &mut problems));
    problems
}

#[cfg(test)]
mod tests;
