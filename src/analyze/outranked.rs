//! CB039: a clause that a later one of higher authority contradicts.

use super::space::{Exact, Ranked, Taken};
use super::{Subject, names, points};
use crate::decide::words;
use crate::policy::Policy;
use crate::policy::codes;
use crate::policy::manifest::HitPolicy;
use crate::policy::problem::Problem;

/// The levels of a chain of command, the highest first, where the manifest does not say which there are. Words on one line
/// stand for the same.
const CHAIN: &[&[&str]] =
    &[&["law"], &["root"], &["platform", "system"], &["developer", "operator"], &["user"], &["guideline"]];

pub(super) fn lint(subject: &Subject<'_>, problems: &mut Vec<Problem>) {
    let policy = subject.policy;
    // Where the strictest decides, nobody of lower authority can loosen anything.
    if policy.manifest.hit_policy != HitPolicy::First {
        return;
    }
    let Some(mut exact) = subject.exact() else { return };
    for Taken { by, from, set } in outranked(&mut exact) {
        let Some(region) = exact.space.cover(set).into_iter().next() else { continue };
        let clause = policy.clause(by.clause);
        problems.push(Problem::new(
            &codes::OUTRANKED,
            clause.place.clone(),
            format!(
                "`{}` ({}) decides `{}` against {} of higher authority behind it, at {}: where {}",
                clause.id,
                clause.level,
                policy.manifest.behaviors.id(by.behavior),
                names(policy, &from),
                points(&exact.space.count(set)),
                words::condition(&exact.space.words, &region.when)
            ),
            "Put what has the higher authority first, or say in its condition where it gives way.",
        ));
    }
}

/// For each clause what it takes from those of higher authority behind it that would do otherwise.
pub(super) fn outranked(exact: &mut Exact<'_>) -> Vec<Taken> {
    let policy = exact.policy();
    let authority: Vec<Option<usize>> = policy.clauses.iter().map(|clause| authority(policy, &clause.level)).collect();
    if authority.iter().flatten().min() == authority.iter().flatten().max() {
        return Vec::new();
    }
    let of = |ranked: &Ranked| authority[ranked.clause.0 as usize];
    exact.taken(|_, by, from| from.behavior != by.behavior && of(from).zip(of(by)).is_some_and(|(from, by)| from < by))
}

/// How high a level stands: 0 is the highest. `None` where nothing is known of it.
fn authority(policy: &Policy, level: &str) -> Option<usize> {
    match &policy.manifest.levels[..] {
        [] => CHAIN.iter().position(|words| words.iter().any(|word| word.eq_ignore_ascii_case(level))),
        levels => levels.iter().position(|known| &**known == level),
    }
}
