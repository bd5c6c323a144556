//! From the parser's events to a spanned tree.

use super::scan::{self, Gap};
use super::syntax::SyntaxProblem;
use super::tree::{Alias, Entry, Item, Kind, Mapping, Node, Properties, Scalar, ScalarValue, Sequence, Span, Style};
use granit_parser::{Event, Options, Parser, ScalarStyle, ScanError, StructureStyle, Tag};
use rustc_hash::{FxHashMap, FxHashSet};
use std::cmp::Ordering;
use std::sync::Arc;

/// How deep values may be nested, aliases written out.
pub const DEPTH_LIMIT: usize = 128;
/// How many nodes the aliases of one document may stand for in all.
pub const ALIAS_BUDGET: usize = 1_000_000;

/// Of the keys that stand twice, so many are told.
const DUPLICATES_TOLD: usize = 200;

/// What one pass over a text gave.
pub(super) struct Pass {
    /// The root value, cut short where the pass stopped.
    pub root: Option<Node>,
    /// Comments in the order of the text, from `#` to the end of the line.
    pub comments: Vec<Span>,
    /// What is wrong without keeping the rest from being read: duplicate keys, dangling aliases.
    pub problems: Vec<SyntaxProblem>,
    /// Where reading stopped, if it did not reach the end.
    pub stop: Option<Stop>,
}

/// An error that the pass could not go past.
pub(super) struct Stop {
    pub problem: SyntaxProblem,
    /// Where it was noticed.
    pub at: usize,
    /// The end of the last thing that was read well.
    pub after: usize,
    /// Where the outermost flow collection starts that was still open.
    pub open_flow: Option<usize>,
}

/// Reads the first document of `text` in one pass; a further document is a problem.
pub(super) fn pass(text: &str) -> Pass {
    let mut options = Options::default();
    options.emit_anchor_events = true;
    options.emit_unresolved_aliases = true;
    options.max_buffered_comment_events = usize::MAX;
    options.block_nesting_limit = DEPTH_LIMIT;
    options.flow_nesting_limit = DEPTH_LIMIT;
    let mut builder = Builder::new(text);
    let mut documents = 0;
    let mut parser = Parser::new_from_str_with_options(text, options);
    while let Some(event) = parser.next_event() {
        let (event, span) = match event {
            Ok(event) => event,
            Err(error) => {
                builder.fail(&error);
                break;
            }
        };
        let bytes = span.byte_range().unwrap_or(builder.cursor..builder.cursor);
        let bytes = Span::new(bytes.start, bytes.end);
        match event {
            Event::StreamStart | Event::StreamEnd | Event::DocumentEnd | Event::Anchor(..) => {}
            Event::DocumentStart(..) => {
                documents += 1;
                if documents > 1 {
                    builder.problems.push(SyntaxProblem::several_documents(bytes));
                    break;
                }
                builder.cursor = bytes.end;
            }
            Event::Comment(..) => builder.comments.push(bytes),
            Event::Alias(_) | Event::UnresolvedAlias(_) => builder.alias(bytes, event.alias_id()),
            Event::Scalar(value, style, id, tag) => {
                let properties = builder.properties(&mut parser, id, tag.as_deref(), &span);
                builder.scalar(&value, style, bytes, id, properties, tag.as_deref());
            }
            Event::SequenceStart(style, id, tag) => {
                let properties = builder.properties(&mut parser, id, tag.as_deref(), &span);
                builder.open(Children::Sequence(Vec::new()), style, bytes, id, properties);
            }
            Event::MappingStart(style, id, tag) => {
                let properties = builder.properties(&mut parser, id, tag.as_deref(), &span);
                builder.open(Children::Mapping(Vec::new(), None), style, bytes, id, properties);
            }
            Event::SequenceEnd | Event::MappingEnd => builder.close(bytes),
            _ => {}
        }
        if builder.stop.is_some() {
            break;
        }
    }
    builder.finish()
}

/// A collection that is still being read.
struct Frame {
    children: Children,
    flow: bool,
    /// Where it was said to start.
    start: usize,
    /// Where the item or pair that it fills starts in its parent.
    slot: Slot,
    anchor: usize,
    properties: Option<Arc<Properties>>,
}

enum Children {
    Sequence(Vec<Item>),
    /// The pairs, and a key whose value is still to come.
    Mapping(Vec<Entry>, Option<PendingKey>),
}

struct PendingKey {
    key: Node,
    start: usize,
    explicit: bool,
    colon: Option<usize>,
}

/// Where the place that a node fills begins: the dash of an item, the `?` of a pair.
#[derive(Clone, Copy, Default)]
struct Slot {
    start: usize,
    explicit: bool,
}

struct Builder<'t> {
    text: &'t str,
    frames: Vec<Frame>,
    root: Option<Node>,
    comments: Vec<Span>,
    problems: Vec<SyntaxProblem>,
    stop: Option<Stop>,
    /// The end of the last token that carries meaning.
    cursor: usize,
    /// Values by anchor id; `None` while the value is still being read.
    anchors: FxHashMap<usize, Option<Arc<Node>>>,
    /// How many nodes aliases have stood for so far.
    aliased: usize,
    /// Keys met before.
    known: FxHashSet<Arc<str>>,
    /// How many keys stand twice.
    duplicates: usize,
}

impl<'t> Builder<'t> {
    fn new(text: &'t str) -> Self {
        Builder {
            text,
            frames: Vec::new(),
            root: None,
            comments: Vec::new(),
            problems: Vec::new(),
            stop: None,
            cursor: 0,
            anchors: FxHashMap::default(),
            aliased: 0,
            known: FxHashSet::default(),
            duplicates: 0,
        }
    }

    /// The anchor and tag of the node whose event was just read; takes the anchor's own event, which follows at once.
    fn properties(
        &mut self,
        parser: &mut Parser<'t, granit_parser::StrInput<'t>>,
        id: usize,
        tag: Option<&Tag>,
        span: &granit_parser::Span,
    ) -> Option<Arc<Properties>> {
        if id == 0 && tag.is_none() {
            return None;
        }
        let mut spans: Vec<Span> = Vec::with_capacity(2);
        let mut properties = Properties::default();
        if tag.is_some()
            && let Some(range) = span.tag_span().and_then(|s| s.byte_range())
        {
            properties.tag = self.text.get(range.clone()).map(Arc::from);
            spans.push(Span::new(range.start, range.end));
        }
        if id != 0
            && let Some(Ok((Event::Anchor(_, name), span))) = parser.next_event()
        {
            properties.anchor = Some(Arc::from(&*name));
            spans.extend(span.byte_range().map(|r| Span::new(r.start, r.end)));
        }
        let start = spans.iter().map(|s| s.start).min()?;
        let end = spans.iter().map(|s| s.end).max()?;
        properties.span = Span::new(start, end);
        Some(Arc::new(properties))
    }

    fn scalar(
        &mut self,
        value: &str,
        style: ScalarStyle,
        bytes: Span,
        id: usize,
        properties: Option<Arc<Properties>>,
        tag: Option<&Tag>,
    ) {
        let style = match style {
            ScalarStyle::Plain => Style::Plain,
            ScalarStyle::SingleQuoted => Style::SingleQuoted,
            ScalarStyle::DoubleQuoted => Style::DoubleQuoted,
            ScalarStyle::Literal => Style::Literal,
            ScalarStyle::Folded => Style::Folded,
        };
        let empty = style == Style::Plain && bytes.is_empty();
        let outer = properties.as_ref().map_or(bytes.start, |p| p.span.start.min(bytes.start));
        let slot = self.slot(outer);
        let span = if style.is_block() {
            self.block_scalar_span(bytes)
        } else if empty {
            // Nothing was written: the value stands right behind its `:`, dash or properties.
            let at = properties.as_ref().map_or(self.cursor, |p| p.span.end).max(self.cursor);
            Span::new(at, at)
        } else {
            bytes
        };
        self.cursor = self.cursor.max(span.end);
        let text = self.shared(if empty { "" } else { value });
        let mut scalar = Scalar::new(text, style);
        if let Some(tag) = tag {
            retag(&mut scalar, tag);
        }
        let node = Node::new(Kind::Scalar(scalar), span, properties);
        self.anchored(id, &node);
        self.place(node, slot);
    }

    /// From the `|` or `>` to the end of the last line that is content, without its line break.
    fn block_scalar_span(&self, bytes: Span) -> Span {
        let gap = scan::skip_gap(self.text, self.cursor, Gap::Properties);
        let header_end = scan::line_end(self.text, gap);
        let keep = scan::block_header(self.text, gap).is_some_and(|header| header.keeps());
        let mut end = bytes.end.max(header_end);
        let indent = bytes.start.saturating_sub(scan::line_start(self.text, bytes.start));
        // The raw span runs on to the next token: into its line's indentation, and over blank lines.
        let mut first = true;
        while end > header_end {
            let line = scan::line_start(self.text, end);
            let blank = self.text[line..end].bytes().all(|b| b == b' ') && end - line <= indent;
            if !blank || line <= header_end || !first && keep {
                break;
            }
            end = scan::before_line_break(self.text, line);
            first = false;
        }
        Span::new(gap, end)
    }

    fn alias(&mut self, bytes: Span, id: Option<usize>) {
        let slot = self.slot(bytes.start);
        let name: Arc<str> = self.text.get(bytes.start + 1..bytes.end).unwrap_or_default().into();
        let target = match id.map(|id| self.anchors.get(&id).cloned()) {
            Some(Some(Some(target))) => {
                let too_deep = self.frames.len() + target.height > DEPTH_LIMIT;
                let spent = self.aliased.saturating_add(target.weight);
                if too_deep || spent > ALIAS_BUDGET {
                    self.problems.push(SyntaxProblem::alias_bomb(&name, bytes, too_deep));
                    None
                } else {
                    self.aliased = spent;
                    Some(target)
                }
            }
            Some(_) => {
                self.problems.push(SyntaxProblem::alias_cycle(&name, bytes));
                None
            }
            None => {
                self.problems.push(SyntaxProblem::alias_dangling(&name, bytes));
                None
            }
        };
        self.cursor = bytes.end;
        self.place(Node::new(Kind::Alias(Alias { name, target }), bytes, None), slot);
    }

    fn open(
        &mut self,
        children: Children,
        style: StructureStyle,
        bytes: Span,
        anchor: usize,
        properties: Option<Arc<Properties>>,
    ) {
        if self.frames.len() >= DEPTH_LIMIT {
            self.halt(SyntaxProblem::too_deep(bytes), bytes.start);
            return;
        }
        let flow = style == StructureStyle::Flow;
        let outer = properties.as_ref().map_or(bytes.start, |p| p.span.start.min(bytes.start));
        let slot = self.slot(outer);
        if flow {
            self.cursor = self.cursor.max(bytes.end);
        } else if let Some(properties) = &properties {
            self.cursor = self.cursor.max(properties.span.end);
        }
        if anchor != 0 {
            self.anchors.insert(anchor, None);
        }
        self.frames.push(Frame { children, flow, start: bytes.start, slot, anchor, properties });
    }

    fn close(&mut self, bytes: Span) {
        if let Some(frame) = self.frames.pop() {
            if frame.flow {
                self.cursor = self.cursor.max(bytes.end);
            }
            let (id, slot) = (frame.anchor, frame.slot);
            let node = self.collection(frame);
            self.anchored(id, &node);
            self.place(node, slot);
        }
    }

    fn collection(&mut self, frame: Frame) -> Node {
        let end = self.cursor;
        let Frame { children, flow, start, properties, .. } = frame;
        let (kind, first) = match children {
            Children::Sequence(items) => {
                let first = items.first().map(|item| item.start);
                (Kind::Sequence(Sequence { items: items.into(), flow }), first)
            }
            Children::Mapping(mut entries, pending) => {
                if let Some(pending) = pending {
                    let value =
                        Node::new(Kind::Scalar(Scalar::new("".into(), Style::Plain)), Span::new(end, end), None);
                    entries.push(pending.with(value));
                }
                self.report_duplicates(&entries);
                let first = entries.first().map(|entry| entry.start);
                (Kind::Mapping(Mapping { entries: entries.into(), flow }), first)
            }
        };
        let start = if flow { start.min(first.unwrap_or(start)) } else { first.unwrap_or(start) };
        Node::new(kind, Span::new(start, end), properties)
    }

    /// Finds where the slot that a node is about to fill begins, and moves the cursor behind its dash, `?` or `:`.
    fn slot(&mut self, outer: usize) -> Slot {
        let Some(frame) = self.frames.last_mut() else {
            return Slot { start: outer, explicit: false };
        };
        match &mut frame.children {
            Children::Sequence(_) if frame.flow => Slot { start: outer, explicit: false },
            Children::Sequence(_) => {
                let dash = scan::skip_gap(self.text, self.cursor, Gap::Properties);
                self.cursor = dash + 1;
                Slot { start: dash, explicit: false }
            }
            Children::Mapping(_, None) => {
                let gap = if frame.flow { Gap::Commas } else { Gap::Properties };
                let start = scan::skip_gap(self.text, self.cursor, gap);
                let explicit = start < outer && self.text.as_bytes().get(start) == Some(&b'?');
                if explicit {
                    self.cursor = start + 1;
                }
                Slot { start: if explicit { start } else { outer }, explicit }
            }
            Children::Mapping(_, Some(pending)) => {
                let colon = scan::skip_gap(self.text, self.cursor, Gap::Blank);
                if self.text.as_bytes().get(colon) == Some(&b':') {
                    pending.colon = Some(colon);
                    self.cursor = colon + 1;
                }
                Slot { start: outer, explicit: false }
            }
        }
    }

    fn place(&mut self, node: Node, slot: Slot) {
        self.cursor = self.cursor.max(node.span.end);
        match self.frames.last_mut().map(|frame| &mut frame.children) {
            None => self.root = Some(node),
            Some(Children::Sequence(items)) => {
                items.push(Item { start: slot.start.min(node.outer_start()), value: node })
            }
            Some(Children::Mapping(entries, pending)) => match pending.take() {
                Some(key) => entries.push(key.with(node)),
                None => {
                    let Slot { start, explicit } = slot;
                    let start = start.min(node.outer_start());
                    *pending = Some(PendingKey { key: node, start, explicit, colon: None });
                }
            },
        }
    }

    fn anchored(&mut self, id: usize, node: &Node) {
        if id != 0 {
            self.anchors.insert(id, Some(Arc::new(node.clone())));
        }
    }

    /// The text of a scalar; the same keys come again and again, so their texts are shared.
    fn shared(&mut self, text: &str) -> Arc<str> {
        let is_key = self.frames.last().is_some_and(|frame| matches!(frame.children, Children::Mapping(_, None)));
        if !is_key {
            return text.into();
        }
        if let Some(known) = self.known.get(text) {
            return known.clone();
        }
        let shared: Arc<str> = text.into();
        self.known.insert(shared.clone());
        shared
    }

    fn report_duplicates(&mut self, entries: &[Entry]) {
        const FEW: usize = 8;
        let mut seen = FxHashSet::default();
        for (index, entry) in entries.iter().enumerate() {
            let Some(name) = entry.name() else { continue };
            let met = if entries.len() <= FEW {
                entries[..index].iter().any(|other| other.name() == Some(name))
            } else {
                !seen.insert(name)
            };
            if !met {
                continue;
            }
            self.duplicates += 1;
            match self.duplicates.cmp(&DUPLICATES_TOLD) {
                Ordering::Less => self.problems.push(SyntaxProblem::duplicate_key(name, entry.key.span())),
                Ordering::Equal => self.problems.push(SyntaxProblem::many_duplicate_keys(name, entry.key.span())),
                Ordering::Greater => {}
            }
        }
    }

    fn fail(&mut self, error: &ScanError) {
        let at = error.marker().byte_offset().unwrap_or(self.cursor).min(self.text.len());
        let mut problem = SyntaxProblem::from_parser(error, self.text, at);
        // A quote that is never closed is noticed lines below: point at the quote.
        if SyntaxProblem::is_about_quotes(error)
            && let Some(quote) = self.text[self.cursor.min(at)..at].find(['"', '\''])
            && scan::line_end(self.text, self.cursor + quote) < at
        {
            problem.noticed = Some(self.cursor + quote);
        }
        self.halt(problem, at);
    }

    fn halt(&mut self, problem: SyntaxProblem, at: usize) {
        let open_flow = self.frames.iter().find(|frame| frame.flow).map(|frame| frame.start);
        self.stop = Some(Stop { problem, at, after: self.cursor, open_flow });
    }

    /// Closes what is open, so that what was read before a stop stays usable.
    fn finish(mut self) -> Pass {
        while !self.frames.is_empty() {
            self.close(Span::new(self.cursor, self.cursor));
        }
        Pass { root: self.root, comments: self.comments, problems: self.problems, stop: self.stop }
    }
}

impl PendingKey {
    fn with(self, value: Node) -> Entry {
        Entry { key: self.key, value, start: self.start, colon: self.colon, explicit: self.explicit }
    }
}

/// A tag of the core schema says what a scalar is, however it is written.
fn retag(scalar: &mut Scalar, tag: &Tag) {
    let plain = super::schema::resolve(&scalar.text);
    scalar.value = match (tag.core_suffix(), plain) {
        (Some("str"), _) => ScalarValue::String,
        (Some("null"), _) => ScalarValue::Null,
        (Some("bool"), ScalarValue::Bool(_)) | (Some("int"), ScalarValue::Int(_)) => plain,
        (Some("float"), ScalarValue::Int(value)) => ScalarValue::Float(value as f64),
        (Some("float"), ScalarValue::Float(_)) => plain,
        (Some(_), _) => ScalarValue::String,
        (None, _) => scalar.value,
    };
}
