//! Closing a round.

use super::load::LoadedRound;
use super::open::{now, quoted};
use super::vault::Vault;
use crate::agreement::round::RoundStanding;
use crate::policy::round::{Blindness, Exit, Reached, Reveal, Sealed};
use crate::store::{Expect, Save};
use crate::workspace::error::WorkspaceError;
use crate::workspace::repo::{Environment, PolicyRepo};

/// What closing did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClosedNow {
    /// Whether it was closed by this; otherwise it was closed already.
    pub closed: bool,
    /// How many sealed labels of this machine were revealed.
    pub revealed: usize,
}

impl PolicyRepo {
    /// Closes a round, once, and reveals what this machine keeps sealed of it. Of a round that is closed already it only
    /// reveals. How it stands to its exit criteria is kept from `standing`, which is to be that of the files on disk.
    pub fn close_round(
        &self,
        environment: &Environment,
        set: &str,
        round: &LoadedRound,
        standing: &RoundStanding,
        by: &str,
    ) -> Result<ClosedNow, WorkspaceError> {
        let folder = format!("gold/{set}/rounds/{}", round.name());
        let mut files: Vec<(String, String)> = Vec::new();
        if round.is_open() {
            let mut text = format!("closed: {}\nby: {}\n", quoted(&now(environment)), quoted(by));
            // Of what is sealed no figure can be told yet. It follows from the labels, which the commitments hold to.
            if round.round.blindness != Blindness::Sealed && !standing.exits.is_empty() {
                text.push_str("exit:\n");
                text.extend(standing.exits.iter().map(|exit| kept(&exit.reached())));
            }
            let rows: Vec<String> = round
                .commitments
                .iter()
                .map(|file| {
                    let name = file.path.strip_prefix(&format!("{folder}/commitments/")).unwrap_or(&file.path);
                    let sealed = Sealed::of(name.into(), (*file.bytes).as_ref(), usize::MAX);
                    let hash = sealed.hash.as_deref().unwrap_or_default();
                    format!("  {}: {{lines: {}, blake3: {}}}\n", quoted(name), sealed.lines, quoted(hash))
                })
                .collect();
            if !rows.is_empty() {
                text.push_str(&format!("commitments:\n{}", rows.concat()));
            }
            files.push((format!("{folder}/closed.yaml"), text));
        }
        let vault = Vault::of(self, set, round.name());
        let kept = vault.files(None);
        let mut revealed = 0;
        for file in &kept {
            let (mut labels, mut reveals) = (String::new(), String::new());
            for line in &file.lines {
                let Some(id) = line.record.get("id").and_then(|id| id.as_str()) else { continue };
                let reveal = Reveal { id: id.to_owned(), salt: line.salt.clone() };
                labels.push_str(&format!("{}\n", serde_json::Value::Object(line.record.clone())));
                reveals.push_str(&format!("{}\n", serde_json::to_string(&reveal).unwrap_or_default()));
                revealed += 1;
            }
            files.push((format!("gold/{set}/labels/{}", file.name), labels));
            files.push((format!("{folder}/reveals/{}", file.name), reveals));
        }
        let saves: Vec<Save<'_>> = files
            .iter()
            .map(|(path, content)| Save { path, expect: Expect::Absent, content: Some(content.as_bytes()) })
            .collect();
        self.root().save(&saves)?;
        if let Some(root) = vault.root() {
            let gone: Vec<Save<'_>> =
                kept.iter().map(|file| Save { path: &file.path, expect: Expect::Anything, content: None }).collect();
            root.save(&gone)?;
        }
        Ok(ClosedNow { closed: round.is_open(), revealed })
    }
}

/// One criterion as `closed.yaml` keeps it.
fn kept(Reached { exit: Exit { measure, field, low }, value, interval, n, met }: &Reached) -> String {
    let found = match (value, interval) {
        (Err(why), _) => format!("undefined: {}", quoted(why)),
        (Ok(value), None) => format!("value: {value}"),
        (Ok(value), Some((low, high))) => format!("value: {value}, interval: [{low}, {high}]"),
    };
    let (measure, field) = (quoted(measure), quoted(field));
    format!("  - {{measure: {measure}, field: {field}, low: {low}, {found}, n: {n}, met: {met}}}\n")
}
