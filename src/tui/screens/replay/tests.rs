//! Policy, keys, screen: the list of cases and the way from a case to what decided it.

use crate::tui::testing::desk::{Desk, folder};

const MANIFEST: &str = "\
casebook: 1
name: Small policy
behaviors: [comply, refuse]
default: comply
specs: [specs/main.yaml]
";

const HARMS: &str = "taxonomy: harms\ncategories:\n  - {id: weapons}\n  - {id: fraud}\n";

const SPEC: &str = "\
spec: main
clauses:
  - {id: no-weapons, text: No weapons., when: {category: weapons}, then: refuse}
";

const CASES: &str = r#"{"id":"w1","text":"A question.","gold":{"harms":[{"category":"weapons"}],"behavior":"refuse"}}
{"id":"w2","text":"A question.","gold":{"harms":[{"category":"weapons"}],"behavior":"comply"}}
{"id":"f1","text":"A question.","gold":{"harms":[{"category":"fraud"}],"behavior":"refuse"}}
"#;

fn desk() -> Desk {
    let mut desk = Desk::open(folder(&[
        ("casebook.yaml", MANIFEST),
        ("taxonomies/harms.yaml", HARMS),
        ("specs/main.yaml", SPEC),
        ("gold/core/cases.jsonl", CASES),
    ]));
    desk.press("3 o");
    desk
}

#[test]
fn a_filter_that_leaves_nothing_says_so_and_hides_no_disagreement() {
    let mut desk = desk();
    desk.expect("DISAGREE WITH GOLD 2").press("/").write("zz");
    // The heading stays while somebody writes, and what is written stands behind its slash.
    desk.check(&["DISAGREE WITH GOLD 0", "/zz", "The id of none of the 2"], &["Every measured verdict agrees"]);
    desk.press("enter").check(&["DISAGREE WITH GOLD 0 · /zz"], &["Every measured verdict agrees"]);
    desk.press("esc").expect("DISAGREE WITH GOLD 2");
    // Where there are none, there are none.
    desk.press("o").expect("No verdict is undetermined.").press("/").write("zz").expect("No verdict is undetermined.");
}

#[test]
fn an_opened_case_leads_to_the_clause_that_decides_it() {
    let mut desk = desk();
    desk.press("C").expect("no case is open").press("enter").expect("WHY");
    desk.press("C").check(&["CLAUSES", "no-weapons"], &["DISAGREE"]);
    // It does so from the text of the case as well.
    desk.press("3 tab C").check(&["CLAUSES", "no-weapons"], &["DISAGREE"]);
    desk.press("3 tab j enter").expect("gold refuse").press("C").expect("the default decides it, and no clause");
}
