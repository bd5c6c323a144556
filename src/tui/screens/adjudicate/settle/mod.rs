//! Settling: the queue of what needs a ruling, and one case at a time.

mod answers;
mod ask;
mod at_hand;
mod jobs;
mod lines;
mod queue;
mod readings;
mod ruling;
#[cfg(test)]
mod tests;
mod view;
mod walk;

use super::dialog::{Answer, Question, Unsent};
use super::reading::{Filled, ReadingForm};
use crate::precedent::Near;
use crate::report::figure::thousands;
use crate::tui::command::{Command, Context, Reason, find};
use crate::tui::components::Outcome;
use crate::tui::components::message::Severity;
use crate::tui::event::{Event, Key};
use crate::tui::model::{Ask, Model, Target};
use crate::tui::screens::Screen;
use crate::tui::text;
use crate::tui::theme::{Role, Theme};
use crate::workspace::sets::LoadedSet;
use crate::workspace::settling::{Court, Draft, Item};
use ask::About;
use at_hand::AtHand;
use queue::{CaseName, QueueList};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use view::{CaseView, Shown};
use walk::Walk;

#[derive(Default)]
pub struct SettlePart {
    court: Option<Arc<Court>>,
    /// A case that is to be opened once the court is there.
    awaited: Option<Target>,
    queue: QueueList,
    /// The case that is open.
    at: Option<AtHand>,
    /// Whether the list has the focus while a case is open.
    on_list: bool,
    view: CaseView,
    asking: Option<Question<About>>,
    /// A reading that is being filled in.
    form: Option<ReadingForm>,
    walk: Option<Walk>,
    /// Rulings that were begun and not given.
    drafts: BTreeMap<CaseName, Draft>,
    /// What was written in prompts that were left, by the case.
    unsent: BTreeMap<CaseName, Unsent>,
    /// Cases whose names and verdict were seen after a ruling that was taken back.
    seen: BTreeSet<CaseName>,
    jobs: jobs::Wanted,
    theme: Theme,
}

impl SettlePart {
    fn name(at: &AtHand) -> CaseName {
        (at.set.clone(), at.id.clone())
    }

    /// Opens a case; what was begun on the one before is kept.
    fn open(&mut self, key: (u16, u32), item: Option<Item>, model: &mut Model) {
        self.keep_draft();
        let Some(court) = self.court.clone() else { return };
        let who = model.bench.as_ref().and_then(|bench| bench.as_ref().ok()).map(|bench| bench.who().clone());
        match AtHand::open(&court, key, item, who.as_deref().unwrap_or_default()) {
            Ok(mut at) => {
                let name = Self::name(&at);
                if let Some(draft) = self.drafts.remove(&name) {
                    at.draft = draft;
                }
                at.draft.saw.verdict |= self.seen.contains(&name);
                at.since = (model.workspace.environment().now)();
                self.at = Some(at);
                self.on_list = false;
                self.view.go_to_start();
                self.look_for_precedents(model);
            }
            Err(why) => model.say(Severity::Error, why),
        }
    }

    fn keep_draft(&mut self) {
        let Some(at) = self.at.take() else { return };
        if at.ruled.is_none() && at.draft != at.fresh_draft() {
            self.drafts.insert(Self::name(&at), at.draft);
        }
    }

    fn open_selected(&mut self, model: &mut Model) {
        match self.queue.selected() {
            Some(item) => self.open((item.set, item.row), Some(item), model),
            None => {
                self.keep_draft();
                self.on_list = true;
            }
        }
    }

    fn near<'m>(&self, model: &'m Model) -> Option<&'m Arc<Vec<Near>>> {
        let (at, court) = (self.at.as_ref()?, self.court.as_ref()?);
        let of_this = model.nearest.iter().rfind(|near| near.case == at.key && Arc::ptr_eq(&near.court, court));
        of_this.map(|near| &near.rulings)
    }

    fn place_words(&self) -> String {
        let (place, all) = self.queue.place();
        match (&self.walk, &self.at) {
            (Some(walk), _) => walk.words(),
            (None, Some(at)) if at.is_open() => format!("ruled, {} left", thousands(all as u64)),
            (None, Some(at)) if at.item.is_none() => "not in the queue".to_owned(),
            _ => format!("{} of {}", thousands(place as u64), thousands(all as u64)),
        }
    }
}

impl Screen for SettlePart {
    fn contexts(&self) -> Vec<Context> {
        if self.asking.is_some() {
            return vec![Context::Popup];
        }
        if let Some(form) = &self.form {
            return vec![form.context()];
        }
        if self.queue.filtering.is_some() {
            return vec![Context::Input];
        }
        if self.at.is_none() || self.on_list {
            vec![Context::List, Context::Settle]
        } else {
            vec![Context::Readings, Context::Settle, Context::Text]
        }
    }

    fn dialog(&self) -> Option<&'static [Command]> {
        match &self.asking {
            Some(asking) => Some(asking.takes()),
            None => self.form.as_ref().and_then(ReadingForm::dialog),
        }
    }

    fn refresh(&mut self, model: &Model) {
        self.view.stale = true;
        let same = match (&self.court, &model.court) {
            (Some(one), Some(other)) => Arc::ptr_eq(one, other),
            (one, other) => one.is_none() && other.is_none(),
        };
        if same {
            return;
        }
        self.court.clone_from(&model.court);
        let Some(court) = self.court.clone() else { return };
        self.queue.renew(&court);
        self.renew_case(&court);
    }

    fn handle(&mut self, event: &Event, model: &mut Model) -> bool {
        self.view.stale = true;
        if let Some(asking) = &mut self.asking {
            let answer = asking.handle(event);
            if answer != Answer::Open
                && let Some(asking) = self.asking.take()
            {
                if let Some(at) = &self.at
                    && self.unsent.entry(Self::name(at)).or_default().note(&asking, &answer)
                {
                    Self::say(model, "What you wrote is kept with this case, and there again when it is asked anew.");
                }
                self.answer(asking.about, answer, model);
            }
            return true;
        }
        if let Some(form) = &mut self.form {
            match form.handle(event) {
                Filled::Open => {}
                Filled::Left => self.form = None,
                Filled::Done => {
                    if let Some(form) = self.form.take() {
                        self.give(form.reading);
                    }
                }
            }
            return matches!(event, Event::Key(_) | Event::Paste(_));
        }
        let Some(court) = self.court.clone() else { return false };
        if self.at.is_some() && !self.on_list && self.queue.filtering.is_none() {
            // Some keys that move through a text mean something else here.
            let is_own = |key: &Key| find(&[Context::Readings, Context::Settle], *key).is_some();
            return !matches!(event, Event::Key(key) if is_own(key)) && self.view.handle(event);
        }
        match self.queue.handle(event, &court) {
            Some(Outcome::Opened) => self.open_selected(model),
            Some(_) => {}
            None => return false,
        }
        true
    }

    fn run(&mut self, command: Command, model: &mut Model) -> bool {
        self.view.stale = true;
        match command {
            Command::NextPane | Command::PreviousPane if self.at.is_some() && !self.on_list => {
                self.view.pane = self.view.pane.step(command == Command::NextPane);
            }
            Command::NextPane | Command::PreviousPane => self.on_list = false,
            Command::Filter => self.queue.begin_filter(),
            Command::Back if self.walk.is_some() => {
                self.walk = None;
                self.at = None;
            }
            Command::Back if self.at.is_some() => {
                self.keep_draft();
                self.on_list = true;
            }
            Command::Back => {
                if let Some(court) = self.court.clone() {
                    self.queue.unfilter(&court);
                }
            }
            command => return self.run_on_case(command, model),
        }
        true
    }

    fn available(&self, command: Command, model: &Model) -> Result<(), Reason> {
        let case = || self.at.as_ref().ok_or_else(|| Reason::from("no case is open"));
        let unruled = || match case()? {
            at if at.is_open() => Err(Reason::from("the ruling is given; `u` takes it back")),
            _ if self.walk.is_some() => Err("a sample is being looked at; Esc leaves it".into()),
            at => Ok(at),
        };
        match command {
            Command::Rule => case().map(drop),
            _ if ruling::digit(command).is_some() => {
                let at = unruled()?;
                let place = ruling::digit(command).unwrap_or_default();
                match at.said.get(place) {
                    Some(said) if said.voice.is_some() => Ok(()),
                    Some(_) => Err("this labeler abstained".into()),
                    None => Err("nobody said so".into()),
                }
            }
            Command::GiveReading | Command::Holding | Command::Cause | Command::NoGold => unruled().map(drop),
            Command::Disposition => match unruled()?.draft.choice {
                Some(_) => Ok(()),
                None => Err("nothing is decided yet".into()),
            },
            Command::Follow | Command::Distinguish | Command::Overrule => match &self.court {
                Some(court) if court.precedents.docket.is_empty() => Err("nothing was ruled yet".into()),
                _ => unruled().map(drop),
            },
            Command::PutOff => {
                if self.walk.is_some() {
                    case().map(drop)
                } else {
                    unruled().map(drop)
                }
            }
            Command::SeeVerdict => match unruled()? {
                at if at.shows_verdict() => Err("it is shown already".into()),
                _ => Ok(()),
            },
            Command::CloseGap => case().map(drop),
            Command::Skip => match &self.walk {
                Some(_) => Err("a sample is being looked at; Esc leaves it".into()),
                None => case().map(drop),
            },
            Command::UndoRuling if self.walk.is_some() => Err("a sample is being looked at; Esc leaves it".into()),
            Command::UndoRuling => match &model.bench {
                Some(Ok(bench)) if bench.undoable() > 0 => Ok(()),
                _ => Err("no ruling was given in this sitting".into()),
            },
            Command::Unanimous => match &self.court {
                Some(court) if !court.queue.unanimous.is_empty() => Ok(()),
                _ => Err("no case is unanimous and as the policy has it".into()),
            },
            Command::ByReason | Command::Filter => match &self.court {
                Some(court) if !court.queue.items.is_empty() => Ok(()),
                _ => Err("the queue is empty".into()),
            },
            Command::Uncover => match case()? {
                at if at.case.sensitive => Ok(()),
                _ => Err("the case is not marked sensitive".into()),
            },
            Command::ExternalEditor => case().map(drop),
            Command::Open if self.queue.selected().is_none() => Err("the queue is empty".into()),
            Command::Open | Command::NextPane | Command::PreviousPane => Ok(()),
            Command::Back if self.at.is_none() && !self.queue.is_filtered() => Err("nothing is open".into()),
            Command::Back => Ok(()),
            _ => Err("it does not belong to this part".into()),
        }
    }

    fn show(&mut self, target: &Target, model: &mut Model) -> bool {
        let Target::Case { set, case } = target else { return false };
        let Some(court) = self.court.clone() else {
            let known = |here: &LoadedSet| **here.name() == **set && here.gold.find(case).is_some();
            let is_there = model.sets.iter().flat_map(|sets| &sets.sets).any(|here| known(here));
            self.awaited = is_there.then(|| target.clone());
            return is_there;
        };
        let Some(key) = court.find(set, case) else { return false };
        let name = (court.sets[usize::from(key.0)].set().clone(), case.clone());
        let listed = self.queue.select(&court, &name);
        let item = self.queue.selected().filter(|_| listed);
        self.open(key, item, model);
        true
    }

    fn selected(&self, _: &Model) -> Option<Target> {
        if let Some(at) = &self.at {
            return Some(Target::Case { set: at.set.to_string(), case: at.id.clone() });
        }
        let (court, item) = (self.court.as_ref()?, self.queue.selected()?);
        let gold = &court.sets[usize::from(item.set)];
        Some(Target::Case { set: gold.set().to_string(), case: gold.id(item.row as usize).into_owned() })
    }

    fn tend(&mut self, model: &mut Model) {
        self.ask_for_court(model);
        if let Some(target) = self.awaited.take_if(|_| self.court.is_some()) {
            self.show(&target, model);
        }
        self.look_for_precedents(model);
    }

    fn render(&mut self, area: Rect, buf: &mut Buffer, model: &Model, theme: &Theme) -> Option<Position> {
        self.theme = theme.clone();
        let Some(court) = self.court.clone() else {
            let words =
                if model.sets.is_none() { "Loading the gold sets …" } else { "Ranking what needs a ruling …" };
            text::put(buf, (area.x + 1, area.y), area.width.saturating_sub(1), words, theme.style(Role::Dim));
            return None;
        };
        let near = self.near(model).cloned();
        let place = self.place_words();
        let beside = area.width >= 160;
        let for_list = match &self.at {
            None => area,
            Some(_) if beside => Rect { width: 44, ..area },
            Some(_) if self.on_list => area,
            Some(_) => Rect { width: 0, ..area },
        };
        if for_list.width > 0 {
            let on_list = self.at.is_none() || self.on_list;
            self.draw_queue(for_list, buf, &court, theme, on_list);
        }
        if let Some(at) = &self.at
            && (beside || !self.on_list)
        {
            let taken = if beside { for_list.width + 1 } else { 0 };
            let rest = Rect { x: area.x + taken, width: area.width.saturating_sub(taken), ..area };
            if beside {
                text::rule(buf, Rect { x: rest.x - 1, width: 1, ..area }, "│", theme.style(Role::Border));
            }
            let shown =
                Shown { at, policy: &court.policy, near: near.as_ref().map(|near| near.as_slice()), place: &place };
            self.view.render(rest, buf, shown, self.form.as_mut(), theme);
        }
        if let Some(form) = &mut self.form {
            form.render_over(area, buf, theme);
        }
        if let Some(asking) = &mut self.asking {
            asking.render(area, buf, theme);
        }
        None
    }
}

impl SettlePart {
    fn draw_queue(&mut self, area: Rect, buf: &mut Buffer, court: &Court, theme: &Theme, focused: bool) {
        self.queue.render(area, buf, court, theme, focused);
        let below = text::row(area, area.height.saturating_sub(1));
        if self.queue.rows().is_empty() && area.height > 2 {
            let words = match (court.queue.items.is_empty(), court.queue.unanimous.len()) {
                (false, _) => "No case fits. Esc shows all of them.".to_owned(),
                (true, 0) => "No case needs a ruling.".to_owned(),
                (true, _) => "No case needs a ruling of its own. `B` settles what is unanimous.".to_owned(),
            };
            text::put(buf, (area.x + 1, area.y + 1), area.width.saturating_sub(1), &words, theme.style(Role::Dim));
        }
        if !court.queue.unanimous.is_empty() && area.height > 4 {
            let unanimous = thousands(court.queue.unanimous.len() as u64);
            let words = format!("{unanimous} more are unanimous: `B` settles them");
            text::fill(buf, below, theme.style(Role::Text));
            text::put(buf, (below.x + 1, below.y), below.width.saturating_sub(1), &words, theme.style(Role::Dim));
        }
    }

    fn say(model: &mut Model, words: impl Into<String>) {
        model.ask(Ask::Say(Severity::Hint, words.into()));
    }
}
