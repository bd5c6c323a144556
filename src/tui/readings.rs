//! The versions that are looked at, read as text and as structure. Outcomes are the model's replay.

use super::beside::{Watched, finish};
use super::model::{Base, Model};
use crate::analyze::structure::Change;
use crate::decide::{GoldSet, Watch};
use crate::vcs::{Commit, Status};
use crate::workspace::compare::{Comparison, LabelChange, Side};
use crate::workspace::difference::{FileDifference, structure_difference_of};
use crate::workspace::repo::Unsaved;
use crate::workspace::sets::Sets;
use crate::workspace::{PolicyRepo, WorkspaceError};
use std::sync::Arc;

/// Which versions are looked at, and as of when: readings of another question are of no use.
#[derive(Clone)]
pub struct Question {
    pub head: Side,
    /// `None` where there is nothing to compare with.
    pub base: Option<Side>,
    chosen: Option<Arc<Comparison>>,
    /// Of the working tree: what else it consists of beside the documents.
    sets: Option<Arc<Sets>>,
    status: Option<Arc<Status>>,
}

/// Two versions, read.
pub struct Readings {
    pub of: Question,
    pub files: Vec<FileDifference>,
    /// Empty where there is nothing to compare with.
    pub changes: Vec<Change>,
    pub label_changes: Vec<LabelChange>,
    /// The commits that the head has and the base has not, newest first; `None` where there are too many to count.
    pub commits: Option<Vec<Commit>>,
}

impl Question {
    /// What the person looks at now; `None` while the base is being loaded.
    pub fn of(model: &Model) -> Option<Question> {
        if let Some(chosen) = &model.chosen {
            return Some(Question {
                head: chosen.head.clone(),
                base: chosen.base.clone(),
                chosen: Some(chosen.clone()),
                sets: None,
                status: None,
            });
        }
        let base = match &model.base {
            Base::Loading => return None,
            Base::None(_) => None,
            Base::Version(side) => Some((**side).clone()),
        };
        let head = Side { revision: crate::vcs::Revision::Worktree, version: model.workspace.version().clone() };
        Some(Question { head, base, chosen: None, sets: model.sets.clone(), status: model.status.clone() })
    }

    /// The gold sets that are measured by; none while they are being loaded.
    pub fn gold(&self) -> Vec<Arc<GoldSet>> {
        let chosen = self.chosen.as_ref().map(|chosen| &chosen.sets);
        chosen.or(self.sets.as_deref()).map(Sets::gold).unwrap_or_default()
    }

    pub fn is_same(&self, other: &Question) -> bool {
        let same_side = |a: &Side, b: &Side| a.revision == b.revision && Arc::ptr_eq(&a.version, &b.version);
        let bases = match (&self.base, &other.base) {
            (Some(a), Some(b)) => same_side(a, b),
            (None, None) => true,
            _ => false,
        };
        bases
            && same_side(&self.head, &other.head)
            && same(&self.chosen, &other.chosen)
            && same(&self.sets, &other.sets)
            && same(&self.status, &other.status)
    }
}

fn same<T>(a: &Option<Arc<T>>, b: &Option<Arc<T>>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => Arc::ptr_eq(a, b),
        (None, None) => true,
        _ => false,
    }
}

/// Has two versions read beside the screen, into the model's readings.
pub fn ask(model: &mut Model, question: Question) {
    let repo = model.workspace.repo().clone();
    let unsaved = if question.chosen.is_some() { Unsaved::new() } else { model.workspace.unsaved() };
    model.work("readings", "reading the difference", move |job| {
        let read = read(&repo, question, &unsaved, &Watched::new(job));
        finish(read, |model, readings| model.readings = Some(Arc::new(readings)))
    });
}

fn read(repo: &PolicyRepo, of: Question, unsaved: &Unsaved, watch: &dyn Watch) -> Result<Readings, WorkspaceError> {
    let files = repo.text_difference_of(&of.head, of.base.as_ref(), unsaved)?;
    let changes = of.base.as_ref().map(|base| structure_difference_of(base, &of.head)).unwrap_or_default();
    let label_changes = match (&of.chosen, &of.base, &of.sets) {
        (Some(chosen), ..) => chosen.label_changes.clone(),
        (None, Some(base), Some(sets)) => repo.label_changes(sets, &base.revision, watch)?,
        _ => Vec::new(),
    };
    let base = of.base.as_ref();
    let commits = base.and_then(|base| repo.commits_between(&base.revision, &of.head.revision, watch));
    Ok(Readings { of, files, changes, label_changes, commits })
}
