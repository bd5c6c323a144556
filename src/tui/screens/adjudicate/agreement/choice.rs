//! What is measured: the field, the gold set, the round and the labelers that were chosen on the left.

use crate::agreement::Field;
use crate::policy::Policy;
use crate::report::figure::{count, thousands};
use crate::tui::components::list::{List, Row};
use crate::tui::measured::{Asked, Measured};
use crate::tui::model::Model;
use crate::tui::text;
use crate::tui::theme::{Role, Theme};
use crate::workspace::sets::LoadedSet;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Line;
use std::sync::Arc;

/// One row of the left side.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Choice {
    Field(String),
    Set(Arc<str>),
    /// `None` takes the labels of all rounds, and those of none.
    Round(Option<String>),
    /// Opens the choice of labelers.
    Labelers,
}

/// What is asked first.
const USUAL: &str = "behavior";

/// The choices, and which of them hold.
pub struct Choices {
    rows: Vec<Choice>,
    pub list: List,
    pub field: String,
    /// `None` takes the set that has labels.
    pub set: Option<Arc<str>>,
    pub round: Option<String>,
    pub labelers: Option<Vec<String>>,
}

impl Default for Choices {
    fn default() -> Self {
        Choices {
            rows: Vec::new(),
            list: List::default(),
            field: USUAL.to_owned(),
            set: None,
            round: None,
            labelers: None,
        }
    }
}

impl Choices {
    /// What follows from the choices; `None` while the gold sets are being loaded, or where there are none.
    pub fn asked(&self, model: &Model) -> Option<Asked> {
        let sets = model.sets.as_ref()?;
        let wanted = |set: &&Arc<LoadedSet>| self.set.as_ref().is_none_or(|w| w == set.name());
        let labeled = |set: &&Arc<LoadedSet>| !set.gold.sources().labels.is_empty();
        let set = sets.sets.iter().filter(wanted).find(labeled).or_else(|| sets.sets.iter().find(wanted))?;
        let policy = model.workspace.policy().clone();
        // An edit may take away the facet that was chosen.
        let field = if Field::find(&self.field, &policy).is_some() { &self.field } else { USUAL };
        let status = model.status.as_deref();
        let commit = status.and_then(|status| status.head.commit()).map(ToString::to_string);
        let unsaved = !model.workspace.unsaved_files().is_empty();
        Some(Asked {
            field: field.to_owned(),
            policy,
            sets: sets.clone(),
            set: set.name().clone(),
            round: self.round.clone(),
            labelers: self.labelers.clone(),
            changed: unsaved || status.is_some_and(|status| !status.files.is_empty()),
            commit,
        })
    }

    /// The rows anew: fields of the policy, sets, and the rounds that the labels name.
    pub fn fill(&mut self, policy: &Policy, model: &Model, measured: Option<&Measured>) {
        let before = self.selected().cloned();
        let mut headings = vec![(0, "field".to_owned())];
        let mut rows: Vec<Choice> = Field::words(policy).into_iter().map(Choice::Field).collect();
        headings.push((rows.len(), "gold set".to_owned()));
        rows.extend(model.sets.iter().flat_map(|sets| &sets.sets).map(|set| Choice::Set(set.name().clone())));
        headings.push((rows.len(), "round".to_owned()));
        rows.push(Choice::Round(None));
        let rounds = measured.map(|measured| &measured.rounds);
        rows.extend(rounds.into_iter().flatten().map(|(round, _)| Choice::Round(Some(round.clone()))));
        headings.push((rows.len(), "labelers".to_owned()));
        rows.push(Choice::Labelers);
        self.list.set_sections(rows.len(), headings);
        let same = |row: &Choice| before.as_ref() == Some(row) || before.is_none() && self.holds(row, None);
        let at = rows.iter().position(same);
        self.rows = rows;
        if let Some(at) = at {
            self.list.select(at);
        }
    }

    pub fn selected(&self) -> Option<&Choice> {
        self.rows.get(self.list.selected()?)
    }

    /// Chooses a field, a set or a round.
    pub fn choose(&mut self, choice: Choice) {
        match choice {
            Choice::Field(field) => self.field = field,
            Choice::Set(set) => {
                // Another set has other rounds and other people.
                (self.round, self.labelers) = (None, None);
                self.set = Some(set);
            }
            Choice::Round(round) => self.round = round,
            Choice::Labelers => {}
        }
    }

    fn holds(&self, row: &Choice, set: Option<&Arc<str>>) -> bool {
        match row {
            Choice::Field(field) => *field == self.field,
            Choice::Set(name) => self.set.as_ref().or(set) == Some(name),
            Choice::Round(round) => *round == self.round,
            Choice::Labelers => false,
        }
    }

    pub fn render(
        &mut self,
        area: Rect,
        buf: &mut Buffer,
        measured: Option<&Measured>,
        set: Option<&Arc<str>>,
        theme: &Theme,
        focused: bool,
    ) {
        let mut list = std::mem::take(&mut self.list);
        list.render(area, buf, theme, focused, |at, _| {
            self.rows.get(at).map(|row| self.row(row, measured, set, theme)).unwrap_or_default()
        });
        self.list = list;
    }

    fn row(&self, row: &Choice, measured: Option<&Measured>, set: Option<&Arc<str>>, theme: &Theme) -> Row<'static> {
        let holds = self.holds(row, set);
        let (words, right) = match row {
            Choice::Field(field) => (field.clone(), String::new()),
            Choice::Set(name) => (name.to_string(), String::new()),
            Choice::Round(None) => ("all labels".to_owned(), String::new()),
            Choice::Round(Some(round)) => {
                let labels = measured.and_then(|measured| measured.rounds.get(round)).copied().unwrap_or_default();
                (round.clone(), thousands(labels as u64))
            }
            Choice::Labelers => {
                let all = measured.map_or(0, |measured| measured.everybody.len());
                match &self.labelers {
                    None => ("everybody".to_owned(), thousands(all as u64)),
                    Some(chosen) if chosen.len() <= 2 => (chosen.join(", "), String::new()),
                    Some(chosen) => (count(chosen.len() as u64, "labeler", "labelers"), format!("of {all}")),
                }
            }
        };
        let mark = if holds { theme.span(Role::Accent, "● ") } else { theme.span(Role::Dim, "  ") };
        let role = if holds { Role::Accent } else { Role::Text };
        let left = Line::from(vec![mark, theme.span(role, text::shown(&words).into_owned())]);
        Row::new(left).right(theme.line(Role::Dim, right))
    }
}
