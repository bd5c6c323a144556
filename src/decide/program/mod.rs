//! One version's clauses, compiled against one gold set.

mod engine;
pub(crate) mod terms;

use super::columns::GoldSet;
use super::verdict::{Packed, Verdict, Verdicts};
use super::watch::{Cancelled, Unwatched, Watch};
use crate::policy::Policy;
use crate::policy::clause::ClauseIx;
use crate::policy::condition::Truth;
use crate::policy::manifest::HitPolicy;
use engine::{Engine, Slot, When};
use rayon::prelude::*;
use terms::terms;

/// The verdicts of a policy on every case of a gold set.
pub fn decide(policy: &Policy, gold: &GoldSet) -> Verdicts {
    match Program::compile(policy, gold).decide(&Unwatched) {
        Ok(verdicts) => verdicts,
        Err(Cancelled) => Verdicts::new(Vec::new(), [].into()),
    }
}

/// A policy's clauses as bit tables over the dictionaries of a gold set.
pub struct Program<'a> {
    gold: &'a GoldSet,
    default: Packed,
    engine: Width<'a>,
}

/// Up to 64, 128, 256, or any number of terms.
enum Width<'a> {
    One(Engine<'a, 1, true>),
    Two(Engine<'a, 2, true>),
    Four(Engine<'a, 4, true>),
    Many(Engine<'a, 4, false>),
}

/// So many situations are decided at a time.
const CHUNK: usize = 8192;

impl<'a> Program<'a> {
    pub fn compile(policy: &'a Policy, gold: &'a GoldSet) -> Self {
        let slots = slots(policy);
        let default = Verdict { behavior: policy.manifest.default, clause: None, undetermined: false, overlap: false };
        let engine = match slots.len() {
            0..=64 => Width::One(Engine::new(policy, gold, slots)),
            65..=128 => Width::Two(Engine::new(policy, gold, slots)),
            129..=256 => Width::Four(Engine::new(policy, gold, slots)),
            _ => Width::Many(Engine::new(policy, gold, slots)),
        };
        Program { gold, default: default.into(), engine }
    }

    /// Decides every case, in parallel.
    pub fn decide(&self, watch: &dyn Watch) -> Result<Verdicts, Cancelled> {
        let mut verdicts = vec![self.default; self.gold.situations()];
        verdicts.par_chunks_mut(CHUNK).enumerate().try_for_each(|(chunk, verdicts)| {
            if watch.cancelled() {
                return Err(Cancelled);
            }
            let first = (chunk * CHUNK) as u32;
            match &self.engine {
                Width::One(engine) => engine.decide(first, verdicts),
                Width::Two(engine) => engine.decide(first, verdicts),
                Width::Four(engine) => engine.decide(first, verdicts),
                Width::Many(engine) => engine.decide(first, verdicts),
            }
            watch.advance(verdicts.len() as u64);
            Ok(())
        })?;
        Ok(Verdicts::new(verdicts, self.gold.situation_column()))
    }
}

/// Every term of every clause that can decide, in the order in which they win.
fn slots(policy: &Policy) -> Vec<Slot<'_>> {
    let mut slots = Vec::new();
    for (clause, ix) in policy.clauses.iter().zip(0..) {
        let Some(behavior) = clause.then else { continue };
        let clause_ix = ClauseIx(ix);
        match terms(&clause.when, Truth::True) {
            Some(terms) => {
                slots.extend(terms.into_iter().map(|term| Slot { clause: clause_ix, behavior, when: When::Term(term) }))
            }
            None => slots.push(Slot { clause: clause_ix, behavior, when: When::Whole(&clause.when) }),
        }
    }
    match policy.manifest.hit_policy {
        HitPolicy::First => {}
        // A stable sort: of equals the earliest clause stays first.
        HitPolicy::MostRestrictive | HitPolicy::Unique => slots.sort_by_key(|slot| std::cmp::Reverse(slot.behavior)),
    }
    slots
}
