//! Declarations that an edit of a text changed its words and not its substance.
//!
//! A declaration says that two wordings of one clause or category, each named by the hash of its text
//! ([`text_hash`](super::text_hash)), ask the same. What rests on the one then rests on the other as well, over any
//! number of declarations, and back again: whoever takes an editorial edit back has changed nothing either.

use super::gold::standing;
use super::record::{Record, Withdrawal};
use super::taxonomy::Aliases;
use super::text_hash::{category_named, named};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// One line of a file in `editorial/`. Never edited: a later one may supersede it or, with `withdrawn`, take it back.
///
/// Keys are written in this order, and only those that say something.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Editorial {
    /// Of its content: [`record::line`](super::record::line) gives it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub id: String,
    /// The id of the clause or the category whose text it is about.
    pub text: String,
    /// Hash of the wording before.
    pub from: String,
    /// Hash of the wording after.
    pub to: String,
    pub by: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
    /// Id of the declaration that this one replaces.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub supersedes: Option<String>,
    /// Takes back what it supersedes, and declares nothing itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub withdrawn: Option<Withdrawal>,
    /// In UTC, as RFC 3339 writes it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<String>,
}

impl Record for Editorial {
    const FOLDER: &'static str = "editorial";

    fn id(&self) -> &str {
        &self.id
    }

    /// It is about a text, not about a case.
    fn case(&self) -> &str {
        &self.text
    }

    fn by(&self) -> &str {
        &self.by
    }

    fn supersedes(&self) -> Option<&str> {
        self.supersedes.as_deref()
    }

    fn is_withdrawal(&self) -> bool {
        self.withdrawn.is_some()
    }
}

/// The declarations that stand, by the text that they are about.
#[derive(Debug, Clone, Default)]
pub struct Editorials(BTreeMap<String, Vec<Editorial>>);

impl Editorials {
    /// Takes every declaration there is, in the order of the files. `aliases` are those of the policy: a text that was
    /// renamed is the same text.
    pub fn new(records: &[Editorial], aliases: &Aliases) -> Self {
        let mut by_text: BTreeMap<String, Vec<Editorial>> = BTreeMap::new();
        for record in standing(&records.iter().collect::<Vec<_>>()) {
            let text = match named(&record.text) {
                (id, true) => category_named(aliases.id_of(id)),
                (id, false) => aliases.id_of(id).to_owned(),
            };
            by_text.entry(text).or_default().push(record.clone());
        }
        Editorials(by_text)
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The declarations that stand, by text, in the order of the files.
    pub fn iter(&self) -> impl Iterator<Item = &Editorial> {
        self.0.values().flatten()
    }

    /// Every wording that was declared to ask the same as this one, itself among them. `text` is the name of a clause or a
    /// category, not an alias.
    pub fn same_as<'a>(&'a self, text: &str, hash: &'a str) -> BTreeSet<&'a str> {
        let declared = self.0.get(text).map_or(&[][..], Vec::as_slice);
        let mut same = BTreeSet::from([hash]);
        let mut waiting = vec![hash];
        while let Some(at) = waiting.pop() {
            for Editorial { from, to, .. } in declared {
                let next = if from == at { to.as_str() } else { from.as_str() };
                if (from == at || to == at) && same.insert(next) {
                    waiting.push(next);
                }
            }
        }
        same
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn declared(words: &str) -> Editorial {
        let [id, text, from, to] = words.split(' ').collect::<Vec<_>>()[..] else { panic!("{words}") };
        let word = |text: &str| text.to_owned();
        Editorial {
            id: word(id),
            text: word(text),
            from: word(from),
            to: word(to),
            by: "ana".into(),
            ..Editorial::default()
        }
    }

    fn check(records: &[Editorial], text: &str, hash: &str, same: &str) {
        let editorials = Editorials::new(records, &Aliases::from_iter([("arms", "weapons")]));
        assert_eq!(editorials.same_as(text, hash).into_iter().collect::<String>(), same, "{hash}");
    }

    #[test]
    fn chains_are_followed_both_ways_and_circles_end() {
        let records = ["1 c a b", "2 c b d", "3 c d a", "4 c x y", "5 other a z"].map(declared);
        check(&records, "c", "a", "abd");
        check(&records, "c", "d", "abd");
        check(&records, "c", "y", "xy");
        check(&records, "c", "q", "q");
        check(&records, "none", "a", "a");
    }

    #[test]
    fn what_is_superseded_or_taken_back_declares_nothing() {
        let back = |supersedes: &str| Editorial {
            supersedes: Some(supersedes.into()),
            withdrawn: Some(Withdrawal { reason: "it was one".into() }),
            ..declared("9 c a b")
        };
        check(&[declared("1 c a b"), back("1")], "c", "a", "a");
        let later = Editorial { supersedes: Some("1".into()), ..declared("2 c a d") };
        check(&[later, declared("1 c a b")], "c", "a", "ad");
    }

    #[test]
    fn a_renamed_text_is_the_same_text() {
        check(&[declared("1 arms a b"), declared("2 weapons b d")], "weapons", "a", "abd");
    }

    #[test]
    fn keys_are_written_in_one_order_and_only_where_they_say_something() {
        let json =
            r#"{"id":"1","text":"c","from":"a","to":"b","by":"ana","reason":"a comma","at":"2026-11-21T05:00:00Z"}"#;
        let read: Editorial = serde_json::from_str(json).unwrap();
        assert_eq!(serde_json::to_string(&read).unwrap(), json);
    }
}
