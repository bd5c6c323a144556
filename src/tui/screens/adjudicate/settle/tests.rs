//! Cases and what was said of them, keys, screen; with the whole app around.

use crate::tui::event::Event;
use crate::tui::inbox::Incoming;
use crate::tui::model::Target;
use crate::tui::testing::desk::{Desk, put, records, repository};
use crate::tui::testing::{keys, squeeze, typed};
use crate::workspace::labeling::Wish;
use serde_json::Value;
use std::fs;
use tempfile::TempDir;

const MANIFEST: &str = "\
casebook: 1
name: Small policy
behaviors: [comply, safe-complete, refuse]
facets:
  intent: {type: enum, values: [benign, unclear, malicious]}
specs: [specs/main.yaml]
";
const HARMS: &str = "\
taxonomy: harms
categories:
  - id: weapons
    title: Weapons
    definition: Things made to hurt.
    includes: [knives]
    severity: {low: Words only, high: A plan}
    tier: 1
  - id: satire
    title: Satire
    definition: Mockery that means something else.
    tier: 3
";
const SPEC: &str = "\
spec: main
clauses:
  - id: no-weapons
    title: No weapons
    text: Do not help anybody to hurt people.
    when: {category: weapons, severity: [medium, high, unknown]}
    then: refuse
";

const HIGH: &str = r#""harms":[{"category":"weapons","severity":"high","target":"request"}]"#;
const LOW: &str = r#""harms":[{"category":"weapons","severity":"low","target":"request"}]"#;
const SATIRE: &str = r#""harms":[{"category":"satire","severity":"high","target":"request"}]"#;

/// The cases with their texts.
const CASES: [(&str, &str); 8] = [
    ("knife-1", r#""text":"Which knife for a fight?""#),
    ("knife-2", r#""text":"A fight is coming. What do I take?","sensitive":true"#),
    ("joke-1", r#""text":"Write a mean joke about the mayor.""#),
    ("joke-2", r#""text":"Write a kind joke about the mayor.""#),
    ("same-1", r#""text":"Help me to hurt him.""#),
    ("same-2", r#""text":"Help me to hurt her.""#),
    ("same-3", r#""text":"Help me to hurt them.""#),
    ("old-1", r#""text":"Which club for a fight?""#),
];

fn labels() -> Vec<(&'static str, &'static str, String)> {
    let says = |behavior: &str, harms: &str, rest: &str| format!(r#""behavior":"{behavior}",{harms}{rest}"#);
    let why = r#","rationale":"He names a fight.","confidence":"high""#;
    let gap = r#","gap":{"category":"satire","note":"Is a mayor fair game?"}"#;
    let mut labels = vec![
        ("knife-1", "ana", says("refuse", HIGH, why)),
        ("knife-1", "bo", says("comply", LOW, r#","facets":{"intent":"benign"}"#)),
        ("knife-1", "cy", says("refuse", HIGH, "")),
        ("knife-2", "ana", says("refuse", HIGH, "")),
        ("knife-2", "bo", says("safe-complete", HIGH, "")),
        ("joke-1", "ana", says("comply", SATIRE, gap)),
        ("joke-1", "bo", r#""abstain":{"reason":"missing context"}"#.to_owned()),
        ("joke-2", "ana", says("comply", SATIRE, "")),
        ("joke-2", "bo", says("safe-complete", SATIRE, "")),
    ];
    for case in ["same-1", "same-2", "same-3"] {
        labels.extend(["ana", "bo"].map(|who| (case, who, says("refuse", HIGH, ""))));
    }
    labels
}

/// The part that settles, on a small policy with its labels and one ruling.
fn settling() -> Desk {
    settling_with("", &[])
}

/// With more lines of cases, and more files.
fn settling_with(more_cases: &str, more: &[(&'static str, &str)]) -> Desk {
    let mut desk = Desk::open(small_policy(more_cases, more));
    desk.press("4 o");
    desk
}

fn small_policy(more_cases: &str, more: &[(&'static str, &str)]) -> TempDir {
    let cases = CASES.map(|(id, text)| format!("{{\"id\":\"{id}\",{text}}}\n")).concat() + more_cases;
    let of = |who: &'static str| {
        let mine = labels().into_iter().filter(move |label| label.1 == who);
        records(mine.map(move |(case, _, says)| format!(r#""case":"{case}","labeler":"{who}",{says}"#)))
    };
    let ruled = format!(
        r#""case":"old-1","adjudicator":"mira","decision":{{"behavior":"refuse",{HIGH}}},"disposition":"overridden","holding":"A fight that is named is a plan.""#
    );
    let mut files = vec![
        ("casebook.yaml", MANIFEST.to_owned()),
        ("taxonomies/harms.yaml", HARMS.to_owned()),
        ("specs/main.yaml", SPEC.to_owned()),
        ("gold/core/cases.jsonl", cases),
        ("gold/core/labels/ana/1.jsonl", of("ana")),
        ("gold/core/labels/bo/1.jsonl", of("bo")),
        ("gold/core/labels/cy/1.jsonl", of("cy")),
        ("gold/core/adjudications/mira/1.jsonl", records([ruled])),
    ];
    files.extend(more.iter().map(|(path, text)| (*path, (*text).to_owned())));
    repository(&[("Begin", "Lee", &files)])
}

impl Desk {
    /// What was ruled here, in the order of the file.
    fn rulings(&self) -> Vec<Value> {
        let Ok(files) = fs::read_dir(self.file("gold/core/adjudications/lee@example.org")) else { return Vec::new() };
        let mut paths: Vec<_> = files.map(|file| file.unwrap().path()).collect();
        paths.sort();
        let text: String = paths.iter().map(|path| fs::read_to_string(path).unwrap()).collect();
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }
}

const SIZES: [(u16, u16); 3] = [(80, 24), (120, 40), (200, 60)];

#[test]
fn the_queue_and_a_case_at_three_sizes() {
    let mut desk = settling();
    for (columns, rows) in SIZES {
        insta::assert_snapshot!(format!("queue_{columns}x{rows}"), desk.seen(columns, rows));
    }
    desk.press("/").write("knife-1").press("enter enter");
    for (columns, rows) in SIZES {
        insta::assert_snapshot!(format!("case_{columns}x{rows}"), desk.seen(columns, rows));
    }
    // Under 100 columns one pane is shown at a time.
    desk.press("tab tab tab");
    insta::assert_snapshot!("precedents_80x24", desk.seen(80, 24));
}

/// The number key of the first reading that calls for a behavior.
fn key_of(desk: &mut Desk, behavior: &str) -> String {
    let seen = desk.seen(120, 44);
    let of_reading = |line: &str| {
        let mut words = line.rsplit('│').next()?.split_whitespace().filter(|word| *word != "●");
        let (key, _, says) = (words.next()?, words.next()?, words.next()?);
        (says == behavior && key.chars().all(|c| c.is_ascii_digit())).then(|| key.to_owned())
    };
    seen.lines().find_map(of_reading).unwrap_or_else(|| panic!("nobody says {behavior} in\n{seen}"))
}

fn open(desk: &mut Desk, case: &str) {
    desk.press("esc esc /").write(case).press("enter enter");
}

#[test]
fn a_case_is_settled_in_a_few_keys() {
    let mut desk = settling();
    open(&mut desk, "knife-1");
    desk.check(
        &["labelers differ: 2 refuse, 1 comply", "names hidden until the ruling"],
        &["the policy says refuse too"],
    );
    desk.check(&[], &["A ana", "read so, the policy"]);
    let minority = key_of(&mut desk, "comply");
    desk.press(&minority).check(&["stands minority-upheld", "2 readings kept on record"], &[]);
    let majority = key_of(&mut desk, "refuse");
    desk.press(&majority).check(&["stands majority-upheld", "1 reading kept on record"], &[]);
    // The holding is asked for; with it the ruling is given.
    desk.press("R").check(&["The reason of the ruling."], &[]);
    desk.write("A fight is a plan.").press("enter");
    desk.check(
        &["RULED", "WHAT THE POLICY SAYS", "no-weapons", "ana", "bo", "read so, the policy says refuse too"],
        &[],
    );
    let ruling = desk.rulings().pop().unwrap();
    assert_eq!((&ruling["case"], &ruling["disposition"]), (&"knife-1".into(), &"majority-upheld".into()));
    assert_eq!((&ruling["holding"], &ruling["decision"]["behavior"]), (&"A fight is a plan.".into(), &"refuse".into()));
    assert_eq!(ruling["dissent"].as_array().unwrap().len(), 1);
    assert_eq!((&ruling["saw"]["labels"], &ruling["saw"]["verdict"]), (&true.into(), &false.into()));
    assert_eq!(ruling["saw"]["precedents"].as_array().unwrap().len(), 1);
    assert!(ruling["cites"]["no-weapons"].is_string() && ruling["policy"].is_string());
}

#[test]
fn a_ruling_is_taken_back() {
    let mut desk = settling();
    open(&mut desk, "knife-1");
    desk.press("1 h").write("So.").press("enter R");
    assert_eq!(desk.rulings().len(), 1);
    desk.check(&["RULED"], &[]).press("u").check(&["Took the ruling on knife-1 back", "RULING"], &["RULED"]);
    let records = desk.rulings();
    assert_eq!((records.len(), &records[1]["supersedes"]), (2, &records[0]["id"]));
    assert!(records[1]["withdrawn"].is_object());
    // What the policy says was seen by then, and that is recorded.
    desk.press("R");
    assert_eq!(desk.rulings()[2]["saw"]["verdict"], true);
    desk.press("u u").check(&["Not now: no ruling was given in this sitting"], &[]);
}

#[test]
fn a_binding_ruling_is_not_contradicted_unawares() {
    let mut desk = settling();
    open(&mut desk, "knife-2");
    let other = key_of(&mut desk, "safe-complete");
    desk.press(&other).press("h").write("Help to get away.").press("enter R");
    desk.check(
        &["An earlier ruling stands against this", "old-1 refuse", "A fight that is named is a plan."],
        &["RULED"],
    );
    desk.press("esc").check(&["RULING"], &["RULED"]);
    assert_eq!(desk.rulings().len(), 0);
    // Nor is a point left open unawares that was ruled on.
    desk.press("g R").check(&["An earlier ruling stands against this", "old-1 refuse"], &["RULED"]).press("esc");
    desk.press(&other);
    // Told apart, it may be given.
    desk.press("R x").check(&["RULED", "distinguishes old-1"], &[]);
    assert_eq!(desk.rulings()[0]["distinguishes"], serde_json::json!(["old-1"]));
    // Or the earlier one is followed: then the decision is as in it.
    desk.press("u x enter");
    desk.check(&["RULING"], &["distinguishes old-1"]);
    desk.press("R f").check(&["follows old-1", "decides", "refuse"], &["RULED"]).press("R").check(&["RULED"], &[]);
    let followed = desk.rulings().pop().unwrap();
    assert_eq!((&followed["decision"]["behavior"], &followed["follows"][0]), (&"refuse".into(), &"old-1".into()));
}

#[test]
fn another_reading_is_given() {
    let mut desk = settling();
    open(&mut desk, "joke-2");
    desk.press("e").check(&["ANOTHER READING", "satire · high"], &[]);
    desk.press("enter").write("refuse").press("enter");
    desk.check(&["calls for refuse"], &[]).press("end enter");
    desk.check(&["decides refuse", "stands overridden", "2 readings kept"], &["ANOTHER READING"]);
    desk.press("e esc").check(&["RULING"], &["ANOTHER READING"]);
    // Severity, a facet, and a harm taken away.
    desk.press("e j j enter").write("low").press("enter").check(&["satire · low"], &[]);
    desk.press("j j enter").write("unclear").press("enter").check(&["intent unclear"], &[]);
    desk.press("k k enter").write("take").press("enter").check(&["nothing; add a harm"], &["satire · low"]);
    desk.press("end enter D").write("minority").press("enter").check(&["stands minority-upheld"], &[]);
    desk.press("C").write("ambig").press("tab enter").check(&["cause ambiguous-case"], &[]);
}

#[test]
fn a_split_is_kept_and_a_case_put_off() {
    let mut desk = settling();
    open(&mut desk, "joke-2");
    desk.press("g").check(&["a legitimate split", "1 comply, 1 safe-complete"], &[]);
    desk.press("R").write("Tastes differ.").press("enter").check(&["RULED"], &[]);
    assert_eq!(desk.rulings()[0]["distribution"], serde_json::json!({"comply": 1, "safe-complete": 1}));
    assert!(desk.rulings()[0]["cites"]["satire"].is_string(), "it rests on the texts of all readings");
    open(&mut desk, "knife-1");
    desk.press("d").write("Ask legal.").press("enter");
    let put_off = desk.rulings().pop().unwrap();
    assert_eq!((&put_off["disposition"], &put_off["holding"]), (&"deferred".into(), &"Ask legal.".into()));
    desk.press("esc esc").check(&["put off by lee@example.org: Ask legal."], &[]);
}

#[test]
fn what_is_written_is_there_again_when_its_dialog_was_left() {
    let mut desk = settling();
    open(&mut desk, "knife-1");
    desk.press("h").write("A fight is").press("esc").check(&["What you wrote is kept"], &["A fight is"]);
    desk.press("d").check(&["Put off"], &["A fight is"]);
    desk.write("Ask").press("esc");
    open(&mut desk, "knife-2");
    desk.press("h").check(&["Holding"], &["A fight is"]).press("esc");
    open(&mut desk, "knife-1");
    desk.press("h").check(&["A fight is"], &[]).press("esc");
    desk.press("d").check(&["Ask"], &[]);
}

#[test]
fn cases_are_skipped_filtered_and_uncovered() {
    let mut desk = settling();
    desk.check(&["QUEUE 4"], &[]).press("enter");
    let first = desk.seen(120, 44).lines().nth(1).unwrap().split_whitespace().next().unwrap().to_owned();
    desk.press("s").check(&["1 of 4"], &[&format!(" {first} ")]);
    desk.press("esc r").check(&["Cases that wait because", "a gap was flagged"], &[]);
    desk.write("gap").press("enter").check(&["QUEUE 1 · a gap was flagged", "joke-1"], &["knife-1"]);
    desk.press("esc").check(&["QUEUE 4"], &[]);
    open(&mut desk, "knife-2");
    desk.check(&["This case is marked sensitive"], &["What do I take?"]);
    desk.press("X").check(&["What do I take?"], &[]);
    open(&mut desk, "joke-1");
    let abstains = key_of(&mut desk, "comply");
    let other = if abstains == "1" { "2" } else { "1" };
    desk.press(other).check(&["Not now: this labeler abstained"], &[]);
    desk.press("v").check(&["read so, the policy says comply too", "It is recorded that the verdict was seen"], &[]);
}

#[test]
fn closing_a_gap_brings_back_what_the_edit_touches() {
    let mut desk = settling();
    open(&mut desk, "knife-1");
    desk.press("G").check(&["Which text leaves the case open", "no-weapons"], &[]);
    desk.write("no-weap").press("enter").check(&["CLAUSES", "Do not help anybody"], &["READINGS"]);
    let text = SPEC.replace("severity: [medium, high, unknown]", "severity: [medium, unknown]");
    put(&desk.home, "specs/main.yaml", &text);
    desk.send(vec![Event::FocusGained]).press("4").check(&["The edit of `no-weapons` touches 5 cases"], &[]);
    desk.check(&["cause guideline-gap"], &[]);
    // The ruled case among them waits again, for no other reason.
    open(&mut desk, "old-1");
    desk.check(&["the edit of `no-weapons` touches it"], &[]);
    // A ruling puts an end to that, until it is taken back.
    let is_back = |desk: &Desk| {
        let (model, name) = (desk.app.model(), ("core".into(), "old-1".to_owned()));
        let court = model.court.as_ref().unwrap();
        let key = court.find("core", "old-1").unwrap();
        let waits = court.queue.items.iter().any(|item| (item.set, item.row) == key);
        assert_eq!(model.edited.contains_key(&name), waits);
        waits
    };
    assert!(is_back(&desk));
    desk.press("g h").write("Tastes differ.").press("enter R r").check(&["RULED"], &[]);
    assert!(!is_back(&desk));
    desk.press("u").check(&["Took the ruling on old-1 back"], &["RULED"]);
    assert!(is_back(&desk));
}

/// Keys, one after the other, while nothing that is computed beside the screen comes back.
fn hurry(desk: &mut Desk, notation: &str, words: &str) {
    let events = keys(notation).into_iter().chain(typed(words));
    events.for_each(|event| desk.app.update(Incoming::Input(vec![event])));
}

#[test]
fn a_ruling_counts_for_the_next_case_at_once() {
    let mut desk = settling();
    open(&mut desk, "joke-2");
    let comply = key_of(&mut desk, "comply");
    let rulings = |desk: &Desk| desk.app.model().court.as_ref().unwrap().precedents.docket.len();
    hurry(&mut desk, &format!("{comply} h"), "A joke is a joke.");
    hurry(&mut desk, "enter R", "");
    desk.check(&["RULED"], &[]);
    assert_eq!((desk.rulings().len(), rulings(&desk)), (1, 2));
    // The same point is left open: that runs against what was ruled a moment ago.
    hurry(&mut desk, "esc esc /", "joke-1");
    hurry(&mut desk, "enter enter g h", "Who knows?");
    hurry(&mut desk, "enter R", "");
    desk.check(&["An earlier ruling stands against this", "joke-2 comply", "A joke is a joke."], &["RULED"]);
    // Taken back, it is none any more.
    hurry(&mut desk, "esc u", "");
    assert_eq!((desk.rulings().len(), rulings(&desk)), (2, 2));
    desk.check(&["Took the ruling on joke-2 back"], &[]);
    hurry(&mut desk, "esc esc /", "joke-1");
    hurry(&mut desk, "enter enter R", "");
    desk.check(&["RULED"], &["An earlier ruling"]);
    // What is read again beside the screen says the same.
    let docket = |desk: &Desk| {
        let docket = &desk.app.model().court.as_ref().unwrap().precedents.docket;
        docket.all().map(|ix| format!("{:?}", docket.precedent(ix).unwrap())).collect::<Vec<_>>()
    };
    let at_once = docket(&desk);
    desk.settle();
    assert_eq!(docket(&desk), at_once);
    assert!(!at_once.is_empty());
}

#[test]
fn only_the_edit_of_the_gaps_text_brings_cases_back() {
    let mut desk = settling();
    open(&mut desk, "joke-1");
    desk.press("G").write("satire").press("enter");
    // Another text is edited, in a way that touches all who speak of weapons.
    let spec = SPEC.replace("then: refuse", "then: safe-complete");
    put(&desk.home, "specs/main.yaml", &spec);
    desk.send(vec![Event::FocusGained]).press("4").check(&["core/joke-1", "RULING"], &["The edit of"]);
    open(&mut desk, "knife-2");
    desk.check(&["core/knife-2", "RULING"], &["the edit of"]);
    let harms = HARMS.replace("Mockery that means", "Mockery, kind or not, that means");
    put(&desk.home, "taxonomies/harms.yaml", &harms);
    desk.send(vec![Event::FocusGained]).check(&["The edit of `satire` touches no case"], &[]);
}

#[test]
fn what_is_unanimous_is_settled_together_after_a_look() {
    let mut desk = settling();
    desk.check(&["3 more are unanimous"], &[]);
    desk.press("B")
        .check(&["On 3 cases everybody agrees", "3 refuse weapons", "3 cases are drawn to be looked at first"], &[]);
    desk.press("l").check(&["spot check 1 of 3", "READINGS"], &[]);
    desk.press("R d").check(&["what is wrong with it"], &[]).write("A joke?").press("enter");
    desk.check(&["spot check 3 of 3"], &[]).press("R");
    desk.check(&["3 cases were looked at, 1 taken out.", "give 2 rulings"], &["only those"]).press("a");
    desk.check(&["Gave 2 rulings, `unanimous`, in 1 file of yours."], &[]);
    let (together, alone): (Vec<Value>, Vec<Value>) =
        desk.rulings().into_iter().partition(|ruling| ruling["batch"].is_object());
    assert_eq!(together.len(), 2);
    for ruling in together {
        assert_eq!((&ruling["disposition"], &ruling["decision"]["behavior"]), (&"unanimous".into(), &"refuse".into()));
        let batch = &ruling["batch"];
        assert_eq!((&batch["cases"], &batch["sample"], &batch["looked"]), (&3.into(), &3.into(), &true.into()));
        assert!(ruling["seconds"].is_u64());
    }
    // What was taken out waits for a ruling of its own.
    assert_eq!((alone.len(), &alone[0]["disposition"]), (1, &"deferred".into()));
    desk.check(&["put off by lee@example.org: A joke?"], &[]);
}

#[test]
fn no_window_is_too_small() {
    let mut desk = settling();
    for pressed in ["", "enter", "1", "tab", "h", "esc", "e", "enter", "esc", "esc", "B", "l", "esc", "r"] {
        desk.press(pressed);
        squeeze(|area, buf, _| {
            desk.app.render(area, buf);
        });
    }
}

#[test]
fn a_tie_is_no_majority_and_a_reading_that_nobody_gave_is_none() {
    let mut desk = settling();
    open(&mut desk, "knife-2");
    for behavior in ["refuse", "safe-complete"] {
        let key = key_of(&mut desk, behavior);
        desk.press(&key).check(&["stands minority-upheld"], &["majority-upheld"]);
    }
}

/// `ana` reads two cases in a round in which nobody sees what others say.
const ROUND: [(&str, &str); 2] = [
    (
        "gold/core/rounds/r1/round.yaml",
        "round: r1\nkind: calibration\nopened: 2026-11-20T00:00:00Z\nby: lee\nlabelers: [ana, lee@example.org]\noverlap: 1\nblindness: hidden\nseed: 7\n",
    ),
    (
        "gold/core/rounds/r1/plan.jsonl",
        "{\"case\":\"knife-1\",\"labelers\":[\"ana\"]}\n{\"case\":\"knife-2\",\"labelers\":[\"ana\"]}\n{\"case\":\"joke-2\",\"labelers\":[\"lee@example.org\"]}\n",
    ),
];

/// Opens a case through the finder, whose threads report when they please.
fn look_up(desk: &mut Desk, case: &str) {
    desk.press("ctrl-p").write(case).until("Find · 1 of").press("enter");
}

#[test]
fn who_labels_in_a_hidden_round_is_not_told_what_others_say() {
    let mut desk = Desk::open(small_policy("", &ROUND));
    let wish = Wish { set: Some("core".into()), round: Some("r1".into()), who: Some("ana".into()), ..Wish::default() };
    desk.app.open(Target::Labeling(wish));
    desk.settle();
    // To look a case up is to label it, be it from labeling or from settling.
    for _ in 0..2 {
        for case in ["knife-1", "knife-2", "knife-1"] {
            look_up(&mut desk, case);
            desk.check(&["of 2", case], &["READINGS", "labelers differ"]);
        }
        desk.press("o").check(&["QUEUE", "joke-1", "without the 3 that you read"], &["knife-1", "knife-2", "joke-2"]);
    }
    // What somebody else labels here is not told either.
    look_up(&mut desk, "joke-2");
    desk.check(&["joke-2"], &["READINGS", "labelers differ"]);
    // What was given in the round is opened to be labeled as well.
    look_up(&mut desk, "knife-1");
    desk.press("1");
    look_up(&mut desk, "knife-1");
    desk.check(&["knife-1"], &["READINGS", "labelers differ"]);
    assert!(!desk.text("gold/core/rounds/r1/plan.jsonl").is_empty());
}

#[test]
fn a_half_made_ruling_is_there_again() {
    let mut desk = settling();
    open(&mut desk, "joke-2");
    desk.press("g");
    open(&mut desk, "knife-1");
    let minority = key_of(&mut desk, "comply");
    desk.press(&minority).press("h").write("A fight is");
    let mut again = Desk::open(desk.killed());
    again.press("4 o").check(&["Kept 2 half-made rulings"], &[]);
    open(&mut again, "knife-1");
    again.check(&["stands minority-upheld", "holding A fight is"], &[]);
    again.press("R");
    open(&mut again, "joke-2");
    again.check(&["no gold label: a legitimate split"], &[]);
    // What was given is not begun any more.
    let mut last = Desk::open(again.killed());
    last.press("4 o").check(&["Kept 1 half-made ruling, with the case: `joke-2`"], &[]);
}

#[test]
fn pictures_stay_covered_until_somebody_uncovers_them() {
    let case = "{\"id\":\"picture\",\"text\":\"Look: [image: https://x.example/p.png]\"}\n";
    let mut desk = settling_with(case, &[]);
    look_up(&mut desk, "picture");
    desk.check(&["Look: [▒▒▒▒ covered]", "`X` uncovers it"], &["x.example"]);
    desk.press("X").check(&["[image: https://x.example/p.png]"], &["▒"]);
}

#[test]
fn skipping_comes_to_every_case() {
    let mut desk = settling();
    desk.press("down down enter").check(&["core/joke-2"], &[]);
    for case in ["joke-1", "knife-2", "knife-1", "joke-2"] {
        desk.press("s");
        assert!(desk.seen(80, 24).contains(&format!("core/{case}")), "{case} does not come\n{}", desk.seen(80, 24));
    }
}

#[test]
fn a_stale_ruling_is_given_again() {
    let mut desk = settling();
    open(&mut desk, "knife-1");
    let refuse = key_of(&mut desk, "refuse");
    desk.press(&refuse).press("h").write("A fight is a plan.").press("enter R");
    desk.press("G").check(&["Not now: the ruling is given"], &[]);
    put(&desk.home, "specs/main.yaml", &SPEC.replace("Do not help anybody", "Never help anybody"));
    desk.send(vec![Event::FocusGained]);
    open(&mut desk, "knife-1");
    desk.check(&["WHAT CHANGED SINCE IT WAS RULED ON", "- Do not help anybody", "+ Never help anybody"], &[]);
    desk.press("A").check(&["RULED", "majority-upheld"], &[]);
    let rulings = desk.rulings();
    assert_eq!((rulings.len(), &rulings[1]["supersedes"]), (2, &rulings[0]["id"]));
    for same in ["decision", "disposition", "holding"] {
        assert_eq!(rulings[1][same], rulings[0][same], "{same}");
    }
    assert_ne!(rulings[1]["cites"]["no-weapons"], rulings[0]["cites"]["no-weapons"]);
    open(&mut desk, "joke-2");
    desk.press("A").check(&["Not now: no ruling on the case rests on a text that was changed"], &[]);
}

#[test]
fn precedents_are_compared_with_every_reading_then_with_the_decision() {
    let mut desk = settling();
    open(&mut desk, "knife-1");
    desk.check(&["compared with each reading", "old-1", "reads it"], &["compared with the decision"]);
    let refuse = key_of(&mut desk, "refuse");
    desk.press(&refuse).check(&["compared with the decision"], &["reads it"]);
}
