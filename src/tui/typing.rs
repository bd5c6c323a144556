//! Typing that goes into a document while it goes on: read beside the screen, one step of undo for a run.

use super::jobs::Kind;
use super::model::{Finish, Model};
use crate::document::Document;
use crate::workspace::WorkspaceError;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The work of reading what was typed; of it only the latest counts.
pub const DRAFT: Kind = "draft";

/// A file that is typed in, and which of its texts come from here.
#[derive(Debug)]
pub struct Typing {
    file: Arc<str>,
    label: String,
    run: String,
    shared: Arc<Mutex<Shared>>,
}

#[derive(Debug)]
struct Shared {
    /// The text of the document as it was last known here.
    known: Arc<str>,
    /// How many texts were sent, and which of them was the last to arrive.
    sent: u64,
    arrived: u64,
}

impl Typing {
    /// Typing in a document that is open; `label` is what undo calls it.
    pub fn new(model: &Model, file: &Arc<str>, label: impl Into<String>) -> Option<Typing> {
        let known = model.workspace.document(file)?.shared_text();
        let shared = Arc::new(Mutex::new(Shared { known, sent: 0, arrived: 0 }));
        Some(Typing { file: file.clone(), label: label.into(), run: new_run(), shared })
    }

    pub fn file(&self) -> &Arc<str> {
        &self.file
    }

    /// Whether something was typed that is not in the document yet.
    pub fn is_pending(&self) -> bool {
        let shared = self.lock();
        shared.arrived < shared.sent
    }

    /// Whether the document was changed by other means since it was last known here. It is known then.
    pub fn was_overtaken(&self, model: &Model) -> bool {
        let Some(now) = model.workspace.document(&self.file).map(Document::shared_text) else { return true };
        let mut shared = self.lock();
        if Arc::ptr_eq(&shared.known, &now) {
            return false;
        }
        let same = shared.known == now;
        shared.known = now;
        if !same {
            // What is still under way was made for a text that is gone.
            shared.arrived = shared.sent;
        }
        !same
    }

    /// Has a new text read beside the screen and put into the document. `make` gives it, on another thread; none where
    /// it cannot be made.
    pub fn send(&self, model: &mut Model, make: impl FnOnce() -> Option<String> + Send + 'static) {
        let number = {
            let mut shared = self.lock();
            shared.sent += 1;
            shared.sent
        };
        let drafting = model.workspace.drafting(&self.file);
        let version = model.workspace.version().clone();
        let (file, label, run, shared) = (self.file.clone(), self.label.clone(), self.run.clone(), self.shared.clone());
        model.work(DRAFT, "reading what was typed", move |job| {
            let text = if job.is_cancelled() { None } else { make() };
            let draft = text.map(|text| (drafting.read(&text, &version), text));
            let finish: Finish = Box::new(move |model| {
                let mut shared = shared.lock().unwrap_or_else(PoisonError::into_inner);
                let now = model.workspace.document(&file).map(Document::shared_text);
                let meant_for_this = now.is_some_and(|now| Arc::ptr_eq(&now, &shared.known));
                let Some((draft, text)) = draft.filter(|_| shared.arrived < number && meant_for_this) else { return };
                // Where another document changed meanwhile, the policy has to be read again.
                let done = match Arc::ptr_eq(&version, model.workspace.version()) {
                    true => model.workspace.adopt(draft, &label, Some(&run)),
                    false => model.workspace.set_text(&label, &file, &text, Some(&run)),
                };
                shared.settle(model, &file, number, done);
            });
            finish
        });
    }

    /// Puts a text into the document now. Whether it could be.
    pub fn put(&self, model: &mut Model, text: &str) -> bool {
        let done = model.workspace.set_text(&self.label, &self.file, text, Some(&self.run));
        let mut shared = self.lock();
        let number = shared.sent;
        shared.settle(model, &self.file, number, done)
    }

    /// Ends a run of typing: what comes next is another step of undo.
    pub fn new_run(&mut self) {
        self.run = new_run();
    }

    fn lock(&self) -> MutexGuard<'_, Shared> {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Shared {
    fn settle(&mut self, model: &mut Model, file: &str, number: u64, done: Result<(), WorkspaceError>) -> bool {
        self.arrived = self.arrived.max(number);
        if let Some(document) = model.workspace.document(file) {
            self.known = document.shared_text();
        }
        model.after(done)
    }
}

/// Runs are told apart for as long as casebook is open.
fn new_run() -> String {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    format!("typing {}", NEXT.fetch_add(1, Ordering::Relaxed))
}
