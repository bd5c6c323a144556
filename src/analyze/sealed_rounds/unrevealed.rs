//! CB132: commitments of a closed round that nobody opened.

use super::evidence::{Evidence, Key, Made};
use crate::policy::codes;
use crate::policy::problem::Problem;
use std::collections::BTreeMap;

/// Of one labeler: how many commitments there are, and those that nobody opened.
type Sealed<'a> = (usize, Vec<(&'a Key, &'a Made)>);

/// Told once a labeler, at the first of theirs.
pub(super) fn lint(evidence: &Evidence<'_>, found: &mut Vec<Problem>) {
    if evidence.closings.is_empty() {
        return;
    }
    let opened = evidence.opened();
    let mut by_labeler: BTreeMap<&str, Sealed<'_>> = BTreeMap::new();
    for (key, made) in &evidence.made {
        let (all, unopened) = by_labeler.entry(&key.0).or_default();
        *all += 1;
        if !opened.contains(key) {
            unopened.push((key, made));
        }
    }
    for (labeler, (all, unopened)) in by_labeler {
        let Some((_, first)) = unopened.iter().min_by_key(|(_, made)| (&made.place.file, made.place.position)) else {
            continue;
        };
        let name = &evidence.round.name;
        let cases: Vec<String> = unopened.iter().take(5).map(|(key, _)| format!("`{}`", key.1)).collect();
        let more = if unopened.len() > cases.len() { " and others" } else { "" };
        let message = format!(
            "`{labeler}` committed to {all} labels in the sealed round `{name}`, and {} of them were never revealed: on {}{more}",
            unopened.len(),
            cases.join(", "),
        );
        let help =
            format!("`{labeler}` runs `casebook round close {name} --set …` on the machine that they labeled on.");
        found.push(Problem::new(&codes::UNREVEALED_LABEL, first.place.clone(), message, help));
    }
}
