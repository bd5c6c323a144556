//! What labeling keeps beside the screen: the desk that is being made ready, sets that were loaded anew, the half-filled form.

use super::form::Form;
use super::{AtHand, LabelPart};
use crate::tui::components::message::Severity;
use crate::tui::model::{Finish, Model};
use crate::workspace::WorkspaceError;
use crate::workspace::labeling::{Desk, Drafts, Renewal, Wish, renewal};
use crate::workspace::sets::LoadedSet;
use serde::{Deserialize, Serialize};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

/// A half-filled form is on disk this long after it was changed.
const DELAY: Duration = Duration::from_millis(500);

#[derive(Default)]
pub struct Keeping {
    /// A desk was asked for.
    asked: bool,
    desk: Slot<Result<Desk, WorkspaceError>>,
    renewal: Slot<Renewal>,
    /// The set that was looked at last for cases that moved.
    looked_at: Option<Arc<LoadedSet>>,
    drafts: Arc<OnceLock<Drafts>>,
    /// What is to be kept of the form: its key and text. `Some` while it is not on disk.
    draft: Slot<(String, Option<String>)>,
    /// What was given to be kept last.
    kept: Option<Kept>,
}

type Slot<T> = Arc<Mutex<Option<T>>>;

/// A form with the case that it is for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Kept {
    case: String,
    repeat: bool,
    form: Form,
}

impl LabelPart {
    /// Sits down to label something else.
    pub(super) fn sit_down(&mut self, wish: Wish) {
        self.wish = wish;
        (self.desk, self.at, self.trouble, self.last) = (None, None, None, None);
        self.keeping.asked = false;
        *lock(&self.keeping.desk) = None;
    }

    /// Takes over what is ready, and asks for what is lacking.
    pub(super) fn keep(&mut self, model: &mut Model) {
        let opened = lock(&self.keeping.desk).take();
        if let Some(opened) = opened {
            match opened {
                Ok(desk) => {
                    self.desk = Some(desk);
                    self.take_up_draft(model);
                }
                Err(error) => self.trouble = Some(format!("{error}. {}", error.help())),
            }
        }
        let renewed = lock(&self.keeping.renewal).take();
        if let (Some(renewal), Some(desk)) = (renewed, &mut self.desk) {
            let before = desk.queue().current();
            desk.renew(renewal);
            if desk.queue().current() != before {
                self.bring_up(None, model);
            }
        }
        self.ask_for_desk(model);
        self.look_at_sets(model);
        self.keep_draft(model);
    }

    fn ask_for_desk(&mut self, model: &mut Model) {
        let Some(sets) = model.sets.clone() else { return };
        if self.desk.is_some() || std::mem::replace(&mut self.keeping.asked, true) {
            return;
        }
        let (repo, environment) = (model.workspace.repo().clone(), model.workspace.environment().clone());
        let (policy, wish) = (model.workspace.policy().clone(), self.wish.clone());
        let (slot, drafts) = (self.keeping.desk.clone(), self.keeping.drafts.clone());
        model.work("desk", "putting cases in order", move |_| {
            drafts.get_or_init(|| Drafts::open(&repo, &environment));
            let desk = Desk::open(&repo, &environment, &policy, &sets, &wish);
            *lock(&slot) = Some(desk);
            Box::new(|_: &mut Model| {}) as Finish
        });
    }

    /// Where the set was loaded anew, has it looked at for cases that came, went or moved.
    fn look_at_sets(&mut self, model: &mut Model) {
        let (Some(desk), Some(sets)) = (&self.desk, &model.sets) else { return };
        let Some(new) = sets.sets.iter().find(|set| set.name() == desk.set().name()) else { return };
        let known = self.keeping.looked_at.as_ref().unwrap_or(desk.set());
        if Arc::ptr_eq(known, new) || Arc::ptr_eq(desk.set(), new) {
            return;
        }
        self.keeping.looked_at = Some(new.clone());
        let (old, new, slot) = (desk.set().clone(), new.clone(), self.keeping.renewal.clone());
        model.work("desk-renewal", "", move |_| {
            *lock(&slot) = Some(renewal(&old, &new));
            Box::new(|_: &mut Model| {}) as Finish
        });
    }

    /// Has the half-filled form kept, a moment from now.
    fn keep_draft(&mut self, model: &mut Model) {
        let Some(desk) = &self.desk else { return };
        let now = self.at.as_ref().filter(|at| !at.form.is_empty()).map(|at| Kept {
            case: at.case.id.clone(),
            repeat: at.item.repeat,
            form: at.form.clone(),
        });
        if now == self.keeping.kept {
            return;
        }
        let text = now.as_ref().and_then(|kept| serde_json::to_string(kept).ok());
        self.keeping.kept = now;
        let planned = lock(&self.keeping.draft).replace((desk.draft_key().to_owned(), text)).is_some();
        if planned {
            // What is planned already takes the latest along.
            return;
        }
        // Not held while it waits: whoever ends meanwhile writes it down and lets go.
        let (slot, drafts) = (self.keeping.draft.clone(), Arc::downgrade(&self.keeping.drafts));
        model.work("journal-draft", "", move |_| {
            std::thread::sleep(DELAY);
            if let Some(drafts) = drafts.upgrade() {
                write_draft(&slot, &drafts);
            }
            Box::new(|_: &mut Model| {}) as Finish
        });
    }

    /// Brings up the case that a half-filled form was left for, if it still waits.
    fn take_up_draft(&mut self, model: &mut Model) {
        let left = self.desk.as_ref().and_then(|desk| self.keeping.drafts.get()?.get(desk.draft_key()));
        let kept = left.and_then(|text| serde_json::from_str::<Kept>(&text).ok());
        let waits =
            kept.filter(|kept| self.desk.as_mut().is_some_and(|desk| desk.bring_waiting(&kept.case, kept.repeat)));
        match waits {
            Some(kept) => {
                let words = format!("Took up the half-filled form of `{}`.", kept.case);
                self.bring_up(Some(kept.form), model);
                model.say(Severity::Hint, words);
            }
            None => self.bring_up(None, model),
        }
    }

    /// Shows the case that is current at the desk. `form` is what is filled in already; what the labeler said of the case
    /// before, unless given.
    pub(super) fn bring_up(&mut self, form: Option<Form>, model: &mut Model) {
        self.at = None;
        self.asking = None;
        self.on_guidance = false;
        self.view.new_case();
        let Some(desk) = &mut self.desk else { return };
        while let Some(item) = desk.queue().current() {
            match desk.case(item) {
                Ok(case) => {
                    // In a round nothing that was said before may colour what is said now.
                    let said = || if desk.round().is_some() { None } else { desk.said(&case.id).map(Form::of) };
                    let form = form.or_else(said).unwrap_or_default().fitting(model.workspace.policy());
                    self.at = Some(AtHand { item, case, form, uncovered: false, others: false, seen: false });
                    break;
                }
                Err(why) => {
                    model.say(Severity::Error, why);
                    // It comes back at the end; where nothing else waits there is nothing to show.
                    if !desk.skip() || desk.queue().left() <= 1 {
                        break;
                    }
                }
            }
        }
        self.list.select(0);
        self.pace.shows((model.workspace.environment().now)());
        self.fill_rows(model);
    }
}

impl Drop for Keeping {
    /// What was changed last is kept before the program ends.
    fn drop(&mut self) {
        write_draft(&self.draft, &self.drafts);
    }
}

fn write_draft(slot: &Slot<(String, Option<String>)>, drafts: &OnceLock<Drafts>) {
    // Not held while it is written: the screen never waits for the disk.
    let draft = lock(slot).take();
    if let (Some((key, text)), Some(drafts)) = (draft, drafts.get()) {
        drafts.keep(&key, text.as_deref());
    }
}

fn lock<T>(slot: &Slot<T>) -> std::sync::MutexGuard<'_, Option<T>> {
    slot.lock().unwrap_or_else(PoisonError::into_inner)
}
