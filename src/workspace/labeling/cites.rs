//! Which texts a reading rests on.

use crate::decide::explain;
use crate::policy::Policy;
use crate::policy::case::Reading;
use crate::policy::text_hash::Text;
use std::collections::BTreeMap;

/// The categories that a reading found and the clauses that rule on it, by their names, each with the hash of its text. So it is
/// seen later when one of them changed.
pub fn cites(policy: &Policy, reading: &Reading) -> BTreeMap<String, String> {
    cites_of_all(policy, [reading])
}

/// The texts that any of some readings rests on.
pub fn cites_of_all<'r>(policy: &Policy, readings: impl IntoIterator<Item = &'r Reading>) -> BTreeMap<String, String> {
    let mut cites = BTreeMap::new();
    for reading in readings {
        let found = reading.harms.iter().filter_map(|harm| policy.taxonomy.find(&harm.category)).map(Text::Category);
        let rulings = explain(policy, reading).rulings;
        let clauses = rulings.into_iter().filter_map(|ruling| ruling.clause).map(Text::Clause);
        cites.extend(found.chain(clauses).map(|text| (text.name(policy), text.hash(policy))));
    }
    cites
}
