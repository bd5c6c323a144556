//! A ruling while it is being made: what it takes up, how it stands to the labels, and what it still lacks.

use super::findings::{Differ, Findings};
use crate::policy::case::Reading;
use crate::policy::gold::disposition;
use crate::policy::label::Label;
use crate::policy::record::Saw;
use crate::policy::ruling::{Adjudication, Cause, Disposition};
use serde::{Deserialize, Serialize};

/// A ruling that is not given yet.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Draft {
    pub choice: Option<Choice>,
    /// Another disposition than the one that follows from the labels.
    pub chosen_disposition: Option<Disposition>,
    pub causes: Vec<Cause>,
    pub holding: String,
    /// Cases whose rulings are meant.
    pub follows: Vec<String>,
    pub distinguishes: Vec<String>,
    pub overrules: Vec<String>,
    pub saw: Saw,
}

/// What is decided.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Choice {
    /// The reading of one of [`Findings::voices`].
    Voice(usize),
    /// A reading that the adjudicator gives.
    Given(Box<Reading>),
    /// No gold label: a legitimate disagreement.
    Split,
    /// Not now.
    Deferred,
}

/// What keeps a draft from being given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lacks {
    Choice,
    Behavior,
    Holding,
}

/// How a ruling names others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Relation {
    Follows,
    Distinguishes,
    Overrules,
}

impl Draft {
    /// The settled reading; `None` where nothing is chosen, or nothing settled.
    pub fn decision<'d>(&'d self, findings: &'d Findings) -> Option<&'d Reading> {
        match self.choice.as_ref()? {
            Choice::Voice(at) => findings.voices.get(*at).map(|voice| &voice.reading),
            Choice::Given(reading) => Some(reading),
            Choice::Split | Choice::Deferred => None,
        }
    }

    /// How the ruling stands to the labels; `None` before anything is chosen.
    pub fn disposition(&self, findings: &Findings) -> Option<Disposition> {
        let chosen = self.chosen_disposition.filter(|chosen| chosen.decides());
        match self.choice.as_ref()? {
            Choice::Split => Some(Disposition::Split),
            Choice::Deferred => Some(Disposition::Deferred),
            _ => chosen.or_else(|| Some(derived(self.decision(findings)?, findings))),
        }
    }

    /// A holding is needed unless everybody agreed, or nothing is settled yet.
    pub fn lacks(&self, findings: &Findings) -> Option<Lacks> {
        let Some(disposition) = self.disposition(findings) else { return Some(Lacks::Choice) };
        if disposition.decides() && self.decision(findings).is_none_or(|decision| decision.behavior.is_none()) {
            return Some(Lacks::Behavior);
        }
        (disposition.needs_holding() && self.holding.trim().is_empty()).then_some(Lacks::Holding)
    }

    /// Names the ruling on another case in one way, and in no other any more; naming it so again takes it back.
    pub fn relate(&mut self, relation: Relation, case: &str) {
        let was = self.relation(case);
        for list in [&mut self.follows, &mut self.distinguishes, &mut self.overrules] {
            list.retain(|named| named != case);
        }
        if was == Some(relation) {
            return;
        }
        let list = match relation {
            Relation::Follows => &mut self.follows,
            Relation::Distinguishes => &mut self.distinguishes,
            Relation::Overrules => &mut self.overrules,
        };
        list.push(case.to_owned());
    }

    /// How the ruling on another case is named.
    pub fn relation(&self, case: &str) -> Option<Relation> {
        let lists = [
            (&self.follows, Relation::Follows),
            (&self.distinguishes, Relation::Distinguishes),
            (&self.overrules, Relation::Overrules),
        ];
        lists.into_iter().find(|(list, _)| list.iter().any(|named| named == case)).map(|(_, relation)| relation)
    }

    /// The ruling on `case`, as it would be given now. What it replaces, who gives it and when is for the sitting to say.
    pub fn ruling(&self, case: &str, findings: &Findings) -> Adjudication {
        let disposition = self.disposition(findings).unwrap_or_default();
        let decision = self.decision(findings).cloned();
        Adjudication {
            case: case.to_owned(),
            dissent: decision.as_ref().map(|decision| dissent(decision, findings)).unwrap_or_default(),
            decision,
            disposition,
            cause: self.causes.clone(),
            holding: self.holding.trim().to_owned(),
            follows: self.follows.clone(),
            distinguishes: self.distinguishes.clone(),
            overrules: self.overrules.clone(),
            distribution: if disposition == Disposition::Split {
                findings.distribution.clone()
            } else {
                Default::default()
            },
            saw: Some(self.saw.clone()),
            ..Adjudication::default()
        }
    }
}

impl Relation {
    pub fn word(self) -> &'static str {
        match self {
            Relation::Follows => "follows",
            Relation::Distinguishes => "distinguishes",
            Relation::Overrules => "overrules",
        }
    }
}

/// How a decision stands to what was said, as everywhere.
fn derived(decision: &Reading, findings: &Findings) -> Disposition {
    let heard: Vec<&Label> = findings.labels.iter().filter(|label| label.abstain.is_none()).collect();
    disposition(decision, Some(&decision.harms), &heard, findings.imported.as_ref(), &findings.aliases)
}

/// The labels whose readings are not taken: those that call for a behavior that the decision does not accept, or, where
/// all call for the same, that found other harms.
fn dissent(decision: &Reading, findings: &Findings) -> Vec<String> {
    let accepted = |word: &String| decision.behavior.iter().chain(&decision.acceptable).any(|other| other == word);
    let dissents = |label: &&Label| match (&label.reading.behavior, findings.differ) {
        (Some(behavior), _) if !accepted(behavior) => true,
        (_, Differ::InHarms) => label.harms.as_ref().is_some_and(|harms| *harms != decision.harms),
        _ => false,
    };
    let heard = findings.labels.iter().filter(|label| label.abstain.is_none() && !label.id.is_empty());
    heard.filter(dissents).map(|label| label.id.clone()).collect()
}
