//! What the open rounds say of cases: the appeals, and what is not to be told to those who read a case without seeing what others say.

use super::ground::{ByCase, Marks};
use crate::policy::round::{Blindness, RoundKind};
use crate::store;
use crate::workspace::files::Files;
use crate::workspace::rounds;

/// The cases in the plans of appeal rounds that are open.
pub fn appeals(files: &dyn Files) -> ByCase {
    of_rounds(files, &[]).appeals
}

/// What the open rounds of every gold set say of its cases to these people. What cannot be read is passed over: `check` tells of it.
pub fn of_rounds(files: &dyn Files, who: &[String]) -> Marks {
    let (paths, _) = files.list("gold");
    let mut marks = Marks::default();
    for set in store::gold_sets(&paths) {
        for round in set.rounds.iter().filter(|round| round.closed.is_empty()).map(|found| rounds::load(files, found)) {
            let name = round.name().to_string();
            let named = |case: &String| ((set.name.clone(), case.clone()), name.clone());
            if round.is_open() && round.round.kind == RoundKind::Appeal {
                marks.appeals.extend(round.plan.iter().map(|row| named(&row.case)));
            }
            if round.is_open() && round.round.blindness != Blindness::Open {
                let read = round.plan.iter().filter(|row| row.labelers.iter().any(|labeler| who.contains(labeler)));
                marks.hidden.extend(read.map(|row| named(&row.case)));
            }
        }
    }
    marks
}
