//! What is wrong with a policy repo, in words a person can act on.

use super::place::Place;
use std::fmt;

/// How much a problem matters. Only an [`Level::Error`] makes a check fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Level {
    Hint,
    Warning,
    Error,
}

impl Level {
    pub fn word(self) -> &'static str {
        match self {
            Level::Hint => "hint",
            Level::Warning => "warning",
            Level::Error => "error",
        }
    }
}

/// The kind of a problem: a code that never changes its meaning, and the manual page that explains it.
///
/// All of them are declared in [`codes`](super::codes); `casebook check --explain CODE` prints `manual`.
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct Code {
    /// `CB014`
    pub id: &'static str,
    /// `dead-clause`
    pub name: &'static str,
    pub level: Level,
    /// What it finds, why that is bad, an example, the fix and whether the fix is safe. Markdown.
    pub manual: &'static str,
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.id)
    }
}

/// One finding, with its place and a way out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    pub code: &'static Code,
    pub place: Place,
    /// What is wrong, one sentence, the user's own words in backticks.
    pub message: String,
    /// What to do about it, one sentence.
    pub help: String,
}

impl Problem {
    pub fn new(code: &'static Code, place: Place, message: impl Into<String>, help: impl Into<String>) -> Self {
        Problem { code, place, message: message.into(), help: help.into() }
    }

    pub fn level(&self) -> Level {
        self.code.level
    }
}

/// `specs/assistant.yaml:41:17: error[CB014]: clause `x` never decides`
impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}[{}]: {}", self.place, self.level().word(), self.code, self.message)
    }
}
