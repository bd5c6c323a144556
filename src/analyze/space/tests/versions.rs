//! The difference of two versions that do not say things with the same words: for each kind of thing that a policy names, one that
//! was added, removed, renamed, or moved. Both ways round, so that what is added the one way is removed the other.

use super::*;
use crate::analyze::structure::tests::{Texts, texts};
use crate::document::read;
use proptest::sample::{select, subsequence};
use std::sync::Arc;

/// The edits of the test's policy, and whether they change a decision.
fn check(edits: &[(&str, &str)], changes: bool) {
    check_of(&[], edits, changes);
}

fn check_of(first: &[(&str, &str)], edits: &[(&str, &str)], changes: bool) {
    let made =
        |edits: &[(&str, &str)], texts| edits.iter().fold(texts, |texts: Texts, (from, to)| texts.edit(from, to));
    let base = made(first, texts());
    let (base, head) = (base.policy(), made(edits, base.clone()).policy());
    for (base, head) in [(&base, &head), (&head, &base)] {
        check_difference(base, head).unwrap();
        assert_eq!(!Difference::of(base, head).unwrap().is_equivalent(), changes, "{edits:?}");
    }
}

const MINORS: &str = "when: {minor: true}\n    then: refuse";

#[test]
fn behaviors() {
    check(&[("behaviors: [comply", "behaviors: [comply, warn")], false);
    check(&[("behaviors: [comply", "behaviors: [comply, warn"), (MINORS, "when: {minor: true}\n    then: warn")], true);
    check(&[("safe.}, refuse]", "safe.}, refuse, decline]"), (MINORS, "when: {minor: true}\n    then: decline")], true);
    // Their order decides where the most restrictive clause does.
    let strict = ("name: test", "name: test\ndefault: comply\nhit_policy: most-restrictive");
    let swapped = "[{id: safe-complete, description: Help as far as it is safe.}, refuse, comply]";
    check_of(
        &[strict],
        &[("[comply, {id: safe-complete, description: Help as far as it is safe.}, refuse]", swapped)],
        true,
    );
}

#[test]
fn severities() {
    let levels = "severities: [low, medium, high]";
    check(&[(levels, "severities: [low, medium, high, critical]")], true);
    check(&[(levels, "severities: [medium, low, high]")], true);
    check(&[(levels, "severities: [low, middling, high]"), ("severity: '>= medium'", "severity: '>= middling'")], true);
}

#[test]
fn categories() {
    // Cases with the old name are decided as before; the new one is a word that the version before does not know.
    let renamed =
        [("- id: bio\n", "- id: bio-agents\n        aliases: [bio]\n"), ("{category: bio,", "{category: bio-agents,")];
    check(&renamed, true);
    check(&[("- id: bio\n", "- id: bio-agents\n"), ("{category: bio,", "{category: bio-agents,")], true);
    check(&[("  - id: fraud\n", "  - id: fraud\n    children: [{id: phishing}]\n")], true);
    // To another parent: what asks for the parent reaches it, or does so no more.
    check_of(
        &[("{category: bio,", "{category: weapons,")],
        &[("      - id: guns\n", ""), ("  - id: fraud\n", "  - id: guns\n  - id: fraud\n")],
        true,
    );
    // Two become one.
    check(&[("  - id: self-harm\n", ""), ("aliases: [scams]", "aliases: [scams, self-harm]")], true);
}

#[test]
fn facets() {
    let minor = "  minor: {type: bool}\n";
    check(&[(minor, ""), (MINORS, "when: {autonomy: tools}\n    then: refuse"), (", not: {minor: true}", "")], true);
    check(&[(minor, "  minor: {type: bool}\n  locale: {type: enum, values: [here, there]}\n")], false);
    check(
        &[
            (minor, "  child: {type: bool}\n"),
            ("when: {minor: true}", "when: {child: true}"),
            ("not: {minor: true}", "not: {child: true}"),
        ],
        true,
    );
    let intent = "values: [benign, unclear, malicious]";
    check(&[(intent, "values: [benign, curious, unclear, malicious]")], true);
    check(&[(intent, "values: [malicious, unclear, benign]")], false);
    check(
        &[
            (intent, "values: [harmless, unclear, malicious]"),
            ("{not: benign}", "{not: harmless}"),
            ("{intent: benign}", "{intent: harmless}"),
        ],
        true,
    );
    check(&[("type: set, values: [fiction, medical, legal]", "type: set, values: [fiction, medical]")], true);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Any version, and what becomes of it when some of its words are called otherwise, categories with or without an alias for
    /// what they were called.
    #[test]
    fn a_difference_is_complete_after_renaming(
        documents in random::documents(),
        words in subsequence(&["b0", "b2", "s1", "v0", "c0", "c1", "c2", "k0", "f: ", "g: "][..], 1..=4),
        alias in any::<bool>(),
    ) {
        let renamed = documents.clone().map(|document| {
            let lines: Vec<String> = document.text().lines().map(|line| line_renamed(line, &words, alias)).collect();
            Document::parse(lines.join("\n"))
        });
        let (base, head) = (policy(&documents), policy(&renamed));
        check_difference(&base, &head)?;
        check_difference(&head, &base)?;
    }

    /// Any version, and one in which a category went into another, which has its id as an alias then.
    #[test]
    fn a_difference_is_complete_after_merging(
        documents in random::documents(),
        (gone, into) in (select(&["c0", "c1", "c2"][..]), select(&["c3", "c4"][..])),
    ) {
        let merged = documents.clone().map(|document| {
            let stays = |line: &&str| !line.contains(&format!("{{id: {gone}"));
            let lines = document.text().lines().filter(stays).map(|line| with_alias(line, into, gone));
            Document::parse(lines.collect::<Vec<_>>().join("\n"))
        });
        let (base, head) = (policy(&documents), policy(&merged));
        check_difference(&base, &head)?;
        check_difference(&head, &base)?;
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    /// Any version, and one with a category more: at the points of it the version before decides as it does where there is no
    /// harm that it knows. Words are long, so that much is told by what a clause decides.
    #[test]
    fn a_difference_is_complete_after_adding(
        documents in random::documents(),
        below in select(&["", ", parent: c0", ", parent: c1", ", parent: c2"][..]),
        severity in any::<bool>(),
    ) {
        let long = |document: Document| {
            let words = ["c0", "c1", "c2", "c3", "c4", "s0", "s1", "s2", "v0", "v1", "v2"];
            words.iter().fold(document.text().to_owned(), |text, word| {
                text.replace(word, &format!("{word}-with-a-name-that-takes-room"))
            })
        };
        let longer = documents.map(long);
        let added = longer.clone().map(|text| {
            let lines: Vec<String> = text.lines().map(|line| match line {
                "categories:" => {
                    let below = if below.is_empty() { String::new() } else { format!("{below}-with-a-name-that-takes-room") };
                    format!("categories:\n  - {{id: newcomer{below}}}")
                }
                line if severity => line.replace("severities: [", "severities: [grave, "),
                line => line.to_owned(),
            }).collect();
            lines.join("\n")
        });
        let [base, head] = [longer, added].map(|texts| policy(&texts.map(Document::parse)));
        prop_assume!(head.taxonomy.find("newcomer").is_some());
        check_difference(&base, &head)?;
        check_difference(&head, &base)?;
    }
}

fn policy(documents: &[Document; 4]) -> Policy {
    let files: [Arc<str>; 4] = ["casebook.yaml", "t.yaml", "a.yaml", "b.yaml"].map(Into::into);
    let source = |i: usize| Source { file: &files[i], document: &documents[i] };
    read::policy(source(0), &[source(1)], &[source(2), source(3)]).0
}

fn line_renamed(line: &str, words: &[&str], alias: bool) -> String {
    words.iter().fold(line.to_owned(), |line, word| {
        let new = format!("x{word}");
        let line = line.replace(word, &new);
        if alias { with_alias(&line, &new, word) } else { line }
    })
}

/// The line of a taxonomy with one alias more, if it is the category's and there is none yet.
fn with_alias(line: &str, category: &str, alias: &str) -> String {
    let starts = format!("  - {{id: {category}");
    match line.strip_prefix(&starts) {
        Some(rest) if category.contains('c') && !line.contains("aliases") => {
            format!("{starts}, aliases: [{alias}]{rest}")
        }
        _ => line.to_owned(),
    }
}
