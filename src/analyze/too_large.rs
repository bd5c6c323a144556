//! CB037: a policy that is too large for its decisions to be known exactly.

use super::Subject;
use super::space::TooLarge;
use crate::policy::codes;
use crate::policy::place::Place;
use crate::policy::problem::Problem;

pub(super) fn lint(subject: &Subject<'_>, problems: &mut Vec<Problem>) {
    if subject.exact().is_none() {
        problems.push(Problem::new(
            &codes::TOO_LARGE,
            Place::file("casebook.yaml"),
            format!("{TooLarge}: clauses that never decide, gaps and the like may not have been looked for"),
            "Let fewer facets be tested together in one category, and it can be.",
        ));
    }
}
