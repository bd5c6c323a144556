//! Every commit behind another.

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

#[cfg(test)]
mod tests {
    use super::super::testing::{KINDS, Scratch};

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
