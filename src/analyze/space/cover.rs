//! A set of points as few, plain, disjoint conditions that cover it exactly.
//!
//! To find the fewest is hard; this is a decision tree that always splits where the least is left to say, after which
//! conditions that differ in one dimension are joined, and tests that say nothing are dropped.

use super::diagram::{EMPTY, FULL, Node};
use super::layout::{Asks, Points, Space};
use crate::policy::condition::{Condition, Met, Subject};
use rustc_hash::{FxHashMap, FxHashSet};
use std::rc::Rc;

/// Points that one plain condition describes.
#[derive(Debug, Clone)]
pub struct Region {
    /// In the words of the space.
    pub when: Condition,
    pub set: Node,
    pub points: Points,
}

/// What each dimension is confined to, each by a set over its own levels.
pub(super) type Confined = Vec<Node>;

/// Sets of more nodes than these fall into more plain regions than anybody reads.
pub(super) const MOST_COVERED: usize = 200;

/// A set of more nodes than this is split from its first level down, without weighing where.
const MOST_WEIGHED: usize = 2_000;

/// Of a set whose tests ask for more values than these, one value is looked at at a time.
const MOST_TOGETHER: usize = 8;

impl Space {
    /// The set as conditions: no two have a point in common, and together they hold exactly at its points. The largest
    /// come first.
    pub fn cover(&mut self, set: Node) -> Vec<Region> {
        let complete = self.complete(set);
        let found = self.boxes(complete);
        let mut regions: Vec<Region> = found
            .into_iter()
            .filter_map(|mut confined| {
                let set = self.points_of(&confined);
                // The tree may split what is no point, such as values of a set that is not known.
                if set == EMPTY {
                    return None;
                }
                self.plainer(&mut confined, set);
                Some(Region { when: self.say(&confined), set, points: self.count(set) })
            })
            .collect();
        // A stable sort: of equals the first in the order of the words stays first.
        regions.sort_by(|a, b| b.points.cmp(&a.points));
        regions
    }

    /// What each of some conditions confines the dimensions to: disjoint, and together the set.
    pub(super) fn boxes(&mut self, set: Node) -> Vec<Confined> {
        let weighed = self.size_within(set, MOST_WEIGHED).is_some();
        let found = Tree { space: self, weighed, done: FxHashMap::default(), paths: FxHashMap::default() }.of(set);
        let mut found: Vec<Confined> = found.to_vec();
        join(self, &mut found);
        found
    }

    /// The points that are where each dimension is confined to.
    pub(super) fn points_of(&mut self, confined: &Confined) -> Node {
        let mut set = self.domain;
        for &one in confined.iter().rev() {
            set = self.diagrams.and(set, one);
        }
        set
    }

    /// Drops what confines nothing: that a category is not `none` where there is a severity, and the like.
    fn plainer(&mut self, confined: &mut Confined, set: Node) {
        for at in 0..confined.len() {
            if confined[at] != FULL {
                let kept = std::mem::replace(&mut confined[at], FULL);
                if self.points_of(confined) != set {
                    confined[at] = kept;
                }
            }
        }
        // Every harm has a target: where there is one, nobody need be told that it is not unknown.
        let at = 2;
        let unknown = self.value_of(Subject::Target, Met::Value(None));
        let known = self.levels_of(Subject::Target).start;
        let known = self.diagrams.values(known, |value| Some(value) != unknown);
        let kept = confined[at];
        confined[at] = self.diagrams.and(kept, known);
        if kept == FULL || self.points_of(confined) != set {
            confined[at] = kept;
        }
    }

    /// Which value of a level of classes this one is.
    pub(super) fn value_of(&self, subject: Subject, met: Met) -> Option<usize> {
        match &self.levels[self.levels_of(subject).start].asks {
            Asks::Class(classes) => classes.iter().position(|class| class.contains(&met)),
            _ => None,
        }
    }

    /// The set without what the domain says anyway: what is no point is in it where that makes it simpler.
    fn complete(&mut self, set: Node) -> Node {
        let mut done = FxHashMap::default();
        self.complete_known(set, &mut done)
    }

    fn complete_known(&mut self, set: Node, done: &mut FxHashMap<Node, Node>) -> Node {
        let Some(level) = self.diagrams.level(set) else { return set };
        if let Some(&known) = done.get(&set) {
            return known;
        }
        let [category, severity, target] =
            [Subject::Category, Subject::Severity, Subject::Target].map(|subject| self.levels_of(subject).start);
        let [no_severity, no_target] = [Subject::Severity, Subject::Target]
            .map(|subject| self.value_of(subject, Met::Value(None)).unwrap_or_default());
        let mut children = Vec::with_capacity(self.diagrams.arity(level));
        for value in 0..self.diagrams.arity(level) {
            let mut child = self.diagrams.child(set, level, value);
            match &self.levels[level].asks {
                Asks::Class(classes) if level == category && classes[value] == [Met::Category(None)] => {
                    child = self.diagrams.restrict(child, severity, no_severity);
                    child = self.diagrams.restrict(child, target, no_target);
                }
                Asks::Known if value == 0 => {
                    let own = self.dimensions.iter().find(|(_, levels)| levels.start == level);
                    for has in own.map(|(_, levels)| level + 1..levels.end).unwrap_or_default() {
                        child = self.diagrams.restrict(child, has, 0);
                    }
                }
                _ => {}
            }
            children.push(self.complete_known(child, done));
        }
        if level == target {
            let mut known = (0..children.len()).filter(|&value| value != no_target).map(|value| children[value]);
            let first = known.next().unwrap_or(EMPTY);
            if children[no_target] == EMPTY && known.all(|child| child == first) {
                children[no_target] = first;
            }
        }
        let result = self.diagrams.branch(level, |_, value| children[value]);
        done.insert(set, result);
        result
    }

    /// The largest of the regions, and how many there are; `None` where they are more than anybody reads.
    pub fn largest(&mut self, set: Node) -> Option<(Region, usize)> {
        let regions = if self.is_small(set, MOST_COVERED) { self.cover(set) } else { return None };
        let count = regions.len();
        Some((regions.into_iter().next()?, count))
    }

    /// Whether a set has no more nodes than these.
    pub(super) fn is_small(&self, set: Node, most: usize) -> bool {
        self.size_within(set, most).is_some()
    }

    /// How many nodes a set has; `None` where there are more than `most`.
    fn size_within(&self, set: Node, most: usize) -> Option<usize> {
        let mut seen = FxHashSet::default();
        let mut left = vec![set];
        while let Some(node) = left.pop() {
            let Some(level) = self.diagrams.level(node) else { continue };
            if seen.insert(node) {
                if seen.len() > most {
                    return None;
                }
                left.extend((0..self.diagrams.arity(level)).map(|value| self.diagrams.child(node, level, value)));
            }
        }
        Some(seen.len())
    }
}

/// The search for a tree.
struct Tree<'s> {
    space: &'s mut Space,
    weighed: bool,
    done: FxHashMap<Node, Rc<[Confined]>>,
    paths: FxHashMap<Node, u64>,
}

/// A part of a set: what is left of it where a dimension is confined so.
type Part = (Node, Node);

impl Tree<'_> {
    fn of(&mut self, set: Node) -> Rc<[Confined]> {
        if set == EMPTY || self.space.diagrams.is_full() {
            return [].into();
        }
        let dimensions = self.space.dimensions.len();
        if set == FULL {
            return [vec![FULL; dimensions]].into();
        }
        if let Some(done) = self.done.get(&set) {
            return done.clone();
        }
        let (dimension, parts) = self.split(set);
        let mut found = Vec::new();
        for (left, confined) in parts {
            for mut rest in self.of(left).iter().cloned() {
                rest[dimension] = self.space.diagrams.and(rest[dimension], confined);
                found.push(rest);
            }
        }
        let found: Rc<[Confined]> = found.into();
        self.done.insert(set, found.clone());
        found
    }

    /// The dimension after which the least is left to say, and the parts into which it splits the set.
    fn split(&mut self, set: Node) -> (usize, Vec<Part>) {
        let support = self.space.diagrams.support(set);
        let asked = |(_, levels): &(Subject, std::ops::Range<usize>)| support.iter().any(|l| levels.contains(l));
        let dimensions: Vec<usize> =
            (0..self.space.dimensions.len()).filter(|&at| asked(&self.space.dimensions[at])).collect();
        let mut best: Option<((u64, usize), usize, Vec<Part>)> = None;
        for at in dimensions {
            let levels = self.space.dimensions[at].1.clone();
            let own: Vec<usize> = support.iter().copied().filter(|level| levels.contains(level)).collect();
            let parts = self.parts(set, &own);
            if parts.len() == 1 || !self.weighed {
                return (at, parts);
            }
            let weight = parts.iter().map(|(left, _)| self.paths(*left)).fold(0, u64::saturating_add);
            let weight = (weight, parts.len());
            if best.as_ref().is_none_or(|(least, ..)| weight < *least) {
                best = Some((weight, at, parts));
            }
        }
        best.map_or((0, Vec::new()), |(_, at, parts)| (at, parts))
    }

    /// The set by the values of some levels of one dimension, those together that leave the same of it.
    fn parts(&mut self, set: Node, levels: &[usize]) -> Vec<Part> {
        let levels = if levels.len() > MOST_TOGETHER { &levels[..1] } else { levels };
        let mut parts: Vec<Part> = vec![(set, FULL)];
        for &level in levels {
            let mut finer: Vec<Part> = Vec::new();
            for (set, confined) in parts {
                for value in 0..self.space.diagrams.arity(level) {
                    let left = self.space.diagrams.restrict(set, level, value);
                    if left == EMPTY {
                        continue;
                    }
                    let here = self.space.diagrams.values(level, |other| other == value);
                    let here = self.space.diagrams.and(confined, here);
                    match finer.iter_mut().find(|(other, _)| *other == left) {
                        Some((_, confined)) => *confined = self.space.diagrams.or(*confined, here),
                        None => finer.push((left, here)),
                    }
                }
            }
            parts = finer;
        }
        parts
    }

    /// How many conditions a set takes if it is split from its first level down.
    fn paths(&mut self, set: Node) -> u64 {
        let Some(level) = self.space.diagrams.level(set) else { return u64::from(set != EMPTY) };
        if let Some(&known) = self.paths.get(&set) {
            return known;
        }
        let children = (0..self.space.diagrams.arity(level)).map(|value| self.space.diagrams.child(set, level, value));
        let mut children: Vec<Node> = children.collect();
        children.sort_unstable();
        children.dedup();
        let paths = children.into_iter().map(|child| self.paths(child)).fold(0, u64::saturating_add);
        self.paths.insert(set, paths);
        paths
    }
}

/// Makes one of any two that differ in a single dimension, until there are none.
fn join(space: &mut Space, found: &mut Vec<Confined>) {
    loop {
        let before = found.len();
        for at in 0..space.dimensions.len() {
            let mut joined: Vec<Confined> = Vec::with_capacity(found.len());
            let mut alike: FxHashMap<Confined, usize> = FxHashMap::default();
            for confined in found.drain(..) {
                let mut key = confined.clone();
                key[at] = FULL;
                let next = joined.len();
                match *alike.entry(key).or_insert(next) {
                    known if known < next => joined[known][at] = space.diagrams.or(joined[known][at], confined[at]),
                    _ => joined.push(confined),
                }
            }
            *found = joined;
        }
        if found.len() == before {
            return;
        }
    }
}
