//! The bundled sample policies, and scratch repositories with their history.
//!
//! A sample is bundled as its last version and one patch a version. The patches are taken back one after the other to
//! find the earlier versions; what is left after the second one is the first version.

use super::error::WorkspaceError;
use super::workspace::{FileEdits, Workspace};
use crate::document::{Document, Edit, Node};
use crate::policy::place::Route;
use crate::store::StoreError;
use crate::vcs::{self, Changes, MadeVersion, Moment, Person, Repo, Tools, VcsError};
use diffy::patch_set::{FileOperation, ParseOptions, PatchSet};
use include_dir::{Dir, DirEntry, include_dir};
use std::collections::BTreeMap;
use std::path::Path;

static BUNDLED: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/sample-policies");

/// The template that a new policy starts from unless said otherwise.
pub const TEMPLATE: &str = "template";
/// The sample that a demonstration uses unless said otherwise.
pub const DEMO: &str = "assistant";

/// A policy that comes with casebook.
#[derive(Debug, Clone, Copy)]
pub struct Sample {
    name: &'static str,
    folder: &'static Dir<'static>,
}

/// Why a bundled sample cannot be used. Each of them is built by the tests, so this is a mistake in casebook.
#[derive(Debug, thiserror::Error)]
pub enum SampleError {
    #[error("the sample `{sample}` is broken: {why}")]
    Broken { sample: &'static str, why: String },
    #[error(transparent)]
    Vcs(#[from] VcsError),
}

/// An edit of a sample that shows something, made where nobody sits at a screen.
#[derive(Debug, Clone, PartialEq)]
pub struct DemoEdit {
    /// What is about to be done, a sentence or two.
    pub say: String,
    pub file: String,
    /// Id of the clause that is edited.
    pub clause: String,
    /// Where in the clause: `when.severity`.
    pub field: Route,
    /// What is to stand there.
    pub value: crate::document::Value,
    /// The message of the commit.
    pub message: String,
}

impl DemoEdit {
    /// Makes the edit in an open workspace; it is not saved.
    pub fn make(&self, workspace: &mut Workspace) -> Result<(), WorkspaceError> {
        let file = workspace.document(&self.file).ok_or_else(|| WorkspaceError::NotOpen { file: self.file.clone() })?;
        let clauses = Route::root().then("clauses");
        let named = |node: &Node| node.get("id").and_then(Node::text) == Some(self.clause.as_str());
        let index = file.node(&clauses).and_then(|clauses| clauses.items().position(named));
        let mut at = clauses.then(index.unwrap_or(usize::MAX));
        at.0.extend(self.field.0.iter().cloned());
        let edit = Edit::SetValue { at, value: self.value.clone() };
        let label = format!("set {} of {}", self.field, self.clause);
        workspace.edit(label, &[FileEdits::new(self.file.as_str(), vec![edit])])
    }
}

/// The samples that carry a history, by name.
pub fn all() -> Vec<Sample> {
    BUNDLED.dirs().filter_map(named).filter(Sample::has_history).collect()
}

/// Everything a new policy can start from: the template first, then the samples.
pub fn templates() -> Vec<Sample> {
    let mut templates: Vec<Sample> = BUNDLED.dirs().filter_map(named).collect();
    templates.sort_by_key(|sample| (sample.has_history(), sample.name));
    templates
}

/// The sample with a history of this name.
pub fn find(name: &str) -> Result<Sample, WorkspaceError> {
    let samples = all();
    samples.iter().find(|sample| sample.name == name).copied().ok_or_else(|| WorkspaceError::NoSample {
        name: name.to_owned(),
        known: samples.iter().map(Sample::name).collect(),
    })
}

fn named(folder: &'static Dir<'static>) -> Option<Sample> {
    Some(Sample { name: folder.path().to_str()?, folder })
}

impl Sample {
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// The policy's own name, from its manifest.
    pub fn title(&self) -> String {
        let manifest = self.folder.get_file(self.folder.path().join("casebook.yaml"));
        let document = Document::parse(manifest.and_then(|file| file.contents_utf8()).unwrap_or_default());
        document.node(&Route::root().then("name")).and_then(Node::text).unwrap_or(self.name).to_owned()
    }

    fn has_history(&self) -> bool {
        self.folder.get_dir(self.folder.path().join(HISTORY)).is_some()
    }

    /// The files of the last version, by their path within the policy folder.
    pub fn files(&self) -> BTreeMap<String, &'static [u8]> {
        let mut files = BTreeMap::new();
        let mut folders = vec![self.folder];
        while let Some(folder) = folders.pop() {
            for entry in folder.entries() {
                match entry {
                    DirEntry::Dir(below) if below.path() == self.folder.path().join(HISTORY) => {}
                    DirEntry::Dir(below) => folders.push(below),
                    DirEntry::File(file) => {
                        let within = file.path().strip_prefix(self.folder.path()).unwrap_or(file.path());
                        let parts: Vec<_> = within.iter().map(|part| part.to_string_lossy()).collect();
                        files.insert(parts.join("/"), file.contents());
                    }
                }
            }
        }
        files
    }

    /// Every version, the oldest first.
    pub fn versions(&self) -> Result<Vec<MadeVersion>, SampleError> {
        let mut files: BTreeMap<String, Vec<u8>> = self.files().into_iter().map(|(p, c)| (p, c.to_vec())).collect();
        let patches = self.patches()?;
        let mut versions = Vec::with_capacity(patches.len());
        for (at, patch) in patches.iter().enumerate().rev() {
            let changes = if at == 0 {
                std::mem::take(&mut files).into_iter().map(|(path, content)| (path, Some(content))).collect()
            } else {
                self.take_back(patch, &mut files)?
            };
            versions.push(self.version(patch, changes)?);
        }
        versions.reverse();
        Ok(versions)
    }

    /// Makes a git repository of the sample, history and all, in a folder that is empty or not there yet.
    pub fn build(&self, folder: &Path, tools: &Tools) -> Result<Repo, SampleError> {
        let versions = self.versions()?;
        let repo = vcs::init(folder, tools)?;
        repo.grow(&versions)?;
        Ok(repo)
    }

    /// Makes a git repository of the sample in a new folder below `temp`, ready for commits by anybody. It stays until
    /// somebody removes it.
    pub fn build_scratch(&self, temp: &Path, tools: &Tools) -> Result<Repo, WorkspaceError> {
        let unmade = |source| StoreError::Io { path: temp.display().to_string(), action: "written to", source };
        let folder = tempfile::Builder::new().prefix(&format!("casebook-{}-", self.name)).tempdir_in(temp);
        let folder = folder.map_err(unmade)?;
        let repo = self.build(folder.path(), tools)?;
        repo.prepare_scratch(&Person { name: "casebook demo".into(), email: "demo@casebook.invalid".into() })?;
        let _ = folder.keep();
        Ok(repo)
    }

    /// The edit that a demonstration makes.
    pub fn demo(&self) -> Result<DemoEdit, SampleError> {
        let place = self.folder.path().join(HISTORY).join("demo.yaml");
        let text = self.folder.get_file(place).and_then(|file| file.contents_utf8());
        let document = Document::parse(text.ok_or_else(|| self.broken("it has no demonstration"))?);
        let node = |key: &str| {
            let found = document.node(&Route::root().then(key));
            found.ok_or_else(|| self.broken(format!("its demonstration says no `{key}`")))
        };
        let word = |key: &str| Ok::<_, SampleError>(node(key)?.text().unwrap_or_default().trim().to_owned());
        Ok(DemoEdit {
            say: word("say")?,
            file: word("file")?,
            clause: word("clause")?,
            field: word("field")?.split('.').collect(),
            value: crate::document::Value::of(node("value")?),
            message: word("message")?,
        })
    }

    /// The texts of the patches, the oldest first.
    fn patches(&self) -> Result<Vec<&'static str>, SampleError> {
        let folder = self.folder.get_dir(self.folder.path().join(HISTORY));
        let files = folder.ok_or_else(|| self.broken("it has no history"))?.files();
        let mut patches: Vec<_> = files.filter(|file| file.path().extension().is_some_and(|e| e == "patch")).collect();
        patches.sort_by_key(|file| file.path());
        let text = |file: &&'static include_dir::File<'static>| file.contents_utf8();
        let texts: Option<Vec<_>> = patches.iter().map(text).collect();
        texts.ok_or_else(|| self.broken("a patch is not UTF-8"))
    }

    /// Takes a patch back from `files`, and gives what it had changed: the contents that it led to.
    fn take_back(&self, patch: &str, files: &mut BTreeMap<String, Vec<u8>>) -> Result<Changes, SampleError> {
        let mut changes = Vec::new();
        let diff = patch.split_once("\n---\n").map_or("", |(_, diff)| diff);
        for part in PatchSet::parse_bytes(diff.as_bytes(), ParseOptions::gitdiff()) {
            let part = part.map_err(|error| self.broken(error.to_string()))?;
            let operation = part.operation().strip_prefix(1);
            let (before, after) = match &operation {
                FileOperation::Create(path) => (None, Some(path)),
                FileOperation::Delete(path) => (Some(path), None),
                FileOperation::Modify { original, modified } => (Some(original), Some(modified)),
                FileOperation::Rename { from, to } => (Some(from), Some(to)),
                FileOperation::Copy { .. } => return Err(self.broken("a patch copies a file")),
            };
            let [before, after] =
                [before, after].map(|path| path.map(|path| String::from_utf8_lossy(path).into_owned()));
            let new = match &after {
                Some(path) => Some(files.remove(path).ok_or_else(|| self.broken(format!("`{path}` is missing")))?),
                None => None,
            };
            if let Some(path) = &before {
                let text = part.patch().as_text().ok_or_else(|| self.broken("a patch is not a text"))?;
                let old = diffy::apply_bytes(new.as_deref().unwrap_or_default(), &text.reverse());
                let old = old.map_err(|error| self.broken(format!("`{path}`: {error}")))?;
                files.insert(path.clone(), old);
            }
            if before != after {
                changes.extend(before.map(|path| (path, None)));
            }
            changes.extend(after.zip(new).map(|(path, content)| (path, Some(content))));
        }
        Ok(changes)
    }

    /// Author, date and message from the head of a patch, as `git format-patch` writes it.
    fn version(&self, patch: &str, changes: Changes) -> Result<MadeVersion, SampleError> {
        let head = patch.split_once("\n---\n").map_or(patch, |(head, _)| head);
        let (header, body) = head.split_once("\n\n").unwrap_or((head, ""));
        let unfolded = header.replace("\n ", " ");
        let field = |name: &str| {
            let found = unfolded.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
            found.ok_or_else(|| self.broken(format!("a patch says no `{name}`")))
        };
        let from = field("From")?;
        let (name, email) = from.split_once(" <").unwrap_or((from, ""));
        let date = jiff::fmt::rfc2822::parse(field("Date")?).map_err(|error| self.broken(error.to_string()))?;
        let when = Moment { seconds: date.timestamp().as_second(), offset: date.offset().seconds() / 60 };
        let who = Person { name: name.to_owned(), email: email.trim_end_matches('>').to_owned() };
        Ok(MadeVersion { who, when, message: format!("{}\n\n{body}", field("Subject")?), changes })
    }

    fn broken(&self, why: impl Into<String>) -> SampleError {
        SampleError::Broken { sample: self.name, why: why.into() }
    }
}

const HISTORY: &str = "history";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decide::Unwatched;
    use crate::replay::flip::FlipKind;
    use crate::workspace::Environment;
    use crate::workspace::difference::structure_difference;
    use std::fs;

    #[test]
    fn every_sample_grows_into_its_last_version() {
        for sample in all() {
            let folder = tempfile::tempdir().unwrap();
            let tools = Tools::new().with_home(folder.path());
            let repo = sample.build(&folder.path().join("repo"), &tools).unwrap();
            let history = vcs::History { from: None, path: None, limit: 100 };
            let log = repo.log(history, &|| true).unwrap();
            assert!(log.len() >= 6, "{}: {} versions", sample.name(), log.len());
            assert!(log.iter().any(|commit| commit.trailers.iter().any(|trailer| trailer.key == "Policy-Replay")));
            let last = repo.snapshot(&log[0].id).unwrap();
            let files = sample.files();
            for (path, content) in &files {
                assert_eq!(last.read(path, u64::MAX).unwrap().as_deref(), Some(*content), "{path}");
                assert_eq!(fs::read(repo.folder().join(path)).unwrap(), *content, "{path}");
            }
            assert_eq!(last.list("gold").unwrap().len(), files.keys().filter(|path| path.starts_with("gold/")).count());
            assert!(repo.status().unwrap().files.is_empty());
        }
    }

    #[test]
    fn every_demonstration_is_one_edit_that_flips_cases() {
        let home = tempfile::tempdir().unwrap();
        let tools = Tools::new().with_home(home.path());
        let environment =
            Environment { tools: tools.clone(), state: home.path().join("state"), now: || 0, random: || Ok([7; 32]) };
        for sample in all() {
            let repo = sample.build_scratch(home.path(), &tools).unwrap();
            let mut workspace = Workspace::open(repo.folder(), environment.clone()).unwrap();
            sample.demo().unwrap().make(&mut workspace).unwrap();
            workspace.save(None).unwrap();
            let comparison = workspace.repo().compare(&Default::default(), &[], &Unwatched).unwrap();
            assert_eq!(structure_difference(&comparison).len(), 1, "{}", sample.name());
            assert!(comparison.replay.count(FlipKind::Fixed) > 0, "{}", sample.name());
            assert!(comparison.replay.count(FlipKind::Regressed) > 0, "{}", sample.name());
        }
    }

    #[test]
    fn there_is_a_template_and_there_are_three_samples() {
        let names = |samples: Vec<Sample>| samples.iter().map(Sample::name).collect::<Vec<_>>().join(" ");
        assert_eq!(names(all()), "agents assistant community");
        assert_eq!(names(templates()), "template agents assistant community");
    }
}
