//! `casebook.yaml`: what the whole policy rests on.

use super::behavior::{BehaviorIx, Behaviors};
use super::facet::{Facet, FacetIx, ValueIx};
use std::collections::BTreeMap;
use std::sync::Arc;

/// How one ruling is taken where several clauses apply (DMN's terms, section 8.2.8 of DMN 1.5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum HitPolicy {
    /// The first clause that applies (DMN: first).
    #[default]
    First,
    /// The clause with the most restrictive behavior; the earliest of equals (DMN: priority).
    MostRestrictive,
    /// At most one clause may apply; where several do, the most restrictive stands and is reported (DMN: unique).
    Unique,
}

impl HitPolicy {
    pub const ALL: [HitPolicy; 3] = [HitPolicy::First, HitPolicy::MostRestrictive, HitPolicy::Unique];

    pub fn word(self) -> &'static str {
        match self {
            HitPolicy::First => "first",
            HitPolicy::MostRestrictive => "most-restrictive",
            HitPolicy::Unique => "unique",
        }
    }

    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|policy| policy.word() == word)
    }
}

/// What a gate limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum GateKind {
    /// Rate of under-refusal at the head, 0 to 1.
    UnderRefusal,
    /// Rate of over-refusal at the head, 0 to 1.
    OverRefusal,
    /// Number of cases that regressed from base to head.
    Regressions,
}

impl GateKind {
    pub const ALL: [GateKind; 3] = [GateKind::UnderRefusal, GateKind::OverRefusal, GateKind::Regressions];

    /// Its key under `gates`.
    pub fn word(self) -> &'static str {
        match self {
            GateKind::UnderRefusal => "under_refusal",
            GateKind::OverRefusal => "over_refusal",
            GateKind::Regressions => "regressions",
        }
    }

    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }
}

/// A limit from the manifest. A figure above `max` fails it.
#[derive(Debug, Clone, PartialEq)]
pub struct Gate {
    pub kind: GateKind,
    /// For all cases together; `None` where only tiers are limited.
    pub max: Option<f64>,
    /// Limits for the cases of one risk tier.
    pub tiers: BTreeMap<u32, f64>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Manifest {
    pub name: Arc<str>,
    pub behaviors: Behaviors,
    /// When no clause applies.
    pub default: BehaviorIx,
    pub hit_policy: HitPolicy,
    /// Lowest first.
    pub severities: Vec<Arc<str>>,
    pub facets: Vec<Facet>,
    /// Relative to the policy repo's folder, in order of authority.
    pub specs: Vec<Arc<str>>,
    /// Relative to the policy repo's folder. Every file under `taxonomies/` where the manifest names none.
    pub taxonomies: Option<Vec<Arc<str>>>,
    pub gates: Vec<Gate>,
}

impl Manifest {
    pub fn facet(&self, ix: FacetIx) -> &Facet {
        &self.facets[usize::from(ix.0)]
    }

    pub fn find_facet(&self, id: &str) -> Option<FacetIx> {
        self.facets.iter().position(|f| &*f.id == id).map(|i| FacetIx(i as u16))
    }

    pub fn find_severity(&self, id: &str) -> Option<ValueIx> {
        self.severities.iter().position(|s| &**s == id).map(|i| ValueIx(i as u16))
    }
}

impl Default for Manifest {
    fn default() -> Self {
        Manifest {
            name: "".into(),
            behaviors: Behaviors::default(),
            default: BehaviorIx(0),
            hit_policy: HitPolicy::default(),
            severities: ["low", "medium", "high", "critical"].map(Into::into).into(),
            facets: Vec::new(),
            specs: Vec::new(),
            taxonomies: None,
            gates: Vec::new(),
        }
    }
}
