//! A field that is being edited: what is typed goes into the document while it goes on.

use super::SpecScreen;
use super::clauses::ClauseKey;
use super::edit::set_text;
use super::fields::Part;
use super::pick;
use crate::document::{Document, Node};
use crate::tui::components::Outcome;
use crate::tui::components::form::Form;
use crate::tui::condition::build;
use crate::tui::event::Event;
use crate::tui::model::Model;
use crate::tui::rulings;
use crate::tui::typing::Typing;

/// An edit of one text of a clause that is under way.
pub(super) struct Fieldwork {
    clause: ClauseKey,
    key: String,
    prose: bool,
    typing: Typing,
    /// The document without what was typed.
    from: Document,
}

impl Fieldwork {
    fn start(model: &Model, clause: &ClauseKey, key: &str, prose: bool) -> Option<(Fieldwork, String)> {
        let (from, _) = clause.find(&model.workspace)?;
        let typing = Typing::new(model, &clause.file, format!("edit {key} of {}", clause.name()))?;
        let work = Fieldwork { clause: clause.clone(), key: key.to_owned(), prose, typing, from };
        let text = work.text_in(model)?;
        Some((work, text))
    }

    /// Has what is written go into the document beside the screen.
    fn type_on(&self, model: &mut Model, written: String) {
        let (clause, from, key, prose) = (self.clause.clone(), self.from.clone(), self.key.clone(), self.prose);
        self.typing.send(model, move || written_into(&from, &clause, &key, &written, prose).ok());
    }

    /// Puts what is written into the document now. Whether it could be; if not, says why.
    fn settle(&self, model: &mut Model, written: &str) -> bool {
        match written_into(&self.from, &self.clause, &self.key, written, self.prose) {
            Ok(text) => self.typing.put(model, &text),
            Err(error) => model.after(Err(error.into())),
        }
    }

    /// Takes back what was typed.
    fn cancel(&self, model: &mut Model) {
        let text = self.from.text().to_owned();
        self.typing.put(model, &text);
    }

    /// As [`super::Screen::flush`].
    pub fn flush(&mut self, model: &mut Model, form: &Form) {
        if self.typing.is_pending()
            && let Some(written) = form.edited()
        {
            self.settle(model, &written);
        }
    }

    /// Where the document was changed by other means, the field shows what stands there now.
    pub fn refresh(&mut self, model: &Model, form: &mut Form) {
        if !self.typing.was_overtaken(model) {
            return;
        }
        self.typing.new_run();
        if let Some((document, _)) = self.clause.find(&model.workspace) {
            self.from = document;
            if let Some(text) = self.text_in(model) {
                form.set_edited(&text);
            }
        }
    }

    fn text_in(&self, model: &Model) -> Option<String> {
        let (document, route) = self.clause.find(&model.workspace)?;
        let text = document.node(&route.then(self.key.as_str())).and_then(Node::text).unwrap_or_default();
        Some(if self.prose { text.trim_end_matches(['\n', '\r']).to_owned() } else { text.to_owned() })
    }
}

impl SpecScreen {
    pub(super) fn handle_form(&mut self, event: &Event, model: &mut Model) -> bool {
        match self.form.handle(event) {
            None => return false,
            Some(Outcome::Opened) => self.open_field(model),
            Some(Outcome::Changed) => {
                if let (Some(work), Some(written)) = (&self.work, self.form.edited()) {
                    work.type_on(model, written);
                }
            }
            Some(Outcome::Accepted) => self.end_work(model),
            Some(Outcome::Cancelled) => {
                self.form.end_edit();
                if let Some(work) = self.work.take() {
                    work.cancel(model);
                }
            }
            Some(_) => {}
        }
        true
    }

    /// Ends the edit of a field, if one is under way. Where what was written is refused, the edit stays open.
    pub(super) fn end_work(&mut self, model: &mut Model) {
        let (Some(work), Some(written)) = (&self.work, self.form.edited()) else { return };
        if work.settle(model, &written) {
            self.work = None;
            self.form.end_edit();
            model.workspace.seal();
        }
    }

    /// Opens what has the focus: in its place, with a picker, or with the condition builder.
    fn open_field(&mut self, model: &mut Model) {
        let (Some(key), Some(part)) = (self.selected.clone(), self.focused_part().cloned()) else { return };
        match part {
            Part::Line(name) => self.start_work(model, &key, &name, false),
            Part::Prose(name) => self.start_work(model, &key, &name, true),
            Part::Id => {}
            Part::Level => pick::level(model, &key),
            Part::Then => pick::then(model, &key),
            Part::Examples => pick::examples(model, &key),
            Part::Test(at) => build::edit_test(model, &key, &at),
            Part::Group(at) => build::edit_group(model, &key, &at),
            Part::AddTest => {
                let when = crate::policy::place::Route::root().then("when");
                build::add(model, &key, build::Into::Mapping(when));
            }
            Part::Gone(name, value) => build::put_back(model, &key, &name, &value),
            Part::Raw(_) => self.toggle_raw(model),
            Part::Behind => rulings::list_shaping(model, &key.id, &self.theme),
            Part::Problem(place) => self.raw.open(model, &place.file, &place.route),
        }
    }

    fn start_work(&mut self, model: &Model, key: &ClauseKey, name: &str, prose: bool) {
        if let Some((work, text)) = Fieldwork::start(model, key, name, prose) {
            self.work = Some(work);
            self.form.edit(&text, prose);
        }
    }
}

/// The document's text with another text in one field of a clause.
fn written_into(
    from: &Document,
    clause: &ClauseKey,
    key: &str,
    written: &str,
    prose: bool,
) -> Result<String, crate::document::EditError> {
    let Some(route) = clause.route_in(from) else {
        return Err(crate::document::EditError::NotFound { route: super::clauses::list().then(clause.index) });
    };
    match set_text(from, &route, key, written, prose) {
        Some(edit) => Ok(from.edit(&edit)?.0.text().to_owned()),
        None => Ok(from.text().to_owned()),
    }
}
