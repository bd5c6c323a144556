//! A clause says *when* *then* what, in prose and in structure, and why.

use super::behavior::BehaviorIx;
use super::condition::Condition;
use super::place::Place;
use std::sync::Arc;

/// Position of a clause in [`Policy::clauses`](super::Policy::clauses), which is its authority: 0 rules first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ClauseIx(pub u32);

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clause {
    /// Stable for life.
    pub id: Arc<str>,
    pub title: Arc<str>,
    /// Authority in free text (`platform`), shown and grouped.
    pub level: Arc<str>,
    /// The normative prose.
    pub text: Arc<str>,
    pub rationale: Arc<str>,
    pub guidance: Arc<str>,
    pub when: Condition,
    /// `None` where the text names no behavior that the policy knows: the clause then decides nothing.
    pub then: Option<BehaviorIx>,
    /// Ids of the gold cases that pin the clause.
    pub examples: Vec<Arc<str>>,
    /// Position of its spec in [`Policy::specs`](super::Policy::specs).
    pub spec: u16,
    /// The whole mapping of the clause.
    pub place: Place,
}
