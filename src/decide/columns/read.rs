//! Reading a gold set from its text: in parallel by chunks of lines, each with its own dictionaries, merged in order.

use super::dictionary::{Builder, Dictionaries};
use super::lists::hash_word;
use super::overlay::overlay;
use super::row::{CaseLine, GoldText, WordList};
use super::source::{GoldSources, LineIndex, LineMark, SourceFile, chunks, each_line};
use super::trouble::Troubles;
use super::{GoldSet, Index, Rows, Standing, unquoted};
use crate::decide::watch::{Cancelled, Watch};
use crate::policy::codes;
use crate::policy::problem::Problem;
use rayon::prelude::*;
use rustc_hash::FxHashMap;
use std::ops::Range;
use std::sync::Arc;

/// Chunks are at most so many bytes, but for a single longer line.
const LARGEST_CHUNK: usize = 8 << 20;
const SMALLEST_CHUNK: usize = 64 << 10;

pub(super) fn read(sources: GoldSources, chunk: Option<usize>, watch: &dyn Watch) -> Result<GoldSet, Cancelled> {
    let chunk = chunk.unwrap_or_else(|| even_chunk(&sources));
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
    gold.left_out = troubles.iter().map(Troubles::left_out).collect();
    let mut problems = Vec::new();
    for (file, trouble) in troubles.into_iter().enumerate() {
        trouble.finish(&gold.sources.cases[file], &gold.lines[file], &mut problems);
    }
    gold.index_and_drop_duplicates(&mut problems);
    if watch.cancelled() {
        return Err(Cancelled);
    }
    overlay(&mut gold, &mut builder, None, chunk, watch, &mut problems)?;
    Ok(gold.finish(builder, problems))
}

/// As [`read`], over cases that `before` has read already: only files of records that it does not have are read.
pub(super) fn read_after(before: &GoldSet, sources: GoldSources, watch: &dyn Watch) -> Result<GoldSet, Cancelled> {
    let cases = &before.sources.cases;
    let same = before.has_cases_of(&sources);
    let builder = same.then(|| Builder::of(&before.dictionaries)).flatten();
    let Some(mut builder) = builder else { return read(sources, None, watch) };
    let chunk = even_chunk(&sources);
    let mut rows = before.rows.clone();
    rows.situation = before.situation.to_vec();
    let lines = before.lines[..cases.len()].to_vec();
    let mut gold = GoldSet::bare(sources, rows, before.file_rows.clone(), lines);
    gold.index = before.index.clone();
    gold.left_out = before.left_out[..cases.len()].to_vec();
    let of_case = |problem: &&Problem| cases.iter().any(|file| file.path == problem.place.file);
    // Those of the cases come first.
    let mut problems: Vec<Problem> = before.problems.iter().take_while(of_case).cloned().collect();
    overlay(&mut gold, &mut builder, Some(before), chunk, watch, &mut problems)?;
    Ok(gold.finish(builder, problems))
}

fn even_chunk(sources: &GoldSources) -> usize {
    let total: usize = sources.cases.iter().map(|file| file.bytes().len()).sum();
    (total / (rayon::current_num_threads() * 8)).clamp(SMALLEST_CHUNK, LARGEST_CHUNK)
}

/// What one chunk of cases holds.
struct CaseChunk {
    rows: Rows,
    dictionaries: Dictionaries,
    troubles: Troubles,
    lines: u32,
}

/// What the chunks of one file hold, in order.
pub(super) type Parts<T> = Vec<(Range<usize>, T)>;

/// Reads each file's chunks in parallel; gives them per file, in order.
pub(super) fn in_chunks<T: Send>(
    files: &[SourceFile],
    size: usize,
    watch: &dyn Watch,
    read: impl Fn(&[u8], Range<usize>) -> T + Sync,
) -> Result<Vec<Parts<T>>, Cancelled> {
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
    let mut parts: Vec<Parts<T>> = files.iter().map(|_| Vec::new()).collect();
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
pub(super) enum Wrong {
    /// Not JSON, or not of the right shape: at this byte of the line.
    Json(serde_json::Error, usize),
    NoId,
    /// A record does not say what it is about.
    NoCase,
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
    pub(super) fn is_torn(&self) -> bool {
        matches!(self, Wrong::Json(error, _) if error.is_eof())
    }

    pub(super) fn tell(self, at: usize, line: &str, what: &str, troubles: &mut Troubles) {
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
            Wrong::NoCase => troubles.add(&codes::CASE_WITHOUT_ID, whole, || {
                (
                    format!("the {what} on this line names no case, so it is left out"),
                    "Restore the line from git's history; `case` is the id of the case that it is about.".into(),
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

pub(super) fn valid_line<'a>(
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

impl GoldSet {
    /// Everything is read: what was only for reading goes to its place.
    fn finish(mut self, builder: Builder, problems: Vec<Problem>) -> GoldSet {
        self.situation = std::mem::take(&mut self.rows.situation).into();
        self.dictionaries = builder.finish();
        self.problems = problems;
        self
    }

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
        self.index = Arc::new(Index {
            hashes: pairs.iter().map(|pair| pair.0).collect(),
            rows: pairs.iter().map(|pair| pair.1).collect(),
        });
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
