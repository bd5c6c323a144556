//! Drawing the cases of a round, and giving them to labelers.

use super::{PlanRow, Round, chance, queue};
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// A case that could be drawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    pub case: String,
    /// What it has in common with others; empty where all are alike.
    pub stratum: String,
}

/// A case that was drawn.
#[derive(Debug, Clone, PartialEq)]
pub struct Drawn {
    pub case: String,
    pub stratum: String,
    /// Of every case of its stratum to be drawn: how many were, over how many there are.
    pub probability: f64,
}

/// Draws `size` cases, from each stratum as many as it has of all cases, rounded so that the sum is right; as long as
/// `size` allows, at least one. Which ones is left to [`chance`]. Where there are no more than `size`, all are drawn. In
/// the order of chance.
///
/// Largest remainders: Balinski and Young 2001, Fair Representation, chapter 2. Inclusion probabilities: Horvitz and
/// Thompson 1952, JASA 47:663.
pub fn draw(candidates: &[Candidate], size: Option<usize>, seed: u64) -> Vec<Drawn> {
    let mut strata: BTreeMap<&str, Vec<(u64, &str)>> = BTreeMap::new();
    for candidate in candidates {
        let rank = chance(seed, &["draw", &candidate.case]);
        strata.entry(&candidate.stratum).or_default().push((rank, &candidate.case));
    }
    let sizes: Vec<usize> = strata.values().map(Vec::len).collect();
    let mut drawn = Vec::new();
    for ((stratum, mut cases), take) in strata.into_iter().zip(allocate(&sizes, size.unwrap_or(usize::MAX))) {
        let probability = take as f64 / cases.len() as f64;
        cases.sort_unstable();
        let one = |(rank, case): (u64, &str)| {
            (rank, Drawn { case: case.to_owned(), stratum: stratum.to_owned(), probability })
        };
        drawn.extend(cases.into_iter().take(take).map(one));
    }
    drawn.sort_by(|(a, one), (b, other)| (a, &one.case).cmp(&(b, &other.case)));
    drawn.into_iter().map(|(_, drawn)| drawn).collect()
}

/// How many to draw from strata of these sizes.
fn allocate(sizes: &[usize], size: usize) -> Vec<usize> {
    let all: usize = sizes.iter().sum();
    if size >= all {
        return sizes.to_vec();
    }
    // In whole numbers, so that no rounding differs between machines.
    let quota = |n: usize| (n as u128 * size as u128, all as u128);
    let mut takes: Vec<usize> = sizes.iter().map(|&n| (quota(n).0 / quota(n).1) as usize).collect();
    let mut by_remainder: Vec<usize> = (0..sizes.len()).collect();
    by_remainder.sort_by_key(|&at| (Reverse(quota(sizes[at]).0 % quota(sizes[at]).1), at));
    let missing = size - takes.iter().sum::<usize>();
    by_remainder.into_iter().take(missing).for_each(|at| takes[at] += 1);
    while let Some(empty) = takes.iter().position(|&take| take == 0) {
        let Some(largest) = (0..takes.len()).rev().max_by_key(|&at| takes[at]).filter(|&at| takes[at] > 1) else {
            break;
        };
        takes[largest] -= 1;
        takes[empty] = 1;
    }
    takes
}

/// Gives every case to as many labelers as the round's overlap says, each labeler about as many, in ever new company; mixes
/// the probes in, which everybody reads; and chooses who reads what twice.
pub fn assign(round: &Round, drawn: &[Drawn], probes: &[String]) -> Vec<PlanRow> {
    let overlap = round.overlap.clamp(1, round.labelers.len().max(1));
    let mut loads = vec![0usize; round.labelers.len()];
    let mut rows = Vec::with_capacity(drawn.len() + probes.len());
    let stratified = !round.sample.by.is_empty();
    for Drawn { case, stratum, probability } in drawn {
        let mut order: Vec<usize> = (0..round.labelers.len()).collect();
        order.sort_by_key(|&at| (loads[at], chance(round.seed, &["who", case, &round.labelers[at]]), at));
        let mut chosen: Vec<usize> = order.into_iter().take(overlap).collect();
        chosen.sort_unstable();
        chosen.iter().for_each(|&at| loads[at] += 1);
        rows.push(PlanRow {
            case: case.clone(),
            labelers: chosen.iter().map(|&at| round.labelers[at].to_string()).collect(),
            stratum: stratified.then(|| stratum.clone()),
            probability: round.sample.size.map(|_| *probability),
            ..PlanRow::default()
        });
    }
    let everybody: Vec<String> = round.labelers.iter().map(ToString::to_string).collect();
    rows.extend(probes.iter().map(|case| PlanRow {
        case: case.clone(),
        labelers: everybody.clone(),
        probe: true,
        ..PlanRow::default()
    }));
    for labeler in &everybody {
        for at in repeated(round, &rows, labeler) {
            rows[at].repeats.push(labeler.clone());
        }
    }
    rows
}

/// How many probes a labeler meets, where each reads about so many cases beside them.
pub fn probes_needed(round: &Round, cases: usize) -> usize {
    let overlap = round.overlap.clamp(1, round.labelers.len().max(1));
    let each = (cases * overlap).div_ceil(round.labelers.len().max(1));
    share(round.probes, each)
}

/// The rows that a labeler reads twice: of the first half of their cases, so that there is room for a distance.
///
/// Of a handful of cases everybody remembers each, and nothing is asked twice.
fn repeated(round: &Round, rows: &[PlanRow], labeler: &str) -> Vec<usize> {
    const HANDFUL: usize = 5;
    let order = queue::first_readings(round, rows, labeler);
    if order.len() <= HANDFUL {
        return Vec::new();
    }
    let wanted = share(round.repeats, order.len());
    let mut early: Vec<usize> = order[..order.len().div_ceil(2)].to_vec();
    early.sort_by_key(|&at| chance(round.seed, &["repeat", labeler, &rows[at].case]));
    early.truncate(wanted);
    early
}

/// A share of `n` as a whole number; never none of some where the share is not nothing.
fn share(share: f64, n: usize) -> usize {
    match share {
        share if share <= 0.0 || n == 0 => 0,
        share => ((share * n as f64).round() as usize).clamp(1, n),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn candidates(strata: &[(&str, usize)]) -> Vec<Candidate> {
        let of = |(stratum, n): &(&str, usize)| {
            let stratum = (*stratum).to_owned();
            (0..*n).map(move |i| Candidate { case: format!("{stratum}{i}"), stratum: stratum.clone() })
        };
        strata.iter().flat_map(of).collect()
    }

    fn round(labelers: &[&str], overlap: usize) -> Round {
        Round { labelers: labelers.iter().map(|l| (*l).into()).collect(), overlap, seed: 7, ..Round::default() }
    }

    #[test]
    fn strata_have_their_share_and_at_least_one() {
        assert_eq!(allocate(&[80, 15, 5], 20), [16, 3, 1]);
        assert_eq!(allocate(&[98, 1, 1], 10), [8, 1, 1]);
        assert_eq!(allocate(&[5, 5, 5], 2), [1, 1, 0]);
        assert_eq!(allocate(&[2, 3], 9), [2, 3]);
        assert_eq!(allocate(&[], 9), [0; 0]);
    }

    #[test]
    fn the_probability_is_that_of_the_stratum() {
        let drawn = draw(&candidates(&[("a", 80), ("b", 20)]), Some(10), 1);
        let of =
            |stratum: &str| drawn.iter().filter(|d| d.stratum == stratum).map(|d| d.probability).collect::<Vec<_>>();
        assert_eq!((of("a"), of("b")), (vec![0.1; 8], vec![0.1; 2]));
        assert_ne!(draw(&candidates(&[("a", 80)]), Some(10), 1), draw(&candidates(&[("a", 80)]), Some(10), 2));
    }

    #[test]
    fn labelers_read_about_as_much_in_changing_company() {
        let drawn = draw(&candidates(&[("a", 60)]), None, 1);
        let plan = assign(&round(&["ana", "bo", "cy", "dee"], 2), &drawn, &[]);
        let mut pairs: BTreeMap<&[String], usize> = BTreeMap::new();
        plan.iter().for_each(|row| *pairs.entry(&row.labelers).or_default() += 1);
        assert_eq!(pairs.len(), 6, "{pairs:?}");
        for who in ["ana", "bo", "cy", "dee"] {
            assert_eq!(plan.iter().filter(|row| row.labelers.iter().any(|l| l == who)).count(), 30);
        }
    }

    #[test]
    fn probes_are_for_everybody_and_repeats_for_their_share() {
        let round = Round { repeats: 0.1, probes: 0.05, ..round(&["ana", "bo"], 1) };
        let drawn = draw(&candidates(&[("a", 40)]), None, 1);
        assert_eq!(probes_needed(&round, 40), 1);
        let plan = assign(&round, &drawn, &["gold".to_owned()]);
        let probe = plan.last().unwrap();
        assert!(probe.probe && probe.labelers.len() == 2 && probe.probability.is_none());
        for who in ["ana", "bo"] {
            assert_eq!(plan.iter().filter(|row| row.repeats.iter().any(|l| l == who)).count(), 2);
        }
    }

    proptest! {
        #[test]
        fn as_many_as_asked_for_are_drawn_in_any_order(
            strata in prop::collection::vec(0..30usize, 0..6), size in 0..120usize, seed: u64,
        ) {
            let named: Vec<(String, usize)> = strata.iter().enumerate().map(|(i, n)| (format!("s{i}-"), *n)).collect();
            let named: Vec<(&str, usize)> = named.iter().map(|(name, n)| (name.as_str(), *n)).collect();
            let mut all = candidates(&named);
            let drawn = draw(&all, Some(size), seed);
            prop_assert_eq!(drawn.len(), size.min(all.len()));
            prop_assert!(drawn.iter().all(|d| d.probability > 0.0 && d.probability <= 1.0));
            // Each stands for as many as it has a chance in: together for all.
            let stands_for: f64 = drawn.iter().map(|d| 1.0 / d.probability).sum();
            if size >= strata.len() {
                prop_assert!((stands_for - all.len() as f64).abs() < 1e-6);
            }
            all.reverse();
            prop_assert_eq!(draw(&all, Some(size), seed), drawn);
        }
    }
}
