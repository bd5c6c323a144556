//! Which texts a reading rests on.

use crate::decide::explain;
use crate::policy::case::Reading;
use crate::policy::{Policy, text_hash};
use std::collections::BTreeMap;

/// The categories that a reading found and the clauses that rule on it, each with the hash of its text. So it is seen
/// later when one of them changed. Where a clause has the id of a category, the clause counts.
pub fn cites(policy: &Policy, reading: &Reading) -> BTreeMap<String, String> {
    let found = reading.harms.iter().filter_map(|harm| policy.taxonomy.find(&harm.category));
    let categories = found.map(|ix| policy.taxonomy.get(ix));
    let mut cites: BTreeMap<String, String> =
        categories.map(|category| (category.id.to_string(), text_hash::of_category(category))).collect();
    let rulings = explain(policy, reading).rulings;
    let clauses = rulings.into_iter().filter_map(|ruling| ruling.clause).map(|ix| policy.clause(ix));
    cites.extend(clauses.map(|clause| (clause.id.to_string(), text_hash::of_clause(policy, clause))));
    cites
}
