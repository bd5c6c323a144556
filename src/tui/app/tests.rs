//! The app as a person meets it: a policy, keys, what is seen.

use super::{App, Look, TerminalAsk};
use crate::tui::event::Event;
use crate::tui::inbox::{Inbox, Incoming};
use crate::tui::model::Finish;
use crate::tui::testing;
use crate::tui::theme::{Depth, Themes};
use crate::vcs::Tools;
use crate::workspace::{Environment, Workspace};
use std::fs;
use std::path::PathBuf;
use std::time::{Duration, Instant};

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

struct Opened {
    app: App,
    inbox: Inbox<Finish>,
    folder: tempfile::TempDir,
}

impl Opened {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let files = [
            ("casebook.yaml", MANIFEST),
            ("taxonomies/t.yaml", HARMS),
            ("specs/s.yaml", SPEC),
            ("gold/core/cases.jsonl", CASES),
        ];
        for (path, text) in files {
            let path = folder.path().join("policy").join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        Opened::open(folder)
    }

    fn open(folder: tempfile::TempDir) -> Self {
        let environment = Environment {
            tools: Tools::new().with_home(folder.path()),
            state: folder.path().join("state"),
            now: || 1_700_000_000,
            random: || Ok([7; 32]),
        };
        let workspace = Workspace::open(&folder.path().join("policy"), environment).unwrap();
        let inbox = Inbox::default();
        let look = Look { themes: Themes::bundled(), theme: "dark".into(), depth: Depth::True, pause: 0 };
        let app = App::new(workspace, look, &inbox);
        let mut opened = Opened { app, inbox, folder };
        opened.settle();
        opened
    }

    /// Lets everything that is under way come to its end.
    fn settle(&mut self) {
        let until = Instant::now() + Duration::from_secs(20);
        while self.app.is_busy() {
            assert!(Instant::now() < until, "the app never comes to rest");
            for incoming in self.inbox.next() {
                self.app.update(incoming);
            }
        }
    }

    fn keys(&mut self, notation: &str) -> &mut Self {
        self.send(testing::keys(notation))
    }

    fn write(&mut self, text: &str) -> &mut Self {
        self.send(testing::typed(text))
    }

    fn send(&mut self, events: Vec<Event>) -> &mut Self {
        for event in events {
            self.app.update(Incoming::Input(vec![event]));
            self.settle();
        }
        self
    }

    fn screen(&mut self) -> String {
        testing::draw(120, 36, |area, buf, _| {
            self.app.render(area, buf);
        })
    }

    fn check(&mut self, holds: &[&str], lacks: &[&str]) {
        let screen = self.screen();
        for words in holds {
            assert!(screen.contains(words), "{words:?} is missing from\n{screen}");
        }
        for words in lacks {
            assert!(!screen.contains(words), "{words:?} stands in\n{screen}");
        }
    }

    fn file(&self, path: &str) -> PathBuf {
        self.folder.path().join("policy").join(path)
    }

    /// Makes `no-fraud` comply in the raw text of the spec.
    fn edit(&mut self) {
        let text = SPEC.replace("fraud}\n    then: refuse", "fraud}\n    then: comply");
        self.app.model.workspace.set_text("edit", "specs/s.yaml", &text, None).unwrap();
        self.app.model.ask(super::Ask::Changed);
        self.app.answer_asks();
        self.settle();
    }
}

#[test]
fn the_top_line_sums_the_policy_up() {
    let mut opened = Opened::new();
    opened.check(&["Small policy", "no git repository", "gold 2/3 66.7 %"], &["unsaved", "problems"]);
    opened.edit();
    opened.check(&["● 1 unsaved", "gold 3/3 100 %"], &[]);
    opened.keys("u").check(&["gold 2/3 66.7 %", "Undid: edit"], &["● 1 unsaved"]);
    opened.keys("U").check(&["gold 3/3 100 %", "● 1 unsaved"], &[]);
}

#[test]
fn every_screen_has_its_number() {
    let mut opened = Opened::new();
    // Adjudicate last: there digits are answers, and `]` leads on.
    for (key, words) in [("1", "CATEGORIES"), ("2", "CLAUSES"), ("3", "FLIPS"), ("5", "VERSIONS"), ("4", "[ label ]")] {
        let screen = opened.keys(key).screen().to_lowercase();
        assert!(screen.contains(&words.to_lowercase()), "{key}: {words} is missing from\n{screen}");
    }
    opened.keys("]").check(&["VERSIONS"], &[]);
    opened.keys("]").check(&["CATEGORIES"], &[]);
}

#[test]
fn the_finder_leads_to_clauses_cases_and_commands() {
    let mut opened = Opened::new();
    opened.keys("1 ctrl-p").write("no-fr");
    wait_for(&mut opened, "no-fraud");
    opened.keys("enter").check(&["no-fraud", "CLAUSES"], &["Find ·"]);
    opened.keys("ctrl-p").write("f1");
    wait_for(&mut opened, "case");
    opened.keys("enter").check(&["b␛[31m", "gold comply"], &["\u{1b}"]);
}

/// The finder's threads report when they please.
fn wait_for(opened: &mut Opened, words: &str) {
    let until = Instant::now() + Duration::from_secs(20);
    while !opened.screen().contains(words) {
        assert!(Instant::now() < until, "{words:?} never came:\n{}", opened.screen());
        for incoming in opened.inbox.next() {
            opened.app.update(incoming);
        }
    }
}

#[test]
fn what_cannot_run_says_why() {
    let mut opened = Opened::new();
    opened.keys("u").check(&["Not now: there is nothing to undo."], &[]);
    opened.keys("b").check(&["Not now: there is no git repository"], &[]);
    opened.keys(":").write("frobnicate").keys("enter").check(&["`frobnicate` is no command"], &[]);
    opened.keys(":").write("theme light").keys("enter").check(&["Theme: Light"], &[]);
    opened.keys(":").write("theme nope").keys("enter").check(&["There is no theme `nope`"], &[]);
}

#[test]
fn saving_keeps_every_other_byte() {
    let mut opened = Opened::new();
    opened.edit();
    opened.keys("ctrl-s").check(&["Saved specs/s.yaml."], &["unsaved"]);
    let saved = fs::read_to_string(opened.file("specs/s.yaml")).unwrap();
    assert_eq!(saved, SPEC.replace("fraud}\n    then: refuse", "fraud}\n    then: comply"));
}

#[test]
fn leaving_with_unsaved_edits_asks() {
    let mut opened = Opened::new();
    opened.edit();
    opened.keys("q").check(&["These files have unsaved edits", "specs/s.yaml"], &[]);
    assert!(!opened.app.is_leaving());
    opened.keys("esc").check(&[], &["These files have unsaved edits"]);
    opened.keys("q s");
    assert!(opened.app.is_leaving());
    assert!(fs::read_to_string(opened.file("specs/s.yaml")).unwrap().contains("then: comply"));
}

#[test]
fn edits_that_a_kill_left_unsaved_are_offered_back() {
    let mut opened = Opened::new();
    opened.edit();
    opened.app.update(Incoming::Gone);
    let Opened { app, folder, .. } = opened;
    drop(app);
    let mut again = Opened::open(folder);
    again.check(&["Unsaved edits were found", "specs/s.yaml"], &[]);
    again.keys("t").check(&["Took up unsaved edits", "● 1 unsaved", "gold 3/3"], &[]);
    assert_eq!(fs::read_to_string(again.file("specs/s.yaml")).unwrap(), SPEC);
}

#[test]
fn what_changed_on_disk_is_never_overwritten_unasked() {
    let mut opened = Opened::new();
    opened.edit();
    let theirs = SPEC.replace("No weapons", "Never weapons");
    fs::write(opened.file("specs/s.yaml"), &theirs).unwrap();
    opened.keys("ctrl-s").check(&["Changed on disk"], &[]);
    assert_eq!(fs::read_to_string(opened.file("specs/s.yaml")).unwrap(), theirs);
    opened.keys("l").check(&[], &["Changed on disk", "unsaved"]);
    assert_eq!(opened.app.model.workspace.document("specs/s.yaml").unwrap().text(), theirs);
}

#[test]
fn a_file_that_only_others_changed_is_taken_over() {
    let mut opened = Opened::new();
    let theirs = SPEC.replace("fraud}\n    then: refuse", "fraud}\n    then: comply");
    fs::write(opened.file("specs/s.yaml"), theirs).unwrap();
    opened.send(vec![Event::FocusGained]).check(&["gold 3/3"], &["unsaved"]);
}

#[test]
fn ids_are_copied_through_the_terminal() {
    let mut opened = Opened::new();
    opened.keys("2 y").check(&["Copied `no-weapons`."], &[]);
    assert_eq!(opened.app.take_terminal_asks(), [TerminalAsk::Copy("no-weapons".into())]);
}

#[test]
fn no_window_is_too_small() {
    let mut opened = Opened::new();
    for key in ["1", "2", "3", "4", "5", "?", "esc", "ctrl-p", "esc", "p", "esc", ":"] {
        opened.keys(key);
        testing::squeeze(|area, buf, _| {
            opened.app.render(area, buf);
        });
    }
}

/// A dialog takes every key: those of the screen below it would do nothing.
#[test]
fn the_keys_of_a_screen_are_hidden_while_something_lies_over_it() {
    let mut opened = Opened::new();
    opened.keys("2").check(&["? keys"], &[]);
    for over in ["p", "ctrl-p", ":"] {
        opened.keys(over).check(&[], &["? keys"]);
        opened.keys("esc").check(&["? keys"], &[]);
    }
}

#[test]
fn raw_text_offers_no_key_for_a_field() {
    for screen in ["1", "2"] {
        Opened::new().keys(&format!("{screen} r")).check(&["F2 raw"], &["Alt-↵"]);
    }
}

/// Two rulings, the second of which follows the first; both rest on a wording of `no-weapons` that is no more.
fn ruled() -> Opened {
    let mut opened = Opened::new();
    let file = opened.file("gold/core/adjudications/lee/1.jsonl");
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    let ruling = |id: &str, case: &str, rest: &str| {
        format!(
            "{{\"id\":\"{id}\",\"case\":\"{case}\",\"adjudicator\":\"lee\",\"disposition\":\"unanimous\",\
             \"decision\":{{\"harms\":[{{\"category\":\"weapons\"}}],\"behavior\":\"refuse\"}},\
             \"cites\":{{\"no-weapons\":\"0123456789abcdef\"}},{rest}}}\n"
        )
    };
    let first = ruling("a1", "w1", "\"holding\":\"A recipe is a recipe\"");
    let second = ruling("a2", "n1", "\"holding\":\"Half of it\\u001b[31m is as good\",\"follows\":[\"w1\"]");
    fs::write(file, first + &second).unwrap();
    opened.keys("f5");
    opened
}

/// Waits for what another thread finds.
fn until_shown(opened: &mut Opened, words: &str) {
    let until = Instant::now() + Duration::from_secs(20);
    while !opened.screen().contains(words) {
        assert!(Instant::now() < until, "{words:?} never came\n{}", opened.screen());
        opened.app.update(Incoming::Wake);
        std::thread::sleep(Duration::from_millis(2));
    }
}

#[test]
fn rulings_are_found_by_their_holdings_and_lead_on_to_each_other() {
    let mut opened = ruled();
    opened.keys("P");
    until_shown(&mut opened, "Precedents · 2 of 2");
    opened.write("recipe");
    until_shown(&mut opened, "Precedents · 1 of 2");
    opened
        .keys("enter")
        .check(&["Ruling on w1", "A recipe is a recipe", "stale", "followed by", "Half of it␛"], &["\u{1b}"]);
    opened.keys("enter").check(&["Go on to", "the case itself"], &[]);
    opened.keys("down enter").check(&["Ruling on n1", "follows"], &[]);
    opened.keys("enter enter").check(&["n1"], &["Go on to", "Ruling on"]);
}

#[test]
fn a_clause_shows_what_rests_on_it_and_what_shaped_it() {
    let mut opened = ruled();
    opened.keys("2");
    opened.check(&["2 rulings rest on this text", "2 rulings stale since an edit", "2 rulings: w1  n1"], &[]);
    opened.keys("enter end enter").check(&["Rulings that shaped no-weapons", "A recipe is a recipe"], &[]);
    opened.keys("enter").check(&["Ruling on w1"], &[]);
}

#[test]
fn what_cannot_be_said_of_rulings_is_said_to_be_so() {
    let mut opened = Opened::new();
    opened.keys("P").check(&["Not now: nothing was ruled yet"], &["Precedents ·"]);
    opened.keys("2 E").check(&["Not now: there is no version to compare with"], &[]);
}

#[test]
fn a_case_is_righted_by_one_key_and_the_edit_is_undone_by_one() {
    let mut opened = Opened::new();
    opened.keys("3 o");
    opened.check(&["DISAGREE WITH GOLD 1", "F fixes"], &[]);
    opened.keys("enter");
    opened.keys("F").check(&["What would right core/f1", "+1 −0", "fixes 1, breaks 0", "specs/s.yaml"], &[]);
    opened.keys("down 1").check(&["● 1 unsaved", "Edited `specs/s.yaml`", "gold 3/3"], &["What would right"]);
    // It is right now, so there is nothing to do.
    opened.keys("F").check(&["Not now: the policy as it stands agrees with the gold label."], &[]);
    opened.keys("u").check(&["gold 2/3", "F fixes"], &["unsaved"]);
    // The place of the edit, and no edit.
    opened.keys("F g").check(&["no-fraud", "CLAUSES"], &["unsaved"]);
}
