//! What in the head is what in the base.

use super::pairs::{Bag, Pairs, overlap};
use super::terms::{Terms, canonical};
use crate::policy::Policy;
use crate::policy::behavior::Behavior;
use crate::policy::clause::Clause;
use crate::policy::facet::{Facet, FacetKind};
use crate::policy::taxonomy::Category;
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// Everything that two versions consist of, paired: by id, and what was renamed by what it says.
#[derive(Debug, Clone)]
pub struct Twins {
    pub behaviors: Pairs,
    pub severities: Pairs,
    pub facets: Pairs,
    pub specs: Pairs,
    pub categories: Pairs,
    pub clauses: Pairs,
}

impl Twins {
    pub fn of(base: &Policy, head: &Policy) -> Self {
        let mut twins = Twins {
            behaviors: behaviors(base, head),
            severities: severities(base, head),
            facets: facets(base, head),
            specs: specs(base, head),
            categories: categories(base, head),
            clauses: Pairs::by_id(base.clauses.iter().map(|c| &c.id), head.clauses.iter().map(|c| &c.id)),
        };
        let renamed = clauses(base, head, &twins);
        twins.clauses = renamed;
        twins
    }

    /// Says the base's conditions in the head's terms.
    pub fn terms<'p>(&self, base: &'p Policy, head: &'p Policy) -> Terms<'p> {
        let all = |pairs: &Pairs, count: usize| (0..count).map(|b| pairs.head_of(b)).collect();
        Terms {
            from: base,
            to: head,
            behaviors: all(&self.behaviors, base.manifest.behaviors.len()),
            severities: all(&self.severities, base.manifest.severities.len()),
            facets: all(&self.facets, base.manifest.facets.len()),
            categories: all(&self.categories, base.taxonomy.len()),
        }
    }
}

/// A behavior is renamed where its description, or its title, went on under another id; or where one stands in its place and
/// every clause that called for it calls for that one.
fn behaviors(base: &Policy, head: &Policy) -> Pairs {
    let places = (base, head);
    let of = |policy: &Policy| policy.manifest.behaviors.iter().map(|(_, b)| b.clone()).collect::<Vec<Behavior>>();
    let (base, head) = (of(base), of(head));
    let mut pairs = Pairs::by_id(base.iter().map(|b| &b.id), head.iter().map(|b| &b.id));
    pairs.join_alike(|b, h| {
        let (old, new) = (&base[b], &head[h]);
        let described = !old.description.is_empty() && old.description == new.description;
        let titled = old.title != old.id && old.title == new.title;
        let in_place = || b == h && base.len() == head.len() && called_for(places, b, h);
        if described || titled || in_place() { 1.0 } else { 0.0 }
    });
    pairs
}

/// Whether there are clauses that call for a behavior of the base, and all of them that stand in the head call there for this one.
fn called_for((base, head): (&Policy, &Policy), behavior: usize, instead: usize) -> bool {
    let old = base.clauses.iter().filter(|clause| clause.then.is_some_and(|then| usize::from(then.0) == behavior));
    let new = old.filter_map(|clause| Some(head.clause(head.find_clause(&clause.id)?).then));
    let mut met = false;
    new.inspect(|_| met = true).all(|then| then.is_some_and(|then| usize::from(then.0) == instead)) && met
}

/// A severity is renamed where one of another name stands in its place, and the others stand where they stood.
fn severities(base: &Policy, head: &Policy) -> Pairs {
    let (base, head) = (&base.manifest.severities, &head.manifest.severities);
    let mut pairs = Pairs::by_id(base, head);
    let stays = base.len() == head.len() && pairs.both().all(|(b, h)| b == h);
    pairs.join_alike(|b, h| if stays && b == h { 1.0 } else { 0.0 });
    pairs
}

/// A facet is renamed where its values, or its description, went on under another id; or where one of the same values stands in
/// its place, and the others stand where they stood.
fn facets(base: &Policy, head: &Policy) -> Pairs {
    let (base, head) = (&base.manifest.facets, &head.manifest.facets);
    let mut pairs = Pairs::by_id(base.iter().map(|f| &f.id), head.iter().map(|f| &f.id));
    let alike = |old: &Facet, new: &Facet| {
        if old.kind != new.kind {
            return 0.0;
        }
        let described = Bag::of([&*old.description]).likeness(&Bag::of([&*new.description]));
        let values = if old.kind == FacetKind::Bool { 0.0 } else { overlap(&old.values, &new.values) };
        described.max(values)
    };
    let stays = base.len() == head.len() && pairs.both().all(|(b, h)| b == h);
    let in_place =
        |b: usize, h: usize| stays && b == h && base[b].kind == head[h].kind && base[b].values == head[h].values;
    pairs.join_alike(|b, h| if in_place(b, h) { 1.0 } else { alike(&base[b], &head[h]) });
    pairs
}

/// A spec is the one of the same name, else that of the same file.
fn specs(base: &Policy, head: &Policy) -> Pairs {
    let mut pairs = Pairs::by_id(base.specs.iter().map(|s| &s.id), head.specs.iter().map(|s| &s.id));
    pairs.join_alike(|b, h| if base.specs[b].file == head.specs[h].file { 1.0 } else { 0.0 });
    pairs
}

/// A category is renamed where the new one names the old as an alias, or goes on saying what the old one said.
fn categories(base: &Policy, head: &Policy) -> Pairs {
    let of = |policy: &Policy| policy.taxonomy.iter().map(|(_, c)| c.id.clone()).collect::<Vec<Arc<str>>>();
    let (base_ids, head_ids) = (of(base), of(head));
    let mut pairs = Pairs::by_id(&base_ids, &head_ids);
    let vanished: FxHashMap<&Arc<str>, usize> = pairs.removed().into_iter().map(|b| (&base_ids[b], b)).collect();
    let base: Vec<&Category> = base.taxonomy.iter().map(|(_, c)| c).collect();
    let head: Vec<&Category> = head.taxonomy.iter().map(|(_, c)| c).collect();
    for h in pairs.added() {
        let formerly = head[h].aliases.iter().filter_map(|alias| vanished.get(alias).copied());
        if let Some(b) = formerly.into_iter().find(|&b| pairs.head_of(b).is_none()) {
            pairs.join(b, h);
        }
    }
    let (removed, added) = (pairs.removed(), pairs.added());
    if removed.is_empty() || added.is_empty() {
        return pairs;
    }
    let olds: FxHashMap<usize, Bag> = removed.iter().map(|&b| (b, category_prose(base[b]))).collect();
    let news: FxHashMap<usize, Bag> = added.iter().map(|&h| (h, category_prose(head[h]))).collect();
    let children = |ids: &[Arc<str>], all: &[&Category], of: usize| -> Vec<Arc<str>> {
        let under = all.iter().zip(ids).filter(|(c, _)| c.parent.is_some_and(|p| usize::from(p.0) == of));
        under.map(|(_, id)| id.clone()).collect()
    };
    pairs.join_alike(|b, h| {
        if !olds[&b].is_empty() || !news[&h].is_empty() {
            return olds[&b].likeness(&news[&h]);
        }
        let mapped = !base[b].mappings.is_empty() && base[b].mappings == head[h].mappings;
        if mapped { 1.0 } else { overlap(&children(&base_ids, &base, b), &children(&head_ids, &head, h)) }
    });
    pairs
}

fn category_prose(category: &Category) -> Bag {
    let title = Some(&category.title).filter(|title| **title != category.id);
    let lists = category.includes.iter().chain(&category.excludes);
    let guide = category.severity.iter().map(|(_, says)| says);
    Bag::of(title.into_iter().chain([&category.definition]).chain(lists).chain(guide).map(|text| &**text))
}

/// A clause is renamed where its prose went on under another id, or lacking prose its condition and behavior did.
fn clauses(base: &Policy, head: &Policy, twins: &Twins) -> Pairs {
    let mut pairs = twins.clauses.clone();
    let (removed, added) = (pairs.removed(), pairs.added());
    if removed.is_empty() || added.is_empty() {
        return pairs;
    }
    let terms = twins.terms(base, head);
    let olds: FxHashMap<usize, (Bag, String)> = removed
        .iter()
        .map(|&b| (b, (clause_prose(&base.clauses[b]), canonical(&terms.condition(&base.clauses[b].when)))))
        .collect();
    let news: FxHashMap<usize, (Bag, String)> =
        added.iter().map(|&h| (h, (clause_prose(&head.clauses[h]), canonical(&head.clauses[h].when)))).collect();
    pairs.join_alike(|b, h| {
        let ((old_prose, old_when), (new_prose, new_when)) = (&olds[&b], &news[&h]);
        let same_when = old_when == new_when;
        let same_then = base.clauses[b].then.and_then(|ix| terms.behavior(ix)) == head.clauses[h].then;
        match (old_prose.is_empty(), new_prose.is_empty()) {
            (true, true) if same_when && same_then && !base.clauses[b].when.tests().is_empty() => 1.0,
            (true, true) => 0.0,
            _ => {
                let prose = old_prose.likeness(new_prose);
                0.7 * prose + if same_when { 0.2 } else { 0.0 } + if same_then { 0.1 } else { 0.0 }
            }
        }
    });
    pairs
}

fn clause_prose(clause: &Clause) -> Bag {
    let title = Some(&clause.title).filter(|title| **title != clause.id);
    let prose = [&clause.text, &clause.rationale, &clause.guidance];
    Bag::of(title.into_iter().chain(prose).map(|text| &**text))
}
