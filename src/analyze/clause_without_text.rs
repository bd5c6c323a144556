//! CB027: a clause that says nothing to its readers.

use super::Subject;
use crate::policy::codes;
use crate::policy::problem::Problem;

pub(super) fn lint(subject: &Subject<'_>, problems: &mut Vec<Problem>) {
    for clause in subject.policy.every_clause().filter(|clause| clause.text.trim().is_empty()) {
        let mut place = clause.place.clone();
        place.route = place.route.then("text");
        problems.push(Problem::new(
            &codes::CLAUSE_WITHOUT_TEXT,
            place,
            format!("`{}` has no text: nobody can read what it asks for", clause.id),
            "Write it under `text`, as a labeler or a model shall read it.",
        ));
    }
}
