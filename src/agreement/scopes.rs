//! Every measure over everybody, over groups, pairs, single answers and single labelers, each with the cases it rests on and those it
//! does not.

use super::field::{Answer, Field, Lost, Scale};
use super::figure::{self, Figure, Figures, Name, Way};
use super::panel::{Panel, lost};
use crate::policy::manifest::LabelerKind;
use crate::stats::agreement::{ByRater, Distance, Histograms, Table, Undefined, across};
use crate::stats::{Alpha, Bootstrap};
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

/// Whose answers a measure compares, and on what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scope {
    /// All labelers with each other.
    All,
    /// People among themselves; only where there are models too.
    Humans,
    Models,
    /// Each person with each model.
    HumansModels,
    Pair(Arc<str>, Arc<str>),
    /// A labeler with the gold labels that do not come from labelers.
    Gold(Arc<str>),
    /// One category of harm, severity or value of a facet.
    Category(Arc<str>),
    Behavior(Arc<str>),
    /// A labeler with themselves, over the cases that they read twice.
    Labeler(Arc<str>),
}

/// `all`, `pair:ana,bo`, `pair:ana,gold`, `category:bio`
impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Scope::All => f.write_str("all"),
            Scope::Humans => f.write_str("humans"),
            Scope::Models => f.write_str("models"),
            Scope::HumansModels => f.write_str("humans-models"),
            Scope::Pair(a, b) => write!(f, "pair:{a},{b}"),
            Scope::Gold(labeler) => write!(f, "pair:{labeler},gold"),
            Scope::Category(category) => write!(f, "category:{category}"),
            Scope::Behavior(behavior) => write!(f, "behavior:{behavior}"),
            Scope::Labeler(labeler) => write!(f, "labeler:{labeler}"),
        }
    }
}

/// Why a case is not among those that a measure rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Why {
    Unlabeled,
    OneLabeler,
    OneSide,
    /// Too few of its labels can be compared, for this reason.
    Lost(Lost),
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Why::Unlabeled => f.write_str("nobody labeled it"),
            Why::OneLabeler => f.write_str("only one labeler labeled it"),
            Why::OneSide => f.write_str("only one of the two sides labeled it"),
            Why::Lost(lost @ (Lost::NoGold | Lost::OwnConsensus)) => f.write_str(lost.words()),
            Why::Lost(lost) => write!(f, "a label {}", lost.words()),
        }
    }
}

/// How many cases there are to rest on, and how many are left out and why.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Cases {
    pub used: usize,
    pub dropped: Vec<(Why, usize)>,
}

impl Cases {
    fn count(each: impl Iterator<Item = Option<Why>>) -> Cases {
        let (mut used, mut dropped) = (0, BTreeMap::new());
        for why in each {
            match why {
                None => used += 1,
                Some(why) => *dropped.entry(why).or_insert(0) += 1,
            }
        }
        Cases { used, dropped: dropped.into_iter().collect() }
    }

    pub fn dropped(&self) -> usize {
        self.dropped.iter().map(|(_, n)| n).sum()
    }
}

/// One measure in one scope.
#[derive(Debug, Clone, PartialEq)]
pub struct Measure {
    pub name: Name,
    pub scope: Scope,
    pub figure: Result<Figure, Undefined>,
    pub cases: Arc<Cases>,
}

fn measures(scope: &Scope, figures: Figures, cases: Cases) -> Vec<Measure> {
    let cases = Arc::new(cases);
    let measure = |(name, figure)| Measure { name, scope: scope.clone(), figure, cases: cases.clone() };
    figures.into_iter().map(measure).collect()
}

/// Everybody, and where there are people and models, each group and one against the other.
pub fn groups(panel: &Panel, bootstrap: Bootstrap) -> Vec<Measure> {
    let mut found = everybody(panel, bootstrap);
    let some = |kind: LabelerKind| panel.labelers.iter().any(|labeler| labeler.kind == kind);
    if !some(LabelerKind::Human) || !some(LabelerKind::Model) {
        return found;
    }
    for (scope, kind) in [(Scope::Humans, LabelerKind::Human), (Scope::Models, LabelerKind::Model)] {
        let table = panel.table.only(|labeler| panel.is(labeler, kind));
        let figures = figure::of_all(panel.scale, &table, &panel.sets, bootstrap);
        found.extend(measures(&scope, figures, among(panel, |labeler| panel.is(labeler, kind))));
    }
    found.extend(humans_models(panel, bootstrap));
    found
}

/// All labelers with each other.
pub fn everybody(panel: &Panel, bootstrap: Bootstrap) -> Vec<Measure> {
    let figures = figure::of_all(panel.scale, &panel.table, &panel.sets, bootstrap);
    measures(&Scope::All, figures, among(panel, |_| true))
}

fn humans_models(panel: &Panel, bootstrap: Bootstrap) -> Vec<Measure> {
    let human = |labeler: u32| panel.is(labeler, LabelerKind::Human);
    let found = |distance: &Distance<'_>| across(&panel.table, human, distance, bootstrap, Alpha::FIVE_PERCENT);
    let figure = |value: f64, interval: Option<crate::stats::Interval>| Figure {
        value,
        interval: interval.map(|interval| (interval, Way::Bootstrap)),
    };
    let percent = found(&Distance::Nominal).map(|found| figure(found.percent, found.percent_interval));
    let mut figures = vec![(Name::Percent, percent)];
    if panel.scale != Scale::Sets {
        let ordered = panel.scale == Scale::Ordinal;
        figures.extend(figure::kappas(ordered, |distance| {
            let found = found(distance)?;
            found.kappa.map(|kappa| figure(kappa, found.kappa_interval))
        }));
    }
    let cases = Cases::count((0..panel.cases()).map(|case| {
        let status = |wanted: bool| panel.status.unit(case).filter(move |(who, _)| human(*who) == wanted);
        let answered = |wanted: bool| status(wanted).any(|(_, status)| lost(status).is_none());
        match [true, false].map(|side| (status(side).count(), answered(side))) {
            [(_, true), (_, true)] => None,
            [(0, _), (0, _)] => Some(Why::Unlabeled),
            [(0, _), _] | [_, (0, _)] => Some(Why::OneSide),
            _ => Some(Why::Lost(usual(status(true).chain(status(false)).map(|(_, status)| status)))),
        }
    }));
    measures(&Scope::HumansModels, figures, cases)
}

/// The cases on which two of these labelers or more have answers that can be compared.
fn among(panel: &Panel, these: impl Fn(u32) -> bool) -> Cases {
    Cases::count((0..panel.cases()).map(|case| {
        let status: Vec<u16> =
            panel.status.unit(case).filter(|(labeler, _)| these(*labeler)).map(|(_, status)| status).collect();
        let answered = status.iter().filter(|status| lost(**status).is_none()).count();
        match (answered, status.len()) {
            (2.., _) => None,
            (_, 0) => Some(Why::Unlabeled),
            (_, 1) => Some(Why::OneLabeler),
            _ => Some(Why::Lost(usual(status.into_iter()))),
        }
    }))
}

/// The reason that most of the labels are lost for.
fn usual(statuses: impl Iterator<Item = u16>) -> Lost {
    let mut counts: BTreeMap<Lost, usize> = BTreeMap::new();
    statuses.filter_map(lost).for_each(|lost| *counts.entry(lost).or_default() += 1);
    counts.into_iter().max_by_key(|(lost, n)| (*n, std::cmp::Reverse(*lost))).map_or(Lost::Silent, |(lost, _)| lost)
}

/// More pairs than these nobody reads.
pub const MOST_PAIRS: usize = 20_000;

/// Every two labelers who labeled a case in common. Where there would be more than [`MOST_PAIRS`], none.
pub fn pairs(panel: &Panel) -> Vec<Measure> {
    let (by_answer, by_status) = (ByRater::of(&panel.table), ByRater::of(&panel.status));
    let labelers = panel.labelers.len();
    if labelers * labelers.saturating_sub(1) / 2 > MOST_PAIRS {
        return Vec::new();
    }
    let all: Vec<(usize, usize)> = (0..labelers).flat_map(|a| (a + 1..labelers).map(move |b| (a, b))).collect();
    let of_pair = |(a, b): (usize, usize)| {
        let both: Vec<(u16, u16)> = by_answer.both(a, b).collect();
        let together = by_status.both(a, b).next().is_some();
        if !together {
            return Vec::new();
        }
        let figures = figure::of_pairs(panel.scale, panel.classes(), &both, &panel.sets);
        let cases = Cases::count(by_status.either(a, b).map(|sides| match sides {
            (Some(a), Some(b)) => lost(a).or(lost(b)).map(Why::Lost),
            _ => Some(Why::OneSide),
        }));
        let scope = Scope::Pair(panel.labelers[a].id.clone(), panel.labelers[b].id.clone());
        measures(&scope, figures, cases)
    };
    all.into_par_iter().flat_map_iter(of_pair).collect()
}

/// Every labeler with the gold labels.
pub fn with_gold(panel: &Panel) -> Vec<Measure> {
    if panel.gold.iter().all(|gold| matches!(gold, Err(Lost::NoGold | Lost::OwnConsensus))) {
        return Vec::new();
    }
    let by_status = ByRater::of(&panel.status);
    let by_answer = ByRater::of(&panel.table);
    // Gold labels may be sets, or a lowest severity, that no labeler gave.
    let mut sets = panel.sets.clone();
    let gold: Vec<Result<u16, Lost>> = panel
        .gold
        .iter()
        .map(|answer| match answer {
            Ok(Answer::One(choice)) => Ok(*choice),
            Ok(Answer::Set { members, unjudged }) if unjudged.is_empty() => {
                sets.code(members.iter().copied()).ok_or(Lost::TooManySets)
            }
            Ok(Answer::Set { .. }) => Err(Lost::Unjudged),
            Err(lost) => Err(*lost),
        })
        .collect();
    let floor = if panel.scale == Scale::Sets { 0 } else { panel.floor };
    let of_labeler = |labeler: usize| {
        let answers = by_answer.labels(labeler).iter();
        let mut both: Vec<(u16, u16)> =
            answers.filter_map(|(case, class)| Some((class + floor, gold[*case as usize].ok()?))).collect();
        // The lowest level is there if one of the two took it.
        let lowest = u16::from(floor == 1 && both.iter().all(|(_, gold)| *gold > 0));
        both.iter_mut().for_each(|(own, gold)| (*own, *gold) = (*own - lowest, *gold - lowest));
        let classes = match panel.scale {
            Scale::Sets => sets.len() as u16,
            _ => panel.choices.len() as u16 + floor - lowest,
        };
        let figures = figure::of_pairs(panel.scale, classes, &both, &sets);
        let cases = Cases::count(
            by_status
                .labels(labeler)
                .iter()
                .map(|(case, status)| lost(*status).or(gold[*case as usize].err()).map(Why::Lost)),
        );
        measures(&Scope::Gold(panel.labelers[labeler].id.clone()), figures, cases)
    };
    (0..panel.labelers.len()).flat_map(of_labeler).collect()
}

/// Every labeler with themselves, over what they read twice.
pub fn within(panel: &Panel) -> Vec<Measure> {
    let of_labeler = |(labeler, who): (u32, &super::panel::Labeler)| {
        let own = || panel.repeats.iter().filter(move |repeat| repeat.labeler == labeler);
        let both: Vec<(u16, u16)> =
            own().filter_map(|repeat| Some((repeat.first.ok()?, repeat.second.ok()?))).collect();
        if own().next().is_none() {
            return Vec::new();
        }
        let figures = figure::of_pairs(panel.scale, panel.classes(), &both, &panel.sets);
        let cases = Cases::count(own().map(|repeat| repeat.first.err().or(repeat.second.err()).map(Why::Lost)));
        measures(&Scope::Labeler(who.id.clone()), figures, cases)
    };
    (0..).zip(&panel.labelers).flat_map(of_labeler).collect()
}

/// More answers than these are listed only where somebody gave them.
const ALWAYS_LISTED: usize = 32;

/// Each answer against all others: a category, a severity, a value, a behavior.
pub fn answers(panel: &Panel, field: Field, bootstrap: Bootstrap) -> Vec<Measure> {
    let scope = |name: &Arc<str>| match field {
        Field::Behavior | Field::Observed => Scope::Behavior(name.clone()),
        Field::Harms | Field::Severity | Field::Facet(_) => Scope::Category(name.clone()),
    };
    let choices = || (0u16..).zip(&panel.choices);
    if panel.scale == Scale::Sets {
        let given = |member: u16| panel.members.iter().flatten().any(|(_, answer)| found(answer, member) == Some(true));
        let listed: Vec<(u16, &Arc<str>)> = choices().filter(|(member, _)| given(*member)).collect();
        let of_member = |(member, name): (u16, &Arc<str>)| {
            let mut table = Table::new(panel.labelers.len() as u32, 2);
            for of_case in &panel.members {
                let judged = of_case.iter().filter_map(|(who, answer)| Some((*who, u16::from(found(answer, member)?))));
                table.push(judged);
            }
            let figures = figure::of_class(&Histograms::of(&table), 1, bootstrap);
            let cases = Cases::count((0..panel.cases()).map(|case| {
                let all: Vec<u16> = panel.status.classes_of(case).to_vec();
                match (table.classes_of(case).len(), all.len()) {
                    (2.., _) => None,
                    (_, 0) => Some(Why::Unlabeled),
                    (_, 1) => Some(Why::OneLabeler),
                    _ => Some(Why::Lost(usual(all.into_iter()))),
                }
            }));
            measures(&scope(name), figures, cases)
        };
        return listed.into_iter().flat_map(of_member).collect();
    }
    let histograms = Histograms::of(&panel.table);
    let given = |class: u16| histograms.sample().kinds().any(|kind| kind.count(class) > 0);
    let cases = among(panel, |_| true);
    choices()
        .filter(|(class, _)| panel.choices.len() <= ALWAYS_LISTED || given(*class))
        .flat_map(|(class, name)| {
            measures(&scope(name), figure::of_class(&histograms, class, bootstrap), cases.clone())
        })
        .collect()
}

/// Whether a set has a member; `None` where that was left open.
fn found(answer: &Answer, member: u16) -> Option<bool> {
    match answer {
        Answer::Set { members, unjudged } if unjudged.binary_search(&member).is_err() => {
            Some(members.binary_search(&member).is_ok())
        }
        _ => None,
    }
}
