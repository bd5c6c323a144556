//! Clauses and categories to choose from, as where it is asked which of them leaves a case open.

use crate::policy::Policy;
use crate::tui::components::picker::Choice;
use crate::tui::model::Target;
use crate::tui::text;
use std::collections::HashSet;

/// Those that come first, each once and without what the policy does not know; then every other clause and every other category.
pub fn all(policy: &Policy, first: impl IntoIterator<Item = Target>) -> Vec<Target> {
    let clauses = policy.clauses.iter().map(|clause| Target::Clause(clause.id.to_string()));
    let categories = policy.taxonomy.iter().map(|(_, category)| Target::Category(category.id.to_string()));
    let mut met = HashSet::new();
    first
        .into_iter()
        .filter(|target| title(policy, target).is_some())
        .chain(clauses.chain(categories))
        .filter(|target| met.insert(target.clone()))
        .collect()
}

/// A clause or category as a choice: its id, what it is, its title.
pub fn choice(policy: &Policy, target: &Target) -> Choice {
    let title = title(policy, target).unwrap_or_default();
    match target {
        Target::Clause(id) => Choice::new(text::shown(id), format!("clause  {}", text::shown(title))),
        Target::Category(id) => Choice::new(text::shown(id), format!("category  {}", text::shown(title))),
        _ => Choice::default(),
    }
}

/// `None` where the policy has no such clause or category.
fn title<'p>(policy: &'p Policy, target: &Target) -> Option<&'p str> {
    match target {
        Target::Clause(id) => policy.find_clause(id).map(|ix| &*policy.clause(ix).title),
        Target::Category(id) => policy.taxonomy.find(id).map(|ix| &*policy.taxonomy.get(ix).title),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::testing::assistant;

    #[test]
    fn each_text_stands_once_and_those_asked_for_come_first() {
        let policy = assistant();
        let first = [
            Target::Category("child-safety".into()),
            Target::Clause("gone".into()),
            Target::Clause("child-safety".into()),
            Target::Category("child-safety".into()),
        ];
        let found = all(&policy, first.clone());
        assert_eq!(found[..2], [first[0].clone(), first[2].clone()]);
        assert_eq!(found.len(), policy.clauses.len() + policy.taxonomy.iter().count());
        assert!(choice(&policy, &found[0]).about.starts_with("category"));
    }
}
