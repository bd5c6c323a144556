//! What an import would do: nothing is written before a person has seen it.

use crate::policy::place::Place;
use crate::policy::problem::Problem;

/// What to write, and everything a person should know before it is written.
///
/// A *row* is named by the line of the file on which it starts, from 1; in a `json` file by the number of the item in
/// its list, from 1.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ImportPlan {
    /// Rows met, header and skipped ones not counted.
    pub rows: usize,
    /// In the order of the file.
    pub cases: Vec<NewCase>,
    /// In the order of the labelers' names.
    pub labels: Vec<NewLabelFile>,
    /// Cases that the set holds already, with the same content.
    pub already: usize,
    /// Labels that the set holds already.
    pub labels_already: usize,
    /// Rows with the same text and the same labels: each is a case of its own.
    pub duplicates: Vec<Duplicate>,
    /// Rows with the same text and different labels: each is a case of its own.
    pub contradictions: Vec<Contradiction>,
    /// Rows that could not be imported. They stop nothing else.
    pub row_errors: Vec<RowError>,
    /// Row errors beyond the first [`ImportPlan::MOST_ERRORS`], which are counted alone.
    pub more_errors: usize,
    /// Rows that are no data: repeated headers, comments, empty ones, totals at the end, and those the map leaves out.
    pub skipped: Vec<Skipped>,
    /// Skipped rows beyond the first [`ImportPlan::MOST_ERRORS`] entries, which are counted alone.
    pub more_skipped: usize,
    /// Every mapped field, with what each of its values became.
    pub distributions: Vec<Distribution>,
    /// Other things worth knowing, a sentence each.
    pub notes: Vec<String>,
}

impl ImportPlan {
    /// More row errors, and more skipped rows, than these are counted, not kept.
    pub const MOST_ERRORS: usize = 10_000;

    /// Whether there is nothing to write.
    pub fn is_empty(&self) -> bool {
        self.cases.is_empty() && self.labels.is_empty()
    }

    /// How many labels there are to write.
    pub fn new_labels(&self) -> usize {
        self.labels.iter().map(|file| file.lines.len()).sum()
    }
}

/// A case to be added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewCase {
    pub id: String,
    pub row: usize,
    /// One JSON object without a line feed.
    pub line: String,
}

/// The labels of one labeler, to be written to one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewLabelFile {
    /// Fit to be the name of a folder.
    pub labeler: String,
    /// One JSON object each, without a line feed.
    pub lines: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Duplicate {
    pub rows: Vec<usize>,
    /// The rows' case ids, in the same order.
    pub ids: Vec<String>,
    /// Cases with this text that the set holds already under other ids.
    pub held: Vec<String>,
    /// How the text begins.
    pub text: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contradiction {
    pub rows: Vec<usize>,
    /// The rows' case ids, in the same order.
    pub ids: Vec<String>,
    /// What each row says, in the same order: `harms hate, violence; refuse`.
    pub readings: Vec<String>,
    /// How the text begins.
    pub text: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowError {
    pub row: usize,
    /// The column, path or field; empty where the row as a whole is meant.
    pub field: String,
    /// One sentence.
    pub message: String,
    /// What to do about it, one sentence.
    pub help: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Skipped {
    pub row: usize,
    /// How many rows in a row, this one the first.
    pub rows: usize,
    /// `empty`, `comment`, `header repeated`, …
    pub reason: String,
    /// How the row begins.
    pub text: String,
}

/// What the values of one field became.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Distribution {
    /// The field of casebook and the column it comes from: `gold.behavior ← response_type`.
    pub field: String,
    /// The most frequent first.
    pub counts: Vec<Count>,
    /// Rows whose value is one too many to be counted on its own.
    pub others: usize,
}

impl Distribution {
    /// Values that the map does not name.
    pub fn unmapped(&self) -> impl Iterator<Item = &Count> {
        self.counts.iter().filter(|count| !matches!(count.outcome, Outcome::Mapped | Outcome::Empty))
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Count {
    /// As the file has it; `` where there is none.
    pub value: String,
    pub outcome: Outcome,
    /// What it became, in the policy's words.
    pub to: String,
    pub n: usize,
}

/// What became of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Outcome {
    Mapped,
    /// The cell is empty.
    Empty,
    /// Left unknown, as the map decides.
    Unknown,
    /// Its row, or its label, was left out, as the map decides.
    Skipped,
    /// Its row, or its label, is an error.
    Error,
}

/// Why there is no plan at all.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ImportError {
    #[error("there is no import format `{name}`; the formats are {known}")]
    UnknownFormat { name: String, known: String },
    #[error("the format `{format}` needs to be told what its columns mean; give a map with `--map MAP.yaml`")]
    NeedsMap { format: &'static str },
    #[error("the format `{format}` takes no {what}; leave it out")]
    NotTaken { format: &'static str, what: &'static str },
    /// Everything that is wrong with the map, each with its place in it.
    #[error("{}", told(problems))]
    Map { problems: Vec<Problem> },
    #[error("{place}: {message}. {help}")]
    File { place: Place, message: String, help: String },
    #[error("the policy has no behavior `{name}`, given with `{option}`; its behaviors are {known}")]
    UnknownBehavior { option: &'static str, name: String, known: String },
    #[error("{message}. {help}")]
    Categories { message: String, help: String },
}

fn told(problems: &[Problem]) -> String {
    let lines = problems.iter().map(|p| format!("{}: {}. {}", p.place, p.message, p.help));
    lines.collect::<Vec<_>>().join("\n")
}
