//! The harm categories: their tree, the form of one of them, where it is used, and what an edit does.

mod actions;
mod fields;
mod rows;
#[cfg(test)]
mod tests;

use super::Screen;
use crate::policy::Policy;
use crate::policy::place::{Place, Step};
use crate::policy::problem::Problem;
use crate::policy::taxonomy::{Category, CategoryIx};
use crate::tui::command::{Command, Context, Reason, find};
use crate::tui::components::Outcome;
use crate::tui::components::form::Form;
use crate::tui::components::header::header;
use crate::tui::components::input::Input;
use crate::tui::components::message::Severity;
use crate::tui::components::tree::Tree;
use crate::tui::effect::EffectPane;
use crate::tui::event::{Event, MouseKind};
use crate::tui::layout::{self, Pane, Panes, Wanted};
use crate::tui::model::{Ask, Model, Target};
use crate::tui::raw::RawPane;
use crate::tui::rulings;
use crate::tui::text;
use crate::tui::theme::{Role, Theme};
use crate::workspace::categories::{CaseCounts, CategoryError, Field, Operation, Tally, set, written};
use crate::workspace::compare::Side;
use fields::Part;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::text::{Line, Span};
use rows::{Entry, Rows};
use std::sync::Arc;

/// The Taxonomy screen.
#[derive(Default)]
pub struct TaxonomyScreen {
    tree: Tree,
    rows: Rows,
    /// What the tree is narrowed down by; the field is open while `filtering`.
    filter: Input,
    filtering: bool,
    form: Form,
    parts: Vec<Part>,
    /// The category that the form shows.
    shown: Option<Arc<str>>,
    /// The field to go to once the form is filled.
    wanted: Option<String>,
    /// The form must be filled anew before it is drawn, or in another theme than this one.
    stale: bool,
    theme: Theme,
    focus: Pane,
    raw: RawPane,
    effect: EffectPane,
    hides_effect: bool,
    tallies: Vec<Arc<Tally>>,
    counts: CaseCounts,
    seen: Seen,
    panes: Panes,
}

/// What the rows were made from.
#[derive(Default)]
struct Seen {
    policy: Option<Arc<Policy>>,
    problems: Option<Arc<Vec<Problem>>>,
    base: Option<Arc<Side>>,
    sets: bool,
    filter: String,
}

impl TaxonomyScreen {
    /// The category that is selected in the tree.
    fn category<'m>(&self, model: &'m Model) -> Option<(CategoryIx, &'m Category)> {
        let taxonomy = &model.workspace.policy().taxonomy;
        match self.rows.entries.get(self.tree.selected()?)? {
            Entry::Category(ix) if usize::from(ix.0) < taxonomy.len() => Some((*ix, taxonomy.get(*ix))),
            _ => None,
        }
    }

    fn id(&self, model: &Model) -> Option<Arc<str>> {
        self.category(model).map(|(_, category)| category.id.clone())
    }

    /// The file of what is selected.
    fn file(&self, model: &Model) -> Option<Arc<str>> {
        match self.rows.entries.get(self.tree.selected()?)? {
            Entry::Taxonomy(file) => Some(file.clone()),
            Entry::Category(_) => self.category(model).map(|(_, category)| category.place.file.clone()),
        }
    }

    fn part(&self) -> Option<&Part> {
        let at = self.form.focused_at()?;
        self.parts.get(at)
    }

    /// Where the selected category stands in its document, or the field of it that has the focus.
    fn place(&self, model: &Model) -> Option<Place> {
        if self.raw.has_keys() {
            return self.raw.place(model);
        }
        let Some((_, category)) = self.category(model) else { return self.file(model).map(Place::file) };
        let document = model.workspace.document(&category.place.file)?;
        let field = self.form.focused().filter(|_| self.focus == Pane::Main).map(|field| field.id.as_str());
        let mut route = category.place.route.clone();
        for word in field.unwrap_or_default().splitn(2, ' ') {
            let next = match word.parse::<usize>() {
                Ok(at) => route.then(at),
                Err(_) => route.then(word),
            };
            if document.node(&next).is_none() {
                break;
            }
            route = next;
        }
        Some(document.key_place(&category.place.file, &route))
    }

    fn open_raw(&mut self, model: &Model, place: &Place) {
        self.raw.open_at(model, place);
        if self.raw.has_keys() {
            self.focus = Pane::Main;
        }
    }

    fn toggle_raw(&mut self, model: &mut Model) {
        if self.raw.has_keys() {
            return self.close_raw(model);
        }
        if let Some(place) = self.place(model) {
            self.open_raw(model, &Place { position: None, ..place });
        }
    }

    /// Leaves the raw text; the form then shows what the cursor stood in.
    fn close_raw(&mut self, model: &mut Model) {
        if let Some(place) = self.raw.close(model) {
            self.show_place(&place, model);
        }
    }

    /// Selects the category at a place, and its field.
    fn show_place(&mut self, place: &Place, model: &Model) -> bool {
        let Some(ix) = rows::category_at(model, place) else { return false };
        let category = model.workspace.policy().taxonomy.get(ix).clone();
        self.choose(&category.id, model);
        self.focus = Pane::Main;
        let steps = place.route.0.iter().skip(category.place.route.0.len()).take(2);
        let words: Vec<String> = steps
            .map(|step| match step {
                Step::Key(key) => key.to_string(),
                Step::Item(at) => at.to_string(),
            })
            .collect();
        // Only some keys have a field for each of their values.
        let several = matches!(words.first().map(String::as_str), Some("severity" | "mappings" | "deconflict"));
        self.wanted = Some(words.into_iter().take(if several { 2 } else { 1 }).collect::<Vec<_>>().join(" "));
        true
    }

    /// Selects a category, wherever it is hidden.
    fn choose(&mut self, id: &str, model: &Model) {
        self.filter.set_text("");
        self.filtering = false;
        self.narrow(model);
        self.tree.select_key(&rows::key_of(id));
        self.stale = true;
    }

    fn is_editing(&self) -> bool {
        self.form.edited().is_some()
    }

    fn narrow(&mut self, model: &Model) {
        self.seen.policy = None;
        self.refresh(model);
    }

    /// Fills the form with the selected category.
    fn fill(&mut self, model: &Model, theme: &Theme) {
        let selected = self.category(model).map(|(ix, category)| (ix, category.id.clone()));
        let id = selected.as_ref().map(|(_, id)| id.clone());
        if self.shown != id {
            self.form = Form::default();
            self.shown = id;
        }
        let counts = model.sets.is_some().then_some(&self.counts);
        let filled = selected.map(|(ix, _)| fields::fields(model, theme, ix, counts)).unwrap_or_default();
        let (parts, fields) = filled.into_iter().unzip();
        self.parts = parts;
        self.form.set(fields);
        if let Some(wanted) = self.wanted.take() {
            self.form.focus(&wanted);
        }
        self.stale = false;
        self.theme = theme.clone();
    }

    /// Enter on a field of the form.
    fn open_field(&mut self, model: &mut Model) {
        let (Some(part), Some((ix, category))) = (self.part().cloned(), self.category(model)) else { return };
        let id = category.id.clone();
        match part {
            Part::Text(field) => {
                let lines = matches!(field, Field::Definition | Field::Includes | Field::Excludes | Field::Severity(_));
                let text = written(category, &field);
                self.form.edit(&text, lines);
            }
            Part::Deconflict(at) => actions::change_deconflict(model, &id, at),
            Part::AddDeconflict => actions::add_deconflict(model, &id),
            Part::AddMapping => actions::add_mapping(model, &id),
            Part::Deprecated => actions::change_deprecated(model, &id),
            Part::Clause(id) => model.ask(Ask::GoTo(Target::Clause(id.to_string()))),
            Part::Category(id) => model.ask(Ask::GoTo(Target::Category(id.to_string()))),
            Part::Cases(set) => actions::choose_case(model, ix, &set),
            Part::Other => model.say(Severity::Hint, "The form does not know this key; it is kept as it is."),
            Part::Behind => rulings::list_shaping(model, &id, &self.theme),
            Part::Words => {}
        }
    }

    /// Takes what was written in a field. Where that is refused the field stays open, so that nothing written is lost.
    fn accept_field(&mut self, model: &mut Model) {
        let (Some(Part::Text(field)), Some(id)) = (self.part().cloned(), self.shown.clone()) else {
            self.form.end_edit();
            return;
        };
        let Some(text) = self.form.end_edit() else { return };
        let operation = set(model.workspace.version(), &id, &field, &text);
        if !carry_out(model, operation) {
            let lines = text.contains('\n') || matches!(field, Field::Definition | Field::Severity(_));
            self.form.edit(&text, lines);
        }
    }

    fn handle_form(&mut self, event: &Event, model: &mut Model) -> bool {
        match self.form.handle(event) {
            Some(Outcome::Opened) => self.open_field(model),
            Some(Outcome::Accepted) => self.accept_field(model),
            Some(Outcome::Cancelled) => {
                self.form.end_edit();
            }
            Some(_) => {}
            None => return false,
        }
        true
    }

    fn handle_main(&mut self, event: &Event, model: &mut Model) -> bool {
        if self.raw.has_keys() { self.raw.handle(event, model) } else { self.handle_form(event, model) }
    }

    fn handle_tree(&mut self, event: &Event) -> bool {
        match self.tree.handle(event) {
            Some(Outcome::Opened) => self.focus = Pane::Main,
            Some(Outcome::Moved) => self.stale = true,
            Some(_) => {}
            None => return false,
        }
        true
    }

    fn handle_filter(&mut self, event: &Event, model: &mut Model) -> bool {
        let command = match event {
            Event::Key(key) => find(&[Context::Input], *key),
            _ => None,
        };
        match command {
            Some(Command::Accept) => self.filtering = false,
            Some(Command::Back) => {
                self.filtering = false;
                self.filter.set_text("");
                self.narrow(model);
            }
            _ => match self.filter.handle(event) {
                Some(Outcome::Changed) => self.narrow(model),
                Some(_) => {}
                None => return self.handle_tree(event),
            },
        }
        true
    }

    /// Gives the mouse to the pane it points into, and a press the focus.
    fn handle_mouse(&mut self, event: &Event, model: &mut Model) -> bool {
        let Event::Mouse(mouse) = event else { return false };
        let Panes { list, main, side, extra, strip } = self.panes;
        let areas =
            [(list, Pane::List), (main, Pane::Main), (extra, Pane::Main), (side, Pane::Side), (strip, Pane::Side)];
        let Some((area, pane)) = areas.into_iter().find(|(area, _)| mouse.is_in(*area)) else { return false };
        if self.is_editing() && area != main {
            return true;
        }
        if mouse.kind == MouseKind::Press {
            match (area == extra && !extra.is_empty(), self.raw.is_used_beside_form()) {
                (true, _) => self.raw.take_keys(),
                (false, true) => self.close_raw(model),
                (false, false) if pane != Pane::Main => self.raw.leave(model),
                (false, false) => {}
            }
            self.focus = pane;
        } else if area == extra || (area == main && self.raw.is_used_beside_form()) {
            return area == extra && self.raw.handle(event, model);
        }
        match pane {
            Pane::List => self.handle_tree(event),
            Pane::Main => self.handle_main(event, model),
            Pane::Side => self.effect.handle(event, model),
        }
    }

    fn render_list(&mut self, area: Rect, buf: &mut Buffer, model: &Model, theme: &Theme) {
        if area.is_empty() {
            return;
        }
        let taxonomy = &model.workspace.policy().taxonomy;
        let focused = self.focus == Pane::List;
        let count = match self.filter.is_empty() {
            true => taxonomy.len().to_string(),
            false => {
                let shown = self.rows.entries.iter().filter(|entry| matches!(entry, Entry::Category(_))).count();
                format!("{shown} of {}", taxonomy.len())
            }
        };
        header(area, buf, theme, focused, "CATEGORIES", theme.line(Role::Dim, count));
        let mut rest = Rect { y: area.y + 1, height: area.height - 1, ..area };
        if (self.filtering || !self.filter.is_empty()) && rest.height > 1 {
            let used = text::put(buf, (rest.x, rest.y), rest.width, " / ", theme.style(Role::Key));
            let field = Rect { x: rest.x + used, width: rest.width.saturating_sub(used), height: 1, ..rest };
            self.filter.render(field, buf, theme, self.filtering);
            rest = Rect { y: rest.y + 1, height: rest.height - 1, ..rest };
        }
        let inner = Rect { x: rest.x + 1.min(rest.width), width: rest.width.saturating_sub(2), ..rest };
        if self.rows.entries.is_empty() {
            let words = if taxonomy.is_empty() { "no category yet" } else { "nothing fits" };
            text::put(
                buf,
                (inner.x, rest.y),
                if rest.is_empty() { 0 } else { inner.width },
                words,
                theme.style(Role::Dim),
            );
            rest.height = 0;
        }
        let focused = focused && !self.filtering;
        let (rows, counts) = (&self.rows, &self.counts);
        self.tree.render(rest, buf, theme, focused, |at, columns| rows.row(at, columns, model, counts, theme));
    }

    fn render_main(&mut self, area: Rect, buf: &mut Buffer, model: &Model, theme: &Theme) {
        if area.is_empty() || self.raw.hides_form() {
            return;
        }
        let Some((ix, category)) = self.category(model) else {
            return self.render_nothing(area, buf, model, theme);
        };
        let taxonomy = &model.workspace.policy().taxonomy;
        let mut above: Vec<String> = taxonomy.ancestors(ix).skip(1).map(|ix| taxonomy.get(ix).id.to_string()).collect();
        above.reverse();
        let mut right = Line::default();
        if model.base.side().is_some() && rows::in_base(model, category).is_none() {
            right.push_span(theme.span(Role::Add, "new  "));
        }
        right.push_span(theme.span(Role::Dim, above.join(" › ")));
        let focused = self.focus == Pane::Main && !self.raw.has_keys();
        header(area, buf, theme, focused, &category.id.clone(), right);
        let rest = Rect { y: area.y + 1, height: area.height - 1, ..area };
        self.form.render(rest, buf, theme, focused);
    }

    /// What to do where there is no category, or a taxonomy itself is selected.
    fn render_nothing(&self, area: Rect, buf: &mut Buffer, model: &Model, theme: &Theme) {
        let key = |command: Command| command.key(&[Context::Taxonomy]).map(|key| key.short()).unwrap_or_default();
        let taxonomy = &model.workspace.policy().taxonomy;
        let mut lines: Vec<Line<'static>> = Vec::new();
        match self.file(model) {
            Some(file) => {
                let n = taxonomy.iter().filter(|(_, category)| category.place.file == file).count();
                lines.push(theme.line(Role::Title, rows::taxonomy_name(model, &file)));
                lines.push(theme.line(Role::Dim, file.to_string()));
                lines.push(Line::default());
                lines.push(Line::from(match n {
                    1 => "1 category".to_owned(),
                    n => format!("{n} categories"),
                }));
            }
            None if taxonomy.is_empty() => {
                lines.push(theme.line(Role::Title, "No harm category yet"));
                lines.push(Line::default());
                lines.push(Line::from(
                    "A taxonomy is a tree of harm categories. Clauses test them, and gold cases carry them as labels.",
                ));
                lines.push(Line::default());
                lines.push(Line::from(vec![
                    Span::raw("Press "),
                    theme.span(Role::Key, key(Command::New)),
                    Span::raw(" to write the first one."),
                ]));
            }
            None => lines.push(theme.line(Role::Dim, "nothing is selected")),
        }
        let columns = area.width.saturating_sub(2);
        let wrapped = lines.iter().flat_map(|line| text::wrap_spans(line, usize::from(columns).max(1)));
        for (n, line) in (0..area.height).zip(wrapped.collect::<Vec<_>>()) {
            text::put_line(buf, (area.x + 1, area.y + n), columns, &line);
        }
    }
}

impl Screen for TaxonomyScreen {
    fn contexts(&self) -> Vec<Context> {
        let mut contexts = match self.focus {
            _ if self.filtering => vec![Context::Input],
            Pane::List => vec![Context::Tree],
            Pane::Main => self.raw.contexts().unwrap_or(self.form.contexts()).to_vec(),
            Pane::Side => EffectPane::CONTEXTS.to_vec(),
        };
        contexts.push(Context::Taxonomy);
        contexts
    }

    fn refresh(&mut self, model: &Model) {
        self.effect.refresh(model);
        self.stale = true;
        self.raw.refresh(model);
        let gold = model.sets.as_deref().map(|sets| sets.gold()).unwrap_or_default();
        let same_gold =
            gold.len() == self.tallies.len() && gold.iter().zip(&self.tallies).all(|(gold, tally)| tally.is_of(gold));
        if !same_gold {
            let known = std::mem::take(&mut self.tallies);
            let tally = |gold: &Arc<_>| {
                let kept = known.iter().find(|tally| tally.is_of(gold)).cloned();
                kept.unwrap_or_else(|| Arc::new(Tally::of(gold)))
            };
            self.tallies = gold.iter().map(tally).collect();
        }
        let policy = model.workspace.policy();
        let same_policy = self.seen.policy.as_ref().is_some_and(|seen| Arc::ptr_eq(seen, policy));
        let same_problems = self.seen.problems.as_ref().is_some_and(|seen| Arc::ptr_eq(seen, &model.problems));
        let same_base = match (&self.seen.base, model.base.side()) {
            (Some(seen), Some(now)) => Arc::ptr_eq(seen, now),
            (None, None) => true,
            _ => false,
        };
        if !same_gold || !same_policy || self.seen.sets != model.sets.is_some() {
            self.counts = CaseCounts::new(&self.tallies, policy);
        }
        let filter = self.filter.text();
        if !same_policy || !same_problems || !same_base || self.seen.filter != filter {
            self.rows = Rows::new(model, &filter);
            self.tree.set(self.rows.nodes.clone());
        }
        self.seen = Seen {
            policy: Some(policy.clone()),
            problems: Some(model.problems.clone()),
            base: model.base.side().cloned(),
            sets: model.sets.is_some(),
            filter,
        };
    }

    fn handle(&mut self, event: &Event, model: &mut Model) -> bool {
        if matches!(event, Event::Mouse(_)) {
            return self.handle_mouse(event, model);
        }
        if self.filtering {
            return self.handle_filter(event, model);
        }
        match self.focus {
            Pane::List => self.handle_tree(event),
            Pane::Main => self.handle_main(event, model),
            Pane::Side => self.effect.handle(event, model),
        }
    }

    fn run(&mut self, command: Command, model: &mut Model) -> bool {
        let id = self.id(model);
        match (command, id) {
            (Command::NextPane, _) => self.focus = self.focus.step(true, self.hides_effect),
            (Command::PreviousPane, _) => self.focus = self.focus.step(false, self.hides_effect),
            (Command::Raw, _) => self.toggle_raw(model),
            (Command::SearchText, _) => self.raw.search(model),
            (Command::Back, _) if self.raw.has_keys() && self.focus == Pane::Main => self.close_raw(model),
            (Command::Back, _) if self.focus != Pane::List => self.focus = Pane::List,
            (Command::Back, _) => {
                self.filter.set_text("");
                self.narrow(model);
            }
            (Command::Filter, _) => {
                self.focus = Pane::List;
                self.filtering = true;
            }
            (Command::Effect, _) => self.panes.toggle_side(&mut self.focus, &mut self.hides_effect),
            (Command::New, None) => actions::add_first(model, self.file(model)),
            (Command::New, Some(id)) => actions::add_after(model, &id),
            (Command::NewChild, Some(id)) => actions::add_under(model, &id),
            (Command::Delete, Some(id)) => match (self.focus, self.part().cloned()) {
                (Pane::Main, Some(Part::Deconflict(at))) => actions::remove_deconflict(model, &id, at),
                (Pane::Main, Some(Part::Text(field))) => {
                    let operation = set(model.workspace.version(), &id, &field, "");
                    carry_out(model, operation);
                }
                _ => actions::delete(model, &id, &self.counts),
            },
            (Command::Duplicate, Some(id)) => actions::duplicate(model, &id),
            (Command::MoveDown | Command::MoveUp, Some(id)) => {
                actions::move_among_siblings(model, &id, command == Command::MoveDown);
            }
            (Command::MoveTo, Some(id)) => actions::move_to(model, &id),
            (Command::Rename, Some(id)) => actions::rename(model, &id),
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
        let in_raw = self.raw.has_keys() && self.focus == Pane::Main;
        let in_form = || if in_raw { Err(Reason::from("this is the raw text")) } else { Ok(()) };
        let category = || match self.category(model) {
            Some(_) => in_form(),
            None => Err(Reason::from("no category is selected")),
        };
        match command {
            Command::NextPane | Command::PreviousPane | Command::Effect => Ok(()),
            Command::New => in_form(),
            Command::Raw => match self.file(model) {
                Some(_) => Ok(()),
                None if self.raw.has_keys() => Ok(()),
                None => Err("there is no taxonomy yet".into()),
            },
            Command::SearchText if in_raw => Ok(()),
            Command::SearchText => Err("this is for the raw text".into()),
            Command::MoveUp | Command::MoveDown if !self.filter.is_empty() => Err("the tree is filtered".into()),
            Command::Open | Command::NewChild | Command::Duplicate | Command::MoveTo | Command::Rename => category(),
            Command::MoveUp | Command::MoveDown => category(),
            Command::Delete if self.focus == Pane::Main && !in_raw => match self.part() {
                Some(Part::Text(_) | Part::Deconflict(_)) => Ok(()),
                _ => Err("to delete the category, go to the tree first".into()),
            },
            Command::Delete => category(),
            Command::EditField => self.part().map(drop).ok_or_else(|| "there is no field".into()),
            Command::Filter | Command::Toggle | Command::Expand | Command::Collapse => Ok(()),
            Command::ExpandAll | Command::CollapseAll => Ok(()),
            Command::AcceptText if !self.is_editing() => Err("no field is being edited".into()),
            Command::Accept | Command::AcceptText => Ok(()),
            Command::Back if self.filtering || self.is_editing() => Ok(()),
            Command::Back if self.focus != Pane::List || !self.filter.is_empty() => Ok(()),
            Command::Back => Err("there is nothing to go back from".into()),
            Command::ExternalEditor => match self.file(model) {
                None => Err("there is no taxonomy yet".into()),
                Some(file) if model.workspace.unsaved_files().contains(&file) => {
                    Err("the file has unsaved edits; save it first".into())
                }
                Some(_) => Ok(()),
            },
            _ => Err("not on this screen".into()),
        }
    }

    fn show(&mut self, target: &Target, model: &mut Model) -> bool {
        match target {
            Target::Category(id) => {
                let taxonomy = &model.workspace.policy().taxonomy;
                let Some(id) = taxonomy.find(id).map(|ix| taxonomy.get(ix).id.clone()) else { return false };
                self.raw.leave(model);
                self.choose(&id, model);
                self.focus = Pane::List;
                true
            }
            Target::Place(place) if model.workspace.version().taxonomies.contains(&place.file) => {
                self.raw.leave(model);
                if !self.show_place(place, model) {
                    self.open_raw(model, place);
                }
                true
            }
            _ => false,
        }
    }

    fn flush(&mut self, model: &mut Model) {
        self.raw.flush(model);
    }

    fn selected(&self, model: &Model) -> Option<Target> {
        match self.focus {
            Pane::Side => self.effect.selected(),
            _ => self.id(model).map(|id| Target::Category(id.to_string())),
        }
    }

    fn tend(&mut self, model: &mut Model) {
        if let Some(id) = self.id(model) {
            rulings::look_behind(model, &id);
        }
    }

    fn render(&mut self, area: Rect, buf: &mut Buffer, model: &Model, theme: &Theme) -> Option<Position> {
        if self.stale || self.theme.name != theme.name {
            self.fill(model, theme);
        }
        let wanted = Wanted { side: !self.hides_effect, extra: true, focus: self.focus };
        self.panes = layout::panes(area, wanted, buf, theme);
        let panes = self.panes;
        let mut raw = std::mem::take(&mut self.raw);
        raw.follow(&panes, model, || self.place(model));
        self.raw = raw;
        self.render_list(panes.list, buf, model, theme);
        self.render_main(panes.main, buf, model, theme);
        let cursor = self.raw.render(&panes, buf, theme, Context::Taxonomy, self.focus == Pane::Main);
        self.effect.render(panes.side, buf, model, theme, self.focus == Pane::Side);
        if !panes.strip.is_empty() {
            let strip = EffectPane::strip(model, theme);
            text::put_line(buf, (panes.strip.x + 1, panes.strip.y), panes.strip.width.saturating_sub(2), &strip);
        }
        cursor
    }
}

/// Makes an operation and says what it touched; whether it was made.
fn carry_out(model: &mut Model, operation: Result<Operation, CategoryError>) -> bool {
    match operation {
        Ok(operation) if operation.edits.is_empty() => true,
        Ok(operation) => {
            let done = model.edit(operation.label, &operation.edits);
            if done && !operation.said.is_empty() {
                model.say(Severity::Hint, operation.said);
            }
            done
        }
        Err(error) => {
            model.say(Severity::Error, format!("{error}."));
            false
        }
    }
}
