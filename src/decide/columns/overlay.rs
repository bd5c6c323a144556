//! Labels and adjudications laid over the cases that they name, and what those cases are settled to be.
//!
//! A file that was read before is not read again: its records are taken over by their places, and only the cases that
//! another file names now, or named before, are settled anew.

use super::consensus;
use super::dictionary::{Builder, ReadingRef};
use super::read::{Parts, in_chunks};
use super::records::each_record;
use super::row;
use super::source::{LineIndex, LineMark, SourceFile};
use super::trouble::Troubles;
use super::{GoldSet, Record, Standing, read_record};
use crate::decide::watch::{Cancelled, Watch};
use crate::policy::case::Reading;
use crate::policy::codes;
use crate::policy::gold::{Gold, settle};
use crate::policy::label::Label;
use crate::policy::manifest::Consensus;
use crate::policy::problem::Problem;
use crate::policy::ruling::Adjudication;
use rayon::prelude::*;
use rustc_hash::FxHashMap;
use serde::Deserialize;
use std::ops::Range;

/// Reads the labels and adjudications of the set, and settles the cases that they name. What `before` has read of the
/// same files over the same cases is taken from there; the rows are then those that it had settled.
pub(super) fn overlay(
    gold: &mut GoldSet,
    builder: &mut Builder,
    before: Option<&GoldSet>,
    chunk: usize,
    watch: &dyn Watch,
    problems: &mut Vec<Problem>,
) -> Result<(), Cancelled> {
    let (label_files, ruling_files) = (gold.sources.labels.clone(), gold.sources.adjudications.clone());
    let known = before.map(Known::labels).unwrap_or_default();
    let labels = lay(gold, &label_files, &known, &LABEL, chunk, watch, problems)?;
    let known = before.map(Known::adjudications).unwrap_or_default();
    let rulings = lay(gold, &ruling_files, &known, &ADJUDICATION, chunk, watch, problems)?;

    let settling = &gold.sources.settling;
    // A model learns how each labeler errs from all their labels, so one label may settle cases far from its own.
    let is_of_the_case = matches!(settling.consensus, Consensus::Majority | Consensus::None);
    let all = before.is_some_and(|before| !is_of_the_case || before.sources.settling != *settling);
    let mut rows: Vec<u32> = labels.touched.iter().chain(&rulings.touched).copied().collect();
    if all {
        rows.extend(labels.kept.iter().chain(&rulings.kept).map(|record| record.row));
    }
    rows.par_sort_unstable();
    rows.dedup();
    if watch.cancelled() {
        return Err(Cancelled);
    }
    let (records, labels) = labels.of(&rows, &label_files);
    gold.labels = records;
    let (records, rulings) = rulings.of(&rows, &ruling_files);
    gold.adjudications = records;
    for (row, settled) in settle_rows(gold, &rows, &labels, &rulings) {
        let mut reading = settled.reading.as_ref().map(ReadingRef::from);
        let (situation, outcome) = builder.reading(reading.as_mut());
        let row = row as usize;
        gold.rows.situation[row] = situation;
        gold.rows.outcome[row] = outcome;
        gold.rows.standing[row] = Standing::of(&settled.source) as u8;
    }
    Ok(())
}

/// What differs between labels and adjudications.
struct Kind<T> {
    what: &'static str,
    case: fn(&T) -> &String,
    unknown_keys: fn(&str) -> Vec<String>,
}

const LABEL: Kind<Label> = Kind { what: "label", case: |label| &label.case, unknown_keys: row::unknown_label_keys };
const ADJUDICATION: Kind<Adjudication> = Kind {
    what: "adjudication",
    case: |adjudication| &adjudication.case,
    unknown_keys: row::unknown_adjudication_keys,
};

/// The files of one kind as a set had read them.
#[derive(Default)]
struct Known<'a> {
    files: FxHashMap<&'a str, (usize, &'a SourceFile)>,
    lines: &'a [LineIndex],
    left_out: &'a [u64],
    records: &'a [Record],
    problems: FxHashMap<&'a str, Vec<&'a Problem>>,
}

impl<'a> Known<'a> {
    fn labels(of: &'a GoldSet) -> Known<'a> {
        Known::of(of, of.sources.cases.len(), &of.sources.labels, &of.labels)
    }

    fn adjudications(of: &'a GoldSet) -> Known<'a> {
        let before = of.sources.cases.len() + of.sources.labels.len();
        Known::of(of, before, &of.sources.adjudications, &of.adjudications)
    }

    /// `before` so many files of other kinds come first.
    fn of(gold: &'a GoldSet, before: usize, files: &'a [SourceFile], records: &'a [Record]) -> Known<'a> {
        let mut problems: FxHashMap<&str, Vec<&Problem>> = FxHashMap::default();
        for problem in &gold.problems {
            problems.entry(&problem.place.file).or_default().push(problem);
        }
        let files = files.iter().enumerate().map(|(at, file)| (&*file.path, (at, file))).collect();
        let lines = gold.lines.get(before..).unwrap_or_default();
        let left_out = gold.left_out.get(before..).unwrap_or_default();
        Known { files, lines, left_out, records, problems }
    }

    /// The position that the file had.
    fn find(&self, file: &SourceFile) -> Option<usize> {
        self.files.get(&*file.path).filter(|(_, known)| known.is_same(file)).map(|(at, _)| *at)
    }
}

/// The records of one kind.
struct Laid<T> {
    /// Those of files that were read before, sorted by row.
    kept: Vec<Record>,
    /// Those that were read now, in no order.
    read: Vec<(Record, T)>,
    /// The rows that are named by what was read now, or by what is gone; in no order.
    touched: Vec<u32>,
}

impl<T: for<'de> Deserialize<'de> + Send> Laid<T> {
    /// Where all records stand, and those of these rows themselves: sorted by row, of one row in file order.
    fn of(self, rows: &[u32], files: &[SourceFile]) -> (Vec<Record>, Vec<(Record, T)>) {
        let Laid { kept, mut read, .. } = self;
        let mut records = kept;
        let again: Vec<(Record, T)> = rows
            .par_iter()
            .flat_map_iter(|&row| super::of_row(&records, row as usize))
            .filter_map(|record| Some((*record, read_record(files, record)?)))
            .collect();
        records.extend(read.iter().map(|(record, _)| *record));
        records.sort_by_key(Record::order);
        read.extend(again);
        read.sort_by_key(|(record, _)| record.order());
        (records, read)
    }
}

/// Takes over what is known of the files and reads the others.
fn lay<T: for<'de> Deserialize<'de> + Send>(
    gold: &mut GoldSet,
    files: &[SourceFile],
    known: &Known<'_>,
    kind: &Kind<T>,
    chunk: usize,
    watch: &dyn Watch,
    problems: &mut Vec<Problem>,
) -> Result<Laid<T>, Cancelled> {
    // Of two records the later one may count, so what is taken over has to come in the order that it had.
    let mut least = 0;
    let mut taken_over = |file: &SourceFile| {
        let at = known.find(file).filter(|at| *at >= least)?;
        least = at + 1;
        Some(at)
    };
    let same: Vec<Option<usize>> = files.iter().map(&mut taken_over).collect();
    let fresh: Vec<SourceFile> =
        files.iter().zip(&same).filter(|(_, same)| same.is_none()).map(|(file, _)| file.clone()).collect();
    let mut parts = in_chunks(&fresh, chunk, watch, |bytes, range| read_records(bytes, range, kind))?.into_iter();
    let mut read = Vec::new();
    let mut place: Vec<Option<u32>> = vec![None; known.files.len()];
    for (at, (file, same)) in files.iter().zip(same).enumerate() {
        let Some(same) = same else {
            read.extend(take_records(gold, (at, file), parts.next().unwrap_or_default(), kind, problems));
            continue;
        };
        place[same] = Some(at as u32);
        gold.lines.push(known.lines.get(same).cloned().unwrap_or_default());
        gold.left_out.push(known.left_out.get(same).copied().unwrap_or_default());
        problems.extend(known.problems.get(&*file.path).into_iter().flatten().map(|problem| (*problem).clone()));
    }
    let mut touched: Vec<u32> = read.iter().map(|(record, _): &(Record, T)| record.row).collect();
    let mut kept = Vec::with_capacity(known.records.len());
    for record in known.records {
        match place.get(record.file as usize).copied().flatten() {
            Some(file) => kept.push(Record { file, ..*record }),
            None => touched.push(record.row),
        }
    }
    Ok(Laid { kept, read, touched })
}

struct RecordChunk<T> {
    records: Vec<(usize, u32, T)>,
    troubles: Troubles,
    lines: u32,
}

fn read_records<T: for<'de> Deserialize<'de>>(bytes: &[u8], range: Range<usize>, kind: &Kind<T>) -> RecordChunk<T> {
    let mut troubles = Troubles::default();
    let mut records = Vec::new();
    let is_about = |record: &T| !(kind.case)(record).is_empty();
    let lines = each_record(bytes, range, kind.what, is_about, &mut troubles, |at, line, record, troubles| {
        records.push((at, u32::try_from(line.len()).unwrap_or(u32::MAX), record));
        for key in (kind.unknown_keys)(line) {
            troubles.add_key(key, at..at + line.len());
        }
    });
    RecordChunk { records, troubles, lines }
}

/// Finds the cases of one file's records; those that name none are told and left out.
fn take_records<T>(
    gold: &mut GoldSet,
    (at, file): (usize, &SourceFile),
    parts: Parts<RecordChunk<T>>,
    kind: &Kind<T>,
    problems: &mut Vec<Problem>,
) -> Vec<(Record, T)> {
    let mut taken = Vec::new();
    let mut troubles = Troubles::default();
    let mut index = LineIndex::default();
    let mut line = 0;
    for (range, part) in parts {
        index.0.push(LineMark { at: range.start as u64, lines: line });
        line += part.lines;
        troubles.append(part.troubles);
        for (offset, length, record) in part.records {
            match gold.find((kind.case)(&record)) {
                Some(row) => {
                    let place = Record { row: row as u32, file: at as u32, offset: offset as u64, length };
                    taken.push((place, record));
                }
                None => troubles.add(&codes::ORPHAN_LABEL, offset..offset + length as usize, || {
                    let (what, named) = (kind.what, (kind.case)(&record));
                    let message = format!("this {what} names the case `{named}`, which the set does not have");
                    (message, "Restore the case, or name the one that is meant.".into())
                }),
            }
        }
    }
    gold.left_out.push(troubles.left_out());
    troubles.finish(file, &index, problems);
    gold.lines.push(index);
    taken
}

/// The gold label of each of these rows. The records are those on them, sorted by row.
fn settle_rows(
    gold: &GoldSet,
    rows: &[u32],
    labels: &[(Record, Label)],
    rulings: &[(Record, Adjudication)],
) -> Vec<(u32, Gold)> {
    let settling = &gold.sources.settling;
    let agreed = consensus::behaviors(labels, settling.consensus);
    rows.par_iter()
        .map(|&row| {
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
