//! How far the labelers of a gold set agree at a version, and what they settle together.

use super::error::WorkspaceError;
use super::repo::{PolicyRepo, Unsaved};
use super::sets;
use super::version::PolicyVersion;
use crate::agreement::field::Field;
use crate::agreement::{Agreement, Consensus, Filter, Method, Panel, Question, consensus, measure, read_labels};
use crate::decide::{GoldSet, Watch};
use crate::policy::Policy;
use crate::policy::label::Label;
use crate::policy::manifest::Consensus as Counts;
use crate::policy::suggest;
use crate::stats::Bootstrap;
use crate::vcs::Revision;
use std::collections::BTreeSet;
use std::sync::Arc;

/// What is asked for.
#[derive(Debug, Clone, Default)]
pub struct Request {
    pub set: String,
    /// `harms`, `severity`, `behavior`, `observed`, or a facet.
    pub field: String,
    /// Only the labels of this round.
    pub round: Option<String>,
    /// Only the labels of these.
    pub labelers: Option<Vec<String>>,
    /// The working tree where `None`.
    pub rev: Option<String>,
}

/// Which labels were looked at, so that the same can be looked at again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    pub revision: Revision,
    /// The commit that was looked at, or the one that the working tree began from.
    pub commit: Option<String>,
    /// Whether the working tree differs from it.
    pub changed: bool,
}

/// The labels that a request is about.
struct Asked {
    origin: Origin,
    version: PolicyVersion,
    gold: Arc<GoldSet>,
    labels: Vec<Vec<Label>>,
    field: Field,
}

impl PolicyRepo {
    /// How far the labelers of a gold set agree at a version. `bootstrap` is for what is resampled.
    pub fn agreement(
        &self,
        request: &Request,
        bootstrap: Bootstrap,
        watch: &dyn Watch,
    ) -> Result<(Origin, Agreement), WorkspaceError> {
        let asked = self.asked(request, watch)?;
        let versions = self.versions_of(&asked.labels, asked.origin.commit.as_deref(), watch)?;
        let (gold, policy, field, filter) = (&*asked.gold, &*asked.version.policy, asked.field, request.filter());
        let question = Question { gold, policy, field, filter, bootstrap };
        Ok((asked.origin, measure(&question, &asked.labels, &versions, watch)?))
    }

    /// What the labelers of a gold set settle together on one question at a version: by `method`, or as the manifest says.
    pub fn consensus(
        &self,
        request: &Request,
        method: Option<Method>,
        watch: &dyn Watch,
    ) -> Result<(Origin, Consensus, Counts), WorkspaceError> {
        let asked = self.asked(request, watch)?;
        let policy = &asked.version.policy;
        let method = method.unwrap_or_else(|| Method::of(policy.manifest.consensus));
        let panel = Panel::new(&asked.gold, &asked.labels, &request.filter(), asked.field, policy);
        let found = consensus(&asked.gold, &panel, method);
        let found = found.ok_or_else(|| WorkspaceError::ManyAnswers { name: request.field.clone() })?;
        Ok((asked.origin, found, policy.manifest.consensus))
    }

    fn asked(&self, request: &Request, watch: &dyn Watch) -> Result<Asked, WorkspaceError> {
        let revision = self.resolve(request.rev.as_deref().unwrap_or(Revision::WORKTREE))?;
        let origin = self.origin(revision)?;
        let files = self.files(&origin.revision, &Unsaved::new())?;
        let version = PolicyVersion::load(&*files);
        let wanted = [request.set.clone()];
        let sets = sets::load(&*files, Some(&wanted), &[], &version.policy.settling(), self.cache(), watch)?;
        let none = || WorkspaceError::NoSet { name: request.set.clone(), known: Vec::new() };
        let gold = sets.sets.first().ok_or_else(none)?.gold.clone();
        let field = find_field(&request.field, &version.policy)?;
        let labels = read_labels(&gold, watch)?;
        check_words(request, &labels)?;
        Ok(Asked { origin, version, gold, labels, field })
    }

    /// Where figures of a revision come from.
    pub fn origin(&self, revision: Revision) -> Result<Origin, WorkspaceError> {
        let named = revision.commit().map(ToString::to_string);
        let Some(git) = self.git().filter(|_| named.is_none()) else {
            return Ok(Origin { revision, commit: named, changed: false });
        };
        let status = git.status()?;
        let commit = status.head.commit().map(ToString::to_string);
        Ok(Origin { revision, commit, changed: !status.files.is_empty() })
    }
}

impl Request {
    fn filter(&self) -> Filter<'_> {
        Filter { labelers: self.labelers.as_deref(), round: self.round.as_deref(), policy: None }
    }
}

/// The question that a word means.
fn find_field(word: &str, policy: &Policy) -> Result<Field, WorkspaceError> {
    Field::find(word, policy).ok_or_else(|| {
        let known = Field::words(policy);
        let near = suggest::nearest(word, known.iter().map(String::as_str)).map(str::to_owned);
        WorkspaceError::NoField { name: word.to_owned(), near, known }
    })
}

/// That the round and the labelers that were asked for are there.
fn check_words(request: &Request, labels: &[Vec<Label>]) -> Result<(), WorkspaceError> {
    let all = || labels.iter().flatten();
    if let Some(round) = &request.round {
        let known: BTreeSet<&str> = all().filter_map(|label| label.round.as_deref()).collect();
        if !known.contains(&**round) {
            let known = known.into_iter().map(str::to_owned).collect();
            return Err(WorkspaceError::NoRoundLabels { name: round.clone(), known });
        }
    }
    for labeler in request.labelers.iter().flatten() {
        let known: BTreeSet<&str> = all().map(|label| label.labeler.as_str()).collect();
        if !known.contains(&**labeler) {
            let near = suggest::nearest(labeler, known.iter().copied()).map(str::to_owned);
            return Err(WorkspaceError::NoLabeler { name: labeler.clone(), near });
        }
    }
    Ok(())
}
