//! Labels, keys, screen; with the whole app around.

use crate::policy::record;
use crate::tui::app::{App, Look};
use crate::tui::inbox::{Inbox, Incoming};
use crate::tui::model::Finish;
use crate::tui::testing::{draw, keys, squeeze};
use crate::tui::theme::{Depth, Themes};
use crate::vcs::Tools;
use crate::workspace::{Environment, Workspace};
use serde_json::{Map, Value};
use std::fs;

const MANIFEST: &str =
    "casebook: 1\nname: Small policy\nbehaviors: [comply, safe-complete, refuse]\nspecs: [specs/s.yaml]\n";
const HARMS: &str = "taxonomy: t\ncategories:\n  - {id: weapons, title: Weapons, definition: Made to hurt.}\n";
const SPEC: &str = "spec: s\nclauses:\n  - {id: no-weapons, title: No weapons, text: Do not help., when: {category: weapons}, then: refuse}\n";

/// Behaviors, case by case: `c`omply, `s`afe-complete, `r`efuse; `-` for no label.
const SAID: [(&str, &str); 3] = [("ana", "rrrrcccr"), ("bo", "crsrcccc"), ("cy", "rrr-ccs-")];

struct Desk {
    _folder: tempfile::TempDir,
    app: App,
    inbox: Inbox<Finish>,
}

impl Desk {
    fn new(labeled: bool) -> Desk {
        let folder = tempfile::tempdir().unwrap();
        let cases: String = (0..8).map(|n| format!("{{\"id\":\"c{n}\",\"text\":\"Case {n}\"}}\n")).collect();
        let mut files = vec![
            ("casebook.yaml".to_owned(), MANIFEST.to_owned()),
            ("taxonomies/t.yaml".into(), HARMS.into()),
            ("specs/s.yaml".into(), SPEC.into()),
            ("gold/core/cases.jsonl".into(), cases),
        ];
        if labeled {
            files.extend(SAID.map(|(who, said)| (format!("gold/core/labels/{who}/1.jsonl"), labels(who, said))));
        }
        for (path, text) in files {
            let path = folder.path().join("policy").join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
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
        let mut desk = Desk { _folder: folder, app, inbox };
        desk.settle();
        desk.press("4 o o");
        desk
    }

    fn settle(&mut self) {
        while self.app.is_busy() {
            self.inbox.next().into_iter().for_each(|incoming| self.app.update(incoming));
        }
    }

    fn press(&mut self, notation: &str) -> &mut Self {
        for event in keys(notation) {
            self.app.update(Incoming::Input(vec![event]));
            self.settle();
        }
        self
    }

    fn seen(&mut self, columns: u16, rows: u16) -> String {
        let whole = draw(columns, rows, |area, buf, _| {
            self.app.render(area, buf);
        });
        whole.lines().skip(3).collect::<Vec<_>>().join("\n")
    }

    #[track_caller]
    fn check(&mut self, holds: &[&str]) -> &mut Self {
        let seen = self.seen(140, 44);
        let joined = seen.split_whitespace().collect::<Vec<_>>().join(" ");
        for words in holds {
            assert!(joined.contains(words), "{words:?} is missing from\n{seen}");
        }
        self
    }
}

fn labels(who: &str, said: &str) -> String {
    let word = |letter| match letter {
        'c' => Some(r#""comply","harms":[]"#),
        's' => Some(r#""safe-complete","harms":[]"#),
        'r' => Some(r#""refuse","harms":[{"category":"weapons"}]"#),
        _ => None,
    };
    let line = |(at, letter): (usize, char)| {
        let record = format!(r#""case":"c{at}","labeler":"{who}","behavior":{}"#, word(letter)?);
        let fields: Map<String, Value> = serde_json::from_str(&format!("{{{record}}}")).unwrap();
        Some(format!("{{\"id\":\"{}\",{record}}}\n", record::content_id(&fields)))
    };
    said.chars().enumerate().filter_map(line).collect()
}

#[test]
fn measures_stand_with_their_intervals_and_what_gives_them_again() {
    let mut desk = Desk::new(true);
    insta::assert_snapshot!(desk.seen(120, 30));
    insta::assert_snapshot!(desk.seen(80, 24));
    desk.check(&["alpha-ordinal", "casebook agreement --set core --field behavior --seed 0", "3 labelers"]);
}

#[test]
fn labelers_stand_in_a_grid_and_lead_to_their_pairs_and_confusions() {
    let mut desk = Desk::new(true);
    desk.press("v");
    insta::assert_snapshot!(desk.seen(120, 20));
    desk.press("j enter").check(&["ana · bo", "bo · cy"]);
    assert!(!desk.seen(140, 44).contains("ana · cy"));
    desk.press("enter").check(&["AGAINST", "Bowker", "is the stricter one"]);
    desk.press("esc").check(&["bo · cy"]).press("esc").check(&["mean"]).press("esc").check(&["left out"]);
}

#[test]
fn a_split_opens_its_case_and_a_cause_its_clause() {
    let mut desk = Desk::new(true);
    desk.press("v v v v");
    insta::assert_snapshot!(desk.seen(120, 20));
    desk.press("enter").check(&["[ settle ]", "Case 7"]);
    let mut desk = Desk::new(true);
    desk.press("v v v v v").check(&["no-weapons", "of the splits"]).press("enter");
    desk.check(&["No weapons", "Do not help."]);
}

#[test]
fn other_fields_and_fewer_labelers_are_chosen() {
    let mut desk = Desk::new(true);
    desk.press("tab g enter").check(&["alpha-masi", "--field harms"]);
    desk.press("G enter space down space enter").check(&["--labelers ana,bo", "2 labelers"]);
    // Round and version are one each.
    desk.press("V").check(&["only one round"]);
}

#[test]
fn nothing_to_compare_is_said() {
    let mut desk = Desk::new(false);
    desk.check(&["undefined", "8 nobody labeled it"]).press("v").check(&["Nobody labeled a case."]);
    desk.press("v v v").check(&["No case is split"]);
}

#[test]
fn no_size_is_too_small() {
    let mut desk = Desk::new(true);
    for _ in 0..7 {
        squeeze(|area, buf, _| {
            desk.app.render(area, buf);
        });
        desk.press("v");
    }
}
