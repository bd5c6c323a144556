use super::*;

fn route(path: &str) -> Route {
    path.split(['.', '[', ']']).filter(|s| !s.is_empty()).fold(Route::root(), |route, step| {
        match step.parse::<usize>() {
            Ok(index) => route.then(index),
            Err(_) => route.then(step),
        }
    })
}

const SAMPLE: &str = "\
# Rules for the desk
spec: desk
clauses:
  - id: a # first
    text: |
      Über alles.
      Second line.

    when: {severity: \">= high\", intent: [x, y]}

  # about b
  - id: b
    then:
  -
last: &end yes
again: *end
";

fn span_text<'t>(doc: &'t Document, path: &str) -> &'t str {
    &doc.text()[doc.node(&route(path)).unwrap().span().range()]
}

#[test]
fn every_value_knows_its_bytes() {
    let doc = Document::parse(SAMPLE);
    assert_eq!(doc.syntax_problems(), []);
    assert_eq!(span_text(&doc, "spec"), "desk");
    assert_eq!(span_text(&doc, "clauses[0].text"), "|\n      Über alles.\n      Second line.");
    assert_eq!(span_text(&doc, "clauses[0].when"), "{severity: \">= high\", intent: [x, y]}");
    assert_eq!(span_text(&doc, "clauses[0].when.intent[1]"), "y");
    assert_eq!(span_text(&doc, "clauses[1].then"), "");
    assert_eq!(span_text(&doc, "clauses[1]"), "id: b\n    then:");
    assert_eq!(span_text(&doc, "clauses[2]"), "");
    assert_eq!(doc.node(&route("again")).and_then(Node::as_str), Some("yes"));
    let comments: Vec<&str> = doc.comments().iter().map(|c| &doc.text()[c.range()]).collect();
    assert_eq!(comments, ["# Rules for the desk", "# first", "# about b"]);
}

#[test]
fn items_know_their_dashes_and_pairs_their_colons() {
    let doc = Document::parse("a:\n- x\n-   - &k y\n    - !!str\n? long\n: 1\n? none\nq: {w, e: 1}\n");
    assert_eq!(doc.syntax_problems(), []);
    let text = doc.text();
    let Kind::Sequence(outer) = doc.node(&route("a")).unwrap().kind() else { panic!() };
    let starts: Vec<usize> = outer.items.iter().map(|i| i.start).collect();
    assert_eq!(starts, [3, 7]);
    let inner = outer.items[1].value.as_sequence().unwrap();
    assert_eq!(&text[inner.items[0].start..inner.items[0].start + 6], "- &k y");
    let root = doc.root().unwrap();
    let long = root.entry("long").unwrap();
    assert!(long.explicit && &text[long.start..long.colon.unwrap()] == "? long\n");
    assert_eq!(root.entry("none").unwrap().colon, None);
    assert!(!root.entry("q").unwrap().explicit);
    assert_eq!(doc.entry(&route("q.w")).unwrap().colon, None);
}

#[test]
fn block_scalars_end_where_their_text_does() {
    fn check(text: &str, expect: &str) {
        let doc = Document::parse(text);
        assert_eq!(doc.syntax_problems(), [], "{text:?}");
        assert_eq!(span_text(&doc, "k"), expect, "{text:?}");
    }
    check("k: |\n  a\n", "|\n  a");
    check("k: |\n  a", "|\n  a");
    check("k: |\r\n  a\r\nb: 1", "|\r\n  a");
    check("k: |-  # why\n  a\n\n\nb: 1", "|-  # why\n  a");
    check("k: |+\n  a\n\n\nb: 1", "|+\n  a\n\n");
    check("k: !!str &x >2\n\n    a\n  \n   \nb: 1", ">2\n\n    a\n  \n   ");
    check("k: |\nb: 1", "|");
    check("k: |\n\n\nb: 1", "|");
    check("k: >\n  a\n # tail\n\nb: 1", ">\n  a");
}

#[test]
fn positions_count_lines_and_characters() {
    let doc = Document::parse("a: é\r\nbü: x\rc");
    let check = |byte: usize, line: u32, column: u32| {
        assert_eq!(doc.position(byte), Position { line, column }, "{byte}");
        assert_eq!(doc.byte_at(Position { line, column }), byte);
    };
    check(0, 1, 1);
    check(5, 1, 5);
    check(7, 2, 1);
    check(10, 2, 3);
    check(14, 3, 1);
    check(15, 3, 2);
    assert_eq!(doc.position(999), Position { line: 3, column: 2 });
    assert_eq!(doc.byte_at(Position { line: 1, column: 99 }), 5);
    assert_eq!(doc.byte_at(Position { line: 99, column: 1 }), 14);
}

#[test]
fn places_fall_back_to_what_is_there() {
    let doc = Document::parse(SAMPLE);
    assert_eq!(doc.place("s.yaml", &route("clauses[1].id")).to_string(), "s.yaml:12:9");
    assert_eq!(doc.key_place("s.yaml", &route("clauses[1].id")).to_string(), "s.yaml:12:5");
    let missing = doc.place("s.yaml", &route("clauses[1].title.x"));
    assert_eq!(missing.to_string(), "s.yaml:12:5");
    assert_eq!(missing.route.to_string(), "clauses[1].title.x");
    assert_eq!(Document::parse("").place("s.yaml", &route("x")).to_string(), "s.yaml:1:1");
}

#[test]
fn a_cursor_finds_its_route() {
    let doc = Document::parse(SAMPLE);
    let check = |needle: &str, expect: &str| {
        let byte = SAMPLE.find(needle).unwrap();
        assert_eq!(doc.route_at(byte).to_string(), expect, "{needle:?}");
    };
    check("spec: desk", "spec");
    check("desk\nclauses", "spec");
    check("# first", "clauses[0].id");
    check("Second", "clauses[0].text");
    check("  when", "clauses[0].when");
    check("high", "clauses[0].when.severity");
    check("y]}", "clauses[0].when.intent[1]");
    check("id: b", "clauses[1].id");
    check("- id: b", "clauses[1]");
    check("# Rules", "");
    check("yes", "last");
    check("*end", "again");
}

/// Checks which problems reading `text` gives (line, start of the message) and what is left of the rest.
fn broken(text: &str, problems: &[(u32, &str)], left: &[(&str, &str)]) {
    let doc = Document::parse(text);
    let found: Vec<(u32, &str)> = doc.syntax_problems().iter().map(|p| (p.position.line, p.message.as_str())).collect();
    assert!(
        found.len() == problems.len() && found.iter().zip(problems).all(|(f, p)| f.0 == p.0 && f.1.starts_with(p.1)),
        "{text:?}: {found:#?}"
    );
    for (path, expect) in left {
        let node = doc.node(&route(path)).unwrap_or_else(|| panic!("{path} of {text:?}: {:#?}", doc.root()));
        assert_eq!(node.text(), Some(*expect), "{path} of {text:?}");
    }
}

#[test]
fn a_broken_piece_leaves_the_rest_usable() {
    let around = |piece: &str| format!("a: 1\nlist:\n  - id: x\n{piece}  - id: y\nz: 2\n");
    let rest = [("a", "1"), ("list[0].id", "x"), ("list[1].id", "y"), ("z", "2")];
    broken(&around("    title: \"never closed\n"), &[(4, "quoted text runs on")], &rest);
    broken(&around("    when: {a: [1, 2}\n"), &[(4, "what was opened with `[`")], &rest);
    broken(&around("    when: {a: 1\n"), &[(5, "")], &rest);
    broken(&around("    title: @x\n"), &[(4, "a value cannot start with `@`")], &rest);
    broken(&around("    title: a: b\n"), &[(4, "a `:` stands where no key can be")], &rest);
    broken(&around("    t: 1\n  \ttitle: a\n"), &[(4, "a tab stands")], &rest);
    broken(&around("    nul: \0\n"), &[(4, "the character U+0000")], &rest);
    broken(&around("    title\n"), &[(4, "")], &rest);
    broken(&around("    t: \"a\" b\n    u: %x\n"), &[(4, "something stands behind"), (5, "a value cannot")], &rest);
    broken(&around("    t: |9x\n      foo\n"), &[(4, "behind `|`")], &rest);
    let swallowed = "a: 1\nb:\n  t: \"open\n  u: \"x\"\nc: 3\n";
    broken(swallowed, &[(3, "quoted text runs on")], &[("a", "1"), ("c", "3"), ("b.u", "x")]);
    broken("a: 1\n  b: 2\nc: 3\n", &[(2, "a `:` stands")], &[("a", "1"), ("c", "3")]);
    broken("- a\n- @b\n- c\n", &[(2, "a value cannot start")], &[("[0]", "a"), ("[1]", "c")]);
}

#[test]
fn hostile_text_ends_in_a_problem() {
    broken("", &[], &[]);
    broken("# nothing\n", &[], &[]);
    broken("\u{feff}a: 1\n", &[], &[("a", "1")]);
    broken("a: 1\n---\nb: 2\n", &[(2, "a second document")], &[("a", "1")]);
    broken("a: 1\na: 2\n", &[(2, "the key `a` stands twice")], &[("a", "1")]);
    broken("a: &x [*x]\nb: *y\nc: 1\n", &[(1, "the alias `*x` stands inside"), (2, "the alias `*y`")], &[("c", "1")]);
    broken(&format!("a: 1\nb: {}\nc: 3\n", "[".repeat(10_000)), &[(2, "values are nested")], &[("a", "1"), ("c", "3")]);
    broken(&format!("{}x\n", "- ".repeat(10_000)), &[(1, "values are nested")], &[]);
    let stairs: String = (0..3000).map(|i| format!("{}k:\n", " ".repeat(i))).collect();
    assert!(!Document::parse(stairs).syntax_problems().is_empty());
    let bomb: String = (1..40).map(|i| format!("k{i}: &a{i} [*a{p}, *a{p}, *a{p}]\n", p = i - 1)).collect();
    let doc = Document::parse(format!("k0: &a0 x\n{bomb}"));
    assert!(doc.syntax_problems().iter().any(|p| p.message.starts_with("the aliases up to")));
    let ladder: String = (1..5000).map(|i| format!("k{i}: &a{i} [*a{p}]\n", p = i - 1)).collect();
    let doc = Document::parse(format!("k0: &a0 x\n{ladder}"));
    assert!(doc.syntax_problems()[0].message.starts_with("with the alias `*a"));
    assert!(doc.root().unwrap().height <= DEPTH_LIMIT + 1);
    let doc = Document::parse("x".repeat(SIZE_LIMIT + 1));
    assert!(doc.root().is_none() && doc.syntax_problems()[0].message.contains("MB"));
}

#[test]
fn keys_that_stand_twice_are_told_within_bounds() {
    let doc = Document::parse("a: b\n".repeat(5000));
    assert_eq!(doc.syntax_problems().len(), 200);
    let last = doc.syntax_problems().last().map(|problem| problem.message.as_str());
    assert_eq!(last, Some("the key `a` stands twice in the same mapping, and so do others below"));
}

#[test]
fn bytes_that_are_not_text_are_kept_and_named() {
    let doc = Document::from_bytes(b"a: 1\nb: x\xff\xfey\n".to_vec());
    assert!(doc.is_read_only());
    assert_eq!(doc.bytes(), b"a: 1\nb: x\xff\xfey\n");
    let problem = &doc.syntax_problems()[0];
    assert_eq!((problem.position.line, problem.position.column), (2, 5));
    assert_eq!(doc.node(&route("a")).and_then(Node::as_int), Some(1));
    assert!(!Document::from_bytes(b"a: 1".to_vec()).is_read_only());
}

/// Every span lies within the text and within its parent's, in order.
fn check_spans(doc: &Document) {
    fn walk(text: &str, node: &Node, within: Span) {
        let span = node.span();
        assert!(within.start <= span.start && span.end <= within.end, "{span:?} in {within:?} of {text:?}");
        assert!(text.get(span.range()).is_some(), "{span:?} of {text:?}");
        match node.kind() {
            Kind::Mapping(mapping) => {
                for entry in mapping.entries.iter() {
                    assert!(text.is_char_boundary(entry.start));
                    walk(text, &entry.key, span);
                    walk(text, &entry.value, span);
                }
            }
            Kind::Sequence(sequence) => {
                for item in sequence.items.iter() {
                    assert!(text.is_char_boundary(item.start));
                    walk(text, &item.value, span);
                }
            }
            _ => {}
        }
    }
    if let Some(root) = doc.root() {
        walk(doc.text(), root, Span::new(0, doc.text().len()));
    }
}

pub(super) mod properties {
    use super::*;
    use proptest::prelude::*;

    pub(in crate::document) fn config(cases: u32) -> ProptestConfig {
        let cases = if cfg!(debug_assertions) { cases } else { cases * 30 };
        ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
    }

    /// Texts made of what YAML is made of, so that they reach far into the parser.
    pub(in crate::document) fn yamlish() -> impl Strategy<Value = String> {
        let bits = prop::sample::select(vec![
            "a",
            "b: ",
            "- ",
            "\n",
            "\n  ",
            "\n    ",
            "\r\n",
            ": ",
            "? ",
            "[",
            "]",
            "{",
            "}",
            ", ",
            "\"",
            "'",
            "|",
            ">-",
            "|+2",
            "#",
            " # c",
            "&x ",
            "*x",
            "!t ",
            "!!str ",
            "é",
            "\t",
            "\0",
            "---\n",
            "...\n",
            "%YAML 1.2\n",
            "~",
            "1",
            "\\",
            "\u{feff}",
            " ",
            "\u{85}",
            "\u{2028}",
            "\r",
        ]);
        prop::collection::vec(bits, 0..40).prop_map(|bits| bits.concat())
    }

    #[test]
    fn routes_at_a_byte_lead_somewhere_where_a_key_stands_twice() {
        let text = ": a---\n: b: |";
        let doc = Document::parse(text);
        for byte in 0..=text.len() {
            let route = doc.route_at(byte);
            assert!(doc.node(&route).is_some() || route.is_root(), "{byte}: {route}");
        }
    }

    proptest! {
        #![proptest_config(config(600))]

        #[test]
        fn no_text_makes_reading_panic(text in yamlish()) {
            let doc = Document::parse(text.as_str());
            check_spans(&doc);
            for byte in 0..=text.len() + 1 {
                let route = doc.route_at(byte);
                prop_assert!(doc.node(&route).is_some() || route.is_root());
                doc.position(byte);
            }
        }

        #[test]
        fn no_bytes_make_reading_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let doc = Document::from_bytes(bytes.clone());
            prop_assert_eq!(doc.bytes(), &bytes[..]);
            check_spans(&doc);
        }
    }
}
