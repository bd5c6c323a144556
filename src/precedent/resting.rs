//! How much rests on each text: the labels and rulings that count and cite it, by the wording that they cite.

use super::cites::{Citation, Texts};
use super::gold::labels_cite;
use crate::decide::{Cancelled, GoldSet, Watch};
use crate::policy::gold::{heard, ruling};
use rayon::prelude::*;
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;
use std::ops::AddAssign;
use std::sync::Arc;

/// So many labels and rulings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Records {
    pub labels: usize,
    pub rulings: usize,
}

/// What rests on one text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Rests {
    pub all: Records,
    /// Those that rest on a wording which asked something else.
    pub stale: Records,
}

/// By the name of a text as records have it, then by the hash that they have of it. Counted once for some gold sets; no policy is
/// needed for that.
#[derive(Debug, Default)]
pub struct Resting(FxHashMap<String, FxHashMap<String, Records>>);

const LABEL: Records = Records { labels: 1, rulings: 0 };
const RULING: Records = Records { labels: 0, rulings: 1 };

impl Resting {
    /// Reads the labels that are heard and the rulings that settle their cases.
    pub fn count(sets: &[Arc<GoldSet>], watch: &dyn Watch) -> Result<Resting, Cancelled> {
        let mut all = Resting::default();
        for gold in sets {
            let labeled = if labels_cite(gold) { gold.labeled_rows() } else { Vec::new() };
            let of_labels = each(&labeled, watch, |row, found: &mut Resting| {
                let labels = gold.labels_of(row);
                heard(&labels.iter().collect::<Vec<_>>()).iter().for_each(|label| found.take(&label.cites, LABEL));
            })?;
            let of_rulings = each(&gold.ruled_rows(), watch, |row, found: &mut Resting| {
                let rulings = gold.adjudications_of(row);
                let settling = ruling(&rulings.iter().collect::<Vec<_>>());
                settling.iter().for_each(|ruling| found.take(&ruling.cites, RULING));
            })?;
            of_labels.into_iter().chain(of_rulings).for_each(|found| all.add(found));
        }
        Ok(all)
    }

    /// What rests on the clause or category of this name, at the version of `texts`.
    pub fn on(&self, text: &str, texts: &Texts) -> Rests {
        let mut rests = Rests::default();
        for (hash, count) in self.of(text, texts) {
            rests.all += count;
            if texts.citation(text, hash) == Citation::Changed {
                rests.stale += count;
            }
        }
        rests
    }

    /// What rests on each wording of a text, under whatever name.
    pub fn of(&self, text: &str, texts: &Texts) -> impl Iterator<Item = (&str, Records)> {
        let named = self.0.iter().filter(move |(name, _)| texts.is_name_of(name, text));
        named.flat_map(|(_, hashes)| hashes).map(|(hash, count)| (hash.as_str(), *count))
    }

    fn take(&mut self, cites: &BTreeMap<String, String>, record: Records) {
        for (text, hash) in cites {
            let hashes = match self.0.get_mut(text) {
                Some(hashes) => hashes,
                None => self.0.entry(text.clone()).or_default(),
            };
            match hashes.get_mut(hash) {
                Some(count) => *count += record,
                None => *hashes.entry(hash.clone()).or_default() += record,
            }
        }
    }

    fn add(&mut self, other: Resting) {
        for (text, hashes) in other.0 {
            let here = self.0.entry(text).or_default();
            hashes.into_iter().for_each(|(hash, count)| *here.entry(hash).or_default() += count);
        }
    }
}

/// Goes over rows in parts, beside each other, and gives what was found in each part.
pub(super) fn each<T: Default + Send>(
    rows: &[usize],
    watch: &dyn Watch,
    row: impl Fn(usize, &mut T) + Sync,
) -> Result<Vec<T>, Cancelled> {
    let part = |rows: &[usize]| {
        if watch.cancelled() {
            return Err(Cancelled);
        }
        let mut found = T::default();
        rows.iter().for_each(|at| row(*at, &mut found));
        watch.advance(rows.len() as u64);
        Ok(found)
    };
    rows.par_chunks(1_024).map(part).collect()
}

impl AddAssign for Records {
    fn add_assign(&mut self, other: Records) {
        self.labels += other.labels;
        self.rulings += other.rulings;
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{SPEC, gold, policy, policy_with};
    use super::*;
    use crate::decide::Unwatched;
    use crate::policy::editorial::Editorials;
    use crate::policy::text_hash::text_hash;

    fn check(text: &str, spec: &str, expect: [usize; 4]) {
        let hash = |id: &str| text_hash(&policy(), id).unwrap();
        let (arms, weapons) = (hash("no-arms"), hash("weapons"));
        let cites = format!(r#""cites":{{"no-arms":"{arms}","old-arms":"{weapons}"}}"#);
        let label = |id: &str, who: &str, rest: &str| {
            format!(r#"{{"id":"{id}","case":"a","labeler":"{who}","behavior":"refuse",{rest}}}"#)
        };
        let labels = [
            label("1", "ana", r#""cites":{"no-arms":"older"}"#),
            label("2", "ana", &format!(r#""supersedes":"1",{cites}"#)),
            label("3", "ben", &cites),
        ];
        let ruling = format!(
            r#"{{"id":"r","case":"a","adjudicator":"lee","disposition":"unanimous","decision":{{"behavior":"refuse"}},{cites}}}"#
        );
        let gold = gold(&[r#"{"id":"a","text":"x"}"#], &[&labels.join("\n")], &[&ruling]);
        let policy = policy_with(spec);
        let texts = Texts::new(&policy, &Editorials::default());
        let rests = Resting::count(&[gold], &Unwatched).unwrap().on(text, &texts);
        let found = [rests.all.labels, rests.all.rulings, rests.stale.labels, rests.stale.rulings];
        assert_eq!(found, expect, "{text}");
    }

    #[test]
    fn what_counts_is_counted_and_what_went_stale_told() {
        check("no-arms", SPEC, [2, 1, 0, 0]);
        check("no-arms", &SPEC.replace("Never.", "Hardly ever."), [2, 1, 2, 1]);
        check("weapons", SPEC, [2, 1, 0, 0]);
        check("scams", SPEC, [0, 0, 0, 0]);
        check("no-such", SPEC, [0, 0, 0, 0]);
    }
}
