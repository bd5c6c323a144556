//! A clause that is not there yet, with all that its author needs to go on from.

use crate::decide::words;
use crate::policy::Policy;
use crate::policy::behavior::BehaviorIx;
use crate::policy::clause::Clause;
use crate::policy::condition::Condition;
use crate::policy::place::Place;
use crate::policy::taxonomy::CategoryIx;
use std::sync::Arc;

/// A new clause and what it is about.
pub struct Fresh<'a> {
    /// The categories that it is about; none of what is found to be no harm.
    pub about: &'a [CategoryIx],
    /// What follows the category in its id: `exception`.
    pub role: &'a str,
    /// Position of its spec in [`Policy::specs`].
    pub spec: u16,
    pub place: Place,
}

impl Fresh<'_> {
    /// The clause. Its title and its text say what it does in the policy's own words, until its author says it better: a reader
    /// of the policy finds no clause without words, and an id that no other clause has.
    pub fn clause(&self, policy: &Policy, when: Condition, then: BehaviorIx) -> Clause {
        let nothing: Arc<str> = "".into();
        let behavior = policy.manifest.behaviors.get(then);
        let condition = words::condition(policy, &when);
        Clause {
            id: self.id(policy),
            title: format!("{} ({})", self.named(policy), behavior.title).into(),
            level: nothing.clone(),
            text: format!("Where {condition}, then {}.", behavior.id).into(),
            rationale: nothing.clone(),
            guidance: nothing,
            when,
            then: Some(then),
            examples: Vec::new(),
            spec: self.spec,
            place: self.place.clone(),
        }
    }

    /// `CATEGORY-ROLE`, with a number where there is one already.
    fn id(&self, policy: &Policy) -> Arc<str> {
        let category = self.about.first().map_or("no-harm", |ix| &*policy.taxonomy.get(*ix).id);
        let stem: String = category.chars().map(|c| if c.is_alphanumeric() { c } else { '-' }).collect();
        let role = self.role;
        let ids =
            std::iter::once(format!("{stem}-{role}")).chain((2..).map(|number| format!("{stem}-{role}-{number}")));
        let mut free = ids.filter(|id| policy.every_clause().all(|clause| *clause.id != **id));
        free.next().unwrap_or_default().into()
    }

    /// `Bio`, `Bio, Guns and 3 more`, `No harm`.
    fn named(&self, policy: &Policy) -> String {
        /// So many are named.
        const MOST: usize = 2;
        if self.about.is_empty() {
            return "No harm".to_owned();
        }
        let named: Vec<&str> = self.about.iter().take(MOST).map(|ix| &*policy.taxonomy.get(*ix).title).collect();
        let more = self.about.len() - named.len();
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        format!("{}{more}", named.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analyze::structure::tests::texts;
    use crate::policy::condition::{Operand, Predicate, Subject, Test};
    use crate::policy::place::Route;

    fn check(categories: &[&str], role: &str, expected: [&str; 3]) {
        let policy = texts().policy();
        let about: Vec<CategoryIx> = categories.iter().map(|id| policy.taxonomy.find(id).unwrap()).collect();
        let named = about.iter().map(|ix| Operand::Category(*ix));
        let operands = if about.is_empty() { vec![Operand::NoCategory] } else { named.collect() };
        let test = Test { subject: Subject::Category, predicate: Predicate::AnyOf(operands), route: Route::root() };
        let fresh = Fresh { about: &about, role, spec: 0, place: Place::default() };
        let clause = fresh.clause(&policy, Condition::Test(test), policy.manifest.behaviors.most_restrictive());
        assert_eq!([&*clause.id, &*clause.title, &*clause.text], expected);
    }

    #[test]
    fn a_new_clause_has_an_id_a_title_and_a_text() {
        check(&["bio"], "rest", ["bio-rest", "bio (refuse)", "Where category is bio, then refuse."]);
        check(&[], "exception", ["no-harm-exception", "No harm (refuse)", "Where category is none, then refuse."]);
        let many = "Where category is any of bio, guns, fraud, then refuse.";
        check(&["bio", "guns", "fraud"], "rest", ["bio-rest", "bio, guns and 1 more (refuse)", many]);
        // There is `bio-uplift` already.
        check(&["bio"], "uplift", ["bio-uplift-2", "bio (refuse)", "Where category is bio, then refuse."]);
    }
}
