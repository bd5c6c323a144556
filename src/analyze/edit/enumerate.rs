//! All single edits, lazily and always in the same order.

use super::predicate::Reach;
use super::{Act, Kind, PolicyEdit, around};
use crate::decide::Situation;
use crate::policy::Policy;
use crate::policy::clause::{Clause, ClauseIx};
use crate::policy::condition::Met;
use crate::policy::manifest::HitPolicy;

/// Which edits are wanted.
#[derive(Debug, Clone, Copy)]
pub struct Menu<'a> {
    pub kinds: &'a [Kind],
    /// What may be asked that was not asked before, and what may be listed: only what these have, `unknown` and categories
    /// included. `None`: every value may be listed, and nothing new is asked.
    pub around: Option<&'a [Situation]>,
    /// A clause may move to any place in its spec, not only past its neighbour.
    pub far: bool,
}

impl Menu<'static> {
    /// What a slip of the pen could do to a policy: every edit that needs no case to think of.
    pub const SLIPS: Menu<'static> = Menu { kinds: Kind::SLIPS, around: None, far: false };
}

/// Every edit of a policy, clause by clause. Clauses that name no behavior decide nothing and are passed over.
pub fn edits<'a>(policy: &'a Policy, menu: Menu<'a>) -> impl Iterator<Item = PolicyEdit> + 'a {
    let clauses = (0..policy.clauses.len() as u32).map(ClauseIx);
    clauses.flat_map(move |clause| edits_of(policy, clause, menu))
}

/// Every edit of one clause.
pub fn edits_of<'a>(policy: &'a Policy, ix: ClauseIx, menu: Menu<'a>) -> impl Iterator<Item = PolicyEdit> + 'a {
    let clause = policy.clause(ix);
    let decides = clause.then.is_some();
    let wants = move |kind: Kind| decides && menu.kinds.contains(&kind);
    let drop = wants(Kind::DropClause).then_some(Act::DropClause);
    let tests = (0..clause.when.tests().len()).filter(move |_| wants(Kind::DropTest)).map(Act::DropTest);
    let changed = questions(policy, clause, menu).filter(move |act| match act {
        Act::SetTest(_, _, kind) => wants(*kind),
        _ => false,
    });
    let behaviors = policy.manifest.behaviors.iter().map(|(ix, _)| ix);
    let behaviors = behaviors.filter(move |to| wants(Kind::SetBehavior) && clause.then != Some(*to));
    let moves = moves(policy, ix, menu.far).filter(move |_| wants(Kind::Move)).map(Act::Move);
    let added = around::tests(policy, clause, menu.around.unwrap_or_default());
    let added = added.filter(move |_| wants(Kind::AddTest)).map(Act::AddTest);
    let exceptions = insertions(policy, ix, menu.around.filter(|_| wants(Kind::Insert)).unwrap_or_default());
    let acts = drop.into_iter().chain(tests).chain(changed).chain(behaviors.map(Act::SetBehavior));
    acts.chain(moves).chain(added).map(move |act| PolicyEdit { clause: ix, act }).chain(exceptions)
}

/// New clauses for given situations, ahead of a clause; at the end where there is none of that number.
pub fn insertions(policy: &Policy, ahead: ClauseIx, around: &[Situation]) -> impl Iterator<Item = PolicyEdit> {
    let clauses = around::exceptions(policy, ahead, around);
    clauses.map(move |clause| PolicyEdit { clause: ahead, act: Act::Insert(Box::new(clause)) })
}

fn questions<'a>(policy: &'a Policy, clause: &'a Clause, menu: Menu<'a>) -> impl Iterator<Item = Act> + 'a {
    clause.when.tests().into_iter().enumerate().flat_map(move |(at, test)| {
        let offered = menu.around.map(|around| {
            let mut met: Vec<Met> = Vec::new();
            for situation in around {
                let here = situation.met(test.subject);
                if !met.contains(&here) {
                    met.push(here);
                }
            }
            met
        });
        let reach = Reach { policy, subject: test.subject, offered };
        reach.variants(&test.predicate).into_iter().map(move |(kind, predicate)| Act::SetTest(at, predicate, kind))
    })
}

/// Where a clause may go. The order of clauses says nothing unless the first that applies decides.
fn moves(policy: &Policy, ix: ClauseIx, far: bool) -> impl Iterator<Item = ClauseIx> {
    let at = ix.0 as usize;
    let spec = policy.clauses[at].spec;
    let ordered = policy.manifest.hit_policy == HitPolicy::First;
    let beside = |to: &usize| ordered && policy.clauses.get(*to).is_some_and(|clause| clause.spec == spec);
    let places: Vec<usize> = match far {
        true => (0..policy.clauses.len()).filter(|to| *to != at).filter(beside).collect(),
        // Moving up past a neighbour is that neighbour's moving down: once is enough.
        false => Some(at + 1).filter(beside).into_iter().collect(),
    };
    places.into_iter().map(|to| ClauseIx(to as u32))
}
