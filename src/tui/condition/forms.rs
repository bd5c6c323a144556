//! The forms a test can have, and how each is written: as short as a person would.

use super::words::{below, is_set};
use crate::document::{Node, Value};
use crate::policy::Policy;
use crate::policy::case::Target;
use crate::policy::condition::{Comparison, Subject};
use crate::policy::facet::FacetKind;
use crate::policy::taxonomy::{NO_CATEGORY, UNKNOWN};
use crate::tui::components::picker::Choice;

/// What a test may ask of its subject.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Form {
    /// One of these.
    Is,
    /// None of these.
    IsNot,
    Compare(Comparison),
    /// Of a set: any of these.
    Has,
    /// Of a set: every one of these.
    HasAll,
    /// Of a set: not one of these.
    HasNone,
}

/// A form and the words it is asked with; `unknown` may be among them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    pub form: Form,
    pub words: Vec<String>,
}

impl Form {
    /// The forms that a subject of this kind can be asked in.
    pub fn of(policy: &Policy, subject: Subject) -> Vec<Form> {
        let ordered = match subject {
            Subject::Severity => true,
            Subject::Facet(ix) => policy.manifest.facet(ix).kind == FacetKind::Ordinal,
            _ => false,
        };
        if is_set(policy, subject) {
            return vec![Form::Has, Form::HasAll, Form::HasNone];
        }
        let mut forms = vec![Form::Is, Form::IsNot];
        if ordered {
            forms.extend(
                [Comparison::AtLeast, Comparison::AtMost, Comparison::Above, Comparison::Below].map(Form::Compare),
            );
        }
        forms
    }

    pub fn choice(self) -> Choice {
        let (label, about) = match self {
            Form::Is => ("is", "one of the values you choose"),
            Form::IsNot => ("is not", "none of the values you choose; does not hold where the value is unknown"),
            Form::Compare(Comparison::AtLeast) => ("at least", "≥ a value, itself included"),
            Form::Compare(Comparison::AtMost) => ("at most", "≤ a value, itself included"),
            Form::Compare(Comparison::Above) => ("above", "> a value"),
            Form::Compare(Comparison::Below) => ("below", "< a value"),
            Form::Has => ("has any of", "one of the values you choose is enough"),
            Form::HasAll => ("has all of", "every value you choose must be there"),
            Form::HasNone => ("has none of", "not one of the values you choose may be there"),
        };
        Choice::new(label, about)
    }

    /// Whether several values can be chosen for it.
    pub fn takes_several(self) -> bool {
        !matches!(self, Form::Compare(_))
    }
}

impl Asked {
    /// What a test's value asks; none where it is written in another way than the builder writes.
    pub fn read(node: &Node, set: bool) -> Option<Asked> {
        if node.is_mapping() {
            let [entry] = node.entries() else { return None };
            let words = words(&entry.value)?;
            let form = match (entry.name()?, set) {
                ("not", false) | ("none", false) => Form::IsNot,
                ("any", false) => Form::Is,
                ("any", true) => Form::Has,
                ("all", true) => Form::HasAll,
                ("none" | "not", true) => Form::HasNone,
                _ => return None,
            };
            let plain = words.iter().all(|word| comparison(word).is_none());
            return plain.then_some(Asked { form, words });
        }
        let words = words(node)?;
        let compared: Vec<(Comparison, &str)> = words.iter().filter_map(|word| comparison(word)).collect();
        match compared[..] {
            [] => Some(Asked { form: if set { Form::Has } else { Form::Is }, words }),
            [(sign, bound)] if words.len() == 1 => {
                Some(Asked { form: Form::Compare(sign), words: vec![bound.to_owned()] })
            }
            [(sign, bound)] if words.len() == 2 && words.iter().any(|word| word == UNKNOWN) => {
                Some(Asked { form: Form::Compare(sign), words: vec![bound.to_owned(), UNKNOWN.to_owned()] })
            }
            _ => None,
        }
    }

    /// The value that a document holds for it. `is_bool` writes `true` and `false` without quotes.
    pub fn write(&self, is_bool: bool) -> Value {
        let scalar = |word: &String| match word.as_str() {
            "true" if is_bool => Value::Bool(true),
            "false" if is_bool => Value::Bool(false),
            word => Value::from(word),
        };
        let list = |words: &[String]| Value::Seq(words.iter().map(scalar).collect());
        let short = |words: &[String]| match words {
            [one] => scalar(one),
            many => list(many),
        };
        let under = |key: &str, value: Value| Value::Map(vec![(key.to_owned(), value)]);
        match self.form {
            Form::Is => short(&self.words),
            Form::IsNot => under("not", short(&self.words)),
            Form::Compare(sign) => {
                let signed = |word: &String| match word.as_str() {
                    UNKNOWN => word.clone(),
                    word => format!("{} {word}", sign.sign()),
                };
                short(&self.words.iter().map(signed).collect::<Vec<_>>())
            }
            Form::Has if self.words.len() == 1 => short(&self.words),
            Form::Has => under("any", list(&self.words)),
            Form::HasAll => under("all", list(&self.words)),
            Form::HasNone => under("none", list(&self.words)),
        }
    }
}

/// What there is to choose from: the words that each choice stands for, and how it is shown.
pub fn choices(policy: &Policy, subject: Subject, form: Form) -> Vec<(Vec<String>, Choice)> {
    let mut out: Vec<(Vec<String>, Choice)> = Vec::new();
    let one = |word: &str, about: &str| (vec![word.to_owned()], Choice::new(word, about));
    match subject {
        Subject::Category => {
            out.push(one(NO_CATEGORY, "a case without harms"));
            for (ix, category) in policy.taxonomy.iter() {
                let mut about: Vec<String> = Vec::new();
                if *category.title != *category.id {
                    about.push(category.title.to_string());
                }
                match below(policy, ix) {
                    0 => {}
                    n => about.push(format!("+{n} below")),
                }
                if category.deprecated.is_some() {
                    about.push("deprecated".to_owned());
                }
                let choice = Choice::new(&*category.id, about.join(" · ")).depth(usize::from(category.depth));
                out.push((vec![category.id.to_string()], choice));
            }
        }
        Subject::Severity => out.extend(policy.manifest.severities.iter().map(|severity| one(severity, ""))),
        Subject::Target => {
            let about = ["the harm is in what was asked", "the harm is in what was answered"];
            out.extend(Target::ALL.iter().zip(about).map(|(target, about)| one(target.word(), about)));
        }
        Subject::Facet(ix) => out.extend(policy.manifest.facet(ix).values.iter().map(|value| one(value, ""))),
    }
    // Words that a reader would take for something else cannot be asked for.
    out.retain(|(words, _)| words.iter().all(|word| is_readable(word, subject)));
    let can_be_unknown = matches!(subject, Subject::Severity | Subject::Facet(_));
    match form {
        Form::Compare(sign) => {
            let with_unknown: Vec<_> = out
                .iter()
                .map(|(words, _)| {
                    let label = format!("{} {} or unknown", sign.symbol(), words.concat());
                    let words = words.iter().cloned().chain([UNKNOWN.to_owned()]).collect();
                    (words, Choice::new(label, "holds as well where nobody recorded it"))
                })
                .collect();
            for (words, choice) in &mut out {
                choice.label = format!("{} {}", sign.symbol(), words.concat());
            }
            out.extend(with_unknown);
        }
        _ if can_be_unknown => out.push(one(UNKNOWN, "nobody recorded it")),
        _ => {}
    }
    out
}

fn is_readable(word: &str, subject: Subject) -> bool {
    let trimmed = !word.is_empty() && word.trim() == word;
    trimmed && (subject == Subject::Category || (word != UNKNOWN && comparison(word).is_none()))
}

fn words(node: &Node) -> Option<Vec<String>> {
    let word = |node: &Node| Some(node.text()?.trim().to_owned());
    if node.is_sequence() { node.items().map(word).collect() } else { Some(vec![word(node)?]) }
}

fn comparison(word: &str) -> Option<(Comparison, &str)> {
    Comparison::ALL.iter().find_map(|sign| Some((*sign, word.strip_prefix(sign.sign())?.trim())))
}
