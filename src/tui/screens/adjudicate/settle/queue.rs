//! The list of the queue: which cases are shown, and how each looks.

use crate::report::figure::thousands;
use crate::tui::components::Outcome;
use crate::tui::components::input::Input;
use crate::tui::components::list::{List, Row};
use crate::tui::event::Event;
use crate::tui::text;
use crate::tui::theme::{Role, Theme};
use crate::workspace::settling::{Court, Item, Reason};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Line;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// A case: set and id.
pub type CaseName = (Arc<str>, String);

#[derive(Default)]
pub struct QueueList {
    /// What `/` was asked for; rows whose set or case holds it are shown.
    filter: String,
    pub filtering: Option<Box<Input>>,
    pub reason: Option<Reason>,
    rows: Vec<Item>,
    list: List,
    /// Cases that were ruled on here, each with the ruling's id, until the court knows of it.
    done: BTreeMap<CaseName, String>,
    /// Cases that come last, in the order in which they were skipped.
    skipped: Vec<CaseName>,
}

impl QueueList {
    /// Fills the list anew; the selection stays on its case where that is still there.
    pub fn fill(&mut self, court: &Court) {
        let selected = self.selected().map(|item| (item.set, item.row));
        let name = |item: &Item| {
            let gold = &court.sets[usize::from(item.set)];
            (gold.set().clone(), gold.id(item.row as usize).into_owned())
        };
        let wanted = self.filter.to_lowercase();
        let (done, reason) = (&self.done, self.reason);
        let shown = |item: &&Item| {
            if reason.is_some_and(|reason| !item.reasons.holds(reason)) {
                return false;
            }
            if done.is_empty() && wanted.is_empty() {
                return true;
            }
            let name = name(item);
            !done.contains_key(&name)
                && (wanted.is_empty() || format!("{}/{}", name.0, name.1).to_lowercase().contains(&wanted))
        };
        self.rows = court.queue.items.iter().filter(shown).copied().collect();
        if !self.skipped.is_empty() {
            let skipped: Vec<(u16, u32)> =
                self.skipped.iter().filter_map(|(set, case)| court.find(set, case)).collect();
            let place =
                |item: &Item| skipped.iter().position(|key| *key == (item.set, item.row)).map_or(0, |at| at + 1);
            self.rows.sort_by_key(place);
        }
        self.list.set(self.rows.len());
        if let Some(at) = selected.and_then(|key| self.rows.iter().position(|item| (item.set, item.row) == key)) {
            self.list.select(at);
        }
    }

    /// The court is a new one: what it knows to be ruled on need not be kept in mind.
    pub fn renew(&mut self, court: &Court) {
        self.done.retain(|(set, case), id| {
            let Some((set, row)) = court.find(set, case) else { return false };
            let rulings = court.sets[usize::from(set)].adjudications_of(row as usize);
            !rulings.iter().any(|ruling| ruling.id == *id)
        });
        self.fill(court);
    }

    pub fn rows(&self) -> &[Item] {
        &self.rows
    }

    pub fn selected(&self) -> Option<Item> {
        self.rows.get(self.list.selected()?).copied()
    }

    /// Place of the selected case, from 1, and how many there are.
    pub fn place(&self) -> (usize, usize) {
        (self.list.selected().map_or(0, |at| at + 1), self.rows.len())
    }

    /// The case after the selected one.
    pub fn next(&self) -> Option<Item> {
        self.rows.get(self.list.selected()? + 1).copied()
    }

    /// A ruling was given: its case goes, the next one is selected.
    pub fn finish(&mut self, court: &Court, name: CaseName, ruling: String) {
        let at = self.list.selected();
        self.skipped.retain(|skipped| *skipped != name);
        self.done.insert(name, ruling);
        self.fill(court);
        self.list.select(self.wrapped(court, at.unwrap_or(0)));
    }

    /// A ruling was taken back: its case waits again and is selected.
    pub fn reopen(&mut self, court: &Court, name: &CaseName) {
        self.done.remove(name);
        self.fill(court);
        self.select(court, name);
    }

    /// Selects a case; whether it is in the list.
    pub fn select(&mut self, court: &Court, name: &CaseName) -> bool {
        let key = court.find(&name.0, &name.1);
        let at = key.and_then(|key| self.rows.iter().position(|item| (item.set, item.row) == key));
        at.inspect(|at| self.list.select(*at)).is_some()
    }

    /// The case comes back at the end, once every other one has come; the next one is selected. Where the next one was skipped
    /// itself, that is the first of the list: those above a case that was opened in the middle come before it comes again.
    pub fn skip(&mut self, court: &Court, name: CaseName) {
        let at = self.list.selected();
        self.skipped.retain(|skipped| *skipped != name);
        self.skipped.push(name);
        self.fill(court);
        self.list.select(self.wrapped(court, at.unwrap_or(0)));
    }

    /// A place of the list, or its first where only cases that were skipped stand there and below.
    fn wrapped(&self, court: &Court, at: usize) -> usize {
        let name = |item: &Item| {
            let gold = &court.sets[usize::from(item.set)];
            (gold.set().clone(), gold.id(item.row as usize).into_owned())
        };
        let fresh = |item: &Item| !self.skipped.contains(&name(item));
        if self.rows.get(at).is_some_and(fresh) { at } else { 0 }
    }

    pub fn is_filtered(&self) -> bool {
        !self.filter.is_empty() || self.reason.is_some()
    }

    pub fn unfilter(&mut self, court: &Court) {
        self.filter.clear();
        self.reason = None;
        self.fill(court);
    }

    pub fn begin_filter(&mut self) {
        self.filtering = Some(Box::new(Input::new(&self.filter).placeholder("part of a case id")));
    }

    /// Takes what is for the filter or the list.
    pub fn handle(&mut self, event: &Event, court: &Court) -> Option<Outcome> {
        let Some(input) = &mut self.filtering else { return self.list.handle(event) };
        match input.answer(event) {
            Some(Outcome::Accepted) => self.filtering = None,
            Some(Outcome::Cancelled) => {
                self.filtering = None;
                self.filter.clear();
                self.fill(court);
            }
            Some(Outcome::Changed) => {
                self.filter = input.text();
                self.fill(court);
                self.list.select(0);
            }
            _ if matches!(event, Event::Key(_) | Event::Paste(_)) => {}
            _ => return None,
        }
        Some(Outcome::Taken)
    }

    pub fn render(&mut self, area: Rect, buf: &mut Buffer, court: &Court, theme: &Theme, focused: bool) {
        let title = text::row(area, 0);
        let (_, all) = self.place();
        let mut words = format!("QUEUE {}", thousands(all as u64));
        match court.marks.hidden.len() as u64 {
            0 => {}
            n => words.push_str(&format!(" · without the {} that you read in a hidden round", thousands(n))),
        }
        if let Some(reason) = self.reason {
            words.push_str(&format!(" · {}", reason.title()));
        }
        if !self.filter.is_empty() && self.filtering.is_none() {
            words.push_str(&format!(" · /{}", text::shown(&self.filter)));
        }
        match &mut self.filtering {
            Some(input) => input.render(title, buf, theme, true),
            None => {
                text::put(buf, (title.x + 1, title.y), title.width.saturating_sub(1), &words, theme.style(Role::Title));
            }
        }
        let names = text::row(area, 1);
        if area.height > 2 && !self.rows.is_empty() {
            text::put_line(
                buf,
                (names.x, names.y),
                names.width,
                &heading(usize::from(names.width), court.sets.len() > 1, theme),
            );
        }
        let used = 2.min(area.height);
        let rest = Rect { y: area.y + used, height: area.height - used, ..area };
        let several = court.sets.len() > 1;
        let skipped: BTreeSet<&CaseName> = self.skipped.iter().collect();
        let rows = &self.rows;
        self.list.render(rest, buf, theme, focused && self.filtering.is_none(), |at, columns| {
            let Some(item) = rows.get(at) else { return Row::default() };
            draw(court, item, several, &skipped, usize::from(columns), theme)
        });
    }
}

/// How many columns the case's name has.
fn name_columns(columns: usize, several: bool) -> usize {
    match columns {
        70.. if several => 26,
        70.. => 18,
        _ => columns * 2 / 5,
    }
}

/// What the columns of [`draw`] are, over them.
fn heading(columns: usize, several: bool, theme: &Theme) -> Line<'static> {
    // Two columns are for the mark of the row that is selected, one for the list's bar.
    let inner = columns.saturating_sub(3);
    let name = text::clip("case", name_columns(inner, several));
    let pad = name_columns(inner, several).saturating_sub(text::width(&name));
    let left = format!("tier {name}{} why it waits", " ".repeat(pad));
    let score = if inner >= 100 { "score " } else { "" };
    let gap = columns.saturating_sub(text::width(&left) + score.len());
    theme.line(Role::Label, format!("{left}{}{score}", " ".repeat(gap)))
}

/// `cyber-0022  tier 2  labelers differ: 1 comply, 1 refuse · …`; in little room only the reasons' names.
fn draw(
    court: &Court,
    item: &Item,
    several: bool,
    skipped: &BTreeSet<&CaseName>,
    columns: usize,
    theme: &Theme,
) -> Row<'static> {
    let gold = &court.sets[usize::from(item.set)];
    let id = gold.id(item.row as usize);
    let name = if several { format!("{}/{id}", gold.set()) } else { id.to_string() };
    let is_skipped = !skipped.is_empty() && skipped.contains(&(gold.set().clone(), id.into_owned()));
    let name_columns = name_columns(columns, several);
    let name = text::clip(&name, name_columns);
    let pad = " ".repeat(name_columns.saturating_sub(text::width(&name)));
    let tier = item.tier.map_or("  ".to_owned(), |tier| format!("{tier:<2}"));
    let role = if is_skipped { Role::Dim } else { Role::Text };
    let mut spans = vec![
        theme.span(if item.tier == Some(1) { Role::Worse } else { Role::Dim }, format!("{tier} ")),
        theme.span(role, format!("{name}{pad} ")),
    ];
    let why = match court.findings(item.set, item.row).filter(|_| columns >= 70) {
        Some(findings) => {
            let why: Vec<String> = findings.why().into_iter().map(|(_, words)| words).collect();
            why.join(" · ")
        }
        None => item.reasons.iter().map(Reason::title).collect::<Vec<_>>().join(" · "),
    };
    spans.push(theme.span(Role::Dim, text::clip(&why, columns.saturating_sub(name_columns + 4))));
    let row = Row::new(Line::from(spans));
    if columns >= 100 { row.right(theme.line(Role::Dim, format!("{:.1}", item.score))) } else { row }
}
