//! Keys → screens and files, through the whole app.

use crate::policy::label::Label;
use crate::tui::event::Event;
use crate::tui::inbox::Incoming;
use crate::tui::model::Target;
use crate::tui::testing;
use crate::tui::testing::desk::{Desk, folder, put};
use crate::workspace::labeling::Wish;
use std::fs;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

const MANIFEST: &str = "casebook: 1\nname: Small policy\nfacets:\n  intent: {type: enum, values: [benign, malicious]}\n  context: {type: set, values: [fiction, medical]}\nspecs: [specs/s.yaml]\n";
const HARMS: &str = "\
taxonomy: t
categories:
  - id: weapons
    title: Weapons
    definition: What is built to injure.
    includes: [Parts of one]
    excludes: [Toys]
    severity: {high: A whole one}
  - {id: fraud, definition: Deceit for gain.}
";
/// With a category below another.
const NESTED: &str = "\
taxonomy: t
categories:
  - id: weapons
    severity: {low: A toy, high: A whole one}
    children:
      - {id: blades, definition: What cuts., severity: {low: A pocket knife}}
  - {id: fraud, definition: Deceit for gain.}
";
const SPEC: &str = "\
spec: s
clauses:
  - {id: no-weapons, title: No weapons, text: Do not help to build one., guidance: Offer history instead., when: {category: weapons}, then: refuse}
  - {id: no-fraud, text: Do not help to deceive., when: {category: fraud, intent: malicious}, then: refuse}
";
const CASES: &str = "\
{\"id\":\"a\",\"messages\":[{\"role\":\"user\",\"content\":\"How is a rifle built?\\u001b[2J\"}],\"response\":\"I can tell its history.\",\"tags\":[\"t1\"],\"source\":{\"origin\":\"made\"}}
{\"id\":\"b\",\"text\":\"A letter to a prince.\"}
{\"id\":\"c\",\"text\":\"Something grim.\",\"sensitive\":true}
{\"id\":\"d\",\"text\":\"Look: [image: https://x.example/p.png]\"}
";

fn labeling() -> Desk {
    labeling_with(&[])
}

fn labeling_with(more: &[(&str, &str)]) -> Desk {
    let files = [
        ("casebook.yaml", MANIFEST),
        ("taxonomies/t.yaml", HARMS),
        ("specs/s.yaml", SPEC),
        ("gold/core/cases.jsonl", CASES),
    ];
    labeling_in(folder(&[&files, more].concat()))
}

fn labeling_in(home: TempDir) -> Desk {
    let mut desk = Desk::open(home);
    desk.app.open(Target::Labeling(Wish { who: Some("ana".into()), ..Wish::default() }));
    desk.settle();
    desk
}

impl Desk {
    /// Goes on to a case by skipping.
    #[track_caller]
    fn to(&mut self, case: &str) -> &mut Self {
        for _ in 0..8 {
            if self.whole(120, 40).lines().any(|line| line.starts_with(&format!(" {case} "))) {
                return self;
            }
            self.press("s");
        }
        panic!("{case} never came:\n{}", self.whole(120, 40));
    }

    /// Every label that was written, in the order of its file.
    fn labels(&self) -> Vec<Label> {
        let mut files = Vec::new();
        list(&self.file("gold/core/labels"), &mut files);
        files.sort();
        let lines = files.iter().map(|file| fs::read_to_string(file).unwrap()).collect::<String>();
        lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }
}

fn list(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        if entry.path().is_dir() { list(&entry.path(), files) } else { files.push(entry.path()) }
    }
}

#[test]
fn one_key_labels_and_goes_on() {
    let mut desk = labeling();
    desk.check(&["1 of 4", "[quick]", "as ana", "1 ▌  comply"], &[]);
    desk.press("x 3").check(&["2 of 4"], &[]);
    desk.press("1").check(&["3 of 4"], &[]);
    let labels = desk.labels();
    let said: Vec<_> = labels.iter().map(|label| label.reading.behavior.clone().unwrap()).collect();
    assert_eq!(said, ["refuse", "comply"]);
    // Nobody looked for harms, so nothing is said of them.
    assert!(labels.iter().all(|label| label.harms.is_none() && label.labeler == "ana" && label.seconds == Some(0)));
    assert!(labels.iter().all(|label| label.saw.as_ref().is_some_and(|saw| !saw.labels && !saw.verdict)));
}

#[test]
fn digits_are_behaviors_and_brackets_lead_away() {
    let mut desk = labeling();
    desk.check(&["]/[ screens"], &[]);
    desk.press("]").check(&["VERSIONS"], &["]/[ screens"]);
    desk.press("[ o").check(&["[ settle ]"], &[]);
}

#[test]
fn undo_takes_back_and_brings_the_case_up() {
    let mut desk = labeling();
    desk.to("b").press("h enter 0 2").check(&["2 of 4"], &[]);
    desk.press("u").check(&["1 of 4", " b ", "● safe-complete", "! weapons", "Took the label of `b` back."], &[]);
    let labels = desk.labels();
    assert_eq!((labels.len(), labels[1].withdrawn.is_some()), (2, true));
    assert_eq!(labels[1].supersedes.as_deref(), Some(labels[0].id.as_str()));
    desk.press("u").check(&["Not now: nothing was labeled in this sitting."], &[]);
}

#[test]
fn a_full_reading_is_filled_in_and_given() {
    let mut desk = labeling();
    desk.to("a").press("Q").check(&["[full]", "none found"], &[]);
    desk.press("A").check(&["How severe: weapons", "3  high  A whole one"], &[]);
    desk.press("3 t").check(&["! weapons", "high · response", "What is built to injure.", "no-weapons"], &["no-fraud"]);
    desk.press("f 2").check(&["malicious", "context"], &[]);
    desk.press("space enter").check(&["fiction"], &[]);
    desk.press("3 r 1 l l w o k alt-enter").check(&["● refuse", "medium", "ok"], &[]);
    desk.press("enter").check(&["2 of 4"], &[]);
    let label = desk.labels().remove(0);
    insta::assert_snapshot!(serde_json::to_string(&label.harms).unwrap(), @r#"[{"category":"weapons","severity":"high","target":"response"}]"#);
    insta::assert_snapshot!(
        serde_json::to_string(&label.reading).unwrap(),
        @r#"{"facets":{"context":["fiction"],"intent":"malicious"},"behavior":"refuse","observed":"comply"}"#
    );
    assert_eq!((label.case.as_str(), label.rationale.as_deref()), ("a", Some("ok")));
    assert_eq!(label.cites.keys().collect::<Vec<_>>(), ["no-weapons", "weapons"]);
}

#[test]
fn guidance_follows_what_is_being_chosen() {
    let mut desk = labeling();
    desk.press("h").check(&["What is built to injure."], &[]);
    desk.press("f r a").check(&["Deceit for gain.", "no-fraud"], &["What is built to injure."]);
}

#[test]
fn who_cannot_say_abstains_and_a_gap_is_flagged() {
    let mut desk = labeling();
    desk.press("A 0 g").check(&["Which text leaves the case open", "clause  No weapons"], &[]);
    desk.press("down").check(&["What is built to injure."], &[]);
    desk.press("enter").check(&["the category `weapons` leave open"], &[]);
    desk.write("Replicas?").press("enter").check(&["weapons: Replicas?"], &[]);
    desk.press("a 1").check(&["2 of 4"], &[]);
    let label = desk.labels().remove(0);
    assert_eq!(label.abstain.map(|abstain| abstain.reason).as_deref(), Some("missing context"));
    assert_eq!(label.gap.and_then(|gap| gap.category).as_deref(), Some("weapons"));
    assert_eq!(label.reading.behavior, None);
}

#[test]
fn a_gap_is_flagged_at_any_clause_or_at_none() {
    let mut desk = labeling();
    // What applies stands first; the guidance follows the cursor.
    desk.press("A 0 g").check(&["Offer history instead."], &["Do not help to deceive."]);
    desk.press("n o - f").check(&["Do not help to deceive."], &[]);
    desk.press("enter").write("Whose gain?").press("enter").check(&["no-fraud: Whose gain?"], &[]);
    // It can be moved, and its note stays.
    desk.press("g").check(&["▸ no-fraud"], &[]);
    desk.press("up enter").check(&["leave open", "Whose gain?"], &[]);
    desk.press("enter x 1");
    let gap = desk.labels().remove(0).gap.unwrap();
    assert_eq!((gap.clause, gap.category, gap.note.as_str()), (None, None, "Whose gain?"));
    // Before a harm is named nothing is known to apply.
    desk.press("g").check(&["▸ –"], &[]);
}

#[test]
fn what_is_sensitive_or_a_picture_stays_covered() {
    let mut desk = labeling();
    desk.to("c").check(&["marked sensitive"], &["Something grim."]);
    desk.press("x").check(&["Something grim."], &[]);
    desk.to("d").check(&["▒▒▒▒ covered"], &["x.example"]);
    desk.press("x").check(&["[image: https://x.example/p.png]"], &["▒"]);
    desk.to("a").check(&["␛[2J", "response"], &["\u{1b}", "made", "t1"]);
}

#[test]
fn a_half_filled_form_is_there_again() {
    let mut desk = labeling();
    desk.to("b").press("A 3").check(&["! weapons"], &[]);
    let mut again = labeling_in(desk.killed());
    again.check(&["! weapons", "Took up the half-filled form of `b`."], &[]);
    again.press("3");
    labeling_in(again.killed()).check(&["2 of 4"], &["Took up", "! weapons"]);
}

#[test]
fn a_rationale_that_is_being_written_is_there_again() {
    let mut desk = labeling();
    desk.to("b").press("w").write("Because of");
    labeling_in(desk.killed()).check(&[" b ", "Because of"], &[]);
}

#[test]
fn the_end_says_so() {
    let mut desk = labeling();
    desk.press("x 1 1 1 1").check(&["Nothing is left to label in `core`: 4 of 4 are done."], &[]);
    desk.press("u").check(&["4 of 4"], &["Nothing is left"]);
}

#[test]
fn a_rounds_plan_is_followed_and_repeats_are_not_told() {
    let round = "round: r1\nkind: calibration\ndesk: 2026-11-20T00:00:00Z\nby: lee\nlabelers: [ana]\noverlap: 1\nrepeats: 0.5\nblindness: hidden\nseed: 7\n";
    let plan =
        "{\"case\":\"a\",\"labelers\":[\"ana\"],\"repeats\":[\"ana\"]}\n{\"case\":\"b\",\"labelers\":[\"ana\"]}\n";
    let mut desk =
        labeling_with(&[("gold/core/rounds/r1/round.yaml", round), ("gold/core/rounds/r1/plan.jsonl", plan)]);
    desk.check(&["1 of 3", "core · round r1"], &["repeat"]);
    desk.press("v n").check(&[], &["WHAT THE POLICY SAYS", "WHAT WAS RULED"]);
    desk.press("i").check(&["Not now: in this round everybody reads for themselves."], &[]);
    desk.press("1 2 3");
    let mut told: Vec<_> = desk.labels().iter().map(|label| (label.case.clone(), label.repeat)).collect();
    assert!(desk.labels().iter().all(|label| label.round.as_deref() == Some("r1")));
    told.sort();
    assert_eq!(told, [("a".into(), false), ("a".into(), true), ("b".into(), false)]);
    desk.check(&["3 of 3 are done"], &[]);
}

#[test]
fn a_round_that_asks_for_others_is_told_of() {
    let round = |who: &str| format!("round: r1\nkind: calibration\nlabelers: [{who}]\nseed: 7\n");
    let plan = "{\"case\":\"a\",\"labelers\":[\"ana@example.org\"]}\n";
    let (pilot, other) = (round("ana@example.org, bo"), round("cy"));
    let mut desk = labeling_with(&[
        ("gold/core/rounds/pilot/round.yaml", &pilot),
        ("gold/core/rounds/pilot/plan.jsonl", plan),
        ("gold/core/rounds/other/round.yaml", &other),
        ("gold/core/rounds/other/plan.jsonl", plan),
    ]);
    // Who sits down at once is told as well.
    desk.check(&["round pilot of core asks for ana@example.org, bo; you are ana"], &["round other"]);
    desk.press("esc").check(
        &[
            "WHAT TO LABEL, AS ana",
            "round pilot of core asks for ana@example.org, bo; you are ana: `casebook label --as ana@example.org`",
            "round other of core asks for cy; you are ana. If you are one of them: `casebook label --as NAME`",
        ],
        &[],
    );
}

#[test]
fn what_others_say_is_shown_on_request_and_recorded() {
    let line = "{\"id\":\"x\",\"case\":\"a\",\"labeler\":\"bo\",\"behavior\":\"escalate\",\"rationale\":\"risky\"}\n";
    let mut desk = labeling_with(&[("gold/core/labels/bo/1.jsonl", line)]);
    desk.to("a").check(&[], &["WHAT OTHERS SAY", "risky"]);
    desk.press("i").check(&["WHAT OTHERS SAY   1", "risky"], &["bo"]);
    desk.press("i 1");
    let label = desk.labels().into_iter().find(|label| label.labeler == "ana").unwrap();
    assert!(label.saw.unwrap().labels);
}

#[test]
fn what_the_policy_says_and_what_was_ruled_is_shown_on_request_and_recorded() {
    let ruling = "{\"id\":\"r1\",\"case\":\"b\",\"adjudicator\":\"lee\",\"decision\":{\"behavior\":\"refuse\",\"harms\":[{\"category\":\"fraud\"}]},\"disposition\":\"overridden\",\"holding\":\"A prince is a pretext.\"}\n";
    let mut desk = labeling_with(&[("gold/core/adjudications/lee/1.jsonl", ruling)]);
    desk.to("a").press("A 3 v").check(&["WHAT THE POLICY SAYS", "refuse         no-weapons"], &["RULED BEFORE"]);
    desk.press("v 1");
    desk.to("c").press("B 0 n").check(&["WHAT WAS RULED BEFORE", "A prince is a pretext."], &["WHAT THE POLICY SAYS"]);
    // It is kept while the case is skipped, and after a kill.
    desk.press("n s").to("d");
    let mut desk = labeling_in(desk.killed());
    desk.to("c").check(&["! fraud"], &["RULED BEFORE"]);
    desk.press("x 3");
    let saw: Vec<_> = desk.labels().into_iter().map(|label| (label.case, label.saw.unwrap())).collect();
    assert!(saw[0].1.verdict && !saw[0].1.labels && saw[0].1.precedents.is_empty(), "{saw:?}");
    assert!(saw[1].0 == "c" && !saw[1].1.verdict && saw[1].1.precedents == ["r1"], "{saw:?}");
}

#[test]
fn what_was_skipped_comes_back_as_it_was() {
    let mut desk = labeling();
    desk.to("b").press("R").check(&[], &["! weapons"]);
    desk.to("a").press("A 3 s").check(&["skipped"], &["! weapons"]);
    desk.press("R").check(&[" a ", "! weapons"], &[]);
}

#[test]
fn no_digit_is_a_label_before_somebody_sat_down() {
    let mut desk = labeling();
    desk.press("A 3 esc").check(&["WHAT TO LABEL, AS ana", "core", "0 of 4", "1 Taxonomy"], &["! weapons"]);
    desk.press("1 4").check(&["WHAT TO LABEL"], &[]);
    insta::assert_snapshot!("places_80x24", desk.whole(80, 24));
    desk.press("enter").check(&["! weapons", "1 of 4", "  Taxonomy"], &["1 Taxonomy"]);
    desk.press("x 1 esc").check(&["1 of 4"], &[]);
    assert_eq!(desk.labels().len(), 1);
}

#[test]
fn the_screen_at_80_120_and_200_columns() {
    let mut desk = labeling();
    desk.to("a").press("A 3");
    insta::assert_snapshot!("80x24", desk.whole(80, 24));
    insta::assert_snapshot!("120x40", desk.whole(120, 40));
    insta::assert_snapshot!("200x60", desk.whole(200, 60));
    desk.press("tab");
    insta::assert_snapshot!("guidance_80x24", desk.whole(80, 24));
    desk.press("tab h");
    insta::assert_snapshot!("choosing_80x24", desk.whole(80, 24));
}

#[test]
fn no_window_is_too_small() {
    let mut desk = labeling();
    for key in ["A", "3", "h", "esc", "f", "esc", "w", "esc", "tab"] {
        desk.press(key);
        testing::squeeze(|area, buf, _| {
            desk.app.render(area, buf);
        });
    }
}

#[test]
fn what_is_covered_is_not_labeled_unseen() {
    let mut desk = labeling();
    let refused = "Not now: uncover the case first (`x`), or abstain (`a`).";
    desk.to("c").press("1").check(&[" c ", refused], &["● comply"]);
    desk.press("Q 3").check(&[" c ", refused], &["● refuse"]);
    desk.press("enter").check(&[" c ", refused], &[]);
    assert!(desk.labels().is_empty());
    desk.press("Q a 3");
    assert_eq!(desk.labels().remove(0).abstain.map(|abstain| abstain.reason).as_deref(), Some("distressing"));
    // Uncovered it is labeled, and covered again it is not.
    desk.press("u").to("c").press("x x 1").check(&[" c ", refused], &[]);
    desk.press("x 1");
    assert_eq!(desk.labels().last().and_then(|label| label.reading.behavior.clone()).as_deref(), Some("comply"));
}

#[test]
fn what_was_labeled_is_said_with_the_way_back() {
    let mut desk = labeling();
    desk.to("b").press("1");
    for (columns, rows) in [(80, 24), (200, 60)] {
        assert!(desk.whole(columns, rows).contains("✓ b: comply · u takes it back"), "{}", desk.whole(columns, rows));
    }
    desk.press("u").check(&[], &["✓ b"]);
    desk.press("a 1").check(&["✓ b: abstained"], &[]);
}

#[test]
fn what_is_written_is_there_again_when_its_dialog_was_left() {
    let mut desk = labeling();
    desk.to("b").press("w").write("Because of").press("esc").check(&["What you wrote is kept"], &["Because of"]);
    desk.press("g enter").write("Whose?").press("esc");
    desk.press("a o").write("Odd").press("esc");
    // It is the case's own, waits while that is skipped, and survives a kill.
    desk.press("s").press("w").check(&[], &["Because of"]);
    desk.press("esc").to("b");
    let mut desk = labeling_in(desk.killed());
    desk.to("b").press("w").check(&["Because of"], &[]);
    desk.write(" it").press("alt-enter").check(&["Because of it"], &[]);
    desk.press("a o").check(&["Odd"], &[]);
    desk.press("esc g enter").check(&["Whose?"], &[]);
    // What was answered is not unsent any more: the field holds the answer.
    desk.press("enter d w ctrl-u esc");
    desk.press("1");
    assert_eq!(desk.labels().remove(0).rationale.as_deref(), Some("Because of it"));
}

#[test]
fn the_footer_says_what_the_dialog_takes() {
    let mut desk = labeling();
    let mut footer = |keys: &str, expect: &str| {
        desk.to("a").press(keys);
        let footer = desk.whole(120, 40).lines().last().unwrap_or_default().trim().to_owned();
        assert_eq!(footer, expect, "{keys}");
        desk.press("esc");
    };
    footer("w", "Alt-↵ ok   Esc back");
    footer("m", "↵ ok   Space mark   Esc back");
    footer("h", "↵ ok   Esc back");
    footer("a", "↵ ok   Esc back");
    footer("g enter", "↵ ok   Esc back");
}

#[test]
fn a_letter_keeps_its_category_from_sitting_to_sitting() {
    let mut desk = labeling_with(&[("taxonomies/t.yaml", NESTED)]);
    desk.check(&["A weapons  B blades  C fraud"], &[]);
    for case in ["a", "b"] {
        desk.to(case).press("C 0 1");
    }
    desk.to("d").press("A 0 1");
    // Fraud is the most frequent now, and the letters mean what they meant.
    let mut desk = labeling_in(desk.killed());
    desk.check(&["A weapons  B blades  C fraud"], &[]);
    // What is gone leaves its letter to others.
    let home = desk.killed();
    testing::desk::put(&home, "taxonomies/t.yaml", &NESTED.replace("id: blades", "id: knives"));
    labeling_in(home).check(&["A weapons  B knives  C fraud"], &[]);
}

#[test]
fn a_paste_is_no_key_and_goes_into_fields() {
    fn paste(desk: &mut Desk, text: &str) {
        desk.send(vec![Event::Paste(text.into())]);
    }
    let mut desk = labeling();
    desk.to("a");
    paste(&mut desk, "1 2 3 is what it says");
    desk.check(&["1 of 4", "There is no field here to paste into"], &[]);
    // A terminal that does not mark a paste sends it as keys, all at once.
    desk.app.update(Incoming::Input(testing::typed("123 is what it says")));
    desk.settle();
    desk.check(&["1 of 4"], &[]);
    assert!(desk.labels().is_empty());
    desk.press("w");
    paste(&mut desk, "1 2 3\nis it");
    desk.press("alt-enter 1");
    assert_eq!(desk.labels().remove(0).rationale.as_deref(), Some("1 2 3\nis it"));
    desk.press("h");
    paste(&mut desk, "frau");
    desk.press("enter").check(&["! fraud"], &[]);
}

#[test]
fn what_a_severity_means_is_inherited() {
    let mut desk = labeling_with(&[("taxonomies/t.yaml", NESTED)]);
    desk.to("a").press("h").write("blades").press("enter");
    desk.check(&["1  low  A pocket knife", "3  high  A whole one (from weapons)"], &["A pocket knife (from"]);
    desk.press("esc").check(&["low  A pocket knife", "high  A whole one (from weapons)"], &[]);
}

#[test]
fn a_label_beside_a_stale_ruling_says_that_it_stays_so() {
    let ruling = |cites: &str| {
        format!(
            "{{\"id\":\"r1\",\"case\":\"b\",\"adjudicator\":\"lee\",\"decision\":{{\"behavior\":\"refuse\"}},\"disposition\":\"overridden\",\"cites\":{{{cites}}}}}\n"
        )
    };
    let stale = ruling("\"no-fraud\":\"0f\"");
    let mut desk = labeling_with(&[("gold/core/adjudications/lee/1.jsonl", &stale)]);
    desk.to("b").press("1");
    desk.check(&["`b`: the ruling on it is stale, since `no-fraud` was changed; it waits in the queue."], &[]);
    let fresh = ruling("");
    let mut desk = labeling_with(&[("gold/core/adjudications/lee/1.jsonl", &fresh)]);
    desk.to("b").press("1").check(&["✓ b: comply"], &["stale"]);
}

#[test]
fn the_policy_may_change_under_the_labelers_hands() {
    let changes: [(&str, &str); 5] = [
        ("casebook.yaml", "casebook: 1\nname: Small policy\nbehaviors: [comply]\nspecs: [specs/s.yaml]\n"),
        ("casebook.yaml", ""),
        ("casebook.yaml", "<<<<<<< ours\ncasebook: 1\n=======\ncasebook: 2\n>>>>>>> theirs\n"),
        ("taxonomies/t.yaml", "taxonomy: t\ncategories: []\n"),
        ("specs/s.yaml", "spec: s\nclauses: []\n"),
    ];
    for (path, text) in changes {
        for keys in ["s", "h", "A", "f", "g", "m", "w"] {
            let mut desk = labeling();
            desk.to("a").press("A 3").press(keys);
            put(&desk.home, path, text);
            desk.send(vec![Event::FocusGained]);
            for key in ["", "j", "enter", "1", "esc", "h", "esc", "s"] {
                desk.press(key);
                desk.whole(120, 40);
            }
        }
    }
    // What is being written stays.
    let mut desk = labeling();
    desk.to("b").press("w").write("Because of");
    put(&desk.home, changes[0].0, changes[0].1);
    desk.send(vec![Event::FocusGained]).check(&["Because of"], &[]);
}
