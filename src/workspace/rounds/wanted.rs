//! What is said of a round that is to be opened, and whether it holds together.

use crate::agreement::round::OfRound;
use crate::policy::Policy;
use crate::policy::round::Round;
use crate::workspace::error::WorkspaceError;

/// A round that somebody would open.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Wanted {
    /// The gold set.
    pub set: String,
    /// All but its time, its commit and how many cases there were to draw from.
    pub round: Round,
    /// Only these cases, where any are named.
    pub cases: Vec<String>,
    /// What flips are told against; HEAD unless said.
    pub base: Option<String>,
}

/// One thing that may be said of a round: an option of `casebook round new`, and a field of the form on the screen.
#[derive(Debug, PartialEq, Eq)]
pub struct Asked {
    /// The option is called so.
    pub word: &'static str,
    pub about: &'static str,
}

const fn asked(word: &'static str, about: &'static str) -> Asked {
    Asked { word, about }
}

/// Everything that may be said, in the order in which the screen asks.
pub const ASKED: &[Asked] = &[
    asked("set", "The gold set"),
    asked("name", "The name of the round"),
    asked("kind", "What the round is for"),
    asked("purpose", "Why, in a sentence"),
    asked("labelers", "Who labels: as git knows them, by their `user.email`"),
    asked("overlap", "How many labelers read each case"),
    asked("filter", "Only cases that meet these words, such as `category:weapons unlabeled`"),
    asked("case", "Only this case"),
    asked("base", "What flips are told against [default: HEAD]"),
    asked("size", "Draw so many of them [default: all]"),
    asked("by", "Draw from each category, tier, behavior, verdict or facet value its share"),
    asked("seed", "What decides whatever is left to chance"),
    asked("repeats", "The share of cases that each labeler reads twice, 0 to 1"),
    asked("probes", "The share of settled cases that are mixed in, 0 to 1"),
    asked("blind", "What labelers may see of each other"),
    asked("exit", "What is enough, by the lower end of a measure's interval: `alpha-ordinal severity >= 0.67`"),
    asked("as", "Who opens it [default: git's user.email]"),
];

/// What an option is about; nothing where there is no such option.
pub fn about(word: &str) -> &'static str {
    ASKED.iter().find(|asked| asked.word == word).map_or("", |asked| asked.about)
}

/// Which of the things that are [`ASKED`] an error is about.
pub fn asked_of(error: &WorkspaceError) -> Option<&'static str> {
    match error {
        WorkspaceError::BadRound { about, .. } => Some(about),
        WorkspaceError::NoSet { .. } => Some("set"),
        WorkspaceError::NoCase { .. } => Some("case"),
        WorkspaceError::Nobody | WorkspaceError::BadLabeler { .. } => Some("as"),
        _ => None,
    }
}

pub(super) fn refuse(about: &'static str, message: impl Into<String>, help: &str) -> WorkspaceError {
    WorkspaceError::BadRound { about, message: message.into(), help: help.to_owned() }
}

impl Wanted {
    /// Refuses a name that cannot be that of a folder.
    pub(super) fn check_name(&self) -> Result<(), WorkspaceError> {
        let name = &self.round.name;
        if name.is_empty() {
            return Err(refuse("name", "a round needs a name", "It becomes the name of a folder: `2026-11-a`."));
        }
        if name.starts_with('.') || name.contains(['/', '\\']) {
            let message = format!("`{name}` cannot be the name of a round");
            return Err(refuse("name", message, "It becomes the name of a folder: write it without `/`."));
        }
        Ok(())
    }

    /// Refuses what does not hold together whatever there is to draw from.
    pub(super) fn check(&self, policy: &Policy) -> Result<(), WorkspaceError> {
        let round = &self.round;
        if round.labelers.is_empty() {
            return Err(refuse(
                "labelers",
                "the round has no labelers",
                "Name those who label: `ana@example.org,bo@example.org`.",
            ));
        }
        for (word, share) in [("repeats", round.repeats), ("probes", round.probes)] {
            if !(0.0..=1.0).contains(&share) {
                return Err(refuse(word, format!("`{share}` is no share"), "Give a number from 0 to 1."));
            }
        }
        for exit in &round.exit {
            if let Err(why) = OfRound::measure_of(exit, policy) {
                return Err(refuse("exit", why, "Write an exit criterion as `alpha-ordinal severity >= 0.67`."));
            }
        }
        Ok(())
    }
}
