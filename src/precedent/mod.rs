//! What was ruled before, and what those rulings rest on.
//!
//! A [`Docket`] is made once from the gold sets of a version, in a job; then it is asked: [`Docket::nearest`] for the rulings
//! nearest to a case, [`Docket::conflicts`] for what a proposed ruling runs against, [`Docket::saying`] for holdings by their words,
//! [`Docket::graph`] for what follows, distinguishes and overrules what, [`Docket::shaping`] for the rulings that shaped a clause.
//! [`Texts`] says whether the texts that a label or a ruling cites still say what they said, [`Docket::gold_states`] what that
//! makes of the gold labels, and [`touched_by`] which cases an edit touches.

pub mod cites;
pub mod conflict;
pub mod docket;
pub mod gold;
pub mod graph;
pub mod near;
pub mod point;
pub mod renamed;
pub mod resting;
pub mod shaped;
pub mod staled;
pub mod touched;

pub use crate::policy::gold_state::GoldState;
pub use cites::{Citation, Outdated, Texts};
pub use conflict::{Conflict, ConflictKind, Way};
pub use docket::{
    Docket, Precedent, Relation, RelationKind, RulingIx, RulingText, Stand, State, TextScores, documents_of, text_of,
};
pub use gold::{CaseGold, Why};
pub use graph::{Edge, Flaw, Graph};
pub use near::{Asked, Found, Near};
pub use point::{Compared, Difference};
pub use renamed::renamed;
pub use resting::{Records, Resting, Rests};
pub use shaped::{Reasons, Shaping};
pub use staled::Staled;
pub use touched::{OneText, Step, Touched, touched_by};

#[cfg(test)]
mod testing;
