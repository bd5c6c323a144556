//! The order in which a labeler reads the cases of a round.

use super::{PlanRow, Round, chance};

/// One reading that a labeler is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Asked {
    /// Position of the case in the plan.
    pub row: usize,
    /// The second reading of the case. Its labeler should not be told.
    pub repeat: bool,
}

/// Every reading that a labeler is asked for, in order. Each labeler has an order of their own. A second reading comes at
/// least a third of the cases after the first.
pub fn queue(round: &Round, plan: &[PlanRow], labeler: &str) -> Vec<Asked> {
    let firsts = first_readings(round, plan, labeler);
    let (cases, distance) = (firsts.len(), (firsts.len() / 3).max(1));
    let mut placed: Vec<((usize, u64), Asked)> = Vec::new();
    for (at, &row) in firsts.iter().enumerate() {
        placed.push(((at, 0), Asked { row, repeat: false }));
        if plan[row].repeats.iter().any(|who| who == labeler) {
            let chance = chance(round.seed, &["distance", labeler, &plan[row].case]);
            let earliest = at + distance;
            let room = cases.saturating_sub(earliest).max(1) as u64;
            placed.push(((earliest + (chance % room) as usize, chance.max(1)), Asked { row, repeat: true }));
        }
    }
    placed.sort_unstable();
    placed.into_iter().map(|(_, asked)| asked).collect()
}

/// The rows of the plan that a labeler reads, in the labeler's order.
pub(super) fn first_readings(round: &Round, plan: &[PlanRow], labeler: &str) -> Vec<usize> {
    let mut rows: Vec<(u64, usize)> = plan
        .iter()
        .enumerate()
        .filter(|(_, row)| row.labelers.iter().any(|who| who == labeler))
        .map(|(at, row)| (chance(round.seed, &["order", labeler, &row.case]), at))
        .collect();
    rows.sort_unstable();
    rows.into_iter().map(|(_, at)| at).collect()
}

#[cfg(test)]
mod tests {
    use super::super::plan::{Candidate, assign, draw};
    use super::*;
    use proptest::prelude::*;

    fn planned(cases: usize, repeats: f64, seed: u64) -> (Round, Vec<PlanRow>) {
        let labelers = vec!["ana".into(), "bo".into()];
        let round = Round { labelers, overlap: 2, repeats, seed, ..Round::default() };
        let case = |n: usize| Candidate { case: format!("c{n}"), stratum: String::new() };
        let drawn = draw(&(0..cases).map(case).collect::<Vec<_>>(), None, seed);
        let plan = assign(&round, &drawn, &[]);
        (round, plan)
    }

    #[test]
    fn everybody_has_an_order_of_their_own() {
        let (round, plan) = planned(30, 0.0, 3);
        assert_ne!(queue(&round, &plan, "ana"), queue(&round, &plan, "bo"));
        assert_eq!(queue(&round, &plan, "ana"), queue(&round, &plan, "ana"));
        assert!(queue(&round, &plan, "cy").is_empty());
    }

    proptest! {
        #[test]
        fn a_second_reading_keeps_its_distance(cases in 1..60usize, repeats in 0.0..1.0f64, seed: u64) {
            let (round, plan) = planned(cases, repeats, seed);
            let queue = queue(&round, &plan, "ana");
            let second: Vec<usize> = (0..queue.len()).filter(|&at| queue[at].repeat).collect();
            prop_assert_eq!(queue.len(), cases + second.len());
            for at in second {
                let first = queue.iter().position(|asked| asked.row == queue[at].row && !asked.repeat).unwrap();
                prop_assert!(at > first && at - first >= cases / 3, "{} and {} of {}", first, at, cases);
            }
        }
    }
}
