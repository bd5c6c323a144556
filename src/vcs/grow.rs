//! Histories that casebook itself makes up, from contents in memory: bundled samples.

use super::commit::Committed;
use super::error::VcsError;
use super::id::ObjectId;
use super::log::{Moment, Person};
use super::message::compose;
use super::plain::index_entry;
use super::repo::Repo;
use super::status::{Head, head};

/// One commit of a history that is made up.
#[derive(Debug, Clone)]
pub struct MadeVersion {
    pub who: Person,
    pub when: Moment,
    /// The whole message, trailers and all.
    pub message: String,
    pub changes: Changes,
}

/// New contents by path relative to the policy folder; `None` for a file that goes.
pub type Changes = Vec<(String, Option<Vec<u8>>)>;

impl Repo {
    /// Commits versions one after the other onto a branch without a commit, passing over hooks, filters and signing,
    /// and puts the files of the last one into the work tree byte for byte. The same versions always have the same ids.
    ///
    /// Gives the last commit. A repository that has a commit already, or no version at all, is refused.
    pub fn grow(&self, versions: &[MadeVersion]) -> Result<Committed, VcsError> {
        let repository = self.library()?;
        let Head::Unborn { name } = head(&repository)? else {
            return Err(VcsError::AlreadyRepo { folder: self.folder().to_owned() });
        };
        let mut index = git2::Index::new()?;
        let mut last: Option<git2::Commit<'_>> = None;
        for MadeVersion { who, when, message, changes } in versions {
            for (path, content) in changes {
                let path = self.at_top(path).ok_or_else(|| VcsError::BadPath { path: path.clone() })?;
                match content {
                    Some(content) => index.add(&index_entry(&path, 0o100_644, repository.blob(content)?))?,
                    None => index.remove(path.as_ref(), 0)?,
                }
            }
            let tree = repository.find_tree(index.write_tree_to(&repository)?)?;
            let who = git2::Signature::new(&who.name, &who.email, &git2::Time::new(when.seconds, when.offset))?;
            let message = compose(message, &[])?;
            let parents: Vec<&git2::Commit<'_>> = last.iter().collect();
            let id = repository.commit(None, &who, &who, &message, &tree, &parents)?;
            last = Some(repository.find_commit(id)?);
        }
        let Some(last) = last else { return Err(VcsError::NothingToCommit) };
        repository.reference(&format!("refs/heads/{name}"), last.id(), false, "made up")?;
        let mut checkout = git2::build::CheckoutBuilder::new();
        checkout.safe().recreate_missing(true).disable_filters(true);
        repository.checkout_head(Some(&mut checkout))?;
        Ok(Committed { id: ObjectId::of_library(last.id()), branch: Some(name), said: String::new() })
    }
}

impl Repo {
    /// Prepares a scratch repository for commits: where git knows nobody, they are made in this name; and none is signed,
    /// for a signature may ask for a passphrase.
    pub fn prepare_scratch(&self, who: &Person) -> Result<(), VcsError> {
        let known = self.library()?.signature().is_ok();
        let mut settings = git2::Config::open(&self.git_dir().join("config"))?;
        if !known {
            settings.set_str("user.name", &who.name)?;
            settings.set_str("user.email", &who.email)?;
        }
        Ok(settings.set_bool("commit.gpgsign", false)?)
    }
}

#[cfg(test)]
mod tests {
    use super::super::plain::init;
    use super::super::testing::Scratch;
    use super::*;

    fn version(message: &str, changes: &[(&str, Option<&str>)]) -> MadeVersion {
        MadeVersion {
            who: Person { name: "Ana".into(), email: "ana@example.org".into() },
            when: Moment { seconds: 1_700_000_000, offset: 60 },
            message: message.into(),
            changes: changes.iter().map(|(path, text)| ((*path).into(), text.map(|text| text.into()))).collect(),
        }
    }

    fn two() -> [MadeVersion; 2] {
        let first = version("one", &[("casebook.yaml", Some("casebook: 1\r\n")), ("specs/gone.yaml", Some(""))]);
        let second = [("specs/gone.yaml", None), ("specs/a.yaml", Some("a"))];
        [first, version("two\n\nPolicy-Replay: 1 fixed", &second)]
    }

    #[test]
    fn a_history_stands_in_the_work_tree_and_is_always_the_same() {
        let scratch = Scratch::new();
        std::fs::write(scratch.path("home/.gitconfig"), "[core]\nautocrlf = input\n").unwrap();
        let grow = |folder: &str| init(&scratch.path(folder), &scratch.tools).unwrap().grow(&two()).unwrap().id;
        assert_eq!(grow("a"), grow("b"));
        assert_eq!(std::fs::read(scratch.path("a/casebook.yaml")).unwrap(), b"casebook: 1\r\n");
        assert_eq!(scratch.git("a", &["status", "--porcelain", "--branch"]), "## main");
        assert_eq!(
            scratch.git("a", &["log", "--format=%s %(trailers:key=Policy-Replay)"]).lines().next(),
            Some("two Policy-Replay: 1 fixed")
        );
        assert_eq!(scratch.git("a", &["ls-tree", "-r", "--name-only", "HEAD"]), "casebook.yaml\nspecs/a.yaml");
        assert_eq!(scratch.git("a", &["fsck", "--strict"]), "");
    }

    #[test]
    fn a_scratch_repository_can_be_committed_to_by_anybody() {
        let scratch = Scratch::new();
        let somebody = Person { name: "Bo".into(), email: "bo@example.org".into() };
        for (settings, author) in
            [("", "Bo"), ("[user]\nname = Ana\nemail = a@example.org\n[commit]\ngpgsign = true\n", "Ana")]
        {
            std::fs::write(scratch.path("home/.gitconfig"), settings).unwrap();
            let repo = init(&scratch.path(author), &scratch.tools).unwrap();
            repo.grow(&two()).unwrap();
            repo.prepare_scratch(&somebody).unwrap();
            scratch.write(&format!("{author}/specs/a.yaml"), "b");
            repo.commit(&["specs/a.yaml"], "three", &[]).unwrap();
            assert_eq!(scratch.git(author, &["log", "-1", "--format=%an"]), author);
        }
    }

    #[test]
    fn a_history_that_there_is_stays() {
        let scratch = Scratch::with_policy("r");
        let refused = scratch.repo("r").grow(&two());
        assert!(matches!(refused, Err(VcsError::AlreadyRepo { .. })), "{refused:?}");
    }

    #[test]
    fn hostile_paths_do_not_leave_the_repository() {
        let scratch = Scratch::new();
        let repo = init(&scratch.path("a"), &scratch.tools).unwrap();
        let refused = repo.grow(&[version("one", &[("../outside", Some("x"))])]);
        assert!(matches!(refused, Err(VcsError::BadPath { .. })), "{refused:?}");
    }
}
