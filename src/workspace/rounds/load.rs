//! Reading the rounds of a gold set.

use crate::analyze::sealed_rounds::{self, RoundFiles};
use crate::decide::SourceFile;
use crate::document::Document;
use crate::document::read::cursor::Source;
use crate::document::read::round;
use crate::policy::codes;
use crate::policy::place::Place;
use crate::policy::problem::Problem;
use crate::policy::round::{Closed, PlanRow, Round};
use crate::store::{self, Reading, gold_sets};
use crate::workspace::files::{FileProblem, Files};
use crate::workspace::sets::LoadedSet;
use std::sync::Arc;

/// A round with what its files say.
#[derive(Debug, Clone)]
pub struct LoadedRound {
    pub round: Round,
    /// Which cases it has, and who reads them.
    pub plan: Vec<PlanRow>,
    /// `None` while it is open.
    pub closed: Option<Closed>,
    pub commitments: Vec<SourceFile>,
    pub reveals: Vec<SourceFile>,
    /// Of `round.yaml`, `plan.jsonl` and `closed.yaml`, and of files that could not be read.
    pub problems: Vec<Problem>,
}

impl LoadedRound {
    pub fn name(&self) -> &Arc<str> {
        &self.round.name
    }

    pub fn is_open(&self) -> bool {
        self.closed.is_none()
    }

    fn files(&self) -> RoundFiles<'_> {
        RoundFiles {
            round: &self.round,
            closed: self.closed.as_ref(),
            commitments: &self.commitments,
            reveals: &self.reveals,
        }
    }
}

/// What is wrong with the rounds of a gold set at a version, and with labels that were sealed in them.
pub(in crate::workspace) fn problems(files: &dyn Files, set: &LoadedSet) -> Vec<Problem> {
    let folder = format!("gold/{}/rounds", set.name());
    let (paths, _) = files.list(&folder);
    let found = gold_sets(&paths);
    let rounds: Vec<LoadedRound> = found.iter().flat_map(|set| &set.rounds).map(|found| load(files, found)).collect();
    let mut problems = sealed_rounds::lint(&set.gold, &rounds.iter().map(LoadedRound::files).collect::<Vec<_>>());
    problems.extend(rounds.iter().flat_map(|loaded| loaded.problems.iter().cloned()));
    problems
}

/// Reads one round. What is missing or broken becomes a problem.
pub(in crate::workspace) fn load(files: &dyn Files, found: &store::RoundFiles) -> LoadedRound {
    let mut problems = Vec::new();
    let mut document = |path: &Option<Arc<str>>| {
        let path = path.as_ref()?;
        match files.document(path) {
            Ok(document) => Some((path.clone(), document?)),
            Err(problem) => {
                problems.push(unreadable(problem, path));
                None
            }
        }
    };
    let (round_file, closed_file) = (document(&found.round), document(&found.closed));
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
    let closed = closed_file.map(|(file, document)| {
        let (closed, noted) = round::closed(source(&file, &document));
        problems.extend(noted);
        closed
    });
    let mut open = |paths: &[Arc<str>]| {
        let mut opened = Vec::new();
        for path in paths {
            match files.read(path, Reading::Lines) {
                Ok(bytes) => opened.extend(bytes.map(|bytes| SourceFile::new(path.clone(), bytes))),
                Err(problem) => problems.push(unreadable(problem, path)),
            }
        }
        opened
    };
    let (commitments, reveals) = (open(&found.commitments), open(&found.reveals));
    let plan = open(found.plan.as_slice());
    let plan = plan.iter().flat_map(|file| read_plan(file, &mut problems)).collect();
    LoadedRound { round, plan, closed, commitments, reveals, problems }
}

fn source<'d>(file: &'d Arc<str>, document: &'d Document) -> Source<'d> {
    Source { file, document }
}

fn read_plan(file: &SourceFile, problems: &mut Vec<Problem>) -> Vec<PlanRow> {
    let bytes: &[u8] = (*file.bytes).as_ref();
    let mut rows = Vec::new();
    let mut start = 0;
    for (number, line) in bytes.split(|byte| *byte == b'\n').enumerate() {
        let span = start..start + line.len();
        start = span.end + 1;
        if line.trim_ascii().is_empty() {
            continue;
        }
        match serde_json::from_slice(line) {
            Ok(row) => rows.push(row),
            Err(error) => {
                let said = error.to_string();
                let said = said.split(" at line ").next().unwrap_or_default();
                let line = u32::try_from(number + 1).unwrap_or(u32::MAX);
                problems.push(Problem::new(
                    &codes::BROKEN_LINE,
                    Place::line(file.path.clone(), line, 1, span),
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
