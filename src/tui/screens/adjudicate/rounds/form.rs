//! A round that is being described, field by field, with what would be drawn for it.

use crate::policy::round::{Blindness, Exit, Round, RoundKind, Sample};
use crate::tui::command::Context;
use crate::tui::components::Outcome;
use crate::tui::components::form::{Field, Form};
use crate::tui::components::message::Severity;
use crate::tui::event::Event;
use crate::tui::model::Model;
use crate::tui::rounds::{self as data, Refused};
use crate::tui::text;
use crate::tui::theme::{Role, Theme};
use crate::workspace::rounds::{ASKED, Asked, Wanted};
use crate::workspace::sets::Sets;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::text::Line;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The form, and what was written: by the words of what is [`ASKED`].
pub struct NewRound {
    sets: Vec<Arc<str>>,
    written: BTreeMap<&'static str, String>,
    /// What was wrong when the round was to be opened.
    trouble: Option<Refused>,
    /// What was asked for last to be drawn, from which sets.
    asked: Option<(Wanted, Arc<Sets>)>,
    /// What would be drawn; `None` while it is being looked for.
    drawn: Option<Result<String, Refused>>,
    form: Form,
}

impl NewRound {
    pub fn new(sets: &Sets, model: &Model) -> Self {
        let sets: Vec<Arc<str>> = sets.sets.iter().map(|set| set.name().clone()).collect();
        let who = model.workspace.repo().labeler(None).unwrap_or_default();
        let written = BTreeMap::from([
            ("set", sets.first().map_or_else(String::new, ToString::to_string)),
            ("kind", RoundKind::default().word().to_owned()),
            ("blind", Blindness::default().word().to_owned()),
            ("labelers", who.clone()),
            ("overlap", "1".to_owned()),
            ("seed", "0".to_owned()),
            ("as", who),
        ]);
        let mut new = NewRound { sets, written, trouble: None, asked: None, drawn: None, form: Form::default() };
        new.fill();
        new.form.focus("name");
        new
    }

    fn fill(&mut self) {
        let edited = self.form.edited().is_some().then(|| self.form.focused_at()).flatten();
        let field = |(at, asked): (usize, &Asked)| {
            let value = text::shown(self.written(asked.word)).into_owned();
            let mut field = Field::inline(asked.word, label(asked.word), Line::from(value)).marker(self.marker(asked));
            let is_of = |refused: &&Refused| refused.about == Some(asked.word);
            // While something is being written it need not make sense yet.
            let live = self.drawn.as_ref().and_then(|drawn| drawn.as_ref().err()).filter(|_| edited != Some(at));
            if let Some(refused) = self.trouble.as_ref().filter(is_of).or(live.filter(is_of)) {
                field = field.problem(Severity::Error, text::shown(&refused.why).into_owned());
            }
            field
        };
        let fields = ASKED.iter().enumerate().map(field).collect();
        self.form.set(fields);
    }

    /// What the field is about, and how it is filled in.
    fn marker(&self, asked: &Asked) -> String {
        let how = match (self.choices(asked.word), parts(asked.word)) {
            (Some(_), _) => "; Enter goes on to the next one",
            (None, Some(',')) => "; several with `,` between them",
            (None, Some(_)) => "; several with `;` between them",
            (None, None) => "",
        };
        format!("{}{how}", asked.about)
    }

    fn written(&self, word: &str) -> &str {
        self.written.get(word).map(String::as_str).unwrap_or_default()
    }

    /// What is written, or being written.
    fn writing(&self, word: &str) -> String {
        let focused = self.form.focused().is_some_and(|field| field.id == word);
        self.form.edited().filter(|_| focused).unwrap_or_else(|| self.written(word).to_owned())
    }

    pub fn contexts(&self) -> &'static [Context] {
        self.form.contexts()
    }

    /// Says what is wrong with a field, and goes there.
    pub fn refuse(&mut self, refused: Refused) {
        let about = refused.about;
        self.trouble = Some(refused);
        self.fill();
        if let Some(word) = about {
            self.form.focus(word);
        }
    }

    /// Takes over what would be drawn, and has it looked for where something else is described than before.
    pub fn tend(&mut self, model: &mut Model) {
        if let Some(drawn) = model.round_drawn.take()
            && self.asked.is_some()
        {
            self.drawn = Some(drawn);
            self.fill();
        }
        let Some(sets) = model.sets.clone() else { return };
        match self.wanted() {
            Ok(wanted) => {
                let same = |(known, of): &(Wanted, Arc<Sets>)| *known == wanted && Arc::ptr_eq(of, &sets);
                if !self.asked.as_ref().is_some_and(same) {
                    self.drawn = None;
                    self.asked = Some((wanted.clone(), sets.clone()));
                    data::count(model, wanted, sets);
                }
            }
            Err(refused) => {
                self.asked = None;
                let refused = Some(Err(refused));
                if self.drawn != refused {
                    self.drawn = refused;
                    self.fill();
                }
            }
        }
    }

    pub fn handle(&mut self, event: &Event) -> bool {
        let focused = self.form.focused_at().and_then(|at| ASKED.get(at));
        let Some(Asked { word, .. }) = focused else { return false };
        match self.form.handle(event) {
            Some(Outcome::Opened) => match self.choices(word) {
                Some(choices) => {
                    let at = choices.iter().position(|choice| choice == self.written(word)).map_or(0, |at| at + 1);
                    if let Some(next) = choices.get(at % choices.len().max(1)) {
                        self.written.insert(word, next.clone());
                        self.trouble.take_if(|refused| refused.about == Some(word));
                    }
                }
                None => {
                    let text = self.written(word).to_owned();
                    self.form.edit(&text, false);
                }
            },
            Some(Outcome::Accepted) => {
                if let Some(text) = self.form.end_edit() {
                    self.written.insert(word, text.trim().to_owned());
                    self.trouble.take_if(|refused| refused.about == Some(word));
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
    fn choices(&self, word: &str) -> Option<Vec<String>> {
        let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
        match word {
            "set" => Some(self.sets.iter().map(ToString::to_string).collect()),
            "kind" => Some(words(RoundKind::WORDS)),
            "blind" => Some(words(Blindness::WORDS)),
            _ => None,
        }
    }

    /// The round that is described, the field that is being written included; or the field that is wrong, and why.
    pub fn wanted(&self) -> Result<Wanted, Refused> {
        let text = |word: &str| self.writing(word).trim().to_owned();
        let list = |word: &'static str| -> Vec<Arc<str>> {
            let part = parts(word).unwrap_or(',');
            text(word).split(part).map(str::trim).filter(|word| !word.is_empty()).map(Into::into).collect()
        };
        let exit = list("exit");
        let exit = exit.iter().map(|words| {
            let why = || format!("`{words}`: write it as `alpha-ordinal severity >= 0.67`");
            Exit::parse(words).ok_or_else(|| Refused::field("exit", why()))
        });
        let share = |word| number::<f64>(word, &text(word), "no number");
        let whole = |word| number::<usize>(word, &text(word), "no whole number");
        let sample = Sample { filter: text("filter").into(), size: whole("size")?, by: list("by"), of: None };
        let round = Round {
            name: text("name").into(),
            kind: RoundKind::from_word(&text("kind")).unwrap_or_default(),
            purpose: text("purpose").into(),
            by: text("as").into(),
            labelers: list("labelers"),
            overlap: whole("overlap")?.unwrap_or(1),
            repeats: share("repeats")?.unwrap_or_default(),
            probes: share("probes")?.unwrap_or_default(),
            blindness: Blindness::from_word(&text("blind")).unwrap_or_default(),
            seed: number("seed", &text("seed"), "no whole number")?.unwrap_or_default(),
            sample,
            exit: exit.collect::<Result<_, _>>()?,
            ..Round::default()
        };
        let cases = list("case").iter().map(ToString::to_string).collect();
        Ok(Wanted { set: text("set"), round, cases, base: Some(text("base")).filter(|rev| !rev.is_empty()) })
    }

    pub fn render(&mut self, area: Rect, buf: &mut Buffer, theme: &Theme) -> Option<Position> {
        let title = "NEW ROUND   Enter changes a field, O opens the round, Esc leaves";
        let columns = area.width.saturating_sub(1);
        text::put(buf, (area.x + 1, area.y), columns, title, theme.style(Role::Title));
        let drawn = match &self.drawn {
            None => theme.line(Role::Dim, "Counting …"),
            Some(Ok(words)) => theme.line(Role::Accent, words.clone()),
            Some(Err(refused)) => theme.line(Role::Warning, format!("Nothing to draw: {}", text::shown(&refused.why))),
        };
        if area.height > 1 {
            text::put_line(buf, (area.x + 1, area.y + 1), columns, &drawn);
        }
        let head = 2.min(area.height);
        let rest = Rect { y: area.y + head, height: area.height - head, ..area };
        self.form.render(rest, buf, theme, true);
        self.form.cursor_position()
    }
}

/// What parts several values of a field; `None` where it takes one.
fn parts(word: &str) -> Option<char> {
    match word {
        "labelers" | "case" | "by" => Some(','),
        "exit" => Some(';'),
        _ => None,
    }
}

fn label(word: &str) -> String {
    let mut label = word.to_owned();
    if let Some(first) = label.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    label
}

/// A number, or nothing where nothing is written.
fn number<T: std::str::FromStr>(word: &'static str, text: &str, what: &str) -> Result<Option<T>, Refused> {
    match text {
        "" => Ok(None),
        text => text.parse().map(Some).map_err(|_| Refused::field(word, format!("`{text}` is {what}"))),
    }
}
