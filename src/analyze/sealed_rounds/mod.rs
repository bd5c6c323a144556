//! CB130 to CB133: what proves, or does not, that nobody's label changed while a round was sealed.
//!
//! Before a round is closed there are commitments and no labels. Whoever closes it keeps a hash of every file of
//! commitments. Afterwards each label comes with the salt that opens its commitment.

mod changed;
mod evidence;
mod revealed;
#[cfg(test)]
mod tests;
mod unrevealed;

use crate::decide::{GoldSet, SourceFile};
use crate::policy::problem::Problem;
use crate::policy::round::{Blindness, Closed, Round};

/// A round with its commitments and reveals.
#[derive(Debug, Clone, Copy)]
pub struct RoundFiles<'a> {
    pub round: &'a Round,
    /// What each one who closed it kept; none while it is open.
    pub closings: &'a [Closed],
    pub commitments: &'a [SourceFile],
    pub reveals: &'a [SourceFile],
}

impl RoundFiles<'_> {
    /// Commitments make it sealed, whatever `round.yaml` came to say.
    fn is_sealed(&self) -> bool {
        self.round.blindness == Blindness::Sealed || !self.commitments.is_empty()
    }
}

/// Holds every label of the sealed rounds against its commitment, and every commitment against what was there when the
/// round was closed.
pub fn lint(set: &GoldSet, rounds: &[RoundFiles<'_>]) -> Vec<Problem> {
    let sealed: Vec<RoundFiles<'_>> = rounds.iter().filter(|round| round.is_sealed()).copied().collect();
    let mut problems = Vec::new();
    for evidence in evidence::gather(set, &sealed) {
        let mut found = Vec::new();
        revealed::lint(&evidence, &mut found);
        unrevealed::lint(&evidence, &mut found);
        changed::lint(&evidence, &mut found);
        told(found, &mut problems);
    }
    problems
}

/// So many problems of one round and kind are told; the rest is counted.
const MOST_TOLD: usize = 20;

fn told(found: Vec<Problem>, problems: &mut Vec<Problem>) {
    let mut codes: Vec<&str> = found.iter().map(|problem| problem.code.id).collect();
    codes.sort_unstable();
    codes.dedup();
    for code in codes {
        let of_code = found.iter().filter(|problem| problem.code.id == code);
        let more = of_code.clone().count().saturating_sub(MOST_TOLD);
        for (at, problem) in of_code.take(MOST_TOLD).enumerate() {
            let mut problem = problem.clone();
            if more > 0 && at + 1 == MOST_TOLD {
                problem.message.push_str(&format!(" (and {more} more like it in this round)"));
            }
            problems.push(problem);
        }
    }
}
