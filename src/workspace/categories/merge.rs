//! Merging one category into another.

use super::rename::rewrite;
use super::uses::tests_by;
use super::{Batch, CategoryError, Operation, counted, listed, place, remove, standing, usual_position};
use crate::document::{Edit, Value};
use crate::policy::place::Step;
use crate::workspace::version::PolicyVersion;
use std::sync::Arc;

/// Merges a category into another one: its id and aliases become aliases of that one, so that its labels count there,
/// clauses and other categories that named it name that one, and it is removed. Its own words are not carried along,
/// nor what stands below it: a category with others below it is refused.
pub fn merge(version: &PolicyVersion, id: &str, into: &str) -> Result<Operation, CategoryError> {
    let here = standing(version, id)?;
    let there = standing(version, into)?;
    let (id, into) = (here.category.id.clone(), there.category.id.clone());
    let taxonomy = &version.policy.taxonomy;
    if here.ix == there.ix {
        return Err(CategoryError::Unmoved { id: id.to_string(), why: "cannot be merged into itself".to_owned() });
    }
    if taxonomy.subtree(here.ix).len() > 1 {
        let why = "has categories below it; move them first, so that it is said where they go".to_owned();
        return Err(CategoryError::Unmoved { id: id.to_string(), why });
    }
    let mut batch = Batch::default();
    let names: Vec<Arc<str>> = std::iter::once(&id).chain(&here.category.aliases).cloned().collect();
    let names: Vec<Arc<str>> = names.into_iter().filter(|name| taxonomy.find(name) == Some(here.ix)).collect();
    // A list that would name the other one twice loses an item instead; all other words are only reworded.
    for name in &names {
        for (clause, place) in tests_by(version, name) {
            let twice =
                place.route.split_last().filter(|(_, step)| matches!(step, Step::Item(_))).is_some_and(|(list, _)| {
                    tests_by(version, &into).iter().any(|(other, there)| {
                        *other == clause && there.route.split_last().is_some_and(|(its, _)| its == list)
                    })
                });
            if twice {
                let words = listed(std::slice::from_ref(&into));
                let why = format!("stands in one list with {words} in a condition; take it out there first");
                return Err(CategoryError::Unmoved { id: id.to_string(), why });
            }
        }
    }
    let (mut clauses, mut categories) = (0, 0);
    for name in &names {
        let (more_clauses, more_categories) = rewrite(version, name, &into, &mut batch);
        clauses += more_clauses;
        categories += more_categories;
    }
    let aliases: Value = there.category.aliases.iter().chain(&names).map(|name| name.to_string()).collect();
    let at = there.route().then("aliases");
    let edit = match there.get("aliases") {
        Some(_) => Edit::SetValue { at, value: aliases },
        None => Edit::InsertKey {
            map: there.route().clone(),
            key: "aliases".into(),
            value: aliases,
            position: usual_position("aliases"),
        },
    };
    batch.add(there.file(), edit);
    batch.add(here.file(), Edit::RemoveItem { at: here.route().clone() });
    place::drop_empty_children(version, here.file(), &id, here.category.parent, &mut batch)?;
    let rests = remove::rests_on(version, &id)?;
    let said = format!(
        "`{id}` is an alias of `{into}` now: its labels count there, {} and {} follow{}. Its own definition was not \
         carried along.",
        counted(clauses, "clause"),
        counted(categories, "other category"),
        if rests.clauses.is_empty() { String::new() } else { format!(" ({})", listed(&rests.clauses)) },
    );
    Ok(batch.done(format!("merge {id} into {into}"), said))
}
