//! The words of a decision space, and how a version reads them.
//!
//! A point of the space is a combination of words: a category (or none), a severity, a target, a value for each facet.
//! Two versions need not have the same words, so their common space has the words of both, and each version reads
//! every word as it would read it on a case: a word that it does not know is unknown to it, an alias is what it
//! stands for. Nothing rests on guesses about what was renamed.

use crate::decide::situation::{self, Situation};
use crate::policy::Policy;
use crate::policy::condition::Met;
use crate::policy::facet::{Facet, FacetIx, FacetKind, FacetValue, ValueIx};
use crate::policy::taxonomy::{Category, CategoryIx, Taxonomy};
use rustc_hash::FxHashSet;
use std::sync::Arc;

/// The words of one version, or of two, as a policy without clauses: conditions over the space are said in it.
///
/// Of two versions the head's order and tree stand; what only the base knows comes after them, categories as roots of
/// their own, so that `weapons` and below are always what they are at the head. So do aliases that the two read
/// differently. A list of severities or values that is not the same in both has no order.
pub fn common(base: Option<&Policy>, head: &Policy) -> Option<Policy> {
    let mut words = Policy { manifest: head.manifest.clone(), ..Policy::default() };
    words.manifest.severities = merged(base.map(|base| &*base.manifest.severities), &head.manifest.severities);
    words.manifest.facets = facets(base, head)?;
    words.taxonomy = taxonomy(base, head)?;
    Some(words)
}

/// Whether severities are in an order that everybody agrees on.
pub fn severities_are_ordered(base: Option<&Policy>, head: &Policy) -> bool {
    base.is_none_or(|base| base.manifest.severities == head.manifest.severities)
}

/// Each word once: the head's, then those that only the base has.
fn merged(base: Option<&[Arc<str>]>, head: &[Arc<str>]) -> Vec<Arc<str>> {
    let mut seen = FxHashSet::default();
    head.iter().chain(base.into_iter().flatten()).filter(|word| seen.insert((*word).clone())).cloned().collect()
}

fn facets(base: Option<&Policy>, head: &Policy) -> Option<Vec<Facet>> {
    let mut facets: Vec<Facet> = Vec::new();
    let all = head.manifest.facets.iter().chain(base.into_iter().flat_map(|base| &base.manifest.facets));
    for facet in all {
        if facets.iter().any(|known| known.id == facet.id) {
            continue;
        }
        let before = base.and_then(|base| Some(base.manifest.facet(base.manifest.find_facet(&facet.id)?)));
        let values = merged(before.map(|before| &*before.values), &facet.values);
        let kind = match before.map(|before| before.kind) {
            Some(FacetKind::Set) => FacetKind::Set,
            Some(before) if facet.kind != FacetKind::Set && before != facet.kind => FacetKind::Enum,
            Some(_)
                if facet.kind == FacetKind::Ordinal && before.is_some_and(|before| before.values != facet.values) =>
            {
                FacetKind::Enum
            }
            _ => facet.kind,
        };
        let most = if kind == FacetKind::Set { Facet::MOST_SET_VALUES } else { usize::from(u16::MAX) };
        if values.len() > most {
            return None;
        }
        facets.push(Facet { kind, values, ..facet.clone() });
    }
    Some(facets)
}

fn taxonomy(base: Option<&Policy>, head: &Policy) -> Option<Taxonomy> {
    let mut categories: Vec<Category> = head.taxonomy.iter().map(|(_, category)| category.clone()).collect();
    let Some(base) = base else { return Some(head.taxonomy.clone()) };
    let id_in = |policy: &Policy, word: &str| policy.taxonomy.find(word).map(|ix| policy.taxonomy.get(ix).id.clone());
    let words = [head, base].into_iter().flat_map(|policy| policy.taxonomy.iter());
    let words = words.flat_map(|(_, category)| std::iter::once(&category.id).chain(&category.aliases));
    let mut known: FxHashSet<Arc<str>> = categories.iter().map(|category| category.id.clone()).collect();
    for word in words {
        let is_id = |policy: &Policy| id_in(policy, word).as_deref() == Some(&**word);
        // An alias that both read as one category is no word of its own.
        let stands_alone = is_id(base) || id_in(base, word) != id_in(head, word);
        if stands_alone && known.insert(word.clone()) {
            let end = CategoryIx(u16::try_from(categories.len() + 1).ok()?);
            let found = base.taxonomy.find(word).filter(|_| is_id(base));
            let of = found.map(|ix| base.taxonomy.get(ix).clone()).or_else(|| {
                let meant = [head, base].into_iter().find_map(|policy| Some((policy, policy.taxonomy.find(word)?)));
                meant.map(|(policy, ix)| policy.taxonomy.get(ix).clone())
            })?;
            categories.push(Category { id: word.clone(), aliases: vec![], parent: None, depth: 0, end, ..of });
        }
    }
    (categories.len() <= Taxonomy::MOST).then(|| Taxonomy::new(categories))
}

/// How one version reads the words of a space.
#[derive(Debug)]
pub struct Lens<'p> {
    pub policy: &'p Policy,
    /// By category of the words.
    categories: Vec<Met>,
    severities: Vec<Option<ValueIx>>,
    /// By facet of the version.
    facets: Vec<FacetLens>,
}

/// How a version reads one of its facets.
#[derive(Debug)]
pub struct FacetLens {
    /// Which facet of the words it is.
    pub word: FacetIx,
    /// What each value of the words is here; `None` where it is not known.
    pub values: Vec<Option<ValueIx>>,
}

impl<'p> Lens<'p> {
    /// `words` are those of a space over this version, and maybe another.
    pub fn new(words: &Policy, policy: &'p Policy) -> Self {
        let severity = |word: &Arc<str>| policy.manifest.find_severity(word);
        let facet = |facet: &Facet| {
            let word = words.manifest.find_facet(&facet.id).unwrap_or(FacetIx(0));
            let known = words.manifest.facets.get(usize::from(word.0)).into_iter().flat_map(|known| &known.values);
            FacetLens { word, values: known.map(|value| facet.find(value)).collect() }
        };
        Lens {
            policy,
            categories: words.taxonomy.iter().map(|(_, word)| situation::category(policy, &word.id)).collect(),
            severities: words.manifest.severities.iter().map(severity).collect(),
            facets: policy.manifest.facets.iter().map(facet).collect(),
        }
    }

    pub fn category(&self, word: Option<CategoryIx>) -> Met {
        word.map_or(Met::Category(None), |ix| self.categories[usize::from(ix.0)])
    }

    pub fn severity(&self, word: Option<ValueIx>) -> Option<ValueIx> {
        word.and_then(|ix| self.severities[usize::from(ix.0)])
    }

    pub fn facet(&self, facet: FacetIx) -> &FacetLens {
        &self.facets[usize::from(facet.0)]
    }

    /// What the version makes of a value of the words for its facet.
    pub fn facet_value(&self, facet: FacetIx, word: Option<FacetValue>) -> Option<FacetValue> {
        let lens = self.facet(facet);
        let is_set = self.policy.manifest.facet(facet).kind == FacetKind::Set;
        match word? {
            FacetValue::One(ix) => lens.values[usize::from(ix.0)].map(FacetValue::One),
            FacetValue::Set(bits) => {
                let mut chosen = (0..lens.values.len()).filter(|bit| bits >> bit & 1 == 1).map(|bit| lens.values[bit]);
                if is_set {
                    return chosen.try_fold(0, |bits, value| Some(bits | 1 << value?.0)).map(FacetValue::Set);
                }
                let one = chosen.next()??;
                chosen.next().is_none().then_some(FacetValue::One(one))
            }
        }
    }

    /// A point in the version's own terms.
    pub fn situation(&self, point: &Situation) -> Situation {
        let category = match point.category {
            Met::Category(word) => self.category(word),
            unknown => unknown,
        };
        let facets = (0..self.facets.len()).map(|at| {
            let word = usize::from(self.facets[at].word.0);
            self.facet_value(FacetIx(at as u16), point.facets.get(word).copied().flatten())
        });
        Situation { category, severity: self.severity(point.severity), target: point.target, facets: facets.collect() }
    }
}
