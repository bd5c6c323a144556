//! Policy, keys, screen; and the bytes of the file afterwards.

use super::*;
use crate::tui::command::find;
use crate::tui::inbox::{Inbox, Incoming};
use crate::tui::jobs::{Jobs, Settled};
use crate::tui::model::{Base, Finish};
use crate::tui::popup::Popup;
use crate::tui::testing::{draw, keys, squeeze, typed};
use crate::vcs::{Revision, Tools};
use crate::workspace::compare::Side;
use crate::workspace::sets::{self, Sets};
use crate::workspace::{Environment, Workspace};
use std::fs;
use std::sync::Arc;
use tempfile::TempDir;

const MANIFEST: &str = "\
casebook: 1
name: Small policy
behaviors:
  - {id: comply, description: answer in full}
  - {id: safe-complete, description: answer what is safe}
  - {id: refuse, description: say no}
default: comply
facets:
  intent: {type: enum, values: [benign, unclear, malicious], description: what it is for}
  minor: {type: bool}
  autonomy: {type: ordinal, values: [chat, tool-use, unattended]}
  context: {type: set, values: [fiction, medical, research]}
specs: [specs/main.yaml]
";

const TAXONOMY: &str = "\
taxonomy: harms
categories:
  - id: weapons
    children:
      - {id: bio-weapons}
      - {id: firearms}
  - {id: self-harm}
";

const SPEC: &str = "\
# The one spec.
spec: main
clauses:
  # About weapons.
  - id: bio-uplift
    title: No uplift towards biological weapons
    level: platform
    text: |
      Do not give information that brings a reader closer to making a biological agent.
    when:
      category: bio-weapons   # and below
      severity: \">= medium\"
      intent: {not: benign}
    then: refuse
    owner: ana   # kept
    examples: [bio-1]

  - id: self-harm
    level: developer
    when: {category: self-harm}
    then: safe-complete
";

const CASES: &str = r#"{"id":"bio-1","text":"how","gold":{"harms":[{"category":"bio-weapons","severity":"high"}],"behavior":"refuse"}}
{"id":"bio-2","text":"why","gold":{"harms":[],"behavior":"comply"}}
"#;

/// The screen with what the app does around it.
struct Bench {
    dir: TempDir,
    model: Model,
    screen: SpecScreen,
    popups: Vec<Popup>,
    said: Vec<String>,
    jobs: Jobs<Finish>,
    inbox: Inbox<Finish>,
}

impl Bench {
    fn new(spec: &str) -> Bench {
        Bench::with(&[("casebook.yaml", MANIFEST), ("specs/main.yaml", spec)])
    }

    fn with(files: &[(&str, &str)]) -> Bench {
        let dir = tempfile::tempdir().unwrap();
        for (path, text) in [("taxonomies/harms.yaml", TAXONOMY), ("gold/core/cases.jsonl", CASES)].iter().chain(files)
        {
            let path = dir.path().join("policy").join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        let environment =
            Environment { tools: Tools::new(), state: dir.path().join("state"), now: || 0, random: || Ok([7; 32]) };
        let mut model = Model::new(Workspace::open(&dir.path().join("policy"), environment).unwrap());
        let sets =
            sets::load(&model.workspace.work_tree(), None, &[], &Default::default(), None, &crate::decide::Unwatched)
                .unwrap();
        model.sets = Some(Arc::new(sets));
        let base = Side { revision: Revision::Worktree, version: model.workspace.version().clone() };
        model.base = Base::Version(Arc::new(base));
        let inbox = Inbox::default();
        let jobs = inbox.jobs(1);
        let screen = SpecScreen::default();
        let mut bench = Bench { dir, model, screen, popups: Vec::new(), said: Vec::new(), jobs, inbox };
        bench.changed();
        bench
    }

    fn changed(&mut self) {
        let sets = self.model.sets.clone().unwrap_or_else(|| Arc::new(Sets::default()));
        self.model.problems = Arc::new(crate::workspace::check::check(self.model.workspace.version(), &sets));
        self.screen.refresh(&self.model);
    }

    fn press(&mut self, notation: &str) -> &mut Self {
        keys(notation).iter().for_each(|event| self.event(event));
        self
    }

    fn type_in(&mut self, text: &str) -> &mut Self {
        typed(text).iter().for_each(|event| self.event(event));
        self
    }

    fn event(&mut self, event: &Event) {
        self.shown(120, 40);
        match self.popups.pop() {
            Some(popup) => {
                if let Some(open) = popup.handle(event, &mut self.model) {
                    self.popups.push(open);
                }
            }
            None if self.screen.handle(event, &mut self.model) => {}
            None => {
                let Event::Key(key) = event else { return };
                let contexts = [self.screen.contexts(), vec![Context::Global]].concat();
                if let Some(command) = find(&contexts, *key) {
                    self.command(command);
                }
            }
        }
        self.answer();
    }

    fn command(&mut self, command: Command) {
        self.screen.flush(&mut self.model);
        match command {
            Command::Undo => drop(self.model.workspace.undo().map(|_| self.model.ask(Ask::Changed))),
            Command::Redo => drop(self.model.workspace.redo().map(|_| self.model.ask(Ask::Changed))),
            command => match self.screen.available(command, &self.model) {
                Ok(()) => drop(self.screen.run(command, &mut self.model)),
                Err(reason) => self.said.push(reason.0.into_owned()),
            },
        }
    }

    fn answer(&mut self) {
        loop {
            let asks = self.model.take_asks();
            if asks.is_empty() {
                return;
            }
            for ask in asks {
                match ask {
                    Ask::Say(_, words) => self.said.push(words),
                    Ask::Open(popup) => self.popups.push(popup),
                    Ask::GoTo(target) => assert!(self.screen.show(&target, &mut self.model)),
                    Ask::Changed => self.changed(),
                    Ask::Work { kind, title, work } => {
                        self.jobs.run(kind, title, work);
                        while self.jobs.is_under_way(kind) {
                            for incoming in self.inbox.next() {
                                let Incoming::Job(news) = incoming else { continue };
                                if let Some(Settled::Done(finish)) = self.jobs.settle(news) {
                                    finish(&mut self.model);
                                }
                            }
                        }
                        self.screen.refresh(&self.model);
                    }
                    _ => {}
                }
            }
        }
    }

    fn shown(&mut self, columns: u16, rows: u16) -> String {
        let Bench { model, screen, popups, .. } = self;
        draw(columns, rows, |area, buf, theme| {
            screen.render(area, buf, model, theme);
            popups.iter_mut().for_each(|popup| popup.render(area, buf, theme));
        })
    }

    fn text(&self) -> String {
        self.model.workspace.document("specs/main.yaml").unwrap().text().to_owned()
    }

    /// The spec's text is as it was but for these replacements.
    fn check(&self, replaced: &[(&str, &str)]) {
        let expect = replaced.iter().fold(SPEC.to_owned(), |text, (from, to)| {
            assert!(text.contains(from), "{from}");
            text.replacen(from, to, 1)
        });
        similar_asserts(&self.text(), &expect);
        assert!(self.dir.path().exists());
    }
}

fn similar_asserts(is: &str, expect: &str) {
    assert!(is == expect, "{}", similar::TextDiff::from_lines(expect, is).unified_diff());
}

#[test]
fn the_screen_at_the_usual_sizes() {
    let mut bench = Bench::new(SPEC);
    bench.press("tab");
    insta::assert_snapshot!("80x24", bench.shown(80, 20));
    insta::assert_snapshot!("120x40", bench.shown(120, 36));
    insta::assert_snapshot!("200x60", bench.shown(200, 40));
}

#[test]
fn what_differs_from_the_base_is_marked() {
    let mut bench = Bench::new(SPEC);
    bench.press("tab j j j enter enter down space enter");
    insta::assert_snapshot!("marked", bench.shown(120, 24));
}

#[test]
fn a_title_is_edited_in_its_place_as_one_step() {
    let mut bench = Bench::new(SPEC);
    bench.press("tab enter ctrl-u").type_in("No help: #1").press("enter");
    bench.check(&[("title: No uplift towards biological weapons", "title: \"No help: #1\"")]);
    bench.press("u");
    bench.check(&[]);
    bench.press("U");
    bench.check(&[("title: No uplift towards biological weapons", "title: \"No help: #1\"")]);
}

#[test]
fn typing_is_in_the_document_before_it_is_accepted_and_gone_when_it_is_cancelled() {
    let mut bench = Bench::new(SPEC);
    bench.press("tab enter").type_in("!");
    bench.check(&[("biological weapons", "biological weapons!")]);
    bench.press("esc");
    bench.check(&[]);
    assert_eq!(bench.model.workspace.next_undo(), None);
}

#[test]
fn undo_in_a_field_shows_what_stands_there() {
    let mut bench = Bench::new(SPEC);
    bench.press("tab enter").type_in("!?").press("ctrl-z");
    bench.check(&[]);
    assert_eq!(bench.screen.form.edited().as_deref(), Some("No uplift towards biological weapons"));
    bench.type_in(".").press("enter");
    bench.check(&[("biological weapons", "biological weapons.")]);
}

#[test]
fn prose_keeps_its_block_and_its_end() {
    let mut bench = Bench::new(SPEC);
    bench.press("tab");
    bench.screen.form.focus("text");
    bench.press("enter enter").type_in("Not even in part.").press("esc");
    bench.check(&[("biological agent.\n", "biological agent.\n      Not even in part.\n")]);
    // A text that was not there, and one that is cleared.
    bench.screen.form.focus("rationale");
    bench.press("enter").type_in("It cannot be undone.").press("esc");
    assert!(bench.text().contains("Not even in part.\n    rationale: It cannot be undone.\n    when:\n"));
    bench.screen.form.focus("text");
    bench.press("enter ctrl-a delete esc");
    assert!(!bench.text().contains("text:"), "{}", bench.text());
}

#[test]
fn then_level_and_examples_are_picked() {
    let mut bench = Bench::new(SPEC);
    bench.press("tab");
    bench.screen.form.focus("then");
    bench.press("enter").type_in("saf").press("enter");
    bench.check(&[("then: refuse", "then: safe-complete")]);
    bench.press("u");
    bench.screen.form.focus("level");
    bench.press("enter down enter");
    bench.check(&[("level: platform", "level: developer")]);
    bench.press("enter").type_in("another").press("enter ctrl-u").type_in("lab").press("enter");
    bench.check(&[("level: platform", "level: lab")]);
    bench.press("u u");
    bench.screen.form.focus("examples");
    bench.press("enter").type_in("bio-2").press("space enter");
    bench.check(&[("[bio-1]", "[bio-1, bio-2]")]);
    bench.press("d");
    bench.check(&[("    examples: [bio-1]\n", "")]);
}

#[test]
fn tests_are_changed_added_and_removed() {
    let mut bench = Bench::new(SPEC);
    bench.press("tab");
    bench.screen.form.focus("when.severity");
    bench.press("enter enter").type_in("high").press("enter");
    bench.check(&[("\">= medium\"", "\">= high\"")]);
    bench.press("u");
    bench.screen.form.focus("when.intent");
    bench.press("enter").type_in("is").press("enter").press("space").type_in("malicious").press("space enter");
    bench.check(&[("{not: benign}", "malicious")]);
    bench.press("u d");
    bench.check(&[("      intent: {not: benign}\n", "")]);
    bench.press("u");
    bench.screen.form.focus("when +");
    bench.press("enter").type_in("minor").press("enter enter").type_in("true").press("space enter");
    bench.check(&[("{not: benign}\n", "{not: benign}\n      minor: true\n")]);
}

#[test]
fn alternatives_make_groups_and_leave_them() {
    let mut bench = Bench::new(SPEC);
    bench.press("tab");
    bench.screen.form.focus("when.intent");
    bench.press("enter").type_in("or").press("enter").type_in("autonomy").press("enter");
    bench.type_in("at least").press("enter").type_in("tool").press("enter");
    let when = bench.model.workspace.policy().clauses[0].when.clone();
    let words = crate::decide::words::condition(bench.model.workspace.policy(), &when);
    assert_eq!(
        words,
        "category is bio-weapons and severity ≥ medium and (intent is not benign or autonomy ≥ tool-use)",
        "{}",
        bench.text()
    );
    insta::assert_snapshot!("group", bench.shown(110, 16));
    bench.press("u");
    bench.check(&[]);
    assert!(bench.said.is_empty(), "{:?}", bench.said);
}

#[test]
fn clauses_are_added_copied_moved_renamed_and_deleted() {
    let mut bench = Bench::new(SPEC);
    bench.press("n").type_in("no spaces").press("enter");
    assert!(bench.shown(120, 40).contains("an id has no spaces"));
    bench.press("ctrl-u").type_in("self-harm").press("enter");
    assert!(bench.shown(120, 40).contains("there is a clause `self-harm` already"));
    bench.press("ctrl-u").type_in("new-one").press("enter");
    let added = "[bio-1]\n\n  - id: new-one\n    level: platform\n    text: \"\"\n    when: {}\n    then: comply\n";
    bench.check(&[("[bio-1]\n", added)]);
    // It asks for its first test at once, and holds for nothing until it has one.
    assert!(bench.shown(120, 40).contains("A new test"));
    assert!(!bench.model.workspace.policy().clauses[1].when.is_understood());
    bench.press("esc");
    assert!(bench.shown(120, 40).contains("nothing yet   + add a test"));
    assert_eq!(bench.screen.selected(&bench.model), Some(Target::Clause("new-one".into())));
    bench.press("J");
    let ids = |bench: &Bench| {
        bench.model.workspace.policy().clauses.iter().map(|clause| clause.id.to_string()).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(ids(&bench), "bio-uplift self-harm new-one");
    assert_eq!(bench.screen.selected(&bench.model), Some(Target::Clause("new-one".into())));
    bench.press("J");
    assert_eq!(bench.said.pop().as_deref(), Some("`new-one` is the last clause already."));
    bench.press("R ctrl-u").type_in("newer").press("enter");
    assert_eq!(ids(&bench), "bio-uplift self-harm newer");
    bench.press("d d");
    assert_eq!(ids(&bench), "bio-uplift self-harm");
    bench.press("u u u u");
    bench.check(&[]);
    bench.press("g D enter");
    assert_eq!(ids(&bench), "bio-uplift bio-uplift-2 self-harm");
    assert_eq!(bench.text().matches("# and below").count(), 2);
    bench.press("u g K");
    assert_eq!(bench.said.pop().as_deref(), Some("`bio-uplift` is the first clause already."));
}

#[test]
fn a_clause_holds_always_only_where_somebody_says_so() {
    let mut bench = Bench::new(SPEC);
    let holds = |bench: &Bench| {
        let when = &bench.model.workspace.policy().clauses[1].when;
        when.is_understood().then(|| when.tests().len())
    };
    bench.press("n").type_in("fresh").press("enter").type_in("category").press("enter enter space enter");
    assert_eq!(holds(&bench), Some(1), "{}", bench.text());
    assert!(bench.text().contains("    when:\n      category: none\n"), "{}", bench.text());
    // Without its last test it does not begin to decide everything.
    bench.press("tab");
    bench.screen.form.focus("when.category");
    bench.press("d");
    assert_eq!(holds(&bench), None, "{}", bench.text());
    bench.screen.form.focus("when +");
    bench.press("enter").type_in("no test").press("enter");
    assert_eq!(holds(&bench), Some(0), "{}", bench.text());
    assert!(bench.shown(120, 40).contains("always   + add a test"));
    // Where it holds always already, nothing of the kind is offered.
    bench.press("enter");
    let offered = bench.shown(120, 40);
    assert!(offered.contains("A new test") && !offered.contains("no test"), "{offered}");
}

#[test]
fn the_raw_text_and_the_form_are_in_step() {
    let mut bench = Bench::new(SPEC);
    bench.press("tab");
    bench.screen.form.focus("when.severity");
    bench.press("r");
    insta::assert_snapshot!("raw", bench.shown(80, 20));
    bench.press("end left backspace").type_in("u").press("backspace").type_in("m");
    bench.check(&[]);
    bench.press("home").type_in("x");
    bench.check(&[("severity: \">=", "xseverity: \">=")]);
    assert!(bench.shown(80, 20).contains("is no facet of this policy"));
    bench.press("ctrl-z");
    bench.check(&[]);
    bench.press("esc");
    assert_eq!(bench.screen.form.focused().map(|field| field.id.as_str()), Some("when.severity"));
    // Through the text to another clause.
    bench.press("f2 r ctrl-f").type_in("self-harm").press("enter esc f2");
    assert_eq!(bench.screen.selected(&bench.model), Some(Target::Clause("self-harm".into())));
}

#[test]
fn the_list_is_filtered() {
    let mut bench = Bench::new(SPEC);
    bench.press("/").type_in("devel");
    assert_eq!(bench.screen.selected(&bench.model), Some(Target::Clause("self-harm".into())));
    assert!(bench.shown(120, 30).contains("1 of 2"));
    bench.press("esc");
    assert_eq!(bench.screen.shown.len(), 2);
}

#[test]
fn problems_stand_at_their_fields_and_nothing_is_hidden() {
    let spec = "spec: main\nclauses:\n  - id: a\n    then: refus\n    when: {sverity: high, category: [nope]}\n    \
                extra: {deep: [1, 2]}\n    text: [not, a, text]\n  - {then: refuse}\n  - just words\n  - id: a\n    then: refuse\n";
    let mut bench = Bench::new(spec);
    bench.press("tab");
    insta::assert_snapshot!("problems", bench.shown(120, 30));
    bench.press("shift-tab j");
    insta::assert_snapshot!("no_id", bench.shown(120, 10));
    for pressed in ["tab", "enter", "esc", "shift-tab", "j", "tab enter", "f2", "d", "esc", "R", "esc"] {
        bench.press(pressed);
        bench.shown(120, 30);
    }
}

#[test]
fn where_there_is_no_clause_it_says_what_to_do() {
    let mut bench = Bench::new("spec: main\nclauses: []\n");
    insta::assert_snapshot!("empty", bench.shown(80, 8));
    bench.press("n").type_in("first").press("enter");
    assert!(bench.text().contains("id: first"), "{}", bench.text());
    let mut none = Bench::with(&[("casebook.yaml", "casebook: 1\nname: x\n")]);
    insta::assert_snapshot!("no_spec", none.shown(80, 8));
    none.press("n d J R r enter tab v");
}

#[test]
fn hostile_words_are_shown_and_never_sent() {
    let spec = "spec: main\nclauses:\n  - id: \"a\\e[31m\\u202E\"\n    title: \"x\\0\\a\"\n    text: \"\\e]0;owned\\a\"\n    \
                then: refuse\n    \"k\\e\": \"v\\u200b\"\n";
    let mut bench = Bench::new(spec);
    bench.press("tab");
    for columns in [200, 120, 80] {
        let seen = bench.shown(columns, 24);
        assert!(!seen.chars().any(|c| c.is_control() && c != '\n'), "{seen:?}");
        assert!(!seen.contains('\u{202e}'));
    }
    bench.press("r");
    assert!(!bench.shown(80, 24).contains('\u{1b}'));
}

#[test]
fn no_size_is_too_small() {
    let mut bench = Bench::new(SPEC);
    for pressed in ["", "tab", "enter", "esc", "r", "ctrl-f", "esc esc", "v", "esc esc", "/"] {
        bench.press(pressed);
        let Bench { model, screen, .. } = &mut bench;
        squeeze(|area, buf, theme| {
            let _ = screen.render(area, buf, model, theme);
        });
    }
}

#[test]
fn a_second_spec_file_takes_clauses_after_asking() {
    let manifest = MANIFEST.replace("[specs/main.yaml]", "[specs/main.yaml, specs/more.yaml]");
    let more = "spec: more\nclauses:\n  - {id: other, then: comply}\n";
    let mut bench = Bench::with(&[("casebook.yaml", &manifest), ("specs/main.yaml", SPEC), ("specs/more.yaml", more)]);
    bench.press("j J");
    assert!(bench.shown(120, 30).contains("move it to `specs/more.yaml`"));
    bench.press("m");
    let moved = bench.model.workspace.document("specs/more.yaml").unwrap().text().to_owned();
    assert!(moved.contains("  - id: self-harm\n    level: developer\n    when: {category: self-harm}\n"), "{moved}");
    assert!(!bench.text().contains("id: self-harm"));
    assert_eq!(bench.screen.selected(&bench.model), Some(Target::Clause("self-harm".into())));
    assert!(bench.shown(120, 30).contains("more · developer"));
    bench.press("K m");
    assert!(bench.text().contains("id: self-harm"), "{:?}", bench.said);
}

#[test]
fn what_is_refused_stays_in_the_field() {
    let spec = SPEC.replace("title: No", "title: &t No").replace("level: developer", "level: developer\n    title: *t");
    let mut bench = Bench::new(&spec);
    bench.press("tab enter").type_in("!").press("enter");
    assert_eq!(bench.screen.form.edited().as_deref(), Some("No uplift towards biological weapons!"));
    assert!(bench.said.iter().any(|words| words.contains("repeats elsewhere")), "{:?}", bench.said);
    assert_eq!(bench.text(), spec);
    bench.press("esc");
    assert_eq!(bench.text(), spec);
}

#[test]
fn a_problem_is_mended_by_one_key_and_the_edit_is_undone_by_one() {
    let late = "\n  # Never asked.\n  - {id: late, text: Late., when: {category: bio-weapons, severity: high, intent: malicious}, then: comply}\n";
    let spec = format!("{}{late}", SPEC.replace("    examples: [bio-1]\n", ""));
    let mut bench = Bench::new(&spec);
    bench.press("F");
    assert_eq!(bench.said.pop().as_deref(), Some("no problem of the clause has a known way out"));
    bench.press("j j F");
    let shown = bench.shown(120, 40);
    assert!(shown.contains("without clause `late`") && shown.contains("changes no decision: proven"), "{shown}");
    assert!(shown.contains("case flips") && shown.contains("CB030"), "{shown}");
    // What would change something says so, and how the text would read.
    bench.press("down");
    let shown = bench.shown(120, 40);
    assert!(shown.contains("moved ahead of `bio-uplift`") && shown.contains('→'), "{shown}");
    bench.press("1");
    assert!(!bench.text().contains("late") && bench.popups.is_empty(), "{}", bench.text());
    bench.press("u");
    assert_eq!(bench.text(), spec);
}

#[test]
fn an_example_that_the_clause_does_not_decide_is_taken_off_it() {
    let mut bench = Bench::new(SPEC);
    bench.press("F");
    let shown = bench.shown(120, 40);
    let line = shown.lines().find(|line| line.contains("no longer names `bio-1` as an example")).expect(&shown);
    let digit = line.chars().find(char::is_ascii_digit).unwrap().to_string();
    bench.press(&digit);
    assert_eq!(bench.text(), SPEC.replace("    examples: [bio-1]\n", ""));
}
