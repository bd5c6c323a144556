//! The appeals that are open: the cases in the plans of appeal rounds that are not closed.

use super::ground::ByCase;
use crate::policy::round::RoundKind;
use crate::store;
use crate::workspace::files::Files;
use crate::workspace::rounds;

/// Reads the open appeal rounds of every gold set. What cannot be read is passed over: `check` tells of it.
pub fn appeals(files: &dyn Files) -> ByCase {
    let (paths, _) = files.list("gold");
    let mut appeals = ByCase::new();
    for set in store::gold_sets(&paths) {
        for round in set.rounds.iter().filter(|round| round.closed.is_empty()).map(|found| rounds::load(files, found)) {
            if round.is_open() && round.round.kind == RoundKind::Appeal {
                let name = round.name().to_string();
                appeals.extend(round.plan.into_iter().map(|row| ((set.name.clone(), row.case), name.clone())));
            }
        }
    }
    appeals
}
