//! Half-made work, kept on disk a moment after it was changed, where a crash cannot take it.

use crate::tui::model::{Finish, Model};
use crate::workspace::labeling::Drafts;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

/// What was begun is on disk this long after it was changed.
const DELAY: Duration = Duration::from_millis(500);

/// What another thread leaves for the screen, or the screen for it.
pub type Slot<T> = Arc<Mutex<Option<T>>>;

pub fn lock<T>(slot: &Slot<T>) -> MutexGuard<'_, Option<T>> {
    slot.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Keeps one text for each key.
#[derive(Default)]
pub struct Keeper {
    /// Opened by the job that makes the rest ready.
    pub drafts: Arc<OnceLock<Drafts>>,
    /// What is to be kept: its key and text. `Some` while it is not on disk.
    draft: Slot<(String, Option<String>)>,
}

impl Keeper {
    /// What is kept under a key. What is on its way to the disk is newer than what lies there.
    pub fn left(&self, key: &str) -> Option<String> {
        match lock(&self.draft).clone().filter(|(under, _)| under == key) {
            Some((_, text)) => text,
            None => self.drafts.get().and_then(|drafts| drafts.get(key)),
        }
    }

    /// Has a text kept, or forgotten, a moment from now. `job` names the work.
    pub fn keep(&self, key: &str, text: Option<String>, job: &'static str, model: &mut Model) {
        let planned = lock(&self.draft).replace((key.to_owned(), text)).is_some();
        if planned {
            // What is planned already takes the latest along.
            return;
        }
        // Not held while it waits: whoever ends meanwhile writes it down and lets go.
        let (slot, drafts) = (self.draft.clone(), Arc::downgrade(&self.drafts));
        model.work(job, "", move |_| {
            std::thread::sleep(DELAY);
            if let Some(drafts) = drafts.upgrade() {
                write(&slot, &drafts);
            }
            Box::new(|_: &mut Model| {}) as Finish
        });
    }
}

impl Drop for Keeper {
    /// What was changed last is kept before the program ends.
    fn drop(&mut self) {
        write(&self.draft, &self.drafts);
    }
}

fn write(slot: &Slot<(String, Option<String>)>, drafts: &OnceLock<Drafts>) {
    // Not held while it is written: the screen never waits for the disk.
    let draft = lock(slot).take();
    if let (Some((key, text)), Some(drafts)) = (draft, drafts.get()) {
        drafts.keep(&key, text.as_deref());
    }
}
