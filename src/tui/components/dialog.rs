//! Questions: one with a few answers, one to be answered with a text.

use super::popup;
use super::{Outcome, input::Input};
use crate::tui::command::{Command, Context, find};
use crate::tui::editor::{Editor, Language};
use crate::tui::event::{Code, Event};
use crate::tui::text;
use crate::tui::theme::{Role, Theme};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

/// A question whose answers are one key each.
#[derive(Debug, Clone)]
pub struct Confirm {
    title: String,
    body: Vec<Line<'static>>,
    options: Vec<(char, String)>,
    focus: usize,
}

impl Confirm {
    /// Answers are added with [`Confirm::option`]; without any of them only Esc leaves it.
    pub fn new(title: impl Into<String>, body: Vec<Line<'static>>) -> Self {
        Confirm { title: title.into(), body, options: Vec::new(), focus: 0 }
    }

    /// An answer and the key for it. The first one is what Enter gives, so let it be the harmless one.
    #[must_use]
    pub fn option(mut self, key: char, words: impl Into<String>) -> Self {
        self.options.push((key, words.into()));
        self
    }

    /// The key of the answer, once the outcome is [`Outcome::Accepted`].
    pub fn answer(&self) -> Option<char> {
        self.options.get(self.focus).map(|(key, _)| *key)
    }

    /// The commands that it takes, for the footer; what its letters do stands beside them.
    pub fn takes(&self) -> &'static [Command] {
        if self.options.is_empty() { &[Command::Back] } else { &[Command::Accept, Command::Back] }
    }

    /// Takes every event: nothing below can be reached while the question stands.
    pub fn handle(&mut self, event: &Event) -> Option<Outcome> {
        let Event::Key(key) = event else { return Some(Outcome::Taken) };
        if let Some(at) = key.typed().and_then(|typed| self.options.iter().position(|(key, _)| *key == typed)) {
            self.focus = at;
            return Some(Outcome::Accepted);
        }
        let last = self.options.len().saturating_sub(1);
        Some(match (find(&[Context::Popup], *key), key.code) {
            (Some(Command::Back), _) => Outcome::Cancelled,
            (Some(Command::Accept), _) if !self.options.is_empty() => Outcome::Accepted,
            (Some(Command::Up), _) | (_, Code::Left) => {
                self.focus = self.focus.saturating_sub(1);
                Outcome::Moved
            }
            (Some(Command::Down), _) | (_, Code::Right | Code::Tab) => {
                self.focus = (self.focus + 1).min(last);
                Outcome::Moved
            }
            _ => Outcome::Taken,
        })
    }

    pub fn render(&self, area: Rect, buf: &mut Buffer, theme: &Theme) {
        let columns = 64.min(area.width.saturating_sub(2)).max(area.width.min(20));
        let inner = usize::from(columns).saturating_sub(4);
        let body: Vec<Line<'_>> = self.body.iter().flat_map(|line| text::wrap_spans(line, inner)).collect();
        let rows = body.len() + self.options.len() + 3;
        let inner = popup::open(area, columns, u16::try_from(rows).unwrap_or(u16::MAX), &self.title, buf, theme);
        // The answers must be in sight, whatever becomes of the words above.
        let options = u16::try_from(self.options.len()).unwrap_or(0).min(inner.height);
        let for_body = (inner.height - options).saturating_sub(1);
        for (n, line) in (0..for_body).zip(&body) {
            text::put_line(buf, (inner.x, inner.y + n), inner.width, line);
        }
        for (n, (at, (key, words))) in (0..options).zip(self.options.iter().enumerate()) {
            let focused = at == self.focus;
            let role = if focused { Role::Selection } else { Role::Text };
            let line = Line::from(vec![
                theme.span(Role::Accent, if focused { "▸ " } else { "  " }),
                theme.span(Role::Key, key.to_string()),
                Span::raw(format!("  {words}")),
            ]);
            let row = text::row(inner, inner.height - options + n);
            if focused {
                buf.set_style(row.intersection(buf.area), theme.style(role));
            }
            text::put_line(buf, (row.x, row.y), row.width, &line);
        }
    }
}

/// A question that is answered with a text of one or several lines.
#[derive(Debug, Clone)]
pub struct Prompt {
    title: String,
    about: String,
    body: Vec<Line<'static>>,
    field: Field,
    problem: Option<String>,
}

#[derive(Debug, Clone)]
enum Field {
    Line(Box<Input>),
    Lines(Box<Editor>),
}

impl Prompt {
    pub fn line(title: impl Into<String>, input: Input) -> Self {
        Prompt::new(title.into(), Field::Line(Box::new(input)))
    }

    /// For several lines: Enter starts a new one, and another key accepts.
    pub fn lines(title: impl Into<String>, text: &str) -> Self {
        Prompt::new(title.into(), Field::Lines(Box::new(prose(text))))
    }

    fn new(title: String, field: Field) -> Self {
        Prompt { title, about: String::new(), body: Vec::new(), field, problem: None }
    }

    /// A sentence above the field.
    #[must_use]
    pub fn about(mut self, words: impl Into<String>) -> Self {
        self.about = words.into();
        self
    }

    /// Lines above the field, as many of them as there is room for beside it.
    #[must_use]
    pub fn body(mut self, body: Vec<Line<'static>>) -> Self {
        self.body = body;
        self
    }

    pub fn title(&self) -> &str {
        &self.title
    }

    pub fn text(&self) -> String {
        match &self.field {
            Field::Line(input) => input.text(),
            Field::Lines(editor) => editor.text(),
        }
    }

    /// Puts other words into the field, the cursor behind them.
    pub fn set_text(&mut self, text: &str) {
        match &mut self.field {
            Field::Line(input) => input.set_text(text),
            Field::Lines(editor) => **editor = prose(text),
        }
    }

    /// The commands that it takes, for the footer.
    pub fn takes(&self) -> &'static [Command] {
        match self.field {
            Field::Line(_) => &[Command::Accept, Command::Back],
            Field::Lines(_) => &[Command::AcceptText, Command::Back],
        }
    }

    /// Why the answer cannot be taken; while one stands, accepting does nothing. Ask again at [`Outcome::Changed`].
    pub fn set_problem(&mut self, problem: Option<String>) {
        self.problem = problem;
    }

    /// Takes every event.
    pub fn handle(&mut self, event: &Event) -> Option<Outcome> {
        let command = match event {
            Event::Key(key) => find(&[Context::Popup], *key),
            _ => None,
        };
        let several = matches!(self.field, Field::Lines(_));
        Some(match command {
            Some(Command::Back) => Outcome::Cancelled,
            Some(Command::AcceptText) => self.accept(),
            Some(Command::Accept) if !several => self.accept(),
            _ => match &mut self.field {
                Field::Line(input) => input.handle(event),
                Field::Lines(editor) => editor.handle(event),
            }
            .unwrap_or(Outcome::Taken),
        })
    }

    pub fn render(&mut self, area: Rect, buf: &mut Buffer, theme: &Theme) {
        let several = matches!(self.field, Field::Lines(_));
        let columns = 76.min(area.width.saturating_sub(2)).max(area.width.min(20));
        let inner_columns = usize::from(columns).saturating_sub(4);
        let mut above: Vec<Line<'_>> = Vec::new();
        if !self.about.is_empty() {
            let wrapped = text::wrap(&self.about, inner_columns).into_iter().take(3);
            above.extend(wrapped.map(|range| theme.line(Role::Dim, self.about[range].trim_end())));
        }
        above.extend(self.body.iter().flat_map(|line| text::wrap_spans(line, inner_columns)));
        let least = if several { 12.min(area.height.saturating_sub(4).max(6)) } else { 4 };
        let rows = u16::try_from(above.len()).unwrap_or(u16::MAX).saturating_add(least);
        let inner = popup::open(area, columns, rows, &self.title, buf, theme);
        let for_field = if several && !self.body.is_empty() { 5 } else { 2 };
        let top = u16::try_from(above.len()).unwrap_or(u16::MAX).min(inner.height.saturating_sub(for_field));
        let cut = usize::from(top) < above.len();
        for (n, line) in (0..top).zip(&above) {
            if cut && n + 1 == top && top > 1 {
                text::put(buf, (inner.x, inner.y + n), inner.width, "…", theme.style(Role::Dim));
            } else {
                text::put_line(buf, (inner.x, inner.y + n), inner.width, line);
            }
        }
        let field =
            Rect { y: inner.y + top, height: (inner.height - top).saturating_sub(1).max(inner.height.min(1)), ..inner };
        match &mut self.field {
            Field::Line(input) => input.render(field, buf, theme, true),
            Field::Lines(editor) => editor.render(field, buf, theme, true),
        }
        let bottom = text::row(inner, inner.height.saturating_sub(1));
        if inner.height < 2 {
            return;
        }
        let command = if several { Command::AcceptText } else { Command::Accept };
        let line = match &self.problem {
            Some(problem) => theme.line(Role::Error, format!("✗ {problem}")),
            None => popup::keys(theme, &[(command, "ok"), (Command::Back, "back")]),
        };
        text::put_line(buf, (bottom.x, bottom.y), bottom.width, &line);
    }

    fn accept(&self) -> Outcome {
        if self.problem.is_some() { Outcome::Taken } else { Outcome::Accepted }
    }
}

/// Whoever finds something written goes on behind it.
fn prose(text: &str) -> Editor {
    let mut editor = Editor::new(text, Language::Prose);
    let last = text.split('\n').count();
    editor.set_cursor(last.saturating_sub(1), usize::MAX);
    editor
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::testing::{draw, keys, squeeze, typed};

    fn quit() -> Confirm {
        Confirm::new("Quit", vec![Line::from("2 documents are not saved.")])
            .option('s', "save them and quit")
            .option('q', "quit without saving")
    }

    #[test]
    fn a_question_is_asked_and_answered() {
        insta::assert_snapshot!(draw(40, 8, |area, buf, theme| quit().render(area, buf, theme)), @r"
         ╭─ Quit ─────────────────────────────╮
         │ 2 documents are not saved.         │
         │                                    │
         │ ▸ s  save them and quit            │
         │   q  quit without saving           │
         ╰────────────────────────────────────╯
        ");
        fn check(pressed: &str, outcome: Outcome, answer: char) {
            let mut confirm = quit();
            let last = keys(pressed).iter().map(|event| confirm.handle(event)).last().flatten();
            assert_eq!((last, confirm.answer()), (Some(outcome), Some(answer)), "{pressed}");
        }
        check("q", Outcome::Accepted, 'q');
        check("enter", Outcome::Accepted, 's');
        check("down enter", Outcome::Accepted, 'q');
        check("esc", Outcome::Cancelled, 's');
        check("x", Outcome::Taken, 's');
    }

    #[test]
    fn a_text_is_asked_for() {
        let mut prompt = Prompt::line("Rename `arms`", Input::new("arms")).about("Clauses and labels follow.");
        prompt.set_problem(Some("`arms` is taken".into()));
        insta::assert_snapshot!(draw(40, 7, |area, buf, theme| prompt.render(area, buf, theme)), @r"
         ╭─ Rename `arms` ────────────────────╮
         │ Clauses and labels follow.         │
         │ arms                               │
         │ ✗ `arms` is taken                  │
         ╰────────────────────────────────────╯
        ");
        assert_eq!(prompt.handle(&keys("enter")[0]), Some(Outcome::Taken));
        assert_eq!(prompt.handle(&typed("x")[0]), Some(Outcome::Changed));
        prompt.set_problem(None);
        assert_eq!(prompt.handle(&keys("enter")[0]), Some(Outcome::Accepted));
        assert_eq!(prompt.text(), "armsx");
    }

    #[test]
    fn a_text_may_have_several_lines() {
        let mut prompt = Prompt::lines("Commit", "");
        for event in typed("one").iter().chain(&keys("enter t")) {
            prompt.handle(event);
        }
        assert_eq!(prompt.text(), "one\nt");
        assert_eq!(prompt.handle(&keys("alt-enter")[0]), Some(Outcome::Accepted));
        assert_eq!(prompt.handle(&keys("esc")[0]), Some(Outcome::Cancelled));
    }

    #[test]
    fn no_size_is_too_small() {
        squeeze(|area, buf, theme| quit().render(area, buf, theme));
        squeeze(|area, buf, theme| Prompt::lines("日本語", "a\nb").about("why").render(area, buf, theme));
        squeeze(|area, buf, theme| Prompt::line("t", Input::new("日本語")).about("why").render(area, buf, theme));
    }
}
