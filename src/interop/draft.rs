//! A case or label as a format reads it, and the line it becomes.

use crate::policy::case::{FacetWord, Harm, Reading};
use crate::policy::record::content_id;
use crate::policy::visible::visible_line;
use serde_json::{Map, Value, json};

/// A case on its way into the set.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Draft {
    pub row: usize,
    pub id: String,
    /// `None` where only labels come in, for a case that the set holds.
    pub body: Option<Body>,
    pub source: DraftSource,
    pub tags: Vec<String>,
    pub sensitive: bool,
    pub gold: Option<DraftReading>,
    pub labels: Vec<DraftLabel>,
}

/// What a case shows.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Body {
    pub content: Content,
    pub response: Option<String>,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Content {
    Text(String),
    /// Objects with at least a `role`.
    Messages(Vec<Value>),
}

#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct DraftSource {
    pub origin: Option<String>,
    pub reference: Option<String>,
    pub date: Option<String>,
}

/// A reading, and whether harms were looked for: finding none is not the same as not looking.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct DraftReading {
    pub harms_judged: bool,
    pub reading: Reading,
}

/// A labeler's reading of a case on its way into the set.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct DraftLabel {
    pub row: usize,
    pub labeler: String,
    pub round: Option<String>,
    pub reading: DraftReading,
    /// The reason of the abstention.
    pub abstain: Option<String>,
    pub confidence: Option<String>,
    pub rationale: Option<String>,
    pub at: Option<String>,
}

impl Body {
    pub fn hash(&self) -> String {
        let mut fields = Map::new();
        self.write(&mut fields);
        body_hash(&fields)
    }

    /// What a person would recognise it by.
    pub fn excerpt(&self) -> String {
        let text = match &self.content {
            Content::Text(text) => text,
            Content::Messages(messages) => {
                let mut spoken = messages.iter().filter_map(|m| m.get("content")?.as_str());
                spoken.next_back().unwrap_or_default()
            }
        };
        excerpt(text)
    }

    fn write(&self, fields: &mut Map<String, Value>) {
        match &self.content {
            Content::Text(text) => fields.insert("text".into(), text.as_str().into()),
            Content::Messages(messages) => fields.insert("messages".into(), messages.clone().into()),
        };
        if let Some(response) = &self.response {
            fields.insert("response".into(), response.as_str().into());
        }
    }
}

/// The hash of what a case shows: its conversation and the response. A text is a user's only turn.
pub(super) fn body_hash(case: &Map<String, Value>) -> String {
    let mut shown = Map::new();
    let turns = match (case.get("messages"), case.get("text")) {
        (Some(Value::Array(turns)), _) if !turns.is_empty() => turns.clone().into(),
        (_, text) => json!([{"role": "user", "content": text}]),
    };
    shown.insert("messages".into(), turns);
    shown.insert("response".into(), case.get("response").cloned().unwrap_or_default());
    content_id(&shown)
}

/// The first characters of `text` on one line, safe to show.
pub(super) fn excerpt(text: &str) -> String {
    const MOST: usize = 60;
    let words = text.chars().map(|c| if c.is_whitespace() { ' ' } else { c });
    let mut short: String = words.take(MOST).collect();
    if text.chars().nth(MOST).is_some() {
        short.push('…');
    }
    visible_line(&short).into_owned()
}

impl Draft {
    /// The case as casebook writes it; `None` without a body.
    pub fn case(&self) -> Option<Map<String, Value>> {
        let body = self.body.as_ref()?;
        let mut case = Map::new();
        case.insert("id".into(), self.id.as_str().into());
        body.write(&mut case);
        let mut source = Map::new();
        put(&mut source, "origin", &self.source.origin);
        put(&mut source, "ref", &self.source.reference);
        put(&mut source, "date", &self.source.date);
        if !source.is_empty() {
            case.insert("source".into(), source.into());
        }
        if !self.tags.is_empty() {
            case.insert("tags".into(), self.tags.clone().into());
        }
        if self.sensitive {
            case.insert("sensitive".into(), true.into());
        }
        if let Some(gold) = &self.gold {
            let mut fields = Map::new();
            gold.write(&mut fields);
            if !fields.is_empty() {
                case.insert("gold".into(), fields.into());
            }
        }
        Some(case)
    }
}

impl DraftLabel {
    /// The label as casebook writes it, named by its content.
    pub fn record(&self, case: &str) -> Map<String, Value> {
        let mut label = Map::new();
        label.insert("id".into(), Value::Null);
        label.insert("case".into(), case.into());
        label.insert("labeler".into(), self.labeler.as_str().into());
        put(&mut label, "round", &self.round);
        if self.abstain.is_none() {
            self.reading.write(&mut label);
        }
        if let Some(reason) = &self.abstain {
            label.insert("abstain".into(), json!({"reason": reason}));
        }
        put(&mut label, "confidence", &self.confidence);
        put(&mut label, "rationale", &self.rationale);
        put(&mut label, "at", &self.at);
        let id = content_id(&label);
        label.insert("id".into(), id.into());
        label
    }
}

impl DraftReading {
    /// Whether nobody judged anything: what is not judged says nothing.
    pub fn says_nothing(&self) -> bool {
        let Reading { harms, unjudged: _, facets, behavior, acceptable, observed } = &self.reading;
        let words = [harms.is_empty(), facets.is_empty(), acceptable.is_empty()].iter().all(|empty| *empty);
        !self.harms_judged && words && behavior.is_none() && observed.is_none()
    }

    fn write(&self, fields: &mut Map<String, Value>) {
        let reading = &self.reading;
        if self.harms_judged || !reading.harms.is_empty() {
            fields.insert("harms".into(), reading.harms.iter().map(harm).collect());
        }
        if !reading.unjudged.is_empty() {
            fields.insert("unjudged".into(), reading.unjudged.clone().into());
        }
        if !reading.facets.is_empty() {
            let facets: Map<String, Value> = reading.facets.iter().map(|(k, v)| (k.clone(), facet(v))).collect();
            fields.insert("facets".into(), facets.into());
        }
        put(fields, "behavior", &reading.behavior);
        if !reading.acceptable.is_empty() {
            fields.insert("acceptable".into(), reading.acceptable.clone().into());
        }
        put(fields, "observed", &reading.observed);
    }

    /// For a person: `harms hate, violence; facet intent = benign; refuse`.
    pub fn describe(&self) -> String {
        let reading = &self.reading;
        let mut parts = Vec::new();
        if !reading.harms.is_empty() {
            let harms = reading.harms.iter().map(|h| match &h.severity {
                Some(severity) => format!("{} ({severity})", h.category),
                None => h.category.clone(),
            });
            parts.push(format!("harms {}", harms.collect::<Vec<_>>().join(", ")));
        } else if self.harms_judged {
            parts.push("no harm".into());
        }
        if !reading.unjudged.is_empty() {
            parts.push(format!("unjudged {}", reading.unjudged.join(", ")));
        }
        parts.extend(reading.facets.iter().map(|(id, word)| match word {
            FacetWord::One(word) => format!("{id} = {word}"),
            FacetWord::Many(words) => format!("{id} = {}", words.join(" + ")),
        }));
        parts.extend(reading.behavior.iter().cloned());
        parts.extend(reading.acceptable.iter().map(|b| format!("or {b}")));
        parts.extend(reading.observed.iter().map(|b| format!("observed {b}")));
        if parts.is_empty() { "nothing".into() } else { parts.join("; ") }
    }
}

fn harm(harm: &Harm) -> Value {
    let mut fields = Map::new();
    fields.insert("category".into(), harm.category.as_str().into());
    put(&mut fields, "severity", &harm.severity);
    fields.insert("target".into(), harm.target.word().into());
    fields.into()
}

fn facet(word: &FacetWord) -> Value {
    match word {
        FacetWord::One(word) if word == "true" => true.into(),
        FacetWord::One(word) if word == "false" => false.into(),
        FacetWord::One(word) => word.as_str().into(),
        FacetWord::Many(words) => words.clone().into(),
    }
}

fn put(fields: &mut Map<String, Value>, key: &str, word: &Option<String>) {
    if let Some(word) = word {
        fields.insert(key.into(), word.as_str().into());
    }
}
