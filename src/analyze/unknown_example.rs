//! CB018: an example that names no case.

use super::Subject;
use crate::policy::codes;
use crate::policy::problem::Problem;

pub(super) fn lint(subject: &Subject<'_>, problems: &mut Vec<Problem>) {
    for clause in subject.policy.every_clause() {
        for (i, example) in clause.examples.iter().enumerate() {
            if subject.sets.iter().any(|set| set.find(example).is_some()) {
                continue;
            }
            let mut place = clause.place.clone();
            place.route = place.route.then("examples").then(i);
            problems.push(Problem::new(
                &codes::UNKNOWN_EXAMPLE,
                place,
                format!("`{}` names the example `{example}`, which is no case of any gold set", clause.id),
                "Correct the id, bring the case in, or remove the example.",
            ));
        }
    }
}
