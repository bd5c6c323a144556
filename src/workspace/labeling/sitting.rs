//! One person's sitting over one gold set.

use super::cites::cites;
use crate::policy::Policy;
use crate::policy::gold::standing;
use crate::policy::label::Label;
use crate::policy::record::{self, Record, Withdrawal};
use crate::policy::ruling::{Adjudication, Disposition};
use crate::policy::who::folder_of;
use crate::store::{Reading, RepoRoot, SessionFile, StoreError};
use crate::workspace::error::WorkspaceError;
use crate::workspace::repo::{Environment, PolicyRepo};
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;
use ulid::Ulid;

/// One person's sitting over one gold set: labels (`Sitting<Label>`) or rulings (`Sitting<Adjudication>`).
///
/// Its file is made with the first record. It may be handed to another thread; every call waits for the disk, which
/// takes some milliseconds.
#[derive(Debug)]
pub struct Sitting<R> {
    root: RepoRoot,
    environment: Environment,
    who: Arc<str>,
    round: Option<Arc<str>>,
    /// What is read and applied, for the hashes of its texts.
    policy: Arc<Policy>,
    /// The commit that is checked out.
    commit: Option<String>,
    /// The folder that the sitting's files lie in, relative to the policy folder.
    folder: String,
    file: Option<SessionFile>,
    /// By case: what a new record replaces. A labeler replaces what they said themselves, a ruling whatever was ruled.
    standing: BTreeMap<String, Vec<R>>,
    done: Vec<Done<R>>,
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

/// A record that a sitting can write.
pub trait Recorded: Record + DeserializeOwned + Clone + Send {
    /// Whether this record takes the place of `other`, which stands on the same case.
    fn replaces(&self, other: &Self) -> bool;
    fn set_supersedes(&mut self, id: Option<String>);
    fn set_id(&mut self, id: String);
    /// A record that takes `self` back.
    fn taken_back(&self, by: &str, reason: &str) -> Self;
    /// Fills in what the sitting knows.
    fn stamp(&mut self, stamp: Stamp<'_>);
    fn set_at(&mut self, at: String);
}

/// What the sitting knows of every record.
pub struct Stamp<'s> {
    who: &'s str,
    round: Option<&'s str>,
    policy: &'s Policy,
    commit: Option<&'s str>,
}

impl<R: Recorded> Sitting<R> {
    /// Begins a sitting. `who` is the labeler or adjudicator, `policy` what they read. What they said before is read from
    /// their files, so that new records replace it.
    fn begin_any(
        repo: &PolicyRepo,
        environment: &Environment,
        policy: &Arc<Policy>,
        who: &str,
        set: &str,
        round: Option<&str>,
        others: bool,
    ) -> Result<Self, WorkspaceError> {
        let own = folder_of(who).ok_or_else(|| WorkspaceError::BadLabeler { name: who.to_owned() })?;
        let (sets, _) = repo.root().gold_sets();
        if !sets.iter().any(|known| *known.name == *set && !known.cases.is_empty()) {
            let known = sets.iter().map(|known| known.name.to_string()).collect();
            return Err(WorkspaceError::NoSet { name: set.to_owned(), known });
        }
        let all = format!("gold/{set}/{}", R::FOLDER);
        let folder = format!("{all}/{own}");
        let commit = repo.usual_base()?.and_then(|base| base.commit().map(ToString::to_string));
        let mut standing = read_standing::<R>(repo.root(), if others { &all } else { &folder });
        if !others {
            standing.values_mut().for_each(|records| records.retain(|record| record.by() == who));
        }
        Ok(Sitting {
            root: repo.root().clone(),
            environment: environment.clone(),
            who: who.into(),
            round: round.map(Into::into),
            policy: policy.clone(),
            commit,
            folder,
            file: None,
            standing,
            done: Vec::new(),
        })
    }

    pub fn who(&self) -> &str {
        &self.who
    }

    /// The sitting's file, relative to the policy folder; `None` before the first record.
    pub fn file(&self) -> Option<&Arc<str>> {
        self.file.as_ref().map(SessionFile::path)
    }

    /// What stands on a case that a new record would replace.
    pub fn standing(&self, case: &str) -> &[R] {
        self.standing.get(case).map_or(&[], Vec::as_slice)
    }

    /// How many records of this sitting can be undone.
    pub fn undoable(&self) -> usize {
        self.done.len()
    }

    /// From now on the policy is read so: it was edited.
    pub fn set_policy(&mut self, policy: &Arc<Policy>) {
        self.policy = policy.clone();
    }

    /// Writes a record down. Who, round, commit, time and id are filled in; so are the texts that it rests on, where it
    /// names none, and what it replaces.
    fn write(&mut self, mut record: R) -> Result<Written<R>, WorkspaceError> {
        let stamp = Stamp {
            who: &self.who,
            round: self.round.as_deref(),
            policy: &self.policy,
            commit: self.commit.as_deref(),
        };
        record.stamp(stamp);
        record.set_at(self.now());
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
        record.set_supersedes(before.last().map(|other| other.id().to_owned()));
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

    /// Takes back what stands under this id, and puts nothing in its place.
    pub fn withdraw(&mut self, id: &str, reason: &str) -> Result<Written<R>, WorkspaceError> {
        let found = self.standing.values().flatten().find(|record| record.id() == id).cloned();
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
        let (id, line) = record::line(&record);
        record.set_id(id);
        self.append(&line)?;
        let standing = self.standing.entry(record.case().to_owned()).or_default();
        standing.retain(|other| Some(other.id()) != record.supersedes());
        if !record.is_withdrawal() {
            standing.push(record.clone());
        }
        Ok(record)
    }

    /// Adds a line to the sitting's file. Where somebody changed that file meanwhile it is left alone, and the sitting goes
    /// on in a new one.
    fn append(&mut self, line: &str) -> Result<(), WorkspaceError> {
        if let Some(file) = &mut self.file {
            match file.append(line) {
                Err(StoreError::ChangedOnDisk { .. }) => self.file = None,
                done => return Ok(done?),
            }
        }
        let mut file = self.begin_file()?;
        file.append(line)?;
        self.file = Some(file);
        Ok(())
    }

    fn begin_file(&self) -> Result<SessionFile, WorkspaceError> {
        /// Two sittings that meet in one millisecond with one random number are a fault of the machine.
        const TRIES: usize = 100;
        let mut ulid = new_ulid(&self.environment)?;
        for _ in 0..TRIES {
            match self.root.begin_session(&format!("{}/{ulid}.jsonl", self.folder)) {
                Err(StoreError::Io { source, .. }) if source.kind() == io::ErrorKind::AlreadyExists => {
                    ulid = ulid.increment().unwrap_or_else(|overflow| overflow);
                }
                begun => return Ok(begun?),
            }
        }
        Err(WorkspaceError::Random { source: io::ErrorKind::AlreadyExists.into() })
    }

    fn now(&self) -> String {
        let now = jiff::Timestamp::from_second((self.environment.now)());
        now.map(|now| now.to_string()).unwrap_or_default()
    }
}

impl Sitting<Label> {
    /// Begins a labeler's sitting over a gold set. `policy` is what they read.
    pub fn begin(
        repo: &PolicyRepo,
        environment: &Environment,
        policy: &Arc<Policy>,
        who: &str,
        set: &str,
        round: Option<&str>,
    ) -> Result<Self, WorkspaceError> {
        Sitting::begin_any(repo, environment, policy, who, set, round, false)
    }

    /// Writes a label down. Its labeler's earlier label of the case is replaced; a repeat replaces only itself.
    ///
    /// The words are not checked: see [`check_label`](super::check_label).
    pub fn record(&mut self, label: Label) -> Result<Written<Label>, WorkspaceError> {
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
        Sitting::begin_any(repo, environment, policy, who, set, round, true)
    }

    /// Writes a ruling down. Whatever was ruled on the case before, by whomever, is replaced.
    ///
    /// The words are not checked: see [`check_ruling`](super::check_ruling).
    pub fn rule(&mut self, ruling: Adjudication) -> Result<Written<Adjudication>, WorkspaceError> {
        self.write(ruling)
    }
}

impl Recorded for Label {
    fn replaces(&self, other: &Self) -> bool {
        self.repeat == other.repeat && (!self.repeat || self.round == other.round)
    }

    fn set_supersedes(&mut self, id: Option<String>) {
        self.supersedes = id;
    }

    fn set_id(&mut self, id: String) {
        self.id = id;
    }

    fn taken_back(&self, by: &str, reason: &str) -> Self {
        Label {
            case: self.case.clone(),
            labeler: by.to_owned(),
            round: self.round.clone(),
            repeat: self.repeat,
            withdrawn: Some(Withdrawal { reason: reason.to_owned() }),
            supersedes: Some(self.id.clone()),
            ..Label::default()
        }
    }

    fn stamp(&mut self, stamp: Stamp<'_>) {
        self.labeler = stamp.who.to_owned();
        self.round = self.round.take().or_else(|| stamp.round.map(str::to_owned));
        self.policy = self.policy.take().or_else(|| stamp.commit.map(str::to_owned));
        if self.cites.is_empty()
            && let Some(reading) = self.whole_reading()
        {
            self.cites = cites(stamp.policy, &reading);
        }
    }

    fn set_at(&mut self, at: String) {
        self.at = Some(at);
    }
}

impl Recorded for Adjudication {
    fn replaces(&self, _: &Self) -> bool {
        true
    }

    fn set_supersedes(&mut self, id: Option<String>) {
        self.supersedes = id;
    }

    fn set_id(&mut self, id: String) {
        self.id = id;
    }

    fn taken_back(&self, by: &str, reason: &str) -> Self {
        Adjudication {
            case: self.case.clone(),
            adjudicator: by.to_owned(),
            round: self.round.clone(),
            disposition: Disposition::Deferred,
            withdrawn: Some(Withdrawal { reason: reason.to_owned() }),
            supersedes: Some(self.id.clone()),
            ..Adjudication::default()
        }
    }

    fn stamp(&mut self, stamp: Stamp<'_>) {
        self.adjudicator = stamp.who.to_owned();
        self.round = self.round.take().or_else(|| stamp.round.map(str::to_owned));
        self.policy = self.policy.take().or_else(|| stamp.commit.map(str::to_owned));
        if self.cites.is_empty()
            && let Some(decision) = &self.decision
        {
            self.cites = cites(stamp.policy, decision);
        }
    }

    fn set_at(&mut self, at: String) {
        self.at = Some(at);
    }
}

/// A new name in the order of time, from the clock and from chance.
pub(super) fn new_ulid(environment: &Environment) -> Result<Ulid, WorkspaceError> {
    let random = (environment.random)().map_err(|source| WorkspaceError::Random { source })?;
    let seconds = u64::try_from((environment.now)()).unwrap_or_default();
    let chance = random.first_chunk().map_or(0, |chunk| u128::from_le_bytes(*chunk));
    Ok(Ulid::from_parts(seconds.saturating_mul(1000), chance))
}

/// What stands under a folder, by case. Lines that cannot be read are passed over: `check` tells of them.
fn read_standing<R: Recorded>(root: &RepoRoot, folder: &str) -> BTreeMap<String, Vec<R>> {
    let mut by_case: BTreeMap<String, Vec<R>> = BTreeMap::new();
    for path in root.list(folder).files.iter().filter(|path| path.ends_with(".jsonl")) {
        let Ok(bytes) = root.read(path, Reading::Lines) else { continue };
        let lines = bytes.split(|byte| *byte == b'\n');
        for record in lines.filter_map(|line| serde_json::from_slice::<R>(line).ok()) {
            by_case.entry(record.case().to_owned()).or_default().push(record);
        }
    }
    for records in by_case.values_mut() {
        let stands = standing(&records.iter().collect::<Vec<_>>());
        // What has no id cannot be superseded.
        *records = stands.into_iter().filter(|record| !record.id().is_empty()).cloned().collect();
    }
    by_case.retain(|_, records| !records.is_empty());
    by_case
}
