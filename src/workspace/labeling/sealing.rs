//! Labels of a sealed round: kept on this machine, with a commitment in the open.

use super::lines::Lines;
use super::recorded::Recorded;
use crate::policy::label::Label;
use crate::policy::record;
use crate::policy::round::{Commitment, to_hex};
use crate::store::{Lock, RepoRoot};
use crate::workspace::error::WorkspaceError;
use crate::workspace::repo::{Environment, PolicyRepo};
use crate::workspace::rounds::{LoadedRound, Vault, VaultLine};
use std::sync::Arc;

/// The two files of a sitting in a sealed round.
#[derive(Debug)]
pub(super) struct Sealing {
    root: RepoRoot,
    vault: Lines,
    commitments: Lines,
}

impl Sealing {
    /// Begins; commitments that a crash kept from being published are published now. Gives the labels that are sealed
    /// already.
    pub fn begin(
        repo: &PolicyRepo,
        environment: &Environment,
        set: &str,
        round: &LoadedRound,
        who: &str,
        own: &str,
    ) -> Result<(Self, Vec<Label>), WorkspaceError> {
        let name = round.name();
        let mut vault = Vault::of(repo, set, name)?;
        let root = vault.made()?.clone();
        let _lock = root.lock()?;
        let kept: Vec<VaultLine> = vault.files(Some(who)).files.into_iter().flat_map(|file| file.lines).collect();
        let commitments = Lines::new(repo.root().clone(), format!("gold/{set}/rounds/{name}/commitments/{own}"));
        let lines = Lines::new(root.clone(), vault.folder(own));
        let mut sealing = Sealing { root: root.clone(), vault: lines, commitments };
        let known = round.published();
        for line in &kept {
            let Some(row) = line.commitment().filter(|row| !known.contains(&row.commitment)) else { continue };
            sealing.publish(&row, environment)?;
        }
        Ok((sealing, kept.iter().filter_map(VaultLine::label).collect()))
    }

    /// Keeps the round from being closed on this machine while a label is sealed.
    pub fn lock(&self) -> Result<Lock, WorkspaceError> {
        Ok(self.root.lock()?)
    }

    /// The file of commitments, relative to the policy folder; `None` before the first label.
    pub fn file(&self) -> Option<&Arc<str>> {
        self.commitments.file()
    }

    /// Seals a record: first it is on disk here, then the commitment is in the open.
    pub fn put<R: Recorded>(&mut self, record: &R, environment: &Environment) -> Result<String, WorkspaceError> {
        let (id, fields) = record::named(record);
        let salt = (environment.random)().map_err(|source| WorkspaceError::Random { source })?;
        let line = VaultLine { salt: to_hex(salt), record: fields };
        let text = serde_json::to_string(&line).unwrap_or_default();
        self.vault.append(&[&text], environment)?;
        if let Some(row) = line.commitment() {
            self.publish(&row, environment)?;
        }
        Ok(id)
    }

    fn publish(&mut self, row: &Commitment, environment: &Environment) -> Result<(), WorkspaceError> {
        let line = serde_json::to_string(row).unwrap_or_default();
        self.commitments.append(&[&line], environment)
    }
}

/// A labeler's labels of a sealed round that this machine keeps.
pub(super) fn kept(repo: &PolicyRepo, set: &str, round: &str, who: &str) -> Result<Vec<Label>, WorkspaceError> {
    let kept = Vault::of(repo, set, round)?.files(Some(who));
    Ok(kept.files.iter().flat_map(|file| &file.lines).filter_map(VaultLine::label).collect())
}
