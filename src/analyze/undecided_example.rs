//! CB040: an example that its clause does not decide.

use super::Subject;
use super::edit::{Act, Kind, Menu, PolicyEdit, edits_of};
use super::fix::{by_size, clause_of};
use super::space::Edited;
use crate::decide::GoldSet;
use crate::decide::explain::rule;
use crate::decide::situation::of_gold;
use crate::policy::clause::ClauseIx;
use crate::policy::codes;
use crate::policy::place::Step;
use crate::policy::problem::Problem;
use std::sync::Arc;

pub(super) fn lint(subject: &Subject<'_>, problems: &mut Vec<Problem>) {
    let policy = subject.policy;
    for (clause, ix) in policy.clauses.iter().zip(0..) {
        for (i, example) in clause.examples.iter().enumerate() {
            let found = subject.sets.iter().find_map(|set| Some((set, set.find(example)?)));
            // That there is no such case is told elsewhere; of one that nobody has read nobody knows who decides it.
            let Some((set, row)) = found.filter(|(set, row)| set.standing(*row).is_labeled()) else { continue };
            let points = of_gold(policy, set, set.situation(row));
            let deciders: Vec<Option<ClauseIx>> = points.iter().map(|point| rule(policy, point).clause).collect();
            if deciders.contains(&Some(ClauseIx(ix))) {
                continue;
            }
            let by = match deciders.iter().flatten().next() {
                Some(&other) => format!("`{}` does", policy.clause(other).id),
                None => "no clause does".to_owned(),
            };
            let mut place = clause.place.clone();
            place.route = place.route.then("examples").then(i);
            let problem = Problem::new(
                &codes::UNDECIDED_EXAMPLE,
                place,
                format!("`{}` does not decide its example `{example}`: {by}", clause.id),
                "Mend the clause so that it decides the case, or name another example.",
            );
            problems.push(problem.and([set.place(row)]));
        }
    }
}

/// To let the clause decide the case, by the edit that changes the least, or no longer to name the case there.
pub(super) fn fixes(edited: &mut Edited<'_>, sets: &[Arc<GoldSet>], problem: &Problem) -> Vec<PolicyEdit> {
    /// What makes a clause apply where it did not, or come first.
    const WIDER: &[Kind] = &[Kind::DropTest, Kind::Loosen, Kind::Shift, Kind::Widen, Kind::Narrow, Kind::Move];
    /// So many ways to let it decide.
    const MOST: usize = 3;
    let policy = edited.policy();
    let Some(clause) = clause_of(policy, problem) else { return Vec::new() };
    let case = problem.also.first().and_then(|place| {
        let line = place.position?.line;
        sets.iter().find_map(|set| Some((set, set.row_at(&place.file, line)?)))
    });
    let points = case.map(|(set, row)| of_gold(policy, set, set.situation(row))).unwrap_or_default();
    let decides = |edit: &PolicyEdit| {
        let after = edit.apply(policy);
        let now = match edit.act {
            Act::Move(to) => to,
            _ => clause,
        };
        points.iter().any(|point| rule(&after, point).clause == Some(now))
    };
    let menu = Menu { kinds: WIDER, around: Some(&points), far: true };
    let edits: Vec<PolicyEdit> = edits_of(policy, clause, menu).filter(decides).collect();
    let mut found = by_size(edited, edits);
    found.truncate(MOST);
    if let Some((_, Step::Item(at))) = problem.place.route.split_last() {
        found.push(PolicyEdit { clause, act: Act::DropExample(*at) });
    }
    found
}
