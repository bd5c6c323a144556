//! A tree of any size: folded and unfolded, only the rows in sight are drawn.

use super::Outcome;
use super::list::{Row, select_row};
use super::scroll::Window;
use crate::tui::command::{Command, Context, find};
use crate::tui::event::{Event, MouseKind};
use crate::tui::text;
use crate::tui::theme::{Role, Theme};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Line;
use std::collections::HashSet;

/// One node, in the order of the whole tree: each node before those below it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// What stays the same when the tree is given anew: selection and folding are kept by it.
    pub key: String,
    /// 0 for the topmost.
    pub depth: usize,
}

impl Node {
    pub fn new(key: impl Into<String>, depth: usize) -> Self {
        Node { key: key.into(), depth }
    }
}

/// The nodes of a tree, which are folded, and which is selected. Indexes are those of the nodes as given.
#[derive(Debug, Clone, Default)]
pub struct Tree {
    nodes: Vec<Node>,
    folded: HashSet<String>,
    /// The nodes that no folded one hides.
    open: Vec<usize>,
    window: Window,
}

impl Tree {
    pub fn new(nodes: Vec<Node>) -> Self {
        let mut tree = Tree::default();
        tree.set(nodes);
        tree
    }

    /// The tree has changed; selection and folding stay with their keys, or where they were.
    pub fn set(&mut self, nodes: Vec<Node>) {
        let selected = self.selected().and_then(|at| self.nodes.get(at)).map(|node| node.key.clone());
        self.nodes = nodes;
        self.unfold_rows();
        if let Some(at) = selected.and_then(|key| self.nodes.iter().position(|node| node.key == key)) {
            self.select(at);
        }
    }

    /// As [`Tree::set`]; of what was not there before, the nodes of this depth are folded.
    pub fn set_folded(&mut self, nodes: Vec<Node>, depth: usize) {
        let row = self.window.selected();
        let selected = self.selected().and_then(|at| self.nodes.get(at)).map(|node| node.key.clone());
        let known: HashSet<String> = self.nodes.drain(..).map(|node| node.key).collect();
        let new = nodes.iter().filter(|node| node.depth == depth && !known.contains(&node.key));
        self.folded.extend(new.map(|node| node.key.clone()));
        self.set(nodes);
        match selected.and_then(|key| self.nodes.iter().position(|node| node.key == key)) {
            Some(at) => self.select(at),
            None => row.into_iter().for_each(|row| self.window.select(row)),
        }
    }

    /// Folds or unfolds the selected node.
    pub fn toggle(&mut self) {
        self.fold(Command::Toggle);
    }

    pub fn selected(&self) -> Option<usize> {
        self.open.get(self.window.selected()?).copied()
    }

    /// Selects a node, unfolding what hides it.
    pub fn select(&mut self, node: usize) {
        let mut at = node;
        let mut hidden = false;
        while let Some(parent) = self.parent(at) {
            hidden |= self.folded.remove(&self.nodes[parent].key);
            at = parent;
        }
        if hidden {
            self.unfold_rows();
        }
        if let Ok(row) = self.open.binary_search(&node) {
            self.window.select(row);
        }
    }

    pub fn select_key(&mut self, key: &str) {
        if let Some(at) = self.nodes.iter().position(|node| node.key == key) {
            self.select(at);
        }
    }

    pub fn handle(&mut self, event: &Event) -> Option<Outcome> {
        if let Event::Key(key) = event
            && let Some(outcome) = find(&[Context::Tree], *key).and_then(|command| self.fold(command))
        {
            return Some(outcome);
        }
        if let Event::Mouse(mouse) = event
            && mouse.kind == MouseKind::Press
            && let Some(node) = self.window.row_at(mouse.column, mouse.row).and_then(|row| self.open.get(row).copied())
            && self.has_children(node)
            && usize::from(mouse.column) == self.mark_column(node)
        {
            self.window.handle(event, Context::Tree);
            return self.fold(Command::Toggle);
        }
        self.window.handle(event, Context::Tree)
    }

    /// Draws the nodes in sight; `row` is asked for each with the columns there are.
    pub fn render<'a>(
        &mut self,
        area: Rect,
        buf: &mut Buffer,
        theme: &Theme,
        focused: bool,
        mut row: impl FnMut(usize, u16) -> Row<'a>,
    ) {
        let selected = self.window.selected();
        let bar = u16::from(self.window.has_bar(area));
        for (n, at) in (0u16..).zip(self.window.frame(area)) {
            let Some(node) = self.open.get(at).copied() else { continue };
            let line = text::row(area, n);
            select_row(line, buf, theme, selected == Some(at), focused);
            let indent = self.indent(node).min(line.width);
            let mark = match (self.has_children(node), self.folded.contains(&self.nodes[node].key)) {
                (false, _) => " ",
                (true, true) => "+",
                (true, false) => "-",
            };
            let inner = Rect { x: line.x + indent, width: line.width.saturating_sub(indent + 1 + bar), ..line };
            text::put_line(buf, (inner.x, inner.y), inner.width, &Line::from(theme.span(Role::Dim, mark)));
            let inner = Rect { x: inner.x + 2.min(inner.width), width: inner.width.saturating_sub(2), ..inner };
            row(node, inner.width).render(inner, buf);
        }
        self.window.render_bar(buf, theme);
    }

    fn fold(&mut self, command: Command) -> Option<Outcome> {
        let node = self.selected()?;
        let key = self.nodes[node].key.clone();
        let folded = self.folded.contains(&key);
        match command {
            Command::Expand if folded => drop(self.folded.remove(&key)),
            Command::Expand if self.has_children(node) => return self.window.run(Command::Down),
            Command::Collapse if !folded && self.has_children(node) => drop(self.folded.insert(key)),
            Command::Collapse => {
                let Some(parent) = self.parent(node) else { return Some(Outcome::Taken) };
                self.select(parent);
                return Some(Outcome::Moved);
            }
            Command::Toggle if folded => drop(self.folded.remove(&key)),
            Command::Toggle if self.has_children(node) => drop(self.folded.insert(key)),
            Command::ExpandAll => self.folded.clear(),
            Command::CollapseAll => {
                self.folded = (0..self.nodes.len())
                    .filter(|node| self.has_children(*node))
                    .map(|node| self.nodes[node].key.clone())
                    .collect();
            }
            Command::Expand | Command::Toggle => return Some(Outcome::Taken),
            _ => return None,
        }
        self.unfold_rows();
        // What was selected may be hidden now: the nearest node above it that is not.
        let row = self.open.partition_point(|open| *open <= node).saturating_sub(1);
        self.window.select(row);
        Some(if self.selected() == Some(node) { Outcome::Taken } else { Outcome::Moved })
    }

    fn unfold_rows(&mut self) {
        self.open.clear();
        let mut hidden_below: Option<usize> = None;
        for (at, node) in self.nodes.iter().enumerate() {
            if hidden_below.is_some_and(|depth| node.depth > depth) {
                continue;
            }
            hidden_below = self.folded.contains(&node.key).then_some(node.depth);
            self.open.push(at);
        }
        self.window.set_len(self.open.len());
    }

    fn parent(&self, node: usize) -> Option<usize> {
        let depth = self.nodes.get(node)?.depth;
        self.nodes[..node].iter().rposition(|other| other.depth < depth)
    }

    fn has_children(&self, node: usize) -> bool {
        match (self.nodes.get(node), self.nodes.get(node + 1)) {
            (Some(node), Some(next)) => next.depth > node.depth,
            _ => false,
        }
    }

    fn indent(&self, node: usize) -> u16 {
        // Beyond ten levels the indent no longer grows: there would be no room for words.
        2 + 2 * u16::try_from(self.nodes.get(node).map_or(0, |node| node.depth).min(10)).unwrap_or(0)
    }

    fn mark_column(&self, node: usize) -> usize {
        usize::from(self.window.left()) + usize::from(self.indent(node))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::testing::{draw, keys, squeeze};

    fn harms() -> Tree {
        let nodes = [("weapons", 0), ("bio", 1), ("toxins", 2), ("chem", 1), ("fraud", 0), ("phishing", 1)];
        Tree::new(nodes.iter().map(|(key, depth)| Node::new(*key, *depth)).collect())
    }

    fn shown(tree: &mut Tree) -> String {
        let nodes = tree.nodes.clone();
        draw(24, 7, |area, buf, theme| {
            tree.render(area, buf, theme, true, |i, _| Row::new(nodes[i].key.clone()).right("3"))
        })
    }

    #[test]
    fn nodes_are_drawn_below_each_other() {
        let mut tree = harms();
        for event in keys("j h") {
            tree.handle(&event);
        }
        insta::assert_snapshot!(shown(&mut tree), @r"
          - weapons           3
        ▸   + bio             3
              chem            3
          - fraud             3
              phishing        3
        ");
    }

    #[test]
    fn keys_fold_and_walk() {
        fn check(pressed: &str, expect: &str) {
            let mut tree = harms();
            for event in keys(pressed) {
                tree.handle(&event);
            }
            let selected = tree.selected().map(|at| tree.nodes[at].key.clone()).unwrap_or_default();
            assert_eq!(format!("{selected} of {}", tree.open.len()), expect, "{pressed}");
        }
        check("", "weapons of 6");
        check("l l", "toxins of 6");
        check("G h", "fraud of 6");
        check("G h h", "fraud of 5");
        check("G -", "fraud of 2");
        check("G - *", "fraud of 6");
        check("space", "weapons of 3");
        check("space space", "weapons of 6");
        check("j j h h h h", "weapons of 3");
    }

    #[test]
    fn selecting_a_hidden_node_unfolds_it_and_new_nodes_keep_the_selection() {
        let mut tree = harms();
        tree.handle(&keys("-")[0]);
        tree.select_key("toxins");
        assert_eq!(tree.selected(), Some(2));
        let mut nodes = tree.nodes.clone();
        nodes.insert(0, Node::new("new", 0));
        tree.set(nodes);
        assert_eq!(tree.selected(), Some(3));
        tree.set(vec![]);
        assert_eq!(tree.selected(), None);
        tree.handle(&keys("l")[0]);
    }

    #[test]
    fn no_size_is_too_small() {
        squeeze(|area, buf, theme| harms().render(area, buf, theme, false, |_, _| Row::new("日本語").right("1")));
    }
}
