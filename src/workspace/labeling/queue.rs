//! The cases that wait for a labeler, in their order.

use crate::decide::GoldSet;
use std::collections::VecDeque;

/// One case to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Item {
    /// Row of the gold set.
    pub row: u32,
    /// It was read by the same labeler in this round before. Nothing on the screen may tell.
    pub repeat: bool,
}

/// What waits, the next one first. Skipped cases come back at the end.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Queue {
    waiting: VecDeque<Item>,
    /// So many at the end were skipped.
    skipped: usize,
    /// How many are labeled.
    done: usize,
}

impl Queue {
    /// The cases of a set that are not labeled yet, in an order that depends on the seed and on each case's id alone:
    /// it is the same tomorrow, and a new case changes the place of no other.
    pub fn free(gold: &GoldSet, seed: &str, is_labeled: impl Fn(&str) -> bool) -> Queue {
        let (mut waiting, mut done) = (Vec::with_capacity(gold.len()), 0);
        for row in 0..gold.len() {
            let id = gold.id(row);
            if is_labeled(&id) {
                done += 1;
            } else {
                waiting.push((place(seed, &id), row as u32));
            }
        }
        waiting.sort_unstable();
        Queue::planned(waiting.into_iter().map(|(_, row)| Item { row, repeat: false }), done)
    }

    /// Cases in a given order, behind so many that are labeled.
    pub fn planned(waiting: impl IntoIterator<Item = Item>, done: usize) -> Queue {
        Queue { waiting: waiting.into_iter().collect(), skipped: 0, done }
    }

    pub fn current(&self) -> Option<Item> {
        self.waiting.front().copied()
    }

    /// The one after the current one.
    pub fn next(&self) -> Option<Item> {
        self.waiting.get(1).copied()
    }

    pub fn done(&self) -> usize {
        self.done
    }

    pub fn left(&self) -> usize {
        self.waiting.len()
    }

    /// How many of those that wait were skipped.
    pub fn skipped(&self) -> usize {
        self.skipped
    }

    pub fn total(&self) -> usize {
        self.done + self.waiting.len()
    }

    /// The current one was labeled.
    pub fn finish(&mut self) {
        self.done += usize::from(self.take(0).is_some());
    }

    /// The current one comes back at the end. Whether another one is current now.
    pub fn skip(&mut self) -> bool {
        let several = self.waiting.len() > 1;
        if several {
            self.waiting.rotate_left(1);
            self.skipped = (self.skipped + 1).min(self.waiting.len());
        }
        several
    }

    /// Makes the one that was skipped last the current one. Whether there was one beside the current one.
    pub fn come_back(&mut self) -> bool {
        let any = self.can_come_back();
        if any && let Some(item) = self.take(self.waiting.len() - 1) {
            self.waiting.push_front(item);
        }
        any
    }

    pub fn can_come_back(&self) -> bool {
        self.skipped > 0 && self.waiting.len() > 1
    }

    /// A label was taken back: its case is the current one again.
    pub fn reopen(&mut self, item: Item) {
        self.bring_waiting(item);
        if self.current() != Some(item) {
            self.waiting.push_front(item);
        }
        self.done = self.done.saturating_sub(1);
    }

    /// Makes a case the current one, be it labeled already or not.
    pub fn bring(&mut self, row: u32) {
        let item = Item { row, repeat: false };
        if !self.bring_waiting(item) {
            self.reopen(item);
        }
    }

    pub fn waits(&self, item: Item) -> bool {
        self.waiting.contains(&item)
    }

    /// Makes an item that waits the current one. Whether it waits.
    pub fn bring_waiting(&mut self, item: Item) -> bool {
        let at = self.waiting.iter().position(|other| *other == item);
        let found = at.and_then(|at| self.take(at));
        found.inspect(|item| self.waiting.push_front(*item)).is_some()
    }

    fn take(&mut self, at: usize) -> Option<Item> {
        let item = self.waiting.remove(at)?;
        self.skipped -= usize::from(at + self.skipped > self.waiting.len());
        Some(item)
    }

    /// The rows of the set have moved: `to` says where each is now, none where it is gone; `added` are new ones.
    pub fn renumber(&mut self, to: &[Option<u32>], added: &[u32]) {
        let moved = |item: &Item| Some(Item { row: to.get(item.row as usize).copied().flatten()?, ..*item });
        let skipped = self.waiting.split_off(self.waiting.len() - self.skipped);
        let skipped: Vec<Item> = skipped.iter().filter_map(moved).collect();
        self.waiting = self.waiting.iter().filter_map(moved).collect();
        self.waiting.extend(added.iter().map(|row| Item { row: *row, repeat: false }));
        self.skipped = skipped.len();
        self.waiting.extend(skipped);
    }
}

/// Where a case stands in the order of a seed.
fn place(seed: &str, id: &str) -> u64 {
    let mut hasher = blake3::Hasher::new();
    // The length keeps a seed and an id from running together.
    hasher.update(&(seed.len() as u64).to_le_bytes()).update(seed.as_bytes()).update(id.as_bytes());
    let mut first = [0; 8];
    first.copy_from_slice(&hasher.finalize().as_bytes()[..8]);
    u64::from_le_bytes(first)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decide::{GoldSources, SourceFile, Unwatched};

    fn gold(ids: &[&str]) -> GoldSet {
        let lines: Vec<String> = ids.iter().map(|id| format!("{{\"id\":\"{id}\",\"text\":\"\"}}\n")).collect();
        let cases = vec![SourceFile::new("gold/s/cases.jsonl", lines.concat().into_bytes())];
        let sources = GoldSources { set: "s".into(), cases, ..GoldSources::default() };
        GoldSet::read(sources, &Unwatched).unwrap()
    }

    fn order(gold: &GoldSet, queue: &Queue) -> Vec<String> {
        queue.waiting.iter().map(|item| gold.id(item.row as usize).into_owned()).collect()
    }

    #[test]
    fn the_order_is_the_seeds_and_no_other_case_matters() {
        let many = gold(&["a", "b", "c", "d", "e", "f"]);
        let all = order(&many, &Queue::free(&many, "ana", |_| false));
        assert_eq!(all, order(&many, &Queue::free(&many, "ana", |_| false)));
        assert_ne!(all, order(&many, &Queue::free(&many, "bo", |_| false)));
        let fewer = gold(&["f", "d", "b"]);
        let kept: Vec<String> = all.into_iter().filter(|id| ["f", "d", "b"].contains(&id.as_str())).collect();
        assert_eq!(order(&fewer, &Queue::free(&fewer, "ana", |_| false)), kept);
    }

    #[test]
    fn cases_are_finished_skipped_and_reopened() {
        let item = |row| Item { row, repeat: false };
        let mut queue = Queue::planned([item(0), item(1), item(2)], 4);
        assert!(queue.skip());
        queue.finish();
        assert_eq!((queue.current(), queue.next(), queue.done(), queue.total()), (Some(item(2)), Some(item(0)), 5, 7));
        queue.reopen(item(1));
        assert_eq!((queue.current(), queue.done(), queue.left()), (Some(item(1)), 4, 3));
        queue.bring(0);
        assert_eq!((queue.current(), queue.done()), (Some(item(0)), 4));
        queue.renumber(&[Some(7), None, Some(3)], &[9]);
        assert_eq!(queue.waiting, [item(7), item(3), item(9)]);
    }

    #[test]
    fn what_was_skipped_comes_back_last_one_first() {
        let item = |row| Item { row, repeat: false };
        let mut queue = Queue::planned([item(0), item(1), item(2), item(3)], 0);
        assert!(!queue.come_back());
        queue.skip();
        queue.skip();
        assert_eq!((queue.current(), queue.skipped()), (Some(item(2)), 2));
        assert!(queue.come_back());
        assert_eq!((queue.current(), queue.skipped()), (Some(item(1)), 1));
        queue.finish();
        assert!(queue.come_back() && !queue.come_back());
        assert_eq!((queue.current(), queue.left()), (Some(item(0)), 3));
        assert!((0..7).all(|_| queue.skip()));
        assert_eq!(queue.skipped(), 3);
        queue.renumber(&[None, None, Some(0), Some(1)], &[5]);
        assert_eq!((queue.waiting[0], queue.skipped()), (item(5), 2));
        (0..3).for_each(|_| queue.finish());
        assert_eq!((queue.skipped(), queue.current(), queue.come_back()), (0, None, false));
    }
}
