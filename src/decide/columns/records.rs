//! Lines of records read one by one: one rule for every file that records are added to.

use super::read::{Wrong, valid_line};
use super::source::{LineIndex, LineMark, SourceFile, chunks, each_line};
use super::trouble::Troubles;
use crate::policy::codes;
use crate::policy::problem::Problem;
use serde::Deserialize;
use std::ops::Range;

/// The records of one file.
#[derive(Debug)]
pub struct Lines<T> {
    /// In the order of the lines.
    pub records: Vec<T>,
    pub problems: Vec<Problem>,
    /// How many lines cannot be read.
    pub left_out: u64,
}

/// Reads a file of records that is small enough to be read at once. `what` is what one of them is called.
pub fn read_lines<T: for<'de> Deserialize<'de>>(file: &SourceFile, what: &str) -> Lines<T> {
    let bytes = file.bytes();
    let (mut records, mut troubles, mut index) = (Vec::new(), Troubles::default(), LineIndex::default());
    let mut lines = 0;
    for range in chunks(bytes, usize::MAX / 2) {
        index.0.push(LineMark { at: range.start as u64, lines });
        let take = |_: usize, _: &str, record: T, _: &mut Troubles| records.push(record);
        lines += each_record(bytes, range, what, |_| true, &mut troubles, take);
    }
    let left_out = troubles.left_out();
    let mut problems = Vec::new();
    troubles.finish(file, &index, &mut problems);
    Lines { records, problems, left_out }
}

/// Calls `take` with each record in the range: its first byte's position in the file, its line, and itself. A line that cannot
/// be read is told; the last line of a file was most likely cut short by a crash. `is_about` is whether a record
/// names what it is about. Gives the number of line ends.
pub(super) fn each_record<T: for<'de> Deserialize<'de>>(
    bytes: &[u8],
    range: Range<usize>,
    what: &str,
    is_about: impl Fn(&T) -> bool,
    troubles: &mut Troubles,
    mut take: impl FnMut(usize, &str, T, &mut Troubles),
) -> u32 {
    each_line(bytes, range, |at, line| {
        let torn = |troubles: &mut Troubles| {
            troubles.add(&codes::TORN_LINE, at..bytes.len(), || {
                let message = format!("the last line of this file is cut short, so its {what} counts for nothing");
                (message, "Give that record again; this file is left as it is.".into())
            });
        };
        // Asked for broken lines only, so that the rest of the file is not searched for every line.
        let is_last = || memchr::memchr(b'\n', &bytes[at..]).is_none();
        if line.is_err_and(|error| error.error_len().is_none()) && is_last() {
            return torn(troubles);
        }
        let Some(line) = valid_line(bytes, at, line, troubles) else { return };
        let read = u32::try_from(line.len()).map_err(|_| Wrong::TooLong).and_then(|_| {
            let record: T = serde_json::from_str(line).map_err(|error| Wrong::Json(error, 0))?;
            if is_about(&record) { Ok(record) } else { Err(Wrong::NoCase) }
        });
        match read {
            Ok(record) => take(at, line, record, troubles),
            Err(wrong) if wrong.is_torn() && is_last() => torn(troubles),
            Err(wrong) => wrong.tell(at, line, what, troubles),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Map, Value};

    #[track_caller]
    fn check(text: &[u8], records: usize, left_out: u64, expect: &[&str]) {
        let file = SourceFile::new("editorial/ana/1.jsonl", text.to_vec());
        let read = read_lines::<Map<String, Value>>(&file, "declaration");
        let told: Vec<String> =
            read.problems.iter().map(|p| format!("{} {} {}", p.code.id, p.place, p.message)).collect();
        assert_eq!(
            (read.records.len(), read.left_out, told),
            (records, left_out, expect.iter().map(|&s| s.into()).collect())
        );
    }

    #[test]
    fn what_cannot_be_read_is_told_with_its_place_and_counted() {
        check(b"", 0, 0, &[]);
        check(b"\n{}\n\n{}", 2, 0, &[]);
        check(
            b"{\"a\": nope}\n{}\n[1\n",
            1,
            2,
            &[
                "CB100 editorial/ana/1.jsonl:1:8 the line is not whole JSON, so its declaration is left out: expected ident",
                "CB102 editorial/ana/1.jsonl:3:1 the declaration on this line is left out: invalid type: sequence, expected a map",
            ],
        );
        check(
            b"{}\n\xff\n",
            1,
            1,
            &["CB101 editorial/ana/1.jsonl:2:1 the line is not UTF-8 (byte 0xff), so it is left out"],
        );
    }

    #[test]
    fn a_last_line_may_be_cut_short() {
        let torn = "CB120 editorial/ana/1.jsonl:2:1 the last line of this file is cut short, so its declaration counts for nothing";
        check(b"{}\n{\"a\": \"b", 1, 1, &[torn]);
        check(b"{}\n{\"a\": \"\xc3", 1, 1, &[torn]);
        check(
            b"{}\n{\"a\": \"b\n",
            1,
            1,
            &[
                "CB100 editorial/ana/1.jsonl:2:8 the line is not whole JSON, so its declaration is left out: EOF while parsing a string",
            ],
        );
    }
}
