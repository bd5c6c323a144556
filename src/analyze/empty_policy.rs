//! CB026: a policy without clauses.

use super::Subject;
use crate::policy::codes;
use crate::policy::place::Place;
use crate::policy::problem::Problem;

pub(super) fn lint(subject: &Subject<'_>, problems: &mut Vec<Problem>) {
    let policy = subject.policy;
    if policy.clauses.is_empty() {
        let default = policy.manifest.behaviors.id(policy.manifest.default);
        problems.push(Problem::new(
            &codes::EMPTY_POLICY,
            Place::file("casebook.yaml"),
            format!("this policy has no clauses, so every verdict is `{default}`"),
            "Add a spec file, name it under `specs`, and write a clause.",
        ));
    }
}
