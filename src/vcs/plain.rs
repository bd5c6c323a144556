//! Commits by the library alone: where no `git` program is installed, and for sample histories.

use super::commit::Committed;
use super::discover::{Git, repo_around};
use super::error::VcsError;
use super::id::ObjectId;
use super::log::{Moment, Person};
use super::message::{Trailer, compose};
use super::repo::Repo;
use super::status::{Head, head};
use super::tools::Tools;
use std::fs::{self, Metadata};
use std::io;
use std::path::{Path, PathBuf};

/// Makes a git repository with a branch `main` in a folder, without hooks from anybody's template.
pub fn init(folder: &Path, tools: &Tools) -> Result<Repo, VcsError> {
    let mut options = git2::RepositoryInitOptions::new();
    options.initial_head("main").external_template(false).no_reinit(true);
    git2::Repository::init_opts(folder, &options).map_err(|error| match error.code() {
        git2::ErrorCode::Exists => VcsError::AlreadyRepo { folder: folder.to_owned() },
        _ => error.into(),
    })?;
    match repo_around(folder, tools) {
        Git::Repo(repo) => Ok(repo),
        Git::Unusable(error) => Err(error),
        Git::None => Err(VcsError::Failed { reason: "the new repository cannot be found".to_owned() }),
    }
}

impl Repo {
    /// Commits these files as somebody at some time, byte for byte, passing over hooks, filters and signing: for
    /// histories that casebook itself makes up in a scratch repository. The same history always has the same ids.
    pub fn commit_as(
        &self,
        who: &Person,
        when: Moment,
        files: &[&str],
        message: &str,
        trailers: &[Trailer],
    ) -> Result<Committed, VcsError> {
        let message = compose(message, trailers)?;
        let paths: Option<Vec<String>> = files.iter().map(|path| self.at_top(path)).collect();
        let paths = paths.ok_or_else(|| VcsError::BadPath { path: files.join(", ") })?;
        let repository = self.library()?;
        let who = git2::Signature::new(&who.name, &who.email, &git2::Time::new(when.seconds, when.offset))?;
        write_commit(self, &repository, &paths, &message, &who, Filters::Skip)
    }
}

/// Commits as the user would, if nothing stands in the way that only the `git` program honours.
pub(super) fn commit_as_user(repo: &Repo, paths: &[String], message: &str) -> Result<Committed, VcsError> {
    let repository = repo.library()?;
    let pass_over = |what: String| Err(VcsError::WouldPassOver { what });
    let config = repository.config()?;
    if config.get_bool("commit.gpgsign").unwrap_or(false) {
        return pass_over("your signature (`commit.gpgsign`)".to_owned());
    }
    if let Some(hook) = hook_of(&repository, &config) {
        return pass_over(format!("the hook `{hook}`"));
    }
    for path in paths {
        let filter = repository.get_attr(Path::new(path), "filter", git2::AttrCheckFlags::FILE_THEN_INDEX)?;
        if let Some(filter) = filter {
            return pass_over(format!("the filter `{filter}` of `{path}`"));
        }
    }
    let who = repository.signature().map_err(|_| VcsError::NoIdentity)?;
    write_commit(repo, &repository, paths, message, &who, Filters::Apply)
}

/// The first hook that a commit would run.
fn hook_of(repository: &git2::Repository, config: &git2::Config) -> Option<&'static str> {
    let folder: PathBuf = match config.get_path("core.hooksPath") {
        Ok(path) => repository.workdir().unwrap_or(Path::new("")).join(path),
        Err(_) => repository.commondir().join("hooks"),
    };
    let hooks = ["pre-commit", "prepare-commit-msg", "commit-msg", "post-commit", "reference-transaction"];
    hooks.into_iter().find(|hook| fs::metadata(folder.join(hook)).is_ok_and(|found| found.is_file() && runs(&found)))
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Filters {
    Apply,
    Skip,
}

/// A commit of the last one's tree with the files at `paths` (relative to the top) as they are on disk.
fn write_commit(
    repo: &Repo,
    repository: &git2::Repository,
    paths: &[String],
    message: &str,
    who: &git2::Signature<'_>,
    filters: Filters,
) -> Result<Committed, VcsError> {
    let before = head(repository)?;
    let parent = match before.commit() {
        Some(id) => Some(repository.find_commit(id.to_library()?)?),
        None => None,
    };
    let mut index = git2::Index::new()?;
    if let Some(parent) = &parent {
        index.read_tree(&parent.tree()?)?;
    }
    let (gone, here): (Vec<&String>, Vec<&String>) =
        paths.iter().partition(|path| !is_there(&repo.workdir().join(path)));
    // What is gone goes first: a folder may stand where a file was.
    for path in &gone {
        index.remove_all([path.as_str()], Some(&mut |found, _| i32::from(found != Path::new(path.as_str()))))?;
    }
    for path in &here {
        index.add(&entry(repo, repository, path, filters)?)?;
    }
    let tree = index.write_tree_to(repository)?;
    if parent.as_ref().is_some_and(|parent| parent.tree_id() == tree) {
        return Err(VcsError::NothingToCommit);
    }
    let parents: Vec<&git2::Commit<'_>> = parent.iter().collect();
    let id = repository.commit(Some("HEAD"), who, who, message, &repository.find_tree(tree)?, &parents)?;
    let mut index = repository.index()?;
    for path in &gone {
        index.remove(Path::new(path), 0).or_else(unless_missing)?;
    }
    for path in &here {
        index.add_path(Path::new(path))?;
    }
    index.write()?;
    let branch = match before {
        Head::Branch { name, .. } | Head::Unborn { name } => Some(name),
        Head::Detached { .. } => None,
    };
    Ok(Committed { id: ObjectId::of_library(id), branch, said: String::new() })
}

fn unless_missing(error: git2::Error) -> Result<(), git2::Error> {
    if error.code() == git2::ErrorCode::NotFound { Ok(()) } else { Err(error) }
}

fn is_there(place: &Path) -> bool {
    fs::symlink_metadata(place).is_ok_and(|found| !found.is_dir())
}

fn entry(
    repo: &Repo,
    repository: &git2::Repository,
    path: &str,
    filters: Filters,
) -> Result<git2::IndexEntry, VcsError> {
    let place = repo.workdir().join(path);
    let unreadable = |source: io::Error| VcsError::Failed { reason: format!("`{path}` cannot be read: {source}") };
    let found = fs::symlink_metadata(&place).map_err(unreadable)?;
    let (mode, id) = if found.is_symlink() {
        let target = fs::read_link(&place).map_err(unreadable)?;
        (0o120_000, repository.blob(target.as_os_str().as_encoded_bytes())?)
    } else if !found.is_file() {
        return Err(VcsError::Failed { reason: format!("`{path}` is not a file") });
    } else {
        let id = match filters {
            Filters::Apply => repository.blob_path(&place)?,
            Filters::Skip => repository.blob(&fs::read(&place).map_err(unreadable)?)?,
        };
        (if runs(&found) { 0o100_755 } else { 0o100_644 }, id)
    };
    Ok(index_entry(path, mode, id))
}

/// An entry that says nothing of the file on disk, so that git looks at it again.
pub(super) fn index_entry(path: &str, mode: u32, id: git2::Oid) -> git2::IndexEntry {
    let zero = git2::IndexTime::new(0, 0);
    git2::IndexEntry {
        ctime: zero,
        mtime: zero,
        dev: 0,
        ino: 0,
        mode,
        uid: 0,
        gid: 0,
        file_size: 0,
        id,
        flags: 0,
        flags_extended: 0,
        path: path.as_bytes().to_vec(),
    }
}

#[cfg(unix)]
fn runs(found: &Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt;
    found.permissions().mode() & 0o111 != 0
}

#[cfg(not(unix))]
fn runs(_found: &Metadata) -> bool {
    true
}

#[cfg(test)]
mod tests {
    use super::super::testing::Scratch;
    use super::*;

    const ANA: Moment = Moment { seconds: 1_700_000_000, offset: 60 };

    fn history(scratch: &Scratch, folder: &str) -> String {
        let ana = Person { name: "Ana".into(), email: "ana@example.org".into() };
        let repo = init(&scratch.path(folder), &scratch.tools).unwrap();
        scratch.write(&format!("{folder}/casebook.yaml"), "casebook: 1\r\n");
        scratch.write(&format!("{folder}/gone.yaml"), "");
        repo.commit_as(&ana, ANA, &["casebook.yaml", "gone.yaml"], "one", &[]).unwrap();
        fs::remove_file(scratch.path(folder).join("gone.yaml")).unwrap();
        let later = Moment { seconds: ANA.seconds + 60, ..ANA };
        let trailers = [Trailer::new("Policy-Replay", "1 fixed")];
        repo.commit_as(&ana, later, &["gone.yaml"], "two", &trailers).unwrap().id.to_string()
    }

    #[test]
    fn a_made_up_history_is_always_the_same() {
        let scratch = Scratch::new();
        let settings = "[commit]\ngpgsign = true\n[core]\nhooksPath = /no/such/folder\n[init]\ndefaultBranch = other\n";
        fs::write(scratch.path("home/.gitconfig"), settings).unwrap();
        let ids = ["a", "b"].map(|folder| history(&scratch, folder));
        assert_eq!(ids[0], ids[1]);
        assert_eq!(scratch.git("a", &["status", "--porcelain", "--branch"]), "## main");
        let last = scratch.git("a", &["log", "-1", "--format=%an %ae %aI %s %(trailers:key=Policy-Replay)"]);
        assert_eq!(last.trim(), "Ana ana@example.org 2023-11-14T23:14:20+01:00 two Policy-Replay: 1 fixed");
        assert_eq!(scratch.git("a", &["show", "HEAD~1:casebook.yaml"]), "casebook: 1");
        assert_eq!(scratch.git("a", &["ls-tree", "--name-only", "HEAD"]), "casebook.yaml");
        assert_eq!(scratch.git("a", &["fsck", "--strict"]), "");
    }

    #[test]
    fn a_repository_is_not_made_twice() {
        let scratch = Scratch::with_policy("r");
        let twice = init(&scratch.path("r"), &scratch.tools);
        assert!(matches!(twice, Err(VcsError::AlreadyRepo { .. })), "{twice:?}");
    }

    #[test]
    fn hostile_paths_do_not_leave_the_repository() {
        let scratch = Scratch::with_policy("r");
        let ana = Person { name: "Ana".into(), email: "ana@example.org".into() };
        scratch.write("outside", "secret");
        let refused = scratch.repo("r").commit_as(&ana, ANA, &["../outside"], "x", &[]);
        assert!(matches!(refused, Err(VcsError::BadPath { .. })), "{refused:?}");
    }
}
