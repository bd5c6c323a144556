//! Scratch repositories for the tests of this room, free of the settings of the machine they run on.

use super::discover::{Git, discover};
use super::repo::Repo;
use super::tools::Tools;
use std::fs;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// One that the library reads, one that it cannot.
pub(super) const KINDS: [&str; 2] = ["--object-format=sha1", "--object-format=sha256"];

pub(super) struct Scratch {
    dir: TempDir,
    pub tools: Tools,
    /// Whether repositories are opened as if no `git` program were installed.
    pub alone: bool,
}

impl Scratch {
    pub(super) fn new() -> Scratch {
        let dir = tempfile::tempdir().unwrap();
        let home = dir.path().join("home");
        fs::create_dir(&home).unwrap();
        let settings = "[user]\nname = Ana\nemail = ana@example.org\n[init]\ndefaultBranch = main\n";
        fs::write(home.join(".gitconfig"), settings).unwrap();
        Scratch { tools: Tools::new().with_home(&home), dir, alone: false }
    }

    /// With a repository in folder `name` whose one commit holds a `casebook.yaml`.
    pub(super) fn with_policy(name: &str) -> Scratch {
        Scratch::with_policy_of(name, KINDS[0])
    }

    /// As [`Scratch::with_policy_of`], after which `side` and `main` each went on by one commit.
    pub(super) fn parted(folder: &str, kind: &str) -> Scratch {
        let scratch = Scratch::with_policy_of(folder, kind);
        scratch.git(folder, &["checkout", "-q", "-b", "side"]);
        scratch.commit(folder, "side");
        scratch.git(folder, &["checkout", "-q", "main"]);
        scratch.commit(folder, "main");
        scratch
    }

    pub(super) fn with_policy_of(name: &str, kind: &str) -> Scratch {
        let scratch = Scratch::new();
        scratch.git("", &["init", "-q", kind, name]);
        scratch.write(&format!("{name}/casebook.yaml"), "casebook: 1\n");
        scratch.commit(name, "one");
        scratch
    }

    /// With a merge that stopped at a conflict in `casebook.yaml`.
    pub(super) fn with_conflict(name: &str, kind: &str) -> Scratch {
        let scratch = Scratch::with_policy_of(name, kind);
        scratch.git(name, &["branch", "theirs"]);
        scratch.write(&format!("{name}/casebook.yaml"), "ours");
        scratch.commit(name, "ours");
        scratch.git(name, &["checkout", "-q", "theirs"]);
        scratch.write(&format!("{name}/casebook.yaml"), "theirs");
        scratch.commit(name, "theirs");
        scratch.tools.write(&scratch.path(name), &["merge", "-q", "main"], b"").unwrap();
        scratch
    }

    pub(super) fn path(&self, path: &str) -> PathBuf {
        self.dir.path().join(path)
    }

    pub(super) fn real(&self) -> PathBuf {
        fs::canonicalize(self.dir.path()).unwrap()
    }

    pub(super) fn write(&self, path: &str, text: &str) {
        let place = self.path(path);
        fs::create_dir_all(place.parent().unwrap_or(Path::new("/"))).unwrap();
        fs::write(place, text).unwrap();
    }

    /// Runs git in a folder and gives what it prints, without the line end.
    pub(super) fn git(&self, folder: &str, args: &[&str]) -> String {
        let ran = self.tools.write(&self.path(folder), args, b"").unwrap();
        assert!(ran.status.success(), "git {args:?}: {}", ran.said());
        ran.line()
    }

    /// Commits all that is in a folder, or nothing new.
    pub(super) fn commit(&self, folder: &str, message: &str) {
        self.git(folder, &["add", "-A"]);
        self.git(folder, &["commit", "-q", "--allow-empty", "-m", message]);
    }

    pub(super) fn repo(&self, folder: &str) -> Repo {
        let tools = if self.alone { self.tools.clone().without_program() } else { self.tools.clone() };
        match discover(&self.path(folder), &tools).unwrap().git {
            Git::Repo(repo) => repo,
            other => panic!("{other:?}"),
        }
    }

    /// Puts a shell script in the place of a hook.
    #[cfg(unix)]
    pub(super) fn hook(&self, folder: &str, name: &str, script: &str) {
        use std::os::unix::fs::PermissionsExt;
        let place = format!("{folder}/.git/hooks/{name}");
        self.write(&place, &format!("#!/bin/sh\n{script}"));
        fs::set_permissions(self.path(&place), fs::Permissions::from_mode(0o755)).unwrap();
    }
}
