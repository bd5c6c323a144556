//! The policy as an edit leaves it.

use super::condition::{and, dropped, with_predicate};
use super::{Act, PolicyEdit};
use crate::policy::Policy;
use crate::policy::clause::Clause;

impl PolicyEdit {
    /// The policy after the edit. Routes of what it touches are those before it.
    #[must_use]
    pub fn apply(&self, policy: &Policy) -> Policy {
        let mut policy = policy.clone();
        let at = self.clause.0 as usize;
        match &self.act {
            Act::DropClause => {
                policy.clauses.remove(at);
            }
            Act::Move(to) => {
                let moved = policy.clauses.remove(at);
                policy.clauses.insert(to.0 as usize, moved);
            }
            Act::Insert(clause) => policy.clauses.insert(at, (**clause).clone()),
            _ => policy.clauses[at] = self.clause_after(&policy.clauses[at]),
        }
        policy
    }

    /// The clause that the edit is about as it is then; for edits within a clause.
    pub fn clause_after(&self, clause: &Clause) -> Clause {
        let mut clause = clause.clone();
        match &self.act {
            Act::DropTest(at) => clause.when = dropped(&clause.when, *at),
            // With its last test an alternative goes as well.
            Act::DropAlternative(tests) => {
                clause.when = tests.clone().rev().fold(clause.when, |when, at| dropped(&when, at));
            }
            Act::SetTest(at, predicate, _) => clause.when = with_predicate(&clause.when, *at, predicate),
            Act::AddTest(test) => clause.when = and(&clause.when, test),
            Act::SetBehavior(to) => clause.then = Some(*to),
            Act::DropExample(at) => {
                clause.examples.remove(*at);
            }
            Act::DropClause | Act::Move(_) | Act::Insert(_) => {}
        }
        clause
    }
}
