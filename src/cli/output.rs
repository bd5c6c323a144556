//! The one place where something is printed.

use super::environment::Surroundings;
use crate::decide::LeftOut;
use crate::policy::problem::Level;
use crate::policy::visible::visible;
use crate::report::figure::thousands;
use crate::report::paint::Paint;
use crate::workspace::WorkspaceError;
use std::io::{self, Write};

/// What a command has to say, and how it ends.
#[derive(Debug)]
pub(super) struct Output {
    pub text: String,
    pub code: u8,
}

/// All is well.
const FINE: u8 = 0;
/// Something was found.
const FOUND: u8 = 1;
/// The command could not be carried out.
const FAILED: u8 = 2;

impl Output {
    pub fn fine(text: impl Into<String>) -> Self {
        Output { text: text.into(), code: FINE }
    }

    /// All is well where `fine`.
    pub fn with(text: impl Into<String>, fine: bool) -> Self {
        Output { text: text.into(), code: if fine { FINE } else { FOUND } }
    }
}

/// Why a command could not be carried out.
#[derive(Debug)]
pub(super) struct Failure {
    /// What, and where.
    pub message: String,
    /// What to do; empty where the message says it.
    pub help: String,
}

impl Failure {
    pub fn new(message: impl Into<String>, help: impl Into<String>) -> Self {
        Failure { message: message.into(), help: help.into() }
    }
}

impl<E: Into<WorkspaceError>> From<E> for Failure {
    fn from(error: E) -> Self {
        let error = error.into();
        Failure { message: error.to_string(), help: error.help() }
    }
}

/// Prints to standard output. A reader that has seen enough (`casebook … | head`) is no failure. Gives what went wrong.
pub(super) fn print(text: &str) -> Option<io::Error> {
    let mut out = io::stdout().lock();
    let printed = out.write_all(text.as_bytes()).and_then(|()| out.flush());
    printed.err().filter(|error| error.kind() != io::ErrorKind::BrokenPipe)
}

/// Says on standard error that the output could not be printed.
pub(super) fn not_printed(error: io::Error) -> u8 {
    let help = "See that there is room where the output goes, and that it may be written to.";
    fail(&Failure::new(format!("the output could not be written: {error}"), help), Paint::PLAIN)
}

/// Says on standard error what, where and what to do.
pub(super) fn fail(failure: &Failure, paint: Paint) -> u8 {
    let mut text = format!("{} {}\n", paint.level(Level::Error, "error:"), visible(&failure.message));
    if !failure.help.is_empty() {
        text.push_str(&format!("  {} {}\n", paint.dim("help"), visible(&failure.help)));
    }
    // Where nobody can be told, the exit code still says it.
    let _ = io::stderr().write_all(text.as_bytes());
    FAILED
}

/// Says on standard error what was left out, where that was anything: what a command says is not of all that is there.
pub(super) fn note_left_out(LeftOut { lines, files }: LeftOut, paint: Paint) {
    let counted = |n: u64, one: &str| match n {
        0 => None,
        1 => Some(format!("1 {one}")),
        n => Some(format!("{} {one}s", thousands(n))),
    };
    let what: Vec<String> = [counted(lines, "line"), counted(files, "file")].into_iter().flatten().collect();
    if !what.is_empty() {
        let what = what.join(" and ");
        warn(&format!("{what} of records cannot be read, and count for nothing: `casebook check` says which"), paint);
    }
}

/// Says on standard error what there is to know of what a command says.
pub(super) fn warn(words: &str, paint: Paint) {
    let text = format!("{} {}\n", paint.level(Level::Warning, "warning:"), visible(words));
    // Where nobody can be told, nobody is.
    let _ = io::stderr().write_all(text.as_bytes());
}

/// Prints what the reader of the arguments has to say: help, the version, or what is wrong with them.
pub(super) fn tell(told: &clap::Error, surroundings: &Surroundings) -> u8 {
    if told.use_stderr() {
        // It repeats what was typed, whatever that may hold.
        let _ = io::stderr().write_all(visible(&told.render().to_string()).as_bytes());
        return FAILED;
    }
    let help = told.render();
    let text = if surroundings.out_is_painted() { help.ansi().to_string() } else { help.to_string() };
    print(&text).map_or(FINE, not_printed)
}
