use super::*;
use crate::document::{Document, Value};

fn route(path: &str) -> Route {
    path.split(['.', '[', ']']).filter(|s| !s.is_empty()).fold(Route::root(), |route, step| {
        match step.parse::<usize>() {
            Ok(index) => route.then(index),
            Err(_) => route.then(step),
        }
    })
}

/// Makes an edit of `before` and expects `after`, whatever the line ends; undoing it must give `before` again.
fn check(before: &str, edit: Edit, after: &str) {
    // A text without a line break says nothing about which ones it wants.
    let eols = if before.contains('\n') { &["\n", "\r\n"][..] } else { &["\n"] };
    for eol in eols {
        let (before, after) = (before.replace('\n', eol), after.replace('\n', eol));
        let doc = Document::parse(before.as_str());
        let (new, change) = match doc.edit(&edit) {
            Ok(done) => done,
            Err(error) => panic!("{error}\n{edit:?}\n{before}"),
        };
        assert_eq!(new.text(), after, "{edit:?}");
        assert_eq!(&*change.inverse(&before).apply(new.text()).unwrap(), before);
        assert_eq!(doc.apply(&change).text(), after);
    }
}

fn refused(before: &str, edit: Edit, why: &str) {
    let error = Document::parse(before).edit(&edit).map(|(doc, _)| doc.text().to_owned()).unwrap_err();
    assert!(error.to_string().contains(why), "{error}");
}

fn set(at: &str, value: impl Into<Value>) -> Edit {
    Edit::SetScalar { at: route(at), value: value.into() }
}

fn prose(at: &str, text: &str) -> Edit {
    Edit::SetText { at: route(at), text: text.into() }
}

fn value(at: &str, value: Value) -> Edit {
    Edit::SetValue { at: route(at), value }
}

fn add(map: &str, key: &str, value: impl Into<Value>, position: KeyPosition) -> Edit {
    Edit::InsertKey { map: route(map), key: key.into(), value: value.into(), position }
}

fn insert(seq: &str, index: usize, value: impl Into<Value>) -> Edit {
    Edit::InsertItem { seq: route(seq), index, value: value.into() }
}

fn remove(at: &str) -> Edit {
    let at = route(at);
    if matches!(at.0.last(), Some(crate::policy::place::Step::Item(_))) {
        Edit::RemoveItem { at }
    } else {
        Edit::RemoveKey { at }
    }
}

fn shift(seq: &str, from: usize, to: usize) -> Edit {
    Edit::MoveItem { seq: route(seq), from, to }
}

fn carry(at: &str, seq: &str, index: usize) -> Edit {
    Edit::MoveItemTo { at: route(at), seq: route(seq), index }
}

fn map<const N: usize>(pairs: [(&str, Value); N]) -> Value {
    Value::Map(pairs.into_iter().map(|(k, v)| (k.to_owned(), v)).collect())
}

fn list<const N: usize>(items: [&str; N]) -> Value {
    items.into_iter().collect()
}

use KeyPosition::*;

#[test]
fn scalars_keep_their_quotes_and_comments() {
    check("a: 1 # one\nb: x\n", set("a", 2), "a: 2 # one\nb: x\n");
    check("a: 'it''s'\n", set("a", "we're"), "a: 'we''re'\n");
    check("a: \"x\"\n", set("a", ">= high"), "a: \">= high\"\n");
    check("a: x\n", set("a", "no"), "a: \"no\"\n");
    check("a: x", set("a", "ü: y"), "a: \"ü: y\"");
    check("a: 'x'\n", set("a", true), "a: true\n");
    check("a: {min: 3, max: 5} # c\n", set("a.min", 2), "a: {min: 2, max: 5} # c\n");
    check("a: [x, y]\n", set("a[1]", "p, q"), "a: [x, \"p, q\"]\n");
    check("a: one\n  two # c\nb: 1\n", set("a", "three"), "a: three # c\nb: 1\n");
    check("- a: &k !!str x\n", set("[0].a", "z"), "- a: &k !!str z\n");
    check("a: &k x\n", set("a", Value::Null), "a: &k null\n");
}

#[test]
fn empty_values_are_filled_in() {
    check("a:\nb: 1\n", set("a", "x"), "a: x\nb: 1\n");
    check("a: # why\nb: 1\n", set("a", "x"), "a: x # why\nb: 1\n");
    check("a:", set("a", "x"), "a: x");
    check("- \n- b\n", set("[0]", "x"), "- x\n- b\n");
    check("a: {b, c: 1}\n", set("a.b", "x"), "a: {b: x, c: 1}\n");
    check("a: !!str\n", set("a", "x"), "a: !!str x\n");
    check("", value("", map([("a", 1.into())])), "a: 1\n");
    check("# only a comment", value("", map([("a", 1.into())])), "# only a comment\na: 1\n");
}

#[test]
fn prose_keeps_its_block() {
    check("a: |\n  one\n  two\nb: 1\n", prose("a", "one\n\nthree\n"), "a: |\n  one\n\n  three\nb: 1\n");
    check("a: |- # c\n    one\n\nb: 1\n", prose("a", "x"), "a: |- # c\n    x\n\nb: 1\n");
    check("a: |-\n  one\nb: 1\n", prose("a", "x\n"), "a: |\n  x\nb: 1\n");
    check("a: |+\n  one\n\nb: 1\n", prose("a", "x\n\n\n"), "a: |+\n  x\n\n\nb: 1\n");
    check("a: |\n  one\nb: 1\n", prose("a", " x\n"), "a: |2\n   x\nb: 1\n");
    check("a: |3\n    one\nb: 1\n", prose("a", "x\ny\n"), "a: |3\n   x\n   y\nb: 1\n");
    check(
        "a: >\n  one two\n  three\n\n  four\nb: 1\n",
        prose("a", "one two three\nfive\n"),
        "a: >\n  one two\n  three\n\n  five\nb: 1\n",
    );
    check("a: |\n  one\nb: 1\n", prose("a", ""), "a: |-\nb: 1\n");
    check("a: |\n  one", prose("a", "two\n"), "a: |\n  two");
    check("- |\n  one\n- b\n", prose("[0]", "x\ny\n"), "- |\n  x\n  y\n- b\n");
    check("a: |\n  one\nb: 1\n", prose("a", "x\u{1b}"), "a: \"x\\e\"\nb: 1\n");
    check("a: |  # why\n  one\n\nb: 1\n", set("a", 5), "a: 5  # why\n\nb: 1\n");
}

#[test]
fn prose_that_grows_moves_into_a_block() {
    check("a: short # c\nb: 1\n", prose("a", "one\ntwo\n"), "a: | # c\n  one\n  two\nb: 1\n");
    check("l:\n    - a: short\n", prose("l[0].a", "one\ntwo"), "l:\n    - a: |-\n        one\n        two\n");
    check("a: {b: x}\n", prose("a.b", "one\ntwo\n"), "a: {b: \"one\\ntwo\\n\"}\n");
    check("a: \"x\"", prose("a", "one\ntwo\n"), "a: |\n  one\n  two\n");
    check("- x\n- y\n", prose("[0]", "one\ntwo\n"), "- |\n  one\n  two\n- y\n");
    check("a:\nb: 1\n", prose("a", "one\ntwo\n"), "a: |\n  one\n  two\nb: 1\n");
}

#[test]
fn values_replace_values() {
    check("a: [x, y] # c\nb: 1\n", value("a", list(["x", "z"])), "a: [x, z] # c\nb: 1\n");
    check("a: [x, y]\n", value("a", list([])), "a: []\n");
    check(
        "a:\n  - x # one\n  - y # two\nb: 1\n",
        value("a", list(["x", "z", "w"])),
        "a:\n  - x # one\n  - z # two\n  - w\nb: 1\n",
    );
    check(
        "a:\n- x # one\n- y\n- z # three\nb: 1\n",
        value("a", list(["x", "z"])),
        "a:\n- x # one\n- z # three\nb: 1\n",
    );
    check("a: # c\n  - x\nb: 1\n", value("a", list([])), "a: [] # c\nb: 1\n");
    check("a: {x: 1}\n", value("a", map([("x", 1.into()), ("q", list(["p"]))])), "a: {x: 1, q: [p]}\n");
    check("a: 1 # c\nb: 2\n", value("a", map([("x", 1.into())])), "a: # c\n  x: 1\nb: 2\n");
    check("a:\n  x: 1\nb: 2\n", value("a", "no".into()), "a: \"no\"\nb: 2\n");
    check("- a: 1\n  b: 2\n- c\n", value("[0]", map([("b", 2.into())])), "- b: 2\n- c\n");
    check(
        "a:\n  x: 1 # one\n  y: 2\n",
        value("a", map([("x", 1.into()), ("y", 3.into())])),
        "a:\n  x: 1 # one\n  y: 3\n",
    );
    check("a: *k\n".replace("*k", "1").as_str(), value("a", list(["x", "q"])), "a: [x, q]\n");
}

#[test]
fn keys_are_added_in_the_manner_of_their_neighbours() {
    check("a: 1\nb: 2\n", add("", "c", "x", Last), "a: 1\nb: 2\nc: x\n");
    check("a: 1", add("", "c", "x", Last), "a: 1\nc: x");
    check("# head\na: 1\n", add("", "c", "x", First), "# head\nc: x\na: 1\n");
    check(
        "a: 1 # c\n  # deeper\n# about b\nb: 2\n",
        add("", "c", 3, After("a".into())),
        "a: 1 # c\n  # deeper\nc: 3\n# about b\nb: 2\n",
    );
    check("l:\n  - a: 1\n    b: 2\n", add("l[0]", "c", 3, First), "l:\n  - c: 3\n    a: 1\n    b: 2\n");
    check("l:\n  - a: 1\n", add("l[0]", "c", list(["x", "q"]), Last), "l:\n  - a: 1\n    c: [x, q]\n");
    check("m: {a: 1}\n", add("m", "b", list(["x"]), Last), "m: {a: 1, b: [x]}\n");
    check("m: { a: 1 }\n", add("m", "b", 2, First), "m: { b: 2, a: 1 }\n");
    check("m: {} # c\nz: 1\n", add("m", "b", 2, Last), "m: # c\n  b: 2\nz: 1\n");
    check("m:\nz: 1\n", add("m", "b", 2, Last), "m:\n  b: 2\nz: 1\n");
    check(
        "m:\n    a:\n        b: 1\n",
        add("m", "c", map([("d", 1.into())]), Last),
        "m:\n    a:\n        b: 1\n    c:\n        d: 1\n",
    );
    check(
        "t: |\n  x\n\nz: 1\n",
        add("", "b", "one\ntwo\n", After("t".into())),
        "t: |\n  x\n\nb: |\n  one\n  two\n\nz: 1\n",
    );
    check("t: |+\n  x\n\nz: 1\n", add("", "b", 2, After("t".into())), "t: |+\n  x\n\nb: 2\nz: 1\n");
    check("id: 1\nz: 2\n", add("", "when", 3, AfterAny(vec!["id".into(), "title".into()])), "id: 1\nwhen: 3\nz: 2\n");
    refused("a: 1\n", add("", "a", 2, Last), "exists already");
    refused("a: [1]\n", add("a", "b", 2, Last), "holds a list");
}

#[test]
fn keys_are_removed_with_their_comments() {
    check("a: 1\n# about b\nb: 2 # b\nc: 3\n", remove("b"), "a: 1\nc: 3\n");
    check("# head\na: 1\nb: 2\n", remove("a"), "# head\nb: 2\n");
    check("a: 1\nb: |\n  x\n\n  y", remove("b"), "a: 1");
    check("a:\n  b: 1 # c\nz: 1\n", remove("a.b"), "a: {}\nz: 1\n");
    check("- a: 1\n  b: 2\n", remove("[0].a"), "- b: 2\n");
    check("- a: 1 # a\n  # about b\n  b: 2\n", remove("[0].a"), "- # about b\n  b: 2\n");
    check("- a: 1\n- c\n", remove("[0].a"), "- {}\n- c\n");
    check("m: {a: 1, b: 2}\n", remove("m.a"), "m: {b: 2}\n");
    check("m: {a: 1, b: 2}\n", remove("m.b"), "m: {a: 1}\n");
    check("m: { a: 1 } # c\n", remove("m.a"), "m: {} # c\n");
    check("a: 1\n", remove("a"), "{}\n");
    check("a: 1\n\nb: 2\n\nc: 3\n", remove("b"), "a: 1\n\nc: 3\n");
    refused("a: 1\n", remove("b"), "nothing at `b`");
}

#[test]
fn keys_are_renamed() {
    check("a: 1\n'b': {x: 1} # c\n", Edit::RenameKey { at: route("b"), to: "no".into() }, "a: 1\n'no': {x: 1} # c\n");
    check("a: 1\n", Edit::RenameKey { at: route("a"), to: "x: y".into() }, "\"x: y\": 1\n");
    refused("a: 1\nb: 2\n", Edit::RenameKey { at: route("a"), to: "b".into() }, "exists already");
}

#[test]
fn items_are_added_and_removed() {
    check("l:\n- a\n- b\nz: 1\n", insert("l", 2, "c"), "l:\n- a\n- b\n- c\nz: 1\n");
    check("l:\n- a\n# about b\n- b\n", insert("l", 1, "c"), "l:\n- a\n- c\n# about b\n- b\n");
    check(
        "l:\n  - a\n\n  - b\n",
        insert("l", 1, map([("id", "c".into()), ("t", 1.into())])),
        "l:\n  - a\n\n  - id: c\n    t: 1\n\n  - b\n",
    );
    check("l: [a]\n", insert("l", 0, "b"), "l: [b, a]\n");
    check("l: [\n  a,\n  b, # b\n]\n", insert("l", 2, "c"), "l: [\n  a,\n  b,\n  c, # b\n]\n");
    check("l: [] # c\n", insert("l", 0, map([("id", "a".into())])), "l: # c\n  - id: a\n");
    check("l: []\n", insert("l", 0, "a"), "l: [a]\n");
    check("l:\n", insert("l", 0, map([("id", "a".into())])), "l:\n  - id: a\n");
    check("- - a\n  - b\n", insert("[0]", 0, "c"), "- - c\n  - a\n  - b\n");
    check("l:\n- a\n- b\n", remove("l[0]"), "l:\n- b\n");
    check("l:\n- a # c\n", remove("l[0]"), "l: []\n");
    check("l: [a, b, c,]\n", remove("l[1]"), "l: [a, c,]\n");
    check("l: [a, b]\n", remove("l[1]"), "l: [a]\n");
    check("- - a\n  - b\n", remove("[0][0]"), "- - b\n");
    check("- a\n- b", remove("[1]"), "- a");
    refused("l: [a]\n", insert("l", 3, "b"), "no place 3");
}

#[test]
fn items_can_be_given_as_text() {
    let edit = Edit::InsertSource { seq: route("l"), index: 1, source: "id: b # why\ntext: |\n  x\n\n  y\n".into() };
    check(
        "l:\n    - id: a\nz: 1\n",
        edit,
        "l:\n    - id: a\n    - id: b # why\n      text: |\n        x\n\n        y\nz: 1\n",
    );
    let broken = Edit::InsertSource { seq: route("l"), index: 0, source: "a: [".into() };
    refused("l: []\n", broken, "not valid YAML");
}

#[test]
fn items_move_with_their_comments() {
    check(
        "l:\n  # about a\n  - a # x\n\n  - b\n  - |\n    c\nz: 1\n",
        shift("l", 0, 2),
        "l:\n  - b\n\n  - |\n    c\n  # about a\n  - a # x\nz: 1\n",
    );
    check("l: [a, {b: 1}, c]\n", shift("l", 2, 0), "l: [c, a, {b: 1}]\n");
    check("- - a\n  - b # b\n", shift("[0]", 1, 0), "- - b # b\n  - a\n");
    check("- a\n- b", shift("", 0, 1), "- b\n- a");
    check("- k: 1\n  v: |-\n    t\n- b", shift("", 0, 1), "- b\n- k: 1\n  v: |-\n    t");
    refused("- a\n", shift("", 0, 1), "no place 1");
}

#[test]
fn items_move_from_list_to_list() {
    let tree = "t:\n  - id: a\n    children:\n      # about b\n      - id: b\n        text: |\n          x\n\n          y\n  - id: c\n";
    check(
        tree,
        carry("t[0].children[0]", "t", 1),
        "t:\n  - id: a\n    children: []\n  # about b\n  - id: b\n    text: |\n      x\n\n      y\n  - id: c\n",
    );
    check(
        "t:\n  - id: a\n    children:\n      - id: b\n  # about c\n  - id: c\n    x: 1\n",
        carry("t[1]", "t[0].children", 0),
        "t:\n  - id: a\n    children:\n      # about c\n      - id: c\n        x: 1\n      - id: b\n",
    );
    check(
        "t:\n  - id: a\n  # about c\n  - id: c\n    x: 1\n",
        carry("t[1]", "t[0].children", 0),
        "t:\n  - id: a\n    children:\n      # about c\n      - id: c\n        x: 1\n",
    );
    check(
        "t:\n  - id: a\n    children: []\n  - id: c\n",
        carry("t[1]", "t[0].children", 0),
        "t:\n  - id: a\n    children:\n      - id: c\n",
    );
    check("a: [x, y]\nb:\n  - z\n", carry("a[0]", "b", 1), "a: [y]\nb:\n  - z\n  - x\n");
    check("a: [x, y]\n", carry("a[0]", "a", 2), "a: [y, x]\n");
    refused("t:\n  - id: a\n    children: []\n", carry("t[0]", "t[0].children", 0), "into itself");
}

#[test]
fn what_an_alias_repeats_is_not_changed_behind_its_back() {
    let doc = "a: &x {k: 1}\nb: *x\nc: &y 2\n";
    refused(doc, set("a.k", 2), "`*x` repeats elsewhere");
    refused(doc, set("b.k", 2), "through the alias `*x`");
    refused(doc, remove("a"), "alias `*x` refers to an anchor");
    check(doc, set("c", 3), "a: &x {k: 1}\nb: *x\nc: &y 3\n");
    check(doc, value("b", 5.into()), "a: &x {k: 1}\nb: 5\nc: &y 2\n");
    check("- &x a\n- b\n- *x\n", shift("", 1, 0), "- b\n- &x a\n- *x\n");
    refused("- &x a\n- b\n- *x\n", shift("", 2, 0), "alias `*x` refers");
}

#[test]
fn files_that_are_broken_elsewhere_can_still_be_edited() {
    check("a: 1\nb: @x\nc: 3\n", set("c", 4), "a: 1\nb: @x\nc: 4\n");
    check("a: 1\nb: @x\nc: 3\n", add("", "d", 4, Last), "a: 1\nb: @x\nc: 3\nd: 4\n");
    check("a: 1\na: 2\n", remove("a"), "a: 2\n");
    let latin = Document::from_bytes(b"a: \xff\n".to_vec());
    assert_eq!(latin.edit(&set("a", 1)).unwrap_err(), EditError::ReadOnly);
}

#[test]
fn several_edits_make_one_change() {
    let doc = Document::parse("a: 1\nb: 2\n");
    let (new, change) = doc.edit_all(&[set("a", 3), remove("b"), add("", "c", 4, Last)]).unwrap();
    assert_eq!(new.text(), "a: 3\nc: 4\n");
    assert_eq!(&*change.apply(doc.text()).unwrap(), new.text());
    assert!(doc.edit_all(&[set("a", 3), remove("x")]).is_err());
}
#[test]
fn a_spec_still_reads_naturally_after_many_edits() {
    let before = "# Spec\nspec: a\n\nclauses:\n  # First of all\n  - id: bio\n    title: No uplift\n    text: |\n      One.\n      Two.\n    when: {category: bio, severity: \">= medium\"}\n    then: refuse\n    examples: [bio-1]\n\n  - id: rest # the rest\n    when:\n      intent: {not: benign}\n    then: comply\n";
    let not_benign = || map([("not", "benign".into())]);
    let new_clause = map([
        ("id", "new".into()),
        ("text", "Prose one.\nProse two.\n".into()),
        ("when", map([("category", list(["x", "z"])), ("all", Value::Seq(vec![map([("intent", not_benign())])]))])),
        ("then", "refuse".into()),
        ("examples", list(["a-1"])),
    ]);
    let when = map([("category", "bio".into()), ("severity", ">= high".into()), ("intent", not_benign())]);
    let edits = [
        insert("clauses", 2, new_clause),
        value("clauses[0].when", when),
        shift("clauses", 0, 1),
        add("clauses[0]", "guidance", "Be kind.\nBe brief.\n", Last),
        value("clauses[1].examples", list(["bio-1", "bio-2"])),
    ];
    let (new, _) = Document::parse(before).edit_all(&edits).unwrap();
    let after = "# Spec\nspec: a\n\nclauses:\n  - id: rest # the rest\n    when:\n      intent: {not: benign}\n    then: comply\n    guidance: |\n      Be kind.\n      Be brief.\n\n  # First of all\n  - id: bio\n    title: No uplift\n    text: |\n      One.\n      Two.\n    when: {category: bio, severity: \">= high\", intent: {not: benign}}\n    then: refuse\n    examples: [bio-1, bio-2]\n\n  - id: new\n    text: |\n      Prose one.\n      Prose two.\n    when:\n      category: [x, z]\n      all:\n        - intent: {not: benign}\n    then: refuse\n    examples: [a-1]\n";
    assert_eq!(new.text(), after);
}

#[test]
fn headings_stay_with_what_stands_below_them() {
    let apart = "l:\n- a\n\n# -- two\n\n- b\n\n- c\n\n# -- three\n\n- d\n";
    check(apart, shift("l", 3, 0), "l:\n- d\n\n- a\n\n# -- two\n\n- b\n\n- c\n\n# -- three\n\n");
    check(apart, shift("l", 2, 0), "l:\n- c\n\n- a\n\n# -- two\n\n- b\n\n# -- three\n\n- d\n");
    check(apart, shift("l", 0, 2), "l:\n\n# -- two\n\n- b\n\n- c\n\n- a\n\n# -- three\n\n- d\n");
    check(apart, shift("l", 2, 3), "l:\n- a\n\n# -- two\n\n- b\n\n# -- three\n\n- d\n\n- c\n");
}
