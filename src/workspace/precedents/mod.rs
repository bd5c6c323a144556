//! The rulings of a version, ready to be asked; what shaped a clause; how the gold labels stand.

mod index;

pub use index::RulingTexts;

use super::editorial;
use super::error::WorkspaceError;
use super::files::Files;
use super::repo::{PolicyRepo, Unsaved};
use super::sets::{self, Sets};
use super::version::PolicyVersion;
use crate::analyze::structure::{Change, ChangeKind, Subject, Undo, compare};
use crate::decide::{Cancelled, GoldSet, Watch};
use crate::policy::case::Reading;
use crate::policy::editorial::Editorials;
use crate::policy::problem::Problem;
use crate::policy::suggest;
use crate::policy::text_hash::{Text, name_of_category, text_hash};
use crate::policy::{Policy, taxonomy::Taxonomy};
use crate::precedent::{
    Asked, CaseGold, Docket, Found, Near, OneText, Shaping, Step, Texts, Touched, renamed, touched_by,
};
use crate::vcs::{History, ObjectId, Repo, Revision};
use std::collections::BTreeSet;
use std::sync::Arc;

/// The rulings of a version with what they rest on. May be shared between threads; asking takes milliseconds.
#[derive(Debug)]
pub struct Precedents {
    pub docket: Docket,
    /// What was said, to be found by its words.
    pub said: RulingTexts,
    pub texts: Texts,
    pub editorials: Editorials,
    /// Of the files in `editorial/`.
    pub problems: Vec<Problem>,
}

/// A version opened together with its rulings.
#[derive(Debug)]
pub struct OpenedPrecedents {
    pub revision: Revision,
    pub version: PolicyVersion,
    pub sets: Sets,
    pub precedents: Precedents,
}

/// A commit that changed a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextChange {
    pub commit: ObjectId,
    pub subject: String,
    pub author: String,
    /// The rulings that came with it, as its trailers name them: `core/bio-0007 (1f0c9a3b)`.
    pub rulings: Vec<String>,
}

/// What shaped a clause or a category.
#[derive(Debug)]
pub struct Shaped {
    pub rulings: Vec<Shaping>,
    /// The commits that changed the text and came with rulings, newest first.
    pub changes: Vec<TextChange>,
}

/// So far back the history is searched for commits that changed a text.
const MOST_COMMITS: usize = 5_000;

impl PolicyRepo {
    /// Reads every ruling of the sets. For a job: tenths of a second for a hundred thousand rulings.
    ///
    /// `policy` and `sets` are those of the version that `files` gives; unsaved edits may be in them.
    pub fn precedents(
        &self,
        files: &dyn Files,
        policy: &Arc<Policy>,
        sets: &Sets,
        watch: &dyn Watch,
    ) -> Result<Precedents, WorkspaceError> {
        let (mut records, problems) = editorial::read(files, watch);
        // A rename is editorial by nature; until it is committed, nobody has written that down.
        if let Ok(Some(head)) = self.usual_base()
            && let Ok(head) = self.version(&head)
        {
            records.extend(renamed(&head.policy, policy));
        }
        let editorials = Editorials::new(&records, &policy.taxonomy.aliases());
        let texts = Texts::new(policy, &editorials);
        let gold = sets.gold();
        let docket = Docket::read(policy, &gold, &texts, watch)?;
        Ok(Precedents { docket, said: RulingTexts::new(gold, self.cache()), texts, editorials, problems })
    }

    /// Opens a version (the working tree where `None`) with its rulings. Precedents may lie in any set, so all are read.
    pub fn open_precedents(&self, rev: Option<&str>, watch: &dyn Watch) -> Result<OpenedPrecedents, WorkspaceError> {
        let revision = self.resolve(rev.unwrap_or(Revision::WORKTREE))?;
        let files = self.files(&revision, &Unsaved::new())?;
        let version = PolicyVersion::load(&*files);
        let settling = version.policy.settling();
        let sets = sets::load(&*files, None, &[], &settling, self.cache(), watch)?;
        let precedents = self.precedents(&*files, &version.policy, &sets, watch)?;
        Ok(OpenedPrecedents { revision, version, sets, precedents })
    }

    /// The rulings that shaped a clause or category, by its id. A text that is gone may still be cited.
    pub fn shaped(&self, opened: &OpenedPrecedents, text: &str, watch: &dyn Watch) -> Result<Shaped, WorkspaceError> {
        let shaped = self.shaping(&opened.revision, &opened.precedents.docket, text, watch)?;
        let policy = &opened.version.policy;
        if shaped.rulings.is_empty() && text_hash(policy, text).is_none() {
            return Err(no_text(text, policy));
        }
        Ok(shaped)
    }

    /// As [`PolicyRepo::shaped`], of the rulings of a version that may have unsaved edits. The commits are those up to `at`.
    pub fn shaping(
        &self,
        at: &Revision,
        docket: &Docket,
        text: &str,
        watch: &dyn Watch,
    ) -> Result<Shaped, WorkspaceError> {
        let changes = self.changes_of(at, text, watch)?;
        let short = |name: &String| Some(name.rsplit_once('(')?.1.strip_suffix(')')?.to_owned());
        let committed: Vec<String> =
            changes.iter().flat_map(|change| change.rulings.iter().filter_map(short)).collect();
        Ok(Shaped { rulings: docket.shaping(text, &committed), changes })
    }

    /// The commits before a version that came with rulings and changed the text of a clause or category.
    fn changes_of(&self, at: &Revision, text: &str, watch: &dyn Watch) -> Result<Vec<TextChange>, WorkspaceError> {
        let Some(repo) = self.git() else { return Ok(Vec::new()) };
        let history = History { from: at.commit(), path: None, limit: MOST_COMMITS };
        let mut changes = Vec::new();
        for commit in repo.log(history, &|| !watch.cancelled())? {
            let rulings: Vec<String> =
                commit.trailers.iter().filter(|t| t.key == "Ruling").map(|t| t.value.clone()).collect();
            if rulings.is_empty() {
                continue;
            }
            let before = commit.parents.first().map(|parent| text_at(repo, parent, text)).transpose()?;
            if before.flatten() != text_at(repo, &commit.id, text)? {
                let author = format!("{} <{}>", commit.author.name, commit.author.email);
                changes.push(TextChange { commit: commit.id, subject: commit.subject, author, rulings });
            }
        }
        Ok(changes)
    }

    /// The cases of the sets that the step from `base` to `head` touches: what has to be looked at again after an edit.
    pub fn touched_by(
        &self,
        base: &Policy,
        head: &Policy,
        sets: &Sets,
        editorials: &Editorials,
        watch: &dyn Watch,
    ) -> Result<Vec<Touched>, WorkspaceError> {
        Ok(touched_by(Step { base, head, only: None }, &sets.gold(), editorials, watch)?)
    }

    /// As [`PolicyRepo::touched_by`], by the edits of one text alone, whatever else the step changes. `text` is the name of the
    /// clause or category at `base`. `None` where it is as it was.
    pub fn touched_by_edits_of(
        &self,
        text: &str,
        base: &Policy,
        head: &Policy,
        sets: &Sets,
        editorials: &Editorials,
        watch: &dyn Watch,
    ) -> Result<Option<Vec<Touched>>, WorkspaceError> {
        let Some(meant) = Text::find(base, text) else { return Ok(None) };
        let of_kind = |id: &Arc<str>| match meant {
            Text::Clause(_) => Subject::Clause(id.clone()),
            Text::Category(_) => Subject::Category(id.clone()),
        };
        let id = match meant {
            Text::Clause(ix) => &base.clause(ix).id,
            Text::Category(ix) => &base.taxonomy.get(ix).id,
        };
        let changes = compare(base, head);
        // What was renamed is spoken of by its new id.
        let renamed = changes.iter().find_map(|change| match &change.kind {
            ChangeKind::Renamed { from, to } if from == id && change.subject == of_kind(to) => Some(to),
            _ => None,
        });
        let now = renamed.unwrap_or(id);
        let edits: Vec<&Change> = changes.iter().filter(|change| change.subject == of_kind(now)).collect();
        if edits.is_empty() {
            return Ok(None);
        }
        let name_now = match meant {
            Text::Clause(_) => now.to_string(),
            Text::Category(_) => name_of_category(head, now),
        };
        let names = BTreeSet::from([meant.name(base), name_now]);
        // Where none of them decides, the head decides as it would without them.
        let without = Undo::new(base, head).without(&edits);
        let only = OneText { names: &names, without: without.as_ref().unwrap_or(head) };
        let step = Step { base, head, only: Some(only) };
        Ok(Some(touched_by(step, &sets.gold(), editorials, watch)?))
    }
}

impl Precedents {
    /// As if all were read again, once the records of one case, by set and row, are others. `sets` has them.
    pub fn after(&self, repo: &PolicyRepo, sets: &[Arc<GoldSet>], (set, row): (u16, u32)) -> Precedents {
        Precedents {
            docket: self.docket.after(sets, &self.texts, (set, row as usize)),
            said: RulingTexts::new(sets.to_vec(), repo.cache()),
            texts: self.texts.clone(),
            editorials: self.editorials.clone(),
            problems: self.problems.clone(),
        }
    }

    /// The rulings nearest to a case, nearest first, at most `limit`. `text` is what [`text_of`](crate::precedent::text_of) gives; may be
    /// empty. The first question of all may index: for a job.
    pub fn nearest(
        &self,
        asked: &Asked<'_>,
        text: &str,
        limit: usize,
        watch: &dyn Watch,
    ) -> Result<Vec<Near>, Cancelled> {
        Ok(self.docket.nearest(asked, &self.said.like(text, watch)?, limit))
    }

    /// As [`Precedents::nearest`], of a case that is read in several ways: each ruling as near as it is to any of them.
    pub fn nearest_to_any(
        &self,
        readings: &[Reading],
        asked: &Asked<'_>,
        text: &str,
        limit: usize,
        watch: &dyn Watch,
    ) -> Result<Vec<Near>, Cancelled> {
        if readings.is_empty() {
            return self.nearest(&Asked { reading: None, ..*asked }, text, limit, watch);
        }
        let mut near: Vec<Near> = Vec::new();
        for reading in readings {
            near.extend(self.nearest(&Asked { reading: Some(reading), ..*asked }, text, limit, watch)?);
        }
        near.sort_by(|a, b| b.nearness.total_cmp(&a.nearness));
        let mut known = BTreeSet::new();
        near.retain(|near| known.insert(near.precedent.ix));
        near.truncate(limit);
        Ok(near)
    }

    /// The rulings whose holdings say these words, best first, at most `limit`. The first question of all may index: for a job.
    pub fn search(
        &self,
        words: &str,
        superseded: bool,
        limit: usize,
        watch: &dyn Watch,
    ) -> Result<Vec<Found>, Cancelled> {
        Ok(self.docket.saying(&self.said.holding(words, watch)?, superseded, limit))
    }

    /// The rulings that stand and say these words in their holding or in the case that they are on, best first, at most `limit`; each
    /// with whether its holding does. The first question of all may index: for a thread of its own.
    pub fn saying(&self, words: &str, limit: usize, watch: &dyn Watch) -> Result<Vec<(Found, bool)>, Cancelled> {
        let held = self.said.holding(words, watch)?;
        let found = self.docket.saying(&self.said.saying(words, watch)?, false, limit);
        let is_held = |found: &Found| held.contains_key(&self.docket.key_of(found.precedent.ix));
        Ok(found.into_iter().map(|found| (is_held(&found), found)).map(|(held, found)| (found, held)).collect())
    }
}

impl OpenedPrecedents {
    /// How every gold label of every set stands, set by set in their order.
    pub fn gold_states(&self, watch: &dyn Watch) -> Result<Vec<Vec<CaseGold>>, WorkspaceError> {
        let Precedents { docket, texts, .. } = &self.precedents;
        let of_set = |set| Ok(docket.gold_states(set, texts, watch)?);
        (0..self.sets.sets.len()).map(of_set).collect()
    }
}

/// The hash of a text at a commit.
fn text_at(repo: &Repo, commit: &ObjectId, text: &str) -> Result<Option<String>, WorkspaceError> {
    let version = PolicyVersion::load(&repo.snapshot(commit)?);
    Ok(text_hash(&version.policy, text))
}

/// That the policy has no clause or category of this name.
pub(super) fn no_text(text: &str, policy: &Policy) -> WorkspaceError {
    let categories = |taxonomy: &Taxonomy| taxonomy.iter().map(|(_, category)| category.id.clone()).collect::<Vec<_>>();
    let ids: Vec<Arc<str>> =
        policy.clauses.iter().map(|clause| clause.id.clone()).chain(categories(&policy.taxonomy)).collect();
    let near = suggest::nearest(text, ids.iter().map(|id| &**id)).map(str::to_owned);
    WorkspaceError::NoText { id: text.to_owned(), near }
}
