//! How far the labelers of a gold set agree, measured beside the screen.

use super::beside::{Watched, finish};
use super::model::{Finish, Model};
use crate::agreement::{Agreement, Field, Filter, Question, STAGES, Version, measure, read_labels};
use crate::decide::Watch;
use crate::policy::Policy;
use crate::report::again::Again;
use crate::stats::Bootstrap;
use crate::workspace::sets::Sets;
use crate::workspace::{PolicyRepo, WorkspaceError};
use std::collections::BTreeMap;
use std::sync::Arc;

/// What is to be measured, and on which version of policy and cases: figures of another question are of no use.
#[derive(Clone, Default)]
pub struct Asked {
    pub policy: Arc<Policy>,
    pub sets: Arc<Sets>,
    /// The gold set.
    pub set: Arc<str>,
    pub field: String,
    /// Only the labels of this round.
    pub round: Option<String>,
    /// Only the labels of these.
    pub labelers: Option<Vec<String>>,
    /// The commit that the files on disk began from.
    pub commit: Option<String>,
    /// Whether the files on disk, or what is not saved yet, differ from it.
    pub changed: bool,
}

/// The answer.
pub struct Measured {
    pub of: Asked,
    pub agreement: Agreement,
    /// Everybody who labeled the set, with how many labels, whatever was asked for; and every round, with how many.
    pub everybody: BTreeMap<String, usize>,
    pub rounds: BTreeMap<String, usize>,
    /// Which commits that labels name say the same.
    versions: Arc<Vec<Version>>,
}

impl Asked {
    pub fn is_same(&self, other: &Asked) -> bool {
        Arc::ptr_eq(&self.policy, &other.policy)
            && Arc::ptr_eq(&self.sets, &other.sets)
            && (&self.set, &self.field, &self.round, &self.labelers, &self.commit, self.changed)
                == (&other.set, &other.field, &other.round, &other.labelers, &other.commit, other.changed)
    }

    /// Whether the labels name the same commits, and these lead to the same history.
    fn has_same_versions(&self, other: &Asked) -> bool {
        Arc::ptr_eq(&self.sets, &other.sets) && (&self.set, &self.commit) == (&other.set, &other.commit)
    }

    /// What gives the same figures on the command line.
    pub fn again(&self) -> Again<'_> {
        let seed = Bootstrap::default().seed.to_string();
        Again {
            command: "agreement",
            about: None,
            options: vec![("--set", self.set.to_string()), ("--field", self.field.clone()), ("--seed", seed)],
            round: self.round.as_deref(),
            labelers: self.labelers.as_deref(),
            commit: self.commit.as_deref(),
            changed: self.changed,
        }
    }
}

/// Names the work beside the screen.
const JOB: &str = "agreement";

/// Has it measured beside the screen; what was asked before is dropped.
pub fn ask(model: &mut Model, asked: Asked) {
    let repo = model.workspace.repo().clone();
    let known = model.measured.as_ref().filter(|before| before.of.has_same_versions(&asked));
    let versions = known.map(|before| before.versions.clone());
    model.work(JOB, "measuring agreement", move |job| {
        let cases = asked.sets.sets.iter().find(|set| **set.name() == *asked.set).map_or(0, |set| set.gold.len());
        let watch = Watched::new(job).of(cases as u64 * STAGES);
        finish(read(asked, versions, &repo, &watch), |model, measured| {
            if let Some(measured) = measured {
                model.measured = Some(Arc::new(measured));
            }
        })
    });
}

/// Nobody waits for it any more: an empty job of the kind takes the place of the one that runs.
pub fn stop(model: &mut Model) {
    model.work(JOB, "", |_| Box::new(|_: &mut Model| {}) as Finish);
}

/// `None` where the set or the field is not there. The history is read where `versions` are not known yet.
fn read(
    of: Asked,
    versions: Option<Arc<Vec<Version>>>,
    repo: &PolicyRepo,
    watch: &dyn Watch,
) -> Result<Option<Measured>, WorkspaceError> {
    let set = of.sets.sets.iter().find(|set| **set.name() == *of.set);
    let (Some(set), Some(field)) = (set, Field::find(&of.field, &of.policy)) else { return Ok(None) };
    let (gold, policy) = (&*set.gold, &*of.policy);
    let labels = read_labels(gold, watch)?;
    let (mut everybody, mut rounds) = (BTreeMap::new(), BTreeMap::new());
    for label in labels.iter().flatten() {
        *everybody.entry(label.labeler.clone()).or_default() += 1;
        if let Some(round) = &label.round {
            *rounds.entry(round.clone()).or_default() += 1;
        }
    }
    let filter = Filter { labelers: of.labelers.as_deref(), round: of.round.as_deref(), policy: None };
    let question = Question { gold, policy, field, filter, bootstrap: Bootstrap::default() };
    let versions = match versions {
        Some(known) => known,
        None => Arc::new(repo.versions_of(&labels, of.commit.as_deref(), watch)?),
    };
    let agreement = measure(&question, &labels, &versions, watch)?;
    Ok(Some(Measured { agreement, everybody, rounds, of, versions }))
}
