//! A field whose words the map turns into the policy's.

use super::pick::{self, Pick, Row, shown};
use crate::document::read::cursor::Cursor;
use crate::interop::draft::excerpt;
use crate::interop::plan::{Outcome, RowError};
use crate::interop::tally::Tally;
use crate::policy::Policy;
use crate::policy::codes;
use crate::policy::facet::{FacetIx, FacetKind};
use crate::policy::taxonomy::{NO_CATEGORY, UNKNOWN};
use rustc_hash::FxHashMap;
use serde_json::Value;

/// Which words a field may end up with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Vocabulary {
    /// Category ids; `none` is no harm.
    Category,
    Severity,
    Behavior,
    Target,
    Facet(FacetIx),
    /// `true` or `false`.
    YesNo,
    /// Any word.
    Free,
}

/// What becomes of a value that the map does not name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unmapped {
    /// The row is an error.
    Error,
    /// The row is left out.
    Skip,
    /// The field is left unknown.
    Unknown,
    /// The word stands as it is if it is one of the policy's; else the row is an error.
    Keep,
}

#[derive(Debug, Clone)]
pub struct Field {
    /// Its name in casebook: `gold.behavior`.
    pub name: String,
    pub pick: Pick,
    /// What stands between several values in one cell.
    split: Option<String>,
    /// May hold several values.
    many: bool,
    values: Option<FxHashMap<String, Vec<String>>>,
    unmapped: Unmapped,
    pub vocabulary: Vocabulary,
}

/// What a field says of one row. Both empty: the cell is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Said {
    pub words: Vec<String>,
    /// It says something that the policy has no word for.
    pub unknown: bool,
}

/// Why a row, or a label, goes no further.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stop {
    Error(RowError),
    Skip(String),
}

const KEYS: [&str; 3] = ["values", "unmapped", "split"];

impl Field {
    /// A field of one value. `more` are keys that the caller reads itself.
    pub fn one(cursor: &Cursor, name: &str, policy: &Policy, words: Vocabulary, more: &[&str]) -> Option<Field> {
        Field::read(cursor, name, policy, words, false, more)
    }

    /// A field of several values: a list, or one cell with a separator.
    pub fn many(cursor: &Cursor, name: &str, policy: &Policy, words: Vocabulary, more: &[&str]) -> Option<Field> {
        Field::read(cursor, name, policy, words, true, more)
    }

    fn read(
        cursor: &Cursor,
        name: &str,
        policy: &Policy,
        vocabulary: Vocabulary,
        many: bool,
        more: &[&str],
    ) -> Option<Field> {
        let pick = Pick::read(cursor, name)?;
        if let Pick::Const(word) = &pick {
            own_or_note(cursor, &shown(word), vocabulary, policy);
        }
        let known: Vec<&str> = pick::KEYS.iter().chain(&KEYS).chain(more).copied().collect();
        super::no_other_keys(cursor, &known);
        let values = cursor.get("values").map(|values| read_values(&values, name, vocabulary, policy));
        let unmapped = match cursor.get("unmapped") {
            Some(word) => unmapped(&word)?,
            None if values.is_some() => {
                cursor.note(
                    &codes::MISSING_KEY,
                    format!("`{name}` maps values, but does not say what becomes of a value that is not among them"),
                    "Add `unmapped: error`, `skip` (leaves the row out), `unknown` (leaves the field out) or `keep`.",
                );
                return None;
            }
            None => Unmapped::Keep,
        };
        let split = cursor.get("split").and_then(|split| split.expect_text("split")).map(|s| s.to_string());
        if split.as_deref() == Some("") || (split.is_some() && !many) {
            cursor.note(
                &codes::WRONG_TYPE,
                if many { "`split` is empty".into() } else { format!("`{name}` has one value; it cannot be split") },
                if many { "Write what stands between the values." } else { "Remove `split`." },
            );
        }
        Some(Field { name: name.into(), pick, split, many, values, unmapped, vocabulary })
    }

    /// What the row says, in the policy's words.
    pub fn say(&self, row: Row, policy: &Policy, tally: &mut Tally) -> Result<Said, Stop> {
        let value = self.pick.get(row);
        let cells: Vec<&Value> = match &*value {
            Value::Array(items) if self.many => items.iter().collect(),
            single => vec![single],
        };
        let mut said = Said::default();
        let mut met_word = false;
        for cell in &cells {
            if matches!(cell, Value::Array(_) | Value::Object(_)) {
                let message = format!("`{}` holds {}, not a word", self.pick.describe(), kind(cell));
                return Err(Stop::Error(self.error(
                    row,
                    message,
                    "Name the part that is meant, as in `a.b` or `a[0]`.",
                )));
            }
            let text = shown(cell);
            let words: Vec<&str> = match &self.split {
                Some(split) => text.split(split.as_str()).map(str::trim).filter(|word| !word.is_empty()).collect(),
                None => vec![text.trim()],
            };
            for word in words {
                let word = if row.empty.iter().any(|empty| empty == word) { "" } else { word };
                met_word |= !word.is_empty();
                self.say_word(word, row, policy, tally, &mut said)?;
            }
        }
        // A list or a split cell with nothing in it is an empty cell too.
        let counted = self.split.is_none() && !cells.is_empty();
        if !met_word && !counted {
            self.say_word("", row, policy, tally, &mut said)?;
        }
        let mut seen = rustc_hash::FxHashSet::default();
        said.words.retain(|word| seen.insert(word.clone()));
        Ok(said)
    }

    fn say_word(&self, word: &str, row: Row, policy: &Policy, tally: &mut Tally, said: &mut Said) -> Result<(), Stop> {
        let counts = !matches!(self.vocabulary, Vocabulary::Free) || self.values.is_some();
        let label = format!("{} ← {}", self.name, self.pick.describe());
        let mut count = |outcome, to: &str| {
            if counts {
                tally.count(&label, word, outcome, to);
            }
        };
        let named = self.values.as_ref().and_then(|values| values.get(word)).cloned();
        let own = || own(word, self.vocabulary, policy).map(|word| vec![word]);
        let words = match (named, &self.values, self.unmapped) {
            (Some(words), _, _) => Some(words),
            (None, _, _) if word.is_empty() => {
                count(Outcome::Empty, "");
                return Ok(());
            }
            (None, None, _) | (None, Some(_), Unmapped::Keep) => own(),
            (None, Some(_), _) => None,
        };
        match (words, self.unmapped) {
            (Some(words), _) => {
                let unknown = self.vocabulary != Vocabulary::Free && words.iter().any(|word| word == UNKNOWN);
                count(if unknown { Outcome::Unknown } else { Outcome::Mapped }, &words.join(", "));
                said.unknown |= unknown;
                said.words.extend(words.into_iter().filter(|word| !unknown || word != UNKNOWN));
                Ok(())
            }
            (None, Unmapped::Unknown) => {
                count(Outcome::Unknown, UNKNOWN);
                said.unknown = true;
                Ok(())
            }
            (None, Unmapped::Skip) => {
                count(Outcome::Skipped, "");
                Err(Stop::Skip(format!("`{}` is `{}`, which the map leaves out", self.pick.describe(), excerpt(word))))
            }
            (None, Unmapped::Error | Unmapped::Keep) => {
                count(Outcome::Error, "");
                let shown = excerpt(word);
                let (message, help) = if self.values.is_some() {
                    (
                        format!("the map does not say what `{shown}` is for `{}`", self.name),
                        "Add it under `values` of that field, or change `unmapped`.".into(),
                    )
                } else {
                    (format!("`{shown}` is {}", not_a_word(self.vocabulary, policy)), choices(self.vocabulary, policy))
                };
                Err(Stop::Error(self.error(row, message, help)))
            }
        }
    }

    /// The word of a field of one value; `None` where it is empty or unknown.
    pub fn word(&self, row: Row, policy: &Policy, tally: &mut Tally) -> Result<Option<String>, Stop> {
        let said = self.say(row, policy, tally)?;
        match said.words.as_slice() {
            [] => Ok(None),
            [word] => Ok(Some(word.clone())),
            _ => Err(Stop::Error(self.error(
                row,
                format!("`{}` can have one value, but gets `{}`", self.name, said.words.join("`, `")),
                "Map each value to one word.",
            ))),
        }
    }

    pub fn error(&self, row: Row, message: impl Into<String>, help: impl Into<String>) -> RowError {
        let column = match &self.pick {
            Pick::Column(column) => row.each.map_or_else(|| column.clone(), |each| column.replace(pick::EACH, each)),
            _ => self.name.clone(),
        };
        RowError { row: row.at, field: column, message: message.into(), help: help.into() }
    }
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
        _ => "a value",
    }
}

fn unmapped(cursor: &Cursor) -> Option<Unmapped> {
    match &*cursor.expect_text("unmapped")? {
        "error" => Some(Unmapped::Error),
        "skip" => Some(Unmapped::Skip),
        "unknown" => Some(Unmapped::Unknown),
        "keep" => Some(Unmapped::Keep),
        word => {
            let message = format!("`unmapped` cannot be `{word}`");
            cursor.note(&codes::UNKNOWN_VALUE, message, "Use one of `error`, `skip`, `unknown`, `keep`.");
            None
        }
    }
}

fn read_values(cursor: &Cursor, name: &str, vocabulary: Vocabulary, policy: &Policy) -> FxHashMap<String, Vec<String>> {
    cursor.expect_mapping(&format!("values of {name}"));
    let mut values = FxHashMap::default();
    for (from, to) in cursor.entries() {
        let words = if to.node().is_sequence() { to.items() } else { vec![to] };
        let words = words.iter().filter_map(|word| {
            let text = word.expect_text(from)?;
            if &*text == UNKNOWN && vocabulary != Vocabulary::Free {
                return Some(UNKNOWN.to_owned());
            }
            own_or_note(word, &text, vocabulary, policy)
        });
        values.insert(from.trim().to_owned(), words.collect());
    }
    values
}

/// The policy's own word for `word`, an alias resolved to its category.
pub fn own(word: &str, vocabulary: Vocabulary, policy: &Policy) -> Option<String> {
    let manifest = &policy.manifest;
    let known = |known: bool| known.then(|| word.to_owned());
    match vocabulary {
        Vocabulary::Category if word == NO_CATEGORY => Some(word.to_owned()),
        Vocabulary::Category => policy.taxonomy.find(word).map(|ix| policy.taxonomy.get(ix).id.to_string()),
        Vocabulary::Severity => known(manifest.find_severity(word).is_some()),
        Vocabulary::Behavior => known(manifest.behaviors.find(word).is_some()),
        Vocabulary::Target => known(word == "request" || word == "response"),
        Vocabulary::YesNo => yes_no(word).map(|yes| yes.to_string()),
        Vocabulary::Facet(ix) => {
            let facet = manifest.facet(ix);
            match facet.kind {
                FacetKind::Bool => yes_no(word).map(|yes| yes.to_string()),
                _ => known(facet.find(word).is_some()),
            }
        }
        Vocabulary::Free => Some(word.to_owned()),
    }
}

/// As [`own`]; notes a word that is none.
pub fn own_or_note(cursor: &Cursor, word: &str, vocabulary: Vocabulary, policy: &Policy) -> Option<String> {
    let own = own(word, vocabulary, policy);
    if own.is_none() {
        let (code, what) = match vocabulary {
            Vocabulary::Category => (&codes::UNKNOWN_CATEGORY, "category"),
            Vocabulary::Behavior => (&codes::UNKNOWN_BEHAVIOR, "behavior"),
            _ => (&codes::UNKNOWN_VALUE, "value"),
        };
        let all = candidates(vocabulary, policy);
        let help = cursor.choose_from(word, what, all.iter().map(String::as_str));
        cursor.note(code, format!("`{word}` is {}", not_a_word(vocabulary, policy)), help);
    }
    own
}

fn not_a_word(vocabulary: Vocabulary, policy: &Policy) -> String {
    match vocabulary {
        Vocabulary::Category => "no category of the policy, by id or alias".into(),
        Vocabulary::Severity => "no severity of the policy".into(),
        Vocabulary::Behavior => "no behavior of the policy".into(),
        Vocabulary::Target => "no target".into(),
        Vocabulary::YesNo => "neither yes nor no".into(),
        Vocabulary::Facet(ix) => format!("no value of the facet `{}`", policy.manifest.facet(ix).id),
        Vocabulary::Free => "no word".into(),
    }
}

fn choices(vocabulary: Vocabulary, policy: &Policy) -> String {
    /// More choices than these are no help in one sentence.
    const MOST: usize = 8;
    let all = candidates(vocabulary, policy);
    match all.len() {
        0 => "The policy has none yet: add it first, or map the value under `values`.".into(),
        n if n > MOST => "Map it under `values` to one that the policy has.".into(),
        _ => format!("Map it under `values` to one of `{}`.", all.join("`, `")),
    }
}

fn candidates(vocabulary: Vocabulary, policy: &Policy) -> Vec<String> {
    let manifest = &policy.manifest;
    match vocabulary {
        Vocabulary::Category => policy.taxonomy.iter().map(|(_, c)| c.id.to_string()).collect(),
        Vocabulary::Severity => manifest.severities.iter().map(|s| s.to_string()).collect(),
        Vocabulary::Behavior => manifest.behaviors.iter().map(|(_, b)| b.id.to_string()).collect(),
        Vocabulary::Target => vec!["request".into(), "response".into()],
        Vocabulary::YesNo => vec!["true".into(), "false".into()],
        Vocabulary::Facet(ix) => manifest.facet(ix).values.iter().map(|v| v.to_string()).collect(),
        Vocabulary::Free => vec![],
    }
}

/// The words that tables use for yes and no, in any case.
pub fn yes_no(word: &str) -> Option<bool> {
    let word = word.to_ascii_lowercase();
    match word.as_str() {
        "1" | "1.0" | "true" | "t" | "yes" | "y" | "x" => Some(true),
        "0" | "0.0" | "false" | "f" | "no" | "n" | "-" => Some(false),
        _ => None,
    }
}
