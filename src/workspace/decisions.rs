//! Two versions read side by side as decisions: what changed exactly, by which edit, and which gold cases it concerns.

use super::compare::Comparison;
use super::difference::MOST_CAUSES;
use crate::analyze::space::{CaseAt, Difference, TooLarge};
use crate::analyze::structure::Change;
use crate::replay::cause::{Cause, Causes};

/// The difference of two versions as decisions, with what lies behind and within each region.
#[derive(Debug)]
pub struct Decisions {
    pub difference: Difference,
    /// Per region the edits that did it, as positions among the changes; found at its plainest point. Beyond the first
    /// [`MOST_CAUSES`] regions none are looked for.
    pub edits: Vec<Cause>,
    /// Per region the labeled cases with a harm in it.
    pub cases: Vec<Vec<CaseAt>>,
}

/// What a comparison's two versions decide otherwise. `changes` are those of
/// [`structure_difference`](super::difference::structure_difference). `None` where there is no base.
pub fn decisions(comparison: &Comparison, changes: &[Change]) -> Result<Option<Decisions>, TooLarge> {
    let Some(base) = &comparison.base else { return Ok(None) };
    let (base, head) = (&base.version.policy, &comparison.head.version.policy);
    let difference = Difference::of(base, head)?;
    let space = &difference.space;
    let mut causes = Causes::new(base, head, changes);
    let edits = difference.regions.iter().take(MOST_CAUSES).map(|region| {
        let plainest = space.plainest(region.set).map(|point| space.reading(&point));
        causes.of(&plainest.unwrap_or_default())
    });
    let edits = edits.collect();
    let regions = difference.regions.len();
    let cases = space.cases_by(&comparison.sets.gold(), regions, |point| difference.region_at(point));
    Ok(Some(Decisions { difference, edits, cases }))
}
