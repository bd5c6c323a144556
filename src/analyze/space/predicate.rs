//! Conditions as sets of points: where one is true, or where it is false. What is neither is in neither set.

use super::diagram::{EMPTY, FULL, Node};
use super::layout::{Asks, Space, read};
use super::words::Lens;
use crate::policy::condition::{Condition, Operand, Predicate, Subject, Truth};
use crate::policy::facet::{FacetIx, FacetKind, ValueIx};

impl Space {
    /// The points at which a condition of a version is true.
    pub fn holds(&mut self, lens: &Lens<'_>, condition: &Condition) -> Node {
        let set = self.comes_out(lens, condition, Truth::True);
        self.diagrams.and(set, self.domain)
    }

    /// As [`Space::holds`], of what need be no point: over the levels alone that the condition asks about.
    pub(super) fn holds_anywhere(&mut self, lens: &Lens<'_>, condition: &Condition) -> Node {
        self.comes_out(lens, condition, Truth::True)
    }

    /// Where a condition comes out as wanted: true or false. Negation is pushed down to the tests, after Kleene.
    fn comes_out(&mut self, lens: &Lens<'_>, condition: &Condition, wanted: Truth) -> Node {
        match condition {
            Condition::Test(test) => match test.subject {
                Subject::Facet(ix) if self.is_set(lens, ix) => self.set_test(lens, ix, &test.predicate, wanted),
                _ => self.value_test(lens, test.subject, &test.predicate, wanted),
            },
            Condition::Not(inner) => self.comes_out(lens, inner, !wanted),
            Condition::All(parts) => self.parts(lens, parts, wanted, wanted == Truth::True),
            Condition::Any(parts) => self.parts(lens, parts, wanted, wanted == Truth::False),
        }
    }

    fn parts(&mut self, lens: &Lens<'_>, parts: &[Condition], wanted: Truth, every: bool) -> Node {
        let mut sets: Vec<Node> = parts.iter().map(|part| self.comes_out(lens, part, wanted)).collect();
        // From the last level up: each then only has to put itself on top of what is there.
        sets.sort_by_key(|&set| std::cmp::Reverse(self.diagrams.level(set)));
        if every { self.every(sets) } else { self.some(sets) }
    }

    fn every(&mut self, sets: impl IntoIterator<Item = Node>) -> Node {
        sets.into_iter().fold(FULL, |all, set| self.diagrams.and(all, set))
    }

    fn some(&mut self, sets: impl IntoIterator<Item = Node>) -> Node {
        sets.into_iter().fold(EMPTY, |any, set| self.diagrams.or(any, set))
    }

    fn is_set(&self, lens: &Lens<'_>, own: FacetIx) -> bool {
        self.words.manifest.facet(lens.facet(own).word).kind == FacetKind::Set
    }

    /// A test on what has one value at a time, asked of each.
    fn value_test(&mut self, lens: &Lens<'_>, own: Subject, predicate: &Predicate, wanted: Truth) -> Node {
        let subject = match own {
            Subject::Facet(ix) => Subject::Facet(lens.facet(ix).word),
            same => same,
        };
        let level = self.levels_of(subject).start;
        let Asks::Class(classes) = &self.levels[level].asks else { return EMPTY };
        let taxonomy = &lens.policy.taxonomy;
        let wanted: Vec<bool> = classes
            .iter()
            .map(|class| read(lens, own, subject, class[0]).is_some_and(|met| predicate.eval(met, taxonomy) == wanted))
            .collect();
        self.diagrams.values(level, |value| wanted[value])
    }

    /// A test on a set, put together from whether it has each value.
    fn set_test(&mut self, lens: &Lens<'_>, own: FacetIx, predicate: &Predicate, wanted: Truth) -> Node {
        let known = self.known_to(lens, own);
        let [true_at, false_at] = self.set_predicate(lens, own, predicate, known);
        if wanted == Truth::True { true_at } else { false_at }
    }

    /// Where the version knows what the facet is.
    fn known_to(&mut self, lens: &Lens<'_>, own: FacetIx) -> Node {
        let levels = self.levels_of(Subject::Facet(lens.facet(own).word));
        let known = self.diagrams.values(levels.start, |value| value == 1);
        if lens.policy.manifest.facet(own).kind == FacetKind::Set {
            let strange: Vec<usize> = self.strange(lens, own);
            return strange.into_iter().fold(known, |known, level| {
                let without = self.diagrams.values(level, |value| value == 0);
                self.diagrams.and(known, without)
            });
        }
        let values: Vec<ValueIx> = lens.facet(own).values.iter().copied().flatten().collect();
        let single: Vec<Node> = values.into_iter().map(|value| self.only(lens, own, value)).collect();
        self.some(single)
    }

    /// The levels of the values that the version does not know.
    fn strange(&self, lens: &Lens<'_>, own: FacetIx) -> Vec<usize> {
        let lens = lens.facet(own);
        let is_strange = |level: &usize| match self.levels[*level].asks {
            Asks::Has(value) => lens.values[usize::from(value.0)].is_none(),
            _ => false,
        };
        self.levels_of(Subject::Facet(lens.word)).filter(is_strange).collect()
    }

    /// Where the set has this one of the version's values and no other word.
    fn only(&mut self, lens: &Lens<'_>, own: FacetIx, value: ValueIx) -> Node {
        let levels = self.levels_of(Subject::Facet(lens.facet(own).word));
        let known = self.diagrams.values(levels.start, |value| value == 1);
        let mut set = FULL;
        for level in levels.skip(1).rev() {
            let Asks::Has(word) = self.levels[level].asks else { continue };
            let wanted = usize::from(lens.facet(own).values[usize::from(word.0)] == Some(value));
            let has = self.diagrams.values(level, |value| value == wanted);
            set = self.diagrams.and(set, has);
        }
        self.diagrams.and(known, set)
    }

    /// Where the predicate is true, and where it is false.
    fn set_predicate(&mut self, lens: &Lens<'_>, own: FacetIx, predicate: &Predicate, known: Node) -> [Node; 2] {
        let unknown = self.diagrams.complement(known);
        let any_of = |space: &mut Self, operands: &[Operand]| {
            let each: Vec<[Node; 2]> =
                operands.iter().map(|&one| space.set_operand(lens, own, one, known, unknown)).collect();
            let true_at = space.some(each.iter().map(|one| one[0]));
            // Of what nobody knows nothing is denied, not even that it is one of no values at all.
            let false_at = if each.is_empty() { known } else { space.every(each.iter().map(|one| one[1])) };
            [true_at, false_at]
        };
        match predicate {
            Predicate::AnyOf(operands) => any_of(self, operands),
            Predicate::NoneOf(operands) => {
                let [true_at, false_at] = any_of(self, operands);
                [false_at, true_at]
            }
            Predicate::AllOf(operands) => {
                let values = operands.iter().filter(|operand| **operand != Operand::Unknown);
                let each: Vec<[Node; 2]> =
                    values.map(|&one| self.set_operand(lens, own, one, known, unknown)).collect();
                let all = self.every(each.iter().map(|one| one[0]));
                let not_all = self.some(each.iter().map(|one| one[1]));
                let (all, not_all) = (self.diagrams.and(all, known), self.diagrams.and(not_all, known));
                let listed = if operands.contains(&Operand::Unknown) { unknown } else { EMPTY };
                [self.diagrams.or(all, listed), not_all]
            }
            Predicate::Not(inner) => {
                let [true_at, false_at] = self.set_predicate(lens, own, inner, known);
                [false_at, true_at]
            }
        }
    }

    fn set_operand(
        &mut self,
        lens: &Lens<'_>,
        own: FacetIx,
        operand: Operand,
        known: Node,
        unknown: Node,
    ) -> [Node; 2] {
        let is_set = lens.policy.manifest.facet(own).kind == FacetKind::Set;
        let has = match operand {
            Operand::Unknown => return [unknown, known],
            Operand::Value(value) if is_set => self.has(lens, own, value),
            Operand::Value(value) => self.only(lens, own, value),
            // A reader gives a comparison to an ordinal facet only; the words may make a set of it.
            Operand::Compare(comparison, bound) if !is_set => {
                let values = lens.facet(own).values.iter().copied().flatten();
                let values: Vec<ValueIx> = values.filter(|value| comparison.holds(*value, bound)).collect();
                let single: Vec<Node> = values.into_iter().map(|value| self.only(lens, own, value)).collect();
                self.some(single)
            }
            _ => return [EMPTY, EMPTY],
        };
        [self.diagrams.and(known, has), self.diagrams.minus(known, has)]
    }

    /// Where a set has one of the version's values, known or not.
    fn has(&mut self, lens: &Lens<'_>, own: FacetIx, value: ValueIx) -> Node {
        let lens = lens.facet(own);
        let level = self.levels_of(Subject::Facet(lens.word)).find(|&level| match self.levels[level].asks {
            Asks::Has(word) => lens.values[usize::from(word.0)] == Some(value),
            _ => false,
        });
        level.map_or(EMPTY, |level| self.diagrams.values(level, |value| value == 1))
    }
}
