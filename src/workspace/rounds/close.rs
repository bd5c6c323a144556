//! Closing a round.

use super::deposit::{Before, deposit};
use super::load::LoadedRound;
use super::open::{find_round, now, quoted};
use super::vault::{Vault, VaultFile};
use crate::agreement::round::RoundStanding;
use crate::policy::round::{Blindness, Exit, Reached, Reveal, Sealed};
use crate::policy::who::folder_of;
use crate::store::{Expect, Save};
use crate::workspace::error::WorkspaceError;
use crate::workspace::files::WorkTree;
use crate::workspace::labeling::new_ulid;
use crate::workspace::repo::{Environment, PolicyRepo, Unsaved};
use std::collections::BTreeSet;

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
    /// reveals. How it stands to its exit criteria is kept from `standing`, which is to be that of the files on disk. Whoever
    /// was stopped on the way, at whatever step, does it again and loses nothing.
    pub fn close_round(
        &self,
        environment: &Environment,
        set: &str,
        round: &LoadedRound,
        standing: &RoundStanding,
        by: &str,
    ) -> Result<ClosedNow, WorkspaceError> {
        self.close_round_with(environment, set, (round, standing), by, &|| Ok(()))
    }

    /// `before` is asked before every write.
    pub(super) fn close_round_with(
        &self,
        environment: &Environment,
        set: &str,
        (round, standing): (&LoadedRound, &RoundStanding),
        by: &str,
        before: Before<'_>,
    ) -> Result<ClosedNow, WorkspaceError> {
        let mut vault = Vault::of(self, set, round.name())?;
        if round.round.blindness == Blindness::Sealed {
            vault.made()?;
        }
        // From here on nobody on this machine adds a label or a commitment; what came since it was looked at is seen.
        let _lock = vault.lock()?;
        let on_disk =
            || find_round(&WorkTree { root: self.root().clone(), unsaved: Unsaved::new() }, set, round.name());
        let mut round = on_disk()?;
        let kept = vault.files(None);
        if let Some(first) = kept.troubles.first() {
            let more = match kept.troubles.len() {
                1 => String::new(),
                n => format!(" (and {} more like it)", n - 1),
            };
            return Err(WorkspaceError::BadRecord {
                message: format!("a sealed label cannot be revealed: {first}{more}; nothing was revealed"),
                help:
                    "Set it right, or take the line out of the file where nothing can be made of it, then close again."
                        .to_owned(),
            });
        }
        let folder = format!("gold/{set}/rounds/{}", round.name());
        let closed = round.is_open();
        if closed {
            // A crash, or another work tree, may have kept commitments from being here.
            let published = round.published();
            for file in &kept.files {
                let rows = file.lines.iter().filter_map(|line| line.commitment());
                let rows: Vec<String> = rows
                    .filter(|row| !published.contains(&row.commitment))
                    .filter_map(|row| serde_json::to_string(&row).ok())
                    .collect();
                deposit(self.root(), &format!("{folder}/commitments/{}", file.name), &rows, before)?;
            }
            round = on_disk()?;
            let own = folder_of(by).ok_or_else(|| WorkspaceError::BadLabeler { name: by.to_owned() })?;
            let path = format!("{folder}/closed/{own}/{}.yaml", new_ulid(environment)?);
            let text = closing(&round, standing, &folder, environment, by);
            before()?;
            self.root().save(&[Save { path: &path, expect: Expect::Absent, content: Some(text.as_bytes()) }])?;
        }
        let mut seen = BTreeSet::new();
        for file in &kept.files {
            self.reveal(set, &folder, file, before)?;
            before()?;
            vault.remove(file)?;
            seen.extend(file.lines.iter().map(|line| line.id().to_owned()));
        }
        Ok(ClosedNow { closed, revealed: seen.len() })
    }

    fn reveal(&self, set: &str, folder: &str, file: &VaultFile, before: Before<'_>) -> Result<(), WorkspaceError> {
        let labels: Vec<String> =
            file.lines.iter().map(|line| serde_json::Value::Object(line.record.clone()).to_string()).collect();
        let reveal = |line: &super::VaultLine| Reveal { id: line.id().to_owned(), salt: line.salt.clone() };
        let reveals: Vec<String> =
            file.lines.iter().filter_map(|line| serde_json::to_string(&reveal(line)).ok()).collect();
        deposit(self.root(), &format!("gold/{set}/labels/{}", file.name), &labels, before)?;
        deposit(self.root(), &format!("{folder}/reveals/{}", file.name), &reveals, before)
    }
}

/// What is kept of a round that is being closed.
fn closing(round: &LoadedRound, standing: &RoundStanding, folder: &str, environment: &Environment, by: &str) -> String {
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
    text
}

/// One criterion as it is kept.
fn kept(Reached { exit: Exit { measure, field, low }, value, interval, n, met }: &Reached) -> String {
    let found = match (value, interval) {
        (Err(why), _) => format!("undefined: {}", quoted(why)),
        (Ok(value), None) => format!("value: {value}"),
        (Ok(value), Some((low, high))) => format!("value: {value}, interval: [{low}, {high}]"),
    };
    let (measure, field) = (quoted(measure), quoted(field));
    format!("  - {{measure: {measure}, field: {field}, low: {low}, {found}, n: {n}, met: {met}}}\n")
}
