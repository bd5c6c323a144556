//! One part of the long work of measuring: how far it is, and whether to go on.

use crate::decide::{Cancelled, Watch};
use std::sync::atomic::{AtomicU64, Ordering};

/// Counts as much as there are cases, however many steps it has.
pub struct Stage<'a> {
    watch: &'a dyn Watch,
    cases: u64,
    told: AtomicU64,
    steps: AtomicU64,
}

impl<'a> Stage<'a> {
    pub fn new(watch: &'a dyn Watch, cases: usize) -> Self {
        Stage { watch, cases: cases as u64, told: AtomicU64::new(0), steps: AtomicU64::new(0) }
    }

    /// Before anything that takes long.
    pub fn go_on(&self) -> Result<(), Cancelled> {
        if self.watch.cancelled() { Err(Cancelled) } else { Ok(()) }
    }

    /// Before one of so many steps. They may be taken on several threads.
    pub fn step(&self, of: usize) -> Result<(), Cancelled> {
        self.go_on()?;
        let before = self.steps.fetch_add(1, Ordering::Relaxed);
        let part = |step: u64| self.cases * step.min(of as u64) / (of as u64).max(1);
        self.tell(part(before + 1) - part(before));
        Ok(())
    }

    /// After the last step: whatever was not told yet is done too.
    pub fn end(self) -> Result<(), Cancelled> {
        self.tell(self.cases.saturating_sub(self.told.load(Ordering::Relaxed)));
        self.go_on()
    }

    fn tell(&self, amount: u64) {
        if amount > 0 {
            self.told.fetch_add(amount, Ordering::Relaxed);
            self.watch.advance(amount);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Default)]
    struct Told {
        done: AtomicU64,
        after: u64,
    }

    impl Watch for Told {
        fn advance(&self, amount: u64) {
            self.done.fetch_add(amount, Ordering::Relaxed);
        }

        fn cancelled(&self) -> bool {
            self.after > 0 && self.done.load(Ordering::Relaxed) >= self.after
        }
    }

    #[test]
    fn every_stage_counts_as_much_as_there_are_cases() {
        for (cases, steps) in [(10, 3), (10, 0), (0, 4), (7, 100), (1000, 1)] {
            let watch = Told::default();
            let stage = Stage::new(&watch, cases);
            (0..steps).for_each(|_| stage.step(steps).unwrap());
            stage.end().unwrap();
            assert_eq!(watch.done.into_inner(), cases as u64, "{steps}");
        }
    }

    #[test]
    fn it_stops_between_two_steps() {
        let watch = Told { after: 5, ..Told::default() };
        let stage = Stage::new(&watch, 10);
        let taken = (0..10).take_while(|_| stage.step(10).is_ok()).count();
        assert_eq!((taken, stage.end()), (5, Err(Cancelled)));
    }
}
