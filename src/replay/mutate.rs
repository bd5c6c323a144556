//! Mutation testing of a policy: which slips of the pen would no gold case notice?
//!
//! Each single edit of the policy is tried on the gold sets (DeMillo, Lipton and Sayward 1978, for programs). An edit
//! that no case notices either changes no decision at all, which the decision space proves and which then does not
//! count, or shows where a case is missing.

use super::trial::{Effect, Trial};
use crate::analyze::edit::{Menu, PolicyEdit, edits};
use crate::analyze::space::{EMPTY, Edited, Points, TooLarge};
use crate::decide::explain::rule;
use crate::decide::{Cancelled, GoldSet, Situation, Watch};
use crate::policy::Policy;
use crate::policy::behavior::BehaviorIx;
use crate::policy::case::Reading;
use crate::policy::clause::ClauseIx;
use crate::policy::condition::Met;
use crate::stats::Proportion;
use rayon::prelude::*;
use std::cmp::Reverse;
use std::sync::Arc;

/// A policy tried edit by edit.
#[derive(Debug)]
pub struct Mutation {
    pub mutants: Vec<Mutant>,
    /// How many labeled cases they were tried on.
    pub cases: u64,
    /// Whether it was proven of every survivor that it changes a decision; not so where the space is too large.
    pub exact: bool,
}

/// One edit, and what became of it.
#[derive(Debug, Clone)]
pub struct Mutant {
    pub edit: PolicyEdit,
    pub fate: Fate,
}

#[derive(Debug, Clone)]
pub enum Fate {
    /// Some case would have told.
    Noticed(Effect),
    /// No case tells, and no case could: everything is decided alike.
    Equivalent,
    /// No case tells. `None` where the space is too large to know whether one could.
    Survived(Option<Escape>),
}

/// Where an edit that no case notices would show.
#[derive(Debug, Clone)]
pub struct Escape {
    /// At how many points the policy would do another thing.
    pub points: Points,
    /// The plainest of them.
    pub point: Situation,
    /// What a gold label of a case there would say.
    pub example: Reading,
    /// What is done there, and what would be done.
    pub from: BehaviorIx,
    pub to: BehaviorIx,
    /// The risk tier of the example's category.
    pub tier: Option<u32>,
}

impl Mutation {
    /// Tries the edits of the menu, of one clause or of all, in parallel. `watch` is told of every edit that is done, and then of every one that nobody noticed, once it is known
    /// whether anybody could.
    pub fn test(
        policy: &Policy,
        sets: &[Arc<GoldSet>],
        menu: Menu<'_>,
        clause: Option<ClauseIx>,
        watch: &dyn Watch,
    ) -> Result<Mutation, Cancelled> {
        let trial = Trial::new(sets, policy, watch)?;
        let edits: Vec<PolicyEdit> =
            edits(policy, menu).filter(|edit| clause.is_none_or(|clause| edit.clause == clause)).collect();
        watch.expect(edits.len() as u64);
        let try_one = |edit: PolicyEdit| {
            if watch.cancelled() {
                return Err(Cancelled);
            }
            let effect = trial.effect(&edit.apply(policy));
            watch.advance(1);
            let fate = if effect.is_noticed() { Fate::Noticed(effect) } else { Fate::Survived(None) };
            Ok(Mutant { edit, fate })
        };
        let mut mutants: Vec<Mutant> = edits.into_par_iter().map(try_one).collect::<Result<_, _>>()?;
        let exact = judge_survivors(policy, &mut mutants, watch)?;
        Ok(Mutation { mutants, cases: trial.labeled(), exact })
    }

    /// The edits that were noticed among those that could be.
    pub fn score(&self) -> Proportion {
        self.score_of(|_| true)
    }

    /// As [`Mutation::score`], of the edits of one clause.
    pub fn score_of_clause(&self, clause: ClauseIx) -> Proportion {
        self.score_of(|mutant| mutant.edit.clause == clause)
    }

    fn score_of(&self, counts: impl Fn(&Mutant) -> bool) -> Proportion {
        let mut score = Proportion::default();
        for mutant in self.mutants.iter().filter(|mutant| counts(mutant)) {
            if !matches!(mutant.fate, Fate::Equivalent) {
                score.count(matches!(mutant.fate, Fate::Noticed(_)));
            }
        }
        score
    }

    /// How many edits change no decision.
    pub fn equivalent(&self, clause: Option<ClauseIx>) -> usize {
        let of = |mutant: &&Mutant| clause.is_none_or(|clause| mutant.edit.clause == clause);
        self.mutants.iter().filter(of).filter(|mutant| matches!(mutant.fate, Fate::Equivalent)).count()
    }

    /// The edits that no case noticed: the riskiest first, of equals those that change the most.
    pub fn survivors(&self) -> Vec<&Mutant> {
        let mut survivors: Vec<&Mutant> =
            self.mutants.iter().filter(|mutant| matches!(mutant.fate, Fate::Survived(_))).collect();
        survivors.sort_by_cached_key(|mutant| match mutant.escape() {
            Some(escape) => (escape.tier.unwrap_or(u32::MAX), Reverse(escape.points.clone())),
            None => (u32::MAX, Reverse(Points::ZERO)),
        });
        survivors
    }
}

impl Mutant {
    /// Where it would show, if no case noticed it.
    pub fn escape(&self) -> Option<&Escape> {
        match &self.fate {
            Fate::Survived(escape) => escape.as_ref(),
            _ => None,
        }
    }
}

/// Tells of each edit that no case noticed whether one could, and where; `false` where the space is too large to know.
fn judge_survivors(policy: &Policy, mutants: &mut [Mutant], watch: &dyn Watch) -> Result<bool, Cancelled> {
    let mut survivors: Vec<&mut Mutant> =
        mutants.iter_mut().filter(|mutant| matches!(mutant.fate, Fate::Survived(_))).collect();
    watch.expect(survivors.len() as u64);
    let Ok(edited) = Edited::new(policy) else { return Ok(false) };
    // Each thread fills diagrams of its own.
    let share = survivors.len().div_ceil(rayon::current_num_threads()).max(1);
    let judged = survivors.par_chunks_mut(share).map(|survivors| {
        let mut exact = true;
        let mut own = edited.clone();
        for mutant in survivors {
            if watch.cancelled() {
                return Err(Cancelled);
            }
            let judged = judge(&mut own, &mutant.edit);
            watch.advance(1);
            match judged {
                Ok(fate) => mutant.fate = fate,
                Err(_) => {
                    // There was no room left; the next one begins anew.
                    exact = false;
                    own = edited.clone();
                }
            }
        }
        Ok(exact)
    });
    judged.try_reduce(|| true, |a, b| Ok(a && b))
}

fn judge(edited: &mut Edited<'_>, edit: &PolicyEdit) -> Result<Fate, TooLarge> {
    let policy = edited.policy();
    let changed = edited.changed(edit)?;
    if changed == EMPTY {
        return Ok(Fate::Equivalent);
    }
    let Some(point) = edited.space.plainest(changed) else { return Ok(Fate::Equivalent) };
    let tier = match point.category {
        Met::Category(Some(ix)) => policy.taxonomy.tier(ix),
        _ => None,
    };
    Ok(Fate::Survived(Some(Escape {
        points: edited.space.count(changed),
        example: edited.space.reading(&point),
        from: rule(policy, &point).behavior,
        to: rule(&edit.apply(policy), &point).behavior,
        tier,
        point,
    })))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analyze::structure::tests::texts;
    use crate::decide::{GoldSources, SourceFile, Unwatched};

    fn gold(cases: &str) -> Arc<GoldSet> {
        let file = SourceFile::new("gold/core/cases.jsonl", cases.as_bytes().to_vec());
        let sources = GoldSources { set: "core".into(), cases: vec![file], ..GoldSources::default() };
        Arc::new(GoldSet::read(sources, &Unwatched).unwrap())
    }

    /// What became of the edits of a clause, one a line.
    fn fates(clause: &str, cases: &str) -> String {
        let policy = texts().policy();
        let clause = policy.find_clause(clause);
        let found = Mutation::test(&policy, &[gold(cases)], Menu::SLIPS, clause, &Unwatched).unwrap();
        assert!(found.exact);
        let line = |mutant: &Mutant| {
            let fate = match &mutant.fate {
                Fate::Noticed(effect) => format!("noticed -{} +{}", effect.regressed, effect.fixed),
                Fate::Equivalent => "equivalent".to_owned(),
                Fate::Survived(None) => "survived".to_owned(),
                Fate::Survived(Some(escape)) => {
                    let behavior = |ix| policy.manifest.behaviors.id(ix);
                    format!(
                        "survived at {} points, {} -> {}",
                        escape.points,
                        behavior(escape.from),
                        behavior(escape.to)
                    )
                }
            };
            format!("{fate}: {}", mutant.edit.sentence(&policy))
        };
        found.mutants.iter().map(line).collect::<Vec<_>>().join("\n")
    }

    const SCAM: &str = r#"{"id":"a","text":"x","gold":{"harms":[{"category":"fraud"}],"behavior":"refuse"}}"#;

    #[test]
    fn a_case_notices_what_would_turn_it() {
        insta::assert_snapshot!(fates("scams", SCAM), @"
        noticed -1 +0: without clause `scams`
        survived at 4377 points, comply -> refuse: clause `scams`: no longer only where category is fraud
        noticed -1 +0: clause `scams`: then refuse → comply
        noticed -1 +0: clause `scams`: then refuse → safe-complete
        ");
        insta::assert_snapshot!(fates("scams", ""), @"
        survived at 1224 points, refuse -> comply: without clause `scams`
        survived at 4377 points, comply -> refuse: clause `scams`: no longer only where category is fraud
        survived at 1224 points, refuse -> comply: clause `scams`: then refuse → comply
        survived at 1224 points, refuse -> safe-complete: clause `scams`: then refuse → safe-complete
        ");
    }

    #[test]
    fn what_changes_no_decision_does_not_count() {
        // No point is within both clauses, so their order says nothing.
        insta::assert_snapshot!(fates("bio-uplift", SCAM), @"
        survived at 432 points, refuse -> comply: without clause `bio-uplift`
        survived at 1440 points, comply -> refuse: clause `bio-uplift`: no longer only where category is bio
        survived at 432 points, comply -> refuse: clause `bio-uplift`: no longer only where severity ≥ medium
        survived at 432 points, comply -> refuse: clause `bio-uplift`: no longer only where intent is not benign
        survived at 864 points, comply -> refuse: clause `bio-uplift`: category is bio → is weapons or below
        survived at 216 points, comply -> refuse: clause `bio-uplift`: severity ≥ medium → ≥ low
        survived at 216 points, refuse -> comply: clause `bio-uplift`: severity ≥ medium → ≥ high
        survived at 216 points, refuse -> comply: clause `bio-uplift`: intent is not benign → is none of benign, unclear
        survived at 216 points, refuse -> comply: clause `bio-uplift`: intent is not benign → is none of benign, malicious
        survived at 648 points, refuse -> comply: clause `bio-uplift`: then refuse → comply
        survived at 648 points, refuse -> safe-complete: clause `bio-uplift`: then refuse → safe-complete
        equivalent: clause `bio-uplift` moved behind `medical`
        ");
    }
}
