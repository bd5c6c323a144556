//! The raw text of what a form shows: in the form's place, or beside it where there is room.

use super::Raw;
use crate::policy::place::{Place, Position, Route};
use crate::tui::command::{Command, Context};
use crate::tui::components::header::header;
use crate::tui::event::Event;
use crate::tui::layout::Panes;
use crate::tui::model::Model;
use crate::tui::theme::{Role, Theme};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position as Cell, Rect};
use ratatui::text::{Line, Span};
use std::sync::Arc;

/// What a screen with a form keeps of the raw text.
#[derive(Debug, Default)]
pub struct RawPane {
    text: Option<Raw>,
    has_keys: bool,
    /// It stood beside the form when it was drawn last.
    beside: bool,
    /// Where in the form it was led to last.
    followed: Option<(Arc<str>, Route)>,
}

impl RawPane {
    /// Whether keys go into the text, and not into the form.
    pub fn has_keys(&self) -> bool {
        self.has_keys
    }

    /// Whether it takes the form's place.
    pub fn hides_form(&self) -> bool {
        self.has_keys && !self.beside
    }

    /// Whether both are seen, and the keys go into the text.
    pub fn is_used_beside_form(&self) -> bool {
        self.has_keys && self.beside
    }

    /// Gives the keys to the text of a file, with the cursor on the value at `route`. Where the file is not open nothing
    /// happens.
    pub fn open(&mut self, model: &Model, file: &Arc<str>, route: &Route) {
        self.lead(model, file, route);
        self.take_keys();
    }

    /// As [`RawPane::open`], with the cursor on the very position where that is known.
    pub fn open_at(&mut self, model: &Model, place: &Place) {
        self.open(model, &place.file, &place.route);
        if let (Some(text), Some(at)) = (&mut self.text, place.position) {
            text.go_to_position(at);
        }
    }

    /// Gives the keys to the text that stands beside the form.
    pub fn take_keys(&mut self) {
        self.has_keys = self.text.is_some();
    }

    /// Gives the keys back to the form; what was typed is in the document.
    pub fn leave(&mut self, model: &mut Model) {
        if self.has_keys {
            self.flush(model);
        }
        self.has_keys = false;
        if !self.beside {
            self.text = None;
        }
    }

    /// As [`RawPane::leave`], and where the cursor stood.
    pub fn close(&mut self, model: &mut Model) -> Option<Place> {
        self.flush(model);
        if let Some(text) = &mut self.text {
            text.back();
        }
        let place = self.place(model);
        self.leave(model);
        place
    }

    /// Where the cursor stands; none while the keys are not here.
    pub fn place(&self, model: &Model) -> Option<Place> {
        let text = self.text.as_ref().filter(|_| self.has_keys)?;
        let document = model.workspace.document(text.file())?;
        let byte = document.byte_at(text.position());
        let (route, position): (Route, Option<Position>) = (document.route_at(byte), Some(text.position()));
        Some(Place { file: text.file().clone(), route, position, bytes: byte..byte })
    }

    /// To be called before each drawing: where there is room it shows what is selected in the form.
    pub fn follow(&mut self, panes: &Panes, model: &Model, selected: impl FnOnce() -> Option<Place>) {
        self.beside = !panes.extra.is_empty();
        match self.beside {
            _ if self.has_keys => {}
            false => self.text = None,
            true => {
                let Some(place) = selected() else { return };
                let at = Some((place.file, place.route));
                if self.text.is_some() && self.followed == at {
                    return;
                }
                if let Some((file, route)) = &at {
                    self.lead(model, file, route);
                }
                self.followed = at;
            }
        }
    }

    fn lead(&mut self, model: &Model, file: &Arc<str>, route: &Route) {
        match &mut self.text {
            Some(text) if text.file() == file => text.go_to(model, route),
            text => *text = Raw::open(model, file, route),
        }
    }

    /// Where keys go, innermost first; none while they are not here.
    pub fn contexts(&self) -> Option<&'static [Context]> {
        self.text.as_ref().filter(|_| self.has_keys).map(Raw::contexts)
    }

    pub fn refresh(&mut self, model: &Model) {
        if let Some(text) = &mut self.text {
            text.refresh(model);
        }
    }

    /// Puts what was typed last into the document now.
    pub fn flush(&mut self, model: &mut Model) {
        if let Some(text) = &mut self.text {
            text.flush(model);
        }
    }

    pub fn search(&mut self, model: &mut Model) {
        if let Some(text) = &mut self.text {
            text.search(model);
        }
    }

    pub fn handle(&mut self, event: &Event, model: &mut Model) -> bool {
        self.text.as_mut().is_some_and(|text| text.handle(event, model))
    }

    /// Draws it where it belongs. `at` is where the key that goes to and fro is looked up; gives the place of the cursor.
    pub fn render(
        &mut self,
        panes: &Panes,
        buf: &mut Buffer,
        theme: &Theme,
        at: Context,
        focused: bool,
    ) -> Option<Cell> {
        let area = if self.beside { panes.extra } else { panes.main };
        let shown = !area.is_empty() && (self.beside || self.has_keys);
        let text = self.text.as_mut().filter(|_| shown)?;
        let focused = self.has_keys && focused;
        let key = Command::Raw.key(if focused { &[Context::Editor] } else { std::slice::from_ref(&at) });
        let words = if focused { " back to the form" } else { " edit as text" };
        let right = key.map_or_else(Line::default, |key| {
            Line::from(vec![theme.span(Role::Key, key.short()), Span::styled(words, theme.style(Role::Dim))])
        });
        header(area, buf, theme, focused, &text.file().clone(), right);
        text.render(Rect { y: area.y + 1, height: area.height - 1, ..area }, buf, theme, focused)
    }
}
