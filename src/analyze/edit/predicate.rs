//! The questions that one edit makes of another one.

use super::Kind;
use crate::policy::Policy;
use crate::policy::case::Target;
use crate::policy::condition::{Comparison, Met, Operand, Predicate, Subject};
use crate::policy::facet::{FacetKind, FacetValue, ValueIx};
use crate::policy::taxonomy::CategoryIx;

/// A subject and what may be added to a test on it.
pub struct Reach<'a> {
    pub policy: &'a Policy,
    pub subject: Subject,
    /// Only these; any value of the subject where `None`, but then no category and not `unknown`.
    pub offered: Option<Vec<Met>>,
}

impl Reach<'_> {
    /// Every question one step away from a test's, with the sort of step.
    pub fn variants(&self, predicate: &Predicate) -> Vec<(Kind, Predicate)> {
        self.steps(predicate, true)
    }

    /// `holds`: whether the test holds where the predicate does, and not where it does not.
    fn steps(&self, predicate: &Predicate, holds: bool) -> Vec<(Kind, Predicate)> {
        let list = |operands: &[Operand], more: bool, whole: fn(Vec<Operand>) -> Predicate| {
            self.lists(operands, more == holds).into_iter().map(|(kind, list)| (kind, whole(list))).collect()
        };
        match predicate {
            Predicate::AnyOf(operands) => list(operands, true, Predicate::AnyOf),
            Predicate::NoneOf(operands) => list(operands, false, Predicate::NoneOf),
            Predicate::AllOf(operands) => list(operands, false, Predicate::AllOf),
            Predicate::Not(inner) => {
                let inner = self.steps(inner, !holds).into_iter();
                inner.map(|(kind, inner)| (kind, Predicate::Not(Box::new(inner)))).collect()
            }
        }
    }

    /// The lists one step away. `more`: a longer list makes the test hold more often.
    fn lists(&self, operands: &[Operand], more: bool) -> Vec<(Kind, Vec<Operand>)> {
        let (longer, shorter) = if more { (Kind::Loosen, Kind::Tighten) } else { (Kind::Tighten, Kind::Loosen) };
        let mut lists = Vec::new();
        for (at, &operand) in operands.iter().enumerate() {
            for (kind, other) in self.neighbours(operand) {
                if !operands.contains(&other) {
                    let mut list = operands.to_vec();
                    list[at] = other;
                    lists.push((kind, list));
                }
            }
        }
        if operands.len() > 1 {
            for at in 0..operands.len() {
                let mut list = operands.to_vec();
                list.remove(at);
                lists.push((shorter, list));
            }
        }
        for operand in self.additions(operands) {
            lists.push((longer, operands.iter().copied().chain([operand]).collect()));
        }
        lists
    }

    /// What may stand in the place of an operand: what is beside it in the order, or anywhere in it where situations are to be
    /// reached.
    fn neighbours(&self, operand: Operand) -> Vec<(Kind, Operand)> {
        let far = self.offered.is_some();
        let step = |ix: ValueIx, range: std::ops::Range<usize>| {
            let at = usize::from(ix.0);
            range.filter(move |to| *to != at && (far || to.abs_diff(at) == 1)).map(|to| ValueIx(to as u16))
        };
        let count = self.count();
        match operand {
            Operand::Compare(comparison, bound) => {
                // Beyond these nothing would be left.
                let range = match comparison {
                    Comparison::AtLeast | Comparison::AtMost => 0..count,
                    Comparison::Above => 0..count.saturating_sub(1),
                    Comparison::Below => 1..count,
                };
                step(bound, range).map(|to| (Kind::Shift, Operand::Compare(comparison, to))).collect()
            }
            Operand::Value(ix) if self.is_ordered() => {
                step(ix, 0..count).map(|to| (Kind::Shift, Operand::Value(to))).collect()
            }
            Operand::Category(ix) => self.kin(ix),
            _ => Vec::new(),
        }
    }

    fn kin(&self, ix: CategoryIx) -> Vec<(Kind, Operand)> {
        let taxonomy = &self.policy.taxonomy;
        let parent = taxonomy.get(ix).parent.map(|parent| (Kind::Widen, Operand::Category(parent)));
        let children = taxonomy.children(ix).map(|child| (Kind::Narrow, Operand::Category(child)));
        parent.into_iter().chain(children).collect()
    }

    /// What may be added to a list.
    fn additions(&self, operands: &[Operand]) -> Vec<Operand> {
        let candidates: Vec<Operand> = match &self.offered {
            None if self.subject == Subject::Category => Vec::new(),
            // The bound's own steps say it better.
            None if operands.iter().any(|operand| matches!(operand, Operand::Compare(..))) => Vec::new(),
            None => (0..self.count() as u16).map(|ix| Operand::Value(ValueIx(ix))).collect(),
            Some(offered) => offered.iter().flat_map(|&met| of_met(self.subject, met)).collect(),
        };
        let mut additions: Vec<Operand> = Vec::new();
        for candidate in candidates {
            if !additions.contains(&candidate) && !operands.iter().any(|&there| self.covers(there, candidate)) {
                additions.push(candidate);
            }
        }
        additions
    }

    /// Whether what is listed says it already.
    fn covers(&self, there: Operand, candidate: Operand) -> bool {
        match (there, candidate) {
            (Operand::Compare(comparison, bound), Operand::Value(ix)) => comparison.holds(ix, bound),
            (Operand::Category(outer), Operand::Category(inner)) => self.policy.taxonomy.is_within(inner, outer),
            _ => there == candidate,
        }
    }

    fn count(&self) -> usize {
        match self.subject {
            Subject::Category => 0,
            Subject::Severity => self.policy.manifest.severities.len(),
            Subject::Target => Target::ALL.len(),
            Subject::Facet(ix) => self.policy.manifest.facet(ix).values.len(),
        }
    }

    fn is_ordered(&self) -> bool {
        match self.subject {
            Subject::Severity => true,
            Subject::Facet(ix) => self.policy.manifest.facet(ix).kind == FacetKind::Ordinal,
            Subject::Category | Subject::Target => false,
        }
    }
}

/// The operands that name what a subject has.
pub fn of_met(subject: Subject, met: Met) -> Vec<Operand> {
    match met {
        // A word for a category that the policy does not know cannot be asked for.
        Met::Value(None) if subject == Subject::Category => Vec::new(),
        Met::Category(Some(ix)) => vec![Operand::Category(ix)],
        Met::Category(None) => vec![Operand::NoCategory],
        Met::Value(None) => vec![Operand::Unknown],
        Met::Value(Some(FacetValue::One(ix))) => vec![Operand::Value(ix)],
        Met::Value(Some(FacetValue::Set(bits))) => {
            (0..64).filter(|bit| bits >> bit & 1 == 1).map(|bit| Operand::Value(ValueIx(bit))).collect()
        }
    }
}
