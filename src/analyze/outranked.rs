//! CB039: a clause that a later one of higher authority contradicts.

use super::apart::narrowed;
use super::edit::PolicyEdit;
use super::fix::{clause_of, moved};
use super::space::{EMPTY, Edited, Exact, Ranked, Taken, points_words};
use super::{Subject, names};
use crate::decide::words;
use crate::policy::Policy;
use crate::policy::clause::ClauseIx;
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
        let region = exact.space.largest(set).map_or(String::new(), |(region, _)| {
            format!(": where {}", words::condition(&exact.space.words, &region.when))
        });
        let clause = policy.clause(by.clause);
        problems.push(Problem::new(
            &codes::OUTRANKED,
            clause.place.clone(),
            format!(
                "`{}` ({}) decides `{}` against {} of higher authority behind it, at {}{region}",
                clause.id,
                clause.level,
                policy.manifest.behaviors.id(by.behavior),
                names(policy, &from),
                points_words(&exact.space.count(set)),
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
    exact.taken(|by, from| from.behavior != by.behavior && of(from).zip(of(by)).is_some_and(|(from, by)| from < by))
}

/// How high a level stands: 0 is the highest. `None` where nothing is known of it.
fn authority(policy: &Policy, level: &str) -> Option<usize> {
    match &policy.manifest.levels[..] {
        [] => CHAIN.iter().position(|words| words.iter().any(|word| word.eq_ignore_ascii_case(level))),
        levels => levels.iter().position(|known| &**known == level),
    }
}

/// To let what has the higher authority come first, or the other one give way to it: the only way where they stand in different
/// files.
pub(super) fn fixes(exact: &mut Exact<'_>, edited: &mut Edited<'_>, problem: &Problem) -> Vec<PolicyEdit> {
    /// So many ways to give way.
    const MOST_NARROWED: usize = 3;
    let policy = exact.policy();
    let Some(clause) = clause_of(policy, problem) else { return Vec::new() };
    let Some(taken) = outranked(exact).into_iter().find(|taken| taken.by.clause == clause) else { return Vec::new() };
    let higher: Vec<ClauseIx> = taken.from.into_iter().flatten().collect();
    let ahead = match higher[..] {
        [one] => moved(policy, one, clause),
        _ => None,
    };
    let behind = higher.iter().max().and_then(|last| moved(policy, clause, *last));
    // To all of them at once if one edit can do that, else to one of them.
    let mut narrower = gives_way(edited, clause, &higher);
    if narrower.is_empty() && higher.len() > 1 {
        let each = higher.iter().flat_map(|one| gives_way(edited, clause, &[*one]).into_iter().take(1));
        narrower = each.collect();
    }
    ahead.into_iter().chain(behind).chain(narrower.into_iter().take(MOST_NARROWED)).collect()
}

/// The edits after which a clause leaves to others all at which both apply.
fn gives_way(edited: &mut Edited<'_>, clause: ClauseIx, to: &[ClauseIx]) -> Vec<PolicyEdit> {
    let policy = edited.policy();
    let applies = to.iter().fold(EMPTY, |all, higher| {
        let applies = edited.holds(&policy.clause(*higher).when);
        edited.space.or(all, applies)
    });
    narrowed(edited, clause, to, applies)
}
