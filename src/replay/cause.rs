//! Which edits caused a flip.
//!
//! Each change that can change a verdict is taken back alone: what brings the base's behavior back is a cause. Where no
//! change does so alone, the fewest that do so together are searched for.

use crate::analyze::structure::{Change, ChangeKind, Subject, Undo};
use crate::decide::explain::{explain, rule};
use crate::decide::situation::{self, Situation};
use crate::policy::Policy;
use crate::policy::case::{FacetWord, Harm, Reading};
use crate::policy::clause::ClauseIx;
use crate::policy::condition::Truth;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The edits behind a flip.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cause {
    /// Positions among the changes that were searched, ascending.
    pub changes: Vec<usize>,
    pub how: How,
}

/// What is known of the edits behind a flip.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum How {
    /// Taking back any one of them brings the base's behavior back.
    Each,
    /// None does so alone, all of them together do, and none of them could be left out.
    Together,
    /// Of a region: each brings a part of it back, and together they bring back all of it.
    Parts,
    /// They touch what decided; more was not found out.
    Touching,
}

impl How {
    pub fn word(self) -> &'static str {
        match self {
            How::Each => "each",
            How::Together => "together",
            How::Parts => "parts",
            How::Touching => "touching",
        }
    }
}

/// Finds causes for any number of flips between two versions; what one search found out serves the next.
pub struct Causes<'p> {
    base: &'p Policy,
    head: &'p Policy,
    changes: &'p [Change],
    undo: Undo<'p>,
    /// Positions of the changes that decide.
    deciding: Vec<usize>,
    /// The head without each of the first of them, by position in `deciding`; `None` until it is needed.
    without: Vec<Option<Trial>>,
    found: BTreeMap<Situated, Cause>,
}

/// What a verdict rests on.
type Situated = (Vec<Harm>, BTreeMap<String, FacetWord>);

/// The head without some change.
#[derive(Clone)]
struct Trial {
    /// `None` where the change cannot be taken back by itself.
    policy: Option<Arc<Policy>>,
    /// Of a change to one clause. Nothing else decides differently.
    clause: Option<OneClause>,
}

/// A clause's position in the head without a change, and in the head.
type OneClause = (Option<ClauseIx>, Option<ClauseIx>);

impl<'p> Causes<'p> {
    /// `changes` are those that [`compare`](crate::analyze::structure::compare) gives for the two versions.
    pub fn new(base: &'p Policy, head: &'p Policy, changes: &'p [Change]) -> Self {
        let deciding: Vec<usize> = (0..changes.len()).filter(|&at| changes[at].decides).collect();
        let without = vec![None; deciding.len().min(MOST_KEPT)];
        Causes { base, head, changes, undo: Undo::new(base, head), deciding, without, found: BTreeMap::new() }
    }

    /// The edits behind the flip of a case with this reading. No changes where its verdict does not differ.
    pub fn of(&mut self, reading: &Reading) -> Cause {
        let situated = (reading.harms.clone(), reading.facets.clone());
        if let Some(cause) = self.found.get(&situated) {
            return cause.clone();
        }
        let cause = self.search(reading);
        if self.found.len() < MOST_REMEMBERED {
            self.found.insert(situated, cause.clone());
        }
        cause
    }

    fn search(&mut self, reading: &Reading) -> Cause {
        let wanted = behavior(self.base, reading);
        if behavior(self.head, reading) == wanted {
            return Cause { changes: Vec::new(), how: How::Each };
        }
        let situations = situations(self.head, reading);
        let mut each = Vec::new();
        for at in 0..self.deciding.len() {
            if self.is_idle(&self.changes[self.deciding[at]], &situations) {
                continue;
            }
            let trial = self.trial(at);
            let Some(policy) = trial.policy.as_deref() else { continue };
            if self.matters(policy, trial.clause, &situations) && behavior(policy, reading) == wanted {
                each.push(self.deciding[at]);
            }
        }
        if let Some(first) = each.first() {
            // Several tests of one condition and nothing else: they did it as one.
            let of_one_condition = each.len() > 1 && as_one(self.changes, &[*first]).len() == each.len();
            let how = if of_one_condition { How::Together } else { How::Each };
            return Cause { changes: each, how };
        }
        match self.together(reading, &wanted) {
            Some(changes) => Cause { changes, how: How::Together },
            None => Cause { changes: self.touching(reading), how: How::Touching },
        }
    }

    /// The head without the one change at this position of `deciding`.
    fn trial(&mut self, at: usize) -> Trial {
        if let Some(Some(trial)) = self.without.get(at) {
            return trial.clone();
        }
        let change = &self.changes[self.deciding[at]];
        let policy = self.undo.without(&as_one(self.changes, &[self.deciding[at]]));
        let clause = match &change.subject {
            Subject::Clause(id) => {
                Some((policy.as_ref().and_then(|policy| policy.find_clause(id)), self.head.find_clause(id)))
            }
            _ => None,
        };
        let trial = Trial { policy: policy.map(Arc::new), clause };
        if let Some(kept) = self.without.get_mut(at) {
            *kept = Some(trial.clone());
        }
        trial
    }

    /// Whether the head without a change can decide otherwise at all: without a change to one clause, only where that
    /// clause applies with or without it. Such a policy has the head's words, so it meets the same situations.
    fn matters(&self, trial: &Policy, clause: Option<OneClause>, situations: &[Situation]) -> bool {
        let Some((in_trial, in_head)) = clause else { return true };
        applies(self.head, in_head, situations) || applies(trial, in_trial, situations)
    }

    /// Whether a change leaves its clause's condition alone, and the clause does not apply: that is seen without taking
    /// the change back.
    fn is_idle(&self, change: &Change, situations: &[Situation]) -> bool {
        let Subject::Clause(id) = &change.subject else { return false };
        let same_condition = match &change.kind {
            ChangeKind::Removed => false,
            ChangeKind::Edited { field, .. } => !field.starts_with("when."),
            _ => true,
        };
        same_condition && !applies(self.head, self.head.find_clause(id), situations)
    }

    /// The fewest changes found that bring the wanted behavior back together, by leaving out more and more of all;
    /// `None` where even all of them do not, or the search would take too long.
    fn together(&self, reading: &Reading, wanted: &str) -> Option<Vec<usize>> {
        let mut trials = 0;
        let mut suffices = |changes: &[usize]| {
            trials += 1;
            let changes = as_one(self.changes, changes);
            let restored = (trials <= MOST_TRIALS).then(|| self.undo.without(&changes)).flatten();
            restored.is_some_and(|policy| &*behavior(&policy, reading) == wanted)
        };
        // What touches the deciding clauses is left out last.
        let touching = self.touching(reading);
        let rest = self.deciding.iter().copied().filter(|at| !touching.contains(at));
        let mut needed: Vec<usize> = rest.chain(touching.iter().copied()).collect();
        if !suffices(&needed) {
            return None;
        }
        let mut at_once = needed.len().div_ceil(2);
        loop {
            let (mut from, before) = (0, needed.len());
            while from < needed.len() {
                let to = (from + at_once).min(needed.len());
                let others: Vec<usize> = needed[..from].iter().chain(&needed[to..]).copied().collect();
                if !others.is_empty() && suffices(&others) {
                    needed = others;
                } else {
                    from = to;
                }
            }
            // What was needed beside others may not be once they are left out.
            if at_once == 1 && needed.len() == before {
                break;
            }
            at_once = at_once.div_ceil(2);
        }
        needed.sort_unstable();
        (trials <= MOST_TRIALS).then_some(needed)
    }

    /// The changes to the clauses that decided at base or head; all that decide where there are none.
    fn touching(&self, reading: &Reading) -> Vec<usize> {
        let at_base = explain(self.base, reading).verdict.clause.map(|ix| &self.base.clause(ix).id);
        let at_head = explain(self.head, reading).verdict.clause.map(|ix| &self.head.clause(ix).id);
        let now_called = |id: &Arc<str>| {
            let renamed = self.changes.iter().find_map(|change| match (&change.subject, &change.kind) {
                (Subject::Clause(now), ChangeKind::Renamed { from, .. }) if from == id => Some(now.clone()),
                _ => None,
            });
            renamed.unwrap_or_else(|| id.clone())
        };
        let subjects: Vec<Subject> =
            at_base.map(now_called).into_iter().chain(at_head.cloned()).map(Subject::Clause).collect();
        let touching = self.deciding.iter().copied().filter(|&at| subjects.contains(&self.changes[at].subject));
        let touching: Vec<usize> = touching.collect();
        if touching.is_empty() { self.deciding.clone() } else { touching }
    }
}

/// The heads without single changes that are kept from one search to the next.
const MOST_KEPT: usize = 256;

/// The answers that are kept.
const MOST_REMEMBERED: usize = 1 << 16;

/// The sets of changes that one search tries.
const MOST_TRIALS: usize = 1_000;

/// The behavior of the verdict on a case, by id.
fn behavior(policy: &Policy, reading: &Reading) -> Arc<str> {
    let rulings = situations(policy, reading).into_iter().map(|situation| rule(policy, &situation).behavior);
    policy.manifest.behaviors.id(rulings.max().unwrap_or(policy.manifest.default)).clone()
}

/// Whether the clause's condition is true of any of the situations.
fn applies(policy: &Policy, clause: Option<ClauseIx>, situations: &[Situation]) -> bool {
    let Some(ix) = clause else { return false };
    let when = &policy.clause(ix).when;
    situations.iter().any(|situation| situation::eval(policy, when, situation) == Truth::True)
}

/// What the clauses are asked: one situation a harm, or the one without.
fn situations(policy: &Policy, reading: &Reading) -> Vec<Situation> {
    let facets = situation::facets(policy, reading);
    let of = |harm: Option<&Harm>| Situation::of(policy, harm, facets.clone());
    if reading.harms.is_empty() { vec![of(None)] } else { reading.harms.iter().map(|harm| of(Some(harm))).collect() }
}

/// The changes at these positions, with all others of the conditions that they are of. The tests of one condition were
/// edited as one: with some of them alone taken back, the clause would be one that nobody wrote, and might catch what it
/// catches in neither version.
pub(super) fn as_one<'c>(changes: &'c [Change], at: &[usize]) -> Vec<&'c Change> {
    let edited: BTreeSet<&Subject> = at
        .iter()
        .map(|&at| &changes[at])
        .filter(|change| is_of_condition(change))
        .map(|change| &change.subject)
        .collect();
    let belongs = |(here, change): &(usize, &Change)| {
        at.contains(here) || (is_of_condition(change) && edited.contains(&change.subject))
    };
    changes.iter().enumerate().filter(belongs).map(|(_, change)| change).collect()
}

fn is_of_condition(change: &Change) -> bool {
    matches!(&change.kind, ChangeKind::Edited { field, .. } if field.starts_with("when"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analyze::structure::compare;
    use crate::analyze::structure::tests::{Texts, random, texts};
    use proptest::prelude::*;

    fn reading(json: &str) -> Reading {
        serde_json::from_str(json).unwrap()
    }

    /// What is said to have caused the flip of a case.
    fn check(head: &Texts, case: &str, how: How, expected: &[&str]) {
        let (base, head) = (texts().policy(), head.policy());
        let changes = compare(&base, &head);
        let mut causes = Causes::new(&base, &head, &changes);
        let cause = causes.of(&reading(case));
        let said: Vec<String> = cause.changes.iter().map(|&at| changes[at].sentence()).collect();
        assert_eq!((said, cause.how), (expected.iter().map(|&s| s.to_owned()).collect(), how));
        assert_eq!(causes.of(&reading(case)), cause);
    }

    const UPLIFT: &str =
        r#"{"harms":[{"category":"bio","severity":"medium"}],"facets":{"intent":"malicious","minor":false}}"#;

    #[test]
    fn the_one_edit_that_did_it() {
        let head = texts().edit(">= medium", ">= high").edit("{category: fraud}", "{category: guns}");
        check(&head, UPLIFT, How::Each, &["clause `bio-uplift`: severity ≥ medium → ≥ high"]);
        let fraud = r#"{"harms":[{"category":"fraud"}]}"#;
        check(&head, fraud, How::Each, &["clause `scams`: category is fraud → is guns"]);
    }

    #[test]
    fn an_added_clause_in_the_way() {
        let head = texts()
            .edit("  - id: bio-uplift\n", "  - {id: new, when: {category: bio}, then: comply}\n  - id: bio-uplift\n");
        check(&head, UPLIFT, How::Each, &["clause `new` added"]);
    }

    #[test]
    fn two_edits_that_only_did_it_together() {
        // Each of the two tests alone lets the case slip through.
        let head = texts().edit(">= medium", ">= high").edit("{not: benign}", "{not: malicious}");
        check(
            &head,
            UPLIFT,
            How::Together,
            &[
                "clause `bio-uplift`: severity ≥ medium → ≥ high",
                "clause `bio-uplift`: intent is not benign → is not malicious",
            ],
        );
    }

    #[test]
    fn edits_outside_the_clauses() {
        check(
            &texts().edit("name: test", "name: test\ndefault: refuse"),
            "{}",
            How::Each,
            &["manifest: default comply → refuse"],
        );
        let guns = r#"{"harms":[{"category":"self-harm"}]}"#;
        check(
            &texts().edit("- id: self-harm", "- id: self-harm\n    parent: fraud"),
            guns,
            How::Each,
            &["category `self-harm` moved: the top of `harms` → under `fraud`"],
        );
        let alias = r#"{"harms":[{"category":"scams"}]}"#;
        check(
            &texts().edit("aliases: [scams]", "aliases: []"),
            alias,
            How::Each,
            &["category `fraud`: aliases −scams"],
        );
    }

    #[test]
    fn what_did_not_flip_has_no_cause() {
        check(&texts().edit(">= medium", ">= high"), "{}", How::Each, &[]);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn causes_bring_the_verdict_back(
            (base, head) in (random::policy(), random::policy()),
            readings in proptest::collection::vec(random::reading(), 4),
        ) {
            let changes = compare(&base, &head);
            let mut causes = Causes::new(&base, &head, &changes);
            let undo = Undo::new(&base, &head);
            for reading in &readings {
                let wanted = behavior(&base, reading);
                prop_assert_eq!(&wanted, base.manifest.behaviors.id(explain(&base, reading).verdict.behavior));
                let flips = behavior(&head, reading) != wanted;
                let Cause { changes: found, how } = causes.of(reading);
                prop_assert_eq!(flips, !found.is_empty());
                let returns = |at: &[usize]| {
                    undo.without(&as_one(&changes, at)).is_some_and(|policy| behavior(&policy, reading) == wanted)
                };
                match how {
                    // And nothing else does so alone, clauses that are passed over included.
                    How::Each => for at in 0..changes.len() {
                        prop_assert_eq!(flips && returns(&[at]), found.contains(&at));
                    },
                    How::Together => {
                        prop_assert!(found.len() > 1 && returns(&found));
                        for left_out in &found {
                            let others: Vec<usize> = found.iter().copied().filter(|at| at != left_out).collect();
                            let back_in = as_one(&changes, &others).contains(&&changes[*left_out]);
                            prop_assert!(back_in || !returns(&others));
                        }
                    }
                    How::Parts | How::Touching => prop_assert!(false, "all changes together bring the verdict back"),
                }
            }
        }
    }
}
