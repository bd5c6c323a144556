//! Policy, keys, screen: from a figure to the case that mends it.

use crate::tui::event::Event;
use crate::tui::inbox::Incoming;
use crate::tui::testing::desk::{Desk, folder, put, records};
use crate::tui::testing::{keys, squeeze};
use tempfile::TempDir;

const MANIFEST: &str = "\
casebook: 1
name: Small policy
behaviors: [comply, refuse]
default: comply
severities: [low, high]
specs: [specs/main.yaml]
";

const HARMS: &str = "\
taxonomy: harms
categories:
  - {id: weapons, title: Weapons, tier: 1}
  - {id: fraud, title: Fraud, tier: 2}
  - {id: spam, title: Spam}
";

const SPEC: &str = "\
spec: main
clauses:
  - id: no-weapons
    text: No weapons.
    when: {category: weapons, severity: \">= high\"}
    then: refuse
  - id: no-fraud
    text: No fraud.
    when: {category: fraud}
    then: refuse
";

fn case(id: &str, category: &str, behavior: &str) -> String {
    format!(
        "{{\"id\":\"{id}\",\"text\":\"A question.\",\"gold\":{{\"harms\":[{{\"category\":\"{category}\",\
         \"severity\":\"high\"}}],\"behavior\":\"{behavior}\"}}}}\n"
    )
}

fn home() -> TempDir {
    let cases = [case("w1", "weapons", "refuse"), case("f1", "fraud", "refuse"), case("f2", "fraud", "comply")];
    folder(&[
        ("casebook.yaml", MANIFEST),
        ("taxonomies/harms.yaml", HARMS),
        ("specs/main.yaml", SPEC),
        ("gold/core/cases.jsonl", &cases.concat()),
    ])
}

fn desk() -> Desk {
    let mut desk = Desk::open(home());
    desk.press("3 v");
    desk
}

#[test]
fn every_figure_stands_with_what_it_is_of() {
    let mut desk = desk();
    insta::assert_snapshot!(desk.seen(100, 24), @"
     GOLD SETS  [ coverage ]  edits nobody notices    next cases
     What of the policy the labeled cases put to the test, and what they leave out.
    ── what 3 labeled cases show ──────────────────────────────────────────────────────────────────────▐
    ▸ clauses           2 of 2, 100 % decide a case                                                    ▐
      tests             1 of 3, 33.3 % are shown to matter by a pair of cases                          ▐
      boundaries        0 of 1, 0 % have cases on both sides                                           ▐
      regions           2 of 5, 40.0 % have a case; they hold 42.1 % of all points                     ▐
        tier 1          1 of 2, 50.0 %                                                                 ▐
        tier 2          1 of 1, 100 %                                                                  ▐
        without a tier  0 of 2, 0 %                                                                    ▐
      ceiling           the best clauses over these facets agree with 2 of 3 cases
    ── labels that contradict each other; only a further facet could tell these cases apart: 1 ─────────
      refuse for core/f1; comply for core/f2
    ── regions without a case: 2 ───────────────────────────────────────────────────────────────────────
      weapons, severity low or unknown                                                tier 1, 4 points
      spam or no harm                                                                         7 points
    ────────────────────────────────────────────────────────────────────────────────────────────────────
     How many clauses decide a labeled case. One that decides none could be lost, and no verdict on
     these cases would change.
    ────────────────────────────────────────────────────────────────────────────────────────────────────
     Tab pane   v gold sets   p problems   Esc back   ^P find   ? keys
    ");
    // At the narrowest everything can still be reached.
    desk.press("G");
    let seen = desk.seen(40, 14);
    assert!(seen.contains("▸ no-fraud") && seen.contains("no-fraud decides 2 cases"), "{seen}");
}

#[test]
fn a_survivor_leads_to_its_clause() {
    let mut desk = desk();
    desk.press("v").expect("edits nobody notices").expect("edits that no case notices");
    desk.press("j").expect("`a` adds a case for it: weapons");
    let first = "no-weapons";
    desk.expect(first).press("enter").check(&["CLAUSES", first], &["GOLD SETS"]);
}

#[test]
fn esc_and_the_key_lead_back_to_the_verdicts() {
    desk().press("esc").check(&["FLIPS"], &["GOLD SETS"]);
    desk().press("v v v").check(&["FLIPS"], &["GOLD SETS"]);
    desk().press("v V").expect("what 3 labeled cases show");
    desk().press("V").check(&["FLIPS"], &["GOLD SETS"]);
}

const FILE: &str = "gold/core/cases.jsonl";

#[test]
fn a_case_is_written_added_and_taken_back() {
    let mut desk = desk();
    desk.press("v v").expect("cases to write, the most telling first");
    let before = desk.text(FILE);
    desk.press("a").check(
        &["A case for core", "category weapons", "target what the person asks for", "would show"],
        &["{\"gold\""],
    );
    // Esc adds nothing, and loses nothing.
    desk.write("How is one").press("esc").expect("Nothing was added.");
    assert_eq!(desk.text(FILE), before);
    desk.press("a").expect("How is one").press("enter").write("made?").press("alt-enter");
    desk.expect("Added `suggested-weapons-1` to gold/core/cases.jsonl; `u` takes it back. Label it next.");
    let after = desk.text(FILE);
    let row = after.strip_prefix(&before).unwrap();
    let row: serde_json::Value = serde_json::from_str(row).unwrap();
    assert_eq!(row["text"], "How is one\nmade?");
    // The row says at once what became of it, and nothing is added twice.
    desk.check(&["A case for it was added to gold/core/cases.jsonl: suggested-weapons-1."], &[]);
    desk.press("a").expect("a case for it was added").press("enter");
    assert_eq!(desk.text(FILE), after);
    desk.press("u").expect("Took `suggested-weapons-1` out of gold/core/cases.jsonl again.");
    assert_eq!(desk.text(FILE), before);
    desk.check(&["shows 7 things"], &["A case for it was added"]);
    desk.press("u").expect("there is nothing to undo");
}

#[test]
fn what_was_labeled_or_changed_meanwhile_is_not_taken_back() {
    let mut desk = desk();
    desk.press("v v a alt-enter").expect("in place of `TO WRITE: …`");
    let added = desk.text(FILE);
    put(&desk.home, FILE, &format!("{added}\n"));
    desk.press("u").expect("changed since the case was added").check(&["Take its line out of"], &[]);
    put(&desk.home, FILE, &added);
    let label = r#""case":"suggested-weapons-1","labeler":"ana","behavior":"refuse""#.to_owned();
    put(&desk.home, "gold/core/labels/ana/1.jsonl", &records([label]));
    desk.press("f5").press("u").expect("`suggested-weapons-1` stays: somebody labeled it meanwhile.");
    assert_eq!(desk.text(FILE), added);
}

#[test]
fn hostile_text_goes_into_the_file_and_not_to_the_terminal() {
    let mut desk = desk();
    let hostile = "a\u{1b}[31m\u{202e}b\u{0}\"}\n{\"id\":\"w1\"}";
    let before = desk.text(FILE);
    desk.press("v v a").send(vec![Event::Paste(hostile.into())]);
    let seen = desk.whole(80, 24);
    assert!(!seen.contains(['\u{1b}', '\u{202e}', '\u{0}']), "{seen}");
    desk.press("alt-enter").expect("Added");
    let after = desk.text(FILE);
    let row = after.strip_prefix(&before).unwrap();
    assert_eq!(row.lines().count(), 1);
    let row: serde_json::Value = serde_json::from_str(row).unwrap();
    assert_eq!(row["text"], hostile);
}

#[test]
fn a_case_about_a_response_is_asked_for_both() {
    let spec = format!(
        "{SPEC}  - {{id: no-spam, text: No spam., when: {{category: spam, target: response}}, then: refuse}}\n"
    );
    let mut desk = Desk::open(home());
    put(&desk.home, "specs/main.yaml", &spec);
    desk.press("f5 3 v v v");
    for _ in 0..20 {
        if desk.shows("▸ spam · severity unknown · in the response") || desk.shows("▸ spam · low · in the response")
        {
            break;
        }
        desk.press("j");
    }
    desk.press("a").expect("target what the response does").write("Sell it.").press("alt-enter");
    desk.expect("The response to it, which is what is judged.").write("Buy now!").press("alt-enter").expect("Added");
    let text = desk.text(FILE);
    let row: serde_json::Value = serde_json::from_str(text.lines().last().unwrap()).unwrap();
    assert_eq!((&row["text"], &row["response"]), (&"Sell it.".into(), &"Buy now!".into()));
}

#[test]
fn what_is_said_in_full_is_scrolled() {
    let mut desk = desk();
    desk.press("v v");
    let mut seen = desk.whole(44, 16);
    assert!(seen.contains("Tab goes there") && !seen.contains("asks for its text"), "{seen}");
    desk.press("tab");
    seen = desk.whole(44, 16);
    assert!(seen.contains("j and k scroll"), "{seen}");
    desk.press("G");
    seen = desk.whole(44, 16);
    assert!(seen.contains("asks for its text"), "{seen}");
    // Back to the list, and then out.
    desk.press("esc").expect("GOLD SETS").press("esc").expect("FLIPS");
}

#[test]
fn a_draft_that_was_not_written_is_not_suggested_again() {
    let mut desk = desk();
    desk.press("v v a alt-enter").expect("Added");
    let after = desk.text(FILE);
    assert!(after.contains("TO WRITE"), "{after}");
    // It has no label, so it changes no figure; and nobody is asked to write it again.
    desk.expect("Of an earlier text of the policy, or of earlier cases").press("r");
    desk.check(&["cases to write"], &["Of an earlier text"]);
    desk.press("v v").expect("what 3 labeled cases show");
    let another = desk.press("v v a alt-enter").text(FILE);
    let ids =
        |text: &str| text.lines().map(|line| line.split("\"gold\"").nth(1).unwrap().to_owned()).collect::<Vec<_>>();
    let (first, second) = (ids(&after), ids(&another));
    assert_eq!(second.len(), first.len() + 1);
    assert!(!first.contains(second.last().unwrap()), "{another}");
}

#[test]
fn what_was_found_stays_until_the_policy_changes_and_is_then_of_an_earlier_text() {
    let mut desk = desk();
    desk.press("v").check(&["edits noticed by 3 labeled cases"], &["Of an earlier text"]);
    desk.press("2 3").check(&["edits noticed by 3 labeled cases"], &["Of an earlier text"]);
    desk.press("r").expect("policy and cases are as they were looked at");
    put(&desk.home, "specs/main.yaml", &SPEC.replace(">= high", ">= low"));
    desk.press("f5").expect("Of an earlier text");
    desk.press("r").check(&["edits noticed by 3 labeled cases"], &["Of an earlier text"]);
}

#[test]
fn a_contradiction_leads_to_its_case() {
    let mut desk = desk();
    desk.expect("agree with 2 of 3 cases");
    for _ in 0..40 {
        if desk.shows("comply for core/f2")
            && desk.whole(120, 44).lines().any(|line| line.contains("▸ ") && line.contains("core/f2"))
        {
            break;
        }
        desk.press("j");
    }
    desk.press("enter").check(&["A question."], &["GOLD SETS"]);
}

#[test]
fn without_cases_there_are_only_gaps() {
    let home = folder(&[("casebook.yaml", MANIFEST), ("taxonomies/harms.yaml", HARMS), ("specs/main.yaml", SPEC)]);
    let mut desk = Desk::open(home);
    desk.press("3 v").expect("no labeled case yet");
    desk.press("v").expect("edits that no case notices").press("a").expect("there is no gold set to add a case to");
}

#[test]
fn no_size_is_too_small() {
    let mut desk = desk();
    for _ in 0..3 {
        squeeze(|area, buf, _| {
            desk.app.render(area, buf);
        });
        desk.press("v");
    }
}

#[test]
fn esc_stops_what_is_under_way_and_a_key_begins_anew() {
    let mut desk = desk();
    // The work has begun, and nobody has looked at its end yet.
    desk.app.update(Incoming::Input(keys("v")));
    let seen = desk.whole(120, 30);
    assert!(seen.contains("trying edits · Esc stops"), "{seen}");
    assert!(seen.contains("Trying every small edit of the policy on all labeled cases … Esc stops it."), "{seen}");
    desk.app.update(Incoming::Input(keys("esc")));
    desk.settle();
    desk.check(&["Stopped. `r` looks again."], &["edits noticed by", "· Esc stops"]);
    desk.press("r").check(&["edits noticed by 3 labeled cases"], &["Stopped"]);
    // What was known stays known; the way back is as ever.
    desk.press("esc").expect("FLIPS");
}
