//! Ways out of problems, as edits that can be made.

use super::policy_edit::in_text;
use super::sets::Sets;
use super::version::PolicyVersion;
use super::workspace::FileEdits;
use crate::analyze::fix::{fixes, is_fixable};
use crate::decide::{Cancelled, Watch};
use crate::policy::problem::Problem;
use crate::replay::proven::Proven;

/// A way out of a problem.
#[derive(Debug)]
pub struct Fix {
    pub proven: Proven,
    /// How the file says it. Read again it says what was meant.
    pub edits: FileEdits,
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
    let Ok(found) = fixes(&version.policy, problems) else {
        return Ok(problems.iter().map(|_| Vec::new()).collect());
    };
    let gold = sets.gold();
    let mut proven = 0;
    let mut prove = |edit| {
        proven += 1;
        if proven > MOST {
            return Ok(None);
        }
        let Ok(edits) = in_text(version, &edit) else { return Ok(None) };
        let proven = Proven::of(&version.policy, edit, &gold, watch)?;
        Ok(Some(Fix { proven, edits }))
    };
    let mut of = |edits: Vec<_>| edits.into_iter().filter_map(|edit| prove(edit).transpose()).collect();
    found.into_iter().map(&mut of).collect()
}
