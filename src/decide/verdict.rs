//! What the cases of a gold set are decided to be.

use crate::policy::behavior::BehaviorIx;
use crate::policy::clause::ClauseIx;
use std::sync::Arc;

/// The verdict on one case, in the terms of the policy that gave it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Verdict {
    pub behavior: BehaviorIx,
    /// `None` where the default decided.
    pub clause: Option<ClauseIx>,
    /// A category that nobody judged could still make it more restrictive.
    pub undetermined: bool,
    /// Under [`HitPolicy::Unique`](crate::policy::manifest::HitPolicy::Unique): clauses of different behaviors applied
    /// to one of its harms.
    pub overlap: bool,
}

/// The verdicts on every case of one gold set. Cases in the same situation share one, so this is small and quick to compare.
#[derive(Debug, Clone)]
pub struct Verdicts {
    by_situation: Vec<Packed>,
    situations: Arc<[u32]>,
}

impl Verdicts {
    /// `situations` gives for each row the index of its verdict in `by_situation`.
    pub(super) fn new(by_situation: Vec<Packed>, situations: Arc<[u32]>) -> Self {
        Verdicts { by_situation, situations }
    }

    /// Of the case in that row of the gold set; rows count from 0.
    ///
    /// # Panics
    /// Where the gold set has no such row.
    #[inline]
    pub fn get(&self, row: usize) -> Verdict {
        self.by_situation[self.situations[row] as usize].unpack()
    }

    /// Of the cases whose [`GoldSet::situation`](super::GoldSet::situation) is this code.
    ///
    /// # Panics
    /// Where the gold set has no such situation.
    #[inline]
    pub fn of_situation(&self, situation: u32) -> Verdict {
        self.by_situation[situation as usize].unpack()
    }

    /// How many cases there are.
    pub fn len(&self) -> usize {
        self.situations.len()
    }

    pub fn is_empty(&self) -> bool {
        self.situations.is_empty()
    }

    /// In the order of the rows.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = Verdict> + '_ {
        self.situations.iter().map(|&situation| self.of_situation(situation))
    }
}

/// A verdict in 8 bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Packed {
    clause: u32,
    pub behavior: u8,
    flags: u8,
}

const DEFAULT: u32 = u32::MAX;
const UNDETERMINED: u8 = 1;
const OVERLAP: u8 = 2;

impl From<Verdict> for Packed {
    #[inline]
    fn from(verdict: Verdict) -> Self {
        Packed {
            clause: verdict.clause.map_or(DEFAULT, |clause| clause.0),
            behavior: verdict.behavior.0,
            flags: u8::from(verdict.undetermined) * UNDETERMINED + u8::from(verdict.overlap) * OVERLAP,
        }
    }
}

impl Packed {
    /// Where a stricter ruling stands, that; an overlap of either is kept.
    #[inline]
    pub fn or_stricter(self, other: Packed) -> Packed {
        let stricter = if other.behavior > self.behavior { other } else { self };
        Packed { flags: self.flags | other.flags, ..stricter }
    }

    #[inline]
    pub fn mark_undetermined(&mut self) {
        self.flags |= UNDETERMINED;
    }

    #[inline]
    pub fn mark_overlap(&mut self) {
        self.flags |= OVERLAP;
    }

    #[inline]
    fn unpack(self) -> Verdict {
        Verdict {
            behavior: BehaviorIx(self.behavior),
            clause: (self.clause != DEFAULT).then_some(ClauseIx(self.clause)),
            undetermined: self.flags & UNDETERMINED != 0,
            overlap: self.flags & OVERLAP != 0,
        }
    }
}
