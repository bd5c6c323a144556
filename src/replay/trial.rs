//! What the gold sets would say of a policy that is one edit away: fixed and regressed cases, without a whole replay.
//!
//! Cases in one situation with one gold label stand to every policy alike, so each such pair is decided once.

use super::flip::FlipKind;
use super::run::{SideView, accepted};
use super::standing::{Accepted, Standing};
use crate::analyze::space::CaseAt;
use crate::decide::{Cancelled, GoldSet, Program, Unwatched, Watch};
use crate::policy::Policy;
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// Gold sets as one policy stands to them, ready to try others that know the same behaviors.
#[derive(Debug)]
pub struct Trial<'a> {
    sets: Vec<TriedSet<'a>>,
    labeled: u64,
}

#[derive(Debug)]
struct TriedSet<'a> {
    gold: &'a GoldSet,
    pairs: Vec<Pair>,
}

/// Labeled cases that no policy tells apart and that are measured alike.
#[derive(Debug, Clone, Copy)]
struct Pair {
    situation: u32,
    accepted: Accepted,
    standing: Standing,
    first_row: u32,
    rows: u64,
}

/// What another policy would do to the gold sets.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Effect {
    /// Cases that go from wrong to right, and from right to wrong.
    pub fixed: u64,
    pub regressed: u64,
    /// Cases that stand to their label otherwise than before and are neither: wrong in another way, or no longer determined.
    pub otherwise: u64,
    /// The first case of all these; a regressed one where there is any.
    pub witness: Option<(FlipKind, CaseAt)>,
}

impl Effect {
    /// Whether any case would tell that something changed.
    pub fn is_noticed(&self) -> bool {
        self.fixed + self.regressed + self.otherwise > 0
    }

    /// Fixed cases less regressed ones.
    pub fn gain(&self) -> i64 {
        self.fixed.cast_signed() - self.regressed.cast_signed()
    }
}

impl<'a> Trial<'a> {
    pub fn new(sets: &'a [Arc<GoldSet>], policy: &Policy, watch: &dyn Watch) -> Result<Self, Cancelled> {
        let sets: Vec<TriedSet<'a>> =
            sets.iter().map(|gold| TriedSet::new(gold, policy, watch)).collect::<Result<_, _>>()?;
        let labeled = sets.iter().flat_map(|set| &set.pairs).map(|pair| pair.rows).sum();
        Ok(Trial { sets, labeled })
    }

    /// How many cases have a gold label that the policy understands.
    pub fn labeled(&self) -> u64 {
        self.labeled
    }

    /// How many of them the policy decides as their label accepts.
    pub fn agreeing(&self) -> u64 {
        let pairs = self.sets.iter().flat_map(|set| &set.pairs);
        pairs.filter(|pair| pair.standing == Standing::Agrees).map(|pair| pair.rows).sum()
    }

    /// What another policy would do. It has the same behaviors in the same order.
    pub fn effect(&self, other: &Policy) -> Effect {
        let mut effect = Effect::default();
        for (at, set) in self.sets.iter().enumerate() {
            let Ok(verdicts) = Program::compile(other, set.gold).decide(&Unwatched) else { continue };
            for pair in &set.pairs {
                let verdict = verdicts.of_situation(pair.situation);
                let now = Standing::of(verdict.behavior, verdict.undetermined, pair.accepted);
                if now == pair.standing {
                    continue;
                }
                let kind = FlipKind::of(pair.standing, now);
                match kind {
                    FlipKind::Fixed => effect.fixed += pair.rows,
                    FlipKind::Regressed => effect.regressed += pair.rows,
                    FlipKind::Changed => effect.otherwise += pair.rows,
                }
                // Kinds are ordered by what weighs most.
                if effect.witness.as_ref().is_none_or(|(known, _)| kind < *known) {
                    effect.witness = Some((kind, CaseAt { set: at, row: pair.first_row as usize }));
                }
            }
        }
        effect
    }
}

impl<'a> TriedSet<'a> {
    fn new(gold: &'a GoldSet, policy: &Policy, watch: &dyn Watch) -> Result<Self, Cancelled> {
        let verdicts = Program::compile(policy, gold).decide(watch)?;
        let view = SideView::new(gold, policy, &verdicts);
        let mut known: FxHashMap<(u32, Accepted), usize> = FxHashMap::default();
        let by_outcome: Vec<Accepted> =
            (0..gold.outcomes() as u32).map(|outcome| accepted(gold, outcome, policy)).collect();
        let mut pairs: Vec<Pair> = Vec::new();
        for row in 0..gold.len() {
            let (situation, outcome) = (gold.situation(row), gold.outcome(row));
            let accepted = by_outcome[outcome as usize];
            if accepted.behavior.is_none() {
                continue;
            }
            let next = pairs.len();
            let at = *known.entry((situation, accepted)).or_insert(next);
            if at == next {
                let (verdict, _) = view.at(situation, outcome);
                let standing = Standing::of(verdict.behavior, verdict.undetermined, accepted);
                pairs.push(Pair { situation, accepted, standing, first_row: row as u32, rows: 0 });
            }
            pairs[at].rows += 1;
        }
        Ok(TriedSet { gold, pairs })
    }
}
