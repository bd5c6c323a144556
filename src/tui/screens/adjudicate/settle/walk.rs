//! Going through the sample of a batch, case by case.

use crate::workspace::settling::Batch;
use std::collections::{BTreeMap, BTreeSet};

/// Where somebody is in the sample of a batch.
pub struct Walk {
    pub batch: Batch,
    /// Position in the sample.
    at: usize,
    /// What was found wanting.
    pub wanting: BTreeSet<(u16, u32)>,
    /// How long each case was looked at, in seconds.
    pub seconds: BTreeMap<(u16, u32), u64>,
}

impl Walk {
    pub fn new(batch: Batch) -> Walk {
        Walk { batch, at: 0, wanting: BTreeSet::new(), seconds: BTreeMap::new() }
    }

    /// The case to look at; `None` where all were looked at.
    pub fn current(&self) -> Option<(u16, u32)> {
        self.batch.sample.get(self.at).copied()
    }

    /// The current case was looked at for so long; `fine` where it may stay in the batch.
    pub fn looked(&mut self, fine: bool, seconds: u64) {
        let Some(case) = self.current() else { return };
        self.seconds.insert(case, seconds);
        if !fine {
            self.wanting.insert(case);
        }
        self.at += 1;
    }

    pub fn words(&self) -> String {
        format!("spot check {} of {}: `R` right, `d` take out", self.at + 1, self.batch.sample.len())
    }
}
