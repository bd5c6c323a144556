//! Everything that is wrong with one version: files, documents, gold sets, lints.

use super::sets::Sets;
use super::version::PolicyVersion;
use crate::analyze::{self, Subject};
use crate::policy::problem::Problem;

/// All problems, in the order of their places.
pub fn check(version: &PolicyVersion, sets: &Sets) -> Vec<Problem> {
    let mut problems = version.problems.clone();
    problems.extend(sets.problems.iter().cloned());
    for set in &sets.sets {
        problems.extend(set.problems.iter().cloned());
        problems.extend(set.gold.problems().iter().cloned());
        problems.extend(set.gold.check(&version.policy));
    }
    let lints = analyze::lint(&Subject { policy: &version.policy, sets: &sets.gold() });
    problems.extend(lints.into_iter().map(|problem| version.locate(problem)));
    problems.sort_by(|a, b| {
        let key = |p: &Problem| (p.place.file.clone(), p.place.position, p.place.route.clone());
        key(a).cmp(&key(b))
    });
    problems
}
