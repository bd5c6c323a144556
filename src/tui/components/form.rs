//! Labelled fields below each other: read, walked through, and one of them edited in its place.

use super::message::Severity;
use super::{Outcome, input::Input};
use crate::tui::command::{Command, Context, find};
use crate::tui::editor::{Editor, Language};
use crate::tui::event::{Event, MouseKind};
use crate::tui::text;
use crate::tui::theme::{Role, Theme};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::text::{Line, Span};
use std::ops::Range;

const WHEEL: usize = 3;
/// A label is never given more columns than this.
const WIDEST_LABEL: usize = 14;
/// Nor is a name.
const WIDEST_NAME: usize = 20;

/// One field: what it is called, what it holds, and what there is to say about it.
#[derive(Debug, Clone, Default)]
pub struct Field {
    /// By which the field is known when the form is given anew; a route in the document, say.
    pub id: String,
    /// Empty where the field goes on with the one above, as the tests of a condition do.
    pub label: String,
    /// A second, dimmer name between label and value: the facet of a test.
    pub name: String,
    pub value: Vec<Line<'static>>,
    /// The value stands below the label over the whole width: prose.
    pub block: bool,
    /// What stands behind the value, dimly: `was ≥ medium`.
    pub marker: Option<String>,
    pub problem: Option<(Severity, String)>,
}

impl Field {
    /// A field whose value stands beside its label.
    pub fn inline(id: impl Into<String>, label: impl Into<String>, value: impl Into<Line<'static>>) -> Self {
        Field { id: id.into(), label: label.into(), value: vec![value.into()], ..Field::default() }
    }

    /// A field of prose.
    pub fn block(id: impl Into<String>, label: impl Into<String>, text: &str) -> Self {
        let value = text.lines().map(|line| Line::from(line.to_owned())).collect();
        Field { id: id.into(), label: label.into(), value, block: true, ..Field::default() }
    }

    #[must_use]
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = name.into();
        self
    }

    #[must_use]
    pub fn marker(mut self, words: impl Into<String>) -> Self {
        self.marker = Some(words.into());
        self
    }

    #[must_use]
    pub fn problem(mut self, severity: Severity, words: impl Into<String>) -> Self {
        self.problem = Some((severity, words.into()));
        self
    }
}

/// The fields, which has the focus, and the one that is being edited.
#[derive(Debug, Clone, Default)]
pub struct Form {
    fields: Vec<Field>,
    focus: usize,
    first: usize,
    area: Rect,
    /// The rows of each field as drawn last.
    rows: Vec<Range<usize>>,
    edit: Option<Edit>,
    loose: bool,
}

#[derive(Debug, Clone)]
enum Edit {
    Line(Box<Input>),
    Lines(Box<Editor>),
}

impl Form {
    pub fn new(fields: Vec<Field>) -> Self {
        Form { fields, ..Form::default() }
    }

    /// The fields anew; the focus stays on the field of the same id, an edit under way goes on.
    pub fn set(&mut self, fields: Vec<Field>) {
        let id = self.fields.get(self.focus).map(|field| field.id.clone());
        self.fields = fields;
        let same = id.and_then(|id| self.fields.iter().position(|field| field.id == id));
        if same.is_none() {
            self.edit = None;
        }
        self.focus = same.unwrap_or(self.focus).min(self.fields.len().saturating_sub(1));
    }

    /// The field that has the focus.
    pub fn focused(&self) -> Option<&Field> {
        self.fields.get(self.focus)
    }

    /// The position of the field that has the focus.
    pub fn focused_at(&self) -> Option<usize> {
        self.focused().map(|_| self.focus)
    }

    pub fn focus(&mut self, id: &str) {
        if let Some(at) = self.fields.iter().position(|field| field.id == id) {
            self.focus = at;
            self.loose = false;
        }
    }

    /// Starts to edit the focused field in its place, on one line or on several.
    pub fn edit(&mut self, text: &str, lines: bool) {
        self.loose = false;
        self.edit = Some(if lines {
            let mut editor = Editor::new(text, Language::Prose);
            editor.set_cursor(usize::MAX, usize::MAX);
            Edit::Lines(Box::new(editor))
        } else {
            Edit::Line(Box::new(Input::new(text)))
        });
    }

    /// What is written in the field that is being edited.
    pub fn edited(&self) -> Option<String> {
        self.edit.as_ref().map(|edit| match edit {
            Edit::Line(input) => input.text(),
            Edit::Lines(editor) => editor.text(),
        })
    }

    /// Where the cursor was drawn last, while a field is edited.
    pub fn cursor_position(&self) -> Option<Position> {
        match self.edit.as_ref()? {
            Edit::Line(input) => input.cursor_position(),
            Edit::Lines(editor) => editor.cursor_position(),
        }
    }

    /// Puts another text in the place of what is written in the field that is being edited.
    pub fn set_edited(&mut self, text: &str) {
        match &mut self.edit {
            Some(Edit::Line(input)) => input.set_text(text),
            Some(Edit::Lines(editor)) => editor.set_text(text),
            None => {}
        }
    }

    /// Leaves the edit; what was written is given back.
    pub fn end_edit(&mut self) -> Option<String> {
        let text = self.edited();
        self.edit = None;
        text
    }

    /// The contexts that hold here, innermost first.
    pub fn contexts(&self) -> &'static [Context] {
        match self.edit {
            None => &[Context::Form],
            Some(Edit::Line(_)) => &[Context::Input],
            Some(Edit::Lines(_)) => &[Context::Editor],
        }
    }

    /// While a field is edited: [`Outcome::Changed`] at every change of its text, [`Outcome::Accepted`] and
    /// [`Outcome::Cancelled`] at the end (take the text with [`Form::end_edit`]); Esc accepts a field of several lines,
    /// since nobody expects it to throw prose away. Else [`Outcome::Opened`] asks for the focused field to be edited.
    pub fn handle(&mut self, event: &Event) -> Option<Outcome> {
        if self.edit.is_some() {
            return self.handle_edit(event);
        }
        let page = usize::from(self.area.height).max(2) - 1;
        match event {
            Event::Key(key) => match find(&[Context::Form], *key)? {
                Command::EditField => self.focused().map(|_| Outcome::Opened),
                Command::Down => Some(self.step(true)),
                Command::Up => Some(self.step(false)),
                Command::PageDown => Some(self.page(true, page)),
                Command::PageUp => Some(self.page(false, page)),
                Command::First => Some(self.go(0)),
                Command::Last => Some(self.go(self.fields.len().saturating_sub(1))),
                _ => None,
            },
            Event::Mouse(mouse) if mouse.is_in(self.area) => match mouse.kind {
                MouseKind::ScrollDown => Some(self.scroll(self.first + WHEEL)),
                MouseKind::ScrollUp => Some(self.scroll(self.first.saturating_sub(WHEEL))),
                MouseKind::Press => {
                    let row = self.first + usize::from(mouse.row - self.area.y);
                    let at = self.rows.iter().position(|rows| rows.contains(&row))?;
                    let again = at == self.focus;
                    self.go(at);
                    Some(if again { Outcome::Opened } else { Outcome::Moved })
                }
                _ => None,
            },
            _ => None,
        }
    }

    pub fn render(&mut self, area: Rect, buf: &mut Buffer, theme: &Theme, focused: bool) {
        self.area = area;
        if area.width < 4 || area.height == 0 {
            return;
        }
        let labels = self.label_columns(area.width);
        let mut lines: Vec<(usize, Line<'static>)> = Vec::new();
        let mut edit_at = None;
        self.rows.clear();
        for at in 0..self.fields.len() {
            let edited = if at == self.focus { self.edit.as_ref() } else { None };
            let (drawn, place) = self.field_lines(&self.fields[at], area.width, labels, theme, edited);
            // What stands behind prose is set off from it.
            if at > 0 && self.fields[at - 1].block && !self.fields[at].block {
                lines.push((at - 1, Line::default()));
            }
            let start = lines.len();
            edit_at = edit_at.or(place.map(|place| EditPlace { row: start + place.row, ..place }));
            lines.extend(drawn.into_iter().map(|line| (at, line)));
            self.rows.push(start..lines.len());
        }
        self.follow(lines.len());
        for (n, (at, line)) in (0..area.height).zip(lines.iter().skip(self.first)) {
            let row = text::row(area, n);
            if *at == self.focus {
                let role = if focused { Role::Accent } else { Role::Dim };
                text::put(buf, (row.x, row.y), 1, "▎", theme.style(role));
            }
            text::put_line(buf, (row.x + 2, row.y), row.width - 2, line);
        }
        if let (Some(place), Some(edit)) = (edit_at, &mut self.edit) {
            // The part of the field that is in sight.
            let top = place.row.max(self.first);
            let rows = (place.row + place.rows)
                .saturating_sub(top)
                .min((self.first + usize::from(area.height)).saturating_sub(top));
            let inside = Rect {
                x: area.x + 2 + place.column,
                y: area.y + u16::try_from(top - self.first).unwrap_or(0),
                width: area.width.saturating_sub(3 + place.column),
                height: u16::try_from(rows).unwrap_or(0),
            };
            match edit {
                Edit::Line(input) => input.render(inside, buf, theme, focused),
                Edit::Lines(editor) => editor.render(inside, buf, theme, focused),
            }
        }
    }

    fn handle_edit(&mut self, event: &Event) -> Option<Outcome> {
        let contexts = self.contexts();
        let command = match event {
            Event::Key(key) => find(contexts, *key),
            _ => None,
        };
        match (command, self.edit.as_mut()?) {
            (Some(Command::Back), Edit::Line(_)) => Some(Outcome::Cancelled),
            (Some(Command::Accept), Edit::Line(_)) | (Some(Command::AcceptText | Command::Back), Edit::Lines(_)) => {
                Some(Outcome::Accepted)
            }
            (_, Edit::Line(input)) => input.handle(event),
            (_, Edit::Lines(editor)) => editor.handle(event),
        }
    }

    /// The rows of one field, and where in them the edit stands.
    fn field_lines(
        &self,
        field: &Field,
        columns: u16,
        labels: usize,
        theme: &Theme,
        edit: Option<&Edit>,
    ) -> (Vec<Line<'static>>, Option<EditPlace>) {
        let mut label = theme.span(Role::Label, text::clip(&field.label, labels)).to_owned();
        label.content =
            format!("{}{}", label.content, " ".repeat(labels.saturating_sub(text::width(&label.content)))).into();
        let mut out = Vec::new();
        let indent = if field.block { 1 } else { labels + 1 };
        let room = usize::from(columns).saturating_sub(3 + indent).max(1);
        if field.block && !field.label.is_empty() {
            if !std::ptr::eq(field, &self.fields[0]) {
                out.push(Line::default());
            }
            out.push(theme.line(Role::Label, field.label.clone()));
        }
        let name_columns = if field.name.is_empty() { 0 } else { self.name_columns(field, room) };
        let lead = |first: bool| -> Vec<Span<'static>> {
            let mut spans = vec![match (field.block, first) {
                (true, _) => Span::raw(" "),
                (false, true) => Span::styled(format!("{} ", label.content), label.style),
                (false, false) => Span::raw(" ".repeat(indent)),
            }];
            if name_columns > 0 {
                let name = if first { text::clip(&field.name, name_columns - 1) } else { String::new() };
                let pad = " ".repeat(name_columns.saturating_sub(text::width(&name)));
                spans.push(theme.span(Role::Dim, format!("{name}{pad}")));
            }
            spans
        };
        let mut place = None;
        match edit {
            Some(edit) => {
                let rows = match edit {
                    Edit::Line(_) => 1,
                    Edit::Lines(editor) => {
                        let written = text::wrap(&editor.text(), room.saturating_sub(1).max(1)).len();
                        (written + 1).clamp(3, usize::from(self.area.height).saturating_sub(2).max(3))
                    }
                };
                let column = u16::try_from(indent + name_columns).unwrap_or(0).min(columns.saturating_sub(4));
                place = Some(EditPlace { row: out.len(), rows, column });
                out.extend((0..rows).map(|n| Line::from(lead(n == 0))));
            }
            None => {
                let wrapped: Vec<Line<'static>> = field
                    .value
                    .iter()
                    .flat_map(|line| text::wrap_spans(line, room.saturating_sub(name_columns).max(1)))
                    .collect();
                let empty = [Line::from(theme.span(Role::Dim, "—"))];
                let wrapped = if wrapped.is_empty() { &empty[..] } else { &wrapped[..] };
                for (n, value) in wrapped.iter().enumerate() {
                    let mut spans = lead(n == 0);
                    spans.extend(
                        value
                            .spans
                            .iter()
                            .map(|span| Span::styled(span.content.clone(), value.style.patch(span.style))),
                    );
                    out.push(Line::from(spans));
                }
            }
        }
        if let Some(marker) = &field.marker {
            let last = out.last().map_or(0, text::line_width);
            let marker = theme.span(Role::Changed, marker.clone());
            // Behind the value where there is room, else on a row of its own.
            match out.last_mut() {
                Some(line) if edit.is_none() && last + 2 + text::width(&marker.content) <= room + indent => {
                    line.spans.extend([Span::raw("  "), marker]);
                }
                _ => out.push(Line::from(vec![Span::raw(" ".repeat(indent)), marker])),
            }
        }
        if let Some((severity, words)) = &field.problem {
            let mark = theme.span(severity.role(), format!("{} ", severity.symbol()));
            for (n, range) in text::wrap(words, room.saturating_sub(2).max(1)).into_iter().enumerate() {
                let mark = if n == 0 { mark.clone() } else { Span::raw("  ") };
                let words = theme.span(severity.role(), words[range].trim_end().to_owned());
                out.push(Line::from(vec![Span::raw(" ".repeat(indent)), mark, words]));
            }
        }
        (out, place)
    }

    /// The values behind names begin at one column, under each label at its own.
    fn name_columns(&self, field: &Field, room: usize) -> usize {
        let at = self.fields.iter().position(|other| std::ptr::eq(other, field)).unwrap_or(0);
        let goes_on = |other: &&Field| other.label.is_empty() && !other.block;
        let above = self.fields.iter().take(at + 1).rev().take_while(goes_on).count();
        let below = self.fields.iter().skip(at + 1).take_while(goes_on).count();
        let group = self.fields.iter().take(at + 1 + below).skip(at.saturating_sub(above));
        let widest = group.map(|field| text::width(&field.name)).max().unwrap_or(0);
        widest.clamp(10, WIDEST_NAME).min(room / 2) + 1
    }

    fn label_columns(&self, columns: u16) -> usize {
        let widest = self.fields.iter().filter(|field| !field.block).map(|field| text::width(&field.label)).max();
        // Where there is room, the values of all forms begin at one column.
        let least = if columns >= 50 { 10 } else { 0 };
        widest.unwrap_or(0).clamp(least, WIDEST_LABEL).min(usize::from(columns) / 3)
    }

    /// To the next field; first through the rest of one that is longer than the screen.
    fn step(&mut self, down: bool) -> Outcome {
        let height = usize::from(self.area.height);
        if let Some(rows) = self.rows.get(self.focus) {
            if down && rows.end > self.first + height && rows.len() > height {
                return self.scroll(self.first + 1);
            }
            if !down && rows.start < self.first && rows.len() > height {
                return self.scroll(self.first.saturating_sub(1));
            }
        }
        let last = self.fields.len().saturating_sub(1);
        self.go(if down { (self.focus + 1).min(last) } else { self.focus.saturating_sub(1) })
    }

    fn page(&mut self, down: bool, page: usize) -> Outcome {
        let here = self.rows.get(self.focus).map_or(0, |rows| rows.start);
        let to = if down { here + page } else { here.saturating_sub(page) };
        let at = self.rows.iter().rposition(|rows| rows.start <= to).unwrap_or(0);
        // Even where one field fills the screen, a page goes on.
        let at = match at {
            at if at == self.focus && down => at + 1,
            at if at == self.focus => at.saturating_sub(1),
            at => at,
        };
        self.go(at.min(self.fields.len().saturating_sub(1)))
    }

    fn go(&mut self, at: usize) -> Outcome {
        let moved = at != self.focus;
        self.focus = at;
        self.loose = false;
        if moved { Outcome::Moved } else { Outcome::Taken }
    }

    fn scroll(&mut self, first: usize) -> Outcome {
        self.first = first;
        self.loose = true;
        Outcome::Taken
    }

    /// Keeps the focused field in sight, its beginning before its end.
    fn follow(&mut self, total: usize) {
        let height = usize::from(self.area.height);
        if !self.loose
            && let Some(rows) = self.rows.get(self.focus)
        {
            if rows.end > self.first + height {
                self.first = rows.end - height;
            }
            self.first = self.first.min(rows.start);
            if self.focus == 0 {
                self.first = 0;
            }
        }
        self.first = self.first.min(total.saturating_sub(height));
    }
}

#[derive(Debug, Clone, Copy)]
struct EditPlace {
    row: usize,
    rows: usize,
    column: u16,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::testing::{draw, keys, squeeze, typed};

    fn clause() -> Form {
        Form::new(vec![
            Field::inline("title", "Title", "No uplift towards biological weapons"),
            Field::inline("when.category", "When", "bio-weapons (+3 below)").name("category"),
            Field::inline("when.severity", "", "≥ high").name("severity").marker("was ≥ medium"),
            Field::inline("then", "Then", "refuse").problem(Severity::Error, "`refus` is not a behavior"),
            Field::block(
                "text",
                "Text",
                "Do not give information that brings a reader closer to making a biological agent.",
            ),
        ])
    }

    fn screen(form: &mut Form, columns: u16, rows: u16) -> String {
        draw(columns, rows, |area, buf, theme| form.render(area, buf, theme, true))
    }

    #[test]
    fn fields_markers_and_problems_are_drawn() {
        let mut form = clause();
        form.handle(&keys("j")[0]);
        insta::assert_snapshot!(screen(&mut form, 50, 10), @r"
          Title      No uplift towards biological weapons
        ▎ When       category   bio-weapons (+3 below)
                     severity   ≥ high  was ≥ medium
          Then       refuse
                     ✗ `refus` is not a behavior

          Text
           Do not give information that brings a reader
           closer to making a biological agent.
        ");
    }

    #[test]
    fn a_field_is_edited_in_its_place() {
        let mut form = clause();
        screen(&mut form, 40, 12);
        assert_eq!(form.handle(&keys("enter")[0]), Some(Outcome::Opened));
        form.edit("No uplift", false);
        for event in typed("s") {
            assert_eq!(form.handle(&event), Some(Outcome::Changed));
        }
        assert_eq!(form.edited().as_deref(), Some("No uplifts"));
        form.set(clause().fields);
        assert!(screen(&mut form, 40, 3).starts_with("▎ Title No uplifts\n"));
        assert_eq!(form.handle(&keys("enter")[0]), Some(Outcome::Accepted));
        assert_eq!(form.end_edit().as_deref(), Some("No uplifts"));
        form.edit("x", false);
        assert_eq!(form.handle(&keys("esc")[0]), Some(Outcome::Cancelled));
    }

    #[test]
    fn prose_is_edited_over_several_lines() {
        let mut form = clause();
        form.focus("text");
        screen(&mut form, 40, 12);
        form.edit("one", true);
        for event in keys("enter t w o") {
            form.handle(&event);
        }
        let seen = screen(&mut form, 40, 12);
        assert!(seen.contains("▎  one\n▎  two\n"), "{seen}");
        assert_eq!(form.handle(&keys("esc")[0]), Some(Outcome::Accepted));
        assert_eq!(form.end_edit().as_deref(), Some("one\ntwo"));
    }

    #[test]
    fn the_focus_stays_in_sight_and_with_its_field() {
        let mut form = clause();
        for pressed in ["G", "k", "k", "pageup", "pagedown", "G"] {
            screen(&mut form, 40, 3);
            form.handle(&keys(pressed)[0]);
            assert!(screen(&mut form, 40, 3).contains('▎'), "{pressed}");
        }
        let mut fields = clause().fields;
        fields.remove(0);
        form.set(fields);
        assert_eq!(form.focused().map(|field| field.id.as_str()), Some("text"));
        form.set(vec![]);
        assert!(form.focused().is_none());
        screen(&mut form, 40, 3);
    }

    #[test]
    fn no_size_is_too_small() {
        squeeze(|area, buf, theme| clause().render(area, buf, theme, true));
        squeeze(|area, buf, theme| {
            let mut form = clause();
            form.focus("text");
            form.edit("日本語\nb", true);
            form.render(area, buf, theme, true);
            form.focus("title");
            form.edit("日本語", false);
            form.render(area, buf, theme, false);
        });
    }
}
