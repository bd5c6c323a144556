//! Declaring that an edit of a text changed its words and not its substance, so that what rests on it stands.

mod earlier;

pub use earlier::EarlierWording;

use super::error::WorkspaceError;
use super::files::{FileProblem, Files};
use super::labeling::begin_session;
use super::repo::{Environment, PolicyRepo, Unsaved};
use super::sets;
use crate::decide::{Program, SourceFile, Unwatched, Watch, read_lines};
use crate::policy::Policy;
use crate::policy::codes;
use crate::policy::editorial::{Editorial, Editorials};
use crate::policy::place::Place;
use crate::policy::problem::Problem;
use crate::policy::record::{self, Record, Withdrawal};
use crate::policy::text_hash::Text;
use crate::policy::who::folder_of;
use crate::precedent::{Records, renamed};
use crate::store::Reading;
use crate::vcs::Revision;
use earlier::TextNow;
use std::sync::Arc;

/// An edit of one text that is to be declared editorial.
#[derive(Debug)]
pub struct PlannedEditorial {
    /// The id of the clause or category, no alias.
    pub text: String,
    pub base: Revision,
    /// The hash of its text at the base, and now.
    pub from: String,
    pub to: String,
    /// What rests on the text as it was at the base, and stands on because of the declaration.
    pub carried: Records,
    /// The cases that this clause decides otherwise, or decides and did not, or the other way round: sets and ids. Where there
    /// are any, the edit is hardly one of words.
    pub decided_otherwise: Vec<(Arc<str>, String)>,
    /// Where no base was named and HEAD asks the same already: the earlier wordings that something rests on, newest first. The
    /// first of them is the base.
    pub earlier: Vec<EarlierWording>,
}

/// A declaration that was written down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Declared {
    pub record: Editorial,
    /// Relative to the policy folder.
    pub file: Arc<str>,
}

/// The folder of the declarations.
const FOLDER: &str = "editorial";

/// Every declaration in the order of the files, and what is wrong with them.
pub fn read(files: &dyn Files, watch: &dyn Watch) -> (Vec<Editorial>, Vec<Problem>) {
    let (paths, problems) = files.list(FOLDER);
    let mut problems: Vec<Problem> = problems.into_iter().map(|problem| unreadable(problem, FOLDER)).collect();
    let mut records = Vec::new();
    let mut lines = 0;
    for path in paths.iter().filter(|path| path.ends_with(".jsonl")) {
        match files.read(path, Reading::Lines) {
            Ok(Some(bytes)) => {
                let read = read_lines(&SourceFile::new(path.clone(), bytes), "editorial declaration");
                records.extend(read.records);
                problems.extend(read.problems);
                lines += read.left_out;
            }
            Ok(None) => {}
            Err(problem) => problems.push(unreadable(problem, path)),
        }
    }
    watch.left_out(FOLDER, sets::left_out(lines, &problems));
    (records, problems)
}

fn unreadable(problem: FileProblem, path: &str) -> Problem {
    let path = if problem.path.is_empty() { path.into() } else { problem.path };
    Problem::new(&codes::UNREADABLE_FILE, Place::file(path), problem.message, problem.help)
}

impl PolicyRepo {
    /// What it would mean to declare the edit of a clause or category since `base` editorial. Where `None`: since HEAD, or, where HEAD
    /// asks the same already, since the newest version with an earlier wording that something rests on. Nothing is written.
    pub fn plan_editorial(
        &self,
        text: &str,
        base: Option<&str>,
        watch: &dyn Watch,
    ) -> Result<PlannedEditorial, WorkspaceError> {
        let text = TextNow::read(self, text, watch)?;
        let mut earlier = Vec::new();
        let base = match base {
            Some(base) => self.resolve(base)?,
            None => {
                let head = self.resolve("HEAD")?;
                if text.hash_at(&self.version(&head)?.policy).is_none_or(|hash| hash == text.hash) {
                    earlier = self.earlier_wordings(&text, None, watch)?;
                }
                earlier.first().map_or(head, |first| first.base.clone())
            }
        };
        let before = self.version(&base)?.policy;
        let TextNow { id, meant, hash: to, policy: after, .. } = &text;
        let from = text.hash_at(&before);
        let from = from.ok_or_else(|| WorkspaceError::NewText { id: id.clone(), base: base.name().to_owned() })?;
        if from == *to {
            return Err(WorkspaceError::SameText { id: id.clone(), base: base.name().to_owned() });
        }
        let carried = text.carried_from(&before);
        let mut decided_otherwise = Vec::new();
        if matches!(meant, Text::Clause(_)) {
            for gold in text.sets.gold() {
                let [was, is] = [&before, after].map(|policy| Program::compile(policy, &gold).decide(watch));
                for (row, (was, is)) in was?.iter().zip(is?.iter()).enumerate() {
                    let by = |policy: &crate::policy::Policy, verdict: crate::decide::Verdict| {
                        let clause = verdict.clause.map(|ix| policy.clause(ix).id.clone());
                        (clause.as_deref() == Some(&**id))
                            .then(|| policy.manifest.behaviors.id(verdict.behavior).clone())
                    };
                    if gold.standing(row).is_labeled() && by(&before, was) != by(after, is) {
                        decided_otherwise.push((gold.set().clone(), gold.id(row).into_owned()));
                    }
                }
            }
        }
        let (text, to) = (id.clone(), to.clone());
        Ok(PlannedEditorial { text, base, from, to, carried, decided_otherwise, earlier })
    }

    /// Writes a declaration down, in a new file of its author's under `editorial/`.
    pub fn declare_editorial(
        &self,
        planned: &PlannedEditorial,
        by: &str,
        reason: &str,
        environment: &Environment,
    ) -> Result<Declared, WorkspaceError> {
        let record = Editorial {
            text: planned.text.clone(),
            from: planned.from.clone(),
            to: planned.to.clone(),
            by: by.to_owned(),
            reason: reason.to_owned(),
            ..Editorial::default()
        };
        self.write_editorial(record, environment)
    }

    /// The declarations that the renames of categories since `base` call for and that nobody has written down.
    pub(super) fn undeclared_renames(&self, base: &Policy, head: &Policy, known: &Editorials) -> Vec<Editorial> {
        let mut found = renamed(base, head);
        found.retain(|one| !known.same_as(&one.text, &one.to).contains(&*one.from));
        found
    }

    /// Writes declarations down that follow from renames, in one new file of their author's; `None` where there are none.
    pub(super) fn declare_renames(
        &self,
        renames: &[Editorial],
        environment: &Environment,
    ) -> Result<Option<Arc<str>>, WorkspaceError> {
        if renames.is_empty() {
            return Ok(None);
        }
        let by = self.labeler(None)?;
        let own = folder_of(&by).ok_or_else(|| WorkspaceError::BadLabeler { name: by.clone() })?;
        let at = jiff::Timestamp::from_second((environment.now)()).map(|now| now.to_string()).ok();
        let mut file = begin_session(self.root(), environment, &format!("{FOLDER}/{own}"))?;
        for one in renames {
            file.append(&record::line(&Editorial { by: by.clone(), at: at.clone(), ..one.clone() }).1)?;
        }
        Ok(Some(file.path().clone()))
    }

    /// Takes a declaration back, which then carries nothing over any more.
    pub fn withdraw_editorial(
        &self,
        id: &str,
        by: &str,
        reason: &str,
        environment: &Environment,
    ) -> Result<Declared, WorkspaceError> {
        let files = self.files(&Revision::Worktree, &Unsaved::new())?;
        let editorials = Editorials::new(&read(&*files, &Unwatched).0, &Default::default());
        let found = editorials.iter().find(|record| record.id() == id);
        let found = found.ok_or_else(|| WorkspaceError::NoRecord { id: id.to_owned() })?;
        let record = Editorial {
            by: by.to_owned(),
            reason: String::new(),
            supersedes: Some(found.id.clone()),
            withdrawn: Some(Withdrawal { reason: reason.to_owned() }),
            ..found.clone()
        };
        self.write_editorial(record, environment)
    }

    fn write_editorial(&self, record: Editorial, environment: &Environment) -> Result<Declared, WorkspaceError> {
        let own = folder_of(&record.by).ok_or_else(|| WorkspaceError::BadLabeler { name: record.by.clone() })?;
        let at = jiff::Timestamp::from_second((environment.now)()).map(|now| now.to_string()).ok();
        let mut record = Editorial { at, ..record };
        let (id, line) = record::line(&record);
        record.id = id;
        let mut file = begin_session(self.root(), environment, &format!("{FOLDER}/{own}"))?;
        file.append(&line)?;
        Ok(Declared { record, file: file.path().clone() })
    }
}
