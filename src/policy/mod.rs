//! The model: behaviors, facets, taxonomies, clauses, conditions, cases, labels. Pure data and its
//! invariants; nothing here knows about files, git or screens.

pub mod behavior;
pub mod case;
pub mod clause;
pub mod codes;
pub mod condition;
pub mod editorial;
pub mod facet;
pub mod gold;
pub mod gold_state;
pub mod intent;
pub mod label;
pub mod manifest;
pub mod media;
pub mod place;
pub mod problem;
pub mod record;
pub mod round;
pub mod ruling;
pub mod split;
pub mod suggest;
pub mod taxonomy;
pub mod text_hash;
pub mod turns;
pub mod visible;
pub mod who;
pub mod whole;

use clause::{Clause, ClauseIx};
use manifest::Manifest;
use problem::Problem;
use std::sync::Arc;
use taxonomy::Taxonomy;

/// Everything that decides: one version of a policy, read and resolved.
///
/// Cases are not part of it. A gold set keeps its own words (category ids, facet values) and is matched
/// with a policy when it is decided, so that one gold set serves many versions.
#[derive(Debug, Clone, Default)]
pub struct Policy {
    pub manifest: Manifest,
    /// All harm taxonomies of the repo as one forest.
    pub taxonomy: Taxonomy,
    /// In order of authority: the files in the manifest's order, each file's clauses in its own order.
    pub clauses: Vec<Clause>,
    /// Clauses whose id an earlier one has. They are not in force; what else is wrong with them can be told.
    pub repeated: Vec<Clause>,
    /// The spec files in order of authority.
    pub specs: Vec<SpecInfo>,
    /// Why the policy is not all here: the first of its files that could not be read.
    pub unread: Option<Problem>,
}

/// The head of one spec file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SpecInfo {
    pub id: Arc<str>,
    pub title: Arc<str>,
    /// Relative to the policy repo's folder.
    pub file: Arc<str>,
}

impl Policy {
    pub fn clause(&self, ix: ClauseIx) -> &Clause {
        &self.clauses[ix.0 as usize]
    }

    /// Every clause that was read, those that are not in force after those that are: for finding what is wrong.
    pub fn every_clause(&self) -> impl Iterator<Item = &Clause> {
        self.clauses.iter().chain(&self.repeated)
    }

    /// How the labels of its gold sets become gold labels.
    pub fn settling(&self) -> gold::Settling {
        gold::Settling { aliases: self.taxonomy.aliases(), consensus: self.manifest.consensus }
    }

    pub fn find_clause(&self, id: &str) -> Option<ClauseIx> {
        self.clauses.iter().position(|c| &*c.id == id).map(|i| ClauseIx(i as u32))
    }
}
