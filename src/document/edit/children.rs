//! Adding and removing the items of lists and the pairs of mappings.

use super::find::{Found, Slot};
use super::layout::{Child, children};
use super::meant::key_index;
use super::{Context, EditError, KeyPosition, Plan};
use crate::document::Document;
use crate::document::emit::{flow, inline_scalar};
use crate::document::scan;
use crate::document::tree::{Kind, Node};
use crate::document::value::Value;
use crate::policy::place::{Route, Step};
use std::ops::Range;

/// Something to put into a collection.
pub(super) enum Body<'v> {
    Pair(&'v str, &'v Value),
    Item(&'v Value),
    /// Lines of an item as they stand in column `column`, the first one without its indentation.
    Source {
        lines: String,
        column: usize,
        value: Value,
    },
}

impl Body<'_> {
    /// The collection that holds only this.
    fn alone(&self) -> Value {
        match self {
            Body::Pair(key, value) => Value::Map(vec![((*key).to_owned(), (*value).clone())]),
            Body::Item(value) => Value::Seq(vec![(*value).clone()]),
            Body::Source { value, .. } => Value::Seq(vec![value.clone()]),
        }
    }
}

impl Context<'_> {
    pub(super) fn insert_key(
        &self,
        map: &Route,
        key: &str,
        value: &Value,
        position: &KeyPosition,
    ) -> Result<Vec<Plan>, EditError> {
        let body = Body::Pair(key, value);
        if self.doc.root().is_none() && map.is_root() {
            return Ok(vec![self.append(&self.manner.entry(key, value, 0, None))]);
        }
        let found = self.find(map)?;
        if found.node.entry(key).is_some() {
            return Err(EditError::KeyExists { route: map.clone(), key: key.to_owned() });
        }
        match found.node.kind() {
            Kind::Mapping(_) => Ok(self.insert_child(found, key_index(found.node, position), &body)),
            Kind::Scalar(_) if found.node.is_null() => Ok(self.insert_child(found, 0, &body)),
            _ => Err(wrong(map, found.node, "a mapping")),
        }
    }

    pub(super) fn insert_item(&self, seq: &Route, index: usize, value: &Value) -> Result<Vec<Plan>, EditError> {
        if self.doc.root().is_none() && seq.is_root() {
            return Ok(vec![self.append(&self.manner.item(value, 0))]);
        }
        self.insert_into(seq, index, &Body::Item(value))
    }

    pub(super) fn insert_source(&self, seq: &Route, index: usize, source: &str) -> Result<Vec<Plan>, EditError> {
        let parsed = Document::parse(source);
        if let Some(problem) = parsed.syntax_problems().first() {
            return Err(EditError::BadSource { message: problem.message.clone() });
        }
        let value = parsed.root().map_or(Value::Null, Value::of);
        let source = source.trim_end_matches(['\n', '\r', ' ']).replace("\r\n", "\n");
        let lines = format!("- {}", indented(&source, 2, "\n")).replace('\n', self.manner.eol);
        let body = Body::Source { lines, column: 0, value };
        if self.doc.root().is_none() && seq.is_root() {
            let Body::Source { lines, .. } = body else { return Ok(Vec::new()) };
            return Ok(vec![self.append(&lines)]);
        }
        self.insert_into(seq, index, &body)
    }

    pub(super) fn insert_into(&self, seq: &Route, index: usize, body: &Body) -> Result<Vec<Plan>, EditError> {
        let found = self.find(seq)?;
        let len = match found.node.kind() {
            Kind::Sequence(sequence) => sequence.items.len(),
            Kind::Scalar(_) if found.node.is_null() => 0,
            _ => return Err(wrong(seq, found.node, "a list")),
        };
        if index > len {
            return Err(EditError::OutOfRange { route: seq.clone(), index, len });
        }
        Ok(self.insert_child(found, index, body))
    }

    /// The ways to put something into a collection, before its child at `index`.
    pub(super) fn insert_child(&self, found: Found, index: usize, body: &Body) -> Vec<Plan> {
        let list = children(found.node);
        if list.is_empty() {
            return self.first_child(found, body);
        }
        if found.node.is_flow() {
            return vec![self.insert_in_flow(found.node, &list, index, body)];
        }
        let extents = self.extents(found.node, matches!(found.slot, Slot::Root));
        let column = scan::column(self.text, list[0].start);
        let lines = self.body_lines(body, column);
        let eol = self.manner.eol;
        let indent = " ".repeat(column);
        let Some(before) = index.checked_sub(1).and_then(|i| extents.get(i)) else {
            let start = extents[0].start;
            return vec![Plan::default().splice(start..start, format!("{lines}{eol}{indent}"))];
        };
        let at = before.end;
        let close = if at == self.text.len() && lines.contains(eol) { eol } else { "" };
        let spaced = extents.windows(2).all(|pair| self.has_blank_line(pair[0].end..pair[1].start));
        let mut plans = Vec::new();
        if spaced && extents.len() > 1 {
            plans.push(Plan::default().splice(at..at, format!("{eol}{eol}{indent}{lines}{close}")));
        }
        plans.push(Plan::default().splice(at..at, format!("{eol}{indent}{lines}{close}")));
        plans
    }

    /// The ways to give a mapping a list of one item under a new key, behind its other pairs.
    pub(super) fn insert_list(&self, found: Found, key: &str, body: &Body) -> Vec<Plan> {
        let alone = body.alone();
        let list = children(found.node);
        let (Body::Source { lines, column, .. }, Some(first), false) = (body, list.first(), found.node.is_flow())
        else {
            return self.insert_child(found, list.len(), &Body::Pair(key, &alone));
        };
        let extents = self.extents(found.node, matches!(found.slot, Slot::Root));
        let at = extents.last().map_or(self.text.len(), |extent| extent.end);
        let key_column = scan::column(self.text, first.start);
        let dash = key_column + self.manner.seq_step;
        let eol = self.manner.eol;
        let lines = shifted(lines, *column, dash, eol);
        let (outer, inner) = (" ".repeat(key_column), " ".repeat(dash));
        let key = inline_scalar(&Value::from(key), false);
        let close = if at == self.text.len() { eol } else { "" };
        vec![Plan::default().splice(at..at, format!("{eol}{outer}{key}:{eol}{inner}{lines}{close}"))]
    }

    /// The ways to put something into a collection that is empty or does not exist yet.
    fn first_child(&self, found: Found, body: &Body) -> Vec<Plan> {
        let alone = body.alone();
        let Body::Source { lines, column, .. } = body else {
            return self.value_plans(found, &alone);
        };
        let step = if matches!(found.slot, Slot::Pair(_)) { self.manner.seq_step } else { 2 };
        let parent = if matches!(found.slot, Slot::Root) { 0 } else { found.slot.column(self.text) + step };
        let lines = shifted(lines, *column, parent, self.manner.eol);
        let mut plans = Vec::new();
        if !found.in_flow {
            plans.push(self.lines_plan(found, "", &format!("{}{}{lines}", self.manner.eol, " ".repeat(parent))));
        }
        plans.extend(self.value_plans(found, &alone));
        plans
    }

    fn body_lines(&self, body: &Body, column: usize) -> String {
        match body {
            Body::Pair(key, value) => self.manner.entry(key, value, column, self.flow_elsewhere(key, value)),
            Body::Item(value) => self.manner.item(value, column),
            Body::Source { lines, column: from, .. } => shifted(lines, *from, column, self.manner.eol),
        }
    }

    /// Whether the value of this key is in brackets where the key occurs elsewhere in the document.
    fn flow_elsewhere(&self, key: &str, value: &Value) -> Option<bool> {
        fn look(node: &Node, key: &str, value: &Value) -> Option<bool> {
            match node.kind() {
                Kind::Mapping(mapping) => mapping.entries.iter().find_map(|entry| {
                    let same = entry.name() == Some(key)
                        && matches!(
                            (entry.value.kind(), value),
                            (Kind::Mapping(_), Value::Map(_)) | (Kind::Sequence(_), Value::Seq(_))
                        );
                    if same { Some(entry.value.is_flow()) } else { look(&entry.value, key, value) }
                }),
                Kind::Sequence(sequence) => sequence.items.iter().find_map(|item| look(&item.value, key, value)),
                Kind::Scalar(_) | Kind::Alias(_) => None,
            }
        }
        if !value.is_collection() {
            return None;
        }
        look(self.doc.root()?, key, value)
    }

    fn insert_in_flow(&self, node: &Node, list: &[Child], index: usize, body: &Body) -> Plan {
        let text = match body {
            Body::Pair(key, value) => format!("{}: {}", inline_scalar(&Value::from(*key), true), flow(value)),
            Body::Item(value) => flow(value),
            Body::Source { value, .. } => flow(value),
        };
        // What stands between two children (or between bracket and child) stands between the new ones too.
        let first_line = scan::line_start(self.text, list[0].start) == scan::line_start(self.text, node.span().start);
        let gap = if first_line {
            " ".to_owned()
        } else {
            let indent = scan::column(self.text, list[0].start);
            format!("{}{}", self.manner.eol, " ".repeat(indent))
        };
        match index.checked_sub(1).and_then(|i| list.get(i)) {
            None => Plan::default().splice(list[0].start..list[0].start, format!("{text},{gap}")),
            Some(before) => {
                // `{a:, b}` is a riddle to some readers.
                let comma = if self.text[..before.end].ends_with(':') { " ," } else { "," };
                Plan::default().splice(before.end..before.end, format!("{comma}{gap}{text}"))
            }
        }
    }

    pub(super) fn remove(&self, at: &Route) -> Result<Vec<Plan>, EditError> {
        let missing = || EditError::NotFound { route: at.clone() };
        let (up, last) = at.split_last().ok_or_else(missing)?;
        let parent = self.find(&up)?;
        let index = match last {
            Step::Key(key) => parent.node.entries().iter().position(|entry| entry.name() == Some(key)),
            Step::Item(index) => parent.node.item(*index).map(|_| *index),
        };
        let index = index.ok_or_else(missing)?;
        if matches!(parent.node.kind(), Kind::Alias(_)) {
            return Err(wrong(at, parent.node, "a list or mapping"));
        }
        Ok(self.remove_run(parent, index..index + 1))
    }

    /// The ways to take a run of children out of a collection.
    pub(super) fn remove_run(&self, parent: Found, run: Range<usize>) -> Vec<Plan> {
        let list = children(parent.node);
        let (Some(first), Some(last)) = (list.get(run.start), list.get(run.end.saturating_sub(1))) else {
            return Vec::new();
        };
        let empty = if matches!(parent.node.kind(), Kind::Mapping(_)) { "{}" } else { "[]" };
        let all = run.len() == list.len();
        if parent.node.is_flow() {
            let span = parent.node.span();
            let range = match (all, list.get(run.end), run.start.checked_sub(1).and_then(|i| list.get(i))) {
                (true, ..) => {
                    return vec![Plan::default().splice(span.range(), empty).dropping(span.range())];
                }
                (_, Some(next), _) => first.start..next.start,
                (_, None, Some(before)) => before.end..last.end,
                (_, None, None) => first.start..last.end,
            };
            return vec![Plan::default().splice(range.clone(), "").dropping(range)];
        }
        let extents = self.extents(parent.node, matches!(parent.slot, Slot::Root));
        let (start, end) = (extents[run.start].start, extents[run.end - 1].end);
        if all {
            return self.empty_out(parent, *first, *last, start..end, empty);
        }
        if !self.owns_line(*first) {
            // The next child moves up to the dash that this one shares its line with.
            let next = scan::next_line(self.text, end);
            let next = next + scan::indent_at(self.text, next);
            return vec![Plan::default().splice(first.start..next, "").dropping(start..end)];
        }
        let from = scan::line_start(self.text, start);
        let to = scan::next_line(self.text, end);
        let range = self.whole_lines(start..end);
        let mut plans = Vec::new();
        // Between two blank lines one of them goes too.
        let above = scan::line_start(self.text, scan::before_line_break(self.text, from));
        let blank = |line: usize| self.text[line..scan::line_end(self.text, line)].trim().is_empty();
        if above < from && run.start > 0 && blank(above) && blank(to) {
            let range = self.whole_lines(above..end);
            plans.push(Plan::default().splice(range.clone(), "").dropping(start..end));
        }
        plans.push(Plan::default().splice(range.clone(), "").dropping(start..end));
        // Blank lines below would become part of text above that keeps them (`|+`): then they go too.
        let mut below = to;
        while below < self.text.len() && blank(below) {
            below = scan::next_line(self.text, below);
        }
        if below > to {
            let text = if range.start < from { self.manner.eol } else { "" };
            plans.push(Plan::default().splice(range.start..below, text).dropping(start..end));
        }
        plans
    }

    /// The ways to take out all children, so that `{}` or `[]` stays.
    fn empty_out(&self, parent: Found, first: Child, last: Child, lines: Range<usize>, empty: &str) -> Vec<Plan> {
        let in_place = Plan::default().splice(first.start..last.end, empty).dropping(lines.clone());
        if matches!(parent.slot, Slot::Root) || !self.owns_line(first) {
            return vec![in_place];
        }
        let at = self.slot_end(parent.slot, parent.node);
        let range = self.whole_lines(lines.clone());
        let plan = Plan::default().splice(at..at, format!(" {empty}")).splice(range, "").dropping(lines);
        vec![plan, in_place]
    }

    /// Lines with one line break: the one before them, so that what follows may be edited apart, or at the start of the
    /// file the one behind them.
    fn whole_lines(&self, lines: Range<usize>) -> Range<usize> {
        let from = scan::line_start(self.text, lines.start);
        if from == 0 {
            from..scan::next_line(self.text, lines.end)
        } else {
            scan::before_line_break(self.text, from)..lines.end
        }
    }

    fn has_blank_line(&self, gap: Range<usize>) -> bool {
        let mut lines = self.text.get(gap).unwrap_or_default().split('\n');
        lines.next();
        lines.next_back();
        lines.any(|line| line.trim().is_empty())
    }
}

/// Lines moved from one column to another; the first has no indentation of its own.
fn shifted(lines: &str, from: usize, to: usize, eol: &str) -> String {
    if to >= from {
        return indented(lines, to - from, eol);
    }
    let cut = from - to;
    let shift = |line: &str| {
        let blanks = line.len() - line.trim_start_matches(' ').len();
        line[blanks.min(cut)..].to_owned()
    };
    let mut parts = lines.split(eol);
    let first = parts.next().unwrap_or_default().to_owned();
    std::iter::once(first).chain(parts.map(shift)).collect::<Vec<_>>().join(eol)
}

fn indented(lines: &str, by: usize, eol: &str) -> String {
    let mut out = String::with_capacity(lines.len());
    for (i, line) in lines.split(eol).enumerate() {
        if i > 0 {
            out.push_str(eol);
            if !line.is_empty() {
                out.extend(std::iter::repeat_n(' ', by));
            }
        }
        out.push_str(line);
    }
    out
}

/// Why a node is not the kind that an edit needs.
pub(super) fn wrong(route: &Route, node: &Node, wanted: &'static str) -> EditError {
    if let Kind::Alias(alias) = node.kind() {
        return EditError::ThroughAlias { route: route.clone(), alias: alias.name.to_string() };
    }
    EditError::WrongKind { route: route.clone(), found: node.describe(), wanted }
}
