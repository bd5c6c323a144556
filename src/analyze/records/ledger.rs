//! The records of a gold set side by side.

use crate::decide::{GoldSet, SourceFile};
use crate::policy::place::Place;
use crate::policy::record::content_id;
use crate::policy::ruling::Disposition;
use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};
use serde_json::{Map, Value};
use std::ops::Range;

/// Every label and adjudication of a gold set, in the order of the files.
pub(super) struct Ledger {
    pub entries: Vec<Entry>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Kind {
    Label,
    Ruling,
}

impl Kind {
    pub fn word(self) -> &'static str {
        match self {
            Kind::Label => "label",
            Kind::Ruling => "ruling",
        }
    }
}

/// What one record says of itself and of others.
pub(super) struct Entry {
    pub kind: Kind,
    /// Its line.
    pub place: Place,
    /// Empty where it has none.
    pub id: Box<str>,
    /// The id that its content calls for.
    pub content_id: String,
    pub case: Box<str>,
    pub by: Box<str>,
    pub round: Option<Box<str>>,
    pub repeat: bool,
    pub supersedes: Option<Box<str>>,
    pub withdrawal: bool,
    pub deferred: bool,
}

impl Entry {
    /// Whether its id is meant to be the hash of its content.
    pub fn is_named_by_content(&self) -> bool {
        self.id.len() == 32 && self.id.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
    }

    /// The folder that its file lies in, where that is one of an owner.
    pub fn folder(&self) -> Option<&str> {
        let mut parts = self.place.file.split('/').skip(3);
        let folder = parts.next()?;
        parts.next().map(|_| folder)
    }
}

impl Ledger {
    pub fn read(set: &GoldSet) -> Ledger {
        let sources = set.sources();
        let labels = sources.labels.par_iter().map(|file| (file, Kind::Label));
        let rulings = sources.adjudications.par_iter().map(|file| (file, Kind::Ruling));
        let files: Vec<Vec<Entry>> = labels.chain(rulings).map(|(file, kind)| read_file(file, kind)).collect();
        Ledger { entries: files.into_iter().flatten().collect() }
    }

    /// The records by their id; of those that share one, the first.
    pub fn by_id(&self) -> FxHashMap<&str, &Entry> {
        let mut by_id = FxHashMap::default();
        for entry in self.entries.iter().filter(|entry| !entry.id.is_empty()) {
            by_id.entry(&*entry.id).or_insert(entry);
        }
        by_id
    }

    /// The records that stand: nothing supersedes them, they are no withdrawals, each once.
    pub fn standing(&self) -> impl Iterator<Item = &Entry> {
        let replaced: FxHashSet<&str> = self.entries.iter().filter_map(|entry| entry.supersedes.as_deref()).collect();
        let mut seen = FxHashSet::default();
        let stands = move |entry: &&Entry| {
            let id = &*entry.id;
            !entry.withdrawal && (id.is_empty() || (!replaced.contains(id) && seen.insert(id.to_owned())))
        };
        self.entries.iter().filter(stands)
    }
}

fn read_file(file: &SourceFile, kind: Kind) -> Vec<Entry> {
    let bytes: &[u8] = (*file.bytes).as_ref();
    let mut entries = Vec::new();
    let mut start = 0;
    for (number, line) in bytes.split(|byte| *byte == b'\n').enumerate() {
        let span = start..start + line.len();
        start = span.end + 1;
        if let Ok(fields) = serde_json::from_slice::<Map<String, Value>>(line) {
            entries.push(entry(kind, &fields, place(file, number, span)));
        }
    }
    entries
}

fn place(file: &SourceFile, number: usize, span: Range<usize>) -> Place {
    Place::line(file.path.clone(), u32::try_from(number + 1).unwrap_or(u32::MAX), 1, span)
}

fn entry(kind: Kind, fields: &Map<String, Value>, place: Place) -> Entry {
    let text = |key: &str| fields.get(key).and_then(Value::as_str);
    let by = match kind {
        Kind::Label => "labeler",
        Kind::Ruling => "adjudicator",
    };
    Entry {
        kind,
        place,
        id: text("id").unwrap_or_default().into(),
        content_id: content_id(fields),
        case: text("case").unwrap_or_default().into(),
        by: text(by).unwrap_or_default().into(),
        round: text("round").map(Into::into),
        repeat: fields.get("repeat") == Some(&Value::Bool(true)),
        supersedes: text("supersedes").map(Into::into),
        withdrawal: fields.get("withdrawn").is_some_and(|withdrawn| !withdrawn.is_null()),
        deferred: text("disposition") == Some(Disposition::Deferred.word()),
    }
}
