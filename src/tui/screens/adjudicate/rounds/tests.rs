//! Rounds on disk, keys, screen; with the whole app around.

use crate::tui::event::Event;
use crate::tui::testing::desk::{Desk, repository};
use crate::tui::testing::squeeze;

const MANIFEST: &str = "casebook: 1\nname: Small policy\nbehaviors: [comply, refuse]\nspecs: [specs/s.yaml]\n";
const HARMS: &str = "taxonomy: t\ncategories:\n  - {id: weapons, title: Weapons}\n";
const SPEC: &str = "spec: s\nclauses:\n  - {id: no-weapons, text: Do not., when: {category: weapons}, then: refuse}\n";
const ROUND: &str = "\
round: cal-1
kind: calibration
purpose: How far do we agree on satire?
opened: 2026-11-21T05:00:00Z
by: lee
labelers: [ana, bo]
overlap: 2
repeats: 0.1
probes: 0.05
blindness: hidden
seed: 7
sample: {filter: 'tag:x', size: 30, of: 312, by: [category]}
exit:
  - {measure: percent, field: behavior, low: 0.7}
  - {measure: alpha-nominal, field: behavior, low: 0.9}
  - {measure: alpha-masi, field: harms, low: 0.5}
";
const CASES: usize = 30;

/// What was written when a round was closed.
fn closing(desk: &Desk, round: &str) -> String {
    let mut place = desk.file(&format!("gold/core/rounds/{round}/closed"));
    while place.is_dir() {
        place = std::fs::read_dir(&place).unwrap().next().unwrap().unwrap().path();
    }
    std::fs::read_to_string(place).unwrap()
}

/// Ana and Bo part on every tenth case; Bo has not read the last three.
fn labels(who: &str) -> String {
    let label = |case: usize| {
        let ana = if case.is_multiple_of(2) { "comply" } else { "refuse" };
        let bo = if case.is_multiple_of(10) { "refuse" } else { ana };
        let behavior = if who == "ana" { ana } else { bo };
        format!(
            "{{\"id\":\"{who}-{case}\",\"case\":\"c{case}\",\"labeler\":\"{who}\",\"round\":\"cal-1\",\"behavior\":\"{behavior}\",\"seconds\":{}}}\n",
            20 + case
        )
    };
    let mut text: String = (0..CASES - if who == "bo" { 3 } else { 0 }).map(label).collect();
    if who == "ana" {
        let again = "{\"id\":\"a\",\"case\":\"c1\",\"labeler\":\"ana\",\"round\":\"cal-1\",\"repeat\":true,\"behavior\":\"comply\"}\n";
        text.push_str(again);
    }
    text
}

fn plan() -> String {
    let row = |case: usize| {
        let repeats = if case == 1 { ",\"repeats\":[\"ana\"]" } else { "" };
        let probe = if case == 2 { ",\"probe\":true" } else { "" };
        format!("{{\"case\":\"c{case}\",\"labelers\":[\"ana\",\"bo\"]{repeats}{probe}}}\n")
    };
    (0..CASES).map(row).collect()
}

/// The part that shows rounds, with one of which two labelers did most or with none.
fn rounds(with_round: bool) -> Desk {
    let cases = (0..CASES).map(|n| format!("{{\"id\":\"c{n}\",\"text\":\"Case {n}\"}}\n")).collect::<String>();
    let ruled = r#"{"id":"r","case":"c2","adjudicator":"lee","disposition":"overridden","decision":{"behavior":"comply"},"holding":"Fair."}"#;
    let mut files = vec![
        ("casebook.yaml", MANIFEST.to_owned()),
        ("taxonomies/t.yaml", HARMS.to_owned()),
        ("specs/s.yaml", SPEC.to_owned()),
        ("gold/core/cases.jsonl", cases),
    ];
    if with_round {
        files.extend([
            ("gold/core/rounds/cal-1/round.yaml", ROUND.to_owned()),
            ("gold/core/rounds/cal-1/plan.jsonl", plan()),
            ("gold/core/labels/ana/1.jsonl", labels("ana")),
            ("gold/core/labels/bo/1.jsonl", labels("bo")),
            ("gold/core/adjudications/lee/1.jsonl", format!("{ruled}\n")),
        ]);
    }
    let mut desk = Desk::open(repository(&[("Begin", "Lee", &files)]));
    desk.press("4 o o o").expect("[ rounds ]");
    desk
}

impl Desk {
    /// Writes a text into the field that has the focus.
    fn field(&mut self, words: &str) -> &mut Self {
        self.press("enter").write(words).press("enter")
    }
}

#[test]
fn a_round_at_three_sizes() {
    let mut desk = rounds(true);
    for (columns, rows) in [(80, 24), (120, 40), (200, 60)] {
        insta::assert_snapshot!(format!("round_{columns}x{rows}"), desk.seen(columns, rows));
    }
    squeeze(|area, buf, _| {
        desk.app.render(area, buf);
    });
}

#[test]
fn the_report_is_shown_and_left() {
    let mut desk = rounds(true);
    desk.press("enter");
    insta::assert_snapshot!("report_120x40", desk.seen(120, 40));
    desk.press("esc").check(&["ENOUGH"], &["WHO LABELED"]);
    desk.press("v").check(&["WHO LABELED"], &["ENOUGH"]);
}

#[test]
fn a_round_is_opened_by_a_form_and_closed_by_a_key() {
    let mut desk = rounds(false);
    desk.check(&["No round was opened yet"], &[]);
    desk.press("n").check(&["NEW ROUND", "30 cases, 30 labels"], &[]);
    desk.press("O").check(&["a round needs a name"], &[]);
    desk.field("r1").press("j").press("enter").check(&["qa-sample"], &[]);
    desk.press("j j").press("enter ctrl-u").write("ana, bo").press("enter");
    // What would be drawn is counted while it is written.
    desk.press("j").press("enter ctrl-u").write("2").check(&["30 cases, 60 labels"], &[]).press("enter");
    desk.press("j").field("no-such:x").check(&["no-such"], &["60 labels"]).press("enter ctrl-u enter");
    desk.press("j").field("c1, c99").check(&["there is no case `c99`"], &[]);
    desk.press("enter ctrl-u").write("c1, c2, c3, c4").check(&["4 cases, 8 labels"], &[]).press("enter");
    desk.press("j").field("gone").check(&["`gone`", "Nothing to draw"], &[]);
    desk.press("enter ctrl-u").write("HEAD").press("enter").check(&["4 cases, 8 labels"], &[]);
    desk.press("j").field("ten").press("O").check(&["`ten` is no whole number"], &[]);
    desk.press("enter ctrl-u").write("3").check(&["3 of 4 cases, 6 labels"], &[]).press("enter");
    desk.press("j").field("mood").check(&["strata cannot differ by `mood`"], &[]).press("enter ctrl-u enter");
    desk.press("G k").field("percent nonsense >= 0.7").press("O o").check(&["no question `nonsense`"], &[]);
    desk.press("enter ctrl-u").write("percent behavior >= 0.7").press("enter");
    insta::assert_snapshot!("form_80x24", desk.seen(80, 24));
    insta::assert_snapshot!("form_120x40", desk.seen(120, 40));
    desk.press("O").check(&["`ana`: nobody has labeled as that", "▸ b  back"], &["Opened r1"]);
    desk.press("enter").check(&["NEW ROUND"], &["Opened r1"]);
    desk.press("O o").check(&["Opened r1: 3 of 4 cases, 6 labels.", "0 of 3", "qa-sample"], &["NEW ROUND"]);
    let round = desk.text("gold/core/rounds/r1/round.yaml");
    assert!(
        round.contains("overlap: 2") && round.contains("{measure: \"percent\", field: \"behavior\", low: 0.7}"),
        "{round}"
    );
    // On some machines `R1` would be the same folder.
    for name in ["r1", "R1"] {
        desk.press("n").field(name).press("O").check(&["has a round `r1` already"], &[]).press("esc");
    }
    desk.press("C").check(&["Close the round r1?", "6 readings are missing", "▸ b  back"], &[]);
    desk.press("esc").check(&["open since"], &[]);
    desk.press("C enter").check(&["open since"], &["Closed: r1"]);
    desk.press("C c").check(&["Closed: r1", "closed 2026"], &["open since"]);
    let closed = closing(&desk, "r1");
    let kept = "exit:\n  - {measure: \"percent\", field: \"behavior\", low: 0.7, undefined: ";
    assert!(closed.contains(kept) && closed.contains("n: 0, met: false}"), "{closed}");
    desk.press("C").check(&[], &["Close the round r1?"]);
}

#[test]
fn a_damaged_round_is_marked_with_what_is_wrong_and_nothing_is_measured() {
    let mut desk = rounds(true);
    std::fs::write(desk.file("gold/core/rounds/cal-1/round.yaml"), "round: cal-1\nblindness: sea\n").unwrap();
    desk.press("f5");
    desk.check(
        &["✗ damaged", "the round `cal-1` is damaged", "gold/core/rounds/cal-1/round.yaml"],
        &["ENOUGH", "LABELERS"],
    );
}

#[test]
fn a_closed_round_stands_as_it_was_closed() {
    let mut desk = rounds(true);
    let met = "percent of behavior: 0.89, at least 0.72 (on 27 cases); needs 0.70: met";
    desk.check(&[met], &["WHEN IT WAS CLOSED"]);
    desk.press("C c").check(&["ENOUGH, WHEN IT WAS CLOSED", met], &["open since"]);
    let closed = closing(&desk, "cal-1");
    assert!(closed.contains("n: 27, met: true}") && closed.contains("interval: ["), "{closed}");
    // Whatever is labeled later.
    let late = r#"{"id":"late","case":"c27","labeler":"bo","round":"cal-1","behavior":"refuse"}"#;
    std::fs::write(desk.file("gold/core/labels/bo/2.jsonl"), format!("{late}\n")).unwrap();
    desk.send(vec![Event::FocusGained]).check(&["28 of 30", met], &["(on 28 cases)"]);
}

#[test]
fn labeling_begins_from_a_round() {
    let mut desk = rounds(false);
    desk.press("n").field("r1").press("O").check(&["Opened r1"], &[]);
    desk.press("l").check(&["[ label ]", "r1"], &[]);
}
