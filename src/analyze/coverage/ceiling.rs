//! The best that any policy over these facets could do.

use super::labeled::{Alike, Labeled};
use crate::analyze::space::CaseAt;
use crate::policy::Policy;
use crate::policy::behavior::BehaviorIx;

/// The highest agreement with the gold labels that any clauses could reach.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ceiling {
    /// How many of the cases could be decided as their labels say.
    pub most: u64,
    pub of: u64,
    /// Whether some policy does reach it. Otherwise it is a bound: no policy does better.
    pub exact: bool,
    /// What stands in the way, the most cases first.
    pub lost: Vec<Lost>,
}

/// Cases that are told apart by nothing that the policy can ask of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lost {
    /// Position among [`Labeled::groups`].
    pub group: usize,
    /// What does most of them justice.
    pub best: BehaviorIx,
    /// Those whose label accepts something else.
    pub cases: Vec<CaseAt>,
}

/// So many combinations are tried one by one.
const MOST_TRIED: u64 = 20_000;

impl Ceiling {
    /// A case with several harms gets the most restrictive ruling among them, so groups that share a harm depend on one
    /// another: those are searched together, as far as that can be done.
    pub fn of(policy: &Policy, labeled: &Labeled) -> Self {
        let behaviors = policy.manifest.behaviors.len();
        let mut ceiling = Ceiling { most: 0, of: labeled.cases, exact: true, lost: Vec::new() };
        for component in components(labeled) {
            let search = Search { labeled, groups: &component, behaviors };
            let (verdicts, exact) = search.best();
            ceiling.exact &= exact;
            for (&group, best) in component.iter().zip(verdicts) {
                let alike = &labeled.groups[group];
                ceiling.most += alike.accepting(best);
                let lost = alike.labels.iter().filter(|(accepts, _)| accepts >> best.0 & 1 == 0);
                let mut cases: Vec<CaseAt> = lost.flat_map(|(_, cases)| cases.iter().cloned()).collect();
                cases.sort_unstable();
                if !cases.is_empty() {
                    ceiling.lost.push(Lost { group, best, cases });
                }
            }
        }
        ceiling.lost.sort_by_key(|lost| (std::cmp::Reverse(lost.cases.len()), lost.group));
        ceiling
    }
}

/// The groups that share points, directly or by way of others.
fn components(labeled: &Labeled) -> Vec<Vec<usize>> {
    let mut parent: Vec<usize> = (0..labeled.points.len()).collect();
    fn root(parent: &mut [usize], mut at: usize) -> usize {
        while parent[at] != at {
            parent[at] = parent[parent[at]];
            at = parent[at];
        }
        at
    }
    for group in &labeled.groups {
        for pair in group.points.windows(2) {
            let (a, b) = (root(&mut parent, pair[0]), root(&mut parent, pair[1]));
            parent[a.max(b)] = a.min(b);
        }
    }
    let mut components: std::collections::BTreeMap<usize, Vec<usize>> = std::collections::BTreeMap::new();
    for (at, group) in labeled.groups.iter().enumerate() {
        components.entry(root(&mut parent, group.points[0])).or_default().push(at);
    }
    components.into_values().collect()
}

struct Search<'l> {
    labeled: &'l Labeled,
    groups: &'l [usize],
    behaviors: usize,
}

impl Search<'_> {
    /// The behavior of each group, and whether one policy can give them all.
    fn best(&self) -> (Vec<BehaviorIx>, bool) {
        let alone: Vec<BehaviorIx> = self.groups.iter().map(|&group| self.alone(group)).collect();
        if self.groups.len() == 1 {
            return (alone, true);
        }
        let bound: u64 = self.groups.iter().zip(&alone).map(|(&group, best)| self.alike(group).accepting(*best)).sum();
        let mut points: Vec<usize> = self.groups.iter().flat_map(|&group| self.alike(group).points.clone()).collect();
        points.sort_unstable();
        points.dedup();
        let climbed = self.climb(&points, &alone);
        if self.agreeing(&points, &climbed) == bound {
            return (self.verdicts(&points, &climbed), true);
        }
        let combinations = (self.behaviors as u64).checked_pow(points.len() as u32);
        if combinations.is_some_and(|combinations| combinations <= MOST_TRIED) {
            return (self.verdicts(&points, &self.try_all(&points)), true);
        }
        (alone, false)
    }

    fn alike(&self, group: usize) -> &Alike {
        &self.labeled.groups[group]
    }

    /// The most permissive of the behaviors that most of a group's labels accept.
    fn alone(&self, group: usize) -> BehaviorIx {
        let behaviors = (0..self.behaviors as u8).map(BehaviorIx).rev();
        behaviors.max_by_key(|&behavior| self.alike(group).accepting(behavior)).unwrap_or(BehaviorIx(0))
    }

    /// What each group gets where each point is ruled on so.
    fn verdicts(&self, points: &[usize], rulings: &[u8]) -> Vec<BehaviorIx> {
        let ruling = |point: &usize| points.binary_search(point).map_or(0, |at| rulings[at]);
        let verdict = |&group: &usize| self.alike(group).points.iter().map(ruling).max().unwrap_or(0);
        self.groups.iter().map(verdict).map(BehaviorIx).collect()
    }

    fn agreeing(&self, points: &[usize], rulings: &[u8]) -> u64 {
        let verdicts = self.verdicts(points, rulings);
        self.groups.iter().zip(verdicts).map(|(&group, verdict)| self.alike(group).accepting(verdict)).sum()
    }

    /// From the mildest wish of every point upwards, one point at a time, for as long as it gains.
    fn climb(&self, points: &[usize], alone: &[BehaviorIx]) -> Vec<u8> {
        let wish = |point: &usize| {
            let having = self.groups.iter().zip(alone).filter(|(group, _)| self.alike(**group).points.contains(point));
            having.map(|(_, best)| best.0).min().unwrap_or(0)
        };
        let mut rulings: Vec<u8> = points.iter().map(wish).collect();
        let mut agreeing = self.agreeing(points, &rulings);
        loop {
            let before = agreeing;
            for at in 0..points.len() {
                for behavior in 0..self.behaviors as u8 {
                    let kept = std::mem::replace(&mut rulings[at], behavior);
                    match self.agreeing(points, &rulings) {
                        now if now > agreeing => agreeing = now,
                        _ => rulings[at] = kept,
                    }
                }
            }
            if agreeing == before {
                return rulings;
            }
        }
    }

    fn try_all(&self, points: &[usize]) -> Vec<u8> {
        let mut rulings = vec![0; points.len()];
        let mut best = (self.agreeing(points, &rulings), rulings.clone());
        loop {
            let Some(at) = rulings.iter().position(|&ruling| usize::from(ruling) + 1 < self.behaviors) else {
                return best.1;
            };
            rulings[at] += 1;
            rulings[..at].fill(0);
            let now = self.agreeing(points, &rulings);
            if now > best.0 {
                best = (now, rulings.clone());
            }
        }
    }
}
