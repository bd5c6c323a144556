//! Ways out of problems, and edits that right a case, as edits that can be made.

use super::policy_edit::in_text;
use super::sets::Sets;
use super::version::PolicyVersion;
use super::workspace::FileEdits;
use crate::analyze::fix::{fixes, is_fixable};
use crate::decide::explain::verdict;
use crate::decide::{Cancelled, GoldSet, Watch};
use crate::policy::Policy;
use crate::policy::problem::Problem;
use crate::replay::fixes::{Fix as Righting, few_new, fixes as rightings};
use crate::replay::proven::Proven;
use crate::replay::run::accepted;
use crate::replay::standing::Standing;
use crate::replay::trial::Trial;
use std::sync::Arc;

/// A way out of a problem.
#[derive(Debug, Clone)]
pub struct Fix {
    pub proven: Arc<Proven>,
    /// How the file says it. Read again it says what was meant.
    pub edits: FileEdits,
    /// It was told of already, as a way out of a problem before.
    pub again: bool,
}

/// For each of some problems of a version the ways out that its files allow, the likeliest first. None where the policy is too
/// large for its decisions to be known.
pub fn fixes_of(
    version: &PolicyVersion,
    sets: &Sets,
    problems: &[&Problem],
    watch: &dyn Watch,
) -> Result<Vec<Vec<Fix>>, Cancelled> {
    /// Every fix is proven and replayed: what is wrong in more places than these is not mended one by one.
    const MOST: usize = 50;
    if problems.iter().all(|problem| !is_fixable(problem.code)) {
        return Ok(problems.iter().map(|_| Vec::new()).collect());
    }
    let Ok(found) = fixes(&version.policy, &sets.gold(), problems) else {
        return Ok(problems.iter().map(|_| Vec::new()).collect());
    };
    let gold = sets.gold();
    let mut tried = 0;
    let mut known: Vec<Fix> = Vec::new();
    let mut prove = |edit| {
        if let Some(fix) = known.iter().find(|fix| fix.proven.edit == edit) {
            return Ok(Some(Fix { again: true, ..fix.clone() }));
        }
        tried += 1;
        if tried > MOST {
            return Ok(None);
        }
        let Ok(edits) = in_text(version, &edit) else { return Ok(None) };
        let proven = Arc::new(Proven::of(&version.policy, edit, &gold, watch)?);
        let fix = Fix { proven, edits, again: false };
        known.push(fix.clone());
        Ok(Some(fix))
    };
    let mut of = |edits: Vec<_>| edits.into_iter().filter_map(|edit| prove(edit).transpose()).collect();
    found.into_iter().map(&mut of).collect()
}

/// A single edit that rights a case.
#[derive(Debug)]
pub struct CaseFix {
    pub fix: Righting,
    /// How the file says it. Read again it says what was meant.
    pub edits: FileEdits,
}

/// How a policy stands to a case.
pub fn standing(policy: &Policy, gold: &GoldSet, row: usize) -> Standing {
    let verdict = verdict(policy, &gold.gold(row).reading.unwrap_or_default());
    Standing::of(verdict.behavior, verdict.undetermined, accepted(gold, gold.outcome(row), policy))
}

/// The single edits of a policy that would right the case in a row of a gold set, tried on all `sets`; the best first.
pub fn case_fixes(
    policy: &Policy,
    sets: &[Arc<GoldSet>],
    gold: &GoldSet,
    row: usize,
    watch: &dyn Watch,
) -> Result<Vec<Righting>, Cancelled> {
    let Some(reading) = gold.gold(row).reading else { return Ok(Vec::new()) };
    let trial = Trial::new(sets, policy, watch)?;
    rightings(policy, &trial, &reading, accepted(gold, gold.outcome(row), policy), watch)
}

/// The first `most` of them that the files allow to be made, and how many more there are. However a new clause is worded, it is one
/// way out: a few are enough, so that edits of the clauses that are there are seen as well.
pub fn case_fixes_in_text(
    version: &PolicyVersion,
    sets: &Sets,
    gold: &GoldSet,
    row: usize,
    most: usize,
    watch: &dyn Watch,
) -> Result<(Vec<CaseFix>, usize), Cancelled> {
    let found = case_fixes(&version.policy, &sets.gold(), gold, row, watch)?;
    let (mut made, mut more) = (Vec::new(), 0);
    for fix in few_new(found, most.div_ceil(4), &mut more) {
        if watch.cancelled() {
            return Err(Cancelled);
        }
        if made.len() == most {
            more += 1;
        } else if let Ok(edits) = in_text(version, &fix.edit) {
            made.push(CaseFix { fix, edits });
        }
    }
    Ok((made, more))
}
