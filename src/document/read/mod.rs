//! From documents to the model: a value *and* its problems. A broken part never takes the rest down.

pub mod condition;
pub mod cursor;
pub mod intent;
pub mod manifest;
pub mod round;
pub mod set;
pub mod spec;
pub mod taxonomy;

use crate::policy::Policy;
use crate::policy::problem::Problem;
use cursor::{Notes, Source};

/// Reads the manifest alone, to learn which other files there are.
pub fn manifest(source: Source<'_>) -> (crate::policy::manifest::Manifest, Vec<Problem>) {
    let notes = Notes::default();
    (manifest::read(source, &notes), notes.into_problems())
}

/// Reads a whole policy. `taxonomies` and `specs` are the files that the manifest names, in its order.
pub fn policy(manifest: Source<'_>, taxonomies: &[Source<'_>], specs: &[Source<'_>]) -> (Policy, Vec<Problem>) {
    let notes = Notes::default();
    let mut policy = Policy { manifest: manifest::read(manifest, &notes), ..Policy::default() };
    policy.taxonomy = taxonomy::read(taxonomies, &policy.manifest, &notes);
    spec::read(specs, &mut policy, &notes);
    (policy, notes.into_problems())
}

#[cfg(test)]
mod tests;
