//! Unsaved edits, kept where a crash cannot take them, and offered back.

use super::Workspace;
use crate::document::Document;
use crate::store::{ContentHash, Expect, Journal, Recovered, StoreError};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// An edit that an earlier casebook left unsaved when it was killed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftBehind {
    pub recovered: Recovered,
    /// Other texts of the same file that casebooks before that one left, the oldest first.
    pub earlier: Vec<Arc<str>>,
    /// Whether the file on disk is another one than the edit began from: saving it will ask.
    pub overtaken: bool,
}

impl Workspace {
    /// What is to be written to the recovery journal now; to be run on another thread, since it waits for the disk.
    /// Meant to be asked about once a second while somebody works.
    pub fn journaling(&self) -> Option<Journaling> {
        let journal = self.journal.clone()?;
        let entries = self.buffers.iter().map(|(file, buffer)| {
            let kept = buffer.document.as_ref().filter(|_| buffer.is_changed());
            let base = match kept.map(|_| buffer.expect()) {
                Some(Expect::Content(hash)) => Some(hash),
                _ => None,
            };
            (file.clone(), base, kept.map(Document::shared_text))
        });
        Some(Journaling { journal, entries: entries.collect(), at: (self.environment.now)() })
    }

    /// Writes unsaved edits to the recovery journal at once.
    pub fn keep_journal(&mut self) {
        if let Some(Err(trouble)) = self.journaling().map(Journaling::write) {
            self.journal_trouble = Some(trouble);
        }
    }

    /// Edits that an earlier casebook left unsaved when it was killed, the latest of each file, without those that are
    /// on disk meanwhile.
    pub fn left_behind(&self) -> Vec<LeftBehind> {
        let mut of_file: BTreeMap<Arc<str>, Vec<Recovered>> = BTreeMap::new();
        let differs = |recovered: &Recovered| {
            self.document(&recovered.file).is_none_or(|document| document.text() != recovered.text)
        };
        for recovered in self.pending().into_iter().filter(differs) {
            let known = of_file.entry(recovered.file.clone()).or_default();
            known.retain(|other| other.text != recovered.text);
            known.push(recovered);
        }
        let left = of_file.into_values().filter_map(|mut texts| {
            let recovered = texts.pop()?;
            let now = self.document(&recovered.file).map(|document| ContentHash::of(document.bytes()));
            let earlier = texts.into_iter().map(|text| text.text.into()).collect();
            Some(LeftBehind { overtaken: now != recovered.base, earlier, recovered })
        });
        left.collect()
    }

    /// Takes up what was left behind; gives the files of which the edits were taken. Earlier texts of a file are steps before
    /// the latest, so that undo leads to them. Where one cannot be taken, or could not be kept, it stays to be offered again.
    pub fn take_up_left_behind(&mut self) -> Vec<Arc<str>> {
        let mut taken = Vec::new();
        for LeftBehind { recovered, earlier, overtaken } in self.left_behind() {
            let file = recovered.file.clone();
            // Where an earlier one cannot be taken, neither can the latest.
            let mut earlier = earlier.iter();
            while let Some(text) = earlier.next().filter(|_| self.document(&file).is_some()) {
                let _ = self.set_text("take up earlier unsaved edits", &file, text, None);
            }
            let done = match self.document(&file) {
                Some(_) => self.set_text("take up unsaved edits", &file, &recovered.text, None),
                None => self.create(&file, &recovered.text),
            };
            if done.is_err() {
                continue;
            }
            if let Some(buffer) = self.buffers.get_mut(&file).filter(|_| overtaken) {
                buffer.began = Some(recovered.base.map_or(Expect::Absent, Expect::Content));
            }
            taken.push(file);
        }
        match self.journaling().map(Journaling::write) {
            Some(Ok(())) => self.settle(|file| taken.contains(file)),
            Some(Err(trouble)) => self.journal_trouble = Some(trouble),
            None => {}
        }
        taken
    }

    /// Turns down what was left behind, for good.
    pub fn discard_left_behind(&mut self) {
        self.settle(|_| true);
    }

    fn settle(&self, done: impl Fn(&Arc<str>) -> bool) {
        let Some(journal) = &self.journal else { return };
        for recovered in self.pending().iter().filter(|recovered| done(&recovered.file)) {
            // Where it cannot be settled it is offered again; nothing is lost.
            let _ = locked(journal).settle(recovered);
        }
    }

    /// Oldest first.
    fn pending(&self) -> Vec<Recovered> {
        self.journal.as_ref().map(|journal| locked(journal).pending()).unwrap_or_default()
    }
}

/// Unsaved edits on their way to the recovery journal.
pub struct Journaling {
    journal: Arc<Mutex<Journal>>,
    entries: Vec<JournalEntry>,
    at: i64,
}

/// File, content on disk, text; without a text the file has nothing unsaved any more.
type JournalEntry = (Arc<str>, Option<ContentHash>, Option<Arc<str>>);

impl Journaling {
    /// Writes what changed since the last time, and waits until the disk has it.
    pub fn write(self) -> Result<(), StoreError> {
        let mut journal = locked(&self.journal);
        for (file, base, text) in &self.entries {
            match text {
                Some(text) => journal.record(file, *base, text, self.at)?,
                None => journal.clear(file)?,
            }
        }
        Ok(())
    }
}

fn locked(journal: &Mutex<Journal>) -> MutexGuard<'_, Journal> {
    journal.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::super::{Outside, Workspace, WorkspaceError};
    use crate::store::StoreError;
    use crate::vcs::Tools;
    use crate::workspace::Environment;
    use std::fs;
    use std::path::Path;
    use std::sync::atomic::{AtomicI64, Ordering};
    use tempfile::TempDir;

    const SPEC: &str = "spec: main\nclauses: []\n";
    const EDITED: &str = "spec: main\nclauses: [] # edited\n";

    fn policy() -> TempDir {
        let folder = TempDir::new().unwrap();
        fs::create_dir(folder.path().join("specs")).unwrap();
        fs::write(folder.path().join("casebook.yaml"), "casebook: 1\nspecs: [specs/main.yaml]\n").unwrap();
        fs::write(folder.path().join("specs/main.yaml"), SPEC).unwrap();
        folder
    }

    /// Each asked after the other, each a second later.
    static SECONDS: AtomicI64 = AtomicI64::new(1);

    fn open(folder: &Path) -> Workspace {
        let now = || SECONDS.fetch_add(1, Ordering::Relaxed);
        let environment =
            Environment { tools: Tools::new(), state: folder.join(".state"), now, random: || Ok([7; 32]) };
        Workspace::open(folder, environment).unwrap()
    }

    /// Edits the spec and is killed.
    fn edited_and_killed(folder: &Path) {
        let mut workspace = open(folder);
        workspace.set_text("edit", "specs/main.yaml", EDITED, None).unwrap();
        workspace.keep_journal();
    }

    #[test]
    fn what_was_left_is_taken_up_once() {
        let folder = policy();
        edited_and_killed(folder.path());
        let mut workspace = open(folder.path());
        assert_eq!(workspace.left_behind().len(), 1);
        assert!(!workspace.left_behind()[0].overtaken);
        assert_eq!(&*workspace.take_up_left_behind()[0], "specs/main.yaml");
        assert_eq!(workspace.document("specs/main.yaml").unwrap().text(), EDITED);
        assert!(workspace.left_behind().is_empty());
        workspace.save(None).unwrap();
        drop(workspace);
        assert!(open(folder.path()).left_behind().is_empty());
    }

    #[test]
    fn what_was_taken_up_survives_the_next_kill() {
        let folder = policy();
        edited_and_killed(folder.path());
        open(folder.path()).take_up_left_behind();
        assert_eq!(open(folder.path()).left_behind().len(), 1);
    }

    #[test]
    fn what_two_kills_left_is_all_there() {
        let folder = policy();
        edited_and_killed(folder.path());
        let mut workspace = open(folder.path());
        workspace.set_text("edit", "specs/main.yaml", "spec: main\nclauses: [] # again\n", None).unwrap();
        workspace.keep_journal();
        drop(workspace);
        let mut workspace = open(folder.path());
        assert_eq!(workspace.left_behind()[0].earlier.len(), 1);
        workspace.take_up_left_behind();
        let now = |workspace: &Workspace| workspace.document("specs/main.yaml").unwrap().text().to_owned();
        assert!(now(&workspace).contains("# again"));
        workspace.undo().unwrap();
        assert_eq!(now(&workspace), EDITED);
    }

    #[test]
    fn what_was_turned_down_is_not_offered_again() {
        let folder = policy();
        edited_and_killed(folder.path());
        open(folder.path()).discard_left_behind();
        assert!(open(folder.path()).left_behind().is_empty());
    }

    #[test]
    fn a_file_that_changed_since_the_kill_is_not_overwritten_unasked() {
        let folder = policy();
        edited_and_killed(folder.path());
        let place = folder.path().join("specs/main.yaml");
        fs::write(&place, "spec: main\nclauses: [] # theirs\n").unwrap();
        let mut workspace = open(folder.path());
        assert!(workspace.left_behind()[0].overtaken);
        workspace.take_up_left_behind();
        let refused = workspace.save(None);
        assert!(matches!(refused, Err(WorkspaceError::Store(StoreError::ChangedOnDisk { .. }))), "{refused:?}");
        assert!(fs::read_to_string(&place).unwrap().contains("theirs"));
        workspace.save_over(&"specs/main.yaml".into()).unwrap();
        assert_eq!(fs::read_to_string(&place).unwrap(), EDITED);
    }

    #[test]
    fn what_cannot_be_taken_up_stays() {
        let folder = policy();
        edited_and_killed(folder.path());
        // No longer a document of this policy, but still a file.
        fs::write(folder.path().join("casebook.yaml"), "casebook: 1\nspecs: []\n").unwrap();
        let mut workspace = open(folder.path());
        assert!(workspace.take_up_left_behind().is_empty());
        assert_eq!(workspace.left_behind().len(), 1);
    }

    #[test]
    fn a_conflict_with_the_same_content_is_told_once() {
        let folder = policy();
        let place = folder.path().join("specs/main.yaml");
        let mut workspace = open(folder.path());
        workspace.set_text("edit", "specs/main.yaml", EDITED, None).unwrap();
        fs::write(&place, "spec: theirs\n").unwrap();
        assert_eq!(workspace.look_outside(), [Outside::Conflict("specs/main.yaml".into())]);
        assert_eq!(workspace.look_outside(), []);
        fs::write(&place, "spec: theirs again\n").unwrap();
        assert_eq!(workspace.look_outside().len(), 1);
        assert_eq!(workspace.document("specs/main.yaml").unwrap().text(), EDITED);
    }

    #[test]
    fn what_was_taken_back_is_not_offered() {
        let folder = policy();
        let mut workspace = open(folder.path());
        workspace.set_text("edit", "specs/main.yaml", EDITED, None).unwrap();
        workspace.keep_journal();
        workspace.undo().unwrap();
        workspace.keep_journal();
        drop(workspace);
        assert!(open(folder.path()).left_behind().is_empty());
    }
}
