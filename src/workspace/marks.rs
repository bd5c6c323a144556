//! What was marked as meant and is not committed, kept outside the work tree until it is.

use super::repo::{Environment, PolicyRepo};
use crate::store::{Journal, Recovered};
use std::sync::{Mutex, PoisonError};

/// Lines of intent. They belong to the edits on top of one commit: once another is the last one they are forgotten.
#[derive(Debug)]
pub struct Marks {
    repo: PolicyRepo,
    environment: Environment,
    /// Without a place to write to, marks last as long as the program.
    journal: Option<Mutex<Journal>>,
    /// What is to be kept, until it is.
    latest: Mutex<Option<String>>,
}

/// What they are kept under.
const KEY: &str = "intent";

impl Marks {
    /// Opens them, with those that an earlier casebook left. Waits for the disk.
    pub fn open(repo: &PolicyRepo, environment: &Environment) -> (Marks, Vec<String>) {
        let mut journal = Journal::open(&repo.marks_dir()).ok();
        let left: Vec<Recovered> = journal.iter().flat_map(Journal::pending).collect();
        let newest = left.last().map(|left| left.text.clone()).unwrap_or_default();
        let lines = lines_of(&newest, repo);
        if let Some(journal) = &mut journal {
            // Ours before those that were left go, so that no crash between can take them.
            let kept = lines.is_empty() || journal.record(KEY, None, &newest, (environment.now)()).is_ok();
            left.iter().filter(|_| kept).for_each(|left| drop(journal.settle(left)));
        }
        let journal = journal.map(Mutex::new);
        (Marks { repo: repo.clone(), environment: environment.clone(), journal, latest: Mutex::default() }, lines)
    }

    /// What is said to be meant, and behind it what is marked and not committed: by a casebook that runs, or by one that ended.
    /// Nothing of it is touched.
    pub fn beside(repo: &PolicyRepo, said: &[String]) -> Vec<String> {
        let held = Journal::peek(&repo.marks_dir());
        let marked = held.last().map(|newest| lines_of(&newest.text, repo)).unwrap_or_default();
        said.iter().cloned().chain(marked.into_iter().filter(|line| !said.contains(line))).collect()
    }

    /// Says what is to be kept; [`Marks::write`] keeps it.
    pub fn set(&self, lines: &[String]) {
        *self.latest.lock().unwrap_or_else(PoisonError::into_inner) = Some(lines.join("\n"));
    }

    /// Keeps what was said last. Waits for the disk: for other threads than the screen's.
    pub fn write(&self) {
        let Some(journal) = &self.journal else { return };
        // Held while it is written: of two writers the later one has the latest.
        let mut journal = journal.lock().unwrap_or_else(PoisonError::into_inner);
        let latest = self.latest.lock().unwrap_or_else(PoisonError::into_inner).take();
        // What cannot be written is missed only after the program ended.
        let _ = match latest.as_deref() {
            None => Ok(()),
            Some("") => journal.clear(KEY),
            Some(lines) => {
                let text = format!("{}\n{lines}", last_commit(&self.repo));
                journal.record(KEY, None, &text, (self.environment.now)())
            }
        };
    }
}

/// What was said last is kept before the program ends.
impl Drop for Marks {
    fn drop(&mut self) {
        self.write();
    }
}

/// The lines that are kept, if the last commit is still the one that they are about.
fn lines_of(kept: &str, repo: &PolicyRepo) -> Vec<String> {
    match kept.split_once('\n') {
        Some((head, lines)) if head == last_commit(repo) => lines.lines().map(str::to_owned).collect(),
        _ => Vec::new(),
    }
}

/// Empty where nothing is committed.
fn last_commit(repo: &PolicyRepo) -> String {
    let head = repo.git().and_then(|git| git.head().ok());
    head.and_then(|head| head.commit().map(|id| id.as_str().to_owned())).unwrap_or_default()
}
