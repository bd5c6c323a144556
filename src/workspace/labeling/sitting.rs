//! One person's sitting over one gold set.

use super::gate::Gate;
use super::lines::Lines;
use super::recorded::{Recorded, Stamp};
use super::sealing::Sealing;
use super::stands::Stands;
use crate::policy::Policy;
use crate::policy::label::Label;
use crate::policy::record;
use crate::policy::round::Blindness;
use crate::policy::ruling::Adjudication;
use crate::policy::who::folder_of;
use crate::store::{self, Reading, RepoRoot};
use crate::workspace::error::WorkspaceError;
use crate::workspace::files::WorkTree;
use crate::workspace::repo::{Environment, PolicyRepo, Unsaved};
use crate::workspace::rounds::{self, LoadedRound};
use std::collections::BTreeSet;
use std::sync::Arc;

/// One person's sitting over one gold set: labels (`Sitting<Label>`) or rulings (`Sitting<Adjudication>`).
///
/// Its file is made with the first record. It may be handed to another thread; every call waits for the disk, which
/// takes some milliseconds.
#[derive(Debug)]
pub struct Sitting<R> {
    environment: Environment,
    who: Arc<str>,
    round: Option<Arc<str>>,
    /// What is read and applied, for the hashes of its texts.
    policy: Arc<Policy>,
    /// The commit that is checked out.
    commit: Option<String>,
    goes_to: GoesTo,
    /// What the round's own folder tells, where a planned one is labeled.
    gate: Option<Gate>,
    /// The rows of the round's plan that are this labeler's, where a planned one is labeled.
    own: Option<BTreeSet<String>>,
    /// The cases that the round asks this labeler to read twice.
    twice: BTreeSet<String>,
    /// What a new record replaces. A labeler replaces what they said themselves, a ruling whatever was ruled.
    stands: Stands<R>,
    done: Vec<Done<R>>,
}

/// Where records go.
#[derive(Debug)]
enum GoesTo {
    Open(Lines),
    Sealed(Sealing),
}

/// A record that is on disk.
#[derive(Debug, Clone, PartialEq)]
pub struct Written<R> {
    /// With its id and everything that was filled in.
    pub record: R,
    /// Relative to the policy folder.
    pub file: Arc<str>,
    /// Ids of what it replaced.
    pub replaced: Vec<String>,
}

/// What an undo took back.
#[derive(Debug, Clone, PartialEq)]
pub struct Undone<R> {
    /// The record that no longer counts.
    pub taken_back: R,
    /// What counts again in its place.
    pub again: Option<R>,
    pub file: Arc<str>,
}

/// A record of this sitting that can be undone.
#[derive(Debug)]
struct Done<R> {
    record: R,
    before: Vec<R>,
}

impl<R: Recorded> Sitting<R> {
    fn at(desk: Desk<'_>, goes_to: GoesTo, said: Vec<R>) -> Result<Self, WorkspaceError> {
        let commit = desk.repo.usual_base()?.and_then(|base| base.commit().map(ToString::to_string));
        Ok(Sitting {
            environment: desk.environment.clone(),
            who: desk.who.into(),
            round: desk.round.map(Into::into),
            policy: desk.policy.clone(),
            commit,
            goes_to,
            gate: None,
            own: None,
            twice: BTreeSet::new(),
            stands: Stands::of(said),
            done: Vec::new(),
        })
    }

    pub fn who(&self) -> &str {
        &self.who
    }

    /// The sitting's file, relative to the policy folder; `None` before the first record. In a sealed round that of the
    /// commitments.
    pub fn file(&self) -> Option<&Arc<str>> {
        match &self.goes_to {
            GoesTo::Open(lines) => lines.file(),
            GoesTo::Sealed(sealing) => sealing.file(),
        }
    }

    /// What stands on a case that a new record would replace.
    pub fn standing(&self, case: &str) -> &[R] {
        self.stands.on(case)
    }

    /// How many records of this sitting can be undone.
    pub fn undoable(&self) -> usize {
        self.done.len()
    }

    /// From now on the policy is read so: it was edited.
    pub fn set_policy(&mut self, policy: &Arc<Policy>) {
        self.policy = policy.clone();
    }

    /// From now on this commit is checked out.
    pub fn set_commit(&mut self, commit: Option<String>) {
        self.commit = commit;
    }

    /// Writes a record down. Who, round, commit, time and id are filled in; so are the texts that it rests on, where it
    /// names none, and what it replaces.
    fn write(&mut self, mut record: R) -> Result<Written<R>, WorkspaceError> {
        self.can_rest()?;
        self.stamp(&mut record);
        let mut before: Vec<R> =
            self.standing(record.case()).iter().filter(|other| record.replaces(other)).cloned().collect();
        if let Some(named) = record.supersedes() {
            let Some(at) = before.iter().position(|other| other.id() == named) else {
                return Err(WorkspaceError::NotStanding { id: named.to_owned(), case: record.case().to_owned() });
            };
            // The one that was named goes last: it is what comes back when this is undone.
            let named = before.remove(at);
            before.push(named);
        }
        let comes_after = before.last().or_else(|| self.stands.ended(&record));
        record.set_supersedes(comes_after.map(|other| other.id().to_owned()));
        // Of several that stood side by side one is superseded; the rest is taken back, or it would stand on.
        for other in before.iter().rev().skip(1).rev() {
            let back = other.taken_back(&self.who, "replaced by a later reading");
            self.put(back)?;
        }
        let record = self.put(record)?;
        let replaced: Vec<String> = before.iter().map(|other| other.id().to_owned()).collect();
        self.done.push(Done { record: record.clone(), before });
        let file = self.file().cloned().unwrap_or_default();
        Ok(Written { record, file, replaced })
    }

    /// Refused where a file of the policy cannot be read: a record would not name what it rests on there.
    fn can_rest(&self) -> Result<(), WorkspaceError> {
        let unread = self.policy.unread.clone();
        unread.map_or(Ok(()), |problem| Err(WorkspaceError::PolicyUnread { problem: Box::new(problem) }))
    }

    /// Fills in what the sitting knows.
    fn stamp(&self, record: &mut R) {
        record.stamp(Stamp {
            who: &self.who,
            round: self.round.as_deref(),
            policy: &self.policy,
            commit: self.commit.as_deref(),
        });
        record.set_at(self.now());
    }

    /// Takes back what stands under this id, and puts nothing in its place.
    pub fn withdraw(&mut self, id: &str, reason: &str) -> Result<Written<R>, WorkspaceError> {
        let found = self.stands.iter().find(|record| record.id() == id).cloned();
        let found = found.ok_or_else(|| WorkspaceError::NoRecord { id: id.to_owned() })?;
        let record = self.put(found.taken_back(&self.who, reason))?;
        self.done.push(Done { record: record.clone(), before: vec![found] });
        let file = self.file().cloned().unwrap_or_default();
        Ok(Written { record, file, replaced: vec![id.to_owned()] })
    }

    /// Undoes the last record of this sitting that is not undone yet, withdrawals among them: what it replaced counts again.
    pub fn undo(&mut self) -> Result<Option<Undone<R>>, WorkspaceError> {
        let Some(Done { record, before }) = self.done.last() else { return Ok(None) };
        let (record, before) = (record.clone(), before.last().cloned());
        let again = match before {
            Some(before) => {
                let mut again = before.clone();
                again.set_supersedes(Some(record.id().to_owned()));
                again.set_at(self.now());
                let again = self.put(again)?;
                // It has a new id now, by which it can be undone in its turn.
                for done in self.done.iter_mut().filter(|done| done.record.id() == before.id()) {
                    done.record = again.clone();
                }
                Some(again)
            }
            None => {
                self.put(record.taken_back(&self.who, "undone"))?;
                None
            }
        };
        self.done.pop();
        let file = self.file().cloned().unwrap_or_default();
        Ok(Some(Undone { taken_back: record, again, file }))
    }

    /// Gives a record its id, puts it on disk, and keeps in mind what stands now.
    fn put(&mut self, mut record: R) -> Result<R, WorkspaceError> {
        if record.is_withdrawal() {
            record.set_at(self.now());
        }
        let _lock = match &self.goes_to {
            GoesTo::Open(_) => None,
            GoesTo::Sealed(sealing) => Some(sealing.lock()?),
        };
        if let Some(gate) = &self.gate {
            gate.pass()?;
        }
        let id = match &mut self.goes_to {
            GoesTo::Open(lines) => {
                let (id, line) = record::line(&record);
                lines.append(&[&line], &self.environment)?;
                id
            }
            GoesTo::Sealed(sealing) => sealing.put(&record, &self.environment)?,
        };
        record.set_id(id);
        self.stands.add(&record);
        Ok(record)
    }

    fn now(&self) -> String {
        let now = jiff::Timestamp::from_second((self.environment.now)());
        now.map(|now| now.to_string()).unwrap_or_default()
    }
}

impl Sitting<Label> {
    /// Begins a labeler's sitting over a gold set. `policy` is what they read. What they said before is read from their
    /// files, so that new labels replace it. Where a round is named it must be there, be open, and be theirs.
    pub fn begin(
        repo: &PolicyRepo,
        environment: &Environment,
        policy: &Arc<Policy>,
        who: &str,
        set: &str,
        round: Option<&str>,
    ) -> Result<Self, WorkspaceError> {
        let desk = Desk { repo, environment, policy, who, set, round };
        let own = desk.folder()?;
        let mut said = said(repo, set, who);
        let mut twice = BTreeSet::new();
        let planned = desk.planned()?;
        if let Some(planned) = &planned {
            let rows = planned.plan.iter().filter(|row| row.repeats.iter().any(|labeler| labeler == who));
            twice.extend(rows.map(|row| row.case.clone()));
        }
        let mine = planned.as_ref().map(|planned| {
            let rows = planned.plan.iter().filter(|row| row.labelers.iter().any(|labeler| labeler == who));
            rows.map(|row| row.case.clone()).collect()
        });
        let gate = planned.as_ref().map(|planned| Gate::new(repo, set, planned.name()));
        let goes_to = match planned {
            Some(planned) if planned.round.blindness == Blindness::Sealed => {
                let (sealing, sealed) = Sealing::begin(repo, environment, set, &planned, who, &own)?;
                said.extend(sealed);
                GoesTo::Sealed(sealing)
            }
            _ => GoesTo::Open(Lines::new(repo.root().clone(), format!("gold/{set}/labels/{own}"))),
        };
        Ok(Sitting { twice, gate, own: mine, ..Sitting::at(desk, goes_to, said)? })
    }

    /// Whether a label of the case, given now, is its second reading in the round: the round asks for two, and the first
    /// stands. A label that `supersedes` another is the same reading as that one.
    pub fn is_repeat(&self, case: &str, supersedes: Option<&str>) -> bool {
        let mut standing = self.standing(case).iter();
        match supersedes {
            Some(id) => standing.any(|label| label.id == id && label.repeat),
            None => {
                self.twice.contains(case)
                    && standing.any(|label| !label.repeat && label.round.as_deref() == self.round.as_deref())
            }
        }
    }

    /// Writes a label down. Its labeler's earlier label of the case is replaced; a repeat replaces only itself.
    ///
    /// The words are not checked: see [`check_label`](super::check_label).
    ///
    /// Refused where a round is labeled that does not ask the labeler for the case: it would count nowhere.
    pub fn record(&mut self, label: Label) -> Result<Written<Label>, WorkspaceError> {
        if let (Some(own), Some(round)) = (&self.own, &self.round)
            && !own.contains(&label.case)
        {
            let (case, round, who) = (label.case, round.to_string(), self.who.to_string());
            return Err(WorkspaceError::NotAsked { case, round, who });
        }
        self.write(label)
    }
}

impl Sitting<Adjudication> {
    /// Begins an adjudicator's sitting over a gold set. `policy` is what they read.
    pub fn begin(
        repo: &PolicyRepo,
        environment: &Environment,
        policy: &Arc<Policy>,
        who: &str,
        set: &str,
        round: Option<&str>,
    ) -> Result<Self, WorkspaceError> {
        let desk = Desk { repo, environment, policy, who, set, round };
        let (all, own) = (format!("gold/{set}/adjudications"), desk.folder()?);
        let lines = Lines::new(repo.root().clone(), format!("{all}/{own}"));
        Sitting::at(desk, GoesTo::Open(lines), read(repo.root(), &all))
    }

    /// Writes a ruling down. Whatever was ruled on the case before, by whomever, is replaced.
    ///
    /// The words are not checked: see [`check_ruling`](super::check_ruling).
    pub fn rule(&mut self, ruling: Adjudication) -> Result<Written<Adjudication>, WorkspaceError> {
        self.write(ruling)
    }

    /// Writes many rulings down, each as [`Sitting::rule`] does, and waits for the disk once. They are no steps of undo. Gives
    /// how many were written.
    pub fn rule_all(&mut self, rulings: Vec<Adjudication>) -> Result<usize, WorkspaceError> {
        self.can_rest()?;
        let count = rulings.len();
        let (anew, mut first): (Vec<_>, Vec<_>) = rulings.into_iter().partition(|r| !self.standing(&r.case).is_empty());
        for ruling in anew {
            self.write(ruling)?;
            self.done.pop();
        }
        let mut lines = Vec::with_capacity(first.len());
        for ruling in &mut first {
            self.stamp(ruling);
            ruling.supersedes = self.stands.ended(ruling).map(|ended| ended.id.clone());
            let (id, line) = record::line(ruling);
            ruling.id = id;
            lines.push(line);
        }
        if let GoesTo::Open(file) = &mut self.goes_to
            && !lines.is_empty()
        {
            file.append(&lines.iter().map(String::as_str).collect::<Vec<_>>(), &self.environment)?;
        }
        first.iter().for_each(|ruling| self.stands.add(ruling));
        Ok(count)
    }
}

/// What a sitting is begun with.
struct Desk<'a> {
    repo: &'a PolicyRepo,
    environment: &'a Environment,
    policy: &'a Arc<Policy>,
    who: &'a str,
    set: &'a str,
    round: Option<&'a str>,
}

impl Desk<'_> {
    /// The name of the person's folder, where there is such a gold set.
    fn folder(&self) -> Result<String, WorkspaceError> {
        self.gold_set()?;
        folder_of(self.who).ok_or_else(|| WorkspaceError::BadLabeler { name: self.who.to_owned() })
    }

    fn gold_set(&self) -> Result<store::GoldSet, WorkspaceError> {
        let (sets, _) = self.repo.root().gold_sets();
        let known = sets.iter().map(|known| known.name.to_string()).collect();
        let found = sets.into_iter().find(|known| known.is_set(self.set));
        found.ok_or_else(|| WorkspaceError::NoSet { name: self.set.to_owned(), known })
    }

    /// The round that the labels belong to, where one of that name was opened.
    fn planned(&self) -> Result<Option<LoadedRound>, WorkspaceError> {
        let Some(name) = self.round else { return Ok(None) };
        let set = self.gold_set()?;
        let Some(files) = set.rounds.iter().find(|round| *round.name == *name) else {
            // Outside every round it would be in the open, where nobody may have meant it to be.
            let known: Vec<String> = set.rounds.iter().map(|round| round.name.to_string()).collect();
            return Err(rounds::no_round(self.set, name, &known));
        };
        let tree = WorkTree { root: self.repo.root().clone(), unsaved: Unsaved::new() };
        let planned = rounds::load(&tree, files).whole()?;
        if !planned.is_open() {
            return Err(WorkspaceError::RoundClosed { round: name.to_owned() });
        }
        if !planned.round.labelers.iter().any(|labeler| **labeler == *self.who) {
            let labelers = planned.round.labelers.iter().map(ToString::to_string).collect();
            return Err(WorkspaceError::NotInRound { who: self.who.to_owned(), round: name.to_owned(), labelers });
        }
        Ok(Some(planned))
    }
}

/// What a labeler wrote down of a set in the open, in the order of their files.
pub(super) fn said(repo: &PolicyRepo, set: &str, who: &str) -> Vec<Label> {
    let Some(own) = folder_of(who) else { return Vec::new() };
    let mut said: Vec<Label> = read(repo.root(), &format!("gold/{set}/labels/{own}"));
    said.retain(|label| label.labeler == who);
    said
}

/// The records in the files under a folder. Lines that cannot be read are passed over: `check` tells of them.
fn read<R: Recorded>(root: &RepoRoot, folder: &str) -> Vec<R> {
    let mut records = Vec::new();
    for path in root.list(folder).files.iter().filter(|path| path.ends_with(".jsonl")) {
        let Ok(bytes) = root.read(path, Reading::Lines) else { continue };
        records.extend(bytes.split(|byte| *byte == b'\n').filter_map(|line| serde_json::from_slice::<R>(line).ok()));
    }
    records
}
