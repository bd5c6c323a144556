//! Two versions read side by side as decisions: what changed exactly, by which edits, and which gold cases it concerns.

use super::error::WorkspaceError;
use super::intent::Intents;
use crate::analyze::space::{CaseAt, Difference, TooLarge};
use crate::analyze::structure::Change;
use crate::decide::{GoldSet, Watch, form};
use crate::document::read::intent;
use crate::policy::Policy;
use crate::policy::intent::{IntendedFor, Intent};
use crate::replay::behind::{Behind, behind, note_unfelt};
use std::sync::Arc;

/// The difference of two versions as decisions, with what lies behind and within each region.
#[derive(Debug)]
pub struct Decisions {
    pub difference: Difference,
    /// What was declared to be meant.
    pub intents: Intents,
    /// Per region the edits that did it, as positions among the changes.
    pub edits: Vec<Behind>,
    /// Per region the labeled cases with a harm in it.
    pub cases: Vec<Vec<CaseAt>>,
}

impl Decisions {
    /// A region as an author declares that it is meant.
    pub fn intent(&self, region: usize) -> Option<Intent> {
        let changed = self.difference.regions.get(region)?;
        let when = intent::write(&form::when(
            &self.difference.space.words,
            changed.declared.as_ref().unwrap_or(&changed.when),
        ));
        let place = if when.is_empty() { IntendedFor::Everything } else { IntendedFor::Where(when) };
        Some(Intent { from: Some(changed.from.clone()), to: Some(changed.to.clone()), place })
    }
}

/// What `head` decides otherwise than `base`. `changes` are those of structure between them, `intents` what was declared.
pub fn decisions(
    base: &Policy,
    head: &Policy,
    sets: &[Arc<GoldSet>],
    changes: &[Change],
    intents: &[String],
    watch: &dyn Watch,
) -> Result<Decisions, WorkspaceError> {
    let too_large = |TooLarge| WorkspaceError::VersionsTooLarge;
    let intents = Intents::read(intents, base, head).map_err(too_large)?;
    let mut difference = Difference::plainly(base, head, &intents.regions).map_err(too_large)?;
    let edits = behind(&difference, base, head, changes, watch)?;
    note_unfelt(&mut difference, &edits, changes, head);
    let regions = difference.regions.len();
    let cases = difference.space.cases_by(sets, regions, |point| difference.region_at(point));
    Ok(Decisions { difference, intents, edits, cases })
}
