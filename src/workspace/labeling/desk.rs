//! A labeler's desk: what waits for them in one gold set, and the sitting that takes their labels.

use super::queue::{Item, Queue};
use super::seat::seat;
use super::sitting::{Sitting, Undone, Written};
use super::words::{check_label, check_written};
use crate::policy::Policy;
use crate::policy::case::Case;
use crate::policy::gold::standing;
use crate::policy::label::Label;
use crate::policy::round::Blindness;
use crate::workspace::error::WorkspaceError;
use crate::workspace::repo::{Environment, PolicyRepo};
use crate::workspace::sets::{LoadedSet, Sets};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

/// What is to be labeled, and by whom.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Wish {
    /// The gold set; one where something waits, unless said.
    pub set: Option<String>,
    pub round: Option<String>,
    /// Outside every round, even where one asks for the labeler.
    pub free: bool,
    /// The labeler; the `user.email` of git's settings unless said.
    pub who: Option<String>,
}

/// One labeler at one gold set.
#[derive(Debug)]
pub struct Desk {
    set: Arc<LoadedSet>,
    queue: Queue,
    sitting: Sitting<Label>,
    round: Option<(Arc<str>, Blindness)>,
    policy: Arc<Policy>,
    /// The items of this sitting's labels, so that undo brings them back.
    given: Vec<Item>,
    frequent: Vec<Arc<str>>,
    /// The categories that the labeler found at all.
    found: BTreeSet<Arc<str>>,
    draft_key: String,
}

impl Desk {
    /// How many frequent categories are told of.
    pub const FREQUENT: usize = 6;

    /// Sits a labeler down. Reads their earlier labels and puts what waits in order, which takes a moment with many cases.
    pub fn open(
        repo: &PolicyRepo,
        environment: &Environment,
        policy: &Arc<Policy>,
        sets: &Sets,
        wish: &Wish,
    ) -> Result<Desk, WorkspaceError> {
        let who = repo.labeler(wish.who.as_deref())?;
        let names = || sets.sets.iter().map(|set| set.name().to_string()).collect::<Vec<_>>();
        let with_cases = || sets.sets.iter().filter(|set| !set.gold.is_empty());
        let chosen: Vec<&Arc<LoadedSet>> = match &wish.set {
            Some(name) => with_cases().filter(|set| **set.name() == **name).collect(),
            None => with_cases().collect(),
        };
        let mut first = None;
        for set in chosen {
            let (sitting, queue, blindness) = seat(repo, environment, policy, &who, set, wish)?;
            let waits = queue.left() > 0;
            let found = (set, sitting, queue, blindness);
            if waits {
                first = Some(found);
                break;
            }
            first.get_or_insert(found);
        }
        let Some((set, sitting, queue, round)) = first else {
            return Err(WorkspaceError::NoSet { name: wish.set.clone().unwrap_or_default(), known: names() });
        };
        let (frequent, found) = frequent(policy, set, &sitting);
        let draft_key = format!("{}/{}/{who}", set.name(), round.as_ref().map_or("", |(name, _)| &**name));
        let given = Vec::new();
        let (set, policy) = (set.clone(), policy.clone());
        Ok(Desk { set, queue, sitting, round, policy, given, frequent, found, draft_key })
    }

    pub fn set(&self) -> &Arc<LoadedSet> {
        &self.set
    }

    pub fn who(&self) -> &str {
        self.sitting.who()
    }

    /// The round, where one is labeled.
    pub fn round(&self) -> Option<&Arc<str>> {
        self.round.as_ref().map(|(name, _)| name)
    }

    /// Whether the labeler may look at what others say before they have said something.
    pub fn may_see_others(&self) -> bool {
        self.round.as_ref().is_none_or(|(_, blindness)| *blindness == Blindness::Open)
    }

    /// What others say of a case, as far as it stands.
    pub fn others(&self, item: Item) -> Vec<Label> {
        let labels = self.set.gold.labels_of(item.row as usize);
        let all: Vec<&Label> = labels.iter().collect();
        let others = standing(&all).into_iter().filter(|label| label.labeler != self.who() && !label.repeat);
        others.cloned().collect()
    }

    pub fn queue(&self) -> &Queue {
        &self.queue
    }

    /// The categories that the labeler found most often, the most frequent first; while there are few labels, filled up
    /// with those that come first in the taxonomy. They stay the same for the sitting.
    pub fn frequent(&self) -> &[Arc<str>] {
        &self.frequent
    }

    /// Gives the frequent categories the places that they had in an earlier sitting, so that a letter means what it meant: a
    /// category that the labeler has found keeps its place for good, and the place of one that they never found goes to
    /// those that they find often.
    pub fn keep_places(&mut self, before: &[String]) {
        let usable = |id: &String| {
            let category = self.policy.taxonomy.get(self.policy.taxonomy.find(id)?);
            category.deprecated.is_none().then(|| category.id.clone())
        };
        let mut places: Vec<Option<Arc<str>>> = before.iter().take(Self::FREQUENT).map(usable).collect();
        places.resize(Self::FREQUENT, None);
        for id in &self.frequent {
            if places.contains(&Some(id.clone())) {
                continue;
            }
            let unused = |place: &Option<Arc<str>>| place.as_ref().is_some_and(|held| !self.found.contains(held));
            let free = places.iter().position(Option::is_none);
            let free = free.or_else(|| places.iter().rposition(unused).filter(|_| self.found.contains(id)));
            if let Some(at) = free {
                places[at] = Some(id.clone());
            }
        }
        self.frequent = places.into_iter().flatten().collect();
    }

    /// What the places of the frequent categories are kept under, in [`Drafts`](super::Drafts).
    pub fn places_key(&self) -> String {
        format!("{}/letters/{}", self.set.name(), self.who())
    }

    /// What a half-filled form of this desk is kept under, in [`Drafts`](super::Drafts).
    pub fn draft_key(&self) -> &str {
        &self.draft_key
    }

    pub fn case(&self, item: Item) -> Result<Case, String> {
        self.set.gold.case(item.row as usize).map_err(|error| error.to_string())
    }

    /// What the labeler said of a case before, if that still stands.
    pub fn said(&self, case: &str) -> Option<&Label> {
        self.sitting.standing(case).iter().rfind(|label| !label.repeat)
    }

    /// Skips the current case; it comes back at the end. Whether there is another one.
    pub fn skip(&mut self) -> bool {
        self.queue.skip()
    }

    /// Makes the case that was skipped last the current one. Whether there was one.
    pub fn come_back(&mut self) -> bool {
        self.queue.come_back()
    }

    /// Makes a case the current one. Whether the set has it.
    pub fn bring(&mut self, case: &str) -> bool {
        let row = self.set.gold.find(case).and_then(|row| u32::try_from(row).ok());
        row.inspect(|row| self.queue.bring(*row)).is_some()
    }

    /// Whether this labeler is to read a case here, or did: outside every round any case of the set, in a round what waits in it or
    /// was given in it.
    pub fn asks_for(&self, case: &str) -> bool {
        match self.round() {
            None => self.set.gold.find(case).is_some(),
            Some(_) => self.waits(case, false) || self.waits(case, true) || self.was_given(case),
        }
    }

    /// Makes a case the current one that [`asks_for`](Desk::asks_for) holds of: what waits of it, else what was given.
    pub fn bring_asked(&mut self, case: &str) {
        if self.asks_for(case) && !self.bring_waiting(case, false) && !self.bring_waiting(case, true) {
            self.bring(case);
        }
    }

    /// Whether a reading of the case stands that was given in this round.
    fn was_given(&self, case: &str) -> bool {
        self.sitting.standing(case).iter().any(|label| label.round.as_deref() == self.round().map(|round| &**round))
    }

    /// Whether a case, or its second reading, waits.
    pub fn waits(&self, case: &str, repeat: bool) -> bool {
        let row = self.set.gold.find(case).and_then(|row| u32::try_from(row).ok());
        row.is_some_and(|row| self.queue.waits(Item { row, repeat }))
    }

    /// Makes a case that waits the current one. Whether it waits.
    pub fn bring_waiting(&mut self, case: &str, repeat: bool) -> bool {
        let row = self.set.gold.find(case).and_then(|row| u32::try_from(row).ok());
        row.is_some_and(|row| self.queue.bring_waiting(Item { row, repeat }))
    }

    /// Writes the label of the current case down; it is on disk when this returns, and the next case is current.
    pub fn give(&mut self, mut label: Label) -> Result<Option<Written<Label>>, WorkspaceError> {
        let Some(item) = self.queue.current() else { return Ok(None) };
        label.case = self.set.gold.id(item.row as usize).into_owned();
        label.repeat = item.repeat;
        check_label(&self.policy, &label)?;
        check_written(&self.set.gold, item.row as usize)?;
        let written = self.sitting.record(label)?;
        self.given.push(item);
        self.queue.finish();
        Ok(Some(written))
    }

    /// Takes the last label of this sitting back; its case is the current one again.
    pub fn undo(&mut self) -> Result<Option<Undone<Label>>, WorkspaceError> {
        let undone = self.sitting.undo()?;
        if undone.is_some()
            && let Some(item) = self.given.pop()
        {
            self.queue.reopen(item);
        }
        Ok(undone)
    }

    /// How many labels of this sitting can be taken back.
    pub fn undoable(&self) -> usize {
        self.given.len()
    }

    /// The policy was edited: what is read from now on.
    pub fn set_policy(&mut self, policy: &Arc<Policy>) -> bool {
        let is_new = !Arc::ptr_eq(&self.policy, policy);
        if is_new {
            self.policy = policy.clone();
            self.sitting.set_policy(policy);
        }
        is_new
    }

    /// Takes over a set that was loaded anew, with what [`renewal`] found.
    pub fn renew(&mut self, renewal: Renewal) {
        self.set = renewal.set;
        if let Some((to, added)) = renewal.moved {
            // A round has a plan, which new cases are not in.
            self.queue.renumber(&to, if self.round.is_some() { &[] } else { &added });
            let moved = |item: &Item| Some(Item { row: to.get(item.row as usize).copied().flatten()?, ..*item });
            // Where a case is gone, nothing before it can be brought back in order.
            self.given = self.given.iter().rev().map_while(moved).collect::<Vec<_>>().into_iter().rev().collect();
        }
    }
}

/// A gold set that was loaded anew.
#[derive(Debug)]
pub struct Renewal {
    set: Arc<LoadedSet>,
    /// Where each row is now, and rows that are new; `None` where no case changed its place.
    moved: Option<(Vec<Option<u32>>, Vec<u32>)>,
}

/// What became of the rows of a set when it was loaded anew: labels come and go all the time, cases seldom do.
pub fn renewal(old: &LoadedSet, new: &Arc<LoadedSet>) -> Renewal {
    let same = new.gold.has_cases_of(old.gold.sources());
    let moved = (!same).then(|| {
        let mut rows: HashMap<String, u32> =
            (0..new.gold.len()).map(|row| (new.gold.id(row).into_owned(), row as u32)).collect();
        let to = (0..old.gold.len()).map(|row| rows.remove(&*old.gold.id(row))).collect();
        let mut added: Vec<u32> = rows.into_values().collect();
        added.sort_unstable();
        (to, added)
    });
    Renewal { set: new.clone(), moved }
}

/// The most frequent categories, and all that the labeler found.
fn frequent(policy: &Policy, set: &LoadedSet, sitting: &Sitting<Label>) -> (Vec<Arc<str>>, BTreeSet<Arc<str>>) {
    let mut counts: BTreeMap<Arc<str>, usize> = BTreeMap::new();
    for row in 0..set.gold.len() {
        for harm in sitting.standing(&set.gold.id(row)).iter().flat_map(|label| label.harms.iter().flatten()) {
            if let Some(ix) = policy.taxonomy.find(&harm.category) {
                *counts.entry(policy.taxonomy.get(ix).id.clone()).or_default() += 1;
            }
        }
    }
    let all = counts.keys().cloned().collect();
    let mut found: Vec<(usize, Arc<str>)> = counts.into_iter().map(|(id, n)| (n, id)).collect();
    found.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
    let usable = policy.taxonomy.iter().filter(|(_, category)| category.deprecated.is_none());
    let first = usable.map(|(_, category)| category.id.clone());
    let mut out: Vec<Arc<str>> = Vec::new();
    for id in found.into_iter().map(|(_, id)| id).chain(first) {
        if out.len() == Desk::FREQUENT {
            break;
        }
        if !out.contains(&id) {
            out.push(id);
        }
    }
    (out, all)
}
