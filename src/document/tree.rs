//! The spanned tree of one YAML file: what the text says and where it says it.

use super::schema::resolve;
use std::ops::Range;
use std::sync::Arc;

/// Bytes of the text, start included, end excluded.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Span {
    pub start: usize,
    pub end: usize,
}

impl Span {
    pub fn new(start: usize, end: usize) -> Self {
        Span { start, end: end.max(start) }
    }

    pub fn range(self) -> Range<usize> {
        self.start..self.end
    }

    pub fn is_empty(self) -> bool {
        self.start == self.end
    }

    /// Whether `byte` lies in the span or right behind its last byte, where a cursor still touches it.
    pub fn touches(self, byte: usize) -> bool {
        (self.start..=self.end).contains(&byte)
    }
}

/// One value of a document. Cloning one is cheap: its text and children are shared.
///
/// The accessors look through aliases: `get`, `items`, `as_str` and their kin answer for the value that
/// an alias stands for. [`Node::kind`] shows the alias itself.
#[derive(Debug, Clone)]
pub struct Node {
    pub(super) kind: Kind,
    pub(super) span: Span,
    pub(super) properties: Option<Arc<Properties>>,
    /// How many nodes this one has with every alias in it written out.
    pub(super) weight: usize,
    /// How many levels it has, itself included, with every alias in it written out.
    pub(super) height: usize,
}

/// What a node is in the text.
#[derive(Debug, Clone)]
pub enum Kind {
    Scalar(Scalar),
    Mapping(Mapping),
    Sequence(Sequence),
    /// `*name`, standing for the value anchored as `&name`.
    Alias(Alias),
}

/// A single value: its meaning by the core schema of YAML 1.2, its text, and how it was written.
#[derive(Debug, Clone)]
pub struct Scalar {
    pub value: ScalarValue,
    /// The text after quotes, escapes and folding are undone: `07`, `yes`, `>= medium`.
    pub text: Arc<str>,
    pub style: Style,
}

/// The meaning of a scalar. Strings are in [`Scalar::text`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum ScalarValue {
    Null,
    Bool(bool),
    Int(i64),
    Float(f64),
    String,
}

/// How a scalar was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Style {
    Plain,
    SingleQuoted,
    DoubleQuoted,
    /// `|`, line for line.
    Literal,
    /// `>`, lines folded into paragraphs.
    Folded,
}

impl Style {
    /// Whether it is one of the two indented forms, `|` and `>`.
    pub fn is_block(self) -> bool {
        matches!(self, Style::Literal | Style::Folded)
    }
}

/// Key and value pairs, in the order of the text. Duplicate keys are all here.
#[derive(Debug, Clone)]
pub struct Mapping {
    pub entries: Arc<[Entry]>,
    /// `{…}` rather than lines.
    pub flow: bool,
}

/// One pair of a mapping.
#[derive(Debug, Clone)]
pub struct Entry {
    pub key: Node,
    pub value: Node,
    /// Where the pair starts: at its key, the key's properties, or the `?` before them.
    pub start: usize,
    /// Where its `:` stands; `None` where it was left out (`{a, b}`).
    pub colon: Option<usize>,
    /// Written with `?`.
    pub explicit: bool,
}

impl Entry {
    /// The key's text, for keys that are scalars.
    pub fn name(&self) -> Option<&str> {
        self.key.text()
    }

    /// The bytes from the start of the key to the end of the value.
    pub fn span(&self) -> Span {
        let key_end = self.colon.map_or(self.key.span.end, |colon| colon + 1);
        Span::new(self.start, self.value.span.end.max(key_end))
    }
}

/// Items, in the order of the text.
#[derive(Debug, Clone)]
pub struct Sequence {
    pub items: Arc<[Item]>,
    /// `[…]` rather than lines with dashes.
    pub flow: bool,
}

/// One item of a sequence.
#[derive(Debug, Clone)]
pub struct Item {
    /// Where its dash stands; in a flow sequence where its value starts.
    pub start: usize,
    pub value: Node,
}

impl Item {
    /// The bytes from the dash (in a flow sequence from the value) to the end of the value.
    pub fn span(&self) -> Span {
        Span::new(self.start, self.value.span.end.max(self.start))
    }
}

/// A reference to a value anchored further up.
#[derive(Debug, Clone)]
pub struct Alias {
    /// Without the `*`.
    pub name: Arc<str>,
    /// The anchored value; `None` where there is none, or where writing it out would never end.
    pub target: Option<Arc<Node>>,
}

/// What stands before a value: an anchor, a tag.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Properties {
    /// Without the `&`.
    pub anchor: Option<Arc<str>>,
    /// As written: `!!str`, `!note`.
    pub tag: Option<Arc<str>>,
    /// The bytes of both.
    pub span: Span,
}

impl Node {
    /// What the node is in the text; an alias shows as an alias.
    pub fn kind(&self) -> &Kind {
        &self.kind
    }

    /// The bytes of the value itself, without anchor and tag. A block scalar starts at its `|` or `>`;
    /// the line break that ends a block is not part of it.
    pub fn span(&self) -> Span {
        self.span
    }

    /// Where the value starts with its anchor and tag counted in.
    pub fn outer_start(&self) -> usize {
        self.properties.as_ref().map_or(self.span.start, |p| p.span.start.min(self.span.start))
    }

    pub fn anchor(&self) -> Option<&str> {
        self.properties.as_ref()?.anchor.as_deref()
    }

    /// The tag as written, `!!str` or `!note`.
    pub fn tag(&self) -> Option<&str> {
        self.properties.as_ref()?.tag.as_deref()
    }

    /// The node that an alias stands for; itself for any other. A dangling alias is itself.
    pub fn resolved(&self) -> &Node {
        let mut node = self;
        while let Kind::Alias(Alias { target: Some(target), .. }) = &node.kind {
            node = target;
        }
        node
    }

    pub fn as_scalar(&self) -> Option<&Scalar> {
        match &self.resolved().kind {
            Kind::Scalar(scalar) => Some(scalar),
            _ => None,
        }
    }

    pub fn as_mapping(&self) -> Option<&Mapping> {
        match &self.resolved().kind {
            Kind::Mapping(mapping) => Some(mapping),
            _ => None,
        }
    }

    pub fn as_sequence(&self) -> Option<&Sequence> {
        match &self.resolved().kind {
            Kind::Sequence(sequence) => Some(sequence),
            _ => None,
        }
    }

    /// The text of any scalar, whatever its type: `5`, `no`, `>= medium`; empty for an empty value.
    pub fn text(&self) -> Option<&str> {
        self.as_scalar().map(|s| &*s.text)
    }

    /// The value, if it is a string.
    pub fn as_str(&self) -> Option<&str> {
        self.as_scalar().filter(|s| s.value == ScalarValue::String).map(|s| &*s.text)
    }

    pub fn as_bool(&self) -> Option<bool> {
        match self.as_scalar()?.value {
            ScalarValue::Bool(value) => Some(value),
            _ => None,
        }
    }

    pub fn as_int(&self) -> Option<i64> {
        match self.as_scalar()?.value {
            ScalarValue::Int(value) => Some(value),
            _ => None,
        }
    }

    /// The value, if it is a number of either kind.
    pub fn as_float(&self) -> Option<f64> {
        match self.as_scalar()?.value {
            ScalarValue::Int(value) => Some(value as f64),
            ScalarValue::Float(value) => Some(value),
            _ => None,
        }
    }

    /// `null`, `~` or nothing at all. A dangling alias counts as nothing.
    pub fn is_null(&self) -> bool {
        match &self.resolved().kind {
            Kind::Scalar(scalar) => scalar.value == ScalarValue::Null,
            Kind::Alias(_) => true,
            _ => false,
        }
    }

    pub fn is_mapping(&self) -> bool {
        self.as_mapping().is_some()
    }

    pub fn is_sequence(&self) -> bool {
        self.as_sequence().is_some()
    }

    /// The value under `key`, the first where the key stands twice.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.entry(key).map(|entry| &entry.value)
    }

    /// The first pair with this key.
    pub fn entry(&self, key: &str) -> Option<&Entry> {
        self.entries().iter().find(|entry| entry.name() == Some(key))
    }

    /// The pairs of a mapping; nothing for any other node.
    pub fn entries(&self) -> &[Entry] {
        self.as_mapping().map_or(&[], |mapping| &mapping.entries)
    }

    /// The values of a sequence; nothing for any other node.
    pub fn items(&self) -> impl ExactSizeIterator<Item = &Node> + DoubleEndedIterator + Clone {
        self.as_sequence().map_or(&[][..], |sequence| &sequence.items).iter().map(|item| &item.value)
    }

    /// The value at this index of a sequence.
    pub fn item(&self, index: usize) -> Option<&Node> {
        self.as_sequence()?.items.get(index).map(|item| &item.value)
    }

    /// In plain words what kind of value this is, for messages: `a list`, `the number 5`.
    pub fn describe(&self) -> &'static str {
        match &self.resolved().kind {
            Kind::Mapping(_) => "a mapping",
            Kind::Sequence(_) => "a list",
            Kind::Alias(_) => "an alias without a value",
            Kind::Scalar(scalar) => match scalar.value {
                ScalarValue::Null => "nothing",
                ScalarValue::Bool(_) => "true or false",
                ScalarValue::Int(_) | ScalarValue::Float(_) => "a number",
                ScalarValue::String => "text",
            },
        }
    }

    /// Whether both say the same: same values in the same order, same anchors, aliases and tags. How and where
    /// they are written does not count.
    pub fn says_the_same(&self, other: &Node) -> bool {
        if self.anchor() != other.anchor() || self.tag() != other.tag() {
            return false;
        }
        match (&self.kind, &other.kind) {
            (Kind::Scalar(a), Kind::Scalar(b)) => a.says_the_same(b),
            (Kind::Mapping(a), Kind::Mapping(b)) => {
                Arc::ptr_eq(&a.entries, &b.entries)
                    || a.entries.len() == b.entries.len()
                        && a.entries
                            .iter()
                            .zip(b.entries.iter())
                            .all(|(a, b)| a.key.says_the_same(&b.key) && a.value.says_the_same(&b.value))
            }
            (Kind::Sequence(a), Kind::Sequence(b)) => {
                Arc::ptr_eq(&a.items, &b.items)
                    || a.items.len() == b.items.len()
                        && a.items.iter().zip(b.items.iter()).all(|(a, b)| a.value.says_the_same(&b.value))
            }
            (Kind::Alias(a), Kind::Alias(b)) => {
                a.name == b.name
                    && match (&a.target, &b.target) {
                        (Some(a), Some(b)) => a.says_the_same(b),
                        (None, None) => true,
                        _ => false,
                    }
            }
            _ => false,
        }
    }

    /// Whether it is a mapping or list written with brackets.
    pub fn is_flow(&self) -> bool {
        match &self.kind {
            Kind::Mapping(mapping) => mapping.flow,
            Kind::Sequence(sequence) => sequence.flow,
            _ => false,
        }
    }

    pub(super) fn new(kind: Kind, span: Span, properties: Option<Arc<Properties>>) -> Node {
        let (mut weight, mut height) = (0usize, 0);
        let mut count = |child: &Node| {
            weight = weight.saturating_add(child.weight);
            height = height.max(child.height);
        };
        match &kind {
            Kind::Mapping(mapping) => mapping.entries.iter().flat_map(|e| [&e.key, &e.value]).for_each(&mut count),
            Kind::Sequence(sequence) => sequence.items.iter().map(|i| &i.value).for_each(&mut count),
            Kind::Alias(alias) => alias.target.as_deref().into_iter().for_each(&mut count),
            Kind::Scalar(_) => {}
        }
        Node { kind, span, properties, weight: weight.saturating_add(1), height: height + 1 }
    }
}

impl Scalar {
    /// A scalar of the given style whose meaning follows the core schema.
    pub(super) fn new(text: Arc<str>, style: Style) -> Scalar {
        let value = if style == Style::Plain { resolve(&text) } else { ScalarValue::String };
        Scalar { value, text, style }
    }

    fn says_the_same(&self, other: &Scalar) -> bool {
        match (self.value, other.value) {
            (ScalarValue::String, ScalarValue::String) => self.text == other.text,
            (ScalarValue::Float(a), ScalarValue::Float(b)) => a == b || a.is_nan() && b.is_nan(),
            (a, b) => a == b,
        }
    }
}
