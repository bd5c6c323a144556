//! Which clauses and categories the cases touch on which labelers differ, beside those on which they agree.

use super::panel::{Filter, Panel};
use crate::decide::{GoldSet, explain};
use crate::policy::Policy;
use crate::policy::case::Reading;
use crate::policy::gold::heard;
use crate::policy::label::Label;
use crate::policy::text_hash::Text;
use crate::stats::Proportion;
use rayon::prelude::*;
use rustc_hash::FxHashMap;
use std::collections::BTreeSet;
use std::sync::Arc;

/// What the differing cases have in common.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Blame {
    /// Cases with two answers or more that are not all the same.
    pub splits: u64,
    /// Cases with two answers or more that are.
    pub agreed: u64,
    /// Those that a split touches, most often first.
    pub clauses: Vec<Share>,
    pub categories: Vec<Share>,
}

/// How often a clause or category is touched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Share {
    pub id: Arc<str>,
    /// Its title; empty where it has none of its own.
    pub title: Arc<str>,
    /// Among the split cases.
    pub of_splits: Proportion,
    /// Among the others.
    pub of_agreed: Proportion,
}

/// A case touches a clause where one of its labels cites it, or one of their readings is ruled on by it; and a category where one
/// cites it or finds it. What a labeler was not asked, the case's gold label answers.
///
/// `step` is called before each of so many cases, on several threads; its error ends the work.
pub fn blame<E: Send>(
    gold: &GoldSet,
    labels: &[Vec<Label>],
    filter: &Filter<'_>,
    panel: &Panel,
    policy: &Policy,
    step: impl Fn(usize) -> Result<(), E> + Sync,
) -> Result<Blame, E> {
    let split = |case: usize| {
        let given = panel.table.classes_of(case);
        (given.len() >= 2).then(|| given.iter().any(|class| *class != given[0]))
    };
    let compared: Vec<(usize, bool)> = (0..panel.cases()).filter_map(|case| Some((case, split(case)?))).collect();
    let all = compared.len();
    let touched: Vec<(bool, Touched)> = compared
        .into_par_iter()
        .map_init(Readings::default, |readings, (case, split)| {
            step(all)?;
            let heard = heard(&filter.of(&labels[case]));
            Ok((split, Touched::by(&heard, gold, case, policy, readings)))
        })
        .collect::<Result<_, _>>()?;
    let splits = touched.iter().filter(|(split, _)| *split).count() as u64;
    let agreed = touched.len() as u64 - splits;
    let shares = |of: fn(&Touched) -> &BTreeSet<u32>, name: &dyn Fn(u32) -> (Arc<str>, Arc<str>)| {
        let mut counts: FxHashMap<u32, [u64; 2]> = FxHashMap::default();
        for (split, touched) in &touched {
            of(touched).iter().for_each(|id| counts.entry(*id).or_default()[usize::from(!split)] += 1);
        }
        let mut found: Vec<(u32, [u64; 2])> = counts.into_iter().filter(|(_, [in_splits, _])| *in_splits > 0).collect();
        found.sort_unstable_by_key(|(id, [in_splits, in_others])| (std::cmp::Reverse(*in_splits), *in_others, *id));
        let share = |(id, [in_splits, in_others]): (u32, [u64; 2])| {
            let (id, title) = name(id);
            let title = if title == id { "".into() } else { title };
            let (of_splits, of_agreed) = (Proportion::new(in_splits, splits), Proportion::new(in_others, agreed));
            Share { id, title, of_splits, of_agreed }
        };
        found.into_iter().map(share).collect::<Vec<_>>()
    };
    let clause = |at: u32| {
        let clause = &policy.clauses[at as usize];
        (clause.id.clone(), clause.title.clone())
    };
    let category = |at: u32| {
        let category = policy.taxonomy.get(crate::policy::taxonomy::CategoryIx(at as u16));
        (category.id.clone(), category.title.clone())
    };
    Ok(Blame {
        splits,
        agreed,
        clauses: shares(|touched| &touched.clauses, &clause),
        categories: shares(|touched| &touched.categories, &category),
    })
}

/// Positions among the policy's clauses and categories.
#[derive(Debug, Default)]
pub(super) struct Touched {
    pub clauses: BTreeSet<u32>,
    pub categories: BTreeSet<u32>,
}

/// The clauses that rule on a reading, for readings that were met: labels repeat.
pub(super) type Readings = FxHashMap<String, Vec<u32>>;

impl Touched {
    pub fn by(labels: &[&Label], gold: &GoldSet, case: usize, policy: &Policy, readings: &mut Readings) -> Touched {
        let mut touched = Touched::default();
        let settled = gold.gold(case).reading.unwrap_or_default();
        for label in labels {
            for cited in label.cites.keys() {
                match Text::find(policy, cited) {
                    Some(Text::Clause(clause)) => _ = touched.clauses.insert(clause.0),
                    Some(Text::Category(category)) => _ = touched.categories.insert(category.0.into()),
                    None => {}
                }
            }
            let found = label.harms.iter().flatten().filter_map(|harm| policy.taxonomy.find(&harm.category));
            touched.categories.extend(found.map(|category| u32::from(category.0)));
            let reading = whole(label, &settled);
            let key = serde_json::to_string(&(&reading.harms, &reading.facets)).unwrap_or_default();
            let ruling = readings.entry(key).or_insert_with(|| {
                let rulings = explain(policy, &reading).rulings;
                rulings.into_iter().filter_map(|ruling| ruling.clause).map(|clause| clause.0).collect()
            });
            touched.clauses.extend(ruling.iter());
        }
        touched
    }
}

/// What a label says of harms and facets, and the gold label of what its labeler was not asked.
fn whole(label: &Label, settled: &Reading) -> Reading {
    let mut facets = settled.facets.clone();
    facets.extend(label.reading.facets.clone());
    Reading { harms: label.harms.clone().unwrap_or_else(|| settled.harms.clone()), facets, ..Reading::default() }
}
