//! Paths within a policy repo, as a manifest or a listing names them.

use super::error::StoreError;
use std::fmt;
use std::sync::Arc;

/// A path relative to the policy folder, `/` between its parts, that cannot lead out of it by its words alone.
///
/// Links can still lead out; [`super::RepoRoot`] looks at those when it goes to the disk.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RepoPath(Arc<str>);

/// The longest path that any of our systems takes.
const LONGEST: usize = 4096;

impl RepoPath {
    /// Takes a path as somebody wrote it. `./a//b` becomes `a/b`; whatever is absolute, climbs, points into git's
    /// own folder or holds characters that no file name should is refused.
    pub fn parse(written: &str) -> Result<RepoPath, StoreError> {
        let refuse = |why| Err(StoreError::BadPath { path: shortened(written), why });
        if written.len() > LONGEST {
            return refuse("it is too long");
        }
        if written.chars().any(char::is_control) {
            return refuse("it holds a control character");
        }
        if written.contains('\\') {
            return refuse("it holds a `\\`");
        }
        let parts: Vec<&str> = written.split('/').filter(|part| !matches!(*part, "" | ".")).collect();
        if written.starts_with('/') || parts.first().is_some_and(|first| has_drive(first)) {
            return refuse("it is absolute");
        }
        if parts.contains(&"..") {
            return refuse("it holds `..`");
        }
        if parts.iter().any(|part| part.eq_ignore_ascii_case(".git")) {
            return refuse("it leads into git's own folder");
        }
        if parts.is_empty() {
            return refuse("it is empty");
        }
        Ok(RepoPath(parts.join("/").into()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub fn shared(&self) -> Arc<str> {
        Arc::clone(&self.0)
    }
}

fn has_drive(written: &str) -> bool {
    matches!(written.as_bytes(), [letter, b':', ..] if letter.is_ascii_alphabetic())
}

fn shortened(written: &str) -> String {
    let mut short: String = written.chars().take(200).collect();
    if short.len() < written.len() {
        short.push('…');
    }
    short
}

impl fmt::Display for RepoPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(written: &str, expect: Result<&str, &str>) {
        let got = RepoPath::parse(written);
        let got = match &got {
            Ok(path) => Ok(path.as_str()),
            Err(StoreError::BadPath { why, .. }) => Err(*why),
            Err(other) => panic!("{other}"),
        };
        assert_eq!(got, expect, "{written:?}");
    }

    #[test]
    fn plain_paths_are_taken() {
        check("casebook.yaml", Ok("casebook.yaml"));
        check("./specs//assistant.yaml", Ok("specs/assistant.yaml"));
        check("gold/a b/…/ana@example.org/x.jsonl", Ok("gold/a b/…/ana@example.org/x.jsonl"));
        check("...", Ok("..."));
        check(".gitignore", Ok(".gitignore"));
    }

    #[test]
    fn hostile_paths_are_refused() {
        check("/etc/passwd", Err("it is absolute"));
        check("C:/x", Err("it is absolute"));
        check("./C:/x", Err("it is absolute"));
        check("specs/../../x", Err("it holds `..`"));
        check("..", Err("it holds `..`"));
        check("a\0b", Err("it holds a control character"));
        check("a\u{1b}[2J", Err("it holds a control character"));
        check("..\\x", Err("it holds a `\\`"));
        check("specs/.GIT/config", Err("it leads into git's own folder"));
        check("", Err("it is empty"));
        check("./.", Err("it is empty"));
        check(&"a/".repeat(3000), Err("it is too long"));
    }

    proptest::proptest! {
        #[test]
        fn what_is_taken_stays_within(written in "[a./\\\\:]{0,12}") {
            if let Ok(path) = RepoPath::parse(&written) {
                proptest::prop_assert!(path.as_str().split('/').all(|part| !matches!(part, "" | "." | "..")));
                proptest::prop_assert_eq!(RepoPath::parse(path.as_str()).unwrap(), path);
            }
        }
    }
}
