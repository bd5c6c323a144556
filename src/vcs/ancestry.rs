//! Every commit behind another, and where two parted.

use super::error::VcsError;
use super::id::ObjectId;
use super::repo::{Reader, Repo};

/// A commit and those it follows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Links {
    pub id: ObjectId,
    pub parents: Vec<ObjectId>,
}

/// Lines of two ids and more of so many commits that nobody has them.
const MOST_OUTPUT: usize = 1 << 30;

impl Repo {
    /// The commit and all that lead to it, through every parent, a commit never before its children. `go_on` is asked now
    /// and then; when it says no, what was asked ends as [`VcsError::Cancelled`].
    pub fn ancestry(&self, from: &ObjectId, go_on: &dyn Fn() -> bool) -> Result<Vec<Links>, VcsError> {
        match self.place().reader {
            Reader::Library => self.ancestry_by_library(from, go_on),
            Reader::Program => self.ancestry_by_program(from),
        }
    }

    fn ancestry_by_library(&self, from: &ObjectId, go_on: &dyn Fn() -> bool) -> Result<Vec<Links>, VcsError> {
        let repository = self.library()?;
        let mut walk = repository.revwalk()?;
        walk.set_sorting(git2::Sort::TOPOLOGICAL)?;
        let unknown = |_| VcsError::UnknownRevision { rev: from.to_string() };
        walk.push(from.to_library().map_err(unknown)?).map_err(unknown)?;
        let mut commits = Vec::new();
        for id in walk {
            if !go_on() {
                return Err(VcsError::Cancelled);
            }
            let commit = repository.find_commit(id?)?;
            let parents = commit.parent_ids().map(ObjectId::of_library).collect();
            commits.push(Links { id: ObjectId::of_library(commit.id()), parents });
        }
        Ok(commits)
    }

    fn ancestry_by_program(&self, from: &ObjectId) -> Result<Vec<Links>, VcsError> {
        let args = ["rev-list", "--parents", "--topo-order", from.as_str(), "--"];
        let ran = self.tools().read(self.workdir(), args, MOST_OUTPUT)?.ok()?;
        let text = String::from_utf8_lossy(&ran.out);
        let links = |line: &str| {
            let mut ids = line.split(' ').filter_map(ObjectId::parse);
            Some(Links { id: ids.next()?, parents: ids.collect() })
        };
        Ok(text.lines().filter_map(links).collect())
    }
}

impl Repo {
    /// Where two commits parted: the newest one behind both, one of them where the other follows on it; `None` where they have
    /// none in common, or the clone does not reach back so far.
    pub fn merge_base(&self, one: &ObjectId, other: &ObjectId) -> Result<Option<ObjectId>, VcsError> {
        match self.place().reader {
            Reader::Library => {
                let unknown = |id: &ObjectId| VcsError::UnknownRevision { rev: id.to_string() };
                let id = |id: &ObjectId| id.to_library().map_err(|_| unknown(id));
                match self.library()?.merge_base(id(one)?, id(other)?) {
                    Ok(found) => Ok(Some(ObjectId::of_library(found))),
                    Err(error) if error.code() == git2::ErrorCode::NotFound => Ok(None),
                    Err(error) => Err(error.into()),
                }
            }
            Reader::Program => {
                let args = ["merge-base", one.as_str(), other.as_str()];
                let ran = self.tools().read(self.workdir(), args, 1 << 16)?;
                // It ends with 1 and says nothing where there is none.
                if ran.status.code() == Some(1) {
                    return Ok(None);
                }
                Ok(ObjectId::parse(&ran.ok()?.line()))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{KINDS, Scratch};

    #[test]
    fn two_commits_parted_at_the_newest_behind_both() {
        for kind in KINDS {
            let scratch = Scratch::parted("r", kind);
            scratch.git("r", &["checkout", "-q", "--orphan", "alone"]);
            scratch.commit("r", "alone");
            let repo = scratch.repo("r");
            let id = |rev: &str| repo.resolve(rev).unwrap().commit().unwrap().clone();
            let check = |one: &str, other: &str, expect: Option<&str>| {
                assert_eq!(repo.merge_base(&id(one), &id(other)).unwrap(), expect.map(id), "{one} {other}");
            };
            check("main", "side", Some("main~1"));
            check("side", "main", Some("main~1"));
            check("main~1", "side", Some("main~1"));
            check("side", "side", Some("side"));
            check("alone", "main", None);
        }
    }

    #[test]
    fn every_parent_is_followed() {
        for kind in KINDS {
            let scratch = Scratch::with_policy_of("r", kind);
            scratch.git("r", &["checkout", "-q", "-b", "side"]);
            scratch.write("r/a", "");
            scratch.commit("r", "side");
            scratch.git("r", &["checkout", "-q", "main"]);
            scratch.write("r/b", "");
            scratch.commit("r", "main");
            // A merge that takes nothing of the other side.
            scratch.git("r", &["merge", "-q", "-s", "ours", "-m", "merge", "side"]);
            let repo = scratch.repo("r");
            let head = repo.head().unwrap().commit().unwrap().clone();
            let all = repo.ancestry(&head, &|| true).unwrap();
            let parents: Vec<usize> = all.iter().map(|links| links.parents.len()).collect();
            assert_eq!((all.len(), &parents[..], &all[0].id), (4, &[2, 1, 1, 0][..], &head));
        }
    }
}
