//! Every case that needs a ruling, the one that matters most first.
//!
//! A case's score is the sum of what its reasons count, times what its risk counts:
//!
//! | reason | counts |
//! | --- | --- |
//! | appeal | 8 |
//! | fork | 8 |
//! | disagreement in the behavior | 2, and up to 4 by how open the labels leave it, and up to 2 by how far apart the behaviors are |
//! | disagreement in the harms only | 1.5 |
//! | disagreement in the facets only | 1 |
//! | policy against labels | up to 5, by the share of the readings that it is against |
//! | against import | up to 2, by the share of the labels that the imported label does not accept |
//! | against rulings | up to 4, by the share of the labels that run against rulings on other cases |
//! | stale ruling | 4 |
//! | stale labels | up to 3, by the share of the labels that are stale |
//! | undetermined | up to 3, by the share of the readings that leave the verdict open |
//! | gap | 3 |
//! | edited | 2 |
//! | abstained | up to 3, by the share of the labelers who abstained |
//! | deferred | halves the score |
//!
//! Tier 1 counts twice, tier 2 one and a half times, tier 3 one and a quarter. How open the labels leave a case is the
//! entropy of the behaviors' probabilities, over its greatest possible value. Of equal scores the order of the sets and of their cases holds.

use super::findings::{Differ, Findings};
use super::ground::Ground;
use super::reason::{Reason, Reasons};
use crate::decide::{Cancelled, GoldSet, Program, Watch};
use crate::policy::manifest::Consensus;
use crate::replay::run::accepted;
use crate::stats::agreement::Table;
use crate::stats::consensus::{Posteriors, Settings, dawid_skene, majority, one_coin};
use rayon::prelude::*;
use std::cmp::Ordering;
use std::collections::{BTreeMap, HashMap};

/// A case that needs a ruling.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Item {
    /// Position of the set in the [`Ground`].
    pub set: u16,
    pub row: u32,
    pub score: f32,
    pub tier: Option<u32>,
    pub reasons: Reasons,
    /// How open the labels leave the behavior, 0 to 1.
    pub uncertainty: f32,
}

impl Item {
    /// The one that matters most first.
    fn order(&self, other: &Item) -> Ordering {
        other.score.total_cmp(&self.score).then((self.set, self.row).cmp(&(other.set, other.row)))
    }
}

/// The cases that need a ruling, and those that one ruling each could be given together.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Queue {
    /// The highest score first.
    pub items: Vec<Item>,
    /// Set and row of the cases whose labels are unanimous and agree with the policy, in order.
    pub unanimous: Vec<(u16, u32)>,
}

impl Queue {
    /// Looks at every case. 100 000 cases with three labels each take half a second on two cores, so it belongs into a job.
    pub fn rank(ground: &Ground<'_>, watch: &dyn Watch) -> Result<Queue, Cancelled> {
        let mut queue = Queue::default();
        for (gold, set) in ground.sets.iter().zip(0..=u16::MAX) {
            let weighed = weigh_set(ground, gold, watch)?;
            let posteriors = posteriors(ground, &weighed);
            for (unit, weighed) in weighed.into_iter().enumerate() {
                if weighed.unanimous {
                    queue.unanimous.push((set, weighed.row));
                }
                if weighed.reasons.is_empty() {
                    continue;
                }
                let uncertainty = posteriors.uncertainty(unit).unwrap_or_default() as f32;
                queue.items.push(weighed.item(set, uncertainty));
            }
        }
        queue.items.par_sort_by(Item::order);
        Ok(queue)
    }

    /// The queue with these cases, by set and row, looked at again and no others: in microseconds. How open the labels leave a case
    /// stays what it was; of one that was not in the queue it is what its own labels say.
    #[must_use]
    pub fn after(&self, ground: &Ground<'_>, cases: &[(u16, u32)]) -> Queue {
        let mut queue = self.clone();
        for &(set, row) in cases {
            let Some(gold) = ground.sets.get(usize::from(set)).filter(|gold| (row as usize) < gold.len()) else {
                continue;
            };
            let weighed = Weighed::new(ground, row, &Findings::of(ground, gold, row as usize));
            let unanimous = queue.unanimous.binary_search(&(set, row));
            match (unanimous, weighed.unanimous) {
                (Ok(at), false) => drop(queue.unanimous.remove(at)),
                (Err(at), true) => queue.unanimous.insert(at, (set, row)),
                _ => {}
            }
            let before = queue.items.iter().position(|item| (item.set, item.row) == (set, row));
            let before = before.map(|at| queue.items.remove(at).uncertainty);
            if weighed.reasons.is_empty() {
                continue;
            }
            let by_itself =
                || posteriors(ground, std::slice::from_ref(&weighed)).uncertainty(0).unwrap_or_default() as f32;
            let item = weighed.item(set, before.unwrap_or_else(by_itself));
            let at = queue.items.partition_point(|other| other.order(&item).is_lt());
            queue.items.insert(at, item);
        }
        queue
    }

    /// How many cases have which reason.
    pub fn counts(&self) -> BTreeMap<Reason, usize> {
        let mut counts = BTreeMap::new();
        for reason in self.items.iter().flat_map(|item| item.reasons.iter()) {
            *counts.entry(reason).or_insert(0) += 1;
        }
        counts
    }
}

/// What counts of a case.
struct Weighed {
    row: u32,
    tier: Option<u32>,
    reasons: Reasons,
    unanimous: bool,
    /// What all reasons count but for how open the labels leave the case.
    points: f32,
    /// Who calls for which behavior, by its position.
    votes: Vec<(String, u16)>,
}

impl Weighed {
    fn new(ground: &Ground<'_>, row: u32, findings: &Findings) -> Weighed {
        let behaviors = &ground.policy.manifest.behaviors;
        let voting = findings.labels.iter().filter(|label| label.abstain.is_none());
        // All behaviors that the policy does not know are one.
        let vote = |word: &String| behaviors.find(word).map_or(behaviors.len() as u16, |ix| u16::from(ix.0));
        let votes = voting.filter_map(|l| Some((l.labeler.clone(), vote(l.reading.behavior.as_ref()?)))).collect();
        let reasons = findings.reasons();
        let points = reasons.iter().map(|reason| points(reason, findings, ground)).sum();
        Weighed { row, tier: findings.tier, reasons, unanimous: findings.is_unanimous(), points, votes }
    }

    fn item(&self, set: u16, uncertainty: f32) -> Item {
        let score = self.score(uncertainty);
        Item { set, row: self.row, score, tier: self.tier, reasons: self.reasons, uncertainty }
    }

    fn score(&self, uncertainty: f32) -> f32 {
        let open = if self.reasons.holds(Reason::Disagreement) { OPEN * uncertainty } else { 0.0 };
        let risk = match self.tier {
            Some(0 | 1) => 2.0,
            Some(2) => 1.5,
            Some(3) => 1.25,
            _ => 1.0,
        };
        let put_off = if self.reasons.holds(Reason::Deferred) { 0.5 } else { 1.0 };
        (self.points + open) * risk * put_off
    }
}

/// What an entirely open case counts.
const OPEN: f32 = 4.0;

/// The table at the top.
fn points(reason: Reason, findings: &Findings, ground: &Ground<'_>) -> f32 {
    let share = |(some, all): (usize, usize)| some as f32 / all.max(1) as f32;
    match reason {
        Reason::Appeal | Reason::Fork => 8.0,
        Reason::Disagreement => match findings.differ {
            Differ::InBehavior => 2.0 + 2.0 * findings.spread(ground.policy),
            Differ::InHarms => 1.5,
            _ => 1.0,
        },
        Reason::AgainstLabels => 5.0 * share(findings.against()),
        Reason::AgainstImport => {
            2.0 * share((findings.against_import.as_ref().map_or(0, |(_, some)| *some), findings.labels.len()))
        }
        Reason::AgainstRulings => 4.0 * share((findings.against_rulings.0, findings.labels.len())),
        Reason::StaleRuling => 4.0,
        Reason::StaleLabels => 3.0 * share((findings.stale_labels.0, findings.labels.len())),
        Reason::Undetermined => 3.0 * share((findings.undetermined(), findings.voices.len())),
        Reason::Gap => 3.0,
        Reason::Edited => 2.0,
        Reason::Abstained => 3.0 * share((findings.abstentions().count(), findings.labels.len())),
        Reason::Deferred => 0.0,
    }
}

/// Every case of a set about which there is anything to say, by row.
fn weigh_set(ground: &Ground<'_>, gold: &GoldSet, watch: &dyn Watch) -> Result<Vec<Weighed>, Cancelled> {
    let rows = in_question(ground, gold, watch)?;
    let chunks: Vec<Vec<Weighed>> = rows
        .par_chunks(1024)
        .map(|rows| {
            if watch.cancelled() {
                return Err(Cancelled);
            }
            watch.advance(rows.len() as u64);
            let weigh = |&row: &u32| Weighed::new(ground, row, &Findings::of(ground, gold, row as usize));
            Ok(rows.iter().map(weigh).collect())
        })
        .collect::<Result<_, _>>()?;
    Ok(chunks.into_iter().flatten().collect())
}

/// The rows that have to be looked at: those with labels or rulings, those that are marked, and of the others those where the policy does not
/// agree with what the case was imported with. Those are told by the columns, without reading a line.
fn in_question(ground: &Ground<'_>, gold: &GoldSet, watch: &dyn Watch) -> Result<Vec<u32>, Cancelled> {
    let mut wanted = vec![false; gold.len()];
    gold.labeled_rows().into_iter().chain(gold.ruled_rows()).for_each(|row| wanted[row] = true);
    for row in ground.marks.cases(gold.set()).filter_map(|case| gold.find(case)) {
        wanted[row] = true;
    }
    let verdicts = Program::compile(ground.policy, gold).decide(watch)?;
    let accepted: Vec<_> = (0..gold.outcomes() as u32).map(|outcome| accepted(gold, outcome, ground.policy)).collect();
    for (row, wanted) in wanted.iter_mut().enumerate() {
        let verdict = verdicts.get(row);
        let accepted = accepted[gold.outcome(row) as usize];
        *wanted |= accepted.behavior.is_some() && (verdict.undetermined || !accepted.holds(verdict.behavior));
    }
    // Whoever reads a case without seeing what others say is not told of it.
    let hidden = ground.marks.hidden.keys().filter(|(of, _)| of == gold.set());
    for row in hidden.filter_map(|(_, case)| gold.find(case)) {
        wanted[row] = false;
    }
    Ok((0..gold.len() as u32).filter(|row| wanted[*row as usize]).collect())
}

/// What the labelers' behaviors make likely, case by case, by the model whose consensus counts.
fn posteriors(ground: &Ground<'_>, weighed: &[Weighed]) -> Posteriors {
    let mut raters: HashMap<&str, u32> = HashMap::new();
    for (labeler, _) in weighed.iter().flat_map(|weighed| &weighed.votes) {
        let next = raters.len() as u32;
        raters.entry(labeler).or_insert(next);
    }
    let mut table = Table::new(raters.len() as u32, ground.policy.manifest.behaviors.len() as u16 + 1);
    table.reserve(weighed.len(), weighed.iter().map(|weighed| weighed.votes.len()).sum());
    for weighed in weighed {
        table.push(weighed.votes.iter().map(|(labeler, class)| (raters[labeler.as_str()], *class)));
    }
    match ground.policy.manifest.consensus {
        Consensus::Majority | Consensus::None => majority(&table),
        Consensus::DawidSkene => dawid_skene(&table, &[], Settings::default()).posteriors,
        Consensus::OneCoin => one_coin(&table, Settings::default()).posteriors,
    }
}
