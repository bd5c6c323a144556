//! Spec: the clauses in order, the form of one of them, its raw text, and what an edit does.

pub mod clauses;
mod commands;
mod edit;
pub mod fields;
mod fieldwork;
mod pick;
pub(super) mod view;

#[cfg(test)]
mod tests;

use super::Screen;
use crate::document::Node;
use crate::policy::place::{Place, Route};
use crate::tui::command::{Command, Context, Reason};
use crate::tui::components::Outcome;
use crate::tui::components::form::Form;
use crate::tui::components::input::Input;
use crate::tui::components::list::List;
use crate::tui::condition::build;
use crate::tui::effect::EffectPane;
use crate::tui::event::Event;
use crate::tui::fixes;
use crate::tui::grid::{self, GridView};
use crate::tui::layout::{Pane, Panes};
use crate::tui::model::{Ask, Model, Target};
use crate::tui::raw::RawPane;
use crate::tui::rulings;
use crate::tui::theme::Theme;
use clauses::{ClauseKey, Entry};
use fields::{Part, below, within};
use fieldwork::Fieldwork;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

/// The Spec screen.
#[derive(Default)]
pub struct SpecScreen {
    entries: Vec<Entry>,
    /// Which of the entries are in the list, after the filter.
    shown: Vec<usize>,
    list: List,
    filter: Option<Input>,
    /// Whether keys go into the filter.
    filtering: bool,
    selected: Option<ClauseKey>,
    form: Form,
    /// What each field of the form stands for.
    parts: Vec<(String, Part)>,
    focus: Pane,
    /// The field that is being edited.
    work: Option<Fieldwork>,
    raw: RawPane,
    /// What is decided as a grid, where it is open.
    grid: Option<GridView>,
    effect: EffectPane,
    /// The effect pane was put away.
    hides_effect: bool,
    panes: Panes,
    theme: Theme,
}

impl Screen for SpecScreen {
    fn contexts(&self) -> Vec<Context> {
        if self.grid.is_some() {
            return vec![Context::Grid, Context::Spec];
        }
        let inner: &[Context] = match self.focus {
            _ if self.filtering => &[Context::Input],
            Pane::List => &[Context::List],
            Pane::Main => self.raw.contexts().unwrap_or(self.form.contexts()),
            Pane::Side => &EffectPane::CONTEXTS,
        };
        [inner, &[Context::Spec]].concat()
    }

    fn refresh(&mut self, model: &Model) {
        if let Some(grid) = &mut self.grid {
            grid.refresh(model);
        }
        self.effect.refresh(model);
        self.entries = clauses::entries(model);
        self.fill_list();
        self.raw.refresh(model);
        if let Some(work) = &mut self.work {
            work.refresh(model, &mut self.form);
        }
        self.fill_form(model);
    }

    fn handle(&mut self, event: &Event, model: &mut Model) -> bool {
        if let Some(grid) = &mut self.grid {
            return grid.handle(event, model);
        }
        if let Event::Mouse(mouse) = event {
            self.focus_at(mouse, model);
        }
        if self.filtering {
            return self.handle_filter(event, model);
        }
        match self.focus {
            Pane::List => match self.list.handle(event) {
                Some(Outcome::Moved) => {
                    self.select_row(model);
                    true
                }
                Some(Outcome::Opened) => {
                    self.select_row(model);
                    self.focus = Pane::Main;
                    true
                }
                outcome => outcome.is_some(),
            },
            Pane::Main if self.raw.has_keys() => self.raw.handle(event, model),
            Pane::Main => self.handle_form(event, model),
            Pane::Side => self.effect.handle(event, model),
        }
    }

    fn run(&mut self, command: Command, model: &mut Model) -> bool {
        let key = self.selected.clone();
        match (command, key) {
            (Command::Grid, _) => self.grid = if self.grid.is_some() { None } else { Some(GridView::default()) },
            (Command::Back, _) if self.grid.is_some() => self.grid = None,
            (Command::NextPane | Command::PreviousPane, _) => {
                self.end_work(model);
                self.focus = self.focus.step(command == Command::NextPane, self.hides_effect);
            }
            (Command::Back, _) => self.back(model),
            (Command::Filter, _) => {
                self.filter.get_or_insert_with(|| Input::default().placeholder("id, title, level or behavior"));
                self.filtering = true;
                self.focus = Pane::List;
            }
            (Command::Raw, _) => self.toggle_raw(model),
            (Command::Effect, _) => {
                self.end_work(model);
                self.panes.toggle_side(&mut self.focus, &mut self.hides_effect);
            }
            (Command::SearchText, _) => self.raw.search(model),
            (Command::New, key) => match (key, self.part()) {
                (Some(key), Some(part)) if part.is_condition() => {
                    let map = match part {
                        Part::Test(at) | Part::Group(at) => at.split_last().map_or(at.clone(), |(map, _)| map),
                        _ => Route::root().then("when"),
                    };
                    build::add(model, &key, build::Into::Mapping(map));
                }
                (key, _) => commands::new(model, key.as_ref()),
            },
            (Command::Delete, Some(key)) => self.delete(model, &key),
            (Command::Duplicate, Some(key)) => commands::duplicate(model, &key),
            (Command::Fix, _) if self.focus == Pane::Side => fixes::right(model, self.effect.selected()),
            (Command::Fix, Some(key)) => {
                if let Some(place) = commands::place(model, &key) {
                    let problems = fixes::fixable(model, &place).cloned().collect();
                    fixes::offer(model, problems);
                }
            }
            (Command::Rename, Some(key)) => commands::rename(model, &key),
            (Command::MoveDown, Some(key)) => commands::shift(model, &key, true),
            (Command::MoveUp, Some(key)) => commands::shift(model, &key, false),
            (Command::ExternalEditor, _) => {
                if let Some(place) = self.place(model) {
                    model.ask(Ask::Edit(place));
                }
            }
            _ => return false,
        }
        true
    }

    fn available(&self, command: Command, model: &Model) -> Result<(), Reason> {
        let clause = || self.selected.is_some().then_some(()).ok_or(Reason::from("there is no clause"));
        let in_form = || match self.focus {
            Pane::Main if self.raw.has_keys() => Err(Reason::from("this is the raw text")),
            _ if self.work.is_some() => Err("a field is being edited".into()),
            _ => Ok(()),
        };
        match command {
            Command::Grid => in_form(),
            Command::Back | Command::Open if self.grid.is_some() => Ok(()),
            _ if self.grid.is_some() => Err("the grid is open: it is for looking".into()),
            Command::NextPane | Command::PreviousPane | Command::Effect => Ok(()),
            Command::Back => match self.focus {
                Pane::List if self.filter.is_none() => Err("nothing is open".into()),
                _ => Ok(()),
            },
            Command::New if model.workspace.policy().specs.is_empty() => Err("there is no spec file".into()),
            Command::New => in_form(),
            Command::Delete => clause().and(in_form()).and_then(|()| self.can_delete(model)),
            Command::Duplicate | Command::Rename => clause().and(in_form()),
            Command::Fix if self.focus == Pane::Side => fixes::can_right(model, self.effect.selected().as_ref()),
            Command::Fix => clause().and(in_form()).and_then(|()| {
                let place = self.selected.as_ref().and_then(|key| commands::place(model, key));
                let has_some = place.is_some_and(|place| fixes::fixable(model, &place).next().is_some());
                has_some.then_some(()).ok_or("no problem of the clause has a known way out".into())
            }),
            Command::MoveUp | Command::MoveDown if self.filter.is_some() => Err("the list is filtered".into()),
            Command::MoveUp | Command::MoveDown => clause().and(in_form()),
            Command::Raw => match self.spec_file(model) {
                Some(_) => Ok(()),
                None => Err("there is no spec file".into()),
            },
            Command::SearchText if self.raw.has_keys() => Ok(()),
            Command::SearchText => Err("this is for the raw text".into()),
            Command::Filter if self.entries.is_empty() => Err("there is no clause".into()),
            Command::Filter => Ok(()),
            Command::ExternalEditor => self.place(model).map(|_| ()).ok_or("there is no spec file".into()),
            Command::Open | Command::Up | Command::Down | Command::PageUp | Command::PageDown => Ok(()),
            Command::First | Command::Last => Ok(()),
            Command::EditField => clause(),
            Command::AcceptText if self.raw.has_keys() => Err("no field is being edited".into()),
            Command::Accept | Command::AcceptText if self.work.is_some() || self.filtering => Ok(()),
            _ => Err("this screen has no such thing".into()),
        }
    }

    fn show(&mut self, target: &Target, model: &mut Model) -> bool {
        if matches!(target, Target::Clause(_) | Target::Place(_)) {
            self.grid = None;
        }
        match target {
            Target::Clause(id) => {
                // It may have been added a moment ago.
                self.entries = clauses::entries(model);
                let Some(entry) = self.entries.iter().find(|entry| *entry.key.id == **id) else { return false };
                let key = entry.key.clone();
                self.raw.leave(model);
                self.choose(key, model);
                true
            }
            Target::Place(place) => {
                let is_spec = model.workspace.policy().specs.iter().any(|spec| spec.file == place.file);
                if !is_spec {
                    return false;
                }
                self.entries = clauses::entries(model);
                match self.entry_at(place) {
                    Some(key) => {
                        self.raw.leave(model);
                        self.choose(key, model);
                        self.focus_route(&place.route, model);
                    }
                    None => self.raw.open_at(model, place),
                }
                self.focus = Pane::Main;
                true
            }
            Target::Category(_) | Target::Case { .. } | Target::Labeling(_) => false,
            Target::Version { .. } | Target::Cell(_) => false,
        }
    }

    fn selected(&self, _: &Model) -> Option<Target> {
        if let Some(grid) = &self.grid {
            return grid.selected().map(Target::Cell);
        }
        if self.focus == Pane::Side {
            return self.effect.selected();
        }
        let key = self.selected.as_ref().filter(|key| !key.id.is_empty())?;
        Some(Target::Clause(key.id.to_string()))
    }

    fn flush(&mut self, model: &mut Model) {
        self.raw.flush(model);
        if let Some(work) = &mut self.work {
            work.flush(model, &self.form);
        }
    }

    fn tend(&mut self, model: &mut Model) {
        if let Some(grid) = &mut self.grid {
            let sets = model.sets.as_ref().map(|sets| sets.gold()).unwrap_or_default();
            let head = model.workspace.policy().clone();
            grid.tend(model, grid::Wanted { base: None, head, sets });
        }
        if let Some(key) = self.selected.as_ref().filter(|key| !key.id.is_empty()) {
            rulings::look_behind(model, &key.id);
        }
    }

    fn render(&mut self, area: Rect, buf: &mut Buffer, model: &Model, theme: &Theme) -> Option<Position> {
        if self.theme.name != theme.name {
            self.theme = theme.clone();
            self.fill_form(model);
        }
        if let Some(grid) = &mut self.grid {
            grid.render(area, buf, theme, true);
            return None;
        }
        self.draw(area, buf, model)
    }
}

impl SpecScreen {
    /// The field that has the focus, while the form has the keys.
    fn part(&self) -> Option<Part> {
        if self.focus != Pane::Main || self.raw.has_keys() {
            return None;
        }
        self.focused_part().cloned()
    }

    fn focused_part(&self) -> Option<&Part> {
        let id = &self.form.focused()?.id;
        self.parts.iter().find(|(name, _)| name == id).map(|(_, part)| part)
    }

    fn fill_list(&mut self) {
        let words = self.filter.as_ref().map(|filter| filter.text().to_lowercase()).unwrap_or_default();
        let fits = |entry: &Entry| {
            let of = [&entry.key.id, &entry.title, &entry.level, &entry.then];
            words.split_whitespace().all(|word| of.iter().any(|text| text.to_lowercase().contains(word)))
        };
        self.shown = (0..self.entries.len()).filter(|at| fits(&self.entries[*at])).collect();
        let specs = self.entries.iter().map(|entry| &entry.key.file).collect::<std::collections::HashSet<_>>().len();
        let mut headings: Vec<(usize, String)> = Vec::new();
        let mut before: Option<(&str, &str)> = None;
        for (row, at) in self.shown.iter().enumerate() {
            let entry = &self.entries[*at];
            let section = (&*entry.key.file, &*entry.level);
            if before != Some(section) {
                let level = if entry.level.is_empty() { "no level" } else { &entry.level };
                let name = entry.key.file.rsplit('/').next().unwrap_or_default();
                let name = name.strip_suffix(".yaml").unwrap_or(name);
                headings.push((row, if specs > 1 { format!("{name} · {level}") } else { level.to_owned() }));
                before = Some(section);
            }
        }
        self.list.set_sections(self.shown.len(), headings);
        // By id, wherever it stands now; else whatever took its place.
        let same = |key: &ClauseKey| {
            let is_it = |entry: &&usize| {
                let other = &self.entries[**entry].key;
                other.file == key.file && other.id == key.id && (!key.id.is_empty() || other.index == key.index)
            };
            let here =
                self.shown.iter().filter(is_it).min_by_key(|at| self.entries[**at].key.index.abs_diff(key.index));
            here.copied()
        };
        let at = self.selected.as_ref().and_then(same);
        if let Some(row) = at.and_then(|at| self.shown.iter().position(|shown| *shown == at)) {
            self.list.select(row);
        }
        let chosen = self.list.selected().and_then(|row| self.shown.get(row));
        self.selected = chosen.map(|at| self.entries[*at].key.clone());
    }

    fn fill_form(&mut self, model: &Model) {
        let fields = self.selected.as_ref().map(|key| fields::fields(model, &self.theme, key)).unwrap_or_default();
        self.parts = fields.iter().map(|(part, field)| (field.id.clone(), part.clone())).collect();
        self.form.set(fields.into_iter().map(|(_, field)| field).collect());
        if self.work.is_some() && self.form.edited().is_none() {
            // The field is gone, and with it what was written in it.
            self.work = None;
        }
    }

    /// Takes over what the list has selected.
    fn select_row(&mut self, model: &Model) {
        let at = self.list.selected().and_then(|row| self.shown.get(row));
        if let Some(key) = at.map(|at| self.entries[*at].key.clone()) {
            self.choose(key, model);
        }
    }

    fn choose(&mut self, key: ClauseKey, model: &Model) {
        if self.selected.as_ref() != Some(&key) {
            self.form = Form::default();
            self.work = None;
        }
        self.selected = Some(key.clone());
        self.fill_list();
        if self.selected.as_ref() != Some(&key) {
            // The filter hides it.
            self.filter = None;
            self.filtering = false;
            self.selected = Some(key);
            self.fill_list();
        }
        self.fill_form(model);
    }

    /// Where the selected field stands in its document.
    fn place(&self, model: &Model) -> Option<Place> {
        if self.raw.has_keys() {
            return self.raw.place(model);
        }
        match self.selected.as_ref().and_then(|key| Some((key, key.find(&model.workspace)?))) {
            Some((key, (document, route))) => {
                let route = match (self.focus, self.focused_part()) {
                    (Pane::Main, Some(part)) => within(&route, &part.route()),
                    _ => route,
                };
                Some(document.key_place(&key.file, &route))
            }
            None => self.spec_file(model).map(Place::file),
        }
    }

    fn spec_file(&self, model: &Model) -> Option<std::sync::Arc<str>> {
        let files = model.workspace.policy().specs.iter().map(|spec| spec.file.clone());
        let files = self.selected.iter().map(|key| key.file.clone()).chain(files);
        files.into_iter().find(|file| model.workspace.document(file).is_some())
    }

    fn focus_route(&mut self, route: &Route, model: &Model) {
        let Some((_, clause)) = self.selected.as_ref().and_then(|key| key.find(&model.workspace)) else { return };
        let route = below(route, &clause);
        let fits = |part: &&(String, Part)| {
            let own = part.1.route();
            !own.is_root() && route.starts_with(&own)
        };
        let best = self.parts.iter().rev().filter(fits).max_by_key(|(_, part)| part.route().0.len());
        if let Some((id, _)) = best {
            self.form.focus(id);
        }
    }

    fn toggle_raw(&mut self, model: &mut Model) {
        if self.raw.has_keys() {
            return self.close_raw(model);
        }
        self.end_work(model);
        if let Some(place) = self.place(model) {
            self.raw.open(model, &place.file, &place.route);
            self.focus = Pane::Main;
        }
    }

    /// Leaves the raw text; the form then shows what the cursor stood in.
    fn close_raw(&mut self, model: &mut Model) {
        let Some(place) = self.raw.close(model) else { return };
        self.entries = clauses::entries(model);
        match self.entry_at(&place) {
            Some(key) => {
                self.choose(key, model);
                self.focus_route(&place.route, model);
            }
            None => {
                self.fill_list();
                self.fill_form(model);
            }
        }
    }

    /// The clause at a place.
    fn entry_at(&self, place: &Place) -> Option<ClauseKey> {
        let index = clauses::index_of(&place.route)?;
        let is_it = |key: &&ClauseKey| key.file == place.file && key.index == index;
        self.entries.iter().map(|entry| &entry.key).find(is_it).cloned()
    }

    fn back(&mut self, model: &mut Model) {
        match self.focus {
            Pane::Main if self.raw.has_keys() => self.close_raw(model),
            Pane::Main | Pane::Side => {
                self.end_work(model);
                self.focus = Pane::List;
            }
            Pane::List => {
                self.filter = None;
                self.fill_list();
                self.fill_form(model);
            }
        }
    }

    fn handle_filter(&mut self, event: &Event, model: &mut Model) -> bool {
        let command = match event {
            Event::Key(key) => crate::tui::command::find(&[Context::Input], *key),
            _ => None,
        };
        match command {
            Some(Command::Accept) => self.filtering = false,
            Some(Command::Back) => {
                self.filtering = false;
                self.filter = None;
                self.fill_list();
                self.fill_form(model);
            }
            _ => {
                let outcome = self.filter.as_mut().and_then(|filter| filter.handle(event));
                if outcome.is_none() {
                    // Up and down still walk the list.
                    let walked = matches!(event, Event::Key(key) if key.typed().is_none());
                    let moved = walked.then(|| self.list.handle(event)).flatten();
                    if moved == Some(Outcome::Moved) {
                        self.select_row(model);
                    }
                    return moved.is_some();
                }
                if outcome == Some(Outcome::Changed) {
                    self.fill_list();
                    self.select_row(model);
                }
            }
        }
        true
    }

    fn focus_at(&mut self, mouse: &crate::tui::event::Mouse, model: &mut Model) {
        if mouse.kind != crate::tui::event::MouseKind::Press {
            return;
        }
        if mouse.is_in(self.panes.list) {
            self.end_work(model);
            self.raw.leave(model);
            self.focus = Pane::List;
        } else if mouse.is_in(self.panes.extra) && !self.raw.has_keys() {
            self.end_work(model);
            self.raw.take_keys();
            self.focus = Pane::Main;
        } else if mouse.is_in(self.panes.side) || mouse.is_in(self.panes.strip) {
            self.end_work(model);
            self.focus = Pane::Side;
        } else if mouse.is_in(self.panes.main) {
            if self.raw.is_used_beside_form() {
                self.close_raw(model);
            }
            self.focus = Pane::Main;
        }
    }

    fn can_delete(&self, model: &Model) -> Result<(), Reason> {
        match self.part() {
            Some(Part::Then) => Err("a clause needs a `then`".into()),
            Some(Part::AddTest | Part::Gone(..) | Part::Problem(_) | Part::Behind) => {
                Err("there is nothing to delete here".into())
            }
            Some(part) => {
                let found = self.selected.as_ref().and_then(|key| key.find(&model.workspace));
                let stands = found.is_some_and(|(document, route)| {
                    document.node(&within(&route, &part.route())).is_some_and(|node: &Node| !node.is_null())
                });
                stands.then_some(()).ok_or("the field is empty".into())
            }
            None => Ok(()),
        }
    }

    /// Of the list: the clause. Of the form: what the field holds.
    fn delete(&mut self, model: &mut Model, key: &ClauseKey) {
        match self.part() {
            None | Some(Part::Id) => commands::delete(model, key),
            Some(Part::Test(at) | Part::Group(at)) => build::remove(model, key, &at),
            Some(part) => {
                let at = part.route();
                if !at.is_root() {
                    edit::edit(model, key, format!("delete {at} of {}", key.name()), |_, route| {
                        vec![crate::document::Edit::RemoveKey { at: within(route, &at) }]
                    });
                }
            }
        }
    }
}
