//! CB041: gold labels that no policy over these facets can satisfy together.

use super::Subject;
use super::coverage::Labeled;
use crate::policy::behavior::BehaviorIx;
use crate::policy::codes;
use crate::policy::condition::Met;
use crate::policy::problem::Problem;

/// So many cases are named for each behavior.
const MOST_NAMED: usize = 3;

pub(super) fn lint(subject: &Subject<'_>, problems: &mut Vec<Problem>) {
    let behaviors = &subject.policy.manifest.behaviors;
    let labeled = Labeled::of(subject.policy, subject.sets);
    for alike in labeled.contradictions() {
        // Of which nothing was read but the behavior, nothing is known that could be the same.
        let is_read = |point: &usize| {
            let point = &labeled.points[*point];
            point.category != Met::Category(None) || point.facets.iter().any(Option::is_some)
        };
        if !alike.points.iter().any(is_read) {
            continue;
        }
        // The most first: what only a few say is what has to be looked at again.
        let mut labels: Vec<_> = alike.labels.iter().collect();
        labels.sort_by_key(|(_, cases)| std::cmp::Reverse(cases.len()));
        let words = labels.iter().map(|(accepts, cases)| {
            let accepted = behaviors.iter().filter(|(ix, _)| accepts >> ix.0 & 1 == 1);
            let accepted: Vec<&str> = accepted.map(|(ix, _): (BehaviorIx, _)| &**behaviors.id(ix)).collect();
            let named = cases.iter().take(MOST_NAMED).map(|case| {
                let set = &subject.sets[case.set];
                format!("`{}/{}`", set.set(), set.id(case.row))
            });
            let named: Vec<String> = named.collect();
            let more = cases.len() - named.len();
            let more = if more > 0 { format!(" and {more} more") } else { String::new() };
            format!("{} for {}{more}", accepted.join(" or "), named.join(", "))
        });
        let words: Vec<String> = words.collect();
        let Some(case) = labels.last().and_then(|(_, cases)| cases.first()) else { continue };
        let cases = labels.iter().flat_map(|(_, cases)| cases.iter().take(MOST_NAMED));
        let places = cases.map(|case| subject.sets[case.set].place(case.row)).collect::<Vec<_>>();
        let problem = Problem::new(
            &codes::CONTRADICTING_LABELS,
            subject.sets[case.set].place(case.row),
            format!("cases that differ in nothing a clause can ask have different gold labels: {}", words.join("; ")),
            "Rule on them again, or add a facet that tells them apart.",
        );
        problems.push(problem.and(places));
    }
}
