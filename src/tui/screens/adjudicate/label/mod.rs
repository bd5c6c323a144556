//! Labeling: one case at a time, with what applies to it beside it.

mod asking;
mod fields;
mod form;
mod keeping;
mod keys;
mod pace;
mod places;
#[cfg(test)]
mod tests;
mod view;

use super::dialog::{Answer, Unsent};
use crate::policy::case::Case;
use crate::policy::record::Saw;
use crate::precedent::Near;
use crate::tui::command::{Command, Context, Reason};
use crate::tui::components::Outcome;
use crate::tui::components::list::List;
use crate::tui::components::message::Severity;
use crate::tui::components::prose::Prose;
use crate::tui::event::Event;
use crate::tui::model::{Model, Target};
use crate::tui::screens::Screen;
use crate::tui::theme::Theme;
use crate::workspace::labeling::{Desk, Item, Wish};
use asking::Asking;
use fields::Field;
use form::Form;
use keeping::{Keeping, Kept};
use pace::Pace;
use places::Places;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

/// The case that is being labeled, and what is filled in for it.
struct AtHand {
    item: Item,
    case: Case,
    form: Form,
    /// Sensitive text and references to media are shown.
    uncovered: bool,
    shows: Shows,
    /// What was shown up to now.
    saw: Saw,
    /// The label of this case that stood when it came up.
    over: Option<String>,
    /// The rulings nearest to it, once they were asked for.
    near: Option<Vec<Near>>,
    /// What was written in prompts that were left.
    unsent: Unsent,
}

impl AtHand {
    /// Its text was not shown yet, or is hidden again.
    fn is_covered(&self) -> bool {
        self.case.sensitive && !self.uncovered
    }
}

/// What of others is shown beside the case.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Shows {
    others: bool,
    verdict: bool,
    precedents: bool,
}

pub struct LabelPart {
    wish: Wish,
    /// It is being chosen where to label.
    choosing: bool,
    places: Places,
    desk: Option<Desk>,
    /// Why there is no desk, in words.
    trouble: Option<String>,
    at: Option<AtHand>,
    /// What is filled in for cases that were skipped.
    aside: Vec<Kept>,
    full: bool,
    fields: Vec<Field>,
    list: List,
    asking: Option<Asking>,
    on_guidance: bool,
    pace: Pace,
    /// What was done last: the behavior and the case.
    last: Option<String>,
    keeping: Keeping,
    view: view::View,
}

impl Default for LabelPart {
    fn default() -> Self {
        LabelPart {
            wish: Wish::default(),
            choosing: true,
            places: Places::default(),
            desk: None,
            trouble: None,
            at: None,
            aside: Vec::new(),
            full: false,
            fields: Vec::new(),
            list: List::default(),
            asking: None,
            on_guidance: false,
            pace: Pace::default(),
            last: None,
            keeping: Keeping::default(),
            view: view::View::default(),
        }
    }
}

impl Screen for LabelPart {
    fn contexts(&self) -> Vec<Context> {
        match &self.asking {
            Some(_) => vec![Context::Popup],
            // No digit is an answer before somebody sat down.
            None if self.choosing => vec![Context::List],
            None => vec![Context::Label, Context::Text],
        }
    }

    fn dialog(&self) -> Option<&'static [Command]> {
        self.asking.as_ref().map(Asking::takes)
    }

    fn refresh(&mut self, model: &Model) {
        if self.desk.as_mut().is_some_and(|desk| desk.set_policy(model.workspace.policy())) {
            // Rows and questions by position are those of the policy as it was. What is filled in, and what is being written, stays.
            self.asking.take_if(|asking| asking.about.is_by_position());
            self.fill_rows(model);
        }
        self.view.stale = true;
    }

    fn tend(&mut self, model: &mut Model) {
        self.keep(model);
    }

    fn handle(&mut self, event: &Event, model: &mut Model) -> bool {
        if let Some(mut asking) = self.asking.take() {
            let answer = asking.handle(event);
            if self.at.as_mut().is_some_and(|at| at.unsent.note(&asking, &answer)) {
                model.say(
                    Severity::Hint,
                    "What you wrote is kept with this case, and there again when it is asked anew.",
                );
            }
            match answer {
                Answer::Open => {
                    self.view.guidance_stale = true;
                    self.asking = Some(asking);
                }
                Answer::Left => self.view.guidance_stale = true,
                answer => self.answered(asking.about, &answer, model),
            }
            return true;
        }
        if self.choosing {
            return match self.places.list.handle(event) {
                Some(Outcome::Opened) => self.run_key(Command::Open, model),
                outcome => outcome.is_some(),
            };
        }
        if let Event::Key(key) = event {
            match crate::tui::command::find(&self.contexts(), *key) {
                Some(Command::Behavior | Command::FrequentHarm) => {
                    if let Some(typed) = key.typed() {
                        self.typed(typed, model);
                        return true;
                    }
                }
                Some(Command::Down | Command::Up) if !self.on_guidance => {
                    let taken = self.list.handle_in(event, Context::Text).is_some();
                    self.view.guidance_stale = true;
                    return taken;
                }
                Some(command) if command.is_of_components() => {}
                _ => return false,
            }
        }
        if let Event::Mouse(_) = event {
            match self.list.handle_in(event, Context::Text) {
                Some(Outcome::Opened) => {
                    self.step_value(true, model);
                    return true;
                }
                Some(_) => {
                    self.view.guidance_stale = true;
                    return true;
                }
                None => {}
            }
            return self.view.guidance.handle(event).or_else(|| self.view.case.handle(event)).is_some();
        }
        let prose: &mut Prose = if self.on_guidance { &mut self.view.guidance } else { &mut self.view.case };
        prose.handle(event).is_some()
    }

    fn run(&mut self, command: Command, model: &mut Model) -> bool {
        self.run_key(command, model)
    }

    fn available(&self, command: Command, model: &Model) -> Result<(), Reason> {
        self.can(command, model)
    }

    fn show(&mut self, target: &Target, model: &mut Model) -> bool {
        match target {
            Target::Labeling(wish) => {
                self.sit_down(wish.clone(), model);
                true
            }
            // Only a case of the set that is being labeled: other screens show the rest.
            Target::Case { set, case } => {
                let Some(desk) = self.desk.as_mut().filter(|desk| **desk.set().name() == **set) else { return false };
                let here = desk.round().is_none() && desk.bring(case);
                if here {
                    self.choosing = false;
                    self.bring_up(None, model);
                }
                here
            }
            _ => false,
        }
    }

    fn selected(&self, _: &Model) -> Option<Target> {
        let set = self.desk.as_ref().filter(|_| !self.choosing)?.set().name().to_string();
        Some(Target::Case { set, case: self.at.as_ref()?.case.id.clone() })
    }

    fn render(&mut self, area: Rect, buf: &mut Buffer, model: &Model, theme: &Theme) -> Option<Position> {
        self.draw(area, buf, model, theme);
        None
    }
}
