//! What was ruled before, and what those rulings rest on.
//!
//! A [`Docket`] is made once from the gold sets of a version, in a job; then it is asked: [`Docket::nearest`] for the rulings
//! nearest to a case, [`Docket::conflicts`] for what a proposed ruling runs against, [`Docket::search`] for holdings,
//! [`Docket::graph`] for what follows, distinguishes and overrules what. [`Texts`] says whether the texts that a label or
//! a ruling cites still say what they said.

pub mod cites;
pub mod conflict;
pub mod docket;
pub mod graph;
pub mod near;
pub mod point;
pub mod text;

pub use cites::{Citation, Outdated, Texts};
pub use conflict::{Conflict, ConflictKind};
pub use docket::{Docket, Precedent, Relation, RelationKind, RulingIx, Stand, State, documents_of, text_of};
pub use graph::{Edge, Flaw, Graph};
pub use near::{Asked, Found, Near};

#[cfg(test)]
mod testing;
