//! Categories, field by field, and their places in the tree.

use super::change::{Change, ChangeKind, Subject};
use super::fields::{self, Sides, sentences, words};
use super::order;
use super::twins::Twins;
use crate::policy::Policy;
use crate::policy::taxonomy::{Category, CategoryIx, Taxonomy};
use rustc_hash::FxHashMap;
use std::sync::Arc;

pub fn compare(base: &Policy, head: &Policy, twins: &Twins, changes: &mut Vec<Change>) {
    let (base, head) = (&base.taxonomy, &head.taxonomy);
    let homes = Homes::of(base, head, twins);
    let stayed = twins.categories.both().filter(|&(b, h)| homes.stayed(b, h)).map(|(b, h)| (homes.groups[h], b, h));
    let reordered = order::reordered(stayed);
    for twin in twins.categories.all() {
        let old = twin.base.map(|b| base.get(CategoryIx(b as u16)));
        let new = twin.head.map(|h| head.get(CategoryIx(h as u16)));
        match (old, new) {
            (Some(old), Some(new)) => {
                let subject = Subject::Category(new.id.clone());
                let mut sides = Sides { subject, base: &old.place, head: &new.place, changes };
                if old.id != new.id {
                    sides.whole(ChangeKind::Renamed { from: old.id.clone(), to: new.id.clone() }, true);
                }
                if twin.base.zip(twin.head).is_some_and(|(b, h)| !homes.stayed(b, h)) {
                    // From one file's top to another's, nothing stands under anything else than before.
                    let decides = old.parent.is_some() || new.parent.is_some();
                    let (from, to) = (home_words(base, old), home_words(head, new));
                    sides.whole(ChangeKind::Moved { from, to }, decides);
                } else if twin.head.is_some_and(|h| reordered.contains(&h)) {
                    let (from, to) = (position(base, old), position(head, new));
                    sides.whole(ChangeKind::Reordered { from, to }, false);
                }
                fields(old, new, &mut sides);
            }
            (Some(old), None) => changes.push(fields::removed(Subject::Category(old.id.clone()), &old.place, true)),
            (None, Some(new)) => changes.push(fields::added(Subject::Category(new.id.clone()), &new.place, true)),
            (None, None) => {}
        }
    }
}

fn fields(old: &Category, new: &Category, sides: &mut Sides<'_>) {
    let lines = |items: &[Arc<str>]| sentences(items.iter().map(|item| &**item));
    sides.field("title", false, fields::title(&old.title, &old.id), fields::title(&new.title, &new.id));
    sides.field("definition", false, &*old.definition, &*new.definition);
    sides.field("includes", false, lines(&old.includes), lines(&new.includes));
    sides.field("excludes", false, lines(&old.excludes), lines(&new.excludes));
    sides.field("deconflict", false, deconflict(old), deconflict(new));
    entries(&old.severity, &new.severity, |level, before, after| {
        sides.field(&format!("severity.{level}"), false, before.map_or("", |s| s), after.map_or("", |s| s));
    });
    let tier = |tier: Option<u32>| tier.map_or(String::new(), |tier| tier.to_string());
    sides.field("tier", false, tier(old.tier), tier(new.tier));
    sides.field("owner", false, &*old.owner, &*new.owner);
    entries(&old.mappings, &new.mappings, |framework, before, after| {
        let said = |ids: Option<&Vec<Arc<str>>>| ids.map_or(String::new(), |ids| words(ids));
        sides.field(&format!("mappings.{framework}"), false, said(before), said(after));
    });
    if !only_keeps_old_name(old, new) {
        sides.field("aliases", true, words(&old.aliases), words(&new.aliases));
    }
    sides.field("deprecated", false, deprecated(old), deprecated(new));
}

/// Whether the aliases differ by the former id alone: then the renaming says it all.
fn only_keeps_old_name(old: &Category, new: &Category) -> bool {
    let kept: Vec<_> = new.aliases.iter().filter(|alias| **alias != old.id).collect();
    old.id != new.id && kept.into_iter().eq(&old.aliases)
}

fn deconflict(category: &Category) -> String {
    let said: Vec<String> =
        category.deconflict.iter().map(|one| format!("{} → {}", one.say.trim(), one.category)).collect();
    sentences(said.iter().map(String::as_str))
}

fn deprecated(category: &Category) -> String {
    let Some(deprecated) = &category.deprecated else { return String::new() };
    let mut said = "deprecated".to_owned();
    if !deprecated.replaced_by.is_empty() {
        said.push_str(&format!(", replaced by {}", words(&deprecated.replaced_by)));
    }
    if let Some(since) = &deprecated.since {
        said.push_str(&format!(", since {since}"));
    }
    said
}

/// Each key of either list with what it stands for there, the head's keys first.
fn entries<V>(base: &[(Arc<str>, V)], head: &[(Arc<str>, V)], mut each: impl FnMut(&str, Option<&V>, Option<&V>)) {
    let value = |side: &'_ [(Arc<str>, V)], key: &str| side.iter().position(|(known, _)| **known == *key);
    for (key, after) in head {
        each(key, value(base, key).map(|at| &base[at].1), Some(after));
    }
    for (key, before) in base.iter().filter(|(key, _)| value(head, key).is_none()) {
        each(key, Some(before), None);
    }
}

/// Which group of siblings each category belongs to, in the head's terms.
struct Homes {
    /// By position in the base; `None` where the parent or the taxonomy is gone.
    base_groups: Vec<Option<usize>>,
    /// By position in the head.
    groups: Vec<usize>,
}

impl Homes {
    fn of(base: &Taxonomy, head: &Taxonomy, twins: &Twins) -> Self {
        // Groups are the head's categories, as parents, and beyond those its taxonomies, for what has no parent.
        let mut tops: FxHashMap<&Arc<str>, usize> = FxHashMap::default();
        let groups = head.iter().map(|(_, category)| match category.parent {
            Some(parent) => usize::from(parent.0),
            None => {
                let next = head.len() + tops.len();
                *tops.entry(&category.taxonomy).or_insert(next)
            }
        });
        let groups = groups.collect();
        let base_groups = base.iter().map(|(_, category)| match category.parent {
            Some(parent) => twins.categories.head_of(parent.0.into()),
            None => tops.get(&category.taxonomy).copied(),
        });
        Homes { base_groups: base_groups.collect(), groups }
    }

    fn stayed(&self, base: usize, head: usize) -> bool {
        self.base_groups[base] == Some(self.groups[head])
    }
}

fn home_words(taxonomy: &Taxonomy, category: &Category) -> String {
    match category.parent {
        Some(parent) => format!("under `{}`", taxonomy.get(parent).id),
        None => format!("the top of `{}`", category.taxonomy),
    }
}

fn position(taxonomy: &Taxonomy, category: &Category) -> String {
    let beside = taxonomy.iter().map(|(_, other)| other).filter(|other| match category.parent {
        Some(parent) => other.parent == Some(parent),
        None => other.parent.is_none() && other.taxonomy == category.taxonomy,
    });
    order::position(&beside.map(|other| &*other.id).collect::<Vec<_>>(), &category.id)
}
