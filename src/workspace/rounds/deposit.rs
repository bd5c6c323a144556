//! Lines that are to be in a folder once, however often somebody was stopped while putting them there.

use crate::store::{Expect, Reading, RepoRoot, Save, StoreError};
use crate::workspace::error::WorkspaceError;
use std::collections::HashSet;

/// Asked before every write, so that tests can stop it.
pub(super) type Before<'a> = &'a dyn Fn() -> Result<(), WorkspaceError>;

/// Puts lines into the file `path`. Where there is such a file it is left alone, and those lines that it lacks go to the
/// next one, `…-2.jsonl`; so doing it again changes nothing.
pub(super) fn deposit(root: &RepoRoot, path: &str, lines: &[String], before: Before<'_>) -> Result<(), WorkspaceError> {
    let stem = path.strip_suffix(".jsonl").unwrap_or(path);
    let mut lacking: Vec<&str> = lines.iter().map(String::as_str).collect();
    let mut number = 1;
    while !lacking.is_empty() {
        let candidate = if number == 1 { path.to_owned() } else { format!("{stem}-{number}.jsonl") };
        match root.read(&candidate, Reading::Lines) {
            Ok(bytes) => {
                let there: HashSet<&[u8]> = bytes.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii_end).collect();
                lacking.retain(|line| !there.contains(line.trim_end().as_bytes()));
            }
            Err(StoreError::Missing { .. }) => {
                before()?;
                let text: String = lacking.iter().map(|line| format!("{line}\n")).collect();
                root.save(&[Save { path: &candidate, expect: Expect::Absent, content: Some(text.as_bytes()) }])?;
                return Ok(());
            }
            Err(error) => return Err(error.into()),
        }
        number += 1;
    }
    Ok(())
}
