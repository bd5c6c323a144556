//! What gives a figure again: the command, the commit, the filter and the seed.

use super::figure::thousands;
use super::replay::short;
use serde_json::{Value, json};

/// Where figures come from.
#[derive(Debug, Clone)]
pub struct Again<'a> {
    /// `agreement`, `round report`
    pub command: &'static str,
    /// The round that the command is about, where it is about one.
    pub about: Option<&'a str>,
    /// Its options, each with its value, but for those below.
    pub options: Vec<(&'static str, String)>,
    pub round: Option<&'a str>,
    pub labelers: Option<&'a [String]>,
    /// The commit that was looked at, or the one that the files on disk began from.
    pub commit: Option<&'a str>,
    /// Whether the files on disk were looked at and differ from it.
    pub changed: bool,
}

impl<'a> Again<'a> {
    /// Of the figures of a round, which are all in its report.
    pub fn of_round(set: &str, round: &'a str, commit: Option<&'a str>, changed: bool) -> Self {
        Again {
            command: "round report",
            about: Some(round),
            options: vec![("--set", set.to_owned())],
            round: None,
            labelers: None,
            commit,
            changed,
        }
    }

    /// The command line. It names the commit where that alone gives the figures again.
    pub fn command_line(&self) -> String {
        let mut words = vec!["casebook".to_owned(), self.command.to_owned()];
        words.extend(self.about.map(quoted));
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
        words.extend(self.filtered().map(|round| format!("labels of the round {round}")));
        words.extend(self.labelers.map(|labelers| format!("labels of {}", labelers.join(", "))));
        words.join(", ")
    }

    /// What has to be known besides, where the command alone does not give the figures again.
    pub fn caveat(&self) -> Option<&'static str> {
        match (self.commit, self.changed) {
            (Some(_), false) => None,
            (Some(_), true) => {
                Some("Uncommitted files are in it: the command gives the same only while they stay as they are.")
            }
            (None, _) => {
                Some("Nothing is committed: the command gives the same only while the files stay as they are.")
            }
        }
    }

    /// The round whose labels alone are looked at.
    fn filtered(&self) -> Option<&'a str> {
        self.round.or(self.about)
    }

    /// `"command"`, `"commit"`, `"changed"` and `"filter"`, put into the object.
    pub fn put_into(&self, object: &mut Value) {
        object["command"] = self.command_line().into();
        object["commit"] = self.commit.into();
        object["changed"] = self.changed.into();
        object["filter"] = json!({"round": self.filtered(), "labelers": self.labelers});
    }
}

/// `seed 0, 1,000 resamples`: what the intervals that come from resampling rest on.
pub fn resampled(seed: u64, replicates: u32) -> String {
    format!("seed {seed}, {} resamples", thousands(replicates.into()))
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
            about: None,
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

    #[test]
    fn a_round_is_named_and_what_is_not_committed_is_said() {
        let again = |commit, changed| Again::of_round("core", "my r1", commit, changed);
        let clean = again(Some("3f2a1b9c0d"), false);
        assert_eq!(clean.command_line(), "casebook round report 'my r1' --set core --rev 3f2a1b9c0d");
        assert_eq!((clean.words().as_str(), clean.caveat()), ("at 3f2a1b9c0, labels of the round my r1", None));
        let changed = again(Some("3f2a1b9c0d"), true);
        assert_eq!(changed.command_line(), "casebook round report 'my r1' --set core");
        assert!(changed.caveat().is_some_and(|words| words.starts_with("Uncommitted files are in it")));
        assert!(again(None, false).caveat().is_some_and(|words| words.starts_with("Nothing is committed")));
        let mut json = json!({});
        clean.put_into(&mut json);
        assert_eq!(json["filter"]["round"], "my r1");
    }
}
