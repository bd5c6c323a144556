//! Labels of several raters: a column a rater, or a row a rater.

use super::field::{Field, Stop, Vocabulary};
use super::pick::{self, EACH, Pick, Row};
use super::reading::{self, ReadingMap};
use super::{Test, no_other_keys, read_test};
use crate::document::read::cursor::Cursor;
use crate::interop::draft::DraftLabel;
use crate::interop::tally::Tally;
use crate::policy::Policy;
use crate::policy::codes;
use serde_json::{Map, Value};

#[derive(Debug, Clone)]
pub struct LabelMap {
    each: Each,
    labeler: Field,
    round: Option<Field>,
    confidence: Option<Field>,
    rationale: Option<Field>,
    at: Option<Field>,
    abstain: Option<(Test, Option<Pick>)>,
    reading: ReadingMap,
}

/// For which names the label is repeated.
#[derive(Debug, Clone)]
enum Each {
    Once,
    Names(Vec<String>),
    /// The row's columns that start and end so.
    Columns(String, String),
}

const KEYS: [&str; 7] = ["each", "labeler", "round", "confidence", "rationale", "at", "abstain"];

pub fn read(cursor: &Cursor, policy: &Policy) -> Option<LabelMap> {
    if !cursor.expect_mapping("labels") {
        return None;
    }
    no_other_keys(cursor, &[&KEYS[..], &reading::KEYS].concat());
    let free = |key: &str| {
        let value = cursor.get(key)?;
        Field::one(&value, &format!("labels.{key}"), policy, Vocabulary::Free, &[])
    };
    cursor.need("labeler", "with the column that names the labeler, or `{const: NAME}`")?;
    let abstain = cursor.get("abstain").and_then(|abstain| {
        let reason = abstain.get("reason").and_then(|reason| Pick::read(&reason, "reason"));
        Some((read_test(&abstain, "abstain", &["reason"])?, reason))
    });
    Some(LabelMap {
        each: read_each(cursor)?,
        labeler: free("labeler")?,
        round: free("round"),
        confidence: free("confidence"),
        rationale: free("rationale"),
        at: free("at"),
        abstain,
        reading: reading::read(cursor, "labels", policy),
    })
}

fn read_each(cursor: &Cursor) -> Option<Each> {
    let Some(each) = cursor.get("each") else { return Some(Each::Once) };
    if !each.node().is_sequence() {
        let pattern = each.expect_text("each")?;
        let Some((start, end)) = pattern.split_once('*') else {
            let message = format!("`each` names no columns: `{pattern}`");
            each.note(&codes::WRONG_TYPE, message, "Write a list of names, or a pattern such as `rater_*`.");
            return None;
        };
        return Some(Each::Columns(start.to_owned(), end.to_owned()));
    }
    Some(Each::Names(cursor.texts_of("each").iter().map(|name| name.to_string()).collect()))
}

impl LabelMap {
    /// The labels of one row, each on its own: what is wrong with one does not stop the others.
    pub fn apply(&self, row: Row, policy: &Policy, tally: &mut Tally) -> Vec<Result<DraftLabel, Stop>> {
        let each = |name: &str, tally: &mut Tally| self.one(Row { each: Some(name), ..row }, policy, tally);
        let labels = match &self.each {
            Each::Once => vec![self.one(row, policy, tally)],
            Each::Names(names) => names.iter().map(|name| each(name, tally)).collect(),
            Each::Columns(start, end) => matching(row.fields, start, end).map(|name| each(name, tally)).collect(),
        };
        labels.into_iter().filter_map(Result::transpose).collect()
    }

    /// `None` where the labeler says nothing of the row.
    fn one(&self, row: Row, policy: &Policy, tally: &mut Tally) -> Result<Option<DraftLabel>, Stop> {
        let Some(labeler) = self.labeler.word(row, policy, tally)? else { return Ok(None) };
        let mut word = |field: &Option<Field>| match field {
            Some(field) => field.word(row, policy, tally),
            None => Ok(None),
        };
        let mut label = DraftLabel {
            row: row.at,
            labeler,
            round: word(&self.round)?,
            confidence: word(&self.confidence)?,
            rationale: word(&self.rationale)?,
            at: word(&self.at)?,
            ..DraftLabel::default()
        };
        if let Some((test, reason)) = &self.abstain
            && let Some(found) = test.holds(row)
        {
            let reason = reason.as_ref().map(|pick| pick::shown(&pick.get(row)).trim().to_owned());
            let reason = reason.filter(|reason| !reason.is_empty()).unwrap_or(found);
            tally.count("labels.abstain", &reason, crate::interop::plan::Outcome::Mapped, "abstention");
            label.abstain = Some(reason);
            return Ok(Some(label));
        }
        label.reading = self.reading.apply(row, policy, tally)?;
        Ok((!label.reading.says_nothing()).then_some(label))
    }

    /// The columns that must be there, those of each listed name among them.
    pub fn columns(&self) -> Vec<String> {
        let fields = [&self.round, &self.confidence, &self.rationale, &self.at];
        let fields = fields.into_iter().flatten().chain([&self.labeler]);
        let mut picks: Vec<&Pick> = fields.map(|field| &field.pick).collect();
        if let Some((test, reason)) = &self.abstain {
            picks.push(&test.pick);
            picks.extend(reason);
        }
        let mut columns: Vec<String> = picks.into_iter().flat_map(Pick::columns).map(str::to_owned).collect();
        columns.extend(self.reading.columns());
        if let Each::Names(names) = &self.each {
            let filled = |column: &String| names.iter().map(|name| column.replace(EACH, name)).collect::<Vec<_>>();
            columns = columns.iter().flat_map(filled).collect();
        }
        columns
    }
}

fn matching<'r>(fields: &'r Map<String, Value>, start: &str, end: &str) -> impl Iterator<Item = &'r str> {
    let fits = move |name: &&str| name.strip_prefix(start).is_some_and(|rest| rest.ends_with(end));
    fields.keys().map(String::as_str).filter(fits)
}
