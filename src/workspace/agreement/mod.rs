//! How far the labelers of a gold set agree on one question, where they do not, and why.

mod blame;
mod confused;
mod drift;
pub mod field;
pub mod figure;
mod panel;
mod scopes;
#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;

pub use blame::{Blame, Share};
pub use confused::{Confused, Mixed};
pub use drift::{Drift, Period};
pub use panel::{Filter, Labeler, Panel, read_labels};
pub use scopes::{Cases, MOST_PAIRS, Measure, Scope, Why};

use super::error::WorkspaceError;
use super::repo::{PolicyRepo, Unsaved};
use super::sets;
use super::version::PolicyVersion;
use crate::decide::{GoldSet, Watch};
use crate::policy::Policy;
use crate::policy::label::Label;
use crate::policy::suggest;
use crate::stats::Bootstrap;
use crate::vcs::Revision;
use field::{Field, Lost};
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
    /// For what is resampled.
    pub seed: u64,
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

/// How far labelers agree.
#[derive(Debug, Clone)]
pub struct Agreement {
    pub set: Arc<str>,
    pub field: Field,
    pub scale: field::Scale,
    /// What there is to choose from, lowest first where it has an order.
    pub choices: Vec<Arc<str>>,
    /// Cases of the set.
    pub cases: usize,
    pub labelers: Vec<Labeler>,
    /// Labels that were looked at, repeats left out.
    pub labels: usize,
    /// Those of them that cannot be compared.
    pub lost: Vec<(Lost, usize)>,
    pub measures: Vec<Measure>,
    /// Pairs of labelers that were left out, being too many.
    pub pairs_left_out: usize,
    pub confusions: Vec<Confused>,
    pub mixed: Vec<Mixed>,
    /// Pairs of labels on one case that differ.
    pub differing: u64,
    pub blame: Blame,
    pub drift: Drift,
}

/// What is compared.
#[derive(Debug, Clone, Copy)]
pub struct Question<'a> {
    pub gold: &'a GoldSet,
    pub policy: &'a Policy,
    pub field: Field,
    pub filter: Filter<'a>,
    pub bootstrap: Bootstrap,
}

impl PolicyRepo {
    /// How far the labelers of a gold set agree at a version.
    pub fn agreement(&self, request: &Request, watch: &dyn Watch) -> Result<(Origin, Agreement), WorkspaceError> {
        let revision = self.resolve(request.rev.as_deref().unwrap_or(Revision::WORKTREE))?;
        let origin = self.origin(revision)?;
        let files = self.files(&origin.revision, &Unsaved::new())?;
        let version = PolicyVersion::load(&*files);
        let policy = &version.policy;
        let wanted = [request.set.clone()];
        let sets = sets::load(&*files, Some(&wanted), &[], &policy.settling(), self.cache(), watch)?;
        let Some(set) = sets.sets.first() else {
            return Err(WorkspaceError::NoSet { name: request.set.clone(), known: Vec::new() });
        };
        let labels = read_labels(&set.gold);
        let question = Question {
            gold: &set.gold,
            policy,
            field: find_field(&request.field, policy)?,
            filter: Filter { labelers: request.labelers.as_deref(), round: request.round.as_deref(), policy: None },
            bootstrap: Bootstrap { seed: request.seed, ..Bootstrap::default() },
        };
        check_words(request, &labels)?;
        let order = self.order_of(&origin, watch)?;
        Ok((origin, measure(&question, &labels, &order)))
    }

    pub(super) fn origin(&self, revision: Revision) -> Result<Origin, WorkspaceError> {
        let named = revision.commit().map(|id| id.to_string());
        let Some(git) = self.git().filter(|_| named.is_none()) else {
            return Ok(Origin { revision, commit: named, changed: false });
        };
        let status = git.status()?;
        let commit = status.head.commit().map(|id| id.to_string());
        Ok(Origin { revision, commit, changed: !status.files.is_empty() })
    }

    /// The commits that lead to a version, oldest first.
    fn order_of(&self, origin: &Origin, watch: &dyn Watch) -> Result<Vec<String>, WorkspaceError> {
        let from = origin.commit.as_deref().and_then(crate::vcs::ObjectId::parse);
        let (Some(git), Some(from)) = (self.git(), from) else { return Ok(Vec::new()) };
        let history = git.ancestry(&from, &|| !watch.cancelled())?;
        Ok(history.into_iter().rev().map(|links| links.id.to_string()).collect())
    }
}

/// The question that a word means.
pub(super) fn find_field(word: &str, policy: &Policy) -> Result<Field, WorkspaceError> {
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

/// The agreement of labels that are read already, as [`read_labels`] gives them. `order` holds the commits of the history, oldest
/// first; without it the versions of the policy stand in the order of their ids.
pub fn measure(question: &Question<'_>, labels: &[Vec<Label>], order: &[String]) -> Agreement {
    let Question { gold, policy, field, filter, bootstrap } = *question;
    let panel = Panel::new(gold, labels, &filter, field, policy);
    let mut measures = scopes::groups(&panel, bootstrap);
    measures.extend(scopes::answers(&panel, field, bootstrap));
    measures.extend(scopes::pairs(&panel));
    measures.extend(scopes::with_gold(&panel));
    measures.extend(scopes::within(&panel));
    let possible = panel.labelers.len() * panel.labelers.len().saturating_sub(1) / 2;
    let (mixed, differing) = confused::mixed(&panel);
    Agreement {
        set: gold.set().clone(),
        field,
        scale: panel.scale,
        cases: panel.cases(),
        labels: panel.labels(),
        lost: panel.lost(),
        measures,
        pairs_left_out: if possible > MOST_PAIRS { possible } else { 0 },
        confusions: confused::confusions(&panel),
        mixed,
        differing,
        blame: blame::blame(gold, labels, &filter, &panel, policy),
        drift: drift::drift(question, labels, order),
        choices: panel.choices,
        labelers: panel.labelers,
    }
}

impl Agreement {
    /// One measure in one scope.
    pub fn find(&self, name: figure::Name, scope: &Scope) -> Option<&Measure> {
        self.measures.iter().find(|measure| measure.name == name && measure.scope == *scope)
    }
}
