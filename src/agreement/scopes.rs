//! Every measure over everybody, over groups, single answers and single labelers, each with the cases it rests on and those it does
//! not.

use super::field::{Answer, Field, Lost, Scale};
use super::figure::{self, Figure, Figures, Name, Way};
use super::panel::{Panel, lost};
use super::stage::Stage;
use crate::decide::Cancelled;
use crate::policy::manifest::LabelerKind;
use crate::stats::agreement::{Distance, Histograms, Table, Undefined, across};
use crate::stats::{Alpha, Bootstrap};
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
    pub(super) fn count(each: impl Iterator<Item = Option<Why>>) -> Cases {
        Self::sum(each.map(|why| (why, 1)))
    }

    /// Of so many cases each.
    pub(super) fn sum(each: impl Iterator<Item = (Option<Why>, usize)>) -> Cases {
        let (mut used, mut dropped) = (0, BTreeMap::new());
        for (why, n) in each {
            match why {
                None => used += n,
                Some(why) => *dropped.entry(why).or_insert(0) += n,
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

/// One measure a figure, all of them over the same cases.
pub(super) fn measures(scope: &Scope, figures: Figures, cases: impl Into<Arc<Cases>>) -> Vec<Measure> {
    let cases = cases.into();
    let measure = |(name, figure)| Measure { name, scope: scope.clone(), figure, cases: cases.clone() };
    figures.into_iter().map(measure).collect()
}

/// Everybody, and where there are people and models, each group and one against the other.
pub fn groups(panel: &Panel, bootstrap: Bootstrap, stage: &Stage<'_>) -> Result<Vec<Measure>, Cancelled> {
    let mut found = everybody(panel, bootstrap);
    let some = |kind: LabelerKind| panel.labelers.iter().any(|labeler| labeler.kind == kind);
    if !some(LabelerKind::Human) || !some(LabelerKind::Model) {
        return Ok(found);
    }
    for (scope, kind) in [(Scope::Humans, LabelerKind::Human), (Scope::Models, LabelerKind::Model)] {
        let table = panel.table.only(|labeler| panel.is(labeler, kind));
        stage.go_on()?;
        let figures = figure::of_all(panel.scale, &table, &panel.sets, bootstrap);
        found.extend(measures(&scope, figures, among(panel, |labeler| panel.is(labeler, kind))));
    }
    stage.go_on()?;
    found.extend(humans_models(panel, bootstrap));
    Ok(found)
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

/// Every labeler with themselves, over what they read twice.
pub fn within(panel: &Panel) -> Vec<Measure> {
    let of_labeler = |(labeler, who): (u32, &super::panel::Labeler)| {
        let own = || panel.repeats.iter().filter(move |repeat| repeat.labeler == labeler);
        let both: Vec<((u16, u16), u32)> =
            own().filter_map(|repeat| Some(((repeat.first.ok()?, repeat.second.ok()?), 1))).collect();
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
pub fn answers(
    panel: &Panel,
    field: Field,
    bootstrap: Bootstrap,
    stage: &Stage<'_>,
) -> Result<Vec<Measure>, Cancelled> {
    let scope = |name: &Arc<str>| match field {
        Field::Behavior | Field::Observed => Scope::Behavior(name.clone()),
        Field::Harms | Field::Severity | Field::Facet(_) => Scope::Category(name.clone()),
    };
    let choices = || (0u16..).zip(&panel.choices);
    if panel.scale == Scale::Sets {
        let given = |member: u16| panel.members.iter().flatten().any(|(_, answer)| found(answer, member) == Some(true));
        let listed: Vec<(u16, &Arc<str>)> = choices().filter(|(member, _)| given(*member)).collect();
        let all = listed.len();
        let of_member = |(member, name): (u16, &Arc<str>)| {
            stage.step(all)?;
            let mut table = Table::new(panel.labelers.len() as u32, 2);
            for of_case in &panel.members {
                let judged = of_case.iter().filter_map(|(who, answer)| Some((*who, u16::from(found(answer, member)?))));
                table.push(judged);
            }
            let figures = figure::of_class(&Histograms::of(&table), 1, bootstrap);
            let cases = Cases::count((0..panel.cases()).map(|case| {
                let given = panel.status.classes_of(case);
                match (table.classes_of(case).len(), given.len()) {
                    (2.., _) => None,
                    (_, 0) => Some(Why::Unlabeled),
                    (_, 1) => Some(Why::OneLabeler),
                    _ => Some(Why::Lost(usual(given.iter().copied()))),
                }
            }));
            Ok(measures(&scope(name), figures, cases))
        };
        return flat(listed.into_iter().map(of_member));
    }
    let histograms = Histograms::of(&panel.table);
    let given = |class: u16| histograms.sample().kinds().any(|kind| kind.count(class) > 0);
    let cases = Arc::new(among(panel, |_| true));
    let listed = |(class, _): &(u16, &Arc<str>)| panel.choices.len() <= ALWAYS_LISTED || given(*class);
    flat(choices().filter(listed).map(|(class, name)| {
        stage.step(panel.choices.len())?;
        Ok(measures(&scope(name), figure::of_class(&histograms, class, bootstrap), cases.clone()))
    }))
}

fn flat(parts: impl Iterator<Item = Result<Vec<Measure>, Cancelled>>) -> Result<Vec<Measure>, Cancelled> {
    Ok(parts.collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect())
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
