//! Everything that is wrong with one version: files, documents, gold sets, lints.

use super::editorial;
use super::error::WorkspaceError;
use super::repo::{PolicyRepo, Unsaved};
use super::rounds;
use super::sets::{self, Sets};
use super::version::PolicyVersion;
use crate::analyze::{self, Subject};
use crate::decide::{Cancelled, Unwatched, Watch};
use crate::policy::problem::{Level, Problem};
use crate::vcs::Revision;

/// A version with everything that was found wrong with it.
#[derive(Debug)]
pub struct Checked {
    pub version: PolicyVersion,
    pub sets: Sets,
    /// In the order of their places.
    pub problems: Vec<Problem>,
}

impl PolicyRepo {
    /// Loads a version, gold sets and all, and looks for problems.
    pub fn check(&self, revision: &Revision, unsaved: &Unsaved, watch: &dyn Watch) -> Result<Checked, WorkspaceError> {
        let files = self.files(revision, unsaved)?;
        let version = PolicyVersion::load(&*files);
        let sets = sets::load(&*files, None, &[], &version.policy.settling(), self.cache(), watch)?;
        let mut problems = check(&version, &sets);
        if *revision == Revision::Worktree {
            problems.extend(self.rewritten_since_commit()?);
        }
        for set in &sets.sets {
            problems.extend(rounds::problems(&*files, set));
        }
        problems.extend(editorial::read(&*files, watch).1);
        in_order(&mut problems);
        Ok(Checked { version, sets, problems })
    }
}

/// How many of the problems are errors.
pub fn errors(problems: &[Problem]) -> u64 {
    problems.iter().filter(|problem| problem.level() == Level::Error).count() as u64
}

/// All problems, in the order of their places.
pub fn check(version: &PolicyVersion, sets: &Sets) -> Vec<Problem> {
    check_while(version, sets, &Unwatched).unwrap_or_default()
}

/// As [`check`], until nobody waits for it any more.
pub fn check_while(version: &PolicyVersion, sets: &Sets, watch: &dyn Watch) -> Result<Vec<Problem>, Cancelled> {
    let mut problems = version.problems.clone();
    problems.extend(sets.problems.iter().cloned());
    for set in &sets.sets {
        problems.extend(set.problems.iter().cloned());
        problems.extend(set.gold.problems().iter().cloned());
        problems.extend(set.gold.check(&version.policy));
        problems.extend(set.record_problems().iter().cloned());
    }
    let lints = analyze::lint_while(&Subject::new(&version.policy, &sets.gold()), watch)?;
    problems.extend(lints.into_iter().map(|problem| version.locate(problem)));
    in_order(&mut problems);
    Ok(problems)
}

/// By their places.
fn in_order(problems: &mut [Problem]) {
    problems.sort_by(|a, b| {
        let key = |p: &Problem| (p.place.file.clone(), p.place.position, p.place.route.clone());
        key(a).cmp(&key(b))
    });
}
