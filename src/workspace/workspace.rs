//! A policy that is being worked on: the documents with what is unsaved, the model they give, undo, saving.

mod recovery;

pub use recovery::{Journaling, LeftBehind};

use super::error::WorkspaceError;
use super::files::{Files, WorkTree};
use super::repo::{Environment, PolicyRepo, Unsaved};
use super::version::PolicyVersion;
use crate::document::{Document, Edit, History, Touched, Transaction};
use crate::policy::Policy;
use crate::store::{ContentHash, Expect, Journal, Reading, Save, StoreError};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex};

/// One document as it is being worked on.
#[derive(Debug, Clone)]
struct Buffer {
    /// `None` where the file is to be removed.
    document: Option<Document>,
    /// As it was loaded or saved last; `None` where there is no file.
    saved: Option<Document>,
    /// What saving expects on disk where that is something else than `saved`: what recovered edits began from.
    began: Option<Expect>,
    /// What was on disk when a conflict with it was told last; it is told once.
    told: Option<Option<ContentHash>>,
}

impl Buffer {
    fn is_changed(&self) -> bool {
        let text = |document: &Option<Document>| document.as_ref().map(Document::shared_text);
        match (text(&self.document), text(&self.saved)) {
            (Some(now), Some(saved)) => !Arc::ptr_eq(&now, &saved) && now != saved,
            (now, saved) => now.is_some() != saved.is_some(),
        }
    }

    fn expect(&self) -> Expect {
        match (self.began, &self.saved) {
            (Some(began), _) => began,
            (None, Some(saved)) => Expect::Content(ContentHash::of(saved.bytes())),
            (None, None) => Expect::Absent,
        }
    }
}

/// Edits of one file.
#[derive(Debug, Clone)]
pub struct FileEdits {
    pub file: Arc<str>,
    pub edits: Vec<Edit>,
}

impl FileEdits {
    pub fn new(file: impl Into<Arc<str>>, edits: Vec<Edit>) -> Self {
        FileEdits { file: file.into(), edits }
    }
}

/// A file that changed on disk while it was open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outside {
    /// It was taken over: nothing in it was unsaved.
    Reloaded(Arc<str>),
    /// It has unsaved edits here, so a person must choose.
    Conflict(Arc<str>),
}

/// A policy that is being worked on.
pub struct Workspace {
    repo: PolicyRepo,
    environment: Environment,
    buffers: BTreeMap<Arc<str>, Buffer>,
    version: Arc<PolicyVersion>,
    history: History,
    /// Shared, since writing to it waits for the disk and is done beside the screen.
    journal: Option<Arc<Mutex<Journal>>>,
    /// Why there is no journal.
    journal_trouble: Option<StoreError>,
}

impl Workspace {
    /// Opens the policy in `start` or the nearest folder above it.
    pub fn open(start: &Path, environment: Environment) -> Result<Workspace, WorkspaceError> {
        let repo = PolicyRepo::open(start, &environment)?;
        let (journal, journal_trouble) = match Journal::open(&repo.journal_dir()) {
            Ok(journal) => (Some(Arc::new(Mutex::new(journal))), None),
            Err(trouble) => (None, Some(trouble)),
        };
        let mut workspace = Workspace {
            repo,
            environment,
            buffers: BTreeMap::new(),
            version: Arc::new(PolicyVersion::default()),
            history: History::default(),
            journal,
            journal_trouble,
        };
        workspace.refresh();
        Ok(workspace)
    }

    pub fn repo(&self) -> &PolicyRepo {
        &self.repo
    }

    pub fn environment(&self) -> &Environment {
        &self.environment
    }

    /// The policy as it stands, unsaved edits included.
    pub fn version(&self) -> &Arc<PolicyVersion> {
        &self.version
    }

    pub fn policy(&self) -> &Arc<Policy> {
        &self.version.policy
    }

    /// A document as it stands.
    pub fn document(&self, file: &str) -> Option<&Document> {
        match self.buffers.get(file) {
            Some(buffer) => buffer.document.as_ref(),
            None => self.version.documents.get(file),
        }
    }

    /// Why unsaved edits would not survive a crash, if they would not.
    pub fn journal_trouble(&self) -> Option<&StoreError> {
        self.journal_trouble.as_ref()
    }

    /// The files with unsaved edits.
    pub fn unsaved_files(&self) -> Vec<Arc<str>> {
        self.buffers.iter().filter(|(_, buffer)| buffer.is_changed()).map(|(file, _)| file.clone()).collect()
    }

    /// Whether any document was ever changed, be it saved or taken back since.
    pub fn is_touched(&self) -> bool {
        !self.buffers.is_empty()
    }

    /// The documents that differ from what is on disk.
    pub fn unsaved(&self) -> Unsaved {
        let changed = self.buffers.iter().filter(|(_, buffer)| buffer.is_changed());
        changed.map(|(file, buffer)| (file.clone(), buffer.document.clone())).collect()
    }

    /// The files on disk with the unsaved edits over them; cheap to make, and fit for other threads.
    pub fn work_tree(&self) -> WorkTree {
        WorkTree { root: self.repo.root().clone(), unsaved: self.unsaved() }
    }

    // Editing ---------------------------------------------------------------------------------------------------

    /// Makes edits in one or several files as one step of undo: all or none.
    pub fn edit(&mut self, label: impl Into<String>, edits: &[FileEdits]) -> Result<(), WorkspaceError> {
        let mut changed = Vec::new();
        for FileEdits { file, edits } in edits {
            let before = self.document(file).cloned().ok_or_else(|| not_open(file))?;
            let (after, _) = before.edit_all(edits)?;
            changed.push((file.clone(), before, after));
        }
        let touched = changed
            .iter()
            .map(|(file, before, after)| Touched::new(file.clone(), before.shared_text(), after.text()))
            .collect();
        self.history.record(Transaction::new(label, touched));
        for (file, before, after) in changed {
            self.put(file, before, after);
        }
        self.refresh();
        Ok(())
    }

    /// Puts a text in place of a file's whole text, as typing in the raw view does. Texts put with the same `run` of
    /// typing become one step of undo.
    pub fn set_text(&mut self, label: &str, file: &str, text: &str, run: Option<&str>) -> Result<(), WorkspaceError> {
        self.adopt(Draft { file: file.into(), document: Document::parse(text), version: None }, label, run)
    }

    /// What reading a text in another thread needs; see [`Workspace::adopt`].
    pub fn drafting(&self, file: &str) -> Drafting {
        Drafting { file: file.into(), files: self.work_tree() }
    }

    /// Takes over a text that was read in another thread.
    pub fn adopt(&mut self, draft: Draft, label: &str, run: Option<&str>) -> Result<(), WorkspaceError> {
        let Draft { file, document, version } = draft;
        let before = self.document(&file).cloned().ok_or_else(|| not_open(&file))?;
        if before.is_read_only() {
            return Err(crate::document::EditError::ReadOnly.into());
        }
        let touched = vec![Touched::new(file.clone(), before.shared_text(), document.text())];
        let transaction = Transaction::new(label, touched);
        self.history.record(match run {
            Some(run) => transaction.merging(run),
            None => transaction,
        });
        self.put(file, before, document);
        match version {
            Some(version) => self.version = version,
            None => self.refresh(),
        }
        Ok(())
    }

    /// Adds a new file, to be written with the next save.
    pub fn create(&mut self, file: &str, text: &str) -> Result<(), WorkspaceError> {
        if self.document(file).is_some() || self.repo.root().has(file) {
            return Err(WorkspaceError::Exists { file: file.to_owned() });
        }
        crate::store::RepoPath::parse(file)?;
        let buffer = Buffer { document: Some(Document::parse(text)), saved: None, began: None, told: None };
        self.buffers.insert(file.into(), buffer);
        self.refresh();
        Ok(())
    }

    /// Ends a run of typing.
    pub fn seal(&mut self) {
        self.history.seal();
    }

    /// What undo would take back, in words.
    pub fn next_undo(&self) -> Option<&str> {
        self.history.next_undo().map(|transaction| transaction.label.as_str())
    }

    /// What redo would do again, in words.
    pub fn next_redo(&self) -> Option<&str> {
        self.history.next_redo().map(|transaction| transaction.label.as_str())
    }

    /// Takes the last change back; gives its words and the files that it touched.
    pub fn undo(&mut self) -> Option<(String, Vec<Arc<str>>)> {
        let transaction = self.history.undo()?.clone();
        self.walk(&transaction, Touched::undone)
    }

    /// Makes the change again that was taken back last.
    pub fn redo(&mut self) -> Option<(String, Vec<Arc<str>>)> {
        let transaction = self.history.redo()?.clone();
        self.walk(&transaction, Touched::redone)
    }

    fn walk(
        &mut self,
        transaction: &Transaction,
        step: fn(&Touched, &str) -> Option<Arc<str>>,
    ) -> Option<(String, Vec<Arc<str>>)> {
        let mut files = Vec::new();
        for touched in &transaction.files {
            let before = self.document(&touched.file)?.clone();
            let text = step(touched, before.text())?;
            self.put(touched.file.clone(), before, Document::parse(text));
            files.push(touched.file.clone());
        }
        self.refresh();
        Some((transaction.label.clone(), files))
    }

    fn put(&mut self, file: Arc<str>, before: Document, after: Document) {
        let buffer = self.buffers.entry(file).or_insert_with(|| Buffer {
            document: None,
            saved: Some(before),
            began: None,
            told: None,
        });
        buffer.document = Some(after);
    }

    // Disk ------------------------------------------------------------------------------------------------------

    /// Saves these files, or all with unsaved edits: all or none. Gives what was written.
    pub fn save(&mut self, only: Option<&[Arc<str>]>) -> Result<Vec<Arc<str>>, WorkspaceError> {
        self.save_expecting(only, Buffer::expect)
    }

    /// Saves a file over whatever is on disk: the person was asked.
    pub fn save_over(&mut self, file: &Arc<str>) -> Result<Vec<Arc<str>>, WorkspaceError> {
        self.save_expecting(Some(std::slice::from_ref(file)), |_| Expect::Anything)
    }

    fn save_expecting(
        &mut self,
        only: Option<&[Arc<str>]>,
        expect: fn(&Buffer) -> Expect,
    ) -> Result<Vec<Arc<str>>, WorkspaceError> {
        let wanted = |file: &Arc<str>| only.is_none_or(|only| only.contains(file));
        let changed: Vec<(&Arc<str>, &Buffer)> =
            self.buffers.iter().filter(|(file, buffer)| wanted(file) && buffer.is_changed()).collect();
        let saves: Vec<Save<'_>> = changed
            .iter()
            .map(|(file, buffer)| Save {
                path: file,
                expect: expect(buffer),
                content: buffer.document.as_ref().map(Document::bytes),
            })
            .collect();
        self.repo.root().save(&saves)?;
        let written: Vec<Arc<str>> = changed.into_iter().map(|(file, _)| file.clone()).collect();
        for file in &written {
            if let Some(buffer) = self.buffers.get_mut(file) {
                buffer.saved = buffer.document.clone();
                buffer.began = None;
            }
        }
        self.history.seal();
        self.keep_journal();
        Ok(written)
    }

    /// Gives up the unsaved edits of a file and takes what is on disk.
    pub fn revert(&mut self, file: &Arc<str>) -> Result<(), WorkspaceError> {
        self.buffers.remove(file);
        self.history.forget(file);
        self.reload(file)?;
        self.refresh();
        self.keep_journal();
        Ok(())
    }

    /// Looks for files that changed on disk since they were read. Those without unsaved edits are taken over; a conflict
    /// is told once for each content that is found.
    pub fn look_outside(&mut self) -> Vec<Outside> {
        let mut outside = Vec::new();
        let files: Vec<Arc<str>> = self.version.documents.keys().chain(self.buffers.keys()).cloned().collect();
        for file in files {
            let on_disk = match self.repo.root().read(&file, Reading::Document) {
                Ok(bytes) => Some(bytes),
                Err(StoreError::Missing { .. }) => None,
                Err(_) => continue,
            };
            let known = match self.buffers.get(&file) {
                Some(buffer) => buffer.saved.as_ref(),
                None => self.version.documents.get(&file),
            };
            let same = match (known, &on_disk) {
                (Some(known), Some(bytes)) => known.bytes() == &bytes[..],
                (None, None) => true,
                _ => false,
            };
            if same {
                continue;
            }
            match self.buffers.get_mut(&file).filter(|buffer| buffer.is_changed()) {
                Some(buffer) => {
                    let found = Some(on_disk.map(|bytes| bytes.hash()));
                    if buffer.told != found {
                        buffer.told = found;
                        outside.push(Outside::Conflict(file));
                    }
                }
                None => {
                    self.buffers.remove(&file);
                    self.history.forget(&file);
                    if self.reload(&file).is_ok() {
                        outside.push(Outside::Reloaded(file));
                    }
                }
            }
        }
        outside.dedup();
        if outside.iter().any(|change| matches!(change, Outside::Reloaded(_))) {
            self.refresh();
        }
        outside
    }

    /// Reads everything from disk again, unsaved edits kept.
    pub fn reload_all(&mut self) -> Vec<Outside> {
        let outside = self.look_outside();
        let unsaved: Vec<Arc<str>> = self.unsaved_files();
        self.buffers.retain(|file, _| unsaved.contains(file));
        self.version = Arc::new(PolicyVersion::load(&self.work_tree()));
        outside
    }

    fn reload(&mut self, file: &Arc<str>) -> Result<(), WorkspaceError> {
        let files = WorkTree { root: self.repo.root().clone(), unsaved: Unsaved::new() };
        let found = files.document(file).ok().flatten();
        let documents = &mut Arc::make_mut(&mut self.version).documents;
        match found {
            Some(document) => documents.insert(file.clone(), document),
            None => documents.remove(file),
        };
        Ok(())
    }

    /// Reads the model anew from the documents as they stand. Documents that did not change are not parsed again.
    fn refresh(&mut self) {
        let mut known: Unsaved = self.version.documents.iter().map(|(f, d)| (f.clone(), Some(d.clone()))).collect();
        known.extend(self.unsaved());
        known.extend(self.buffers.iter().map(|(file, buffer)| (file.clone(), buffer.document.clone())));
        let files = WorkTree { root: self.repo.root().clone(), unsaved: known };
        self.version = Arc::new(PolicyVersion::load(&files));
    }
}

/// What reading a changed text in another thread needs.
pub struct Drafting {
    file: Arc<str>,
    files: WorkTree,
}

impl Drafting {
    /// Parses the text and reads the policy as it would be with it.
    pub fn read(mut self, text: &str, known: &PolicyVersion) -> Draft {
        let document = Document::parse(text);
        for (file, known) in &known.documents {
            self.files.unsaved.entry(file.clone()).or_insert_with(|| Some(known.clone()));
        }
        self.files.unsaved.insert(self.file.clone(), Some(document.clone()));
        let version = Some(Arc::new(PolicyVersion::load(&self.files)));
        Draft { file: self.file, document, version }
    }
}

/// A changed text and the policy it gives.
pub struct Draft {
    file: Arc<str>,
    document: Document,
    version: Option<Arc<PolicyVersion>>,
}

impl Draft {
    pub fn version(&self) -> Option<&Arc<PolicyVersion>> {
        self.version.as_ref()
    }
}

fn not_open(file: &str) -> WorkspaceError {
    WorkspaceError::NotOpen { file: file.to_owned() }
}
