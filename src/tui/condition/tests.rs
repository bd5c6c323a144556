//! What the builder writes is read as what was meant.

use super::change::{self, Change};
use super::forms::{self, Asked, Form};
use super::*;
use crate::decide::words as plain;
use crate::document::read::{self, cursor::Source};
use crate::document::{Document, Edit, Value};
use crate::policy::facet::FacetKind;
use crate::policy::place::Route;
use proptest::prelude::*;
use std::sync::Arc;

const MANIFEST: &str = "\
casebook: 1
name: x
severities: [low, medium, high, critical]
facets:
  intent: {type: enum, values: [benign, \"no\", \"1\", \"a: b\", \"#x\", \"it's\", \"*\"]}
  minor: {type: bool}
  autonomy: {type: ordinal, values: [chat, tool use, unattended]}
  context: {type: set, values: [fiction, \"null\", research, \"[x]\"]}
";
const TAXONOMY: &str = "\
taxonomy: t
categories:
  - id: weapons
    children: [{id: bio}, {id: \"0x1\"}]
  - id: \"yes\"
";
const PLAIN: &str = "spec: s\nclauses:\n  - id: a\n    then: comply\n";

fn read(spec: &Document) -> (Policy, usize) {
    let file: Arc<str> = "f".into();
    let (manifest, taxonomy) = (Document::parse(MANIFEST), Document::parse(TAXONOMY));
    let source = |document| Source { file: &file, document };
    let (policy, problems) = read::policy(source(&manifest), &[source(&taxonomy)], &[source(spec)]);
    (policy, problems.len())
}

fn clause() -> Route {
    Route::root().then("clauses").then(0)
}

fn when() -> Route {
    clause().then("when")
}

fn after(document: &Document, change: Change) -> Document {
    document.edit_all(&change.unwrap()).unwrap().0
}

fn words_of(document: &Document) -> String {
    let (policy, _) = read(document);
    plain::condition(&policy, &policy.clauses[0].when)
}

fn is_bool(policy: &Policy, subject: Subject) -> bool {
    matches!(subject, Subject::Facet(ix) if policy.manifest.facet(ix).kind == FacetKind::Bool)
}

#[test]
fn every_choice_of_every_form_is_read_as_it_was_meant() {
    let plain_spec = Document::parse(PLAIN);
    let (policy, problems) = read(&plain_spec);
    assert_eq!(problems, 0);
    for key in ["category", "severity", "target", "intent", "minor", "autonomy", "context"] {
        let subject = subject_of(&policy, key).unwrap();
        for form in Form::of(&policy, subject) {
            let options = forms::choices(&policy, subject, form);
            assert!(!options.is_empty(), "{key} {form:?}");
            let mut picked: Vec<Vec<String>> = options.iter().map(|(words, _)| words.clone()).collect();
            if form.takes_several() {
                picked.push(options.iter().flat_map(|(words, _)| words.clone()).collect());
            }
            for words in picked {
                let asked = Asked { form, words };
                let value = asked.write(is_bool(&policy, subject));
                let document = after(&plain_spec, change::add(&plain_spec, &clause(), &when(), key, value));
                let (_, problems) = read(&document);
                assert_eq!(problems, 0, "{}", document.text());
                let node = document.node(&when().then(key)).unwrap();
                let set = super::words::is_set(&policy, subject);
                assert_eq!(Asked::read(node, set), Some(asked), "{}", document.text());
            }
        }
    }
}

#[test]
fn tests_are_written_as_short_as_a_person_would() {
    fn check(form: Form, words: &[&str], expect: &str) {
        let document = Document::parse("clauses:\n  - id: a\n    when: {category: bio}\n    x: {y: z}\n");
        let value = Asked { form, words: words.iter().map(|word| (*word).to_owned()).collect() }.write(false);
        let text = after(&document, change::add(&document, &clause(), &when(), "k", value)).text().to_owned();
        assert!(text.contains(&format!("{{category: bio, k: {expect}}}")), "{text}");
    }
    use crate::policy::condition::Comparison::AtLeast;
    check(Form::Is, &["a"], "a");
    check(Form::Is, &["a", "b"], "[a, b]");
    check(Form::IsNot, &["a"], "{not: a}");
    check(Form::IsNot, &["a", "unknown"], "{not: [a, unknown]}");
    check(Form::Compare(AtLeast), &["high"], "\">= high\"");
    check(Form::Compare(AtLeast), &["high", "unknown"], "[\">= high\", unknown]");
    check(Form::Has, &["a"], "a");
    check(Form::Has, &["a", "b"], "{any: [a, b]}");
    check(Form::HasAll, &["a"], "{all: [a]}");
    check(Form::HasNone, &["a", "b"], "{none: [a, b]}");
}

#[test]
fn groups_are_made_filled_and_left() {
    let bare =
        Document::parse("spec: s\nclauses:\n  - id: a\n    when:\n      category: bio # why\n    then: comply\n");
    let severity = || Value::from(">= high");
    let two = after(&bare, change::add(&bare, &clause(), &when(), "severity", severity()));
    assert_eq!(words_of(&two), "category is bio and severity ≥ high");
    // A second test on the same subject goes under `all`.
    let three = after(&two, change::add(&two, &clause(), &when(), "category", Value::from("weapons")));
    assert_eq!(words_of(&three), "category is bio and severity ≥ high and category is weapons or below");
    let fourth = after(&three, change::add(&three, &clause(), &when(), "category", Value::from("none")));
    assert!(words_of(&fourth).contains("category is none"));
    // Around and out again.
    let at = when().then("severity");
    for (group, words) in [
        (Group::Any, "category is bio and severity ≥ high"),
        (Group::All, "category is bio and severity ≥ high"),
        (Group::Not, "category is bio and not severity ≥ high"),
    ] {
        let within = after(&two, change::wrap(&two, &at, group, Vec::new()));
        assert_eq!(words_of(&within), words, "{}", within.text());
        let out = after(&within, change::unwrap(&within, &when().then(group.key())));
        assert_eq!(out.text(), two.text());
        assert!(within.text().contains("# why"));
    }
    let any = after(&two, change::wrap(&two, &at, Group::Any, Vec::new()));
    let group = when().then("any");
    let filled = after(&any, change::add_to_group(&any, &clause(), &group, "minor", Value::Bool(true)));
    assert_eq!(words_of(&filled), "category is bio and (severity ≥ high or minor is true)");
    let all = after(&filled, change::convert(&filled, &group, Group::All));
    assert_eq!(words_of(&all), "category is bio and (severity ≥ high and minor is true)");
    // An empty group would never hold: it goes with its last test.
    let one = after(&filled, Ok(change::remove(&filled, &clause(), &group.then(0))));
    assert_eq!(words_of(&one), "category is bio and minor is true");
    let none = after(&one, Ok(change::remove(&one, &clause(), &group.then(0).then("minor"))));
    assert_eq!(words_of(&none), "category is bio");
    // Without its last test the clause holds for nothing, until it is said to hold always.
    let empty = after(&none, Ok(change::remove(&none, &clause(), &when().then("category"))));
    assert!(empty.text().contains("when: {}"), "{}", empty.text());
    let again = after(&empty, change::add(&empty, &clause(), &when(), "minor", Value::Bool(true)));
    assert_eq!(words_of(&again), "minor is true");
    let always = after(&empty, Ok(change::always(&empty, &clause())));
    assert!(!always.text().contains("when"), "{}", always.text());
}

#[test]
fn what_cannot_be_written_is_refused_in_words() {
    let document = Document::parse(
        "clauses:\n  - when: {any: [{a: 1}], all: [{b: 1}], c: 1}\n  - when: [x]\n  - when: {any: {a: 1}, a: 2}\n",
    );
    let at = |n: usize| Route::root().then("clauses").then(n).then("when");
    assert!(change::wrap(&document, &at(0).then("c"), Group::Any, Vec::new()).is_err());
    assert!(change::convert(&document, &at(0).then("any"), Group::All).is_err());
    assert!(change::add(&document, &clause(), &at(1), "k", Value::from("v")).is_err());
    assert!(change::unwrap(&document, &at(2).then("any")).is_err());
    assert!(change::unwrap(&document, &at(2).then("gone")).is_err());
}

#[test]
fn rows_show_what_is_nested() {
    let document = Document::parse(
        "clauses:\n  - id: a\n    then: comply\n    when:\n      category: weapons\n      any:\n        - severity: high\n          \
         intent: {not: benign}\n        - not: {minor: true}\n      context: {any: [fiction], none: [research]}\n      \
         nonsense: {x: 1}\n",
    );
    let (policy, _) = read(&document);
    let rows = rows::rows(&policy, &document, &when(), Some(&policy.clauses[0].when));
    let seen: Vec<String> = rows
        .iter()
        .map(|row| {
            let mark = if row.begins { "· " } else { "" };
            format!("{}{mark}{}: {}", "  ".repeat(row.depth), row.key(&clause()), row.words)
        })
        .collect();
    let expect = [
        "when.category: weapons (+2 below)",
        "when.any: one of these is enough",
        "  · when.any[0].severity: high",
        "  when.any[0].intent: not benign",
        "  · when.any[1].not: this does not hold",
        "    when.any[1].not.minor: true",
        "when.context: has fiction and has none of research",
        "when.nonsense: {x: 1}",
    ];
    assert_eq!(seen, expect);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// However tests are put together, what is written is read without a problem, and without its last one a clause holds for nothing.
    #[test]
    fn any_series_of_changes_gives_a_condition_that_can_be_read(
        steps in prop::collection::vec((0..6usize, 0..7usize, 0..6usize, 0..9usize, 0..20usize), 1..12)
    ) {
        let mut document = Document::parse(PLAIN);
        let (policy, _) = read(&document);
        let keys = ["category", "severity", "target", "intent", "minor", "autonomy", "context"];
        for (what, key, form, choice, place) in steps {
            let subject = subject_of(&policy, keys[key]).unwrap();
            let all_forms = Form::of(&policy, subject);
            let form = all_forms[form % all_forms.len()];
            let options = forms::choices(&policy, subject, form);
            let words = options[choice % options.len()].0.clone();
            let value = Asked { form, words }.write(is_bool(&policy, subject));
            let (now, _) = read(&document);
            let rows = rows::rows(&now, &document, &when(), Some(&now.clauses[0].when));
            let row = rows.get(place % rows.len().max(1)).cloned();
            let is_group = row.as_ref().is_some_and(|row| matches!(row.what, rows::What::Group(_)));
            let change = match (what, row) {
                (1, Some(row)) if is_group => change::add_to_group(&document, &clause(), &row.route, keys[key], value),
                (2, Some(row)) => change::wrap(&document, &row.route, Group::ALL[choice % 3], Vec::new()),
                (3, Some(row)) if is_group => change::unwrap(&document, &row.route),
                (4, Some(row)) => Ok(change::remove(&document, &clause(), &row.route)),
                (5, Some(row)) if !is_group && row.key(&clause()).ends_with(keys[key]) => {
                    Ok(vec![Edit::SetValue { at: row.route, value }])
                }
                (_, Some(row)) => {
                    let map = change::mapping_of(&row.route).unwrap();
                    change::add(&document, &clause(), &map, keys[key], value)
                }
                (_, None) => change::add(&document, &clause(), &when(), keys[key], value),
            };
            let Ok(edits) = change else { continue };
            // Refusals are fine, roughness is not.
            let Ok((next, _)) = document.edit_all(&edits) else { continue };
            let (policy, problems) = read(&next);
            let empty = next.node(&when()).is_some_and(change::is_empty);
            prop_assert_eq!(problems, usize::from(empty), "{}", next.text());
            prop_assert_eq!(policy.clauses[0].when.is_understood(), !empty);
            document = next;
        }
    }
}
