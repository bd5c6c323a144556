//! Whether files that are written once were, by what git remembers of them.

use super::error::WorkspaceError;
use super::files::{Files, WorkTree};
use super::repo::{PolicyRepo, Unsaved};
use crate::decide::Watch;
use crate::policy::codes;
use crate::policy::place::Place;
use crate::policy::problem::Problem;
use crate::store::{Reading, is_written_once};
use crate::vcs::{Change, History, ObjectId, Repo, Snapshot};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

const HELP: &str =
    "Bring it back with `git checkout COMMIT -- FILE`; to take something back, add a record that withdraws it.";
/// A file of records at a commit is unpacked into memory, so there is a limit: 4 GiB.
const LARGEST: u64 = 4 << 30;

impl PolicyRepo {
    /// Files on disk that are not as the last commit left them, but for lines added at their ends.
    pub fn rewritten_since_commit(&self) -> Result<Vec<Problem>, WorkspaceError> {
        let Some(repo) = self.git() else { return Ok(Vec::new()) };
        let status = repo.status()?;
        let Some(head) = status.head.commit() else { return Ok(Vec::new()) };
        let changed = status.files.into_iter().filter(|file| is_written_once(&file.path));
        let changed: Vec<_> =
            changed.filter(|file| matches!(file.change, Change::Modified | Change::Deleted)).collect();
        if changed.is_empty() {
            return Ok(Vec::new());
        }
        let before = repo.snapshot(head)?;
        let here = WorkTree { root: self.root().clone(), unsaved: Unsaved::new() };
        let mut problems = Vec::new();
        for file in changed {
            let Some(old) = before.read(&file.path, LARGEST)? else { continue };
            let now = here.read(&file.path, Reading::Lines).ok().flatten();
            if let Some(how) = rewritten(&old, now.as_deref()) {
                problems.push(problem(&file.path, &format!("{how} since the last commit")));
            }
        }
        Ok(problems)
    }

    /// Files that any commit behind HEAD changed otherwise than by adding lines at their ends, or removed. A commit is
    /// compared with each of its parents, so that a merge cannot drop what one side brought.
    pub fn rewritten_ever(&self, watch: &dyn Watch) -> Result<Vec<Problem>, WorkspaceError> {
        let repo = self.git_or_why()?;
        let Some(head) = repo.head()?.commit().cloned() else { return Ok(Vec::new()) };
        let mut past = Past { repo, listings: HashMap::new() };
        let mut problems = Vec::new();
        for links in repo.ancestry(&head, &|| !watch.cancelled())? {
            watch.advance(1);
            let after = past.gold(&links.id)?;
            for parent in &links.parents {
                let before = past.gold(parent)?;
                if before.key != after.key {
                    past.compare(&links.id, &before, &after, &mut problems)?;
                }
            }
        }
        Ok(problems)
    }
}

struct Past<'r> {
    repo: &'r Repo,
    listings: HashMap<String, Listing>,
}

/// The files under `gold/` that are written once, each with the id of its content.
type Listing = Arc<BTreeMap<Arc<str>, ObjectId>>;

struct Gold {
    snapshot: Snapshot,
    key: Option<String>,
}

impl Past<'_> {
    fn gold(&self, commit: &ObjectId) -> Result<Gold, WorkspaceError> {
        let snapshot = self.repo.snapshot(commit)?;
        Ok(Gold { key: snapshot.folder_key("gold")?, snapshot })
    }

    fn listing(&mut self, gold: &Gold) -> Result<Listing, WorkspaceError> {
        /// As many are kept as histories have branches at a time.
        const KEPT: usize = 64;
        let Some(key) = &gold.key else { return Ok(Listing::default()) };
        if let Some(known) = self.listings.get(key) {
            return Ok(known.clone());
        }
        let entries = gold.snapshot.list("gold")?.into_iter().filter(|entry| is_written_once(&entry.path));
        let listing: Listing = Arc::new(entries.map(|entry| (entry.path, entry.id)).collect());
        if self.listings.len() >= KEPT {
            self.listings.clear();
        }
        self.listings.insert(key.clone(), listing.clone());
        Ok(listing)
    }

    fn compare(
        &mut self,
        commit: &ObjectId,
        before: &Gold,
        after: &Gold,
        problems: &mut Vec<Problem>,
    ) -> Result<(), WorkspaceError> {
        let (old, new) = (self.listing(before)?, self.listing(after)?);
        for (path, _) in old.iter().filter(|(path, id)| new.get(*path) != Some(id)) {
            let Some(text) = before.snapshot.read(path, LARGEST)? else { continue };
            let now = if new.contains_key(path) { after.snapshot.read(path, LARGEST)? } else { None };
            if let Some(how) = rewritten(&text, now.as_deref()) {
                problems.push(problem(path, &format!("{how} by {}", self.named(commit)?)));
            }
        }
        Ok(())
    }

    fn named(&self, commit: &ObjectId) -> Result<String, WorkspaceError> {
        let asked = History { from: Some(commit), path: None, limit: 1 };
        let found = self.repo.log(asked, &|| true)?.into_iter().find(|found| found.id == *commit);
        Ok(match found {
            Some(found) => format!("the commit {} of {} (`{}`)", commit.short(), found.author.email, found.subject),
            None => format!("the commit {}", commit.short()),
        })
    }
}

/// What became of a content that should only have grown, if anything else.
fn rewritten(old: &[u8], now: Option<&[u8]>) -> Option<&'static str> {
    // Git may write line ends as the system likes them.
    let plain = |text: &[u8]| text.iter().copied().filter(|byte| *byte != b'\r').collect::<Vec<_>>();
    match now {
        None => Some("was removed"),
        Some(now) if now.starts_with(old) => None,
        Some(now) => {
            let (old, now) = (plain(old), plain(now));
            match now.starts_with(&old) {
                true => None,
                false if old.starts_with(&now) => Some("was cut"),
                false => Some("was changed"),
            }
        }
    }
}

fn problem(path: &str, how: &str) -> Problem {
    let message = format!("this file is written once, and {how}");
    Problem::new(&codes::REWRITTEN_RECORDS, Place::file(path), message, HELP)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_may_only_grow() {
        let check = |old: &str, now: Option<&str>, expect| {
            assert_eq!(rewritten(old.as_bytes(), now.map(str::as_bytes)), expect, "{old:?} {now:?}");
        };
        check("a\n", Some("a\n"), None);
        check("a\n", Some("a\nb\n"), None);
        check("a\nb\n", Some("a\r\nb\r\nc\r\n"), None);
        check("a\nb\n", Some("a\n"), Some("was cut"));
        check("a\nb\n", Some(""), Some("was cut"));
        check("a\nb\n", Some("b\na\n"), Some("was changed"));
        check("a\n", None, Some("was removed"));
        check("", Some("x"), None);
    }
}
