//! A question that a part of the screen asks by itself, so that its answer can change what the part holds.

use crate::tui::command::Command;
use crate::tui::components::Outcome;
use crate::tui::components::dialog::{Confirm, Prompt};
use crate::tui::components::picker::Picker;
use crate::tui::event::Event;
use crate::tui::theme::Theme;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A dialog over the part, and what it is about.
pub struct Question<A> {
    pub about: A,
    dialog: Dialog,
}

enum Dialog {
    Confirm(Confirm),
    Pick(Box<Picker>),
    /// With what stood in it when it was asked.
    Prompt {
        prompt: Box<Prompt>,
        before: String,
    },
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
        let before = prompt.text();
        Question { about, dialog: Dialog::Prompt { prompt: Box::new(prompt), before } }
    }

    /// The commands that it takes, for the footer.
    pub fn takes(&self) -> &'static [Command] {
        match &self.dialog {
            Dialog::Confirm(confirm) => confirm.takes(),
            Dialog::Pick(picker) => picker.takes(),
            Dialog::Prompt { prompt, .. } => prompt.takes(),
        }
    }

    /// Takes every event.
    pub fn handle(&mut self, event: &Event) -> Answer {
        let outcome = match &mut self.dialog {
            Dialog::Confirm(confirm) => confirm.handle(event),
            Dialog::Pick(picker) => picker.handle(event),
            Dialog::Prompt { prompt, .. } => {
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
            (Some(Outcome::Accepted), Dialog::Prompt { prompt, .. }) => Answer::Written(prompt.text()),
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
            Dialog::Prompt { prompt, .. } => Some(prompt.text()),
            _ => None,
        }
    }

    pub fn render(&mut self, area: Rect, buf: &mut Buffer, theme: &Theme) {
        match &mut self.dialog {
            Dialog::Confirm(confirm) => confirm.render(area, buf, theme),
            Dialog::Pick(picker) => picker.render(area, buf, theme),
            Dialog::Prompt { prompt, .. } => prompt.render(area, buf, theme),
        }
    }
}

/// What was written in prompts that were left without an answer, by their titles: it is there again when they are asked anew.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unsent(BTreeMap<String, String>);

impl Unsent {
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Puts back what was written when the same was asked before.
    #[must_use]
    pub fn restore<A>(&self, mut question: Question<A>) -> Question<A> {
        if let Dialog::Prompt { prompt, .. } = &mut question.dialog
            && let Some(written) = self.0.get(prompt.title())
        {
            prompt.set_text(written);
        }
        question
    }

    /// Keeps what stands in a prompt that is left, and forgets it where it is answered. Whether something is kept.
    pub fn note<A>(&mut self, question: &Question<A>, answer: &Answer) -> bool {
        let Dialog::Prompt { prompt, before } = &question.dialog else { return false };
        let text = prompt.text();
        match answer {
            Answer::Open => false,
            Answer::Left if text != *before => {
                self.0.insert(prompt.title().to_owned(), text);
                true
            }
            _ => {
                self.0.remove(prompt.title());
                false
            }
        }
    }
}
