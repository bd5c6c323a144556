//! Maps: how the columns of any table become cases and labels. Their format is told in `docs/import.md`.

pub mod conversation;
pub mod field;
pub mod label;
pub mod options;
pub mod pick;
pub mod reading;

use super::MapFile;
use super::plan::ImportError;
use crate::document::Document;
use crate::document::read::cursor::{Cursor, Notes, Source};
use crate::policy::Policy;
use crate::policy::codes;
use crate::policy::place::Place;
use crate::policy::problem::Problem;
use conversation::Conversation;
use field::{Field, Vocabulary, yes_no};
use label::LabelMap;
use options::ReadOptions;
use pick::{Pick, Row, shown};
use reading::ReadingMap;
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// A map, read and matched with the policy.
#[derive(Debug, Clone)]
pub struct Map {
    pub read: ReadOptions,
    pub only: Option<Test>,
    /// Rows with the same value here are one case.
    pub group: Option<Pick>,
    pub id: Option<Pick>,
    pub prefix: Option<String>,
    /// `None` where labels alone come in, for cases that the set holds.
    pub conversation: Option<Conversation>,
    pub origin: Option<Pick>,
    pub reference: Option<Pick>,
    pub date: Option<Pick>,
    pub tags: Vec<Field>,
    pub sensitive: Sensitive,
    pub gold: Option<ReadingMap>,
    pub labels: Vec<LabelMap>,
    /// Every column that the map names, and where.
    pub columns: Vec<(String, Place)>,
}

#[derive(Debug, Clone)]
pub enum Sensitive {
    Always(bool),
    By(Box<Field>),
}

/// Whether a value is one of some words.
#[derive(Debug, Clone)]
pub struct Test {
    pub pick: Pick,
    pub is: Vec<String>,
}

const KEYS: [&str; 12] =
    ["read", "only", "group", "id", "text", "messages", "response", "source", "tags", "sensitive", "gold", "labels"];

/// Reads a map. Everything that is wrong with it is told at once.
pub fn read(file: MapFile, policy: &Policy) -> Result<Map, ImportError> {
    let name: Arc<str> = file.file.into();
    let document = Document::from_bytes(file.bytes.to_vec());
    let notes = Notes::default();
    let map = match Cursor::root(Source { file: &name, document: &document }, &notes) {
        Some(root) => read_root(&root, policy),
        None => {
            let message = "the map is empty";
            notes.push(Problem::new(
                &codes::MISSING_KEY,
                Place::line(name.clone(), 1, 1, 0..0),
                message,
                "Say where the text stands.",
            ));
            None
        }
    };
    let problems = notes.into_problems();
    match map {
        Some(map) if problems.is_empty() => Ok(map),
        _ => Err(ImportError::Map { problems }),
    }
}

fn read_root(root: &Cursor, policy: &Policy) -> Option<Map> {
    if !root.expect_mapping("a map") {
        return None;
    }
    no_other_keys(root, &KEYS);
    let group = root.get("group").and_then(|cursor| Pick::read(&cursor, "group"));
    let (id, prefix) = match root.get("id") {
        Some(cursor) => read_id(&cursor),
        None => (None, None),
    };
    let conversation = conversation::read(root);
    let labels = match root.get("labels") {
        Some(list) if list.node().is_mapping() => vec![label::read(&list, policy)?],
        Some(list) => list.expect_items("labels").iter().filter_map(|item| label::read(item, policy)).collect(),
        None => Vec::new(),
    };
    if conversation.is_none() && (labels.is_empty() || (id.is_none() && group.is_none())) {
        root.note(
            &codes::MISSING_KEY,
            "the map does not say where a case's text stands",
            "Add `text:` or `messages:`; for labels of cases that the set holds already, add `id:` and `labels:`.",
        );
    }
    let source = root.get("source");
    if let Some(source) = &source {
        no_other_keys(source, &["origin", "ref", "date"]);
    }
    let of_source = |key: &str| {
        let cursor = source.as_ref()?.get(key)?;
        Pick::read(&cursor, key)
    };
    let tag = |cursor: &Cursor| Field::many(cursor, "tags", policy, Vocabulary::Free, &[]);
    let tags = match root.get("tags") {
        Some(tags) if tags.node().is_sequence() => tags.items().iter().filter_map(tag).collect(),
        Some(tags) => tag(&tags).into_iter().collect(),
        None => Vec::new(),
    };
    let sensitive = match root.get("sensitive") {
        Some(cursor) => match cursor.node().as_bool() {
            Some(always) => Sensitive::Always(always),
            None => Sensitive::By(Box::new(Field::one(&cursor, "sensitive", policy, Vocabulary::YesNo, &[])?)),
        },
        None => Sensitive::Always(false),
    };
    let gold = match root.get("gold") {
        Some(cursor) => {
            cursor.expect_mapping("gold");
            no_other_keys(&cursor, &reading::KEYS);
            Some(reading::read(&cursor, "gold", policy))
        }
        None => None,
    };
    let mut map = Map {
        read: options::read(root.get("read").as_ref()),
        only: root.get("only").and_then(|cursor| read_test(&cursor, "only", &[])),
        group,
        id,
        prefix,
        conversation,
        origin: of_source("origin"),
        reference: of_source("ref"),
        date: of_source("date"),
        tags,
        sensitive,
        gold,
        labels,
        columns: Vec::new(),
    };
    map.columns = columns_of(root, &map);
    Some(map)
}

fn read_id(cursor: &Cursor) -> (Option<Pick>, Option<String>) {
    if !cursor.node().is_mapping() {
        return (Pick::read(cursor, "id"), None);
    }
    no_other_keys(cursor, &[&pick::KEYS[..], &["prefix"]].concat());
    let prefix = cursor.get("prefix").and_then(|prefix| prefix.expect_text("prefix")).map(|p| p.to_string());
    let picks = pick::KEYS.iter().any(|key| cursor.get(key).is_some()) || prefix.is_none();
    (if picks { Pick::read(cursor, "id") } else { None }, prefix)
}

/// `{column: …, is: […]}`
pub fn read_test(cursor: &Cursor, what: &str, more: &[&str]) -> Option<Test> {
    no_other_keys(cursor, &[&pick::KEYS[..], &["is"], more].concat());
    let pick = Pick::read(cursor, what)?;
    cursor.need("is", "with a word or a list of words")?;
    Some(Test { pick, is: cursor.texts_of("is").iter().map(|word| word.trim().to_owned()).collect() })
}

impl Test {
    /// The word that was found, if the test holds.
    pub fn holds(&self, row: Row) -> Option<String> {
        let value = self.pick.get(row);
        let word = shown(&value);
        self.is.iter().find(|is| *is == word.trim()).cloned()
    }
}

/// A misspelled key would lose data without a word, so a map may have none that is not known.
pub fn no_other_keys(cursor: &Cursor, known: &[&str]) {
    for (key, value) in cursor.entries() {
        if !known.contains(&key) {
            let help = value.choose_from(key, "key", known.iter().copied());
            value.note(&codes::UNKNOWN_KEY, format!("a map knows no key `{key}` here"), help);
        }
    }
}

/// Whether a cell's word says yes; by the map's own words where it has any.
pub fn says_yes(word: &str, yes: &[String], no: &[String]) -> Option<bool> {
    if yes.iter().any(|y| y == word) {
        Some(true)
    } else if no.iter().any(|n| n == word) {
        Some(false)
    } else if yes.is_empty() && no.is_empty() {
        yes_no(word)
    } else {
        None
    }
}

/// The columns that must be there. Those that depend on `each` are looked for row by row.
fn columns_of(root: &Cursor, map: &Map) -> Vec<(String, Place)> {
    let mut picks: Vec<&Pick> = Vec::new();
    picks.extend(&map.group);
    picks.extend(&map.id);
    picks.extend([&map.origin, &map.reference, &map.date].into_iter().flatten());
    picks.extend(map.only.iter().map(|test| &test.pick));
    picks.extend(map.tags.iter().map(|tag| &tag.pick));
    if let Sensitive::By(field) = &map.sensitive {
        picks.push(&field.pick);
    }
    if let Some(conversation) = &map.conversation {
        picks.extend(conversation.picks());
    }
    let mut columns: Vec<String> = Vec::new();
    columns.extend(picks.into_iter().flat_map(Pick::columns).map(str::to_owned));
    columns.extend(map.gold.iter().flat_map(ReadingMap::columns));
    columns.extend(map.labels.iter().flat_map(LabelMap::columns));
    columns.retain(|column| !column.contains(pick::EACH));
    columns.sort();
    columns.dedup();
    let mut places = FxHashMap::default();
    note_places(root, &mut places);
    let place = |column: &String| places.get(column).cloned().unwrap_or_else(|| root.place());
    columns.into_iter().map(|column| (column.clone(), place(&column))).collect()
}

/// Where the map first says each word: as a value, within a template, or as a key.
fn note_places(cursor: &Cursor, places: &mut FxHashMap<String, Place>) {
    if let Some(text) = cursor.node().text() {
        places.entry(text.to_owned()).or_insert_with(|| cursor.place());
        for column in text.split('{').skip(1).filter_map(|rest| Some(rest.split_once('}')?.0.trim())) {
            places.entry(column.to_owned()).or_insert_with(|| cursor.place());
        }
    }
    for (key, value) in cursor.entries() {
        note_places(&value, places);
        places.entry(key.to_owned()).or_insert_with(|| value.place());
    }
    cursor.items().iter().for_each(|item| note_places(item, places));
}
