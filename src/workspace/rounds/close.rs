//! How far a round is, and closing it.

use super::load::LoadedRound;
use super::open::{now, quoted};
use super::vault::Vault;
use crate::policy::gold::standing;
use crate::policy::label::Label;
use crate::policy::round::{Commitment, Reveal, queue};
use crate::policy::who::owner_of;
use crate::store::{Expect, Reading, Save};
use crate::workspace::error::WorkspaceError;
use crate::workspace::repo::{Environment, PolicyRepo};
use std::collections::{BTreeMap, BTreeSet};

/// How far one labeler is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Progress {
    pub labeler: String,
    /// Readings asked for, second ones among them.
    pub asked: usize,
    pub done: usize,
    /// Of those done. Nobody knows of a sealed round that is open.
    pub abstained: usize,
}

/// What closing did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClosedNow {
    /// Whether it was closed by this; otherwise it was closed already.
    pub closed: bool,
    /// How many sealed labels of this machine were revealed.
    pub revealed: usize,
}

impl PolicyRepo {
    /// How far each labeler of a round is, by the labels on disk; of a sealed round that is open by the commitments.
    pub fn progress(&self, set: &str, round: &LoadedRound) -> Vec<Progress> {
        let labels = self.labels_in(set, round.name());
        let stands = standing(&labels.iter().collect::<Vec<_>>());
        let mut done: BTreeMap<&str, BTreeSet<(&str, bool)>> = BTreeMap::new();
        let mut abstained: BTreeMap<&str, usize> = BTreeMap::new();
        for label in stands {
            done.entry(&label.labeler).or_default().insert((&label.case, label.repeat));
            *abstained.entry(&label.labeler).or_default() += usize::from(label.abstain.is_some());
        }
        let committed = committed(round);
        let of = |labeler: &std::sync::Arc<str>| {
            let asked = queue::queue(&round.round, &round.plan, labeler);
            let is_done = |asked: &&queue::Asked| {
                let case = round.plan[asked.row].case.as_str();
                let said = done.get(&**labeler).is_some_and(|done| done.contains(&(case, asked.repeat)));
                let sealed = committed.get(&(labeler.to_string(), case.to_owned())).copied().unwrap_or_default();
                said || (round.is_open() && sealed > usize::from(asked.repeat))
            };
            Progress {
                labeler: labeler.to_string(),
                asked: asked.len(),
                done: asked.iter().filter(is_done).count(),
                abstained: abstained.get(&**labeler).copied().unwrap_or_default(),
            }
        };
        round.round.labelers.iter().map(of).collect()
    }

    /// Closes a round, once, and reveals what this machine keeps sealed of it. Of a round that is closed already it only
    /// reveals.
    pub fn close_round(
        &self,
        environment: &Environment,
        set: &str,
        round: &LoadedRound,
        by: &str,
    ) -> Result<ClosedNow, WorkspaceError> {
        let folder = format!("gold/{set}/rounds/{}", round.name());
        let mut files: Vec<(String, String)> = Vec::new();
        if round.is_open() {
            let mut text = format!("closed: {}\nby: {}\n", quoted(&now(environment)), quoted(by));
            let rows: Vec<String> = round
                .commitments
                .iter()
                .map(|file| {
                    let bytes: &[u8] = (*file.bytes).as_ref();
                    let lines = bytes.iter().filter(|byte| **byte == b'\n').count();
                    let name = file.path.strip_prefix(&format!("{folder}/commitments/")).unwrap_or(&file.path);
                    format!("  {}: {lines}\n", quoted(name))
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

    /// The labels on disk that say they belong to a round.
    fn labels_in(&self, set: &str, round: &str) -> Vec<Label> {
        let mut labels = Vec::new();
        for path in self.root().list(&format!("gold/{set}/labels")).files {
            let Ok(bytes) = self.root().read(&path, Reading::Lines) else { continue };
            let lines =
                bytes.split(|byte| *byte == b'\n').filter_map(|line| serde_json::from_slice::<Label>(line).ok());
            labels.extend(lines.filter(|label| label.round.as_deref() == Some(round)));
        }
        labels
    }
}

/// How many commitments each labeler published on each case.
fn committed(round: &LoadedRound) -> BTreeMap<(String, String), usize> {
    let mut counts = BTreeMap::new();
    for file in &round.commitments {
        let owner = file.path.split('/').rev().nth(1).map(owner_of).unwrap_or_default();
        let bytes: &[u8] = (*file.bytes).as_ref();
        for line in bytes.split(|byte| *byte == b'\n') {
            if let Ok(Commitment { case, .. }) = serde_json::from_slice(line) {
                *counts.entry((owner.clone(), case)).or_default() += 1;
            }
        }
    }
    counts
}
