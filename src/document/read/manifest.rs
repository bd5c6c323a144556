//! Reads `casebook.yaml`.

use super::condition::RESERVED_FACETS;
use super::cursor::{Cursor, Notes, Source};
use crate::policy::behavior::{Behavior, Behaviors};
use crate::policy::codes;
use crate::policy::facet::{Facet, FacetKind};
use crate::policy::manifest::{Consensus, Gate, GateKind, HitPolicy, Labeler, LabelerKind, Manifest};
use crate::policy::place::Route;
use crate::policy::problem::Problem;
use crate::policy::taxonomy::UNKNOWN;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

const KEYS: &[&str] = &[
    "casebook",
    "name",
    "behaviors",
    "default",
    "hit_policy",
    "severities",
    "facets",
    "specs",
    "taxonomies",
    "levels",
    "gates",
    "consensus",
    "labelers",
];

/// The format version this casebook writes and reads.
const FORMAT: i64 = 1;

/// Reads what is there; what is missing or broken keeps its default, with a problem.
pub fn read(source: Source<'_>, notes: &Notes) -> Manifest {
    let mut manifest = Manifest::default();
    let Some(root) = Cursor::root(source, notes) else {
        notes.push(Problem::new(
            &codes::MISSING_KEY,
            source.document.place(source.file, &Route::root()),
            "the manifest says nothing",
            "Begin with `casebook: 1`; `casebook init DIR` makes one with everything that is needed.",
        ));
        return manifest;
    };
    if !root.expect_mapping("the manifest") {
        return manifest;
    }
    root.hint_at_unknown_keys(KEYS);
    version(&root);
    manifest.name = root.text_of("name");
    if let Some(behaviors) = behaviors(&root) {
        manifest.behaviors = behaviors;
    }
    if let Some(default) = root.get("default") {
        let word = default.expect_text("default").unwrap_or_default();
        match manifest.behaviors.find(&word) {
            Some(ix) => manifest.default = ix,
            None => default.note(
                &codes::UNKNOWN_BEHAVIOR,
                format!("`{word}` is no behavior of this policy"),
                default.choose_from(&word, "behavior", manifest.behaviors.iter().map(|(_, b)| &*b.id)),
            ),
        }
    }
    let hit_policies = HitPolicy::ALL.map(HitPolicy::word);
    if let Some(known) = one_word(&root, "hit_policy", "hit policy", HitPolicy::from_word, &hit_policies) {
        manifest.hit_policy = known;
    }
    if root.get("severities").is_some() {
        manifest.severities = distinct(&root, "severities", "severity");
    }
    if let Some(facets) = root.get("facets") {
        manifest.facets = read_facets(&facets);
    }
    manifest.specs = root.texts_of("specs");
    manifest.taxonomies = root.get("taxonomies").map(|_| root.texts_of("taxonomies"));
    manifest.levels = distinct(&root, "levels", "level");
    if let Some(gates) = root.get("gates") {
        manifest.gates = read_gates(&gates);
    }
    let ways = Consensus::ALL.map(Consensus::word);
    if let Some(known) = one_word(&root, "consensus", "way to a consensus", Consensus::from_word, &ways) {
        manifest.consensus = known;
    }
    if let Some(labelers) = root.get("labelers") {
        manifest.labelers = read_labelers(&labelers);
    }
    manifest
}

/// The value of a key that takes one of a few words; `None` where it is absent or none of them.
fn one_word<T>(parent: &Cursor<'_>, key: &str, what: &str, known: fn(&str) -> Option<T>, words: &[&str]) -> Option<T> {
    let value = parent.get(key)?;
    let word = value.expect_text(key)?;
    let found = known(&word);
    if found.is_none() {
        let help = value.choose_from(&word, what, words.iter().copied());
        value.note(&codes::UNKNOWN_VALUE, format!("`{word}` is no {what}"), help);
    }
    found
}

fn read_labelers(labelers: &Cursor<'_>) -> BTreeMap<Arc<str>, Labeler> {
    labelers.expect_mapping("labelers");
    let kinds = LabelerKind::ALL.map(LabelerKind::word);
    let read = |(id, labeler): (&str, Cursor<'_>)| {
        if !labeler.expect_mapping(id) {
            return None;
        }
        labeler.hint_at_unknown_keys(&["kind", "name"]);
        let kind = one_word(&labeler, "kind", "kind of labeler", LabelerKind::from_word, &kinds).unwrap_or_default();
        let name = labeler.get("name").and_then(|name| name.expect_text("name"));
        Some((Arc::from(id), Labeler { kind, name }))
    };
    labelers.entries().into_iter().filter_map(read).collect()
}

fn version(root: &Cursor<'_>) {
    let Some(version) = root.need("casebook", "the format version, which is 1") else { return };
    if version.node().as_int() != Some(FORMAT) {
        let found = version.node().text().unwrap_or("something else").to_owned();
        version.note(
            &codes::FORMAT_VERSION,
            format!("this policy says it is in format `{found}`; this casebook knows format {FORMAT}"),
            "Write `casebook: 1`, or use the casebook that made it.",
        );
    }
}

fn behaviors(root: &Cursor<'_>) -> Option<Behaviors> {
    let list = root.get("behaviors")?;
    let mut seen = BTreeSet::new();
    let mut behaviors = Vec::new();
    for item in list.expect_items("behaviors") {
        let behavior = if item.node().is_mapping() {
            item.hint_at_unknown_keys(&["id", "title", "description"]);
            let Some(id) = item.need("id", "the word that clauses and labels use").and_then(|id| id.expect_text("id"))
            else {
                continue;
            };
            let title = item.get("title").and_then(|t| t.expect_text("title")).unwrap_or_else(|| id.clone());
            Behavior { id, title, description: item.text_of("description") }
        } else {
            let Some(id) = item.expect_text("a behavior") else { continue };
            Behavior { title: id.clone(), id, description: "".into() }
        };
        if seen.insert(behavior.id.clone()) {
            behaviors.push(behavior);
        } else {
            duplicate(&item, "behavior", &behavior.id);
        }
    }
    let count = behaviors.len();
    let read = Behaviors::new(behaviors);
    if read.is_none() {
        let help = format!("List between 1 and {} behaviors, most permissive first.", Behaviors::MOST);
        list.note(&codes::TOO_MUCH, format!("a policy cannot have {count} behaviors"), help);
    }
    read
}

fn read_facets(facets: &Cursor<'_>) -> Vec<Facet> {
    facets.expect_mapping("facets");
    let mut read: Vec<Facet> = Vec::new();
    for (id, facet) in facets.entries() {
        if read.iter().any(|known| &*known.id == id) {
            continue; // the document has reported the key that stands twice
        }
        if RESERVED_FACETS.contains(&id) {
            facet.note(
                &codes::RESERVED_WORD,
                format!("`{id}` has a meaning of its own in conditions"),
                "Rename the facet.",
            );
            continue;
        }
        if !facet.expect_mapping(id) {
            continue;
        }
        facet.hint_at_unknown_keys(&["type", "values", "description", "title"]);
        let Some(word) = facet.need("type", "one of enum, ordinal, bool and set").and_then(|t| t.expect_text("type"))
        else {
            continue;
        };
        let Some(kind) = FacetKind::from_word(&word) else {
            let help = facet.choose_from(&word, "facet type", FacetKind::ALL.map(FacetKind::word));
            facet.note(&codes::UNKNOWN_VALUE, format!("`{word}` is no type of facet"), help);
            continue;
        };
        let values = match kind {
            FacetKind::Bool => ["false", "true"].map(Into::into).into(),
            _ => distinct(&facet, "values", "value"),
        };
        if values.is_empty() {
            facet.note(&codes::MISSING_KEY, format!("facet `{id}` has no values"), "Add `values: [ … ]`.");
        }
        if kind == FacetKind::Set && values.len() > Facet::MOST_SET_VALUES {
            let message = format!("facet `{id}` has {} values", values.len());
            let help = format!("A set can have at most {} values: split it into two facets.", Facet::MOST_SET_VALUES);
            facet.note(&codes::TOO_MUCH, message, help);
            continue;
        }
        read.push(Facet { id: id.into(), kind, values, description: facet.text_of("description") });
    }
    read
}

/// The texts of a list without those that stand twice or mean something of their own.
fn distinct(parent: &Cursor<'_>, key: &str, what: &str) -> Vec<Arc<str>> {
    let Some(list) = parent.get(key) else { return Vec::new() };
    let mut values: Vec<Arc<str>> = Vec::new();
    let mut seen = BTreeSet::new();
    for item in list.expect_items(key) {
        let Some(value) = item.expect_text(what) else { continue };
        if &*value == UNKNOWN {
            let message = format!("`{UNKNOWN}` is what casebook calls a {what} that is not given");
            item.note(&codes::RESERVED_WORD, message, "Leave it out: a case that gives none is unknown already.");
        } else if values.len() >= usize::from(u16::MAX) {
            list.note(&codes::TOO_MUCH, format!("`{key}` lists more values than fit"), "Use fewer than 65,535.");
            break;
        } else if seen.insert(value.clone()) {
            values.push(value);
        } else {
            duplicate(&item, what, &value);
        }
    }
    values
}

fn duplicate(cursor: &Cursor<'_>, what: &str, id: &str) {
    cursor.note(&codes::DUPLICATE_ID, format!("{what} `{id}` stands twice"), "Remove one of them, or rename it.");
}

fn read_gates(gates: &Cursor<'_>) -> Vec<Gate> {
    gates.expect_mapping("gates");
    let mut read = Vec::new();
    for (word, gate) in gates.entries() {
        let Some(kind) = GateKind::from_word(word) else {
            let help = gate.choose_from(word, "gate", GateKind::ALL.map(GateKind::word));
            gate.note(&codes::BAD_GATE, format!("`{word}` is no gate that casebook knows"), help);
            continue;
        };
        if !gate.expect_mapping(word) {
            continue;
        }
        gate.hint_at_unknown_keys(&["max", "tier"]);
        let max = gate.get("max").and_then(|limit| read_limit(&limit, kind));
        let mut tiers = BTreeMap::new();
        for (tier, limit) in gate.get("tier").map(|t| t.entries()).unwrap_or_default() {
            match tier.parse::<u32>() {
                Ok(tier) => tiers.extend(read_limit(&limit, kind).map(|limit| (tier, limit))),
                Err(_) => {
                    limit.note(&codes::BAD_GATE, format!("`{tier}` is no risk tier"), "Tiers are whole numbers.");
                }
            }
        }
        read.push(Gate { kind, max, tiers });
    }
    read
}

fn read_limit(limit: &Cursor<'_>, kind: GateKind) -> Option<f64> {
    let (most, wanted) = match kind {
        GateKind::Regressions | GateKind::CollateralFlips => (f64::INFINITY, "a number of cases, 0 or more"),
        GateKind::Collateral => (f64::INFINITY, "a number of points, 0 or more"),
        _ => (1.0, "a rate from 0 to 1"),
    };
    let value = limit.node().as_float().filter(|value| (0.0..=most).contains(value));
    if value.is_none() {
        let found = limit.node().text().unwrap_or("this").to_owned();
        limit.note(&codes::BAD_GATE, format!("`{found}` is no limit for this gate"), format!("Write {wanted}."));
    }
    value
}
