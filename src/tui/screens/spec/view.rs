//! Draws the Spec screen.

use super::SpecScreen;
use super::clauses::{Entry, in_base};
use crate::policy::problem::Level;
use crate::tui::command::{Command, Context};
use crate::tui::components::header::header;
use crate::tui::components::list::Row;
use crate::tui::effect::EffectPane;
use crate::tui::layout::{self, Pane, Wanted};
use crate::tui::model::Model;
use crate::tui::raw::severity;
use crate::tui::text;
use crate::tui::theme::{Role, Theme};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::text::{Line, Span};

impl SpecScreen {
    pub(super) fn draw(&mut self, area: Rect, buf: &mut Buffer, model: &Model) -> Option<Position> {
        let theme = self.theme.clone();
        let wanted = Wanted { side: !self.hides_effect, extra: true, focus: self.focus };
        self.panes = layout::panes(area, wanted, buf, &theme);
        let mut raw = std::mem::take(&mut self.raw);
        raw.follow(&self.panes, model, || self.place(model));
        self.raw = raw;
        let filter = self.draw_list(buf, model, &theme);
        let main = self.draw_main(buf, model, &theme);
        let raw = self.raw.render(&self.panes, buf, &theme, Context::Spec, self.focus == Pane::Main);
        self.effect.render(self.panes.side, buf, model, &theme, self.focus == Pane::Side);
        if let Rect { x, y, width: 1.., .. } = self.panes.strip {
            text::put_line(buf, (x + 1, y), self.panes.strip.width - 1, &EffectPane::strip(model, &theme));
        }
        filter.or(raw).or(main)
    }

    fn draw_list(&mut self, buf: &mut Buffer, model: &Model, theme: &Theme) -> Option<Position> {
        let area = self.panes.list;
        if area.is_empty() {
            return None;
        }
        let focused = self.focus == Pane::List;
        let count = match (self.filter.is_some(), self.entries.len()) {
            (true, all) => format!("{} of {all}", self.shown.len()),
            (false, all) => all.to_string(),
        };
        header(area, buf, theme, focused, "CLAUSES", theme.line(Role::Dim, count));
        let mut rest = Rect { y: area.y + 1, height: area.height - 1, ..area };
        let mut cursor = None;
        if let Some(filter) = self.filter.as_mut().filter(|_| rest.height > 1) {
            let used = text::put(buf, (rest.x, rest.y), rest.width, " / ", theme.style(Role::Key));
            let line = Rect { x: rest.x + used, width: rest.width - used, height: 1, ..rest };
            filter.render(line, buf, theme, self.filtering);
            cursor = filter.cursor_position().filter(|_| self.filtering);
            rest = Rect { y: rest.y + 1, height: rest.height - 1, ..rest };
        }
        if self.shown.is_empty() {
            let words = match self.entries.is_empty() {
                false => vec!["nothing fits".to_owned()],
                true if self.panes.main.is_empty() => nothing_yet(model),
                true => vec!["none yet".to_owned()],
            };
            paragraph(rest, buf, theme, &words);
            return cursor;
        }
        let (entries, shown) = (&self.entries, &self.shown);
        let widest = |of: fn(&Entry) -> &str| shown.iter().map(|at| text::width(of(&entries[*at]))).max().unwrap_or(0);
        let (ids, thens) = (widest(|entry| &entry.key.id), widest(|entry| &entry.then));
        self.list.render(rest, buf, theme, focused, |row, columns| match shown.get(row) {
            Some(at) => clause_row(&entries[*at], thens.min(room_for_then(columns, ids)), theme),
            None => Row::default(),
        });
        cursor
    }

    fn draw_main(&mut self, buf: &mut Buffer, model: &Model, theme: &Theme) -> Option<Position> {
        let area = self.panes.main;
        if area.is_empty() || self.raw.hides_form() {
            return None;
        }
        let focused = self.focus == Pane::Main && !self.raw.has_keys();
        let Some(key) = &self.selected else {
            paragraph(area, buf, theme, &nothing_yet(model));
            return None;
        };
        let entry = self.entries.iter().find(|entry| entry.key == *key);
        let mut right = Line::default();
        if let Some(entry) = entry {
            if model.base.side().is_some() && in_base(model, &entry.key.id).is_none() {
                right.push_span(theme.span(Role::Add, "new  "));
            }
            if entry.idle {
                right.push_span(theme.span(Role::Warning, "decides nothing  "));
            }
            if !entry.level.is_empty() {
                right.push_span(theme.span(Role::Dim, format!("{} · ", entry.level)));
            }
            right.push_span(theme.span(Role::Dim, entry.then.to_string()));
        }
        header(area, buf, theme, focused, &key.name(), right);
        let form = Rect { y: area.y + 1, height: area.height - 1, ..area };
        self.form.render(form, buf, theme, focused);
        self.form.cursor_position().filter(|_| focused)
    }
}

/// Columns for a behavior beside ids of at most `ids` columns: they come first, down to a rest that still tells.
fn room_for_then(columns: u16, ids: usize) -> usize {
    const LEAST: usize = 6;
    const MARKS: usize = 5;
    usize::from(columns).saturating_sub(ids + MARKS).clamp(LEAST, (usize::from(columns) / 2).max(LEAST))
}

fn clause_row<'a>(entry: &'a Entry, most: usize, theme: &Theme) -> Row<'a> {
    let mut left = Line::default();
    if let Some(level) = entry.problem.filter(|level| *level > Level::Hint) {
        let severity = severity(level);
        left.push_span(theme.span(severity.role(), format!("{} ", severity.symbol())));
    }
    let name = match entry.key.id.is_empty() {
        true => Span::styled(entry.key.name(), theme.style(Role::Dim)),
        false => Span::raw(&*entry.key.id),
    };
    left.push_span(if entry.idle { name.style(theme.style(Role::Dim)) } else { name });
    let mark = if entry.changed { theme.span(Role::Changed, " ●") } else { Span::raw("  ") };
    let then = text::clip(&entry.then, most);
    let pad = " ".repeat(most.saturating_sub(text::width(&then)));
    let role = if entry.idle { Role::Dim } else { Role::Label };
    Row::new(left).right(Line::from(vec![theme.span(role, then), Span::raw(pad), mark]))
}

/// What to do where there is no clause.
fn nothing_yet(model: &Model) -> Vec<String> {
    let policy = model.workspace.policy();
    let key = |command: Command| command.key(&[Context::Spec]).map(|key| key.to_string()).unwrap_or_default();
    if !policy.clauses.is_empty() {
        return vec!["No clause holds what was typed; Esc shows all of them again.".to_owned()];
    }
    if policy.specs.is_empty() {
        return vec![
            "This policy has no spec yet.".to_owned(),
            String::new(),
            "Name one under `specs` in `casebook.yaml`, such as".to_owned(),
            "`specs: [specs/main.yaml]`, and create the file.".to_owned(),
        ];
    }
    let default = policy.manifest.behaviors.id(policy.manifest.default);
    vec![
        format!("No clause yet, so every case gets the default: `{default}`."),
        String::new(),
        format!("Press {} to write the first one,", key(Command::New)),
        format!("or {} to work on the text of the file.", key(Command::Raw)),
    ]
}

fn paragraph(area: Rect, buf: &mut Buffer, theme: &Theme, words: &[String]) {
    let inner = Rect { x: area.x + 2.min(area.width), width: area.width.saturating_sub(3), ..area };
    let columns = usize::from(inner.width);
    let lines = words
        .iter()
        .flat_map(|line| text::wrap(line, columns.max(1)).into_iter().map(|range| line[range].trim_end().to_owned()));
    for (n, line) in (1..inner.height).zip(lines.collect::<Vec<_>>()) {
        text::put(buf, (inner.x, inner.y + n), inner.width, &line, theme.style(Role::Dim));
    }
}
