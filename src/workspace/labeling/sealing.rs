//! Labels of a sealed round: kept on this machine, with a commitment in the open.

use super::lines::Lines;
use super::recorded::Recorded;
use crate::policy::label::Label;
use crate::policy::record::{self, canonical};
use crate::policy::round::{Commitment, commitment, from_hex, to_hex};
use crate::store::Reading;
use crate::workspace::error::WorkspaceError;
use crate::workspace::repo::{Environment, PolicyRepo};
use crate::workspace::rounds::{Vault, VaultLine};
use std::collections::BTreeSet;
use std::sync::Arc;

/// The two files of a sitting in a sealed round.
#[derive(Debug)]
pub(super) struct Sealing {
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
        round: &str,
        who: &str,
        own: &str,
    ) -> Result<(Self, Vec<Label>), WorkspaceError> {
        let vault = Vault::of(repo, set, round);
        let public = format!("gold/{set}/rounds/{round}/commitments/{own}");
        let kept: Vec<VaultLine> = vault.files(Some(who)).into_iter().flat_map(|file| file.lines).collect();
        let (root, folder) = vault.open_for(own)?;
        let commitments = Lines::new(repo.root().clone(), public.clone());
        let mut sealing = Sealing { vault: Lines::new(root, folder), commitments };
        let known = published(repo, &public);
        for line in &kept {
            let Some(row) = commit(line).filter(|row| !known.contains(&row.commitment)) else { continue };
            sealing.publish(&row, environment)?;
        }
        Ok((sealing, kept.iter().filter_map(VaultLine::label).collect()))
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
        if let Some(row) = commit(&line) {
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
pub(super) fn kept(repo: &PolicyRepo, set: &str, round: &str, who: &str) -> Vec<Label> {
    let files = Vault::of(repo, set, round).files(Some(who));
    files.iter().flat_map(|file| &file.lines).filter_map(VaultLine::label).collect()
}

/// The commitment to a sealed label.
fn commit(line: &VaultLine) -> Option<Commitment> {
    let case = line.record.get("case")?.as_str()?.to_owned();
    Some(Commitment { case, commitment: commitment(&from_hex(&line.salt)?, &canonical(&line.record)) })
}

/// The commitments in the files of a folder.
fn published(repo: &PolicyRepo, folder: &str) -> BTreeSet<String> {
    let read = |path: &Arc<str>| repo.root().read(path, Reading::Lines).ok();
    let files: Vec<_> = repo.root().list(folder).files.iter().filter_map(read).collect();
    let lines = files.iter().flat_map(|bytes| bytes.split(|byte| *byte == b'\n'));
    lines.filter_map(|line| serde_json::from_slice::<Commitment>(line).ok()).map(|row| row.commitment).collect()
}
