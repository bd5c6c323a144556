//! CB040: an example that its clause does not decide.

use super::Subject;
use crate::decide::explain::rule;
use crate::decide::situation::of_gold;
use crate::policy::clause::ClauseIx;
use crate::policy::codes;
use crate::policy::problem::Problem;

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
