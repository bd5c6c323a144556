//! The `git` program and the surroundings it runs in.

use super::error::VcsError;
use std::ffi::{OsStr, OsString};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::thread;

/// How git is reached: which program, and whose settings.
#[derive(Debug, Clone)]
pub struct Tools {
    program: Option<OsString>,
    home: Option<PathBuf>,
}

impl Default for Tools {
    fn default() -> Self {
        Tools::new()
    }
}

impl Tools {
    /// `git` as found on the PATH, with the user's own settings.
    pub fn new() -> Tools {
        Tools { program: Some("git".into()), home: None }
    }

    /// As if no `git` program were installed.
    #[must_use]
    pub fn without_program(self) -> Tools {
        Tools { program: None, ..self }
    }

    /// With the git settings (and whatever else git looks for at home) of this folder alone, those of the user and
    /// of the machine left out.
    #[must_use]
    pub fn with_home(self, home: &Path) -> Tools {
        Tools { home: Some(home.to_owned()), ..self }
    }

    pub(super) fn home(&self) -> Option<&Path> {
        self.home.as_deref()
    }

    /// Runs git for reading: no hook, no file monitor, no fetching, no lock, no colour. Nothing that a repository
    /// brings along is run.
    pub(super) fn read<I, S>(&self, folder: &Path, args: I, limit: usize) -> Result<Ran, VcsError>
    where
        I: IntoIterator<Item = S>,
        S: AsRef<OsStr>,
    {
        let mut command = self.command(folder)?;
        command
            .args(["--no-pager", "--literal-pathspecs", "-c", "core.fsmonitor=false", "-c", "core.quotePath=false"])
            .args(["-c", "core.hooksPath=/dev/null", "-c", "log.showSignature=false", "-c", "color.ui=false"])
            .env("GIT_OPTIONAL_LOCKS", "0")
            // The second is for versions that do not know the first: no protocol is allowed.
            .env("GIT_NO_LAZY_FETCH", "1")
            .env("GIT_ALLOW_PROTOCOL", "none")
            .env("LC_ALL", "C")
            .args(args);
        run(command, &[], limit)
    }

    /// Runs git for writing, with the user's hooks and settings; `input` goes to its standard input.
    pub(super) fn write(&self, folder: &Path, args: &[&str], input: &[u8]) -> Result<Ran, VcsError> {
        let mut command = self.command(folder)?;
        command.arg("--no-pager").args(args).env("GIT_EDITOR", "true");
        run(command, input, MOST_TALK)
    }

    fn command(&self, folder: &Path) -> Result<Command, VcsError> {
        let program =
            self.program.as_ref().ok_or_else(|| VcsError::Program { source: io::ErrorKind::NotFound.into() })?;
        let mut command = Command::new(program);
        command.current_dir(folder).env("GIT_TERMINAL_PROMPT", "0").env("GIT_PAGER", "cat");
        for of_another_repo in ELSEWHERE {
            command.env_remove(of_another_repo);
        }
        if let Some(home) = &self.home {
            command
                .env("HOME", home)
                .env("XDG_CONFIG_HOME", home.join(".config"))
                .env("GIT_CONFIG_GLOBAL", home.join(".gitconfig"))
                .env("GIT_CONFIG_NOSYSTEM", "1");
            for of_the_user in WHO {
                command.env_remove(of_the_user);
            }
        }
        Ok(command)
    }
}

/// Set where casebook is itself run by git (a hook, an alias): they would turn every call to that repository.
const ELSEWHERE: [&str; 13] = [
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_OBJECT_DIRECTORY",
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_COMMON_DIR",
    "GIT_NAMESPACE",
    "GIT_PREFIX",
    "GIT_SHALLOW_FILE",
    "GIT_GRAFT_FILE",
    "GIT_IMPLICIT_WORK_TREE",
    "GIT_REPLACE_REF_BASE",
    "GIT_LITERAL_PATHSPECS",
];

const WHO: [&str; 10] = [
    "GIT_AUTHOR_NAME",
    "GIT_AUTHOR_EMAIL",
    "GIT_AUTHOR_DATE",
    "GIT_COMMITTER_NAME",
    "GIT_COMMITTER_EMAIL",
    "GIT_COMMITTER_DATE",
    "GIT_CONFIG_COUNT",
    "GIT_CONFIG_PARAMETERS",
    "GIT_CONFIG_SYSTEM",
    "EMAIL",
];

/// As much as is kept of what git and its hooks say.
const MOST_TALK: usize = 1 << 20;

/// What a run of git left.
pub(super) struct Ran {
    pub status: ExitStatus,
    pub out: Vec<u8>,
    /// More came than was asked for; `out` is its beginning.
    pub cut: bool,
    err: Vec<u8>,
}

impl Ran {
    pub(super) fn ok(self) -> Result<Ran, VcsError> {
        if self.status.success() { Ok(self) } else { Err(VcsError::Failed { reason: self.said() }) }
    }

    /// Its output without the line end, as text.
    pub(super) fn line(&self) -> String {
        String::from_utf8_lossy(&self.out).trim_end_matches(['\n', '\r']).to_owned()
    }

    /// Its output as a path.
    pub(super) fn path(&self) -> PathBuf {
        #[cfg(unix)]
        {
            use std::os::unix::ffi::OsStrExt;
            let bytes = self.out.strip_suffix(b"\n").unwrap_or(&self.out);
            OsStr::from_bytes(bytes).into()
        }
        #[cfg(not(unix))]
        self.line().into()
    }

    /// What it said, or that it said nothing.
    pub(super) fn said(&self) -> String {
        Some(self.talk())
            .filter(|said| !said.is_empty())
            .unwrap_or_else(|| format!("it said nothing and ended with {}", self.status))
    }

    /// What it said, nothing where it said nothing.
    pub(super) fn talk(&self) -> String {
        let parts = [&self.err, &self.out].map(|part| String::from_utf8_lossy(part).trim().to_owned());
        parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n")
    }
}

fn run(mut command: Command, input: &[u8], limit: usize) -> Result<Ran, VcsError> {
    let program = |source| VcsError::Program { source };
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().map_err(program)?;
    let (stdin, stdout, stderr) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
    // Three pipes at once: waiting on one while git waits on another would never end.
    let (out, err) = thread::scope(|scope| {
        let err = scope.spawn(move || drain(stderr, MOST_TALK));
        scope.spawn(move || stdin.map(|mut stdin| stdin.write_all(input)));
        let out = drain(stdout, limit);
        (out, err.join().unwrap_or_default())
    });
    let status = child.wait().map_err(program)?;
    Ok(Ran { status, cut: out.len() > limit, out, err })
}

/// Reads to the end so that the writer is not held up, and keeps one byte more than `limit` at most.
fn drain(from: Option<impl Read>, limit: usize) -> Vec<u8> {
    let mut kept = Vec::new();
    if let Some(mut from) = from {
        let _ = from.by_ref().take(limit as u64 + 1).read_to_end(&mut kept);
        let _ = io::copy(&mut from, &mut io::sink());
    }
    kept
}
