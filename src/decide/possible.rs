//! Whether anything at all can meet a condition, and whether what is not known yet can still come out so.

use super::program::terms::{Leaf, terms};
use super::situation::Situation;
use crate::policy::Policy;
use crate::policy::case::Target;
use crate::policy::condition::{Condition, Met, Subject, Truth};
use crate::policy::facet::{FacetIx, FacetKind, FacetValue, ValueIx};
use crate::policy::taxonomy::CategoryIx;

/// Sets of more values than this are not searched, but taken to be possible.
const MOST_SET_VALUES: usize = 12;

/// Whether some situation makes the condition true. Exact where it gives an answer; `None` where the condition has too
/// many alternatives to say.
pub fn possible(condition: &Condition, policy: &Policy) -> Option<bool> {
    Some(terms(condition, Truth::True)?.iter().any(|term| term_is_possible(term, policy)))
}

/// Whether the condition is true of the situation, or could be once a severity and facets that are not given there are
/// known. Exact where it gives an answer; `None` where the condition has too many alternatives to say.
pub fn possible_from(condition: &Condition, policy: &Policy, so_far: &Situation) -> Option<bool> {
    let possible = |term: &Vec<Leaf<'_>>| {
        let fixed = term.iter().filter(|leaf| match leaf.subject {
            Subject::Category | Subject::Target => true,
            // A case without harms has no severity that could still be found.
            Subject::Severity => so_far.severity.is_some() || so_far.target.is_none(),
            Subject::Facet(ix) => so_far.facets.get(usize::from(ix.0)).is_some_and(Option::is_some),
        });
        let holds = |leaf: &Leaf<'_>| leaf.predicate.eval(so_far.met(leaf.subject), &policy.taxonomy) == leaf.wanted;
        let severity = || {
            let any = (0..policy.manifest.severities.len()).map(|i| Some(FacetValue::One(ValueIx(i as u16))));
            so_far.severity.is_some()
                || so_far.target.is_none()
                || any.chain([None]).any(|value| meets(term, policy, Subject::Severity, Met::Value(value)))
        };
        fixed.into_iter().all(holds) && severity() && open_facets(term, policy, Some(so_far))
    };
    Some(terms(condition, Truth::True)?.iter().any(possible))
}

fn meets(term: &[Leaf<'_>], policy: &Policy, subject: Subject, met: Met) -> bool {
    term.iter()
        .filter(|leaf| leaf.subject == subject)
        .all(|leaf| leaf.predicate.eval(met, &policy.taxonomy) == leaf.wanted)
}

/// Whether every facet that the term tests, and that is not given already, has a value that meets it.
fn open_facets(term: &[Leaf<'_>], policy: &Policy, given: Option<&Situation>) -> bool {
    let meets = |subject: Subject, met: Met| meets(term, policy, subject, met);
    let mut facets: Vec<FacetIx> = term
        .iter()
        .filter_map(|leaf| match leaf.subject {
            Subject::Facet(ix) => Some(ix),
            _ => None,
        })
        .filter(|ix| given.is_none_or(|given| given.facets.get(usize::from(ix.0)).is_none_or(Option::is_none)))
        .collect();
    facets.sort();
    facets.dedup();
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
    true
}

fn term_is_possible(term: &[Leaf<'_>], policy: &Policy) -> bool {
    let meets = |subject: Subject, met: Met| meets(term, policy, subject, met);
    if !open_facets(term, policy, None) {
        return false;
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
