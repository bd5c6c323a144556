//! Why git could not do what was asked, and what to do about it.

use std::io;
use std::path::PathBuf;

/// Why git could not do what was asked. `Display` says what and where; [`VcsError::help`] what to do.
///
/// The texts may hold names and output that come from a repository: they are data, to be shown with their control
/// characters made visible.
#[derive(Debug, thiserror::Error)]
pub enum VcsError {
    #[error("there is no `casebook.yaml` in `{}` or in any folder above it", .start.display())]
    NoPolicy { start: PathBuf },
    #[error("`{}` cannot be looked at: {source}", .folder.display())]
    NoFolder { folder: PathBuf, source: io::Error },
    #[error("`{}` is a bare git repository: it has no files to work on", .folder.display())]
    Bare { folder: PathBuf },
    #[error("`{}` lies outside the work tree `{}` of its git repository", .folder.display(), .workdir.display())]
    Outside { folder: PathBuf, workdir: PathBuf },
    #[error("the git repository of `{}` belongs to another user", .folder.display())]
    NotOwned { folder: PathBuf },
    #[error("the git repository of `{}` cannot be opened: {reason}", .folder.display())]
    Unusable { folder: PathBuf, reason: String },
    #[error("this kind of git repository needs the `git` program, which was not found ({reason})")]
    NeedsProgram { reason: String },
    #[error("there is no commit yet")]
    Unborn,
    #[error("`{rev}` is not a revision of this repository")]
    UnknownRevision { rev: String },
    #[error("`{rev}` could mean more than one commit")]
    Ambiguous { rev: String },
    #[error("`{one}` and `{other}` have no commit in common")]
    NothingInCommon { one: String, other: String },
    #[error("`{path}` at this revision is not on this machine (partial clone)")]
    NotFetched { path: String },
    #[error("`{path}` holds {} MiB at this revision, more than the {} MiB that are read", .bytes >> 20, .limit >> 20)]
    TooLarge { path: String, bytes: u64, limit: u64 },
    #[error("`{path}` unfolds to more than {limit} files at this revision, or lies too deep")]
    TooMany { path: String, limit: usize },
    #[error("`{path}` is not a path within the policy folder")]
    BadPath { path: String },
    #[error("{0} is under way in this repository")]
    UnderWay(super::UnderWay),
    #[error("git does not know who you are")]
    NoIdentity,
    #[error("none of these files differs from the last commit")]
    NothingToCommit,
    #[error("git is told to ignore `{path}`")]
    Ignored { path: String },
    #[error("the commit message is {0}")]
    BadMessage(&'static str),
    #[error("`{key}` cannot be the key of a trailer")]
    BadTrailer { key: String },
    #[error("git refused the commit:\n{output}")]
    Refused { output: String },
    #[error("the `git` program was not found, and committing without it would pass over {what}")]
    WouldPassOver { what: String },
    #[error("another git command is at work in this repository (`{}` exists)", .lock.display())]
    Locked { lock: PathBuf },
    #[error("`{}` is a git repository already", .folder.display())]
    AlreadyRepo { folder: PathBuf },
    #[error("the `git` program could not be run: {source}")]
    Program { source: io::Error },
    #[error("git failed: {reason}")]
    Failed { reason: String },
    #[error("it was cancelled")]
    Cancelled,
}

impl VcsError {
    /// What a person can do about it, one sentence.
    pub fn help(&self) -> String {
        match self {
            VcsError::NoPolicy { .. } => {
                "Run casebook inside a policy folder, name one with `--repo DIR`, or make one with `casebook init DIR`."
            }
            VcsError::NoFolder { .. } => "See that the folder exists and that you may read it.",
            VcsError::Bare { .. } => "Clone it (`git clone`) and open the clone.",
            VcsError::Outside { .. } => "Open the policy in the work tree that the repository names, or move it there.",
            VcsError::NotOwned { folder } => {
                return format!("If you trust it, run `git config --global --add safe.directory {}`.", folder.display());
            }
            VcsError::Unusable { .. } => {
                "Run `git status` in the folder and follow what it says; files can be edited and saved meanwhile."
            }
            VcsError::NeedsProgram { .. } => "Install `git` and see that it is on the PATH.",
            VcsError::Unborn => "Make a first commit; until then there is nothing to compare with.",
            VcsError::UnknownRevision { .. } => {
                "Name a branch, a tag, a commit id, `HEAD~1` or `worktree`; `git log --oneline` lists commits."
            }
            VcsError::Ambiguous { .. } => "Write more digits of the commit id, or the full name of the branch or tag.",
            VcsError::NothingInCommon { .. } => {
                "Where the clone is shallow, `git fetch --unshallow` brings the rest; else compare the two as they are."
            }
            VcsError::NotFetched { .. } => "Run `git fetch --refetch --no-filter` once to bring all versions here.",
            VcsError::TooLarge { .. } => "Split the file into several smaller ones.",
            VcsError::TooMany { .. } => "Look at that commit with `git ls-tree -r`; it is no policy that casebook can read.",
            VcsError::BadPath { .. } => "Name files relative to the folder of `casebook.yaml`, without `..`.",
            VcsError::UnderWay(what) => return what.help().to_owned(),
            VcsError::NoIdentity => {
                "Run `git config --global user.name \"Your Name\"` and `git config --global user.email you@example.org`."
            }
            VcsError::NothingToCommit => "Save your changes first; unsaved edits are not committed.",
            VcsError::Ignored { .. } => "Take it out of `.gitignore`, or add it once with `git add --force`.",
            VcsError::BadMessage(_) => "Write a sentence or two that say what changed and why.",
            VcsError::BadTrailer { .. } => "Use letters, digits and `-` only, as in `Adjudicated-By`.",
            VcsError::Refused { .. } => "Set right what it says, then commit again; your files are as they were.",
            VcsError::WouldPassOver { .. } => "Install `git` and see that it is on the PATH, then commit again.",
            VcsError::Locked { .. } => "Wait for it to end; if none is running, remove that file.",
            VcsError::AlreadyRepo { .. } => "Open it as it is.",
            VcsError::Program { .. } => "See that `git` is installed and on the PATH.",
            VcsError::Failed { .. } => "Run `git status` in the folder and follow what it says.",
            VcsError::Cancelled => "Ask again when you need it.",
        }
        .to_owned()
    }
}

impl From<git2::Error> for VcsError {
    fn from(error: git2::Error) -> Self {
        VcsError::Failed { reason: error.message().to_owned() }
    }
}
