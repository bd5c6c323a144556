//! The records of a gold set side by side.

use super::tell::Findings;
use super::{FILE_LINTS, SET_LINTS};
use crate::decide::{GoldSet, SourceFile};
use crate::policy::place::Place;
use crate::policy::problem::Problem;
use crate::policy::record::content_id;
use crate::policy::ruling::Disposition;
use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};
use serde_json::{Map, Value};
use std::ops::Range;
use std::sync::Arc;

/// Every label and adjudication of a gold set as far as they are compared with each other, in the order of the files, and
/// what is wrong with them.
#[derive(Debug)]
pub struct Ledger {
    pub(super) files: Vec<Arc<FileEntries>>,
    problems: Vec<Problem>,
}

/// The records of one file. A file that stays as it is keeps them.
#[derive(Debug)]
pub(super) struct FileEntries {
    source: SourceFile,
    pub kind: Kind,
    pub entries: Vec<Entry>,
    /// What is wrong with the file by itself.
    problems: Vec<Problem>,
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

/// What one record says of itself and of others. There may be a hundred thousand of them, so nothing is in it that its file
/// knows as well.
#[derive(Debug)]
pub(super) struct Entry {
    /// Empty where it has none.
    pub id: Box<str>,
    /// Whether that is the id that its content calls for.
    pub is_named_so: bool,
    /// Of its content, whatever it is named.
    pub content: u128,
    pub case: Box<str>,
    /// One for the records in a row that have it.
    pub by: Arc<str>,
    pub round: Option<Arc<str>>,
    pub supersedes: Option<Box<str>>,
    pub repeat: bool,
    pub withdrawal: bool,
    pub deferred: bool,
    line: u32,
    start: u64,
    length: u32,
}

/// A record with its file.
#[derive(Debug, Clone, Copy)]
pub(super) struct Found<'a> {
    pub file: &'a FileEntries,
    pub entry: &'a Entry,
    /// Position of the file in the ledger.
    at: usize,
}

impl Found<'_> {
    pub fn kind(&self) -> Kind {
        self.file.kind
    }

    pub fn place(&self) -> Place {
        self.file.place(self.entry)
    }

    /// By file and line.
    pub fn order(&self) -> (usize, u32) {
        (self.at, self.entry.line)
    }
}

impl Entry {
    /// Whether its id is meant to be the hash of its content.
    pub fn is_named_by_content(&self) -> bool {
        self.id.len() == 32 && self.id.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
    }

    /// The id that its content calls for.
    pub fn content_id(&self) -> String {
        format!("{:032x}", self.content)
    }
}

impl FileEntries {
    /// Where a record of it stands: its line.
    pub fn place(&self, entry: &Entry) -> Place {
        let start = usize::try_from(entry.start).unwrap_or(usize::MAX);
        Place::line(self.source.path.clone(), entry.line, 1, start..start.saturating_add(entry.length as usize))
    }

    /// The folder that it lies in, where that is one of an owner.
    pub fn folder(&self) -> Option<&str> {
        let mut parts = self.source.path.split('/').skip(3);
        let folder = parts.next()?;
        parts.next().map(|_| folder)
    }
}

impl Ledger {
    /// Reads every record. Files that `before` holds as they are ([`SourceFile::is_same`]) are taken from there. Lines that
    /// cannot be read are passed over.
    pub fn read(set: &GoldSet, before: Option<&Ledger>) -> Ledger {
        let known: FxHashMap<&str, &Arc<FileEntries>> =
            before.into_iter().flat_map(|before| &before.files).map(|file| (&*file.source.path, file)).collect();
        let sources = set.sources();
        let labels = sources.labels.par_iter().map(|file| (file, Kind::Label));
        let rulings = sources.adjudications.par_iter().map(|file| (file, Kind::Ruling));
        let entries = |(file, kind): (&SourceFile, Kind)| {
            let same = known.get(&*file.path).filter(|known| known.kind == kind && known.source.is_same(file));
            same.map_or_else(|| Arc::new(read_file(file, kind)), |same| Arc::clone(same))
        };
        let mut ledger = Ledger { files: labels.chain(rulings).map(entries).collect(), problems: Vec::new() };
        ledger.problems = ledger.look();
        ledger
    }

    /// Everything that is wrong, in the order of the files and lines.
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    fn look(&self) -> Vec<Problem> {
        let mut problems: Vec<Problem> = self.files.iter().flat_map(|file| &file.problems).cloned().collect();
        for lint in SET_LINTS {
            let mut findings = Findings::default();
            lint(self, &mut findings);
            findings.finish(&mut problems);
        }
        problems.sort_by(|a, b| (&a.place.file, a.place.position).cmp(&(&b.place.file, b.place.position)));
        problems
    }

    /// Every record, in the order of the files and lines.
    pub(super) fn entries(&self) -> impl Iterator<Item = Found<'_>> {
        let of_file = |(at, file)| {
            let file: &FileEntries = file;
            file.entries.iter().map(move |entry| Found { file, entry, at })
        };
        self.files.iter().map(|file| &**file).enumerate().flat_map(of_file)
    }

    /// The records by their id; of those that share one, the first.
    pub(super) fn by_id(&self) -> FxHashMap<&str, Found<'_>> {
        let mut by_id = FxHashMap::default();
        by_id.reserve(self.files.iter().map(|file| file.entries.len()).sum());
        for found in self.entries().filter(|found| !found.entry.id.is_empty()) {
            by_id.entry(&*found.entry.id).or_insert(found);
        }
        by_id
    }

    /// The records that stand: nothing supersedes them, they are no withdrawals, each once.
    pub(super) fn standing(&self) -> impl Iterator<Item = Found<'_>> {
        let replaced: FxHashSet<&str> = self.entries().filter_map(|found| found.entry.supersedes.as_deref()).collect();
        let mut seen: FxHashSet<&str> = FxHashSet::default();
        self.entries().filter(move |found| {
            let id = &*found.entry.id;
            !found.entry.withdrawal && (id.is_empty() || (!replaced.contains(id) && seen.insert(id)))
        })
    }
}

fn read_file(file: &SourceFile, kind: Kind) -> FileEntries {
    let bytes: &[u8] = (*file.bytes).as_ref();
    let mut entries: Vec<Entry> = Vec::new();
    let mut start = 0;
    for (number, line) in bytes.split(|byte| *byte == b'\n').enumerate() {
        let span = start..start + line.len();
        start = span.end + 1;
        if let Ok(fields) = serde_json::from_slice::<Map<String, Value>>(line) {
            entries.push(entry(kind, &fields, number, span, entries.last()));
        }
    }
    let mut file = FileEntries { source: file.clone(), kind, entries, problems: Vec::new() };
    let mut problems = Vec::new();
    for lint in FILE_LINTS {
        let mut findings = Findings::default();
        lint(&file, &mut findings);
        findings.finish(&mut problems);
    }
    file.problems = problems;
    file
}

fn entry(kind: Kind, fields: &Map<String, Value>, number: usize, span: Range<usize>, before: Option<&Entry>) -> Entry {
    let text = |key: &str| fields.get(key).and_then(Value::as_str);
    let by = match kind {
        Kind::Label => "labeler",
        Kind::Ruling => "adjudicator",
    };
    let shared = |word: &str, before: Option<&Arc<str>>| match before {
        Some(before) if **before == *word => before.clone(),
        _ => word.into(),
    };
    let (id, content_id) = (text("id").unwrap_or_default(), content_id(fields));
    Entry {
        id: id.into(),
        is_named_so: id == content_id,
        content: u128::from_str_radix(&content_id, 16).unwrap_or_default(),
        case: text("case").unwrap_or_default().into(),
        by: shared(text(by).unwrap_or_default(), before.map(|before| &before.by)),
        round: text("round").map(|round| shared(round, before.and_then(|before| before.round.as_ref()))),
        supersedes: text("supersedes").map(Into::into),
        repeat: fields.get("repeat") == Some(&Value::Bool(true)),
        withdrawal: fields.get("withdrawn").is_some_and(|withdrawn| !withdrawn.is_null()),
        deferred: text("disposition") == Some(Disposition::Deferred.word()),
        line: u32::try_from(number + 1).unwrap_or(u32::MAX),
        start: span.start as u64,
        length: u32::try_from(span.len()).unwrap_or(u32::MAX),
    }
}
