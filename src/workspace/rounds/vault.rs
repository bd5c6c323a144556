//! Where the labels of a sealed round are kept until it is closed: on the labeler's machine, outside every work tree.

use super::deposit::deposit;
use crate::policy::label::Label;
use crate::policy::record::canonical;
use crate::policy::round::{Commitment, commitment, from_hex};
use crate::policy::who::folder_of;
use crate::store::{ContentHash, Expect, Lock, Reading, RepoRoot, Save};
use crate::workspace::error::WorkspaceError;
use crate::workspace::repo::PolicyRepo;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// The sealed labels that this machine keeps of one round.
#[derive(Debug, Clone)]
pub(in crate::workspace) struct Vault {
    /// `None` where nothing was ever sealed here.
    root: Option<RepoRoot>,
    /// Where the root is made when it is missing.
    place: (std::path::PathBuf, String),
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
    /// Of all that was in it.
    pub hash: ContentHash,
}

/// What a vault holds, and what of it cannot be read.
#[derive(Debug, Clone, Default)]
pub(in crate::workspace) struct Kept {
    pub files: Vec<VaultFile>,
    /// Each with its file and line.
    pub troubles: Vec<String>,
}

impl Vault {
    /// The vault of a round. Labels that an older casebook left in the git folder of one work tree, where they would go
    /// with it, are brought here; else nothing is made. Refused where it lies behind a link.
    pub fn of(repo: &PolicyRepo, set: &str, round: &str) -> Result<Vault, WorkspaceError> {
        let place = repo.sealed_place();
        let round = format!("{set}/{round}");
        for folder in repo.git().map(|repo| repo.linked_git_dirs()).unwrap_or_default() {
            if let Some(left) = RepoRoot::below(&folder, &place.1, false)? {
                bring(&left, &place, &round)?;
            }
        }
        Ok(Vault { root: RepoRoot::below(&place.0, &place.1, false)?, place, round })
    }

    /// The root of the vault, made where it is missing.
    pub fn made(&mut self) -> Result<&RepoRoot, WorkspaceError> {
        let root = match self.root.take() {
            Some(root) => root,
            None => made(&self.place)?,
        };
        Ok(self.root.insert(root))
    }

    /// The folder for a labeler's sealed labels, below the root.
    pub fn folder(&self, labeler_folder: &str) -> String {
        format!("{}/{labeler_folder}", self.round)
    }

    /// Keeps everybody else on this machine from sealing and revealing labels. `None` where nothing was ever sealed.
    pub fn lock(&self) -> Result<Option<Lock>, WorkspaceError> {
        Ok(self.root.as_ref().map(RepoRoot::lock).transpose()?)
    }

    /// Every sitting that this machine keeps, of one labeler or of all. What a crash cut short at the end of a file was
    /// never given, and is passed over.
    pub fn files(&self, labeler: Option<&str>) -> Kept {
        let mut kept = Kept::default();
        let Some(root) = &self.root else { return kept };
        let under = match labeler {
            Some(labeler) => match folder_of(labeler) {
                Some(own) => self.folder(&own),
                None => return kept,
            },
            None => self.round.clone(),
        };
        let listing = root.list(&under);
        kept.troubles
            .extend(listing.problems.iter().map(|problem| format!("{problem} (in `{}`)", root.dir().display())));
        for path in listing.files {
            let shown = root.dir().join(&*path).display().to_string();
            let bytes = match root.read(&path, Reading::Lines) {
                Ok(bytes) => bytes,
                Err(error) => {
                    kept.troubles.push(format!("{shown}: {error}"));
                    continue;
                }
            };
            let mut lines = Vec::new();
            for (number, line) in bytes.split_inclusive(|byte| *byte == b'\n').enumerate() {
                match serde_json::from_slice::<VaultLine>(line) {
                    Ok(line) if line.is_whole() => lines.push(line),
                    _ if line.trim_ascii().is_empty() || !line.ends_with(b"\n") => {}
                    Ok(_) => kept.troubles.push(format!("{shown}:{}: this is no sealed label", number + 1)),
                    Err(error) => {
                        let said = error.to_string();
                        let said = said.split(" at line ").next().unwrap_or_default();
                        kept.troubles.push(format!("{shown}:{}: this line cannot be read: {said}", number + 1));
                    }
                }
            }
            let name = path.strip_prefix(&format!("{}/", self.round)).unwrap_or(&path).to_owned();
            kept.files.push(VaultFile { path: path.to_string(), name, lines, hash: ContentHash::of(&bytes) });
        }
        kept
    }

    /// Removes a file that is as it was read.
    pub fn remove(&self, file: &VaultFile) -> Result<(), WorkspaceError> {
        if let Some(root) = &self.root {
            root.save(&[Save { path: &file.path, expect: Expect::Content(file.hash), content: None }])?;
        }
        Ok(())
    }
}

fn made((folder, below): &(std::path::PathBuf, String)) -> Result<RepoRoot, WorkspaceError> {
    let missing = || WorkspaceError::Random { source: std::io::ErrorKind::NotFound.into() };
    RepoRoot::below(folder, below, true)?.ok_or_else(missing)
}

/// Brings the files of a round from where they were left.
fn bring(left: &RepoRoot, place: &(std::path::PathBuf, String), round: &str) -> Result<(), WorkspaceError> {
    let files = left.list(round).files;
    if files.is_empty() {
        return Ok(());
    }
    let root = made(place)?;
    let (_one, _other) = (left.lock()?, root.lock()?);
    for path in files {
        let bytes = left.read(&path, Reading::Lines)?;
        // Bytes that are no text stay as they are: closing tells of them.
        let Ok(text) = bytes.as_str() else { continue };
        deposit(&root, &path, &text.lines().map(str::to_owned).collect::<Vec<_>>(), &|| Ok(()))?;
        left.save(&[Save { path: &path, expect: Expect::Content(ContentHash::of(&bytes)), content: None }])?;
    }
    Ok(())
}

impl VaultLine {
    /// The label; `None` where it is none.
    pub fn label(&self) -> Option<Label> {
        serde_json::from_value(Value::Object(self.record.clone())).ok()
    }

    /// The id of the label.
    pub fn id(&self) -> &str {
        self.record.get("id").and_then(Value::as_str).unwrap_or_default()
    }

    /// The commitment to it.
    pub fn commitment(&self) -> Option<Commitment> {
        let case = self.record.get("case")?.as_str()?.to_owned();
        Some(Commitment { case, commitment: commitment(&from_hex(&self.salt)?, &canonical(&self.record)) })
    }

    fn is_whole(&self) -> bool {
        !self.id().is_empty() && self.commitment().is_some() && self.label().is_some()
    }
}
