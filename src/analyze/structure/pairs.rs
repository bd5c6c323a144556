//! Which things of two lists are one and the same thing: those of one id, and those that were renamed.

use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::BTreeMap;
use std::hash::Hash;
use std::sync::Arc;

/// One thing in either version, by its position in each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Twin {
    /// `None` where the head added it.
    pub base: Option<usize>,
    /// `None` where the head removed it.
    pub head: Option<usize>,
}

/// The things of two lists, paired.
#[derive(Debug, Clone, Default)]
pub struct Pairs {
    /// By position in the base.
    head_of: Vec<Option<usize>>,
    /// By position in the head.
    base_of: Vec<Option<usize>>,
}

impl Pairs {
    /// Pairs what has the same id. Of things that share an id only the first counts.
    pub fn by_id<'a, K: Hash + Eq + 'a>(
        base: impl IntoIterator<Item = &'a K>,
        head: impl IntoIterator<Item = &'a K>,
    ) -> Self {
        let mut at: FxHashMap<&K, usize> = FxHashMap::default();
        let mut head_of = Vec::new();
        for (i, id) in base.into_iter().enumerate() {
            at.entry(id).or_insert(i);
            head_of.push(None);
        }
        let mut pairs = Pairs { head_of, base_of: Vec::new() };
        for (h, id) in head.into_iter().enumerate() {
            pairs.base_of.push(None);
            if let Some(b) = at.remove(id) {
                pairs.join(b, h);
            }
        }
        pairs
    }

    /// Pairs two things that stand alone so far.
    pub fn join(&mut self, base: usize, head: usize) {
        self.head_of[base] = Some(head);
        self.base_of[head] = Some(base);
    }

    pub fn head_of(&self, base: usize) -> Option<usize> {
        self.head_of.get(base).copied().flatten()
    }

    pub fn base_of(&self, head: usize) -> Option<usize> {
        self.base_of.get(head).copied().flatten()
    }

    pub fn of_base(&self, base: usize) -> Twin {
        Twin { base: Some(base), head: self.head_of(base) }
    }

    pub fn of_head(&self, head: usize) -> Twin {
        Twin { base: self.base_of(head), head: Some(head) }
    }

    /// Everything in the base, in its order.
    pub fn of_all_bases(&self) -> impl Iterator<Item = Twin> + '_ {
        (0..self.head_of.len()).map(|b| self.of_base(b))
    }

    /// Everything in the head, in its order.
    pub fn of_all_heads(&self) -> impl Iterator<Item = Twin> + '_ {
        (0..self.base_of.len()).map(|h| self.of_head(h))
    }

    /// What stands in both: positions in base and head, in the head's order.
    pub fn both(&self) -> impl Iterator<Item = (usize, usize)> + '_ {
        self.base_of.iter().enumerate().filter_map(|(h, b)| Some(((*b)?, h)))
    }

    /// What stands in the base alone, in its order.
    pub fn removed(&self) -> Vec<usize> {
        (0..self.head_of.len()).filter(|&b| self.head_of[b].is_none()).collect()
    }

    /// What stands in the head alone, in its order.
    pub fn added(&self) -> Vec<usize> {
        (0..self.base_of.len()).filter(|&h| self.base_of[h].is_none()).collect()
    }

    /// Everything in the head's order, with what was removed where it stood in the base.
    pub fn all(&self) -> Vec<Twin> {
        let base = self.of_all_bases();
        super::order::interleave(self.of_all_heads().collect(), base.map(|twin| (twin, twin.head.is_none())))
    }

    /// Pairs the most alike of what is left over, each at most once: of `score` (from 0 to 1) only what reaches
    /// [`ALIKE`] counts, the best first, of equals the first in the base, then in the head.
    pub fn join_alike(&mut self, score: impl Fn(usize, usize) -> f32) {
        let (removed, added) = (self.removed(), self.added());
        if removed.len().saturating_mul(added.len()) > MOST_COMPARED {
            return;
        }
        let pairs = removed.iter().flat_map(|&b| added.iter().map(move |&h| (b, h)));
        let mut alike: Vec<(f32, usize, usize)> =
            pairs.map(|(b, h)| (score(b, h), b, h)).filter(|(score, ..)| *score >= ALIKE).collect();
        alike.sort_by(|a, b| b.0.total_cmp(&a.0).then((a.1, a.2).cmp(&(b.1, b.2))));
        for (_, b, h) in alike {
            if self.head_of[b].is_none() && self.base_of[h].is_none() {
                self.join(b, h);
            }
        }
    }
}

/// From this likeness on, a thing that vanished and one that appeared are one thing renamed.
pub const ALIKE: f32 = 0.7;

/// Where more pairs than these would have to be compared, only ids and aliases tell what belongs together.
const MOST_COMPARED: usize = 40_000;

/// The words of some prose, to be compared with those of another.
#[derive(Debug, Clone, Default)]
pub struct Bag {
    words: BTreeMap<String, u32>,
    count: u32,
}

impl Bag {
    pub fn of<'a>(prose: impl IntoIterator<Item = &'a str>) -> Self {
        let mut bag = Bag::default();
        let words = prose.into_iter().flat_map(|text| text.split(|c: char| !c.is_alphanumeric()));
        for word in words.filter(|word| !word.is_empty()).take(MOST_WORDS) {
            *bag.words.entry(word.to_lowercase()).or_default() += 1;
            bag.count += 1;
        }
        bag
    }

    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Twice the words in common over the words of both (Dice's coefficient over bags): 1 for the same words, 0 for
    /// none in common.
    pub fn likeness(&self, other: &Bag) -> f32 {
        if self.count + other.count == 0 {
            return 0.0;
        }
        let common: u32 = self.words.iter().map(|(word, n)| other.words.get(word).map_or(0, |m| *n.min(m))).sum();
        2.0 * common as f32 / (self.count + other.count) as f32
    }
}

/// Prose beyond this says nothing more about whether two things are one.
const MOST_WORDS: usize = 2_000;

/// How alike two lists are: twice what they have in common over what both hold, each item once.
pub fn overlap(a: &[Arc<str>], b: &[Arc<str>]) -> f32 {
    let (a, b): (FxHashSet<_>, FxHashSet<_>) = (a.iter().collect(), b.iter().collect());
    if a.is_empty() && b.is_empty() {
        return 0.0;
    }
    2.0 * a.intersection(&b).count() as f32 / (a.len() + b.len()) as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    fn twins(base: &[&str], head: &[&str]) -> String {
        let pairs = Pairs::by_id(base, head);
        let side = |ids: &[&str], at: Option<usize>| at.map_or("-".to_owned(), |at| ids[at].to_owned());
        let show = |twin: &Twin| format!("{}{}", side(base, twin.base), side(head, twin.head));
        pairs.all().iter().map(show).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn what_has_one_id_is_one_thing() {
        assert_eq!(twins(&["a", "b", "c"], &["c", "x", "a"]), "cc -x aa b-");
        assert_eq!(twins(&[], &["a"]), "-a");
        assert_eq!(twins(&["a", "a"], &["a", "a"]), "aa a- -a");
    }

    #[test]
    fn the_most_alike_pair_is_joined_first_and_each_once() {
        let mut pairs = Pairs::by_id(&["a", "b"], &["x", "y"]);
        let score = |b: usize, h: usize| [[0.8, 0.9], [0.6, 0.95]][b][h];
        pairs.join_alike(score);
        assert_eq!((pairs.head_of(0), pairs.head_of(1)), (Some(0), Some(1)));
        let mut pairs = Pairs::by_id(&["a"], &["x"]);
        pairs.join_alike(|_, _| 0.69);
        assert_eq!(pairs.head_of(0), None);
    }

    #[test]
    fn words_tell_how_alike_prose_is() {
        let likeness = |a: &str, b: &str| Bag::of([a]).likeness(&Bag::of([b]));
        assert_eq!(likeness("One, two.", "two ONE"), 1.0);
        assert_eq!(likeness("a b c d", "a b x y"), 0.5);
        assert_eq!(likeness("a a", "a"), 2.0 / 3.0);
        assert_eq!(likeness("", ""), 0.0);
    }
}
