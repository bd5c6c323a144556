//! The grid on the screen: categories down, severity and a facet across, what is done in each cell.
//!
//! A behavior is its letter, and its colour says how restrictive it is. `±` stands where not everything in a cell is decided
//! alike: then the letter is that of the most restrictive. Where two versions are side by side, what changed stands in
//! brackets, before and after.

mod draw;
mod legend;
mod made;
mod said;

pub use made::{Gridded, Wanted};

use super::command::{Command, Context, find};
use super::components::Outcome;
use super::components::message::Severity;
use super::components::picker::{Choice, Picker};
use super::components::scroll::Window;
use super::event::Event;
use super::model::{Ask, Model, Target};
use super::popup::Popup;
use super::text;
use super::time;
use crate::analyze::space::{CellName, Column, Grid, Row, points_words};
use crate::policy::facet::FacetIx;
use crate::policy::taxonomy::CategoryIx;
use crate::report::matrix::letters;
use said::CellSaid;
use std::collections::HashSet;
use std::sync::Arc;

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
    /// What is said of the cell that was selected last.
    said: Option<CellSaid>,
}

impl GridView {
    pub const CONTEXTS: [Context; 1] = [Context::Grid];

    /// Asks for the grid of these versions, once; takes it over when it is there.
    pub fn tend(&mut self, model: &mut Model, wanted: Wanted) {
        let known = model.grid.as_ref().is_some_and(|grid| grid.is(&wanted));
        let asked = self.asked.as_ref().is_some_and(|asked| asked.is(&wanted));
        self.asked = Some(wanted.clone());
        match known {
            true => self.refresh(model),
            false if !asked => made::ask(model, wanted),
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
        self.said = None;
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

    /// What is said of the selected cell, found out once.
    fn said(&mut self, made: &Gridded, grid: &Grid) -> Option<&CellSaid> {
        let (row, column) = self.cell()?;
        if self.said.as_ref().is_none_or(|said| (said.row, said.column) != (row, column)) {
            self.said = Some(CellSaid::of(made, grid, row, column));
        }
        self.said.as_ref()
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
}

/// Whether there can be cases in a cell, in either version.
fn is_there(grid: &Grid, row: Row, column: Column) -> bool {
    (0..grid.sides()).any(|side| !grid.done(side, row, column).is_empty())
}

const NO_SUCH_CASE: &str = "no such case can be: without a harm there is no severity";

/// So many cases of a cell are listed when it is opened.
const LISTED: usize = 500;

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
}
