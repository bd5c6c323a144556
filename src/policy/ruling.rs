//! The settled reading of a case, as it stands on a line of a file of adjudications.

use super::case::Reading;
use super::record::{Record, Saw, Withdrawal, open_words, or_default, texts, whole_seconds};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What was settled of a case, by whom and why.
///
/// Keys are written in this order, and only those that say something.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Adjudication {
    /// Of its content: [`record::line`](super::record::line) gives it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub id: String,
    pub case: String,
    pub adjudicator: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub round: Option<String>,
    /// `None` where nothing was settled: `split`, `deferred`, or a ruling taken back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decision: Option<Reading>,
    pub disposition: Disposition,
    #[serde(default, deserialize_with = "or_default", skip_serializing_if = "Vec::is_empty")]
    pub cause: Vec<Cause>,
    /// The reason, reusable as precedent.
    #[serde(default, deserialize_with = "or_default", skip_serializing_if = "String::is_empty")]
    pub holding: String,
    /// Cases whose rulings this one rests on.
    #[serde(default, deserialize_with = "or_default", skip_serializing_if = "Vec::is_empty")]
    pub follows: Vec<String>,
    /// Cases whose rulings look alike and do not bind here.
    #[serde(default, deserialize_with = "or_default", skip_serializing_if = "Vec::is_empty")]
    pub distinguishes: Vec<String>,
    /// Cases whose rulings no longer bind.
    #[serde(default, deserialize_with = "or_default", skip_serializing_if = "Vec::is_empty")]
    pub overrules: Vec<String>,
    /// Ids of labels whose readings were not taken and are kept on record.
    #[serde(default, deserialize_with = "or_default", skip_serializing_if = "Vec::is_empty")]
    pub dissent: Vec<String>,
    /// Of a legitimate split: how many said what.
    #[serde(default, deserialize_with = "or_default", skip_serializing_if = "BTreeMap::is_empty")]
    pub distribution: BTreeMap<String, u64>,
    /// That it was given together with others.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub batch: Option<InBatch>,
    /// Takes the ruling that it supersedes back; it is `deferred` and has no decision of its own then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub withdrawn: Option<Withdrawal>,
    /// Id of the adjudication that this one replaces.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub supersedes: Option<String>,
    /// Clauses and categories that were applied, each with the hash of its text as it was then.
    #[serde(default, deserialize_with = "texts", skip_serializing_if = "BTreeMap::is_empty")]
    pub cites: BTreeMap<String, String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub saw: Option<Saw>,
    /// The commit that was checked out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub policy: Option<String>,
    /// In UTC, as RFC 3339 writes it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<String>,
    /// How long it took.
    #[serde(default, deserialize_with = "whole_seconds", skip_serializing_if = "Option::is_none")]
    pub seconds: Option<u64>,
}

/// How a ruling was given that was given together with others: some of their cases were drawn and looked at first.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct InBatch {
    /// What the cases to look at were drawn with, in hexadecimal digits.
    #[serde(default)]
    pub seed: String,
    /// How many cases there were.
    #[serde(default)]
    pub cases: usize,
    /// How many of them were looked at.
    #[serde(default)]
    pub sample: usize,
    /// Whether this one was.
    #[serde(default)]
    pub looked: bool,
}

/// How a ruling stands to the readings that there were.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Disposition {
    Unanimous,
    MajorityUpheld,
    MinorityUpheld,
    /// A reading that nobody gave.
    Overridden,
    /// A legitimate disagreement: no gold label.
    Split,
    #[default]
    Deferred,
}

impl Disposition {
    pub const ALL: [Disposition; 6] = [
        Disposition::Unanimous,
        Disposition::MajorityUpheld,
        Disposition::MinorityUpheld,
        Disposition::Overridden,
        Disposition::Split,
        Disposition::Deferred,
    ];

    pub fn word(self) -> &'static str {
        match self {
            Disposition::Unanimous => "unanimous",
            Disposition::MajorityUpheld => "majority-upheld",
            Disposition::MinorityUpheld => "minority-upheld",
            Disposition::Overridden => "overridden",
            Disposition::Split => "split",
            Disposition::Deferred => "deferred",
        }
    }

    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|disposition| disposition.word() == word)
    }

    /// Whether a reason has to be given: not where all agree, or where nothing is settled yet.
    pub fn needs_holding(self) -> bool {
        !matches!(self, Disposition::Unanimous | Disposition::Deferred)
    }

    /// Whether it comes with a decision.
    pub fn decides(self) -> bool {
        !matches!(self, Disposition::Split | Disposition::Deferred)
    }
}

open_words! {
    /// Why people read a case differently.
    pub enum Cause {
        LabelerError = "labeler-error",
        GuidelineGap = "guideline-gap",
        GuidelineConflict = "guideline-conflict",
        AmbiguousCase = "ambiguous-case",
        MissingContext = "missing-context",
        TaxonomyOverlap = "taxonomy-overlap",
        Technical = "technical",
    }
}

impl Adjudication {
    /// The keys of an adjudication's line, in the order in which they are written.
    pub const KEYS: &'static [&'static str] = &[
        "id",
        "case",
        "adjudicator",
        "round",
        "decision",
        "disposition",
        "cause",
        "holding",
        "follows",
        "distinguishes",
        "overrules",
        "dissent",
        "distribution",
        "batch",
        "withdrawn",
        "supersedes",
        "cites",
        "saw",
        "policy",
        "at",
        "seconds",
    ];
}

impl Adjudication {
    /// What it says in a word or two: `refuse, majority-upheld`, `split`, `withdrawn`.
    pub fn says(&self) -> String {
        match (&self.withdrawn, &self.decision) {
            (Some(_), _) => "withdrawn".to_owned(),
            (None, Some(Reading { behavior: Some(behavior), .. })) => {
                format!("{behavior}, {}", self.disposition.word())
            }
            (None, _) => self.disposition.word().to_owned(),
        }
    }
}

impl Record for Adjudication {
    const FOLDER: &'static str = "adjudications";

    fn id(&self) -> &str {
        &self.id
    }

    fn case(&self) -> &str {
        &self.case
    }

    fn by(&self) -> &str {
        &self.adjudicator
    }

    fn supersedes(&self) -> Option<&str> {
        self.supersedes.as_deref()
    }

    fn is_withdrawal(&self) -> bool {
        self.withdrawn.is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;

    const FULL: &str = r#"{"id":"x","case":"c","adjudicator":"lee","round":"r","decision":{"harms":[{"category":"w","target":"request"}],"behavior":"refuse"},"disposition":"majority-upheld","cause":["guideline-gap"],"holding":"why","follows":["a"],"distinguishes":["b"],"overrules":["d"],"dissent":["l"],"distribution":{"comply":2,"refuse":3},"batch":{"seed":"1f","cases":9,"sample":3,"looked":true},"withdrawn":{"reason":"w"},"supersedes":"y","cites":{"c1":"h"},"saw":{"labels":true,"verdict":true},"policy":"abc","at":"2026-11-21T05:00:00Z","seconds":41}"#;

    #[test]
    fn keys_are_written_in_one_order_and_only_where_they_say_something() {
        let ruling: Adjudication = serde_json::from_str(FULL).unwrap();
        assert_eq!(serde_json::to_string(&ruling).unwrap(), FULL);
        let keys: Vec<String> = serde_json::from_str::<serde_json::Map<String, Value>>(FULL)
            .unwrap()
            .into_iter()
            .map(|(key, _)| key)
            .collect();
        assert_eq!(keys, Adjudication::KEYS);
        let bare = Adjudication { case: "c".into(), adjudicator: "lee".into(), ..Adjudication::default() };
        assert_eq!(
            serde_json::to_string(&bare).unwrap(),
            r#"{"case":"c","adjudicator":"lee","disposition":"deferred"}"#
        );
    }

    #[test]
    fn unknown_causes_are_kept() {
        let json =
            r#"{"case":"c","adjudicator":"lee","disposition":"split","cause":["technical","tired"],"holding":null}"#;
        let ruling: Adjudication = serde_json::from_str(json).unwrap();
        assert_eq!(ruling.cause, [Cause::Technical, Cause::Other("tired".into())]);
        let words: Vec<&str> = ruling.cause.iter().map(Cause::word).collect();
        assert_eq!(words, ["technical", "tired"]);
    }

    #[test]
    fn dispositions_have_words() {
        for disposition in Disposition::ALL {
            assert_eq!(serde_json::to_value(disposition).unwrap(), disposition.word());
            assert_eq!(Disposition::from_word(disposition.word()), Some(disposition));
        }
    }
}
