//! The model: behaviors, facets, taxonomies, clauses, conditions, cases, labels. Pure data and its invariants.

pub mod place;
pub mod problem;
