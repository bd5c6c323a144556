//! Who answered what on which case: the labels of a gold set as tables.

use super::field::{Answer, Field, Lost, Scale};
use crate::decide::{Cancelled, GoldSet, Watch};
use crate::policy::Policy;
use crate::policy::gold::{GoldSource, latest, standing};
use crate::policy::label::Label;
use crate::policy::manifest::LabelerKind;
use crate::policy::record::Record;
use crate::stats::agreement::{Sets, Table};
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Which labels are looked at; `None` takes all.
#[derive(Debug, Clone, Copy, Default)]
pub struct Filter<'a> {
    pub labelers: Option<&'a [String]>,
    pub round: Option<&'a str>,
    /// Commits that were checked out.
    pub policy: Option<&'a [String]>,
}

impl Filter<'_> {
    fn takes(&self, label: &Label) -> bool {
        let one_of = |wanted: &[String]| wanted.contains(&label.labeler);
        let of_version = |wanted: &[String]| label.policy.as_ref().is_some_and(|own| wanted.contains(own));
        self.labelers.is_none_or(one_of)
            && self.round.is_none_or(|round| label.round.as_deref() == Some(round))
            && self.policy.is_none_or(of_version)
    }

    /// The labels that are looked at, and whatever takes labels back. A label that a later round replaced still stands in its own.
    pub fn of<'a>(&self, labels: &'a [Label]) -> Vec<&'a Label> {
        labels.iter().filter(|label| label.is_withdrawal() || self.takes(label)).collect()
    }
}

/// Every label of a gold set, case by case. `watch` is told of each case.
pub fn read_labels(gold: &GoldSet, watch: &dyn Watch) -> Result<Vec<Vec<Label>>, Cancelled> {
    let of_row = |row| {
        if watch.cancelled() {
            return Err(Cancelled);
        }
        watch.advance(1);
        Ok(gold.labels_of(row))
    };
    (0..gold.len()).into_par_iter().map(of_row).collect()
}

/// One who labeled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Labeler {
    pub id: Arc<str>,
    pub kind: LabelerKind,
    /// Labels of theirs that are looked at, repeats left out.
    pub labels: usize,
}

/// The same case read twice by one labeler.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Repeat {
    pub labeler: u32,
    /// The class of each reading.
    pub first: Result<u16, Lost>,
    pub second: Result<u16, Lost>,
}

/// The answers to one question.
#[derive(Debug)]
pub struct Panel {
    pub scale: Scale,
    /// What there is to choose from; the classes of the tables, unless answers are sets.
    pub choices: Vec<Arc<str>>,
    /// In the order of their ids; the raters of the tables.
    pub labelers: Vec<Labeler>,
    /// The different sets, where answers are sets: the classes of the tables.
    pub sets: Sets,
    /// Case by case, the class of each answer that can be compared.
    pub table: Table,
    /// Case by case, for each label [`ANSWERED`] or the code of why it is lost.
    pub status: Table,
    /// Where answers are sets: case by case, what each labeler found and left open.
    pub members: Vec<Vec<(u32, Answer)>>,
    pub repeats: Vec<Repeat>,
    /// What each case's gold label answers, where it does not come from the labelers.
    pub gold: Vec<Result<Answer, Lost>>,
    /// The choices that were left out at the low end, since no labeler took them.
    pub below: Vec<Arc<str>>,
}

/// The status of a label whose answer can be compared.
pub const ANSWERED: u16 = 0;

fn status(answer: Result<u16, Lost>) -> u16 {
    answer.map_or_else(|lost| 1 + lost as u16, |_| ANSWERED)
}

/// What a status other than [`ANSWERED`] stands for.
pub fn lost(status: u16) -> Option<Lost> {
    Lost::ALL.get(usize::from(status.checked_sub(1)?)).copied()
}

/// What a label says of the question, or why it says nothing that can be compared.
type Said = Result<Answer, Lost>;

/// What is said of one case.
struct Row {
    given: Vec<(u32, Said)>,
    repeats: Vec<(u32, Said, Said)>,
    gold: Said,
}

impl Panel {
    /// From the labels of a gold set, as [`read_labels`] gives them.
    pub fn new(gold: &GoldSet, labels: &[Vec<Label>], filter: &Filter<'_>, field: Field, policy: &Policy) -> Panel {
        let ids: BTreeSet<&str> =
            labels.iter().flatten().filter(|label| filter.takes(label)).map(|label| label.labeler.as_str()).collect();
        let at: BTreeMap<&str, u32> = ids.iter().copied().zip(0..).collect();
        let rows: Vec<Row> = labels
            .par_iter()
            .enumerate()
            .map(|(row, labels)| Row {
                gold: answer_of_gold(gold, row, field, policy),
                ..Row::of(&filter.of(labels), &at, field, policy)
            })
            .collect();

        let mut counts = vec![0; ids.len()];
        rows.iter().flat_map(|row| &row.given).for_each(|(labeler, _)| counts[*labeler as usize] += 1);
        let labeler =
            |(id, labels): (&str, usize)| Labeler { id: id.into(), kind: policy.manifest.labeler_kind(id), labels };
        let labelers: Vec<Labeler> = ids.into_iter().zip(counts).map(labeler).collect();
        let (scale, mut choices) = (field.scale(policy), field.choices(policy));
        let lowest = |answer: &Said| matches!(answer, Ok(Answer::One(0)));
        let nobody_found_nothing = || {
            let repeats = rows.iter().flat_map(|row| &row.repeats).flat_map(|(_, first, second)| [first, second]);
            !rows.iter().flat_map(|row| row.given.iter().map(|(_, answer)| answer)).chain(repeats).any(lowest)
        };
        let floor = u16::from(field == Field::Severity && nobody_found_nothing());
        let below = choices.drain(..usize::from(floor)).collect();

        let mut coder = Coder { sets: Sets::default(), floor };
        let answers: Vec<Vec<(u32, Result<u16, Lost>)>> = rows
            .iter()
            .map(|row| row.given.iter().map(|(who, answer)| (*who, coder.class(answer))).collect())
            .collect();
        let repeat = |row: &Row, coder: &mut Coder| {
            let both = row.repeats.iter();
            both.map(|(labeler, first, second)| Repeat {
                labeler: *labeler,
                first: coder.class(first),
                second: coder.class(second),
            })
            .collect::<Vec<_>>()
        };
        let repeats = rows.iter().flat_map(|row| repeat(row, &mut coder)).collect();
        let raters = labelers.len() as u32;
        let classes = if scale == Scale::Sets { coder.sets.len() } else { choices.len() } as u16;
        let mut table = Table::new(raters, classes);
        let mut statuses = Table::new(raters, 1 + Lost::ALL.len() as u16);
        for of_row in answers {
            table.push(of_row.iter().filter_map(|(who, class)| Some((*who, class.ok()?))));
            statuses.push(of_row.into_iter().map(|(who, class)| (who, status(class))));
        }
        let (mut members, mut gold) = (Vec::new(), Vec::with_capacity(rows.len()));
        for row in rows {
            if scale == Scale::Sets {
                members.push(row.given.into_iter().filter_map(|(who, answer)| Some((who, answer.ok()?))).collect());
            }
            gold.push(row.gold);
        }
        Panel { scale, choices, labelers, sets: coder.sets, table, status: statuses, members, repeats, gold, below }
    }

    pub fn cases(&self) -> usize {
        self.table.units()
    }

    /// Labels that are looked at, repeats left out.
    pub fn labels(&self) -> usize {
        self.status.labels()
    }

    /// Labels whose answer cannot be compared, by the reason.
    pub fn lost(&self) -> Vec<(Lost, usize)> {
        let mut counts = BTreeMap::new();
        for status in (0..self.status.units()).flat_map(|unit| self.status.classes_of(unit)) {
            if let Some(lost) = lost(*status) {
                *counts.entry(lost).or_insert(0) += 1;
            }
        }
        counts.into_iter().collect()
    }

    /// How many classes the tables have.
    pub fn classes(&self) -> u16 {
        self.table.classes() as u16
    }

    /// Whether a labeler, by their number, is of a kind.
    pub fn is(&self, labeler: u32, kind: LabelerKind) -> bool {
        self.labelers[labeler as usize].kind == kind
    }
}

/// Gives answers the codes of classes.
struct Coder {
    sets: Sets,
    floor: u16,
}

impl Coder {
    fn class(&mut self, answer: &Said) -> Result<u16, Lost> {
        match answer {
            Ok(Answer::One(choice)) => Ok(choice - self.floor),
            Ok(Answer::Set { unjudged, .. }) if !unjudged.is_empty() => Err(Lost::Unjudged),
            Ok(Answer::Set { members, .. }) => self.sets.code(members.iter().copied()).ok_or(Lost::TooManySets),
            Err(lost) => Err(*lost),
        }
    }
}

impl Row {
    fn of(labels: &[&Label], at: &BTreeMap<&str, u32>, field: Field, policy: &Policy) -> Row {
        let number = |label: &Label| at.get(label.labeler.as_str()).copied();
        let answer = |label: &Label| field.answer(label, policy);
        let given = latest(labels).into_iter().filter_map(|label| Some((number(label)?, answer(label)))).collect();
        let standing = standing(labels);
        let mut repeats: BTreeMap<u32, (Said, Said)> = BTreeMap::new();
        for second in standing.iter().filter(|label| label.repeat) {
            let is_first =
                |label: &&&Label| !label.repeat && label.labeler == second.labeler && label.round == second.round;
            if let (Some(first), Some(number)) = (standing.iter().rfind(is_first), number(second)) {
                repeats.insert(number, (answer(first), answer(second)));
            }
        }
        let repeats = repeats.into_iter().map(|(who, (first, second))| (who, first, second)).collect();
        Row { given, repeats, gold: Err(Lost::NoGold) }
    }
}

/// A gold label that the labelers made themselves would agree with them whatever they said.
fn answer_of_gold(gold: &GoldSet, row: usize, field: Field, policy: &Policy) -> Said {
    if !gold.standing(row).is_labeled() {
        return Err(Lost::NoGold);
    }
    let label = gold.gold(row);
    match (&label.source, &label.reading) {
        (GoldSource::Consensus { .. }, _) => Err(Lost::OwnConsensus),
        (_, Some(reading)) => field.answer_of_reading(reading, policy),
        (_, None) => Err(Lost::NoGold),
    }
}
