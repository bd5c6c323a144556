//! CB126: records that stand side by side where one should.

use super::ledger::{Entry, Kind, Ledger};
use super::tell::Findings;
use crate::policy::codes;
use std::collections::BTreeMap;

pub(super) fn lint(ledger: &Ledger, findings: &mut Findings) {
    // A labeler has one label of a case in a round; a case has one ruling, whoever ruled.
    type Key<'a> = (bool, &'a str, Option<(&'a str, Option<&'a str>)>);
    let mut standing: BTreeMap<Key<'_>, Vec<&Entry>> = BTreeMap::new();
    for entry in ledger.standing().filter(|entry| !entry.repeat && !entry.deferred) {
        let is_label = entry.kind == Kind::Label;
        let key = (is_label, &*entry.case, is_label.then_some((&*entry.by, entry.round.as_deref())));
        standing.entry(key).or_default().push(entry);
    }
    let mut found: Vec<(&Entry, &Entry)> = Vec::new();
    for entries in standing.values() {
        found.extend(entries.iter().skip(1).map(|later| (entries[0], *later)));
    }
    found.sort_by(|(_, a), (_, b)| (&a.place.file, a.place.position).cmp(&(&b.place.file, b.place.position)));
    for (first, later) in found {
        let message = match later.kind {
            Kind::Label => format!(
                "`{}` labeled `{}` twice without either label superseding the other; the other is at {}",
                later.by, later.case, first.place
            ),
            Kind::Ruling => format!(
                "two rulings on `{}` stand side by side: this by `{}`, and one by `{}` at {}",
                later.case, later.by, first.by, first.place
            ),
        };
        findings.add(
            &codes::SIDE_BY_SIDE,
            &later.place,
            message,
            "Until somebody settles it the later one in the order of the files counts; a new record replaces both.",
        );
    }
}
