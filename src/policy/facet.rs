//! Typed attributes of a case that a clause may test.

use std::sync::Arc;

/// Position of a facet in the manifest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FacetIx(pub u16);

/// Position of a value in its facet's (or the severities') list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ValueIx(pub u16);

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FacetKind {
    /// One of the values, in no order.
    Enum,
    /// One of the values, lowest first.
    Ordinal,
    /// `false` (value 0) or `true` (value 1).
    Bool,
    /// Any of the values together.
    Set,
}

impl FacetKind {
    pub const ALL: [FacetKind; 4] = [FacetKind::Enum, FacetKind::Ordinal, FacetKind::Bool, FacetKind::Set];

    pub fn word(self) -> &'static str {
        match self {
            FacetKind::Enum => "enum",
            FacetKind::Ordinal => "ordinal",
            FacetKind::Bool => "bool",
            FacetKind::Set => "set",
        }
    }

    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facet {
    pub id: Arc<str>,
    pub kind: FacetKind,
    /// `["false", "true"]` for [`FacetKind::Bool`]. At most [`Facet::MOST_SET_VALUES`] for a set.
    pub values: Vec<Arc<str>>,
    pub description: Arc<str>,
}

impl Facet {
    /// So that a value of a set facet fits a `u64`.
    pub const MOST_SET_VALUES: usize = 64;

    pub fn find(&self, value: &str) -> Option<ValueIx> {
        self.values.iter().position(|v| &**v == value).map(|i| ValueIx(i as u16))
    }

    pub fn value(&self, ix: ValueIx) -> &Arc<str> {
        &self.values[usize::from(ix.0)]
    }
}

/// What a case carries for a facet, in the policy's terms. Unknown is `None` around it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FacetValue {
    One(ValueIx),
    /// Bit `i` stands for value `i`.
    Set(u64),
}
