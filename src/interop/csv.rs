//! `csv`: any table of columns, comma-separated or otherwise. A map says what the columns mean.

use super::ImportRequest;
use super::apply::Rows;
use super::draft::excerpt;
use super::encoding::decode;
use super::lines::broken_utf8;
use super::map::options::{Header, ReadOptions};
use super::plan::{ImportError, ImportPlan, RowError};
use super::registry::Format;
use super::totals::{self, Totals};
use csv::ByteRecord;
use memchr::memchr2_iter;
use serde_json::{Map, Value};

pub(super) static CSV: Format = Format {
    name: "csv",
    about: "a table of columns, separated by commas, tabs or another character",
    needs_map: true,
    takes_flagged: false,
    plan,
};

/// Where stray quotes would have a file read more often than this, the rest is given up.
const MOST_READINGS: usize = 20;

fn plan(request: &ImportRequest) -> Result<ImportPlan, ImportError> {
    let map = super::map_of(request)?;
    let bytes = decode(request.bytes, map.read.encoding);
    let mut rows = Rows::new(request, &map);
    let mut header: Option<Vec<String>> = match &map.read.header {
        Header::Names(names) => Some(names.clone()),
        Header::First | Header::Numbers => None,
    };
    if let Some(names) = &header {
        rows.check_header(names)?;
    }
    // Rows that look like totals wait for the end of the table: where a case follows, they are none.
    let mut last: Vec<(usize, Totals, Map<String, Value>)> = Vec::new();
    let mut table = Table::new(&bytes, &map.read);
    for n in 0..table.line - 1 {
        rows.assembler.skip(n + 1, "stands before the table", "");
    }
    while let Some(record) = table.next() {
        let record = match record {
            Read::Record(record) => record,
            Read::Blank { row, rows: blank } => {
                (0..blank).for_each(|n| rows.assembler.skip(row + n, "empty", ""));
                continue;
            }
            Read::Misquoted { row, text } => {
                rows.error(RowError {
                    row,
                    field: String::new(),
                    message: format!("a quote in this row does not close where a cell ends: `{text}`"),
                    help: "Close it, or double it if it belongs to the text; `quote: false` under `read` makes quotes mean nothing."
                        .into(),
                });
                continue;
            }
        };
        let row = record.row;
        let cells = match record.cells() {
            Ok(cells) => cells,
            Err(at) => {
                rows.error(broken_utf8(row, at));
                continue;
            }
        };
        let first = cells.first().copied().unwrap_or_default();
        if let Some(comment) = &map.read.comment
            && first.trim_start().starts_with(comment.as_str())
        {
            rows.assembler.skip(row, "comment", &cells.join(" "));
            continue;
        }
        if cells.iter().all(|cell| cell.trim().is_empty()) {
            rows.assembler.skip(row, "empty", "");
            continue;
        }
        let names = match &header {
            Some(names) => names,
            None if map.read.header == Header::Numbers => {
                let names: Vec<String> = (1..=cells.len()).map(|n| n.to_string()).collect();
                rows.check_header(&names)?;
                header.insert(names)
            }
            None => {
                let names = name_columns(&cells, &mut rows.assembler.plan.notes);
                rows.check_header(&names)?;
                header = Some(names);
                continue;
            }
        };
        if map.read.header == Header::First && cells.iter().map(|c| c.trim()).eq(names.iter().map(String::as_str)) {
            rows.assembler.skip(row, "header repeated", &cells.join(" "));
            continue;
        }
        let beyond = cells.get(names.len()..).unwrap_or_default();
        if cells.len() < names.len() || beyond.iter().any(|cell| !cell.trim().is_empty()) {
            rows.error(wrong_count(&record, cells.len(), names.len(), &cells.join(" ")));
            continue;
        }
        let pairs = names.iter().zip(&cells).map(|(name, cell)| (name.clone(), Value::from(*cell)));
        let fields = pairs.collect();
        match totals::read(&cells) {
            Some(totals) => last.push((row, totals, fields)),
            None => {
                last.drain(..).for_each(|(row, _, fields)| rows.add(row, &fields));
                rows.add(row, &fields);
            }
        }
    }
    last.into_iter().for_each(|(row, totals, fields)| rows.add_totals(row, totals, &fields));
    Ok(rows.finish())
}

/// The header's names, those that come twice numbered.
fn name_columns(cells: &[&str], notes: &mut Vec<String>) -> Vec<String> {
    let mut names: Vec<String> = Vec::with_capacity(cells.len());
    let mut met: rustc_hash::FxHashMap<String, usize> = Default::default();
    for cell in cells {
        let name = cell.trim().to_owned();
        let times = met.entry(name.clone()).or_insert(0);
        *times += 1;
        match *times {
            1 => names.push(name),
            n => {
                let numbered = format!("{name} ({n})");
                if !name.is_empty() {
                    notes.push(format!("the header names `{name}` more than once; its next column is `{numbered}`"));
                }
                names.push(numbered);
            }
        }
    }
    names
}

fn wrong_count(record: &Record, found: usize, expected: usize, text: &str) -> RowError {
    let columns = |n: usize| if n == 1 { "1 column".to_owned() } else { format!("{n} columns") };
    let over = match record.more_lines {
        0 => String::new(),
        more => format!(", which goes on to line {},", record.row + more),
    };
    RowError {
        row: record.row,
        field: String::new(),
        message: format!("the row{over} has {}, the header {expected}: `{}`", columns(found), excerpt(text)),
        help: if record.more_lines > 0 {
            "See whether a quote is missing; what stands on these lines is not imported.".into()
        } else {
            "Mend the row; a separator within a text needs quotes around the text.".into()
        },
    }
}

/// A table's records, each with the line on which it starts.
struct Table<'b> {
    bytes: &'b [u8],
    options: &'b ReadOptions,
    reader: csv::Reader<&'b [u8]>,
    /// Where in `bytes` the reader started.
    base: usize,
    /// Where the next record starts, and its line.
    offset: usize,
    line: usize,
    /// Bytes that had to be read again.
    reread: usize,
}

enum Read {
    Record(Record),
    Blank { row: usize, rows: usize },
    Misquoted { row: usize, text: String },
}

struct Record {
    row: usize,
    /// How many lines it goes beyond its first.
    more_lines: usize,
    bytes: ByteRecord,
}

impl Record {
    /// The row's cells, or the byte of the row, from 0, at which it is no UTF-8.
    fn cells(&self) -> Result<Vec<&str>, usize> {
        let cell = |cell| std::str::from_utf8(cell).map_err(|error| error.valid_up_to());
        self.bytes.iter().map(cell).collect()
    }
}

impl<'b> Table<'b> {
    fn new(bytes: &'b [u8], options: &'b ReadOptions) -> Self {
        let mut table = Table { bytes, options, reader: reader(&[], options), base: 0, offset: 0, line: 1, reread: 0 };
        for _ in 0..options.skip {
            if table.offset < bytes.len() {
                table.pass_line();
            }
        }
        table.restart();
        table
    }

    fn restart(&mut self) {
        self.base = self.offset;
        self.reader = reader(self.bytes.get(self.base..).unwrap_or_default(), self.options);
    }

    /// To the start of the next line.
    fn pass_line(&mut self) {
        let rest = self.bytes.get(self.offset..).unwrap_or_default();
        self.offset += match memchr2_iter(b'\n', b'\r', rest).next() {
            Some(at) if rest.get(at..at + 2) == Some(b"\r\n") => at + 2,
            Some(at) => at + 1,
            None => rest.len(),
        };
        self.line += 1;
    }

    fn next(&mut self) -> Option<Read> {
        // The reader passes over blank lines without a word.
        let row = self.line;
        while matches!(self.bytes.get(self.offset), Some(b'\n' | b'\r')) {
            self.pass_line();
        }
        if self.line > row {
            return Some(Read::Blank { row, rows: self.line - row });
        }
        if self.offset >= self.bytes.len() {
            return None;
        }
        let mut record = ByteRecord::new();
        // Reading from memory does not fail, and any number of columns is welcome.
        if !self.reader.read_byte_record(&mut record).unwrap_or(false) {
            return None;
        }
        let start = self.offset;
        let end = self.base + usize::try_from(self.reader.position().byte()).unwrap_or(usize::MAX);
        let end = end.clamp(start + 1, self.bytes.len());
        let raw = self.bytes.get(start..end).unwrap_or_default();
        // The reader may have gone past the line end's first or second character.
        let more_lines = breaks(raw.trim_ascii_end());
        if is_misquoted(raw, self.options) {
            self.reread += raw.len();
            self.pass_line();
            if self.reread / MOST_READINGS > self.bytes.len() {
                self.offset = end;
            }
            self.restart();
            let line = raw.split(|&b| b == b'\n').next().unwrap_or_default();
            let line = line.get(..line.len().min(400)).unwrap_or_default();
            let text = excerpt(String::from_utf8_lossy(line).trim());
            return Some(Read::Misquoted { row, text });
        }
        self.offset = end;
        if raw.ends_with(b"\r") && self.bytes.get(end) == Some(&b'\n') {
            self.offset += 1;
        }
        self.line += breaks(self.bytes.get(start..self.offset).unwrap_or_default());
        Some(Read::Record(Record { row, more_lines, bytes: record }))
    }
}

/// Whether a quoted cell of the record does not end with its quote: it never closes, or text follows. Such a quote
/// may have swallowed the rows after it, and what the cell says is a guess.
fn is_misquoted(raw: &[u8], options: &ReadOptions) -> bool {
    let Some(quote) = options.quote.filter(|&quote| memchr::memchr(quote, raw).is_some()) else { return false };
    let mut bytes = raw.iter().copied().peekable();
    let mut cell_starts = true;
    while let Some(byte) = bytes.next() {
        if byte != quote || !cell_starts {
            cell_starts = byte == options.delimiter;
            continue;
        }
        cell_starts = false;
        loop {
            match bytes.next() {
                None => return true,
                // Doubled, a quote stands for itself.
                Some(inner) if inner == quote => {
                    if bytes.next_if_eq(&quote).is_none() {
                        break;
                    }
                }
                Some(_) => {}
            }
        }
        if bytes.peek().is_some_and(|&next| next != options.delimiter && next != b'\n' && next != b'\r') {
            return true;
        }
    }
    false
}

/// How many line ends: `\n`, `\r\n`, or `\r` alone.
fn breaks(bytes: &[u8]) -> usize {
    let ends = memchr2_iter(b'\n', b'\r', bytes);
    ends.filter(|&at| !(bytes.get(at) == Some(&b'\r') && bytes.get(at + 1) == Some(&b'\n'))).count()
}

fn reader<'b>(bytes: &'b [u8], options: &ReadOptions) -> csv::Reader<&'b [u8]> {
    let mut builder = csv::ReaderBuilder::new();
    builder.has_headers(false).flexible(true).delimiter(options.delimiter);
    match options.quote {
        Some(quote) => builder.quote(quote),
        None => builder.quoting(false),
    };
    builder.from_reader(bytes)
}
