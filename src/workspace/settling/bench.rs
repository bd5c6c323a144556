//! An adjudicator at work: one sitting a gold set, and what can be taken back over all of them.

use crate::policy::Policy;
use crate::policy::ruling::Adjudication;
use crate::precedent::Docket;
use crate::workspace::error::WorkspaceError;
use crate::workspace::labeling::{Sitting, Undone, Written};
use crate::workspace::repo::{Environment, PolicyRepo};
use std::collections::BTreeMap;
use std::sync::Arc;

/// One adjudicator, ruling on cases of any gold set.
#[derive(Debug)]
pub struct Bench {
    repo: PolicyRepo,
    environment: Environment,
    who: Arc<str>,
    policy: Arc<Policy>,
    sittings: BTreeMap<Arc<str>, Sitting<Adjudication>>,
    /// The set of each ruling that can be undone, the last one last.
    given: Vec<Arc<str>>,
}

/// A ruling that was taken back, with the set that it is of.
pub type TakenBack = (Arc<str>, Undone<Adjudication>);

impl Bench {
    /// Sits an adjudicator down: `who`, or the `user.email` of git's settings. Reads what was ruled in these sets, which
    /// takes a moment where that is much; other sets are read when they are first ruled in.
    pub fn open(
        repo: &PolicyRepo,
        environment: &Environment,
        policy: &Arc<Policy>,
        who: Option<&str>,
        sets: &[Arc<str>],
    ) -> Result<Bench, WorkspaceError> {
        let who: Arc<str> = repo.labeler(who)?.into();
        let (repo, environment) = (repo.clone(), environment.clone());
        let mut bench =
            Bench { repo, environment, who, policy: policy.clone(), sittings: BTreeMap::new(), given: Vec::new() };
        sets.iter().try_for_each(|set| bench.begin(set))?;
        Ok(bench)
    }

    /// From now on this commit is checked out.
    pub fn set_commit(&mut self, commit: Option<&str>) {
        self.sittings.values_mut().for_each(|sitting| sitting.set_commit(commit.map(str::to_owned)));
    }

    fn begin(&mut self, set: &Arc<str>) -> Result<(), WorkspaceError> {
        let Bench { repo, environment, who, policy, sittings, .. } = self;
        if !sittings.contains_key(set) {
            let sitting = Sitting::<Adjudication>::begin(repo, environment, policy, who, set, None)?;
            sittings.insert(set.clone(), sitting);
        }
        Ok(())
    }

    pub fn who(&self) -> &Arc<str> {
        &self.who
    }

    /// How many rulings can be taken back.
    pub fn undoable(&self) -> usize {
        self.given.len()
    }

    /// The policy was edited: what is read from now on.
    pub fn set_policy(&mut self, policy: &Arc<Policy>) {
        if !Arc::ptr_eq(&self.policy, policy) {
            self.policy = policy.clone();
            self.sittings.values_mut().for_each(|sitting| sitting.set_policy(policy));
        }
    }

    /// Writes a ruling down as [`rule`](super::rule) does; it is on disk when this returns.
    pub fn rule(
        &mut self,
        docket: &Docket,
        set: &Arc<str>,
        ruling: Adjudication,
    ) -> Result<Written<Adjudication>, WorkspaceError> {
        self.begin(set)?;
        let known = self.sittings.keys().map(ToString::to_string).collect();
        let missing = WorkspaceError::NoSet { name: set.to_string(), known };
        let sitting = self.sittings.get_mut(set).ok_or(missing)?;
        let written = super::rule(sitting, &self.policy, docket, set, ruling)?;
        self.given.push(set.clone());
        Ok(written)
    }

    /// Takes the last ruling back that was not taken back yet. With the set that it is of.
    pub fn undo(&mut self) -> Result<Option<TakenBack>, WorkspaceError> {
        let Some(set) = self.given.last().cloned() else { return Ok(None) };
        let undone = self.sittings.get_mut(&set).map(Sitting::undo).transpose()?.flatten();
        self.given.pop();
        Ok(undone.map(|undone| (set, undone)))
    }
}
