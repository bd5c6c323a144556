//! The grid on the screen: categories down, severity and a facet across, what is done in each cell.
//!
//! A behavior is its letter, and its colour says how restrictive it is. `±` stands where not everything in a cell is decided
//! alike: then the letter is that of the most restrictive. Where two versions are side by side, what changed stands in
//! brackets, before and after.

mod legend;

use super::beside::finish;
use super::command::{Command, Context, find};
use super::components::Outcome;
use super::components::list::{ground_row, select_row};
use super::components::message::Severity;
use super::components::picker::{Choice, Picker};
use super::components::scroll::Window;
use super::event::Event;
use super::model::{Ask, Model, Target};
use super::popup::Popup;
use super::text;
use super::theme::{Role, Theme};
use super::time;
use crate::analyze::space::{Across, CellName, Column, Grid, Points, Row, TooLarge, share, situations, thousands};
use crate::decide::{GoldSet, Situation};
use crate::policy::Policy;
use crate::policy::facet::FacetIx;
use crate::policy::taxonomy::CategoryIx;
use crate::report::figure::{count, percent};
use crate::report::matrix::letters;
use legend::Legend;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use std::collections::HashSet;
use std::sync::Arc;

/// Situations in which cases lie, and each case as the position of its set and row.
type Lying = (Vec<Situation>, Vec<(usize, usize)>);

/// The grid of one version, or of two, with the gold cases that lie in it.
pub struct Gridded {
    base: Option<Arc<Policy>>,
    head: Arc<Policy>,
    sets: Vec<Arc<GoldSet>>,
    /// `None` where the space is too large to be known exactly.
    grid: Option<Grid>,
    /// By situation: where its cases lie, and each as position of its set and row.
    lying: Vec<Lying>,
}

/// Which versions are to be seen.
#[derive(Clone)]
pub struct Wanted {
    pub base: Option<Arc<Policy>>,
    pub head: Arc<Policy>,
    pub sets: Vec<Arc<GoldSet>>,
}

impl Gridded {
    pub fn is(&self, wanted: &Wanted) -> bool {
        let same_base = match (&self.base, &wanted.base) {
            (Some(a), Some(b)) => Arc::ptr_eq(a, b),
            (None, None) => true,
            _ => false,
        };
        let same_sets =
            self.sets.len() == wanted.sets.len() && self.sets.iter().zip(&wanted.sets).all(|(a, b)| Arc::ptr_eq(a, b));
        same_base && Arc::ptr_eq(&self.head, &wanted.head) && same_sets
    }

    fn make(wanted: Wanted) -> Gridded {
        let Wanted { base, head, sets } = wanted;
        let grid: Result<Grid, TooLarge> = Grid::of(base.as_deref(), &head);
        let grid = grid.ok();
        let mut lying = Vec::new();
        if let Some(grid) = &grid {
            for (at, gold) in sets.iter().enumerate() {
                let mut rows: Vec<Vec<(usize, usize)>> = vec![Vec::new(); gold.situations()];
                for row in (0..gold.len()).filter(|&row| gold.standing(row).is_labeled()) {
                    rows[gold.situation(row) as usize].push((at, row));
                }
                let used = rows.into_iter().enumerate().filter(|(_, rows)| !rows.is_empty());
                lying.extend(used.map(|(situation, rows)| (situations(grid.space(), gold, situation as u32), rows)));
            }
        }
        Gridded { base, head, sets, grid, lying }
    }

    fn policy(&self, side: usize) -> &Policy {
        match (&self.base, side) {
            (Some(base), 0) => base,
            _ => &self.head,
        }
    }

    fn cases(&self, row: Row, column: Column) -> Vec<(String, String)> {
        let Some(grid) = &self.grid else { return Vec::new() };
        let here = self.lying.iter().filter(|(points, _)| points.iter().any(|point| grid.holds(row, column, point)));
        let mut cases: Vec<(usize, usize)> = here.flat_map(|(_, cases)| cases.iter().copied()).collect();
        cases.sort_unstable();
        let named =
            |(set, row): (usize, usize)| (self.sets[set].set().to_string(), self.sets[set].id(row).into_owned());
        cases.into_iter().map(named).collect()
    }
}

/// Has the grid of these versions made beside the screen, into the model.
pub fn ask(model: &mut Model, wanted: Wanted) {
    model.work("grid", "drawing the grid", move |_| {
        let made = Ok(Arc::new(Gridded::make(wanted)));
        finish(made, |model, grid| model.grid = Some(grid))
    });
}

/// One row of the tree of categories.
#[derive(Debug, Clone)]
struct TreeLine {
    category: Option<CategoryIx>,
    name: String,
    depth: usize,
    has_below: bool,
}

/// What is selected, folded and scrolled to.
#[derive(Default)]
pub struct GridView {
    shown: Option<Arc<Gridded>>,
    /// Which versions were asked for last.
    asked: Option<Wanted>,
    lines: Vec<TreeLine>,
    folded: HashSet<String>,
    /// Lines that no folded one hides.
    open: Vec<usize>,
    window: Window,
    facet: Option<FacetIx>,
    columns: Vec<Column>,
    column: usize,
    first_column: usize,
    letters: Vec<char>,
}

impl GridView {
    pub const CONTEXTS: [Context; 1] = [Context::Grid];

    /// Asks for the grid of these versions, once; takes it over when it is there.
    pub fn tend(&mut self, model: &mut Model, wanted: Wanted) {
        let known = model.grid.as_ref().is_some_and(|grid| grid.is(&wanted));
        let asked = self.asked.as_ref().is_some_and(|asked| same(asked, &wanted));
        self.asked = Some(wanted.clone());
        match known {
            true => self.refresh(model),
            false if !asked => ask(model, wanted),
            false => {}
        }
    }

    pub fn refresh(&mut self, model: &Model) {
        // Another screen may have had another grid drawn.
        let fits = |made: &&Arc<Gridded>| self.asked.as_ref().is_some_and(|asked| made.is(asked));
        let Some(made) = model.grid.as_ref().filter(fits) else { return };
        if self.shown.as_ref().is_some_and(|shown| Arc::ptr_eq(shown, made)) {
            return;
        }
        let first = self.shown.is_none();
        self.shown = Some(made.clone());
        let Some(grid) = &made.grid else { return };
        let words = grid.words();
        self.letters = letters(grid.behaviors.iter().map(|id| &**id));
        self.lines = vec![TreeLine { category: None, name: "no harm".to_owned(), depth: 0, has_below: false }];
        self.lines.extend(words.taxonomy.iter().map(|(ix, category)| TreeLine {
            category: Some(ix),
            name: category.id.to_string(),
            depth: usize::from(category.depth),
            has_below: words.taxonomy.subtree(ix).len() > 1,
        }));
        if first {
            self.folded = self.lines.iter().filter(|line| line.has_below).map(|line| line.name.clone()).collect();
            self.facet = (!words.manifest.facets.is_empty()).then_some(FacetIx(0));
        }
        if self.facet.is_some_and(|ix| usize::from(ix.0) >= words.manifest.facets.len()) {
            self.facet = None;
        }
        self.columns = grid.columns(self.facet);
        self.column = self.column.min(self.columns.len().saturating_sub(1));
        self.unfold();
        if first {
            self.begin();
        }
    }

    /// Selects the first cell that changed; where none did, the first of a harm.
    fn begin(&mut self) {
        if self.step(true, None, Grid::is_changed).is_none() {
            self.step(true, None, |grid, row, column| row != Row::NoHarm && is_there(grid, row, column));
        }
    }

    /// Goes to the next cell that changed, or to the one before; whether there is one.
    pub fn to_changed(&mut self, forward: bool) -> bool {
        let here = self.window.selected().map(|row| (row, self.column));
        self.step(forward, here, Grid::is_changed).is_some()
    }

    /// Selects the next cell of which `wanted` says so, row by row, beginning after `from`; past the last one the first again.
    fn step(
        &mut self,
        forward: bool,
        from: Option<(usize, usize)>,
        wanted: impl Fn(&Grid, Row, Column) -> bool,
    ) -> Option<()> {
        let made = self.shown.clone()?;
        let grid = made.grid.as_ref()?;
        let (rows, columns) = (self.open.len(), self.columns.len());
        let cells = rows * columns;
        let here = from.map_or(cells.saturating_sub(1), |(row, column)| row * columns + column);
        let is_wanted = |at: &usize| {
            let line = self.open.get(at / columns).and_then(|&line| self.lines.get(line));
            line.is_some_and(|line| wanted(grid, self.row(line), self.columns[at % columns]))
        };
        let at = (1..=cells).map(|n| if forward { here + n } else { here + cells - n } % cells).find(is_wanted)?;
        self.window.select(at / columns);
        self.column = at % columns;
        Some(())
    }

    fn unfold(&mut self) {
        self.open.clear();
        let mut hidden: Option<usize> = None;
        for (at, line) in self.lines.iter().enumerate() {
            if hidden.is_some_and(|depth| line.depth > depth) {
                continue;
            }
            hidden = self.folded.contains(&line.name).then_some(line.depth);
            self.open.push(at);
        }
        self.window.set_len(self.open.len());
    }

    pub fn handle(&mut self, event: &Event, model: &mut Model) -> bool {
        if let Event::Key(key) = event
            && let Some(command) = find(&Self::CONTEXTS, *key)
            && self.run(command, model)
        {
            return true;
        }
        match self.window.handle(event, Context::Grid) {
            Some(Outcome::Opened) => {
                self.open_cell(model);
                true
            }
            outcome => outcome.is_some(),
        }
    }

    fn run(&mut self, command: Command, model: &mut Model) -> bool {
        let last = self.columns.len().saturating_sub(1);
        match command {
            Command::Left => self.column = self.column.saturating_sub(1),
            Command::Right => self.column = (self.column + 1).min(last),
            Command::Facet => self.next_facet(model),
            Command::Toggle => {
                let Some(line) = self.line().filter(|line| line.has_below) else { return true };
                let name = line.name.clone();
                let was_folded = self.folded.remove(&name);
                if !was_folded {
                    self.folded.insert(name);
                }
                self.refold();
                if was_folded {
                    self.follow_change();
                }
            }
            Command::ExpandAll => {
                self.folded.clear();
                self.refold();
            }
            Command::CollapseAll => {
                self.folded = self.lines.iter().filter(|line| line.has_below).map(|line| line.name.clone()).collect();
                self.refold();
            }
            _ => return false,
        }
        true
    }

    /// What was selected stays; where it is hidden now, what hides it.
    fn refold(&mut self) {
        let selected = self.window.selected().and_then(|row| self.open.get(row)).copied().unwrap_or(0);
        self.unfold();
        self.window.select(self.open.partition_point(|at| *at <= selected).saturating_sub(1));
    }

    /// Where a row is unfolded because something changed in it, goes to the first below that did, in the same column.
    fn follow_change(&mut self) {
        let (Some(made), Some(here), Some(line)) = (&self.shown, self.window.selected(), self.line()) else { return };
        let (Some(grid), Some(&column)) = (&made.grid, self.columns.get(self.column)) else { return };
        if grid.is_changed(self.row(line), column) {
            return;
        }
        let below = (here + 1..self.open.len()).map(|at| (at, &self.lines[self.open[at]]));
        let mut below = below.take_while(|(_, other)| other.depth > line.depth);
        if let Some((at, _)) = below.find(|(_, other)| grid.is_changed(self.row(other), column)) {
            self.window.select(at);
        }
    }

    fn next_facet(&mut self, model: &mut Model) {
        let Some(grid) = self.shown.as_ref().and_then(|shown| shown.grid.as_ref()) else { return };
        let facets = &grid.words().manifest.facets;
        if facets.is_empty() {
            return model.say(Severity::Hint, "The policy has no facets: severity alone stands across.");
        }
        let next = self.facet.map_or(0, |ix| ix.0 + 1);
        self.facet = (usize::from(next) < facets.len()).then_some(FacetIx(next));
        self.columns = grid.columns(self.facet);
        self.column = 0;
        self.first_column = 0;
    }

    fn line(&self) -> Option<&TreeLine> {
        self.lines.get(*self.open.get(self.window.selected()?)?)
    }

    fn row(&self, line: &TreeLine) -> Row {
        match line.category {
            None => Row::NoHarm,
            Some(ix) if self.folded.contains(&line.name) => Row::Tree(ix),
            Some(ix) => Row::One(ix),
        }
    }

    fn cell(&self) -> Option<(Row, Column)> {
        Some((self.row(self.line()?), *self.columns.get(self.column)?))
    }

    /// Lists the clauses that decide in the cell and its gold cases; choosing one goes there.
    fn open_cell(&self, model: &mut Model) {
        let (Some(made), Some((row, column))) = (&self.shown, self.cell()) else { return };
        let Some(grid) = &made.grid else { return };
        if !is_there(grid, row, column) {
            return model.say(Severity::Hint, format!("There is nothing to open: {NO_SUCH_CASE}."));
        }
        let mut choices = Vec::new();
        let mut targets = Vec::new();
        for side in (0..grid.sides()).rev() {
            for (decider, points) in grid.deciders(side, row, column) {
                let Some(ix) = decider else { continue };
                let clause = made.policy(side).clause(ix);
                let target = Target::Clause(clause.id.to_string());
                if !targets.contains(&target) {
                    let was = if side + 1 < grid.sides() { "before: " } else { "" };
                    let about = format!("{was}{}", points_words(&points));
                    choices.push(Choice::new(format!("clause {}", clause.id), about));
                    targets.push(target);
                }
            }
        }
        for (set, case) in made.cases(row, column).into_iter().take(LISTED) {
            choices.push(Choice::new(format!("case {set}/{case}"), "a gold case in this cell"));
            targets.push(Target::Case { set, case });
        }
        let name = grid.name(row, column);
        choices.push(Choice::new("over time", "which commits changed what is decided here"));
        let picker = Picker::one(text::shown(&name.to_string()), choices, None);
        model.open(Popup::pick(picker, move |model, chosen| {
            let Some(target) = chosen.first().and_then(|&at| targets.get(at)) else {
                let cell = Some(Target::Cell(name));
                return match (chosen.is_empty(), time::available(model, cell.as_ref())) {
                    (true, _) => {}
                    (_, Err(reason)) => model.say(Severity::Hint, format!("Not now: {}.", reason.0)),
                    (_, Ok(())) => time::ask(model, cell),
                };
            };
            let gone = matches!(target, Target::Clause(id) if model.workspace.policy().find_clause(id).is_none());
            match gone {
                true => model.say(Severity::Hint, "The working tree has no such clause to go to."),
                false => model.ask(Ask::GoTo(target.clone())),
            }
        }));
    }

    /// The name of the selected cell.
    pub fn selected(&self) -> Option<CellName> {
        let (row, column) = self.cell()?;
        Some(self.shown.as_ref()?.grid.as_ref()?.name(row, column))
    }

    pub fn render(&mut self, area: Rect, buf: &mut Buffer, theme: &Theme, focused: bool) {
        if area.is_empty() {
            return;
        }
        let Some(made) = self.shown.clone() else {
            return put(area, 0, buf, &theme.line(Role::Dim, "drawing the grid …"));
        };
        let Some(grid) = &made.grid else {
            let words = format!("Too large to be drawn exactly: the limit is {}.", TooLarge::limit());
            let lines = text::wrap_spans(&theme.line(Role::Dim, words), usize::from(area.width.saturating_sub(2)));
            return (0..).zip(&lines).for_each(|(n, line)| put(area, n, buf, line));
        };
        let words = &grid.words().manifest;
        let legend = Legend {
            facet: self.facet.map(|ix| &*words.facet(ix).id),
            behaviors: &grid.behaviors,
            letters: &self.letters,
            of_two: grid.sides() == 2,
            folds: self.lines.iter().any(|line| line.has_below),
        };
        let legend = legend.rows(theme, usize::from(area.width.saturating_sub(2)));
        let keyed = u16::try_from(legend.len()).unwrap_or(u16::MAX).min(area.height / 3).max(1);
        for (n, line) in (0..keyed).zip(&legend) {
            put(area, n, buf, line);
        }
        // The last row of the key is the first of what follows.
        let area = Rect { y: area.y + keyed - 1, height: area.height - (keyed - 1), ..area };
        // What is said of the cell comes before all but a few rows of the table.
        let rows = u16::try_from(self.open.len()).unwrap_or(u16::MAX);
        let most = area.height.saturating_sub(3 + rows.min(FEWEST_ROWS));
        let columns = usize::from(area.width.saturating_sub(3));
        let more = fit(self.more(&made, grid, theme, columns), usize::from(most), columns);
        let below = u16::try_from(more.len()).unwrap_or(u16::MAX).min(most);
        let names =
            u16::try_from(self.lines.iter().map(|line| text::width(&line.name) + line.depth + 4).max().unwrap_or(8))
                .unwrap_or(u16::MAX)
                .clamp(8, (area.width / 3).max(8));
        // As wide as there is room for all columns; never too narrow for a cell, nor for telling the values apart.
        let widest = self.columns.iter().map(|column| text::width(&value_name(grid.words(), column.value))).max();
        let least = u16::try_from(widest.unwrap_or(0).min(5) + 1).unwrap_or(3);
        let least = least.max(if grid.sides() == 2 { 7 } else { 3 });
        let each = usize::from(area.width.saturating_sub(names + 2)) / self.columns.len().max(1);
        let wide = u16::try_from(each).unwrap_or(least).clamp(least, 12);
        let room = usize::from(area.width.saturating_sub(names + 2) / wide).max(1);
        self.first_column = self.first_column.min(self.column);
        if self.column >= self.first_column + room {
            self.first_column = self.column + 1 - room;
        }
        let shown = self.first_column..(self.first_column + room).min(self.columns.len());
        put_beyond(area, buf, theme, names, (shown.start, self.columns.len() - shown.end));
        let x_of = |at: usize, first: usize| area.x + names + 1 + u16::try_from(at - first).unwrap_or(0) * wide;
        let mut last_severity = None;
        for at in shown.clone() {
            let column = self.columns[at];
            let x = x_of(at, shown.start);
            let until = area.right().saturating_sub(x);
            if last_severity != Some(column.severity) {
                last_severity = Some(column.severity);
                let span =
                    self.columns[at..shown.end].iter().take_while(|other| other.severity == column.severity).count();
                let columns = (u16::try_from(span).unwrap_or(1) * wide).saturating_sub(1);
                let name = text::clip(&severity_name(grid.words(), column), usize::from(columns));
                put_at(buf, (x, area.y + 1), columns.min(until), &theme.line(Role::Label, name), area);
            }
            let value = text::clip(&value_name(grid.words(), column.value), usize::from(wide) - 1);
            put_at(buf, (x, area.y + 2), (wide - 1).min(until), &theme.line(Role::Dim, value), area);
        }
        let body = Rect { y: area.y + 3.min(area.height), height: area.height.saturating_sub(3 + below), ..area };
        let selected = self.window.selected();
        for (n, at) in (0_u16..).zip(self.window.frame(body)) {
            let Some(line) = self.open.get(at).and_then(|&at| self.lines.get(at)) else { continue };
            let place = text::row(body, n);
            let marked = selected == Some(at);
            select_row(place, buf, theme, marked, focused);
            let mark = match (line.has_below, self.folded.contains(&line.name)) {
                (false, _) => " ",
                (true, true) => "+",
                (true, false) => "-",
            };
            let name = format!("{}{mark} {}", " ".repeat(line.depth.min(10)), text::shown(&line.name));
            let name = text::clip(&name, usize::from(names.saturating_sub(2)));
            text::put(
                buf,
                (place.x + 2.min(place.width), place.y),
                names.saturating_sub(2),
                &name,
                theme.style(Role::Text),
            );
            let row = self.row(line);
            if marked {
                ground_row(Rect { width: names.min(place.width), ..place }, buf, theme, focused);
            }
            for at in shown.clone() {
                let here = marked && at == self.column;
                let drawn = self.drawn(grid, row, self.columns[at], theme);
                let x = x_of(at, shown.start);
                let columns = (wide - 1).min(area.right().saturating_sub(x));
                put_at(buf, (x, place.y), columns, &drawn, area);
                if here {
                    ground_row(Rect { x, width: columns, ..place }, buf, theme, focused);
                }
            }
        }
        self.window.render_bar(buf, theme);
        for (n, line) in (0..below).zip(&more) {
            put(area, area.height - below + n, buf, line);
        }
    }

    /// A cell: a letter, `±` where it is not all alike; of two versions that differ both, in brackets.
    fn drawn(&self, grid: &Grid, row: Row, column: Column, theme: &Theme) -> Line<'static> {
        let mut spans: Vec<Span<'static>> = Vec::new();
        let letter = |side: usize| {
            let done = grid.done(side, row, column);
            let Some(&most) = done.iter().max() else { return theme.span(Role::Dim, "· ".to_owned()) };
            let mixed = if done.len() > 1 { '±' } else { ' ' };
            let letter = self.letters.get(most).copied().unwrap_or('?');
            theme.span(role(most, grid.behaviors.len()), format!("{letter}{mixed}"))
        };
        if grid.sides() == 2 && grid.is_changed(row, column) {
            spans.push(theme.span(Role::Changed, "["));
            spans.push(letter(0));
            let mut after = letter(1);
            // The bracket takes the place of a blank.
            after.content = after.content.trim_end().to_owned().into();
            spans.push(after);
            spans.push(theme.span(Role::Changed, "]"));
        } else {
            spans.extend((grid.sides() == 2).then(|| Span::raw(" ")));
            spans.push(letter(grid.sides() - 1));
        }
        Line::from(spans)
    }

    /// What is said of the selected cell, in paragraphs.
    fn more(&self, made: &Gridded, grid: &Grid, theme: &Theme, columns: usize) -> Vec<Vec<Line<'static>>> {
        let Some((row, column)) = self.cell() else { return Vec::new() };
        let name = theme.line(Role::Title, text::shown(&grid.name(row, column).to_string()).into_owned());
        let mut said = vec![vec![Line::default()], text::wrap_hanging(&name, columns)];
        let mut line = |name: &str, words: String| {
            let spans = vec![
                theme.span(Role::Label, format!("{name:<8}")),
                theme.span(Role::Text, text::shown(&words).into_owned()),
            ];
            said.push(text::wrap_hanging(&Line::from(spans), columns));
        };
        if !is_there(grid, row, column) {
            line("does", NO_SUCH_CASE.to_owned());
            return said;
        }
        let does = |side: usize| {
            let shares = grid.shares(side, row, column);
            let done: Vec<String> = shares
                .iter()
                .map(|(at, points)| match shares.len() {
                    1 => format!("{}, {}", grid.behaviors[*at], points_words(points)),
                    _ => format!("{} {}", grid.behaviors[*at], share_words(&shares, *at)),
                })
                .collect();
            let who: Vec<String> = grid
                .deciders(side, row, column)
                .iter()
                .map(|(decider, _)| {
                    decider.map_or("default".to_owned(), |ix| made.policy(side).clause(ix).id.to_string())
                })
                .collect();
            match done.is_empty() {
                true => "no such case".to_owned(),
                false => format!("{}  by {}", done.join(", "), who.join(", ")),
            }
        };
        if let Some(words) = changed_words(grid, row, column) {
            line("changed", words);
        }
        let (before, after) = (does(0), does(grid.sides() - 1));
        if before == after {
            line("does", after);
        } else {
            line("before", before);
            line("after", after);
        }
        let cases = made.cases(row, column);
        let named: Vec<String> = cases.iter().take(NAMED).map(|(set, case)| format!("{set}/{case}")).collect();
        let rest = cases.len() - named.len();
        let rest = if rest > 0 { format!(" and {rest} more") } else { String::new() };
        line("cases", if cases.is_empty() { "no gold case lies here".to_owned() } else { named.join(", ") + &rest });
        said
    }
}

/// What changed in a cell in which not everything is decided alike: by the letters it may look the same before and after.
fn changed_words(grid: &Grid, row: Row, column: Column) -> Option<String> {
    if grid.sides() < 2 || !grid.is_changed(row, column) {
        return None;
    }
    let (before, after) = (grid.shares(0, row, column), grid.shares(1, row, column));
    if before.len() < 2 && after.len() < 2 {
        return None;
    }
    let moved = (0..grid.behaviors.len()).filter_map(|at| {
        let (was, is) = (share_words(&before, at), share_words(&after, at));
        (was != is).then(|| format!("{} {was} → {is}", grid.behaviors[at]))
    });
    let moved: Vec<String> = moved.collect();
    let points = points_words(&grid.changed(row, column));
    Some(match moved.is_empty() {
        true => format!("{points}; the shares stay as they are"),
        false => format!("{points}: {}", moved.join(", ")),
    })
}

/// The share of one behavior among all that is done in a cell.
fn share_words(shares: &[(usize, Points)], behavior: usize) -> String {
    let all: Points = shares.iter().map(|(_, points)| points).sum();
    let points = shares.iter().find(|(at, _)| *at == behavior).map_or(Points::ZERO, |(_, points)| points.clone());
    percent(share(&points, &all))
}

/// Paragraphs on no more rows than these: the longest are cut first, so that something of each is seen, and the name of
/// the cell as a whole.
fn fit(mut paragraphs: Vec<Vec<Line<'static>>>, rows: usize, columns: usize) -> Vec<Line<'static>> {
    let count = |paragraphs: &[Vec<Line<'static>>]| paragraphs.iter().map(Vec::len).sum::<usize>();
    let is_blank = |paragraph: &Vec<Line<'static>>| paragraph.iter().all(|line| line.spans.is_empty());
    if count(&paragraphs) > rows {
        paragraphs.retain(|paragraph| !is_blank(paragraph));
    }
    while count(&paragraphs) > rows {
        let Some(longest) = paragraphs.iter_mut().skip(1).max_by_key(|paragraph| paragraph.len()) else { break };
        if longest.len() < 2 {
            break;
        }
        longest.pop();
        let Some(line) = longest.last_mut() else { break };
        let before: usize = line.spans.iter().rev().skip(1).map(|span| text::width(&span.content)).sum();
        if let Some(last) = line.spans.last_mut().filter(|last| !last.content.ends_with('…')) {
            let words = format!("{} …", last.content.trim_end().trim_end_matches(','));
            last.content = text::clip(&words, columns.saturating_sub(before)).into();
        }
    }
    paragraphs.concat()
}

/// So many rows of the table stay, whatever is said below it.
const FEWEST_ROWS: u16 = 3;

/// How many columns there is no room for, before the headings, and a mark on the side where they are.
fn put_beyond(area: Rect, buf: &mut Buffer, theme: &Theme, names: u16, (left, right): (usize, usize)) {
    let corner = usize::from(names.saturating_sub(1));
    let said = |whole: String, short: String| if text::width(&whole) <= corner { whole } else { short };
    let mut put = |row: u16, words: String| {
        put_at(buf, (area.x + 1, area.y + row), names.saturating_sub(1), &theme.line(Role::Hint, words), area);
    };
    if right > 0 {
        put(1, said(format!("{right} more to the right ›"), format!("{right} more ›")));
    }
    if left > 0 {
        put(2, said(format!("‹ {left} more to the left"), format!("‹ {left} more")));
    }
    if right > 0 && area.height > 1 {
        text::put_right(buf, text::row(area, 1), &theme.line(Role::Hint, "›".to_owned()));
    }
}

/// Whether there can be cases in a cell, in either version.
fn is_there(grid: &Grid, row: Row, column: Column) -> bool {
    (0..grid.sides()).any(|side| !grid.done(side, row, column).is_empty())
}

const NO_SUCH_CASE: &str = "no such case can be: without a harm there is no severity";

/// So many cases of a cell are named; so many are listed when it is opened.
const NAMED: usize = 6;
const LISTED: usize = 500;

fn same(a: &Wanted, b: &Wanted) -> bool {
    let base = match (&a.base, &b.base) {
        (Some(a), Some(b)) => Arc::ptr_eq(a, b),
        (None, None) => true,
        _ => false,
    };
    base && Arc::ptr_eq(&a.head, &b.head)
        && a.sets.len() == b.sets.len()
        && a.sets.iter().zip(&b.sets).all(|(a, b)| Arc::ptr_eq(a, b))
}

/// The colour of a behavior: the most permissive, those between, the most restrictive.
fn role(at: usize, all: usize) -> Role {
    match at {
        0 => Role::Better,
        at if at + 1 >= all => Role::Error,
        at if at * 2 < all => Role::Hint,
        _ => Role::Warning,
    }
}

fn severity_name(words: &Policy, column: Column) -> String {
    column.severity.map_or("unknown".to_owned(), |ix| words.manifest.severities[usize::from(ix.0)].to_string())
}

fn value_name(words: &Policy, value: Across) -> String {
    match value {
        Across::Any => "all".to_owned(),
        Across::Unknown(_) => "?".to_owned(),
        Across::Nothing(_) => "nothing".to_owned(),
        Across::Value(ix, value) => words.manifest.facet(ix).value(value).to_string(),
    }
}

fn points_words(points: &Points) -> String {
    match u64::try_from(points) {
        Ok(n) => count(n, "point", "points"),
        Err(_) => format!("{} points", thousands(points)),
    }
}

fn put(area: Rect, row: u16, buf: &mut Buffer, line: &Line<'_>) {
    if row < area.height {
        let place = text::row(area, row);
        text::put_line(buf, (place.x + 1.min(place.width), place.y), place.width.saturating_sub(2), line);
    }
}

fn put_at(buf: &mut Buffer, at: (u16, u16), columns: u16, line: &Line<'_>, area: Rect) {
    if at.1 < area.bottom() && at.0 < area.right() {
        text::put_line(buf, at, columns, line);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn behaviors_have_letters_of_their_own() {
        let check = |ids: &[&str], expect: &str| {
            let ids: Vec<Arc<str>> = ids.iter().map(|&id| id.into()).collect();
            assert_eq!(letters(ids.iter().map(|id| &**id)).into_iter().collect::<String>(), expect);
        };
        check(&["comply", "safe-complete", "refuse", "escalate"], "CSRE");
        check(&["allow", "label", "limit", "remove"], "ALIR");
        check(&["a", "aa", "1"], "A01");
    }

    #[test]
    fn columns_without_room_are_counted() {
        let check = |names: u16, beyond: (usize, usize)| {
            crate::tui::testing::draw(32, 3, |area, buf, theme| put_beyond(area, buf, theme, names, beyond))
        };
        insta::assert_snapshot!(check(24, (2, 6)), @"

         6 more to the right ›         ›
         ‹ 2 more to the left
        ");
        insta::assert_snapshot!(check(12, (2, 6)), @"

         6 more ›                      ›
         ‹ 2 more
        ");
        insta::assert_snapshot!(check(24, (0, 0)), @"");
    }

    #[test]
    fn something_of_every_paragraph_is_seen() {
        let check = |rows: usize, expect: &str| {
            let said = [&[""][..], &["cell"], &["before a,", "b,", "c"], &["after a,", "b"], &["cases"]];
            let line = |words: &&str| if words.is_empty() { Line::default() } else { Line::from((*words).to_owned()) };
            let said = said.iter().map(|lines| lines.iter().map(line).collect()).collect();
            let fitted: Vec<String> = fit(said, rows, 40).iter().map(ToString::to_string).collect();
            assert_eq!(fitted.join("|"), expect);
        };
        check(8, "|cell|before a,|b,|c|after a,|b|cases");
        check(7, "cell|before a,|b,|c|after a,|b|cases");
        check(6, "cell|before a,|b …|after a,|b|cases");
        check(4, "cell|before a …|after a …|cases");
        check(1, "cell|before a …|after a …|cases");
    }
}
