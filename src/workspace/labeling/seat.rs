//! Where a labeler can sit down: the rounds that ask for them, and every gold set.

use super::desk::Wish;
use super::queue::{Item, Queue};
use super::sealing;
use super::sitting::{self, Sitting};
use super::stands::Stands;
use crate::policy::Policy;
use crate::policy::label::Label;
use crate::policy::round::queue::queue;
use crate::policy::round::{Blindness, RoundKind};
use crate::policy::who::may_be_one;
use crate::workspace::error::WorkspaceError;
use crate::workspace::repo::{Environment, PolicyRepo};
use crate::workspace::rounds::LoadedRound;
use crate::workspace::sets::{LoadedSet, Sets};
use std::sync::Arc;

/// A round or a gold set, with how much of it is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    pub set: Arc<str>,
    /// `None` for the set outside every round.
    pub round: Option<WaitingRound>,
    pub done: usize,
    pub total: usize,
}

/// An open round that asks for the labeler.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WaitingRound {
    pub name: Arc<str>,
    pub kind: RoundKind,
    pub blindness: Blindness,
    pub purpose: Arc<str>,
}

/// An open round that asks for others, and not for the labeler.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Elsewhere {
    pub set: Arc<str>,
    pub round: Arc<str>,
    pub labelers: Vec<Arc<str>>,
}

impl Elsewhere {
    /// So many labelers are named.
    const NAMED: usize = 6;

    /// Whom the round asks for, who the labeler is, and how they label as one of those.
    pub fn words(&self, who: &str) -> String {
        let named: Vec<&str> = self.labelers.iter().take(Self::NAMED).map(|labeler| &**labeler).collect();
        let more = if self.labelers.len() > named.len() { ", …" } else { "" };
        let asks = format!("round {} of {} asks for {}{more}; you are {who}", self.round, self.set, named.join(", "));
        match self.me(who) {
            Some(me) => format!("{asks}: `casebook label --as {me}`"),
            None => format!("{asks}. If you are one of them: `casebook label --as NAME`"),
        }
    }

    /// The name of the round's labelers that the labeler may be meant by.
    pub fn me(&self, who: &str) -> Option<&str> {
        self.labelers.iter().map(|labeler| &**labeler).find(|labeler| may_be_one(labeler, who))
    }
}

/// The open rounds that ask for others: whoever looks for one of them is told why it is not there. Those that may well mean
/// the labeler come first.
pub fn elsewhere(repo: &PolicyRepo, sets: &Sets, who: &str) -> Result<Vec<Elsewhere>, WorkspaceError> {
    let mut found = Vec::new();
    for set in sets.sets.iter().filter(|set| !set.gold.is_empty()) {
        let rounds = repo.rounds(set.name())?;
        let others = rounds.into_iter().filter(|round| round.is_open() && !asks_for(round, who));
        found.extend(others.map(|loaded| Elsewhere {
            set: set.name().clone(),
            round: loaded.name().clone(),
            labelers: loaded.round.labelers.clone(),
        }));
    }
    found.retain(|round| !round.labelers.is_empty());
    found.sort_by_key(|round| round.me(who).is_none());
    Ok(found)
}

impl Waiting {
    pub fn left(&self) -> usize {
        self.total - self.done
    }

    /// The wish to label here.
    pub fn wish(&self, who: Option<String>) -> Wish {
        let round = self.round.as_ref().map(|round| round.name.to_string());
        Wish { set: Some(self.set.to_string()), free: round.is_none(), round, who }
    }
}

/// Where a labeler can sit down: set by set, the open rounds that ask for them first. Reads their labels; nothing is written.
pub fn waiting(repo: &PolicyRepo, sets: &Sets, who: &str) -> Result<Vec<Waiting>, WorkspaceError> {
    let mut found = Vec::new();
    for set in sets.sets.iter().filter(|set| !set.gold.is_empty()) {
        let said = sitting::said(repo, set.name(), who);
        for loaded in repo.rounds(set.name())?.iter().filter(|round| asks_for(round, who)) {
            let mut labels = said.clone();
            if loaded.round.blindness == Blindness::Sealed {
                labels.extend(sealing::kept(repo, set.name(), loaded.name(), who));
            }
            let stands = Stands::of(labels);
            let (items, done) = asked(loaded, set, who, |case| stands.on(case));
            let round = WaitingRound {
                name: loaded.name().clone(),
                kind: loaded.round.kind,
                blindness: loaded.round.blindness,
                purpose: loaded.round.purpose.clone(),
            };
            found.push(Waiting { set: set.name().clone(), round: Some(round), done, total: done + items.len() });
        }
        let stands = Stands::of(said);
        let mut read: Vec<&str> = stands.iter().filter(|label| !label.repeat).map(|label| &*label.case).collect();
        read.sort_unstable();
        read.dedup();
        let done = read.into_iter().filter(|case| set.gold.find(case).is_some()).count();
        found.push(Waiting { set: set.name().clone(), round: None, done, total: set.gold.len() });
    }
    Ok(found)
}

/// A sitting, what waits in it, and the round that it belongs to.
type Seat = (Sitting<Label>, Queue, Option<(Arc<str>, Blindness)>);

/// A labeler's sitting at a set, with what waits: of the named round, else of the first open round that has something for
/// them, else every case that they have not labeled.
pub(super) fn seat(
    repo: &PolicyRepo,
    environment: &Environment,
    policy: &Arc<Policy>,
    who: &str,
    set: &Arc<LoadedSet>,
    wish: &Wish,
) -> Result<Seat, WorkspaceError> {
    let begin = |round: Option<&str>| Sitting::<Label>::begin(repo, environment, policy, who, set.name(), round);
    let rounds = match &wish.round {
        Some(name) => vec![repo.round(set.name(), name)?],
        None if wish.free => Vec::new(),
        None => repo.rounds(set.name())?,
    };
    let named = wish.round.is_some();
    for loaded in rounds.iter().filter(|round| named || asks_for(round, who)) {
        let name = loaded.name();
        let sitting = begin(Some(name))?;
        let (waiting, done) = asked(loaded, set, who, |case| sitting.standing(case));
        if !waiting.is_empty() || named {
            return Ok((sitting, Queue::planned(waiting, done), Some((name.clone(), loaded.round.blindness))));
        }
    }
    let sitting = begin(None)?;
    let labeled = |id: &str| sitting.standing(id).iter().any(|label| !label.repeat);
    let queue = Queue::free(&set.gold, &format!("{} {who}", set.name()), labeled);
    Ok((sitting, queue, None))
}

/// Whether a round is open, and the labeler is one of those that it asks.
fn asks_for(round: &LoadedRound, who: &str) -> bool {
    round.is_open() && round.round.labelers.iter().any(|labeler| **labeler == *who)
}

/// What a round still asks a labeler to read, in order, and how much is read.
fn asked<'l>(
    loaded: &LoadedRound,
    set: &LoadedSet,
    who: &str,
    standing: impl Fn(&str) -> &'l [Label],
) -> (Vec<Item>, usize) {
    let all = queue(&loaded.round, &loaded.plan, who);
    let count = all.len();
    let waiting: Vec<Item> = all
        .into_iter()
        .filter_map(|asked| {
            let case = &loaded.plan[asked.row].case;
            let given =
                |label: &Label| label.repeat == asked.repeat && label.round.as_deref() == Some(&**loaded.name());
            let row = u32::try_from(set.gold.find(case)?).ok()?;
            (!standing(case).iter().any(given)).then_some(Item { row, repeat: asked.repeat })
        })
        .collect();
    let done = count - waiting.len();
    (waiting, done)
}
