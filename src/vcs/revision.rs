//! Versions of a policy by the names people give them.

use super::error::VcsError;
use super::id::ObjectId;
use super::repo::{Reader, Repo};

/// A version of the policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Revision {
    /// What is on disk now.
    Worktree,
    /// A commit, and how it was named.
    Commit { rev: String, id: ObjectId },
}

impl Revision {
    /// The word for the files on disk. A branch of that name can be reached as `refs/heads/worktree`.
    pub const WORKTREE: &str = "worktree";

    /// As it was named.
    pub fn name(&self) -> &str {
        match self {
            Revision::Worktree => Revision::WORKTREE,
            Revision::Commit { rev, .. } => rev,
        }
    }

    /// `None` for the files on disk.
    pub fn commit(&self) -> Option<&ObjectId> {
        match self {
            Revision::Worktree => None,
            Revision::Commit { id, .. } => Some(id),
        }
    }
}

impl Repo {
    /// Finds the version that is meant by a branch, a tag, a (short) commit id, `HEAD~3` and its kin, or `worktree`.
    pub fn resolve(&self, rev: &str) -> Result<Revision, VcsError> {
        if rev == Revision::WORKTREE {
            return Ok(Revision::Worktree);
        }
        let unknown = || VcsError::UnknownRevision { rev: rev.chars().take(200).collect() };
        if rev.is_empty() || rev.len() > 1000 || rev.starts_with('-') || rev.chars().any(char::is_control) {
            return Err(unknown());
        }
        let found = match self.place().reader {
            Reader::Library => self.resolve_by_library(rev),
            Reader::Program => self.resolve_by_program(rev),
        };
        match found {
            Ok(Some(id)) => Ok(Revision::Commit { rev: rev.to_owned(), id }),
            Ok(None) if rev.starts_with("HEAD") && self.is_unborn() => Err(VcsError::Unborn),
            Ok(None) => Err(unknown()),
            Err(error) => Err(error),
        }
    }

    fn resolve_by_library(&self, rev: &str) -> Result<Option<ObjectId>, VcsError> {
        let repository = self.library()?;
        let found = repository.revparse_single(rev).and_then(|object| object.peel_to_commit());
        match found {
            Ok(commit) => Ok(Some(ObjectId::of_library(commit.id()))),
            Err(error) if error.code() == git2::ErrorCode::Ambiguous => {
                Err(VcsError::Ambiguous { rev: rev.to_owned() })
            }
            Err(_) => Ok(None),
        }
    }

    fn resolve_by_program(&self, rev: &str) -> Result<Option<ObjectId>, VcsError> {
        let commit = format!("{rev}^{{commit}}");
        let args = ["rev-parse", "--verify", "--end-of-options", &commit];
        let ran = self.tools().read(self.folder(), args, 1 << 16)?;
        if !ran.status.success() && ran.said().contains("is ambiguous") {
            return Err(VcsError::Ambiguous { rev: rev.to_owned() });
        }
        Ok(ran.status.success().then(|| ran.line()).as_deref().and_then(ObjectId::parse))
    }

    fn is_unborn(&self) -> bool {
        self.head().is_ok_and(|head| head.commit().is_none())
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::Scratch;
    use super::*;

    fn check(repo: &Repo, rev: &str, expect: Result<&str, &str>) {
        let got = repo.resolve(rev);
        match (&got, expect) {
            (Ok(revision), Ok(id)) => assert_eq!(revision.commit().map_or("", |id| id.as_str()), id),
            (Err(error), Err(words)) => assert!(error.to_string().contains(words), "{error}"),
            _ => panic!("{rev}: {got:?}, expected {expect:?}"),
        }
    }

    #[test]
    fn names_find_commits_however_they_are_read() {
        for kind in ["--object-format=sha1", "--object-format=sha256"] {
            let scratch = Scratch::with_policy_of("r", kind);
            scratch.commit("r", "two");
            scratch.git("r", &["tag", "-a", "v1", "-m", "tagged", "HEAD~1"]);
            scratch.git("r", &["branch", "worktree", "HEAD~1"]);
            let repo = scratch.repo("r");
            let [head, first] = ["HEAD", "HEAD~1"].map(|rev| scratch.git("r", &["rev-parse", rev]));
            check(&repo, "HEAD", Ok(&head));
            check(&repo, "main", Ok(&head));
            check(&repo, "v1", Ok(&first));
            check(&repo, "HEAD~1", Ok(&first));
            check(&repo, &head[..8], Ok(&head));
            check(&repo, "worktree", Ok(""));
            check(&repo, "refs/heads/worktree", Ok(&first));
            for unknown in
                ["", "nothing", "HEAD~7", "main..v1", "--all", "-1", "a\0b", "HEAD:casebook.yaml", "\u{1b}[2J"]
            {
                check(&repo, unknown, Err("is not a revision"));
            }
        }
    }

    #[test]
    fn short_ids_can_be_ambiguous() {
        let scratch = Scratch::with_policy("r");
        let repository = git2::Repository::open(scratch.path("r")).unwrap();
        let tree = repository.head().unwrap().peel_to_tree().unwrap();
        let who = git2::Signature::new("Ana", "ana@example.org", &git2::Time::new(0, 0)).unwrap();
        let mut begun = std::collections::HashSet::new();
        let twice = (0..5000).find_map(|n| {
            let id = repository.commit(None, &who, &who, &n.to_string(), &tree, &[]).unwrap().to_string();
            let begin = id[..4].to_owned();
            (!begun.insert(begin.clone())).then_some(begin)
        });
        check(&scratch.repo("r"), &twice.unwrap(), Err("more than one commit"));
    }

    #[test]
    fn before_the_first_commit() {
        for kind in ["--object-format=sha1", "--object-format=sha256"] {
            let scratch = Scratch::new();
            scratch.git("", &["init", "-q", kind, "r"]);
            scratch.write("r/casebook.yaml", "");
            let repo = scratch.repo("r");
            check(&repo, "HEAD", Err("no commit yet"));
            check(&repo, "main", Err("is not a revision"));
        }
    }
}
