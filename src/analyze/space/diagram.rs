//! Functions over many-valued variables as reduced, ordered, shared diagrams.
//!
//! A node asks one variable, its *level*, and has one child for each of its values; the answers at the ends are numbers.
//! Levels are asked in order, what does not matter is not asked, and equal nodes are one node: so two functions are the
//! same exactly where their nodes are (Bryant 1986 for two values; Srinivasan, Kam, Malik and Brayton 1990 for many).
//! A set is a function that answers [`EMPTY`] or [`FULL`].

use hashbrown::HashTable;
use rustc_hash::{FxHashMap, FxHasher};
use std::hash::Hasher;

/// A function: a node of [`Diagrams`], or one answer for everything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Node(u32);

/// The set of nothing; in a function that is still being filled: not answered yet.
pub const EMPTY: Node = Node::answer(0);
/// The set of everything.
pub const FULL: Node = Node::answer(1);

const ANSWER: u32 = 1 << 31;
/// Of a node that is no answer: whether [`EMPTY`] is among its answers.
const OPEN: u32 = 1 << 30;

impl Node {
    /// The function that gives this answer everywhere.
    pub const fn answer(answer: u32) -> Node {
        Node(ANSWER | answer)
    }

    /// The one answer that the function gives; `None` where it gives several.
    pub fn as_answer(self) -> Option<u32> {
        (self.0 & ANSWER != 0).then_some(self.0 & !ANSWER)
    }

    /// Whether there may be points at which it gives no answer.
    fn is_open(self) -> bool {
        self == EMPTY || self.0 & (ANSWER | OPEN) == OPEN
    }

    fn at(self) -> usize {
        (self.0 & !OPEN) as usize
    }
}

/// All nodes of some functions over the same levels.
#[derive(Debug, Clone)]
pub struct Diagrams {
    /// How many values each level has.
    arities: Vec<u32>,
    nodes: Vec<Inner>,
    /// Of all nodes, each node's together.
    children: Vec<Node>,
    /// Each node with the half of its hash that it is found by.
    unique: HashTable<(u32, u32)>,
    known: Vec<Known>,
    /// Children of the nodes that are being made.
    stack: Vec<Node>,
    most: usize,
    full: bool,
}

#[derive(Debug, Clone, Copy)]
struct Inner {
    level: u16,
    first: u32,
}

/// No node: there are never so many.
const UNKNOWN: Node = Node(OPEN - 1);

/// The result of an operation that may be asked for again.
#[derive(Debug, Clone, Copy)]
struct Known {
    operation: u32,
    a: Node,
    b: Node,
    result: Node,
}

const NOTHING_KNOWN: Known = Known { operation: u32::MAX, a: EMPTY, b: EMPTY, result: EMPTY };

const AND: u32 = 0;
const OR: u32 = 1;
const MINUS: u32 = 2;
const FIRST: u32 = 3;
const DIFFER: u32 = 4;
const KEEP: u32 = 5;
/// And with it the answer that it is about.
const EQUAL: u32 = 1 << 28;

/// More levels than these would be too deep to walk.
pub const MOST_LEVELS: usize = 2_000;

/// How many nodes there may be (about 100 MB): policies that people write need a thousandth of it.
pub const MOST_NODES: usize = 2_000_000;

/// So many results are remembered: what fits the processor's caches. A table of 16 times the size takes a third longer.
const MOST_KNOWN: usize = 1 << 16;

impl Diagrams {
    /// Over levels with so many values each.
    pub fn new(arities: Vec<u32>) -> Self {
        Diagrams::with_room(arities, MOST_NODES)
    }

    fn with_room(arities: Vec<u32>, most: usize) -> Self {
        Diagrams {
            full: arities.len() > MOST_LEVELS,
            arities,
            nodes: Vec::new(),
            children: Vec::new(),
            unique: HashTable::new(),
            known: vec![NOTHING_KNOWN; 1 << 12],
            stack: Vec::new(),
            most,
        }
    }

    /// Whether there were too many nodes or levels: nothing that was computed since then means anything.
    pub fn is_full(&self) -> bool {
        self.full
    }

    /// How many nodes there are.
    pub fn size(&self) -> usize {
        self.nodes.len()
    }

    pub fn arity(&self, level: usize) -> usize {
        self.arities[level] as usize
    }

    /// The level that a function asks first; `None` where it gives one answer.
    pub fn level(&self, node: Node) -> Option<usize> {
        (node.0 & ANSWER == 0).then(|| usize::from(self.nodes[node.at()].level))
    }

    /// What is left of a function where a level that is not after its first has this value.
    #[inline]
    pub fn child(&self, node: Node, level: usize, value: usize) -> Node {
        if node.0 & ANSWER != 0 {
            return node;
        }
        let inner = self.nodes[node.at()];
        if usize::from(inner.level) == level { self.children[inner.first as usize + value] } else { node }
    }

    /// The points at which a level has one of the values that are marked.
    pub fn values(&mut self, level: usize, of: impl Fn(usize) -> bool) -> Node {
        self.branch(level, |_, value| if of(value) { FULL } else { EMPTY })
    }

    /// The function that goes on, after a level, as its value says. What it goes on with asks later levels only.
    pub fn branch(&mut self, level: usize, mut child: impl FnMut(&mut Self, usize) -> Node) -> Node {
        let from = self.stack.len();
        for value in 0..self.arity(level) {
            let child = child(self, value);
            self.stack.push(child);
        }
        self.make(level, from)
    }

    /// What is in both sets.
    pub fn and(&mut self, a: Node, b: Node) -> Node {
        self.combine(AND, a, b)
    }

    /// What is in either set.
    pub fn or(&mut self, a: Node, b: Node) -> Node {
        self.combine(OR, a, b)
    }

    /// What is in the first set and not in the second.
    pub fn minus(&mut self, a: Node, b: Node) -> Node {
        self.combine(MINUS, a, b)
    }

    /// What is not in the set.
    pub fn complement(&mut self, a: Node) -> Node {
        self.combine(MINUS, FULL, a)
    }

    /// The first function where it gives an answer, elsewhere the second.
    pub fn first(&mut self, a: Node, b: Node) -> Node {
        self.combine(FIRST, a, b)
    }

    /// At every point the answer of the first of the functions that gives one. Joined in halves: the functions of few clauses
    /// are small.
    pub fn first_of(&mut self, functions: &[Node]) -> Node {
        match functions {
            [] => EMPTY,
            [one] => *one,
            many => {
                let (earlier, later) = many.split_at(many.len() / 2);
                let (earlier, later) = (self.first_of(earlier), self.first_of(later));
                self.first(earlier, later)
            }
        }
    }

    /// The function that gives this answer on a set, and none elsewhere.
    pub fn answering(&mut self, set: Node, answer: u32) -> Node {
        self.map(set, &mut |within| if within == 0 { 0 } else { answer })
    }

    /// The points at which two functions give different answers.
    pub fn differing(&mut self, a: Node, b: Node) -> Node {
        self.combine(DIFFER, a, b)
    }

    /// The function on the points of a set, and no answer elsewhere.
    pub fn keep(&mut self, function: Node, set: Node) -> Node {
        self.combine(KEEP, function, set)
    }

    /// The points of a set at which a function gives this answer.
    pub fn equal(&mut self, function: Node, set: Node, answer: u32) -> Node {
        self.combine(EQUAL | answer, function, set)
    }

    fn combine(&mut self, operation: u32, a: Node, b: Node) -> Node {
        if let Some(result) = self.at_once(operation, a, b) {
            return result;
        }
        let slot = slot(operation, a, b) & (self.known.len() - 1);
        let known = self.known[slot];
        if known.operation == operation && known.a == a && known.b == b {
            return known.result;
        }
        let level = self.first_level(a, b);
        let (of_a, of_b) = (self.children_at(a, level), self.children_at(b, level));
        let from = self.stack.len();
        for value in 0..self.arity(level) {
            let child = |node: Node, of: Option<usize>| of.map_or(node, |first| self.children[first + value]);
            let (a, b) = (child(a, of_a), child(b, of_b));
            let child = self.combine(operation, a, b);
            self.stack.push(child);
        }
        let result = self.make(level, from);
        // The table may have grown meanwhile.
        let slot = self::slot(operation, a, b) & (self.known.len() - 1);
        self.known[slot] = Known { operation, a, b, result };
        result
    }

    /// The result that can be told without looking at any level.
    #[inline]
    fn at_once(&self, operation: u32, a: Node, b: Node) -> Option<Node> {
        if self.full {
            return Some(EMPTY);
        }
        match operation {
            AND if a == b || b == FULL || a == EMPTY => Some(a),
            AND if a == FULL || b == EMPTY => Some(b),
            OR if a == b || b == EMPTY || a == FULL => Some(a),
            OR if a == EMPTY || b == FULL => Some(b),
            MINUS if a == EMPTY || b == EMPTY => Some(a),
            MINUS if a == b || b == FULL => Some(EMPTY),
            FIRST if a == EMPTY => Some(b),
            FIRST if b == EMPTY || !a.is_open() => Some(a),
            DIFFER if a == b => Some(EMPTY),
            DIFFER if a.as_answer().is_some() && b.as_answer().is_some() => Some(FULL),
            KEEP if a == EMPTY || b == FULL => Some(a),
            KEEP if b == EMPTY => Some(EMPTY),
            AND | OR | MINUS | FIRST | DIFFER | KEEP => None,
            _ if b == EMPTY => Some(EMPTY),
            _ => a.as_answer().map(|answer| if answer == operation & !EQUAL { b } else { EMPTY }),
        }
    }

    /// Where the children of a node begin that asks this level; `None` where it asks a later one or none.
    fn children_at(&self, node: Node, level: usize) -> Option<usize> {
        let inner = (node.0 & ANSWER == 0).then(|| self.nodes[node.at()])?;
        (usize::from(inner.level) == level).then_some(inner.first as usize)
    }

    fn first_level(&self, a: Node, b: Node) -> usize {
        let level = |node| self.level(node).unwrap_or(usize::MAX);
        level(a).min(level(b))
    }

    /// The node with the children that were put on the stack from there on.
    fn make(&mut self, level: usize, from: usize) -> Node {
        let made = &self.stack[from..];
        let first = made.first().copied().unwrap_or(EMPTY);
        if made.iter().all(|child| *child == first) {
            self.stack.truncate(from);
            return first;
        }
        let hash = hash(level, made);
        let Diagrams { nodes, children, unique, .. } = self;
        let is_it = |&(short, at): &(u32, u32)| {
            let inner: Inner = nodes[at as usize];
            let first = inner.first as usize;
            short == hash && usize::from(inner.level) == level && children[first..first + made.len()] == *made
        };
        let open = if made.iter().any(|child| child.is_open()) { OPEN } else { 0 };
        let node = match unique.find(spread(hash), is_it) {
            Some(&(_, at)) => Node(at | open),
            None if nodes.len() >= self.most || children.len() >= self.most * 16 => {
                self.full = true;
                EMPTY
            }
            None => {
                let at = nodes.len() as u32;
                unique.insert_unique(spread(hash), (hash, at), |&(hash, _)| spread(hash));
                nodes.push(Inner { level: level as u16, first: children.len() as u32 });
                children.extend_from_slice(made);
                Node(at | open)
            }
        };
        self.stack.truncate(from);
        if self.nodes.len() > self.known.len() && self.known.len() < MOST_KNOWN {
            self.known = vec![NOTHING_KNOWN; self.known.len() * 4];
        }
        node
    }

    /// The function whose answers are those of `function`, each put through `map`.
    pub fn map(&mut self, function: Node, map: &mut impl FnMut(u32) -> u32) -> Node {
        let mut done = FxHashMap::default();
        self.map_known(function, map, &mut done)
    }

    /// The function that answers `of[answer]` where this one answers so.
    pub fn recode(&mut self, function: Node, of: &[u32]) -> Node {
        // What a node leads to was made before it: so all that is met is numbered below it.
        let mut done = vec![UNKNOWN; self.level(function).map_or(0, |_| function.at() + 1)];
        self.recode_known(function, of, &mut done)
    }

    fn recode_known(&mut self, node: Node, of: &[u32], done: &mut [Node]) -> Node {
        let Some(level) = self.level(node) else {
            let coded = node.as_answer().and_then(|answer| of.get(answer as usize));
            return coded.map_or(EMPTY, |&coded| Node::answer(coded));
        };
        if done[node.at()] != UNKNOWN {
            return done[node.at()];
        }
        let result = self.branch(level, |all, value| {
            let child = all.child(node, level, value);
            all.recode_known(child, of, done)
        });
        done[node.at()] = result;
        result
    }

    fn map_known(&mut self, node: Node, map: &mut impl FnMut(u32) -> u32, done: &mut FxHashMap<Node, Node>) -> Node {
        let Some(level) = self.level(node) else {
            return node.as_answer().map_or(EMPTY, |answer| Node::answer(map(answer)));
        };
        if let Some(&known) = done.get(&node) {
            return known;
        }
        let result = self.branch(level, |all, value| {
            let child = all.child(node, level, value);
            all.map_known(child, map, done)
        });
        done.insert(node, result);
        result
    }

    /// The function whose answer is made of the answers of two.
    pub fn join(&mut self, a: Node, b: Node, join: &mut impl FnMut(u32, u32) -> u32) -> Node {
        let mut done = FxHashMap::default();
        self.join_known(a, b, join, &mut done)
    }

    fn join_known(
        &mut self,
        a: Node,
        b: Node,
        join: &mut impl FnMut(u32, u32) -> u32,
        done: &mut FxHashMap<(Node, Node), Node>,
    ) -> Node {
        if self.full {
            return EMPTY;
        }
        if let (Some(a), Some(b)) = (a.as_answer(), b.as_answer()) {
            return Node::answer(join(a, b));
        }
        if let Some(&known) = done.get(&(a, b)) {
            return known;
        }
        let level = self.first_level(a, b);
        let result = self.branch(level, |all, value| {
            let (a, b) = (all.child(a, level, value), all.child(b, level, value));
            all.join_known(a, b, join, done)
        });
        done.insert((a, b), result);
        result
    }

    /// For every answer that the function gives, the set of points at which it does; by answer.
    pub fn split(&mut self, function: Node) -> Vec<(u32, Node)> {
        let mut done: FxHashMap<Node, Vec<(u32, Node)>> = FxHashMap::default();
        self.split_known(function, &mut done);
        done.remove(&function)
            .unwrap_or_else(|| function.as_answer().map(|answer| (answer, FULL)).into_iter().collect())
    }

    fn split_known(&mut self, node: Node, done: &mut FxHashMap<Node, Vec<(u32, Node)>>) {
        let Some(level) = self.level(node) else { return };
        if done.contains_key(&node) {
            return;
        }
        let arity = self.arity(level);
        let mut parts: Vec<Vec<(u32, Node)>> = Vec::with_capacity(arity);
        for value in 0..arity {
            let child = self.child(node, level, value);
            self.split_known(child, done);
            parts.push(match child.as_answer() {
                Some(answer) => vec![(answer, FULL)],
                None => done[&child].clone(),
            });
        }
        let mut answers: Vec<u32> = parts.iter().flatten().map(|(answer, _)| *answer).collect();
        answers.sort_unstable();
        answers.dedup();
        let of = |part: &[(u32, Node)], answer: u32| {
            part.binary_search_by_key(&answer, |(answer, _)| *answer).map_or(EMPTY, |at| part[at].1)
        };
        let split =
            answers.into_iter().map(|answer| (answer, self.branch(level, |_, value| of(&parts[value], answer))));
        let split = split.collect();
        done.insert(node, split);
    }

    /// What is left of a function where a level has this value, asked or not.
    pub fn restrict(&mut self, function: Node, level: usize, value: usize) -> Node {
        let mut done = FxHashMap::default();
        self.restrict_known(function, level, value, &mut done)
    }

    fn restrict_known(&mut self, node: Node, level: usize, value: usize, done: &mut FxHashMap<Node, Node>) -> Node {
        match self.level(node) {
            Some(at) if at == level => self.child(node, level, value),
            Some(at) if at < level => {
                if let Some(&known) = done.get(&node) {
                    return known;
                }
                let result = self.branch(at, |all, of| {
                    let child = all.child(node, at, of);
                    all.restrict_known(child, level, value, done)
                });
                done.insert(node, result);
                result
            }
            _ => node,
        }
    }

    /// Whether a function gives, at any point of a set, one of the answers that are marked. Makes no nodes, and stops at the
    /// first such point.
    pub fn gives_any(&self, function: Node, set: Node, marked: &[bool]) -> bool {
        let mut seen = rustc_hash::FxHashSet::default();
        let mut left = vec![(function, set)];
        while let Some((function, set)) = left.pop() {
            if set == EMPTY {
                continue;
            }
            if let Some(answer) = function.as_answer() {
                if marked.get(answer as usize).copied().unwrap_or(false) {
                    return true;
                }
                continue;
            }
            if seen.insert((function, set)) {
                let level = self.first_level(function, set);
                let children = 0..self.arity(level);
                left.extend(children.map(|value| (self.child(function, level, value), self.child(set, level, value))));
            }
        }
        false
    }

    /// The answers that a function gives anywhere, in order.
    pub fn answers(&self, function: Node) -> Vec<u32> {
        let mut seen = rustc_hash::FxHashSet::default();
        let mut left = vec![function];
        while let Some(node) = left.pop() {
            if seen.insert(node)
                && let Some(level) = self.level(node)
            {
                left.extend((0..self.arity(level)).map(|value| self.child(node, level, value)));
            }
        }
        let mut answers: Vec<u32> = seen.into_iter().filter_map(Node::as_answer).collect();
        answers.sort_unstable();
        answers
    }

    /// The levels that a function asks, in order.
    pub fn support(&self, function: Node) -> Vec<usize> {
        let mut asked = vec![false; self.arities.len()];
        let mut seen = rustc_hash::FxHashSet::default();
        let mut left = vec![function];
        while let Some(node) = left.pop() {
            if let Some(level) = self.level(node)
                && seen.insert(node)
            {
                asked[level] = true;
                left.extend((0..self.arity(level)).map(|value| self.child(node, level, value)));
            }
        }
        (0..asked.len()).filter(|&level| asked[level]).collect()
    }
}

fn hash(level: usize, children: &[Node]) -> u32 {
    let mut hasher = FxHasher::default();
    hasher.write_usize(level);
    children.iter().for_each(|child| hasher.write_u32(child.0));
    (hasher.finish() >> 32) as u32
}

/// The table takes its place from the lower bits, and a mark of it from the uppermost.
fn spread(hash: u32) -> u64 {
    u64::from(hash) << 32 | u64::from(hash)
}

fn slot(operation: u32, a: Node, b: Node) -> usize {
    let mut hasher = FxHasher::default();
    hasher.write_u32(operation);
    hasher.write_u32(a.0);
    hasher.write_u32(b.0);
    hasher.finish() as usize
}
