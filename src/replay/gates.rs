//! The manifest's limits, held against a replay.

use super::measures::Measures;
use crate::policy::manifest::{Gate, GateKind};
use crate::stats::proportion::Proportion;
use std::collections::BTreeMap;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum GateStatus {
    Pass,
    Fail,
    /// There was nothing to measure: no case where the error is possible, or no base to compare with.
    NoData,
}

impl GateStatus {
    pub fn word(self) -> &'static str {
        match self {
            GateStatus::Pass => "pass",
            GateStatus::Fail => "fail",
            GateStatus::NoData => "no-data",
        }
    }
}

/// One limit and what was measured.
#[derive(Debug, Clone, PartialEq)]
pub struct GateResult {
    pub kind: GateKind,
    /// `None` for all cases together.
    pub tier: Option<u32>,
    pub status: GateStatus,
    /// A rate from 0 to 1, or a number: of cases, for [`GateKind::Collateral`] of points. `None` where there was nothing to
    /// measure, or, for a gate that fails, where it cannot be known.
    pub value: Option<f64>,
    /// The base's value by the same gold labels; `None` without a base, and for what counts changes.
    pub before: Option<f64>,
    pub limit: f64,
    /// Hits and cases behind a rate; for regressions the regressed cases and the cases compared; for collateral what was not
    /// declared and all that changed.
    pub counts: (u64, u64),
}

impl GateResult {
    /// Whether the limit is passed, and by more than at the base: what fails anyway is not what this change does.
    pub fn is_broken(&self) -> bool {
        self.status == GateStatus::Fail && !self.is_as_before()
    }

    /// Whether the limit is passed at the base already, and by no less.
    pub fn is_as_before(&self) -> bool {
        let (value, before) = (self.value, self.before);
        self.status == GateStatus::Fail && value.zip(before).is_some_and(|(value, before)| value <= before)
    }
}

/// Figures that gates look at, over all sets together.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct GateInput {
    pub all: Side,
    pub by_tier: BTreeMap<u32, Side>,
}

/// The head's figures; the base's, and how many cases of how many compared regressed: `None` where there is no base.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Side {
    pub head: Measures,
    pub base: Option<Measures>,
    pub regressed: Option<(u64, u64)>,
}

impl Side {
    /// The figures of both together.
    pub fn merge(&mut self, other: &Side) {
        self.head.merge(&other.head);
        if let Some(base) = &other.base {
            self.base.get_or_insert_default().merge(base);
        }
        if let Some((regressed, compared)) = other.regressed {
            let counts = self.regressed.get_or_insert_default();
            *counts = (counts.0 + regressed, counts.1 + compared);
        }
    }
}

/// Holds every limit of the manifest, in its order, the one for all cases before those for tiers.
pub fn hold(gates: &[Gate], input: &GateInput) -> Vec<GateResult> {
    let nothing = Side::default();
    let mut results = Vec::new();
    for gate in gates {
        if let Some(limit) = gate.max {
            results.push(hold_one(gate.kind, None, limit, &input.all));
        }
        for (&tier, &limit) in &gate.tiers {
            results.push(hold_one(gate.kind, Some(tier), limit, input.by_tier.get(&tier).unwrap_or(&nothing)));
        }
    }
    results
}

fn hold_one(kind: GateKind, tier: Option<u32>, limit: f64, side: &Side) -> GateResult {
    let rate = |of: fn(&Measures) -> Proportion| {
        let head = of(&side.head);
        (head.rate(), side.base.as_ref().and_then(|base| of(base).rate()), (head.hits, head.of))
    };
    let (value, before, counts) = match kind {
        GateKind::UnderRefusal => rate(|measures| measures.under_refusal),
        GateKind::OverRefusal => rate(|measures| measures.over_refusal),
        // None of no cases is no answer: nothing was compared.
        GateKind::Regressions => {
            let compared = side.regressed.filter(|(_, of)| *of > 0);
            (compared.map(|(n, _)| n as f64), None, side.regressed.unwrap_or_default())
        }
        // Measured afterwards, where somebody asks what was declared.
        GateKind::Collateral | GateKind::CollateralFlips => (None, None, (0, 0)),
    };
    GateResult { kind, tier, status: status(value, limit), value, before, limit, counts }
}

fn status(value: Option<f64>, limit: f64) -> GateStatus {
    match value {
        None => GateStatus::NoData,
        Some(value) if value > limit => GateStatus::Fail,
        Some(_) => GateStatus::Pass,
    }
}

/// Holds the gates on what nobody declared: how many points and flips, each of how many that changed; `None` where the versions
/// are too large to know, which is not known to be within any limit. They know no tiers.
pub fn hold_collateral(gates: &mut [GateResult], points: Option<(u64, u64)>, flips: Option<(u64, u64)>) {
    for gate in gates.iter_mut().filter(|gate| gate.kind.is_of_collateral() && gate.tier.is_none()) {
        let counts = if gate.kind == GateKind::Collateral { points } else { flips };
        gate.counts = counts.unwrap_or_default();
        gate.value = counts.map(|(undeclared, _)| undeclared as f64);
        gate.status = if counts.is_some() { status(gate.value, gate.limit) } else { GateStatus::Fail };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn side(under: (u64, u64), regressed: Option<(u64, u64)>) -> Side {
        let under_refusal = Proportion { hits: under.0, of: under.1 };
        Side { head: Measures { under_refusal, ..Measures::default() }, base: None, regressed }
    }

    fn check(gate: Gate, all: Side, tier_1: Side, expected: &[(Option<u32>, GateStatus)]) {
        let input = GateInput { all, by_tier: BTreeMap::from([(1, tier_1)]) };
        let results: Vec<_> = hold(&[gate], &input).iter().map(|r| (r.tier, r.status)).collect();
        assert_eq!(results, expected);
    }

    #[test]
    fn a_figure_at_the_limit_passes_and_above_it_fails() {
        let gate = |max| Gate { kind: GateKind::UnderRefusal, max: Some(max), tiers: BTreeMap::from([(1, 0.0)]) };
        let (clean, bad) = (side((0, 10), None), side((2, 100), None));
        check(gate(0.02), bad.clone(), clean.clone(), &[(None, GateStatus::Pass), (Some(1), GateStatus::Pass)]);
        check(gate(0.01), bad.clone(), bad, &[(None, GateStatus::Fail), (Some(1), GateStatus::Fail)]);
        check(gate(0.0), side((0, 0), None), clean, &[(None, GateStatus::NoData), (Some(1), GateStatus::Pass)]);
    }

    #[test]
    fn what_fails_at_the_base_as_well_is_not_what_the_change_does() {
        let check = |base: (u64, u64), head: (u64, u64), expect: (GateStatus, bool)| {
            let gate = Gate { kind: GateKind::UnderRefusal, max: Some(0.02), tiers: BTreeMap::new() };
            let all = Side { base: Some(side(base, None).head), ..side(head, Some((0, 100))) };
            let result = &hold(&[gate], &GateInput { all, ..GateInput::default() })[0];
            assert_eq!((result.status, result.is_broken()), expect);
        };
        check((2, 100), (3, 100), (GateStatus::Fail, true));
        check((3, 100), (3, 100), (GateStatus::Fail, false));
        check((5, 100), (3, 100), (GateStatus::Fail, false));
        check((5, 100), (2, 100), (GateStatus::Pass, false));
        // Nothing could go wrong before.
        check((0, 0), (3, 100), (GateStatus::Fail, true));
    }

    #[test]
    fn collateral_is_held_once_it_is_measured() {
        let gate = |kind, max| Gate { kind, max: Some(max), tiers: BTreeMap::new() };
        let gates = [gate(GateKind::Collateral, 0.0), gate(GateKind::CollateralFlips, 2.0)];
        let mut results = hold(&gates, &GateInput::default());
        let statuses = |results: &[GateResult]| results.iter().map(|gate| gate.status).collect::<Vec<_>>();
        assert_eq!(statuses(&results), [GateStatus::NoData, GateStatus::NoData]);
        hold_collateral(&mut results, Some((12, 40)), Some((2, 3)));
        assert_eq!(statuses(&results), [GateStatus::Fail, GateStatus::Pass]);
        assert_eq!(results[0].counts, (12, 40));
        hold_collateral(&mut results, None, Some((2, 3)));
        assert_eq!((statuses(&results), results[0].value), (vec![GateStatus::Fail, GateStatus::Pass], None));
        assert!(results[0].is_broken());
    }

    #[test]
    fn regressions_need_a_base() {
        let gate = Gate { kind: GateKind::Regressions, max: Some(0.0), tiers: BTreeMap::from([(7, 0.0)]) };
        let none = side((0, 0), None);
        check(gate.clone(), none.clone(), none.clone(), &[(None, GateStatus::NoData), (Some(7), GateStatus::NoData)]);
        let one = side((0, 0), Some((1, 40)));
        check(gate, one, none, &[(None, GateStatus::Fail), (Some(7), GateStatus::NoData)]);
    }
}
