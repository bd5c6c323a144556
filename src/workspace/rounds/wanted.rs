//! What is said of a round that is to be opened, and whether it holds together.

use crate::agreement::round::OfRound;
use crate::policy::Policy;
use crate::policy::round::{Round, Sample};
use crate::policy::visible::is_hostile;
use crate::policy::who::{folder_of, is_device};
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

/// Why a name cannot be that of a folder on every system, or would have to be quoted in a shell.
fn no_name(name: &str) -> Option<String> {
    const LONGEST: usize = 100;
    let plain = |c: char| match c.is_ascii() {
        true => c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'),
        false => !c.is_whitespace() && !is_hostile(c),
    };
    match name.chars().find(|&c| !plain(c)) {
        Some(c) if c.is_control() || is_hostile(c) => Some(format!("it holds the character {}", c.escape_unicode())),
        Some(c) => Some(format!("it holds `{c}`")),
        None if name.len() > LONGEST => Some(format!("it is longer than {LONGEST} bytes")),
        None if name.starts_with(['.', '-']) || name.ends_with('.') => {
            Some("it begins with `.` or `-`, or ends with `.`".to_owned())
        }
        None if is_device(name) => Some("Windows takes it for a device".to_owned()),
        None => None,
    }
}

fn shortened(name: &str) -> String {
    let short: String = name.chars().filter(|c| !is_hostile(*c)).take(60).collect();
    if name.chars().count() > 60 { short + "…" } else { short }
}

impl Wanted {
    /// Refuses a name that cannot be that of a folder.
    pub(super) fn check_name(&self) -> Result<(), WorkspaceError> {
        let name = &self.round.name;
        if name.is_empty() {
            return Err(refuse("name", "a round needs a name", "It becomes the name of a folder: `2026-11-a`."));
        }
        match no_name(name) {
            None => Ok(()),
            Some(why) => {
                let message = format!("`{}` cannot be the name of a round: {why}", shortened(name));
                Err(refuse(
                    "name",
                    message,
                    "It becomes the name of a folder everywhere: letters, digits, `-`, `_` and `.`.",
                ))
            }
        }
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
        let labelers = round.labelers.len();
        for (at, who) in round.labelers.iter().enumerate() {
            if folder_of(who).is_none() || who.trim() != &**who {
                let message = format!("`{}` cannot be the name of a labeler", shortened(who));
                return Err(refuse("labelers", message, "Give a name of 1 to 240 bytes without blanks around it."));
            }
            if round.labelers[..at].contains(who) {
                let message = format!("`{who}` is named twice among the labelers");
                return Err(refuse("labelers", message, "Name each once."));
            }
        }
        if !(1..=labelers).contains(&round.overlap) {
            let message = format!("{} of {labelers} labelers cannot read each case", round.overlap);
            return Err(refuse(
                "overlap",
                message,
                &format!("Give a number from 1 to {labelers}, or name more labelers."),
            ));
        }
        if round.sample.size.is_some_and(|size| !(1..=Sample::LARGEST).contains(&size)) {
            let message = format!("`{}` cases cannot be drawn", round.sample.size.unwrap_or_default());
            let help = format!("Give a number from 1 to {}, or none to take all.", Sample::LARGEST);
            return Err(refuse("size", message, &help));
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::Policy;

    fn wanted() -> Wanted {
        let round =
            Round { name: "r".into(), labelers: vec!["ana".into(), "bo".into()], overlap: 1, ..Round::default() };
        Wanted { set: "core".into(), round, ..Wanted::default() }
    }

    #[test]
    fn names_are_folders_everywhere() {
        for name in ["2026-11-a", "cal_1.b", "ラウンド", "Runde-é", "console", "a"] {
            assert_eq!(no_name(name), None, "{name}");
        }
        let long = "x".repeat(101);
        for name in [
            "a b",
            "con",
            "CON.1",
            "lpt1",
            "a/b",
            "a\\b",
            "..",
            ".a",
            "a.",
            "-a",
            "a:b",
            "a*",
            "a?",
            "a\"",
            "a<",
            "a>",
            "a|",
            "a'",
            "$a",
            "a ",
            "a\u{1b}[2J",
            "a\u{202e}b",
            "a\u{3000}b",
            &long,
        ] {
            assert!(no_name(name).is_some(), "{name}");
        }
    }

    #[test]
    fn what_does_not_hold_together_is_refused() {
        let refused = |change: fn(&mut Round), words: &str| {
            let mut wanted = wanted();
            change(&mut wanted.round);
            let error = wanted.check(&Policy::default()).unwrap_err();
            assert!(error.to_string().contains(words), "{error}");
        };
        assert!(wanted().check(&Policy::default()).is_ok());
        refused(|round| round.labelers.clear(), "no labelers");
        refused(|round| round.labelers.push("ana".into()), "`ana` is named twice");
        refused(|round| round.labelers.push("".into()), "cannot be the name of a labeler");
        refused(|round| round.overlap = 0, "0 of 2 labelers cannot read each case");
        refused(|round| round.overlap = 3, "3 of 2 labelers cannot read each case");
        refused(|round| round.sample.size = Some(0), "`0` cases cannot be drawn");
        refused(|round| round.sample.size = Some(usize::MAX), "cases cannot be drawn");
    }
}
