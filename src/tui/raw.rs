//! The raw text of a document: typed in, with its problems in the gutter.

mod pane;

pub use pane::RawPane;

use super::command::{Command, Context, find};
use super::components::Outcome;
use super::components::input::Input;
use super::components::message::Severity;
use super::editor::{Editor, Language, Mark};
use super::event::{Code, Event};
use super::model::Model;
use super::text;
use super::theme::{Role, Theme};
use super::typing::Typing;
use crate::document::Document;
use crate::policy::place::{Position, Route, Step};
use crate::policy::problem::{Level, Problem};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position as Cell, Rect};
use ratatui::text::Line;
use std::sync::Arc;

/// A document as text, in step with the workspace: what is typed goes there, what changes there shows here.
#[derive(Debug)]
pub struct Raw {
    editor: Editor,
    typing: Typing,
    search: Option<Input>,
    /// The words of the last search, for the next one.
    searched: String,
    problems: Arc<Vec<Problem>>,
}

impl Raw {
    /// Opens a document with the cursor on the value at `route`; none where the file is not open.
    pub fn open(model: &Model, file: &Arc<str>, route: &Route) -> Option<Raw> {
        let document = model.workspace.document(file)?;
        let mut raw = Raw {
            editor: Editor::new(document.text(), Language::Yaml),
            typing: Typing::new(model, file, format!("typing in {file}"))?,
            search: None,
            searched: String::new(),
            problems: Arc::default(),
        };
        raw.mark(model);
        raw.go_to(model, route);
        Some(raw)
    }

    pub fn file(&self) -> &Arc<str> {
        self.typing.file()
    }

    /// Puts the cursor on the key of the value at `route`, or the nearest value around it.
    pub fn go_to(&mut self, model: &Model, route: &Route) {
        let Some(document) = model.workspace.document(self.file()) else { return };
        let Some(at) = document.key_place(self.file(), route).position else { return };
        self.go_to_position(at);
        // What the value belongs to, a clause or a category, is seen from its beginning.
        let depth = route.0.iter().rposition(|step| matches!(step, Step::Item(_))).map_or(0, |at| at + 1);
        let item = Route(route.0.iter().take(depth.min(2)).cloned().collect());
        if let Some(at) = document.key_place(self.file(), &item).position {
            self.editor.scroll_to(at.line.saturating_sub(1) as usize);
        }
    }

    /// Puts the cursor at a position of the text.
    pub fn go_to_position(&mut self, at: Position) {
        self.editor.set_cursor(at.line.saturating_sub(1) as usize, at.column.saturating_sub(1) as usize);
    }

    /// The value that the cursor stands in. What was typed last must be in the document: see [`Raw::flush`].
    pub fn route(&self, model: &Model) -> Option<Route> {
        let document = model.workspace.document(self.file())?;
        let byte = document.byte_at(self.position());
        Some(document.route_at(byte))
    }

    /// Where the cursor stands, counted as in a place.
    pub fn position(&self) -> Position {
        let small = |n: usize| u32::try_from(n).unwrap_or(u32::MAX).saturating_add(1);
        let (line, column) = self.editor.cursor();
        Position { line: small(line), column: small(column) }
    }

    /// Takes over what was changed by other means, and the problems as they are now.
    pub fn refresh(&mut self, model: &Model) {
        if self.typing.was_overtaken(model)
            && let Some(document) = model.workspace.document(self.file())
        {
            self.editor.set_text(document.text());
            self.typing.new_run();
        }
        if !Arc::ptr_eq(&self.problems, &model.problems) {
            self.mark(model);
        }
    }

    /// Puts what was typed last into the document now: before it is saved, committed, undone.
    pub fn flush(&mut self, model: &mut Model) {
        if self.typing.is_pending() {
            let text = self.editor.text();
            self.typing.put(model, &text);
        }
    }

    /// Where keys go, innermost first.
    pub fn contexts(&self) -> &'static [Context] {
        if self.search.is_some() { &[Context::Input, Context::Editor] } else { &[Context::Editor] }
    }

    /// Opens the line to search with, or goes on to the next place.
    pub fn search(&mut self, model: &mut Model) {
        match &self.search {
            Some(_) => self.next(model, true),
            None => self.search = Some(Input::new(&self.searched).placeholder("search in this text")),
        }
    }

    /// Closes the line to search with; whether there was one.
    pub fn back(&mut self) -> bool {
        self.editor.set_search("");
        self.search.take().is_some()
    }

    /// Whether the event was for the text or the line to search with.
    pub fn handle(&mut self, event: &Event, model: &mut Model) -> bool {
        if self.search.is_some() && !matches!(event, Event::Mouse(_)) {
            return self.handle_search(event, model);
        }
        match self.editor.handle(event) {
            None => false,
            Some(Outcome::Changed) => {
                // A line is what one takes back.
                if matches!(event, Event::Key(key) if key.code == Code::Enter) {
                    self.typing.new_run();
                }
                let text = self.editor.text();
                self.typing.send(model, move || Some(text));
                true
            }
            Some(Outcome::Moved) => {
                self.typing.new_run();
                true
            }
            Some(_) => true,
        }
    }

    /// Draws the text, and on the last row the problem of the line with the cursor. Gives the place of the cursor.
    pub fn render(&mut self, area: Rect, buf: &mut Buffer, theme: &Theme, focused: bool) -> Option<Cell> {
        let problem = self.editor.marks_here().next().map(|mark| (mark.severity, mark.message.clone()));
        let rows = match (&self.search, &problem) {
            (Some(_), _) => 1,
            (None, Some((_, words))) => {
                u16::try_from(text::wrap(words, usize::from(area.width).saturating_sub(2)).len()).unwrap_or(3).min(3)
            }
            (None, None) => 0,
        };
        let rows = if area.height > rows + 1 { rows } else { 0 };
        let above = Rect { height: area.height - rows, ..area };
        self.editor.render(above, buf, theme, focused && self.search.is_none());
        let mut cursor = self.editor.cursor_position();
        let below = Rect { y: above.bottom(), height: rows, ..area };
        if below.is_empty() {
            return cursor.filter(|_| focused);
        }
        match (&mut self.search, problem) {
            (Some(input), _) => {
                let used = text::put(buf, (below.x, below.y), below.width, "search ", theme.style(Role::Label));
                let line = Rect { x: below.x + used, width: below.width - used, ..below };
                input.render(line, buf, theme, focused);
                cursor = input.cursor_position();
            }
            (None, Some((severity, words))) => {
                let style = theme.style(severity.role());
                text::put(buf, (below.x, below.y), 1, severity.symbol(), style);
                let columns = usize::from(below.width).saturating_sub(2);
                for (n, range) in (0..rows).zip(text::wrap(&words, columns)) {
                    let part = if n + 1 == rows { &words[range.start..] } else { &words[range] };
                    let line = Line::styled(part.trim_end().to_owned(), style);
                    text::put_line(buf, (below.x + 2, below.y + n), below.width.saturating_sub(2), &line);
                }
            }
            (None, None) => {}
        }
        cursor.filter(|_| focused)
    }

    fn handle_search(&mut self, event: &Event, model: &mut Model) -> bool {
        let command = match event {
            Event::Key(key) => find(&[Context::Input], *key),
            _ => None,
        };
        match (command, &mut self.search) {
            (Some(Command::Accept), _) => self.next(model, true),
            (Some(Command::Back), _) => {
                self.back();
            }
            (_, Some(input)) => match input.handle(event) {
                None => return false,
                Some(Outcome::Changed) => {
                    self.searched = input.text();
                    self.editor.set_search(&self.searched);
                }
                Some(_) => {}
            },
            (_, None) => return false,
        }
        true
    }

    fn next(&mut self, model: &mut Model, forward: bool) {
        self.editor.set_search(&self.searched);
        if !self.searched.is_empty() && !self.editor.search_next(forward) {
            model.say(Severity::Hint, format!("`{}` is nowhere in this text", self.searched));
        }
    }

    fn mark(&mut self, model: &Model) {
        self.problems = model.problems.clone();
        let mark = |problem: &Problem| {
            let line = problem.place.position?.line.saturating_sub(1) as usize;
            let message = format!("{}. {}", problem.message.trim_end_matches('.'), problem.help);
            Some(Mark { line, severity: severity(problem.level()), message })
        };
        let file = self.typing.file();
        self.editor.set_marks(model.problems_of(file).filter_map(mark).collect());
    }
}

/// How a problem of this level is shown.
pub fn severity(level: Level) -> Severity {
    match level {
        Level::Hint => Severity::Hint,
        Level::Warning => Severity::Warning,
        Level::Error => Severity::Error,
    }
}

/// A document that holds nothing that could be shown in a form.
pub fn is_unreadable(document: &Document) -> bool {
    document.root().is_none_or(|root| !root.is_mapping())
}
