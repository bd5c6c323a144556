//! Properties of edits over generated documents.

use super::*;
use crate::document::tests::properties::{config, yamlish};
use crate::document::{Document, Kind, Node};
use crate::policy::place::Step;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use std::cell::{Cell, RefCell};

/// A value as it is written in a generated document.
#[derive(Debug, Clone)]
enum Piece {
    /// Text for one line.
    Inline(String),
    /// The header of a block scalar and its lines.
    Block(String, Vec<String>),
    Seq(Vec<Framed>, Layout),
    Map(Vec<(String, Framed)>, Layout),
}

/// A value with what stands around it.
#[derive(Debug, Clone)]
struct Framed {
    piece: Piece,
    above: Vec<String>,
    behind: Option<String>,
    anchor: bool,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Layout {
    Flow,
    /// How much deeper the lines stand than their key.
    Block(usize),
}

fn inline() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => prop::sample::select(vec![
            "x", "7", "-3", "0.5", "true", "null", "no", "1_000", "017", "Übermaß", "a b c", "v",
            "日本語", "x#y", "2026-11-02",
        ]).prop_map(str::to_owned),
        2 => "[a-z ,:#'é]{0,12}".prop_map(|text| format!("'{}'", text.replace('\'', "''"))),
        2 => "[a-z ,:#{}é\t]{0,12}".prop_map(|text| format!("\"{text}\\n\\u00e9\"")),
        1 => Just(String::new()),
    ]
}

fn block() -> impl Strategy<Value = Piece> {
    let line = prop::sample::select(vec![
        "Some prose.",
        "Ünd more: of # it",
        "  indented",
        "",
        "- not an item",
        "\ttabbed",
        "",
        "x",
    ]);
    let header = prop::sample::select(vec!["|", "|-", "|+", ">", ">-", ">+"]);
    (header, prop::collection::vec(line, 1..5)).prop_map(|(header, mut lines)| {
        lines.insert(0, "First");
        Piece::Block(header.to_owned(), lines.into_iter().map(str::to_owned).collect())
    })
}

fn framed(piece: impl Strategy<Value = Piece>) -> impl Strategy<Value = Framed> {
    let comment = prop::option::weighted(0.2, prop::sample::select(vec!["# why", "# Ünd: - x", "#"]));
    let above = prop::collection::vec(prop::sample::select(vec!["", "# above", "# noch [einer"]), 0..2);
    (piece, above, prop::bool::weighted(0.3), comment, prop::bool::weighted(0.1)).prop_map(
        |(piece, above, has_above, behind, anchor)| Framed {
            piece,
            above: if has_above { above.into_iter().map(str::to_owned).collect() } else { Vec::new() },
            behind: behind.map(str::to_owned),
            anchor,
        },
    )
}

fn piece() -> impl Strategy<Value = Framed> {
    let leaf = framed(prop_oneof![3 => inline().prop_map(Piece::Inline), 1 => block()]);
    leaf.prop_recursive(4, 24, 4, |inner| {
        let layout = prop_oneof![1 => Just(Layout::Flow), 3 => (0usize..4).prop_map(Layout::Block)];
        let key = prop::sample::select(vec!["id", "text", "when", "größe", "a b", "'q'", "\"d\"", "children"]);
        let seq =
            (prop::collection::vec(inner.clone(), 0..4), layout.clone()).prop_map(|(items, l)| Piece::Seq(items, l));
        let map = (prop::collection::vec((key, inner), 0..4), layout).prop_map(|(mut pairs, layout)| {
            let mut seen = Vec::new();
            pairs.retain(|(key, _)| {
                !seen.contains(key) && {
                    seen.push(*key);
                    true
                }
            });
            Piece::Map(pairs.into_iter().map(|(key, value)| (key.to_owned(), value)).collect(), layout)
        });
        framed(prop_oneof![seq, map])
    })
}

/// A document: a mapping of pairs, its line ends, and whether its last line has one.
fn document() -> impl Strategy<Value = String> {
    let keys = ["spec", "clauses", "tree", "note", "last"];
    let pairs = prop::collection::vec(piece(), 1..5);
    (pairs, any::<bool>(), prop::bool::weighted(0.8), any::<bool>()).prop_map(move |(values, crlf, closed, aliased)| {
        let mut writer = Writer::default();
        let pairs: Vec<(String, Framed)> = keys.iter().map(|k| (*k).to_owned()).zip(values).collect();
        writer.map(&pairs, 0, false);
        if aliased && writer.anchors > 0 {
            writer.out.push_str("again: *a0\n");
        }
        let mut text = writer.out;
        if !closed {
            text.pop();
        }
        if crlf { text.replace('\n', "\r\n") } else { text }
    })
}

#[derive(Default)]
struct Writer {
    out: String,
    anchors: usize,
}

impl Writer {
    fn lead(&mut self, value: &Framed, indent: usize, compact: bool) {
        if compact {
            return;
        }
        for line in &value.above {
            if !line.is_empty() {
                self.out.push_str(&" ".repeat(indent));
            }
            self.out.push_str(line);
            self.out.push('\n');
        }
        self.out.push_str(&" ".repeat(indent));
    }

    fn map(&mut self, pairs: &[(String, Framed)], indent: usize, compact: bool) {
        for (i, (key, value)) in pairs.iter().enumerate() {
            self.lead(value, indent, compact && i == 0);
            self.out.push_str(key);
            self.out.push(':');
            self.value(value, indent, false);
        }
    }

    fn seq(&mut self, items: &[Framed], indent: usize, compact: bool) {
        for (i, value) in items.iter().enumerate() {
            self.lead(value, indent, compact && i == 0);
            self.out.push('-');
            self.value(value, indent, true);
        }
    }

    /// What stands behind a `:` or dash, to the end of its last line.
    fn value(&mut self, value: &Framed, parent: usize, dash: bool) {
        if value.anchor {
            self.out.push_str(&format!(" &a{}", self.anchors));
            self.anchors += 1;
        }
        let behind = value.behind.as_deref().map_or(String::new(), |c| format!(" {c}"));
        match &value.piece {
            Piece::Block(header, lines) => {
                self.out.push_str(&format!(" {header}{behind}\n"));
                for line in lines {
                    if !line.is_empty() {
                        self.out.push_str(&" ".repeat(parent + 2));
                    }
                    self.out.push_str(line);
                    self.out.push('\n');
                }
            }
            Piece::Map(pairs, Layout::Block(step)) if !pairs.is_empty() => {
                if dash && !value.anchor && value.behind.is_none() {
                    self.out.push(' ');
                    self.map(pairs, parent + 2, true);
                } else {
                    self.out.push_str(&format!("{behind}\n"));
                    self.map(pairs, parent + (*step).max(1), false);
                }
            }
            Piece::Seq(items, Layout::Block(step)) if !items.is_empty() => {
                if dash && !value.anchor && value.behind.is_none() {
                    self.out.push(' ');
                    self.seq(items, parent + 2, true);
                } else {
                    self.out.push_str(&format!("{behind}\n"));
                    self.seq(items, parent + if dash { (*step).max(1) } else { *step }, false);
                }
            }
            flow => {
                let text = in_brackets(flow);
                let gap = if text.is_empty() { "" } else { " " };
                self.out.push_str(&format!("{gap}{text}{behind}\n"));
            }
        }
    }
}

/// A value on one line. Text that cannot stand there becomes a word.
fn in_brackets(piece: &Piece) -> String {
    match piece {
        Piece::Inline(text) => text.clone(),
        Piece::Block(..) => "'block'".into(),
        Piece::Seq(items, _) => {
            let item = |i: &Framed| match in_brackets(&i.piece) {
                text if text.is_empty() => "''".to_owned(),
                text => text,
            };
            format!("[{}]", items.iter().map(item).collect::<Vec<_>>().join(", "))
        }
        Piece::Map(pairs, _) => {
            let pair = |(key, value): &(String, Framed)| format!("{key}: {}", in_brackets(&value.piece));
            format!("{{ {} }}", pairs.iter().map(pair).collect::<Vec<_>>().join(", "))
        }
    }
}

fn new_value() -> impl Strategy<Value = Value> {
    let text = prop_oneof![
        prop::sample::select(vec![
            "x",
            "no",
            "y",
            "1_000",
            "017",
            "1:30",
            "2026-11-02",
            "",
            " lead",
            "a: b",
            "# c",
            "- d",
            "Ü",
            "a\tb",
            "'",
            "\"",
            "\\",
            "~",
            "0x1F",
        ])
        .prop_map(str::to_owned),
        "[a-zü ]{0,20}(\n\n?[ ]{0,2}[a-z#:-]{0,9}){0,4}\n{0,3}",
        Just("long words ".repeat(30)),
        any::<String>(),
    ];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        any::<i64>().prop_map(Value::Int),
        (-1e6..1e6f64).prop_map(Value::Float),
        text.prop_map(Value::String),
    ];
    leaf.prop_recursive(3, 12, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::Seq),
            prop::collection::btree_map("[a-z]{2,5}", inner, 0..4).prop_map(|m| Value::Map(m.into_iter().collect())),
        ]
    })
}

/// What to do, before it is known on what document: numbers choose among what is there.
#[derive(Debug, Clone)]
struct Wish {
    kind: usize,
    target: usize,
    other: usize,
    index: usize,
    value: Value,
}

fn wish() -> impl Strategy<Value = Wish> {
    (0usize..10, any::<usize>(), any::<usize>(), 0usize..5, new_value())
        .prop_map(|(kind, target, other, index, value)| Wish { kind, target, other, index, value })
}

/// Every route of a document, aliases not entered.
fn routes(doc: &Document) -> Vec<(Route, Node)> {
    fn walk(node: &Node, route: Route, all: &mut Vec<(Route, Node)>) {
        match node.kind() {
            Kind::Mapping(mapping) => {
                for entry in mapping.entries.iter() {
                    walk(&entry.value, route.then(entry.name().unwrap_or_default()), all);
                }
            }
            Kind::Sequence(sequence) => {
                for (i, item) in sequence.items.iter().enumerate() {
                    walk(&item.value, route.then(i), all);
                }
            }
            _ => {}
        }
        all.push((route, node.clone()));
    }
    let mut all = Vec::new();
    if let Some(root) = doc.root() {
        walk(root, Route::root(), &mut all);
    }
    all
}

fn granted(wish: &Wish, doc: &Document) -> Option<Edit> {
    let all = routes(doc);
    let pick = |n: usize, fits: &dyn Fn(&Route, &Node) -> bool| {
        let fitting: Vec<&(Route, Node)> = all.iter().filter(|(route, node)| fits(route, node)).collect();
        fitting.get(n.checked_rem(fitting.len())?).map(|(route, node)| (route.clone(), node.clone()))
    };
    let is_seq = |_: &Route, node: &Node| matches!(node.kind(), Kind::Sequence(_)) || node.is_null();
    let value = wish.value.clone();
    let scalar = |_: &Route, node: &Node| matches!(node.kind(), Kind::Scalar(_));
    let last_is_key = |route: &Route, _: &Node| matches!(route.0.last(), Some(Step::Key(_)));
    let last_is_item = |route: &Route, _: &Node| matches!(route.0.last(), Some(Step::Item(_)));
    Some(match wish.kind {
        0 if !value.is_collection() => Edit::SetScalar { at: pick(wish.target, &scalar)?.0, value },
        1 => match value {
            Value::String(text) => Edit::SetText { at: pick(wish.target, &scalar)?.0, text },
            _ => return None,
        },
        0 | 2 => Edit::SetValue { at: pick(wish.target, &|route, _| !route.is_root())?.0, value },
        3 => {
            let position = match wish.index {
                0 => KeyPosition::First,
                1 => KeyPosition::After("id".into()),
                2 => KeyPosition::Before("when".into()),
                _ => KeyPosition::Last,
            };
            let map = pick(wish.target, &|_, node| matches!(node.kind(), Kind::Mapping(_)) || node.is_null())?.0;
            Edit::InsertKey { map, key: "new-key".into(), value, position }
        }
        4 => Edit::RemoveKey { at: pick(wish.target, &last_is_key)?.0 },
        5 => Edit::RenameKey { at: pick(wish.target, &last_is_key)?.0, to: "renamed: key".into() },
        6 => {
            let (seq, node) = pick(wish.target, &is_seq)?;
            Edit::InsertItem { seq, index: wish.index.min(node.items().len()), value }
        }
        7 => Edit::RemoveItem { at: pick(wish.target, &last_is_item)?.0 },
        8 => {
            let (seq, node) = pick(wish.target, &|_, node| node.items().len() > 1)?;
            let len = node.items().len();
            Edit::MoveItem { seq, from: wish.index % len, to: wish.other % len }
        }
        _ => {
            let at = pick(wish.target, &last_is_item)?.0;
            let (seq, node) = pick(wish.other, &is_seq)?;
            if seq.starts_with(&at) {
                return None;
            }
            Edit::MoveItemTo { at, seq, index: wish.index.min(node.items().len()) }
        }
    })
}

/// What an independent reader makes of a text. It takes a block scalar that the file ends in without a line break for
/// one without a line break at its end; ours does not, so that adding a line below changes nothing.
fn oracle(text: &str) -> Result<serde_yaml::Value, String> {
    let closed = if text.ends_with('\n') { text.to_owned() } else { format!("{text}\n") };
    serde_yaml::from_str(&closed).map_err(|error| error.to_string())
}

fn as_oracle(node: &Node) -> serde_yaml::Value {
    fn of(value: &Value) -> serde_yaml::Value {
        match value {
            Value::Null => serde_yaml::Value::Null,
            Value::Bool(value) => (*value).into(),
            Value::Int(value) => (*value).into(),
            Value::Float(value) => (*value).into(),
            Value::String(text) => text.as_str().into(),
            Value::Seq(items) => items.iter().map(of).collect(),
            Value::Map(pairs) => {
                serde_yaml::Value::Mapping(pairs.iter().map(|(k, v)| (k.as_str().into(), of(v))).collect())
            }
        }
    }
    of(&Value::of(node))
}

/// Refusals that are right: an alias is concerned.
fn rightly_refused(error: &EditError) -> bool {
    matches!(error, EditError::Shared { .. } | EditError::ThroughAlias { .. })
        || matches!(error, EditError::Unfaithful { why, .. } if why.contains("alias"))
}

#[test]
fn edits_of_generated_documents_are_faithful_and_seldom_refused() {
    let (made, refusals) = (Cell::new(0usize), RefCell::new(Vec::new()));
    let mut runner = TestRunner::new(config(1000));
    let result = runner.run(&(document(), wish()), |(text, wish)| {
        let doc = Document::parse(text.as_str());
        prop_assert_eq!(doc.syntax_problems(), &[], "{}", text);
        let Some(edit) = granted(&wish, &doc) else { return Ok(()) };
        let (new, change) = match doc.edit(&edit) {
            Ok(done) => done,
            Err(error) => {
                if !rightly_refused(&error) {
                    refusals.borrow_mut().push(format!(
                        "{error}
{edit:?}
{text}"
                    ));
                }
                return Ok(());
            }
        };
        made.set(made.get() + 1);
        prop_assert_eq!(&*change.inverse(&text).apply(new.text()).unwrap(), text.as_str());
        let read = as_oracle(new.root().unwrap());
        prop_assert_eq!(oracle(new.text()), Ok(read), "{:?}\n{}", edit, new.text());
        if matches!(&edit, Edit::SetScalar { .. } | Edit::SetText { .. } | Edit::SetValue { .. }) {
            let expect = match &edit {
                Edit::SetText { text, .. } => Value::String(text.clone()),
                _ => wish.value.clone(),
            };
            prop_assert_eq!(Value::of(new.node(edit.route()).unwrap()), expect);
        }
        Ok(())
    });
    if let Err(error) = result {
        panic!("{error}");
    }
    let (made, refusals) = (made.get(), refusals.into_inner());
    let refused = refusals.len();
    assert!(made > 400, "only {made} edits were made");
    assert!(refused * 100 <= made, "{refused} of {} edits were refused:\n{}", made + refused, refusals.join("\n\n"));
}

proptest! {
    #![proptest_config(config(400))]

    #[test]
    fn no_edit_of_any_text_panics(text in yamlish(), wish in wish()) {
        let doc = Document::parse(text.as_str());
        if let Some(edit) = granted(&wish, &doc)
            && let Ok((new, change)) = doc.edit(&edit)
        {
            prop_assert_eq!(&*change.inverse(&text).apply(new.text()).unwrap(), text.as_str());
        }
    }

    #[test]
    fn generated_documents_are_read_as_another_reader_does(text in document()) {
        let doc = Document::parse(text.as_str());
        prop_assert_eq!(oracle(&text), Ok(as_oracle(doc.root().unwrap())), "{}", text);
    }
}

#[test]
fn the_generator_reaches_every_feature() {
    let mut runner = TestRunner::deterministic();
    let texts: Vec<String> = (0..300).map(|_| document().new_tree(&mut runner).unwrap().current()).collect();
    for feature in [
        "|\n", "|-", "|+", ">\n", ">-", ">+", "\r\n", "'", "\"", "&a", "*a0", "[", "{", "# ", "\t", "Ü", "- - ",
        ":\n- ",
    ] {
        assert!(texts.iter().any(|text| text.contains(feature)), "{feature:?}");
    }
    assert!(texts.iter().any(|text| !text.ends_with('\n')));
}
