//! A round: who labels which cases, how blind, and when it is enough.

mod exit;
pub mod plan;
pub mod queue;

pub use exit::{Exit, Reached};

use super::record::or_default;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// What `round.yaml` says. It does not change once the round is open.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Round {
    /// The name of its folder.
    pub name: Arc<str>,
    pub kind: RoundKind,
    pub purpose: Arc<str>,
    /// When and by whom it was opened.
    pub opened: Arc<str>,
    pub by: Arc<str>,
    /// The commit that was checked out then.
    pub policy: Option<Arc<str>>,
    pub labelers: Vec<Arc<str>>,
    /// How many labelers read each case.
    pub overlap: usize,
    /// The share of each labeler's cases that they read twice, 0 to 1.
    pub repeats: f64,
    /// As many cases with a settled reading are mixed in for each labeler, as a share of their cases, 0 to 1.
    pub probes: f64,
    pub blindness: Blindness,
    /// What decides whatever is left to chance.
    pub seed: u64,
    pub sample: Sample,
    pub exit: Vec<Exit>,
}

/// How the cases were chosen.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Sample {
    /// In the words of the filter; empty where cases were named.
    pub filter: Arc<str>,
    /// How many were drawn; `None` where all that met the filter were taken.
    pub size: Option<usize>,
    /// What the strata differ by: `category`, `tier`, `behavior`, `verdict`, or facets.
    pub by: Vec<Arc<str>>,
    /// How many cases there were to draw from.
    pub of: Option<usize>,
}

/// One case of a round, a line of `plan.jsonl`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct PlanRow {
    pub case: String,
    pub labelers: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stratum: Option<String>,
    /// That the case was drawn, 0 to 1; `None` for a probe, and where all were taken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub probability: Option<f64>,
    /// Who reads it twice.
    #[serde(default, deserialize_with = "or_default", skip_serializing_if = "Vec::is_empty")]
    pub repeats: Vec<String>,
    /// It has a settled reading, which labelers are measured against.
    #[serde(default, deserialize_with = "or_default", skip_serializing_if = "std::ops::Not::not")]
    pub probe: bool,
}

/// A commitment to a label that nobody sees yet, a line of a file under `commitments/`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Commitment {
    pub case: String,
    /// 64 hexadecimal characters.
    pub commitment: String,
}

/// What opens a commitment, a line of a file under `reveals/`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reveal {
    /// Of the label.
    pub id: String,
    /// 64 hexadecimal characters.
    pub salt: String,
}

/// What a round was when it was closed, from `closed.yaml`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Closed {
    /// The file that says so.
    pub file: Arc<str>,
    pub at: Arc<str>,
    pub by: Arc<str>,
    /// How it stood to its exit criteria then; `None` where nobody could tell, since the labels were still sealed, and in files
    /// of a casebook that did not write it yet.
    pub exit: Option<Vec<Reached>>,
    /// The commitments that were there, file by file.
    pub commitments: Vec<Sealed>,
}

/// A file of commitments as it was when the round was closed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sealed {
    /// Relative to `commitments/`.
    pub file: Arc<str>,
    pub lines: usize,
    /// Of these lines, each with its line feed and without a carriage return: BLAKE3, 64 hexadecimal characters. `None` in
    /// files of a casebook that did not write it yet.
    pub hash: Option<Arc<str>>,
}

impl Sealed {
    /// The first lines of a file of commitments, or as many as it has.
    pub fn of(file: Arc<str>, bytes: &[u8], at_most: usize) -> Sealed {
        let (mut hasher, mut lines) = (blake3::Hasher::new(), 0);
        for line in bytes.split_inclusive(|byte| *byte == b'\n').take(at_most).filter(|line| line.ends_with(b"\n")) {
            let line = &line[..line.len() - 1];
            hasher.update(line.strip_suffix(b"\r").unwrap_or(line));
            hasher.update(b"\n");
            lines += 1;
        }
        Sealed { file, lines, hash: Some(hasher.finalize().to_hex().as_str().into()) }
    }

    /// Whether it is what was kept.
    pub fn is_as(&self, kept: &Sealed) -> bool {
        self.lines == kept.lines && (kept.hash.is_none() || self.hash == kept.hash)
    }
}

macro_rules! kinds {
    ($(#[$about:meta])* $name:ident { $($(#[$said:meta])* $variant:ident = $word:literal,)* }) => {
        $(#[$about])*
        #[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
        pub enum $name {
            $($(#[$said])* $variant,)*
        }

        impl $name {
            pub const WORDS: &'static [&'static str] = &[$($word),*];

            pub fn word(self) -> &'static str {
                match self {
                    $($name::$variant => $word,)*
                }
            }

            pub fn from_word(word: &str) -> Option<Self> {
                match word {
                    $($word => Some($name::$variant),)*
                    _ => None,
                }
            }
        }
    };
}

kinds! {
    /// What a round is for.
    RoundKind {
        /// To learn where people differ, before work begins.
        Calibration = "calibration",
        /// To label.
        #[default]
        Production = "production",
        /// To look again at some of what was labeled.
        QaSample = "qa-sample",
        /// Cases that somebody objects to.
        Appeal = "appeal",
        /// Cases whose texts changed.
        Relabel = "relabel",
    }
}

kinds! {
    /// What labelers may see of each other.
    Blindness {
        /// Everything.
        Open = "open",
        /// Nothing on the screen, until the round is closed.
        #[default]
        Hidden = "hidden",
        /// Nothing at all: labels stay on the labeler's machine until the round is closed, and a commitment stands in
        /// their place.
        Sealed = "sealed",
    }
}

/// The commitment to a record: BLAKE3 of the salt and the record's canonical JSON without its `id`, 64 hexadecimal
/// characters. Without the salt nobody can guess the label, and with it nobody can have meant another one.
pub fn commitment(salt: &[u8; 32], canonical: &str) -> String {
    let mut hasher = blake3::Hasher::new();
    hasher.update(salt);
    hasher.update(canonical.as_bytes());
    hasher.finalize().to_hex().to_string()
}

/// Reads a salt or a commitment, 64 hexadecimal characters.
pub fn from_hex(hex: &str) -> Option<[u8; 32]> {
    blake3::Hash::from_hex(hex).ok().map(Into::into)
}

/// Writes a salt as 64 hexadecimal characters.
pub fn to_hex(bytes: [u8; 32]) -> String {
    blake3::Hash::from_bytes(bytes).to_hex().to_string()
}

/// A number that a seed gives to some words: what is left to chance in a round goes by it, so that everybody gets the
/// same from the same seed. The first 8 bytes, little-endian, of the BLAKE3 hash of the seed (8 bytes, little-endian) and
/// of each word behind its length (likewise).
pub fn chance(seed: u64, words: &[&str]) -> u64 {
    let mut hasher = blake3::Hasher::new();
    hasher.update(&seed.to_le_bytes());
    for word in words {
        hasher.update(&(word.len() as u64).to_le_bytes());
        hasher.update(word.as_bytes());
    }
    hasher.finalize().as_bytes().first_chunk().map_or(0, |first| u64::from_le_bytes(*first))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_stand_for_kinds() {
        for word in RoundKind::WORDS {
            assert_eq!(RoundKind::from_word(word).unwrap().word(), *word);
        }
        assert_eq!(Blindness::from_word("sealed"), Some(Blindness::Sealed));
        assert_eq!(Blindness::from_word("opaque"), None);
    }

    #[test]
    fn a_plan_is_read_as_it_is_written() {
        let line = r#"{"case":"a","labelers":["ana","bo"],"stratum":"weapons","probability":0.25,"repeats":["ana"],"probe":true}"#;
        let row: PlanRow = serde_json::from_str(line).unwrap();
        assert_eq!(serde_json::to_string(&row).unwrap(), line);
        assert_eq!(
            serde_json::to_string(&PlanRow { case: "a".into(), ..PlanRow::default() }).unwrap(),
            r#"{"case":"a","labelers":[]}"#
        );
    }

    #[test]
    fn a_commitment_is_the_hash_of_salt_and_record() {
        let expected = blake3::hash(&[&[7; 32][..], b"{\"a\":1}"].concat()).to_hex().to_string();
        assert_eq!(commitment(&[7; 32], "{\"a\":1}"), expected);
        assert_eq!(from_hex(&to_hex([7; 32])), Some([7; 32]));
        assert_eq!((from_hex("07"), from_hex(&"é".repeat(32))), (None, None));
    }
}
