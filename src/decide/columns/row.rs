//! Reading one line of JSON fast: its words are borrowed, and what no clause looks at is skipped.

use super::dictionary::{HarmRef, ReadingRef, ValueRef};
use crate::policy::case::Target;
use crate::policy::label::Label;
use crate::policy::ruling::Adjudication;
use serde::de::{self, Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::fmt;

/// The keys that a case's line may have.
const CASE_KEYS: &[&str] = &["id", "messages", "text", "response", "source", "tags", "sensitive", "gold"];

/// What stands on a case's line, not yet looked into.
#[derive(Debug, Default)]
pub(crate) struct CaseLine<'a> {
    /// With its quotes.
    pub id: Option<&'a str>,
    pub has_text: bool,
    pub tags: Option<&'a str>,
    pub gold: Option<&'a str>,
    /// Keys that mean nothing here.
    pub unknown: Vec<String>,
}

/// A gold label as it stands on a case's line.
#[derive(Debug, Default)]
pub(crate) struct GoldText<'a> {
    pub reading: ReadingRef<'a>,
    /// Keys that mean nothing here.
    pub unknown: Vec<String>,
}

/// A list of words.
pub(crate) struct WordList<'a>(pub Vec<Cow<'a, str>>);

/// The keys of a label's line that mean nothing there.
pub(crate) fn unknown_label_keys(line: &str) -> Vec<String> {
    unknown_keys(line, Label::KEYS)
}

/// The keys of an adjudication's line that mean nothing there.
pub(crate) fn unknown_adjudication_keys(line: &str) -> Vec<String> {
    unknown_keys(line, Adjudication::KEYS)
}

fn unknown_keys(line: &str, known: &[&str]) -> Vec<String> {
    struct Keys<'k>(&'k [&'k str]);
    impl<'de> Visitor<'de> for Keys<'_> {
        type Value = Vec<String>;
        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an object")
        }
        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Vec<String>, A::Error> {
            let mut unknown = Vec::new();
            while let Some(Word(key)) = map.next_key()? {
                map.next_value::<IgnoredAny>()?;
                if !self.0.contains(&&*key) {
                    unknown.push(key.into_owned());
                }
            }
            Ok(unknown)
        }
    }
    serde_json::Deserializer::from_str(line).deserialize_map(Keys(known)).unwrap_or_default()
}

impl<'de> Deserialize<'de> for CaseLine<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Line;
        impl<'de> Visitor<'de> for Line {
            type Value = CaseLine<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a case: an object with `id` and `text` or `messages`")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<CaseLine<'de>, A::Error> {
                let mut line = CaseLine::default();
                let mut seen = 0u32;
                while let Some(Word(key)) = map.next_key()? {
                    let Some(at) = CASE_KEYS.iter().position(|known| *known == key) else {
                        map.next_value::<IgnoredAny>()?;
                        line.unknown.push(key.into_owned());
                        continue;
                    };
                    once(&mut seen, at, CASE_KEYS[at])?;
                    let raw = map.next_value::<&RawValue>()?.get();
                    let first = raw.as_bytes().first().copied().unwrap_or_default();
                    let expect = |starts: &[u8], what: &str| {
                        let fits = starts.contains(&first);
                        if fits { Ok(()) } else { Err(wrong(CASE_KEYS[at], what)) }
                    };
                    match CASE_KEYS[at] {
                        "id" => {
                            expect(b"\"", "a text")?;
                            line.id = Some(raw);
                        }
                        "messages" => {
                            expect(b"[", "a list of messages")?;
                            line.has_text = true;
                        }
                        "text" => {
                            expect(b"\"n", "a text")?;
                            line.has_text |= first == b'"';
                        }
                        "response" => expect(b"\"n", "a text")?,
                        "source" => expect(b"{n", "an object with `origin`, `ref` and `date`")?,
                        "sensitive" => expect(b"tf", "true or false")?,
                        "tags" => {
                            expect(b"[", "a list of words")?;
                            line.tags = Some(raw);
                        }
                        _ => {
                            expect(b"{n", "a label: an object")?;
                            line.gold = (first == b'{').then_some(raw);
                        }
                    }
                }
                Ok(line)
            }
        }
        deserializer.deserialize_map(Line)
    }
}

impl<'de> Deserialize<'de> for GoldText<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Gold;
        impl<'de> Visitor<'de> for Gold {
            type Value = GoldText<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a label: an object")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<GoldText<'de>, A::Error> {
                let mut gold = GoldText::default();
                let reading = &mut gold.reading;
                let mut seen = 0;
                while let Some(Word(key)) = map.next_key()? {
                    match &*key {
                        "harms" => {
                            once(&mut seen, 0, "harms")?;
                            reading.harms =
                                map.next_value::<List<HarmLine<'de>>>()?.0.into_iter().map(|h| h.0).collect();
                        }
                        "unjudged" => {
                            once(&mut seen, 1, "unjudged")?;
                            reading.unjudged = map.next_value::<WordList<'de>>()?.0;
                        }
                        "facets" => {
                            once(&mut seen, 2, "facets")?;
                            reading.facets = map.next_value::<Facets<'de>>()?.0;
                        }
                        "behavior" => {
                            once(&mut seen, 3, "behavior")?;
                            reading.behavior = word_or_null(&mut map)?;
                        }
                        "acceptable" => {
                            once(&mut seen, 4, "acceptable")?;
                            reading.acceptable = map.next_value::<WordList<'de>>()?.0;
                        }
                        "observed" => {
                            once(&mut seen, 5, "observed")?;
                            reading.observed = word_or_null(&mut map)?;
                        }
                        _ => {
                            map.next_value::<IgnoredAny>()?;
                            gold.unknown.push(key.into_owned());
                        }
                    }
                }
                Ok(gold)
            }
        }
        deserializer.deserialize_map(Gold)
    }
}

struct HarmLine<'a>(HarmRef<'a>);

impl<'de> Deserialize<'de> for HarmLine<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Harm;
        impl<'de> Visitor<'de> for Harm {
            type Value = HarmLine<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a harm: an object with `category`")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<HarmLine<'de>, A::Error> {
                let (mut category, mut severity, mut target) = (None, None, Target::Request);
                let mut seen = 0;
                while let Some(Word(key)) = map.next_key()? {
                    match &*key {
                        "category" => {
                            once(&mut seen, 0, "category")?;
                            category = Some(map.next_value::<Word<'de>>()?.0);
                        }
                        "severity" => {
                            once(&mut seen, 1, "severity")?;
                            severity = word_or_null(&mut map)?;
                        }
                        "target" => {
                            once(&mut seen, 2, "target")?;
                            let word = map.next_value::<Word<'de>>()?.0;
                            target = Target::ALL
                                .into_iter()
                                .find(|target| target.word() == word)
                                .ok_or_else(|| wrong("target", "`request` or `response`"))?;
                        }
                        _ => drop(map.next_value::<IgnoredAny>()?),
                    }
                }
                let category = category.ok_or_else(|| de::Error::custom("a harm names no `category`"))?;
                Ok(HarmLine(HarmRef { category, severity, target }))
            }
        }
        deserializer.deserialize_map(Harm)
    }
}

struct Facets<'a>(Vec<(Cow<'a, str>, ValueRef<'a>)>);

impl<'de> Deserialize<'de> for Facets<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Map;
        impl<'de> Visitor<'de> for Map {
            type Value = Facets<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("facets: an object of facets and their values")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Facets<'de>, A::Error> {
                let mut facets = Vec::with_capacity(16);
                while let Some(Word(name)) = map.next_key()? {
                    facets.push((name, map.next_value::<FacetLine<'de>>()?.0));
                }
                Ok(Facets(facets))
            }
        }
        deserializer.deserialize_map(Map)
    }
}

/// As [`FacetWord`](crate::policy::case::FacetWord) is read, but borrowed.
struct FacetLine<'a>(ValueRef<'a>);

impl<'de> Deserialize<'de> for FacetLine<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Value;
        fn owned<'a, E>(word: impl ToString) -> Result<FacetLine<'a>, E> {
            Ok(FacetLine(ValueRef::One(word.to_string().into())))
        }
        impl<'de> Visitor<'de> for Value {
            type Value = FacetLine<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a facet value: a word, true or false, a number, or a list of words")
            }
            fn visit_borrowed_str<E>(self, word: &'de str) -> Result<FacetLine<'de>, E> {
                Ok(FacetLine(ValueRef::One(word.into())))
            }
            fn visit_str<E>(self, word: &str) -> Result<FacetLine<'de>, E> {
                owned(word)
            }
            fn visit_bool<E>(self, value: bool) -> Result<FacetLine<'de>, E> {
                Ok(FacetLine(ValueRef::One(if value { "true" } else { "false" }.into())))
            }
            fn visit_u64<E>(self, value: u64) -> Result<FacetLine<'de>, E> {
                owned(value)
            }
            fn visit_i64<E>(self, value: i64) -> Result<FacetLine<'de>, E> {
                owned(value)
            }
            fn visit_f64<E>(self, value: f64) -> Result<FacetLine<'de>, E> {
                owned(value)
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<FacetLine<'de>, A::Error> {
                let mut words = Vec::new();
                while let Some(FacetLine(item)) = items.next_element()? {
                    match item {
                        ValueRef::One(word) => words.push(word),
                        ValueRef::Many(_) => return Err(de::Error::custom("a list within a list is no facet value")),
                    }
                }
                Ok(FacetLine(ValueRef::Many(words)))
            }
        }
        deserializer.deserialize_any(Value)
    }
}

impl<'de> Deserialize<'de> for WordList<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let list = List::<Word<'de>>::deserialize(deserializer)?;
        Ok(WordList(list.0.into_iter().map(|word| word.0).collect()))
    }
}

struct List<T>(Vec<T>);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for List<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Items<T>(std::marker::PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for Items<T> {
            type Value = List<T>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list")
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<List<T>, A::Error> {
                let mut list = Vec::new();
                while let Some(item) = items.next_element()? {
                    list.push(item);
                }
                Ok(List(list))
            }
        }
        deserializer.deserialize_seq(Items(std::marker::PhantomData))
    }
}

/// A text, borrowed unless it has escapes.
struct Word<'a>(Cow<'a, str>);

impl<'de> Deserialize<'de> for Word<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text;
        impl<'de> Visitor<'de> for Text {
            type Value = Word<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a word")
            }
            fn visit_borrowed_str<E>(self, word: &'de str) -> Result<Word<'de>, E> {
                Ok(Word(word.into()))
            }
            fn visit_str<E>(self, word: &str) -> Result<Word<'de>, E> {
                Ok(Word(word.to_owned().into()))
            }
        }
        deserializer.deserialize_str(Text)
    }
}

fn word_or_null<'de, A: MapAccess<'de>>(map: &mut A) -> Result<Option<Cow<'de, str>>, A::Error> {
    Ok(map.next_value::<Option<Word<'de>>>()?.map(|word| word.0))
}

fn once<E: de::Error>(seen: &mut u32, at: usize, key: &str) -> Result<(), E> {
    let bit = 1 << at;
    if *seen & bit != 0 {
        return Err(E::custom(format_args!("the key `{key}` stands twice")));
    }
    *seen |= bit;
    Ok(())
}

fn wrong<E: de::Error>(key: &str, what: &str) -> E {
    E::custom(format_args!("`{key}` is not {what}"))
}
