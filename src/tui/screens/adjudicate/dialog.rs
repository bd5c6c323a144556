//! A question that a part of the screen asks by itself, so that its answer can change what the part holds.

use crate::tui::components::Outcome;
use crate::tui::components::dialog::{Confirm, Prompt};
use crate::tui::components::picker::Picker;
use crate::tui::event::Event;
use crate::tui::theme::Theme;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// A dialog over the part, and what it is about.
pub struct Question<A> {
    pub about: A,
    dialog: Dialog,
}

enum Dialog {
    Confirm(Confirm),
    Pick(Box<Picker>),
    Prompt(Box<Prompt>),
}

/// What came of an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// Nothing yet.
    Open,
    Left,
    Letter(char),
    /// Positions among the choices.
    Chosen(Vec<usize>),
    Written(String),
}

impl<A> Question<A> {
    pub fn confirm(about: A, confirm: Confirm) -> Self {
        Question { about, dialog: Dialog::Confirm(confirm) }
    }

    pub fn pick(about: A, picker: Picker) -> Self {
        Question { about, dialog: Dialog::Pick(Box::new(picker)) }
    }

    pub fn prompt(about: A, prompt: Prompt) -> Self {
        Question { about, dialog: Dialog::Prompt(Box::new(prompt)) }
    }

    /// Takes every event.
    pub fn handle(&mut self, event: &Event) -> Answer {
        let outcome = match &mut self.dialog {
            Dialog::Confirm(confirm) => confirm.handle(event),
            Dialog::Pick(picker) => picker.handle(event),
            Dialog::Prompt(prompt) => {
                let outcome = prompt.handle(event);
                if outcome == Some(Outcome::Changed) {
                    prompt.set_problem(None);
                }
                outcome
            }
        };
        match (outcome, &self.dialog) {
            (Some(Outcome::Accepted), Dialog::Confirm(confirm)) => {
                confirm.answer().map_or(Answer::Left, Answer::Letter)
            }
            (Some(Outcome::Accepted), Dialog::Pick(picker)) => Answer::Chosen(picker.chosen()),
            (Some(Outcome::Accepted), Dialog::Prompt(prompt)) => Answer::Written(prompt.text()),
            (Some(Outcome::Cancelled), _) => Answer::Left,
            _ => Answer::Open,
        }
    }

    /// Positions of what is under the cursor or marked, while it is being chosen.
    pub fn chosen(&self) -> Vec<usize> {
        match &self.dialog {
            Dialog::Pick(picker) => picker.chosen(),
            _ => Vec::new(),
        }
    }

    /// What is written so far, where a text is asked for.
    pub fn written(&self) -> Option<String> {
        match &self.dialog {
            Dialog::Prompt(prompt) => Some(prompt.text()),
            _ => None,
        }
    }

    pub fn render(&mut self, area: Rect, buf: &mut Buffer, theme: &Theme) {
        match &mut self.dialog {
            Dialog::Confirm(confirm) => confirm.render(area, buf, theme),
            Dialog::Pick(picker) => picker.render(area, buf, theme),
            Dialog::Prompt(prompt) => prompt.render(area, buf, theme),
        }
    }
}
