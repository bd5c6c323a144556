//! Dialogs over a screen, and what follows from their answers.

use super::command::{self, Command, Context};
use super::components::Outcome;
use super::components::dialog::{Confirm, Prompt};
use super::components::offers::{Chosen, Offers};
use super::components::picker::Picker;
use super::components::popup;
use super::components::prose::Prose;
use super::event::Event;
use super::model::Model;
use super::text;
use super::theme::Theme;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Line;

/// What follows from an answer.
pub type Then<A> = Box<dyn FnOnce(&mut Model, A)>;
/// What is wrong with an answer, if anything: the dialog then stays open and says so.
pub type Check = Box<dyn Fn(&Model, &str) -> Option<String>>;

/// A dialog with what follows from its answer. Esc closes it, and nothing follows, unless [`Popup::when_left`] says so.
pub enum Popup {
    /// Choose one or several; the answer is their positions among the choices.
    Pick { picker: Box<Picker>, then: Then<Vec<usize>> },
    /// A question with lettered answers.
    Confirm { confirm: Confirm, then: Then<char> },
    /// Edits to choose from, with what each changes.
    Offer { offers: Box<Offers>, then: Then<Chosen> },
    /// A text of one or several lines.
    Prompt { prompt: Prompt, check: Check, then: Then<String>, left: Option<Then<String>> },
    /// Something to read; Enter may lead on, to what the words say.
    Text { title: String, prose: Prose, onward: Option<(&'static str, Then<()>)> },
}

impl Popup {
    pub fn pick(picker: Picker, then: impl FnOnce(&mut Model, Vec<usize>) + 'static) -> Popup {
        Popup::Pick { picker: Box::new(picker), then: Box::new(then) }
    }

    pub fn confirm(confirm: Confirm, then: impl FnOnce(&mut Model, char) + 'static) -> Popup {
        Popup::Confirm { confirm, then: Box::new(then) }
    }

    pub fn offer(offers: Offers, then: impl FnOnce(&mut Model, Chosen) + 'static) -> Popup {
        Popup::Offer { offers: Box::new(offers), then: Box::new(then) }
    }

    pub fn prompt(prompt: Prompt, then: impl FnOnce(&mut Model, String) + 'static) -> Popup {
        Popup::prompt_checked(prompt, |_, _| None, then)
    }

    /// A prompt whose answer must pass a check.
    pub fn prompt_checked(
        prompt: Prompt,
        check: impl Fn(&Model, &str) -> Option<String> + 'static,
        then: impl FnOnce(&mut Model, String) + 'static,
    ) -> Popup {
        Popup::Prompt { prompt, check: Box::new(check), then: Box::new(then), left: None }
    }

    /// What follows where a prompt is left without an answer, with what was written in it by then.
    #[must_use]
    pub fn when_left(mut self, follows: impl FnOnce(&mut Model, String) + 'static) -> Popup {
        if let Popup::Prompt { left, .. } = &mut self {
            *left = Some(Box::new(follows));
        }
        self
    }

    pub fn text(title: impl Into<String>, lines: Vec<Line<'static>>) -> Popup {
        Popup::Text { title: title.into(), prose: Prose::new(lines), onward: None }
    }

    /// What follows where a text is left with Enter, and in a few words to what that leads.
    #[must_use]
    pub fn onward(mut self, words: &'static str, follows: impl FnOnce(&mut Model, ()) + 'static) -> Popup {
        if let Popup::Text { onward, .. } = &mut self {
            *onward = Some((words, Box::new(follows)));
        }
        self
    }

    /// Takes an event; gives the dialog back for as long as it stays open.
    pub fn handle(mut self, event: &Event, model: &mut Model) -> Option<Popup> {
        let outcome = match &mut self {
            Popup::Pick { picker, .. } => picker.handle(event),
            Popup::Confirm { confirm, .. } => confirm.handle(event),
            Popup::Offer { offers, .. } => offers.handle(event),
            Popup::Prompt { prompt, .. } => {
                let outcome = prompt.handle(event);
                if outcome == Some(Outcome::Changed) {
                    // What was wrong with the text before is asked anew when it is accepted.
                    prompt.set_problem(None);
                }
                outcome
            }
            Popup::Text { prose, onward, .. } => {
                let command = match event {
                    Event::Key(key) => command::find(&[Context::Popup], *key),
                    _ => None,
                };
                match command {
                    Some(Command::Accept) if onward.is_some() => Some(Outcome::Accepted),
                    Some(Command::Back | Command::Accept) => Some(Outcome::Cancelled),
                    _ => prose.handle(event),
                }
            }
        };
        match outcome {
            Some(Outcome::Cancelled) => {
                if let Popup::Prompt { prompt, left: Some(left), .. } = self {
                    left(model, prompt.text());
                }
                None
            }
            Some(Outcome::Accepted) => self.accept(model),
            _ => Some(self),
        }
    }

    fn accept(self, model: &mut Model) -> Option<Popup> {
        match self {
            Popup::Pick { picker, then } => then(model, picker.chosen()),
            Popup::Confirm { confirm, then } => {
                if let Some(answer) = confirm.answer() {
                    then(model, answer);
                }
            }
            Popup::Offer { offers, then } => {
                if let Some(chosen) = offers.chosen() {
                    then(model, chosen);
                }
            }
            Popup::Prompt { mut prompt, check, then, left } => {
                let text = prompt.text();
                if let Some(problem) = check(model, &text) {
                    prompt.set_problem(Some(problem));
                    return Some(Popup::Prompt { prompt, check, then, left });
                }
                then(model, text);
            }
            Popup::Text { onward, .. } => {
                if let Some((_, then)) = onward {
                    then(model, ());
                }
            }
        }
        None
    }

    pub fn render(&mut self, area: Rect, buf: &mut Buffer, theme: &Theme) {
        match self {
            Popup::Pick { picker, .. } => picker.render(area, buf, theme),
            Popup::Confirm { confirm, .. } => confirm.render(area, buf, theme),
            Popup::Offer { offers, .. } => offers.render(area, buf, theme),
            Popup::Prompt { prompt, .. } => prompt.render(area, buf, theme),
            Popup::Text { title, prose, onward } => {
                let columns = area.width.saturating_sub(8).min(110);
                let keys = u16::from(onward.is_some());
                let needed = prose.rows(columns.saturating_sub(4)).saturating_add(2 + usize::from(keys));
                let rows = u16::try_from(needed).unwrap_or(u16::MAX).min(area.height.saturating_sub(4));
                let mut inner = popup::open(area, columns, rows, title, buf, theme);
                if let Some((words, _)) = onward.as_ref().filter(|_| inner.height > 2) {
                    inner.height -= 1;
                    let keys = popup::keys(theme, &[(Command::Accept, words), (Command::Back, "back")]);
                    text::put_line(buf, (inner.x, inner.bottom()), inner.width, &keys);
                }
                prose.render(inner, buf, theme);
            }
        }
    }
}
