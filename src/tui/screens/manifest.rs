//! The manifest, which has no form, as text: behaviors, facets, gates. A problem in it leads here.

use super::Screen;
use crate::policy::place::{Place, Route};
use crate::tui::command::{Command, Context, Reason};
use crate::tui::event::Event;
use crate::tui::model::{Ask, Model, Target};
use crate::tui::raw::Raw;
use crate::tui::theme::{Role, Theme};
use crate::workspace::version::MANIFEST;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

/// The Manifest screen.
#[derive(Default)]
pub struct ManifestScreen {
    raw: Option<Raw>,
}

impl ManifestScreen {
    fn open(&mut self, model: &Model) -> Option<&mut Raw> {
        if self.raw.is_none() {
            self.raw = Raw::open(model, &MANIFEST.into(), &Route::root());
        }
        self.raw.as_mut()
    }

    fn place(&self, model: &Model) -> Place {
        let Some(raw) = &self.raw else { return Place::file(MANIFEST) };
        let route = raw.route(model).unwrap_or_else(Route::root);
        Place { route, position: Some(raw.position()), ..Place::file(MANIFEST) }
    }
}

impl Screen for ManifestScreen {
    fn contexts(&self) -> Vec<Context> {
        self.raw.as_ref().map(|raw| raw.contexts().to_vec()).unwrap_or_default()
    }

    fn refresh(&mut self, model: &Model) {
        match &mut self.raw {
            Some(_) if model.workspace.document(MANIFEST).is_none() => self.raw = None,
            Some(raw) => raw.refresh(model),
            None => {}
        }
    }

    fn handle(&mut self, event: &Event, model: &mut Model) -> bool {
        self.raw.as_mut().is_some_and(|raw| raw.handle(event, model))
    }

    fn run(&mut self, command: Command, model: &mut Model) -> bool {
        match (command, &mut self.raw) {
            (Command::SearchText, Some(raw)) => raw.search(model),
            // Whether there was a search to leave; else the screen is left.
            (Command::Back, Some(raw)) => return raw.back(),
            (Command::ExternalEditor, _) => model.ask(Ask::Edit(self.place(model))),
            _ => return false,
        }
        true
    }

    fn available(&self, command: Command, model: &Model) -> Result<(), Reason> {
        match command {
            Command::Back => Ok(()),
            Command::SearchText if self.raw.is_some() => Ok(()),
            Command::ExternalEditor if model.workspace.unsaved_files().iter().any(|file| **file == *MANIFEST) => {
                Err("the file has unsaved edits; save it first".into())
            }
            Command::ExternalEditor => Ok(()),
            Command::AcceptText => Err("no field is being edited".into()),
            _ => Err("this is the text of the manifest".into()),
        }
    }

    fn show(&mut self, target: &Target, model: &mut Model) -> bool {
        let Target::Place(place) = target else { return false };
        if *place.file != *MANIFEST {
            return false;
        }
        let Some(raw) = self.open(model) else { return false };
        raw.go_to(model, &place.route);
        // A broken file has positions, and no routes.
        if let Some(at) = place.position.filter(|_| place.route.is_root()) {
            raw.go_to_position(at);
        }
        true
    }

    fn selected(&self, model: &Model) -> Option<Target> {
        self.raw.as_ref().map(|_| Target::Place(self.place(model)))
    }

    fn flush(&mut self, model: &mut Model) {
        if let Some(raw) = &mut self.raw {
            raw.flush(model);
        }
    }

    fn tend(&mut self, model: &mut Model) {
        self.open(model);
    }

    fn render(&mut self, area: Rect, buf: &mut Buffer, model: &Model, theme: &Theme) -> Option<Position> {
        let Some(raw) = self.open(model) else {
            let words = format!("`{MANIFEST}` cannot be read as text.");
            crate::tui::text::put_line(buf, (area.x, area.y), area.width, &theme.line(Role::Dim, words));
            return None;
        };
        raw.render(area, buf, theme, true)
    }
}
