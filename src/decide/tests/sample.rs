//! A small policy for tests.

use crate::policy::Policy;
use crate::policy::facet::{Facet, FacetKind};
use crate::policy::taxonomy::{Category, CategoryIx, Taxonomy};

/// Categories `weapons` (alias `arms`) over `bio` and `guns`, `self-harm`, deprecated `old`; facets `intent`, `minor`,
/// `autonomy`, `context`; no clauses.
pub(crate) fn policy() -> Policy {
    let mut policy = Policy::default();
    policy.manifest.facets = vec![
        facet("intent", FacetKind::Enum, &["benign", "unclear", "malicious"]),
        facet("minor", FacetKind::Bool, &["false", "true"]),
        facet("autonomy", FacetKind::Ordinal, &["chat", "tool-use", "unattended"]),
        facet("context", FacetKind::Set, &["fiction", "medical", "research"]),
    ];
    let mut weapons = category("weapons", None, 3);
    weapons.aliases = vec!["arms".into()];
    let mut old = category("old", None, 5);
    old.deprecated = Some(Default::default());
    policy.taxonomy = Taxonomy::new(vec![
        weapons,
        category("bio", Some(0), 2),
        category("guns", Some(0), 3),
        category("self-harm", None, 4),
        old,
    ]);
    policy
}

pub(crate) fn facet(id: &str, kind: FacetKind, values: &[&str]) -> Facet {
    let values = values.iter().map(|&value| value.into()).collect();
    Facet { id: id.into(), kind, values, description: "".into() }
}

pub(crate) fn category(id: &str, parent: Option<u16>, end: u16) -> Category {
    Category {
        id: id.into(),
        title: id.into(),
        parent: parent.map(CategoryIx),
        depth: u16::from(parent.is_some()),
        taxonomy: "harms".into(),
        end: CategoryIx(end),
        ..Category::default()
    }
}
