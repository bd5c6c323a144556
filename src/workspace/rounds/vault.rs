//! Where the labels of a sealed round are kept until it is closed: on the labeler's machine, outside the work tree.

use crate::policy::label::Label;
use crate::policy::who::folder_of;
use crate::store::{Reading, RepoRoot};
use crate::workspace::error::WorkspaceError;
use crate::workspace::repo::PolicyRepo;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// The sealed labels that this machine keeps of one round.
#[derive(Debug, Clone)]
pub(in crate::workspace) struct Vault {
    /// `None` where nothing was ever sealed here.
    root: Option<RepoRoot>,
    folder: std::path::PathBuf,
    /// `<set>/<round>`
    round: String,
}

/// One sealed label with the salt of its commitment.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(in crate::workspace) struct VaultLine {
    /// 64 hexadecimal characters.
    pub salt: String,
    /// The label as it will be revealed.
    pub record: Map<String, Value>,
}

/// The labels of one sitting.
#[derive(Debug, Clone)]
pub(in crate::workspace) struct VaultFile {
    /// In the vault.
    pub path: String,
    /// The folder of its labeler, and its own name: `ana@example.org/01J….jsonl`.
    pub name: String,
    pub lines: Vec<VaultLine>,
}

impl Vault {
    /// The vault of a round. Nothing is made.
    pub fn of(repo: &PolicyRepo, set: &str, round: &str) -> Vault {
        let folder = repo.sealed_dir();
        Vault { root: RepoRoot::open(&folder).ok(), folder, round: format!("{set}/{round}") }
    }

    /// Where a labeler's sealed labels go, with the folder for them; made where it is missing.
    pub fn open_for(&self, labeler_folder: &str) -> Result<(RepoRoot, String), WorkspaceError> {
        Ok((RepoRoot::make(&self.folder)?, format!("{}/{labeler_folder}", self.round)))
    }

    /// Every sitting that this machine keeps, of one labeler or of all. Lines that a crash cut short are passed over.
    pub fn files(&self, labeler: Option<&str>) -> Vec<VaultFile> {
        let Some(root) = &self.root else { return Vec::new() };
        let under = match labeler {
            Some(labeler) => match folder_of(labeler) {
                Some(own) => format!("{}/{own}", self.round),
                None => return Vec::new(),
            },
            None => self.round.clone(),
        };
        let mut files = Vec::new();
        for path in root.list(&under).files {
            let Ok(bytes) = root.read(&path, Reading::Lines) else { continue };
            let lines =
                bytes.split(|byte| *byte == b'\n').filter_map(|line| serde_json::from_slice(line).ok()).collect();
            let name = path.strip_prefix(&format!("{}/", self.round)).unwrap_or(&path).to_owned();
            files.push(VaultFile { path: path.to_string(), name, lines });
        }
        files
    }

    /// The root of the vault, where there is one.
    pub fn root(&self) -> Option<&RepoRoot> {
        self.root.as_ref()
    }
}

impl VaultLine {
    /// The label; `None` where it is none.
    pub fn label(&self) -> Option<Label> {
        serde_json::from_value(Value::Object(self.record.clone())).ok()
    }
}
