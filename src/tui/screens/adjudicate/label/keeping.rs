//! What labeling keeps beside the screen: the desk that is being made ready, sets that were loaded anew, the half-filled form.

use super::super::dialog::{Question, Unsent};
use super::asking::About;
use super::form::Form;
use super::{AtHand, LabelPart, Shows};
use crate::policy::Policy;
use crate::policy::record::Saw;
use crate::precedent::{Asked, Near, text_of};
use crate::report::gold::stale_ruling;
use crate::tui::beside::Watched;
use crate::tui::components::message::Severity;
use crate::tui::model::{Finish, Model};
use crate::tui::text;
use crate::workspace::WorkspaceError;
use crate::workspace::labeling::{Desk, Drafts, Item, Renewal, Wish, elsewhere, renewal};
use crate::workspace::precedents::Precedents;
use crate::workspace::sets::{LoadedSet, Sets};
use serde::{Deserialize, Serialize};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

/// A half-filled form is on disk this long after it was changed.
const DELAY: Duration = Duration::from_millis(500);

#[derive(Default)]
pub struct Keeping {
    /// A desk was asked for.
    asked: bool,
    /// With what there is to be told of rounds that ask for the labeler by another name.
    desk: Slot<Result<(Desk, Vec<String>), WorkspaceError>>,
    renewal: Slot<Renewal>,
    /// The set that was looked at last for cases that moved.
    looked_at: Option<Arc<LoadedSet>>,
    drafts: Arc<OnceLock<Drafts>>,
    /// What is to be kept of the forms: its key and text. `Some` while it is not on disk.
    draft: Slot<(String, Option<String>)>,
    /// What was given to be kept last.
    kept: Vec<Kept>,
    /// The rulings of the version that they were read of last.
    docket: Option<Docket>,
    near: Slot<Result<Found, WorkspaceError>>,
    /// The case that precedents were asked for last.
    near_to: Option<Item>,
}

/// Every ruling, and what they were read of.
type Docket = (Arc<Policy>, Arc<Sets>, Arc<Precedents>);

/// The rulings nearest to a case, and all that they were chosen from.
type Found = (Docket, Item, Vec<Near>);

/// How many precedents are shown.
const SHOWN: usize = 6;

pub(super) type Slot<T> = Arc<Mutex<Option<T>>>;

/// A form with the case that it is for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Kept {
    case: String,
    repeat: bool,
    form: Form,
    /// What was seen while it was filled in.
    #[serde(default)]
    saw: Saw,
    /// The label that it is to replace.
    #[serde(default)]
    over: Option<String>,
    /// What was written in prompts that were left.
    #[serde(default)]
    unsent: Unsent,
}

impl Kept {
    fn of(at: &AtHand) -> Kept {
        Kept {
            case: at.case.id.clone(),
            repeat: at.item.repeat,
            form: at.form.clone(),
            saw: at.saw.clone(),
            over: at.over.clone(),
            unsent: at.unsent.clone(),
        }
    }

    fn is_empty(&self) -> bool {
        self.form.is_empty() && self.saw == Saw::default() && self.unsent.is_empty()
    }
}

impl LabelPart {
    /// Sits down to label, or goes on where the labeler sat before.
    pub(super) fn sit_down(&mut self, wish: Wish, model: &Model) {
        self.choosing = false;
        if self.wish == wish && self.desk.is_some() {
            return self.pace.shows((model.workspace.environment().now)());
        }
        self.wish = wish;
        (self.desk, self.at, self.trouble, self.last) = (None, None, None, None);
        self.aside.clear();
        self.keeping.asked = false;
        *lock(&self.keeping.desk) = None;
    }

    /// Goes to where it is chosen what to label. What is filled in stays.
    pub(super) fn stand_up(&mut self) {
        self.choosing = true;
        self.places.renew();
    }

    /// Keeps what is filled in for the case at hand until it comes up again.
    pub(super) fn put_aside(&mut self) {
        self.aside.extend(self.at.take().map(|at| Kept::of(&at)).filter(|kept| !kept.is_empty()));
    }

    /// Takes over what is ready, and asks for what is lacking.
    pub(super) fn keep(&mut self, model: &mut Model) {
        if self.choosing {
            self.places.keep(self.wish.who.as_deref(), model);
        }
        let opened = lock(&self.keeping.desk).take();
        if let Some(opened) = opened {
            match opened {
                Ok((desk, told)) => {
                    self.desk = Some(desk);
                    self.take_up_draft(model);
                    told.into_iter().for_each(|words| model.say(Severity::Warning, words));
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
        self.look_for_precedents(model);
        self.keep_drafts(model);
    }

    fn ask_for_desk(&mut self, model: &mut Model) {
        let Some(sets) = model.sets.clone() else { return };
        if self.choosing || self.desk.is_some() || std::mem::replace(&mut self.keeping.asked, true) {
            return;
        }
        let (repo, environment) = (model.workspace.repo().clone(), model.workspace.environment().clone());
        let (policy, wish) = (model.workspace.policy().clone(), self.wish.clone());
        let (slot, drafts) = (self.keeping.desk.clone(), self.keeping.drafts.clone());
        model.work("desk", "putting cases in order", move |_| {
            let drafts = drafts.get_or_init(|| Drafts::open(&repo, &environment));
            let desk = Desk::open(&repo, &environment, &policy, &sets, &wish).and_then(|mut desk| {
                keep_letters(&mut desk, drafts);
                // Who chose the gold set from the list was told of them there.
                let others =
                    if desk.round().is_some() || wish.free { Vec::new() } else { elsewhere(&repo, &sets, desk.who())? };
                let (set, who) = (desk.set().name().clone(), desk.who().to_owned());
                let mine = others.iter().filter(|round| round.set == set && round.me(&who).is_some());
                let told = mine.map(|round| text::shown(&round.words(&who)).into_owned()).collect();
                Ok((desk, told))
            });
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

    /// Has the rulings looked for that are nearest to the case at hand, where they were asked for.
    fn look_for_precedents(&mut self, model: &mut Model) {
        let found = lock(&self.keeping.near).take();
        match found {
            Some(Ok((docket, item, near))) => {
                self.keeping.docket = Some(docket);
                self.keeping.near_to = None;
                if let Some(at) = self.at.as_mut().filter(|at| at.item == item && at.shows.precedents) {
                    let ids = near.iter().map(|near| near.precedent.ruling.id.clone());
                    at.saw.precedents.extend(ids);
                    at.saw.precedents.sort_unstable();
                    at.saw.precedents.dedup();
                    at.near = Some(near);
                    self.view.guidance_stale = true;
                }
            }
            Some(Err(error)) => model.say(Severity::Error, format!("{error}. {}", error.help())),
            None => {}
        }
        let (Some(at), Some(desk), Some(sets)) = (&self.at, &self.desk, model.sets.clone()) else { return };
        if !at.shows.precedents || at.near.is_some() || self.keeping.near_to == Some(at.item) {
            return;
        }
        self.keeping.near_to = Some(at.item);
        let (repo, files) = (model.workspace.repo().clone(), model.workspace.work_tree());
        let (policy, known) = (model.workspace.policy().clone(), self.keeping.docket.clone());
        let (set, item, slot) = (desk.set().name().clone(), at.item, self.keeping.near.clone());
        let (case, text) = (at.case.id.clone(), text_of(&at.case));
        let reading = (at.form.harms.is_some() || !at.form.facets.is_empty()).then(|| at.form.reading());
        model.work("label-precedents", "looking for rulings", move |job| {
            let known = known.filter(|(of, all, _)| Arc::ptr_eq(of, &policy) && Arc::ptr_eq(all, &sets));
            let docket = match known {
                Some(known) => Ok(known),
                None => {
                    let read = repo.precedents(&files, &policy, &sets, &Watched::new(job));
                    read.map(|read| (policy, sets, Arc::new(read)))
                }
            };
            let found = docket.and_then(|docket| {
                let case = Some((&*set, &*case));
                let asked = Asked { reading: reading.as_ref(), case, superseded: false };
                let near = docket.2.nearest(&asked, &text, SHOWN, &Watched::new(job))?;
                Ok((docket, item, near))
            });
            *lock(&slot) = Some(found);
            Box::new(|_: &mut Model| {}) as Finish
        });
    }

    /// Where a case was ruled on, has it looked at whether the ruling is stale: a label does not change that, and it is said.
    pub(super) fn look_for_stale_ruling(&mut self, case: &str, model: &mut Model) {
        let Some(set) = self.desk.as_ref().map(|desk| desk.set().clone()) else { return };
        let Some(row) = set.gold.find(case).filter(|row| set.gold.rulings(*row) > 0) else { return };
        let (repo, files) = (model.workspace.repo().clone(), model.workspace.work_tree());
        let (policy, case) = (model.workspace.policy().clone(), text::shown(case).into_owned());
        model.work("stale-ruling", "", move |job| {
            let sets = Sets { sets: vec![set.clone()], ..Sets::default() };
            let state = repo.gold_state(&files, &policy, &sets, (set.name(), row), &Watched::new(job));
            let words = state.ok().as_ref().and_then(stale_ruling).map(|words| format!("`{case}`: {words}."));
            Box::new(move |model: &mut Model| {
                if let Some(words) = words {
                    model.say(Severity::Hint, words);
                }
            }) as Finish
        });
    }

    /// Has the half-filled forms kept, a moment from now: that of the case at hand, then those of skipped ones.
    fn keep_drafts(&mut self, model: &mut Model) {
        let Some(desk) = &self.desk else { return };
        let mut here = self.at.as_ref().map(Kept::of);
        // A rationale that is being written is not in the form yet.
        let writing = self.asking.as_ref().filter(|asking| asking.about == About::Rationale);
        if let (Some(kept), Some(written)) = (&mut here, writing.and_then(Question::written)) {
            kept.form.rationale = written;
        }
        let here = here.filter(|kept| !kept.is_empty());
        let now: Vec<Kept> = here.into_iter().chain(self.aside.iter().cloned()).collect();
        if now == self.keeping.kept {
            return;
        }
        let text = if now.is_empty() { None } else { serde_json::to_string(&now).ok() };
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
        let Some(desk) = &mut self.desk else { return };
        // What is on its way to the disk is newer than what lies there.
        let under_way = lock(&self.keeping.draft).clone().filter(|(key, _)| key == desk.draft_key());
        let left = match under_way {
            Some((_, text)) => text,
            None => self.keeping.drafts.get().and_then(|drafts| drafts.get(desk.draft_key())),
        };
        let mut kept = left.and_then(|text| serde_json::from_str::<Vec<Kept>>(&text).ok()).unwrap_or_default();
        kept.retain(|kept| match &kept.over {
            // Where the case was labeled before, that label must still be the one to be replaced.
            Some(over) => desk.said(&kept.case).is_some_and(|said| said.id == *over),
            None => desk.waits(&kept.case, kept.repeat),
        });
        let first = kept.first().cloned();
        self.aside = kept;
        if let Some(first) = first {
            if first.over.is_none() {
                desk.bring_waiting(&first.case, first.repeat);
            } else {
                desk.bring(&first.case);
            }
            if !first.form.is_empty() {
                model.say(Severity::Hint, format!("Took up the half-filled form of `{}`.", first.case));
            }
        }
        self.bring_up(None, model);
    }

    /// Shows the case that is current at the desk. `filled` is what is filled in and was seen already; unless given, what
    /// was put aside, or what the labeler said of the case before.
    pub(super) fn bring_up(&mut self, filled: Option<(Form, Saw)>, model: &mut Model) {
        self.at = None;
        self.asking = None;
        self.on_guidance = false;
        self.view.new_case();
        let Some(desk) = &mut self.desk else { return };
        while let Some(item) = desk.queue().current() {
            match desk.case(item) {
                Ok(case) => {
                    let said = desk.said(&case.id);
                    let over = said.map(|said| said.id.clone()).filter(|_| desk.round().is_none());
                    let aside = self.aside.iter().position(|kept| kept.case == case.id && kept.repeat == item.repeat);
                    let (aside, unsent) = match aside.map(|at| self.aside.remove(at)) {
                        Some(kept) => (Some((kept.form, kept.saw)), kept.unsent),
                        None => (None, Unsent::default()),
                    };
                    let before = || {
                        // In a round nothing that was said before may colour what is said now. What was seen was seen.
                        let form = said.filter(|_| desk.round().is_none()).map(Form::of).unwrap_or_default();
                        (form, said.and_then(|said| said.saw.clone()).unwrap_or_default())
                    };
                    let (form, saw) = filled.or(aside).unwrap_or_else(before);
                    let form = form.fitting(model.workspace.policy());
                    let (uncovered, shows, near) = (false, Shows::default(), None);
                    self.at = Some(AtHand { item, case, form, uncovered, shows, saw, over, near, unsent });
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

/// Has each letter mean the category that it meant in the labeler's last sitting.
fn keep_letters(desk: &mut Desk, drafts: &Drafts) {
    let key = desk.places_key();
    let before = drafts.get(&key).and_then(|text| serde_json::from_str::<Vec<String>>(&text).ok()).unwrap_or_default();
    desk.keep_places(&before);
    let now: Vec<String> = desk.frequent().iter().map(ToString::to_string).collect();
    if now != before
        && let Ok(text) = serde_json::to_string(&now)
    {
        drafts.keep(&key, Some(&text));
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

pub(super) fn lock<T>(slot: &Slot<T>) -> std::sync::MutexGuard<'_, Option<T>> {
    slot.lock().unwrap_or_else(PoisonError::into_inner)
}
