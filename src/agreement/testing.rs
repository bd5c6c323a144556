//! A small policy and gold sets for the tests of agreement and consensus.

use crate::decide::{GoldSet, GoldSources, SourceFile, Unwatched};
use crate::document::Document;
use crate::document::read::{self, cursor::Source};
use crate::policy::Policy;
use std::sync::Arc;

const MANIFEST: &str = "\
casebook: 1
facets:
  intent: {type: enum, values: [benign, unclear, malicious]}
  minor: {type: bool}
  context: {type: set, values: [fiction, medical]}
labelers: {judge: {kind: model}, guard: {kind: model}}
specs: [s.yaml]
";

const HARMS: &str = "\
taxonomy: harms
categories:
  - {id: weapons, aliases: [arms], children: [{id: bio}]}
  - {id: fraud}
";

const SPEC: &str = "\
spec: s
clauses:
  - {id: no-bio, when: {category: bio, severity: '>= high'}, then: refuse}
  - {id: benign, when: {intent: benign}, then: comply}
  - {id: weapons, when: {category: weapons}, then: safe-complete}
";

/// Categories `weapons` (alias `arms`) over `bio`, and `fraud`; facets `intent`, `minor`, `context`; labelers `judge` and `guard` are
/// models; clauses `no-bio`, `benign`, `weapons`.
pub(crate) fn policy() -> Policy {
    let documents = [MANIFEST, HARMS, SPEC].map(Document::parse);
    let files: [Arc<str>; 3] = ["casebook.yaml", "t.yaml", "s.yaml"].map(Into::into);
    let source = |i: usize| Source { file: &files[i], document: &documents[i] };
    let (policy, problems) = read::policy(source(0), &[source(1)], &[source(2)]);
    assert_eq!(problems, []);
    policy
}

/// A gold set from its cases, labels and rulings, each a line of JSON without its outer braces.
pub(crate) fn gold(cases: &[String], labels: &[String], rulings: &[String]) -> GoldSet {
    let file = |path: &str, lines: &[String]| {
        let text: String = lines.iter().map(|line| format!("{{{line}}}\n")).collect();
        vec![SourceFile::new(path, text.into_bytes())]
    };
    let sources = GoldSources {
        set: "core".into(),
        cases: file("cases.jsonl", cases),
        labels: file("labels/a/1.jsonl", labels),
        adjudications: file("adjudications/a/1.jsonl", rulings),
        settling: policy().settling(),
    };
    let gold = GoldSet::read(sources, &Unwatched).expect("nobody stops it");
    assert_eq!(gold.problems(), []);
    gold
}

/// Cases `c0`, `c1` and so on.
pub(crate) fn cases(n: usize) -> Vec<String> {
    (0..n).map(|case| format!(r#""id":"c{case}","text":"""#)).collect()
}

/// A label of a case by a labeler. Its id is `LABELER-CASE`, with `-again` for a repeat.
pub(crate) fn label(case: usize, labeler: &str, rest: &str) -> String {
    let again = if rest.contains(r#""repeat":true"#) { "-again" } else { "" };
    format!(r#""id":"{labeler}-{case}{again}","case":"c{case}","labeler":"{labeler}",{rest}"#)
}
