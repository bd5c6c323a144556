//! How a round stands: how far its labelers are, what they say of probes and what they say twice, whether it is enough, and where
//! they part.

use super::blame::{Blame, blame};
use super::figure::Name;
use super::panel::{Filter, Panel};
use super::scopes::{Measure, Why, everybody};
use super::{Field, Scale};
use crate::decide::GoldSet;
use crate::decide::columns::Standing;
use crate::policy::Policy;
use crate::policy::case::Reading;
use crate::policy::gold::{ruling, standing};
use crate::policy::label::Label;
use crate::policy::round::{Closed, Exit, PlanRow, Reached, Round, queue};
use crate::policy::split::Split;
use crate::stats::{Bootstrap, Enough, Interval, Proportion, enough};
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::convert::Infallible;
use std::sync::Arc;

/// What a round of a gold set found.
#[derive(Debug)]
pub struct Found {
    pub set: Arc<str>,
    pub round: Round,
    /// Which cases it has, and who reads them.
    pub plan: Vec<PlanRow>,
    /// `None` while it is open.
    pub closed: Option<Closed>,
    /// How far the labelers are, how they do, and whether it is enough.
    pub standing: RoundStanding,
    /// Every question that somebody answered, with its measures over all labelers.
    pub figures: Vec<(String, Vec<Measure>)>,
    /// The cases of the round on which labelers part, the worst first; all of them.
    pub splits: Vec<Split>,
    /// How many cases two labelers or more read.
    pub compared: usize,
    /// Which clauses and categories the cases touch on which labelers call for different behaviors.
    pub texts: Blame,
}

/// A round with the labels that belong to it.
#[derive(Debug)]
pub struct OfRound<'a> {
    pub gold: &'a GoldSet,
    pub policy: &'a Policy,
    pub round: &'a Round,
    pub plan: &'a [PlanRow],
    /// The labels of the cases of the plan, row by row of the gold set; nothing for all others.
    labels: Vec<Vec<Label>>,
    /// Where each case of the plan stands in the gold set.
    rows: Vec<Option<usize>>,
}

/// How a round stands.
#[derive(Debug, Clone, PartialEq)]
pub struct RoundStanding {
    pub labelers: Vec<LabelerStanding>,
    pub exits: Vec<ExitStanding>,
    /// The criteria are told as they stood when the round was closed, not by the labels that there are now.
    pub at_close: bool,
}

impl RoundStanding {
    /// Readings that were asked for and not given.
    pub fn missing(&self) -> usize {
        self.labelers.iter().map(|labeler| labeler.asked - labeler.done).sum()
    }

    /// How many readings were asked for, and how many given.
    pub fn progress(&self) -> (usize, usize) {
        let asked = self.labelers.iter().map(|labeler| labeler.asked).sum();
        (asked - self.missing(), asked)
    }
}

/// How many commitments each labeler, by the name of the owner of their folder, published on each case.
pub type Committed = BTreeMap<(String, String), usize>;

/// How far one labeler is, and how they do where that can be told.
#[derive(Debug, Clone, PartialEq)]
pub struct LabelerStanding {
    pub labeler: Arc<str>,
    /// Readings asked for, second ones among them.
    pub asked: usize,
    pub done: usize,
    /// Of those done. Nobody knows of a sealed round that is open.
    pub abstained: usize,
    /// Of the cases that they are to read twice: how many they read twice, and how many there are.
    pub repeated: (usize, usize),
    /// How long a case took them in the middle, in seconds.
    pub seconds: Option<u64>,
    /// Question by question, how often they say of a probe what was ruled.
    pub probes: Vec<Matched>,
    /// Question by question, how often they say the same when they read a case again.
    pub repeats: Vec<Matched>,
}

/// How often two readings answer one question alike, over the cases where both answer it.
#[derive(Debug, Clone, PartialEq)]
pub struct Matched {
    pub field: &'static str,
    pub same: Proportion,
}

/// How a round stands to one of its exit criteria.
#[derive(Debug, Clone, PartialEq)]
pub struct ExitStanding {
    pub exit: Exit,
    /// The value and its 95 % interval, where there is one; in words why there is no figure.
    pub figure: Result<(f64, Option<Interval>), String>,
    /// Cases that it rests on.
    pub used: usize,
    pub enough: Enough,
}

impl ExitStanding {
    /// The lower end of the interval.
    pub fn low(&self) -> Option<f64> {
        self.interval().map(|interval| interval.low)
    }

    pub fn value(&self) -> Option<f64> {
        self.figure.as_ref().ok().map(|(value, _)| *value)
    }

    pub fn interval(&self) -> Option<Interval> {
        self.figure.as_ref().ok()?.1
    }

    /// What is to be kept of it when the round is closed.
    pub fn reached(&self) -> Reached {
        Reached {
            exit: self.exit.clone(),
            value: self.figure.as_ref().map(|(value, _)| *value).map_err(|why| why.as_str().into()),
            interval: self.interval().map(|interval| (interval.low, interval.high)),
            n: self.used,
            met: self.enough == Enough::Met,
        }
    }

    /// As it was kept. Whether it was met is what was found then; how far it was from that follows from the figures.
    pub fn kept(reached: &Reached) -> ExitStanding {
        let Reached { exit, value, interval, n, met } = reached;
        let interval = interval.map(|(low, high)| Interval { low, high });
        let far = || match value {
            Ok(value) => enough(*value, interval.map(|interval| interval.low), *n as u64, exit.low),
            Err(_) => Enough::Unknown,
        };
        ExitStanding {
            exit: exit.clone(),
            figure: value.as_ref().map(|value| (*value, interval)).map_err(|why| why.to_string()),
            used: *n,
            enough: if *met {
                Enough::Met
            } else {
                Some(far()).filter(|far| *far != Enough::Met).unwrap_or(Enough::Unknown)
            },
        }
    }
}

/// What labelers are held against probes and themselves on.
const MATCHED: [&str; 3] = ["behavior", "harms", "severity"];

impl<'a> OfRound<'a> {
    /// What the intervals of a round are resampled with.
    pub const BOOTSTRAP: Bootstrap = Bootstrap::USUAL;

    /// Reads the labels of the cases of the plan.
    pub fn new(gold: &'a GoldSet, policy: &'a Policy, round: &'a Round, plan: &'a [PlanRow]) -> Self {
        let rows: Vec<Option<usize>> = plan.iter().map(|row| gold.find(&row.case)).collect();
        let mut labels = vec![Vec::new(); gold.len()];
        let known: BTreeSet<usize> = rows.iter().flatten().copied().collect();
        let read: Vec<(usize, Vec<Label>)> = known.into_par_iter().map(|row| (row, gold.labels_of(row))).collect();
        read.into_iter().for_each(|(row, of_row)| labels[row] = of_row);
        OfRound { gold, policy, round, plan, labels, rows }
    }

    /// How the round stands. Of one whose labels are `sealed` no figure can be told.
    pub fn stand(&self, committed: &Committed, sealed: bool) -> RoundStanding {
        let labelers = self.labelers(committed);
        let exits = match sealed {
            true => self.round.exit.iter().map(|exit| without(exit, "the labels are sealed".to_owned())).collect(),
            false => self.exits(),
        };
        RoundStanding { labelers, exits, at_close: false }
    }

    fn filter(&self) -> Filter<'_> {
        Filter { round: Some(&self.round.name), ..Filter::default() }
    }

    /// The labels of the round on a case of the plan that stand, second readings among them.
    fn standing(&self, at: usize) -> Vec<&Label> {
        let Some(row) = self.rows[at] else { return Vec::new() };
        standing(&self.filter().of(&self.labels[row]))
    }

    /// Every measure of one question over all labelers of the round. Cases of the gold set that are not in its plan count nowhere.
    pub fn measures(&self, field: Field) -> Vec<Measure> {
        let panel = Panel::new(self.gold, &self.labels, &self.filter(), field, self.policy);
        let planned = self.rows.iter().flatten().collect::<BTreeSet<_>>().len();
        let outside = self.gold.len() - planned;
        let mut measures = everybody(&panel, Self::BOOTSTRAP);
        for measure in &mut measures {
            let cases = Arc::make_mut(&mut measure.cases);
            for (_, n) in cases.dropped.iter_mut().filter(|(why, _)| *why == Why::Unlabeled) {
                *n -= outside.min(*n);
            }
            cases.dropped.retain(|(_, n)| *n > 0);
        }
        measures
    }

    /// Which texts the cases touch on which the labelers answer a question differently, beside those on which they agree.
    pub fn blame(&self, field: Field) -> Blame {
        let panel = Panel::new(self.gold, &self.labels, &self.filter(), field, self.policy);
        let Ok(blame) =
            blame(self.gold, &self.labels, &self.filter(), &panel, self.policy, |_| Ok::<_, Infallible>(()));
        blame
    }

    /// Whether somebody answers a question at all.
    pub fn is_answered(&self, field: Field) -> bool {
        (0..self.plan.len()).any(|at| self.standing(at).iter().any(|label| field.answer(label, self.policy).is_ok()))
    }

    /// The measure that a criterion means, or why there is no such.
    pub fn measure_of(exit: &Exit, policy: &Policy) -> Result<(Field, Name), String> {
        let field = Field::find(&exit.field, policy).ok_or_else(|| {
            format!("there is no question `{}`; there are {}", exit.field, Field::words(policy).join(", "))
        })?;
        let known = names(field.scale(policy));
        let name = known.iter().copied().find(|name| name.word() == &*exit.measure).ok_or_else(|| {
            let known: Vec<&str> = known.iter().map(|name| name.word()).collect();
            format!("`{}` is no measure of {}; there are {}", exit.measure, exit.field, known.join(", "))
        })?;
        Ok((field, name))
    }

    /// How the round stands to each of its exit criteria.
    pub fn exits(&self) -> Vec<ExitStanding> {
        let mut measured: BTreeMap<&str, Vec<Measure>> = BTreeMap::new();
        let mut exits = Vec::new();
        for exit in &self.round.exit {
            let found = Self::measure_of(exit, self.policy).map(|(field, name)| {
                let measures = measured.entry(&exit.field).or_insert_with(|| self.measures(field));
                measures.iter().find(|measure| measure.name == name).cloned()
            });
            exits.push(match found {
                Ok(Some(measure)) => stand(exit, &measure),
                Ok(None) => without(exit, "nothing was measured".to_owned()),
                Err(why) => without(exit, why),
            });
        }
        exits
    }

    /// How far each labeler is: by the labels, and by what was `committed` to where the round is sealed and open.
    pub fn labelers(&self, committed: &Committed) -> Vec<LabelerStanding> {
        let stands: Vec<Vec<&Label>> = (0..self.plan.len()).map(|at| self.standing(at)).collect();
        self.round.labelers.iter().map(|labeler| self.labeler(labeler, &stands, committed)).collect()
    }

    fn labeler(&self, labeler: &Arc<str>, stands: &[Vec<&Label>], committed: &Committed) -> LabelerStanding {
        let said = |at: usize, repeat: bool| {
            stands[at].iter().copied().rfind(|label| *label.labeler == **labeler && label.repeat == repeat)
        };
        let committed = |at: usize| {
            let key = (labeler.to_string(), self.plan[at].case.clone());
            committed.get(&key).copied().unwrap_or_default()
        };
        let asked = queue::queue(self.round, self.plan, labeler);
        let is_done = |asked: &queue::Asked| {
            said(asked.row, asked.repeat).is_some() || committed(asked.row) > usize::from(asked.repeat)
        };
        let twice = |asked: &&queue::Asked| asked.repeat;
        let own: Vec<&Label> = asked.iter().filter_map(|asked| said(asked.row, asked.repeat)).collect();
        LabelerStanding {
            labeler: labeler.clone(),
            asked: asked.len(),
            done: asked.iter().filter(|asked| is_done(asked)).count(),
            abstained: own.iter().filter(|label| label.abstain.is_some()).count(),
            repeated: (
                asked.iter().filter(twice).filter(|asked| is_done(asked)).count(),
                asked.iter().filter(twice).count(),
            ),
            seconds: middle(own.iter().filter_map(|label| label.seconds).collect()),
            probes: self.matched(asked.iter().filter(|asked| !asked.repeat && self.plan[asked.row].probe).filter_map(
                |asked| {
                    let label = said(asked.row, false)?;
                    let row = self.rows[asked.row]?;
                    let settled = self.gold.standing(row) == Standing::Adjudicated;
                    Some((label, Other::Ruled(self.gold.gold(row).reading.filter(|_| settled)?)))
                },
            )),
            repeats: self.matched(
                asked
                    .iter()
                    .filter(twice)
                    .filter_map(|asked| Some((said(asked.row, false)?, Other::Again(said(asked.row, true)?)))),
            ),
        }
    }

    fn matched<'l>(&self, pairs: impl Iterator<Item = (&'l Label, Other<'l>)>) -> Vec<Matched> {
        let pairs: Vec<(&Label, Other<'_>)> = pairs.collect();
        let of_field = |word: &'static str| {
            let field = Field::find(word, self.policy)?;
            let mut same = Proportion::default();
            for (label, other) in &pairs {
                let theirs = match other {
                    Other::Ruled(reading) => field.answer_of_reading(reading, self.policy),
                    Other::Again(label) => field.answer(label, self.policy),
                };
                let (Ok(own), Ok(theirs)) = (field.answer(label, self.policy), theirs) else { continue };
                // Where several behaviors are right, each of them is.
                let accepted = match other {
                    Other::Ruled(reading) if field == Field::Behavior => {
                        label.reading.behavior.as_ref().is_some_and(|behavior| reading.acceptable.contains(behavior))
                    }
                    _ => false,
                };
                same.of += 1;
                same.hits += u64::from(accepted || own == theirs);
            }
            (same.of > 0).then_some(Matched { field: word, same })
        };
        MATCHED.into_iter().filter_map(of_field).collect()
    }

    /// The cases on which labelers part, the worst first.
    pub fn splits(&self) -> Vec<Split> {
        let aliases = &self.gold.sources().settling.aliases;
        let split = |at: usize| {
            let row = self.rows[at]?;
            let labels: Vec<Label> = self.filter().of(&self.labels[row]).into_iter().cloned().collect();
            let case = self.gold.case(row).ok()?;
            let rulings = self.gold.adjudications_of(row);
            let ruling = ruling(&rulings.iter().collect::<Vec<_>>());
            let split = Split::new(case, &labels, ruling, &self.policy.manifest.behaviors, aliases);
            (!split.apart.is_nothing()).then_some(split)
        };
        let mut splits: Vec<Split> = (0..self.plan.len()).into_par_iter().filter_map(split).collect();
        splits.sort_by(|a, b| {
            b.apart.partial_cmp(&a.apart).unwrap_or(std::cmp::Ordering::Equal).then_with(|| a.case.id.cmp(&b.case.id))
        });
        splits
    }

    /// On how many cases of the plan two labelers or more gave a reading.
    pub fn compared(&self) -> usize {
        let readers = |at: usize| {
            let stands = self.standing(at);
            let heard = stands.into_iter().filter(|label| !label.repeat && label.abstain.is_none());
            heard.map(|label| label.labeler.as_str()).collect::<BTreeSet<_>>().len()
        };
        (0..self.plan.len()).filter(|at| readers(*at) > 1).count()
    }
}

/// What a label is held against.
enum Other<'l> {
    Ruled(Reading),
    Again(&'l Label),
}

/// The measures that suit answers of this kind.
fn names(scale: Scale) -> Vec<Name> {
    use Name::*;
    match scale {
        Scale::Sets => vec![AlphaMasi, AlphaJaccard, Percent],
        Scale::Nominal => vec![AlphaNominal, Percent, CohenKappa, FleissKappa, Ac1],
        Scale::Ordinal => Name::ALL.into_iter().filter(|name| !matches!(name, AlphaMasi | AlphaJaccard)).collect(),
    }
}

fn stand(exit: &Exit, measure: &Measure) -> ExitStanding {
    let used = measure.cases.used;
    let figure = match &measure.figure {
        Ok(figure) => *figure,
        Err(undefined) => return ExitStanding { used, ..without(exit, undefined.to_string()) },
    };
    let interval = figure.interval.map(|(interval, _)| interval);
    let enough = enough(figure.value, interval.map(|interval| interval.low), used as u64, exit.low);
    ExitStanding { exit: exit.clone(), figure: Ok((figure.value, interval)), used, enough }
}

fn without(exit: &Exit, why: String) -> ExitStanding {
    ExitStanding { exit: exit.clone(), figure: Err(why), used: 0, enough: Enough::Unknown }
}

fn middle(mut seconds: Vec<u64>) -> Option<u64> {
    seconds.sort_unstable();
    seconds.get(seconds.len() / 2).copied()
}

#[cfg(test)]
mod tests {
    use super::super::testing::{cases, gold, label, policy};
    use super::*;

    fn round(exit: &[&str]) -> Round {
        Round {
            name: "r".into(),
            labelers: ["ana", "bo"].map(Into::into).into(),
            overlap: 2,
            exit: exit.iter().filter_map(|words| Exit::parse(words)).collect(),
            ..Round::default()
        }
    }

    fn row(case: usize) -> PlanRow {
        PlanRow { case: format!("c{case}"), labelers: vec!["ana".into(), "bo".into()], ..PlanRow::default() }
    }

    fn says(case: usize, who: &str, behavior: &str) -> String {
        label(case, who, &format!(r#""round":"r","seconds":{case},"behavior":"{behavior}""#))
    }

    #[test]
    fn criteria_are_held_to_the_lower_end() {
        let (policy, n) = (policy(), 40);
        let labels: Vec<String> = (0..n)
            .flat_map(|case| {
                let ana = if case % 2 == 0 { "comply" } else { "refuse" };
                // They part on 4 of 40.
                let bo = if case % 10 == 0 { "refuse" } else { ana };
                [says(case, "ana", ana), says(case, "bo", bo)]
            })
            .collect();
        // One case of the plan has no label; others are not in it.
        let (gold, plan) = (gold(&cases(n + 9), &labels, &[]), (0..=n).map(row).collect::<Vec<_>>());
        let words = [
            "percent behavior >= 0.7",
            "percent behavior >= 0.85",
            "percent behavior >= 0.95",
            "alpha-masi behavior >= 0.5",
            "percent nonsense >= 0.5",
            "alpha-ordinal severity >= 0.5",
        ];
        let round = round(&words);
        let of_round = OfRound::new(&gold, &policy, &round, &plan);
        let exits = of_round.exits();
        let states: Vec<Enough> = exits.iter().map(|exit| exit.enough).collect();
        let Enough::More(more) = states[1] else { panic!("{states:?}") };
        assert!((200..260).contains(&more), "{more}");
        assert_eq!((states[0], states[2]), (Enough::Met, Enough::TooLow));
        // What is kept of them says the same again.
        assert_eq!(exits.iter().map(|exit| ExitStanding::kept(&exit.reached())).collect::<Vec<_>>(), exits);
        assert_eq!((exits[0].used, exits[0].low().is_some_and(|low| low > 0.7)), (40, true));
        let whys: Vec<&String> = exits[3..].iter().filter_map(|exit| exit.figure.as_ref().err()).collect();
        assert!(whys[0].contains("no measure of behavior") && whys[1].contains("no question `nonsense`"), "{whys:?}");
        assert_eq!((whys.len(), exits[5].enough), (3, Enough::Unknown));
        assert_eq!((of_round.compared(), of_round.splits().len()), (40, 4));
        assert_eq!(of_round.measures(Field::Behavior)[0].cases.dropped, [(Why::Unlabeled, 1)]);
        assert!(of_round.is_answered(Field::Behavior) && !of_round.is_answered(Field::Severity));
    }

    #[test]
    fn labelers_are_held_to_probes_and_to_themselves() {
        let policy = policy();
        let again = |case: usize, who: &str, behavior: &str| {
            label(case, who, &format!(r#""round":"r","repeat":true,"behavior":"{behavior}""#))
        };
        let labels = [
            says(0, "ana", "comply"),
            says(0, "bo", "escalate"),
            says(1, "ana", "refuse"),
            again(1, "ana", "comply"),
            says(2, "ana", "refuse"),
            again(2, "ana", "refuse"),
            label(3, "bo", r#""round":"r","abstain":{"reason":"unclear"}"#),
            label(3, "ana", r#""round":"other","behavior":"comply""#),
        ];
        let ruled = r#""id":"x","case":"c0","adjudicator":"lee","disposition":"overridden","decision":{"behavior":"refuse","acceptable":["escalate"]}"#;
        let gold = gold(&cases(6), &labels, &[ruled.to_owned()]);
        let mut plan: Vec<PlanRow> = (0..6).map(row).collect();
        plan[0].probe = true;
        plan[1].repeats = vec!["ana".into()];
        plan[2].repeats = vec!["ana".into()];
        let round = round(&[]);
        let labelers = OfRound::new(&gold, &policy, &round, &plan).labelers(&Committed::new());
        let [ana, bo] = &labelers[..] else { panic!("{labelers:?}") };
        assert_eq!((ana.asked, ana.done, ana.abstained, ana.repeated), (8, 5, 0, (2, 2)));
        assert_eq!((bo.asked, bo.done, bo.abstained, bo.seconds), (6, 2, 1, Some(0)));
        let of = |matched: &[Matched]| matched.iter().map(|m| (m.field, m.same.hits, m.same.of)).collect::<Vec<_>>();
        assert_eq!((of(&ana.probes), of(&bo.probes)), (vec![("behavior", 0, 1)], vec![("behavior", 1, 1)]));
        assert_eq!((of(&ana.repeats), of(&bo.repeats)), (vec![("behavior", 1, 2)], vec![]));
        // Of what is sealed nobody knows more than that it was said.
        let committed = Committed::from([(("bo".into(), "c5".into()), 1)]);
        let sealed = OfRound::new(&gold, &policy, &round, &plan).labelers(&committed);
        assert_eq!((sealed[1].done, sealed[1].abstained), (3, 1));
    }
}
