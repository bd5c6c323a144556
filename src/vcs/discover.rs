//! Finding the policy folder and the git repository around it.

use super::error::VcsError;
use super::repo::{Placed, Reader, Repo, use_settings_of};
use super::tools::Tools;
use std::fs;
use std::path::{Path, PathBuf};

/// A policy folder, and what git has to do with it.
#[derive(Debug)]
pub struct Found {
    /// The folder that holds `casebook.yaml`, absolute and free of links.
    pub folder: PathBuf,
    pub git: Git,
}

/// The git repository around a policy folder, if there is a usable one.
#[derive(Debug)]
pub enum Git {
    Repo(Repo),
    /// No repository: files can be edited and saved, but there is no history and nothing to compare with.
    None,
    /// A repository that cannot be used, and why; files can be edited and saved all the same.
    Unusable(VcsError),
}

impl Git {
    pub fn repo(&self) -> Option<&Repo> {
        match self {
            Git::Repo(repo) => Some(repo),
            Git::None | Git::Unusable(_) => None,
        }
    }
}

/// Finds the policy folder: `start` or the nearest folder above it that holds a `casebook.yaml`.
pub fn discover(start: &Path, tools: &Tools) -> Result<Found, VcsError> {
    let from = real(start)?;
    match from.ancestors().find(|folder| folder.join("casebook.yaml").is_file()) {
        Some(folder) => Ok(Found { folder: folder.to_owned(), git: repo_around(folder, tools) }),
        None if is_bare(&from) => Err(VcsError::Bare { folder: from }),
        None => Err(VcsError::NoPolicy { start: from }),
    }
}

/// The git repository around a folder that holds a policy, or is to hold one.
pub fn repo_around(folder: &Path, tools: &Tools) -> Git {
    let opened = real(folder).and_then(|folder| match git2::Repository::discover(&folder) {
        Ok(repository) => by_library(&folder, &repository, tools).map(Some),
        Err(missing) if missing.code() == git2::ErrorCode::NotFound => Ok(None),
        Err(foreign) if foreign.code() == git2::ErrorCode::Owner => Err(VcsError::NotOwned { folder }),
        Err(unknown) => by_program(&folder, &unknown, tools).map(Some),
    });
    match opened {
        Ok(Some(repo)) => Git::Repo(repo),
        Ok(None) => Git::None,
        Err(error) => Git::Unusable(error),
    }
}

fn by_library(folder: &Path, repository: &git2::Repository, tools: &Tools) -> Result<Repo, VcsError> {
    use_settings_of(repository, tools)?;
    let workdir = repository.workdir().ok_or_else(|| VcsError::Bare { folder: repository.path().to_owned() })?;
    place(folder, workdir, repository.path(), repository.commondir(), Reader::Library, tools)
}

/// The way for repositories that the library cannot open.
fn by_program(folder: &Path, why: &git2::Error, tools: &Tools) -> Result<Repo, VcsError> {
    let ask = |what: &str| tools.read(folder, ["rev-parse", what], 1 << 16);
    let unusable = |reason: String| VcsError::Unusable { folder: folder.to_owned(), reason };
    let bare = match ask("--is-bare-repository") {
        Ok(ran) => ran,
        Err(VcsError::Program { .. }) => return Err(VcsError::NeedsProgram { reason: why.message().to_owned() }),
        Err(other) => return Err(other),
    };
    if !bare.status.success() {
        return Err(unusable(bare.said()));
    }
    if bare.line() == "true" {
        return Err(VcsError::Bare { folder: folder.to_owned() });
    }
    let path = |what| ask(what)?.ok().map(|ran| folder.join(ran.path()));
    let (top, git, common) = (path("--show-toplevel")?, path("--absolute-git-dir")?, path("--git-common-dir")?);
    place(folder, &top, &git, &common, Reader::Program, tools)
}

fn place(
    folder: &Path,
    workdir: &Path,
    git_dir: &Path,
    common_dir: &Path,
    reader: Reader,
    tools: &Tools,
) -> Result<Repo, VcsError> {
    let workdir = real(workdir)?;
    let outside = || VcsError::Outside { folder: folder.to_owned(), workdir: workdir.clone() };
    let below = folder.strip_prefix(&workdir).map_err(|_| outside())?;
    let parts: Option<Vec<&str>> = below.iter().map(|part| part.to_str()).collect();
    let prefix = parts.ok_or_else(|| VcsError::Unusable {
        folder: folder.to_owned(),
        reason: "the name of its folder is not UTF-8".to_owned(),
    })?;
    Ok(Repo::new(Placed {
        folder: folder.to_owned(),
        prefix: prefix.join("/"),
        git_dir: real(git_dir)?,
        common_dir: real(common_dir)?,
        workdir,
        reader,
        tools: tools.clone(),
    }))
}

fn is_bare(folder: &Path) -> bool {
    git2::Repository::discover(folder).is_ok_and(|repository| repository.is_bare())
}

fn real(folder: &Path) -> Result<PathBuf, VcsError> {
    fs::canonicalize(folder).map_err(|source| VcsError::NoFolder { folder: folder.to_owned(), source })
}

#[cfg(test)]
mod tests {
    use super::super::testing::Scratch;
    use super::*;

    fn check(scratch: &Scratch, start: &str, expect: &str) {
        let start = scratch.path(start);
        let got = match discover(&start, &scratch.tools) {
            Ok(Found { folder, git }) => {
                let folder = folder.strip_prefix(scratch.real()).unwrap().display().to_string();
                match git {
                    Git::Repo(repo) => format!("{folder} at [{}]", repo.prefix()),
                    Git::None => format!("{folder} without git"),
                    Git::Unusable(error) => format!("{folder} but {error}"),
                }
            }
            Err(error) => error.to_string(),
        };
        assert!(got.contains(expect), "{got}");
    }

    #[test]
    fn a_policy_without_git() {
        let scratch = Scratch::new();
        scratch.write("p/casebook.yaml", "");
        scratch.write("p/specs/a.yaml", "");
        check(&scratch, "p/specs", "p without git");
        check(&scratch, ".", "there is no `casebook.yaml` in");
        check(&scratch, "nowhere", "cannot be looked at");
    }

    #[test]
    fn a_policy_at_the_top_and_one_in_a_subfolder() {
        let scratch = Scratch::new();
        scratch.git("", &["init", "-q", "r"]);
        scratch.write("r/casebook.yaml", "");
        scratch.write("r/a/b/casebook.yaml", "");
        check(&scratch, "r/a", "r at []");
        check(&scratch, "r/a/b", "r/a/b at [a/b]");
    }

    #[test]
    fn two_policies_of_one_repo_keep_their_state_apart() {
        let scratch = Scratch::new();
        scratch.git("", &["init", "-q", "r"]);
        scratch.write("r/casebook.yaml", "");
        scratch.write("r/a/casebook.yaml", "");
        let [top, below] = ["r", "r/a"].map(|path| scratch.repo(path));
        assert_ne!(top.state_dir(), below.state_dir());
        assert_eq!(top.cache_dir(), below.cache_dir());
    }

    #[test]
    fn a_bare_repository_is_told_from_none() {
        let scratch = Scratch::new();
        scratch.git("", &["init", "-q", "--bare", "b.git"]);
        check(&scratch, "b.git", "is a bare git repository");
        scratch.write("b.git/casebook.yaml", "");
        check(&scratch, "b.git", "b.git but");
    }

    #[test]
    fn a_linked_work_tree_has_its_own_state() {
        let scratch = Scratch::with_policy("r");
        scratch.git("r", &["worktree", "add", "-q", "../linked"]);
        let [main, linked] = ["r", "linked"].map(|path| scratch.repo(path));
        assert_ne!(main.state_dir(), linked.state_dir());
        assert_eq!(main.cache_dir(), linked.cache_dir());
        check(&scratch, "linked", "linked at []");
    }

    #[test]
    fn repositories_beyond_the_library_are_read_by_the_program() {
        for kind in ["--object-format=sha256", "--ref-format=reftable"] {
            let scratch = Scratch::new();
            scratch.git("", &["init", "-q", kind, "r"]);
            scratch.write("r/p/casebook.yaml", "");
            let repo = scratch.repo("r/p");
            assert!(repo.is_read_by_program() && repo.prefix() == "p", "{kind}");
            let alone = repo_around(&scratch.path("r"), &scratch.tools.clone().without_program());
            assert!(matches!(&alone, Git::Unusable(VcsError::NeedsProgram { .. })), "{alone:?}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_repository_of_somebody_else_is_not_trusted() {
        let scratch = Scratch::with_policy("r");
        let stranger = Some(54_321);
        let given_away = ["r", "r/.git"].map(|path| std::os::unix::fs::chown(scratch.path(path), stranger, None));
        if given_away.iter().all(Result::is_ok) {
            check(&scratch, "r", "r but the git repository of");
            check(&scratch, "r", "belongs to another user");
        }
    }

    #[test]
    fn a_repository_whose_work_tree_is_elsewhere() {
        let scratch = Scratch::with_policy("r");
        scratch.write("other/x", "");
        let other = scratch.path("other").display().to_string();
        scratch.git("r", &["config", "core.worktree", &other]);
        check(&scratch, "r", "lies outside the work tree");
    }

    #[test]
    fn repositories_can_be_handed_to_other_threads() {
        fn check<T: Send + Sync>() {}
        check::<Repo>();
        check::<super::super::Snapshot>();
    }

    #[test]
    fn a_broken_repository_is_unusable_and_says_why() {
        let scratch = Scratch::with_policy("r");
        scratch.write("r/.git/config", "[core\n");
        check(&scratch, "r", "r but the git repository of");
    }
}
