//! What a change of texts makes stale: the labels and rulings that stood on them as they were.

use super::cites::{Citation, Texts};
use super::gold::labels_cite;
use super::resting::{Records, each};
use crate::decide::{Cancelled, GoldSet, Watch};
use crate::policy::gold::{heard, ruling};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What becomes stale from one version to another.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Staled {
    /// Each counts once, however many texts it rests on.
    pub records: Records,
    /// The texts that ask something else, by the names that records have of them.
    pub changed: BTreeSet<String>,
    /// Those that are gone.
    pub gone: BTreeSet<String>,
}

impl Staled {
    /// Reads the labels that are heard and the rulings that settle their cases. Nothing is read where every text asks the same.
    pub fn count(sets: &[Arc<GoldSet>], before: &Texts, after: &Texts, watch: &dyn Watch) -> Result<Staled, Cancelled> {
        let mut all = Staled::default();
        if before.ask_as(after) {
            return Ok(all);
        }
        for gold in sets {
            let labeled = if labels_cite(gold) { gold.labeled_rows() } else { Vec::new() };
            let of_labels = each(&labeled, watch, |row, found: &mut Staled| {
                let labels = gold.labels_of(row);
                for label in heard(&labels.iter().collect::<Vec<_>>()) {
                    found.records.labels += usize::from(found.take(&label.cites, before, after));
                }
            })?;
            let of_rulings = each(&gold.ruled_rows(), watch, |row, found: &mut Staled| {
                let rulings = gold.adjudications_of(row);
                if let Some(ruling) = ruling(&rulings.iter().collect::<Vec<_>>()) {
                    found.records.rulings += usize::from(found.take(&ruling.cites, before, after));
                }
            })?;
            of_labels.into_iter().chain(of_rulings).for_each(|found| all.add(found));
        }
        Ok(all)
    }

    pub fn is_empty(&self) -> bool {
        self.records == Records::default()
    }

    /// Whether a record with these cites stood before and does not after.
    fn take(&mut self, cites: &BTreeMap<String, String>, before: &Texts, after: &Texts) -> bool {
        let outdated = after.outdated(cites);
        if outdated.is_empty() || !before.outdated(cites).is_empty() {
            return false;
        }
        for one in outdated {
            let texts = if one.citation == Citation::Gone { &mut self.gone } else { &mut self.changed };
            texts.insert(one.text);
        }
        true
    }

    fn add(&mut self, other: Staled) {
        self.records += other.records;
        self.changed.extend(other.changed);
        self.gone.extend(other.gone);
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{SPEC, gold, policy, policy_with};
    use super::*;
    use crate::decide::Unwatched;
    use crate::policy::editorial::{Editorial, Editorials};
    use crate::policy::text_hash::text_hash;

    /// A label that rests on two texts, one that was stale before, one that cites nothing, and a ruling.
    fn check(spec: &str, declared: bool, expect: (usize, usize, &str, &str)) {
        let (before, after) = (policy(), policy_with(spec));
        let hash = |id: &str| text_hash(&before, id).unwrap();
        let cites = format!(r#""cites":{{"no-arms":"{}","weapons":"{}"}}"#, hash("no-arms"), hash("weapons"));
        let label = |who: &str, rest: &str| {
            format!(r#"{{"id":"{who}","case":"a","labeler":"{who}","behavior":"refuse",{rest}}}"#)
        };
        let labels =
            [label("ana", &cites), label("bo", r#""cites":{"no-arms":"older"}"#), label("cy", r#""round":"r""#)];
        let ruling = format!(
            r#"{{"id":"r","case":"a","adjudicator":"lee","disposition":"unanimous","decision":{{"behavior":"refuse"}},{cites}}}"#
        );
        let gold = gold(&[r#"{"id":"a","text":"x"}"#], &[&labels.join("\n")], &[&ruling]);
        let to = text_hash(&after, "no-arms").unwrap_or_default();
        let editorial =
            Editorial { id: "e".into(), text: "no-arms".into(), from: hash("no-arms"), to, ..Editorial::default() };
        let editorials: Vec<Editorial> = declared.then_some(editorial).into_iter().collect();
        let editorials = Editorials::new(&editorials, &after.taxonomy.aliases());
        let texts = |policy| Texts::new(policy, &editorials);
        let staled = Staled::count(&[gold], &texts(&before), &texts(&after), &Unwatched).unwrap();
        let words = |texts: &BTreeSet<String>| texts.iter().cloned().collect::<Vec<_>>().join(" ");
        let Records { labels, rulings } = staled.records;
        assert_eq!((labels, rulings, &*words(&staled.changed), &*words(&staled.gone)), expect);
    }

    #[test]
    fn what_stood_and_stands_no_more_counts_once() {
        let worded = SPEC.replace("Never.", "Hardly ever.");
        check(SPEC, false, (0, 0, "", ""));
        check(&worded, false, (1, 1, "no-arms", ""));
        check(&worded, true, (0, 0, "", ""));
        check(&SPEC.replace("id: no-arms", "id: no-guns"), false, (1, 1, "", "no-arms"));
    }
}
