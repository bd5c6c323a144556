//! Drafts to plan: ids, what is already there, repeated or contradicted. The same for every format.

use super::Held;
use super::draft::{Body, Draft, DraftLabel};
use super::held::case_hash;
use super::plan::{Contradiction, Duplicate, ImportPlan, NewCase, NewLabelFile, RowError, Skipped};
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::BTreeMap;
use std::collections::hash_map::Entry;

/// No id and no labeler's name is longer, in bytes.
const LONGEST_NAME: usize = 200;

pub(super) struct Assembler<'a> {
    held: &'a Held,
    prefix: &'a str,
    pub plan: ImportPlan,
    /// How often a derived id was claimed.
    claims: FxHashMap<String, usize>,
    /// Ids of this file → row and hash of the case.
    cases: FxHashMap<String, (usize, Option<String>)>,
    /// Hash of what a case shows → its place in `groups`.
    shown: FxHashMap<String, usize>,
    groups: Vec<Group>,
    labels: BTreeMap<String, Vec<String>>,
    label_ids: FxHashSet<String>,
    /// Case and labeler → the row and the label's id.
    labeled: FxHashMap<(String, String), (usize, String)>,
}

/// Rows that show the same.
struct Group {
    hash: String,
    text: String,
    rows: Vec<(usize, String, String)>,
}

impl<'a> Assembler<'a> {
    /// Derived ids start with `prefix`.
    pub fn new(held: &'a Held, prefix: &'a str) -> Self {
        Assembler {
            held,
            prefix,
            plan: ImportPlan::default(),
            claims: FxHashMap::default(),
            cases: FxHashMap::default(),
            shown: FxHashMap::default(),
            groups: Vec::new(),
            labels: BTreeMap::new(),
            label_ids: FxHashSet::default(),
            labeled: FxHashMap::default(),
        }
    }

    /// An id made of what the case shows, and of how many rows before showed the same. To be claimed as soon as the
    /// text is known, even if the row then fails: so that the ids of others do not change once it is mended.
    pub fn claim(&mut self, body: &Body) -> String {
        const DIGITS: usize = 12;
        let id = format!("{}-{}", self.prefix, body.hash().get(..DIGITS).unwrap_or_default());
        let claims = self.claims.entry(id.clone()).or_insert(0);
        *claims += 1;
        if *claims == 1 { id } else { format!("{id}-{claims}") }
    }

    /// Rows that follow each other and are skipped for the same reason are told together where they are empty.
    pub fn skip(&mut self, row: usize, reason: impl Into<String>, text: &str) {
        let reason = reason.into();
        if let Some(last) = self.plan.skipped.last_mut()
            && text.is_empty()
            && last.text.is_empty()
            && last.reason == reason
            && last.row + last.rows == row
        {
            last.rows += 1;
            return;
        }
        if self.plan.skipped.len() < ImportPlan::MOST_ERRORS {
            self.plan.skipped.push(Skipped { row, rows: 1, reason, text: super::draft::excerpt(text) });
        } else {
            self.plan.more_skipped += 1;
        }
    }

    pub fn error(&mut self, error: RowError) {
        if self.plan.row_errors.len() < ImportPlan::MOST_ERRORS {
            self.plan.row_errors.push(error);
        } else {
            self.plan.more_errors += 1;
        }
    }

    pub fn add(&mut self, draft: Draft) {
        if let Err(problem) = check_id(&draft.id) {
            return self.error(RowError {
                row: draft.row,
                field: "id".into(),
                message: format!("the id `{}` {problem}", super::draft::excerpt(&draft.id)),
                help: "Give the row another id.".into(),
            });
        }
        if self.add_case(&draft) {
            for label in draft.labels {
                self.add_label(&draft.id, label);
            }
        }
    }

    /// Whether the case is, or will be, in the set, so that labels may follow.
    fn add_case(&mut self, draft: &Draft) -> bool {
        let Some((case, body)) = draft.case().zip(draft.body.as_ref()) else { return self.meet(draft) };
        let line = serde_json::Value::Object(case.clone()).to_string();
        let hash = case_hash(case);
        match self.cases.entry(draft.id.clone()) {
            Entry::Occupied(entry) => {
                let (row, known) = entry.get();
                if known.as_ref() == Some(&hash) {
                    let reason = format!("repeats row {row}, id and all");
                    self.skip(draft.row, reason, &draft.id);
                    return true;
                }
                let error = RowError {
                    row: draft.row,
                    field: "id".into(),
                    message: format!("the id `{}` is already that of row {row}, whose content differs", draft.id),
                    help: "Give each row an id of its own, or leave the id column out so that ids are derived.".into(),
                };
                self.error(error);
                return false;
            }
            Entry::Vacant(entry) => {
                entry.insert((draft.row, Some(hash.clone())));
            }
        }
        let reading = draft.gold.as_ref().map_or_else(|| "nothing".into(), |gold| gold.describe());
        let body_hash = body.hash();
        let group = *self.shown.entry(body_hash).or_insert_with_key(|hash| {
            self.groups.push(Group { hash: hash.clone(), text: body.excerpt(), rows: Vec::new() });
            self.groups.len() - 1
        });
        if let Some(group) = self.groups.get_mut(group) {
            group.rows.push((draft.row, draft.id.clone(), reading));
        }
        match self.held.case(&draft.id) {
            Some(known) if known == hash => self.plan.already += 1,
            Some(_) => {
                self.error(RowError {
                    row: draft.row,
                    field: "id".into(),
                    message: format!("the set holds a case `{}` already, and its content differs", draft.id),
                    help: "A case is never changed once it is in a set: give this one another id, or label the old one anew."
                        .into(),
                });
                return false;
            }
            None => self.plan.cases.push(NewCase { id: draft.id.clone(), row: draft.row, line }),
        }
        true
    }

    /// Labels alone need a case that is there.
    fn meet(&mut self, draft: &Draft) -> bool {
        if self.held.case(&draft.id).is_none() {
            self.error(RowError {
                row: draft.row,
                field: "id".into(),
                message: format!("the set holds no case `{}`, and the map gives it no text", draft.id),
                help: "Import the cases first, or say in the map where their text stands.".into(),
            });
            return false;
        }
        if let Entry::Vacant(entry) = self.cases.entry(draft.id.clone()) {
            entry.insert((draft.row, None));
            self.plan.already += 1;
        }
        true
    }

    fn add_label(&mut self, case: &str, label: DraftLabel) {
        if let Err(problem) = check_folder_name(&label.labeler) {
            return self.error(RowError {
                row: label.row,
                field: "labeler".into(),
                message: format!("the labeler's name `{}` {problem}", super::draft::excerpt(&label.labeler)),
                help: "Labels are kept in a folder of their labeler's name: map it to a plain one.".into(),
            });
        }
        let record = label.record(case);
        let id = record.get("id").and_then(|id| id.as_str()).unwrap_or_default().to_owned();
        match self.labeled.entry((case.to_owned(), label.labeler.clone())) {
            Entry::Occupied(entry) => {
                let (row, known) = entry.get().clone();
                if known == id {
                    return self.skip(label.row, format!("repeats a label of row {row}"), &label.labeler);
                }
                return self.error(RowError {
                    row: label.row,
                    field: "labeler".into(),
                    message: format!("`{}` labels the case `{case}` differently in row {row}", label.labeler),
                    help: "Keep the label that counts, or give the two their rounds in files of their own.".into(),
                });
            }
            Entry::Vacant(entry) => entry.insert((label.row, id.clone())),
        };
        if self.held.has_label(&id) || !self.label_ids.insert(id) {
            self.plan.labels_already += 1;
        } else {
            let line = serde_json::Value::Object(record).to_string();
            self.labels.entry(label.labeler).or_default().push(line);
        }
    }

    pub fn finish(mut self) -> ImportPlan {
        for group in self.groups {
            let own: FxHashSet<&String> = group.rows.iter().map(|(_, id, _)| id).collect();
            let elsewhere = self.held.showing(&group.hash).iter().filter(|id| !own.contains(id));
            let held: Vec<String> = elsewhere.cloned().collect();
            let Some((_, _, first)) = group.rows.first() else { continue };
            let contradicts = group.rows.iter().any(|(_, _, reading)| reading != first);
            if group.rows.len() < 2 && held.is_empty() {
                continue;
            }
            let (mut rows, mut ids, mut readings) = (Vec::new(), Vec::new(), Vec::new());
            for (row, id, reading) in group.rows {
                rows.push(row);
                ids.push(id);
                readings.push(reading);
            }
            if contradicts {
                self.plan.contradictions.push(Contradiction { rows, ids, readings, text: group.text });
            } else {
                self.plan.duplicates.push(Duplicate { rows, ids, held, text: group.text });
            }
        }
        self.plan.labels = self.labels.into_iter().map(|(labeler, lines)| NewLabelFile { labeler, lines }).collect();
        self.plan.row_errors.sort_by_key(|error| error.row);
        self.plan.skipped.sort_by_key(|skipped| skipped.row);
        self.plan
    }
}

fn check_id(id: &str) -> Result<(), &'static str> {
    if id.trim().is_empty() {
        Err("is empty")
    } else if id.len() > LONGEST_NAME {
        Err("is too long")
    } else if id.chars().any(char::is_control) {
        Err("holds a control character")
    } else {
        Ok(())
    }
}

/// Labels stand in `labels/<labeler>/`.
fn check_folder_name(name: &str) -> Result<(), &'static str> {
    check_id(name)?;
    if name.contains(['/', '\\', ':', '*', '?', '"', '<', '>', '|']) {
        Err("holds a character that no folder's name may have")
    } else if name.starts_with(['.', ' ']) || name.ends_with(['.', ' ']) {
        Err("starts or ends with a dot or a space")
    } else {
        Ok(())
    }
}
