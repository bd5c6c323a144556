//! The consensus on behaviors where it takes the whole set: a model learns how each labeler errs from all their labels.

use super::Record;
use crate::policy::gold::{Agreed, heard};
use crate::policy::label::Label;
use crate::policy::manifest::Consensus;
use crate::stats::agreement::Table;
use crate::stats::consensus::{Model, Settings, dawid_skene, one_coin};
use rustc_hash::FxHashMap;
use std::collections::BTreeSet;

/// A behavior that the model holds less likely than this is no consensus: the case is for an adjudicator.
pub(crate) const CERTAIN: f64 = 0.9;

/// What is agreed on each row.
pub(super) enum Behaviors<'a> {
    Majority,
    /// By row, where a behavior is certain enough.
    Settled(FxHashMap<u32, &'a str>),
}

impl Behaviors<'_> {
    pub fn of(&self, row: u32) -> Agreed<'_> {
        match self {
            Behaviors::Majority => Agreed::Majority,
            Behaviors::Settled(certain) => Agreed::Settled(certain.get(&row).copied()),
        }
    }
}

/// The consensus on the rows of labels, which are sorted by row.
pub(super) fn behaviors(labels: &[(Record, Label)], consensus: Consensus) -> Behaviors<'_> {
    match consensus {
        Consensus::Majority => Behaviors::Majority,
        Consensus::None => Behaviors::Settled(FxHashMap::default()),
        Consensus::DawidSkene => certain(labels, |table| dawid_skene(table, &[], Settings::default())),
        Consensus::OneCoin => certain(labels, |table| one_coin(table, Settings::default())),
    }
}

fn certain(labels: &[(Record, Label)], model: impl Fn(&Table) -> Model) -> Behaviors<'_> {
    let of_rows = labels.chunk_by(|a, b| a.0.row == b.0.row).map(|of_row| {
        let labels: Vec<&Label> = of_row.iter().map(|(_, label)| label).collect();
        let said = heard(&labels).into_iter().filter_map(|l| Some((&*l.labeler, l.reading.behavior.as_deref()?)));
        (of_row[0].0.row, said.collect::<Vec<(&str, &str)>>())
    });
    let of_rows: Vec<(u32, Vec<(&str, &str)>)> = of_rows.collect();
    let all = || of_rows.iter().flat_map(|(_, said)| said);
    let labelers: Vec<&str> = all().map(|said| said.0).collect::<BTreeSet<_>>().into_iter().collect();
    let behaviors: Vec<&str> = all().map(|said| said.1).collect::<BTreeSet<_>>().into_iter().collect();
    // A word that is one of thousands is no behavior, but the table has to hold it.
    let Ok(classes) = u16::try_from(behaviors.len()) else { return Behaviors::Settled(FxHashMap::default()) };
    let place = |words: &[&str], word: &str| words.binary_search(&word).unwrap_or_default();
    let mut table = Table::new(labelers.len() as u32, classes);
    for (_, said) in &of_rows {
        let codes = |(who, what): &(&str, &str)| (place(&labelers, who) as u32, place(&behaviors, what) as u16);
        table.push(said.iter().map(codes));
    }
    let posteriors = model(&table).posteriors;
    let certain = of_rows.iter().enumerate().filter_map(|(unit, (row, _))| {
        let best = posteriors.best(unit).filter(|best| best.probability >= CERTAIN && !best.tied)?;
        Some((*row, behaviors[usize::from(best.class)]))
    });
    Behaviors::Settled(certain.collect())
}
