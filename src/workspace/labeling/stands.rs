//! What a person, or everybody, said of each case and still stands by.

use super::recorded::Recorded;
use crate::policy::gold::standing;
use crate::policy::record::Record;
use std::collections::{BTreeMap, BTreeSet};

/// What stands, by case. What a new record replaces is taken from here.
#[derive(Debug, Default)]
pub(super) struct Stands<R>(BTreeMap<String, Stand<R>>);

#[derive(Debug)]
struct Stand<R> {
    records: Vec<R>,
    /// Withdrawals that nothing came after.
    ended: Vec<R>,
}

impl<R: Recorded> Stands<R> {
    /// Of records in the order of their files. What has no id cannot be replaced, and is left out.
    pub fn of(records: impl IntoIterator<Item = R>) -> Self {
        let mut by_case: BTreeMap<String, Vec<R>> = BTreeMap::new();
        for record in records.into_iter().filter(|record| !record.id().is_empty()) {
            by_case.entry(record.case().to_owned()).or_default().push(record);
        }
        let settle = |(case, all): (String, Vec<R>)| {
            let replaced: BTreeSet<&str> = all.iter().filter_map(Record::supersedes).collect();
            let last = |record: &&R| record.is_withdrawal() && !replaced.contains(record.id());
            let stand = Stand {
                records: standing(&all.iter().collect::<Vec<_>>()).into_iter().cloned().collect(),
                ended: all.iter().filter(last).cloned().collect(),
            };
            (case, stand)
        };
        Stands(by_case.into_iter().map(settle).collect())
    }

    pub fn on(&self, case: &str) -> &[R] {
        self.0.get(case).map_or(&[], |stand| &stand.records)
    }

    pub fn iter(&self) -> impl Iterator<Item = &R> {
        self.0.values().flat_map(|stand| &stand.records)
    }

    /// The withdrawal that a record comes after where nothing stands that it could replace. It says so, or one that says
    /// the same again in the same second would be the record that was taken back.
    pub fn ended(&self, record: &R) -> Option<&R> {
        self.0.get(record.case())?.ended.iter().rfind(|ended| record.replaces(ended))
    }

    /// Takes a record up that has just been written.
    pub fn add(&mut self, record: &R) {
        let stand =
            self.0.entry(record.case().to_owned()).or_insert_with(|| Stand { records: Vec::new(), ended: Vec::new() });
        let goes = |other: &R| Some(other.id()) == record.supersedes();
        stand.records.retain(|other| !goes(other));
        stand.ended.retain(|other| !goes(other));
        if record.is_withdrawal() { stand.ended.push(record.clone()) } else { stand.records.push(record.clone()) }
    }
}
