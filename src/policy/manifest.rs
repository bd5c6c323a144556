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
    /// Number of points of the decision space that changed from base to head although nobody declared it.
    Collateral,
    /// Number of cases that flipped from base to head although nobody declared it.
    CollateralFlips,
}

impl GateKind {
    pub const ALL: [GateKind; 5] = [
        GateKind::UnderRefusal,
        GateKind::OverRefusal,
        GateKind::Regressions,
        GateKind::Collateral,
        GateKind::CollateralFlips,
    ];

    /// Its key under `gates`.
    pub fn word(self) -> &'static str {
        match self {
            GateKind::UnderRefusal => "under_refusal",
            GateKind::OverRefusal => "over_refusal",
            GateKind::Regressions => "regressions",
            GateKind::Collateral => "collateral",
            GateKind::CollateralFlips => "collateral_flips",
        }
    }

    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }

    /// Whether it limits what nobody declared.
    pub fn is_of_collateral(self) -> bool {
        matches!(self, GateKind::Collateral | GateKind::CollateralFlips)
    }
}

/// How the labels of a case become a gold label where nobody has ruled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Consensus {
    /// What strictly more than half of its labelers say.
    #[default]
    Majority,
    /// What is likely given how each labeler errs, learned from all labels of the set: Dawid and Skene's model.
    DawidSkene,
    /// The same, where each labeler is right with one chance.
    OneCoin,
    /// They do not: only rulings and what was imported count.
    None,
}

impl Consensus {
    pub const ALL: [Consensus; 4] = [Consensus::Majority, Consensus::DawidSkene, Consensus::OneCoin, Consensus::None];

    pub fn word(self) -> &'static str {
        match self {
            Consensus::Majority => "majority",
            Consensus::DawidSkene => "dawid-skene",
            Consensus::OneCoin => "one-coin",
            Consensus::None => "none",
        }
    }

    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|consensus| consensus.word() == word)
    }
}

/// Whether a labeler is a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub enum LabelerKind {
    #[default]
    Human,
    Model,
}

impl LabelerKind {
    pub const ALL: [LabelerKind; 2] = [LabelerKind::Human, LabelerKind::Model];

    pub fn word(self) -> &'static str {
        match self {
            LabelerKind::Human => "human",
            LabelerKind::Model => "model",
        }
    }

    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }
}

/// What the manifest says of a labeler.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Labeler {
    pub kind: LabelerKind,
    /// How they are called; `None` where it is not said.
    pub name: Option<Arc<str>>,
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
    /// The levels that clauses name as their authority, the highest first; empty where the manifest does not say.
    pub levels: Vec<Arc<str>>,
    pub gates: Vec<Gate>,
    pub consensus: Consensus,
    /// Labelers that something is said of, by their id.
    pub labelers: BTreeMap<Arc<str>, Labeler>,
}

impl Manifest {
    pub fn facet(&self, ix: FacetIx) -> &Facet {
        &self.facets[usize::from(ix.0)]
    }

    pub fn find_facet(&self, id: &str) -> Option<FacetIx> {
        self.facets.iter().position(|f| &*f.id == id).map(|i| FacetIx(i as u16))
    }

    /// Whether a labeler is a person: those that the manifest does not list are.
    pub fn labeler_kind(&self, id: &str) -> LabelerKind {
        self.labelers.get(id).map(|labeler| labeler.kind).unwrap_or_default()
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
            levels: Vec::new(),
            gates: Vec::new(),
            consensus: Consensus::default(),
            labelers: BTreeMap::new(),
        }
    }
}
