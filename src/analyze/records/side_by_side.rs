//! CB126: records that stand side by side where one should.

use super::ledger::{Found, Kind, Ledger};
use super::tell::Findings;
use crate::policy::codes;
use rustc_hash::FxHashMap;

pub(super) fn lint(ledger: &Ledger, findings: &mut Findings) {
    // A labeler has one label of a case in a round; a case has one ruling, whoever ruled.
    type Key<'a> = (bool, &'a str, Option<(&'a str, Option<&'a str>)>);
    let mut standing: FxHashMap<Key<'_>, Found<'_>> = FxHashMap::default();
    for later in ledger.standing().filter(|found| !found.entry.repeat && !found.entry.deferred) {
        let is_label = later.kind() == Kind::Label;
        let entry = later.entry;
        let key = (is_label, &*entry.case, is_label.then_some((&*entry.by, entry.round.as_deref())));
        let first = *standing.entry(key).or_insert(later);
        if first.order() == later.order() {
            continue;
        }
        let message = match later.kind() {
            Kind::Label => format!(
                "`{}` labeled `{}` twice without either label superseding the other; the other is at {}",
                entry.by,
                entry.case,
                first.place()
            ),
            Kind::Ruling => format!(
                "two rulings on `{}` stand side by side: this by `{}`, and one by `{}` at {}",
                entry.case,
                entry.by,
                first.entry.by,
                first.place()
            ),
        };
        findings.add(
            &codes::SIDE_BY_SIDE,
            &later.place(),
            message,
            "Until somebody settles it the later one in the order of the files counts; a new record replaces both.",
        );
    }
}
