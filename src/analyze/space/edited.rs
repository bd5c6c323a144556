//! What a single edit changes, exactly: asked again and again of one policy, so that only what differs is computed.

use super::TooLarge;
use super::diagram::{EMPTY, Node};
use super::layout::{Detail, Space};
use super::regions::in_order;
use super::words::Lens;
use crate::analyze::edit::{Act, PolicyEdit, with_outcome};
use crate::policy::Policy;
use crate::policy::behavior::BehaviorIx;
use crate::policy::clause::ClauseIx;
use crate::policy::condition::Condition;

/// A policy, ready to be asked what an edit of it changes.
///
/// The clauses stand in the order in which they win. What those before a clause leave over and what those after it do
/// with anything are kept; an edit of the clauses in between concerns nothing else.
#[derive(Debug, Clone)]
pub struct Edited<'p> {
    policy: &'p Policy,
    /// Every value of it stands for itself, so that an edit may ask what nothing asked before.
    pub space: Space,
    ranked: Vec<Rule>,
    /// Before each rank, and after the last: the points that no clause before it decides.
    left: Vec<Node>,
    /// From each rank on, and from after the last: the behavior at every point, from 1, as if those before were not there.
    rest: Vec<Node>,
}

/// A clause that can decide.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Rule {
    behavior: BehaviorIx,
    applies: Node,
    clause: ClauseIx,
}

impl<'p> Edited<'p> {
    pub fn new(policy: &'p Policy) -> Result<Self, TooLarge> {
        let mut space = Space::new(None, policy, Detail::Every)?;
        let lens = Lens::new(&space.words, policy);
        let rule = |(clause, behavior)| {
            let applies = space.holds(&lens, &policy.clause(clause).when);
            Rule { clause, behavior, applies }
        };
        let ranked: Vec<Rule> = in_order(policy).into_iter().map(rule).collect();
        let mut left = vec![space.domain];
        for rule in &ranked {
            let before = *left.last().unwrap_or(&EMPTY);
            left.push(space.diagrams.minus(before, rule.applies));
        }
        let by_default = space.diagrams.answering(space.domain, answer(policy.manifest.default));
        let mut rest = vec![by_default];
        for rule in ranked.iter().rev() {
            let after = *rest.last().unwrap_or(&EMPTY);
            rest.push(first(&mut space, rule, after));
        }
        rest.reverse();
        space.check()?;
        Ok(Edited { policy, space, ranked, left, rest })
    }

    pub fn policy(&self) -> &'p Policy {
        self.policy
    }

    /// The points at which the policy does another thing after the edit; [`EMPTY`] where it decides everything alike.
    pub fn changed(&mut self, edit: &PolicyEdit) -> Result<Node, TooLarge> {
        Ok(self.outcome(edit)?.0)
    }

    /// Everything that the policy decides after the edit. Two edits that give the same decide everything alike.
    pub fn decisions(&mut self, edit: &PolicyEdit) -> Result<Node, TooLarge> {
        let (changed, rest) = self.outcome(edit)?;
        let there = self.space.keep(rest, changed);
        let decisions = self.space.diagrams.first(there, self.rest[0]);
        self.space.check()?;
        Ok(decisions)
    }

    /// The points that change, and what is done at them.
    fn outcome(&mut self, edit: &PolicyEdit) -> Result<(Node, Node), TooLarge> {
        let after = self.after(edit);
        let same = self.ranked.iter().zip(&after).take_while(|(a, b)| alike(a, b)).count();
        let tails = self.ranked[same..].iter().rev().zip(after[same..].iter().rev());
        let same_after = tails.take_while(|(a, b)| alike(a, b)).count();
        let until = self.ranked.len() - same_after;
        let mut rest = self.rest[until];
        for rule in after[same..after.len() - same_after].iter().rev() {
            rest = first(&mut self.space, rule, rest);
        }
        let changed = self.space.differing(rest, self.rest[same]);
        let changed = self.space.and(changed, self.left[same]);
        self.space.check()?;
        Ok((changed, rest))
    }

    /// The points at which it is up to one test of a clause whether the clause decides: no other takes them before, and the
    /// rest of its condition leaves it open.
    pub fn turned_by(&mut self, clause: ClauseIx, test: usize) -> Result<Node, TooLarge> {
        let Some(rank) = self.ranked.iter().position(|rule| rule.clause == clause) else { return Ok(EMPTY) };
        let lens = Lens::new(&self.space.words, self.policy);
        let when = &self.policy.clause(clause).when;
        let [with, without] = [Condition::always(), Condition::Any(Vec::new())]
            .map(|outcome| self.space.holds(&lens, &with_outcome(when, test, &outcome)));
        let turned = self.space.differing(with, without);
        let turned = self.space.and(turned, self.left[rank]);
        self.space.check()?;
        Ok(turned)
    }

    /// The points at which a condition of the policy is true.
    pub fn holds(&mut self, condition: &Condition) -> Node {
        let lens = Lens::new(&self.space.words, self.policy);
        self.space.holds(&lens, condition)
    }

    /// The clauses that can decide after the edit, in the order in which they win.
    fn after(&mut self, edit: &PolicyEdit) -> Vec<Rule> {
        let policy = match &edit.act {
            // Nothing is copied where one clause stays in its place.
            Act::DropTest(_) | Act::DropAlternative(_) | Act::SetTest(..) | Act::AddTest(_) => {
                let clause = edit.clause_after(self.policy.clause(edit.clause));
                let lens = Lens::new(&self.space.words, self.policy);
                let applies = self.space.holds(&lens, &clause.when);
                let mut rules = self.ranked.clone();
                for rule in rules.iter_mut().filter(|rule| rule.clause == edit.clause) {
                    rule.applies = applies;
                }
                return rules;
            }
            Act::DropExample(_) => return self.ranked.clone(),
            Act::DropClause => {
                return self.ranked.iter().filter(|rule| rule.clause != edit.clause).copied().collect();
            }
            _ => edit.apply(self.policy),
        };
        let applies_before = |clause: ClauseIx| self.ranked.iter().find(|rule| rule.clause == clause);
        let mut rules = Vec::new();
        let mut new = None;
        for (clause, behavior) in in_order(&policy) {
            let known = before(edit, clause).and_then(applies_before);
            if known.is_none() {
                new = Some((rules.len(), clause));
            }
            rules.push(Rule { clause, behavior, applies: known.map_or(EMPTY, |rule| rule.applies) });
        }
        if let Some((at, clause)) = new {
            let lens = Lens::new(&self.space.words, self.policy);
            rules[at].applies = self.space.holds(&lens, &policy.clause(clause).when);
        }
        rules
    }
}

/// The place that a clause had before the edit, by its place after it; `None` for a new one.
fn before(edit: &PolicyEdit, after: ClauseIx) -> Option<ClauseIx> {
    let at = edit.clause.0;
    match &edit.act {
        Act::Insert(_) if after.0 == at => None,
        Act::Insert(_) if after.0 > at => Some(ClauseIx(after.0 - 1)),
        Act::Move(to) if after == *to => Some(edit.clause),
        Act::Move(to) if at < after.0 + 1 && after.0 < to.0 => Some(ClauseIx(after.0 + 1)),
        Act::Move(to) if to.0 < after.0 && after.0 <= at => Some(ClauseIx(after.0 - 1)),
        _ => Some(after),
    }
}

/// Which clause it is does not matter, only what it does where.
fn alike(a: &Rule, b: &Rule) -> bool {
    (a.behavior, a.applies) == (b.behavior, b.applies)
}

fn first(space: &mut Space, rule: &Rule, rest: Node) -> Node {
    let here = space.diagrams.answering(rule.applies, answer(rule.behavior));
    space.diagrams.first(here, rest)
}

fn answer(behavior: BehaviorIx) -> u32 {
    u32::from(behavior.0) + 1
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analyze::edit::{Kind, Menu, edits};
    use crate::analyze::space::Difference;
    use crate::analyze::structure::tests::random;
    use crate::decide::Situation;
    use crate::decide::situation::facets;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]

        /// What an edit changes is what the difference of both versions finds.
        #[test]
        fn an_edit_changes_what_the_versions_differ_in(policy in random::policy(), reading in random::reading()) {
            let situation = Situation::of(&policy, reading.harms.first(), facets(&policy, &reading));
            let menu = Menu { kinds: &Kind::ALL, around: Some(std::slice::from_ref(&situation)), far: true };
            let mut edited = Edited::new(&policy).unwrap();
            for edit in edits(&policy, menu).chain(edits(&policy, Menu::SLIPS)).step_by(2) {
                let changed = edited.changed(&edit).unwrap();
                let difference = Difference::of(&policy, &edit.apply(&policy)).unwrap();
                prop_assert_eq!(edited.space.count(changed), difference.changed, "{}", edit.sentence(&policy));
            }
        }

        /// Two edits give the same decisions exactly where the versions that they lead to decide everything alike.
        #[test]
        fn edits_that_decide_alike_are_known(policy in random::policy()) {
            let mut edited = Edited::new(&policy).unwrap();
            let some: Vec<_> = edits(&policy, Menu::SLIPS).step_by(5).take(6).collect();
            for one in &some {
                for other in &some {
                    let alike = edited.decisions(one).unwrap() == edited.decisions(other).unwrap();
                    let difference = Difference::of(&one.apply(&policy), &other.apply(&policy)).unwrap();
                    prop_assert_eq!(alike, difference.is_equivalent());
                }
            }
        }
    }
}
