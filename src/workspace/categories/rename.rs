//! Giving a category another id, everywhere at once.

use super::uses::{references_by, tests_by};
use super::{Batch, CategoryError, Operation, counted, reword, standing, usual_position};
use crate::document::{Edit, Value};
use crate::policy::place::Place;
use crate::policy::taxonomy::{CategoryIx, NO_CATEGORY, UNKNOWN};
use crate::workspace::version::PolicyVersion;
use std::collections::BTreeSet;

/// Changes an id here and wherever clauses and other categories say it. The old id stays as an alias, so that labels,
/// which are never edited, go on working.
pub fn rename(version: &PolicyVersion, id: &str, to: &str) -> Result<Operation, CategoryError> {
    let here = standing(version, id)?;
    let old = here.category.id.clone();
    check_id(version, to, Some(here.ix))?;
    if *old == *to {
        return Ok(Operation::default());
    }
    let mut batch = Batch::default();
    let (clauses, categories) = rewrite(version, &old, to, &mut batch);
    batch.add(here.file(), Edit::SetScalar { at: here.route().then("id"), value: Value::from(to) });
    // An alias that becomes the id gives its place to the old id.
    let aliases = here.category.aliases.iter().filter(|alias| ***alias != *to).map(|alias| alias.to_string());
    let aliases: Value = aliases.chain([old.to_string()]).collect();
    let at = here.route().then("aliases");
    batch.add(
        here.file(),
        match here.get("aliases") {
            Some(_) => Edit::SetValue { at, value: aliases },
            None => Edit::InsertKey {
                map: here.route().clone(),
                key: "aliases".to_owned(),
                value: aliases,
                position: usual_position("aliases"),
            },
        },
    );
    let said = format!(
        "`{old}` is `{to}` now, {} and {} follow. `{old}` stays as an alias, so labels that say it go on working.",
        counted(clauses, "clause"),
        counted(categories, "other category"),
    );
    Ok(batch.done(format!("rename {old} to {to}"), said))
}

/// Whether a word can be the id of a category: of a new one, or of the one at `of`.
pub fn check_id(version: &PolicyVersion, id: &str, of: Option<CategoryIx>) -> Result<(), CategoryError> {
    let bad = |why| Err(CategoryError::BadId { id: id.to_owned(), why });
    if id.is_empty() {
        return bad("it is empty");
    }
    if id == NO_CATEGORY || id == UNKNOWN {
        return bad("the word has a meaning of its own in conditions");
    }
    if id.chars().count() > 100 {
        return bad("it is longer than 100 characters");
    }
    if !id.chars().all(|c| c.is_alphanumeric() || "-_./:".contains(c)) {
        return bad("use letters, digits and - _ . / : only");
    }
    match version.policy.taxonomy.find(id) {
        Some(ix) if Some(ix) != of => {
            let by = version.policy.taxonomy.get(ix).id.to_string();
            Err(CategoryError::Taken { id: id.to_owned(), by })
        }
        _ => Ok(()),
    }
}

/// Says `to` wherever conditions and other categories say `word`. Gives how many clauses and categories do.
pub(super) fn rewrite(version: &PolicyVersion, word: &str, to: &str, batch: &mut Batch) -> (usize, usize) {
    let mut clauses = BTreeSet::new();
    for (clause, place) in tests_by(version, word) {
        reword(batch, &place, to);
        clauses.insert(clause);
    }
    let mut categories: BTreeSet<(CategoryIx, String)> = BTreeSet::new();
    for reference in references_by(version, word) {
        let Place { route, .. } = &reference.place;
        // A value that is reached twice (through an alias) is changed once, or refused there.
        if categories.insert((reference.from, route.to_string())) {
            reword(batch, &reference.place, to);
        }
    }
    let categories: BTreeSet<CategoryIx> = categories.into_iter().map(|(from, _)| from).collect();
    (clauses.len(), categories.len())
}
