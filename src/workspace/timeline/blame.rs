//! Which commits changed what a clause decides: by the decision space, not by its words.

use super::Timeline;
use crate::analyze::space::{EMPTY, Node, Points, Regions, Space, TooLarge, one_sided};
use crate::analyze::structure::{ChangeKind, Subject, compare};
use crate::decide::{Watch, plain};
use crate::policy::Policy;
use crate::vcs::Commit;
use crate::workspace::error::WorkspaceError;
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// The commits that changed what a clause decides, newest first.
#[derive(Debug)]
pub struct Blamed {
    pub changes: Vec<BlamedChange>,
    /// How many commits were looked at.
    pub commits: usize,
}

/// One of them.
#[derive(Debug)]
pub struct BlamedChange {
    pub commit: Commit,
    pub change: Change,
}

/// What a step does to what a clause decides.
#[derive(Debug, PartialEq, Eq)]
pub struct Change {
    /// The points that the clause decides since, and did not before; those that it no longer does; and those at which it now
    /// calls for something else.
    pub gained: Points,
    pub lost: Points,
    pub turned: Points,
    /// Where that is, the largest region first, in plain words.
    pub regions: Vec<String>,
    /// What the step did to the clause itself, in sentences; nothing where an edit elsewhere did it.
    pub own: Vec<String>,
    /// What else it did that decides.
    pub elsewhere: Vec<String>,
}

/// So many regions of a change are put into words.
const MOST_REGIONS: usize = 5;

impl Timeline<'_> {
    /// Goes through the history of one clause, by its id; where a commit gave it that id, by the one that it had before.
    pub fn blame(&mut self, clause: &str, watch: &dyn Watch) -> Result<Blamed, WorkspaceError> {
        let mut changes = Vec::new();
        watch.expect(self.commits.len() as u64);
        // What it is called at each commit: what a commit after it found.
        let mut called: FxHashMap<usize, Arc<str>> = FxHashMap::default();
        for at in 0..self.commits.len() {
            if watch.cancelled() {
                return Err(WorkspaceError::Cancelled);
            }
            watch.advance(1);
            if self.is_broken(at)? {
                continue;
            }
            let name = called.remove(&at).unwrap_or_else(|| clause.into());
            let head = self.policy(at)?;
            let numbers = self.parents(at)?;
            let parents = numbers.iter().map(|parent| self.policy(*parent));
            let parents: Vec<Arc<Policy>> = parents.collect::<Result<_, _>>()?;
            for (parent, base) in numbers.into_iter().zip(&parents) {
                called.entry(parent).or_insert_with(|| name_before(base, &head, &name));
            }
            if parents.iter().any(|parent| Arc::ptr_eq(parent, &head)) {
                continue;
            }
            let is_first = parents.is_empty();
            let bases = if is_first { vec![Arc::default()] } else { parents };
            let mut found = None;
            for base in &bases {
                let change = Change::of(base, &head, &name_before(base, &head, &name), &name)?;
                // What a merge has from one of its sides it did not change.
                let Some(change) = change else {
                    found = None;
                    break;
                };
                found = found.or(Some(change));
            }
            // Everything is new where the history begins: that says nothing of the clause.
            if let Some(change) = found.as_mut().filter(|_| is_first) {
                change.elsewhere.clear();
            }
            changes.extend(found.map(|change| BlamedChange { commit: self.commits[at].clone(), change }));
        }
        Ok(Blamed { changes, commits: self.commits.len() })
    }
}

impl Change {
    /// `None` where the clause decides the same points in the same way, or is in neither version. It is called `before` in the
    /// base and `clause` in the head.
    pub fn of(base: &Policy, head: &Policy, before: &str, clause: &str) -> Result<Option<Change>, TooLarge> {
        let mut space = Space::common(base, head)?;
        let named = [(base, before), (head, clause)];
        let sides = named.map(|(policy, clause)| decided(&mut space, policy, clause));
        let [before, after] = sides;
        let (before, after) = (before?, after?);
        let behavior = |(policy, clause): (&Policy, &str)| {
            let then = policy.find_clause(clause).and_then(|ix| policy.clause(ix).then);
            then.map(|then| policy.manifest.behaviors.id(then).clone())
        };
        let (gained, lost) = (space.minus(after, before), space.minus(before, after));
        let turned = if behavior(named[0]) == behavior(named[1]) { EMPTY } else { space.and(before, after) };
        if [gained, lost, turned] == [EMPTY; 3] {
            return Ok(None);
        }
        let (mut regions, mut strange): (Vec<String>, Vec<String>) = (Vec::new(), Vec::new());
        for (set, verb) in [(gained, "now decides"), (lost, "no longer decides"), (turned, "decides otherwise")] {
            let cover = space.cover(set);
            for region in cover.iter().take(MOST_REGIONS) {
                regions.push(format!("{verb} {}", plain::condition(&space.words, &region.when)));
                let words = one_sided(&space.words, base, head, &region.when).into_iter();
                let new: Vec<String> = words.filter(|word| !strange.contains(word)).collect();
                strange.extend(new);
            }
            if cover.len() > MOST_REGIONS {
                regions.push(format!("{verb} {} more regions", cover.len() - MOST_REGIONS));
            }
        }
        // Where the history begins there is no old version that could have known a word.
        regions.extend(if base.clauses.is_empty() { Vec::new() } else { strange });
        space.check()?;
        let changes = compare(base, head);
        let is_own = |subject: &Subject| matches!(subject, Subject::Clause(id) if **id == *clause);
        let deciding = changes.iter().filter(|change| change.decides);
        let (own, elsewhere): (Vec<_>, Vec<_>) = deciding.partition(|change| is_own(&change.subject));
        let sentences = |changes: Vec<&crate::analyze::structure::Change>| {
            changes.into_iter().map(|change| change.sentence()).collect::<Vec<_>>()
        };
        Ok(Some(Change {
            gained: space.count(gained),
            lost: space.count(lost),
            turned: space.count(turned),
            regions,
            own: sentences(own),
            elsewhere: sentences(elsewhere),
        }))
    }
}

/// What a clause of the head is called in the base: its id, unless it had another.
fn name_before(base: &Policy, head: &Policy, clause: &str) -> Arc<str> {
    let same = || clause.into();
    if base.find_clause(clause).is_some() || head.find_clause(clause).is_none() {
        return same();
    }
    let renamed = compare(base, head).into_iter().find_map(|change| match (change.subject, change.kind) {
        (Subject::Clause(id), ChangeKind::Renamed { from, .. }) if *id == *clause => Some(from),
        _ => None,
    });
    renamed.unwrap_or_else(same)
}

/// The points that a clause decides; none where a version does not have it.
fn decided(space: &mut Space, policy: &Policy, clause: &str) -> Result<Node, TooLarge> {
    let regions = Regions::compile(space, policy)?;
    let ix = policy.find_clause(clause);
    Ok(regions.ranked.iter().find(|ranked| Some(ranked.clause) == ix).map_or(EMPTY, |ranked| ranked.decides))
}
