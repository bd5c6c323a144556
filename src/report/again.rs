//! What gives a figure again: the command, the commit, the filter and the seed.

use super::replay::short;
use serde_json::{Value, json};

/// Where figures come from.
#[derive(Debug, Clone)]
pub struct Again<'a> {
    /// `agreement`
    pub command: &'static str,
    /// Its options, each with its value, but for those below.
    pub options: Vec<(&'static str, String)>,
    pub round: Option<&'a str>,
    pub labelers: Option<&'a [String]>,
    /// The commit that was looked at, or the one that the files on disk began from.
    pub commit: Option<&'a str>,
    /// Whether the files on disk were looked at and differ from it.
    pub changed: bool,
}

impl Again<'_> {
    /// The command line. It names the commit where that alone gives the figures again.
    pub fn command_line(&self) -> String {
        let mut words = vec!["casebook".to_owned(), self.command.to_owned()];
        let mut put = |option: &str, value: &str| words.extend([option.to_owned(), quoted(value)]);
        self.options.iter().for_each(|(option, value)| put(option, value));
        if let Some(round) = self.round {
            put("--round", round);
        }
        if let Some(labelers) = self.labelers {
            put("--labelers", &labelers.join(","));
        }
        if let Some(commit) = self.commit.filter(|_| !self.changed) {
            put("--rev", commit);
        }
        words.join(" ")
    }

    /// What was looked at, in words: `at 3f2a1b9c0, labels of the round r1`.
    pub fn words(&self) -> String {
        let mut words = vec![match (self.commit, self.changed) {
            (Some(commit), false) => format!("at {}", short(commit)),
            (Some(commit), true) => format!("the files on disk, which differ from {}", short(commit)),
            (None, _) => "the files on disk".to_owned(),
        }];
        words.extend(self.round.map(|round| format!("labels of the round {round}")));
        words.extend(self.labelers.map(|labelers| format!("labels of {}", labelers.join(", "))));
        words.join(", ")
    }

    /// `"command"`, `"commit"`, `"changed"` and `"filter"`, put into the object.
    pub fn put_into(&self, object: &mut Value) {
        object["command"] = self.command_line().into();
        object["commit"] = self.commit.into();
        object["changed"] = self.changed.into();
        object["filter"] = json!({"round": self.round, "labelers": self.labelers});
    }
}

/// A word as a shell takes it.
fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./,:@+=".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_is_one_that_a_shell_takes() {
        let labelers = ["ana@example.org".to_owned(), "o'neil $x".to_owned()];
        let mut again = Again {
            command: "agreement",
            options: vec![("--set", "core".to_owned()), ("--field", "my field".to_owned())],
            round: Some("r1"),
            labelers: Some(&labelers),
            commit: Some("3f2a1b9c0d"),
            changed: false,
        };
        assert_eq!(
            again.command_line(),
            r"casebook agreement --set core --field 'my field' --round r1 --labelers 'ana@example.org,o'\''neil $x' --rev 3f2a1b9c0d"
        );
        again.changed = true;
        assert!(!again.command_line().contains("--rev"));
        assert_eq!(
            again.words(),
            "the files on disk, which differ from 3f2a1b9c0, labels of the round r1, labels of ana@example.org, o'neil $x"
        );
    }
}
