//! The versions that are looked at, read as decisions: asked for once they were read as structure.

use super::beside::{Watched, finish};
use super::model::Model;
use super::readings::Readings;
use crate::decide::GoldSet;
use crate::vcs::Revision;
use crate::workspace::WorkspaceError;
use crate::workspace::decisions::{Decisions, decisions};
use crate::workspace::intent::lines_of;
use std::sync::Arc;

/// What two versions decide otherwise.
pub struct Decided {
    /// The readings that it belongs to: edits are positions among their changes.
    pub readings: Arc<Readings>,
    /// The gold sets that cases are looked for in, in the order in which cases name them.
    pub sets: Vec<Arc<GoldSet>>,
    /// What is marked and not committed, as lines of intent.
    pub marks: Vec<String>,
    /// `None` where the space of the versions is too large to be known exactly.
    pub decisions: Option<Decisions>,
}

impl Decided {
    /// Set and id of a case.
    pub fn case(&self, case: &crate::analyze::space::CaseAt) -> Option<(String, String)> {
        let set = self.sets.get(case.set)?;
        Some((set.set().to_string(), set.id(case.row).into_owned()))
    }
}

/// What is declared of the versions that are looked at: by their commits, and by marks that are not committed.
pub fn declared(model: &Model, readings: &Readings) -> Vec<String> {
    let mut lines = readings.commits.as_deref().map(lines_of).unwrap_or_default();
    if readings.of.head.revision == Revision::Worktree {
        lines.extend(model.intents.iter().cloned());
    }
    lines
}

/// Has the decisions of two versions compared beside the screen, into the model, with what was declared to be meant. Nothing
/// where there is one version only.
pub fn ask(model: &mut Model, readings: Arc<Readings>, intents: Vec<String>) {
    let Some(base) = readings.of.base.clone() else { return };
    let marks = model.intents.clone();
    model.work("decisions", "comparing decisions", move |job| {
        let head = &readings.of.head.version.policy;
        let sets = readings.of.gold();
        let compared = decisions(&base.version.policy, head, &sets, &readings.changes, &intents, &Watched::new(job));
        let decisions = match compared {
            Ok(decisions) => Ok(Some(decisions)),
            Err(WorkspaceError::VersionsTooLarge) => Ok(None),
            Err(error) => Err(error),
        };
        let decided = decisions.map(|decisions| Arc::new(Decided { readings, sets, marks, decisions }));
        finish(decided, |model, decided| model.decided = Some(decided))
    });
}
