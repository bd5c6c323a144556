//! What is decided otherwise: every region whose behavior changed, and what lies behind and within it.

use super::structure;
use crate::analyze::space::{CaseAt, Changed, Difference, Points, TooLarge, one_sided, points_words, thousands};
use crate::analyze::structure::Change;
use crate::policy::Policy;
use crate::policy::clause::ClauseIx;
use crate::policy::intent::{IntendedFor, Intent};
use crate::replay::behind::Behind;
use crate::report::decisions::{
    POINT, apart, deciders, edit_word, edit_words, in_full, place, place_in_a_row, size, summary,
};
use crate::report::figure::count;
use crate::report::renamed::renaming;
use crate::tui::command::Reason;
use crate::tui::components::Outcome;
use crate::tui::components::list::Row;
use crate::tui::components::message::Severity;
use crate::tui::components::tree::{Node, Tree};
use crate::tui::decided::Decided;
use crate::tui::event::Event;
use crate::tui::model::{Ask, Model, Target};
use crate::tui::popup::Popup;
use crate::tui::text;
use crate::tui::theme::{Role, Theme};
use crate::workspace::decisions::Decisions;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Line;
use std::sync::Arc;

/// The regions, each of which opens to its clauses, its edits and its cases.
#[derive(Default)]
pub struct DecisionsReading {
    decided: Option<Arc<Decided>>,
    items: Vec<Item>,
    tree: Tree,
    /// The regions in which nothing but a name changed.
    named: Vec<usize>,
    /// Columns of from → to: the widest among the first regions.
    from_to: usize,
}

/// A row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Item {
    /// What was meant, or what was not: where somebody said what was.
    Apart(bool),
    /// Where nothing but a name changed; its regions come below it.
    InName,
    Region(usize),
    /// Where it is; opened, all that is said of it.
    Place(usize),
    /// Who decided: at base, or at head.
    Clause(usize, Side),
    /// Of a region the edit at a position.
    Edit(usize, usize),
    Case(usize, usize),
    /// Cases that are not listed.
    More(usize),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    Before,
    After,
}

/// So many cases of a region are listed; the rest is counted.
const LISTED: usize = 500;
/// So many regions are measured.
const MEASURED: usize = 200;

impl DecisionsReading {
    pub fn set(&mut self, decided: &Arc<Decided>) {
        if self.decided.as_ref().is_some_and(|known| Arc::ptr_eq(known, decided)) {
            return;
        }
        self.decided = Some(decided.clone());
        self.items.clear();
        let mut nodes = Vec::new();
        self.from_to = 0;
        if let Some(decisions) = &decided.decisions {
            let apart = decisions.intents.are_declared();
            let mut told = None;
            let in_name = |at: &usize| {
                let points = &decisions.difference.regions[*at].points;
                decisions
                    .edits
                    .get(*at)
                    .is_some_and(|edits| !edits.renamings(points, &decided.readings.changes).is_empty())
            };
            let (named, changed): (Vec<usize>, Vec<usize>) = (0..decisions.difference.regions.len()).partition(in_name);
            for at in changed {
                let region = &decisions.difference.regions[at];
                if at < MEASURED {
                    self.from_to = self.from_to.max(text::width(&from_to(region)));
                }
                if apart && told != Some(region.meant) {
                    told = Some(region.meant);
                    self.items.push(Item::Apart(region.meant));
                    nodes.push(Node::new(if region.meant { "meant" } else { "collateral" }, 0));
                }
                list(decisions, at, usize::from(apart), &mut self.items, &mut nodes);
            }
            if !named.is_empty() {
                self.items.push(Item::InName);
                nodes.push(Node::new("only in name", 0));
            }
            for &at in &named {
                list(decisions, at, 1, &mut self.items, &mut nodes);
            }
            self.named = named;
        }
        let apart = self.items.iter().any(|item| matches!(item, Item::Apart(_)));
        self.tree.set_folded(nodes, usize::from(apart));
    }

    pub fn clear(&mut self) {
        *self = DecisionsReading::default();
    }

    /// Whether the versions were compared.
    pub fn is_known(&self) -> bool {
        self.decided.is_some()
    }

    /// How many regions there are, once that is known.
    pub fn regions(&self) -> Option<usize> {
        Some(self.decisions()?.difference.regions.len())
    }

    fn decisions(&self) -> Option<&Decisions> {
        self.decided.as_ref()?.decisions.as_ref()
    }

    fn item(&self) -> Option<Item> {
        self.items.get(self.tree.selected()?).copied()
    }

    pub fn selected(&self) -> Option<Target> {
        match self.item()? {
            Item::Clause(region, side) => {
                let (policy, decider) = self.decider(region, side)?;
                Some(Target::Clause(policy.clause(decider?).id.to_string()))
            }
            Item::Case(region, at) => {
                let (set, case) = self.decided.as_ref()?.case(self.decisions()?.cases.get(region)?.get(at)?)?;
                Some(Target::Case { set, case })
            }
            _ => None,
        }
    }

    /// The region that is selected, or that the selected row belongs to.
    fn region(&self) -> Option<usize> {
        match self.item()? {
            Item::Apart(_) | Item::InName => None,
            Item::Region(at) | Item::Place(at) | Item::More(at) => Some(at),
            Item::Clause(at, _) | Item::Edit(at, _) | Item::Case(at, _) => Some(at),
        }
    }

    /// The regions that a mark is for: the one that the selected row belongs to, or all below the selected heading.
    fn to_mark(&self) -> Vec<usize> {
        let Some(decisions) = self.decisions() else { return Vec::new() };
        let regions = &decisions.difference.regions;
        match self.item() {
            Some(Item::Apart(meant)) => {
                let is_below = |at: &usize| regions[*at].meant == meant && !self.named.contains(at);
                (0..regions.len()).filter(is_below).collect()
            }
            Some(Item::InName) => self.named.clone(),
            _ => self.region().into_iter().collect(),
        }
    }

    /// Whether something can be marked as meant here, or why not.
    pub fn can_mark(&self, model: &Model) -> Result<(), Reason> {
        if model.chosen.is_some() {
            return Err("what a commit was meant to change stands in its message".into());
        }
        if self.to_mark().is_empty() { Err("no region is selected".into()) } else { Ok(()) }
    }

    /// Marks the selected regions as meant; where they all are, no longer.
    pub fn mark(&self, model: &mut Model) {
        let Some(decisions) = self.decisions() else { return };
        let regions = &decisions.difference.regions;
        let (meant, new): (Vec<usize>, Vec<usize>) = self.to_mark().into_iter().partition(|at| regions[*at].meant);
        if !new.is_empty() {
            let lines = new.iter().filter_map(|at| decisions.intent(*at)).map(|intent| intent.to_string());
            model.mark(|intents| intents.extend(lines));
            let what = if new.len() == 1 { String::new() } else { format!(" {} regions", new.len()) };
            return model.say(Severity::Hint, format!("Marked{what} as meant: the next commit says so."));
        }
        // Regions that were marked one by one may be one now: what leads from the same to the same goes with it.
        let before = model.intents.len();
        let same = |side: &Option<Arc<str>>, word: &Arc<str>| side.as_ref().is_none_or(|side| side == word);
        let is_of = |intent: &Intent, at: usize| {
            let of_case = matches!(intent.place, IntendedFor::Case { .. });
            same(&intent.from, &regions[at].from) && same(&intent.to, &regions[at].to) && !of_case
        };
        let is_marked = |intent: Intent| meant.iter().any(|at| is_of(&intent, *at));
        model.mark(|intents| intents.retain(|line| !line.parse().is_ok_and(is_marked)));
        match before - model.intents.len() {
            0 => model.say(Severity::Hint, "A commit between the versions declares this: its message stays as it is."),
            n => model.say(Severity::Hint, format!("No longer meant: {}.", count(n as u64, "mark", "marks"))),
        }
    }

    pub fn handle(&mut self, event: &Event, model: &mut Model) -> bool {
        let outcome = self.tree.handle(event);
        if outcome == Some(Outcome::Opened) {
            self.open(model);
        }
        outcome.is_some()
    }

    fn open(&mut self, model: &mut Model) {
        match self.item() {
            Some(Item::Apart(_) | Item::InName | Item::Region(_)) => self.tree.toggle(),
            Some(Item::Place(at)) => {
                let words = self.words(at);
                let line = |(name, words): (&str, String)| Line::from(said(&format!("{name:<8}{words}")));
                model.open(Popup::text("The region", words.into_iter().map(line).collect()));
            }
            Some(Item::Edit(region, at)) => {
                if let Some(change) = self.edit(region, at) {
                    structure::open(change, model);
                }
            }
            Some(Item::Clause(region, side)) => match self.selected() {
                Some(Target::Clause(id)) if model.workspace.policy().find_clause(&id).is_some() => {
                    model.ask(Ask::GoTo(Target::Clause(id)));
                }
                Some(_) => model.say(Severity::Hint, "The working tree has no such clause to go to."),
                None => {
                    let words = self.decider(region, side).map(|(policy, _)| default_of(policy)).unwrap_or_default();
                    model.say(Severity::Hint, format!("No clause applied: {words}, as the manifest says."));
                }
            },
            Some(Item::Case(..)) => {
                if let Some(target) = self.selected() {
                    model.ask(Ask::GoTo(target));
                }
            }
            Some(Item::More(_)) | None => {}
        }
    }

    fn decider(&self, region: usize, side: Side) -> Option<(&Policy, Option<ClauseIx>)> {
        let region = self.decisions()?.difference.regions.get(region)?;
        let (base, head) = self.policies()?;
        Some(match side {
            Side::Before => (base, region.before),
            Side::After => (head, region.after),
        })
    }

    fn policies(&self) -> Option<(&Policy, &Policy)> {
        let of = &self.decided.as_ref()?.readings.of;
        Some((&of.base.as_ref()?.version.policy, &of.head.version.policy))
    }

    fn edit(&self, region: usize, at: usize) -> Option<&Change> {
        let edit = self.decisions()?.edits.get(region)?.edits.get(at)?;
        self.decided.as_ref()?.readings.changes.get(edit.change)
    }

    pub fn render(&mut self, area: Rect, buf: &mut Buffer, theme: &Theme, focused: bool) {
        let Some(decided) = self.decided.clone() else { return };
        let Some(Decisions { difference, edits, cases, intents }) = &decided.decisions else {
            let words = format!("{}. {}", TooLarge::versions(), TooLarge::VERSIONS_HELP);
            let lines = text::wrap_spans(&theme.line(Role::Dim, words), usize::from(area.width.saturating_sub(2)));
            put_lines(area, buf, &lines);
            return;
        };
        let columns = usize::from(area.width.saturating_sub(2));
        let known = self.policies().map(|(base, head)| summary(difference, base, head)).unwrap_or_default();
        let mut top = text::wrap_spans(&theme.line(Role::Text, said(&known)), columns);
        if area.height >= ROOM_FOR_WORDS {
            top.extend(text::wrap_spans(&theme.line(Role::Dim, format!("{POINT}.")), columns));
        }
        for (line, why) in &intents.unread {
            let words = format!("no intent: {}: {}", said(line), said(why));
            top.extend(text::wrap_spans(&theme.line(Role::Warning, words), columns));
        }
        for line in difference.idle.iter().filter_map(|&at| intents.region_lines.get(at)) {
            if decided.marks.contains(line) {
                let words =
                    format!("marked, but nothing changes so any more, and a commit leaves it out: {}", said(line));
                top.extend(text::wrap_spans(&theme.line(Role::Warning, words), columns));
            }
        }
        let rows = put_lines(area, buf, &top);
        let rest = Rect { y: area.y + rows, height: area.height.saturating_sub(rows), ..area };
        if difference.is_equivalent() {
            return;
        }
        let more = self.more(theme, columns.saturating_sub(2));
        let needed = u16::try_from(more.len()).unwrap_or(u16::MAX);
        let below = if rest.height < 8 { 0 } else { needed.min(rest.height / 2) };
        let gap = u16::from(rest.height >= 16);
        let list = Rect { y: rest.y + gap, height: rest.height.saturating_sub(below + gap), ..rest };
        let (items, from_to) = (&self.items, self.from_to);
        let of = &decided.readings.of;
        let policies = of.base.as_ref().map(|base| (&*base.version.policy, &*of.head.version.policy));
        let row = |at: usize, columns: u16| {
            let (Some(item), Some((base, head))) = (items.get(at), policies) else { return Row::default() };
            let shown = Shown { decided: &decided, difference, edits, cases, base, head, named: &self.named, theme };
            shown.row(*item, from_to, usize::from(columns))
        };
        self.tree.render(list, buf, theme, focused, row);
        let place = Rect { x: rest.x + 1.min(rest.width), y: list.bottom(), height: below, ..rest };
        put_lines(place, buf, &more);
    }

    /// What is said in full of the region that is selected, or that the selected row belongs to.
    fn more(&self, theme: &Theme, columns: usize) -> Vec<Line<'static>> {
        if self.item() == Some(Item::InName) {
            return self.renamings(theme, columns);
        }
        let Some(at) = self.region() else { return Vec::new() };
        let mut lines = vec![Line::default()];
        for (name, words) in self.words(at) {
            let spans = vec![theme.span(Role::Label, format!("{name:<8}")), theme.span(Role::Text, said(&words))];
            lines.extend(text::wrap_hanging(&Line::from(spans), columns));
        }
        lines
    }

    /// All that is said of a region: what each line is about, and the line.
    fn words(&self, at: usize) -> Vec<(&'static str, String)> {
        let (Some(decisions), Some((base, head))) = (self.decisions(), self.policies()) else { return Vec::new() };
        let difference = &decisions.difference;
        let Some(region) = difference.regions.get(at) else { return Vec::new() };
        let mut lines = vec![("where", place(difference, base, head, region))];
        let one_sided = one_sided(&difference.space.words, base, head, &region.when);
        lines.extend(one_sided.into_iter().map(|word| ("", word)));
        lines.push(("change", format!("{}, {}", from_to(region), size(region, difference))));
        lines.push(("clause", deciders(base, head, region)));
        if let (Some(behind), Some(decided)) = (decisions.edits.get(at), &self.decided) {
            for (n, edit) in behind.edits.iter().enumerate() {
                if let Some(change) = decided.readings.changes.get(edit.change) {
                    let name = if n == 0 { edit_word(behind.how) } else { "" };
                    lines.push((name, edit_words(change, &edit.points, region)));
                }
            }
        }
        lines.extend(in_full(difference, region).map(|words| ("in full", words)));
        lines
    }
}

impl DecisionsReading {
    /// What is called otherwise, a sentence each.
    fn renamings(&self, theme: &Theme, columns: usize) -> Vec<Line<'static>> {
        let (Some(decided), Some(decisions), Some((_, head))) = (&self.decided, self.decisions(), self.policies())
        else {
            return Vec::new();
        };
        let changes = &decided.readings.changes;
        let mut told: Vec<usize> = Vec::new();
        for &at in &self.named {
            told.extend(decisions.edits[at].renamings(&decisions.difference.regions[at].points, changes));
        }
        told.sort_unstable();
        told.dedup();
        let mut lines = vec![Line::default()];
        for change in told.into_iter().filter_map(|at| changes.get(at)) {
            lines.extend(text::wrap_spans(&theme.line(Role::Text, said(&renaming(change, head))), columns));
        }
        lines
    }
}

/// What rows are drawn from.
struct Shown<'a> {
    decided: &'a Decided,
    difference: &'a Difference,
    edits: &'a [Behind],
    cases: &'a [Vec<CaseAt>],
    base: &'a Policy,
    head: &'a Policy,
    named: &'a [usize],
    theme: &'a Theme,
}

impl Shown<'_> {
    fn row(&self, item: Item, from_to_columns: usize, columns: usize) -> Row<'static> {
        let theme = self.theme;
        let named = |name: &str, words: String| {
            Line::from(vec![theme.span(Role::Label, format!("{name:<7}")), theme.span(Role::Text, said(&words))])
        };
        match item {
            Item::Apart(meant) => {
                let role = if meant { Role::Better } else { Role::Warning };
                Row::new(theme.line(role, apart(self.difference, meant)))
            }
            Item::InName => {
                let points: Points = self.named.iter().map(|&at| &self.difference.regions[at].points).sum();
                let regions = count(self.named.len() as u64, "region", "regions");
                let words = format!("only in name: {} in {regions}", points_words(&points));
                Row::new(theme.line(Role::Dim, words))
            }
            Item::Region(at) => self.region(at, from_to_columns, columns),
            Item::Place(at) => {
                let region = &self.difference.regions[at];
                Row::new(named("where", place_in_a_row(self.difference, self.base, self.head, region)))
            }
            Item::Clause(at, side) => {
                let (policy, decider) = match side {
                    Side::Before => (self.base, self.difference.regions[at].before),
                    Side::After => (self.head, self.difference.regions[at].after),
                };
                let name = if side == Side::Before { "before" } else { "after" };
                let words = match decider {
                    Some(ix) => format!("clause {}", policy.clause(ix).id),
                    None => format!("no clause: {}", default_of(policy)),
                };
                Row::new(named(name, words))
            }
            Item::Edit(at, n) => {
                let edit = self.edits.get(at).and_then(|behind| behind.edits.get(n));
                let change = edit.and_then(|edit| self.decided.readings.changes.get(edit.change));
                let Some(change) = change else { return Row::default() };
                let place = change.place().map(place_words).unwrap_or_default();
                Row::new(named("edit", change.sentence())).right(theme.line(Role::Dim, place))
            }
            Item::Case(at, n) => {
                let case = self.cases.get(at).and_then(|cases| cases.get(n));
                let Some((set, id)) = case.and_then(|case| self.decided.case(case)) else { return Row::default() };
                let calls = case.and_then(|case| {
                    let set = self.decided.sets.get(case.set)?;
                    set.outcome_words(set.outcome(case.row)).behavior.map(|word| format!("gold {word}"))
                });
                let right = theme.line(Role::Dim, said(&calls.unwrap_or_default()));
                Row::new(named("case", format!("{set}/{id}"))).right(right)
            }
            Item::More(at) => {
                let n = self.cases.get(at).map_or(0, Vec::len).saturating_sub(LISTED);
                Row::new(theme.line(Role::Dim, format!("and {}", count(n as u64, "more case", "more cases"))))
            }
        }
    }

    fn region(&self, at: usize, from_to_columns: usize, columns: usize) -> Row<'static> {
        let theme = self.theme;
        let Some(region) = self.difference.regions.get(at) else { return Row::default() };
        let from_to = from_to(region);
        let gap = " ".repeat(from_to_columns.saturating_sub(text::width(&from_to)) + 2);
        let mut spans = vec![theme.span(Role::Changed, said(&from_to))];
        if columns >= 44 {
            let words = place_in_a_row(self.difference, self.base, self.head, region);
            spans.push(theme.span(Role::Text, format!("{gap}{}", said(&words))));
        }
        let cases = self.cases.get(at).map_or(0, Vec::len);
        let points = thousands(&region.points);
        let right = match (cases, columns >= 90) {
            (0, true) => format!("{points} points  no gold case"),
            (n, true) => format!("{points} points  {:>12}", count(n as u64, "case", "cases")),
            (_, false) => points,
        };
        Row::new(Line::from(spans)).right(theme.line(Role::Dim, right))
    }
}

/// The rows of a region.
fn list(decisions: &Decisions, at: usize, depth: usize, items: &mut Vec<Item>, nodes: &mut Vec<Node>) {
    let region = &decisions.difference.regions[at];
    let key = format!("{} {:?}", from_to(region), region.when);
    let mut add = |item: Item, key: String, below: usize| {
        items.push(item);
        nodes.push(Node::new(key, depth + below));
    };
    add(Item::Region(at), key.clone(), 0);
    add(Item::Place(at), format!("{key} where"), 1);
    add(Item::Clause(at, Side::Before), format!("{key} before"), 1);
    add(Item::Clause(at, Side::After), format!("{key} after"), 1);
    for n in 0..decisions.edits.get(at).map_or(0, |behind| behind.edits.len()) {
        add(Item::Edit(at, n), format!("{key} edit {n}"), 1);
    }
    let cases = decisions.cases.get(at).map_or(0, Vec::len);
    for n in 0..cases.min(LISTED) {
        add(Item::Case(at, n), format!("{key} case {n}"), 1);
    }
    if cases > LISTED {
        add(Item::More(at), format!("{key} more"), 1);
    }
}

/// From so many rows on what a point is can be said as well.
const ROOM_FOR_WORDS: u16 = 24;

fn from_to(region: &Changed) -> String {
    format!("{} → {}", region.from, region.to)
}

fn default_of(policy: &Policy) -> String {
    let behaviors = &policy.manifest.behaviors;
    format!("the default is {}", behaviors.id(policy.manifest.default))
}

/// `specs/assistant.yaml:41`
fn place_words(place: &crate::policy::place::Place) -> String {
    match place.position {
        Some(position) => format!("{}:{}", place.file, position.line),
        None => place.file.to_string(),
    }
}

/// As it may be shown.
fn said(words: &str) -> String {
    text::shown(words).into_owned()
}

/// Puts lines from the top of an area; how many rows they took.
fn put_lines(area: Rect, buf: &mut Buffer, lines: &[Line<'static>]) -> u16 {
    let rows = u16::try_from(lines.len()).unwrap_or(u16::MAX).min(area.height);
    for (n, line) in (0..rows).zip(lines) {
        let row = text::row(area, n);
        text::put_line(buf, (row.x + 1.min(row.width), row.y), row.width.saturating_sub(2), line);
    }
    rows
}
