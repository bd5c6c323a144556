//! What a labeler has filled in for a case, before it becomes a label.

use crate::policy::Policy;
use crate::policy::case::{FacetWord, Harm, Reading, Target};
use crate::policy::facet::FacetIx;
use crate::policy::label::{Confidence, Gap, Label};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A half-filled label. What is `None` or empty was not said.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Form {
    /// `None` where nobody looked for any, which is not the same as none.
    pub harms: Option<Vec<Harm>>,
    pub facets: BTreeMap<String, FacetWord>,
    pub behavior: Option<String>,
    pub acceptable: Vec<String>,
    pub observed: Option<String>,
    pub confidence: Option<Confidence>,
    pub rationale: String,
    pub gap: Option<Gap>,
}

impl Form {
    /// What a label said, so that it can be said again or otherwise.
    pub fn of(label: &Label) -> Form {
        let reading = label.reading.clone();
        Form {
            harms: label.harms.clone(),
            facets: reading.facets,
            behavior: reading.behavior,
            acceptable: reading.acceptable,
            observed: reading.observed,
            confidence: label.confidence.clone(),
            rationale: label.rationale.clone().unwrap_or_default(),
            gap: label.gap.clone(),
        }
    }

    /// The form without what the policy, which may have been edited meanwhile, does not know.
    pub fn fitting(mut self, policy: &Policy) -> Form {
        let manifest = &policy.manifest;
        let known = |id: &String| manifest.behaviors.find(id).is_some();
        self.behavior = self.behavior.filter(known);
        self.acceptable.retain(known);
        self.observed = self.observed.filter(known);
        self.facets.retain(|id, word| {
            let Some(ix) = manifest.find_facet(id) else { return false };
            let words = match word {
                FacetWord::One(word) => std::slice::from_ref(word),
                FacetWord::Many(words) => words.as_slice(),
            };
            words.iter().all(|word| manifest.facet(ix).find(word).is_some())
        });
        if let Some(harms) = &mut self.harms {
            harms.retain(|harm| policy.taxonomy.find(&harm.category).is_some());
            for harm in harms {
                harm.severity = harm.severity.take().filter(|word| manifest.find_severity(word).is_some());
            }
        }
        if let Some(gap) = &mut self.gap {
            gap.clause = gap.clause.take().filter(|id| policy.find_clause(id).is_some());
            gap.category = gap.category.take().filter(|id| policy.taxonomy.find(id).is_some());
        }
        self
    }

    pub fn is_empty(&self) -> bool {
        *self == Form::default()
    }

    pub fn harms(&self) -> &[Harm] {
        self.harms.as_deref().unwrap_or_default()
    }

    pub fn harm(&self, at: usize) -> Option<&Harm> {
        self.harms().get(at)
    }

    pub fn harm_mut(&mut self, at: usize) -> Option<&mut Harm> {
        self.harms.as_mut()?.get_mut(at)
    }

    /// Adds a harm, or finds the one of this category at the request; gives its position.
    pub fn add_harm(&mut self, category: &str) -> usize {
        let harms = self.harms.get_or_insert_default();
        let same = |harm: &Harm| harm.category == category && harm.target == Target::Request;
        harms.iter().position(same).unwrap_or_else(|| {
            harms.push(Harm { category: category.to_owned(), severity: None, target: Target::Request });
            harms.len() - 1
        })
    }

    /// Takes a harm off. Where it was the last one it is as if nobody had looked.
    pub fn remove_harm(&mut self, at: usize) {
        if let Some(harms) = &mut self.harms
            && at < harms.len()
        {
            harms.remove(at);
            if harms.is_empty() {
                self.harms = None;
            }
        }
    }

    pub fn set_behavior(&mut self, behavior: &str) {
        self.acceptable.retain(|other| other != behavior);
        self.behavior = Some(behavior.to_owned());
    }

    /// The positions of a facet's values that are chosen.
    pub fn facet_values(&self, policy: &Policy, ix: FacetIx) -> Vec<usize> {
        let facet = policy.manifest.facet(ix);
        let words: &[String] = match self.facets.get(&*facet.id) {
            Some(FacetWord::One(word)) => std::slice::from_ref(word),
            Some(FacetWord::Many(words)) => words,
            None => &[],
        };
        words.iter().filter_map(|word| facet.find(word)).map(|value| usize::from(value.0)).collect()
    }

    /// What the form says of the case; where nothing was said of harms, as if there were none.
    pub fn reading(&self) -> Reading {
        Reading { harms: self.harms().to_vec(), ..self.without_harms() }
    }

    /// The label that the form is. In a full reading somebody looked for harms, whether any were found or not.
    pub fn label(&self, full: bool) -> Label {
        let rationale = self.rationale.trim();
        Label {
            harms: self.harms.clone().or_else(|| full.then(Vec::new)),
            reading: self.without_harms(),
            gap: self.gap.clone(),
            confidence: self.confidence.clone(),
            rationale: (!rationale.is_empty()).then(|| rationale.to_owned()),
            ..Label::default()
        }
    }

    fn without_harms(&self) -> Reading {
        Reading {
            harms: Vec::new(),
            unjudged: Vec::new(),
            facets: self.facets.clone(),
            behavior: self.behavior.clone(),
            acceptable: self.acceptable.clone(),
            observed: self.observed.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::testing::assistant;

    fn full() -> Form {
        let mut form = Form::default();
        form.set_behavior("refuse");
        form.acceptable.push("escalate".into());
        let at = form.add_harm("child-safety");
        form.harm_mut(at).unwrap().severity = Some("high".into());
        form.facets.insert("context".into(), FacetWord::Many(vec!["medical".into()]));
        form.rationale = "  because ".into();
        form
    }

    #[test]
    fn a_form_becomes_a_label_and_comes_back() {
        let label = full().label(false);
        assert_eq!(label.rationale.as_deref(), Some("because"));
        assert_eq!(label.harms.as_ref().map(Vec::len), Some(1));
        assert_eq!(Form::of(&label).label(false), label);
        let text = serde_json::to_string(&full()).unwrap();
        assert_eq!(serde_json::from_str::<Form>(&text).unwrap(), full());
    }

    #[test]
    fn not_looked_for_is_not_none_found() {
        assert_eq!(Form::default().label(false).harms, None);
        assert_eq!(Form::default().label(true).harms, Some(vec![]));
        let mut form = full();
        form.remove_harm(0);
        assert_eq!(form.harms, None);
    }

    #[test]
    fn what_an_edited_policy_does_not_know_goes() {
        let policy = assistant();
        assert_eq!(full().fitting(&policy), full());
        let mut strange = full();
        strange.set_behavior("ponder");
        strange.add_harm("gone");
        strange.gap = Some(Gap { clause: Some("gone".into()), note: "Whose?".into(), ..Gap::default() });
        strange.facets.insert("mood".into(), FacetWord::One("good".into()));
        let fitting = strange.fitting(&policy);
        assert_eq!((fitting.behavior, fitting.harms, fitting.facets), (None, full().harms, full().facets));
        assert_eq!(fitting.gap, Some(Gap { note: "Whose?".into(), ..Gap::default() }));
    }

    #[test]
    fn the_chosen_behavior_is_not_acceptable_beside_itself() {
        let mut form = full();
        form.set_behavior("escalate");
        assert_eq!(form.acceptable, [""; 0]);
        assert_eq!(form.add_harm("child-safety"), 0);
    }
}
