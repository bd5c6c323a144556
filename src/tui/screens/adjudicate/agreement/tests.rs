//! Labels, keys, screen; with the whole app around.

use crate::tui::testing::desk::{Desk, folder, records};
use crate::tui::testing::squeeze;

const MANIFEST: &str =
    "casebook: 1\nname: Small policy\nbehaviors: [comply, safe-complete, refuse]\nspecs: [specs/s.yaml]\n";
const HARMS: &str = "taxonomy: t\ncategories:\n  - {id: weapons, title: Weapons, definition: Made to hurt.}\n";
const SPEC: &str = "spec: s\nclauses:\n  - {id: no-weapons, title: No weapons, text: Do not help., when: {category: weapons}, then: refuse}\n";

/// Behaviors, case by case: `c`omply, `s`afe-complete, `r`efuse; `-` for no label.
const SAID: [(&str, &str); 3] = [("ana", "rrrrcccr"), ("bo", "crsrcccc"), ("cy", "rrr-ccs-")];

fn agreement(labeled: bool) -> Desk {
    let cases: String = (0..8).map(|n| format!("{{\"id\":\"c{n}\",\"text\":\"Case {n}\"}}\n")).collect();
    let said = SAID.map(|(who, said)| (format!("gold/core/labels/{who}/1.jsonl"), labels(who, said)));
    let mut files = vec![
        ("casebook.yaml", MANIFEST),
        ("taxonomies/t.yaml", HARMS),
        ("specs/s.yaml", SPEC),
        ("gold/core/cases.jsonl", &cases),
    ];
    if labeled {
        files.extend(said.iter().map(|(path, text)| (path.as_str(), text.as_str())));
    }
    let mut desk = Desk::open(folder(&files));
    desk.press("4 o o");
    desk
}

fn labels(who: &str, said: &str) -> String {
    let word = |letter| match letter {
        'c' => Some(r#""comply","harms":[]"#),
        's' => Some(r#""safe-complete","harms":[]"#),
        'r' => Some(r#""refuse","harms":[{"category":"weapons"}]"#),
        _ => None,
    };
    let line =
        |(at, letter): (usize, char)| Some(format!(r#""case":"c{at}","labeler":"{who}","behavior":{}"#, word(letter)?));
    records(said.chars().enumerate().filter_map(line))
}

#[test]
fn measures_stand_with_their_intervals_and_what_gives_them_again() {
    let mut desk = agreement(true);
    insta::assert_snapshot!(desk.seen(120, 30));
    insta::assert_snapshot!(desk.seen(80, 24));
    desk.check(&["alpha-ordinal", "casebook agreement --set core --field behavior --seed 0", "3 labelers"], &[]);
}

#[test]
fn labelers_stand_in_a_grid_and_lead_to_their_pairs_and_confusions() {
    let mut desk = agreement(true);
    desk.press("v");
    insta::assert_snapshot!(desk.seen(120, 20));
    desk.press("j enter").check(&["ana · bo", "bo · cy"], &[]);
    desk.check(&[], &["ana · cy"]);
    desk.press("enter").check(&["AGAINST", "Bowker", "is the stricter one"], &[]);
    desk.press("esc")
        .check(&["bo · cy"], &[])
        .press("esc")
        .check(&["mean"], &[])
        .press("esc")
        .check(&["left out"], &[]);
}

#[test]
fn a_split_opens_its_case_and_a_cause_its_clause() {
    let mut desk = agreement(true);
    desk.press("v v v v");
    insta::assert_snapshot!(desk.seen(120, 20));
    desk.press("enter").check(&["[ settle ]", "Case 7"], &[]);
    let mut desk = agreement(true);
    desk.press("v v v v v").check(&["no-weapons", "of the splits"], &[]).press("enter");
    desk.check(&["No weapons", "Do not help."], &[]);
}

#[test]
fn other_fields_and_fewer_labelers_are_chosen() {
    let mut desk = agreement(true);
    desk.press("tab g enter").check(&["alpha-masi", "--field harms"], &[]);
    desk.press("G enter space down space enter").check(&["--labelers ana,bo", "2 labelers"], &[]);
    // Round and version are one each.
    desk.press("V").check(&["only one round"], &[]);
}

#[test]
fn nothing_to_compare_is_said() {
    let mut desk = agreement(false);
    desk.check(&["undefined", "8 nobody labeled it"], &[]).press("v").check(&["Nobody labeled a case."], &[]);
    desk.press("v v v").check(&["No case is split"], &[]);
}

#[test]
fn no_size_is_too_small() {
    let mut desk = agreement(true);
    for _ in 0..7 {
        squeeze(|area, buf, _| {
            desk.app.render(area, buf);
        });
        desk.press("v");
    }
}
