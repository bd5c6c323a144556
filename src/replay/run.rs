//! One grader over gold sets at one or two policy versions: verdicts, measures, flips, gates.

use super::flip::FlipKind;
use super::gates::{self, GateInput, GateResult, Side};
use super::measures::{Confusion, Measures};
use super::standing::{Accepted, Standing};
use crate::decide::{Cancelled, GoldSet, Program, Verdict, Verdicts, Watch};
use crate::policy::Policy;
use crate::policy::behavior::{BehaviorIx, Behaviors};
use crate::stats::Discordant;
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A case whose verdict differs between base and head: its behavior, or whether it is determined.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Flip {
    /// The case's row in its gold set.
    pub row: u32,
    pub kind: FlipKind,
    /// In the base policy's terms.
    pub base: Verdict,
    /// In the head policy's terms.
    pub head: Verdict,
}

/// The figures of one version over one gold set.
#[derive(Debug, Clone)]
pub struct SideFigures {
    pub measures: Measures,
    pub confusion: Confusion,
    pub verdicts: Verdicts,
}

/// A replay of one gold set.
#[derive(Debug, Clone)]
pub struct SetReplay {
    pub gold: Arc<GoldSet>,
    pub head: SideFigures,
    pub base: Option<SideFigures>,
    /// In the order of the cases; empty where there is no base.
    pub flips: Vec<Flip>,
    /// Measures of the head and flips, by risk tier.
    tiers: BTreeMap<u32, Side>,
}

impl SetReplay {
    /// How many flips are of this kind.
    pub fn count(&self, kind: FlipKind) -> usize {
        self.flips.iter().filter(|flip| flip.kind == kind).count()
    }

    /// Fixed and regressed cases, for McNemar's test; `None` where there is no base.
    pub fn discordant(&self) -> Option<Discordant> {
        self.base.as_ref()?;
        Some(Discordant::new(self.count(FlipKind::Fixed) as u64, self.count(FlipKind::Regressed) as u64))
    }
}

/// A replay of several gold sets.
#[derive(Debug, Clone)]
pub struct Replay {
    pub head: Arc<Policy>,
    pub base: Option<Arc<Policy>>,
    pub sets: Vec<SetReplay>,
    /// The manifest's gates at the head, over all sets together.
    pub gates: Vec<GateResult>,
}

impl Replay {
    /// How many flips are of this kind, in all sets.
    pub fn count(&self, kind: FlipKind) -> usize {
        self.sets.iter().map(|set| set.count(kind)).sum()
    }

    /// Fixed and regressed cases of all sets; `None` where there is no base.
    pub fn discordant(&self) -> Option<Discordant> {
        self.base.as_ref()?;
        Some(Discordant::new(self.count(FlipKind::Fixed) as u64, self.count(FlipKind::Regressed) as u64))
    }

    /// The head's measures over all sets.
    pub fn head_measures(&self) -> Measures {
        self.total(|set| Some(&set.head.measures)).unwrap_or_default()
    }

    /// The base's measures over all sets; `None` where there is no base.
    pub fn base_measures(&self) -> Option<Measures> {
        self.base.as_ref()?;
        self.total(|set| set.base.as_ref().map(|side| &side.measures))
    }

    /// Every flip with its set, regressions first, then fixes, then other changes.
    pub fn flips(&self) -> Vec<(&SetReplay, Flip)> {
        let mut flips: Vec<_> =
            self.sets.iter().flat_map(|set| set.flips.iter().map(move |flip| (set, *flip))).collect();
        flips.sort_by_key(|(_, flip)| flip.kind);
        flips
    }

    /// Holds the gates on what nobody declared: how many points and flips, each of how many that changed; `None` where that
    /// cannot be known.
    pub fn measure_collateral(&mut self, points: Option<(u64, u64)>, flips: Option<(u64, u64)>) {
        gates::hold_collateral(&mut self.gates, points, flips);
    }

    /// Whether any gate is about what nobody declared.
    pub fn asks_for_intent(&self) -> bool {
        self.gates.iter().any(|gate| gate.kind.is_of_collateral())
    }

    /// Whether no gate fails.
    pub fn passes(&self) -> bool {
        self.gates.iter().all(|gate| gate.status != gates::GateStatus::Fail)
    }

    fn total<'a>(&'a self, side: impl Fn(&'a SetReplay) -> Option<&'a Measures>) -> Option<Measures> {
        self.sets.iter().map(side).try_fold(Measures::default(), |mut total, measures| {
            total.merge(measures?);
            Some(total)
        })
    }
}

/// Replays gold sets against `head`, and where there is one against `base`, both measured by the same gold labels.
pub fn replay(
    sets: &[Arc<GoldSet>],
    head: &Arc<Policy>,
    base: Option<&Arc<Policy>>,
    watch: &dyn Watch,
) -> Result<Replay, Cancelled> {
    let sets: Vec<SetReplay> =
        sets.iter().map(|gold| replay_set(gold, head, base.map(Arc::as_ref), watch)).collect::<Result<_, _>>()?;
    let mut input = GateInput::default();
    for set in &sets {
        input.all.merge(&Side {
            head: set.head.measures.clone(),
            base: set.base.as_ref().map(|base| base.measures.clone()),
            regressed: set.base.as_ref().map(|_| {
                let compared = set.head.measures.agree.of;
                (set.count(FlipKind::Regressed) as u64, compared)
            }),
        });
        for (tier, side) in &set.tiers {
            input.by_tier.entry(*tier).or_default().merge(side);
        }
    }
    let gates = gates::hold(&head.manifest.gates, &input);
    Ok(Replay { head: head.clone(), base: base.cloned(), sets, gates })
}

fn replay_set(
    gold: &Arc<GoldSet>,
    head: &Policy,
    base: Option<&Policy>,
    watch: &dyn Watch,
) -> Result<SetReplay, Cancelled> {
    let decide = |policy: &Policy| Program::compile(policy, gold).decide(watch);
    let head_verdicts = decide(head)?;
    let base_verdicts = base.map(decide).transpose()?;
    let head_side = SideView::new(gold, head, &head_verdicts);
    let base_side = base.zip(base_verdicts.as_ref()).map(|(policy, verdicts)| SideView::new(gold, policy, verdicts));
    // Behaviors are compared by id, since their order may differ between the versions.
    let same: Vec<Option<BehaviorIx>> = base
        .map(|base| base.manifest.behaviors.iter().map(|(_, b)| head.manifest.behaviors.find(&b.id)).collect())
        .unwrap_or_default();
    let tiers = tiers_of_situations(gold, head);

    let tally_rows = |rows: std::ops::Range<usize>| {
        let mut tally = Tally::new(head, base);
        for row in rows {
            let (situation, outcome) = (gold.situation(row), gold.outcome(row));
            let (head_verdict, head_accepted) = head_side.at(situation, outcome);
            tally.head.add(head_verdict, head_accepted, &head.manifest.behaviors);
            let before = base_side.as_ref().zip(base).map(|(side, base)| (side.at(situation, outcome), base));
            let flip = before.and_then(|((base_verdict, base_accepted), base)| {
                tally.base.add(base_verdict, base_accepted, &base.manifest.behaviors);
                // A verdict that becomes undetermined, or ceases to be, is another one: it leaves or enters the figures.
                let unchanged = same.get(usize::from(base_verdict.behavior.0)) == Some(&Some(head_verdict.behavior))
                    && base_verdict.undetermined == head_verdict.undetermined;
                (!unchanged).then(|| Flip {
                    row: row as u32,
                    kind: FlipKind::of(standing(base_verdict, base_accepted), standing(head_verdict, head_accepted)),
                    base: base_verdict,
                    head: head_verdict,
                })
            });
            if let Some(tier) = tiers[situation as usize] {
                let side = tally.tiers.entry(tier).or_default();
                let (behavior, undetermined) = (head_verdict.behavior, head_verdict.undetermined);
                side.head.add(behavior, undetermined, head_accepted, &head.manifest.behaviors);
                if let Some(((before, accepted), base)) = before {
                    let measures = side.base.get_or_insert_default();
                    measures.add(before.behavior, before.undetermined, accepted, &base.manifest.behaviors);
                    let regressed = flip.is_some_and(|flip| flip.kind == FlipKind::Regressed);
                    let measured = standing(head_verdict, head_accepted).is_measured();
                    let counts = side.regressed.get_or_insert_default();
                    *counts = (counts.0 + u64::from(regressed), counts.1 + u64::from(measured));
                }
            }
            tally.flips.extend(flip);
        }
        tally
    };
    let starts: Vec<usize> = (0..gold.len()).step_by(ROWS_AT_ONCE).collect();
    let tallies: Vec<Tally> =
        starts.into_par_iter().map(|start| tally_rows(start..(start + ROWS_AT_ONCE).min(gold.len()))).collect();
    let mut total = Tally::new(head, base);
    tallies.into_iter().for_each(|tally| total.append(tally));

    let side =
        |counts: Counts, verdicts| SideFigures { measures: counts.measures, confusion: counts.confusion, verdicts };
    Ok(SetReplay {
        gold: gold.clone(),
        head: side(total.head, head_verdicts),
        base: base_verdicts.map(|verdicts| side(total.base, verdicts)),
        flips: total.flips,
        tiers: total.tiers,
    })
}

/// Enough for a thread to be worth waking.
const ROWS_AT_ONCE: usize = 1 << 16;

fn standing(verdict: Verdict, accepted: Accepted) -> Standing {
    Standing::of(verdict.behavior, verdict.undetermined, accepted)
}

/// One version's verdicts and what it takes the gold labels' words for.
pub struct SideView<'a> {
    verdicts: &'a Verdicts,
    /// By outcome code.
    accepted: Vec<Accepted>,
}

impl<'a> SideView<'a> {
    pub fn new(gold: &GoldSet, policy: &Policy, verdicts: &'a Verdicts) -> Self {
        let accepted = (0..gold.outcomes() as u32).map(|outcome| accepted(gold, outcome, policy)).collect();
        SideView { verdicts, accepted }
    }

    /// The verdict of a situation code, and what an outcome code accepts.
    pub fn at(&self, situation: u32, outcome: u32) -> (Verdict, Accepted) {
        (self.verdicts.of_situation(situation), self.accepted[outcome as usize])
    }
}

/// What a gold label accepts, in the policy's terms; nothing where the policy does not know the behavior it calls for.
pub fn accepted(gold: &GoldSet, outcome: u32, policy: &Policy) -> Accepted {
    let words = gold.outcome_words(outcome);
    let behaviors = &policy.manifest.behaviors;
    match words.behavior.and_then(|word| behaviors.find(word)) {
        Some(first) => Accepted::new(first, words.acceptable.iter().filter_map(|word| behaviors.find(word))),
        None => Accepted::default(),
    }
}

/// The riskiest tier among the harms of a situation.
pub fn riskiest_tier(gold: &GoldSet, policy: &Policy, situation: u32) -> Option<u32> {
    let tier = |category: &str| policy.taxonomy.find(category).and_then(|ix| policy.taxonomy.tier(ix));
    gold.harms(situation).filter_map(|harm| tier(harm.category)).min()
}

fn tiers_of_situations(gold: &GoldSet, policy: &Policy) -> Vec<Option<u32>> {
    (0..gold.situations() as u32).map(|situation| riskiest_tier(gold, policy, situation)).collect()
}

#[derive(Default)]
struct Counts {
    measures: Measures,
    confusion: Confusion,
}

impl Counts {
    fn add(&mut self, verdict: Verdict, accepted: Accepted, behaviors: &Behaviors) {
        self.measures.add(verdict.behavior, verdict.undetermined, accepted, behaviors);
        self.confusion.add(verdict.behavior, verdict.undetermined, accepted);
    }

    fn merge(&mut self, other: &Counts) {
        self.measures.merge(&other.measures);
        self.confusion.merge(&other.confusion);
    }
}

/// What a run of rows adds up to.
struct Tally {
    head: Counts,
    base: Counts,
    flips: Vec<Flip>,
    tiers: BTreeMap<u32, Side>,
}

impl Tally {
    fn new(head: &Policy, base: Option<&Policy>) -> Self {
        let counts =
            |policy: &Policy| Counts { confusion: Confusion::new(&policy.manifest.behaviors), ..Counts::default() };
        Tally {
            head: counts(head),
            base: base.map(counts).unwrap_or_default(),
            flips: Vec::new(),
            tiers: BTreeMap::new(),
        }
    }

    fn append(&mut self, other: Tally) {
        self.head.merge(&other.head);
        self.base.merge(&other.base);
        self.flips.extend(other.flips);
        for (tier, side) in &other.tiers {
            self.tiers.entry(*tier).or_default().merge(side);
        }
    }
}
