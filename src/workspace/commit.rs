//! Committing what was settled: checked, replayed, held against the gates, and said so in the commit.

mod rulings;

use super::check;
use super::compare::{Comparison, Request};
use super::editorial;
use super::error::WorkspaceError;
use super::files::Files;
use super::intent::{self, Intents};
use super::repo::{Environment, PolicyRepo, Unsaved};
use super::sets::LoadedSet;
use super::version::{MANIFEST, PolicyVersion};
use crate::analyze::space::Difference;
use crate::decide::Watch;
use crate::policy::editorial::{Editorial, Editorials};
use crate::policy::intent::Intent;
use crate::policy::problem::{Level, Problem};
use crate::policy::record::Record;
use crate::policy::ruling::Adjudication;
use crate::precedent::Staled;
use crate::replay::flip::FlipKind;
use crate::replay::gates::{GateResult, GateStatus};
use crate::store::Reading;
use crate::vcs::{Committed, FileStatus, Repo, Trailer};
use std::collections::HashSet;
use std::sync::Arc;

/// What a commit would hold, and what stands in its way.
#[derive(Debug)]
pub struct CommitPlan {
    /// The files of the policy that differ from the last commit, as they are on disk.
    pub files: Vec<FileStatus>,
    /// The files on disk against the last commit.
    pub comparison: Comparison,
    /// Problems at error level that the last commit does not have.
    pub new_errors: Vec<Problem>,
    /// How many problems at error level the last commit has as well.
    pub old_errors: usize,
    /// Put at the end of the message: what the replay found, gates that fail, and who ruled.
    pub trailers: Vec<Trailer>,
    /// Lines of intent that are left out: nothing changes as they say.
    pub idle: Vec<String>,
    /// What follows from renames of categories, to be written down with the commit.
    pub renames: Vec<Editorial>,
    /// What rests on texts as the last commit has them, and does not stand any more.
    pub staled: Staled,
}

/// What a person takes upon themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Allow {
    pub failing_gates: bool,
    pub errors: bool,
}

impl CommitPlan {
    /// The gates that fail, those among them that fail without this change as well.
    pub fn failing_gates(&self) -> impl Iterator<Item = &GateResult> {
        self.comparison.replay.gates.iter().filter(|gate| gate.status == GateStatus::Fail)
    }

    /// The gates that stand in the way. One that failed already, and no less, does not: labels would have to wait for an edit
    /// of the policy, and an edit that sets something right for one that sets everything right.
    pub fn broken_gates(&self) -> impl Iterator<Item = &GateResult> {
        self.failing_gates().filter(|gate| gate.is_broken())
    }

    /// Why the commit would be refused.
    pub fn refusal(&self, allow: Allow) -> Option<WorkspaceError> {
        let failing: Vec<String> = self.broken_gates().map(gate_name).collect();
        if self.files.is_empty() {
            Some(WorkspaceError::Vcs(crate::vcs::VcsError::NothingToCommit))
        } else if !allow.errors && !self.new_errors.is_empty() {
            Some(WorkspaceError::NewErrors { n: self.new_errors.len() })
        } else if !allow.failing_gates && !failing.is_empty() {
            Some(WorkspaceError::GatesFail { gates: failing })
        } else {
            None
        }
    }
}

impl PolicyRepo {
    /// What a commit of the files on disk would hold. Gold sets among `known` are not read again.
    /// `intents` say what is meant to change; `all` among them stands for every region that changes.
    pub fn plan_commit(
        &self,
        known: &[Arc<LoadedSet>],
        intents: &[String],
        watch: &dyn Watch,
    ) -> Result<CommitPlan, WorkspaceError> {
        let repo = self.git_or_why()?;
        let mut intents = self.declared(intents, watch)?;
        let request = Request { intents: intents.clone(), ..Request::default() };
        let comparison = self.compare(&request, known, watch)?;
        let idle = idle_intents(&comparison, &intents);
        intents.retain(|line| !idle.contains(line));
        let mut head_problems = check::check(&comparison.head.version, &comparison.sets);
        head_problems.extend(self.rewritten_since_commit()?);
        let errors = |problems: Vec<Problem>| problems.into_iter().filter(|problem| problem.level() == Level::Error);
        let mut new_errors: Vec<Problem> = errors(head_problems).collect();
        let all = new_errors.len();
        // What is wrong already does not stand in the way of setting something else right.
        if let Some(base) = comparison.base.as_ref().filter(|_| all > 0) {
            let before = self.check(&base.revision, &Unsaved::new(), watch)?;
            let known: HashSet<_> = errors(before.problems).map(|problem| identity(&problem)).collect();
            new_errors.retain(|problem| !known.contains(&identity(problem)));
        }
        let base_version = comparison.base.as_ref().map(|base| &*base.version);
        let files = policy_files(repo, &comparison.head.version, base_version)?;
        let renames = match base_version {
            Some(base) => {
                let head = &comparison.head.version.policy;
                let here = self.files(&comparison.head.revision, &Unsaved::new())?;
                let known = Editorials::new(&editorial::read(&*here, watch).0, &head.taxonomy.aliases());
                self.undeclared_renames(&base.policy, head, &known)
            }
            None => Vec::new(),
        };
        let mut trailers = Vec::new();
        let cases = comparison.sets.cases();
        if comparison.base.is_some() && cases > 0 {
            let [fixed, regressed] = [FlipKind::Fixed, FlipKind::Regressed].map(|kind| comparison.replay.count(kind));
            trailers.push(Trailer::new("Policy-Replay", format!("{fixed} fixed, {regressed} regressed of {cases}")));
        }
        trailers.extend(intents.into_iter().map(|line| Trailer::new(Intent::TRAILER, line)));
        trailers.extend(rulings::trailers(&self.new_rulings(&files, &comparison)?));
        let failing = comparison.replay.gates.iter().filter(|gate| gate.status == GateStatus::Fail).map(gate_name);
        let failing: Vec<String> = failing.collect();
        if !failing.is_empty() {
            trailers.push(Trailer::new("Policy-Gates", format!("failing: {}", failing.join(", "))));
        }
        let old_errors = all - new_errors.len();
        let staled = self.staled(&comparison, watch)?;
        Ok(CommitPlan { files, comparison, new_errors, old_errors, trailers, idle, renames, staled })
    }

    /// Commits what was planned, through the user's hooks and signing, unless something stands in the way that is not
    /// allowed. That renames of categories changed words only is written down and goes with it.
    pub fn commit(
        &self,
        plan: &CommitPlan,
        message: &str,
        allow: Allow,
        environment: &Environment,
    ) -> Result<Committed, WorkspaceError> {
        if let Some(refusal) = plan.refusal(allow) {
            return Err(refusal);
        }
        let declared = self.declare_renames(&plan.renames, environment)?;
        let files = plan.files.iter().map(|file| &*file.path).chain(declared.as_deref());
        let files: Vec<&str> = files.collect();
        Ok(self.git_or_why()?.commit(&files, message, &plan.trailers)?)
    }

    /// The rulings that are new in these files, each with its gold set.
    fn new_rulings(
        &self,
        files: &[FileStatus],
        comparison: &Comparison,
    ) -> Result<Vec<(String, Adjudication)>, WorkspaceError> {
        let set_of_rulings = |path: &str| {
            let mut parts = path.strip_prefix("gold/")?.split('/');
            let set = parts.next()?;
            (parts.next()? == Adjudication::FOLDER).then(|| set.to_owned())
        };
        let here = self.files(&comparison.head.revision, &Unsaved::new())?;
        let base = comparison.base.as_ref();
        let there = base.map(|base| self.files(&base.revision, &Unsaved::new())).transpose()?;
        let mut rulings = Vec::new();
        for (file, set) in files.iter().filter_map(|file| Some((file, set_of_rulings(&file.path)?))) {
            let read = |files: &dyn Files| files.read(&file.path, Reading::Lines).ok().flatten();
            let Some(now) = read(&*here) else { continue };
            let before = there.as_deref().and_then(read);
            let old: HashSet<&[u8]> = before.iter().flat_map(|bytes| bytes.split(|byte| *byte == b'\n')).collect();
            let new = now.split(|byte| *byte == b'\n').filter(|line| !old.contains(line));
            rulings.extend(new.filter_map(|line| Some((set.clone(), serde_json::from_slice(line).ok()?))));
        }
        Ok(rulings)
    }
}

/// The lines of intent as which nothing changes; none where the versions are too large to know.
fn idle_intents(comparison: &Comparison, lines: &[String]) -> Vec<String> {
    let Some(base) = comparison.base.as_ref().filter(|_| !lines.is_empty()) else { return Vec::new() };
    let (base, head) = (&base.version.policy, &comparison.head.version.policy);
    let known = Intents::read(lines, base, head).and_then(|intents| {
        let difference = Difference::with_intent(base, head, &intents.regions)?;
        Ok(intent::idle(&difference, &intents, &comparison.replay))
    });
    known.unwrap_or_default()
}

/// The files of the policy among those that differ from the last commit. What else lies in the folder is left alone.
pub fn policy_files(
    repo: &Repo,
    head: &PolicyVersion,
    base: Option<&PolicyVersion>,
) -> Result<Vec<FileStatus>, WorkspaceError> {
    let named = |path: &str| {
        path == MANIFEST
            || path == "exceptions.yaml"
            || [Some(head), base].into_iter().flatten().any(|version| version.documents.contains_key(path))
    };
    let folders = ["gold", "taxonomies", "specs", "editorial", "recordings"];
    let belongs = |path: &str| {
        let hidden = path.split('/').any(|part| part.starts_with('.'));
        let below = path.split_once('/').is_some_and(|(folder, _)| folders.contains(&folder));
        named(path) || (below && !hidden)
    };
    let mut files = repo.status()?.files;
    files.retain(|file| belongs(&file.path));
    Ok(files)
}

/// What makes an error the same in another version: not its line, which moves with every edit.
fn identity(problem: &Problem) -> (&'static str, Arc<str>, String) {
    (problem.code.id, problem.place.file.clone(), problem.message.clone())
}

fn gate_name(gate: &GateResult) -> String {
    match gate.tier {
        Some(tier) => format!("{} of tier {tier}", gate.kind.word()),
        None => gate.kind.word().to_owned(),
    }
}
