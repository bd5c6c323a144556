//! What a gold set already holds, as far as an import needs to know.

use super::draft::body_hash;
use crate::policy::record::content_id;
use rustc_hash::{FxHashMap, FxHashSet};
use serde_json::{Map, Value};

/// The cases and labels of a gold set. Lines that are no JSON objects with an id are passed over: finding them is the
/// reader's job, not the importer's.
#[derive(Debug, Clone, Default)]
pub struct Held {
    /// Case id → [`case_hash`].
    cases: FxHashMap<String, String>,
    /// Hash of what a case shows → the ids of the cases that show it.
    bodies: FxHashMap<String, Vec<String>>,
    labels: FxHashSet<String>,
}

impl Held {
    /// Of the lines of all case files and of all label files.
    pub fn from_lines<'a>(cases: impl IntoIterator<Item = &'a str>, labels: impl IntoIterator<Item = &'a str>) -> Self {
        let mut held = Held::default();
        cases.into_iter().for_each(|line| held.add_case(line));
        labels.into_iter().for_each(|line| held.add_label(line));
        held
    }

    /// `line` is one line of a cases file.
    pub fn add_case(&mut self, line: &str) {
        let Ok(case) = serde_json::from_str::<Map<String, Value>>(line) else { return };
        let Some(id) = case.get("id").and_then(Value::as_str).map(str::to_owned) else { return };
        self.bodies.entry(body_hash(&case)).or_default().push(id.clone());
        self.cases.entry(id).or_insert_with(|| case_hash(case));
    }

    /// `line` is one line of a labels file.
    pub fn add_label(&mut self, line: &str) {
        let Ok(label) = serde_json::from_str::<Map<String, Value>>(line) else { return };
        if let Some(Value::String(id)) = label.get("id") {
            self.labels.insert(id.clone());
        }
    }

    pub(super) fn case(&self, id: &str) -> Option<&str> {
        self.cases.get(id).map(String::as_str)
    }

    pub(super) fn has_label(&self, id: &str) -> bool {
        self.labels.contains(id)
    }

    /// The ids of cases that show what `body` is the hash of.
    pub(super) fn showing(&self, body: &str) -> &[String] {
        self.bodies.get(body).map_or(&[], Vec::as_slice)
    }
}

/// Stands for everything in a case but where it came from: a row that moved within its file is the same case.
pub(super) fn case_hash(mut case: Map<String, Value>) -> String {
    case.remove("source");
    content_id(&case)
}
