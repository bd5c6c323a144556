//! What tells some points from others, as plainly as can be: nothing need be said of points that are neither.
//!
//! Where it is known who decided before, a region need only be told from the rest of what that clause decided: mostly that is
//! the very test that an edit is about.

use super::cover::{Confined, MOST_COVERED};
use super::diagram::{EMPTY, FULL, Node};
use super::layout::{Asks, Space};
use crate::decide::plain;
use crate::policy::condition::{Condition, Met, Subject};
use crate::policy::facet::{FacetKind, FacetValue, ValueIx};

/// Beyond so many nodes points are not told from others: it would take too many words anyway.
const MOST_TOLD: usize = 10_000;

impl Space {
    /// A condition that holds at all points of `set` and at no other of `of`, which has them; `None` where that takes more than
    /// anybody reads, or more nodes than there is room for.
    pub(super) fn within(&mut self, set: Node, of: Node, room: usize) -> Option<Condition> {
        let rest = self.minus(of, set);
        if rest == EMPTY {
            return Some(Condition::always());
        }
        if !self.is_small(set, MOST_TOLD) || !self.is_small(rest, MOST_TOLD) {
            return None;
        }
        let (wider, others) = self.without_idle(set, rest, room);
        if self.nodes() > room || !self.is_small(wider, MOST_COVERED) {
            return None;
        }
        let mut wide: Vec<Confined> = self.boxes(wider);
        for one in &mut wide {
            self.widen(one, others);
        }
        let needed = self.needed(set, wide)?;
        for one in &needed {
            let points = self.points_of(one);
            if self.and(points, rest) != EMPTY {
                return None;
            }
        }
        let alternatives: Vec<Condition> = needed.iter().map(|one| self.say(one)).collect();
        Some(self.tidy(Condition::Any(alternatives)))
    }

    /// How much there is to read of a condition, in letters.
    pub(super) fn letters(&self, when: &Condition) -> usize {
        plain::condition(&self.words, when).chars().count()
    }

    /// Both sets without the dimensions that nothing need be said about to tell them apart: what takes the most words first, but for
    /// the target, which is unknown where there is no harm: that is said by the category.
    fn without_idle(&mut self, mut set: Node, mut others: Node, room: usize) -> (Node, Node) {
        let is_set = |space: &Self, subject| match subject {
            Subject::Facet(ix) => space.words.manifest.facet(ix).kind == FacetKind::Set,
            _ => false,
        };
        let mut order: Vec<usize> = (0..self.dimensions.len()).collect();
        order.sort_by_key(|&at| {
            let subject = self.dimensions[at].0;
            (
                subject != Subject::Target,
                subject != Subject::Category,
                !is_set(self, subject),
                std::cmp::Reverse(self.dimensions[at].1.start),
            )
        });
        for at in order {
            if self.nodes() > room {
                break;
            }
            let [any, any_other] = [set, others].map(|one| self.whatever(one, at));
            if self.and(any, any_other) == EMPTY {
                (set, others) = (any, any_other);
            }
        }
        (set, others)
    }

    /// The points that are in a set with any value of a dimension.
    fn whatever(&mut self, mut set: Node, dimension: usize) -> Node {
        for level in self.dimensions[dimension].1.clone() {
            let mut any = EMPTY;
            for value in 0..self.diagrams.arity(level) {
                let here = self.diagrams.restrict(set, level, value);
                any = self.or(any, here);
            }
            set = any;
        }
        set
    }

    /// Confines each dimension to whatever says it in the fewest letters and still has none of the others.
    fn widen(&mut self, confined: &mut Confined, others: Node) {
        for at in 0..confined.len() {
            if confined[at] == FULL {
                continue;
            }
            let kept = std::mem::replace(&mut confined[at], FULL);
            let mut met = others;
            for &one in confined.iter().rev() {
                met = self.and(met, one);
            }
            if met == EMPTY {
                continue;
            }
            let (subject, levels) = self.dimensions[at].clone();
            confined[at] = kept;
            if levels.len() == 1 {
                let level = levels.start;
                let open: Vec<bool> = (0..self.diagrams.arity(level))
                    .map(|value| self.diagrams.restrict(met, level, value) == EMPTY)
                    .collect();
                let may = self.diagrams.values(level, |value| open[value]);
                confined[at] = self.plainest_between(subject, at, kept, may);
            }
        }
    }

    /// The set that is said in the fewest letters, of those that have all of one set of values and none that another leaves out.
    fn plainest_between(&mut self, subject: Subject, at: usize, must: Node, may: Node) -> Node {
        let mut offered = vec![must, may];
        match subject {
            Subject::Category => offered.extend([true, false].map(|wanted| self.down_the_tree(must, may, wanted))),
            _ => offered.extend(self.in_one_piece(subject, must, may)),
        }
        let mut best: Option<(usize, Node)> = None;
        for set in offered {
            let mut confined = vec![FULL; self.dimensions.len()];
            confined[at] = set;
            let when = self.say(&confined);
            let letters = self.letters(&when);
            if best.is_none_or(|(least, _)| letters < least) {
                best = Some((letters, set));
            }
        }
        best.map_or(must, |(_, set)| set)
    }

    /// Categories of which those that may be in are what the category above them is; at the top, `wanted` says whether what is
    /// named is in, or is left out.
    fn down_the_tree(&mut self, must: Node, may: Node, wanted: bool) -> Node {
        let level = self.levels_of(Subject::Category).start;
        let Asks::Class(classes) = self.levels[level].asks.clone() else { return must };
        let known = |value: usize| match (
            self.diagrams.child(must, level, value) != EMPTY,
            self.diagrams.child(may, level, value) != EMPTY,
        ) {
            (true, _) => Some(true),
            (_, false) => Some(false),
            _ => None,
        };
        let mut states = vec![None; self.words.taxonomy.len()];
        for (value, class) in classes.iter().enumerate() {
            for met in class {
                if let Met::Category(Some(ix)) = met {
                    states[usize::from(ix.0)] = known(value);
                }
            }
        }
        let mut within = vec![!wanted; states.len()];
        for (ix, category) in self.words.taxonomy.iter() {
            let above = category.parent.map_or(!wanted, |parent| within[usize::from(parent.0)]);
            within[usize::from(ix.0)] = states[usize::from(ix.0)].unwrap_or(above);
        }
        let is_in: Vec<bool> = classes
            .iter()
            .enumerate()
            .map(|(value, class)| {
                known(value).unwrap_or_else(|| {
                    class.iter().any(|met| match met {
                        Met::Category(Some(ix)) => within[usize::from(ix.0)],
                        _ => !wanted,
                    })
                })
            })
            .collect();
        self.diagrams.values(level, |value| is_in[value])
    }

    /// Values in a row, from the first to the last that must be in, or on to either end; with and without what is unknown.
    fn in_one_piece(&mut self, subject: Subject, must: Node, may: Node) -> Vec<Node> {
        let level = self.levels_of(subject).start;
        let Asks::Class(classes) = self.levels[level].asks.clone() else { return Vec::new() };
        let is_in = |set: Node, met: Met| {
            let value = classes.iter().position(|class| class.contains(&met));
            value.is_some_and(|value| self.diagrams.child(set, level, value) != EMPTY)
        };
        let one = |ix: u16| Met::Value(Some(FacetValue::One(ValueIx(ix))));
        let count = classes.iter().flatten().filter(|met| **met != Met::Value(None)).count() as u16;
        let wanted: Vec<u16> = (0..count).filter(|&ix| is_in(must, one(ix))).collect();
        let (Some(&first), Some(&last)) = (wanted.first(), wanted.last()) else { return Vec::new() };
        let mut pieces = Vec::new();
        for (from, to) in [(first, last), (first, count - 1), (0, last), (0, count - 1)] {
            if (from..=to).all(|ix| is_in(may, one(ix))) {
                for unknown in [is_in(must, Met::Value(None)), is_in(may, Met::Value(None))] {
                    pieces.push((from, to, unknown));
                }
            }
        }
        let class_in = |class: &[Met], (from, to, unknown): (u16, u16, bool)| {
            class.iter().any(|met| match met {
                Met::Value(Some(FacetValue::One(ix))) => (from..=to).contains(&ix.0),
                _ => unknown,
            })
        };
        let pieces = pieces.into_iter().map(|piece| {
            let is_in: Vec<bool> = classes.iter().map(|class| class_in(class, piece)).collect();
            self.diagrams.values(level, |value| is_in[value])
        });
        // A class that no test tells apart is in as a whole: it may not be more than what may be in.
        let mut pieces: Vec<Node> = pieces.collect();
        pieces.retain(|&piece| self.diagrams.minus(piece, may) == EMPTY);
        pieces
    }

    /// Few of the alternatives that together have all points of a set: always the one that has the most of what is left. `None`
    /// where they do not have all.
    fn needed(&mut self, set: Node, wide: Vec<Confined>) -> Option<Vec<Confined>> {
        let mut offered: Vec<(Node, Confined)> = Vec::new();
        for one in wide {
            let points = self.points_of(&one);
            offered.push((points, one));
        }
        let mut left = self.and(set, self.domain);
        let mut needed = Vec::new();
        while left != EMPTY {
            let counts: Vec<_> = offered
                .iter()
                .map(|(points, _)| {
                    let here = self.diagrams.and(left, *points);
                    self.count(here)
                })
                .collect();
            let most = (0..offered.len()).max_by_key(|&at| (&counts[at], std::cmp::Reverse(at)))?;
            let (points, one) = offered.swap_remove(most);
            let rest = self.minus(left, points);
            if rest == left {
                return None;
            }
            left = rest;
            needed.push(one);
        }
        (!needed.is_empty()).then_some(needed)
    }
}
