//! What is wrong with the lines of one file, counted without end but told within bounds.

use super::source::{LineIndex, SourceFile};
use crate::policy::codes;
use crate::policy::problem::{Code, Problem};
use rustc_hash::FxHashMap;
use std::ops::Range;

/// Of one kind in one file, so many are told; the rest is counted.
const MOST_TOLD: usize = 100;
/// So many different unknown keys of one file are kept.
const MOST_KEYS: usize = 1000;

/// Where a line has one of these, nothing of it is read.
static UNREAD: &[&Code] = &[
    &codes::BROKEN_LINE,
    &codes::BROKEN_UTF8,
    &codes::WRONG_ROW_SHAPE,
    &codes::CASE_WITHOUT_ID,
    &codes::CASE_WITHOUT_TEXT,
    &codes::TORN_LINE,
];

/// The problems of some lines of a file.
#[derive(Debug, Default)]
pub(crate) struct Troubles {
    kinds: Vec<Kind>,
    keys: FxHashMap<String, Key>,
}

#[derive(Debug)]
struct Kind {
    code: &'static Code,
    told: Vec<Finding>,
    total: u64,
}

#[derive(Debug)]
struct Finding {
    bytes: Range<usize>,
    message: String,
    help: String,
}

#[derive(Debug)]
struct Key {
    first: Range<usize>,
    count: u64,
}

impl Troubles {
    /// Notes a problem at these bytes of the file; `tell` gives its message and its help.
    pub fn add(&mut self, code: &'static Code, bytes: Range<usize>, tell: impl FnOnce() -> (String, String)) {
        let kind = self.kind(code);
        kind.total += 1;
        if kind.told.len() < MOST_TOLD {
            let (message, help) = tell();
            kind.told.push(Finding { bytes, message, help });
        }
    }

    /// Notes a key of the line at these bytes that means nothing there.
    pub fn add_key(&mut self, key: String, line: Range<usize>) {
        if self.keys.len() < MOST_KEYS || self.keys.contains_key(&key) {
            self.keys.entry(key).or_insert(Key { first: line, count: 0 }).count += 1;
        }
    }

    /// Adds those of later lines of the same file.
    pub fn append(&mut self, later: Troubles) {
        for kind in later.kinds {
            let mine = self.kind(kind.code);
            mine.total += kind.total;
            let room = MOST_TOLD - mine.told.len();
            mine.told.extend(kind.told.into_iter().take(room));
        }
        for (name, key) in later.keys {
            if let Some(mine) = self.keys.get_mut(&name) {
                mine.count += key.count;
            } else if self.keys.len() < MOST_KEYS {
                self.keys.insert(name, key);
            }
        }
    }

    /// How many lines were left out since they cannot be read; a line has one such problem at most.
    pub fn left_out(&self) -> u64 {
        let unread = |kind: &&Kind| UNREAD.iter().any(|code| code.id == kind.code.id);
        self.kinds.iter().filter(unread).map(|kind| kind.total).sum()
    }

    /// As problems with their places, in the order of the lines.
    pub fn finish(self, file: &SourceFile, lines: &LineIndex, problems: &mut Vec<Problem>) {
        let mut told = Vec::new();
        for kind in self.kinds {
            let rest = kind.total - kind.told.len() as u64;
            let last = kind.told.len().saturating_sub(1);
            for (at, mut finding) in kind.told.into_iter().enumerate() {
                if at == last && rest > 0 {
                    finding.message += &format!(", and {} more like it in this file", thousands(rest));
                }
                told.push((kind.code, finding));
            }
        }
        let mut keys: Vec<_> = self.keys.into_iter().collect();
        keys.sort_by_key(|(_, key)| key.first.start);
        let rest = keys.len().saturating_sub(MOST_TOLD);
        for (at, (name, key)) in keys.into_iter().take(MOST_TOLD).enumerate() {
            let times = if key.count == 1 { "in 1 line".into() } else { format!("in {} lines", thousands(key.count)) };
            let mut message = format!("the key `{name}` means nothing to casebook ({times})");
            if at + 1 == MOST_TOLD && rest > 0 {
                message += &format!(", nor do {} other keys", thousands(rest as u64));
            }
            let help = "Check its spelling; if it is your own, keep it: casebook leaves it as it is.".into();
            told.push((&codes::UNKNOWN_ROW_KEY, Finding { bytes: key.first, message, help }));
        }
        told.sort_by_key(|(_, finding)| finding.bytes.start);
        problems.extend(told.into_iter().map(|(code, finding)| {
            Problem::new(code, lines.place(file, finding.bytes), finding.message, finding.help)
        }));
    }

    fn kind(&mut self, code: &'static Code) -> &mut Kind {
        let at = self.kinds.iter().position(|kind| kind.code.id == code.id).unwrap_or_else(|| {
            self.kinds.push(Kind { code, told: Vec::new(), total: 0 });
            self.kinds.len() - 1
        });
        &mut self.kinds[at]
    }
}

/// `4321` as `4,321`.
pub(crate) fn thousands(n: u64) -> String {
    let digits = n.to_string();
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}
