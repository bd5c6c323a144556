//! Cases, and the readings that they come with. The words of the files, not yet matched with a policy.

use super::media;
use serde::de::{self, Deserializer, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

/// One conversation, text, or tool call in context. Never changed once it is in a gold set.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Case {
    pub id: String,
    #[serde(default)]
    pub messages: Vec<Message>,
    #[serde(default)]
    pub text: Option<String>,
    #[serde(default)]
    pub response: Option<String>,
    #[serde(default)]
    pub source: Option<Source>,
    #[serde(default)]
    pub tags: Vec<String>,
    /// Stays covered until a person uncovers it.
    #[serde(default)]
    pub sensitive: bool,
    /// The label that the case was imported with.
    #[serde(default)]
    pub gold: Option<Reading>,
}

/// Begins every text of a drafted case that somebody is to write.
pub const TO_WRITE: &str = "TO WRITE: ";
/// The origin of a case that was drafted, and its tag.
pub const SUGGESTED: &str = "suggested";

impl Case {
    /// Whether it is a draft of which nobody wrote the text, or the response, yet.
    pub fn is_unwritten(&self) -> bool {
        let is_placeholder = |text: &Option<String>| text.as_deref().is_some_and(|text| text.starts_with(TO_WRITE));
        let is_drafted = self.source.as_ref().is_some_and(|source| source.origin.as_deref() == Some(SUGGESTED))
            || self.tags.iter().any(|tag| tag == SUGGESTED);
        is_drafted && (is_placeholder(&self.text) || is_placeholder(&self.response))
    }
}

/// Where a case comes from.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct Source {
    #[serde(default)]
    pub origin: Option<String>,
    #[serde(default, rename = "ref")]
    pub reference: Option<String>,
    #[serde(default)]
    pub date: Option<String>,
}

/// One turn. Besides `content`, a turn may carry tool calls, or be the result of one.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Message {
    pub role: String,
    /// A text, or parts. Of a part without a `text` its kind is told, and where it lies: `[image: …]`.
    #[serde(default, deserialize_with = "content")]
    pub content: String,
    #[serde(default)]
    pub tool_calls: Vec<serde_json::Value>,
    /// The name of the tool whose result this is, or of the speaker.
    #[serde(default)]
    pub name: Option<String>,
}

/// One reading of a case: a gold label, a labeler's, or an adjudicator's.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reading {
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub harms: Vec<Harm>,
    /// Categories that nobody judged: not judged is not absent.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unjudged: Vec<String>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub facets: BTreeMap<String, FacetWord>,
    /// What the case calls for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub behavior: Option<String>,
    /// Other behaviors that would be right as well.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub acceptable: Vec<String>,
    /// What the response in fact did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub observed: Option<String>,
}

/// One finding on a case.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Harm {
    pub category: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub severity: Option<String>,
    #[serde(default)]
    pub target: Target,
}

/// Where a harm was found.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Target {
    #[default]
    Request,
    Response,
}

impl Target {
    /// In the order of their [`ValueIx`](super::facet::ValueIx).
    pub const ALL: [Target; 2] = [Target::Request, Target::Response];

    pub fn word(self) -> &'static str {
        match self {
            Target::Request => "request",
            Target::Response => "response",
        }
    }
}

/// A facet's value as a file words it: `true` and `3` become `"true"` and `"3"`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(untagged)]
pub enum FacetWord {
    One(String),
    Many(Vec<String>),
}

/// A case id shared cheaply.
pub type CaseId = Arc<str>;

impl<'de> Deserialize<'de> for FacetWord {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Word;
        impl<'de> Visitor<'de> for Word {
            type Value = FacetWord;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a facet value: a word, true or false, a number, or a list of words")
            }
            fn visit_str<E>(self, word: &str) -> Result<FacetWord, E> {
                Ok(FacetWord::One(word.to_owned()))
            }
            fn visit_bool<E>(self, value: bool) -> Result<FacetWord, E> {
                Ok(FacetWord::One(value.to_string()))
            }
            fn visit_u64<E>(self, value: u64) -> Result<FacetWord, E> {
                Ok(FacetWord::One(value.to_string()))
            }
            fn visit_i64<E>(self, value: i64) -> Result<FacetWord, E> {
                Ok(FacetWord::One(value.to_string()))
            }
            fn visit_f64<E>(self, value: f64) -> Result<FacetWord, E> {
                Ok(FacetWord::One(value.to_string()))
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<FacetWord, A::Error> {
                let mut words = Vec::new();
                while let Some(item) = items.next_element::<FacetWord>()? {
                    match item {
                        FacetWord::One(word) => words.push(word),
                        FacetWord::Many(_) => return Err(de::Error::custom("a list within a list is no facet value")),
                    }
                }
                Ok(FacetWord::Many(words))
            }
        }
        deserializer.deserialize_any(Word)
    }
}

fn content<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    struct Content;
    impl<'de> Visitor<'de> for Content {
        type Value = String;
        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a message's content: a text, or a list of parts")
        }
        fn visit_str<E>(self, text: &str) -> Result<String, E> {
            Ok(text.to_owned())
        }
        fn visit_unit<E>(self) -> Result<String, E> {
            Ok(String::new())
        }
        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<String, A::Error> {
            let (mut text, mut kind, mut place) = (None::<String>, String::new(), String::new());
            while let Some(key) = map.next_key::<String>()? {
                match key.as_str() {
                    "text" => text = map.next_value::<Option<String>>()?,
                    "type" => kind = map.next_value::<Option<String>>()?.unwrap_or_default(),
                    _ => {
                        let value = map.next_value::<serde_json::Value>()?;
                        let url = value.as_str().or_else(|| value.get("url")?.as_str());
                        let is_place =
                            matches!(key.as_str(), "image_url" | "url" | "source" | "audio_url" | "video_url");
                        place = url.filter(|_| is_place).map_or(place, str::to_owned);
                    }
                }
            }
            Ok(text.unwrap_or_else(|| media::reference(&kind, &place)))
        }
        fn visit_seq<A: SeqAccess<'de>>(self, mut parts: A) -> Result<String, A::Error> {
            #[derive(Deserialize)]
            struct Part(#[serde(deserialize_with = "content")] String);
            let mut text = String::new();
            while let Some(Part(part)) = parts.next_element()? {
                if !text.is_empty() && !part.is_empty() {
                    text.push('\n');
                }
                text.push_str(&part);
            }
            Ok(text)
        }
    }
    deserializer.deserialize_any(Content)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn case(json: &str) -> Case {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn only_an_id_and_a_text_must_be_there() {
        let case = case(r#"{"id":"a","text":"hello","mystery":1}"#);
        assert_eq!((case.id.as_str(), case.text.as_deref(), case.gold), ("a", Some("hello"), None));
    }

    #[test]
    fn facets_come_in_many_types() {
        let case = case(r#"{"id":"a","text":"","gold":{"facets":{"minor":true,"n":3,"ctx":["x","y"],"i":"z"}}}"#);
        let facets = case.gold.unwrap().facets;
        let shown: Vec<_> = facets.iter().map(|(k, v)| format!("{k}={v:?}")).collect();
        assert_eq!(shown.join(" "), r#"ctx=Many(["x", "y"]) i=One("z") minor=One("true") n=One("3")"#);
    }

    #[test]
    fn content_may_be_parts() {
        let message = |json: &str| serde_json::from_str::<Message>(json).unwrap().content;
        let parts = |parts: &str| message(&format!(r#"{{"role":"user","content":[{parts}]}}"#));
        assert_eq!(parts(r#"{"type":"text","text":"a"},{"type":"image"},"b""#), "a\n[image]\nb");
        let url =
            r#"{"type":"image_url","image_url":{"url":"https://x.example/a"}},{"type":"input_audio","source":{"b":1}}"#;
        assert_eq!(parts(url), "[image: https://x.example/a]\n[audio]");
        assert_eq!(parts(r#"{"type":"text","text":null},{"text":""}"#), "");
        assert_eq!(message(r#"{"role":"assistant","content":null,"tool_calls":[{"name":"x"}]}"#), "");
    }

    #[test]
    fn a_target_is_the_request_unless_said() {
        let harm = |json: &str| serde_json::from_str::<Harm>(json).unwrap();
        assert_eq!(harm(r#"{"category":"x"}"#).target, Target::Request);
        assert_eq!(harm(r#"{"category":"x","target":"response"}"#).target, Target::Response);
    }
}
