//! What one ruling looks at: one category, one severity, one target, and the facets of the case, in a policy's terms.

use crate::policy::Policy;
use crate::policy::case::{FacetWord, Harm, Reading, Target};
use crate::policy::condition::{Condition, Met, Subject, Test, Truth};
use crate::policy::facet::{Facet, FacetKind, FacetValue, ValueIx};

/// The subject of one ruling.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Situation {
    /// `Met::Value(None)` where the harm names a category that the policy does not know: no test on it is then
    /// either true or false.
    pub category: Met,
    /// `None` is unknown.
    pub severity: Option<ValueIx>,
    /// `None` for a case without harms.
    pub target: Option<ValueIx>,
    /// One per facet of the manifest, in its order; `None` is unknown.
    pub facets: Vec<Option<FacetValue>>,
}

impl Situation {
    /// A harm of a case, or a case without harms.
    pub fn of(policy: &Policy, harm: Option<&Harm>, facets: Vec<Option<FacetValue>>) -> Self {
        let Some(harm) = harm else {
            return Situation { category: Met::Category(None), severity: None, target: None, facets };
        };
        Situation {
            category: category(policy, &harm.category),
            severity: harm.severity.as_deref().and_then(|word| policy.manifest.find_severity(word)),
            target: Some(target(harm.target)),
            facets,
        }
    }

    /// What a test on the subject meets here.
    pub fn met(&self, subject: Subject) -> Met {
        match subject {
            Subject::Category => self.category,
            Subject::Severity => Met::Value(self.severity.map(FacetValue::One)),
            Subject::Target => Met::Value(self.target.map(FacetValue::One)),
            Subject::Facet(facet) => Met::Value(self.facets.get(usize::from(facet.0)).copied().flatten()),
        }
    }
}

/// Whether the condition is true of the situation.
pub fn eval(policy: &Policy, condition: &Condition, situation: &Situation) -> Truth {
    match condition {
        Condition::All(parts) => {
            let mut all = Truth::True;
            for part in parts {
                all = all.min(eval(policy, part, situation));
                if all == Truth::False {
                    break;
                }
            }
            all
        }
        Condition::Any(parts) => {
            let mut any = Truth::False;
            for part in parts {
                any = any.max(eval(policy, part, situation));
                if any == Truth::True {
                    break;
                }
            }
            any
        }
        Condition::Not(inner) => !eval(policy, inner, situation),
        Condition::Test(test) => eval_test(policy, test, situation),
    }
}

/// Whether the test is true of the situation.
pub fn eval_test(policy: &Policy, test: &Test, situation: &Situation) -> Truth {
    test.predicate.eval(situation.met(test.subject), &policy.taxonomy)
}

/// The facets of a reading in the policy's terms, one per facet of the manifest.
pub fn facets(policy: &Policy, reading: &Reading) -> Vec<Option<FacetValue>> {
    let value = |facet: &Facet| match reading.facets.get(&*facet.id)? {
        FacetWord::One(word) => facet_value(facet, std::iter::once(word.as_str())),
        FacetWord::Many(words) => facet_value(facet, words.iter().map(String::as_str)),
    };
    policy.manifest.facets.iter().map(value).collect()
}

/// The category that the word names, by id or alias.
pub fn category(policy: &Policy, word: &str) -> Met {
    policy.taxonomy.find(word).map_or(Met::Value(None), |ix| Met::Category(Some(ix)))
}

/// The position of a target among the values that a test on it may name.
pub fn target(target: Target) -> ValueIx {
    match target {
        Target::Request => ValueIx(0),
        Target::Response => ValueIx(1),
    }
}

/// The value that the words stand for. A word that the facet does not know, or several words for a facet of one
/// value, leave it unknown: nothing is then claimed of it.
pub fn facet_value<'a>(facet: &Facet, mut words: impl Iterator<Item = &'a str>) -> Option<FacetValue> {
    if facet.kind == FacetKind::Set {
        let bit = |word: &str| 1u64.checked_shl(u32::from(facet.find(word)?.0));
        return words.try_fold(0, |bits, word| Some(bits | bit(word)?)).map(FacetValue::Set);
    }
    let value = facet.find(words.next()?)?;
    words.next().is_none().then_some(FacetValue::One(value))
}
