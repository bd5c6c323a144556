//! The versions there are: the working tree with what changed in it, then the log.

use crate::tui::command::{Command, Context, find};
use crate::tui::components::Outcome;
use crate::tui::components::list::{Row, ground_row, heading, select_row};
use crate::tui::components::scroll::Window;
use crate::tui::event::{Event, MouseKind};
use crate::tui::model::Model;
use crate::tui::text;
use crate::tui::theme::{Role, Theme};
use crate::vcs::{Change, Commit};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Line;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Something that can be chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Item {
    /// The files as they are worked on.
    Working,
    /// One of them that differs from the last commit.
    File { path: Arc<str>, change: Option<Change>, unsaved: bool },
    /// By its position in the log.
    Commit(usize),
}

/// What stands in one row.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Heading(&'static str),
    /// A sentence that is nothing to choose.
    Note(String),
    First(usize),
    /// A further row of an item: who and when, or a trailer.
    Who(usize),
    Trailer(usize, usize),
}

/// A list in which a commit takes several rows.
#[derive(Default)]
pub struct HistoryList {
    items: Vec<Item>,
    rows: Vec<Part>,
    window: Window,
    log: Arc<Vec<Commit>>,
}

/// So many trailers are shown of a commit.
const TRAILERS: usize = 3;

impl HistoryList {
    /// Takes over what the model knows now; the selection stays on what was selected.
    pub fn refresh(&mut self, model: &Model) {
        let before = self.selected().map(|item| self.identity(item));
        self.log = model.log.clone();
        self.items =
            std::iter::once(Item::Working).chain(files(model)).chain((0..self.log.len()).map(Item::Commit)).collect();
        self.rows.clear();
        for (at, item) in self.items.iter().enumerate() {
            if *item == Item::Commit(0) {
                self.rows.push(Part::Heading("log"));
            }
            self.rows.push(Part::First(at));
            if let Item::Commit(at_log) = item {
                self.rows.push(Part::Who(at));
                let shown = self.log[*at_log].trailers.len().min(TRAILERS);
                self.rows.extend((0..shown).map(|trailer| Part::Trailer(at, trailer)));
            }
        }
        self.rows.extend(note(model).map(Part::Note));
        self.window.set_len(self.rows.len());
        let at = before.and_then(|before| self.items.iter().position(|item| self.identity(item) == before));
        self.select(at.unwrap_or(0));
    }

    pub fn selected(&self) -> Option<&Item> {
        self.items.get(self.item_at(self.window.selected()?)?)
    }

    pub fn commit(&self, at: usize) -> Option<&Commit> {
        self.log.get(at)
    }

    pub fn handle(&mut self, event: &Event) -> Option<Outcome> {
        let before = self.window.selected()?;
        let outcome = self.window.handle(event, Context::List)?;
        let command = match event {
            Event::Key(key) => find(&[Context::List], *key),
            _ => None,
        };
        let upwards = matches!(command, Some(Command::Up | Command::PageUp | Command::First));
        if outcome != Outcome::Moved {
            return Some(outcome);
        }
        let was = self.item_at(before);
        let mut row = self.window.selected()?;
        // On to the next item in the direction of the move, past the rows that belong to this one.
        while self.item_at(row).is_none()
            || (self.item_at(row) == was && matches!(command, Some(Command::Up | Command::Down)))
        {
            let next = if upwards { row.checked_sub(1) } else { Some(row + 1).filter(|row| *row < self.rows.len()) };
            let Some(next) = next else {
                row = before;
                break;
            };
            row = next;
        }
        let again = self.item_at(row) == was;
        self.select_towards(row, upwards);
        let pressed = matches!(event, Event::Mouse(mouse) if mouse.kind == MouseKind::Press);
        Some(match (again, pressed) {
            (true, true) => Outcome::Opened,
            (true, false) => Outcome::Taken,
            (false, _) => Outcome::Moved,
        })
    }

    fn select(&mut self, item: usize) {
        if let Some(row) = self.rows.iter().position(|part| *part == Part::First(item)) {
            self.window.select(row);
        }
    }

    /// Puts the cursor on the row of the item that is met last, so that all of it comes into sight.
    fn select_towards(&mut self, row: usize, upwards: bool) {
        let Some(item) = self.item_at(row) else { return };
        let of_item = |row: &usize| self.item_at(*row) == Some(item);
        let rows = 0..self.rows.len();
        let row = if upwards { rows.clone().find(of_item) } else { rows.clone().rev().find(of_item) };
        self.window.select(row.unwrap_or(0));
    }

    fn item_at(&self, row: usize) -> Option<usize> {
        match self.rows.get(row)? {
            Part::First(item) | Part::Who(item) | Part::Trailer(item, _) => Some(*item),
            Part::Heading(_) | Part::Note(_) => None,
        }
    }

    /// What stays the same when the log grows.
    fn identity(&self, item: &Item) -> String {
        match item {
            Item::Working => String::new(),
            Item::File { path, .. } => format!("file {path}"),
            Item::Commit(at) => self.log.get(*at).map_or_else(String::new, |commit| format!("commit {}", commit.id)),
        }
    }

    pub fn render(&mut self, area: Rect, buf: &mut Buffer, model: &Model, theme: &Theme, focused: bool) {
        let selected = self.window.selected().and_then(|row| self.item_at(row));
        let bar = u16::from(self.window.has_bar(area));
        for (n, at) in (0u16..).zip(self.window.frame(area)) {
            let line = text::row(area, n);
            let mine = self.item_at(at).is_some() && self.item_at(at) == selected;
            select_row(line, buf, theme, mine, focused);
            if mine && !matches!(self.rows.get(at), Some(Part::First(_))) {
                // One mark is enough for all the rows of an item.
                text::put(buf, (line.x, line.y), line.width.min(1), " ", theme.style(Role::Text));
            }
            let inner = Rect { x: line.x + 2.min(line.width), width: line.width.saturating_sub(3 + bar), ..line };
            match self.rows.get(at) {
                Some(Part::Heading(words)) => heading(line, buf, theme, words),
                Some(Part::Note(words)) => {
                    text::put(buf, (inner.x, inner.y), inner.width, words, theme.style(Role::Dim));
                }
                Some(Part::First(item)) => {
                    if let Some(item) = self.items.get(*item) {
                        self.first_row(item, inner.width, model, theme).render(inner, buf);
                    }
                }
                Some(Part::Who(item)) => {
                    if let Some(commit) = self.commit_of(*item) {
                        let id: String = commit.id.short().chars().take(7).collect();
                        let who = Line::from(vec![
                            theme.span(Role::Key, id),
                            theme.span(Role::Dim, format!(" {}", commit.author.name)),
                        ]);
                        let day = crate::report::history::day(commit.when);
                        Row::new(who).right(theme.line(Role::Dim, day)).render(inner, buf);
                    }
                }
                Some(Part::Trailer(item, which)) => {
                    if let Some(trailer) = self.commit_of(*item).and_then(|commit| commit.trailers.get(*which)) {
                        let words = if inner.width >= 38 {
                            format!("{}: {}", trailer.key, trailer.value)
                        } else {
                            trailer.value.clone()
                        };
                        text::put(buf, (inner.x, inner.y), inner.width, &words, theme.style(Role::Dim));
                    }
                }
                None => {}
            }
            if mine {
                ground_row(line, buf, theme, focused);
            }
        }
        self.window.render_bar(buf, theme);
    }

    fn commit_of(&self, item: usize) -> Option<&Commit> {
        match self.items.get(item)? {
            Item::Commit(at) => self.log.get(*at),
            _ => None,
        }
    }

    fn first_row(&self, item: &Item, columns: u16, model: &Model, theme: &Theme) -> Row<'static> {
        let chosen = model.chosen.as_ref();
        match item {
            Item::Working => {
                let role = if chosen.is_none() { Role::Accent } else { Role::Text };
                let files = self.items.iter().filter(|item| matches!(item, Item::File { .. })).count();
                let state = match files {
                    0 => "as committed".to_owned(),
                    n => crate::report::figure::count(n as u64, "file", "files"),
                };
                let state = if model.status.is_some() || files > 0 { state } else { String::new() };
                Row::new(theme.line(role, "working tree")).right(theme.line(Role::Dim, state))
            }
            Item::File { path, change, unsaved } => {
                let (letter, role) = match change {
                    Some(Change::Added | Change::Untracked) => ("+", Role::Add),
                    Some(Change::Modified) | None => ("~", Role::Changed),
                    Some(Change::Deleted) => ("-", Role::Remove),
                    Some(Change::Conflicted) => ("!", Role::Error),
                };
                let word = match change {
                    _ if *unsaved => "● unsaved",
                    Some(Change::Added | Change::Untracked) => "new",
                    Some(Change::Deleted) => "removed",
                    Some(Change::Conflicted) => "conflict",
                    Some(Change::Modified) | None => "",
                };
                let room =
                    usize::from(columns).saturating_sub(2 + if word.is_empty() { 0 } else { text::width(word) + 1 });
                let path = short_path(path, room.max(8));
                let left = Line::from(vec![theme.span(role, format!("{letter} ")), theme.span(Role::Text, path)]);
                let role = if *unsaved { Role::Accent } else { Role::Dim };
                Row::new(left).right(theme.line(role, word))
            }
            Item::Commit(at) => {
                let Some(commit) = self.log.get(*at) else { return Row::default() };
                let is = |side: Option<&crate::vcs::Revision>| side.and_then(|side| side.commit()) == Some(&commit.id);
                let (head, base) = match chosen {
                    Some(chosen) => {
                        (is(Some(&chosen.head.revision)), is(chosen.base.as_ref().map(|base| &base.revision)))
                    }
                    None => (false, is(model.base.revision())),
                };
                let role = if head { Role::Accent } else { Role::Text };
                let left = theme.line(role, commit.subject.clone());
                Row::new(left).right(match (head, base) {
                    (true, _) => theme.line(Role::Accent, "shown"),
                    (_, true) => theme.line(Role::Dim, "base"),
                    _ => Line::default(),
                })
            }
        }
    }
}

/// The files that differ from the last commit, on disk or only here.
fn files(model: &Model) -> Vec<Item> {
    let mut files: BTreeMap<Arc<str>, (Option<Change>, bool)> = BTreeMap::new();
    for file in model.status.iter().flat_map(|status| &status.files) {
        files.insert(file.path.clone(), (Some(file.change), false));
    }
    for file in model.workspace.unsaved_files() {
        files.entry(file).or_default().1 = true;
    }
    files.into_iter().map(|(path, (change, unsaved))| Item::File { path, change, unsaved }).collect()
}

/// What is said where there is no log.
fn note(model: &Model) -> Option<String> {
    let repo = model.workspace.repo();
    match (repo.git(), repo.git_trouble()) {
        (_, Some(trouble)) => Some(trouble.to_string()),
        (None, None) => Some("no git repository".to_owned()),
        (Some(_), _) if model.log.is_empty() && model.status.is_some() => Some("nothing is committed yet".to_owned()),
        (Some(_), _) => None,
    }
}

/// The end of a path tells more than its beginning.
fn short_path(path: &str, columns: usize) -> String {
    let shown = text::shown(path);
    if text::width(&shown) <= columns {
        return shown.into_owned();
    }
    let cells: Vec<_> = text::cells(&shown).collect();
    let mut used = 1;
    let mut from = shown.len();
    for cell in cells.iter().rev() {
        used += cell.width;
        if used > columns {
            break;
        }
        from = cell.bytes.start;
    }
    format!("…{}", shown.get(from..).unwrap_or_default())
}
