//! CB025: a condition that tests a deprecated category.

use super::Subject;
use crate::policy::codes;
use crate::policy::condition::{Operand, Predicate};
use crate::policy::problem::Problem;

pub(super) fn lint(subject: &Subject<'_>, problems: &mut Vec<Problem>) {
    let taxonomy = &subject.policy.taxonomy;
    for clause in subject.policy.every_clause() {
        for test in clause.when.tests() {
            for operand in operands(&test.predicate) {
                let Operand::Category(ix) = operand else { continue };
                let category = taxonomy.get(*ix);
                let Some(deprecated) = &category.deprecated else { continue };
                let mut place = clause.place.clone();
                place.route = test.route.clone();
                let help = match &deprecated.replaced_by[..] {
                    [] => "Test the category that took its place, and compare the replay before and after.".to_owned(),
                    replacements => {
                        let names: Vec<String> = replacements.iter().map(|id| format!("`{id}`")).collect();
                        format!("It was replaced by {}; compare the replay before and after.", names.join(", "))
                    }
                };
                problems.push(Problem::new(
                    &codes::DEPRECATED_CATEGORY,
                    place,
                    format!("`{}` tests `{}`, which is deprecated", clause.id, category.id),
                    help,
                ));
            }
        }
    }
}

fn operands(predicate: &Predicate) -> &[Operand] {
    match predicate {
        Predicate::AnyOf(operands) | Predicate::AllOf(operands) | Predicate::NoneOf(operands) => operands,
        Predicate::Not(inner) => operands(inner),
    }
}
