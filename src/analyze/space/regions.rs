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
    /// Gives at every point who decides, see [`Regions::decider`]: the greater its answer, the later in the order. 0 is no
    /// point at all.
    pub function: Node,
}

/// A clause at its place in the order in which clauses win.
#[derive(Debug, Clone, Copy)]
pub struct Ranked {
    pub clause: ClauseIx,
    pub behavior: BehaviorIx,
    /// Where it applies.
    pub applies: Node,
    /// Where it decides: where it applies and none before it does.
    pub decides: Node,
}

impl<'p> Regions<'p> {
    pub fn compile(space: &mut Space, policy: &'p Policy) -> Result<Self, TooLarge> {
        let lens = Lens::new(&space.words, policy);
        let rules = rules(space, &lens);
        let mut ranked: Vec<Ranked> = Vec::with_capacity(rules.len());
        let mut functions = Vec::new();
        for Rule { clause, behavior, applies } in rules {
            ranked.push(Ranked { clause, behavior, applies, decides: EMPTY });
            functions.push(space.diagrams.answering(applies, ranked.len() as u32));
        }
        functions.push(space.diagrams.answering(space.domain, ranked.len() as u32 + 1));
        let function = space.by_category(&mut ranked, &functions);
        space.check()?;
        Ok(Regions { lens, ranked, function })
    }

    pub fn policy(&self) -> &'p Policy {
        self.lens.policy
    }

    /// Who decides, by an answer of the function other than 0: a clause, or the default (`None`).
    pub fn decider(&self, answer: u32) -> Option<ClauseIx> {
        (answer as usize).checked_sub(1).and_then(|rank| self.ranked.get(rank)).map(|ranked| ranked.clause)
    }

    /// What is done where this one decides.
    pub fn behavior(&self, decider: Option<ClauseIx>) -> BehaviorIx {
        let default = self.policy().manifest.default;
        decider.and_then(|clause| self.policy().clause(clause).then).unwrap_or(default)
    }
}

impl Space {
    /// The first of the functions that gives an answer, and where it is that of each clause. One category after the other:
    /// what only concerns one is small enough to stay at hand for the processor, all of it together is not.
    fn by_category(&mut self, ranked: &mut [Ranked], functions: &[Node]) -> Node {
        const CATEGORY: usize = 0;
        let all = &mut self.diagrams;
        let mut decides: Vec<Vec<(usize, Node)>> = vec![Vec::new(); ranked.len()];
        let function = all.branch(CATEGORY, |all, category| {
            let here: Vec<(usize, Node)> = functions
                .iter()
                .map(|&function| all.child(function, CATEGORY, category))
                .enumerate()
                .filter(|(_, function)| *function != EMPTY)
                .collect();
            let functions: Vec<Node> = here.iter().map(|(_, function)| *function).collect();
            let function = all.first_of(&functions);
            for (rank, _) in here.into_iter().filter(|(rank, _)| *rank < ranked.len()) {
                let applies = all.child(ranked[rank].applies, CATEGORY, category);
                let set = all.equal(function, applies, rank as u32 + 1);
                if set != EMPTY {
                    decides[rank].push((category, set));
                }
            }
            function
        });
        for (ranked, sets) in ranked.iter_mut().zip(decides) {
            let mut sets = sets.into_iter().peekable();
            ranked.decides = all
                .branch(CATEGORY, |_, category| sets.next_if(|(at, _)| *at == category).map_or(EMPTY, |(_, set)| set));
        }
        function
    }
}

/// A clause that can decide, and where it applies.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rule {
    pub clause: ClauseIx,
    pub behavior: BehaviorIx,
    pub applies: Node,
}

/// The clauses of a version that can decide, in the order in which they win.
pub(super) fn rules(space: &mut Space, lens: &Lens<'_>) -> Vec<Rule> {
    let order = in_order(lens.policy).into_iter();
    let rule = |(clause, behavior)| {
        let applies = space.holds(lens, &lens.policy.clause(clause).when);
        Rule { clause, behavior, applies }
    };
    order.map(rule).collect()
}

/// The clauses that can decide, in the order in which they win.
pub fn in_order(policy: &Policy) -> Vec<(ClauseIx, BehaviorIx)> {
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
