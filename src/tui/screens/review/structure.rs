//! What changed in clauses, categories and the manifest, thing by thing.

use crate::analyze::structure::{Change, ChangeKind, Subject};
use crate::analyze::text::{self as texts, Tag};
use crate::policy::visible::visible_line;
use crate::tui::components::Outcome;
use crate::tui::components::list::{List, Row, heading};
use crate::tui::event::Event;
use crate::tui::model::{Ask, Model, Target};
use crate::tui::readings::Readings;
use crate::tui::text;
use crate::tui::theme::{Role, Theme};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use std::sync::Arc;

/// The changes, and the words of the selected one in full.
#[derive(Default)]
pub struct StructureReading {
    readings: Option<Arc<Readings>>,
    list: List,
    /// The words before and after, by line; of the selected change.
    words: Vec<Vec<(Tag, String)>>,
}

impl StructureReading {
    pub fn set(&mut self, readings: &Arc<Readings>) {
        let mut headings: Vec<(usize, String)> = Vec::new();
        let mut last: Option<&Subject> = None;
        for (at, change) in readings.changes.iter().enumerate() {
            if last != Some(&change.subject) {
                let words = format!("{} {}", change.subject.what(), change.subject.id().unwrap_or_default());
                headings.push((at, words.trim_end().to_owned()));
                last = Some(&change.subject);
            }
        }
        self.list.set_sections(readings.changes.len(), headings);
        self.readings = Some(readings.clone());
        self.read_words();
    }

    pub fn clear(&mut self) {
        *self = StructureReading::default();
    }

    pub fn selected(&self) -> Option<&Change> {
        self.readings.as_ref()?.changes.get(self.list.selected()?)
    }

    pub fn handle(&mut self, event: &Event, model: &mut Model) -> bool {
        let outcome = self.list.handle(event);
        match outcome {
            Some(Outcome::Moved) => self.read_words(),
            Some(Outcome::Opened) => {
                if let Some(change) = self.selected() {
                    open(change, model);
                }
            }
            _ => {}
        }
        outcome.is_some()
    }

    fn read_words(&mut self) {
        let words = match self.selected().map(|change| &change.kind) {
            Some(ChangeKind::Edited { before, after, .. }) if before.len() + after.len() > SHORT => {
                lines(texts::words(before, after, None))
            }
            _ => Vec::new(),
        };
        self.words = words;
    }

    pub fn render(&mut self, area: Rect, buf: &mut Buffer, theme: &Theme, focused: bool) {
        let Some(readings) = &self.readings else { return };
        let wrapped: Vec<Line<'static>> = self
            .words
            .iter()
            .flat_map(|line| text::wrap_spans(&styled(line, theme), usize::from(area.width.saturating_sub(4))))
            .collect();
        let needed = u16::try_from(wrapped.len() + 1).unwrap_or(u16::MAX);
        let below = if wrapped.is_empty() || area.height < 8 { 0 } else { needed.min(area.height / 2) };
        let above = Rect { height: area.height - below, ..area };
        let changes = &readings.changes;
        self.list.render(above, buf, theme, focused, |at, _| {
            changes.get(at).map(|change| row(change, theme)).unwrap_or_default()
        });
        if below > 0 {
            heading(text::row(area, above.height), buf, theme, "word by word");
            for (n, line) in (1..below).zip(&wrapped) {
                let place = text::row(area, above.height + n);
                text::put_line(buf, (place.x + 2, place.y), place.width.saturating_sub(2), line);
            }
            if wrapped.len() >= usize::from(below) && below > 1 {
                let last = text::row(area, area.height - 1);
                text::put(buf, (last.x, last.y), last.width.min(1), "…", theme.style(Role::Dim));
            }
        }
    }
}

/// What is shorter than this is said whole in its sentence.
const SHORT: usize = 36;

fn row(change: &Change, theme: &Theme) -> Row<'static> {
    let (sign, role) = match change.kind {
        ChangeKind::Added => ("+ ", Role::Add),
        ChangeKind::Removed => ("- ", Role::Remove),
        _ => ("~ ", Role::Changed),
    };
    let words = theme.span(if change.decides { Role::Text } else { Role::Dim }, sentence(change));
    let mark = if change.decides { theme.line(Role::Accent, "decides") } else { Line::default() };
    Row::new(Line::from(vec![theme.span(role, sign), words])).right(mark)
}

/// The sentence without the subject, which stands above it.
fn sentence(change: &Change) -> String {
    let whole = change.sentence();
    let rest = whole.strip_prefix(&change.subject.to_string()).map(|rest| rest.trim_start_matches([':', ' ']));
    visible_line(rest.unwrap_or(&whole)).into_owned()
}

fn styled(line: &[(Tag, String)], theme: &Theme) -> Line<'static> {
    let span = |(tag, words): &(Tag, String)| {
        let role = match tag {
            Tag::Same => Role::Dim,
            Tag::Removed => Role::RemoveWord,
            Tag::Added => Role::AddWord,
        };
        // Never colour alone: what went and what came has its sign as well.
        match tag {
            Tag::Same => theme.span(role, words.clone()),
            Tag::Removed => theme.span(role, format!("[-{words}-]")),
            Tag::Added => theme.span(role, format!("{{+{words}+}}")),
        }
    };
    Line::from(line.iter().map(span).collect::<Vec<Span<'static>>>())
}

/// Runs of words as lines: a run that holds line feeds goes over several.
fn lines(runs: Vec<(Tag, String)>) -> Vec<Vec<(Tag, String)>> {
    let mut lines = vec![Vec::new()];
    for (tag, run) in runs {
        for (n, part) in run.split('\n').enumerate() {
            if n > 0 {
                lines.push(Vec::new());
            }
            if let (false, Some(line)) = (part.is_empty(), lines.last_mut()) {
                line.push((tag, part.to_owned()));
            }
        }
    }
    lines
}

/// Shows what the change is about, where it still is.
pub fn open(change: &Change, model: &mut Model) {
    let policy = model.workspace.policy();
    let in_worktree = model.chosen.is_none();
    let target = match &change.subject {
        Subject::Clause(id) if policy.clauses.iter().any(|clause| clause.id == *id) => match &change.head {
            Some(place) if in_worktree => Some(Target::Place(place.clone())),
            _ => Some(Target::Clause(id.to_string())),
        },
        Subject::Category(id) if policy.taxonomy.find(id).is_some() => Some(Target::Category(id.to_string())),
        Subject::Clause(_) | Subject::Category(_) => None,
        _ => {
            // No screen shows the manifest: the editor does, as it stands in the working tree.
            if let Some(place) = change.place().filter(|_| in_worktree) {
                return model.ask(Ask::Edit(place.clone()));
            }
            None
        }
    };
    match target {
        Some(target) => model.ask(Ask::GoTo(target)),
        None => {
            let words = format!("There is no {} in the working tree to go to.", change.subject);
            model.say(crate::tui::components::message::Severity::Hint, words);
        }
    }
}
