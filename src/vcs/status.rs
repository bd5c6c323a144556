//! What differs from the last commit, and where HEAD stands.

use super::error::VcsError;
use super::id::ObjectId;
use super::repo::{Reader, Repo, UnderWay};
use std::sync::Arc;

/// Where the work stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Status {
    pub head: Head,
    /// Files under the policy folder that differ from the last commit, in the order of their paths.
    pub files: Vec<FileStatus>,
    /// What the branch is compared with, where it follows another.
    pub upstream: Option<Upstream>,
    pub under_way: Option<UnderWay>,
}

/// Where the next commit goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Head {
    Branch {
        name: String,
        commit: ObjectId,
    },
    /// A branch without a commit.
    Unborn {
        name: String,
    },
    /// A commit, not a branch: what is committed here is easily lost.
    Detached {
        commit: ObjectId,
    },
}

impl Head {
    /// The last commit, if there is one.
    pub fn commit(&self) -> Option<&ObjectId> {
        match self {
            Head::Branch { commit, .. } | Head::Detached { commit } => Some(commit),
            Head::Unborn { .. } => None,
        }
    }

    /// The branch that the next commit goes to, if there is one.
    pub fn branch(&self) -> Option<&str> {
        match self {
            Head::Branch { name, .. } | Head::Unborn { name } => Some(name),
            Head::Detached { .. } => None,
        }
    }
}

/// A file that differs from the last commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileStatus {
    /// Relative to the policy folder.
    pub path: Arc<str>,
    pub change: Change,
    /// Whether some of it is in git's index already.
    pub staged: bool,
}

/// How a file differs from the last commit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// New, and known to git's index.
    Added,
    Modified,
    Deleted,
    /// New, and not known to git.
    Untracked,
    /// A merge left both sides in it.
    Conflicted,
}

/// The branch that this one follows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Upstream {
    pub name: String,
    /// Commits here that it does not have.
    pub ahead: usize,
    /// Commits there that are missing here.
    pub behind: usize,
}

impl Repo {
    pub fn status(&self) -> Result<Status, VcsError> {
        match self.place().reader {
            Reader::Library => self.status_by_library(),
            Reader::Program => self.status_by_program(true),
        }
    }

    /// Where HEAD stands, without looking at files.
    pub fn head(&self) -> Result<Head, VcsError> {
        match self.place().reader {
            Reader::Library => head(&self.library()?),
            Reader::Program => Ok(self.status_by_program(false)?.head),
        }
    }

    fn status_by_library(&self) -> Result<Status, VcsError> {
        let repository = self.library()?;
        let mut options = git2::StatusOptions::new();
        options
            .include_untracked(true)
            .recurse_untracked_dirs(true)
            .exclude_submodules(true)
            .disable_pathspec_match(true)
            .sort_case_sensitively(true)
            .update_index(false);
        if !self.prefix().is_empty() {
            options.pathspec(self.prefix());
        }
        let statuses = repository.statuses(Some(&mut options))?;
        let mut files: Vec<FileStatus> = statuses
            .iter()
            .filter_map(|entry| {
                let path = String::from_utf8_lossy(entry.path_bytes());
                Some(FileStatus {
                    path: self.within(&path)?.into(),
                    change: change(entry.status())?,
                    staged: entry.status().intersects(STAGED),
                })
            })
            .collect();
        files.sort_unstable_by(|a, b| a.path.cmp(&b.path));
        let head = head(&repository)?;
        Ok(Status { upstream: upstream(&repository, &head), head, files, under_way: self.under_way() })
    }

    fn status_by_program(&self, with_files: bool) -> Result<Status, VcsError> {
        let mut args = self.filters_off()?;
        let untracked = if with_files { "--untracked-files=all" } else { "--untracked-files=no" };
        let what = ["status", "--porcelain=v2", "-z", "--branch", "--no-renames", "--ignore-submodules=all", untracked];
        let place = if with_files { "." } else { ".git" };
        args.extend(what.into_iter().chain(["--", place]).map(str::to_owned));
        let ran = self.tools().read(self.folder(), args, MOST_STATUS)?.ok()?;
        let mut porcelain = Porcelain::default();
        for line in ran.out.split(|byte| *byte == 0) {
            porcelain.take(&String::from_utf8_lossy(line), self);
        }
        porcelain.files.sort_unstable_by(|a, b| a.path.cmp(&b.path));
        let head = match (porcelain.commit, porcelain.branch) {
            (Some(commit), Some(name)) => Head::Branch { name, commit },
            (Some(commit), None) => Head::Detached { commit },
            (None, name) => Head::Unborn { name: name.unwrap_or_default() },
        };
        Ok(Status { head, files: porcelain.files, upstream: porcelain.upstream, under_way: self.under_way() })
    }

    /// Options that switch off the filters which the repository's own settings name: to compare a file, git would run
    /// them. Filters from the user's settings stay.
    fn filters_off(&self) -> Result<Vec<String>, VcsError> {
        let args = ["config", "-z", "--show-scope", "--get-regexp", r"^filter\..*\.(clean|process|required)$"];
        let ran = self.tools().read(self.folder(), args, MOST_STATUS)?;
        let fields: Vec<_> = ran.out.split(|byte| *byte == 0).map(String::from_utf8_lossy).collect();
        let own = fields
            .chunks_exact(2)
            .filter(|pair| matches!(pair.first().map(|scope| &**scope), Some("local" | "worktree")));
        let keys: Vec<String> = own.filter_map(|pair| Some(pair.get(1)?.split('\n').next()?.to_owned())).collect();
        if keys.iter().any(|key| key.contains('=')) {
            let reason = "its settings name a filter with `=` in it, which cannot be switched off".to_owned();
            return Err(VcsError::Unusable { folder: self.folder().to_owned(), reason });
        }
        Ok(keys.into_iter().flat_map(|key| ["-c".to_owned(), format!("{key}=")]).collect())
    }
}

const MOST_STATUS: usize = 64 << 20;

const STAGED: git2::Status = git2::Status::INDEX_NEW
    .union(git2::Status::INDEX_MODIFIED)
    .union(git2::Status::INDEX_DELETED)
    .union(git2::Status::INDEX_RENAMED)
    .union(git2::Status::INDEX_TYPECHANGE);

fn change(status: git2::Status) -> Option<Change> {
    use git2::Status as S;
    Some(match status {
        s if s.is_conflicted() => Change::Conflicted,
        s if s.contains(S::INDEX_DELETED | S::WT_NEW) => Change::Modified,
        s if s.contains(S::INDEX_NEW | S::WT_DELETED) => return None,
        s if s.intersects(S::INDEX_DELETED | S::WT_DELETED) => Change::Deleted,
        s if s.is_index_new() => Change::Added,
        s if s.is_wt_new() => Change::Untracked,
        s if s.is_ignored() || s.is_empty() => return None,
        _ => Change::Modified,
    })
}

pub(super) fn head(repository: &git2::Repository) -> Result<Head, VcsError> {
    let name_of = |name: &[u8]| {
        let name = String::from_utf8_lossy(name).into_owned();
        name.strip_prefix("refs/heads/").map(str::to_owned).unwrap_or(name)
    };
    match repository.head() {
        Ok(found) => {
            let commit = ObjectId::of_library(found.peel_to_commit()?.id());
            Ok(match repository.head_detached()? {
                true => Head::Detached { commit },
                false => Head::Branch { name: name_of(found.name_bytes()), commit },
            })
        }
        Err(unborn) if unborn.code() == git2::ErrorCode::UnbornBranch => {
            let head = repository.find_reference("HEAD")?;
            Ok(Head::Unborn { name: name_of(head.symbolic_target_bytes().unwrap_or_default()) })
        }
        Err(other) => Err(other.into()),
    }
}

fn upstream(repository: &git2::Repository, head: &Head) -> Option<Upstream> {
    let Head::Branch { name, commit } = head else { return None };
    let followed = repository.find_branch(name, git2::BranchType::Local).ok()?.upstream().ok()?;
    let (ahead, behind) = repository.graph_ahead_behind(commit.to_library().ok()?, followed.get().target()?).ok()?;
    Some(Upstream { name: String::from_utf8_lossy(followed.name_bytes().ok()?).into_owned(), ahead, behind })
}

/// What `git status --porcelain=v2 -z --branch` says, line by line.
#[derive(Default)]
struct Porcelain {
    commit: Option<ObjectId>,
    branch: Option<String>,
    upstream: Option<Upstream>,
    files: Vec<FileStatus>,
}

impl Porcelain {
    fn take(&mut self, line: &str, repo: &Repo) {
        if let Some(header) = line.strip_prefix("# ") {
            return self.take_header(header);
        }
        let fields_before_path = match line.as_bytes().first() {
            Some(b'1') => 8,
            Some(b'u') => 10,
            Some(b'?') => 1,
            _ => return,
        };
        let Some(path) = line.splitn(fields_before_path + 1, ' ').nth(fields_before_path) else { return };
        let mut codes = line.get(2..).unwrap_or_default().chars();
        let (index, disk) = (codes.next().unwrap_or('.'), codes.next().unwrap_or('.'));
        let (change, staged) = match (line.as_bytes().first(), index, disk) {
            (Some(b'?'), ..) => (Change::Untracked, false),
            (Some(b'u'), ..) => (Change::Conflicted, false),
            (_, 'A', 'D') => return,
            (_, 'A', _) => (Change::Added, true),
            (_, '.', 'A') => (Change::Added, false),
            (_, 'D', _) => (Change::Deleted, true),
            (_, _, 'D') => (Change::Deleted, index != '.'),
            _ => (Change::Modified, index != '.'),
        };
        let Some(path) = repo.within(path) else { return };
        // Removed from the index but still on disk: git tells it twice.
        if let Some(known) = self.files.iter_mut().find(|known| *known.path == *path) {
            known.change = Change::Modified;
            return;
        }
        self.files.push(FileStatus { path: path.into(), change, staged });
    }

    fn take_header(&mut self, header: &str) {
        match header.split_once(' ') {
            Some(("branch.oid", id)) => self.commit = ObjectId::parse(id),
            Some(("branch.head", name)) if name != "(detached)" => self.branch = Some(name.to_owned()),
            Some(("branch.upstream", name)) => {
                self.upstream = Some(Upstream { name: name.to_owned(), ahead: 0, behind: 0 });
            }
            Some(("branch.ab", counts)) => {
                let mut counts =
                    counts.split(' ').map(|count| count.get(1..).and_then(|n| n.parse().ok()).unwrap_or(0));
                if let Some(upstream) = &mut self.upstream {
                    upstream.ahead = counts.next().unwrap_or(0);
                    upstream.behind = counts.next().unwrap_or(0);
                }
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{KINDS, Scratch};
    use super::*;

    /// `A specs/a.yaml`, with a `+` where it is staged.
    fn check(repo: &Repo, expect: &[&str]) {
        let status = repo.status().unwrap();
        let files: Vec<String> = status
            .files
            .iter()
            .map(|file| {
                let letter = match file.change {
                    Change::Added => 'A',
                    Change::Modified => 'M',
                    Change::Deleted => 'D',
                    Change::Untracked => '?',
                    Change::Conflicted => 'C',
                };
                format!("{letter}{} {}", if file.staged { "+" } else { "" }, file.path)
            })
            .collect();
        assert_eq!(files, expect);
    }

    #[test]
    fn every_kind_of_change_is_seen() {
        for kind in KINDS {
            for home in ["r", "r/po[l]icy"] {
                let scratch = Scratch::new();
                scratch.git("", &["init", "-q", kind, "r"]);
                for name in ["casebook.yaml", "gone.yaml", "kept.yaml", "rm.yaml", "staged.yaml"] {
                    scratch.write(&format!("{home}/{name}"), "one");
                }
                scratch.write("r/.gitignore", "ignored\n");
                scratch.commit("r", "one");
                check(&scratch.repo(home), &[]);
                scratch.write(&format!("{home}/casebook.yaml"), "two");
                scratch.write(&format!("{home}/staged.yaml"), "two");
                scratch.write(&format!("{home}/gold/é \"x\".jsonl"), "new");
                scratch.write(&format!("{home}/added.yaml"), "new");
                scratch.write(&format!("{home}/ignored"), "new");
                scratch.git(home, &["add", "added.yaml", "staged.yaml"]);
                scratch.git(home, &["rm", "-q", "--cached", "kept.yaml"]);
                scratch.git(home, &["rm", "-q", "rm.yaml"]);
                std::fs::remove_file(scratch.path(home).join("gone.yaml")).unwrap();
                if home != "r" {
                    scratch.write("r/policy/outside.yaml", "not ours");
                    scratch.write("r/outside.yaml", "not ours");
                }
                let expect = [
                    "A+ added.yaml",
                    "M casebook.yaml",
                    "? gold/é \"x\".jsonl",
                    "D gone.yaml",
                    "M+ kept.yaml",
                    "D+ rm.yaml",
                    "M+ staged.yaml",
                ];
                check(&scratch.repo(home), &expect);
            }
        }
    }

    #[cfg(unix)]
    #[test]
    fn looking_runs_nothing_that_the_repository_brings() {
        for kind in KINDS {
            let scratch = Scratch::with_policy_of("r", kind);
            let trap = scratch.path("trap").display().to_string();
            let set = |key: &str| scratch.git("r", &["config", key, &format!("touch {trap}")]);
            scratch.write("r/.gitattributes", "* filter=trap\n");
            scratch.write("r/casebook.yaml", "casebook: 2\n");
            for key in ["core.fsmonitor", "filter.trap.clean", "filter.trap.process", "core.pager", "diff.external"] {
                set(key);
            }
            scratch.git("r", &["config", "filter.trap.required", "true"]);
            scratch.hook("r", "post-index-change", &format!("touch {trap}"));
            let repo = scratch.repo("r");
            check(&repo, &["? .gitattributes", "M casebook.yaml"]);
            repo.resolve("HEAD").unwrap();
            repo.log(super::super::History { from: None, path: None, limit: 9 }, &|| true).unwrap();
            scratch.git("r", &["config", "filter.a=b.clean", &format!("touch {trap}")]);
            scratch.write("r/.gitattributes", "* filter=a=b\n");
            assert_eq!(repo.status().is_err(), repo.is_read_by_program());
            assert!(!scratch.path("trap").exists());
        }
    }

    #[test]
    fn head_is_a_branch_or_unborn_or_detached() {
        for kind in KINDS {
            let scratch = Scratch::new();
            scratch.git("", &["init", "-q", "-b", "feature/x", kind, "r"]);
            scratch.write("r/casebook.yaml", "");
            let repo = scratch.repo("r");
            assert_eq!(repo.head().unwrap(), Head::Unborn { name: "feature/x".into() });
            check(&repo, &["? casebook.yaml"]);
            scratch.commit("r", "one");
            let commit = ObjectId::parse(&scratch.git("r", &["rev-parse", "HEAD"])).unwrap();
            assert_eq!(repo.head().unwrap(), Head::Branch { name: "feature/x".into(), commit: commit.clone() });
            scratch.git("r", &["checkout", "-q", "--detach"]);
            assert_eq!(repo.status().unwrap().head, Head::Detached { commit });
        }
    }

    #[test]
    fn upstream_is_counted() {
        for kind in KINDS {
            let scratch = Scratch::with_policy_of("r", kind);
            scratch.git("r", &["branch", "theirs"]);
            scratch.git("r", &["branch", "--set-upstream-to=theirs"]);
            scratch.commit("r", "ours");
            scratch.commit("r", "ours too");
            scratch.git("r", &["checkout", "-q", "theirs"]);
            scratch.commit("r", "theirs");
            scratch.git("r", &["checkout", "-q", "main"]);
            let upstream = scratch.repo("r").status().unwrap().upstream;
            assert_eq!(upstream, Some(Upstream { name: "theirs".into(), ahead: 2, behind: 1 }));
        }
    }

    #[test]
    fn a_merge_under_way_and_its_conflicts() {
        for kind in KINDS {
            let scratch = Scratch::with_conflict("r", kind);
            let repo = scratch.repo("r");
            check(&repo, &["C casebook.yaml"]);
            assert_eq!(repo.status().unwrap().under_way, Some(UnderWay::Merge));
        }
    }
}
