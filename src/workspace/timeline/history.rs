//! Cases by versions: which step changed which verdicts.

use super::Timeline;
use super::bisect::Ruled;
use crate::analyze::space::CaseAt;
use crate::decide::{GoldSet, Program, Verdict, Verdicts, Watch};
use crate::policy::Policy;
use crate::replay::flip::FlipKind;
use crate::replay::run::accepted;
use crate::replay::standing::{Accepted, Standing};
use crate::stats::Proportion;
use crate::vcs::Commit;
use crate::workspace::error::WorkspaceError;
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// What every step did to the gold cases, newest first.
#[derive(Debug)]
pub struct Steps {
    pub steps: Vec<Step>,
    /// How many different policies there were.
    pub policies: usize,
}

/// One commit, replayed beside what it follows on.
#[derive(Debug)]
pub struct Step {
    pub commit: Commit,
    /// Whether the policy is another one than in all commits that it follows on.
    pub is_edit: bool,
    /// Whether the history begins with it.
    pub is_first: bool,
    /// Whether the policy cannot be read there: it is passed over.
    pub is_broken: bool,
    /// Agreement with the gold labels.
    pub agree: Proportion,
    /// The cases whose verdict it changed, in the order of sets and rows.
    pub changed: Vec<CaseTurn>,
}

/// A case whose verdict a step changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseTurn {
    pub case: CaseAt,
    pub kind: FlipKind,
    pub before: Ruled,
    pub after: Ruled,
}

/// One policy over all sets.
struct Replayed {
    policy: Arc<Policy>,
    verdicts: Vec<Verdicts>,
    /// By set and outcome code.
    accepted: Vec<Vec<Accepted>>,
    agree: Proportion,
}

impl Timeline<'_> {
    /// Replays every commit against the gold cases and labels as they are in `sets`, so that what changes is the policy. Of
    /// one case, or of all.
    pub fn steps(
        &mut self,
        sets: &[Arc<GoldSet>],
        only: Option<&CaseAt>,
        watch: &dyn Watch,
    ) -> Result<Steps, WorkspaceError> {
        let mut replayed: FxHashMap<*const Policy, Arc<Replayed>> = FxHashMap::default();
        let parents = (0..self.commits.len()).map(|at| self.parents(at)).collect::<Result<Vec<_>, _>>()?;
        // What is beyond the last commit is replayed as well where one of them follows on it.
        let mut of_commit: Vec<Arc<Replayed>> = Vec::with_capacity(self.ids.len());
        for at in 0..self.ids.len() {
            let policy = self.policy(at)?;
            let known = match replayed.get(&Arc::as_ptr(&policy)) {
                Some(known) => known.clone(),
                None => {
                    let new = Arc::new(Replayed::of(&policy, sets, watch)?);
                    replayed.insert(Arc::as_ptr(&policy), new.clone());
                    new
                }
            };
            of_commit.push(known);
        }
        let mut steps = Vec::with_capacity(self.commits.len());
        for (at, parents) in parents.into_iter().enumerate() {
            let here = &of_commit[at];
            let before: Vec<&Arc<Replayed>> = parents.into_iter().map(|parent| &of_commit[parent]).collect();
            let is_broken = self.is_broken(at)?;
            let is_edit = !is_broken && before.iter().all(|before| !Arc::ptr_eq(before, here));
            let mut changed = Vec::new();
            if let ([first, rest @ ..], true) = (&before[..], is_edit) {
                let rows = |set: usize| 0..sets[set].len();
                let wanted = |case: &CaseAt| only.is_none_or(|only| only == case);
                let cases = (0..sets.len()).flat_map(|set| rows(set).map(move |row| CaseAt { set, row }));
                for case in cases.filter(wanted) {
                    if !first.differs(here, sets, &case) || !rest.iter().all(|other| other.differs(here, sets, &case)) {
                        continue;
                    }
                    let [before, after] = [first, here].map(|side| side.at(sets, &case));
                    let kind = FlipKind::of(before.1, after.1);
                    changed.push(CaseTurn { case, kind, before: first.ruled(before.0), after: here.ruled(after.0) });
                }
            }
            let commit = self.commits[at].clone();
            let is_first = before.is_empty();
            steps.push(Step { commit, is_edit, is_first, is_broken, agree: here.agree, changed });
        }
        Ok(Steps { steps, policies: self.policies() })
    }
}

impl Replayed {
    fn of(policy: &Arc<Policy>, sets: &[Arc<GoldSet>], watch: &dyn Watch) -> Result<Self, WorkspaceError> {
        let mut verdicts = Vec::new();
        let mut accepting = Vec::new();
        let mut agree = Proportion::default();
        for gold in sets {
            let decided = Program::compile(policy, gold).decide(watch)?;
            let by_outcome: Vec<Accepted> =
                (0..gold.outcomes() as u32).map(|outcome| accepted(gold, outcome, policy)).collect();
            for row in 0..gold.len() {
                let verdict = decided.get(row);
                let accepted = by_outcome[gold.outcome(row) as usize];
                let standing = Standing::of(verdict.behavior, verdict.undetermined, accepted);
                if standing.is_measured() {
                    agree.count(standing == Standing::Agrees);
                }
            }
            verdicts.push(decided);
            accepting.push(by_outcome);
        }
        Ok(Replayed { policy: policy.clone(), verdicts, accepted: accepting, agree })
    }

    /// The verdict on a case, and how it stands to the gold label.
    fn at(&self, sets: &[Arc<GoldSet>], case: &CaseAt) -> (Verdict, Standing) {
        let verdict = self.verdicts[case.set].get(case.row);
        let accepted = self.accepted[case.set][sets[case.set].outcome(case.row) as usize];
        (verdict, Standing::of(verdict.behavior, verdict.undetermined, accepted))
    }

    fn differs(&self, other: &Replayed, sets: &[Arc<GoldSet>], case: &CaseAt) -> bool {
        let [one, two] = [self, other].map(|side| (side, side.at(sets, case).0));
        let id = |(side, verdict): &(&Replayed, Verdict)| side.policy.manifest.behaviors.id(verdict.behavior).clone();
        one.1.undetermined != two.1.undetermined || id(&one) != id(&two)
    }

    fn ruled(&self, verdict: Verdict) -> Ruled {
        Ruled {
            behavior: self.policy.manifest.behaviors.id(verdict.behavior).clone(),
            clause: verdict.clause.map(|ix| self.policy.clause(ix).id.clone()),
            undetermined: verdict.undetermined,
        }
    }
}
