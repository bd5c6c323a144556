//! CB033: under `unique`, clauses with different behaviors that apply at once.

use super::space::EMPTY;
use super::{Subject, points};
use crate::decide::words;
use crate::policy::codes;
use crate::policy::manifest::HitPolicy;
use crate::policy::problem::Problem;

/// So many pairs are told.
const MOST: usize = 100;

pub(super) fn lint(subject: &Subject<'_>, problems: &mut Vec<Problem>) {
    let policy = subject.policy;
    if policy.manifest.hit_policy != HitPolicy::Unique {
        return;
    }
    let Some(mut exact) = subject.exact() else { return };
    let mut clauses: Vec<_> = exact.ranked().into_iter().map(|(_, ranked)| ranked).collect();
    clauses.sort_by_key(|ranked| ranked.clause);
    let mut found = 0;
    for (at, later) in clauses.iter().enumerate() {
        for earlier in &clauses[..at] {
            if earlier.behavior == later.behavior {
                continue;
            }
            let both = exact.space.and(earlier.applies, later.applies);
            if both == EMPTY {
                continue;
            }
            found += 1;
            if found > MOST {
                continue;
            }
            let regions = exact.space.cover(both);
            let Some(largest) = regions.first() else { continue };
            let elsewhere = if regions.len() > 1 { ", and elsewhere" } else { "" };
            let [first, second] = [earlier, later].map(|ranked| {
                let behavior = policy.manifest.behaviors.id(ranked.behavior);
                format!("`{}` (`{behavior}`)", policy.clause(ranked.clause).id)
            });
            problems.push(Problem::new(
                &codes::OVERLAP,
                policy.clause(later.clause).place.clone(),
                format!(
                    "{first} and {second} apply at once, at {}: where {}{elsewhere}",
                    points(&exact.space.count(both)),
                    words::condition(&exact.space.words, &largest.when)
                ),
                "The stricter one decides there. Narrow one of them, so that only one applies.",
            ));
        }
    }
    if let Some(last) = problems.last_mut().filter(|_| found > MOST) {
        last.message += &format!("; {} more pairs of clauses overlap so", found - MOST);
    }
}
