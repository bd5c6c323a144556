//! One gold set as columns: what its cases were settled to be, as codes into dictionaries of the words that were read.
//!
//! Nothing here depends on a policy, so one gold set serves every version. The text stays where the caller keeps it;
//! beside it a case takes 41 bytes, and what is distinct is kept once.

mod cache;
mod check;
mod consensus;
mod dictionary;
mod lists;
mod overlay;
mod read;
mod records;
mod row;
mod source;
mod trouble;

pub(crate) use consensus::CERTAIN;
use dictionary::{ABSENT, Dictionaries};
pub(crate) use dictionary::{Codes, EVERYTHING};
pub use records::{Lines, read_lines};
pub use source::{GoldSources, SharedBytes, SourceFile};

use crate::decide::watch::{Cancelled, Watch};
use crate::policy::case::{Case, Reading, Target};
use crate::policy::gold::{Agreed, Gold, GoldSource, settle};
use crate::policy::label::Label;
use crate::policy::manifest::Consensus;
use crate::policy::place::Place;
use crate::policy::problem::Problem;
use crate::policy::ruling::Adjudication;
use dictionary::Remap;
use lists::hash_word;
use serde::Deserialize;
use source::LineIndex;
use std::borrow::Cow;
use std::sync::Arc;

/// The cases of one gold set, in the order of their files; rows count from 0.
#[derive(Debug)]
pub struct GoldSet {
    sources: GoldSources,
    dictionaries: Dictionaries,
    rows: Rows,
    /// The situation code of every row, shared with the verdicts.
    situation: Arc<[u32]>,
    /// Shared with what the same cases were read as before.
    index: Arc<Index>,
    /// The first row of each file of cases.
    file_rows: Vec<u32>,
    /// One per file: cases, labels, adjudications.
    lines: Vec<LineIndex>,
    /// One per file: how many of its lines cannot be read.
    left_out: Vec<u64>,
    labels: Vec<Record>,
    adjudications: Vec<Record>,
    problems: Vec<Problem>,
}

/// Where a case's gold label comes from, without the names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Standing {
    /// Nobody has read the case.
    Unread,
    Imported,
    Consensus,
    Adjudicated,
    /// Adjudicated to be a legitimate disagreement: there is no gold label.
    Split,
}

/// One harm in the words of the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct HarmWords<'a> {
    pub category: &'a str,
    pub severity: Option<&'a str>,
    pub target: Target,
}

/// What a gold label calls for and observed, in the words of the file.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct OutcomeWords<'a> {
    pub behavior: Option<&'a str>,
    /// Beside `behavior`.
    pub acceptable: Vec<&'a str>,
    pub observed: Option<&'a str>,
}

/// Why a case cannot be read whole.
#[derive(Debug, thiserror::Error)]
#[error("{place}: the case cannot be shown: {source}")]
pub struct CaseError {
    pub place: Place,
    pub source: serde_json::Error,
}

impl GoldSet {
    /// Reads a gold set. What is wrong with it is in [`GoldSet::problems`]; a line that cannot be used is left out.
    pub fn read(sources: GoldSources, watch: &dyn Watch) -> Result<GoldSet, Cancelled> {
        read::read(sources, None, watch)
    }

    /// As [`GoldSet::read`], after another reading of the set. Over the same cases, files of labels and adjudications that
    /// are the same ([`SourceFile::is_same`]) are not read again, and only the cases that the others name are settled anew;
    /// where the consensus is one of the whole set, every labeled case is.
    pub fn read_after(before: &GoldSet, sources: GoldSources, watch: &dyn Watch) -> Result<GoldSet, Cancelled> {
        read::read_after(before, sources, watch)
    }

    /// Whether its cases are those of the sources, file by file ([`SourceFile::is_same`]).
    pub fn has_cases_of(&self, sources: &GoldSources) -> bool {
        let cases = &self.sources.cases;
        cases.len() == sources.cases.len() && cases.iter().zip(&sources.cases).all(|(a, b)| a.is_same(b))
    }

    /// As [`GoldSet::read`], in chunks of about so many bytes.
    #[cfg(test)]
    pub(crate) fn read_in_chunks(sources: GoldSources, chunk: usize) -> GoldSet {
        read::read(sources, Some(chunk), &crate::decide::Unwatched).expect("nobody stops it")
    }

    /// The columns as bytes, so that the same text need not be read again. Their form depends on this build of
    /// casebook: [`GoldSet::decode`] knows its own.
    pub fn encode(&self) -> Vec<u8> {
        cache::encode(self)
    }

    /// The gold set that was encoded, over the same text. `None` where the bytes are of another build or do not fit the
    /// sources; the caller keys them by the content of the sources and guards them with a checksum.
    pub fn decode(bytes: &[u8], sources: GoldSources) -> Option<GoldSet> {
        cache::decode(bytes, sources)
    }

    /// The set's name.
    pub fn set(&self) -> &Arc<str> {
        &self.sources.set
    }

    pub fn sources(&self) -> &GoldSources {
        &self.sources
    }

    /// What was wrong with the text, whatever the policy.
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// How many lines of its files cannot be read, and are left out.
    pub fn left_out(&self) -> u64 {
        self.left_out.iter().sum()
    }

    /// What the policy does not know of the words that the cases use.
    pub fn check(&self, policy: &crate::policy::Policy) -> Vec<Problem> {
        check::check(self, policy)
    }

    /// How many cases there are.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Bytes of memory beside the text.
    pub fn memory(&self) -> usize {
        self.rows.memory()
            + self.index.memory()
            + self.dictionaries.memory()
            + (self.labels.len() + self.adjudications.len()) * size_of::<Record>()
    }

    /// The row of the case with this id.
    pub fn find(&self, id: &str) -> Option<usize> {
        let hash = hash_word(id);
        let start = self.index.hashes.partition_point(|&other| other < hash);
        let same = self.index.hashes[start..].iter().take_while(|&&other| other == hash).count();
        self.index.rows[start..start + same].iter().map(|&row| row as usize).find(|&row| self.id(row) == id)
    }

    /// The id of a case.
    ///
    /// # Panics
    /// Here and below, where there is no such row.
    pub fn id(&self, row: usize) -> Cow<'_, str> {
        let start = self.rows.offset[row] as usize + self.rows.id_at[row] as usize;
        let bytes = self.sources.cases[self.file_of(row)].bytes();
        // A mapped file may have shrunk or changed under us: then there is no id to be had, but no harm either.
        let quoted = bytes.get(start.saturating_sub(1)..start + self.rows.id_length[row] as usize + 1);
        quoted.and_then(|quoted| std::str::from_utf8(quoted).ok()).and_then(unquoted).unwrap_or_default()
    }

    /// The whole case, read from its text.
    pub fn case(&self, row: usize) -> Result<Case, CaseError> {
        serde_json::from_slice(self.line(row)).map_err(|source| CaseError { place: self.place(row), source })
    }

    /// The line of a case, as it stands in its file.
    pub fn line(&self, row: usize) -> &[u8] {
        let start = self.rows.offset[row] as usize;
        let bytes = self.sources.cases[self.file_of(row)].bytes();
        bytes.get(start..start + self.rows.length[row] as usize).unwrap_or_default()
    }

    /// Where a case stands.
    pub fn place(&self, row: usize) -> Place {
        let (file, start) = (self.file_of(row), self.rows.offset[row] as usize);
        self.lines[file].place(&self.sources.cases[file], start..start + self.rows.length[row] as usize)
    }

    /// The case that stands on a line (from 1) of a file.
    pub fn row_at(&self, file: &str, line: u32) -> Option<usize> {
        let file = self.sources.cases.iter().position(|source| *source.path == *file)?;
        let start = *self.file_rows.get(file)? as usize;
        let end = self.file_rows.get(file + 1).map_or(self.len(), |next| *next as usize);
        let line_of = |row: usize| self.place(row).position.map_or(0, |at| at.line);
        let (mut low, mut high) = (start, end);
        while low < high {
            let middle = low.midpoint(high);
            if line_of(middle) < line {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        Some(low).filter(|row| *row < end && line_of(*row) == line)
    }

    /// Which file of [`GoldSources::cases`] a case stands in.
    pub fn file_of(&self, row: usize) -> usize {
        self.file_rows.partition_point(|&first| first as usize <= row).saturating_sub(1)
    }

    /// The settled label of a case, with its source.
    pub fn gold(&self, row: usize) -> Gold {
        let (labels, rulings) = (self.labels_of(row), self.adjudications_of(row));
        settle(
            self.imported(row).as_ref(),
            &labels.iter().collect::<Vec<_>>(),
            &rulings.iter().collect::<Vec<_>>(),
            &self.sources.settling.aliases,
            self.agreed(row),
        )
    }

    /// The reading that a case was imported with.
    pub fn imported(&self, row: usize) -> Option<Reading> {
        overlay::imported(self, row)
    }

    /// What the consensus on a case's behavior is: a model of the whole set need not be made again, its outcome is in the columns.
    fn agreed(&self, row: usize) -> Agreed<'_> {
        match self.sources.settling.consensus {
            Consensus::Majority => Agreed::Majority,
            _ if self.standing(row) == Standing::Consensus => {
                Agreed::Settled(self.outcome_words(self.outcome(row)).behavior)
            }
            _ => Agreed::Settled(None),
        }
    }

    /// Every label of a case, in the order of the files.
    pub fn labels_of(&self, row: usize) -> Vec<Label> {
        read_records(&self.sources.labels, of_row(&self.labels, row))
    }

    /// Every adjudication of a case, in the order of the files.
    pub fn adjudications_of(&self, row: usize) -> Vec<Adjudication> {
        read_records(&self.sources.adjudications, of_row(&self.adjudications, row))
    }

    /// Where the adjudications stand, in the order of the rows: the row of the case, and the position of the file among
    /// [`GoldSources::adjudications`].
    pub fn adjudication_places(&self) -> impl ExactSizeIterator<Item = (usize, usize)> {
        self.adjudications.iter().map(|record| (record.row as usize, record.file as usize))
    }

    /// The adjudication at this position of [`GoldSet::adjudication_places`]; `None` where its line cannot be read any more.
    pub fn adjudication(&self, at: usize) -> Option<Adjudication> {
        let record = self.adjudications.get(at)?;
        read_records(&self.sources.adjudications, std::slice::from_ref(record)).pop()
    }

    /// The rows that somebody labeled, ascending.
    pub fn labeled_rows(&self) -> Vec<usize> {
        rows_of(&self.labels)
    }

    /// The rows that somebody ruled on, ascending.
    pub fn ruled_rows(&self) -> Vec<usize> {
        rows_of(&self.adjudications)
    }

    /// How many adjudications a case has, those among them that no longer stand.
    pub fn rulings(&self, row: usize) -> usize {
        of_row(&self.adjudications, row).len()
    }

    /// How many labels and adjudications name a case of the set.
    pub fn records(&self) -> (usize, usize) {
        (self.labels.len(), self.adjudications.len())
    }

    /// Where a case's gold label comes from.
    pub fn standing(&self, row: usize) -> Standing {
        Standing::from_code(self.rows.standing[row]).unwrap_or(Standing::Unread)
    }

    /// The situation of a case: its harms, facets and unjudged categories. Cases with one code share them all.
    #[inline]
    pub fn situation(&self, row: usize) -> u32 {
        self.situation[row]
    }

    /// How many situation codes there are.
    pub fn situations(&self) -> usize {
        self.dictionaries.situations.len()
    }

    /// The harms in a situation, in the order listed.
    pub fn harms(&self, situation: u32) -> impl ExactSizeIterator<Item = HarmWords<'_>> {
        let list = self.dictionaries.harm_lists.get(self.dictionaries.situations[situation as usize][0]);
        list.iter().map(|&code| self.harm(code))
    }

    /// The facets in a situation, sorted by name, each with its values: one, or for a list any number, sorted.
    pub fn facets(&self, situation: u32) -> impl Iterator<Item = (&str, Vec<&str>)> {
        self.dictionaries.values_of(&self.dictionaries.situations[situation as usize]).map(|value| {
            let value = self.dictionaries.values.get(value);
            (self.word(value[0]), value[2..].iter().map(|&word| self.word(word)).collect())
        })
    }

    /// The categories that nobody judged in a situation, sorted; `None` where that is every one there is.
    pub fn unjudged(&self, situation: u32) -> Option<Vec<&str>> {
        let list = self.dictionaries.unjudged.get(self.dictionaries.situations[situation as usize][3]);
        (list != [EVERYTHING]).then(|| list.iter().map(|&word| self.word(word)).collect())
    }

    /// The code of what a case's gold label calls for and observed. Cases with one code share it.
    #[inline]
    pub fn outcome(&self, row: usize) -> u32 {
        self.rows.outcome[row]
    }

    /// How many outcome codes there are.
    pub fn outcomes(&self) -> usize {
        self.dictionaries.outcomes.len()
    }

    /// What an outcome code stands for.
    pub fn outcome_words(&self, outcome: u32) -> OutcomeWords<'_> {
        let list = self.dictionaries.outcomes.get(outcome);
        let word = |code: u32| (code != ABSENT).then(|| self.word(code));
        OutcomeWords {
            behavior: word(list[0]),
            observed: word(list[1]),
            acceptable: list[2..].iter().map(|&code| self.word(code)).collect(),
        }
    }

    /// The code of a case's tags. Cases with one code have the same tags.
    #[inline]
    pub fn tag_set(&self, row: usize) -> u32 {
        self.rows.tags[row]
    }

    /// How many tag set codes there are.
    pub fn tag_sets(&self) -> usize {
        self.dictionaries.tags.len()
    }

    /// The tags that a code stands for, sorted.
    pub fn tags(&self, tag_set: u32) -> impl ExactSizeIterator<Item = &str> {
        self.dictionaries.tags.get(tag_set).iter().map(|&word| self.word(word))
    }

    /// Every word, list and combination that is distinct.
    pub(crate) fn dictionaries(&self) -> &Dictionaries {
        &self.dictionaries
    }

    /// The situation code of every row.
    pub(crate) fn situation_column(&self) -> Arc<[u32]> {
        self.situation.clone()
    }

    pub(crate) fn harm(&self, code: u32) -> HarmWords<'_> {
        let harm = self.dictionaries.harms.get(code);
        HarmWords {
            category: self.word(harm[0]),
            severity: (harm[1] != ABSENT).then(|| self.word(harm[1])),
            target: Target::ALL[(harm[2] == 1) as usize],
        }
    }

    pub(crate) fn word(&self, code: u32) -> &str {
        self.dictionaries.words.get(code)
    }

    fn bare(sources: GoldSources, rows: Rows, file_rows: Vec<u32>, lines: Vec<LineIndex>) -> Self {
        GoldSet {
            sources,
            rows,
            situation: [].into(),
            file_rows,
            lines,
            left_out: Vec::new(),
            dictionaries: Dictionaries::default(),
            index: Arc::default(),
            labels: Vec::new(),
            adjudications: Vec::new(),
            problems: Vec::new(),
        }
    }
}

impl Standing {
    const ALL: [Standing; 5] =
        [Standing::Unread, Standing::Imported, Standing::Consensus, Standing::Adjudicated, Standing::Split];

    /// Whether there is a gold label.
    pub fn is_labeled(self) -> bool {
        !matches!(self, Standing::Unread | Standing::Split)
    }

    pub(in crate::decide) fn of(source: &GoldSource) -> Self {
        match source {
            GoldSource::None => Standing::Unread,
            GoldSource::Imported => Standing::Imported,
            GoldSource::Consensus { .. } => Standing::Consensus,
            GoldSource::Adjudicated { .. } => Standing::Adjudicated,
            GoldSource::Split { .. } => Standing::Split,
        }
    }

    fn from_code(code: u8) -> Option<Self> {
        Self::ALL.get(usize::from(code)).copied()
    }
}

/// One entry per case.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
struct Rows {
    /// Of the line in its file.
    offset: Vec<u64>,
    /// Of the line, in bytes.
    length: Vec<u32>,
    /// Of the id in the line, without its quotes.
    id_at: Vec<u32>,
    id_length: Vec<u32>,
    /// Of the id; only while reading, afterwards in the index.
    hash: Vec<u32>,
    /// Only while reading, afterwards in the gold set itself.
    situation: Vec<u32>,
    tags: Vec<u32>,
    outcome: Vec<u32>,
    standing: Vec<u8>,
}

impl Rows {
    fn len(&self) -> usize {
        self.offset.len()
    }

    fn memory(&self) -> usize {
        self.offset.len() * (size_of::<u64>() + 6 * size_of::<u32>() + 1)
    }

    fn reserve(&mut self, rows: usize) {
        self.offset.reserve(rows);
        self.hash.reserve(rows);
        let columns = [
            &mut self.length,
            &mut self.id_at,
            &mut self.id_length,
            &mut self.situation,
            &mut self.tags,
            &mut self.outcome,
        ];
        columns.into_iter().for_each(|column| column.reserve(rows));
        self.standing.reserve(rows);
    }

    fn append(&mut self, mut other: Rows, codes: &Remap) {
        self.offset.append(&mut other.offset);
        self.length.append(&mut other.length);
        self.id_at.append(&mut other.id_at);
        self.id_length.append(&mut other.id_length);
        self.hash.append(&mut other.hash);
        self.situation.extend(other.situation.iter().map(|&code| codes.situations[code as usize]));
        self.tags.extend(other.tags.iter().map(|&code| codes.tags[code as usize]));
        self.outcome.extend(other.outcome.iter().map(|&code| codes.outcomes[code as usize]));
        self.standing.append(&mut other.standing);
    }

    fn retain(&mut self, keep: &[bool]) {
        fn retain<T>(column: &mut Vec<T>, keep: &[bool]) {
            let mut kept = keep.iter();
            column.retain(|_| kept.next().copied().unwrap_or(true));
        }
        retain(&mut self.offset, keep);
        retain(&mut self.length, keep);
        retain(&mut self.id_at, keep);
        retain(&mut self.id_length, keep);
        retain(&mut self.situation, keep);
        retain(&mut self.tags, keep);
        retain(&mut self.outcome, keep);
        retain(&mut self.standing, keep);
    }
}

/// Rows by the hash of their case's id, sorted by the hash.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
struct Index {
    hashes: Vec<u32>,
    rows: Vec<u32>,
}

impl Index {
    fn memory(&self) -> usize {
        self.hashes.len() * 2 * size_of::<u32>()
    }
}

/// Where a label or an adjudication of a case stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Record {
    offset: u64,
    length: u32,
    row: u32,
    /// Position among the files of its kind.
    file: u32,
}

impl Record {
    /// By row, of one row in file order.
    fn order(&self) -> (u32, u32, u64) {
        (self.row, self.file, self.offset)
    }
}

fn of_row(sorted: &[Record], row: usize) -> &[Record] {
    let start = sorted.partition_point(|record| (record.row as usize) < row);
    let end = sorted.partition_point(|record| record.row as usize <= row);
    &sorted[start..end]
}

fn rows_of(sorted: &[Record]) -> Vec<usize> {
    let mut rows: Vec<usize> = sorted.iter().map(|record| record.row as usize).collect();
    rows.dedup();
    rows
}

fn read_records<T: for<'de> Deserialize<'de>>(files: &[SourceFile], records: &[Record]) -> Vec<T> {
    records.iter().filter_map(|record| read_record(files, record)).collect()
}

fn read_record<T: for<'de> Deserialize<'de>>(files: &[SourceFile], record: &Record) -> Option<T> {
    let start = record.offset as usize;
    let line = files[record.file as usize].bytes().get(start..start + record.length as usize)?;
    serde_json::from_slice(line).ok()
}

/// What a JSON text in its quotes says.
fn unquoted(quoted: &str) -> Option<Cow<'_, str>> {
    let inner = quoted.strip_prefix('"')?.strip_suffix('"')?;
    if inner.contains('\\') { serde_json::from_str(quoted).ok().map(Cow::Owned) } else { Some(Cow::Borrowed(inner)) }
}
