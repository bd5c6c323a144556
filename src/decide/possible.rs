//! Whether anything at all can meet a condition.

use super::program::terms::{Leaf, terms};
use crate::policy::Policy;
use crate::policy::case::Target;
use crate::policy::condition::{Condition, Met, Subject, Truth};
use crate::policy::facet::{FacetKind, FacetValue, ValueIx};
use crate::policy::taxonomy::CategoryIx;

/// Sets of more values than this are not searched, but taken to be possible.
const MOST_SET_VALUES: usize = 12;

/// Whether some situation makes the condition true. Exact where it gives an answer; `None` where the condition has too
/// many alternatives to say.
pub fn possible(condition: &Condition, policy: &Policy) -> Option<bool> {
    Some(terms(condition, Truth::True)?.iter().any(|term| term_is_possible(term, policy)))
}

fn term_is_possible(term: &[Leaf<'_>], policy: &Policy) -> bool {
    let mut subjects: Vec<Subject> = term.iter().map(|leaf| leaf.subject).collect();
    subjects.sort();
    subjects.dedup();
    let meets = |subject: Subject, met: Met| {
        term.iter()
            .filter(|leaf| leaf.subject == subject)
            .all(|leaf| leaf.predicate.eval(met, &policy.taxonomy) == leaf.wanted)
    };
    let facets = subjects.iter().filter_map(|subject| match subject {
        Subject::Facet(ix) => Some(*ix),
        _ => None,
    });
    for ix in facets {
        let facet = policy.manifest.facet(ix);
        let any = |mut values: Box<dyn Iterator<Item = FacetValue>>| {
            meets(Subject::Facet(ix), Met::Value(None))
                || values.any(|v| meets(Subject::Facet(ix), Met::Value(Some(v))))
        };
        let count = facet.values.len();
        let possible = match facet.kind {
            FacetKind::Set if count > MOST_SET_VALUES => true,
            FacetKind::Set => any(Box::new((0..1_u64 << count).map(FacetValue::Set))),
            _ => any(Box::new((0..count).map(|i| FacetValue::One(ValueIx(i as u16))))),
        };
        if !possible {
            return false;
        }
    }
    let one = |i: usize| Met::Value(Some(FacetValue::One(ValueIx(i as u16))));
    let unknown = Met::Value(None);
    // A case without harms has neither severity nor target; a harm has a category and a target.
    let harmless = meets(Subject::Category, Met::Category(None))
        && meets(Subject::Severity, unknown)
        && meets(Subject::Target, unknown);
    let severities = policy.manifest.severities.len();
    let harmful = (0..policy.taxonomy.len())
        .any(|i| meets(Subject::Category, Met::Category(Some(CategoryIx(i as u16)))))
        && (meets(Subject::Severity, unknown) || (0..severities).any(|i| meets(Subject::Severity, one(i))))
        && (0..Target::ALL.len()).any(|i| meets(Subject::Target, one(i)));
    harmless || harmful
}
