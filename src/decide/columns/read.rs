//! Reading a gold set from its text: in parallel by chunks of lines, each with its own dictionaries, merged in order.

use super::dictionary::{Builder, Dictionaries, ReadingRef};
use super::lists::hash_word;
use super::row::{self, CaseLine, GoldText, WordList};
use super::source::{GoldSources, LineIndex, LineMark, SourceFile, chunks, each_line};
use super::trouble::Troubles;
use super::{GoldSet, Index, Record, Rows, Standing, consensus, unquoted};
use crate::decide::watch::{Cancelled, Watch};
use crate::policy::case::Reading;
use crate::policy::codes;
use crate::policy::gold::{Gold, settle};
use crate::policy::label::Label;
use crate::policy::problem::Problem;
use crate::policy::ruling::Adjudication;
use rayon::prelude::*;
use rustc_hash::FxHashMap;
use serde::Deserialize;
use std::ops::Range;

/// Chunks are at most so many bytes, but for a single longer line.
const LARGEST_CHUNK: usize = 8 << 20;
const SMALLEST_CHUNK: usize = 64 << 10;

pub(super) fn read(sources: GoldSources, chunk: Option<usize>, watch: &dyn Watch) -> Result<GoldSet, Cancelled> {
    let total: usize = sources.cases.iter().map(|file| file.bytes().len()).sum();
    let even = total / (rayon::current_num_threads() * 8);
    let chunk = chunk.unwrap_or(even.clamp(SMALLEST_CHUNK, LARGEST_CHUNK));

    let read = in_chunks(&sources.cases, chunk, watch, read_cases)?;
    let mut builder = Builder::default();
    let mut rows = Rows::default();
    let mut troubles: Vec<Troubles> = Vec::new();
    let mut file_rows = Vec::new();
    let mut lines = Vec::new();
    for file in read {
        file_rows.push(rows.len() as u32);
        let mut trouble = Troubles::default();
        let mut index = LineIndex::default();
        let mut line = 0;
        for (range, part) in file {
            if watch.cancelled() {
                return Err(Cancelled);
            }
            index.0.push(LineMark { at: range.start as u64, lines: line });
            line += part.lines;
            trouble.append(part.troubles);
            rows.append(part.rows, &builder.absorb(&part.dictionaries));
        }
        troubles.push(trouble);
        lines.push(index);
    }

    let mut gold = GoldSet::bare(sources, rows, file_rows, lines);
    let mut problems = Vec::new();
    for (file, trouble) in troubles.into_iter().enumerate() {
        trouble.finish(&gold.sources.cases[file], &gold.lines[file], &mut problems);
    }
    gold.index_and_drop_duplicates(&mut problems);
    if watch.cancelled() {
        return Err(Cancelled);
    }
    overlay(&mut gold, &mut builder, chunk, watch, &mut problems)?;
    gold.situation = std::mem::take(&mut gold.rows.situation).into();
    gold.dictionaries = builder.finish();
    gold.problems = problems;
    Ok(gold)
}

/// What one chunk of cases holds.
struct CaseChunk {
    rows: Rows,
    dictionaries: Dictionaries,
    troubles: Troubles,
    lines: u32,
}

type Parts<T> = Vec<Vec<(Range<usize>, T)>>;

/// Reads each file's chunks in parallel; gives them per file, in order.
fn in_chunks<T: Send>(
    files: &[SourceFile],
    size: usize,
    watch: &dyn Watch,
    read: impl Fn(&[u8], Range<usize>) -> T + Sync,
) -> Result<Parts<T>, Cancelled> {
    let work: Vec<(usize, Range<usize>)> = files
        .iter()
        .enumerate()
        .flat_map(|(file, source)| chunks(source.bytes(), size).into_iter().map(move |range| (file, range)))
        .collect();
    let done: Vec<(usize, Range<usize>, T)> = work
        .into_par_iter()
        .map(|(file, range)| {
            if watch.cancelled() {
                return Err(Cancelled);
            }
            let part = read(files[file].bytes(), range.clone());
            watch.advance(range.len() as u64);
            Ok((file, range, part))
        })
        .collect::<Result<_, _>>()?;
    let mut parts: Parts<T> = files.iter().map(|_| Vec::new()).collect();
    for (file, range, part) in done {
        parts[file].push((range, part));
    }
    Ok(parts)
}

fn read_cases(bytes: &[u8], range: Range<usize>) -> CaseChunk {
    let mut reader = CaseReader::default();
    reader.rows.reserve(range.len() / 400);
    let lines = each_line(bytes, range.clone(), |at, line| {
        let Some(line) = valid_line(bytes, at, line, &mut reader.troubles) else { return };
        if let Err(wrong) = reader.line(at, line) {
            wrong.tell(at, line, "case", &mut reader.troubles);
        }
    });
    CaseChunk { rows: reader.rows, dictionaries: reader.builder.finish(), troubles: reader.troubles, lines }
}

/// Reads the cases of one chunk.
#[derive(Default)]
struct CaseReader<'a> {
    rows: Rows,
    builder: Builder,
    troubles: Troubles,
    /// What a gold label of exactly this text was read as: labels repeat, and need not be read twice.
    known: FxHashMap<&'a str, (u32, u32)>,
    tags: FxHashMap<&'a str, u32>,
    hits: usize,
}

/// Why a line is left out.
enum Wrong {
    /// Not JSON, or not of the right shape: at this byte of the line.
    Json(serde_json::Error, usize),
    NoId,
    NoText,
    TooLong,
}

impl<'a> CaseReader<'a> {
    fn line(&mut self, at: usize, line: &'a str) -> Result<(), Wrong> {
        let whole = |error| Wrong::Json(error, 0);
        let case: CaseLine<'a> = serde_json::from_str(line).map_err(whole)?;
        let within = |part: &str| part.as_ptr() as usize - line.as_ptr() as usize;
        let id = case.id.filter(|id| id.len() > 2).ok_or(Wrong::NoId)?;
        if !case.has_text {
            return Err(Wrong::NoText);
        }
        let length = u32::try_from(line.len()).map_err(|_| Wrong::TooLong)?;
        let words = unquoted(id).ok_or(Wrong::NoId)?;
        let (situation, outcome) = self.gold(case.gold, at..at + line.len(), within)?;
        let tags = self.tag_set(case.tags, within)?;
        for key in case.unknown {
            self.troubles.add_key(key, at..at + line.len());
        }
        let rows = &mut self.rows;
        rows.offset.push(at as u64);
        rows.length.push(length);
        rows.id_at.push(within(id) as u32 + 1);
        rows.id_length.push(id.len() as u32 - 2);
        rows.hash.push(hash_word(&words));
        rows.situation.push(situation);
        rows.tags.push(tags);
        rows.outcome.push(outcome);
        rows.standing.push(if case.gold.is_some() { Standing::Imported } else { Standing::Unread } as u8);
        Ok(())
    }

    fn gold(
        &mut self,
        text: Option<&'a str>,
        line: Range<usize>,
        within: impl Fn(&str) -> usize,
    ) -> Result<(u32, u32), Wrong> {
        let Some(text) = text else { return Ok(self.builder.reading(None)) };
        if let Some(&codes) = self.known.get(text) {
            self.hits += 1;
            return Ok(codes);
        }
        let mut gold: GoldText<'a> = serde_json::from_str(text).map_err(|error| Wrong::Json(error, within(text)))?;
        let codes = self.builder.reading(Some(&mut gold.reading));
        let plain = gold.unknown.is_empty();
        for key in gold.unknown {
            self.troubles.add_key(format!("gold.{key}"), line.clone());
        }
        // Where labels hardly ever repeat, remembering them only costs.
        if plain && (self.known.len() < 1024 || self.hits * 4 > self.known.len()) {
            self.known.insert(text, codes);
        }
        Ok(codes)
    }

    fn tag_set(&mut self, text: Option<&'a str>, within: impl Fn(&str) -> usize) -> Result<u32, Wrong> {
        let text = text.unwrap_or("[]");
        if let Some(&code) = self.tags.get(text) {
            return Ok(code);
        }
        let mut list: WordList<'a> = serde_json::from_str(text).map_err(|error| Wrong::Json(error, within(text)))?;
        let code = self.builder.tags(&mut list.0);
        self.tags.insert(text, code);
        Ok(code)
    }
}

impl Wrong {
    /// Whether the line would be whole if it went on.
    fn is_torn(&self) -> bool {
        matches!(self, Wrong::Json(error, _) if error.is_eof())
    }

    fn tell(self, at: usize, line: &str, what: &str, troubles: &mut Troubles) {
        let whole = at..at + line.len();
        match self {
            Wrong::Json(error, part) => {
                // serde_json counts columns in bytes, from 1; at the end of the text it may point one past it.
                let start = (at + part + error.column().saturating_sub(1)).min(whole.end);
                let full = error.to_string();
                let said = full.split(" at line ").next().unwrap_or_default();
                let (code, message, help) = if error.is_data() {
                    let message = format!("the {what} on this line is left out: {said}");
                    (&codes::WRONG_ROW_SHAPE, message, "Give the value the type that docs/format.md names for it.")
                } else {
                    let message = format!("the line is not whole JSON, so its {what} is left out: {said}");
                    (&codes::BROKEN_LINE, message, "Mend the JSON at this place; each line is one object.")
                };
                troubles.add(code, start..whole.end, || (message, help.into()));
            }
            Wrong::NoId => troubles.add(&codes::CASE_WITHOUT_ID, whole, || {
                (
                    "a case without an `id` is left out".into(),
                    "Give it an `id` that no other case of the set has.".into(),
                )
            }),
            Wrong::NoText => troubles.add(&codes::CASE_WITHOUT_TEXT, whole, || {
                ("a case with neither `text` nor `messages` is left out".into(), "Give it one of the two.".into())
            }),
            Wrong::TooLong => troubles.add(&codes::WRONG_ROW_SHAPE, whole, || {
                ("a line of more than 4 GiB is left out".into(), "Split the case.".into())
            }),
        }
    }
}

fn valid_line<'a>(
    bytes: &[u8],
    at: usize,
    line: Result<&'a str, std::str::Utf8Error>,
    troubles: &mut Troubles,
) -> Option<&'a str> {
    let error = match line {
        Ok(line) => return Some(line),
        Err(error) => error,
    };
    let end = memchr::memchr(b'\n', &bytes[at..]).map_or(bytes.len(), |newline| at + newline);
    troubles.add(&codes::BROKEN_UTF8, at + error.valid_up_to()..end, || {
        let byte = bytes.get(at + error.valid_up_to()).copied().unwrap_or_default();
        (
            format!("the line is not UTF-8 (byte 0x{byte:02x}), so it is left out"),
            "Save the file as UTF-8; the tool that wrote it may have used another encoding.".into(),
        )
    });
    None
}

/// Reads labels and adjudications, and settles the cases that they name.
fn overlay(
    gold: &mut GoldSet,
    builder: &mut Builder,
    chunk: usize,
    watch: &dyn Watch,
    problems: &mut Vec<Problem>,
) -> Result<(), Cancelled> {
    let (label_files, ruling_files) = (gold.sources.labels.clone(), gold.sources.adjudications.clone());
    let labels = in_chunks(&label_files, chunk, watch, |bytes, range| {
        read_records(bytes, range, "label", |l: &Label| &l.case, row::unknown_label_keys)
    })?;
    let rulings = in_chunks(&ruling_files, chunk, watch, |bytes, range| {
        read_records(bytes, range, "adjudication", |a: &Adjudication| &a.case, row::unknown_adjudication_keys)
    })?;
    let labels = take_records(gold, &label_files, labels, "label", problems, |l: &Label| &l.case);
    let rulings = take_records(gold, &ruling_files, rulings, "adjudication", problems, |a: &Adjudication| &a.case);

    let settled = settle_rows(gold, &labels, &rulings);
    for (row, settled) in settled {
        let mut reading = settled.reading.as_ref().map(ReadingRef::from);
        let (situation, outcome) = builder.reading(reading.as_mut());
        let row = row as usize;
        gold.rows.situation[row] = situation;
        gold.rows.outcome[row] = outcome;
        gold.rows.standing[row] = Standing::of(&settled.source) as u8;
    }
    gold.labels = labels.into_iter().map(|(record, _)| record).collect();
    gold.adjudications = rulings.into_iter().map(|(record, _)| record).collect();
    Ok(())
}

struct RecordChunk<T> {
    records: Vec<(usize, u32, T)>,
    troubles: Troubles,
    lines: u32,
}

fn read_records<T: for<'de> Deserialize<'de>>(
    bytes: &[u8],
    range: Range<usize>,
    what: &str,
    case: impl Fn(&T) -> &String,
    unknown_keys: impl Fn(&str) -> Vec<String>,
) -> RecordChunk<T> {
    let mut troubles = Troubles::default();
    let mut records = Vec::new();
    let lines = each_line(bytes, range, |at, line| {
        let torn = |troubles: &mut Troubles| {
            troubles.add(&codes::TORN_LINE, at..bytes.len(), || {
                let message = format!("the last line of this file is cut short, so its {what} counts for nothing");
                (message, "Give that record again; this file is left as it is.".into())
            });
        };
        // Asked for broken lines only, so that the rest of the file is not searched for every line.
        let is_last = || memchr::memchr(b'\n', &bytes[at..]).is_none();
        if line.is_err_and(|error| error.error_len().is_none()) && is_last() {
            return torn(&mut troubles);
        }
        let Some(line) = valid_line(bytes, at, line, &mut troubles) else { return };
        let read = u32::try_from(line.len()).map_err(|_| Wrong::TooLong).and_then(|length| {
            let record: T = serde_json::from_str(line).map_err(|error| Wrong::Json(error, 0))?;
            if case(&record).is_empty() { Err(Wrong::NoId) } else { Ok((at, length, record)) }
        });
        match read {
            Ok(record) => records.push(record),
            Err(wrong) if wrong.is_torn() && is_last() => return torn(&mut troubles),
            Err(wrong) => return wrong.tell(at, line, what, &mut troubles),
        }
        for key in unknown_keys(line) {
            troubles.add_key(key, at..at + line.len());
        }
    });
    RecordChunk { records, troubles, lines }
}

/// Finds each record's case; those that name none are told and left out. Sorted by row, of one row in file order.
fn take_records<T>(
    gold: &mut GoldSet,
    files: &[SourceFile],
    parts: Parts<RecordChunk<T>>,
    what: &str,
    problems: &mut Vec<Problem>,
    case: impl Fn(&T) -> &String,
) -> Vec<(Record, T)> {
    let mut taken = Vec::new();
    for (file, parts) in parts.into_iter().enumerate() {
        let mut troubles = Troubles::default();
        let mut index = LineIndex::default();
        let mut line = 0;
        for (range, part) in parts {
            index.0.push(LineMark { at: range.start as u64, lines: line });
            line += part.lines;
            troubles.append(part.troubles);
            for (offset, length, record) in part.records {
                match gold.find(case(&record)) {
                    Some(row) => {
                        let at = Record { row: row as u32, file: file as u32, offset: offset as u64, length };
                        taken.push((at, record));
                    }
                    None => troubles.add(&codes::ORPHAN_LABEL, offset..offset + length as usize, || {
                        let named = case(&record);
                        let message = format!("this {what} names the case `{named}`, which the set does not have");
                        (message, "Restore the case, or name the one that is meant.".into())
                    }),
                }
            }
        }
        troubles.finish(&files[file], &index, problems);
        gold.lines.push(index);
    }
    taken.sort_by_key(|(record, _)| record.row);
    taken
}

/// The gold label of every row that has a label or an adjudication.
fn settle_rows(gold: &GoldSet, labels: &[(Record, Label)], rulings: &[(Record, Adjudication)]) -> Vec<(u32, Gold)> {
    let mut named: Vec<u32> =
        labels.iter().map(|(record, _)| record.row).chain(rulings.iter().map(|(record, _)| record.row)).collect();
    named.sort_unstable();
    named.dedup();
    let settling = &gold.sources.settling;
    let agreed = consensus::behaviors(labels, settling.consensus);
    named
        .into_par_iter()
        .map(|row| {
            let labels: Vec<&Label> = of_row(labels, row).iter().map(|(_, label)| label).collect();
            let rulings: Vec<&Adjudication> = of_row(rulings, row).iter().map(|(_, ruling)| ruling).collect();
            let imported = imported(gold, row as usize);
            (row, settle(imported.as_ref(), &labels, &rulings, &settling.aliases, agreed.of(row)))
        })
        .collect()
}

fn of_row<T>(sorted: &[(Record, T)], row: u32) -> &[(Record, T)] {
    let start = sorted.partition_point(|(record, _)| record.row < row);
    let end = sorted.partition_point(|(record, _)| record.row <= row);
    &sorted[start..end]
}

/// The label that the case was imported with.
pub(super) fn imported(gold: &GoldSet, row: usize) -> Option<Reading> {
    #[derive(Deserialize)]
    struct OnlyGold {
        #[serde(default)]
        gold: Option<Reading>,
    }
    serde_json::from_slice::<OnlyGold>(gold.line(row)).ok()?.gold
}

impl GoldSet {
    /// Builds the index by id; of two cases with one id, the later one is told and left out.
    fn index_and_drop_duplicates(&mut self, problems: &mut Vec<Problem>) {
        let hashes = std::mem::take(&mut self.rows.hash);
        let mut pairs: Vec<(u32, u32)> = hashes.iter().copied().zip(0..).collect();
        pairs.par_sort_unstable();
        let mut doubles: Vec<(u32, u32)> = Vec::new();
        for group in pairs.chunk_by(|a, b| a.0 == b.0).filter(|group| group.len() > 1) {
            let mut by_id: Vec<_> = group.iter().map(|&(_, row)| (self.id(row as usize), row)).collect();
            by_id.sort();
            for same in by_id.chunk_by(|a, b| a.0 == b.0) {
                doubles.extend(same[1..].iter().map(|(_, row)| (*row, same[0].1)));
            }
        }
        if !doubles.is_empty() {
            doubles.sort_unstable();
            self.tell_duplicates(&doubles, problems);
            let mut keep = vec![true; self.len()];
            doubles.iter().for_each(|&(row, _)| keep[row as usize] = false);
            let mut new_row = 0u32;
            let renumbered: Vec<u32> = keep
                .iter()
                .map(|&kept| {
                    let now = new_row;
                    new_row += u32::from(kept);
                    now
                })
                .collect();
            pairs.retain(|&(_, row)| keep[row as usize]);
            pairs.iter_mut().for_each(|(_, row)| *row = renumbered[*row as usize]);
            let total = renumbered.len();
            for first in &mut self.file_rows {
                *first = if (*first as usize) < total { renumbered[*first as usize] } else { new_row };
            }
            self.rows.retain(&keep);
        }
        self.index = Index {
            hashes: pairs.iter().map(|pair| pair.0).collect(),
            rows: pairs.iter().map(|pair| pair.1).collect(),
        };
    }

    fn tell_duplicates(&self, doubles: &[(u32, u32)], problems: &mut Vec<Problem>) {
        let file = |row: u32| self.file_of(row as usize);
        for of_file in doubles.chunk_by(|a, b| file(a.0) == file(b.0)) {
            let mut troubles = Troubles::default();
            for &(row, first) in of_file {
                let (start, length) = (self.rows.offset[row as usize] as usize, self.rows.length[row as usize]);
                troubles.add(&codes::DUPLICATE_CASE, start..start + length as usize, || {
                    let message = format!(
                        "the id `{}` is taken by the case at {}, so this one is left out",
                        self.id(row as usize),
                        self.place(first as usize)
                    );
                    (message, "Give one of the two an id of its own; if both are the same case, remove one.".into())
                });
            }
            let at = file(of_file[0].0);
            troubles.finish(&self.sources.cases[at], &self.lines[at], problems);
        }
    }
}
