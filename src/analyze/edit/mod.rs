//! The single edits of a policy: each change that a person would make in one step, enumerated.
//!
//! Mutation testing asks of each whether a gold case notices it; the fix finder asks which of them rights a case; a lint
//! offers the one that mends it. An edit is of the model here; [`crate::workspace`] makes it in the text.

mod apply;
mod around;
mod condition;
mod enumerate;
mod predicate;
mod say;

pub use condition::{same, with_outcome};
pub use enumerate::{Menu, edits, edits_of, insertions};

use crate::decide::words;
use crate::policy::Policy;
use crate::policy::behavior::BehaviorIx;
use crate::policy::clause::{Clause, ClauseIx};
use crate::policy::condition::{Condition, Predicate, Test};
use crate::policy::place::Place;
use std::ops::Range;

/// One step away from a policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyEdit {
    /// The clause that it is about. Of a new clause, the one that it stands ahead of; the number of clauses for the end.
    pub clause: ClauseIx,
    pub act: Act,
}

/// What is done to a clause.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Act {
    DropClause,
    /// By the test's position among [`Condition::tests`](crate::policy::condition::Condition::tests). A group that is left
    /// empty goes with it; a clause that is left without a test always applies.
    DropTest(usize),
    /// One of several alternatives, by the positions of its tests.
    DropAlternative(Range<usize>),
    /// Puts another question in the place of the test at that position.
    SetTest(usize, Predicate, Kind),
    /// Asks one thing more, beside all that is asked.
    AddTest(Test),
    SetBehavior(BehaviorIx),
    /// Where the clause stands then. Always within its spec: another spec would be another authority.
    Move(ClauseIx),
    /// A new clause ahead of this one, in its spec.
    Insert(Box<Clause>),
    /// No longer names a case as an example, by its position among them. Examples decide nothing.
    DropExample(usize),
}

/// What sort of edit it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    DropClause,
    DropTest,
    /// A value more where any is enough, or less where each is one too many: the test holds more often.
    Loosen,
    /// The contrary: the test holds less often.
    Tighten,
    /// The bound of a comparison, or a value of an order, one step up or down.
    Shift,
    /// A category's parent in its place.
    Widen,
    /// One of a category's children in its place.
    Narrow,
    SetBehavior,
    Move,
    AddTest,
    /// A new clause ahead of another.
    Insert,
    /// An example less, which changes no decision.
    DropExample,
}

impl Kind {
    /// In the order that [`Kind::SLIPS`] and [`Kind::WITHIN`] begin with.
    pub const ALL: [Kind; 12] = [
        Kind::DropClause,
        Kind::DropTest,
        Kind::Loosen,
        Kind::Tighten,
        Kind::Shift,
        Kind::Widen,
        Kind::Narrow,
        Kind::SetBehavior,
        Kind::Move,
        Kind::AddTest,
        Kind::Insert,
        Kind::DropExample,
    ];

    /// What a slip of the pen could do: every edit that needs no case to think of.
    pub const SLIPS: &[Kind] = Kind::ALL.split_at(9).0;
    /// Every edit of a clause that is there.
    pub const WITHIN: &[Kind] = Kind::ALL.split_at(10).0;

    pub fn word(self) -> &'static str {
        match self {
            Kind::DropClause => "drop-clause",
            Kind::DropTest => "drop-test",
            Kind::Loosen => "loosen",
            Kind::Tighten => "tighten",
            Kind::Shift => "shift",
            Kind::Widen => "widen",
            Kind::Narrow => "narrow",
            Kind::SetBehavior => "behavior",
            Kind::Move => "move",
            Kind::AddTest => "add-test",
            Kind::Insert => "insert",
            Kind::DropExample => "drop-example",
        }
    }

    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }
}

impl PolicyEdit {
    pub fn kind(&self) -> Kind {
        match &self.act {
            Act::DropClause => Kind::DropClause,
            Act::DropTest(_) | Act::DropAlternative(_) => Kind::DropTest,
            Act::SetTest(_, _, kind) => *kind,
            Act::AddTest(_) => Kind::AddTest,
            Act::SetBehavior(_) => Kind::SetBehavior,
            Act::Move(_) => Kind::Move,
            Act::Insert(_) => Kind::Insert,
            Act::DropExample(_) => Kind::DropExample,
        }
    }

    /// Whether it changes what a clause asks or says, and neither its place nor whether it is there.
    pub fn is_within(&self) -> bool {
        !matches!(self.act, Act::DropClause | Act::Move(_) | Act::Insert(_))
    }

    /// How much there is to read once it is made, the less the plainer: what was there already before what is new, and a short
    /// condition before a long one.
    pub fn plainness(&self, policy: &Policy) -> (bool, usize) {
        let length = |when: &Condition| words::condition(policy, when).len();
        match &self.act {
            Act::Insert(clause) => (true, length(&clause.when)),
            Act::DropClause => (false, 0),
            _ => (false, length(&self.clause_after(policy.clause(self.clause)).when)),
        }
    }

    /// Where it changes the text: a test, or a clause. The position and the bytes are those of the clause.
    pub fn place(&self, policy: &Policy) -> Place {
        let Some(clause) = policy.clauses.get(self.clause.0 as usize).or(policy.clauses.last()) else {
            return policy.specs.last().map(|spec| Place::file(spec.file.clone())).unwrap_or_default();
        };
        let route = match &self.act {
            Act::DropTest(at) | Act::SetTest(at, ..) | Act::DropAlternative(Range { start: at, .. }) => {
                clause.when.tests().get(*at).map(|test| test.route.clone())
            }
            Act::AddTest(_) => Some(clause.place.route.then("when")),
            Act::SetBehavior(_) => Some(clause.place.route.then("then")),
            Act::DropExample(at) => Some(clause.place.route.then("examples").then(*at)),
            Act::DropClause | Act::Move(_) | Act::Insert(_) => None,
        };
        Place { route: route.unwrap_or_else(|| clause.place.route.clone()), ..clause.place.clone() }
    }
}

#[cfg(test)]
mod tests;
