//! What a dimension is confined to, as a condition in the words of the space.

use super::cover::Confined;
use super::diagram::{EMPTY, FULL, Node};
use super::layout::{Asks, Space};
use crate::policy::condition::{Comparison, Condition, Met, Operand, Predicate, Subject, Test};
use crate::policy::facet::{FacetKind, FacetValue, ValueIx};
use crate::policy::place::Route;
use crate::policy::taxonomy::CategoryIx;

impl Space {
    /// The condition that all of these hold.
    pub(super) fn say(&mut self, confined: &Confined) -> Condition {
        let mut parts = Vec::new();
        for (at, &set) in confined.iter().enumerate() {
            let subject = self.dimensions[at].0;
            if set == FULL {
                continue;
            }
            match subject {
                Subject::Category => parts.extend(self.say_category(set)),
                Subject::Facet(ix) if self.words.manifest.facet(ix).kind == FacetKind::Set => {
                    parts.extend(self.say_set(subject, set));
                }
                _ => parts.push(test(subject, self.say_values(subject, &self.members(subject, set)))),
            }
        }
        if parts.len() == 1 { parts.remove(0) } else { Condition::All(parts) }
    }

    /// The values of a dimension of one level that are in a set, in the terms of the words.
    fn members(&self, subject: Subject, set: Node) -> Vec<Met> {
        let level = self.levels_of(subject).start;
        let Asks::Class(classes) = &self.levels[level].asks else { return Vec::new() };
        let within = |value: &usize| self.diagrams.child(set, level, *value) != EMPTY;
        let classes = (0..classes.len()).filter(within).flat_map(|value| &classes[value]);
        classes.copied().collect()
    }

    /// That what has one value at a time has one of these.
    pub(super) fn say_values(&self, subject: Subject, members: &[Met]) -> Predicate {
        let mut values: Vec<ValueIx> = Vec::new();
        let mut unknown = false;
        for met in members {
            match met {
                Met::Value(Some(FacetValue::One(ix))) => values.push(*ix),
                _ => unknown = true,
            }
        }
        values.sort_unstable();
        let manifest = &self.words.manifest;
        let (count, ordered) = match subject {
            Subject::Severity => (manifest.severities.len(), self.severities_ordered),
            Subject::Facet(ix) => (manifest.facet(ix).values.len(), manifest.facet(ix).kind == FacetKind::Ordinal),
            Subject::Category | Subject::Target => (2, false),
        };
        let is_not = |operands| Predicate::Not(Box::new(Predicate::AnyOf(operands)));
        if values.len() == count && !unknown {
            return is_not(vec![Operand::Unknown]);
        }
        let missing: Vec<ValueIx> =
            (0..count as u16).map(ValueIx).filter(|ix| values.binary_search(ix).is_err()).collect();
        let in_one_piece = values.len() >= 2 && values.windows(2).all(|pair| pair[1].0 == pair[0].0 + 1);
        let mut operands: Vec<Operand> = match (values.first(), values.last()) {
            (Some(&first), _) if ordered && in_one_piece && missing.last() < values.last() => {
                vec![Operand::Compare(Comparison::AtLeast, first)]
            }
            (_, Some(&last)) if ordered && in_one_piece && missing.first() > values.first() => {
                vec![Operand::Compare(Comparison::AtMost, last)]
            }
            _ if !unknown && values.len() > 1 && missing.len() < values.len() => {
                return is_not(missing.into_iter().map(Operand::Value).collect());
            }
            _ => values.into_iter().map(Operand::Value).collect(),
        };
        if unknown {
            operands.push(Operand::Unknown);
        }
        Predicate::AnyOf(operands)
    }

    fn say_category(&self, set: Node) -> Vec<Condition> {
        let members = self.members(Subject::Category, set);
        let mut within = vec![None; self.words.taxonomy.len()];
        let others = self.members(Subject::Category, FULL).into_iter().map(|met| (met, false));
        for (met, is_in) in others.chain(members.iter().map(|met| (*met, true))) {
            if let Met::Category(Some(ix)) = met {
                within[usize::from(ix.0)] = Some(is_in);
            }
        }
        self.say_categories(&within, members.contains(&Met::Category(None)))
    }

    /// As what is named and what is left out of it, layer by layer down the tree. `within` says of each category whether it is in,
    /// and nothing of one that cannot be named; `none` whether it may be that there is no harm.
    pub(super) fn say_categories(&self, within: &[Option<bool>], none: bool) -> Vec<Condition> {
        let layers = self.layers(within, true);
        let others = self.layers(within, false);
        let count = |layers: &[Vec<Operand>]| layers.iter().map(Vec::len).sum::<usize>();
        // What all but a few are is said by the few.
        if others.len() <= 1 && count(&others) + usize::from(!none) < count(&layers) + usize::from(none) {
            let mut operands = others.into_iter().next().unwrap_or_default();
            if !none {
                operands.push(Operand::NoCategory);
            }
            return vec![test(Subject::Category, Predicate::Not(Box::new(Predicate::AnyOf(operands))))];
        }
        let mut layers = layers.into_iter();
        let mut alternatives = Vec::new();
        while let Some(mut named) = layers.next() {
            if alternatives.is_empty() && none {
                named.push(Operand::NoCategory);
            }
            let mut parts = vec![test(Subject::Category, Predicate::AnyOf(named))];
            if let Some(left_out) = layers.next() {
                let left_out = test(Subject::Category, Predicate::AnyOf(left_out));
                parts.push(Condition::Not(Box::new(left_out)));
            }
            alternatives.push(parts);
        }
        match alternatives.len() {
            0 => vec![test(Subject::Category, Predicate::AnyOf(vec![Operand::NoCategory]))],
            1 => alternatives.remove(0),
            _ => vec![Condition::Any(alternatives.into_iter().map(Condition::All).collect())],
        }
    }

    /// The categories at which being within the set (or, where `wanted` is false, being outside) begins and ends, from the
    /// top of the tree down: those named, those left out of them, those named again within these, and so on.
    fn layers(&self, within: &[Option<bool>], wanted: bool) -> Vec<Vec<Operand>> {
        let mut layers: Vec<Vec<Operand>> = Vec::new();
        // Of each category on the way down: whether it is in, and how often that changed above it.
        let mut states: Vec<(bool, usize)> = Vec::with_capacity(within.len());
        for (ix, category) in self.words.taxonomy.iter() {
            let (above, depth) = category.parent.map_or((false, 0), |parent| states[usize::from(parent.0)]);
            // A category that cannot be named is what the one above it is.
            let here = within[usize::from(ix.0)].map_or(above, |within| within == wanted);
            if here == above {
                states.push((above, depth));
                continue;
            }
            if layers.len() == depth {
                layers.push(Vec::new());
            }
            layers[depth].push(Operand::Category(CategoryIx(ix.0)));
            states.push((here, depth + 1));
        }
        layers
    }

    /// What is asked of a set: whether it is known, and which values it has.
    pub(super) fn say_set(&mut self, subject: Subject, set: Node) -> Vec<Condition> {
        let levels = self.levels_of(subject);
        let level = levels.start;
        // A set that is not known has no value: what is said of one that had some is about no point.
        let mut not_known = self.diagrams.child(set, level, 0);
        for has in level + 1..levels.end {
            not_known = self.diagrams.restrict(not_known, has, 0);
        }
        let unknown = not_known != EMPTY;
        let known = self.diagrams.child(set, level, 1);
        let nobody_knows = || test(subject, Predicate::AnyOf(vec![Operand::Unknown]));
        if known == EMPTY {
            return vec![nobody_knows()];
        }
        if known == FULL {
            return vec![test(subject, Predicate::Not(Box::new(Predicate::AnyOf(vec![Operand::Unknown]))))];
        }
        let mut alternatives: Vec<Vec<Predicate>> = match self.forms(known) {
            Some(forms) => vec![forms],
            None => self.cubes(known),
        };
        if unknown {
            match &mut alternatives[..] {
                [forms] if matches!(forms[..], [Predicate::AnyOf(_)]) => {
                    if let Predicate::AnyOf(operands) = &mut forms[0] {
                        operands.push(Operand::Unknown);
                    }
                }
                _ => alternatives.insert(0, vec![Predicate::AnyOf(vec![Operand::Unknown])]),
            }
        }
        let all = |forms: Vec<Predicate>| forms.into_iter().map(|form| test(subject, form)).collect::<Vec<_>>();
        if alternatives.len() == 1 {
            return all(alternatives.remove(0));
        }
        let one = |forms| {
            let mut tests = all(forms);
            if tests.len() == 1 { tests.remove(0) } else { Condition::All(tests) }
        };
        vec![Condition::Any(alternatives.into_iter().map(one).collect())]
    }

    /// As having all of some values, none of some, and any of some, or not all of some; `None` where that does not say it.
    fn forms(&mut self, known: Node) -> Option<Vec<Predicate>> {
        let asked = self.diagrams.support(known);
        let without = |space: &mut Self, set: Node, value: usize| -> Vec<usize> {
            asked.iter().copied().filter(|&level| space.diagrams.restrict(set, level, value) == EMPTY).collect()
        };
        let (all, none) = (without(self, known, 0), without(self, known, 1));
        let mut cube = FULL;
        for (levels, value) in [(&all, 1), (&none, 0)] {
            for &level in levels {
                let has = self.diagrams.values(level, |other| other == value);
                cube = self.diagrams.and(cube, has);
            }
        }
        let named = |space: &Self, levels: &[usize]| -> Vec<Operand> {
            let value = |level: &usize| match space.levels[*level].asks {
                Asks::Has(value) => Some(Operand::Value(value)),
                _ => None,
            };
            levels.iter().filter_map(value).collect()
        };
        let mut forms = Vec::new();
        match all.len() {
            0 => {}
            1 => forms.push(Predicate::AnyOf(named(self, &all))),
            _ => forms.push(Predicate::AllOf(named(self, &all))),
        }
        if !none.is_empty() {
            forms.push(Predicate::NoneOf(named(self, &none)));
        }
        let missing = self.diagrams.minus(cube, known);
        if missing == EMPTY {
            return Some(forms);
        }
        for value in [0, 1] {
            let confined = [&all[..], &none[..]].concat();
            let levels: Vec<usize> =
                without(self, missing, 1 - value).into_iter().filter(|level| !confined.contains(level)).collect();
            let mut excluded = cube;
            for &level in &levels {
                let has = self.diagrams.values(level, |other| other == value);
                excluded = self.diagrams.and(excluded, has);
            }
            if excluded == missing && !levels.is_empty() {
                let named = named(self, &levels);
                forms.push(match value {
                    0 => Predicate::AnyOf(named),
                    _ => Predicate::Not(Box::new(Predicate::AllOf(named))),
                });
                return Some(forms);
            }
        }
        None
    }

    /// As alternatives, each having all of some values and none of some.
    fn cubes(&self, known: Node) -> Vec<Vec<Predicate>> {
        let mut cubes = Vec::new();
        let mut left = vec![(known, Vec::new(), Vec::new())];
        while let Some((node, all, none)) = left.pop() {
            let Some(level) = self.diagrams.level(node) else {
                if node != EMPTY {
                    let forms = [(all, true), (none, false)];
                    let form = |(values, has): (Vec<Operand>, bool)| match (values.len(), has) {
                        (0, _) => None,
                        (_, false) => Some(Predicate::NoneOf(values)),
                        (1, true) => Some(Predicate::AnyOf(values)),
                        (_, true) => Some(Predicate::AllOf(values)),
                    };
                    cubes.push(forms.into_iter().filter_map(form).collect());
                }
                continue;
            };
            let Asks::Has(value) = self.levels[level].asks else { continue };
            for has in [0, 1] {
                let (mut all, mut none) = (all.clone(), none.clone());
                if has == 1 { &mut all } else { &mut none }.push(Operand::Value(value));
                left.push((self.diagrams.child(node, level, has), all, none));
            }
        }
        cubes
    }
}

pub(super) fn test(subject: Subject, predicate: Predicate) -> Condition {
    Condition::Test(Test { subject, predicate, route: Route::root() })
}
