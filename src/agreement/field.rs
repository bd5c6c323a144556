//! What labelers are compared on, and what a label answers.

use crate::policy::Policy;
use crate::policy::case::{FacetWord, Harm, Reading};
use crate::policy::facet::{Facet, FacetIx, FacetKind};
use crate::policy::label::Label;
use std::collections::BTreeSet;
use std::sync::Arc;

/// One question that every label may answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field {
    /// The categories of harm that were found, as a set, whatever their target.
    Harms,
    /// The gravest harm that was found.
    Severity,
    Behavior,
    /// What the response did.
    Observed,
    Facet(FacetIx),
}

/// What answers to a question are like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scale {
    /// One of several, in no order.
    Nominal,
    /// One of several, lowest first.
    Ordinal,
    /// Any number of several at once.
    Sets,
}

impl Scale {
    pub fn word(self) -> &'static str {
        match self {
            Scale::Nominal => "nominal",
            Scale::Ordinal => "ordinal",
            Scale::Sets => "sets",
        }
    }
}

/// What a label says to a question: positions among [`Field::choices`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    One(u16),
    /// What was found, and of what the labeler did not say whether it is there; both sorted.
    Set {
        members: Vec<u16>,
        unjudged: Vec<u16>,
    },
}

/// Why a label has no answer that can be compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Lost {
    Abstained,
    Silent,
    UnknownWord,
    NoSeverity,
    Unjudged,
    TooManySets,
    NoGold,
    OwnConsensus,
}

/// What severity is called where no harm was found: a level below the mildest.
const NO_HARM: &str = "no harm";

impl Field {
    /// By its word, or the name of a facet.
    pub fn find(word: &str, policy: &Policy) -> Option<Field> {
        Some(match word {
            "harms" => Field::Harms,
            "severity" => Field::Severity,
            "behavior" => Field::Behavior,
            "observed" => Field::Observed,
            facet => Field::Facet(policy.manifest.find_facet(facet)?),
        })
    }

    /// Every question that there is.
    pub fn words(policy: &Policy) -> Vec<String> {
        let facets = policy.manifest.facets.iter().map(|facet| facet.id.to_string());
        ["harms", "severity", "behavior", "observed"].map(str::to_owned).into_iter().chain(facets).collect()
    }

    pub fn scale(self, policy: &Policy) -> Scale {
        match self {
            Field::Harms => Scale::Sets,
            Field::Severity | Field::Behavior | Field::Observed => Scale::Ordinal,
            Field::Facet(facet) => match policy.manifest.facet(facet).kind {
                FacetKind::Enum | FacetKind::Bool => Scale::Nominal,
                FacetKind::Ordinal => Scale::Ordinal,
                FacetKind::Set => Scale::Sets,
            },
        }
    }

    /// What there is to choose from, in order. The first severity is that of a case without harms.
    pub fn choices(self, policy: &Policy) -> Vec<Arc<str>> {
        match self {
            Field::Harms => policy.taxonomy.iter().map(|(_, category)| category.id.clone()).collect(),
            Field::Severity => {
                std::iter::once(NO_HARM.into()).chain(policy.manifest.severities.iter().cloned()).collect()
            }
            Field::Behavior | Field::Observed => policy.manifest.behaviors.iter().map(|(_, b)| b.id.clone()).collect(),
            Field::Facet(facet) => policy.manifest.facet(facet).values.clone(),
        }
    }

    /// What a labeler is, beside another, who gives the higher answer; of use where answers have an order.
    pub fn higher_word(self) -> &'static str {
        match self {
            Field::Behavior | Field::Observed => "stricter",
            Field::Severity => "graver",
            Field::Harms | Field::Facet(_) => "higher",
        }
    }

    /// What a label answers.
    pub fn answer(self, label: &Label, policy: &Policy) -> Result<Answer, Lost> {
        if label.abstain.is_some() {
            return Err(Lost::Abstained);
        }
        self.read(label.harms.as_deref(), &label.reading, policy)
    }

    /// What a reading answers whose harms were asked for.
    pub fn answer_of_reading(self, reading: &Reading, policy: &Policy) -> Result<Answer, Lost> {
        self.read(Some(&reading.harms), reading, policy)
    }

    fn read(self, harms: Option<&[Harm]>, reading: &Reading, policy: &Policy) -> Result<Answer, Lost> {
        match self {
            Field::Harms => categories(harms.ok_or(Lost::Silent)?, reading, policy),
            Field::Severity => gravest(harms.ok_or(Lost::Silent)?, policy),
            Field::Behavior => behavior(reading.behavior.as_deref(), policy),
            Field::Observed => behavior(reading.observed.as_deref(), policy),
            Field::Facet(facet) => {
                let facet = policy.manifest.facet(facet);
                facet_answer(facet, reading.facets.get(&*facet.id).ok_or(Lost::Silent)?)
            }
        }
    }
}

impl Lost {
    pub const ALL: [Lost; 8] = [
        Lost::Abstained,
        Lost::Silent,
        Lost::UnknownWord,
        Lost::NoSeverity,
        Lost::Unjudged,
        Lost::TooManySets,
        Lost::NoGold,
        Lost::OwnConsensus,
    ];

    pub fn words(self) -> &'static str {
        match self {
            Lost::Abstained => "abstained",
            Lost::Silent => "says nothing of it",
            Lost::UnknownWord => "uses a word that the policy does not have",
            Lost::NoSeverity => "names a harm without a severity",
            Lost::Unjudged => "leaves a category unjudged",
            Lost::TooManySets => "is one of too many different sets",
            Lost::NoGold => "no gold label",
            Lost::OwnConsensus => "the gold label is the labelers' own consensus",
        }
    }

    /// As [`Lost::words`], of so many labels: `3 say nothing of it`.
    pub fn words_of(self, n: usize) -> &'static str {
        match self {
            Lost::Silent if n != 1 => "say nothing of it",
            Lost::UnknownWord if n != 1 => "use a word that the policy does not have",
            Lost::NoSeverity if n != 1 => "name a harm without a severity",
            Lost::Unjudged if n != 1 => "leave a category unjudged",
            Lost::TooManySets if n != 1 => "are of too many different sets",
            one => one.words(),
        }
    }
}

fn categories(harms: &[Harm], reading: &Reading, policy: &Policy) -> Result<Answer, Lost> {
    let find = |word: &str| policy.taxonomy.find(word).map(|ix| ix.0);
    let members: Option<BTreeSet<u16>> = harms.iter().map(|harm| find(&harm.category)).collect();
    let members = members.ok_or(Lost::UnknownWord)?;
    // A category that is found is judged, whatever the list says.
    let unjudged: BTreeSet<u16> = reading.unjudged.iter().filter_map(|word| find(word)).collect();
    let unjudged = unjudged.difference(&members).copied().collect();
    Ok(Answer::Set { members: members.into_iter().collect(), unjudged })
}

fn gravest(harms: &[Harm], policy: &Policy) -> Result<Answer, Lost> {
    let highest = policy.manifest.severities.len() as u16;
    let (mut gravest, mut open) = (0, false);
    for harm in harms {
        match &harm.severity {
            Some(word) => {
                let level = policy.manifest.find_severity(word).ok_or(Lost::UnknownWord)?;
                gravest = gravest.max(level.0 + 1);
            }
            None => open = true,
        }
    }
    // What is as grave as can be stays so, however grave the others are.
    if open && gravest < highest { Err(Lost::NoSeverity) } else { Ok(Answer::One(gravest)) }
}

fn behavior(word: Option<&str>, policy: &Policy) -> Result<Answer, Lost> {
    let found = policy.manifest.behaviors.find(word.ok_or(Lost::Silent)?);
    found.map(|behavior| Answer::One(behavior.0.into())).ok_or(Lost::UnknownWord)
}

fn facet_answer(facet: &Facet, word: &FacetWord) -> Result<Answer, Lost> {
    let find = |word: &String| facet.find(word).map(|value| value.0).ok_or(Lost::UnknownWord);
    let words = match word {
        FacetWord::One(word) => std::slice::from_ref(word),
        FacetWord::Many(words) => words,
    };
    if facet.kind == FacetKind::Set {
        let members: BTreeSet<u16> = words.iter().map(find).collect::<Result<_, _>>()?;
        return Ok(Answer::Set { members: members.into_iter().collect(), unjudged: Vec::new() });
    }
    match words {
        [word] => find(word).map(Answer::One),
        _ => Err(Lost::UnknownWord),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::agreement::testing::policy;

    fn check(field: &str, label: &str, expected: Result<&str, Lost>) {
        let policy = policy();
        let field = Field::find(field, &policy).expect("a field");
        let label: Label = serde_json::from_str(&format!(r#"{{"case":"c","labeler":"a",{label}}}"#)).unwrap();
        let choices = field.choices(&policy);
        let word = |at: &u16| &*choices[usize::from(*at)];
        let found = field.answer(&label, &policy).map(|answer| match answer {
            Answer::One(at) => word(&at).to_owned(),
            Answer::Set { members, unjudged } => {
                let list = |items: &[u16]| items.iter().map(word).collect::<Vec<_>>().join(" ");
                if unjudged.is_empty() { list(&members) } else { format!("{} ? {}", list(&members), list(&unjudged)) }
            }
        });
        assert_eq!(found.as_deref().map_err(|lost| *lost), expected, "{field:?}");
    }

    #[test]
    fn harms_are_sets_of_categories() {
        check(
            "harms",
            r#""harms":[{"category":"fraud"},{"category":"arms"},{"category":"weapons"}]"#,
            Ok("weapons fraud"),
        );
        check("harms", r#""harms":[],"unjudged":["bio"]"#, Ok(" ? bio"));
        check("harms", r#""harms":[{"category":"bio"}],"unjudged":["bio"]"#, Ok("bio"));
        check("harms", r#""behavior":"comply""#, Err(Lost::Silent));
        check("harms", r#""harms":[{"category":"nonsense"}]"#, Err(Lost::UnknownWord));
        check("harms", r#""harms":[],"abstain":{"reason":"r"}"#, Err(Lost::Abstained));
    }

    #[test]
    fn severity_is_that_of_the_gravest_harm() {
        let two = |a: &str, b: &str| format!(r#""harms":[{{"category":"bio"{a}}},{{"category":"fraud"{b}}}]"#);
        let [low, high, critical] = ["low", "high", "critical"].map(|word| format!(r#","severity":"{word}""#));
        check("severity", &two(&low, &high), Ok("high"));
        check("severity", r#""harms":[]"#, Ok("no harm"));
        check("severity", &two(&high, ""), Err(Lost::NoSeverity));
        check("severity", &two("", &critical), Ok("critical"));
        check("severity", &two(&low, r#","severity":"huge""#), Err(Lost::UnknownWord));
    }

    #[test]
    fn behaviors_and_facets_are_single_answers() {
        check("behavior", r#""behavior":"refuse","acceptable":["comply"]"#, Ok("refuse"));
        check("behavior", r#""behavior":"sing""#, Err(Lost::UnknownWord));
        check("observed", r#""behavior":"refuse""#, Err(Lost::Silent));
        check("intent", r#""facets":{"intent":"benign"}"#, Ok("benign"));
        check("intent", r#""facets":{"intent":["benign","unclear"]}"#, Err(Lost::UnknownWord));
        check("minor", r#""facets":{"minor":true}"#, Ok("true"));
        check("context", r#""facets":{"context":["medical","fiction"]}"#, Ok("fiction medical"));
        check("context", r#""facets":{"context":[]}"#, Ok(""));
        check("context", r#""facets":{"context":"medical"}"#, Ok("medical"));
        check("context", r#""facets":{}"#, Err(Lost::Silent));
    }
}
