//! A sign of life on standard error while long work goes on, and what it could not read.

use crate::decide::{LeftOut, Watch};
use crate::report::figure::thousands;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{Write, stderr};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

/// Says how far the work is, or how long it has been going on, from the second second on, where standard error is a terminal.
#[derive(Debug)]
pub(super) struct Progress {
    shown: bool,
    since: Instant,
    /// The tick that was last told; 0 before the first.
    told: AtomicU64,
    /// Of the part that is under way: how many steps it has, 0 where nobody knows; how many are done; and after how many
    /// milliseconds it began.
    steps: AtomicU64,
    done: AtomicU64,
    began: AtomicU64,
    /// By part of the policy repo; of what was read twice, the most.
    left_out: Mutex<BTreeMap<String, LeftOut>>,
    warnings: Mutex<BTreeSet<String>>,
}

/// Nothing is told before so many milliseconds, and then once in so many.
const FIRST: u64 = 1000;
const TICK: u64 = 250;

impl Progress {
    pub fn new(shown: bool) -> Self {
        let [told, steps, done, began] = [const { AtomicU64::new(0) }; 4];
        let (since, left_out, warnings) = (Instant::now(), Mutex::default(), Mutex::default());
        Progress { shown, since, told, steps, done, began, left_out, warnings }
    }

    fn millis(&self) -> u64 {
        u64::try_from(self.since.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    /// Takes the line away again.
    pub fn clear(&self) {
        if self.told.swap(0, Ordering::Relaxed) > 0 {
            let _ = write!(stderr(), "\r\x1b[K");
        }
    }

    /// Takes what there is to know of the result.
    pub fn take_warnings(&self) -> BTreeSet<String> {
        std::mem::take(&mut *self.warnings.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Takes what was left out as told, and gives all of it.
    pub fn take_left_out(&self) -> LeftOut {
        let parts = std::mem::take(&mut *self.left_out.lock().unwrap_or_else(PoisonError::into_inner));
        parts.values().fold(LeftOut::default(), |all, part| LeftOut {
            lines: all.lines + part.lines,
            files: all.files + part.files,
        })
    }
}

impl Watch for Progress {
    fn expect(&self, steps: u64) {
        self.began.store(self.millis(), Ordering::Relaxed);
        self.done.store(0, Ordering::Relaxed);
        self.steps.store(steps, Ordering::Relaxed);
    }

    fn advance(&self, amount: u64) {
        if !self.shown {
            return;
        }
        let done = self.done.fetch_add(amount, Ordering::Relaxed) + amount;
        let millis = self.millis();
        let tick = millis / TICK;
        // Whoever gets the tick told tells it; the others go on working.
        if millis >= FIRST && self.told.fetch_max(tick, Ordering::Relaxed) < tick {
            let spent = millis.saturating_sub(self.began.load(Ordering::Relaxed));
            let far = how_far(done, self.steps.load(Ordering::Relaxed), spent, millis);
            let _ = write!(stderr(), "\r{far} … (Ctrl-C stops)\x1b[K");
        }
    }

    fn left_out(&self, part: &str, what: LeftOut) {
        if what == LeftOut::default() {
            return;
        }
        let mut parts = self.left_out.lock().unwrap_or_else(PoisonError::into_inner);
        let known = parts.entry(part.to_owned()).or_default();
        *known = LeftOut { lines: known.lines.max(what.lines), files: known.files.max(what.files) };
    }

    fn warn(&self, words: String) {
        self.warnings.lock().unwrap_or_else(PoisonError::into_inner).insert(words);
    }
}

/// How far the part is that is under way and has taken so many milliseconds, of all that the work took up to now.
///
/// What is left is taken to go as fast as what is done: each part has steps of one kind.
fn how_far(done: u64, steps: u64, spent: u64, all: u64) -> String {
    if steps == 0 || done > steps {
        return format!("reading and deciding, {} s", all / 1000);
    }
    let share = u128::from(done) * 100 / u128::from(steps);
    let left = (u128::from(spent) * u128::from(steps - done)).div_ceil(u128::from(done.max(1)) * 1000);
    format!("{} of {}, {share} %, about {left} s left", thousands(done), thousands(steps))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn how_far_it_is() {
        fn check(done: u64, steps: u64, spent: u64, expect: &str) {
            assert_eq!(how_far(done, steps, spent, 7_300), expect);
        }
        check(250, 1_000, 2_000, "250 of 1,000, 25 %, about 6 s left");
        check(999, 1_000, 2_000, "999 of 1,000, 99 %, about 1 s left");
        check(1_000, 1_000, 2_000, "1,000 of 1,000, 100 %, about 0 s left");
        check(
            u64::MAX - 1,
            u64::MAX,
            u64::MAX,
            "18,446,744,073,709,551,614 of 18,446,744,073,709,551,615, 99 %, about 1 s left",
        );
        // Nobody said how much there is, or a later part does not say.
        check(250, 0, 2_000, "reading and deciding, 7 s");
        check(1_001, 1_000, 2_000, "reading and deciding, 7 s");
    }

    #[test]
    fn each_part_begins_anew() {
        let progress = Progress::new(true);
        progress.expect(10);
        progress.advance(4);
        assert_eq!((progress.done.load(Ordering::Relaxed), progress.steps.load(Ordering::Relaxed)), (4, 10));
        progress.expect(3);
        assert_eq!((progress.done.load(Ordering::Relaxed), progress.steps.load(Ordering::Relaxed)), (0, 3));
    }
}
