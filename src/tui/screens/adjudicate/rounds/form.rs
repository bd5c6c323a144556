//! A round that is being described, field by field.

use crate::policy::round::{Blindness, Exit, Round, RoundKind, Sample};
use crate::tui::command::Context;
use crate::tui::components::Outcome;
use crate::tui::components::form::{Field, Form};
use crate::tui::components::message::Severity;
use crate::tui::event::Event;
use crate::tui::model::Model;
use crate::tui::text;
use crate::tui::theme::{Role, Theme};
use crate::workspace::sets::Sets;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::text::Line;
use std::collections::BTreeMap;
use std::sync::Arc;

/// One field: its id, its label, and what there is to say of it.
struct Row {
    id: &'static str,
    label: &'static str,
    about: &'static str,
}

const fn row(id: &'static str, label: &'static str, about: &'static str) -> Row {
    Row { id, label, about }
}

/// In the order in which they are asked.
const ROWS: &[Row] = &[
    row("set", "Gold set", "Enter goes on to the next one"),
    row("name", "Name", "becomes the name of a folder: 2026-11-a"),
    row("kind", "Kind", "Enter goes on to the next one"),
    row("purpose", "Purpose", "in a sentence"),
    row("labelers", "Labelers", "with commas between them"),
    row("overlap", "Read by", "so many labelers read each case"),
    row("filter", "Cases", "such as `category:weapons unlabeled`; all where empty"),
    row("size", "Draw", "so many of them; all where empty"),
    row("by", "Strata", "category, tier, behavior, verdict or facets; none where empty"),
    row("seed", "Seed", "decides whatever is left to chance"),
    row("repeats", "Read twice", "a share of each labeler's cases, 0 to 1"),
    row("probes", "Probes", "settled cases mixed in, a share, 0 to 1"),
    row("blindness", "Blindness", "Enter goes on to the next one"),
    row("exit", "Enough", "alpha-ordinal severity >= 0.67; several with ; between them"),
];

/// The form, and what was written.
pub struct NewRound {
    sets: Vec<Arc<str>>,
    written: BTreeMap<&'static str, String>,
    /// What is wrong with a field.
    trouble: Option<(&'static str, String)>,
    form: Form,
}

impl NewRound {
    pub fn new(sets: &Sets, model: &Model) -> Self {
        let sets: Vec<Arc<str>> = sets.sets.iter().map(|set| set.name().clone()).collect();
        let who = model.workspace.repo().labeler(None).unwrap_or_default();
        let written = BTreeMap::from([
            ("set", sets.first().map_or_else(String::new, ToString::to_string)),
            ("kind", RoundKind::default().word().to_owned()),
            ("blindness", Blindness::default().word().to_owned()),
            ("labelers", who),
            ("overlap", "1".to_owned()),
            ("seed", "0".to_owned()),
        ]);
        let mut new = NewRound { sets, written, trouble: None, form: Form::default() };
        new.fill();
        new.form.focus("name");
        new
    }

    fn fill(&mut self) {
        let field = |row: &Row| {
            let value = text::shown(self.written(row.id)).into_owned();
            let mut field = Field::inline(row.id, row.label, Line::from(value)).marker(row.about);
            if let Some((id, why)) = &self.trouble
                && *id == row.id
            {
                field = field.problem(Severity::Error, text::shown(why).into_owned());
            }
            field
        };
        let fields = ROWS.iter().map(field).collect();
        self.form.set(fields);
    }

    fn written(&self, id: &str) -> &str {
        self.written.get(id).map(String::as_str).unwrap_or_default()
    }

    pub fn contexts(&self) -> &'static [Context] {
        self.form.contexts()
    }

    /// Says what is wrong with a field, and goes there.
    pub fn refuse(&mut self, field: &'static str, why: &str) {
        self.trouble = Some((field, why.to_owned()));
        self.fill();
        self.form.focus(field);
    }

    pub fn handle(&mut self, event: &Event) -> bool {
        let focused = self.form.focused_at().map(|at| &ROWS[at.min(ROWS.len() - 1)]);
        let Some(row) = focused else { return false };
        match self.form.handle(event) {
            Some(Outcome::Opened) => match self.choices(row.id) {
                Some(choices) => {
                    let at = choices.iter().position(|choice| choice == self.written(row.id)).map_or(0, |at| at + 1);
                    if let Some(next) = choices.get(at % choices.len().max(1)) {
                        self.written.insert(row.id, next.clone());
                    }
                }
                None => {
                    let text = self.written(row.id).to_owned();
                    self.form.edit(&text, false);
                }
            },
            Some(Outcome::Accepted) => {
                if let Some(text) = self.form.end_edit() {
                    self.written.insert(row.id, text.trim().to_owned());
                    self.trouble.take_if(|(id, _)| *id == row.id);
                }
            }
            Some(Outcome::Cancelled) => drop(self.form.end_edit()),
            Some(_) => return true,
            None => return false,
        }
        self.fill();
        true
    }

    /// The words of a field that is chosen and not written.
    fn choices(&self, id: &str) -> Option<Vec<String>> {
        let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
        match id {
            "set" => Some(self.sets.iter().map(ToString::to_string).collect()),
            "kind" => Some(words(RoundKind::WORDS)),
            "blindness" => Some(words(Blindness::WORDS)),
            _ => None,
        }
    }

    /// The gold set and the round that are described; or the field that is wrong, and why.
    pub fn round(&self) -> Result<(String, Round), (&'static str, String)> {
        let list = |id: &str, part: char| -> Vec<Arc<str>> {
            self.written(id).split(part).map(str::trim).filter(|word| !word.is_empty()).map(Into::into).collect()
        };
        let number = |id: &'static str, most: f64| match self.written(id) {
            "" => Ok(None),
            text => match text.parse::<f64>() {
                Ok(number) if (0.0..=most).contains(&number) => Ok(Some(number)),
                _ => Err((id, format!("`{text}` is no number from 0 to {most}"))),
            },
        };
        let whole = |id: &'static str| match self.written(id) {
            "" => Ok(None),
            text => text.parse::<usize>().map(Some).map_err(|_| (id, format!("`{text}` is no whole number"))),
        };
        let name = self.written("name");
        if name.is_empty() {
            return Err(("name", "a round needs a name".to_owned()));
        }
        let labelers = list("labelers", ',');
        if labelers.is_empty() {
            return Err(("labelers", "a round needs labelers".to_owned()));
        }
        let exit = list("exit", ';');
        let exit = exit
            .iter()
            .map(|words| {
                let why = || format!("`{words}`: write it as `alpha-ordinal severity >= 0.67`");
                Exit::parse(words).ok_or_else(|| ("exit", why()))
            })
            .collect::<Result<_, _>>()?;
        let seed = self.written("seed");
        let round = Round {
            name: name.into(),
            kind: RoundKind::from_word(self.written("kind")).unwrap_or_default(),
            purpose: self.written("purpose").into(),
            overlap: whole("overlap")?.unwrap_or(1).clamp(1, labelers.len()),
            labelers,
            repeats: number("repeats", 1.0)?.unwrap_or_default(),
            probes: number("probes", 1.0)?.unwrap_or_default(),
            blindness: Blindness::from_word(self.written("blindness")).unwrap_or_default(),
            seed: seed.parse().map_err(|_| ("seed", format!("`{seed}` is no whole number")))?,
            sample: Sample {
                filter: self.written("filter").into(),
                size: whole("size")?,
                by: list("by", ','),
                of: None,
            },
            exit,
            ..Round::default()
        };
        Ok((self.written("set").to_owned(), round))
    }

    pub fn render(&mut self, area: Rect, buf: &mut Buffer, theme: &Theme) -> Option<Position> {
        let title = "NEW ROUND   Enter changes a field, O opens the round, Esc leaves";
        text::put(buf, (area.x + 1, area.y), area.width.saturating_sub(1), title, theme.style(Role::Title));
        let rest = Rect { y: area.y + 1.min(area.height), height: area.height.saturating_sub(1), ..area };
        self.form.render(rest, buf, theme, true);
        self.form.cursor_position()
    }
}
