//! Committing chosen files.

use super::error::VcsError;
use super::id::ObjectId;
use super::message::{Trailer, compose};
use super::plain;
use super::repo::{Reader, Repo};
use super::status::Change;
use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;

/// A commit that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Committed {
    pub id: ObjectId,
    /// Where it went; `None` on a detached HEAD, where it is easily lost.
    pub branch: Option<String>,
    /// What hooks and git said on the way.
    pub said: String,
}

impl Repo {
    /// Commits exactly these files of the policy (relative to the policy folder) as they are on disk, new and deleted
    /// ones included; what else the user has staged stays staged and uncommitted.
    ///
    /// The user's hooks, signing and identity count, as if they had typed `git commit --only`. Without a `git` program
    /// the library commits, and refuses where that would pass over a hook, a filter or a signature.
    pub fn commit(&self, files: &[&str], message: &str, trailers: &[Trailer]) -> Result<Committed, VcsError> {
        let message = compose(message, trailers)?;
        if let Some(what) = self.under_way() {
            return Err(VcsError::UnderWay(what));
        }
        let lock = self.git_dir().join("index.lock");
        if lock.exists() {
            return Err(VcsError::Locked { lock });
        }
        let changed = self.changed_among(files)?;
        match self.commit_by_program(&changed, &message) {
            Err(VcsError::Program { source }) if source.kind() == io::ErrorKind::NotFound => {
                if self.place().reader == Reader::Program {
                    return Err(VcsError::NeedsProgram { reason: "the library cannot open it".to_owned() });
                }
                let paths: Vec<String> = changed.keys().filter_map(|path| self.at_top(path)).collect();
                plain::commit_as_user(self, &paths, &message)
            }
            done => done,
        }
    }

    /// Which of these files differ from the last commit, and how.
    fn changed_among(&self, files: &[&str]) -> Result<BTreeMap<Arc<str>, Change>, VcsError> {
        let status = self.status()?;
        let all: BTreeMap<&str, &super::FileStatus> = status.files.iter().map(|file| (&*file.path, file)).collect();
        let mut changed = BTreeMap::new();
        for path in files {
            self.at_top(path).ok_or_else(|| VcsError::BadPath { path: (*path).to_owned() })?;
            match all.get(path) {
                Some(file) => {
                    changed.insert(Arc::clone(&file.path), file.change);
                }
                None => self.refuse_ignored(path, status.head.commit())?,
            }
        }
        if changed.is_empty() { Err(VcsError::NothingToCommit) } else { Ok(changed) }
    }

    /// A file that git does not speak of is either as it was, or gone, or ignored; only the last is a surprise.
    fn refuse_ignored(&self, path: &str, head: Option<&ObjectId>) -> Result<(), VcsError> {
        let known = match head {
            Some(head) => self.snapshot(head)?.oid(path)?.is_some(),
            None => false,
        };
        if known || !self.folder().join(path).is_file() {
            return Ok(());
        }
        Err(VcsError::Ignored { path: path.to_owned() })
    }

    fn commit_by_program(&self, files: &BTreeMap<Arc<str>, Change>, message: &str) -> Result<Committed, VcsError> {
        let run = |args: &[&str], input: &[u8]| self.tools().write(self.folder(), args, input);
        for who in ["GIT_AUTHOR_IDENT", "GIT_COMMITTER_IDENT"] {
            if !run(&["var", who], &[])?.status.success() {
                return Err(VcsError::NoIdentity);
            }
        }
        let new: Vec<&str> =
            files.iter().filter(|(_, change)| **change == Change::Untracked).map(|(path, _)| &**path).collect();
        if !new.is_empty() {
            // `commit --only` knows no files that git does not know; this tells it their names and no content.
            let added = run(&["add", "--intent-to-add", FROM_INPUT, NUL_ENDED], &literal(&new))?;
            if !added.status.success() {
                self.forget(&new)?;
                return Err(VcsError::Refused { output: added.said() });
            }
        }
        let paths: Vec<&str> = files.keys().map(|path| &**path).collect();
        let message = format!("--message={message}");
        let args = ["commit", "--only", "--quiet", "--cleanup=whitespace", &message, FROM_INPUT, NUL_ENDED];
        let ran = match run(&args, &literal(&paths)) {
            Ok(ran) if ran.status.success() => ran,
            failed => {
                self.forget(&new)?;
                return Err(VcsError::Refused { output: failed?.said() });
            }
        };
        let head = self.head()?;
        let id = head.commit().cloned().ok_or(VcsError::Unborn)?;
        Ok(Committed { id, branch: head.branch().map(str::to_owned), said: ran.talk() })
    }

    /// Takes names that were told to git's index for a commit that failed out of it again.
    fn forget(&self, new: &[&str]) -> Result<(), VcsError> {
        if !new.is_empty() {
            let args = ["update-index", "-z", "--force-remove", "--stdin"];
            self.tools().write(self.folder(), &args, &nul_ended(new.iter().copied()))?;
        }
        Ok(())
    }
}

const FROM_INPUT: &str = "--pathspec-from-file=-";
const NUL_ENDED: &str = "--pathspec-file-nul";

/// Paths as git takes them without reading patterns into them.
fn literal(paths: &[&str]) -> Vec<u8> {
    let paths: Vec<String> = paths.iter().map(|path| format!(":(literal){path}")).collect();
    nul_ended(paths.iter().map(String::as_str))
}

fn nul_ended<'a>(paths: impl Iterator<Item = &'a str>) -> Vec<u8> {
    paths.flat_map(|path| [path.as_bytes(), b"\0"].concat()).collect()
}

#[cfg(test)]
mod tests {
    use super::super::testing::{KINDS, Scratch};
    use super::*;
    use std::fs;

    /// The files that the last commit changed, as `M casebook.yaml`.
    fn last_changes(scratch: &Scratch) -> Vec<String> {
        let shown = scratch.git("r", &["-c", "core.quotePath=false", "show", "--format=", "--name-status", "HEAD"]);
        shown.lines().map(|line| line.replace('\t', " ")).collect()
    }

    fn staged(scratch: &Scratch) -> String {
        scratch.git("r", &["diff", "--cached", "--name-status"]).replace('\t', " ")
    }

    /// Every way of committing that there is.
    fn ways(mut test: impl FnMut(Scratch)) {
        for kind in KINDS {
            test(Scratch::with_policy_of("r", kind));
        }
        let mut alone = Scratch::with_policy("r");
        alone.alone = true;
        test(alone);
    }

    #[test]
    fn exactly_the_chosen_files_are_committed() {
        ways(|scratch| {
            for name in ["gone.yaml", "other.yaml", "unstaged.yaml"] {
                scratch.write(&format!("r/{name}"), "one");
            }
            scratch.commit("r", "more");
            scratch.write("r/casebook.yaml", "two");
            scratch.write("r/specs/new é*.yaml", "new");
            scratch.write("r/specs/new éa.yaml", "not chosen");
            scratch.write("r/other.yaml", "staged by the user");
            scratch.git("r", &["add", "other.yaml"]);
            scratch.write("r/unstaged.yaml", "not chosen");
            fs::remove_file(scratch.path("r/gone.yaml")).unwrap();
            let files = ["specs/new é*.yaml", "gone.yaml", "casebook.yaml", "never-was.yaml"];
            let repo = scratch.repo("r");
            let trailers = [Trailer::new("Policy-Replay", "1 fixed")];
            let made = repo.commit(&files, "-m two\n\n# kept\n$(touch x) `id` %s", &trailers).unwrap();
            assert_eq!(made.branch.as_deref(), Some("main"));
            assert_eq!(made.id.as_str(), scratch.git("r", &["rev-parse", "HEAD"]));
            assert_eq!(last_changes(&scratch), ["M casebook.yaml", "D gone.yaml", "A specs/new é*.yaml"]);
            let message = scratch.git("r", &["log", "-1", "--format=%B"]);
            assert_eq!(message.trim(), "-m two\n\n# kept\n$(touch x) `id` %s\n\nPolicy-Replay: 1 fixed");
            assert_eq!(staged(&scratch), "M other.yaml");
            assert_eq!(
                scratch.git("r", &["-c", "core.quotePath=false", "status", "--porcelain"]),
                "M  other.yaml\n M unstaged.yaml\n?? \"specs/new éa.yaml\""
            );
            let nothing = repo.commit(&files, "again", &[]);
            assert!(matches!(nothing, Err(VcsError::NothingToCommit)), "{nothing:?}");
        });
    }

    #[test]
    fn a_first_commit_and_one_in_a_subfolder() {
        for kind in KINDS {
            let scratch = Scratch::new();
            scratch.git("", &["init", "-q", kind, "r"]);
            scratch.write("r/p/casebook.yaml", "one");
            scratch.write("r/casebook.yaml.other", "");
            scratch.repo("r/p").commit(&["casebook.yaml"], "one", &[]).unwrap();
            assert_eq!(last_changes(&scratch), ["A p/casebook.yaml"]);
            scratch.write("r/p/casebook.yaml", "two");
            scratch.write("r/p/specs/a.yaml", "new");
            scratch.repo("r/p").commit(&["casebook.yaml", "specs/a.yaml"], "two", &[]).unwrap();
            assert_eq!(last_changes(&scratch), ["M p/casebook.yaml", "A p/specs/a.yaml"]);
        }
    }

    #[test]
    fn a_detached_head_is_told() {
        ways(|scratch| {
            scratch.git("r", &["checkout", "-q", "--detach"]);
            scratch.write("r/casebook.yaml", "two");
            assert_eq!(scratch.repo("r").commit(&["casebook.yaml"], "two", &[]).unwrap().branch, None);
        });
    }

    #[cfg(unix)]
    #[test]
    fn a_hook_that_refuses_is_heard_and_leaves_no_trace() {
        ways(|scratch| {
            scratch.hook("r", "pre-commit", "echo 'clause x has no owner' >&2\nexit 1\n");
            scratch.write("r/casebook.yaml", "two");
            scratch.write("r/new.yaml", "new");
            let before = scratch.git("r", &["status", "--porcelain"]);
            let refused = scratch.repo("r").commit(&["casebook.yaml", "new.yaml"], "two", &[]).unwrap_err();
            let words = if scratch.alone { "pass over the hook `pre-commit`" } else { "clause x has no owner" };
            assert!(refused.to_string().contains(words), "{refused}");
            assert_eq!(scratch.git("r", &["status", "--porcelain"]), before);
        });
    }

    #[cfg(unix)]
    #[test]
    fn hooks_of_the_user_run() {
        let scratch = Scratch::with_policy("r");
        scratch.hook("r", "commit-msg", "echo 'Checked-By: hook' >> \"$1\"\necho seen\n");
        scratch.write("r/casebook.yaml", "two");
        let made = scratch.repo("r").commit(&["casebook.yaml"], "two", &[]).unwrap();
        assert!(made.said.contains("seen"), "{made:?}");
        assert!(scratch.git("r", &["log", "-1", "--format=%B"]).contains("Checked-By: hook"));
    }

    #[test]
    fn without_a_name_it_says_what_to_run() {
        ways(|scratch| {
            fs::write(scratch.path("home/.gitconfig"), "[user]\nuseConfigOnly = true\n").unwrap();
            scratch.write("r/casebook.yaml", "two");
            let refused = scratch.repo("r").commit(&["casebook.yaml"], "two", &[]).unwrap_err();
            assert!(matches!(refused, VcsError::NoIdentity), "{refused:?}");
            assert!(refused.help().contains("git config --global user.name"));
        });
    }

    #[test]
    fn signing_is_not_passed_over() {
        ways(|scratch| {
            scratch.git("r", &["config", "commit.gpgsign", "true"]);
            scratch.git("r", &["config", "gpg.program", "/no/such/program"]);
            scratch.write("r/casebook.yaml", "two");
            let refused = scratch.repo("r").commit(&["casebook.yaml"], "two", &[]).unwrap_err().to_string();
            let words = if scratch.alone { "pass over your signature" } else { "git refused the commit" };
            assert!(refused.contains(words), "{refused}");
        });
    }

    #[test]
    fn filters_are_not_passed_over() {
        let mut scratch = Scratch::with_policy("r");
        scratch.alone = true;
        scratch.write("r/.gitattributes", "*.jsonl filter=lfs\n");
        scratch.write("r/gold/x.jsonl", "");
        let refused = scratch.repo("r").commit(&["gold/x.jsonl"], "two", &[]).unwrap_err().to_string();
        assert!(refused.contains("pass over the filter"), "{refused}");
    }

    #[test]
    fn nothing_is_committed_while_something_is_under_way() {
        for kind in KINDS {
            let scratch = Scratch::with_conflict("r", kind);
            let refused = scratch.repo("r").commit(&["casebook.yaml"], "two", &[]).unwrap_err();
            assert_eq!(refused.to_string(), "a merge is under way in this repository");
            assert!(refused.help().contains("git merge --abort"));
        }
    }

    #[test]
    fn a_lock_an_ignored_file_and_a_climbing_path_are_refused() {
        ways(|scratch| {
            scratch.write("r/.gitignore", "*.tmp\n");
            scratch.write("r/x.tmp", "");
            scratch.write("r/casebook.yaml", "two");
            let repo = scratch.repo("r");
            let commit = |file: &str| repo.commit(&["casebook.yaml", file], "two", &[]).unwrap_err();
            assert!(matches!(commit("x.tmp"), VcsError::Ignored { .. }));
            assert!(matches!(commit("../x"), VcsError::BadPath { .. }));
            assert!(matches!(commit(".git/config"), VcsError::BadPath { .. }));
            scratch.write("r/.git/index.lock", "");
            assert!(matches!(commit("casebook.yaml"), VcsError::Locked { .. }));
        });
    }
}
