//! What the manifest holds, and the specs that it names.

use super::change::{Change, ChangeKind, Subject};
use super::fields::{self, Sides, in_manifest, words};
use super::order;
use super::pairs::Pairs;
use super::twins::Twins;
use crate::policy::Policy;
use crate::policy::facet::Facet;
use crate::policy::manifest::{Gate, Labeler, Manifest};
use crate::policy::place::{Place, Step};
use std::collections::BTreeSet;
use std::sync::Arc;

pub fn compare(base: &Policy, head: &Policy, twins: &Twins, changes: &mut Vec<Change>) {
    let (old, new) = (&base.manifest, &head.manifest);
    let place = in_manifest::<Step>([]);
    let mut sides = Sides { subject: Subject::Manifest, base: &place, head: &place, changes };
    sides.field("name", false, &*old.name, &*new.name);
    if twins.behaviors.head_of(old.default.0.into()) != Some(new.default.0.into()) {
        let (before, after) = (old.behaviors.id(old.default), new.behaviors.id(new.default));
        sides.edited("default", true, before.to_string(), after.to_string());
    }
    sides.field("hit_policy", true, old.hit_policy.word(), new.hit_policy.word());
    sides.field("consensus", false, old.consensus.word(), new.consensus.word());
    sides.field("labelers", false, labelers(old), labelers(new));
    sides.field("levels", false, words(&old.levels), words(&new.levels));
    let taxonomies = |named: &Option<Vec<Arc<str>>>| named.as_deref().map_or(String::new(), words);
    sides.field("taxonomies", false, taxonomies(&old.taxonomies), taxonomies(&new.taxonomies));

    behaviors(base, head, twins, changes);
    let severities = |policy: &Policy| policy.manifest.severities.clone();
    let list = List { what: Subject::Severity, key: "severities", presence: true, renaming: true, order: true };
    list.compare(&severities(base), &severities(head), &twins.severities, |_, _, _| {}, changes);
    facets(base, head, twins, changes);
    gates(&old.gates, &new.gates, changes);
    specs(base, head, twins, changes);
}

/// Each labeler in a few words: `judge@example.org model`.
fn labelers(manifest: &Manifest) -> String {
    let said = |(id, labeler): (&Arc<str>, &Labeler)| {
        let name = labeler.name.as_ref().map(|name| format!(" {name}")).unwrap_or_default();
        Arc::from(format!("{id} {}{name}", labeler.kind.word()))
    };
    words(&manifest.labelers.iter().map(said).collect::<Vec<_>>())
}

/// A list of things in the manifest, and which changes to it can change a verdict.
struct List {
    what: fn(Arc<str>) -> Subject,
    key: &'static str,
    presence: bool,
    renaming: bool,
    order: bool,
}

impl List {
    /// Notes what came, went, was renamed and reordered; `fields` compares two that are one, by position.
    fn compare(
        &self,
        base: &[Arc<str>],
        head: &[Arc<str>],
        pairs: &Pairs,
        fields: impl Fn(usize, usize, &mut Sides<'_>),
        changes: &mut Vec<Change>,
    ) {
        let place = |at: usize| in_manifest([Step::from(self.key), Step::from(at)]);
        self.compare_at(base, head, pairs, (&|b| place(b), &|h| place(h)), fields, changes);
    }

    fn compare_at(
        &self,
        base: &[Arc<str>],
        head: &[Arc<str>],
        pairs: &Pairs,
        (base_place, head_place): (&dyn Fn(usize) -> Place, &dyn Fn(usize) -> Place),
        fields: impl Fn(usize, usize, &mut Sides<'_>),
        changes: &mut Vec<Change>,
    ) {
        let reordered = order::reordered(pairs.both().map(|(b, h)| (0, b, h)));
        let position =
            |ids: &[Arc<str>], id: &str| order::position(&ids.iter().map(|id| &**id).collect::<Vec<_>>(), id);
        for twin in pairs.all() {
            match (twin.base, twin.head) {
                (Some(b), Some(h)) => {
                    let (old, new) = (base_place(b), head_place(h));
                    let subject = (self.what)(head[h].clone());
                    let mut sides = Sides { subject, base: &old, head: &new, changes };
                    if base[b] != head[h] {
                        let (from, to) = (base[b].clone(), head[h].clone());
                        sides.whole(ChangeKind::Renamed { from, to }, self.renaming);
                    }
                    if reordered.contains(&h) {
                        let (from, to) = (position(base, &base[b]), position(head, &head[h]));
                        sides.whole(ChangeKind::Reordered { from, to }, self.order);
                    }
                    fields(b, h, &mut sides);
                }
                (Some(b), None) => {
                    changes.push(fields::removed((self.what)(base[b].clone()), &base_place(b), self.presence));
                }
                (None, Some(h)) => {
                    changes.push(fields::added((self.what)(head[h].clone()), &head_place(h), self.presence));
                }
                (None, None) => {}
            }
        }
    }
}

fn behaviors(base: &Policy, head: &Policy, twins: &Twins, changes: &mut Vec<Change>) {
    let all = |policy: &Policy| policy.manifest.behaviors.iter().map(|(_, b)| b.clone()).collect::<Vec<_>>();
    let (base, head) = (all(base), all(head));
    let ids =
        |behaviors: &[crate::policy::behavior::Behavior]| behaviors.iter().map(|b| b.id.clone()).collect::<Vec<_>>();
    let list = List { what: Subject::Behavior, key: "behaviors", presence: true, renaming: true, order: true };
    let fields = |b: usize, h: usize, sides: &mut Sides<'_>| {
        let (old, new) = (&base[b], &head[h]);
        sides.field("title", false, fields::title(&old.title, &old.id), fields::title(&new.title, &new.id));
        sides.field("description", false, &*old.description, &*new.description);
    };
    list.compare(&ids(&base), &ids(&head), &twins.behaviors, fields, changes);
}

fn facets(base: &Policy, head: &Policy, twins: &Twins, changes: &mut Vec<Change>) {
    let (base, head) = (&base.manifest.facets, &head.manifest.facets);
    let ids = |facets: &[Facet]| facets.iter().map(|facet| facet.id.clone()).collect::<Vec<_>>();
    let place = |facets: &[Facet], at: usize| in_manifest(["facets", &*facets[at].id]);
    let list = List { what: Subject::Facet, key: "facets", presence: true, renaming: true, order: false };
    let fields = |b: usize, h: usize, sides: &mut Sides<'_>| {
        let (old, new) = (&base[b], &head[h]);
        sides.field("type", true, old.kind.word(), new.kind.word());
        sides.field("values", true, words(&old.values), words(&new.values));
        sides.field("description", false, &*old.description, &*new.description);
    };
    let places: (&dyn Fn(usize) -> Place, &dyn Fn(usize) -> Place) = (&|b| place(base, b), &|h| place(head, h));
    list.compare_at(&ids(base), &ids(head), &twins.facets, places, fields, changes);
}

fn gates(base: &[Gate], head: &[Gate], changes: &mut Vec<Change>) {
    let kinds: BTreeSet<_> = base.iter().chain(head).map(|gate| gate.kind).collect();
    for kind in kinds {
        let of = |gates: &'_ [Gate]| gates.iter().position(|gate| gate.kind == kind);
        let place = in_manifest(["gates", kind.word()]);
        match (of(base).map(|at| &base[at]), of(head).map(|at| &head[at])) {
            (Some(old), Some(new)) => {
                let limit = |limit: Option<f64>| limit.map_or(String::new(), |limit| limit.to_string());
                let mut sides = Sides { subject: Subject::Gate(kind), base: &place, head: &place, changes };
                sides.field("max", false, limit(old.max), limit(new.max));
                let tiers: BTreeSet<_> = old.tiers.keys().chain(new.tiers.keys()).collect();
                for tier in tiers {
                    let of = |gate: &Gate| limit(gate.tiers.get(tier).copied());
                    sides.field(&format!("tier.{tier}"), false, of(old), of(new));
                }
            }
            (Some(_), None) => changes.push(fields::removed(Subject::Gate(kind), &place, false)),
            (None, Some(_)) => changes.push(fields::added(Subject::Gate(kind), &place, false)),
            (None, None) => {}
        }
    }
}

fn specs(base: &Policy, head: &Policy, twins: &Twins, changes: &mut Vec<Change>) {
    let (base, head) = (&base.specs, &head.specs);
    let ids = |specs: &[crate::policy::SpecInfo]| specs.iter().map(|spec| spec.id.clone()).collect::<Vec<_>>();
    let list = List { what: Subject::Spec, key: "specs", presence: false, renaming: false, order: true };
    let fields = |b: usize, h: usize, sides: &mut Sides<'_>| {
        let (old, new) = (&base[b], &head[h]);
        if old.file != new.file {
            sides.whole(ChangeKind::Moved { from: old.file.to_string(), to: new.file.to_string() }, false);
        }
        sides.field("title", false, &*old.title, &*new.title);
    };
    let places: (&dyn Fn(usize) -> Place, &dyn Fn(usize) -> Place) =
        (&|b| Place::file(base[b].file.clone()), &|h| Place::file(head[h].file.clone()));
    list.compare_at(&ids(base), &ids(head), &twins.specs, places, fields, changes);
}
