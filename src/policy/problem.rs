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
    /// Other places that it is about, such as the second of two clauses that clash.
    pub also: Vec<Place>,
    /// What is wrong, one sentence, the user's own words in backticks.
    pub message: String,
    /// What to do about it, one sentence.
    pub help: String,
    /// One by one what the message sums up, where it does.
    pub details: Vec<String>,
}

impl Problem {
    /// A problem; what is too long to be read, such as a value of megabytes in backticks, is cut in its middle.
    pub fn new(code: &'static Code, place: Place, message: impl Into<String>, help: impl Into<String>) -> Self {
        let (message, help) = (readable(message.into()), readable(help.into()));
        Problem { code, place, also: Vec::new(), message, help, details: Vec::new() }
    }

    /// With one by one what the message sums up, a line each.
    #[must_use]
    pub fn with_details(self, details: Vec<String>) -> Self {
        Problem { details: details.into_iter().map(readable).collect(), ..self }
    }

    /// With other places that it is about.
    #[must_use]
    pub fn and(mut self, places: impl IntoIterator<Item = Place>) -> Self {
        self.also.extend(places);
        self
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

/// Bytes of a sentence that somebody might still read.
const LONGEST: usize = 1000;

fn readable(sentence: String) -> String {
    if sentence.len() <= LONGEST {
        return sentence;
    }
    let start: String = sentence.chars().take(LONGEST / 4).collect();
    let end: Vec<char> = sentence.chars().rev().take(LONGEST / 8).collect();
    format!("{start} … {}", end.into_iter().rev().collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::codes;

    #[test]
    fn a_sentence_stays_readable_whatever_it_quotes() {
        let new = |words: &str| Problem::new(&codes::UNKNOWN_KEY, Place::file("a"), format!("`{words}` is no key"), "");
        assert_eq!(new("short").message, "`short` is no key");
        let long = new(&"é".repeat(1 << 20)).message;
        assert!(long.len() < 2 * LONGEST && long.starts_with("`éé") && long.ends_with("éé` is no key"), "{long}");
    }
}
