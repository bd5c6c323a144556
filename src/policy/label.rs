//! A labeler's reading of a case, as it stands on a line of a file of labels.

use super::case::{FacetWord, Harm, Reading};
use super::record::{Record, Saw, Withdrawal, open_words, or_default, texts, whole_seconds};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A labeler's reading, their abstention, or that they take a label back.
///
/// Keys are written in this order, and only those that say something.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(from = "Line")]
pub struct Label {
    /// Of its content: [`record::line`](super::record::line) gives it.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub id: String,
    pub case: String,
    pub labeler: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub round: Option<String>,
    /// A second reading by the same labeler in a round: it counts for agreement within a labeler, and for nothing else.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub repeat: bool,
    /// What was found; `None` where the labeler was not asked: not judged is not absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub harms: Option<Vec<Harm>>,
    /// All else that was read. Its own harms stay empty.
    #[serde(flatten)]
    pub reading: Reading,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub abstain: Option<Abstention>,
    /// Takes the label that it supersedes back; it has no reading of its own then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub withdrawn: Option<Withdrawal>,
    /// Something that the guidance does not answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gap: Option<Gap>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub confidence: Option<Confidence>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rationale: Option<String>,
    /// Id of the label that this one replaces.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub supersedes: Option<String>,
    /// Clauses and categories that were applied, each with the hash of its text as it was then.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub cites: BTreeMap<String, String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub saw: Option<Saw>,
    /// The commit that was checked out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub policy: Option<String>,
    /// In UTC, as RFC 3339 writes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<String>,
    /// How long it took.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seconds: Option<u64>,
}

/// A label's line with all its keys on one level: to read a flattened [`Reading`] takes three times as long.
#[derive(Deserialize)]
struct Line {
    #[serde(default)]
    id: String,
    case: String,
    labeler: String,
    #[serde(default)]
    round: Option<String>,
    #[serde(default, deserialize_with = "or_default")]
    repeat: bool,
    #[serde(default)]
    harms: Option<Vec<Harm>>,
    #[serde(default)]
    unjudged: Vec<String>,
    #[serde(default)]
    facets: BTreeMap<String, FacetWord>,
    #[serde(default)]
    behavior: Option<String>,
    #[serde(default)]
    acceptable: Vec<String>,
    #[serde(default)]
    observed: Option<String>,
    #[serde(default)]
    abstain: Option<Abstention>,
    #[serde(default)]
    withdrawn: Option<Withdrawal>,
    #[serde(default)]
    gap: Option<Gap>,
    #[serde(default)]
    confidence: Option<Confidence>,
    #[serde(default)]
    rationale: Option<String>,
    #[serde(default)]
    supersedes: Option<String>,
    #[serde(default, deserialize_with = "texts")]
    cites: BTreeMap<String, String>,
    #[serde(default)]
    saw: Option<Saw>,
    #[serde(default)]
    policy: Option<String>,
    #[serde(default)]
    at: Option<String>,
    #[serde(default, deserialize_with = "whole_seconds")]
    seconds: Option<u64>,
}

impl From<Line> for Label {
    fn from(line: Line) -> Label {
        let Line { unjudged, facets, behavior, acceptable, observed, .. } = line;
        Label {
            id: line.id,
            case: line.case,
            labeler: line.labeler,
            round: line.round,
            repeat: line.repeat,
            harms: line.harms,
            reading: Reading { harms: Vec::new(), unjudged, facets, behavior, acceptable, observed },
            abstain: line.abstain,
            withdrawn: line.withdrawn,
            gap: line.gap,
            confidence: line.confidence,
            rationale: line.rationale,
            supersedes: line.supersedes,
            cites: line.cites,
            saw: line.saw,
            policy: line.policy,
            at: line.at,
            seconds: line.seconds,
        }
    }
}

/// That a labeler gives no reading.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Abstention {
    #[serde(default)]
    pub reason: String,
}

/// Something that the guidance does not answer, and where it should.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gap {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clause: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<String>,
    #[serde(default)]
    pub note: String,
}

open_words! {
    /// How sure a labeler is.
    pub enum Confidence {
        Low = "low",
        Medium = "medium",
        High = "high",
    }
}

impl Label {
    /// The keys of a label's line, in the order in which they are written.
    pub const KEYS: &'static [&'static str] = &[
        "id",
        "case",
        "labeler",
        "round",
        "repeat",
        "harms",
        "unjudged",
        "facets",
        "behavior",
        "acceptable",
        "observed",
        "abstain",
        "withdrawn",
        "gap",
        "confidence",
        "rationale",
        "supersedes",
        "cites",
        "saw",
        "policy",
        "at",
        "seconds",
    ];

    /// The reading with the harms in it; `None` for an abstention and for what takes a label back.
    pub fn whole_reading(&self) -> Option<Reading> {
        let says = self.abstain.is_none() && self.withdrawn.is_none();
        says.then(|| Reading { harms: self.harms.clone().unwrap_or_default(), ..self.reading.clone() })
    }
}

impl Record for Label {
    const FOLDER: &'static str = "labels";

    fn id(&self) -> &str {
        &self.id
    }

    fn case(&self) -> &str {
        &self.case
    }

    fn by(&self) -> &str {
        &self.labeler
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
    use crate::policy::record;
    use serde_json::Value;

    const FULL: &str = r#"{"id":"x","case":"c","labeler":"ana","round":"r","repeat":true,"harms":[{"category":"w","severity":"high","target":"request"}],"unjudged":["u"],"facets":{"intent":"unclear"},"behavior":"refuse","acceptable":["escalate"],"observed":"comply","abstain":{"reason":"a"},"withdrawn":{"reason":"w"},"gap":{"clause":"c1","note":"n"},"confidence":"high","rationale":"why","supersedes":"y","cites":{"c1":"h"},"saw":{"labels":true,"verdict":false,"precedents":["p"]},"policy":"abc","at":"2026-11-21T05:00:00Z","seconds":41}"#;

    fn label(json: &str) -> Label {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn keys_are_written_in_one_order_and_only_where_they_say_something() {
        assert_eq!(serde_json::to_string(&label(FULL)).unwrap(), FULL);
        let keys: Vec<String> = serde_json::from_str::<serde_json::Map<String, Value>>(FULL)
            .unwrap()
            .into_iter()
            .map(|(key, _)| key)
            .collect();
        assert_eq!(keys, Label::KEYS);
        let bare = Label { case: "c".into(), labeler: "ana".into(), ..Label::default() };
        assert_eq!(serde_json::to_string(&bare).unwrap(), r#"{"case":"c","labeler":"ana"}"#);
    }

    #[test]
    fn nothing_found_is_not_the_same_as_not_asked() {
        let asked = label(r#"{"case":"c","labeler":"a","harms":[]}"#);
        assert_eq!(
            (asked.harms.as_deref(), serde_json::to_string(&asked).unwrap().contains("harms")),
            (Some(&[][..]), true)
        );
        assert_eq!(label(r#"{"case":"c","labeler":"a"}"#).harms, None);
    }

    #[test]
    fn what_others_wrote_is_read_with_good_will() {
        let read = label(
            r#"{"case":"c","labeler":"a","confidence":"very","repeat":null,"cites":{"a":1,"b":"h"},"seconds":41.6,"mystery":1,"supersedes":null}"#,
        );
        assert_eq!(read.confidence, Some(Confidence::Other("very".into())));
        assert_eq!((read.repeat, read.cites.len(), read.seconds), (false, 1, Some(42)));
        assert_eq!(serde_json::to_value(&read).unwrap()["confidence"], "very");
    }

    #[test]
    fn its_line_begins_with_its_id() {
        let (id, line) = record::line(&label(r#"{"case":"c","labeler":"ana","behavior":"refuse"}"#));
        assert!(line.starts_with(&format!(r#"{{"id":"{id}","case":"c","#)), "{line}");
        assert_eq!(record::content_id(&serde_json::from_str(&line).unwrap()), id);
        assert_eq!(record::line(&label(&line)), (id, line));
    }
}
