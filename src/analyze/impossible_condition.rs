//! CB015: a condition that can never hold by itself.

use super::Subject;
use crate::decide::possible::possible;
use crate::policy::codes;
use crate::policy::problem::Problem;

pub(super) fn lint(subject: &Subject<'_>, problems: &mut Vec<Problem>) {
    for clause in subject.policy.every_clause() {
        // What could not be read was reported where it stands.
        if !clause.when.is_understood() || possible(&clause.when, subject.policy) != Some(false) {
            continue;
        }
        let mut place = clause.place.clone();
        place.route = place.route.then("when");
        problems.push(Problem::new(
            &codes::IMPOSSIBLE_CONDITION,
            place,
            format!("the condition of `{}` contradicts itself: no case can meet it", clause.id),
            "Loosen one of its tests, or remove the clause: it decides nothing.",
        ));
    }
}
