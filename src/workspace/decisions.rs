//! Two versions read side by side as decisions: what changed exactly, by which edits, and which gold cases it concerns.

use super::error::WorkspaceError;
use crate::analyze::space::{CaseAt, Difference};
use crate::analyze::structure::Change;
use crate::decide::{GoldSet, Watch};
use crate::policy::Policy;
use crate::replay::behind::{Behind, behind};
use std::sync::Arc;

/// The difference of two versions as decisions, with what lies behind and within each region.
#[derive(Debug)]
pub struct Decisions {
    pub difference: Difference,
    /// Per region the edits that did it, as positions among the changes.
    pub edits: Vec<Behind>,
    /// Per region the labeled cases with a harm in it.
    pub cases: Vec<Vec<CaseAt>>,
}

/// What `head` decides otherwise than `base`. `changes` are those of structure between them.
pub fn decisions(
    base: &Policy,
    head: &Policy,
    sets: &[Arc<GoldSet>],
    changes: &[Change],
    watch: &dyn Watch,
) -> Result<Decisions, WorkspaceError> {
    let difference = Difference::of(base, head)?;
    let edits = behind(&difference, base, head, changes, watch)?;
    let regions = difference.regions.len();
    let cases = difference.space.cases_by(sets, regions, |point| difference.region_at(point));
    Ok(Decisions { difference, edits, cases })
}
