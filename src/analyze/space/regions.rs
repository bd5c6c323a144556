//! A policy as a function from points to the clause that decides there.

use super::TooLarge;
use super::diagram::{EMPTY, Node};
use super::layout::Space;
use super::words::Lens;
use crate::policy::Policy;
use crate::policy::behavior::BehaviorIx;
use crate::policy::clause::ClauseIx;
use crate::policy::manifest::HitPolicy;

/// One version, compiled into a space.
#[derive(Debug)]
pub struct Regions<'p> {
    pub lens: Lens<'p>,
    /// The clauses that can decide, in the order in which they win: the first that applies decides.
    pub ranked: Vec<Ranked>,
    /// Gives at every point who decides: see [`Regions::decider`].
    pub function: Node,
    /// Where no clause applies.
    pub default: Node,
}

/// A clause at its place among those that win before it and after it.
#[derive(Debug, Clone, Copy)]
pub struct Ranked {
    pub clause: ClauseIx,
    pub behavior: BehaviorIx,
    /// Where it applies.
    pub applies: Node,
    /// Where no earlier one applies: of these points it decides those at which it applies.
    pub left: Node,
}

/// The answer of [`Regions::function`] where the default decides; 0 is no point at all.
const BY_DEFAULT: u32 = 1;
/// The answer where the first clause decides.
const BY_CLAUSE: u32 = 2;

impl<'p> Regions<'p> {
    pub fn compile(space: &mut Space, policy: &'p Policy) -> Result<Self, TooLarge> {
        let lens = Lens::new(&space.words, policy);
        let mut ranked = Vec::new();
        let mut function = EMPTY;
        let mut left = space.domain;
        for (clause, behavior) in in_order(policy) {
            let applies = space.holds(&lens, &policy.clause(clause).when);
            ranked.push(Ranked { clause, behavior, applies, left });
            function = space.diagrams.fill(function, applies, clause.0 + BY_CLAUSE);
            left = space.diagrams.minus(left, applies);
        }
        function = space.diagrams.fill(function, left, BY_DEFAULT);
        space.check()?;
        Ok(Regions { lens, ranked, function, default: left })
    }

    pub fn policy(&self) -> &'p Policy {
        self.lens.policy
    }

    /// Who decides, by an answer of the function: a clause, or (`None` within) the default; `None` for no point.
    pub fn decider(answer: u32) -> Option<Option<ClauseIx>> {
        match answer {
            0 => None,
            BY_DEFAULT => Some(None),
            clause => Some(Some(ClauseIx(clause - BY_CLAUSE))),
        }
    }

    /// The answer of a clause.
    pub fn answer(clause: Option<ClauseIx>) -> u32 {
        clause.map_or(BY_DEFAULT, |clause| clause.0 + BY_CLAUSE)
    }

    /// What is done where this one decides.
    pub fn behavior(&self, decider: Option<ClauseIx>) -> BehaviorIx {
        let default = self.policy().manifest.default;
        decider.and_then(|clause| self.policy().clause(clause).then).unwrap_or(default)
    }

    /// The points that a clause decides.
    pub fn decided(&self, space: &mut Space, ranked: &Ranked) -> Node {
        space.diagrams.and(ranked.left, ranked.applies)
    }
}

/// The clauses that can decide, in the order in which they win.
pub(super) fn in_order(policy: &Policy) -> Vec<(ClauseIx, BehaviorIx)> {
    let clauses = policy.clauses.iter().zip(0..);
    let mut order: Vec<_> = clauses.filter_map(|(clause, ix)| Some((ClauseIx(ix), clause.then?))).collect();
    match policy.manifest.hit_policy {
        HitPolicy::First => {}
        // A stable sort: of equals the earliest clause stays first.
        HitPolicy::MostRestrictive | HitPolicy::Unique => {
            order.sort_by_key(|(_, behavior)| std::cmp::Reverse(*behavior));
        }
    }
    order
}
