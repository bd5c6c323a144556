//! The columns as bytes and back. Nothing that is read is trusted: every length, offset and code is checked.

use super::dictionary::{ABSENT, Codes, Dictionaries, EVERYTHING};
use super::lists::{Lists, Words, hash_word};
use super::source::{GoldSources, LineIndex, LineMark, SourceFile};
use super::{GoldSet, Index, Record, Rows, Standing};
use crate::decide::codec::{Reader, Writer};
use crate::policy::codes;
use crate::policy::place::{Place, Position, Route};
use crate::policy::problem::Problem;
use std::sync::Arc;

/// Counted up whenever the form or the meaning of anything below, or of what reading finds, changes.
const VERSION: u32 = 4;
const MAGIC: &[u8; 8] = b"casebook";

pub(super) fn encode(gold: &GoldSet) -> Vec<u8> {
    let mut out = Writer(Vec::with_capacity(64 + gold.memory() + gold.memory() / 8));
    out.0.extend_from_slice(MAGIC);
    out.u32(VERSION);
    out.u32(fingerprint());
    for files in [&gold.sources.cases, &gold.sources.labels, &gold.sources.adjudications] {
        out.u64s(files.iter().map(|file| file.bytes().len() as u64));
    }
    let dictionaries = &gold.dictionaries;
    out.u32s(&dictionaries.words.ends);
    out.bytes(dictionaries.words.text.as_bytes());
    for lists in all_lists(dictionaries) {
        out.u32s(&lists.ends);
        out.u32s(&lists.items);
    }
    out.u32s(dictionaries.situations.as_flattened());
    let rows = &gold.rows;
    out.u64s(rows.offset.iter().copied());
    for column in [&rows.length, &rows.id_at, &rows.id_length, &rows.tags, &rows.outcome] {
        out.u32s(column);
    }
    out.u32s(&gold.situation);
    out.bytes(&rows.standing);
    out.u32s(&gold.index.hashes);
    out.u32s(&gold.index.rows);
    out.u32s(&gold.file_rows);
    for records in [&gold.labels, &gold.adjudications] {
        out.u64s(records.iter().map(|record| record.offset));
        out.u32s(&records.iter().map(|record| record.length).collect::<Vec<_>>());
        out.u32s(&records.iter().map(|record| record.row).collect::<Vec<_>>());
        out.u32s(&records.iter().map(|record| record.file).collect::<Vec<_>>());
    }
    for index in &gold.lines {
        out.u64s(index.0.iter().map(|mark| mark.at));
        out.u32s(&index.0.iter().map(|mark| mark.lines).collect::<Vec<_>>());
    }
    out.u64s(gold.left_out.iter().copied());
    out.u64(gold.problems.len() as u64);
    for problem in &gold.problems {
        let file = gold.sources.files().position(|file| file.path == problem.place.file);
        out.u64(file.map_or(u64::MAX, |file| file as u64));
        let Position { line, column } = problem.place.position.unwrap_or(Position { line: 0, column: 0 });
        out.u32(line);
        out.u32(column);
        out.u64(problem.place.bytes.start as u64);
        out.u64(problem.place.bytes.end as u64);
        for text in [problem.code.id, &problem.message, &problem.help] {
            out.bytes(text.as_bytes());
        }
    }
    out.0
}

pub(super) fn decode(bytes: &[u8], sources: GoldSources) -> Option<GoldSet> {
    let mut from = Reader(bytes.strip_prefix(MAGIC)?);
    if from.u32()? != VERSION || from.u32()? != fingerprint() {
        return None;
    }
    for files in [&sources.cases, &sources.labels, &sources.adjudications] {
        let lengths = from.u64s()?;
        files.iter().map(|file| file.bytes().len() as u64).eq(lengths).then_some(())?;
    }
    let words = Words { ends: from.u32s()?, text: String::from_utf8(from.bytes()?.to_vec()).ok()? };
    let mut next = || Some(Lists { ends: from.u32s()?, items: from.u32s()? });
    let dictionaries = Dictionaries {
        words,
        harms: next()?,
        harm_lists: next()?,
        values: next()?,
        shapes: next()?,
        fronts: next()?,
        backs: next()?,
        unjudged: next()?,
        tags: next()?,
        outcomes: next()?,
        situations: situations(&mut from)?,
    };
    check_dictionaries(&dictionaries)?;
    let rows = Rows {
        offset: from.u64s()?,
        length: from.u32s()?,
        id_at: from.u32s()?,
        id_length: from.u32s()?,
        tags: from.u32s()?,
        outcome: from.u32s()?,
        ..Rows::default()
    };
    let situation = from.u32s()?;
    let rows = Rows { standing: from.bytes()?.to_vec(), ..rows };
    let index = Arc::new(Index { hashes: from.u32s()?, rows: from.u32s()? });
    let file_rows = from.u32s()?;
    check_rows(&rows, &situation, &index, &file_rows, &dictionaries, &sources)?;
    let labels = records(&mut from, rows.len(), &sources.labels)?;
    let adjudications = records(&mut from, rows.len(), &sources.adjudications)?;
    let lines = sources.files().map(|file| line_index(&mut from, file)).collect::<Option<Vec<_>>>()?;
    let left_out = from.u64s()?;
    (left_out.len() == lines.len()).then_some(())?;
    let problems = problems(&mut from, &sources)?;
    if !from.0.is_empty() {
        return None;
    }
    Some(GoldSet {
        dictionaries,
        situation: situation.into(),
        index,
        labels,
        adjudications,
        left_out,
        problems,
        ..GoldSet::bare(sources, rows, file_rows, lines)
    })
}

/// Ids are found by a hash that another build may compute otherwise.
fn fingerprint() -> u32 {
    hash_word("the hash of these words tells one build's index from another's")
}

fn all_lists(dictionaries: &Dictionaries) -> [&Lists; 9] {
    let Dictionaries { harms, harm_lists, values, shapes, fronts, backs, unjudged, tags, outcomes, .. } = dictionaries;
    [harms, harm_lists, values, shapes, fronts, backs, unjudged, tags, outcomes]
}

fn check_dictionaries(dictionaries: &Dictionaries) -> Option<()> {
    let Dictionaries { words, harms, harm_lists, values, shapes, fronts, backs, unjudged, situations, tags, outcomes } =
        dictionaries;
    ends_fit(&words.ends, words.text.len())?;
    words.ends.iter().all(|&end| words.text.is_char_boundary(end as usize)).then_some(())?;
    for lists in all_lists(dictionaries) {
        ends_fit(&lists.ends, lists.items.len())?;
    }
    let word = |code: u32| (code as usize) < words.len();
    let word_or_absent = |code: u32| code == ABSENT || word(code);
    let all = |lists: &Lists, fits: &dyn Fn(&[u32]) -> bool| lists.iter().all(fits).then_some(());
    all(
        harms,
        &|harm| matches!(*harm, [category, severity, target] if word(category) && word_or_absent(severity) && target < 2),
    )?;
    all(harm_lists, &|list| below(list, harms.len()))?;
    all(
        values,
        &|value| matches!(value, [name, many, rest @ ..] if word(*name) && (*many == 1 || *many == 0 && rest.len() == 1) && below(rest, words.len())),
    )?;
    all(shapes, &|shape| below(shape, words.len()))?;
    all(fronts, &|front| {
        let Some((&shape, rest)) = front.split_first() else { return false };
        (shape as usize) < shapes.len() && below(rest, values.len())
    })?;
    all(backs, &|back| below(back, values.len()))?;
    all(unjudged, &|list| *list == [EVERYTHING] || below(list, words.len()))?;
    let situation = |&[harms, front, back, judged]: &Codes| {
        let codes = [(harms, harm_lists), (front, fronts), (back, backs), (judged, unjudged)];
        codes.iter().all(|(code, lists)| (*code as usize) < lists.len())
            && shapes.get(fronts.get(front)[0]).len() == fronts.get(front).len() - 1 + backs.get(back).len()
    };
    situations.iter().all(situation).then_some(())?;
    all(tags, &|list| below(list, words.len()))?;
    all(outcomes, &|outcome| {
        let [behavior, observed, acceptable @ ..] = outcome else { return false };
        word_or_absent(*behavior) && word_or_absent(*observed) && below(acceptable, words.len())
    })
}

fn check_rows(
    rows: &Rows,
    situation: &[u32],
    index: &Index,
    file_rows: &[u32],
    dictionaries: &Dictionaries,
    sources: &GoldSources,
) -> Option<()> {
    let count = rows.offset.len();
    let columns = [&rows.length, &rows.id_at, &rows.id_length, &rows.tags, &rows.outcome];
    let mut fits = columns.iter().all(|column| column.len() == count);
    fits &= situation.len() == count && rows.standing.len() == count;
    fits &= index.hashes.len() == count && index.rows.len() == count;
    fits &= below(&rows.tags, dictionaries.tags.len()) && below(&rows.outcome, dictionaries.outcomes.len());
    fits &= below(situation, dictionaries.situations.len());
    fits &= rows.standing.iter().all(|&code| Standing::from_code(code).is_some());
    fits &= below(&index.rows, count) && index.hashes.is_sorted();
    fits &= file_rows.len() == sources.cases.len() && file_rows.is_sorted();
    fits &= file_rows.first().map_or(count == 0, |&first| first == 0);
    fits &= file_rows.last().is_none_or(|&last| last as usize <= count);
    fits.then_some(())?;
    for (file, source) in sources.cases.iter().enumerate() {
        let end = file_rows.get(file + 1).map_or(count, |&next| next as usize);
        let size = source.bytes().len() as u64;
        for row in file_rows[file] as usize..end {
            let (length, id_end) =
                (u64::from(rows.length[row]), u64::from(rows.id_at[row]) + u64::from(rows.id_length[row]));
            let fits = rows.offset[row].checked_add(length).is_some_and(|end| end <= size)
                && id_end < length
                && rows.id_at[row] > 0;
            fits.then_some(())?;
        }
    }
    Some(())
}

fn records(from: &mut Reader<'_>, rows: usize, files: &[SourceFile]) -> Option<Vec<Record>> {
    let (offset, length, row, file) = (from.u64s()?, from.u32s()?, from.u32s()?, from.u32s()?);
    let count = offset.len();
    (length.len() == count && row.len() == count && file.len() == count).then_some(())?;
    (below(&row, rows) && row.is_sorted()).then_some(())?;
    let record = |at: usize| {
        let size = files.get(file[at] as usize)?.bytes().len() as u64;
        let fits = offset[at].checked_add(u64::from(length[at])).is_some_and(|end| end <= size);
        fits.then_some(Record { offset: offset[at], length: length[at], row: row[at], file: file[at] })
    };
    (0..count).map(record).collect()
}

fn line_index(from: &mut Reader<'_>, file: &SourceFile) -> Option<LineIndex> {
    let (at, lines) = (from.u64s()?, from.u32s()?);
    let fits = at.len() == lines.len()
        && at.is_sorted()
        && lines.is_sorted()
        && at.last().is_none_or(|&last| last <= file.bytes().len() as u64);
    fits.then(|| LineIndex(at.into_iter().zip(lines).map(|(at, lines)| LineMark { at, lines }).collect()))
}

fn problems(from: &mut Reader<'_>, sources: &GoldSources) -> Option<Vec<Problem>> {
    let count = from.u64()?;
    let mut problems = Vec::new();
    for _ in 0..count {
        let file = from.u64()?;
        let file =
            if file == u64::MAX { "".into() } else { sources.files().nth(usize::try_from(file).ok()?)?.path.clone() };
        let (line, column) = (from.u32()?, from.u32()?);
        let bytes = usize::try_from(from.u64()?).ok()?..usize::try_from(from.u64()?).ok()?;
        let mut text = || std::str::from_utf8(from.bytes()?).ok();
        let (code, message, help) = (codes::find(text()?)?, text()?.to_owned(), text()?.to_owned());
        let position = (line > 0).then_some(Position { line, column });
        let place = Place { file, route: Route::root(), position, bytes };
        problems.push(Problem { code, place, also: Vec::new(), message, help, details: Vec::new() });
    }
    Some(problems)
}

fn situations(from: &mut Reader<'_>) -> Option<Vec<Codes>> {
    let items = from.u32s()?;
    let (situations, rest) = items.as_chunks();
    rest.is_empty().then(|| situations.to_vec())
}

fn ends_fit(ends: &[u32], total: usize) -> Option<()> {
    (ends.is_sorted() && ends.last().map_or(0, |&last| last as usize) == total).then_some(())
}

/// Whether every code is less than `bound`.
fn below(codes: &[u32], bound: usize) -> bool {
    // A maximum is found many at a time, a search for the first that does not fit is not.
    codes.iter().copied().max().is_none_or(|most| (most as usize) < bound)
}
