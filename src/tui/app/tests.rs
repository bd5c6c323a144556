//! The app as a person meets it: a policy, keys, what is seen.

mod waiting;

use super::{Ask, TerminalAsk};
use crate::tui::event::Event;
use crate::tui::inbox::Incoming;
use crate::tui::testing;
use crate::tui::testing::desk::{Desk, folder, put, repository};
use std::fs;

const MANIFEST: &str = "casebook: 1\nname: Small policy\nfacets:\n  intent: {type: enum, values: [benign, malicious]}\nspecs: [specs/s.yaml]\n";
const HARMS: &str = "taxonomy: t\ncategories:\n  - id: weapons\n  - id: fraud\n";
const SPEC: &str = "\
spec: s
clauses:
  # weapons come first
  - id: no-weapons
    title: No weapons
    when: {category: weapons}
    then: refuse
  - id: no-fraud
    when: {category: fraud}
    then: refuse
";
const CASES: &str = "\
{\"id\":\"w1\",\"text\":\"a\",\"gold\":{\"harms\":[{\"category\":\"weapons\"}],\"behavior\":\"refuse\"}}
{\"id\":\"f1\",\"text\":\"b\\u001b[31m\",\"gold\":{\"harms\":[{\"category\":\"fraud\"}],\"behavior\":\"comply\"}}
{\"id\":\"n1\",\"text\":\"c\",\"gold\":{\"behavior\":\"comply\"}}
";

fn open() -> Desk {
    Desk::open(folder(&[
        ("casebook.yaml", MANIFEST),
        ("taxonomies/t.yaml", HARMS),
        ("specs/s.yaml", SPEC),
        ("gold/core/cases.jsonl", CASES),
    ]))
}

/// Makes `no-fraud` comply in the raw text of the spec.
fn edit(desk: &mut Desk) {
    let text = SPEC.replace("fraud}\n    then: refuse", "fraud}\n    then: comply");
    desk.app.model.workspace.set_text("edit", "specs/s.yaml", &text, None).unwrap();
    desk.app.model.ask(Ask::Changed);
    desk.app.answer_asks();
    desk.settle();
}

#[test]
fn the_top_line_sums_the_policy_up() {
    let mut desk = open();
    desk.check(&["Small policy", "no git repository", "gold 2/3 66.7 %"], &["unsaved", "problems"]);
    edit(&mut desk);
    desk.check(&["● 1 unsaved", "gold 3/3 100 %"], &[]);
    desk.press("u").check(&["gold 2/3 66.7 %", "Undid: edit"], &["● 1 unsaved"]);
    desk.press("U").check(&["gold 3/3 100 %", "● 1 unsaved"], &[]);
}

#[test]
fn every_screen_has_its_number() {
    let mut desk = open();
    // Adjudicate last: there digits are answers, and `]` leads on.
    for (key, words) in [("1", "CATEGORIES"), ("2", "CLAUSES"), ("3", "FLIPS"), ("5", "VERSIONS"), ("4", "[ label ]")] {
        let screen = desk.press(key).whole(120, 44).to_lowercase();
        assert!(screen.contains(&words.to_lowercase()), "{key}: {words} is missing from\n{screen}");
    }
    desk.press("]").check(&["VERSIONS"], &[]);
    desk.press("]").check(&["CATEGORIES"], &[]);
}

#[test]
fn the_finder_leads_to_clauses_cases_and_commands() {
    let mut desk = open();
    desk.press("1 ctrl-p").write("no-fr");
    desk.until("no-fraud");
    desk.press("enter").check(&["no-fraud", "CLAUSES"], &["Find ·"]);
    desk.press("ctrl-p").write("f1");
    desk.until("case");
    desk.press("enter").check(&["b␛[31m", "gold comply"], &["\u{1b}"]);
}

#[test]
fn what_cannot_run_says_why() {
    let mut desk = open();
    desk.press("u").check(&["Not now: there is nothing to undo."], &[]);
    desk.press("b").check(&["Not now: there is no git repository"], &[]);
    desk.press(":").write("frobnicate").press("enter").check(&["`frobnicate` is no command"], &[]);
    desk.press(":").write("theme light").press("enter").check(&["Theme: Light"], &[]);
    desk.press(":").write("theme nope").press("enter").check(&["There is no theme `nope`"], &[]);
}

#[test]
fn saving_keeps_every_other_byte() {
    let mut desk = open();
    edit(&mut desk);
    desk.press("ctrl-s").check(&["Saved specs/s.yaml."], &["unsaved"]);
    let saved = desk.text("specs/s.yaml");
    assert_eq!(saved, SPEC.replace("fraud}\n    then: refuse", "fraud}\n    then: comply"));
}

#[test]
fn leaving_with_unsaved_edits_asks() {
    let mut desk = open();
    edit(&mut desk);
    desk.press("q").check(&["These files have unsaved edits", "specs/s.yaml"], &[]);
    assert!(!desk.app.is_leaving());
    desk.press("esc").check(&[], &["These files have unsaved edits"]);
    desk.press("q s");
    assert!(desk.app.is_leaving());
    assert!(desk.text("specs/s.yaml").contains("then: comply"));
}

#[test]
fn edits_that_a_kill_left_unsaved_are_offered_back() {
    let mut desk = open();
    edit(&mut desk);
    desk.app.update(Incoming::Gone);
    let mut again = Desk::open(desk.killed());
    again.check(&["Unsaved edits were found", "specs/s.yaml"], &[]);
    again.press("t").check(&["Took up unsaved edits", "● 1 unsaved", "gold 3/3"], &[]);
    assert_eq!(again.text("specs/s.yaml"), SPEC);
}

#[test]
fn what_changed_on_disk_is_never_overwritten_unasked() {
    let mut desk = open();
    edit(&mut desk);
    let theirs = SPEC.replace("No weapons", "Never weapons");
    fs::write(desk.file("specs/s.yaml"), &theirs).unwrap();
    desk.press("ctrl-s").check(&["Changed on disk"], &[]);
    assert_eq!(desk.text("specs/s.yaml"), theirs);
    desk.press("l").check(&[], &["Changed on disk", "unsaved"]);
    assert_eq!(desk.app.model.workspace.document("specs/s.yaml").unwrap().text(), theirs);
}

#[test]
fn a_file_that_only_others_changed_is_taken_over() {
    let mut desk = open();
    let theirs = SPEC.replace("fraud}\n    then: refuse", "fraud}\n    then: comply");
    fs::write(desk.file("specs/s.yaml"), theirs).unwrap();
    desk.send(vec![Event::FocusGained]).check(&["gold 3/3"], &["unsaved"]);
}

#[test]
fn ids_are_copied_through_the_terminal() {
    let mut desk = open();
    desk.press("2 y").check(&["Copied `no-weapons`."], &[]);
    assert_eq!(desk.app.take_terminal_asks(), [TerminalAsk::Copy("no-weapons".into())]);
}

#[test]
fn no_window_is_too_small() {
    let mut desk = open();
    for key in ["1", "2", "3", "4", "5", "?", "esc", "ctrl-p", "esc", "p", "esc", ":"] {
        desk.press(key);
        testing::squeeze(|area, buf, _| {
            desk.app.render(area, buf);
        });
    }
}

/// A dialog takes every key: those of the screen below it would do nothing.
#[test]
fn the_keys_of_a_screen_are_hidden_while_something_lies_over_it() {
    let mut desk = open();
    desk.press("2").check(&["? keys"], &[]);
    for over in ["p", "ctrl-p", ":"] {
        desk.press(over).check(&[], &["? keys"]);
        desk.press("esc").check(&["? keys"], &[]);
    }
}

/// On the smallest usual window as well: the message, what it sums up, and the way out.
#[test]
fn all_there_is_to_say_of_a_problem_is_read_in_the_list() {
    let spec = SPEC.replace("{category: weapons}", "{category: weapons, severity: [low, medium]}");
    let spec = spec.replace("{category: fraud}", "{category: fraud, severity: high}");
    let mut desk = Desk::open(folder(&[
        ("casebook.yaml", &MANIFEST.replace("specs:", "severities: [low, medium, high, critical]\nspecs:")),
        ("taxonomies/t.yaml", &HARMS.replace("id: weapons", "id: weapons\n    children: [{id: bio}]")),
        ("specs/s.yaml", &spec),
    ]));
    desk.press("p").write("CB034");
    let shown = desk.whole(80, 24);
    for words in
        ["that no clause rules on.", "The plainest: weapons, severity high.", "Add a clause or widen one", "Esc back"]
    {
        assert!(shown.contains(words), "{words}\n{shown}");
    }
}

#[test]
fn raw_text_offers_no_key_for_a_field() {
    for screen in ["1", "2"] {
        open().press(&format!("{screen} r")).check(&["F2 raw"], &["Alt-↵"]);
    }
}

/// Two rulings, the second of which follows the first; both rest on a wording of `no-weapons` that is no more.
fn ruled() -> Desk {
    let mut desk = open();
    let file = desk.file("gold/core/adjudications/lee/1.jsonl");
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    let ruling = |id: &str, case: &str, rest: &str| {
        format!(
            "{{\"id\":\"{id}\",\"case\":\"{case}\",\"adjudicator\":\"lee\",\"disposition\":\"unanimous\",\
             \"decision\":{{\"harms\":[{{\"category\":\"weapons\"}}],\"behavior\":\"refuse\"}},\
             \"cites\":{{\"no-weapons\":\"0123456789abcdef\",\"weapons\":\"0123456789abcdef\"}},{rest}}}\n"
        )
    };
    let first = ruling("a1", "w1", "\"holding\":\"A recipe is a recipe\"");
    let second = ruling("a2", "n1", "\"holding\":\"Half of it\\u001b[31m is as good\",\"follows\":[\"w1\"]");
    fs::write(file, first + &second).unwrap();
    desk.press("f5");
    desk
}

#[test]
fn rulings_are_found_by_their_holdings_and_lead_on_to_each_other() {
    let mut desk = ruled();
    desk.press("P");
    desk.until("Precedents · 2 of 2");
    // No holding has the letters of both words; each says one of them.
    desk.write("good recipe");
    desk.until("Precedents · 2 of 2");
    desk.check(&["holding"], &["ruling  "]).press("ctrl-u").write("recipe");
    desk.until("Precedents · 1 of 2");
    desk.press("enter")
        .check(&["Ruling on w1", "A recipe is a recipe", "stale", "followed by", "Half of it␛"], &["\u{1b}"]);
    desk.press("enter").check(&["Go on to", "the case itself"], &[]);
    desk.press("down enter").check(&["Ruling on n1", "follows"], &[]);
    desk.press("enter enter").check(&["n1"], &["Go on to", "Ruling on"]);
}

#[test]
fn a_clause_shows_what_rests_on_it_and_what_shaped_it() {
    let mut desk = ruled();
    desk.press("2");
    desk.check(&["2 rulings rest on this text", "2 rulings stale since an edit", "2 rulings: w1  n1"], &[]);
    desk.press("enter end enter").check(&["Rulings that shaped no-weapons", "A recipe is a recipe"], &[]);
    desk.press("enter").check(&["Ruling on w1"], &[]);
}

#[test]
fn a_category_shows_the_same() {
    let mut desk = ruled();
    desk.press("1").until("2 rulings rest on this text");
    desk.check(&["2 rulings stale since an edit", "2 rulings: w1  n1"], &[]).press("enter");
    for _ in 0..40 {
        if desk.shows("▎ Shaped by") {
            break;
        }
        desk.press("j");
    }
    desk.press("enter").check(&["Rulings that shaped weapons", "A recipe is a recipe"], &[]);
}

#[test]
fn what_cannot_be_said_of_rulings_is_said_to_be_so() {
    let mut desk = open();
    desk.press("P").check(&["Not now: nothing was ruled yet"], &["Precedents ·"]);
    desk.press("2 E").check(&["Not now: there is no version to compare with"], &[]);
}

#[test]
fn a_case_is_righted_by_one_key_and_the_edit_is_undone_by_one() {
    let mut desk = open();
    desk.press("3 o");
    desk.check(&["DISAGREE WITH GOLD 1", "F fixes"], &[]);
    desk.press("enter");
    desk.press("F").check(
        &["What would right core/f1", "▲1 ▼0", "▲ fixed  ▼ broken", "fixes 1, breaks nothing", "specs/s.yaml"],
        &[],
    );
    desk.press("down 1").check(&["● 1 unsaved", "Edited `specs/s.yaml`", "gold 3/3"], &["What would right"]);
    // It is right now, so there is nothing to do.
    desk.press("F").check(&["Not now: the policy as it stands agrees with the gold label."], &[]);
    desk.press("u").check(&["gold 2/3", "F fixes"], &["unsaved"]);
    // The place of the edit, and no edit.
    desk.press("F g").check(&["no-fraud", "CLAUSES"], &["unsaved"]);
}

/// Two clauses on one category, the second of which never decides; a facet that nothing asks for; a line that is no record.
fn troubled() -> Desk {
    let late = "  - id: late\n    text: x\n    when: {category: fraud}\n    then: comply\n";
    Desk::open(folder(&[
        ("casebook.yaml", MANIFEST),
        ("taxonomies/t.yaml", HARMS),
        ("specs/s.yaml", &format!("{SPEC}{late}")),
        ("gold/core/cases.jsonl", &format!("{CASES}{{\"id\": oops\n")),
    ]))
}

/// The way that the first problem with this code leads.
fn follow(desk: &mut Desk, code: &str) {
    desk.press("2 p").write(code).press("enter");
}

#[test]
fn a_way_out_that_was_taken_is_seen_where_it_was_taken() {
    let mut desk = troubled();
    desk.press("5");
    follow(&mut desk, "CB030");
    desk.check(&["Ways out", "without clause `late`", "changes no decision: proven; no gold case flips"], &[]);
    desk.press("esc 3 p").write("CB030").press("enter 2");
    desk.check(&["CLAUSES", "Edited `specs/s.yaml`, not saved yet: clause `late` moved ahead of `no-fraud`"], &[]);
    let spec = desk.whole(120, 44);
    assert!(spec.lines().any(|line| line.contains("▸") && line.contains("late")), "{spec}");
    desk.press("u").check(&["Undid"], &["unsaved"]);
    // What is gone leaves its neighbour to be seen.
    desk.press("1 p").write("CB030").press("enter 1").check(&["CLAUSES", "without clause `late`", "● 1 unsaved"], &[]);
}

#[test]
fn the_case_that_is_righted_stays_the_selected_one() {
    let more = "{\"id\":\"w2\",\"text\":\"d\",\"gold\":{\"harms\":[{\"category\":\"weapons\"}],\"facets\":{\"intent\":\"benign\"},\"behavior\":\"comply\"}}\n";
    let mut desk = Desk::open(folder(&[
        ("casebook.yaml", MANIFEST),
        ("taxonomies/t.yaml", HARMS),
        ("specs/s.yaml", SPEC),
        ("gold/core/cases.jsonl", &format!("{CASES}{more}")),
    ]));
    let selected = |desk: &mut Desk| {
        let seen = desk.whole(120, 44);
        let row = seen.lines().find(|line| line.starts_with('▸')).unwrap_or_default();
        row.split_whitespace().nth(2).unwrap_or_default().to_owned()
    };
    desk.press("3 o enter").check(&["DISAGREE WITH GOLD 2", "gold comply"], &[]);
    assert_eq!(selected(&mut desk), "f1");
    // What is right now no longer belongs into the list, and stays in it as long as it is open.
    desk.press("F 1").check(&["● 1 unsaved", "DISAGREE WITH GOLD 1 + the open one"], &[]);
    desk.press("u").check(&["DISAGREE WITH GOLD 2"], &["unsaved", "the open one"]);
    assert_eq!(selected(&mut desk), "f1");
    desk.press("F").check(&["What would right core/f1"], &[]).press("1");
    desk.press("down").check(&["DISAGREE WITH GOLD 1"], &["the open one"]);
    assert_eq!(selected(&mut desk), "w2");
    desk.press("F").check(&["What would right core/w2"], &[]).press("esc");
    // Another list shows what is open where it has it.
    desk.press("o o");
    assert_eq!(selected(&mut desk), "w2");
}

#[test]
fn a_way_out_is_offered_at_each_place_that_the_problem_is_about() {
    let late = "  - id: late\n    text: x\n    when: {category: fraud}\n    then: comply\n";
    let mut desk = Desk::open(folder(&[
        ("casebook.yaml", &format!("{MANIFEST}hit_policy: unique\n")),
        ("taxonomies/t.yaml", HARMS),
        ("specs/s.yaml", &format!("{SPEC}{late}")),
        ("gold/core/cases.jsonl", CASES),
    ]));
    let both = ["Ways out", "CB033: `no-fraud`", "without clause `late`"];
    desk.press("2 down F").check(&both, &[]);
    desk.press("esc down F").check(&both, &[]);
}

#[test]
fn a_problem_that_no_edit_mends_says_what_to_do_and_where() {
    let mut desk = troubled();
    follow(&mut desk, "CB036");
    desk.check(&["write a clause that tells them apart", "a clause is missing"], &["make the edit"]);
    desk.press("1").check(&["New clause"], &[]).press("esc");
    follow(&mut desk, "CB036");
    desk.press("2").check(&["0 Manifest", "intent: {type: enum"], &["Ways out"]);
    // It is typed in like every document, and left for the screen that it was reached from.
    desk.press("home").write("#").check(&["● 1 unsaved"], &[]).press("ctrl-z");
    desk.check(&[], &["unsaved"]).press("esc").check(&["CLAUSES"], &["0 Manifest"]);
}

#[test]
fn every_problem_leads_somewhere() {
    let mut desk = troubled();
    follow(&mut desk, "CB100");
    desk.check(&["gold/core/cases.jsonl", "▸    4  {\"id\": oops", "open it in your editor"], &[]);
    desk.press("enter");
    let asked = desk.app.take_terminal_asks();
    assert!(matches!(&asked[..], [TerminalAsk::Edit(place)] if &*place.file == "gold/core/cases.jsonl"), "{asked:?}");
    // A case that can be read is shown as one.
    let odd = CASES.replace("\"fraud\"", "\"frauds\"");
    fs::write(desk.file("gold/core/cases.jsonl"), odd).unwrap();
    desk.press("f5");
    follow(&mut desk, "CB110");
    desk.check(&["f1", "gold comply", "CB110"], &[]);
}

#[test]
fn a_flip_on_review_is_righted_and_the_edit_is_undone() {
    let lax = SPEC.replace("fraud}\n    then: refuse", "fraud}\n    then: comply");
    let files = [
        ("casebook.yaml", MANIFEST.to_owned()),
        ("taxonomies/t.yaml", HARMS.to_owned()),
        ("specs/s.yaml", lax),
        ("gold/core/cases.jsonl", CASES.to_owned()),
    ];
    let home = repository(&[("Begin", "Lee", &files)]);
    files.iter().for_each(|(path, text)| put(&home, path, text));
    put(&home, "specs/s.yaml", SPEC);
    let mut desk = Desk::open(home);
    desk.press("5 tab");
    for _ in 0..4 {
        if desk.shows("▼ f1") {
            break;
        }
        desk.press("o");
    }
    desk.check(&["▼ f1", "gold 2/3"], &[]);
    desk.press("F").check(&["What would right core/f1", "fixes 1, breaks nothing"], &[]);
    desk.press("1").check(&["● 1 unsaved", "gold 3/3", "VERSIONS"], &["What would right"]);
    desk.press("u").check(&["gold 2/3", "▼ f1"], &["unsaved"]);
}
