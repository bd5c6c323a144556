//! Reading the rounds of a gold set.

use crate::analyze::round_files;
use crate::analyze::sealed_rounds::{self, RoundFiles};
use crate::decide::SourceFile;
use crate::document::Document;
use crate::document::read::cursor::Source;
use crate::document::read::round;
use crate::policy::codes;
use crate::policy::place::Place;
use crate::policy::problem::{Level, Problem};
use crate::policy::round::{Closed, Commitment, PlanRow, Reveal, Round};
use crate::policy::who::owner_of;
use crate::store::{self, Reading, gold_sets};
use crate::workspace::error::WorkspaceError;
use crate::workspace::files::{FileProblem, Files};
use crate::workspace::sets::LoadedSet;
use serde::de::DeserializeOwned;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// A round with what its files say.
#[derive(Debug, Clone)]
pub struct LoadedRound {
    pub round: Round,
    /// Which cases it has, and who reads them.
    pub plan: Vec<PlanRow>,
    /// Where each row of it stands.
    places: Vec<Place>,
    /// The first closing, by its time and file; `None` while it is open.
    pub closed: Option<Closed>,
    /// What each one who closed it kept; several closed it where they did not know of each other.
    pub closings: Vec<Closed>,
    pub commitments: Vec<SourceFile>,
    pub reveals: Vec<SourceFile>,
    /// Of `round.yaml`, `plan.jsonl` and what was written when it was closed, and of files that could not be read.
    pub problems: Vec<Problem>,
    /// The problem for which nobody can tell what the round is: nothing is done with it until that is set right.
    pub damage: Option<Problem>,
}

impl LoadedRound {
    pub fn name(&self) -> &Arc<str> {
        &self.round.name
    }

    pub fn is_open(&self) -> bool {
        self.closed.is_none()
    }

    /// Itself, or why nobody can tell what it is: what is missing there must never be taken for its usual value, or a sealed
    /// round would be open.
    pub fn whole(self) -> Result<LoadedRound, WorkspaceError> {
        match (self.trouble(), &self.damage) {
            (Some(message), Some(problem)) => Err(WorkspaceError::BadRecord { message, help: problem.help.clone() }),
            _ => Ok(self),
        }
    }

    /// What is damaged, and where, in a sentence.
    pub fn trouble(&self) -> Option<String> {
        let words = |problem: &Problem| {
            format!("the round `{}` is damaged: {}: {}", self.name(), problem.place, problem.message)
        };
        self.damage.as_ref().map(words)
    }

    /// Of a round that is closed: whose commitments outnumber what they revealed, and by how many.
    pub fn unrevealed(&self) -> Vec<(String, usize)> {
        if self.is_open() {
            return Vec::new();
        }
        let mut counts: BTreeMap<String, (BTreeSet<String>, BTreeSet<String>)> = BTreeMap::new();
        for file in &self.commitments {
            let rows = rows::<Commitment>(file).map(|row| row.commitment);
            counts.entry(owner(file)).or_default().0.extend(rows);
        }
        for file in &self.reveals {
            counts.entry(owner(file)).or_default().1.extend(rows::<Reveal>(file).map(|row| row.id));
        }
        let left = counts.into_iter().map(|(who, (made, opened))| (who, made.len().saturating_sub(opened.len())));
        left.filter(|(_, left)| *left > 0).collect()
    }

    /// Every commitment that is in the open.
    pub(in crate::workspace) fn published(&self) -> BTreeSet<String> {
        self.commitments.iter().flat_map(rows::<Commitment>).map(|row| row.commitment).collect()
    }

    fn files(&self) -> RoundFiles<'_> {
        RoundFiles {
            round: &self.round,
            closings: &self.closings,
            commitments: &self.commitments,
            reveals: &self.reveals,
        }
    }
}

/// Every row of a file that can be read.
fn rows<T: DeserializeOwned>(file: &SourceFile) -> impl Iterator<Item = T> {
    let bytes: &[u8] = (*file.bytes).as_ref();
    bytes.split(|byte| *byte == b'\n').filter_map(|line| serde_json::from_slice(line).ok())
}

/// Whose folder a file lies in.
pub(super) fn owner(file: &SourceFile) -> String {
    file.path.split('/').rev().nth(1).map(owner_of).unwrap_or_default()
}

/// What is wrong with the rounds of a gold set at a version, and with labels that were sealed in them.
pub(in crate::workspace) fn problems(files: &dyn Files, set: &LoadedSet) -> Vec<Problem> {
    let folder = format!("gold/{}/rounds", set.name());
    let (paths, _) = files.list(&folder);
    let found = gold_sets(&paths);
    let rounds: Vec<LoadedRound> = found.iter().flat_map(|set| &set.rounds).map(|found| load(files, found)).collect();
    // Of one that is damaged nobody can tell what was sealed, and whether it is closed.
    let whole = rounds.iter().filter(|round| round.damage.is_none());
    let mut problems = sealed_rounds::lint(&set.gold, &whole.map(LoadedRound::files).collect::<Vec<_>>());
    for round in &rounds {
        problems.extend(round.problems.iter().cloned());
        let rows = round.places.iter().zip(&round.plan);
        problems.extend(round_files::unknown_cases(round.name(), rows, |case| set.gold.find(case).is_some()));
    }
    problems
}

/// Reads one round. What is missing or broken becomes a problem.
pub(in crate::workspace) fn load(files: &dyn Files, found: &store::RoundFiles) -> LoadedRound {
    let mut problems = Vec::new();
    let mut document = |path: &Arc<str>| match files.document(path) {
        Ok(document) => Some((path.clone(), document?)),
        Err(problem) => {
            problems.push(unreadable(problem, path));
            None
        }
    };
    let round_file = found.round.as_ref().and_then(&mut document);
    let closing_files: Vec<_> = found.closed.iter().filter_map(document).collect();
    let round = match &round_file {
        Some((file, document)) => {
            let (round, noted) = round::round(source(file, document), &found.name);
            problems.extend(noted);
            round
        }
        None => {
            let place = found.all().next().cloned().unwrap_or_default();
            problems.push(Problem::new(
                &codes::UNREADABLE_FILE,
                Place::file(place),
                format!("the round `{}` has no `round.yaml`", found.name),
                "Restore the file from git's history, or remove the round's folder.",
            ));
            Round { name: found.name.clone(), ..Round::default() }
        }
    };
    let read = |(file, document): &(Arc<str>, Document)| {
        let (closed, noted) = round::closed(source(file, document));
        problems.extend(noted);
        closed
    };
    let closings: Vec<Closed> = closing_files.iter().map(read).collect();
    let closed = closings.iter().min_by_key(|closed| (&closed.at, &closed.file)).cloned();
    let plan = open(files, found.plan.as_slice(), &mut problems);
    let plan: Vec<(Place, PlanRow)> = plan.iter().flat_map(|file| read_plan(file, &mut problems)).collect();
    if plan.is_empty() && found.round.is_some() {
        let place = found.plan.clone().unwrap_or_else(|| found.round.clone().unwrap_or_default());
        let message = format!("the round `{}` has no plan that names a case", found.name);
        let help = "Restore `plan.jsonl` from git's history: it is written once.";
        problems.push(Problem::new(&codes::UNREADABLE_FILE, Place::file(place), message, help));
    }
    let damage = problems.iter().find(|problem| problem.level() == Level::Error).cloned();
    let commitments = open(files, &found.commitments, &mut problems);
    let reveals = open(files, &found.reveals, &mut problems);
    if damage.is_none() {
        problems.extend(round_files::lint(&round, &plan, &commitments, &reveals));
    }
    let (places, plan) = plan.into_iter().unzip();
    LoadedRound { round, plan, places, closed, closings, commitments, reveals, problems, damage }
}

/// The files of lines that can be read.
fn open(files: &dyn Files, paths: &[Arc<str>], problems: &mut Vec<Problem>) -> Vec<SourceFile> {
    let mut opened = Vec::new();
    for path in paths {
        match files.read(path, Reading::Lines) {
            Ok(bytes) => opened.extend(bytes.map(|bytes| SourceFile::new(path.clone(), bytes))),
            Err(problem) => problems.push(unreadable(problem, path)),
        }
    }
    opened
}

fn source<'d>(file: &'d Arc<str>, document: &'d Document) -> Source<'d> {
    Source { file, document }
}

fn read_plan(file: &SourceFile, problems: &mut Vec<Problem>) -> Vec<(Place, PlanRow)> {
    let bytes: &[u8] = (*file.bytes).as_ref();
    let mut rows = Vec::new();
    let mut start = 0;
    for (number, line) in bytes.split(|byte| *byte == b'\n').enumerate() {
        let span = start..start + line.len();
        start = span.end + 1;
        if line.trim_ascii().is_empty() {
            continue;
        }
        let place = Place::line(file.path.clone(), u32::try_from(number + 1).unwrap_or(u32::MAX), 1, span);
        let read = serde_json::from_slice(line).map_err(|error| error.to_string()).and_then(|row: PlanRow| {
            match row.probability.is_none_or(|share| (0.0..=1.0).contains(&share)) {
                true => Ok(row),
                false => Err("a probability is from 0 to 1".to_owned()),
            }
        });
        match read {
            Ok(row) => rows.push((place, row)),
            Err(said) => {
                let said = said.split(" at line ").next().unwrap_or_default();
                problems.push(Problem::new(
                    &codes::BROKEN_LINE,
                    place,
                    format!("this line of the round's plan is left out: {said}"),
                    "Restore the file from git's history: a plan is written once.",
                ));
            }
        }
    }
    rows
}

fn unreadable(problem: FileProblem, asked_for: &Arc<str>) -> Problem {
    let path = if problem.path.is_empty() { asked_for.clone() } else { problem.path };
    Problem::new(&codes::UNREADABLE_FILE, Place::file(path), problem.message, problem.help)
}
