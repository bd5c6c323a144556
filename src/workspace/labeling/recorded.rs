//! What a sitting knows and fills in, for labels and for rulings.

use super::cites::cites;
use crate::policy::Policy;
use crate::policy::label::Label;
use crate::policy::record::{Record, Withdrawal};
use crate::policy::ruling::{Adjudication, Disposition};
use serde::de::DeserializeOwned;

/// A record that a sitting can write.
pub trait Recorded: Record + DeserializeOwned + Clone + Send {
    /// Whether this record takes the place of `other`, which stands on the same case.
    fn replaces(&self, other: &Self) -> bool;
    fn set_supersedes(&mut self, id: Option<String>);
    fn set_id(&mut self, id: String);
    fn set_at(&mut self, at: String);
    /// A record that takes `self` back.
    fn taken_back(&self, by: &str, reason: &str) -> Self;
    /// Fills in what the sitting knows.
    fn stamp(&mut self, stamp: Stamp<'_>);
}

/// What the sitting knows of every record.
pub struct Stamp<'s> {
    pub who: &'s str,
    pub round: Option<&'s str>,
    pub policy: &'s Policy,
    pub commit: Option<&'s str>,
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
