//! What would mend a problem: single edits of the policy.
//!
//! A lint that knows a way out has a function beside it, and one line here. It says what to do, not what that changes:
//! [`Difference`](super::space::Difference) proves that of each edit.

use super::edit::{Act, PolicyEdit};
use super::space::{Exact, TooLarge};
use super::{dead_clause, dead_part, gap, idle_clause, idle_test, outranked, overlap, wide_exception};
use crate::policy::Policy;
use crate::policy::clause::ClauseIx;
use crate::policy::codes;
use crate::policy::manifest::HitPolicy;
use crate::policy::problem::{Code, Problem};

/// Finds the edits that would mend a problem which its lint found, the likeliest first.
type Fixes = fn(&mut Exact<'_>, &Problem) -> Vec<PolicyEdit>;

static FIXES: &[(&Code, Fixes)] = &[
    (&codes::DEAD_CLAUSE, dead_clause::fixes),
    (&codes::IDLE_CLAUSE, idle_clause::fixes),
    (&codes::IDLE_TEST, idle_test::fixes),
    (&codes::OVERLAP, overlap::fixes),
    (&codes::GAP, gap::fixes),
    (&codes::WIDE_EXCEPTION, wide_exception::fixes),
    (&codes::DEAD_PART, dead_part::fixes),
    (&codes::OUTRANKED, outranked::fixes),
];

/// More ways out than these only keep people from choosing one.
const MOST: usize = 5;

/// Whether there may be a fix for this kind of problem.
pub fn is_fixable(code: &Code) -> bool {
    FIXES.iter().any(|(known, _)| known.id == code.id)
}

/// The ways out of each of some problems of one policy, as its lints found them.
pub fn fixes(policy: &Policy, problems: &[&Problem]) -> Result<Vec<Vec<PolicyEdit>>, TooLarge> {
    let mut exact = Exact::of(policy)?;
    let mut of = |problem: &&Problem| {
        let known = FIXES.iter().find(|(code, _)| code.id == problem.code.id);
        let mut found = known.map_or_else(Vec::new, |(_, fixes)| fixes(&mut exact, problem));
        found.truncate(MOST);
        found
    };
    let found = problems.iter().map(&mut of).collect();
    exact.space.check()?;
    Ok(found)
}

/// The clause that a problem stands in.
pub(super) fn clause_of(policy: &Policy, problem: &Problem) -> Option<ClauseIx> {
    let is_it = |place: &crate::policy::place::Place| {
        place.file == problem.place.file && problem.place.route.starts_with(&place.route)
    };
    policy.clauses.iter().position(|clause| is_it(&clause.place)).map(|at| ClauseIx(at as u32))
}

/// The clause put where another one stands, if order counts and both are of one authority.
pub(super) fn moved(policy: &Policy, clause: ClauseIx, to: ClauseIx) -> Option<PolicyEdit> {
    let may = policy.manifest.hit_policy == HitPolicy::First
        && clause != to
        && policy.clause(clause).spec == policy.clause(to).spec;
    may.then_some(PolicyEdit { clause, act: Act::Move(to) })
}
