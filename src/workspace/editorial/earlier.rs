//! The earlier wordings of a text that labels and rulings still rest on, and the versions in which they stood.

use super::read;
use crate::decide::Watch;
use crate::policy::Policy;
use crate::policy::editorial::Editorials;
use crate::policy::text_hash::{Text, text_hash};
use crate::precedent::{Citation, Records, Resting, Texts};
use crate::vcs::Revision;
use crate::workspace::error::WorkspaceError;
use crate::workspace::precedents::no_text;
use crate::workspace::repo::{PolicyRepo, Unsaved};
use crate::workspace::sets::{self, Sets};
use crate::workspace::version::PolicyVersion;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A wording of a text that asked something else than it does now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EarlierWording {
    /// The newest version with it, or the one that was named.
    pub base: Revision,
    /// Of its commit; empty where the version was named.
    pub subject: String,
    /// The hash of the text there.
    pub from: String,
    /// What rests on it.
    pub records: Records,
}

/// A clause or category as the files on disk have it, with what rests on it.
pub(super) struct TextNow {
    /// No alias.
    pub id: String,
    /// As it was asked for.
    asked: String,
    pub meant: Text,
    pub hash: String,
    pub policy: Arc<Policy>,
    pub sets: Sets,
    editorials: Editorials,
    texts: Texts,
    resting: Resting,
}

impl TextNow {
    pub fn read(repo: &PolicyRepo, asked: &str, watch: &dyn Watch) -> Result<TextNow, WorkspaceError> {
        let files = repo.files(&Revision::Worktree, &Unsaved::new())?;
        let policy = PolicyVersion::load(&*files).policy;
        let meant = Text::find(&policy, asked).ok_or_else(|| no_text(asked, &policy))?;
        let sets = sets::load(&*files, None, &[], &policy.settling(), repo.cache(), watch)?;
        let editorials = Editorials::new(&read(&*files, watch).0, &policy.taxonomy.aliases());
        Ok(TextNow {
            id: meant.name(&policy),
            asked: asked.to_owned(),
            meant,
            hash: meant.hash(&policy),
            texts: Texts::new(&policy, &editorials),
            resting: Resting::count(&sets.gold(), watch)?,
            policy,
            sets,
            editorials,
        })
    }

    /// The hash of the text at a version, by either of its names; `None` where it is not there.
    pub fn hash_at(&self, policy: &Policy) -> Option<String> {
        text_hash(policy, &self.id).or_else(|| text_hash(policy, &self.asked))
    }

    /// What rests on the text as it was at a version and does not stand now.
    pub fn carried_from(&self, before: &Policy) -> Records {
        let old = Texts::new(before, &self.editorials);
        let mut carried = Records::default();
        for (hash, records) in self.stale() {
            if old.citation(&self.id, hash) != Citation::Changed {
                carried += records;
            }
        }
        carried
    }

    /// What rests on wordings that asked something else, by their hashes; one may come up several times.
    fn stale(&self) -> impl Iterator<Item = (&str, Records)> {
        let stale = |(hash, _): &(&str, Records)| self.texts.citation(&self.id, hash) == Citation::Changed;
        self.resting.of(&self.id, &self.texts).filter(stale)
    }
}

impl PolicyRepo {
    /// The earlier wordings of a clause or category that something rests on, newest first, as far as the history up to HEAD has
    /// them. Where `base` has another wording than now, that one comes first, whatever rests on it. For a job. An error where there
    /// is nothing to declare.
    pub fn wordings_before(
        &self,
        text: &str,
        base: Option<&str>,
        watch: &dyn Watch,
    ) -> Result<Vec<EarlierWording>, WorkspaceError> {
        let text = TextNow::read(self, text, watch)?;
        let base = self.resolve(base.unwrap_or("HEAD"))?;
        let found = self.earlier_wordings(&text, Some(&base), watch)?;
        if found.is_empty() {
            return Err(WorkspaceError::SameText { id: text.id, base: base.name().to_owned() });
        }
        Ok(found)
    }

    pub(super) fn earlier_wordings(
        &self,
        text: &TextNow,
        base: Option<&Revision>,
        watch: &dyn Watch,
    ) -> Result<Vec<EarlierWording>, WorkspaceError> {
        let mut stale: BTreeMap<String, Records> = BTreeMap::new();
        text.stale().for_each(|(hash, records)| *stale.entry(hash.to_owned()).or_default() += records);
        let mut found = Vec::new();
        if let Some(base) = base {
            let from = text.hash_at(&self.version(base)?.policy).filter(|from| *from != text.hash);
            found.extend(from.map(|from| EarlierWording {
                base: base.clone(),
                subject: String::new(),
                records: stale.remove(&from).unwrap_or_default(),
                from,
            }));
        }
        let wanted: Vec<(&str, &str)> = stale.keys().map(|hash| (&*text.id, &**hash)).collect();
        let worded = self.worded_at(&wanted, watch)?;
        if found.is_empty() && !stale.is_empty() && worded.iter().all(Option::is_none) {
            return Err(WorkspaceError::LostWording { id: text.id.clone() });
        }
        let mut worded: Vec<_> = stale.into_iter().zip(worded).filter_map(|(of, at)| Some((at?, of))).collect();
        worded.sort_by_key(|(at, _)| at.age);
        found.extend(worded.into_iter().map(|(at, (from, records))| {
            let base = Revision::Commit { rev: at.commit.id.short().to_owned(), id: at.commit.id };
            EarlierWording { base, subject: at.commit.subject, from, records }
        }));
        Ok(found)
    }
}
