//! A git repository with a policy in it.

use super::error::VcsError;
use super::tools::Tools;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A git repository around a policy folder. Cheap to clone and to hand to other threads.
#[derive(Debug, Clone)]
pub struct Repo {
    place: Arc<Placed>,
}

#[derive(Debug)]
pub(super) struct Placed {
    /// The policy folder.
    pub folder: PathBuf,
    /// The top of the work tree.
    pub workdir: PathBuf,
    /// The policy folder relative to `workdir`, `/` between its parts; empty where they are one.
    pub prefix: String,
    pub git_dir: PathBuf,
    /// Differs from `git_dir` in a linked work tree.
    pub common_dir: PathBuf,
    pub reader: Reader,
    pub tools: Tools,
}

/// Who reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reader {
    Library,
    /// The library cannot open this kind of repository (SHA-256, reftable, partial clone).
    Program,
}

impl Repo {
    pub(super) fn new(place: Placed) -> Repo {
        Repo { place: Arc::new(place) }
    }

    /// The policy folder, absolute.
    pub fn folder(&self) -> &Path {
        &self.place.folder
    }

    /// The top of the work tree; the policy folder or a folder above it.
    pub fn workdir(&self) -> &Path {
        &self.place.workdir
    }

    /// The policy folder relative to the top of the work tree; empty where they are one.
    pub fn prefix(&self) -> &str {
        &self.place.prefix
    }

    /// The git folder of this work tree.
    pub fn git_dir(&self) -> &Path {
        &self.place.git_dir
    }

    /// Where what belongs to this policy in this work tree is kept out of the work tree: the recovery journal, drafts.
    /// Nothing is created here.
    pub fn state_dir(&self) -> PathBuf {
        self.place.git_dir.join("casebook").join(self.nook())
    }

    /// The git folder that all linked work trees share, and the folder below it where what belongs to this policy on this
    /// machine is kept: sealed labels. Nothing is created here.
    pub fn shared_state(&self) -> (&Path, String) {
        (&self.place.common_dir, format!("casebook/{}", self.nook()))
    }

    /// The git folders of linked work trees, as far as there are some.
    pub fn linked_git_dirs(&self) -> Vec<PathBuf> {
        let linked = std::fs::read_dir(self.place.common_dir.join("worktrees"));
        linked.into_iter().flatten().flatten().map(|entry| entry.path()).collect()
    }

    /// Where what can be computed anew is kept; shared by all linked work trees. Nothing is created here.
    pub fn cache_dir(&self) -> PathBuf {
        self.place.common_dir.join("casebook").join("cache")
    }

    /// One name for each policy folder of a repository.
    fn nook(&self) -> String {
        if self.place.prefix.is_empty() {
            return "root".to_owned();
        }
        let hash = blake3::hash(self.place.prefix.as_bytes()).to_hex();
        format!("at-{}", hash.get(..16).unwrap_or_default())
    }

    /// Whether the oldest commits here follow on others that were not brought here.
    pub fn is_shallow(&self) -> bool {
        self.place.common_dir.join("shallow").exists()
    }

    /// What has to be brought to an end before a commit can be made, if anything.
    pub fn under_way(&self) -> Option<UnderWay> {
        MARKS.iter().find(|(mark, _)| self.place.git_dir.join(mark).exists()).map(|(_, what)| *what)
    }

    /// Whether the files are read through the `git` program because the library cannot.
    pub fn is_read_by_program(&self) -> bool {
        self.place.reader == Reader::Program
    }

    pub(super) fn place(&self) -> &Placed {
        &self.place
    }

    pub(super) fn tools(&self) -> &Tools {
        &self.place.tools
    }

    pub(super) fn library(&self) -> Result<git2::Repository, VcsError> {
        let repository = git2::Repository::open(&self.place.workdir)?;
        use_settings_of(&repository, &self.place.tools)?;
        Ok(repository)
    }

    /// A path relative to the policy folder as one relative to the top of the work tree; `None` where it climbs.
    pub(super) fn at_top(&self, path: &str) -> Option<String> {
        let inside = !path.is_empty()
            && !path.contains('\0')
            && path.split('/').all(|part| !matches!(part, "" | "." | "..") && !part.eq_ignore_ascii_case(".git"));
        inside.then(|| match self.place.prefix.as_str() {
            "" => path.to_owned(),
            prefix => format!("{prefix}/{path}"),
        })
    }

    /// A path relative to the top of the work tree as one relative to the policy folder; `None` where it lies outside.
    pub(super) fn within<'a>(&self, path: &'a str) -> Option<&'a str> {
        match self.place.prefix.as_str() {
            "" => Some(path),
            prefix => path.strip_prefix(prefix)?.strip_prefix('/'),
        }
    }
}

/// Gives the library the settings of one folder in place of the user's, where that was asked for.
pub(super) fn use_settings_of(repository: &git2::Repository, tools: &Tools) -> Result<(), git2::Error> {
    let Some(home) = tools.home() else { return Ok(()) };
    let mut config = git2::Config::new()?;
    let global = home.join(".gitconfig");
    if global.is_file() {
        config.add_file(&global, git2::ConfigLevel::Global, false)?;
    }
    config.add_file(&repository.commondir().join("config"), git2::ConfigLevel::Local, false)?;
    repository.set_config(&config)
}

/// Something that git has begun and not ended; a commit of chosen files has to wait for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnderWay {
    Merge,
    Rebase,
    CherryPick,
    Revert,
}

const MARKS: [(&str, UnderWay); 5] = [
    ("MERGE_HEAD", UnderWay::Merge),
    ("rebase-merge", UnderWay::Rebase),
    ("rebase-apply", UnderWay::Rebase),
    ("CHERRY_PICK_HEAD", UnderWay::CherryPick),
    ("REVERT_HEAD", UnderWay::Revert),
];

impl UnderWay {
    pub(super) fn help(self) -> &'static str {
        match self {
            UnderWay::Merge => {
                "Finish it with `git merge --continue` or give it up with `git merge --abort`, then commit."
            }
            UnderWay::Rebase => {
                "Finish it with `git rebase --continue` or give it up with `git rebase --abort`, then commit."
            }
            UnderWay::CherryPick => {
                "Finish it with `git cherry-pick --continue` or give it up with `git cherry-pick --abort`, then commit."
            }
            UnderWay::Revert => {
                "Finish it with `git revert --continue` or give it up with `git revert --abort`, then commit."
            }
        }
    }
}

impl fmt::Display for UnderWay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            UnderWay::Merge => "a merge",
            UnderWay::Rebase => "a rebase",
            UnderWay::CherryPick => "a cherry-pick",
            UnderWay::Revert => "a revert",
        })
    }
}
