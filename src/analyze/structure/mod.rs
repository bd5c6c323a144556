//! The difference of two versions as structure: clauses and categories added, removed, renamed, moved, reordered and
//! edited, field by field, matched by id; likewise everything the manifest holds.
//!
//! Places do not count, nor do layout, comments or the order of alternatives: only what is said. A clause that merely
//! follows a category or facet that was renamed or removed is not edited itself.

mod categories;
mod change;
mod clauses;
mod fields;
mod manifest;
pub(crate) mod order;
mod pairs;
mod terms;
mod twins;
mod undo;

pub use change::{Change, ChangeKind, Subject};
pub(crate) use terms::canonical;
pub use undo::{Undo, undo};

use crate::policy::Policy;
use twins::Twins;

/// Everything that differs from `base` to `head`: first the manifest's fields, then specs, categories and clauses, in
/// the head's order with what was removed where it stood.
pub fn compare(base: &Policy, head: &Policy) -> Vec<Change> {
    let twins = Twins::of(base, head);
    let mut changes = Vec::new();
    manifest::compare(base, head, &twins, &mut changes);
    categories::compare(base, head, &twins, &mut changes);
    clauses::compare(base, head, &twins, &mut changes);
    changes
}

#[cfg(test)]
pub(crate) mod tests;
