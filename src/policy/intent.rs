//! What an author means an edit to change, as a line in the commit: `refuse → comply where category: bio-weapons, severity: medium`.
//!
//! A line says from what behavior to what, and where: a condition as a spec writes it, or one case. Whatever an edit
//! changes beside that is collateral.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

/// One line of intent, its condition still as text.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Intent {
    /// The behaviors before and after, by id; `None` is `any`.
    pub from: Option<Arc<str>>,
    pub to: Option<Arc<str>>,
    pub place: IntendedFor,
}

/// Where a change is meant.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum IntendedFor {
    Everything,
    /// The condition, in YAML's flow style, without the outer braces.
    Where(String),
    /// One case alone: its flip is meant, whatever is decided around it.
    Case {
        set: String,
        case: String,
    },
}

/// A line that cannot be read as an intent.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IntentError {
    #[error("`{0}` does not say from what to what")]
    NoArrow(String),
    #[error("`{0}` names no behavior on one side")]
    NoBehavior(String),
    #[error("`{0}` does not say where: `where CONDITION` or `in case SET/CASE` may stand behind the behaviors")]
    NoPlace(String),
}

impl Intent {
    /// The key under which a commit carries its intents.
    pub const TRAILER: &str = "Policy-Intent";
}

/// `refuse → comply where category: bio-weapons, severity: medium`, `any → refuse in case core/bio-0007`. `->` will do.
impl FromStr for Intent {
    type Err = IntentError;

    fn from_str(line: &str) -> Result<Self, IntentError> {
        let line = line.trim();
        let arrow = line.split_once('→').or_else(|| line.split_once("->"));
        let (from, rest) = arrow.ok_or_else(|| IntentError::NoArrow(line.to_owned()))?;
        let rest = rest.trim();
        let (to, place) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
        let behavior = |word: &str| match word.trim() {
            word if word.is_empty() || word.contains(char::is_whitespace) => {
                Err(IntentError::NoBehavior(line.to_owned()))
            }
            "any" => Ok(None),
            word => Ok(Some(Arc::from(word))),
        };
        let (from, to, place) = (behavior(from)?, behavior(to)?, place.trim());
        let no_place = || IntentError::NoPlace(line.to_owned());
        let place = match place.split_once(char::is_whitespace) {
            None if place.is_empty() => IntendedFor::Everything,
            Some(("where", when)) => IntendedFor::Where(bare(when).to_owned()),
            Some(("in", rest)) => {
                let case = rest.trim().strip_prefix("case ").map(str::trim).ok_or_else(no_place)?;
                let (set, case) = case.split_once('/').ok_or_else(no_place)?;
                IntendedFor::Case { set: set.to_owned(), case: case.to_owned() }
            }
            _ => return Err(no_place()),
        };
        Ok(Intent { from, to, place })
    }
}

/// Without the braces that stand around the whole.
fn bare(when: &str) -> &str {
    let when = when.trim();
    let Some(inner) = when.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) else { return when };
    // `{a: {x: 1}}` has its own braces, `{x: 1}, {y: 2}` has not.
    let mut depth = 0_i32;
    let closes = inner.chars().any(|c| {
        depth += i32::from(c == '{') - i32::from(c == '}');
        depth < 0
    });
    if closes { when } else { inner.trim() }
}

impl fmt::Display for Intent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = |behavior: &Option<Arc<str>>| behavior.as_deref().unwrap_or("any").to_owned();
        write!(f, "{} → {}", word(&self.from), word(&self.to))?;
        match &self.place {
            IntendedFor::Everything => Ok(()),
            IntendedFor::Where(when) => write!(f, " where {when}"),
            IntendedFor::Case { set, case } => write!(f, " in case {set}/{case}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(line: &str, expect: &str) {
        match line.parse::<Intent>() {
            Ok(intent) => {
                assert_eq!(intent.to_string(), expect);
                assert_eq!(expect.parse::<Intent>(), Ok(intent));
            }
            Err(error) => assert!(error.to_string().contains(expect), "{error}"),
        }
    }

    #[test]
    fn lines_are_read_and_written() {
        check(
            "refuse → comply where category: bio, severity: medium",
            "refuse → comply where category: bio, severity: medium",
        );
        check(
            " refuse->comply  where {category: bio, intent: [unclear, malicious]} ",
            "refuse → comply where category: bio, intent: [unclear, malicious]",
        );
        check("any → refuse where intent: {not: benign}", "any → refuse where intent: {not: benign}");
        check("comply → any in case core/bio-0007", "comply → any in case core/bio-0007");
        check("comply → refuse", "comply → refuse");
    }

    #[test]
    fn what_is_no_intent_is_said() {
        check("make it stricter", "does not say from what to what");
        check("→ refuse where category: bio", "names no behavior");
        check("comply or refuse → refuse", "names no behavior");
        check("comply → refuse sometimes", "does not say where");
        check("comply → refuse in case bio-0007", "does not say where");
    }
}
